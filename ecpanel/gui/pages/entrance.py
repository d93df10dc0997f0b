"""The plain page of an entrance: one card in the middle, a form in it, one thing to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import Scroll, card, column, row
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import Tone


class EntrancePage(Page):
    """A card with title, advice, contents and buttons; Enter is the primary one."""

    def __init__(
        self,
        frame: Frame,
        title: str,
        advice: str,
        contents: list[QWidget],
        act: str,
        acted: Callable[[], None],
        wide: int = 70,
    ) -> None:
        super().__init__()
        self.role = title
        self.frame = frame
        self.banner = Banner(frame.theme)
        self.primary: QPushButton = button(frame.theme, act, acted, primary=True)
        self.primary.setDefault(True)
        unit = frame.theme.unit
        back = button(frame.theme, "返回", frame.go_home, icon="arrow-left", quiet=True)
        self._advice = text(advice, "", Tone.FAINT, wrap=True)
        middle = card(
            frame.theme,
            text(title, "title"),
            self._advice,
            self.banner,
            *contents,
            row(back, None, self.primary, spacing=unit),
        )
        middle.setMaximumWidth(wide * unit)
        middle.setMinimumWidth(min(wide, 50) * unit)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(1, 8)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(2, 2)
        grid.addWidget(middle, 1, 1)
        self.setLayout(column(Scroll(holder)))
        self._acted = acted

    def set_advice(self, words: str) -> None:
        """Change the sentence under the title."""
        self._advice.setText(words)

    def enter_by(self, *fields: QWidget) -> None:
        """Enter in these fields does the primary thing."""
        for field in fields:
            signal = getattr(field, "returnPressed", None)
            if signal is not None:
                signal.connect(self._acted)
