"""Verify page and rehearsal: one plain verdict, a tree that shows what failed, a report as PDF."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from gui.hands import drop, type_into
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from ecpanel.domain.finding import FINDING_WORDS, FindingState
from ecpanel.gui.app import Parts
from ecpanel.gui.models.findings import FindingsModel
from ecpanel.gui.pages.rehearsal import RehearsalPage
from ecpanel.gui.verify.page import VerifyPage
from ecpanel.progress import silent
from ecpanel.services.opening import system_clock
from ecpanel.services.rehearsal import Rehearsed, rehearse
from ecpanel.services.verification import verify_bundle
from ecpanel.wrapping import Cost


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    cheap = Cost(8 * 1024, 1, 1)
    return rehearse(tmp_path_factory.mktemp("演练"), cheap, system_clock, silent, lambda _: None)


def wait(qtbot, parts: Parts) -> None:
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=120_000)


def labels(model: FindingsModel, parent: QModelIndex | None = None) -> list[tuple[str, str]]:
    above = parent or QModelIndex()
    return [
        (model.index(row, 0, above).data(), model.index(row, 1, above).data())
        for row in range(model.rowCount(above))
    ]


def opened(qtbot, parts: Parts, bundle: Path) -> VerifyPage:
    parts.frame.open_path(bundle)
    wait(qtbot, parts)
    page = parts.window.page
    assert isinstance(page, VerifyPage)
    return page


def test_a_sound_bundle_is_called_sound_and_every_branch_passed(
    qtbot, parts: Parts, rehearsed: Rehearsed
) -> None:
    page = opened(qtbot, parts, rehearsed.bundle)
    assert page._headline.text() == "成果包完好"
    assert "24家得分与名次重新计算一致" in page._verdict.text()
    assert [state for _, state in labels(page.model)] == ["通过"] * 4
    assert [name for name, _ in labels(page.model)] == ["文件", "签名", "计算", "一致性"]
    assert {mark.word for mark in page.marks()} == {"演练", "占位指标体系"}


def test_a_flipped_byte_turns_the_verdict_and_opens_the_branch(
    qtbot, parts: Parts, rehearsed: Rehearsed, tmp_path: Path
) -> None:
    content = bytearray(rehearsed.bundle.read_bytes())
    content[len(content) // 2] ^= 1
    broken = tmp_path / "改动.zip"
    broken.write_bytes(content)
    page = opened(qtbot, parts, rehearsed.bundle)
    drop(parts.window, [broken])
    wait(qtbot, parts)
    assert parts.window.page is page
    assert page._headline.text() == "成果包不可采信"
    assert FINDING_WORDS[FindingState.FAILED] in [state for _, state in labels(page.model)]
    assert any(page.tree.isExpanded(index) for index in page.model.failed())


def test_a_file_that_is_no_bundle_is_not_called_forged(qtbot, parts: Parts, tmp_path: Path) -> None:
    stranger = tmp_path / "照片.zip"
    stranger.write_bytes(b"\x89PNG" * 100)
    page = opened(qtbot, parts, stranger)
    assert page._headline.text() == "不能校验"
    assert not page._known.isVisible()


def test_the_fingerprint_from_paper_is_held_against_the_signer(
    qtbot, parts: Parts, rehearsed: Rehearsed
) -> None:
    page = opened(qtbot, parts, rehearsed.bundle)
    assert page.verification is not None and page.verification.manifest is not None
    right = page.verification.manifest.chair_fingerprint
    wrong = ("A" if right[0] != "A" else "B") + right[1:]
    for typed, sound in ((wrong, False), (right.lower(), True)):
        type_into(qtbot, page._known, typed)
        qtbot.keyClick(page._known, Qt.Key.Key_Return)
        wait(qtbot, parts)
        assert page.verification.sound is sound


def test_the_check_report_is_written_by_keyboard(
    qtbot, parts: Parts, rehearsed: Rehearsed, tmp_path: Path
) -> None:
    page = opened(qtbot, parts, rehearsed.bundle)
    target = tmp_path / "report.pdf"
    qtbot.keyClick(parts.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: parts.window.findChild(QFileDialog) is not None, timeout=5_000)
    dialog = parts.window.findChild(QFileDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow, timeout=5_000)  # before, keys do not reach its buttons
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setCompleter(None)  # type: ignore[arg-type]  # its list may open late and take the Return key
    type_into(qtbot, field, str(target))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(target.is_file, timeout=20_000)
    wait(qtbot, parts)
    assert "校验报告已写出" in page.banner.words
    told = subprocess.run(["pdftotext", str(target), "-"], capture_output=True, text=True, check=True).stdout
    assert "校验报告" in told and "成果包完好" in told


def test_the_tree_of_findings_is_a_sound_model(qapp, rehearsed: Rehearsed) -> None:
    model = FindingsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    verification = verify_bundle(rehearsed.bundle, silent)
    model.set_findings(verification.findings)
    members = model.index(0, 0)
    with zipfile.ZipFile(rehearsed.bundle) as archive:
        assert model.rowCount(members) == len(archive.namelist()), "every member stands in the tree"
    assert verification.members < model.rowCount(members), "the manifest cannot list itself"
    assert model.parent(model.index(3, 0, members)) == members
    model.set_findings(())
    assert model.rowCount() == 0
    assert tester is not None


def test_the_rehearsal_leaves_every_role_to_try(qtbot, parts: Parts) -> None:
    page = RehearsalPage(parts.frame)
    parts.frame.show_page(page)
    tries = [one for role in page.roles for one in role.findChildren(QPushButton)]
    assert not any(one.isEnabled() for one in tries)
    qtbot.mouseClick(page.begin, Qt.MouseButton.LeftButton)
    wait(qtbot, parts)
    assert "成果包校验通过" in page.banner.words
    for place, role in enumerate(("组织台", "专家台", "组长台", "校验成果包")):
        page = RehearsalPage(parts.frame)
        parts.frame.show_page(page)
        chosen = page.roles[place].findChild(QPushButton)
        assert chosen is not None
        qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
        wait(qtbot, parts)
        assert parts.window.page is not None and parts.window.page.role.startswith(role)
