"""Until the chair opens the moderation stage nothing of his desk tells a number; then everything does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import GateDecision, ReasonCode, TieDecision, Vote
from ecpanel.domain.sheet import Score, State
from ecpanel.domain.submission import Verdict
from ecpanel.progress import silent
from ecpanel.services import chair, documents, organise, sign_off
from ecpanel.services.board import board
from ecpanel.services.checking import check_store
from ecpanel.services.moderation import HIDDEN, moderation_of, numbers_shown, open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.store import journal
from ecpanel.store.vault import Act
from ecpanel.texts import error_sentence, problem_sentence

from .reviews import SmallReview, settle, small_review
from .rewriting import copied, rewritten, with_cell

REQUEST = chair.CorrectionRequest(
    "E02", "C001", "B1", 50, ReasonCode.OTHER, "当场说明更正", "E01", Vote(3, 0, 0), CORRECTION
)


@pytest.fixture(scope="module")
def review(tmp_path_factory, cheap) -> SmallReview:
    return small_review(tmp_path_factory.mktemp("审议"), cheap)


@pytest.fixture
def fresh(review, tmp_path):
    """The chair's desk before any package."""
    with open_store(copied(review.chair_store, tmp_path / "组长"), PASSPHRASE) as store:
        yield store


@pytest.fixture
def taken_in(review, fresh):
    """The chair's desk with all packages merged, and the stage not yet open."""
    lines = chair.take_in(fresh, review.packages, review.fingerprints, system_clock, silent)
    assert all(one.merged for one in lines)
    return fresh


def history(store) -> list[str]:
    with store.reading() as connection:
        return [line.action for line in journal.lines(connection)]


