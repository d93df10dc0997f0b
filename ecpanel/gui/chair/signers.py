"""会签 on the sign-off page: every member of the panel, how he stands, and the form by which he signs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QPushButton

from ecpanel.domain.sign_off import Verdict
from ecpanel.gui.chair.member_signs import MemberSigns, Ready
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, holding
from ecpanel.gui.controls.text import MarkLabel, button, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import DONE, OPEN, WARNING, Mark, Tone

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.sign_off import Gathered

ABOUT: Final = (
    "在场成员可以现在会签：报告、工作簿和清单都有其签名。不在场的，签发后用会签请求办理。"
    "未会签又不书面说明理由的，视为同意。"
)
UNSIGNED: Final = Mark("未会签", OPEN.icon, OPEN.tone)
AGREED: Final = Mark("同意", DONE.icon, DONE.tone)
BY_UKEY: Final = Mark("同意（UKey）", DONE.icon, DONE.tone)
DIFFERS: Final = Mark("有不同意见", WARNING.icon, WARNING.tone)
CHAIR: Final = Mark("签发时签名", DONE.icon, Tone.FAINT)


class Signers(QFrame):
    """Members with their states; what they have shown is kept only until the bundle is signed."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("card")
        self._theme = frame.theme
        unit = frame.theme.unit
        self._names: Mapping[str, str] = {}
        self._chair = ""
        self._voided: frozenset[str] = frozenset()
        self.ready: dict[str, Ready] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(unit)
        self._grid.setVerticalSpacing(unit // 2)
        self._grid.setColumnStretch(0, 1)
        self.buttons: dict[str, QPushButton] = {}
        self._marks: dict[str, MarkLabel] = {}
        self.form = MemberSigns(frame, store)
        self.form.ready.connect(self._take)
        self.form.dropped.connect(self.form.hide)
        self.form.hide()
        self.sm2 = QCheckBox("另加国密SM2签名(&2)")
        self.sm2.setToolTip("供需要国密算法核对的单位使用；RSA签名照样有")
        self.setLayout(
            column(
                text("会签", "head"),
                text(ABOUT, "small", Tone.FAINT, wrap=True),
                holding(self._grid),
                self.form,
                self.sm2,
                spacing=unit,
                margin=2 * unit,
            )
        )

    def show_members(self, names: Mapping[str, str], chair: str, voided: frozenset[str]) -> None:
        """The members of the panel in its order; those whose scores are void do not sign."""
        if (dict(self._names), self._chair, self._voided) == (dict(names), chair, voided):
            return
        self._names, self._chair, self._voided = dict(names), chair, voided
        self.ready = {key: one for key, one in self.ready.items() if key in names and key not in voided}
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.buttons, self._marks = {}, {}
        for line, (key, name) in enumerate(one for one in names.items() if one[0] not in voided):
            mark = self._marks[key] = MarkLabel(self._theme, UNSIGNED)
            act = self.buttons[key] = button(
                self._theme, "会签…", partial(self._ask, key), icon="signature", quiet=True
            )
            act.setAccessibleName(f"{key} {name} 会签")
            who = Elided(f"{key} {name}{'（组长）' if key == chair else ''}")
            self._grid.addWidget(who, 2 * line, 0)
            self._grid.addWidget(mark, 2 * line + 1, 0, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(act, 2 * line, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self._show()

    def _ask(self, key: str) -> None:
        before = self.ready.get(key)
        self.form.ask(
            key, self._names[key], is_chair=key == self._chair, before=before.opinion if before else None
        )

    def _take(self, ready: Ready) -> None:
        self.ready[ready.expert_id] = ready
        self.form.hide()
        self._show()
        self.buttons[ready.expert_id].setFocus()

    def _show(self) -> None:
        for key, mark in self._marks.items():
            found = self.ready.get(key)
            if found is None:
                mark.set_mark(CHAIR if key == self._chair else UNSIGNED)
            elif found.opinion.verdict is Verdict.DISSENT:
                mark.set_mark(DIFFERS)
            else:
                mark.set_mark(BY_UKEY if found.token is not None else AGREED)

    def forget(self) -> None:
        """Let go of keys and PINs."""
        self.ready = {}
        self.form.hide()
        self._show()

    def gathered(self) -> Gathered:
        """Who signs, as it stands now."""
        from ecpanel.services.sign_off import Gathered
        from ecpanel.services.signatories import Opinion

        chair = self.ready.get(self._chair)
        return Gathered(
            [one.signatory for one in self.ready.values() if one.signatory is not None],
            [
                (key, one.token, one.opinion)
                for key, one in self.ready.items()
                if one.token is not None and key != self._chair
            ],
            chair.opinion if chair else Opinion(),
            chair.token if chair else None,
            self.sm2.isChecked(),
        )
