"""The review (评审): which evaluation this is, and what has been declared about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.scheme import STRICT

REHEARSAL_MARK: Final = "演练"


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
