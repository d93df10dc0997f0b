"""As many widgets below one another as there are records, without touching those that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

Line = TypeVar("Line", bound=QWidget)


def fit_rows(layout: QVBoxLayout, rows: list[Line], count: int, make: Callable[[int], Line]) -> None:
    """Make `rows` so many: the last ones go, new ones come at the end; a row keeps its focus."""
    while len(rows) > count:
        gone = rows.pop()
        layout.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
    while len(rows) < count:
        made = make(len(rows))
        rows.append(made)
        layout.addWidget(made)
        made.show()  # at once, so that it can take the focus
