"""Points: exact decimals held as integers of 1/100, and the one rounding used anywhere."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from ecpanel.domain.errors import EcpanelError

Points = int
"""Hundredths of a point: 650 stands for 6.50."""

HUNDRED: Final = 100
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．", "0123456789.")
_DECIMAL = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?")


def parse_points(text: str) -> Points:
    """Read a typed or printed number of points, e.g. "6.5", "６．５" or " 6.50 ".

    Full-width digits and surrounding blanks are accepted; signs, exponents, thousands marks and
    more than two decimals are not. Raises EcpanelError `points_unreadable`. Never yields zero for
    an empty text (rule 20: empty is not zero).
    """
    plain = text.translate(_HALF_WIDTH).strip()
    if not _DECIMAL.fullmatch(plain):
        raise EcpanelError("points_unreadable", text=text)
    whole, _, decimals = plain.partition(".")
    return int(whole) * HUNDRED + int(decimals.ljust(2, "0") if decimals else "0")


def show_points(points: Points, places: int = 2) -> str:
    """Print points with a fixed number of decimals, 0 to 2: 650 -> "6.50".

    The value must be exact at that place; printing never rounds.
    """
    scale: int = 10 ** (2 - places)
    if points % scale:
        raise ValueError(f"{points} hundredths are not exact at {places} decimals")
    sign = "-" if points < 0 else ""
    whole, rest = divmod(abs(points), HUNDRED)
    return sign + str(whole) + (f".{rest:02d}"[: places + 1] if places else "")


def show_short(points: Points) -> str:
    """Print points without needless zeros, for labels: 800 -> "8", 650 -> "6.5"."""
    text = show_points(points)
    return text.rstrip("0").rstrip(".")


def round_half_up(value: Fraction, places: int) -> Points:
    """Round an exact value in hundredths of a point at the given decimal place of a point.

    Half goes up, away from zero for negative values (四舍五入, rule 29). `places` is 0 to 2.
    Returns hundredths.
    """
    if not 0 <= places <= 2:
        raise ValueError("places must be 0, 1 or 2")
    unit: int = 10 ** (2 - places)
    scaled = abs(value) / unit
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (-rounded if value < 0 else rounded) * unit


def is_on_step(points: Points, step: Points) -> bool:
    """Whether a value is a whole multiple of the step of its indicator (rule 20)."""
    return points % step == 0
