"""Candidates to be recused from, by name only: what an expert ticks at sign-in before any dossier opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.gui.marks import RECUSED, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel

FREE: Final = Mark("不回避", "square", Tone.FAINT)
CHOSEN: Final = Mark("回避", "square-check", Tone.APART)
UNEXPLAINED: Final = Mark("回避", "square-check", Tone.BAD)
KNOWN: Final = Mark("组织方已登记", RECUSED.icon, Tone.APART)
MEANING: Final = "申明回避的企业，材料不对您打开，您不评分，也不参加讨论"
NOTE_MINIMUM: Final = 2
"""Characters that the reason 其他 needs beside it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate: `chosen` by the expert, for a `reason` he has still to give while it is None; `known`
    was registered by the organiser and stays."""

    candidate: Candidate
    chosen: bool = False
    reason: RecusalReason | None = None
    note: str = ""
    known: bool = False

    @property
    def lacks(self) -> str:
        """What a recusal still needs: `reason`, `note`, or nothing."""
        if not self.chosen:
            return ""
        if self.reason is None:
            return "reason"
        short = len("".join(self.note.split())) < NOTE_MINIMUM
        return "note" if self.reason is RecusalReason.OTHER and short else ""


class RecusalChoiceModel(RecordModel[Choice]):
    """One row per candidate, its state in front."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("回避", _word, mark=_mark, width=16, sort=_order, hint=MEANING),
                Column("编号", lambda one: one.candidate.candidate_id, width=6),
                Column("地区", lambda one: one.candidate.region, width=17),
                Column("企业名称", lambda one: one.candidate.name, width=0),
            ),
            key=lambda one: one.candidate.candidate_id,
        )
        self._by_id: Mapping[str, int] = {}

    def set_candidates(self, candidates: Iterable[Candidate], known: Iterable[Recusal]) -> None:
        """Show all candidates; those registered beforehand cannot be taken back here."""
        told = {one.candidate_id: one for one in known}
        self.set_rows(
            Choice(one, reason=told[one.candidate_id].reason, note=told[one.candidate_id].note, known=True)
            if one.candidate_id in told
            else Choice(one)
            for one in candidates
        )
        self._by_id = {one.candidate.candidate_id: place for place, one in enumerate(self.everything)}

    def find(self, key: object) -> Choice | None:
        """The row of a candidate, whether shown or not."""
        place = self._by_id.get(key) if isinstance(key, str) else None
        return None if place is None else self.everything[place]

    def turn(self, key: str) -> Choice | None:
        """Declare a recusal or take it back; None where it cannot be changed here."""
        one = self.find(key)
        if one is None or one.known:
            return None
        fresh = Choice(one.candidate, chosen=not one.chosen)
        self.replace(fresh)
        return fresh

    def explain(self, key: str, reason: RecusalReason | None, note: str) -> None:
        """Give the reason of a declared recusal."""
        one = self.find(key)
        if one is not None and one.chosen:
            self.replace(replace(one, reason=reason, note=note))

    def first_lacking(self) -> Choice | None:
        """The first declared recusal that is not explained."""
        return next((one for one in self.everything if one.lacks), None)

    def declared(self, expert_id: str) -> tuple[Recusal, ...]:
        """The recusals the expert declares."""
        return tuple(
            Recusal(expert_id, one.candidate.candidate_id, one.reason, one.note, "expert")
            for one in self.everything
            if one.chosen and one.reason is not None
        )


def _word(one: Choice) -> str:
    if one.known:
        return KNOWN.word
    if not one.chosen:
        return ""
    return "请选原因" if one.reason is None else RECUSAL_WORDS[one.reason]


def _mark(one: Choice) -> Mark:
    if one.known:
        return KNOWN
    return FREE if not one.chosen else UNEXPLAINED if one.lacks else CHOSEN


def _order(one: Choice) -> tuple[int, str]:
    """Recused ones first."""
    return (0 if one.chosen else 1 if one.known else 2, one.candidate.candidate_id)
