"""Order, ties, levels, the line and those who stand apart (rules 6, 11, 16, 33, 34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from builders import candidate, gate, leaf, merged, one_leaf, past, scheme, section, sheet, tie_vote, totals
from hypothesis import given, settings
from hypothesis import strategies as st

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.meeting import TieDecision, failed_gates
from ecpanel.domain.ranking import CutLine, Ranking, cut_line, rank_candidates
from ecpanel.domain.scheme import Level, LevelBy, Merging, Scheme, TieRule, TieStep
from ecpanel.domain.scoring import CandidateScore

CHAIN = Merging().ties


def tree(**merging: Any) -> Scheme:
    """Sections A 50, B 30, C 20, one indicator each, step 0.01."""
    return scheme(
        section("A", leaf("A1", 5000, step=1)),
        section("B", leaf("B1", 3000, step=1)),
        section("C", leaf("C1", 2000, step=1)),
        merging=Merging(**merging),
    )


def even(key: str, a: int, b: int, c: int) -> CandidateScore:
    """A candidate to whom three experts give the same scores."""
    sheets = [sheet(f"E{place}", key, A1=a, B1=b, C1=c) for place in range(3)]
    return merged(tree(), sheets, candidate=key)


def plain(key: str, *values: int, rules: Scheme | None = None) -> CandidateScore:
    return merged(rules or one_leaf(), totals(*values, candidate=key), candidate=key)


def firms(*keys: str) -> list[Candidate]:
    return [candidate(key) for key in keys]


def flat(scores: Mapping[str, int], rules: Scheme | None = None) -> Ranking:
    """A ranking of candidates with these official figures."""
    rules = rules or one_leaf()
    return rank_candidates(rules, firms(*scores), {key: plain(key, *[v] * 3) for key, v in scores.items()})


def places(ranking: Ranking) -> dict[str, tuple[int, str]]:
    return {one.candidate_id: (one.rank, one.decided_by) for one in ranking.places}


def ranks(ranking: Ranking) -> list[int]:
    return [one.rank for one in ranking.places]


@given(st.lists(st.integers(0, 30).map(lambda v: v * 100), min_size=1, max_size=20), st.randoms())
@settings(max_examples=60)
def test_a_place_is_one_more_than_the_number_of_better_candidates(values: list[int], luck: Any) -> None:
    keys = [f"C{place:03d}" for place in range(len(values))]
    ranking = flat(dict(zip(keys, values, strict=True)))
    for one in ranking.places:
        assert one.rank == 1 + sum(value > one.score for value in values)
        assert one.decided_by == ("shared" if values.count(one.score) > 1 else "")
    listed = [one.score for one in ranking.places]
    assert listed == sorted(values, reverse=True)
    mixed = list(zip(keys, values, strict=True))
    luck.shuffle(mixed)
    assert flat(dict(mixed)).places == ranking.places


def test_shared_places_run_1_2_2_4() -> None:
    assert ranks(flat({"C001": 7000, "C002": 9000, "C003": 8000, "C004": 8000})) == [1, 2, 2, 4]
    assert ranks(flat({"C001": 9000, "C002": 9000, "C003": 9000})) == [1, 1, 1]
    assert ranks(flat({"C001": 9000, "C002": 9000, "C003": 8000})) == [1, 1, 3]
    assert places(flat({"C001": 9000}))["C001"] == (1, "")


def test_equality_is_that_of_the_printed_figure() -> None:
    """89.995 and 90.00 both print as 90.00; 89.99 does not."""
    rules = one_leaf()
    scores = {
        "C001": plain("C001", 8999, 9000, 8999, 9000),
        "C002": plain("C002", 9000, 9000, 9000),
        "C003": plain("C003", 8999, 8999, 8999),
    }
    assert places(rank_candidates(rules, firms(*scores), scores)) == {
        "C001": (1, "shared"),
        "C002": (1, "shared"),
        "C003": (3, ""),
    }


def test_the_first_named_section_decides_before_the_second() -> None:
    scores = {
        "C001": even("C001", 4000, 1000, 2000),
        "C002": even("C002", 4000, 2000, 1000),
        "C003": even("C003", 4500, 1000, 1500),
    }
    assert places(rank_candidates(tree(), firms(*scores), scores)) == {
        "C002": (1, "section:B"),
        "C001": (2, "section:C"),
        "C003": (3, "section:C"),
    }


def test_the_higher_untrimmed_figure_decides_when_the_sections_do_not() -> None:
    rules = one_leaf(trimmed=True, ties=(TieRule(TieStep.UNTRIMMED),))
    scores = {
        "C001": plain("C001", 1000, 5000, 5000, 5000, 6000, rules=rules),
        "C002": plain("C002", 2000, 5000, 5000, 5000, 6000, rules=rules),
    }
    assert scores["C001"].score == scores["C002"].score == 5000
    assert places(rank_candidates(rules, firms(*scores), scores)) == {
        "C002": (1, "untrimmed"),
        "C001": (2, "untrimmed"),
    }


def by_last_year(*entered: Candidate, votes: tuple[TieDecision, ...] = ()) -> dict[str, tuple[int, str]]:
    rules = tree()
    scores = {one.candidate_id: even(one.candidate_id, 4000, 2000, 1000) for one in entered}
    return places(rank_candidates(rules, entered, scores, (), votes))


def test_last_years_score_decides_only_if_all_tied_candidates_have_one() -> None:
    strong = candidate("C001", past=(past(2020, "优秀", 9000),))
    weak = candidate("C002", past=(past(2020, "良好", 8000),))
    new = candidate("C003")
    silent = candidate("C004", past=(past(2020, "良好"),))
    assert by_last_year(weak, strong) == {"C001": (1, "last_year"), "C002": (2, "last_year")}
    assert set(by_last_year(weak, strong, new).values()) == {(1, "shared")}
    assert set(by_last_year(weak, strong, silent).values()) == {(1, "shared")}


def test_the_newest_of_several_earlier_years_is_last_years() -> None:
    risen = candidate("C001", past=(past(2020, "", 9000), past(2018, "", 1000)))
    fallen = candidate("C002", past=(past(2018, "", 9900), past(2020, "", 8000)))
    assert by_last_year(risen, fallen)["C001"] == (1, "last_year")


def test_scores_of_different_years_are_never_compared_as_last_years() -> None:
    recent = candidate("C001", past=(past(2020, "", 8000),))
    old = candidate("C002", past=(past(2016, "", 9000),))
    assert set(by_last_year(recent, old).values()) == {(1, "shared")}


def test_a_vote_on_exactly_the_tied_candidates_decides_and_the_later_vote_counts() -> None:
    entered = firms("C001", "C002", "C003")
    first, second = tie_vote("C002", "C003", "C001"), tie_vote("C003", "C001", "C002")
    assert by_last_year(*entered, votes=(first,)) == {
        "C002": (1, "vote"),
        "C003": (2, "vote"),
        "C001": (3, "vote"),
    }
    assert by_last_year(*entered, votes=(first, second))["C003"] == (1, "vote")


@pytest.mark.parametrize("order", [("C001", "C002"), ("C001", "C002", "C003", "C004")])
def test_a_vote_on_other_candidates_than_the_tied_ones_decides_nothing(order: tuple[str, ...]) -> None:
    entered = firms("C001", "C002", "C003")
    assert set(by_last_year(*entered, votes=(tie_vote(*order),)).values()) == {(1, "shared")}


def test_a_vote_decides_what_is_left_of_a_tie_after_the_earlier_steps() -> None:
    scores = {
        "C001": even("C001", 4000, 2500, 500),
        "C002": even("C002", 4000, 2000, 1000),
        "C003": even("C003", 4000, 2000, 1000),
    }
    ranking = rank_candidates(tree(), firms(*scores), scores, (), (tie_vote("C003", "C002"),))
    assert places(ranking) == {"C001": (1, "section:B"), "C003": (2, "vote"), "C002": (3, "vote")}


def test_what_the_whole_chain_leaves_level_is_shared_even_below_a_decided_step() -> None:
    scores = {
        "C001": even("C001", 4000, 2500, 500),
        "C002": even("C002", 4000, 2000, 1000),
        "C003": even("C003", 4000, 2000, 1000),
        "C004": even("C004", 4000, 1500, 1500),
    }
    assert places(rank_candidates(tree(), firms(*scores), scores)) == {
        "C001": (1, "section:B"),
        "C002": (2, "shared"),
        "C003": (2, "shared"),
        "C004": (4, "section:B"),
    }


def test_the_chain_is_data_and_without_one_every_tie_is_shared() -> None:
    scores = {"C001": even("C001", 4000, 1000, 2000), "C002": even("C002", 4000, 2000, 1000)}
    entered = firms(*scores)
    assert set(places(rank_candidates(tree(ties=()), entered, scores)).values()) == {(1, "shared")}
    first_c = tree(ties=(TieRule(TieStep.SECTION, "C"),))
    assert places(rank_candidates(first_c, entered, scores))["C001"] == (1, "section:C")


def test_the_chain_never_turns_a_higher_total_round() -> None:
    scores = {"C001": even("C001", 5000, 0, 1), "C002": even("C002", 1, 3000, 1999)}
    assert places(rank_candidates(tree(), firms(*scores), scores)) == {"C001": (1, ""), "C002": (2, "")}


def test_a_failed_gate_stands_apart_and_holds_no_place() -> None:
    scores = {key: plain(key, value, value, value) for key, value in {"C001": 9900, "C002": 8000}.items()}
    ranking = rank_candidates(one_leaf(), firms(*scores), scores, [gate("C001")])
    assert places(ranking) == {"C002": (1, "")}
    assert [one.candidate_id for one in ranking.excluded] == ["C001"]
    assert ranking.held == ()


def test_a_later_decision_on_the_same_gate_replaces_the_earlier_one() -> None:
    assert set(failed_gates([gate("C001"), gate("C001", passed=True)])) == set()
    assert set(failed_gates([gate("C001", passed=True), gate("C001")])) == {"C001"}
    assert set(failed_gates([gate("C001", "G1"), gate("C001", "G2", passed=True)])) == {"C001"}
    assert set(failed_gates([])) == set()


def test_a_tie_with_a_failed_candidate_is_no_tie() -> None:
    scores = {key: plain(key, 8000, 8000, 8000) for key in ("C001", "C002")}
    assert places(rank_candidates(one_leaf(), firms(*scores), scores, [gate("C002")])) == {"C001": (1, "")}


def test_a_held_candidate_stands_apart_and_a_failed_one_is_not_also_held() -> None:
    scores = {"C001": plain("C001", 9000, 9000), "C002": plain("C002", 1, 1, 1), "C003": plain("C003", 1)}
    ranking = rank_candidates(one_leaf(), firms(*scores), scores, [gate("C003")])
    assert ranking.held == ("C001",)
    assert [one.candidate_id for one in ranking.excluded] == ["C003"]
    assert places(ranking) == {"C002": (1, "")}


@pytest.mark.parametrize(
    ("points", "level"),
    [
        (10000, "优秀"), (9000, "优秀"), (8999, "良好"), (8000, "良好"), (7999, "合格"), (6000, "合格"),
        (5999, "较差"), (0, "较差"),
    ],
)  # fmt: skip
def test_levels_by_score_start_at_their_bound(points: int, level: str) -> None:
    assert flat({"C001": points}).places[0].level == level


SHARES = (Level("优秀", 1000), Level("良好", 5000), Level("合格", 9000), Level("较差", 10000))


def test_levels_by_rank_share_are_counted_from_the_top() -> None:
    rules = replace(one_leaf(), level_by=LevelBy.RANK_SHARE, levels=SHARES)
    ranking = flat({f"C{place:03d}": 9000 - place for place in range(20)}, rules)
    assert [one.level for one in ranking.places] == [
        *["优秀"] * 2,
        *["良好"] * 8,
        *["合格"] * 8,
        *["较差"] * 2,
    ]


def test_candidates_who_share_a_place_share_the_level() -> None:
    rules = replace(one_leaf(), level_by=LevelBy.RANK_SHARE, levels=SHARES)
    values = {f"C{place:03d}": 9000 for place in range(9)} | {"C010": 1000}
    ranking = flat(values, rules)
    assert {one.level for one in ranking.places if one.rank == 1} == {"优秀"}
    assert ranking.places[-1].level == "较差"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6).map(lambda v: v * 1000),
            st.sampled_from("甲乙丙"),
            st.sampled_from(["浙江", "北京"]),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=60)
def test_ranks_within_category_and_region_follow_the_overall_order(rows: list[tuple[int, str, str]]) -> None:
    entered = [
        candidate(f"C{place:03d}", category=category, region=region)
        for place, (_, category, region) in enumerate(rows)
    ]
    scores = {
        one.candidate_id: plain(one.candidate_id, *[row[0]] * 3)
        for one, row in zip(entered, rows, strict=True)
    }
    ranking = rank_candidates(one_leaf(), entered, scores)
    by_id = {one.candidate_id: one for one in entered}
    for one in ranking.places:
        me = by_id[one.candidate_id]
        better = [by_id[other.candidate_id] for other in ranking.places if other.rank < one.rank]
        assert one.category_rank == 1 + sum(other.category == me.category for other in better)
        assert one.region_rank == 1 + sum(other.region == me.region for other in better)


def test_a_category_is_ranked_as_if_it_stood_alone() -> None:
    values = {"C001": 9000, "C002": 8000, "C003": 8000, "C004": 7000}
    entered = [candidate(key, category="甲" if key != "C002" else "乙") for key in values]
    scores = {key: plain(key, *[value] * 3) for key, value in values.items()}
    ranking = rank_candidates(one_leaf(), entered, scores)
    assert {one.candidate_id: one.category_rank for one in ranking.places} == {
        "C001": 1,
        "C003": 2,
        "C004": 3,
        "C002": 1,
    }


def test_a_line_below_the_last_place_takes_everyone() -> None:
    ranking = flat({"C001": 9000, "C002": 8000})
    assert cut_line(ranking, 5) == CutLine(("C001", "C002"), (), ("C002",))


@pytest.mark.parametrize("cut", [0, -1])
def test_without_a_line_nobody_is_recommended(cut: int) -> None:
    assert cut_line(flat({"C001": 9000}), cut) == CutLine((), (), ())
    assert cut_line(Ranking((), (), ()), 5) == CutLine((), (), ())


def test_a_tie_across_the_line_is_left_to_the_panel() -> None:
    ranking = flat({"C001": 9000, "C002": 8000, "C003": 8000, "C004": 7000})
    assert cut_line(ranking, 2).recommended == ("C001",)
    assert cut_line(ranking, 2).tied_at_line == ("C002", "C003")
    assert cut_line(ranking, 3).recommended == ("C001", "C002", "C003")
    assert cut_line(ranking, 3).tied_at_line == ()
    assert cut_line(flat({"C001": 8000, "C002": 8000}), 1) == CutLine((), ("C001", "C002"), ("C001", "C002"))


def test_a_tie_that_the_chain_decided_is_none_at_the_line() -> None:
    scores = {"C001": even("C001", 4000, 1000, 2000), "C002": even("C002", 4000, 2000, 1000)}
    cut = cut_line(rank_candidates(tree(), firms(*scores), scores), 1)
    assert cut.recommended == ("C002",)
    assert cut.tied_at_line == ()
    assert cut.near == ("C002", "C001")


def test_within_one_point_of_the_line_is_near_on_both_sides_and_exactly_one_point_counts() -> None:
    values = {"C001": 8101, "C002": 8100, "C003": 8000, "C004": 7900, "C005": 7899}
    cut = cut_line(flat(values), 3)
    assert cut.recommended == ("C001", "C002", "C003")
    assert cut.near == ("C002", "C003", "C004")
    assert cut_line(flat(values), 3, band=101).near == tuple(values)


@given(st.lists(st.integers(0, 12).map(lambda v: v * 50), min_size=1, max_size=15), st.integers(1, 16))
@settings(max_examples=60)
def test_no_list_is_longer_than_the_line_and_nobody_below_precedes_one_above(
    values: list[int], cut: int
) -> None:
    ranking = flat({f"C{place:03d}": value for place, value in enumerate(values)})
    line = cut_line(ranking, cut)
    rank = {one.candidate_id: one.rank for one in ranking.places}
    assert len(line.recommended) <= cut
    assert not set(line.recommended) & set(line.tied_at_line)
    if line.tied_at_line:
        assert len({rank[one] for one in line.tied_at_line}) == 1
        assert len(line.recommended) + len(line.tied_at_line) > cut
    else:
        assert len(line.recommended) == min(cut, len(values))
    outside = set(rank) - set(line.recommended)
    assert all(rank[inside] < rank[out] for inside in line.recommended for out in outside)


def test_the_default_chain_is_the_one_of_the_rule() -> None:
    assert [(one.step, one.section) for one in CHAIN] == [
        (TieStep.SECTION, "B"),
        (TieStep.SECTION, "C"),
        (TieStep.UNTRIMMED, ""),
        (TieStep.LAST_YEAR, ""),
        (TieStep.VOTE, ""),
    ]
