"""Candidates to be recused from, by name only: what an expert ticks at sign-in before any dossier opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.gui.marks import RECUSED, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel

FREE = Mark("", "circle", Tone.FAINT)
KNOWN = Mark("回避（组织方已登记）", "circle-slash", Tone.APART)


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate: `reason` None is no recusal; `known` was registered by the organiser and stays."""

    candidate: Candidate
    reason: RecusalReason | None = None
    note: str = ""
    known: bool = False

    @property
    def chosen(self) -> bool:
        """Whether the expert himself declares a recusal."""
        return self.reason is not None and not self.known


class RecusalChoiceModel(RecordModel[Choice]):
    """One row per candidate, its state in front."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("回避", _word, mark=_mark, width=24, sort=lambda one: one.reason is None),
                Column("编号", lambda one: one.candidate.candidate_id, width=7),
                Column("地区", lambda one: one.candidate.region, width=10),
                Column("企业名称", lambda one: one.candidate.name, width=0),
            ),
            key=lambda one: one.candidate.candidate_id,
        )

    def set_candidates(self, candidates: Iterable[Candidate], known: Iterable[Recusal]) -> None:
        """Show all candidates; those registered beforehand cannot be taken back here."""
        told = {one.candidate_id: one for one in known}
        self.set_rows(
            Choice(one, told[one.candidate_id].reason, told[one.candidate_id].note, known=True)
            if one.candidate_id in told
            else Choice(one)
            for one in candidates
        )

    def choose(self, candidate_id: str, reason: RecusalReason | None, note: str = "") -> None:
        """Declare or take back a recusal."""
        for one in self.everything:
            if one.candidate.candidate_id == candidate_id and not one.known:
                self.replace(replace(one, reason=reason, note=note))
                return

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
    return "" if one.reason is None else RECUSAL_WORDS[one.reason]


def _mark(one: Choice) -> Mark:
    return KNOWN if one.known else FREE if one.reason is None else RECUSED
