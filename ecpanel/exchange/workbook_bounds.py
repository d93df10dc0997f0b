"""What an xlsx workbook from outside may hold, checked before a reader allocates anything for it.

The reader lays every sheet out as one dense table: a single stray value in the last cell of a sheet
makes it ask for half a terabyte and ends the process, so positions and text are counted first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NoReturn
from xml.parsers import expat

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange import limits

ENTRIES: Final = 4_000
PARTS: Final = 255
"""Largest number of sheets."""
RATIO: Final = 1_100
"""Deflate cannot pack tighter than about 1032 to 1, so a larger ratio is a lie in the directory."""
AREA: Final = limits.WORKBOOK_ROWS * limits.WORKBOOK_COLUMNS
"""Largest number of cells of all sheets together, counted as rectangles."""
TEXT: Final = 256 * limits.MIB
"""Most characters of all cells, every repetition counted."""
ELEMENTS: Final = 12_000_000

_PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_BLOCK: Final = 256 * limits.KIB


def too_large(file: str) -> NoReturn:
    """Refuse a workbook that needs more than the reader may spend."""
    raise EcpanelError(
        "workbook_too_large", file=file, rows=limits.WORKBOOK_ROWS, columns=limits.WORKBOOK_COLUMNS
    )


def damaged(file: str) -> NoReturn:
    """Refuse a workbook whose inside contradicts itself."""
    raise EcpanelError("workbook_damaged", file=file)


class Budget:
    """Counts what all sheets of one workbook need together."""

    def __init__(self, file: str, rows: int = limits.WORKBOOK_ROWS) -> None:
        self.file = file
        self.rows = rows
        self.most = AREA if rows <= limits.WORKBOOK_ROWS else 2 * AREA
        self.area = 0
        self.text = 0
        self.elements = 0

    def place(self, row: int, column: int) -> None:
        """Refuse a value outside the allowed table; both counted from 0."""
        if row >= self.rows or column >= limits.WORKBOOK_COLUMNS:
            too_large(self.file)

    def sheet(self, rows: int, columns: int) -> None:
        """Add the rectangle of one sheet."""
        self.area += rows * columns
        if self.area > self.most:
            too_large(self.file)

    def characters(self, count: int) -> None:
        """Add the text of a cell."""
        self.text += count
        if self.text > TEXT:
            too_large(self.file)

    def step(self) -> None:
        """Add one element or record."""
        self.elements += 1
        if self.elements > ELEMENTS:
            too_large(self.file)


def check_xlsx(content: bytes, file: str, rows: int = limits.WORKBOOK_ROWS) -> None:
    """Refuse a zip that is no xlsx workbook, or one beyond the limits; `rows` is for the largest sheet.

    Raises EcpanelError: `not_a_workbook`, `workbook_damaged`, `workbook_too_large`.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise EcpanelError("not_a_workbook", file=file) from fault
    with archive:
        members = _members(archive, file)
        if "xl/workbook.xml" not in members:
            raise EcpanelError("not_a_workbook", file=file)
        try:
            _check_sheets(archive, members, file, rows)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            expat.ExpatError,
        ) as fault:
            raise EcpanelError("workbook_damaged", file=file) from fault


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > ENTRIES or sum(info.file_size for info in infos) > limits.WORKBOOK_UNPACKED:
        too_large(file)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename.replace("\\", "/").casefold().removeprefix("/")
        if name in members or info.flag_bits & 0x1:
            damaged(file)
        if info.file_size > RATIO * max(info.compress_size, 1) + limits.KIB:
            damaged(file)
        members[name] = info
    return members


def _check_sheets(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: str, rows: int
) -> None:
    budget = Budget(file, rows)
    lengths: list[int] = []
    if "xl/sharedstrings.xml" in members:
        strings = _Strings(budget)
        _parse(_blocks(archive, members["xl/sharedstrings.xml"]), strings.start, strings.end, strings.text)
        lengths = strings.lengths
    sheets = list(_sheet_names(archive, members))
    if len(sheets) > PARTS:
        too_large(file)
    for name in sheets:
        scan = _Sheet(budget, lengths)
        _parse(_blocks(archive, members[name]), scan.start, scan.end, scan.text)
        budget.sheet(scan.rows, scan.columns)


