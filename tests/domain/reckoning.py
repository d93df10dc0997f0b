"""The figures and ranks of a review reckoned afresh from the written rules (28, 29, 33).

Nothing of the program is imported: a scheme is the plain dict of its data file, a row is
(expert, candidate, indicator, state, hundredths or None), every number is a Fraction of a point.

Conventions of the scheme that are followed here:

* A leaf that is not applicable is taken out and the rest is scaled back to full marks.
* By total, a sheet counts when every indicator is scored or not applicable and at least one is scored.
* By leaf, a sheet counts when every indicator is answered; an abstained cell has no value.
* Fewer than `min_valid` values (sheets; by leaf also scores of any leaf that anybody scored) hold the
  result back, and so does, by leaf, an indicator which nobody scored although somebody abstained.
* One highest and one lowest value are left out from `trim_from` values on.
* The figure is rounded once, half up, at `places`. Sections are rounded plain means.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Row = tuple[str, str, str, str, int | None]
FULL = Fraction(100)


@dataclass(frozen=True)
class Figures:
    """What one candidate comes to, in points; `official` is None while held."""

    n: int
    official: Fraction | None
    plain: Fraction | None
    trimmed: Fraction | None
    sections: Mapping[str, Fraction]


@dataclass(frozen=True)
class Entry:
    """What a ranking needs to know of a candidate besides its figures."""

    category: str = ""
    region: str = ""
    last_year: Fraction | None = None


@dataclass(frozen=True)
class Ranked:
    """Where a candidate stands."""

    rank: int
    category_rank: int
    region_rank: int
    decided_by: str
    level: str


def half_up(value: Fraction, places: int) -> Fraction:
    """四舍五入 of a non-negative value."""
    unit = Fraction(1, 10**places)
    return math.floor(value / unit + Fraction(1, 2)) * unit


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def without_extremes(values: Sequence[Fraction]) -> list[Fraction]:
    rest = list(values)
    rest.remove(max(rest))
    rest.remove(min(rest))
    return rest


def leaf_maxima(node: Mapping[str, Any]) -> dict[str, Fraction]:
    """Maximum of every indicator below a node of the scheme, in points."""
    below = node.get("sections", node.get("children"))
    if below is None:
        return {node["code"]: Fraction(node["points"], 100)}
    return {code: points for child in below for code, points in leaf_maxima(child).items()}


Cells = Mapping[str, tuple[str, Fraction | None]]


def full_share(cells: Cells, maxima: Mapping[str, Fraction], full: Fraction) -> Fraction | None:
    """A sheet's total over some indicators, scaled to `full`; None where a value is missing."""
    states = {code: cells.get(code, ("unscored", None))[0] for code in maxima}
    if not set(states.values()) <= {"scored", "not_applicable"}:
        return None
    asked = [code for code, state in states.items() if state == "scored"]
    if not asked:
        return None
    earned = sum((cells[code][1] or Fraction(0) for code in asked), Fraction(0))
    return earned / sum(maxima[code] for code in asked) * full


def reckon_figures(
    scheme: Mapping[str, Any],
    rows: Iterable[Row],
    candidates: Iterable[str] = (),
    *,
    recused: Collection[tuple[str, str]] = (),
    voided: Collection[str] = (),
    members: Collection[str] | None = None,
) -> dict[str, Figures]:
    """All figures of all candidates; `recused` are (expert, candidate), `members` None for everyone."""
    sheets: dict[str, dict[str, dict[str, tuple[str, Fraction | None]]]] = {one: {} for one in candidates}
    for expert, candidate, code, state, hundredths in rows:
        barred = (expert, candidate) in recused or expert in voided
        if barred or (members is not None and expert not in members):
            continue
        value = None if hundredths is None else Fraction(hundredths, 100)
        sheets.setdefault(candidate, {}).setdefault(expert, {})[code] = (state, value)
    by_leaf = scheme["merging"]["scope"] == "leaf"
    one_candidate = _reckon_by_leaf if by_leaf else _reckon_by_total
    return {candidate: one_candidate(scheme, list(given.values())) for candidate, given in sheets.items()}


def reckon(
    scheme: Mapping[str, Any], rows: Iterable[Row], candidates: Iterable[str] = (), **kept_out: Any
) -> dict[str, Fraction | None]:
    """Official rounded figure of every candidate in points, None while held."""
    figures = reckon_figures(scheme, rows, candidates, **kept_out)
    return {candidate: one.official for candidate, one in figures.items()}


def _sections(scheme: Mapping[str, Any], sheets: Iterable[Cells]) -> dict[str, Fraction]:
    found = {}
    given = list(sheets)
    for top in scheme["sections"]:
        maxima, full = leaf_maxima(top), Fraction(top["points"], 100)
        shares = [share for cells in given if (share := full_share(cells, maxima, full)) is not None]
        if shares:
            found[top["code"]] = half_up(mean(shares), scheme["merging"]["places"])
    return found


