"""Merging (合成): from the experts' sheets of one candidate to its exact and rounded figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ecpanel.domain.points import Points, round_half_up
from ecpanel.domain.scheme import FULL_MARKS, Scheme, Scope, leaves
from ecpanel.domain.sheet import Sheet, State


class Standing(StrEnum):
    """Whether one expert's sheet counts for a candidate, and why not."""

    COUNTED = "counted"
    DROPPED_HIGH = "dropped_high"
    DROPPED_LOW = "dropped_low"
    RECUSED = "recused"
    VOIDED = "voided"
    MISSING = "missing"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class SheetTotal:
    """One expert's total for a candidate, exact in 1/100; None where no total exists."""

    expert_id: str
    standing: Standing
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class LeafFigure:
    """One indicator of a candidate: number of valid scores, their plain mean and the mean in force,
    both exact in 1/100; None where nobody scored it."""

    indicator: str
    n: int
    plain: Fraction | None
    official: Fraction | None


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """The figures of one candidate. `score` is the official rounded figure, None while held.

    `plain` and `trimmed` are always both computed and printed (rule 28); `trimmed` is None with
    fewer valid scores than the scheme's `trim_from`. `sections` are rounded plain means.
    """

    candidate_id: str
    n: int
    score: Points | None
    exact: Fraction | None
    plain: Points | None
    trimmed: Points | None
    sections: Mapping[str, Points]
    totals: tuple[SheetTotal, ...]
    figures: tuple[LeafFigure, ...]
    held_for: str = ""

    @property
    def held(self) -> bool:
        """Whether too few valid scores keep the result back (rule 16)."""
        return self.score is None


@dataclass(frozen=True, slots=True)
class Plan:
    """A scheme laid out flat for the arithmetic: leaf codes, maxima and the codes of each section."""

    scheme: Scheme
    codes: tuple[str, ...]
    maxima: Mapping[str, Points]
    section_codes: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, scheme: Scheme) -> Plan:
        """Lay out a scheme."""
        flat = list(leaves(scheme))
        return cls(
            scheme,
            tuple(leaf.code for leaf in flat),
            {leaf.code: leaf.points for leaf in flat},
            {top.code: tuple(leaf.code for leaf in leaves(top)) for top in scheme.sections},
        )


def scaled_total(
    sheet: Sheet, codes: Sequence[str], maxima: Mapping[str, Points], full: Points
) -> Fraction | None:
    """The total of some leaves of a sheet, exact in 1/100.

    Leaves marked not applicable are taken out and the rest is scaled to `full`; an unscored or
    abstained leaf leaves no total (missing is not zero), nor does a sheet where nothing applies.
    """
    earned = possible = 0
    scores = sheet.scores
    for code in codes:
        score = scores.get(code)
        if score is None:
            return None
        if score.points is not None:
            earned += score.points
            possible += maxima[code]
        elif score.state is not State.NOT_APPLICABLE:
            return None
    if possible == full:
        return Fraction(earned)
    return Fraction(earned * full, possible) if possible else None


def score_candidate(
    plan: Plan,
    candidate_id: str,
    members: Sequence[str],
    sheets: Mapping[str, Sheet],
    recused: Collection[str] = (),
    voided: Collection[str] = (),
) -> CandidateScore:
    """Merge the sheets of one candidate (rules 15-17, 28, 29).

    `members` are all experts of its group, `sheets` maps expert id to the sheet in force. The
    order of experts never matters: sums are exact and drops depend on values only.
    """
    totals: list[SheetTotal] = []
    valid: list[Sheet] = []
    for expert in sorted(members):
        sheet = sheets.get(expert)
        if expert in recused:
            totals.append(SheetTotal(expert, Standing.RECUSED, None))
        elif sheet is None:
            totals.append(SheetTotal(expert, Standing.VOIDED if expert in voided else Standing.MISSING, None))
        elif expert in voided:
            totals.append(
                SheetTotal(expert, Standing.VOIDED, scaled_total(sheet, plan.codes, plan.maxima, FULL_MARKS))
            )
        else:
            total = scaled_total(sheet, plan.codes, plan.maxima, FULL_MARKS)
            standing = Standing.INCOMPLETE if total is None else Standing.COUNTED
            if plan.scheme.merging.scope is Scope.LEAF and total is None and _all_answered(sheet, plan):
                standing = Standing.COUNTED
            totals.append(SheetTotal(expert, standing, total))
            if standing is Standing.COUNTED:
                valid.append(sheet)
    figures = tuple(_leaf_figure(plan, code, valid) for code in plan.codes)
    if plan.scheme.merging.scope is Scope.TOTAL:
        return _by_total(plan, candidate_id, totals, valid, figures)
    return _by_leaf(plan, candidate_id, totals, valid, figures)


def _all_answered(sheet: Sheet, plan: Plan) -> bool:
    return all(code in sheet.scores and sheet.scores[code].state is not State.UNSCORED for code in plan.codes)


