"""The pages of a scan or photograph: PNG, JPEG, BMP and TIFF of many pages, upright and in screen colours."""

from __future__ import annotations

import io
import struct
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from PIL import Image, ImageCms, UnidentifiedImageError

from ecpanel.domain.errors import EcpanelError, reason_of
from ecpanel.dossier.kept_blocks import KeptBlocks
from ecpanel.dossier.page_source import BLANK, Clip, GoOn, Hit, RenderedPage, Size, always, blank, raster
from ecpanel.dossier.pages import FRAMES, PIXELS
from ecpanel.progress import Cancelled

SHARPEST: Final = 40_000_000
"""Pixels of a picture that are kept for looking at: A0 at 160 dpi. A larger scan is brought down to it."""
_FORMATS: Final = ("PNG", "JPEG", "BMP", "TIFF")
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS: Final = tuple(_TURNS[number] for number in (5, 6, 7, 8))
_LARGEST_PAGE: Final = 3400.0
"""Longest side in points that a resolution is believed for (A0); photographs tell nonsense."""
_FAULTS: Final = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    TypeError,
    struct.error,
    OverflowError,
    MemoryError,
    IndexError,
)
"""What Pillow raises on damaged pictures."""


class ImagePages:
    """A picture as a page source; every page is decoded when it is looked at, and few are kept."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = io.BufferedReader(KeptBlocks(file)), name
        self._decoded: OrderedDict[int, tuple[Image.Image, bool]] = OrderedDict()
        self._sizes: dict[int, Size] = {}
        try:
            with self._picture() as picture:
                many = picture.format == "TIFF"
                self.count: int = min(int(getattr(picture, "n_frames", 1)), FRAMES) if many else 1
        except _FAULTS as fault:
            raise self._trouble(fault) or EcpanelError("pages_damaged", file=name) from fault

    def close(self) -> None:
        """Let go of what is decoded."""
        self._decoded.clear()
        self._file.close()

    def size(self, page: int) -> Size:
        """Size on paper where the resolution can be believed, else as long as A4."""
        if page not in self._sizes:
            try:
                with self._picture(page) as picture:
                    self._sizes[page] = _paper(picture)
            except (EcpanelError, *_FAULTS):
                return Size(*BLANK)
        return self._sizes[page]

    def render(self, page: int, scale: float, clip: Clip | None = None, go_on: GoOn = always) -> RenderedPage:
        """The picture of a page or a part of it."""
        width, height = raster(self.size(page), scale)
        part = clip or Clip(0, 0, width, height)
        try:
            whole = self._decode(page, width, height)
            if not go_on():
                raise Cancelled
            return _cut(whole, width, height, part)
        except EcpanelError as fault:
            return blank(part, fault)
        except _FAULTS as fault:
            return blank(part, self._problem(page, fault))

    def text(self, page: int) -> str:  # noqa: ARG002
        """A picture has no text."""
        return ""

    def find_on(self, page: int, query: str) -> list[Hit]:  # noqa: ARG002
        """A picture has no text."""
        return []

    def find(self, query: str) -> Iterator[Hit]:  # noqa: ARG002
        """A picture has no text."""
        return iter(())

    def _problem(self, page: int, fault: BaseException) -> EcpanelError:
        return self._trouble(fault) or EcpanelError("page_damaged", page=page)

    def _trouble(self, fault: BaseException) -> EcpanelError | None:
        """The medium failed, rather than the picture: only the system gives its errors a number."""
        if isinstance(fault, OSError) and fault.errno:
            return EcpanelError("file_trouble", file=self._name, reason=reason_of(fault))
        return None

    # --- decoding ---

    @contextmanager
    def _picture(self, page: int = 1) -> Iterator[Image.Image]:
        """The picture at a page, its header read and nothing decoded yet."""
        self._file.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound on pixels is below
            with Image.open(self._file, formats=_FORMATS) as picture:
                if page > 1:
                    picture.seek(page - 1)
                if picture.width * picture.height > PIXELS:
                    raise Image.DecompressionBombError("too many pixels")
                yield picture

    def _decode(self, page: int, width: int, height: int) -> Image.Image:
        """A page upright in grey or RGB, at least as fine as wanted or as fine as it gets."""
        kept = self._decoded.get(page)
        if kept is not None and (kept[1] or (kept[0].width >= width and kept[0].height >= height)):
            self._decoded.move_to_end(page)
            return kept[0]
        with self._picture(page) as picture:
            turn = _turn(picture)
            step = _step(picture)
            if turn in _SIDEWAYS:
                width, height = height, width
            limit = (picture.width // step, picture.height // step)
            full, is_jpeg = picture.size, picture.format in ("JPEG", "MPO")
            if is_jpeg:  # decoded to an eighth, a quarter or a half far quicker
                picture.draft(None, (min(width, limit[0]), min(height, limit[1])))
            finest = not is_jpeg or picture.size == full or width >= limit[0] or height >= limit[1]
            image = _screen_colours(_loaded(picture))
        if _step(image) > 1:
            image = image.reduce(_step(image))
        if turn is not None:
            image = image.transpose(turn)
        self._keep(page, image, finest)
        return image

    def _keep(self, page: int, image: Image.Image, finest: bool) -> None:
        self._decoded.pop(page, None)
        self._decoded[page] = (image, finest)
        while len(self._decoded) > 1 and sum(_pixels(one) for one, _ in self._decoded.values()) > SHARPEST:
            self._decoded.popitem(last=False)


def _pixels(image: Image.Image) -> int:
    return image.width * image.height


def _step(image: Image.Image) -> int:
    """By how much a picture is brought down to be kept."""
    step = 1
    while _pixels(image) > SHARPEST * step * step:
        step += 1
    return step


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How a picture is turned upright, told from its header; Pillow turns a TIFF, and its size, itself."""
    if picture.format == "TIFF":
        return None
    return _TURNS.get(Image.Image.getexif(picture).get(_ORIENTATION, 1))  # that of PNG would decode it all


