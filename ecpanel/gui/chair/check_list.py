"""The checks at the left of 复核: each a line with its outcome; the one chosen is listed beside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget

from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.text import picture, set_tone, text
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.flags import CHECKS, Tally
from ecpanel.gui.theme import Theme

ALL = "all"


class CheckLine(QAbstractButton):
    """One line: its name and, below, its outcome as icon and words."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._theme, self._name = theme, name
        self._title = text(name)
        self._picture = picture(theme, "circle", Tone.FAINT)
        self._outcome = text("", "small", wrap=True)
        unit = theme.unit
        below = row(self._picture, self._outcome, spacing=unit // 2)
        below.setStretch(1, 1)
        inside = column(self._title, below, spacing=unit // 4)
        inside.setContentsMargins(2 * unit, unit // 2, unit, unit // 2)
        self.setLayout(inside)
        for one in (self._title, self._picture, self._outcome):
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_outcome(self, mark: Mark) -> None:
        """Show an outcome."""
        self._theme.put_icon(self._picture, mark.icon, mark.tone)
        self._outcome.setText(mark.word)
        set_tone(self._outcome, mark.tone)
        self.setAccessibleName(f"{self._name}：{mark.word}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The ground of the line at hand, a frame where the focus is."""
        painter, colours, area = QPainter(self), self._theme.colours, self.rect()
        if self.isChecked() or self.underMouse():
            painter.fillRect(area, QColor(colours.accent_soft if self.isChecked() else colours.paper))
        if self.isChecked():
            painter.fillRect(
                QRect(0, 0, max(self._theme.unit // 3, 2), area.height()), QColor(colours.accent)
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the mouse."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go out again."""
        self.update()
        super().leaveEvent(event)


class CheckList(QFrame):
    """All checks; `chosen` tells a kind, or `ALL`. Up and down go through them."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("side")
        self._group = QButtonGroup(self)
        self.lines: dict[str, CheckLine] = {}
        unit = theme.unit
        parts = column(spacing=unit // 4)
        parts.setContentsMargins(unit, unit, unit, unit)
        self._add(parts, theme, ALL, "全部标记")
        parts.addSpacing(unit)
        for title, statutory in (("法定四项复核", True), ("另外的提问", False)):
            heading = text(title, "small", Tone.FAINT)
            heading.setContentsMargins(2 * unit, unit // 2, 0, 0)
            parts.addWidget(heading)
            for check in CHECKS:
                if check.statutory is statutory:
                    self._add(parts, theme, check.kind.value, check.name, check.about)
        parts.addStretch(1)
        self.note = text("", "small", Tone.FAINT, wrap=True)
        self.note.setContentsMargins(2 * unit, unit, unit, unit)
        parts.addWidget(self.note)
        inner = QWidget()
        inner.setLayout(parts)
        self.setLayout(column(Scroll(inner)))
        self.setMinimumWidth(26 * unit)
        self.lines[ALL].setChecked(True)

    def _add(self, parts: QVBoxLayout, theme: Theme, key: str, name: str, about: str = "") -> None:
        line = CheckLine(theme, name)
        line.setToolTip(about)
        self._group.addButton(line)
        self.lines[key] = line
        line.toggled.connect(lambda on, key=key: self.chosen.emit(key) if on else None)
        parts.addWidget(line)

    @property
    def key(self) -> str:
        """The check at hand."""
        return next(key for key, line in self.lines.items() if line.isChecked())

    def choose(self, key: str) -> None:
        """Go to a check."""
        self.lines[key].setChecked(True)

    def show_tallies(self, found: Sequence[Tally]) -> None:
        """Show what every check found."""
        whole = sum(one.asking + one.hints for one in found)
        asking = sum(one.asking for one in found)
        words = f"共 {whole} 处，{asking} 处须处理或说明" if whole else "没有标记"
        self.lines[ALL].show_outcome(Mark(words, "flag", Tone.FAINT))
        for one in found:
            self.lines[one.check.kind.value].show_outcome(one.mark)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        keys = list(self.lines)
        if step is None:
            super().keyPressEvent(event)
            return
        place = keys.index(self.key) + step
        if 0 <= place < len(keys):
            self.lines[keys[place]].setChecked(True)
            self.lines[keys[place]].setFocus()
