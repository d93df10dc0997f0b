"""Preparing a review (准备): change in place what was set up or imported, until packages are out.

Nothing here keeps a way back of its own: every change can be taken back by the same functions, with
the value the change returned. A call that changes nothing writes nothing and is never refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from ecpanel.domain.candidate import Candidate, check_entry, is_number_id, number_id
from ecpanel.domain.credit_code import tidy
from ecpanel.domain.dossier import Document, DocumentKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.review import Desk, Particulars, Review, check_particulars, particulars_of
from ecpanel.domain.scheme import Scheme, check_scheme
from ecpanel.dossier.sources import open_place
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.records import digest_of, to_plain
from ecpanel.services.opening import (
    Clock,
    Lock,
    act,
    expect_desk,
    expect_unlocked,
    get_review,
    get_scheme,
    refuse_first,
)
from ecpanel.services.readiness import UnusedRows, get_unused
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people
from ecpanel.store.vault import Connection, Vault


def lock_of(store: Vault) -> Lock | None:
    """The lock that the first issue has put on scheme and candidates, or None."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        return facts.get(connection, Lock, "lock")


def set_particulars(store: Vault, particulars: Particulars, clock: Clock) -> Review:
    """Change what the organiser says of the review; returns the review as it now is.

    Undo: the same call with `particulars_of` the review before.
    """
    title, notice = particulars.title.strip(), particulars.notice.strip()
    told = replace(particulars, title=title, notice=notice)
    refuse_first(check_particulars(told))
    told = replace(told, developed=tuple(one for one in REGIONS if one in told.developed))
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        review = get_review(connection)
        if particulars_of(review) == told:
            return review
        expect_unlocked(connection)
    fresh = replace(
        review,
        title=told.title,
        year=told.year,
        kind=told.kind,
        notice=told.notice,
        developed=told.developed,
        cut=told.cut,
    )
    body = {"before": to_plain(particulars_of(review)), "after": to_plain(told)}
    with store.writing(act(clock, owner.name, "particulars", review.review_id), body) as connection:
        expect_unlocked(connection)
        facts.put(connection, "review", fresh)
    return fresh


def set_scheme(store: Vault, scheme: Scheme, clock: Clock) -> list[Problem]:
    """Save the scheme as it stands in the editor, faulty or not; returns what is wrong with it.

    Undo: the same call with the scheme before.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        if get_scheme(connection) == scheme:
            return check_scheme(scheme)
        expect_unlocked(connection)
    body = {"sha256": digest_of(scheme), "title": scheme.title}
    with store.writing(act(clock, owner.name, "scheme_draft", scheme.scheme_id), body) as connection:
        expect_unlocked(connection)
        facts.put(connection, "scheme", scheme)
    return check_scheme(scheme)


def set_candidate(store: Vault, candidate: Candidate, clock: Clock) -> Candidate:
    """Change one candidate, found by its id; only the members that change are judged.

    Returns the candidate before; undo: the same call with it.
    """
    fresh = tidied(candidate)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        former = _candidate(connection, fresh.candidate_id)
        if former == fresh:
            return former
        expect_unlocked(connection)
        problems = check_entry(fresh, get_review(connection).year)
    refuse_first(
        one
        for one in problems
        if getattr(fresh, one.params["member"]) != getattr(former, one.params["member"])
    )
    body = {"before": to_plain(former), "after": to_plain(fresh)}
    with store.writing(act(clock, owner.name, "candidate", fresh.candidate_id), body) as connection:
        expect_unlocked(connection)
        candidate_rows.change_candidate(connection, fresh)
    return former


def add_candidate(
    store: Vault,
    candidate: Candidate,
    clock: Clock,
    documents: Sequence[tuple[Document, str]] = (),
    recusals: Sequence[Recusal] = (),
) -> Candidate:
    """Add a candidate; without an id it gets the next free number at the end of the list.

    With an id it takes the place its number says, which is how a removed one comes back, then with
    the documents and recusals it left with. Returns it as it was added; undo: `remove_candidate`.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        fresh = _numbered(connection, tidied(candidate))
        expect_unlocked(connection)
        refuse_first(check_entry(fresh, get_review(connection).year))
    body = {"after": to_plain(fresh), "documents": len(documents), "recusals": len(recusals)}
    with store.writing(act(clock, owner.name, "candidate_added", fresh.candidate_id), body) as connection:
        expect_unlocked(connection)
        _add(connection, fresh)
        candidate_rows.add_documents(connection, documents)
        people.add_recusals(connection, recusals)
    return fresh


@dataclass(frozen=True, slots=True)
class RemovedCandidate:
    """A candidate that was removed and what left with it."""

    candidate: Candidate
    documents: tuple[tuple[Document, str], ...]
    recusals: tuple[Recusal, ...]


def remove_candidate(store: Vault, candidate_id: str, clock: Clock) -> RemovedCandidate:
    """Remove a candidate with its documents and the recusals that concern it.

    Undo: `add_candidate` with the candidate, documents and recusals returned.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        removed = RemovedCandidate(
            _candidate(connection, candidate_id),
            tuple(candidate_rows.documents_of(connection, candidate_id)),
            tuple(one for one in people.all_recusals(connection) if one.candidate_id == candidate_id),
        )
        expect_unlocked(connection)
    body = {
        "before": to_plain(removed.candidate),
        "documents": len(removed.documents),
        "recusals": len(removed.recusals),
    }
    with store.writing(act(clock, owner.name, "candidate_removed", candidate_id), body) as connection:
        expect_unlocked(connection)
        candidate_rows.remove_candidate(connection, candidate_id)
        for one in removed.recusals:
            people.remove_recusal(connection, one)
    return removed


def unused_rows(store: Vault) -> tuple[UnusedRow, ...]:
    """Rows of the imported list that are not yet put right or dismissed."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        return get_unused(connection)


