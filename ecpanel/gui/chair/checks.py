"""复核 on the chair's desk."""

from __future__ import annotations

from ecpanel.gui.chair.desk import ChairPart


class ChecksPart(ChairPart):
    """复核."""

    name = "复核"
    waits_for = "四项法定复核的结果和需要说明的标记。"
