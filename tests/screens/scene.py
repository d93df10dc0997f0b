"""What a scene is, and the stage it stands on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from ecpanel.gui.app import Parts
from ecpanel.gui.frame import Page


@dataclass(frozen=True)
class Scene:
    """A state to be drawn: its Chinese name, the widget when it is not the window itself, and how to
    leave it."""

    name: str
    widget: QWidget | None = None
    after: Callable[[], None] | None = None


@dataclass(frozen=True)
class Stage:
    """The window and a folder for files."""

    parts: Parts
    folder: Path

    def show(self, page: Page) -> Page:
        """Put a page into the window."""
        self.parts.frame.show_page(page)
        self.settle()
        return page

    def settle(self, seconds: float = 0.2, limit: float = 60.0) -> None:
        """Let events run until no job does, and a little longer."""
        application = QApplication.instance()
        assert application is not None
        begin = time.monotonic()
        quiet = begin
        while time.monotonic() - begin < limit:
            application.processEvents()
            now = time.monotonic()
            if self.parts.frame.jobs.running is not None:
                quiet = now
            elif now - quiet > seconds:
                return
