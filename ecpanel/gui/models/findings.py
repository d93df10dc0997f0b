"""The findings of a verification as a tree: what was looked at, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ecpanel.domain.finding import FINDING_WORDS, Finding, FindingState
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.records import MARK_ROLE
from ecpanel.texts import problem_sentence

HEADS: Final = ("核对的内容", "结果", "说明")
MARKS: Final = {
    FindingState.PASSED: Mark(FINDING_WORDS[FindingState.PASSED], "circle-check", Tone.GOOD),
    FindingState.FAILED: Mark(FINDING_WORDS[FindingState.FAILED], "circle-x", Tone.BAD),
    FindingState.NOT_CHECKED: Mark(FINDING_WORDS[FindingState.NOT_CHECKED], "circle-dashed", Tone.FAINT),
}
Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class _Node:
    """A finding with its place in the tree."""

    __slots__ = ("children", "finding", "parent", "place")

    def __init__(self, finding: Finding, parent: _Node | None, place: int) -> None:
        self.finding, self.parent, self.place = finding, parent, place
        self.children = [_Node(one, self, n) for n, one in enumerate(finding.children)]


class FindingsModel(QAbstractItemModel):
    """Columns: label, state, detail (for a failed one its sentence)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roots: list[_Node] = []

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show another tree."""
        self.beginResetModel()
        self._roots = [_Node(one, None, n) for n, one in enumerate(findings)]
        self.endResetModel()

    def finding(self, index: Index) -> Finding | None:
        """The finding of an index."""
        node = self._node(index)
        return node.finding if node is not None else None

    def failed(self) -> list[QModelIndex]:
        """Branches that lead to something failed, parents first."""
        found: list[QModelIndex] = []

        def look(nodes: list[_Node]) -> None:
            for node in nodes:
                if node.finding.state is FindingState.FAILED:
                    found.append(self.createIndex(node.place, 0, node))
                    look(node.children)

        look(self._roots)
        return found

    def _node(self, index: Index) -> _Node | None:
        if not index.isValid():
            return None
        node = index.internalPointer()
        return node if isinstance(node, _Node) else None

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a child."""
        above = self._node(parent)
        nodes = above.children if above is not None else self._roots
        if 0 <= row < len(nodes) and 0 <= column < len(HEADS):
            return self.createIndex(row, column, nodes[row])
        return QModelIndex()

    def parent(self, index: Index = NOWHERE) -> Any:
        """The branch something hangs on."""
        node = self._node(index)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.place, 0, node.parent)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many findings hang on one."""
        if parent.isValid() and parent.column() > 0:
            return 0
        above = self._node(parent)
        return len(above.children if above is not None else self._roots)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        """Three columns everywhere."""
        return len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads across."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, mark or tip of a cell."""
        node = self._node(index)
        if node is None:
            return None
        one = node.finding
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (one.label, FINDING_WORDS[one.state], _detail(one))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (one.label, FINDING_WORDS[one.state], _detail(one))[index.column()] or None
        if role == MARK_ROLE and index.column() == 1:
            return MARKS[one.state]
        return None


def _detail(one: Finding) -> str:
    if one.problems:
        return problem_sentence(one.problems[0])
    return one.detail
