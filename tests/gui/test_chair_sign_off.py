"""签发 by mouse and keyboard: what must hold, drafts, the report to be read, the bundle, what follows it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from chair_hands import part, press, sit_down, wait, words_on
from hands import type_into
from meeting_hands import calm, copy_of, moderated, nothing_for, tie
from services.quick_panels import QuickPanel

from ecpanel.domain.scheme import Kind
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.sign_off import SignOffPart, free_name
from ecpanel.gui.chair.signed import grouped
from ecpanel.gui.marks import DONE, ERROR, NOTE, WARNING
from ecpanel.gui.models.conditions import conditions
from ecpanel.gui.verify.page import VerifyPage
from ecpanel.progress import silent
from ecpanel.services.board import board
from ecpanel.services.chair import result_of, take_in, void_expert
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.stage import stage_of
from ecpanel.services.verification import verify_bundle
from ecpanel.wrapping import Cost


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, cheap: Cost) -> QuickPanel:
    """Three experts agree on three firms."""
    return calm(tmp_path_factory.mktemp("签发"), cheap, 3, 3)


@pytest.fixture
def panel(prepared: QuickPanel, tmp_path: Path) -> QuickPanel:
    """A copy to be disturbed."""
    return copy_of(prepared, tmp_path / "签发")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


def at_sign_off(qtbot, parts: Parts, store: Path) -> tuple[ChairDesk, SignOffPart]:
    desk = sit_down(qtbot, parts, store)
    desk.go_to("签发")
    wait(qtbot, parts)
    qtbot.wait(50)  # lines made just now show with the next turn of events
    return desk, part(desk, SignOffPart)


def confirm(qtbot, sign_off: SignOffPart, stick: Path) -> None:
    """Say where to, and that the report was read."""
    type_into(qtbot, sign_off.place.line, str(stick))
    sign_off.read.setChecked(True)


def closure(desk: ChairDesk) -> object:
    stage = stage_of(desk.store)
    return stage.closure if stage is not None else None


def test_everything_that_holds_is_told_before_signing(qtbot, parts: Parts, panel) -> None:
    _, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    said = "".join(words_on(sign_off))
    assert "3 位专家的评分均已并入" in said and "法定四项复核没有须更正的" in said
    assert "只读" in said and "不是电子印章" in said and "可以签发" in said
    assert "使用内置参考指标体系" in said


def test_what_is_missing_stands_with_the_way_to_its_cure(tmp_path: Path, cheap: Cost, prepared) -> None:
    panel = calm(tmp_path / "条件", cheap, 6, 5, pairs=prepared.pairs, recusals={"E01": ("C004",)}, cut=2)
    nothing_for(panel, "E03", "C004", Kind.OBJECTIVE)
    keys = [one.candidate_id for one in panel.candidates]
    tie(panel, "C001", *[key for key in keys if key not in ("C001", "C004")])
    files = [panel.hand_in(expert) for expert in ("E01", "E02", "E03", "E04")]
    with open_store(panel.store, PASSPHRASE) as store:
        take_in(store, files, panel.fingerprints, system_clock, silent)
        open_moderation(store, "E05 因病退出，经监督人同意", system_clock)
        void_expert(store, "E04", "发现应回避未回避", system_clock)
        result, shown = result_of(store, system_clock), board(store)
    found = conditions(result, shown, {"C004"}, 3)
    told = {one.words: (one.mark, one.tab) for one in found}
    assert any("E05" in words and "因病退出" in words for words in told)
    assert any("E04" in words and "已作废" in words and mark is NOTE for words, (mark, _) in told.items())
    assert [(mark, tab) for words, (mark, tab) in told.items() if "不更正不能签发" in words] == [
        (ERROR, "复核")
    ]
    assert any("其中 1 处在组长回避的企业" in words for words in told)
    assert told["议程上还有 3 项没有议过"] == (WARNING, "合议")
    assert any(
        "入选线上有" in words and "并列" in words and tab == "合议" for words, (_, tab) in told.items()
    )
    calm_result = replace(result, flags=(), tied_at_line=())
    assert any(
        one.mark is DONE and "没有须更正" in one.words for one in conditions(calm_result, shown, (), 0)
    )
    none = replace(result, lines=tuple(replace(one, state="held") for one in result.lines))
    assert any(one.mark is ERROR and "没有一家" in one.words for one in conditions(none, shown, (), 0))


def test_an_open_check_keeps_the_bundle_back_and_leads_to_the_checks(
    qtbot, parts: Parts, panel, stick: Path
) -> None:
    nothing_for(panel, "E03", "C001", Kind.OBJECTIVE)
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    assert "还有 1 项须先处理" in "".join(words_on(sign_off.header))
    confirm(qtbot, sign_off, stick)
    press(qtbot, parts, sign_off.sign)
    assert "客观指标不一致" in sign_off.banner.words
    assert list(stick.iterdir()) == [] and closure(desk) is None
    press(qtbot, parts, sign_off.banner._button)
    assert desk.shown.name == "复核"


def test_nothing_is_signed_unless_the_place_is_said_and_the_report_read(
    qtbot, parts: Parts, panel, stick: Path
) -> None:
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    press(qtbot, parts, sign_off.sign)
    said = "".join(words_on(sign_off))
    assert "请选择成果包写到哪里" in said and "请先核阅报告" in said
    type_into(qtbot, sign_off.place.line, str(stick))
    press(qtbot, parts, sign_off.sign)
    assert closure(desk) is None and list(stick.iterdir()) == []
    sign_off.read.setChecked(True)
    type_into(qtbot, sign_off.place.line, str(stick / "没有" / "这个文件夹"))
    press(qtbot, parts, sign_off.sign)
    assert sign_off.banner.words and closure(desk) is None


def test_drafts_are_written_and_do_not_close_the_review(qtbot, parts: Parts, panel, stick: Path) -> None:
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    sign_off.write_draft(stick)
    wait(qtbot, parts)
    assert "还没有签发" in sign_off.banner.words
    names = {one.suffix for one in stick.iterdir()}
    assert names == {".pdf", ".xlsx", ".json"} and closure(desk) is None


def test_the_report_is_read_page_by_page_before_signing(qtbot, parts: Parts, panel) -> None:
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    press(qtbot, parts, sign_off.preview.empty.button)
    assert sign_off.preview.is_made
    qtbot.waitUntil(lambda: sign_off.preview.viewer.count() > 3, timeout=10_000)
    assert "审阅稿，还没有签发" in "".join(words_on(sign_off.preview))
    void_expert(desk.store, "E03", "发现应回避未回避", system_clock)
    desk.changed("")
    wait(qtbot, parts)
    assert "已经过时" in "".join(words_on(sign_off.preview))


def test_signing_writes_the_bundle_verifies_it_and_closes_the_review(
    qtbot, parts: Parts, panel, stick: Path
) -> None:
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    confirm(qtbot, sign_off, stick)
    press(qtbot, parts, sign_off.sign)
    wait(qtbot, parts)
    (bundle,) = stick.iterdir()
    assert bundle.name == sign_off.bundle_name and verify_bundle(bundle, silent).sound
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    found = closure(desk)
    assert found is not None and found.sha256 == digest
    said = "".join(words_on(sign_off))
    assert "已签发" in said and "成果包完好" in said and grouped(digest) in said and str(bundle) in said
    assert not sign_off.sign.isVisible() and not sign_off.draft.isVisible()
    sign_off.copy(bundle, stick)
    wait(qtbot, parts)
    copied = stick / f"{bundle.stem}（2）.zip"
    assert copied.read_bytes() == bundle.read_bytes() and "逐字节一致" in sign_off.banner.words
    broken = stick / "别的.zip"
    broken.write_bytes(b"x" * 50)
    sign_off.copy(broken, stick)
    wait(qtbot, parts)
    assert "与签发时的成果包不一致" in sign_off.banner.words and not (stick / "别的（2）.zip").exists()
    press(qtbot, parts, sign_off.plate.verify)
    page = parts.window.page
    assert isinstance(page, VerifyPage) and page.verification is not None and page.verification.sound


def test_a_closed_review_opened_anew_still_says_what_was_signed(
    qtbot, parts: Parts, panel, stick: Path
) -> None:
    store = moderated(panel)
    _desk, sign_off = at_sign_off(qtbot, parts, store)
    confirm(qtbot, sign_off, stick)
    press(qtbot, parts, sign_off.sign)
    wait(qtbot, parts)
    parts.frame.go_home()
    _, sign_off = at_sign_off(qtbot, parts, store)
    said = "".join(words_on(sign_off))
    assert "已签发" in said and "校验和另存时请指出文件" in said and "还没有校验" in said
    press(qtbot, parts, sign_off.preview.empty.button)
    qtbot.waitUntil(lambda: sign_off.preview.viewer.count() > 3, timeout=10_000)
    assert "以成果包内的报告为准" in "".join(words_on(sign_off.preview))


def test_a_cancelled_signing_leaves_no_trace(qtbot, parts: Parts, panel, stick: Path) -> None:
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    confirm(qtbot, sign_off, stick)
    parts.frame.jobs.began.connect(lambda _: parts.frame.jobs.cancel())
    press(qtbot, parts, sign_off.sign)
    assert "已取消" in sign_off.banner.words
    assert list(stick.iterdir()) == [] and closure(desk) is None


def test_the_chair_reads_no_report_about_his_own_recused_candidate(
    qtbot, parts: Parts, tmp_path: Path, cheap: Cost, prepared: QuickPanel
) -> None:
    panel = calm(tmp_path / "回避", cheap, 4, 4, pairs=prepared.pairs, recusals={"E01": ("C004",)})
    desk, sign_off = at_sign_off(qtbot, parts, moderated(panel))
    presiding = sign_off.preview.presiding
    assert presiding.isVisible() and not sign_off.draft.isEnabled()
    assert "本人回避：由其他成员核阅" in "".join(words_on(sign_off.preview))
    presiding.form.parts.member.setCurrentIndex(1)
    type_into(qtbot, presiding.form.parts.passphrase, "不对的口令")
    press(qtbot, parts, presiding.begin)
    assert not sign_off.preview.is_made
    type_into(qtbot, presiding.form.parts.passphrase, CORRECTION)
    press(qtbot, parts, presiding.begin)
    wait(qtbot, parts)
    assert sign_off.preview.is_made and sign_off.draft.isEnabled()
    desk.go_to("排名")
    wait(qtbot, parts)
    desk.go_to("签发")
    wait(qtbot, parts)
    assert not sign_off.preview.is_made and presiding.isVisible() and not sign_off.draft.isEnabled()


def test_a_file_on_the_stick_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "成果包.zip").write_bytes(b"")
    (tmp_path / "成果包（2）.zip").write_bytes(b"")
    assert free_name(tmp_path, "成果包.zip").name == "成果包（3）.zip"
