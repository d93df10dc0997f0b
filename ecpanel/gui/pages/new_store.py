"""New stores: a review on the organiser's desk, or the chair's own store with the card for the organiser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.regions import find_region
from ecpanel.domain.review import ReviewKind
from ecpanel.gui.controls.fields import PathField
from ecpanel.gui.controls.form import Form
from ecpanel.gui.forms.form_new_chair import Ui_NewChair
from ecpanel.gui.forms.form_new_store import Ui_NewStore
from ecpanel.gui.forms.form_particulars import Ui_Particulars
from ecpanel.gui.frame import Frame
from ecpanel.gui.pages.entrance import EntrancePage
from ecpanel.gui.pages.router import enter_desk
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.services.opening import Store

PASSPHRASE_PROBLEMS: Final = ("passphrase_short",)
KIND: Final = "评审库 (*.ecreview)"


def store_place(frame: Frame) -> PathField:
    """Where a new store goes."""
    return PathField(
        frame.theme,
        "存放位置",
        lambda chosen: frame.choose_new(
            "评审库存放位置", str(frame.places.stores / "评审.ecreview"), KIND, chosen
        ),
    )


def read_passphrase(form: Form) -> str | None:
    """The new pass-phrase typed twice, or None with its problem shown."""
    form.clear()
    first, second = form.parts.passphrase.text(), form.parts.again.text()
    if not first:
        form.say("passphrase", "请为评审库设一个口令。")
        return None
    if first != second:
        form.say("again", "两次输入的口令不一样，请重新输入。")
        return None
    return str(first)


def parse_regions(words: str) -> tuple[tuple[str, ...], list[str]]:
    """Regions named in a text, and the words that are none."""
    named = [part for part in re.split(r"[、，,;；\s]+", words.strip()) if part]
    found = [find_region(one) for one in named]
    known = tuple(dict.fromkeys(one for one in found if one is not None))
    return known, [word for word, region in zip(named, found, strict=True) if region is None]


def file_name(words: str) -> str:
    """A file name out of a title."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", words)[:60] or "评审"


class NewReviewPage(EntrancePage):
    """新建评审."""

    def __init__(self, frame: Frame) -> None:
        self._form, self._new = Form(frame.theme, Ui_Particulars), Form(frame.theme, Ui_NewStore)
        parts = self._form.parts
        this_year = QDate.currentDate().year()
        parts.year.setValue(this_year)
        for kind in ReviewKind:
            parts.kind.addItem(kind.value, kind.value)
        parts.kind.setCurrentText(ReviewKind.EVALUATION.value)
        parts.notice.setText("商办电函〔2020〕378号")
        parts.title.setText(f"{this_year}年电子商务示范企业综合评价")
        self._place = store_place(frame)
        self._new.put("place", self._place)
        super().__init__(
            frame,
            "新建评审",
            "评审的全部内容加密存放在一个文件里；以后随时可以在组织台修改。",
            [self._form, self._new],
            "新建",
            self._make,
        )
        parts.title.textChanged.connect(self._propose)
        self._propose(parts.title.text())
        parts.title.setFocus()
        parts.title.selectAll()

    def _propose(self, title: str) -> None:
        self._place.set_path(self.frame.places.stores / f"{file_name(title)}_组织.ecreview")

    def _make(self) -> None:
        parts, form = self._form.parts, self._form
        form.clear()
        title, person = parts.title.text().strip(), parts.organiser.text().strip()
        developed, strange = parse_regions(parts.developed.text())
        if not title:
            form.say("title", "请填写评审名称。")
            return
        if not person:
            form.say("organiser", "请填写组织人员姓名，操作记录以此署名。")
            return
        if strange:
            form.say(
                "developed", f"不认识的地区：{'、'.join(strange)}；请写规范简称，如 浙江、新疆生产建设兵团。"
            )
            return
        passphrase, path = read_passphrase(self._new), self._place.path
        if passphrase is None or path is None:
            return
        year, kind = parts.year.value(), ReviewKind(parts.kind.currentData())
        notice, cut, frame = parts.notice.text().strip(), parts.cut.value(), self.frame

        def work(_: Progress) -> Store:
            from ecpanel.services.organise import Setup, new_review

            setup = Setup(title, year, kind, person, notice, developed=developed, cut=cut)
            return new_review(path, passphrase, setup, frame.cost, frame.clock)

        frame.run("新建评审库", work, self._made, self.banner, failed=self._refused, can_cancel=False)

    def _made(self, store: Store) -> None:
        enter_desk(self.frame, store)

    def _refused(self, fault: EcpanelError) -> None:
        say_refused(self, self._new, fault)


class NewChairPage(EntrancePage):
    """组长建库: the chair's store and the card that goes to the organiser."""

    def __init__(self, frame: Frame) -> None:
        self._form, self._new = Form(frame.theme, Ui_NewChair), Form(frame.theme, Ui_NewStore)
        self._place, self._card = (
            store_place(frame),
            PathField(
                frame.theme,
                "组长名片",
                lambda chosen: frame.choose_new(
                    "组长名片写到哪里", "组长名片.json", "组长名片 (*.json)", chosen, self
                ),
            ),
        )
        self._form.put("card", self._card)
        self._new.put("place", self._place)
        super().__init__(
            frame,
            "组长建库",
            "组长先建自己的评审库并把名片交给组织人员；之后在这里打开组长的任务包和各专家的评分包。",
            [self._form, self._new],
            "建库并写出名片",
            self._make,
        )
        parts = self._form.parts
        parts.person.textChanged.connect(
            lambda name: self._place.set_path(
                frame.places.stores / f"{file_name(name or '组长')}_组长.ecreview"
            )
        )
        parts.person.setFocus()

    def _make(self) -> None:
        form, frame = self._form, self.frame
        form.clear()
        name, card_path = form.parts.person.text().strip(), self._card.path
        if not name:
            form.say("person", "请填写组长姓名。")
            return
        if card_path is None:
            form.say("card", "请选择名片写到哪里（如U盘）。")
            return
        passphrase, path = read_passphrase(self._new), self._place.path
        if passphrase is None:
            return
        if path is None:
            self._new.say("place", "请选择评审库的存放位置。")
            return
        target: Path = card_path if card_path.suffix else card_path / f"组长名片_{file_name(name)}.json"

        def work(_: Progress) -> Store:
            from ecpanel.services.founding import found_chair

            return found_chair(path, passphrase, name, target, frame.cost, frame.clock)

        frame.run("组长建库", work, self._made, self.banner, failed=self._refused, can_cancel=False)

    def _made(self, store: Store) -> None:
        enter_desk(self.frame, store)

    def _refused(self, fault: EcpanelError) -> None:
        say_refused(self, self._new, fault)


def say_refused(page: EntrancePage, form: Form, fault: EcpanelError) -> None:
    """The sentence beside the field it is about, else on the page."""
    if fault.code in PASSPHRASE_PROBLEMS:
        form.say_error("passphrase", fault)
    elif fault.code == "store_exists":
        form.say_error("place", fault)
    else:
        page.banner.say_error(fault)
