"""The clock of this machine (时钟) against the journal: nothing is signed at a time before what was already done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, warning
from ecpanel.services.opening import Clock, act, get_owner
from ecpanel.store import journal
from ecpanel.store.vault import Connection, Vault

TOLERANCE: Final = timedelta(minutes=5)
ACCEPTED: Final = "accept_clock"


def clock_problem(store: Vault, clock: Clock) -> Problem | None:
    """What is wrong with the clock, for the status line; scores are saved all the same."""
    with store.reading() as connection:
        return _problem(connection, clock)


def expect_clock(connection: Connection, clock: Clock) -> None:
    """Refuse an act that signs or closes while the clock stands before the latest act of the store."""
    problem = _problem(connection, clock)
    if problem is not None:
        raise EcpanelError(problem.code, **problem.params)


def accept_clock(store: Vault, clock: Clock) -> Problem | None:
    """Declare that the clock is right now and the later times in the journal were wrong, as after a
    clock that ran ahead. It is journalled, and from here on time counts anew. Returns what was accepted,
    None when there was nothing to accept."""
    with store.reading() as connection:
        owner, problem = get_owner(connection), _problem(connection, clock)
    if problem is None:
        return None
    with store.writing(act(clock, owner.name, ACCEPTED), dict(problem.params)):
        pass
    return problem


def _problem(connection: Connection, clock: Clock) -> Problem | None:
    """Not the last line is asked but the latest since the clock was last accepted: saving goes on with
    a clock set back, and must not make it right."""
    times = journal.times_since(connection, ACCEPTED)
    if not times:
        return None
    now, last = clock(), max(map(datetime.fromisoformat, times))
    if now >= last - TOLERANCE:
        return None
    return warning("clock_set_back", now=_shown(now), last=_shown(last.astimezone(now.tzinfo)))


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
