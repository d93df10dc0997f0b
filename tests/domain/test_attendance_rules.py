"""Who leaves the room, who votes, and what the chair must not see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import AT, candidate, expert, material, one_leaf, recusal, sheet, submission

from ecpanel.domain.attendance import Source, chair_recused, leavers, voters
from ecpanel.domain.evaluation import Material, evaluate

MEMBERS = ("E03", "E01", "E02", "E04")
"""The chair is E03."""
FIRMS = [candidate("C001"), candidate("C002"), candidate("C003")]
KNOWN = (recusal("E01", "C001", "organiser"), recusal("E04", "C001", "organiser"), recusal("E03", "C003"))


def panel() -> Material:
    """E02 declared himself recused from C001 and C002 at sign-in; E04 has been voided."""
    sheets = [sheet(who, firm.candidate_id, A1=8000) for who in ("E01", "E03") for firm in FIRMS[1:2]]
    plain = material(one_leaf(), sheets, FIRMS, MEMBERS, recusals=KNOWN, voided={"E04": "应回避未回避"})
    own = submission(expert("E02"), (), recusals=(recusal("E02", "C001"), recusal("E02", "C002")))
    return replace(plain, submissions=[*plain.submissions, (own, "d" * 64)])


@pytest.fixture(params=["material", "result"])
def source(request: pytest.FixtureRequest) -> Source:
    return panel() if request.param == "material" else evaluate(panel(), AT)


def test_the_recused_leave_in_the_order_of_the_group_and_the_voided_are_not_there(source: Source) -> None:
    assert leavers(source) == {"C001": ("E01", "E02"), "C002": ("E02",), "C003": ("E03",)}


def test_who_stays_votes(source: Source) -> None:
    assert voters(source, "C001") == ("E03",)
    assert voters(source, "C002") == ("E03", "E01")
    assert voters(source, "C003") == ("E01", "E02")


def test_leaving_and_voting_are_the_two_halves_of_those_present(source: Source) -> None:
    for firm in FIRMS:
        out = leavers(source).get(firm.candidate_id, ())
        assert sorted((*out, *voters(source, firm.candidate_id))) == ["E01", "E02", "E03"]


def test_the_chair_must_not_see_his_own_recused_cases_and_only_those(source: Source) -> None:
    assert chair_recused(source) == {"C003"}


def test_a_chair_without_recusals_sees_all() -> None:
    assert chair_recused(replace(panel(), recusals=KNOWN[:2])) == frozenset()
