"""The expert's desk (专家台): open a task, sign in, score, hand in."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from argon2 import PasswordHasher

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.points import Points, parse_points
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.scheme import STRICT, Scheme, indicator, leaves
from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet, State, check_score, gaps
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
from ecpanel.exchange.handover import read_limited, world
from ecpanel.exchange.reopening import read_slip
from ecpanel.exchange.score_form import FilledForm, FormTask, read_form, write_form
from ecpanel.exchange.score_package import SCORE_SUFFIX, write_score
from ecpanel.exchange.task_package import PackedDocument, TaskContents, TaskPackage, open_task
from ecpanel.progress import Progress
from ecpanel.records import digest_of, sha256
from ecpanel.services.identity import make_identity, own_pair
from ecpanel.services.opening import (
    Clock,
    Owner,
    act,
    expect_desk,
    get_review,
    get_scheme,
    stamp,
)
from ecpanel.services.organise import settled_by_candidate
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people, sheets, submissions, vault
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Connection, Vault
from ecpanel.wrapping import Cost, check_passphrase

DOSSIERS: Final = ".dossiers"
_TASK_KEY: Final = "task_key"


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What an opened task package left in the store."""

    __pydantic_config__: ClassVar = STRICT
    package_id: str
    contents_sha256: str
    owner: str
    pledge: str
    issued_at: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A slip that allows one replacement of a submission."""

    __pydantic_config__: ClassVar = STRICT
    replaces: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an expert's desk works on; it does not change after sign-in."""

    review: Review
    scheme: Scheme
    scheme_sha256: str
    expert: Expert
    candidates: Mapping[str, Candidate]
    settled: Mapping[str, Mapping[str, Points]]
    recused: frozenset[str]
    signed_in: bool


def dossiers_file(store: Path) -> Path:
    """Where the encrypted package with the dossiers lies: beside the store."""
    return store.with_name(store.stem + DOSSIERS)


def open_task_package(
    package: Path,
    opening: str,
    store_path: Path,
    passphrase: str,
    cost: Cost,
    clock: Clock,
    progress: Progress,
) -> TaskContents:
    """Open a task package into a store: a new one for an expert, the chair's own for a chair.

    Everything in the package is verified, documents included, before the store is made. The package
    itself is kept beside an expert's store, still encrypted.
    """
    with open_task(package, opening) as task:
        contents = task.contents
        if contents.desk is Desk.CHAIR:
            _into_chair(task, store_path, passphrase, clock)
            return contents
        if store_path.exists():
            raise EcpanelError("store_exists", file=str(store_path))
        check_passphrase(passphrase)
        task.check_documents(progress)
        copy = dossiers_file(store_path)
        try:
            with world(copy):
                store_path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(package, copy)
            store = vault.create(store_path, passphrase, cost)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        try:
            owner = Owner(Desk.EXPERT, contents.experts[0].name)
            with store.writing(act(clock, contents.owner, "open_task", contents.package_id)) as connection:
                facts.put(connection, "owner", owner)
                facts.put_secret(connection, _TASK_KEY, task.key)
                _take_over(connection, task)
        finally:
            store.close()
    return contents


def _take_over(connection: Connection, task: TaskPackage) -> None:
    contents = task.contents
    facts.put(connection, "review", contents.review)
    facts.put(connection, "scheme", contents.scheme)
    facts.put(connection, "group", contents.group)
    facts.put(connection, "organiser", contents.organiser)
    facts.put(connection, "chair", contents.chair)
    record = TaskRecord(
        contents.package_id, task.contents_sha256, contents.owner, contents.pledge, contents.issued_at
    )
    facts.put(connection, "task", record)
    candidate_rows.replace_all(connection, contents.candidates)
    documents = [(packed.document, packed.member) for packed in contents.documents]
    candidate_rows.replace_documents(connection, documents)
    for expert in contents.experts:
        people.put_expert(connection, expert)
    people.add_recusals(connection, contents.recusals)


def _into_chair(task: TaskPackage, store_path: Path, passphrase: str, clock: Clock) -> None:
    contents = task.contents
    with vault.open_vault(store_path, passphrase) as store:
        with store.reading() as connection:
            owner = expect_desk(connection, Desk.CHAIR)
            card = facts.get(connection, Card, "card")
            review = facts.get(connection, Review, "review")
            scheme = facts.get(connection, Scheme, "scheme")
        if card is None or card.fingerprint != contents.chair.fingerprint:
            raise EcpanelError("task_for_other_chair", wanted=contents.chair.name, found=owner.name)
        if review is not None and review.review_id != contents.review.review_id:
            raise EcpanelError("review_foreign", found=contents.review.title, wanted=review.title)
        if scheme is not None and scheme != contents.scheme:
            raise EcpanelError("scheme_differs", found=contents.scheme_sha256[:8], wanted="本机已有")
        store.restore_point("task", clock())
        with store.writing(act(clock, owner.name, "open_task", contents.package_id)) as connection:
            _take_over(connection, task)


