"""The result workbook: the same tables as the report, a calculation sheet with live formulas (rule 45)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from ecpanel.domain.points import show_points
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scheme import Indicator, Scope, leaves
from ecpanel.progress import Progress, silent
from ecpanel.reports import ranking_tables, record_tables, sheet_tables
from ecpanel.reports.figures import fraction
from ecpanel.reports.sheet_tables import LEAVES_WIDE
from ecpanel.reports.tables import Cell, Column, Table, counts_line, foot_line, marks

ABOUT: Final = "说明"
CALCULATION: Final = "计算"
MATRIX: Final = "分值"
_HEAD_ROW: Final = 3
_CELL_LIMIT: Final = 32_767
_FREE: Final = {
    "select_locked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
}
"""What people may do on a sheet that is protected against slips only: there is no password (rule 45)."""
_CLOSING: Final = 16
"""What packing the finished workbook takes, in groups of tables."""


@dataclass(frozen=True, slots=True)
class _Formats:
    title: Any
    mark: Any
    head: Any
    text: Any
    points: Any
    whole: Any
    check: Any


def _formats(book: Any) -> _Formats:
    cell = {"border": 1, "border_color": "#C5CBD3", "valign": "vcenter"}
    return _Formats(
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"font_color": "#9C2B2B"}),
        book.add_format({**cell, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#EEF1F5"}),
        book.add_format({**cell, "num_format": "@", "text_wrap": True}),
        book.add_format({**cell, "num_format": "0.00"}),
        book.add_format({**cell, "num_format": "0"}),
        book.add_format({**cell, "num_format": "0.00;[Red]-0.00;0.00", "font_color": "#5B6670"}),
    )


def sheet_name(name: str, taken: set[str]) -> str:
    """A worksheet name Excel accepts, unique in the book."""
    plain = re.sub(r"[\[\]:*?/\\']", "·", name)[:31] or "表"
    candidate, number = plain, 2
    while candidate.casefold() in taken:
        candidate = f"{plain[:28]}_{number}"
        number += 1
    taken.add(candidate.casefold())
    return candidate


class _Book:
    """The workbook being written, its formats, running marks and used names."""

    def __init__(self, target: BytesIO, result: Result, data_sha256: str) -> None:
        self.result = result
        self.book = xlsxwriter.Workbook(
            target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        created = datetime.datetime.fromisoformat(result.at).replace(tzinfo=None)
        self.book.set_properties(
            {"title": f"{result.review.title} 评审结果", "author": "ecpanel", "created": created}
        )
        self.formats = _formats(self.book)
        self.marks = "　".join(marks(result))
        self.foot = foot_line(result, data_sha256)
        self.taken: set[str] = set()

    def sheet(self, name: str, title: str, widths: Sequence[float], *, wide: bool) -> Any:
        """A worksheet with title, marks and print set-up: A4, one page wide, repeated head."""
        sheet = self.book.add_worksheet(sheet_name(name, self.taken))
        sheet.write_string(0, 0, title, self.formats.title)
        sheet.write_string(1, 0, self.marks, self.formats.mark)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, max(6.0, width / 1.9))
        sheet.set_paper(9)
        if wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, _HEAD_ROW)
        sheet.freeze_panes(_HEAD_ROW + 1, 2)
        sheet.protect("", _FREE)
        sheet.set_header(f"&C{self.marks.replace('&', '&&')}" if self.marks else "")
        sheet.set_footer(f"&L{self.foot}&R第 &P 页 共 &N 页")
        return sheet

    def write(self, sheet: Any, row: int, column: int, cell: Cell, kind: str) -> None:
        """One cell: numbers as numbers, codes and words as text, cut texts marked."""
        if cell is None:
            sheet.write_blank(row, column, None, self.formats.text)
        elif isinstance(cell, str):
            if len(cell) > _CELL_LIMIT:
                cell = cell[: _CELL_LIMIT - 20] + "……（超出单元格，见 PDF）"
            sheet.write_string(row, column, cell, self.formats.text)
        elif kind == "points":
            sheet.write_number(row, column, cell / 100, self.formats.points)
        else:
            sheet.write_number(row, column, cell, self.formats.whole)

    def table(self, table: Table) -> None:
        """A table on its own sheet."""
        sheet = self.sheet(table.name, table.title, [one.width for one in table.columns], wide=table.wide)
        for column, one in enumerate(table.columns):
            sheet.write_string(_HEAD_ROW, column, one.head, self.formats.head)
        for row, cells in enumerate(table.rows, start=_HEAD_ROW + 1):
            for column, (cell, one) in enumerate(zip(cells, table.columns, strict=True)):
                self.write(sheet, row, column, cell, one.kind)
        if table.signed:
            foot = _HEAD_ROW + 2 + len(table.rows)
            sheet.write_string(
                foot, 0, "专家签名：　　　　　　　　　组长：　　　　　核分人：　　　　　监督人："
            )


def draw_workbook(result: Result, data_sha256: str, progress: Progress = silent) -> bytes:
    """Write the workbook; equal results give equal bytes. Progress is told sheet by sheet."""
    target = BytesIO()
    writer = _Book(target, result, data_sha256)
    _about(writer, data_sha256)
    groups = _groups(result)
    for number, group in enumerate(groups, start=1):
        for table in group():
            progress(number, len(groups) + _CLOSING, f"生成评审结果工作簿 {table.name}")
            writer.table(table)
    if _needs_matrix(result):
        _matrix(writer)
    if result.scheme.merging.scope is Scope.TOTAL:
        _calculate_totals(writer)
    else:
        _calculate_leaves(writer)
    progress(len(groups), len(groups) + _CLOSING, "压缩评审结果工作簿")
    writer.book.close()
    return target.getvalue()


def _groups(result: Result) -> list[Callable[[], Iterable[Table]]]:
    """Makers of the tables in order, so that only the tables of one group are in memory."""
    return [
        lambda: [ranking_tables.overall(result)],
        lambda: [ranking_tables.recommended(result)],
        lambda: [ranking_tables.not_ranked(result)],
        lambda: ranking_tables.per_category(result),
        lambda: [_joined(ranking_tables.per_region(result), "地区排名", "各地区排名表")],
        lambda: ranking_tables.comparison(result),
        lambda: sheet_tables.expert_sheets(result),
        lambda: [_stacked(sheet_tables.candidate_sheets(result))],
        lambda: [sheet_tables.opinions(result)],
        lambda: [record_tables.candidates(result)],
        lambda: [record_tables.members(result)],
        lambda: [record_tables.receipts(result)],
        lambda: [record_tables.recusals(result)],
        lambda: [record_tables.criteria(result)],
        lambda: [record_tables.checks(result)],
        lambda: [record_tables.corrections(result)],
        lambda: [record_tables.decisions(result)],
        lambda: [ranking_tables.standings(result)],
    ]


def _joined(tables: Sequence[Table], name: str, title: str) -> Table:
    """Tables of equal shape under one head."""
    columns = tables[0].columns if tables else ()
    return Table(name, title, columns, tuple(row for table in tables for row in table.rows), wide=True)


def _stacked(tables: Sequence[Table]) -> Table:
    """All candidates' sheets under one head: the candidate stands in a column before each row."""
    wide = max(tables, key=lambda one: len(one.columns))
    columns = (Column("企业", 40), *wide.columns)
    rows = [
        (table.title, *row, *([None] * (len(wide.columns) - len(row))))
        for table in tables
        for row in table.rows
    ]
    return Table("企业评分", "各企业评分表", columns, tuple(rows), wide=True)


