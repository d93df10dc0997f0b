"""Who holds which task package: the board of the issue, with boxes to choose who gets one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import Qt, Signal

from ecpanel.domain.review import Desk
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.records import Column, Index, RecordModel
from ecpanel.services.holdings import Holding
from ecpanel.services.readiness import Preparation

NOT_YET: Final = Mark("未发放", "circle", Tone.FAINT)
OUT: Final = Mark("已发放", "package-check", Tone.GOOD)
AGAIN: Final = Mark("需重发", "triangle-alert", Tone.CAUTION)
UNSAVED: Final = Mark("口令条未保存", "key-round", Tone.BAD)
CHOSEN: Final = Mark("选中", "square-check", Tone.ACCENT)
LEFT: Final = Mark("未选", "square", Tone.FAINT)
DESKS: Final = {Desk.EXPERT: "专家", Desk.CHAIR: "组长"}
BOX: Final = 0


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A holding with the name of its group, its state, why that is so, and whether it is chosen."""

    holding: Holding
    group: str
    mark: Mark
    why: str = ""
    chosen: bool = False

    @property
    def key(self) -> str:
        """What the issue is told to write this package alone."""
        who = "chair" if self.holding.desk is Desk.CHAIR else self.holding.owner
        return f"{self.holding.group}:{who}"

    @property
    def waits(self) -> bool:
        """Whether a package has still to be written, for the first time or again."""
        return self.mark in (NOT_YET, AGAIN)


def holding_rows(
    ready: Preparation, holdings: Iterable[Holding], unsaved: Collection[str], chosen: Collection[str]
) -> list[HoldingRow]:
    """Rows of the board; `unsaved` are files whose slips are still only in memory."""
    groups = {one.group_id: one for one in ready.groups}
    rows = []
    for one in holdings:
        group = groups.get(one.group)
        mark, why = OUT, ""
        if not one.times:
            mark = NOT_YET
        elif not one.slip:
            mark = UNSAVED if one.file in unsaved else AGAIN
            why = "请先在左边保存口令条" if mark is UNSAVED else "口令条没有保存，包打不开"
        elif one.desk is Desk.CHAIR and group is not None and set(one.experts) != set(group.members):
            mark, why = AGAIN, "本组专家有变动，组长的包还是旧的"
        made = HoldingRow(one, group.name if group else one.group, mark, why)
        rows.append(replace(made, chosen=made.key in chosen))
    return rows


class HoldingsModel(RecordModel[HoldingRow]):
    """`picked` tells that other boxes are ticked."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__(
            (
                Column("选", lambda _: "", mark=_box, width=3, sort=lambda one: not one.chosen),
                Column("姓名", _name, width=0),
                Column("身份", lambda one: DESKS[one.holding.desk], width=6),
                Column("评审组", lambda one: one.group, width=14),
                Column("状态", _state, mark=lambda one: one.mark, tip=_tip, width=15, sort=_order),
                Column("发放时间", lambda one: _time(one.holding.at), width=14),
                Column("次数", _times, number=True, width=5, sort=lambda one: one.holding.times),
                Column("文件", lambda one: one.holding.file, width=36),
            ),
            key=lambda one: one.key,
        )

    def chosen(self) -> list[str]:
        """The keys of those that are ticked."""
        return [one.key for one in self.everything if one.chosen]

    def turn(self, key: object) -> None:
        """Tick or untick one."""
        place = self.row_of(key)
        if place is not None:
            one = self.rows[place]
            self.replace(replace(one, chosen=not one.chosen))
            self.picked.emit()

    def choose_only(self, keys: Collection[str]) -> None:
        """Tick these and no others."""
        self.update_rows(replace(one, chosen=one.key in keys) for one in self.everything)
        self.picked.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """As every table; a box is spoken with its name."""
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == BOX:
            row = self.row_at(index)
            if row is not None:
                return f"{_box(row).word} {row.holding.name} {DESKS[row.holding.desk]}"
        return super().data(index, role)


def _box(one: HoldingRow) -> Mark:
    return CHOSEN if one.chosen else LEFT


def _name(one: HoldingRow) -> str:
    return f"{one.holding.owner} {one.holding.name}"


def _state(one: HoldingRow) -> str:
    return one.mark.word


def _order(one: HoldingRow) -> int:
    return (UNSAVED, AGAIN, NOT_YET, OUT).index(one.mark)


def _tip(one: HoldingRow) -> str:
    return f"{one.mark.word}：{one.why}" if one.why else one.mark.word


def _time(at: str) -> str:
    return at[5:16].replace("T", " ") if at else "—"


def _times(one: HoldingRow) -> str:
    return str(one.holding.times or "—")
