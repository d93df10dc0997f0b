"""The check report (校验报告): the verdict on a result bundle on paper, with every digest and fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from reportlab.platypus import Flowable, Spacer

from ecpanel.domain.finding import FINDING_WORDS, Finding, FindingKind, FindingState
from ecpanel.domain.problems import Problem
from ecpanel.progress import Progress, silent
from ecpanel.reports.page import (
    ANNEX,
    BODY,
    LEADING,
    LEVEL1,
    PLAIN,
    TEXT,
    TITLE,
    Heading,
    OfficialDocument,
    Running,
    TableRows,
    draw_table,
    on,
)
from ecpanel.reports.page import TEXT_WIDTH as WIDTH
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.tables import Cell, Column, Table
from ecpanel.texts import problem_sentence

SOUND_COLOUR: Final = "#1E6B3A"
UNSOUND_COLOUR: Final = "#9C2B2B"
STATEMENT: Final = replace(BODY, alignment="left", tracking=0.0)
"""Of sentences that hold a fingerprint, which no line can be stretched around."""
CAPTION_LINE: Final = replace(PLAIN, keep_with_next=True)
FAULT: Final = TextStyle("fangsong", 14, 23, left_indent=2, first_indent=-2, alignment="left")
FINGERPRINT: Final = TextStyle("hei", 18, 30, alignment="centre")
DIGEST_GROUP: Final = 8
KIB: Final = 1024
_OUTCOMES: Final = {**FINDING_WORDS, FindingState.FAILED: "▲ 不通过"}
"""States in tables; the sign finds the few among hundreds."""


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """What a check report tells; `size` in bytes is None where the file could not be measured."""

    title: str
    file: str
    size: int | None
    sha256: str
    chair: str
    fingerprint: str
    signed_at: str
    sound: bool
    headline: str
    verdict: str
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    marks: tuple[str, ...]
    findings: tuple[Finding, ...]
    checked_at: str
    program: str


def draw_check_report(bundle: CheckedBundle, progress: Progress = silent) -> bytes:
    """Draw the report; equal verdicts of one minute give equal bytes."""
    target = BytesIO()
    digest = f"{bundle.sha256[:8]}…{bundle.sha256[-8:]}" if bundle.sha256 else "未算出"
    foot = f"成果包校验报告　成果包摘要 {digest}　校验于 {bundle.checked_at}　{bundle.program}"
    document = OfficialDocument(
        target, f"{bundle.title}成果包校验报告", Running(bundle.marks, foot), progress
    )
    document.build(_story(bundle))
    return target.getvalue()


def grouped(digest: str) -> str:
    """A digest in two lines of four groups of eight, to be compared by eye."""
    groups = [digest[place : place + DIGEST_GROUP] for place in range(0, len(digest), DIGEST_GROUP)]
    half = (len(groups) + 1) // 2
    return "\n".join(" ".join(part) for part in (groups[:half], groups[half:]) if part)


def two_lines(fingerprint: str, gap: str = " ") -> str:
    """A fingerprint in two lines of four groups, as the sign-in sheet prints it."""
    groups = fingerprint.split("-")
    return "\n".join(gap.join(part) for part in (groups[:4], groups[4:]) if part)


def show_size(size: int | None) -> str:
    """A size in words: bytes, KB, MB."""
    if size is None:
        return "未能读取"
    if size < KIB:
        return f"{size} 字节"
    if size < KIB * KIB:
        return f"{size / KIB:.1f} KB"
    return f"{size / KIB / KIB:.1f} MB"


def _story(bundle: CheckedBundle) -> list[Flowable]:
    headline = TextStyle(
        "hei", 22, 36, alignment="centre", colour=SOUND_COLOUR if bundle.sound else UNSOUND_COLOUR
    )
    heading = f"{bundle.title}\n成果包校验报告" if bundle.title else "成果包校验报告"
    story: list[Flowable] = [
        ChineseParagraph(heading, TITLE),
        ChineseParagraph(bundle.headline, headline),
        Heading("一、校验结论", LEVEL1, 0),
        ChineseParagraph(bundle.verdict, STATEMENT),
        *(ChineseParagraph(problem_sentence(one), STATEMENT) for one in bundle.notes),
        Heading("二、校验对象", LEVEL1, 0),
        TableRows(_particulars(bundle), WIDTH),
    ]
    if bundle.fingerprint:
        story += [
            ChineseParagraph("组长签名指纹：", CAPTION_LINE),
            ChineseParagraph(two_lines(bundle.fingerprint, "　"), FINGERPRINT),
        ]
    story += [Heading("三、发现的问题", LEVEL1, 0), *_faults(bundle.problems)]
    story += [Heading("四、核对项目", LEVEL1, 0), TableRows(_summary(bundle.findings), WIDTH)]
    story += [
        Spacer(1, LEADING / 2),
        ChineseParagraph("校验人签名：　　　　　　　　　　日期：", PLAIN),
    ]
    return story + _annexes(bundle.findings)


def _particulars(bundle: CheckedBundle) -> Table:
    size = show_size(bundle.size)
    if bundle.size is not None and bundle.size >= KIB:
        size += f"（{bundle.size} 字节）"
    rows = [
        ("文件名", bundle.file),
        ("大小", size),
        ("文件SHA-256", grouped(bundle.sha256) or "未算出"),
        ("评审", bundle.title or "未能读取"),
        ("组长", bundle.chair or "未能读取"),
        ("签署时间", bundle.signed_at or "未能读取"),
        ("校验", f"{bundle.checked_at}，{bundle.program}"),
    ]
    return Table("对象", "校验对象", (Column("项目", 34), Column("内容", 122)), tuple(rows))


def _faults(problems: Sequence[Problem]) -> list[Flowable]:
    if not problems:
        return [ChineseParagraph("没有发现问题。", BODY)]
    return [
        ChineseParagraph(f"{number}．{problem_sentence(one)}", FAULT)
        for number, one in enumerate(problems, start=1)
    ]


def _summary(branches: Iterable[Finding]) -> Table:
    """Branches and what hangs on them, but for the long rows that stand in the annexes."""
    rows: list[tuple[Cell, ...]] = []
    long = {FindingKind.MEMBER, FindingKind.SUBMISSION, FindingKind.CANDIDATE}
    for one in branches:
        rows.append((f"【{one.label}】", _OUTCOMES[one.state], one.detail))
        rows += [
            (f"　{child.label}", _OUTCOMES[child.state], child.detail)
            for child in one.children
            if child.kind not in long
        ]
    columns = (Column("项目", 52), Column("结果", 18), Column("说明", 86))
    return Table("项目", "核对项目", columns, tuple(rows))


def _annexes(branches: Iterable[Finding]) -> list[Flowable]:
    made = [
        (f"附件{number}　{table.name}", table)
        for number, table in enumerate(
            (
                table
                for table in (_members(branches), _signatures(branches), _calculation(branches))
                if table.rows
            ),
            start=1,
        )
    ]
    story: list[Flowable] = []
    for place, (heading, table) in enumerate(made):
        story += on(TEXT) if place == 0 else [Spacer(1, LEADING / 2)]
        story += [Heading(heading, ANNEX, 0), *draw_table(table, WIDTH)]
    return story


def _members(branches: Iterable[Finding]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in _of(branches, FindingKind.FILES, FindingKind.MEMBER):
        size = _whole(one, "size")
        shown = None if size is None else show_size(size)
        rows.append((one.label, shown, _digests(one) or None, _OUTCOMES[one.state]))
    columns = (Column("文件", 47), Column("大小", 20), Column("SHA-256", 71), Column("结果", 18))
    return Table("包内文件与摘要", "每个文件与组长签名的清单逐一核对", columns, tuple(rows))


def _signatures(branches: Iterable[Finding]) -> Table:
    rows = []
    for one in _of(branches, FindingKind.SIGNATURES):
        if one.kind is FindingKind.CHAIR_IDENTITY:
            continue
        facts = one.facts
        what = one.label
        if one.kind is FindingKind.CHAIR_SIGNATURE and facts.get("who"):
            what = f"{one.label}　{facts['who']}"
        rows.append(
            (
                what,
                two_lines(str(facts.get("fingerprint") or "")),
                str(facts.get("at") or ""),
                _OUTCOMES[one.state],
            )
        )
    columns = (Column("签名", 58), Column("签名指纹", 50), Column("时间", 30), Column("结果", 18))
    return Table("签名与指纹", "组长与每位专家的签名", columns, tuple(rows))


def _calculation(branches: Iterable[Finding]) -> Table:
    rows = [
        (
            one.label,
            _OUTCOMES[one.state],
            _whole(one, "score"),
            _whole(one, "again_score"),
            _whole(one, "rank") or None,
            _whole(one, "again_rank") or None,
        )
        for one in _of(branches, FindingKind.CALCULATION, FindingKind.CANDIDATE)
    ]
    columns = (
        Column("企业", 68),
        Column("结果", 16),
        Column("包中得分", 18, "points"),
        Column("重算得分", 18, "points"),
        Column("包中名次", 18, "whole"),
        Column("重算名次", 18, "whole"),
    )
    return Table("得分与名次", "由专家原始提交重新计算的得分与名次", columns, tuple(rows))


def _of(branches: Iterable[Finding], kind: FindingKind, child: FindingKind | None = None) -> list[Finding]:
    """The findings of one branch, of one kind or of all."""
    return [
        one
        for found in branches
        if found.kind is kind
        for one in found.children
        if child is None or one.kind is child
    ]


def _digests(one: Finding) -> str:
    """The digest of a member as found, and as the manifest has it where the two differ."""
    found, wanted = str(one.facts.get("sha256") or ""), str(one.facts.get("wanted") or "")
    if not wanted or found == wanted:
        return grouped(found)
    return f"{grouped(found) or '没有读到'}\n签名清单所列：\n{grouped(wanted)}"


def _whole(one: Finding, name: str) -> int | None:
    value = one.facts.get(name)
    return value if isinstance(value, int) else None
