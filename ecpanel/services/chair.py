"""The chair's desk (组长台): take in score packages, correct, decide, evaluate."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ecpanel.domain.attendance import voters
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, all_recusals, evaluate, original_sheets
from ecpanel.domain.meeting import (
    Correction,
    GateDecision,
    ReasonCode,
    TieDecision,
    Vote,
    check_correction,
    check_vote,
    corrected,
)
from ecpanel.domain.people import Group
from ecpanel.domain.points import Points
from ecpanel.domain.problems import Problem
from ecpanel.domain.recusal import recused_pairs
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.submission import Expectation, Verdict, judge, refusal
from ecpanel.exchange.keys import same_fingerprint
from ecpanel.exchange.reopening import make_slip
from ecpanel.exchange.score_package import SignedSubmission, read_score
from ecpanel.progress import Progress
from ecpanel.records import digest_of
from ecpanel.services.board import put_receipt, receipt_of
from ecpanel.services.clock import expect_clock
from ecpanel.services.identity import own_card, own_pair, sealing_identity
from ecpanel.services.key_change import RevokedKeys, is_revoked
from ecpanel.services.material import read_material
from ecpanel.services.moderation import expect_moderation, numbers_shown, veiled
from ecpanel.services.opening import (
    Clock,
    act,
    expect_desk,
    expect_open,
    get_review,
    get_scheme,
    stamp,
)
from ecpanel.services.organise import settled_by_candidate
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, meeting, people, submissions
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Connection, Vault

MERGED: Final = (Verdict.NEW, Verdict.CHANGED, Verdict.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """What intake made of one file. `fingerprint` is the signer's; `confirmed` whether the chair has
    compared it with the ink; `merged` whether its scores were taken in."""

    file: str
    verdict: Verdict
    expert_id: str = ""
    name: str = ""
    number: int = 0
    sheets: int = 0
    fingerprint: str = ""
    confirmed: bool = False
    merged: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Batch:
    """Files of one intake that may be merged, and what they change for the files after them."""

    expectation: Expectation
    pins: dict[str, str]
    revoked: RevokedKeys | None = None
    accepted: list[tuple[SignedSubmission, Verdict]] = field(default_factory=list)


def _expectation(connection: Connection) -> Expectation:
    review, scheme = get_review(connection), get_scheme(connection)
    group = facts.get(connection, Group, "group")
    assert group is not None
    candidates = candidate_rows.all_candidates(connection)
    return Expectation(
        review.review_id,
        review.title,
        review.rehearsal,
        scheme,
        digest_of(scheme),
        people.all_experts(connection),
        {one.candidate_id: one.name for one in candidates},
        people.all_recusals(connection),
        settled_by_candidate(candidates, scheme),
        submissions.newest_versions(connection),
        submissions.open_reopenings(connection),
        people.voided(connection).keys(),
    )


def take_in(
    store: Vault,
    files: Sequence[Path],
    confirmed: Mapping[str, str],
    clock: Clock,
    progress: Progress,
    *,
    dry_run: bool = False,
) -> list[IntakeLine]:
    """收包: verify every file alone, then merge all acceptable ones in one transaction (rule 27).

    `confirmed` maps expert id to the fingerprint read from the signed sign-in sheet; it is pinned
    with the first merge. One bad file never stops the others, and nothing is half merged. A dry
    run reports the same lines and writes nothing. Before the moderation stage no line tells points.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        shown = numbers_shown(connection)
        revoked = facts.get(connection, RevokedKeys, "revoked_keys")
        batch = _Batch(_expectation(connection), people.pins(connection), revoked)
        identity, chair = sealing_identity(connection), own_card(connection).fingerprint
        review = get_review(connection)
    with _collection_paused():
        lines = _read_all(batch, files, identity, chair, review, confirmed, progress)
    if not shown:
        lines = [replace(one, problems=veiled(one.problems)) for one in lines]
    if dry_run or not batch.accepted:
        return lines
    merged = _merge(store, batch, owner.name, clock)
    return [
        replace(one, merged=(one.expert_id, one.number) in merged and one.verdict in MERGED) for one in lines
    ]


