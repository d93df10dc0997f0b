"""The board of dossiers: candidates by kind of paper with filters, and beside it what the last reading found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStackedWidget,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ecpanel.gui.controls.filter_row import FilterRow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column
from ecpanel.gui.controls.table import MarkDelegate, Table
from ecpanel.gui.controls.text import text
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.dossier_board import DossierBoardModel, DossierRow, Show
from ecpanel.gui.models.dossier_report import Case, DossierReportModel, Group
from ecpanel.gui.theme import Theme

REPORT: Final = "读取结果"


class DossierBoard(QWidget):
    """`chosen` tells the candidate at hand, `opened` the one whose papers are asked for, `case_wanted` the
    candidate and file a finding concerns."""

    chosen = Signal(str)
    opened = Signal(str)
    case_wanted = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = DossierBoardModel()
        self.table = Table(theme, self.model, "申报材料一览")
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._opened)
        kinds = {one.value: one.value for one in Show} | {REPORT: REPORT}
        self.filter = FilterRow(theme, "查找企业：名称、编号、地区", kinds)
        self.filter.changed.connect(self._filter)
        self.report = ReportPanel(theme)
        self.report.case_wanted.connect(self.case_wanted)
        self._none = EmptyState(theme, "search", "没有这样的企业", "", "显示全部", self.show_all)
        self._stack = QStackedWidget()
        for part in (self.table, Scroll(self._none), self.report):
            self._stack.addWidget(part)
        layout = column(self.filter, self._stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def put(self, rows: Sequence[DossierRow]) -> None:
        """Show these rows; where they are the same candidates, only what changed."""
        self.model.update_rows(rows)

    def put_one(self, fresh: DossierRow) -> None:
        """One row has changed; the report that follows counts anew."""
        self.model.replace(fresh)

    def put_report(self, groups: Sequence[Group], about: str) -> None:
        """Show what the last reading found."""
        self.report.put(groups, about)
        self._count()

    def _count(self) -> None:
        found = sum(len(group.cases) for group in self.report.model.groups)
        self.filter.set_counts({**self.model.counts(), REPORT: found})
        self._turn()

    def _filter(self) -> None:
        if self.filter.kind != REPORT:
            self.model.show(self.filter.kind, self.filter.words)
        self._turn()

    def _turn(self) -> None:
        if self.filter.kind == REPORT:
            self._stack.setCurrentIndex(2)
            return
        empty = not self.model.rows
        if empty:
            fine = not self.filter.words and self.filter.kind != Show.ALL
            told = ("一家也没有", f"没有“{self.filter.kind}”的企业。") if fine else (
                "没有这样的企业", "换一个词，或看全部企业。"
            )  # fmt: skip
            self._none.set_words(*told)
        self._stack.setCurrentIndex(int(empty))

    def show_all(self) -> None:
        """Every candidate."""
        self.filter.choose(Show.ALL)

    def show_report(self) -> None:
        """What the last reading found."""
        self.filter.choose(REPORT)

    def go_to(self, candidate: str) -> bool:
        """Stand on a candidate, whatever filter is on."""
        if self.model.row_of(candidate) is None or self.filter.kind == REPORT:
            self.show_all()
        return self.table.choose(candidate)

    def _opened(self, key: object) -> None:
        if key is not None:
            self.opened.emit(str(key))

    def _chosen(self, key: object) -> None:
        if key is not None:
            self.chosen.emit(str(key))


class ReportPanel(QWidget):
    """Kinds of problem with their cure, the cases below them, and the case at hand in a whole sentence."""

    case_wanted = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, unit = theme, theme.unit
        self.model = DossierReportModel()
        self.tree = _ReportTree(theme, self.model)
        self.tree.selectionModel().currentChanged.connect(lambda now, _: self._tell(now))
        self.tree.opened.connect(self._open)
        self._about = text("", "small", Tone.FAINT, wrap=True)
        self._about.setContentsMargins(2 * unit, 0, 2 * unit, unit)
        self._fine = EmptyState(theme, "circle-check", "没有发现问题", "文件夹都对上了企业，文件都能打开。")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(Scroll(self._fine))
        self._whole = text("", wrap=True)
        foot = QFrame()
        foot.setObjectName("status")
        foot.setLayout(column(self._whole, margin=unit))
        self._foot = foot
        layout = column(self._about, self._stack, foot)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._tell(QModelIndex())

    def put(self, groups: Sequence[Group], about: str) -> None:
        """Show findings, those of few cases unfolded; `about` says of which reading."""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        before = self.model.groups
        self.model.set_groups(groups)
        self._stack.setCurrentIndex(0 if groups else 1)
        if self.model.groups is not before:
            few = sum(len(group.cases) for group in groups) <= 12
            for place, group in enumerate(groups):
                self.tree.setExpanded(self.model.index(place, 0), few or len(group.cases) <= 3)
            self._tell(QModelIndex())

    def _tell(self, index: QModelIndex) -> None:
        case = self.model.case(index)
        self._whole.setText(case.sentence if case else "")
        self._foot.setVisible(case is not None)

    def _open(self, index: QModelIndex) -> None:
        case: Case | None = self.model.case(index)
        if case is not None and case.candidate:
            self.case_wanted.emit(case.candidate, str(case.problem.params.get("file", "")))


class _ReportTree(QTreeView):
    opened = Signal(QModelIndex)

    def __init__(self, theme: Theme, model: DossierReportModel) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("读取结果")
        self.setModel(model)
        self.setItemDelegate(_Lines(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        heads = self.header()
        heads.setStretchLastSection(True)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self.opened)
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        self.setIndentation(2 * self._theme.unit)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().resizeSection(0, round(self.viewport().width() * 0.45))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the candidate a case concerns, or unfolds a group."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if self.model().hasChildren(index):
                self.setExpanded(index, not self.isExpanded(index))
            else:
                self.opened.emit(index)
            return
        super().keyPressEvent(event)


class _Lines(MarkDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows as high as those of tables."""
        return QSize(super().sizeHint(option, index).width(), round(4.2 * self._theme.unit))
