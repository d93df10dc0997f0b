"""The chair's desk as a whole: its task package, its tabs before and after the moderation stage, its way home."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import drop, type_into, type_words
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from services.quick_panels import SLIP, QuickPanel, agreed, quick_panel
from services.reviews import firms, prepared
from services.reviews import panel as people
from services.rewriting import copied

from ecpanel.domain.attendance import chair_recused
from ecpanel.exchange.cards import card_bytes
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.intake import IntakePart
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.pages.task import TaskPage
from ecpanel.progress import silent
from ecpanel.services.chair import load_material, result_of, take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.wrapping import Cost

POINTS = re.compile(r"\d\.\d\d(?!\d)")


@pytest.fixture(scope="module")
def panel(tmp_path_factory, cheap: Cost) -> QuickPanel:
    """Three experts on four firms; the chair is recused from C002."""
    made = quick_panel(tmp_path_factory.mktemp("组长台"), cheap, firms(4), 3, recusals={"E01": ("C002",)})
    made.sheets = agreed(made.sheets, made.scheme)
    return made


@pytest.fixture(scope="module")
def packages(panel: QuickPanel) -> list[Path]:
    return [panel.hand_in(one.expert_id) for one in panel.experts]


@pytest.fixture
def store(panel: QuickPanel, packages: list[Path], tmp_path: Path) -> Path:
    """All packages are merged, the stage is not open."""
    path = copied(panel.store, tmp_path / "组长")
    with open_store(path, PASSPHRASE) as opened:
        take_in(opened, packages, panel.fingerprints, system_clock, silent)
    return path


@pytest.fixture
def waiting(tmp_path: Path, cheap: Cost) -> QuickPanel:
    return quick_panel(tmp_path / "等", cheap, taken=False)


def test_a_store_without_task_package_asks_for_it_and_takes_it(qtbot, parts: Parts, waiting) -> None:
    desk = sit_down(qtbot, parts, waiting.store)
    assert desk.task.drop.isVisible() and not desk._tabs.isVisible()
    assert parts.frame.preferences.recents[0].state == "待打开任务包"
    drop(parts.window, [waiting.package])
    assert desk.task.slip.isVisible() and parts.window.page is desk
    type_into(qtbot, desk.task.slip, "ABCD-EFGH")
    qtbot.keyClick(desk.task.slip, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert "口令不对" in "".join(words_on(desk.task)) and desk.stage is None
    type_into(qtbot, desk.task.slip, SLIP)
    press(qtbot, parts, desk.task.primary)
    seen = "".join(words_on(desk.task))
    assert "3 位专家，3 家参评企业" in seen and "组织方签名指纹" in seen and desk.stage is None
    press(qtbot, parts, desk.task.primary)
    assert desk.stage is not None and desk._tabs.isVisible()
    assert desk.title == parts.window.windowTitle().split(" · ")[0] == waiting.review.title
    assert [one.word for one in desk.marks()] == ["占位指标体系"]
    assert part(desk, IntakePart).isVisible()
    parts.frame.go_home()
    [recent] = parts.frame.preferences.recents
    assert (recent.title, recent.desk, recent.state) == (waiting.review.title, "chair", "收包 0/3")
    with open_store(waiting.store, PASSPHRASE) as opened:
        from ecpanel.services.stage import stage_of

        assert stage_of(opened) == desk.stage


def test_a_lost_card_is_written_once_more(qtbot, parts: Parts, waiting, tmp_path: Path) -> None:
    desk = sit_down(qtbot, parts, waiting.store)
    assert desk.task.card.isVisible()
    desk.task.write_card(tmp_path / "名片.json")
    wait(qtbot, parts)
    assert waiting.card.fingerprint in desk.task.banner.words
    assert (tmp_path / "名片.json").read_bytes() == card_bytes(waiting.card)


def test_an_experts_package_is_sent_on_to_the_experts_desk(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    experts, group = people(3)
    issued = prepared(tmp_path / "评审", cheap, firms(2), experts, group)
    own = next(one for one in issued if one.owner == "E01" and one.desk.value == "expert")
    desk = sit_down(qtbot, parts, tmp_path / "评审" / "组长.ecreview")
    drop(parts.window, [own.path])
    type_words(qtbot, desk.task.slip, own.passphrase)
    press(qtbot, parts, desk.task.primary)
    assert "不是组长的" in desk.task.banner.words
    press(qtbot, parts, desk.task.banner._button)
    assert isinstance(parts.window.page, TaskPage)


def test_before_the_stage_is_open_no_tab_tells_a_number_of_points(qtbot, parts: Parts, store: Path) -> None:
    desk = sit_down(qtbot, parts, store)
    assert (desk.moderation, desk.numbers_shown) == (None, False)
    for number, name in enumerate(("收包", "复核", "合议", "排名", "签发"), start=1):
        qtbot.keyClick(parts.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        wait(qtbot, parts)
        assert desk.shown.name == name
        seen = [one for one in words_on(parts.window) if one]
        assert not [one for one in seen if POINTS.search(one)], name
        if name != "收包":
            assert "审议阶段还没有开启" in seen and "开启审议…" in seen and not desk.shown.isVisible()
    assert any("分数不可见" in one for one in words_on(desk.stage_line))


class Flashes(QObject):
    """Notes widgets that show as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_no_part_of_the_desk_flashes_as_a_window(
    qtbot, parts: Parts, panel, packages, tmp_path: Path
) -> None:
    flashes = Flashes()
    QApplication.instance().installEventFilter(flashes)
    try:
        desk = sit_down(qtbot, parts, copied(panel.store, tmp_path / "组长"))
        drop(parts.window, packages)
        wait(qtbot, parts)
        desk.open_moderation()
    finally:
        QApplication.instance().removeEventFilter(flashes)
    assert flashes.seen == []


