"""The tree of the scheme (指标体系): sections and indicators with what is wrong beside each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ecpanel.domain.points import show_short
from ecpanel.domain.problems import Problem
from ecpanel.domain.scheme import Indicator, Kind, Path, Scheme, Section
from ecpanel.domain.scheme_changes import Node, Nodes, below_sum
from ecpanel.gui.marks import ERROR, Mark
from ecpanel.gui.models.records import CHOICES_ROLE, KEY_ROLE, MARK_ROLE
from ecpanel.texts import problem_sentence

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
HEADS: Final = ("编码", "名称", "分值", "类型", "步长", "佐证提示", "问题")
CODE, NAME, POINTS, KIND, STEP, HINT, PROBLEM = range(len(HEADS))
NUMBERS: Final = (POINTS, STEP)
OF_SECTIONS: Final = (CODE, NAME, POINTS)
"""What can be edited of a section; its kind and step are those of what is below it."""


@dataclass(slots=True, eq=False)
class _Item:
    """A node as it is shown; `number` stands for it in Qt's indexes."""

    number: int
    node: Node
    above: _Item | None
    below: list[_Item] = field(default_factory=list)


class SchemeTreeModel(QAbstractItemModel):
    """`edit(path, column, text)` is called for what is typed into a cell; it changes the scheme, and the
    fresh one comes in by `set_scheme`, which touches no more of the view than has changed."""

    def __init__(
        self, edit: Callable[[Path, int, str], bool] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.edit = edit
        self.locked = False
        self._numbers = 0
        self._items: dict[int, _Item] = {}
        self._tops: list[_Item] = []
        self._problems: dict[Path, list[Problem]] = {}

    def set_scheme(self, scheme: Scheme, problems: Sequence[Problem]) -> None:
        """Show a scheme with what is wrong with it."""
        self._sync(None, scheme.sections)
        placed: defaultdict[Path, list[Problem]] = defaultdict(list)
        for problem in problems:
            if "place" in problem.params:
                placed[tuple(problem.params["place"])].append(problem)
        self._problems = dict(placed)
        self._tell(NOWHERE)

    def _sync(self, above: _Item | None, nodes: Nodes) -> None:
        """Rows that came and went, so that what is open and chosen in the view stays so."""
        items = self._tops if above is None else above.below
        before = [item.node for item in items]
        head = 0
        while head < min(len(before), len(nodes)) and _alike(before[head], nodes[head]):
            head += 1
        tail = 0
        while tail < min(len(before), len(nodes)) - head and _alike(before[-1 - tail], nodes[-1 - tail]):
            tail += 1
        if len(before) == len(nodes) and all(
            type(one) is type(other) for one, other in zip(before, nodes, strict=True)
        ):
            head, tail = len(nodes), 0
        where = NOWHERE if above is None else self._index_of(above)
        if head < len(before) - tail:
            self.beginRemoveRows(where, head, len(before) - tail - 1)
            for item in items[head : len(before) - tail]:
                self._drop(item)
            del items[head : len(before) - tail]
            self.endRemoveRows()
        if head < len(nodes) - tail:
            self.beginInsertRows(where, head, len(nodes) - tail - 1)
            items[head:head] = [self._made(node, above) for node in nodes[head : len(nodes) - tail]]
            self.endInsertRows()
        for item, node in zip(items, nodes, strict=True):
            item.node = node
            self._sync(item, node.children if isinstance(node, Section) else ())

    def _made(self, node: Node, above: _Item | None) -> _Item:
        self._numbers += 1
        item = _Item(self._numbers, node, above)
        self._items[item.number] = item
        if isinstance(node, Section):
            item.below = [self._made(child, item) for child in node.children]
        return item

    def _drop(self, item: _Item) -> None:
        del self._items[item.number]
        for child in item.below:
            self._drop(child)

    def _tell(self, parent: QModelIndex) -> None:
        rows = self.rowCount(parent)
        if not rows:
            return
        self.dataChanged.emit(self.index(0, 0, parent), self.index(rows - 1, len(HEADS) - 1, parent))
        for number in range(rows):
            self._tell(self.index(number, 0, parent))

    def _item(self, index: Index) -> _Item | None:
        return self._items.get(index.internalId()) if index.isValid() else None

    def _index_of(self, item: _Item, column: int = 0) -> QModelIndex:
        siblings = self._tops if item.above is None else item.above.below
        return self.createIndex(siblings.index(item), column, item.number)

    def path_of(self, index: Index) -> Path:
        """Where a node stands; () for no index."""
        item, path = self._item(index), []
        while item is not None:
            siblings = self._tops if item.above is None else item.above.below
            path.append(siblings.index(item))
            item = item.above
        return tuple(reversed(path))

    def index_at(self, path: Path, column: int = 0) -> QModelIndex:
        """The index of a place; none where nothing stands."""
        index = QModelIndex()
        for number, place in enumerate(path):
            index = self.index(place, column if number == len(path) - 1 else 0, index)
        return index

    def problems_at(self, path: Path) -> list[Problem]:
        """What is wrong with one node."""
        return self._problems.get(path, [])

    @property
    def faulty(self) -> list[Path]:
        """The places of all nodes with something wrong, in the order of the tree."""
        return sorted(self._problems)

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a child."""
        if not 0 <= column < len(HEADS) or row < 0 or (parent.isValid() and parent.column() > 0):
            return QModelIndex()
        above = self._item(parent)
        below = above.below if above is not None else [] if parent.isValid() else self._tops
        return self.createIndex(row, column, below[row].number) if row < len(below) else QModelIndex()

    def parent(self, index: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]
        """The index of what a node stands below."""
        item = self._item(index)
        return QModelIndex() if item is None or item.above is None else self._index_of(item.above)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many children a node has."""
        if parent.isValid() and parent.column() > 0:
            return 0
        item = self._item(parent)
        return len(item.below) if item is not None else 0 if parent.isValid() else len(self._tops)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        """The same for every node."""
        return len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads across."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(HEADS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return _aligned(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, what is wrong with it, or the place of its node."""
        item = self._item(index)
        if item is None:
            return None
        node, column = item.node, index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            told = self._sentences(index) if column == PROBLEM else _shown(node, column)
            return told.replace("\n", " ")
        if role == Qt.ItemDataRole.EditRole:
            return _typed(node, column)
        if role == MARK_ROLE:
            return self._mark(index)
        if role == CHOICES_ROLE:
            is_leaf = isinstance(node, Indicator)
            return tuple(kind.value for kind in Kind) if column == KIND and is_leaf else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._sentences(index) or _shown(node, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADS[column]} {_shown(node, column)} {self._sentences(index)}".strip()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        return self.path_of(index) if role == KEY_ROLE else None

    def _sentences(self, index: Index) -> str:
        return "\n".join(problem_sentence(one) for one in self.problems_at(self.path_of(index)))

    def _mark(self, index: Index) -> Mark | None:
        """A fault stands at the cell that cures it."""
        columns = {column_of(one) for one in self.problems_at(self.path_of(index))}
        if index.column() in columns:
            return ERROR
        return Mark(ERROR.word, "", ERROR.tone) if index.column() == PROBLEM and columns else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell of an indicator can be typed into, and of a section what it has itself."""
        plain = super().flags(index)
        item = self._item(index)
        if item is None or self.locked or self.edit is None or index.column() == PROBLEM:
            return plain
        if isinstance(item.node, Section) and index.column() not in OF_SECTIONS:
            return plain
        return plain | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand what was typed to `edit`."""
        item = self._item(index)
        if role != Qt.ItemDataRole.EditRole or item is None or self.edit is None or self.locked:
            return False
        if str(value).strip() == _typed(item.node, index.column()):
            return False
        return self.edit(self.path_of(index), index.column(), str(value))


def _alike(one: Node, other: Node) -> bool:
    return one is other or (type(one) is type(other) and one.code == other.code)


def _typed(node: Node, column: int) -> str:
    """The text of a cell as it is typed."""
    if column == CODE:
        return node.code
    if column == NAME:
        return node.name
    if column == POINTS:
        return show_short(node.points)
    if isinstance(node, Section):
        return ""
    return {KIND: node.kind.value, STEP: show_short(node.step), HINT: node.evidence_hint}.get(column, "")


def _shown(node: Node, column: int) -> str:
    """The text of a cell; a section whose parts differ tells both."""
    if column == POINTS and isinstance(node, Section) and below_sum(node) != node.points:
        return f"{show_short(node.points)} ≠ {show_short(below_sum(node))}"
    return _typed(node, column)


def _aligned(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def column_of(problem: Problem) -> int:
    """The column where a fault of a node is cured."""
    return {"scheme_code": CODE, "scheme_sum": POINTS, "scheme_step": POINTS}.get(problem.code, NAME)
