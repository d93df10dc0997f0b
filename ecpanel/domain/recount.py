"""The second count (核分): the official figures again, by another way, to be compared (rule 30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import Points, show_points
from ecpanel.domain.scheme import FULL_MARKS, Scheme, Scope, leaves
from ecpanel.domain.scoring import CandidateScore

Row = tuple[str, str, str, str, Points | None]
"""(expert, candidate, indicator, state, points) of a sheet in force."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A non-negative number as numerator over denominator, never reduced."""

    over: int
    under: int


def _add(a: _Ratio, b: _Ratio) -> _Ratio:
    if a.under == b.under:
        return _Ratio(a.over + b.over, a.under)
    return _Ratio(a.over * b.under + b.over * a.under, a.under * b.under)


def _half_up(value: _Ratio, places: int) -> Points:
    unit = (100, 10, 1)[places]
    quotient, rest = divmod(value.over, value.under * unit)
    return (quotient + (1 if 2 * rest >= value.under * unit else 0)) * unit


def _average(values: Sequence[_Ratio], trim: bool) -> _Ratio:
    kept = list(values)
    if trim:
        kept.sort(key=lambda ratio: ratio.over / ratio.under)
        kept = kept[1:-1]
    total = _Ratio(0, 1)
    for value in kept:
        total = _add(total, value)
    return _Ratio(total.over, total.under * len(kept))


def recount(scheme: Scheme, rows: Iterable[Row]) -> dict[str, Points]:
    """Official figures in 1/100 per candidate from flat rows; candidates held are left out."""
    maxima = {leaf.code: leaf.points for leaf in leaves(scheme)}
    cells: dict[str, dict[str, dict[str, tuple[str, Points | None]]]] = {}
    for expert, candidate, code, state, points in rows:
        cells.setdefault(candidate, {}).setdefault(expert, {})[code] = (state, points)
    figures: dict[str, Points] = {}
    for candidate, by_expert in cells.items():
        figure = (_count_totals if scheme.merging.scope is Scope.TOTAL else _count_leaves)(
            scheme, maxima, by_expert
        )
        if figure is not None:
            figures[candidate] = _half_up(figure, scheme.merging.places)
    return figures


_Cells = Mapping[str, Mapping[str, tuple[str, Points | None]]]


def _count_totals(scheme: Scheme, maxima: Mapping[str, Points], by_expert: _Cells) -> _Ratio | None:
    totals: list[_Ratio] = []
    for sheet in by_expert.values():
        states = {state for state, _ in sheet.values()}
        if len(sheet) < len(maxima) or states - {"scored", "not_applicable"} or "scored" not in states:
            continue
        earned = sum(points or 0 for _, points in sheet.values())
        possible = sum(maxima[code] for code, (state, _) in sheet.items() if state == "scored")
        totals.append(_Ratio(earned * FULL_MARKS, possible))
    if len(totals) < scheme.merging.min_valid:
        return None
    return _average(totals, scheme.merging.trimmed and len(totals) >= scheme.merging.trim_from)


def _count_leaves(scheme: Scheme, maxima: Mapping[str, Points], by_expert: _Cells) -> _Ratio | None:
    full = [
        sheet
        for sheet in by_expert.values()
        if len(sheet) == len(maxima) and all(state != "unscored" for state, _ in sheet.values())
    ]
    if len(full) < scheme.merging.min_valid:
        return None
    total, possible = _Ratio(0, 1), 0
    for code, maximum in maxima.items():
        values = [_Ratio(points, 1) for sheet in full if (points := sheet[code][1]) is not None]
        if not values:
            if any(sheet[code][0] == "abstained" for sheet in full):
                return None
            continue
        if len(values) < scheme.merging.min_valid:
            return None
        trim = scheme.merging.trimmed and len(values) >= scheme.merging.trim_from
        total, possible = _add(total, _average(values, trim)), possible + maximum
    return _Ratio(total.over * FULL_MARKS, total.under * possible) if possible else None


def compare_counts(first: Mapping[str, CandidateScore], second: Mapping[str, Points]) -> None:
    """Stop with `recount_differs` unless both counts agree on every candidate (rule 30)."""
    for candidate in sorted(first.keys() | second.keys()):
        once = first[candidate].score if candidate in first else None
        again = second.get(candidate)
        if once != again:
            shown = ["暂缓" if value is None else show_points(value) for value in (once, again)]
            raise EcpanelError("recount_differs", candidate=candidate, first=shown[0], second=shown[1])
