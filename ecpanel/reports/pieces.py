"""The separate pieces (分册) of a result: enterprise sheets, regional feedback, experts' sheets, records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import Final

from reportlab.platypus import Flowable, PageBreak, Spacer

from ecpanel.domain.people import Expert
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.progress import Progress, part_of, silent
from ecpanel.reports import record_pieces, sheet_tables
from ecpanel.reports.firm_sheets import FirmBook, facts_table, feedback_sheet, firm_sheet
from ecpanel.reports.headline import headline
from ecpanel.reports.page import (
    BODY,
    LEADING,
    TEXT_HEIGHT,
    WIDE,
    OfficialDocument,
    Running,
    draw_signature_rows,
    draw_table,
    on,
)
from ecpanel.reports.paragraph import ChineseParagraph
from ecpanel.reports.tables import STANDING_WORDS, Cell, Column, Table, foot_line, marks
from ecpanel.texts import minute

FOLDER: Final = "分册"
FEEDBACK: Final = "地区反馈"
EXPERT_SHEETS: Final = "专家评分表"
LONGEST_STEM: Final = 60
"""Characters of a file name before ".pdf"; 240 bytes at most, which every file system takes."""
_UNSAFE: Final = frozenset('\\/:*?"<>|')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_SIGNERS: Final = ("专家签名", "组长", "核分人", "监督人")
_FIRM, _FIRM_FEEDBACK, _FIRM_ROW, _RECORD = 6, 2, 1, 30
"""What a firm costs in each kind of piece, and a record costs whole, in units of progress."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece to be drawn: its file, what it is called, who signs its pages, and its pages."""

    name: str
    title: str
    signers: tuple[str, ...]
    weight: int
    story: Callable[[], list[Flowable]]


def draw_pieces(result: Result, digest: str, progress: Progress = silent) -> Iterator[tuple[str, bytes]]:
    """File name inside the bundle and PDF of each piece, one after another; none is kept (rule 42).

    `digest` is the SHA-256 of the result's data and stands on every page. Equal results give equal bytes.
    Feedback for regions names no expert and no single score (rule 39). Cancelled out of `progress` ends it.
    """
    pieces = _pieces(result)
    whole = sum(one.weight for one in pieces)
    done = 0
    for one in pieces:
        progress(done, whole, f"生成{one.title}")
        foot = foot_line(result, digest)
        running = Running(tuple(marks(result)), foot, one.signers)
        target = BytesIO()
        told = part_of(progress, done, done + one.weight, whole)
        document = OfficialDocument(target, f"{result.review.title}{one.title}", running, told)
        document.work = one.title
        document.build(one.story())
        content = target.getvalue()
        del document, target
        done += one.weight
        yield one.name, content
    progress(whole, whole, "分册已生成")


def piece_name(stem: str, *folders: str) -> str:
    """A path below 分册 in NFC; the stem is cut to 60 characters, and what a file system minds becomes "_".

    A region is taken from a list as it stands there, so that it may hold anything, or nothing.
    """
    plain = unicodedata.normalize("NFC", stem)
    safe = "".join(
        "_" if char in _UNSAFE or (unicodedata.category(char)[0] in "CZ" and char != " ") else char
        for char in plain
    )
    safe = safe.strip(" .")[:LONGEST_STEM].rstrip(" .")
    if not safe or _RESERVED.match(safe):
        safe = f"_{safe}"
    return "/".join((FOLDER, *folders, f"{safe}.pdf"))


def _free(name: str, taken: set[str]) -> str:
    """The name, or the same with a number where another piece has it, letters of either case being alike."""
    stem, number, free = name.removesuffix(".pdf"), 2, name
    while free.casefold() in taken:
        free = f"{stem}_{number}.pdf"
        number += 1
    taken.add(free.casefold())
    return free


def _pieces(result: Result) -> list[_Piece]:
    book = FirmBook(result)
    count = len(result.lines)
    pieces = [
        _Piece(piece_name("企业评估表"), "企业评估表", _SIGNERS, _FIRM * count, partial(_firms, book)),
    ]
    for region, lines in _regions(book).items():
        name, title = piece_name(region, FEEDBACK), f"{region}企业评估意见反馈"
        weight = _FIRM_FEEDBACK * len(lines)
        pieces.append(_Piece(name, title, (), weight, partial(_feedback, book, region, lines)))
    for expert in result.experts:
        who = f"{expert.expert_id} {expert.name}"
        name = piece_name(who, EXPERT_SHEETS)
        story = partial(_expert, result, expert)
        pieces.append(_Piece(name, f"专家评分表 {who}", (f"{who} 签名",), _FIRM_ROW * count, story))
    for title, draw in (
        ("签到承诺回避", record_pieces.attendance),
        ("复核与更正", record_pieces.corrections),
    ):
        pieces.append(_Piece(piece_name(title), title, _SIGNERS, _RECORD, partial(draw, result)))
    taken: set[str] = set()
    return [replace(one, name=_free(one.name, taken)) for one in pieces]


