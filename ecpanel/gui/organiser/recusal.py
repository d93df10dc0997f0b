"""回避 on the organiser's desk: recusals known beforehand, and hints that somebody should be asked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.domain.recusal import Recusal
from ecpanel.gui.controls.panel import EmptyState, Scroll, column, row
from ecpanel.gui.controls.tabs import Tabs
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.models.recusals import HintRow, RecusalRow
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.gui.organiser.recusal_hints import HintsPage
from ecpanel.gui.organiser.recusal_list import RecusalList
from ecpanel.services.panel import remove_recusal, set_hint_judged, set_recusal
from ecpanel.services.readiness import StepKey, people_again

KNOWN, HINTS = range(2)
NEEDED: Final = "先有企业名单和专家，才能登记谁对哪一家回避。"


class RecusalStep(OrganiserStep):
    """回避."""

    key = "recusals"

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme = self.frame.theme
        self.known = RecusalList(theme, self._keep, self._drop)
        self.hints = HintsPage(theme, self._recuse, self._judge)
        self.tabs, self._pages = Tabs("回避各页"), QStackedWidget()
        for page in (self.known, self.hints):
            self.tabs.addTab("")
            self._pages.addWidget(page)
        self.tabs.currentChanged.connect(self._turn)
        buttons = HistoryButtons(theme, self.history)
        self.undo, self.redo = buttons.undo, buttons.redo
        tools = Tools(theme, self.known.remove, self.undo, self.redo)
        bar = QFrame()
        bar.setObjectName("bar")
        line = row(self.tabs, tools, spacing=theme.unit)
        line.setContentsMargins(theme.unit, 0, theme.unit, 0)
        line.setAlignment(self.tabs, Qt.AlignmentFlag.AlignBottom)
        line.setStretch(1, 1)
        bar.setLayout(line)
        whole = QWidget()
        inside = column(bar, self._pages)
        inside.setStretch(1, 1)
        whole.setLayout(inside)
        self._empty = EmptyState(
            theme, "circle-slash", "还不能登记回避", NEEDED, "去处理", self._go, primary=True
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(whole)
        self._stack.addWidget(Scroll(self._empty))
        self._opened = False
        self.fill(self._stack)

    def reload(self) -> None:
        """Recusals and hints as they are."""
        ready = self.desk.ready
        self.header.set_summary(self.step.summary)
        waits = not (ready.candidates and ready.experts)
        self.calm_next(waits)
        if waits:
            self._stack.setCurrentIndex(1)
            self._empty.button.setText("去添加专家" if ready.candidates else "去导入名单")
            return
        self._stack.setCurrentIndex(0)
        self.known.put(ready)
        waiting = self.hints.put(ready)
        self.tabs.setTabText(KNOWN, f"已知回避 {len(ready.recusals)}")
        self.tabs.setTabText(HINTS, f"提示（{waiting} 条待判断）" if waiting else "提示")
        if not self._opened:
            self._opened = True
            self.tabs.setCurrentIndex(HINTS if waiting and not ready.recusals else KNOWN)

    def _go(self) -> None:
        self.desk.go_to(StepKey.PEOPLE if self.desk.ready.candidates else StepKey.CANDIDATES)

    def _turn(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        self.known.remove.setVisible(number == KNOWN)

    # ---- changing

    def _told(self) -> None:
        self.desk.changed("已保存", people_again(self.store, self.desk.ready))

    def _set(self, recusal: Recusal) -> Recusal | None:
        former = set_recusal(self.store, recusal, self.frame.clock)
        self._told()
        return former

    def _take_back(self, recusal: Recusal) -> Recusal | None:
        former = remove_recusal(self.store, recusal.expert_id, recusal.candidate_id, self.frame.clock)
        self._told()
        return former

    def _keep(self, words: str, recusal: Recusal) -> bool:
        def back(former: Recusal | None) -> None:
            if former is None:
                self._take_back(recusal)
            else:
                self._set(former)

        return self.history.do(words, lambda: self._set(recusal), back)

    def _drop(self, one: RecusalRow) -> bool:
        def back(former: Recusal | None) -> None:
            if former is not None:
                self._set(former)

        words = f"删除{one.expert.name if one.expert else one.recusal.expert_id}的回避"
        return self.history.do(words, lambda: self._take_back(one.recusal), back)

    def _recuse(self, one: HintRow) -> bool:
        hint = one.hint
        told = Recusal(hint.expert_id, hint.candidate_id, hint.reason, hint.why, "organiser")
        return self._keep(f"登记{one.expert.name}的回避", told)

    def _judge(self, one: HintRow, judged: bool) -> bool:
        def put(wanted: bool) -> None:
            set_hint_judged(self.store, one.hint, wanted, self.frame.clock)
            self._told()

        words = f"判断{one.expert.name}不回避" if judged else f"重新提示{one.expert.name}"
        return self.history.do(words, lambda: put(judged), lambda _: put(not judged))
