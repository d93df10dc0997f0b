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


OPEN = (Progress.UNTOUCHED, Progress.BEGUN)
MARKS = {
    Progress.RECUSED: RECUSED,
    Progress.UNTOUCHED: UNSCORED,
    Progress.BEGUN: PARTLY,
    Progress.COMPLETE: SCORED,
}
ORDER = {Progress.BEGUN: 0, Progress.UNTOUCHED: 1, Progress.COMPLETE: 2, Progress.RECUSED: 3}


@dataclass(frozen=True, slots=True)
class OwnCandidate:
    """One line: `done` of `leaves` cells are settled, `total` is the sum of a complete sheet (None where an
    indicator was abstained), `missing` counts what keeps it from being handed in."""

    candidate: Candidate
    progress: Progress
    done: int = 0
    leaves: int = 0
    total: int | None = None
    missing: int = 0

    def about(self, *, with_total: bool = True) -> str:
        """The second line: the state first, since the rest may not fit."""
        where = f"{self.candidate.region} {self.candidate.category}"
        if self.progress is Progress.COMPLETE:
            total = f" {show_points(self.total)}" if with_total and self.total is not None else ""
            return f"已评{total} · {where}"
        if self.progress is Progress.BEGUN:
            rest = f"缺 {self.missing} 处" if self.done == self.leaves else f"{self.done}/{self.leaves}"
            return f"{rest} · {where}"
        return f"{MARKS[self.progress].word} · {where}"


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
    """One row per candidate, in list order; `shows_totals` is asked whether sums may be seen."""

    def __init__(self, shows_totals: Callable[[], bool] = lambda: True) -> None:
        def about(one: OwnCandidate) -> str:
            return one.about(with_total=shows_totals())

        super().__init__(
            (
                Column(
                    "参评企业",
                    lambda one: f"{one.candidate.name}\n{about(one)}",
                    sort=lambda one: (ORDER[one.progress], one.candidate.candidate_id),
                    mark=lambda one: MARKS[one.progress],
                    tip=lambda one: f"{one.candidate.candidate_id} {one.candidate.name}\n{about(one)}",
                    width=0,
                ),
            ),
            key=lambda one: one.candidate.candidate_id,
        )

    def draw_again(self) -> None:
        """Sums were shown or hidden."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def count(self, *progress: Progress) -> int:
        """How many candidates are that far, whether shown or not."""
        return sum(one.progress in progress for one in self.everything)

    def find(self, key: str) -> OwnCandidate | None:
        """The line of a candidate, whether shown or not."""
        return next((one for one in self.everything if one.candidate.candidate_id == key), None)

    def next_open(self, after: str) -> str | None:
        """The next shown candidate that is not complete, going round; None when there is no other."""
        start = self.row_of(after)
        begin = 0 if start is None else start + 1
        for one in (*self.rows[begin:], *self.rows[:begin]):
            if one.progress in OPEN and one.candidate.candidate_id != after:
                return one.candidate.candidate_id
        return None

    def neighbour(self, key: str, step: int) -> str | None:
        """The next or previous shown candidate with a way in."""
        place = self.row_of(key)
        if place is None:
            ahead = list(self.rows) if step > 0 else []
        else:
            ahead = list(self.rows[place + 1 :] if step > 0 else reversed(self.rows[:place]))
        found = next((one for one in ahead if one.progress is not Progress.RECUSED), None)
        return found.candidate.candidate_id if found else None
