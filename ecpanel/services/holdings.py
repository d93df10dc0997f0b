"""Who holds which task package (任务包在谁手里): told by the journal, which no one can change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.review import Desk
from ecpanel.services.opening import Lock, expect_desk
from ecpanel.store import facts, journal, people
from ecpanel.store.vault import Connection, Vault

ISSUE: Final = "issue"
"""The act that puts a package out."""
SLIPS: Final = "slips"
"""The act that writes pass-phrase slips; without its slip a package opens for nobody."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One person and desk of a group: the newest package, when it was issued and how often.

    `at` is empty and `times` 0 while nothing has been issued; `experts` are those the newest package
    names. `owner` is the expert id, of the chair too. `slip` tells whether the slip of the newest
    package was written.
    """

    owner: str
    name: str
    desk: Desk
    file: str
    at: str
    times: int
    group: str
    experts: tuple[str, ...] = ()
    slip: bool = False


def issue_body(package_id: str, sha256: str, file: str, holder: Expert, desk: Desk, group: Group) -> object:
    """What the journal keeps of an issue, so that the board can be told from it alone."""
    return {
        "package_id": package_id,
        "sha256": sha256,
        "file": file,
        "owner": holder.expert_id,
        "name": holder.name,
        "desk": desk.value,
        "group": group.group_id,
        "experts": list(group.members) if desk is Desk.CHAIR else [holder.expert_id],
    }


def holdings(store: Vault) -> list[Holding]:
    """Everyone who holds or is to hold a package: by groups, the members in order, then the chair."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        out = packages_out(connection)
        groups, experts = people.all_groups(connection), people.all_experts(connection)
    found: list[Holding] = []
    for group in groups.values():
        wanted = [(one, Desk.EXPERT) for one in group.members] + [(group.chair, Desk.CHAIR)]
        for owner, desk in wanted:
            if owner not in experts:
                continue
            held = out.pop((group.group_id, owner, desk), None)
            found.append(held or Holding(owner, experts[owner].name, desk, "", "", 0, group.group_id))
    return found + list(out.values())


def packages_out(connection: Connection) -> dict[tuple[str, str, Desk], Holding]:
    """Packages that have been issued, by group, owner and desk."""
    out: dict[tuple[str, str, Desk], Holding] = {}
    written = {
        sha256 for line in journal.lines_of(connection, SLIPS) for sha256 in json.loads(line.body)["packages"]
    }
    for line in journal.lines_of(connection, ISSUE):
        body = json.loads(line.body)
        desk = Desk(body["desk"])
        key = (body["group"], body["owner"], desk)
        times = out[key].times + 1 if key in out else 1
        experts = tuple(body["experts"])
        slip = body["sha256"] in written
        out[key] = Holding(
            body["owner"], body["name"], desk, body["file"], line.at, times, body["group"], experts, slip
        )
    return out


def expect_experts_kept(connection: Connection, experts: Iterable[Expert]) -> None:
    """Refuse to change what is said of someone who already holds a package."""
    known, held = people.all_experts(connection), _held(connection)
    for one in experts:
        if one.expert_id in held and known.get(one.expert_id) != one:
            raise _expert_issued(held[one.expert_id])


def expect_nothing_held(connection: Connection, expert_id: str) -> None:
    """Refuse where someone already holds a package."""
    held = _held(connection)
    if expert_id in held:
        raise _expert_issued(held[expert_id])


def expect_recusals_open(connection: Connection, expert_id: str) -> None:
    """Refuse to change the known recusals of someone who already has the dossiers."""
    held = [one for one in packages_out(connection).values() if one.owner == expert_id]
    own = next((one for one in held if one.desk is Desk.EXPERT), None)
    if own is not None:
        raise EcpanelError("recusal_issued", expert=own.owner, name=own.name, at=own.at)


def expect_groups_kept(connection: Connection, groups: Iterable[Group]) -> None:
    """Refuse a change of groups that packages already out contradict.

    Once the first package is out there are no new groups and no new names; where a group's own
    packages are out its chair stays, and so does every member who holds one. Adding members and
    naming a supervisor stay possible, since an expert may have to be replaced.
    """
    lock = facts.get(connection, Lock, "lock")
    if lock is None:
        return
    known, out = people.all_groups(connection), packages_out(connection)
    for group in groups:
        former = known.get(group.group_id)
        issued = [one for one in out.values() if one.group == group.group_id]
        same = former is not None and former.name == group.name
        if not same or (issued and former is not None and former.chair != group.chair):
            raise EcpanelError("scheme_locked", version=lock.version, at=lock.at)
        for one in issued:
            if one.desk is Desk.EXPERT and one.owner not in group.members:
                raise _expert_issued(one)


def _held(connection: Connection) -> dict[str, Holding]:
    return {one.owner: one for one in packages_out(connection).values()}


def _expert_issued(held: Holding) -> EcpanelError:
    return EcpanelError("expert_issued", expert=held.owner, name=held.name, at=held.at)
