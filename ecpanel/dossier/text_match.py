"""Finding words as people mean them: width, case, and blanks or line ends inside Chinese do not matter."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_RADICALS: Final = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
"""Shapes that PDF writers put for whole characters and that Unicode does not unify by itself."""
_BREAKS: Final = frozenset("\x02\ufffe\u00ad")
"""How text of a PDF marks a hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text stripped to what is compared; `places[i]` is where its i-th character stood in the original."""

    text: str
    places: array[int]


def plain_text(characters: Iterable[str]) -> PlainText:
    """Strip the characters of a text; each item counts as one place, whatever its length."""
    kept: list[str] = []
    places = array("L")
    gap = joined = False
    for place, character in enumerate(characters):
        if character.isspace():
            gap = not joined
            continue
        plain = _plain(character)
        if not plain:
            joined = joined or character in _BREAKS
            continue
        if gap and kept and _is_latin(kept[-1]) and _is_latin(plain[0]):
            kept.append(" ")
            places.append(place)
        gap = joined = False
        for part in plain:
            kept.append(part)
            places.append(place)
    return PlainText("".join(kept), places)


def occurrences(within: PlainText, query: str) -> Iterator[tuple[int, int]]:
    """Where a query stands in the original, as first and last place; hits do not overlap."""
    wanted = plain_text(query).text
    start = within.text.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        yield within.places[start], within.places[end - 1]
        start = within.text.find(wanted, end)


@lru_cache(8192)
def _plain(character: str) -> str:
    """A character as it is compared; empty for those nobody sees."""
    folded = unicodedata.normalize("NFKC", character).translate(_RADICALS).casefold()
    return "".join(part for part in folded if not part.isspace() and not _is_unseen(part))


def _is_unseen(character: str) -> bool:
    if character in _BREAKS or unicodedata.category(character) in ("Cc", "Cf"):
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_latin(character: str) -> bool:
    """Whether a blank beside it parts words: letters and digits that are not Chinese."""
    return character.isalnum() and unicodedata.east_asian_width(character) not in "WF"
