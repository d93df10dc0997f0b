"""The chair's desk: waiting for its task package, 收包 in every verdict, the board and its map, 复核."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication
from scene import Scene, Stage
from services.quick_panels import SLIP, QuickPanel, agreed, quick_panel
from services.reviews import firms

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.sheet import State
from ecpanel.domain.submission import Submission
from ecpanel.exchange import keys
from ecpanel.gui.chair.checks import ChecksPart
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.intake import IntakePart
from ecpanel.progress import Progress, silent
from ecpanel.services.chair import reopen_submission, take_in, void_expert
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sign_off import write_result_bundle

NAMES = ("组长",)
LONG = "西藏自治区那曲市色尼区达扎路街道㛃𬭸高原特色农畜产品跨境电子商务综合服务与供应链管理股份有限公司"


def many(count: int) -> list[Candidate]:
    """Firms, some with the longest and rarest names there are."""
    return [
        replace(one, name=f"{LONG}{number}") if number % 9 == 4 else one
        for number, one in enumerate(firms(count))
    ]


def unscored(one: Submission) -> Submission:
    """Two cells of the first sheet left open."""
    first, *others = one.sheets
    scores = tuple(
        replace(cell, state=State.UNSCORED, points=None) if place < 2 else cell
        for place, cell in enumerate(first.scores)
    )
    return replace(one, sheets=(replace(first, scores=scores, total=None), *others))


def opened(stage: Stage, panel: QuickPanel) -> ChairDesk:
    """The desk over a panel's store."""
    desk = ChairDesk(stage.parts.frame, open_store(panel.store, PASSPHRASE))
    stage.show(desk)
    return desk


def part(desk: ChairDesk, kind: type) -> object:
    """A part of the desk."""
    return next(one for one in desk.parts if isinstance(one, kind))


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the desk's frame, 收包 and 复核."""
    yield from _waiting(stage)
    yield from _intake(stage)
    yield from _large(stage)
    yield from _clean(stage)


def _waiting(stage: Stage) -> Iterator[Scene]:
    panel = quick_panel(stage.folder / "等任务包", stage.parts.frame.cost, taken=False)
    desk = opened(stage, panel)
    yield Scene("组长-等任务包")
    desk.takes([panel.package])
    desk.task.slip.setText("ABCD")
    desk.task.primary.click()
    stage.settle()
    yield Scene("组长-任务包-口令不对")
    desk.task.slip.setText(SLIP)
    desk.task.primary.click()
    stage.settle()
    yield Scene("组长-任务包-核对")


def _verdicts(panel: QuickPanel, folder: Path) -> list[Path]:
    """One package of every verdict; what has to be there before is merged and reopened."""
    stick = panel.folder / "U盘"
    same = panel.hand_in("E05")
    before = panel.hand_in("E06")
    with open_store(panel.store, PASSPHRASE) as store:
        take_in(store, [same, before], panel.fingerprints, system_clock, silent)
        reopen_submission(store, "E06", "评估意见有笔误", system_clock)
    strange = keys.make_key("冒名", "E04", system_clock())
    broken = stick / ("无法识别的文件名" * 20 + ".ecscore")
    panel.folder.mkdir(exist_ok=True)
    try:
        broken.write_bytes(os.urandom(400))
    except OSError:
        broken = stick / "损坏的文件.ecscore"
        broken.write_bytes(os.urandom(400))
    barred = next(iter(panel.recusals["E03"]))
    return [
        panel.hand_in("E01"),
        panel.hand_in("E02"),
        panel.hand_in(
            "E03",
            change=lambda one: replace(one, sheets=(*one.sheets, panel._submitted("E03", barred))),
        ),
        panel.hand_in("E04", leave_out=("C003", "C005"), gaps=("C007",), change=unscored),
        same,
        panel.hand_in("E06", change=lambda one: replace(one, reopened_for="评估意见有笔误")),
        panel.hand_in("E07", stick / "E07_换了电脑.ecscore", pair=strange),
        broken,
    ]


