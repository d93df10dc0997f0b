"""Garbage is collected on the interface thread, little by little: a whole collection in the middle of a
job stops the window for a tenth of a second, and one on another thread may take a widget apart there."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

from ecpanel.gui.jobs import Jobs

SMALL_EVERY: Final = 100
WHOLE_AFTER: Final = 1_500
"""Milliseconds between small collections, and from the end of a job to a whole one."""
MIDDLE_EVERY: Final = 10
"""Every so many small collections looks at what survived those before."""


class Sweeper(QObject):
    """Takes over from Python's own automatic collection."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._turn = 0
        self._small, self._whole = QTimer(self), QTimer(self)
        self._small.setInterval(SMALL_EVERY)
        self._whole.setInterval(WHOLE_AFTER)
        self._whole.setSingleShot(True)
        self._small.timeout.connect(self._sweep)
        self._whole.timeout.connect(self._sweep_all)
        jobs.ended.connect(self._whole.start)

    def begin(self) -> None:
        """What is there at the start stays for good and need not be looked at again."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._small.start()

    def _sweep(self) -> None:
        """What is new since the last time: a few milliseconds, in the middle of a job too, whose garbage
        would pile up otherwise."""
        self._turn = (self._turn + 1) % MIDDLE_EVERY
        gc.collect(0 if self._turn else 1)

    def _sweep_all(self) -> None:
        if self._jobs.running is None:
            gc.collect()
