"""参评企业 on the organiser's desk: the list in a table, put right in place, imported, exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSplitter, QStackedWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.regions import REGIONS, quota
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.drawer import Drawer
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import EmptyState, column, holding, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, relabel, set_tone, text
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import DONE, Tone
from ecpanel.gui.models import candidates as columns
from ecpanel.gui.models.candidates import CandidateRow, CandidatesModel, candidate_rows
from ecpanel.gui.organiser.candidate_edits import CandidateEdits
from ecpanel.gui.organiser.candidate_files import REPORT, UNUSED, ListFiles
from ecpanel.gui.organiser.candidate_filter import CandidateFilter
from ecpanel.gui.organiser.candidate_panel import CandidatePanel
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.gui.organiser.list_report import ListReport
from ecpanel.gui.organiser.new_candidate import NewCandidate
from ecpanel.gui.organiser.unused_panel import UnusedPanel
from ecpanel.services.readiness import ALL_GROUPS
from ecpanel.texts import error_sentence, problem_sentence

SUFFIXES: Final = (".xlsx", ".xls", ".et")
HEIGHTS: Final = "organiser.candidates"
LOW: Final = 62
"""Lower than this many units there is no room for table and drawer at once."""
NARROW: Final = 100
"""Narrower than this many units some columns are left out."""
DETAILS, NEW = "details", "new"
FIRST, LIST, NONE = range(3)


class CandidatesStep(OrganiserStep):
    """参评企业."""

    key = "candidates"
    locks = True

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme = self.frame.theme
        self.edits, self.files = CandidateEdits(self), ListFiles(self)
        self.bring = button(theme, "导入名单…", self.files.choose, icon="upload", shortcut="Ctrl+I")
        self.send = button(theme, "导出…", self.files.export, icon="download")
        self.header.add(self.bring)
        self.header.add(self.send)
        self.model = CandidatesModel(
            lambda: self.desk.ready.scheme.categories, self._groups, self._edit_cell, self
        )
        self.table = Table(theme, self.model, "参评企业")
        self.table.setItemDelegate(CellDelegate(theme, self.table))
        self.table.opened.connect(lambda _: self._edit_now())
        self.table.chosen.connect(lambda _: self._chosen())
        self.filter = CandidateFilter(theme, self._tools())
        self.filter.changed.connect(self._narrow)
        add_key(self, "Ctrl+F", "查找企业", self._search, everywhere=True)
        self.drawer = self._make_drawer()
        self.empty = EmptyState(
            theme,
            "building-2",
            "还没有参评企业",
            "导入各地报来的推荐企业汇总表：Excel 工作簿，可以有多张工作表，也可以把文件直接拖到这里。"
            "导入前先试读，看清有什么问题再决定。",
            "导入名单…",
            self.files.choose,
            primary=True,
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(holding(column(self.empty), "sheet"))
        self._stack.addWidget(self.table)
        self.none = EmptyState(
            theme, "search", "没有符合条件的企业", "换一个词或条件再找。", "显示全部", self.filter.clear
        )
        self._stack.addWidget(holding(column(self.none), "sheet"))
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._stack)
        self.split.addWidget(self.drawer)
        self.split.setStretchFactor(0, 1)
        kept = self.frame.preferences.widths.get(HEIGHTS)
        self.split.setSizes(kept if kept and len(kept) == 2 else [280, 280])
        self.split.splitterMoved.connect(lambda *_: self.frame.keep_widths(HEIGHTS, self.split.sizes()))
        self._foot = self._make_foot()
        body = column(self.filter, self.split, self._foot)
        body.setStretch(1, 1)
        self.fill(holding(body, "sheet"))

    def _tools(self) -> Tools:
        theme = self.frame.theme
        self.add_button = button(
            theme, "新增", lambda: self._turn(NEW), icon="plus", shortcut="Ins", quiet=True, hint="新增企业"
        )
        self.remove_button = button(
            theme, "移除", self.remove, icon="trash-2", shortcut="Ctrl+Del", quiet=True, hint="移除所选企业"
        )
        self.details_button = button(
            theme,
            "详情",
            lambda: self._turn(DETAILS),
            icon="list",
            shortcut="F4",
            quiet=True,
            hint="母公司、往年结果、申报数据",
        )
        self.turns = HistoryButtons(theme, self.history)
        self.undo, self.redo = self.turns.undo, self.turns.redo
        return Tools(theme, self.add_button, self.remove_button, self.details_button, self.undo, self.redo)

    def _make_drawer(self) -> Drawer:
        theme = self.frame.theme
        self.details = CandidatePanel(theme, self.edits.change)
        self.new = NewCandidate(theme, self._add)
        self.unused = UnusedPanel(
            theme, lambda: self.desk.ready.scheme.categories, self._take, self.edits.dismiss
        )
        self.report = ListReport(theme)
        self.report.wanted.connect(self.files.take_in)
        self.report.jumped.connect(self.jump)
        drawer = Drawer(theme)
        drawer.add(DETAILS, "详情", self.details)
        drawer.add(NEW, "新增企业", self.new)
        drawer.add(UNUSED, "导入时没有采用的行", self.unused)
        drawer.add(REPORT, "导入报告", self.report)
        drawer.turned.connect(self._turned)
        return drawer

    def _turned(self, name: str) -> None:
        self.arrange()
        if not name:
            self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """In a low window table and drawer take turns; in a narrow one the lesser columns are left out."""
        unit, ready = self.frame.theme.unit, self.desk.ready
        some, opened = bool(ready.candidates), bool(self.drawer.shown)
        alone = opened and (not some or self.height() < LOW * unit)
        self._stack.setVisible(not alone)
        self.filter.setVisible(some and not alone)
        self._foot.setVisible((some or bool(ready.unused)) and not alone)
        lesser = {columns.GROUP, columns.SCORE, columns.RANK, columns.PROBLEM}
        hidden = lesser if self.width() < NARROW * unit else set()
        if not ready.groups and not any(one.group for one in ready.candidates):
            hidden.add(columns.GROUP)
        self.table.hide_columns(hidden)
        taking = self.drawer.shown == REPORT and not self.report.take.isHidden()
        self.calm_next(taking or not some)

    def _make_foot(self) -> QFrame:
        theme = self.frame.theme
        self.problem = text("", "small", Tone.CAUTION, wrap=True)
        self.quota = Elided("", "small", Tone.FAINT, Qt.TextElideMode.ElideRight)
        self.unused_button = button(theme, "", lambda: self._turn(UNUSED), icon="triangle-alert", quiet=True)
        self.next_problem = button(
            theme, "", self.show_next_problem, icon="chevron-right", shortcut="F8", quiet=True
        )
        line = row(self.quota, self.unused_button, self.next_problem, spacing=theme.unit)
        line.setStretch(0, 1)
        foot = QFrame()
        foot.setObjectName("status")
        layout = column(self.problem, line)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 4, theme.unit, theme.unit // 4)
        foot.setLayout(layout)
        return foot

    # ---- showing

    def reload(self) -> None:
        """The list as it is, with its problems."""
        ready, locked = self.desk.ready, self.locked
        rows = candidate_rows(ready.candidates, self.step.problems)
        self.model.update_rows(rows)
        self.table.setEditTriggers(_NEVER if locked else _EDITED)
        self.filter.put(rows, ready.review.developed)
        self._show_part()
        self.arrange()
        for one in (self.bring, self.add_button, self.remove_button, self.undo, self.redo):
            one.setVisible(not locked)
        self.send.setEnabled(bool(rows))
        regions = len({one.region for one in ready.candidates})
        told = f"{len(rows)} 家 · {regions} 个地区" if rows else ""
        self.header.set_summary(told)
        self.new.put(ready.scheme.categories, ready.review.year)
        self.unused.put(ready.unused, locked=locked)
        self.unused_button.setVisible(bool(ready.unused) and not locked)
        self.unused_button.setText(f"{len(ready.unused)} 行没有采用，逐行补正")
        if self.drawer.shown == UNUSED and (not ready.unused or locked):
            self.drawer.put_away()
        self._tell_quota(ready.candidates, ready.review.developed)
        doubtful = sum(bool(one.problems) for one in rows)
        self.next_problem.setVisible(bool(doubtful))
        relabel(self.next_problem, f"{doubtful} 家有问题，下一家")
        self._chosen()

    def _tell_quota(self, candidates: Sequence[Candidate], developed: Sequence[str]) -> None:
        counts = Counter(one.region for one in candidates if one.region in REGIONS)
        over, within = [], []
        for region in REGIONS:
            count, limit = counts[region], quota(region, developed)
            if count > limit:
                why = "较发达地区" if region in developed else "一般地区"
                over.append(f"{region} {count} 家，超过上限 {limit}（{why}）")
            elif count:
                within.append(f"{region} {count}")
        absent = [region for region in REGIONS if not counts[region]]
        told = [*over, *within, f"没有推荐：{'、'.join(absent)}" if absent and counts else ""]
        self.quota.set_words(" · ".join(one for one in told if one))
        set_tone(self.quota, Tone.CAUTION if over else Tone.FAINT)

    def _chosen(self) -> None:
        one = self.model.row_at(self.table.currentIndex())
        told = "" if one is None else "\n".join(problem_sentence(fault) for fault in one.problems)
        self.problem.setText(told)
        self.problem.setVisible(bool(told))
        self.remove_button.setEnabled(one is not None)
        ready = self.desk.ready
        candidate = one.candidate if one is not None else None
        self.drawer.set_title(
            DETAILS, "详情" if candidate is None else f"{candidate.candidate_id} {candidate.name}"
        )
        if self.drawer.shown == DETAILS:
            self.details.put(candidate, ready.scheme, ready.review.year, locked=self.locked)

    def _turn(self, name: str) -> None:
        self.drawer.turn(name)
        self._chosen()
        if self.drawer.shown == NEW:
            self.new.begin()
        elif self.drawer.shown == UNUSED:
            self.unused.table.setFocus()

    def _search(self) -> None:
        self.filter.search.setFocus()
        self.filter.search.selectAll()

    def _show_part(self) -> None:
        """The table, or why there is none."""
        part = FIRST if not self.model.everything else LIST if self.model.rows else NONE
        self._stack.setCurrentIndex(part)

    def _narrow(self) -> None:
        self.model.set_filter(self.filter.accept())
        self._show_part()
        shown, everyone = len(self.model.rows), len(self.model.everything)
        told = f"显示 {shown} / {everyone} 家" if shown != everyone else self.step.summary
        self.header.set_summary(told)
        if shown and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, columns.NAME))

    def jump(self, key: str) -> None:
        """Stand on a candidate, whatever is filtered."""
        if self.model.row_of(key) is None:
            self.filter.clear()
        place = self.model.row_of(key)
        if place is not None:
            faults = self.model.rows[place].problems
            at = columns.column_of(faults[0]) if faults else columns.NAME
            self.table.setCurrentIndex(self.model.index(place, at))
            self.table.setFocus()
            # The sentence below may take a line from the table first.
            QTimer.singleShot(0, self, lambda: self.table.scrollTo(self.table.currentIndex()))

    def show_next_problem(self) -> None:
        """Stand on the next candidate with a problem, at the cell that cures it."""
        rows = self.model.rows
        places = [place for place, one in enumerate(rows) if one.problems]
        if not places and any(one.problems for one in self.model.everything):
            self.filter.clear()
            self.show_next_problem()
            return
        now = self.table.currentIndex().row()
        place = next((one for one in places if one > now), places[0] if places else None)
        if place is not None:
            self.jump(rows[place].candidate.candidate_id)

    # ---- changing

    def _groups(self) -> Sequence[str]:
        return ("", *(one.name for one in self.desk.ready.groups), ALL_GROUPS)

    def _edit_now(self) -> None:
        index = self.table.currentIndex()
        if index.flags() & Qt.ItemFlag.ItemIsEditable and not self.locked:
            self.table.edit(index)

    def _edit_cell(self, one: CandidateRow, column_number: int, words: str) -> CandidateRow | None:
        """What was typed into a cell."""
        key = one.candidate.candidate_id
        try:
            wanted = columns.edited(one.candidate, column_number, words, self.desk.ready.review.year)
        except EcpanelError as fault:
            self.banner.say_error(fault)
            return None
        head = self.model.columns[column_number].head
        if not self.edits.change(wanted, (columns.MEMBERS[column_number],), f"改{head}"):
            return None
        self.banner.clear()
        place = self.model.row_of(key)
        return self.model.rows[place] if place is not None else None

    def _add(self, one: Candidate, failed: Callable[[EcpanelError], object]) -> bool:
        key = self.edits.add(one, failed)
        if key:
            self.table.choose(key)
        return bool(key)

    def remove(self) -> None:
        """Remove the chosen candidate; the banner offers to take it back."""
        key = self.table.key()
        if key is None or self.locked:
            return
        place = self.table.currentIndex()
        gone = self.edits.remove(key)
        if gone is None:
            return
        row_number = min(place.row(), self.model.rowCount() - 1)
        self.table.setCurrentIndex(self.model.index(row_number, place.column()))
        with_it = [
            f"{len(gone.documents)} 个文件的登记" if gone.documents else "",
            f"{len(gone.recusals)} 条回避" if gone.recusals else "",
        ]
        told = "和".join(one for one in with_it if one)
        self.banner.say(
            f"已移除 {gone.candidate.candidate_id} {gone.candidate.name}{f'，连同{told}' if told else ''}。",
            DONE,
            "撤销",
            self._undo_from_banner,
        )

    def _undo_from_banner(self) -> None:
        self.banner.clear()
        self.history.undo()

    def _take(self, line: UnusedRow, draft: Candidate, failed: Callable[[str], object]) -> None:
        key = self.edits.take(line, draft, lambda fault: failed(error_sentence(fault)))
        if key:
            self.table.choose(key)

    # ---- files

    def takes(self, paths: list[Path]) -> bool:
        """A list of enterprises."""
        if self.locked or paths[0].suffix.lower() not in SUFFIXES or not paths[0].is_file():
            return False
        self.files.bring_in(paths[0])
        return True


_NEVER: Final = QAbstractItemView.EditTrigger.NoEditTriggers
_EDITED: Final = (
    QAbstractItemView.EditTrigger.DoubleClicked
    | QAbstractItemView.EditTrigger.EditKeyPressed
    | QAbstractItemView.EditTrigger.AnyKeyPressed
)
