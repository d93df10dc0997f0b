"""Enterprises and candidates (参评企业): who is evaluated, and what a list of them must satisfy."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

from ecpanel.domain.credit_code import check_code
from ecpanel.domain.points import Points
from ecpanel.domain.problems import Problem, error, warning
from ecpanel.domain.regions import REGIONS, quota
from ecpanel.domain.scheme import FULL_MARKS, STRICT, Kind, Scheme, leaves, points_from_bands

CURRENT_TITLE: Final = "示范企业"
NEWLY_RECOMMENDED: Final = "新推荐"
STANDINGS: Final = (NEWLY_RECOMMENDED, CURRENT_TITLE)
NAME_LENGTH: Final = 200
"""Longest name of an enterprise or of its parent, in characters."""
CODE_LENGTH: Final = 40
"""Longest credit code as it is kept; a faulty one is warned of, since papers may err."""
EARLIEST_PAST: Final = 2000
LEVEL_LENGTH: Final = 20

_FIGURE: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_NUMBERED: Final = re.compile(r"C[0-9]{3,6}")


@dataclass(frozen=True, slots=True)
class PastResult:
    """What an earlier year left behind; None where the year is silent (missing is not zero)."""

    __pydantic_config__: ClassVar = STRICT
    year: int
    score: Points | None = None
    rank: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared figure for an objective indicator, checked by the secretariat; an exact decimal."""

    __pydantic_config__: ClassVar = STRICT
    indicator: str
    figure: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """The entry of one enterprise in one review; `candidate_id` is C001, C002 … in list order."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    region: str
    name: str
    credit_code: str
    category: str
    standing: str = NEWLY_RECOMMENDED
    past: tuple[PastResult, ...] = ()
    parent: str = ""
    group: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def last_year(self) -> PastResult | None:
        """The newest earlier result, or None."""
        return max(self.past, key=lambda result: result.year, default=None)


def number_id(number: int) -> str:
    """The id of the n-th candidate: C001 … C999, C1000 …"""
    return f"C{number:03d}"


def is_number_id(text: str) -> bool:
    """Whether a text is an id as `number_id` makes them."""
    return _NUMBERED.fullmatch(text) is not None and number_id(int(text[1:])) == text


def is_figure(text: str) -> bool:
    """Whether a text is a declared figure: an exact decimal without separators."""
    return _FIGURE.fullmatch(text) is not None


def check_entry(one: Candidate, year: int) -> list[Problem]:
    """What keeps a candidate typed by hand from being taken; each problem names its `member`.

    A wrong credit code or category is no such thing: it is warned of by `check_candidates`.
    """
    problems: list[Problem] = []
    if not any(char.isalpha() for char in one.name):
        problems.append(error("candidate_name", member="name", name=one.name))
    if not one.region:
        problems.append(error("candidate_region_missing", member="region"))
    elif one.region not in REGIONS:
        problems.append(error("region_unknown", member="region", region=one.region))
    if one.standing not in STANDINGS:
        known = "、".join(STANDINGS)
        problems.append(error("candidate_standing", member="standing", standing=one.standing, known=known))
    for member, limit in (
        ("name", NAME_LENGTH),
        ("credit_code", CODE_LENGTH),
        ("category", NAME_LENGTH),
        ("parent", NAME_LENGTH),
        ("group", NAME_LENGTH),
    ):
        length = len(getattr(one, member))
        if length > limit:
            problems.append(error("entry_long", member=member, length=length, limit=limit))
    return problems + _check_past(one, year) + _check_facts(one)


def _check_past(one: Candidate, year: int) -> list[Problem]:
    years = [result.year for result in one.past]
    return [
        error("candidate_past", member="past", year=result.year)
        for result in one.past
        if not EARLIEST_PAST <= result.year < year
        or years.count(result.year) > 1
        or (result.score is not None and not 0 <= result.score <= FULL_MARKS)
        or (result.rank is not None and not 1 <= result.rank <= 9999)
        or len(result.level) > LEVEL_LENGTH
    ]


def _check_facts(one: Candidate) -> list[Problem]:
    codes = [fact.indicator for fact in one.facts]
    return [
        error("candidate_figure", member="facts", indicator=fact.indicator, figure=fact.figure)
        for fact in one.facts
        if not is_figure(fact.figure) or codes.count(fact.indicator) > 1
    ]


def settled_scores(candidate: Candidate, scheme: Scheme) -> dict[str, Points]:
    """Objective points that follow from declared figures by the bands (rule 22)."""
    figures = {fact.indicator: Decimal(fact.figure) for fact in candidate.facts}
    settled: dict[str, Points] = {}
    for leaf in leaves(scheme):
        if leaf.kind is Kind.OBJECTIVE and leaf.code in figures:
            points = points_from_bands(leaf, candidate.category, figures[leaf.code])
            if points is not None:
                settled[leaf.code] = points
    return settled


def check_candidates(
    candidates: Iterable[Candidate], categories: Collection[str], developed: Collection[str]
) -> list[Problem]:
    """Warnings about a list: quotas, codes, equal codes, equal names, shared parents (rules 8-10)."""
    everyone = list(candidates)
    problems: list[Problem] = []
    for one in everyone:
        problems += _check_one(one, categories)
    problems += _check_quotas(everyone, developed)
    problems += _equal(everyone, "credit_code", "candidates_same_code")
    problems += _equal(everyone, "name", "candidates_same_name")
    problems += _shared_parents(everyone)
    return problems


def _check_one(one: Candidate, categories: Collection[str]) -> list[Problem]:
    where = {"candidate": one.candidate_id, "name": one.name}
    problems = []
    if one.region not in REGIONS:
        problems.append(warning("candidate_region", region=one.region, **where))
    if one.category not in categories:
        problems.append(warning("candidate_category", category=one.category, **where))
    fault = check_code(one.credit_code)
    if fault is not None:
        problems.append(warning(fault.code, **fault.params, **where))
    return problems


def _check_quotas(everyone: list[Candidate], developed: Collection[str]) -> list[Problem]:
    counts = Counter(one.region for one in everyone if one.region in REGIONS)
    return [
        warning("region_over_quota", region=region, count=counts[region], quota=quota(region, developed))
        for region in REGIONS
        if counts[region] > quota(region, developed)
    ]


def _named(several: list[Candidate]) -> dict[str, Any]:
    """Candidates as a sentence names them, and their ids for whoever looks for them."""
    told = "、".join(f"{one.candidate_id} {one.name}" for one in several)
    return {"candidates": told, "ids": tuple(one.candidate_id for one in several)}


def _equal(everyone: list[Candidate], member: str, code: str) -> list[Problem]:
    holders: dict[str, list[Candidate]] = defaultdict(list)
    for one in everyone:
        holders[str(getattr(one, member))].append(one)
    return [
        warning(code, value=value, **_named(same))
        for value, same in holders.items()
        if value and len(same) > 1
    ]


def _shared_parents(everyone: list[Candidate]) -> list[Problem]:
    families: dict[str, list[Candidate]] = defaultdict(list)
    for one in everyone:
        if one.parent and one.parent != one.name:
            families[one.parent].append(one)
        families[one.name].append(one)
    return [
        warning("candidates_same_parent", value=parent, **_named(kin))
        for parent, kin in families.items()
        if len(kin) > 1 and any(c.parent == parent for c in kin)
    ]
