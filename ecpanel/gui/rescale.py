"""Another text size on a window that is already there: margins, spacings and set widths follow the unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QWidget

from ecpanel.gui.controls.flow import Flow

UNSET: Final = 16777215
"""What Qt reports as the largest size of a widget nobody has limited."""


class Scale:
    """Remembers what everything measured when it was made, so that sizes go up and down without drift."""

    def __init__(self) -> None:
        self._base: WeakKeyDictionary[QObject, tuple[int, list[int], list[int]]] = WeakKeyDictionary()

    def apply(self, root: QWidget, before: int, now: int) -> None:
        """Scale everything below `root` from one unit to another (pixels)."""
        for layout in root.findChildren(QLayout):
            _set_layout(layout, self._scaled(layout, _of_layout(layout), before, now))
        for widget in root.findChildren(QWidget):
            if not widget.objectName().startswith("qt_"):
                _set_widget(widget, self._scaled(widget, _of_widget(widget), before, now))

    def _scaled(self, thing: QObject, values: list[int], before: int, now: int) -> list[int]:
        unit, base, last = self._base.get(thing, (before, values, values))
        if last != values:  # somebody has measured it anew meanwhile
            unit, base = before, values
        fresh = [one if one in (UNSET, -1) or one <= 1 else max(round(one * now / unit), 1) for one in base]
        self._base[thing] = (unit, base, fresh)
        return fresh


def _of_layout(layout: QLayout) -> list[int]:
    margins = layout.contentsMargins()
    values = [margins.left(), margins.top(), margins.right(), margins.bottom()]
    if isinstance(layout, QGridLayout):
        return [*values, layout.horizontalSpacing(), layout.verticalSpacing()]
    return [*values, layout.spacing()] if isinstance(layout, QBoxLayout | Flow) else values


def _set_layout(layout: QLayout, values: Iterable[int]) -> None:
    left, top, right, bottom, *spacing = values
    layout.setContentsMargins(left, top, right, bottom)
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(spacing[0])
        layout.setVerticalSpacing(spacing[1])
    elif isinstance(layout, QBoxLayout | Flow):
        layout.setSpacing(spacing[0])


def _of_widget(widget: QWidget) -> list[int]:
    """Widths only: heights come from the text and the style sheet, which follow by themselves."""
    return [widget.minimumWidth(), widget.maximumWidth()]


def _set_widget(widget: QWidget, values: list[int]) -> None:
    if values != _of_widget(widget):
        widget.setMinimumWidth(values[0])
        widget.setMaximumWidth(values[1])
