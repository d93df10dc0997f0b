"""更正: the expert of a cell changes his own score, after the panel has voted and with his own pass-phrase."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QWidget

from ecpanel.domain.checks import CheckKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import REASON_WORDS, ReasonCode
from ecpanel.domain.points import Points, parse_points, show_points, show_short
from ecpanel.domain.scheme import Indicator
from ecpanel.domain.sheet import check_value
from ecpanel.gui.chair.motion import Motion, enough_words
from ecpanel.gui.controls.form import Form
from ecpanel.gui.forms.form_correction import Ui_Correction
from ecpanel.progress import Progress
from ecpanel.texts import error_sentence

CHOOSE: Final = "请选择"
NO_CELL: Final = "先在左边的表里选中要更正的分值：哪位专家、哪项指标。只有给分的专家本人能更正自己的分。"
REASONS: Final = {
    CheckKind.SUM.value: ReasonCode.SUM,
    CheckKind.RANGE.value: ReasonCode.RANGE,
    CheckKind.OBJECTIVE.value: ReasonCode.OBJECTIVE,
    CheckKind.OUTLIER.value: ReasonCode.OUTLIER,
}
"""Which reason a finding of the checks suggests."""
FIELDS: Final = {
    "points_unreadable": "after",
    "score_out_of_range": "after",
    "score_off_step": "after",
    "correction_same": "after",
    "reason_missing": "note",
    "correction_passphrase_wrong": "passphrase",
}
"""Which field an error is about."""


class CorrectionMotion(Motion):
    """Follows the cell at hand."""

    title = "更正"
    act = "记录更正"

    def _form(self) -> QWidget:
        self.form = Form(self._frame.theme, Ui_Correction)
        self.form.put("vote", self.ballot)
        parts = self.form.parts
        parts.reason.addItem(CHOOSE, None)
        for code, words in REASON_WORDS.items():
            parts.reason.addItem(f"{code.value} {words}", code.value)
        for box in (parts.reason, parts.mover):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        parts.after.textChanged.connect(lambda _: self._moved())
        parts.passphrase.returnPressed.connect(self._go)
        self._expert, self._leaf, self._before = "", None, None
        return self.form

    _expert: str
    _leaf: Indicator | None
    _before: Points | None

    def show_cell(self, expert_id: str, leaf: Indicator | None) -> None:
        """The cell at hand; another one empties what was typed for the one before."""
        code = leaf.code if leaf is not None else ""
        if (expert_id, code) != (self._expert, self._leaf.code if self._leaf is not None else ""):
            self._expert, self._leaf = expert_id, leaf
            self.reset()
            self._suggest()
        self._show()

    def reset(self) -> None:
        """Empty every field."""
        super().reset()
        parts = self.form.parts
        for field in (parts.after, parts.note, parts.passphrase):
            field.clear()
        parts.reason.setCurrentIndex(0)
        parts.mover.setCurrentIndex(0)
        self.form.clear()

    def _suggest(self) -> None:
        """The reason a flag of the cell suggests."""
        if self.floor is None or self._leaf is None:
            return
        kinds = [
            one.kind
            for one in self.floor.side.flags
            if one.indicator == self._leaf.code and one.expert_id in ("", self._expert)
        ]
        reason = next((REASONS[kind] for kind in REASONS if kind in kinds), None)
        place = self.form.parts.reason.findData(reason.value) if reason is not None else 0
        self.form.parts.reason.setCurrentIndex(max(place, 0))

    def _show(self) -> None:
        floor, leaf, expert = self.floor, self._leaf, self._expert
        if floor is None:
            return
        self._before = None
        words = NO_CELL
        if leaf is not None and expert:
            cells = next(one.cells for one in floor.side.leaves if one.indicator.code == leaf.code)
            cell = next(one for one in cells if one.expert_id == expert)
            who = f"{expert} {floor.members[expert]}"
            if expert not in floor.side.voters:
                words = f"{who} 回避或已作废，没有可更正的分值；请另选一格。"
            elif cell.points is None:
                words = f"{who} 的 {leaf.code} 没有分值，无从更正；请另选一格。"
            else:
                self._before = cell.points
                words = (
                    f"{who}\n{leaf.code} {leaf.name}（满分 {show_short(leaf.points)}，步长 {show_short(leaf.step)}）"
                    f"\n现值 {show_points(cell.points)}"
                )
        self._about.setText(words)
        self.form.setEnabled(self._before is not None)
        self.primary.setEnabled(self._before is not None)
        if self._before is not None:
            self.form.parts.passphrase_label.setText(f"{expert} {floor.members[expert]} 的更正口令(&P)")
        self._fill_movers()
        self.ballot.ask(floor.electorate())

    def _fill_movers(self) -> None:
        floor, box = self.floor, self.form.parts.mover
        assert floor is not None
        movers = [(one, f"{one} {floor.members[one]}") for one in floor.side.voters]
        if [box.itemData(place) for place in range(box.count())] == [None, *(one for one, _ in movers)]:
            return
        kept = box.currentData()
        box.clear()
        box.addItem(CHOOSE, None)
        for key, words in movers:
            box.addItem(words, key)
        box.setCurrentIndex(max(box.findData(kept), 0) if kept else 0)

    def focus_first(self) -> None:
        """Put the cursor where typing begins."""
        self.form.parts.after.setFocus()

    def motion_words(self) -> str:
        """Before and after, without the expert."""
        if self._leaf is None or self._before is None or not self.form.parts.after.text().strip():
            return ""
        try:
            after = show_points(parse_points(self.form.parts.after.text()))
        except EcpanelError:
            after = "？"
        return f"更正 {self._leaf.code} {self._leaf.name}　{show_points(self._before)} → {after}"

    def _go(self) -> None:
        self.form.clear()
        floor, leaf, parts = self.floor, self._leaf, self.form.parts
        if floor is None or leaf is None or self._before is None:
            return
        after = self._after(leaf)
        reason, mover = parts.reason.currentData(), parts.mover.currentData()
        passphrase, note = parts.passphrase.text(), parts.note.text().strip()
        wrong = {
            "reason": "" if reason is not None else "请选择更正的原因。",
            "note": enough_words(note),
            "mover": "" if mover is not None else "请选择动议人。",
            "passphrase": "" if passphrase.strip() else "请由给分的专家本人输入更正口令。",
        }
        for name, words in reversed(wrong.items()):
            if words:
                self.form.say(name, words)
        if after is None:
            parts.after.setFocus()
        if after is None or any(wrong.values()):
            self._look()
            return
        if not self._carried():
            return
        self._correct(leaf, after, ReasonCode(reason), note, mover, passphrase)

    def _after(self, leaf: Indicator) -> Points | None:
        """The new value, or None with the sentence under its field."""
        try:
            after = parse_points(self.form.parts.after.text())
            check_value(leaf, after)
        except EcpanelError as fault:
            self.form.say("after", error_sentence(fault))
            return None
        if after == self._before:
            self.form.say("after", "与现值相同，不用更正。")
            return None
        return after

    def _correct(
        self, leaf: Indicator, after: Points, reason: ReasonCode, note: str, mover: str, passphrase: str
    ) -> None:
        from ecpanel.services.chair import CorrectionRequest, correct

        assert self.floor is not None and self._before is not None
        store, clock = self._store, self._frame.clock
        candidate = self.floor.side.line.candidate_id
        request = CorrectionRequest(
            self._expert, candidate, leaf.code, after, reason, note, mover, self.ballot.vote, passphrase
        )

        def work(_: Progress) -> object:
            return correct(store, request, clock)

        self._record(work, f"更正已记录：{leaf.code} {show_points(self._before)} → {show_points(after)}")

    def _refused(self, fault: EcpanelError) -> None:
        field = FIELDS.get(fault.code)
        if field is None:
            super()._refused(fault)
            return
        self.form.say_error(field, fault)
        if field == "passphrase":
            self.form.parts.passphrase.selectAll()
        self._look()
