"""What hands do at the expert's desk, and what is in the store afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gui.hands import type_into, type_words
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QTableView, QWidget

from ecpanel.domain.sheet import Sheet
from ecpanel.gui.app import Parts
from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.gui.expert.work import WorkPane
from ecpanel.services import score
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import PASSPHRASE

KEY, MOUSE = Qt.Key, Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


@dataclass
class Seat:
    """Someone at the window with a store of his own."""

    qtbot: Any
    parts: Parts
    path: Path
    told: list[str] = field(default_factory=list)

    # ---- coming and going

    def sit_down(self) -> ExpertDesk:
        """Open the store as people do: by its file and pass-phrase."""
        window = self.parts.window
        window.activateWindow()
        self.until(window.isActiveWindow)
        window.open_path(self.path)
        line = window.page._line  # type: ignore[union-attr]
        type_into(self.qtbot, line, PASSPHRASE)
        self.qtbot.keyClick(line, KEY.Key_Return)
        self.until(lambda: isinstance(window.page, ExpertDesk))
        self.wait()
        self.until(lambda: self.desk.stack.count() > 0)
        return self.desk

    def leave(self) -> None:
        """Back to the start page."""
        self.parts.frame.go_home()
        QApplication.processEvents()

    @property
    def desk(self) -> ExpertDesk:
        page = self.parts.window.page
        assert isinstance(page, ExpertDesk)
        return page

    @property
    def place(self) -> WorkPane:
        assert self.desk.place is not None
        return self.desk.place

    # ---- hands

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for something."""
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=30_000)

    def wait(self) -> None:
        """Wait until no job runs."""
        self.until(lambda: self.parts.frame.jobs.running is None)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        """A key where the keyboard is."""
        for _ in range(times):
            focus = QApplication.focusWidget()
            assert focus is not None, "nothing has the keyboard"
            self.qtbot.keyClick(focus, key, modifier)

    def type(self, words: str) -> None:
        """Words, each character where the keyboard is then."""
        for char in words:
            focus = QApplication.focusWidget()
            assert focus is not None, "nothing has the keyboard"
            type_words(self.qtbot, focus, char)

    def click(self, control: QAbstractButton) -> None:
        """A click on a button that can be seen, and what it begins."""
        assert control.isVisible() and control.isEnabled(), control.text()
        at = control.rect().center()
        if isinstance(control, QCheckBox):
            at = QPoint(control.height() // 2, control.height() // 2)
        self.qtbot.mouseClick(control, MOUSE, pos=at)
        self.wait()

    def click_row(self, table: QTableView, key: object, column: int = 0, *, double: bool = False) -> None:
        """A click on a cell of the row with a key."""
        row = table.model().row_of(key)  # type: ignore[attr-defined]
        assert row is not None, f"{key} is not listed"
        index = table.model().index(row, column)
        table.scrollTo(index)
        at = (
            table.visualRect(index).center() if column else table.visualRect(index).topLeft() + QPoint(14, 14)
        )
        self.qtbot.mouseClick(table.viewport(), MOUSE, pos=at)
        if double:
            self.qtbot.mouseDClick(table.viewport(), MOUSE, pos=at)

    def drop_on(self, target: QWidget, path: Path) -> None:
        """A file or folder dropped on a field."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        at, action = target.rect().center(), Qt.DropAction.CopyAction
        QApplication.sendEvent(target, QDragEnterEvent(at, action, data, MOUSE, NONE))
        QApplication.sendEvent(target, QDropEvent(QPointF(at), action, data, MOUSE, NONE))

    # ---- eyes

    def focus(self) -> QWidget | None:
        """Where the keyboard is."""
        return QApplication.focusWidget()

    def shows(self, words: str) -> bool:
        """Whether words can be read somewhere on the desk."""
        return any(words in label.text() for label in self.desk.findChildren(QLabel) if label.isVisible())

    def read_page(self) -> None:
        """Wait until the document is open."""
        self.until(lambda: self.place.documents.view.page() > 0)

    def stored(self, candidate: str) -> Sheet:
        """A sheet as another program would read it from the open store."""
        store = self.desk.store
        return score.own_sheet(store, score.load_assignment(store), candidate)


def on_disk(path: Path, candidate: str) -> Sheet:
    """A sheet in a store nobody has open."""
    with open_store(path, PASSPHRASE) as store:
        return score.own_sheet(store, score.load_assignment(store), candidate)
