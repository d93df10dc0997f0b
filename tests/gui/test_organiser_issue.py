"""发放 by mouse and keyboard: what blocks, what will happen, packages and slips, who holds what, once more for one."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gui.hands import drop, fill, find, press, read_words, type_into
from gui.organiser_hands import click_cell, key, new_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QRadioButton
from services.full_reviews import make_card_file, many_firms, set_up
from services.reviews import PASSPHRASE, panel

from ecpanel.domain.review import Desk
from ecpanel.exchange.people_list import PeopleList
from ecpanel.gui.app import Parts
from ecpanel.gui.models.holdings import (
    AGAIN,
    BOX,
    CHOSEN,
    LEFT,
    NOT_YET,
    OUT,
    UNSAVED,
    HoldingsModel,
    holding_rows,
)
from ecpanel.gui.models.records import MARK_ROLE, drawn
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.issue import IssueStep
from ecpanel.gui.organiser.issue_places import room_words, together
from ecpanel.gui.organiser.people import PeopleStep
from ecpanel.services import organise
from ecpanel.services.holdings import Holding, holdings
from ecpanel.services.issuing import Planned
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.prepare import lock_of
from ecpanel.services.readiness import preparation
from ecpanel.services.task import peek_task_package

Settled = Callable[[], None]


@pytest.fixture
def step(parts: Parts, tmp_path: Path) -> IssueStep:
    """Six firms, three experts, one group with its chair's card: ready."""
    desk = new_desk(parts, tmp_path, 6)
    experts, group = panel(3)
    organise.add_people(desk.store, PeopleList(experts, (group,), ()), system_clock)
    card = make_card_file(tmp_path, parts.frame.cost, experts, group)
    organise.set_chair_card(desk.store, card, "", system_clock)
    desk.changed()
    (tmp_path / "U盘").mkdir()
    (tmp_path / "纸").mkdir()
    return shown(desk, IssueStep, "issue")


@pytest.fixture
def aimed(qtbot: Any, step: IssueStep, tmp_path: Path) -> IssueStep:
    """Both places are filled in."""
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "U盘"))
    fill(qtbot, step, "口令条写到哪里", str(tmp_path / "纸" / "口令条.pdf"))
    return step


