"""Plain baselines: the same work by the bare library, with nothing kept safe around it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pypdfium2
import python_calamine
import xlsxwriter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Preformatted,
    Spacer,
)
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable
from sqlcipher3 import dbapi2 as sqlcipher
from xlsxwriter.worksheet import Worksheet

from ecpanel.domain.result import Result
from ecpanel.domain.scheme import Scheme, leaves
from ecpanel.reports import page, pieces, report_pdf
from ecpanel.reports.paragraph import ChineseParagraph
from ecpanel.reports.tables import Table as Figured
from ecpanel.reports.workbook import draw_workbook
from ecpanel.store.schema import score, submitted_score

# --- store -------------------------------------------------------------------------------------------------

UPSERT = (
    "INSERT INTO score (candidate_id, indicator, state, points, remark, evidence) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (candidate_id, indicator) DO UPDATE SET state = excluded.state, "
    "points = excluded.points, remark = excluded.remark, evidence = excluded.evidence"
)


def bare_store(path: Path, table: Table) -> Any:
    """A new SQLCipher file with the pragmas of the vault and one of its tables."""
    path.unlink(missing_ok=True)
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{bytes(range(32)).hex()}'\"")
    for pragma in ("journal_mode=DELETE", "foreign_keys=OFF", "synchronous=EXTRA", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
    return connection


def bare_score_table(path: Path, rows: Iterable[Sequence[object]]) -> Any:
    """The score table filled."""
    connection = bare_store(path, score)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(UPSERT, rows)
    connection.execute("COMMIT")
    return connection


def bare_save(connection: Any, row: Sequence[object]) -> None:
    """One row in one synced transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(UPSERT, row)
    connection.execute("COMMIT")


def bare_cells(path: Path) -> Any:
    """An empty table for the cells of submissions."""
    return bare_store(path, submitted_score)


def bare_intake(connection: Any, contents: Sequence[bytes]) -> None:
    """Parse the submissions and insert their cells in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for number, content in enumerate(contents, start=1):
        rows = [
            (number, sheet["candidate_id"], cell["indicator"], cell["state"], cell["points"])
            for sheet in json.loads(content)["sheets"]
            for cell in sheet["scores"]
        ]
        connection.executemany("INSERT INTO submitted_score VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    connection.close()


# --- ranking -----------------------------------------------------------------------------------------------

Numbers = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Points by candidate, expert and indicator."""


def plain_ranking(scheme: Scheme, numbers: Numbers) -> list[tuple[int, str]]:
    """Totals, plain and trimmed mean, means of leaves and sections as fractions, then a sort."""
    sections = {leaf.code: top.code for top in scheme.sections for leaf in leaves(top)}
    codes = [leaf.code for leaf in leaves(scheme)]
    found = []
    for candidate, sheets in numbers.items():
        totals = sorted(Fraction(sum(sheet.values())) for sheet in sheets.values())
        plain = sum(totals, Fraction(0)) / len(totals)
        trimmed = sum(totals[1:-1], Fraction(0)) / (len(totals) - 2)
        means = {code: Fraction(sum(sheet[code] for sheet in sheets.values()), len(sheets)) for code in codes}
        parts: dict[str, Fraction] = {}
        for code, mean in means.items():
            parts[sections[code]] = parts.get(sections[code], Fraction(0)) + mean
        for value in (plain, *parts.values()):
            int(value + Fraction(1, 2))
        found.append((int(trimmed + Fraction(1, 2)), candidate))
    return sorted(found, reverse=True)


# --- report ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlainTable:
    """A table of the report with the texts of its cells, line breaks set."""

    rows: list[list[str]]
    widths: list[float]
    style: list[Any]


SIGNATURES = [("FONT", (0, 0), (-1, -1), "song", 11, 28)]
"""Style of the one table that is drawn without a `Table`: the rows for ink."""


@dataclass(frozen=True)
class PlainText:
    """A paragraph of the report with its line breaks set."""

    lines: str
    style: ParagraphStyle


def record_story(result: Result) -> list[Any]:
    """The report as page changes, texts and tables, for `bare_report`."""
    return [_recorded(one) for one in _flat(report_pdf._story(result))]


