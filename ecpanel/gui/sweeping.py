"""Garbage is collected on the interface thread and between jobs: a collection in the middle of a job stops
the window for a tenth of a second, and one on another thread may take a widget apart there."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

from ecpanel.gui.jobs import Jobs

YOUNG_EVERY: Final = 5_000
WHOLE_AFTER: Final = 1_500
"""Milliseconds between small collections, and from the end of a job to a whole one."""


class Sweeper(QObject):
    """Takes over from Python's own automatic collection."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._young, self._whole = QTimer(self), QTimer(self)
        self._young.setInterval(YOUNG_EVERY)
        self._whole.setInterval(WHOLE_AFTER)
        self._whole.setSingleShot(True)
        self._young.timeout.connect(lambda: self._sweep(0))
        self._whole.timeout.connect(lambda: self._sweep(2))
        jobs.ended.connect(self._whole.start)

    def begin(self) -> None:
        """What is there at the start stays for good and need not be looked at again."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._young.start()

    def _sweep(self, generation: int) -> None:
        if self._jobs.running is None:
            gc.collect(generation)
