"""The panel (专家与分组): experts, groups and known recusals one by one, drafts allowed.

What is unfinished (a group still too small, no chair yet) is a problem of readiness and no refusal.
What was changed can be taken back by the same functions, with the value the change returned.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, recused_pairs
from ecpanel.domain.recusal_hints import RecusalHint, recusal_hints
from ecpanel.domain.review import Desk
from ecpanel.exchange.container import is_plain_name
from ecpanel.exchange.people_list import PeopleList
from ecpanel.records import to_plain
from ecpanel.services.holdings import (
    expect_experts_kept,
    expect_groups_kept,
    expect_nothing_held,
    expect_recusals_open,
)
from ecpanel.services.opening import Clock, act, expect_desk, expect_unlocked
from ecpanel.services.readiness import ALL_GROUPS, Judged, Preparation, get_judged
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people
from ecpanel.store.vault import Connection, Vault

PLAIN_NAME_LENGTH: Final = 40
"""Longest name of a person or group; it stands in file names on sticks."""
TEXT_LENGTH: Final = 200

_EXPERT_ID: Final = re.compile(r"E[0-9]{2,3}")


def next_expert_id(taken: Collection[str]) -> str:
    """The id after the largest there is: E01 … E99, E100 …"""
    return f"E{max((int(one[1:]) for one in taken), default=0) + 1:02d}"


def next_group_id(taken: Collection[str]) -> str:
    """The id after the largest there is: G1, G2 …"""
    numbers = (int(one[1:]) for one in taken if one[1:].isdecimal())
    return f"G{max(numbers, default=0) + 1}"


def set_expert(store: Vault, expert: Expert, clock: Clock) -> Expert | None:
    """Add an expert, or change one who holds no package yet.

    Returns the expert before, None for a new one; undo: the same call with it, or `remove_expert`.
    """
    fresh = replace(
        expert,
        name=expert.name.strip(),
        organisation=expert.organisation.strip(),
        title=expert.title.strip(),
        field=expert.field.strip(),
    )
    if not _EXPERT_ID.fullmatch(fresh.expert_id):
        raise EcpanelError("expert_id", expert=fresh.expert_id)
    _expect_plain(fresh.name)
    _expect_short(fresh.organisation, fresh.title, fresh.field)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        former = people.all_experts(connection).get(fresh.expert_id)
        if former == fresh:
            return former
        expect_experts_kept(connection, [fresh])
    body = {"before": to_plain(former) if former else None, "after": to_plain(fresh)}
    with store.writing(act(clock, owner.name, "expert", fresh.expert_id), body) as connection:
        people.put_expert(connection, fresh)
    return former


@dataclass(frozen=True, slots=True)
class RemovedExpert:
    """An expert who was removed, with the groups as they were and the recusals that left."""

    expert: Expert
    groups: tuple[Group, ...]
    recusals: tuple[Recusal, ...]


def remove_expert(store: Vault, expert_id: str, clock: Clock) -> RemovedExpert:
    """Remove an expert from the review, its groups and recusals; refused once he holds a package.

    Undo: `set_expert`, then `set_group` and `set_recusal` with each group and recusal returned.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        expert = _expert(connection, expert_id)
        expect_nothing_held(connection, expert_id)
        own = [
            one
            for one in people.all_groups(connection).values()
            if expert_id in one.members or expert_id == one.chair
        ]
        recusals = [one for one in people.all_recusals(connection) if one.expert_id == expert_id]
    body = {"before": to_plain(expert), "groups": [one.group_id for one in own], "recusals": len(recusals)}
    with store.writing(act(clock, owner.name, "expert_removed", expert_id), body) as connection:
        people.remove_expert(connection, expert_id)
        for group in own:
            members = tuple(one for one in group.members if one != expert_id)
            chair = "" if group.chair == expert_id else group.chair
            people.put_group(connection, replace(group, members=members, chair=chair))
    return RemovedExpert(expert, tuple(own), tuple(recusals))


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group before a change (None: it is new), and the groups named at candidates that took part."""

    former: Group | None
    named: Mapping[str, str]


def set_group(store: Vault, group: Group, clock: Clock) -> GroupChange:
    """Add or change a group; its candidates follow a new name.

    Undo: the same call with `former` (`remove_group` where it is None), and then, if `named` holds
    any, `set_candidate_groups` with it.
    """
    fresh = replace(group, name=group.name.strip(), supervisor=group.supervisor.strip())
    _expect_plain(fresh.name)
    _expect_short(fresh.supervisor)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        known = people.all_groups(connection)
        former = known.get(fresh.group_id)
        if former == fresh:
            return GroupChange(former, {})
        _expect_fitting(connection, fresh, known)
        expect_groups_kept(connection, [fresh])
        renamed = former is not None and former.name != fresh.name
        touched = [
            one
            for one in (candidate_rows.all_candidates(connection) if renamed else ())
            if former is not None and one.group in (former.name, fresh.name)
        ]
    body = {"before": to_plain(former) if former else None, "after": to_plain(fresh)}
    with store.writing(act(clock, owner.name, "group", fresh.group_id), body) as connection:
        people.put_group(connection, fresh)
        for one in touched:
            candidate_rows.change_candidate(connection, replace(one, group=fresh.name))
    return GroupChange(former, {one.candidate_id: one.group for one in touched})


def remove_group(store: Vault, group_id: str, clock: Clock) -> Group:
    """Remove a group; experts stay, and candidates keep its name until they are grouped anew.

    Returns the group; undo: `set_group` with it.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        known = people.all_groups(connection)
        if group_id not in known:
            names = "、".join(one.name for one in known.values())
            raise EcpanelError("group_unknown", group=group_id, known=names)
        expect_unlocked(connection)
    group = known[group_id]
    body = {"before": to_plain(group)}
    with store.writing(act(clock, owner.name, "group_removed", group_id), body) as connection:
        expect_unlocked(connection)
        people.remove_group(connection, group_id)
    return group


