"""Points: exact hundredths, empty is not zero, and one rounding (rules 20, 26, 29)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import is_on_step, parse_points, round_half_up, show_points, show_short

FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def decimal_half_up(value: Fraction, places: int) -> int:
    """Hundredths of a decimal.ROUND_HALF_UP of the value; 10**-200 apart from a half stays apart."""
    exact = Context(prec=400)
    points = exact.divide(Decimal(value.numerator), Decimal(value.denominator * 100))
    rounded = points.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=exact)
    return int(rounded * 100)


@given(st.integers(0, 99_999_999))
def test_what_is_shown_can_be_read_again(points: int) -> None:
    assert parse_points(show_points(points)) == points
    assert parse_points(show_short(points)) == points
    assert parse_points(show_points(points).translate(FULL_WIDTH)) == points
    assert parse_points(f"　 {show_points(points)}\t") == points


@given(st.integers(-10_000, 10_000), st.integers(0, 2))
def test_points_are_shown_exactly_or_not_at_all(points: int, places: int) -> None:
    if points % 10 ** (2 - places):
        with pytest.raises(ValueError):
            show_points(points, places)
    else:
        shown = show_points(points, places)
        assert Decimal(shown) * 100 == points
        assert len(shown.partition(".")[2]) == places


@pytest.mark.parametrize(
    ("text", "points"),
    [("6.5", 650), ("６．５", 650), (" 6.50 ", 650), ("0", 0), ("0.00", 0), ("007", 700), ("100", 10000)],
)
def test_a_typed_number_is_read(text: str, points: int) -> None:
    assert parse_points(text) == points


@pytest.mark.parametrize("text", ["", " ", "　", "\n", "-", "空", "无", "未评"])
def test_empty_is_refused_and_never_zero(text: str) -> None:
    with pytest.raises(EcpanelError) as caught:
        parse_points(text)
    assert caught.value.code == "points_unreadable"


@pytest.mark.parametrize("text", ["+1", "-1", "−1", "－1", "＋1", "±1", "1-", "-0", "--1"])
def test_a_sign_is_refused(text: str) -> None:
    with pytest.raises(EcpanelError):
        parse_points(text)


@pytest.mark.parametrize("text", ["1.234", "0.005", "6.500", "９．９９９"])
def test_more_than_two_decimals_are_refused(text: str) -> None:
    with pytest.raises(EcpanelError):
        parse_points(text)


@pytest.mark.parametrize(
    "text",
    ["1e2", "1E2", "1,000", "1，000", "1_0", "6.", ".5", "6..5", "6.5.1", "6 5", "6。5", "8分", "90%", "9/10",
     "½", "0x10", "NaN", "inf", "٣", "八", "1234567"],
)  # fmt: skip
def test_anything_but_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(EcpanelError):
        parse_points(text)


@pytest.mark.parametrize("text", ["6²", "1⁰", "9₅"])
def test_an_exponent_written_small_is_not_read_as_a_further_digit(text: str) -> None:
    with pytest.raises(EcpanelError):
        parse_points(text)


@given(st.text(max_size=8))
def test_no_text_breaks_the_reader_and_no_value_is_negative(text: str) -> None:
    try:
        points = parse_points(text)
    except EcpanelError as fault:
        assert fault.code == "points_unreadable"
    else:
        assert points >= 0


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(0, 2))
@example(1, 2, 2)
@example(-1, 2, 2)
@example(5, 1, 1)
@example(50, 1, 0)
@example(4999, 100, 0)
@example(8994, 1, 1)
@example(8995, 1, 1)
def test_half_goes_up_exactly_as_decimal_rounds(numerator: int, denominator: int, places: int) -> None:
    value = Fraction(numerator, denominator)
    assert round_half_up(value, places) == decimal_half_up(value, places)


@given(st.integers(0, 10**6), st.integers(0, 2))
def test_an_exact_half_goes_up_and_a_hair_less_goes_down(whole: int, places: int) -> None:
    unit = 10 ** (2 - places)
    half = Fraction((2 * whole + 1) * unit, 2)
    hair = Fraction(1, 10**100)
    assert round_half_up(half, places) == (whole + 1) * unit
    assert round_half_up(half - hair, places) == whole * unit
    assert round_half_up(-half, places) == -(whole + 1) * unit
    assert round_half_up(-half + hair, places) == -whole * unit


@given(st.fractions(0, 10_000), st.integers(0, 2))
def test_rounding_moves_by_at_most_half_a_unit_and_is_settled_by_one_pass(
    value: Fraction, places: int
) -> None:
    unit = 10 ** (2 - places)
    rounded = round_half_up(value, places)
    assert rounded % unit == 0
    assert abs(rounded - value) <= Fraction(unit, 2)
    assert round_half_up(Fraction(rounded), places) == rounded


@pytest.mark.parametrize("places", [-1, 3])
def test_only_zero_to_two_decimals_exist(places: int) -> None:
    with pytest.raises(ValueError):
        round_half_up(Fraction(1), places)


def test_rounding_twice_would_differ_and_is_not_done() -> None:
    value = Fraction(8_944_6, 10)  # 89.446
    assert round_half_up(value, 1) == 8940
    assert round_half_up(Fraction(round_half_up(value, 2)), 1) == 8950


@given(st.integers(0, 10_000), st.sampled_from([1, 10, 25, 50, 100, 200, 500]))
def test_a_value_is_on_the_step_exactly_when_it_is_a_whole_multiple(points: int, step: int) -> None:
    assert is_on_step(points, step) == (Fraction(points, step).denominator == 1)
