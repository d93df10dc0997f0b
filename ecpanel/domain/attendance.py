"""Who is in the room (在场): for every candidate, which members must leave and which may vote."""

from __future__ import annotations

from collections.abc import Collection

from ecpanel.domain.evaluation import Material, all_recusals
from ecpanel.domain.recusal import recused_pairs
from ecpanel.domain.result import Result

Source = Material | Result


def leavers(source: Source) -> dict[str, tuple[str, ...]]:
    """Members who must leave the room, by candidate, in the order of the group; candidates for whom
    everybody stays are left out, and so are voided experts, who are not in the room."""
    pairs = _pairs(source)
    found: dict[str, tuple[str, ...]] = {}
    for expert in _present(source):
        for candidate in (one.candidate_id for one in source.candidates):
            if (expert, candidate) in pairs:
                found[candidate] = (*found.get(candidate, ()), expert)
    return found


def voters(source: Source, candidate_id: str) -> tuple[str, ...]:
    """Members who may move and vote on a candidate: neither recused nor voided (rules 15, 35)."""
    pairs = _pairs(source)
    return tuple(expert for expert in _present(source) if (expert, candidate_id) not in pairs)


def chair_recused(source: Source) -> frozenset[str]:
    """Candidates whose figures the chair must not see, having recused himself or been recused."""
    return frozenset(candidate for expert, candidate in _pairs(source) if expert == source.group.chair)


def _present(source: Source) -> list[str]:
    voided: Collection[str] = (
        {one.expert_id for one in source.voided} if isinstance(source, Result) else source.voided.keys()
    )
    return [expert for expert in source.group.members if expert not in voided]


def _pairs(source: Source) -> frozenset[tuple[str, str]]:
    return recused_pairs(source.recusals if isinstance(source, Result) else all_recusals(source))
