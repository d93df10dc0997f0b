"""A row of tools: icons with words where there is room, icons alone where there is not."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import relabel
from ecpanel.gui.theme import Theme


class Tools(QWidget):
    """Stands at the right of its room; its tools are buttons with icons."""

    def __init__(self, theme: Theme, *tools: QAbstractButton) -> None:
        super().__init__()
        self._theme, self._tools = theme, tools
        self._words: dict[QAbstractButton, str] = {
            one: one.text() for one in tools if isinstance(one, QPushButton) and one.text()
        }
        for one, words in self._words.items():
            one.setAccessibleName(one.accessibleName() or words)
            one.setToolTip(one.toolTip() or words)
        self._folded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayout(row(None, *tools, spacing=theme.unit // 2))
        theme.changed.connect(self.updateGeometry)

    def _wide(self) -> int:
        """The room for all tools with their words."""
        shown, unit = self._shown(), self._theme.unit
        wide = sum(one.sizeHint().width() for one in shown) + (len(shown) - 1) * (unit // 2)
        if self._folded:
            wide += sum(
                self.fontMetrics().horizontalAdvance(self._words[one]) + unit
                for one in shown
                if one in self._words
            )
        return wide

    def _shown(self) -> list[QAbstractButton]:
        return [one for one in self._tools if not one.isHidden()]

    def sizeHint(self) -> QSize:
        """With all words."""
        return QSize(self._wide(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Icons alone."""
        least = len(self._shown()) * round(4.5 * self._theme.unit)
        return QSize(min(least, self._wide()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        folded = self.width() < self._wide()
        if folded != self._folded:
            self._folded = folded
            for one, words in self._words.items():
                relabel(one, "" if folded else words)
                self._theme.refresh(one)
