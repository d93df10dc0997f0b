"""What hands do at the chair's desk, and what eyes can read on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTableView, QWidget

from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import PASSPHRASE

Kind = TypeVar("Kind", bound=QWidget)


def wait(qtbot: Any, parts: Parts) -> None:
    """Wait until no job runs."""
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=30_000)


def sit_down(qtbot: Any, parts: Parts, store: Path) -> ChairDesk:
    """Open a chair's store at its desk."""
    parts.window.activateWindow()  # keys go to the active window
    qtbot.waitUntil(parts.window.isActiveWindow)
    desk = ChairDesk(parts.frame, open_store(store, PASSPHRASE))
    parts.frame.show_page(desk)
    wait(qtbot, parts)
    return desk


def part(desk: ChairDesk, kind: type[Kind]) -> Kind:
    """The tab of a kind."""
    return next(one for one in desk.parts if isinstance(one, kind))


def press(qtbot: Any, parts: Parts, control: QAbstractButton) -> None:
    """Click a button and wait for what it begins."""
    assert control.isVisible() and control.isEnabled() and not control.size().isEmpty(), control.text()
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)


def words_on(widget: QWidget) -> Iterator[str]:
    """Everything that can be read on a widget now: labels, buttons, fields, tables and their heads."""
    for one in [widget, *widget.findChildren(QWidget)]:
        if not one.isVisible():
            continue
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            yield from (one.text(), one.toolTip())
        if isinstance(one, QTableView):
            model = one.model()
            for row in range(model.rowCount()):
                yield str(model.headerData(row, Qt.Orientation.Vertical) or "")
                for column in range(model.columnCount()):
                    yield str(model.index(row, column).data() or "")
                    yield str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")
