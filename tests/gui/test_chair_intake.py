"""收包 by mouse and keyboard: judged at once, merged when people say so, acts on experts, the opening."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import drop, type_into, type_words
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from services.quick_panels import QuickPanel, quick_panel
from services.reviews import firms
from services.rewriting import copied

from ecpanel.domain.submission import Verdict
from ecpanel.exchange import keys
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.intake import IntakePart
from ecpanel.gui.chair.judged import Todo, packages_in, reasons
from ecpanel.gui.controls.fingerprint import Fingerprint
from ecpanel.progress import silent
from ecpanel.services.board import BoardState, board
from ecpanel.services.chair import reopen_submission, take_in
from ecpanel.services.moderation import moderation_of, open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.wrapping import Cost

POINTS = re.compile(r"\d\.\d\d(?!\d)")


@pytest.fixture(scope="module")
def panel(tmp_path_factory, cheap: Cost) -> QuickPanel:
    return quick_panel(tmp_path_factory.mktemp("收包"), cheap, firms(4), 4, recusals={"E03": ("C002",)})


@pytest.fixture(scope="module")
def packages(panel: QuickPanel) -> list[Path]:
    """What E01 to E03 hand in."""
    return [panel.hand_in(one) for one in ("E01", "E02", "E03")]


@pytest.fixture
def store(panel: QuickPanel, packages: list[Path], tmp_path: Path) -> Path:
    return copied(panel.store, tmp_path / "组长")


def handed_in(path_or_store) -> list[str]:
    """Experts whose submission the store holds."""
    return [one.expert_id for one in board(path_or_store).experts if one.number]


def test_dropping_judges_at_once_and_writes_nothing(qtbot, parts: Parts, store, packages) -> None:
    desk = sit_down(qtbot, parts, store)
    intake = part(desk, IntakePart)
    drop(parts.window, packages)
    wait(qtbot, parts)
    assert [one.judged.todo for one in intake.files.cards] == [Todo.CONFIRM] * 3
    assert handed_in(desk.store) == [] and not intake.merge.isEnabled()
    assert not list(store.with_name("组长.restore").glob("*-intake.ecreview"))
    assert not [one for one in words_on(parts.window) if POINTS.search(one)]


def test_fingerprints_are_confirmed_by_keyboard_and_then_the_packages_merged(
    qtbot, parts: Parts, store, panel, packages
) -> None:
    desk = sit_down(qtbot, parts, store)
    intake = part(desk, IntakePart)
    drop(parts.window, packages)
    wait(qtbot, parts)
    for expert in ("E01", "E02", "E03"):
        button = intake.files.next_confirm()
        assert button is not None and expert in button.accessibleName()
        qtbot.waitUntil(lambda button=button: parts.window.focusWidget() is button)
        card = next(one for one in intake.files.cards if one.confirm is button)
        seen = [one.words for one in card.findChildren(Fingerprint) if one.isVisible()]
        assert seen == [panel.fingerprints[expert]]
        qtbot.keyClick(button, Qt.Key.Key_Space)
        wait(qtbot, parts)
    assert [one.judged.mark.word for one in intake.files.cards] == ["新"] * 3
    assert intake.merge.text() == "并入 3 个评分包"
    qtbot.waitUntil(lambda: parts.window.focusWidget() is intake.merge)
    assert handed_in(desk.store) == []
    qtbot.keyClick(parts.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: handed_in(desk.store) != [])
    wait(qtbot, parts)
    assert [one.judged.mark.word for one in intake.files.cards] == ["已并入"] * 3
    assert handed_in(desk.store) == ["E01", "E02", "E03"] and "已并入 3 个" in intake.banner.words
    assert parts.frame.preferences.recents[0].state == "收包 3/4"
    assert len(list(store.with_name("组长.restore").glob("*-intake.ecreview"))) == 1
    press(qtbot, parts, intake.clear)
    drop(parts.window, packages)
    wait(qtbot, parts)
    assert [one.judged.mark.word for one in intake.files.cards] == ["相同"] * 3


def test_every_verdict_is_told_with_reason_and_cure_and_the_good_are_merged(
    qtbot, parts: Parts, panel, tmp_path: Path, cheap: Cost
) -> None:
    own = quick_panel(tmp_path / "各种", cheap, firms(4), 4, recusals={"E03": ("C002",)}, pairs=panel.pairs)
    first, second = own.hand_in("E01"), own.hand_in("E02")
    with open_store(own.store, PASSPHRASE) as opened:
        take_in(opened, [first, second], own.fingerprints, system_clock, silent)
        reopen_submission(opened, "E02", "评估意见有笔误", system_clock)
    stick = own.folder / "U盘"
    broken = stick / "损坏 (1).ecscore"
    broken.write_bytes(os.urandom(300))
    again = own.hand_in("E02", change=lambda one: replace(one, reopened_for="评估意见有笔误"))
    gappy = own.hand_in("E04", leave_out=("C001",), gaps=("C003",))
    barred = own.hand_in(
        "E03", change=lambda one: replace(one, sheets=(*one.sheets, own._submitted("E03", "C002")))
    )
    desk = sit_down(qtbot, parts, own.store)
    intake = part(desk, IntakePart)
    drop(parts.window, [stick])
    wait(qtbot, parts)
    for expert in ("E03", "E04"):
        intake.files.confirmed.emit(expert, own.fingerprints[expert])
        wait(qtbot, parts)
    said = {one.judged.line.file: one for one in intake.files.cards}
    marks = {name: one.judged.mark.word for name, one in said.items()}
    assert sorted(marks.items()) == [
        (first.name, "相同"),
        (second.name, "相同"),
        (again.name, "变更"),
        (barred.name, "拒收"),
        (gappy.name, "不全"),
        (broken.name, "拒收"),
    ]
    refused = "".join(words_on(said[barred.name]))
    assert "回避企业C002" in refused and "怎么办：请本人核对后重新提交" in refused
    assert "怎么办：" in "".join(words_on(said[broken.name]))
    partial = said[gappy.name]
    told = "".join(words_on(partial))
    assert "C001" in told and "C003" in told
    press(qtbot, parts, intake.merge)
    assert handed_in(desk.store) == ["E01", "E02", "E04"]
    assert {one.expert_id: one.number for one in board(desk.store).experts}["E02"] == 2
    states = {one.candidate_id: one.states[3] for one in board(desk.store).candidates}
    assert states == {
        "C001": BoardState.MISSING,
        "C002": BoardState.SUBMITTED,
        "C003": BoardState.PARTIAL,
        "C004": BoardState.SUBMITTED,
    }


def test_a_key_that_differs_from_the_pinned_one_is_refused_and_cannot_be_confirmed(
    qtbot, parts: Parts, panel, tmp_path: Path, cheap: Cost
) -> None:
    own = quick_panel(tmp_path / "换钥", cheap, firms(2), 3, pairs=panel.pairs)
    first = own.hand_in("E02")
    with open_store(own.store, PASSPHRASE) as opened:
        take_in(opened, [first], own.fingerprints, system_clock, silent)
        reopen_submission(opened, "E02", "评估意见有笔误", system_clock)
    other = keys.make_key("李㛃2", "E02", system_clock())
    strange = own.hand_in("E02", pair=other)
    desk = sit_down(qtbot, parts, own.store)
    intake = part(desk, IntakePart)
    drop(parts.window, [strange])
    wait(qtbot, parts)
    [card] = intake.files.cards
    assert card.judged.line.verdict is Verdict.REFUSED and card.confirm is None
    assert "与已确认的不符" in "".join(words_on(card)) and not intake.merge.isEnabled()


def test_a_folder_without_packages_is_said_to_be_so(qtbot, parts: Parts, store, tmp_path: Path) -> None:
    desk = sit_down(qtbot, parts, store)
    empty = tmp_path / "别的U盘"
    empty.mkdir()
    drop(parts.window, [empty])
    assert parts.window.page is desk and "别的U盘" in part(desk, IntakePart).banner.words


def test_folders_on_a_stick_are_looked_into_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "01").mkdir()
    (tmp_path / "02" / "终").mkdir(parents=True)
    (tmp_path / ".隐藏").mkdir()
    kept = [tmp_path / "01" / "甲.ECSCORE", tmp_path / "02" / "终" / "乙.ecscore"]
    for one in (*kept, tmp_path / "01" / "说明.txt", tmp_path / ".隐藏" / "丙.ecscore"):
        one.write_bytes(b"")
    (tmp_path / "圈").symlink_to(tmp_path, target_is_directory=True)
    assert packages_in([tmp_path]) == kept
    assert packages_in([kept[0], tmp_path]) == kept


def test_cancelling_leaves_everything_as_it_was(qtbot, parts: Parts, store, packages) -> None:
    desk = sit_down(qtbot, parts, store)
    intake = part(desk, IntakePart)
    drop(parts.window, packages)
    parts.frame.jobs.cancel()
    wait(qtbot, parts)
    assert "已取消" in intake.banner.words and intake.files.cards == [] and handed_in(desk.store) == []


def test_a_stick_pulled_before_the_merge_costs_only_its_own_files(
    qtbot, parts: Parts, store, panel, packages, tmp_path: Path
) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    here = [stick / one.name for one in packages[:2]]
    for source, target in zip(packages, here, strict=False):
        target.write_bytes(source.read_bytes())
    desk = sit_down(qtbot, parts, store)
    intake = part(desk, IntakePart)
    drop(parts.window, here)
    wait(qtbot, parts)
    for expert in ("E01", "E02"):
        intake.files.confirmed.emit(expert, panel.fingerprints[expert])
        wait(qtbot, parts)
    here[0].unlink()
    press(qtbot, parts, intake.merge)
    assert handed_in(desk.store) == ["E02"] and "1 个没有并入" in intake.banner.words
    lost = next(one for one in intake.files.cards if one.judged.path == here[0])
    assert "找不到" in "".join(words_on(lost))


def test_many_problems_are_told_once_for_each_kind_and_all_on_demand(
    qtbot, parts: Parts, panel, tmp_path: Path, cheap: Cost
) -> None:
    own = quick_panel(tmp_path / "多", cheap, firms(30), 3, pairs=panel.pairs)
    gone = [one.candidate_id for one in own.candidates[:12]]
    package = own.hand_in("E02", leave_out=gone)
    desk = sit_down(qtbot, parts, own.store)
    intake = part(desk, IntakePart)
    drop(parts.window, [package])
    wait(qtbot, parts)
    intake.files.confirmed.emit("E02", own.fingerprints["E02"])
    wait(qtbot, parts)
    [card] = intake.files.cards
    assert [one.count for one in reasons(card.judged.line.problems)] == [12]
    whole = card.findChild(QPlainTextEdit)
    assert whole is not None and not whole.isVisible()
    fold = next(one for one in card.findChildren(type(intake.merge)) if one.text() == "全部 12 条")
    press(qtbot, parts, fold)
    assert whole.isVisible() and len(whole.toPlainText().splitlines()) == 12


@pytest.fixture
def merged(store, panel, packages) -> Path:
    with open_store(store, PASSPHRASE) as opened:
        take_in(opened, packages, panel.fingerprints, system_clock, silent)
    return store


def stand_on(intake: IntakePart, row: int, expert: int) -> None:
    model = intake.board.model
    intake.board.view.setCurrentIndex(model.index(row, model.first_expert + expert))


def test_a_slip_is_written_for_an_expert_with_reason(qtbot, parts: Parts, merged, tmp_path: Path) -> None:
    desk = sit_down(qtbot, parts, merged)
    intake = part(desk, IntakePart)
    stand_on(intake, 0, 3)
    assert not intake.board.reopen.isEnabled()  # E04 has not handed in
    stand_on(intake, 0, 1)
    intake.board.reopen.trigger()
    form = intake.reopening
    assert form.isVisible() and parts.window.focusWidget() is form.reason and "E02" in "".join(words_on(form))
    press(qtbot, parts, form.primary)
    assert "不少于 4 个字" in "".join(words_on(form))
    type_words(qtbot, form.reason, "评估意见有笔误")
    form.write(tmp_path / "没有" / "这个" / "重开单.ecreopen")
    wait(qtbot, parts)
    assert form.banner.words and board(desk.store).experts[1].reopenings == 0
    form.write(tmp_path / "重开单.ecreopen")
    wait(qtbot, parts)
    assert (tmp_path / "重开单.ecreopen").is_file() and not form.isVisible()
    expert = board(desk.store).experts[1]
    assert (expert.reopenings, expert.may_replace) == (1, True)
    assert "第 1 次重开" in intake.banner.words
    stand_on(intake, 0, 1)
    assert "等待重新提交" in intake.board._who.words


def test_voiding_needs_reason_and_the_experts_name(qtbot, parts: Parts, merged, panel, packages) -> None:
    desk = sit_down(qtbot, parts, merged)
    intake = part(desk, IntakePart)
    drop(parts.window, [packages[1]])
    wait(qtbot, parts)
    stand_on(intake, 0, 1)
    intake.board.void.trigger()
    form = intake.voiding
    type_words(qtbot, form.reason, "发现应回避未回避")
    type_into(qtbot, form.name, "张三")
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert "不一致，没有作废" in "".join(words_on(form)) and not board(desk.store).experts[1].voided_for
    type_into(qtbot, form.name, panel.experts[1].name)
    press(qtbot, parts, form.primary)
    expert = board(desk.store).experts[1]
    assert (expert.state, expert.voided_for) == (BoardState.VOIDED, "发现应回避未回避")
    assert "已作废" in intake.banner.words
    assert [one.judged.mark.word for one in intake.files.cards] == ["拒收"]  # judged again
    assert not intake.board.void.isEnabled()


def test_the_stage_is_opened_at_once_when_all_are_in(
    qtbot, parts: Parts, panel, tmp_path: Path, cheap: Cost
) -> None:
    own = quick_panel(tmp_path / "齐", cheap, firms(3), 3, pairs=panel.pairs)
    files = [own.hand_in(one.expert_id) for one in own.experts]
    with open_store(own.store, PASSPHRASE) as opened:
        take_in(opened, files, own.fingerprints, system_clock, silent)
    desk = sit_down(qtbot, parts, own.store)
    intake = part(desk, IntakePart)
    press(qtbot, parts, desk.stage_line.button)
    assert intake.opening.isVisible() and not intake.opening.reason.isVisible()
    assert moderation_of(desk.store) is None
    press(qtbot, parts, intake.opening.primary)
    assert moderation_of(desk.store) == desk.moderation is not None
    assert not desk.stage_line.button.isVisible() and "审议已于" in "".join(words_on(desk.stage_line))
    assert [one for one in words_on(intake.board.view) if POINTS.search(one)]
    press(qtbot, parts, intake.banner._button)
    assert desk.shown.name == "复核" and desk.shown.isVisible()


def test_opening_early_names_who_is_missing_and_needs_a_reason(qtbot, parts: Parts, merged) -> None:
    desk = sit_down(qtbot, parts, merged)
    intake = part(desk, IntakePart)
    qtbot.keyClick(
        parts.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    opening = intake.opening
    qtbot.waitUntil(opening.isVisible)
    assert "E04 王五4" in "".join(words_on(opening))
    press(qtbot, parts, opening.primary)
    assert moderation_of(desk.store) is None and "不少于 4 个字" in "".join(words_on(opening))
    type_words(qtbot, opening.reason, "因病不能到会")
    press(qtbot, parts, opening.primary)
    opened = moderation_of(desk.store)
    assert opened is not None and (opened.reason, opened.missing) == ("因病不能到会", ("E04",))


def test_back_from_the_opening_nothing_is_open(qtbot, parts: Parts, merged) -> None:
    desk = sit_down(qtbot, parts, merged)
    intake = part(desk, IntakePart)
    desk.open_moderation()
    intake.opening.dropped.emit()
    assert intake.board.isVisible() and moderation_of(desk.store) is None


def test_a_late_package_is_merged_after_the_opening_too(qtbot, parts: Parts, merged, panel) -> None:
    with open_store(merged, PASSPHRASE) as opened:
        open_moderation(opened, "不再等待王五4", system_clock)
    desk = sit_down(qtbot, parts, merged)
    intake = part(desk, IntakePart)
    assert intake.fold.isChecked() and not intake.drop.isVisible()
    late = panel.hand_in("E04", panel.folder / "迟交.ecscore")
    drop(parts.window, [late])
    wait(qtbot, parts)
    assert intake.files.isVisible() and not intake.fold.isChecked()
    press(qtbot, parts, intake.files.next_confirm())
    press(qtbot, parts, intake.merge)
    assert handed_in(desk.store) == ["E01", "E02", "E03", "E04"]
    assert all(intake.board.model.rows[0].cell(place).total is not None for place in range(4))


def test_the_board_is_filtered_by_words_and_by_what_is_missing(qtbot, parts: Parts, merged) -> None:
    desk = sit_down(qtbot, parts, merged)
    panel_ = part(desk, IntakePart).board
    type_words(qtbot, panel_.search, "C002")
    qtbot.waitUntil(lambda: panel_.model.rowCount() == 1)
    type_into(qtbot, panel_.search, "㛃")
    qtbot.waitUntil(lambda: [one.candidate.candidate_id for one in panel_.model.rows] == ["C001", "C004"])
    type_into(qtbot, panel_.search, "没有")
    qtbot.waitUntil(lambda: panel_.model.rowCount() == 0)
    assert not panel_.view.isVisible()
    panel_.show_all()
    assert panel_.model.rowCount() == 4 and panel_.view.isVisible()
