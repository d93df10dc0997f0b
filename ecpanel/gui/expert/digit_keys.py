"""What a digit means while the levels have the focus: a level, or the beginning of a number."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ecpanel.domain.points import HUNDRED, Points

PATIENCE: Final = 1.0
"""Seconds within which a second level digit still joins the first to a number such as 12."""
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．。", "0123456789..")


def plain_number(typed: str) -> str:
    """A number as typed with Chinese input on, in plain digits: "６。５" is 6.5, "6." is 6."""
    number = typed.translate(_HALF_WIDTH).strip()
    return number[:-1] if number.endswith(".") and number.count(".") == 1 else number


class DigitKeys:
    """1 chooses the first level. What cannot be a level (7, 0) begins a number; so does a point after a
    digit (2 . 5), and a second digit where both together are a value (1 0 of 12)."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._first, self._at = "", 0.0

    @property
    def has_first(self) -> bool:
        """Whether a level was just chosen by a digit that may still become part of a number."""
        return bool(self._first)

    def forget(self) -> None:
        """Something else happened: the next digit stands alone."""
        self._first = ""

    def press(self, typed: str, levels: int, maximum: Points) -> int | str | None:
        """A level from 1, the beginning of a number, or None for a key that is neither."""
        key = typed.translate(_HALF_WIDTH)
        first, self._first = self._first, ""
        if key == ".":
            return f"{first or '0'}."
        if len(key) != 1 or not "0" <= key <= "9":
            return None
        is_level = 1 <= int(key) <= levels
        joined = int(first + key) if first else 0
        in_time = self._seconds() - self._at <= PATIENCE
        if first and joined * HUNDRED <= maximum and (in_time or not is_level):
            return str(joined)
        if is_level:
            self._first, self._at = key, self._seconds()
            return int(key)
        return key
