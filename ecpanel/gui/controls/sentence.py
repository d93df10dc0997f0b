"""Sentences with fields in them: a rule is read as it is said, and changed where its numbers stand."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from ecpanel.gui.controls.fields import inset
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.text import text
from ecpanel.gui.theme import Theme


def sentence(theme: Theme, *parts: str | QWidget) -> QWidget:
    """Words and fields one after another; they go on in the next line where the room ends. Long words are
    broken after their commas."""
    flow = Flow(spacing=theme.unit // 4)
    for part in parts:
        if isinstance(part, QWidget):
            flow.addWidget(part)
            continue
        for piece in part.replace("，", "，\n").split("\n"):
            if piece:
                flow.addWidget(text(piece))
    holder = QWidget()
    holder.setLayout(flow)
    return holder


def number(theme: Theme, name: str, low: int, high: int) -> QSpinBox:
    """A small whole number in a sentence."""
    made = QSpinBox()
    made.setRange(low, high)
    made.setKeyboardTracking(False)
    made.setAccessibleName(name)
    inset(theme, made)
    return made
