"""The dossiers of all candidates: what there is of each kind of paper, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind
from ecpanel.domain.problems import Problem, Severity
from ecpanel.gui.marks import WARNING, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.gui.models.searching import holds
from ecpanel.texts import problem_sentence

MISSING: Final = Mark("缺", "circle-x", Tone.BAD)
PRESENT: Final = Mark("有", "check", Tone.FAINT)


class Show(StrEnum):
    """Kinds of row by what is wrong with them."""

    ALL = "全部"
    LACKING = "缺件"
    FAULTY = "有问题"
    ABSENT = "无材料"


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One candidate; `counts` are documents and pages by kind in the order of REQUIRED, `problems` what the
    last reading found wrong with single files."""

    candidate: Candidate
    counts: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...] = ()

    @property
    def pages(self) -> int:
        """Pages in all."""
        return sum(pages for _, pages in self.counts)

    @property
    def documents(self) -> int:
        """Documents in all."""
        return sum(count for count, _ in self.counts)

    @property
    def missing(self) -> tuple[DocumentKind, ...]:
        """Kinds of paper that are not there."""
        return tuple(kind for kind, (count, _) in zip(REQUIRED, self.counts, strict=True) if not count)

    def is_kind(self, show: str) -> bool:
        """Whether the row is shown under this filter."""
        if show == Show.LACKING:
            return bool(self.missing) and self.documents > 0
        if show == Show.FAULTY:
            return bool(self.problems)
        return show != Show.ABSENT or not self.documents


def dossier_row(
    candidate: Candidate, documents: Iterable[Document], problems: Sequence[Problem]
) -> DossierRow:
    """The row of a candidate from its own documents."""
    counts = dict.fromkeys(REQUIRED, (0, 0))
    for one in documents:
        count, pages = counts[one.kind]
        counts[one.kind] = (count + 1, pages + one.pages)
    grave = tuple(one for one in problems if one.severity is not Severity.NOTE)
    return DossierRow(candidate, tuple(counts.values()), grave)


def by_candidate(documents: Iterable[tuple[Document, str]]) -> dict[str, list[tuple[Document, str]]]:
    """Documents with their places by candidate."""
    own: defaultdict[str, list[tuple[Document, str]]] = defaultdict(list)
    for one in documents:
        own[one[0].candidate_id].append(one)
    return own


def problems_by_candidate(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems of files by candidate."""
    own: defaultdict[str, list[Problem]] = defaultdict(list)
    for one in problems:
        if "candidate" in one.params:
            own[str(one.params["candidate"])].append(one)
    return own


def _cell(number: int) -> Column[DossierRow]:
    kind = REQUIRED[number]

    def mark(one: DossierRow) -> Mark:
        return PRESENT if one.counts[number][0] else MISSING

    def tip(one: DossierRow) -> str:
        count, pages = one.counts[number]
        return f"{kind.value} {count} 份，共 {pages} 页" if count else f"缺少{kind.value}"

    return Column(
        kind.value,
        lambda one: f"{one.counts[number][0]} 份" if one.counts[number][0] else MISSING.word,
        sort=lambda one: one.counts[number],
        mark=mark,
        tip=tip,
        width=8,
    )


class DossierBoardModel(RecordModel[DossierRow]):
    """Candidates down, kinds of paper across."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("编号", lambda one: one.candidate.candidate_id, sort=_number, width=6),
                Column(
                    "企业",
                    lambda one: one.candidate.name,
                    mark=lambda one: WARNING if one.problems else None,
                    tip=_tip,
                    width=0,
                ),
                *(_cell(number) for number in range(len(REQUIRED))),
                Column("页数", lambda one: str(one.pages or "—"), sort=_pages, number=True, width=6),
            ),
            key=lambda one: one.candidate.candidate_id,
        )

    def show(self, kind: str, words: str) -> None:
        """Show one kind of row that holds some words."""
        if kind in ("", Show.ALL) and not words:
            self.set_filter(None)
            return
        self.set_filter(
            lambda one: (
                one.is_kind(kind)
                and holds(words, one.candidate.candidate_id, one.candidate.name, one.candidate.region)
            )
        )

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind."""
        found = dict.fromkeys(Show, 0)
        for one in self.everything:
            found[Show.ALL] += 1
            if not one.documents:
                found[Show.ABSENT] += 1
            elif one.missing:
                found[Show.LACKING] += 1
            found[Show.FAULTY] += bool(one.problems)
        return {show.value: count for show, count in found.items()}


def _number(one: DossierRow) -> int:
    return int(one.candidate.candidate_id[1:])


def _pages(one: DossierRow) -> int:
    return one.pages


def _tip(one: DossierRow) -> str:
    told = [problem_sentence(problem) for problem in one.problems]
    return "\n".join([f"{one.candidate.name}（{one.candidate.region}）", *(f"· {line}" for line in told)])
