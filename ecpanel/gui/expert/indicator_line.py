"""Lines of a score sheet: the head of a section, and an indicator that is not at hand, painted as one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ecpanel.domain.points import show_short
from ecpanel.domain.scheme import Indicator, Section
from ecpanel.domain.sheet import Score, State
from ecpanel.gui.controls.paragraph import draw_lines, lines_of
from ecpanel.gui.marks import ABSTAINED, LOCKED, NOT_APPLICABLE, SCORED, UNSCORED, Mark, Tone
from ecpanel.gui.theme import Theme

MARKS = {
    State.UNSCORED: UNSCORED,
    State.SCORED: SCORED,
    State.NOT_APPLICABLE: NOT_APPLICABLE,
    State.ABSTAINED: ABSTAINED,
}
_TOP, _RIGHT = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_WRAP = Qt.TextFlag.TextWordWrap
_FAR = 1 << 16
NAME_LINES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """What a line shows of its indicator."""

    score: Score
    is_settled: bool = False
    lacks_reason: bool = False
    is_refused: bool = False

    @property
    def mark(self) -> Mark:
        """The state, the lock for what is computed."""
        return LOCKED if self.is_settled else MARKS[self.score.state]

    @property
    def value(self) -> str:
        """The value, or the word of the state."""
        points = self.score.points
        return MARKS[self.score.state].word if points is None else show_short(points)

    @property
    def notice(self) -> str:
        """What is wrong with it, in a word."""
        return "未采纳" if self.is_refused else "缺理由" if self.lacks_reason else ""


class IndicatorLine(QAbstractButton):
    """Code, name, state, value and maximum; a click makes it the indicator at hand. The name takes a second
    line where it needs one."""

    def __init__(self, theme: Theme, leaf: Indicator) -> None:
        super().__init__()
        self._theme, self.leaf = theme, leaf
        self._cell = Cell(Score(leaf.code, State.UNSCORED))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # reached by keys through the card, not by Tab
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(f"{leaf.code} {leaf.name}（{leaf.kind.value}，满分 {show_short(leaf.points)}）")
        theme.changed.connect(self.updateGeometry)
        self.set_cell(self._cell)

    @property
    def cell(self) -> Cell:
        """What it shows."""
        return self._cell

    def set_cell(self, cell: Cell) -> None:
        """Show another cell of the indicator."""
        self._cell = cell
        value = f"{cell.value} 分" if cell.score.points is not None else cell.value
        pages = f"，证据 {len(cell.score.evidence)} 处" if cell.score.evidence else ""
        told = f"{self.leaf.code} {self.leaf.name}：{'统一计算 ' if cell.is_settled else ''}{value}"
        notice = f"，{cell.notice}" if cell.notice else ""
        self.setAccessibleName(f"{told}，满分 {show_short(self.leaf.points)}{pages}{notice}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(20 * self._theme.unit, self.heightForWidth(1 << 12))

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """One line of the name, or two."""
        unit = self._theme.unit
        return max(self._high(width), round(2.4 * unit)) + round(1.5 * unit)

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Where the name begins and ends, and where the value ends."""
        unit = self._theme.unit
        plain, bold = QFontMetrics(self._theme.font()), QFontMetrics(self._theme.font(bold=True))
        left = round(4.6 * unit) + plain.horizontalAdvance(self.leaf.code) + unit
        value_end = width - round(1.5 * unit) - plain.horizontalAdvance("/25") - round(0.8 * unit)
        right = value_end - max(bold.horizontalAdvance(self._cell.value), 3 * unit) - unit // 2
        if self._cell.score.evidence:
            small = QFontMetrics(self._theme.font(0.88))
            right -= small.horizontalAdvance("0" * len(str(len(self._cell.score.evidence)))) + 3 * unit
        return left, right, value_end

    def _name(self, width: int) -> list[str]:
        """The name in lines."""
        left, right, _ = self._columns(width)
        return lines_of(
            self.leaf.name, self._theme.font(), max(right - left, 4 * self._theme.unit), most=NAME_LINES
        )

    def _high(self, width: int) -> int:
        """How high name and notice are together."""
        high = len(self._name(width)) * QFontMetrics(self._theme.font()).lineSpacing()
        return high + (QFontMetrics(self._theme.font(0.88)).lineSpacing() if self._cell.notice else 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the line."""
        painter = QPainter(self)
        theme, unit, colours = self._theme, self._theme.unit, self._theme.colours
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect(), QColor(colours.accent_soft))
        painter.setPen(QColor(colours.line))
        painter.drawLine(QPointF(2 * unit, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        left, right, value_end = self._columns(self.width())
        top = (self.height() - self._high(self.width())) // 2
        plain, bold = theme.font(), theme.font(bold=True)
        metrics = QFontMetrics(plain)
        first = QRect(0, top, self.width(), metrics.lineSpacing())
        side = theme.icon_pixels()
        mark = self._cell.mark
        theme.icon(mark.icon, mark.tone).paint(
            painter, QRect(2 * unit, first.top() + (first.height() - side) // 2, side, side)
        )
        painter.setFont(plain)
        painter.setPen(theme.colour(Tone.FAINT))
        painter.drawText(first.adjusted(round(4.6 * unit), 0, 0, 0), int(_MIDDLE), self.leaf.code)
        ends = QRect(value_end, first.top(), self.width() - round(1.5 * unit) - value_end, first.height())
        painter.drawText(ends, int(_MIDDLE) | int(_RIGHT), f"/{show_short(self.leaf.points)}")
        self._draw_value(painter, QRect(0, first.top(), value_end, first.height()), plain, bold)
        painter.setFont(plain)
        painter.setPen(theme.colour(Tone.PLAIN))
        name = self._name(self.width())
        draw_lines(painter, name, left, top)
        if self._cell.score.evidence:
            self._draw_pages(painter, QRect(right, first.top(), 6 * unit, first.height()))
        if self._cell.notice:
            self._draw_notice(painter, left, top + len(name) * metrics.lineSpacing())
        painter.end()

    def _draw_value(self, painter: QPainter, area: QRect, plain: QFont, bold: QFont) -> None:
        cell = self._cell
        is_number = cell.score.points is not None
        painter.setFont(bold if is_number else plain)
        tone = cell.mark.tone if not is_number else Tone.FAINT if cell.is_settled else Tone.PLAIN
        painter.setPen(self._theme.colour(tone))
        painter.drawText(area, int(_MIDDLE) | int(_RIGHT), cell.value)

    def _draw_pages(self, painter: QPainter, area: QRect) -> None:
        unit = self._theme.unit
        side = round(1.8 * unit)
        top = area.top() + (area.height() - side) // 2
        self._theme.icon("pin", Tone.FAINT).paint(painter, QRect(area.left() + unit // 2, top, side, side))
        painter.setFont(self._theme.font(0.88))
        painter.setPen(self._theme.colour(Tone.FAINT))
        painter.drawText(
            area.adjusted(unit // 2 + side + unit // 4, 0, 0, 0),
            int(_MIDDLE),
            str(len(self._cell.score.evidence)),
        )

    def _draw_notice(self, painter: QPainter, left: int, top: int) -> None:
        unit, theme = self._theme.unit, self._theme
        tone = Tone.BAD if self._cell.is_refused else Tone.CAUTION
        small = theme.font(0.88)
        high = QFontMetrics(small).lineSpacing()
        side = round(1.7 * unit)
        icon = "circle-x" if self._cell.is_refused else "triangle-alert"
        theme.icon(icon, tone).paint(painter, QRect(left, top + (high - side) // 2, side, side))
        painter.setFont(small)
        painter.setPen(theme.colour(tone))
        painter.drawText(
            QRect(left + side + unit // 2, top, self.width(), high), int(_MIDDLE), self._cell.notice
        )


class SectionHead(QWidget):
    """A section: code, name, what it has so far of its maximum."""

    def __init__(self, theme: Theme, section: Section, *, inner: bool) -> None:
        super().__init__()
        self._theme, self.section, self._inner = theme, section, inner
        self._sum = ""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(f"{section.code} {section.name}")
        theme.changed.connect(self.updateGeometry)
        self.set_sum("")

    def set_sum(self, words: str) -> None:
        """Show the sum so far, or nothing but the maximum."""
        self._sum = words
        maximum = show_short(self.section.points)
        told = f"，已得 {words} 分" if words else ""
        self.setAccessibleName(f"{self.section.code} {self.section.name}，满分 {maximum}{told}")
        self.update()

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(20 * self._theme.unit, self.heightForWidth(1 << 12))

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the name needs."""
        unit = self._theme.unit
        return self._area(width).height() + round((1.4 if self._inner else 2.2) * unit)

    def _font(self) -> QFont:
        return self._theme.font(bold=not self._inner)

    def _area(self, width: int) -> QRect:
        unit = self._theme.unit
        right = QFontMetrics(self._theme.font(bold=True)).horizontalAdvance("100 / 100") + 2 * unit
        room = QRect(2 * unit, 0, max(width - 2 * unit - right, 6 * unit), _FAR)
        metrics = QFontMetrics(self._font())
        area = metrics.boundingRect(room, int(_TOP) | int(_WRAP), self._words())
        return QRect(room.left(), 0, room.width(), area.height())

    def _words(self) -> str:
        return f"{self.section.code}　{self.section.name}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the head."""
        painter = QPainter(self)
        theme, unit = self._theme, self._theme.unit
        painter.fillRect(self.rect(), QColor(theme.colours.sunken))
        painter.setPen(QColor(theme.colours.line))
        painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
        area = self._area(self.width())
        area.moveTop((self.height() - area.height()) // 2)
        painter.setFont(self._font())
        painter.setPen(theme.colour(Tone.FAINT if self._inner else Tone.PLAIN))
        painter.drawText(area, int(_TOP) | int(_WRAP), self._words())
        line = QRect(
            0, area.top(), self.width() - round(1.5 * unit), QFontMetrics(self._font()).lineSpacing()
        )
        maximum = show_short(self.section.points)
        painter.setFont(theme.font())
        painter.setPen(theme.colour(Tone.FAINT))
        tail = f" / {maximum}" if self._sum else f"{maximum} 分"
        painter.drawText(line, int(_MIDDLE) | int(_RIGHT), tail)
        if self._sum:
            line.setRight(line.right() - QFontMetrics(theme.font()).horizontalAdvance(tail))
            painter.setFont(theme.font(bold=not self._inner))
            painter.setPen(theme.colour(Tone.PLAIN))
            painter.drawText(line, int(_MIDDLE) | int(_RIGHT), self._sum)
        painter.end()
