"""Ties that the declared chain left standing (并列): who is tied with whom, and whether a vote can part them."""

from __future__ import annotations

from ecpanel.domain.ranking import SHARED
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import Scheme, TieStep
from ecpanel.domain.side_by_side import line_of


def tied_with(result: Result, candidate_id: str) -> tuple[str, ...]:
    """Everybody who shares the candidate's place, itself included, best first where a vote has parted
    them; empty where it stands alone or another step of the chain decided."""
    line = line_of(result, candidate_id)
    if line.decided_by == SHARED:
        return tuple(
            one.candidate_id for one in result.lines if one.decided_by == SHARED and one.rank == line.rank
        )
    if line.decided_by == TieStep.VOTE.value:
        voted = (one.order for one in reversed(result.tie_decisions) if candidate_id in one.order)
        return next(voted, ())
    return ()


def open_ties(result: Result) -> list[tuple[str, ...]]:
    """Groups that still share a place, in the order of the ranking."""
    places: dict[int, list[str]] = {}
    for one in result.lines:
        if one.decided_by == SHARED:
            places.setdefault(one.rank, []).append(one.candidate_id)
    return [tuple(places[rank]) for rank in sorted(places)]


def votes_part(scheme: Scheme) -> bool:
    """Whether the chain of the scheme lets the panel part ties by a vote."""
    return any(one.step is TieStep.VOTE for one in scheme.merging.ties)
