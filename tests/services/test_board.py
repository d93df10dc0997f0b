"""The board: who has handed in what, told without any number of points."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.sheet import State
from ecpanel.domain.submission import DeclaredGap, Submission
from ecpanel.progress import silent
from ecpanel.services import chair, hand_in
from ecpanel.services.board import Board, BoardCandidate, BoardExpert, BoardState, board
from ecpanel.services.moderation import Moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.store.vault import Act

from .reviews import SmallReview, firms, handed_in, panel, prepared, small_review
from .rewriting import copied, rewritten, with_cell

SIGNS = {
    BoardState.SUBMITTED: "●",
    BoardState.MISSING: "○",
    BoardState.RECUSED: "⊘",
    BoardState.PARTIAL: "◐",
    BoardState.VOIDED: "×",
}


@pytest.fixture(scope="module")
def review(tmp_path_factory, cheap) -> SmallReview:
    return small_review(tmp_path_factory.mktemp("收包一览"), cheap)


@pytest.fixture
def fresh(review, tmp_path):
    with open_store(copied(review.chair_store, tmp_path / "组长"), PASSPHRASE) as store:
        yield store


def drawn(found: Board) -> list[str]:
    """One line of signs for every candidate."""
    return ["".join(SIGNS[state] for state in one.states) for one in found.candidates]


def take(store, review, *packages) -> None:
    lines = chair.take_in(store, packages, review.fingerprints, system_clock, silent)
    assert all(one.merged for one in lines), lines


def test_before_any_package_all_are_missing(review, fresh):
    found = board(fresh)
    assert [one.expert_id for one in found.experts] == ["E01", "E02", "E03"]
    assert [one.name for one in found.candidates] == [one.name for one in firms(3)]
    assert drawn(found) == ["○○○"] * 3
    assert (found.handed_in, found.expected) == (0, 3)
    assert {(one.number, one.submitted_at, one.fingerprint, one.sheets) for one in found.experts} == {
        (0, "", "", 0)
    }


def test_each_package_fills_its_column(review, fresh):
    take(fresh, review, review.packages[0], review.packages[2])
    found = board(fresh)
    assert drawn(found) == ["●○●"] * 3
    assert (found.handed_in, found.expected) == (2, 3)
    first, second, _ = found.experts
    assert (first.state, first.number, first.sheets) == (BoardState.SUBMITTED, 1, 3)
    assert first.fingerprint == review.fingerprints["E01"] and first.submitted_at.startswith("20")
    assert (second.state, second.number) == (BoardState.MISSING, 0)


def with_holes(one: Submission) -> Submission:
    """An open cell for C001, no sheet for C002 but a declared gap, no word about C003."""
    opened = with_cell("C001", "B1", lambda cell: replace(cell, state=State.UNSCORED, points=None, remark=""))
    gap = DeclaredGap("C002", "材料打不开，未能评分")
    return replace(opened(one), sheets=opened(one).sheets[:1], gaps=(gap,))


def test_open_cells_and_declared_gaps_are_partial_and_silence_is_missing(review, fresh, tmp_path):
    take(fresh, review, rewritten(review, "E02", tmp_path / "E02.ecscore", with_holes))
    found = board(fresh)
    assert drawn(found) == ["○◐○", "○◐○", "○○○"]
    assert found.experts[1].sheets == 1


def barred(one: Submission) -> Submission:
    own = Recusal("E02", "C003", RecusalReason.SAME_UNIT, "同一集团")
    return replace(one, recusals=(own,), sheets=one.sheets[:2])


def test_recusals_are_told_whoever_knew_them(review, fresh, tmp_path):
    take(fresh, review, rewritten(review, "E02", tmp_path / "E02.ecscore", barred))
    assert drawn(board(fresh)) == ["○●○", "○●○", "○⊘○"]


def test_a_known_recusal_stands_before_the_expert_has_handed_in(tmp_path, cheap):
    known = (Recusal("E03", "C001", RecusalReason.ADVISER, "", "organiser"),)
    experts, group = panel(3)
    prepared(tmp_path, cheap, firms(2), experts, group, recusals=known)
    with open_store(tmp_path / "组长.ecreview", PASSPHRASE) as store:
        assert drawn(board(store)) == ["○○⊘", "○○○"]
        chair.void_expert(store, "E01", "发现应回避未回避", system_clock)
        assert drawn(board(store)) == ["×○⊘", "×○○"]
        chair.void_expert(store, "E03", "临时更换专家", system_clock)
        assert drawn(board(store)) == ["×○⊘", "×○×"], "recused he was before he was voided"


def test_a_voided_expert_is_not_counted_and_his_reason_is_told(review, fresh):
    take(fresh, review, *review.packages)
    chair.void_expert(fresh, "E03", "发现应回避未回避", system_clock)
    found = board(fresh)
    assert drawn(found) == ["●●×"] * 3
    assert (found.handed_in, found.expected) == (2, 2)
    assert found.experts[2].voided_for == "发现应回避未回避" and found.experts[2].number == 1


def test_a_replaced_submission_is_told_with_its_version_and_reopenings(review, tmp_path, cheap):
    """Reopened twice, replaced once: the second permission is still open."""
    folder = tmp_path / "重开"
    made = small_review(folder, cheap)
    with open_store(made.chair_store, PASSPHRASE) as store:
        take(store, made, *made.packages)
        slip, _ = chair.reopen_submission(store, "E02", "评估意见有笔误", system_clock)
        assert (board(store).experts[1].reopenings, board(store).experts[1].may_replace) == (1, True)
    (folder / "重开.ecreopen").write_bytes(slip)
    with open_store(folder / "E02.ecreview", PASSPHRASE) as store:
        hand_in.reopen(store, folder / "重开.ecreopen", system_clock)
    again = handed_in(folder / "E02.ecreview", folder / "U盘")
    with open_store(made.chair_store, PASSPHRASE) as store:
        take(store, made, again)
        found = board(store).experts[1]
        assert (found.number, found.reopenings, found.may_replace) == (2, 1, False)
        chair.reopen_submission(store, "E02", "还要再改一处", system_clock)
        found = board(store).experts[1]
        assert (found.number, found.reopenings, found.may_replace) == (2, 2, True)
        assert drawn(board(store)) == ["●●●"] * 3


def test_a_store_from_before_the_receipts_shows_the_same_board(review, fresh, tmp_path):
    holes = rewritten(review, "E02", tmp_path / "E02.ecscore", with_holes)
    take(fresh, review, review.packages[0], holes)
    kept = board(fresh)
    with fresh.writing(Act("2021-11-24T16:20:00+08:00", "旧版", "without_receipts")) as connection:
        gone = connection.exec_driver_sql("DELETE FROM fact WHERE name LIKE 'receipt/%'").rowcount
    assert gone == 2
    assert board(fresh) == kept


def test_no_member_of_the_board_has_room_for_points():
    records = (Board, BoardExpert, BoardCandidate, Moderation)
    assert {member.name for record in records for member in fields(record)} == {
        "experts", "candidates", "handed_in", "expected", "moderation",
        "expert_id", "name", "state", "number", "submitted_at", "fingerprint", "sheets", "reopenings",
        "may_replace", "voided_for",
        "candidate_id", "region", "category", "states",
        "at", "opened_by", "reason", "missing",
    }  # fmt: skip
