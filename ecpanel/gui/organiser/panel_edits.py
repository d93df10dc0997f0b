"""Changes to experts, groups and the grouping of candidates, each saved at once and taken back by Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ecpanel.domain.people import Expert, Group
from ecpanel.exchange.people_list import PeopleList
from ecpanel.services.grouping import set_candidate_groups
from ecpanel.services.panel import (
    GroupChange,
    RemovedExpert,
    remove_expert,
    remove_group,
    set_expert,
    set_group,
    set_panel,
    set_recusal,
)
from ecpanel.services.readiness import Preparation, people_again, preparation

if TYPE_CHECKING:
    from ecpanel.gui.organiser.step import OrganiserStep


class PanelEdits:
    """What the pages of 专家与分组 do to the store; every call says whether it went well."""

    def __init__(self, step: OrganiserStep) -> None:
        self._step = step

    @property
    def ready(self) -> Preparation:
        """The review as it is."""
        return self._step.desk.ready

    def do(self, words: str, forth: Callable[[], object], back: Callable[[object], object]) -> bool:
        """Change something, in a way that can be taken back."""
        return self._step.history.do(words, forth, back)

    def _told(self, ready: Preparation | None = None) -> None:
        """Show the people as they are now; candidates and dossiers were not touched unless told."""
        desk = self._step.desk
        desk.changed("已保存", ready or people_again(self._step.store, desk.ready))

    # ---- experts

    def change_expert(self, words: str, expert: Expert) -> bool:
        """Change what is said of an expert."""
        return self._step.history.do(words, lambda: self._set_expert(expert), self._back_expert(expert))

    def _back_expert(self, expert: Expert) -> Callable[[Expert | None], None]:
        def back(former: Expert | None) -> None:
            if former is not None:
                self._set_expert(former)
            else:
                self._drop_expert(expert.expert_id)

        return back

    def _set_expert(self, expert: Expert) -> Expert | None:
        former = set_expert(self._step.store, expert, self._step.frame.clock)
        self._told()
        return former

    def add_expert(self, expert: Expert, group: Group | None) -> bool:
        """Add an expert, to a group if one is given."""

        def forth() -> None:
            store, clock = self._step.store, self._step.frame.clock
            set_expert(store, expert, clock)
            if group is not None:
                set_group(store, replace(group, members=(*group.members, expert.expert_id)), clock)
            self._told()

        return self._step.history.do(
            f"添加 {expert.name}", forth, lambda _: self._drop_expert(expert.expert_id)
        )

    def remove_expert(self, expert: Expert) -> bool:
        """Remove an expert with his memberships and recusals."""

        def back(removed: RemovedExpert) -> None:
            store, clock = self._step.store, self._step.frame.clock
            set_expert(store, removed.expert, clock)
            for group in removed.groups:
                set_group(store, group, clock)
            for recusal in removed.recusals:
                set_recusal(store, recusal, clock)
            self._told()

        return self._step.history.do(f"删除 {expert.name}", lambda: self._drop_expert(expert.expert_id), back)

    def _drop_expert(self, expert_id: str) -> RemovedExpert:
        removed = remove_expert(self._step.store, expert_id, self._step.frame.clock)
        self._told()
        return removed

    # ---- groups

    def change_group(self, words: str, group: Group) -> bool:
        """Add or change a group."""

        def forth() -> GroupChange:
            change = set_group(self._step.store, group, self._step.frame.clock)
            self._told_group(change)
            return change

        def back(change: GroupChange) -> None:
            store, clock = self._step.store, self._step.frame.clock
            if change.former is None:
                remove_group(store, group.group_id, clock)
            else:
                set_group(store, change.former, clock)
            if change.named:
                set_candidate_groups(store, change.named, clock)
            self._told_group(change)

        return self._step.history.do(words, forth, back)

    def _told_group(self, change: GroupChange) -> None:
        self._told(preparation(self._step.store) if change.named else None)

    def remove_group(self, group: Group) -> bool:
        """Remove a group; its experts and candidates stay."""

        def forth() -> Group:
            former = remove_group(self._step.store, group.group_id, self._step.frame.clock)
            self._told()
            return former

        def back(former: Group) -> None:
            set_group(self._step.store, former, self._step.frame.clock)
            self._told()

        return self._step.history.do(f"删除{group.name}", forth, back)

    # ---- candidates and lists

    def place(self, words: str, groups: Mapping[str, str], done: Mapping[str, str] | None = None) -> bool:
        """Put candidates (by id) into groups (by name); `done` is what was before where the worker has put
        them there already."""
        waiting = [done] if done is not None else []

        def forth() -> Mapping[str, str]:
            before = waiting.pop() if waiting else self._place(groups)
            self._told(self._placed(groups))
            return before

        def back(before: Mapping[str, str]) -> None:
            self._place(before)
            self._told(self._placed(before))

        return self._step.history.do(words, forth, back)

    def _place(self, groups: Mapping[str, str]) -> dict[str, str]:
        return set_candidate_groups(self._step.store, groups, self._step.frame.clock)

    def _placed(self, groups: Mapping[str, str]) -> Preparation:
        ready = self.ready
        candidates = tuple(
            replace(one, group=groups[one.candidate_id]) if one.candidate_id in groups else one
            for one in ready.candidates
        )
        return replace(ready, candidates=candidates)

    def taken_in(self, words: str, before: PeopleList, now: PeopleList) -> bool:
        """A list that was taken in can be taken back as a whole."""
        waiting = [before]

        def swap(panel: PeopleList) -> PeopleList:
            former = set_panel(self._step.store, panel, self._step.frame.clock)
            self._told()
            return former

        def forth() -> PeopleList:
            if not waiting:
                return swap(now)
            self._told()
            return waiting.pop()

        return self._step.history.do(words, forth, swap)


def panel_of(ready: Preparation) -> PeopleList:
    """Experts, groups and recusals as one list."""
    return PeopleList(tuple(ready.experts.values()), ready.groups, ready.recusals)
