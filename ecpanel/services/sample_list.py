"""The list of a rehearsal as a department keeps it: titles, notes, a header of two rows, remarks below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from ecpanel.domain.points import show_points
from ecpanel.domain.regions import PROVINCES, SEPARATE_PLAN_CITIES
from ecpanel.services.sample_documents import MARK
from ecpanel.services.sample_firms import FIGURES, LAST_YEAR, Firm

_MUNICIPALITIES: Final = frozenset({"北京", "上海", "天津", "重庆"})
_HEADS: Final = ("序号", "推荐地区", "企业名称\n（全称）", "统一社会\n信用代码", "企业类别", "是否示范企业")
_PRINTED_UNITS: Final = frozenset({"亿元", "万元", "%", "人"})
_PAST: Final = ("得分", "名次", "等次")
_REMARKS: Final = (
    "备注：1. 金额按亿元、万元填写，保留两位小数；未提供的数据留空。",
    f"2. 本表为{MARK}，企业、人员和数据均为虚构。",
)


def make_list(firms: Sequence[Firm]) -> bytes:
    """The workbook: one sheet with the list, one with notes on how to fill it in."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": f"推荐企业汇总表（{MARK}）", "created": datetime(2021, 4, 20, tzinfo=UTC)})
    _write_list(book, firms)
    _write_notes(book)
    book.close()
    return buffer.getvalue()


def printed_region(region: str) -> str:
    """A region as provinces print it."""
    if region in _MUNICIPALITIES or region in SEPARATE_PLAN_CITIES:
        return f"{region}市"
    return f"{region}省" if region in PROVINCES else region


def _write_list(book: Any, firms: Sequence[Firm]) -> None:
    sheet = book.add_worksheet("推荐企业")
    rule = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "宋体", "font_size": 10}
    title = book.add_format({"bold": True, "align": "center", "font_size": 16, "font_name": "黑体"})
    head = book.add_format({**rule, "bold": True, "align": "center", "bg_color": "#E8EEF5"})
    text, number = book.add_format(rule), book.add_format({**rule, "align": "right"})
    last = len(_HEADS) + len(_PAST) + len(FIGURES) - 1
    sheet.merge_range(0, 0, 0, last, "2021年电子商务示范企业综合评价推荐企业汇总表", title)
    sheet.merge_range(1, 0, 1, last, f"（{MARK}）", book.add_format({"align": "center"}))
    sheet.merge_range(2, 0, 2, last, "填表日期：2021年4月20日        联系人：演练联系人", book.add_format())
    _write_header(sheet, head)
    for row, firm in enumerate(firms, start=5):
        for column, value in enumerate(_row(row - 4, firm)):
            is_number = isinstance(value, int | float)
            sheet.write(row, column, value, number if is_number else text)
    for row, remark in enumerate(_REMARKS, start=5 + len(firms)):
        sheet.merge_range(row, 0, row, last, remark, book.add_format({"italic": True}))
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 34)
    sheet.set_column(3, 3, 21)
    sheet.set_column(4, last, 10)
    sheet.freeze_panes(5, 3)


def _write_header(sheet: Any, head: Any) -> None:
    for column, text in enumerate(_HEADS):
        sheet.merge_range(3, column, 4, column, text, head)
    start = len(_HEADS)
    sheet.merge_range(3, start, 3, start + len(_PAST) - 1, f"{LAST_YEAR}年综合评价", head)
    for column, text in enumerate(_PAST, start):
        sheet.write(4, column, text, head)
    start += len(_PAST)
    for column, (code, (name, unit)) in enumerate(FIGURES.items(), start):
        bracket = f"（{unit}）" if unit in _PRINTED_UNITS else ""
        sheet.merge_range(3, column, 4, column, f"{code} {name}{bracket}", head)


def _row(number: int, firm: Firm) -> list[str | int | float]:
    one = firm.candidate
    past = one.last_year
    score = show_points(past.score) if past is not None and past.score is not None else ""
    rank = past.rank if past is not None and past.rank is not None else ""
    cells: list[str | int | float] = [
        number,
        printed_region(one.region),
        one.name,
        one.credit_code,
        one.category,
    ]
    cells += ["是" if one.standing == "示范企业" else "否（新推荐）"]
    cells += [float(Decimal(score)) if score else "", rank, past.level if past is not None else ""]
    figures = firm.figures
    return cells + [float(Decimal(figures[code])) if code in figures else "" for code in FIGURES]


def _write_notes(book: Any) -> None:
    sheet = book.add_worksheet("填报说明")
    sheet.set_column(0, 0, 90)
    notes = (
        "填报说明",
        "一、每个地区推荐不超过5家，电子商务较为发达地区不超过10家。",
        "二、统一社会信用代码按营业执照填写，共18位。",
        "三、指标数据应与申报表、审计报告一致。",
        f"（{MARK}）",
    )
    for row, text in enumerate(notes):
        sheet.write(row, 0, text)
