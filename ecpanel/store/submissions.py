"""Signed submissions at rest: the originals as bytes and their cells as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, text, update

from ecpanel.domain.points import Points
from ecpanel.domain.submission import Submission
from ecpanel.store.schema import reopening, submission


@dataclass(frozen=True, slots=True)
class Original:
    """A signed submission as it came: the signed bytes, detached signature (DER), certificate (PEM)
    and the verifier of the expert's correction pass-phrase."""

    expert_id: str
    number: int
    sha256: str
    at: str
    content: bytes
    signature: bytes
    certificate: bytes
    verifier: str


def add(connection: Connection, original: Original) -> int:
    """Keep an original; returns its row id."""
    result = connection.execute(
        insert(submission).values(
            expert_id=original.expert_id,
            number=original.number,
            sha256=original.sha256,
            at=original.at,
            original=original.content,
            signature=original.signature,
            certificate=original.certificate,
            verifier=original.verifier,
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


_CELL = text(
    "INSERT INTO submitted_score (submission_id, candidate_id, indicator, state, points) VALUES (?, ?, ?, ?, ?)"
).text


def add_cells(connection: Connection, submission_id: int, content: Submission) -> None:
    """Keep the cells of a submission as rows."""
    rows = [
        (submission_id, sheet.candidate_id, score.indicator, score.state.value, score.points)
        for sheet in content.sheets
        for score in sheet.scores
    ]
    if rows:
        connection.exec_driver_sql(_CELL, rows)


_ORIGINAL = (
    "SELECT expert_id, number, sha256, at, original, signature, certificate, verifier "
    "FROM submission WHERE expert_id = ? AND number = ?"
)


def one_original(connection: Connection, expert_id: str, number: int) -> Original:
    """The original of one version of an expert's submission, which must be there."""
    return Original(*connection.exec_driver_sql(_ORIGINAL, (expert_id, number)).one())


def each_latest(connection: Connection) -> Iterator[Original]:
    """The newest original of every expert, by expert id, one in memory at a time."""
    for expert, (number, _) in sorted(newest_versions(connection).items()):
        yield one_original(connection, expert, number)


def latest(connection: Connection) -> list[Original]:
    """The newest original of every expert, by expert id."""
    return list(each_latest(connection))


def newest_versions(connection: Connection) -> dict[str, tuple[int, str]]:
    """(number, sha256) of the newest submission by expert."""
    rows = connection.exec_driver_sql("SELECT expert_id, number, sha256 FROM submission ORDER BY number")
    return {expert: (number, sha256) for expert, number, sha256 in rows}


def cells(connection: Connection) -> Iterable[tuple[str, str, str, str, Points | None]]:
    """(expert, candidate, indicator, state, points) of the newest submissions."""
    rows = connection.exec_driver_sql(
        "SELECT s.expert_id, c.candidate_id, c.indicator, c.state, c.points "
        "FROM submitted_score c JOIN submission s USING (submission_id) "
        "WHERE s.number = (SELECT max(number) FROM submission WHERE expert_id = s.expert_id)"
    )
    return [tuple(row) for row in rows]


def add_reopening(connection: Connection, expert_id: str, reason: str, at: str) -> int:
    """Allow one replacement of a submission (rule 24); returns how often this expert was allowed."""
    connection.execute(insert(reopening).values(expert_id=expert_id, reason=reason, at=at))
    return connection.execute(
        select(func.count()).select_from(reopening).where(reopening.c.expert_id == expert_id)
    ).scalar_one()


def open_reopenings(connection: Connection) -> set[str]:
    """Experts with an unused permission to replace their submission."""
    rows = connection.execute(select(reopening.c.expert_id).where(reopening.c.used == 0)).scalars()
    return set(rows)


def use_reopening(connection: Connection, expert_id: str) -> None:
    """Mark the oldest unused permission as used."""
    oldest = (
        select(func.min(reopening.c.reopening_id))
        .where(reopening.c.expert_id == expert_id, reopening.c.used == 0)
        .scalar_subquery()
    )
    connection.execute(update(reopening).where(reopening.c.reopening_id == oldest).values(used=1))


def all_reopenings(connection: Connection) -> list[tuple[str, str, str]]:
    """(expert, reason, at) of every permission given."""
    rows = connection.execute(
        select(reopening.c.expert_id, reopening.c.reason, reopening.c.at).order_by(reopening.c.reopening_id)
    )
    return [(expert, reason, at) for expert, reason, at in rows]
