"""The expert's desk: sign-in, working, recused, handing in, submitted."""

from __future__ import annotations

from collections.abc import Iterator

from gui.desks import KNOWN, copied, expert_review, give
from gui.hands import find
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLineEdit
from scene import Scene, Stage

from ecpanel.domain.sheet import Evidence
from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.wrapping import Cost

NAMES = ("专家台",)
CHEAP = Cost(8 * 1024, 1, 1)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state, in the order of an expert's day."""
    frame = stage.parts.frame
    review = expert_review(stage.folder / "expert", CHEAP, 24)

    def press(name: str) -> None:
        page = stage.parts.window.page
        assert page is not None
        find(page, QAbstractButton, name).click()
        stage.settle()

    def sit_down(source: object, name: str) -> ExpertDesk:
        desk = ExpertDesk(frame, open_store(copied(source, stage.folder / name), PASSPHRASE))  # type: ignore[arg-type]
        stage.show(desk)
        stage.settle()
        return desk

    desk = sit_down(review.fresh, "签到")
    yield Scene("专家台-签到-身份")
    press("下一步")
    yield Scene("专家台-签到-承诺")
    press("下一步")
    yield Scene("专家台-签到-承诺未勾选")
    for box in desk.findChildren(QCheckBox):
        box.setChecked(True)
    press("下一步")
    yield Scene("专家台-签到-回避")
    press("下一步")
    press("签到")
    yield Scene("专家台-签到-口令有误")
    for name in ("更正口令", "再输入一次"):
        find(desk, QLineEdit, name).setText(CORRECTION)
    press("签到")
    yield Scene("专家台-已签到")
    press("开始评审")
    stage.settle(1.0)
    yield Scene("专家台-评分-未评")
    desk = sit_down(review.signed, "评分")
    place = desk.place
    assert place is not None
    shown = [key for key in desk.work.candidates if key not in desk.work.recused]
    give(desk.store, desk.work, shown[0])
    give(desk.store, desk.work, shown[1], leave=("D2", "E1"))
    stage.parts.window.go_home()
    desk = ExpertDesk(frame, open_store(stage.folder / "评分" / review.signed.name, PASSPHRASE))
    stage.show(desk)
    stage.settle()
    place = desk.place
    assert place is not None
    place.show_candidate(shown[1], "B1")
    stage.settle(1.0)
    at = place.documents.place()
    assert at is not None
    place.sheet.add_evidence(Evidence(at[0].document_id, at[0].sha256, at[1]))
    stage.settle(1.0)
    yield Scene("专家台-评分-证据")
    place.show_candidate(shown[0])
    stage.settle(1.0)
    yield Scene("专家台-评分-已评")
    place.show_candidate(KNOWN.candidate_id)
    stage.settle()
    yield Scene("专家台-回避")
    press("去提交")
    yield Scene("专家台-提交-缺项")
    for key in shown:
        give(desk.store, desk.work, key, 60 + 7 * (len(key) + shown.index(key)) % 35)
    stage.parts.window.go_home()
    desk = ExpertDesk(frame, open_store(stage.folder / "评分" / review.signed.name, PASSPHRASE))
    stage.show(desk)
    stage.settle()
    press("去提交")
    yield Scene("专家台-提交-齐全")
    find(desk, QLineEdit, "评分包写到哪里").setText(str(stage.folder))
    press("提交并签名")
    stage.settle()
    yield Scene("专家台-已提交")
    stage.parts.window.go_home()
