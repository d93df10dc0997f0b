"""The board as a table: candidates down with their names held fast, experts across, by mouse and keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from ecpanel.gui.chair.board_paint import BoardDelegate, CandidateHeads, ExpertHeads, Signs
from ecpanel.gui.models.board import STATE_ROLE, BoardModel, Cell, Head
from ecpanel.gui.models.records import KEY_ROLE
from ecpanel.gui.theme import Theme


class BoardView(QTableView):
    """`opened` asks for the candidate at hand, `moved` tells that another cell is at hand, `acts_wanted`
    asks for what can be done with the expert of a column, at a place on the screen."""

    opened = Signal(object)
    moved = Signal()
    acts_wanted = Signal(int, object)

    def __init__(self, theme: Theme, model: BoardModel) -> None:
        super().__init__()
        self._theme, self._board = theme, model
        self.setAccessibleName("专家和企业一览")
        self._heads = ExpertHeads(theme, self)
        self.setHorizontalHeader(self._heads)
        self.setVerticalHeader(CandidateHeads(theme, self))
        self.setModel(model)
        self.setItemDelegate(BoardDelegate(theme, Signs(theme), self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(KEY_ROLE)))
        self.verticalHeader().sectionDoubleClicked.connect(
            lambda row: self.opened.emit(model.index(row, 0).data(KEY_ROLE))
        )
        self.selectionModel().currentChanged.connect(self._moved)
        model.modelReset.connect(self._keep)
        self._kept: tuple[object, str] | None = None
        for head, asked in (
            (self.horizontalHeader(), self._ask_at_head),
            (self.viewport(), self._ask_in_cell),
        ):
            head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            head.customContextMenuRequested.connect(asked)
        theme.changed.connect(self.measure)
        self.measure()

    def set_dense(self, dense: bool) -> None:
        """Leave the counts of the experts to their tips, so that more candidates fit."""
        self._heads.dense = dense
        self.updateGeometries()

    def candidate(self) -> Any:
        """The id of the candidate at hand, or None."""
        return self.currentIndex().data(KEY_ROLE)

    def expert(self) -> Head | None:
        """The expert at hand, or None."""
        return self._board.expert_at(self.currentIndex().column())

    def cell(self) -> Cell | None:
        """The cell at hand, or None."""
        found = self.currentIndex().data(STATE_ROLE)
        return found if isinstance(found, Cell) else None

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            head = self._board.expert_at(now.column())
            self._kept = (now.data(KEY_ROLE), head.expert.expert_id if head is not None else "")
        if now.row() != before.row():
            self.verticalHeader().viewport().update()
        self.moved.emit()

    def _keep(self) -> None:
        """After other rows came, stand on the same cell as before."""
        self.measure()
        if self._kept is not None:
            candidate, expert = self._kept
            place = self._board.row_of(candidate)
            experts = [one.expert.expert_id for one in self._board.heads]
            column = self._board.first_expert + (experts.index(expert) if expert in experts else 0)
            if place is not None and experts:
                self.setCurrentIndex(self._board.index(place, column))
        self.moved.emit()

    def _ask_at_head(self, at: QPoint) -> None:
        heads = self.horizontalHeader()
        self.acts_wanted.emit(heads.logicalIndexAt(at), heads.viewport().mapToGlobal(at))

    def _ask_in_cell(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            self.setCurrentIndex(index)
            self.acts_wanted.emit(index.column(), self.viewport().mapToGlobal(at))

    def measure(self) -> None:
        """Names take what the columns leave, experts share the rest, never narrower than their totals."""
        unit = self._theme.unit
        self.verticalHeader().setDefaultSectionSize(round(3.5 * unit))
        metrics = QFontMetrics(self._theme.font(bold=True))
        numbers = metrics.horizontalAdvance("100.00") + round(2.4 * unit)
        heads = self.horizontalHeader()
        heads.setMinimumSectionSize(4 * unit)
        columns, first = self._board.columns, self._board.first_expert
        as_map = first > 1
        least = numbers if as_map else metrics.horizontalAdvance("370/370") + unit
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        counts = [
            metrics.horizontalAdvance("00.00" if as_map and place else "370/370"[: 4 if as_map else 7])
            + round(1.6 * unit)
            for place in range(first)
        ]
        experts = len(columns) - first
        wanted = max(min(room * 2 // 5, 34 * unit), 16 * unit)
        left = room - sum(counts) - wanted
        each = min(max(left // experts, least), 12 * unit) if experts else 0
        names = max(min(room - sum(counts) - each * experts, 44 * unit), min(wanted, 22 * unit))
        self.verticalHeader().setFixedWidth(max(names, 14 * unit))
        for place in range(len(columns)):
            heads.resizeSection(place, counts[place] if place < first else each)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, the menu key asks, Ctrl+C copies the row, the rest moves."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.candidate())
        elif event.key() == Qt.Key.Key_Menu and self.currentIndex().isValid():
            at = self.visualRect(self.currentIndex()).center()
            self.acts_wanted.emit(self.currentIndex().column(), self.viewport().mapToGlobal(at))
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        row = self.currentIndex().row()
        if row < 0:
            return
        name = str(self._board.headerData(row, Qt.Orientation.Vertical) or "")
        cells = [str(self._board.index(row, n).data() or "") for n in range(self._board.columnCount())]
        QGuiApplication.clipboard().setText("\t".join([name, *cells]))
