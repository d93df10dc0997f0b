"""A fingerprint large and in groups, as it is compared by eye with the sign-in sheet."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme


class Fingerprint(QWidget):
    """Eight groups of four: four in a line, two where there is less room; the columns stand below one
    another."""

    def __init__(self, theme: Theme, fingerprint: str) -> None:
        super().__init__()
        self._theme, self.words = theme, fingerprint
        self._groups = fingerprint.split("-")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"签名指纹 {fingerprint}")
        theme.changed.connect(self.updateGeometry)

    def _font(self) -> QFont:
        return self._theme.font(1.45, bold=True)

    def _cell(self) -> QSize:
        metrics = QFontMetrics(self._font())
        wide = max((metrics.horizontalAdvance(one) for one in self._groups), default=0)
        return QSize(wide + round(1.5 * self._theme.unit), metrics.height() + self._theme.unit // 2)

    def _across(self, width: int) -> int:
        return 4 if width >= 4 * self._cell().width() - self._theme.unit else 2

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the groups need."""
        across = self._across(width)
        return self._cell().height() * -(-len(self._groups) // across)

    def sizeHint(self) -> QSize:
        """Four in a line."""
        return QSize(4 * self._cell().width(), self.heightForWidth(4 * self._cell().width()))

    def minimumSizeHint(self) -> QSize:
        """Two in a line."""
        return QSize(2 * self._cell().width(), self._cell().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the groups."""
        painter = QPainter(self)
        painter.setFont(self._font())
        painter.setPen(self._theme.colour(Tone.PLAIN))
        cell, across = self._cell(), self._across(self.width())
        for place, group in enumerate(self._groups):
            area = QRect(
                place % across * cell.width(), place // across * cell.height(), cell.width(), cell.height()
            )
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, group)
        painter.end()