def record_pieces(result: Result) -> list[list[Any]]:
    """The separate pieces likewise, each a document of its own."""
    return [[_recorded(one) for one in _flat(piece.story())] for piece in pieces._pieces(result)]


def _flat(story: Iterable[Flowable]) -> Iterator[Flowable]:
    """A story with what is kept together laid out one after another."""
    for one in story:
        if isinstance(one, KeepTogether):
            yield from _flat(one._content)
        else:
            yield one


def _recorded(one: Flowable) -> Any:
    if isinstance(one, page.TableRows):
        table = one._drawn_rows(max(len(one._table.rows), 1))
        head = ("FONT", (0, 0), (-1, 0), "hei", page.TABLE_SIZE, page.TABLE_SIZE * 1.3)
        return _plain_table(table, [*_plain_style(one._table), head])
    if isinstance(one, LongTable):
        return _plain_table(one, SIGNATURES)
    if isinstance(one, ChineseParagraph):
        style = one.style
        wanted = ParagraphStyle(
            "p",
            fontName=style.role,
            fontSize=style.size,
            leading=style.leading,
            spaceBefore=style.space_before,
            spaceAfter=style.space_after,
        )
        return PlainText(_text(one, page.TEXT_WIDTH), wanted)
    if isinstance(one, NextPageTemplate | PageBreak):
        return one
    return Spacer(1, min(one.wrap(page.TEXT_WIDTH, page.TEXT_HEIGHT)[1], page.TEXT_HEIGHT / 2))


def _plain_style(table: Figured) -> list[Any]:
    """The look of a table of ours as one would write it down for ReportLab."""
    whole = ((0, 0), (-1, -1))
    padding = (("LEFTPADDING", 2.5), ("RIGHTPADDING", 2.5), ("TOPPADDING", 2.2), ("BOTTOMPADDING", 2.2))
    return [
        ("FONT", *whole, "song", page.TABLE_SIZE, page.TABLE_SIZE * 1.35),
        ("VALIGN", *whole, "MIDDLE"),
        *page.LINES,
        *((name, *whole, size) for name, size in padding),
        *(
            ("ALIGN", (number, 1), (number, -1), "RIGHT")
            for number, column in enumerate(table.columns)
            if column.kind != "text"
        ),
    ]


def _plain_table(table: LongTable, style: list[Any]) -> PlainTable:
    rows = [
        [_text(cell, room - 5) for cell, room in zip(row, table._colWidths, strict=True)]
        for row in table._cellvalues
    ]
    return PlainTable(rows, list(table._colWidths), style)


def _text(cell: Any, room: float) -> str:
    return "\n".join(line.text for line in cell.lines(room)) if isinstance(cell, ChineseParagraph) else cell


def bare_report(recorded: Sequence[Any], foot: str) -> int:
    """The recorded tables and texts as bare ReportLab; returns the number of pages."""

    def run(canvas: Any, _: Any) -> None:
        canvas.setFont("song", 8)
        canvas.drawString(page.LEFT, 60, f"— {canvas.getPageNumber()} — {foot}")
        for step in range(4):
            canvas.drawString(page.LEFT + 90 * step, page.BOTTOM, "签名：")

    padding = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    high = page.SIGNATURE_HEIGHT
    text = Frame(page.LEFT, page.BOTTOM, page.TEXT_WIDTH, page.TEXT_HEIGHT + 0.5, **padding)
    table = Frame(page.LEFT, page.BOTTOM + high, page.TEXT_WIDTH, page.TEXT_HEIGHT - high, **padding)
    wide = Frame(35 * page.mm, 26 * page.mm + high, page.TEXT_HEIGHT, page.TEXT_WIDTH - high, **padding)
    document = BaseDocTemplate(BytesIO(), pagesize=A4, initialFontName="song")
    document.addPageTemplates(
        [
            PageTemplate("text", [text], onPage=run, pagesize=A4),
            PageTemplate("table", [table], onPage=run, pagesize=A4),
            PageTemplate("wide", [wide], onPage=run, pagesize=landscape(A4)),
        ]
    )
    story: list[Flowable] = []
    for one in recorded:
        if isinstance(one, PlainTable):
            story.append(LongTable(one.rows, colWidths=one.widths, repeatRows=1, style=one.style))
        elif isinstance(one, PlainText):
            story.append(Preformatted(one.lines, one.style))
        else:  # a copy: one that was put off to the next page remembers it
            story.append(copy(one))
    document.build(story)
    return int(document.page)


