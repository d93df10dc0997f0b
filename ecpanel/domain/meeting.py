"""The meeting (合议): corrections, gate decisions and tie votes as a second layer over originals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import Points
from ecpanel.domain.scheme import STRICT, MeetingRules, Scheme, indicator
from ecpanel.domain.sheet import Score, Sheet, State, check_value


class ReasonCode(StrEnum):
    """Why a score was corrected (rule 36, after 87号令 art. 64)."""

    SUM = "01"
    RANGE = "02"
    OBJECTIVE = "03"
    OUTLIER = "04"
    SITE = "05"
    OTHER = "06"


REASON_WORDS: Final = {
    ReasonCode.SUM: "分值汇总计算错误",
    ReasonCode.RANGE: "分项评分超出评分标准范围",
    ReasonCode.OBJECTIVE: "客观评审因素评分不一致",
    ReasonCode.OUTLIER: "评分畸高、畸低",
    ReasonCode.SITE: "现场核查发现",
    ReasonCode.OTHER: "其他",
}


@dataclass(frozen=True, slots=True)
class Vote:
    """Hands counted: for, against, abstained, and members kept away by recusal."""

    __pydantic_config__: ClassVar = STRICT
    in_favour: int
    against: int
    abstained: int
    recused: int = 0

    @property
    def present(self) -> int:
        """Members present and entitled to vote."""
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True)
class Correction:
    """One changed score. `before` and `after` are in 1/100; the original is never touched. Only the
    expert who gave the score changes it; `confirmed` says how he proved to be himself."""

    __pydantic_config__: ClassVar = STRICT
    correction_id: int
    expert_id: str
    candidate_id: str
    indicator: str
    before: Points
    after: Points
    reason: ReasonCode
    note: str
    mover: str
    vote: Vote
    confirmed: str
    at: str


@dataclass(frozen=True, slots=True)
class GateDecision:
    """The panel's finding on one gate of one candidate (rule 11)."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    gate: str
    passed: bool
    reason: str
    vote: Vote
    at: str


@dataclass(frozen=True, slots=True)
class TieDecision:
    """The panel's order among tied candidates, best first (rule 33)."""

    __pydantic_config__: ClassVar = STRICT
    order: tuple[str, ...]
    reason: str
    vote: Vote
    at: str


def check_vote(vote: Vote, entitled: int, rules: MeetingRules, *, gate: bool = False) -> None:
    """Refuse a vote without quorum or majority (rule 35). `entitled` counts members not recused."""
    if min(vote.in_favour, vote.against, vote.abstained) < 0 or vote.present > entitled:
        raise EcpanelError("vote_too_many", present=vote.present, entitled=entitled)
    numerator, denominator = rules.quorum
    if vote.present * denominator < entitled * numerator:
        raise EcpanelError("vote_no_quorum", present=vote.present, entitled=entitled)
    if gate:
        numerator, denominator = rules.gate_majority
        carried = vote.in_favour * denominator >= vote.present * numerator
    else:
        carried = 2 * vote.in_favour > vote.present
    if not carried or not vote.in_favour:
        raise EcpanelError("vote_not_carried", in_favour=vote.in_favour, present=vote.present)


def corrected(
    sheets: Mapping[tuple[str, str], Sheet], corrections: Iterable[Correction]
) -> dict[tuple[str, str], Sheet]:
    """Sheets with corrections laid over them, in order; keys are (expert, candidate).

    A correction that does not start from the value in force is refused.
    """
    result = dict(sheets)
    for one in corrections:
        key = (one.expert_id, one.candidate_id)
        sheet = result.get(key)
        score = sheet.scores.get(one.indicator) if sheet else None
        if sheet is None or score is None or score.points != one.before:
            raise EcpanelError("correction_stale", candidate=one.candidate_id, indicator=one.indicator)
        changed = {**sheet.scores, one.indicator: replace(score, points=one.after)}
        result[key] = replace(sheet, scores=changed)
    return result


def check_correction(scheme: Scheme, score: Score | None, code: str, after: Points) -> Points:
    """The value in force that a correction would replace; refuses what cannot be corrected."""
    leaf = indicator(scheme, code)
    if leaf is None:
        raise EcpanelError("indicator_unknown", indicator=code)
    if score is None or score.state is not State.SCORED or score.points is None:
        raise EcpanelError("correction_of_nothing", indicator=code)
    check_value(leaf, after)
    if after == score.points:
        raise EcpanelError("correction_same", indicator=code)
    return score.points


def failed_gates(decisions: Iterable[GateDecision]) -> dict[str, GateDecision]:
    """Candidates kept out of the ranking, with the decision in force; a later one replaces."""
    in_force: dict[tuple[str, str], GateDecision] = {}
    for one in decisions:
        in_force[one.candidate_id, one.gate] = one
    return {one.candidate_id: one for one in in_force.values() if not one.passed}
