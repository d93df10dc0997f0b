"""Experts, groups and recusals at rest, with pinned keys and voided experts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.records import from_json, to_json
from ecpanel.store.schema import expert, panel_group, recusal


def put_expert(connection: Connection, one: Expert) -> None:
    """Add an expert or change his particulars; his pinned key stays."""
    body = to_json(one).decode()
    statement = insert(expert).values(expert_id=one.expert_id, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["expert_id"], set_={"body": body}))


def all_experts(connection: Connection) -> dict[str, Expert]:
    """Experts by id."""
    rows = connection.execute(select(expert.c.body).order_by(expert.c.expert_id)).scalars()
    found = (from_json(Expert, body, where="expert") for body in rows)
    return {one.expert_id: one for one in found}


def remove_expert(connection: Connection, expert_id: str) -> None:
    """Remove an expert with his recusals; groups are left as they are."""
    connection.execute(delete(recusal).where(recusal.c.expert_id == expert_id))
    connection.execute(delete(expert).where(expert.c.expert_id == expert_id))


def put_group(connection: Connection, one: Group) -> None:
    """Add or replace a group."""
    body = to_json(one).decode()
    statement = insert(panel_group).values(group_id=one.group_id, body=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["group_id"], set_={"body": body}))


def all_groups(connection: Connection) -> dict[str, Group]:
    """Groups by id."""
    rows = connection.execute(select(panel_group.c.body).order_by(panel_group.c.group_id)).scalars()
    found = (from_json(Group, body, where="group") for body in rows)
    return {one.group_id: one for one in found}


def remove_group(connection: Connection, group_id: str) -> None:
    """Remove a group; its experts stay."""
    connection.execute(delete(panel_group).where(panel_group.c.group_id == group_id))


def pin(connection: Connection, expert_id: str, fingerprint: str) -> None:
    """Keep the fingerprint the chair has confirmed against ink."""
    connection.execute(update(expert).where(expert.c.expert_id == expert_id).values(fingerprint=fingerprint))


def pins(connection: Connection) -> dict[str, str]:
    """Confirmed fingerprints by expert."""
    rows = connection.execute(
        select(expert.c.expert_id, expert.c.fingerprint).where(expert.c.fingerprint != "")
    )
    return {one.expert_id: one.fingerprint for one in rows}


def void(connection: Connection, expert_id: str, reason: str) -> None:
    """Let an expert's scores no longer count; they are kept (rule 17)."""
    connection.execute(update(expert).where(expert.c.expert_id == expert_id).values(voided_for=reason))


def voided(connection: Connection) -> dict[str, str]:
    """Voided experts with the reasons."""
    rows = connection.execute(
        select(expert.c.expert_id, expert.c.voided_for).where(expert.c.voided_for != "")
    )
    return {one.expert_id: one.voided_for for one in rows}


def add_recusals(connection: Connection, recusals: Iterable[Recusal]) -> None:
    """Add recusals; the same pair from the same source is replaced."""
    for one in recusals:
        values = {"reason": one.reason.value, "note": one.note}
        statement = insert(recusal).values(
            expert_id=one.expert_id, candidate_id=one.candidate_id, source=one.source, **values
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["expert_id", "candidate_id", "source"], set_=values
            )
        )


def all_recusals(connection: Connection) -> list[Recusal]:
    """All recusals in a fixed order."""
    columns = recusal.c
    rows = connection.execute(
        select(
            columns.expert_id, columns.candidate_id, columns.reason, columns.note, columns.source
        ).order_by(columns.expert_id, columns.candidate_id, columns.source)
    )
    return [
        Recusal(who, whom, RecusalReason(reason), note, source) for who, whom, reason, note, source in rows
    ]


def remove_recusal(connection: Connection, one: Recusal) -> None:
    """Remove one recusal of one source."""
    columns = recusal.c
    connection.execute(
        delete(recusal).where(
            columns.expert_id == one.expert_id,
            columns.candidate_id == one.candidate_id,
            columns.source == one.source,
        )
    )


def replace_recusals(connection: Connection, recusals: Iterable[Recusal]) -> None:
    """Put all recusals in place of those before."""
    connection.execute(delete(recusal))
    add_recusals(connection, recusals)
