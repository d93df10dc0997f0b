"""The pages a score rests on, as chips: a click opens the page, its cross takes it away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from ecpanel.domain.dossier import Document, DocumentKind
from ecpanel.domain.sheet import Evidence
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
NAME_ROOM: Final = 12
"""Chinese characters of a document's name a chip shows; the rest is in its tooltip."""


def numbered(place: int) -> str:
    """①, ② … from 0; (21) and on where there are no such signs."""
    return _CIRCLED[place] if place < len(_CIRCLED) else f"({place + 1})"


def names_of(documents: Iterable[Document]) -> dict[str, str]:
    """Short names of a candidate's documents by their id: the kind, with number and file where a kind has
    several."""
    everyone = list(documents)
    names: dict[str, str] = {}
    for kind in DocumentKind:
        same = [one for one in everyone if one.kind is kind]
        for number, one in enumerate(same, 1):
            file = one.name.rpartition("/")[2].rpartition(".")[0]
            names[one.document_id] = kind.value if len(same) == 1 else f"{kind.value}{number} {file}".strip()
    return names


class EvidenceRow(QWidget):
    """Chips in the order they were pinned, and the button that pins the page in view. `before` is the
    control before it in the order of the Tab key."""

    opened = Signal(object)
    removed = Signal(int)
    wanted = Signal()

    def __init__(self, theme: Theme, before: QWidget) -> None:
        super().__init__()
        self._theme, self._before = theme, before
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
        self._hint = text("", "small", Tone.FAINT, wrap=True)
        self._flow = Flow(self._label, self.add, spacing=theme.unit // 2)
        self.setLayout(column(self._flow, self._hint, spacing=theme.unit // 4))
        theme.changed.connect(self._fit)

    @property
    def chips(self) -> list[_Chip]:
        """The chips that show."""
        return [chip for chip in self._chips if not chip.isHidden()]

    def set_evidence(
        self,
        code: str,
        evidence: Sequence[Evidence],
        documents: Mapping[str, str],
        hint: str,
        *,
        settled: bool,
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
            before = self._chips[-2].cross if len(self._chips) > 1 else self._before
            for first, second in ((before, chip.page), (chip.page, chip.cross), (chip.cross, self.add)):
                QWidget.setTabOrder(first, second)
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < len(evidence))
            if place < len(evidence):
                one = evidence[place]
                chip.set_evidence(code, one, documents.get(one.document_id, ""), settled=settled)
        self.add.setVisible(not settled)
        self.add.setAccessibleName(f"{code} 引用当前页为证据")
        self._label.setVisible(bool(evidence) or not settled)
        self._hint.setText(f"参看：{hint}" if hint else "")
        self._hint.setVisible(bool(hint))
        self._fit()
        self._flow.invalidate()

    def _fit(self) -> None:
        """No chip is wider than the row."""
        for chip in self.chips:
            chip.fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Longer or shorter names."""
        super().resizeEvent(event)
        self._fit()


class _Chip(QFrame):
    """One page."""

    opened = Signal(object)
    removed = Signal(int)

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self.setObjectName("chip")
        self._theme, self._place = theme, place
        self._evidence: Evidence | None = None
        self._name = ""
        self.page = QToolButton()
        self.page.setMinimumWidth(1)  # narrow panes shorten the name instead
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page.setCursor(Qt.CursorShape.PointingHandCursor)
        self.page.clicked.connect(self._open)
        self.cross = icon_button(theme, "x", "移除证据", self._remove)
        self.setLayout(row(self.page, self.cross))

    def set_evidence(self, code: str, evidence: Evidence, document: str, *, settled: bool) -> None:
        """Show another page."""
        self._evidence = evidence
        self._name = name = document or "文件"
        sign = numbered(self._place)
        told = f"{name} 第{evidence.page}页" + (f"：{evidence.note}" if evidence.note else "")
        self.page.setToolTip(f"{told}（点击打开）")
        self.page.setAccessibleName(f"{code} 证据{sign} {told}")
        self.cross.setAccessibleName(f"{code} 移除证据{sign}")
        self.cross.setToolTip(f"移除{sign}（可撤销）")
        self.cross.setVisible(not settled)

    def fit(self, width: int) -> None:
        """Show as much of the name as there is room for in a row of a width."""
        if self._evidence is None:
            return
        metrics = QFontMetrics(self._theme.font())
        sign, page = numbered(self._place), f"第{self._evidence.page}页"
        rest = metrics.horizontalAdvance(f"{sign}  {page}") + round(7.5 * self._theme.unit)
        room = max(min(metrics.horizontalAdvance("汉" * NAME_ROOM), width - rest), 0)
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        words = f"{sign} {name} {page}"
        if words != self.page.text():
            self.page.setText(words)

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
