"""The table of candidates (参评企业): one row per firm with what is doubtful about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject

from ecpanel.domain.candidate import STANDINGS, Candidate, PastResult
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import parse_points, show_points
from ecpanel.domain.problems import Problem
from ecpanel.domain.regions import REGIONS, find_region
from ecpanel.gui.marks import WARNING, Mark
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.texts import problem_sentence

NUMBER, REGION, NAME, CODE, CATEGORY, STANDING, SCORE, RANK, GROUP, PROBLEM = range(10)
MEMBERS: Final = {
    REGION: "region",
    NAME: "name",
    CODE: "credit_code",
    CATEGORY: "category",
    STANDING: "standing",
    SCORE: "past",
    RANK: "past",
    GROUP: "group",
}
"""The member of a candidate that a column shows."""
SHORT: Final = {
    "credit_code_missing": "没有信用代码",
    "credit_code_length": "信用代码 {length} 位，应为 18 位",
    "credit_code_character": "信用代码第{place}位“{char}”不合规定",
    "credit_code_check": "信用代码第18位应为 {expected}",
    "candidate_region": "地区不认识",
    "candidate_category": "类别不在指标体系中",
    "candidates_same_code": "信用代码重复",
    "candidates_same_name": "名称重复",
    "candidates_same_parent": "与同属一家的企业同时申报",
}
"""What is wrong, said in the row itself, where firm and cell are seen; the whole sentence is in its tip."""
KINDS: Final = (
    ("信用代码", CODE, ("credit_code_",)),
    ("地区", REGION, ("candidate_region",)),
    ("类别", CATEGORY, ("candidate_category",)),
    ("重复", NAME, ("candidates_same_code", "candidates_same_name")),
    ("同属一家", NAME, ("candidates_same_parent",)),
)
"""Kinds of problems as people choose them, the column that cures them, and the codes they begin with."""
DOUBTFUL: Final = Mark(WARNING.word, "", WARNING.tone)


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate at its place in the list, with its problems."""

    number: int
    candidate: Candidate
    problems: tuple[Problem, ...] = ()


Edit = Callable[[CandidateRow, int, str], "CandidateRow | None"]


def kind_of(problem: Problem) -> str:
    """The kind of a problem as people choose it; empty for one that is of no single candidate."""
    return next((kind for kind, _, codes in KINDS if problem.code.startswith(codes)), "")


def column_of(problem: Problem) -> int:
    """The column where a problem is cured."""
    if problem.code == "candidates_same_code":
        return CODE
    return next((place for _, place, codes in KINDS if problem.code.startswith(codes)), NAME)


def ids_of(problem: Problem) -> tuple[str, ...]:
    """The candidates a problem is about."""
    if "ids" in problem.params:
        return tuple(problem.params["ids"])
    return (str(problem.params["candidate"]),) if "candidate" in problem.params else ()


def candidate_rows(candidates: Iterable[Candidate], problems: Iterable[Problem]) -> list[CandidateRow]:
    """The rows of a list with its problems told."""
    told: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        for one in ids_of(problem):
            told[one].append(problem)
    return [
        CandidateRow(number, one, tuple(told.get(one.candidate_id, ())))
        for number, one in enumerate(candidates, start=1)
    ]


def short(problem: Problem) -> str:
    """A problem in a few words."""
    words = SHORT.get(problem.code)
    return problem_sentence(problem) if words is None else words.format_map(problem.params)


class CandidatesModel(RecordModel[CandidateRow]):
    """`categories` and `groups` tell what may be chosen now."""

    def __init__(
        self,
        categories: Callable[[], Sequence[str]],
        groups: Callable[[], Sequence[str]],
        edit: Edit | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            (
                Column(
                    "序号", lambda row: str(row.number), sort=lambda row: row.number, number=True, width=5
                ),
                _column(
                    "地区",
                    REGION,
                    lambda one: one.region,
                    sort=_region_place,
                    choices=lambda: REGIONS,
                    width=8,
                ),
                _column("企业名称", NAME, lambda one: one.name, width=0, share=3),
                _column("信用代码", CODE, lambda one: one.credit_code, width=25),
                _column("类别", CATEGORY, lambda one: one.category, choices=categories, width=7),
                _column("现有称号", STANDING, lambda one: one.standing, choices=lambda: STANDINGS, width=9),
                _column(
                    "上年得分",
                    SCORE,
                    past_score,
                    sort=_score,
                    number=True,
                    width=8,
                    tip=_past,
                    hint=_PAST_HINT,
                ),
                _column(
                    "名次", RANK, past_rank, sort=_rank, number=True, width=5, tip=_past, hint=_PAST_HINT
                ),
                _column("评审组", GROUP, lambda one: one.group, choices=groups, width=10),
                Column(
                    "问题",
                    lambda row: "；".join(short(one) for one in row.problems),
                    sort=lambda row: (-len(row.problems), row.number),
                    mark=lambda row: DOUBTFUL if row.problems else None,
                    tip=_sentences,
                    width=0,
                    share=2,
                ),
            ),
            key=lambda row: row.candidate.candidate_id,
            edit=edit,
            parent=parent,
        )


