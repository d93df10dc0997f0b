"""排名 on the chair's desk."""

from __future__ import annotations

from ecpanel.gui.chair.desk import ChairPart


class RankingPart(ChairPart):
    """排名."""

    name = "排名"
    waits_for = "综合得分排名、逐项计算和建议名单。"