def _about(writer: _Book, data_sha256: str) -> None:
    result = writer.result
    scheme = result.scheme
    sheet = writer.sheet(ABOUT, f"{result.review.title} 评审结果", [30, 140], wide=False)
    rows: list[tuple[str, str]] = [
        ("评审", result.review.title),
        ("年度与类别", f"{result.review.year}年 {result.review.kind.value}"),
        ("依据", result.review.notice),
        ("评审组", result.group.name),
        ("指标体系", f"{scheme.title} 第{scheme.version}版"),
        ("指标体系摘要", result.scheme_sha256),
        ("合成", "按总分平均" if scheme.merging.scope is Scope.TOTAL else "按指标平均后相加"),
        (
            "去极值",
            f"去掉一个最高一个最低（有效评分不少于{scheme.merging.trim_from}份）"
            if scheme.merging.trimmed
            else "不去极值",
        ),
        ("舍入", f"中间不舍入，最后四舍五入保留{scheme.merging.places}位小数"),
        ("有效评分下限", str(scheme.merging.min_valid)),
        ("统计", counts_line(result)),
        ("数据摘要（SHA-256）", data_sha256),
        ("形成时间", result.at),
        ("核对", f"“{CALCULATION}”表的公式由各专家评分表逐格重算，差值列应全部为 0.00。"),
        ("签名", "电子签名仅为完整性签名，不是电子印章；以报告签名页的手写签名为准。"),
    ]
    for row, (name, value) in enumerate(rows, start=_HEAD_ROW):
        sheet.write_string(row, 0, name, writer.formats.head)
        sheet.write_string(row, 1, value, writer.formats.text)


