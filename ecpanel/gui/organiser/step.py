"""What every step of the organiser's desk has: its header with 下一步, a place for messages, undo, its lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QLayout, QPushButton, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import PageHeader, column, row
from ecpanel.gui.controls.text import MarkLabel, button, restyle, text
from ecpanel.gui.history import History
from ecpanel.gui.marks import LOCKED, Tone
from ecpanel.services.checklist import TITLES, Step
from ecpanel.services.readiness import StepKey
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.gui.organiser.desk import OrganiserDesk


class OrganiserStep(QWidget):
    """One step's page.

    A subclass sets `key` (a value of StepKey), puts its parts in with `fill`, secondary actions with
    `header.add`, and what it shows in `reload`, which is called when the step is shown and whenever the
    store has changed. Messages stand in `banner`; changes go through `history.do`, so that Ctrl+Z takes
    them back. `locks` says that nothing on the page can change once the first package is out;
    `takes_folders` that a dropped folder is meant for this page and not for the dossiers.
    """

    key = ""
    locks = False
    takes_folders = False

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.desk, self.frame, self.store = desk, desk.frame, desk.store
        theme = desk.frame.theme
        self.header = PageHeader(theme, TITLES[StepKey(self.key)])
        self.banner = Banner(theme)
        self.history = History(self.banner)
        self.history.add_keys(self)
        self.next = self._next_button()
        if self.next is not None:
            self.header.set_primary(self.next)
        self._strip = _LockStrip(self)
        self._parts = column(self.header, self._strip, self.banner)
        self._parts.addStretch(0)
        self.setLayout(self._parts)

    def _next_button(self) -> QPushButton | None:
        keys = list(StepKey)
        place = keys.index(StepKey(self.key)) + 1
        if place == len(keys):
            return None
        after = keys[place]
        words = f"下一步 {TITLES[after]}"
        return button(
            self.frame.theme, words, lambda: self.desk.go_to(after), primary=True, shortcut="Alt+Right"
        )

    def minimumSizeHint(self) -> QSize:
        """A page fits itself into the window; it never makes the window larger than the screen."""
        return QSize(0, 0)

    def fill(self, *parts: QWidget | QLayout, stretch: int = 1) -> None:
        """Put the parts of the page below header and messages; the last takes the room that is left."""
        for part in parts:
            share = stretch if part is parts[-1] else 0
            if isinstance(part, QWidget):
                self._parts.addWidget(part, share)
            else:
                self._parts.addLayout(part, share)

    def calm_next(self, calm: bool) -> None:
        """While something else on the page is the one thing to do, 下一步 steps back."""
        if self.next is not None and self.next.property("primary") is calm:
            self.next.setProperty("primary", not calm)
            restyle(self.next)

    @property
    def locked(self) -> bool:
        """Whether nothing here can change any more."""
        return self.locks and self.desk.lock is not None

    @property
    def step(self) -> Step:
        """How the checklist sees this step: its state, summary and problems."""
        return self.desk.steps_by_key[StepKey(self.key)]

    def show_now(self) -> None:
        """Lock strip, then what the store holds now; the desk calls it."""
        self._strip.setVisible(self.locked)
        self._strip.tell(self.desk)
        self.reload()

    def reload(self) -> None:
        """Show what the store holds now (`desk.ready`, `desk.lock`, `desk.holdings`, `self.step`)."""

    def takes(self, paths: list[Path]) -> bool:  # noqa: ARG002
        """Whether this step does something with dropped files."""
        return False

    def flush(self) -> None:
        """Write what is still being typed; called before another step shows and before the store closes."""


class _LockStrip(QFrame):
    """The line that says why nothing can be changed here."""

    def __init__(self, step: OrganiserStep) -> None:
        super().__init__()
        self.setObjectName("banner")
        theme = step.frame.theme
        self._why = text("", "", Tone.FAINT, wrap=True)
        layout = row(MarkLabel(theme, LOCKED), self._why, spacing=2 * theme.unit)
        layout.setStretch(1, 1)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 2, 2 * theme.unit, theme.unit // 2)
        self.setLayout(layout)
        self.hide()

    def tell(self, desk: OrganiserDesk) -> None:
        """Since when."""
        lock = desk.lock
        if lock is not None:
            at = minute(lock.at)
            self._why.setText(
                f"任务包已于 {at} 开始发放（指标体系第{lock.version}版），本页只能查看；需要改动请另建一轮评审。"
            )