def _regions(book: FirmBook) -> dict[str, list[CandidateLine]]:
    """Lines by region, in the order of the list; a firm outside the ranking is in its region all the same."""
    regions: dict[str, list[CandidateLine]] = {}
    for line in book.result.lines:
        regions.setdefault(book.firms[line.candidate_id].region, []).append(line)
    return regions


def _firms(book: FirmBook) -> list[Flowable]:
    result = book.result
    story: list[Flowable] = [
        headline(result.review.title, "企业评估表"),
        ChineseParagraph(
            f"本册每家企业一表，共{len(result.lines)}家，载明企业情况、综合得分、名次和等级、各指标得分、"
            "评分更正和评估意见。回避、缺、作废的评分不计入，也不作零分。本册载有专家姓名和单项评分，不发企业和地方。",
            BODY,
        ),
    ]
    for line in result.lines:
        story += [PageBreak(), *firm_sheet(book, line)]
    return story


def _feedback(book: FirmBook, region: str, lines: list[CandidateLine]) -> list[Flowable]:
    result = book.result
    rows: list[tuple[Cell, ...]] = []
    for line in sorted(lines, key=lambda one: (one.rank == 0, one.rank, one.candidate_id)):
        state = {"ranked": line.level, "held": "暂缓"}.get(line.state, "不参与排名")
        score = line.score if line.state == "ranked" else None
        firm = book.firms[line.candidate_id]
        places = (line.rank or None, line.region_rank or None)
        rows.append((line.candidate_id, firm.name, firm.category, state, score, *places))
    columns = (
        Column("编号", 15),
        Column("企业名称", 54),
        Column("类别", 16),
        Column("等级", 20),
        Column("综合得分", 17, "points"),
        Column("综合名次", 17, "whole"),
        Column("地区名次", 17, "whole"),
    )
    ranked = book.ranked["", ""]
    story: list[Flowable] = [
        headline(result.review.title, f"{region}企业评估意见反馈"),
        ChineseParagraph(
            f"本次评审形成排名的企业共{ranked}家，其中{region}{book.ranked['region', region]}家。"
            "各企业的得分、名次、等级和专家评估意见反馈如下；指标分值为有效评分的算术平均，不列单个专家的评分。",
            BODY,
        ),
        *draw_table(Table("企业", f"{region}企业得分与名次", columns, tuple(rows)), level=0),
    ]
    for line in lines:
        story += [PageBreak(), *feedback_sheet(book, line)]
    return story


def _expert(result: Result, expert: Expert) -> list[Flowable]:
    """An upright page about the expert with his row for ink, then his scores and opinions on wide pages."""
    own = expert.expert_id
    story: list[Flowable] = [
        headline(result.review.title, f"专家评分表\n{own} {expert.name}"),
        facts_table(_expert_facts(result, expert)),
        *draw_table(record_pieces.recusals_of(result, own), level=0),
        Spacer(1, LEADING / 2),
        draw_signature_rows([(own, expert.name)]),
        *on(WIDE),
    ]
    for table in (*sheet_tables.expert_sheets(result, {own}), _own_opinions(result, own)):
        story += draw_table(table, TEXT_HEIGHT, level=0)
    return story


def _expert_facts(result: Result, expert: Expert) -> list[tuple[str, str]]:
    own = expert.expert_id
    given = [total for line in result.lines for total in line.totals if total.expert_id == own]
    counts = {
        word: sum(STANDING_WORDS[one.standing] == word for one in given) for word in STANDING_WORDS.values()
    }
    facts = [
        ("工作单位", expert.organisation or "未填"),
        ("职称", expert.title or "未填"),
        ("专业", expert.field or "未填"),
        ("评分情况", "、".join(f"{word}{number}家" for word, number in counts.items() if number) or "无"),
    ]
    for one in result.submissions:
        if one.expert_id == own:
            facts += [
                ("签到", minute(one.signed_in_at)),
                ("提交", f"{minute(one.submitted_at)}　第{one.number}版"),
            ]
            facts += [("签名指纹", one.fingerprint), ("提交SHA-256", one.sha256)]
    facts += [("作废", f"评分作废：{one.reason}") for one in result.voided if one.expert_id == own]
    facts += [
        ("重开提交", f"{minute(one.at)}　{one.reason}") for one in result.reopenings if one.expert_id == own
    ]
    return facts


def _own_opinions(result: Result, own: str) -> Table:
    whole = sheet_tables.opinions(result, {own})
    columns = tuple(one for one in whole.columns if one.head != "专家")
    return Table(whole.name, "评估意见", columns, tuple((*row[:2], *row[3:]) for row in whole.rows))