def test_an_empty_tab_leads_to_what_comes_next(qtbot, parts: Parts, panel, store: Path, tmp_path) -> None:
    empty = sit_down(qtbot, parts, copied(panel.store, tmp_path / "空"))
    empty.go_to("排名")
    press(qtbot, parts, empty._closed.button)
    assert empty.shown.name == "收包" and part(empty, IntakePart).header.isVisible()
    desk = sit_down(qtbot, parts, store)
    desk.go_to("排名")
    press(qtbot, parts, desk._closed.button)
    assert part(desk, IntakePart).opening.isVisible()


def test_the_result_is_computed_once_until_the_store_changes(qtbot, parts: Parts, store: Path) -> None:
    with open_store(store, PASSPHRASE) as opened:
        open_moderation(opened, "", system_clock)
        alone = result_of(opened, system_clock)
    desk = sit_down(qtbot, parts, store)
    found = []
    banner = Banner(parts.frame.theme)
    for _ in range(2):
        desk.with_result(lambda result, material: found.append((result, material)), banner)
        wait(qtbot, parts)
    assert found[0][0] is found[1][0] and found[0][1] is found[1][1]
    assert found[0][0].lines == alone.lines and gc.isenabled()
    desk.changed()
    desk.with_result(lambda result, material: found.append((result, material)), banner)
    assert len(found) == 2  # it is computed beside the window
    wait(qtbot, parts)
    assert found[2][0] is not found[0][0] and found[2][0].lines == alone.lines


def test_a_computation_begun_before_a_change_is_not_handed_out(qtbot, parts: Parts, store: Path) -> None:
    with open_store(store, PASSPHRASE) as opened:
        open_moderation(opened, "", system_clock)
    desk = sit_down(qtbot, parts, store)
    desk.changed("")
    assert parts.frame.jobs.running is not None
    desk.changed("")
    wait(qtbot, parts)
    found = []
    desk.with_result(lambda result, _: found.append(result), Banner(parts.frame.theme))
    assert len(found) == 1


def test_candidates_the_chair_is_recused_from_are_hidden_until_the_bundle_is_signed(
    qtbot, parts: Parts, store: Path, tmp_path: Path
) -> None:
    with open_store(store, PASSPHRASE) as opened:
        open_moderation(opened, "", system_clock)
        assert chair_recused(load_material(opened)) == {"C002"}
    desk = sit_down(qtbot, parts, store)
    assert (desk.hidden, desk.closed) == ({"C002"}, False)
    assert desk.progress_words() == "审议中 · 收包 3/3"
    write_result_bundle(desk.store, tmp_path / "成果包.zip", system_clock, silent)
    desk.changed("已签发")
    wait(qtbot, parts)
    assert (desk.hidden, desk.closed, desk.progress_words()) == (frozenset(), True, "已签发")
    assert "成果包已签发，只读" in list(words_on(desk.stage_line))
    intake = part(desk, IntakePart)
    desk.go_to("收包")
    wait(qtbot, parts)
    assert not intake.drop.isVisible() and not intake.merge.isVisible()
    assert not intake.board.acts.isEnabled()
    row = next(one for one in intake.board.model.rows if one.candidate.candidate_id == "C002")
    assert row.spread is not None


def test_a_second_task_package_is_taken_and_a_click_on_the_tab_brings_it_back(
    qtbot, parts: Parts, panel: QuickPanel, store: Path
) -> None:
    desk = sit_down(qtbot, parts, store)
    drop(parts.window, [panel.package])
    assert desk.task.slip.isVisible()
    tabs = desk._tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert not desk.task.isVisible() and part(desk, IntakePart).isVisible()
    drop(parts.window, [panel.package])
    type_words(qtbot, desk.task.slip, SLIP)
    press(qtbot, parts, desk.task.primary)
    press(qtbot, parts, desk.task.primary)
    assert part(desk, IntakePart).isVisible() and desk.board is not None and desk.board.handed_in == 3


def test_files_of_nobody_are_said_to_be_so_without_leaving_the_desk(
    qtbot, parts: Parts, store: Path, tmp_path: Path
) -> None:
    desk = sit_down(qtbot, parts, store)
    stray = tmp_path / "会议通知.docx"
    stray.write_bytes(b"PK")
    drop(parts.window, [stray])
    assert parts.window.page is desk and "会议通知.docx" in desk.banner.words
    bundle = tmp_path / "成果包.zip"
    bundle.write_bytes(b"PK")
    drop(parts.window, [bundle])
    assert not isinstance(parts.window.page, ChairDesk)
    open_store(store, PASSPHRASE).close()  # leaving let go of it


def test_enter_on_the_map_leads_to_the_candidate_at_the_meeting(qtbot, parts: Parts, store: Path) -> None:
    desk = sit_down(qtbot, parts, store)
    intake = part(desk, IntakePart)
    view = intake.board.view
    view.setCurrentIndex(intake.board.model.index(2, intake.board.model.first_expert))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert desk.shown is intake  # there is nothing to speak about yet
    open_moderation(desk.store, "", system_clock)
    desk.changed("")
    wait(qtbot, parts)
    asked = []
    meeting = next(one for one in desk.parts if one.name == "合议")
    plain = meeting.show_candidate
    meeting.show_candidate = lambda key: (asked.append(key), plain(key))  # type: ignore[method-assign]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert desk.shown is meeting and asked == ["C003"]
