"""回避: recusals known beforehand, and pairs whose names suggest one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QFrame, QLineEdit, QWidget

from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, rule, text
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.recusals import HintsModel, RecusalsModel, hint_rows, recusal_rows
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.gui.organiser.step import OrganiserStep
from ecpanel.services.panel import open_hints, remove_recusal, set_hint_judged, set_recusal
from ecpanel.services.readiness import people_again

if TYPE_CHECKING:
    from ecpanel.domain.recusal_hints import RecusalHint
    from ecpanel.gui.organiser.desk import OrganiserDesk

NONE_KNOWN = (
    "没有已知回避",
    "在下面选专家和企业登记；也可以写在人员名单里一起导入。专家签到时还会自己申明回避。",
)


class RecusalStep(OrganiserStep):
    """回避."""

    key = "recusals"

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        buttons = HistoryButtons(theme, self.history)
        self.header.add(buttons.undo)
        self.header.add(buttons.redo)
        self.hints, self.known = HintsModel(), RecusalsModel()
        self.hint_table = Table(theme, self.hints, "待判断的提示")
        self.hint_table.opened.connect(lambda _: self.register_hint())
        self.register = button(theme, "登记回避", self.register_hint, icon="circle-slash")
        self.aside = button(theme, "不回避", self.put_aside, hint="看过了，这一对不需要回避")
        self._hint_count = text("", "head")
        about = text(
            "单位与企业名称相近，请逐一判断；登记后该专家的任务包里没有这家的材料。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        hints_foot = row(about, self.aside, self.register, spacing=unit, margin=unit)
        hints_foot.setStretch(0, 1)
        self._hints = _card(self._hint_count, self.hint_table, hints_foot, unit)
        self.table = Table(theme, self.known, "已知回避")
        add_key(self.table, "Del", "删除所选的回避", self.remove_chosen)
        self.remove = button(
            theme, "删除", self.remove_chosen, icon="trash-2", hint="删除所选的回避（Delete）"
        )
        self._empty = EmptyState(theme, "circle-slash", *NONE_KNOWN)
        self._count = text("", "head")
        self._known = _card(self._count, self.table, None, unit)
        self._known.layout().insertWidget(2, self._empty, 1)  # type: ignore[union-attr]
        self.table.chosen.connect(lambda _: self._tell_choice())
        self.add_line = AddRecusal(self)
        body = QWidget()
        layout = column(self._hints, self._known, self.add_line, spacing=2 * unit)
        layout.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        layout.setStretch(0, 2)
        layout.setStretch(1, 3)
        body.setLayout(layout)
        self.fill(body)
        self.header.add(self.remove)

    def reload(self) -> None:
        """Hints and recusals as they are."""
        ready = self.desk.ready
        candidates = {one.candidate_id: one for one in ready.candidates}
        hints = open_hints(ready) if ready.experts and candidates else []
        self.hints.set_rows(hint_rows(hints, ready.experts, candidates))
        self.known.set_rows(recusal_rows(ready.recusals, ready.experts, candidates))
        self.header.set_summary(self.step.summary)
        self._hints.setVisible(bool(hints))
        self._hint_count.setText(f"提示 {len(hints)} 条")
        some = bool(self.known.everything)
        self._count.setText(f"已知回避 {len(self.known.everything)} 条")
        self.table.setVisible(some)
        self._empty.setVisible(not some)
        if hints and self.hint_table.key() is None:
            self.hint_table.selectRow(0)
        self.add_line.put()
        self._tell_choice()

    def _tell_choice(self) -> None:
        self.remove.setEnabled(self.table.key() is not None and bool(self.known.everything))

    def _told(self) -> None:
        self.desk.changed("已保存", people_again(self.store, self.desk.ready))

    # ---- what can be done, and taken back

    def set(self, recusal: Recusal, words: str) -> bool:
        """Record a recusal."""
        clock = self.frame.clock

        def forth() -> Recusal | None:
            former = set_recusal(self.store, recusal, clock)
            self._told()
            return former

        def back(former: Recusal | None) -> None:
            if former is not None:
                set_recusal(self.store, former, clock)
            else:
                remove_recusal(self.store, recusal.expert_id, recusal.candidate_id, clock)
            self._told()

        return self.history.do(words, forth, back)

    def remove_chosen(self) -> None:
        """Take back the recusal at hand."""
        place = self.known.row_of(self.table.key())
        if place is None:
            return
        one, clock = self.known.rows[place], self.frame.clock

        def forth() -> Recusal | None:
            former = remove_recusal(self.store, *one.key, clock)
            self._told()
            return former

        def back(former: Recusal | None) -> None:
            if former is not None:
                set_recusal(self.store, former, clock)
                self._told()

        self.history.do(f"删除 {one.expert.name} 对 {one.candidate.name} 的回避", forth, back)

    def register_hint(self) -> None:
        """The pair at hand is a recusal."""
        place = self.hints.row_of(self.hint_table.key())
        if place is not None:
            one = self.hints.rows[place]
            recusal = Recusal(*one.key, one.hint.reason, one.hint.why[:200], "organiser")
            self.set(recusal, f"登记 {one.expert.name} 对 {one.candidate.name} 的回避")

    def put_aside(self) -> None:
        """The pair at hand needs none."""
        place = self.hints.row_of(self.hint_table.key())
        if place is not None:
            one = self.hints.rows[place]
            self.history.do(
                f"{one.expert.name} 与 {one.candidate.name} 不需回避",
                lambda: self._judge(one.hint, True),
                lambda _: self._judge(one.hint, False),
            )

    def _judge(self, hint: RecusalHint, judged: bool) -> None:
        set_hint_judged(self.store, hint, judged, self.frame.clock)
        self._told()


def _card(head: QWidget, table: Table, foot: object, unit: int) -> QFrame:
    """A table under its head, with what can be done below."""
    frame = QFrame()
    frame.setObjectName("card")
    head.setContentsMargins(unit, unit, unit, 0)
    layout = column(head, table, spacing=unit // 2, margin=1)
    layout.setStretch(1, 1)
    if foot is not None:
        layout.addWidget(rule())
        layout.addLayout(foot)  # type: ignore[arg-type]
    frame.setLayout(layout)
    return frame


class AddRecusal(QFrame):
    """The next recusal: whom, from which firm (found by typing), why."""

    def __init__(self, step: RecusalStep) -> None:
        super().__init__()
        self.setObjectName("card")
        self._step = step
        theme, unit = step.frame.theme, step.frame.theme.unit
        self.expert, self.candidate, self.reason = _chooser("专家", 18), _chooser("企业", 34), QComboBox()
        self.reason.setAccessibleName("回避原因")
        for reason, words in RECUSAL_WORDS.items():
            self.reason.addItem(words, reason.value)
        self.note = QLineEdit()
        self.note.setAccessibleName("说明")
        self.note.setPlaceholderText("说明（选填）")
        self.note.setMaxLength(200)
        self.go = button(theme, "登记(&R)", self._go, icon="plus")
        self.note.returnPressed.connect(self._go)
        self._problem = FieldProblem()
        flow = Flow(self.expert, self.candidate, self.reason, self.note, self.go, spacing=unit)
        self.setLayout(
            column(text("登记回避", "head"), flow, self._problem, spacing=unit // 2, margin=unit + unit // 2)
        )

    def put(self) -> None:
        """Offer the experts and firms of the review."""
        ready = self._step.desk.ready
        _offer(
            self.expert, [(f"{one.expert_id} {one.name}", one.expert_id) for one in ready.experts.values()]
        )
        _offer(
            self.candidate, [(f"{one.candidate_id} {one.name}", one.candidate_id) for one in ready.candidates]
        )
        self.setEnabled(bool(ready.experts and ready.candidates))

    def _go(self) -> None:
        expert, candidate = _chosen(self.expert), _chosen(self.candidate)
        if not expert or not candidate:
            self._problem.say("请选专家和企业（可以键入姓名、名称的一部分来找）。")
            (self.candidate if expert else self.expert).setFocus()
            return
        reason, note = RecusalReason(self.reason.currentData()), self.note.text().strip()
        if reason is RecusalReason.OTHER and not note:
            self._problem.say("原因为“其他”时请写明说明。")
            self.note.setFocus()
            return
        self._problem.say("")
        words = f"登记 {self.expert.currentText()} 对 {self.candidate.currentText()} 的回避"
        if self._step.set(Recusal(expert, candidate, reason, note, "organiser"), words):
            self.note.clear()
            self.candidate.setCurrentIndex(-1)
            self.candidate.setFocus()


def _chooser(name: str, characters: int) -> QComboBox:
    """A box in which people find by typing a part of a name."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setMinimumContentsLength(characters)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    line = box.lineEdit()
    if line is not None:
        line.setPlaceholderText(name)
        line.setAccessibleName(name)
    completer = box.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box


def _offer(box: QComboBox, items: list[tuple[str, str]]) -> None:
    if [box.itemData(n) for n in range(box.count())] == [key for _, key in items]:
        return
    box.clear()
    for words, key in items:
        box.addItem(words, key)
    box.setCurrentIndex(-1)


def _chosen(box: QComboBox) -> str:
    """The key of what stands in the box, typed or chosen; "" where that is nobody."""
    place = box.findText(box.currentText().strip())
    return str(box.itemData(place)) if place >= 0 else ""
