"""Single records of a review by name, such as the review itself, its scheme and its lock."""

from __future__ import annotations

from typing import Final, TypeVar

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from ecpanel.records import from_json, to_json
from ecpanel.store.schema import fact, secret

Record = TypeVar("Record")


def put(connection: Connection, name: str, record: object) -> None:
    """Set a record."""
    body = to_json(record).decode()
    statement = insert(fact).values(name=name, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"body": body}))


def drop(connection: Connection, name: str) -> None:
    """Remove a record."""
    connection.execute(delete(fact).where(fact.c.name == name))


_BODY: Final = "SELECT body FROM fact WHERE name = ?"


def get(connection: Connection, kind: type[Record], name: str) -> Record | None:
    """The record, or None."""
    body = connection.exec_driver_sql(_BODY, (name,)).scalar_one_or_none()
    return None if body is None else from_json(kind, body, where=name)


def put_secret(connection: Connection, name: str, body: bytes) -> None:
    """Set a private or content key."""
    statement = insert(secret).values(name=name, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"body": body}))


def get_secret(connection: Connection, name: str) -> bytes | None:
    """A private or content key, or None."""
    return connection.execute(select(secret.c.body).where(secret.c.name == name)).scalar_one_or_none()
