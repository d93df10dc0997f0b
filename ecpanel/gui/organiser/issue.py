"""发放 on the organiser's desk: what blocks, what will happen, packages to the stick, slips to paper, who holds what."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.panel import Scroll, card, column, holding, row
from ecpanel.gui.controls.text import MarkLabel, button, relabel, text
from ecpanel.gui.marks import DONE, ERROR, WARNING, Mark
from ecpanel.gui.models.holdings import OUT, UNSAVED, HoldingRow, holding_rows
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.organiser.issue_board import IssueBoard
from ecpanel.gui.organiser.issue_places import IssuePlaces, place_fault
from ecpanel.gui.organiser.issue_plan import PICKED, WhatHappens, WhoGets
from ecpanel.gui.organiser.issue_readiness import IssueReadiness
from ecpanel.progress import Progress
from ecpanel.services.issuing import Issued, issue_packages, planned_packages
from ecpanel.services.papers import write_slips
from ecpanel.texts import error_sentence

TIGHT: Final = 100
"""Narrower than this many units the board stands below the rest."""
SIDE: Final = 60
"""Width of the left part in units where the board stands beside it."""


class IssueStep(OrganiserStep):
    """发放."""

    key = "issue"
    takes_folders = True

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._slips: list[Issued] = []
        self._ready = False
        self.issue = button(
            theme, "发放任务包", self._issue, icon="package", primary=True, shortcut="Ctrl+Return"
        )
        self.header.set_primary(self.issue)
        self.readiness = IssueReadiness(theme)
        self.readiness.wanted.connect(desk.go_to)
        self.who = WhoGets()
        self.who.changed.connect(self._tell_plan)
        self.places = IssuePlaces(self.frame, self.store.path.parent)
        self.places.changed.connect(self._tell_plan)
        self.what = WhatHappens(theme)
        self.board = IssueBoard(theme)
        self.board.model.picked.connect(self._picked)
        self.board.again_wanted.connect(self._choose_alone)
        self.unsaved = self._unsaved_card()
        self.plan = holding(
            column(
                card(theme, text("会发生什么", "head"), self.what),
                card(theme, text("发给谁，写到哪里", "head"), self.who, self.places),
                spacing=unit,
            )
        )
        left = column(self.unsaved, card(theme, self.readiness), self.plan, None, spacing=unit, margin=unit)
        side = holding(left)
        self._side = Scroll(side)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self._side)
        self._body.addWidget(self.board, 1)
        whole = QWidget()
        whole.setLayout(self._body)
        self._left, self._tight = left, False
        self.fill(whole)
        theme.changed.connect(self._arrange)
        self._arrange()

    def _unsaved_card(self) -> QFrame:
        """Shown while pass-phrases of packages already out are on no paper yet."""
        theme = self.frame.theme
        self._unsaved_words = text("", wrap=True)
        self.save = button(theme, "保存口令条", lambda: self._save(), icon="save")
        made = card(
            theme,
            row(MarkLabel(theme, Mark("口令条还没有保存", UNSAVED.icon, UNSAVED.tone), "head"), None),
            self._unsaved_words,
            row(self.save, None),
        )
        made.hide()
        return made

    # ---- showing

    def reload(self) -> None:
        """Checks, plan and board as they are."""
        desk = self.desk
        self.header.set_summary(self.step.summary)
        placeholder = (
            desk.ready.scheme.is_placeholder and not desk.ready.review.rehearsal and desk.lock is None
        )
        chosen = self.board.model.chosen()
        unsaved = {one.path.name for one in self._slips}
        rows = holding_rows(desk.ready, desk.holdings, unsaved, chosen)
        all_out = bool(rows) and all(one.mark is OUT for one in rows)
        steps = list(desk.steps_by_key.values())
        self._ready = self.readiness.put(steps, placeholder=placeholder, all_out=all_out)
        self.board.put(rows, can_issue=self._ready)
        self.plan.setVisible(self._ready and bool(rows))
        self.unsaved.setVisible(bool(self._slips))
        self._unsaved_words.setText(
            f"{len(self._slips)} 个任务包的口令现在只在这里：回到起始页或关闭程序之前没有保存，就再也看不到，只能重发。"
        )
        self.places.propose()
        self._tell_plan()

    def _rows(self) -> list[HoldingRow]:
        return list(self.board.model.everything)

    def _picked(self) -> None:
        if self.board.model.chosen():
            self.who.choose(PICKED)
        self._tell_plan()

    def _tell_plan(self) -> None:
        rows = self._rows()
        self.who.put(rows)
        wanted = self.who.wanted(rows)
        keys = [one.key for one in wanted]
        planned = planned_packages(self.desk.ready, keys) if self._ready and keys else []
        self.places.put(planned)
        self.what.put(self.desk.lock, wanted, planned)
        relabel(self.issue, f"发放 {len(planned)} 个任务包" if planned else "发放任务包")
        self.frame.theme.refresh(self.issue)
        self.issue.setEnabled(bool(planned))
        self.issue.setToolTip("" if planned else "先处理左边列出的错误" if not self._ready else "先选发给谁")

    def _choose_alone(self, key: str) -> None:
        """One package alone: chosen here, written by the one button at the top."""
        self.board.model.choose_only([key])
        self._side.verticalScrollBar().setValue(0)
        self.issue.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The board beside the rest where there is room, below it otherwise."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        unit = self.frame.theme.unit
        tight = self.width() < TIGHT * unit
        if tight != self._tight:
            self._tight = tight
            self._body.removeWidget(self.board)
            self._left.removeWidget(self.board)
            if tight:
                self._left.insertWidget(self._left.count() - 1, self.board)
            else:
                self._body.addWidget(self.board, 1)
        self._side.setMinimumWidth(0 if tight else SIDE * unit)
        self._side.setMaximumWidth(1 << 20 if tight else SIDE * unit)
        self.board.setMinimumHeight(45 * unit if tight else 0)

    def takes(self, paths: list[Path]) -> bool:
        """A folder is where the packages go."""
        if not paths[0].is_dir():
            return False
        self.places.folder.set_path(paths[0])
        self._side.ensureWidgetVisible(self.places)
        return True

    def flush(self) -> None:
        """Whoever goes on with pass-phrases unsaved is told so where he arrives."""
        if self._slips:
            QTimer.singleShot(0, self, self._remind)

    def _remind(self) -> None:
        shown = self.desk.shown
        if self._slips and shown is not None and shown is not self:
            shown.banner.say(
                f"{len(self._slips)} 个任务包的口令条还没有保存；离开组织台之前请回去保存，否则只能重发。",
                WARNING,
                "回去保存",
                lambda: self.desk.go_to(self.key),
            )

    # ---- doing

    def _issue(self) -> None:
        wanted = self.who.wanted(self._rows())
        places = self.places.check()
        if places is None or not wanted:
            self._side.ensureWidgetVisible(self.places)
            return
        folder, _ = places
        store, frame, fresh = self.store, self.frame, list[Issued]()
        only = [one.key for one in wanted]

        def work(progress: Progress) -> list[Issued]:
            return issue_packages(store, folder, frame.clock, frame.cost, progress, only, fresh.append)

        def failed(fault: EcpanelError) -> None:
            self._out(fresh, len(only), error_sentence(fault), ERROR)

        frame.run(
            f"发放 {len(only)} 个任务包",
            work,
            lambda _: self._out(fresh, len(only), "", DONE),
            self.banner,
            failed=failed,
            cancelled=lambda: self._out(fresh, len(only), "已取消", WARNING),
        )

    def _out(self, fresh: list[Issued], count: int, words: str, mark: Mark) -> None:
        """Packages are out, all or some: now their slips, whatever came of the rest."""
        self._slips += fresh
        if not fresh:
            self.desk.changed("")
            told = words.rstrip("。") or "没有写出任务包"
            self.banner.say(f"{told}；一个任务包也没有写出，什么都没有锁定。" if self.desk.lock is None
                            else f"{told}；这次一个任务包也没有写出。", mark)  # fmt: skip
            return
        self.who.forget()
        self.board.model.choose_only([])
        self.desk.changed("已发放")
        left = count - len(fresh)
        told = f"已写出 {len(fresh)} 个任务包到“{fresh[0].path.parent}”"
        if left:
            told = f"{words.rstrip('。')}；{told}，其余 {left} 个没有发放"
        self._save(told, mark)

    def _save(self, told: str = "", mark: Mark = DONE) -> None:
        """Write the slips of everything that is out without them."""
        path, slips = self.places.paper, list(self._slips)
        wrong = place_fault(path)
        self.places.slips_field.say(wrong)
        if wrong or path is None:
            self._not_saved(told, wrong)
            return
        store, clock = self.store, self.frame.clock

        def work(_: Progress) -> Path:
            return write_slips(store, slips, path, clock)

        def done(made: Path) -> None:
            self._slips = [one for one in self._slips if one not in slips]
            self.desk.changed("口令条已保存")
            before = f"{told}；" if told else ""
            self.banner.say(
                f"{before}口令条已存到“{made}”：请打印、裁开，与U盘分开当面交给本人，打印后删去这个文件。",
                mark,
                "打开口令条",
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(made))),
            )

        self.frame.run(
            "保存口令条",
            work,
            done,
            self.banner,
            failed=lambda fault: self._not_saved(told, error_sentence(fault)),
            can_cancel=False,
        )

    def _not_saved(self, told: str, why: str) -> None:
        self.desk.changed("")
        before = f"{told}；" if told else ""
        self.banner.say(f"{before}口令条没有保存：{why}", ERROR)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)