def _paper(picture: Image.Image) -> Size:
    """The size in points of a picture by its header."""
    width, height = picture.size
    across, down = _resolution(picture)
    if _turn(picture) in _SIDEWAYS:
        width, height, across, down = height, width, down, across
    if across > 0 and down > 0:
        size = Size(width * 72 / across, height * 72 / down)
        if min(size) >= 36 and max(size) <= _LARGEST_PAGE:
            return size
    scale = max(BLANK) / max(width, height)
    return Size(max(1.0, width * scale), max(1.0, height * scale))


def _resolution(picture: Image.Image) -> tuple[float, float]:
    """Dots per inch as the file tells, 0 where it does not."""
    try:
        across, down = (float(one) for one in picture.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0, 0
    return (across, down) if 20 <= across <= 5000 and 20 <= down <= 5000 else (0, 0)


def _loaded(picture: Image.Image) -> Image.Image:
    picture.load()
    return picture


def _cut(whole: Image.Image, width: int, height: int, part: Clip) -> RenderedPage:
    """A part of the picture of a page that is `width` by `height` pixels."""
    across, down = whole.width / width, whole.height / height
    box = (
        part.left * across,
        part.top * down,
        min((part.left + part.width) * across, whole.width),
        min((part.top + part.height) * down, whole.height),
    )
    smooth = Image.Resampling.BICUBIC
    image = whole.resize((part.width, part.height), smooth, box, reducing_gap=2.0).convert("RGBA")
    return RenderedPage(part.width, part.height, 4 * part.width, image.tobytes("raw", "BGRA"))


# --- colours -----------------------------------------------------------------------------------------------


def _screen_colours(image: Image.Image) -> Image.Image:
    """A picture of any mode as grey or RGB on white paper."""
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return _from_16_bits(image)
    if image.mode in ("I", "F"):
        return _from_numbers(image)
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_paper(image.convert("RGBA"))
    return image.convert("RGB")


def _from_16_bits(image: Image.Image) -> Image.Image:
    """The upper byte of every grey value."""
    upper = 0 if image.mode.endswith("B") else 1
    return Image.frombytes("L", image.size, image.tobytes()[upper::2])


def _from_numbers(image: Image.Image) -> Image.Image:
    """Grey values of unknown range, spread over what is there."""
    extremes: Any = image.getextrema()
    lowest, highest = float(extremes[0]), float(extremes[1])
    if image.mode == "I" and lowest >= 0 and highest <= 65_535:
        lowest, highest = 0.0, 65_535.0 if highest > 255 else 255.0
    factor = 255.0 / ((highest - lowest) or 1.0)
    return image.point(lambda value: value * factor - lowest * factor).convert("L")


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Inks by the profile of the file where it has one that works."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            made = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None
        if made is not None:
            return made
    return image.convert("RGB")


def _on_paper(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, (255, 255, 255))
    paper.paste(image, mask=image.getchannel("A"))
    return paper
