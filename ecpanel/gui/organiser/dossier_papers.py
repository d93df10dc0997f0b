"""The papers of one candidate: its documents with their kinds, and the one at hand page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSizePolicy, QSplitter, QStackedWidget, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document, DocumentKind, missing_kinds
from ecpanel.domain.problems import Problem
from ecpanel.dossier.sources import open_place
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import EmptyState, Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import icon_button, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.documents import DocumentsModel, document_rows
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.texts import problem_sentence

PREVIEW: Final = "organiser.dossiers.preview"
HEIGHTS: Final = "organiser.dossiers.papers"
LEAST: Final = 120
"""Pixels of height the pages may be squeezed to."""
NONE: Final = ("还没有选企业", "在左边选一家企业，它的材料就列在这里。")


class DossierPapers(QWidget):
    """`set_kind` keeps another kind for a document; `left` asks to go back to the list of candidates."""

    left = Signal()

    def __init__(self, frame: Frame, set_kind: Callable[[Document, DocumentKind], bool]) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame, theme = frame, frame.theme
        self._candidate = ""
        self.model = DocumentsModel(set_kind)
        self.table = _Documents(frame, self.model)
        self.table.chosen.connect(self._show_page)
        self.table.opened.connect(lambda _: self._to_pages())
        self.view = DocumentView(theme, pinning=False)
        self.view.setMinimumSize(10 * theme.unit, LEAST)
        self.back = icon_button(theme, "arrow-left", "回到企业列表", self.left.emit)
        self.back.hide()
        self.fold = icon_button(theme, "panel-right", "收起预览", self._turn, shortcut="F6")
        self._name = Elided("", "head")
        self._about = Elided("", "small", Tone.FAINT, Qt.TextElideMode.ElideRight)
        self._empty = EmptyState(theme, "files", *NONE)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._stack = QStackedWidget()
        self._stack.addWidget(Scroll(self._empty))
        self._stack.addWidget(self._lay_out())
        self.setLayout(column(self._stack))
        self._show_fold(frame.preferences.widths.get(PREVIEW) != [0])

    def _lay_out(self) -> QWidget:
        unit = self._frame.theme.unit
        names = column(self._name, self._about)
        head = row(self.back, names, self.fold, spacing=unit)
        head.setStretch(1, 1)
        head.setContentsMargins(2 * unit, unit, unit, unit // 2)
        self._fault = text("", "small", Tone.CAUTION, wrap=True)
        self._fault.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        self._fault.hide()
        bar = QFrame()
        bar.setObjectName("status")
        bar.setLayout(column(self._fault))
        upper = QWidget()
        above = column(self.table, bar)
        above.setStretch(0, 1)
        upper.setLayout(above)
        for part in (upper, self.view):
            self._split.addWidget(part)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes(self._frame.preferences.widths.get(HEIGHTS) or [27 * unit, 36 * unit])
        self._split.splitterMoved.connect(lambda: self._frame.keep_widths(HEIGHTS, self._split.sizes()))
        whole = QWidget()
        layout = column(head, self._split)
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        return whole

    # ---- showing

    @property
    def candidate(self) -> str:
        """The id of the candidate shown; "" for none."""
        return self._candidate

    def show_none(self) -> None:
        """Nobody is chosen."""
        self._candidate = ""
        self.view.clear()
        self._empty.set_words(*NONE)
        self._stack.setCurrentIndex(0)

    def put(
        self,
        candidate: Candidate,
        documents: Sequence[tuple[Document, str]],
        problems: Sequence[Problem],
        *,
        locked: bool,
    ) -> None:
        """Show a candidate's documents; where it is the one shown already, only what changed."""
        other = candidate.candidate_id != self._candidate
        self._candidate = candidate.candidate_id
        self.model.locked = locked
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.NoEditTriggers if locked else self.table.triggers
        )
        self._name.set_words(candidate.name)
        missing = missing_kinds(one for one, _ in documents)
        lacks = f" · 缺 {'、'.join(kind.value for kind in missing)}" if missing and documents else ""
        about = f"{candidate.candidate_id} · {candidate.region} · {len(documents)} 份{lacks}"
        self._about.set_words(about)
        if not documents:
            told = "在申报材料文件夹里放入以企业全称、信用代码或编号命名的子文件夹，再重新读取。"
            self._empty.set_words(f"{candidate.name}还没有材料", told)
            self.view.clear()
            self.model.set_rows([])
        elif other:
            self.model.set_rows(document_rows(documents, problems))
        else:
            self.model.update_rows(document_rows(documents, problems))
        self._stack.setCurrentIndex(1 if documents else 0)
        if documents and (other or not self.table.currentIndex().isValid()):
            self.table.choose(documents[0][0].document_id)
        self._tell()

    def choose(self, file: str) -> None:
        """Stand on the document with a name."""
        for one in self.model.everything:
            if one.document.name == file:
                self.table.choose(one.document.document_id)

    def _show_page(self, _: object) -> None:
        self._tell()
        row_now = self.model.row_at(self.table.currentIndex())
        if row_now is None or self.view.isHidden():
            return
        one = row_now.document
        key = f"{one.document_id}:{one.sha256[:16]}"
        self.view.show_document(key, partial(open_place, row_now.place), one.media, one.name)

    def _tell(self) -> None:
        """What is wrong with the document at hand."""
        row_now = self.model.row_at(self.table.currentIndex())
        told = [problem_sentence(one) for one in row_now.problems] if row_now else []
        self._fault.setText("\n".join(told))
        self._fault.setVisible(bool(told))

    # ---- folding

    def _to_pages(self) -> None:
        if self.view.isHidden():
            self._turn()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        wanted = self.view.isHidden()
        self._frame.keep_widths(PREVIEW, [int(wanted)])
        self._show_fold(wanted)

    def _show_fold(self, shown: bool) -> None:
        self.view.setVisible(shown)
        words = "收起预览" if shown else "展开预览"
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(f"{words}（F6）")
        self._frame.theme.put_icon(self.fold, "eye-off" if shown else "eye")
        if shown:
            self._show_page(None)


class _Documents(Table):
    """Rows whose kind is chosen in place."""

    triggers = (
        QAbstractItemView.EditTrigger.DoubleClicked
        | QAbstractItemView.EditTrigger.EditKeyPressed
        | QAbstractItemView.EditTrigger.SelectedClicked
    )

    def __init__(self, frame: Frame, model: DocumentsModel) -> None:
        super().__init__(frame.theme, model, "企业的材料")
        self.setItemDelegate(CellDelegate(frame.theme, self))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """Two rows and the head."""
        return QSize(super().minimumSizeHint().width(), 13 * self._theme.unit)
