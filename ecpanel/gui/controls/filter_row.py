"""Finding rows of a long table: a word to look for, and small buttons that show one kind of row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPushButton, QSizePolicy, QWidget

from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column
from ecpanel.gui.controls.text import button
from ecpanel.gui.keys import add_key
from ecpanel.gui.models.searching import plain
from ecpanel.gui.theme import Theme

TYPING: Final = 120
"""Milliseconds of rest before what is being typed is looked for."""


class FilterRow(QFrame):
    """`changed` tells that other rows are wanted: those that hold `words`, of the kind `kind`."""

    changed = Signal()

    def __init__(self, theme: Theme, hint: str, kinds: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TYPING)
        self._rest.timeout.connect(self.changed)
        self.search = _Search(theme, hint)
        self.search.textChanged.connect(self._rest.start)
        self._group = QButtonGroup(self)
        self._titles: dict[str, str] = {}
        self._chips: dict[str, QPushButton] = {}
        self._flow = Flow(self.search, spacing=theme.unit)
        holder = column(self._flow)
        holder.setContentsMargins(2 * theme.unit, theme.unit, 2 * theme.unit, theme.unit)
        self.setLayout(holder)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_kinds(kinds or {})
        add_key(self, "Ctrl+F", "查找", self.search.setFocus)

    def add(self, widget: QWidget) -> None:
        """Put something behind the buttons."""
        self._flow.addWidget(widget)

    def set_kinds(self, kinds: Mapping[str, str]) -> None:
        """Offer these kinds of row, by key and title; the first shows unless the one before is still there."""
        if kinds == self._titles:
            return
        before = self.kind
        for chip in self._chips.values():
            self._group.removeButton(chip)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._titles, self._chips = dict(kinds), {}
        for key, title in kinds.items():
            chip = button(self._theme, title)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.clicked.connect(self.changed)
            self._group.addButton(chip)
            self._chips[key] = chip
            self._flow.addWidget(chip)
        first = next(iter(self._chips.values()), None)
        chosen = self._chips.get(before, first)
        if chosen is not None:
            chosen.setChecked(True)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How many rows there are of each kind."""
        for key, chip in self._chips.items():
            chip.setText(f"{self._titles[key]} {counts[key]}" if key in counts else self._titles[key])

    @property
    def kind(self) -> str:
        """The key of the kind wanted; "" where there are none."""
        return next((key for key, chip in self._chips.items() if chip.isChecked()), "")

    @property
    def words(self) -> str:
        """What is looked for, without regard to case and spaces."""
        return plain(self.search.text())

    def chip(self, key: str) -> QPushButton:
        """The button of a kind."""
        return self._chips[key]

    def choose(self, key: str) -> None:
        """Show one kind of row, whatever was looked for."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        if key in self._chips:
            self._chips[key].setChecked(True)
        self.changed.emit()


class _Search(QLineEdit):
    """Takes the room the buttons leave in its line, and a line of its own where they leave too little."""

    def __init__(self, theme: Theme, hint: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(hint)
        self.setPlaceholderText(hint)
        self.setToolTip(f"{hint}（Ctrl + F）")
        self.setClearButtonEnabled(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for a name."""
        return QSize(20 * self._theme.unit, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a few characters."""
        return QSize(10 * self._theme.unit, super().minimumSizeHint().height())
