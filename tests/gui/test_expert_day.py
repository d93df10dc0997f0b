"""Forty firms in a day and 370 on the list: nothing is lost, and the desk does not grow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gui.day import growth, resident, spend_day
from gui.desks import PASSPHRASE, figured, issue, own_store
from gui.expert_hands import ALT, KEY, Seat
from PySide6.QtWidgets import QApplication
from services.reviews import fill, panel

from ecpanel.gui.app import Parts
from ecpanel.gui.models.own_candidates import Progress
from ecpanel.services import score
from ecpanel.services.opening import open_store
from ecpanel.services.organise import builtin_scheme
from ecpanel.services.sample import sample_scores
from ecpanel.wrapping import Cost

MEGABYTE = 1 << 20
FIRMS = 40
BOUND = 12 * MEGABYTE
"""What undo, places in documents and the memory's own untidiness may take for thirty firms."""


def test_forty_firms_in_a_day_leave_no_memory_behind(
    qtbot: Any, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    issued = issue(tmp_path, cheap, FIRMS)
    own_store(issued, cheap).close()
    seat = Seat(qtbot, parts, tmp_path / "E02.ecreview")
    desk = seat.sit_down()
    seat.read_page()
    readings = list(spend_day(desk, FIRMS))
    assert len({one.candidate for one in readings}) == FIRMS
    model = seat.place.model
    assert model.count(Progress.COMPLETE) == FIRMS, "every sheet is complete and in the store"
    assert growth(readings, 10, FIRMS) < BOUND, [round(one.own / MEGABYTE, 1) for one in readings]
    pictures = max(one.pictures for one in readings)
    assert pictures <= 96 * MEGABYTE
    seat.leave()
    with open_store(seat.path, PASSPHRASE) as store:
        sheets = score.own_sheets(store, score.load_assignment(store))
    assert all(len(sheet.scores["B1"].evidence) == 1 for sheet in sheets.values())
    assert resident() > 0


def test_370_firms_open_switch_and_are_handed_in(
    qtbot: Any, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    issued = issue(tmp_path, cheap, 370, with_papers=False)
    own_store(issued, cheap).close()
    path = tmp_path / "E02.ecreview"
    listed = figured(370)
    fill(path, sample_scores(builtin_scheme(), listed[:300], panel(3)[0]))
    seat = Seat(qtbot, parts, path)
    desk = seat.sit_down()
    assert len(seat.place.model.rows) == 370
    visited = {seat.place.at}
    for _ in range(30):
        seat.press(KEY.Key_Down, ALT)
        QApplication.processEvents()
        visited.add(seat.place.at)
    assert len(visited) == 31, "every press shows another firm"
    desk.to_hand_in.click()
    assert desk.hand is not None and len(desk.hand.model.rows) >= 70
