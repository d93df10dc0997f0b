"""The agenda as lines: which matters are settled, which one is at hand, which are open and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ecpanel.domain.agenda import BLOCKING, MATTER_WORDS, Matter, agenda
from ecpanel.domain.result import Result
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel

OWN_RECUSAL: Final = "组长回避"
LIFTED: Final = "提请合议"


class MatterState(IntEnum):
    """How far a matter is; APART is a candidate that is not on the agenda."""

    BLOCKING = 0
    OPEN = 1
    SETTLED = 2
    APART = 3


MARKS: Final = {
    MatterState.BLOCKING: Mark("签发前须处理", "circle-alert", Tone.BAD),
    MatterState.OPEN: Mark("待议", "circle", Tone.FAINT),
    MatterState.SETTLED: Mark("已议", "circle-check", Tone.GOOD),
    MatterState.APART: Mark("未列入议程", "plus", Tone.ACCENT),
}
AT_HAND: Final = Mark("正在议", "circle-dot", Tone.ACCENT)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One candidate: `place` on the agenda from 1 (0: not on it), `about` says why it is there, what was
    decided and who leaves."""

    candidate_id: str
    name: str
    region: str
    place: int
    state: MatterState
    about: str
    at_hand: bool

    @property
    def mark(self) -> Mark:
        """Its state; the open one at hand has a mark of its own."""
        at_hand = self.at_hand and self.state in (MatterState.OPEN, MatterState.BLOCKING)
        return AT_HAND if at_hand else MARKS[self.state]


def reason_words(matter: Matter, done: Mapping[str, str]) -> str:
    """Why a candidate is spoken about, or what was decided where nothing is left to speak about."""
    words = "、".join(MATTER_WORDS[one] for one in matter.reasons)
    return words or done.get(matter.candidate_id) or LIFTED


def decided(result: Result) -> dict[str, str]:
    """What the panel has decided, in a few words, by candidate."""
    found: dict[str, list[str]] = {}
    corrections: dict[str, int] = {}
    for correction in result.corrections:
        corrections[correction.candidate_id] = corrections.get(correction.candidate_id, 0) + 1
    for key, count in corrections.items():
        found.setdefault(key, []).append(f"已更正 {count} 处")
    gates = {(one.candidate_id, one.gate): one for one in result.gate_decisions}
    for gate in gates.values():
        words = f"{gate.gate} {'通过' if gate.passed else '不通过'}"
        found.setdefault(gate.candidate_id, []).append(words)
    for key in dict.fromkeys(key for one in result.tie_decisions for key in one.order):
        found.setdefault(key, []).append("同分次序已表决")
    return {key: "，".join(words) for key, words in found.items()}


def matters_of(result: Result, lifted: Collection[str]) -> list[Matter]:
    """The agenda with those brought up by people, and those decided that need not be on it any more."""
    return agenda(result, {*lifted, *decided(result)})


def matter_rows(
    result: Result,
    matters: Iterable[Matter],
    hidden: Collection[str],
    discussed: Collection[str],
    at_hand: str,
) -> list[MatterRow]:
    """Every matter in the order of the agenda, then every other candidate in list order. Of `hidden`
    candidates only that they are there is told. What blocks the signing is never settled by a mark."""
    names = {one.candidate_id: one for one in result.candidates}
    done = decided(result)
    rows: list[MatterRow] = []
    on_it: set[str] = set()
    for place, one in enumerate(matters, start=1):
        key = one.candidate_id
        on_it.add(key)
        state = MatterState.OPEN
        if BLOCKING & set(one.reasons) and key not in hidden:
            state = MatterState.BLOCKING
        elif key in done or key in discussed:
            state = MatterState.SETTLED
        about = OWN_RECUSAL if key in hidden else _about(one, done)
        rows.append(MatterRow(key, names[key].name, names[key].region, place, state, about, key == at_hand))
    for key, firm in names.items():
        if key not in on_it:
            about = f"点选提请合议 · {firm.region}"
            rows.append(
                MatterRow(key, firm.name, firm.region, 0, MatterState.APART, about, at_hand=key == at_hand)
            )
    return rows


def _about(matter: Matter, done: Mapping[str, str]) -> str:
    parts = [done[matter.candidate_id]] if matter.candidate_id in done and matter.reasons else []
    parts.append(reason_words(matter, done))
    if matter.leave:
        parts.append(f"{'、'.join(matter.leave)} 离席")
    return " · ".join(parts)


class MattersModel(RecordModel[MatterRow]):
    """Two-line rows; those that are not on the agenda show only while people search."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column(
                    "议程",
                    lambda one: f"{one.name}\n{one.about}",
                    mark=lambda one: one.mark,
                    tip=lambda one: f"{one.candidate_id} {one.name}\n{one.mark.word}：{one.about}",
                    width=0,
                ),
            ),
            key=lambda one: one.candidate_id,
        )
        self.look_for("")

    def look_for(self, words: str) -> None:
        """Show the agenda, or with words every candidate whose number, name or region has them all."""
        wanted = [word.lower() for word in words.split()]

        def accept(one: MatterRow) -> bool:
            if not wanted:
                return one.state is not MatterState.APART
            hay = f"{one.candidate_id} {one.name} {one.region}".lower()
            return all(word in hay for word in wanted)

        self.set_filter(accept)

    def tally(self) -> tuple[int, int]:
        """How many matters are settled, of how many."""
        on_it = [one for one in self.everything if one.place]
        return sum(one.state is MatterState.SETTLED for one in on_it), len(on_it)

    def next_open(self, after: str) -> str | None:
        """The next open matter behind a candidate, going round; None when all are settled."""
        on_it = [one for one in self.everything if one.place]
        start = next((n + 1 for n, one in enumerate(on_it) if one.candidate_id == after), 0)
        around = [*on_it[start:], *on_it[:start]]
        wanted = (one.candidate_id for one in around if one.state is not MatterState.SETTLED)
        return next((key for key in wanted if key != after), None)
