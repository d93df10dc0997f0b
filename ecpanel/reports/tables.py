"""What a table of a result is, and the words and marks all tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ecpanel.domain.meeting import Vote
from ecpanel.domain.result import Result
from ecpanel.domain.review import REHEARSAL_MARK
from ecpanel.domain.scheme import PLACEHOLDER_BANNER
from ecpanel.domain.sheet import State

Kind = Literal["text", "points", "whole"]
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, width in mm on paper, and what its cells are. Points are in 1/100."""

    head: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; a None cell is printed as a dash and left blank in the workbook."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wide: bool = False
    signed: bool = True


TIE_WORDS: Final = {
    "": "",
    "shared": "并列",
    "untrimmed": "未去极值均分",
    "last_year": "上年得分",
    "vote": "表决",
}
STANDING_WORDS: Final = {
    "counted": "计入",
    "dropped_high": "去高",
    "dropped_low": "去低",
    "recused": "回避",
    "voided": "作废",
    "missing": "缺",
    "incomplete": "不全",
}
STATE_WORDS: Final = {
    State.NOT_APPLICABLE.value: "不适用",
    State.ABSTAINED.value: "弃权",
    State.UNSCORED.value: "未评",
}
CHECK_WORDS: Final = {
    "sum": "分值汇总计算错误",
    "range": "分项评分超出评分标准范围",
    "objective": "客观评审因素评分不一致",
    "outlier": "评分畸高、畸低",
    "spread": "总分极差过大",
    "applicability": "适用性认定不一致",
    "objection": "对统一计算的客观指标有异议",
}
STATUTORY: Final = ("sum", "range", "objective", "outlier")
WEIGHT_WORDS: Final = {"red": "需说明", "yellow": "提示"}


def marks(result: Result) -> list[str]:
    """What must stand on every page and sheet (rules 3, 5, 18)."""
    found = [REHEARSAL_MARK] if result.review.rehearsal else []
    found += [PLACEHOLDER_BANNER] if result.scheme.is_placeholder else []
    return found + ([result.review.mark] if result.review.mark else [])


def counts_line(result: Result) -> str:
    """The counts printed on every page, so that a missing page is seen (rule 47)."""
    counts = result.counts
    return (
        f"企业{counts.candidates}家　专家{counts.experts}人　评分{counts.scores}项　回避{counts.recusals}对"
    )


def foot_line(result: Result, data_sha256: str) -> str:
    """The foot of every page: the counts, and the ends of the digest of the data (rule 47)."""
    return f"{counts_line(result)}　数据摘要 {data_sha256[:8]}…{data_sha256[-8:]}"


def tie_word(decided_by: str) -> str:
    """The tie step in words."""
    return TIE_WORDS.get(decided_by) or ("指标" + decided_by.partition(":")[2] if ":" in decided_by else "")


def vote_words(vote: Vote) -> str:
    """A vote in words."""
    words = f"同意{vote.in_favour}、反对{vote.against}、弃权{vote.abstained}"
    return words + (f"、回避{vote.recused}" if vote.recused else "")
