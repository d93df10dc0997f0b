"""Documents as pages to look at: size, picture, text and search, the same for PDF and images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple, Protocol

from ecpanel.domain.errors import EcpanelError

BLANK: Final = (595.28, 841.89)
"""A page whose size nobody can tell is shown as large as A4."""


class Size(NamedTuple):
    """Size of a page in points."""

    width: float
    height: float


class Rect(NamedTuple):
    """A part of a page in points, from its left upper corner as it is seen."""

    left: float
    top: float
    width: float
    height: float


class Clip(NamedTuple):
    """A part of the picture of a page in pixels."""

    left: int
    top: int
    width: int
    height: int


class Hit(NamedTuple):
    """Where a query was found: the page, from 1, and one rectangle per line."""

    page: int
    rects: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A picture in rows of `stride` bytes, each pixel blue, green, red and one byte of no meaning.

    A page that cannot be shown is white paper and `problem` says why.
    """

    width: int
    height: int
    stride: int
    data: bytes | bytearray
    problem: EcpanelError | None = None


GoOn = Callable[[], bool]
"""Asked now and then while a page is drawn; False gives it up."""


class PageSource(Protocol):
    """An open document. Pages are counted from 1; one thread at a time may use it."""

    @property
    def count(self) -> int:
        """Number of pages, at least 1."""
        ...

    def size(self, page: int) -> Size:
        """Size as the page is seen, turned and cut as the document says."""
        ...

    def render(self, page: int, scale: float, clip: Clip | None = None, go_on: GoOn = ...) -> RenderedPage:
        """The picture of a page, or of a part of it, `scale` pixels to the point.

        Raises Cancelled when `go_on` said so; a page that is broken comes white with its problem.
        """
        ...

    def text(self, page: int) -> str:
        """The text of a page in reading order; empty where there is none."""
        ...

    def find_on(self, page: int, query: str) -> list[Hit]:
        """Where a query stands on one page."""
        ...

    def find(self, query: str) -> Iterator[Hit]:
        """Where a query stands, page after page."""
        ...

    def close(self) -> None:
        """Let go of the document; the file itself is closed by who opened it."""
        ...


def always() -> bool:
    """Go on."""
    return True


def raster(size: Size, scale: float) -> tuple[int, int]:
    """Width and height in pixels of the whole picture of a page."""
    return max(1, round(size.width * scale)), max(1, round(size.height * scale))


def blank(clip: Clip, problem: EcpanelError) -> RenderedPage:
    """White paper that says what is wrong."""
    return RenderedPage(
        clip.width, clip.height, 4 * clip.width, b"\xff" * (4 * clip.width * clip.height), problem
    )


def open_pages(file: BinaryIO, media: str, name: str) -> PageSource:
    """Open a seekable file for looking at; it must stay open until the source is closed.

    `media` is what `count_pages` told. Raises EcpanelError `page_not_shown` for kinds without pages of
    their own, `pages_locked`, `pages_damaged` (no pages at all included).
    """
    from ecpanel.dossier import (
        pages as kinds,
    )  # what reads PDF and images is heavy, and the window starts here

    if media == kinds.PDF:
        from ecpanel.dossier.pdf_pages import PdfPages

        return PdfPages(file, name)
    if media.startswith("image/"):
        from ecpanel.dossier.image_pages import ImagePages

        return ImagePages(file, name)
    raise EcpanelError("page_not_shown", file=name, kind=kinds.SPOKEN.get(media, "不能识别的文件"))
