"""本人回避：由其他成员主持. The chair sees no figure until another member, who alone knows his pass-phrase, takes over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import Scroll, card, column, row
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.forms.form_presiding import Ui_Presiding
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.services.opening import Store

CHOOSE = "请选择"


class Presiding(QWidget):
    """`begun` tells the member who has taken over; `who` is what he is called here."""

    begun = Signal(str)

    def __init__(self, frame: Frame, store: Store, title: str, who: str, act: str) -> None:
        super().__init__()
        self._frame, self._store = frame, store
        self._candidates: Collection[str] = ()
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._about = text("", wrap=True)
        self._who = who
        self.form = Form(theme, Ui_Presiding)
        self.form.parts.member_label.setText(f"{who}(&M)")
        self.form.parts.member.setAccessibleName(who)
        self.form.parts.passphrase_label.setText(f"{who}本人的更正口令(&P)")
        self.form.parts.passphrase.setAccessibleName(f"{who}本人的更正口令")
        self.form.parts.passphrase_hint.setText(f"由{who}本人输入，签到时所设；组长不应知道。")
        member: QComboBox = self.form.parts.member
        member.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.form.parts.passphrase.returnPressed.connect(self._go)
        self.begin = button(theme, act, self._go, icon="user-check")
        head = row(
            picture(theme, "circle-slash", Tone.APART, 1.4), text(title, "head", wrap=True), spacing=unit
        )
        head.setStretch(1, 1)
        middle = card(theme, head, self._about, self.banner, self.form, row(None, self.begin))
        middle.setMaximumWidth(64 * unit)
        holder = QWidget()
        around = QGridLayout(holder)
        around.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        for number, share in ((0, 1), (1, 10), (2, 1)):
            around.setColumnStretch(number, share)
        around.setRowStretch(0, 1)
        around.setRowStretch(2, 2)
        around.addWidget(middle, 1, 1)
        self.setLayout(column(Scroll(holder)))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def ask(self, members: Mapping[str, str], candidates: Collection[str], about: str) -> None:
        """Say who may preside over which candidates; a pass-phrase typed for others goes."""
        if set(candidates) != set(self._candidates):
            self.form.parts.passphrase.clear()
            self.form.clear()
            self.banner.clear()
        self._candidates = tuple(candidates)
        box: QComboBox = self.form.parts.member
        kept = box.currentData()
        box.clear()
        box.addItem(CHOOSE, None)
        for key, name in members.items():
            box.addItem(f"{key} {name}", key)
        box.setCurrentIndex(max(box.findData(kept), 0) if kept else 0)
        if not members:
            about += "\n没有可以代替组长的其他成员：他们也回避或已作废。"
        self._about.setText(about)
        self.form.setVisible(bool(members))
        self.begin.setVisible(bool(members))

    def _go(self) -> None:
        self.form.clear()
        member, passphrase = self.form.parts.member.currentData(), self.form.parts.passphrase.text()
        if not passphrase.strip():
            self.form.say("passphrase", "请由本人输入他的更正口令。")
        if member is None:
            self.form.say("member", "请选择由哪一位成员。")
        if member is None or not passphrase.strip():
            return
        store, clock, candidates = self._store, self._frame.clock, self._candidates

        def work(_: Progress) -> str:
            from ecpanel.services.presiding import preside

            preside(store, member, candidates, passphrase, clock)
            return str(member)

        self._frame.run(
            f"核对{self._who}", work, self._begun, self.banner, failed=self._refused, can_cancel=False
        )

    def _begun(self, member: str) -> None:
        self.form.parts.passphrase.clear()
        self.begun.emit(member)

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "correction_passphrase_wrong":
            self.form.say_error("passphrase", fault)
            self.form.parts.passphrase.selectAll()
        else:
            self.banner.say_error(fault)
