"""The chair's desk (组长台): 收包, 复核, 合议, 排名, 签发 as tabs over one store; numbers wait for the moderation stage."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QWidget

from ecpanel.gui.chair.outcome import Outcome
from ecpanel.gui.chair.stage_line import StageLine
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import PLACEHOLDER, REHEARSAL, WARNING, Mark
from ecpanel.services.board import Board, BoardState, board
from ecpanel.services.stage import Stage, stage_of

if TYPE_CHECKING:
    from ecpanel.domain.disagreement import Spread
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result
    from ecpanel.gui.chair.task import ChairTask
    from ecpanel.services.moderation import Moderation
    from ecpanel.services.opening import Store

INTAKE: Final = "收包"
CHECKS: Final = "复核"
MEETING: Final = "合议"
TASK_SUFFIX: Final = ".ectask"
OPENED_ELSEWHERE: Final = (".ecreview", ".zip", ".ecreopen")
"""Files that belong to another desk; dropping one leaves this one."""


class ChairPart(QWidget):
    """One tab of the desk. `reload` is called when it is shown and whenever the store has changed, and
    never before points may be told unless the tab tells none: then `waits_for` is "", otherwise it says
    what will stand here. The stage and the board are on the desk, the result comes from
    `desk.with_result`. A tab shows no figure of a candidate in `desk.hidden` and changes nothing while
    `desk.closed`."""

    name = ""
    waits_for = ""

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.desk, self.frame, self.store = desk, desk.frame, desk.store

    def reload(self) -> None:
        """Show what the store holds now."""

    def takes(self, paths: list[Path]) -> bool:  # noqa: ARG002
        """Whether this tab does something with dropped files."""
        return False

    def show_candidate(self, candidate_id: str) -> None:
        """Go to a candidate; called after `reload` when another tab sends people here."""

    def leave(self) -> None:
        """Write what is still to be written; the store is closed next."""


class ChairDesk(Page):
    """组长台."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        from ecpanel.gui.chair.parts import PARTS

        self.role = "组长台"
        self.frame, self.store = frame, store
        self._outcome = Outcome(frame, store)
        self.stage: Stage | None = None
        self.board: Board | None = None
        self.hidden: frozenset[str] = frozenset()
        """Candidates the chair himself must not see figures of, until the bundle is signed."""
        self._tabs, self._stack = QTabBar(), QStackedWidget()
        self._tabs.setAccessibleName("组长台各步")
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stage_line = StageLine(frame.theme)
        self.stage_line.opening_wanted.connect(self.open_moderation)
        self.banner = Banner(frame.theme)
        self._closed = EmptyState(frame.theme, "eye-off", "", "", "去收包", self._out_of_closed)
        self._makers = PARTS
        self._made: dict[str, ChairPart] = {}
        for number, maker in enumerate(PARTS, start=1):
            self._tabs.addTab(maker.name)
            self._tabs.setTabToolTip(number - 1, f"{maker.name}（Ctrl + {number}）")
            act = lambda _=False, name=maker.name: self.go_to(name)  # noqa: E731
            add_key(self, f"Ctrl+{number}", maker.name, act, everywhere=True)
        self._stack.addWidget(self._closed)
        self._tabs.currentChanged.connect(self._turn)
        self._tabs.tabBarClicked.connect(self._clicked)
        head = QFrame()
        head.setObjectName("bar")
        line = row(self._tabs, None, self.stage_line, spacing=frame.theme.unit)
        line.setContentsMargins(frame.theme.unit, 0, 2 * frame.theme.unit, 0)
        head.setLayout(line)
        self._head = head
        self.setLayout(column(head, self.banner, self._stack))
        self._read()
        self._turn(0)
        self._remember()

    @cached_property
    def task(self) -> ChairTask:
        """The form for the chair's task package; made when it is needed."""
        from ecpanel.gui.chair.task import ChairTask

        made = ChairTask(self)
        self._stack.addWidget(made)
        return made

    @property
    def moderation(self) -> Moderation | None:
        """The opening of the moderation stage, or None while it is closed."""
        return self.stage.moderation if self.stage is not None else None

    @property
    def numbers_shown(self) -> bool:
        """Whether points may be told."""
        return self.stage is not None and self.stage.numbers_shown

    @property
    def closed(self) -> bool:
        """Whether the bundle is signed and everything can only be read."""
        return self.stage is not None and self.stage.closure is not None

    @property
    def shown(self) -> ChairPart:
        """The part whose tab is at hand, even while it waits for the moderation stage."""
        return self.part(self._makers[max(self._tabs.currentIndex(), 0)].name)

    @property
    def parts(self) -> list[ChairPart]:
        """All tabs in their order."""
        return [self.part(maker.name) for maker in self._makers]

    def part(self, name: str) -> ChairPart:
        """The tab of this name; made when it is first asked for, since each takes a moment."""
        if name not in self._made:
            maker = next(one for one in self._makers if one.name == name)
            self._made[name] = maker(self)
            self._stack.addWidget(self._made[name])
        return self._made[name]

    def with_result(self, done: Callable[[Result, Material], None], banner: Banner) -> None:
        """Hand result and material to `done`: at once when they are known, otherwise after computing them
        beside the window; an error stands in the banner. They hold figures of `hidden` candidates too."""
        self._outcome.ask(done, banner)

    @property
    def spreads(self) -> tuple[Spread, ...]:
        """The map of disagreement that goes with the result handed over last."""
        return self._outcome.spreads

    def go_to(self, name: str) -> None:
        """Show the tab of this name."""
        place = [maker.name for maker in self._makers].index(name)
        if place == self._tabs.currentIndex():
            self._turn(place)
        else:
            self._tabs.setCurrentIndex(place)

    def show_candidate(self, candidate_id: str) -> None:
        """Speak about a candidate: at the meeting, once the moderation stage is open."""
        self.go_to(MEETING)
        if self.numbers_shown:
            self.shown.show_candidate(candidate_id)

    def open_moderation(self) -> None:
        """Lead to the opening of the moderation stage."""
        from ecpanel.gui.chair.intake import IntakePart

        self.go_to(INTAKE)
        part = self.shown
        assert isinstance(part, IntakePart)
        part.show_opening()

    def changed(self, words: str = "已保存") -> None:
        """After a change in the store: tell it was saved, show it in the tab at hand."""
        self._outcome.forget()
        self._read()
        if words:
            self.frame.say_saved(words)
        self._turn(self._tabs.currentIndex())
        self._remember()

    def _read(self) -> None:
        before = (self.title, self.marks())
        self.stage = stage_of(self.store)
        self.board = board(self.store) if self.stage is not None else None
        self.hidden = frozenset() if self.closed else self._recused_of_chair()
        self._head.setVisible(self.stage is not None)
        if self.stage is not None:
            self.title = self.stage.review.title
            self.stage_line.show_stage(self.stage)
        if before != (self.title, self.marks()):
            self.marks_changed.emit()

    def _recused_of_chair(self) -> frozenset[str]:
        if self.stage is None or self.board is None:
            return frozenset()
        members = [one.expert_id for one in self.board.experts]
        if self.stage.group.chair not in members:
            return frozenset()
        place = members.index(self.stage.group.chair)
        return frozenset(
            one.candidate_id for one in self.board.candidates if one.states[place] is BoardState.RECUSED
        )

    def _turn(self, number: int) -> None:
        self.banner.clear()
        maker = self._makers[max(number, 0)]
        if self.stage is None:
            self._stack.setCurrentWidget(self.task)
        elif maker.waits_for and not self.numbers_shown:
            ready = self.board is not None and self.board.handed_in == self.board.expected
            why = "在组长开启审议之前，任何人都看不到分数、得分和排名，以免影响尚未提交的专家。"
            self._closed.set_words("审议阶段还没有开启", f"{why}\n\n开启以后，这里是{maker.waits_for}")
            self._closed.button.setText("开启审议…" if ready else "去收包")
            self._stack.setCurrentWidget(self._closed)
        else:
            part = self.part(maker.name)
            self._stack.setCurrentWidget(part)
            part.reload()

    def _clicked(self, number: int) -> None:
        """A click on the tab at hand brings it back from the task form, or from the opening of the stage."""
        if number >= 0 and number == self._tabs.currentIndex():
            self._turn(number)

    def _out_of_closed(self) -> None:
        if self.board is not None and self.board.handed_in == self.board.expected:
            self.open_moderation()
        else:
            self.go_to(INTAKE)

    def takes(self, paths: list[Path]) -> bool:
        """Score packages go to intake whatever tab shows, a task package to its form; what nobody knows
        is said here rather than leaving the desk for it."""
        is_task = any(one.suffix.lower() == TASK_SUFFIX for one in paths)
        if is_task and not self.closed and self.task.takes(paths):
            self._stack.setCurrentWidget(self.task)
            return True
        if self.stage is not None:
            wanted = dict.fromkeys((self.shown, self.part(INTAKE), *self._made.values()))
            if any(part.takes(paths) for part in wanted):
                return True
        if paths[0].suffix.lower() in (*OPENED_ELSEWHERE, TASK_SUFFIX):
            return False
        self.banner.say(
            f"“{paths[0].name}”不是评分包或任务包，没有读取；请拖入U盘上的 .ecscore 文件。", WARNING
        )
        return True

    def marks(self) -> list[Mark]:
        """演练 and 占位指标体系, as they stand in the review."""
        if self.stage is None:
            return []
        shown = ((REHEARSAL, self.stage.review.rehearsal), (PLACEHOLDER, self.stage.placeholder))
        return [mark for mark, on in shown if on]

    def progress_words(self) -> str:
        """How far the review is, in a few words without figures of points."""
        if self.stage is None or self.board is None:
            return "待打开任务包"
        if self.closed:
            return "已签发"
        taken = f"收包 {self.board.handed_in}/{self.board.expected}"
        return f"审议中 · {taken}" if self.moderation is not None else taken

    def _remember(self) -> None:
        title = self.title if self.stage is not None else "组长评审库"
        self.frame.remember(self.store.path, title, "chair", self.progress_words())

    def leave(self) -> None:
        """Let the parts write, remember how far it is, close the store."""
        for part in self._made.values():
            part.leave()
        self._outcome.close()
        self._remember()
        self.store.close()
