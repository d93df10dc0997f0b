"""专家与分组 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class PeopleStep(OrganiserStep):
    """专家与分组."""

    key = "people"
