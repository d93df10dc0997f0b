"""From sheets to figures: exact, independent of order, and missing is never zero (rules 15-17, 28-30)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import mean

import pytest
from builders import ABSTAINED, NA, UNSCORED, leaf, merged, one_leaf, scheme, section, sheet, small, totals
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.points import round_half_up
from ecpanel.domain.scheme import Merging, Scheme, Scope
from ecpanel.domain.scoring import CandidateScore, Standing
from ecpanel.domain.sheet import Sheet, State

SCOPES = list(Scope)
POINTS = st.integers(0, 10000)
CELLS = {"A1": 4000, "A2": 2000, "B1": 2500, "C1": 1500}


def exact_mean(values: list[int] | list[Fraction]) -> Fraction:
    return Fraction(mean([Fraction(value) for value in values]))


def cell(maximum: int) -> st.SearchStrategy[int]:
    return st.integers(0, maximum // 50).map(lambda steps: steps * 50)


def cells() -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({code: cell(maximum) for code, maximum in CELLS.items()})


def panel(values: list[dict[str, int]]) -> list[Sheet]:
    return [sheet(f"E{place:02d}", **one) for place, one in enumerate(values, start=1)]


def rules_of(scope: Scope, *, trimmed: bool = False, places: int = 2) -> Scheme:
    return small(scope=scope, trimmed=trimmed, places=places)


def standings(score: CandidateScore) -> dict[str, Standing]:
    return {one.expert_id: one.standing for one in score.totals}


@given(st.lists(POINTS, min_size=3, max_size=15), st.integers(0, 2), st.sampled_from(SCOPES))
def test_the_plain_figure_is_the_exact_mean_rounded_once(
    values: list[int], places: int, scope: Scope
) -> None:
    score = merged(one_leaf(places=places, scope=scope), totals(*values))
    assert score.n == len(values)
    assert score.exact == exact_mean(values)
    assert score.score == score.plain == round_half_up(exact_mean(values), places)


@given(st.lists(cells(), min_size=3, max_size=9), st.sampled_from(SCOPES), st.booleans(), st.randoms())
def test_the_order_of_experts_never_matters(
    values: list[dict[str, int]], scope: Scope, trimmed: bool, luck: st.DataObject
) -> None:
    rules, sheets = rules_of(scope, trimmed=trimmed), panel(values)
    mixed = list(sheets)
    luck.shuffle(mixed)  # type: ignore[attr-defined]
    renamed = [replace(one, expert_id=f"E{99 - place}") for place, one in enumerate(mixed)]
    first, second, third = merged(rules, sheets), merged(rules, mixed), merged(rules, renamed)
    assert first == second
    assert (first.score, first.plain, first.trimmed, first.sections, first.figures) == (
        third.score,
        third.plain,
        third.trimmed,
        third.sections,
        third.figures,
    )


@given(st.lists(cells(), min_size=3, max_size=9), st.sampled_from(["A1", "B1", "C1"]), st.booleans())
def test_raising_one_score_never_lowers_the_figure(
    values: list[dict[str, int]], code: str, trimmed: bool
) -> None:
    raised = [{**values[0], code: CELLS[code]}, *values[1:]]
    for scope in SCOPES:
        rules = rules_of(scope, trimmed=trimmed)
        before, after = merged(rules, panel(values)), merged(rules, panel(raised))
        assert before.score is not None
        assert after.score is not None
        assert after.score >= before.score


@given(st.lists(cells(), min_size=3, max_size=9))
def test_without_trimming_both_scopes_agree_when_nothing_is_missing(values: list[dict[str, int]]) -> None:
    by_total, by_leaf = (merged(rules_of(scope), panel(values)) for scope in SCOPES)
    assert by_total.exact == by_leaf.exact
    assert by_total.score == by_leaf.score
    assert by_total.sections == by_leaf.sections


@given(st.lists(cells(), min_size=3, max_size=8), st.sampled_from(["A1", "A2", "B1", "C1"]), st.booleans())
def test_an_unscored_cell_takes_the_whole_sheet_out_and_is_never_zero(
    values: list[dict[str, int]], code: str, present: bool
) -> None:
    hole = {key: points for key, points in CELLS.items() if key != code or present}
    last = sheet("E99", **{key: UNSCORED if key == code else points for key, points in hole.items()})
    for scope in SCOPES:
        without = merged(rules_of(scope), panel(values))
        score = merged(rules_of(scope), [*panel(values), last])
        assert score.n == without.n == len(values)
        assert score.score == without.score
        assert score.sections == without.sections
        assert score.figures == without.figures
        assert standings(score)["E99"] is Standing.INCOMPLETE


@given(st.lists(cells(), min_size=3, max_size=8), cells(), st.sampled_from(["recused", "voided", "missing"]))
def test_recused_voided_and_missing_experts_leave_mean_and_trimming_alone(
    values: list[dict[str, int]], other: dict[str, int], how: str
) -> None:
    members = [f"E{place:02d}" for place in range(1, len(values) + 1)] + ["E99"]
    last = [] if how == "missing" else [sheet("E99", **other)]
    for scope in SCOPES:
        for trimmed in (False, True):
            rules = rules_of(scope, trimmed=trimmed)
            without = merged(rules, panel(values))
            score = merged(
                rules,
                [*panel(values), *last],
                members=members,
                recused=["E99"] if how == "recused" else [],
                voided=["E99"] if how == "voided" else [],
            )
            assert standings(score)["E99"].value == how
            assert (score.n, score.score, score.plain, score.trimmed, score.sections, score.figures) == (
                without.n,
                without.score,
                without.plain,
                without.trimmed,
                without.sections,
                without.figures,
            )


def test_a_voided_total_is_kept_to_be_shown_and_a_recused_one_is_not_even_looked_at() -> None:
    sheets = totals(8000, 8000, 8000, 1000, 2000)
    score = merged(one_leaf(), sheets, voided=["E04"], recused=["E05"])
    kept = {one.expert_id: one.total for one in score.totals}
    assert kept["E04"] == 1000
    assert kept["E05"] is None
    assert score.score == 8000


def test_a_voided_expert_without_a_sheet_is_voided_and_not_missing() -> None:
    score = merged(one_leaf(), totals(1, 2, 3), members=["E01", "E02", "E03", "E04"], voided=["E04"])
    assert standings(score)["E04"] is Standing.VOIDED


def test_recusal_goes_before_everything_else() -> None:
    score = merged(one_leaf(), totals(1, 2, 3, 4), recused=["E04"], voided=["E04"])
    assert standings(score)["E04"] is Standing.RECUSED


def test_the_sheet_of_someone_who_is_not_a_member_never_counts() -> None:
    score = merged(one_leaf(), totals(8000, 8000, 8000, 0), members=["E01", "E02", "E03"])
    assert (score.n, score.score) == (3, 8000)


def test_a_zero_given_is_a_zero_counted() -> None:
    assert merged(one_leaf(), totals(0, 0, 9000)).score == 3000


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("valid", [0, 1, 2, 3])
def test_fewer_than_three_valid_scores_hold_the_result(valid: int, scope: Scope) -> None:
    score = merged(one_leaf(scope=scope), totals(*[8000] * valid, *[UNSCORED] * (5 - valid)))
    assert score.n == valid
    assert score.held is (valid < 3)
    if valid < 3:
        assert (score.score, score.exact, score.plain, score.trimmed) == (None, None, None, None)
        assert score.held_for == "too_few"
    else:
        assert score.score == 8000
        assert score.held_for == ""


@pytest.mark.parametrize("minimum", [1, 2, 4, 7])
def test_the_minimum_of_valid_scores_is_data(minimum: int) -> None:
    rules = one_leaf(min_valid=minimum)
    assert merged(rules, totals(*[5000] * (minimum - 1))).held
    assert not merged(rules, totals(*[5000] * minimum)).held


@given(st.lists(POINTS, min_size=3, max_size=15), st.integers(3, 9), st.sampled_from(SCOPES), st.booleans())
def test_one_highest_and_one_lowest_drop_only_with_enough_valid_scores(
    values: list[int], trim_from: int, scope: Scope, trimmed: bool
) -> None:
    score = merged(one_leaf(trimmed=trimmed, trim_from=trim_from, scope=scope), totals(*values))
    plain = exact_mean(values)
    cut = exact_mean(sorted(values)[1:-1]) if len(values) >= trim_from else None
    assert score.plain == round_half_up(plain, 2)
    assert score.trimmed == (None if cut is None else round_half_up(cut, 2))
    assert score.score == (score.trimmed if trimmed and cut is not None else score.plain)


def test_trimming_by_total_names_who_was_dropped() -> None:
    score = merged(one_leaf(trimmed=True), totals(7000, 9000, 5000, 6000, 8000))
    assert standings(score) == {
        "E01": Standing.COUNTED,
        "E02": Standing.DROPPED_HIGH,
        "E03": Standing.DROPPED_LOW,
        "E04": Standing.COUNTED,
        "E05": Standing.COUNTED,
    }
    assert (score.n, score.score, score.plain) == (5, 7000, 7000)


def test_without_trimming_nobody_is_dropped_and_the_trimmed_value_is_still_given() -> None:
    score = merged(one_leaf(), totals(0, 9000, 9000, 9000, 10000))
    assert set(standings(score).values()) == {Standing.COUNTED}
    assert (score.score, score.plain, score.trimmed) == (7400, 7400, 9000)


@pytest.mark.parametrize("scope", SCOPES)
def test_equal_scores_lose_exactly_one_high_and_one_low(scope: Scope) -> None:
    score = merged(one_leaf(trimmed=True, scope=scope), totals(*[7000] * 5, 7007))
    assert score.score == 7000
    if scope is Scope.TOTAL:
        counted = list(standings(score).values())
        assert counted.count(Standing.DROPPED_LOW) == counted.count(Standing.DROPPED_HIGH) == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_trimming_counts_valid_scores_and_not_members(scope: Scope) -> None:
    rules = one_leaf(trimmed=True, scope=scope)
    four = merged(rules, totals(0, 5000, 5000, 10000, UNSCORED))
    assert (four.n, four.score, four.trimmed) == (4, 5000, None)
    recused = merged(rules, totals(0, 6000, 6000, 10000, 9999), recused=["E05"])
    assert (recused.n, recused.score, recused.trimmed) == (4, 5500, None)
    voided = merged(rules, totals(0, 6000, 6000, 10000, 9999), voided=["E05"])
    assert (voided.n, voided.score, voided.trimmed) == (4, 5500, None)


@given(st.lists(cells(), min_size=5, max_size=9))
def test_trimming_by_leaf_drops_from_every_indicator_by_itself(values: list[dict[str, int]]) -> None:
    score = merged(rules_of(Scope.LEAF, trimmed=True), panel(values))
    by_leaf = {code: sorted(one[code] for one in values) for code in CELLS}
    cut = sum(exact_mean(one[1:-1]) for one in by_leaf.values())
    plain = sum(exact_mean(one) for one in by_leaf.values())
    assert score.exact == cut
    assert score.score == score.trimmed == round_half_up(Fraction(cut), 2)
    assert score.plain == round_half_up(Fraction(plain), 2)
    assert set(standings(score).values()) == {Standing.COUNTED}


def test_the_two_ways_of_trimming_differ_and_each_is_done_as_declared() -> None:
    """Highest total and highest single score may be different experts'."""
    values = [
        {"A1": 4000, "A2": 0, "B1": 2000, "C1": 1000},
        {"A1": 2000, "A2": 2000, "B1": 2000, "C1": 1000},
        {"A1": 2000, "A2": 1000, "B1": 2500, "C1": 1000},
        {"A1": 2000, "A2": 1000, "B1": 1000, "C1": 1500},
        {"A1": 1000, "A2": 1000, "B1": 2000, "C1": 500},
    ]
    totals_ = sorted(sum(one.values()) for one in values)
    assert merged(rules_of(Scope.TOTAL, trimmed=True), panel(values)).exact == exact_mean(totals_[1:-1])
    assert merged(rules_of(Scope.LEAF, trimmed=True), panel(values)).exact == 2000 + 1000 + 2000 + 1000


