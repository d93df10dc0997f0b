"""Turning pages in the viewer, and the same pages drawn by pypdfium2 alone at the same size."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication

from ecpanel.dossier.pages import PDF
from ecpanel.gui.app import Parts
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.gui.viewer.render_thread import shared_renderer
from ecpanel.pdfium import LOCK, pypdfium2
from ecpanel.services.sample_documents import make_statement
from ecpanel.services.sample_firms import make_firms

PAGES: Final = 90
TURNS: Final = 24
PAUSE: Final = 0.15
"""Seconds on a page before the next; the neighbours are drawn meanwhile, as while somebody reads."""


@dataclass(frozen=True)
class Turns:
    """Pages visited (from 1), seconds of each turn to the next, seconds of jumps to pages far away, and the
    scale they were drawn at (pixels per pt)."""

    numbers: tuple[int, ...]
    seconds: tuple[float, ...]
    jumps: tuple[float, ...]
    scale: float


def window_turns(application: QApplication, parts: Parts, path: Path) -> Turns:
    """Every page asked for, until it is sharp on the screen."""
    make_document(path)
    view = DocumentView(parts.frame.theme)
    view.resize(700, 700)
    view.show()

    @contextmanager
    def opener() -> Any:
        with path.open("rb") as file:
            yield file

    view.show_document("bench", opener, PDF, path.name)
    until(application, lambda: view.pages.count > 0 and view.pages.is_sharp)

    def turn(number: int) -> float:
        rest = time.monotonic() + PAUSE
        while time.monotonic() < rest:
            application.processEvents()
        began = time.perf_counter()
        view.go_to(number)
        application.processEvents()
        until(application, lambda: view.pages.is_sharp)
        return time.perf_counter() - began

    numbers = tuple(range(2, TURNS + 2))
    seconds = [turn(number) for number in numbers]
    jumps = [turn(40 + number * 17 % 50) for number in range(TURNS)]
    scale = view.pages.percent / 100 * view.logicalDpiX() / 72
    view.clear()
    view.close()
    shared_renderer().stop()
    return Turns(numbers, tuple(seconds), tuple(jumps), scale)


def bare_turns(path: Path, scale: float, numbers: tuple[int, ...]) -> list[float]:
    """Seconds of pypdfium2 drawing each page; the viewer of the same process may still be at work."""
    seconds = []
    with LOCK:
        document = pypdfium2.PdfDocument(path)
        for number in numbers:
            began = time.perf_counter()
            page = document[number - 1]
            bitmap = page.render(scale=scale)
            seconds.append(time.perf_counter() - began)
            bitmap.close()
            page.close()
        document.close()
    return seconds


def until(application: QApplication, holds: Any) -> None:
    """Let events run until something holds."""
    limit = time.monotonic() + 60
    while not holds():
        application.processEvents()
        assert time.monotonic() < limit


def make_document(path: Path) -> None:
    """Ninety pages of text and tables."""
    with LOCK:
        document = pypdfium2.PdfDocument.new()
        source = pypdfium2.PdfDocument(make_statement(make_firms(7)[0], 7))
        while len(document) < PAGES:
            document.import_pages(source)
        document.save(str(path))
        source.close()
        document.close()
