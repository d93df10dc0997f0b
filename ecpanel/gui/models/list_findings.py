"""What reading a list found: one row per finding, with the candidate it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject

from ecpanel.domain.problems import Problem, Severity
from ecpanel.gui.marks import ERROR, NOTE, WARNING, Mark
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.texts import problem_sentence

MARKS: Final = {Severity.ERROR: ERROR, Severity.WARNING: WARNING, Severity.NOTE: NOTE}
ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at its place in the report; `candidate` is the id it leads to, empty where it leads nowhere."""

    number: int
    problem: Problem
    candidate: str = ""


class FindingsModel(RecordModel[Finding]):
    """The gravest first is for the view to ask; as they were found otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column(
                    "程度",
                    lambda one: MARKS[one.problem.severity].word,
                    sort=lambda one: (ORDER[one.problem.severity], one.number),
                    mark=_mark,
                    width=8,
                ),
                Column("说明", lambda one: problem_sentence(one.problem), width=0),
            ),
            key=lambda one: one.number,
            parent=parent,
        )


def _mark(one: Finding) -> Mark:
    return MARKS[one.problem.severity]
