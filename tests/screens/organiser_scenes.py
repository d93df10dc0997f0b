"""The organiser's desk: its frame, 基本情况, 指标体系, 参评企业."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scene import Scene, Stage
from services.province_list import faulty
from services.reviews import PASSPHRASE, firms, panel, prepared

from ecpanel.domain.review import ReviewKind
from ecpanel.domain.scheme_changes import node_at, with_node
from ecpanel.gui.organiser.candidate_files import REPORT
from ecpanel.gui.organiser.candidates import DETAILS, NEW, CandidatesStep
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.particulars import ParticularsStep
from ecpanel.gui.organiser.scheme import PREVIEW, RULES, SchemeStep
from ecpanel.services import organise
from ecpanel.services.opening import Store, open_store
from ecpanel.services.readiness import StepKey

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


def particulars(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("particulars")
    part = desk.part("particulars")
    assert isinstance(part, ParticularsStep)
    yield Scene("组织-基本情况")
    part.pick.click()
    stage.settle()
    yield Scene("组织-基本情况-地区")
    part.pick.click()
    part.form.parts.title.setText("")
    part.form.parts.developed.setText("北京、亚特兰蒂斯")
    part.flush()
    part.form.parts.developed.setText("北京、上海")
    part.flush()
    stage.settle()
    yield Scene("组织-基本情况-有误")


def scheme(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("scheme")
    part = desk.part("scheme")
    assert isinstance(part, SchemeStep)
    part.tree.go_to((1, 0))
    stage.settle()
    yield Scene("组织-指标体系-分级")
    part.tree.go_to((0, 0))
    stage.settle()
    yield Scene("组织-指标体系-分档")
    before = desk.ready.scheme
    wrong = with_node(before, (0, 0), replace(node_at(before, (0, 0)), points=950))
    wrong = with_node(wrong, (1, 1), replace(node_at(wrong, (1, 1)), code="B1"))
    part.save("改", wrong)
    part.tree.go_to((0,))
    stage.settle()
    yield Scene("组织-指标体系-有误")
    part.history.undo()
    part.tabs.setCurrentIndex(RULES)
    stage.settle()
    yield Scene("组织-指标体系-规则")
    part.tabs.setCurrentIndex(PREVIEW)
    stage.settle()
    yield Scene("组织-指标体系-预览")
    part.tabs.setCurrentIndex(0)


def candidates(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("candidates")
    stage.settle()
    yield Scene("组织-参评企业-空")
    part = desk.part("candidates")
    assert isinstance(part, CandidatesStep)
    listed = faulty(stage.folder / "各地推荐企业汇总表（2021年4月20日收齐，共186家）.xlsx")
    part.files.bring_in(listed)
    stage.settle()
    yield Scene("组织-参评企业-试读")
    part.report.take.click()
    stage.settle()
    yield Scene("组织-参评企业-补正")
    part.drawer.open(REPORT)
    stage.settle()
    yield Scene("组织-参评企业-报告")
    part.drawer.put_away()
    part.banner.clear()
    part.show_next_problem()
    part.show_next_problem()
    stage.settle()
    yield Scene("组织-参评企业-满")
    part.drawer.open(DETAILS)
    part.reload()
    stage.settle()
    yield Scene("组织-参评企业-详情")
    part.drawer.open(NEW)
    part.new.begin()
    part.new.button.click()
    stage.settle()
    yield Scene("组织-参评企业-新增")
    part.drawer.put_away()
    part.remove()
    stage.settle()
    yield Scene("组织-参评企业-移除")
    part.history.undo()
    part.banner.clear()
    part.files.bring_in(listed)
    stage.settle()
    yield Scene("组织-参评企业-再读")
    part.drawer.put_away()
    part.filter.search.setText("没有这样的企业")
    stage.settle()
    yield Scene("组织-参评企业-筛空")


def locked(stage: Stage) -> Iterator[Scene]:
    """Everything after the first package is out."""
    frame = stage.parts.frame
    experts, group = panel(5)
    folder = stage.folder / "已发放"
    prepared(folder, frame.cost, firms(40), experts, group)
    desk = OrganiserDesk(frame, open_store(folder / "组织.ecreview", PASSPHRASE))
    stage.show(desk)
    for key in ("particulars", "scheme", "candidates"):
        desk.go_to(key)
        stage.settle()
        yield Scene(f"组织-{desk.steps_by_key[StepKey(key)].title}-已锁定")


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the first three steps."""
    desk = OrganiserDesk(stage.parts.frame, new_store(stage, "空"))
    stage.show(desk)
    yield from particulars(stage, desk)
    yield from scheme(stage, desk)
    yield from candidates(stage, desk)
    yield from locked(stage)
    stage.parts.window.go_home()
