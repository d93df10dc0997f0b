"""Signing off by several: members on the chair's page, requests and answers, an expert's own laptop, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from exchange.small_review import EXPERTS, PASSPHRASE, copy_store, make_review
from PIL import Image
from scene import Scene, Stage

from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.sign_off import SignOffPart
from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.gui.verify.page import VerifyPage
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock

NAMES = ("会签", "签名")
REASONS = "北斗电商服务有限公司的研发投入占比没有审计报告，B2应扣两分，名次应在第三；其余同意。"


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state."""
    frame, stick = stage.parts.frame, stage.folder / "会签U盘"
    stick.mkdir()
    review = make_review(stage.folder / "会签")
    chair = copy_store(review.chair_later, stage.folder / "会签组长")
    with open_store(chair, PASSPHRASE) as store:
        open_moderation(store, "", system_clock)
    desk = ChairDesk(frame, open_store(chair, PASSPHRASE))
    stage.show(desk)
    desk.go_to("签发")
    stage.settle()
    page = next(one for one in desk.parts if isinstance(one, SignOffPart))
    signers = page.signers
    yield Scene("会签-未签")
    signers.buttons["E02"].click()
    stage.settle()
    page._left.ensureWidgetVisible(signers.form)
    yield Scene("会签-本人评审库")
    signers.form.store_place.set_path(copy_store(review.handed_in["E02"], stage.folder / "E02"))
    signers.form.passphrase.setText("不对的口令")
    signers.form.go.click()
    stage.settle()
    yield Scene("会签-口令不对")
    signers.form.passphrase.setText(PASSPHRASE)
    signers.form.said.differs.setChecked(True)
    signers.form.said.reasons.setPlainText(REASONS)
    stage.settle()
    page._left.ensureWidgetVisible(signers.form)
    yield Scene("会签-不同意见")
    signers.form.go.click()
    stage.settle()
    signers.buttons["E03"].click()
    signers.form.by_ukey.setChecked(True)
    stage.settle()
    page._left.ensureWidgetVisible(signers.form)
    yield Scene("会签-UKey")
    signers.form.away.click()
    page.place.set_path(stick)
    page.read.setChecked(True)
    page.sign.click()
    stage.settle(limit=60)
    yield Scene("会签-已签发")
    bundle = page.bundle
    assert bundle is not None
    page.later.write_request(bundle, stick)
    stage.settle()
    yield Scene("会签-请求已写出")
    scan = stage.folder / "签名页.png"
    Image.new("L", (300, 420), 235).save(scan)
    extra = stick / "补充包.zip"
    page.later.write_follow_up(bundle, [scan], extra)
    stage.settle()
    yield Scene("会签-补充包已写出")
    stage.parts.window.go_home()
    yield from _expert(stage, review.handed_in["E03"], next(stick.glob("*.ecsign")), stick)
    verify = VerifyPage(frame, bundle)
    stage.show(verify)
    stage.settle()
    verify.tree.expandAll()
    yield Scene("签名-校验展开")
    verify._known.setText("00000000…11111111")
    verify._again()
    stage.settle()
    yield Scene("签名-纸面不符")
    verify.verify(extra)
    stage.settle()
    yield Scene("签名-补充包")


def _expert(stage: Stage, store: Path, request: Path, stick: Path) -> Iterator[Scene]:
    desk = ExpertDesk(stage.parts.frame, open_store(copy_store(store, stage.folder / "E03"), PASSPHRASE))
    stage.show(desk)
    stage.settle()
    yield Scene("会签-专家已提交")
    desk.takes([request])
    stage.settle()
    yield Scene("会签-专家会签")
    assert desk.signing is not None
    desk.signing.place.set_path(stick)
    desk.signing.said.differs.setChecked(True)
    desk.signing.said.reasons.setPlainText(REASONS)
    desk.signing.go.click()
    stage.settle()
    yield Scene("会签-专家已会签")
    damaged = stage.folder / "坏.ecsign"
    damaged.write_bytes(request.read_bytes().replace(b"manifest", b"manifold", 1))
    desk.takes([damaged])
    stage.settle()
    yield Scene("会签-专家请求有误")
    stage.parts.window.go_home()
    assert EXPERTS
