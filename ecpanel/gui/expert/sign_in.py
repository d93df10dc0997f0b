"""Sign-in (签到): 身份 → 承诺 → 回避 → 口令与签名, one page at a time, before any dossier opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLayout, QStackedWidget, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import Scroll, column, holding, row
from ecpanel.gui.controls.text import MarkLabel, button, rule, text
from ecpanel.gui.expert.recusal_step import RecusalStep
from ecpanel.gui.forms.form_correction_passphrase import Ui_CorrectionPassphrase
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import DONE, OPEN, WARNING, Mark, Tone
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.domain.submission import SignIn
    from ecpanel.gui.expert.opened import Unsigned
    from ecpanel.services.opening import Store

STEPS: Final = ("身份", "承诺", "回避", "口令与签名")
AT_HAND: Final = Mark("", "circle-dot", Tone.ACCENT)
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NAMES_SHOWN: Final = 6


class SignInPanel(QWidget):
    """Leads through the four steps; going back keeps what was entered. `signed_in` when it is done."""

    signed_in = Signal()

    def __init__(self, frame: Frame, store: Store, about: Unsigned) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._about = frame, store, about
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self.stack = QStackedWidget()
        self._marks = [MarkLabel(theme, OPEN) for _ in STEPS]
        trail = row(spacing=unit)
        for number, mark in enumerate(self._marks):
            if number:
                trail.addWidget(text("—", "", Tone.FAINT))
            trail.addWidget(mark)
        self.back = button(theme, "上一步", self._go_back, icon="arrow-left")
        self.next = button(theme, "下一步", self._go_on, primary=True)
        bar = QFrame()
        bar.setObjectName("bar")
        top = row(trail, None, self.back, self.next, spacing=unit)
        top.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        bar.setLayout(top)
        self.form = Form(theme, Ui_CorrectionPassphrase)
        self.pledge = QCheckBox("我已阅读并接受以上承诺(&Y)")
        self.device = QCheckBox("本人的手机等通信设备已交存(&D)")
        for box in (self.pledge, self.device):
            box.installEventFilter(self)
        self.recusals = RecusalStep(theme, about.work.candidates.values(), about.known)
        self.recusals.accepted.connect(self._go_on)
        self._summary = text("", wrap=True)
        for page in (self._identity(), self._pledge_page(), self.recusals, self._key_page()):
            self.stack.addWidget(page)
        card = QFrame()
        card.setObjectName("card")
        inside = column(self.banner, self.stack, spacing=unit, margin=round(1.5 * unit))
        inside.setStretch(1, 1)
        card.setLayout(inside)
        card.setMaximumWidth(130 * unit)
        middle = row(None, card, None, margin=unit)
        middle.setStretch(1, 100)
        whole = column(bar, middle)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._turn_to(0)

    # ---- the pages

    def _identity(self) -> QWidget:
        work, unit = self._about.work, self._frame.theme.unit
        expert = work.expert
        facts = "　".join(part for part in (expert.organisation, expert.title, expert.field) if part)
        return _page(
            column(
                text("请核对您的身份", "title"),
                text(work.review.title, "head", wrap=True),
                text(f"{expert.name}（{expert.expert_id}）", "verdict", wrap=True),
                text(facts, "", Tone.FAINT, wrap=True),
                rule(),
                text(
                    f"共 {len(work.candidates)} 家参评企业。签到分四步，签到完成前看不到任何申报材料。",
                    wrap=True,
                ),
                text("如不是您本人，请关闭程序，把任务包交还组织人员。", "", Tone.CAUTION, wrap=True),
                None,
                spacing=round(1.25 * unit),
            )
        )

    def _pledge_page(self) -> QWidget:
        words = text(self._about.pledge, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        unit = self._frame.theme.unit
        return _page(
            column(text("承诺", "title"), words, rule(), self.pledge, self.device, None, spacing=2 * unit)
        )

    def _key_page(self) -> QWidget:
        unit = self._frame.theme.unit
        about = text(
            "点“签到”后，本机为您生成签名钥匙，存在本机的评审库里，您的评分以它签名；"
            "它的指纹印在签到承诺书上，由您手写签名后交组长核对。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        first, again = self.form.parts.first, self.form.parts.again
        first.returnPressed.connect(again.setFocus)
        again.returnPressed.connect(self._go_on)
        return _page(column(self.form, rule(), self._summary, about, None, spacing=unit))

    def _show_summary(self) -> None:
        """What signing in settles, right before it is done."""
        model, work = self.recusals.model, self._about.work
        declared = [one for one in model.everything if one.chosen]
        names = "、".join(one.candidate.name for one in declared[:NAMES_SHOWN])
        more = f"等 {len(declared)} 家" if len(declared) > NAMES_SHOWN else ""
        known = sum(one.known for one in model.everything)
        told = f"申明回避 {len(declared)} 家" + (f"（{names}{more}，材料不对您打开）" if declared else "")
        told += f"；组织方已登记 {known} 家" if known else ""
        mine = len(work.candidates) - len(declared) - known
        device = "已交存" if self.device.isChecked() else "未交存"
        self._summary.setText(
            f"签到后不能再改：已接受承诺；通信设备{device}；{told}。您将评审 {mine} 家企业。"
        )

    # ---- going on and back

    def begin(self) -> None:
        """Take the keyboard, once the panel shows."""
        self._turn_to(self.stack.currentIndex())

    def _turn_to(self, number: int) -> None:
        self.banner.clear()
        self.recusals.problem.clear()
        if number == len(STEPS) - 1:
            self._show_summary()
        self.stack.setCurrentIndex(number)
        for place, mark in enumerate(self._marks):
            mark.set_mark(DONE if place < number else AT_HAND if place == number else OPEN, STEPS[place])
        self.back.setVisible(number > 0)
        self.next.setText("签到" if number == len(STEPS) - 1 else "下一步")
        if number == 2:
            self.recusals.begin()
        else:
            (self.next, self.pledge, self.next, self.form.parts.first)[number].setFocus()

    def _go_back(self) -> None:
        self._turn_to(self.stack.currentIndex() - 1)

    def _go_on(self) -> None:
        number = self.stack.currentIndex()
        if number == 1 and not self.pledge.isChecked():
            self.banner.say("请先阅读承诺，并勾选“我已阅读并接受以上承诺”。", WARNING)
            self.pledge.setFocus()
        elif number == 2 and not self.recusals.check():
            return
        elif number < len(STEPS) - 1:
            self._turn_to(number + 1)
        else:
            self._sign()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter at a check box goes on, as everywhere else."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in ENTER:
            self._go_on()
            return True
        return super().eventFilter(watched, event)

    def _sign(self) -> None:
        first, again = self.form.parts.first.text(), self.form.parts.again.text()
        self.form.clear()
        if not first.strip():
            self.form.say("first", "请设一个更正口令。")
            return
        if first != again:
            self.form.say("again", "两次输入的口令不一样，请重新输入。")
            return
        recusals = self.recusals.model.declared(self._about.work.expert.expert_id)
        device, store, clock = self.device.isChecked(), self._store, self._frame.clock

        def work(_: Progress) -> SignIn:
            from ecpanel.services.sign_in import SignInForm, sign_in

            return sign_in(store, SignInForm(True, device, recusals, first), clock)

        self._frame.run(
            "生成签名钥匙",
            work,
            lambda _: self.signed_in.emit(),
            self.banner,
            failed=self._refused,
            can_cancel=False,
        )

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "passphrase_short":
            self.form.say_error("first", fault)
        else:
            self.banner.say_error(fault)


def _page(layout: QLayout) -> QWidget:
    return Scroll(holding(layout))
