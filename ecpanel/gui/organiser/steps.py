"""The checklist at the left of the organiser's desk: what is done, what blocks, which step is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy

from ecpanel.domain.problems import Severity, blocking
from ecpanel.gui.controls.panel import Scroll, column, holding
from ecpanel.gui.controls.text import icon_button, spoken_keys
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import DONE, LOCKED, OPEN, WARNING, Mark, Tone
from ecpanel.gui.theme import Theme
from ecpanel.services.checklist import STATE_WORDS, Step, StepState
from ecpanel.texts import problem_sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent

WIDE: Final = 27
"""The width of the checklist in units; folded it is NARROW."""
NARROW: Final = 7
WAITING: Final = Mark("等待", "clock", Tone.FAINT)
"""Blocked by other steps alone."""
TOLD: Final = 6
"""How many problems the tooltip of a step names."""


def mark_of(step: Step) -> Mark:
    """The mark of a step's state; open with something to look at differs from not yet begun."""
    word = STATE_WORDS[step.state]
    if step.state is StepState.DONE:
        return Mark(word, DONE.icon, DONE.tone)
    if step.state is StepState.BLOCKED:
        own = blocking(step.problems)
        return Mark(word, "circle-x", Tone.BAD) if own else WAITING
    asked = not blocking(step.problems) and any(one.severity is Severity.WARNING for one in step.problems)
    return Mark(word, WARNING.icon, WARNING.tone) if asked else Mark(word, OPEN.icon, OPEN.tone)


