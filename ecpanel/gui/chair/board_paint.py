"""How the board is drawn: signs of the states, totals with their side and shade, heads across and down."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ecpanel.domain.points import show_points
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.board import HEAD_ROLE, STATE_ROLE, Cell, Head
from ecpanel.gui.theme import Colours, Theme
from ecpanel.services.board import BoardState

SMALL: Final = 0.88
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
STATE_TONES: Final = {
    BoardState.SUBMITTED: Tone.GOOD,
    BoardState.PARTIAL: Tone.CAUTION,
    BoardState.MISSING: Tone.FAINT,
    BoardState.RECUSED: Tone.APART,
    BoardState.VOIDED: Tone.FAINT,
}


class Signs:
    """The signs of the states, drawn once for every size and theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._drawn: dict[BoardState, QPixmap] = {}
        theme.changed.connect(self._drawn.clear)

    def sign(self, state: BoardState) -> QPixmap:
        """● 已交, ◐ 不全, ○ 缺, ⊘ 回避, × 作废."""
        if state not in self._drawn:
            self._drawn[state] = self._draw(state)
        return self._drawn[state]

    def side(self) -> int:
        """The side of a sign in pixels."""
        return round(1.7 * self._theme.unit)

    def _draw(self, state: BoardState) -> QPixmap:
        application = QGuiApplication.instance()
        ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
        side = self.side()
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        colour = self._theme.colour(STATE_TONES[state])
        stroke = max(side / 9, 1.2)
        ring = QRectF(0, 0, side, side).adjusted(stroke, stroke, -stroke, -stroke)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, stroke))
        if state is BoardState.SUBMITTED:
            painter.setBrush(colour)
        if state is BoardState.VOIDED:
            inner = ring.adjusted(stroke, stroke, -stroke, -stroke)
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        else:
            painter.drawEllipse(ring)
        if state is BoardState.PARTIAL:
            half = QPainterPath()
            half.moveTo(ring.center())
            half.arcTo(ring, 90, 180)
            painter.fillPath(half, colour)
        if state is BoardState.RECUSED:
            reach = ring.width() / 2 * 0.7
            middle = ring.center()
            painter.drawLine(middle + QPointF(-reach, reach), middle + QPointF(reach, -reach))
        painter.end()
        return pixmap


