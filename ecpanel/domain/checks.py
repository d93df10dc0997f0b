"""The four statutory checks (复核) and the questions they raise; a flag never changes a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ecpanel.domain.points import Points, is_on_step
from ecpanel.domain.scheme import FULL_MARKS, Kind, OutlierLimits, Scheme, leaves
from ecpanel.domain.scoring import CandidateScore, Standing
from ecpanel.domain.sheet import Sheet, State

TOTAL = "合计"
MAD_SCALE = 14826
"""1.4826 x 10 000: makes the median absolute deviation comparable with a standard deviation."""


class CheckKind(StrEnum):
    """The four checks of 87号令 art. 64 (rule 31), then questions of our own."""

    SUM = "sum"
    RANGE = "range"
    OBJECTIVE = "objective"
    OUTLIER = "outlier"
    SPREAD = "spread"
    APPLICABILITY = "applicability"
    OBJECTION = "objection"


class Weight(StrEnum):
    """Red asks for an explanation in writing; yellow is worth a look."""

    RED = "red"
    YELLOW = "yellow"


@dataclass(frozen=True, slots=True)
class Flag:
    """One finding. `expert_id` is "" where it concerns the candidate; `indicator` may be 合计.
    `value` and `others` (plain mean of the other experts, rounded down) are in 1/100."""

    kind: CheckKind
    candidate_id: str
    expert_id: str
    indicator: str
    weight: Weight
    value: Points = 0
    others: Points = 0


def check_sums(sheets: Iterable[Sheet], declared: Mapping[tuple[str, str], Points | None]) -> list[Flag]:
    """Totals the experts' machines showed that differ from the sum of leaves; keys (expert, candidate)."""
    flags = []
    for sheet in sheets:
        said = declared.get((sheet.expert_id, sheet.candidate_id))
        summed = sum(score.points for score in sheet.scores.values() if score.points is not None)
        if said is not None and said != summed:
            flags.append(
                Flag(CheckKind.SUM, sheet.candidate_id, sheet.expert_id, TOTAL, Weight.RED, said, summed)
            )
    return flags


def check_ranges(scheme: Scheme, sheets: Iterable[Sheet]) -> list[Flag]:
    """Scores outside the range or off the step of their indicator."""
    by_code = {leaf.code: leaf for leaf in leaves(scheme)}
    return [
        Flag(CheckKind.RANGE, sheet.candidate_id, sheet.expert_id, code, Weight.RED, score.points)
        for sheet in sheets
        for code, score in sheet.scores.items()
        if score.points is not None
        and not (0 <= score.points <= by_code[code].points and is_on_step(score.points, by_code[code].step))
    ]


def check_objective(scheme: Scheme, by_candidate: Mapping[str, Sequence[Sheet]]) -> list[Flag]:
    """Objective indicators on which experts differ; they block the result until cured (rule 22)."""
    objective = [leaf.code for leaf in leaves(scheme) if leaf.kind is Kind.OBJECTIVE]
    return [
        Flag(CheckKind.OBJECTIVE, candidate, "", code, Weight.RED)
        for candidate, sheets in by_candidate.items()
        for code in objective
        if len({answer for sheet in sheets if (answer := _answer(sheet, code)) is not None}) > 1
    ]


def _answer(sheet: Sheet, code: str) -> tuple[State, Points | None] | None:
    """What an expert said of an indicator; None while he has said nothing."""
    score = sheet.scores.get(code)
    return None if score is None or score.state is State.UNSCORED else (score.state, score.points)


def check_applicability(scheme: Scheme, by_candidate: Mapping[str, Sequence[Sheet]]) -> list[Flag]:
    """Indicators that some experts scored and others called not applicable."""
    codes = [leaf.code for leaf in leaves(scheme) if leaf.may_not_apply]
    flags = []
    for candidate, sheets in by_candidate.items():
        for code in codes:
            states = {score.state for sheet in sheets if (score := sheet.scores.get(code)) is not None}
            if State.NOT_APPLICABLE in states and State.SCORED in states:
                flags.append(Flag(CheckKind.APPLICABILITY, candidate, "", code, Weight.YELLOW))
    return flags


