"""How much a problem matters, as people see it."""

from __future__ import annotations

from typing import Final

from ecpanel.domain.problems import Problem, Severity
from ecpanel.gui.marks import ERROR, NOTE, WARNING, Mark

SEVERITY_MARKS: Final = {Severity.ERROR: ERROR, Severity.WARNING: WARNING, Severity.NOTE: NOTE}


def mark_of(problem: Problem) -> Mark:
    """The mark of a problem's weight."""
    return SEVERITY_MARKS[problem.severity]
