"""The expert's own candidates: how far each sheet is; a recused one is a line with no way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.points import show_points
from ecpanel.domain.scheme import Scheme, leaves
from ecpanel.domain.sheet import Sheet, State, gaps
from ecpanel.gui.marks import PARTLY, RECUSED, SCORED, UNSCORED
from ecpanel.gui.models.records import Column, RecordModel


class Progress(StrEnum):
    """How far a sheet is."""

    RECUSED = "recused"
    UNTOUCHED = "untouched"
    BEGUN = "begun"
    COMPLETE = "complete"


MARKS = {
    Progress.RECUSED: RECUSED,
    Progress.UNTOUCHED: UNSCORED,
    Progress.BEGUN: PARTLY,
    Progress.COMPLETE: SCORED,
}
ORDER = {Progress.BEGUN: 0, Progress.UNTOUCHED: 1, Progress.COMPLETE: 2, Progress.RECUSED: 3}


@dataclass(frozen=True, slots=True)
class OwnCandidate:
    """One line: `done` of `leaves` cells are settled, `total` is the sum so far (None until complete)."""

    candidate: Candidate
    progress: Progress
    done: int = 0
    leaves: int = 0
    total: int | None = None
    open_points: int = 0

    @property
    def about(self) -> str:
        """The second line."""
        where = f"{self.candidate.region} · {self.candidate.category}"
        if self.progress is Progress.RECUSED:
            return f"{where} · 回避"
        if self.progress is Progress.COMPLETE:
            return f"{where} · 已评" + ("" if self.total is None else f" {show_points(self.total)}")
        if self.progress is Progress.UNTOUCHED:
            return f"{where} · 未评"
        rest = f" · 差 {self.open_points} 处" if self.done == self.leaves else ""
        return f"{where} · {self.done}/{self.leaves}{rest}"


def own_candidate(
    candidate: Candidate, sheet: Sheet | None, scheme: Scheme, settled: Mapping[str, int]
) -> OwnCandidate:
    """The line of a candidate from its sheet; None is a recused one."""
    if sheet is None:
        return OwnCandidate(candidate, Progress.RECUSED)
    codes = [leaf.code for leaf in leaves(scheme)]
    done = sum(code in sheet.scores and sheet.scores[code].state is not State.UNSCORED for code in codes)
    missing = len(gaps(sheet, scheme))
    touched = done > len(settled) or sheet.opinion.length > 0
    progress = Progress.COMPLETE if not missing else Progress.BEGUN if touched else Progress.UNTOUCHED
    whole = not any(score.state is State.ABSTAINED for score in sheet.scores.values())
    total = sum(score.points for score in sheet.scores.values() if score.points is not None)
    return OwnCandidate(
        candidate, progress, done, len(codes), total if not missing and whole else None, missing
    )


class OwnCandidatesModel(RecordModel[OwnCandidate]):
    """One row per candidate, in list order."""

    def __init__(self, hide_totals: Callable[[], bool] = lambda: False) -> None:
        super().__init__(
            (
                Column(
                    "参评企业",
                    lambda one: (
                        f"{one.candidate.name}\n{one.about.rpartition(' ')[0] if hide_totals() and one.total is not None else one.about}"
                    ),
                    sort=lambda one: (ORDER[one.progress], one.candidate.candidate_id),
                    mark=lambda one: MARKS[one.progress],
                    tip=lambda one: f"{one.candidate.candidate_id} {one.candidate.name}\n{one.about}",
                    width=0,
                ),
            ),
            key=lambda one: one.candidate.candidate_id,
        )

    def next_open(self, after: str) -> str | None:
        """The next shown candidate that is not complete, going round; None when there is none."""
        shown = [one for one in self.rows if one.progress in (Progress.UNTOUCHED, Progress.BEGUN)]
        start = self.row_of(after)
        behind = [
            one for one in shown if start is None or (self.row_of(one.candidate.candidate_id) or 0) > start
        ]
        found = (behind or [one for one in shown if one.candidate.candidate_id != after])[:1]
        return found[0].candidate.candidate_id if found else None

    def neighbour(self, key: str, step: int) -> str | None:
        """The next or previous candidate with a way in."""
        place = self.row_of(key)
        places = (
            range(len(self.rows))
            if place is None
            else (range(place + 1, len(self.rows)) if step > 0 else range(place - 1, -1, -1))
        )
        return next(
            (
                self.rows[n].candidate.candidate_id
                for n in places
                if self.rows[n].progress is not Progress.RECUSED
            ),
            None,
        )
