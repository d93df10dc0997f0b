"""Holding a store (占用): one program at a time works on it, and the hold ends with its process, however it ends."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ecpanel.domain.errors import EcpanelError, is_closed, is_full

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUFFIX: Final = ".lock"
PATIENCE: Final = 1.0
"""Seconds to wait for a program that is just closing the store."""
_NO_LOCKS: Final = {
    getattr(errno, name) for name in ("ENOSYS", "ENOLCK", "ENOTSUP", "EOPNOTSUPP") if hasattr(errno, name)
}
_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
_FAR: Final = 1 << 30
"""Windows bars others from reading locked bytes, so one far behind the text is locked."""


def hold_file(store: Path) -> Path:
    """Where the mark of a held store lies: beside it. Without a living holder it means nothing and may
    be copied along or deleted."""
    return store.with_name(store.name + SUFFIX)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a store, as far as is known."""

    machine: str
    since: str


class Hold:
    """A held store; `release` gives it back. Without a file it keeps nobody out."""

    def __init__(self, path: Path, file: io.FileIO | None) -> None:
        self._path, self._file = path, file

    def release(self) -> None:
        """Give the store back and take the mark away."""
        file, self._file = self._file, None
        if file is None:
            return
        # Windows lets no open file be removed; elsewhere it goes while the lock still stands, so that
        # nobody is locked out of, or let in through, a mark that is about to vanish.
        if os.name != "nt":
            _remove(self._path)
        with suppress(OSError):
            file.close()
        if os.name == "nt":
            _remove(self._path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def take(store: Path, *, reading: bool = False) -> Hold:
    """Hold a store, or raise `store_in_use`.

    A full medium, or one that knows no locks, keeps nobody out, so that what is saved can still be read;
    so does a read-only one to which somebody comes for `reading` only. Other faults are OSErrors.
    """
    path = hold_file(store.resolve())
    until = time.monotonic() + PATIENCE
    while True:
        try:
            file = _open(path)
        except OSError as fault:
            if is_full(fault) or (reading and is_closed(fault)):
                return Hold(path, None)
            raise
        if _lock(file) and _stands(path, file):
            _sign(file)
            return Hold(path, file)
        file.close()
        if time.monotonic() >= until:
            holder = _read(path)
            raise EcpanelError("store_in_use", file=store.name, machine=holder.machine, since=holder.since)
        time.sleep(0.05)


def _open(path: Path) -> io.FileIO:
    return io.FileIO(path, "r+", opener=lambda name, _: os.open(name, _FLAGS, 0o600))


def _lock(file: io.FileIO) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        return fault.errno in _NO_LOCKS
    return True


def _stands(path: Path, file: io.FileIO) -> bool:
    """Whether the locked file is still the one beside the store, not one its holder has just removed."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _sign(file: io.FileIO) -> None:
    """Say who holds the store; without room for that it is held all the same."""
    text = {"machine": _machine(), "since": f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"}
    with suppress(OSError):
        file.truncate(0)
        file.seek(0)
        file.write(json.dumps(text, ensure_ascii=False).encode())


def _machine() -> str:
    if sys.platform == "win32":
        return os.environ.get("COMPUTERNAME", "")
    return os.uname().nodename


def _read(path: Path) -> Holder:
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(1000))
        return Holder(_plain(told["machine"]) or "本机", _plain(told["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder("本机", "时间不详")


def _plain(text: object) -> str:
    return "".join(char for char in str(text) if char.isprintable())[:64]
