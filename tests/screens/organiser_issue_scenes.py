"""The organiser's desk: 申报材料, 专家与分组, 回避, 发放."""

from __future__ import annotations

from collections.abc import Iterator

from organiser_scenes import new_store
from scene import Scene, Stage
from services.full_reviews import many_experts, many_firms, set_up, three_groups, with_dossiers

from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.services.opening import system_clock
from ecpanel.services.panel import remove_group

NAMES = ("材料", "专家", "回避", "发放")


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the last four steps."""
    yield from _empty(stage)
    yield from _full(stage)


def _empty(stage: Stage) -> Iterator[Scene]:
    frame = stage.parts.frame
    desk = OrganiserDesk(frame, new_store(stage, "空的四步"))
    stage.show(desk)
    for key, name in (("dossiers", "材料"), ("people", "专家"), ("recusals", "回避"), ("issue", "发放")):
        desk.go_to(key)
        stage.settle()
        yield Scene(f"{name}-空")
    stage.parts.window.go_home()


def _full(stage: Stage) -> Iterator[Scene]:
    frame = stage.parts.frame
    folder = stage.folder / "整场"
    firms = many_firms(186)
    store = set_up(folder, frame.cost, firms)
    desk = OrganiserDesk(frame, store)
    stage.show(desk)
    desk.go_to("dossiers")
    stage.settle()
    yield Scene("材料-未读取")
    with_dossiers(store, folder / "申报材料", firms)
    desk.changed()
    step = desk.part("dossiers")
    step.board.go_to("C003")
    stage.settle(0.6)
    yield Scene("材料-一览")
    step.papers.choose("佐证材料/3.完税证明（扫描件）.pdf")
    step.board.filter.choose("缺件")
    stage.settle(0.6)
    yield Scene("材料-缺件")
    step.board.show_report()
    step.board.report.tree.expandAll()
    stage.settle()
    yield Scene("材料-读取结果")
    step.board.show_all()
    step.board.go_to("C010")
    step._open_papers("C010")
    stage.settle(0.6)
    yield Scene("材料-一家")
    yield from _people(stage, desk)
    stage.parts.window.go_home()


def _people(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("people")
    step = desk.part("people")
    stage.settle()
    yield Scene("专家-名单")
    step.experts.add.go.click()
    stage.settle()
    yield Scene("专家-没有姓名")
    step.tabs.setCurrentIndex(1)
    stage.settle()
    yield Scene("专家-评审组")
    step.tabs.setCurrentIndex(2)
    stage.settle()
    yield Scene("专家-企业分组")
    step.grouping.make_proposal()
    stage.settle()
    yield Scene("专家-分组建议")
    step.grouping.drop_proposal()
    sole = set_up(stage.folder / "一组", stage.parts.frame.cost, many_firms(186), grouped=False, cards=False)
    for group in three_groups(many_experts())[1:]:
        remove_group(sole, group.group_id, system_clock)
    other = OrganiserDesk(stage.parts.frame, sole)
    stage.show(other)
    other.go_to("people")
    other.part("people").tabs.setCurrentIndex(2)
    stage.settle()
    yield Scene("专家-只有一组")
    other.part("people").tabs.setCurrentIndex(1)
    stage.settle()
    yield Scene("专家-评审组-缺名片")
