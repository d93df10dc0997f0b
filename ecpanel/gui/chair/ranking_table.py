"""The table of the ranking: a line below the last place of the list, fewer columns where the room is narrow."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from ecpanel.gui.controls.table import MarkDelegate, Table
from ecpanel.gui.models.ranking import RankingModel, RankingRow
from ecpanel.gui.models.records import ROW_ROLE
from ecpanel.gui.theme import Theme

LEAST: Final = 22
"""Characters of a firm's name that must show before columns make way."""


class LineDelegate(MarkDelegate):
    """Draws the line over the lower edge of one row, and reasons across the figures that are not there."""

    def __init__(self, theme: Theme, parent: QAbstractItemView) -> None:
        super().__init__(theme, parent)
        self.after: int | None = None

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Reasons are read from the left."""
        super().initStyleOption(option, index)
        row = index.data(ROW_ROLE)
        if index.column() == RankingModel.SCORE and isinstance(row, RankingRow) and row.reason:
            view: Any = option
            view.displayAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, then its part of the line."""
        super().paint(painter, option, index)
        if self.after is not None and index.row() in (self.after, self.after + 1):
            thick = max(self._theme.unit // 4, 2)
            area = option.rect
            below = index.row() == self.after
            y = area.bottom() - thick // 2 + 1 if below else area.top() - thick // 2
            painter.save()
            painter.setPen(QPen(QColor(self._theme.colours.accent), thick))
            painter.drawLine(QPoint(area.left(), y), QPoint(area.right(), y))
            painter.restore()


class RankingTable(Table):
    """The name of the firm takes the room; what makes way is in the calculation as well."""

    def __init__(self, theme: Theme) -> None:
        self.ranking = RankingModel()
        super().__init__(theme, self.ranking, "排名")
        self._line = LineDelegate(theme, self)
        self.setItemDelegate(self._line)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._cut, self._spanned = 0, False
        self.ranking.modelReset.connect(self._place_line)
        self.ranking.layoutChanged.connect(self._place_line)

    def set_cut(self, cut: int) -> None:
        """The length of the list; 0 draws no line."""
        self._cut = cut
        self._place_line()

    def _place_line(self) -> None:
        self._line.after = self.ranking.line_after(self._cut)
        if self._spanned:
            self.clearSpans()
        self._spanned = False
        first, count = RankingModel.SCORE, len(self.ranking.columns)
        for place, row in enumerate(self.ranking.rows):
            if row.reason:
                self.setSpan(place, first, 1, count - first)
                self._spanned = True
        self.viewport().update()

    def _measure(self) -> None:
        character = self.fontMetrics().horizontalAdvance("汉") / 2
        wishes = [
            round(character * one.width + 2 * self._theme.unit) if one.width else round(character * LEAST)
            for one in self.ranking.columns
        ]
        over = sum(wishes) + 2 * self._theme.unit - self.width()
        for number in self.ranking.FOLDING:
            empty = number in (7, 8) and not any(
                self.ranking.columns[number].text(row) for row in self.ranking.everything
            )
            away = empty or over > 0
            self.setColumnHidden(number, away)
            if away:
                over -= wishes[number]
        super()._measure()
