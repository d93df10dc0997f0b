"""指标: the tree of the scheme, edited in place, with sums and faults beside the nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import parse_points, show_short
from ecpanel.domain.problems import Problem
from ecpanel.domain.scheme import FULL_MARKS, Indicator, Kind, Path, Scheme, leaves
from ecpanel.domain.scheme_changes import (
    Node,
    added_below,
    added_beside,
    moved,
    node_at,
    with_node,
    without_node,
)
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import MarkLabel, button, icon_button, relabel, text
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import DONE, ERROR, Tone
from ecpanel.gui.models import scheme_tree as columns
from ecpanel.gui.models.scheme_tree import SchemeTreeModel
from ecpanel.gui.organiser.scheme_leaf import NodePanel
from ecpanel.gui.theme import Theme
from ecpanel.texts import problem_sentence

TIGHT: Final = 112
"""Narrower than this many units the panel takes the place of the tree."""
WIDTHS: Final = "organiser.scheme"
WISHES: Final = {columns.CODE: 12, columns.POINTS: 9, columns.KIND: 7, columns.STEP: 7}
"""Characters a column wants; the others share the rest by these parts."""
PARTS: Final = {columns.NAME: 3, columns.HINT: 2, columns.PROBLEM: 2}
ALLOWED: Final = Qt.FocusReason.OtherFocusReason


class Editor(Protocol):
    """Who saves a scheme: `words` name the change; edits with the same `key` are one step of undo."""

    def __call__(self, words: str, scheme: Scheme, key: object = None) -> bool:
        """True when it was saved."""


class SchemeTree(QTreeView):
    """The view; Enter edits the cell at hand."""

    resized = Signal()

    def __init__(self, theme: Theme, model: SchemeTreeModel) -> None:
        super().__init__()
        self._theme, self._tree = theme, model
        self.setAccessibleName("指标树")
        self.setModel(model)
        self.setItemDelegate(_Rows(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAllColumnsShowFocus(False)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        heads = self.header()
        heads.setStretchLastSection(False)
        heads.setSectionsMovable(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        model.rowsInserted.connect(lambda *_: self.expandAll())
        theme.changed.connect(self.measure)

    def measure(self) -> None:
        """Widths from the wishes of the columns; name, hint and problem share what is left."""
        heads = self.header()
        self.setIndentation(2 * self._theme.unit)
        character = self.fontMetrics().horizontalAdvance("汉") / 2
        wide = {number: round(character * wish + 2 * self._theme.unit) for number, wish in WISHES.items()}
        shown = [number for number in range(heads.count()) if not self.isColumnHidden(number)]
        if self._tree.faulty:
            wide[columns.POINTS] += round(7 * character)  # 20 ≠ 21.5
        parts = sum(PARTS.get(number, 0) for number in shown)
        room = max(self.viewport().width() - sum(wide[one] for one in shown if one in wide), 0)
        for number in shown:
            heads.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            share = max(room * PARTS.get(number, 0) // parts, round(character * 12))
            heads.resizeSection(number, wide.get(number, share))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits; what is pressed with Ctrl is a key of the page."""
        editing = self.state() is self.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            if self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)


class _Rows(CellDelegate):
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Sections stand out."""
        super().initStyleOption(option, index)
        if index.model().hasChildren(index.sibling(index.row(), 0)):
            view: Any = option
            view.font = self._theme.font(bold=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows as high as those of tables."""
        return QSize(super().sizeHint(option, index).width(), round(4.2 * self._theme.unit))


