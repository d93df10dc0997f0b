"""The expert's desk (专家台): sign-in first, then candidates, pages and score sheet side by side, then hand-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.expert.hand_in import HandInPane
from ecpanel.gui.expert.opened import Opened, Unsigned, read_desk
from ecpanel.gui.expert.sign_in import SignInPanel
from ecpanel.gui.expert.sign_off import SignOffPane
from ecpanel.gui.expert.signed_in import SignedInPanel
from ecpanel.gui.expert.submitted import SubmittedPane
from ecpanel.gui.expert.work import WorkPane
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import NOTE, PLACEHOLDER, REHEARSAL, SUBMITTED, Mark, Tone
from ecpanel.gui.models.own_candidates import Progress
from ecpanel.services import sign_in
from ecpanel.services.hand_in import last_submission, reopen

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment

SLIP: Final = ".ecreopen"
REQUEST: Final = ".ecsign"
ADVICE: Final = "数字选等级，回车到下一项，Ctrl + 回车到下一家；F1 看全部按键"


class ExpertDesk(Page):
    """专家台. What it stands on is read beside the window; until then it is empty."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.frame, self.store = frame, store
        self.role = "专家台"
        self.work: Assignment | None = None
        self.opened: Opened | None = None
        self.banner = Banner(frame.theme)
        self.stack = QStackedWidget()
        self.place: WorkPane | None = None
        self.hand: HandInPane | None = None
        self.after: SubmittedPane | None = None
        self.paper: SignedInPanel | None = None
        self.signing: SignOffPane | None = None
        self.sign_in: SignInPanel | None = None
        self._locked = False
        self._waiting: list[Path] = []
        """Files dropped before the desk was read."""
        layout = column(self.banner, self.stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._read(self._begin)

    # ---- opening

    def _read(self, done: Callable[[Opened], None]) -> None:
        store = self.store

        def took(found: Unsigned | Opened) -> None:
            self.work = found.work
            self.title = found.work.review.title
            self.role = f"专家台 · {found.work.expert.name}"
            if isinstance(found, Unsigned):
                self._ask_sign_in(found)
            else:
                self.opened = found
                self._locked = found.locked
                done(found)
            self.marks_changed.emit()
            self._remember()

        self.frame.run("读取评审", lambda _: read_desk(store), took, self.banner, can_cancel=False)

    def marks(self) -> list[Mark]:
        """演练, 占位指标体系, 已提交."""
        if self.work is None:
            return []
        told = (
            (REHEARSAL, self.work.review.rehearsal),
            (PLACEHOLDER, self.work.scheme.is_placeholder),
            (SUBMITTED, self._locked),
        )
        return [mark for mark, on in told if on]

    def _ask_sign_in(self, found: Unsigned) -> None:
        self.sign_in = SignInPanel(self.frame, self.store, found)
        self.sign_in.signed_in.connect(lambda: self._read(self._signed_in))
        self._put(self.sign_in)
        self.sign_in.begin()

    def _signed_in(self, opened: Opened) -> None:
        record, _, _ = sign_in.sign_in_record(self.store)
        panel = SignedInPanel(self.frame, self.store, record, opened.work.expert, at_work=False)
        panel.begin.connect(lambda: self._begin(opened))
        self._put(panel)
        panel.go.setFocus()

    def _begin(self, opened: Opened) -> None:
        """Set up the working place once the expert has signed in."""
        self.place = place = WorkPane(self.frame, self.store, opened)
        place.changed.connect(self._tell)
        place.hand_in_wanted.connect(self._show_hand_in)
        self._desk = self._make_desk(place)
        while (old := self.stack.currentWidget()) is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        self.sign_in = None
        self._put(self._desk)
        self._tell()
        if self._locked:
            self._show_after()
        elif opened.reopened_for:
            self._say_reopened(opened.reopened_for)
        place.candidates.table.setFocus()
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.takes(waiting)

    def _make_desk(self, place: WorkPane) -> QWidget:
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.to_hand_in = button(
            theme, "去提交", self._show_hand_in, icon="arrow-right", primary=True, shortcut="Ctrl+Shift+T"
        )
        paper = icon_button(theme, "printer", "签到承诺书", self._show_paper)
        self._progress = text("", "head")
        self._note = Elided("", "", Tone.FAINT, Qt.TextElideMode.ElideRight)
        left, right = place.panes.folders
        bar = QFrame()
        bar.setObjectName("bar")
        top = row(left, self._progress, self._note, paper, self.to_hand_in, right, spacing=unit)
        top.setStretch(2, 1)
        top.setContentsMargins(unit, unit // 2, unit, unit // 2)
        bar.setLayout(top)
        body = column(bar, place)
        body.setStretch(1, 1)
        return holding(body)

    def _put(self, part: QWidget) -> None:
        if self.stack.indexOf(part) < 0:
            self.stack.addWidget(part)
        self.stack.setCurrentWidget(part)

    # ---- what shows

    def _tell(self) -> None:
        """The line over the panes: how far it is, what to do, or that nothing can be changed."""
        if self.place is None:
            return
        done, of, recused = self._count()
        self._progress.setText(f"已评 {done}/{of}")
        self._progress.setToolTip(f"另有 {recused} 家回避" if recused else "")
        self._note.set_words("已提交，只能查看" if self._locked else ADVICE)
        self.to_hand_in.setText("提交情况" if self._locked else "去提交")

    def _count(self) -> tuple[int, int, int]:
        """Complete ones, all that are to be scored, recused ones."""
        assert self.place is not None
        model = self.place.model
        recused = model.count(Progress.RECUSED)
        return model.count(Progress.COMPLETE), len(model.everything) - recused, recused

    def _lock(self, *, locked: bool) -> None:
        assert self.place is not None
        self._locked = locked
        self.place.set_read_only(locked)
        self._tell()
        self.marks_changed.emit()
        self._remember()

    def _show_desk(self) -> None:
        self._put(self._desk)

    def _show_hand_in(self) -> None:
        if self.place is None or self.work is None:
            return
        if self._locked:
            self._show_after()
            return
        self.place.settle()
        if self.hand is None:
            self.hand = HandInPane(self.frame, self.store, self.work)
            self.hand.go_to.connect(self._go_to)
            self.hand.left.connect(self._show_desk)
            self.hand.submitted.connect(self._submitted)
        before = last_submission(self.store, self.work)
        untouched = frozenset(
            one.candidate.candidate_id
            for one in self.place.model.everything
            if one.progress is Progress.UNTOUCHED
        )
        self.hand.reload(self.place.sheets, untouched, before.number + 1 if before else 1)
        self._put(self.hand)
        self.hand.begin()

    def _show_after(self) -> None:
        if self.work is None:
            return
        if self.after is None:
            self.after = SubmittedPane(self.frame, self.store, self.work)
            self.after.look_back.connect(self._show_desk)
            self.after.paper.connect(self._show_paper)
            self.after.reopened.connect(self._reopened)
            self.after.sign_off_wanted.connect(self._sign_off)
        self.after.reload()
        self._put(self.after)

    def _sign_off(self, request: Path) -> None:
        """Read a request to sign off the finished result."""
        if self.signing is None:
            self.signing = SignOffPane(self.frame, self.store)
            self.signing.left.connect(self._show_after)
        self._put(self.signing)
        self.signing.read(request)

    def _show_paper(self) -> None:
        """The pledge sheet once more."""
        if self.work is None:
            return
        if self.paper is None:
            record, _, _ = sign_in.sign_in_record(self.store)
            self.paper = SignedInPanel(self.frame, self.store, record, self.work.expert, at_work=True)
            self.paper.begin.connect(self._show_desk)
        self._put(self.paper)
        self.paper.place.line.setFocus()

    def _go_to(self, candidate: str, place: str) -> None:
        assert self.place is not None
        self._show_desk()
        self.place.show_candidate(candidate, place)

    # ---- handed in, and again

    def _submitted(self, path: Path) -> None:
        self._lock(locked=True)
        self.banner.clear()
        self._show_after()
        assert self.after is not None
        self.after.banner.say_done(f"评分包已写出并读回核对：{path}")
        self.frame.say_saved("已提交")

    def _reopened(self, reason: str) -> None:
        self._lock(locked=False)
        self._show_desk()
        self._say_reopened(reason)

    def _say_reopened(self, reason: str) -> None:
        self.banner.say(f"组长已准许修改已提交的评分，理由：{reason}。修改后请重新提交。", NOTE)

    def takes(self, paths: list[Path]) -> bool:
        """A reopening slip or a request to sign off, dropped anywhere."""
        if self.work is None and any(one.suffix.lower() in (REQUEST, SLIP) for one in paths):
            self._waiting = paths
            return True
        request = next((one for one in paths if one.suffix.lower() == REQUEST), None)
        if request is not None:
            if self._locked:
                self._sign_off(request)
            else:
                self.banner.say("请先提交评分，再会签。")
            return True
        slip = next((one for one in paths if one.suffix.lower() == SLIP), None)
        if slip is None:
            return False
        if self.place is None:
            self.banner.say("请先签到，再收下重开单。")
        elif self._locked:
            self._show_after()
            assert self.after is not None
            self.after.take_slip(slip)
        else:
            self.frame.attempt(lambda: reopen(self.store, slip, self.frame.clock), self.banner)
        return True

    # ---- leaving

    def state(self) -> str:
        """How far the expert is, for the list of recent reviews."""
        if self.place is None:
            return "未签到" if self.opened is None else "已签到"
        if self._locked:
            return "已提交"
        done, of, _ = self._count()
        return f"已评 {done}/{of}"

    def _remember(self) -> None:
        self.frame.remember(self.store.path, self.title, "expert", self.state())

    def held(self) -> str:
        """Scores and words that the store has not taken."""
        if self.place is None or self.work is None:
            return ""
        self.place.settle()
        unsaved = self.place.sheet.edits.unsaved()
        if not unsaved:
            return ""
        key, sentence = unsaved[0]
        return f"有 {len(unsaved)} 处输入没有保存，离开后不会保留。“{self.work.candidates[key].name}”：{sentence}"

    def leave(self) -> None:
        """Write what is pending, remember how far it is, let go of pages, dossiers and store."""
        if self.place is not None:
            self.place.leave()
        if self.work is not None:
            self._remember()
        if self.opened is not None:
            self.opened.dossiers.close()
        self.store.close()
