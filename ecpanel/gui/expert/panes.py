"""Three panes side by side: each folds away, the widths are remembered for every text size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QToolButton, QWidget

from ecpanel.gui.controls.panel import column
from ecpanel.gui.controls.text import icon_button, spoken_keys
from ecpanel.gui.frame import Frame
from ecpanel.gui.theme import Theme

REST: Final = 800
"""Milliseconds after the last move of an edge until the widths are written down."""
FOLDED: Final = "expert-folded"
PAGES: Final = 300
"""Logical pixels that the pages keep at any text size."""


def least_list(size: int) -> int:
    """The narrowest list at a text size in points."""
    return 60 + 8 * size


def least_sheet(size: int) -> int:
    """The narrowest score sheet at a text size in points."""
    return 240 + 10 * size


class _Holder(QWidget):
    """A pane that is never narrower than it says."""

    def __init__(self, inside: QWidget, least: Callable[[], int]) -> None:
        super().__init__()
        self._least = least
        self.setLayout(column(inside))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the pane may be, whatever its contents wish."""
        return QSize(self._least(), 0)


class Panes(QSplitter):
    """A list, pages and a sheet. The list gives way by itself where there is no room for three."""

    def __init__(self, frame: Frame, listed: QWidget, pages: QWidget, sheet: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._frame, self._pages_pane = frame, pages
        theme = frame.theme
        self._list = _Holder(listed, lambda: least_list(theme.size))
        self._pages = _Holder(pages, lambda: PAGES)
        self._sheet = _Holder(sheet, lambda: least_sheet(theme.size))
        for pane in (self._list, self._pages, self._sheet):
            self.addWidget(pane)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(1, 1)
        folded = frame.preferences.widths.get(FOLDED, [])
        self._folded = [bool(one) for one in folded] if len(folded) == 2 else [False, False]
        self._barred, self._size = False, 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._keep)
        self.splitterMoved.connect(lambda *_: self._rest.start())
        theme.changed.connect(self._resized)
        self._list_button = _folder(theme, "panel-left", "Ctrl+1", lambda: self.fold(0))
        self._sheet_button = _folder(theme, "panel-right", "Ctrl+3", lambda: self.fold(1))

    @property
    def folders(self) -> tuple[QToolButton, QToolButton]:
        """Buttons that fold the list and the sheet."""
        return self._list_button, self._sheet_button

    def fold(self, side: int) -> None:
        """Fold the list (0) or the sheet (1) away, or bring it back."""
        self._folded[side] = not self._folded[side]
        folded = [int(one) for one in self._folded]
        preferences = self._frame.preferences
        widths = {**preferences.widths, FOLDED: folded}
        self._frame.set_preferences(replace(preferences, widths=widths))
        self._arrange()

    def unfold(self, side: int) -> None:
        """Bring a pane back that is needed now."""
        if self._folded[side]:
            self.fold(side)

    def bar_sheet(self, *, barred: bool) -> None:
        """Show no sheet at all, as for a recused candidate."""
        if barred != self._barred:
            self._barred = barred
            self._arrange()

    def _room(self) -> bool:
        """Whether there is room for three."""
        size = self._frame.theme.size
        return self.width() >= least_list(size) + PAGES + least_sheet(size) + 2 * self.handleWidth()

    def _arrange(self) -> None:
        focus = QApplication.focusWidget()
        shown = (not self._folded[0] and self._room(), not self._folded[1] and not self._barred)
        for pane, show in zip((self._list, self._sheet), shown, strict=True):
            if pane.isHidden() == show:
                leaves = not show and focus is not None and pane.isAncestorOf(focus)
                pane.setVisible(show)
                if leaves:
                    self._pages_pane.setFocus()
        for button, folded, name in zip(self.folders, self._folded, ("企业列表", "评分表"), strict=True):
            words = f"{'展开' if folded else '收起'}{name}"
            button.setAccessibleName(words)
            button.setToolTip(f"{words}（{spoken_keys(button.shortcut().toString())}）")
            button.setChecked(folded)

    def _resized(self) -> None:
        """Another text size has its own widths."""
        if self._frame.theme.size != self._size and self.width() > 0:
            self._size = self._frame.theme.size
            for pane in (self._list, self._pages, self._sheet):
                pane.updateGeometry()
            self._spread()
        self._arrange()

    def _name(self) -> str:
        return f"expert-{self._size}"

    def _spread(self) -> None:
        """Give the panes the widths they had, or good ones."""
        kept, size, whole = self._frame.preferences.widths.get(self._name(), []), self._size, self.width()
        if len(kept) != 2:
            kept = [
                max(round(0.165 * whole), least_list(size) + 5 * size),
                max(round(0.33 * whole), least_sheet(size) + 5 * size),
            ]
        left = max(kept[0], least_list(size))
        right = max(min(kept[1], whole - PAGES - left), least_sheet(size))
        self.setSizes([left, max(whole - left - right, PAGES), right])

    def _keep(self) -> None:
        left, _, right = self.sizes()
        before = self._frame.preferences.widths.get(self._name(), [left, right])
        if len(before) == 2:  # a pane that is folded keeps the width it had
            left, right = left or before[0], right or before[1]
        if left and right:
            self._frame.keep_widths(self._name(), [left, right])

    def flush(self) -> None:
        """Write down widths that are still to be written."""
        if self._rest.isActive():
            self._rest.stop()
            self._keep()

    def minimumSizeHint(self) -> QSize:
        """The list may be folded, so pages and sheet alone decide."""
        return QSize(PAGES + least_sheet(self._frame.theme.size) + 2, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the list where there is no room for three, and back."""
        super().resizeEvent(event)
        self._resized()


def _folder(theme: Theme, icon: str, keys: str, clicked: Callable[[], object]) -> QToolButton:
    return icon_button(theme, icon, "", clicked, shortcut=keys, checkable=True)
