"""Random access to one member of a zip, straight from the archive and with little memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

_IN_BLOCK: Final = 64 * 1024
_OUT_BLOCK: Final = 256 * 1024
_MARKS: Final = 128
_SMALLEST_SPAN: Final = 1024 * 1024


@dataclass(slots=True)
class _Mark:
    """A state of the decompressor one can return to: how much went in and came out, and the state itself."""

    taken: int
    given: int
    state: Any


class MemberFile(io.RawIOBase):
    """A stored or deflated member as a seekable file of its unpacked bytes.

    A deflated member is unpacked again from the nearest of at most 128 remembered states, so that going
    back in a big scan is quick and a member of any size takes a few megabytes. Reading it once from start
    to end checks its CRC. Damage is an OSError, as of any bad medium.
    """

    def __init__(self, file: BinaryIO, info: zipfile.ZipInfo) -> None:
        super().__init__()
        self._file = file
        self._info = info
        self._stored = info.compress_type == zipfile.ZIP_STORED
        self._start = _data_start(file, info)
        self._position = 0
        self._span = max(_SMALLEST_SPAN, info.file_size // _MARKS)
        self._marks = [_Mark(0, 0, zlib.decompressobj(-15))]
        self._now = self._copy(self._marks[0])
        self._block = b""
        self._block_start = 0
        self._checked_to = 0
        self._crc = 0

    # --- what io asks ---

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position in the unpacked bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move in the unpacked bytes."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.file_size}[whence]
        if base + offset < 0:
            raise ValueError("negative position")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the current position; fewer bytes at the end of a block, 0 at the end."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._info.file_size - self._position)
        if wanted <= 0:
            return 0
        data = self._read_stored(wanted) if self._stored else self._read_deflated(wanted)
        if not data:
            raise self._damage()
        view[: len(data)] = data
        self._check(data)
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Let go of the archive."""
        if not self.closed:
            self._file.close()
        super().close()

    # --- bytes ---

    def _read_stored(self, wanted: int) -> bytes:
        self._file.seek(self._start + self._position)
        return self._file.read(wanted)

    def _read_deflated(self, wanted: int) -> bytes:
        block_end = self._block_start + len(self._block)
        if not self._block_start <= self._position < block_end:
            self._move_to(self._position)
        offset = self._position - self._block_start
        return self._block[offset : offset + wanted]

    def _move_to(self, position: int) -> None:
        """Unpack until the block that holds `position`."""
        nearest = self._marks[bisect_right(self._marks, position, key=lambda mark: mark.given) - 1]
        if not nearest.given <= self._now.given <= position:
            self._now = self._copy(nearest)
        while self._now.given <= position:
            self._unpack_block()
            if not self._block:
                raise self._damage()
            if self._now.given - self._marks[-1].given >= self._span:
                self._marks.append(self._copy(self._now))

    def _unpack_block(self) -> None:
        now = self._now
        self._block_start, self._block = now.given, b""
        while not self._block and not now.state.eof:
            packed = now.state.unconsumed_tail or self._next_packed(now)
            if not packed:
                break
            try:
                self._block = now.state.decompress(packed, _OUT_BLOCK)
            except zlib.error as fault:
                raise self._damage() from fault
        now.given += len(self._block)

    def _next_packed(self, now: _Mark) -> bytes:
        self._file.seek(self._start + now.taken)
        packed = self._file.read(min(_IN_BLOCK, self._info.compress_size - now.taken))
        now.taken += len(packed)
        return packed

    @staticmethod
    def _copy(mark: _Mark) -> _Mark:
        return _Mark(mark.taken, mark.given, mark.state.copy())

    def _check(self, data: bytes) -> None:
        """Carry the CRC on while the bytes are read in order for the first time."""
        if self._position != self._checked_to:
            return
        self._crc = zlib.crc32(data, self._crc)
        self._checked_to += len(data)
        if self._checked_to == self._info.file_size and self._crc != self._info.CRC:
            raise self._damage()

    def _damage(self) -> OSError:
        return OSError(f"damaged member: {self._info.filename!r}")


def _data_start(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise OSError(f"damaged member: {info.filename!r}")
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    return int(info.header_offset + 30 + name_length + extra_length)
