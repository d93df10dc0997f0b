"""The score form (评分填写表): a workbook an expert fills in, read back whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.credit_code import tidy
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert
from ecpanel.domain.points import Points, parse_points, show_short
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.review import REHEARSAL_MARK, Review
from ecpanel.domain.scheme import PLACEHOLDER_BANNER, Indicator, Scheme, leaves
from ecpanel.domain.sheet import Opinion, Score, Sheet, State, check_score
from ecpanel.exchange.workbook import load_checked

ABOUT: Final = "说明"
SCORES: Final = "评分"
REMARKS: Final = "理由"
OPINIONS: Final = "评估意见"
OPINION_PARTS: Final = ("优势", "不足", "建议")
HEAD_ROW: Final = 4
"""1-based row of the header; data begin below."""
FIRST_COLUMN: Final = 4
"""1-based column of the first indicator, after 编号, 企业名称, 统一社会信用代码."""
WORDS: Final = {"不适用": State.NOT_APPLICABLE, "弃权": State.ABSTAINED}
RECUSED: Final = "回避"
_IDENTITY: Final = ("评审标识", "专家编号", "指标体系摘要")


@dataclass(frozen=True, slots=True)
class FormTask:
    """What a form is made for, and read back against."""

    review: Review
    scheme: Scheme
    scheme_sha256: str
    expert: Expert
    candidates: Sequence[Candidate]
    recused: frozenset[str]
    settled: Mapping[str, Mapping[str, Points]]


def write_form(target: BinaryIO, task: FormTask, sheets: Mapping[str, Sheet]) -> None:
    """Write the form, filled with what is already scored; `sheets` is by candidate id."""
    marks = [REHEARSAL_MARK] if task.review.rehearsal else []
    marks += [PLACEHOLDER_BANNER] if task.scheme.is_placeholder else []
    title = f"{task.review.title} 评分填写表（{task.expert.expert_id} {task.expert.name}）"
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "mark": book.add_format({"font_color": "#9C2B2B"}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#EEF1F5", "valign": "vcenter"}
            ),
            "key": book.add_format({"num_format": "@", "border": 1, "bg_color": "#F7F7F7"}),
            "cell": book.add_format({"num_format": "0.0#", "border": 1, "locked": False}),
            "text": book.add_format({"num_format": "@", "border": 1, "locked": False, "text_wrap": True}),
            "settled": book.add_format({"num_format": "0.0#", "border": 1, "bg_color": "#E8E8E8"}),
        }
        _write_about(book.add_worksheet(ABOUT), task, title, marks, formats)
        flat = list(leaves(task.scheme))
        heads = [
            f"{leaf.code} {leaf.name}\n满分{show_short(leaf.points)} 步长{show_short(leaf.step)}"
            for leaf in flat
        ]
        _write_matrix(
            book.add_worksheet(SCORES), task, title, marks, heads, formats, _score_cells(task, flat, sheets)
        )
        _write_matrix(
            book.add_worksheet(REMARKS), task, title, marks, heads, formats, _remark_cells(task, flat, sheets)
        )
        _write_matrix(
            book.add_worksheet(OPINIONS),
            task,
            title,
            marks,
            list(OPINION_PARTS),
            formats,
            _opinion_cells(task, sheets),
        )


Cells = Mapping[tuple[str, int], tuple[str | float, str]]
"""(candidate, column offset) to value and format name."""


def _score_cells(task: FormTask, flat: Sequence[Indicator], sheets: Mapping[str, Sheet]) -> Cells:
    words = {State.NOT_APPLICABLE: "不适用", State.ABSTAINED: "弃权"}
    cells: dict[tuple[str, int], tuple[str | float, str]] = {}
    for one in task.candidates:
        key = one.candidate_id
        for place, leaf in enumerate(flat):
            settled = task.settled.get(key, {}).get(leaf.code)
            score = sheets[key].scores.get(leaf.code) if key in sheets else None
            if key in task.recused:
                cells[key, place] = (RECUSED, "key")
            elif settled is not None:
                cells[key, place] = (settled / 100, "settled")
            elif score is not None and score.points is not None:
                cells[key, place] = (score.points / 100, "cell")
            elif score is not None and score.state in words:
                cells[key, place] = (words[score.state], "cell")
            else:
                cells[key, place] = ("", "cell")
    return cells


def _remark_cells(task: FormTask, flat: Sequence[Indicator], sheets: Mapping[str, Sheet]) -> Cells:
    return {
        (one.candidate_id, place): (
            sheets[one.candidate_id].scores[leaf.code].remark
            if one.candidate_id in sheets and leaf.code in sheets[one.candidate_id].scores
            else "",
            "key" if one.candidate_id in task.recused else "text",
        )
        for one in task.candidates
        for place, leaf in enumerate(flat)
    }


def _opinion_cells(task: FormTask, sheets: Mapping[str, Sheet]) -> Cells:
    cells: dict[tuple[str, int], tuple[str | float, str]] = {}
    for one in task.candidates:
        opinion = sheets[one.candidate_id].opinion if one.candidate_id in sheets else Opinion()
        for place, part in enumerate((opinion.strengths, opinion.weaknesses, opinion.advice)):
            cells[one.candidate_id, place] = (part, "key" if one.candidate_id in task.recused else "text")
    return cells


def _write_about(
    sheet: Any, task: FormTask, title: str, marks: Sequence[str], formats: Mapping[str, Any]
) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(1, 0, "  ".join(marks), formats["mark"])
    values = (task.review.review_id, task.expert.expert_id, task.scheme_sha256)
    for row, (name, value) in enumerate(zip(_IDENTITY, values, strict=True), start=3):
        sheet.write_string(row, 0, name, formats["key"])
        sheet.write_string(row, 1, value, formats["key"])
    lines = (
        "在“评分”表填分值；不适用填“不适用”，弃权填“弃权”；空白表示未评，不等于零分。",
        "灰色为已按申报数据统一计算的客观指标，不必填写；标“回避”的企业不填。",
        "分值很低、很高，或填不适用、弃权时，在“理由”表同一格写明理由。",
        "不要改动编号、企业名称和信用代码，不要增删列；不要使用公式。",
    )
    for row, line in enumerate(lines, start=7):
        sheet.write_string(row, 0, line)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 70)


def _write_matrix(
    sheet: Any,
    task: FormTask,
    title: str,
    marks: Sequence[str],
    heads: Sequence[str],
    formats: Mapping[str, Any],
    cells: Cells,
) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(1, 0, "  ".join(marks), formats["mark"])
    for column, head in enumerate(("编号", "企业名称", "统一社会信用代码", *heads)):
        sheet.write_string(HEAD_ROW - 1, column, head, formats["head"])
    for row, one in enumerate(task.candidates, start=HEAD_ROW):
        for column, value in enumerate((one.candidate_id, one.name, one.credit_code)):
            sheet.write_string(row, column, value, formats["key"])
        for place in range(len(heads)):
            filled, style = cells[one.candidate_id, place]
            column = place + FIRST_COLUMN - 1
            if filled == "":
                sheet.write_blank(row, column, None, formats[style])
            elif isinstance(filled, float):
                sheet.write_number(row, column, filled, formats[style])
            else:
                sheet.write_string(row, column, filled, formats[style])
    sheet.set_row(HEAD_ROW - 1, 62)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 21)
    sheet.set_column(3, 2 + len(heads), 30 if heads[0] in OPINION_PARTS else 10)
    sheet.freeze_panes(HEAD_ROW, 3)
    sheet.repeat_rows(HEAD_ROW - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a form says: sheets by candidate, and every fault; with a fault nothing may be used."""

    sheets: Mapping[str, Sheet]
    problems: tuple[Problem, ...]