def _intake(stage: Stage) -> Iterator[Scene]:
    panel = quick_panel(
        stage.folder / "收包",
        stage.parts.frame.cost,
        many(14),
        7,
        recusals={"E03": ("C002",), "E01": ("C004",)},
        rehearsal=True,
    )
    desk = opened(stage, panel)
    stage.settle()
    yield Scene("组长-收包-空")
    desk.go_to("复核")
    stage.settle()
    yield Scene("组长-复核-审议未开启")
    stage.parts.frame.go_home()
    files = _verdicts(panel, stage.folder)
    desk = opened(stage, panel)
    intake = part(desk, IntakePart)
    assert isinstance(intake, IntakePart)
    desk.takes(files)
    stage.settle()
    yield Scene("组长-收包-核对指纹")
    for expert in ("E02", "E03", "E04", "E06"):
        intake.files.confirmed.emit(expert, panel.fingerprints[expert])
        stage.settle(0.05)
    stage.settle()
    yield Scene("组长-收包-各种结论")
    yield Scene("组长-收包-清单全文", intake.files)
    desk.takes([stage.folder])
    intake.banner.say("“空U盘”里没有评分包（.ecscore）；请核对是不是这个U盘、这个文件夹。")
    intake.merge.click()
    stage.settle()
    yield Scene("组长-收包-已并入")
    intake.board.view.setCurrentIndex(intake.board.model.index(3, intake.board.model.first_expert + 5))
    intake.board.reopen.trigger()
    stage.settle()
    yield Scene("组长-收包-重开单")
    intake.board.void.trigger()
    intake.voiding.reason.setText("发现与两家企业有顾问关系，应回避未回避")
    intake.voiding.name.setText("张三")
    intake.voiding.primary.click()
    stage.settle()
    yield Scene("组长-收包-更换专家")
    intake.voiding.hide()
    desk.open_moderation()
    intake.opening.primary.click()
    stage.settle()
    yield Scene("组长-开启审议-未齐")
    intake.opening.reason.setPlainText("E07 李㛃因病退出，经监督人同意不再等待")
    intake.opening.primary.click()
    stage.settle()
    yield Scene("组长-收包-审议已开启")
    desk.go_to("复核")
    stage.settle()
    yield Scene("组长-复核-有标记")
    checks = part(desk, ChecksPart)
    assert isinstance(checks, ChecksPart)
    checks.search.setText("没有这样的企业")
    stage.settle()
    yield Scene("组长-复核-筛空")


def _large(stage: Stage) -> Iterator[Scene]:
    panel = quick_panel(
        stage.folder / "大评审",
        stage.parts.frame.cost,
        many(370),
        15,
        recusals={"E01": ("C004", "C011"), "E05": ("C002", "C009", "C030"), "E12": ("C001",)},
    )
    files = [panel.hand_in(f"E{n:02d}", gaps=("C012",) if n == 8 else ()) for n in range(1, 14)]
    with open_store(panel.store, PASSPHRASE) as store:
        take_in(store, files, panel.fingerprints, system_clock, silent)
        void_expert(store, "E10", "发现与两家企业有顾问关系，应回避未回避", system_clock)
    desk = opened(stage, panel)
    intake = part(desk, IntakePart)
    assert isinstance(intake, IntakePart)
    yield from _busy(stage, intake)
    intake.board.view.setCurrentIndex(intake.board.model.index(11, intake.board.model.first_expert + 7))
    stage.settle()
    yield Scene("组长-收包-370家15位")
    open_moderation(desk.store, "其余两位因公请假，经监督人同意", system_clock)
    desk.changed("")
    stage.settle()
    yield Scene("组长-分歧图-370家15位")
    desk.go_to("复核")
    stage.settle()
    yield Scene("组长-复核-370家15位")


def _busy(stage: Stage, intake: IntakePart) -> Iterator[Scene]:
    """A dry run that stays where it is until the picture is taken."""
    taken = threading.Event()

    def work(progress: Progress) -> None:
        while not taken.wait(0.05):
            progress(8, 15, "E08_买买提·艾力江8_第1版.ecscore")

    intake.frame.run("核对 15 个评分包", work, lambda _: None, intake.banner)
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        QApplication.processEvents()
    yield Scene("组长-收包-核对中", after=taken.set)
    stage.settle()


def _clean(stage: Stage) -> Iterator[Scene]:
    panel = quick_panel(stage.folder / "无标记", stage.parts.frame.cost, firms(3), 3)
    first = {candidate: sheet for (who, candidate), sheet in panel.sheets.items() if who == "E01"}
    panel.sheets = agreed({key: first[key[1]] for key in panel.sheets}, panel.scheme)
    files = [panel.hand_in(one.expert_id) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as store:
        take_in(store, files, panel.fingerprints, system_clock, silent)
    desk = opened(stage, panel)
    desk.open_moderation()
    stage.settle()
    yield Scene("组长-开启审议-已齐")
    open_moderation(desk.store, "", system_clock)
    desk.changed("")
    desk.go_to("复核")
    stage.settle()
    yield Scene("组长-复核-全部通过")
    write_result_bundle(desk.store, stage.folder / "无标记" / "成果包.zip", system_clock, silent)
    desk.changed("")
    desk.go_to("收包")
    stage.settle()
    yield Scene("组长-收包-已签发")
