"""Editing in the cells of tables and trees: a line of text, or a choice where the model offers one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ecpanel.gui.controls.table import MarkDelegate
from ecpanel.gui.models.records import CHOICES_ROLE
from ecpanel.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
FEW: Final = 8
"""More choices than these are found by typing."""


class CellDelegate(MarkDelegate):
    """Draws marks like its parent; its editors wear the look and never steal keys from input methods."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(theme, view)
        self._view = view

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        """A choice for cells that have one, else a line."""
        choices = index.data(CHOICES_ROLE)
        name = str(index.model().headerData(index.column(), Qt.Orientation.Horizontal) or "")
        if choices is None:
            line = QLineEdit(parent)
            line.setProperty("cell", True)
            line.setAccessibleName(name)
            return line
        return self._choice(parent, name, choices)

    def _choice(self, parent: QWidget, name: str, choices: Sequence[str]) -> QComboBox:
        box = QComboBox(parent)
        box.setProperty("cell", True)
        box.setAccessibleName(name)
        box.addItems(list(choices))
        if len(choices) > FEW:
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            completer = box.completer()
            if completer is not None:
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        else:
            QTimer.singleShot(0, box, box.showPopup)
        box.activated.connect(lambda _: self._finish(box))
        return box

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """What the cell says now."""
        words = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentText(words)
            line = editor.lineEdit()
            if line is not None:
                line.setText(words)
                line.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(words)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand what was typed or chosen to the model."""
        words = editor.currentText() if isinstance(editor, QComboBox) else ""
        if isinstance(editor, QLineEdit):
            words = editor.text()
        model.setData(index, words)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        """Over the cell, no narrower than what is written in it needs."""
        area = option.rect
        wanted = max(area.width(), min(editor.sizeHint().width(), 20 * self._theme.unit))
        room = self._view.viewport().width() - area.left()
        area.setWidth(max(min(wanted, room), area.width()))
        editor.setGeometry(area)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in a list that drops down chooses from it; in a typed choice it takes what was typed, before
        the box tells of it too."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and isinstance(watched, QComboBox)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            if watched.view().isVisible():
                return False
            if watched.isEditable():
                self._finish(watched)
                return True
        return super().eventFilter(watched, event)
