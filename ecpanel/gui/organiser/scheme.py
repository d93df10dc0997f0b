"""指标体系 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class SchemeStep(OrganiserStep):
    """指标体系."""

    key = "scheme"
