"""发放 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class IssueStep(OrganiserStep):
    """发放."""

    key = "issue"
