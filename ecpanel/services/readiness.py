"""Readiness (发放前的检查): a review as it stands on the organiser's desk, and what each step still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.candidate import Candidate, check_candidates
from ecpanel.domain.dossier import Document
from ecpanel.domain.people import Expert, Group, check_group
from ecpanel.domain.problems import Problem, error, warning
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk, Review, check_particulars, particulars_of
from ecpanel.domain.scheme import STRICT, Scheme, check_scheme
from ecpanel.exchange.candidate_rows import UnusedRow, unused_problem
from ecpanel.exchange.cards import Card
from ecpanel.services.opening import expect_desk, get_review, get_scheme
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people
from ecpanel.store.vault import Connection, Vault

ALL_GROUPS: Final = "全部"
"""What stands in place of a group's name at a candidate that all groups are given."""


class StepKey(StrEnum):
    """The steps of the organiser's desk, in their order."""

    PARTICULARS = "particulars"
    SCHEME = "scheme"
    CANDIDATES = "candidates"
    DOSSIERS = "dossiers"
    PEOPLE = "people"
    RECUSALS = "recusals"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class UnusedRows:
    """Rows of the list that nobody has put right yet."""

    __pydantic_config__: ClassVar = STRICT
    rows: tuple[UnusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Hints for recusals that the organiser has looked at: pairs of organisation and candidate's name.

    Names and not ids, so that a judgement survives a new list and never falls on another firm.
    """

    __pydantic_config__: ClassVar = STRICT
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preparation:
    """A review as it stands on the organiser's desk. `chairs` are the cards that fit the chairs."""

    review: Review
    scheme: Scheme
    candidates: tuple[Candidate, ...]
    documents: tuple[tuple[Document, str], ...]
    experts: dict[str, Expert]
    groups: tuple[Group, ...]
    recusals: tuple[Recusal, ...]
    chairs: dict[str, Card]
    unused: tuple[UnusedRow, ...] = ()
    judged: frozenset[tuple[str, str]] = frozenset()


def preparation(store: Vault) -> Preparation:
    """Read all that has been prepared."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        groups = people.all_groups(connection)
        experts = people.all_experts(connection)
        return Preparation(
            get_review(connection),
            get_scheme(connection),
            tuple(candidate_rows.all_candidates(connection)),
            tuple(candidate_rows.all_documents(connection)),
            experts,
            tuple(groups.values()),
            tuple(people.all_recusals(connection)),
            _fitting_cards(connection, groups, experts),
            get_unused(connection),
            get_judged(connection),
        )


def people_again(store: Vault, ready: Preparation) -> Preparation:
    """`ready` with experts, groups, recusals and cards read anew; candidates and dossiers, which take their
    time to read, stay as they are."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        groups = people.all_groups(connection)
        experts = people.all_experts(connection)
        return replace(
            ready,
            experts=experts,
            groups=tuple(groups.values()),
            recusals=tuple(people.all_recusals(connection)),
            chairs=_fitting_cards(connection, groups, experts),
            judged=get_judged(connection),
        )


def _fitting_cards(
    connection: Connection, groups: dict[str, Group], experts: dict[str, Expert]
) -> dict[str, Card]:
    """Cards of the chairs there are now: score packages must never be sealed to a former chair."""
    fitting = {}
    for key, group in groups.items():
        card = facts.get(connection, Card, f"chair:{key}")
        if card is not None and group.chair in experts and experts[group.chair].name == card.name:
            fitting[key] = card
    return fitting


def get_unused(connection: Connection) -> tuple[UnusedRow, ...]:
    """Rows of the list that are still unused."""
    kept = facts.get(connection, UnusedRows, "unused_rows")
    return kept.rows if kept is not None else ()


def get_judged(connection: Connection) -> frozenset[tuple[str, str]]:
    """Hints already looked at."""
    kept = facts.get(connection, Judged, "judged_hints")
    return frozenset(kept.pairs) if kept is not None else frozenset()


def group_candidates(
    group: Group, groups: Sequence[Group], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Candidates of a group; those marked 全部 belong to every group, unmarked ones to a sole group."""
    names = {group.group_id, group.name, ALL_GROUPS} | ({""} if len(groups) == 1 else set())
    return [one for one in candidates if one.group in names]


def ungrouped(ready: Preparation) -> list[Candidate]:
    """Candidates that belong to no group there is."""
    placed = {
        one.candidate_id
        for group in ready.groups
        for one in group_candidates(group, ready.groups, ready.candidates)
    }
    return [one for one in ready.candidates if one.candidate_id not in placed]


def readiness(ready: Preparation) -> list[Problem]:
    """What keeps packages from being issued, and what is worth a look before."""
    return [problem for problems in step_problems(ready).values() for problem in problems]


def step_problems(ready: Preparation) -> dict[StepKey, list[Problem]]:
    """The findings of `readiness`, by the step that cures them."""
    return {
        StepKey.PARTICULARS: check_particulars(particulars_of(ready.review)),
        StepKey.SCHEME: check_scheme(ready.scheme),
        StepKey.CANDIDATES: _candidates(ready),
        StepKey.PEOPLE: _people(ready),
    }


def _candidates(ready: Preparation) -> list[Problem]:
    problems = [] if ready.candidates else [error("candidates_missing")]
    problems += check_candidates(ready.candidates, ready.scheme.categories, ready.review.developed)
    return problems + [unused_problem(row) for row in ready.unused]


def _people(ready: Preparation) -> list[Problem]:
    if not ready.groups:
        return [error("people_missing")]
    problems: list[Problem] = []
    for group in ready.groups:
        problems += check_group(group, ready.experts)
        if group.chair and group.group_id not in ready.chairs:
            problems.append(error("chair_card_missing", group=group.name))
        if not group_candidates(group, ready.groups, ready.candidates):
            problems.append(error("group_without_candidates", group=group.name))
    problems += _memberships(ready)
    return problems + [_without_group(one) for one in ungrouped(ready)]


def _without_group(one: Candidate) -> Problem:
    if not one.group:
        return error("candidate_ungrouped", candidate=one.candidate_id, name=one.name)
    return error("candidate_without_group", candidate=one.candidate_id, name=one.name, group=one.group)


def _memberships(ready: Preparation) -> list[Problem]:
    """Experts in no group or in several."""
    problems = []
    for one in ready.experts.values():
        own = [group.name for group in ready.groups if one.expert_id in group.members]
        if not own:
            problems.append(warning("expert_without_group", expert=one.expert_id, name=one.name))
        elif len(own) > 1:
            groups = "、".join(own)
            problems.append(warning("expert_in_groups", expert=one.expert_id, name=one.name, groups=groups))
    return problems
