"""The separate pieces: a region learns its figures and opinions and no more, everyone finds his own sheet."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import PurePosixPath

import pypdfium2
import pytest
from reportlab.lib.units import mm

from ecpanel.domain.points import show_points
from ecpanel.domain.result import Result, VoidedLine
from ecpanel.domain.review import Review
from ecpanel.domain.scheme import PLACEHOLDER_BANNER
from ecpanel.domain.sheet import Opinion
from ecpanel.exchange.container import check_name
from ecpanel.exchange.result_bundle import ARCHIVE_SHEET, allowed
from ecpanel.progress import Cancelled
from ecpanel.reports.agreement import page_texts
from ecpanel.reports.archive_sheet import draw_archive_sheet
from ecpanel.reports.firm_sheets import FEWEST_TOLD, HIDDEN
from ecpanel.reports.page import BOTTOM, LEFT, TEXT_HEIGHT, TEXT_WIDTH, WIDE_LEFT
from ecpanel.reports.pieces import draw_pieces, piece_name

DIGEST = "ab12cd34" * 8
FEEDBACK = "分册/地区反馈/"


def plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def text_of(content: bytes) -> str:
    return "".join(page_texts(content))


def feedback_of(pieces: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in pieces.items() if name.startswith(FEEDBACK)}


def outline_and_metadata(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    found = [*document.get_metadata_dict().values(), *(one.get_title() for one in document.get_toc())]
    document.close()
    return plain("\n".join(found))


def with_opinion(result: Result, opinion: Opinion) -> Result:
    line = result.lines[0]
    opinions = (replace(line.opinions[0], opinion=opinion), *line.opinions[1:])
    return replace(result, lines=(replace(line, opinions=opinions), *result.lines[1:]))


@pytest.fixture(scope="module")
def pieces(result) -> dict[str, bytes]:
    return dict(draw_pieces(result, DIGEST))


@pytest.fixture(scope="module")
def archive(result, pieces) -> bytes:
    files = [(name, len(content), "0123456789abcdef" * 4) for name, content in pieces.items()]
    return draw_archive_sheet(result, files, DIGEST)


def test_there_is_a_piece_for_everyone(pieces, result):
    regions = {one.region for one in result.candidates}
    wanted = {"分册/企业评估表.pdf", "分册/签到承诺回避.pdf", "分册/复核与更正.pdf"}
    wanted |= {f"{FEEDBACK}{region}.pdf" for region in regions}
    wanted |= {f"分册/专家评分表/{one.expert_id} {one.name}.pdf" for one in result.experts}
    assert set(pieces) == wanted
    for name in pieces:
        assert len(name) <= 200 and name == unicodedata.normalize("NFC", name)


def test_every_candidate_stands_in_exactly_one_region(pieces, result):
    texts = {PurePosixPath(name).stem: text_of(content) for name, content in feedback_of(pieces).items()}
    for one in result.candidates:
        holders = [region for region, text in texts.items() if f"{one.candidate_id}{plain(one.name)}" in text]
        assert holders == [one.region]


def test_a_region_learns_no_expert(pieces, result):
    """A firm may bear an expert's name (张堃喆电子商务), so firms' names are taken out first."""
    firms = [plain(one.name) for one in result.candidates]
    for content in feedback_of(pieces).values():
        text = text_of(content) + outline_and_metadata(content)
        for firm in firms:
            text = text.replace(firm, "")
        for one in result.experts:
            assert plain(one.name) not in text
            assert plain(one.organisation) not in text
            assert not re.search(rf"(?<![0-9A-Za-z]){one.expert_id}(?!\d)", text)
        assert result.group.supervisor not in text
        assert "专家签名" not in text


def test_names_in_opinions_are_hidden_from_the_region_but_not_the_firms_own(result):
    firm = result.candidates[0]
    named = with_opinion(
        result, Opinion(f"同意E02和欧阳𬭸的看法，{firm.name}基础扎实。", "李㛃已指出不足。", "无")
    )
    drawn = dict(draw_pieces(named, DIGEST))
    text = text_of(drawn[f"{FEEDBACK}{firm.region}.pdf"])
    assert plain(f"同意{HIDDEN}和{HIDDEN}的看法，{firm.name}基础扎实。") in text
    assert plain(f"{HIDDEN}已指出不足。") in text
    assert plain("李㛃已指出不足。") in text_of(drawn["分册/企业评估表.pdf"])


def test_a_regions_pages_do_not_depend_on_who_gave_which_score(pieces, result):
    """The same scores given by the experts in another order leave every byte of the feedback alone."""
    order = [one.expert_id for one in result.experts]
    other = dict(zip(order, reversed(order), strict=True))
    lines = tuple(
        replace(
            line,
            totals=tuple(replace(one, expert_id=other[one.expert_id]) for one in reversed(line.totals)),
            cells=tuple(replace(one, expert_id=other[one.expert_id]) for one in reversed(line.cells)),
            opinions=tuple(replace(one, expert_id=other[one.expert_id]) for one in reversed(line.opinions)),
        )
        for line in result.lines
    )
    swapped = replace(result, lines=lines)
    assert feedback_of(dict(draw_pieces(swapped, DIGEST))) == feedback_of(pieces)


def test_opinions_come_to_the_region_whole_and_in_another_order(pieces, result):
    orders = []
    for line in result.lines:
        firm = next(one for one in result.candidates if one.candidate_id == line.candidate_id)
        text = text_of(pieces[f"{FEEDBACK}{firm.region}.pdf"])
        for one in line.opinions:
            assert all(plain(part[:8]) in text for part in (one.opinion.strengths, one.opinion.advice))
        start = text.rindex(f"{firm.candidate_id}{plain(firm.name)}")
        places = [text.find(plain(one.opinion.strengths[:12]), start) for one in line.opinions]
        orders.append(places == sorted(places))
    assert not all(orders)


def test_a_region_is_told_score_places_level_and_means(pieces, result):
    line = next(one for one in result.lines if one.rank == 1)
    firm = next(one for one in result.candidates if one.candidate_id == line.candidate_id)
    text = text_of(pieces[f"{FEEDBACK}{firm.region}.pdf"])
    ranked = sum(one.state == "ranked" for one in result.lines)
    for words in (
        f"综合得分{show_points(line.score)}分",
        f"有效评分{line.n}份",
        f"等级{line.level}",
        f"综合名次第1名(共{ranked}家)",
        f"{firm.category}名次第1名",
        f"{firm.region}名次第1名",
    ):
        assert words in text


def test_a_mean_of_too_few_scores_would_be_a_single_score_and_is_not_told(result):
    line = result.lines[0]
    few = tuple(replace(one, n=FEWEST_TOLD - 1) if one.indicator == "C1" else one for one in line.leaves)
    changed = replace(result, lines=(replace(line, leaves=few), *result.lines[1:]))
    text = text_of(dict(draw_pieces(changed, DIGEST))[f"{FEEDBACK}{result.candidates[0].region}.pdf"])
    assert re.search(rf"C1[^0-9]+\d+\.00{FEWEST_TOLD - 1}—", text)
    assert f"有效评分不足{FEWEST_TOLD}份的指标不列均值" in text


def test_a_firm_outside_the_ranking_gets_its_reason_and_no_place(pieces, result):
    line = next(one for one in result.lines if one.state == "excluded")
    firm = next(one for one in result.candidates if one.candidate_id == line.candidate_id)
    text = text_of(pieces[f"{FEEDBACK}{firm.region}.pdf"])
    sheet = text[text.rindex(f"{firm.candidate_id}{plain(firm.name)}") :]
    assert "不参与排名" in sheet and "有重大行政处罚" in sheet
    assert "综合名次" not in sheet
    assert "同意7" not in sheet and "同意7" in text_of(pieces["分册/企业评估表.pdf"])


def test_the_enterprise_sheets_show_every_score_with_its_expert(pieces, result):
    content = pieces["分册/企业评估表.pdf"]
    text = text_of(content)
    for line in result.lines:
        for one in line.totals:
            if one.standing == "counted" and one.total:
                assert show_points(one.total.numerator // one.total.denominator) in text
    document = pypdfium2.PdfDocument(content)
    titles = [one.get_title() for one in document.get_toc() if one.level == 0]
    pages = [one.get_dest().get_index() for one in document.get_toc() if one.level == 0]
    document.close()
    assert titles == [f"{one.candidate_id}　{one.name}" for one in result.candidates]
    assert len(set(pages)) == len(pages)  # each on a page of its own
    assert "涉及本企业的评分更正" in text and "复阅材料后更正" in text
    assert "回避" in text


def test_an_experts_file_is_his_own_and_nobody_elses(pieces, result):
    for expert in result.experts:
        content = pieces[f"分册/专家评分表/{expert.expert_id} {expert.name}.pdf"]
        text = text_of(content)
        for firm in result.candidates:
            text = text.replace(plain(firm.name), "")
        assert all(f"{expert.expert_id}{plain(expert.name)}签名" in page for page in page_texts(content))
        for other in result.experts:
            if other != expert:
                assert plain(other.name) not in text
                assert not re.search(rf"(?<![0-9A-Za-z]){other.expert_id}(?!\d)", text)
    recused = text_of(pieces["分册/专家评分表/E02 张堃喆.pdf"])
    assert "同一集团" in recused and "评估意见" in recused


def test_a_voided_expert_reads_so_in_his_file(result):
    voided = replace(result, voided=(VoidedLine("E07", "中途更换"),))
    text = text_of(dict(draw_pieces(voided, DIGEST))["分册/专家评分表/E07 陈静.pdf"])
    assert "评分作废:中途更换" in text


def test_who_did_not_sign_in_has_no_time_invented(result):
    without = replace(result, submissions=result.submissions[1:])
    text = text_of(dict(draw_pieces(without, DIGEST))["分册/签到承诺回避.pdf"])
    assert re.search(r"E01欧阳𬭸东岭大学经济学院教授——", text)


def test_receipts_pledges_and_recusals_stand_in_one_piece(pieces, result):
    text = text_of(pieces["分册/签到承诺回避.pdf"])
    for one in result.submissions:
        assert one.sha256[:8] in text and one.sha256[-8:] in text
    assert "同一集团" in text and "监督人" in text


def test_corrections_tell_before_and_after_and_the_gate_its_vote(pieces, result):
    text = text_of(pieces["分册/复核与更正.pdf"])
    one = result.corrections[0]
    assert f"{show_points(one.before)}{show_points(one.after)}" in text
    assert "准入认定" in text and "同意7、反对0、弃权0" in text
    changed = next(line for line in result.lines if line.original_score != line.score)
    assert f"{show_points(changed.original_score)}{show_points(changed.score)}" in text


def test_the_archive_sheet_tells_what_who_when_how_long_and_how_much(archive, pieces, result):
    text = text_of(archive)
    total = sum(len(content) for content in pieces.values())
    for words in (
        f"题名{result.review.title}评审成果",
        f"责任者{result.group.name}",
        "形成日期2021年11月24日",
        "□永久■30年(建议,由归档单位确定)□10年",
        f"文件数{len(pieces)}件",
        f"字节总数{total}字节",
        "未声明符合PDF/A",
        "ab12cd34" * 8,
        *(one.name for one in result.experts),
        *(str(len(content)) for content in pieces.values()),
    ):
        assert plain(words) in text
    assert text.count("0123456789abcdef"[:8]) >= len(pieces)
    assert ARCHIVE_SHEET == "归档登记表.pdf"


def test_the_statement_of_formats_is_what_can_be_proved(result):
    text = text_of(draw_archive_sheet(result, [("a.pdf", 10, "0" * 64)], DIGEST, "均为PDF/A-3b。"))
    assert "PDF1件。均为PDF/A-3b。" in text and "未声明" not in text
    assert "文件数0件" in text_of(draw_archive_sheet(result, [], DIGEST))


def test_marks_counts_and_digest_stand_on_every_page(pieces, archive, result):
    for content in (*pieces.values(), archive):
        for page in page_texts(content):
            assert plain(PLACEHOLDER_BANNER) in page and "演练" in page
            assert f"企业{result.counts.candidates}家" in page
            assert plain("ab12cd34…ab12cd34") in page


def test_the_marks_go_with_an_official_scheme_and_a_real_review(result):
    review: Review = replace(result.review, rehearsal=False, title="二〇二一年综合评价")
    official = replace(
        result, scheme=replace(result.scheme, is_placeholder=False, title="附件2"), review=review
    )
    for name, content in draw_pieces(official, DIGEST):
        for page in page_texts(content):
            assert plain(PLACEHOLDER_BANNER) not in page, name


def test_text_stays_inside_the_page(pieces, archive):
    """版心 156 × 225 mm, upright and turned; rules beside it hold marks, page number and signatures."""
    for name, content in (*pieces.items(), (ARCHIVE_SHEET, archive)):
        document = pypdfium2.PdfDocument(content)
        for number in range(min(len(document), 6)):
            page = document[number]
            wide = page.get_width() > page.get_height()
            assert {round(page.get_width() / mm), round(page.get_height() / mm)} == {210, 297}
            left, width = (WIDE_LEFT, TEXT_HEIGHT) if wide else (LEFT, TEXT_WIDTH)
            text = page.get_textpage()
            for place in range(text.count_chars()):
                x1, y1, x2, _ = text.get_charbox(place)
                if wide or y1 > BOTTOM:
                    assert x1 >= left - 0.5 and x2 <= left + width + 0.5, (name, number)
            text.close()
            page.close()
        document.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("分册/企业评估表.pdf", ("欧阳𬭸", "李㛃", "张堃喆电子商务", "王䶮")),
        ("分册/签到承诺回避.pdf", ("欧阳𬭸", "李㛃", "张堃喆", "王䶮", "买买提·艾力江")),
        (f"{FEEDBACK}广东.pdf", ("㛃𬭸科技",)),
    ],
)
def test_rare_characters_copy_out_right(pieces, tmp_path, name, words):
    path = tmp_path / "p.pdf"
    path.write_bytes(pieces[name])
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    told = told.replace("\n", "")
    assert all(word in told for word in words)


def test_fonts_are_embedded_and_files_small(pieces, archive, tmp_path):
    for content in (*pieces.values(), archive):
        path = tmp_path / "p.pdf"
        path.write_bytes(content)
        told = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
        rows = told.splitlines()[2:]
        assert rows and all(" yes yes yes " in row for row in rows)
    assert max(map(len, feedback_of(pieces).values())) < 400_000


def test_equal_results_give_equal_bytes(pieces, archive, result):
    assert dict(draw_pieces(result, DIGEST)) == pieces
    files = [(name, len(content), "0123456789abcdef" * 4) for name, content in pieces.items()]
    assert draw_archive_sheet(result, files, DIGEST) == archive


def test_progress_never_goes_back_and_ends_full(result):
    heard: list[tuple[int, int]] = []
    for _ in draw_pieces(result, DIGEST, lambda done, total, text: heard.append((done, total))):
        pass
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == heard[-1][1] and len({total for _, total in heard}) == 1


def test_cancelling_ends_the_pieces(result):
    def cancel(done: int, total: int, text: str) -> None:
        if "浙江" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(draw_pieces(result, DIGEST, cancel))


@pytest.mark.parametrize(
    "unsafe", ["甲/乙", "..", "", "甲\n乙", 'E01 "张"', ".甲", "con", "新疆\u200b兵团", "甲\\乙:"]
)
def test_a_region_of_any_name_gets_a_file_that_every_system_takes(unsafe):
    name = piece_name(unsafe, "地区反馈")
    check_name(name, "")
    assert allowed(name) and name.count("/") == 2 and not set('\\:*?"<>|') & set(name)


def test_regions_that_would_share_a_file_keep_apart(result):
    regions = ("甲/乙", "甲:乙", "A省", "a省")
    firms = tuple(replace(one, region=regions[place % 4]) for place, one in enumerate(result.candidates))
    names = [name for name, _ in draw_pieces(replace(result, candidates=firms), DIGEST)]
    assert len({name.casefold() for name in names}) == len(names)
    assert len([name for name in names if "地区反馈" in name]) == 4


def test_a_long_name_is_cut_to_what_file_systems_take():
    name = piece_name("E01 " + "𬭸" * 300, "专家评分表")
    assert len(name) <= 200
    assert len(PurePosixPath(name).name.encode()) <= 255
