"""排名 by mouse and keyboard: the order, the line, what stands outside, the calculation, the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import type_into, type_words
from meeting_hands import CTRL, calm, click, copy_of, hit, moderated, nothing_for, tie
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from services.quick_panels import QuickPanel

from ecpanel.domain.meeting import GateDecision, ReasonCode, Vote
from ecpanel.domain.points import show_points
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.gui.chair.ranking import RankingPart
from ecpanel.gui.models.ranking import Outcome, RankingModel, RankingRow
from ecpanel.gui.models.records import drawn
from ecpanel.services.chair import CorrectionRequest, correct, decide_gate, result_of
from ecpanel.services.explain import calculation
from ecpanel.services.opening import open_store, stamp, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.wrapping import Cost

Disturb = Callable[[Path], None]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cheap: Cost) -> QuickPanel:
    """Four experts agree on nine firms; the chair is recused from C004."""
    return calm(tmp_path_factory.mktemp("排名"), cheap, 9, 4, recusals={"E01": ("C004",)}, cut=3)


@pytest.fixture
def panel(prepared: QuickPanel, tmp_path: Path) -> QuickPanel:
    """A copy to be disturbed."""
    return copy_of(prepared, tmp_path / "排名")


def at_ranking(
    qtbot, parts: Parts, panel: QuickPanel, leave_out=None, disturb: Disturb | None = None
) -> tuple[ChairDesk, RankingPart]:
    path = moderated(panel, leave_out=leave_out)
    if disturb is not None:
        disturb(path)
    desk = sit_down(qtbot, parts, path)
    desk.go_to("排名")
    wait(qtbot, parts)
    return desk, part(desk, RankingPart)


def expel(key: str) -> Disturb:
    """Let a candidate fail a gate."""

    def disturb(path: Path) -> None:
        with open_store(path, PASSPHRASE) as store:
            decision = GateDecision(
                key, "G5", False, "近三年内有重大行政处罚", Vote(4, 0, 0), stamp(system_clock)
            )
            decide_gate(store, decision, system_clock)

    return disturb


def by_key(ranking: RankingPart) -> dict[str, RankingRow]:
    return {one.candidate_id: one for one in ranking.table.ranking.everything}


def test_places_stand_from_the_top_with_the_line_below_the_last_of_the_list(
    qtbot, parts: Parts, panel
) -> None:
    desk, ranking = at_ranking(qtbot, parts, panel)
    result = result_of(desk.store, system_clock)
    ranked = sorted(
        (one for one in result.lines if one.state == "ranked" and one.candidate_id != "C004"),
        key=lambda one: (one.rank, one.candidate_id),
    )
    rows = ranking.table.ranking.rows
    assert [one.candidate_id for one in rows[: len(ranked)]] == [one.candidate_id for one in ranked]
    assert [one.score for one in rows[: len(ranked)]] == [one.score for one in ranked]
    last = ranking.table._line.after
    assert last is not None and rows[last].rank <= 3 < rows[last + 1].rank
    inside = {one.candidate_id for one in rows if one.outcome in (Outcome.IN, Outcome.IN_NEAR)}
    assert inside == set(result.recommended) - {"C004"}
    near = {one.candidate_id for one in rows if one.outcome in (Outcome.NEAR, Outcome.IN_NEAR)}
    assert near == set(result.near_line) - {"C004"}
    assert "近线" in "".join(drawn(ranking.table.ranking))


def test_who_is_held_or_excluded_stands_below_with_its_reason(qtbot, parts: Parts, panel) -> None:
    _, ranking = at_ranking(qtbot, parts, panel, {"E03": ("C007",), "E02": ("C007",)}, expel("C005"))
    rows = ranking.table.ranking.rows
    assert [(one.candidate_id, one.outcome) for one in rows[-3:]] == [
        ("C007", Outcome.HELD),
        ("C005", Outcome.EXCLUDED),
        ("C004", Outcome.BARRED),
    ]
    lines = drawn(ranking.table.ranking)[-3:]
    assert "有效评分 2 份，少于 3 份" in lines[0] and "G5" in lines[1] and "重大行政处罚" in lines[1]
    assert all(one.split("\t")[0] == "—" for one in lines)
    place = len(rows) - 2
    assert ranking.table.columnSpan(place, RankingModel.SCORE) > 1, "the reason has the room of the figures"
    ranking.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    place = ranking.table.ranking.row_of("C005")
    assert ranking.table.columnSpan(place, RankingModel.SCORE) > 1


def test_the_chair_s_own_recused_candidate_has_no_figure_anywhere_on_the_tab(
    qtbot, parts: Parts, panel
) -> None:
    desk, ranking = at_ranking(qtbot, parts, panel)
    line = next(one for one in result_of(desk.store, system_clock).lines if one.candidate_id == "C004")
    row = by_key(ranking)["C004"]
    assert (row.rank, row.score, row.n, row.level, row.change) == (None, None, None, "", "")
    ranking.table.choose("C004")
    hit(qtbot, parts, Qt.Key.Key_F6)
    said = ranking.calculation.toPlainText()
    assert "本人回避" in said and show_points(line.score) not in said
    press(qtbot, parts, ranking.listing)
    listed = ranking.list.toPlainText()
    firm = next(one for one in panel.candidates if one.candidate_id == "C004")
    assert firm.name not in listed and "组长回避的 1 家不在此列出" in listed
    press(qtbot, parts, ranking.copy)
    assert firm.name not in QGuiApplication.clipboard().text()
    assert show_points(line.score) not in "".join(words_on(ranking.header))


def test_a_row_opens_its_calculation_down_to_every_cell(qtbot, parts: Parts, panel) -> None:
    code = nothing_for(panel, "E02", "C001", points=50)

    def disturb(path: Path) -> None:
        with open_store(path, PASSPHRASE) as store:
            request = CorrectionRequest(
                "E02",
                "C001",
                code,
                300,
                ReasonCode.OUTLIER,
                "核对后同意更正",
                "E02",
                Vote(4, 0, 0),
                CORRECTION,
            )
            correct(store, request, system_clock)

    desk, ranking = at_ranking(qtbot, parts, panel, disturb=disturb)
    ranking.table.choose("C001")
    ranking.table.setFocus()
    qtbot.keyClick(ranking.table, Qt.Key.Key_Return)
    said = ranking.calculation.toPlainText().replace("\u00a0", " ")
    found = calculation(result_of(desk.store, system_clock), "C001")
    assert ranking.calculation.isVisible() and found.working in said and found.place in said
    for section in found.sections:
        assert f"{section.code} {section.name}" in said and show_points(section.points) in said
        for leaf in section.leaves:
            assert f"{leaf.indicator.code} {leaf.indicator.name}" in said
            assert all(f"{cell.expert_id} {cell.shown}" in said for cell in leaf.cells)
    assert "E02 3.00（原0.50）" in said and "更正 1 处" in said
    assert "四舍五入保留 2 位小数" in said and "先比综合得分" in said
    row = by_key(ranking)["C001"]
    assert row.change == f"{show_points(found.before)} → {show_points(found.score)}"
    other = next(one for one in ranking.table.ranking.rows if one.candidate_id != "C001")
    click(qtbot, ranking.table, ranking.table.ranking.index(0, 2))
    assert other.name in ranking.calculation.toPlainText()
    hit(qtbot, parts, Qt.Key.Key_Escape)
    assert not ranking.calculation.isVisible()


def test_the_list_says_its_rule_and_what_is_left_to_the_panel(qtbot, parts: Parts, panel) -> None:
    given = {key: sheet for (who, key), sheet in panel.sheets.items() if who == "E02"}
    order = sorted(given, key=lambda key: -sum(one.points or 0 for one in given[key].scores.values()))
    across = order[2:4]
    assert "C004" not in across
    tie(panel, *across)
    desk, ranking = at_ranking(qtbot, parts, panel)
    result = result_of(desk.store, system_clock)
    press(qtbot, parts, ranking.listing)
    said = ranking.list.toPlainText()
    assert "取前 3 名" in said and "入选线" in said
    assert set(result.tied_at_line) == set(across)
    assert "线上并列 2 家" in said and "同分次序" in said
    names = {one.candidate_id: one.name for one in panel.candidates}
    assert all(names[key] in said for key in result.tied_at_line)
    press(qtbot, parts, ranking.copy)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0].startswith("名次\t企业名称")
    assert len(copied) - 1 == len([*result.recommended, *result.tied_at_line]) - (
        "C004" in result.recommended
    )
    assert "已复制建议名单" in ranking.banner.words


def test_sorting_and_words_hide_the_line_and_home_brings_it_back(qtbot, parts: Parts, panel) -> None:
    _, ranking = at_ranking(qtbot, parts, panel)
    home = [one.candidate_id for one in ranking.table.ranking.rows]
    heads = ranking.table.horizontalHeader()
    at = heads.sectionViewportPosition(2) + 20
    qtbot.mouseClick(
        heads.viewport(), Qt.MouseButton.LeftButton, pos=heads.viewport().rect().center().__class__(at, 10)
    )
    names = [one.name for one in ranking.table.ranking.rows]
    assert names == sorted(names) and ranking.table._line.after is None and ranking.home.isVisible()
    hit(qtbot, parts, Qt.Key.Key_F, CTRL)
    type_words(qtbot, ranking.search, "C00")
    type_words(qtbot, ranking.search, "3")
    qtbot.waitUntil(lambda: [one.candidate_id for one in ranking.table.ranking.rows] == ["C003"])
    press(qtbot, parts, ranking.home)
    assert [one.candidate_id for one in ranking.table.ranking.rows] == home
    assert ranking.table._line.after is not None and not ranking.home.isVisible()
    type_into(qtbot, ranking.search, "没有这家")
    qtbot.waitUntil(lambda: ranking.table.ranking.rowCount() == 0)
    assert "没有符合的企业" in "".join(words_on(ranking))
    ranking.show_all()
    ranking.category.setCurrentText("平台类")
    assert {one.category for one in ranking.table.ranking.rows} == {"平台类"}


def test_a_row_leads_to_the_meeting(qtbot, parts: Parts, panel) -> None:
    desk, ranking = at_ranking(qtbot, parts, panel)
    ranking.show_candidate("C002")
    press(qtbot, parts, ranking.meet)
    meeting = part(desk, MeetingPart)
    assert desk.shown is meeting and meeting.agenda.table.key() == "C002"


def test_no_line_is_drawn_where_the_department_decides_how_many(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost, prepared: QuickPanel
) -> None:
    panel = calm(tmp_path / "不划线", cheap, 3, 3, pairs=prepared.pairs, cut=0)
    _, ranking = at_ranking(qtbot, parts, panel)
    assert ranking.table._line.after is None and not ranking.copy.isEnabled()
    press(qtbot, parts, ranking.listing)
    assert "由电子商务司定" in ranking.list.toPlainText()


def rows_of(count: int) -> list[RankingRow]:
    return [
        RankingRow(
            f"C{n:04d}",
            f"㛃𬭸科技（集团）股份有限公司{n * 7919 % count}号",
            "浙江",
            ("平台类", "应用类", "服务类")[n % 3],
            n + 1,
            9500 - n,
            15,
            "91.50 / 60.00",
            None,
            "",
            "良好",
            Outcome.IN if n < 300 else Outcome.OUT,
        )
        for n in range(count)
    ]


def test_ten_times_the_firms_sort_and_filter(qapp) -> None:
    model = RankingModel()
    rows = rows_of(3_700)
    for act in (
        lambda: model.set_rows(rows),
        lambda: model.sort(2, Qt.SortOrder.DescendingOrder),
        lambda: model.set_filter(lambda one: "11" in one.name),
        lambda: (model.set_filter(None), model.sort(-1)),
        lambda: model.line_after(300),
    ):
        act()
    assert model.line_after(300) == 299 and model.rowCount() == 3_700


def test_the_table_keeps_the_rules_of_a_model(qtbot, parts: Parts, panel) -> None:
    _, ranking = at_ranking(qtbot, parts, panel, disturb=expel("C005"))
    model = ranking.table.ranking
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    for column in range(model.columnCount()):
        ranking.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    model.set_filter(lambda one: one.candidate_id > "C003")
    model.set_rows(rows_of(20))
    ranking.show_all()
    assert model.rowCount() == 20
