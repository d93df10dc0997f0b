"""Writing files that leave the machine: whole or not at all, synced, read back and compared."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ecpanel.domain.errors import EcpanelError, is_closed, of_medium
from ecpanel.exchange.digests import blocks, sha256_of


@contextmanager
def world(path: Path) -> Iterator[None]:
    """Turn faults of disks and sticks into errors with a cure."""
    try:
        yield
    except OSError as fault:
        raise of_medium(path, fault) from fault


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """As `world`, where the file itself need not exist but its folder must."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise EcpanelError("folder_missing", file=path.name, folder=str(path.parent)) from fault
    except OSError as fault:
        if is_closed(fault) and not path.parent.exists():  # nor may its owner make it anew
            raise EcpanelError("folder_missing", file=path.name, folder=str(path.parent)) from fault
        raise of_medium(path, fault) from fault


def write_verified(path: Path, produce: Callable[[BinaryIO], None]) -> str:
    """Write a file through `produce`, sync it, read it back and put it in place.

    Until it is whole and compared it lies beside the target as `.part`; on any error that is removed
    (a stick that is gone keeps it, and the next writing replaces it) and what stood at `path` before
    stays. Only the last folder of the path is made: a missing one above means that the stick is out,
    and the file must not land on the disk below its mounting place. Returns the SHA-256 in hexadecimal.
    """
    part = path.with_name(path.name + ".part")
    try:
        with _writing(path):
            path.parent.mkdir(exist_ok=True)
            with part.open("w+b") as file:
                produce(file)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                written, _ = sha256_of(file)
            _drop_cache(part)
            with part.open("rb") as file:
                again, _ = sha256_of(file)
            if again != written:
                raise EcpanelError("write_differs", file=path.name)
            part.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return written


def write_bytes_verified(path: Path, content: bytes) -> str:
    """Write bytes as `write_verified` does."""

    def produce(file: BinaryIO) -> None:
        file.write(content)

    digest = write_verified(path, produce)
    if digest != hashlib.sha256(content).hexdigest():
        raise EcpanelError("write_differs", file=path.name)
    return digest


def copy_verified(source: Path, path: Path) -> str:
    """Copy a file as `write_verified` writes; a fault says which of the two files it concerns."""

    def produce(file: BinaryIO) -> None:
        with world(source):
            opened = source.open("rb")
        with opened:
            reading = blocks(opened)
            while True:
                with world(source):
                    block = next(reading, b"")
                if not block:
                    return
                file.write(block)

    return write_verified(path, produce)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems know no syncing of folders
            raise
    finally:
        os.close(handle)


def _drop_cache(path: Path) -> None:
    """Ask that reading back comes from the medium, where the system allows it."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file no larger than `limit`."""
    with world(path), path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise EcpanelError("file_too_large", file=path.name, limit=limit // (1024 * 1024))
    return content
