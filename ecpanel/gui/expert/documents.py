"""The middle pane: the documents of one candidate by kind, one shown page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QStackedWidget, QTabBar, QWidget

from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind
from ecpanel.domain.sheet import Evidence
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.expert.evidence_row import names_of, numbered
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import add_key
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.gui.viewer.page_marks import Pin

if TYPE_CHECKING:
    from ecpanel.exchange.task_package import PackedDocument

Opener = Callable[["PackedDocument"], AbstractContextManager[BinaryIO]]
FIRST: Final = (DocumentKind.STATEMENT, DocumentKind.FORM, DocumentKind.EVIDENCE, DocumentKind.LETTER)
"""Kinds in the order experts read them."""
assert set(FIRST) == set(REQUIRED)


def _stem(name: str) -> str:
    """A file's name without folders and ending."""
    file = name.rpartition("/")[2]
    stem, dot, ending = file.rpartition(".")
    return stem if dot and len(ending) <= 5 else file


class KindTabs(QTabBar):
    """The kinds as tabs; it never asks for room, its holder shows a list instead where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("材料类别")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def wanted(self) -> int:
        """The width of all tabs."""
        return sum(self.tabSizeHint(place).width() for place in range(self.count()))

    def minimumSizeHint(self) -> QSize:
        """Nothing is asked for."""
        return QSize(0, super().minimumSizeHint().height())


class DocumentsPane(QWidget):
    """Kinds, a chooser where a kind has several documents, and the viewer. `pin_wanted` asks to make the
    page in view evidence."""

    pin_wanted = Signal()

    def __init__(self, frame: Frame, opener: Opener) -> None:
        super().__init__()
        self._opener = opener
        self._documents: list[PackedDocument] = []
        self._names: dict[str, str] = {}
        self._shown: PackedDocument | None = None
        self._last: dict[str, str] = {}
        self._last_of_kind: dict[tuple[str, DocumentKind], str] = {}
        self._pins: dict[str, list[Pin]] = {}
        theme, unit = frame.theme, frame.theme.unit
        self.kinds, self.kind_list, self.files = KindTabs(), QComboBox(), QComboBox()
        self.kind_list.setAccessibleName("材料类别")
        self.kind_list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.files.setAccessibleName("同类文件")
        self.files.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.files.view().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view = DocumentView(theme)
        self._none = EmptyState(
            theme,
            "file-x",
            "没有申报材料",
            "任务包里没有这家企业的申报材料；可以评分，并请在评估意见中说明。",
        )
        self._bar = QFrame()
        self._bar.setObjectName("bar")
        self._top = row(self.kinds, self.kind_list, self.files, spacing=unit)
        self._top.setContentsMargins(unit, 0, unit, 0)
        for place, share in enumerate((0, 2, 3)):
            self._top.setStretch(place, share)
        self._bar.setLayout(self._top)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._none)
        layout = column(self._bar, self._stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.view)
        self.kinds.currentChanged.connect(lambda place: self._turn_kind(self.kinds.tabData(place)))
        self.kind_list.activated.connect(lambda _: self._turn_kind(self.kind_list.currentData()))
        self.files.activated.connect(lambda _: self.open_document(str(self.files.currentData())))
        self.view.pin_requested.connect(lambda _: self.pin_wanted.emit())
        add_key(self, "Ctrl+]", "下一份文件", lambda: self._step(1), everywhere=True)
        add_key(self, "Ctrl+[", "上一份文件", lambda: self._step(-1), everywhere=True)
        theme.changed.connect(self._fit)

    # ---- what there is

    def show_documents(self, candidate_id: str, documents: Sequence[PackedDocument]) -> None:
        """Show a candidate's documents, standing on the one read last."""
        order = {kind: place for place, kind in enumerate(FIRST)}
        self._documents = sorted(documents, key=lambda one: order[one.document.kind])
        self._names, self._shown = names_of(one.document for one in self._documents), None
        self._fill_kinds()
        self._bar.setVisible(bool(self._documents))
        self._stack.setCurrentWidget(self.view if self._documents else self._none)
        if self._documents:
            last = self._last.get(candidate_id, "")
            if not self.open_document(last):
                self._show(self._documents[0])
        else:
            self.view.clear()

    def clear(self) -> None:
        """Let go of all documents."""
        self._documents, self._shown = [], None
        self.view.clear()

    def _fill_kinds(self) -> None:
        self.kinds.blockSignals(True)
        while self.kinds.count():
            self.kinds.removeTab(0)
        self.kind_list.clear()
        for kind in FIRST:
            count = sum(one.document.kind is kind for one in self._documents)
            if count:
                words = kind.value if count == 1 else f"{kind.value}({count})"
                place = self.kinds.addTab(words)
                self.kinds.setTabData(place, kind.value)
                self.kind_list.addItem(words, kind.value)
        self.kinds.blockSignals(False)

    # ---- what is shown

    @property
    def names(self) -> Mapping[str, str]:
        """Short names of the documents by their ids."""
        return self._names

    def place(self) -> tuple[Document, int] | None:
        """The document and page in view, counted from 1; None while there is no page."""
        if self._shown is None or not self.view.page():
            return None
        return self._shown.document, self.view.page()

    def open_document(self, document_id: str, page: int = 0) -> bool:
        """Show a document, at a page if one is given; False where the candidate has none such."""
        found = next((one for one in self._documents if one.document.document_id == document_id), None)
        if found is None:
            return False
        self._show(found)
        if page:
            self.view.go_to(page)
        return True

    def open_evidence(self, evidence: Evidence) -> bool:
        """Show the page a piece of evidence points at; False where that document is not there or is
        another one than when it was pinned."""
        found = next(
            (one.document for one in self._documents if one.document.document_id == evidence.document_id),
            None,
        )
        if found is None or found.sha256 != evidence.sha256:
            return False
        return self.open_document(evidence.document_id, evidence.page)

    def set_evidence(self, evidence: Sequence[tuple[str, Evidence]]) -> None:
        """Pins for (indicator, evidence) of the whole sheet."""
        pins: dict[str, list[Pin]] = {}
        counts: dict[str, int] = {}
        for indicator, one in evidence:
            number = counts[indicator] = counts.get(indicator, 0) + 1
            pin = Pin(one.page, f"证 {indicator} {numbered(number - 1)}", indicator)
            pins.setdefault(one.document_id, []).append(pin)
        self._pins = pins
        self._put_pins()

    def _put_pins(self) -> None:
        if self._shown is not None:
            self.view.set_pins(self._pins.get(self._shown.document.document_id, []))

    def _show(self, packed: PackedDocument) -> None:
        document = packed.document
        self._shown = packed
        self._last[document.candidate_id] = document.document_id
        self._last_of_kind[document.candidate_id, document.kind] = document.document_id
        self.kinds.blockSignals(True)
        for place in range(self.kinds.count()):
            if self.kinds.tabData(place) == document.kind.value:
                self.kinds.setCurrentIndex(place)
                self.kind_list.setCurrentIndex(place)
        self.kinds.blockSignals(False)
        same = [one.document for one in self._documents if one.document.kind is document.kind]
        self.files.clear()
        for one in same:
            self.files.addItem(_stem(one.name), one.document_id)
            self.files.setItemData(self.files.count() - 1, one.name, Qt.ItemDataRole.ToolTipRole)
        self.files.setCurrentIndex(self.files.findData(document.document_id))
        self.files.setToolTip(document.name)
        self.files.setVisible(len(same) > 1)
        self._fit()
        self.view.show_document(
            document.document_id, partial(self._opener, packed), document.media, document.name
        )
        self._put_pins()

    def _turn_kind(self, name: str | None) -> None:
        """To the document of a kind that was read last, or its first; Qt knows the kind by its name only."""
        own = [one for one in self._documents if one.document.kind.value == name]
        if own:
            document = own[0].document
            last = self._last_of_kind.get((document.candidate_id, document.kind), "")
            if not self.open_document(last):
                self._show(own[0])

    def _step(self, step: int) -> None:
        if self._shown is None:
            return
        place = self._documents.index(self._shown) + step
        if 0 <= place < len(self._documents):
            self._show(self._documents[place])

    # ---- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Tabs where all of them fit, with room for the files' names; else a list of kinds."""
        margins = self._top.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        if not self.files.isHidden():
            room -= self.fontMetrics().horizontalAdvance("汉" * 7) + self._top.spacing()
        tabs = self.kinds.wanted() <= room
        self.kinds.setVisible(tabs)
        self.kind_list.setVisible(not tabs)