@contextmanager
def _collection_paused() -> Iterator[None]:
    """A hundred thousand small records without cycles: looking for cycles again and again while they
    are made costs a quarter of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read_all(
    batch: _Batch,
    files: Sequence[Path],
    identity: str,
    chair: str,
    review: Review,
    confirmed: Mapping[str, str],
    progress: Progress,
) -> list[IntakeLine]:
    """Every file verified and judged alone; what may be merged is put into the batch."""
    lines: list[IntakeLine] = []
    for number, path in enumerate(files, start=1):
        try:
            signed = read_score(path, identity, chair, review)
            lines.append(_judged(batch, path, signed, confirmed))
        except EcpanelError as fault:
            lines.append(IntakeLine(path.name, Verdict.REFUSED, problems=(refusal(fault),)))
        progress(number, len(files), path.name)
    return lines


def _judged(batch: _Batch, path: Path, signed: SignedSubmission, confirmed: Mapping[str, str]) -> IntakeLine:
    submission = signed.submission
    expert = submission.expert.expert_id
    pin = batch.pins.get(expert, "")
    said = pin or confirmed.get(expert, "")
    line = IntakeLine(
        path.name,
        Verdict.REFUSED,
        expert,
        submission.expert.name,
        submission.number,
        len(submission.sheets),
        signed.fingerprint,
        bool(said) and same_fingerprint(said, signed.fingerprint),
    )
    try:
        verdict, problems = judge(submission, signed.sha256, batch.expectation)
        if is_revoked(batch.revoked, signed.fingerprint):
            raise EcpanelError("key_revoked", found=signed.fingerprint)
        if said and not line.confirmed:
            raise EcpanelError("key_differs", name=submission.expert.name, found=signed.fingerprint)
        if not said and verdict in MERGED:
            raise EcpanelError(
                "key_unconfirmed", expert=expert, name=submission.expert.name, found=signed.fingerprint
            )
    except EcpanelError as fault:
        return replace(line, problems=(refusal(fault),))
    if verdict in MERGED:
        batch.accepted.append((signed, verdict))
        merged = {**batch.expectation.merged, expert: (submission.number, signed.sha256)}
        batch.expectation = replace(batch.expectation, merged=merged)
        batch.pins[expert] = signed.fingerprint
    return replace(line, verdict=verdict, problems=tuple(problems))


def _merge(store: Vault, batch: _Batch, actor: str, clock: Clock) -> set[tuple[str, int]]:
    with store.reading() as connection:
        expect_clock(connection, clock)
    store.restore_point("intake", clock())
    body: dict[str, str] = {}
    now = stamp(clock)
    merged: set[tuple[str, int]] = set()
    with store.writing(act(clock, actor, "intake"), body) as connection:
        expect_open(connection)
        known = people.pins(connection)
        replaced = submissions.newest_versions(connection)
        for signed, _ in batch.accepted:
            one = signed.submission
            expert = one.expert.expert_id
            original = Original(
                expert,
                one.number,
                signed.sha256,
                now,
                signed.content,
                signed.signature,
                signed.certificate,
                signed.verifier,
            )
            row = submissions.add(connection, original)
            submissions.add_cells(connection, row, one)
            put_receipt(connection, expert, receipt_of(one, signed.sha256, batch.expectation.scheme))
            if expert not in known:
                people.pin(connection, expert, signed.fingerprint)
            if expert in replaced:
                submissions.use_reopening(connection, expert)
            body[expert] = signed.sha256
            merged.add((expert, one.number))
    return merged


def load_material(store: Vault) -> Material:
    """Everything the result is computed from; refused until the moderation stage is open."""
    with store.reading() as connection:
        expect_desk(connection, Desk.CHAIR)
        return material_of(connection)


def material_of(connection: Connection) -> Material:
    """The same inside a running transaction; refused until the moderation stage is open."""
    expect_moderation(connection)
    return read_material(connection)


def result_of(store: Vault, clock: Clock) -> Result:
    """Evaluate the review as it stands (rule 30: counted twice)."""
    return evaluate(load_material(store), stamp(clock))


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """A correction as moved at the meeting; `passphrase` is the expert's own correction pass-phrase."""

    expert_id: str
    candidate_id: str
    indicator: str
    after: Points
    reason: ReasonCode
    note: str
    mover: str
    vote: Vote
    passphrase: str


def entitled(material: Material, candidate_id: str) -> int:
    """How many members may vote on a candidate: not recused, not voided."""
    return len(voters(material, candidate_id))


def _expect_entitled(material: Material, expert_id: str, candidate_id: str) -> None:
    if expert_id not in material.group.members:
        raise EcpanelError("expert_unknown", expert=expert_id, name="")
    if expert_id in material.voided:
        raise EcpanelError("expert_voided", expert=expert_id, name=material.experts[expert_id].name)
    if (expert_id, candidate_id) in recused_pairs(all_recusals(material)):
        raise EcpanelError("recused_in_meeting", expert=expert_id, candidate=candidate_id)


def confirm_expert(connection: Connection, expert_id: str, passphrase: str) -> None:
    """Refuse a correction pass-phrase that is not the expert's own."""
    verifier = next(
        (one.verifier for one in submissions.latest(connection) if one.expert_id == expert_id), ""
    )
    try:
        PasswordHasher().verify(verifier, passphrase.strip())
    except (Argon2Error, InvalidHashError):
        raise EcpanelError("correction_passphrase_wrong", expert=expert_id) from None