def column_letter(column: int) -> str:
    """The letters of a 1-based column: 1 is A, 27 is AA."""
    return str(xl_col_to_name(column - 1))


class _Reading:
    """One reading of a form: collects faults with sheet and cell while the parts are read."""

    def __init__(self, task: FormTask, file: str) -> None:
        self.task, self.file = task, file
        self.by_id = {one.candidate_id: one for one in task.candidates}
        self.problems: list[Problem] = []

    def fault(self, code: str, sheet: str, row: int, column: int, candidate: str = "", **facts: Any) -> None:
        cell = f"{column_letter(column)}{row}"
        named = self.by_id.get(candidate)
        name = f"{candidate} {named.name}" if named else candidate
        self.problems.append(error(code, file=self.file, sheet=sheet, cell=cell, candidate=name, **facts))

    def rows(self, book: Any, sheet: str, columns: int) -> dict[str, tuple[int, list[Any]]]:
        """Data rows by candidate; name and code beside the number must agree."""
        if sheet not in book.sheetnames:
            raise EcpanelError("form_foreign", file=self.file, what=f"缺少工作表“{sheet}”")
        found: dict[str, tuple[int, list[Any]]] = {}
        last = FIRST_COLUMN - 1 + columns
        for number, row in enumerate(
            book[sheet].iter_rows(min_row=HEAD_ROW + 1, max_col=last), start=HEAD_ROW + 1
        ):
            key, name, code = (
                self.text(sheet, number, place, cell) for place, cell in enumerate(row[:3], start=1)
            )
            if not key and not name and not code and all(cell.value in (None, "") for cell in row):
                continue
            candidate = self.by_id.get(key)
            if candidate is None:
                self.fault("form_row_unknown", sheet, number, 1, key)
            elif candidate.name != name or tidy(candidate.credit_code) != tidy(code):
                self.fault("form_row_mismatch", sheet, number, 2, key, found=f"{name} {code}")
            elif key in found:
                self.fault("form_row_twice", sheet, number, 1, key)
            else:
                found[key] = (number, list(row[3:]))
        for key in self.by_id:
            if key not in found and not any(
                p.params.get("candidate", "").startswith(key) for p in self.problems
            ):
                self.fault("form_row_missing", sheet, HEAD_ROW, 1, key)
        return found

    def text(self, sheet: str, row: int, column: int, cell: Any, candidate: str = "") -> str:
        value = cell.value
        if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
            self.fault("form_formula", sheet, row, column, candidate)
            return ""
        return "" if value is None else str(value).strip()

    def score(self, leaf: Indicator, key: str, row: int, column: int, cell: Any) -> Score | None:
        text = self.text(SCORES, row, column, cell, key)
        if not text:
            return None
        if text in WORDS:
            made = Score(leaf.code, WORDS[text])
        else:
            try:
                made = Score(leaf.code, State.SCORED, _points(cell.value))
            except EcpanelError:
                self.fault("form_value", SCORES, row, column, key, indicator=leaf.code, text=text[:20])
                return None
        settled = self.task.settled.get(key, {}).get(leaf.code)
        if settled is not None and made.points != settled:
            self.fault(
                "form_settled", SCORES, row, column, key, indicator=leaf.code, settled=show_short(settled)
            )
            return None
        try:
            check_score(leaf, made)
        except EcpanelError as fault:
            facts = {name: value for name, value in fault.params.items() if name != "candidate"}
            self.fault(f"form_{fault.code}", SCORES, row, column, key, **facts)
            return None
        return made


