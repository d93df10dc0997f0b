"""Known recusals, and pairs the organiser should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal
from ecpanel.domain.recusal_hints import RecusalHint
from ecpanel.gui.marks import RECUSED, WARNING
from ecpanel.gui.models.records import Column, RecordModel


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """One recusal, with the people it is about."""

    recusal: Recusal
    expert: Expert
    candidate: Candidate

    @property
    def key(self) -> tuple[str, str]:
        """Expert and candidate."""
        return self.recusal.expert_id, self.recusal.candidate_id


@dataclass(frozen=True, slots=True)
class HintRow:
    """One hint, with the people it is about."""

    hint: RecusalHint
    expert: Expert
    candidate: Candidate

    @property
    def key(self) -> tuple[str, str]:
        """Expert and candidate."""
        return self.hint.expert_id, self.hint.candidate_id


class RecusalsModel(RecordModel[RecusalRow]):
    """专家, 企业, 原因, 说明."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("专家", lambda one: _who(one.expert), width=18, mark=lambda _: RECUSED),
                Column("企业", lambda one: _firm(one.candidate), width=0),
                Column("原因", lambda one: RECUSAL_WORDS[one.recusal.reason], width=24),
                Column("说明", lambda one: one.recusal.note, width=24),
            ),
            key=lambda one: one.key,
        )


class HintsModel(RecordModel[HintRow]):
    """专家, 企业, 为什么提示."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("专家", lambda one: _who(one.expert), width=18, mark=lambda _: WARNING),
                Column("企业", lambda one: _firm(one.candidate), width=0),
                Column("为什么提示", lambda one: one.hint.why, width=44),
            ),
            key=lambda one: one.key,
        )


def recusal_rows(
    recusals: tuple[Recusal, ...], experts: Mapping[str, Expert], candidates: Mapping[str, Candidate]
) -> list[RecusalRow]:
    """Rows of those whose expert and firm are still there."""
    return [
        RecusalRow(one, experts[one.expert_id], candidates[one.candidate_id])
        for one in recusals
        if one.expert_id in experts and one.candidate_id in candidates
    ]


def hint_rows(
    hints: list[RecusalHint], experts: Mapping[str, Expert], candidates: Mapping[str, Candidate]
) -> list[HintRow]:
    """Rows of hints nobody has judged."""
    return [HintRow(one, experts[one.expert_id], candidates[one.candidate_id]) for one in hints]


def _who(expert: Expert) -> str:
    return f"{expert.expert_id} {expert.name}"


def _firm(candidate: Candidate) -> str:
    return f"{candidate.candidate_id} {candidate.name}"
