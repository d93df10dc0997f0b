"""The organiser's desk (组织台): set up a review, take in lists and dossiers, issue task packages."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ecpanel.domain.candidate import Candidate, check_candidates, settled_scores
from ecpanel.domain.dossier import Document
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group, check_group
from ecpanel.domain.problems import Problem, blocking, error
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk, Review, ReviewKind
from ecpanel.domain.scheme import Scheme, check_scheme
from ecpanel.dossier.intake import DossierReport, read_dossiers
from ecpanel.dossier.sources import open_place
from ecpanel.exchange import limits
from ecpanel.exchange.candidate_list import CandidateList, compare_with, read_candidate_list
from ecpanel.exchange.cards import Card, read_card
from ecpanel.exchange.handover import read_limited
from ecpanel.exchange.keys import CROCKFORD
from ecpanel.exchange.people_list import PeopleList, read_people
from ecpanel.exchange.scheme_file import read_scheme
from ecpanel.exchange.task_package import (
    TASK_FORMAT,
    TASK_SUFFIX,
    TASK_VERSION,
    PackedDocument,
    TaskContents,
    document_member,
    new_package_id,
    write_task,
)
from ecpanel.progress import Progress
from ecpanel.records import digest_of, from_json
from ecpanel.resources import resource_path
from ecpanel.services.identity import make_own_card, own_card, own_pair
from ecpanel.services.opening import (
    Clock,
    Lock,
    Owner,
    act,
    expect_desk,
    get_review,
    get_scheme,
    stamp,
)
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people, vault
from ecpanel.store.vault import Connection, Vault
from ecpanel.wrapping import Cost

ALL_GROUPS: Final = "全部"
PLEDGE: Final = (
    "本人已知悉评审纪律，承诺：依据指标体系和申报材料独立评分，不受他人影响；"
    "如与参评企业存在应当回避的情形，主动申明并不查看、不评分、不参加讨论；"
    "不记录、复制、外传评审材料和评审情况；对本人的评分和意见负责。"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a new review is: its particulars and the organiser's name."""

    title: str
    year: int
    kind: ReviewKind
    organiser: str
    notice: str = "商办电函〔2020〕378号"
    rehearsal: bool = False
    parent_id: str = ""
    developed: tuple[str, ...] = ()
    cut: int = 0


def builtin_scheme() -> Scheme:
    """The placeholder scheme that is shipped (rule 3)."""
    path = resource_path("schemes", "builtin-placeholder.json")
    return from_json(Scheme, path.read_bytes(), where=path.name)


def new_review(path: Path, passphrase: str, setup: Setup, cost: Cost, clock: Clock) -> Vault:
    """A new organiser's store with its key and the built-in scheme."""
    store = vault.create(path, passphrase, cost)
    review = Review(
        uuid.uuid4().hex,
        setup.title,
        setup.year,
        setup.kind,
        setup.notice,
        setup.rehearsal,
        setup.parent_id,
        setup.developed,
        "",
        setup.cut,
    )
    with store.writing(
        act(clock, setup.organiser, "new", review.review_id), {"title": review.title}
    ) as connection:
        facts.put(connection, "owner", Owner(Desk.ORGANISER, setup.organiser))
        facts.put(connection, "review", review)
        facts.put(connection, "scheme", builtin_scheme())
        make_own_card(connection, setup.organiser, "organiser", clock)
    return store


def new_chair(path: Path, passphrase: str, name: str, cost: Cost, clock: Clock) -> tuple[Vault, Card]:
    """A new chair's store with its keys; the card goes to the organiser."""
    store = vault.create(path, passphrase, cost)
    with store.writing(act(clock, name, "new_chair")) as connection:
        facts.put(connection, "owner", Owner(Desk.CHAIR, name))
        card = make_own_card(connection, name, "chair", clock)
    return store, card


def _expect_unlocked(connection: Connection) -> None:
    lock = facts.get(connection, Lock, "lock")
    if lock is not None:
        raise EcpanelError("scheme_locked", version=lock.version, at=lock.at)


def import_scheme(store: Vault, path: Path, clock: Clock) -> tuple[Scheme, list[Problem]]:
    """Take in a scheme; one that cannot be locked is refused as `scheme_faulty` (rule 1)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        _expect_unlocked(connection)
    scheme = read_scheme(path)
    problems = check_scheme(scheme)
    if blocking(problems):
        first = problems[0]
        raise EcpanelError("scheme_faulty", file=path.name, count=len(problems), first=first)
    head = act(clock, owner.name, "import_scheme", scheme.scheme_id)
    with store.writing(head, {"sha256": digest_of(scheme), "title": scheme.title}) as connection:
        _expect_unlocked(connection)
        facts.put(connection, "scheme", scheme)
    return scheme, problems


def import_candidates(store: Vault, path: Path, clock: Clock) -> tuple[CandidateList, list[Problem]]:
    """Take in a list of recommended firms in place of the one before, after a restore point.

    Returns what was read with all problems. A list in which names and codes were swapped against the
    list before is refused as a whole.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        review, scheme = get_review(connection), get_scheme(connection)
        earlier = candidate_rows.all_candidates(connection)
        _expect_unlocked(connection)
    found = read_candidate_list(path, scheme, review.year)
    compared = compare_with(earlier, found.candidates)
    swapped = blocking(compared)
    if swapped:
        raise EcpanelError(swapped[0].code, **swapped[0].params)
    if not found.candidates:
        raise EcpanelError("list_empty", file=path.name)
    problems = [
        *found.problems,
        *compared,
        *check_candidates(found.candidates, scheme.categories, review.developed),
    ]
    store.restore_point("candidates", clock())
    head = act(clock, owner.name, "import_candidates", path.name)
    with store.writing(head, {"candidates": len(found.candidates)}) as connection:
        candidate_rows.replace_all(connection, found.candidates)
        candidate_rows.replace_documents(connection, ())
    return found, problems


