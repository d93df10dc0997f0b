"""Ties that stand: who shares a place, what a vote has parted, whether a vote can part at all."""

from __future__ import annotations

from dataclasses import replace

from builders import AT, AYE, candidate, material, one_leaf, sheet

from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.meeting import TieDecision
from ecpanel.domain.scheme import TieRule, TieStep
from ecpanel.domain.ties import open_ties, tied_with, votes_part

MEMBERS = ("E01", "E02", "E03")
VOTE = (TieRule(TieStep.VOTE),)


def meeting(scores: dict[str, int], *votes: TieDecision, ties: tuple[TieRule, ...] = VOTE) -> Material:
    sheets = [sheet(who, key, A1=value) for key, value in scores.items() for who in MEMBERS]
    plain = material(one_leaf(ties=ties), sheets, [candidate(key) for key in scores], MEMBERS)
    return replace(plain, tie_decisions=votes)


def test_who_shares_a_place_is_tied_and_others_are_not() -> None:
    result = evaluate(meeting({"C001": 8000, "C002": 7000, "C003": 7000, "C004": 6000, "C005": 6000}), AT)
    assert tied_with(result, "C001") == ()
    assert tied_with(result, "C003") == ("C002", "C003")
    assert open_ties(result) == [("C002", "C003"), ("C004", "C005")]


def test_a_vote_parts_them_and_keeps_its_order_to_be_voted_anew() -> None:
    vote = TieDecision(("C003", "C002"), "带动就业更多", AYE, AT)
    result = evaluate(meeting({"C001": 8000, "C002": 7000, "C003": 7000}, vote), AT)
    assert open_ties(result) == []
    assert tied_with(result, "C002") == ("C003", "C002")


def test_a_vote_on_others_parts_nobody() -> None:
    vote = TieDecision(("C001", "C002"), "带动就业更多", AYE, AT)
    result = evaluate(meeting({"C001": 7000, "C002": 7000, "C003": 7000}, vote), AT)
    assert open_ties(result) == [("C001", "C002", "C003")]
    assert tied_with(result, "C001") == ("C001", "C002", "C003")


def test_a_chain_without_a_vote_leaves_ties_standing() -> None:
    assert votes_part(one_leaf(ties=VOTE)) and not votes_part(one_leaf(ties=()))
