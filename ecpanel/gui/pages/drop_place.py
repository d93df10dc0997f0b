"""A large place to drop files on, or to press for choosing one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ecpanel.gui.controls.text import button, picture, restyle, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme


class DropPlace(QFrame):
    """A large place to drop files on, or to press for choosing one."""

    dropped = Signal(object)
    pressed = Signal()

    def __init__(self, theme: Theme, title: str, kinds: str, button_words: str) -> None:
        super().__init__()
        self.setObjectName("drop")
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        unit, centre = theme.unit, Qt.AlignmentFlag.AlignHCenter
        self.button = button(theme, button_words, self.pressed.emit, primary=True, shortcut="Ctrl+O")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * unit, 3 * unit, 3 * unit, 3 * unit)
        layout.setSpacing(unit)
        layout.addStretch(1)
        layout.addWidget(picture(theme, "folder-open", Tone.ACCENT, 2.2), 0, centre)
        layout.addWidget(text(title, "head"), 0, centre)
        kinds_line = text(kinds, "", Tone.FAINT, wrap=True)
        kinds_line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(kinds_line)
        layout.addSpacing(unit)
        layout.addWidget(self.button, 0, centre)
        layout.addStretch(1)

    def _warm(self, hot: bool) -> None:
        self.setProperty("hot", hot)
        restyle(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._warm(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go out again."""
        self._warm(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        self._warm(False)
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.dropped.emit(paths)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press anywhere chooses a file."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and space press it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)
