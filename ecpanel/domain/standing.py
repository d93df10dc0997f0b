"""The standing (历年状态): what two running years say about an enterprise; it never decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.candidate import CURRENT_TITLE, Candidate, PastResult

GOOD: Final = "优秀"
POOR: Final = "较差"


@dataclass(frozen=True, slots=True)
class StandingFlag:
    """连续两年较差 or 连续两年优秀 with the two results it rests on (notice 378, 一(二))."""

    candidate_id: str
    consequence: str
    earlier: PastResult
    later: PastResult


def standing_flag(candidate: Candidate, this_year: PastResult) -> StandingFlag | None:
    """What this year's level means together with last year's, or None.

    Only two neighbouring years with a named level count; a missing year proves nothing (rule 8).
    """
    before = next((past for past in candidate.past if past.year == this_year.year - 1), None)
    if before is None:
        return None
    if candidate.standing == CURRENT_TITLE and before.level == this_year.level == POOR:
        return StandingFlag(candidate.candidate_id, "连续两年较差", before, this_year)
    if candidate.standing != CURRENT_TITLE and before.level == this_year.level == GOOD:
        return StandingFlag(candidate.candidate_id, "连续两年优秀", before, this_year)
    return None


def standing_flags(candidates: Iterable[Candidate], results: dict[str, PastResult]) -> list[StandingFlag]:
    """Flags of all candidates that have a result this year; keys are candidate ids."""
    flags = []
    for candidate in candidates:
        result = results.get(candidate.candidate_id)
        flag = standing_flag(candidate, result) if result else None
        if flag is not None:
            flags.append(flag)
    return flags