def set_recusal(store: Vault, recusal: Recusal, clock: Clock) -> Recusal | None:
    """Record a recusal the organiser knows of, or change its ground.

    Returns the one before, None where there was none; undo: the same call with it, or
    `remove_recusal`. Refused once the expert has the dossiers: then he declares it himself.
    """
    fresh = replace(recusal, note=recusal.note.strip(), source="organiser")
    _expect_short(fresh.note)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        _expert(connection, fresh.expert_id)
        if candidate_rows.find_candidate(connection, fresh.candidate_id) is None:
            raise EcpanelError("candidate_unknown", candidate=fresh.candidate_id)
        former = _recusal(connection, fresh.expert_id, fresh.candidate_id)
        if former == fresh:
            return former
        expect_recusals_open(connection, fresh.expert_id)
    head = act(clock, owner.name, "recusal", f"{fresh.expert_id} {fresh.candidate_id}")
    body = {"before": to_plain(former) if former else None, "after": to_plain(fresh)}
    with store.writing(head, body) as connection:
        people.add_recusals(connection, [fresh])
    return former


def remove_recusal(store: Vault, expert_id: str, candidate_id: str, clock: Clock) -> Recusal | None:
    """Take back a recusal the organiser recorded; None where there was none.

    Undo: `set_recusal` with what is returned.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        former = _recusal(connection, expert_id, candidate_id)
        if former is None:
            return None
        expect_recusals_open(connection, expert_id)
    head = act(clock, owner.name, "recusal_removed", f"{expert_id} {candidate_id}")
    with store.writing(head, {"before": to_plain(former)}) as connection:
        people.remove_recusal(connection, former)
    return former


def set_panel(store: Vault, panel: PeopleList, clock: Clock) -> PeopleList:
    """Put experts, groups and recusals in place of all there were, as before a list was taken in.

    Returns what was before; undo: the same call with it. Refused once a package is out.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        former = PeopleList(
            tuple(people.all_experts(connection).values()),
            tuple(people.all_groups(connection).values()),
            tuple(people.all_recusals(connection)),
        )
        if former == panel:
            return former
        expect_unlocked(connection)
    body = {"before": _counted(former), "after": _counted(panel)}
    with store.writing(act(clock, owner.name, "panel"), body) as connection:
        expect_unlocked(connection)
        for one in former.experts:
            people.remove_expert(connection, one.expert_id)
        for group in former.groups:
            people.remove_group(connection, group.group_id)
        for expert in panel.experts:
            people.put_expert(connection, expert)
        for group in panel.groups:
            people.put_group(connection, group)
        people.replace_recusals(connection, panel.recusals)
    return former


