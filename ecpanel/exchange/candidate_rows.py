"""One sheet of a list from a province: its rows turned into candidates, its faults into problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar, Final, TypeVar

from ecpanel.domain.candidate import (
    CODE_LENGTH,
    NAME_LENGTH,
    NEWLY_RECOMMENDED,
    Candidate,
    Fact,
    PastResult,
)
from ecpanel.domain.credit_code import tidy
from ecpanel.domain.problems import Problem, note, warning
from ecpanel.domain.scheme import STRICT, Scheme, leaves
from ecpanel.exchange.candidate_cells import (
    Unreadable,
    half_width,
    is_aside,
    is_missing,
    is_remark,
    is_section,
    may_be_share,
    read_category,
    read_figure,
    read_is_new,
    read_level,
    read_rank,
    read_region,
    read_score,
    read_standing,
    region_in_title,
)
from ecpanel.exchange.candidate_headers import Column, Header, Role, repeats_header
from ecpanel.exchange.workbook import SheetRows, cell_text, lost_digits

_EXPONENT: Final = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """A row that could not become a candidate, kept so that people can put it right.

    `row` counts from 1; `cells` are its filled cells as (column title, text) for the columns that
    were understood; `draft` holds what could be read of it, without a number.
    """

    __pydantic_config__: ClassVar = STRICT
    sheet: str
    row: int
    cells: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    draft: Candidate


@dataclass(slots=True)
class SheetReading:
    """What a sheet gave; candidates have no number yet. `places` says sheet and row of each of them."""

    candidates: list[Candidate] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[UnusedRow] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    rows_read: int = 0


def unused_problem(unused: UnusedRow) -> Problem:
    """The finding that a row was not used."""
    reason = "，".join(unused.reasons)
    return warning("list_row_unused", sheet=unused.sheet, row=unused.row, reason=reason)


def read_sheet(sheet: SheetRows, header: Header, scheme: Scheme) -> SheetReading:
    """Read all rows below a header."""
    reader = _Reader(sheet, header, scheme)
    for number in range(header.last + 1, len(sheet.rows)):
        reader.row(number)
    reader.close()
    return reader.reading


class _Reader:
    def __init__(self, sheet: SheetRows, header: Header, scheme: Scheme) -> None:
        self.sheet = sheet
        self.header = header
        self.scheme = scheme
        self.reading = SheetReading()
        self.skipped: list[int] = []
        self.region = self._titled_region()
        self.order = {leaf.code: place for place, leaf in enumerate(leaves(scheme))}
        self.columns = self._used_columns()
        self.of: dict[Role, list[Column]] = {
            role: sorted((c for c in self.columns if c.role is role), key=lambda c: c.weight) for role in Role
        }
        self.row_number = 0
        self.cells: Sequence[object] = ()
        self.reasons: list[str] = []

    def _titled_region(self) -> str | None:
        """A region the rows above the header or the sheet's name speak of."""
        above = self.sheet.rows[: self.header.first]
        texts = [cell_text(cell) for row in above for cell in row]
        named = dict.fromkeys(region for text in texts if text and (region := region_in_title(text)))
        return next(iter(named)) if len(named) == 1 else region_in_title(self.sheet.name)

    def _used_columns(self) -> list[Column]:
        """Columns whose header and contents agree; the others are reported as unknown or refused."""
        unknown = list(self.header.unknown)
        used: list[Column] = []
        for column in self.header.columns:
            expected = self._expected_units(column)
            if column.unit and expected and column.unit not in expected:
                self._warn(
                    "list_unit_differs", column=column.title, unit=column.unit, expected="、".join(expected)
                )
            elif column.role is Role.STANDING and column.weight and not self._tells_standing(column):
                unknown.append(column.title)
            else:
                used.append(column)
        if unknown:
            columns = "、".join(dict.fromkeys(cell_text(title) for title in unknown))
            self.reading.problems.append(note("list_column_unknown", sheet=self.sheet.name, columns=columns))
        return used

    def _expected_units(self, column: Column) -> list[str]:
        tables = column.leaf.band_tables if column.leaf else ()
        return list(dict.fromkeys(table.unit for table in tables if table.unit))

    def _tells_standing(self, column: Column) -> bool:
        for row in self.sheet.rows[self.header.last + 1 :]:
            text = cell_text(row[column.place]) if column.place < len(row) else ""
            try:
                if not is_missing(text) and read_standing(text):
                    return True
            except Unreadable:
                continue
        return False

    def _warn(self, code: str, **params: object) -> None:
        self.reading.problems.append(warning(code, sheet=self.sheet.name, **params))

    def row(self, number: int) -> None:
        """Read one row, given by its 0-based number."""
        self.row_number, self.cells = number + 1, self.sheet.rows[number]
        texts = [cell_text(cell) for cell in self.cells]
        filled = [text for text in texts if text]
        if not filled:
            return
        if repeats_header(self.cells, self.header) or self._is_remark(filled):
            self.skipped.append(self.row_number)
            return
        self.reading.rows_read += 1
        self.reasons = []
        seen = len(self.reading.problems)
        read = self._candidate()
        if not self.reasons:
            self.reading.candidates.append(read)
            self.reading.places.append((self.sheet.name, self.row_number))
            return
        del self.reading.problems[seen:]
        unused = UnusedRow(self.sheet.name, self.row_number, self._shown(), tuple(self.reasons), read)
        self.reading.unused.append(unused)
        self.reading.problems.append(unused_problem(unused))

    def close(self) -> None:
        """Note the rows that were left out on purpose."""
        if self.skipped:
            rows = "、".join(str(row) for row in self.skipped)
            self.reading.problems.append(
                note("list_rows_skipped", sheet=self.sheet.name, count=len(self.skipped), rows=rows)
            )

    def _is_remark(self, filled: list[str]) -> bool:
        """A note, a sum, a signature line or a band across the table; a band may name the region."""
        code = tidy(self._text_of(Role.CODE))
        if len(code) == 18 and code.isascii():
            return False
        if is_remark(filled[0]):
            return True
        if len(set(filled)) == 1 and is_section(filled[0]):
            self.region = region_in_title(filled[0]) or self.region
            return True
        banner = len(filled) > 1 and len(set(filled)) == 1
        alone = len(filled) == 1 and len(self.columns) > 2 and not self._text_of(Role.NAME)
        region = region_in_title(filled[0]) if banner or alone else None
        if region is not None:
            self.region = region
        return region is not None or (banner and len(filled) > 2)

    def _cell(self, column: Column) -> object:
        return self.cells[column.place] if column.place < len(self.cells) else ""

    def _text_of(self, role: Role) -> str:
        texts = (cell_text(self._cell(column)) for column in self.of[role])
        return next((text for text in texts if text), "")

    def _shown(self) -> tuple[tuple[str, str], ...]:
        texts = ((cell_text(column.title), cell_text(self._cell(column))) for column in self.columns)
        return tuple((title, text[:NAME_LENGTH]) for title, text in texts if text)

    def _refuse(self, reason: str) -> None:
        """Say why this row cannot be used; the rest of it is still read, for whoever puts it right."""
        self.reasons.append(reason)

    def _candidate(self) -> Candidate:
        """The row as a candidate; a draft when there are `reasons` against it."""
        name = self._name()
        region = self._region()
        past = self._past()
        category = self._optional(Role.CATEGORY, lambda text: read_category(text, self.scheme.categories), "")
        return Candidate(
            candidate_id="",
            region=region,
            name=name,
            credit_code=self._code(),
            category=category,
            standing=self._standing(),
            past=past,
            parent=self._plain(Role.PARENT),
            group=self._plain(Role.GROUP),
            facts=self._facts(),
        )

    def _name(self) -> str:
        name = self._text_of(Role.NAME)
        if is_missing(name):
            self._refuse("没有企业名称")
            return ""
        if len(name) > NAME_LENGTH:
            self._refuse("企业名称过长")
        elif not any(char.isalpha() for char in name) or is_aside(name):
            self._refuse(f"企业名称“{name[:30]}”不是名称")
        return name[:NAME_LENGTH]

    def _region(self) -> str:
        texts = [text for column in self.of[Role.REGION] if (text := cell_text(self._cell(column)))]
        told = [text for text in texts if not is_missing(text)]
        region = next((found for text in told if (found := read_region(text))), None)
        if region is None and told:
            self._refuse(f"地区“{told[0][:30]}”认不出")
        elif region is None and self.region is None:
            self._refuse("没有地区")
        return region or self.region or ""

    def _code(self) -> str:
        columns = self.of[Role.CODE]
        if not columns:
            return ""
        cell = self._cell(columns[0])
        text = cell_text(cell).strip("'‘’`\"")
        if is_missing(text):
            return ""
        if lost_digits(cell) or (len(text) != 18 and _EXPONENT.fullmatch(half_width(text))):
            self._warn("code_lost_digits", row=self.row_number, column=columns[0].title, text=text)
            return ""
        code = tidy(text)
        if len(code) > CODE_LENGTH:
            self._unread(columns[0])
            return ""
        return code

    def _standing(self) -> str:
        if self.of[Role.STANDING]:
            return self._optional(Role.STANDING, read_standing, NEWLY_RECOMMENDED)
        return self._optional(Role.IS_NEW, read_is_new, NEWLY_RECOMMENDED)

    def _plain(self, role: Role) -> str:
        text = self._text_of(role)
        if len(text) > NAME_LENGTH:
            self._unread(self.of[role][0])
            return ""
        return "" if is_missing(text) else text

    def _optional(self, role: Role, read: Callable[[str], _Value], other: _Value) -> _Value:
        """The value of a role's cell; `other` where there is none or nobody can read it."""
        for column in self.of[role]:
            text = cell_text(self._cell(column))
            if not is_missing(text):
                return self._read(column, read, other)
        return other

    def _read(self, column: Column, read: Callable[[str], _Value], other: _Value) -> _Value:
        try:
            return read(cell_text(self._cell(column)))
        except Unreadable:
            self._unread(column)
            return other

    def _unread(self, column: Column) -> None:
        text = cell_text(self._cell(column))[:60]
        self._warn("list_cell_unread", row=self.row_number, column=cell_text(column.title), text=text)

    def _past(self) -> tuple[PastResult, ...]:
        results: dict[int, PastResult] = {}
        for column in self.columns:
            if not column.year:
                continue
            result = results.get(column.year, PastResult(column.year))
            results[column.year] = self._add_past(column, result)
        told = [one for one in results.values() if one != PastResult(one.year)]
        return tuple(sorted(told, key=lambda one: one.year))

    def _add_past(self, column: Column, result: PastResult) -> PastResult:
        text = cell_text(self._cell(column))
        number = re.fullmatch(r"[0-9.]+分?", half_width(text))
        if column.role is Role.SCORE or (column.role is Role.RESULT and number):
            return replace(result, score=self._score(column, text)) if not is_missing(text) else result
        if column.role is Role.RANK:
            return replace(result, rank=self._read(column, read_rank, None))
        return replace(result, level=self._read(column, read_level, "") or result.level)

    def _score(self, column: Column, text: str) -> int | None:
        try:
            found = read_score(text)
        except Unreadable:
            self._refuse(f"“{cell_text(column.title)}”的分数“{text[:30]}”读不出")
            return None
        if found is not None and found[1]:
            self.reading.problems.append(
                note(
                    "list_score_rounded",
                    sheet=self.sheet.name,
                    row=self.row_number,
                    column=cell_text(column.title),
                    text=text,
                )
            )
        return found[0] if found else None

    def _facts(self) -> tuple[Fact, ...]:
        facts: list[Fact] = []
        for column in self.of[Role.FACT]:
            assert column.leaf is not None
            unit = column.unit or next(iter(self._expected_units(column)), "")
            if unit == "%" and may_be_share(self._cell(column)):
                text = cell_text(self._cell(column))
                self._warn("list_percent_doubtful", row=self.row_number, column=column.title, text=text)
                continue
            figure = self._read(column, partial(read_figure, unit=unit), None)
            if figure is not None:
                facts.append(Fact(column.leaf.code, figure))
        return tuple(sorted(facts, key=lambda fact: self.order[fact.indicator]))