def test_a_trimmed_mean_of_zero_is_zero_and_not_the_plain_mean() -> None:
    for scope in SCOPES:
        score = merged(one_leaf(trimmed=True, scope=scope), totals(0, 0, 0, 0, 1000))
        assert (score.plain, score.trimmed, score.score) == (200, 0, 0)
        assert score.figures[0].official == (0 if scope is Scope.LEAF else 200)


def test_an_indicator_with_too_few_scores_to_trim_keeps_its_plain_mean() -> None:
    five = [{"A1": 4000, "A2": 2000, "B1": 2500, "C1": 1500}] * 4 + [{"A1": 0, "A2": 0, "B1": 0, "C1": 0}]
    sheets = panel(five)
    sheets[0] = sheet("E01", A1=4000, A2=2000, B1=ABSTAINED, C1=1500)
    score = merged(rules_of(Scope.LEAF, trimmed=True), sheets)
    assert {one.indicator: one.n for one in score.figures} == {"A1": 5, "A2": 5, "B1": 4, "C1": 5}
    assert score.exact == 4000 + 2000 + Fraction(2500 * 3, 4) + 1500
    assert score.trimmed is None


@given(st.lists(cells(), min_size=3, max_size=9), st.sampled_from(SCOPES))
def test_a_not_applicable_indicator_is_taken_out_and_the_rest_scaled_to_full_marks(
    values: list[dict[str, int]], scope: Scope
) -> None:
    sheets = [sheet(f"E{place:02d}", **{**one, "A2": NA}) for place, one in enumerate(values)]
    earned = [one["A1"] + one["B1"] + one["C1"] for one in values]
    score = merged(rules_of(scope), sheets)
    assert score.n == len(values)
    assert score.exact == exact_mean(earned) * 10000 / 8000
    assert score.sections["A"] == round_half_up(exact_mean([one["A1"] for one in values]) * 6000 / 4000, 2)
    assert next(one for one in score.figures if one.indicator == "A2").n == 0


