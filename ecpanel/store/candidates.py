"""Candidates and their documents at rest."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Integer, cast, delete, func, insert, select, update

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document
from ecpanel.records import from_json, to_json
from ecpanel.store.schema import candidate, document


def replace_all(connection: Connection, candidates: Iterable[Candidate]) -> None:
    """Put a whole list in place of the one before."""
    connection.execute(delete(candidate))
    rows = [
        {"candidate_id": one.candidate_id, "position": place, "body": to_json(one).decode()}
        for place, one in enumerate(candidates, start=1)
    ]
    if rows:
        connection.execute(insert(candidate), rows)


def all_candidates(connection: Connection) -> list[Candidate]:
    """Candidates in list order."""
    rows = connection.execute(select(candidate.c.body).order_by(candidate.c.position)).scalars()
    return [from_json(Candidate, body, where="candidate") for body in rows]


def find_candidate(connection: Connection, candidate_id: str) -> Candidate | None:
    """One candidate, or None."""
    query = select(candidate.c.body).where(candidate.c.candidate_id == candidate_id)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else from_json(Candidate, body, where="candidate")


def last_number(connection: Connection) -> int:
    """The largest number in the ids of candidates, 0 when there are none."""
    number = func.max(cast(func.substr(candidate.c.candidate_id, 2), Integer))
    return connection.execute(select(number)).scalar_one() or 0


def add_candidate(connection: Connection, one: Candidate, position: int) -> None:
    """Add one candidate at a place of the list."""
    values = {"candidate_id": one.candidate_id, "position": position, "body": to_json(one).decode()}
    connection.execute(insert(candidate).values(values))


def change_candidate(connection: Connection, one: Candidate) -> None:
    """Change one candidate; its place in the list stays."""
    row = candidate.c.candidate_id == one.candidate_id
    connection.execute(update(candidate).where(row).values(body=to_json(one).decode()))


def remove_candidate(connection: Connection, candidate_id: str) -> None:
    """Remove one candidate with its documents."""
    connection.execute(delete(document).where(document.c.candidate_id == candidate_id))
    connection.execute(delete(candidate).where(candidate.c.candidate_id == candidate_id))


def replace_documents(connection: Connection, documents: Iterable[tuple[Document, str]]) -> None:
    """Put all documents with the places of their bytes in place of those before."""
    connection.execute(delete(document))
    add_documents(connection, documents)


def add_documents(connection: Connection, documents: Iterable[tuple[Document, str]]) -> None:
    """Add documents with the places of their bytes."""
    rows = [
        {
            "document_id": one.document_id,
            "candidate_id": one.candidate_id,
            "body": to_json(one).decode(),
            "place": place,
        }
        for one, place in documents
    ]
    if rows:
        connection.execute(insert(document), rows)


def all_documents(connection: Connection) -> list[tuple[Document, str]]:
    """Documents with the places of their bytes, in order of their ids."""
    rows = connection.execute(select(document.c.body, document.c.place).order_by(document.c.document_id))
    return [(from_json(Document, body, where="document"), place) for body, place in rows]


def documents_of(connection: Connection, candidate_id: str) -> list[tuple[Document, str]]:
    """The documents of one candidate with their places, in order of their ids."""
    query = select(document.c.body, document.c.place).where(document.c.candidate_id == candidate_id)
    rows = connection.execute(query.order_by(document.c.document_id))
    return [(from_json(Document, body, where="document"), place) for body, place in rows]


def find_document(connection: Connection, document_id: str) -> tuple[Document, str] | None:
    """One document with its place, or None."""
    query = select(document.c.body, document.c.place).where(document.c.document_id == document_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else (from_json(Document, row.body, where="document"), row.place)


def change_document(connection: Connection, one: Document) -> None:
    """Change what is said of one document; the place of its bytes stays."""
    row = document.c.document_id == one.document_id
    connection.execute(update(document).where(row).values(body=to_json(one).decode()))
