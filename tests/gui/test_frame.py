"""The frame: one look at every size, jobs that can be cancelled, a crash that keeps the work, files to desks."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from gui.hands import drop, type_into
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
)

from ecpanel import OWN_SUFFIXES
from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.declarations import ANSWER_SUFFIX, REQUEST_SUFFIX
from ecpanel.exchange.reopening import REOPENING_SUFFIX
from ecpanel.exchange.score_package import SCORE_SUFFIX
from ecpanel.exchange.task_package import TASK_SUFFIX
from ecpanel.gui.app import Parts, assemble
from ecpanel.gui.crash import CrashPage
from ecpanel.gui.jobs import Job, Jobs, Stage, spoken
from ecpanel.gui.keys import KeySheet
from ecpanel.gui.pages.new_store import NewChairPage, NewReviewPage
from ecpanel.gui.pages.notice import NoticePage
from ecpanel.gui.pages.start import OPENABLE, StartPage
from ecpanel.gui.pages.unlock import UnlockPage
from ecpanel.gui.veil import rate
from ecpanel.gui.verify.page import VerifyPage
from ecpanel.progress import Progress
from ecpanel.settings import Places, Preferences, Recent, load_preferences, save_preferences, with_recent
from ecpanel.wrapping import Cost

ROOT = Path(__file__).resolve().parent.parent.parent


def wait(qtbot, parts: Parts) -> None:
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=30_000)


def test_forms_in_python_are_those_of_ui() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "forms.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_new_review_made_by_keyboard_opens_the_organisers_desk(qtbot, parts: Parts, places: Places) -> None:
    window = parts.window
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(window.page, NewReviewPage), timeout=2_000)
    page = window.page
    assert isinstance(page, NewReviewPage)
    form, store = page._form.parts, page._new.parts
    type_into(qtbot, form.title, "2021年电子商务示范企业综合评价")
    type_into(qtbot, form.organiser, "张堃喆")
    type_into(qtbot, form.developed, "北京、浙江")
    type_into(qtbot, store.passphrase, "评审口令-2021")
    type_into(qtbot, store.again, "评审口令-2021")
    qtbot.keyClick(store.again, Qt.Key.Key_Return)
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)
    assert window.page is not None and window.page.role == "组织台"
    assert (places.stores / "2021年电子商务示范企业综合评价_组织.ecreview").is_file()


def test_what_is_wrong_with_a_field_stands_beside_it(qtbot, parts: Parts) -> None:
    page = NewReviewPage(parts.frame)
    parts.frame.show_page(page)
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert "姓名" in page._form.parts.organiser_problem.text()
    type_into(qtbot, page._form.parts.organiser, "李㛃")
    type_into(qtbot, page._form.parts.developed, "北京、亚特兰蒂斯")
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert "亚特兰蒂斯" in page._form.parts.developed_problem.text()
    type_into(qtbot, page._form.parts.developed, "北京")
    type_into(qtbot, page._new.parts.passphrase, "短")
    type_into(qtbot, page._new.parts.again, "不同")
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert page._new.parts.again_problem.text() and not page._new.parts.passphrase_problem.text()
    type_into(qtbot, page._new.parts.again, "短")
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)
    assert "太短" in page._new.parts.passphrase_problem.text()


def test_a_wrong_pass_phrase_is_told_at_the_field_and_a_right_one_opens(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    from ecpanel.services.opening import system_clock
    from ecpanel.services.organise import new_chair

    store, _ = new_chair(tmp_path / "组长.ecreview", "正确的口令-2021", "欧阳𬭸", cheap, system_clock)
    store.close()
    parts.window.open_path(tmp_path / "组长.ecreview")
    page = parts.window.page
    assert isinstance(page, UnlockPage)
    type_into(qtbot, page._line, "错的口令-1")
    qtbot.keyClick(page._line, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert parts.window.page is page
    assert "口令不对" in page._field._problem.text()
    type_into(qtbot, page._line, "正确的口令-2021")
    qtbot.keyClick(page._line, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert parts.window.page is not None and parts.window.page.role == "组长台"


def test_the_chairs_store_and_card_are_made_both_or_neither(
    qtbot, parts: Parts, places: Places, tmp_path: Path
) -> None:
    page = NewChairPage(parts.frame)
    parts.frame.show_page(page)
    type_into(qtbot, page._form.parts.person, "欧阳𬭸")
    type_into(qtbot, page._new.parts.passphrase, "组长口令-2021")
    type_into(qtbot, page._new.parts.again, "组长口令-2021")
    type_into(qtbot, page._card.line, str(tmp_path / "没有的U盘" / "里面" / "名片.json"))
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)
    assert "U盘" in page.banner.words
    assert not (places.stores / "欧阳𬭸_组长.ecreview").exists()
    type_into(qtbot, page._card.line, str(tmp_path))
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)
    assert (tmp_path / "组长名片_欧阳𬭸.json").is_file()
    assert (places.stores / "欧阳𬭸_组长.ecreview").is_file()


@pytest.mark.parametrize(("name", "words"), [("名单.xlsx", "不是任务包"), ("没有.ectask", "不在原处")])
def test_a_stranger_or_a_missing_file_gets_one_plain_sentence(
    parts: Parts, tmp_path: Path, name: str, words: str
) -> None:
    if name.endswith("xlsx"):
        (tmp_path / name).write_bytes(b"PK")
    parts.window.open_path(tmp_path / name)
    page = parts.window.page
    assert isinstance(page, NoticePage)
    assert any(words in label.text() for label in page.findChildren(QLabel))


def test_a_file_dropped_on_the_window_is_opened(qtbot, parts: Parts, tmp_path: Path) -> None:
    bundle = tmp_path / "成果包.zip"
    bundle.write_bytes(b"not a zip")
    drop(parts.window, [bundle])
    wait(qtbot, parts)
    page = parts.window.page
    assert isinstance(page, VerifyPage)
    assert page.verification is not None and not page.verification.sound


@pytest.mark.parametrize("suffix", OWN_SUFFIXES)
def test_every_file_of_our_own_has_a_way_and_is_offered_on_the_start_page(
    parts: Parts, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"文件{suffix}"
    path.write_bytes(b"x")
    parts.window.open_path(path)
    page = parts.window.page
    assert not any("打不开这个文件" in label.text() for label in page.findChildren(QLabel))
    assert f"*{suffix}" in OPENABLE


def test_every_travelling_file_is_one_of_our_own() -> None:
    assert {REQUEST_SUFFIX, ANSWER_SUFFIX, REOPENING_SUFFIX, SCORE_SUFFIX, TASK_SUFFIX} < set(OWN_SUFFIXES)


def test_recent_reviews_are_remembered_and_a_lost_one_says_so(
    parts: Parts, places: Places, tmp_path: Path
) -> None:
    store = tmp_path / "评审.ecreview"
    store.write_bytes(b"")
    parts.frame.remember(store, "2021年综合评价 第二组", "expert", "已评 12/40")
    parts.frame.remember(tmp_path / "没了.ecreview", "旧评审", "chair", "收包 5/7")
    parts.frame.go_home()
    page = parts.window.page
    assert isinstance(page, StartPage)
    shown = [page.recents.index(n, 0).data() for n in range(page.recents.rowCount())]
    assert "文件不在原处" in shown[0] and "专家台 · 已评 12/40 · 今天" in shown[1]
    assert load_preferences(places.preferences).recents[0].title == "旧评审"


def test_preferences_that_are_damaged_count_as_none(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    for content in ("", "[]", "{", '{"text_size": "x", "recents": [{"path": 1}], "widths": {"a": 3}}'):
        path.write_text(content, encoding="utf-8")
        assert load_preferences(path) == Preferences()
    kept = with_recent(Preferences(text_size=99), Recent("a", "b", "c", "d", "e"))
    save_preferences(path, kept)
    assert load_preferences(path).text_size == 22
    save_preferences(tmp_path / "preferences.json" / "not a folder", kept)


def test_every_size_and_both_themes_can_be_had_by_keyboard_and_are_kept(
    qtbot, parts: Parts, places: Places
) -> None:
    window, theme = parts.window, parts.frame.theme
    larger = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_Equal, larger)
    assert theme.size == 22 and QApplication.font().pointSize() == 22
    window.turn_theme()
    kept = load_preferences(places.preferences)
    assert (kept.text_size, kept.dark) == (22, True)
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_Minus, larger)
    assert theme.size == 12
    window.turn_theme()


def test_growing_and_shrinking_the_text_brings_every_margin_back(parts: Parts) -> None:
    page = NewReviewPage(parts.frame)
    parts.frame.show_page(page)
    layouts = list(page.findChildren(type(page.layout())))
    before = [(one.spacing(), one.contentsMargins().left()) for one in layouts]
    for size in (22, 15, 19, 12):
        parts.window.set_text_size(size)
    assert [(one.spacing(), one.contentsMargins().left()) for one in layouts] == before


def test_a_job_tells_its_progress_and_can_be_cancelled(qtbot, parts: Parts) -> None:
    page = StartPage(parts.frame)
    parts.frame.show_page(page)
    outcomes: list[str] = []
    entered = threading.Event()

    def work(progress: Progress) -> str:
        for number in range(100_000):
            progress(number, 100_000, "张堃喆" * 40)
            entered.set()
            threading.Event().wait(0.01)
        return "done"

    parts.frame.jobs.run(
        Job(
            "读取申报材料",
            work,
            outcomes.append,
            lambda _: outcomes.append("failed"),
            lambda: outcomes.append("cancelled"),
        )
    )
    qtbot.waitUntil(lambda: parts.window.veil.shows, timeout=5_000)
    qtbot.keyClick(page.drop, Qt.Key.Key_Return)  # the page under the veil must not take keys
    assert QApplication.activeModalWidget() is None
    qtbot.keyClick(parts.window.veil._cancel, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=5_000)
    assert outcomes == ["cancelled"] and entered.is_set()


def test_a_refusal_is_one_sentence_and_a_fault_of_ours_a_page_that_keeps_the_work(
    qtbot, parts: Parts, places: Places
) -> None:
    page = NewReviewPage(parts.frame)
    parts.frame.show_page(page)

    def refuse(_: Progress) -> None:
        raise EcpanelError("disk_full", file="评审.ecreview")

    parts.frame.run("写", refuse, lambda _: None, page.banner)
    wait(qtbot, parts)
    assert "评审.ecreview" in page.banner.words

    def crash(_: Progress) -> None:
        raise ZeroDivisionError("张堃喆 的分值 6.50")

    parts.frame.run("写", crash, lambda _: None, page.banner)
    wait(qtbot, parts)
    shown = parts.window.findChild(CrashPage)
    assert shown is not None
    log = next(places.logs.glob("crash-*.log")).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log and "张堃喆" not in log and "6.50" not in log
    qtbot.mouseClick(shown.findChildren(QPushButton)[-1], Qt.MouseButton.LeftButton)
    assert parts.window.page is page


def test_jobs_run_in_order_and_the_next_starts_after_a_failure(qtbot) -> None:
    jobs, said = Jobs(), []

    def refuse(_: Progress) -> None:
        raise EcpanelError("disk_full", file="x")

    jobs.run(Job("一", refuse, said.append, lambda fault: said.append(fault.code)))
    jobs.run(Job("二", lambda _: "第二", said.append, lambda fault: said.append(fault.code)))
    qtbot.waitUntil(lambda: len(said) == 2, timeout=5_000)
    assert said == ["disk_full", "第二"]
    jobs.close()


def test_remaining_time_is_told_only_when_somebody_can_know() -> None:
    assert Stage("", 0, 100, "", 60).remaining is None
    assert Stage("", 50, 0, "", 60).remaining is None
    assert Stage("", 1, 100, "", 1).remaining is None
    assert Stage("", 25, 100, "", 30).remaining == pytest.approx(90)
    assert [spoken(one) for one in (2, 33, 200)] == ["马上完成", "约剩 35 秒", "约剩 3 分钟"]


def test_qts_own_words_are_chinese(parts: Parts) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
    words = [one.text() for one in box.buttons()]
    parts.frame.choose_file("打开文件", "评审文件 (*.zip)", lambda _: None, parts.window)
    dialog = parts.window.findChild(QFileDialog)
    assert dialog is not None
    words += [one.text() for one in dialog.findChildren(QLabel) if one.text()]
    words += [one.text() for one in dialog.findChildren(QPushButton) if one.text()]
    dialog.close()
    assert words and not [one for one in words if not any(char >= "\u4e00" for char in one)]


def test_the_sheet_of_keys_lists_what_works_here(qtbot, parts: Parts) -> None:
    qtbot.keyClick(parts.window, Qt.Key.Key_F1)
    sheet = parts.window.findChild(KeySheet)
    assert sheet is not None and sheet.isVisible()
    told = [one.text() for one in sheet.findChildren(QLabel)]
    assert "新建评审…" in told and "Ctrl + N" in told and "按键一览" in told
    qtbot.keyClick(sheet, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: not sheet.isVisible(), timeout=2_000)


def pages_before_a_desk(parts: Parts, tmp_path: Path):
    yield StartPage(parts.frame)
    yield NewReviewPage(parts.frame)
    yield NewChairPage(parts.frame)
    yield UnlockPage(parts.frame, tmp_path / "评审.ecreview")
    yield VerifyPage(parts.frame)


def test_every_control_has_an_accessible_name(parts: Parts, tmp_path: Path) -> None:
    for page in pages_before_a_desk(parts, tmp_path):
        parts.frame.show_page(page)
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for control in page.findChildren(kind):
                if control.isVisible() and control.objectName() != "qt_spinbox_lineedit":
                    spoken_name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
                    assert spoken_name, (type(page).__name__, control, control.objectName())


def test_shortcuts_of_a_page_are_not_given_twice(parts: Parts, tmp_path: Path) -> None:
    for page in pages_before_a_desk(parts, tmp_path):
        parts.frame.show_page(page)
        keys = [
            one.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
            for one in parts.window.findChildren(QAbstractButton)
            if one.isVisible() and not one.shortcut().isEmpty()
        ]
        assert len(keys) == len(set(keys)), (type(page).__name__, sorted(keys))


def test_a_second_window_starts_with_the_look_of_the_first(
    qapp: QApplication, parts: Parts, places: Places, cheap: Cost
) -> None:
    parts.window.set_text_size(16)
    second = assemble(qapp, places, cost=cheap)
    assert second.frame.theme.size == 16
    second.window.close()
    parts.window.set_text_size(12)


def test_the_window_says_where_it_cannot_be_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ecpanel"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
    )
    assert done.returncode == 3 and "图形桌面" in done.stderr and "Traceback" not in done.stderr


def test_an_error_of_the_world_no_page_has_caught_is_a_sentence_not_a_crash(parts: Parts) -> None:
    parts.watch._caught(EcpanelError, EcpanelError("disk_full", file="评审.ecreview"), None)
    assert "评审.ecreview" in parts.window._notice.words
    assert parts.window.findChild(CrashPage) is None


def test_a_clock_set_back_is_told_above_the_desk_and_can_be_accepted(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    from ecpanel.services.clock import clock_problem
    from ecpanel.services.opening import open_store, system_clock
    from ecpanel.services.organise import new_chair

    path = tmp_path / "组长.ecreview"
    new_chair(path, "组长口令-2021", "欧阳𬭸", cheap, lambda: system_clock() + timedelta(days=3))[0].close()
    parts.window.open_path(path)
    page = parts.window.page
    assert isinstance(page, UnlockPage)
    type_into(qtbot, page._line, "组长口令-2021")
    qtbot.keyClick(page._line, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert "时钟" in parts.window._notice.words
    qtbot.mouseClick(parts.window._notice._button, Qt.MouseButton.LeftButton)
    assert parts.window._notice.words == ""
    parts.frame.go_home()
    with open_store(path, "组长口令-2021") as store:
        assert clock_problem(store, system_clock) is None


def test_a_review_open_elsewhere_is_refused_with_one_sentence(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost
) -> None:
    from ecpanel.services.opening import open_store, system_clock
    from ecpanel.services.organise import new_chair

    path = tmp_path / "组长.ecreview"
    new_chair(path, "组长口令-2021", "欧阳𬭸", cheap, system_clock)[0].close()
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from ecpanel.services.opening import open_store;"
            "s = open_store(Path(sys.argv[1]), '组长口令-2021'); print('open', flush=True); time.sleep(60)",
            str(path),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert held.stdout is not None and held.stdout.readline() == "open\n"
        parts.window.open_path(path)
        page = parts.window.page
        assert isinstance(page, UnlockPage)
        type_into(qtbot, page._line, "组长口令-2021")
        qtbot.keyClick(page._line, Qt.Key.Key_Return)
        wait(qtbot, parts)
        assert parts.window.page is page
        assert "已在另一个窗口或程序中打开" in page.banner.words
    finally:
        held.kill()
        held.wait()
        assert held.stdout is not None
        held.stdout.close()
    qtbot.keyClick(page._line, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert parts.window.page is not page
    parts.frame.go_home()
    open_store(path, "组长口令-2021").close()


def test_a_rate_is_told_in_bytes_or_not_at_all() -> None:
    assert rate(Stage("", 500, 1000, "", 10)) == ""
    assert rate(Stage("", 20 * 1024, 400 * 1024, "", 10)) == "每秒 2.0 MB"
