"""合议 by mouse and keyboard: the agenda, side by side, 更正, 准入认定, 同分次序, who presides, the projector."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import type_into, type_words
from meeting_hands import (
    CTRL,
    OPINION,
    REMARK,
    calm,
    click,
    copy_of,
    hit,
    leaf_of,
    moderated,
    nothing_for,
    tie,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from services.quick_panels import QuickPanel

from ecpanel.domain.meeting import ReasonCode, Vote
from ecpanel.domain.points import show_points
from ecpanel.domain.scheme import Kind
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.ballot import Electorate, judge
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.gui.marks import DONE, ERROR, WARNING
from ecpanel.gui.models.matters import MatterState
from ecpanel.gui.models.side_cells import BEFORE_ROLE
from ecpanel.progress import silent
from ecpanel.services.chair import load_material, result_of
from ecpanel.services.opening import system_clock
from ecpanel.services.rehearsal import CORRECTION
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.store import journal
from ecpanel.wrapping import Cost


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cheap: Cost) -> QuickPanel:
    """Five experts agree on six firms; the chair is recused from C004, E04 from C002."""
    recusals = {"E01": ("C004",), "E04": ("C002",)}
    return calm(tmp_path_factory.mktemp("合议"), cheap, recusals=recusals)


@pytest.fixture
def panel(prepared: QuickPanel, tmp_path: Path) -> QuickPanel:
    """A copy to be disturbed."""
    return copy_of(prepared, tmp_path / "合议")


def at_meeting(qtbot, parts: Parts, panel: QuickPanel) -> tuple[ChairDesk, MeetingPart]:
    desk = sit_down(qtbot, parts, moderated(panel))
    desk.go_to("合议")
    wait(qtbot, parts)
    return desk, part(desk, MeetingPart)


def take(qtbot, meeting: MeetingPart, key: str) -> None:
    """Click a matter on the agenda."""
    table = meeting.agenda.table
    place = meeting.agenda.model.row_of(key)
    assert place is not None, f"{key} is not on the agenda"
    click(qtbot, table, meeting.agenda.model.index(place, 0))


def point_at(qtbot, meeting: MeetingPart, expert: str, code: str) -> None:
    """Click the cell of an expert."""
    model = meeting.view.table.side_model
    experts = [one.expert_id for one in model.experts]
    row = model.row_of(code)
    assert row is not None
    click(qtbot, meeting.view.table, model.index(row, experts.index(expert)))


def state_of(meeting: MeetingPart, key: str) -> MatterState:
    return next(one.state for one in meeting.agenda.model.everything if one.candidate_id == key)


def choose(box, data: object) -> None:
    box.setCurrentIndex(box.findData(data))


def fill_correction(qtbot, meeting: MeetingPart, after: str, mover: str = "E02") -> None:
    form = meeting.motions.correction.form.parts
    type_into(qtbot, form.after, after)
    choose(form.reason, ReasonCode.OUTLIER.value)
    type_into(qtbot, form.note, "核对材料后本人同意更正")
    choose(form.mover, mover)


# --- the agenda ---


def test_the_agenda_says_why_and_what_blocks_and_goes_on_to_the_next(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    nothing_for(panel, "E03", "C003", Kind.OBJECTIVE)
    desk, meeting = at_meeting(qtbot, parts, panel)
    about = {one.candidate_id: one.about for one in meeting.agenda.model.rows}
    assert "畸低" in about["C001"] and "客观不一致" in about["C003"]
    assert state_of(meeting, "C003") is MatterState.BLOCKING and state_of(meeting, "C001") is MatterState.OPEN
    assert "1 项签发前须处理" in meeting.agenda.count.text()
    seen = []
    for _ in range(len(about)):
        key = meeting.agenda.table.key()
        seen.append(key)
        hit(qtbot, parts, Qt.Key.Key_Return, CTRL)
    assert sorted(seen) == sorted(about)
    assert state_of(meeting, "C001") is MatterState.SETTLED
    assert state_of(meeting, "C003") is MatterState.BLOCKING, "a mark does not settle what blocks"
    result = result_of(desk.store, system_clock)
    assert result.corrections == () and result.gate_decisions == (), "marking changes nothing in the store"


def test_a_mark_can_be_taken_back(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    for state in (MatterState.SETTLED, MatterState.OPEN):
        hit(qtbot, parts, Qt.Key.Key_D, CTRL)
        assert state_of(meeting, "C001") is state


def test_a_candidate_nobody_asks_about_is_found_and_brought_up(qtbot, parts: Parts, panel) -> None:
    _, meeting = at_meeting(qtbot, parts, panel)
    on_it = {one.candidate_id for one in meeting.agenda.model.rows}
    apart = next(one.candidate_id for one in panel.candidates if one.candidate_id not in on_it)
    firm = next(one for one in panel.candidates if one.candidate_id == apart)
    hit(qtbot, parts, Qt.Key.Key_F, CTRL)
    type_words(qtbot, meeting.agenda.search, apart)
    assert [one.candidate_id for one in meeting.agenda.model.rows] == [apart]
    assert state_of(meeting, apart) is MatterState.APART
    qtbot.keyClick(meeting.agenda.search, Qt.Key.Key_Return)
    assert meeting.agenda.search.text() == "" and meeting.agenda.table.key() == apart
    assert "提请合议" in "".join(words_on(meeting.title)) and firm.name in "".join(words_on(meeting.title))
    assert state_of(meeting, apart) is MatterState.OPEN


def test_going_through_what_was_found_brings_nothing_up(qtbot, parts: Parts, panel) -> None:
    _, meeting = at_meeting(qtbot, parts, panel)
    count = meeting.agenda.model.tally()[1]
    meeting.agenda.search.setFocus()
    type_words(qtbot, meeting.agenda.search, "有限公司")
    for _ in range(4):
        qtbot.keyClick(meeting.agenda.search, Qt.Key.Key_Down)
    assert meeting.agenda.model.tally()[1] == count
    type_into(qtbot, meeting.agenda.search, "没有这家")
    assert "没有这样的企业" in "".join(words_on(meeting.agenda))


def test_another_tab_leads_to_its_candidate(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    desk, meeting = at_meeting(qtbot, parts, panel)
    desk.go_to("排名")
    desk.show_candidate("C005")
    wait(qtbot, parts)
    assert desk.shown is meeting and meeting.agenda.table.key() == "C005"


# --- side by side ---


def test_a_cell_tells_its_reason_its_pages_and_its_expert_s_opinion(qtbot, parts: Parts, panel) -> None:
    code = nothing_for(panel, "E02", "C001")
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    expert, leaf = meeting.view.cell()
    assert (expert, leaf.code) == ("E02", code), "what is asked about is at hand"
    said = meeting.view.notes.toPlainText()
    assert REMARK in said and "材料 C001-02 第 12 页（营收表）" in said and OPINION.advice in said
    assert "畸低" in said and "0.00" in said
    point_at(qtbot, meeting, "E03", code)
    assert REMARK not in meeting.view.notes.toPlainText() and "E03" in meeting.view.notes.toPlainText()


def test_a_recused_expert_has_no_figure_and_is_asked_to_leave(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C002")
    desk, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C002")
    model = meeting.view.table.side_model
    column = [one.expert_id for one in model.experts].index("E04")
    cells = [model.index(row, column).data() for row in range(model.rowCount())]
    assert set(cells[:-1]) == {"—"} and cells[-1] == "回避"
    assert f"回避：E04 {panel.experts[3].name} 请离席" in "".join(words_on(meeting.room))
    assert "出席 4/5" in "".join(words_on(meeting.room))
    line = next(one for one in result_of(desk.store, system_clock).lines if one.candidate_id == "C002")
    assert show_points(line.score) in meeting.title.place.text() and line.n == 4


def test_the_table_keeps_the_rules_of_a_model(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    _, meeting = at_meeting(qtbot, parts, panel)
    model = meeting.view.table.side_model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    QAbstractItemModelTester(
        meeting.agenda.model, QAbstractItemModelTester.FailureReportingMode.Fatal, meeting.agenda.model
    )
    for key in [one.candidate_id for one in meeting.agenda.model.rows]:
        take(qtbot, meeting, key)
    assert model.headerData(0, Qt.Orientation.Vertical).startswith("A1")


# --- 更正 ---


def test_a_correction_needs_vote_reason_mover_and_the_expert_himself(qtbot, parts: Parts, panel) -> None:
    code = nothing_for(panel, "E02", "C001")
    desk, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    before = result_of(desk.store, system_clock)
    hit(qtbot, parts, Qt.Key.Key_F6)
    motion, form = meeting.motions.correction, meeting.motions.correction.form
    assert motion.isVisible() and form.parts.reason.currentData() == ReasonCode.OUTLIER.value
    press(qtbot, parts, motion.primary)
    for field in ("after", "note", "mover", "passphrase"):
        assert getattr(form.parts, f"{field}_problem").isVisible(), field
    type_into(qtbot, form.parts.after, "85")
    press(qtbot, parts, motion.primary)
    assert "超出" in form.parts.after_problem.text()
    fill_correction(qtbot, meeting, "3")
    type_into(qtbot, form.parts.passphrase, CORRECTION)
    motion.ballot.parts.in_favour.setValue(2)
    motion.ballot.parts.against.setValue(3)
    press(qtbot, parts, motion.primary)
    assert "表决还没有通过" in motion.banner.words
    assert result_of(desk.store, system_clock).corrections == ()
    press(qtbot, parts, motion.ballot.unanimous)
    assert motion.ballot.vote == Vote(5, 0, 0, 0)
    type_into(qtbot, form.parts.passphrase, "不对的口令")
    press(qtbot, parts, motion.primary)
    assert "更正口令不对" in form.parts.passphrase_problem.text()
    assert result_of(desk.store, system_clock).corrections == ()
    type_into(qtbot, form.parts.passphrase, CORRECTION)
    press(qtbot, parts, motion.primary)
    after = result_of(desk.store, system_clock)
    (one,) = after.corrections
    assert (one.expert_id, one.candidate_id, one.indicator) == ("E02", "C001", code)
    assert (one.before, one.after, one.reason, one.mover, one.vote) == (
        0, 300, ReasonCode.OUTLIER, "E02", Vote(5, 0, 0, 0)
    )  # fmt: skip
    assert form.parts.passphrase.text() == "" and form.parts.after.text() == ""
    line = {one.candidate_id: one for one in before.lines}["C001"]
    now = {one.candidate_id: one for one in after.lines}["C001"]
    said = "".join(words_on(meeting.title))
    assert f"得分 {show_points(line.score)} → {show_points(now.score)}" in said
    index = meeting.view.table.currentIndex()
    assert (index.data(), index.data(BEFORE_ROLE)) == ("3", "0"), "the original stays, struck through"
    assert state_of(meeting, "C001") is MatterState.SETTLED
    assert "已更正 1 处" in next(
        one.about for one in meeting.agenda.model.everything if one.candidate_id == "C001"
    )


def test_the_correction_follows_the_cell_and_names_whose_pass_phrase_it_wants(
    qtbot, parts: Parts, panel
) -> None:
    code = nothing_for(panel, "E02", "C002")
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C002")
    press(qtbot, parts, meeting.motions.acts[meeting.motions.correction])
    form = meeting.motions.correction.form.parts
    type_into(qtbot, form.after, "4")
    point_at(qtbot, meeting, "E03", code)
    assert form.after.text() == "" and "E03" in form.passphrase_label.text()
    point_at(qtbot, meeting, "E04", code)
    assert not meeting.motions.correction.primary.isEnabled(), "a recused expert has nothing to correct"
    movers = [form.mover.itemData(place) for place in range(form.mover.count())]
    assert movers == [None, "E01", "E02", "E03", "E05"]
    hit(qtbot, parts, Qt.Key.Key_Escape)
    assert not meeting.motions.isVisible()


def test_who_is_away_is_not_counted_as_present(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    press(qtbot, parts, meeting.motions.acts[meeting.motions.correction])
    meeting.room.mark("E05", there=False)
    assert "出席 4/5" in "".join(words_on(meeting.room)) and "缺席：E05" in "".join(words_on(meeting.room))
    ballot = meeting.motions.correction.ballot
    press(qtbot, parts, ballot.unanimous)
    assert ballot.vote.in_favour == 4 and ballot.carried


def test_quorum_and_majority_are_told_in_words() -> None:
    from ecpanel.domain.scheme import MeetingRules

    who = Electorate(6, 6, 1, MeetingRules())
    assert "到会不少于 4 人" in judge(Vote(0, 0, 0), who).word
    assert judge(Vote(3, 0, 0), who).icon == ERROR.icon and "不足" in judge(Vote(3, 0, 0), who).word
    assert judge(Vote(3, 3, 0), who).icon == ERROR.icon
    assert judge(Vote(7, 0, 0), who).icon == ERROR.icon
    assert judge(Vote(4, 2, 0), who).icon == DONE.icon
    assert judge(Vote(4, 0, 0), who).icon == WARNING.icon, "fewer hands than people in the room"
    gate = Electorate(6, 6, 0, MeetingRules(), gate=True)
    assert judge(Vote(3, 2, 1), gate).icon == ERROR.icon and judge(Vote(4, 2, 0), gate).icon == DONE.icon


# --- 准入认定 ---


def test_a_gate_keeps_a_candidate_out_and_a_later_finding_lets_it_in(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001")
    desk, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    hit(qtbot, parts, Qt.Key.Key_F7)
    motion, form = meeting.motions.gate, meeting.motions.gate.form.parts
    press(qtbot, parts, motion.primary)
    assert form.outcome_wrong.isVisible() and form.reason_problem.isVisible()
    choose(form.gate, "G5")
    form.failed.setChecked(True)
    type_into(qtbot, form.reason, "近三年内有重大行政处罚")
    motion.ballot.parts.in_favour.setValue(3)
    motion.ballot.parts.against.setValue(2)
    press(qtbot, parts, motion.primary)
    assert result_of(desk.store, system_clock).gate_decisions == (), "two thirds are needed"
    motion.ballot.parts.in_favour.setValue(4)
    motion.ballot.parts.against.setValue(1)
    press(qtbot, parts, motion.primary)
    result = result_of(desk.store, system_clock)
    (one,) = result.gate_decisions
    assert (one.candidate_id, one.gate, one.passed, one.vote) == ("C001", "G5", False, Vote(4, 1, 0, 0))
    assert next(line.state for line in result.lines if line.candidate_id == "C001") == "excluded"
    assert "不参与排名" in "".join(words_on(meeting.title))
    form.passed.setChecked(True)
    choose(form.gate, "G5")
    type_into(qtbot, form.reason, "处罚已撤销，补交证明")
    press(qtbot, parts, motion.ballot.unanimous)
    press(qtbot, parts, motion.primary)
    result = result_of(desk.store, system_clock)
    assert next(line.state for line in result.lines if line.candidate_id == "C001") == "ranked"


# --- 同分次序 ---


def test_a_tie_is_put_in_order_by_keys_and_voted(qtbot, parts: Parts, panel) -> None:
    tie(panel, "C005", "C006")
    desk, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C006")
    hit(qtbot, parts, Qt.Key.Key_F8)
    motion = meeting.motions.tie
    assert motion.order == ("C005", "C006")
    motion.list.setFocus()
    qtbot.keyClick(motion.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert motion.order == ("C006", "C005")
    type_into(qtbot, motion.form.parts.reason, "带动就业更多")
    press(qtbot, parts, motion.ballot.unanimous)
    press(qtbot, parts, motion.primary)
    result = result_of(desk.store, system_clock)
    (one,) = result.tie_decisions
    assert one.order == ("C006", "C005")
    ranks = {line.candidate_id: line.rank for line in result.lines}
    assert ranks["C006"] + 1 == ranks["C005"]
    assert {line.decided_by for line in result.lines if line.candidate_id in ("C005", "C006")} == {"vote"}
    assert state_of(meeting, "C005") is state_of(meeting, "C006") is MatterState.SETTLED


def test_there_is_nothing_to_order_without_a_tie_or_with_one_the_chair_must_not_see(
    qtbot, parts: Parts, panel
) -> None:
    nothing_for(panel, "E02", "C001")
    tie(panel, "C004", "C005")
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    press(qtbot, parts, meeting.motions.acts[meeting.motions.tie])
    assert "没有与别家同分" in "".join(words_on(meeting.motions.tie))
    assert not meeting.motions.tie.primary.isEnabled()
    take(qtbot, meeting, "C005")
    said = "".join(words_on(meeting.motions.tie))
    assert "组长回避" in said and not meeting.motions.tie.primary.isEnabled()
    hidden = next(one.name for one in panel.candidates if one.candidate_id == "C004")
    assert hidden not in said and meeting.motions.tie.list.count() == 0


# --- 本人回避 ---


def test_the_chair_sees_nothing_of_his_own_recused_candidate_until_another_presides(
    qtbot, parts: Parts, panel
) -> None:
    nothing_for(panel, "E02", "C004")
    desk, meeting = at_meeting(qtbot, parts, panel)
    assert next(one.about for one in meeting.agenda.model.rows if one.candidate_id == "C004") == "组长回避"
    take(qtbot, meeting, "C004")
    line = next(one for one in result_of(desk.store, system_clock).lines if one.candidate_id == "C004")
    score = show_points(line.score)
    shown = "".join(words_on(meeting.pane))
    assert "本人回避：由其他成员主持" in shown and score not in shown and "畸低" not in shown
    assert not meeting.view.isVisible() and not meeting.motions.acts[meeting.motions.correction].isVisible()
    presiding = meeting.presiding
    members = [presiding.form.parts.member.itemData(n) for n in range(presiding.form.parts.member.count())]
    assert members == [None, "E02", "E03", "E04", "E05"], "not the chair"
    choose(presiding.form.parts.member, "E03")
    type_into(qtbot, presiding.form.parts.passphrase, "猜一个口令")
    press(qtbot, parts, presiding.begin)
    assert presiding.form.parts.passphrase_problem.isVisible() and not meeting.view.isVisible()
    type_into(qtbot, presiding.form.parts.passphrase, CORRECTION)
    press(qtbot, parts, presiding.begin)
    assert meeting.view.isVisible() and score in meeting.title.place.text()
    assert "由 E03" in "".join(words_on(meeting.pane.strip))
    with desk.store.reading() as connection:
        last = journal.lines(connection)[-1]
    assert (last.action, last.subject) == ("preside", "E03")
    other = next(one.candidate_id for one in meeting.agenda.model.rows if one.candidate_id != "C004")
    take(qtbot, meeting, other)
    take(qtbot, meeting, "C004")
    assert not meeting.view.isVisible() and presiding.form.parts.passphrase.text() == ""
    assert score not in "".join(words_on(meeting.pane))


def test_going_to_another_tab_ends_presiding_and_a_correction_does_not(qtbot, parts: Parts, panel) -> None:
    code = nothing_for(panel, "E02", "C004")
    desk, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C004")
    choose(meeting.presiding.form.parts.member, "E03")
    type_into(qtbot, meeting.presiding.form.parts.passphrase, CORRECTION)
    press(qtbot, parts, meeting.presiding.begin)
    assert meeting.view.cell()[0] == "E02" and meeting.view.cell()[1].code == code
    press(qtbot, parts, meeting.motions.acts[meeting.motions.correction])
    fill_correction(qtbot, meeting, "3", mover="E03")
    press(qtbot, parts, meeting.motions.correction.ballot.unanimous)
    type_into(qtbot, meeting.motions.correction.form.parts.passphrase, CORRECTION)
    press(qtbot, parts, meeting.motions.correction.primary)
    (one,) = load_material(desk.store).corrections
    assert one.candidate_id == "C004" and one.vote == Vote(4, 0, 0, 1)
    assert meeting.view.isVisible()
    desk.go_to("排名")
    wait(qtbot, parts)
    desk.go_to("合议")
    wait(qtbot, parts)
    assert not meeting.view.isVisible() and meeting.presiding.isVisible()


# --- the projector ---


def test_the_projector_shows_the_motion_and_no_individual_scores(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C001", points=50)
    _, meeting = at_meeting(qtbot, parts, panel)
    take(qtbot, meeting, "C001")
    meeting.setFocus()
    press(qtbot, parts, meeting.projecting.button)
    projector = meeting.projecting.projector
    assert projector is not None and projector.isVisible() and projector.window() is projector
    said = "".join(words_on(projector))
    firm = next(one for one in panel.candidates if one.candidate_id == "C001")
    assert firm.name in said and "事由：畸低" in said and "出席 5/5" in said
    result = result_of(meeting.store, system_clock)
    line = next(one for one in result.lines if one.candidate_id == "C001")
    totals = {show_points(one.total.numerator) for one in line.totals if one.total is not None}
    assert not any(total in said for total in totals)
    press(qtbot, parts, meeting.motions.acts[meeting.motions.correction])
    fill_correction(qtbot, meeting, "6.5")
    press(qtbot, parts, meeting.motions.correction.ballot.unanimous)
    leaf = leaf_of(panel)
    said = "".join(words_on(projector))
    assert f"更正 {leaf.code} {leaf.name}　0.50 → 6.50" in said
    assert "同意 5　反对 0　弃权 0" in said and "动议成立" in said
    assert "E02" not in said and panel.experts[1].name not in said
    press(qtbot, parts, meeting.projecting.scores)
    qtbot.wait(50)
    said = "".join(words_on(projector))
    assert all(total in said for total in totals) and "E02" in said
    projector.activateWindow()
    qtbot.waitUntil(projector.isActiveWindow)
    qtbot.keyClick(projector, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: meeting.projecting.projector is None)
    assert not meeting.projecting.button.isChecked() and not meeting.projecting.scores.isVisible()


def test_the_projector_tells_nothing_of_the_chair_s_own_recused_candidate(qtbot, parts: Parts, panel) -> None:
    nothing_for(panel, "E02", "C004")
    desk, meeting = at_meeting(qtbot, parts, panel)
    press(qtbot, parts, meeting.projecting.button)
    press(qtbot, parts, meeting.projecting.scores)
    take(qtbot, meeting, "C004")
    projector = meeting.projecting.projector
    assert projector is not None
    said = "".join(words_on(projector))
    line = next(one for one in result_of(desk.store, system_clock).lines if one.candidate_id == "C004")
    assert "组长回避" in said and "畸低" not in said and show_points(line.score) not in said
    parts.frame.go_home()
    assert meeting.projecting.projector is None, "the projector goes with its desk"


# --- signed ---


def test_after_signing_everything_is_read_only_and_nothing_hidden(
    qtbot, parts: Parts, panel, tmp_path: Path
) -> None:
    nothing_for(panel, "E02", "C004")
    desk, meeting = at_meeting(qtbot, parts, panel)
    write_result_bundle(desk.store, tmp_path / "成果包.zip", system_clock, silent)
    desk.changed("")
    wait(qtbot, parts)
    take(qtbot, meeting, "C004")
    assert meeting.view.isVisible() and "分" in meeting.title.place.text()
    assert not any(made.isVisible() for made in meeting.motions.acts.values())
    assert not meeting.done.isEnabled()
    hit(qtbot, parts, Qt.Key.Key_F6)
    assert not meeting.motions.isVisible()
