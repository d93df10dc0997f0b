"""Fields of forms: a label, the control, and the sentence under it when it is not right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from shiboken6 import isValid

from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.text import button, restyle, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme


class Field(QWidget):
    """A control with its label above and its problem below."""

    def __init__(self, theme: Theme, name: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self._label = QLabel(name)
        buddy = control.focusProxy() or control
        self._label.setBuddy(buddy)
        for widget in {control, buddy}:
            if not widget.accessibleName():
                widget.setAccessibleName(name)
        self._problem = FieldProblem()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.unit // 2)
        layout.addWidget(self._label)
        layout.addWidget(control)
        if hint:
            layout.addWidget(text(hint, "small", Tone.FAINT, wrap=True))
        layout.addWidget(self._problem)

    def say(self, sentence: str) -> None:
        """Show what is wrong with the field, or nothing."""
        self._problem.say(sentence)
        target = self.control.focusProxy() or self.control
        target.setProperty("wrong", bool(sentence))
        restyle(target)


def passphrase_field(theme: Theme, name: str) -> QLineEdit:
    """A pass-phrase: hidden unless shown."""
    line = QLineEdit()
    line.setAccessibleName(name)
    hide(theme, line)
    return line


def hide(theme: Theme, line: QLineEdit) -> None:
    """Make a field a pass-phrase, with an eye to show it."""
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    eye = QAction("显示口令", line)
    eye.setCheckable(True)

    def draw() -> None:
        if isValid(eye):
            eye.setIcon(theme.icon("eye-off" if eye.isChecked() else "eye", Tone.FAINT))

    def turn(shown: bool) -> None:
        line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        eye.setText("隐藏口令" if shown else "显示口令")
        draw()

    eye.toggled.connect(turn)
    theme.changed.connect(draw)
    line.addAction(eye, QLineEdit.ActionPosition.TrailingPosition)
    draw()


def inset(theme: Theme, spin: QSpinBox) -> None:
    """Keep the number of a spin box off its border, which no style sheet can do."""

    def fit() -> None:
        if isValid(spin):
            spin.lineEdit().setTextMargins(theme.unit, 0, 0, 0)

    theme.changed.connect(fit)
    fit()


class PathField(QWidget):
    """A file or folder: typed, dropped, or chosen; `changed` tells the new path."""

    changed = Signal(Path)

    def __init__(self, theme: Theme, name: str, choose: Callable[[Callable[[Path], None]], None]) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._line.setAccessibleName(name)
        self._line.setPlaceholderText("拖到这里，或选择")
        self._line.editingFinished.connect(self._typed)
        self._line.installEventFilter(self)
        self._line.setAcceptDrops(True)
        self._told = ""
        self._choose = button(theme, "选择…", lambda: choose(self.set_path), icon="folder-open")
        self._choose.setAccessibleName(f"选择{name}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.unit)
        row.addWidget(self._line, 1)
        row.addWidget(self._choose)
        self.setFocusProxy(self._line)

    @property
    def line(self) -> QLineEdit:
        """The field itself."""
        return self._line

    @property
    def path(self) -> Path | None:
        """The path, or None while the field is empty."""
        words = self._line.text().strip().strip('"')
        return Path(words).expanduser() if words else None

    def set_path(self, path: Path) -> None:
        """Put a path in."""
        self._line.setText(str(path))
        self._typed()

    def _typed(self) -> None:
        path = self.path
        if path is not None and str(path) != self._told:
            self._told = str(path)
            self.changed.emit(path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file dropped on the field as its path."""
        if isinstance(event, QDragEnterEvent) and event.mimeData().hasUrls():
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.mimeData().hasUrls():
            self.set_path(Path(event.mimeData().urls()[0].toLocalFile()))
            return True
        return super().eventFilter(watched, event)
