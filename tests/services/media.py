"""Real media that fail as they do in the room: a stick that is pulled out, a full one, a write-protected one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

SHUTDOWN = 0x8004587D
"""The ioctl that cuts a mounted ext4 off from its device at once, as pulling it out does."""


def _run(*command: object) -> bool:
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    return done.returncode == 0


@cache
def may_mount() -> bool:
    """Whether this machine lets the tests mount a file system of their own."""
    return os.name != "nt" and _run("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt")


class Stick:
    """An ext4 stick on a loop device. While it is out, open files and new ones fail with EIO, as on Linux
    before the desktop takes the folder away; what was not synced is lost."""

    name = "EIO"

    def __init__(self, place: Path, size: int = 128) -> None:
        self.image, self.path = place / "U盘.img", place / "U盘"
        self.path.mkdir(parents=True)
        with self.image.open("wb") as file:
            file.truncate(size * 1024 * 1024)
        made = _run("mkfs.ext4", "-q", "-F", "-m", 0, self.image)
        if not (made and self._mount()):
            pytest.skip("no loop device or no mkfs.ext4 here")

    def _mount(self) -> bool:
        return _run("mount", "-o", "loop", self.image, self.path)

    def pull(self) -> None:
        """Out it is, whatever is going on."""
        import fcntl

        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, (2).to_bytes(4, "little"))
        finally:
            os.close(handle)

    def plug(self) -> None:
        """In again, perhaps on another machine's repair of the file system."""
        self.remove()
        assert self._mount()

    def remove(self) -> None:
        """Take the folder away; files still open keep nobody waiting."""
        _run("umount", "-l", self.path)


class Folder:
    """A stick as a folder that is gone with everything in it: Windows, and Linux a moment later."""

    name = "ENOENT"

    def __init__(self, place: Path) -> None:
        self.path = place / "盘符" / "U盘"
        self._drive, self._away = self.path.parent, place / "拔出"
        self.path.mkdir(parents=True)

    def pull(self) -> None:
        """Out it is."""
        self._drive.rename(self._away)

    def plug(self) -> None:
        """In again."""
        assert not self._drive.exists(), "something was written where the stick is not"
        self._away.rename(self._drive)

    def remove(self) -> None:
        """Nothing to take away."""


class SmallDisk:
    """A file system of `size` KiB in memory that is easily full, and can be made read-only."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        path.mkdir(parents=True)
        if not (may_mount() and _run("mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", path)):
            pytest.skip("this machine lets the tests mount nothing")
        self._filler = path / "其他文件"

    def leave(self, free: int) -> None:
        """Fill the disk up to `free` bytes."""
        self._filler.unlink(missing_ok=True)
        state = os.statvfs(self.path)
        with self._filler.open("wb") as file:
            file.write(bytes(max(0, state.f_bavail * state.f_frsize - free)))

    def make_room(self) -> None:
        """Delete what filled the disk."""
        self._filler.unlink(missing_ok=True)

    def protect(self, *, on: bool = True) -> None:
        """Set or lift the write protection."""
        assert _run("mount", "-o", f"remount,{'ro' if on else 'rw'}", self.path)

    def remove(self) -> None:
        """Unmount."""
        _run("umount", "-l", self.path)


def immutable(path: Path, *, on: bool = True) -> None:
    """Protect a file or folder even from root."""
    if not _run("chattr", "+i" if on else "-i", path):
        pytest.skip("this file system knows no protection from root")


def before(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, nth: int, act: Callable[[], None]):
    """Let something happen in the world right before the nth time that what is handed over is written
    through a function of the system."""
    real, seen, done = getattr(owner, name), 0, False

    def call(*positional, **named):
        nonlocal seen, done
        seen += sys._getframe(1).f_globals["__name__"] == "ecpanel.exchange.handover"
        if seen == nth and not done:
            done = True
            act()
        return real(*positional, **named)

    monkeypatch.setattr(owner, name, call)
