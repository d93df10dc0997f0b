"""The row that looks for words: typed, counted, gone through; Esc folds it away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit

from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import picture, set_tone, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.tool_row import tool

_PAUSE: Final = 250
"""Milliseconds without a key after which the search begins."""


class SearchRow(QFrame):
    """Says what is looked for and which way to go; `closed` when it was put away."""

    query_changed = Signal(str)
    next_wanted = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._asked = ""
        self.field = QLineEdit()
        self.field.setPlaceholderText("在本文件中查找")
        self.field.setAccessibleName("查找")
        self.field.setToolTip("查找（Ctrl + F）；回车下一处，Shift + 回车上一处，Esc 收起")
        self.field.installEventFilter(self)
        self.tally = text("", "small", Tone.FAINT)
        self.back = tool(theme, "chevron-up", "上一处", "Shift+Return", lambda: self._go(-1))
        self.on = tool(theme, "chevron-down", "下一处", "Return", lambda: self._go(1))
        self.away = tool(theme, "x", "收起查找", "Esc", self.close_row)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask)
        self.field.textChanged.connect(lambda _: self._pause.start())
        layout = row(
            picture(theme, "search", Tone.FAINT), self.field, self.tally, self.back, self.on, self.away,
            spacing=theme.unit // 2,
        )  # fmt: skip
        layout.setContentsMargins(theme.unit, theme.unit // 2, theme.unit // 2, theme.unit // 2)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.hide()
        self.show_tally(0, 0, done=True)

    def open_row(self) -> None:
        """Show the row with what was looked for last, ready to be typed over."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text() and not self._asked:
            self._ask()

    def close_row(self) -> None:
        """Fold away; the words stay for the next time."""
        self._pause.stop()
        self._asked = ""
        self.hide()
        self.query_changed.emit("")
        self.closed.emit()

    def show_tally(self, number: int, count: int, *, done: bool) -> None:
        """Tell which hit is shown of how many; while the search goes on there may be more."""
        words = ""
        if self._asked:
            words = f"{number} / {count}{'' if done else '…'}" if count else "没有找到" if done else "查找中…"
        self.tally.setText(words)
        self.tally.setAccessibleName(f"第{number}处，共{count}处" if count else words)
        set_tone(self.tally, Tone.CAUTION if self._asked and done and not count else Tone.FAINT)
        for one in (self.back, self.on):
            one.setEnabled(count > 0)

    def _ask(self) -> None:
        self._pause.stop()
        words = self.field.text().strip()
        if words != self._asked:
            self._asked = words
            self.show_tally(0, 0, done=not words)
            self.query_changed.emit(words)

    def _go(self, way: int) -> None:
        if self.field.text().strip() != self._asked:
            self._ask()
        else:
            self.next_wanted.emit(way)

    def forget(self) -> None:
        """Another document: what was found is void; an open row looks for the same words in it."""
        self._asked = ""
        self.show_tally(0, 0, done=True)

    def resume(self) -> None:
        """Look for the words of an open row in the document that was just opened."""
        if not self.isHidden() and self.field.text().strip():
            self._ask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc in the field are ours, and go no further."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_row()
                return True
        return super().eventFilter(watched, event)
