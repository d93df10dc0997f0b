"""Signing off at an expert's own laptop (会签): a request is read, what it covers is shown, an answer is signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk
from ecpanel.domain.sign_off import check_reasons
from ecpanel.exchange import limits
from ecpanel.exchange.cards import Card
from ecpanel.exchange.declarations import ANSWER_SUFFIX, make_answer, read_request
from ecpanel.exchange.handover import read_limited, write_bytes_verified
from ecpanel.exchange.result_bundle import Manifest, submission_member
from ecpanel.records import sha256
from ecpanel.reports.sign_off_sheet import paper_digits
from ecpanel.services.clock import expect_clock
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import Clock, Store, act, expect_desk, get_review
from ecpanel.services.score import load_assignment
from ecpanel.services.signatories import Opinion, Signatory, declare
from ecpanel.store import facts, submissions


@dataclass(frozen=True, slots=True)
class Asked:
    """What an expert is asked to sign: who asks, how much it covers, the digits that must stand on the paper,
    and that his own submission is in it as he handed it in."""

    title: str
    chair: str
    signed_at: str
    members: int
    digits: str
    number: int
    submission_sha256: str
    manifest: bytes


def read_sign_off_request(store: Store, path: Path) -> Asked:
    """A request of this expert's own chair that covers his own newest submission.

    Raises what `read_request` does, `review_foreign`, `not_submitted`, `request_without_me`.
    """
    work = load_assignment(store)
    with store.reading() as connection:
        expect_desk(connection, Desk.EXPERT)
        chair, review = facts.get(connection, Card, "chair"), get_review(connection)
        newest = submissions.newest_versions(connection).get(work.expert.expert_id)
    assert chair is not None
    content = read_limited(path, limits.SIGN_OFF_FILE)
    manifest, head = read_request(content, chair.x509, where=path.name)
    if head.review_id != review.review_id:
        raise EcpanelError("review_foreign", found=head.review_title, wanted=review.title)
    if newest is None:
        raise EcpanelError("not_submitted")
    number, digest = newest
    _expect_mine(head, work.expert.expert_id, number, digest)
    return Asked(
        head.review_title,
        head.chair,
        head.signed_at,
        len(head.entries),
        paper_digits(sha256(manifest)),
        number,
        digest,
        manifest,
    )


def _expect_mine(head: Manifest, expert_id: str, number: int, digest: str) -> None:
    """The result must rest on what this expert handed in last, unchanged."""
    name = f"{submission_member(expert_id, number)}.json"
    if (name, digest) not in {(entry.name, entry.sha256) for entry in head.entries}:
        raise EcpanelError("request_without_me", number=number)


def answer_request(store: Store, path: Path, opinion: Opinion, folder: Path, clock: Clock) -> Path:
    """Sign the declaration and the manifest, write the answer and read it back. Raises as
    `read_sign_off_request`, and `dissent_reason_short`."""
    check_reasons(opinion.verdict, opinion.reasons)
    asked = read_sign_off_request(store, path)
    work = load_assignment(store)
    with store.reading() as connection:
        expect_clock(connection, clock)
        pair = own_pair(connection)
    expert = work.expert
    signatory = Signatory(expert.expert_id, expert.name, pair, opinion)
    signed = declare(asked.manifest, work.review.review_id, signatory, asked.submission_sha256, clock)
    target = folder / f"会签_{expert.expert_id}_{expert.name}{ANSWER_SUFFIX}"
    head = act(clock, expert.expert_id, "sign_off", target.name)
    with store.writing(head, {"verdict": opinion.verdict.value, "manifest": sha256(asked.manifest)}):
        write_bytes_verified(target, make_answer(signed))
    return target
