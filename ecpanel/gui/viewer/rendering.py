"""What is asked of the render thread and what comes back: tiles of pages, in order of need, and their cache."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from PySide6.QtGui import QImage

from ecpanel.domain.errors import EcpanelError
from ecpanel.dossier.page_source import Clip, Hit, Size, raster

CACHE_BYTES: Final = 96 * 1024 * 1024
WHOLE: Final = 6_000_000
"""Pixels up to which a page is drawn in one piece; beyond, only the tiles in view are."""
TILE: Final = 1024


class Need(IntEnum):
    """Why a tile is wanted; the smaller is drawn first."""

    VISIBLE = 0
    NEIGHBOUR = 1
    THUMBNAIL = 2


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of the picture of a page, from 1, at so many device pixels to the point."""

    page: int
    scale: float
    column: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that is open: how many pages, and the sizes of the first ones."""

    count: int
    sizes: tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One page searched for a query; `searched` pages of the document are done."""

    query: str
    page: int
    hits: tuple[Hit, ...]
    searched: int


def tiles_in(page: int, size: Size, scale: float, left: int, top: int, right: int, bottom: int) -> list[Tile]:
    """The tiles of a page that a window onto its picture touches, in device pixels."""
    width, height = raster(size, scale)
    if width * height <= WHOLE:
        return [Tile(page, scale)]
    columns = range(max(0, left) // TILE, -(-min(right, width) // TILE))
    rows = range(max(0, top) // TILE, -(-min(bottom, height) // TILE))
    return [Tile(page, scale, column, row) for row in rows for column in columns]


def clip_of(tile: Tile, size: Size) -> Clip:
    """Where a tile lies in the picture of its page, in device pixels."""
    width, height = raster(size, tile.scale)
    if width * height <= WHOLE:
        return Clip(0, 0, width, height)
    left, top = tile.column * TILE, tile.row * TILE
    return Clip(left, top, min(TILE, width - left), min(TILE, height - top))


class PageCache:
    """Pictures used last, bounded in bytes; pages are told apart by the ticket of their document."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.limit, self.bytes = limit, 0
        self._images: OrderedDict[tuple[int, Tile], QImage] = OrderedDict()
        self._by_page: dict[tuple[int, int], set[Tile]] = {}

    def __len__(self) -> int:
        return len(self._images)

    def put(self, ticket: int, tile: Tile, image: QImage) -> None:
        """Keep a picture; the ones not looked at for longest make room."""
        self._remove((ticket, tile))
        self._images[ticket, tile] = image
        self._by_page.setdefault((ticket, tile.page), set()).add(tile)
        self.bytes += image.sizeInBytes()
        while self.bytes > self.limit and self._images:
            self._remove(next(iter(self._images)))

    def get(self, ticket: int, tile: Tile) -> QImage | None:
        """A picture, which thereby was looked at."""
        image = self._images.get((ticket, tile))
        if image is not None:
            self._images.move_to_end((ticket, tile))
        return image

    def has(self, ticket: int, tile: Tile) -> bool:
        """Whether a picture is kept, without looking at it."""
        return (ticket, tile) in self._images

    def others(self, ticket: int, page: int, scale: float) -> list[Tile]:
        """Tiles of a page at other scales, those of the nearest scale last."""
        found = [one for one in self._by_page.get((ticket, page), ()) if one.scale != scale]
        return sorted(found, key=lambda one: -abs(one.scale - scale))

    def drop(self, ticket: int) -> None:
        """Forget a document."""
        for key in [key for key in self._images if key[0] == ticket]:
            self._remove(key)

    def _remove(self, key: tuple[int, Tile]) -> None:
        image = self._images.pop(key, None)
        if image is None:
            return
        self.bytes -= image.sizeInBytes()
        ticket, tile = key
        tiles = self._by_page[ticket, tile.page]
        tiles.discard(tile)
        if not tiles:
            del self._by_page[ticket, tile.page]


@dataclass(slots=True)
class Problems:
    """Pages that could not be shown, by ticket."""

    _told: dict[int, dict[int, EcpanelError]] = field(default_factory=dict)

    def put(self, ticket: int, page: int, problem: EcpanelError) -> None:
        """Remember what is wrong with a page."""
        self._told.setdefault(ticket, {})[page] = problem

    def get(self, ticket: int, page: int) -> EcpanelError | None:
        """What is wrong with a page."""
        return self._told.get(ticket, {}).get(page)

    def drop(self, ticket: int) -> None:
        """Forget a document."""
        self._told.pop(ticket, None)
