"""The figures of the report (图示), drawn as lines and marks that a grey print keeps apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ecpanel.domain.points import Points, show_points, show_short
from ecpanel.domain.scheme import FULL_MARKS
from ecpanel.reports.chart_figures import Axis, Change, Summary, bin_width, bins, spread_out
from ecpanel.reports.chart_marks import (
    ACCENT,
    GREY,
    GRID,
    HAIR,
    INK,
    PAPER,
    ROLE,
    SIZE,
    SMALL,
    Chart,
    Scale,
    shortened,
    signed,
    tint,
)
from ecpanel.reports.typography import paint, text_width


class Distribution(Chart):
    """Scores in bins, one dot a candidate where there is room, with the levels and the line above them."""

    _FOOT = 30.0
    _HEAD = 46.0
    _ROOM = 150.0
    _DOT = 5.0
    _COUNTABLE = 4  # dots the eye counts by itself

    def __init__(
        self,
        axis: Axis,
        scores: Sequence[Points],
        levels: Sequence[tuple[str, Points, Points]],
        line: Points | None,
    ) -> None:
        self._axis, self._scores, self._levels, self._cut = axis, scores, levels, line
        self._bin = bin_width(axis)
        self._counts = bins(axis, self._bin, scores)
        self._unit = min(10.0, (self._ROOM - 12) / max(self._counts))
        super().__init__(self._FOOT + self._unit * max(self._counts) + 14 + self._HEAD)

    def draw(self) -> None:
        """Draw bins, axis, levels and the line of the list."""
        scale = Scale(self._axis, 10, self.width - 10)
        self._draw_levels(scale)
        self._draw_bins(scale)
        self._line((scale.left, self._FOOT), (scale.right, self._FOOT), 0.6, paint(INK))
        for tick in self._axis.ticks:
            self._label(show_short(tick), scale.place(tick), self._FOOT - 11, "centre")
        self._label(f"综合得分（分），每格{show_short(self._bin)}分", scale.right, 4, "right", SMALL, GREY)

    def _draw_bins(self, scale: Scale) -> None:
        step = scale.place(self._axis.low + self._bin) - scale.left
        self.canv.setFillColor(paint(ACCENT))
        for number, count in enumerate(self._counts):
            x = scale.left + number * step
            if self._unit >= self._DOT:
                radius = min(self._unit, step, 9.0) * 0.42
                for place in range(count):
                    y = self._FOOT + (place + 0.5) * self._unit + 1
                    self.canv.circle(x + step / 2, y, radius, stroke=0, fill=1)
            elif count:
                self.canv.rect(x + 0.4, self._FOOT, step - 0.8, count * self._unit, stroke=0, fill=1)
            if count and max(self._counts) > self._COUNTABLE:
                y = self._FOOT + count * self._unit + 3
                self._label(str(count), x + step / 2, y, "centre", SMALL, GREY)

    def _draw_levels(self, scale: Scale) -> None:
        top = self.height - self._HEAD
        shown = [one for one in self._levels if one[2] > self._axis.low and one[1] < self._axis.high]
        centres, texts = [], []
        for name, low, high in shown:
            inside = sum(low <= score and (score < high or high == FULL_MARKS) for score in self._scores)
            left, right = scale.place(max(low, self._axis.low)), scale.place(min(high, self._axis.high))
            centres.append((left + right) / 2)
            texts.append(f"{name}　{inside}家")
            if low > self._axis.low:
                self._line((left, self._FOOT), (left, top + 8), 0.5)
                self._draw_bound(f"{show_short(low)}分", left, top + 11, scale)
        gap = max((text_width(text, ROLE, SIZE) for text in texts), default=0.0) + 8
        half = gap / 2
        places = spread_out(centres, gap, half, self.width - half)
        for x, text in zip(places, texts, strict=True):
            self._label(text, x, top + 35, "centre")
        if self._cut is not None:
            x = scale.place(self._cut)
            self._line((x, self._FOOT), (x, top + 20), 0.9, paint(INK), (3, 2))
            text = f"建议名单末位　{show_points(self._cut)}分"
            half = text_width(text, ROLE, SIZE) / 2
            self._label(text, min(max(x, half), self.width - half), top + 22, "centre")

    def _draw_bound(self, text: str, x: float, y: float, scale: Scale) -> None:
        """The bound of a level over its line, beside it where the line of the list would cut through."""
        cut = None if self._cut is None else scale.place(self._cut)
        if cut is None or abs(cut - x) > 13:
            self._label(text, x, y, "centre", SMALL, GREY)
        elif cut >= x:
            self._label(text, x - 1, y, "right", SMALL, GREY)
        else:
            self._label(text, x + 1, y, "left", SMALL, GREY)


class LevelBars(Chart):
    """How many candidates each level holds, for all and by category; shares of bars of equal length."""

    _ROW = 29.0
    _BAR = 13.0
    _HEAD = 18.0
    _LEFT = 64.0
    _RIGHT = 42.0

    def __init__(self, levels: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> None:
        self._levels, self._rows = levels, rows
        super().__init__(self._HEAD + self._ROW * len(rows))

    def draw(self) -> None:
        """Draw the bars with the names of the levels above the first one."""
        left, right = self._LEFT, self.width - self._RIGHT
        self._label("家数", self.width, self.height - 10, "right", SMALL, GREY)
        for number, (name, counts) in enumerate(self._rows):
            y = self.height - self._HEAD - (number + 1) * self._ROW + 8
            total = sum(counts)
            self._label(name, left - 8, y + 3.4, "right")
            self._label(str(total), self.width, y + 3.4, "right")
            x = left
            centres, texts = [], []
            for place, count in enumerate(counts):
                step = (right - left) * count / total
                if count:
                    self._segment(x, y, step, place)
                    inside = text_width(str(count), ROLE, SIZE) + 4 <= step
                    head = self._levels[place] if number == 0 else ""
                    if inside:
                        self._label(str(count), x + step / 2, y + 3.4, "centre", SIZE, self._on(place))
                    else:
                        head = f"{head or self._levels[place]} {count}"
                    if head:
                        centres.append(x + step / 2)
                        texts.append(head)
                x += step
            gap = max((text_width(text, ROLE, SMALL) for text in texts), default=0.0) + 6
            places = spread_out(centres, gap, left + gap / 2, right + 10 - gap / 2)
            for at, text in zip(places, texts, strict=True):
                self._label(text, at, y + self._BAR + 3, "centre", SMALL, INK if number == 0 else GREY)

    def _segment(self, x: float, y: float, step: float, place: int) -> None:
        self.canv.saveState()
        self.canv.setFillColor(tint(self.tone(place)))
        self.canv.setStrokeColor(paint(PAPER))
        self.canv.setLineWidth(0.8)
        self.canv.rect(x, y, step, self._BAR, stroke=1, fill=1)
        self.canv.restoreState()

    def tone(self, place: int) -> float:
        """How pale a level is, from 0 for the best to 1 for the last."""
        return place / max(len(self._levels) - 1, 1)

    def _on(self, place: int) -> str:
        return PAPER if self.tone(place) < 0.5 else INK


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A row of ranges: key and name before it, what it shows, and a figure in words behind it.

    `mark` is ringed; `single` values, in 1/100, stand as fine strokes below the line.
    """

    key: str
    name: str
    values: Summary
    mark: Fraction | Points
    told: str
    single: tuple[Fraction, ...] = ()


