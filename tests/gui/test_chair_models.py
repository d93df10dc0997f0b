"""The board and the flags as tables: what they say, in which order, how fast, and what they keep back."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from services.quick_panels import QuickPanel, quick_panel
from services.reviews import firms
from services.rewriting import copied

from ecpanel.domain.checks import CheckKind
from ecpanel.domain.disagreement import spread
from ecpanel.domain.result import FlagLine
from ecpanel.gui.models.board import HEAD_ROLE, STATE_ROLE, BoardModel, Cell, Head
from ecpanel.gui.models.flags import CHECKS, FlagsModel, flag_rows, tallies
from ecpanel.gui.models.records import drawn
from ecpanel.progress import silent
from ecpanel.services.board import Board, BoardCandidate, BoardExpert, BoardState, board
from ecpanel.services.chair import load_material, result_of, take_in, void_expert
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE

DOWN = Qt.Orientation.Vertical
ACROSS = Qt.Orientation.Horizontal


@pytest.fixture(scope="module")
def panel(tmp_path_factory, cheap) -> QuickPanel:
    return quick_panel(
        tmp_path_factory.mktemp("组长台"), cheap, firms(4), 4, recusals={"E01": ("C002",), "E03": ("C001",)}
    )


@pytest.fixture(scope="module")
def files(panel):
    """E01 to E03 have handed in, E02 declared a gap; E04 has not."""
    return [panel.hand_in("E01"), panel.hand_in("E02", gaps=("C003",)), panel.hand_in("E03")]


@pytest.fixture
def store(panel, files, tmp_path):
    with open_store(copied(panel.store, tmp_path / "组长"), PASSPHRASE) as opened:
        take_in(opened, files, panel.fingerprints, system_clock, silent)
        yield opened


@pytest.fixture
def model(qapp):
    made = BoardModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    return made


def cells(model: BoardModel, row: int) -> list[Cell]:
    return [
        model.index(row, column).data(STATE_ROLE) for column in range(model.first_expert, model.columnCount())
    ]


def test_the_board_says_who_has_handed_in_what(model, store):
    model.set_board(board(store))
    assert drawn(model) == [
        "已交\tE01\tE02\tE03\tE04",
        "2/3\t已交\t已交\t回避\t缺",
        "2/3\t回避\t已交\t已交\t缺",
        "2/4\t已交\t不全\t已交\t缺",
        "3/4\t已交\t已交\t已交\t缺",
    ]
    assert [model.headerData(row, DOWN) for row in range(4)] == [one.name for one in firms(4)]
    heads = [model.headerData(column, ACROSS, HEAD_ROLE) for column in range(1, 5)]
    assert all(isinstance(one, Head) for one in heads)
    assert [(one.done, one.owed) for one in heads] == [(3, 3), (3, 4), (3, 3), (0, 4)]
    assert "张堃喆1" in model.headerData(1, ACROSS, Qt.ItemDataRole.ToolTipRole)


def test_only_what_is_missing_is_left_by_the_filter(model, store, panel):
    void_expert(store, "E04", "因病退出评审", system_clock)
    model.set_board(board(store))
    model.set_filter(lambda one: one.has_gap)
    assert drawn(model)[1:] == ["2/3\t已交\t不全\t已交\t作废"]


def test_opened_it_shows_totals_with_their_distance_and_nothing_of_hidden_candidates(model, store, panel):
    open_moderation(store, "E04 因病不能到会", system_clock)
    result = result_of(store, system_clock)
    model.set_board(board(store), spread(result), {"C002"})
    lines = drawn(model)
    assert lines[0].split("\t") == ["n", "极差", "E01", "E02", "E03", "E04"]
    assert lines[2].split("\t") == ["—", "—", *["不显示"] * 4]
    totals = {
        (line.candidate_id, one.expert_id): one.total.numerator / one.total.denominator
        for line in result.lines
        for one in line.totals
        if one.total is not None and one.standing in ("counted", "dropped_high", "dropped_low")
    }
    for row, firm in enumerate(panel.candidates):
        for cell, expert in zip(cells(model, row), panel.experts, strict=True):
            known = totals.get((firm.candidate_id, expert.expert_id))
            if firm.candidate_id == "C002" or known is None:
                assert cell.total is None
                continue
            others = [
                value
                for (candidate, who), value in totals.items()
                if candidate == firm.candidate_id and who != expert.expert_id
            ]
            assert cell.total == known
            assert cell.deviation == pytest.approx(known - sum(others) / len(others), abs=0.5)
            assert cell.side == (0 if abs(cell.deviation) < 500 else 1 if cell.deviation > 0 else -1)
    everything = "\n".join(
        str(model.index(1, column).data(role) or "")
        for column in range(model.columnCount())
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    )
    assert model.index(2, 3).data() == "不全"  # E02 declared a gap there, which is more than nothing
    assert not any(f"{value / 100:.2f}" in everything for (key, _), value in totals.items() if key == "C002")
    assert model.rows[1].spread is None


def test_an_expert_whose_total_stands_far_off_is_marked_by_word_and_arrow(model, store):
    open_moderation(store, "E04 因病不能到会", system_clock)
    found = spread(result_of(store, system_clock))
    high = replace(found[3].experts[0], total=9000, deviation=501, weight="red")
    low = replace(found[3].experts[1], total=7000, deviation=-800, weight="yellow")
    near = replace(found[3].experts[2], total=8000, deviation=499, weight="")
    changed = (*found[:3], replace(found[3], experts=(high, low, near, found[3].experts[3])))
    model.set_board(board(store), changed)
    row = [model.index(3, column).data() for column in range(2, 6)]
    assert row == ["90.00▲", "70.00▼", "80.00", "缺"]
    tips = [model.index(3, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(2, 5)]
    assert "比其他专家均值高 5.01，有畸高畸低，需说明" in tips[0]
    assert "比其他专家均值低 8.00，有畸高畸低，提示" in tips[1]
    assert tips[2].endswith("比其他专家均值高 4.99")


def test_sorting_by_an_expert_puts_what_is_missing_first(model, store):
    model.set_board(board(store))
    model.sort(2, Qt.SortOrder.AscendingOrder)
    assert model.rows[0].candidate.candidate_id == "C003"
    model.sort(-1)
    assert [one.candidate.candidate_id for one in model.rows] == ["C001", "C002", "C003", "C004"]


def large_board(count: int, experts: int) -> Board:
    """A board of any size, every state in it."""
    states = list(BoardState)
    return Board(
        tuple(
            BoardExpert(
                f"E{n:02d}", f"买买提·艾力江{n}", BoardState.SUBMITTED, 1, "", "", count, 0, False, ""
            )
            for n in range(1, experts + 1)
        ),
        tuple(
            BoardCandidate(
                f"C{n:04d}",
                f"㛃𬭸科技（集团）股份有限公司{n}",
                "浙江",
                "平台类",
                tuple(states[(n + e) % len(states)] for e in range(experts)),
            )
            for n in range(1, count + 1)
        ),
        experts,
        experts,
        None,
    )


def test_3700_candidates_and_15_experts_open_sort_and_filter(model):
    whole = large_board(3700, 15)
    for work in (
        lambda: model.set_board(whole),
        lambda: model.sort(5, Qt.SortOrder.DescendingOrder),
        lambda: model.set_filter(lambda one: one.has_gap),
        lambda: model.set_filter(None),
    ):
        work()
    assert model.rowCount() == 3700 and model.columnCount() == 16


@pytest.fixture
def opened(store):
    open_moderation(store, "E04 因病不能到会", system_clock)
    return result_of(store, system_clock), load_material(store)


def flagged(result, *flags: FlagLine):
    return replace(result, flags=flags)


SUM = FlagLine("sum", "C001", "E01", "合计", "red", 8250, 8150)
RANGE = FlagLine("range", "C002", "E02", "B1", "red", 900, 0)
OBJECTIVE = FlagLine("objective", "C003", "", "A1", "red", 0, 0)
HIGH = FlagLine("outlier", "C001", "E02", "B1", "red", 800, 500)
LOW = FlagLine("outlier", "C004", "E03", "合计", "yellow", 6000, 8000)
WIDE = FlagLine("spread", "C004", "", "合计", "yellow", 9200, 6100)
ASIDE = FlagLine("objection", "C004", "E01", "A1", "yellow", 300, 0)


def test_flags_say_what_is_wrong_and_what_blocks_stands_first(qapp, opened):
    result, material = opened
    rows = flag_rows(flagged(result, LOW, HIGH, SUM, WIDE, RANGE, OBJECTIVE), material)
    assert [one.flag for one in rows] == [SUM, RANGE, OBJECTIVE, HIGH, LOW, WIDE]
    model = FlagsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(rows)
    lines = [line.split("\t") for line in drawn(model)]
    assert lines[0] == ["处理", "企业", "专家", "指标", "值", "他人均值", "说明"]
    assert lines[1][0] == "签发前须处理" and lines[1][2] == "E01 张堃喆1"
    assert lines[1][4:] == ["82.50", "81.50", "本人合计 82.50，逐项相加 81.50"]
    assert lines[2][4:6] == ["9.00", "—"] and lines[2][6].startswith("应在 0 至 ")
    assert lines[3][2:6] == ["—", lines[3][3], "—", "—"] and lines[3][6].startswith("各专家：")
    assert lines[4][0] == "需说明" and lines[4][6] == "畸高：比他人均值高 3.00，60%"
    assert lines[5][0] == "提示" and lines[5][6] == "合计畸低：比他人均值低 20.00，25%"
    assert lines[6][6] == "最高 92.00，最低 61.00，相差 31.00"
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    assert model.index(0, 4).data(Qt.ItemDataRole.TextAlignmentRole) == right


def test_differing_objective_scores_are_listed_with_how_many_gave_each(opened):
    result, material = opened
    line = next(one for one in result.lines if one.candidate_id == "C004")
    usual = next(one for one in line.cells if one.indicator == "A1" and one.expert_id == "E01")
    changed = tuple(
        replace(one, points=usual.points - 50) if one.indicator == "A1" and one.expert_id == "E02" else one
        for one in line.cells
    )
    lines = tuple(replace(one, cells=changed) if one is line else one for one in result.lines)
    flag = replace(OBJECTIVE, candidate_id="C004")
    [row] = flag_rows(replace(flagged(result, flag), lines=lines), material)
    first, second = f"{usual.points / 100:g}", f"{(usual.points - 50) / 100:g}"
    assert row.words == f"各专家：{first}（2 人），{second}（1 人）"


def test_an_objection_tells_what_the_expert_wrote(opened):
    result, material = opened
    submission, sha256 = material.submissions[0]
    sheets = tuple(
        replace(
            sheet,
            scores=tuple(
                replace(one, remark="数据应以\n审计报告为准") if one.indicator == "A1" else one
                for one in sheet.scores
            ),
        )
        if sheet.candidate_id == "C004"
        else sheet
        for sheet in submission.sheets
    )
    told = replace(
        material, submissions=[(replace(submission, sheets=sheets), sha256), *material.submissions[1:]]
    )
    [row] = flag_rows(flagged(result, ASIDE), told)
    assert (row.words, row.mark.word) == ("数据应以 审计报告为准", "提示")


def test_flags_of_hidden_candidates_are_neither_listed_nor_counted(opened):
    result, material = opened
    whole = flagged(result, SUM, RANGE, HIGH, WIDE)
    rows = flag_rows(whole, material, {"C001"})
    assert [one.flag for one in rows] == [RANGE, WIDE]
    found = {one.check.kind: (one.asking, one.hints) for one in tallies(rows)}
    assert found[CheckKind.SUM] == (0, 0) and found[CheckKind.OUTLIER] == (0, 0)


def test_every_check_is_told_with_its_count_zero_included(opened):
    result, material = opened
    clean = tallies(flag_rows(flagged(result), material))
    assert [one.check.name for one in clean] == [one.name for one in CHECKS]
    assert [one.mark.word for one in clean] == ["通过"] * 4 + ["没有"] * 3
    found = {
        one.check.kind: one.mark.word
        for one in tallies(flag_rows(flagged(result, SUM, HIGH, LOW, WIDE, ASIDE), material))
    }
    assert found[CheckKind.SUM] == "有 1 处，签发前须处理"
    assert found[CheckKind.RANGE] == "通过"
    assert found[CheckKind.OUTLIER] == "有 1 处需说明，提示 1 处"
    assert found[CheckKind.SPREAD] == "有 1 处" and found[CheckKind.OBJECTION] == "有 1 处"
    hints = tallies(flag_rows(flagged(result, LOW), material))
    assert hints[3].mark.word == "通过，另有提示 1 处"
