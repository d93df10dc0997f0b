"""The two fields of a score sheet people type into: the value, and words that grow with what is written."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QSizePolicy

from ecpanel.gui.theme import Theme

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_UNDO, _REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


def is_redo(event: QKeyEvent) -> bool:
    """Ctrl+Shift+Z, and Ctrl+Y wherever that is usual or not."""
    ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return event.matches(_REDO) or (ctrl and event.key() == Qt.Key.Key_Y)


class ValueField(QLineEdit):
    """A number. It keeps what is typed, right or wrong; Enter, Up, Down, Esc and undo are told to others."""

    accepted = Signal(bool)
    stepped = Signal(int)
    escaped = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        self.setMaxLength(12)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("score", True)

    def sizeHint(self) -> QSize:
        """Room for the longest value."""
        metrics = self.fontMetrics()
        wide = metrics.horizontalAdvance("00.000") + metrics.height()
        return QSize(wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It does not shrink."""
        return self.sizeHint()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is at work; its keys are its own."""
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that mean more than text; all others are typed."""
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if self._composing:
            super().keyPressEvent(event)
            event.accept()
        elif event.key() in ENTER and plain:
            self.accepted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.matches(_UNDO):
            self.undo_wanted.emit()
        elif is_redo(event):
            self.redo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it may be typed into now."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the typing is over."""
        super().focusOutEvent(event)
        self.left.emit()


class WritingField(QPlainTextEdit):
    """Words, as high as they need. Enter accepts where `by_enter`, else it begins a new line."""

    typed = Signal(str)
    accepted = Signal(bool)
    undo_wanted = Signal()
    redo_wanted = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, *, by_enter: bool, lines: tuple[int, int]) -> None:
        super().__init__()
        self._theme, self._by_enter, self._lines = theme, by_enter, lines
        self._composing, self._ours = False, False
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)  # undo writes to the store, for all parts of the sheet alike
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._measure())
        theme.changed.connect(self._measure)
        self._high = 0

    def set_words(self, words: str) -> None:
        """Show other words; what is the same already is left alone, with its caret."""
        if words != self.toPlainText():
            self._ours = True
            self.setPlainText(words)
            self._ours = False

    def set_settled(self, settled: bool) -> None:
        """Show words that cannot be changed, without the look of a field."""
        if self.isReadOnly() != settled:
            self.setReadOnly(settled)
            self.setProperty("settled", settled)
            self.setFrameShape(QFrame.Shape.NoFrame if settled else QFrame.Shape.StyledPanel)
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if settled else Qt.FocusPolicy.StrongFocus)
            self.style().unpolish(self)
            self.style().polish(self)
            self._measure()

    def _changed(self) -> None:
        if not self._ours:
            self.typed.emit(self.toPlainText())

    def _measure(self) -> None:
        high = self._wanted()
        if high != self._high:
            self._high = high
            self.updateGeometry()

    def _wanted(self) -> int:
        least, most = (0, 40) if self.isReadOnly() else self._lines
        lines = max(round(self.document().size().height()), 1)
        margins = self.contentsMargins()
        edges = round(2 * self.document().documentMargin()) + margins.top() + margins.bottom()
        return min(max(lines, least), most) * self.fontMetrics().lineSpacing() + edges + self._theme.unit // 2

    def sizeHint(self) -> QSize:
        """As high as the words."""
        return QSize(20 * self._theme.unit, self._wanted())

    def minimumSizeHint(self) -> QSize:
        """Narrow if need be, never lower than the words."""
        return QSize(8 * self._theme.unit, self._wanted())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other lines."""
        super().resizeEvent(event)
        self._measure()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is at work; its keys are its own."""
        if self.isReadOnly():
            event.ignore()
            return
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter where it accepts, undo and redo of the sheet; all others are typed."""
        alone = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if self._composing:
            super().keyPressEvent(event)
            event.accept()
        elif event.key() in ENTER and self._by_enter and alone:
            self.accepted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in ENTER and self._by_enter and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.insertPlainText("\n")
        elif event.matches(_UNDO):
            self.undo_wanted.emit()
        elif is_redo(event):
            self.redo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it may be written now."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the writing is over."""
        super().focusOutEvent(event)
        self.left.emit()
