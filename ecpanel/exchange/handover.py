"""Writing files that leave the machine: whole or not at all, synced, read back and compared."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.digests import sha256_of

_FULL: Final = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_CLOSED: Final = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def world(path: Path) -> Iterator[None]:
    """Turn faults of disks and sticks into errors with a cure."""
    try:
        yield
    except OSError as fault:
        raise _cause(path, fault) from fault


def _cause(path: Path, fault: OSError) -> EcpanelError:
    if fault.errno in _FULL:
        return EcpanelError("disk_full", file=path.name)
    if fault.errno in _CLOSED:
        return EcpanelError("folder_closed", file=path.name, folder=str(path.parent))
    if fault.errno == errno.ENOENT:
        return EcpanelError("file_missing", file=str(path))
    if fault.errno == errno.EISDIR:
        return EcpanelError("file_is_folder", file=str(path))
    return EcpanelError("file_trouble", file=path.name, reason=fault.strerror or type(fault).__name__)


def write_verified(path: Path, produce: Callable[[BinaryIO], None]) -> str:
    """Write a file through `produce`, sync it, put it in place and read it back.

    Until it is whole it lies beside the target as `.part`; on any error that is removed and what
    stood at `path` before stays. Returns the SHA-256 in hexadecimal.
    """
    part = path.with_name(path.name + ".part")
    try:
        with world(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w+b") as file:
                produce(file)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                written, _ = sha256_of(file)
            part.replace(path)
            _sync_folder(path.parent)
            _drop_cache(path)
            with path.open("rb") as file:
                again, _ = sha256_of(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if again != written:
        raise EcpanelError("write_differs", file=path.name)
    return written


def write_bytes_verified(path: Path, content: bytes) -> str:
    """Write bytes as `write_verified` does."""

    def produce(file: BinaryIO) -> None:
        file.write(content)

    digest = write_verified(path, produce)
    if digest != hashlib.sha256(content).hexdigest():
        raise EcpanelError("write_differs", file=path.name)
    return digest


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
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
