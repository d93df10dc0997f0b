"""The agenda (议程): which candidates the panel has to speak about, why, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ecpanel.domain.attendance import leavers
from ecpanel.domain.checks import CheckKind, Weight
from ecpanel.domain.ranking import SHARED
from ecpanel.domain.result import FlagLine, Result


class MatterReason(StrEnum):
    """Why a candidate is on the agenda (rule 34), what blocks the result first."""

    SUM = "sum"
    RANGE = "range"
    OBJECTIVE = "objective"
    OUTLIER_HIGH = "outlier_high"
    OUTLIER_LOW = "outlier_low"
    SPREAD = "spread"
    OBJECTION = "objection"
    TIE = "tie"
    LINE = "line"
    HELD = "held"


MATTER_WORDS: Final = {
    MatterReason.SUM: "汇总错误",
    MatterReason.RANGE: "超出范围",
    MatterReason.OBJECTIVE: "客观不一致",
    MatterReason.OUTLIER_HIGH: "畸高",
    MatterReason.OUTLIER_LOW: "畸低",
    MatterReason.SPREAD: "极差过大",
    MatterReason.OBJECTION: "客观分异议",
    MatterReason.TIE: "并列",
    MatterReason.LINE: "入选线",
    MatterReason.HELD: "暂缓",
}
_ORDER: Final = {reason: place for place, reason in enumerate(MatterReason)}
BLOCKING: Final = frozenset({MatterReason.SUM, MatterReason.RANGE, MatterReason.OBJECTIVE})
"""What keeps the result from being signed, and so is spoken about even for an excluded candidate."""


@dataclass(frozen=True, slots=True)
class Matter:
    """合议事项: one candidate, the reasons (none where only people brought it up), and the members who
    leave the room for it."""

    candidate_id: str
    reasons: tuple[MatterReason, ...]
    leave: tuple[str, ...]


def agenda(result: Result, also: Collection[str] = ()) -> list[Matter]:
    """Matters clustered by who must leave the room, so that people walk as little as can be, and
    shuffled inside, so that neither list nor score tells the order (design of the meeting).

    The shuffle follows from the review alone: a settled matter never moves the others. `also` are
    candidates without a reason of the program's: brought up by people, or settled already.
    """
    reasons = _reasons(result)
    for line in result.lines:
        if line.candidate_id in also:
            reasons.setdefault(line.candidate_id, set())
    leave = leavers(result)
    clusters: dict[tuple[str, ...], list[str]] = {}
    for candidate in reasons:
        clusters.setdefault(leave.get(candidate, ()), []).append(candidate)
    seed = result.review.review_id
    return [
        Matter(candidate, tuple(sorted(reasons[candidate], key=_ORDER.__getitem__)), members)
        for members in _walk(clusters)
        for candidate in sorted(clusters[members], key=lambda one: _shuffled(seed, one))
    ]


def _reasons(result: Result) -> dict[str, set[MatterReason]]:
    """Reasons by candidate, those without any left out."""
    found: dict[str, set[MatterReason]] = {line.candidate_id: set() for line in result.lines}
    for flag in result.flags:
        reason = _flag_reason(flag)
        if reason is not None:
            found[flag.candidate_id].add(reason)
    for line in result.lines:
        if line.decided_by == SHARED:
            found[line.candidate_id].add(MatterReason.TIE)
        if line.state == "held":
            found[line.candidate_id].add(MatterReason.HELD)
        if line.state == "excluded":
            found[line.candidate_id] &= BLOCKING
    for candidate in result.near_line:
        found[candidate].add(MatterReason.LINE)
    return {candidate: reasons for candidate, reasons in found.items() if reasons}


def _flag_reason(flag: FlagLine) -> MatterReason | None:
    """What a finding of the checks puts on the agenda; a yellow outlier is only worth a look."""
    if flag.kind == CheckKind.OUTLIER.value:
        if flag.weight != Weight.RED.value:
            return None
        return MatterReason.OUTLIER_HIGH if flag.value > flag.others else MatterReason.OUTLIER_LOW
    return {
        CheckKind.SUM.value: MatterReason.SUM,
        CheckKind.RANGE.value: MatterReason.RANGE,
        CheckKind.OBJECTIVE.value: MatterReason.OBJECTIVE,
        CheckKind.SPREAD.value: MatterReason.SPREAD,
        CheckKind.OBJECTION.value: MatterReason.OBJECTION,
    }.get(flag.kind)


def _walk(clusters: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Clusters one after another, beginning with everybody in the room, each followed by the one for
    which fewest people go or come."""
    left = sorted(clusters)
    order: list[tuple[str, ...]] = []
    outside: frozenset[str] = frozenset()
    while left:
        nearest = min(left, key=lambda one: (len(outside ^ frozenset(one)), len(one), one))
        left.remove(nearest)
        order.append(nearest)
        outside = frozenset(nearest)
    return order


def _shuffled(seed: str, candidate_id: str) -> bytes:
    return hashlib.sha256(f"{seed}/{candidate_id}".encode()).digest()
