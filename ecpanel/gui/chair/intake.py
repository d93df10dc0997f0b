"""收包: dropped packages are judged at once, merged when people say so; beside them the board of who has what."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from ecpanel.gui.chair.board_panel import BoardPanel
from ecpanel.gui.chair.desk import CHECKS, ChairDesk, ChairPart
from ecpanel.gui.chair.expert_acts import ExpertAct, Reopening, Voiding
from ecpanel.gui.chair.files import FileList
from ecpanel.gui.chair.judged import SUFFIX, Judged, Todo, packages_in
from ecpanel.gui.chair.opening import OpeningSection
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, PageHeader, Scroll, column
from ecpanel.gui.controls.text import button, icon_button, relabel, text
from ecpanel.gui.marks import DONE, WARNING
from ecpanel.gui.pages.drop_place import DropPlace
from ecpanel.progress import Progress
from ecpanel.services.board import BoardState

if TYPE_CHECKING:
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result

WIDTHS = "chair.intake"


class IntakePart(ChairPart):
    """收包."""

    name = "收包"

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._was_open = False
        self._files: dict[Path, Judged] = {}
        self._confirmed: dict[str, str] = {}
        self.header = PageHeader(theme, "收包")
        self.choose = button(
            theme, "选择评分包…", self._choose, icon="folder-open", shortcut="Ctrl+O", hint="从U盘选择评分包"
        )
        self.clear = button(theme, "清空清单", self._clear, quiet=True, hint="只清空这里的清单，文件不受影响")
        self.merge = button(theme, "并入评分包", self._merge, primary=True, shortcut="Ctrl+Return")
        self.fold = icon_button(theme, "panel-left", "收起或展开左栏", checkable=True, shortcut="Ctrl+B")
        self.fold.toggled.connect(self._fold)
        for one in (self.clear, self.choose, self.fold, self.merge):
            self.header.add(one)
        self.banner, self._map_banner = Banner(theme), Banner(theme)
        self.board = BoardPanel(theme)
        self.board.opened.connect(self._open_candidate)
        self.board.reopen_wanted.connect(lambda expert: self._begin(self.reopening, expert))
        self.board.void_wanted.connect(lambda expert: self._begin(self.voiding, expert))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._side = self._left()
        self._split.addWidget(self._side)
        self._split.addWidget(self.board)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes(self.frame.preferences.widths.get(WIDTHS) or [46 * unit, 110 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        work = QWidget()
        layout = column(self.header, self.banner, self._map_banner, self._split)
        layout.setStretch(3, 1)
        work.setLayout(layout)
        self._stack = QStackedWidget()
        self._stack.addWidget(work)
        self.setLayout(column(self._stack))

    @cached_property
    def opening(self) -> OpeningSection:
        """The section that opens the moderation stage; made when it is needed, once in a review."""
        made = OpeningSection(self.frame, self.store)
        made.opened.connect(self._opened)
        made.dropped.connect(self.reload)
        self._stack.addWidget(made)
        return made

    def _left(self) -> QWidget:
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.reopening = Reopening(self.frame, self.store)
        self.voiding = Voiding(self.frame, self.store)
        for act in (self.reopening, self.voiding):
            act.done.connect(self._acted)
            act.dropped.connect(self.board.view.setFocus)
        self.drop = DropPlace(
            theme,
            "把评分包拖到这里",
            "U盘上的 .ecscore，可以一次拖入多个，也可以拖整个文件夹；先核对，不会马上并入",
            "选择评分包…",
        )
        self.drop.dropped.connect(self.desk.takes)
        self.drop.pressed.connect(self._choose)
        self._awaited = text("", wrap=True)
        self._signed = EmptyState(
            theme, "lock", "成果包已签发", "评审数据只读，不再收包；需要改动请另开复核或复审。"
        )
        self.files = FileList(theme)
        self.files.confirmed.connect(self._confirm)
        inner = QWidget()
        inner.setLayout(
            column(
                self.reopening,
                self.voiding,
                self.drop,
                self._awaited,
                self._signed,
                self.files,
                None,
                spacing=2 * unit,
                margin=unit + unit // 2,
            )
        )
        scroll = Scroll(inner)
        scroll.setMinimumWidth(34 * unit)
        return scroll

    def _fold(self, folded: bool) -> None:
        self._side.setVisible(not folded)

    def reload(self) -> None:
        """Show what the store holds now."""
        desk = self.desk
        if desk.board is None:
            return
        self._stack.setCurrentIndex(0)
        board = desk.board
        partly = sum(BoardState.PARTIAL in one.states for one in board.candidates)
        gaps = f"，{partly} 家有不全" if partly else ""
        self.header.set_summary(
            f"已收 {board.handed_in}/{board.expected} 位专家，{len(board.candidates)} 家企业{gaps}"
        )
        self._show_files()
        if desk.numbers_shown and not self._was_open and not self._files:
            self.fold.setChecked(True)  # the map needs the room; what comes late unfolds it again
        self._was_open = desk.numbers_shown
        if desk.numbers_shown:
            if not self.board.model.everything:
                self.board.show_board(board, closed=desk.closed)
            desk.with_result(self._show_map, self._map_banner)
        else:
            self.board.show_board(board, closed=desk.closed)

    def _show_map(self, result: Result, material: Material) -> None:  # noqa: ARG002
        desk = self.desk
        if desk.board is not None:
            self.board.show_board(desk.board, desk.spreads, desk.hidden, closed=desk.closed)

    def _show_files(self) -> None:
        board, closed = self.desk.board, self.desk.closed
        assert board is not None
        some = bool(self._files)
        ready = self._ready()
        self.files.show_files(list(self._files.values()))
        self.files.setVisible(some)
        self.drop.setVisible(not some and not closed)
        self._signed.setVisible(closed)
        self.choose.setVisible(some and not closed)
        self.clear.setVisible(some)
        self.merge.setVisible(some and not closed)
        self.merge.setEnabled(bool(ready))
        relabel(self.merge, f"并入 {len(ready)} 个评分包" if ready else "没有可并入的")
        missing = [one for one in board.experts if one.state is BoardState.MISSING]
        names = "\n".join(f"{one.expert_id} {one.name}" for one in missing)
        self._awaited.setText(
            f"还没有交的专家（{len(missing)} 位）：\n{names}" if missing else "各专家均已交齐。"
        )
        self._awaited.setVisible(not closed and not some)

    def _ready(self) -> list[Path]:
        return [path for path, one in self._files.items() if one.todo is Todo.MERGE]

    def takes(self, paths: list[Path]) -> bool:
        """Score packages, or folders of them, are judged at once."""
        if self.desk.closed or not any(one.is_dir() or one.suffix.lower() == SUFFIX for one in paths):
            return False
        found = packages_in(paths)
        self.desk.go_to(self.name)
        self._stack.setCurrentIndex(0)
        self.fold.setChecked(False)
        if not found:
            self.banner.say(
                f"“{paths[0].name}”里没有评分包（.ecscore）；请核对是不是这个U盘、这个文件夹。", WARNING
            )
            return True
        self._judge(found, self._judged)
        return True

    def _choose(self) -> None:
        self.frame.choose_files("选择评分包", f"评分包 (*{SUFFIX})", self._chosen, self)

    def _chosen(self, paths: list[Path]) -> None:
        self.desk.takes(paths)

    def _judge(self, files: list[Path], done: Callable[[list[Judged]], None], *, dry: bool = True) -> None:
        """Let intake judge files beside the window, or merge them."""
        store, clock, confirmed = self.store, self.frame.clock, dict(self._confirmed)

        def work(progress: Progress) -> list[Judged]:
            from ecpanel.services.chair import take_in

            lines = take_in(store, files, confirmed, clock, progress, dry_run=dry)
            return [Judged(path, line) for path, line in zip(files, lines, strict=True)]

        title = f"核对 {len(files)} 个评分包" if dry else f"并入 {len(files)} 个评分包"
        self.frame.run(title, work, done, self.banner)

    def _judged(self, found: list[Judged]) -> None:
        self._files.update({one.path: one for one in found})
        self._show_files()
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        """Keyboard people stand on what comes next; cards just made take the focus once they show."""
        if not self.isVisible() or self.reopening.isVisible() or self.voiding.isVisible():
            return
        target = self.files.next_confirm() or (self.merge if self._ready() else self.choose)
        target.setFocus()

    def _confirm(self, expert_id: str, fingerprint: str) -> None:
        """People have compared the fingerprint: judge everything this expert has handed in again."""
        self._confirmed[expert_id] = fingerprint
        again = [path for path, one in self._files.items() if one.line.expert_id == expert_id]
        self._judge(again, self._judged)

    def _merge(self) -> None:
        ready = self._ready()
        if ready:
            self._judge(ready, self._merged, dry=False)

    def _merged(self, found: list[Judged]) -> None:
        self._files.update({one.path: one for one in found})
        count = sum(one.line.merged for one in found)
        failed = len(found) - count
        self.desk.changed("已并入")
        if failed:
            self.banner.say(f"并入 {count} 个，{failed} 个没有并入，原因见左边。", WARNING)
            return
        board = self.desk.board
        whole = board is not None and board.handed_in == board.expected
        if whole and not self.desk.numbers_shown:
            self.banner.say(
                f"已并入 {count} 个评分包，各专家均已交齐。", DONE, "开启审议…", self.desk.open_moderation
            )
        else:
            self.banner.say_done(f"已并入 {count} 个评分包。")

    def _clear(self) -> None:
        self._files = {}
        self.banner.clear()
        self._show_files()

    def show_opening(self) -> None:
        """The opening of the moderation stage in place of the files and the board."""
        if self.desk.board is not None and not self.desk.numbers_shown:
            self._stack.setCurrentWidget(self.opening)
            self.opening.ask(self.desk.board, len(self._ready()))

    def _opened(self) -> None:
        self.desk.changed("审议已开启")
        self.banner.say(
            "审议已开启，右边的一览改为分歧图：每格是该专家的合计。接下来请看四项复核。",
            DONE,
            "去复核",
            lambda: self.desk.go_to(CHECKS),
        )

    def _begin(self, act: ExpertAct, expert_id: str) -> None:
        board = self.desk.board
        expert = next((one for one in board.experts if one.expert_id == expert_id), None) if board else None
        if expert is None or self.desk.closed:
            return
        other = self.voiding if act is self.reopening else self.reopening
        other.hide()
        self.fold.setChecked(False)
        act.ask(expert)

    def _acted(self, words: str) -> None:
        """What waits in the list may be judged otherwise now."""
        self.desk.changed()
        waiting = [path for path, one in self._files.items() if one.todo is not Todo.MERGED]
        if not waiting:
            self.banner.say_done(words)
            return

        def judged(found: list[Judged]) -> None:
            self._judged(found)
            self.banner.say_done(words)

        self._judge(waiting, judged)

    def _open_candidate(self, candidate_id: object) -> None:
        if isinstance(candidate_id, str) and self.desk.numbers_shown:
            self.desk.show_candidate(candidate_id)
