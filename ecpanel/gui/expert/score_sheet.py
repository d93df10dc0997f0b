"""The expert's score sheet: all indicators of one candidate in their order, the one at hand opened and in the
middle, every change written as it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.choices import table_for
from ecpanel.domain.points import Points, show_short
from ecpanel.domain.scheme import Indicator, Scheme, leaves
from ecpanel.domain.sheet import Evidence, Opinion, Sheet, State, missing_reason
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import MarkLabel, button, icon_button
from ecpanel.gui.expert.indicator_card import Shown
from ecpanel.gui.expert.indicator_line import Cell
from ecpanel.gui.expert.sheet_body import SheetBody
from ecpanel.gui.expert.sheet_edits import OPINION, Part, SheetEdits
from ecpanel.gui.expert.sheet_header import SheetHeader, sum_words
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import LOCKED
from ecpanel.gui.theme import Theme

if TYPE_CHECKING:
    from ecpanel.gui.expert.sheet_edits import Edit, WriteOpinion


TO_GAP: Final = "到下一处未评、缺理由或意见字数不合的地方"
TO_NEXT: Final = "保存，到下一家未评完的企业"


class ScoreSheet(QWidget):
    """One candidate's sheet. `edit` and `write_opinion` write to the store; without them it is only shown."""

    changed = Signal(str)
    next_candidate = Signal()
    evidence_wanted = Signal(str)
    evidence_opened = Signal(object)
    indicator_changed = Signal(str)
    total_shown = Signal(bool)

    def __init__(
        self,
        frame: Frame | Theme,
        scheme: Scheme,
        edit: Edit | None = None,
        write_opinion: WriteOpinion | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame = frame if isinstance(frame, Frame) else None
        self._theme = frame.theme if isinstance(frame, Frame) else frame
        self._scheme = scheme
        self._leaves = {leaf.code: leaf for leaf in leaves(scheme)}
        self._codes = list(self._leaves)
        self._candidate: Candidate | None = None
        self._settled: Mapping[str, Points] = {}
        self._documents: Mapping[str, str] = {}
        self._read_only = True
        self._at = self._codes[0]
        self.edits = SheetEdits(edit, write_opinion, self)
        self.header = SheetHeader(self._theme)
        self.body = SheetBody(self._theme, scheme)
        self.card, self.opinion, self.lines = self.body.card, self.body.opinion, self.body.lines
        self._make_foot()
        layout = column(self.header, self.body, self._foot)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._connect()
        self._add_keys()

    # ---- making

    def _make_foot(self) -> None:
        theme = self._theme
        self.undo_button = icon_button(theme, "undo-2", "撤销", self.undo)
        self.redo_button = icon_button(theme, "redo-2", "重做", self.redo)
        self.gap_button = button(theme, "", self.focus_gap, quiet=True, hint=f"{TO_GAP}（F8）")
        self.next_button = button(theme, "下一家", self._next_candidate, hint=f"{TO_NEXT}（Ctrl + 回车）")
        for one, keys in ((self.undo_button, "Ctrl + Z"), (self.redo_button, "Ctrl + Shift + Z")):
            one.setToolTip(f"{one.accessibleName()}（{keys}）")
        self._foot = QFrame()
        self._foot.setObjectName("status")
        self._seal = MarkLabel(theme, LOCKED)
        left = (self._seal, self.undo_button, self.redo_button, None)
        parts = row(*left, self.gap_button, self.next_button, spacing=theme.unit // 2)
        parts.setContentsMargins(
            round(1.5 * theme.unit), theme.unit // 2, round(1.5 * theme.unit), theme.unit // 2
        )
        self._foot.setLayout(parts)
        for one in (self.undo_button, self.redo_button):
            one.setEnabled(False)

    def _connect(self) -> None:
        edits, card, opinion = self.edits, self.card, self.opinion
        edits.changed.connect(self._saved)
        edits.cell_changed.connect(self._show_cell)
        edits.opinion_changed.connect(self._show_opinion)
        edits.place_wanted.connect(self._show_place)
        edits.undo_group.canUndoChanged.connect(lambda _: self._show_undo())
        edits.undo_group.canRedoChanged.connect(lambda _: self._show_undo())
        card.value_typed.connect(lambda typed: self._type(self._at, Part.VALUE, typed))
        card.remark_typed.connect(self._type_remark)
        card.points_chosen.connect(self._set_points)
        card.state_chosen.connect(self._set_state)
        card.number_begun.connect(edits.new_session)
        card.left.connect(self._leave_field)
        card.accepted.connect(self._accepted)
        card.moved.connect(lambda step: self._step(step, skip=False))
        card.evidence.wanted.connect(self.want_evidence)
        card.evidence.opened.connect(self.evidence_opened)
        card.evidence.removed.connect(self._remove_evidence)
        opinion.typed.connect(lambda typed: self._type(OPINION, Part.OPINION, typed))
        opinion.left.connect(self._leave_field)
        for part in (card, opinion):
            part.undo_wanted.connect(self.undo)
            part.redo_wanted.connect(self.redo)
        self.header.total_shown.connect(lambda _: self._show_sums())
        self.header.total_shown.connect(self.total_shown)
        self.body.chosen.connect(lambda code: self._go(code, focus=True))

    def _add_keys(self) -> None:
        # Actions, not shortcuts of the buttons: those click a tenth of a second later and drop fast repeats.
        for keys, words, act, everywhere in (
            ("Ctrl+Return", TO_NEXT, self._next_candidate, True),
            ("Ctrl+Enter", "", self._next_candidate, True),
            ("Ctrl+E", "引用当前页为证据（随时）", self.want_evidence, True),
            ("Ctrl+Z", "撤销", self.undo, True),
            ("Ctrl+Shift+Z", "重做", self.redo, True),
            ("Ctrl+Y", "", self.redo, True),
            ("Ctrl+Up", "上一项指标", lambda: self._step(-1, skip=False), False),
            ("Ctrl+Down", "下一项指标", lambda: self._step(1, skip=False), False),
            ("F2", "输入分值", self.card.focus_value, False),
            ("F4", "改为未评、不适用或弃权", self.card.show_states, False),
            ("F7", "写评估意见", self.focus_opinion, True),
            ("F8", TO_GAP, self.focus_gap, True),
        ):
            add_key(self, keys, words, act, everywhere=everywhere)

    # ---- showing a candidate

    def show_candidate(
        self,
        candidate: Candidate,
        sheet: Sheet,
        settled: Mapping[str, Points],
        *,
        read_only: bool = False,
        documents: Mapping[str, str] | None = None,
    ) -> None:
        """Show a candidate's sheet, open at the first thing missing. `documents` names documents by their
        id, for the chips of evidence. What was pending of the candidate before is written first."""
        self._commit_input()
        same = self._candidate is not None and self._candidate.candidate_id == candidate.candidate_id
        self.edits.show(sheet)
        self._candidate, self._settled, self._documents = candidate, settled, documents or {}
        self._show_all(read_only, keep_place=same)

    def show_preview(self) -> None:
        """Show the empty sheet as experts will see it; nothing can be changed."""
        self.edits.show(Sheet("", ""))
        self._candidate, self._settled, self._documents = None, {}, {}
        self._show_all(True, keep_place=False)

    def _show_all(self, read_only: bool, *, keep_place: bool) -> None:
        self.setUpdatesEnabled(False)
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        self._read_only = read_only or not self.edits.can_write
        self.header.set_candidate(self._candidate)
        self._seal.set_mark(
            LOCKED, "已封存，只读" if self.edits.can_write and self._candidate else "预览，不能填写"
        )
        self._seal.setVisible(self._read_only)
        for code, line in self.lines.items():
            line.set_cell(self._cell(code))
        if not keep_place:
            self._at = self._first()
        self._open(self._at)
        self._show_opinion()
        self.next_button.setVisible(self._candidate is not None)
        for one in (self.undo_button, self.redo_button):
            one.setVisible(not self._read_only)
        self._show_undo()
        self.setUpdatesEnabled(True)
        if had_focus and not keep_place:
            self.card.focus_default()
        self.indicator_changed.emit(self._at)

    def _first(self) -> str:
        """Where a sheet opens: at the first thing missing; a preview at the first level descriptions."""
        if self._candidate is None:
            return next((code for code in self._codes if self._leaves[code].descriptors), self._codes[0])
        return next((code for code in self._gaps() if code != OPINION), self._codes[0])

    def _cell(self, code: str) -> Cell:
        score = self.edits.score(code)
        is_settled = code in self._settled
        lacks = not is_settled and missing_reason(self._leaves[code], score, self._scheme.remarks) > 0
        refused = not self._read_only and code in self.edits.refused()
        return Cell(score, is_settled, lacks and not self._read_only, refused)

    def _shown(self, code: str) -> Shown:
        leaf, edits = self._leaves[code], self.edits
        value, remark = edits.refusal(code, Part.VALUE), edits.refusal(code, Part.REMARK)
        evidence = edits.refusal(code, Part.EVIDENCE)
        return Shown(
            leaf,
            edits.score(code),
            code in self._settled,
            self._figure(leaf),
            self._candidate.category if self._candidate else self._scheme.categories[0],
            value.typed if value and isinstance(value.typed, str) else None,
            value.sentence if value else evidence.sentence if evidence else "",
            remark.typed if remark and isinstance(remark.typed, str) else None,
            remark.sentence if remark else "",
            self._documents,
        )

    def _figure(self, leaf: Indicator) -> str:
        """The declared figure of an objective indicator with its unit."""
        if self._candidate is None:
            return ""
        figure = next((one.figure for one in self._candidate.facts if one.indicator == leaf.code), "")
        table = table_for(leaf, self._candidate.category)
        return f"{figure} {table.unit if table else ''}".strip() if figure else ""

    def _show_cell(self, code: str) -> None:
        self.lines[code].set_cell(self._cell(code))
        if code == self._at:
            self.card.refresh(self._shown(code))
        self._show_sums()

    def _show_opinion(self) -> None:
        refusal = self.edits.refusal(OPINION, Part.OPINION)
        typed = refusal.typed if refusal and isinstance(refusal.typed, Opinion) else self.edits.sheet.opinion
        if not self.edits.is_waiting(OPINION, Part.OPINION) or refusal:
            self.opinion.set_opinion(typed, refusal.sentence if refusal else "", read_only=self._read_only)
        self._show_sums()

    def _show_sums(self) -> None:
        """Progress, total, and the sums of the sections."""
        scores = [self.edits.score(code) for code in self._codes]
        done = sum(one.state is not State.UNSCORED for one in scores)
        points = [one.points for one in scores if one.points is not None]
        whole = done == len(scores)
        abstained = any(one.state is State.ABSTAINED for one in scores)
        total = sum_words(points, whole=whole, abstained=abstained)
        self.header.set_progress(done, len(scores), total)
        missing = len(self._gaps())
        self.gap_button.setText(f"缺 {missing} 处 ›")
        self.gap_button.setVisible(missing > 0 and not self._read_only)
        for head in self.body.heads:
            inside = [self.edits.score(leaf.code).points for leaf in leaves(head.section)]
            known = [one for one in inside if one is not None]
            head.set_sum(show_short(sum(known)) if known and self.header.shows_total else "")

    def _show_undo(self) -> None:
        group = self.edits.undo_group
        self.undo_button.setEnabled(group.canUndo() and not self._read_only)
        self.redo_button.setEnabled(group.canRedo() and not self._read_only)

    def _gaps(self) -> list[str]:
        """What keeps the sheet from being handed in: codes, and the empty code for the opinion."""
        rules = self._scheme.remarks
        found = []
        for code in self._codes:
            score = self.edits.score(code)
            lacks = code not in self._settled and missing_reason(self._leaves[code], score, rules)
            if score.state is State.UNSCORED or lacks:
                found.append(code)
        if not rules.opinion_min <= self.edits.sheet.opinion.length <= rules.opinion_max:
            found.append(OPINION)
        return found

    # ---- moving

    def current_indicator(self) -> str:
        """The code of the indicator at hand."""
        return self._at

    def focus_indicator(self, code: str) -> None:
        """Open an indicator and begin to work on it."""
        if code in self._leaves:
            self._go(code, focus=True)

    def focus_opinion(self) -> None:
        """Begin to write the opinion."""
        self.body.show_opinion()

    def focus_gap(self) -> None:
        """To the next thing missing after the indicator at hand, and around."""
        self.flush()
        gaps = self._gaps()
        here = len(self._codes) if self.opinion.has_focus() else self._codes.index(self._at)
        places = [len(self._codes) if code == OPINION else self._codes.index(code) for code in gaps]
        after = [place for place in places if place > here] or places
        if not after:
            return
        if after[0] == len(self._codes):
            self.focus_opinion()
            return
        code = self._codes[after[0]]
        self._go(code, focus=True)
        if self.edits.score(code).state is not State.UNSCORED:
            self.card.remark.setFocus()

    def _go(self, code: str, *, focus: bool) -> None:
        """Make another indicator the one at hand."""
        if code != self._at:
            self._commit_input()
            self.flush()
            self.edits.new_session()
            self.setUpdatesEnabled(False)
            self._open(code)
            self.setUpdatesEnabled(True)
            self.indicator_changed.emit(code)
        else:
            self.body.centre()
        if focus:
            self.card.focus_default()

    def _open(self, code: str) -> None:
        """Put the card in the place of an indicator's line."""
        self._at = code
        self.body.open(code)
        self.card.load(self._shown(code), read_only=self._read_only)
        self.setFocusProxy(self.card.default())
        self.body.centre()

    def _step(self, step: int, *, skip: bool) -> bool:
        """To a neighbour; settled ones are skipped where there is nothing to accept. False at the ends."""
        place = self._codes.index(self._at) + step
        while 0 <= place < len(self._codes):
            code = self._codes[place]
            if not (skip and code in self._settled):
                self._go(code, focus=True)
                return True
            place += step
        return False

    def _accepted(self, back: bool) -> None:
        if not self._step(-1 if back else 1, skip=not self._read_only) and not back:
            self.focus_opinion()

    def _show_place(self, code: str) -> None:
        """Where an undo happened."""
        if code == OPINION:
            self.focus_opinion()
        else:
            self._go(code, focus=code != self._at)

    # ---- editing

    def add_evidence(self, evidence: Evidence) -> None:
        """Put a page to the indicator at hand; a page that is there already is not put twice."""
        code = self._at
        if self._read_only or code in self._settled:
            return
        have = self.edits.score(code).evidence
        if any((one.document_id, one.page) == (evidence.document_id, evidence.page) for one in have):
            return
        self.edits.set_evidence(code, (*have, evidence))
        self.body.centre_soon()

    def want_evidence(self) -> None:
        """Ask for the page in view."""
        if not self._read_only and self._at not in self._settled:
            self.evidence_wanted.emit(self._at)

    def _remove_evidence(self, place: int) -> None:
        have = self.edits.score(self._at).evidence
        self.edits.set_evidence(self._at, (*have[:place], *have[place + 1 :]))
        self.card.focus_default()

    def _set_state(self, state: State) -> None:
        if not self._read_only and self._at not in self._settled:
            self.edits.set_state(self._at, state)

    def _set_points(self, points: Points) -> None:
        if not self._read_only and self._at not in self._settled:
            self.edits.set_points(self._at, points)

    def _type(self, code: str, part: Part, typed: str | Opinion) -> None:
        if not self._read_only:
            self.edits.typed(code, part, typed)

    def _type_remark(self, words: str) -> None:
        self._type(self._at, Part.REMARK, words)
        self.card.show_reason(words)

    def _leave_field(self) -> None:
        self.edits.flush()

    def undo(self) -> None:
        """Take back the last change of this sheet, and write that."""
        if not self._read_only:
            self._commit_input()
            self.edits.undo(OPINION if self.opinion.has_focus() else self._at)

    def redo(self) -> None:
        """Do again what was taken back, and write that."""
        if not self._read_only:
            self._commit_input()
            self.edits.redo()

    def flush(self) -> bool:
        """Write what is pending at once; False when something typed was refused and still stands there."""
        return self.edits.flush()

    def sheet(self) -> Sheet:
        """The sheet in force."""
        return self.edits.sheet

    def _next_candidate(self) -> None:
        """On to the next candidate, unless something typed here was refused: then there."""
        self._commit_input()
        if self.flush() or self._read_only:
            self.next_candidate.emit()
            return
        code = self.edits.refused()[0]
        if code == OPINION:
            self.focus_opinion()
        else:
            self._go(code, focus=False)
            self.card.focus_value()

    def _commit_input(self) -> None:
        """Let an input method put what it is composing into the field it belongs to."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            QGuiApplication.inputMethod().commit()

    def _saved(self, candidate_id: str) -> None:
        if self._frame is not None:
            self._frame.say_saved()
        self.changed.emit(candidate_id)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is typed does not wait while nobody sees it."""
        self.edits.flush()
        super().hideEvent(event)
