"""Experts as a table to be corrected in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ecpanel.domain.people import Expert
from ecpanel.gui.marks import WARNING, Mark
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.services.readiness import Preparation

YES: Final = "是"
NO: Final = "否"
NOWHERE: Final = "未分组"
NAME, ORGANISATION, TITLE, FIELD, OUTSIDE = range(1, 6)
"""Columns that may be typed into."""
CHAIR: Final = "（组长）"


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert and the groups he belongs to, with 组长 behind those he chairs."""

    expert: Expert
    groups: tuple[str, ...]

    @property
    def group_words(self) -> str:
        """The groups, or that there is none."""
        return "、".join(self.groups) or NOWHERE


def expert_rows(ready: Preparation) -> list[ExpertRow]:
    """All experts in order of their ids."""
    return [
        ExpertRow(
            one,
            tuple(
                f"{group.name}{CHAIR}" if group.chair == one.expert_id else group.name
                for group in ready.groups
                if one.expert_id in group.members
            ),
        )
        for one in sorted(ready.experts.values(), key=lambda one: int(one.expert_id[1:]))
    ]


def changed(expert: Expert, column: int, words: str) -> Expert | None:
    """The expert with what was typed into a column; None where it says nothing for that column."""
    told = words.strip()
    if column == OUTSIDE:
        return replace(expert, outside=told == YES) if told in (YES, NO) else None
    if column == NAME:
        return replace(expert, name=told)
    if column == ORGANISATION:
        return replace(expert, organisation=told)
    if column == TITLE:
        return replace(expert, title=told)
    return replace(expert, field=told) if column == FIELD else None


class ExpertsModel(RecordModel[ExpertRow]):
    """`edit` keeps an expert as changed and says whether it was kept."""

    def __init__(self, edit: Callable[[Expert], bool]) -> None:
        super().__init__(
            (
                Column("编号", lambda one: one.expert.expert_id, sort=_number, width=6),
                Column("姓名", lambda one: one.expert.name, width=14, editable=True),
                Column("单位", lambda one: one.expert.organisation, width=0, editable=True),
                Column("职称", lambda one: one.expert.title, width=12, editable=True),
                Column("专业", lambda one: one.expert.field, width=12, editable=True),
                Column(
                    "部外专家",
                    lambda one: YES if one.expert.outside else NO,
                    width=9,
                    editable=True,
                    choices=lambda _: (YES, NO),
                    hint="不是主管部门的人；每组至少三分之二，组长必须是部外专家",
                ),
                Column("评审组", lambda one: one.group_words, mark=_mark, width=20),
            ),
            key=lambda one: one.expert.expert_id,
            edit=lambda row, column, words: self._edited(edit, row, column, words),
        )

    def _edited(
        self, edit: Callable[[Expert], bool], row: ExpertRow, column: int, words: str
    ) -> ExpertRow | None:
        """The step shows all experts anew when one was kept, so no row is returned."""
        fresh = changed(row.expert, column, words)
        if fresh is not None:
            edit(fresh)
        return None


def _number(one: ExpertRow) -> int:
    return int(one.expert.expert_id[1:])


def _mark(one: ExpertRow) -> Mark | None:
    return None if len(one.groups) == 1 else WARNING