def get_task(connection: Connection) -> TaskRecord:
    """The record of the opened task."""
    task = facts.get(connection, TaskRecord, "task")
    if task is None:
        raise EcpanelError("task_not_opened")
    return task


def load_assignment(store: Vault) -> Assignment:
    """Read what the desk works on."""
    with store.reading() as connection:
        expect_desk(connection, Desk.EXPERT)
        task, scheme = get_task(connection), get_scheme(connection)
        candidates = candidate_rows.all_candidates(connection)
        experts = people.all_experts(connection)
        recusals = people.all_recusals(connection)
        signed_in = facts.get(connection, SignIn, "sign_in") is not None
        review = get_review(connection)
    return Assignment(
        review,
        scheme,
        digest_of(scheme),
        experts[task.owner],
        {one.candidate_id: one for one in candidates},
        settled_by_candidate(candidates, scheme),
        frozenset(one.candidate_id for one in recusals if one.expert_id == task.owner),
        signed_in,
    )


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
        task = get_task(connection)
        pair = make_identity(connection, work.expert.name, work.expert.expert_id, clock)
        record = SignIn(now, sha256(task.pledge.encode()), now, form.device_handed_in, pair.fingerprint)
        facts.put(connection, "sign_in", record)
        facts.put_secret(connection, "correction_verifier", verifier.encode())
        people.add_recusals(connection, form.recusals)
        body["fingerprint"] = [pair.fingerprint]
    return record


def _expect_scoring(work: Assignment, candidate_id: str) -> None:
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    if candidate_id not in work.candidates:
        raise EcpanelError("candidate_unknown", candidate=candidate_id)
    if candidate_id in work.recused:
        raise EcpanelError("recused", candidate=candidate_id, name=work.candidates[candidate_id].name)


