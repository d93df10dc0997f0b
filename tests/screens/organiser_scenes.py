"""The organiser's desk: its frame, 基本情况, 指标体系, 参评企业."""

from __future__ import annotations

from collections.abc import Iterator

from scene import Scene, Stage
from services.reviews import PASSPHRASE

from ecpanel.domain.review import ReviewKind
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.services import organise
from ecpanel.services.opening import Store

NAMES = ("组织", "基本情况", "指标体系", "参评企业")


def new_store(stage: Stage, name: str, *, rehearsal: bool = False) -> Store:
    """A new review."""
    frame = stage.parts.frame
    setup = organise.Setup(
        "2021年电子商务示范企业综合评价",
        2021,
        ReviewKind.EVALUATION,
        "欧阳㛃",
        rehearsal=rehearsal,
        developed=("北京", "上海", "江苏", "浙江", "广东"),
        cut=30,
    )
    return organise.new_review(stage.folder / f"{name}.ecreview", PASSPHRASE, setup, frame.cost, frame.clock)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the first three steps."""
    frame = stage.parts.frame
    desk = OrganiserDesk(frame, new_store(stage, "空"))
    stage.show(desk)
    for key, name in (("particulars", "基本情况"), ("scheme", "指标体系"), ("candidates", "参评企业")):
        desk.go_to(key)
        stage.settle()
        yield Scene(f"组织-{name}-新建")
    stage.parts.window.go_home()
