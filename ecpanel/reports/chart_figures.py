"""The arithmetic behind the figures of the report: what is counted, where it stands, and the axis for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.points import Points, round_half_up
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scheme import FULL_MARKS, LevelBy
from ecpanel.domain.scoring import Standing
from ecpanel.reports.figures import fraction

_STEPS: Final = (50, 100, 200, 500, 1000, 2000)
"""Distances of ticks and widths of bins that people count in, in 1/100 of a point."""
_MOST_TICKS: Final = 9
_MOST_BINS: Final = 48
_IN_FORCE: Final = frozenset(
    {Standing.COUNTED.value, Standing.DROPPED_HIGH.value, Standing.DROPPED_LOW.value}
)


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of the scale of points with its ticks; all in 1/100 of a point."""

    low: Points
    high: Points
    step: Points

    @property
    def ticks(self) -> range:
        """Where a tick stands, both ends included."""
        return range(self.low, self.high + 1, self.step)


@dataclass(frozen=True, slots=True)
class Summary:
    """Five places of some values, exact and in 1/100 of a point."""

    n: int
    lowest: Fraction
    lower: Fraction
    middle: Fraction
    upper: Fraction
    highest: Fraction

    @property
    def width(self) -> Points:
        """The range, rounded to 1/100."""
        return round_half_up(self.highest - self.lowest, 2)


@dataclass(frozen=True, slots=True)
class Contested:
    """One ranked candidate with two totals in force or more."""

    candidate: Candidate
    rank: int
    score: Points
    totals: Summary


@dataclass(frozen=True, slots=True)
class OwnScores:
    """What one expert gave: totals in force over ranked candidates, from the lowest up, in 1/100."""

    expert_id: str
    name: str
    totals: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A ranked candidate's score a year ago and now, in 1/100 of a point."""

    candidate: Candidate
    rank: int
    before: Points
    after: Points

    @property
    def change(self) -> Points:
        """Now less before."""
        return self.after - self.before


def ranked(result: Result) -> list[tuple[CandidateLine, Points]]:
    """Lines in the ranking with their scores, best first; held and excluded candidates are left out."""
    found = [(one, one.score) for one in result.lines if one.state == "ranked" and one.score is not None]
    return sorted(found, key=lambda pair: (pair[0].rank, pair[0].candidate_id))


