"""签发前核对: the conditions as lines, each with a way to where it is cured."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.models.conditions import Condition
from ecpanel.gui.theme import Theme


class ConditionsList(QWidget):
    """`wanted` names the tab people want to go to."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Condition, ...] = ()
        self.jumps: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.unit)

    def show_conditions(self, conditions: Sequence[Condition]) -> None:
        """Show them as they are now."""
        if tuple(conditions) == self._shown:
            return
        self._shown = tuple(conditions)
        self.jumps = []
        while (item := self._column.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for one in conditions:
            self._column.addWidget(self._line(one))

    def _line(self, one: Condition) -> QWidget:
        theme = self._theme
        words = text(one.words, wrap=True)
        words.setAccessibleName(f"{one.mark.word}：{one.words}")
        icon = picture(theme, one.mark.icon, one.mark.tone)
        line = row(icon, words, spacing=theme.unit)
        line.setStretch(1, 1)
        line.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        if one.tab:
            jump = button(theme, f"去{one.tab}", lambda: self.wanted.emit(one.tab), quiet=True)
            self.jumps.append(jump)
            line.addWidget(jump, 0, Qt.AlignmentFlag.AlignTop)
        above = theme.unit // 2 if one.tab else 0
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        words.setContentsMargins(0, above, 0, 0)
        icon.setContentsMargins(0, above + theme.unit // 3, 0, 0)
        holder = QWidget()
        holder.setLayout(line)
        return holder
