"""A choice from very many: what is typed is found anywhere in the words, and only a real choice counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, QStringListModel, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy

from ecpanel.gui.models.searching import holds, plain
from ecpanel.gui.theme import Theme


class SearchBox(QComboBox):
    """`key` is the key of what is chosen, "" while the words mean nothing or several things."""

    def __init__(self, theme: Theme, name: str, wide: int) -> None:
        super().__init__()
        self._theme, self._wide = theme, wide
        self._keys: dict[str, str] = {}
        self._items: list[tuple[str, str]] = []
        self.setAccessibleName(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        self._found = QStringListModel(self)
        completer = QCompleter(self._found, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(14)
        self.setCompleter(completer)
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(name)
        line.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """As wide as it was made."""
        return QSize(self._wide * self._theme.unit, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for a few characters."""
        return QSize(12 * self._theme.unit, super().minimumSizeHint().height())

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Offer these, by key and words; what is chosen stays if it is still there."""
        if list(items) == self._items:
            return
        before = self.key
        self._items = list(items)
        self._keys = {words: key for key, words in items}
        words = [told for _, told in items]
        self.clear()
        self.addItems(words)
        self._found.setStringList(words)
        self.choose(before)

    def choose(self, key: str) -> None:
        """Choose one; "" for none."""
        place = next((n for n, (one, _) in enumerate(self._items) if one == key), -1)
        self.setCurrentIndex(place)
        if place < 0:
            self.clearEditText()

    @property
    def key(self) -> str:
        """What is chosen, or the only one that holds what was typed."""
        typed = self.currentText()
        if typed in self._keys:
            return self._keys[typed]
        words = plain(typed)
        meant = [key for key, told in self._items if words and holds(words, told)]
        return meant[0] if len(meant) == 1 else ""
