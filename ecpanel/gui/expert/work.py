"""The working place: candidates, pages and score sheet side by side, every change of a sheet shown in all three."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from ecpanel.domain.sheet import Evidence, Opinion, Score, State, gaps
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, column
from ecpanel.gui.expert.candidates import CandidatesPane
from ecpanel.gui.expert.documents import DocumentsPane
from ecpanel.gui.expert.panes import Panes
from ecpanel.gui.expert.score_sheet import ScoreSheet
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import DONE, WARNING
from ecpanel.gui.models.gaps import OPINION
from ecpanel.gui.models.own_candidates import OPEN, OwnCandidatesModel, own_candidate
from ecpanel.services import score as scoring

if TYPE_CHECKING:
    from ecpanel.domain.sheet import Sheet
    from ecpanel.exchange.task_package import PackedDocument
    from ecpanel.gui.expert.opened import Opened
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Entry

NAMES_SHOWN = 3


class WorkPane(QWidget):
    """`changed` after every durable change of a sheet; `hand_in_wanted` when all is done and people go on."""

    changed = Signal()
    hand_in_wanted = Signal()

    def __init__(self, frame: Frame, store: Store, opened: Opened) -> None:
        super().__init__()
        self._frame, self._store, self._opened, self._work = frame, store, opened, opened.work
        self.sheets: dict[str, Sheet] = opened.sheets
        self._read_only = opened.locked
        self._at: str | None = None
        theme = frame.theme
        self.banner = Banner(theme)
        self.sheet = ScoreSheet(frame, self._work.scheme, edit=self._edit, write_opinion=self._write_opinion)
        self.model = OwnCandidatesModel(lambda: self.sheet.header.shows_total)
        self.model.set_rows(opened.rows)
        self.candidates = CandidatesPane(theme, self.model)
        self.candidates.tell()
        self.documents = DocumentsPane(frame, self._opening)
        self._recused = EmptyState(theme, "circle-slash", "已回避", "")
        self._middle = QStackedWidget()
        for part in (self.documents, self._recused):
            self._middle.addWidget(part)
        self._middle.setFocusProxy(self.documents)
        self.panes = Panes(frame, self.candidates, self._middle, self.sheet)
        layout = column(self.banner, self.panes)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._connect()
        first = self.model.next_open("") or self.model.neighbour("", 1) or next(iter(self._work.candidates))
        self.show_candidate(first)

    def _connect(self) -> None:
        self.candidates.chosen.connect(self.show_candidate)
        self.candidates.opened.connect(self._enter)
        self.sheet.next_candidate.connect(self.next_open)
        self.sheet.evidence_wanted.connect(lambda _: self.pin())
        self.sheet.evidence_opened.connect(self._open_evidence)
        self.sheet.changed.connect(lambda _: self._refresh())
        self.sheet.total_shown.connect(lambda _: self.model.draw_again())
        self.documents.pin_wanted.connect(self.pin)
        self.documents.view.pin_clicked.connect(self._to_indicator)
        for keys, words, act in (
            ("Alt+Down", "下一家企业", lambda: self._step(1)),
            ("Alt+Up", "上一家企业", lambda: self._step(-1)),
            ("F6", "下一个区域：企业列表、材料、评分表", lambda: self._turn(1)),
            ("Shift+F6", "上一个区域", lambda: self._turn(-1)),
            ("Ctrl+L", "查找企业", self._search),
        ):
            add_key(self, keys, words, act, everywhere=True)

    # ---- showing a candidate

    @property
    def at(self) -> str | None:
        """The candidate shown."""
        return self._at

    def show_candidate(self, key: str, place: str = "") -> None:
        """Show a candidate's documents and sheet, at an indicator or the opinion if one is named; a recused
        one has no way in."""
        if key != self._at:
            self.settle()
            self._at = key
            self._load(key)
        self.candidates.choose(key)
        if place and key not in self._work.recused:
            self._to_indicator(place)

    def _load(self, key: str) -> None:
        self.banner.clear()
        candidate, barred = self._work.candidates[key], key in self._work.recused
        self.panes.bar_sheet(barred=barred)
        if barred:
            self.documents.clear()
            self._recused.set_words(
                "已回避", f"您已回避“{candidate.name}”：它的材料不对您打开，您不评分，也不参加讨论。"
            )
            self._middle.setCurrentWidget(self._recused)
            return
        self._middle.setCurrentWidget(self.documents)
        self.documents.show_documents(key, self._opened.documents.get(key, ()))
        self._show_sheet()
        self._show_pins()

    def _show_sheet(self) -> None:
        if self._at is None or self._at in self._work.recused:
            return
        self.sheet.show_candidate(
            self._work.candidates[self._at],
            self.sheets[self._at],
            self._work.settled.get(self._at, {}),
            read_only=self._read_only,
            documents=self.documents.names,
        )

    def set_read_only(self, read_only: bool) -> None:
        """After hand-in everything can be read and nothing changed."""
        if read_only != self._read_only:
            self._read_only = read_only
            self._show_sheet()

    def _to_indicator(self, place: str) -> None:
        """Work on an indicator, where only its reason is missing on that; or on the opinion."""
        self.panes.unfold(1)
        if place == OPINION:
            self.sheet.focus_opinion()
            return
        self.sheet.focus_indicator(place)
        score = self.sheet.sheet().scores.get(place)
        if score is not None and score.state is not State.UNSCORED and self._lacks(place):
            self.sheet.card.remark.setFocus()

    def _lacks(self, code: str) -> bool:
        """Whether a scored indicator of the sheet at hand still lacks its reason."""
        return any(one.params.get("indicator") == code for one in gaps(self.sheet.sheet(), self._work.scheme))

    # ---- writing

    def _edit(self, entry: Entry) -> Score:
        score = scoring.set_score(self._store, self._work, entry, self._frame.clock)
        self._took(entry.candidate_id)
        return score

    def _write_opinion(self, candidate_id: str, opinion: Opinion) -> None:
        scoring.set_opinion(self._store, self._work, candidate_id, opinion, self._frame.clock)
        self._took(candidate_id)

    def _took(self, key: str) -> None:
        """One sheet was written: read it again, show its line."""
        self.sheets[key] = scoring.own_sheet(self._store, self._work, key)
        settled = self._work.settled.get(key, {})
        self.model.replace(
            own_candidate(self._work.candidates[key], self.sheets[key], self._work.scheme, settled)
        )

    def _refresh(self) -> None:
        self.candidates.tell()
        self._show_pins()
        self.changed.emit()

    def settle(self) -> bool:
        """Write what is pending, with what an input method is still composing."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            QGuiApplication.inputMethod().commit()
        return self.sheet.flush()

    # ---- evidence

    def _show_pins(self) -> None:
        sheet = self.sheets.get(self._at or "")
        if sheet is not None:
            self.documents.set_evidence(
                [(code, one) for code, score in sheet.scores.items() for one in score.evidence]
            )

    def pin(self) -> None:
        """Put the page in view to the indicator at hand as evidence."""
        place, key = self.documents.place(), self._at
        if place is None or key is None or key in self._work.recused:
            return
        document, page = place
        code = self.sheet.current_indicator()
        if self._read_only:
            self.banner.say("评分已提交，只能查看；要改动，请组长开重开单。")
            return
        if code in self._work.settled.get(key, {}):
            self.banner.say(f"{code} 按申报数据统一计算，不用引证据；请先在评分表里选一项要您评分的指标。")
            return
        score = self.sheet.sheet().scores.get(code)
        known = score.evidence if score is not None else ()
        if any((one.document_id, one.page) == (document.document_id, page) for one in known):
            self.banner.say(f"这一页已经是 {code} 的证据。")
            return
        self.banner.clear()
        self.sheet.add_evidence(Evidence(document.document_id, document.sha256, page))

    def _open_evidence(self, evidence: Evidence) -> None:
        if not self.documents.open_evidence(evidence):
            self.banner.say(
                "这条证据所在的文件不在本任务包里，或内容与引用时不同；请移除后重新引用。", WARNING
            )

    @contextmanager
    def _opening(self, packed: PackedDocument) -> Iterator[BinaryIO]:
        with self._opened.dossiers.reading(packed) as file:
            yield file

    # ---- moving

    def next_open(self) -> None:
        """To the next candidate in the list that is not complete; where there is none, says what is open."""
        self.settle()
        if self._read_only:
            self._step(1)
            return
        found = self.model.next_open(self._at or "")
        if found is not None:
            self.show_candidate(found)
            self._to_sheet()
            return
        here = self.model.find(self._at or "")
        if here is not None and here.progress in OPEN and self.model.count(*OPEN) == 1:
            self.banner.say(
                f"只剩这一家还没有评完，还缺 {here.missing} 处。", act="到缺项", acted=self.sheet.focus_gap
            )
        elif self.model.count(*OPEN):
            names = [one.candidate.name for one in self.model.everything if one.progress in OPEN]
            more = f"等 {len(names)} 家" if len(names) > NAMES_SHOWN else ""
            self.banner.say(
                f"筛选出的企业里没有别的未评完的了；还没有评完的有 {'、'.join(names[:NAMES_SHOWN])}{more}。",
                act="清除筛选",
                acted=self._show_all,
            )
        else:
            self.banner.say("全部企业都已评完。", DONE, "去提交", self.hand_in_wanted.emit)

    def _show_all(self) -> None:
        self.banner.clear()
        self.candidates.show_all()

    def _enter(self, key: str) -> None:
        """Enter or a double click in the list: to work."""
        self.show_candidate(key)
        if key not in self._work.recused:
            self._to_sheet()

    def _step(self, step: int) -> None:
        found = self.model.neighbour(self._at or "", step)
        if found is not None:
            self.show_candidate(found)

    def _search(self) -> None:
        self.panes.unfold(0)
        self.candidates.search.setFocus()
        self.candidates.search.selectAll()

    def _turn(self, step: int) -> None:
        """The keyboard to the next pane that shows."""
        panes: list[QWidget] = [self.candidates, self._middle, self.sheet]
        shown = [one for one in panes if one.isVisible()]
        focus = QApplication.focusWidget()
        here = next(
            (n for n, one in enumerate(shown) if focus is not None and one.isAncestorOf(focus)), -step
        )
        target = shown[(here + step) % len(shown)]
        (self.candidates.table if target is self.candidates else target).setFocus()

    def _to_sheet(self) -> None:
        self.panes.unfold(1)
        self.sheet.setFocus()

    def leave(self) -> None:
        """Write what is pending, let the pages go."""
        self.settle()
        self.panes.flush()
        self.documents.clear()