class RangeHeads(NamedTuple):
    """Words above the columns of ranges and beside their marks."""

    key: str
    name: str
    told: str
    mark: str


class Ranges(Chart):
    """Rows of ranges: a thin line from lowest to highest, a thick one over the middle half, a ring."""

    _HEAD = 16.0
    _FOOT = 34.0
    _FIFTH = 2.0

    def __init__(
        self, heads: RangeHeads, rows: Sequence[RangeRow], axis: Axis, row: float, name: float
    ) -> None:
        self._heads, self._rows, self._axis, self._row, self._name = heads, rows, axis, row, name
        gaps = (len(rows) - 1) // 5 * self._FIFTH
        super().__init__(self._HEAD + row * len(rows) + gaps + self._FOOT)

    def draw(self) -> None:
        """Draw the rows in fives, the axis below and a key to the marks."""
        begin = 26.0
        n = begin + self._name + 14
        scale = Scale(self._axis, n + 14, self.width - 40)
        top = self.height - self._HEAD
        for tick in self._axis.ticks:
            x = scale.place(tick)
            self._line((x, self._FOOT - 3), (x, top), HAIR, paint(GRID))
            self._label(show_short(tick), x, self._FOOT - 13, "centre")
        for text, x, side in (
            (self._heads.key, begin - 6, "right"),
            (self._heads.name, begin, "left"),
            ("n", n, "right"),
            (self._heads.told, self.width, "right"),
        ):
            self._label(text, x, self.height - 9, side, SMALL, GREY)  # type: ignore[arg-type]
        for number, one in enumerate(self._rows):
            middle = top - number * self._row - number // 5 * self._FIFTH - self._row / 2
            base = middle - SIZE * 0.36
            self._label(one.key, begin - 6, base, "right")
            self._label(shortened(one.name, self._name), begin, base)
            self._label(str(one.values.n), n, base, "right")
            self._label(one.told, self.width, base, "right")
            self._draw_range(one, scale, middle)
        self._draw_key(scale)

    def _draw_range(self, one: RangeRow, scale: Scale, y: float) -> None:
        values = one.values
        self._line((scale.place(values.lowest), y), (scale.place(values.highest), y), 0.7, paint(ACCENT))
        if values.n > 3:
            self._line((scale.place(values.lower), y), (scale.place(values.upper), y), 4.2, paint(ACCENT))
        for x in sorted({round(scale.place(value), 1) for value in one.single}):
            self._line((x, y - 8.5), (x, y - 5), 0.4, paint(GREY))
        self._ring(scale.place(one.mark), y)

    def _draw_key(self, scale: Scale) -> None:
        """One specimen of each mark with its name, in the last line."""
        y, x = 6.0, scale.left
        self._line((x, y), (x + 24, y), 0.7, paint(ACCENT))
        x += 27 + self._label("最低至最高", x + 27, y - 2.8, "left", SMALL, GREY) + 12
        self._line((x, y), (x + 16, y), 4.2, paint(ACCENT))
        x += 19 + self._label("中间一半", x + 19, y - 2.8, "left", SMALL, GREY) + 12
        self._ring(x + 3, y)
        x += 8 + self._label(self._heads.mark, x + 8, y - 2.8, "left", SMALL, GREY) + 12
        if any(one.single for one in self._rows):
            for number in range(4):
                self._line((x + 3 * number, y - 2), (x + 3 * number, y + 1.5), 0.4, paint(GREY))
            self._label("单家", x + 14, y - 2.8, "left", SMALL, GREY)


