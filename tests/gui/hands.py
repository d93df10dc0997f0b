"""What hands do: keys, an input method for Chinese, files dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

Kind = TypeVar("Kind", bound=QWidget)


def type_words(qtbot: Any, widget: QWidget, words: str) -> None:
    """Type: Latin letters and digits by key, everything else as an input method commits it."""
    for char in words:
        if char.isascii():
            qtbot.keyClicks(widget, char)
        else:
            event = QInputMethodEvent()
            event.setCommitString(char)
            QApplication.sendEvent(widget, event)


def type_into(qtbot: Any, field: QLineEdit, words: str) -> None:
    """Type in place of what a field holds."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    type_words(qtbot, field, words)


def drop(target: QWidget, paths: Sequence[Path]) -> None:
    """Drop files on a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    target.dropEvent(event)


def find(holder: QWidget, kind: type[Kind], name: str) -> Kind:
    """The visible control of a kind whose words or accessible name are `name`, or else hold it."""
    near: Kind | None = None
    for one in holder.findChildren(kind):
        told = [one.accessibleName()]
        if isinstance(one, QAbstractButton):
            told.append(one.text())
        words = [re.sub(r"\(&.\)|&", "", part) for part in told]
        if one.isVisible() and name in words:
            return one
        if near is None and one.isVisible() and any(name in part for part in words):
            near = one
    if near is not None:
        return near
    raise AssertionError(f"no visible {kind.__name__} “{name}”")


def press(qtbot: Any, holder: QWidget, name: str) -> None:
    """Click the button with this name."""
    control = find(holder, QAbstractButton, name)
    assert control.isEnabled(), f"“{name}” is not enabled"
    at = QPoint(12, control.height() // 2)
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=at)


def fill(qtbot: Any, holder: QWidget, name: str, words: str) -> None:
    """Type into the field with this name in place of what it holds."""
    type_into(qtbot, find(holder, QLineEdit, name), words)


def write(qtbot: Any, field: QWidget, words: str) -> None:
    """Write a sentence as an input method commits it, at once."""
    field.setFocus()
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(field, event)


def pick(qtbot: Any, holder: QWidget, name: str, choice: str) -> None:
    """Choose in the box with this name by keyboard."""
    box = find(holder, QComboBox, name)
    place = next(n for n in range(box.count()) if choice in box.itemText(n))
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(place):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert choice in box.currentText()


def read_words(holder: QWidget) -> str:
    """Everything labels and buttons say that can be seen."""
    return "\n".join(
        one.text()
        for one in holder.findChildren(QWidget)
        if isinstance(one, QLabel | QAbstractButton) and one.isVisible()
    )
