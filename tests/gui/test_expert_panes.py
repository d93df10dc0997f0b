"""The three panes of the expert's desk: folded, widened, at every text size, all of it by keys too."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.desks import ExpertReview, copied
from gui.expert_hands import CTRL, KEY, MOUSE, SHIFT, Seat
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QToolButton

from ecpanel.gui.app import Parts
from ecpanel.gui.expert.panes import PAGES, least_sheet
from ecpanel.gui.keys import keys_of


@pytest.fixture
def seat(qtbot, parts: Parts, expert_review: ExpertReview, tmp_path: Path) -> Seat:
    return Seat(qtbot, parts, copied(expert_review.signed, tmp_path / "本机"))


def test_panes_fold_by_key_and_come_back_where_they_are_needed(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    place = seat.place
    seat.press(KEY.Key_1, CTRL)
    seat.until(lambda: not place.candidates.isVisible())
    assert place.sheet.isVisible() and place.documents.isAncestorOf(seat.focus())
    place.sheet.setFocus()
    seat.press(KEY.Key_3, CTRL)
    seat.until(lambda: not place.sheet.isVisible())
    assert place.documents.isAncestorOf(seat.focus())
    seat.leave()
    seat.sit_down()
    place = seat.place
    assert not place.candidates.isVisible() and not place.sheet.isVisible(), "as they were left"
    seat.press(KEY.Key_L, CTRL)
    assert place.candidates.isVisible() and seat.focus() is place.candidates.search
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Return)
    assert place.sheet.isVisible() and place.sheet.isAncestorOf(seat.focus())
    order = [place.candidates, place.documents, place.sheet]
    for expected in (0, 1, 2, 0):
        seat.press(KEY.Key_F6)
        assert order[expected].isAncestorOf(seat.focus())
    seat.press(KEY.Key_F6, SHIFT)
    assert order[2].isAncestorOf(seat.focus())


def test_widths_are_remembered_for_each_text_size(seat: Seat) -> None:
    desk = seat.sit_down()
    panes = seat.place.panes
    handle = panes.handle(1)
    at = handle.rect().center()
    seat.qtbot.mousePress(handle, MOUSE, pos=at)
    seat.qtbot.mouseMove(handle, at + QPoint(60, 0))
    seat.qtbot.mouseRelease(handle, MOUSE, pos=at + QPoint(60, 0))
    moved = panes.sizes()
    before = seat.parts.frame.preferences.widths
    assert "expert-12" not in before, "not at every pixel of the way"
    seat.leave()
    del desk
    seat.sit_down()
    assert seat.place.panes.sizes() == pytest.approx(moved, abs=2)
    seat.parts.window.set_text_size(22)
    QApplication.processEvents()
    assert seat.place.panes.sizes()[2] >= least_sheet(22)
    seat.parts.window.set_text_size(12)
    QApplication.processEvents()
    assert seat.place.panes.sizes() == pytest.approx(moved, abs=2)


@pytest.mark.parametrize("size", [12, 16, 22])
def test_all_three_panes_are_usable_on_a_small_laptop_at_every_text_size(seat: Seat, size: int) -> None:
    seat.sit_down()
    seat.parts.window.set_text_size(size)
    seat.parts.window.resize(1366, 768)
    for _ in range(5):
        QApplication.processEvents()
    assert seat.parts.window.width() == 1366, "nothing asks for more room than there is"
    place = seat.place
    assert place.candidates.width() > 150 and place.documents.width() >= PAGES
    assert place.sheet.width() >= (460 if size == 22 else 360)
    rows = place.candidates.table.viewport().height() // place.candidates.table.rowHeight(0)
    assert rows >= 5, f"only {rows} firms in view"
    place.panes.setFixedWidth(PAGES + least_sheet(size) + 20)
    seat.until(lambda: not place.candidates.isVisible())
    seat.until(lambda: place.documents.width() >= PAGES and place.sheet.width() >= least_sheet(size))
    place.panes.setMaximumWidth(1 << 20)
    place.panes.setMinimumWidth(1366)
    seat.until(place.candidates.isVisible)


def test_every_key_of_the_desk_stands_on_the_sheet_of_keys(seat: Seat) -> None:
    seat.sit_down()
    told = dict(keys_of([seat.desk]))
    for keys in (
        "Ctrl+]",
        "Ctrl+[",
        "Alt+Down",
        "Alt+Up",
        "F6",
        "Ctrl+L",
        "Ctrl+1",
        "Ctrl+3",
        "Ctrl+Shift+T",
    ):
        assert told.get(keys), keys
    unnamed = [
        one
        for one in seat.desk.findChildren(QToolButton)
        if one.isVisible() and not one.accessibleName() and not one.text()
    ]
    assert not unnamed
