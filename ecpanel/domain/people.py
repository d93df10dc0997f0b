"""People of a review: experts, their group, chair and supervisor, and how a panel is composed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from ecpanel.domain.problems import Problem, error, warning
from ecpanel.domain.scheme import STRICT

PANEL_MINIMUM: Final = 3
PANEL_USUAL: Final = 5


@dataclass(frozen=True, slots=True)
class Expert:
    """One expert; `outside` means not of the department; `expert_id` is E01, E02 …"""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    name: str
    organisation: str = ""
    title: str = ""
    field: str = ""
    outside: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A panel group: its members, its chair (an expert with one equal vote) and its supervisor."""

    __pydantic_config__: ClassVar = STRICT
    group_id: str
    name: str
    members: tuple[str, ...]
    chair: str
    supervisor: str = ""


def check_group(group: Group, experts: dict[str, Expert]) -> list[Problem]:
    """Composition of a panel (rules 12 and 13). Keys of `experts` are expert ids."""
    problems: list[Problem] = []
    members = [experts[one] for one in group.members if one in experts]
    strangers = [one for one in group.members if one not in experts]
    problems += [error("group_member_unknown", group=group.name, expert=one) for one in strangers]
    size = len(members)
    if size < PANEL_MINIMUM:
        problems.append(error("group_too_small", group=group.name, size=size, minimum=PANEL_MINIMUM))
    elif size < PANEL_USUAL:
        problems.append(warning("group_small", group=group.name, size=size, usual=PANEL_USUAL))
    if size % 2 == 0:
        problems.append(warning("group_even", group=group.name, size=size))
    outside = sum(one.outside for one in members)
    if 3 * outside < 2 * size:
        problems.append(warning("group_outside_share", group=group.name, outside=outside, size=size))
    if not group.chair:
        problems.append(error("chair_missing", group=group.name))
    elif group.chair not in group.members:
        problems.append(error("chair_not_member", group=group.name, chair=group.chair))
    elif group.chair in experts and not experts[group.chair].outside:
        problems.append(error("chair_of_department", group=group.name, name=experts[group.chair].name))
    if not group.supervisor:
        problems.append(warning("supervisor_missing", group=group.name))
    return problems
