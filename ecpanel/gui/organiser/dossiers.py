"""申报材料 on the organiser's desk."""

from __future__ import annotations

from ecpanel.gui.organiser.desk import OrganiserStep


class DossiersStep(OrganiserStep):
    """申报材料."""

    key = "dossiers"
