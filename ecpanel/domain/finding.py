"""Findings of a verification (校验): a tree of what was looked at, and whether it agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ecpanel.domain.problems import Problem

Fact = str | int | None


class FindingState(StrEnum):
    """What became of one thing to look at; what nobody has looked at is never passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


FINDING_WORDS: Final = {
    FindingState.PASSED: "通过",
    FindingState.FAILED: "不通过",
    FindingState.NOT_CHECKED: "未核对",
}


class FindingKind(StrEnum):
    """What a finding is about: four branches and what hangs on them."""

    FILES = "files"
    MEMBER = "member"
    SIGNATURES = "signatures"
    CHAIR_SIGNATURE = "chair_signature"
    CHAIR_IDENTITY = "chair_identity"
    REPORT_SIGNATURE = "report_signature"
    WORKBOOK_SIGNATURE = "workbook_signature"
    SM2_SIGNATURE = "sm2_signature"
    UKEY = "ukey"
    BOOK = "book"
    DECLARATION = "declaration"
    SUBMISSION = "submission"
    CALCULATION = "calculation"
    CANDIDATE = "candidate"
    OTHER_RECORDS = "other_records"
    CONSISTENCY = "consistency"
    DATA = "data"
    REPORT = "report"
    WORKBOOK = "workbook"
    ATTACHMENTS = "attachments"
    PAPER = "paper"
    JOURNAL = "journal"
    SUMS = "sums"


FINDING_LABELS: Final = {
    FindingKind.FILES: "文件",
    FindingKind.SIGNATURES: "签名",
    FindingKind.CHAIR_SIGNATURE: "组长对清单的签名",
    FindingKind.CHAIR_IDENTITY: "组长指纹与纸面",
    FindingKind.REPORT_SIGNATURE: "报告内嵌的签名",
    FindingKind.WORKBOOK_SIGNATURE: "工作簿内嵌的签名",
    FindingKind.SM2_SIGNATURE: "组长对清单的SM2签名",
    FindingKind.UKEY: "UKey证书",
    FindingKind.BOOK: "会签册",
    FindingKind.DECLARATION: "会签",
    FindingKind.CALCULATION: "计算",
    FindingKind.OTHER_RECORDS: "建议名单、标记、计数等其他记录",
    FindingKind.CONSISTENCY: "一致性",
    FindingKind.DATA: "数据与清单、指标体系摘要",
    FindingKind.REPORT: "报告（PDF）与数据",
    FindingKind.WORKBOOK: "工作簿（XLSX）与数据",
    FindingKind.ATTACHMENTS: "报告所附的数据和工作簿",
    FindingKind.PAPER: "纸面上的摘要",
    FindingKind.JOURNAL: "操作记录链",
    FindingKind.SUMS: "SHA256SUMS与文件",
}


OPTIONAL: Final = frozenset({FindingKind.SM2_SIGNATURE, FindingKind.UKEY})
"""What stands beside signatures that suffice: left unchecked it is told, and the rest still holds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `label` and `detail` are for people; `facts` for programs and tables;
    `problems` are its own, those of its children stand with them."""

    kind: FindingKind
    label: str
    state: FindingState = FindingState.NOT_CHECKED
    detail: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    children: tuple[Finding, ...] = ()


def unchecked(kind: FindingKind, detail: str = "", label: str = "") -> Finding:
    """A finding nobody has come to yet."""
    return Finding(kind, label or FINDING_LABELS[kind], FindingState.NOT_CHECKED, detail)


def branch(
    kind: FindingKind, children: Sequence[Finding], detail: str = "", problems: Sequence[Problem] = ()
) -> Finding:
    """A finding that stands as its children stand: failed where one has, passed only where all have."""
    states = {one.state for one in children}
    if problems or FindingState.FAILED in states:
        state = FindingState.FAILED
    elif states == {FindingState.PASSED}:
        state = FindingState.PASSED
    else:
        state = FindingState.NOT_CHECKED
    return Finding(kind, FINDING_LABELS[kind], state, detail, {}, tuple(problems), tuple(children))


def holds(findings: Iterable[Finding]) -> bool:
    """Whether everything was looked at and agreed, but for what is optional and says itself unchecked."""
    found = tuple(findings)
    return not problems_of(found) and all(_holds(one) for one in found)


def _holds(one: Finding) -> bool:
    if one.state is FindingState.FAILED:
        return False
    open_ones = any(child.state is FindingState.NOT_CHECKED for child in one.children)
    if one.state is FindingState.NOT_CHECKED and one.kind not in OPTIONAL and not open_ones:
        return False
    return all(_holds(child) for child in one.children)


def walk(findings: Iterable[Finding], depth: int = 0) -> Iterator[tuple[int, Finding]]:
    """Every finding with its depth, each before its children."""
    for one in findings:
        yield depth, one
        yield from walk(one.children, depth + 1)


def problems_of(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The problems of a whole tree in its order, each once."""
    found: dict[tuple[str, str], Problem] = {}
    for _, one in walk(findings):
        for problem in one.problems:
            found.setdefault((problem.code, repr(sorted(problem.params.items()))), problem)
    return tuple(found.values())
