"""A day at the expert's desk: memory over forty firms, and what each act takes with 370 firms on the list."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from inputs import PASSPHRASE, Places
from measure import Figures, peak_kib
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFormLayout, QLabel, QLineEdit, QWidget
from window_cases import opened_window, settle

from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.services import rehearsal
from ecpanel.services.opening import open_store
from ecpanel.wrapping import Cost

sys.path.insert(0, str(Path(__file__).parents[1]))  # the day's script is shared with the tests

FIRMS: Final = 40
SETTLED: Final = 10
"""Firms after which caches are full; growth is counted from there."""
MEGABYTE: Final = 1 << 20
FIELDS: Final = 20


def day(root: Path, size: int) -> Figures:
    """Forty firms read and scored by keys; `ours` is the median of a firm, the notes tell the growth."""
    from gui.day import growth, spend_day
    from gui.desks import issue, own_store

    folder = root / "day"
    folder.mkdir(exist_ok=True)
    cheap = Cost(8192, 1, 1)
    own_store(issue(folder, cheap, FIRMS), cheap).close()
    application, parts = opened_window(root)
    desk = ExpertDesk(parts.frame, open_store(folder / "E02.ecreview", rehearsal.PASSPHRASE))
    parts.frame.show_page(desk)
    settle(application, parts)
    readings = list(spend_day(desk, FIRMS))
    grown = growth(readings, SETTLED, FIRMS) / MEGABYTE
    notes = {
        f"memory from firm {SETTLED} to firm {FIRMS}": f"{grown:+.1f} MB",
        "without page pictures": f"{readings[-1].own / MEGABYTE:.0f} MB",
        "page pictures": f"{readings[-1].pictures / MEGABYTE:.0f} MB",
    }
    parts.window.close()
    return Figures(median(one.seconds for one in readings), None, peak_kib(), notes)


def desk_acts(root: Path, size: int) -> Figures:
    """The slowest act at the expert's desk against filling a plain form of as many fields."""
    application, parts = opened_window(root)
    desk = ExpertDesk(parts.frame, open_store(Places(root / str(size)).expert, PASSPHRASE))
    parts.frame.show_page(desk)
    settle(application, parts)
    place = desk.place
    assert place is not None
    place.sheet.setFocus()

    def seconds(act: Callable[[], object]) -> float:
        began = time.perf_counter()
        act()
        application.processEvents()
        return time.perf_counter() - began

    def next_firm() -> None:
        focus = QApplication.focusWidget() or place.sheet
        QTest.keyClick(focus, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    codes = list(place.sheet.lines)
    took = {
        "another firm": median(seconds(next_firm) for _ in range(30)),
        "another indicator": median(
            seconds(lambda code=code: place.sheet.focus_indicator(code)) for code in codes
        ),
        "hand-in page": seconds(desk.to_hand_in.click),
    }
    plain = _plain_form(application, seconds)
    parts.window.close()
    return Figures(max(took.values()), plain, peak_kib(), {k: f"{1000 * v:.0f} ms" for k, v in took.items()})


def _plain_form(application: QApplication, seconds: Callable[[Callable[[], object]], float]) -> float:
    """A bare form with a label and a line for each indicator, its texts changed as for another firm."""
    form = QWidget()
    layout = QFormLayout(form)
    lines = [(QLabel(), QLineEdit()) for _ in range(FIELDS)]
    for label, line in lines:
        layout.addRow(label, line)
    form.resize(420, 640)
    form.show()
    application.processEvents()

    def fill(number: int) -> None:
        for place, (label, line) in enumerate(lines):
            label.setText(f"第{number}家 指标{place}")
            line.setText(f"{number % 7}.5")

    found = median(seconds(lambda number=number: fill(number)) for number in range(30))
    form.close()
    return found


CASES: Final[dict[str, Callable[[Path, int], Figures]]] = {"desk": desk_acts, "day": day}
"""Case by name; `__main__` says for which sizes."""
