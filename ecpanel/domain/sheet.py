"""The score sheet (评分表): one expert's cells for one candidate, in one of four states each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import Points, is_on_step, show_points, show_short
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.scheme import STRICT, Indicator, Kind, Remarks, Scheme, leaves


class State(StrEnum):
    """未评 / 已评 / 不适用 / 弃权; a cell without a number never counts as zero."""

    UNSCORED = "unscored"
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page a score rests on; `sha256` binds it to the bytes of the document."""

    __pydantic_config__: ClassVar = STRICT
    document_id: str
    sha256: str
    page: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One cell; `points` (1/100) is a number exactly when the state is SCORED."""

    __pydantic_config__: ClassVar = STRICT
    indicator: str
    state: State
    points: Points | None = None
    remark: str = ""
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if (self.state is State.SCORED) != (self.points is not None):
            raise EcpanelError("score_state", indicator=self.indicator, state=self.state.value)


@dataclass(frozen=True, slots=True)
class Opinion:
    """评估意见 on a candidate (rule 39)."""

    __pydantic_config__: ClassVar = STRICT
    strengths: str = ""
    weaknesses: str = ""
    advice: str = ""

    @property
    def length(self) -> int:
        """Characters without blanks, over the three parts."""
        return sum(len("".join(part.split())) for part in (self.strengths, self.weaknesses, self.advice))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One expert's sheet for one candidate; keys of `scores` are indicator codes."""

    expert_id: str
    candidate_id: str
    scores: Mapping[str, Score] = field(default_factory=dict)
    opinion: Opinion = Opinion()


def check_value(leaf: Indicator, points: Points) -> None:
    """Refuse a value out of range or off the step (rule 20, 87号令 64(2))."""
    if not 0 <= points <= leaf.points:
        raise EcpanelError(
            "score_out_of_range",
            indicator=leaf.code,
            points=show_points(points),
            maximum=show_short(leaf.points),
        )
    if not is_on_step(points, leaf.step):
        raise EcpanelError(
            "score_off_step", indicator=leaf.code, points=show_points(points), step=show_short(leaf.step)
        )


def check_score(leaf: Indicator, score: Score) -> None:
    """Refuse a cell its indicator does not allow."""
    if score.points is not None:
        check_value(leaf, score.points)
    if score.state is State.NOT_APPLICABLE and not leaf.may_not_apply:
        raise EcpanelError("score_must_apply", indicator=leaf.code)


def needs_remark(leaf: Indicator, points: Points, rules: Remarks) -> bool:
    """Whether a subjective score is low or high enough to need reasons (rule 21)."""
    if leaf.kind is not Kind.SUBJECTIVE:
        return False
    share = 100 * points
    return share < rules.below_percent * leaf.points or share >= rules.from_percent * leaf.points


def gaps(sheet: Sheet, scheme: Scheme) -> list[Problem]:
    """What still keeps a sheet from being handed in; each problem names candidate and indicator."""
    problems: list[Problem] = []
    where = {"candidate": sheet.candidate_id}
    for leaf in leaves(scheme):
        score = sheet.scores.get(leaf.code)
        if score is None or (score.points is None and score.state is State.UNSCORED):
            problems.append(error("cell_unscored", indicator=leaf.code, **where))
            continue
        code = _reason_needed(leaf, score, scheme.remarks)
        if missing_reason(leaf, score, scheme.remarks):
            shown = "" if score.points is None else show_points(score.points)
            problems.append(
                error(code, indicator=leaf.code, points=shown, minimum=scheme.remarks.min_length, **where)
            )
    length = sheet.opinion.length
    if not scheme.remarks.opinion_min <= length <= scheme.remarks.opinion_max:
        problems.append(
            error(
                "opinion_length",
                length=length,
                minimum=scheme.remarks.opinion_min,
                maximum=scheme.remarks.opinion_max,
                **where,
            )
        )
    return problems


def missing_reason(leaf: Indicator, score: Score, rules: Remarks) -> int:
    """How many characters of its reasons a cell still lacks; 0 where none are needed (rule 21)."""
    if score.state is State.UNSCORED or not _reason_needed(leaf, score, rules):
        return 0
    return max(rules.min_length - len("".join(score.remark.split())), 0)


def _reason_needed(leaf: Indicator, score: Score, rules: Remarks) -> str:
    """The problem that a missing reason would be, or "" where none is needed."""
    if score.points is None:
        return "cell_state_reason"
    return "cell_remark" if needs_remark(leaf, score.points, rules) else ""


def check_sheet(sheet: Sheet, scheme: Scheme) -> None:
    """Refuse cells of unknown indicators and values their indicators do not allow."""
    by_code = {leaf.code: leaf for leaf in leaves(scheme)}
    for code, score in sheet.scores.items():
        leaf = by_code.get(code)
        if leaf is None:
            raise EcpanelError("indicator_unknown", indicator=code)
        check_score(leaf, score)
