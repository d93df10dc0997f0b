"""Breaks mixed Chinese, Latin and numeric text into lines by the 禁则 (what may not begin or end a line)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

NOT_AT_START = frozenset(
    "，。、；：？！”’）》〉」』】〗〕］｝〞…—–％‰℃°·・～々／"
    ",.;:?!)]}%~/′″\u00a0"
    + "".join(map(chr, range(0x300, 0x370)))  # combining marks belong to the letter before them
)
"""Characters that never begin a line, the first line of a paragraph excepted."""

NOT_AT_END = frozenset("“‘（《〈「『【〖〔［｛〝([{￥¥＄$£￡№\u00a0")
"""Characters that never end a line."""

SPACES = frozenset(" \u3000\u2002\u2003\u2009")
"""Spaces that may vanish where a line breaks; U+00A0 is not one of them."""

_WORD = (
    r"\x21-\x7e\xa0\xa1\xaa-\xac\xae-\xb6\xb8-\u024f"  # ASCII, no-break space, Latin without · (b7)
    r"\u0300-\u036f\u0370-\u052f\u2212"  # combining marks, Greek, Cyrillic, minus
    r"\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"  # full-width figures and letters
)
_APOSTROPHE = "(?<=[A-Za-z])’(?=[A-Za-z])|[A-Za-z](?=’[A-Za-z])"
_WORD_PAIR = re.compile(f"[{_WORD}](?=[{_WORD}])|{_APOSTROPHE}")
_UNSTRETCHED = re.compile(f"{_WORD_PAIR.pattern}|—(?=—)|…(?=…)")
_Rule = Callable[[str, int], bool]
_LIST_COMMA = frozenset(",;")
_TOLERANCE = 0.01  # pt; far below what a printer can show, above what sums of floats lose


class Run(NamedTuple):
    """Characters of one font and colour with the advance of each one in pt."""

    text: str
    role: str
    colour: str | None
    advances: Sequence[float]

    def part(self, start: int, end: int) -> Run:
        """The characters from `start` up to `end` of this run."""
        return Run(self.text[start:end], self.role, self.colour, self.advances[start:end])


class Line(NamedTuple):
    """One set line; widths in pt, `start` and `end` count characters of the joined runs."""

    pieces: tuple[Run, ...]
    start: int
    end: int
    width: float
    """Sum of the advances."""
    room: float
    """The measure the line had to fit into."""
    opens: bool
    """True for the first line of a paragraph."""
    closes: bool
    """True for the last line of a paragraph, which is never spread."""

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(piece.text for piece in self.pieces)


def is_glued(text: str, position: int) -> bool:
    """True when the characters before and after `position` belong to one number or Latin word."""
    if not _WORD_PAIR.match(text, position - 1):
        return False
    return not (text[position - 1] in _LIST_COMMA and text[position].isalpha())


def stretch_places(text: str) -> list[bool]:
    """For each character, whether a spread line gets more room after it; words, —— and …… keep whole."""
    places = [True] * len(text)
    for pair in _UNSTRETCHED.finditer(text):
        places[pair.start()] = False
    if text:
        places[-1] = False
    return places


def spread_gap(line: Line) -> float:
    """Room in pt to add at each of the `stretch_places` so that the line ends flush; 0 where it cannot."""
    places = sum(stretch_places(line.text))
    return max(line.room - line.width, 0.0) / places if places else 0.0


def break_lines(runs: Sequence[Run], widths: Sequence[float], *, continued: bool = False) -> list[Line]:
    r"""Sets `runs` into lines no wider than `widths` (pt).

    `widths` holds the measure of the first, second … line of a paragraph; the last one serves all further
    lines. "\n" ends a paragraph. `continued` says that the text begins inside a paragraph, so its first
    line is not an opening one. Nothing hangs out: a closing mark that does not fit takes the character
    before it down. Only a single character wider than its measure makes a line too wide.
    """
    return _Breaker(runs, widths).lines(continued)


def may_break(text: str, position: int) -> bool:
    """True when a line may end before `position`; spaces stay with the line they follow."""
    return _obeys_marks(text, position) and not is_glued(text, position)


def _obeys_marks(text: str, position: int) -> bool:
    """True when neither side of a break before `position` would hold a forbidden mark."""
    after = text[position]
    if after in NOT_AT_START or after in SPACES:
        return False
    last = position - 1
    while last >= 0 and text[last] in SPACES:
        last -= 1
    return last >= 0 and text[last] not in NOT_AT_END and text[last] != "\n"


class _Breaker:
    """The text of one call, flattened, with the running sum of its advances."""

    def __init__(self, runs: Sequence[Run], widths: Sequence[float]) -> None:
        self.runs = runs
        self.widths = widths
        self.text = runs[0].text if len(runs) == 1 else "".join(run.text for run in runs)
        self.sums = list(accumulate(chain.from_iterable(run.advances for run in runs), initial=0.0))

    def lines(self, continued: bool) -> list[Line]:
        """All lines of all paragraphs."""
        found: list[Line] = []
        begin = 0
        while True:
            stop = self.text.find("\n", begin)
            if stop < 0:
                self._paragraph(begin, len(self.text), continued, found)
                return found
            self._paragraph(begin, stop, continued, found)
            begin, continued = stop + 1, False

    def _paragraph(self, start: int, stop: int, continued: bool, found: list[Line]) -> None:
        number = 1 if continued else 0
        opens = not continued
        while True:
            end = self._end(start, stop, number)
            found.append(self._line(start, end, number, opens, closes=end >= stop))
            if end >= stop:
                return
            start, number, opens = end, number + 1, False

    def _width(self, number: int) -> float:
        return self.widths[min(number, len(self.widths) - 1)]

    def _line(self, start: int, end: int, number: int, opens: bool, *, closes: bool) -> Line:
        shown = end
        while shown > start and self.text[shown - 1] in SPACES:
            shown -= 1
        width = self.sums[shown] - self.sums[start]
        return Line(self._pieces(start, shown), start, shown, width, self._width(number), opens, closes)

    def _pieces(self, start: int, end: int) -> tuple[Run, ...]:
        pieces = []
        offset = 0
        for run in self.runs:
            length = len(run.text)
            low, high = max(start - offset, 0), min(end - offset, length)
            if low < high:
                pieces.append(run if high - low == length else run.part(low, high))
            offset += length
            if offset >= end:
                break
        return tuple(pieces)

    def _end(self, start: int, stop: int, number: int) -> int:
        """Where the line that begins at `start` ends, the spaces that follow it included."""
        limit = self.sums[start] + self._width(number) + _TOLERANCE
        if self.sums[stop] <= limit:
            return stop
        fit = max(bisect_right(self.sums, limit, start + 1, stop + 1) - 1, start + 1)
        while fit < stop and self.text[fit] in SPACES:
            fit += 1
        if fit == stop:
            return stop
        end = self._last(may_break, start, fit)
        if end is None or self._is_oversize(end, fit, stop, number + 1):
            return self._last(_obeys_marks, start, fit) or fit
        return end

    def _last(self, allowed: _Rule, start: int, fit: int) -> int | None:
        for position in range(fit, start, -1):
            if allowed(self.text, position):
                return position
        return None

    def _is_oversize(self, begin: int, fit: int, stop: int, number: int) -> bool:
        """True when what a break at `begin` carries down is too long for the next line as well."""
        if begin == fit:
            return False
        limit = self.sums[begin] + self._width(number) + _TOLERANCE
        position = fit + 1
        while position < stop and not may_break(self.text, position):
            if self.sums[position] > limit:
                return True
            position += 1
        return self.sums[position] > limit
