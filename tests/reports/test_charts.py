"""The figures of the report: what they count, what they leave out, and that they stay on their pages."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest

from ecpanel.domain.candidate import PastResult
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.meeting import GateDecision, Vote
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.result import ExactFigure, Result, TotalLine
from ecpanel.domain.scheme import Level, LevelBy
from ecpanel.reports import chart_figures as reckoned
from ecpanel.reports.agreement import page_texts
from ecpanel.reports.chart_drawings import LevelBars
from ecpanel.reports.chart_marks import shortened, signed, tint
from ecpanel.reports.charts import MOST_ROWS, figures
from ecpanel.reports.page import LEFT, TEXT_WIDTH, OfficialDocument, Running
from ecpanel.reports.typography import text_width


def drawn(result: Result) -> bytes:
    target = BytesIO()
    OfficialDocument(target, "图示", Running((), "")).build(figures(result))
    return target.getvalue()


def told(result: Result) -> str:
    return "".join(page_texts(drawn(result)))


def grown(result: Result, count: int) -> Result:
    """The ranked candidates again and again until there are `count`, placed in that order."""
    ranked = [one for one in result.lines if one.state == "ranked"]
    firms = {one.candidate_id: one for one in result.candidates}
    lines, candidates = [], []
    for number in range(1, count + 1):
        line, key = ranked[number % len(ranked)], f"C{number:03d}"
        lines.append(replace(line, candidate_id=key, rank=number))
        firm = firms[line.candidate_id]
        past = (PastResult(2020, 6000 + 7 * number, number, "合格"),)
        candidates.append(replace(firm, candidate_id=key, name=f"{firm.name}{number}", past=past))
    return replace(result, lines=tuple(lines), candidates=tuple(candidates), near_line=())


def with_past(result: Result, *years: int) -> Result:
    past = tuple(PastResult(year, 8000, 1, "良好") for year in years)
    first, *rest = result.candidates
    return replace(result, candidates=(replace(first, past=past), *rest))


def fractions(*points: int) -> list[Fraction]:
    return [Fraction(one) for one in points]


def test_the_middle_half_lies_on_the_line_between_neighbours():
    found = reckoned.summary(fractions(6000, 9000, 7000, 8000))
    assert (found.lowest, found.lower, found.middle, found.upper, found.highest) == (
        6000, 6750, 7500, 8250, 9000,
    )  # fmt: skip
    assert found.width == 3000


def test_a_single_value_is_all_five_places():
    found = reckoned.summary(fractions(7125))
    assert {found.lowest, found.lower, found.middle, found.upper, found.highest} == {7125}


@pytest.mark.parametrize(
    ("scores", "low", "high"),
    [([5640, 9064], 5500, 9500), ([8000], 7950, 8050), ([0, 10000], 0, 10000), ([9990, 10000], 9950, 10000)],
)
def test_an_axis_has_round_ends_around_its_values_and_never_leaves_the_scale(scores, low, high):
    axis = reckoned.axis_of(scores)
    assert (axis.low, axis.high) == (low, high)
    assert axis.low % axis.step == axis.high % axis.step == 0
    assert len(axis.ticks) <= 11


def test_every_score_is_in_one_bin_and_full_marks_in_the_last():
    axis = reckoned.axis_of([5640, 10000])
    width = reckoned.bin_width(axis)
    counts = reckoned.bins(axis, width, [5640, 7999, 8000, 10000])
    assert sum(counts) == 4
    assert counts[-1] == 1
    edge = (8000 - axis.low) // width
    assert (counts[edge - 1], counts[edge]) == (1, 1)


def test_labels_keep_their_order_and_their_distance():
    places = reckoned.spread_out([50.0, 51.0, 52.0, 90.0], 10.0, 0.0, 100.0)
    assert places == sorted(places)
    assert all(b - a >= 10 - 1e-9 for a, b in pairwise(places))
    assert places[3] == 90.0
    assert min(reckoned.spread_out([-5.0, 0.0], 10.0, 0.0, 100.0)) >= 0


def test_held_and_excluded_candidates_are_in_no_figure(result):
    held = replace(result.lines[1], state="held", score=None, rank=0, level="")
    with_held = replace(result, lines=(result.lines[0], held, *result.lines[2:]))
    out = {one.candidate_id for one in with_held.lines if one.state != "ranked"}
    assert len(out) == 2
    for found in (reckoned.contested(with_held), reckoned.changes(with_past(with_held, 2020))):
        assert not out & {one.candidate.candidate_id for one in found}
    assert sum(reckoned.level_counts(with_held)[0][1]) == len(result.lines) - 2
    text = told(with_held)
    assert f"排名企业n={len(result.lines) - 2}" in text
    assert "暂缓的1家、不参与排名的1家未计入" in text


def test_a_recused_pair_is_no_zero_but_one_value_less(result):
    own = {one.expert_id: one for one in reckoned.own_scores(result)}
    ranked = sum(one.state == "ranked" for one in result.lines)
    assert len(own["E02"].totals) == ranked - 1
    assert len(own["E01"].totals) == ranked
    assert min(own["E02"].totals) > 0


def test_totals_cut_off_by_trimming_still_show_disagreement(result):
    line = result.lines[0]
    high, *rest = line.totals
    trimmed = replace(line, totals=(replace(high, standing="dropped_high"), *rest))
    assert reckoned.totals_in_force(trimmed) == reckoned.totals_in_force(line)
    void = replace(line, totals=(replace(high, standing="voided"), *rest))
    assert len(reckoned.totals_in_force(void)) == len(reckoned.totals_in_force(line)) - 1


def test_a_candidate_with_one_total_has_no_range(result):
    line = result.lines[0]
    alone = (TotalLine("E01", "counted", ExactFigure(8000, 1)), TotalLine("E02", "missing", None))
    lines = (replace(line, totals=alone), *result.lines[1:])
    assert line.candidate_id not in {
        one.candidate.candidate_id for one in reckoned.contested(replace(result, lines=lines))
    }


def test_disagreement_stands_in_ranking_order_with_the_widest_kept(result):
    many = reckoned.contested(grown(result, 90))
    shown = reckoned.widest(many, MOST_ROWS)
    assert len(shown) == MOST_ROWS
    assert [one.rank for one in shown] == sorted(one.rank for one in shown)
    left = [one.totals.width for one in many if one not in shown]
    assert min(one.totals.width for one in shown) >= max(left)


def test_the_caption_says_that_only_some_are_shown(result):
    text = told(grown(result, 90))
    assert f"90家中极差最大的{MOST_ROWS}家,按名次排列" in text
    assert "家中极差最大的" not in told(result)


def test_the_captions_are_numbered_without_gaps(result):
    assert re.findall(r"图(\d)(?:综合|等级|专家|各专|2020年)", told(grown(result, 20))) == list("12345")
    assert re.findall(r"图(\d)(?:综合|等级|专家|各专|2020年)", told(result)) == list("1234")


def test_nothing_is_invented_for_a_year_that_is_missing(result):
    assert "排名企业均无2020年得分,不与上年比较" in told(result)
    older = with_past(result, 2019)
    assert reckoned.changes(older) == []
    assert "排名企业均无2020年得分" in told(older)
    silent = replace(
        result,
        candidates=(replace(result.candidates[0], past=(PastResult(2020, None, 3, "良好"),)), *result.candidates[1:]),
    )  # fmt: skip
    assert reckoned.changes(silent) == []


def test_changes_are_told_with_their_sign_and_their_number(result):
    last = with_past(result, 2020, 2019)
    only = reckoned.changes(last)
    assert [one.candidate.candidate_id for one in only] == [result.candidates[0].candidate_id]
    score = next(one.score for one in result.lines if one.candidate_id == result.candidates[0].candidate_id)
    assert only[0].change == score - 8000
    assert f"2020年得分的排名企业n=1(其余{len(reckoned.ranked(last)) - 1}家没有,不作推算)" in told(last)
    assert [signed(points) for points in (120, -105, 0)] == ["+1.20", "−1.05", "±0.00"]


def test_with_nothing_ranked_there_are_sentences_and_no_figure(result):
    held = tuple(replace(one, state="held", score=None, rank=0, level="") for one in result.lines)
    text = told(replace(result, lines=held, recommended=(), tied_at_line=(), near_line=()))
    assert "没有形成排名的企业,不绘制得分分布" in text
    assert "图1" not in text


def test_levels_by_share_of_the_ranking_have_no_bands_of_score(result):
    levels = (Level("优秀", 2000), Level("良好", 6000), Level("合格", 10000))
    shared = replace(
        result,
        scheme=replace(result.scheme, level_by=LevelBy.RANK_SHARE, levels=levels),
        lines=tuple(replace(one, level="良好") if one.level else one for one in result.lines),
    )
    assert reckoned.level_spans(shared) == []
    assert "等级按名次比例划分" in told(shared)


def test_every_category_that_is_ranked_has_its_bar(result):
    rows = reckoned.level_counts(result)
    names = {one.candidate_id: one.category for one in result.candidates}
    ranked = {names[one.candidate_id] for one in result.lines if one.state == "ranked"}
    assert {name for name, _ in rows} == ranked | {"全部"}
    assert rows[0][1] == [sum(column) for column in zip(*(counts for _, counts in rows[1:]), strict=True)]


def test_the_line_is_the_score_of_the_last_on_the_list(result):
    scores = {one.candidate_id: one.score for one in result.lines}
    assert reckoned.line_score(result) == min(scores[one] for one in result.recommended)
    assert "建议名单末位" in told(result)
    without = replace(result, review=replace(result.review, cut=0), recommended=(), tied_at_line=())
    assert reckoned.line_score(without) is None
    assert "建议名单末位" not in told(without)


def test_shades_of_levels_stay_apart_in_grey():
    bars = LevelBars(("优秀", "良好", "合格", "较差"), [("全部", (1, 1, 1, 1))])
    greys = []
    for place in range(4):
        red, green, blue = tint(bars.tone(place)).rgb()
        greys.append(0.299 * red + 0.587 * green + 0.114 * blue)
    assert greys == sorted(greys)
    assert all(b - a > 0.15 for a, b in pairwise(greys))


def test_a_name_too_long_for_its_column_ends_in_dots():
    name = "四川蜀道云仓农村电子商务公共服务与供应链协同创新（集团）股份有限公司"
    short = shortened(name, 100)
    assert short.endswith("…") and name.startswith(short[:-1])
    assert text_width(short, "song", 8.5) <= 100
    assert shortened("王䶮", 100) == "王䶮"


def test_figures_stay_between_the_margins_and_with_their_captions(result):
    content = drawn(grown(result, 370))
    document = pypdfium2.PdfDocument(content)
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for place in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(place)
            assert left >= LEFT - 0.5 and right <= LEFT + TEXT_WIDTH + 0.5
        text.close()
        page.close()
    document.close()
    pages = list(page_texts(content))
    assert len(pages) <= 5
    third = next(page for page in pages if "(三)专家意见分歧" in page)
    assert "图3专家意见分歧" in third and "的中位数" in third


def test_rare_names_copy_out_of_the_figures(result):
    text = told(result)
    for name in ("欧阳𬭸", "李㛃", "张堃喆", "王䶮"):
        assert name in text


def test_equal_results_give_equal_figures(result):
    assert drawn(result) == drawn(result)


def test_the_figure_is_of_scores_in_force_after_the_gate(material):
    """A gate that fails takes the firm out; a recusal at the same time takes one value of another."""
    gate = GateDecision("C005", "G5", False, "有重大行政处罚", Vote(7, 0, 0), "2021-11-24T16:20:00+08:00")
    recusal = Recusal("E04", "C006", RecusalReason.ADVISER, "", "organiser")
    changed = replace(
        material, gate_decisions=(*material.gate_decisions, gate), recusals=(*material.recusals, recusal)
    )
    contested = reckoned.contested(evaluate(changed, gate.at))
    found = {one.candidate.candidate_id: one.totals.n for one in contested}
    assert "C005" not in found
    assert found["C006"] == 6 and found["C007"] == 7
