"""回避提示: experts whose organisation reads like a candidate, each to be judged by a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.models.recusals import HintRow, HintsModel, hint_rows
from ecpanel.gui.theme import Theme
from ecpanel.services.readiness import Preparation

FINE: Final = ("没有回避提示", "没有哪位专家的单位与参评企业或其母公司的名称相近。")


class HintsPage(QWidget):
    """`recuse` registers a recusal for a hint, `judge` sets a hint aside (True) or brings it back."""

    def __init__(
        self, theme: Theme, recuse: Callable[[HintRow], bool], judge: Callable[[HintRow, bool], bool]
    ) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._recuse, self._judge, unit = recuse, judge, theme.unit
        self.model = HintsModel()
        self.table = Table(theme, self.model, "回避提示")
        self.table.spare = (2,)
        self.table.chosen.connect(lambda _: self._tell())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(Scroll(EmptyState(theme, "circle-check", *FINE)))
        self._about = text("", wrap=True)
        self.yes = button(theme, "登记回避", self._register, icon="circle-slash", shortcut="Ctrl+Return")
        self.no = button(theme, "不回避", self._set_aside, icon="check", shortcut="Ctrl+Del")
        self.again = button(theme, "重新提示", self._bring_back, icon="rotate-ccw")
        foot = QFrame()
        foot.setObjectName("status")
        below = column(self._about, Flow(self.yes, self.no, self.again, spacing=unit), spacing=unit)
        below.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        foot.setLayout(below)
        self._foot = foot
        layout = column(self._stack, foot)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self, ready: Preparation) -> int:
        """Show the hints; returns how many wait to be judged."""
        before = self.table.currentIndex().row()
        rows = hint_rows(ready)
        self.model.update_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        if self.model.rows and not self.table.currentIndex().isValid():
            place = min(max(before, 0), len(self.model.rows) - 1)
            self.table.setCurrentIndex(self.model.index(place, 0))
        self._tell()
        return sum(not one.judged for one in rows)

    def _row(self) -> HintRow | None:
        return self.model.row_at(self.table.currentIndex())

    def _tell(self) -> None:
        one = self._row()
        self._foot.setVisible(one is not None)
        if one is None:
            return
        parent = f"（母公司 {one.candidate.parent}）" if one.candidate.parent else ""
        self._about.setText(
            f"{one.expert.name}的单位“{one.expert.organisation or '未填'}”，企业“{one.candidate.name}”{parent}："
            f"{one.hint.why}。"
        )
        for control, shown in ((self.yes, True), (self.no, not one.judged), (self.again, one.judged)):
            control.setVisible(shown)

    def _act(self, act: Callable[[HintRow], bool]) -> None:
        one, place = self._row(), self.table.currentIndex().row()
        if one is not None and act(one) and self.model.rows:
            waiting = next(
                (n for n, row in enumerate(self.model.rows) if n >= place and not row.judged), None
            )
            rest = next((n for n, row in enumerate(self.model.rows) if not row.judged), place)
            wanted = min(rest if waiting is None else waiting, len(self.model.rows) - 1)
            self.table.setCurrentIndex(self.model.index(wanted, 0))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _register(self) -> None:
        self._act(self._recuse)

    def _set_aside(self) -> None:
        self._act(lambda one: self._judge(one, True))

    def _bring_back(self) -> None:
        self._act(lambda one: self._judge(one, False))