def take_unused(store: Vault, row: UnusedRow, candidate: Candidate, clock: Clock) -> Candidate:
    """Add the firm a row of the list meant, as people corrected it, and strike the row, both at once.

    Undo: `remove_candidate` with the id returned, then `put_back_unused` with the row.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        rest = _without(get_unused(connection), row)
        fresh = _numbered(connection, tidied(candidate))
        expect_unlocked(connection)
        refuse_first(check_entry(fresh, get_review(connection).year))
    body = {"sheet": row.sheet, "row": row.row, "after": to_plain(fresh)}
    with store.writing(act(clock, owner.name, "unused_taken", fresh.candidate_id), body) as connection:
        expect_unlocked(connection)
        _add(connection, fresh)
        facts.put(connection, "unused_rows", UnusedRows(rest))
    return fresh


def dismiss_unused(store: Vault, row: UnusedRow, clock: Clock) -> None:
    """Strike a row that means no firm. Undo: `put_back_unused` with the row."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        rest = _without(get_unused(connection), row)
    body = {"sheet": row.sheet, "row": row.row, "cells": [list(cell) for cell in row.cells]}
    with store.writing(act(clock, owner.name, "unused_dismissed"), body) as connection:
        facts.put(connection, "unused_rows", UnusedRows(rest))


def put_back_unused(store: Vault, row: UnusedRow, clock: Clock) -> None:
    """Put a struck row back where it stood. Undo: `dismiss_unused` with the row."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        rows = [one for one in get_unused(connection) if _where(one) != _where(row)]
    below = [n for n, one in enumerate(rows) if one.sheet == row.sheet and one.row > row.row]
    same = [n + 1 for n, one in enumerate(rows) if one.sheet == row.sheet]
    rows.insert(below[0] if below else same[-1] if same else len(rows), row)
    body = {"sheet": row.sheet, "row": row.row}
    with store.writing(act(clock, owner.name, "unused_put_back"), body) as connection:
        facts.put(connection, "unused_rows", UnusedRows(tuple(rows)))


def set_document_kind(store: Vault, document_id: str, kind: DocumentKind, clock: Clock) -> DocumentKind:
    """Say what kind of paper a document is. Returns the kind before; undo: the same call with it."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        document, _ = _document(connection, document_id)
        if document.kind is kind:
            return kind
        expect_unlocked(connection)
    body = {"before": document.kind.value, "after": kind.value, "name": document.name}
    with store.writing(act(clock, owner.name, "document_kind", document_id), body) as connection:
        expect_unlocked(connection)
        candidate_rows.change_document(connection, replace(document, kind=kind))
    return document.kind


@contextmanager
def opening_document(store: Vault, document_id: str) -> Iterator[BinaryIO]:
    """The bytes of a document where they lie, seekable; `document_gone` when they no longer do."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        _, place = _document(connection, document_id)
    with open_place(place) as source:
        yield source


def tidied(one: Candidate) -> Candidate:
    """A candidate as it is kept: without blanks around its texts, its code in half-width capitals."""
    return replace(
        one,
        region=one.region.strip(),
        name=one.name.strip(),
        credit_code=tidy(one.credit_code),
        category=one.category.strip(),
        parent=one.parent.strip(),
        group=one.group.strip(),
    )


def _numbered(connection: Connection, one: Candidate) -> Candidate:
    """A candidate with its id: the given one if it is free, else the next number."""
    if not one.candidate_id:
        return replace(one, candidate_id=number_id(candidate_rows.last_number(connection) + 1))
    if not is_number_id(one.candidate_id):
        raise EcpanelError("candidate_id", candidate=one.candidate_id)
    holder = candidate_rows.find_candidate(connection, one.candidate_id)
    if holder is not None:
        raise EcpanelError("candidate_exists", candidate=one.candidate_id, name=holder.name)
    return one


def _add(connection: Connection, one: Candidate) -> None:
    # Lists are numbered in their order, so the number of an id is its place in the list.
    candidate_rows.add_candidate(connection, one, int(one.candidate_id[1:]))


def _candidate(connection: Connection, candidate_id: str) -> Candidate:
    found = candidate_rows.find_candidate(connection, candidate_id)
    if found is None:
        raise EcpanelError("candidate_unknown", candidate=candidate_id)
    return found


def _document(connection: Connection, document_id: str) -> tuple[Document, str]:
    found = candidate_rows.find_document(connection, document_id)
    if found is None:
        raise EcpanelError("document_unknown", document=document_id)
    return found


def _where(row: UnusedRow) -> tuple[str, int]:
    return row.sheet, row.row


def _without(rows: Sequence[UnusedRow], row: UnusedRow) -> tuple[UnusedRow, ...]:
    """The rows but one, which must be among them."""
    rest = tuple(one for one in rows if _where(one) != _where(row))
    if len(rest) == len(rows):
        raise EcpanelError("unused_gone", sheet=row.sheet, row=row.row)
    return rest
