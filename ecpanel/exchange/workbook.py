"""Workbooks (xls, xlsx) from outside as plain rows, and what a person sees in a cell."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import python_calamine

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, note
from ecpanel.exchange import compound, limits
from ecpanel.exchange.handover import read_limited
from ecpanel.exchange.workbook_bounds import AREA, check_xlsx, too_large

EXACT_WHOLE: Final = 2**53
"""From here on a number cell no longer tells neighbouring whole numbers apart."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BREAK: Final = re.compile("[ \t\u3000]*(?:_x000[DA]_|[\r\n\x0b\x0c\x85\u2028\u2029])+\\s*", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[\x20-\x7e]*[0-9][\x20-\x7e]*")

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet: its cells from A1 on, merged cells filled. A hidden sheet has no rows."""

    name: str
    rows: tuple[tuple[object, ...], ...]
    hidden: bool = False


def read_workbook(path: Path) -> list[SheetRows]:
    """The worksheets of a workbook in their order; hidden ones are marked and not read.

    Raises EcpanelError: `file_too_large` and other faults of the disk, `not_a_workbook`,
    `workbook_encrypted`, `workbook_too_large`, `workbook_damaged`.
    """
    content = _content(path)
    try:
        return _sheets(content, path.name)
    except EcpanelError:
        raise
    except python_calamine.PasswordError as fault:
        raise EcpanelError("workbook_encrypted", file=path.name) from fault
    except Exception as fault:
        raise EcpanelError("workbook_damaged", file=path.name) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise EcpanelError("workbook_damaged", file=path.name) from fault


def load_checked(path: Path) -> bytes:
    """The bytes of an xlsx workbook within all limits, for a reader of forms.

    Raises what `read_workbook` raises, and `workbook_old_format` for an xls workbook.
    """
    content = _content(path)
    if content[:8] == compound.MAGIC:
        raise EcpanelError("workbook_old_format", file=path.name)
    return content


def _content(path: Path) -> bytes:
    content = read_limited(path, limits.WORKBOOK_SIZE)
    if content[:4] == b"PK\x03\x04":
        check_xlsx(content, path.name)
    elif content[:8] == compound.MAGIC:
        compound.check_xls(content, path.name)
    else:
        raise EcpanelError("not_a_workbook", file=path.name)
    return content


def hidden_sheets(sheets: Iterable[SheetRows]) -> list[Problem]:
    """A note for every sheet that was not read because it is hidden."""
    return [note("sheet_hidden", sheet=sheet.name) for sheet in sheets if sheet.hidden]


def _sheets(content: bytes, file: str) -> list[SheetRows]:
    sheets: list[SheetRows] = []
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for number, about in enumerate(book.sheets_metadata):
            if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if about.visible is not python_calamine.SheetVisibleEnum.Visible:
                sheets.append(SheetRows(about.name, (), hidden=True))
                continue
            sheet = book.get_sheet_by_index(number)
            if sheet.end is None:
                sheets.append(SheetRows(about.name, ()))
                continue
            if sheet.end[0] >= limits.WORKBOOK_ROWS or sheet.end[1] >= limits.WORKBOOK_COLUMNS:
                too_large(file)
            rows: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            fill_merged(rows, sheet.merged_cell_ranges or [])
            sheets.append(SheetRows(about.name, tuple(tuple(row) for row in rows)))
    return sheets


def fill_merged(rows: list[list[object]], ranges: Iterable[Range]) -> None:
    """Give every empty cell of a merged range the value of its first cell, within the rows there are.

    Merged ranges cannot overlap in an honest file, so filling stops after as many cells as a
    workbook may have.
    """
    left = AREA
    for (top, first), (bottom, last) in ranges:
        if top >= len(rows) or first >= len(rows[top]):
            continue
        value = rows[top][first]
        for row in rows[top : bottom + 1]:
            end = min(last + 1, len(row))
            left -= max(end - first, 1)
            if left < 0:
                return
            for column in range(first, end):
                if row[column] in ("", None):
                    row[column] = value


def cell_text(value: object) -> str:
    """What a person sees in a cell, on one line and without blanks at its ends.

    Whole numbers have neither ".0" nor an exponent, dates are ISO; text of digits, Latin letters and
    signs (a code, a number) becomes half-width, all other text keeps its characters.
    """
    match value:
        case None:
            return ""
        case str():
            return _tidy(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _number_text(value)
        case datetime.datetime():
            midnight = value.time() == datetime.time(0)
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def lost_digits(value: object) -> bool:
    """Whether a number cell is too large to still hold every digit that was typed."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT_WHOLE


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f") if abs(value) < 1e21 else repr(value)


def _tidy(text: str) -> str:
    plain = _INVISIBLE.sub("", text)
    plain = _BREAK.sub(_join, plain).strip()
    half = unicodedata.normalize("NFKC", plain).strip()
    return half if _PLAIN.fullmatch(half) else plain


def _join(found: re.Match[str]) -> str:
    """A line break between Latin words is a blank, anywhere else it is nothing."""
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    return " " if before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""
