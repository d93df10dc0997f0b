"""Corrections and decisions of the panel at rest, in the order they were made."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from ecpanel.domain.meeting import Correction, GateDecision, TieDecision
from ecpanel.records import from_json, to_json
from ecpanel.store.schema import correction, decision


def next_correction_id(connection: Connection) -> int:
    """The id the next correction will have, counted from 1."""
    return connection.execute(select(func.count()).select_from(correction)).scalar_one() + 1


def add_correction(connection: Connection, one: Correction) -> None:
    """Keep a correction."""
    connection.execute(
        insert(correction).values(
            correction_id=one.correction_id,
            expert_id=one.expert_id,
            candidate_id=one.candidate_id,
            indicator=one.indicator,
            body=to_json(one).decode(),
        )
    )


def all_corrections(connection: Connection) -> list[Correction]:
    """Corrections in order."""
    rows = connection.execute(select(correction.c.body).order_by(correction.c.correction_id)).scalars()
    return [from_json(Correction, body, where="correction") for body in rows]


def add_decision(connection: Connection, one: GateDecision | TieDecision) -> None:
    """Keep a gate or tie decision."""
    kind = "gate" if isinstance(one, GateDecision) else "tie"
    connection.execute(insert(decision).values(kind=kind, body=to_json(one).decode()))


def gate_decisions(connection: Connection) -> list[GateDecision]:
    """Gate decisions in order."""
    return [from_json(GateDecision, body, where="gate") for body in _bodies(connection, "gate")]


def tie_decisions(connection: Connection) -> list[TieDecision]:
    """Tie decisions in order."""
    return [from_json(TieDecision, body, where="tie") for body in _bodies(connection, "tie")]


def _bodies(connection: Connection, kind: str) -> list[str]:
    rows = connection.execute(
        select(decision.c.body).where(decision.c.kind == kind).order_by(decision.c.decision_id)
    ).scalars()
    return list(rows)
