"""Signing off by several, by mouse and keyboard: present at the chair's machine, at one's own laptop, by ink."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from exchange.small_review import PASSPHRASE, SmallReview, copy_store, make_review
from gui.chair_hands import part, wait
from gui.hands import type_into, type_words
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from ecpanel.domain.sign_off import SignOffState
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.sign_off import SignOffPart
from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.gui.verify.page import VerifyPage
from ecpanel.progress import silent
from ecpanel.services.countersign import take_answers
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.verification import verify_bundle

MOUSE = Qt.MouseButton.LeftButton
REASONS = "北斗电商服务有限公司的研发投入没有审计报告，应扣两分。"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    made = make_review(tmp_path_factory.mktemp("会签"))
    with open_store(made.chair_later, PASSPHRASE) as store:
        open_moderation(store, "", system_clock)
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


def click(qtbot: Any, parts: Parts, control: QAbstractButton) -> None:
    qtbot.mouseClick(control, MOUSE)
    wait(qtbot, parts)


@pytest.fixture
def page(qtbot: Any, parts: Parts, review: SmallReview, tmp_path: Path) -> SignOffPart:
    store = open_store(copy_store(review.chair_later, tmp_path / "组长"), PASSPHRASE)
    desk = ChairDesk(parts.frame, store)
    parts.frame.show_page(desk)
    wait(qtbot, parts)
    desk.go_to("签发")
    wait(qtbot, parts)
    return part(desk, SignOffPart)


def sign(qtbot: Any, parts: Parts, page: SignOffPart, stick: Path) -> Path:
    type_into(qtbot, page.place.line, str(stick))
    page.read.setChecked(True)
    click(qtbot, parts, page.sign)
    assert page.bundle is not None
    return page.bundle


def book(bundle: Path) -> dict[str, SignOffState]:
    import json
    import zipfile

    with zipfile.ZipFile(bundle) as archive:
        lines = json.loads(archive.read("signoffs.json"))["lines"]
    return {one["expert_id"]: SignOffState(one["state"]) for one in lines}


def test_a_member_signs_at_the_chairs_machine_with_a_different_opinion(
    qtbot: Any, parts: Parts, page: SignOffPart, review: SmallReview, stick: Path, tmp_path: Path
) -> None:
    signers = page.signers
    click(qtbot, parts, signers.buttons["E02"])
    form = signers.form
    assert form.isVisible() and form.store_place.line.hasFocus()
    type_into(qtbot, form.store_place.line, str(copy_store(review.handed_in["E02"], tmp_path / "E02")))
    qtbot.keyClick(form.store_place.line, Qt.Key.Key_Return)
    assert form.passphrase.hasFocus()
    type_into(qtbot, form.passphrase, "不是这个口令")
    qtbot.keyClick(form.passphrase, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert "口令不对" in form.banner.words and "E02" not in signers.ready
    form.passphrase.clear()
    type_into(qtbot, form.passphrase, PASSPHRASE)
    form.said.differs.setChecked(True)
    click(qtbot, parts, form.go)
    assert "不同意见须写明理由" in form.banner.words
    type_words(qtbot, form.said.reasons, REASONS)
    click(qtbot, parts, form.go)
    assert "E02" in signers.ready and form.isHidden() and not form.passphrase.text()
    bundle = sign(qtbot, parts, page, stick)
    assert signers.ready == {}, "keys are let go of"
    assert verify_bundle(bundle, silent).sound
    assert book(bundle) == {
        "E01": SignOffState.AGREED,
        "E02": SignOffState.DISSENTED,
        "E03": SignOffState.DEEMED,
    }


def test_the_store_of_another_member_is_told_apart(
    qtbot: Any, parts: Parts, page: SignOffPart, review: SmallReview, tmp_path: Path
) -> None:
    click(qtbot, parts, page.signers.buttons["E02"])
    form = page.signers.form
    type_into(qtbot, form.store_place.line, str(copy_store(review.handed_in["E03"], tmp_path / "E03")))
    type_into(qtbot, form.passphrase, PASSPHRASE)
    click(qtbot, parts, form.go)
    assert "是E03" in form.banner.words and "E03" not in page.signers.ready
    click(qtbot, parts, form.away)
    assert form.isHidden()


def test_the_chair_differs_and_adds_sm2(qtbot: Any, parts: Parts, page: SignOffPart, stick: Path) -> None:
    click(qtbot, parts, page.signers.buttons["E01"])
    form = page.signers.form
    assert not form.store_place.isVisible()
    form.said.differs.setChecked(True)
    type_words(qtbot, form.said.reasons, REASONS)
    click(qtbot, parts, form.go)
    page.signers.sm2.setChecked(True)
    bundle = sign(qtbot, parts, page, stick)
    assert book(bundle)["E01"] is SignOffState.DISSENTED
    found = verify_bundle(bundle, silent)
    assert found.sound and any(one.label == "组长对清单的SM2签名" for one in found.findings[1].children)


def test_a_member_signs_at_his_laptop_and_the_chair_takes_it_in(
    qtbot: Any, parts: Parts, page: SignOffPart, review: SmallReview, stick: Path, tmp_path: Path
) -> None:
    bundle = sign(qtbot, parts, page, stick)
    page.later.write_request(bundle, stick)
    wait(qtbot, parts)
    (request,) = stick.glob("*.ecsign")
    chairs = page.desk.store.path
    parts.frame.go_home()
    own = copy_store(review.handed_in["E03"], tmp_path / "E03")
    desk = ExpertDesk(parts.frame, open_store(own, PASSPHRASE))
    parts.frame.show_page(desk)
    wait(qtbot, parts)
    assert desk.takes([request])
    wait(qtbot, parts)
    pane = desk.signing
    assert pane is not None and pane.isVisible() and " … " in pane.digits.text()
    click(qtbot, parts, pane.go)
    assert not list(stick.glob("*.ecsigned")), "nowhere to write to yet"
    type_into(qtbot, pane.place.line, str(stick))
    click(qtbot, parts, pane.go)
    (answer,) = stick.glob("*.ecsigned")
    assert "已会签" in pane.banner.words
    click(qtbot, parts, pane.back)
    assert desk.after is not None and desk.after.isVisible()
    parts.frame.go_home()
    back = ChairDesk(parts.frame, open_store(chairs, PASSPHRASE))
    parts.frame.show_page(back)
    wait(qtbot, parts)
    back.go_to("签发")
    wait(qtbot, parts)
    again = part(back, SignOffPart)
    again.bundle = bundle
    assert back.takes([answer])
    wait(qtbot, parts)
    assert book(bundle)["E03"] is SignOffState.AGREED
    assert verify_bundle(bundle, silent).sound
    noise = stick / "坏.ecsigned"
    noise.write_bytes(b"{}")
    again.later.take([noise])
    wait(qtbot, parts)
    assert "没有收下 坏.ecsigned" in again.banner.words
    assert take_answers is not None


def test_a_request_that_is_not_for_me_is_told_where_it_would_be_signed(
    qtbot: Any, parts: Parts, review: SmallReview, tmp_path: Path
) -> None:
    bad = tmp_path / "坏.ecsign"
    bad.write_bytes(b"{}")
    scoring = ExpertDesk(
        parts.frame, open_store(copy_store(review.scoring["E02"], tmp_path / "评分中"), PASSPHRASE)
    )
    parts.frame.show_page(scoring)
    wait(qtbot, parts)
    assert scoring.takes([bad]) and "先提交评分" in scoring.banner.words
    parts.frame.go_home()
    desk = ExpertDesk(
        parts.frame, open_store(copy_store(review.handed_in["E02"], tmp_path / "E02"), PASSPHRASE)
    )
    parts.frame.show_page(desk)
    assert desk.takes([bad]), "even before the desk is read"
    wait(qtbot, parts)
    qtbot.waitUntil(lambda: desk.signing is not None and bool(desk.signing.banner.words), timeout=10_000)
    assert desk.signing is not None and not desk.signing.go.isEnabled()


def test_ink_and_paper_are_checked_on_the_verify_page(
    qtbot: Any, parts: Parts, page: SignOffPart, stick: Path, tmp_path: Path
) -> None:
    bundle = sign(qtbot, parts, page, stick)
    scan = tmp_path / "签名页.png"
    Image.new("L", (60, 80), 230).save(scan)
    page.later.write_follow_up(bundle, [scan], stick / "补充包.zip")
    wait(qtbot, parts)
    assert "补充包已写出" in page.banner.words
    parts.frame.go_home()
    verify = VerifyPage(parts.frame, bundle)
    parts.frame.show_page(verify)
    wait(qtbot, parts)
    assert verify.verification is not None and verify.verification.sound
    type_into(qtbot, verify._known, "00000000 … 11111111")
    qtbot.keyClick(verify._known, Qt.Key.Key_Return)
    wait(qtbot, parts)
    assert not verify.verification.sound and "paper_digits_differ" in {
        one.code for one in verify.verification.problems
    }
    verify.verify(stick / "补充包.zip")
    wait(qtbot, parts)
    assert "补充包完好" in verify.banner.words and "与给出的成果包对应" in verify.banner.words
