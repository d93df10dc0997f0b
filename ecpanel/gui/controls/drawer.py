"""A drawer below a table: one thing at a time, with its title and a way to put it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import icon_button
from ecpanel.gui.keys import add_key
from ecpanel.gui.theme import Theme


class Drawer(QFrame):
    """`turned` tells the name of what it shows, empty when it is put away."""

    turned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self._contents: dict[str, tuple[str, QWidget]] = {}
        self._title = Elided("", "head")
        self._stack = QStackedWidget()
        away = icon_button(theme, "x", "收起", self.put_away)
        head = row(self._title, away, spacing=theme.unit)
        head.setStretch(0, 1)
        head.setContentsMargins(2 * theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        layout = column(head, self._stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        add_key(self, "Esc", "收起下方的面板", self.put_away)
        self.hide()

    def add(self, name: str, title: str, contents: QWidget) -> None:
        """Something the drawer can show."""
        self._contents[name] = (title, contents)
        self._stack.addWidget(contents)

    @property
    def shown(self) -> str:
        """The name of what shows; empty while it is put away."""
        if self.isHidden():
            return ""
        current = self._stack.currentWidget()
        return next((name for name, (_, one) in self._contents.items() if one is current), "")

    def set_title(self, name: str, title: str) -> None:
        """Change a title."""
        self._contents[name] = (title, self._contents[name][1])
        if self.shown == name:
            self._title.set_words(title)

    def open(self, name: str) -> None:
        """Show something."""
        title, contents = self._contents[name]
        self._title.set_words(title)
        self._stack.setCurrentWidget(contents)
        self.show()
        self.turned.emit(name)

    def turn(self, name: str) -> None:
        """Show something, or put it away if it shows."""
        if self.shown == name:
            self.put_away()
        else:
            self.open(name)

    def put_away(self) -> None:
        """Show nothing."""
        self.hide()
        self.turned.emit("")