def slips(path: Path) -> list[tuple[str, str]]:
    """File and pass-phrase of every slip, read off the paper."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    import re

    found = re.findall(r"任务包：(.+?\.ectask)\s+([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})", text)
    return [(name, words) for name, words in found]


def held(step: IssueStep) -> list[tuple[str, str, int, bool]]:
    return [(one.owner, one.desk.value, one.times, one.slip) for one in holdings(step.store)]


def marks(step: IssueStep) -> list[str]:
    return [one.mark.word for one in step.board.model.rows]


# --- before ---


def test_what_blocks_stands_first_with_the_way_to_cure_it(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 6)
    step = shown(desk, IssueStep, "issue")
    assert "还不能发放：先处理 1 步里的错误" in read_words(step)
    assert not step.issue.isEnabled() and not step.plan.isVisible()
    press(qtbot, step, "去处理：专家与分组")
    assert desk.shown is not None and desk.shown.key == "people"


def test_what_is_worth_a_look_does_not_block(qtbot: Any, step: IssueStep) -> None:
    told = read_words(step)
    assert "可以发放，下面这些值得先看一眼" in told
    spoken = [line.accessibleName() for line in step.readiness.lines]
    assert "注意：专家与分组：评审组只有3位专家，少于通常的5位；请核对。" in spoken
    assert any("占位体系" in one for one in spoken) and step.issue.isEnabled()
    press(qtbot, step, "去看看：指标体系")
    assert step.desk.shown is not None and step.desk.shown.key == "scheme"


def test_what_will_happen_is_said_in_plain_words(step: IssueStep) -> None:
    told = read_words(step)
    assert "首次发放后，指标体系、企业名单、材料类别和分组锁定，不能再改" in told
    assert "写 4 个任务包：3 位专家、1 位组长各一个" in told
    assert "每包一个口令，只印在口令条上" in told
    assert step.issue.text() == "发放 4 个任务包"


def test_a_missing_place_is_asked_for_beside_its_field(qtbot: Any, step: IssueStep, tmp_path: Path) -> None:
    press(qtbot, step, "发放 4 个任务包")
    assert "请选择写任务包的地方，一般是U盘。" in read_words(step)
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "没插" / "U盘"))
    press(qtbot, step, "发放 4 个任务包")
    assert "请检查U盘是否插好" in read_words(step)
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "U盘"))
    fill(qtbot, step, "口令条写到哪里", str(tmp_path / "不在" / "口令条.pdf"))
    press(qtbot, step, "发放 4 个任务包")
    assert "口令条的文件夹不在；请另选一个地方。" in read_words(step)
    assert lock_of(step.store) is None and list((tmp_path / "U盘").iterdir()) == []


def test_slips_beside_the_packages_are_warned_of(qtbot: Any, step: IssueStep, tmp_path: Path) -> None:
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "U盘"))
    fill(qtbot, step, "口令条写到哪里", str(tmp_path / "U盘" / "口令条.pdf"))
    assert "谁拿到U盘谁就能打开；请换一个地方存口令条。" in read_words(step)
    fill(qtbot, step, "口令条写到哪里", str(tmp_path / "纸" / "口令条.pdf"))
    assert "谁拿到U盘谁就能打开" not in read_words(step)


def test_a_stick_dropped_on_the_page_is_where_packages_go(step: IssueStep, tmp_path: Path) -> None:
    drop(step.window(), [tmp_path / "U盘"])
    assert step.isVisible() and step.places.folder.path == tmp_path / "U盘"
    assert "可用" in read_words(step)


# --- issuing ---


def test_packages_and_slips_are_written_and_the_slips_open_the_packages(
    qtbot: Any, aimed: IssueStep, tmp_path: Path, settled: Settled
) -> None:
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    assert aimed.banner.words.startswith("已写出 4 个任务包到") and "口令条已存到" in aimed.banner.words
    written = slips(tmp_path / "纸" / "口令条.pdf")
    assert sorted(name for name, _ in written) == sorted(one.name for one in (tmp_path / "U盘").iterdir())
    for name, words in written:
        assert peek_task_package(tmp_path / "U盘" / name, words).review.title == "2021年综合评价"
    assert held(aimed) == [("E01", "expert", 1, True), ("E02", "expert", 1, True),
                           ("E03", "expert", 1, True), ("E01", "chair", 1, True)]  # fmt: skip
    assert marks(aimed) == ["已发放"] * 4 and "任务包都已发放" in read_words(aimed)
    assert not aimed.unsaved.isVisible() and not aimed.issue.isEnabled()
    assert aimed.desk.steps.button("issue").accessibleName() == "7 发放，完成，已发 4/4"
    assert aimed.desk.lock is not None and f"指标体系第{aimed.desk.lock.version}版已于" in read_words(aimed)


def test_ctrl_return_issues(qtbot: Any, aimed: IssueStep, settled: Settled) -> None:
    key(qtbot, aimed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: aimed.desk.lock is not None, timeout=10_000)
    settled()
    assert len(held(aimed)) == 4


def test_those_ticked_get_theirs_and_then_those_without(
    qtbot: Any, aimed: IssueStep, tmp_path: Path, settled: Settled
) -> None:
    table, model = aimed.board.table, aimed.board.model
    click_cell(qtbot, table, model.index(1, BOX))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [model.index(n, BOX).data(MARK_ROLE) for n in range(4)] == [LEFT, CHOSEN, CHOSEN, LEFT]
    assert find(aimed, QRadioButton, "右边勾选的").isChecked()
    press(qtbot, aimed, "发放 2 个任务包")
    settled()
    assert marks(aimed) == ["未发放", "已发放", "已发放", "未发放"]
    assert find(aimed, QRadioButton, "还没有的和需重发的").isChecked()
    press(qtbot, aimed, "发放 2 个任务包")
    settled()
    assert marks(aimed) == ["已发放"] * 4
    assert len(slips(tmp_path / "纸" / "口令条.pdf")) == 2
    assert len(slips(tmp_path / "纸" / "口令条-2.pdf")) == 2


def test_one_person_alone_gets_a_new_package_and_the_old_one_is_spoken_of(
    qtbot: Any, aimed: IssueStep, tmp_path: Path, settled: Settled
) -> None:
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    click_cell(qtbot, aimed.board.table, aimed.board.model.index(3, 1))
    press(qtbot, aimed, "只重发给此人")
    told = read_words(aimed)
    assert "写 1 个任务包：1 位组长各一个" in told and "请收回旧的" in told
    press(qtbot, aimed, "发放 1 个任务包")
    settled()
    assert [times for *_, times, _ in held(aimed)] == [1, 1, 1, 2]
    ((name, words),) = slips(tmp_path / "纸" / "口令条-2.pdf")
    assert peek_task_package(tmp_path / "U盘" / name, words).desk is Desk.CHAIR


def test_a_cancelled_issue_keeps_what_is_out_with_its_slips(
    qtbot: Any, aimed: IssueStep, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    def stop(stage: Any) -> None:
        if stage.text.startswith("3/4"):
            parts.frame.jobs.cancel()

    from ecpanel.gui import jobs

    tick, jobs.TICK = jobs.TICK, 0.0  # type: ignore[misc]
    parts.frame.jobs.moved.connect(stop)
    try:
        press(qtbot, aimed, "发放 4 个任务包")
        settled()
        qtbot.waitUntil(lambda: "口令条已存到" in aimed.banner.words, timeout=20_000)
    finally:
        parts.frame.jobs.moved.disconnect(stop)
        jobs.TICK = tick  # type: ignore[misc]
    out = [one for one in held(aimed) if one[2]]
    assert 1 <= len(out) < 4 and all(slip for *_, slip in out)
    assert aimed.banner.words.startswith(f"已取消；已写出 {len(out)} 个任务包")
    assert f"其余 {4 - len(out)} 个没有发放" in aimed.banner.words
    for name, words in slips(tmp_path / "纸" / "口令条.pdf"):
        assert peek_task_package(tmp_path / "U盘" / name, words)


def test_a_stick_that_takes_nothing_locks_nothing(
    qtbot: Any, aimed: IssueStep, tmp_path: Path, settled: Settled
) -> None:
    wall = tmp_path / "U盘" / "挡路"
    wall.mkdir()
    (wall / "评审组_E01_张堃喆1.ectask.part").mkdir()
    fill(qtbot, aimed, "任务包写到哪里", str(wall))
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    assert "一个任务包也没有写出，什么都没有锁定" in aimed.banner.words
    assert lock_of(aimed.store) is None and aimed.desk.lock is None
    assert marks(aimed) == ["未发放"] * 4


def test_slips_that_cannot_be_written_stay_at_hand_until_they_are(
    qtbot: Any, aimed: IssueStep, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    paper = tmp_path / "纸"

    def take_away(job: Any) -> None:
        if job.title.startswith("发放"):
            paper.rename(tmp_path / "拿走")

    parts.frame.jobs.began.connect(take_away)
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    parts.frame.jobs.began.disconnect(take_away)
    assert "口令条没有保存：口令条的文件夹不在" in aimed.banner.words
    assert "4 个任务包的口令现在只在这里" in read_words(aimed)
    assert marks(aimed) == [UNSAVED.word] * 4
    aimed.desk.go_to("people")
    people = aimed.desk.part("people")
    qtbot.waitUntil(lambda: "4 个任务包的口令条还没有保存" in people.banner.words)
    press(qtbot, people.banner, "回去保存")
    assert aimed.isVisible()
    fill(qtbot, aimed, "口令条写到哪里", str(tmp_path / "拿走" / "口令条"))
    press(qtbot, aimed, "保存口令条")
    settled()
    assert len(slips(tmp_path / "拿走" / "口令条.pdf")) == 4
    assert marks(aimed) == ["已发放"] * 4 and not aimed.unsaved.isVisible()


def test_slips_lost_with_the_program_ask_for_new_packages(
    qtbot: Any, aimed: IssueStep, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    def take_away(job: Any) -> None:
        if job.title.startswith("发放"):
            (tmp_path / "纸").rename(tmp_path / "拿走")

    parts.frame.jobs.began.connect(take_away)
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    parts.frame.jobs.began.disconnect(take_away)
    parts.frame.go_home()
    desk = OrganiserDesk(parts.frame, open_store(tmp_path / "组织.ecreview", PASSPHRASE))
    parts.frame.show_page(desk)
    step = shown(desk, IssueStep, "issue")
    assert marks(step) == [AGAIN.word] * 4
    assert "口令条没有保存，谁也打不开" in desk.steps.button("issue").toolTip()
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "U盘"))
    fill(qtbot, step, "口令条写到哪里", str(tmp_path / "拿走" / "口令条.pdf"))
    press(qtbot, step, "发放 4 个任务包")
    settled()
    assert marks(step) == ["已发放"] * 4 and [times for *_, times, _ in held(step)] == [2] * 4


def test_a_substitute_is_issued_to_and_the_chair_anew(qtbot: Any, aimed: IssueStep, settled: Settled) -> None:
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    people = shown(aimed.desk, PeopleStep, "people")
    type_into(qtbot, people.experts.add.name, "替补")
    press(qtbot, people, "添加")
    step = shown(aimed.desk, IssueStep, "issue")
    assert marks(step) == ["已发放", "已发放", "已发放", "未发放", "需重发"]
    click_cell(qtbot, step.board.table, step.board.model.index(4, 1))
    assert "本组专家有变动，组长的包还是旧的" in read_words(step.board)
    press(qtbot, step, "发放 2 个任务包")
    settled()
    assert marks(step) == ["已发放"] * 5


def test_packages_of_three_groups_go_out_each_to_its_chair(
    qtbot: Any, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    store = set_up(tmp_path / "整场", parts.frame.cost, many_firms(30))
    desk = OrganiserDesk(parts.frame, store)
    parts.frame.show_page(desk)
    step = shown(desk, IssueStep, "issue")
    assert step.issue.text() == "发放 18 个任务包"
    for row, one in enumerate(step.board.model.rows):
        if one.holding.group == "G2" and one.holding.desk is Desk.CHAIR:
            click_cell(qtbot, step.board.table, step.board.model.index(row, BOX))
    (tmp_path / "U盘").mkdir()
    fill(qtbot, step, "任务包写到哪里", str(tmp_path / "U盘"))
    press(qtbot, step, "发放 1 个任务包")
    settled()
    assert [one.name for one in (tmp_path / "U盘").iterdir()] == ["第二评审组_组长_赵敏.ectask"]


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(
    qtbot: Any, aimed: IssueStep, tmp_path: Path, settled: Settled
) -> None:
    import os

    closed = tmp_path / "只读"
    closed.mkdir()
    closed.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(closed, os.W_OK):
        pytest.skip("this user writes everywhere")
    fill(qtbot, aimed, "任务包写到哪里", str(closed))
    press(qtbot, aimed, "发放 4 个任务包")
    settled()
    assert "不能写入" in aimed.banner.words and lock_of(aimed.store) is None


# --- the model and the words about places ---


def test_the_board_keeps_what_qt_asks_of_models_and_speaks_its_boxes(qapp: object, step: IssueStep) -> None:
    model = HoldingsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ready, board = preparation(step.store), holdings(step.store)
    model.set_rows(holding_rows(ready, board, (), ()))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, BOX).data(spoken) == f"未选 {board[0].name} 专家"
    model.turn("G1:E01")
    model.turn("G9:E01")
    assert model.chosen() == ["G1:E01"]
    model.sort(4)
    model.choose_only(["G1:chair"])
    assert model.chosen() == ["G1:chair"]
    assert [line.split("\t")[4] for line in drawn(model)[1:]] == [NOT_YET.word] * 4


@pytest.mark.parametrize(
    ("times", "slip", "unsaved", "experts", "wanted"),
    [
        (0, False, (), (), NOT_YET),
        (1, True, (), ("E01", "E02", "E03"), OUT),
        (1, False, ("x.ectask",), ("E01", "E02", "E03"), UNSAVED),
        (1, False, (), ("E01", "E02", "E03"), AGAIN),
        (2, True, (), ("E01", "E02"), AGAIN),
    ],
)
def test_the_state_of_a_chairs_package(
    step: IssueStep,
    times: int,
    slip: bool,
    unsaved: tuple[str, ...],
    experts: tuple[str, ...],
    wanted: object,
) -> None:
    at = "2026-11-25T09:00:00+08:00" if times else ""
    one = Holding("E01", "甲", Desk.CHAIR, "x.ectask", at, times, "G1", experts, slip)
    (row,) = holding_rows(preparation(step.store), [one], unsaved, ())
    assert row.mark is wanted and row.waits is (wanted in (NOT_YET, AGAIN))


def test_room_and_neighbourhood_are_judged(tmp_path: Path) -> None:
    plan = [Planned("G1", "E01", Desk.EXPERT, "x", 1, 3_000_000)]
    assert room_words(None, plan) == ("1 个任务包约需 2.9 MB。", False)
    told, grave = room_words(tmp_path, plan)
    assert "可用" in told and not grave
    vast = [Planned("G1", "E01", Desk.EXPERT, "x", 1, 1 << 60)]
    told, grave = room_words(tmp_path / "新", vast)
    assert "请换一个盘" in told and grave
    assert together(tmp_path, tmp_path / "a.pdf") and together(tmp_path, tmp_path / "b" / "a.pdf")
    assert not together(tmp_path / "U盘", tmp_path / "a.pdf") and not together(None, tmp_path)
