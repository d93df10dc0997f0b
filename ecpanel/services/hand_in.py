"""Handing in (提交): what is missing, the signed and sealed submission, and its reopening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.scheme import Scheme, leaves
from ecpanel.domain.sheet import Sheet, State, gaps
from ecpanel.domain.submission import (
    SUBMISSION_FORMAT,
    SUBMISSION_VERSION,
    DeclaredGap,
    SignIn,
    Submission,
    SubmittedSheet,
)
from ecpanel.exchange import limits
from ecpanel.exchange.cards import Card
from ecpanel.exchange.handover import read_limited
from ecpanel.exchange.reopening import read_slip
from ecpanel.exchange.score_package import SCORE_SUFFIX, write_score
from ecpanel.records import from_json
from ecpanel.services.clock import expect_clock
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import (
    Clock,
    act,
    stamp,
)
from ecpanel.services.score import Assignment, Reopened, expect_not_submitted, load_assignment, own_sheets
from ecpanel.services.task import get_task
from ecpanel.store import facts, people, submissions
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Vault


def readiness(work: Assignment, mine: Mapping[str, Sheet]) -> list[Problem]:
    """Everything still missing before hand-in, in the order of the candidates."""
    problems: list[Problem] = []
    if not work.signed_in:
        problems.append(error("not_signed_in"))
    for sheet in mine.values():
        problems += gaps(sheet, work.scheme)
    return problems


def _submitted_sheet(sheet: Sheet, scheme: Scheme) -> SubmittedSheet:
    scores = tuple(sheet.scores[leaf.code] for leaf in leaves(scheme))
    abstained = any(score.state is State.ABSTAINED for score in scores)
    total = None if abstained else sum(score.points for score in scores if score.points is not None)
    return SubmittedSheet(sheet.candidate_id, scores, sheet.opinion, total)


def submit(
    store: Vault, work: Assignment, folder: Path, clock: Clock, declared: Sequence[DeclaredGap] = ()
) -> Path:
    """提交并签名: sign the complete sheets, seal them to the chair, write, read back, then seal the desk.

    Candidates in `declared` are handed in as gaps with their reason; any other gap refuses. The
    file is written before the store says so: a lost stick leaves the sheet open.
    """
    mine = own_sheets(store, work)
    left_out = {gap.candidate_id for gap in declared}
    missing = readiness(work, {key: sheet for key, sheet in mine.items() if key not in left_out})
    if missing:
        raise EcpanelError("submission_incomplete", count=len(missing), first=missing[0])
    with store.reading() as connection:
        expect_not_submitted(connection, work)
        expect_clock(connection, clock)
        pair, task = own_pair(connection), get_task(connection)
        chair, record = facts.get(connection, Card, "chair"), facts.get(connection, SignIn, "sign_in")
        before = submissions.newest_versions(connection).get(work.expert.expert_id)
        reopened = facts.get(connection, Reopened, "reopened")
        recusals = [one for one in people.all_recusals(connection) if one.expert_id == work.expert.expert_id]
        verifier = (facts.get_secret(connection, "correction_verifier") or b"").decode()
    assert chair is not None and record is not None
    number = before[0] + 1 if before else 1
    submission = Submission(
        SUBMISSION_FORMAT,
        SUBMISSION_VERSION,
        work.review.review_id,
        work.review.title,
        work.review.rehearsal,
        work.scheme.version,
        work.scheme_sha256,
        task.contents_sha256,
        work.expert,
        record,
        tuple(recusals),
        number,
        before[1] if before else "",
        reopened.reason if before and reopened else "",
        tuple(declared),
        tuple(_submitted_sheet(sheet, work.scheme) for key, sheet in mine.items() if key not in left_out),
        stamp(clock),
    )
    path = folder / _package_name(work, number)
    signed = write_score(path, submission, verifier, pair, chair)
    original = Original(
        work.expert.expert_id,
        number,
        signed.sha256,
        submission.submitted_at,
        signed.content,
        signed.signature,
        signed.certificate,
        verifier,
    )
    head = act(clock, work.expert.expert_id, "submit", path.name)
    with store.writing(head, {"number": number, "sha256": signed.sha256}) as connection:
        submissions.add(connection, original)
    return path


def reopen(store: Vault, path: Path, clock: Clock) -> str:
    """Take in the chair's reopening slip; returns its reason (rule 24)."""
    work = load_assignment(store)
    with store.reading() as connection:
        chair = facts.get(connection, Card, "chair")
        handed_in = submissions.newest_versions(connection).get(work.expert.expert_id)
    assert chair is not None
    slip = read_slip(read_limited(path, limits.SMALL_JSON), chair.x509, where=path.name)
    if slip.review_id != work.review.review_id or slip.expert_id != work.expert.expert_id:
        raise EcpanelError(
            "slip_for_other", file=path.name, found=slip.expert_id, wanted=work.expert.expert_id
        )
    if handed_in is None or slip.replaces != handed_in[1]:
        raise EcpanelError("slip_stale", file=path.name)
    head = act(clock, work.expert.expert_id, "reopen", slip.replaces)
    with store.writing(head, {"reason": slip.reason}) as connection:
        facts.put(connection, "reopened", Reopened(slip.replaces, slip.reason))
    return slip.reason


def parse_gap(work: Assignment, text: str) -> DeclaredGap:
    """A declared gap as typed: C003=理由."""
    candidate, _, reason = text.partition("=")
    if candidate.strip() not in work.candidates:
        raise EcpanelError("candidate_unknown", candidate=candidate)
    if len("".join(reason.split())) < 4:
        raise EcpanelError("reason_missing")
    return DeclaredGap(candidate.strip(), reason.strip())


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in last."""

    number: int
    submitted_at: str
    sheets: int


def last_submission(store: Vault, work: Assignment) -> HandedIn | None:
    """The expert's newest submission, or None before the first."""
    found = _last(store, work)
    return HandedIn(found.number, found.submitted_at, len(found.sheets)) if found else None


def _last(store: Vault, work: Assignment) -> Submission | None:
    with store.reading() as connection:
        own = [one for one in submissions.latest(connection) if one.expert_id == work.expert.expert_id]
    return from_json(Submission, own[0].content, where=own[0].expert_id) if own else None


def reopened_for(store: Vault, work: Assignment) -> str:
    """Why the newest submission may be replaced, as the slip says; "" where it may not."""
    with store.reading() as connection:
        handed_in = submissions.newest_versions(connection).get(work.expert.expert_id)
        reopened = facts.get(connection, Reopened, "reopened")
    allowed = handed_in is not None and reopened is not None and reopened.replaces == handed_in[1]
    return reopened.reason if allowed and reopened is not None else ""


def is_locked(store: Vault, work: Assignment) -> bool:
    """Whether the sheets are handed in and not reopened."""
    try:
        with store.reading() as connection:
            expect_not_submitted(connection, work)
    except EcpanelError:
        return True
    return False


def write_again(store: Vault, work: Assignment, folder: Path) -> Path:
    """The newest submission once more, for a stick that was lost: same contents, so the chair takes it
    as the same."""
    submission = _last(store, work)
    if submission is None:
        raise EcpanelError("nothing_submitted")
    with store.reading() as connection:
        pair, chair = own_pair(connection), facts.get(connection, Card, "chair")
        verifier = (facts.get_secret(connection, "correction_verifier") or b"").decode()
    assert chair is not None
    path = folder / _package_name(work, submission.number)
    write_score(path, submission, verifier, pair, chair)
    return path


def _package_name(work: Assignment, number: int) -> str:
    return f"{work.expert.expert_id}_{work.expert.name}_第{number}版{SCORE_SUFFIX}"
