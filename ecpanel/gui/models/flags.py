"""What the checks found (复核): the four statutory checks and our own questions with their counts, and every
flag as a line with what it says in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.checks import TOTAL, CheckKind, Weight
from ecpanel.domain.evaluation import Material
from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.result import FlagLine, Result
from ecpanel.domain.scheme import Indicator, leaves
from ecpanel.gui.marks import DONE, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.reports.tables import STATE_WORDS

_SUM, _RANGE, _OBJECTIVE, _OUTLIER, _SPREAD, _APPLICABILITY, _OBJECTION = (one.value for one in CheckKind)
"""Asking an enum again for each of thousands of flags is slow."""
BLOCKING: Final = frozenset({_SUM, _RANGE, _OBJECTIVE})
"""Kinds that keep the result from being signed until they are cured."""
RED: Final = Weight.RED.value
MUST: Final = Mark("签发前须处理", "circle-x", Tone.BAD)
EXPLAIN: Final = Mark("需说明", "triangle-alert", Tone.CAUTION)
HINT: Final = Mark("提示", "info", Tone.FAINT)
PASSED: Final = Mark("通过", DONE.icon, DONE.tone)
NONE: Final = Mark("没有", DONE.icon, DONE.tone)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what it looks at, and whether the law asks for it (87号令第64条)."""

    kind: CheckKind
    name: str
    about: str
    statutory: bool


CHECKS: Final = (
    Check(CheckKind.SUM, "合计", "专家电脑上显示的合计，与逐项相加不一致。", True),
    Check(CheckKind.RANGE, "范围", "分值超出该指标的 0 至满分，或不是规定步长的整数倍。", True),
    Check(
        CheckKind.OBJECTIVE,
        "客观一致",
        "客观指标，各专家给的分不一致；须在合议中更正为一致，才能签发。",
        True,
    ),
    Check(
        CheckKind.OUTLIER,
        "畸高畸低",
        "与其他专家的均值相差过大；只是提问：由本人说明，或合议处理，程序不删任何分。",
        True,
    ),
    Check(CheckKind.SPREAD, "分歧", "同一家企业，最高与最低的合计相差过大。", False),
    Check(CheckKind.APPLICABILITY, "不适用", "同一指标，有的专家评了分，有的认为不适用。", False),
    Check(CheckKind.OBJECTION, "异议", "专家对统一计算的客观指标写了不同意见，需要答复。", False),
)


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag with its names; `place` is its place among all flags."""

    place: int
    flag: FlagLine
    firm: str
    expert: str
    indicator: str
    words: str

    @property
    def blocks(self) -> bool:
        """Whether it keeps the result from being signed."""
        return self.flag.kind in BLOCKING

    @property
    def mark(self) -> Mark:
        """How much it asks for."""
        if self.blocks:
            return MUST
        return EXPLAIN if self.flag.weight == RED else HINT


@dataclass(frozen=True, slots=True)
class Tally:
    """One check with what it found; `asking` counts what blocks or must be explained, `hints` the rest."""

    check: Check
    asking: int
    hints: int

    @property
    def mark(self) -> Mark:
        """Its outcome in a word."""
        if not self.asking and not self.hints:
            return PASSED if self.check.statutory else NONE
        if self.check.kind.value in BLOCKING:
            return Mark(f"有 {self.asking} 处，签发前须处理", MUST.icon, MUST.tone)
        if not self.check.statutory:
            return Mark(f"有 {self.asking + self.hints} 处", "circle-help", Tone.ACCENT)
        if not self.asking:
            return Mark(f"通过，另有提示 {self.hints} 处", DONE.icon, DONE.tone)
        hints = f"，提示 {self.hints} 处" if self.hints else ""
        return Mark(f"有 {self.asking} 处需说明{hints}", EXPLAIN.icon, EXPLAIN.tone)


def tallies(rows: Iterable[FlagRow]) -> list[Tally]:
    """Every check with its counts, also where it found nothing (rule 31)."""
    asking: Counter[str] = Counter()
    hints: Counter[str] = Counter()
    for one in rows:
        (asking if one.blocks or one.flag.weight == RED else hints)[one.flag.kind] += 1
    return [Tally(check, asking[check.kind.value], hints[check.kind.value]) for check in CHECKS]


class FlagsModel(RecordModel[FlagRow]):
    """One line per flag, what blocks first."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("处理", lambda one: one.mark.word, sort=_order, width=17, mark=lambda one: one.mark),
                Column("企业", lambda one: one.firm, width=0),
                Column("专家", lambda one: one.expert, width=12),
                Column("指标", lambda one: one.indicator, width=16),
                Column(
                    "值", _value, sort=lambda one: one.flag.value, number=True, width=8, hint="该专家给的分"
                ),
                Column(
                    "他人均值",
                    _others,
                    sort=lambda one: one.flag.others if _compares(one.flag) else None,
                    number=True,
                    width=9,
                    hint="其他专家给分的平均（合计一项为逐项相加之和）",
                ),
                Column("说明", lambda one: one.words, width=0),
            ),
            key=lambda one: one.place,
        )


