"""The disagreement map: distance from the mean of the others, exact until its one rounding."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from builders import (
    ABSTAINED,
    AT,
    NA,
    UNSCORED,
    Cell,
    candidate,
    correction,
    material,
    one_leaf,
    recusal,
    sheet,
    small,
)
from hypothesis import given, settings
from random_reviews import Drawn, reviews

from ecpanel.domain.disagreement import Spread, spread
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.result import Result


def given_totals(*values: Cell, **more: object) -> Material:
    members = [f"E{number:02d}" for number in range(1, len(values) + 1)]
    sheets = [sheet(who, "C001", A1=value) for who, value in zip(members, values, strict=True)]
    return material(one_leaf(), sheets, [candidate()], members, **more)  # type: ignore[arg-type]


def mapped(*values: Cell, **more: object) -> Spread:
    return spread(evaluate(given_totals(*values, **more), AT))[0]


def told(found: Spread) -> list[tuple[int | None, int | None]]:
    return [(one.total, one.deviation) for one in found.experts]


def test_each_total_is_held_against_the_mean_of_the_others() -> None:
    found = mapped(8000, 7000, 6050)
    assert told(found) == [(8000, 1475), (7000, -25), (6050, -1450)]
    assert (found.n, found.spread) == (3, 1950)


def test_half_a_hundredth_is_rounded_away_from_zero_and_less_is_not() -> None:
    assert told(mapped(9000, 9001, 9000)) == [(9000, -1), (9001, 1), (9000, -1)]
    assert told(mapped(9000, 9001, 9000, 9000)) == [(9000, 0), (9001, 1), (9000, 0), (9000, 0)]


def test_a_scaled_total_stays_exact_until_the_end() -> None:
    """A2 does not apply: 5200 of 8000 points are 65.00, 5201 would not be on the step; 5250 are 65.625."""
    sheets = [
        sheet("E01", A1=3000, A2=NA, B1=1500, C1=750),
        sheet("E02", A1=3000, A2=1000, B1=1500, C1=750),
        sheet("E03", A1=3000, A2=1000, B1=1500, C1=700),
    ]
    result = evaluate(material(small(), sheets, [candidate()], ["E01", "E02", "E03"]), AT)
    exact = [Fraction(525000, 80), Fraction(6250), Fraction(6200)]
    assert told(spread(result)[0]) == [
        (6563, 338),  # 6562.5 and 337.5, both half up
        (6250, -131),  # 6250 - 6381.25 = -131.25
        (6200, -206),  # 6200 - 6406.25 = -206.25
    ]
    assert exact[0] == Fraction(13125, 2)
    assert spread(result)[0].spread == 363


def test_what_does_not_count_is_compared_with_nothing() -> None:
    found = mapped(
        8000, 7000, UNSCORED, ABSTAINED, 6000, 1000,
        voided={"E06": "应回避未回避"}, recusals=(recusal("E05"),),
    )  # fmt: skip
    assert told(found) == [(8000, 1000), (7000, -1000), *[(None, None)] * 4]
    assert [one.standing for one in found.experts] == [
        "counted", "counted", "incomplete", "incomplete", "recused", "voided"
    ]  # fmt: skip
    assert (found.n, found.spread) == (2, 1000)


def test_one_alone_has_nobody_to_differ_from() -> None:
    found = mapped(8000, UNSCORED, UNSCORED)
    assert told(found) == [(8000, None), (None, None), (None, None)]
    assert (found.n, found.spread) == (1, None)


def test_a_dropped_extreme_is_still_on_the_map() -> None:
    rules = one_leaf(trimmed=True, trim_from=3)
    plain = replace(given_totals(8000, 7000, 6000), scheme=rules)
    found = spread(evaluate(plain, AT))[0]
    assert [one.standing for one in found.experts] == ["dropped_high", "counted", "dropped_low"]
    assert told(found) == [(8000, 1500), (7000, 0), (6000, -1500)]


def test_a_correction_is_what_is_in_force() -> None:
    plain = replace(given_totals(8000, 7000, 6000), corrections=(correction("E03", "A1", 6000, 7500),))
    assert told(spread(evaluate(plain, AT))[0]) == [(8000, 750), (7000, -750), (7500, 0)]


def test_a_pair_bears_its_heaviest_outlier_question_and_a_candidate_any_question() -> None:
    found = mapped(8000, 8000, 8000, 8000, 3000)
    assert [one.weight for one in found.experts] == ["", "", "", "", "red"]
    assert found.weight == "red"
    few = mapped(8000, 8000, 8000, 3000)
    assert [one.weight for one in few.experts] == ["yellow", "yellow", "yellow", "red"]
    assert few.weight == "red"
    calm = mapped(8000, 8000, 8000, 7900)
    assert {one.weight for one in calm.experts} == {""} and calm.weight == ""


def test_the_experts_stand_in_the_order_of_the_panel() -> None:
    plain = given_totals(8000, 7000, 6000)
    turned = replace(plain, group=replace(plain.group, members=("E03", "E01", "E02")))
    found = spread(evaluate(turned, AT))[0]
    assert [(one.expert_id, one.total) for one in found.experts] == [
        ("E03", 6000), ("E01", 8000), ("E02", 7000)
    ]  # fmt: skip


def by_decimals(value: Fraction) -> int:
    """Half up with decimals of great length: another way to round."""
    with localcontext() as context:
        context.prec = 200
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def reckoned(result: Result) -> list[list[tuple[int | None, int | None]]]:
    """The map by plain averaging of all the others, one by one."""
    rows = []
    for line in result.lines:
        counted = {
            one.expert_id: Fraction(one.total.numerator, one.total.denominator)
            for one in line.totals
            if one.total is not None and one.standing in ("counted", "dropped_high", "dropped_low")
        }
        row: list[tuple[int | None, int | None]] = []
        for one in result.experts:
            own = counted.get(one.expert_id)
            others = [value for who, value in counted.items() if who != one.expert_id]
            far = None if own is None or not others else by_decimals(own - sum(others) / len(others))
            row.append((None if own is None else by_decimals(own), far))
        rows.append(row)
    return rows


@given(reviews())
@settings(max_examples=40)
def test_the_map_of_any_review_equals_plain_averaging(drawn: Drawn) -> None:
    result = evaluate(drawn.build(), AT)
    found = spread(result)
    assert [one.candidate_id for one in found] == [one.candidate_id for one in result.candidates]
    assert [told(one) for one in found] == reckoned(result)
    flagged = {(f.expert_id, f.candidate_id) for f in result.flags if f.kind == "outlier"}
    assert {
        (cell.expert_id, one.candidate_id) for one in found for cell in one.experts if cell.weight
    } == flagged
