"""The disagreement map (分歧图): how far every expert's total stands from the others on each candidate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ecpanel.domain.checks import CheckKind, Weight
from ecpanel.domain.points import Points, round_half_up
from ecpanel.domain.result import CandidateLine, Result, TotalLine
from ecpanel.domain.scoring import Standing

PLACES: Final = 2
_IN_FORCE: Final = frozenset(
    {Standing.COUNTED.value, Standing.DROPPED_HIGH.value, Standing.DROPPED_LOW.value}
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One expert on one candidate. `total` is in force, `deviation` its distance from the mean of the
    others, both in 1/100 and None where there is nothing to compare; `weight` is the heaviest outlier
    question about this pair, over its indicators and its total: red, yellow or ""."""

    expert_id: str
    standing: str
    total: Points | None
    deviation: Points | None
    weight: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One candidate: experts in the order of the panel, `n` totals in force, the distance of highest and
    lowest (None with fewer than two), and its heaviest question of any kind."""

    candidate_id: str
    n: int
    spread: Points | None
    weight: str
    experts: tuple[Deviation, ...]


def spread(result: Result) -> tuple[Spread, ...]:
    """The map, in the order of the candidates; exact throughout, each figure rounded once."""
    pair_weights: dict[tuple[str, str], str] = {}
    weights: dict[str, str] = {}
    for flag in result.flags:
        weights[flag.candidate_id] = _heavier(weights.get(flag.candidate_id, ""), flag.weight)
        if flag.kind == CheckKind.OUTLIER.value:
            pair = (flag.expert_id, flag.candidate_id)
            pair_weights[pair] = _heavier(pair_weights.get(pair, ""), flag.weight)
    order = [one.expert_id for one in result.experts]
    return tuple(
        _spread(line, order, pair_weights, weights.get(line.candidate_id, "")) for line in result.lines
    )


def _heavier(first: str, second: str) -> str:
    return Weight.RED.value if Weight.RED.value in (first, second) else first or second


def _spread(
    line: CandidateLine, order: Sequence[str], weights: dict[tuple[str, str], str], weight: str
) -> Spread:
    lines = {one.expert_id: one for one in line.totals}
    totals = {one.expert_id: value for one in line.totals if (value := _in_force(one)) is not None}
    whole = _sum(totals.values())
    count = len(totals)
    experts = tuple(
        Deviation(
            expert,
            lines[expert].standing,
            None if (value := totals.get(expert)) is None else round_half_up(Fraction(value), PLACES),
            None
            if value is None or count < 2
            else round_half_up(Fraction(count * value - whole, count - 1), PLACES),
            weights.get((expert, line.candidate_id), ""),
        )
        for expert in order
    )
    width = None
    if count > 1:
        width = round_half_up(Fraction(max(totals.values()) - min(totals.values())), PLACES)
    return Spread(line.candidate_id, count, width, weight, experts)


def _in_force(line: TotalLine) -> Fraction | int | None:
    """A total that counts; nearly all are whole hundredths, and whole numbers are quick."""
    if line.total is None or line.standing not in _IN_FORCE:
        return None
    if line.total.denominator == 1:
        return line.total.numerator
    return Fraction(line.total.numerator, line.total.denominator)


def _sum(values: Iterable[Fraction | int]) -> Fraction | int:
    total: Fraction | int = 0
    for value in values:
        total += value
    return total
