"""Grouping candidates (分组): what each group has to do, a balanced proposal, and setting it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from ecpanel.domain.candidate import NAME_LENGTH, Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Group
from ecpanel.domain.recusal import recused_pairs
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.review import Desk
from ecpanel.services.opening import Clock, act, expect_desk, expect_unlocked
from ecpanel.services.readiness import Preparation, group_candidates, ungrouped
from ecpanel.store import candidates as candidate_rows
from ecpanel.store.vault import Vault


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """What a group has to do, candidates of all groups included. `recusals` counts pairs of a member
    and a candidate of the group; regions and categories stand in their customary order."""

    group: Group
    candidates: int
    pages: int
    by_region: Mapping[str, int]
    by_category: Mapping[str, int]
    recusals: int


def group_loads(ready: Preparation) -> list[GroupLoad]:
    """The load of every group."""
    pages = _pages(ready)
    barred = recused_pairs(ready.recusals)
    loads = []
    for group in ready.groups:
        own = group_candidates(group, ready.groups, ready.candidates)
        ids = {one.candidate_id for one in own}
        regions = _counted([one.region for one in own], REGIONS)
        categories = _counted([one.category for one in own], ready.scheme.categories)
        met = sum(who in group.members and whom in ids for who, whom in barred)
        total = sum(pages[one] for one in ids)
        loads.append(GroupLoad(group, len(own), total, regions, categories, met))
    return loads


def _pages(ready: Preparation) -> Counter[str]:
    pages: Counter[str] = Counter()
    for document, _ in ready.documents:
        pages[document.candidate_id] += document.pages
    return pages


def _counted(values: Sequence[str], order: Sequence[str]) -> dict[str, int]:
    counts = Counter(values)
    known = {one: counts.pop(one) for one in order if one in counts}
    return known | dict(sorted(counts.items()))


def set_candidate_groups(store: Vault, groups: Mapping[str, str], clock: Clock) -> dict[str, str]:
    """Put candidates (by id) into groups (by name; "" is none, 全部 is all), all or none of them.

    Returns the names before of those that changed; undo: the same call with them. A name that no
    group has is a problem of readiness and no refusal.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        known = {one.candidate_id: one for one in candidate_rows.all_candidates(connection)}
        for candidate_id, name in groups.items():
            if candidate_id not in known:
                raise EcpanelError("candidate_unknown", candidate=candidate_id)
            if len(name) > NAME_LENGTH:
                raise EcpanelError("entry_long", length=len(name), limit=NAME_LENGTH)
        changed = [
            (known[key], name.strip()) for key, name in groups.items() if known[key].group != name.strip()
        ]
        if not changed:
            return {}
        expect_unlocked(connection)
    after = {one.candidate_id: name for one, name in changed}
    with store.writing(act(clock, owner.name, "candidate_groups"), {"after": after}) as connection:
        expect_unlocked(connection)
        for one, name in changed:
            candidate_rows.change_candidate(connection, replace(one, group=name))
    return {one.candidate_id: one.group for one, _ in changed}


def propose_groups(ready: Preparation, counts: Mapping[str, int] | None = None) -> dict[str, str]:
    """Group names for the candidates that belong to no group yet; nothing else is moved.

    `counts` says by group name how many candidates a group should hold beside those of all groups;
    what they leave over, or all where there are none, is levelled. Within that no firm goes where a
    member is recused from it if another group has room, and regions, then categories, then pages are
    spread. The same review always gives the same proposal.
    """
    waiting = ungrouped(ready)
    if not ready.groups:
        return {}
    pages = _pages(ready)
    rooms = [_Room(group, ready) for group in ready.groups]
    placed = {room.group.name: room for room in rooms} | {room.group.group_id: room for room in rooms}
    settled = [one for one in ready.candidates if one.group in placed]
    for one in settled:
        placed[one.group].take(one, pages[one.candidate_id])
    _share_out(rooms, len(waiting), counts or {})
    regions = Counter(one.region for one in (*settled, *waiting))
    total = len(settled) + len(waiting)
    for room in rooms:
        room.plan(regions, total)
    proposed = {}
    for one in sorted(waiting, key=lambda one: _turn(one, rooms)):
        room = min((room for room in rooms if room.seats), key=lambda room: room.fit(one))
        room.take(one, pages[one.candidate_id])
        room.seats -= 1
        proposed[one.candidate_id] = room.group.name
    return dict(sorted(proposed.items(), key=lambda pair: int(pair[0][1:])))


class _Room:
    """A group while candidates are being given out: `seats` are the candidates it still gets."""

    def __init__(self, group: Group, ready: Preparation) -> None:
        self.group = group
        self.seats = 0
        self.held = 0
        self.barred = Counter(whom for who, whom in recused_pairs(ready.recusals) if who in group.members)
        self._pages = 0
        self._regions: Counter[str] = Counter()
        self._categories: Counter[str] = Counter()
        self._share: dict[str, Fraction] = {}
        self._whole = 1

    def plan(self, regions: Mapping[str, int], total: int) -> None:
        """Work out the group's fair share of every region once its seats are known."""
        self._whole = max(self.seats, 1)
        own = self.held + self.seats
        self._share = {region: Fraction(count * own, max(total, 1)) for region, count in regions.items()}

    def take(self, one: Candidate, pages: int) -> None:
        """Hold one more candidate."""
        self.held += 1
        self._pages += pages
        self._regions[one.region] += 1
        self._categories[one.category] += 1

    def fit(self, one: Candidate) -> tuple[int, int, Fraction, int, int]:
        """How badly a candidate fits, the gravest first: recused members, more of its region than is
        fair, seats already gone, others of its category, pages."""
        seen, share = self._regions[one.region], self._share[one.region]
        beyond = 0 if seen < floor(share) else 1 if seen < share else 2
        gone = 1 - Fraction(self.seats, self._whole)
        return self.barred[one.candidate_id], beyond, gone, self._categories[one.category], self._pages


def _share_out(rooms: Sequence[_Room], waiting: int, counts: Mapping[str, int]) -> None:
    """Give every group its seats, as many in all as candidates wait."""
    for room in rooms:
        room.seats = max(0, counts.get(room.group.name, 0) - room.held)
    while (given := sum(room.seats for room in rooms)) != waiting:
        if given < waiting:
            min(rooms, key=lambda room: room.held + room.seats).seats += 1
        else:
            max((room for room in rooms if room.seats), key=lambda room: room.held + room.seats).seats -= 1


def _turn(one: Candidate, rooms: Sequence[_Room]) -> tuple[int, int, str, int]:
    """Firms with recusals choose first, while every group has room; then region by region."""
    met = sum(room.barred[one.candidate_id] > 0 for room in rooms)
    region = REGIONS.index(one.region) if one.region in REGIONS else len(REGIONS)
    return -met, region, one.category, int(one.candidate_id[1:])
