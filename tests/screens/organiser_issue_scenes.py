"""The organiser's desk: 申报材料, 专家与分组, 回避, 发放."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from organiser_scenes import new_store
from scene import Scene, Stage
from services.full_reviews import many_experts, many_firms, set_up, three_groups, write_dossiers

from ecpanel.exchange.people_list import PeopleList, write_people_form
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.panel import remove_group
from ecpanel.services.rehearsal import PASSPHRASE

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
    step = desk.part("dossiers")
    step.bring_in(folder / "不在的文件夹")
    stage.settle()
    yield Scene("材料-读取失败")
    write_dossiers(folder / "申报材料", firms)
    step.bring_in(folder / "申报材料")
    stage.settle(limit=1.0)
    yield Scene("材料-读取中")
    stage.settle(limit=120)
    yield Scene("材料-读完")
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
    desk = OrganiserDesk(frame, open_store(folder / "组织.ecreview", PASSPHRASE))
    stage.show(desk)
    yield from _recusals(stage, desk)
    yield from _issue(stage, desk)
    stage.parts.window.go_home()


def _people(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("people")
    step = desk.part("people")
    stage.settle()
    yield Scene("专家-名单")
    faulty = stage.folder / "人员名单（有误）.xlsx"
    experts = many_experts()
    wrong = PeopleList(experts, (replace(three_groups(experts)[0], chair="E07", members=("E07", "E08")),), ())
    write_people_form(faulty, wrong, {})
    step.bring_in(faulty)
    stage.settle()
    yield Scene("专家-名单有误")
    step.banner.clear()
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


def _recusals(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("recusals")
    step = desk.part("recusals")
    stage.settle()
    step.known.table.selectRow(2)
    yield Scene("回避-已知")
    step.known.add.go.click()
    stage.settle()
    yield Scene("回避-没有选专家")
    step.tabs.setCurrentIndex(1)
    stage.settle()
    yield Scene("回避-提示")
    while any(not one.judged for one in step.hints.model.rows):
        step.hints.no.click()
        stage.settle(0.05)
    stage.settle()
    yield Scene("回避-提示-已判断")
    step.banner.clear()


def _issue(stage: Stage, desk: OrganiserDesk) -> Iterator[Scene]:
    desk.go_to("issue")
    step = desk.part("issue")
    stage.settle()
    yield Scene("发放-可以发放")
    step.issue.click()
    stage.settle()
    yield Scene("发放-没有选U盘")
    stick = stage.folder / "U盘"
    stick.mkdir()
    step.places.folder.set_path(stick)
    step.places.slips.set_path(stick / "口令条.pdf")
    stage.settle()
    yield Scene("发放-口令条在同一处")
    step.places.slips.set_path(stage.folder / "口令条.pdf")
    step.issue.click()
    stage.settle(limit=1.2)
    yield Scene("发放-进行中")
    stage.settle(limit=200)
    yield Scene("发放-已发放")
    step.board.table.selectRow(5)
    step.board.again.click()
    step.places.slips.line.setText(str(stage.folder / "不在" / "口令条.pdf"))
    stage.settle()
    yield Scene("发放-只重发一人")
    step.places.slips.set_path(stage.folder / "口令条.pdf")
    desk.frame.jobs.began.connect(
        lambda _: step.places.slips.line.setText(str(stage.folder / "不在" / "条.pdf"))
    )
    step.issue.click()
    stage.settle(limit=60)
    yield Scene("发放-口令条未保存")
    desk.go_to("people")
    stage.settle()
    yield Scene("发放-提醒回去保存")
    desk.go_to("dossiers")
    stage.settle()
    yield Scene("材料-已锁定")
