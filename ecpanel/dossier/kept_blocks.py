"""Random reading of a sealed or slow file: the blocks read last are kept, so that going back costs nothing."""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import Any, BinaryIO, Final

BLOCK: Final = 1024 * 1024
"""As large as a sealed chunk, so that none is opened twice for one reading."""
KEPT: Final = 16


class KeptBlocks(io.RawIOBase):
    """A seekable file read in whole blocks; a read is only short at the end of the file."""

    def __init__(self, source: BinaryIO, block: int = BLOCK, kept: int = KEPT) -> None:
        super().__init__()
        self._source, self._block, self._limit = source, block, kept
        self._size = source.seek(0, io.SEEK_END)
        self._position = 0
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position from the start."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; beyond the end reads nothing."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("negative position")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the file goes."""
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._position < self._size:
            number, start = divmod(self._position, self._block)
            part = self._read_block(number)[start : start + len(view) - filled]
            if not part:
                raise OSError("file shorter than it was")
            view[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
        return filled

    def _read_block(self, number: int) -> bytes:
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        self._source.seek(number * self._block)
        wanted = min(self._block, self._size - number * self._block)
        parts = []
        while wanted > 0:
            part = self._source.read(wanted)
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        self._kept[number] = content = b"".join(parts)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return content
