"""The expert's own distribution of totals, seen before signing: bars on a scale of 100."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecpanel.domain.points import HUNDRED, Points
from ecpanel.gui.theme import Theme

WIDTH = 5
"""Points of a bar."""


def bars(totals: Sequence[Points]) -> list[tuple[str, int]]:
    """Counts in steps of five points from the lowest total to 100."""
    if not totals:
        return []
    lowest = min(totals) // (WIDTH * HUNDRED) * WIDTH
    counts = []
    for start in range(min(lowest, 100 - WIDTH), 100, WIDTH):
        last = start + WIDTH == 100
        inside = [
            one
            for one in totals
            if start * HUNDRED <= one and (one < (start + WIDTH) * HUNDRED or (last and one <= 100 * HUNDRED))
        ]
        counts.append((f"{start}–{start + WIDTH}", len(inside)))
    return counts


class Distribution(QWidget):
    """Bars with their counts written above and the range below; an accessible sentence says the same."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)

    def set_totals(self, totals: Sequence[Points]) -> None:
        """Show other totals."""
        self._bars = bars(totals)
        told = "，".join(f"{label}分 {count} 家" for label, count in self._bars if count)
        self.setAccessibleName(f"我的得分分布：{told or '还没有评完的企业'}")
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(30 * self._theme.unit, 18 * self._theme.unit)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the bars."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(0.8))
        colours, unit = self._theme.colours, self._theme.unit
        line = painter.fontMetrics().height()
        if not self._bars:
            painter.setPen(QColor(colours.faint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "评完的企业会显示在这里")
            return
        most = max(count for _, count in self._bars) or 1
        width = self.width() / len(self._bars)
        room = self.height() - 2 * line - unit
        narrow = painter.fontMetrics().horizontalAdvance("00–100") > width
        for place, (label, count) in enumerate(self._bars):
            left = place * width
            high = room * count / most
            top = line + room - high
            painter.fillRect(QRectF(left + unit / 2, top, width - unit, high), QColor(colours.accent))
            painter.setPen(QColor(colours.text))
            if count:
                area = QRectF(left, top - line, width, line)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(count))
            painter.setPen(QColor(colours.faint))
            below = QRectF(left, line + room + unit / 2, width, line)
            painter.drawText(
                below, Qt.AlignmentFlag.AlignCenter, label.partition("–")[0] if narrow else label
            )
        painter.setPen(QColor(colours.strong_line))
        painter.drawLine(0, int(line + room), self.width(), int(line + room))
