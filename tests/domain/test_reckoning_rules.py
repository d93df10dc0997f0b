"""An independent reckoning agrees with every figure and every place (rules 7, 15-17, 28-30, 33)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from builders import candidate, correction, material, merged, one_leaf, past, tie_vote, totals
from hypothesis import given, settings
from random_reviews import Drawn, Luck, random_candidates, random_sheets, reviews
from reckoning import Entry, Figures, Ranked, Row, reckon, reckon_figures, reckon_ranks

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import (
    Material,
    all_recusals,
    corrected,
    counted_rows,
    evaluate,
    original_sheets,
    score_all,
)
from ecpanel.domain.meeting import Correction
from ecpanel.domain.points import Points
from ecpanel.domain.recount import compare_counts, recount
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scheme import Merging, Scheme, Scope, indicator, leaves
from ecpanel.records import from_json, to_plain
from ecpanel.resources import resource_path


def rows_of(given_: Material) -> list[Row]:
    """Every cell of every submission with the corrections laid over, whether or not it counts."""
    in_force: dict[tuple[str, str, str], Points] = {
        (one.expert_id, one.candidate_id, one.indicator): one.after for one in given_.corrections
    }
    return [
        (
            one.expert.expert_id,
            done.candidate_id,
            cell.indicator,
            cell.state.value,
            in_force.get((one.expert.expert_id, done.candidate_id, cell.indicator), cell.points),
        )
        for one, _ in given_.submissions
        for done in one.sheets
        for cell in done.scores
    ]


def reckoned(given_: Material) -> tuple[dict[str, Figures], dict[str, Ranked]]:
    rules = to_plain(given_.scheme)
    declared = [one for done, _ in given_.submissions for one in done.recusals]
    figures = reckon_figures(
        rules,
        rows_of(given_),
        [one.candidate_id for one in given_.candidates],
        recused={(one.expert_id, one.candidate_id) for one in [*given_.recusals, *declared]},
        voided=set(given_.voided),
        members=given_.group.members,
    )
    entries = {
        one.candidate_id: Entry(
            one.category, one.region, points(before.score if (before := one.last_year) else None)
        )
        for one in given_.candidates
    }
    gates: dict[tuple[str, str], bool] = {}
    for decision in given_.gate_decisions:
        gates[decision.candidate_id, decision.gate] = decision.passed
    failed = {who for (who, _), passed in gates.items() if not passed}
    votes = [one.order for one in given_.tie_decisions]
    return figures, reckon_ranks(rules, figures, entries, failed=failed, votes=votes)


def points(hundredths: int | None) -> Fraction | None:
    return None if hundredths is None else Fraction(hundredths, 100)


def agree(given_: Material) -> Result:
    """Evaluate and compare every official figure and every place with the reckoning."""
    figures, ranked = reckoned(given_)
    result = evaluate(given_, "")
    assert [line.candidate_id for line in result.lines] == [one.candidate_id for one in given_.candidates]
    for line in result.lines:
        assert figures_of(line) == figures[line.candidate_id]
        assert places_of(line) == ranked.get(line.candidate_id)
        if line.state == "held":
            assert line.score is None
    sheets = original_sheets([one for one, _ in given_.submissions])
    again = recount(given_.scheme, counted_rows(given_, corrected(sheets, given_.corrections)))
    assert {key: points(value) for key, value in again.items()} == {
        key: one.official for key, one in figures.items() if one.official is not None
    }
    return result


def figures_of(line: CandidateLine) -> Figures:
    return Figures(
        line.n,
        points(line.score),
        points(line.plain),
        points(line.trimmed),
        {one.section: Fraction(one.points, 100) for one in line.sections},
    )


def places_of(line: CandidateLine) -> Ranked | None:
    if line.state != "ranked":
        assert (line.rank, line.category_rank, line.region_rank, line.level, line.decided_by) == (
            0,
            0,
            0,
            "",
            "",
        )
        return None
    return Ranked(line.rank, line.category_rank, line.region_rank, line.decided_by, line.level)


def shared(result: Result) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for line in result.lines:
        if line.decided_by == "shared":
            groups.setdefault(line.rank, []).append(line.candidate_id)
    return groups


@given(reviews())
@settings(max_examples=150)
def test_every_figure_and_place_agrees_with_the_independent_reckoning(drawn: Drawn) -> None:
    given_ = drawn.build()
    result = agree(given_)
    luck = Random(len(given_.candidates))
    votes = [luck.sample(group, len(group)) for group in shared(result).values()]
    if votes:
        voted = replace(given_, tie_decisions=tuple(tie_vote(*order) for order in votes))
        agree(replace(voted, tie_decisions=(*voted.tie_decisions, tie_vote(*reversed(votes[0])))))


@given(reviews())
@settings(max_examples=40)
def test_corrections_are_reckoned_in_and_the_original_figure_stays_beside(drawn: Drawn) -> None:
    given_ = drawn.build()
    luck = Random(7)
    scored = [row for row in rows_of(given_) if row[4] is not None]
    changes: list[Correction] = []
    for number, (who, whom, code, _, before) in enumerate(luck.sample(scored, min(5, len(scored))), start=1):
        part = indicator(given_.scheme, code)
        assert part is not None
        assert before is not None
        after = luck.randint(0, part.points // part.step) * part.step
        changes.append(correction(who, code, before, after, whom, number))
    without = reckoned(given_)[0]
    result = agree(replace(given_, corrections=tuple(changes)))
    for line in result.lines:
        assert points(line.original_score) == without[line.candidate_id].official


@given(reviews())
@settings(max_examples=40)
def test_a_result_does_not_depend_on_the_order_of_anything(drawn: Drawn) -> None:
    given_ = drawn.build()
    mixed = replace(
        given_,
        submissions=list(reversed(given_.submissions)),
        recusals=tuple(reversed(given_.recusals)),
        candidates=list(reversed(given_.candidates)),
        group=replace(given_.group, members=tuple(reversed(given_.group.members))),
    )

    def told(result: Result) -> dict[str, tuple[object, ...]]:
        return {
            line.candidate_id: (
                figures_of(line),
                places_of(line),
                sorted(line.totals, key=lambda t: t.expert_id),
            )
            for line in result.lines
        }

    first, second = evaluate(given_, ""), evaluate(mixed, "")
    assert told(first) == told(second)
    assert (first.recommended, first.tied_at_line, first.near_line) == (
        second.recommended,
        second.tied_at_line,
        second.near_line,
    )
    assert first.counts == second.counts


@given(reviews())
@settings(max_examples=40)
def test_counts_and_lines_say_what_there_is(drawn: Drawn) -> None:
    given_ = drawn.build()
    result = evaluate(given_, "")
    assert result.counts.candidates == len(given_.candidates)
    assert result.counts.experts == len(given_.group.members)
    assert result.counts.recusals == len({(one.expert_id, one.candidate_id) for one in all_recusals(given_)})
    assert result.counts.scores == sum(row[4] is not None for row in rows_of(given_))
    states = {line.candidate_id: line.state for line in result.lines}
    for line in result.lines:
        assert (line.state == "ranked") == (line.rank > 0)
        assert line.n == sum(
            one.standing in {"counted", "dropped_low", "dropped_high"} for one in line.totals
        )
        for part in line.leaves:
            assert (part.mean is None) == (part.n == 0)
    assert all(
        states[one] == "ranked" for one in (*result.recommended, *result.tied_at_line, *result.near_line)
    )


def test_the_reckoning_itself_by_hand() -> None:
    """Five experts, 80 90 70 60 100: mean 80; without 60 and 100 also 80; a sheet with a hole is out."""
    rules = to_plain(one_leaf(trimmed=True, places=1))

    def row(who: str, points_: int | None, whom: str = "C001") -> Row:
        return (who, whom, "A1", "scored" if points_ is not None else "unscored", points_)

    rows = [row(f"E{n}", value) for n, value in enumerate([8000, 9000, 7000, 6000, 10000, None])]
    assert reckon(rules, rows, ["C001", "C002"]) == {"C001": 80, "C002": None}
    figures = reckon_figures(rules, [*rows[:4], row("E4", 9999)])["C001"]
    assert (figures.n, figures.official, figures.plain) == (5, 80, 80)
    four = reckon_figures(rules, [row(f"E{n}", value) for n, value in enumerate([8000, 9000, 7000, 6013])])
    assert (four["C001"].official, four["C001"].trimmed) == (Fraction("75"), None)
    half = reckon(rules, [row(f"E{n}", value) for n, value in enumerate([8004, 8005, 8006])])
    assert half == {"C001": Fraction("80.1")}
    assert reckon(rules, rows, voided={"E0", "E1", "E2"}) == {"C001": None}
    ranks = reckon_ranks(
        rules,
        {key: Figures(3, Fraction(value), Fraction(value), None, {}) for key, value in
         {"a": 9, "b": 8, "c": 8, "d": 7}.items()},
        {key: Entry("甲", "浙江") for key in "abcd"},
    )  # fmt: skip
    assert [(ranks[key].rank, ranks[key].decided_by) for key in "abcd"] == [
        (1, ""),
        (2, "shared"),
        (2, "shared"),
        (4, ""),
    ]


@pytest.mark.parametrize("off", [-1, 1])
def test_any_difference_between_the_two_counts_stops_the_result(off: int) -> None:
    first = {"C001": merged(one_leaf(), totals(8000, 8000, 8000))}
    compare_counts(first, {"C001": 8000})
    wrong: Mapping[str, Points]
    for wrong in ({"C001": 8000 + off}, {}):
        with pytest.raises(EcpanelError) as caught:
            compare_counts(first, wrong)
        assert caught.value.code == "recount_differs"
        assert caught.value.params["candidate"] == "C001"


def test_a_candidate_held_by_one_count_and_not_by_the_other_stops_the_result() -> None:
    held = {"C001": merged(one_leaf(), totals(8000, 8000))}
    compare_counts(held, {})
    with pytest.raises(EcpanelError) as caught:
        compare_counts(held, {"C001": 8000})
    assert caught.value.params["first"] == "暂缓"


def test_a_candidate_only_the_second_count_knows_stops_the_result() -> None:
    with pytest.raises(EcpanelError):
        compare_counts({"C001": merged(one_leaf(), totals(8000, 8000, 8000))}, {"C001": 8000, "C002": 8000})


@pytest.mark.parametrize("scope", list(Scope))
def test_both_counts_agree_when_the_trimmed_mean_is_zero(scope: Scope) -> None:
    rules = one_leaf(trimmed=True, scope=scope)
    given_ = material(rules, totals(0, 0, 0, 0, 1000), [candidate()], ("E01", "E02", "E03", "E04", "E05"))
    assert agree(given_).lines[0].score == 0


def test_an_absent_sheet_or_candidate_is_held_and_never_zero() -> None:
    given_ = material(
        one_leaf(), totals(8000, 8000, 8000), [candidate(), candidate("C002")], ("E01", "E02", "E03")
    )
    second = agree(given_).lines[1]
    assert (second.state, second.n, second.score, second.cells) == ("held", 0, None, ())
    assert [one.standing for one in second.totals] == ["missing"] * 3


def test_the_standing_rests_on_this_years_level_and_only_of_ranked_candidates() -> None:
    before = (past(2020, "优秀", 9500),)
    firms = [candidate(key, past=before) for key in ("C001", "C002", "C003")]
    sheets = [
        *totals(9500, 9500, 9500, candidate="C001"),
        *totals(8500, 8500, 8500, candidate="C002"),
        *totals(9500, 9500, candidate="C003"),
    ]
    result = agree(material(one_leaf(), sheets, firms, ("E01", "E02", "E03")))
    assert [
        (one.candidate_id, one.consequence, one.earlier_year, one.later_year) for one in result.standings
    ] == [("C001", "连续两年优秀", 2020, 2021)]


@pytest.mark.slow
def test_a_full_review_of_370_candidates_agrees() -> None:
    path = resource_path("schemes", "builtin-placeholder.json")
    rules = from_json(Scheme, path.read_bytes(), where=path.name)
    rules = replace(rules, merging=Merging(trimmed=True))
    experts = [f"E{place:02d}" for place in range(1, 16)]
    luck = Random(378)
    firms = random_candidates(luck, 370, 2021)
    sheets = random_sheets(luck, rules, experts, firms, Luck(0.0005, 0.0005, 0.0, 4, 0.1))
    given_ = material(rules, sheets, firms, experts, cut=100)
    assert len(list(leaves(rules))) == 20
    scored = score_all(given_, original_sheets([one for one, _ in given_.submissions]))
    assert len(scored) == 370
    result = agree(given_)
    assert result.counts.scores > 110_000
