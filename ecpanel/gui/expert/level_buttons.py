"""The levels of an indicator as buttons with their text: one group, one stop of the Tab key, digits choose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ecpanel.domain.choices import Choice
from ecpanel.domain.points import Points
from ecpanel.gui.controls.paragraph import draw_lines, lines_of
from ecpanel.gui.expert.digit_keys import DigitKeys
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

_CENTRE, _MIDDLE = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter
_ARROWS = {Qt.Key.Key_Up: (1, False), Qt.Key.Key_Down: (-1, False)}
_ACROSS = {Qt.Key.Key_Right: (1, True), Qt.Key.Key_Left: (-1, True)}


class LevelButton(QAbstractButton):
    """Its digit, its name, its values, its description."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self.number = theme, number
        self._choice: Choice | None = None
        self._name_width = 0
        self.is_lit, self.is_settled, self.is_passed = False, False, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the group has the focus
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    @property
    def choice(self) -> Choice | None:
        """The level it stands for."""
        return self._choice

    def set_choice(self, code: str, choice: Choice, *, settled: bool) -> None:
        """Stand for a level of an indicator."""
        self._choice, self.is_settled = choice, settled
        self.setEnabled(choice.start is not None and not settled)
        span = f"{choice.span}分" if choice.span != choice.name.removesuffix("分") else ""
        told = " ".join(part for part in (code, choice.name, span, choice.text) if part)
        self.setAccessibleName(told if choice.start is not None else f"{told}（此步长下无可用分值）")
        self.setToolTip("" if choice.start is not None else "按此指标的步长，本等级没有可用分值")

    def set_name_width(self, wide: int) -> None:
        """Leave that much room for the name before the description."""
        self._name_width = wide
        self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        """What is chosen follows from the value, not from the click."""

    def name_room(self) -> int:
        """How wide name and values are."""
        choice = self._choice
        if choice is None:
            return 0
        metrics = QFontMetrics(self._theme.font(bold=True))
        plain = QFontMetrics(self._theme.font())
        span = "" if choice.name.endswith("分") else choice.span or "无"
        return metrics.horizontalAdvance(f"{choice.name} ") + plain.horizontalAdvance(span)

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(20 * self._theme.unit, self.heightForWidth(1 << 12))

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as its description."""
        unit = self._theme.unit
        lines, _, _ = self._words(width)
        return QFontMetrics(self._theme.font(bold=True)).lineSpacing() * len(lines) + unit

    def _words(self, width: int) -> tuple[list[str], int, int]:
        """The description in lines, where they begin, and how far the first one is moved right: it stands
        beside the name, or where that is too narrow runs on after it."""
        unit = self._theme.unit
        left, name = round(4.4 * unit), self._name_width + round(1.5 * unit)
        font = self._theme.font()
        first = 0
        if width - unit - left - name < QFontMetrics(font).horizontalAdvance("汉" * 9):
            first = self.name_room() + round(1.5 * unit)
        else:
            left += name
        words = self._choice.text if self._choice else ""
        return lines_of(words, font, width - unit - left, first=first), left, first

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the button."""
        if self._choice is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, unit, colours = self._theme, self._theme.unit, self._theme.colours
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        is_live = self.isEnabled()
        if self.isChecked():
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(QColor(colours.accent_soft))
            painter.drawRoundedRect(box, unit / 2, unit / 2)
        elif self.underMouse() and is_live:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, unit / 2, unit / 2)
        lines, left, first = self._words(self.width())
        bold, plain = QFontMetrics(theme.font(bold=True)), QFontMetrics(theme.font())
        top = unit // 2
        line = QRect(round(4.4 * unit), top, self.width(), bold.lineSpacing())
        self._draw_key(painter, line)
        is_quiet = self.is_passed or self._choice.start is None
        tone = Tone.ACCENT if self.isChecked() else Tone.FAINT if is_quiet else Tone.PLAIN
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.colour(tone))
        painter.drawText(line, int(_MIDDLE), self._choice.name)
        if not self._choice.name.endswith("分"):
            painter.setFont(theme.font())
            painter.setPen(theme.colour(Tone.ACCENT if self.isChecked() else Tone.FAINT))
            after = line.adjusted(bold.horizontalAdvance(f"{self._choice.name} "), 0, 0, 0)
            painter.drawText(after, int(_MIDDLE), self._choice.span or "无")
        painter.setFont(theme.font())
        painter.setPen(theme.colour(Tone.FAINT if is_quiet else Tone.PLAIN))
        rise = (bold.lineSpacing() - plain.lineSpacing()) // 2
        draw_lines(painter, lines, left, top + rise, first=first)
        painter.end()

    def _draw_key(self, painter: QPainter, line: QRect) -> None:
        """The digit on its key; bright while it would choose."""
        theme, unit, colours = self._theme, self._theme.unit, self._theme.colours
        side = round(2.3 * unit)
        key = QRectF(round(1.1 * unit), line.top() + (line.height() - side) / 2, side, side)
        if self.is_settled:
            if self.isChecked():
                theme.icon("check", Tone.ACCENT).paint(painter, key.toRect())
            return
        lit = self.is_lit and self.isEnabled()
        painter.setPen(QPen(QColor(colours.accent if lit else colours.strong_line), 1))
        painter.setBrush(QColor(colours.accent) if lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(key, unit / 2, unit / 2)
        painter.setFont(theme.font(0.88))
        painter.setPen(QColor(colours.on_accent if lit else colours.faint))
        painter.drawText(key, int(_CENTRE), str(self.number))


class LevelGroup(QWidget):
    """All levels. While it has the focus digits choose (or begin a number), arrows step."""

    chosen = Signal(object)
    stepped = Signal(int, bool)
    number_begun = Signal(str, bool)
    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._buttons: list[LevelButton] = []
        self._count, self._maximum = 0, 0
        self.keys = DigitKeys()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.unit // 4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._measure)

    @property
    def buttons(self) -> list[LevelButton]:
        """The buttons in use, best level first."""
        return self._buttons[: self._count]

    def set_choices(self, code: str, choices: Sequence[Choice], maximum: Points, *, settled: bool) -> None:
        """Show the levels of another indicator."""
        self.keys.forget()
        self._count, self._maximum = len(choices), maximum
        while len(self._buttons) < len(choices):
            button = LevelButton(self._theme, len(self._buttons) + 1)
            button.clicked.connect(lambda _=False, button=button: self._choose(button))
            self._buttons.append(button)
            self._column.addWidget(button)
        for button, choice in zip(self._buttons, choices, strict=False):
            button.set_choice(code, choice, settled=settled)
            button.setVisible(True)
        for button in self._buttons[len(choices) :]:
            button.hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if settled else Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{code} 评分等级，按数字键选")
        self._measure()

    def _measure(self) -> None:
        """All descriptions begin at the same place."""
        wide = max((button.name_room() for button in self.buttons), default=0)
        for button in self.buttons:
            button.set_name_width(wide)

    def set_points(self, points: Points | None) -> None:
        """Mark the level a value lies in."""
        marked = False
        for button in self.buttons:
            choice = button.choice
            is_it = choice is not None and choice.holds(points) and not marked
            marked = marked or is_it
            button.setChecked(is_it)
        for button in self.buttons:
            button.is_passed = button.is_settled and marked and not button.isChecked()

    def _choose(self, button: LevelButton) -> None:
        self.keys.forget()
        choice = button.choice
        if choice is not None and choice.start is not None:
            self.setFocus()
            self.chosen.emit(choice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and arrows; everything else goes on to the card."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        step = _ARROWS.get(key) or _ACROSS.get(key)
        if step is not None:
            self.keys.forget()
            self.stepped.emit(*step)
            return
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.keys.forget()
            self.cleared.emit()
            return
        joined = self.keys.has_first
        found = self.keys.press(event.text(), self._count, self._maximum)
        if isinstance(found, str):
            self.number_begun.emit(found, joined and len(found) == 2)
        elif found is not None:
            choice = self._buttons[found - 1].choice
            if choice is not None and choice.start is not None:
                self.chosen.emit(choice)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Light the digits."""
        super().focusInEvent(event)
        self._light(lit=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the digits out."""
        super().focusOutEvent(event)
        self.keys.forget()
        self._light(lit=False)

    def _light(self, *, lit: bool) -> None:
        for button in self._buttons:
            button.is_lit = lit
            button.update()
