"""Who signs at the chair's machine (会签): a member with his own store and pass-phrase, or with his UKey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.review import Desk
from ecpanel.domain.sign_off import (
    DECLARATION_FORMAT,
    DECLARATION_VERSION,
    Declaration,
    Verdict,
    check_reasons,
)
from ecpanel.exchange.declarations import Signed, sign_declaration
from ecpanel.exchange.issued import judge
from ecpanel.exchange.keys import certificate_name, fingerprint, holder, load_certificate
from ecpanel.exchange.result_bundle import ukey_label
from ecpanel.exchange.signer import Signer
from ecpanel.records import sha256
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import Clock, Store, expect_desk, get_review, open_store, stamp
from ecpanel.services.score import load_assignment
from ecpanel.store import facts, people, submissions

if TYPE_CHECKING:
    from ecpanel.exchange.ukey import TokenInfo


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a member declares of the result; a different one needs reasons (rule 38)."""

    verdict: Verdict = Verdict.AGREE
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """A member who is present, with what he signs with. `by_ukey` tells a certified token from an own key."""

    expert_id: str
    name: str
    signer: Signer
    opinion: Opinion
    by_ukey: bool = False

    @property
    def label(self) -> str:
        """How he stands in the list of signers of report and workbook."""
        return ukey_label(self.expert_id) if self.by_ukey else self.expert_id


def by_own_store(chair: Store, path: Path, passphrase: str, opinion: Opinion) -> Signatory:
    """A member who brings his own store to the chair's machine; his key never leaves it.

    Refused unless the store is an expert's of this review and its key is the one pinned at intake:
    `wrong_desk`, `review_foreign`, `expert_unknown`, `expert_voided`, `key_differs`, and what opening raises.
    """
    check_reasons(opinion.verdict, opinion.reasons)
    with open_store(path, passphrase, reading=True) as store:
        work = load_assignment(store)
        with store.reading() as connection:
            expect_desk(connection, Desk.EXPERT)
            pair = own_pair(connection)
    expert = _member(chair, work.review.review_id, work.expert.expert_id, path.name)
    with chair.reading() as connection:
        pinned = people.pins(connection).get(expert.expert_id)
        number, _ = submissions.newest_versions(connection)[expert.expert_id]
        signed_with = submissions.one_original(connection, expert.expert_id, number).certificate
    used = fingerprint(load_certificate(signed_with, where=expert.expert_id))
    if not pinned == pair.fingerprint == used:
        raise EcpanelError("key_differs", name=expert.name, found=pair.fingerprint)
    return Signatory(expert.expert_id, expert.name, pair, opinion)


def with_opinion(signatory: Signatory, opinion: Opinion) -> Signatory:
    """The same member with what he declares. Raises `dissent_reason_short`."""
    check_reasons(opinion.verdict, opinion.reasons)
    return replace(signatory, opinion=opinion)


@dataclass(frozen=True, slots=True)
class Roll:
    """Who may sign: names by id in the order of the group, and which of them is the chair."""

    names: Mapping[str, str]
    chair: str


def roll(chair: Store) -> Roll:
    """The members of the chair's group. Raises `wrong_desk`, `task_not_opened`."""
    with chair.reading() as connection:
        expect_desk(connection, Desk.CHAIR)
        get_review(connection)
        experts = people.all_experts(connection)
        group = facts.get(connection, Group, "group")
    assert group is not None
    return Roll({key: experts[key].name for key in group.members}, group.chair)


def by_ukey(chair: Store, expert_id: str, signer: Signer, opinion: Opinion) -> Signatory:
    """A member with a certified UKey; the name in its certificate must be his.

    Raises `expert_unknown`, `expert_voided`, `signer_name_differs`.
    """
    check_reasons(opinion.verdict, opinion.reasons)
    with chair.reading() as connection:
        review = get_review(connection)
    expert = _member(chair, review.review_id, expert_id, "")
    expect_name(signer, expert.name)
    return Signatory(expert.expert_id, expert.name, signer, opinion, by_ukey=True)


def expect_name(signer: Signer, name: str) -> None:
    """Refuse a certificate made out to somebody else; CAs write names with numbers or units around them."""
    found = holder(signer.certificate)
    if not bears_name(found, name):
        raise EcpanelError("signer_name_differs", found=found, wanted=name)


def expect_in_force(signer: Signer, at: datetime) -> None:
    """Refuse a UKey whose certificate is out of date or not for signing; who issued it is judged by those who
    know the authority. Raises `certificate_expired`, `certificate_not_yet`, `certificate_usage`."""
    judgement = judge(signer.certificate, signer.chain, signer.chain[-1:], at)
    for problem in judgement.problems:
        if problem.code != "certificate_chain":
            raise EcpanelError(problem.code, **problem.params)


def bears_name(found: str, name: str) -> bool:
    """Whether a certificate's common name contains a person's name, blanks not counted."""
    plain = "".join(found.split()).casefold()
    return bool(name) and any(
        "".join(one.split()).casefold() in plain for one in (name, certificate_name(name))
    )


def _member(chair: Store, review_id: str, expert_id: str, file: str) -> Expert:
    with chair.reading() as connection:
        review = get_review(connection)
        experts, voided = people.all_experts(connection), people.voided(connection)
        handed_in = submissions.newest_versions(connection)
    if review.review_id != review_id:
        raise EcpanelError("review_foreign", found=file, wanted=review.title)
    if expert_id not in experts or expert_id not in handed_in:
        raise EcpanelError("expert_unknown", expert=expert_id, name="")
    if expert_id in voided:
        raise EcpanelError("expert_voided", expert=expert_id, name=experts[expert_id].name)
    return experts[expert_id]


def declare(
    manifest: bytes,
    review_id: str,
    signatory: Signatory,
    submission_sha256: str,
    clock: Clock,
) -> Signed:
    """A member's declaration about a manifest, signed."""
    declaration = Declaration(
        DECLARATION_FORMAT,
        DECLARATION_VERSION,
        review_id,
        sha256(manifest),
        signatory.expert_id,
        signatory.name,
        signatory.opinion.verdict,
        " ".join(signatory.opinion.reasons.split()),
        submission_sha256,
        fingerprint(signatory.signer.certificate),
        stamp(clock),
    )
    return sign_declaration(declaration, manifest, signatory.signer)


def plugged_tokens(library: Path) -> Sequence[TokenInfo]:
    """The UKeys that are plugged in. Raises `ukey_support_missing`, `ukey_library`, `ukey_refused`."""
    from ecpanel.exchange.ukey import tokens

    return tokens(library)


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """A UKey to be opened: the PKCS#11 library of its maker, its serial number, and the PIN as typed."""

    library: Path
    serial: str
    pin: str = field(repr=False)


@contextmanager
def token_key(place: TokenPlace, name: str) -> Iterator[Signer]:
    """The key of a UKey whose certificate bears `name`, or its first one, while the token is open."""
    from ecpanel.exchange.ukey import open_token

    with open_token(place.library, place.serial, place.pin) as token:
        keys: Sequence[Signer] = token.keys()
        fitting = [one for one in keys if bears_name(holder(one.certificate), name)] or list(keys)
        yield fitting[0]


def check_token(chair: Store, expert_id: str, place: TokenPlace, opinion: Opinion) -> str:
    """Open a UKey once to see that its PIN is right and its certificate is the member's; returns its holder.

    Raises as `token_key` and `by_ukey`.
    """
    names = roll(chair).names
    with token_key(place, names.get(expert_id, "")) as signer:
        by_ukey(chair, expert_id, signer, opinion)
        return holder(signer.certificate)
