"""The ranking and one candidate's calculation, down to each leaf: as records for the screen, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecpanel.domain.points import Points, show_points, show_short
from ecpanel.domain.result import CandidateLine, ExactFigure, Result
from ecpanel.domain.scheme import Indicator, leaves
from ecpanel.domain.scoring import Standing
from ecpanel.domain.side_by_side import line_of
from ecpanel.reports.figures import show_fraction
from ecpanel.reports.ranking_tables import working
from ecpanel.reports.tables import STANDING_WORDS, STATE_WORDS, marks, tie_word


@dataclass(frozen=True, slots=True)
class CellFigure:
    """One score in force; `shown` is its number or the word of its state, `before` the value handed in
    where it was corrected."""

    expert_id: str
    points: Points | None
    shown: str
    before: Points | None


@dataclass(frozen=True, slots=True)
class LeafFigures:
    """One indicator: the scores and their exact plain mean over `n` sheets that count."""

    indicator: Indicator
    cells: tuple[CellFigure, ...]
    n: int
    mean: ExactFigure | None
    mean_shown: str


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """A first-level section with its leaves; `points` is its rounded plain mean."""

    code: str
    name: str
    maximum: Points
    points: Points | None
    leaves: tuple[LeafFigures, ...]


@dataclass(frozen=True, slots=True)
class TotalFigure:
    """One expert's exact total and whether it counts, as code and in words."""

    expert_id: str
    name: str
    standing: str
    standing_word: str
    total: ExactFigure | None
    shown: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """The opened calculation of one candidate; `working` is the formula to be redone by hand, `place` its
    outcome in words, `before` the score before corrections."""

    line: CandidateLine
    name: str
    region: str
    category: str
    sections: tuple[SectionFigures, ...]
    totals: tuple[TotalFigure, ...]
    working: str
    place: str
    tie: str
    score: Points | None
    before: Points | None
    corrections: int


def place_words(line: CandidateLine) -> str:
    """Where a candidate stands, in words."""
    if line.state == "excluded":
        return "不参与排名"
    if line.state == "held":
        return "暂缓（有效评分不足）"
    return f"第 {line.rank} 名，类别第 {line.category_rank}，地区第 {line.region_rank}，{line.level}"


def ranking_lines(result: Result) -> Iterator[str]:
    """The ranking, then those held or excluded."""
    names = {one.candidate_id: one for one in result.candidates}
    for mark in marks(result):
        yield f"【{mark}】"
    for line in sorted(result.lines, key=lambda one: (one.rank or 1_000_000, one.candidate_id)):
        firm = names[line.candidate_id]
        if line.state == "ranked" and line.score is not None:
            tie = f"  {tie_word(line.decided_by)}" if line.decided_by else ""
            yield (
                f"{line.rank:>4}  {show_points(line.score):>6}  n={line.n}  {line.level}  "
                f"{line.candidate_id} {firm.region} {firm.name}{tie}"
            )
        else:
            yield f"   —       —  n={line.n}  {place_words(line)}  {line.candidate_id} {firm.region} {firm.name}"


def calculation(result: Result, candidate_id: str) -> Calculation:
    """One candidate's figures from the leaves up. Nothing a recused expert handed in is shown."""
    line = line_of(result, candidate_id)
    firm = next(one for one in result.candidates if one.candidate_id == candidate_id)
    names = {one.expert_id: one.name for one in result.experts}
    totals = tuple(
        TotalFigure(
            one.expert_id,
            names[one.expert_id],
            one.standing,
            STANDING_WORDS[one.standing],
            one.total,
            "—" if one.total is None else show_fraction(one.total),
        )
        for one in line.totals
    )
    return Calculation(
        line,
        firm.name,
        firm.region,
        firm.category,
        _sections(result, line),
        totals,
        working(result, line),
        place_words(line),
        tie_word(line.decided_by),
        line.score,
        line.original_score,
        sum(one.candidate_id == candidate_id for one in result.corrections),
    )


def _sections(result: Result, line: CandidateLine) -> tuple[SectionFigures, ...]:
    hidden = {one.expert_id for one in line.totals if one.standing == Standing.RECUSED.value}
    before: dict[tuple[str, str], Points] = {}
    for one in result.corrections:
        if one.candidate_id == line.candidate_id:
            before.setdefault((one.expert_id, one.indicator), one.before)
    cells: dict[str, list[CellFigure]] = {}
    for cell in line.cells:
        if cell.expert_id not in hidden:
            shown = STATE_WORDS.get(cell.state, "") if cell.points is None else show_points(cell.points)
            handed_in = before.get((cell.expert_id, cell.indicator))
            cells.setdefault(cell.indicator, []).append(
                CellFigure(cell.expert_id, cell.points, shown, handed_in)
            )
    points = {one.section: one.points for one in line.sections}
    figures = {one.indicator: one for one in line.leaves}
    return tuple(
        SectionFigures(
            top.code,
            top.name,
            top.points,
            points.get(top.code),
            tuple(
                LeafFigures(
                    leaf,
                    tuple(cells.get(leaf.code, ())),
                    figures[leaf.code].n,
                    figures[leaf.code].mean,
                    "—" if figures[leaf.code].mean is None else show_fraction(figures[leaf.code].mean),
                )
                for leaf in leaves(top)
            ),
        )
        for top in result.scheme.sections
    )


def explain_lines(result: Result, candidate_id: str) -> Iterator[str]:
    """The calculation of one candidate as lines of text."""
    found = calculation(result, candidate_id)
    yield f"{candidate_id} {found.region} {found.name}"
    for section in found.sections:
        for leaf in section.leaves:
            yield f"  {_leaf_line(leaf)}"
    for total in found.totals:
        yield f"  {total.expert_id} 合计 {total.shown}（{total.standing_word}）"
    yield f"  {found.working}"
    for name, value in (("未去极值均分", found.line.plain), ("去极值均分", found.line.trimmed)):
        yield f"  {name} {'—' if value is None else show_points(value)}"
    if found.before != found.score and found.before is not None:
        yield f"  更正前得分 {show_points(found.before)}"
    yield f"  {found.place}"


def _leaf_line(leaf: LeafFigures) -> str:
    cells = " ".join(
        f"{cell.expert_id}={cell.shown}"
        + (f"（原{show_points(cell.before)}）" if cell.before is not None else "")
        for cell in leaf.cells
    )
    head = f"{leaf.indicator.code} {leaf.indicator.name}（{show_short(leaf.indicator.points)}）"
    return f"{head} {cells}  n={leaf.n} 均值 {leaf.mean_shown}"
