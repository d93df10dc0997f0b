"""准入认定: the panel finds whether a candidate meets one gate; a later finding replaces an earlier one."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from ecpanel.domain.meeting import GateDecision
from ecpanel.gui.chair.motion import Motion, enough_words
from ecpanel.gui.controls.form import Form
from ecpanel.gui.forms.form_gate_decision import Ui_GateDecision
from ecpanel.progress import Progress
from ecpanel.reports.tables import vote_words

NO_GATES = "本指标体系没有准入项，不能作准入认定。"
ABOUT = "不通过的企业不参与排名，另列一表；以后一次认定为准，原来的认定保留。"


class GateMotion(Motion):
    """Needs the larger majority."""

    title = "准入认定"
    act = "记录准入认定"

    def _form(self) -> QWidget:
        self.form = Form(self._frame.theme, Ui_GateDecision)
        self.form.put("vote", self.ballot)
        self.form.parts.outcome_wrong.hide()
        gate: QComboBox = self.form.parts.gate
        gate.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        gate.setMinimumContentsLength(6)
        gate.currentIndexChanged.connect(lambda _: self._moved())
        for one in (self.form.parts.passed, self.form.parts.failed):
            one.toggled.connect(lambda _: self._moved())
        self.form.parts.reason.returnPressed.connect(self._go)
        return self.form

    def reset(self) -> None:
        """Nothing found."""
        super().reset()
        self.form.parts.reason.clear()
        for one in (self.form.parts.passed, self.form.parts.failed):
            one.setAutoExclusive(False)
            one.setChecked(False)
            one.setAutoExclusive(True)
        self.form.clear()
        self.form.parts.outcome_wrong.hide()

    def focus_first(self) -> None:
        """Put the cursor where choosing begins."""
        self.form.parts.gate.setFocus()

    def _show(self) -> None:
        floor, box = self.floor, self.form.parts.gate
        assert floor is not None
        gates = floor.result.scheme.gates
        if [box.itemData(place) for place in range(box.count())] != [one.code for one in gates]:
            box.clear()
            for one in gates:
                box.addItem(f"{one.code} {one.name}", one.code)
        earlier = [
            f"{one.gate} {'通过' if one.passed else '不通过'}：{one.reason}（{vote_words(one.vote)}）"
            for one in floor.side.gate_decisions
        ]
        self._about.setText("\n".join([ABOUT if gates else NO_GATES, *earlier]))
        self.form.setEnabled(bool(gates))
        self.primary.setEnabled(bool(gates))
        self.ballot.ask(floor.electorate(gate=True))

    @property
    def _passed(self) -> bool | None:
        parts = self.form.parts
        return True if parts.passed.isChecked() else False if parts.failed.isChecked() else None

    def motion_words(self) -> str:
        """Which gate, and what is moved."""
        passed = self._passed
        if passed is None:
            return ""
        return f"准入认定　{self.form.parts.gate.currentText()}　{'通过' if passed else '不通过'}"

    def _go(self) -> None:
        self.form.clear()
        floor, parts, passed = self.floor, self.form.parts, self._passed
        if floor is None or not floor.result.scheme.gates:
            return
        parts.outcome_wrong.setText("请选择通过还是不通过。")
        parts.outcome_wrong.setVisible(passed is None)
        reason = parts.reason.text().strip()
        self.form.say("reason", enough_words(reason))
        if passed is None:
            parts.failed.setFocus()
        if passed is None or enough_words(reason):
            self._look()
            return
        if not self._carried():
            return
        store, clock, vote, gate = self._store, self._frame.clock, self.ballot.vote, parts.gate.currentData()
        key = floor.side.line.candidate_id

        def work(_: Progress) -> None:
            from ecpanel.services.chair import decide_gate
            from ecpanel.services.opening import stamp

            decide_gate(store, GateDecision(key, gate, passed, reason, vote, stamp(clock)), clock)

        self._record(work, f"准入认定已记录：{gate} {'通过' if passed else '不通过'}")
