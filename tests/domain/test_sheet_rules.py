"""The score sheet: what a cell may hold and what must not be missing (rules 20, 21, 24, 26, 39)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import ABSTAINED, NA, OPINION, REASON, UNSCORED, leaf, scheme, score, section, sheet, small
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Severity
from ecpanel.domain.scheme import Kind, Remarks
from ecpanel.domain.sheet import (
    Opinion,
    Score,
    Sheet,
    State,
    check_score,
    check_sheet,
    check_value,
    gaps,
    needs_remark,
)

RULES = small()
COMPLETE = sheet("E01", A1=3000, A2=1500, B1=2000, C1=1000)


def found(one: Sheet) -> list[tuple[str, str | None]]:
    problems = gaps(one, RULES)
    assert all(problem.severity is Severity.ERROR for problem in problems)
    assert all(problem.params["candidate"] == one.candidate_id for problem in problems)
    return [(problem.code, problem.params.get("indicator")) for problem in problems]


def with_cell(code: str, cell: Score) -> Sheet:
    return replace(COMPLETE, scores={**COMPLETE.scores, code: cell})


def with_opinion(*parts: str) -> Sheet:
    return replace(COMPLETE, opinion=Opinion(*parts))


@given(st.integers(-200, 4200), st.sampled_from([1, 10, 50, 100, 400, 4000]))
def test_a_value_lies_within_its_indicator_and_on_its_step(points: int, step: int) -> None:
    one = leaf("A1", 4000, step=step)
    if 0 <= points <= 4000 and points % step == 0:
        check_value(one, points)
        check_score(one, score("A1", points))
    else:
        with pytest.raises(EcpanelError) as caught:
            check_value(one, points)
        expected = "score_off_step" if 0 <= points <= 4000 else "score_out_of_range"
        assert caught.value.code == expected


@pytest.mark.parametrize("state", [State.UNSCORED, State.NOT_APPLICABLE, State.ABSTAINED])
@pytest.mark.parametrize("points", [0, 100])
def test_a_cell_without_a_score_holds_no_number_not_even_zero(state: State, points: int) -> None:
    with pytest.raises(EcpanelError) as caught:
        Score("A1", state, points)
    assert caught.value.code == "score_state"


def test_a_scored_cell_holds_a_number_and_zero_is_one() -> None:
    with pytest.raises(EcpanelError):
        Score("A1", State.SCORED)
    assert Score("A1", State.SCORED, 0).points == 0


def test_only_an_indicator_that_may_not_apply_is_called_not_applicable() -> None:
    check_sheet(replace(COMPLETE, scores={**COMPLETE.scores, "A2": score("A2", NA)}), RULES)
    with pytest.raises(EcpanelError) as caught:
        check_sheet(with_cell("A1", score("A1", NA)), RULES)
    assert caught.value.code == "score_must_apply"


def test_every_indicator_may_be_abstained_or_left_unscored() -> None:
    for code in COMPLETE.scores:
        for state in (ABSTAINED, UNSCORED):
            check_sheet(with_cell(code, score(code, state)), RULES)


def test_a_cell_of_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(EcpanelError) as caught:
        check_sheet(with_cell("Z9", score("Z9", 0)), RULES)
    assert caught.value.code == "indicator_unknown"


def test_one_bad_value_refuses_the_sheet() -> None:
    for code, points, fault in [("A1", 4050, "score_out_of_range"), ("A1", 25, "score_off_step")]:
        with pytest.raises(EcpanelError) as caught:
            check_sheet(with_cell(code, score(code, points)), RULES)
        assert caught.value.code == fault


@pytest.mark.parametrize(
    ("points", "asked"), [(0, True), (599, True), (600, False), (949, False), (950, True), (1000, True)]
)
def test_reasons_are_asked_below_60_percent_and_from_95_percent(points: int, asked: bool) -> None:
    assert needs_remark(leaf("A1", 1000, step=1), points, Remarks()) is asked


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 100), st.integers(0, 101))
def test_the_thresholds_of_reasons_are_exact_for_any_maximum(
    maximum: int, points: int, below: int, top: int
) -> None:
    points = min(points, maximum)
    rules = Remarks(below_percent=below, from_percent=top)
    asked = points * 100 < below * maximum or points * 100 >= top * maximum
    assert needs_remark(leaf("A1", maximum, step=1), points, rules) is asked
    assert not needs_remark(leaf("A1", maximum, Kind.OBJECTIVE, step=1), points, rules)


def test_a_complete_sheet_has_no_gaps() -> None:
    assert found(COMPLETE) == []


def test_every_missing_cell_is_named_in_the_order_of_the_scheme() -> None:
    empty = Sheet("E01", "C007", {}, OPINION)
    assert found(empty) == [("cell_unscored", code) for code in ("A1", "A2", "B1", "C1")]
    assert found(with_cell("B1", score("B1", UNSCORED))) == [("cell_unscored", "B1")]


def test_a_zero_is_a_score_and_not_a_gap() -> None:
    assert found(with_cell("B1", score("B1", 0))) == []


@pytest.mark.parametrize(
    "remark", ["", " " * 20, "　\n\t" * 10, "九个字也还是不够长", "九 个 字 也 还 是 不 够 长"]
)
def test_a_low_or_high_score_without_ten_characters_of_reason_is_a_gap(remark: str) -> None:
    for points in (0, 2350, 4000):
        assert found(with_cell("A1", score("A1", points, remark))) == [("cell_remark", "A1")]
    for points in (2400, 3750):
        assert found(with_cell("A1", score("A1", points, remark))) == []
    assert found(with_cell("A1", score("A1", 3800, remark))) == [("cell_remark", "A1")]


@pytest.mark.parametrize(
    "remark", ["十个字的理由刚好够了", "𠮷野家𠂇𠂉𡘙理由充分", "a b c d e f g h i j", "'\"%&·，。！？；"]
)
def test_ten_characters_of_any_kind_are_a_reason(remark: str) -> None:
    assert found(with_cell("A1", score("A1", 0, remark))) == []


@pytest.mark.parametrize("state", [ABSTAINED, NA])
def test_leaving_a_cell_without_a_number_on_purpose_needs_a_reason(state: State) -> None:
    assert found(with_cell("A2", score("A2", state, "无"))) == [("cell_state_reason", "A2")]
    assert found(with_cell("A2", score("A2", state, REASON))) == []


@pytest.mark.parametrize(("length", "ok"), [(0, False), (49, False), (50, True), (500, True), (501, False)])
def test_an_opinion_has_50_to_500_characters(length: int, ok: bool) -> None:
    expected = [] if ok else [("opinion_length", None)]
    assert found(with_opinion("优" * length)) == expected
    assert found(with_opinion("优" * (length // 2), "", "改" * (length - length // 2))) == expected


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_an_opinion_is_measured_over_its_three_parts(a: int, b: int, c: int) -> None:
    assert Opinion("优" * a, "劣" * b, "议" * c).length == a + b + c


def test_blanks_and_line_breaks_are_no_opinion_and_rare_characters_count_once() -> None:
    assert Opinion(" \n　\t\r\n" * 99).length == 0
    assert Opinion("𠮷 𡘙\n𠂇", "·", "'\"%&").length == 8
    assert found(with_opinion("优 " * 49)) == [("opinion_length", None)]
    assert found(with_opinion("𠮷" * 500)) == []


@given(st.sets(st.sampled_from(["A1", "A2", "B1", "C1"])), st.sampled_from([UNSCORED, None]))
def test_as_many_cells_are_reported_missing_as_are_missing(missing: set[str], how: State | None) -> None:
    cells = {code: cell for code, cell in COMPLETE.scores.items() if code not in missing}
    if how is not None:
        cells.update({code: score(code, how) for code in missing})
    assert {code for _, code in found(replace(COMPLETE, scores=cells))} == missing


def test_objective_indicators_never_ask_for_reasons() -> None:
    rules = scheme(section("A", leaf("A1", 10000, Kind.OBJECTIVE)))
    assert gaps(Sheet("E01", "C001", {"A1": score("A1", 0, "")}, OPINION), rules) == []
