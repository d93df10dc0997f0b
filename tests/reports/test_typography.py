"""Setting Chinese in PDF: line breaks, flush lines, rare characters, pages, cells and hostile text."""

from __future__ import annotations

import ctypes
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm
from reportlab.pdfbase import ttfonts
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Spacer, Table

from ecpanel.reports import fonts
from ecpanel.reports.linebreak import Line, Run, break_lines, may_break, spread_gap, stretch_places
from ecpanel.reports.paragraph import ChineseParagraph, KeepWithStart, TextStyle
from ecpanel.reports.typography import (
    Span,
    apply_reportlab_cures,
    clean_text,
    draw_text,
    grid_tracking,
    measure,
    text_width,
    to_unicode_cmap,
)

RARE = "张堃喆㛃𬭸犇䶮"
CLOSING = "，。、；：？！”’）》〉」』】〕…—％%·,.;:?!)]}"
OPENING = "“‘（《〈「『【〔([{"
MEASURE = 156 * mm
BODY = TextStyle(first_indent=2, tracking=grid_tracking(MEASURE, 28, 16))
SAMPLE = (
    "专家组依据《商务部办公厅关于开展示范企业创建工作的通知》（商办电函〔2020〕378号），于2026年11月23日评审。"
    "张堃、王喆等7位专家出席；信用代码为91330100MA2ABCDE12，零售额同比增长12.50%，占全市的37.8%……"
    "“真是了不起！”——组长如是说。E-mail须在2026-11-30之前送达（逾期不候）。"
)


def run_of(text: str, role: str = "song") -> Run:
    """A run 10 pt a Chinese character, 5 pt an ASCII one."""
    return Run(text, role, None, [5.0 if char < "\x7f" else 10.0 for char in text])


def set_lines(text: str, width: float) -> list[str]:
    return [line.text for line in break_lines([run_of(text)], [width])]


def built(story: list[Any], *, height: float = 225 * mm) -> bytes:
    """The story set in frames as wide as a 公文, as PDF."""
    target = io.BytesIO()
    document = BaseDocTemplate(target, pagesize=(210 * mm, 297 * mm))
    frame = Frame(28 * mm, 35 * mm, MEASURE, height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.keepTogetherClass = KeepWithStart
    document.build(story)
    return target.getvalue()


def drawn(draw: Callable[[Canvas], object]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def page_texts(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- line breaks ---

LETTERS = st.text(alphabet="abcXYZ", min_size=1, max_size=6)
NUMBERS = st.from_regex(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?%?", fullmatch=True)
CHINESE = st.text(alphabet="专家评审电子商务示范𬭸㛃", min_size=1, max_size=5)
MARKS = st.sampled_from([*CLOSING, *OPENING, "……", "——", "”。", "）。", "：“", " ", "  ", "\u3000", "\n"])
TEXTS = st.lists(st.one_of(CHINESE, CHINESE, LETTERS, NUMBERS, MARKS), max_size=40).map("".join)


def breaks_lawfully(text: str, at: int) -> bool:
    before, after = text[:at].rstrip(" \u3000"), text[at]
    return bool(before) and before[-1] not in OPENING + "\n" and after not in CLOSING + " \u3000"


@given(TEXTS, st.integers(min_value=30, max_value=300), st.integers(min_value=0, max_value=20))
def test_lines_obey_the_rules_for_marks(text: str, width: int, indent: int) -> None:
    lines = break_lines([run_of(text)], [width - indent, width])
    for line, following in pairwise(lines):
        if not line.closes and not breaks_lawfully(text, following.start):
            assert not any(breaks_lawfully(text, at) for at in range(line.start + 1, line.end + 1)), line


@given(TEXTS, st.integers(min_value=3, max_value=300))
def test_no_line_is_wider_than_its_measure(text: str, width: int) -> None:
    for line in break_lines([run_of(text)], [width]):
        assert line.width <= line.room + 0.01 or len(line.text) == 1
        assert line.width == pytest.approx(sum(sum(piece.advances) for piece in line.pieces))


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["song", "kai"])), max_size=4), st.integers(3, 300))
def test_lines_joined_give_the_text_back(parts: list[tuple[str, str]], width: int) -> None:
    text = "".join(part for part, _ in parts)
    lines = break_lines([run_of(part, role) for part, role in parts], [width])
    at = 0
    for line in lines:
        assert set(text[at : line.start]) <= {" ", "\u3000", "\n"}
        assert line.text == text[line.start : line.end]
        at = line.end
    assert set(text[at:]) <= {" ", "\u3000", "\n"}
    assert sum(line.closes for line in lines) == text.count("\n") + 1