def _compares(flag: FlagLine) -> bool:
    return flag.kind in (_SUM, _OUTLIER)


def _value(one: FlagRow) -> str:
    plain = (_OBJECTIVE, _APPLICABILITY, _SPREAD)
    return "—" if one.flag.kind in plain else show_points(one.flag.value)


def _others(one: FlagRow) -> str:
    return show_points(one.flag.others) if _compares(one.flag) else "—"


def _order(one: FlagRow) -> int:
    return 0 if one.blocks else 1 if one.flag.weight == RED else 2


def flag_rows(result: Result, material: Material, hidden: Collection[str] = ()) -> list[FlagRow]:
    """Every flag but those about `hidden` candidates, what blocks first, then what must be explained."""
    firms = {one.candidate_id: one.name for one in result.candidates}
    names = {one.expert_id: f"{one.expert_id} {one.name}" for one in result.experts}
    by_code = {leaf.code: leaf for leaf in leaves(result.scheme)}
    lines = {one.candidate_id: one for one in result.lines}
    shown = [one for one in result.flags if one.candidate_id not in hidden]
    disputed = {
        (one.candidate_id, one.indicator) for one in shown if one.kind in (_OBJECTIVE, _APPLICABILITY)
    }
    answers: dict[tuple[str, str], Counter[str]] = {}
    for candidate in {candidate for candidate, _ in disputed}:
        out = {one.expert_id for one in lines[candidate].totals if one.standing in ("recused", "voided")}
        for cell in lines[candidate].cells:
            if (candidate, cell.indicator) in disputed and cell.expert_id not in out:
                word = STATE_WORDS.get(cell.state, "") if cell.points is None else show_short(cell.points)
                answers.setdefault((candidate, cell.indicator), Counter())[word] += 1
    remarks = _objections(material, shown)
    rows = [
        FlagRow(
            place,
            one,
            firms[one.candidate_id],
            names.get(one.expert_id, "—"),
            _indicator(by_code, one.indicator),
            _words(one, by_code, answers, remarks),
        )
        for place, one in enumerate(shown)
    ]
    return sorted(rows, key=_order)


def _indicator(by_code: Mapping[str, Indicator], code: str) -> str:
    return code if code not in by_code else f"{code} {by_code[code].name}"


def _words(
    flag: FlagLine,
    by_code: Mapping[str, Indicator],
    answers: Mapping[tuple[str, str], Counter[str]],
    remarks: Mapping[tuple[str, str, str], str],
) -> str:
    """What a flag says, with its figures."""
    kind = flag.kind
    if kind == _SUM:
        return f"本人合计 {show_points(flag.value)}，逐项相加 {show_points(flag.others)}"
    if kind == _RANGE:
        leaf = by_code[flag.indicator]
        return f"应在 0 至 {show_short(leaf.points)} 之间，且为 {show_short(leaf.step)} 的整数倍"
    if kind == _SPREAD:
        width = flag.value - flag.others
        return f"最高 {show_points(flag.value)}，最低 {show_points(flag.others)}，相差 {show_points(width)}"
    if kind == _OBJECTION:
        return remarks.get((flag.expert_id, flag.candidate_id, flag.indicator), "")
    if kind == _OUTLIER:
        return _outlier(flag)
    said = answers.get((flag.candidate_id, flag.indicator), Counter())
    return "各专家：" + "，".join(f"{word}（{count} 人）" for word, count in _spoken(said))


def _spoken(said: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(said.items(), key=lambda one: (-one[1], one[0]))


def _outlier(flag: FlagLine) -> str:
    side = "高" if flag.value > flag.others else "低"
    subject = "合计" if flag.indicator == TOTAL else ""
    distance = abs(flag.value - flag.others)
    share = f"，{distance * 100 // flag.others}%" if flag.others else ""
    return f"{subject}畸{side}：比他人均值{side} {show_points(distance)}{share}"


def _objections(material: Material, flags: Iterable[FlagLine]) -> dict[tuple[str, str, str], str]:
    """What the experts wrote where they object, by expert, candidate and indicator."""
    wanted = {(one.expert_id, one.candidate_id, one.indicator) for one in flags if one.kind == _OBJECTION}
    if not wanted:
        return {}
    return {
        (submission.expert.expert_id, sheet.candidate_id, score.indicator): " ".join(score.remark.split())
        for submission, _ in material.submissions
        for sheet in submission.sheets
        for score in sheet.scores
        if score.remark and (submission.expert.expert_id, sheet.candidate_id, score.indicator) in wanted
    }
