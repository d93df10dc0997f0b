"""The report as printed: ten parts, marks on every page, figures that copy out, one signature over all."""

from __future__ import annotations

import itertools
import re
import subprocess
import unicodedata
from dataclasses import replace

import pypdfium2
import pytest

from ecpanel.domain.points import show_points
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import PLACEHOLDER_BANNER
from ecpanel.records import digest_of
from ecpanel.reports.agreement import compare_report, page_texts
from ecpanel.reports.report_pdf import NUMERALS, draw_report

DIGEST = "ab12cd34" * 8


def plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def drawn(result):
    return draw_report(result, DIGEST)


@pytest.fixture(scope="module")
def pages(drawn) -> list[str]:
    return list(page_texts(drawn.content))


def test_the_ten_parts_and_the_calculation_chapter_stand_in_order(pages):
    text = "".join(pages)
    heads = ["基本情况", "评审组成员", "签到、承诺、回避与提交", "参评企业名单", "未参与排名的企业及理由",
             "评审标准与方法", "评分对照", "综合得分排名", "建议名单与待定事项", "复核、合议与更正"]  # fmt: skip
    places = [text.index(f"{NUMERALS[n]}、{head}") for n, head in enumerate(heads)]
    annexes = ("附件1计算过程", "附件2图示", "附件3专家评分表", "附件4企业评分表", "附件5评估意见", "签名页")
    places += [text.rindex(annex) for annex in annexes]
    assert places == sorted(places)


def test_banner_rehearsal_mark_counts_and_digest_stand_on_every_page(pages, result):
    for page in pages:
        assert plain(PLACEHOLDER_BANNER) in page
        assert "演练" in page
        assert f"企业{result.counts.candidates}家" in page
        assert plain("数据摘要 ab12cd34…ab12cd34") in page


def test_the_banner_goes_when_an_official_scheme_is_loaded(result):
    official = replace(
        result,
        scheme=replace(result.scheme, is_placeholder=False, title="附件2"),
        review=replace(result.review, rehearsal=False),
    )
    for page in page_texts(draw_report(official, DIGEST).content):
        assert plain(PLACEHOLDER_BANNER) not in page


def test_page_numbers_run_odd_right_even_left(drawn):
    document = pypdfium2.PdfDocument(drawn.content)
    for number in (1, 2, 3):
        page = document[number - 1]
        text = page.get_textpage()
        hit = text.search(f"— {number} —").get_next()
        left = text.get_charbox(hit[0])[0]
        assert (left > page.get_width() / 2) is bool(number % 2)
        text.close()
        page.close()
    document.close()


def test_the_body_is_22_lines_of_28_characters(result):
    """The first page's body sits on the grid of GB/T 9704: 28 characters fill 156 mm, leading 28.99 pt."""
    long = replace(result, review=replace(result.review, title="综合评价", notice="犇" * 700))
    document = pypdfium2.PdfDocument(draw_report(long, DIGEST).content)
    page = document[0]
    text = page.get_textpage()
    boxes = [text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1) == "犇"]
    lines: dict[int, list[float]] = {}
    for left, bottom, _, _ in boxes:
        lines.setdefault(round(bottom), []).append(left)
    full = [sorted(line) for line in lines.values() if len(line) >= 28]
    assert full and all(len(line) == 28 for line in full)
    heights = sorted(lines)
    assert {round(b - a) for a, b in itertools.pairwise(heights)} == {29}
    text.close()
    page.close()
    document.close()


def test_table_heads_repeat_on_every_page_of_a_table(pages):
    flagged = [page for page in pages if "评分畸高、畸低" in page and "数值" in page]
    assert len(flagged) > 1
    assert all("复核事项" in page for page in flagged)


def test_rare_characters_copy_out_right(drawn, tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(drawn.content)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    for name in ("欧阳𬭸", "张堃喆", "李㛃", "买买提·艾力江", "王䶮"):
        assert name in told


def test_fonts_are_embedded(drawn, tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(drawn.content)
    rows = subprocess.run(
        ["pdffonts", str(path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert rows and all(" yes yes yes " in row for row in rows)


def test_the_report_tells_the_figures_of_the_result(drawn, result):
    assert compare_report(result, drawn.content) == []


def test_a_wrong_figure_in_the_report_is_found(drawn, result):
    changed = replace(
        result, lines=(replace(result.lines[0], score=(result.lines[0].score or 0) + 1), *result.lines[1:])
    )
    problems = compare_report(changed, drawn.content)
    assert [problem.code for problem in problems] == ["report_differs"]


def test_equal_results_give_equal_bytes(result, drawn):
    assert draw_report(result, DIGEST).content == drawn.content


def test_every_calculation_is_printed_to_be_redone_by_hand(pages, result):
    text = "".join(pages)
    line = next(one for one in result.lines if one.state == "ranked")
    counted = [one for one in line.totals if one.standing == "counted" and one.total]
    terms = "＋".join(show_points(one.total.numerator) for one in counted if one.total)
    assert plain(terms) in text


def test_recused_is_printed_as_a_word_never_as_a_number(pages):
    assert any("回避" in page and "评分对照表" in page for page in pages)


def test_the_data_digest_is_of_the_result(result: Result):
    assert len(digest_of(result)) == 64