ATTEMPTS = {
    "load_material": lambda store, folder: chair.load_material(store),
    "result_of": lambda store, folder: chair.result_of(store, system_clock),
    "correct": lambda store, folder: chair.correct(store, REQUEST, system_clock),
    "decide_gate": lambda store, folder: chair.decide_gate(
        store, GateDecision("C001", "G5", False, "有重大行政处罚", Vote(3, 0, 0), ""), system_clock
    ),
    "decide_tie": lambda store, folder: chair.decide_tie(
        store, TieDecision(("C001", "C002"), "表决确定", Vote(3, 0, 0), ""), system_clock
    ),
    "draft_documents": lambda store, folder: documents.draft_documents(store, system_clock, silent),
    "write_report": lambda store, folder: documents.write_report(store, folder / "稿", system_clock, silent),
    "write_result_bundle": lambda store, folder: sign_off.write_result_bundle(
        store, folder / "成果包.zip", system_clock, silent
    ),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_nothing_that_rests_on_points_works_before(taken_in, tmp_path, name):
    before = history(taken_in)
    out = tmp_path / "U盘"
    out.mkdir()
    with pytest.raises(EcpanelError) as caught:
        ATTEMPTS[name](taken_in, out)
    assert caught.value.code == "moderation_closed"
    said = error_sentence(caught.value)
    assert "开启审议" in said and "open-moderation" in said
    assert history(taken_in) == before and not list(out.iterdir())


def test_what_does_not_need_points_works_before(review, taken_in, tmp_path):
    [line] = chair.take_in(taken_in, review.packages[:1], {}, system_clock, silent)
    assert line.verdict is Verdict.SAME
    slip, times = chair.reopen_submission(taken_in, "E02", "评估意见有笔误", system_clock)
    assert slip and times == 1
    chair.void_expert(taken_in, "E03", "发现应回避未回避", system_clock)
    found = board(taken_in)
    assert (found.handed_in, found.expected, found.moderation) == (2, 2, None)
    assert check_store(taken_in).problems == ()


def test_opened_without_a_reason_once_all_are_in_and_only_once(taken_in):
    points = list(taken_in.path.with_name("组长.restore").glob("*-moderation.ecreview"))
    assert moderation_of(taken_in) is None and not points
    opened = open_moderation(taken_in, "", system_clock)
    assert (opened.missing, opened.reason, opened.opened_by) == ((), "", "张堃喆1")
    assert moderation_of(taken_in) == opened == board(taken_in).moderation
    assert history(taken_in)[-1] == "open_moderation"
    assert len(list(taken_in.path.with_name("组长.restore").glob("*-moderation.ecreview"))) == 1
    assert {line.state for line in chair.result_of(taken_in, system_clock).lines} == {"ranked"}
    with pytest.raises(EcpanelError) as caught:
        open_moderation(taken_in, "再开一次看看", system_clock)
    assert caught.value.code == "moderation_open_already"
    assert "张堃喆1" in error_sentence(caught.value)
    assert moderation_of(taken_in) == opened and history(taken_in).count("open_moderation") == 1


@pytest.mark.parametrize("reason", ["", "   ", "已 等 了", "不等了"])
def test_opening_early_needs_a_reason_and_says_who_is_missing(review, fresh, reason):
    chair.take_in(fresh, review.packages[:1], review.fingerprints, system_clock, silent)
    before = history(fresh)
    with pytest.raises(EcpanelError) as caught:
        open_moderation(fresh, reason, system_clock)
    assert caught.value.code == "moderation_incomplete"
    said = error_sentence(caught.value)
    assert "E02 李㛃2、E03 买买提·艾力江3" in said and "E01" not in said and "2位" in said
    assert history(fresh) == before and moderation_of(fresh) is None
    assert not list(fresh.path.with_name("组长.restore").glob("*-moderation.ecreview"))


def test_opened_early_the_missing_stay_on_record_and_may_still_come(review, fresh):
    chair.take_in(fresh, review.packages[:2], review.fingerprints, system_clock, silent)
    opened = open_moderation(fresh, " E03因病未到场 ", system_clock)
    assert (opened.reason, opened.missing) == ("E03因病未到场", ("E03",))
    with fresh.reading() as connection:
        last = journal.lines(connection)[-1]
    assert last.action == "open_moderation" and last.body == '{"missing":["E03"],"reason":"E03因病未到场"}'
    assert {line.state for line in chair.result_of(fresh, system_clock).lines} == {"held"}
    [late] = chair.take_in(fresh, review.packages[2:], review.fingerprints, system_clock, silent)
    assert late.merged
    assert {line.state for line in chair.result_of(fresh, system_clock).lines} == {"ranked"}
    assert moderation_of(fresh) == opened, "what was missing then stays on record"


def test_a_voided_expert_is_not_waited_for(review, fresh):
    chair.take_in(fresh, review.packages[:2], review.fingerprints, system_clock, silent)
    chair.void_expert(fresh, "E03", "发现应回避未回避", system_clock)
    assert open_moderation(fresh, "", system_clock).missing == ()


def test_only_a_chairs_desk_with_its_task_has_the_stage(review, tmp_path, cheap):
    with open_store(review.organiser_store, PASSPHRASE) as store:
        with pytest.raises(EcpanelError, match="wrong_desk"):
            open_moderation(store, "没有这个阶段", system_clock)
    path = tmp_path / "空.ecreview"
    opened, _ = organise.new_chair(path, PASSPHRASE, "赵组长", cheap, system_clock)
    with opened, pytest.raises(EcpanelError, match="task_not_opened"):
        open_moderation(opened, "还没有打开任务包", system_clock)


def told_of(line: chair.IntakeLine) -> list[tuple[str, str]]:
    return [(one.code, problem_sentence(one)) for one in line.problems]


def cell(points: int | None, state: State = State.SCORED) -> object:
    return lambda one: replace(one, state=state, points=points, remark="", evidence=())


LEAKS = {
    "low without a reason": ("B1", cell(50), "cell_remark", "0.50"),
    "high without a reason": ("B1", cell(800), "cell_remark", "8.00"),
    "not applicable without a reason": ("E2", cell(None, State.ABSTAINED), "cell_state_reason", "弃权"),
    "out of range": ("B1", cell(987654), "score_out_of_range", "9876.54"),
    "off the step": ("B1", cell(333), "score_off_step", "3.33"),
}


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("dry_run", [True, False])
def test_intake_tells_no_points_before_and_tells_them_after(review, fresh, tmp_path, name, dry_run):
    indicator, change, code, shown = LEAKS[name]
    package = rewritten(review, "E02", tmp_path / "E02.ecscore", with_cell("C001", indicator, change))
    copy = copied(fresh.path, tmp_path / "开启后")
    [closed] = chair.take_in(fresh, [package], review.fingerprints, system_clock, silent, dry_run=dry_run)
    with open_store(copy, PASSPHRASE) as store:
        open_moderation(store, "只有这一位交了", system_clock)
        [opened] = chair.take_in(store, [package], review.fingerprints, system_clock, silent, dry_run=dry_run)
    assert (closed.verdict, closed.merged) == (opened.verdict, opened.merged)
    [(found, after)] = [one for one in told_of(opened) if one[0] == code]
    assert shown in after
    assert all(shown not in said for _, said in told_of(closed))
    assert all(indicator in said for _, said in told_of(closed)), "the place is told all the same"
    if found in ("cell_remark", "cell_state_reason"):
        assert [one for one, _ in told_of(closed)] == ["cell_reason_short"], "not even whether high or low"
    else:
        assert [one for one, _ in told_of(closed)] == [code]
        assert HIDDEN in told_of(closed)[0][1]


def test_the_board_and_intake_are_the_same_whatever_the_points(review, fresh, tmp_path):
    """Two reviews that differ in points only cannot be told apart before the stage is open."""

    def turned(one: Score) -> Score:
        return replace(one, points=550 if one.points != 550 else 600, remark="理由：材料第3页可以核实。")

    other = rewritten(review, "E02", tmp_path / review.packages[1].name, with_cell("C001", "B1", turned))
    copy = copied(fresh.path, tmp_path / "另")
    lines = chair.take_in(fresh, [review.packages[1]], review.fingerprints, system_clock, silent)
    with open_store(copy, PASSPHRASE) as store:
        assert chair.take_in(store, [other], review.fingerprints, system_clock, silent) == lines
        assert board(store) == board(fresh)
        open_moderation(store, "比较两份评分", system_clock)
        mine = chair.load_material(store)
    changed = next(one for one in mine.submissions[0][0].sheets if one.candidate_id == "C001")
    now = next(one.points for one in changed.scores if one.indicator == "B1")
    assert now in (550, 600) and now != review.sheets["E02", "C001"].scores["B1"].points


def test_a_signed_review_stays_readable_and_is_not_opened_again(taken_in, tmp_path):
    open_moderation(taken_in, "", system_clock)
    settle(taken_in)
    sign_off.write_result_bundle(taken_in, tmp_path / "成果包.zip", system_clock, silent)
    with taken_in.writing(Act("2021-11-24T16:20:00+08:00", "旧版", "as_before_the_stage")) as connection:
        connection.exec_driver_sql("DELETE FROM fact WHERE name = 'moderation'")
    with taken_in.reading() as connection:
        assert numbers_shown(connection)
    assert chair.result_of(taken_in, system_clock).recommended
    with pytest.raises(EcpanelError, match="review_closed"):
        open_moderation(taken_in, "签发后再开启", system_clock)


def test_the_stage_keeps_its_place_over_a_restart(taken_in):
    opened = open_moderation(taken_in, "", system_clock)
    path: Path = taken_in.path
    taken_in.close()
    with open_store(path, PASSPHRASE) as store:
        assert moderation_of(store) == opened
        assert chair.load_material(store).submissions
