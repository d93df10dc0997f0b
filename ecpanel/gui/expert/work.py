"""The working place: candidates, pages and score sheet side by side, each foldable, widths remembered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QToolButton, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.sheet import Evidence, Opinion, Score, Sheet
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, column
from ecpanel.gui.controls.text import icon_button
from ecpanel.gui.expert.candidates import CandidatesPane
from ecpanel.gui.expert.documents import DocumentsPane
from ecpanel.gui.expert.score_sheet import ScoreSheet
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import add_key
from ecpanel.gui.models.own_candidates import OwnCandidatesModel, Progress, own_candidate
from ecpanel.services import score as scoring

if TYPE_CHECKING:
    from ecpanel.exchange.task_package import PackedDocument
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment, Entry

WIDTHS = "expert"


class WorkPane(QWidget):
    """`changed` after every durable change of a sheet."""

    changed = Signal()

    def __init__(self, frame: Frame, store: Store, work: Assignment) -> None:
        super().__init__()
        self._frame, self._store, self._work = frame, store, work
        self._sheets = scoring.own_sheets(store, work)
        self._read_only = False
        self._at: str | None = None
        self.banner = Banner(frame.theme)
        self.model = OwnCandidatesModel()
        self.candidates = CandidatesPane(frame.theme, self.model)
        self.documents = DocumentsPane(frame, self._opening)
        self.sheet = ScoreSheet(frame, work.scheme, edit=self._edit, write_opinion=self._write_opinion)
        self._recused = EmptyState(frame.theme, "circle-slash", "", "")
        self._nothing = EmptyState(
            frame.theme, "list-checks", "选一家企业开始", "左边是您的参评企业；选中后中间看材料，右边评分。"
        )
        self._right = QStackedWidget()
        for part in (self.sheet, self._recused, self._nothing):
            self._right.addWidget(part)
        self._right.setMinimumWidth(44 * frame.theme.unit)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        for pane in (self.candidates, self.documents, self._right):
            self._split.addWidget(pane)
        self._split.setCollapsible(1, False)
        self._split.setStretchFactor(1, 1)
        self._split.splitterMoved.connect(lambda: self._frame.keep_widths(WIDTHS, self._split.sizes()))
        layout = column(self.banner, self._split)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._connect()
        self.reload()
        self._lay_out()
        first = self.model.next_open("") or self.model.neighbour("", 1)
        if first is not None:
            self.show_candidate(first)
        else:
            self._right.setCurrentWidget(self._nothing)

    def _connect(self) -> None:
        self.candidates.chosen.connect(self.show_candidate)
        self.sheet.next_candidate.connect(self.next_open)
        self.sheet.evidence_wanted.connect(lambda _: self.pin())
        self.sheet.evidence_opened.connect(self._open_evidence)
        self.sheet.changed.connect(lambda _: self._refresh())
        self.documents.pin_wanted.connect(self.pin)
        self.documents.view.pin_clicked.connect(self.sheet.focus_indicator)
        add_key(self, "Alt+Down", "下一家企业", lambda: self._step(1), everywhere=True)
        add_key(self, "Alt+Up", "上一家企业", lambda: self._step(-1), everywhere=True)
        add_key(self, "Alt+1", "到企业列表", self.candidates.table.setFocus, everywhere=True)
        add_key(self, "Alt+2", "到材料", self.documents.to_pages, everywhere=True)
        add_key(self, "Alt+3", "到评分表", self._to_sheet, everywhere=True)

    def folders(self) -> list[QToolButton]:
        """Buttons that fold the list and the sheet away."""
        left = icon_button(
            self._frame.theme, "panel-left", "收起或展开企业列表", lambda: self._fold(0), shortcut="Ctrl+1"
        )
        right = icon_button(
            self._frame.theme, "panel-right", "收起或展开评分表", lambda: self._fold(2), shortcut="Ctrl+3"
        )
        return [left, right]

    def _fold(self, place: int) -> None:
        part = (self.candidates, self.documents, self._right)[place]
        part.setVisible(part.isHidden())

    def _lay_out(self) -> None:
        kept = self._frame.preferences.widths.get(WIDTHS, [])
        unit = self._frame.theme.unit
        self._split.setSizes(kept if len(kept) == 3 else [28 * unit, 80 * unit, 56 * unit])

    def reload(self) -> None:
        """Read all sheets again."""
        self._sheets = scoring.own_sheets(self._store, self._work)
        work = self._work
        self.model.set_rows(
            own_candidate(one, self._sheets.get(key), work.scheme, work.settled.get(key, {}))
            for key, one in work.candidates.items()
        )
        self.candidates.tell()

    def set_read_only(self, read_only: bool) -> None:
        """After hand-in everything can be read and nothing changed."""
        self._read_only = read_only
        self.reload()
        if self._at is not None:
            at, self._at = self._at, None
            self.show_candidate(at)

    def show_candidate(self, key: str, indicator: str = "") -> None:
        """Show a candidate's documents and sheet; a recused one has no way in."""
        if key != self._at:
            self.sheet.flush()
            self._at = key
            self._load(key)
        if self.candidates.table.key() != key:
            self.candidates.table.choose(key)
        if indicator == "opinion":
            self.sheet.focus_opinion()
        elif indicator:
            self.sheet.focus_indicator(indicator)

    def _load(self, key: str) -> None:
        self.banner.clear()
        candidate = self._work.candidates[key]
        if key in self._work.recused:
            self.documents.clear()
            self._recused.set_words("回避", f"您已回避{candidate.name}：材料不打开，不评分，不参加讨论。")
            self._right.setCurrentWidget(self._recused)
            return
        self.sheet.show_candidate(
            candidate, self._sheets[key], self._work.settled.get(key, {}), read_only=self._read_only
        )
        self._right.setCurrentWidget(self.sheet)
        self.documents.show_documents(key, scoring.documents_of(self._store, self._work, key))
        self._show_pins()

    def _edit(self, entry: Entry) -> Score:
        score = scoring.set_score(self._store, self._work, entry, self._frame.clock)
        self._took(entry.candidate_id)
        return score

    def _write_opinion(self, candidate_id: str, opinion: Opinion) -> None:
        scoring.set_opinion(self._store, self._work, candidate_id, opinion, self._frame.clock)
        self._took(candidate_id)

    def _took(self, key: str) -> None:
        """One sheet was written: read it again, show its line."""
        self._sheets[key] = self._sheet_of(key)
        settled = self._work.settled.get(key, {})
        self.model.replace(
            own_candidate(self._work.candidates[key], self._sheets[key], self._work.scheme, settled)
        )

    def _sheet_of(self, key: str) -> Sheet:
        return scoring.own_sheet(self._store, self._work, key)

    def _refresh(self) -> None:
        self.candidates.tell()
        self._show_pins()
        self.changed.emit()

    def _show_pins(self) -> None:
        sheet = self._sheets.get(self._at or "")
        if sheet is not None:
            self.documents.set_evidence(
                [(code, one) for code, score in sheet.scores.items() for one in score.evidence]
            )

    def pin(self) -> None:
        """Put the page in view to the indicator at hand as evidence."""
        place = self.documents.place()
        if place is None or self._read_only or self._at is None or self._at in self._work.recused:
            return
        document, page = place
        self.sheet.add_evidence(Evidence(document.document_id, document.sha256, page))

    def _open_evidence(self, evidence: Evidence) -> None:
        if not self.documents.open_evidence(evidence):
            self.banner.say("这条佐证所在的文件不在本任务包里；请删去后重新标注。")

    @contextmanager
    def _opening(self, packed: PackedDocument) -> Iterator[BinaryIO]:
        with scoring.reading_document(self._store, self._work, packed) as file:
            yield file

    def next_open(self) -> None:
        """To the next candidate that is not complete; says so where there is none."""
        self.sheet.flush()
        found = self.model.next_open(self._at or "")
        if found is not None:
            self.show_candidate(found)
            self._to_sheet()
            return
        begun = [one for one in self.model.everything if one.progress in (Progress.UNTOUCHED, Progress.BEGUN)]
        if begun:
            names = "、".join(one.candidate.name for one in begun[:3])
            self.banner.say(f"列表里没有别的未完成企业了；还没完成的：{names}（可清除筛选后查看）。")
        else:
            self.banner.say_done("全部企业都已评完；请在右上角“去提交”。")

    def _step(self, step: int) -> None:
        found = self.model.neighbour(self._at or "", step)
        if found is not None:
            self.show_candidate(found)

    def _to_sheet(self) -> None:
        self._right.show()
        self.sheet.setFocus()

    def leave(self) -> None:
        """Write what is pending, let the pages go."""
        try:
            self.sheet.flush()
        except EcpanelError as fault:
            self.banner.say_error(fault)
        self.documents.clear()
