"""What all figures share: labels, lines, the ring, the scale of points, and shades told apart in grey."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from ecpanel.domain.points import Points, show_points
from ecpanel.reports.chart_figures import Axis
from ecpanel.reports.page import HAIRLINE, TEXT_WIDTH
from ecpanel.reports.typography import Alignment, draw_text, paint, text_width

ACCENT: Final = "#1F4E79"
PALE: Final = "#DCE4EC"
GREY: Final = "#5B6670"
INK: Final = "#000000"
PAPER: Final = "#FFFFFF"
ROLE: Final = "song"
SIZE: Final = 8.5
SMALL: Final = 7.5
GRID: Final = "#CBD2D9"
HAIR: Final = 0.35


def tint(tone: float) -> Color:
    """The accent at 0 to the palest shade at 1, in even steps of grey."""
    dark, pale = paint(ACCENT), paint(PALE)
    mixed = [a + (b - a) * tone for a, b in zip(dark.rgb(), pale.rgb(), strict=True)]
    return Color(*mixed)


def signed(points: Points) -> str:
    """A change with its sign, a true minus for a fall: "+3.20", "−1.05"."""
    return f"{'+' if points > 0 else '−' if points < 0 else '±'}{show_points(abs(points))}"


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """As much of a name as fits into `room` pt, with … where some of it is gone."""
    if text_width(text, ROLE, size) <= room:
        return text
    kept = text
    while kept and text_width(f"{kept}…", ROLE, size) > room:
        kept = kept[:-1]
    return f"{kept}…"


class Chart(Flowable):  # type: ignore[misc]
    """A figure as wide as the text; `height` in pt is known when it is made."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.width, self.height = TEXT_WIDTH, height

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """Takes its own size."""
        return self.width, self.height

    def _label(
        self,
        text: str,
        x: float,
        y: float,
        align: Alignment = "left",
        size: float = SIZE,
        colour: str = INK,
    ) -> float:
        return draw_text(self.canv, text, x, y, ROLE, size, align, colour)

    def _line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float = HAIR,
        colour: Any = HAIRLINE,
        dash: Sequence[float] = (),
    ) -> None:
        self.canv.saveState()
        self.canv.setStrokeColor(colour)
        self.canv.setLineWidth(width)
        if dash:
            self.canv.setDash(list(dash))
        self.canv.line(*start, *end)
        self.canv.restoreState()

    def _ring(self, x: float, y: float, radius: float = 2.3) -> None:
        """The mark of the official score: white with a dark rim, seen on line and bar alike."""
        self.canv.saveState()
        self.canv.setFillColor(paint(PAPER))
        self.canv.setStrokeColor(paint(INK))
        self.canv.setLineWidth(0.9)
        self.canv.circle(x, y, radius, fill=1)
        self.canv.restoreState()


class Scale(NamedTuple):
    """Where points stand on the page: from `left` to `right` in pt."""

    axis: Axis
    left: float
    right: float

    def place(self, points: Fraction | Points) -> float:
        """The place of a value in 1/100, in pt."""
        share = float(points - self.axis.low) / (self.axis.high - self.axis.low)
        return self.left + share * (self.right - self.left)
