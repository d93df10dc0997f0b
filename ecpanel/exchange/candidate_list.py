"""Lists of recommended enterprises (推荐企业汇总表): read from any province's workbook, compared, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import xlsxwriter

from ecpanel.domain.candidate import Candidate, PastResult, number_id
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import show_points
from ecpanel.domain.problems import Problem, error, note, warning
from ecpanel.domain.scheme import Scheme
from ecpanel.exchange.candidate_cells import half_width
from ecpanel.exchange.candidate_headers import find_header
from ecpanel.exchange.candidate_rows import UnusedRow, read_sheet
from ecpanel.exchange.handover import write_verified
from ecpanel.exchange.workbook import cell_text, hidden_sheets, read_workbook

SHEET: Final = "参评企业"
HEADS: Final = ("编号", "地区", "企业名称", "统一社会信用代码", "企业类型", "现有称号", "母公司", "评审组")
_WIDTHS: Final = (8, 12, 40, 24, 12, 12, 30, 12)


@dataclass(frozen=True, slots=True)
class CandidateList:
    """What a list gave: `rows_read` counts rows with an entry, `unused` are those not taken over, `places`
    says sheet and row of every candidate."""

    candidates: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    unused: tuple[UnusedRow, ...] = ()
    places: tuple[tuple[str, int], ...] = ()

    @property
    def rows_unused(self) -> int:
        """How many rows were not taken over."""
        return len(self.unused)


def read_candidate_list(path: Path, scheme: Scheme, year: int) -> CandidateList:
    """Read every visible sheet of a list and number the candidates in the order of the rows.

    Raises EcpanelError: what `read_workbook` raises, and `list_no_header` when no sheet has a row
    that names the enterprise and one other column.
    """
    sheets = read_workbook(path)
    problems = hidden_sheets(sheets)
    found: list[Candidate] = []
    unused: list[UnusedRow] = []
    places: list[tuple[str, int]] = []
    rows_read = headers = 0
    for sheet in sheets:
        if not any(cell_text(cell) for row in sheet.rows for cell in row):
            continue
        header = find_header(sheet.rows, scheme, year)
        if header is None:
            problems.append(warning("list_sheet_no_header", sheet=sheet.name))
            continue
        headers += 1
        reading = read_sheet(sheet, header, scheme)
        found += reading.candidates
        problems += reading.problems
        rows_read += reading.rows_read
        unused += reading.unused
        places += reading.places
    if not headers:
        raise EcpanelError("list_no_header", file=path.name)
    numbered = tuple(replace(one, candidate_id=number_id(place)) for place, one in enumerate(found, 1))
    return CandidateList(numbered, tuple(problems), rows_read, tuple(unused), tuple(places))


def compare_with(earlier: Sequence[Candidate], fresh: Sequence[Candidate]) -> list[Problem]:
    """What changed between two lists, by credit code and by name.

    A code under another name is an error when that name stood in the earlier list with another code
    (two firms were mixed up), else a warning (renamed); a name with a new code is a warning.
    """
    names: dict[str, list[Candidate]] = defaultdict(list)
    codes: dict[str, Candidate] = {}
    for one in earlier:
        names[_key(one.name)].append(one)
        if one.credit_code:
            codes.setdefault(one.credit_code, one)
    problems = [problem for one in fresh if (problem := _compare(one, names, codes)) is not None]
    before, now = set(names), {_key(one.name) for one in fresh}
    known = {one.credit_code for one in fresh if one.credit_code}
    added = sum(1 for one in fresh if _key(one.name) not in before and one.credit_code not in codes)
    gone = sum(1 for one in earlier if _key(one.name) not in now and one.credit_code not in known)
    problems.append(note("list_changed", earlier=len(earlier), fresh=len(fresh), added=added, gone=gone))
    return problems


def _key(name: str) -> str:
    return half_width(name).casefold()


def _compare(
    one: Candidate, names: dict[str, list[Candidate]], codes: dict[str, Candidate]
) -> Problem | None:
    same_name = names.get(_key(one.name), [])
    if not one.credit_code or any(other.credit_code == one.credit_code for other in same_name):
        return None
    holder = codes.get(one.credit_code)
    former = next((other.credit_code for other in same_name if other.credit_code), "")
    facts = {"candidate": one.candidate_id, "name": one.name, "code": one.credit_code}
    if holder is not None and former:
        return error("list_name_code_swapped", **facts, earlier_name=holder.name, earlier_code=former)
    if holder is not None:
        return warning("list_renamed", **facts, earlier_name=holder.name)
    return warning("list_code_changed", **facts, earlier_code=former) if former else None


def write_candidate_list(candidates: Iterable[Candidate], path: Path) -> None:
    """Write a list as xlsx, every cell as text; `read_candidate_list` reads it back equal.

    Equal means: candidates numbered from C001 in their order, facts in the order of the scheme, past
    results by year.
    """
    everyone = list(candidates)
    years = sorted({result.year for one in everyone for result in one.past})
    figures = list(dict.fromkeys(fact.indicator for one in everyone for fact in one.facts))
    heads = [*HEADS]
    heads += [f"{year}年{what}" for year in years for what in ("得分", "名次", "等级")] + figures

    def produce(target: BinaryIO) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(target, options) as book:
            sheet = book.add_worksheet(SHEET)
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"num_format": "@", "bold": True, "text_wrap": True})
            for place in range(len(heads)):
                sheet.set_column(place, place, _WIDTHS[place] if place < len(_WIDTHS) else 12, text)
                sheet.write_string(0, place, heads[place], bold)
            for number, one in enumerate(everyone, 1):
                for place, content in enumerate(_texts(one, years, figures)):
                    if content:
                        sheet.write_string(number, place, content, text)
            sheet.freeze_panes(1, 3)

    write_verified(path, produce)


def _texts(one: Candidate, years: Sequence[int], figures: Sequence[str]) -> list[str]:
    texts = [
        one.candidate_id,
        one.region,
        one.name,
        one.credit_code,
        one.category,
        one.standing,
        one.parent,
        one.group,
    ]
    past = {result.year: result for result in one.past}
    for year in years:
        result = past.get(year, PastResult(year))
        texts.append("" if result.score is None else show_points(result.score))
        texts.append("" if result.rank is None else str(result.rank))
        texts.append(result.level)
    declared = {fact.indicator: fact.figure for fact in one.facts}
    return texts + [declared.get(code, "") for code in figures]
