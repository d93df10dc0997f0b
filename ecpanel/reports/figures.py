"""Exact figures in print: fractions of points as decimals where they end, as fractions where not."""

from __future__ import annotations

from fractions import Fraction

from ecpanel.domain.points import show_points
from ecpanel.domain.result import ExactFigure


def fraction(figure: ExactFigure | None) -> Fraction:
    """The exact value in 1/100; None is the empty sum."""
    return Fraction(0) if figure is None else Fraction(figure.numerator, figure.denominator)


def show_fraction(value: ExactFigure | Fraction | None) -> str:
    """A value in 1/100 of a point: "80.25" where two decimals say it all, else "80.2142…（561.5/7）"."""
    exact = value if isinstance(value, Fraction) else fraction(value)
    if exact.denominator == 1:
        return show_points(exact.numerator)
    points = exact / 100
    digits = int(points * 10_000)
    return f"{digits // 10_000}.{digits % 10_000:04d}…（{points.numerator}/{points.denominator}）"
