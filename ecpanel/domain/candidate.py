"""Enterprises and candidates (参评企业): who is evaluated, and what a list of them must satisfy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from ecpanel.domain.credit_code import check_code
from ecpanel.domain.points import Points
from ecpanel.domain.problems import Problem, warning
from ecpanel.domain.regions import REGIONS, quota
from ecpanel.domain.scheme import STRICT, Kind, Scheme, leaves, points_from_bands

CURRENT_TITLE: Final = "示范企业"
NEWLY_RECOMMENDED: Final = "新推荐"


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


def _equal(everyone: list[Candidate], member: str, code: str) -> list[Problem]:
    holders: dict[str, list[Candidate]] = defaultdict(list)
    for one in everyone:
        holders[str(getattr(one, member))].append(one)
    return [
        warning(code, value=value, candidates="、".join(f"{c.candidate_id} {c.name}" for c in same))
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
        warning(
            "candidates_same_parent",
            value=parent,
            candidates="、".join(f"{c.candidate_id} {c.name}" for c in kin),
        )
        for parent, kin in families.items()
        if len(kin) > 1 and any(c.parent == parent for c in kin)
    ]
