"""Who holds what: one row per person and desk, with the newest package."""

from __future__ import annotations

from ecpanel.domain.review import Desk
from ecpanel.gui.marks import DONE, OPEN, WARNING, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.services.holdings import Holding

WAITING = Mark("未发放", OPEN.icon, Tone.FAINT)
WITHOUT_SLIP = Mark("已发放，缺口令条", WARNING.icon, Tone.CAUTION)
OUT = Mark("已发放", DONE.icon, Tone.GOOD)


def state_of(one: Holding) -> Mark:
    """未发放, 已发放, or out with no slip on paper."""
    return WAITING if not one.times else OUT if one.slip else WITHOUT_SLIP


def key_of(one: Holding) -> str:
    """How `issue_packages` names this one package."""
    return f"{one.group}:{'chair' if one.desk is Desk.CHAIR else one.owner}"


class HoldingsModel(RecordModel[Holding]):
    """姓名, 工作台, 状态, 发放时间, 次数, 文件."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("姓名", lambda one: f"{one.owner} {one.name}", width=18),
                Column("工作台", lambda one: "组长台" if one.desk is Desk.CHAIR else "专家台", width=8),
                Column("状态", lambda one: state_of(one).word, mark=state_of, width=20),
                Column("发放时间", lambda one: one.at[:16].replace("T", " "), width=17),
                Column("次数", lambda one: str(one.times) if one.times else "", number=True, width=5),
                Column("文件", lambda one: one.file, width=0),
            ),
            key=key_of,
        )
