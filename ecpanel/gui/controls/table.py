"""A table: sorted by its heads, read by keyboard, copied as text, its states drawn as icon and word."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ecpanel.gui.marks import Mark
from ecpanel.gui.models.records import KEY_ROLE, MARK_ROLE, RecordModel
from ecpanel.gui.theme import Theme


class MarkDelegate(QStyledItemDelegate):
    """Draws the mark of a cell: its icon, and its text in the tone."""

    def __init__(self, theme: Theme, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Put icon and colour of the mark on the cell."""
        super().initStyleOption(option, index)
        mark = index.data(MARK_ROLE)
        if isinstance(mark, Mark):
            view: Any = option
            colour = self._theme.colour(mark.tone)
            view.palette.setColor(QPalette.ColorRole.Text, colour)
            view.palette.setColor(QPalette.ColorRole.HighlightedText, colour)
            if mark.icon:
                view.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
                view.icon = self._theme.icon(mark.icon, mark.tone)
                side = self._theme.icon_pixels()
                view.decorationSize = QSize(side, side)


class Table(QTableView):
    """A table over a record model. `chosen` tells the key of the row at hand, `opened` that Enter or a
    double click asks for it. Columns named in `spare` are left out, the first first, where there is no
    room for all."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, theme: Theme, model: RecordModel[Any], name: str) -> None:
        super().__init__()
        self._theme, self._records = theme, model
        self.spare: tuple[int, ...] = ()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(MarkDelegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.verticalHeader().hide()
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(True)
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setMinimumSectionSize(4 * theme.unit)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(self._ask)
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.chosen.emit(now.data(KEY_ROLE)))
        model.modelReset.connect(self._keep)
        model.modelReset.connect(self._fit)
        self._heads = tuple(one.head for one in model.columns)
        self._kept: object = None
        self.chosen.connect(self._remember)
        theme.changed.connect(self._measure)
        self._measure()

    def _remember(self, key: object) -> None:
        if key is not None:
            self._kept = key

    def _keep(self) -> None:
        """After other rows came, stand on the same record as before."""
        place = None if self._kept is None else self._records.row_of(self._kept)
        if place is not None:
            self.setCurrentIndex(self._records.index(place, max(self.currentIndex().column(), 0)))

    def _fit(self) -> None:
        """Other columns have other widths."""
        heads = tuple(one.head for one in self._records.columns)
        if heads != self._heads:
            self._heads = heads
            self._measure()

    def choose(self, key: object) -> bool:
        """Stand on the row with a key; False when it is not shown."""
        place = self._records.row_of(key)
        if place is None:
            return False
        index = self._records.index(place, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def key(self) -> Any:
        """The key of the row at hand, or None."""
        return self.currentIndex().data(KEY_ROLE)

    def _ask(self, index: QModelIndex) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(index.data(KEY_ROLE))

    def hide_columns(self, numbers: Collection[int]) -> None:
        """Leave these columns out where there is no room or no need for them, and show all others."""
        turned = [
            number
            for number in range(len(self._records.columns))
            if self.isColumnHidden(number) != (number in numbers)
        ]
        for number in turned:
            self.setColumnHidden(number, number in numbers)
        if turned:
            self._measure()

    def _measure(self) -> None:
        """Widths from the wishes of the columns; those that wish 0 share the room that is left by their parts."""
        if isinstance(self.itemDelegate(), MarkDelegate):
            self.verticalHeader().setDefaultSectionSize(round(4.2 * self._theme.unit))
        heads = self.horizontalHeader()
        character = self.fontMetrics().horizontalAdvance("汉") / 2
        if self.spare:
            self._leave_out(character)
        greedy = [
            number
            for number, one in enumerate(self._records.columns)
            if not one.width and not self.isColumnHidden(number)
        ]
        for number, column in enumerate(self._records.columns):
            if column.width:
                heads.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
                heads.resizeSection(number, round(character * column.width + 2 * self._theme.unit))
        taken = sum(heads.sectionSize(n) for n, one in enumerate(self._records.columns) if one.width)
        least, parts = round(character * 16), sum(self._records.columns[one].share for one in greedy)
        room = max(self.viewport().width() - taken - least * len(greedy), 0)
        for number in greedy:
            heads.resizeSection(number, least + room * self._records.columns[number].share // parts)

    def _leave_out(self, character: float) -> None:
        """Hide spare columns until the rest has room."""
        wide = {
            number: round(character * one.width + 2 * self._theme.unit)
            if one.width
            else round(character * 16)
            for number, one in enumerate(self._records.columns)
        }
        total = sum(wide.values())
        for number in self.spare:
            hidden = number in wide and total > self.viewport().width()
            total -= wide.get(number, 0) if hidden else 0
            if number in wide and self.isColumnHidden(number) != hidden:
                self.setColumnHidden(number, hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room that is left to the columns that take it."""
        super().resizeEvent(event)
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+C copies the row, the rest moves."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self.state() is not self.State.EditingState
        ):
            self.opened.emit(self.key())
            return
        super().keyPressEvent(event)

    def _copy(self) -> None:
        model = self.model()
        row = self.currentIndex().row()
        cells = [str(model.index(row, n).data() or "") for n in range(model.columnCount())]
        QGuiApplication.clipboard().setText("\t".join(cells))
