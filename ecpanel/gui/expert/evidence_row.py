"""The pages a score rests on, as chips: a click opens the page, its cross takes it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from ecpanel.domain.sheet import Evidence
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
NAME_ROOM: Final = 12
"""Chinese characters of a document's name a chip shows; the rest is in its tooltip."""


def numbered(place: int) -> str:
    """①, ② … from 0; (21) and on where there are no such signs."""
    return _CIRCLED[place] if place < len(_CIRCLED) else f"({place + 1})"


class EvidenceRow(QWidget):
    """Chips in the order they were pinned, and the button that pins the page in view."""

    opened = Signal(object)
    removed = Signal(int)
    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chips: list[_Chip] = []
        self._label = text("证据", "", Tone.FAINT)
        self.add = button(
            theme,
            "引用当前页",
            self.wanted.emit,
            icon="pin",
            quiet=True,
            hint="把中间正在看的这一页引为证据（E；正在输入文字时用 Ctrl + E）",
        )
        self._flow = Flow(self._label, self.add, spacing=theme.unit // 2)
        self.setLayout(self._flow)

    @property
    def chips(self) -> list[_Chip]:
        """The chips that show."""
        return [chip for chip in self._chips if not chip.isHidden()]

    def set_evidence(
        self, code: str, evidence: Sequence[Evidence], documents: Mapping[str, str], *, settled: bool
    ) -> None:
        """Show the pages of an indicator; settled ones can only be opened."""
        while len(self._chips) < len(evidence):
            chip = _Chip(self._theme, len(self._chips))
            chip.opened.connect(self.opened)
            chip.removed.connect(self.removed)
            self._chips.append(chip)
            self._flow.takeAt(self._flow.count() - 1)
            self._flow.addWidget(chip)
            self._flow.addWidget(self.add)
            QWidget.setTabOrder(chip.cross, self.add)
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < len(evidence))
            if place < len(evidence):
                one = evidence[place]
                chip.set_evidence(code, one, documents.get(one.document_id, ""), settled=settled)
        self.add.setVisible(not settled)
        self.add.setAccessibleName(f"{code} 引用当前页为证据")
        self._label.setVisible(bool(evidence) or not settled)
        self._flow.invalidate()


class _Chip(QFrame):
    """One page."""

    opened = Signal(object)
    removed = Signal(int)

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self.setObjectName("chip")
        self._theme, self._place = theme, place
        self._evidence: Evidence | None = None
        self.page = QToolButton()
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page.setCursor(Qt.CursorShape.PointingHandCursor)
        self.page.clicked.connect(self._open)
        self.cross = icon_button(theme, "x", "移除证据", self._remove)
        self.setLayout(row(self.page, self.cross))

    def set_evidence(self, code: str, evidence: Evidence, document: str, *, settled: bool) -> None:
        """Show another page."""
        self._evidence = evidence
        metrics = QFontMetrics(self._theme.font())
        name = document or "文件"
        short = metrics.elidedText(
            name, Qt.TextElideMode.ElideMiddle, metrics.horizontalAdvance("汉" * NAME_ROOM)
        )
        sign = numbered(self._place)
        self.page.setText(f"{sign} {short} 第{evidence.page}页")
        told = f"{name} 第{evidence.page}页" + (f"：{evidence.note}" if evidence.note else "")
        self.page.setToolTip(f"{told}（点击打开）")
        self.page.setAccessibleName(f"{code} 证据{sign} {told}")
        self.cross.setAccessibleName(f"{code} 移除证据{sign}")
        self.cross.setToolTip(f"移除{sign}（可撤销）")
        self.cross.setVisible(not settled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the page away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.cross.isHidden():
            self._remove()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self._evidence is not None:
            self.opened.emit(self._evidence)

    def _remove(self) -> None:
        self.removed.emit(self._place)