def unit_around(text: str, at: int) -> str:
    """The longest piece of `text` about `at` in which no line may end."""
    start, end = at, at
    while start > 0 and text[start - 1] != "\n" and not may_break(text, start):
        start -= 1
    while end < len(text) and text[end] != "\n" and not may_break(text, end):
        end += 1
    return text[start:end].rstrip(" \u3000")


@given(TEXTS, st.integers(min_value=60, max_value=300))
def test_words_and_numbers_stay_whole(text: str, width: int) -> None:
    for line in break_lines([run_of(text)], [width])[1:]:
        if re.match("[A-Za-z0-9]{2}", text[line.start - 1 : line.start + 1]):
            assert sum(run_of(unit_around(text, line.start)).advances) > width, "longer than a line"


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("电子商务，示范", 40, ["电子商", "务，示范"]),
        ("电子商务”。示范", 50, ["电子商", "务”。示范"]),
        ("电子商《务示范", 40, ["电子商", "《务示范"]),
        ("电子商……务", 40, ["电子", "商……务"]),
        ("电子商务——示范", 50, ["电子商", "务——示范"]),
        ("增长了12.50%左右", 50, ["增长了", "12.50%左右"]),
        ("送到E-mail邮箱", 40, ["送到", "E-mail邮", "箱"]),
        ("代码91330100MA2ABCDE12的", 90, ["代码", "91330100MA2ABCDE12", "的"]),
        ("ABCDEFGHIJ", 20, ["ABCD", "EFGH", "IJ"]),
        ("电\n\n商", 90, ["电", "", "商"]),
        ("hello world", 30, ["hello", "world"]),
        ("I don’t", 32, ["I", "don’t"]),
        ("国", 5, ["国"]),
        ("国家", 5, ["国", "家"]),
        ("", 5, [""]),
        ("，，，，", 20, ["，，", "，，"]),
    ],
)
def test_examples(text: str, width: float, expected: list[str]) -> None:
    assert set_lines(text, width) == expected


def test_a_code_longer_than_a_line_begins_where_it_stands() -> None:
    assert set_lines("编号" + "A" * 30, 60) == ["编号" + "A" * 8, "A" * 12, "A" * 10]


def test_first_measure_serves_every_paragraph_but_a_continued_one() -> None:
    runs = [run_of("一二三四五\n一二三四五")]
    assert [line.text for line in break_lines(runs, [20, 40])] == ["一二", "三四五", "一二", "三四五"]
    continued = break_lines(runs, [20, 40], continued=True)
    assert [line.text for line in continued] == ["一二三四", "五", "一二", "三四五"]
    assert [line.opens for line in continued] == [False, False, True, False]


def test_spread_leaves_words_and_dashes_whole() -> None:
    assert stretch_places("增12%——") == [True, False, False, True, False, False]
    line = break_lines([run_of("一二三四五六")], [45])[0]
    assert spread_gap(line) == pytest.approx(5 / 3)


# --- fonts, widths, cures ---


def test_cure_takes_effect_and_may_be_repeated() -> None:
    assert apply_reportlab_cures()
    assert apply_reportlab_cures()
    assert ttfonts.TTFont.addObjects.__globals__["makeToUnicodeCMap"] is to_unicode_cmap


