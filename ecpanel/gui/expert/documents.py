"""The middle pane: the documents of one candidate by kind, one shown page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QTabBar, QWidget

from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind
from ecpanel.domain.sheet import Evidence
from ecpanel.gui.controls.panel import column, row
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
CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class DocumentsPane(QWidget):
    """Tabs by kind, a chooser where a kind has several documents, and the viewer."""

    pin_wanted = Signal()
    pin_pressed = Signal(str)

    def __init__(self, frame: Frame, opener: Opener) -> None:
        super().__init__()
        self._opener = opener
        self._documents: list[PackedDocument] = []
        self._shown: PackedDocument | None = None
        self._last: dict[str, str] = {}
        self._pins: dict[str, list[Pin]] = {}
        unit = frame.theme.unit
        self._kinds = QTabBar()
        self._kinds.setAccessibleName("材料类别")
        self._kinds.setDrawBase(False)
        self._kinds.setExpanding(False)
        self._kinds.setUsesScrollButtons(False)
        self._files = QComboBox()
        self._files.setAccessibleName("同类文件")
        self._files.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._files.setMinimumWidth(12 * unit)
        self.view = DocumentView(frame.theme)
        bar = QFrame()
        bar.setObjectName("bar")
        top = row(self._kinds, self._files, spacing=unit)
        top.setContentsMargins(unit, 0, unit, 0)
        top.setStretch(1, 1)
        bar.setLayout(top)
        layout = column(bar, self.view)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._kinds.currentChanged.connect(lambda _: self._kind_turned())
        self._files.currentIndexChanged.connect(lambda _: self._file_turned())
        self.view.pin_requested.connect(lambda _: self.pin_wanted.emit())
        add_key(self, "Ctrl+]", "下一份文件", lambda: self._step(1), everywhere=True)
        add_key(self, "Ctrl+[", "上一份文件", lambda: self._step(-1), everywhere=True)

    def show_documents(self, candidate_id: str, documents: Sequence[PackedDocument]) -> None:
        """Show a candidate's documents, standing on the one read last."""
        order = {kind: place for place, kind in enumerate(FIRST)}
        self._documents = sorted(documents, key=lambda one: order[one.document.kind])
        self._shown = None
        self._kinds.blockSignals(True)
        while self._kinds.count():
            self._kinds.removeTab(0)
        for kind in FIRST:
            count = sum(one.document.kind is kind for one in self._documents)
            if count:
                place = self._kinds.addTab(kind.value if count == 1 else f"{kind.value}({count})")
                self._kinds.setTabData(place, kind.value)
        self._kinds.blockSignals(False)
        if not self._documents:
            self._files.hide()
            self.view.clear()
            return
        wanted = self._last.get(candidate_id, self._documents[0].document.document_id)
        self.open_document(wanted)

    def clear(self) -> None:
        """Show nothing, as for a recused candidate."""
        self.show_documents("", [])

    def to_pages(self) -> None:
        """Take the keyboard to the pages."""
        self.view.setFocus()

    def place(self) -> tuple[Document, int] | None:
        """The document and page in view, counted from 1."""
        if self._shown is None:
            return None
        return self._shown.document, self.view.page()

    def open_document(self, document_id: str, page: int = 0) -> bool:
        """Show a document, at a page if one is given."""
        found = next((one for one in self._documents if one.document.document_id == document_id), None)
        if found is None:
            return False
        self._show(found)
        if page:
            self.view.go_to(page)
        return True

    def open_evidence(self, evidence: Evidence) -> bool:
        """Show the page a piece of evidence points at."""
        return self.open_document(evidence.document_id, evidence.page)

    def set_evidence(self, evidence: Sequence[tuple[str, Evidence]]) -> None:
        """Pins for (indicator, evidence) of the whole sheet."""
        pins: dict[str, list[Pin]] = {}
        counts: dict[str, int] = {}
        for indicator, one in evidence:
            counts[indicator] = counts.get(indicator, 0) + 1
            number = counts[indicator]
            label = f"证 {indicator} {CIRCLED[number - 1] if number <= len(CIRCLED) else number}"
            pins.setdefault(one.document_id, []).append(Pin(one.page, label, indicator))
        self._pins = pins
        self._put_pins()

    def _put_pins(self) -> None:
        if self._shown is not None:
            self.view.set_pins(self._pins.get(self._shown.document.document_id, []))

    def _show(self, packed: PackedDocument) -> None:
        document = packed.document
        self._shown = packed
        self._last[document.candidate_id] = document.document_id
        for bar in (self._kinds, self._files):
            bar.blockSignals(True)
        for place in range(self._kinds.count()):
            if self._kinds.tabData(place) == document.kind.value:
                self._kinds.setCurrentIndex(place)
        same = [one.document for one in self._documents if one.document.kind is document.kind]
        self._files.clear()
        for one in same:
            self._files.addItem(one.name.rpartition("/")[2], one.document_id)
        self._files.setCurrentIndex(self._files.findData(document.document_id))
        self._files.setToolTip(document.name)
        self._files.setVisible(len(same) > 1)
        for bar in (self._kinds, self._files):
            bar.blockSignals(False)
        opener = partial(self._opener, packed)
        self.view.show_document(document.document_id, opener, document.media, document.name)
        self._put_pins()

    def _kind_turned(self) -> None:
        wanted = self._kinds.tabData(self._kinds.currentIndex())
        first = next((one for one in self._documents if one.document.kind.value == wanted), None)
        if first is not None:
            self._show(first)

    def _file_turned(self) -> None:
        self.open_document(str(self._files.currentData()))

    def _step(self, step: int) -> None:
        if self._shown is None:
            return
        place = self._documents.index(self._shown) + step
        if 0 <= place < len(self._documents):
            self._show(self._documents[place])
