"""The journal: an append-only, hash-chained record of every act (rule 52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from ecpanel.records import canonical, sha256
from ecpanel.store import schema

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """One act: `at` is ISO 8601 with offset, `digest` covers all other members and `previous`."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    body: str
    previous: str
    digest: str


def line_digest(seq: int, at: str, actor: str, action: str, subject: str, body: str, previous: str) -> str:
    """The digest of a line: SHA-256 over the canonical JSON array of its members."""
    return sha256(canonical([seq, at, actor, action, subject, body, previous]))


_LAST: Final = "SELECT seq, digest FROM journal ORDER BY seq DESC LIMIT 1"
_INSERT: Final = (
    "INSERT INTO journal (seq, at, actor, action, subject, body, previous, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def append(connection: Connection, at: str, actor: str, action: str, subject: str, body: Any) -> None:
    """Add a line inside the running transaction; `body` is plain JSON values."""
    last = connection.exec_driver_sql(_LAST).one_or_none()
    seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    written = canonical(body).decode()
    digest = line_digest(seq, at, actor, action, subject, written, previous)
    connection.exec_driver_sql(_INSERT, (seq, at, actor, action, subject, written, previous, digest))


def last_seq(connection: Connection) -> int:
    """The number of the newest line, 0 when there is none."""
    last = connection.exec_driver_sql(_LAST).one_or_none()
    return int(last[0]) if last else 0


def lines(connection: Connection) -> list[Line]:
    """All lines in order."""
    rows = connection.execute(select(schema.journal).order_by(schema.journal.c.seq))
    return [Line(*row) for row in rows]


def lines_of(connection: Connection, action: str) -> list[Line]:
    """The lines of one kind of act, in order."""
    table = schema.journal
    rows = connection.execute(select(table).where(table.c.action == action).order_by(table.c.seq))
    return [Line(*row) for row in rows]


_TIMES: Final = "SELECT DISTINCT at FROM journal WHERE seq >= coalesce((SELECT max(seq) FROM journal WHERE action = ?), 0)"


def times_since(connection: Connection, action: str) -> list[str]:
    """When acts happened, from the last one of this kind on, or from the first of all."""
    return list(connection.exec_driver_sql(_TIMES, (action,)).scalars())


def broken_at(chain: list[Line]) -> int | None:
    """The first sequence number where the chain does not hold, or None."""
    previous = GENESIS
    for place, line in enumerate(chain, start=1):
        again = line_digest(line.seq, line.at, line.actor, line.action, line.subject, line.body, previous)
        if line.seq != place or line.previous != previous or line.digest != again:
            return place
        previous = line.digest
    return None
