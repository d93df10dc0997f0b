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
STRIDE: Final = 7
"""Pages are visited out of order, so that none has been drawn ahead."""


@dataclass(frozen=True)
class Turns:
    """Pages visited (from 1), seconds of each, and the scale they were drawn at (pixels per pt)."""

    numbers: tuple[int, ...]
    seconds: tuple[float, ...]
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
    numbers = tuple((n * STRIDE * 3) % PAGES + 1 for n in range(1, 25))
    seconds = []
    for number in numbers:
        time.sleep(0.15)  # the neighbours of the page before are drawn meanwhile, as while somebody reads
        began = time.perf_counter()
        view.go_to(number)
        application.processEvents()
        until(application, lambda: view.pages.is_sharp)
        seconds.append(time.perf_counter() - began)
    scale = view.pages.percent / 100 * view.logicalDpiX() / 72
    view.clear()
    view.close()
    shared_renderer().stop()
    return Turns(numbers, tuple(seconds), scale)


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