def _expect_not_submitted(connection: Connection, work: Assignment) -> None:
    handed_in = submissions.newest_versions(connection).get(work.expert.expert_id)
    reopened = facts.get(connection, Reopened, "reopened")
    if handed_in is not None and (reopened is None or reopened.replaces != handed_in[1]):
        raise EcpanelError("submitted_already", number=handed_in[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of one cell: text as typed, or a state; None leaves a part as it is."""

    candidate_id: str
    indicator: str
    text: str | None = None
    state: State | None = None
    remark: str | None = None
    evidence: tuple[Evidence, ...] | None = None


def _entered(work: Assignment, entry: Entry, before: Score | None) -> Score:
    leaf = indicator(work.scheme, entry.indicator)
    if leaf is None:
        raise EcpanelError("indicator_unknown", indicator=entry.indicator)
    old = before or Score(entry.indicator, State.UNSCORED)
    state, points = old.state, old.points
    if entry.text is not None:
        points = parse_points(entry.text) if entry.text.strip() else None
        state = State.SCORED if points is not None else State.UNSCORED
    elif entry.state is not None:
        state, points = entry.state, None
        if state is State.SCORED:
            raise EcpanelError("score_state", indicator=entry.indicator, state=state.value)
    settled = work.settled.get(entry.candidate_id, {}).get(entry.indicator)
    if settled is not None:
        if (entry.text is not None or entry.state is not None) and points != settled:
            raise EcpanelError("settled_changed", candidate=entry.candidate_id, indicator=entry.indicator)
        state, points = State.SCORED, settled
    score = Score(
        entry.indicator,
        state,
        points,
        old.remark if entry.remark is None else entry.remark,
        old.evidence if entry.evidence is None else entry.evidence,
    )
    check_score(leaf, score)
    return score


def set_score(store: Vault, work: Assignment, entry: Entry, clock: Clock) -> Score:
    """Write one cell durably; refuses what the indicator does not allow. Returns the cell in force."""
    _expect_scoring(work, entry.candidate_id)
    body: dict[str, object] = {}
    subject = f"{entry.candidate_id}/{entry.indicator}"
    with store.writing(act(clock, work.expert.expert_id, "score", subject), body) as connection:
        _expect_not_submitted(connection, work)
        before = sheets.score_at(connection, entry.candidate_id, entry.indicator)
        score = _entered(work, entry, before)
        sheets.put_scores(connection, entry.candidate_id, [score])
        body["before"] = None if before is None else [before.state.value, before.points]
        body["after"] = [score.state.value, score.points]
    return score


def set_opinion(store: Vault, work: Assignment, candidate_id: str, opinion: Opinion, clock: Clock) -> None:
    """Write the opinion on one candidate."""
    _expect_scoring(work, candidate_id)
    head = act(clock, work.expert.expert_id, "opinion", candidate_id)
    with store.writing(head, {"length": opinion.length}) as connection:
        _expect_not_submitted(connection, work)
        sheets.put_opinion(connection, candidate_id, opinion)


def own_sheets(store: Vault, work: Assignment) -> dict[str, Sheet]:
    """The expert's sheets with settled objective scores laid in, for all candidates not recused."""
    with store.reading() as connection:
        touched = sheets.all_sheets(connection, work.expert.expert_id)
    result = {}
    for key in work.candidates:
        if key in work.recused:
            continue
        sheet = touched.get(key, Sheet(work.expert.expert_id, key))
        scores = dict(sheet.scores)
        for code, points in work.settled.get(key, {}).items():
            remark = scores[code].remark if code in scores else ""
            scores[code] = Score(code, State.SCORED, points, remark)
        result[key] = Sheet(sheet.expert_id, key, scores, sheet.opinion)
    return result


def form_task(work: Assignment) -> FormTask:
    """What a fill-in form is made for."""
    return FormTask(
        work.review,
        work.scheme,
        work.scheme_sha256,
        work.expert,
        list(work.candidates.values()),
        work.recused,
        work.settled,
    )


def write_score_form(store: Vault, work: Assignment, path: Path) -> None:
    """Export the fill-in workbook with what is already scored."""
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    task, filled = form_task(work), own_sheets(store, work)
    with world(path), path.open("wb") as target:
        write_form(target, task, filled)


def write_filled_form(work: Assignment, filled: Mapping[str, Sheet], path: Path) -> None:
    """A form filled with given sheets, as someone types in scores given on paper."""
    with world(path), path.open("wb") as target:
        write_form(target, form_task(work), filled)


def score_from_form(store: Vault, work: Assignment, path: Path, clock: Clock) -> FilledForm:
    """Take in a filled form: everything, or with any fault nothing."""
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    form = read_form(path, form_task(work))
    if form.problems:
        return form
    store.restore_point("form", clock())
    head = act(clock, work.expert.expert_id, "score_form", path.name)
    with store.writing(head, {"sheets": len(form.sheets)}) as connection:
        _expect_not_submitted(connection, work)
        for key, sheet in form.sheets.items():
            sheets.put_scores(connection, key, sheet.scores.values())
            sheets.put_opinion(connection, key, sheet.opinion)
    return form


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
        _expect_not_submitted(connection, work)
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
    path = folder / f"{work.expert.expert_id}_{work.expert.name}_第{number}版{SCORE_SUFFIX}"
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


def documents_of(store: Vault, work: Assignment, candidate_id: str) -> list[PackedDocument]:
    """The documents of one candidate, never of a recused one."""
    _expect_scoring(work, candidate_id)
    with store.reading() as connection:
        found = candidate_rows.all_documents(connection)
    return [PackedDocument(one, member) for one, member in found if one.candidate_id == candidate_id]


@contextmanager
def reading_document(store: Vault, work: Assignment, packed: PackedDocument) -> Iterator[BinaryIO]:
    """The plain bytes of a document as a seekable file, decrypted chunk by chunk as they are read."""
    _expect_scoring(work, packed.document.candidate_id)
    with store.reading() as connection:
        key = facts.get_secret(connection, _TASK_KEY)
    with open_task(dossiers_file(store.path), key=key) as task:
        yield task.open_document(packed)


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


def pledge_text(store: Vault) -> str:
    """The pledge to be read before signing in."""
    with store.reading() as connection:
        return get_task(connection).pledge


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


def parse_gap(work: Assignment, text: str) -> DeclaredGap:
    """A declared gap as typed: C003=理由."""
    candidate, _, reason = text.partition("=")
    if candidate.strip() not in work.candidates:
        raise EcpanelError("candidate_unknown", candidate=candidate)
    if len("".join(reason.split())) < 4:
        raise EcpanelError("reason_missing")
    return DeclaredGap(candidate.strip(), reason.strip())


def typed(candidate_id: str, code: str, value: str | None, remark: str | None) -> Entry:
    """A change as typed: a number, or the name of a state."""
    states = {
        "不适用": State.NOT_APPLICABLE,
        "弃权": State.ABSTAINED,
        "未评": State.UNSCORED,
        "": State.UNSCORED,
    }
    if value is not None and value.strip() in states:
        return Entry(candidate_id, code, state=states[value.strip()], remark=remark)
    return Entry(candidate_id, code, text=value, remark=remark)
