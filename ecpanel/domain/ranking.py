"""The ranking (排名): order by the official figure, ties by the declared chain, shared places 1,2,2,4."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.meeting import GateDecision, TieDecision, failed_gates
from ecpanel.domain.points import HUNDRED, Points
from ecpanel.domain.scheme import Level, LevelBy, Scheme, TieRule, TieStep
from ecpanel.domain.scoring import CandidateScore

SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Place:
    """One candidate in the ranking; `decided_by` names the tie step that set it apart, `shared`
    when the tie stayed a tie, or "" when its score stands alone."""

    candidate_id: str
    rank: int
    category_rank: int
    region_rank: int
    score: Points
    level: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole order; held and gate-failed candidates stand apart and never hold a place."""

    places: tuple[Place, ...]
    held: tuple[str, ...]
    excluded: tuple[GateDecision, ...]


@dataclass(frozen=True, slots=True)
class CutLine:
    """The line of the recommendation list: who is above, who shares the last place, who is near."""

    recommended: tuple[str, ...]
    tied_at_line: tuple[str, ...]
    near: tuple[str, ...]


def rank_candidates(
    scheme: Scheme,
    candidates: Sequence[Candidate],
    scores: Mapping[str, CandidateScore],
    gate_decisions: Iterable[GateDecision] = (),
    tie_decisions: Sequence[TieDecision] = (),
) -> Ranking:
    """Rank candidates by their official scores (rules 6, 11, 16, 33)."""
    failed = failed_gates(gate_decisions)
    entered = [one for one in candidates if one.candidate_id not in failed]
    held = tuple(one.candidate_id for one in entered if scores[one.candidate_id].held)
    running = [one for one in entered if not scores[one.candidate_id].held]
    by_id = {one.candidate_id: one for one in running}

    def official(candidate_id: str) -> Points:
        score = scores[candidate_id].score
        assert score is not None
        return score

    ordered = sorted(by_id, key=lambda one: (-official(one), one))
    blocks: list[tuple[list[str], str]] = []
    for _, tied in groupby(ordered, key=official):
        blocks += _separate(list(tied), scheme.merging.ties, "", by_id, scores, tie_decisions)
    counts = _Counter()
    places: list[Place] = []
    for members, decided_by in blocks:
        ranks = [counts.rank(by_id[one]) for one in members]
        for one, (overall, category, region) in zip(members, ranks, strict=True):
            level = _level(scheme, official(one), overall, len(running))
            places.append(Place(one, overall, category, region, official(one), level, decided_by))
        for one in members:
            counts.add(by_id[one])
    excluded = tuple(failed[one.candidate_id] for one in candidates if one.candidate_id in failed)
    return Ranking(tuple(places), held, excluded)


class _Counter:
    """Counts the places given so far, overall, per category and per region."""

    def __init__(self) -> None:
        self._all = 0
        self._categories: dict[str, int] = {}
        self._regions: dict[str, int] = {}

    def rank(self, one: Candidate) -> tuple[int, int, int]:
        return (
            self._all + 1,
            self._categories.get(one.category, 0) + 1,
            self._regions.get(one.region, 0) + 1,
        )

    def add(self, one: Candidate) -> None:
        self._all += 1
        self._categories[one.category] = self._categories.get(one.category, 0) + 1
        self._regions[one.region] = self._regions.get(one.region, 0) + 1


def _separate(
    tied: list[str],
    chain: Sequence[TieRule],
    decided_by: str,
    by_id: Mapping[str, Candidate],
    scores: Mapping[str, CandidateScore],
    votes: Sequence[TieDecision],
) -> list[tuple[list[str], str]]:
    """Split a tied group by the chain into blocks of equal place, best first, each with the step
    that set it apart."""
    if len(tied) == 1:
        return [(tied, decided_by)]
    if not chain:
        return [(sorted(tied), SHARED)]
    rule, rest = chain[0], chain[1:]
    key = _tie_key(rule, tied, by_id, scores, votes)
    if key is None or len({key(one) for one in tied}) == 1:
        return _separate(tied, rest, decided_by, by_id, scores, votes)
    name = f"{rule.step.value}:{rule.section}" if rule.section else rule.step.value
    blocks: list[tuple[list[str], str]] = []
    for _, part in groupby(sorted(tied, key=lambda one: (-key(one), one)), key=key):
        blocks += _separate(list(part), rest, name, by_id, scores, votes)
    return blocks


def _tie_key(
    rule: TieRule,
    tied: Sequence[str],
    by_id: Mapping[str, Candidate],
    scores: Mapping[str, CandidateScore],
    votes: Sequence[TieDecision],
) -> Callable[[str], int] | None:
    """What a step compares, larger first; None where the step cannot be applied to all of them."""
    figures: dict[str, int | None]
    if rule.step is TieStep.SECTION:
        figures = {one: scores[one].sections.get(rule.section) for one in tied}
    elif rule.step is TieStep.UNTRIMMED:
        figures = {one: scores[one].plain for one in tied}
    elif rule.step is TieStep.LAST_YEAR:
        newest = {one: by_id[one].last_year for one in tied}
        same = len({past.year for past in newest.values() if past}) == 1
        figures = {one: past.score if past and same else None for one, past in newest.items()}
    else:
        vote = next((v for v in reversed(votes) if set(v.order) == set(tied)), None)
        figures = {one: -vote.order.index(one) if vote else None for one in tied}
    known = {one: figure for one, figure in figures.items() if figure is not None}
    return known.__getitem__ if len(known) == len(tied) else None


def _level(scheme: Scheme, score: Points, rank: int, ranked: int) -> str:
    levels: Sequence[Level] = scheme.levels
    if scheme.level_by is LevelBy.SCORE:
        return next((level.name for level in levels if score >= level.bound), levels[-1].name)
    return next((level.name for level in levels if rank * 10000 <= level.bound * ranked), levels[-1].name)


def cut_line(ranking: Ranking, cut: int, band: Points = HUNDRED) -> CutLine:
    """Who a list of `cut` places holds; a tie across the line is left to the panel (rule 34).

    `band` is how close in 1/100 of a point a score must be to the line to count as near.
    """
    if cut <= 0 or not ranking.places:
        return CutLine((), (), ())
    above = [one for one in ranking.places if one.rank <= cut]
    tied: tuple[str, ...] = ()
    if len(above) > cut:
        last = above[-1].rank
        tied = tuple(one.candidate_id for one in above if one.rank == last)
        above = [one for one in above if one.rank != last]
    line = ranking.places[min(cut, len(ranking.places)) - 1].score
    near = tuple(one.candidate_id for one in ranking.places if abs(one.score - line) <= band)
    return CutLine(tuple(one.candidate_id for one in above), tied, near)
