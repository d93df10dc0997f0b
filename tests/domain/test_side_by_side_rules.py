"""Side by side: what the meeting sees of one candidate, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    ABSTAINED,
    AT,
    NA,
    OPINION,
    candidate,
    correction,
    gate,
    material,
    merged,
    recusal,
    sheet,
    small,
    tie_vote,
)

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.sheet import Evidence, Opinion, Sheet
from ecpanel.domain.side_by_side import SideBySide, SideLeaf, side_by_side

MEMBERS = ("E01", "E02", "E03", "E04", "E05", "E06")
PAGE = Evidence("C001-02", "a" * 64, 12, "营收数据")


def pinned(one: Sheet, code: str) -> Sheet:
    changed = replace(one.scores[code], remark="见审计报告", evidence=(PAGE,))
    return replace(one, scores={**one.scores, code: changed})


def panel(**more: Any) -> Material:
    """E04 is recused, E05 voided, E06 has handed in nothing for the candidate."""
    sheets = [
        pinned(sheet("E01", A1=3000, A2=1000, B1=2000, C1=500), "B1"),
        sheet("E02", A1=3500, A2=NA, B1=2500, C1=1500),
        sheet("E03", A1=3000, A2=2000, B1=ABSTAINED, C1=1000),
        sheet("E04", A1=4000, A2=2000, B1=2500, C1=1500),
        sheet("E05", A1=1000, A2=1000, B1=1000, C1=1000),
        sheet("E06", "C002", A1=1000, A2=1000, B1=1000, C1=1000),
    ]
    plain = material(
        small(), sheets, [candidate(), candidate("C002")], MEMBERS,
        recusals=(recusal("E04", "C001", "organiser"), recusal("E05", "C001")), voided={"E05": "应回避未回避"},
    )  # fmt: skip
    return replace(plain, **more)


def beside(plain: Material, key: str = "C001") -> SideBySide:
    return side_by_side(evaluate(plain, AT), plain, key)


def leaf_of(found: SideBySide, code: str) -> SideLeaf:
    return next(one for one in found.leaves if one.indicator.code == code)


def test_every_leaf_has_one_cell_for_every_expert_in_order() -> None:
    found = beside(panel())
    assert [one.expert_id for one in found.experts] == list(MEMBERS)
    assert [(one.section, one.indicator.code) for one in found.leaves] == [
        ("A", "A1"), ("A", "A2"), ("B", "B1"), ("C", "C1")
    ]  # fmt: skip
    for one in found.leaves:
        assert [cell.expert_id for cell in one.cells] == list(MEMBERS)


def test_states_points_remarks_and_pages_are_told_and_nothing_is_invented() -> None:
    cells = leaf_of(beside(panel()), "B1").cells
    assert [(cell.state, cell.points) for cell in cells] == [
        ("scored", 2000), ("scored", 2500), ("abstained", None), ("", None), ("", None), ("", None)
    ]  # fmt: skip
    assert (cells[0].remark, cells[0].evidence) == ("见审计报告", (PAGE,))
    assert leaf_of(beside(panel()), "A2").cells[1].state == "not_applicable"


def test_nothing_a_recused_expert_handed_in_is_shown() -> None:
    found = beside(panel())
    assert found.experts[3].standing == "recused" and found.experts[3].total is None
    assert found.experts[3].opinion == Opinion()
    for one in found.leaves:
        assert one.cells[3] == replace(one.cells[5], expert_id="E04"), "as if he had handed in nothing"


def test_a_voided_experts_cells_are_kept_beside_his_standing() -> None:
    plain = panel(recusals=())
    found = beside(plain)
    assert found.experts[4].standing == "voided" and found.experts[4].total == 4000
    assert [one.cells[4].points for one in found.leaves] == [1000] * 4
    assert found.experts[4].opinion == Opinion()


def test_means_count_what_counts_and_say_of_how_many() -> None:
    found = beside(panel())
    counting = [one for one in (found.experts) if one.standing == "counted"]
    assert [one.expert_id for one in counting] == ["E01", "E02"]
    assert (leaf_of(found, "A1").n, leaf_of(found, "A1").mean) == (2, 3250)
    assert (leaf_of(found, "A2").n, leaf_of(found, "A2").mean) == (1, 1000)
    alone = merged(small(min_valid=1), [sheet("E01", A1=3000, A2=1000, B1=2000, C1=500)])
    assert found.experts[0].total == alone.score
    assert found.experts[0].opinion == OPINION


def test_a_mean_that_does_not_end_is_rounded_for_the_screen_and_kept_exact() -> None:
    sheets = [
        sheet(who, A1=points, A2=0, B1=0, C1=0) for who, points in zip("abc", (50, 100, 50), strict=True)
    ]
    plain = material(small(), sheets, [candidate()], ["a", "b", "c"])
    first = beside(plain).leaves[0]
    assert first.exact is not None and (first.exact.numerator, first.exact.denominator) == (200, 3)
    assert first.mean == 67


def test_a_corrected_cell_shows_both_values_and_the_first_is_what_was_signed() -> None:
    twice = (correction("E01", "A1", 3000, 3500), correction("E01", "A1", 3500, 4000, number=2))
    plain = panel(corrections=(*twice, correction("E06", "A1", 1000, 1050, whom="C002", number=3)))
    found = beside(plain)
    cell = leaf_of(found, "A1").cells[0]
    assert (cell.points, cell.original) == (4000, 3000)
    assert leaf_of(found, "A1").cells[1].original is None
    assert found.corrections == twice


def test_who_leaves_and_who_votes() -> None:
    found = beside(panel())
    assert found.leave == ("E04",), "a voided expert is not in the room"
    assert found.voters == ("E01", "E02", "E03", "E06")
    assert beside(panel(), "C002").leave == ()


def test_flags_and_decisions_of_this_candidate_only() -> None:
    plain = panel(
        gate_decisions=(gate("C001", passed=True), gate("C002")), tie_decisions=(tie_vote("C001", "C002"),)
    )
    found = beside(plain)
    assert found.gate_decisions == (gate("C001", passed=True),)
    assert found.tie_decisions == (tie_vote("C001", "C002"),)
    assert {one.candidate_id for one in evaluate(plain, AT).flags} >= {"C001"}
    assert found.flags and {one.candidate_id for one in found.flags} == {"C001"}


def test_an_unknown_candidate_is_refused() -> None:
    with pytest.raises(EcpanelError, match="candidate_unknown"):
        beside(panel(), "C999")