def _reckon_by_total(scheme: Mapping[str, Any], sheets: Sequence[Cells]) -> Figures:
    rules, maxima = scheme["merging"], leaf_maxima(scheme)
    whole = [(cells, total) for cells in sheets if (total := full_share(cells, maxima, FULL)) is not None]
    totals, sections = [total for _, total in whole], _sections(scheme, [cells for cells, _ in whole])
    if len(totals) < rules["min_valid"]:
        return Figures(len(totals), None, None, None, sections)
    plain = half_up(mean(totals), rules["places"])
    trimmed = None
    if len(totals) >= rules["trim_from"]:
        trimmed = half_up(mean(without_extremes(totals)), rules["places"])
    official = trimmed if rules["trimmed"] and trimmed is not None else plain
    return Figures(len(totals), official, plain, trimmed, sections)


def _reckon_by_leaf(scheme: Mapping[str, Any], sheets: Sequence[Cells]) -> Figures:
    rules, maxima = scheme["merging"], leaf_maxima(scheme)
    whole = [
        cells
        for cells in sheets
        if all(cells.get(code, ("unscored", None))[0] != "unscored" for code in maxima)
    ]
    n, sections = len(whole), _sections(scheme, whole)
    held = Figures(n, None, None, None, sections)
    values = {code: [value for cells in whole if (value := cells[code][1]) is not None] for code in maxima}
    asked = [code for code in maxima if values[code]]
    silent = [code for code in maxima if not values[code]]
    abstained = any(cells[code][0] == "abstained" for cells in whole for code in silent)
    if n < rules["min_valid"] or not asked or abstained:
        return held
    if any(len(values[code]) < rules["min_valid"] for code in asked):
        return held
    scale = FULL / sum(maxima[code] for code in asked)
    plain = {code: mean(values[code]) for code in asked}
    cut = {
        code: mean(without_extremes(values[code]))
        for code in asked
        if len(values[code]) >= rules["trim_from"]
    }
    in_force = {**plain, **cut} if rules["trimmed"] else plain

    def figure(by_code: Mapping[str, Fraction]) -> Fraction:
        return half_up(scale * sum(by_code.values(), Fraction(0)), rules["places"])

    return Figures(
        n, figure(in_force), figure(plain), figure(cut) if len(cut) == len(asked) else None, sections
    )


def reckon_ranks(
    scheme: Mapping[str, Any],
    figures: Mapping[str, Figures],
    entries: Mapping[str, Entry],
    *,
    failed: Collection[str] = (),
    votes: Sequence[Sequence[str]] = (),
) -> dict[str, Ranked]:
    """Ranks of every candidate neither held nor failed: one plus the number of strictly better ones.

    The key of each candidate grows by one value per step of the chain; a step that not all of the
    candidates still level can answer adds nothing. A later vote replaces an earlier one.
    """
    running = [one for one in figures if one not in failed and figures[one].official is not None]
    keys: dict[str, tuple[Fraction, ...]] = {one: (figures[one].official or Fraction(0),) for one in running}
    decided = dict.fromkeys(running, "")
    for tie in scheme["merging"]["ties"]:
        step, code = tie["step"], tie["section"]
        classes: dict[tuple[Fraction, ...], list[str]] = {}
        for one in running:
            classes.setdefault(keys[one], []).append(one)
        for level in classes.values():
            answers: dict[str, Fraction | None]
            if step == "section":
                answers = {one: figures[one].sections.get(code) for one in level}
            elif step == "untrimmed":
                answers = {one: figures[one].plain for one in level}
            elif step == "last_year":
                answers = {one: entries[one].last_year for one in level}
            else:
                order = [vote for vote in votes if sorted(vote) == sorted(level)][-1:]
                answers = {one: Fraction(-order[0].index(one)) if order else None for one in level}
            able = all(answer is not None for answer in answers.values())
            apart = able and len(set(answers.values())) > 1
            for one in level:
                keys[one] += ((answers[one] if able else None) or Fraction(0),)
                if apart:
                    decided[one] = f"{step}:{code}" if code else step
    ranked = {}
    for one in running:
        better = [other for other in running if keys[other] > keys[one]]
        if sum(keys[other] == keys[one] for other in running) > 1:
            decided[one] = "shared"
        ranked[one] = Ranked(
            1 + len(better),
            1 + sum(entries[other].category == entries[one].category for other in better),
            1 + sum(entries[other].region == entries[one].region for other in better),
            decided[one],
            reckon_level(scheme, figures[one].official or Fraction(0), 1 + len(better), len(running)),
        )
    return ranked


def reckon_level(scheme: Mapping[str, Any], figure: Fraction, rank: int, ranked: int) -> str:
    """The level by score or by share of the ranking; the last level takes the rest."""
    for level in scheme["levels"]:
        if scheme["level_by"] == "score":
            reached = figure >= Fraction(level["bound"], 100)
        else:
            reached = Fraction(rank, ranked) <= Fraction(level["bound"], 10000)
        if reached:
            return str(level["name"])
    return str(scheme["levels"][-1]["name"])
