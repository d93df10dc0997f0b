"""The tabs of the chair's desk in the order of the work."""

from __future__ import annotations

from typing import Final

from ecpanel.gui.chair.checks import ChecksPart
from ecpanel.gui.chair.intake import IntakePart
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.gui.chair.ranking import RankingPart
from ecpanel.gui.chair.sign_off import SignOffPart

PARTS: Final = (IntakePart, ChecksPart, MeetingPart, RankingPart, SignOffPart)
