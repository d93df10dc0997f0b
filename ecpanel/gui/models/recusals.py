"""Known recusals, and hints that somebody may have to be recused, each as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason, recused_pairs
from ecpanel.domain.recusal_hints import RecusalHint, recusal_hints
from ecpanel.gui.marks import RECUSED, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.gui.models.searching import holds
from ecpanel.services.panel import open_hints
from ecpanel.services.readiness import Preparation

REASONS: Final = {f"{reason.value} {words}": reason for reason, words in RECUSAL_WORDS.items()}
"""Reasons by the words in which they are chosen."""
ASKED: Final = Mark("待判断", "circle-help", Tone.CAUTION)
FREE: Final = Mark("不回避", "check", Tone.FAINT)
REASON, NOTE = 2, 3


def reason_words(reason: RecusalReason) -> str:
    """A reason as it is chosen and shown."""
    return f"{reason.value} {RECUSAL_WORDS[reason]}"


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """A known recusal with the people it names; None where the list knows them no more."""

    recusal: Recusal
    expert: Expert | None
    candidate: Candidate | None

    @property
    def who(self) -> str:
        """The expert as shown."""
        name = self.expert.name if self.expert else ""
        return f"{self.recusal.expert_id} {name}"

    @property
    def whom(self) -> str:
        """The candidate as shown."""
        name = self.candidate.name if self.candidate else ""
        return f"{self.recusal.candidate_id} {name}"


def recusal_rows(ready: Preparation) -> list[RecusalRow]:
    """Known recusals by expert, then by candidate."""
    firms = {one.candidate_id: one for one in ready.candidates}
    return [
        RecusalRow(one, ready.experts.get(one.expert_id), firms.get(one.candidate_id))
        for one in sorted(ready.recusals, key=_order)
    ]


def _order(one: Recusal) -> tuple[int, int]:
    return int(one.expert_id[1:]), int(one.candidate_id[1:])


class RecusalsModel(RecordModel[RecusalRow]):
    """`edit` keeps a recusal as changed."""

    def __init__(self, edit: Callable[[Recusal], bool]) -> None:
        def edited(row: RecusalRow, column: int, words: str) -> RecusalRow | None:
            if column == REASON and words in REASONS:
                edit(replace(row.recusal, reason=REASONS[words]))
            elif column == NOTE:
                edit(replace(row.recusal, note=words.strip()))
            return None

        super().__init__(
            (
                Column("专家", lambda one: one.who, mark=lambda _: RECUSED, width=23, sort=_who),
                Column("企业", lambda one: one.whom, width=0, sort=_whom),
                Column(
                    "原因",
                    lambda one: reason_words(one.recusal.reason),
                    width=32,
                    editable=True,
                    choices=lambda _: tuple(REASONS),
                ),
                Column("说明", lambda one: one.recusal.note, width=26, editable=True),
            ),
            key=lambda one: (one.recusal.expert_id, one.recusal.candidate_id),
            edit=edited,
        )

    def show(self, words: str) -> None:
        """Show recusals that hold some words."""
        if words:
            self.set_filter(lambda one: holds(words, one.who, one.whom, one.recusal.note))
        else:
            self.set_filter(None)


def _who(one: RecusalRow) -> int:
    return int(one.recusal.expert_id[1:])


def _whom(one: RecusalRow) -> int:
    return int(one.recusal.candidate_id[1:])


@dataclass(frozen=True, slots=True)
class HintRow:
    """A hint with the people it names; `judged` when it was found to be no reason to recuse."""

    hint: RecusalHint
    expert: Expert
    candidate: Candidate
    judged: bool


def hint_rows(ready: Preparation) -> list[HintRow]:
    """Open hints first, then those set aside."""
    firms = {one.candidate_id: one for one in ready.candidates}
    waiting = open_hints(ready)
    rows = [HintRow(one, ready.experts[one.expert_id], firms[one.candidate_id], False) for one in waiting]
    if ready.judged:
        known = recused_pairs(ready.recusals) | {(one.expert_id, one.candidate_id) for one in waiting}
        rows += [
            HintRow(one, ready.experts[one.expert_id], firms[one.candidate_id], True)
            for one in recusal_hints(ready.experts.values(), ready.candidates, known)
        ]
    return rows


class HintsModel(RecordModel[HintRow]):
    """Who, whom, and why they should be looked at."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column(
                    "判断",
                    lambda one: (FREE if one.judged else ASKED).word,
                    mark=lambda one: FREE if one.judged else ASKED,
                    width=10,
                ),
                Column("专家", lambda one: f"{one.expert.expert_id} {one.expert.name}", width=18),
                Column("专家单位", lambda one: one.expert.organisation, width=26),
                Column("企业", lambda one: f"{one.candidate.candidate_id} {one.candidate.name}", width=0),
                Column("为什么提示", lambda one: one.hint.why, width=26, tip=_tip),
            ),
            key=lambda one: (one.hint.expert_id, one.hint.candidate_id),
        )


def _tip(one: HintRow) -> str:
    parent = f"（母公司 {one.candidate.parent}）" if one.candidate.parent else ""
    return f"{one.hint.why}：{one.expert.organisation} — {one.candidate.name}{parent}"
