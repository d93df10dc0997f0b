"""Sign-in by keyboard alone or by mouse: pledge, recusals, pass-phrase, and nothing of a dossier before it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from gui.desks import CORRECTION, PASSPHRASE, ExpertReview, copied
from gui.expert_hands import KEY, SHIFT, Seat
from gui.hands import drop, type_into
from PySide6.QtTest import QAbstractItemModelTester
from services.reviews import firms

from ecpanel.domain.recusal import RecusalReason
from ecpanel.gui.app import Parts
from ecpanel.gui.expert.sign_in import SignInPanel
from ecpanel.gui.expert.signed_in import SignedInPanel
from ecpanel.gui.models.records import drawn
from ecpanel.gui.models.recusal_choice import RecusalChoiceModel
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.services import score, sign_in
from ecpanel.services.opening import open_store


@pytest.fixture
def seat(qtbot, parts: Parts, expert_review: ExpertReview, tmp_path: Path) -> Seat:
    made = Seat(qtbot, parts, copied(expert_review.fresh, tmp_path / "本机"))
    made.sit_down()
    return made


def panel(seat: Seat) -> SignInPanel:
    assert seat.desk.sign_in is not None
    return seat.desk.sign_in


def to_step(seat: Seat, number: int) -> SignInPanel:
    shown = panel(seat)
    if number > 0:
        seat.click(shown.next)
    if number > 1:
        seat.click(shown.pledge)
        seat.click(shown.next)
    if number > 2:
        seat.click(shown.next)
    assert shown.stack.currentIndex() == number
    return shown


def sign(seat: Seat) -> SignedInPanel:
    shown = panel(seat)
    type_into(seat.qtbot, shown.form.parts.first, CORRECTION)
    type_into(seat.qtbot, shown.form.parts.again, CORRECTION)
    seat.click(shown.next)
    seat.until(lambda: isinstance(seat.desk.stack.currentWidget(), SignedInPanel))
    made = seat.desk.stack.currentWidget()
    assert isinstance(made, SignedInPanel)
    return made


def test_signing_in_by_keyboard_alone_with_a_recusal_that_needs_a_note(seat: Seat) -> None:
    shown = panel(seat)
    assert seat.shows("李㛃2（E02）") and seat.shows("6 家参评企业")
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Return)
    assert shown.stack.currentIndex() == 1 and "勾选" in shown.banner.words
    seat.press(KEY.Key_Space)
    seat.press(KEY.Key_Tab)
    seat.press(KEY.Key_Space)
    seat.press(KEY.Key_Return)
    assert shown.stack.currentIndex() == 2 and seat.focus() is shown.recusals.table
    seat.press(KEY.Key_Down, times=2)
    seat.press(KEY.Key_Space)
    assert seat.focus() is shown.recusals.reason
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Return)
    assert shown.stack.currentIndex() == 2 and "还没有选回避原因" in shown.recusals.problem.words
    assert seat.focus() is shown.recusals.reason
    seat.press(KEY.Key_End)
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Return)
    assert shown.stack.currentIndex() == 2 and "请在说明里写明" in shown.recusals.problem.words
    assert seat.focus() is shown.recusals.note
    seat.type("邻居兼牌友")
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Return)
    assert shown.stack.currentIndex() == 3
    assert seat.shows("申明回避 1 家") and seat.shows("组织方已登记 1 家") and seat.shows("评审 4 家")
    seat.type(CORRECTION)
    seat.press(KEY.Key_Return)
    seat.type(CORRECTION)
    seat.press(KEY.Key_Return)
    seat.until(lambda: isinstance(seat.desk.stack.currentWidget(), SignedInPanel))
    work = score.load_assignment(seat.desk.store)
    assert work.signed_in and work.recused == {"C002", "C003"}
    [own] = [one for one in sign_in.own_recusals(seat.desk.store) if one.source == "expert"]
    assert (own.candidate_id, own.reason, own.note) == ("C003", RecusalReason.OTHER, "邻居兼牌友")
    record, _, _ = sign_in.sign_in_record(seat.desk.store)
    assert record.device_handed_in
    seat.press(KEY.Key_Return)
    seat.until(lambda: seat.desk.place is not None)


def test_before_sign_in_nothing_of_a_dossier_is_there(seat: Seat) -> None:
    to_step(seat, 2)
    assert seat.desk.findChildren(DocumentView) == []
    assert seat.desk.opened is None and seat.desk.place is None
    assert seat.desk.state() == "未签到"
    seat.leave()
    [recent] = seat.parts.frame.preferences.recents
    assert recent.state == "未签到" and Path(recent.path) == seat.path


def test_going_back_keeps_what_was_entered(seat: Seat) -> None:
    shown = to_step(seat, 2)
    seat.click_row(shown.recusals.table, "C005")
    shown.recusals.reason.setFocus()
    seat.press(KEY.Key_Home)
    shown.recusals.note.setFocus()
    seat.type("2019年以前")
    seat.click(shown.next)
    type_into(seat.qtbot, shown.form.parts.first, "一个口令")
    for _ in range(3):
        seat.click(shown.back)
    assert shown.stack.currentIndex() == 0 and not shown.back.isVisible()
    for _ in range(3):
        seat.click(shown.next)
    assert shown.form.parts.first.text() == "一个口令"
    one = shown.recusals.model.find("C005")
    assert one is not None and (one.reason, one.note) == (RecusalReason.EMPLOYED, "2019年以前")
    assert shown.pledge.isChecked()


def test_boxes_are_ticked_by_one_click_a_double_click_or_space_and_taken_back_alike(seat: Seat) -> None:
    shown = to_step(seat, 2).recusals

    def chosen() -> set[str]:
        return {one.candidate.candidate_id for one in shown.model.everything if one.chosen}

    seat.click_row(shown.table, "C001")
    assert chosen() == {"C001"}
    seat.click_row(shown.table, "C001")
    assert chosen() == set()
    seat.click_row(shown.table, "C001", double=True)
    assert chosen() == {"C001"}, "who double-clicks the box means one tick"
    seat.click_row(shown.table, "C003", column=3)
    assert chosen() == {"C001"}, "standing on a name is no recusal"
    seat.click_row(shown.table, "C003", column=3, double=True)
    assert chosen() == {"C001", "C003"}
    seat.click_row(shown.table, "C002")
    assert chosen() == {"C001", "C003"} and "组织方登记" in shown.problem.words
    shown.table.setFocus()
    seat.press(KEY.Key_Space)
    assert chosen() == {"C001", "C003"}


def test_the_list_is_searched_and_an_unexplained_recusal_is_found_behind_the_search(seat: Seat) -> None:
    step = to_step(seat, 2)
    shown = step.recusals
    seat.click_row(shown.table, "C001")
    type_into(seat.qtbot, shown.search, "c005")
    assert [one.candidate.candidate_id for one in shown.model.rows] == ["C005"]
    seat.press(KEY.Key_Return)
    assert seat.focus() is shown.table
    seat.click(step.next)
    assert step.stack.currentIndex() == 2 and shown.search.text() == ""
    assert shown.table.key() == "C001" and seat.focus() is shown.reason


def test_different_or_short_pass_phrases_are_told_at_their_fields(seat: Seat) -> None:
    shown = to_step(seat, 3)
    parts = shown.form.parts
    seat.click(shown.next)
    assert "设一个更正口令" in parts.first_problem.text()
    type_into(seat.qtbot, parts.first, "甲乙")
    type_into(seat.qtbot, parts.again, "丙丁")
    seat.click(shown.next)
    assert "不一样" in parts.again_problem.text()
    type_into(seat.qtbot, parts.again, "甲乙")
    seat.click(shown.next)
    assert parts.first_problem.text() and not score.load_assignment(seat.desk.store).signed_in


def test_with_the_clock_set_back_nothing_is_signed_and_one_can_try_again(seat: Seat) -> None:
    shown = to_step(seat, 3)
    right = seat.parts.frame.clock
    seat.parts.frame.clock = lambda: right() - timedelta(days=400)
    type_into(seat.qtbot, shown.form.parts.first, CORRECTION)
    type_into(seat.qtbot, shown.form.parts.again, CORRECTION)
    seat.click(shown.next)
    assert "时钟" in shown.banner.words or "时间" in shown.banner.words
    assert not score.load_assignment(seat.desk.store).signed_in
    seat.parts.frame.clock = right
    sign(seat)
    assert score.load_assignment(seat.desk.store).signed_in


def test_the_pledge_sheet_is_written_with_the_fingerprint_now_and_later(seat: Seat, tmp_path: Path) -> None:
    to_step(seat, 3)
    shown = sign(seat)
    record, _, _ = sign_in.sign_in_record(seat.desk.store)
    groups = record.fingerprint.split("-")
    assert seat.shows("　".join(groups[:4])) and seat.shows("　".join(groups[4:]))
    seat.click(shown.write)
    assert "先选择" in shown.banner.words
    stick = tmp_path / "U盘"
    stick.mkdir()
    type_into(seat.qtbot, shown.place.line, str(stick))
    seat.click(shown.write)
    [written] = stick.iterdir()
    assert written.name == "E02_李㛃2_签到承诺书.pdf" and str(written) in shown.banner.words
    document = pypdfium2.PdfDocument(written)
    words = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert all(group in words for group in groups)
    shown.go.setFocus()
    seat.press(KEY.Key_Return)
    seat.until(lambda: seat.desk.place is not None)
    written.unlink()
    seat.desk._show_paper()
    again = seat.desk.paper
    assert again is not None and again.isVisible()
    missing = tmp_path / "拔掉的U盘" / "甲"
    type_into(seat.qtbot, again.place.line, str(missing / "表.pdf"))
    seat.click(again.write)
    assert "找不到" in again.banner.words or "不在" in again.banner.words
    seat.drop_on(again.place.line, stick)
    assert again.place.path == stick
    seat.click(again.write)
    assert [one.name for one in stick.iterdir()] == [written.name]
    seat.click(again.go)
    assert seat.place.isVisible()


def test_a_slip_that_reopens_has_to_wait_for_sign_in(seat: Seat, tmp_path: Path) -> None:
    slip = tmp_path / "重开单.ecreopen"
    slip.write_bytes(b"{}")
    drop(seat.parts.window, [slip])
    assert "请先签到" in seat.desk.banner.words and panel(seat).isVisible()


def test_who_comes_back_after_signing_in_goes_on_at_the_sheets(seat: Seat) -> None:
    to_step(seat, 3)
    sign(seat)
    seat.leave()
    with open_store(seat.path, PASSPHRASE) as store:
        assert score.load_assignment(store).signed_in
    seat.sit_down()
    assert seat.desk.sign_in is None and seat.place.isVisible()


def test_tab_goes_through_the_recusals_and_back(seat: Seat) -> None:
    shown = to_step(seat, 2).recusals
    seat.click_row(shown.table, "C001")
    shown.search.setFocus()
    seat.press(KEY.Key_Tab)
    assert seat.focus() is shown.table
    seat.press(KEY.Key_Tab, SHIFT)
    assert seat.focus() is shown.search


def test_the_model_of_recusals_keeps_what_qt_expects() -> None:
    model = RecusalChoiceModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    listed = firms(40)
    model.set_candidates(listed, [])
    model.turn("C007")
    model.explain("C007", RecusalReason.OTHER, "")
    assert model.first_lacking() is not None
    model.explain("C007", RecusalReason.OTHER, "同一课题组")
    assert model.first_lacking() is None
    model.sort(0)
    assert drawn(model)[1].startswith("其他可能影响公正的关系\tC007")
    model.set_filter(lambda one: one.candidate.region == "浙江")
    model.turn("C007")
    assert model.declared("E02") == () and model.turn("C999") is None
    del tester