def import_dossiers(store: Vault, folder: Path, clock: Clock, progress: Progress) -> DossierReport:
    """Recognise, count and hash the dossiers below a folder; the bytes stay where they are."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        candidates = candidate_rows.all_candidates(connection)
    if not candidates:
        raise EcpanelError("candidates_missing")
    report = read_dossiers(folder, candidates, progress)
    store.restore_point("dossiers", clock())
    head = act(clock, owner.name, "import_dossiers", str(folder.name))
    with store.writing(head, {"documents": len(report.documents)}) as connection:
        candidate_rows.replace_documents(connection, report.documents)
    return report


def set_people(store: Vault, path: Path, clock: Clock) -> tuple[PeopleList, list[Problem]]:
    """Take in experts, groups and known recusals from a list."""
    with store.reading() as connection:
        candidates = candidate_rows.all_candidates(connection)
    found = read_people(path, candidates)
    return found, add_people(store, found, clock)


def add_people(store: Vault, found: PeopleList, clock: Clock) -> list[Problem]:
    """Add experts, groups and recusals; a faulty composition is refused as `people_faulty`."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        known = people.all_experts(connection) | {one.expert_id: one for one in found.experts}
    problems = [problem for group in found.groups for problem in check_group(group, known)]
    stopping = blocking(problems)
    if stopping:
        raise EcpanelError("people_faulty", count=len(stopping), first=stopping[0])
    with store.writing(act(clock, owner.name, "people"), {"experts": sorted(known)}) as connection:
        for expert in found.experts:
            people.put_expert(connection, expert)
        for group in found.groups:
            people.put_group(connection, group)
        people.add_recusals(connection, found.recusals)
    return problems


def set_chair_card(store: Vault, path: Path, group_id: str, clock: Clock) -> Card:
    """Take in the card of a group's chair."""
    card = read_card(read_limited(path, limits.SMALL_JSON), "chair", where=path.name)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        groups = people.all_groups(connection)
        experts = people.all_experts(connection)
    group = _group(groups, group_id)
    chair = experts[group.chair]
    if chair.name != card.name:
        raise EcpanelError("card_person", found=card.name, wanted=chair.name, group=group.name)
    head = act(clock, owner.name, "chair_card", group.group_id)
    with store.writing(head, {"fingerprint": card.fingerprint}) as connection:
        facts.put(connection, f"chair:{group.group_id}", card)
    return card


def _group(groups: dict[str, Group], group_id: str) -> Group:
    if not groups:
        raise EcpanelError("people_missing")
    if not group_id and len(groups) == 1:
        return next(iter(groups.values()))
    found = next((one for one in groups.values() if group_id in (one.group_id, one.name)), None)
    if found is None:
        raise EcpanelError("group_unknown", group=group_id, known="、".join(g.name for g in groups.values()))
    return found


def group_candidates(
    group: Group, groups: Sequence[Group], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Candidates of a group; those marked 全部 belong to every group, unmarked ones to a sole group."""
    names = {group.group_id, group.name, ALL_GROUPS} | ({""} if len(groups) == 1 else set())
    return [one for one in candidates if one.group in names]


@dataclass(frozen=True, slots=True)
class Preparation:
    """A review as it stands on the organiser's desk."""

    review: Review
    scheme: Scheme
    candidates: tuple[Candidate, ...]
    documents: tuple[tuple[Document, str], ...]
    experts: dict[str, Expert]
    groups: tuple[Group, ...]
    recusals: tuple[Recusal, ...]
    chairs: dict[str, Card]


def preparation(store: Vault) -> Preparation:
    """Read all that has been prepared."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        groups = people.all_groups(connection)
        cards = {key: facts.get(connection, Card, f"chair:{key}") for key in groups}
        return Preparation(
            get_review(connection),
            get_scheme(connection),
            tuple(candidate_rows.all_candidates(connection)),
            tuple(candidate_rows.all_documents(connection)),
            people.all_experts(connection),
            tuple(groups.values()),
            tuple(people.all_recusals(connection)),
            {key: card for key, card in cards.items() if card is not None},
        )


def readiness(ready: Preparation) -> list[Problem]:
    """What keeps packages from being issued, and what is worth a look before."""
    problems = check_scheme(ready.scheme)
    if not ready.candidates:
        problems.append(error("candidates_missing"))
    if not ready.groups:
        problems.append(error("people_missing"))
    problems += check_candidates(ready.candidates, ready.scheme.categories, ready.review.developed)
    for group in ready.groups:
        problems += check_group(group, ready.experts)
        if group.group_id not in ready.chairs:
            problems.append(error("chair_card_missing", group=group.name))
        if not group_candidates(group, ready.groups, ready.candidates):
            problems.append(error("group_without_candidates", group=group.name))
    placed = {
        one.candidate_id for g in ready.groups for one in group_candidates(g, ready.groups, ready.candidates)
    }
    problems += [
        error("candidate_without_group", candidate=one.candidate_id, name=one.name, group=one.group)
        for one in ready.candidates
        if ready.groups and one.candidate_id not in placed
    ]
    return problems


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued package with the pass-phrase for the paper slip."""

    owner: str
    name: str
    desk: Desk
    path: Path
    passphrase: str
    sha256: str


def _slip_passphrase() -> str:
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(20))
    return "-".join(letters[place : place + 4] for place in range(0, 20, 4))


