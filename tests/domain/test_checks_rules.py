"""The four statutory checks and the outlier questions (rules 22, 31, 32, 34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from builders import (
    ABSTAINED,
    NA,
    UNSCORED,
    candidate,
    correction,
    leaf,
    material,
    merged,
    one_leaf,
    recusal,
    scheme,
    section,
    sheet,
    totals,
)
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.checks import (
    TOTAL,
    CheckKind,
    Flag,
    Weight,
    check_applicability,
    check_objective,
    check_outliers,
    check_ranges,
    check_sums,
    check_total_outliers,
    outlier_weight,
    robust_outliers,
)
from ecpanel.domain.evaluation import Material, corrected, evaluate, find_flags, original_sheets, score_all
from ecpanel.domain.scheme import Kind, OutlierLimits, Scheme
from ecpanel.domain.sheet import Sheet

LIMITS = OutlierLimits()
MEMBERS = ("E01", "E02", "E03", "E04", "E05")


def mixed_scheme() -> Scheme:
    """A1 50 objective, B1 30 subjective, C1 20 subjective that may not apply; step 0.5."""
    return scheme(
        section("A", leaf("A1", 5000, Kind.OBJECTIVE)),
        section("B", leaf("B1", 3000)),
        section("C", leaf("C1", 2000, may_not_apply=True)),
    )


def even(**cells: Any) -> list[Sheet]:
    return [sheet(who, **{"A1": 4000, "B1": 2000, "C1": 1500, **cells}) for who in MEMBERS]


def flags_of(sheets: Sequence[Sheet], **more: Any) -> list[Flag]:
    given_ = material(mixed_scheme(), sheets, [candidate()], MEMBERS, **more)
    return flags_in(given_)


def flags_in(given_: Material) -> list[Flag]:
    originals = original_sheets([one for one, _ in given_.submissions])
    in_force = corrected(originals, given_.corrections)
    return find_flags(given_, in_force, score_all(given_, in_force))


def counts(flags: Sequence[Flag]) -> Counter[CheckKind]:
    return Counter(flag.kind for flag in flags)


def question(value: int, *others: int, maximum: int = 10000, limits: OutlierLimits = LIMITS) -> Weight | None:
    return outlier_weight(value, sum(others), len(others), maximum, limits)


def test_a_clean_review_finds_nothing_in_any_of_the_four_checks() -> None:
    assert flags_of(even()) == []


def test_a_wrong_sum_is_counted_with_what_was_said_and_what_it_is() -> None:
    sheets = even()
    flags = check_sums(sheets, {("E01", "C001"): 7500, ("E02", "C001"): 7450, ("E03", "C001"): None})
    assert [(one.kind, one.expert_id, one.value, one.others) for one in flags] == [
        (CheckKind.SUM, "E02", 7450, 7500)
    ]


@given(st.integers(-5, 5))
def test_any_difference_of_a_sum_however_small_is_found(off: int) -> None:
    assert bool(check_sums(even()[:1], {("E01", "C001"): 7500 + off})) == bool(off)


def test_cells_without_a_number_add_nothing_to_a_sum() -> None:
    assert check_sums([sheet("E01", A1=4000, B1=2000, C1=NA)], {("E01", "C001"): 6000}) == []


@pytest.mark.parametrize(("value", "found"), [(-50, 1), (0, 0), (3000, 0), (3050, 1), (25, 1), (2999, 1)])
def test_values_out_of_range_or_off_the_step_are_counted(value: int, found: int) -> None:
    flags = check_ranges(mixed_scheme(), [*even()[1:], sheet("E01", A1=4000, B1=value, C1=1500)])
    assert len(flags) == found
    assert all((one.expert_id, one.indicator, one.value) == ("E01", "B1", value) for one in flags)


def test_experts_who_differ_on_an_objective_indicator_are_found_once_per_indicator() -> None:
    flags = flags_of([*even()[1:], sheet("E01", A1=3500, B1=2000, C1=1500)])
    assert [(one.kind, one.candidate_id, one.indicator) for one in flags] == [
        (CheckKind.OBJECTIVE, "C001", "A1")
    ]
    assert flags[0].weight is Weight.RED


def test_experts_may_differ_on_subjective_indicators() -> None:
    assert counts(flags_of([*even()[1:], sheet("E01", A1=4000, B1=2050, C1=1500)])) == {}


def test_one_expert_alone_cannot_differ() -> None:
    assert check_objective(mixed_scheme(), {"C001": even()[:1], "C002": []}) == []


def test_a_correction_cures_the_objective_difference() -> None:
    wrong = [*even()[1:], sheet("E01", A1=3500, B1=2000, C1=1500)]
    assert flags_of(wrong, corrections=(correction("E01", "A1", 3500, 4000),)) == []


def test_an_objective_cell_nobody_filled_in_is_a_gap_and_not_a_difference() -> None:
    gap = sheet("E01", A1=UNSCORED, B1=2000, C1=1500)
    assert check_objective(mixed_scheme(), {"C001": [*even()[1:], gap]}) == []
    absent = sheet("E01", B1=2000, C1=1500)
    assert check_objective(mixed_scheme(), {"C001": [*even()[1:], absent]}) == []


def test_scored_by_some_and_not_applicable_to_others_is_a_question() -> None:
    some = [*even()[1:], sheet("E01", A1=4000, B1=2000, C1=NA)]
    flags = check_applicability(
        mixed_scheme(), {"C001": some, "C002": even(C1=NA), "C003": even(C1=ABSTAINED)}
    )
    assert [(one.candidate_id, one.indicator, one.weight) for one in flags] == [("C001", "C1", Weight.YELLOW)]


def test_exactly_30_percent_is_not_red_and_a_hundredth_more_is() -> None:
    assert question(7800, 6000, 6000) is Weight.YELLOW
    assert question(7801, 6000, 6000) is Weight.RED
    assert question(4200, 6000, 6000) is Weight.YELLOW
    assert question(4199, 6000, 6000) is Weight.RED


def test_yellow_begins_above_20_percent() -> None:
    assert question(9600, 8000, 8000) is None
    assert question(9601, 8000, 8000) is Weight.YELLOW
    assert question(6400, 8000, 8000) is None
    assert question(6399, 8000, 8000) is Weight.YELLOW


def test_a_distance_of_15_percent_of_the_maximum_or_less_is_no_question() -> None:
    assert question(3500, 2000, 2000) is None
    assert question(3501, 2000, 2000) is Weight.RED
    assert question(0, 1500, 1500) is None
    assert question(1500, 0, 0) is None
    assert question(1501, 0, 0) is Weight.RED


def test_alone_nobody_stands_off() -> None:
    assert question(10000) is None
    assert check_outliers(mixed_scheme(), {"C001": even()[:1], "C002": []}) == []


def test_the_mean_is_that_of_the_others_without_the_one_in_question() -> None:
    """Against the mean of all four, 66.25, a score of 85 would be 28 % off; against 60 it is 42 %."""
    rules = one_leaf()
    flags = check_outliers(rules, {"C001": totals(8500, 6000, 6000, 6000)})
    assert [(one.expert_id, one.weight, one.value, one.others) for one in flags] == [
        ("E01", Weight.RED, 8500, 6000)
    ]


@given(
    st.integers(0, 3000),
    st.lists(st.integers(0, 3000), min_size=1, max_size=14),
    st.integers(0, 60),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_the_outlier_rule_is_exact(value: int, others: list[int], red: int, floor: int, yellow: int) -> None:
    limits = OutlierLimits(of_mean=red, of_maximum=floor, yellow_of_mean=min(yellow, red))
    mean = Fraction(sum(others), len(others))
    distance = abs(value - mean)
    expected = None
    if distance > Fraction(floor, 100) * 3000:
        if distance > Fraction(red, 100) * mean:
            expected = Weight.RED
        elif distance > Fraction(limits.yellow_of_mean, 100) * mean:
            expected = Weight.YELLOW
    assert question(value, *others, maximum=3000, limits=limits) is expected


@given(st.lists(st.integers(0, 40).map(lambda v: v * 50), min_size=1, max_size=15), st.integers(3, 7))
def test_the_robust_question_is_three_scaled_deviations_with_enough_experts(
    values: list[int], robust_from: int
) -> None:
    limits = OutlierLimits(robust_from=robust_from)
    centre = median([Fraction(value) for value in values])
    spread = median([abs(value - centre) for value in values])
    far = [
        len(values) >= robust_from
        and spread > 0
        and abs(value - centre) > 3 * Fraction(Decimal("1.4826")) * spread
        and abs(value - centre) > Fraction(15, 100) * 2000
        for value in values
    ]
    assert robust_outliers(values, 2000, limits) == far


def test_the_robust_question_finds_what_the_mean_of_the_others_hides() -> None:
    """Two low scores pull the mean of the others down; five experts are needed to see it."""
    values = [9000, 9050, 9100, 8950, 7000]
    assert robust_outliers(values, 10000, LIMITS) == [False, False, False, False, True]
    assert question(7000, *values[:4]) is Weight.YELLOW
    flags = check_outliers(one_leaf(), {"C001": totals(*values)})
    assert [(one.expert_id, one.weight) for one in flags] == [("E05", Weight.RED)]
    assert robust_outliers(values[1:], 10000, LIMITS) == [False] * 4
    four = check_outliers(one_leaf(), {"C001": totals(*values[1:])})
    assert [(one.expert_id, one.weight) for one in four] == [("E04", Weight.YELLOW)]


def test_objective_indicators_raise_no_outlier_question() -> None:
    flags = check_outliers(mixed_scheme(), {"C001": [*even()[1:], sheet("E01", A1=0, B1=2000, C1=1500)]})
    assert flags == []


@pytest.mark.parametrize("state", [UNSCORED, ABSTAINED, NA])
def test_a_cell_without_a_number_is_not_an_outlier_and_pulls_no_mean(state: Any) -> None:
    three = [sheet(f"E{place}", A1=4000, B1=2000, C1=1500) for place in range(3)]
    assert check_outliers(mixed_scheme(), {"C001": [*three, sheet("E9", A1=4000, B1=2000, C1=state)]}) == []


@given(st.lists(st.integers(0, 40).map(lambda v: v * 250), min_size=2, max_size=9), st.randoms())
def test_the_order_of_experts_changes_no_question(values: list[int], luck: Any) -> None:
    sheets = totals(*values)
    mixed = list(sheets)
    luck.shuffle(mixed)
    first, second = (check_outliers(one_leaf(), {"C001": one}) for one in (sheets, mixed))
    assert sorted(first, key=lambda one: one.expert_id) == sorted(second, key=lambda one: one.expert_id)


def test_totals_are_questioned_too_and_recused_or_voided_ones_are_not() -> None:
    rules = one_leaf()
    found = check_total_outliers(rules, [merged(rules, totals(3000, *[8000] * 6))])
    assert [(one.kind, one.expert_id, one.indicator, one.weight) for one in found] == [
        (CheckKind.OUTLIER, "E01", TOTAL, Weight.RED),
        (CheckKind.SPREAD, "", TOTAL, Weight.YELLOW),
    ]
    for out in ("recused", "voided"):
        score = merged(rules, totals(3000, *[8000] * 6), **{out: ["E01"]})  # type: ignore[arg-type]
        assert check_total_outliers(rules, [score]) == []


def test_totals_exactly_25_points_apart_are_not_far_apart() -> None:
    rules = one_leaf()
    near = check_total_outliers(rules, [merged(rules, totals(9500, 8000, 7000))])
    far = check_total_outliers(rules, [merged(rules, totals(9501, 8000, 7000))])
    assert CheckKind.SPREAD not in counts(near)
    assert counts(far)[CheckKind.SPREAD] == 1
    assert [(one.value, one.others) for one in far if one.kind is CheckKind.SPREAD] == [(9501, 7000)]


def test_a_total_dropped_by_trimming_is_still_questioned() -> None:
    rules = one_leaf(trimmed=True)
    score = merged(rules, totals(2000, 8000, 8000, 8000, 8000))
    assert {one.expert_id for one in check_total_outliers(rules, [score]) if one.expert_id} == {"E01"}


def test_a_flag_never_changes_a_figure() -> None:
    quiet = replace(one_leaf(), outliers=OutlierLimits(of_mean=100, of_maximum=100, yellow_of_mean=100))
    loud = replace(one_leaf(), outliers=OutlierLimits(of_mean=0, of_maximum=0, yellow_of_mean=0))
    lines = []
    for rules in (quiet, loud):
        given_ = material(rules, totals(1000, 8000, 8000, 8000, 9000), [candidate()], MEMBERS)
        result = evaluate(given_, "")
        lines.append(result.lines)
    assert lines[0] == lines[1]


def test_all_four_checks_count_what_is_there() -> None:
    sheets = [
        sheet("E01", A1=3500, B1=500, C1=1500),
        sheet("E02", A1=4000, B1=2025, C1=1500),
        *even()[2:],
    ]
    given_ = material(mixed_scheme(), sheets, [candidate()], MEMBERS)
    first, sha256 = given_.submissions[0]
    lying = replace(first, sheets=(replace(first.sheets[0], total=9999),))
    found = counts(flags_in(replace(given_, submissions=[(lying, sha256), *given_.submissions[1:]])))
    assert found[CheckKind.SUM] == 1
    assert found[CheckKind.RANGE] == 1
    assert found[CheckKind.OBJECTIVE] == 1
    assert found[CheckKind.OUTLIER] >= 1


def test_a_declared_sum_is_compared_with_what_was_handed_in_and_not_with_the_correction() -> None:
    assert counts(flags_of(even(), corrections=(correction("E01", "B1", 2000, 2050),))) == {}


@pytest.mark.parametrize("out", ["recused", "voided"])
def test_sheets_that_do_not_count_raise_no_finding(out: str) -> None:
    wild = sheet("E01", A1=0, B1=25, C1=NA)
    more: dict[str, Any] = (
        {"recusals": (recusal("E01"),)} if out == "recused" else {"voided": {"E01": "应回避未回避"}}
    )
    assert flags_of([wild, *even()[1:]], **more) == []


def test_a_wrong_sum_on_a_voided_sheet_is_no_finding() -> None:
    """The findings are over sheets that count."""
    given_ = material(mixed_scheme(), even(), [candidate()], MEMBERS, voided={"E01": "应回避未回避"})
    first, sha256 = given_.submissions[0]
    lying = replace(first, sheets=(replace(first.sheets[0], total=9999),))
    assert flags_in(replace(given_, submissions=[(lying, sha256), *given_.submissions[1:]])) == []


def test_an_incomplete_sheet_enters_no_mean_not_even_that_of_the_others() -> None:
    """E05 left A1 open; his B1 counts nowhere, so it cannot make the others' scores stand off."""
    sheets = [*even(B1=1500)[:4], sheet("E05", A1=UNSCORED, B1=3000, C1=1500)]
    assert [one for one in flags_of(sheets) if one.kind is CheckKind.OUTLIER] == []
