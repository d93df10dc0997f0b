"""The result workbook: real numbers, live formulas that reproduce every total, the same bytes again."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import PLACEHOLDER_BANNER, Merging, Scope
from ecpanel.records import digest_of
from ecpanel.reports.agreement import compare_workbook
from ecpanel.reports.workbook import draw_workbook

DIGEST = "ab12cd34" * 8


def with_rules(material, merging: Merging) -> Result:
    scheme = replace(material.scheme, merging=merging)
    return evaluate(
        replace(material, scheme=scheme, scheme_sha256=digest_of(scheme)), "2021-11-24T16:20:00+08:00"
    )


def sheet(content: bytes, name: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_every_promised_sheet_is_there(result):
    book = openpyxl.load_workbook(io.BytesIO(draw_workbook(result, DIGEST)))
    for name in (
        "说明",
        "综合排名",
        "地区排名",
        "评分对照",
        "企业评分",
        "评估意见",
        "回避",
        "复核",
        "更正",
        "计算",
        "类别·平台类",
    ):
        assert name in book.sheetnames
    assert all(f"专家{one.expert_id}" in book.sheetnames for one in result.experts)


def test_every_sheet_bears_the_marks_and_prints_on_one_page_width(result):
    book = openpyxl.load_workbook(io.BytesIO(draw_workbook(result, DIGEST)))
    for page in book.worksheets:
        assert PLACEHOLDER_BANNER in page["A2"].value and "演练" in page["A2"].value, page.title
        assert page.page_setup.paperSize == 9
        assert page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.fitToHeight == 0
        assert page.print_title_rows and page.freeze_panes
        assert "ab12cd34" in page.oddFooter.left.text


def test_numbers_are_numbers_and_codes_are_text(result):
    book = openpyxl.load_workbook(io.BytesIO(draw_workbook(result, DIGEST)))
    ranking, firms = book["综合排名"], book["参评企业"]
    assert ranking["G5"].data_type == "n" and ranking["G5"].number_format == "0.00"
    assert firms["D5"].data_type == "s" and len(firms["D5"].value) == 18
    assert not any(
        cell.data_type == "f"
        for page in book.worksheets
        if page.title != "计算"
        for row in page.iter_rows()
        for cell in row
    )


def test_the_same_result_gives_the_same_bytes(result):
    assert draw_workbook(result, DIGEST) == draw_workbook(result, DIGEST)


def test_figures_agree_with_the_result_and_a_wrong_one_is_found(result):
    content = draw_workbook(result, DIGEST)
    assert compare_workbook(result, content) == []
    line = next(one for one in result.lines if one.score is not None)
    wrong = replace(
        result, lines=tuple(replace(one, score=one.score + 1) if one is line else one for one in result.lines)
    )
    assert {problem.code for problem in compare_workbook(wrong, content)} == {"workbook_differs"}


def test_formulas_in_names_stay_text(result):
    firms = (replace(result.candidates[0], name='=1+1&"公司"'), *result.candidates[1:])
    rows = sheet(draw_workbook(replace(result, candidates=firms), DIGEST), "参评企业")
    assert rows[4][2] == '=1+1&"公司"'


def without_values(content: bytes) -> bytes:
    """The workbook with no stored results, so that whoever opens it must calculate."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            body = source.read(name)
            if name.startswith("xl/worksheets/"):
                body = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", body)
            copy.writestr(name, body)
    return target.getvalue()


RULES = {
    "plain mean of totals": Merging(),
    "trimmed totals": Merging(trimmed=True),
    "one decimal": Merging(places=1),
    "leaf by leaf": Merging(scope=Scope.LEAF),
    "leaf by leaf, trimmed": Merging(scope=Scope.LEAF, trimmed=True),
    "too few valid scores": Merging(min_valid=7),
}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("merging", RULES.values(), ids=RULES)
def test_live_formulas_reproduce_every_total(material, merging, tmp_path: Path):
    """LibreOffice calculates the sheet afresh; every difference column shows zero."""
    result = with_rules(material, merging)
    book = tmp_path / "r.xlsx"
    book.write_bytes(without_values(draw_workbook(result, DIGEST)))
    words = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(book),
    ]
    subprocess.run(words, capture_output=True, check=True, timeout=120)
    rows = sheet((tmp_path / "out" / "r.xlsx").read_bytes(), "计算")
    head = [str(cell) for cell in rows[3]]
    live, written, difference = (
        head.index(name) for name in ("综合得分（公式）", "综合得分（写入）", "差值")
    )
    scored = 0
    for row, line in zip(rows[4:], result.lines, strict=False):
        assert row[0] == line.candidate_id
        assert row[difference] == pytest.approx(0, abs=1e-9)
        if line.score is None:
            assert row[live] in ("", None) and row[written] in ("", None)
        else:
            scored += 1
            assert round(float(str(row[live])) * 100) == line.score
    assert scored == sum(line.score is not None for line in result.lines)
