"""The score sheet: mouse and keys only, and everything is in the store as the service reads it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from gui.hands import type_words
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget
from services.reviews import firms, panel, prepared, signed_in, small_review

from ecpanel.domain.candidate import Fact, PastResult
from ecpanel.domain.points import Points
from ecpanel.domain.scheme import Descriptor, Indicator, Kind, Scheme, Section
from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet, State
from ecpanel.gui.app import Parts
from ecpanel.gui.controls.panel import column
from ecpanel.gui.expert.digit_keys import PATIENCE, DigitKeys
from ecpanel.gui.expert.score_sheet import ScoreSheet
from ecpanel.gui.frame import Page
from ecpanel.gui.keys import keys_of
from ecpanel.resources import resource_path
from ecpanel.services import hand_in, score
from ecpanel.services.opening import Store, open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.score import Assignment, Entry
from ecpanel.wrapping import Cost

KEY, MOUSE = Qt.Key, Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
REASON = "申报书第三章有全国首创的证明材料。"
PAGE = Evidence("C001-01", "0" * 64, 12)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, cheap: Cost) -> Path:
    """An expert's store, signed in and unscored; E01's beside it is handed in."""
    review = small_review(tmp_path_factory.mktemp("klein"), cheap)
    shutil.copytree(review.expert_store.parent, review.folder / "offen")
    return review.folder


@pytest.fixture(scope="module")
def figured(tmp_path_factory: pytest.TempPathFactory, cheap: Cost) -> Path:
    """A review whose scheme has settled figures, an indicator that may not apply, and one of 12 points."""
    folder = tmp_path_factory.mktemp("zahlen")
    plain = json.loads(resource_path("schemes", "builtin-placeholder.json").read_text(encoding="utf-8"))
    leaves = {leaf["code"]: leaf for section in plain["sections"] for leaf in section["children"]}
    leaves["B1"]["points"], leaves["B4"]["points"] = 1200, 400
    leaves["D1"]["may_not_apply"] = True
    (folder / "scheme.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    facts = (Fact("A1", "56.3"), Fact("A2", "21.5"))
    past = (PastResult(2019, 8125, 31, "良好"), PastResult(2020, None, 12))
    everyone = [replace(one, facts=facts, past=past) for one in firms(3)]
    experts, group = panel(3)
    issued = prepared(folder, cheap, everyone, experts, group, scheme=folder / "scheme.json")
    own = next(one for one in issued if one.owner == "E02" and one.desk.value == "expert")
    (folder / "offen").mkdir()
    signed_in(own, folder / "offen" / "E02.ecreview", cheap)
    return folder


@dataclass
class Bench:
    """A sheet in the real window over a real store."""

    qtbot: object
    store: Store
    work: Assignment
    sheet: ScoreSheet
    at: str = "C001"
    entries: list[Entry] = field(default_factory=list)
    signals: list[object] = field(default_factory=list)

    def show(self, candidate: str = "C001", *, read_only: bool = False) -> None:
        self.at = candidate
        mine = score.own_sheets(self.store, self.work)[candidate]
        settled = self.work.settled.get(candidate, {})
        self.sheet.show_candidate(
            self.work.candidates[candidate],
            mine,
            settled,
            read_only=read_only,
            documents={"C001-01": "申报书"},
        )
        self.sheet.setFocus()
        QApplication.processEvents()

    def stored(self, code: str, candidate: str = "") -> Score:
        sheet = score.own_sheets(self.store, self.work)[candidate or self.at]
        return sheet.scores.get(code) or Score(code, State.UNSCORED)

    def points(self, code: str) -> Points | None:
        return self.stored(code).points

    def opinion(self) -> Opinion:
        return score.own_sheets(self.store, self.work)[self.at].opinion

    def go(self, code: str) -> None:
        self.sheet.focus_indicator(code)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            focus = QApplication.focusWidget()
            assert focus is not None
            self.qtbot.keyClick(focus, key, modifier)

    def write(self, words: str) -> None:
        """Type letter by letter, wherever the focus goes: by key or as an input method commits it."""
        for letter in words:
            focus = QApplication.focusWidget()
            if letter.isascii() or isinstance(focus, QLineEdit | QPlainTextEdit):
                type_words(self.qtbot, focus, letter)
            else:
                event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(focus, event)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.qtbot.mouseClick(widget, MOUSE, pos=at or widget.rect().center())


def bench(parts: Parts, qtbot: object, store: Store) -> Bench:
    work = score.load_assignment(store)

    def edit(entry: Entry) -> Score:
        made.entries.append(entry)
        return score.set_score(store, work, entry, system_clock)

    def write_opinion(candidate: str, opinion: Opinion) -> None:
        score.set_opinion(store, work, candidate, opinion, system_clock)

    sheet = ScoreSheet(parts.frame, work.scheme, edit, write_opinion)
    made = Bench(qtbot, store, work, sheet)
    page = Page()
    page.setLayout(column(sheet))
    parts.frame.show_page(page)
    parts.window.activateWindow()
    sheet.evidence_wanted.connect(lambda code: made.signals.append(("evidence", code)))
    sheet.evidence_opened.connect(lambda one: made.signals.append(("open", one)))
    sheet.next_candidate.connect(lambda: made.signals.append("next"))
    sheet.indicator_changed.connect(lambda code: made.signals.append(("at", code)))
    sheet.changed.connect(lambda key: made.signals.append(("changed", key)))
    return made


@pytest.fixture
def table(parts: Parts, qtbot: object, built: Path, tmp_path: Path) -> Iterator[Bench]:
    """The sheet of C001, open at the first indicator."""
    shutil.copytree(built / "offen", tmp_path / "offen")
    with open_store(tmp_path / "offen" / "E02.ecreview", PASSPHRASE) as store:
        made = bench(parts, qtbot, store)
        made.show()
        yield made
        made.sheet.flush()


@pytest.fixture
def numbers(parts: Parts, qtbot: object, figured: Path, tmp_path: Path) -> Iterator[Bench]:
    """The same over the review with figures."""
    shutil.copytree(figured / "offen", tmp_path / "offen")
    with open_store(tmp_path / "offen" / "E02.ecreview", PASSPHRASE) as store:
        made = bench(parts, qtbot, store)
        made.show()
        yield made
        made.sheet.flush()


# ---- levels and numbers


def test_digits_choose_levels_and_enter_goes_on(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2, KEY.Key_Return)
    assert table.points("B1") == 650 and table.sheet.current_indicator() == "B2"
    table.go("B3")
    table.press(KEY.Key_3, KEY.Key_Return, KEY.Key_3)
    assert (table.points("B3"), table.points("B4")) == (300, 500)
    table.press(KEY.Key_Return, modifier=SHIFT)
    assert table.sheet.current_indicator() == "B3"


def test_a_changed_mind_takes_another_level(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2, KEY.Key_3)
    assert table.points("B1") == 500
    assert [one.isChecked() for one in table.sheet.card.levels.buttons] == [False, False, True, False]


@pytest.mark.parametrize(
    ("typed", "points"), [("6.5", 650), ("2.5", 250), ("７．５", 750), (".5", 50), ("0", 0)]
)
def test_a_number_typed_on_the_levels_is_that_number(table: Bench, typed, points):
    table.go("B1")
    table.write(typed)
    table.press(KEY.Key_Return)
    assert table.points("B1") == points
    table.sheet.undo()
    assert table.stored("B1").state is State.UNSCORED, "level and number typed on are one step"


def test_ten_of_twelve_is_ten_and_not_a_level(numbers: Bench):
    numbers.go("B1")
    numbers.write("10")
    numbers.sheet.flush()
    assert numbers.points("B1") == 1000


def test_digits_in_the_value_field_are_never_levels(table: Bench):
    table.go("B1")
    table.press(KEY.Key_F2)
    assert QApplication.focusWidget() is table.sheet.card.value
    table.write("3")
    table.press(KEY.Key_Return)
    assert table.points("B1") == 300
    assert table.sheet.current_indicator() == "B1", "so low a score needs its reason first"
    assert table.sheet.card.remark.hasFocus()
    table.press(KEY.Key_Return)
    assert QApplication.focusWidget() is table.sheet.card.value, "who types numbers goes on typing numbers"
    table.press(KEY.Key_Escape)
    assert QApplication.focusWidget() in (table.sheet.card.levels, table.sheet.card.value)
    table.go("B3")
    table.press(KEY.Key_Escape, KEY.Key_2)
    assert table.points("B3") == 400


@pytest.mark.parametrize(("typed", "points"), [("６．５", 650), ("6。5", 650), (" 7 ", 700), ("8.", 800)])
def test_numbers_as_chinese_input_types_them(table: Bench, typed, points):
    table.go("B1")
    table.click(table.sheet.card.value)
    table.write(typed)
    table.press(KEY.Key_Tab)
    assert table.points("B1") == points


def test_digit_keys_know_a_level_from_a_number():
    now = [0.0]
    keys = DigitKeys(lambda: now[0])
    assert keys.press("1", 4, 1500) == 1
    assert keys.press("2", 4, 1500) == "12"
    assert keys.press("1", 4, 1500) == 1
    now[0] += PATIENCE + 0.1
    assert keys.press("2", 4, 1500) == 2, "a second thought, not the number twelve"
    assert keys.press("0", 4, 1500) == "0", "20 is more than there is"
    assert keys.press("1", 4, 1500) == 1
    now[0] += 60
    assert keys.press("0", 4, 1500) == "10", "nobody means nought after one"
    assert keys.press("3", 4, 1500) == 3
    keys.forget()
    assert keys.press(".", 4, 1500) == "0."
    assert keys.press("x", 4, 1500) is None and keys.press("", 4, 1500) is None


def test_arrows_step_and_stay_in_the_level_sideways(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2, KEY.Key_Up)
    assert table.points("B1") == 700
    table.press(KEY.Key_Right)
    assert table.points("B1") == 700, "the top of 良"
    table.press(KEY.Key_Up, KEY.Key_Up, KEY.Key_Up)
    assert table.points("B1") == 800, "the maximum"
    table.press(KEY.Key_Down, KEY.Key_Left)
    assert table.points("B1") == 750
    table.press(KEY.Key_F2, KEY.Key_Down)
    assert table.points("B1") == 700 and table.sheet.card.value.text() == "7"


def test_nothing_is_invented_where_nothing_was_scored(table: Bench):
    table.go("B1")
    table.press(KEY.Key_Up, KEY.Key_Down, KEY.Key_Left, KEY.Key_Right, KEY.Key_Return)
    assert table.stored("B1").state is State.UNSCORED and not table.entries


def test_the_mouse_chooses_levels_steps_and_lines(table: Bench):
    table.go("B1")
    table.click(table.sheet.card.levels.buttons[0])
    assert table.points("B1") == 750
    table.click(table.sheet.card.less)
    assert table.points("B1") == 700
    table.click(table.sheet.lines["B3"], QPoint(40, 8))
    assert table.sheet.current_indicator() == "B3"
    assert not table.sheet.lines["B3"].isVisible() and table.sheet.lines["B1"].isVisible()


def test_a_level_without_a_value_cannot_be_chosen(table: Bench):
    table.go("F2")
    table.press(KEY.Key_3)
    table.click(table.sheet.card.levels.buttons[2])
    assert table.stored("F2").state is State.UNSCORED
    assert "无可用分值" in table.sheet.card.levels.buttons[2].accessibleName()


def test_bands_are_choices_where_no_figure_is_known(table: Bench):
    table.go("C4")
    table.press(KEY.Key_3)
    assert table.points("C4") == 200


# ---- refused


@pytest.mark.parametrize(("typed", "sentence"), [("85", "超出0至8"), ("6.3", "整数倍"), ("六", "六")])
def test_what_is_refused_stays_as_typed_and_the_store_as_it_was(table: Bench, typed, sentence):
    table.go("B1")
    table.press(KEY.Key_2, KEY.Key_F2)
    table.write(typed)
    table.press(KEY.Key_Return)
    card = table.sheet.card
    assert (table.points("B1"), card.value.text(), table.sheet.current_indicator()) == (650, typed, "B1")
    assert sentence in card.value_problem.text() and card.value_problem.isVisible()
    table.show("C002")
    assert not card.value_problem.isVisible()
    table.show("C001")
    table.go("B3")
    assert table.sheet.lines["B1"].cell.notice == "未采纳"
    table.go("B1")
    assert card.value.text() == typed and sentence in card.value_problem.text()
    table.press(KEY.Key_Z, modifier=CTRL)
    assert card.value.text() == "6.5" and not card.value_problem.isVisible()
    assert table.points("B1") == 650


def test_a_refused_value_holds_the_next_candidate_back(table: Bench):
    table.go("B1")
    table.write("85")
    table.press(KEY.Key_Return, modifier=CTRL)
    assert "next" not in table.signals and table.sheet.card.value.hasFocus()
    table.press(KEY.Key_A, modifier=CTRL)
    table.write("8")
    table.press(KEY.Key_Return, modifier=CTRL)
    assert "next" in table.signals and table.points("B1") == 800


def test_a_choice_replaces_a_refused_value(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    table.write(".5")
    table.press(KEY.Key_Escape)
    assert table.points("B1") == 250
    table.press(KEY.Key_F2)
    table.write("99")
    table.press(KEY.Key_Escape, KEY.Key_2)
    assert table.points("B1") == 650 and table.sheet.card.value.text() == "6.5"
    assert not table.sheet.card.value_problem.isVisible()


def test_a_sheet_handed_in_refuses_in_place_and_loses_nothing(
    parts: Parts, qtbot: object, built: Path, tmp_path
):
    shutil.copytree(built, tmp_path / "alles")
    with open_store(tmp_path / "alles" / "E01.ecreview", PASSPHRASE) as store:
        made = bench(parts, qtbot, store)
        made.show()
        made.go("B1")
        before = made.stored("B1")
        made.press(KEY.Key_F2)
        made.write("4")
        made.press(KEY.Key_Return)
        assert made.stored("B1") == before and made.sheet.card.value.text() == "4"
        assert "提交" in made.sheet.card.value_problem.text()
        made.sheet.card.remark.setFocus()
        made.press(KEY.Key_End, modifier=CTRL)
        made.write("补充")
        assert not made.sheet.flush()
        assert "补充" in made.sheet.card.remark.toPlainText() and made.sheet.card.remark_problem.isVisible()
        made.sheet.undo()
        assert made.sheet.card.remark.toPlainText() == before.remark
        made.show(read_only=True)


# ---- states


def take_state(table: Bench, word: str) -> None:
    menu = table.sheet.card.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    act = next(one for one in menu.actions() if one.text().startswith(word))
    table.qtbot.mouseClick(menu, MOUSE, pos=menu.actionGeometry(act).center())
    QApplication.processEvents()


def test_all_four_states(numbers: Bench):
    table = numbers
    table.go("D1")
    assert table.stored("D1").state is State.UNSCORED
    table.press(KEY.Key_2)
    assert table.stored("D1").state is State.SCORED
    table.press(KEY.Key_F4)
    take_state(table, "不适用")
    assert table.stored("D1").state is State.NOT_APPLICABLE and table.points("D1") is None
    table.qtbot.waitUntil(table.sheet.card.remark.hasFocus, timeout=1000)  # it needs its reason
    table.write("未涉农")
    table.go("D2")
    assert table.sheet.lines["D1"].cell.notice == "缺理由"
    table.click(table.sheet.card.state)
    assert "不适用" not in [act.text()[:3] for act in table.sheet.card.findChild(QMenu).actions()]
    take_state(table, "弃权")
    assert table.stored("D2").state is State.ABSTAINED
    assert "有弃权" in [one.text() for one in table.sheet.header.findChildren(QLabel) if one.isVisible()] or (
        table.sheet.header._note == ""
    )
    table.press(KEY.Key_F4)
    take_state(table, "未评")
    assert table.stored("D2").state is State.UNSCORED
    for _ in range(2):
        table.sheet.undo()
    assert table.stored("D2").state is State.UNSCORED
    table.sheet.redo()
    assert table.stored("D2").state is State.ABSTAINED


def test_delete_takes_a_score_back(table: Bench):
    table.go("B1")
    table.press(KEY.Key_1, KEY.Key_Delete)
    assert table.stored("B1").state is State.UNSCORED
    table.press(KEY.Key_1, KEY.Key_F2, KEY.Key_Delete, KEY.Key_Return)
    assert table.stored("B1").state is State.UNSCORED, "an emptied field is not nought"


# ---- reasons


def hint(table: Bench) -> str:
    return table.sheet.card._reason_hint.text()


def test_the_reason_says_why_it_is_needed_and_how_much_is_missing(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    assert hint(table) == "可不写"
    table.press(KEY.Key_4)
    assert hint(table) == "低于满分的 60%，须写明理由，还差 10 字"
    table.press(KEY.Key_F2)
    table.write("8")
    table.press(KEY.Key_Return)
    assert hint(table) == "达到满分的 95%，须写明理由，还差 10 字" and table.sheet.card.remark.hasFocus()
    table.write("只有 四 个字")
    assert hint(table).endswith("还差 5 字"), "blanks are no characters"
    table.press(KEY.Key_Return)
    assert table.sheet.lines["B1"].cell.notice == "缺理由"
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.press(KEY.Key_End, modifier=CTRL)
    table.write(REASON)
    assert hint(table) == "达到满分的 95%，理由已写明"
    table.press(KEY.Key_Return)
    assert table.sheet.lines["B1"].cell.notice == ""
    assert table.stored("B1").remark == "只有 四 个字" + REASON


def test_a_remark_is_written_after_a_rest_when_left_and_by_flush(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.write("休息")
    assert table.stored("B1").remark == ""
    table.qtbot.waitUntil(lambda: table.stored("B1").remark == "休息", timeout=1500)
    table.write("离开")
    table.press(KEY.Key_Tab)
    assert table.stored("B1").remark == "休息离开"
    table.sheet.card.remark.setFocus()
    table.press(KEY.Key_End, modifier=CTRL)
    table.write("立即")
    assert table.sheet.flush() and table.stored("B1").remark == "休息离开立即"
    assert ("changed", "C001") in table.signals
    assert "已保存" in "".join(one.text() for one in table.sheet.window().findChildren(QLabel))


def test_typing_on_and_on_does_not_wait_for_a_rest(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    begin = time.monotonic()
    while time.monotonic() - begin < 1.2:
        table.write("字")
        table.qtbot.wait(80)
    assert len(table.stored("B1").remark) >= 5


def test_another_candidate_writes_what_was_pending_of_the_first(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.write("还没休息")
    table.show("C002")
    assert table.stored("B1", "C001").remark == "还没休息"
    assert table.stored("B1", "C002").remark == "" and table.sheet.sheet().candidate_id == "C002"


def test_a_sheet_read_before_the_last_words_does_not_undo_them(table: Bench):
    table.go("B1")
    old = score.own_sheets(table.store, table.work)["C001"]
    table.sheet.card.remark.setFocus()
    table.write("刚写的话")
    table.sheet.show_candidate(table.work.candidates["C001"], old, {})
    assert table.sheet.card.remark.toPlainText() == "刚写的话" == table.stored("B1").remark
    assert table.sheet.sheet().scores["B1"].remark == "刚写的话"


def test_rare_characters_and_lines_are_kept(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    words = "㛃𬭸'\"%&“”·"
    table.write(words)
    table.press(KEY.Key_Return, modifier=Qt.KeyboardModifier.AltModifier)
    table.write("第二行")
    table.sheet.flush()
    assert table.stored("B1").remark == f"{words}\n第二行" and table.sheet.current_indicator() == "B1"


# ---- input methods


def compose(field_: QWidget, words: str, commit: str = "") -> None:
    event = QInputMethodEvent(words, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(field_, event)


def test_an_input_method_is_not_disturbed(table: Bench):
    table.go("B1")
    remark = table.sheet.card.remark
    remark.setFocus()
    table.write("前")
    compose(remark, "shenbaoshu")
    table.qtbot.wait(700)  # the rest writes what is committed and leaves the composition alone
    assert table.stored("B1").remark == "前"
    assert remark.textCursor().block().layout().preeditAreaText() == "shenbaoshu"
    table.press(KEY.Key_Return)
    assert table.sheet.current_indicator() == "B1", "Enter belongs to the input method"
    compose(remark, "", "申报书")
    assert remark.toPlainText().replace("\n", "") == "前申报书"
    table.sheet.flush()
    assert "申报书" in table.stored("B1").remark


def test_letters_in_a_remark_are_letters(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.write("e1E2")
    table.sheet.flush()
    assert table.stored("B1").remark == "e1E2" and table.stored("B1").state is State.UNSCORED
    assert not [one for one in table.signals if one[0] == "evidence"]


def test_a_value_may_be_composed(table: Bench):
    table.go("B1")
    table.press(KEY.Key_F2)
    compose(table.sheet.card.value, "6")
    table.press(KEY.Key_Up, KEY.Key_Escape)
    assert table.sheet.card.value.hasFocus(), "keys belong to the input method"
    compose(table.sheet.card.value, "", "６")
    table.press(KEY.Key_Return)
    assert table.points("B1") == 600


# ---- evidence


def test_pages_are_asked_for_put_opened_and_taken_away(table: Bench):
    table.go("B1")
    table.press(KEY.Key_E)
    table.sheet.add_evidence(PAGE)
    table.sheet.add_evidence(PAGE)
    table.sheet.add_evidence(replace(PAGE, page=14))
    assert table.stored("B1").evidence == (PAGE, replace(PAGE, page=14)), "the same page only once"
    table.sheet.card.remark.setFocus()
    table.press(KEY.Key_E, modifier=CTRL)
    table.click(table.sheet.card.evidence.add)
    assert [one for one in table.signals if one[0] == "evidence"] == [("evidence", "B1")] * 3
    chips = table.sheet.card.evidence.chips
    assert chips[0].page.text() == "① 申报书 第12页"
    table.click(chips[1].page)
    assert ("open", replace(PAGE, page=14)) in table.signals
    table.click(chips[0].cross)
    assert table.stored("B1").evidence == (replace(PAGE, page=14),)
    assert [one.page.text() for one in table.sheet.card.evidence.chips] == ["① 申报书 第14页"]
    table.press(KEY.Key_Z, modifier=CTRL)
    assert len(table.stored("B1").evidence) == 2
    table.press(KEY.Key_Z, modifier=CTRL | SHIFT)
    assert len(table.stored("B1").evidence) == 1
    table.go("B3")
    assert "证据 1 处" in table.sheet.lines["B1"].accessibleName()


# ---- undo


def test_undo_and_redo_over_the_whole_sheet_write_each_time(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2, KEY.Key_Up)
    table.sheet.card.remark.setFocus()
    table.write("理由")
    table.go("B3")
    table.press(KEY.Key_1)
    table.sheet.add_evidence(PAGE)
    steps = [
        lambda: table.stored("B3").evidence == (),
        lambda: table.stored("B3").state is State.UNSCORED and table.sheet.current_indicator() == "B3",
        lambda: table.stored("B1").remark == "" and table.sheet.current_indicator() == "B1",
        lambda: table.points("B1") == 650,
        lambda: table.stored("B1").state is State.UNSCORED,
    ]
    for step in steps:
        written = len(table.entries)
        table.press(KEY.Key_Z, modifier=CTRL)
        assert step() and len(table.entries) == written + 1
    assert not table.sheet.undo_button.isEnabled()
    for _ in steps:
        table.press(KEY.Key_Z, modifier=CTRL | SHIFT)
    assert (table.points("B1"), table.stored("B1").remark) == (700, "理由")
    assert (table.points("B3"), table.stored("B3").evidence) == (450, (PAGE,))


def test_undo_in_a_remark_takes_the_last_words(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.write("第一句")
    table.qtbot.waitUntil(lambda: table.stored("B1").remark == "第一句", timeout=1500)
    table.write("第二句")
    table.press(KEY.Key_Z, modifier=CTRL)
    assert table.stored("B1").remark == "第一句" == table.sheet.card.remark.toPlainText()
    table.press(KEY.Key_Y, modifier=CTRL)
    assert table.stored("B1").remark == "第一句第二句" == table.sheet.card.remark.toPlainText()


def test_each_candidate_has_its_own_undo(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    table.show("C002")
    assert not table.sheet.undo_button.isEnabled()
    table.show("C001")
    table.click(table.sheet.undo_button)
    assert table.stored("B1").state is State.UNSCORED


def test_a_sheet_changed_elsewhere_is_not_undone_over(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    table.show("C002")
    score.set_score(table.store, table.work, Entry("C001", "B1", text="7"), system_clock)
    table.show("C001")
    assert not table.sheet.undo_button.isEnabled()


# ---- candidates, opinion, header


def test_ctrl_enter_saves_and_asks_for_the_next_candidate(table: Bench):
    table.go("B1")
    table.sheet.card.remark.setFocus()
    table.write("最后一句")
    table.press(KEY.Key_Return, modifier=CTRL)
    assert table.signals[-1] == "next" and table.stored("B1").remark == "最后一句"
    table.click(table.sheet.next_button)
    assert table.signals.count("next") == 2


def test_enter_after_the_last_indicator_leads_to_the_opinion(table: Bench):
    table.go("F2")
    table.press(KEY.Key_2, KEY.Key_Return)
    opinion = table.sheet.opinion
    assert opinion.fields["strengths"].hasFocus()
    table.write("模式清晰")
    table.press(KEY.Key_Return)
    table.write("成效可核")
    table.press(KEY.Key_Tab)
    assert table.opinion() == Opinion("模式清晰\n成效可核")
    assert opinion._count.text() == "8 字，还差 42 字（50–500 字）"
    table.write("不足" * 21)
    assert opinion._count.text() == "50 字（50–500 字）"
    table.qtbot.waitUntil(lambda: table.opinion().length == 50, timeout=2000)
    table.press(KEY.Key_Tab)
    table.write("建议" * 226)
    assert opinion._count.text() == "502 字，超出 2 字（50–500 字）"
    assert table.sheet.flush() and table.opinion().advice == "建议" * 226
    for _ in range(3):
        table.press(KEY.Key_Z, modifier=CTRL)
    assert table.opinion().advice == ""


def test_the_next_gap_is_found_from_anywhere(table: Bench):
    table.go("B1")
    table.press(KEY.Key_1, KEY.Key_Up)
    assert table.sheet.gap_button.text() == "缺 21 处 ›"
    table.press(KEY.Key_F8)
    assert table.sheet.current_indicator() == "B2"
    table.sheet.focus_opinion()
    table.press(KEY.Key_F8)
    assert table.sheet.current_indicator() == "A1"
    for code in ("A1", "A2", "A3"):
        table.go(code)
        table.press(KEY.Key_2)
    table.sheet.focus_opinion()
    table.press(KEY.Key_F8)
    assert table.sheet.current_indicator() == "B1" and table.sheet.card.remark.hasFocus()


def test_the_head_tells_progress_sums_and_earlier_years(numbers: Bench):
    table, header = numbers, numbers.sheet.header
    assert header._progress.text() == "已评 2/20" and header._bar.value() == 2
    table.go("B1")
    table.write("10")
    table.press(KEY.Key_Return)
    head = next(one for one in table.sheet.body.heads if one.section.code == "B")
    assert "已得 10 分" in head.accessibleName()
    total = header._total.text()
    assert float(total) == (sum(table.work.settled["C001"].values()) + 1000) / 100
    table.click(header.eye)
    assert header._total.text() == "已隐藏" and "已得" not in head.accessibleName()
    assert not header.shows_total
    table.show("C002")
    assert header._total.text() == "已隐藏", "hidden stays hidden"
    assert not header._past_words.isVisible()
    table.click(header.past)
    assert header._past_words.text() == "2020年　第12名\n2019年　81.25分  第31名  良好"


def test_a_sheet_opens_at_the_first_thing_missing(table: Bench):
    for code in ("A1", "A2"):
        score.set_score(table.store, table.work, Entry("C002", code, text="4"), system_clock)
    table.show("C002")
    assert table.sheet.current_indicator() == "A3"


# ---- settled and read only


def test_a_settled_indicator_has_no_field_but_takes_an_objection(numbers: Bench):
    table, card = numbers, numbers.sheet.card
    table.go("A1")
    assert not card.value.isVisible() and not card.state.isVisible() and not card.evidence.isVisible()
    assert "核定数据 56.3 亿元" in card._about.text()
    table.press(KEY.Key_1, KEY.Key_5, KEY.Key_E)
    table.sheet.add_evidence(PAGE)
    before = table.stored("A1")
    assert before.points == table.work.settled["C001"]["A1"] and not table.entries
    table.click(card.remark)
    table.write("交易额与审计报告不一致")
    table.press(KEY.Key_Return)
    assert table.stored("A1") == replace(before, remark="交易额与审计报告不一致")
    assert table.sheet.current_indicator() == "A3", "A2 is settled too: nothing to accept"
    table.press(KEY.Key_Up, modifier=CTRL)
    assert table.sheet.current_indicator() == "A2"


def test_read_only_changes_nothing(table: Bench):
    table.go("B1")
    table.press(KEY.Key_1)
    table.sheet.card.remark.setFocus()
    table.write(REASON)
    table.sheet.add_evidence(PAGE)
    table.sheet.flush()
    before, written = table.stored("B1"), len(table.entries)
    table.show(read_only=True)
    table.go("B1")
    card = table.sheet.card
    assert not card.value.isVisible() and card.remark.isReadOnly() and card.remark.toPlainText() == REASON
    assert not any(button.isEnabled() for button in card.levels.buttons)
    for button in card.levels.buttons:
        table.click(button)
    table.press(KEY.Key_2, KEY.Key_Delete, KEY.Key_E, KEY.Key_F2, KEY.Key_F4)
    table.press(KEY.Key_Z, modifier=CTRL)
    table.click(card.remark)
    table.write("改")
    table.sheet.add_evidence(replace(PAGE, page=2))
    assert not card.evidence.chips[0].cross.isVisible() and not table.sheet.undo_button.isVisible()
    table.click(card.evidence.chips[0].page)
    assert ("open", PAGE) in table.signals
    assert table.sheet.flush() and table.stored("B1") == before and len(table.entries) == written
    card.setFocus()
    table.press(KEY.Key_Return)
    assert table.sheet.current_indicator() == "B2"
    table.press(KEY.Key_Up)
    assert table.sheet.current_indicator() == "B1"
    table.show()
    assert card.levels.buttons[0].isEnabled() and not card.remark.isReadOnly()


def test_a_preview_needs_no_store(parts: Parts, qtbot: object, built: Path, table: Bench):
    preview = ScoreSheet(parts.frame.theme, table.work.scheme)
    qtbot.addWidget(preview)
    preview.resize(420, 700)
    preview.show()
    preview.show_preview()
    assert preview.current_indicator() == "B1" and not preview.card.value.isVisible()
    qtbot.keyClick(preview.card, KEY.Key_Down)
    assert preview.current_indicator() == "B2"


# ---- a whole sheet, names, speed


def test_a_sheet_filled_by_keys_alone_is_ready(table: Bench):
    table.go("A1")
    for _ in range(20):
        table.press(KEY.Key_2, KEY.Key_Return)
        if table.sheet.card.remark.hasFocus():
            table.write(REASON)
            table.press(KEY.Key_Return)
    table.write("模式清晰成效可核" * 4)
    table.press(KEY.Key_Tab)
    table.write("研发投入占比下降" * 3)
    table.press(KEY.Key_Return, modifier=CTRL)
    mine = score.own_sheets(table.store, table.work)
    assert hand_in.readiness(table.work, {"C001": mine["C001"]}) == []
    assert table.sheet.header._progress.text() == "已评 20/20" and not table.sheet.gap_button.isVisible()


def controls(sheet: ScoreSheet) -> list[QWidget]:
    found = [*sheet.findChildren(QAbstractButton), *sheet.findChildren(QLineEdit)]
    return [one for one in [*found, *sheet.findChildren(QPlainTextEdit)] if one.isVisible()]


def test_every_control_has_a_name_with_its_indicator(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    table.sheet.add_evidence(PAGE)
    QApplication.processEvents()
    for control in controls(table.sheet):
        assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control
    for control in controls(table.sheet):
        if table.sheet.card.isAncestorOf(control):
            assert control.accessibleName().startswith("B1 "), control.accessibleName()
    names = [line.accessibleName() for line in table.sheet.lines.values()]
    assert "A1 电子商务交易规模：未评，满分 8" in names


def test_tab_goes_through_the_card_in_its_order(table: Bench):
    table.go("B1")
    table.press(KEY.Key_2)
    table.sheet.add_evidence(PAGE)
    card, chip = table.sheet.card, table.sheet.card.evidence.chips[0]
    card.value.setFocus()
    order = [QApplication.focusWidget()]
    for _ in range(8):
        table.press(KEY.Key_Tab)
        order.append(QApplication.focusWidget())
    opinion = table.sheet.opinion.fields["strengths"]
    wanted = [
        card.value,
        card.more,
        card.state,
        card.levels,
        card.remark,
        chip.page,
        chip.cross,
        card.evidence.add,
        opinion,
    ]
    assert order == wanted


def test_the_sheet_of_keys_tells_the_keys_of_the_card(table: Bench):
    told = dict(keys_of([table.sheet.window()]))
    assert {"1–9", "E", "回车", "Ctrl+E", "Ctrl+Z", "Ctrl+Return", "F2", "F4", "F7", "F8"} <= told.keys()


def sixty() -> tuple[Section, ...]:
    levels = tuple(
        Descriptor(name, share, "体系完备并通过认证，成效突出且可核，" * 3)
        for name, share in (("优", 90), ("良", 75), ("中", 60), ("差", 0))
    )

    def leaf(code: str) -> Indicator:
        return Indicator(code, f"协同能力{code}", 1200, Kind.SUBJECTIVE, 50, "案例", True, levels)

    return tuple(
        Section(
            one,
            "综合水平",
            14400,
            tuple(
                Section(f"{one}{n}", "经营能力", 4800, tuple(leaf(f"{one}{n}{m}") for m in range(1, 5)))
                for n in range(1, 4)
            ),
        )
        for one in "ABCDE"
    )


@pytest.mark.parametrize("size", [20, 60])
def test_another_candidate_shows_his_own_scores_however_long_the_scheme(
    parts: Parts, qtbot: object, table: Bench, size: int
):
    scheme: Scheme = table.work.scheme if size == 20 else replace(table.work.scheme, sections=sixty())
    sheet = ScoreSheet(
        parts.frame, scheme, lambda entry: Score(entry.indicator, State.UNSCORED), lambda *_: None
    )
    page = Page()
    page.setLayout(column(sheet))
    parts.frame.show_page(page)
    codes = list(sheet.lines)
    assert len(codes) == size
    cells = {
        code: Score(code, State.SCORED, 50 * (place % 4), "太少", (PAGE,) * (place % 3))
        for place, code in enumerate(codes[: size // 2])
    }
    firms_ = list(table.work.candidates.values())
    sheets = [
        Sheet("E02", "C001", cells),
        Sheet("E02", "C002"),
        Sheet("E02", "C003", dict(list(cells.items())[:3])),
    ]

    def turn(place: int) -> None:
        sheet.show_candidate(firms_[place % 3], sheets[place % 3], {})

    for place in range(6):
        turn(place)
        QApplication.processEvents()
        shown, given = sheet.sheet(), sheets[place % 3]
        assert shown.candidate_id == given.candidate_id
        assert {code: shown.scores[code] for code in given.scores} == given.scores
    for code in codes:
        sheet.focus_indicator(code)
        assert sheet.current_indicator() == code