def test_cure_leaves_another_reportlab_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(font: object, subset: object, more: object) -> str:
        return ""

    monkeypatch.setattr(ttfonts, "makeToUnicodeCMap", other)
    apply_reportlab_cures()
    assert ttfonts.makeToUnicodeCMap is other
    monkeypatch.delattr(ttfonts, "makeToUnicodeCMap")
    assert not apply_reportlab_cures()


def test_cmap_blocks_and_surrogates() -> None:
    cmap = to_unicode_cmap("Song", [0, *range(0x4E00, 0x4E00 + 253), 0x2CB78])
    assert "<FE> <D872DF78>" in cmap
    assert "<00> <FFFD>" in cmap
    assert [line for line in cmap.splitlines() if line.endswith("beginbfchar")] == [
        "100 beginbfchar",
        "100 beginbfchar",
        "55 beginbfchar",
    ]


def pdftotext(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils not installed")
    source = folder / "x.pdf"
    source.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-raw", source, "-"], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("roles", [["song"], ["fangsong", "song", "hei", "kai", "xiaobiaosong"]])
def test_rare_names_copy_out(roles: Sequence[str], tmp_path: Path) -> None:
    story = [ChineseParagraph([Span(RARE, role) for role in roles], TextStyle("song"))]
    pdf = built(story)
    assert squeezed("".join(page_texts(pdf))) == RARE * len(roles)
    assert squeezed(pdftotext(pdf, tmp_path)) == RARE * len(roles)


def test_many_characters_fill_several_subsets(tmp_path: Path) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 700))) + RARE
    pdf = built([ChineseParagraph(text, TextStyle("song"))])
    assert squeezed("".join(page_texts(pdf))) == text
    assert squeezed(pdftotext(pdf, tmp_path)) == text


def test_stand_in_fonts_are_measured_and_drawn() -> None:
    runs = measure(RARE, "fangsong", 16)
    assert "".join(run.text for run in runs) == RARE
    assert all(fonts.covers(run.role, char) for run in runs for char in run.text)
    assert text_width(RARE, "fangsong", 16) == pytest.approx(16 * len(RARE))


@pytest.mark.parametrize(("align", "left"), [("left", 300.0), ("centre", 300 - 56.0), ("right", 300 - 112.0)])
def test_draw_text_aligns(align: Any, left: float) -> None:
    pdf = drawn(lambda canvas: draw_text(canvas, RARE, 300, 500, "fangsong", 16, align, "#aa0000"))
    textpage = pdfium.PdfDocument(pdf)[0].get_textpage()
    assert squeezed(textpage.get_text_range()) == RARE
    assert textpage.get_charbox(0, loose=True)[0] == pytest.approx(left, abs=0.5)


def test_draw_text_keeps_the_canvas_as_it_was() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        draw_text(canvas, "国", 100, 500, "song", 30, colour="#aa0000")
        canvas.drawString(100, 400, "plain")

    assert squeezed(page_texts(drawn(draw))[0]) == "国plain"


# --- paragraphs ---


def right_edges(pdf: bytes) -> list[float]:
    """The right edge (pt, advance included) of each line of the first page, from the top."""
    textpage = pdfium.PdfDocument(pdf)[0].get_textpage()
    edges: dict[float, float] = {}
    for index in range(textpage.count_chars()):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        if not textpage.get_text_range(index, 1).isspace():
            right = textpage.get_charbox(index, loose=True)[2]
            edges[round(y.value)] = max(right, edges.get(round(y.value), 0.0))
    return [edges[y] for y in sorted(edges, reverse=True)]


