"""回避 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class RecusalStep(OrganiserStep):
    """回避."""

    key = "recusals"
