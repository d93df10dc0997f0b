"""Signing in (签到): pledge, recusals and the own key of the expert, before any dossier opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argon2 import PasswordHasher

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Group
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.domain.submission import (
    SignIn,
)
from ecpanel.records import sha256
from ecpanel.services.clock import expect_clock
from ecpanel.services.identity import make_identity
from ecpanel.services.opening import (
    Clock,
    act,
    stamp,
)
from ecpanel.services.score import Assignment, load_assignment
from ecpanel.services.task import get_task
from ecpanel.store import facts, people
from ecpanel.store.vault import Vault
from ecpanel.wrapping import check_passphrase


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the expert states at sign-in; `correction_passphrase` proves him at the meeting."""

    accepts_pledge: bool
    device_handed_in: bool
    recusals: tuple[Recusal, ...]
    correction_passphrase: str


def sign_in(store: Vault, form: SignInForm, clock: Clock) -> SignIn:
    """签到: pledge, recusals and the expert's own key, before any dossier opens (rule 14)."""
    work = load_assignment(store)
    if work.signed_in:
        raise EcpanelError("signed_in_already", expert=work.expert.expert_id)
    if not form.accepts_pledge:
        raise EcpanelError("pledge_not_accepted")
    check_passphrase(form.correction_passphrase)
    for one in form.recusals:
        if one.candidate_id not in work.candidates or one.expert_id != work.expert.expert_id:
            raise EcpanelError("candidate_unknown", candidate=one.candidate_id)
    verifier = PasswordHasher().hash(form.correction_passphrase.strip())
    now = stamp(clock)
    body = {"recusals": [one.candidate_id for one in form.recusals]}
    with store.writing(act(clock, work.expert.expert_id, "sign_in"), body) as connection:
        expect_clock(connection, clock)
        task = get_task(connection)
        pair = make_identity(connection, work.expert.name, work.expert.expert_id, clock)
        record = SignIn(now, sha256(task.pledge.encode()), now, form.device_handed_in, pair.fingerprint)
        facts.put(connection, "sign_in", record)
        facts.put_secret(connection, "correction_verifier", verifier.encode())
        people.add_recusals(connection, form.recusals)
        body["fingerprint"] = [pair.fingerprint]
    return record


def sign_in_record(store: Vault) -> tuple[SignIn, str, Group]:
    """The sign-in with the pledge text and group, for the printed sheet."""
    with store.reading() as connection:
        record = facts.get(connection, SignIn, "sign_in")
        group = facts.get(connection, Group, "group")
        if record is None or group is None:
            raise EcpanelError("not_signed_in")
        return record, get_task(connection).pledge, group


def own_recusals(store: Vault) -> Iterable[Recusal]:
    """Recusals of the store's expert, known beforehand or declared by himself."""
    with store.reading() as connection:
        task = get_task(connection)
        return [one for one in people.all_recusals(connection) if one.expert_id == task.owner]


def parse_recusal(work: Assignment, text: str) -> Recusal:
    """A recusal as typed: C003=05 or C003=05:说明."""
    candidate, _, rest = text.partition("=")
    code, _, note = rest.partition(":")
    candidate = candidate.strip()
    if candidate not in work.candidates:
        raise EcpanelError("candidate_unknown", candidate=candidate)
    known = {one.value: one for one in RecusalReason}
    if code.strip() not in known:
        raise EcpanelError(
            "recusal_reason",
            code=code,
            known="、".join(f"{key} {RECUSAL_WORDS[one]}" for key, one in known.items()),
        )
    return Recusal(work.expert.expert_id, candidate, known[code.strip()], note.strip(), "expert")