# --- workbook ----------------------------------------------------------------------------------------------


@dataclass
class PlainSheet:
    """A worksheet as (method, arguments, format number) in the order of writing."""

    name: str
    cells: list[tuple[str, tuple[Any, ...], int]]


def record_workbook(result: Result, digest: str) -> tuple[list[PlainSheet], list[dict[str, Any]]]:
    """Every cell of the workbook and the properties of its formats, for `bare_workbook`."""
    sheets: dict[int, PlainSheet] = {}
    formats: list[Any] = []
    made: list[dict[str, Any]] = []
    add_format = xlsxwriter.Workbook.add_format

    def add(book: Any, properties: dict[str, Any] | None = None) -> Any:
        one = add_format(book, properties)
        if properties and "xf_index" not in properties:
            formats.append(one)
            made.append(properties)
        return one

    def recording(name: str) -> Any:
        real = getattr(Worksheet, name)

        def write(sheet: Any, row: int, column: int, value: Any, style: Any, *rest: Any) -> Any:
            own = sheets.setdefault(id(sheet), PlainSheet(sheet.name, []))
            own.cells.append((name, (row, column, value, *rest), formats.index(style) if style else -1))
            return real(sheet, row, column, value, style, *rest)

        def lenient(sheet: Any, row: int, column: int, value: Any, style: Any = None, *rest: Any) -> Any:
            return write(sheet, row, column, value, style, *rest)

        return patch.object(Worksheet, name, lenient)

    with patch.object(xlsxwriter.Workbook, "add_format", add):
        with recording("write_string"), recording("write_number"):
            with recording("write_blank"), recording("write_formula"):
                draw_workbook(result, digest)
    return list(sheets.values()), made


def bare_workbook(sheets: Sequence[PlainSheet], formats: Sequence[dict[str, Any]]) -> None:
    """The recorded cells as bare XlsxWriter."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(BytesIO(), options)
    made = [*(book.add_format(one) for one in formats), None]
    for one in sheets:
        sheet = book.add_worksheet(one.name)
        writers = {
            "write_string": sheet.write_string,
            "write_number": sheet.write_number,
            "write_blank": sheet.write_blank,
            "write_formula": sheet.write_formula,
        }
        for name, (row, column, value, *rest), style in one.cells:
            writers[name](row, column, value, made[style], *rest)
    book.close()


# --- package -----------------------------------------------------------------------------------------------


def openssl_package(paths: Sequence[Path], target: Path) -> None:
    """`sha256sum`, then `openssl enc -aes-256-ctr`, of the same files."""
    subprocess.run(["sha256sum", *map(str, paths)], check=True, stdout=subprocess.DEVNULL)
    key, start = "11" * 32, "22" * 16
    for path in paths:
        command = ["openssl", "enc", "-aes-256-ctr", "-K", key, "-iv", start, "-in", str(path)]
        subprocess.run([*command, "-out", str(target / f"{path.stem}.enc")], check=True)


def python_package(paths: Sequence[Path], target: Path) -> None:
    """hashlib and AES-GCM in blocks of 1 MiB."""
    cipher = AESGCM(bytes(32))
    for path in paths:
        state, counter = hashlib.sha256(), 0
        with path.open("rb") as source, (target / f"{path.stem}.enc").open("wb") as sealed:
            while block := source.read(1 << 20):
                state.update(block)
                sealed.write(cipher.encrypt(counter.to_bytes(12, "big"), block, None))
                counter += 1
        state.hexdigest()


# --- bundle ------------------------------------------------------------------------------------------------


def bare_verify(path: Path) -> int:
    """SHA-256 of every member, JSON and workbook parsed, the text of every page read; nothing is judged."""
    pages = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            hashlib.sha256(content).hexdigest()
            if name.endswith(".json"):
                json.loads(content)
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(archive.read("评审结果.xlsx")))
        for sheet in book.sheet_names:
            book.get_sheet_by_name(sheet).to_python()
        document = pypdfium2.PdfDocument(archive.read("评审报告.pdf"))
        for one in document:
            pages += len(one.get_textpage().get_text_bounded()) > 0
    return pages