@pytest.mark.parametrize("style", [TextStyle("song", first_indent=2), TextStyle("song", 10.5, 20)])
def test_justified_lines_end_flush(style: TextStyle) -> None:
    paragraph = ChineseParagraph("国家电子商务示范企业创建工作方案" * 3 + "，增长12.50%。" * 15, style)
    lines = paragraph.lines(MEASURE)
    assert len(lines) > 3
    assert [line.closes for line in lines] == [False] * (len(lines) - 1) + [True]
    for line in lines[:-1]:
        places = sum(stretch_places(line.text))
        assert line.width + spread_gap(line) * places == pytest.approx(line.room)
    edges = right_edges(built([paragraph]))
    assert len(edges) == len(lines)
    for right in edges[:-1]:
        assert right == pytest.approx(28 * mm + MEASURE, abs=0.5)


def test_a_line_too_loose_to_spread_stays_ragged() -> None:
    text = "国" * 12 + "A" * 30 + "国" * 40
    edges = right_edges(built([ChineseParagraph(text, TextStyle("song"))]))
    assert edges[0] == pytest.approx(28 * mm + 12 * 16, abs=0.5)
    assert edges[1] == pytest.approx(28 * mm + MEASURE, abs=0.5)


def test_a_page_of_22_lines_of_28_characters() -> None:
    pages = page_texts(built([ChineseParagraph("国" * (28 * 22 + 28 * 2 - 2), BODY)]))
    assert [len(squeezed(page)) for page in pages] == [28 * 22 - 2, 28 * 2]


def test_a_paragraph_splits_over_pages_and_loses_nothing() -> None:
    text = SAMPLE * 12
    paragraph = ChineseParagraph(text, BODY)
    whole = [line.text for line in paragraph.lines(MEASURE)]
    head, tail = paragraph.split(MEASURE, 22 * BODY.leading)
    parts = [*head.lines(MEASURE), *tail.lines(MEASURE)]
    assert [line.text for line in parts] == whole
    assert not head.lines(MEASURE)[-1].closes
    assert not tail.lines(MEASURE)[0].opens
    assert [line.text for line in head.lines(MEASURE / 2)][-1] in whole[21]
    assert squeezed("".join(page_texts(built([paragraph])))) == squeezed(text)


@pytest.mark.parametrize(
    ("lines", "room", "expected"), [(3, 2, None), (4, 3, 2), (5, 1, None), (9, 7, 7), (9, 8, 7)]
)
def test_widows_and_orphans(lines: int, room: int, expected: int | None) -> None:
    style = TextStyle("song")
    paragraph = ChineseParagraph("国" * (27 * lines), style)
    assert len(paragraph.lines(27 * 16)) == lines
    parts = paragraph.split(27 * 16, room * style.leading)
    assert (len(parts[0].lines(27 * 16)) if parts else None) == expected


def test_a_frame_too_low_for_two_lines_does_not_stop_the_build() -> None:
    pages = page_texts(built([ChineseParagraph("国" * 60, TextStyle("song"))], height=30))
    assert squeezed("".join(pages)) == "国" * 60


def test_split_respects_explicit_newlines() -> None:
    style = TextStyle("song", first_indent=2)
    head, tail = ChineseParagraph("一\n二\n\u3000\u3000三\n四", style).split(MEASURE, 2 * style.leading)
    assert [(line.text, line.opens, line.closes) for line in head.lines(MEASURE)] == [
        ("一", True, True),
        ("二", True, True),
    ]
    assert [(line.text, line.opens) for line in tail.lines(MEASURE)] == [("三", True), ("四", True)]


def test_keep_with_next_stays_on_the_page_of_what_follows() -> None:
    title = ChineseParagraph("一、结论", TextStyle("hei", keep_with_next=True))
    filler = Spacer(1, 20 * 28.95)
    pages = page_texts(built([filler, title, ChineseParagraph("国" * 100, TextStyle("song"))]))
    assert squeezed(pages[0]) == ""
    assert squeezed(pages[1]) == "一、结论" + "国" * 100


