"""Records as a table: columns are data, rows are frozen records found by their key; sorting and filtering
are done here, on plain Python values, because asking a proxy cell by cell is too slow for 3 700 rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ecpanel.gui.marks import Mark

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()
KEY_ROLE: Final = Qt.ItemDataRole.UserRole
MARK_ROLE: Final = Qt.ItemDataRole.UserRole + 1
ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 2
CHOICES_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""What may be chosen in a cell, as a sequence of texts; None where it is typed."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its head, the text of a row, how it sorts (by its text unless said), whether it is a
    number (right-aligned), its mark (icon and tone), a longer tip, how many characters wide it wants
    to be (0: it takes its `share` of the room that is left), and what may be chosen where it is not typed."""

    head: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    number: bool = False
    mark: Callable[[Row], Mark | None] | None = None
    tip: Callable[[Row], str] | None = None
    width: int = 10
    share: int = 1
    editable: bool = False
    hint: str = ""
    choices: Callable[[Row], Sequence[str]] | None = None


class RecordModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind. `edit(row, column_number, text)` is called for a change typed into an editable
    column; it returns the row in force, or None when nothing changed."""

    filtered = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        edit: Callable[[Row, int, str], Row | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key, self._edit = key, edit
        self._all: list[Row] = []
        self._rows: list[Row] = []
        self._place: dict[Hashable, int] = {}
        self._accept: Callable[[Row], bool] | None = None
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows shown, in the order shown."""
        return self._rows

    @property
    def everything(self) -> Sequence[Row]:
        """All rows, in their own order, whether shown or not."""
        return self._all

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Put other rows in place; sorting and filter stay."""
        self.beginResetModel()
        self._all = list(rows)
        self._arrange()
        self.endResetModel()
        self.filtered.emit(len(self._rows))

    def set_filter(self, accept: Callable[[Row], bool] | None) -> None:
        """Show only rows that are accepted."""
        self._accept = accept
        self.beginResetModel()
        self._arrange()
        self.endResetModel()
        self.filtered.emit(len(self._rows))

    def replace(self, row: Row) -> None:
        """Put a row in place of the one with the same key; its place in the order stays."""
        key = self._key(row)
        for place, old in enumerate(self._all):
            if self._key(old) == key:
                self._all[place] = row
                break
        shown = self._place.get(key)
        if shown is not None:
            self._rows[shown] = row
            self.dataChanged.emit(self.index(shown, 0), self.index(shown, len(self.columns) - 1))

    def update_rows(self, rows: Iterable[Row]) -> None:
        """The rows as they are now: where they are the same ones in the same order, only those that
        changed are shown anew, in their places, whatever filter and order would say of them."""
        fresh = list(rows)
        if [self._key(one) for one in fresh] != [self._key(one) for one in self._all]:
            self.set_rows(fresh)
            return
        last = len(self.columns) - 1
        changed = [row for row, old in zip(fresh, self._all, strict=True) if row != old]
        self._all = fresh
        for row in changed:
            shown = self._place.get(self._key(row))
            if shown is not None:
                self._rows[shown] = row
                self.dataChanged.emit(self.index(shown, 0), self.index(shown, last))

    def row_of(self, key: Hashable) -> int | None:
        """Where the row with a key is shown, or None."""
        return self._place.get(key)

    def row_at(self, index: Index) -> Row | None:
        """The record of an index, or None for no index."""
        return self._rows[index.row()] if index.isValid() else None

    def _arrange(self) -> None:
        rows = self._all if self._accept is None else [row for row in self._all if self._accept(row)]
        if self._sorted_by is not None:
            number, order = self._sorted_by
            column = self.columns[number]
            sort = column.sort or column.text
            present = [(sort(row), place) for place, row in enumerate(rows)]
            # What is missing stays at the end, whichever way the rest is sorted.
            missing = [place for value, place in present if value is None]
            known = [one for one in present if one[0] is not None]
            known.sort(key=lambda one: one[0], reverse=order is Qt.SortOrder.DescendingOrder)
            rows = [rows[place] for _, place in known] + [rows[place] for place in missing]
        self._rows = list(rows)
        self._place = {self._key(row): place for place, row in enumerate(self._rows)}

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 goes back to the rows' own order."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [(self._key(self._rows[one.row()]), one.column()) for one in before]
        self._sorted_by = None if column < 0 else (column, order)
        self._arrange()
        after = [
            self.index(self._place[key], number) if key in self._place else QModelIndex()
            for key, number in keys
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads across; no row numbers."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.hint or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, its mark, its tip, or the key of its row."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return column.text(row)
        if role == MARK_ROLE:
            return column.mark(row) if column.mark else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return (column.tip(row) if column.tip else column.text(row)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.head} {column.text(row)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        if role == CHOICES_ROLE:
            return tuple(column.choices(row)) if column.choices else None
        if role == KEY_ROLE:
            return self._key(row)
        if role == ROW_ROLE:
            return row
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells of editable columns may be typed into."""
        plain = super().flags(index)
        if index.isValid() and self.columns[index.column()].editable and self._edit is not None:
            return plain | Qt.ItemFlag.ItemIsEditable
        return plain

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand what was typed to `edit`; the row it returns is shown."""
        row = self.row_at(index)
        if role != Qt.ItemDataRole.EditRole or row is None or self._edit is None:
            return False
        if not self.columns[index.column()].editable:
            return False
        if str(value) == self.columns[index.column()].text(row):
            return False
        fresh = self._edit(row, index.column(), str(value))
        if fresh is None:
            return False
        self.replace(fresh)
        return True


def _aligned(column: Column[Any]) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def drawn(model: QAbstractTableModel) -> list[str]:
    """The table as lines of text, heads first, for tests and for copying."""
    columns = range(model.columnCount())
    horizontal = Qt.Orientation.Horizontal
    lines = ["\t".join(str(model.headerData(column, horizontal)) for column in columns)]
    lines += [
        "\t".join(str(model.index(row, column).data() or "") for column in columns)
        for row in range(model.rowCount())
    ]
    return lines