@pytest.mark.parametrize("scope", SCOPES)
def test_full_marks_on_all_that_applies_are_full_marks(scope: Scope) -> None:
    sheets = [sheet(f"E{place}", A1=4000, A2=NA, B1=2500, C1=1500) for place in range(3)]
    score = merged(rules_of(scope), sheets)
    assert score.score == 10000
    assert score.sections == {"A": 6000, "B": 2500, "C": 1500}


def test_not_applicable_to_one_expert_scales_only_his_sheet_by_total() -> None:
    sheets = [
        sheet("E01", A1=2000, A2=NA, B1=1250, C1=750),
        sheet("E02", A1=2000, A2=0, B1=1250, C1=750),
        sheet("E03", A1=2000, A2=2000, B1=1250, C1=750),
    ]
    score = merged(rules_of(Scope.TOTAL), sheets)
    assert [one.total for one in score.totals] == [5000, 4000, 6000]
    by_leaf = merged(rules_of(Scope.LEAF), sheets)
    assert by_leaf.held, "only two of the minimum of three scored A2"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_sheet_on_which_nothing_applies_has_no_total(scope: Scope) -> None:
    rules = scheme(section("A", leaf("A1", 10000, may_not_apply=True)), merging=Merging(ties=(), scope=scope))
    assert merged(rules, totals(NA, NA, NA)).held
    by_total = merged(rules, totals(NA, 5000, 5000, 5000))
    assert by_total.score == 5000
    assert by_total.figures[0].n == 3


