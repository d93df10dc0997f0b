"""The board (收包一览): who has handed in what for which candidate, without any number of points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ecpanel.domain.people import Group
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import STRICT, Scheme, leaves
from ecpanel.domain.sheet import State
from ecpanel.domain.submission import Submission
from ecpanel.records import from_json
from ecpanel.services.moderation import Moderation, get_moderation
from ecpanel.services.opening import expect_desk, get_review, get_scheme
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people, submissions
from ecpanel.store.vault import Connection, Vault


class BoardState(StrEnum):
    """How one expert stands to one candidate: handed in, not, kept away, handed in with open cells or
    as a declared gap, or no longer counting."""

    SUBMITTED = "submitted"
    MISSING = "missing"
    RECUSED = "recused"
    PARTIAL = "partial"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a merged submission holds, kept at its merge so that the board need not read it again:
    candidates with a complete sheet, with open cells, declared as gaps, and recused by the expert."""

    __pydantic_config__: ClassVar = STRICT
    number: int
    sha256: str
    submitted_at: str
    fingerprint: str
    complete: tuple[str, ...]
    partial: tuple[str, ...]
    gaps: tuple[str, ...]
    recused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardExpert:
    """One member. `state` is submitted, missing or voided; `number` is 0 and the texts are "" before
    his first submission; `may_replace` says that a reopening is open."""

    expert_id: str
    name: str
    state: BoardState
    number: int
    submitted_at: str
    fingerprint: str
    sheets: int
    reopenings: int
    may_replace: bool
    voided_for: str


@dataclass(frozen=True, slots=True)
class BoardCandidate:
    """One candidate; `states` follow the experts of the board."""

    candidate_id: str
    name: str
    region: str
    category: str
    states: tuple[BoardState, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board: 收包 `handed_in`/`expected`, voided experts not expected."""

    experts: tuple[BoardExpert, ...]
    candidates: tuple[BoardCandidate, ...]
    handed_in: int
    expected: int
    moderation: Moderation | None


def receipt_of(submission: Submission, sha256: str, scheme: Scheme) -> Receipt:
    """What a submission holds; its cells are known to belong to the scheme."""
    count = sum(1 for _ in leaves(scheme))
    complete: list[str] = []
    partial: list[str] = []
    for sheet in submission.sheets:
        whole = len(sheet.scores) == count and not any(
            score.points is None and score.state is State.UNSCORED for score in sheet.scores
        )
        (complete if whole else partial).append(sheet.candidate_id)
    return Receipt(
        submission.number,
        sha256,
        submission.submitted_at,
        submission.sign_in.fingerprint,
        tuple(complete),
        tuple(partial),
        tuple(gap.candidate_id for gap in submission.gaps),
        tuple(one.candidate_id for one in submission.recusals),
    )


def put_receipt(connection: Connection, expert_id: str, receipt: Receipt) -> None:
    """Keep the receipt of an expert's newest submission."""
    facts.put(connection, _name(expert_id), receipt)


def _name(expert_id: str) -> str:
    return f"receipt/{expert_id}"


def _receipts(connection: Connection, scheme: Scheme) -> dict[str, Receipt]:
    """Receipts by expert; one that is not of the newest submission is made again from the original."""
    found: dict[str, Receipt] = {}
    for expert, (number, sha256) in submissions.newest_versions(connection).items():
        kept = facts.get(connection, Receipt, _name(expert))
        if kept is None or (kept.number, kept.sha256) != (number, sha256):
            original = submissions.one_original(connection, expert, number)
            content = from_json(Submission, original.content, where=expert)
            kept = receipt_of(content, sha256, scheme)
        found[expert] = kept
    return found


def board(store: Vault) -> Board:
    """The board as it stands, whether or not the moderation stage is open."""
    with store.reading() as connection:
        expect_desk(connection, Desk.CHAIR)
        get_review(connection)
        group = facts.get(connection, Group, "group")
        assert group is not None
        receipts = _receipts(connection, get_scheme(connection))
        voided, names = people.voided(connection), people.all_experts(connection)
        reopened = Counter(expert for expert, _, _ in submissions.all_reopenings(connection))
        may_replace = submissions.open_reopenings(connection)
        firms = candidate_rows.all_candidates(connection)
        known = people.all_recusals(connection)
        moderation = get_moderation(connection)
    recused: dict[str, set[str]] = {one: set() for one in group.members}
    for recusal in known:
        recused.setdefault(recusal.expert_id, set()).add(recusal.candidate_id)
    experts = tuple(
        _expert(
            one,
            names[one].name,
            receipts.get(one),
            voided.get(one, ""),
            reopened[one],
            one in may_replace and one not in voided,
        )
        for one in group.members
    )
    columns = [_states(one.state, receipts.get(one.expert_id), recused[one.expert_id]) for one in experts]
    rest = [_rest(one.state) for one in experts]
    candidates = tuple(
        BoardCandidate(
            firm.candidate_id,
            firm.name,
            firm.region,
            firm.category,
            _row(firm.candidate_id, columns, rest),
        )
        for firm in firms
    )
    expected = [one for one in experts if one.state is not BoardState.VOIDED]
    return Board(experts, candidates, sum(one.number > 0 for one in expected), len(expected), moderation)


def _expert(
    expert_id: str, name: str, receipt: Receipt | None, voided_for: str, reopenings: int, may_replace: bool
) -> BoardExpert:
    state = BoardState.SUBMITTED if receipt else BoardState.MISSING
    if voided_for:
        state = BoardState.VOIDED
    if receipt is None:
        return BoardExpert(expert_id, name, state, 0, "", "", 0, reopenings, may_replace, voided_for)
    return BoardExpert(
        expert_id,
        name,
        state,
        receipt.number,
        receipt.submitted_at,
        receipt.fingerprint,
        len(receipt.complete) + len(receipt.partial),
        reopenings,
        may_replace,
        voided_for,
    )


def _states(state: BoardState, receipt: Receipt | None, recused: set[str]) -> Mapping[str, BoardState]:
    """States of one expert by candidate, those of `_rest` left out; recusal outweighs everything."""
    found: dict[str, BoardState] = {}
    if receipt is not None:
        if state is not BoardState.VOIDED:
            found.update(dict.fromkeys(receipt.complete, BoardState.SUBMITTED))
            found.update(dict.fromkeys((*receipt.partial, *receipt.gaps), BoardState.PARTIAL))
        found.update(dict.fromkeys(receipt.recused, BoardState.RECUSED))
    found.update(dict.fromkeys(recused, BoardState.RECUSED))
    return found


def _rest(state: BoardState) -> BoardState:
    """How an expert stands to a candidate of whom nothing is known."""
    return BoardState.VOIDED if state is BoardState.VOIDED else BoardState.MISSING


def _row(
    candidate_id: str, columns: Sequence[Mapping[str, BoardState]], rest: Sequence[BoardState]
) -> tuple[BoardState, ...]:
    return tuple(column.get(candidate_id, other) for column, other in zip(columns, rest, strict=True))
