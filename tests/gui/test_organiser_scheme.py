"""指标体系: the tree and the rules edited by hand, every edit on disk at once and taken back; files in and out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gui.hands import fill, find, pick, press, read_words, type_into, write
from gui.organiser_hands import CTRL, SHIFT, click_cell, issued_desk, key, new_desk, shown, type_cell
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSpinBox, QWidget

from ecpanel.domain.scheme import (
    PLACEHOLDER_BANNER,
    Band,
    BandTable,
    Indicator,
    Kind,
    LevelBy,
    Scheme,
    Scope,
    TieRule,
    TieStep,
    check_scheme,
)
from ecpanel.domain.scheme_changes import codes_of, node_at, with_node
from ecpanel.exchange.scheme_file import read_scheme, scheme_json, write_scheme_workbook
from ecpanel.gui.app import Parts
from ecpanel.gui.controls.typed import TextBox
from ecpanel.gui.expert.score_sheet import ScoreSheet
from ecpanel.gui.models.scheme_tree import CODE, HINT, KIND, NAME, POINTS, STEP
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.scheme import PREVIEW, RULES, SchemeStep
from ecpanel.services.organise import builtin_scheme, preparation
from ecpanel.services.readiness import StepKey

PLAIN = Qt.KeyboardModifier.NoModifier
Page = tuple[OrganiserDesk, SchemeStep]


@pytest.fixture
def page(parts: Parts, tmp_path: Path) -> Page:
    desk = new_desk(parts, tmp_path)
    return desk, shown(desk, SchemeStep, "scheme")


def kept(desk: OrganiserDesk) -> Scheme:
    """The scheme as it is on disk."""
    return preparation(desk.store).scheme


def leaf(desk: OrganiserDesk, *path: int) -> Indicator:
    found = node_at(kept(desk), path)
    assert isinstance(found, Indicator)
    return found


def test_the_placeholder_says_so_until_somebody_says_it_is_none(qtbot: Any, page: Page) -> None:
    desk, part = page
    assert part.note.isVisible() and part.note.words.startswith(PLACEHOLDER_BANNER)
    assert "占位指标体系" in [mark.word for mark in desk.marks()]
    part.tabs.setCurrentIndex(RULES)
    press(qtbot, part.rules, "这是占位的参考体系")
    assert not kept(desk).is_placeholder
    assert desk.marks() == []
    assert not part.note.isVisible()


@pytest.mark.parametrize(
    ("column", "typed", "member", "value"),
    [
        (CODE, "A9", "code", "A9"),
        (NAME, "交易规模（㛃）", "name", "交易规模（㛃）"),
        (POINTS, "７.5", "points", 750),
        (STEP, "0.25", "step", 25),
        (HINT, "审计报告", "evidence_hint", "审计报告"),
    ],
)
def test_every_cell_is_edited_in_place(
    qtbot: Any, page: Page, column: int, typed: str, member: str, value: object
) -> None:
    desk, part = page
    part.tree.tree.setColumnHidden(HINT, False)
    type_cell(qtbot, part.tree.tree, part.tree.model.index_at((0, 0), column), typed)
    assert getattr(leaf(desk, 0, 0), member) == value
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    assert kept(desk) == builtin_scheme()
    key(qtbot, part, Qt.Key.Key_Z, CTRL | SHIFT)
    assert getattr(leaf(desk, 0, 0), member) == value


def test_the_kind_is_chosen_by_keyboard(qtbot: Any, page: Page) -> None:
    desk, part = page
    view = part.tree.tree
    click_cell(qtbot, view, part.tree.model.index_at((0, 0), KIND))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    box = view.viewport().findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(lambda: box.view().isVisible(), timeout=1_000)
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert leaf(desk, 0, 0).kind is Kind.SUBJECTIVE


def test_points_nobody_can_read_are_refused_with_a_sentence(qtbot: Any, page: Page) -> None:
    desk, part = page
    type_cell(qtbot, part.tree.tree, part.tree.model.index_at((0, 0), POINTS), "eight")
    assert "eight" in part.banner.words
    assert kept(desk) == builtin_scheme()


def test_sums_live_and_one_press_adopts_the_sum_of_what_is_below(qtbot: Any, page: Page) -> None:
    desk, part = page
    type_cell(qtbot, part.tree.tree, part.tree.model.index_at((0, 0), POINTS), "9.5")
    assert desk.steps_by_key[StepKey.SCHEME].state.value == "blocked"
    assert "指标（1 处有误）" in part.tabs.tabText(0)
    key(qtbot, part, Qt.Key.Key_F8, PLAIN)
    qtbot.waitUntil(lambda: part.tree.path == (0,), timeout=1_000)
    assert "下级合计21.5分" in read_words(part)
    press(qtbot, part, "改为下级合计 21.5 分")
    assert node_at(kept(desk), (0,)).points == 2150
    assert "合计 101.5 分，多 1.5 分" in read_words(part)
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    assert "合计 100 分" in read_words(part)
    assert kept(desk) == builtin_scheme()


def test_nodes_come_and_go_and_move_by_keys(qtbot: Any, page: Page) -> None:
    desk, part = page
    view = part.tree.tree
    click_cell(qtbot, view, part.tree.model.index_at((1, 1), NAME))
    key(qtbot, part, Qt.Key.Key_Insert, PLAIN)
    qtbot.waitUntil(lambda: view.viewport().findChild(QLineEdit) is not None, timeout=1_000)
    editor = view.viewport().findChild(QLineEdit)
    editor.selectAll()
    write(qtbot, editor, "新增的指标")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert leaf(desk, 1, 2).name == "新增的指标"
    assert leaf(desk, 1, 2).code == "B5"
    view.setFocus()
    key(qtbot, part, Qt.Key.Key_Down, CTRL)
    qtbot.waitUntil(lambda: leaf(desk, 1, 3).name == "新增的指标", timeout=1_000)
    assert part.tree.path == (1, 3)
    key(qtbot, part, Qt.Key.Key_Delete, CTRL)
    qtbot.waitUntil(lambda: kept(desk) == builtin_scheme(), timeout=1_000)
    click_cell(qtbot, view, part.tree.model.index_at((1, 1), CODE))
    key(qtbot, part, Qt.Key.Key_Insert, SHIFT)
    qtbot.waitUntil(lambda: "B2.1" in codes_of(kept(desk)), timeout=1_000)
    assert check_scheme(kept(desk)) == []


def test_descriptions_of_levels_are_saved_while_they_are_typed(qtbot: Any, page: Page) -> None:
    desk, part = page
    click_cell(qtbot, part.tree.tree, part.tree.model.index_at((1, 0), NAME))
    box = find(part, TextBox, "第1级描述")
    box.setFocus()
    box.selectAll()
    write(qtbot, box, "全国首创，已成规模")
    qtbot.waitUntil(lambda: leaf(desk, 1, 0).descriptors[0].text == "全国首创，已成规模", timeout=1_000)
    assert box.hasFocus()
    write(qtbot, box, "。")
    # Another node is chosen before the pause is over: what was typed belongs to the first.
    part.tree.go_to((1, 2))
    assert leaf(desk, 1, 0).descriptors[0].text.endswith("规模。")
    assert leaf(desk, 1, 2) == node_at(builtin_scheme(), (1, 2))
    share = find(part, QSpinBox, "第2级从满分")
    share.setFocus()
    share.selectAll()
    qtbot.keyClicks(share, "80")
    qtbot.keyClick(share, Qt.Key.Key_Tab)
    assert leaf(desk, 1, 2).descriptors[1].from_percent == 80
    assert "即 4 分起" in read_words(part)
    press(qtbot, part, "删去第4级")
    assert len(leaf(desk, 1, 2).descriptors) == 3
    press(qtbot, part, "添加一级")
    fill(qtbot, part, "第4级名称", "差")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    assert [one.name for one in leaf(desk, 1, 2).descriptors] == ["优", "良", "中", "差"]


def test_bands_are_edited_per_category(qtbot: Any, page: Page) -> None:
    desk, part = page
    part.tree.go_to((0, 0))
    cards = part.tree.panel.bands.cards
    assert [one.category.currentText() for one in cards] == ["平台类", "应用类", "服务类"]
    row = cards[0].bands[1]
    type_into(qtbot, row.at_least, "12.5")
    qtbot.keyClick(row.at_least, Qt.Key.Key_Tab)
    assert leaf(desk, 0, 0).band_tables[0].bands[1] == Band("12.5", 400)
    type_into(qtbot, row.points, "abc")
    qtbot.keyClick(row.points, Qt.Key.Key_Tab)
    assert "abc" in read_words(row)
    assert leaf(desk, 0, 0).band_tables[0].bands[1] == Band("12.5", 400)
    type_into(qtbot, row.points, "4.3")
    qtbot.keyClick(row.points, Qt.Key.Key_Tab)
    assert "指标A1的分档" in read_words(part)  # not a multiple of the step
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    press(qtbot, part, "添加分档表")
    assert leaf(desk, 0, 0).band_tables[3] == BandTable("", "亿元", (Band("0", 0),))
    press(qtbot, part, "删去第4张分档表")
    assert len(leaf(desk, 0, 0).band_tables) == 3


def test_rules_are_read_and_changed_where_their_numbers_stand(qtbot: Any, page: Page) -> None:
    desk, part = page
    part.tabs.setCurrentIndex(RULES)
    pick(qtbot, part.rules, "各专家评分的合成方式", "先求每项指标的平均分")
    press(qtbot, part.rules, "去掉一个最高分和一个最低分")
    for name, value in (
        ("去极值最少有效评分", 6),
        ("最少有效评分", 4),
        ("保留小数位", 1),
        ("相差超过平均分的百分之几", 35),
        ("稳健检验最少专家数", 7),
        ("评估意见最少字数", 80),
        ("法定人数分母", 4),
    ):
        field = find(part.rules, QSpinBox, name)
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, str(value))
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    scheme = kept(desk)
    merging = scheme.merging
    assert (merging.scope, merging.trimmed, merging.trim_from) == (Scope.LEAF, True, 6)
    assert (merging.min_valid, merging.places) == (4, 1)
    assert (scheme.outliers.of_mean, scheme.outliers.robust_from) == (35, 7)
    assert (scheme.remarks.opinion_min, scheme.meeting.quorum) == (80, (2, 4))
    for _ in range(9):
        part.history.undo()
    assert kept(desk) == builtin_scheme()


def test_ties_levels_gates_and_categories_are_lists_people_arrange(qtbot: Any, page: Page) -> None:
    desk, part = page
    part.tabs.setCurrentIndex(RULES)
    rules = part.rules
    press(qtbot, rules, "第2条提前")
    press(qtbot, rules, "删去第5条")
    assert [one.section for one in kept(desk).merging.ties[:2]] == ["C", "B"]
    menu = rules.ties.more.menu()
    menu.popup(rules.mapToGlobal(rules.rect().center()))
    place = next(n for n, one in enumerate(menu.actions()) if one.text().startswith("D "))
    for _ in range(place + 1):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert kept(desk).merging.ties[-1] == TieRule(TieStep.SECTION, "D")
    gates = len(kept(desk).gates)
    press(qtbot, rules, "添加准入项")
    fill(qtbot, rules, f"第{gates + 1}个准入项", "新的准入项")
    type_into(qtbot, rules.gates.rows[-1].name, "没有重大安全事故")
    qtbot.keyClick(rules.gates.rows[-1].name, Qt.Key.Key_Return)
    assert kept(desk).gates[-1].name == "没有重大安全事故"
    pick(qtbot, rules, "等级怎样划分", "按名次比例")
    assert kept(desk).level_by is LevelBy.RANK_SHARE
    assert check_scheme(kept(desk)) == []
    fill(qtbot, rules, "第1等界线", "95")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    assert "规则“等级”取值不当" in read_words(rules)
    assert "规则（1 处有误）" in part.tabs.tabText(RULES)
    fill(qtbot, rules, "企业类别", "平台类、应用类")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    assert kept(desk).categories == ("平台类", "应用类")


@pytest.mark.parametrize("suffix", [".json", ".xlsx"])
def test_a_scheme_is_written_and_read_back_equal(
    parts: Parts, page: Page, tmp_path: Path, settled: Any, suffix: str
) -> None:
    desk, part = page
    path = tmp_path / f"指标体系{suffix}"
    part.write_to(path)
    settled()
    assert read_scheme(path) == builtin_scheme()
    assert "已导出" in part.banner.words
    official = replace(read_scheme(path), title="附件2", is_placeholder=False)
    if suffix == ".json":
        path.write_bytes(scheme_json(official))
    else:
        write_scheme_workbook(official, path)
    part.bring_in(path)
    settled()
    assert kept(desk) == official
    assert "没有发现问题" in part.banner.words
    part.history.undo()
    assert kept(desk) == builtin_scheme()


def test_a_faulty_file_is_taken_as_a_draft_and_leads_to_its_first_fault(
    qtbot: Any, page: Page, tmp_path: Path, settled: Any
) -> None:
    desk, part = page
    wrong = with_node(builtin_scheme(), (1, 0), replace(node_at(builtin_scheme(), (1, 0)), points=900))
    (tmp_path / "有误.json").write_bytes(scheme_json(wrong))
    part.bring_in(tmp_path / "有误.json")
    settled()
    assert kept(desk) == wrong
    assert "1 处错误" in part.banner.words
    press(qtbot, part.banner, "看第一处")
    assert part.tree.path == (1,)


def test_a_file_that_is_no_scheme_changes_nothing(page: Page, tmp_path: Path, settled: Any) -> None:
    desk, part = page
    (tmp_path / "乱.json").write_text("{", encoding="utf-8")
    part.bring_in(tmp_path / "乱.json")
    settled()
    assert "乱.json" in part.banner.words
    assert kept(desk) == builtin_scheme()


def test_the_preview_is_the_experts_sheet_and_waits_for_faults_to_be_cured(page: Page) -> None:
    desk, part = page
    part.tabs.setCurrentIndex(PREVIEW)
    QApplication.processEvents()
    sheet = find(part.preview, ScoreSheet, "")
    assert any("电子商务交易规模" in one.accessibleName() for one in sheet.findChildren(QWidget))
    assert not sheet.edits.can_write
    part.save("改", with_node(kept(desk), (1, 0), replace(node_at(kept(desk), (1, 0)), step=0)))
    assert "还不能预览" in read_words(part.preview)
    part.history.undo()
    assert "还不能预览" not in read_words(part.preview)


def test_after_the_issue_the_tree_is_only_read(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = issued_desk(parts, tmp_path)
    part = shown(desk, SchemeStep, "scheme")
    index = part.tree.model.index_at((0, 0), NAME)
    click_cell(qtbot, part.tree.tree, index)
    qtbot.keyClick(part.tree.tree, Qt.Key.Key_F2)
    assert part.tree.tree.viewport().findChild(QLineEdit) is None
    assert not part.tree.beside.isVisible() and not part.bring.isVisible()
    assert part.send.isVisible()
    part.tabs.setCurrentIndex(RULES)
    assert not part.rules.title.isEnabled()
    assert not part.takes([tmp_path / "名片.json"])
    QApplication.processEvents()
