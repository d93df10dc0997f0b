"""What an expert may choose at once for an indicator: its levels with their values, or its bands."""

from __future__ import annotations

from dataclasses import dataclass

from ecpanel.domain.points import Points, show_short
from ecpanel.domain.scheme import BandTable, Indicator


@dataclass(frozen=True, slots=True)
class Choice:
    """A level (优) or band (满 300 亿元): its lowest and highest value on the step, and the one it starts
    from. `start` is None where no value of the step lies in it."""

    name: str
    text: str
    lowest: Points
    highest: Points
    start: Points | None

    @property
    def span(self) -> str:
        """Its values as people read them: "6–7", or "8" where there is only one."""
        if self.start is None:
            return ""
        low, high = show_short(self.lowest), show_short(self.highest)
        return low if low == high else f"{low}–{high}"

    def holds(self, points: Points | None) -> bool:
        """Whether a value lies in it."""
        return points is not None and self.start is not None and self.lowest <= points <= self.highest


def choices(leaf: Indicator, category: str = "") -> tuple[Choice, ...]:
    """The choices of an indicator from the best to the worst; a level starts from its middle value, the
    lower of two."""
    if not leaf.descriptors:
        return _of_bands(leaf, category)
    made = []
    above = leaf.points + leaf.step
    for one in sorted(leaf.descriptors, key=lambda level: level.from_percent, reverse=True):
        lowest = -(-one.from_percent * leaf.points // (100 * leaf.step)) * leaf.step
        highest = above - leaf.step
        count = (highest - lowest) // leaf.step + 1
        start = lowest + (count - 1) // 2 * leaf.step if count > 0 else None
        made.append(Choice(one.name, one.text, lowest, highest, start))
        above = min(lowest, above)
    return tuple(made)


def table_for(leaf: Indicator, category: str) -> BandTable | None:
    """The bands that serve a category, or None."""
    tables = {table.category: table for table in leaf.band_tables}
    return tables.get(category) or tables.get("")


def _of_bands(leaf: Indicator, category: str) -> tuple[Choice, ...]:
    table = table_for(leaf, category)
    if table is None:
        return ()
    made: list[Choice] = []
    below = ""
    for band in sorted(table.bands, key=lambda one: one.threshold, reverse=True):
        text = f"满{band.at_least}{table.unit}" + (f"，不足{below}{table.unit}" if below else "")
        made.append(Choice(f"{show_short(band.points)}分", text, band.points, band.points, band.points))
        below = band.at_least
    return tuple(made)