@pytest.mark.parametrize(("lines", "on_first_page"), [(18, 4 + 3 * 27), (19, 4 + 2 * 27), (20, 0)])
def test_a_heading_needs_only_two_lines_of_what_follows(lines: int, on_first_page: int) -> None:
    title = ChineseParagraph("一、结论", TextStyle("hei", keep_with_next=True))
    body = ChineseParagraph("国" * 27 * 30, TextStyle("song"))
    pages = page_texts(built([Spacer(1, lines * 28.95), title, body]))
    assert len(squeezed(pages[0])) == on_first_page
    assert len(squeezed("".join(pages))) == 4 + 27 * 30


def test_wrapping_twice_breaks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []

    def counted(runs: Sequence[Run], widths: Sequence[float], *, continued: bool = False) -> list[Line]:
        calls.append(widths[0])
        return break_lines(runs, widths, continued=continued)

    monkeypatch.setattr("ecpanel.reports.paragraph.break_lines", counted)
    paragraph = ChineseParagraph(SAMPLE, BODY)
    assert paragraph.wrap(MEASURE, 1000) == paragraph.wrap(MEASURE, 500)
    assert len(calls) == 1


def cell_table(rows: int) -> Table:
    cell = TextStyle("song", 9, 12)
    texts = [
        "1",
        "网络零售额",
        "85.50",
        "专家甲",
        "电子商务",
        "材料齐备，制度健全，增长12.50%，示范带动作用明显。",
    ]
    cells = [[ChineseParagraph(text, cell) for text in texts] for _ in range(rows)]
    return Table(cells, colWidths=[30, 60, 50, 50, 50, 120])


def test_cells_of_a_table() -> None:
    text = squeezed("".join(page_texts(built([cell_table(60)]))))
    assert text.count("网络零售额") == 60
    assert text.count("85.50") == 60


def test_a_column_without_a_width_takes_the_text_whole() -> None:
    paragraph = ChineseParagraph("国家示范", TextStyle("song", 10, 12))
    table = Table([[paragraph]], colWidths=[None])
    table.wrap(500, 500)
    assert len(paragraph.lines(table._colWidths[0] - 12)) == 1


HOSTILE = "<b>&amp; %s {x} <para>&lt;</i>\\(注)\\) (a) </font><![CDATA["


def test_user_text_comes_out_verbatim() -> None:
    pdf = built(
        [ChineseParagraph(HOSTILE, TextStyle("song")), Table([[ChineseParagraph(HOSTILE, TextStyle("hei"))]])]
    )
    assert squeezed(page_texts(pdf)[0]) == squeezed(HOSTILE) * 2


def test_control_and_invisible_characters_do_no_harm() -> None:
    nasty = "".join(map(chr, range(32))) + "甲\u202e乙\ufeff\ud800\u200b丙\ufe0f\x7f\x9f\U000e0100"
    assert clean_text(nasty) == " \n\n\n\n甲乙丙"
    pdf = built([ChineseParagraph(nasty, TextStyle("song"))])
    assert squeezed(page_texts(pdf)[0]) == "甲乙丙"
    drawn(lambda canvas: draw_text(canvas, nasty, 10, 10, "song", 9))


@given(st.text(max_size=60))
def test_no_text_stops_a_paragraph(text: str) -> None:
    paragraph = ChineseParagraph(text, BODY)
    canvas = Canvas(io.BytesIO())
    paragraph.wrapOn(canvas, 100, 1000)
    paragraph.drawOn(canvas, 0, 0)


def test_spans_carry_font_and_colour() -> None:
    paragraph = ChineseParagraph(
        [Span("一、结论。", "hei"), Span("同意", None, "#aa0000"), Span("推荐")], BODY
    )
    (line,) = paragraph.lines(MEASURE)
    assert [(piece.text, piece.colour) for piece in line.pieces] == [
        ("一、结论。", None),
        ("同意", "#aa0000"),
        ("推荐", None),
    ]
    assert line.pieces[0].role == "hei"
