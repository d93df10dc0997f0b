"""Tables of a desk at full size: open, sort, filter, scroll, against Qt's own item model with the same texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTableView, QWidget

from ecpanel.gui.controls.table import Table
from ecpanel.gui.models.records import RecordModel

FULL: Final = 1_000
"""A table with fewer rows is not one of those that grow with the candidates."""
STEPS: Final = 60


@dataclass(frozen=True)
class Measured:
    """Seconds of the slowest of each act."""

    table: str
    rows: int
    open: float
    sort: float
    filter: float
    scroll: float


def full_tables(desk: QWidget) -> Iterator[Table]:
    """The tables of a desk that grow with the candidates."""
    for table in desk.findChildren(Table):
        model = table.model()
        if isinstance(model, RecordModel) and len(model.everything) >= FULL:
            yield table


def timed(act: Callable[[], object]) -> float:
    """Seconds of an act with everything it makes Qt do."""
    began = time.perf_counter()
    act()
    QCoreApplication.processEvents()
    return time.perf_counter() - began


def scrolled(view: QTableView) -> float:
    """The slowest of many steps from top to bottom."""
    bar = view.verticalScrollBar()
    return max(timed(lambda n=n: bar.setValue(bar.maximum() * n // STEPS)) for n in range(STEPS + 1))


def measure(table: Table) -> Measured:
    """Open, sort by every column, filter and scroll a table of ours, shown on its own."""
    records: RecordModel[Any] = table.model()  # type: ignore[assignment]
    rows = list(records.everything)
    table.setParent(None)
    table.resize(1000, 600)
    table.show()
    opened = timed(lambda: records.set_rows(rows))
    columns = range(records.columnCount())
    sort = max(timed(lambda n=n: table.sortByColumn(n, Qt.SortOrder.DescendingOrder)) for n in columns)
    text = records.columns[min(2, len(columns) - 1)].text
    narrowed = max(
        timed(lambda: records.set_filter(lambda row: "9" in text(row))),
        timed(lambda: records.set_filter(None)),
    )
    found = Measured(table.accessibleName(), len(rows), opened, sort, narrowed, scrolled(table))
    table.hide()
    return found


def measure_plain(table: Table) -> Measured:
    """The same with QStandardItemModel behind QSortFilterProxyModel."""
    records: RecordModel[Any] = table.model()  # type: ignore[assignment]
    texts = [[column.text(row) for column in records.columns] for row in records.everything]
    view = QTableView()
    view.resize(1000, 600)
    view.verticalHeader().hide()
    view.setSortingEnabled(True)
    proxy = QSortFilterProxyModel()
    view.setModel(proxy)
    view.show()
    kept: list[QStandardItemModel] = []

    def fill() -> None:
        model = QStandardItemModel()
        for row in texts:
            model.appendRow([QStandardItem(cell) for cell in row])
        kept.append(model)
        proxy.setSourceModel(model)

    opened = timed(fill)
    columns = range(len(records.columns))
    sort = max(timed(lambda n=n: view.sortByColumn(n, Qt.SortOrder.DescendingOrder)) for n in columns)
    proxy.setFilterKeyColumn(min(2, len(columns) - 1))
    narrowed = max(
        timed(lambda: proxy.setFilterFixedString("9")), timed(lambda: proxy.setFilterFixedString(""))
    )
    found = Measured("", len(texts), opened, sort, narrowed, scrolled(view))
    view.hide()
    return found
