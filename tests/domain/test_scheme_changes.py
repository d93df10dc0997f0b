"""Changing the tree of a scheme."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.scheme import (
    FULL_MARKS,
    Indicator,
    Kind,
    Merging,
    Scheme,
    Section,
    TieRule,
    TieStep,
    check_scheme,
    leaves,
    placed_leaves,
)
from ecpanel.domain.scheme_changes import (
    added_below,
    added_beside,
    codes_of,
    fresh_code,
    moved,
    node_at,
    sections_of,
    with_node,
    without_node,
)


def leaf(code: str, points: int) -> Indicator:
    return Indicator(code, f"指标{code}", points, Kind.SUBJECTIVE)


def tree() -> Scheme:
    sections = (
        Section("A", "规模", 4000, (leaf("A1", 1500), leaf("A2", 2500))),
        Section("B", "创新", 6000, (Section("B1", "研发", 2000, (leaf("B1.1", 2000),)), leaf("B2", 4000))),
    )
    merging = Merging(ties=(TieRule(TieStep.SECTION, "B"), TieRule(TieStep.VOTE)))
    return Scheme("s", "体系", 1, False, sections, merging=merging)


def test_a_new_indicator_gets_a_free_code_and_the_points_its_section_lacks():
    scheme = with_node(tree(), (0,), replace(node_at(tree(), (0,)), points=4500))
    fresh, place = added_below(scheme, (0,)) or (scheme, ())
    assert place == (0, 2)
    assert node_at(fresh, place) == Indicator("A3", "新指标", 500, Kind.SUBJECTIVE)
    beside, place = added_beside(tree(), (0, 0))
    assert place == (0, 1) and node_at(beside, place).code == "A3"
    assert node_at(beside, place).points == 100


def test_a_new_first_level_indicator_takes_the_next_letter():
    fresh, place = added_beside(tree(), (0,))
    assert place == (1,) and node_at(fresh, place).code == "C"
    assert [top.code for top in fresh.sections] == ["A", "C", "B"]
    assert fresh_code(Scheme("s", "", 1, False, ()), ()) == "A"


def test_an_indicator_that_gets_something_below_it_keeps_its_points_and_the_sums_stay():
    fresh, place = added_below(tree(), (1, 1)) or (tree(), ())
    section = node_at(fresh, (1, 1))
    assert isinstance(section, Section) and (section.code, section.points) == ("B2", 4000)
    assert node_at(fresh, place) == replace(leaf("B2", 4000), code="B2.1")
    assert check_scheme(fresh) == []
    assert added_below(fresh, place) is None


def test_an_inner_section_without_children_is_an_indicator_again():
    fresh = without_node(tree(), (1, 0, 0))
    assert node_at(fresh, (1, 0)) == Indicator("B1", "研发", 2000, Kind.SUBJECTIVE)
    assert check_scheme(fresh) == []


def test_tie_rules_follow_a_new_code_of_their_section():
    fresh = with_node(tree(), (1,), replace(node_at(tree(), (1,)), code="X"))
    assert fresh.merging.ties[0] == TieRule(TieStep.SECTION, "X")


def test_moving_goes_on_in_the_neighbouring_section_and_stops_at_the_ends():
    fresh, place = moved(tree(), (0, 1), +1) or (tree(), ())
    assert place == (1, 0) and node_at(fresh, place).code == "A2"
    assert moved(tree(), (0, 0), -1) is None
    assert moved(tree(), (1,), +1) is None
    up, place = moved(tree(), (1,), -1) or (tree(), ())
    assert place == (0,) and [top.code for top in up.sections] == ["B", "A"]
    assert sections_of(tree()) == [(0,), (1,), (1, 0)]


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from([-1, 1])), max_size=12))
def test_however_nodes_are_moved_none_is_lost(moves: list[tuple[int, int]]):
    scheme = tree()
    for number, by in moves:
        places = [*sections_of(scheme), *(place for place, _ in placed_leaves(scheme.sections))]
        turned = moved(scheme, places[number % len(places)], by)
        if turned is not None:
            fresh, place = turned
            assert node_at(fresh, place).code == node_at(scheme, places[number % len(places)]).code
            scheme = fresh
    assert sorted(codes_of(scheme)) == sorted(codes_of(tree()))
    assert sum(one.points for one in leaves(scheme)) == FULL_MARKS
