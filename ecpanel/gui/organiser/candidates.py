"""参评企业 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class CandidatesStep(OrganiserStep):
    """参评企业."""

    key = "candidates"
