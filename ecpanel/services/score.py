"""Scoring (评分): what an expert may see, and every cell written as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert
from ecpanel.domain.points import Points, parse_points
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.scheme import STRICT, Scheme, indicator
from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet, State, check_score
from ecpanel.domain.submission import (
    SignIn,
)
from ecpanel.exchange.handover import write_verified
from ecpanel.exchange.score_form import FilledForm, FormTask, read_form, write_form
from ecpanel.exchange.task_package import PackedDocument, open_task
from ecpanel.records import digest_of
from ecpanel.services.opening import (
    Clock,
    act,
    expect_desk,
    get_review,
    get_scheme,
)
from ecpanel.services.organise import settled_by_candidate
from ecpanel.services.task import TASK_KEY, dossiers_file, get_task
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people, sheets, submissions
from ecpanel.store.vault import Connection, Vault


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


def expect_scoring(work: Assignment, candidate_id: str) -> None:
    """Refuse what concerns a candidate before sign-in, or a recused one at any time (rule 14)."""
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    if candidate_id not in work.candidates:
        raise EcpanelError("candidate_unknown", candidate=candidate_id)
    if candidate_id in work.recused:
        raise EcpanelError("recused", candidate=candidate_id, name=work.candidates[candidate_id].name)


def expect_not_submitted(connection: Connection, work: Assignment) -> None:
    """Refuse a change of a sheet that was handed in and not reopened (rule 24)."""
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
    expect_scoring(work, entry.candidate_id)
    body: dict[str, object] = {}
    subject = f"{entry.candidate_id}/{entry.indicator}"
    with store.writing(act(clock, work.expert.expert_id, "score", subject), body) as connection:
        expect_not_submitted(connection, work)
        before = sheets.score_at(connection, entry.candidate_id, entry.indicator)
        score = _entered(work, entry, before)
        sheets.put_scores(connection, entry.candidate_id, [score])
        body["before"] = None if before is None else [before.state.value, before.points]
        body["after"] = [score.state.value, score.points]
    return score


def set_opinion(store: Vault, work: Assignment, candidate_id: str, opinion: Opinion, clock: Clock) -> None:
    """Write the opinion on one candidate."""
    expect_scoring(work, candidate_id)
    head = act(clock, work.expert.expert_id, "opinion", candidate_id)
    with store.writing(head, {"length": opinion.length}) as connection:
        expect_not_submitted(connection, work)
        sheets.put_opinion(connection, candidate_id, opinion)


def own_sheets(store: Vault, work: Assignment) -> dict[str, Sheet]:
    """The expert's sheets with settled objective scores laid in, for all candidates not recused."""
    with store.reading() as connection:
        touched = sheets.all_sheets(connection, work.expert.expert_id)
    return {key: _settled(work, key, touched.get(key)) for key in work.candidates if key not in work.recused}


def own_sheet(store: Vault, work: Assignment, candidate_id: str) -> Sheet:
    """The sheet of one candidate, as `own_sheets` gives it."""
    expect_scoring(work, candidate_id)
    with store.reading() as connection:
        return _settled(work, candidate_id, sheets.sheet_of(connection, work.expert.expert_id, candidate_id))


def _settled(work: Assignment, key: str, touched: Sheet | None) -> Sheet:
    sheet = touched or Sheet(work.expert.expert_id, key)
    scores = dict(sheet.scores)
    for code, points in work.settled.get(key, {}).items():
        before = scores.get(code)
        kept = (before.remark, before.evidence) if before else ("", ())
        scores[code] = Score(code, State.SCORED, points, *kept)
    return Sheet(sheet.expert_id, key, scores, sheet.opinion)


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
    write_verified(path, lambda target: write_form(target, task, filled))


def write_filled_form(work: Assignment, filled: Mapping[str, Sheet], path: Path) -> None:
    """A form filled with given sheets, as someone types in scores given on paper."""
    write_verified(path, lambda target: write_form(target, form_task(work), filled))


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
        expect_not_submitted(connection, work)
        for key, sheet in form.sheets.items():
            sheets.put_scores(connection, key, sheet.scores.values())
            sheets.put_opinion(connection, key, sheet.opinion)
    return form


def documents_of(store: Vault, work: Assignment, candidate_id: str) -> list[PackedDocument]:
    """The documents of one candidate, never of a recused one."""
    expect_scoring(work, candidate_id)
    with store.reading() as connection:
        found = candidate_rows.documents_of(connection, candidate_id)
    return [PackedDocument(one, member) for one, member in found]


@contextmanager
def reading_document(store: Vault, work: Assignment, packed: PackedDocument) -> Iterator[BinaryIO]:
    """The plain bytes of a document as a seekable file, decrypted chunk by chunk as they are read."""
    expect_scoring(work, packed.document.candidate_id)
    with store.reading() as connection:
        key = facts.get_secret(connection, TASK_KEY)
    with open_task(dossiers_file(store.path), key=key) as task:
        yield task.open_document(packed)


def find_evidence(
    store: Vault, work: Assignment, candidate_id: str, texts: Iterable[str]
) -> tuple[Evidence, ...]:
    """Pages as typed: 文件编号:页码[:说明]; each must exist in the candidate's own dossier."""
    documents = {one.document.document_id: one.document for one in documents_of(store, work, candidate_id)}
    found = []
    for text in texts:
        key, _, rest = text.partition(":")
        page, _, note = rest.partition(":")
        document = documents.get(key.strip())
        if document is None or not page.strip().isdecimal():
            raise EcpanelError("evidence_unknown", text=text, candidate=candidate_id)
        number = int(page)
        if number < 1 or (document.pages and number > document.pages):
            raise EcpanelError("evidence_page", document=document.name, page=number, pages=document.pages)
        found.append(Evidence(document.document_id, document.sha256, number, note.strip()))
    return tuple(found)


def typed(
    candidate_id: str,
    code: str,
    value: str | None,
    remark: str | None,
    evidence: tuple[Evidence, ...] | None = None,
) -> Entry:
    """A change as typed: a number, or the name of a state."""
    states = {
        "不适用": State.NOT_APPLICABLE,
        "弃权": State.ABSTAINED,
        "未评": State.UNSCORED,
        "": State.UNSCORED,
    }
    if value is not None and value.strip() in states:
        return Entry(candidate_id, code, state=states[value.strip()], remark=remark, evidence=evidence)
    return Entry(candidate_id, code, text=value, remark=remark, evidence=evidence)
