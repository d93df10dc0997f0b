"""Forty firms in a day and 370 on the list: the desk neither grows nor gets slow."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

from gui.day import growth, resident, spend_day
from gui.desks import PASSPHRASE, issue, own_store
from gui.expert_hands import Seat

from ecpanel.gui.app import Parts
from ecpanel.gui.models.own_candidates import Progress
from ecpanel.services import score
from ecpanel.services.opening import open_store
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
    print(
        [round(one.own / MEGABYTE, 1) for one in readings],
        growth(readings, 10, FIRMS) / MEGABYTE,
        median(one.seconds for one in readings),
    )
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