def correct(store: Vault, request: CorrectionRequest, clock: Clock) -> Correction:
    """更正 one score: the expert changes his own, the panel has voted, both values stay (rule 36)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_moderation(connection)
    if len("".join(request.note.split())) < 4:
        raise EcpanelError("reason_missing")
    body: dict[str, object] = {}
    subject = f"{request.expert_id}/{request.candidate_id}/{request.indicator}"
    with store.writing(act(clock, owner.name, "correct", subject), body) as connection:
        expect_open(connection)
        material = material_of(connection)
        for person in (request.expert_id, request.mover):
            _expect_entitled(material, person, request.candidate_id)
        check_vote(request.vote, entitled(material, request.candidate_id), material.scheme.meeting)
        now = corrected(original_sheets([one for one, _ in material.submissions]), material.corrections)
        sheet = now.get((request.expert_id, request.candidate_id))
        score = sheet.scores.get(request.indicator) if sheet else None
        before = check_correction(material.scheme, score, request.indicator, request.after)
        confirm_expert(connection, request.expert_id, request.passphrase)
        correction = Correction(
            meeting.next_correction_id(connection),
            request.expert_id,
            request.candidate_id,
            request.indicator,
            before,
            request.after,
            request.reason,
            request.note,
            request.mover,
            request.vote,
            "更正口令",
            stamp(clock),
        )
        meeting.add_correction(connection, correction)
        body.update(before=before, after=request.after, reason=request.reason.value)
    return correction


def decide_gate(store: Vault, decision: GateDecision, clock: Clock) -> None:
    """Record the panel's finding on a gate (rule 11)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        material = material_of(connection)
    if decision.candidate_id not in {one.candidate_id for one in material.candidates}:
        raise EcpanelError("candidate_unknown", candidate=decision.candidate_id)
    if decision.gate not in {gate.code for gate in material.scheme.gates}:
        known = "、".join(gate.code for gate in material.scheme.gates)
        raise EcpanelError("gate_unknown", gate=decision.gate, known=known)
    if len("".join(decision.reason.split())) < 4:
        raise EcpanelError("reason_missing")
    check_vote(decision.vote, entitled(material, decision.candidate_id), material.scheme.meeting, gate=True)
    head = act(clock, owner.name, "gate", f"{decision.candidate_id}/{decision.gate}")
    with store.writing(head, {"passed": decision.passed}) as connection:
        expect_open(connection)
        meeting.add_decision(connection, decision)


def decide_tie(store: Vault, decision: TieDecision, clock: Clock) -> None:
    """Record the panel's order among candidates whose tie the chain left standing (rule 33)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        material = material_of(connection)
    known = {one.candidate_id for one in material.candidates}
    stranger = next((one for one in decision.order if one not in known), None)
    if stranger is not None:
        raise EcpanelError("candidate_unknown", candidate=stranger)
    if len(set(decision.order)) != len(decision.order) or len(decision.order) < 2:
        raise EcpanelError("tie_order", order="、".join(decision.order))
    fewest = min(entitled(material, one) for one in decision.order)
    check_vote(decision.vote, fewest, material.scheme.meeting)
    with store.writing(act(clock, owner.name, "tie", "/".join(decision.order))) as connection:
        expect_open(connection)
        meeting.add_decision(connection, decision)


def void_expert(store: Vault, expert_id: str, reason: str, clock: Clock) -> None:
    """Let an expert's scores no longer count; they are kept and printed struck through (rule 17)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        experts = people.all_experts(connection)
    if expert_id not in experts:
        raise EcpanelError("expert_unknown", expert=expert_id, name="")
    if len("".join(reason.split())) < 4:
        raise EcpanelError("reason_missing")
    store.restore_point("void", clock())
    with store.writing(act(clock, owner.name, "void", expert_id), {"reason": reason}) as connection:
        expect_open(connection)
        people.void(connection, expert_id, reason)


def _keep(slip: bytes) -> None:
    """For callers who deliver the slip themselves."""


def reopen_submission(
    store: Vault, expert_id: str, reason: str, clock: Clock, deliver: Callable[[bytes], object] = _keep
) -> tuple[bytes, int]:
    """A signed slip that lets an expert replace his submission; returns it with how often this
    expert was allowed so far (rule 24: counted and printed). What `deliver` cannot write does not count."""
    if len("".join(reason.split())) < 4:
        raise EcpanelError("reason_missing")
    now = stamp(clock)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        merged = submissions.newest_versions(connection).get(expert_id)
        review, pair = get_review(connection), own_pair(connection)
        corrections = [one for one in meeting.all_corrections(connection) if one.expert_id == expert_id]
        expect_clock(connection, clock)
    if corrections:
        raise EcpanelError("reopen_after_correction", expert=expert_id, count=len(corrections))
    if merged is None:
        raise EcpanelError("nothing_to_reopen", expert=expert_id)
    slip = make_slip(review.review_id, expert_id, merged[1], reason, now, pair)
    with store.writing(act(clock, owner.name, "reopen", expert_id), {"reason": reason}) as connection:
        expect_open(connection)
        count = submissions.add_reopening(connection, expert_id, reason, now)
        deliver(slip)
    return slip, count
