"""Progress: how a long piece of work tells how far it is and learns that it was cancelled."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):
    """Raised out of a progress call when the user has cancelled; the work undoes itself."""


class Progress(Protocol):
    """Called with units done, units in all (0 = unknown) and a short Chinese text."""

    def __call__(self, done: int, total: int, text: str) -> None:
        """Tell; raises Cancelled when the user has cancelled."""


def silent(done: int, total: int, text: str) -> None:
    """Progress that nobody watches."""


def part_of(progress: Progress, begin: int, end: int, whole: int) -> Progress:
    """The progress of one part of a longer piece of work: from `begin` to `end` of `whole` units."""

    def tell(done: int, total: int, text: str) -> None:
        share = min(done, total) * (end - begin) // total if total else 0
        progress(begin + share, whole, text)

    return tell
