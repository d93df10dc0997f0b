"""The steps of the organiser's desk in their order."""

from __future__ import annotations

from typing import Final

from ecpanel.gui.organiser.candidates import CandidatesStep
from ecpanel.gui.organiser.dossiers import DossiersStep
from ecpanel.gui.organiser.issue import IssueStep
from ecpanel.gui.organiser.particulars import ParticularsStep
from ecpanel.gui.organiser.people import PeopleStep
from ecpanel.gui.organiser.recusal import RecusalStep
from ecpanel.gui.organiser.scheme import SchemeStep

PARTS: Final = (
    ParticularsStep,
    SchemeStep,
    CandidatesStep,
    DossiersStep,
    PeopleStep,
    RecusalStep,
    IssueStep,
)
