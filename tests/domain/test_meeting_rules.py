"""The meeting is a second layer: corrections, gates and votes (rules 11, 12, 15, 35, 36)."""

from __future__ import annotations

import copy
from fractions import Fraction

import pytest
from builders import ABSTAINED, NA, UNSCORED, correction, merged, score, sheet, small
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import (
    REASON_WORDS,
    ReasonCode,
    Vote,
    check_correction,
    check_vote,
    corrected,
)
from ecpanel.domain.scheme import MeetingRules
from ecpanel.domain.sheet import State

RULES = MeetingRules()


def sheets() -> dict[tuple[str, str], object]:
    return {
        (who, whom): sheet(who, whom, A1=3000, A2=NA, B1=2000, C1=ABSTAINED)
        for who in ("E01", "E02", "E03")
        for whom in ("C001", "C002")
    }


def verdict(vote: Vote, entitled: int, *, gate: bool = False, rules: MeetingRules = RULES) -> str:
    try:
        check_vote(vote, entitled, rules, gate=gate)
    except EcpanelError as fault:
        return fault.code
    return ""


def test_a_correction_replaces_one_value_and_nothing_else() -> None:
    before = sheets()
    after = corrected(before, [correction("E02", "A1", 3000, 3500)])  # type: ignore[arg-type]
    assert after["E02", "C001"].scores["A1"].points == 3500
    assert {key: one for key, one in after.items() if key != ("E02", "C001")} == {
        key: one for key, one in before.items() if key != ("E02", "C001")
    }
    rest = {code: cell for code, cell in after["E02", "C001"].scores.items() if code != "A1"}
    assert rest == {c: s for c, s in before["E02", "C001"].scores.items() if c != "A1"}  # type: ignore[attr-defined]


def test_originals_stay_untouched() -> None:
    before = sheets()
    kept = copy.deepcopy(before)
    corrected(before, [correction("E01", "A1", 3000, 0), correction("E01", "A1", 0, 4000)])  # type: ignore[arg-type]
    assert before == kept


def test_the_remark_and_the_evidence_of_the_expert_stay_with_the_corrected_score() -> None:
    before = {("E01", "C001"): sheet("E01", A1=3000)}
    after = corrected(before, [correction("E01", "A1", 3000, 3500)])
    assert after["E01", "C001"].scores["A1"].remark == before["E01", "C001"].scores["A1"].remark
    assert after["E01", "C001"].scores["A1"].state is State.SCORED


@given(st.lists(st.integers(0, 80).map(lambda v: v * 50), min_size=1, max_size=8))
def test_corrections_are_laid_in_order_each_on_the_value_in_force(values: list[int]) -> None:
    chain = [
        correction("E01", "A1", before, after) for before, after in zip([3000, *values], values, strict=False)
    ]
    assert corrected(sheets(), chain)["E01", "C001"].scores["A1"].points == values[-1]  # type: ignore[arg-type]
    if len({3000, *values}) == len(values) + 1 and len(values) > 1:
        with pytest.raises(EcpanelError) as caught:
            corrected(sheets(), reversed(chain))  # type: ignore[arg-type]
        assert caught.value.code == "correction_stale"


@pytest.mark.parametrize(
    "one",
    [
        correction("E01", "A1", 2950, 3500),
        correction("E01", "A2", 0, 1000),
        correction("E01", "C1", 0, 1000),
        correction("E01", "Z9", 0, 1000),
        correction("E09", "A1", 3000, 3500),
        correction("E01", "A1", 3000, 3500, "C009"),
    ],
)
def test_a_correction_that_does_not_start_from_the_value_in_force_is_refused(one: object) -> None:
    with pytest.raises(EcpanelError) as caught:
        corrected(sheets(), [one])  # type: ignore[arg-type, list-item]
    assert caught.value.code == "correction_stale"


def test_the_figure_moves_by_exactly_the_corrected_share() -> None:
    rules = small()
    before = {(who, "C001"): sheet(who, A1=3000, A2=1000, B1=2000, C1=1000) for who in ("E1", "E2", "E3")}
    after = corrected(before, [correction("E2", "A1", 3000, 3500)])
    first, second = (merged(rules, layer.values()) for layer in (before, after))
    assert (first.exact, second.exact) == (7000, 7000 + Fraction(500, 3))
    assert (first.score, second.score) == (7000, 7167)


def test_a_correction_starts_from_a_score_and_names_the_value_before() -> None:
    assert check_correction(small(), score("A1", 3000), "A1", 3500) == 3000
    assert check_correction(small(), score("A1", 0), "A1", 50) == 0


