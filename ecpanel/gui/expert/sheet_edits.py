"""Edits of an expert's sheet: written at once or after a short rest, refused ones kept as typed, all of them
undone alike. Every undo is a new durable write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import Points, parse_points, show_short
from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet, State
from ecpanel.gui.expert.digit_keys import plain_number
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.services.score import Entry

    Edit = Callable[[Entry], Score]
    WriteOpinion = Callable[[str, Opinion], None]

REST: Final = 600
"""Milliseconds without a key after which typed text is written."""
LONGEST: Final = 900
"""Milliseconds after which it is written although somebody is still typing."""
UNDO_STEPS: Final = 500
UNDO_SHEETS: Final = 24
"""So many sheets keep their undo; with 370 in a day memory would grow and grow."""
OPINION: Final = ""
"""Stands where an indicator's code stands, for the opinion."""


class Part(StrEnum):
    """What of a cell an edit changes."""

    VALUE = "value"
    REMARK = "remark"
    EVIDENCE = "evidence"
    OPINION = "opinion"


Key = tuple[str, Part]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not in the store, and what was typed, kept so that it can be put right."""

    typed: str | Opinion | None
    sentence: str


class SheetEdits(QObject):
    """The sheet at hand and every change of it. `changed` tells the candidate after each durable write,
    `cell_changed` and `opinion_changed` what to draw again, `place_wanted` where an undo happened."""

    changed = Signal(str)
    cell_changed = Signal(str)
    opinion_changed = Signal()
    place_wanted = Signal(str)

    def __init__(self, edit: Edit | None, write_opinion: WriteOpinion | None, parent: QObject) -> None:
        super().__init__(parent)
        self._edit, self._write_opinion = edit, write_opinion
        self.sheet = Sheet("", "")
        self._known: dict[str, Sheet] = {}
        self._stacks: dict[str, QUndoStack] = {}
        self.undo_group = QUndoGroup(self)
        self._pending: dict[Key, str | Opinion] = {}
        self._refusals: dict[tuple[str, str, Part], Refusal] = {}
        self._since, self._hurried = 0.0, False
        self._session = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._rested)

    @property
    def can_write(self) -> bool:
        """Whether edits go anywhere."""
        return self._edit is not None and self._write_opinion is not None

    def show(self, sheet: Sheet) -> None:
        """Take another sheet in hand. What is still to be written of the one before is written first; if
        that is the same candidate's, it stays in force over the sheet given, which was read earlier."""
        waiting = list(self._pending) if self.sheet.candidate_id == sheet.candidate_id else []
        self.flush()
        for code, part in waiting:
            if part is Part.OPINION:
                sheet = replace(sheet, opinion=self.sheet.opinion)
            else:
                sheet = replace(sheet, scores={**sheet.scores, code: self.score(code)})
        self.sheet = sheet
        self.new_session()
        key = sheet.candidate_id
        stack = self._stacks.pop(key, None)
        if stack is None:
            stack = QUndoStack(self)
            stack.setUndoLimit(UNDO_STEPS)
            self.undo_group.addStack(stack)
        elif self._known.get(key) != sheet:
            stack.clear()  # changed elsewhere meanwhile: going back would overwrite that
        self._stacks[key] = stack  # the one used last stands last
        self._known[key] = sheet
        self.undo_group.setActiveStack(stack)
        while len(self._stacks) > UNDO_SHEETS:
            oldest = next(iter(self._stacks))
            self._known.pop(oldest, None)
            self._stacks.pop(oldest).deleteLater()

    def score(self, code: str) -> Score:
        """The cell in force."""
        return self.sheet.scores.get(code) or Score(code, State.UNSCORED)

    def refusal(self, code: str, part: Part) -> Refusal | None:
        """Why a part is not as it was typed, or None."""
        return self._refusals.get((self.sheet.candidate_id, code, part))

    def refused(self) -> list[str]:
        """Codes with something typed and refused on the sheet at hand; the opinion is the empty code."""
        return [
            code
            for (candidate, code, _), one in self._refusals.items()
            if candidate == self.sheet.candidate_id and one.typed is not None
        ]

    def unsaved(self) -> list[tuple[str, str]]:
        """Whatever was typed on any sheet and not taken by the store: its candidate, and why. What stands on
        the sheet at hand is tried once more, since a stick may be back."""
        for (candidate, code, part), one in list(self._refusals.items()):
            if candidate == self.sheet.candidate_id and one.typed is not None:
                self._write(code, part, one.typed)
        return [(key, one.sentence) for (key, _, _), one in self._refusals.items() if one.typed is not None]

    def is_waiting(self, code: str, part: Part) -> bool:
        """Whether something typed is not written yet, because it still rests or was refused."""
        refusal = self.refusal(code, part)
        return (code, part) in self._pending or (refusal is not None and refusal.typed is not None)

    def typed(self, code: str, part: Part, text: str | Opinion) -> None:
        """Text is being typed: written after a rest, or sooner when the typing goes on and on."""
        if not self._pending:
            self._since = time.monotonic()
        self._pending[code, part] = text
        self._forgive(code, part)
        waited = round(1000 * (time.monotonic() - self._since))
        self._hurried = LONGEST - waited < REST
        self._timer.start(max(min(REST, LONGEST - waited), 0))

    def new_session(self) -> None:
        """What is typed from now on is undone for itself."""
        self._session += 1

    def set_points(self, code: str, points: Points) -> bool:
        """Give a value at once, in place of anything still typed."""
        self.new_session()
        self._pending.pop((code, Part.VALUE), None)
        return self._put(code, Part.VALUE, (State.SCORED, points), None)

    def set_state(self, code: str, state: State) -> bool:
        """未评, 不适用 or 弃权 at once; a value goes."""
        self._pending.pop((code, Part.VALUE), None)
        self.new_session()
        return self._put(code, Part.VALUE, (state, None), None)

    def set_evidence(self, code: str, evidence: tuple[Evidence, ...]) -> bool:
        """Other pages at once."""
        self.new_session()
        return self._put(code, Part.EVIDENCE, evidence, None)

    def flush(self) -> bool:
        """Write what is pending at once; True when nothing typed on the sheet at hand is refused."""
        self._timer.stop()
        while self._pending:
            key = next(iter(self._pending))
            self._write(*key, self._pending.pop(key))
        return not self.refused()

    def undo(self, code: str) -> None:
        """Take back the last change, or first what was typed and refused at the indicator at hand."""
        self.flush()
        if self._take_back(code):
            return
        self.new_session()
        self.undo_group.undo()

    def redo(self) -> None:
        """Do the change again that was taken back."""
        self.flush()
        self.new_session()
        self.undo_group.redo()

    def _take_back(self, code: str) -> bool:
        faults = [(part, one) for part in Part if (one := self.refusal(code, part)) is not None]
        for part, _ in faults:
            self._forgive(code, part)
            self._tell(code, part)
        return any(one.typed is not None for _, one in faults)

    def _rested(self) -> None:
        words = all(part is not Part.VALUE for _, part in self._pending)
        self.flush()
        if words and not self._hurried:
            self.new_session()

    def _write(self, code: str, part: Part, typed: str | Opinion) -> None:
        """Write what was typed, unless the store holds it already."""
        wanted: Any = typed
        if part is Part.VALUE:
            number = plain_number(str(typed))
            try:
                wanted = (State.SCORED, parse_points(number)) if number else (State.UNSCORED, None)
            except EcpanelError:
                wanted = None  # the service says what is wrong with it
            if not number and self.score(code).points is None:
                return  # nothing was there: 不适用 and 弃权 stay
        if wanted == self._part(code, part):
            return
        self._put(code, part, wanted, typed)

    def _part(self, code: str, part: Part) -> Any:
        if part is Part.OPINION:
            return self.sheet.opinion
        score = self.score(code)
        return {
            Part.VALUE: (score.state, score.points),
            Part.REMARK: score.remark,
            Part.EVIDENCE: score.evidence,
        }[part]

    def _put(self, code: str, part: Part, wanted: Any, typed: str | Opinion | None) -> bool:
        """Write one part durably and put it on the undo stack."""
        before = self._part(code, part)
        if wanted == before:
            self._forgive(code, part)
            self._tell(code, part)
            return True
        if not self._store(code, part, wanted, typed):
            return False
        after = self._part(code, part)
        stack = self.undo_group.activeStack()
        if stack is not None and after != before:
            stack.push(Change(self, (code, part), before, after, self._session))
        return True

    def put_back(self, code: str, part: Part, value: Any) -> None:
        """Write an earlier value again, for undo and redo, and show where."""
        self._forgive(code, part)
        self._store(code, part, value, None)
        self.place_wanted.emit(code)

    def _store(self, code: str, part: Part, wanted: Any, typed: str | Opinion | None) -> bool:
        candidate = self.sheet.candidate_id
        try:
            if self._edit is None or self._write_opinion is None:
                return False
            if part is Part.OPINION:
                self._write_opinion(candidate, wanted)
                self.sheet = replace(self.sheet, opinion=wanted)
            else:
                score = self._edit(_entry(candidate, code, part, wanted, typed))
                self.sheet = replace(self.sheet, scores={**self.sheet.scores, code: score})
        except EcpanelError as fault:
            self._refusals[candidate, code, part] = Refusal(typed, error_sentence(fault))
            self._tell(code, part)
            return False
        self._known[candidate] = self.sheet
        self._forgive(code, part)
        self._tell(code, part)
        self.changed.emit(candidate)
        return True

    def _forgive(self, code: str, part: Part) -> None:
        self._refusals.pop((self.sheet.candidate_id, code, part), None)

    def _tell(self, code: str, part: Part) -> None:
        if part is Part.OPINION:
            self.opinion_changed.emit()
        else:
            self.cell_changed.emit(code)


