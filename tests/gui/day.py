"""A day of an expert by keys: firm after firm opened, paged through, scored, and what memory it leaves behind."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.gui.expert.work import WorkPane
from ecpanel.gui.viewer.render_thread import shared_renderer

REMARK = "申报书中有可核的数据和证明材料，成效属实。"
OPINION = (
    "平台模式清晰，服务中小商户成效可核，数据治理走在行业前列；研发投入占比逐年下降，绿色包装只在个别环节推进；"
    "建议完善佐证材料，补充第三方审计数据。"
)
PAGES_READ = 4
_KEY, _CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
_MEASURES = sys.platform.startswith("linux")


@dataclass(frozen=True, slots=True)
class Reading:
    """After one firm: bytes resident without the pictures of pages that are kept, and those pictures."""

    candidate: str
    own: int
    pictures: int
    seconds: float


def resident() -> int:
    """Bytes of memory this process really has, after what can be given back was; 0 where nobody tells."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    if not _MEASURES:
        return 0
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def spend_day(desk: ExpertDesk, firms: int) -> Iterator[Reading]:
    """Work through so many firms that are not scored yet; every sheet is complete afterwards."""
    place = desk.place
    assert place is not None
    place.sheet.setFocus()
    for _ in range(firms):
        began = time.monotonic()
        key = place.at or ""
        _read(place)
        _score(place)
        pictures = shared_renderer().cache.bytes
        yield Reading(key, resident() - pictures, pictures, time.monotonic() - began)
        _press(_KEY.Key_Return, _CTRL)
        _until(lambda key=key: place.at != key or bool(place.banner.words))  # type: ignore[misc]


def growth(readings: list[Reading], first: int, last: int) -> int:
    """Bytes by which the program grew from the first to the last firm counted, each told by the best of
    three, since the system gives memory back when it likes."""

    def least(at: int) -> int:
        return min(one.own for one in readings[max(at - 3, 0) : at])

    return least(last) - least(first)


def _read(place: WorkPane) -> None:
    """Every document, several pages of it, a little closer and back; one page becomes evidence."""
    view = place.documents.view
    for number in range(len(place._opened.documents[place.at or ""])):
        _until(lambda: view.page() > 0)
        view.setFocus()
        for _ in range(min(view.count(), PAGES_READ)):
            _until(lambda: view.pages.is_sharp)
            _press(_KEY.Key_PageDown)
        if number == 0:
            _press(_KEY.Key_Plus, _CTRL)
            _until(lambda: view.pages.is_sharp)
            _press(_KEY.Key_0, _CTRL)
            _until(lambda: view.pages.is_sharp)
            place.sheet.focus_indicator("B1")
            view.setFocus()
            _press(_KEY.Key_E)
        before = view.key
        _press(_KEY.Key_BracketRight, _CTRL)
        last = number == len(place._opened.documents[place.at or ""]) - 1
        _until(lambda before=before, last=last: last or view.key != before)  # type: ignore[misc]


def _score(place: WorkPane) -> None:
    """Every indicator by its second level or the number two, a reason where one is needed, the opinion."""
    sheet = place.sheet
    for code in list(sheet.lines):
        sheet.focus_indicator(code)
        if code in place._work.settled.get(place.at or "", {}):
            continue
        _press(_KEY.Key_2)
        _press(_KEY.Key_Return)
        if QApplication.focusWidget() is sheet.card.remark:
            _write(REMARK)
    _press(_KEY.Key_F7)
    _write(OPINION)
    sheet.flush()


def _press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None, "nothing has the keyboard"
    QTest.keyClick(focus, key, modifier)


def _write(words: str) -> None:
    """As an input method commits words."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(QApplication.focusWidget(), event)


def _until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        QApplication.processEvents()
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.001)