class StepButton(QAbstractButton):
    """One step: its number, title, state as icon and word, and below it a line of what there is."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self._summary, self._mark, self._locked = "", OPEN, False
        self.narrow = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._measure)

    def set_step(self, step: Step, *, locked: bool) -> None:
        """Show the state of a step."""
        self._summary, self._mark, self._locked = step.summary, mark_of(step), locked
        self.setText(step.title)
        keys = f"Ctrl+{self._number}"
        state = f"{self._mark.word}，{LOCKED.word}" if locked else self._mark.word
        self.setAccessibleName(f"{self._number} {step.title}，{state}，{step.summary}")
        grave = [one for one in step.problems if one.severity is not Severity.NOTE]
        told = [f"· {problem_sentence(one)}" for one in grave[:TOLD]]
        more = [f"……共 {len(grave)} 个问题"] if len(grave) > TOLD else []
        lines = [f"{step.title}（{spoken_keys(keys)}）", f"{state} · {step.summary}", *told, *more]
        self.setToolTip("\n".join(lines))
        self.update()

    def _measure(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines high, or as high as its ring; the checklist says how wide."""
        if self.narrow:
            return QSize(NARROW * self._theme.unit, round(4.6 * self._theme.unit))
        lines = QFontMetrics(self._theme.font()).height() + QFontMetrics(self._theme.font(0.88)).height()
        return QSize(
            (NARROW if self.narrow else WIDE) * self._theme.unit, round(lines + 1.8 * self._theme.unit)
        )

    def minimumSizeHint(self) -> QSize:
        """Never flatter than its lines."""
        return QSize(0, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the mouse."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go out again."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Number in its ring, title, state, summary."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, unit, area = self._theme.colours, self._theme.unit, self.rect()
        if self.isChecked() or self.underMouse():
            painter.fillRect(area, QColor(colours.accent_soft if self.isChecked() else colours.paper))
        if self.isChecked():
            painter.fillRect(QRect(0, 0, max(unit // 3, 2), area.height()), QColor(colours.accent))
        ring, side = 3 * unit, round(1.9 * unit)
        left = unit if self.narrow else round(1.5 * unit)
        self._draw_number(painter, QRect(left, (area.height() - ring) // 2, ring, ring))
        if self.narrow:
            at = left + ring + unit // 3
            self._draw_icon(painter, QRect(at, (area.height() - side) // 2, side, side))
        else:
            self._draw_words(painter, area.adjusted(left + ring + unit, 0, -unit, 0), side)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def _draw_number(self, painter: QPainter, ring: QRect) -> None:
        colours = self._theme.colours
        painter.setPen(QPen(QColor(colours.accent if self.isChecked() else colours.strong_line), 1.2))
        painter.setBrush(QColor(colours.accent if self.isChecked() else colours.paper))
        painter.drawEllipse(QRectF(ring).adjusted(1, 1, -1, -1))
        painter.setPen(QColor(colours.on_accent if self.isChecked() else colours.faint))
        painter.setFont(self._theme.font(0.88, bold=self.isChecked()))
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _draw_icon(self, painter: QPainter, area: QRect) -> None:
        self._theme.icon(self._mark.icon, self._mark.tone).paint(painter, area)

    def _draw_words(self, painter: QPainter, area: QRect, side: int) -> None:
        unit, theme = self._theme.unit, self._theme
        title, small = theme.font(bold=self.isChecked()), theme.font(0.88)
        high, low = QFontMetrics(title).height(), QFontMetrics(small).height()
        first = QRect(area.left(), area.top() + (area.height() - high - low) // 2, area.width(), high)
        second = QRect(area.left(), first.bottom() + 1, area.width(), low)
        word = QFontMetrics(small).horizontalAdvance(self._mark.word)
        right = area.right() - word
        centre = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(small)
        painter.setPen(theme.colour(self._mark.tone))
        painter.drawText(QRect(right, first.top(), word + 1, high), centre, self._mark.word)
        at = QRect(right - side - unit // 4, first.top() + (high - side) // 2, side, side)
        self._draw_icon(painter, at)
        painter.setFont(title)
        painter.setPen(theme.colour(Tone.ACCENT if self.isChecked() else Tone.PLAIN))
        room = at.left() - unit // 2 - area.left()
        painter.drawText(first, centre, QFontMetrics(title).elidedText(self.text(), _END, room))
        if self._locked:
            lock = round(1.6 * unit)
            spot = QRect(second.left(), second.top() + (low - lock) // 2, lock, lock)
            theme.icon(LOCKED.icon, LOCKED.tone).paint(painter, spot)
            second.setLeft(second.left() + lock + unit // 2)
        painter.setFont(small)
        painter.setPen(theme.colour(Tone.FAINT))
        shown = QFontMetrics(small).elidedText(self._summary, _END, second.width())
        painter.drawText(second, centre, shown)


_END: Final = Qt.TextElideMode.ElideRight


class StepList(QFrame):
    """One button per step; `chosen` tells the key of the one asked for. It folds to numbers and icons."""

    chosen = Signal(str)
    folded = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAccessibleName("步骤")
        self._theme = theme
        self._rows = column()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, StepButton] = {}
        self._steps: Sequence[Step] = ()
        self.fold = icon_button(theme, "panel-left-close", "收起步骤栏", self._turn, shortcut="Ctrl+B")
        rows = holding(column(self._rows, None))
        scroll = Scroll(rows)
        rows.setAutoFillBackground(False)
        layout = column(scroll, column(self.fold, margin=theme.unit // 2))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self._narrow = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As wide as its rows."""
        wide = (NARROW if self._narrow else WIDE) * self._theme.unit + 1
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its rows; low windows scroll."""
        return QSize(self.sizeHint().width(), 0)

    @property
    def narrow(self) -> bool:
        """Whether it shows numbers and icons only."""
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Fold to numbers and icons, or unfold."""
        self._narrow = narrow
        words = "展开步骤栏" if narrow else "收起步骤栏"
        self._theme.put_icon(self.fold, "panel-left-open" if narrow else "panel-left-close")
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(f"{words}（{spoken_keys('Ctrl+B')}）")
        for button in self._buttons.values():
            button.narrow = narrow
            button.updateGeometry()
        self.updateGeometry()

    def _turn(self) -> None:
        self.folded.emit(not self._narrow)

    def set_steps(self, steps: Sequence[Step], locked: frozenset[str] = frozenset()) -> None:
        """Show the steps with their states; `locked` are the keys of those that can no longer change."""
        self._steps = steps
        for number, step in enumerate(steps, start=1):
            if step.key not in self._buttons:
                self._add(number, step.key, step.title)
            self._buttons[step.key].set_step(step, locked=step.key in locked)

    def _add(self, number: int, key: str, title: str) -> None:
        made = StepButton(self._theme, number)
        made.narrow = self._narrow
        made.clicked.connect(lambda: self.chosen.emit(key))
        # A button's own shortcut would answer only after its animation.
        add_key(self, f"Ctrl+{number}", title, lambda: self.chosen.emit(key), everywhere=True)
        self._group.addButton(made)
        self._buttons[key] = made
        self._rows.addWidget(made)

    def button(self, key: str) -> StepButton:
        """The button of a step."""
        return self._buttons[key]

    def mark_current(self, key: str) -> None:
        """Show which step is at hand."""
        self._buttons[key].setChecked(True)

    def first_to_do(self) -> str:
        """The key of the first step that is not done, or of the last."""
        left = next((step for step in self._steps if step.state is not StepState.DONE), self._steps[-1])
        return left.key

    def summary(self) -> str:
        """How far the review is, in a few words."""
        left = next((step for step in self._steps if step.state is not StepState.DONE), None)
        return self._steps[-1].summary if left is None else f"{STATE_WORDS[left.state]}：{left.title}"