@pytest.mark.parametrize(
    ("cell", "code", "after", "fault"),
    [
        (None, "A1", 3000, "correction_of_nothing"),
        (UNSCORED, "A1", 3000, "correction_of_nothing"),
        (ABSTAINED, "A1", 3000, "correction_of_nothing"),
        (NA, "A2", 1000, "correction_of_nothing"),
        (3000, "Z9", 3000, "indicator_unknown"),
        (3000, "A1", 3000, "correction_same"),
        (3000, "A1", 4050, "score_out_of_range"),
        (3000, "A1", -50, "score_out_of_range"),
        (3000, "A1", 3025, "score_off_step"),
    ],
)
def test_what_cannot_be_corrected_is_refused(
    cell: int | State | None, code: str, after: int, fault: str
) -> None:
    given_ = None if cell is None else score(code, cell)
    with pytest.raises(EcpanelError) as caught:
        check_correction(small(), given_, code, after)
    assert caught.value.code == fault


def test_every_reason_of_a_correction_has_a_code_and_words() -> None:
    assert {one.value for one in ReasonCode} == {"01", "02", "03", "04", "05", "06"}
    assert set(REASON_WORDS) == set(ReasonCode)


@pytest.mark.parametrize(
    ("vote", "entitled", "expected"),
    [
        (Vote(6, 0, 0), 9, ""),
        (Vote(5, 0, 0), 9, "vote_no_quorum"),
        (Vote(3, 0, 0), 5, "vote_no_quorum"),
        (Vote(4, 0, 0), 5, ""),
        (Vote(3, 2, 0), 5, ""),
        (Vote(2, 2, 1), 5, "vote_not_carried"),
        (Vote(2, 2, 0), 5, "vote_not_carried"),
        (Vote(3, 0, 3), 6, "vote_not_carried"),
        (Vote(4, 0, 2), 6, ""),
        (Vote(0, 0, 5), 5, "vote_not_carried"),
        (Vote(6, 0, 0), 5, "vote_too_many"),
        (Vote(3, 3, 0), 5, "vote_too_many"),
        (Vote(-1, 0, 5), 5, "vote_too_many"),
        (Vote(5, -1, 0), 5, "vote_too_many"),
        (Vote(5, 0, -1), 5, "vote_too_many"),
    ],
)
def test_two_thirds_must_be_there_and_more_than_half_of_them_agree(
    vote: Vote, entitled: int, expected: str
) -> None:
    assert verdict(vote, entitled) == expected


@pytest.mark.parametrize(
    ("vote", "entitled", "expected"),
    [
        (Vote(4, 2, 0), 6, ""),
        (Vote(3, 2, 0), 5, "vote_not_carried"),
        (Vote(4, 1, 0), 5, ""),
        (Vote(4, 0, 2), 6, ""),
        (Vote(4, 0, 3), 7, "vote_not_carried"),
        (Vote(2, 0, 0), 5, "vote_no_quorum"),
    ],
)
def test_a_gate_needs_two_thirds_of_those_present(vote: Vote, entitled: int, expected: str) -> None:
    assert verdict(vote, entitled, gate=True) == expected


def test_recused_members_count_neither_for_quorum_nor_as_present() -> None:
    vote = Vote(3, 0, 0, recused=6)
    assert vote.present == 3
    assert verdict(vote, 3) == ""
    assert verdict(vote, 9) == "vote_no_quorum"


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.integers(0, 20), st.booleans())
def test_quorum_and_majority_are_exact_fractions(
    favour: int, against: int, abstained: int, entitled: int, gate: bool
) -> None:
    present = favour + against + abstained
    expected = ""
    if present > entitled:
        expected = "vote_too_many"
    elif entitled and Fraction(present, entitled) < Fraction(2, 3):
        expected = "vote_no_quorum"
    elif (
        not present
        or (gate and Fraction(favour, present) < Fraction(2, 3))
        or (not gate and Fraction(favour, present) <= Fraction(1, 2))
    ):
        expected = "vote_not_carried"
    if present or not gate:
        assert verdict(Vote(favour, against, abstained), entitled, gate=gate) == expected


@pytest.mark.parametrize("gate", [False, True])
def test_a_vote_that_nobody_cast_carries_nothing(gate: bool) -> None:
    """All members may be recused from a candidate; then there is no panel to fail its gate."""
    assert verdict(Vote(0, 0, 0, recused=5), 0, gate=gate) != ""


def test_quorum_and_majority_are_data() -> None:
    strict = MeetingRules(quorum=(1, 1), gate_majority=(1, 1))
    assert verdict(Vote(4, 0, 0), 5, rules=strict) == "vote_no_quorum"
    assert verdict(Vote(4, 1, 0), 5, rules=strict) == ""
    assert verdict(Vote(4, 1, 0), 5, rules=strict, gate=True) == "vote_not_carried"
