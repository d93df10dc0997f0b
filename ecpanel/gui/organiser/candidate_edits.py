"""Changes of the list of candidates, each saved at once and taken back by Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.services.prepare import (
    RemovedCandidate,
    add_candidate,
    dismiss_unused,
    put_back_unused,
    remove_candidate,
    set_candidate,
    take_unused,
    tidied,
)

if TYPE_CHECKING:
    from ecpanel.gui.organiser.step import OrganiserStep

Failed = Callable[[EcpanelError], object]


class CandidateEdits:
    """Works on the store of a step's desk; every method is True when the change went well."""

    def __init__(self, step: OrganiserStep) -> None:
        self._step = step

    def candidate(self, key: str) -> Candidate | None:
        """A candidate as it is now."""
        return next((one for one in self._step.desk.ready.candidates if one.candidate_id == key), None)

    def change(
        self, wanted: Candidate, members: Sequence[str], words: str, failed: Failed | None = None
    ) -> bool:
        """Change members of a candidate, and nothing else of it: undo leaves alone what was changed since
        on another page."""
        key = wanted.candidate_id
        former = self.candidate(key)
        if former is None or all(getattr(former, one) == getattr(wanted, one) for one in members):
            return False
        return self._step.history.do(
            f"{words} {former.name}",
            lambda: self._put(wanted, members),
            lambda before: self._put(before, members),
            failed=failed,
        )

    def _put(self, source: Candidate, members: Sequence[str]) -> Candidate:
        """Save these members; returns the candidate before."""
        step, desk = self._step, self._step.desk
        before = self.candidate(source.candidate_id)
        if before is None:
            raise EcpanelError("candidate_unknown", candidate=source.candidate_id)
        fresh = tidied(replace(before, **{one: getattr(source, one) for one in members}))
        set_candidate(step.store, fresh, step.frame.clock)
        candidates = tuple(
            fresh if one.candidate_id == fresh.candidate_id else one for one in desk.ready.candidates
        )
        desk.changed("已保存", replace(desk.ready, candidates=candidates))
        return before

    def add(self, one: Candidate, failed: Failed | None = None) -> str:
        """Add a firm; its id, or nothing when it was refused."""
        step = self._step
        kept = [one]

        def forth() -> str:
            kept[0] = add_candidate(step.store, kept[0], step.frame.clock)
            step.desk.changed("已加入名单")
            return kept[0].candidate_id

        def back(key: str) -> None:
            remove_candidate(step.store, key, step.frame.clock)
            step.desk.changed("已撤销")

        went_well = step.history.do(f"新增 {one.name.strip()}", forth, back, failed=failed)
        return kept[0].candidate_id if went_well else ""

    def remove(self, key: str) -> RemovedCandidate | None:
        """Remove a candidate with its documents and recusals; what left, or None."""
        step, former = self._step, self.candidate(key)
        if former is None:
            return None
        gone: list[RemovedCandidate] = []

        def forth() -> RemovedCandidate:
            gone[:] = [remove_candidate(step.store, key, step.frame.clock)]
            step.desk.changed("已移除")
            return gone[0]

        def back(one: RemovedCandidate) -> None:
            add_candidate(step.store, one.candidate, step.frame.clock, one.documents, one.recusals)
            step.desk.changed("已撤销")

        return gone[0] if step.history.do(f"移除 {former.name}", forth, back) else None

    def take(self, row: UnusedRow, draft: Candidate, failed: Failed | None = None) -> str:
        """Add the firm an unused row means; its id, or nothing when it was refused."""
        step = self._step
        kept = [draft]

        def forth() -> str:
            kept[0] = take_unused(step.store, row, kept[0], step.frame.clock)
            step.desk.changed("已加入名单")
            return kept[0].candidate_id

        def back(key: str) -> None:
            remove_candidate(step.store, key, step.frame.clock)
            put_back_unused(step.store, row, step.frame.clock)
            step.desk.changed("已撤销")

        went_well = step.history.do(f"加入 {draft.name.strip()}", forth, back, failed=failed)
        return kept[0].candidate_id if went_well else ""

    def dismiss(self, row: UnusedRow) -> bool:
        """Strike an unused row that means no firm."""
        step = self._step

        def forth() -> None:
            dismiss_unused(step.store, row, step.frame.clock)
            step.desk.changed("已划去")

        def back(_: None) -> None:
            put_back_unused(step.store, row, step.frame.clock)
            step.desk.changed("已撤销")

        return step.history.do(f"划去 {row.sheet} 第{row.row}行", forth, back)
