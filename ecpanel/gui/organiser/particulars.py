"""基本情况 on the organiser's desk: what the review is called and rests on, saved as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from ecpanel.domain.errors import EcpanelError
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
from ecpanel.texts import error_sentence, problem_sentence

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
        for line in (parts.title, parts.notice, parts.developed):
            line.editingFinished.connect(self.flush)
        for number in (parts.year, parts.cut):
            number.setKeyboardTracking(False)
            number.valueChanged.connect(lambda _: self.flush())
        parts.kind.currentIndexChanged.connect(lambda _: self.flush())
        self.chips.picked.connect(self._picked)
        about = text("改动随时自动保存；首个任务包发放之前都可以修改。", "small", Tone.FAINT, wrap=True)
        middle = card(theme, self.form, about)
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
        """The particulars as they are, and what is wrong with them."""
        review, parts = self.desk.ready.review, self.form.parts
        self.header.set_summary(self.step.summary)
        self._shows = True
        _put(parts.title, review.title)
        _put(parts.notice, review.notice)
        parts.year.setValue(review.year)
        parts.cut.setValue(review.cut)
        parts.kind.setCurrentText(review.kind.value)
        _put(parts.developed, "、".join(review.developed))
        self.chips.set_regions(review.developed)
        self._shows = False
        self.form.clear()
        for problem in check_particulars(particulars_of(review)):
            self.form.say(problem.params["member"], problem_sentence(problem), focus=False)
        for name in WORDS:
            getattr(parts, name).setEnabled(not self.locked)
        self.pick.setEnabled(not self.locked)
        self.chips.setEnabled(not self.locked)

    def _picked(self, regions: tuple[str, ...]) -> None:
        self.form.parts.developed.setText("、".join(regions))
        self.flush()

    def flush(self) -> None:
        """Save what the form says, if it says anything new."""
        if self._shows or self.locked:
            return
        parts = self.form.parts
        developed, strange = parse_regions(parts.developed.text())
        if strange:
            words = (
                f"不认识的地区：{'、'.join(strange)}；请写规范简称，如 浙江、新疆生产建设兵团，或从列表选择。"
            )
            self.form.say("developed", words, focus=False)
            return
        told = Particulars(
            parts.title.text().strip(),
            parts.year.value(),
            ReviewKind(parts.kind.currentData()),
            parts.notice.text().strip(),
            tuple(one for one in REGIONS if one in developed),
            parts.cut.value(),
        )
        before = particulars_of(self.desk.ready.review)
        if told == before:
            self.form.clear()
            return
        names = [word for member, word in WORDS.items() if getattr(told, member) != getattr(before, member)]
        self.history.do(f"改{'、'.join(names)}", lambda: self._set(told), self._set, failed=self._refused)

    def _set(self, told: Particulars) -> Particulars:
        """Save; returns what was before."""
        before = self.desk.ready.review
        fresh = set_particulars(self.store, told, self.frame.clock)
        self.desk.changed("已保存", replace(self.desk.ready, review=fresh))
        return particulars_of(before)

    def _refused(self, fault: EcpanelError) -> None:
        member = fault.params.get("member")
        if member in WORDS:
            self.form.say(str(member), error_sentence(fault), focus=False)
        else:
            self.banner.say_error(fault)


def _put(line: Any, words: str) -> None:
    """Show words; the place of the cursor stays where nothing has changed."""
    if line.text() != words:
        line.setText(words)
