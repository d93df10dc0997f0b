"""Slow work beside the window: one job at a time on one thread, with progress, remaining time and cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from ecpanel.domain.errors import EcpanelError
from ecpanel.progress import Cancelled, Progress

TICK: Final = 0.1
"""Seconds between two notices of progress."""
ESTIMATE_FROM: Final = 2.0
"""Seconds of work before a remaining time is worth telling."""
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a job is: units done of `total` (0 = unknown), a short text, seconds since it began."""

    title: str
    done: int
    total: int
    text: str
    seconds: float

    @property
    def share(self) -> float | None:
        """The share done, or None where the whole is unknown."""
        return min(self.done / self.total, 1.0) if self.total else None

    @property
    def remaining(self) -> float | None:
        """Seconds left at the rate so far; None while nobody can tell."""
        if not self.total or not self.done or self.seconds < ESTIMATE_FROM:
            return None
        return self.seconds * (self.total - self.done) / self.done


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: its Chinese title, the work itself, and who hears of its end.

    `work` runs on the worker thread and gets a progress that raises Cancelled; `done` gets what it
    returned, `failed` an error of the world, both on the interface thread.
    """

    title: str
    work: Callable[[Progress], Any]
    done: Callable[[Any], None]
    failed: Callable[[EcpanelError], None]
    cancelled: Callable[[], None] = lambda: None
    can_cancel: bool = True


class Jobs(QObject):
    """Runs jobs in the order they come; the window shows the running one."""

    began = Signal(object)
    moved = Signal(object)
    ended = Signal()
    crashed = Signal(object)
    _finished = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._handed: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._stop = False
        self._finished.connect(self._conclude)

    @property
    def running(self) -> Job | None:
        """The job at work, or None."""
        return self._running

    def run(self, job: Job) -> None:
        """Start a job, or put it behind the running one."""
        self._waiting.append(job)
        if self._running is None:
            self._start_next()

    def cancel(self) -> None:
        """Ask the running job to stop; it undoes itself."""
        if self._running is not None and self._running.can_cancel:
            self._stop = True

    def close(self) -> None:
        """Let a running job end, take no more."""
        self._waiting.clear()
        self._stop = True
        if self._thread is not None:
            self._handed.put(None)
            self._thread.join()
            self._thread = None

    def _start_next(self) -> None:
        if not self._waiting:
            return
        self._running, self._stop = self._waiting.pop(0), False
        self.began.emit(self._running)
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="work", daemon=True)
            self._thread.start()
        self._handed.put(self._running)

    def _serve(self) -> None:
        """The worker thread: one job after the other until None comes."""
        while (job := self._handed.get()) is not None:
            self._work(job)

    def _work(self, job: Job) -> None:
        began = time.monotonic()
        last = 0.0

        def progress(done: int, total: int, text: str) -> None:
            nonlocal last
            if self._stop and job.can_cancel:
                raise Cancelled
            now = time.monotonic()
            if now - last >= TICK:
                last = now
                self.moved.emit(Stage(job.title, done, total, text, now - began))

        outcome: Any = None
        try:
            outcome = job.work(progress)
        except BaseException as fault:  # every end of the work must reach the window
            self._finished.emit(None, fault)
            return
        self._finished.emit(outcome, None)

    def _conclude(self, outcome: Any, fault: BaseException | None) -> None:
        job, self._running = self._running, None
        self.ended.emit()
        try:
            if job is None:
                return
            if fault is None:
                job.done(outcome)
            elif isinstance(fault, EcpanelError):
                job.failed(fault)
            elif isinstance(fault, Cancelled):
                job.cancelled()
            else:
                self.crashed.emit(fault)
        finally:
            if self._running is None:
                self._start_next()


def spoken(seconds: float) -> str:
    """A remaining time as people say it."""
    if seconds < 5:
        return "马上完成"
    if seconds < 60:
        return f"约剩 {round(seconds / 5) * 5} 秒"
    return f"约剩 {round(seconds / 60)} 分钟"
