"""合议 on the chair's desk."""

from __future__ import annotations

from ecpanel.gui.chair.desk import ChairPart


class MeetingPart(ChairPart):
    """合议."""

    name = "合议"
    waits_for = "议程、各专家分数并排、表决和更正。"