def _needs_matrix(result: Result) -> bool:
    """Whether formulas read the sheet 分值; totals read the experts' own sheets while these are whole."""
    return result.scheme.merging.scope is Scope.LEAF or len(list(leaves(result.scheme))) > LEAVES_WIDE


def _matrix(writer: _Book) -> None:
    """分值: one row per candidate and expert that counts, one column per leaf; the formulas read it."""
    result = writer.result
    flat = list(leaves(result.scheme))
    sheet = writer.sheet(MATRIX, "计入评分的分值", [16, 16, *[14] * len(flat)], wide=True)
    for column, head in enumerate(("企业", "专家", *(leaf.code for leaf in flat))):
        sheet.write_string(_HEAD_ROW, column, head, writer.formats.head)
    for column, leaf in enumerate(flat, start=2):
        writer.write(sheet, _HEAD_ROW + 1, column, leaf.points, "points")
    sheet.write_string(_HEAD_ROW + 1, 0, "满分", writer.formats.text)
    sheet.write_string(_HEAD_ROW + 1, 1, "", writer.formats.text)
    row = _HEAD_ROW + 2
    for line in result.lines:
        cells = {(cell.expert_id, cell.indicator): cell for cell in line.cells}
        for total in _counting(line):
            sheet.write_string(row, 0, line.candidate_id, writer.formats.text)
            sheet.write_string(row, 1, total, writer.formats.text)
            for column, leaf in enumerate(flat, start=2):
                cell = cells[total, leaf.code]
                word = "不适用" if cell.state == "not_applicable" else "弃权"
                writer.write(sheet, row, column, word if cell.points is None else cell.points, "points")
            row += 1


def _counting(line: CandidateLine) -> list[str]:
    """Experts whose sheets count, dropped ones included, since formulas find the drops themselves."""
    return [
        one.expert_id for one in line.totals if one.standing in ("counted", "dropped_high", "dropped_low")
    ]


def _blocks(result: Result) -> Mapping[str, tuple[int, int]]:
    """First and last 1-based row of each candidate's block on the matrix sheet."""
    blocks: dict[str, tuple[int, int]] = {}
    row = _HEAD_ROW + 3
    for line in result.lines:
        count = len(_counting(line))
        if count:
            blocks[line.candidate_id] = (row, row + count - 1)
        row += count
    return blocks


def _heads(writer: _Book, name: str, heads: Sequence[str], widths: Sequence[float]) -> Any:
    sheet = writer.sheet(name, "综合得分重算（公式）", widths, wide=True)
    for column, head in enumerate(heads):
        sheet.write_string(_HEAD_ROW, column, head, writer.formats.head)
    return sheet


