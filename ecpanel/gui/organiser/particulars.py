"""基本情况 on the organiser's desk: what the review is called and rests on, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from ecpanel.domain.regions import REGIONS
from ecpanel.domain.review import Particulars, ReviewKind, check_particulars, particulars_of
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import Scroll, card
from ecpanel.gui.controls.region_chips import RegionChips
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.forms.form_particulars import Ui_Particulars
from ecpanel.gui.marks import Tone
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.pages.new_store import parse_regions
from ecpanel.services.opening import owner_of
from ecpanel.services.prepare import set_particulars
from ecpanel.texts import problem_sentence

WORDS: Final = {
    "title": "评审名称",
    "year": "年度",
    "kind": "种类",
    "cut": "建议名单家数",
    "notice": "依据文号",
    "developed": "较发达地区",
}


class ParticularsStep(OrganiserStep):
    """基本情况."""

    key = "particulars"
    locks = True

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme = self.frame.theme
        self.form = Form(theme, Ui_Particulars)
        parts = self.form.parts
        for kind in ReviewKind:
            parts.kind.addItem(kind.value, kind.value)
        parts.organiser.setReadOnly(True)
        parts.organiser.setText(owner_of(self.store).name)
        self.chips = RegionChips(theme, "较发达地区")
        self.chips.hide()
        self.pick = button(theme, "从列表选择", self._turn_chips, icon="map", quiet=True)
        self._put_chips()
        self._shows = False
        self._refused: dict[str, str] = {}
        for line in (parts.title, parts.notice, parts.developed):
            line.editingFinished.connect(self.flush)
        for number in (parts.year, parts.cut):
            number.setKeyboardTracking(False)
            number.valueChanged.connect(lambda _: self.flush())
        parts.kind.currentIndexChanged.connect(lambda _: self.flush())
        self.chips.picked.connect(self._picked)
        self.about = text("改动随时自动保存；首个任务包发放之前都可以修改。", "small", Tone.FAINT, wrap=True)
        middle = card(theme, self.form, self.about)
        middle.setMaximumWidth(90 * theme.unit)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(*(2 * theme.unit,) * 4)
        grid.addWidget(middle, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 8)
        grid.setColumnStretch(1, 1)
        self.fill(Scroll(holder))

    def _put_chips(self) -> None:
        rows = self.form.layout()
        assert isinstance(rows, QBoxLayout)
        place = rows.indexOf(self.form.parts.developed) + 1
        rows.insertWidget(place, self.chips)
        rows.insertWidget(place, self.pick, 0, Qt.AlignmentFlag.AlignLeft)

    def _turn_chips(self) -> None:
        self.chips.setVisible(self.chips.isHidden())
        self.pick.setText("从列表选择" if self.chips.isHidden() else "收起列表")

    def reload(self) -> None:
        """The particulars as they are; what was refused stays as it was typed, with the reason."""
        review, parts = self.desk.ready.review, self.form.parts
        self.header.set_summary(self.step.summary)
        shown: dict[str, Callable[[], object]] = {
            "title": lambda: _put(parts.title, review.title),
            "notice": lambda: _put(parts.notice, review.notice),
            "year": lambda: parts.year.setValue(review.year),
            "cut": lambda: parts.cut.setValue(review.cut),
            "kind": lambda: parts.kind.setCurrentText(review.kind.value),
            "developed": lambda: _put(parts.developed, "、".join(review.developed)),
        }
        self._shows = True
        for member, show in shown.items():
            if member not in self._refused:
                show()
            getattr(parts, member).setEnabled(not self.locked)
        self.chips.set_regions(review.developed)
        self._shows = False
        self._tell()
        self.about.setVisible(not self.locked)
        self.pick.setVisible(not self.locked)
        if self.locked:
            self.chips.hide()

    def _tell(self) -> None:
        wrong = {
            one.params["member"]: problem_sentence(one)
            for one in check_particulars(particulars_of(self.desk.ready.review))
        }
        for member in WORDS:
            self.form.say(member, self._refused.get(member, wrong.get(member, "")), focus=False)

    def _picked(self, regions: tuple[str, ...]) -> None:
        self.form.parts.developed.setText("、".join(regions))
        self.flush()

    def flush(self) -> None:
        """Save what the form says, as far as it can be taken."""
        if self._shows or self.locked:
            return
        before = particulars_of(self.desk.ready.review)
        told = self._typed(before)
        self._tell()
        names = [word for member, word in WORDS.items() if getattr(told, member) != getattr(before, member)]
        if names:
            self.history.do(f"改{'、'.join(names)}", lambda: self._set(told), self._set)

    def _typed(self, before: Particulars) -> Particulars:
        """What the form says; what nobody can take is told at its field and stays as it was before."""
        parts = self.form.parts
        developed, strange = parse_regions(parts.developed.text())
        told = Particulars(
            parts.title.text().strip(),
            parts.year.value(),
            ReviewKind(parts.kind.currentData()),
            parts.notice.text().strip(),
            tuple(one for one in REGIONS if one in developed),
            parts.cut.value(),
        )
        self._refused = {one.params["member"]: problem_sentence(one) for one in check_particulars(told)}
        if strange:
            self._refused["developed"] = (
                f"不认识的地区：{'、'.join(strange)}；请写规范简称，如 浙江、新疆生产建设兵团，或从列表选择。"
            )
        return replace(told, **{member: getattr(before, member) for member in self._refused})

    def _set(self, told: Particulars) -> Particulars:
        """Save; returns what was before."""
        before = self.desk.ready.review
        fresh = set_particulars(self.store, told, self.frame.clock)
        self.desk.changed("已保存", replace(self.desk.ready, review=fresh))
        return particulars_of(before)


def _put(line: Any, words: str) -> None:
    """Show words; the place of the cursor stays where nothing has changed."""
    if line.text() != words:
        line.setText(words)
