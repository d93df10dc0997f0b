"""A platypus paragraph that sets Chinese: 禁则, 两端对齐, stand-in fonts, widow and orphan control."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from reportlab.platypus import Flowable, KeepTogether

from ecpanel.reports.linebreak import SPACES, Line, Run, break_lines, spread_gap, stretch_places
from ecpanel.reports.typography import Alignment, Span, clean_text, measure, paint

_ASCENT = 0.88  # em above the base line in Chinese fonts; the rest of the em square hangs below
_LEAST_LINES = 2  # that may stand alone at the foot or head of a page
_MOST_STRETCH = 0.5  # em between two characters; a line that would need more stays ragged
_FUZZ = 0.01  # pt, for heights handed in by frames


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph looks; lengths in pt, indents in characters of `size`."""

    role: str = "fangsong"
    size: float = 16.0
    leading: float = 28.95
    first_indent: float = 0.0
    """Of the first line, beside `left_indent`; negative for a hanging indent."""
    left_indent: float = 0.0
    right_indent: float = 0.0
    alignment: Alignment = "justify"
    space_before: float = 0.0
    space_after: float = 0.0
    colour: str = "#000000"
    keep_with_next: bool = False
    tracking: float = 0.0
    """Added to every character (pt); see `typography.grid_tracking` for a 公文 of 28 characters a line."""

    @property
    def character(self) -> float:
        """Advance of one Chinese character in pt."""
        return self.size + self.tracking


class ChineseParagraph(Flowable):  # type: ignore[misc]
    r"""A paragraph, or several parted by "\n", for frames and table cells.

    `text` is taken word for word, never as mark-up; a list of spans gives parts their own font or colour.
    Spaces at the beginning are dropped where the style has a first-line indent, lest it be indented twice.
    """

    def __init__(self, text: str | Sequence[Span], style: TextStyle) -> None:
        super().__init__()
        spans = (Span(text),) if isinstance(text, str) else text
        self._adopt(_runs_of(tuple(spans), style), style)

    def _adopt(self, runs: Sequence[Run], style: TextStyle) -> None:
        self.style = style
        self.spaceBefore = style.space_before
        self.spaceAfter = style.space_after
        self.keepWithNext = style.keep_with_next
        self._runs = runs
        self._continued = False
        self._is_cut_short = False
        self._width: float | None = None
        self._lines: list[Line] = []

    @property
    def text(self) -> str:
        """The characters of the paragraph, as set."""
        return "".join(run.text for run in self._runs)

    # --- what platypus asks ---

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """Width and height (pt) taken when `availWidth` pt are offered; broken once for each width."""
        self.width = availWidth
        self.height = len(self.lines(availWidth)) * self.style.leading
        return self.width, self.height

    def minWidth(self) -> float:  # noqa: N802
        """Width in pt at which no line need be broken; what a table column without a width takes."""
        style = self.style
        edges = (style.left_indent + style.right_indent + max(style.first_indent, 0.0)) * style.character
        return edges + max(line.width for line in break_lines(self._runs, (float("inf"),)))

    def split(self, availWidth: float, availHeight: float) -> list[ChineseParagraph]:  # noqa: N803
        """This paragraph in two, the first no higher than `availHeight` pt, or [] to move on whole."""
        lines = self.lines(availWidth)
        room = int((availHeight + _FUZZ) / self.style.leading)
        if room >= len(lines):
            return [self]
        first = _lines_before_break(len(lines), room, is_page_empty=self._stands_at_top())
        if first < 1:
            return []
        return [self._head(lines[:first]), self._tail(lines[first - 1], lines[first])]

    def draw(self) -> None:
        """Draws the lines of the last `wrap` on the canvas."""
        writer = self.canv.beginText(0, 0)
        pen = _Pen(writer, self.style)
        style = self.style
        edge = style.left_indent * style.character
        baseline = self.height - (style.leading - style.size) / 2 - style.size * _ASCENT
        for line in self._lines:
            pen.draw_line(
                line, edge + (style.first_indent * style.character if line.opens else 0.0), baseline
            )
            baseline -= style.leading
        self.canv.drawText(writer)

    # --- setting ---

    def lines(self, width: float) -> list[Line]:
        """The lines at a measure of `width` pt, indents included in it."""
        if self._width != width:
            style = self.style
            rest = width - (style.left_indent + style.right_indent) * style.character
            opening = rest - style.first_indent * style.character
            lines = break_lines(self._runs, (opening, rest), continued=self._continued)
            if self._is_cut_short:
                lines[-1] = lines[-1]._replace(closes=False)
            self._lines, self._width = lines, width
        return self._lines

    def _stands_at_top(self) -> bool:
        return bool(getattr(getattr(self, "_frame", None), "_atTop", False))

    def _head(self, lines: list[Line]) -> ChineseParagraph:
        """The first part, which keeps the lines it was set in."""
        head = self._portion(0, lines[-1].end)
        head._lines, head._width = lines, self._width
        head.spaceAfter = 0.0
        head.keepWithNext = False
        head._continued = self._continued
        head._is_cut_short = not lines[-1].closes
        return head

    def _tail(self, before: Line, first: Line) -> ChineseParagraph:
        tail = self._portion(first.start, sum(len(run.text) for run in self._runs))
        tail.spaceBefore = 0.0
        tail._continued = not before.closes
        tail._is_cut_short = self._is_cut_short
        return tail

    def _portion(self, start: int, end: int) -> ChineseParagraph:
        portion = ChineseParagraph("", self.style)
        portion._adopt(_slice(self._runs, start, end), self.style)
        return portion


