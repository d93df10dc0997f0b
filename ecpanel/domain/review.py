"""The review (评审): which evaluation this is, and what has been declared about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.problems import Problem, error
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.scheme import STRICT

REHEARSAL_MARK: Final = "演练"
TITLE_LENGTH: Final = 100
YEARS: Final = (2005, 2100)
LARGEST_CUT: Final = 3700
"""Ten times the firms that all regions together may recommend."""


class ReviewKind(StrEnum):
    """遴选 (2020), 综合评价 (yearly from 2021), 复审 (after an objection)."""

    SELECTION = "遴选"
    EVALUATION = "综合评价"
    REEXAMINATION = "复审"


class Desk(StrEnum):
    """The desk a store belongs to."""

    ORGANISER = "organiser"
    EXPERT = "expert"
    CHAIR = "chair"


@dataclass(frozen=True, slots=True)
class Review:
    """One evaluation. `developed` lists the regions that may recommend ten firms (notice 一(一)1);
    `cut` is how many the recommendation list holds, 0 when the department decides later."""

    __pydantic_config__: ClassVar = STRICT
    review_id: str
    title: str
    year: int
    kind: ReviewKind
    notice: str
    rehearsal: bool = False
    parent_id: str = ""
    developed: tuple[str, ...] = ()
    mark: str = ""
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the organiser says of a review and may change until packages are out."""

    title: str
    year: int
    kind: ReviewKind
    notice: str
    developed: tuple[str, ...] = ()
    cut: int = 0


def particulars_of(review: Review) -> Particulars:
    """The particulars of a review."""
    return Particulars(review.title, review.year, review.kind, review.notice, review.developed, review.cut)


def check_particulars(one: Particulars) -> list[Problem]:
    """What keeps particulars from being taken; each problem names its `member`."""
    problems: list[Problem] = []
    first, last = YEARS
    if not one.title.strip():
        problems.append(error("particulars_title", member="title"))
    for member in ("title", "notice"):
        length = len(getattr(one, member))
        if length > TITLE_LENGTH:
            problems.append(error("entry_long", member=member, length=length, limit=TITLE_LENGTH))
    if not first <= one.year <= last:
        problems.append(error("particulars_year", member="year", year=one.year, first=first, last=last))
    problems += [
        error("region_unknown", member="developed", region=region)
        for region in one.developed
        if region not in REGIONS
    ]
    if not 0 <= one.cut <= LARGEST_CUT:
        problems.append(error("particulars_cut", member="cut", cut=one.cut, largest=LARGEST_CUT))
    return problems
