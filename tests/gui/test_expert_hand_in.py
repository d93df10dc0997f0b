"""Handing in: what is missing with a jump to each, declared gaps, a stick that fails, the seal, and the second version."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest
from gui.desks import CORRECTION, OPINION, REMARK, ExpertReview, complete, copied, give
from gui.expert_hands import CTRL, KEY, SHIFT, Seat
from gui.hands import drop, type_into
from PySide6.QtTest import QAbstractItemModelTester

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import show_short
from ecpanel.domain.problems import error
from ecpanel.domain.scheme import leaves
from ecpanel.domain.sheet import State
from ecpanel.domain.submission import DeclaredGap, Verdict
from ecpanel.gui.app import Parts
from ecpanel.gui.expert.distribution import bars
from ecpanel.gui.expert.hand_in import HandInPane
from ecpanel.gui.expert.signed_in import SignedInPanel
from ecpanel.gui.expert.submitted import SubmittedPane
from ecpanel.gui.models.gaps import GapsModel, gap_rows
from ecpanel.gui.models.own_candidates import OwnCandidatesModel, own_candidate
from ecpanel.gui.models.records import drawn
from ecpanel.progress import silent
from ecpanel.services import chair, hand_in, organise, score
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sign_in import sign_in_record

MINE = ["C001", "C003", "C005", "C006"]


@pytest.fixture
def path(expert_review: ExpertReview, tmp_path: Path) -> Path:
    return copied(expert_review.signed, tmp_path / "本机")


@pytest.fixture
def seat(qtbot, parts: Parts, path: Path) -> Seat:
    return Seat(qtbot, parts, path)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "U盘"
    made.mkdir()
    return made


@pytest.fixture
def chair_store(expert_review: ExpertReview, tmp_path: Path) -> Path:
    return copied(expert_review.issued.chair_store, tmp_path / "组长")


def gaps_page(seat: Seat) -> HandInPane:
    if seat.desk.hand is None or not seat.desk.hand.isVisible():
        seat.click(seat.desk.to_hand_in)
    assert seat.desk.hand is not None and seat.desk.hand.isVisible()
    return seat.desk.hand


def hand_over(seat: Seat, folder: Path) -> SubmittedPane:
    page = gaps_page(seat)
    type_into(seat.qtbot, page.place.line, str(folder))
    seat.click(page.sign)
    seat.until(lambda: seat.desk.after is not None and seat.desk.after.isVisible())
    assert seat.desk.after is not None
    return seat.desk.after


def taken_in(chair_store: Path, fingerprint: str, *packages: Path) -> list[chair.IntakeLine]:
    with open_store(chair_store, PASSPHRASE) as store:
        return chair.take_in(store, packages, {"E02": fingerprint}, system_clock, silent)


def fingerprint_of(seat: Seat) -> str:
    record, _, _ = sign_in_record(seat.desk.store)
    return record.fingerprint


def slip_for(chair_store: Path, folder: Path, reason: str = "漏看了一份佐证材料") -> Path:
    made = folder / "E02.ecreopen"
    with open_store(chair_store, PASSPHRASE) as store:
        chair.reopen_submission(store, "E02", reason, system_clock, made.write_bytes)
    return made


# ---- gaps


def test_every_gap_leads_to_its_very_place_by_enter_double_click_and_button(seat: Seat) -> None:
    complete(seat.path, MINE[:3], leave={"C003": ["B3"], "C005": ["opinion"]})
    with open_store(seat.path, PASSPHRASE) as store:
        work = score.load_assignment(store)
        score.set_score(store, work, score.Entry("C001", "D3", "0.5", remark="太少"), system_clock)
        score.set_score(
            store, work, score.Entry("C001", "E2", state=State.ABSTAINED, remark=""), system_clock
        )
    seat.sit_down()
    page = gaps_page(seat)
    assert drawn(page.model)[1:] == [
        f"{name(seat, 'C001')}\tD3 绿色低碳发展\t0.50 分须写理由（至少 10 字）",
        f"{name(seat, 'C001')}\tE2 消费者权益保护\t须写理由（至少 10 字）",
        f"{name(seat, 'C003')}\tB3 技术应用与数字化能力\t未评分",
        f"{name(seat, 'C005')}\t评估意见\t0 字，应为 50–500 字",
        f"{name(seat, 'C006')}\t整张评分表\t还没有开始评",
    ]
    assert not page.sign.isEnabled() and seat.shows("缺 4 家") and seat.shows("回避 2 家")
    sheet = seat.place.sheet
    assert seat.focus() is page.table
    seat.press(KEY.Key_Return)
    assert (seat.place.at, sheet.current_indicator()) == ("C001", "D3")
    assert seat.focus() is sheet.card.remark, "the score is there, its reason is missing"
    gaps_page(seat)
    seat.click_row(page.table, 2, column=1, double=True)
    assert (seat.place.at, sheet.current_indicator()) == ("C003", "B3") and sheet.isAncestorOf(seat.focus())
    gaps_page(seat)
    seat.click_row(page.table, 3, column=1)
    seat.click(page.jump)
    assert seat.place.at == "C005" and sheet.opinion.has_focus()
    gaps_page(seat)
    seat.click_row(page.table, 4, column=1)
    seat.press(KEY.Key_J, CTRL)
    seat.until(lambda: seat.place.at == "C006")
    assert sheet.current_indicator() == "A2", "the first that is open; A1 is settled"


def name(seat: Seat, key: str) -> str:
    assert seat.desk.work is not None
    return seat.desk.work.candidates[key].name


def test_what_is_filled_in_is_gone_from_the_list_when_one_comes_back(seat: Seat) -> None:
    complete(seat.path, MINE, leave={"C003": ["F2"]})
    seat.sit_down()
    page = gaps_page(seat)
    assert len(page.model.rows) == 1
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_2)
    page = gaps_page(seat)
    assert not page.model.rows and page.sign.isEnabled() and seat.shows("没有缺项")
    assert seat.focus() is page.place.line
    seat.click(page.sign)
    assert "先选择" in page.banner.words and not hand_in.is_locked(seat.desk.store, seat.desk.work)
    seat.press(KEY.Key_B, CTRL | SHIFT)
    seat.until(lambda: seat.place.isVisible())


def test_a_declared_gap_needs_a_reason_can_be_withdrawn_and_reaches_the_chair(
    seat: Seat, stick: Path, chair_store: Path
) -> None:
    complete(seat.path, MINE[:3])
    seat.sit_down()
    page = gaps_page(seat)
    [row] = page.model.rows
    assert row.candidate.candidate_id == "C006"
    seat.click(page.declare)
    assert "至少 4 个字" in page._reason_field._problem.text()
    type_into(seat.qtbot, page.reason, "材料是扫描残件，无法辨认")
    seat.press(KEY.Key_Return)
    assert page.model.rows[0].declared and page.sign.isEnabled()
    assert seat.shows("声明不评 1 家") and seat.shows("第 1 版评分包：3 家")
    seat.click(page.declare)
    assert not page.model.rows[0].declared and not page.sign.isEnabled()
    type_into(seat.qtbot, page.reason, "材料是扫描残件，无法辨认")
    seat.click(page.declare)
    hand_over(seat, stick)
    mark = fingerprint_of(seat)
    [package] = stick.glob("*.ecscore")
    [line] = taken_in(chair_store, mark, package)
    assert (line.verdict, line.sheets, line.expert_id) == (Verdict.INCOMPLETE, 3, "E02")
    assert [one.params["candidate"] for one in line.problems if one.code == "sheet_gap_declared"] == ["C006"]


def test_a_declaration_falls_away_when_the_sheet_is_completed_after_all(seat: Seat) -> None:
    complete(seat.path, MINE, leave={"C006": ["F2"]})
    seat.sit_down()
    page = gaps_page(seat)
    type_into(seat.qtbot, page.reason, "暂时不评这一家")
    seat.click(page.declare)
    assert page._declared
    seat.press(KEY.Key_Return)
    assert seat.place.at == "C006"
    seat.press(KEY.Key_2)
    page = gaps_page(seat)
    assert not page._declared and not page.model.rows and "声明不评" not in page.header._summary.words


def test_totals_close_together_are_warned_of(seat: Seat) -> None:
    with open_store(seat.path, PASSPHRASE) as store:
        work = score.load_assignment(store)
        for key in MINE:
            give(store, work, key, 75)
    seat.sit_down()
    page = gaps_page(seat)
    assert page._close.isVisible() and "5 分以内" in page._close.text()
    assert sum(count for _, count in page.spread._bars) == 4
    page.left.emit()
    seat.place.show_candidate("C001", "B1")
    seat.press(KEY.Key_F2)
    seat.type("0")
    seat.place.show_candidate("C001", "B4")
    seat.press(KEY.Key_F2)
    seat.type("3")
    for code in ("B1", "B4"):
        seat.place.sheet.focus_indicator(code)
        seat.place.sheet.card.remark.setFocus()
        seat.type("未见实质创新，也没有证据。")
    page = gaps_page(seat)
    assert not page._close.isVisible()


# ---- signing


def test_a_stick_that_fails_keeps_the_sheets_open_and_one_that_works_seals_them(
    seat: Seat, stick: Path, chair_store: Path, tmp_path: Path
) -> None:
    complete(seat.path, MINE)
    desk = seat.sit_down()
    page = gaps_page(seat)
    type_into(seat.qtbot, page.place.line, str(tmp_path / "拔掉的" / "U盘"))
    seat.click(page.sign)
    assert page.isVisible() and ("找不到" in page.banner.words or "不在" in page.banner.words)
    assert not hand_in.is_locked(desk.store, desk.work)
    page.left.emit()
    seat.place.show_candidate("C001", "B1")
    seat.press(KEY.Key_3)
    assert seat.stored("C001").scores["B1"].points == 500, "still open"
    after = hand_over(seat, stick)
    assert seat.shows("已提交并签名") and "E02_李㛃2_第1版.ecscore" in after.banner.words
    assert desk.state() == "已提交" and "已提交" in [mark.word for mark in desk.marks()]
    [package] = stick.iterdir()
    [line] = taken_in(chair_store, fingerprint_of(seat), package)
    assert (line.verdict, line.sheets, line.number) == (Verdict.NEW, 4, 1)
    again = tmp_path / "另一个U盘"
    again.mkdir()
    type_into(seat.qtbot, after.place.line, str(again))
    seat.click(after.again)
    assert "已写出并读回核对" in after.banner.words
    [same] = taken_in(chair_store, fingerprint_of(seat), *again.iterdir())
    assert same.verdict is Verdict.SAME


def test_after_handing_in_everything_can_be_read_and_nothing_changed(seat: Seat, stick: Path) -> None:
    complete(seat.path, MINE)
    desk = seat.sit_down()
    after = hand_over(seat, stick)
    before = seat.stored("C003")
    seat.click(after.look)
    assert seat.place.isVisible() and seat.shows("已提交，只能查看")
    seat.place.show_candidate("C003", "B1")
    seat.read_page()
    seat.press(KEY.Key_1)
    seat.press(KEY.Key_F2)
    seat.type("1")
    seat.place.documents.view.setFocus()
    seat.press(KEY.Key_E)
    assert "已提交" in seat.place.banner.words
    seat.press(KEY.Key_F7)
    seat.type("改一改")
    seat.press(KEY.Key_Return, CTRL)
    assert seat.place.at == "C005", "on through the list to look"
    assert seat.stored("C003") == before
    with pytest.raises(EcpanelError, match="submitted_already"):
        score.set_score(desk.store, desk.work, score.Entry("C003", "B1", "1"), system_clock)
    seat.click(desk.to_hand_in)
    assert after.isVisible()
    seat.click(after.sheet)
    assert isinstance(desk.stack.currentWidget(), SignedInPanel)
    seat.leave()
    assert seat.parts.frame.preferences.recents[0].state == "已提交"
    seat.sit_down()
    assert seat.desk.after is not None and seat.desk.after.isVisible() and seat.shows("第 1 版")


def test_a_slip_dropped_on_the_window_reopens_and_the_second_version_replaces_the_first(
    seat: Seat, stick: Path, chair_store: Path, tmp_path: Path
) -> None:
    complete(seat.path, MINE)
    seat.sit_down()
    after = hand_over(seat, stick)
    mark = fingerprint_of(seat)
    [first] = stick.iterdir()
    taken_in(chair_store, mark, first)
    torn = tmp_path / "坏的.ecreopen"
    torn.write_bytes(b'{"a": 1}')
    drop(seat.parts.window, [torn])
    assert after.isVisible() and after.banner.words and hand_in.is_locked(seat.desk.store, seat.desk.work)
    drop(seat.parts.window, [slip_for(chair_store, tmp_path)])
    assert seat.place.isVisible() and "漏看了一份佐证材料" in seat.desk.banner.words
    assert "已提交" not in [one.word for one in seat.desk.marks()]
    seat.leave()
    seat.sit_down()
    assert "漏看了一份佐证材料" in seat.desk.banner.words, "the permission is remembered"
    seat.place.show_candidate("C005", "C1")
    seat.press(KEY.Key_4)
    seat.place.sheet.card.remark.setFocus()
    seat.type("补看佐证材料后，本人认为原分偏高。")
    page = gaps_page(seat)
    assert seat.shows("第 2 版评分包")
    assert page.sign.isEnabled()
    hand_over(seat, stick)
    assert seat.shows("第 2 版")
    [second] = [one for one in stick.iterdir() if "第2版" in one.name]
    [line] = taken_in(chair_store, mark, second)
    assert (line.verdict, line.number) == (Verdict.CHANGED, 2)
    drop(seat.parts.window, [tmp_path / "E02.ecreopen"])
    assert "最近一次提交" in seat.desk.after.banner.words  # type: ignore[union-attr]


def test_a_slip_before_anything_was_handed_in_is_refused_where_one_is(
    seat: Seat, chair_store: Path, tmp_path: Path, expert_review: ExpertReview
) -> None:
    complete(seat.path, MINE)
    other = copied(seat.path, tmp_path / "另一台")
    with open_store(other, PASSPHRASE) as store:
        work = score.load_assignment(store)
        package = hand_in.submit(store, work, tmp_path, system_clock)
        record, _, _ = sign_in_record(store)
    taken_in(chair_store, record.fingerprint, package)
    slip = slip_for(chair_store, tmp_path)
    seat.sit_down()
    drop(seat.parts.window, [slip])
    assert seat.place.isVisible() and "最近一次提交" in seat.desk.banner.words


# ---- the whole way


def test_from_the_package_on_the_stick_to_the_package_the_chair_reads(
    qtbot, parts: Parts, expert_review: ExpertReview, stick: Path, chair_store: Path, places
) -> None:
    """Double click on the package, pass-phrase of the slip, sign-in, one sheet by keys, the others declared."""
    issued: organise.Issued = expert_review.issued.packages["E02"]
    copyfile(issued.path, stick / issued.path.name)
    seat = Seat(qtbot, parts, stick / issued.path.name)
    parts.window.activateWindow()
    parts.window.open_path(seat.path)
    seat.until(lambda: seat.focus() is not None)
    seat.type(issued.passphrase)
    seat.press(KEY.Key_Return)
    seat.wait()
    seat.type(PASSPHRASE)
    seat.press(KEY.Key_Tab)
    seat.type(PASSPHRASE)
    seat.press(KEY.Key_Return)
    seat.wait()
    seat.until(lambda: getattr(parts.window.page, "sign_in", None) is not None)
    for keys in ([KEY.Key_Return], [KEY.Key_Space, KEY.Key_Return], [KEY.Key_Return]):
        for key in keys:
            seat.press(key)
    for _ in range(2):
        seat.type(CORRECTION)
        seat.press(KEY.Key_Return)
    seat.until(lambda: isinstance(seat.desk.stack.currentWidget(), SignedInPanel))
    seat.press(KEY.Key_Return)
    seat.until(lambda: seat.desk.place is not None)
    seat.read_page()
    assert seat.place.at == "C001" and seat.path.parent == stick
    seat.press(KEY.Key_Return)
    sheet = seat.place.sheet
    assert sheet.isAncestorOf(seat.focus())
    for leaf in leaves(seat.place._work.scheme):
        if leaf.code == "A1":
            continue
        assert sheet.current_indicator() == leaf.code
        seat.type(show_short(leaf.points * 3 // 4 // leaf.step * leaf.step))
        seat.press(KEY.Key_Return)
        if seat.focus() is sheet.card.remark:  # Enter leads to the reason where one is needed
            seat.type(REMARK)
            seat.press(KEY.Key_Return)
    assert sheet.opinion.has_focus()
    seat.type(OPINION.strengths + OPINION.weaknesses + OPINION.advice)
    seat.press(KEY.Key_Return, CTRL)
    assert seat.place.at == "C003"
    page = gaps_page(seat)
    assert {one.candidate.candidate_id for one in page.model.rows} == {"C003", "C004", "C005", "C006"}
    for _ in range(4):
        row = next(one for one in page.model.rows if not one.declared)
        seat.click_row(page.table, row.number, column=1)
        page.reason.setFocus()
        seat.type("演示时不评这一家")
        seat.press(KEY.Key_Return)
    assert page.sign.isEnabled()
    page.place.line.setFocus()
    seat.type(str(stick))
    seat.press(KEY.Key_Return, CTRL | SHIFT)
    seat.until(lambda: seat.desk.after is not None and seat.desk.after.isVisible())
    [package] = stick.glob("*.ecscore")
    [line] = taken_in(chair_store, fingerprint_of(seat), package)
    assert (line.verdict, line.sheets, line.name) == (Verdict.INCOMPLETE, 1, "李㛃2")
    assert [one.code for one in line.problems] == ["sheet_gap_declared"] * 4


# ---- models and figures


def test_models_of_the_desk_keep_what_qt_expects(path: Path) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    gaps_model, own = GapsModel(), OwnCandidatesModel()
    testers = [QAbstractItemModelTester(gaps_model, mode), QAbstractItemModelTester(own, mode)]
    complete(path, MINE[:2], leave={"C003": ["B1"]})
    with open_store(path, PASSPHRASE) as store:
        work = score.load_assignment(store)
        sheets = score.own_sheets(store, work)
    rows = [
        own_candidate(one, sheets.get(key), work.scheme, work.settled[key])
        for key, one in work.candidates.items()
    ]
    own.set_rows(rows)
    assert [one.progress.value for one in own.rows] == [
        "complete",
        "recused",
        "begun",
        "recused",
        "untouched",
        "untouched",
    ]
    own.sort(0)
    own.set_filter(lambda one: "有限公司" in one.candidate.name)
    own.replace(rows[2])
    own.draw_again()
    assert own.next_open("C006") == "C003" and own.next_open("C003") == "C005"
    assert own.neighbour("C006", 1) == "C001" and own.neighbour("C003", -1) is None
    problems = hand_in.readiness(work, sheets)
    declared = {"C005": DeclaredGap("C005", "没有材料可看")}
    gaps_model.set_rows(gap_rows(problems, work.candidates, declared, work.scheme, frozenset({"C006"})))
    assert [line.split("\t")[2] for line in drawn(gaps_model)[1:]] == [
        "未评分",
        "声明不评：没有材料可看",
        "还没有开始评",
    ]
    gaps_model.set_rows(gap_rows([error("not_signed_in"), *problems], work.candidates, {}, work.scheme))
    assert len(gaps_model.rows) == 1 + 2 * 20
    del testers


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([], []),
        ([10_000], [("95–100", 1)]),
        ([9_500, 9_499], [("90–95", 1), ("95–100", 1)]),
        (
            [7_000, 7_499, 7_500, 10_000],
            [("70–75", 2), ("75–80", 1), ("80–85", 0), ("85–90", 0), ("90–95", 0), ("95–100", 1)],
        ),
    ],
)
def test_the_bars_of_the_distribution(totals: list[int], expected: list[tuple[str, int]]) -> None:
    assert bars(totals) == expected