def _counted(panel: PeopleList) -> dict[str, int]:
    return {"experts": len(panel.experts), "groups": len(panel.groups), "recusals": len(panel.recusals)}


def open_hints(ready: Preparation) -> list[RecusalHint]:
    """Hints that are neither recused nor judged yet."""
    names = {one.candidate_id: one.name for one in ready.candidates}
    hints = recusal_hints(ready.experts.values(), ready.candidates, recused_pairs(ready.recusals))
    return [
        one
        for one in hints
        if (ready.experts[one.expert_id].organisation, names[one.candidate_id]) not in ready.judged
    ]


def set_hint_judged(store: Vault, hint: RecusalHint, judged: bool, clock: Clock) -> None:
    """Set aside a hint the organiser found to be no reason to recuse, or bring it back (undo)."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        expert = _expert(connection, hint.expert_id)
        candidate = candidate_rows.find_candidate(connection, hint.candidate_id)
        if candidate is None:
            raise EcpanelError("candidate_unknown", candidate=hint.candidate_id)
        pairs = get_judged(connection)
    pair = (expert.organisation, candidate.name)
    if (pair in pairs) == judged:
        return
    fresh = pairs | {pair} if judged else pairs - {pair}
    head = act(clock, owner.name, "hint_judged", f"{hint.expert_id} {hint.candidate_id}")
    with store.writing(head, {"pair": list(pair), "judged": judged}) as connection:
        facts.put(connection, "judged_hints", Judged(tuple(sorted(fresh))))


def _expert(connection: Connection, expert_id: str) -> Expert:
    known = people.all_experts(connection)
    if expert_id not in known:
        raise EcpanelError("expert_not_listed", expert=expert_id)
    return known[expert_id]


def _recusal(connection: Connection, expert_id: str, candidate_id: str) -> Recusal | None:
    wanted = (expert_id, candidate_id, "organiser")
    everyone = people.all_recusals(connection)
    return next((one for one in everyone if (one.expert_id, one.candidate_id, one.source) == wanted), None)


def _expect_plain(name: str) -> None:
    if not name or len(name) > PLAIN_NAME_LENGTH or not is_plain_name(name):
        raise EcpanelError("name_unfit", name=name)


def _expect_short(*texts: str) -> None:
    longest = max(len(text) for text in texts)
    if longest > TEXT_LENGTH:
        raise EcpanelError("entry_long", length=longest, limit=TEXT_LENGTH)


def _expect_fitting(connection: Connection, group: Group, known: Mapping[str, Group]) -> None:
    """Refuse a name that is taken and members nobody knows."""
    others = [one for one in known.values() if one.group_id != group.group_id]
    names = {ALL_GROUPS, *(one.name for one in others), *(one.group_id for one in others)}
    if group.name in names:
        raise EcpanelError("group_name_taken", group=group.name)
    experts = people.all_experts(connection)
    listed = [*group.members, *([group.chair] if group.chair else [])]
    stranger = next((one for one in listed if one not in experts), None)
    if stranger is not None:
        raise EcpanelError("group_member_unknown", group=group.name, expert=stranger)
    if len(set(group.members)) != len(group.members):
        twice = next(one for one in group.members if group.members.count(one) > 1)
        raise EcpanelError("group_member_twice", group=group.name, expert=twice)
