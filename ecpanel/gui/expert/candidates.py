"""The left pane: the expert's candidates, searched, filtered and ordered; short lines where there is little room."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import icon_button
from ecpanel.gui.controls.two_lines import TwoLineDelegate
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.own_candidates import OPEN, OwnCandidate, OwnCandidatesModel, Progress
from ecpanel.gui.models.records import MARK_ROLE
from ecpanel.gui.theme import Theme

FILTERS: Final = (
    ("全部", tuple(Progress)),
    ("未评完", OPEN),
    ("评分中", (Progress.BEGUN,)),
    ("已评", (Progress.COMPLETE,)),
    ("回避", (Progress.RECUSED,)),
)
FEW: Final = 6
"""With fewer lines in view than these, they become short."""


class CandidateDelegate(TwoLineDelegate):
    """Two lines, or the name alone with its mark."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        self._short = False
        super().__init__(theme, parent)

    def set_short(self, *, short: bool) -> None:
        """One line or two."""
        if short != self._short:
            self._short = short
            self._measure()

    def full_height(self) -> int:
        """The height of two lines."""
        return super().row_height()

    def row_height(self) -> int:
        """The height of a row in pixels."""
        if not self._short:
            return super().row_height()
        return QFontMetrics(self._theme.font()).height() + round(1.5 * self._theme.unit)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line is drawn here, two by the parent."""
        if not self._short:
            super().paint(painter, option, index)
            return
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, self._view)
        unit, side, mark = self._theme.unit, self._theme.icon_pixels(), index.data(MARK_ROLE)
        area: QRect = option.rect.adjusted(unit, 0, -unit // 2, 0)
        painter.save()
        if isinstance(mark, Mark):
            top = area.center().y() - side // 2
            self._theme.icon(mark.icon, mark.tone).paint(painter, QRect(area.left(), top, side, side))
            area.setLeft(area.left() + side + unit // 2)
        apart = isinstance(mark, Mark) and mark.tone is Tone.APART
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour(Tone.FAINT if apart else Tone.PLAIN))
        name = str(index.data() or "").partition("\n")[0]
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class CandidatesPane(QWidget):
    """Search, filter, list. `chosen` names the candidate stood on, `opened` one asked for by Enter or a
    double click."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, model: OwnCandidatesModel) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = model
        unit = theme.unit
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找企业")
        self.search.setAccessibleName("查找企业")
        self.search.setToolTip("按名称、地区、类别、编号查找（Ctrl + L）")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self._to_first)
        self.filter = QComboBox()
        self.filter.setAccessibleName("筛选企业")
        self.filter.addItems([name for name, _ in FILTERS])
        self.filter.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.order = icon_button(
            theme, "arrow-up-narrow-wide", "没评完的排在前面", self._sort, checkable=True
        )
        self.table = Table(theme, model, "参评企业")
        self.delegate = CandidateDelegate(theme, self.table)
        self.table.setItemDelegate(self.delegate)
        self.table.horizontalHeader().hide()
        self._none = EmptyState(theme, "search", "没有符合的企业", "", "清除筛选", self.show_all)
        self._none.hide()
        narrow = row(self.filter, self.order, spacing=unit // 2)
        narrow.setStretch(0, 1)
        top = column(self.search, narrow, spacing=unit // 2, margin=unit)
        layout = column(top, self.table, self._none)
        layout.setStretch(1, 1)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.filter.currentIndexChanged.connect(lambda _: self._narrow())
        self.table.chosen.connect(lambda key: None if key is None else self.chosen.emit(key))
        self.table.opened.connect(lambda key: None if key is None else self.opened.emit(key))
        theme.changed.connect(self._measure_soon)

    def _narrow(self) -> None:
        words, kinds = self.search.text().strip().casefold(), FILTERS[max(self.filter.currentIndex(), 0)][1]

        def accept(one: OwnCandidate) -> bool:
            firm = one.candidate
            told = f"{firm.candidate_id} {firm.region} {firm.name} {firm.category}".casefold()
            return words in told and one.progress in kinds

        self.model.set_filter(accept if words or self.filter.currentIndex() > 0 else None)
        self.table.setVisible(bool(self.model.rows))
        self._none.setVisible(not self.model.rows)

    @property
    def is_narrowed(self) -> bool:
        """Whether some candidates are left out."""
        return bool(self.search.text().strip()) or self.filter.currentIndex() > 0

    def show_all(self) -> None:
        """Leave nothing out."""
        self.search.clear()
        self.filter.setCurrentIndex(0)
        self.table.setFocus()

    def choose(self, key: str) -> None:
        """Stand on a candidate; if it was left out, nothing is any longer."""
        if self.table.key() != key and not self.table.choose(key):
            self.search.clear()
            self.filter.setCurrentIndex(0)
            self.table.choose(key)

    def _to_first(self) -> None:
        """Enter in the search goes to what was found."""
        if self.model.rows:
            self.table.setFocus()
            if self.table.key() is None:
                self.table.selectRow(0)

    def _sort(self) -> None:
        self.model.sort(0 if self.order.isChecked() else -1, Qt.SortOrder.AscendingOrder)

    def tell(self) -> None:
        """How many there are of each kind, in the filter."""
        for place, (name, kinds) in enumerate(FILTERS):
            self.filter.setItemText(place, f"{name} {self.model.count(*kinds)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in the search shows all again."""
        if event.key() == Qt.Key.Key_Escape and self.is_narrowed:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _measure_soon(self) -> None:
        QTimer.singleShot(0, self, self._measure)

    def _measure(self) -> None:
        """Short lines where two of each would leave too few."""
        room = self.height() - self.table.y()
        self.delegate.set_short(short=room < FEW * self.delegate.full_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height: other lines."""
        super().resizeEvent(event)
        self._measure_soon()