def issue_packages(
    store: Vault, folder: Path, clock: Clock, cost: Cost, progress: Progress, only: Sequence[str] = ()
) -> list[Issued]:
    """Write one task package per expert and one per chair; the first issue locks the scheme.

    `only` limits the issue to these expert ids. Nothing is issued while a blocking problem stands.
    """
    ready = preparation(store)
    stopping = blocking(readiness(ready))
    if stopping:
        raise EcpanelError("not_ready", count=len(stopping), first=stopping[0])
    scheme = _lock(store, ready.scheme, clock)
    issued: list[Issued] = []
    for group in ready.groups:
        candidates = group_candidates(group, ready.groups, ready.candidates)
        for owner in (*group.members, ""):
            if only and (owner or "chair") not in only:
                continue
            issued.append(
                _issue_one(store, ready, scheme, group, candidates, owner, folder, clock, cost, progress)
            )
    return issued


def _lock(store: Vault, scheme: Scheme, clock: Clock) -> Scheme:
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        lock = facts.get(connection, Lock, "lock")
    sha256 = digest_of(scheme)
    if lock is None:
        lock = Lock(scheme.version, sha256, stamp(clock))
        with store.writing(
            act(clock, owner.name, "lock", scheme.scheme_id), {"sha256": sha256}
        ) as connection:
            facts.put(connection, "lock", lock)
    if lock.sha256 != sha256:
        raise EcpanelError("scheme_differs", found=sha256[:8], wanted=lock.sha256[:8])
    return scheme


def _issue_one(
    store: Vault,
    ready: Preparation,
    scheme: Scheme,
    group: Group,
    candidates: Sequence[Candidate],
    owner: str,
    folder: Path,
    clock: Clock,
    cost: Cost,
    progress: Progress,
) -> Issued:
    """`owner` is an expert id, or "" for the chair's own desk."""
    desk = Desk.EXPERT if owner else Desk.CHAIR
    person = ready.experts[owner or group.chair]
    recusals = tuple(one for one in ready.recusals if not owner or one.expert_id == owner)
    barred = {one.candidate_id for one in recusals}
    own = {one.candidate_id for one in candidates}
    carried = [
        (document, place)
        for document, place in ready.documents
        if owner and document.candidate_id in own and document.candidate_id not in barred
    ]
    with store.reading() as connection:
        organiser, pair = own_card(connection), own_pair(connection)
    contents = TaskContents(
        TASK_FORMAT,
        TASK_VERSION,
        new_package_id(),
        desk,
        ready.review,
        scheme,
        digest_of(scheme),
        group if not owner else replace(group, members=(owner,)),
        person.expert_id,
        tuple(ready.experts[one] for one in group.members) if not owner else (person,),
        tuple(candidates),
        tuple(one for one in recusals if one.candidate_id in own),
        tuple(
            PackedDocument(document, document_member(n)) for n, (document, _) in enumerate(carried, start=1)
        ),
        organiser,
        ready.chairs[group.group_id],
        PLEDGE,
        stamp(clock),
    )
    label = f"组长_{person.name}" if not owner else f"{person.expert_id}_{person.name}"
    path = folder / f"{group.name}_{label}{TASK_SUFFIX}"
    passphrase = _slip_passphrase()
    openers = [lambda place=place: open_place(place) for _, place in carried]
    sha256 = write_task(path, contents, openers, pair, passphrase, cost, progress)
    head = act(clock, organiser.name, "issue", person.expert_id if owner else "chair")
    with store.writing(head, {"package_id": contents.package_id, "sha256": sha256, "file": path.name}):
        pass
    return Issued(person.expert_id, person.name, desk, path, passphrase, sha256)


def settled_by_candidate(candidates: Sequence[Candidate], scheme: Scheme) -> dict[str, dict[str, int]]:
    """Objective points that are computed once, per candidate (rule 22)."""
    return {one.candidate_id: settled_scores(one, scheme) for one in candidates if one.facts}
