"""What each group has to do, and which candidate goes to which group, as it is and as it is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.gui.marks import RECUSED, WARNING, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.gui.models.searching import holds
from ecpanel.services.grouping import GroupLoad, group_loads
from ecpanel.services.readiness import ALL_GROUPS, Preparation, ungrouped

NOWHERE: Final = "未分组"
ALL: Final = "全部"
EVERY: Final = "各组都评"
"""How 全部 at a candidate is shown."""
PROPOSED: Final = Mark("建议", "shuffle", Tone.ACCENT)
GROUP: Final = 5
"""Column of the group."""


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What a group has to do now, and with the proposal; the last row counts candidates of no group."""

    name: str
    now: GroupLoad | None
    then: GroupLoad | None = None
    waiting: int = 0
    waiting_then: int | None = None

    def words(self, count: Callable[[GroupLoad], int]) -> str:
        """A number as it is, and where a proposal changes it also as it would be."""
        if self.now is None:
            return ""
        before = count(self.now)
        after = before if self.then is None else count(self.then)
        return f"{before:,}" if after == before else f"{before:,} → {after:,}"

    @property
    def candidates(self) -> str:
        """How many candidates there are."""
        if self.now is not None:
            return self.words(lambda one: one.candidates)
        if self.waiting_then in (None, self.waiting):
            return str(self.waiting)
        return f"{self.waiting} → {self.waiting_then}"


class LoadsModel(RecordModel[LoadRow]):
    """One row per group; one column per category."""

    def __init__(self) -> None:
        super().__init__((), key=lambda one: one.name)

    def put(self, ready: Preparation, proposal: Mapping[str, str]) -> None:
        """Show the loads as they are and with a proposal."""
        after = {one.group.group_id: one for one in group_loads(with_groups(ready, proposal))}
        loads = group_loads(ready)
        rows = [
            LoadRow(one.group.name, one, after[one.group.group_id] if proposal else None) for one in loads
        ]
        waiting = len(ungrouped(ready))
        then = len(ungrouped(with_groups(ready, proposal))) if proposal else None
        if waiting or then:
            rows.append(LoadRow(NOWHERE, None, None, waiting, then))
        self.beginResetModel()
        self.columns = (
            Column("评审组", lambda one: one.name, mark=_waits, width=0),
            Column("企业", lambda one: one.candidates, number=True, width=10),
            Column("页数", lambda one: one.words(lambda load: load.pages), number=True, width=16),
            Column(
                "地区",
                lambda one: one.words(lambda load: len(load.by_region)),
                number=True,
                width=10,
                hint="有多少个地区的企业",
            ),
            *(_category(name) for name in ready.scheme.categories),
            Column(
                "回避",
                lambda one: one.words(lambda load: load.recusals),
                number=True,
                width=10,
                hint="本组专家须回避本组企业的次数",
            ),
        )
        self._all = rows
        self._arrange()
        self.endResetModel()


def _category(name: str) -> Column[LoadRow]:
    return Column(
        name, lambda one: one.words(lambda load: load.by_category.get(name, 0)), number=True, width=11
    )


def _waits(one: LoadRow) -> Mark | None:
    return WARNING if one.now is None and one.waiting else None


def with_groups(ready: Preparation, groups: Mapping[str, str]) -> Preparation:
    """The review with some candidates in other groups."""
    if not groups:
        return ready
    return replace(
        ready,
        candidates=tuple(
            replace(one, group=groups[one.candidate_id]) if one.candidate_id in groups else one
            for one in ready.candidates
        ),
    )


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A candidate with its group as shown ("" is none), the group proposed, and members who are recused."""

    candidate: Candidate
    pages: int
    group: str
    proposed: str = ""
    recused: tuple[str, ...] = ()
    stray: bool = False

    @property
    def words(self) -> str:
        """The group, and the one proposed behind it."""
        now = self.group or NOWHERE
        return f"{now} → {self.proposed}" if self.proposed and self.proposed != now else now


def placed_rows(ready: Preparation, proposal: Mapping[str, str]) -> list[PlacedRow]:
    """All candidates in their order."""
    names = {one.group_id: one.name for one in ready.groups}
    known = set(names.values())
    members = {one.name: set(one.members) for one in ready.groups}
    pages: dict[str, int] = {}
    for document, _ in ready.documents:
        pages[document.candidate_id] = pages.get(document.candidate_id, 0) + document.pages
    barred: dict[str, list[str]] = {}
    for one in ready.recusals:
        barred.setdefault(one.candidate_id, []).append(one.expert_id)
    sole = ready.groups[0].name if len(ready.groups) == 1 else ""
    rows = []
    for firm in ready.candidates:
        group = names.get(firm.group, firm.group)
        shown = EVERY if group == ALL_GROUPS else group or sole
        goes = proposal.get(firm.candidate_id, "") or group
        inside = set().union(*members.values()) if goes == ALL_GROUPS else members.get(goes or sole, set())
        met = tuple(
            ready.experts[who].name
            for who in dict.fromkeys(barred.get(firm.candidate_id, ()))
            if who in inside and who in ready.experts
        )
        stray = bool(group) and group not in known and group != ALL_GROUPS
        rows.append(
            PlacedRow(
                firm,
                pages.get(firm.candidate_id, 0),
                shown,
                proposal.get(firm.candidate_id, ""),
                met,
                stray,
            )
        )
    return rows


class PlacedModel(RecordModel[PlacedRow]):
    """`place` puts a candidate into a group by the word chosen in its cell."""

    def __init__(self, choices: Callable[[], Sequence[str]], place: Callable[[Candidate, str], None]) -> None:
        def edited(row: PlacedRow, column: int, words: str) -> PlacedRow | None:
            if column == GROUP and words in choices():
                place(row.candidate, words)
            return None

        super().__init__(
            (
                Column("编号", lambda one: one.candidate.candidate_id, sort=_number, width=6),
                Column("地区", lambda one: one.candidate.region, width=9),
                Column("企业", lambda one: one.candidate.name, width=0),
                Column("类别", lambda one: one.candidate.category, width=9),
                Column("页数", lambda one: str(one.pages or "—"), sort=_pages, number=True, width=7),
                Column(
                    "评审组",
                    lambda one: one.words,
                    mark=_mark,
                    width=26,
                    editable=True,
                    choices=lambda _: choices(),
                ),
                Column(
                    "组内须回避的专家",
                    lambda one: "、".join(one.recused),
                    mark=lambda one: RECUSED if one.recused else None,
                    width=20,
                ),
            ),
            key=lambda one: one.candidate.candidate_id,
            edit=edited,
        )

    def show(self, kind: str, words: str) -> None:
        """Show candidates of one group (by its name; ALL for every one) that hold some words."""
        if kind in ("", ALL) and not words:
            self.set_filter(None)
            return
        self.set_filter(
            lambda one: (
                is_of(one, kind)
                and holds(words, one.candidate.candidate_id, one.candidate.name, one.candidate.region)
            )
        )


def is_of(one: PlacedRow, kind: str) -> bool:
    """Whether a candidate is shown under the name of a group; a proposal counts."""
    if kind in ("", ALL):
        return True
    group = one.proposed or one.group
    if kind == NOWHERE:
        return not group or (one.stray and not one.proposed)
    return group == kind


def _mark(one: PlacedRow) -> Mark | None:
    if one.proposed:
        return PROPOSED
    return WARNING if one.stray or not one.group else None


def _number(one: PlacedRow) -> int:
    return int(one.candidate.candidate_id[1:])


def _pages(one: PlacedRow) -> int:
    return one.pages
