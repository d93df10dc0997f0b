"""Rows of two lines: a name, and below it, quieter, what is to be said about it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.records import MARK_ROLE
from ecpanel.gui.theme import Theme


class TwoLineDelegate(QStyledItemDelegate):
    """Draws the text of a cell before and after its line break; `cut` is where a long name loses its middle
    or end."""

    def __init__(
        self, theme: Theme, parent: QTableView, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(parent)
        self._theme, self._view, self._cut = theme, parent, cut
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._view.verticalHeader().setDefaultSectionSize(self.row_height())

    def row_height(self) -> int:
        """The height of a row in pixels."""
        lines = QFontMetrics(self._theme.font()).height() + QFontMetrics(self._theme.font(0.88)).height()
        return round(lines + 2 * self._theme.unit)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines high."""
        return QSize(super().sizeHint(option, index).width(), self.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Background as the style draws it, then the two lines."""
        name, _, about = str(index.data() or "").partition("\n")
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, self._view)
        unit = self._theme.unit
        area: QRect = option.rect.adjusted(2 * unit, unit, -2 * unit, -unit)
        mark = index.data(MARK_ROLE)
        painter.save()
        if isinstance(mark, Mark) and mark.icon:
            side = self._theme.icon_pixels()
            icon = self._theme.icon(mark.icon, mark.tone)
            icon.paint(painter, QRect(area.left() - unit, area.top() + unit // 4, side, side))
            area.setLeft(area.left() + side)
        faint = isinstance(mark, Mark) and mark.tone is Tone.APART
        for words, tone, scale, side, cut in (
            (name, Tone.FAINT if faint else Tone.PLAIN, 1.0, Qt.AlignmentFlag.AlignTop, self._cut),
            (about, Tone.FAINT, 0.88, Qt.AlignmentFlag.AlignBottom, Qt.TextElideMode.ElideRight),
        ):
            font = self._theme.font(scale)
            painter.setFont(font)
            painter.setPen(self._theme.colour(tone))
            shown = QFontMetrics(font).elidedText(words, cut, area.width())
            painter.drawText(area, side | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
