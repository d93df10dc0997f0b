"""Comparing what was written: PDF, workbook and data must tell the same figures (rule 46)."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import closing

import python_calamine

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import show_points
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.result import Result
from ecpanel.exchange import limits
from ecpanel.exchange.workbook_bounds import check_xlsx
from ecpanel.pdfium import LOCK, pypdfium2
from ecpanel.progress import Progress, silent
from ecpanel.reports.workbook import ABOUT, CALCULATION, written_scores

WORKBOOK_NAME = "评审结果.xlsx"


def compare_workbook(result: Result, content: bytes) -> list[Problem]:
    """Figures of the workbook that differ from the result, read back from its bytes."""
    try:
        check_xlsx(content, WORKBOOK_NAME, limits.RESULT_ROWS)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        if ABOUT not in book.sheet_names or CALCULATION not in book.sheet_names:
            return [error("workbook_differs", candidate=CALCULATION, found="缺表", wanted="")]
        found = written_scores(book.get_sheet_by_name(CALCULATION).to_python(skip_empty_area=False))
        ranks = _ranks(book.get_sheet_by_name("综合排名").to_python(skip_empty_area=False))
    except EcpanelError as fault:
        return [error(fault.code, **fault.params)]
    except (ValueError, LookupError, TypeError, python_calamine.CalamineError):
        return [error("workbook_differs", candidate=CALCULATION, found="读不出", wanted="")]
    problems: list[Problem] = []
    names = {one.candidate_id: one.name for one in result.candidates}
    for line in result.lines:
        wanted = "" if line.score is None else show_points(line.score)
        told = found.get(line.candidate_id)
        if told != wanted:
            problems.append(
                error("workbook_differs", candidate=line.candidate_id, found=told or "空", wanted=wanted)
            )
    ranked = sorted(
        (one.rank, names[one.candidate_id], one.score) for one in result.lines if one.state == "ranked"
    )
    if sorted(ranks) != ranked:
        problems.append(
            error("workbook_differs", candidate="综合排名", found="名次表不同", wanted="数据文件")
        )
    return problems


def _ranks(rows: Sequence[Sequence[object]]) -> list[tuple[int, str, int]]:
    found = []
    for row in rows[4:]:
        if isinstance(row[0], (int, float)):
            found.append((int(row[0]), str(row[1]), round(float(str(row[6])) * 100)))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def page_texts(content: bytes) -> Generator[str, None, None]:
    """The text of every page without blanks."""
    with LOCK:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    try:
        for number in range(count):
            with LOCK:
                page = document[number]
                text_page = page.get_textpage()
                text = text_page.get_text_range()
                text_page.close()
                page.close()
            yield _plain(text)
    finally:
        with LOCK:
            document.close()


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    with LOCK:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
        document.close()
    return count


def compare_report(result: Result, content: bytes, progress: Progress = silent) -> list[Problem]:
    """Figures the report does not print as the result has them, found in its extracted text.

    Every ranked candidate must stand in a ranking with place, name, region, category, standing, n and
    score in one row, in the order of the columns.
    """
    firms = {one.candidate_id: one for one in result.candidates}
    missing: dict[str, Problem] = {}
    for line in result.lines:
        firm = firms.get(line.candidate_id)
        if firm is not None and line.state == "ranked" and line.score is not None:
            score = show_points(line.score)
            row = f"{line.rank}{firm.name}{firm.region}{firm.category}{firm.standing}{line.n}{score}"
            who = f"{line.candidate_id} {firm.name}"
            missing[_plain(row)] = error("report_differs", candidate=who, wanted=score)
    try:
        pages = page_count(content)
        with closing(page_texts(content)) as texts:
            for number, text in enumerate(texts, start=1):
                progress(number, pages, f"核对评审报告 第{number}页")
                for row in [row for row in missing if row in text]:
                    del missing[row]
    except pypdfium2.PdfiumError:
        return [error("report_differs", candidate="PDF", wanted="读不出")]
    return list(missing.values())