def _calculate_totals(writer: _Book) -> None:
    """计算 by total: each counting sheet's total, then count, mean, trimmed mean and the difference."""
    result = writer.result
    merging = result.scheme.merging
    width = max((len(_counting(line)) for line in result.lines), default=0)
    heads = [
        "编号",
        "企业名称",
        *(f"评分{n + 1}" for n in range(width)),
        "有效评分",
        "均值",
        "去极值均值",
        "综合得分（公式）",
        "综合得分（写入）",
        "差值",
    ]
    sheet = _heads(writer, CALCULATION, heads, [16, 60, *[15] * width, 14, 20, 20, 24, 24, 14])
    names = {one.candidate_id: one.name for one in result.candidates}
    blocks = _blocks(result)
    flat = list(leaves(result.scheme))
    last = xl_col_to_name(1 + len(flat))
    whole = not _needs_matrix(result)
    maxima = f"'{MATRIX}'!$C${_HEAD_ROW + 2}:${last}${_HEAD_ROW + 2}"
    if whole:
        maxima = f"$C${_HEAD_ROW}:${last}${_HEAD_ROW}"
        sheet.write_string(_HEAD_ROW - 1, 1, "各指标满分（依次）", writer.formats.text)
        for column, leaf in enumerate(flat, start=2):
            writer.write(sheet, _HEAD_ROW - 1, column, leaf.points, "points")
    for row, line in enumerate(result.lines, start=_HEAD_ROW + 1):
        sheet.write_string(row, 0, line.candidate_id, writer.formats.text)
        sheet.write_string(row, 1, names[line.candidate_id], writer.formats.text)
        totals = {one.expert_id: one.total for one in line.totals}
        start, _ = blocks.get(line.candidate_id, (0, 0))
        experts = _counting(line)
        for place in range(width):
            if place >= len(experts):
                sheet.write_blank(row, 2 + place, None, writer.formats.points)
                continue
            source, line_row = (f"专家{experts[place]}", row + 1) if whole else (MATRIX, start + place)
            cells = f"'{source}'!$C${line_row}:${last}${line_row}"
            formula = f"=SUM({cells})*100/SUMPRODUCT({maxima}*ISNUMBER({cells}))"
            value = float(fraction(totals[experts[place]]) / 100)
            sheet.write_formula(row, 2 + place, formula, writer.formats.points, value)
        first, end = xl_rowcol_to_cell(row, 2), xl_rowcol_to_cell(row, 1 + max(width, 1))
        _finish_row(writer, sheet, row, 2 + width, line, f"{first}:{end}", merging.trimmed)


def _finish_row(
    writer: _Book, sheet: Any, row: int, column: int, line: CandidateLine, values: str, trimmed: bool
) -> None:
    merging = writer.result.scheme.merging
    count, mean, cut, score, written = (xl_rowcol_to_cell(row, column + place) for place in range(5))
    sheet.write_formula(row, column, f"=COUNT({values})", writer.formats.whole, line.n)
    plain = "" if line.plain is None else line.plain / 100
    held = f"{count}<{merging.min_valid}"
    sheet.write_formula(
        row,
        column + 1,
        f'=IF({held},"",ROUND(AVERAGE({values}),{merging.places}))',
        writer.formats.points,
        plain,
    )
    trim = f"(SUM({values})-MAX({values})-MIN({values}))/({count}-2)"
    sheet.write_formula(
        row,
        column + 2,
        f'=IF(OR({held},{count}<{merging.trim_from}),"",ROUND({trim},{merging.places}))',
        writer.formats.points,
        "" if line.trimmed is None else line.trimmed / 100,
    )
    chosen = f'IF({cut}="",{mean},{cut})' if trimmed else mean
    shown = "" if line.score is None else line.score / 100
    sheet.write_formula(row, column + 3, f"={chosen}", writer.formats.points, shown)
    writer.write(sheet, row, column + 4, line.score, "points")
    difference = f'=IF({written}="",IF({score}="",0,1),{score}-{written})'
    sheet.write_formula(row, column + 5, difference, writer.formats.check, 0)


