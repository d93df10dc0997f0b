"""What stands on pages beside their own content: pins of evidence and the words found by a search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from ecpanel.dossier.page_source import Hit
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.page_paint import Pin, paint_hits, paint_pins, pin_boxes

__all__ = ["PageMarks", "Pin"]


class PageMarks:
    """Pins and hits by page."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pins: dict[int, list[Pin]] = {}
        self._hits: dict[int, list[Hit]] = {}
        self.chosen: Hit | None = None
        self.hot = ""
        """Key of the pin under the pointer."""

    def clear(self) -> None:
        """Forget everything."""
        self.set_pins(())
        self.set_hits((), None)

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """Keep pins in place of those there were."""
        self._pins, self.hot = {}, ""
        for pin in pins:
            self._pins.setdefault(pin.page, []).append(pin)

    def set_hits(self, hits: Sequence[Hit], chosen: Hit | None) -> bool:
        """Keep hits in place of those there were; True when another one is chosen."""
        self._hits = {}
        for hit in hits:
            self._hits.setdefault(hit.page, []).append(hit)
        is_new = chosen is not None and chosen is not self.chosen
        self.chosen = chosen
        return is_new

    def paint(self, painter: QPainter, page: int, box: QRect, scale: float) -> None:
        """Paint what stands on one page; `box` is where it lies, `scale` logical pixels to the point."""
        for hit in self._hits.get(page, ()):
            paint_hits(painter, self._theme, box, scale, hit.rects, chosen=hit is self.chosen)
        pins = self._pins.get(page)
        if pins:
            paint_pins(painter, self._theme, pin_boxes(self._theme, box, pins), pins, self.hot)

    def pin_at(self, point: QPoint, pages: Iterable[int], box_of: Callable[[int], QRect]) -> Pin | None:
        """The pin at a point of the view."""
        for page in pages:
            pins = self._pins.get(page, [])
            for box, pin in zip(pin_boxes(self._theme, box_of(page), pins), pins, strict=True):
                if box.contains(point):
                    return pin
        return None
