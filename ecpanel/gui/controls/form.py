"""A form of ui/ on a page: its rhythm from the text size, its pass-phrases with an eye, its problems inline."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.fields import hide, inset
from ecpanel.gui.controls.text import restyle
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence


class Form(QWidget):
    """`ui` is the generated class; its controls are members of `parts`. A label named `x_problem` is the
    place for what is wrong with `x`."""

    def __init__(self, theme: Theme, ui: type[Any]) -> None:
        super().__init__()
        self.parts: Any = ui()
        self.parts.setupUi(self)
        for layout in self.findChildren(QBoxLayout):
            layout.setContentsMargins(0, 0, 0, 0)
            across = layout.direction() is QBoxLayout.Direction.LeftToRight
            layout.setSpacing(2 * theme.unit if across else theme.unit // 2)
        self._problems = [one for one in self.findChildren(QLabel) if one.objectName().endswith("_problem")]
        for problem in self._problems:
            problem.hide()
        for spin in self.findChildren(QSpinBox):
            inset(theme, spin)
        for line in self.findChildren(QLineEdit):
            if line.echoMode() is QLineEdit.EchoMode.Password:
                hide(theme, line)

    def put(self, name: str, control: QWidget) -> None:
        """Put a control of our own into a place the form keeps for it."""
        place: QWidget = getattr(self.parts, name)
        layout = QVBoxLayout(place)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(control)
        label = getattr(self.parts, f"{name}_label", None)
        if isinstance(label, QLabel):
            label.setBuddy(control.focusProxy() or control)

    def say(self, name: str, sentence: str, *, focus: bool = True) -> None:
        """What is wrong with a field, which gets the focus unless told not to; an empty sentence is nothing."""
        problem: QLabel = getattr(self.parts, f"{name}_problem")
        problem.setText(sentence)
        problem.setVisible(bool(sentence))
        control: QWidget = getattr(self.parts, name)
        control.setProperty("wrong", bool(sentence))
        restyle(control)
        if sentence and focus:
            control.setFocus()

    def say_error(self, name: str, fault: EcpanelError) -> None:
        """The sentence of an error under the field that caused it."""
        self.say(name, error_sentence(fault))

    def clear(self) -> None:
        """Nothing is wrong."""
        for problem in self._problems:
            if not problem.isHidden():
                self.say(problem.objectName().removesuffix("_problem"), "")
