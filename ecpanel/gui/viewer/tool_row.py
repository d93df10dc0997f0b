"""The slim row above the pages: which page, how large, search and thumbnails; it gives way when it is narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIntValidator, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import icon_button, spoken_keys, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.layout import Fit

_GAPS: Final = 4
"""Stretches between the groups of the row, each with a spacing of its own."""
PERCENTAGES: Final = (50, 75, 100, 125, 150, 200, 300)


def tool(
    theme: Theme,
    icon: str,
    words: str,
    keys: str,
    clicked: Callable[[], object] | None,
    *,
    checkable: bool = False,
) -> QToolButton:
    """A button of the viewer. The key itself belongs to the view, so that it works wherever the focus is in
    it; here it only stands in the tooltip."""
    made = icon_button(theme, icon, words, clicked, checkable=checkable)
    made.setToolTip(f"{words}（{spoken_keys(keys)}）" if keys else words)
    return made


class PageField(QLineEdit):
    """The number of the page that is read; type another and press Enter to go there."""

    page_wanted = Signal(int)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._page = 1
        self._range = QIntValidator(1, 1, self)
        self.setValidator(self._range)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("页码")
        self.setToolTip("页码，输入后按回车跳转（Ctrl + G）")
        self.returnPressed.connect(lambda: self.page_wanted.emit(int(self.text())))

    def show_page(self, page: int, count: int) -> None:
        """Show where someone reads, of how many pages."""
        self._page = page
        self._range.setTop(max(1, count))
        self.setText(str(page))

    def sizeHint(self) -> QSize:
        """Wide enough for the last page."""
        digits = max(3, len(str(self._range.top())))
        width = self.fontMetrics().horizontalAdvance("8" * digits)
        return QSize(width + round(0.75 * self.fontMetrics().height()) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """As wide as it needs to be."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the number back and returns to the page; Enter stays a matter of this field."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(str(self._page))
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.hasAcceptableInput():
            self.setText(str(self._page))
            self.selectAll()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()


