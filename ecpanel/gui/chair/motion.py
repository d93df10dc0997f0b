"""What the three acts of the meeting share: a panel beside the table, a ballot, and one button that records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.chair.ballot import Ballot, Electorate
from ecpanel.gui.chair.expert_acts import REASON_MINIMUM
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.text import button, icon_button, rule, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.domain.result import Result
    from ecpanel.domain.side_by_side import SideBySide
    from ecpanel.services.opening import Store


@dataclass(frozen=True, slots=True)
class Floor:
    """What a motion is about: the candidate with its figures, who is in the room, and what nobody may
    see. `absent` are members marked away, `barred` candidates whose figures stay hidden."""

    result: Result
    side: SideBySide
    names: Mapping[str, str]
    absent: frozenset[str]
    barred: frozenset[str]

    @property
    def members(self) -> Mapping[str, str]:
        """Names of the experts."""
        return {one.expert_id: one.name for one in self.side.experts}

    def electorate(self, *, gate: bool = False) -> Electorate:
        """Who may vote on this candidate."""
        voters = self.side.voters
        present = sum(one not in self.absent for one in voters)
        return Electorate(len(voters), present, len(self.side.leave), self.result.scheme.meeting, gate)


class Motion(QFrame):
    """One act. `recorded` tells what was done once the store holds it, `dropped` that people leave it,
    `changed` that what the projector shows has changed."""

    recorded = Signal(str)
    dropped = Signal()
    changed = Signal()

    title = ""
    act = ""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self._frame, self._store = frame, store
        self.floor: Floor | None = None
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self.ballot = Ballot(theme)
        self.ballot.changed.connect(self._moved)
        self._about = text("", "", Tone.FAINT, wrap=True)
        self.primary = button(theme, self.act, self._go, icon="gavel", primary=True)
        away = icon_button(theme, "x", f"收起{self.title}", self.dropped.emit)
        head = row(text(self.title, "head"), None, away, spacing=unit)
        head.setContentsMargins(2 * unit, unit // 2, unit, unit // 2)
        body = column(self._about, self._form(), None, spacing=unit, margin=2 * unit)
        holder = QWidget()
        holder.setLayout(body)
        foot = column(self.banner, row(None, self.primary), spacing=unit)
        foot.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self._scroll = Scroll(holder)
        layout = column(head, rule(), self._scroll, rule(), foot)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _form(self) -> QWidget:
        raise NotImplementedError

    def ask(self, floor: Floor) -> None:
        """Speak about a candidate; what was typed for another one goes."""
        before = self.floor
        self.floor = floor
        self.banner.clear()
        if before is None or before.side.line.candidate_id != floor.side.line.candidate_id:
            self.reset()
            self._scroll.verticalScrollBar().setValue(0)
        self._show()

    def reset(self) -> None:
        """Empty every field."""
        self.ballot.reset()

    def _show(self) -> None:
        """Show what the floor says."""
        raise NotImplementedError

    def _go(self) -> None:
        """Check and record."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the focus where the act begins."""
        raise NotImplementedError

    def motion_words(self) -> str:
        """The motion as the projector shows it, without any expert's name; "" while there is none."""
        return ""

    def _moved(self) -> None:
        self.changed.emit()

    def _look(self) -> None:
        """Bring the field that has the focus into sight, with what is said under it."""
        QTimer.singleShot(0, self, self._scroll_to_focus)  # after the sentence has its room

    def _scroll_to_focus(self) -> None:
        field = self.focusWidget()
        if field is not None:
            self._scroll.ensureWidgetVisible(field, 0, 7 * self._frame.theme.unit)

    def _carried(self) -> bool:
        """Whether the vote was carried; says why not."""
        if not self.ballot.carried:
            self.banner.say(f"表决还没有通过，没有记录。{self.ballot.mark.word}", self.ballot.mark)
            self.ballot.setFocus()
            self._look()
        return self.ballot.carried

    def _record(self, work: Callable[[Progress], Any], words: str) -> None:
        """Record on the worker thread and tell."""

        def done(_: Any) -> None:
            self.reset()
            self._scroll.verticalScrollBar().setValue(0)
            self.recorded.emit(words)

        self._frame.run(self.act, work, done, self.banner, failed=self._refused, can_cancel=False)

    def _refused(self, fault: EcpanelError) -> None:
        self.banner.say_error(fault)


def enough_words(words: str) -> str:
    """What is wrong with a reason, or ""."""
    enough = len("".join(words.split())) >= REASON_MINIMUM
    return "" if enough else f"请写明理由，不少于 {REASON_MINIMUM} 个字。"
