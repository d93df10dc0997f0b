"""Cures ReportLab of its faults with Chinese, measures text and sets single lines of mixed fonts."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics, ttfonts

from ecpanel.reports import fonts
from ecpanel.reports.linebreak import Run

Alignment = Literal["left", "justify", "centre", "right"]

_log = logging.getLogger(__name__)
_ENTRIES_PER_BLOCK = 100  # the limit of "beginbfchar" in the CMap format
_RARE = 0x2CB78  # 𬭸, beyond the BMP, the probe for the fault
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


# --- cures -------------------------------------------------------------------------------------------------


def apply_reportlab_cures() -> bool:
    """Makes characters beyond the BMP copy out of our PDFs; returns whether they now do.

    Harmless when called again, and on a ReportLab that needs no cure or is built otherwise.
    """
    writer = getattr(ttfonts, "makeToUnicodeCMap", None)
    if writer is None:
        _log.warning("reportlab has no makeToUnicodeCMap: rare characters are not looked after")
        return False
    if _is_faulty(writer):
        ttfonts.makeToUnicodeCMap = to_unicode_cmap
    seen = ttfonts.TTFont.addObjects.__globals__.get("makeToUnicodeCMap")
    return seen is not None and not _is_faulty(seen)


def to_unicode_cmap(font_name: str, subset: Sequence[int]) -> str:
    """The ToUnicode CMap of a font subset: UTF-16BE, at most 100 entries a block.

    `subset` lists code points by character code. Code point 0 stands for a missing glyph, read as U+FFFD.
    """
    entries = [f"<{code:02X}> <{_utf16_hex(point)}>" for code, point in enumerate(subset)]
    blocks = [entries[at : at + _ENTRIES_PER_BLOCK] for at in range(0, len(entries), _ENTRIES_PER_BLOCK)]
    head = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({font_name}) /Ordering ({font_name}) /Supplement 0 >> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{max(len(subset) - 1, 0):02X}>",
        "endcodespacerange",
    ]
    body = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    return "\n".join([*head, *body, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


def _utf16_hex(point: int) -> str:
    return chr(point or 0xFFFD).encode("utf-16-be", "surrogatepass").hex().upper()


def _is_faulty(writer: Callable[[str, list[int]], str]) -> bool:
    """True when `writer` gets rare characters or long blocks wrong; one of another kind is left alone."""
    try:
        cmap = writer("Probe", [*range(33, 33 + _ENTRIES_PER_BLOCK), _RARE])
    except Exception:  # whatever a future writer raises, the PDF can still be made
        _log.warning("reportlab's makeToUnicodeCMap has another form: left alone", exc_info=True)
        return False
    sizes = [int(count) for count in re.findall(r"(\d+) beginbfchar", cmap)]
    return _utf16_hex(_RARE) not in cmap.upper() or max(sizes, default=0) > _ENTRIES_PER_BLOCK


@lru_cache(maxsize=1)
def _make_ready() -> None:
    """Cures ReportLab, once, before anything is measured."""
    apply_reportlab_cures()


# --- text --------------------------------------------------------------------------------------------------


def clean_text(text: str) -> str:
    r"""Text that can be set: line ends as "\n", tabs as spaces, control and invisible characters dropped."""
    if _LINE_ENDS.search(text):
        text = _LINE_ENDS.sub("\n", text)
    if _UNPRINTABLE.search(text):
        text = _UNPRINTABLE.sub(lambda found: " " if found[0] == "\t" else "", text)
    return text


class Span(NamedTuple):
    """Text with its own font role or colour ("#RRGGBB"); None takes those of the paragraph."""

    text: str
    role: str | None = None
    colour: str | None = None


# --- measuring ---------------------------------------------------------------------------------------------


class _Advances(dict[str, float]):
    """Advance in pt of each character of one font at one size, filled as characters turn up."""

    def __init__(self, role: str, size: float, tracking: float) -> None:
        super().__init__()
        self._advance_of: Callable[[int], float] = pdfmetrics.getFont(role).face.getCharWidth
        self._scale = size / 1000
        self._tracking = tracking

    def __missing__(self, char: str) -> float:
        shown = " " if char == "\u00a0" else char  # ReportLab prints a no-break space as a space
        advance = max(self._advance_of(ord(shown)) * self._scale + self._tracking, 0.0)
        self[char] = advance
        return advance


@lru_cache(maxsize=256)
def _advances(role: str, size: float, tracking: float) -> _Advances:
    _make_ready()
    fonts.register_font(role)
    return _Advances(role, size, tracking)


_covered: defaultdict[str, set[str]] = defaultdict(lambda: {"\n"})
"""Characters known to be in the font of a role; grows as text is measured."""


def _by_font(text: str, role: str) -> list[tuple[str, str]]:
    """`text` as (role, characters), other roles standing in for what the font of `role` lacks."""
    known = _covered[role]
    fresh = set(text).difference(known)
    if fresh:
        known.update(char for char in fresh if fonts.covers(role, char))
        if not fresh <= known:
            return fonts.runs(text, role)
    return [(role, text)]


def measure(
    text: str, role: str, size: float, *, colour: str | None = None, tracking: float = 0.0
) -> list[Run]:
    """Clean `text` cut into runs of one font each, with advances in pt at `size` pt.

    `tracking` (pt) is added to the advance of every character.
    """
    return [
        Run(part, font, colour, list(map(_advances(font, size, tracking).__getitem__, part)))
        for font, part in _by_font(text, role)
    ]


def text_width(text: str, role: str, size: float) -> float:
    """Width of one line of `text` in pt at `size` pt, stand-in fonts considered."""
    return sum(sum(run.advances) for run in measure(_one_line(text), role, size))


def _one_line(text: str) -> str:
    return clean_text(text).replace("\n", " ")


def grid_tracking(measure_width: float, characters: int, size: float) -> float:
    """Tracking in pt that makes exactly `characters` of `size` pt fill a measure of `measure_width` pt."""
    return measure_width / characters - size


# --- drawing -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def paint(colour: str) -> Any:
    """ReportLab's colour for "#RRGGBB"."""
    return HexColor(colour)


def draw_text(
    canvas: Any,
    text: str,
    x: float,
    y: float,
    role: str,
    size: float,
    align: Alignment = "left",
    colour: str | None = None,
) -> float:
    """Draws one line with its base line at `y` (pt) and returns its width in pt.

    `x` (pt) is the left edge, the middle or the right edge as `align` says; "justify" counts as left.
    Without `colour` the canvas's own fill colour is used. The state of the canvas is kept.
    """
    runs = measure(_one_line(text), role, size)
    width = sum(sum(run.advances) for run in runs)
    at = x - width * {"centre": 0.5, "right": 1.0}.get(align, 0.0)
    canvas.saveState()
    if colour is not None:
        canvas.setFillColor(paint(colour))
    writer = canvas.beginText(at, y)
    for run in runs:
        writer.setFont(run.role, size)
        writer.setTextOrigin(at, y)
        writer.textLine(run.text)
        at += sum(run.advances)
    canvas.drawText(writer)
    canvas.restoreState()
    return width
