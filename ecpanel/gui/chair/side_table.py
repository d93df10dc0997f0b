"""The experts' scores side by side: value by value, the struck original below a corrected one, cell by cell at hand."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ecpanel.domain.scheme import Indicator
from ecpanel.domain.side_by_side import SideBySide
from ecpanel.gui.controls.table import Table
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.records import MARK_ROLE
from ecpanel.gui.models.side_cells import BEFORE_ROLE, Flags, SideModel, SideRow
from ecpanel.gui.theme import Theme


class SideDelegate(QStyledItemDelegate):
    """Draws the icon small at the left of its cell, the value at the right, the struck original below."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground as the style draws it, then what stands in the cell."""
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        words, plain.text = plain.text, ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, self._view)
        theme, unit = self._theme, self._theme.unit
        mark, before = index.data(MARK_ROLE), index.data(BEFORE_ROLE)
        area: QRect = option.rect.adjusted(unit // 4, 0, -unit, -1)
        last = index.row() == index.model().rowCount() - 1
        tone = mark.tone if isinstance(mark, Mark) else Tone.PLAIN
        if isinstance(mark, Mark) and mark.icon and mark.tone is Tone.FAINT:
            tone = Tone.PLAIN  # a hint does not make the value itself less
        painter.save()
        if isinstance(mark, Mark) and mark.icon:
            side = round(1.7 * unit)
            icon = theme.icon(mark.icon, mark.tone, times=0.8)
            icon.paint(painter, QRect(area.left(), area.center().y() - side // 2, side, side))
        font = theme.font(bold=last)
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        if before is None:
            self._draw(painter, area, words)
        else:
            upper = QRect(area.left(), area.top(), area.width(), area.height() * 11 // 20)
            self._draw(painter, upper, words)
            struck = theme.font(0.88)
            struck.setStrikeOut(True)
            painter.setFont(struck)
            painter.setPen(theme.colour(Tone.FAINT))
            lower = QRect(area.left(), upper.bottom(), area.width(), area.height() - upper.height())
            self._draw(painter, lower, str(before))
        painter.restore()

    def _draw(self, painter: QPainter, area: QRect, words: str) -> None:
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


class SideTable(Table):
    """`cell_chosen` tells that another cell is at hand; `asked` that Enter or a double click wants it changed."""

    cell_chosen = Signal()
    asked = Signal()

    def __init__(self, theme: Theme) -> None:
        self.side_model = SideModel()
        super().__init__(theme, self.side_model, "各专家分数并排")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSortingEnabled(False)
        self.setItemDelegate(SideDelegate(theme, self))
        heads = self.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = self.verticalHeader()
        left.show()
        left.setHighlightSections(False)
        left.setSectionsClickable(False)
        left.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        left.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        left.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentChanged.connect(lambda *_: self.cell_chosen.emit())
        self.opened.connect(lambda _: self.asked.emit())

    def show_side(self, side: SideBySide, flags: Flags, expert_id: str = "", code: str = "") -> None:
        """Show a candidate; the cell of an expert ("" for the mean) and indicator is put at hand where it
        is there."""
        self.side_model.show_side(side, flags)
        self._measure()
        place = self.side_model.row_of(code)
        experts = [one.expert_id for one in side.experts]
        if place is None or (expert_id and expert_id not in experts):
            self.setCurrentIndex(self.side_model.index(-1, -1))
            self.scrollToTop()
            return
        column = experts.index(expert_id) if expert_id else len(experts)
        index = self.side_model.index(place, column)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def row(self) -> SideRow | None:
        """The row of the cell at hand."""
        return self.side_model.row_at(self.currentIndex())

    def expert_id(self) -> str:
        """The expert of the cell at hand, or ""."""
        return self.side_model.expert_at(self.currentIndex())

    def indicator(self) -> Indicator | None:
        """The indicator of the cell at hand; None for the totals and for nothing."""
        row = self.row()
        return row.indicator if row is not None else None

    def _keep(self) -> None:
        """The cell at hand is put back by whoever shows another candidate."""

    def _measure(self) -> None:
        super()._measure()
        unit = self._theme.unit
        plain, tall = round(3.4 * unit), round(5.2 * unit)
        self.verticalHeader().setDefaultSectionSize(plain)
        for place, row in enumerate(self.side_model.rows):
            high = tall if any(cell.before is not None for cell in row.cells) else plain
            if self.rowHeight(place) != high:
                self.setRowHeight(place, high)
        font = self._theme.font(0.88)
        widest = max(
            (QFontMetrics(font).horizontalAdvance(row.head) for row in self.side_model.rows), default=0
        )
        room = max(round(0.3 * self.width()), 18 * unit)
        self.verticalHeader().setFixedWidth(min(widest + 2 * unit, room))
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cell at hand stays in sight."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def fit_heads(self) -> None:
        """The heads have become one line or two."""
        self.updateGeometries()
        self._measure()

    def _least(self) -> float:
        """Units an expert needs; a total that asks something has its icon beside more figures."""
        totals = [one.mark for row in self.side_model.rows[-1:] for one in row.cells]
        return 9.4 if any(one is not None and one.icon for one in totals) else 7.2

    def _share_room(self) -> None:
        """The experts share the room beside mean and n, neither too narrow nor wider than they need."""
        heads, unit = self.horizontalHeader(), self._theme.unit
        count = len(self.side_model.experts)
        if not count:
            return
        left = self.verticalHeader().width()
        taken = sum(heads.sectionSize(place) for place in range(count, len(self.side_model.columns)))
        room = self.width() - left - taken - 2 * unit
        each = min(max(room // count, round(self._least() * unit)), 13 * unit)
        for place in range(count):
            heads.resizeSection(place, each)
