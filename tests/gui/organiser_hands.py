"""The organiser's desk over a real store, in the window, and what hands do in its tables and trees."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from gui.hands import type_words
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget
from services.reviews import PASSPHRASE, firms, panel, prepared

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.review import ReviewKind
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.gui.app import Parts
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.services import organise
from ecpanel.services.opening import open_store, system_clock

Part = TypeVar("Part", bound=OrganiserStep)
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def new_desk(parts: Parts, folder: Path, candidates: int | list[Candidate] = 0) -> OrganiserDesk:
    """A new review, with so many invented firms, on its desk in the window."""
    setup = organise.Setup(
        "2021年综合评价", 2021, ReviewKind.EVALUATION, "欧阳㛃", developed=("浙江",), cut=2
    )
    store = organise.new_review(folder / "组织.ecreview", PASSPHRASE, setup, parts.frame.cost, system_clock)
    listed = firms(candidates) if isinstance(candidates, int) else candidates
    if listed:
        write_candidate_list(listed, folder / "先前名单.xlsx")
        organise.import_candidates(store, folder / "先前名单.xlsx", system_clock)
    desk = OrganiserDesk(parts.frame, store)
    parts.frame.show_page(desk)
    return desk


def issued_desk(parts: Parts, folder: Path) -> OrganiserDesk:
    """A review whose packages are out."""
    experts, group = panel(3)
    prepared(folder, parts.frame.cost, firms(3), experts, group)
    desk = OrganiserDesk(parts.frame, open_store(folder / "组织.ecreview", PASSPHRASE))
    parts.frame.show_page(desk)
    return desk


def shown(desk: OrganiserDesk, kind: type[Part], key: str) -> Part:
    """The page of a step, on the screen."""
    desk.go_to(key)
    QApplication.processEvents()
    part = desk.part(key)
    assert isinstance(part, kind) and part.isVisible()
    return part


def click_cell(qtbot: Any, view: QAbstractItemView, index: QModelIndex) -> None:
    """Click a cell."""
    view.scrollTo(index)
    QApplication.processEvents()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def type_cell(qtbot: Any, view: QAbstractItemView, index: QModelIndex, words: str) -> None:
    """Click a cell, press F2, type in place of what it holds, Enter."""
    click_cell(qtbot, view, index)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None, "the cell cannot be edited"
    editor.selectAll()
    if words:
        type_words(qtbot, editor, words)
    else:
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt takes what was typed after the key is done with


def key(qtbot: Any, page: QWidget, which: Qt.Key, modifier: Qt.KeyboardModifier = CTRL) -> None:
    """Press a key where the focus is."""
    target = QApplication.focusWidget() or page
    qtbot.keyClick(target, which, modifier)


def middle(widget: QWidget) -> QPoint:
    """The middle of a control."""
    return widget.rect().center()