_PAST_HINT: Final = "最近一次参评的结果"


def _column(
    head: str,
    place: int,
    text: Callable[[Candidate], str],
    *,
    sort: Callable[[Candidate], object] | None = None,
    number: bool = False,
    width: int = 10,
    share: int = 1,
    tip: Callable[[Candidate], str] | None = None,
    hint: str = "",
    choices: Callable[[], Sequence[str]] | None = None,
) -> Column[CandidateRow]:
    """A column that can be edited; its cell is marked where a problem is cured there."""

    def mark(row: CandidateRow) -> Mark | None:
        return WARNING if any(column_of(one) == place for one in row.problems) else None

    def whole(row: CandidateRow) -> str:
        wrong = [problem_sentence(one) for one in row.problems if column_of(one) == place]
        return "\n".join([*wrong, (tip or text)(row.candidate)])

    return Column(
        head,
        lambda row: text(row.candidate),
        sort=None if sort is None else lambda row: sort(row.candidate),
        number=number,
        mark=mark,
        tip=whole,
        width=width,
        share=share,
        editable=True,
        hint=hint,
        choices=None if choices is None else lambda _: choices(),
    )


def past_score(one: Candidate) -> str:
    """The newest earlier score as printed; nothing where the year is silent."""
    past = one.last_year
    return "" if past is None or past.score is None else show_points(past.score)


def past_rank(one: Candidate) -> str:
    """The newest earlier rank."""
    past = one.last_year
    return "" if past is None or past.rank is None else str(past.rank)


def _score(one: Candidate) -> int | None:
    return one.last_year.score if one.last_year is not None else None


def _rank(one: Candidate) -> int | None:
    return one.last_year.rank if one.last_year is not None else None


def _region_place(one: Candidate) -> int:
    return _PLACES.get(one.region, len(_PLACES))


_PLACES: Final = {region: place for place, region in enumerate(REGIONS)}


def _past(one: Candidate) -> str:
    return "\n".join(past_words(past) for past in sorted(one.past, key=lambda past: -past.year))


def past_words(past: PastResult) -> str:
    """An earlier result in words: 2020年 87.25 分，第 12 名，良好."""
    parts = [
        f"{show_points(past.score)} 分" if past.score is not None else "",
        f"第 {past.rank} 名" if past.rank is not None else "",
        past.level,
    ]
    return f"{past.year}年 " + "，".join(part for part in parts if part)


def _sentences(row: CandidateRow) -> str:
    return "\n".join(problem_sentence(one) for one in row.problems)


def edited(one: Candidate, column: int, words: str, year: int) -> Candidate:
    """A candidate with what was typed into one of its cells; an earlier result goes to the year it stood
    for, or to the year before this one."""
    words = words.strip()
    if column == REGION:
        return replace(one, region=find_region(words) or words)
    if column in (SCORE, RANK):
        return replace(one, past=_past_with(one, column, words, year))
    return replace(one, **{MEMBERS[column]: words})  # type: ignore[arg-type]


def _past_with(one: Candidate, column: int, words: str, year: int) -> tuple[PastResult, ...]:
    former = one.last_year or PastResult(year - 1)
    if column == SCORE:
        fresh = replace(former, score=parse_points(words.removesuffix("分")) if words else None)
    else:
        digits = words.removeprefix("第").removesuffix("名").strip()
        if digits and not digits.isdecimal():
            raise EcpanelError("candidate_past", year=former.year)
        fresh = replace(former, rank=int(digits) if digits else None)
    others = [past for past in one.past if past.year != former.year]
    told = [] if fresh == PastResult(fresh.year) else [fresh]
    return tuple(sorted([*others, *told], key=lambda past: past.year))
