"""What an xls workbook (compound file, BIFF records) from outside may hold, checked before reading.

The reader follows sector chains without looking for circles and reserves whatever the sheet claims
as its extent, so both are checked here first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange import limits
from ecpanel.exchange.workbook_bounds import PARTS, Budget, damaged, too_large

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CLAIMED: Final = 8_000_000
"""Most cells a sheet may claim as its extent; the reader reserves them at once."""

_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_MINI: Final = 4096
_BOUNDSHEET, _SST, _CONTINUE, _FILEPASS, _EOF = 0x85, 0xFC, 0x3C, 0x2F, 0x0A
_DIMENSIONS, _MULRK, _LABELSST = 0x200, 0xBD, 0xFD
_CELLS: Final = {0x203, 0x204, 0x205, 0x27E, 0x006, _LABELSST, _MULRK}


def check_xls(content: bytes, file: str) -> None:
    """Refuse a compound file that is no xls workbook, is encrypted, or is beyond the limits.

    Raises EcpanelError: `not_a_workbook`, `workbook_encrypted`, `workbook_damaged`,
    `workbook_too_large`.
    """
    try:
        compound = _Compound(content)
    except (struct.error, ValueError, IndexError) as fault:
        raise EcpanelError("not_a_workbook", file=file) from fault
    if "EncryptedPackage" in compound.streams:
        raise EcpanelError("workbook_encrypted", file=file)
    name = next((one for one in ("Workbook", "Book") if one in compound.streams), None)
    if name is None:
        raise EcpanelError("not_a_workbook", file=file)
    try:
        _check_records(compound.read(name), file)
    except (struct.error, ValueError, IndexError) as fault:
        raise EcpanelError("workbook_damaged", file=file) from fault


class _Compound:
    """The directory of a compound file; every chain is followed once at most."""

    def __init__(self, content: bytes) -> None:
        shift = struct.unpack_from("<H", content, 30)[0]
        if content[:8] != MAGIC or shift not in (9, 12):
            raise ValueError("header")
        self._size = 1 << shift
        self._body = content[self._size :]
        (_fats, first, _, _, mini_first, _, difat_first, _) = struct.unpack_from("<8I", content, 44)
        self._fat = self._table(content, difat_first)
        entries = self._chain(first)
        self.streams: dict[str, tuple[int, int]] = {}
        root = (_END, 0)
        for place in range(0, len(entries) - 127, 128):
            length = struct.unpack_from("<H", entries, place + 64)[0]
            name = entries[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entries, place + 116)
            if entries[place + 66] == 5:
                root = (start, size)
            self.streams.setdefault(name, (start, size))
        self._mini = self._chain(root[0])
        packed = self._chain(mini_first)
        self._mini_fat = struct.unpack(f"<{len(packed) // 4}I", packed)

    def read(self, name: str) -> bytes:
        """The bytes of a stream."""
        start, size = self.streams[name]
        if size >= _MINI:
            return self._chain(start)[:size]
        parts = [self._mini[id * 64 : id * 64 + 64] for id in _follow(start, self._mini_fat)]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        sector = self._body[number * self._size : (number + 1) * self._size]
        if not sector:
            raise ValueError("sector beyond the file")
        return sector

    def _table(self, content: bytes, difat: int) -> tuple[int, ...]:
        numbers = list(struct.unpack_from("<109I", content, 76))
        seen: set[int] = set()
        while difat not in (_END, _FREE):
            if difat in seen:
                raise ValueError("circle")
            seen.add(difat)
            words = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
            numbers += words[:-1]
            difat = words[-1]
        fat: list[int] = []
        used = [number for number in numbers if number < _END - 3]
        if len(used) != len(set(used)):
            raise ValueError("doubled table")
        for number in used:
            sector = self._sector(number)
            fat += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        return tuple(fat)

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(start, self._fat))


def _follow(start: int, table: tuple[int, ...]) -> Iterator[int]:
    number, steps = start, 0
    while number not in (_END, _FREE):
        yield number
        steps += 1
        if steps > len(table):
            raise ValueError("circle")
        number = table[number]


def _records(stream: bytes, place: int, budget: Budget) -> Iterator[tuple[int, bytes]]:
    """Records from a place to the end of its part."""
    while place + 4 <= len(stream):
        budget.step()
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        if kind == _EOF:
            return
        place += 4 + length


def _check_records(stream: bytes, file: str) -> None:
    budget = Budget(file)
    sheets: list[int] = []
    strings: list[bytes] = []
    last = 0
    for kind, data in _records(stream, 0, budget):
        if kind == _FILEPASS:
            raise EcpanelError("workbook_encrypted", file=file)
        if kind == _BOUNDSHEET:
            sheets.append(struct.unpack_from("<I", data)[0])
        if kind == _SST or (kind == _CONTINUE and last == _SST):
            strings.append(data)
            last = _SST
        else:
            last = kind
    if len(sheets) > PARTS:
        too_large(file)
    lengths = _string_lengths(strings)
    for place in sheets:
        if place >= len(stream):
            damaged(file)
        _check_sheet(_records(stream, place, budget), lengths, budget)


def _check_sheet(records: Iterator[tuple[int, bytes]], lengths: list[int], budget: Budget) -> None:
    rows = columns = 0
    for kind, data in records:
        if kind == _DIMENSIONS:
            _check_claim(data, budget)
        if kind not in _CELLS:
            continue
        row, column = struct.unpack_from("<HH", data)
        if kind == _MULRK:
            column = max(column, struct.unpack_from("<H", data, len(data) - 2)[0])
        if kind == _LABELSST:
            index = struct.unpack_from("<I", data, 6)[0]
            budget.characters(lengths[index] if index < len(lengths) else limits.CELL_LENGTH)
        budget.place(row, column)
        rows, columns = max(rows, row + 1), max(columns, column + 1)
    budget.sheet(rows, columns)


def _check_claim(data: bytes, budget: Budget) -> None:
    long = len(data) >= 14
    top, bottom, left, right = struct.unpack_from("<IIHH" if long else "<HHHH", data)
    if not bottom or not right:
        return
    if bottom < top or right < left:
        damaged(budget.file)
    if (bottom - top) * (right - left) > CLAIMED:
        too_large(budget.file)


def _string_lengths(parts: list[bytes]) -> list[int]:
    """Lengths of the shared strings as far as they can be read; a cell of none counts as longest."""
    lengths: list[int] = []
    if not parts:
        return lengths
    reader = _Parts(parts)
    try:
        reader.skip(8)
        while not reader.finished:
            lengths.append(_one_string(reader))
    except (struct.error, IndexError):
        pass
    return lengths


def _one_string(reader: _Parts) -> int:
    count, flags = struct.unpack("<HB", reader.take(3))
    runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
    extra = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
    left = count
    while left:
        width = 2 if flags & 1 else 1
        here = min(left, reader.rest // width)
        reader.skip(here * width)
        left -= here
        if left:
            reader.next_part()
            flags = reader.take(1)[0]
    reader.skip(runs * 4 + extra)
    return int(count)


class _Parts:
    """Bytes of a record and its continuations."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self._number = self._place = 0

    @property
    def rest(self) -> int:
        return len(self._parts[self._number]) - self._place

    @property
    def finished(self) -> bool:
        return self._number == len(self._parts) - 1 and self.rest <= 0

    def next_part(self) -> None:
        self._number += 1
        self._place = 0
        if self._number >= len(self._parts):
            raise IndexError("past the last part")

    def take(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            if self.rest <= 0:
                self.next_part()
            piece = self._parts[self._number][self._place : self._place + count - len(out)]
            self._place += len(piece)
            out += piece
        return out

    def skip(self, count: int) -> None:
        while count > 0:
            if self.rest <= 0:
                self.next_part()
            step = min(count, self.rest)
            self._place += step
            count -= step
