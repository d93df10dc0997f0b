"""The table of candidates without a display: cells, marks, order, what typing into a cell means, 3 700 rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from services.reviews import firms

from ecpanel.domain.candidate import Candidate, PastResult, check_candidates
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import note, warning
from ecpanel.domain.regions import REGIONS
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.gui.marks import WARNING
from ecpanel.gui.models.candidates import (
    CATEGORY,
    CODE,
    GROUP,
    NAME,
    NUMBER,
    PROBLEM,
    RANK,
    REGION,
    SCORE,
    SHORT,
    CandidateRow,
    CandidatesModel,
    candidate_rows,
    edited,
    kind_of,
)
from ecpanel.gui.models.list_findings import Finding, FindingsModel
from ecpanel.gui.models.records import CHOICES_ROLE, MARK_ROLE, drawn
from ecpanel.gui.models.unused_rows import UnusedDraft, UnusedModel
from ecpanel.texts import SENTENCES

CATEGORIES = ("平台类", "应用类", "服务类")
DISPLAY = Qt.ItemDataRole.DisplayRole


def rows(candidates: list[Candidate]) -> list[CandidateRow]:
    return candidate_rows(candidates, check_candidates(candidates, CATEGORIES, ()))


@pytest.fixture
def model(qapp: object) -> CandidatesModel:
    made = CandidatesModel(lambda: CATEGORIES, lambda: ("", "第一组", "全部"), lambda *_: None)
    made.setProperty(
        "tester", QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    )
    return made


def test_the_table_says_what_the_list_says(model: CandidatesModel) -> None:
    one = replace(
        firms(2)[1],
        standing="示范企业",
        past=(PastResult(2019, 8000, 30), PastResult(2020, 8725, 12, "良好")),
        group="第一组",
    )
    model.set_rows(rows([firms(1)[0], one]))
    assert drawn(model)[0] == "序号\t地区\t企业名称\t信用代码\t类别\t现有称号\t上年得分\t名次\t评审组\t问题"
    assert drawn(model)[2].split("\t") == [
        "2", one.region, one.name, one.credit_code, one.category, "示范企业", "87.25", "12", "第一组", "",
    ]  # fmt: skip
    assert "2020年 87.25 分，第 12 名，良好" in model.index(1, SCORE).data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(0, REGION).data(CHOICES_ROLE) == REGIONS
    assert model.index(0, GROUP).data(CHOICES_ROLE) == ("", "第一组", "全部")


def test_a_problem_stands_in_its_row_and_marks_the_cell_that_cures_it(model: CandidatesModel) -> None:
    good, wrong, twin = firms(3)
    wrong = replace(wrong, credit_code=wrong.credit_code[:15], category="其他", name=good.name)
    model.set_rows(rows([good, wrong, twin]))
    assert model.index(1, PROBLEM).data() == "类别不在指标体系中；信用代码 15 位，应为 18 位；名称重复"
    assert [column for column in range(10) if model.index(1, column).data(MARK_ROLE) == WARNING] == [
        NAME, CODE, CATEGORY,
    ]  # fmt: skip
    assert model.index(0, PROBLEM).data() == "名称重复"  # both of a pair are told
    assert model.index(2, PROBLEM).data() == ""
    assert "请按证照核对" in model.index(1, CODE).data(Qt.ItemDataRole.ToolTipRole)
    model.sort(PROBLEM)
    assert [row.number for row in model.rows] == [2, 1, 3]


def test_every_problem_of_a_list_has_a_kind_and_short_words() -> None:
    assert set(SHORT) <= set(SENTENCES)
    for code in SHORT:
        assert kind_of(warning(code)), code


def test_missing_results_stay_at_the_end_whichever_way_they_are_sorted(model: CandidatesModel) -> None:
    listed = [
        replace(one, past=(PastResult(2020, score, rank),) if score else ())
        for one, score, rank in zip(firms(4), (8000, None, 9000, 7000), (2, None, 1, 3), strict=True)
    ]
    model.set_rows(rows(listed))
    for column, order, wanted in (
        (SCORE, Qt.SortOrder.AscendingOrder, [4, 1, 3, 2]),
        (SCORE, Qt.SortOrder.DescendingOrder, [3, 1, 4, 2]),
        (RANK, Qt.SortOrder.AscendingOrder, [3, 1, 4, 2]),
        (NUMBER, Qt.SortOrder.DescendingOrder, [4, 3, 2, 1]),
    ):
        model.sort(column, order)
        assert [row.number for row in model.rows] == wanted
    model.sort(REGION)
    assert [row.candidate.region for row in model.rows] == sorted(
        (one.region for one in listed), key=REGIONS.index
    )


def test_typing_means_what_people_mean() -> None:
    one = firms(1)[0]
    assert edited(one, REGION, "广西壮族自治区", 2021).region == "广西"
    assert (
        edited(one, REGION, "亚特兰蒂斯", 2021).region == "亚特兰蒂斯"
    )  # refused by the service, with a reason
    assert edited(one, NAME, "  新名称 ", 2021).name == "新名称"
    assert edited(one, SCORE, "87.5分", 2021).past == (PastResult(2020, 8750),)
    ranked = edited(edited(one, SCORE, "87.5", 2021), RANK, "第12名", 2021)
    assert ranked.past == (PastResult(2020, 8750, 12),)
    assert edited(edited(ranked, SCORE, "", 2021), RANK, "", 2021).past == ()
    older = replace(one, past=(PastResult(2018, 7000),))
    assert edited(older, SCORE, "71", 2021).past == (PastResult(2018, 7100),)
    for column, words in ((SCORE, "很好"), (RANK, "靠前")):
        with pytest.raises(EcpanelError):
            edited(one, column, words, 2021)


def test_fresh_rows_change_in_their_places_and_others_come_whole(model: CandidatesModel, qtbot) -> None:
    listed = firms(5)
    model.set_rows(rows(listed))
    model.sort(NAME)
    before = [row.candidate.candidate_id for row in model.rows]
    changed = [replace(one, name="零") if one.candidate_id == "C003" else one for one in listed]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.layoutChanged):
        model.update_rows(rows(changed))
    assert [row.candidate.candidate_id for row in model.rows] == before
    assert model.rows[before.index("C003")].candidate.name == "零"
    with qtbot.waitSignal(model.modelReset):
        model.update_rows(rows(changed[:3]))
    assert len(model.rows) == 3


def test_ten_times_the_largest_list_opens_sorts_filters_and_changes(model: CandidatesModel) -> None:
    listed = firms(3700)
    made = rows(listed)
    model.setProperty("tester", None)  # it walks through everything at every step
    plain = CandidatesModel(lambda: CATEGORIES, lambda: (), lambda *_: None)
    plain.set_rows(made)
    for column in (NAME, REGION, SCORE, PROBLEM):
        plain.sort(column)
        assert plain.rowCount() == 3700
    plain.set_filter(lambda row: "张堃喆" in row.candidate.name)
    assert plain.rowCount() == sum("张堃喆" in one.name for one in listed)
    plain.update_rows([replace(made[0], number=1), *made[1:]])
    plain.set_filter(None)
    assert plain.rowCount() == 3700


def test_findings_lead_with_the_gravest_and_keep_their_order(qapp: object) -> None:
    model = FindingsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_rows(
        [
            Finding(1, note("list_changed", earlier=1, fresh=2, added=1, gone=0)),
            Finding(2, warning("credit_code_missing", candidate="C001", name="某企业"), "C001"),
        ]
    )
    model.sort(0)
    assert [one.number for one in model.rows] == [2, 1]
    assert model.index(0, 0).data() == "注意"
    assert "没有统一社会信用代码" in model.index(0, 1).data()


def test_unused_rows_are_edited_as_drafts(qapp: object) -> None:
    row = UnusedRow(
        "汇总表", 33, (("地区", "亚特兰蒂斯"),), ("地区认不出",), replace(firms(1)[0], candidate_id="")
    )
    told: list[tuple[int, str]] = []

    def edit(one: UnusedDraft, column: int, words: str) -> UnusedDraft:
        told.append((column, words))
        return UnusedDraft(one.row, replace(one.draft, name=words))

    model = UnusedModel(lambda: CATEGORIES, edit)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_rows([UnusedDraft(row, row.draft)])
    assert model.index(0, 2).data() == "地区认不出"
    assert "地区：亚特兰蒂斯" in model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert model.setData(model.index(0, 4), "海底公司")
    assert (told, model.index(0, 4).data()) == ([(4, "海底公司")], "海底公司")
    assert not model.setData(model.index(0, 1), "34")