def _mean(values: Sequence[Points] | Sequence[Fraction]) -> Fraction:
    if all(value.denominator == 1 for value in values):
        return Fraction(sum(value.numerator for value in values), len(values))
    total: int | Fraction = 0
    for value in values:
        total += value
    return Fraction(total) / len(values)


def _trimmed(ordered: Sequence[Fraction] | Sequence[Points], trim_from: int) -> Fraction | None:
    return _mean(ordered[1:-1]) if len(ordered) >= trim_from else None


def _leaf_figure(plan: Plan, code: str, valid: Sequence[Sheet]) -> LeafFigure:
    merging = plan.scheme.merging
    values = [score.points for sheet in valid if (score := sheet.scores[code]).points is not None]
    if not values:
        return LeafFigure(code, 0, None, None)
    plain = Fraction(sum(values), len(values))
    official = plain
    if merging.scope is Scope.LEAF and merging.trimmed:
        cut = _trimmed(sorted(values), merging.trim_from)
        official = plain if cut is None else cut
    return LeafFigure(code, len(values), plain, official)


def _sections(plan: Plan, valid: Sequence[Sheet]) -> dict[str, Points]:
    result: dict[str, Points] = {}
    for top in plan.scheme.sections:
        codes = plan.section_codes[top.code]
        parts = [
            part
            for sheet in valid
            if (part := scaled_total(sheet, codes, plan.maxima, top.points)) is not None
        ]
        if parts:
            result[top.code] = round_half_up(_mean(parts), plan.scheme.merging.places)
    return result


def _by_total(
    plan: Plan,
    candidate_id: str,
    totals: list[SheetTotal],
    valid: list[Sheet],
    figures: tuple[LeafFigure, ...],
) -> CandidateScore:
    merging = plan.scheme.merging
    counted = sorted(
        (one.total, one.expert_id)
        for one in totals
        if one.standing is Standing.COUNTED and one.total is not None
    )
    values = [total for total, _ in counted]
    if len(values) < merging.min_valid:
        return CandidateScore(
            candidate_id,
            len(values),
            None,
            None,
            None,
            None,
            _sections(plan, valid),
            tuple(totals),
            figures,
            "too_few",
        )
    plain = _mean(values)
    cut = _trimmed(values, merging.trim_from)
    exact = plain
    if merging.trimmed and cut is not None:
        exact = cut
        dropped = {counted[0][1]: Standing.DROPPED_LOW, counted[-1][1]: Standing.DROPPED_HIGH}
        totals = [
            SheetTotal(one.expert_id, dropped.get(one.expert_id, one.standing), one.total) for one in totals
        ]
    return _finished(plan, candidate_id, len(values), exact, plain, cut, totals, valid, figures)


def _by_leaf(
    plan: Plan,
    candidate_id: str,
    totals: list[SheetTotal],
    valid: list[Sheet],
    figures: tuple[LeafFigure, ...],
) -> CandidateScore:
    merging = plan.scheme.merging
    n = len(valid)
    scored = [figure for figure in figures if figure.n]
    dropped_leaves = [figure for figure in figures if not figure.n]
    thin = any(figure.n < merging.min_valid for figure in scored)
    unanswered = any(
        any(sheet.scores[figure.indicator].state is State.ABSTAINED for sheet in valid)
        for figure in dropped_leaves
    )
    if n < merging.min_valid or thin or unanswered or not scored:
        return CandidateScore(
            candidate_id, n, None, None, None, None, _sections(plan, valid), tuple(totals), figures, "too_few"
        )
    possible = sum(plan.maxima[figure.indicator] for figure in scored)
    scale = Fraction(FULL_MARKS, possible)
    plain = scale * sum((figure.plain for figure in scored if figure.plain is not None), Fraction(0))
    cut = None
    if all(figure.n >= merging.trim_from for figure in scored):
        cut = scale * sum((_trim_leaf(figure.indicator, valid) for figure in scored), Fraction(0))
    exact = scale * sum((figure.official for figure in scored if figure.official is not None), Fraction(0))
    return _finished(plan, candidate_id, n, exact, plain, cut, totals, valid, figures)


def _trim_leaf(code: str, valid: Sequence[Sheet]) -> Fraction:
    values = sorted(score.points for sheet in valid if (score := sheet.scores[code]).points is not None)
    return _mean(values[1:-1])


def _finished(
    plan: Plan,
    candidate_id: str,
    n: int,
    exact: Fraction,
    plain: Fraction,
    cut: Fraction | None,
    totals: Sequence[SheetTotal],
    valid: Sequence[Sheet],
    figures: tuple[LeafFigure, ...],
) -> CandidateScore:
    places = plan.scheme.merging.places
    return CandidateScore(
        candidate_id,
        n,
        round_half_up(exact, places),
        exact,
        round_half_up(plain, places),
        None if cut is None else round_half_up(cut, places),
        _sections(plan, valid),
        tuple(totals),
        figures,
    )