class KeepWithStart(KeepTogether):  # type: ignore[misc]
    """Keeps headings with the beginning of what follows, where ReportLab would keep all of it on one page.

    Meant as the `keepTogetherClass` of a document template, which builds it from `keep_with_next`.
    """

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803
        """Headings and what follows, led by a page break if no beginning of it fits into `aH` pt."""
        *headings, follower = self._content
        room = aH - sum(self._height(heading, aW) for heading in headings) - follower.getSpaceBefore()
        if headings and room > 0 and follower.splitOn(self.canv, aW, room):
            return [*headings, follower]
        parts: list[Flowable] = super().split(aW, aH)
        return parts

    def _height(self, flowable: Flowable, width: float) -> float:
        _, height = flowable.wrapOn(self.canv, width, 0xFFFFFF)
        return float(height + flowable.getSpaceBefore() + flowable.getSpaceAfter())


class _Pen:
    """Writes lines into a ReportLab text object and says each state only when it changes."""

    def __init__(self, writer: Any, style: TextStyle) -> None:
        self._writer = writer
        self._style = style
        self._role = ""
        self._colour = ""
        self._spacing = 0.0

    def draw_line(self, line: Line, x: float, y: float) -> None:
        """Draws `line` with the left edge of its measure at `x` and its base line at `y` (pt)."""
        alignment = self._style.alignment
        gap = spread_gap(line) if alignment == "justify" and not line.closes else 0.0
        if 0.0 < gap <= self._style.size * _MOST_STRETCH:
            self._draw_spread(line, x, y, gap)
            return
        rest = line.room - line.width
        self._draw_plain(line, x + rest * {"centre": 0.5, "right": 1.0}.get(alignment, 0.0), y)

    def _draw_plain(self, line: Line, x: float, y: float) -> None:
        for piece in line.pieces:
            self._write(piece, piece.text, x, y, 0.0)
            x += sum(piece.advances)

    def _draw_spread(self, line: Line, x: float, y: float, gap: float) -> None:
        places = iter(stretch_places(line.text))
        for piece in line.pieces:
            for stretched, text, width in _segments(piece, places):
                self._write(piece, text, x, y, gap if stretched else 0.0)
                x += width + (gap * len(text) if stretched else 0.0)

    def _write(self, piece: Run, text: str, x: float, y: float, gap: float) -> None:
        writer = self._writer
        colour = piece.colour or self._style.colour
        if piece.role != self._role:
            writer.setFont(piece.role, self._style.size)
            self._role = piece.role
        if colour != self._colour:
            writer.setFillColor(paint(colour))
            self._colour = colour
        spacing = gap + self._style.tracking
        if spacing != self._spacing:
            writer.setCharSpace(spacing)
            self._spacing = spacing
        writer.setTextOrigin(x, y)
        writer.textLine(text)


def _segments(piece: Run, places: Iterator[bool]) -> Iterator[tuple[bool, str, float]]:
    """Parts of `piece` after whose characters all or none are stretched, with their natural width in pt."""
    at = 0
    for stretched, group in groupby([next(places) for _ in piece.text]):
        end = at + sum(1 for _ in group)
        yield stretched, piece.text[at:end], sum(piece.advances[at:end])
        at = end


def _lines_before_break(count: int, room: int, *, is_page_empty: bool) -> int:
    """How many of `count` lines go on this page if `room` fit, 0 for none; two lines stay together."""
    first = min(room, count - _LEAST_LINES)
    if first >= _LEAST_LINES:
        return first
    return room if is_page_empty else 0


@lru_cache(maxsize=4096)
def _runs_of(spans: tuple[Span, ...], style: TextStyle) -> tuple[Run, ...]:
    """The spans cleaned, cut by font and measured."""
    runs: list[Run] = []
    for text, role, colour in _without_leading_spaces(spans) if style.first_indent > 0 else spans:
        runs += measure(
            clean_text(text), role or style.role, style.size, colour=colour, tracking=style.tracking
        )
    return tuple(runs)


def _without_leading_spaces(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans less the spaces that begin a paragraph."""
    opens = True
    for span in spans:
        kept = []
        for char in clean_text(span.text):
            if not (opens and char in SPACES):
                kept.append(char)
                opens = char == "\n"
        yield span._replace(text="".join(kept))


def _slice(runs: Iterable[Run], start: int, end: int) -> tuple[Run, ...]:
    """The characters from `start` up to `end` of the joined runs."""
    kept = []
    offset = 0
    for run in runs:
        low, high = max(start - offset, 0), min(end - offset, len(run.text))
        if low < high:
            kept.append(run.part(low, high))
        offset += len(run.text)
    return tuple(kept)