def _calculate_leaves(writer: _Book) -> None:
    """计算 by leaf: the mean of every leaf in force, their scaled sum, and the difference."""
    result = writer.result
    merging = result.scheme.merging
    flat = list(leaves(result.scheme))
    heads = [
        "编号",
        "企业名称",
        *(leaf.code for leaf in flat),
        "有效评分",
        "综合得分（公式）",
        "综合得分（写入）",
        "差值",
    ]
    sheet = _heads(writer, CALCULATION, heads, [16, 60, *[15] * len(flat), 14, 24, 24, 14])
    names = {one.candidate_id: one.name for one in result.candidates}
    blocks = _blocks(result)
    end = 2 + len(flat)
    for row, line in enumerate(result.lines, start=_HEAD_ROW + 1):
        sheet.write_string(row, 0, line.candidate_id, writer.formats.text)
        sheet.write_string(row, 1, names[line.candidate_id], writer.formats.text)
        first, last = blocks.get(line.candidate_id, (_HEAD_ROW + 2, _HEAD_ROW + 2))
        for place, leaf in enumerate(flat):
            _leaf_formula(writer, sheet, row, place, leaf, (first, last), line)
        writer.write(sheet, row, end, line.n, "whole")
        values = f"{xl_rowcol_to_cell(row, 2)}:{xl_rowcol_to_cell(row, end - 1)}"
        maxima = f"'{MATRIX}'!$C${_HEAD_ROW + 2}:${xl_col_to_name(1 + len(flat))}${_HEAD_ROW + 2}"
        shown = "" if line.score is None else line.score / 100
        total = f"ROUND(SUM({values})*100/SUMPRODUCT({maxima}*ISNUMBER({values})),{merging.places})"
        held = "1=1" if line.score is None else "1=0"
        sheet.write_formula(row, end + 1, f'=IF({held},"",{total})', writer.formats.points, shown)
        writer.write(sheet, row, end + 2, line.score, "points")
        score, written = xl_rowcol_to_cell(row, end + 1), xl_rowcol_to_cell(row, end + 2)
        difference = f'=IF({written}="",IF({score}="",0,1),{score}-{written})'
        sheet.write_formula(row, end + 3, difference, writer.formats.check, 0)


def _leaf_formula(
    writer: _Book,
    sheet: Any,
    row: int,
    place: int,
    leaf: Indicator,
    block: tuple[int, int],
    line: CandidateLine,
) -> None:
    merging = writer.result.scheme.merging
    column = xl_col_to_name(2 + place)
    cells = f"'{MATRIX}'!{column}${block[0]}:{column}${block[1]}"
    mean = f"AVERAGE({cells})"
    if merging.trimmed:
        trim = f"(SUM({cells})-MAX({cells})-MIN({cells}))/(COUNT({cells})-2)"
        mean = f"IF(COUNT({cells})>={merging.trim_from},{trim},{mean})"
    figure = next(one for one in line.leaves if one.indicator == leaf.code)
    value: float | str = "" if figure.mean is None else float(fraction(figure.mean) / 100)
    formula = f'=IF(COUNT({cells})=0,"",{mean})' if _counting(line) else '=""'
    sheet.write_formula(row, 2 + place, formula, writer.formats.points, value)


def written_scores(rows: Sequence[Sequence[object]]) -> dict[str, str]:
    """Scores on the calculation sheet as read back: candidate id to "80.25", or "" while held."""
    head = [str(cell or "") for cell in rows[_HEAD_ROW]]
    column = head.index("综合得分（写入）")
    found: dict[str, str] = {}
    for row in rows[_HEAD_ROW + 1 :]:
        if row and row[0]:
            value = row[column]
            found[str(row[0])] = "" if value in (None, "") else show_points(round(float(str(value)) * 100))
    return found
