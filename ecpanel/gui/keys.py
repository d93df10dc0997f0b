"""The sheet of keys (F1): collected from the controls that are there, so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QDialog, QGridLayout, QVBoxLayout, QWidget

from ecpanel.gui.controls.panel import Scroll, holding
from ecpanel.gui.controls.text import button, spoken_keys, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

EVERYWHERE = (
    ("F1", "按键一览"),
    ("F11", "全屏"),
    ("Ctrl+Alt+=", "放大字号"),
    ("Ctrl+Alt+-", "缩小字号"),
    ("Tab", "下一个控件"),
    ("Shift+Tab", "上一个控件"),
    ("Ctrl+C", "复制表格中的一行"),
)


def add_key(holder: QWidget, keys: str, words: str, slot: object, *, everywhere: bool = False) -> QAction:
    """A key without a button; `words` stand on the sheet of keys. It works while the focus is in
    `holder`, or anywhere in its window."""
    action = QAction(words, holder)
    action.setShortcut(QKeySequence(keys))
    context = (
        Qt.ShortcutContext.WindowShortcut if everywhere else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setShortcutContext(context)
    action.triggered.connect(slot)
    holder.addAction(action)
    return action


def tell_keys(holder: QWidget, keys: Sequence[tuple[str, str]]) -> None:
    """Keys that a control handles itself, for the sheet of keys; it shows them while the control shows."""
    holder.setProperty("told_keys", [part for one in keys for part in one])


def keys_of(holders: Sequence[QWidget]) -> list[tuple[str, str]]:
    """Keys and what they do, of every control below the holders that shows."""
    found: dict[str, str] = {}
    for holder in holders:
        for control in holder.findChildren(QAbstractButton):
            keys = control.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
            is_mnemonic = keys.startswith("Alt+") and len(keys) == len("Alt+X")
            if keys and control.isVisible() and not is_mnemonic:
                found[keys] = control.text() or control.accessibleName()
        for teller in (holder, *holder.findChildren(QWidget)):
            told = teller.property("told_keys")
            if told and teller.isVisible():
                found.update(zip(told[::2], told[1::2], strict=True))
        for action in holder.findChildren(QAction):
            parent = action.parent()
            if isinstance(parent, QWidget) and parent.isVisible() and action.text():
                for sequence in action.shortcuts():
                    keys = sequence.toString(QKeySequence.SequenceFormat.PortableText)
                    found.setdefault(keys, action.text())
    return list(found.items())


class KeySheet(QDialog):
    """Keys in two columns; Esc or F1 puts it away."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("按键一览")
        self._theme, self._over = theme, parent
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*(3 * theme.unit,) * 4)
        self._shown: QWidget | None = None
        self._close = button(theme, "关闭", self.close, primary=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 puts the sheet away as it brought it."""
        if event.key() == Qt.Key.Key_F1:
            self.close()
            return
        super().keyPressEvent(event)

    def show_for(self, holders: Sequence[QWidget]) -> None:
        """Show the keys that work now."""
        if self._shown is not None:
            self._column.removeWidget(self._shown)
            self._shown.deleteLater()
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * self._theme.unit)
        grid.setVerticalSpacing(self._theme.unit)
        here = [one for one in keys_of(holders) if one not in EVERYWHERE]
        line = 0
        for head, keys in (("本页", here), ("各页通用", list(EVERYWHERE))):
            if not keys:
                continue
            grid.addWidget(text(head, "head"), line, 0, 1, 2)
            line += 1
            for shortcut, words in keys:
                grid.addWidget(text(spoken_keys(shortcut), "", Tone.ACCENT), line, 0)
                grid.addWidget(text(words), line, 1)
                line += 1
        grid.setColumnStretch(1, 1)
        self._shown = Scroll(holding(grid))
        self._column.removeWidget(self._close)
        self._column.addWidget(self._shown, 1)
        self._column.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        window = self._over.window()
        self.resize(
            min(64 * self._theme.unit, window.width() - 40), min(75 * self._theme.unit, window.height() - 40)
        )
        self.open()