class SchemeTreePage(QWidget):
    """Tree at the left, the chosen node at the right, sums below. `save` keeps a changed scheme, `tell` says
    what is wrong with something typed."""

    def __init__(
        self, frame: Frame, scheme: Callable[[], Scheme], save: Editor, tell: Callable[[EcpanelError], object]
    ) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame, self._theme, self._scheme, self._save, self._tell = (
            frame,
            frame.theme,
            scheme,
            save,
            tell,
        )
        self._locked = False
        self._shown: Path = ()
        self._putting = False
        self._faults: list[Problem] = []
        self.model = SchemeTreeModel(self._edit, self)
        self.tree = SchemeTree(self._theme, self.model)
        self.tree.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.panel = NodePanel(self._theme, self._change_node)
        self.panel.back.connect(lambda: self._open_panel(False))
        self.tools = self._tools()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.tree)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.splitterMoved.connect(lambda *_: frame.keep_widths(WIDTHS, self.split.sizes()))
        self._tight = False
        layout = column(self.split, self._foot())
        layout.setStretch(0, 1)
        self.setLayout(layout)
        kept = frame.preferences.widths.get(WIDTHS)
        if kept and len(kept) == 2:
            self.split.setSizes(kept)

    def _tools(self) -> Tools:
        theme = self._theme
        self.beside = button(theme, "添加同级", self.add_beside, icon="plus", shortcut="Ins", quiet=True)
        self.below = button(
            theme, "添加下级", self.add_below, icon="corner-down-right", shortcut="Shift+Ins", quiet=True
        )
        self.remove = button(
            theme,
            "删除",
            self.remove_node,
            icon="trash-2",
            shortcut="Ctrl+Del",
            quiet=True,
            hint="删除所选指标",
        )
        self.up = icon_button(theme, "arrow-up", "上移", lambda: self.move_node(-1), shortcut="Ctrl+Up")
        self.down = icon_button(theme, "arrow-down", "下移", lambda: self.move_node(1), shortcut="Ctrl+Down")
        self.more = button(
            theme, "分级与分档", self._turn_panel, icon="panel-right", shortcut="F4", quiet=True
        )
        self.changing: list[QPushButton] = [self.beside, self.below, self.remove]
        return Tools(theme, self.beside, self.below, self.remove, self.up, self.down, self.more)

    def _foot(self) -> QFrame:
        theme = self._theme
        self.total, self.counts = MarkLabel(theme, DONE), text("", "small", Tone.FAINT)
        self.fault = text("", "small", Tone.BAD, wrap=True)
        self.next_fault = button(
            theme, "下一个问题", self.show_next_fault, icon="chevron-right", shortcut="F8", quiet=True
        )
        line = row(self.total, self.counts, None, self.next_fault, spacing=2 * theme.unit)
        foot = QFrame()
        foot.setObjectName("status")
        layout = column(self.fault, line, spacing=theme.unit // 2)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 2, 2 * theme.unit, theme.unit // 2)
        foot.setLayout(layout)
        return foot

    # ---- showing

    def put(self, scheme: Scheme, problems: list[Problem], *, locked: bool) -> None:
        """Show a scheme with what is wrong with it."""
        first = self.model.rowCount() == 0
        self._putting = True  # rows come and go one by one; what stands between is no scheme
        self._locked, self.model.locked = locked, locked
        self._faults = [one for one in problems if "place" in one.params]
        self.model.set_scheme(scheme, problems)
        self._putting = False
        self._show_columns()
        if first:
            self.tree.expandAll()
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.model.index(0, 0))
        for one in (*self.changing, self.up, self.down):
            one.setVisible(not locked)
        self._sum(scheme)
        self._choose()

    def _show_columns(self) -> None:
        """The hint stands in the panel while that shows; the problems need a column where there are any and
        there is room: those of the chosen node stand below the tree."""
        self.tree.setColumnHidden(columns.PROBLEM, not self._faults or not self.panel.isHidden())
        crowded = self._tight and bool(self._faults)
        self.tree.setColumnHidden(columns.HINT, crowded or not self.panel.isHidden())
        self.tree.measure()

    def _sum(self, scheme: Scheme) -> None:
        total = sum(top.points for top in scheme.sections)
        all_leaves = list(leaves(scheme))
        objective = sum(leaf.kind is Kind.OBJECTIVE for leaf in all_leaves)
        if total == FULL_MARKS:
            self.total.set_mark(DONE, "合计 100 分")
        else:
            gap = total - FULL_MARKS
            told = f"多 {show_short(gap)} 分" if gap > 0 else f"还差 {show_short(-gap)} 分"
            self.total.set_mark(ERROR, f"合计 {show_short(total)} 分，{told}")
        self.counts.setText(
            f"{len(scheme.sections)} 个一级指标，{len(all_leaves)} 项评分指标"
            f"（客观 {objective}，主观 {len(all_leaves) - objective}）"
        )
        self.next_fault.setVisible(bool(self._faults))
        relabel(self.next_fault, f"{len(self._faults)} 处有误，下一处")

    @property
    def path(self) -> Path:
        """The place of the chosen node."""
        return self.model.path_of(self.tree.currentIndex())

    def _choose(self) -> None:
        if self._putting:
            return
        path = self.path
        if path != self._shown:
            self.panel.flush()
            self._shown = path
        scheme = self._scheme()
        node = node_at(scheme, path) if path else None
        self.panel.put(node, scheme.categories, locked=self._locked)
        faults = self.model.problems_at(path)
        self.fault.setText("\n".join(problem_sentence(one) for one in faults))
        self.fault.setVisible(bool(faults))
        self.below.setEnabled(bool(path) and added_below(scheme, path) is not None)
        self.remove.setEnabled(bool(path))
        self.up.setEnabled(bool(path) and moved(scheme, path, -1) is not None)
        self.down.setEnabled(bool(path) and moved(scheme, path, 1) is not None)

    def flush(self) -> None:
        """Hand on what is being typed."""
        self.panel.flush()

    def show_next_fault(self) -> None:
        """Go to the next node with something wrong."""
        places = self.model.faulty
        if places:
            self.go_to(next((one for one in places if one > self.path), places[0]))

    def go_to(self, path: Path, column_number: int | None = None) -> None:
        """Stand on a node, at the cell that cures what is wrong with it."""
        if self.tree.isHidden():
            self._open_panel(False)
        faults = self.model.problems_at(path)
        wanted = columns.column_of(faults[0]) if faults else columns.NAME
        index = self.model.index_at(path, wanted if column_number is None else column_number)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index)
        self.tree.setFocus(ALLOWED)

    # ---- panel

    def _turn_panel(self) -> None:
        self._open_panel(self.panel.isHidden())

    def _open_panel(self, wanted: bool) -> None:
        self.panel.setVisible(wanted)
        self.tree.setVisible(not (wanted and self._tight))
        self.panel.close_button.setVisible(wanted and self._tight)
        self._show_columns()
        if not wanted:
            self.tree.setFocus(ALLOWED)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, tree and panel take turns."""
        super().resizeEvent(event)
        tight = self.width() < TIGHT * self._theme.unit
        if tight != self._tight:
            self._tight = tight
            self._open_panel(not tight)

    # ---- changing

    def _change_node(self, words: str, node: Node, key: object) -> None:
        path = self._shown
        if path:
            self._save(words, with_node(self._scheme(), path, node), key and (path, key))

    def _edit(self, path: Path, column_number: int, words: str) -> bool:
        """What was typed into a cell."""
        self.flush()
        scheme = self._scheme()
        try:
            node = _edited(node_at(scheme, path), column_number, words.strip())
        except EcpanelError as fault:
            self._tell(fault)
            return False
        return self._save(f"改{columns.HEADS[column_number]}", with_node(scheme, path, node))

    def add_beside(self) -> None:
        """One more after the chosen node."""
        self.flush()
        fresh, place = added_beside(self._scheme(), self.path)
        self._added(fresh, place)

    def add_below(self) -> None:
        """One more below the chosen node."""
        self.flush()
        added = added_below(self._scheme(), self.path) if self.path else None
        if added is not None:
            self._added(*added)

    def _added(self, fresh: Scheme, place: Path) -> None:
        if self._save("添加指标", fresh):
            self.go_to(place, columns.NAME)
            self.tree.edit(self.model.index_at(place, columns.NAME))

    def remove_node(self) -> None:
        """Take the chosen node out."""
        self.flush()
        path = self.path
        if path and self._save("删除指标", without_node(self._scheme(), path)):
            *above, place = path
            rows = self.model.rowCount(self.model.index_at(tuple(above)))
            self.go_to((*above, min(place, rows - 1)) if rows else tuple(above))

    def move_node(self, by: int) -> None:
        """One place up or down."""
        self.flush()
        turned = moved(self._scheme(), self.path, by) if self.path else None
        if turned is not None:
            fresh, place = turned
            if self._save("移动指标", fresh):
                self.go_to(place, max(self.tree.currentIndex().column(), 0))


def _edited(node: Node, column_number: int, words: str) -> Node:
    """A node with what was typed into one of its cells."""
    if column_number == columns.CODE:
        return replace(node, code=words)
    if column_number == columns.NAME:
        return replace(node, name=words)
    if column_number == columns.POINTS:
        return replace(node, points=parse_points(words))
    if not isinstance(node, Indicator):
        return node
    if column_number == columns.KIND:
        return replace(node, kind=Kind(words))
    if column_number == columns.STEP:
        return replace(node, step=parse_points(words))
    return replace(node, evidence_hint=words)
