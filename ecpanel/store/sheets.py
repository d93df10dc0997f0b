"""The expert's own cells and opinions at rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet, State
from ecpanel.records import canonical, to_plain
from ecpanel.store import schema

_PUT: Final = (
    "INSERT INTO score (candidate_id, indicator, state, points, remark, evidence) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (candidate_id, indicator) DO UPDATE SET state = excluded.state, "
    "points = excluded.points, remark = excluded.remark, evidence = excluded.evidence"
)
_AT: Final = (
    "SELECT indicator, state, points, remark, evidence FROM score WHERE candidate_id = ? AND indicator = ?"
)


def _row(candidate_id: str, one: Score) -> tuple[object, ...]:
    pages = canonical([to_plain(page) for page in one.evidence]).decode() if one.evidence else "[]"
    return (candidate_id, one.indicator, one.state.value, one.points, one.remark, pages)


def put_scores(connection: Connection, candidate_id: str, scores: Iterable[Score]) -> None:
    """Write cells of one candidate."""
    rows = [_row(candidate_id, one) for one in scores]
    if rows:
        connection.exec_driver_sql(_PUT, rows)


def _score(indicator: str, state: str, points: int | None, remark: str, evidence: str) -> Score:
    pages = tuple(Evidence(**page) for page in json.loads(evidence)) if evidence != "[]" else ()
    return Score(indicator, State(state), points, remark, pages)


def score_at(connection: Connection, candidate_id: str, indicator: str) -> Score | None:
    """One cell, or None while it was never touched."""
    row = connection.exec_driver_sql(_AT, (candidate_id, indicator)).one_or_none()
    return _score(*row) if row else None


def put_opinion(connection: Connection, candidate_id: str, opinion: Opinion) -> None:
    """Write the opinion on one candidate."""
    values = {"strengths": opinion.strengths, "weaknesses": opinion.weaknesses, "advice": opinion.advice}
    statement = insert(schema.opinion).values(candidate_id=candidate_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["candidate_id"], set_=values))


_CELLS: Final = "SELECT candidate_id, indicator, state, points, remark, evidence FROM score"
_OPINIONS: Final = "SELECT candidate_id, strengths, weaknesses, advice FROM opinion"
_ONE: Final = " WHERE candidate_id = ?"


def all_sheets(connection: Connection, expert_id: str) -> dict[str, Sheet]:
    """The expert's sheets by candidate, as far as they were touched."""
    cells: dict[str, dict[str, Score]] = {}
    for candidate_id, *cell in connection.exec_driver_sql(_CELLS):
        one = _score(*cell)
        cells.setdefault(candidate_id, {})[one.indicator] = one
    opinions = {key: Opinion(*parts) for key, *parts in connection.exec_driver_sql(_OPINIONS)}
    return {
        candidate: Sheet(expert_id, candidate, cells.get(candidate, {}), opinions.get(candidate, Opinion()))
        for candidate in sorted({*cells, *opinions})
    }


def sheet_of(connection: Connection, expert_id: str, candidate_id: str) -> Sheet:
    """The expert's sheet for one candidate, as far as it was touched."""
    scores = [_score(*row[1:]) for row in connection.exec_driver_sql(_CELLS + _ONE, (candidate_id,))]
    opinion = connection.exec_driver_sql(_OPINIONS + _ONE, (candidate_id,)).one_or_none()
    found = Opinion(*opinion[1:]) if opinion else Opinion()
    return Sheet(expert_id, candidate_id, {one.indicator: one for one in scores}, found)
