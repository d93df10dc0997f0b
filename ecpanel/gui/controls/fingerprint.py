"""A fingerprint large and in groups, as it is compared by eye with the sign-in sheet."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

SCALES: Final = (1.45, 1.3, 1.15)
"""From large to smaller: four groups stand in a line as long as one of these fits."""


class Fingerprint(QWidget):
    """Eight groups of four: four in a line, two where even small ones have no room; the columns stand
    below one another."""

    def __init__(self, theme: Theme, fingerprint: str) -> None:
        super().__init__()
        self._theme, self.words = theme, fingerprint
        self._groups = fingerprint.split("-")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"签名指纹 {fingerprint}")
        theme.changed.connect(self.updateGeometry)

    def _cell(self, scale: float) -> QSize:
        metrics = QFontMetrics(self._theme.font(scale, bold=True))
        wide = max((metrics.horizontalAdvance(one) for one in self._groups), default=0)
        return QSize(wide + round(1.4 * self._theme.unit), metrics.height() + self._theme.unit // 2)

    def _layout(self, width: int) -> tuple[float, int]:
        """The scale of the letters and how many groups stand in a line."""
        for scale in SCALES:
            if 4 * self._cell(scale).width() - self._theme.unit <= width:
                return scale, 4
        return SCALES[0], 2

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the groups need."""
        scale, across = self._layout(width)
        return self._cell(scale).height() * -(-len(self._groups) // across)

    def sizeHint(self) -> QSize:
        """Four large ones in a line."""
        wide = 4 * self._cell(SCALES[0]).width()
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Two in a line."""
        cell = self._cell(SCALES[0])
        return QSize(2 * cell.width(), cell.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the groups."""
        scale, across = self._layout(self.width())
        cell = self._cell(scale)
        painter = QPainter(self)
        painter.setFont(self._theme.font(scale, bold=True))
        painter.setPen(self._theme.colour(Tone.PLAIN))
        for place, group in enumerate(self._groups):
            down, right = divmod(place, across)
            area = QRect(right * cell.width(), down * cell.height(), cell.width(), cell.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, group)
        painter.end()
