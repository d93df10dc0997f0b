"""The organiser's desk (组织台): set up a review, take in lists and dossiers, issue task packages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecpanel.domain.candidate import Candidate, check_candidates, settled_scores
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Group, check_group
from ecpanel.domain.problems import Problem, blocking, warning
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk, Particulars, Review, ReviewKind, check_particulars
from ecpanel.domain.scheme import Scheme, check_scheme
from ecpanel.exchange import limits
from ecpanel.exchange.candidate_list import CandidateList, compare_with, read_candidate_list
from ecpanel.exchange.cards import Card, read_card
from ecpanel.exchange.handover import read_limited
from ecpanel.exchange.people_list import PeopleList, read_people
from ecpanel.exchange.scheme_file import read_scheme
from ecpanel.records import digest_of, from_json
from ecpanel.resources import resource_path
from ecpanel.services.dossiers import forget_findings
from ecpanel.services.dossiers import import_dossiers as import_dossiers
from ecpanel.services.holdings import expect_experts_kept, expect_groups_kept
from ecpanel.services.identity import make_own_card
from ecpanel.services.issuing import Issued as Issued
from ecpanel.services.issuing import issue_packages as issue_packages
from ecpanel.services.opening import (
    Clock,
    Owner,
    act,
    create_store,
    expect_desk,
    expect_unlocked,
    get_review,
    get_scheme,
    made_whole,
    refuse_first,
)
from ecpanel.services.readiness import ALL_GROUPS as ALL_GROUPS
from ecpanel.services.readiness import Preparation as Preparation
from ecpanel.services.readiness import UnusedRows
from ecpanel.services.readiness import group_candidates as group_candidates
from ecpanel.services.readiness import preparation as preparation
from ecpanel.services.readiness import readiness as readiness
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people
from ecpanel.store.vault import Vault
from ecpanel.wrapping import Cost


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
    told = Particulars(setup.title, setup.year, setup.kind, setup.notice, setup.developed, setup.cut)
    refuse_first(check_particulars(told))
    store = create_store(path, passphrase, cost)
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
    head = act(clock, setup.organiser, "new", review.review_id)
    with made_whole(store), store.writing(head, {"title": review.title}) as connection:
        facts.put(connection, "owner", Owner(Desk.ORGANISER, setup.organiser))
        facts.put(connection, "review", review)
        facts.put(connection, "scheme", builtin_scheme())
        make_own_card(connection, setup.organiser, "organiser", clock)
    return store


def new_chair(path: Path, passphrase: str, name: str, cost: Cost, clock: Clock) -> tuple[Vault, Card]:
    """A new chair's store with its keys; the card goes to the organiser."""
    store = create_store(path, passphrase, cost)
    with made_whole(store), store.writing(act(clock, name, "new_chair")) as connection:
        facts.put(connection, "owner", Owner(Desk.CHAIR, name))
        card = make_own_card(connection, name, "chair", clock)
    return store, card


def import_scheme(store: Vault, path: Path, clock: Clock) -> tuple[Scheme, list[Problem]]:
    """Take in a scheme; one that cannot be locked is refused as `scheme_faulty` (rule 1)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        expect_unlocked(connection)
    scheme = read_scheme(path)
    problems = check_scheme(scheme)
    if blocking(problems):
        first = problems[0]
        raise EcpanelError("scheme_faulty", file=path.name, count=len(problems), first=first)
    head = act(clock, owner.name, "import_scheme", scheme.scheme_id)
    with store.writing(head, {"sha256": digest_of(scheme), "title": scheme.title}) as connection:
        expect_unlocked(connection)
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
        expect_unlocked(connection)
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
    body = {"candidates": len(found.candidates), "unused": found.rows_unused}
    with store.writing(head, body) as connection:
        expect_unlocked(connection)
        recusals, lost = _carried(people.all_recusals(connection), earlier, found.candidates)
        people.replace_recusals(connection, recusals)
        candidate_rows.replace_all(connection, found.candidates)
        candidate_rows.replace_documents(connection, ())
        forget_findings(connection)
        facts.put(connection, "unused_rows", UnusedRows(found.unused))
    return found, problems + lost


def _carried(
    recusals: Sequence[Recusal], earlier: Sequence[Candidate], fresh: Sequence[Candidate]
) -> tuple[list[Recusal], list[Problem]]:
    """Recusals moved to the same firms in a new list, where ids may mean others; what fits none is told."""
    former = {one.candidate_id: one for one in earlier}
    by_code = {one.credit_code: one for one in reversed(fresh) if one.credit_code}
    by_name = {one.name: one for one in reversed(fresh)}
    carried: list[Recusal] = []
    lost: list[Problem] = []
    for one in recusals:
        firm = former.get(one.candidate_id)
        found = firm and (by_code.get(firm.credit_code) or by_name.get(firm.name))
        if found:
            carried.append(replace(one, candidate_id=found.candidate_id))
        else:
            name = firm.name if firm else one.candidate_id
            lost.append(warning("recusal_lost", expert=one.expert_id, name=name))
    return carried, lost


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
        expect_experts_kept(connection, found.experts)
        expect_groups_kept(connection, found.groups)
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
    chair = experts.get(group.chair)
    if chair is None:
        raise EcpanelError("chair_missing", group=group.name)
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


def settled_by_candidate(candidates: Sequence[Candidate], scheme: Scheme) -> dict[str, dict[str, int]]:
    """Objective points that are computed once, per candidate (rule 22)."""
    return {one.candidate_id: settled_scores(one, scheme) for one in candidates if one.facts}
