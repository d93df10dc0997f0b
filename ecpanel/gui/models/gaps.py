"""What is still missing before hand-in: one row per gap, in the order of the candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.problems import Problem
from ecpanel.domain.submission import DeclaredGap
from ecpanel.gui.marks import BLOCKED, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.texts import problem_sentence

DECLARED = Mark("已声明不评", "circle-minus", Tone.APART)


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap, or a candidate the expert declares not to score (`problem` None, `reason` why)."""

    number: int
    candidate: Candidate
    problem: Problem | None
    reason: str = ""

    @property
    def place(self) -> str:
        """Where to go: an indicator's code, or `opinion`."""
        if self.problem is None:
            return ""
        return str(self.problem.params.get("indicator", "opinion"))


def gap_rows(
    problems: Sequence[Problem], candidates: Mapping[str, Candidate], declared: Mapping[str, DeclaredGap]
) -> list[Gap]:
    """Gaps by candidate; those of a declared candidate are one line."""
    rows: list[Gap] = []
    told: set[str] = set()
    for problem in problems:
        key = str(problem.params.get("candidate", ""))
        if key not in candidates:
            continue
        if key not in declared:
            rows.append(Gap(len(rows), candidates[key], problem))
        elif key not in told:
            told.add(key)
            rows.append(Gap(len(rows), candidates[key], None, declared[key].reason))
    return rows


class GapsModel(RecordModel[Gap]):
    """企业, 还缺什么."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column(
                    "企业",
                    lambda one: one.candidate.name,
                    width=30,
                    mark=lambda one: DECLARED if one.problem is None else BLOCKED,
                ),
                Column("还缺什么", _what, width=0),
            ),
            key=lambda one: one.number,
        )


def _what(one: Gap) -> str:
    return f"声明不评：{one.reason}" if one.problem is None else problem_sentence(one.problem)
