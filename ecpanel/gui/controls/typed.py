"""Longer texts that are saved as they are typed: a moment after the last key, and when the focus leaves."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from ecpanel.gui.theme import Theme

PAUSE: Final = 600
"""Milliseconds after the last key before a text is handed on."""


class TextBox(QPlainTextEdit):
    """A text of a few lines; `written` hands it on when it has changed."""

    written = Signal(str)

    def __init__(self, theme: Theme, name: str, lines: int = 2) -> None:
        super().__init__()
        self._theme, self._lines = theme, lines
        self._told = ""
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._pause.start)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        line = QFontMetrics(self._theme.font()).lineSpacing()
        return QSize(20 * self._theme.unit, self._lines * line + 2 * self._theme.unit)

    def minimumSizeHint(self) -> QSize:
        """Never flatter."""
        return QSize(8 * self._theme.unit, self.sizeHint().height())

    def put(self, words: str) -> None:
        """Show a text that came from elsewhere; what is being typed here stays."""
        if self._pause.isActive():
            return
        if self.toPlainText() != words:
            self.setPlainText(words)
            self._pause.stop()
        self._told = words

    def flush(self) -> None:
        """Hand on what has been typed."""
        self._pause.stop()
        words = self.toPlainText()
        if words != self._told:
            self._told = words
            self.written.emit(words)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hand on before anything else happens."""
        self.flush()
        super().focusOutEvent(event)
