"""申报材料 by mouse and keyboard: reading a folder, the board and its filters, kinds changed, pages shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dossier.dossier_files import pdf, put
from gui.hands import drop, find, press, read_words, type_into
from gui.organiser_hands import click_cell, issued_desk, key, new_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from services.full_reviews import many_firms
from services.reviews import firms

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind
from ecpanel.domain.problems import warning
from ecpanel.gui.app import Parts
from ecpanel.gui.models.dossier_board import (
    MISSING,
    DossierBoardModel,
    DossierRow,
    Show,
    by_candidate,
    dossier_row,
)
from ecpanel.gui.models.dossier_report import GROUPS, DossierReportModel, groups_of
from ecpanel.gui.models.records import MARK_ROLE, drawn
from ecpanel.gui.organiser.dossiers import DossiersStep
from ecpanel.gui.organiser.people import PeopleStep
from ecpanel.services.dossiers import dossier_findings
from ecpanel.services.readiness import preparation
from ecpanel.texts import SENTENCES

Settled = Callable[[], None]


def folder_of(folder: Path, listed: list[Candidate]) -> Path:
    """Dossiers of all but the last firm; the second lacks its letter and has a locked paper."""
    for number, one in enumerate(listed[:-1], start=1):
        files = {
            f"{one.name}/{name}.pdf": pdf(2, f"{number}{name.encode().hex()}")
            for name in ("申报表", "申报书", "公函")
        }
        files[f"{one.name}/佐证材料/{'长' * 60}.pdf"] = pdf(3, f"{number} proof")
        if number == 2:
            del files[f"{one.name}/公函.pdf"]
            files[f"{one.name}/佐证材料/审计.pdf"] = pdf(1, "locked", password="x")
        put(folder, files)
    put(folder, {"不认识的公司/申报表.pdf": pdf(1, "stranger")})
    return folder


@pytest.fixture
def listed() -> list[Candidate]:
    return firms(4)


@pytest.fixture
def step(parts: Parts, tmp_path: Path, listed: list[Candidate]) -> DossiersStep:
    desk = new_desk(parts, tmp_path, listed)
    return shown(desk, DossiersStep, "dossiers")


@pytest.fixture
def read(step: DossiersStep, tmp_path: Path, listed: list[Candidate], settled: Settled) -> DossiersStep:
    """The folder has been dropped on the window and read."""
    drop(step.window(), [folder_of(tmp_path / "材料", listed)])
    settled()
    return step


def words(step: DossiersStep) -> list[str]:
    return drawn(step.board.model)


def test_without_a_list_the_way_to_it_is_shown(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path)
    step = shown(desk, DossiersStep, "dossiers")
    press(qtbot, step, "去导入名单")
    assert desk.shown is not None and desk.shown.key == "candidates"


def test_before_reading_the_page_says_how_the_folder_should_look(step: DossiersStep) -> None:
    told = read_words(step)
    for part in ("把申报材料文件夹拖到这里", "文件夹应当这样放", "广东××有限公司.zip", "佐证材料"):
        assert part in told


def test_a_dropped_folder_is_read_and_the_board_shows_what_is_missing(
    read: DossiersStep, listed: list[Candidate]
) -> None:
    lines = words(read)
    assert lines[0].split("\t") == ["编号", "企业", *(kind.value for kind in REQUIRED), "页数"]
    assert lines[1].split("\t") == ["C001", listed[0].name, "1 份", "1 份", "1 份", "1 份", "9"]
    assert lines[2].split("\t")[2:] == ["1 份", "1 份", "2 份", "缺", "7"]
    assert lines[4].split("\t")[2:] == ["缺", "缺", "缺", "缺", "—"]
    assert read.board.model.index(1, 5).data(MARK_ROLE) is MISSING
    counts = [read.board.filter.chip(kind).text() for kind in ("全部", "缺件", "有问题", "无材料")]
    assert counts == ["全部 4", "缺件 1", "有问题 1", "无材料 1"]
    assert "1 个文件夹对不上企业" in read.banner.words
    assert len(preparation(read.store).documents) == 12


@pytest.mark.parametrize(
    ("kind", "wanted"), [("缺件", ["C002"]), ("有问题", ["C002"]), ("无材料", ["C004"]), ("全部", ["C001"])]
)
def test_a_press_on_a_filter_shows_that_kind_of_firm(
    qtbot: Any, read: DossiersStep, kind: str, wanted: list[str]
) -> None:
    qtbot.mouseClick(read.board.filter.chip(kind), Qt.MouseButton.LeftButton)
    found = [one.candidate.candidate_id for one in read.board.model.rows]
    assert found[: len(wanted)] == wanted and (kind == "全部" or found == wanted)


def test_a_firm_is_found_by_words_and_nothing_found_says_so(qtbot: Any, read: DossiersStep) -> None:
    read.board.table.setFocus()
    type_into(qtbot, read.board.filter.search, "㛃𬭸")
    qtbot.waitUntil(lambda: len(read.board.model.rows) == 2)
    assert [one.candidate.candidate_id for one in read.board.model.rows] == ["C001", "C004"]
    type_into(qtbot, read.board.filter.search, "没有这家")
    qtbot.waitUntil(lambda: not read.board.model.rows)
    assert "没有这样的企业" in read_words(read)
    press(qtbot, read.board, "显示全部")
    assert len(read.board.model.rows) == 4


def test_the_papers_of_the_firm_at_hand_are_listed_with_their_pages(
    qtbot: Any, read: DossiersStep, listed: list[Candidate]
) -> None:
    click_cell(qtbot, read.board.table, read.board.model.index(1, 1))
    assert read.papers.candidate == "C002"
    lines = drawn(read.papers.model)
    assert [line.split("\t")[0] for line in lines[1:]] == ["申报表", "申报书", "佐证材料", "佐证材料"]
    assert "缺 公函" in read.papers._about.words
    qtbot.waitUntil(lambda: read.papers.view.count() == 2, timeout=10_000)
    qtbot.keyClick(read.board.table, Qt.Key.Key_Up)
    assert read.papers.candidate == "C001"


def test_a_locked_paper_says_what_is_wrong_with_it(qtbot: Any, read: DossiersStep) -> None:
    click_cell(qtbot, read.board.table, read.board.model.index(1, 1))
    place = next(n for n, one in enumerate(read.papers.model.rows) if one.problems)
    click_cell(qtbot, read.papers.table, read.papers.model.index(place, 1))
    assert "有密码，专家将无法打开" in read_words(read.papers)


def test_the_preview_folds_by_key_and_stays_folded(qtbot: Any, read: DossiersStep, parts: Parts) -> None:
    assert read.papers.view.isVisible()
    key(qtbot, read, Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: not read.papers.view.isVisible())
    assert find(read.papers, QToolButton, "展开预览").isVisible()
    assert parts.frame.preferences.widths["organiser.dossiers.preview"] == [0]
    click_cell(qtbot, read.papers.table, read.papers.model.index(0, 1))
    qtbot.keyClick(read.papers.table, Qt.Key.Key_Return)
    assert read.papers.view.isVisible()


def set_kind(qtbot: Any, step: DossiersStep, row: int, kind: DocumentKind) -> None:
    """Choose another kind in the cell of a document, by keyboard."""
    table = step.papers.table
    click_cell(qtbot, table, step.papers.model.index(row, 0))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    box = table.viewport().findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(box.view().isVisible)
    qtbot.keyClick(box.view(), Qt.Key.Key_Home)
    for _ in range(REQUIRED.index(kind)):
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    QApplication.processEvents()


def kinds(step: DossiersStep, candidate: str) -> list[str]:
    return [one.kind.value for one, _ in preparation(step.store).documents if one.candidate_id == candidate]


def test_a_kind_is_changed_in_place_and_taken_back(qtbot: Any, read: DossiersStep) -> None:
    click_cell(qtbot, read.board.table, read.board.model.index(1, 1))
    set_kind(qtbot, read, 3, DocumentKind.LETTER)
    assert kinds(read, "C002") == ["申报表", "申报书", "佐证材料", "公函"]
    assert words(read)[2].split("\t")[2:] == ["1 份", "1 份", "1 份", "1 份", "7"]
    assert read.board.filter.chip("缺件").text() == "缺件 0"
    assert "3/4 家齐全" in read.step.summary
    qtbot.mouseClick(read.undo, Qt.MouseButton.LeftButton)
    assert kinds(read, "C002") == ["申报表", "申报书", "佐证材料", "佐证材料"]
    assert words(read)[2].split("\t")[5] == "缺"
    qtbot.mouseClick(read.redo, Qt.MouseButton.LeftButton)
    assert kinds(read, "C002")[3] == "公函"


def test_a_kind_set_by_hand_survives_reading_again(
    qtbot: Any, read: DossiersStep, tmp_path: Path, settled: Settled
) -> None:
    click_cell(qtbot, read.board.table, read.board.model.index(1, 1))
    set_kind(qtbot, read, 3, DocumentKind.LETTER)
    drop(read.window(), [tmp_path / "材料"])
    settled()
    assert kinds(read, "C002")[3] == "公函"
    assert not read.undo.isEnabled()


def test_findings_are_grouped_and_lead_to_the_firm(qtbot: Any, read: DossiersStep) -> None:
    press(qtbot, read.banner, "看读取结果")
    tree, model = read.board.report.tree, read.board.report.model
    assert tree.isVisible()
    titles = [group.words for group in model.groups]
    assert titles == [
        "没有材料的企业　1",
        "缺件的企业　1",
        "对不上企业的文件夹　1",
        "有密码的文件　1",
    ]
    assert "改成企业全称" in model.index(2, 1).data()
    case = model.index(0, 0, model.index(3, 0))
    click_cell(qtbot, tree, case)
    assert "有密码，专家将无法打开" in read_words(read.board.report)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert read.papers.candidate == "C002"
    chosen = read.papers.model.row_at(read.papers.table.currentIndex())
    assert chosen is not None and chosen.document.name.endswith("审计.pdf")


def test_findings_are_there_again_when_the_review_is_opened_again(
    read: DossiersStep, parts: Parts, tmp_path: Path
) -> None:
    from services.reviews import PASSPHRASE

    from ecpanel.gui.organiser.desk import OrganiserDesk
    from ecpanel.services.opening import open_store

    parts.frame.go_home()
    desk = OrganiserDesk(parts.frame, open_store(tmp_path / "组织.ecreview", PASSPHRASE))
    parts.frame.show_page(desk)
    step = shown(desk, DossiersStep, "dossiers")
    assert step.board.filter.chip("有问题").text() == "有问题 1"
    assert step.board.filter.chip("读取结果").text() == "读取结果 4"


def test_several_folders_at_once_are_not_guessed(
    qtbot: Any, step: DossiersStep, tmp_path: Path, listed: list[Candidate]
) -> None:
    folder = folder_of(tmp_path / "材料", listed)
    drop(step.window(), sorted(folder.iterdir()))
    assert "一次只能读取一个文件夹" in step.banner.words
    assert preparation(step.store).documents == ()


def test_a_file_in_place_of_the_folder_is_told(step: DossiersStep, tmp_path: Path) -> None:
    (tmp_path / "一个.pdf").write_bytes(pdf())
    drop(step.empty.drop, [tmp_path / "一个.pdf"])
    assert "不是文件夹" in step.banner.words


def test_cancelling_leaves_what_was_registered(
    qtbot: Any, read: DossiersStep, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    before = preparation(read.store).documents
    files = {f"{firm.name}/大{n}.pdf": pdf(1, f"{n}") + b"\0" * 4_000_000 for n, firm in enumerate(firms(4))}
    put(tmp_path / "大材料", files)
    drop(parts.window, [tmp_path / "大材料"])
    assert parts.frame.jobs.running is not None
    parts.frame.jobs.cancel()
    settled()
    assert read.banner.words == "已取消读取，登记的材料没有改动。"
    assert preparation(read.store).documents == before


def test_a_folder_that_is_gone_is_one_sentence(
    qtbot: Any, read: DossiersStep, tmp_path: Path, settled: Settled
) -> None:
    before = preparation(read.store).documents
    shutil.rmtree(tmp_path / "材料")
    read.bring_in(tmp_path / "材料")
    settled()
    assert read.banner.words.startswith("无法读取申报材料文件夹")
    assert preparation(read.store).documents == before
    click_cell(qtbot, read.board.table, read.board.model.index(2, 1))
    qtbot.waitUntil(lambda: "材料已不在原处" in read_words(read.papers), timeout=10_000)


def test_once_packages_are_out_kinds_stay_and_late_papers_ask_for_a_new_package(
    qtbot: Any, parts: Parts, tmp_path: Path, settled: Settled
) -> None:
    desk = issued_desk(parts, tmp_path)
    step = shown(desk, DossiersStep, "dossiers")
    drop(parts.window, [folder_of(tmp_path / "材料", [*firms(3), firms(4)[3]])])
    settled()
    assert "需要的请在“发放”里重发" in step.banner.words
    click_cell(qtbot, step.board.table, step.board.model.index(0, 1))
    click_cell(qtbot, step.papers.table, step.papers.model.index(0, 0))
    qtbot.keyClick(step.papers.table, Qt.Key.Key_F2)
    assert step.papers.table.viewport().findChild(QComboBox) is None


def test_in_a_narrow_window_one_click_leads_to_the_papers_and_a_button_back(
    qtbot: Any, read: DossiersStep, parts: Parts
) -> None:
    parts.window.set_text_size(22)
    qtbot.waitUntil(lambda: not read.papers.isVisible())
    click_cell(qtbot, read.board.table, read.board.model.index(1, 1))
    assert read.papers.isVisible() and not read.board.isVisible()
    QApplication.processEvents()
    qtbot.mouseClick(read.papers.back, Qt.MouseButton.LeftButton)
    assert read.board.isVisible() and not read.papers.isVisible()


# --- the models, without a window ---


def many_rows(count: int) -> list[DossierRow]:
    rows = []
    for n, firm in enumerate(many_firms(count)):
        papers = [
            Document(f"{firm.candidate_id}-{m}", firm.candidate_id, kind, f"{m}.pdf", 1, m, "0", "pdf")
            for m, kind in enumerate((*REQUIRED, DocumentKind.EVIDENCE)[n % 3 :])
        ]
        rows.append(dossier_row(firm, papers, ()))
    return rows


def test_the_board_of_3700_firms_is_shown_sorted_and_filtered_at_once(qapp: object) -> None:
    model = DossierBoardModel()
    rows = many_rows(3700)
    for act in (
        lambda: model.set_rows(rows),
        lambda: model.sort(6, Qt.SortOrder.DescendingOrder),
        lambda: model.show(Show.LACKING, "供应链"),
        lambda: model.counts(),
    ):
        act()
    assert 0 < len(model.rows) < 3700


def test_the_models_keep_what_qt_asks_of_models(qapp: object) -> None:
    board, report = DossierBoardModel(), DossierReportModel()
    QAbstractItemModelTester(board, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QAbstractItemModelTester(report, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = many_rows(30)
    board.set_rows(rows)
    board.show(Show.LACKING, "")
    board.show(Show.ALL, "")
    board.replace(replace(rows[3], problems=(warning("document_empty"),)))
    found = [
        warning("dossier_missing", candidate="C001", name="甲", kind="公函"),
        warning("dossier_missing", candidate="C001", name="甲", kind="申报表"),
        warning("dossier_stray", file="汇总.xlsx"),
        warning("document_locked", candidate="C002", dossier="乙", file="a.pdf"),
    ]
    report.set_groups(groups_of(found, {"C001": "甲", "C002": "乙"}))
    assert [(one.title, len(one.cases)) for one in report.groups] == [
        ("缺件的企业", 1), ("不属于任何企业的文件", 1), ("有密码的文件", 1)
    ]  # fmt: skip
    assert report.groups[0].cases[0].where == "缺 公函、申报表"
    report.set_groups([])


def test_every_finding_of_a_dossier_has_a_group_of_its_own() -> None:
    known = {one for one in SENTENCES if one.startswith(("dossier_", "document_"))}
    aside = {"dossiers_folder", "document_changed", "document_unknown"}
    assert known - aside - set(GROUPS) == set()


def test_documents_are_gathered_by_candidate() -> None:
    one = Document("C001-01", "C001", DocumentKind.FORM, "a", 1, 1, "0", "pdf")
    assert by_candidate([(one, "x")]) == {"C001": [(one, "x")]}


def test_a_desk_is_left_for_people_and_comes_back_to_the_same_firm(qtbot: Any, read: DossiersStep) -> None:
    click_cell(qtbot, read.board.table, read.board.model.index(2, 1))
    desk = read.desk
    shown(desk, PeopleStep, "people")
    shown(desk, DossiersStep, "dossiers")
    assert read.papers.candidate == "C003"
    assert dossier_findings(read.store).unmatched == ("不认识的公司",)
