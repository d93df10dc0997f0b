"""Recusal (回避): an expert who must not see, score or discuss one candidate, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.scheme import STRICT


class RecusalReason(StrEnum):
    """Reason codes (rule 15)."""

    EMPLOYED = "01"
    BOARD = "02"
    SHAREHOLDER = "03"
    KIN = "04"
    SAME_UNIT = "05"
    ADVISER = "06"
    TEACHER = "07"
    OTHER = "99"


RECUSAL_WORDS: Final = {
    RecusalReason.EMPLOYED: "近三年内存在劳动关系",
    RecusalReason.BOARD: "担任董事或监事",
    RecusalReason.SHAREHOLDER: "控股股东或实际控制人",
    RecusalReason.KIN: "与负责人有配偶、血亲或姻亲关系",
    RecusalReason.SAME_UNIT: "同一单位",
    RecusalReason.ADVISER: "担任顾问",
    RecusalReason.TEACHER: "师生关系",
    RecusalReason.OTHER: "其他可能影响公正的关系",
}


@dataclass(frozen=True, slots=True)
class Recusal:
    """One expert kept away from one candidate; `source` is "organiser" or "expert"."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    candidate_id: str
    reason: RecusalReason
    note: str = ""
    source: str = "expert"


def recused_pairs(recusals: Iterable[Recusal]) -> frozenset[tuple[str, str]]:
    """(expert, candidate) pairs that are blocked."""
    return frozenset((one.expert_id, one.candidate_id) for one in recusals)
