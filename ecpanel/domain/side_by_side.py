"""Side by side (并排): everything the meeting looks at when it speaks about one candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ecpanel.domain.attendance import leavers, voters
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material
from ecpanel.domain.meeting import Correction, GateDecision, TieDecision
from ecpanel.domain.points import Points, round_half_up
from ecpanel.domain.result import CandidateLine, CellLine, ExactFigure, FlagLine, Result
from ecpanel.domain.scheme import Indicator, leaves
from ecpanel.domain.scoring import Standing
from ecpanel.domain.sheet import Evidence, Opinion, Score


@dataclass(frozen=True, slots=True)
class SideCell:
    """One expert's cell. `state` is "" where he has none; `original` is what he handed in, None unless
    corrected; `evidence` are the pages he pinned."""

    expert_id: str
    state: str = ""
    points: Points | None = None
    original: Points | None = None
    remark: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SideLeaf:
    """One indicator; `cells` follow the experts. `mean` is rounded for the screen, `exact` is not."""

    indicator: Indicator
    section: str
    cells: tuple[SideCell, ...]
    n: int
    mean: Points | None
    exact: ExactFigure | None


@dataclass(frozen=True, slots=True)
class SideExpert:
    """One member with the standing and rounded total of his sheet, and his opinion."""

    expert_id: str
    name: str
    standing: str
    total: Points | None
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One candidate before the meeting. `leave` must go out of the room, `voters` may vote."""

    line: CandidateLine
    experts: tuple[SideExpert, ...]
    leaves: tuple[SideLeaf, ...]
    flags: tuple[FlagLine, ...]
    leave: tuple[str, ...]
    voters: tuple[str, ...]
    corrections: tuple[Correction, ...]
    gate_decisions: tuple[GateDecision, ...]
    tie_decisions: tuple[TieDecision, ...]


def side_by_side(result: Result, material: Material, candidate_id: str) -> SideBySide:
    """The figures of `result` beside remarks, evidence and opinions out of the `material` it came from.

    Nothing a recused expert may have handed in is shown; a voided expert's cells are, with his standing.
    """
    line = line_of(result, candidate_id)
    corrections = tuple(one for one in result.corrections if one.candidate_id == candidate_id)
    return SideBySide(
        line,
        _experts(result, line),
        _leaves(result, line, _handed_in(material, candidate_id), corrections),
        tuple(one for one in result.flags if one.candidate_id == candidate_id),
        leavers(result).get(candidate_id, ()),
        voters(result, candidate_id),
        corrections,
        tuple(one for one in result.gate_decisions if one.candidate_id == candidate_id),
        tuple(one for one in result.tie_decisions if candidate_id in one.order),
    )


def line_of(result: Result, candidate_id: str) -> CandidateLine:
    """The figures of one candidate; refused where the review has no such candidate."""
    line = next((one for one in result.lines if one.candidate_id == candidate_id), None)
    if line is None:
        raise EcpanelError("candidate_unknown", candidate=candidate_id)
    return line


def _handed_in(material: Material, candidate_id: str) -> dict[str, Mapping[str, Score]]:
    """Cells of this candidate as signed, by expert and indicator."""
    return {
        submission.expert.expert_id: {score.indicator: score for score in sheet.scores}
        for submission, _ in material.submissions
        for sheet in submission.sheets
        if sheet.candidate_id == candidate_id
    }


def _experts(result: Result, line: CandidateLine) -> tuple[SideExpert, ...]:
    totals = {one.expert_id: one for one in line.totals}
    opinions = {one.expert_id: one.opinion for one in line.opinions}
    return tuple(
        SideExpert(
            one.expert_id,
            one.name,
            totals[one.expert_id].standing,
            _rounded(totals[one.expert_id].total),
            opinions.get(one.expert_id, Opinion()),
        )
        for one in result.experts
    )


def _leaves(
    result: Result,
    line: CandidateLine,
    handed_in: Mapping[str, Mapping[str, Score]],
    corrections: tuple[Correction, ...],
) -> tuple[SideLeaf, ...]:
    hidden = {one.expert_id for one in line.totals if one.standing == Standing.RECUSED.value}
    in_force = {(one.expert_id, one.indicator): one for one in line.cells if one.expert_id not in hidden}
    changed = {(one.expert_id, one.indicator) for one in corrections}
    figures = {one.indicator: one for one in line.leaves}
    found = []
    for top in result.scheme.sections:
        for leaf in leaves(top):
            figure = figures[leaf.code]
            cells = tuple(
                _cell(
                    one.expert_id,
                    in_force.get((one.expert_id, leaf.code)),
                    handed_in.get(one.expert_id, {}).get(leaf.code),
                    corrected=(one.expert_id, leaf.code) in changed,
                )
                for one in result.experts
            )
            found.append(SideLeaf(leaf, top.code, cells, figure.n, _rounded(figure.mean), figure.mean))
    return tuple(found)


def _cell(expert: str, cell: CellLine | None, original: Score | None, *, corrected: bool) -> SideCell:
    if cell is None or original is None:
        return SideCell(expert)
    return SideCell(
        expert,
        cell.state,
        cell.points,
        original.points if corrected else None,
        original.remark,
        original.evidence,
    )


def _rounded(figure: ExactFigure | None) -> Points | None:
    return None if figure is None else round_half_up(Fraction(figure.numerator, figure.denominator), 2)