class ToolRow(QFrame):
    """Says what was asked for; does nothing itself."""

    thumbnails_wanted = Signal(bool)
    turn_wanted = Signal(int)
    page_wanted = Signal(int)
    fit_wanted = Signal(object)
    larger_wanted = Signal()
    smaller_wanted = Signal()
    percent_wanted = Signal(int)
    search_wanted = Signal()
    pin_wanted = Signal()
    page_left = Signal()

    def __init__(self, theme: Theme, *, pinning: bool) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme = theme
        self.strip = tool(theme, "panel-left", "缩略图", "F4", None, checkable=True)
        self.strip.toggled.connect(self.thumbnails_wanted)
        self.back = tool(theme, "chevron-left", "上一页", "PgUp", lambda: self.turn_wanted.emit(-1))
        self.on = tool(theme, "chevron-right", "下一页", "PgDown", lambda: self.turn_wanted.emit(1))
        self.page = PageField()
        self.page.page_wanted.connect(self.page_wanted)
        self.page.left.connect(self.page_left)
        self._of = text("", "", Tone.FAINT)
        self.width_fit = tool(
            theme,
            "move-horizontal",
            "适合宽度",
            "Ctrl+0",
            lambda: self.fit_wanted.emit(Fit.WIDTH),
            checkable=True,
        )
        self.page_fit = tool(
            theme, "maximize", "整页", "Ctrl+9", lambda: self.fit_wanted.emit(Fit.PAGE), checkable=True
        )
        self.smaller = tool(theme, "zoom-out", "缩小", "Ctrl+-", self.smaller_wanted.emit)
        self.larger = tool(theme, "zoom-in", "放大", "Ctrl++", self.larger_wanted.emit)
        self.percent = self._percent_button()
        self.pin = tool(theme, "pin", "把本页作为证据", "E", self.pin_wanted.emit)
        if not pinning:
            self.pin.hide()  # never shown before it has a parent: that would be a window of its own
        self.search = tool(theme, "search", "查找", "Ctrl+F", self.search_wanted.emit)
        self._count, self._pinning = -1, pinning
        theme.changed.connect(self._make_fit)
        layout = row(
            self.strip, None, self.back, self.page, self._of, self.on, None,
            self.width_fit, self.page_fit, self.smaller, self.percent, self.larger, None,
            self.pin, self.search, spacing=theme.unit // 4,
        )  # fmt: skip
        layout.setContentsMargins(theme.unit // 2, theme.unit // 4, theme.unit // 2, theme.unit // 4)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_page(0, 0)
        self.set_scale(Fit.WIDTH, 100)

    def _percent_button(self) -> QToolButton:
        made = QToolButton()
        made.setAccessibleName("缩放比例")
        made.setToolTip("缩放比例（Ctrl + 滚轮）")
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(made)
        for words, fit in (("适合宽度", Fit.WIDTH), ("整页", Fit.PAGE)):
            _entry(menu, words).triggered.connect(lambda _=False, fit=fit: self.fit_wanted.emit(fit))
        menu.addSeparator()
        for percent in PERCENTAGES:
            action = _entry(menu, f"{percent}%")
            action.triggered.connect(lambda _=False, percent=percent: self.percent_wanted.emit(percent))
        made.setMenu(menu)
        return made

    def minimumSizeHint(self) -> QSize:
        """Narrow places are borne: what does not fit is left out, see `resizeEvent`."""
        return QSize(0, super().sizeHint().height())

    def set_page(self, page: int, count: int) -> None:
        """Show where someone reads; 0 of 0 while there is nothing to read."""
        if self._count != count:
            self._count = count
            for control in self._controls():
                control.setEnabled(count > 0)
            self._of.setText(f"/ {count}" if count else "")
            self.page.show_page(max(1, page), count)
            self.page.updateGeometry()
            self._make_fit()
        self.page.show_page(max(1, page), count)
        if not count:
            self.page.clear()
        self.back.setEnabled(page > 1)
        self.on.setEnabled(page < count)

    def set_scale(self, fit: Fit, percent: int) -> None:
        """Show how large the page is."""
        self.width_fit.setChecked(fit is Fit.WIDTH)
        self.page_fit.setChecked(fit is Fit.PAGE)
        self.percent.setText(f"{percent}%")

    def _reserve(self) -> None:
        """Give the percentage the room of its widest, so that the row keeps still while one zooms."""
        words = self.percent.text()
        self.percent.setText("888%")
        self.percent.ensurePolished()
        self.percent.setMinimumWidth(self.percent.sizeHint().width())
        self.percent.setText(words)

    def _controls(self) -> list[QWidget]:
        return [
            self.page, self.width_fit, self.page_fit, self.smaller, self.percent, self.larger, self.pin,
            self.search,
        ]  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: other controls fit."""
        super().resizeEvent(event)
        self._make_fit()

    def _make_fit(self) -> None:
        """Leave out what the keys, the wheel or the menu of percentages also do, until the rest fits."""
        layout = self.layout()
        if layout is None:
            return
        self._reserve()
        margins = layout.contentsMargins()
        optional = self._optional()
        fixed = [self.back, self.page, self._of, self.on, self.search]
        parts = [*fixed, *(one for group in optional for one in group)]
        room = self.width() - margins.left() - margins.right() - _GAPS * layout.spacing()
        needed = sum(_width(one) + layout.spacing() for one in parts)
        for group in optional:
            fits = needed <= room
            for one in group:
                one.setVisible(fits)
                needed -= 0 if fits else _width(one) + layout.spacing()

    def _optional(self) -> list[list[QToolButton]]:
        pin = [self.pin] if self._pinning else []
        return [
            [self.width_fit, self.page_fit], [self.smaller, self.larger], [self.percent], [self.strip], pin,
        ]  # fmt: skip


def _width(control: QWidget) -> int:
    """What a control needs, shown or not."""
    control.ensurePolished()
    return max(control.sizeHint().width(), control.minimumWidth())


def _entry(menu: QMenu, words: str) -> QAction:
    action = QAction(words, menu)
    menu.addAction(action)
    return action
