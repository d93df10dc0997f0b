"""The opened calculation: the same figures as records for the screen and as lines for the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from domain.builders import (
    ABSTAINED,
    AT,
    NA,
    candidate,
    correction,
    gate,
    material,
    recusal,
    sheet,
    small,
)

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.services.explain import calculation, explain_lines, ranking_lines

MEMBERS = ("E01", "E02", "E03", "E04", "E05")


def panel(**more: object) -> Material:
    """E04 is recused; E05 has abstained from one indicator; E02 corrects A1 twice."""
    sheets = [
        sheet("E01", A1=3000, A2=1000, B1=2000, C1=500),
        sheet("E02", A1=3500, A2=1000, B1=2000, C1=1500),
        sheet("E03", A1=3000, A2=NA, B1=2000, C1=1000),
        sheet("E04", A1=4000, A2=2000, B1=2500, C1=1500),
        sheet("E05", A1=1000, A2=1000, B1=ABSTAINED, C1=1000),
    ]
    changes = (correction("E02", "A1", 3500, 3100), correction("E02", "A1", 3100, 3000, number=2))
    given = {"corrections": changes, "recusals": (recusal("E04"),), **more}
    return material(small(), sheets, [candidate(category="应用类")], MEMBERS, **given)  # type: ignore[arg-type]


def test_sections_hold_their_leaves_with_scores_means_and_states():
    found = calculation(evaluate(panel(), AT), "C001")
    assert [(one.code, one.maximum) for one in found.sections] == [("A", 6000), ("B", 2500), ("C", 1500)]
    first = found.sections[0]
    assert [one.indicator.code for one in first.leaves] == ["A1", "A2"]
    shown = {cell.expert_id: (cell.shown, cell.before) for cell in first.leaves[0].cells}
    assert shown == {
        "E01": ("30.00", None), "E02": ("30.00", 3500), "E03": ("30.00", None), "E05": ("10.00", None)
    }  # fmt: skip
    assert {cell.expert_id: cell.shown for cell in first.leaves[1].cells}["E03"] == "不适用"
    assert {cell.expert_id: cell.shown for cell in found.sections[1].leaves[0].cells}["E05"] == "弃权"
    assert (first.leaves[0].n, first.leaves[0].mean_shown) == (3, "30.00")
    assert (first.leaves[1].n, first.leaves[1].mean_shown) == (2, "10.00")
    assert found.sections[1].points == 2000


def test_totals_say_in_words_whether_they_count():
    found = calculation(evaluate(panel(), AT), "C001")
    assert [(one.expert_id, one.standing_word, one.shown) for one in found.totals] == [
        ("E01", "计入", "65.00"),
        ("E02", "计入", "75.00"),
        ("E03", "计入", "75.00"),
        ("E04", "回避", "—"),
        ("E05", "不全", "—"),
    ]
    assert found.working == "（65.00＋75.00＋75.00）÷3＝215.00÷3＝71.6666…（215/3），四舍五入保留2位"
    assert (found.score, found.before, found.corrections) == (7167, 7333, 2)
    assert found.place == "第 1 名，类别第 1，地区第 1，合格"
    assert (found.name, found.region, found.category) == ("企业C001", "浙江", "应用类")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"gate_decisions": (gate("C001"),)}, "不参与排名"),
        ({"voided": {"E01": "应回避未回避"}}, "暂缓（有效评分不足）"),
    ],
)
def test_what_is_not_ranked_is_said_in_chinese(more, place):
    result = evaluate(panel(**more), AT)
    assert calculation(result, "C001").place == place
    assert list(explain_lines(result, "C001"))[-1] == f"  {place}"
    assert place in list(ranking_lines(result))[-1]


def test_the_lines_tell_what_the_records_hold():
    result = evaluate(panel(), AT)
    assert list(explain_lines(result, "C001")) == [
        "C001 浙江 企业C001",
        "  A1 指标A1（40） E01=30.00 E02=30.00（原35.00） E03=30.00 E05=10.00  n=3 均值 30.00",
        "  A2 指标A2（20） E01=10.00 E02=10.00 E03=不适用 E05=10.00  n=2 均值 10.00",
        "  B1 指标B1（25） E01=20.00 E02=20.00 E03=20.00 E05=弃权  n=3 均值 20.00",
        "  C1 指标C1（15） E01=5.00 E02=15.00 E03=10.00 E05=10.00  n=3 均值 10.00",
        "  E01 合计 65.00（计入）",
        "  E02 合计 75.00（计入）",
        "  E03 合计 75.00（计入）",
        "  E04 合计 —（回避）",
        "  E05 合计 —（不全）",
        "  （65.00＋75.00＋75.00）÷3＝215.00÷3＝71.6666…（215/3），四舍五入保留2位",
        "  未去极值均分 71.67",
        "  去极值均分 —",
        "  更正前得分 73.33",
        "  第 1 名，类别第 1，地区第 1，合格",
    ]


def test_every_figure_of_a_calculation_is_the_results_own():
    result = evaluate(replace(panel(), corrections=()), AT)
    found = calculation(result, "C001")
    line = result.lines[0]
    assert found.line == line and found.before == found.score == line.score
    assert [(leaf.indicator.code, leaf.n, leaf.mean) for one in found.sections for leaf in one.leaves] == [
        (one.indicator, one.n, one.mean) for one in line.leaves
    ]
    assert [(one.expert_id, one.total) for one in found.totals] == [
        (one.expert_id, one.total) for one in line.totals
    ]


def test_an_unknown_candidate_is_refused():
    with pytest.raises(EcpanelError, match="candidate_unknown"):
        calculation(evaluate(panel(), AT), "C999")