class Change(QUndoCommand):
    """One change that is already in the store; typing without a pause is one change."""

    def __init__(self, edits: SheetEdits, key: Key, before: Any, after: Any, session: int) -> None:
        super().__init__()
        self._edits, self.key, self.before, self.after = edits, key, before, after
        self.session = session
        self._written = True

    def id(self) -> int:
        """Changes of all kinds may be joined."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join a later change of the same session to this one."""
        if not isinstance(other, Change) or (other.key, other.session) != (self.key, self.session):
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True

    def undo(self) -> None:
        """Write the value before."""
        self._edits.put_back(*self.key, self.before)

    def redo(self) -> None:
        """Write the value after, unless that is just done."""
        if self._written:
            self._written = False
            return
        self._edits.put_back(*self.key, self.after)


def _entry(candidate: str, code: str, part: Part, wanted: Any, typed: str | Opinion | None) -> Entry:
    from ecpanel.services.score import Entry

    if part is Part.REMARK:
        return Entry(candidate, code, remark=wanted)
    if part is Part.EVIDENCE:
        return Entry(candidate, code, evidence=wanted)
    if isinstance(typed, str):
        return Entry(candidate, code, text=plain_number(typed))
    state, points = wanted
    return (
        Entry(candidate, code, text=show_short(points))
        if points is not None
        else Entry(candidate, code, state=state)
    )
