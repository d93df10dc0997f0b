"""The scrolling part of a score sheet: sections, lines, the card in the place of its line, the opinion below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ecpanel.domain.scheme import Scheme, Section
from ecpanel.gui.controls.panel import Scroll
from ecpanel.gui.expert.indicator_card import IndicatorCard
from ecpanel.gui.expert.indicator_line import IndicatorLine, SectionHead
from ecpanel.gui.expert.opinion_panel import OpinionPanel
from ecpanel.gui.expert.score_fields import ValueField, WritingField
from ecpanel.gui.theme import Theme


class SheetBody(Scroll):
    """All widgets are made once; another candidate only fills them. `chosen` names a line clicked."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, scheme: Scheme) -> None:
        self._inside = QWidget()
        super().__init__(self._inside)
        self._inside.setObjectName("sheet")
        self._theme = theme
        self.card = IndicatorCard(theme, scheme.remarks)
        self.opinion = OpinionPanel(theme, scheme.remarks)
        self.lines: dict[str, IndicatorLine] = {}
        self.heads: list[SectionHead] = []
        self._hidden: IndicatorLine | None = None
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for section in scheme.sections:
            self._add(section, inner=False)
        for part in (self.card, self.opinion):
            self._column.addWidget(part)
        self._column.addStretch(1)
        theme.changed.connect(self.centre_soon)
        self.card.value.entered.connect(self._show_focus_soon)
        for field in (self.card.remark, *self.opinion.fields.values()):
            field.entered.connect(self._show_focus_soon)

    def _add(self, section: Section, *, inner: bool) -> None:
        head = SectionHead(self._theme, section, inner=inner)
        self.heads.append(head)
        self._column.addWidget(head)
        for child in section.children:
            if isinstance(child, Section):
                self._add(child, inner=True)
                continue
            line = IndicatorLine(self._theme, child)
            line.clicked.connect(lambda _=False, code=child.code: self.chosen.emit(code))
            self.lines[child.code] = line
            self._column.addWidget(line)

    def open(self, code: str) -> None:
        """Put the card in the place of an indicator's line."""
        line = self.lines[code]
        if self._hidden is not line:
            if self._hidden is not None:
                self._hidden.show()
            line.hide()
            self._hidden = line
            self._column.removeWidget(self.card)
            self._column.insertWidget(self._column.indexOf(line) + 1, self.card)

    def centre(self) -> None:
        """Bring the card to the middle of the pane, at once and again when everything has its size."""
        QApplication.sendPostedEvents(self._inside, QEvent.Type.LayoutRequest.value)
        self._column.activate()
        self._put_middle()
        self.centre_soon()

    def centre_soon(self) -> None:
        """Bring the card to the middle after what happens now."""
        QTimer.singleShot(0, self, self._put_middle)

    def _show_focus_soon(self) -> None:
        QTimer.singleShot(0, self, self._show_focus)

    def _put_middle(self) -> None:
        if not self.opinion.has_focus():
            room = self.viewport().height() - self.card.height()
            self.verticalScrollBar().setValue(self.card.y() - max(room // 2, 0))
        self._show_focus()

    def _show_focus(self) -> None:
        """A card higher than the pane shows at least the field that has the focus."""
        focus = QApplication.focusWidget()
        if not isinstance(focus, ValueField | WritingField) or not self._inside.isAncestorOf(focus):
            return
        margin, bar = self._theme.unit, self.verticalScrollBar()
        top = focus.mapTo(self._inside, QPoint(0, 0)).y() - margin
        low = top + focus.height() + 2 * margin - self.viewport().height()
        bar.setValue(min(max(bar.value(), low), top))

    def show_opinion(self) -> None:
        """Begin to write the opinion."""
        self.opinion.focus_first()
        QApplication.sendPostedEvents(self._inside, QEvent.Type.LayoutRequest.value)
        self.verticalScrollBar().setValue(self.opinion.y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle."""
        super().resizeEvent(event)
        self.centre_soon()