def test_an_abstained_cell_leaves_no_total_but_keeps_the_other_cells_by_leaf() -> None:
    values = [{"A1": 2000, "A2": 1000, "B1": 1000, "C1": 1000}] * 3
    sheets = [*panel(values), sheet("E99", A1=4000, A2=ABSTAINED, B1=2000, C1=1000)]
    by_total = merged(rules_of(Scope.TOTAL), sheets)
    assert (by_total.n, by_total.score) == (3, 5000)
    assert standings(by_total)["E99"] is Standing.INCOMPLETE
    by_leaf = merged(rules_of(Scope.LEAF), sheets)
    assert standings(by_leaf)["E99"] is Standing.COUNTED
    assert {one.indicator: one.n for one in by_leaf.figures} == {"A1": 4, "A2": 3, "B1": 4, "C1": 4}
    assert by_leaf.exact == 2500 + 1000 + 1250 + 1000


def test_an_indicator_all_abstained_from_holds_the_result_instead_of_vanishing() -> None:
    sheets = [sheet(f"E{place}", A1=4000, A2=ABSTAINED, B1=2500, C1=1500) for place in range(5)]
    assert merged(rules_of(Scope.LEAF), sheets).held
    assert merged(rules_of(Scope.TOTAL), sheets).held


def test_an_indicator_scored_by_fewer_than_the_minimum_holds_the_result_by_leaf() -> None:
    sheets = [
        *(sheet(f"E{place}", A1=4000, A2=ABSTAINED, B1=2500, C1=1500) for place in range(5)),
        sheet("E8", A1=4000, A2=2000, B1=2500, C1=1500),
        sheet("E9", A1=4000, A2=2000, B1=2500, C1=1500),
    ]
    assert merged(rules_of(Scope.LEAF), sheets).held


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                code: st.one_of(cell(maximum), st.sampled_from([UNSCORED, ABSTAINED]))
                for code, maximum in CELLS.items()
            }
        ),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(SCOPES),
)
def test_n_is_the_number_of_sheets_that_count_and_each_leaf_says_its_own(
    values: list[dict[str, int | State]], scope: Scope
) -> None:
    sheets = [sheet(f"E{place:02d}", **one) for place, one in enumerate(values)]
    score = merged(rules_of(scope), sheets)
    allowed = {UNSCORED} if scope is Scope.LEAF else {UNSCORED, ABSTAINED}
    whole = [
        one for one in values if not allowed & {one_ for one_ in one.values() if isinstance(one_, State)}
    ]
    assert score.n == len(whole)
    counted = [who for who, standing in standings(score).items() if standing is Standing.COUNTED]
    assert len(counted) == len(whole)
    for figure in score.figures:
        given_ = [one[figure.indicator] for one in whole if not isinstance(one[figure.indicator], State)]
        assert figure.n == len(given_)
        assert figure.plain == (exact_mean(given_) if given_ else None)  # type: ignore[arg-type]
    assert [one.expert_id for one in score.totals] == sorted(one.expert_id for one in sheets)


@given(st.lists(cells(), min_size=3, max_size=7))
def test_section_figures_are_rounded_plain_means_whatever_is_trimmed(values: list[dict[str, int]]) -> None:
    for scope in SCOPES:
        score = merged(rules_of(scope, trimmed=True), panel(values))
        assert score.sections == {
            "A": round_half_up(exact_mean([one["A1"] + one["A2"] for one in values]), 2),
            "B": round_half_up(exact_mean([one["B1"] for one in values]), 2),
            "C": round_half_up(exact_mean([one["C1"] for one in values]), 2),
        }
