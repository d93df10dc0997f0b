"""Sign-in (签到): 身份 → 承诺 → 回避 → 口令与签名, one page at a time, before any dossier opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QStackedWidget,
    QWidget,
)

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import Scroll, column, holding, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import MarkLabel, button, picture, rule, text
from ecpanel.gui.forms.form_correction_passphrase import Ui_CorrectionPassphrase
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import DONE, OPEN, Mark, Tone
from ecpanel.gui.models.recusal_choice import Choice, RecusalChoiceModel
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.domain.submission import SignIn
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment

STEPS: Final = ("身份", "承诺", "回避", "口令与签名")
AT_HAND: Final = Mark("", "circle-dot", Tone.ACCENT)


class SignInPanel(QWidget):
    """Leads through the four steps; `signed_in` when the sheet has been shown."""

    signed_in = Signal()

    def __init__(
        self, frame: Frame, store: Store, work: Assignment, pledge: str, known: list[Recusal]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._work = frame, store, work
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._stack = QStackedWidget()
        self._marks = [MarkLabel(theme, OPEN) for _ in STEPS]
        trail = row(spacing=2 * unit)
        for number, mark in enumerate(self._marks):
            if number:
                trail.addWidget(text("—", "", Tone.FAINT))
            trail.addWidget(mark)
        trail.addStretch(1)
        self._back = button(theme, "上一步", self._go_back, icon="arrow-left")
        self.next = button(theme, "下一步", self._go_on, primary=True)
        self._form = Form(theme, Ui_CorrectionPassphrase)
        self._form.parts.again.returnPressed.connect(self._go_on)
        self._pledge = QCheckBox("我已阅读并接受以上承诺(&Y)")
        self._device = QCheckBox("本人的手机等通信设备已交存(&D)")
        self._recusals = _RecusalStep(frame, work, known)
        for page in (self._identity(), self._pledge_page(pledge), self._recusals, self._key_page()):
            self._stack.addWidget(page)
        card = QFrame()
        card.setObjectName("card")
        layout = column(
            trail,
            rule(),
            self.banner,
            self._stack,
            row(self._back, None, self.next),
            spacing=2 * unit,
            margin=3 * unit,
        )
        layout.setStretch(3, 1)
        card.setLayout(layout)
        card.setMaximumWidth(120 * unit)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        outer.addStretch(1)
        outer.addWidget(card, 100)
        outer.addStretch(1)
        self._show(0)

    def _identity(self) -> QWidget:
        expert, review = self._work.expert, self._work.review
        unit = self._frame.theme.unit
        lines = [
            text("签到：请核对您的身份", "title"),
            text(review.title, "head", wrap=True),
            text(f"{expert.name}（{expert.expert_id}）", "verdict", wrap=True),
        ]
        facts = "　".join(part for part in (expert.organisation, expert.title, expert.field) if part)
        lines += [
            text(facts, "", Tone.FAINT, wrap=True),
            text(f"共 {len(self._work.candidates)} 家参评企业。签到完成前看不到任何申报材料。", wrap=True),
            text("如不是您本人，请关闭程序，把任务包交还组织人员。", "", Tone.CAUTION, wrap=True),
        ]
        return _page(column(*lines, None, spacing=2 * unit))

    def _pledge_page(self, pledge: str) -> QWidget:
        unit = self._frame.theme.unit
        words = text(pledge, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return _page(
            column(text("承诺", "title"), words, rule(), self._pledge, self._device, None, spacing=2 * unit)
        )

    def _key_page(self) -> QWidget:
        unit = self._frame.theme.unit
        about = text(
            "点“签到”后，本机为您生成签名钥匙，您的评分以它签名；钥匙只存在本机的评审库里。"
            "指纹印在签到承诺书上，由您手写签名后交组长核对。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        return _page(column(text("更正口令与签名钥匙", "title"), about, self._form, None, spacing=2 * unit))

    def _show(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        for place, mark in enumerate(self._marks):
            mark.set_mark(DONE if place < number else AT_HAND if place == number else OPEN, STEPS[place])
        self._back.setVisible(number > 0)
        self.next.setText("签到" if number == len(STEPS) - 1 else "下一步")
        self.banner.clear()
        target: QWidget = (self.next, self._pledge, self._recusals.table, self._form.parts.first)[number]
        target.setFocus()

    def _go_back(self) -> None:
        self._show(self._stack.currentIndex() - 1)

    def _go_on(self) -> None:
        number = self._stack.currentIndex()
        if number == 1 and not self._pledge.isChecked():
            self.banner.say("请先阅读承诺并勾选“我已阅读并接受以上承诺”。")
            self._pledge.setFocus()
            return
        if number == 2 and not self._recusals.check():
            return
        if number < len(STEPS) - 1:
            self._show(number + 1)
            return
        self._sign()

    def _sign(self) -> None:
        first, again = self._form.parts.first.text(), self._form.parts.again.text()
        self._form.clear()
        if not first.strip():
            self._form.say("first", "请设一个更正口令。")
            return
        if first != again:
            self._form.say("again", "两次输入的口令不一样，请重新输入。")
            return
        recusals = self._recusals.model.declared(self._work.expert.expert_id)
        device, store, clock = self._device.isChecked(), self._store, self._frame.clock

        def work(_: Progress) -> SignIn:
            from ecpanel.services.sign_in import SignInForm, sign_in

            return sign_in(store, SignInForm(True, device, recusals, first), clock)

        def failed(fault: EcpanelError) -> None:
            if fault.code == "passphrase_short":
                self._form.say_error("first", fault)
            else:
                self.banner.say_error(fault)

        self._frame.run(
            "生成签名钥匙",
            work,
            lambda _: self.signed_in.emit(),
            self.banner,
            failed=failed,
            can_cancel=False,
        )


def _page(layout: QLayout) -> QWidget:
    return Scroll(holding(layout))


class _RecusalStep(QWidget):
    """The list of names with what is ticked, and the reason of the one at hand."""

    def __init__(self, frame: Frame, work: Assignment, known: list[Recusal]) -> None:
        super().__init__()
        theme, unit = frame.theme, frame.theme.unit
        self.model = RecusalChoiceModel()
        self.model.set_candidates(work.candidates.values(), known)
        self.table = Table(theme, self.model, "参评企业名单")
        self.table.opened.connect(self._turn)
        self.table.chosen.connect(self._show)
        self.table.clicked.connect(self._pressed)
        add_key(self.table, "Space", "回避或不回避所选企业", lambda: self._turn(self.table.key()))
        self._search = QLineEdit()
        self._search.setPlaceholderText("按名称、地区查找")
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName("查找企业")
        self._search.textChanged.connect(self._filter)
        self._count = text("", "", Tone.FAINT)
        self._reason, self._note = QComboBox(), QLineEdit()
        for reason, words in RECUSAL_WORDS.items():
            self._reason.addItem(words, reason)
        self._note.setPlaceholderText("说明（选填；原因为“其他”时必填）")
        self._note.setMaxLength(200)
        self._reason.activated.connect(lambda _: self._explain())
        self._note.editingFinished.connect(self._explain)
        self._about = row(
            Field(theme, "回避原因(&R)", self._reason), Field(theme, "说明(&M)", self._note), spacing=unit
        )
        self._detail = QWidget()
        self._detail.setLayout(self._about)
        self._detail.setEnabled(False)
        self._problem = Banner(theme)
        head = text("回避申明", "title")
        advice = text(
            "下面只有名单。与哪家企业有应当回避的关系，就在它前面点一下（或按空格）；"
            "申明后该企业的材料不会对您打开，您也不参加它的评分和讨论。没有则直接下一步。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        layout = column(
            head,
            advice,
            row(self._search, self._count, spacing=unit),
            self.table,
            self._detail,
            self._problem,
            spacing=unit,
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self._tell()

    def _filter(self, words: str) -> None:
        wanted = words.strip()
        self.model.set_filter(
            (lambda one: wanted in one.candidate.name or wanted in one.candidate.region) if wanted else None
        )

    def _pressed(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self._turn(self.table.key())

    def _turn(self, key: object) -> None:
        one = self._row(key)
        if one is None or one.known:
            return
        self.model.choose(one.candidate.candidate_id, RecusalReason.SAME_UNIT if one.reason is None else None)
        self._show(key)
        self._tell()
        if one.reason is None:
            self._reason.setFocus()

    def _row(self, key: object) -> Choice | None:
        return next((one for one in self.model.everything if one.candidate.candidate_id == key), None)

    def _show(self, key: object) -> None:
        one = self._row(key)
        chosen = one is not None and one.chosen
        self._detail.setEnabled(chosen)
        if one is not None and one.reason is not None:
            self._reason.setCurrentIndex(self._reason.findData(one.reason))
            self._note.setText(one.note)
        else:
            self._note.clear()

    def _explain(self) -> None:
        one = self._row(self.table.key())
        if one is not None and one.chosen:
            self.model.choose(
                one.candidate.candidate_id,
                RecusalReason(self._reason.currentData()),
                self._note.text().strip(),
            )
            self._tell()

    def _tell(self) -> None:
        known = sum(one.known for one in self.model.everything)
        declared = sum(one.chosen for one in self.model.everything)
        total = len(self.model.everything)
        self._count.setText(
            f"共 {total} 家，申明回避 {declared} 家" + (f"，组织方已登记 {known} 家" if known else "")
        )

    def check(self) -> bool:
        """Whether every declared recusal is explained as far as it must be."""
        self._problem.clear()
        for one in self.model.everything:
            if one.chosen and one.reason is RecusalReason.OTHER and not one.note:
                self.table.choose(one.candidate.candidate_id)
                self._problem.say(f"{one.candidate.name}：原因为“其他”时请写明说明。")
                self._note.setFocus()
                return False
        return True


class SignedInPanel(QWidget):
    """After sign-in: the fingerprint in large groups, the sheet for ink, then to work."""

    begin = Signal()

    def __init__(self, frame: Frame, store: Store, record: SignIn, name: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._name = frame, store, name
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        groups = record.fingerprint.split("-")
        half = (len(groups) + 1) // 2
        lines = [" ".join(groups[:half]), " ".join(groups[half:])]
        fingerprint = [text(line, "title") for line in lines if line]
        self.place = PathField(
            theme,
            "签到承诺书",
            lambda chosen: frame.choose_new(
                "签到承诺书写到哪里", f"{name}_签到承诺书.pdf", "PDF (*.pdf)", chosen, self
            ),
        )
        self._write = button(theme, "写出签到承诺书", self._export, icon="printer")
        self.go = button(theme, "开始评审", self.begin.emit, primary=True)
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(
            column(
                row(
                    picture(theme, "circle-check", Tone.GOOD, 1.5),
                    text("已签到", "title"),
                    None,
                    spacing=unit,
                ),
                text("您的签名指纹（与签到承诺书上印的一致，组长将据此核对您的评分包）：", wrap=True),
                *fingerprint,
                rule(),
                text("签到承诺书请打印后手写签名，交组长。", "", Tone.FAINT, wrap=True),
                self.place,
                row(None, self._write),
                self.banner,
                rule(),
                row(None, self.go),
                spacing=2 * unit,
                margin=3 * unit,
            )
        )
        card.setMaximumWidth(80 * unit)
        holder = QWidget()
        line = row(None, card, None)
        line.setStretch(1, 100)
        holder.setLayout(column(line, None, margin=2 * unit))
        self.setLayout(column(Scroll(holder)))

    def _export(self) -> None:
        path, store = self.place.path, self._store
        if path is None:
            self.banner.say("请先选择签到承诺书写到哪里（如U盘）。")
            return
        target: Path = path if path.suffix else path / f"{self._name}_签到承诺书.pdf"

        def work(_: Progress) -> Path:
            from ecpanel.exchange.handover import write_bytes_verified
            from ecpanel.services.papers import sign_in_paper

            write_bytes_verified(target, sign_in_paper(store))
            return target

        self._frame.run(
            "写出签到承诺书", work, lambda made: self.banner.say_done(f"已写出：{made}"), self.banner
        )
