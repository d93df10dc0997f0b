"""专家与分组 on the organiser's desk: who the experts are, how they sit in groups, and which candidates go where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem
from ecpanel.exchange import limits
from ecpanel.exchange.cards import Card, read_card
from ecpanel.exchange.handover import read_limited
from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.tabs import Tabs
from ecpanel.gui.controls.text import button
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.marks import DONE, WARNING
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep, is_card
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.gui.organiser.panel_edits import PanelEdits, panel_of
from ecpanel.gui.organiser.people_experts import ExpertsPage
from ecpanel.gui.organiser.people_grouping import GroupingPage
from ecpanel.gui.organiser.people_groups import GroupsPage
from ecpanel.gui.pages.new_store import file_name
from ecpanel.progress import Progress
from ecpanel.services.organise import set_chair_card, set_people
from ecpanel.services.readiness import people_again, ungrouped

if TYPE_CHECKING:
    from ecpanel.exchange.people_list import PeopleList

KINDS: Final = "人员名单 (*.xlsx *.xls *.et)"
SUFFIXES: Final = (".xlsx", ".xls", ".et")
CARDS: Final = "组长名片 (*.json)"
EXPERTS, GROUPS, GROUPING = range(3)


class PeopleStep(OrganiserStep):
    """专家与分组."""

    key = "people"

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme = self.frame.theme
        self.edits = PanelEdits(self)
        self.bring = button(theme, "导入名单…", self._choose, icon="upload", shortcut="Ctrl+I")
        self.send = button(theme, "导出…", self._export, icon="download", hint="导出人员名单，或一张空表")
        for one in (self.bring, self.send):
            self.header.add(one)
        self.experts = ExpertsPage(theme, self.edits)
        self.groups = GroupsPage(self, self.edits)
        self.groups.card_wanted.connect(self._choose_card)
        self.groups.card_dropped.connect(self._take_card)
        self.grouping = GroupingPage(self, self.edits)
        self.tabs, self._stack = Tabs("专家与分组各页"), QStackedWidget()
        for page in (self.experts, self.groups, self.grouping):
            self.tabs.addTab("")
            self._stack.addWidget(page)
        self.tabs.currentChanged.connect(self._turn)
        buttons = HistoryButtons(theme, self.history)
        self.undo, self.redo = buttons.undo, buttons.redo
        self._tools = Tools(
            theme, self.experts.remove, self.groups.add, self.grouping.propose, self.undo, self.redo
        )
        bar = QFrame()
        bar.setObjectName("bar")
        line = row(self.tabs, self._tools, spacing=theme.unit)
        line.setContentsMargins(theme.unit, 0, theme.unit, 0)
        line.setAlignment(self.tabs, Qt.AlignmentFlag.AlignBottom)
        line.setStretch(1, 1)
        bar.setLayout(line)
        self.fill(bar, self._stack)
        self._turn(EXPERTS)

    # ---- showing

    def reload(self) -> None:
        """People and grouping as they are."""
        ready = self.desk.ready
        self.header.set_summary(self.step.summary)
        waiting = len(ungrouped(ready)) if ready.groups else 0
        cards = sum(one.group_id not in ready.chairs for one in ready.groups)
        self.tabs.setTabText(EXPERTS, f"专家 {len(ready.experts)}")
        lacks = f"（缺 {cards} 张名片）" if cards else ""
        self.tabs.setTabText(GROUPS, f"评审组 {len(ready.groups)}{lacks}")
        self.tabs.setTabText(GROUPING, f"企业分组（{waiting} 家未分）" if waiting else "企业分组")
        self._put_page()

    def _put_page(self) -> None:
        page = (self.experts, self.groups, self.grouping)[self._stack.currentIndex()]
        page.put()
        number = self._stack.currentIndex()
        self.experts.remove.setVisible(number == EXPERTS)
        self.groups.add.setVisible(number == GROUPS and self.desk.lock is None)
        self.grouping.propose.setVisible(number == GROUPING and not self.grouping.propose.isHidden())

    def _turn(self, number: int) -> None:
        self.flush()
        self._stack.setCurrentIndex(number)
        self._put_page()

    def flush(self) -> None:
        """Keep what is being typed on a card."""
        self.groups.flush()

    # ---- lists

    def takes(self, paths: list[Path]) -> bool:
        """A chair's card, or a list of people."""
        path = paths[0]
        if is_card(path):
            self._take_any_card(path)
            return True
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            return False
        self.bring_in(path)
        return True

    def _choose(self) -> None:
        self.frame.choose_file("导入人员名单", KINDS, self.bring_in, self)

    def bring_in(self, path: Path) -> None:
        """Take in a list of people: who is in it is added or changed, nobody is removed."""
        store, clock, before = self.store, self.frame.clock, panel_of(self.desk.ready)

        def work(_: Progress) -> tuple[PeopleList, list[Problem]]:
            return set_people(store, path, clock)

        def done(outcome: tuple[PeopleList, list[Problem]]) -> None:
            found, _ = outcome
            now = panel_of(people_again(self.store, self.desk.ready))
            self.edits.taken_in(f"导入“{path.name}”", before, now)
            told = f"已导入 {len(found.experts)} 位专家、{len(found.groups)} 个评审组"
            known = f"、{len(found.recusals)} 条已知回避" if found.recusals else ""
            self.banner.say(f"{told}{known}。", DONE, "撤销", self._undo_from_banner)

        self.frame.run("导入人员名单", work, done, self.banner)

    def _undo_from_banner(self) -> None:
        self.banner.clear()
        self.history.undo()

    def _export(self) -> None:
        name = f"{file_name(self.desk.ready.review.title)}_人员名单.xlsx"
        self.frame.choose_new("导出人员名单", name, "Excel 工作簿 (*.xlsx)", self.write_to, self)

    def write_to(self, path: Path) -> None:
        """Write the people as the form they are imported from; without people it is the empty form."""
        ready = self.desk.ready
        people, firms = panel_of(ready), {one.candidate_id: one for one in ready.candidates}
        double = [
            one.name
            for one in ready.experts.values()
            if sum(one.expert_id in group.members for group in ready.groups) > 1
        ]

        def work(_: Progress) -> None:
            from ecpanel.exchange.people_list import write_people_form

            write_people_form(path, people, firms)

        def done(_: None) -> None:
            if double:
                told = f"已导出到“{path}”；{'、'.join(double)}在几个组里，名单只写了第一个组。"
                self.banner.say(told, WARNING)
            else:
                self.banner.say_done(f"已导出到“{path}”。")

        self.frame.run("导出人员名单", work, done, self.banner)

    # ---- cards

    def _choose_card(self, group_id: str) -> None:
        self.frame.choose_file("选择组长名片", CARDS, lambda path: self._take_card(group_id, path), self)

    def _take_card(self, group_id: str, path: object) -> None:
        """The card of one group's chair."""
        if not isinstance(path, Path):
            return
        try:
            card = set_chair_card(self.store, path, group_id, self.frame.clock)
        except EcpanelError as fault:
            self.banner.say_error(fault)
            return
        self._taken(card, [group_id])

    def _take_any_card(self, path: Path) -> None:
        """A card goes to every group its owner chairs."""
        self.tabs.setCurrentIndex(GROUPS)
        try:
            card = read_card(read_limited(path, limits.SMALL_JSON), "chair", where=path.name)
            ready = self.desk.ready
            own = [
                one.group_id
                for one in ready.groups
                if one.chair in ready.experts and ready.experts[one.chair].name == card.name
            ]
            for group_id in own:
                set_chair_card(self.store, path, group_id, self.frame.clock)
        except EcpanelError as fault:
            self.banner.say_error(fault)
            return
        if own:
            self._taken(card, own)
        else:
            self.banner.say(
                f"这是“{card.name}”的名片，但他还不是哪一组的组长；请先在组里指定他为组长，再拖入名片。",
                WARNING,
            )

    def _taken(self, card: Card, groups: list[str]) -> None:
        self.desk.changed("已收名片", people_again(self.store, self.desk.ready))
        names = "、".join(one.name for one in self.desk.ready.groups if one.group_id in groups)
        self.banner.say(
            f"已收{names}组长{card.name}的名片；请与组长本人核对签名指纹 {card.fingerprint}。", DONE
        )
