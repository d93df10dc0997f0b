"""Where the pages lie below one another, at which scale, and how a place in them is told and found again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from ecpanel.dossier.page_source import Size

SMALLEST: Final = 0.05
LARGEST: Final = 16.0
"""Bounds of a scale that people choose, in logical pixels to the point."""
_LEAST: Final = 0.002
"""A fitted scale may be smaller: a drawing ten metres long still fits."""


class Fit(StrEnum):
    """How the scale comes about."""

    WIDTH = "width"
    PAGE = "page"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Zoom:
    """The way the scale is chosen; `scale` (logical pixels to the point) counts when it is free."""

    fit: Fit = Fit.WIDTH
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone reads: the page, from 1, what of it lies at the upper edge, and the zoom.

    `offset` is the part of the page's height above the edge; below 0 it is the part of the view's height
    that lies between the edge and the page's top. `across` is what lies in the middle of the view.
    """

    page: int = 1
    offset: float = 0.0
    across: float = 0.5
    zoom: Zoom = Zoom()


class Box(NamedTuple):
    """Where a page lies in the whole column, in logical pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """One below its last row."""
        return self.top + self.height


class Layout:
    """All pages of a document in a column, for a view of a certain size. In the fitting zooms every page is
    fitted for itself, so that a wide table among upright pages does not make these small."""

    def __init__(self, sizes: Sequence[Size], zoom: Zoom, view: tuple[int, int], gap: int) -> None:
        self.zoom, self.view, self.gap = zoom, view, gap
        self.scales = [_scale(size, zoom, view, gap) for size in sizes]
        self.boxes: list[Box] = []
        wide = [round(size.width * scale) for size, scale in zip(sizes, self.scales, strict=True)]
        self.width = max(view[0], max(wide, default=0) + 2 * gap)
        top = gap
        for size, scale, width in zip(sizes, self.scales, wide, strict=True):
            height = max(1, round(size.height * scale))
            self.boxes.append(Box((self.width - width) // 2, top, max(1, width), height))
            top += height + gap
        self.height = top
        self._tops = [box.top for box in self.boxes]

    def page_at(self, y: float) -> int:
        """The page at a height, or the one above the gap there."""
        return min(max(bisect_right(self._tops, y), 1), len(self.boxes))

    def visible(self, top: int) -> range:
        """Pages that a view at a height shows."""
        if not self.boxes:
            return range(0)
        first = self.page_at(top)
        if self.boxes[first - 1].bottom <= top and first < len(self.boxes):
            first += 1
        return range(first, self.page_at(top + self.view[1] - 1) + 1)

    def page_read(self, top: int) -> int:
        """The page that fills most of a view at a height, the upper one of two alike."""
        return max(self.visible(top), key=lambda page: (self._shown(page, top), -page))

    def _shown(self, page: int, top: int) -> int:
        box = self.boxes[page - 1]
        return min(box.bottom, top + self.view[1]) - max(box.top, top)

    def place(self, page: int, left: int, top: int) -> Place:
        """The place on a page that a view at a position shows."""
        box = self.boxes[page - 1]
        above = top + self.gap - box.top
        offset = above / box.height if above >= 0 else above / max(1, self.view[1])
        across = (left + self.view[0] / 2 - box.left) / box.width
        return Place(page, offset, across, self.zoom)

    def position(self, place: Place) -> tuple[int, int]:
        """Left and top of a view that shows a place."""
        box = self.boxes[min(max(place.page, 1), len(self.boxes)) - 1]
        above = place.offset * (box.height if place.offset >= 0 else self.view[1])
        return (
            round(box.left + place.across * box.width - self.view[0] / 2),
            round(box.top + above - self.gap),
        )


def _scale(size: Size, zoom: Zoom, view: tuple[int, int], gap: int) -> float:
    if zoom.fit is Fit.FREE:
        return bounded(zoom).scale
    scale = (view[0] - 2 * gap) / size.width
    if zoom.fit is Fit.PAGE:
        scale = min(scale, (view[1] - 2 * gap) / size.height)
    return min(max(scale, _LEAST), LARGEST)


def bounded(zoom: Zoom) -> Zoom:
    """A zoom within what can be drawn."""
    return replace(zoom, scale=min(max(zoom.scale, SMALLEST), LARGEST))
