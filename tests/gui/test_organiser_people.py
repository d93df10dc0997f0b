"""专家与分组 by mouse and keyboard: experts typed and corrected, groups ticked, cards dropped, candidates grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gui.hands import drop, find, pick, press, read_words, type_into
from gui.organiser_hands import CTRL, click_cell, issued_desk, key, new_desk, shown, type_cell
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton
from services.full_reviews import (
    known_recusals,
    make_card_file,
    many_experts,
    many_firms,
    set_up,
    three_groups,
)
from services.reviews import panel

from ecpanel.domain.people import Expert, Group
from ecpanel.exchange.people_list import PeopleList, read_people, write_people_form
from ecpanel.gui.app import Parts
from ecpanel.gui.models.grouping import LoadsModel, PlacedModel, placed_rows
from ecpanel.gui.models.membership import CHAIR, FIRST, MEMBER, OUTSIDE, MembershipModel
from ecpanel.gui.models.records import MARK_ROLE, drawn
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.group_card import GroupCard
from ecpanel.gui.organiser.people import GROUPING, GROUPS, PeopleStep
from ecpanel.services import organise
from ecpanel.services.grouping import propose_groups, set_candidate_groups
from ecpanel.services.opening import system_clock
from ecpanel.services.panel import set_expert, set_group
from ecpanel.services.readiness import Preparation, preparation, ungrouped

Settled = Callable[[], None]


def people(step: PeopleStep) -> Preparation:
    return preparation(step.store)


@pytest.fixture
def empty(parts: Parts, tmp_path: Path) -> PeopleStep:
    """Six firms, nobody yet."""
    return shown(new_desk(parts, tmp_path, 6), PeopleStep, "people")


@pytest.fixture
def seated(empty: PeopleStep) -> PeopleStep:
    """Four experts, the first three in one group."""
    experts, group = panel(4)
    for one in experts:
        set_expert(empty.store, one, system_clock)
    set_group(empty.store, replace(group, members=group.members[:3], supervisor=""), system_clock)
    empty.desk.changed()
    return empty


@pytest.fixture
def full(parts: Parts, tmp_path: Path) -> PeopleStep:
    """Sixty firms of no group, fifteen experts in three groups, known recusals."""
    store = set_up(tmp_path / "整场", parts.frame.cost, many_firms(60), grouped=False, cards=False)
    desk = OrganiserDesk(parts.frame, store)
    parts.frame.show_page(desk)
    return shown(desk, PeopleStep, "people")


# --- experts ---


def test_an_expert_is_typed_field_by_field_and_enter_begins_the_next(qtbot: Any, empty: PeopleStep) -> None:
    line = empty.experts.add
    type_into(qtbot, line.name, "买买提·艾力江")
    qtbot.keyClick(line.name, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is line.organisation
    type_into(qtbot, line.organisation, "某大学")
    type_into(qtbot, line.field, "跨境电商")
    qtbot.keyClick(line.field, Qt.Key.Key_Return)
    assert people(empty).experts == {"E01": Expert("E01", "买买提·艾力江", "某大学", "", "跨境电商", True)}
    assert line.name.text() == "" and QApplication.focusWidget() is line.name
    type_into(qtbot, line.name, "欧阳𬭸")
    qtbot.mouseClick(line.outside, Qt.MouseButton.LeftButton, pos=line.outside.rect().center())
    press(qtbot, empty, "添加")
    assert people(empty).experts["E02"] == Expert("E02", "欧阳𬭸", "", "", "", False)
    assert drawn(empty.experts.model)[2].split("\t") == ["E02", "欧阳𬭸", "", "", "", "否", "未分组"]


def test_an_expert_without_a_name_is_asked_for_it_inline(qtbot: Any, empty: PeopleStep) -> None:
    press(qtbot, empty, "添加")
    assert "请填写姓名。" in read_words(empty) and people(empty).experts == {}


def test_a_name_that_cannot_be_a_file_name_is_told(qtbot: Any, empty: PeopleStep) -> None:
    type_into(qtbot, empty.experts.add.name, "a/b")
    press(qtbot, empty, "添加")
    assert "不能用于文件名" in empty.banner.words
    assert empty.experts.add.name.text() == "a/b" and people(empty).experts == {}


def test_a_new_expert_joins_the_sole_group_and_leaves_it_again(qtbot: Any, seated: PeopleStep) -> None:
    type_into(qtbot, seated.experts.add.name, "新人")
    press(qtbot, seated, "添加")
    assert people(seated).groups[0].members == ("E01", "E02", "E03", "E05")
    qtbot.mouseClick(seated.undo, Qt.MouseButton.LeftButton)
    assert "E05" not in people(seated).experts
    assert people(seated).groups[0].members == ("E01", "E02", "E03")


@pytest.mark.parametrize(
    ("column", "typed", "member"),
    [(1, "李㛃", "name"), (2, "商务部研究院", "organisation"), (4, "财务", "field")],
)
def test_a_cell_is_typed_over_and_taken_back(
    qtbot: Any, seated: PeopleStep, column: int, typed: str, member: str
) -> None:
    before = people(seated).experts["E02"]
    type_cell(qtbot, seated.experts.table, seated.experts.model.index(1, column), typed)
    assert people(seated).experts["E02"] == replace(before, **{member: typed})
    qtbot.mouseClick(seated.undo, Qt.MouseButton.LeftButton)
    assert people(seated).experts["E02"] == before
    qtbot.mouseClick(seated.redo, Qt.MouseButton.LeftButton)
    assert getattr(people(seated).experts["E02"], member) == typed


def test_an_empty_name_is_refused_and_the_table_shows_what_is(qtbot: Any, seated: PeopleStep) -> None:
    type_cell(qtbot, seated.experts.table, seated.experts.model.index(0, 1), "")
    assert "空着、过长" in seated.banner.words
    assert seated.experts.model.index(0, 1).data() == people(seated).experts["E01"].name


def test_an_expert_is_deleted_with_the_key_and_comes_back_whole(qtbot: Any, seated: PeopleStep) -> None:
    before = people(seated)
    click_cell(qtbot, seated.experts.table, seated.experts.model.index(0, 1))
    qtbot.keyClick(seated.experts.table, Qt.Key.Key_Delete)
    now = people(seated)
    assert "E01" not in now.experts and (now.groups[0].chair, now.groups[0].members) == ("", ("E02", "E03"))
    qtbot.keyClick(seated.experts.table, Qt.Key.Key_Z, CTRL)
    assert people(seated) == before


def test_a_list_is_taken_in_by_dropping_it_and_taken_back(
    qtbot: Any, empty: PeopleStep, tmp_path: Path, settled: Settled
) -> None:
    experts, group = panel(5)
    listed = PeopleList(experts, (group,), ())
    write_people_form(tmp_path / "人员.xlsx", listed, {})
    drop(empty.window(), [tmp_path / "人员.xlsx"])
    settled()
    assert "已导入 5 位专家、1 个评审组" in empty.banner.words
    assert tuple(people(empty).experts.values()) == experts
    press(qtbot, empty.banner, "撤销")
    assert (people(empty).experts, people(empty).groups) == ({}, ())
    qtbot.mouseClick(empty.redo, Qt.MouseButton.LeftButton)
    assert people(empty).groups == (group,)


def test_a_faulty_list_names_sheet_row_and_reason(
    empty: PeopleStep, tmp_path: Path, settled: Settled
) -> None:
    experts, group = panel(3)
    wrong = (replace(experts[0], expert_id="X1"), *experts[1:])
    members = ("X1", *group.members[1:])
    write_people_form(tmp_path / "人员.xlsx", PeopleList(wrong, (replace(group, members=members),), ()), {})
    drop(empty.window(), [tmp_path / "人员.xlsx"])
    settled()
    assert "第2行" in empty.banner.words and people(empty).experts == {}


def test_the_list_written_reads_back_the_same_even_with_someone_in_no_group(
    seated: PeopleStep, tmp_path: Path, settled: Settled
) -> None:
    seated.write_to(tmp_path / "导出.xlsx")
    settled()
    ready = people(seated)
    assert read_people(tmp_path / "导出.xlsx", ready.candidates) == PeopleList(
        tuple(ready.experts.values()), ready.groups, ()
    )


# --- groups ---


def tab(qtbot: Any, step: PeopleStep, number: int) -> None:
    """Press a tab."""
    area = step.tabs.tabRect(number)
    qtbot.mouseClick(step.tabs, Qt.MouseButton.LeftButton, pos=area.center())
    QApplication.processEvents()


def cell(step: PeopleStep, row: int, group: int = 0) -> QModelIndex:
    return step.groups.model.index(row, FIRST + group)


def test_members_are_ticked_by_mouse_and_space(qtbot: Any, seated: PeopleStep) -> None:
    tab(qtbot, seated, GROUPS)
    model, matrix = seated.groups.model, seated.groups.matrix
    assert [cell(seated, n).data(MARK_ROLE) for n in range(4)] == [CHAIR, MEMBER, MEMBER, OUTSIDE]
    click_cell(qtbot, matrix, cell(seated, 3))
    assert people(seated).groups[0].members == ("E01", "E02", "E03", "E04")
    qtbot.keyClick(matrix, Qt.Key.Key_Up)
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    assert people(seated).groups[0].members == ("E01", "E02", "E04")
    assert model.index(2, FIRST).data(MARK_ROLE) is OUTSIDE
    qtbot.keyClick(matrix, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(matrix, Qt.Key.Key_Z, CTRL)
    assert people(seated).groups[0].members == ("E01", "E02", "E03")


def test_a_chair_who_leaves_the_group_is_chair_no_more(qtbot: Any, seated: PeopleStep) -> None:
    tab(qtbot, seated, GROUPS)
    click_cell(qtbot, seated.groups.matrix, cell(seated, 0))
    group = people(seated).groups[0]
    assert (group.members, group.chair) == (("E02", "E03"), "")
    assert "还没有组长" in read_words(seated.groups)
    qtbot.mouseClick(seated.undo, Qt.MouseButton.LeftButton)
    assert people(seated).groups[0].chair == "E01"


def card(step: PeopleStep, number: int = 0) -> GroupCard:
    return step.groups.cards[number]


def test_name_chair_and_supervisor_are_set_on_the_card(qtbot: Any, seated: PeopleStep) -> None:
    tab(qtbot, seated, GROUPS)
    type_into(qtbot, card(seated).name, "平台组")
    qtbot.keyClick(card(seated).name, Qt.Key.Key_Return)
    type_into(qtbot, card(seated).supervisor, "刘监督")
    qtbot.keyClick(card(seated).supervisor, Qt.Key.Key_Tab)
    card(seated).chair.setFocus()
    qtbot.keyClick(card(seated).chair, Qt.Key.Key_Down)
    group = people(seated).groups[0]
    assert (group.name, group.supervisor, group.chair) == ("平台组", "刘监督", "E02")
    for _ in range(3):
        qtbot.mouseClick(seated.undo, Qt.MouseButton.LeftButton)
    assert (card(seated).name.text(), card(seated).supervisor.text()) == ("评审组", "")
    assert people(seated).groups[0].chair == "E01"


def test_a_new_name_of_a_group_goes_to_its_candidates(qtbot: Any, full: PeopleStep) -> None:
    set_candidate_groups(full.store, {"C001": "第一评审组"}, system_clock)
    full.desk.changed()
    tab(qtbot, full, GROUPS)
    type_into(qtbot, card(full).name, "甲组")
    qtbot.keyClick(card(full).name, Qt.Key.Key_Return)
    assert people(full).candidates[0].group == "甲组"
    assert full.desk.ready.candidates[0].group == "甲组"
    qtbot.mouseClick(full.undo, Qt.MouseButton.LeftButton)
    assert people(full).candidates[0].group == "第一评审组"


def test_a_name_that_is_taken_goes_back_to_what_it_was(qtbot: Any, full: PeopleStep) -> None:
    tab(qtbot, full, GROUPS)
    type_into(qtbot, card(full, 1).name, "第一评审组")
    qtbot.keyClick(card(full, 1).name, Qt.Key.Key_Return)
    assert "已有或不能使用" in full.banner.words
    assert card(full, 1).name.text() == "第二评审组"


def test_composition_is_told_beside_the_group(qtbot: Any, seated: PeopleStep) -> None:
    tab(qtbot, seated, GROUPS)
    told = read_words(card(seated))
    assert "只有3位专家，少于通常的5位" in told and "没有登记监督人" in told
    assert "3 位专家，其中部外 3 位；6 家企业" in told
    click_cell(qtbot, seated.groups.matrix, cell(seated, 3))
    assert "有4位专家，为双数" in read_words(card(seated))


def test_groups_are_added_and_removed_and_the_first_takes_in_everybody(qtbot: Any, empty: PeopleStep) -> None:
    for one in panel(3)[0]:
        set_expert(empty.store, one, system_clock)
    empty.desk.changed()
    tab(qtbot, empty, GROUPS)
    assert "还没有评审组" in read_words(empty.groups)
    press(qtbot, empty, "添加评审组")
    press(qtbot, empty, "添加评审组")
    assert people(empty).groups == (
        Group("G1", "评审组", ("E01", "E02", "E03"), ""),
        Group("G2", "第2评审组", (), ""),
    )
    qtbot.mouseClick(card(empty, 0).remove, Qt.MouseButton.LeftButton)
    assert [one.group_id for one in people(empty).groups] == ["G2"]
    qtbot.mouseClick(empty.undo, Qt.MouseButton.LeftButton)
    assert [one.group_id for one in people(empty).groups] == ["G1", "G2"]


# --- cards ---


@pytest.fixture
def card_file(tmp_path: Path, parts: Parts) -> Path:
    experts, group = panel(4)
    return make_card_file(tmp_path, parts.frame.cost, experts, group)


def test_a_card_dropped_on_the_window_goes_to_its_chair(
    qtbot: Any, seated: PeopleStep, card_file: Path
) -> None:
    seated.desk.go_to("dossiers")
    drop(seated.window(), [card_file])
    assert seated.isVisible() and seated.tabs.currentIndex() == GROUPS
    fingerprint = people(seated).chairs["G1"].fingerprint
    assert fingerprint in seated.banner.words and fingerprint in read_words(card(seated))
    assert "组长名片已收" in read_words(card(seated))


def test_a_card_dropped_on_the_wrong_group_is_told(
    qtbot: Any, full: PeopleStep, tmp_path: Path, parts: Parts
) -> None:
    experts = many_experts()
    path = make_card_file(tmp_path, parts.frame.cost, experts, three_groups(experts)[0])
    tab(qtbot, full, GROUPS)
    drop(card(full, 1), [path])
    assert "请换成组长本人的名片" in full.banner.words and people(full).chairs == {}
    drop(card(full, 0), [path])
    assert list(people(full).chairs) == ["G1"]
    assert full.tabs.tabText(GROUPS) == "评审组 3（缺 2 张名片）"


def test_a_card_of_nobody_here_is_told(seated: PeopleStep, tmp_path: Path, parts: Parts) -> None:
    stranger = Expert("E01", "陌生人")
    path = make_card_file(tmp_path, parts.frame.cost, (stranger,), Group("G1", "x", ("E01",), "E01"))
    drop(seated.window(), [path])
    assert "他还不是哪一组的组长" in seated.banner.words


def test_a_file_that_only_looks_like_a_card_is_told(seated: PeopleStep, tmp_path: Path) -> None:
    (tmp_path / "坏.json").write_text('{"format": "ecpanel-card"}', encoding="utf-8")
    drop(seated.window(), [tmp_path / "坏.json"])
    assert seated.banner.words and people(seated).chairs == {}


# --- candidates ---


def test_a_sole_group_needs_no_grouping(qtbot: Any, seated: PeopleStep) -> None:
    tab(qtbot, seated, GROUPING)
    told = read_words(seated.grouping)
    assert "只有一个评审组，不需要分组" in told and "全部 6 家企业都由“评审组”评审" in told
    assert not seated.grouping.table.isVisible()


def groups_now(step: PeopleStep) -> Counter[str]:
    return Counter(one.group for one in people(step).candidates)


def test_a_proposal_is_looked_at_before_it_is_taken(qtbot: Any, full: PeopleStep, settled: Settled) -> None:
    tab(qtbot, full, GROUPING)
    assert "企业分组（60 家未分）" in full.tabs.tabText(GROUPING)
    press(qtbot, full, "按均衡建议分组")
    wanted = propose_groups(people(full))
    loads = drawn(full.grouping.loads)
    assert loads[1].split("\t")[:2] == ["第一评审组", "0 → 20"]
    assert loads[4].split("\t")[:2] == ["未分组", "60 → 0"]
    assert f"未分组 → {wanted['C001']}" in drawn(full.grouping.model)[1]
    assert groups_now(full) == {"": 60}
    press(qtbot, full, "不采用")
    assert "→" not in drawn(full.grouping.model)[1] and groups_now(full) == {"": 60}
    press(qtbot, full, "按均衡建议分组")
    press(qtbot, full, "采用建议")
    settled()
    assert {one.candidate_id: one.group for one in people(full).candidates} == wanted
    assert ungrouped(full.desk.ready) == []
    press(qtbot, full.banner, "撤销")
    assert groups_now(full) == {"": 60}
    qtbot.mouseClick(full.redo, Qt.MouseButton.LeftButton)
    assert {one.candidate_id: one.group for one in people(full).candidates} == wanted


def test_a_balanced_grouping_is_not_changed_again(qtbot: Any, full: PeopleStep, settled: Settled) -> None:
    tab(qtbot, full, GROUPING)
    press(qtbot, full, "按均衡建议分组")
    key(qtbot, full, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not ungrouped(full.desk.ready))
    settled()
    press(qtbot, full, "按均衡建议分组")
    assert "已经是均衡的建议" in full.banner.words


def test_several_candidates_are_put_into_a_group_at_once(qtbot: Any, full: PeopleStep) -> None:
    tab(qtbot, full, GROUPING)
    table, model = full.grouping.table, full.grouping.model
    click_cell(qtbot, table, model.index(2, 2))
    area = table.visualRect(model.index(5, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, area)
    assert "已选 4 家" in read_words(full.grouping)
    pick(qtbot, full.grouping, "分到哪一组", "第二评审组")
    press(qtbot, full, "分到这一组")
    found = [one.candidate_id for one in people(full).candidates if one.group == "第二评审组"]
    assert found == ["C003", "C004", "C005", "C006"]
    assert full.grouping.filter.chip("第二评审组").text() == "第二评审组 4"
    qtbot.mouseClick(full.undo, Qt.MouseButton.LeftButton)
    assert groups_now(full) == {"": 60}


def test_one_candidate_is_regrouped_in_its_cell(qtbot: Any, full: PeopleStep) -> None:
    tab(qtbot, full, GROUPING)
    table, model = full.grouping.table, full.grouping.model
    click_cell(qtbot, table, model.index(0, 5))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    box = table.viewport().findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(box.view().isVisible)
    for one in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(box.view(), one)
    QApplication.processEvents()
    assert people(full).candidates[0].group == "全部"
    assert model.index(0, 5).data() == "各组都评"
    assert drawn(full.grouping.loads)[1].split("\t")[1] == "1"


def test_recused_members_stand_beside_the_candidate(qtbot: Any, full: PeopleStep) -> None:
    one = known_recusals(many_firms(60))[1]
    group = next(group for group in people(full).groups if one.expert_id in group.members)
    set_candidate_groups(full.store, {one.candidate_id: group.name}, system_clock)
    full.desk.changed()
    tab(qtbot, full, GROUPING)
    row = next(row for row in full.grouping.model.rows if row.candidate.candidate_id == one.candidate_id)
    assert row.recused == (people(full).experts[one.expert_id].name,)


def test_candidates_of_one_group_are_shown_and_found(qtbot: Any, full: PeopleStep) -> None:
    set_candidate_groups(full.store, {"C007": "第一评审组", "C009": "没有这组"}, system_clock)
    full.desk.changed()
    tab(qtbot, full, GROUPING)
    qtbot.mouseClick(full.grouping.filter.chip("第一评审组"), Qt.MouseButton.LeftButton)
    assert [one.candidate.candidate_id for one in full.grouping.model.rows] == ["C007"]
    qtbot.mouseClick(full.grouping.filter.chip("未分组"), Qt.MouseButton.LeftButton)
    assert len(full.grouping.model.rows) == 59
    type_into(qtbot, find(full.grouping, QLineEdit, "查找企业"), "c009")
    qtbot.waitUntil(lambda: len(full.grouping.model.rows) == 1)


# --- after the issue ---


def test_once_packages_are_out_substitutes_can_join_and_nobody_else_changes(
    qtbot: Any, parts: Parts, tmp_path: Path
) -> None:
    desk = issued_desk(parts, tmp_path)
    step = shown(desk, PeopleStep, "people")
    type_cell(qtbot, step.experts.table, step.experts.model.index(0, 1), "别人")
    assert "的任务包已于" in step.banner.words
    type_into(qtbot, step.experts.add.name, "替补")
    press(qtbot, step, "添加")
    assert people(step).groups[0].members == ("E01", "E02", "E03", "E04")
    tab(qtbot, step, GROUPS)
    assert not card(step).name.isEnabled() and not card(step).remove.isVisible()
    with pytest.raises(AssertionError):
        find(step, QPushButton, "添加评审组")
    with pytest.raises(AssertionError):
        find(step, QPushButton, "换名片")
    assert "组长手中的任务包还是旧的" in desk.steps.button("issue").toolTip()


# --- the models ---


def ready_of(count: int) -> Preparation:
    from ecpanel.domain.review import Review, ReviewKind

    experts = many_experts()
    listed = tuple(many_firms(count))
    review = Review("r", "测试", 2021, ReviewKind.EVALUATION, "")
    return Preparation(
        review,
        organise.builtin_scheme(),
        listed,
        (),
        {one.expert_id: one for one in experts},
        three_groups(experts),
        known_recusals(list(listed)),
        {},
    )


def test_3700_candidates_are_grouped_without_a_pause(qapp: object) -> None:
    ready = ready_of(3700)
    placed, loads = PlacedModel(lambda: (), lambda *_: None), LoadsModel()
    proposal = propose_groups(ready)
    for act in (
        lambda: placed.set_rows(placed_rows(ready, proposal)),
        lambda: loads.put(ready, proposal),
        lambda: placed.sort(5),
        lambda: placed.show("第一评审组", "供应链"),
    ):
        act()
    assert placed.rows and all(one.proposed == "第一评审组" for one in placed.rows)


def test_the_models_keep_what_qt_asks_of_models(qapp: object) -> None:
    membership, loads = MembershipModel(), LoadsModel()
    for model in (membership, loads):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ready = ready_of(40)
    membership.put(ready)
    loads.put(ready, {})
    group = replace(ready.groups[0], members=("E02",))
    membership.put(replace(ready, groups=(group, *ready.groups[1:])))
    assert membership.index(0, FIRST).data(MARK_ROLE) is OUTSIDE
    assert "欧阳𬭸 第二评审组 不在本组" in membership.index(0, FIRST + 1).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    membership.put(replace(ready, groups=ready.groups[:1]))
    assert membership.columnCount() == FIRST + 1
    loads.put(ready, propose_groups(ready))
