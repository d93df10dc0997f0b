"""签发 on the chair's desk."""

from __future__ import annotations

from ecpanel.gui.chair.desk import ChairPart


class SignOffPart(ChairPart):
    """签发."""

    name = "签发"
    waits_for = "评审报告、签名页和成果包。"
