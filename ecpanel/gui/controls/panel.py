"""Where things stand on a page: its header with the one primary action, cards, empty states, scrolling."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.text import button, picture, relabel, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme


def column(*parts: QWidget | QLayout | None, spacing: int = 0, margin: int = 0) -> QVBoxLayout:
    """Parts below one another; None is a stretch."""
    layout = QVBoxLayout()
    _fill(layout, parts, spacing, margin)
    return layout


def row(*parts: QWidget | QLayout | None, spacing: int = 0, margin: int = 0) -> QHBoxLayout:
    """Parts beside one another; None is a stretch."""
    layout = QHBoxLayout()
    _fill(layout, parts, spacing, margin)
    return layout


def _fill(
    layout: QVBoxLayout | QHBoxLayout, parts: tuple[QWidget | QLayout | None, ...], spacing: int, margin: int
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(margin, margin, margin, margin)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)


def holding(layout: QLayout, name: str = "") -> QWidget:
    """A widget around a layout; `name` is an object name of the style sheet (page, sheet)."""
    widget = QWidget()
    if name:
        widget.setObjectName(name)
    widget.setLayout(layout)
    return widget


def card(theme: Theme, *parts: QWidget | QLayout | None) -> QFrame:
    """A white card with a hairline around."""
    frame = QFrame()
    frame.setObjectName("card")
    frame.setLayout(column(*parts, spacing=theme.unit, margin=2 * theme.unit))
    return frame


class PageHeader(QFrame):
    """Title and summary at the left, secondary actions, and the one primary action top right."""

    def __init__(self, theme: Theme, title: str, summary: str = "") -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme = theme
        self._title = text(title, "title")
        self._summary = Elided(summary, "", Tone.FAINT, Qt.TextElideMode.ElideRight)
        self._actions, self._primary = row(spacing=theme.unit), row()
        self._words: dict[QPushButton, str] = {}
        layout = row(self._title, self._summary, self._actions, self._primary, spacing=2 * theme.unit)
        layout.setContentsMargins(2 * theme.unit, theme.unit, 2 * theme.unit, theme.unit)
        layout.setStretch(1, 1)
        self._line = layout
        self.setLayout(layout)

    def set_title(self, words: str) -> None:
        """Change the title."""
        self._title.setText(words)

    def set_summary(self, words: str) -> None:
        """Change the summary; what does not fit is in its tooltip."""
        self._summary.set_words(words)

    def add(self, widget: QWidget) -> None:
        """Add an action; add the primary one last."""
        self._actions.addWidget(widget)

    def set_primary(self, widget: QWidget) -> None:
        """The one primary action: it stays at the right end whatever is added."""
        while (item := self._primary.takeAt(0)) is not None:
            before = item.widget()
            if before is not None:
                before.hide()
        self._primary.addWidget(widget)

    def minimumSizeHint(self) -> QSize:
        """As narrow as it must be: actions fold to their icons before anything is cut."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all words, secondary actions with an icon show that alone."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fold)

    def _fold(self) -> None:
        buttons = [
            one
            for place in range(self._actions.count())
            if (item := self._actions.itemAt(place)) is not None
            and isinstance(one := item.widget(), QPushButton)
            and not one.icon().isNull()
        ]
        if all(one in self._words for one in buttons) and buttons:
            wanted = self._wanted() + sum(
                self.fontMetrics().horizontalAdvance(self._words[one]) + self._theme.unit for one in buttons
            )
            if wanted > self.width():
                return
            for one in buttons:
                relabel(one, self._words.pop(one))
                self._theme.refresh(one)
        elif self._wanted() > self.width():
            for one in buttons:
                if one.text():
                    self._words[one] = one.text()
                    one.setAccessibleName(one.accessibleName() or one.text())
                    one.setToolTip(one.toolTip() or one.text())
                    relabel(one, "")
                    self._theme.refresh(one)

    def _wanted(self) -> int:
        """The room for title, actions and a little of the summary."""
        margins, gaps = self._line.contentsMargins(), 3 * self._line.spacing()
        parts = self._title.sizeHint(), self._actions.sizeHint(), self._primary.sizeHint()
        some = min(self.fontMetrics().horizontalAdvance(self._summary.words), 10 * self._theme.unit)
        return sum(one.width() for one in parts) + some + gaps + margins.left() + margins.right()


class EmptyState(QWidget):
    """What stands where there is nothing yet: an icon, what this place is for, and what to do next;
    `primary` where that is the one thing to do on the page."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        advice: str,
        act: str = "",
        acted: Callable[[], object] | None = None,
        *,
        primary: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._advice = text(title, "head"), text(advice, "", Tone.FAINT, wrap=True)
        self._advice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._advice.setMaximumWidth(60 * theme.unit)
        self._advice.setMinimumWidth(24 * theme.unit)
        self.button: QPushButton = button(theme, act, acted, primary=primary)
        layout = column(spacing=theme.unit, margin=2 * theme.unit)
        layout.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(picture(theme, icon, Tone.FAINT, 2.4), 0, centre)
        layout.addWidget(self._title, 0, centre)
        beside = row(None, self._advice, None)  # aligned, a wrapped label would not get the height it needs
        beside.setStretch(1, 100)
        layout.addLayout(beside)
        layout.addWidget(self.button, 0, centre)
        layout.addStretch(3)
        self.setLayout(layout)
        self.button.setVisible(bool(act))  # only now: without a parent it would show as a window

    def set_words(self, title: str, advice: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._advice.setText(advice)


class Scroll(QScrollArea):
    """A page that scrolls down, never sideways: its contents are never narrower or wider than itself."""

    def __init__(self, contents: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(contents)
        self.viewport().setAutoFillBackground(False)
        contents.setAutoFillBackground(False)
