"""回避 by mouse and keyboard: registering, correcting, taking back; hints judged one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gui.hands import find, pick, press, read_words, type_into, write
from gui.organiser_hands import CTRL, click_cell, issued_desk, new_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from services.full_reviews import known_recusals, many_experts, many_firms, three_groups
from services.reviews import firms

from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Review, ReviewKind
from ecpanel.gui.app import Parts
from ecpanel.gui.controls.search_box import SearchBox
from ecpanel.gui.models.records import drawn
from ecpanel.gui.models.recusals import REASONS, HintsModel, RecusalsModel, hint_rows, recusal_rows
from ecpanel.gui.organiser.recusal import HINTS, KNOWN, RecusalStep
from ecpanel.services import organise
from ecpanel.services.opening import system_clock
from ecpanel.services.panel import open_hints, set_expert
from ecpanel.services.readiness import Preparation, preparation

LISTED = (
    replace(firms(1)[0], name="张堃喆电子商务有限公司"),
    replace(firms(2)[1], name="云岭供应链管理有限公司"),
    replace(firms(3)[2], name="㛃𬭸科技（集团）股份有限公司", parent="汇川控股有限公司"),
)
EXPERTS = (
    Expert("E01", "欧阳𬭸", "云岭供应链管理研究院"),
    Expert("E02", "李㛃", "汇川控股有限公司"),
    Expert("E03", "王五", "东岭大学"),
)


@pytest.fixture
def step(parts: Parts, tmp_path: Path) -> RecusalStep:
    """Three firms, three experts, two of whom are hinted at."""
    desk = new_desk(parts, tmp_path, list(LISTED))
    for one in EXPERTS:
        set_expert(desk.store, one, system_clock)
    desk.changed()
    return shown(desk, RecusalStep, "recusals")


def known(step: RecusalStep) -> tuple[Recusal, ...]:
    return preparation(step.store).recusals


def tab(qtbot: Any, step: RecusalStep, number: int) -> None:
    qtbot.mouseClick(step.tabs, Qt.MouseButton.LeftButton, pos=step.tabs.tabRect(number).center())
    QApplication.processEvents()


def register(qtbot: Any, step: RecusalStep, who: str, whom: str, reason: str, note: str = "") -> None:
    """Type expert and candidate, choose the reason, press 登记."""
    tab(qtbot, step, KNOWN)
    line = step.known.add
    for box, words in ((line.expert, who), (line.candidate, whom)):
        field = box.lineEdit()
        assert field is not None
        field.selectAll()
        write(qtbot, field, words)
    pick(qtbot, step.known, "原因", reason)
    if note:
        type_into(qtbot, line.note, note)
    press(qtbot, step.known, "登记")


def test_without_people_the_way_to_them_is_shown(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 3)
    step = shown(desk, RecusalStep, "recusals")
    press(qtbot, step, "去添加专家")
    assert desk.shown is not None and desk.shown.key == "people"


def test_without_a_list_the_way_to_it_is_shown(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    press(qtbot, shown(desk, RecusalStep, "recusals"), "去导入名单")
    assert desk.shown is not None and desk.shown.key == "candidates"


def test_a_recusal_is_registered_by_typing_parts_of_names(qtbot: Any, step: RecusalStep) -> None:
    register(qtbot, step, "王五", "张堃喆", "04", "配偶任副总经理")
    assert known(step) == (Recusal("E03", "C001", RecusalReason.KIN, "配偶任副总经理", "organiser"),)
    assert drawn(step.known.model)[1].split("\t") == [
        "E03 王五",
        "C001 张堃喆电子商务有限公司",
        "04 与负责人有配偶、血亲或姻亲关系",
        "配偶任副总经理",
    ]
    assert step.tabs.tabText(KNOWN) == "已知回避 1"
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    assert known(step) == ()
    qtbot.mouseClick(step.redo, Qt.MouseButton.LeftButton)
    assert len(known(step)) == 1


def test_the_next_recusal_of_the_same_expert_needs_only_the_firm(qtbot: Any, step: RecusalStep) -> None:
    register(qtbot, step, "E03", "C001", "06")
    field = step.known.add.candidate.lineEdit()
    assert (
        field is not None
        and field.text() == ""
        and QApplication.focusWidget()
        in (
            field,
            step.known.add.candidate,
        )
    )
    write(qtbot, field, "C002")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [(one.expert_id, one.candidate_id, one.reason) for one in known(step)] == [
        ("E03", "C001", RecusalReason.ADVISER),
        ("E03", "C002", RecusalReason.ADVISER),
    ]


@pytest.mark.parametrize(
    ("who", "whom", "told"),
    [
        ("", "C001", "请从列表中选一位专家"),
        ("E0", "C001", "请从列表中选一位专家"),
        ("E01", "公司", "请从列表中选一家企业"),
    ],
)
def test_words_that_mean_nobody_or_several_are_asked_again(
    qtbot: Any, step: RecusalStep, who: str, whom: str, told: str
) -> None:
    register(qtbot, step, who, whom, "05")
    assert told in read_words(step) and known(step) == ()


def test_reason_and_note_are_corrected_in_place_and_taken_back(qtbot: Any, step: RecusalStep) -> None:
    register(qtbot, step, "E03", "C001", "05", "同一单位")
    before = known(step)
    table, model = step.known.table, step.known.model
    click_cell(qtbot, table, model.index(0, 3))  # the row is chosen already: a click opens the cell
    qtbot.waitUntil(lambda: table.viewport().findChild(QLineEdit) is not None)
    editor = table.viewport().findChild(QLineEdit)
    write(qtbot, editor, "曾同在一个单位")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert known(step)[0].note == "曾同在一个单位"
    click_cell(qtbot, table, model.index(0, 2))
    qtbot.waitUntil(lambda: table.viewport().findChild(QComboBox) is not None)
    box = table.viewport().findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(box.view().isVisible)
    qtbot.keyClick(box.view(), Qt.Key.Key_End)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert known(step)[0].reason is RecusalReason.OTHER
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    assert known(step) == before


def test_a_recusal_is_deleted_by_key_and_comes_back(qtbot: Any, step: RecusalStep) -> None:
    register(qtbot, step, "E03", "C001", "05")
    before = known(step)
    click_cell(qtbot, step.known.table, step.known.model.index(0, 0))
    qtbot.keyClick(step.known.table, Qt.Key.Key_Delete)
    assert known(step) == () and "还没有登记已知回避" in read_words(step)
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    assert known(step) == before


def test_hints_come_first_while_nothing_is_known_and_say_why(qtbot: Any, step: RecusalStep) -> None:
    assert step.tabs.currentIndex() == HINTS
    assert step.tabs.tabText(HINTS) == "提示（2 条待判断）"
    lines = drawn(step.hints.model)
    assert lines[1].split("\t") == [
        "待判断",
        "E01 欧阳𬭸",
        "云岭供应链管理研究院",
        "C002 云岭供应链管理有限公司",
        open_hints(preparation(step.store))[0].why,
    ]
    click_cell(qtbot, step.hints.table, step.hints.model.index(1, 0))
    assert "（母公司 汇川控股有限公司）" in read_words(step.hints)


def test_a_hint_becomes_a_recusal_and_the_next_one_is_at_hand(qtbot: Any, step: RecusalStep) -> None:
    hint = open_hints(preparation(step.store))[0]
    click_cell(qtbot, step.hints.table, step.hints.model.index(0, 0))
    qtbot.keyClick(step.hints.table, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(known(step)))
    assert known(step) == (
        Recusal(hint.expert_id, hint.candidate_id, RecusalReason.SAME_UNIT, hint.why, "organiser"),
    )
    assert step.hints.table.key() == ("E02", "C003")
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    assert known(step) == () and step.tabs.tabText(HINTS) == "提示（2 条待判断）"


def test_a_hint_set_aside_stays_readable_and_comes_back(qtbot: Any, step: RecusalStep) -> None:
    for _ in range(2):
        press(qtbot, step.hints, "不回避")
    assert known(step) == () and open_hints(preparation(step.store)) == []
    assert step.tabs.tabText(HINTS) == "提示"
    assert [line.split("\t")[0] for line in drawn(step.hints.model)[1:]] == ["不回避", "不回避"]
    click_cell(qtbot, step.hints.table, step.hints.model.index(1, 0))
    press(qtbot, step.hints, "重新提示")
    assert [one.expert_id for one in open_hints(preparation(step.store))] == ["E02"]
    qtbot.mouseClick(step.undo, Qt.MouseButton.LeftButton)
    assert open_hints(preparation(step.store)) == []


def test_the_checklist_follows(qtbot: Any, step: RecusalStep) -> None:
    assert "2 个问题" in step.desk.steps.button("recusals").accessibleName()
    press(qtbot, step.hints, "不回避")
    press(qtbot, step.hints, "登记回避")
    assert step.desk.steps.button("recusals").accessibleName() == "6 回避，完成，1 条"


def test_who_holds_a_package_must_declare_it_himself(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    step = shown(issued_desk(parts, tmp_path), RecusalStep, "recusals")
    register(qtbot, step, "E02", "C001", "05")
    assert "请本人在签到时申明" in step.banner.words and known(step) == ()


def test_many_recusals_are_looked_through_by_words(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    from services.full_reviews import set_up

    from ecpanel.gui.organiser.desk import OrganiserDesk

    store = set_up(tmp_path / "整场", parts.frame.cost, many_firms(60), cards=False)
    desk = OrganiserDesk(parts.frame, store)
    parts.frame.show_page(desk)
    step = shown(desk, RecusalStep, "recusals")
    assert step.tabs.currentIndex() == KNOWN and len(step.known.model.rows) == 11
    type_into(qtbot, find(step, QLineEdit, "查找专家"), "e03")
    qtbot.waitUntil(lambda: len(step.known.model.rows) == 1)


def test_a_search_box_counts_only_real_choices(qtbot: Any, parts: Parts) -> None:
    box = SearchBox(parts.frame.theme, "企业", 20)
    qtbot.addWidget(box)
    items = [(one.candidate_id, f"{one.candidate_id} {one.name}") for one in many_firms(3700)]
    box.set_items(items)
    box.setEditText("c0042 ")
    assert box.key == ""
    box.setEditText("C1042")
    assert box.key == "C1042"
    box.setEditText("没有")
    assert box.key == ""
    box.choose("C003")
    box.set_items(items[:10])
    assert box.key == "C003"
    box.set_items(items[:1])
    assert box.key == ""


def test_the_models_keep_what_qt_asks_of_models(qapp: object) -> None:
    experts, listed = many_experts(), many_firms(60)
    review = Review("r", "测试", 2021, ReviewKind.EVALUATION, "")
    ready = Preparation(
        review,
        organise.builtin_scheme(),
        tuple(listed),
        (),
        {one.expert_id: one for one in experts},
        three_groups(experts),
        known_recusals(listed),
        {},
    )
    recusals, hints = RecusalsModel(lambda _: False), HintsModel()
    for model in (recusals, hints):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    recusals.set_rows(recusal_rows(ready))
    recusals.sort(0)
    recusals.show("e01")
    hints.set_rows(hint_rows(ready))
    assert len(recusals.everything) == 11 and hints.rows and len(REASONS) == len(RecusalReason)
