"""The organiser's desk: the checklist, the way between steps, where dropped files go, the lock, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gui.hands import drop, find, read_words
from gui.organiser_hands import CTRL, SHIFT, issued_desk, key, new_desk, shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QWidget
from services.reviews import PASSPHRASE, firms

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.scheme_file import write_scheme_workbook
from ecpanel.gui.app import Parts
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.history import History
from ecpanel.gui.organiser.candidates import CandidatesStep
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.particulars import ParticularsStep
from ecpanel.gui.organiser.scheme import SchemeStep
from ecpanel.gui.organiser.step import OrganiserStep
from ecpanel.gui.organiser.steps import StepButton
from ecpanel.gui.pages.unlock import UnlockPage
from ecpanel.services import organise
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.readiness import StepKey


def button(desk: OrganiserDesk, key_: str) -> StepButton:
    return desk.steps.button(key_)


def test_the_desk_opens_at_the_first_step_that_is_not_done(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    assert isinstance(desk.shown, SchemeStep)  # the particulars came with the new review
    assert button(desk, "scheme").isChecked()
    assert not button(desk, "particulars").isChecked()


def test_steps_tell_number_state_and_summary_to_screen_readers_too(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 3)
    told = button(desk, "candidates").accessibleName()
    assert told.startswith("3 参评企业，完成，3 家")
    interface = QAccessible.queryAccessibleInterface(button(desk, "issue"))
    assert interface.text(QAccessible.Text.Name).startswith("7 发放，等待，先处理 专家与分组")
    assert "Ctrl + 5" in button(desk, "people").toolTip()
    assert "还没有专家" in button(desk, "people").toolTip()


@pytest.mark.parametrize(("number", "step"), list(enumerate(StepKey, start=1)))
def test_ctrl_and_a_number_shows_a_step(
    qtbot: Any, parts: Parts, tmp_path: Path, number: int, step: StepKey
) -> None:
    desk = new_desk(parts, tmp_path)
    key(qtbot, desk, Qt.Key(Qt.Key.Key_0 + number))
    assert desk.shown is not None and desk.shown.key == step
    assert button(desk, step).isChecked()


def test_next_goes_through_all_steps_and_the_last_has_none(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    desk.go_to(StepKey.PARTICULARS)
    for step in list(StepKey)[1:]:
        assert desk.shown is not None and desk.shown.next is not None
        qtbot.mouseClick(desk.shown.next, Qt.MouseButton.LeftButton)
        assert desk.shown.key == step
    assert desk.shown.next is None


def test_the_checklist_folds_to_numbers_and_the_wish_is_remembered(
    qtbot: Any, parts: Parts, tmp_path: Path
) -> None:
    desk = new_desk(parts, tmp_path)
    wide = desk.steps.width()
    key(qtbot, desk, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: desk.steps.width() < wide // 2, timeout=1_000)
    assert parts.frame.preferences.widths["organiser.steps"] == [1]
    key(qtbot, desk, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: desk.steps.width() == wide, timeout=1_000)
    parts.window.set_text_size(22)
    qtbot.waitUntil(lambda: desk.steps.narrow, timeout=1_000)
    assert parts.window.width() == 1366
    parts.window.set_text_size(12)
    qtbot.waitUntil(lambda: not desk.steps.narrow, timeout=1_000)


def test_a_large_text_never_makes_the_window_larger_than_its_screen(
    qtbot: Any, parts: Parts, tmp_path: Path
) -> None:
    desk = new_desk(parts, tmp_path, 40)
    parts.window.set_text_size(22)
    for step in (StepKey.PARTICULARS, StepKey.SCHEME, StepKey.CANDIDATES):
        desk.go_to(step)
        qtbot.wait(30)
        assert (parts.window.width(), parts.window.height()) == (1366, 768), step


def card(folder: Path, parts: Parts) -> Path:
    store, made = organise.new_chair(
        folder / "组长.ecreview", PASSPHRASE, "欧阳𬭸1", parts.frame.cost, system_clock
    )
    store.close()
    path = folder / "名片.json"
    path.write_bytes(card_bytes(made))
    return path


def test_a_card_goes_to_the_people_and_a_folder_to_the_dossiers(
    parts: Parts, tmp_path: Path, settled: Any
) -> None:
    desk = new_desk(parts, tmp_path, 3)
    drop(parts.window, [card(tmp_path, parts)])
    settled()
    assert desk.shown is not None and desk.shown.key == StepKey.PEOPLE
    (tmp_path / "申报材料").mkdir()
    drop(parts.window, [tmp_path / "申报材料"])
    settled()
    assert desk.shown.key == StepKey.DOSSIERS
    assert parts.window.page is desk


def test_a_list_goes_to_the_step_that_shows(parts: Parts, tmp_path: Path, settled: Any) -> None:
    desk = new_desk(parts, tmp_path)
    changed = organise.builtin_scheme()
    from dataclasses import replace

    write_scheme_workbook(replace(changed, title="正式体系", is_placeholder=False), tmp_path / "体系.xlsx")
    shown(desk, SchemeStep, "scheme")
    drop(parts.window, [tmp_path / "体系.xlsx"])
    settled()
    assert organise.preparation(desk.store).scheme.title == "正式体系"


def test_a_file_of_no_use_here_is_told_and_the_desk_stays(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    (tmp_path / "照片.png").write_bytes(b"x")
    part = shown(desk, ParticularsStep, "particulars")
    drop(parts.window, [tmp_path / "照片.png"])
    assert parts.window.page is desk
    assert "照片.png" in part.banner.words and "用不上" in part.banner.words


def test_another_review_dropped_here_is_opened_at_its_own_desk(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    other = tmp_path / "别的.ecreview"
    other.write_bytes(b"x")
    drop(parts.window, [other])
    assert isinstance(parts.window.page, UnlockPage) and parts.window.page is not desk


def test_after_the_issue_steps_say_since_when_they_are_locked(parts: Parts, tmp_path: Path) -> None:
    desk = issued_desk(parts, tmp_path)
    for kind, step in (
        (ParticularsStep, "particulars"),
        (SchemeStep, "scheme"),
        (CandidatesStep, "candidates"),
    ):
        part = shown(desk, kind, step)
        assert part.locked
        assert "已锁定" in read_words(part) and "只能查看" in read_words(part)
        assert "已锁定" in button(desk, step).accessibleName()
    assert not desk.part("people").locked


def test_leaving_remembers_how_far_the_review_is(parts: Parts, tmp_path: Path) -> None:
    new_desk(parts, tmp_path, 3)
    parts.frame.go_home()
    recent = parts.frame.preferences.recents[0]
    assert (recent.desk, recent.title, recent.state) == ("organiser", "2021年综合评价", "待办：指标体系")
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE):
        pass  # the desk has let go of it


def test_every_control_of_the_first_steps_has_a_name(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 3)
    for kind, step in (
        (ParticularsStep, "particulars"),
        (SchemeStep, "scheme"),
        (CandidatesStep, "candidates"),
    ):
        part = shown(desk, kind, step)
        for control in part.findChildren(QWidget):
            inner = control.objectName().startswith("qt_")
            if control.isVisible() and not inner and control.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                interface = QAccessible.queryAccessibleInterface(control)
                assert interface is not None and interface.text(QAccessible.Text.Name), control


# ---- undo


class _Box:
    """Something that is changed."""

    def __init__(self) -> None:
        self.value = 0

    def set(self, value: int) -> int:
        if value > 9:
            raise EcpanelError("particulars_cut", cut=value, largest=9)
        before, self.value = self.value, value
        return before


@pytest.fixture
def history(qtbot: Any, parts: Parts) -> History:
    banner = Banner(parts.frame.theme)
    qtbot.addWidget(banner)
    return History(banner)


def test_changes_are_taken_back_and_done_again_in_order(history: History) -> None:
    box = _Box()
    for value in (1, 2, 3):
        assert history.do(f"改为{value}", lambda value=value: box.set(value), box.set)  # type: ignore[misc]
    history.undo()
    history.undo()
    assert (box.value, history.undo_words, history.redo_words) == (1, "改为1", "改为2")
    history.redo()
    assert box.value == 2


def test_changes_of_one_thing_are_one_step(history: History) -> None:
    box = _Box()
    history.do("先", lambda: box.set(1), box.set)
    for value in (2, 3, 4):
        history.do("改", lambda value=value: box.set(value), box.set, key="字段")  # type: ignore[misc]
    history.undo()
    assert box.value == 1
    history.redo()
    assert box.value == 4


def test_a_refused_change_is_told_and_leaves_nothing_to_take_back(history: History) -> None:
    box = _Box()
    assert not history.do("改", lambda: box.set(12), box.set)
    assert (box.value, history.undo_words) == (0, "")
    told: list[EcpanelError] = []
    assert not history.do("改", lambda: box.set(12), box.set, failed=told.append)
    assert [one.code for one in told] == ["particulars_cut"]


def test_undo_keys_work_wherever_the_focus_is_on_the_page(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 3)
    part = shown(desk, CandidatesStep, "candidates")
    part.table.setFocus()
    part.jump("C002")
    qtbot.mouseClick(find(part, QPushButton, "移除"), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert [one.candidate_id for one in organise.preparation(desk.store).candidates] == ["C001", "C003"]
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    assert tuple(organise.preparation(desk.store).candidates) == tuple(firms(3))
    key(qtbot, part, Qt.Key.Key_Z, CTRL | SHIFT)
    assert len(organise.preparation(desk.store).candidates) == 2


def test_a_step_that_is_left_saves_what_is_being_typed(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    part = shown(desk, ParticularsStep, "particulars")
    line = part.form.parts.title
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "Review 2021")
    parts.frame.go_home()
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE) as store:
        assert organise.preparation(store).review.title == "Review 2021"


def test_every_step_is_a_step(parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    assert all(isinstance(desk.part(step), OrganiserStep) for step in StepKey)
