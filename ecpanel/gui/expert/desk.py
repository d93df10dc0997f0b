"""The expert's desk (专家台): sign-in first, then candidates, pages and score sheet side by side, then hand-in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.expert.hand_in import HandInPane, SubmittedPane
from ecpanel.gui.expert.sign_in import SignedInPanel, SignInPanel
from ecpanel.gui.expert.work import WorkPane
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import PLACEHOLDER, REHEARSAL, SUBMITTED, Mark, Tone
from ecpanel.services import hand_in, sign_in, task
from ecpanel.services import score as scoring

if TYPE_CHECKING:
    from ecpanel.services.opening import Store


class ExpertDesk(Page):
    """专家台."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.frame, self.store = frame, store
        self.work = scoring.load_assignment(store)
        self.title = self.work.review.title
        self.role = f"专家台 · {self.work.expert.name}"
        self.banner = Banner(frame.theme)
        self.stack = QStackedWidget()
        self.place: WorkPane | None = None
        self.hand: HandInPane | None = None
        self.after: SubmittedPane | None = None
        self._locked = False
        layout = column(self.banner, self.stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        if self.work.signed_in:
            self._begin()
        else:
            self._ask_sign_in()

    def marks(self) -> list[Mark]:
        """演练, 占位指标体系, 已提交."""
        told = (
            (REHEARSAL, self.work.review.rehearsal),
            (PLACEHOLDER, self.work.scheme.is_placeholder),
            (SUBMITTED, self._locked),
        )
        return [mark for mark, on in told if on]

    def _ask_sign_in(self) -> None:
        known = [one for one in sign_in.own_recusals(self.store) if one.source != "expert"]
        panel = SignInPanel(self.frame, self.store, self.work, task.pledge_text(self.store), known)
        panel.signed_in.connect(self._signed_in)
        self._put(panel)

    def _signed_in(self) -> None:
        self.work = scoring.load_assignment(self.store)
        record, _, _ = sign_in.sign_in_record(self.store)
        expert = self.work.expert
        panel = SignedInPanel(self.frame, self.store, record, f"{expert.expert_id}_{expert.name}")
        panel.begin.connect(self._begin)
        self._put(panel)
        panel.go.setFocus()

    def _begin(self) -> None:
        """Set up the working place once the expert has signed in."""
        self.place = WorkPane(self.frame, self.store, self.work)
        self.hand = HandInPane(self.frame, self.store, self.work)
        self.after = SubmittedPane(self.frame, self.store, self.work)
        self.hand.go_to.connect(self._go_to)
        self.hand.submitted.connect(self._submitted)
        self.after.look_back.connect(self._look_back)
        self.after.reopened.connect(self._reopened)
        self._hand_button = button(
            self.frame.theme,
            "去提交",
            self._show_hand_in,
            icon="arrow-right",
            primary=True,
            shortcut="Ctrl+Shift+T",
        )
        unit = self.frame.theme.unit
        bar = QFrame()
        bar.setObjectName("bar")
        self._note = text("", "", Tone.FAINT)
        folders = self.place.folders()
        top = row(folders[0], self._note, None, self._hand_button, folders[1], spacing=unit)
        top.setContentsMargins(unit, unit // 2, unit, unit // 2)
        bar.setLayout(top)
        self._desk = QWidget()
        body = column(bar, self.place)
        body.setStretch(1, 1)
        self._desk.setLayout(body)
        back = button(
            self.frame.theme, "回到评分", self._show_desk, icon="arrow-left", shortcut="Ctrl+Shift+B"
        )
        self.hand.header.add(back)
        self.hand.header.add(self.hand.sign)
        self.place.changed.connect(self._tell)
        for part in (self._desk, self.hand, self.after):
            self.stack.addWidget(part)
        self._lock(hand_in.is_locked(self.store, self.work))
        if self._locked:
            self._show_after()
        else:
            self._show_desk()
        self._tell()

    def _put(self, part: QWidget) -> None:
        self.stack.addWidget(part)
        self.stack.setCurrentWidget(part)

    def _lock(self, locked: bool) -> None:
        assert self.place is not None
        self._locked = locked
        self.place.set_read_only(locked)
        self._hand_button.setText("已提交" if locked else "去提交")
        self.marks_changed.emit()

    def _tell(self) -> None:
        """The line over the panes: what to do, or that nothing can be changed."""
        self._note.setText(
            "已提交，只能查看"
            if self._locked
            else "数字选档或填分，回车到下一项，Ctrl+回车到下一家；F1 全部按键"
        )

    def _show_desk(self) -> None:
        self.stack.setCurrentWidget(self._desk)

    def _show_hand_in(self) -> None:
        assert self.place is not None and self.hand is not None
        if self._locked:
            self._show_after()
            return
        self.place.sheet.flush()
        self.hand.reload()
        self.stack.setCurrentWidget(self.hand)
        (self.hand.table if self.hand.model.rows else self.hand.place.line).setFocus()

    def _show_after(self) -> None:
        assert self.after is not None
        self.after.reload()
        self.stack.setCurrentWidget(self.after)

    def _go_to(self, candidate: str, place: str) -> None:
        assert self.place is not None
        self._show_desk()
        self.place.show_candidate(candidate, place)

    def _submitted(self, path: Path) -> None:
        assert self.after is not None
        self._lock(True)
        self._show_after()
        self.after.banner.say_done(f"评分包已写出并读回核对：{path}")
        self.frame.say_saved("已提交")

    def _look_back(self) -> None:
        self._tell()
        self._show_desk()

    def _reopened(self, reason: str) -> None:
        self._lock(False)
        self._tell()
        self._show_desk()
        self.banner.say(f"组长已准许修改，理由：{reason}。修改后请重新提交。")

    def takes(self, paths: list[Path]) -> bool:
        """A reopening slip dropped anywhere."""
        slip = next((one for one in paths if one.suffix.lower() == ".ecreopen"), None)
        if slip is None or self.after is None:
            return False
        self._show_after()
        self.after.take_slip(slip)
        return True

    def state(self) -> str:
        """How far the expert is, for the list of recent reviews."""
        if self.place is None:
            return "未签到"
        if self._locked:
            return "已提交"
        rows = self.place.model.everything
        mine = [one for one in rows if one.progress != "recused"]
        return f"已评 {sum(one.progress == 'complete' for one in mine)}/{len(mine)}"

    def leave(self) -> None:
        """Write what is pending, remember how far it is, close the store."""
        if self.place is not None:
            self.place.leave()
        self.frame.remember(self.store.path, self.title, "expert", self.state())
        self.store.close()