class BoardDelegate(QStyledItemDelegate):
    """Draws a cell: its sign, or the total with its side, its shade and the corner of a question."""

    def __init__(self, theme: Theme, signs: Signs, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme, self._signs = theme, signs

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Background, hairline, contents, and a frame where the focus is."""
        view: Any = option
        cell = index.data(STATE_ROLE)
        area: QRect = view.rect
        chosen = bool(view.state & QStyle.StateFlag.State_Selected)
        colours = self._theme.colours
        painter.save()
        painter.fillRect(area, QColor(_ground(cell, colours) if isinstance(cell, Cell) else colours.paper))
        painter.setPen(QColor(colours.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if isinstance(cell, Cell):
            self._cell(painter, area, cell)
        else:
            painter.setFont(self._theme.font(SMALL))
            painter.setPen(self._theme.colour(Tone.FAINT))
            painter.drawText(area.adjusted(0, 0, -self._theme.unit, 0), _RIGHT, str(index.data() or ""))
        if chosen:
            painter.setPen(QPen(self._theme.colour(Tone.ACCENT), 2))
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        painter.restore()

    def _cell(self, painter: QPainter, area: QRect, cell: Cell) -> None:
        if cell.hidden:
            side = self._signs.side()
            icon = self._theme.icon("eye-off", Tone.FAINT)
            icon.paint(painter, QRect(_centred(area, side), QSize(side, side)))
            return
        if cell.total is None:
            painter.drawPixmap(_centred(area, self._signs.side()), self._signs.sign(cell.state))
            return
        unit = self._theme.unit
        tone = {"red": Tone.BAD, "yellow": Tone.CAUTION}.get(cell.weight, Tone.PLAIN)
        painter.setFont(self._theme.font(bold=cell.weight == "red"))
        painter.setPen(self._theme.colour(tone))
        painter.drawText(area.adjusted(0, 0, -unit, 0), _RIGHT, show_points(cell.total))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if cell.side:
            self._arrow(painter, area, cell.side, tone)
        if cell.weight:
            self._corner(painter, area, tone, filled=cell.weight == "red")

    def _arrow(self, painter: QPainter, area: QRect, side: int, tone: Tone) -> None:
        unit = self._theme.unit
        wide, high = 0.9 * unit, 0.8 * unit
        left, middle = area.left() + 0.5 * unit, area.center().y() + 0.5
        tip, foot = (middle - high / 2, middle + high / 2)[:: 1 if side > 0 else -1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(Tone.FAINT if tone is Tone.PLAIN else tone))
        painter.drawPolygon(
            QPolygonF([QPointF(left, foot), QPointF(left + wide, foot), QPointF(left + wide / 2, tip)])
        )

    def _corner(self, painter: QPainter, area: QRect, tone: Tone, *, filled: bool) -> None:
        reach = 0.9 * self._theme.unit
        corner = QPointF(area.right() + 1, area.top())
        colour = self._theme.colour(tone)
        painter.setPen(Qt.PenStyle.NoPen if filled else QPen(colour, 1))
        painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF([corner, corner - QPointF(reach, 0), corner + QPointF(0, reach)]))


def _centred(area: QRect, side: int) -> QPoint:
    return QPoint(area.left() + (area.width() - side) // 2, area.top() + (area.height() - side) // 2)


def _ground(cell: Cell, colours: Colours) -> str:
    """The shade of a cell: what must be explained, above the others, below them."""
    if cell.weight == "red":
        return colours.bad_soft
    if cell.side > 0:
        return colours.accent_soft
    return colours.caution_soft if cell.side < 0 else colours.paper


class ExpertHeads(QHeaderView):
    """Heads across: an expert's number, as much of the name as there is room for, how many sheets are in."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self.dense = theme, False
        self.setSectionsClickable(True)
        self.setSortIndicatorClearable(True)
        self.setSortIndicatorShown(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def sizeHint(self) -> QSize:
        """Three lines high, two where it is dense."""
        small, plain = QFontMetrics(self._theme.font(SMALL)), QFontMetrics(self._theme.font(bold=True))
        return QSize(
            super().sizeHint().width(),
            plain.height() + (1 if self.dense else 2) * small.height() + self._theme.unit,
        )

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        """Draw one head."""
        theme, unit = self._theme, self._theme.unit
        painter.save()
        painter.fillRect(area, QColor(theme.colours.paper))
        painter.setPen(QColor(theme.colours.strong_line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(unit // 4, unit // 2, -unit // 4, -unit // 2)
        head = self.model().headerData(section, Qt.Orientation.Horizontal, HEAD_ROLE)
        if isinstance(head, Head):
            self._expert(painter, inner, head)
        else:
            painter.setFont(theme.font(SMALL))
            painter.setPen(theme.colour(Tone.FAINT))
            words = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
            painter.drawText(
                inner.adjusted(0, 0, -unit // 2, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
                words,
            )
        if self.sortIndicatorSection() == section:
            self._sorted(painter, area)
        painter.restore()

    def _expert(self, painter: QPainter, inner: QRect, head: Head) -> None:
        theme = self._theme
        gone, away = head.expert.state is BoardState.VOIDED, head.expert.state is BoardState.MISSING
        count = "作废" if gone else "未交" if away else f"{head.done}/{head.owed}"
        tone = Tone.FAINT if gone else Tone.CAUTION if away else Tone.FAINT
        top = inner.top()
        lines = (
            (head.expert.expert_id, theme.font(bold=True), Tone.FAINT if gone else Tone.PLAIN),
            (head.expert.name, theme.font(SMALL), Tone.FAINT if gone else Tone.PLAIN),
            (count, theme.font(SMALL), tone),
        )
        for words, font, ink in lines[: 2 if self.dense else 3]:
            if gone and words == head.expert.name:
                font.setStrikeOut(True)
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(theme.colour(ink))
            line = QRect(inner.left(), top, inner.width(), metrics.height())
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
            top += metrics.height()

    def _sorted(self, painter: QPainter, area: QRect) -> None:
        unit = self._theme.unit
        up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        middle, foot = area.center().x() + 0.5, area.bottom() - (1 if up else 0.6 * unit)
        tip = foot - 0.6 * unit if up else area.bottom() - 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(Tone.ACCENT))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(middle - 0.6 * unit, foot), QPointF(middle + 0.6 * unit, foot), QPointF(middle, tip)]
            )
        )


class CandidateHeads(QHeaderView):
    """Heads down: the candidates' names, cut with an ellipsis where they are too long."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme = theme
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:
        """Draw one name."""
        theme, unit = self._theme, self._theme.unit
        table = self.parent()
        chosen = isinstance(table, QTableView) and table.currentIndex().row() == section
        painter.save()
        painter.fillRect(area, QColor(theme.colours.accent_soft if chosen else theme.colours.paper))
        painter.setPen(QColor(theme.colours.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(theme.colours.strong_line))
        painter.drawLine(area.topRight(), area.bottomRight())
        inner = area.adjusted(unit, 0, -unit, 0)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(Tone.ACCENT if chosen else Tone.PLAIN))
        words = str(self.model().headerData(section, Qt.Orientation.Vertical) or "")
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _LEFT, shown)
        painter.restore()
