"""The pages of a PDF by PDFium, read piece by piece from any seekable file."""

from __future__ import annotations

import ctypes
import io
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO, Final

from ecpanel.domain.errors import EcpanelError, reason_of
from ecpanel.dossier.kept_blocks import KeptBlocks
from ecpanel.dossier.page_source import (
    BLANK,
    Clip,
    GoOn,
    Hit,
    Rect,
    RenderedPage,
    Size,
    always,
    blank,
    raster,
)
from ecpanel.dossier.text_match import PlainText, occurrences, plain_text
from ecpanel.pdfium import LOCK, pypdfium2, raw
from ecpanel.progress import Cancelled

_OPEN_PAGES: Final = 3
"""Pages kept parsed: the one in view, its neighbour, the one being searched."""
_TEXT_KEPT: Final = 4_000_000
"""Characters of stripped text kept for the next search."""
_LARGEST_SIDE: Final = 30_000.0
_FINE: Final = 100
"""Device units per point when places are asked for: PDFium answers in whole units."""
_WHITE: Final = 0xFFFFFFFF


class PdfPages:
    """A PDF as a page source. PDFium is not thread-safe: every method takes the one lock of the program
    (`ecpanel.pdfium.LOCK`) and nothing of PDFium leaves this class."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = _Reader(file, name)
        self._pages: OrderedDict[int, Any] = OrderedDict()
        self._texts: OrderedDict[int, PlainText] = OrderedDict()
        self._text_size = 0
        with LOCK:
            self._document = self._open(name)
            with suppress(pypdfium2.PdfiumError):  # a form that cannot be filled can still be looked at
                self._document.init_forms()
            self.count: int = len(self._document)
        if not self.count:
            self.close()
            raise EcpanelError("pages_damaged", file=name)

    def _open(self, name: str) -> Any:
        try:
            return pypdfium2.PdfDocument(self._file)
        except pypdfium2.PdfiumError as fault:
            if fault.err_code == raw.FPDF_ERR_PASSWORD:
                raise EcpanelError("pages_locked", file=name) from fault
            raise self._file.take_fault() or EcpanelError("pages_damaged", file=name) from fault

    def close(self) -> None:
        """Let go of the document and of every page."""
        with LOCK:
            while self._pages:
                self._pages.popitem()[1].close()
            self._document.close()
        self._texts.clear()
        self._file.close()

    # --- pages ---

    def size(self, page: int) -> Size:
        """Size in points, turned and cropped; that of A4 where the document does not tell."""
        with LOCK:
            try:
                width, height = self._document.get_page_size(page - 1)
            except pypdfium2.PdfiumError:
                return Size(*BLANK)
        sound = 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE
        return Size(width, height) if sound else Size(*BLANK)

    def render(self, page: int, scale: float, clip: Clip | None = None, go_on: GoOn = always) -> RenderedPage:
        """The picture of a page or a part of it, with annotations and filled form fields."""
        width, height = raster(self.size(page), scale)
        part = clip or Clip(0, 0, width, height)
        stride = 4 * part.width
        data = bytearray(stride * part.height)
        with LOCK:
            problem: EcpanelError | None = None
            try:
                self._draw(page, (-part.left, -part.top, width, height), part, data, go_on)
            except pypdfium2.PdfiumError:
                problem = EcpanelError("page_damaged", page=page)
            problem = self._file.take_fault() or problem
        return blank(part, problem) if problem else RenderedPage(part.width, part.height, stride, data)

    def _draw(
        self, page: int, place: tuple[int, int, int, int], part: Clip, data: bytearray, go_on: GoOn
    ) -> None:
        opened = self._page(page)
        pixels = (ctypes.c_ubyte * len(data)).from_buffer(data)
        bitmap = raw.FPDFBitmap_CreateEx(part.width, part.height, raw.FPDFBitmap_BGRx, pixels, 4 * part.width)
        if not bitmap:
            raise pypdfium2.PdfiumError("no bitmap")
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, part.width, part.height, _WHITE)
            pause = raw.IFSDK_PAUSE(version=1)
            pause.NeedToPauseNow = type(pause.NeedToPauseNow)(lambda _: not go_on())
            state = raw.FPDF_RenderPageBitmap_Start(bitmap, opened, *place, 0, raw.FPDF_ANNOT, pause)
            raw.FPDF_RenderPage_Close(opened)
            if state == raw.FPDF_RENDER_TOBECONTINUED:
                raise Cancelled
            if state == raw.FPDF_RENDER_FAILED:
                raise pypdfium2.PdfiumError("not rendered")
            if opened.formenv:
                raw.FPDF_FFLDraw(opened.formenv, bitmap, opened, *place, 0, raw.FPDF_ANNOT)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)

    def _page(self, page: int) -> Any:
        """A parsed page; few are kept, since each holds its decoded images."""
        if page in self._pages:
            self._pages.move_to_end(page)
            return self._pages[page]
        while len(self._pages) >= _OPEN_PAGES:
            self._pages.popitem(last=False)[1].close()
        opened = self._document.get_page(page - 1)
        self._pages[page] = opened
        return opened

    # --- text ---

    def text(self, page: int) -> str:
        """The text of a page; empty for a scan or a broken page."""
        with LOCK:
            try:
                opened = self._page(page).get_textpage()
            except pypdfium2.PdfiumError:
                return ""
            try:
                return str(opened.get_text_range()).replace("\r\n", "\n")
            finally:
                opened.close()

    def find(self, query: str) -> Iterator[Hit]:
        """Where a query stands, page after page."""
        for page in range(1, self.count + 1):
            yield from self.find_on(page, query)

    def find_on(self, page: int, query: str) -> list[Hit]:
        """Where a query stands on one page; the text of the page is kept for the next query."""
        with LOCK:
            try:
                text = self._texts.get(page) or self._read_text(page)
                places = list(occurrences(text, query))
                return self._hits(page, places) if places else []
            except pypdfium2.PdfiumError:
                return []

    def _read_text(self, page: int) -> PlainText:
        opened = self._page(page).get_textpage()
        try:
            text = plain_text(_characters(opened))
        finally:
            opened.close()
        self._texts[page] = text
        self._text_size += len(text.text)
        while self._text_size > _TEXT_KEPT and len(self._texts) > 1:
            self._text_size -= len(self._texts.popitem(last=False)[1].text)
        return text

    def _hits(self, page: int, places: list[tuple[int, int]]) -> list[Hit]:
        opened = self._page(page)
        text = opened.get_textpage()
        try:
            found = []
            for first, last in places:
                count = text.count_rects(first, last - first + 1)
                rects = [_seen(opened, *text.get_rect(number)) for number in range(count)]
                found.append(Hit(page, tuple(rects)))
            return found
        finally:
            text.close()


def _characters(text: Any) -> list[str]:
    """The characters of a text page by PDFium's own count; the first half of a surrogate pair stands for
    both, the second is empty."""
    codes = [raw.FPDFText_GetUnicode(text, place) for place in range(text.count_chars())]
    characters = []
    for place, code in enumerate(codes):
        after = codes[place + 1] if place + 1 < len(codes) else 0
        if 0xD800 <= code < 0xDC00 and 0xDC00 <= after < 0xE000:
            characters.append(chr(0x10000 + ((code - 0xD800) << 10) + (after - 0xDC00)))
        else:
            characters.append("" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code))
    return characters


def _seen(page: Any, left: float, bottom: float, right: float, top: float) -> Rect:
    """A rectangle of the page's own space as it is seen, whatever the page's turn and crop."""
    width, height = page.get_size()
    units = (0, 0, round(width * _FINE), round(height * _FINE), 0)
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((left, top), (right, bottom)):
        raw.FPDF_PageToDevice(page, *units, across, up, x, y)
        corners.append((x.value / _FINE, y.value / _FINE))
    (x1, y1), (x2, y2) = corners
    return Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


class _Reader(io.RawIOBase):
    """What PDFium reads from. An error must not pass through C: it is kept, and raised afterwards."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        super().__init__()
        self._blocks, self._name = KeptBlocks(file), name
        self._fault: EcpanelError | None = None

    def take_fault(self) -> EcpanelError | None:
        """What reading ran into since the last time."""
        fault, self._fault = self._fault, None
        return fault

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        return self._blocks.seek(offset, whence)

    def tell(self) -> int:
        """Position from the start."""
        return self._blocks.tell()

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, or nothing where reading fails."""
        try:
            return self._blocks.readinto(buffer)
        except EcpanelError as fault:
            self._fault = fault
        except OSError as fault:
            self._fault = EcpanelError("file_trouble", file=self._name, reason=reason_of(fault))
        return 0
