"""What intake makes of one package, and every reason to refuse it (rules 4, 5, 15, 20, 22, 24, 27)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import (
    ABSTAINED,
    NA,
    OPINION,
    UNSCORED,
    expectation,
    expert,
    recusal,
    score,
    sheet,
    small,
    submission,
)
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, Severity
from ecpanel.domain.sheet import Opinion, Sheet
from ecpanel.domain.submission import (
    DeclaredGap,
    Expectation,
    Submission,
    Verdict,
    judge,
    refusal,
    sheet_of,
)

RULES = small()
CANDIDATES = ("C001", "C002")
KNOWN = expectation(RULES, ("E01", "E02"), CANDIDATES)
MERGED = replace(KNOWN, merged={"E01": (2, "second")})
FULL = {"A1": 3000, "A2": 1500, "B1": 2000, "C1": 1000}


def full(candidate: str, **cells: Any) -> Sheet:
    return sheet("E01", candidate, **{**FULL, **cells})


def handed_in(*sheets: Sheet, **more: Any) -> Submission:
    return submission(expert("E01"), sheets or (full("C001"), full("C002")), **more)


def verdict(one: Submission, sha256: str = "first", known: Expectation = KNOWN) -> tuple[str, list[str]]:
    found, problems = judge(one, sha256, known)
    return found.value, [problem.code for problem in problems]


def refused(one: Submission, sha256: str = "new", known: Expectation = KNOWN) -> Problem:
    with pytest.raises(EcpanelError) as caught:
        judge(one, sha256, known)
    problem = refusal(caught.value)
    assert problem.severity is Severity.ERROR
    assert problem.code == caught.value.code
    return problem


def again(number: int, replaces: str = "second") -> Submission:
    return handed_in(number=number, replaces=replaces)


def test_a_first_complete_package_is_new() -> None:
    assert verdict(handed_in()) == ("new", [])


def test_a_first_package_that_is_not_version_one_is_new_with_a_word_of_warning() -> None:
    assert verdict(handed_in(number=3, replaces="x")) == ("new", ["earlier_version_unseen"])


def test_the_same_package_again_changes_nothing() -> None:
    assert verdict(again(2, "first"), "second", MERGED) == ("same", [])


def test_the_same_package_is_the_same_also_when_it_was_incomplete_or_reopened() -> None:
    short = handed_in(full("C001"), number=2)
    assert verdict(short, "second", MERGED)[0] == "same"
    assert verdict(short, "second", replace(MERGED, reopened=("E01",)))[0] == "same"


def test_a_replacement_of_a_reopened_submission_is_changed() -> None:
    assert verdict(again(3), "third", replace(MERGED, reopened=("E01",))) == ("changed", [])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_older_or_equally_numbered_version_is_refused(number: int) -> None:
    known = replace(MERGED, reopened=("E01",))
    problem = refused(again(number), "other", known)
    assert problem.code == "submission_older"
    assert (problem.params["found"], problem.params["merged"]) == (number, 2)


def test_a_replacement_of_another_version_than_the_merged_one_is_refused() -> None:
    assert refused(again(3, "elsewhere"), known=replace(MERGED, reopened=("E01",))).code == "submission_chain"


def test_a_replacement_nobody_allowed_is_refused() -> None:
    assert refused(again(3), known=MERGED).code == "not_reopened"
    assert refused(again(3), known=replace(MERGED, reopened=("E02",))).code == "not_reopened"


def test_one_experts_versions_are_no_other_experts() -> None:
    known = replace(KNOWN, merged={"E02": (5, "fifth")})
    assert verdict(handed_in(), known=known) == ("new", [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "ecpanel-result"}, "submission_format"),
        ({"version": 2}, "format_newer"),
        ({"review_id": "R2", "review_title": "别的评审"}, "review_foreign"),
        ({"scheme_sha256": "f" * 64}, "scheme_differs"),
        ({"expert": expert("E09")}, "expert_unknown"),
        ({"expert": replace(expert("E01"), name="别人")}, "expert_differs"),
        ({"rehearsal": True}, "rehearsal_mixed"),
    ],
)
def test_a_package_of_another_review_scheme_or_person_is_refused(change: dict[str, Any], code: str) -> None:
    assert refused(replace(handed_in(), **change)).code == code
    assert refused(replace(handed_in(full("C001")), **change)).code == code


@pytest.mark.parametrize("rehearsal", [True, False])
def test_rehearsal_and_real_review_never_mix_in_either_direction(rehearsal: bool) -> None:
    known = replace(KNOWN, rehearsal=rehearsal)
    assert verdict(handed_in(rehearsal=rehearsal), known=known) == ("new", [])
    problem = refused(handed_in(rehearsal=not rehearsal), known=known)
    assert problem.code == "rehearsal_mixed"
    assert problem.params["found"] == ("正式评审" if rehearsal else "演练")


def test_a_foreign_review_is_named() -> None:
    problem = refused(handed_in(review_id="R2", review_title="2020年评审"))
    assert problem.params == {"found": "2020年评审", "wanted": "2021年评审"}


def test_a_package_of_a_voided_expert_is_refused() -> None:
    assert refused(handed_in(), known=replace(KNOWN, voided=("E01",))).code == "expert_voided"
    assert verdict(handed_in(), known=replace(KNOWN, voided=("E02",))) == ("new", [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: {"sheets": (*s.sheets, s.sheets[0])}, "submission_doubled"),
        (lambda s: {"sheets": (replace(s.sheets[0], candidate_id="C999"),)}, "candidate_unknown"),
        (lambda s: {"recusals": (recusal("E01", "C001"),)}, "recused_scored"),
        (lambda s: {"recusals": (recusal("E02", "C001"),)}, "recusal_foreign"),
        (lambda s: {"recusals": (recusal("E01", "C999"),)}, "recusal_foreign"),
    ],
)
def test_sheets_no_honest_program_writes_are_refused(
    change: Callable[[Submission], dict[str, Any]], code: str
) -> None:
    one = handed_in()
    assert refused(replace(one, **change(one))).code == code


def test_a_doubled_indicator_is_refused_even_with_equal_values() -> None:
    one = handed_in()
    twice = replace(one.sheets[0], scores=(*one.sheets[0].scores, one.sheets[0].scores[0]))
    assert refused(replace(one, sheets=(twice, one.sheets[1]))).code == "submission_doubled"
    with pytest.raises(EcpanelError):
        sheet_of(twice, "E01")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Z9": 100}, "indicator_unknown"),
        ({"A1": 4050}, "score_out_of_range"),
        ({"A1": -50}, "score_out_of_range"),
        ({"A1": 3025}, "score_off_step"),
        ({"A1": NA}, "score_must_apply"),
    ],
)
def test_values_the_scheme_does_not_allow_are_refused(cells: dict[str, Any], code: str) -> None:
    assert refused(handed_in(full("C001", **cells), full("C002"))).code == code


@pytest.mark.parametrize("source", ["organiser", "expert"])
def test_a_recused_candidate_may_not_be_scored_and_is_not_missed(source: str) -> None:
    barred = recusal("E01", "C002", source)
    known = replace(KNOWN, recusals=(barred,)) if source == "organiser" else KNOWN
    mine = (barred,) if source == "expert" else ()
    problem = refused(handed_in(recusals=mine), known=known)
    assert (problem.code, problem.params["candidate"]) == ("recused_scored", "C002")
    assert verdict(handed_in(full("C001"), recusals=mine), known=known) == ("new", [])


def test_another_experts_recusal_is_his_own() -> None:
    assert verdict(handed_in(), known=replace(KNOWN, recusals=(recusal("E02", "C001"),))) == ("new", [])


@pytest.mark.parametrize("cell", [2950, 0, ABSTAINED])
def test_a_settled_objective_value_may_not_be_changed(cell: Any) -> None:
    known = replace(KNOWN, settled={"C001": {"A1": 3000}})
    problem = refused(handed_in(full("C001", A1=cell), full("C002", A1=cell)), known=known)
    assert (problem.code, problem.params["indicator"]) == ("settled_changed", "A1")
    assert verdict(handed_in(full("C001"), full("C002", A1=2950)), known=known) == ("new", [])


@pytest.mark.parametrize(
    ("sheets", "problems"),
    [
        ((full("C001"),), ["sheet_missing"]),
        ((full("C001"), full("C002", B1=UNSCORED)), ["cell_unscored"]),
        ((full("C001"), sheet("E01", "C002", A1=3000)), ["cell_unscored"] * 3),
        ((full("C001"), replace(full("C002"), opinion=Opinion("短"))), ["opinion_length"]),
        (
            (full("C001"), Sheet("E01", "C002", {c: score(c, 0, "") for c in FULL}, OPINION)),
            ["cell_remark"] * 4,
        ),
    ],
)
def test_a_package_with_anything_missing_is_incomplete(
    sheets: tuple[Sheet, ...], problems: list[str]
) -> None:
    assert verdict(handed_in(*sheets)) == ("incomplete", problems)
    reopened = replace(MERGED, reopened=("E01",))
    assert verdict(handed_in(*sheets, number=3, replaces="second"), "third", reopened) == (
        "incomplete",
        problems,
    )


def test_a_declared_gap_is_told_from_a_forgotten_sheet_and_both_are_incomplete() -> None:
    declared = handed_in(full("C001"), gaps=(DeclaredGap("C002", "时间不足"),))
    assert verdict(declared) == ("incomplete", ["sheet_gap_declared"])
    assert verdict(submission(expert("E01"), ())) == ("incomplete", ["sheet_missing"] * 2)


def test_what_is_missing_is_named() -> None:
    _, problems = judge(handed_in(full("C001", B1=UNSCORED)), "x", KNOWN)
    assert [one.params.get("candidate") for one in problems] == ["C001", "C002"]
    assert problems[0].params["indicator"] == "B1"
    assert problems[1].params["name"] == "企业C002"


def test_abstaining_with_a_reason_is_complete() -> None:
    assert verdict(handed_in(full("C001", A2=NA, B1=ABSTAINED), full("C002"))) == ("new", [])


def test_a_refusing_reason_goes_before_what_is_missing() -> None:
    assert refused(handed_in(full("C001", A1=4050))).code == "score_out_of_range"


@given(st.permutations(["C001", "C002"]), st.permutations(sorted(FULL)))
def test_the_order_of_sheets_and_cells_does_not_matter(sheets: list[str], codes: list[str]) -> None:
    given_ = [sheet("E01", key, **{code: FULL[code] for code in codes}) for key in sheets]
    assert verdict(handed_in(*given_)) == ("new", [])


@given(
    st.integers(0, 5),
    st.sampled_from(["first", "second", "third"]),
    st.sampled_from(["", "first", "second"]),
    st.booleans(),
    st.one_of(st.none(), st.tuples(st.integers(1, 4), st.sampled_from(["first", "second"]))),
)
def test_the_whole_table_of_succession(
    number: int, sha256: str, replaces: str, reopened: bool, merged: tuple[int, str] | None
) -> None:
    known = replace(KNOWN, merged={"E01": merged} if merged else {}, reopened=("E01",) if reopened else ())
    one = handed_in(number=number, replaces=replaces)
    if merged is None:
        expected = "new"
    elif sha256 == merged[1]:
        expected = "same"
    elif number <= merged[0]:
        expected = "submission_older"
    elif replaces != merged[1]:
        expected = "submission_chain"
    elif not reopened:
        expected = "not_reopened"
    else:
        expected = "changed"
    try:
        found = judge(one, sha256, known)[0].value
    except EcpanelError as fault:
        found = fault.code
    assert found == expected
    assert expected in {*Verdict} or refused(one, sha256, known).code == expected


def test_taking_in_the_merged_package_again_is_the_same_whatever_became_known_since() -> None:
    """A merge is idempotent: a recusal found out later does not turn the stick's old file red."""
    later = replace(MERGED, recusals=(recusal("E01", "C002", "organiser"),))
    assert verdict(handed_in(number=2), "second", later)[0] == "same"
