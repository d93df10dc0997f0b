"""The moderation stage (审议阶段): until the chair opens it, no service of his desk tells a number of points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.problems import Problem
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import STRICT
from ecpanel.services.clock import expect_clock
from ecpanel.services.opening import Clock, Closure, act, expect_desk, expect_open, get_review, stamp
from ecpanel.store import facts, people, submissions
from ecpanel.store.vault import Connection, Vault

REASON_MINIMUM: Final = 4
HIDDEN: Final = "（分数未显示）"
_FACT: Final = "moderation"
_POINTS: Final = {"recount_differs": ("first", "second")}
"""Facts of a sentence that are points, by code; a fact named `points` always is."""
_REASONS: Final = frozenset({"cell_remark", "cell_state_reason"})
"""Findings whose very kind tells that a score is low, high or absent."""


@dataclass(frozen=True, slots=True)
class Moderation:
    """When and by whom the stage was opened; `missing` are the experts who had not handed in, and
    `reason` why it was opened without them, "" when all had."""

    __pydantic_config__: ClassVar = STRICT
    at: str
    opened_by: str
    reason: str
    missing: tuple[str, ...]


def moderation_of(store: Vault) -> Moderation | None:
    """The opening of the stage, or None while numbers stay hidden."""
    with store.reading() as connection:
        return get_moderation(connection)


def get_moderation(connection: Connection) -> Moderation | None:
    """The same inside a running transaction."""
    return facts.get(connection, Moderation, _FACT)


def numbers_shown(connection: Connection) -> bool:
    """Whether points may be told: the stage is open, or the bundle has long been signed."""
    return get_moderation(connection) is not None or facts.get(connection, Closure, "closure") is not None


def expect_moderation(connection: Connection) -> None:
    """Refuse everything that rests on points before the stage is open (rule 19)."""
    if not numbers_shown(connection):
        raise EcpanelError("moderation_closed")


def awaited(connection: Connection) -> tuple[Expert, ...]:
    """Members whose submission has not been merged, voided ones left out, in the order of the group."""
    group = facts.get(connection, Group, "group")
    assert group is not None
    experts = people.all_experts(connection)
    done = submissions.newest_versions(connection).keys() | people.voided(connection).keys()
    return tuple(experts[one] for one in group.members if one not in done)


def open_moderation(store: Vault, reason: str, clock: Clock) -> Moderation:
    """开启审议, once and for good. While submissions are awaited a reason is required, and both stay on
    record; `moderation_incomplete` tells who is missing."""
    with store.reading() as connection:
        opened_by = expect_desk(connection, Desk.CHAIR).name
        expect_clock(connection, clock)
        _draft(connection, opened_by, reason, clock)
    store.restore_point("moderation", clock())
    body: dict[str, object] = {}
    with store.writing(act(clock, opened_by, "open_moderation"), body) as connection:
        moderation = _draft(connection, opened_by, reason, clock)
        facts.put(connection, _FACT, moderation)
        body.update(reason=moderation.reason, missing=list(moderation.missing))
    return moderation


def _draft(connection: Connection, opened_by: str, reason: str, clock: Clock) -> Moderation:
    """The record to be kept; raises what keeps the stage from being opened."""
    get_review(connection)
    expect_open(connection)
    before = get_moderation(connection)
    if before is not None:
        raise EcpanelError("moderation_open_already", name=before.opened_by, at=before.at)
    missing = awaited(connection)
    if missing and len("".join(reason.split())) < REASON_MINIMUM:
        names = "、".join(f"{one.expert_id} {one.name}" for one in missing)
        raise EcpanelError("moderation_incomplete", count=len(missing), missing=names, minimum=REASON_MINIMUM)
    return Moderation(stamp(clock), opened_by, reason.strip(), tuple(one.expert_id for one in missing))


def veiled(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as they may be told before the stage is open: where and what, never the points."""
    return tuple(_veil(one) for one in problems)


def _veil(problem: Problem) -> Problem:
    if problem.code in _REASONS:
        kept = {name: problem.params[name] for name in ("candidate", "indicator", "minimum")}
        return replace(problem, code="cell_reason_short", params=kept)
    hidden = {name: HIDDEN for name in ("points", *_POINTS.get(problem.code, ())) if name in problem.params}
    return replace(problem, params={**problem.params, **hidden}) if hidden else problem