def totals_in_force(line: CandidateLine) -> list[Fraction]:
    """Totals that stand, in 1/100, those left out of a trimmed mean among them; never a missing one."""
    return [fraction(one.total) for one in line.totals if one.standing in _IN_FORCE and one.total]


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which `share` of some ordered values lie, on the straight line between neighbours."""
    place = share * (len(ordered) - 1)
    whole = int(place)
    above = ordered[min(whole + 1, len(ordered) - 1)]
    return ordered[whole] + (place - whole) * (above - ordered[whole])


def summary(values: Iterable[Fraction]) -> Summary:
    """The five places of at least one value."""
    ordered = sorted(values)
    lower, middle, upper = (quantile(ordered, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    return Summary(len(ordered), ordered[0], lower, middle, upper, ordered[-1])


def axis_of(values: Iterable[Fraction | Points]) -> Axis:
    """An axis of round numbers around at least one value, within 0 and full marks."""
    known = list(values)
    low, high = min(known), max(known)
    for step in _STEPS:
        first = int(low // step) * step
        last = -int(-high // step) * step
        if last == first:
            first, last = first - step, last + step
        first, last = max(first, 0), min(last, FULL_MARKS)
        if (last - first) // step <= _MOST_TICKS:
            break
    return Axis(first, last, step)


def bin_width(axis: Axis) -> Points:
    """The width of the bins of a histogram in 1/100: the narrowest that stays calm and meets every tick."""
    usable = [step for step in _STEPS if axis.step % step == 0]
    return next((step for step in usable if (axis.high - axis.low) // step <= _MOST_BINS), axis.step)


def bins(axis: Axis, width: Points, scores: Iterable[Points]) -> list[int]:
    """How many scores lie in each bin from its lower edge up to the next; full marks join the last bin."""
    counts = [0] * ((axis.high - axis.low) // width)
    for score in scores:
        counts[min((score - axis.low) // width, len(counts) - 1)] += 1
    return counts


def line_score(result: Result) -> Points | None:
    """The score at which the recommendation list ends; None without a list."""
    scores = {line.candidate_id: score for line, score in ranked(result)}
    listed = [scores[one] for one in (*result.recommended, *result.tied_at_line) if one in scores]
    return min(listed) if result.review.cut and listed else None


def level_spans(result: Result) -> list[tuple[str, Points, Points]]:
    """Levels that follow the score, best first, each from its bound up to the next, in 1/100; else []."""
    if result.scheme.level_by is not LevelBy.SCORE:
        return []
    spans = []
    above = FULL_MARKS
    for level in result.scheme.levels:
        spans.append((level.name, level.bound, above))
        above = level.bound
    return spans


def level_counts(result: Result) -> list[tuple[str, list[int]]]:
    """Ranked candidates by level, for all and for each category that has any; levels best first."""
    names = [level.name for level in result.scheme.levels]
    categories = {one.candidate_id: one.category for one in result.candidates}
    rows: dict[str, list[int]] = {"": [0] * len(names)}
    present = {categories[line.candidate_id] for line, _ in ranked(result)}
    for category in (*result.scheme.categories, *sorted(present - set(result.scheme.categories))):
        if category in present:
            rows[category] = [0] * len(names)
    for line, _ in ranked(result):
        place = names.index(line.level)
        rows[""][place] += 1
        rows[categories[line.candidate_id]][place] += 1
    return [(name or "全部", counts) for name, counts in rows.items()]


def contested(result: Result) -> list[Contested]:
    """Ranked candidates that at least two experts scored, in ranking order."""
    firms = {one.candidate_id: one for one in result.candidates}
    found = []
    for line, score in ranked(result):
        totals = totals_in_force(line)
        if len(totals) > 1:
            found.append(Contested(firms[line.candidate_id], line.rank, score, summary(totals)))
    return found


def widest(rows: Sequence[Contested], most: int) -> list[Contested]:
    """The `most` rows of the largest range, in the order given; equal ranges go by that order."""
    places = sorted(range(len(rows)), key=lambda place: (-rows[place].totals.width, place))
    return [rows[place] for place in sorted(places[:most])]


def own_scores(result: Result) -> list[OwnScores]:
    """Experts in the order of the panel who have a total in force on a ranked candidate."""
    given: dict[str, list[Fraction]] = {one.expert_id: [] for one in result.experts}
    for line, _ in ranked(result):
        for one in line.totals:
            if one.standing in _IN_FORCE and one.total and one.expert_id in given:
                given[one.expert_id].append(fraction(one.total))
    return [
        OwnScores(one.expert_id, one.name, tuple(sorted(given[one.expert_id])))
        for one in result.experts
        if given[one.expert_id]
    ]


def changes(result: Result) -> list[Change]:
    """Ranked candidates with a score of the year before, in ranking order; other years prove nothing."""
    firms = {one.candidate_id: one for one in result.candidates}
    year = result.review.year - 1
    return [
        Change(firms[line.candidate_id], line.rank, past.score, score)
        for line, score in ranked(result)
        for past in firms[line.candidate_id].past
        if past.year == year and past.score is not None
    ]


def largest_changes(rows: Sequence[Change], most: int) -> tuple[list[Change], list[Change]]:
    """The `most` largest rises and the `most` largest falls, the largest of each first."""
    ordered = sorted(rows, key=lambda one: (-abs(one.change), one.rank, one.candidate.candidate_id))
    rises = [one for one in ordered if one.change > 0]
    falls = [one for one in ordered if one.change < 0]
    return rises[:most], falls[:most]


def spread_out(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places at least `gap` apart and as near to the `wanted` ones as their order allows (pt).

    Places stay between `low` and `high` as far as there is room for all.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[float]] = []  # [sum of wished starts, members]
    for number, place in enumerate(order):
        groups.append([wanted[place] - number * gap, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, members = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += members
    highest = high - gap * (len(order) - 1)
    starts = [max(min(total / members, highest), low) for total, members in _each(groups)]
    placed = [0.0] * len(wanted)
    for number, place in enumerate(order):
        placed[place] = starts[number] + number * gap
    return placed


def _each(groups: Iterable[list[float]]) -> Iterator[tuple[float, float]]:
    for total, members in groups:
        yield from [(total, members)] * int(members)
