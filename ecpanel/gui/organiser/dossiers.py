"""申报材料 on the organiser's desk: which papers of whom are there, what is wrong with them, and their pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document, DocumentKind
from ecpanel.gui.controls.panel import EmptyState, Scroll
from ecpanel.gui.controls.text import button
from ecpanel.gui.marks import DONE, WARNING
from ecpanel.gui.models.dossier_board import by_candidate, dossier_row, problems_by_candidate
from ecpanel.gui.models.dossier_report import LEFT_OUT, groups_of
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.organiser.dossier_board import DossierBoard
from ecpanel.gui.organiser.dossier_empty import DossierEmpty
from ecpanel.gui.organiser.dossier_papers import DossierPapers
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.progress import Progress
from ecpanel.services.dossiers import DossierFindings, dossier_findings
from ecpanel.services.prepare import set_document_kind
from ecpanel.services.readiness import Preparation, StepKey
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.dossier.intake import DossierReport

TIGHT: Final = 110
"""Narrower than this many units, board and papers take turns."""
WIDTHS: Final = "organiser.dossiers"
WITHOUT_LIST, WITHOUT_DOSSIERS, BOARD = range(3)


class DossiersStep(OrganiserStep):
    """申报材料."""

    key = "dossiers"

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.read = button(
            theme,
            "重新读取…",
            self._choose,
            icon="folder-open",
            shortcut="Ctrl+O",
            hint="选申报材料文件夹，重新读取；手工改过的类别保留",
        )
        buttons = HistoryButtons(theme, self.history)
        self.undo, self.redo = buttons.undo, buttons.redo
        for one in (self.undo, self.redo, self.read):
            self.header.add(one)
        self._own: dict[str, list[tuple[Document, str]]] = {}
        self._firms: dict[str, Candidate] = {}
        self._findings = DossierFindings()
        self._seen: Preparation | None = None
        self._tight = self._reading = False
        self.board = DossierBoard(theme)
        self.board.chosen.connect(self._show_papers)
        self.board.opened.connect(self._open_papers)
        self.board.table.clicked.connect(self._clicked)
        self.board.case_wanted.connect(self._go_to_case)
        self.papers = DossierPapers(self.frame, self._set_kind)
        self.papers.left.connect(self._back)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.board)
        self._split.addWidget(self.papers)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._split.setSizes(self.frame.preferences.widths.get(WIDTHS) or [84 * unit, 58 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        self.empty = DossierEmpty(theme)
        self.empty.dropped.connect(self.takes)
        self.empty.pressed.connect(self._choose)
        without = EmptyState(
            theme,
            "building-2",
            "还没有参评企业",
            "先有名单，才能把材料对到企业。",
            "去导入名单",
            lambda: self.desk.go_to(StepKey.CANDIDATES),
            primary=True,
        )
        self._stack = QStackedWidget()
        for part in (Scroll(without), self.empty, self._split):
            self._stack.addWidget(part)
        self.fill(self._stack)

    # ---- showing

    def reload(self) -> None:
        """Documents and findings as they are."""
        ready = self.desk.ready
        self.header.set_summary(self.step.summary)
        for one in (self.undo, self.redo):
            one.setVisible(self.desk.lock is None)
        if not ready.candidates:
            self._stack.setCurrentIndex(WITHOUT_LIST)
        elif not ready.documents and not self._findings_now().at:
            self._stack.setCurrentIndex(WITHOUT_DOSSIERS)
        else:
            self._stack.setCurrentIndex(BOARD)
        shown = self._stack.currentIndex() == BOARD
        self.read.setVisible(shown)
        self.calm_next(self._stack.currentIndex() != BOARD)
        if not shown:
            self._seen = None
            return
        if not self._is_shown(ready):
            self._put(ready)
        names = {key: one.name for key, one in self._firms.items()}
        problems = [*self.step.problems, *self._findings.problems]
        when = minute(self._findings.at)
        about = f"{when} 读取“{self._findings.folder}”；改好文件后请重新读取。" if when else ""
        self.board.put_report(groups_of(problems, names), about)
        self._refresh_papers()

    def _findings_now(self) -> DossierFindings:
        return dossier_findings(self.store)

    def _is_shown(self, ready: Preparation) -> bool:
        """Whether documents and candidates are the very ones that show."""
        seen = self._seen
        return seen is not None and seen.documents is ready.documents and seen.candidates is ready.candidates

    def _put(self, ready: Preparation) -> None:
        """Everything anew: other documents or other candidates."""
        self._findings = self._findings_now()
        self._own = by_candidate(ready.documents)
        self._firms = {one.candidate_id: one for one in ready.candidates}
        found = problems_by_candidate(self._findings.problems)
        self.board.put(
            [
                dossier_row(
                    one,
                    (document for document, _ in self._own.get(one.candidate_id, ())),
                    found.get(one.candidate_id, ()),
                )
                for one in ready.candidates
            ]
        )
        self._seen = ready

    def _refresh_papers(self) -> None:
        shown = self.papers.candidate
        if shown in self._firms:
            self._show_papers(shown)
        elif self.board.table.key() is not None:
            self._show_papers(str(self.board.table.key()))
        elif self.board.model.rows and not self._tight:
            self.board.table.choose(self.board.model.rows[0].candidate.candidate_id)
        else:
            self.papers.show_none()

    def _show_papers(self, candidate: str) -> None:
        if candidate not in self._firms:
            return
        own = [one for one in self._findings.problems if one.params.get("candidate") == candidate]
        locked = self.desk.lock is not None
        self.papers.put(self._firms[candidate], self._own.get(candidate, ()), own, locked=locked)

    def _clicked(self) -> None:
        """Where the papers do not show beside the board, one click is enough to see them."""
        if self._tight:
            self._open_papers(str(self.board.table.key()))

    def _open_papers(self, candidate: str) -> None:
        self._show_papers(candidate)
        self._turn(papers=True)
        self.papers.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_case(self, candidate: str, file: str) -> None:
        if self._tight:
            self._open_papers(candidate)
        elif self.board.filter.kind in ("", "读取结果"):
            self._show_papers(candidate)
        if file:
            self.papers.choose(file)

    def _back(self) -> None:
        self._turn(papers=False)
        self.board.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, *, papers: bool) -> None:
        """Where there is little room, board or papers show alone."""
        self._reading = papers
        self.board.setVisible(not (papers and self._tight))
        self.papers.setVisible(papers or not self._tight)
        self.papers.back.setVisible(self._tight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        tight = self.width() < TIGHT * self.frame.theme.unit
        if tight != self._tight:
            self._tight = tight
            self._turn(papers=self._reading)
            self.board.setVisible(not (tight and self._reading))

    # ---- changing

    def _set_kind(self, document: Document, kind: DocumentKind) -> bool:
        words = f"把“{document.name.rpartition('/')[2]}”改为{kind.value}"
        key = document.document_id
        return self.history.do(words, lambda: self._keep(key, kind), lambda before: self._keep(key, before))

    def _keep(self, document_id: str, kind: DocumentKind) -> DocumentKind:
        """Keep a kind; only the row of its candidate is read anew."""
        before = set_document_kind(self.store, document_id, kind, self.frame.clock)
        ready = self.desk.ready
        place = next(n for n, (one, _) in enumerate(ready.documents) if one.document_id == document_id)
        changed = (replace(ready.documents[place][0], kind=kind), ready.documents[place][1])
        documents = (*ready.documents[:place], changed, *ready.documents[place + 1 :])
        candidate = changed[0].candidate_id
        own = [changed if one.document_id == document_id else (one, at) for one, at in self._own[candidate]]
        found = [one for one in self._findings.problems if one.params.get("candidate") == candidate]
        self._own[candidate] = own
        self.board.put_one(dossier_row(self._firms[candidate], (one for one, _ in own), found))
        self._seen = replace(ready, documents=documents)
        self.desk.changed("已保存", self._seen)
        return before

    # ---- reading a folder

    def takes(self, paths: list[Path]) -> bool:
        """The folder of dossiers."""
        folders = [one for one in paths if one.is_dir()]
        if not folders:
            if self._stack.currentIndex() == WITHOUT_DOSSIERS:
                self.banner.say(f"“{paths[0].name}”不是文件夹；请拖装着各企业材料的那个文件夹。", WARNING)
                return True
            return False
        if not self.desk.ready.candidates:
            self.banner.say("还没有参评企业名单；请先导入名单，再读取申报材料。", WARNING)
        elif len(folders) > 1:
            self.banner.say("一次只能读取一个文件夹；请拖它们的上一级，里面每家企业一个子文件夹。", WARNING)
        else:
            self.bring_in(folders[0])
        return True

    def _choose(self) -> None:
        self.frame.choose_folder("选择申报材料文件夹", self.bring_in, self)

    def bring_in(self, folder: Path) -> None:
        """Read a folder of dossiers in place of what was registered before."""
        store, clock = self.store, self.frame.clock

        def work(progress: Progress) -> tuple[DossierReport, Preparation]:
            from ecpanel.services.organise import import_dossiers, preparation

            report = import_dossiers(store, folder, clock, progress)
            return report, preparation(store)

        self.frame.run("读取申报材料", work, self._brought, self.banner, cancelled=self._cancelled)

    def _cancelled(self) -> None:
        self.banner.say("已取消读取，登记的材料没有改动。")

    def _brought(self, outcome: tuple[DossierReport, Preparation]) -> None:
        report, ready = outcome
        self.history.forget()
        self.desk.changed("已登记", ready)
        firms = len({one.candidate_id for one, _ in report.documents})
        told = f"读到 {len(report.documents)} 份材料，对上 {firms} 家企业"
        lost = sum(one.code in LEFT_OUT for one in report.problems)
        more = [
            *([f"{len(report.unmatched)} 个文件夹对不上企业"] if report.unmatched else []),
            *([f"{lost} 个文件没有收入"] if lost else []),
        ]
        if self.desk.lock is not None:
            more.append("已经发出的任务包里还是原来的材料，需要的请在“发放”里重发")
        if more or report.problems:
            said = "；".join([told, *more])
            self.banner.say(f"{said}。", WARNING if more else DONE, "看读取结果", self._look)
        else:
            self.banner.say_done(f"{told}，没有发现问题。")

    def _look(self) -> None:
        if self._tight:
            self._turn(papers=False)
        self.board.show_report()