def _sheet_names(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Iterator[str]:
    """Members the reader may take for a sheet: what the workbook points at, and the usual folder."""
    targets: set[str] = set()

    def start(_name: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "").replace("\\", "/").casefold()
        kind = attributes.get("Type", "").casefold()
        if not kind.endswith(("/sharedstrings", "/styles", "/theme", "/vbaproject")):
            targets.add(target.rpartition("/")[2])

    relations = members.get("xl/_rels/workbook.xml.rels")
    if relations is not None:
        _parse(_blocks(archive, relations), start, _ignore, _ignore)
    for name in members:
        folder, _, base = name.rpartition("/")
        if base.endswith(".rels") or name in ("xl/workbook.xml", "xl/sharedstrings.xml"):
            continue
        if (base in targets and not base.endswith(".bin")) or folder == "xl/worksheets":
            yield name


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    done = 0
    with archive.open(info) as stream:
        while block := stream.read(_BLOCK):
            done += len(block)
            if done > info.file_size:
                raise ValueError("longer than declared")
            yield block


def _ignore(*_: object) -> None:
    """Nothing to count here."""


def _parse(
    blocks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Walk an XML member; a document type or another encoding than UTF-8 is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text

    def refuse(*_: object) -> None:
        raise ValueError("document type")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "US-ASCII", "ASCII"):
            raise ValueError("encoding")

    parser.StartDoctypeDeclHandler = refuse
    parser.XmlDeclHandler = declaration
    first = True
    for block in blocks:
        if first and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ValueError("encoding")
        first = False
        parser.Parse(block, False)
    parser.Parse(b"", True)


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """The column of its letters, from 0."""
    column = 0
    for char in letters.upper():
        column = column * 26 + ord(char) - 64
    return column - 1


class _Strings:
    """Lengths of the shared strings."""

    def __init__(self, budget: Budget) -> None:
        self.lengths: list[int] = []
        self._budget = budget

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._budget.step()
        if _local(name) == "si":
            self.lengths.append(0)

    def end(self, _name: str) -> None:
        """Nothing to close."""

    def text(self, data: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(data)


class _Sheet:
    """Where the values of a sheet stand and how much text they repeat."""

    def __init__(self, budget: Budget, lengths: list[int]) -> None:
        self.rows = self.columns = 0
        self._budget = budget
        self._lengths = lengths
        self._row = self._column = 0
        self._at: tuple[int, int] | None = None
        self._shared = False
        self._index = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.step()
        local = _local(name)
        if local == "c":  # by far the most of all
            self._at = self._place(attributes.get("r", ""))
            self._shared = attributes.get("t") == "s"
            self._index = ""
        elif local == "row":
            self._row = _number(attributes.get("r"), self._row)
            self._column = 0
        elif self._at is not None:
            row, column = self._at
            if row >= self.rows or column >= self.columns:
                self._budget.place(row, column)
                self.rows = max(self.rows, row + 1)
                self.columns = max(self.columns, column + 1)

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "c":
            self._column += 1
            self._at = None
            index = _number(self._index, -1, origin=0) if self._shared else -1
            if 0 <= index < len(self._lengths):
                self._budget.characters(self._lengths[index])
        elif local == "row":
            self._row += 1

    def text(self, data: str) -> None:
        if self._shared and self._at is not None and len(self._index) < 12:
            self._index += data.strip()

    def _place(self, text: str) -> tuple[int, int]:
        match = _PLACE.fullmatch(text)
        if match is None:
            return self._row, self._column
        self._column = max(self._column, _column(match[1]))
        return max(int(match[2]) - 1, self._row, 0), self._column


def _number(text: str | None, other: int, origin: int = 1) -> int:
    """A counted number from 0, or the other one where the text is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return other
    return max(int(text) - origin, 0)
