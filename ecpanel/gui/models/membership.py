"""Which expert belongs to which group: a matrix to be ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt

from ecpanel.domain.people import Expert, Group
from ecpanel.gui.marks import WARNING, Mark, Tone
from ecpanel.gui.models.records import Column, Index, RecordModel
from ecpanel.services.readiness import Preparation

MEMBER: Final = Mark("成员", "square-check", Tone.ACCENT)
CHAIR: Final = Mark("组长", "crown", Tone.ACCENT)
OUTSIDE: Final = Mark("不在本组", "square", Tone.FAINT)
FIRST: Final = 3
"""Column of the first group."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An expert and how he stands in each group."""

    expert: Expert
    marks: tuple[Mark, ...]

    @property
    def belongs(self) -> bool:
        """Whether he belongs to a group at all."""
        return any(one is not OUTSIDE for one in self.marks)


class MembershipModel(RecordModel[MemberRow]):
    """Experts down, groups across; Space or a click turns a membership."""

    def __init__(self) -> None:
        super().__init__((), key=lambda one: one.expert.expert_id)
        self.groups: Sequence[Group] = ()

    def put(self, ready: Preparation) -> None:
        """Show who belongs where."""
        experts = sorted(ready.experts.values(), key=lambda one: int(one.expert_id[1:]))
        rows = [
            MemberRow(one, tuple(_mark(one.expert_id, group) for group in ready.groups)) for one in experts
        ]
        names = [(one.group_id, one.name) for one in ready.groups]
        same = [(one.group_id, one.name) for one in self.groups] == names and bool(self.columns)
        self.groups = ready.groups
        if same:
            self.update_rows(rows)
            return
        self.beginResetModel()
        self.columns = (
            Column("编号", lambda one: one.expert.expert_id, width=6),
            Column("姓名", lambda one: one.expert.name, width=14, mark=_warn),
            Column("单位", _unit, width=0),
            *(_group(number, name) for number, (_, name) in enumerate(names)),
        )
        self._all, self._rows = list(rows), list(rows)
        self._arrange()
        self.endResetModel()

    def group_at(self, index: Index) -> Group | None:
        """The group of a cell, or None beside the groups."""
        place = index.column() - FIRST
        return self.groups[place] if index.isValid() and 0 <= place < len(self.groups) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """As every table; a membership is spoken with its group."""
        if role == Qt.ItemDataRole.AccessibleTextRole and (group := self.group_at(index)) is not None:
            row = self.row_at(index)
            if row is not None:
                return f"{row.expert.name} {group.name} {row.marks[index.column() - FIRST].word}"
        return super().data(index, role)


def _mark(expert_id: str, group: Group) -> Mark:
    if expert_id not in group.members:
        return OUTSIDE
    return CHAIR if group.chair == expert_id else MEMBER


def _group(number: int, name: str) -> Column[MemberRow]:
    def words(one: MemberRow) -> str:
        return CHAIR.word if one.marks[number] is CHAIR else ""

    def tip(one: MemberRow) -> str:
        return f"{one.expert.name}：{name} {one.marks[number].word}（空格或单击改变）"

    wide = min(max(2 * len(name), 9), 20)
    return Column(name, words, mark=_of(number), tip=tip, width=wide, sort=_order(number))


def _of(number: int) -> Callable[[MemberRow], Mark]:
    return lambda one: one.marks[number]


def _order(number: int) -> Callable[[MemberRow], int]:
    return lambda one: (CHAIR, MEMBER, OUTSIDE).index(one.marks[number])


def _warn(one: MemberRow) -> Mark | None:
    return None if one.belongs else WARNING


def _unit(one: MemberRow) -> str:
    return one.expert.organisation if one.expert.outside else f"{one.expert.organisation}（部内）"
