"""What a search has found so far: in the order of the document, though it begins at the page in view."""

from __future__ import annotations

from bisect import bisect_left

from ecpanel.dossier.page_source import Hit
from ecpanel.gui.viewer.rendering import Finding


class FoundHits:
    """Hits of one query. The one shown first is the first at or behind the page where the search began."""

    def __init__(self, query: str = "", start: int = 1, pages: int = 0) -> None:
        self.query = query
        self._start, self._pages = start, pages
        self._searched = 0
        self.hits: list[Hit] = []
        self.chosen: Hit | None = None

    @property
    def done(self) -> bool:
        """Whether every page was searched."""
        return self._searched >= self._pages

    @property
    def number(self) -> int:
        """Which hit is shown, from 1; 0 when none is."""
        return next((place for place, hit in enumerate(self.hits, 1) if hit is self.chosen), 0)

    def add(self, finding: Finding) -> bool:
        """Take in what one page gave; True when that changes the hit shown."""
        if finding.query != self.query:
            return False
        self._searched = max(self._searched, finding.searched)
        place = bisect_left(self.hits, finding.page, key=lambda hit: hit.page)
        self.hits[place:place] = finding.hits
        if self.chosen is None and finding.hits:
            self.chosen = finding.hits[0]  # pages come from the start on, so the first to come is it
            return True
        return False

    def move(self, way: int) -> None:
        """Show the next hit, or the one before; round at the ends."""
        if self.hits:
            self.chosen = self.hits[(self.number - 1 + way) % len(self.hits)]
