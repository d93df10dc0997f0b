"""The two panes of 合议 beside the agenda: the candidate at hand, and what the panel decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStackedWidget, QWidget

from ecpanel.gui.chair.correction import CorrectionMotion
from ecpanel.gui.chair.gate_motion import GateMotion
from ecpanel.gui.chair.matter_view import MatterTitle, MatterView
from ecpanel.gui.chair.motion import Motion
from ecpanel.gui.chair.presiding import Presiding
from ecpanel.gui.chair.room_line import RoomLine
from ecpanel.gui.chair.tie_motion import TieMotion
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.controls.text import button, rule
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.frame import Frame

if TYPE_CHECKING:
    from ecpanel.services.opening import Store

NOTHING = (
    "没有须合议的事项",
    "复核没有提出问题，也没有并列和临近入选线的企业；要议某一家，可在左边查找。",
)


class MotionPane(QStackedWidget):
    """One motion at a time, hidden while none is open; `acts` are the buttons that open them. `wanted`
    asks for a motion to be opened or put away."""

    wanted = Signal(object)

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.correction = CorrectionMotion(frame, store)
        self.gate = GateMotion(frame, store)
        self.tie = TieMotion(frame, store)
        self.motions: tuple[Motion, ...] = (self.correction, self.gate, self.tie)
        self.acts: dict[Motion, QPushButton] = {}
        for motion, keys, icon in (
            (self.correction, "F6", "pencil"),
            (self.gate, "F7", "shield-check"),
            (self.tie, "F8", "list-ordered"),
        ):
            self.addWidget(motion)
            self.acts[motion] = self._button(frame, motion, keys, icon)
        self.setMinimumWidth(36 * frame.theme.unit)
        self.hide()

    def _button(self, frame: Frame, motion: Motion, keys: str, icon: str) -> QPushButton:
        def want() -> None:
            self.wanted.emit(motion)

        made = button(frame.theme, motion.title, want, icon=icon, shortcut=keys, quiet=True)
        made.setCheckable(True)
        return made

    @property
    def motion(self) -> Motion | None:
        """The motion that is open, or None."""
        if self.isHidden():
            return None
        return next(one for one in self.motions if one is self.currentWidget())

    def open(self, motion: Motion) -> None:
        """Show a motion."""
        self.setCurrentWidget(motion)
        self.show()
        self.show_acts()

    def show_acts(self) -> None:
        """The button of the open motion stays pressed."""
        for one, made in self.acts.items():
            made.setChecked(one is self.motion)


class MatterPane(QWidget):
    """Title, room and acts above; below the table, or who presides in the chair's place, or nothing."""

    def __init__(self, frame: Frame, store: Store, room: RoomLine, acts: MotionPane) -> None:
        super().__init__()
        theme, unit = frame.theme, frame.theme.unit
        self.title = MatterTitle(theme)
        self.view = MatterView(frame)
        self.presiding = Presiding(frame, store, "本人回避：由其他成员主持", "主持人", "由其主持这一家")
        self.strip = Banner(theme)
        self._empty = EmptyState(theme, "gavel", *NOTHING)
        self._motions = acts
        tools = Tools(theme, self.view.fold, *acts.acts.values())
        # the room keeps its words as long as it can; the tools show their icons alone before
        tools.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tools.setMinimumWidth(20 * unit)
        line = row(room, tools, spacing=unit)
        line.setStretch(1, 1)
        inside = column(self.title, line, spacing=unit // 2)
        inside.setContentsMargins(2 * unit, unit, 2 * unit, unit // 2)
        self._top = QWidget()
        self._top.setObjectName("sheet")
        self._top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._top.setLayout(inside)
        self._body = QStackedWidget()
        bodies: tuple[QWidget, ...] = (self._empty, self.view, self.presiding)
        for one in bodies:
            self._body.addWidget(one)
        layout = column(self._top, self.strip, rule(), self._body)
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def show_nothing(self) -> None:
        """There is no candidate to speak about."""
        self._top.hide()
        self.strip.clear()
        self._body.setCurrentWidget(self._empty)

    def show_view(self, presided: str, end: Callable[[], object], *, can_act: bool) -> None:
        """Show the table; `presided` says who presides in the chair's place, `end` ends it."""
        self._top.show()
        self.view.fold.show()
        for made in self._motions.acts.values():
            made.setVisible(can_act)
        if presided:
            self.strip.say(presided, act="现在收起", acted=end)
        else:
            self.strip.clear()
        self._body.setCurrentWidget(self.view)

    def show_presiding(self) -> None:
        """Show no figures, but how another member may preside."""
        self._top.show()
        self.view.fold.hide()
        for made in self._motions.acts.values():
            made.hide()
        self.strip.clear()
        self._body.setCurrentWidget(self.presiding)
