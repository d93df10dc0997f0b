"""Recusal by reason code and its effect (rule 15)."""

from __future__ import annotations

import pytest
from builders import candidate, merged, one_leaf, recusal, totals
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.ranking import rank_candidates
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason, recused_pairs
from ecpanel.domain.scoring import Standing


def test_every_reason_of_the_rule_has_a_code_and_words() -> None:
    assert {one.value for one in RecusalReason} == {"01", "02", "03", "04", "05", "06", "07", "99"}
    assert set(RECUSAL_WORDS) == set(RecusalReason)
    assert len(set(RECUSAL_WORDS.values())) == len(RecusalReason)


@pytest.mark.parametrize("reason", list(RecusalReason))
@pytest.mark.parametrize("source", ["organiser", "expert"])
def test_every_reason_from_either_side_blocks_the_pair(reason: RecusalReason, source: str) -> None:
    assert recused_pairs([Recusal("E01", "C001", reason, "", source)]) == {("E01", "C001")}


@given(st.lists(st.tuples(st.sampled_from(["E01", "E02"]), st.sampled_from(["C001", "C002"]))))
def test_a_pair_is_blocked_once_however_often_it_is_declared(pairs: list[tuple[str, str]]) -> None:
    assert recused_pairs(recusal(*pair) for pair in pairs) == set(pairs)


def test_recusal_from_one_candidate_leaves_the_others_alone() -> None:
    pairs = recused_pairs([recusal("E04", "C001")])
    scores = {
        key: merged(
            one_leaf(),
            totals(8000, 8000, 8000, 4000, candidate=key),
            recused=[who for who, whom in pairs if whom == key],
            candidate=key,
        )
        for key in ("C001", "C002")
    }
    assert (scores["C001"].n, scores["C001"].score) == (3, 8000)
    assert (scores["C002"].n, scores["C002"].score) == (4, 7000)
    assert scores["C001"].totals[3].standing is Standing.RECUSED


def test_too_many_recusals_hold_the_result() -> None:
    score = merged(one_leaf(), totals(8000, 8000, 8000, 8000, 8000), recused=["E01", "E02", "E03"])
    assert (score.n, score.held, score.held_for) == (2, True, "too_few")
    ranking = rank_candidates(one_leaf(), [candidate()], {"C001": score})
    assert (ranking.held, ranking.places) == (("C001",), ())
