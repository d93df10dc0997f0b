"""What is still missing before hand-in: one row per gap, in the order of the candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.problems import Problem
from ecpanel.domain.scheme import Scheme, leaves
from ecpanel.domain.submission import DeclaredGap
from ecpanel.gui.marks import BLOCKED, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.texts import problem_sentence

DECLARED: Final = Mark("已声明不评", "circle-minus", Tone.APART)
OPINION: Final = "opinion"


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap. `place` is where to go: an indicator's code, or `opinion`; `where` says it in words, `what`
    is missing. A sheet nobody has begun is one gap, and so is one declared not to be scored (`reason`)."""

    number: int
    candidate: Candidate
    place: str
    where: str
    what: str
    sentence: str
    reason: str = ""
    untouched: bool = False

    @property
    def declared(self) -> bool:
        """Whether the candidate is handed in as a gap."""
        return bool(self.reason)


def gap_rows(
    problems: Sequence[Problem],
    candidates: Mapping[str, Candidate],
    declared: Mapping[str, DeclaredGap],
    scheme: Scheme,
    untouched: frozenset[str] = frozenset(),
) -> list[Gap]:
    """Gaps by candidate; those of a declared candidate are one line, and those of an untouched one."""
    names = {leaf.code: f"{leaf.code} {leaf.name}" for leaf in leaves(scheme)}
    rows: list[Gap] = []
    told: set[str] = set()
    for problem in problems:
        key = str(problem.params.get("candidate", ""))
        if key not in candidates or key in told:
            continue
        firm, place = candidates[key], str(problem.params.get("indicator", OPINION))
        if key in declared:
            told.add(key)
            reason = declared[key].reason
            words = f"声明不评：{reason}"
            rows.append(Gap(len(rows), firm, place, "整张评分表", words, words, reason))
        elif key in untouched:
            told.add(key)
            words = "还没有开始评"
            rows.append(Gap(len(rows), firm, place, "整张评分表", words, words, untouched=True))
        else:
            where = names.get(place, "评估意见")
            rows.append(Gap(len(rows), firm, place, where, _what(problem), problem_sentence(problem)))
    return rows


def _what(problem: Problem) -> str:
    """In a few words, beside the name of the indicator."""
    facts = problem.params
    if problem.code == "cell_unscored":
        return "未评分"
    if problem.code == "cell_remark":
        return f"{facts['points']} 分须写理由（至少 {facts['minimum']} 字）"
    if problem.code == "cell_state_reason":
        return f"须写理由（至少 {facts['minimum']} 字）"
    if problem.code == "opinion_length":
        return f"{facts['length']} 字，应为 {facts['minimum']}–{facts['maximum']} 字"
    return problem_sentence(problem)


class GapsModel(RecordModel[Gap]):
    """企业, 位置, 还缺什么."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("企业", lambda one: one.candidate.name, width=0, share=3, mark=_mark),
                Column("位置", lambda one: one.where, width=0),
                Column("还缺什么", lambda one: one.what, width=0, tip=lambda one: one.sentence),
            ),
            key=lambda one: one.number,
        )


def _mark(one: Gap) -> Mark:
    return DECLARED if one.declared else BLOCKED