class Slopes(Chart):
    """Scores of two years joined by lines; rises are whole, falls are dashed, the largest are named."""

    _HEIGHT = 330.0
    _HEAD = 18.0
    _LEFT = 74.0
    _PLOT = 150.0

    def __init__(self, rows: Sequence[Change], named: Sequence[Change], axis: Axis, year: int) -> None:
        self._rows, self._named, self._axis, self._year = rows, named, axis, year
        super().__init__(self._HEIGHT)

    def draw(self) -> None:
        """Draw all lines pale, then the named ones with their labels at both ends."""
        left, right = self._LEFT, self._LEFT + self._PLOT
        scale = Scale(self._axis, 8, self.height - self._HEAD - 8)
        for x, text in ((left, f"{self._year - 1}年"), (right, f"{self._year}年")):
            self._line((x, scale.left), (x, scale.right), 0.6, paint(INK))
            self._label(text, x, self.height - 10, "centre")
        for tick in self._axis.ticks:
            y = scale.place(tick)
            self._label(show_short(tick), left - 50, y - 3, "right", SMALL, GREY)
            self._line((left, y), (left + 3, y), 0.5, paint(INK))
            self._line((right - 3, y), (right, y), 0.5, paint(INK))
        named = {one.candidate.candidate_id for one in self._named}
        for one in self._rows:
            if one.candidate.candidate_id not in named:
                self._draw_slope(one, scale, left, right, 0.3, "#9AA5B1")
        for one in self._named:
            self._draw_slope(one, scale, left, right, 1.2, ACCENT)
        self._draw_names(scale, left, right)

    def _draw_slope(
        self, one: Change, scale: Scale, left: float, right: float, width: float, colour: str
    ) -> None:
        dash = (3, 2) if one.change < 0 else ()
        start, end = (left, scale.place(one.before)), (right, scale.place(one.after))
        self._line(start, end, width, paint(colour), dash)

    def _draw_names(self, scale: Scale, left: float, right: float) -> None:
        low, high = scale.left - 4, scale.right + 4
        befores = spread_out([scale.place(one.before) for one in self._named], 9.5, low, high)
        afters = spread_out([scale.place(one.after) for one in self._named], 11.0, low, high)
        room = self.width - right - 14 - 66
        for one, before, after in zip(self._named, befores, afters, strict=True):
            self._line((left - 1, scale.place(one.before)), (left - 7, before))
            self._label(show_points(one.before), left - 8, before - 3, "right")
            self._line((right + 1, scale.place(one.after)), (right + 10, after))
            self._label(show_points(one.after), right + 38, after - 3, "right")
            self._label(signed(one.change), right + 74, after - 3, "right")
            self._label(shortened(one.candidate.name, room), right + 80, after - 3)
