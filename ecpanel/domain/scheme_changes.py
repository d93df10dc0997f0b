"""Changing the tree of a scheme: what the editor does to it, as pure functions that return a new scheme."""

from __future__ import annotations

import re
from dataclasses import replace

from ecpanel.domain.points import HUNDRED, Points
from ecpanel.domain.scheme import Indicator, Kind, Path, Scheme, Section, TieStep

Node = Section | Indicator
Nodes = tuple[Node, ...]
DEEPEST = 3
"""Levels a tree may have."""


def node_at(scheme: Scheme, path: Path) -> Node:
    """The node at a place."""
    below: Nodes = scheme.sections
    node: Node | None = None
    for place in path:
        node = below[place]
        below = node.children if isinstance(node, Section) else ()
    assert node is not None
    return node


def children_at(scheme: Scheme, path: Path) -> Nodes:
    """What stands below a place; () is the top of the tree."""
    if not path:
        return scheme.sections
    node = node_at(scheme, path)
    return node.children if isinstance(node, Section) else ()


def below_sum(node: Section) -> Points:
    """What the children of a section add up to."""
    return sum(child.points for child in node.children)


def with_node(scheme: Scheme, path: Path, node: Node) -> Scheme:
    """Another node in place of the one there; tie rules follow the new code of a first-level section."""
    former = node_at(scheme, path)
    *above, place = path
    siblings = children_at(scheme, tuple(above))
    fresh = _with_children(scheme, tuple(above), (*siblings[:place], node, *siblings[place + 1 :]))
    if len(path) > 1 or former.code == node.code:
        return fresh
    ties = tuple(
        replace(tie, section=node.code) if tie.step is TieStep.SECTION and tie.section == former.code else tie
        for tie in fresh.merging.ties
    )
    return replace(fresh, merging=replace(fresh.merging, ties=ties))


def with_added(scheme: Scheme, path: Path, node: Node) -> Scheme:
    """One node more, at this place among its siblings."""
    *above, place = path
    siblings = children_at(scheme, tuple(above))
    return _with_children(scheme, tuple(above), (*siblings[:place], node, *siblings[place:]))


def without_node(scheme: Scheme, path: Path) -> Scheme:
    """One node less; an inner section that loses its last child is an indicator again."""
    *above, place = path
    siblings = children_at(scheme, tuple(above))
    rest = (*siblings[:place], *siblings[place + 1 :])
    if not rest and len(above) > 1:
        section = node_at(scheme, tuple(above))
        gone = node_at(scheme, path)
        kind = gone.kind if isinstance(gone, Indicator) else Kind.SUBJECTIVE
        return with_node(scheme, tuple(above), Indicator(section.code, section.name, section.points, kind))
    return _with_children(scheme, tuple(above), rest)


def added_beside(scheme: Scheme, path: Path) -> tuple[Scheme, Path]:
    """A new node after the one at `path` and of its kind; its place too."""
    above, place = path[:-1], path[-1] + 1 if path else len(scheme.sections)
    where = (*above, place)
    if not above:
        code = fresh_code(scheme, ())
        first = Indicator(f"{code}1", "新指标", HUNDRED, Kind.SUBJECTIVE)
        return with_added(scheme, where, Section(code, "新的一级指标", HUNDRED, (first,))), where
    return with_added(scheme, where, _leaf(scheme, above)), where


def added_below(scheme: Scheme, path: Path) -> tuple[Scheme, Path] | None:
    """A new indicator below the node at `path`, last; an indicator becomes a section that holds what it
    was. None where the tree would be too deep."""
    node = node_at(scheme, path)
    if isinstance(node, Section):
        if len(path) >= DEEPEST:
            return None
        where = (*path, len(node.children))
        return with_added(scheme, where, _leaf(scheme, path)), where
    if len(path) >= DEEPEST:
        return None
    inner = replace(node, code=_numbered(scheme, node.code), name=node.name)
    return with_node(scheme, path, Section(node.code, node.name, node.points, (inner,))), (*path, 0)


def moved(scheme: Scheme, path: Path, by: int) -> tuple[Scheme, Path] | None:
    """A node one place up (-1) or down (+1); at the end of its section it goes into the next one at the
    same level. None where it can go no further."""
    above, place = path[:-1], path[-1]
    siblings = children_at(scheme, above)
    other = place + by
    if 0 <= other < len(siblings):
        turned = list(siblings)
        turned[place], turned[other] = turned[other], turned[place]
        return _with_children(scheme, above, tuple(turned)), (*above, other)
    if not above:
        return None
    neighbour = _next_section(scheme, above, by)
    if neighbour is None:
        return None
    node = node_at(scheme, path)
    where = len(children_at(scheme, neighbour)) if by < 0 else 0
    taken = _with_children(scheme, above, (*siblings[:place], *siblings[place + 1 :]))
    return with_added(taken, (*neighbour, where), node), (*neighbour, where)


def _next_section(scheme: Scheme, path: Path, by: int) -> Path | None:
    """The next section before or after one, at its level."""
    level = [one for one in sections_of(scheme) if len(one) == len(path)]
    place = level.index(path) + by
    return level[place] if 0 <= place < len(level) else None


def sections_of(scheme: Scheme) -> list[Path]:
    """The places of all sections, in the order of the tree."""
    found: list[Path] = []

    def walk(nodes: Nodes, above: Path) -> None:
        for number, node in enumerate(nodes):
            if isinstance(node, Section):
                found.append((*above, number))
                walk(node.children, (*above, number))

    walk(scheme.sections, ())
    return found


def codes_of(scheme: Scheme) -> list[str]:
    """All codes of the tree."""
    found: list[str] = []

    def walk(nodes: Nodes) -> None:
        for node in nodes:
            found.append(node.code)
            if isinstance(node, Section):
                walk(node.children)

    walk(scheme.sections)
    return found


def fresh_code(scheme: Scheme, above: Path) -> str:
    """A code nobody has yet: a letter at the top, a number after the code of the section below it."""
    if above:
        return _numbered(scheme, node_at(scheme, above).code)
    taken = set(codes_of(scheme))
    letters = [chr(number) for number in range(ord("A"), ord("Z") + 1)]
    used = [place for place, letter in enumerate(letters) if letter in taken]
    later = letters[max(used, default=-1) + 1 :]
    return next((one for one in (*later, *letters) if one not in taken), f"S{len(taken) + 1}")


def _numbered(scheme: Scheme, above: str) -> str:
    """The code of a section with the number after the largest used below it."""
    joint = "." if above[-1:].isdigit() else ""
    numbers = [
        int(found[1])
        for code in codes_of(scheme)
        if (found := re.fullmatch(re.escape(above + joint) + r"([0-9]{1,3})", code))
    ]
    return f"{above}{joint}{max(numbers, default=0) + 1}"


def _leaf(scheme: Scheme, above: Path) -> Indicator:
    """A new indicator with what its section still lacks, or one point."""
    section = node_at(scheme, above)
    lacking = section.points - below_sum(section) if isinstance(section, Section) else 0
    return Indicator(
        fresh_code(scheme, above), "新指标", lacking if lacking > 0 else HUNDRED, Kind.SUBJECTIVE
    )


def _with_children(scheme: Scheme, above: Path, children: Nodes) -> Scheme:
    if not above:
        return replace(scheme, sections=tuple(one for one in children if isinstance(one, Section)))
    section = node_at(scheme, above)
    assert isinstance(section, Section)
    *higher, place = above
    siblings = children_at(scheme, tuple(higher))
    fresh = replace(section, children=children)
    return _with_children(scheme, tuple(higher), (*siblings[:place], fresh, *siblings[place + 1 :]))
