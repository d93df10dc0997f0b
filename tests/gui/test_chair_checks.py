"""复核 by mouse and keyboard: the four checks with their counts, filters, the way to the meeting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import type_into, type_words
from PySide6.QtCore import Qt
from services.quick_panels import QuickPanel, agreed, quick_panel
from services.reviews import firms

from ecpanel.domain.scheme import Kind, leaves
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.checks import ChecksPart
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.progress import silent
from ecpanel.services.chair import result_of, take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.wrapping import Cost


def halved(panel: QuickPanel, expert: str, candidate: str, kind: Kind) -> str:
    """Let an expert give a leaf of a kind nothing; returns its code."""
    leaf = next(one for one in leaves(panel.scheme) if one.kind is kind)
    sheet = panel.sheets[expert, candidate]
    cell = replace(sheet.scores[leaf.code], points=0, remark="证据不足，不予给分，请见材料")
    changed = replace(sheet, scores={**sheet.scores, leaf.code: cell})
    panel.sheets = {**panel.sheets, (expert, candidate): changed}
    return leaf.code


def opened(panel: QuickPanel) -> Path:
    files = [panel.hand_in(one.expert_id) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as store:
        lines = take_in(store, files, panel.fingerprints, system_clock, silent)
        assert all(one.merged for one in lines), lines
        open_moderation(store, "", system_clock)
    return panel.store


@pytest.fixture(scope="module")
def keyed(tmp_path_factory, cheap: Cost) -> QuickPanel:
    """Keys made once."""
    return quick_panel(tmp_path_factory.mktemp("钥匙"), cheap, firms(2), 3)


@pytest.fixture
def panel(keyed: QuickPanel, tmp_path: Path, cheap: Cost) -> QuickPanel:
    """All experts agree on everything; the chair is recused from C004."""
    made = quick_panel(tmp_path / "复核", cheap, firms(4), 3, recusals={"E01": ("C004",)}, pairs=keyed.pairs)
    first = {candidate: sheet for (who, candidate), sheet in made.sheets.items() if who == "E01"}
    made.sheets = agreed({key: first[key[1]] for key in made.sheets}, made.scheme)
    return made


def at_checks(qtbot, parts: Parts, panel: QuickPanel) -> tuple[ChairDesk, ChecksPart]:
    desk = sit_down(qtbot, parts, opened(panel))
    desk.go_to("复核")
    wait(qtbot, parts)
    return desk, part(desk, ChecksPart)


def test_a_clean_review_says_that_all_four_checks_are_passed(qtbot, parts: Parts, panel) -> None:
    _, checks = at_checks(qtbot, parts, panel)
    for kind in ("sum", "range", "objective", "outlier"):
        assert checks.checks.lines[kind].accessibleName().endswith("：通过")
    assert "法定四项：4 项通过" in "".join(words_on(checks.header))
    assert "四项法定复核全部通过，没有任何标记" in "".join(words_on(checks)) and not checks.table.isVisible()
    assert "组长回避的 1 家企业" in checks.checks.note.text()


def test_what_blocks_is_counted_said_and_stands_first(qtbot, parts: Parts, panel) -> None:
    code = halved(panel, "E02", "C003", Kind.OBJECTIVE)
    low = halved(panel, "E03", "C001", Kind.SUBJECTIVE)
    desk, checks = at_checks(qtbot, parts, panel)
    result = result_of(desk.store, system_clock)
    assert {(one.kind, one.candidate_id) for one in result.flags} >= {
        ("objective", "C003"),
        ("outlier", "C001"),
    }
    assert checks.checks.lines["objective"].accessibleName().endswith("有 1 处，签发前须处理")
    assert "签发前须处理 1 处" in "".join(words_on(checks.header))
    first = checks.model.rows[0]
    assert (first.flag.candidate_id, first.flag.indicator, first.mark.word) == ("C003", code, "签发前须处理")
    assert any(one.flag.indicator == low and one.words.startswith("畸低") for one in checks.model.rows)
    assert checks.model.rowCount() == len(result.flags)


def test_up_and_down_go_through_the_checks_and_filter_the_table(qtbot, parts: Parts, panel) -> None:
    halved(panel, "E02", "C003", Kind.OBJECTIVE)
    halved(panel, "E03", "C001", Kind.SUBJECTIVE)
    _, checks = at_checks(qtbot, parts, panel)
    whole = checks.model.rowCount()
    line = checks.checks.lines["all"]
    line.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(parts.window.focusWidget(), Qt.Key.Key_Down)
        kinds = {one.flag.kind for one in checks.model.rows}
        seen.append((checks.checks.key, kinds))
    assert seen[0] == ("sum", set()) and seen[1] == ("range", set())
    assert seen[2] == ("objective", {"objective"}) and seen[3] == ("outlier", {"outlier"})
    press(qtbot, parts, checks.checks.lines["sum"])
    assert "“合计”没有标记" in "".join(words_on(checks))
    press(qtbot, parts, line)
    assert checks.model.rowCount() == whole


def test_hints_can_be_left_out_and_words_filter(qtbot, parts: Parts, panel) -> None:
    halved(panel, "E02", "C003", Kind.OBJECTIVE)
    halved(panel, "E03", "C001", Kind.SUBJECTIVE)
    _, checks = at_checks(qtbot, parts, panel)
    qtbot.mouseClick(checks.heavy, Qt.MouseButton.LeftButton, pos=checks.heavy.rect().center() / 2)
    checks.heavy.setChecked(True)
    assert checks.model.rows and all(one.blocks or one.flag.weight == "red" for one in checks.model.rows)
    checks.heavy.setChecked(False)
    type_words(qtbot, checks.search, "C003")
    qtbot.waitUntil(lambda: {one.flag.candidate_id for one in checks.model.rows} == {"C003"})
    type_into(qtbot, checks.search, "没有这家")
    qtbot.waitUntil(lambda: checks.model.rowCount() == 0)
    assert "没有符合的标记" in "".join(words_on(checks))


def test_enter_leads_to_the_candidate_at_the_meeting(qtbot, parts: Parts, panel) -> None:
    halved(panel, "E02", "C003", Kind.OBJECTIVE)
    desk, checks = at_checks(qtbot, parts, panel)
    asked = []
    meeting = next(one for one in desk.parts if one.name == "合议")
    plain = meeting.show_candidate
    meeting.show_candidate = lambda key: (asked.append(key), plain(key))  # type: ignore[method-assign]
    checks.table.setFocus()
    checks.table.selectRow(0)
    qtbot.keyClick(checks.table, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert desk.shown is meeting and asked == ["C003"]


def test_flags_of_the_chairs_own_recusals_are_only_said_to_block(qtbot, parts: Parts, panel) -> None:
    halved(panel, "E02", "C004", Kind.OBJECTIVE)
    desk, checks = at_checks(qtbot, parts, panel)
    assert any(one.candidate_id == "C004" for one in result_of(desk.store, system_clock).flags)
    assert all(one.flag.candidate_id != "C004" for one in checks.model.rows)
    name = panel.candidates[3].name
    assert not any(name in one for one in words_on(checks))
    assert "其中有签发前须处理的" in checks.checks.note.text()
