"""The scheme is data and is locked only when it adds up (rules 1, 3, 4, 6, 22)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from builders import leaf, merged, one_leaf, scheme, section, small, totals
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.candidate import Candidate, Fact, settled_scores
from ecpanel.domain.problems import Severity, blocking
from ecpanel.domain.ranking import rank_candidates
from ecpanel.domain.scheme import (
    FULL_MARKS,
    PLACEHOLDER_BANNER,
    Band,
    BandTable,
    Gate,
    Indicator,
    Kind,
    Level,
    LevelBy,
    Merging,
    Remarks,
    Scheme,
    Section,
    TieRule,
    TieStep,
    check_scheme,
    indicator,
    leaves,
    points_from_bands,
)
from ecpanel.domain.sheet import check_value
from ecpanel.records import digest_of, from_json, to_json
from ecpanel.resources import resource_path


def codes(rules: Scheme) -> set[str]:
    problems = check_scheme(rules)
    assert all(problem.severity is Severity.ERROR for problem in problems)
    assert blocking(problems) == problems
    return {problem.code for problem in problems}


@st.composite
def trees(draw: st.DrawFn) -> Scheme:
    """Any tree of one to three levels whose leaves add up."""
    units = draw(st.integers(1, 12))
    cuts = sorted(draw(st.sets(st.integers(1, 199), min_size=units - 1, max_size=units - 1)))
    points = [(b - a) * 50 for a, b in zip([0, *cuts], [*cuts, 200], strict=True)]
    flat = [leaf(f"L{place}", value) for place, value in enumerate(points)]
    tops: list[Section] = []
    while flat:
        taken = draw(st.integers(1, len(flat)))
        below, flat = flat[:taken], flat[taken:]
        number = len(tops)
        children: tuple[Section | Indicator, ...] = tuple(below)
        if draw(st.booleans()):
            split = draw(st.integers(0, len(below) - 1))
            children = (section(f"S{number}x", *below[split:]), *below[:split])
        tops.append(section(f"S{number}", *children))
    return scheme(*tops, merging=Merging(ties=()))


def nodes(rules: Scheme) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []

    def walk(below: tuple[Section | Indicator, ...], path: tuple[int, ...]) -> None:
        for place, node in enumerate(below):
            found.append((*path, place))
            if isinstance(node, Section):
                walk(node.children, (*path, place))

    walk(rules.sections, ())
    return found


def altered(rules: Scheme, path: tuple[int, ...], **change: Any) -> Scheme:
    def walk(below: tuple[Any, ...], rest: tuple[int, ...]) -> tuple[Any, ...]:
        place, *further = rest
        node = below[place]
        node = (
            replace(node, children=walk(node.children, tuple(further)))
            if further
            else replace(node, **change)
        )
        return (*below[:place], node, *below[place + 1 :])

    return replace(rules, sections=walk(rules.sections, path))


def node_at(rules: Scheme, path: tuple[int, ...]) -> Section | Indicator:
    below: tuple[Section | Indicator, ...] = rules.sections
    for place in path:
        node = below[place]
        below = node.children if isinstance(node, Section) else ()
    return node


@given(trees())
def test_leaves_that_add_up_to_their_parents_and_to_100_may_be_locked(rules: Scheme) -> None:
    assert check_scheme(rules) == []
    assert sum(one.points for one in leaves(rules)) == FULL_MARKS


@given(trees(), st.data())
def test_any_single_wrong_number_of_points_refuses_locking(rules: Scheme, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(nodes(rules)))
    off = data.draw(st.integers(-9999, 9999).filter(bool))
    wrong = altered(rules, path, points=node_at(rules, path).points + off)
    assert codes(wrong) & {"scheme_sum", "scheme_total"}


@given(trees(), st.data())
def test_every_code_is_used_once(rules: Scheme, data: st.DataObject) -> None:
    paths = nodes(rules)
    if len(paths) < 2:
        return
    one, other = data.draw(st.lists(st.sampled_from(paths), min_size=2, max_size=2, unique=True))
    assert "scheme_code" in codes(altered(rules, one, code=node_at(rules, other).code))


@pytest.mark.parametrize("code", ["", " ", "指标一", "Ａ１"])
def test_a_code_is_plain_ascii_and_never_blank(code: str) -> None:
    assert "scheme_code" in codes(scheme(section("A", leaf(code, 10000)), merging=Merging(ties=())))


def test_three_levels_may_be_locked_and_four_may_not() -> None:
    three = scheme(section("A", section("A1", leaf("A11", 10000))), merging=Merging(ties=()))
    four = scheme(section("A", section("A1", section("A11", leaf("A111", 10000)))), merging=Merging(ties=()))
    assert check_scheme(three) == []
    assert codes(four) == {"scheme_depth"}


@pytest.mark.parametrize("sections", [(), (section("A", points=10000),)])
def test_a_scheme_without_indicators_is_refused(sections: tuple[Section, ...]) -> None:
    assert codes(scheme(*sections, merging=Merging(ties=())))


@pytest.mark.parametrize(
    ("step", "ok"), [(1, True), (50, True), (10000, True), (0, False), (-50, False), (3, False)]
)
def test_the_maximum_is_a_whole_number_of_steps(step: int, ok: bool) -> None:
    rules = scheme(section("A", leaf("A1", 10000, step=step)), merging=Merging(ties=()))
    assert codes(rules) == (set() if ok else {"scheme_step"})


def test_an_indicator_is_worth_something() -> None:
    rules = scheme(section("A", leaf("A1", 10000), leaf("A2", 0)), merging=Merging(ties=()))
    assert codes(rules) == {"scheme_step"}


def banded(*bands: Band, category: str = "", step: int = 50) -> Scheme:
    table = BandTable(category, "亿元", bands)
    one = leaf("A1", 10000, Kind.OBJECTIVE, step, band_tables=(table,))
    return scheme(section("A", one), merging=Merging(ties=()))


@pytest.mark.parametrize("points", [0, 5000, 10000])
def test_a_band_within_the_maximum_may_be_locked(points: int) -> None:
    assert check_scheme(banded(Band("0", points))) == []


@pytest.mark.parametrize(
    "band",
    [Band("0", -50), Band("0", 10050), Band("很多", 50), Band("", 50), Band("NaN", 50), Band("inf", 50)],
)
def test_a_band_out_of_range_or_without_a_threshold_refuses_locking(band: Band) -> None:
    assert codes(banded(band)) == {"scheme_band"}


def test_a_band_table_of_an_unknown_category_refuses_locking() -> None:
    assert codes(banded(Band("0", 50), category="其他类")) == {"scheme_band_category"}
    assert codes(banded(Band("0", 50), category="平台类")) == set()


def test_bands_earn_only_points_that_a_sheet_may_hold() -> None:
    """Otherwise the scheme locks and then every package is refused for a value off the step."""
    rules = banded(Band("0", 333))
    firm = Candidate("C001", "浙江", "企业", "", "平台类", facts=(Fact("A1", "1"),))
    if not check_scheme(rules):
        for code, points in settled_scores(firm, rules).items():
            one = indicator(rules, code)
            assert one is not None
            check_value(one, points)


@pytest.mark.parametrize(
    "rule",
    [
        {"places": -1},
        {"places": 3},
        {"min_valid": 0},
        {"trim_from": 2},
        {"ties": (TieRule(TieStep.SECTION, "Z"),)},
        {"ties": (TieRule(TieStep.SECTION),)},
    ],
)
def test_merging_rules_out_of_range_refuse_locking(rule: dict[str, Any]) -> None:
    assert codes(small(**rule)) == {"scheme_rule"}


@pytest.mark.parametrize(
    ("by", "bounds", "ok"),
    [
        (LevelBy.SCORE, (9000, 6000, 0), True),
        (LevelBy.SCORE, (6000, 9000, 0), False),
        (LevelBy.SCORE, (9000, 9000, 0), False),
        (LevelBy.SCORE, (), False),
        (LevelBy.RANK_SHARE, (1000, 5000, 10000), True),
        (LevelBy.RANK_SHARE, (5000, 1000, 10000), False),
    ],
)
def test_levels_stand_in_order(by: LevelBy, bounds: tuple[int, ...], ok: bool) -> None:
    levels = tuple(Level(f"第{place}级", bound) for place, bound in enumerate(bounds))
    assert codes(replace(small(), levels=levels, level_by=by)) == (set() if ok else {"scheme_rule"})


def test_no_candidate_is_given_a_level_whose_bound_it_does_not_reach() -> None:
    rules = replace(one_leaf(), levels=(Level("优秀", 9000), Level("合格", 6000)))
    if not check_scheme(rules):
        firm = Candidate("C001", "浙江", "企业", "", "平台类")
        ranking = rank_candidates(rules, [firm], {"C001": merged(rules, totals(1000, 1000, 1000))})
        assert ranking.places[0].level not in {"优秀", "合格"}


@pytest.mark.parametrize(
    ("low", "high", "ok"), [(50, 500, True), (50, 50, True), (51, 50, False), (-1, 50, False)]
)
def test_the_length_of_an_opinion_is_a_range(low: int, high: int, ok: bool) -> None:
    rules = replace(small(), remarks=Remarks(opinion_min=low, opinion_max=high))
    assert codes(rules) == (set() if ok else {"scheme_rule"})


def test_the_table_of_a_category_goes_before_the_table_for_all() -> None:
    one = leaf(
        "A1",
        10000,
        Kind.OBJECTIVE,
        band_tables=(
            BandTable("", "亿元", (Band("0", 1000), Band("10", 2000))),
            BandTable("平台类", "亿元", (Band("100", 9000), Band("5.5", 5000))),
        ),
    )
    assert points_from_bands(one, "应用类", Decimal("10")) == 2000
    assert points_from_bands(one, "应用类", Decimal("9.999")) == 1000
    assert points_from_bands(one, "平台类", Decimal("99.99")) == 5000
    assert points_from_bands(one, "平台类", Decimal("100")) == 9000


def test_a_figure_below_every_band_earns_nothing_invented() -> None:
    one = leaf("A1", 10000, Kind.OBJECTIVE, band_tables=(BandTable("平台类", "", (Band("1", 1000),)),))
    assert points_from_bands(one, "平台类", Decimal("0.99")) is None
    assert points_from_bands(one, "服务类", Decimal("5")) is None
    assert points_from_bands(leaf("A1", 10000, Kind.OBJECTIVE), "平台类", Decimal("5")) is None


@given(st.lists(st.integers(0, 1000), min_size=1, unique=True), st.integers(0, 1000), st.randoms())
def test_the_order_in_which_bands_are_written_does_not_matter(
    thresholds: list[int], figure: int, luck: Any
) -> None:
    bands = [Band(str(value), 50 * place) for place, value in enumerate(sorted(thresholds))]
    expected = [band.points for band in bands if int(band.at_least) <= figure]
    luck.shuffle(bands)
    one = leaf("A1", 100_000, Kind.OBJECTIVE, band_tables=(BandTable("", "", tuple(bands)),))
    assert points_from_bands(one, "平台类", Decimal(figure)) == (expected[-1] if expected else None)


def test_objective_points_are_settled_once_from_declared_figures_only() -> None:
    table = (BandTable("", "", (Band("0", 0), Band("10", 500))),)
    rules = scheme(
        section(
            "A",
            leaf("A1", 5000, Kind.OBJECTIVE, band_tables=table),
            leaf("A2", 3000, Kind.OBJECTIVE, band_tables=table),
            leaf("A3", 2000, Kind.SUBJECTIVE, band_tables=table),
        )
    )
    firm = Candidate("C001", "浙江", "企业", "", "平台类", facts=(Fact("A1", "10"), Fact("A3", "10")))
    assert settled_scores(firm, rules) == {"A1": 500}


def test_the_built_in_scheme_is_a_placeholder_that_says_so_and_adds_up() -> None:
    path = resource_path("schemes", "builtin-placeholder.json")
    rules = from_json(Scheme, path.read_bytes(), where=path.name)
    assert rules.is_placeholder
    assert PLACEHOLDER_BANNER == "使用内置参考指标体系，非商办电函〔2020〕378号附件2原文"
    assert check_scheme(rules) == []
    kinds = {kind: sum(one.points for one in leaves(rules) if one.kind is kind) for kind in Kind}
    assert kinds == {Kind.OBJECTIVE: 3400, Kind.SUBJECTIVE: 6600}
    assert len(rules.sections) == 6
    assert len(list(leaves(rules))) == 20


def test_categories_are_data() -> None:
    assert small().categories == ("平台类", "应用类", "服务类")
    assert check_scheme(replace(small(), categories=("零售", "跨境"))) == []


def test_any_change_of_a_scheme_changes_its_digest() -> None:
    rules = replace(small(), gates=(Gate("G1", "独立法人"),))
    changes = [
        replace(rules, version=2),
        small(),
        replace(rules, merging=Merging(trimmed=True)),
        altered(rules, (0, 0), points=3950),
        altered(rules, (0, 0), step=100),
    ]
    assert len({digest_of(one) for one in (rules, *changes)}) == len(changes) + 1
    assert digest_of(from_json(Scheme, to_json(rules), where="")) == digest_of(rules)
