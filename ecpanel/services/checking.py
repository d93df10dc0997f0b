"""Checking a review store (`ecpanel check`): pages, schema, journal chain, and totals from leaves."""

from __future__ import annotations

from dataclasses import dataclass

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate, original_sheets
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.review import Desk
from ecpanel.records import sha256
from ecpanel.services.material import read_material
from ecpanel.services.moderation import numbers_shown, veiled
from ecpanel.services.opening import DESK_WORDS, get_owner
from ecpanel.store import journal, submissions
from ecpanel.store.vault import Connection, Vault, faults


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What was found in a store."""

    desk: str
    lines: int
    problems: tuple[Problem, ...]


def check_store(store: Vault) -> StoreReport:
    """Verify a store whole. Damage is reported, never repaired silently."""
    problems = [error(f"store_{kind}", detail=detail) for kind, detail in faults(store)]
    with store.reading() as connection:
        owner = get_owner(connection)
        count = len(journal.lines(connection))
        problems += _submissions(connection)
        if owner.desk is Desk.CHAIR and not problems and submissions.latest(connection):
            problems += _totals(connection)
    return StoreReport(DESK_WORDS[owner.desk], count, tuple(problems))


def _submissions(connection: Connection) -> list[Problem]:
    return [
        error("store_submission", expert=one.expert_id, number=one.number)
        for one in submissions.latest(connection)
        if sha256(one.content) != one.sha256
    ]


def _totals(connection: Connection) -> list[Problem]:
    """Rows must equal the signed originals, and the result must compute; points are told only when open."""
    material = read_material(connection)
    originals = original_sheets([one for one, _ in material.submissions])
    told = {
        (expert, key, code): (state, points)
        for expert, key, code, state, points in submissions.cells(connection)
    }
    signed = {
        (expert, key, code): (score.state.value, score.points)
        for (expert, key), sheet in originals.items()
        for code, score in sheet.scores.items()
    }
    different = {key for key in told.keys() | signed.keys() if told.get(key) != signed.get(key)}
    problems = (
        [error("store_cells", count=len(different), first="/".join(sorted(different)[0]))]
        if different
        else []
    )
    try:
        evaluate(material, "")
    except EcpanelError as fault:
        problems.append(error(fault.code, **fault.params))
    return problems if numbers_shown(connection) else list(veiled(problems))
