"""The agenda: what the panel has to speak about, by who leaves the room, shuffled by the review alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from builders import (
    AT,
    candidate,
    correction,
    gate,
    leaf,
    material,
    one_leaf,
    recusal,
    scheme,
    section,
    sheet,
)
from hypothesis import given, settings
from random_reviews import Drawn, reviews

from ecpanel.domain.agenda import MATTER_WORDS, Matter, MatterReason, agenda
from ecpanel.domain.attendance import leavers
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.scheme import Kind

MEMBERS = ("E01", "E02", "E03", "E04", "E05")
CALM = (8000, 8000, 8000, 8000, 8000)


def meeting(totals: dict[str, Sequence[int]], **more: object) -> Material:
    sheets = [
        sheet(who, key, A1=value)
        for key, values in totals.items()
        for who, value in zip(MEMBERS, values, strict=True)
    ]
    return material(one_leaf(), sheets, [candidate(key) for key in totals], MEMBERS, **more)  # type: ignore[arg-type]


def matters(plain: Material) -> dict[str, set[str]]:
    return {one.candidate_id: {r.value for r in one.reasons} for one in agenda(evaluate(plain, AT))}


def test_what_nobody_asks_about_is_not_on_the_agenda() -> None:
    assert matters(meeting({"C001": CALM, "C002": (7000,) * 5})) == {}


def test_red_outliers_are_named_high_or_low_and_yellow_ones_are_left_out() -> None:
    plain = meeting({
        "C001": (8000, 8000, 8000, 8000, 4800),
        "C002": (5000, 5000, 5000, 5000, 8500),
        "C003": (7000, 7000, 7000, 7000, 5300),
    })  # fmt: skip
    flags = evaluate(plain, AT).flags
    assert {(one.kind, one.weight) for one in flags if one.candidate_id == "C003"} == {("outlier", "yellow")}
    assert matters(plain) == {"C001": {"outlier_low", "spread"}, "C002": {"outlier_high", "spread"}}


def test_a_tie_and_the_line_and_a_held_result_are_matters() -> None:
    plain = meeting(
        {"C001": CALM, "C002": (7000,) * 5, "C003": (7000,) * 5, "C004": (6950,) * 5, "C005": (5000,) * 5},
        cut=2,
    )
    plain = replace(plain, candidates=[*plain.candidates, candidate("C006")])
    assert matters(plain) == {
        "C002": {"tie", "line"},
        "C003": {"tie", "line"},
        "C004": {"line"},
        "C006": {"held"},
    }


def test_an_objective_difference_is_a_matter_until_it_is_corrected() -> None:
    rules = scheme(section("A", leaf("A1", 4000, Kind.OBJECTIVE), leaf("A2", 6000)))
    sheets = [sheet(who, A1=3000 if who == "E02" else 3500, A2=5000) for who in MEMBERS]
    plain = material(rules, sheets, [candidate()], MEMBERS)
    assert matters(plain) == {"C001": {"objective"}}
    assert matters(replace(plain, corrections=(correction("E02", "A1", 3000, 3500),))) == {}


def test_an_excluded_candidate_is_spoken_about_only_for_what_blocks_the_result() -> None:
    rules = scheme(section("A", leaf("A1", 4000, Kind.OBJECTIVE), leaf("A2", 6000)))
    sheets = [
        sheet(who, key, A1=3000 if (who, key) == ("E02", "C001") else 3500, A2=1000 if who == "E05" else 5500)
        for who in MEMBERS
        for key in ("C001", "C002")
    ]
    plain = material(rules, sheets, [candidate("C001"), candidate("C002")], MEMBERS, cut=1)
    assert {"objective", "outlier_low", "spread"} <= matters(plain)["C001"]
    out = replace(plain, gate_decisions=(gate("C001"), gate("C002")))
    assert matters(out) == {"C001": {"objective"}}


def crowd(review_id: str = "R1", count: int = 12) -> Material:
    """Everybody is tied; E02 leaves for odd firms, E03 for every third."""
    plain = meeting({f"C{n:03d}": CALM for n in range(1, count + 1)})
    barred = [recusal("E02", f"C{n:03d}") for n in range(1, count + 1, 2)]
    barred += [recusal("E03", f"C{n:03d}") for n in range(3, count + 1, 3)]
    return replace(plain, review=replace(plain.review, review_id=review_id), recusals=tuple(barred))


def test_matters_with_the_same_people_outside_follow_each_other() -> None:
    found = agenda(evaluate(crowd(), AT))
    assert len(found) == 12
    blocks = [
        one.leave for place, one in enumerate(found) if not place or one.leave != found[place - 1].leave
    ]
    assert blocks == [(), ("E02",), ("E02", "E03"), ("E03",)], "each group goes out once, few walk each time"


def test_the_shuffle_follows_from_the_review_alone() -> None:
    plain = crowd()
    order = [one.candidate_id for one in agenda(evaluate(plain, AT))]
    turned = replace(plain, candidates=list(reversed(plain.candidates)))
    assert [one.candidate_id for one in agenda(evaluate(turned, AT))] == order
    assert [one.candidate_id for one in agenda(evaluate(plain, "2022-01-01T00:00:00+08:00"))] == order
    other = [one.candidate_id for one in agenda(evaluate(crowd("R2"), AT))]
    assert sorted(other) == sorted(order) and other != order
    inside = [key for key in order if int(key[1:]) % 2 == 0 and int(key[1:]) % 3]
    assert inside != sorted(inside), "neither the list nor the score tells the order"


def test_a_settled_matter_never_moves_the_others() -> None:
    plain = crowd()
    before = agenda(evaluate(plain, AT))
    gone = before[2].candidate_id
    after = agenda(evaluate(replace(plain, gate_decisions=(gate(gone),)), AT))
    assert after == [one for one in before if one.candidate_id != gone]


def test_every_reason_has_words() -> None:
    assert set(MATTER_WORDS) == set(MatterReason)
    assert len(set(MATTER_WORDS.values())) == len(MATTER_WORDS)


@given(reviews())
@settings(max_examples=40)
def test_any_agenda_names_each_candidate_once_in_blocks_of_who_leaves(drawn: Drawn) -> None:
    result = evaluate(drawn.build(), AT)
    found: list[Matter] = agenda(result)
    keys = [one.candidate_id for one in found]
    assert len(set(keys)) == len(keys) and all(one.reasons for one in found)
    out = leavers(result)
    assert all(one.leave == out.get(one.candidate_id, ()) for one in found)
    changes = sum(first.leave != second.leave for first, second in pairwise(found))
    assert changes == max(0, len({one.leave for one in found}) - 1)
    asked = {f.candidate_id for f in result.flags if f.kind == "objective"}
    held = {one.candidate_id for one in result.lines if one.state == "held"}
    tied = {one.candidate_id for one in result.lines if one.decided_by == "shared"}
    assert asked | held | tied | set(result.near_line) <= set(keys)


def test_what_people_bring_up_is_on_the_agenda_without_a_reason_and_moves_nobody() -> None:
    plain = meeting({
        "C001": (8000, 8000, 8000, 8000, 4800),
        "C002": (5000, 5000, 5000, 5000, 8500),
        "C003": CALM,
    })  # fmt: skip
    result = evaluate(plain, AT)
    before, after = agenda(result), agenda(result, {"C003", "C001"})
    assert [one for one in after if one.candidate_id != "C003"] == before
    assert [one.reasons for one in after if one.candidate_id == "C003"] == [()]
