"""Documents to read in the tests of the viewer, and an opener that knows who opened and closed them."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO

from ecpanel.dossier.pages import PDF
from ecpanel.gui.viewer.document_view import DocumentView


class Shelf:
    """Hands out documents from memory and counts how often each was opened and closed."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def opener(self, key: str, content: bytes) -> Callable[[], AbstractContextManager[BinaryIO]]:
        @contextmanager
        def give() -> Iterator[BinaryIO]:
            self.threads.add(threading.current_thread().name)
            self.opened.append(key)
            assert self.gate.wait(20)
            try:
                yield io.BytesIO(content)
            finally:
                self.closed.append(key)

        return give


class Reader:
    """Someone at the viewer."""

    def __init__(self, qtbot: Any, view: DocumentView) -> None:
        self.qtbot, self.view, self.shelf = qtbot, view, Shelf()

    def read(self, content: bytes, key: str = "D1", media: str = PDF, name: str = "申报书.pdf") -> None:
        """Open a document and wait until what is in view is sharp."""
        with self.qtbot.waitSignal(self.view.document_shown, timeout=20_000):
            self.view.show_document(key, self.shelf.opener(key, content), media, name)
        self.until_sharp()

    def until_sharp(self) -> None:
        self.qtbot.waitUntil(lambda: self.view.pages.is_sharp, timeout=20_000)

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=20_000)