def check_objections(settled: Mapping[str, Mapping[str, Points]], sheets: Iterable[Sheet]) -> list[Flag]:
    """Reasons experts wrote beside objective points that were computed for all: each is an objection
    the panel has to answer (rule 22). `settled` is by candidate and indicator, in 1/100."""
    return [
        Flag(CheckKind.OBJECTION, sheet.candidate_id, sheet.expert_id, code, Weight.YELLOW, points)
        for sheet in sheets
        for code, points in settled.get(sheet.candidate_id, {}).items()
        if (score := sheet.scores.get(code)) is not None and score.remark.strip()
    ]


def outlier_weight(
    value: Points, others: Points, n_others: int, maximum: Points, limits: OutlierLimits
) -> Weight | None:
    """Whether one value stands off the mean of the others (rule 32); `others` is their sum in 1/100.

    Red beyond `of_mean` percent of that mean and beyond `of_maximum` percent of the maximum;
    yellow from `yellow_of_mean` percent. Integers throughout.
    """
    if n_others < 1:
        return None
    distance = abs(value * n_others - others) * 100
    if distance <= limits.of_maximum * maximum * n_others:
        return None
    if distance > limits.of_mean * others:
        return Weight.RED
    return Weight.YELLOW if distance > limits.yellow_of_mean * others else None


def _doubled_median(values: Sequence[int]) -> int:
    """Twice the median, so that it stays an integer."""
    middle = len(values) // 2
    return 2 * values[middle] if len(values) % 2 else values[middle - 1] + values[middle]


def robust_outliers(values: Sequence[Points], maximum: Points, limits: OutlierLimits) -> list[bool]:
    """Values more than three scaled MADs off the median, with enough experts (rule 32)."""
    if len(values) < limits.robust_from:
        return [False] * len(values)
    median2 = _doubled_median(sorted(values))
    distances2 = [abs(2 * value - median2) for value in values]
    mad4 = _doubled_median(sorted(distances2))
    return [
        mad4 > 0
        and 2 * distance * 10000 > 3 * MAD_SCALE * mad4
        and distance * 100 > 2 * limits.of_maximum * maximum
        for distance in distances2
    ]


def check_outliers(scheme: Scheme, by_candidate: Mapping[str, Sequence[Sheet]]) -> list[Flag]:
    """畸高畸低 per subjective indicator; each is only a question."""
    subjective = [leaf for leaf in leaves(scheme) if leaf.kind is Kind.SUBJECTIVE]
    flags: list[Flag] = []
    for candidate, sheets in by_candidate.items():
        for leaf in subjective:
            given = [
                (sheet.expert_id, score.points)
                for sheet in sheets
                if (score := sheet.scores.get(leaf.code)) is not None and score.points is not None
            ]
            flags += _flag_values(candidate, leaf.code, given, leaf.points, scheme.outliers)
    return flags


def check_total_outliers(scheme: Scheme, scores: Iterable[CandidateScore]) -> list[Flag]:
    """畸高畸低 of totals, and candidates whose totals lie far apart (rules 32, 34)."""
    flags: list[Flag] = []
    for score in scores:
        given = [
            (one.expert_id, _floor(one.total))
            for one in score.totals
            if one.total is not None and one.standing is not Standing.VOIDED
        ]
        flags += _flag_values(score.candidate_id, TOTAL, given, FULL_MARKS, scheme.outliers)
        values = [value for _, value in given]
        if values and (max(values) - min(values)) * 100 > scheme.outliers.spread_of_full * FULL_MARKS:
            flags.append(
                Flag(CheckKind.SPREAD, score.candidate_id, "", TOTAL, Weight.YELLOW, max(values), min(values))
            )
    return flags


def _floor(total: Fraction) -> Points:
    return total.numerator // total.denominator


def _flag_values(
    candidate: str, code: str, given: Sequence[tuple[str, Points]], maximum: Points, limits: OutlierLimits
) -> list[Flag]:
    values = [points for _, points in given]
    n_others = len(values) - 1
    if n_others < 1:
        return []
    total = sum(values)
    robust = robust_outliers(values, maximum, limits)
    flags: list[Flag] = []
    for (expert, points), far in zip(given, robust, strict=True):
        weight = outlier_weight(points, total - points, n_others, maximum, limits)
        if far:
            weight = Weight.RED
        if weight is not None:
            others = (total - points) // n_others
            flags.append(Flag(CheckKind.OUTLIER, candidate, expert, code, weight, points, others))
    return flags