def _points(value: Any) -> Points:
    if isinstance(value, bool) or value is None:
        raise EcpanelError("points_unreadable", text=str(value))
    if isinstance(value, (int, float)):
        number = Decimal(repr(value))
        if not 0 <= number <= 10_000 or number != number.quantize(Decimal("0.01")):
            raise EcpanelError("points_unreadable", text=str(value))
        return int(number * 100)
    return parse_points(str(value))


def read_form(path: Path, task: FormTask) -> FilledForm:
    """Read a filled form; every fault is located by sheet, cell and candidate.

    Raises when the file is no workbook or belongs to another review, expert or scheme. Recused
    candidates must hold no score.
    """
    from openpyxl import load_workbook  # costly; only those who read a form pay for it

    content = load_checked(path)
    try:
        book = load_workbook(io.BytesIO(content), data_only=False)
    except Exception as fault:  # openpyxl has no error of its own for a part that contradicts itself
        raise EcpanelError("workbook_damaged", file=path.name) from fault
    _check_owner(book, task, path.name)
    reading = _Reading(task, path.name)
    flat = list(leaves(task.scheme))
    _check_heads(book, flat, path.name)
    scores = reading.rows(book, SCORES, len(flat))
    remarks = reading.rows(book, REMARKS, len(flat))
    opinions = reading.rows(book, OPINIONS, len(OPINION_PARTS))
    sheets: dict[str, Sheet] = {}
    for key, (row, cells) in scores.items():
        if key in task.recused:
            _check_recused(reading, key, row, cells)
            continue
        remark_row, remark_cells = remarks.get(key, (0, []))
        found: dict[str, Score] = {}
        for place, leaf in enumerate(flat):
            score = reading.score(leaf, key, row, FIRST_COLUMN + place, cells[place])
            remark = (
                reading.text(REMARKS, remark_row, FIRST_COLUMN + place, remark_cells[place], key)
                if remark_cells
                else ""
            )
            if score is not None:
                found[leaf.code] = Score(leaf.code, score.state, score.points, remark)
        opinion_row, opinion_cells = opinions.get(key, (0, []))
        parts = [
            reading.text(OPINIONS, opinion_row, FIRST_COLUMN + place, cell, key)
            for place, cell in enumerate(opinion_cells)
        ]
        sheets[key] = Sheet(task.expert.expert_id, key, found, Opinion(*parts))
    return FilledForm(sheets, tuple(reading.problems))


def _check_owner(book: Any, task: FormTask, file: str) -> None:
    if ABOUT not in book.sheetnames:
        raise EcpanelError("form_foreign", file=file, what="不是本程序导出的评分填写表")
    about = {
        str(row[0].value): str(row[1].value)
        for row in book[ABOUT].iter_rows(min_row=1, max_row=12, max_col=2)
    }
    wanted = (task.review.review_id, task.expert.expert_id, task.scheme_sha256)
    for name, value in zip(_IDENTITY, wanted, strict=True):
        if about.get(name) != value:
            raise EcpanelError("form_foreign", file=file, what=f"{name}不符")


def _check_heads(book: Any, flat: Sequence[Indicator], file: str) -> None:
    codes = [leaf.code for leaf in flat]
    for sheet, wanted in ((SCORES, codes), (REMARKS, codes), (OPINIONS, list(OPINION_PARTS))):
        if sheet not in book.sheetnames:
            raise EcpanelError("form_foreign", file=file, what=f"缺少工作表“{sheet}”")
        row = next(book[sheet].iter_rows(min_row=HEAD_ROW, max_row=HEAD_ROW, min_col=FIRST_COLUMN), ())
        if [str(cell.value or "").split(" ")[0] for cell in row][: len(wanted)] != wanted:
            raise EcpanelError("form_foreign", file=file, what=f"“{sheet}”表的指标列被改动")


def _check_recused(reading: _Reading, key: str, row: int, cells: Sequence[Any]) -> None:
    for place, cell in enumerate(cells):
        if reading.text(SCORES, row, FIRST_COLUMN + place, cell, key) not in ("", RECUSED):
            reading.fault("form_recused", SCORES, row, FIRST_COLUMN + place, key)
            return
