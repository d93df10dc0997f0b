"""Candidates and their documents at rest."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

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


def replace_documents(connection: Connection, documents: Iterable[tuple[Document, str]]) -> None:
    """Put all documents with the places of their bytes in place of those before."""
    connection.execute(delete(document))
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
