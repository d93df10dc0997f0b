"""Undo and redo as buttons that say what they would do."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from ecpanel.gui.controls.text import icon_button
from ecpanel.gui.history import History
from ecpanel.gui.theme import Theme


class HistoryButtons(QObject):
    """`undo` and `redo` of a page's history, which keeps this."""

    def __init__(self, theme: Theme, history: History) -> None:
        super().__init__(history)
        self._history = history
        self.undo: QToolButton = icon_button(theme, "undo-2", "撤销", history.undo)
        self.redo: QToolButton = icon_button(theme, "redo-2", "重做", history.redo)
        history.moved.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        history = self._history
        for one, words, act, keys in (
            (self.undo, history.undo_words, "撤销", "Ctrl + Z"),
            (self.redo, history.redo_words, "重做", "Ctrl + Shift + Z"),
        ):
            one.setEnabled(bool(words))
            one.setToolTip(f"{act}：{words}（{keys}）" if words else f"{act}（{keys}）")
