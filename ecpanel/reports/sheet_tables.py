"""Tables of single sheets: one per expert, one per candidate, and the opinions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ecpanel.domain.points import Points, round_half_up
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scheme import leaves
from ecpanel.reports.figures import fraction
from ecpanel.reports.tables import (
    STANDING_WORDS,
    STATE_WORDS,
    Cell,
    Column,
    Table,
)


def cell_value(state: str, points: Points | None) -> Cell:
    """What a cell prints: its points in 1/100, or the word of a state without a number."""
    return points if points is not None else STATE_WORDS.get(state, "")


LEAVES_WIDE: Final = 20


def expert_sheets(result: Result, only: Collection[str] | None = None) -> list[Table]:
    """One table per expert: candidates by indicators, with the total (rule 42).

    `only` are the ids of the experts wanted, None for all.
    """
    codes = [leaf.code for leaf in leaves(result.scheme)]
    wanted = {one.expert_id for one in result.experts} if only is None else only
    cells: dict[str, dict[str, dict[str, Cell]]] = {}
    for line in result.lines:
        for cell in line.cells:
            if cell.expert_id not in wanted:
                continue
            row = cells.setdefault(cell.expert_id, {}).setdefault(line.candidate_id, {})
            row[cell.indicator] = cell_value(cell.state, cell.points)
    names = {one.candidate_id: one.name for one in result.candidates}
    tables = []
    for expert in result.experts:
        if expert.expert_id not in wanted:
            continue
        own = cells.get(expert.expert_id, {})
        for start in range(0, len(codes), LEAVES_WIDE):
            shown = codes[start : start + LEAVES_WIDE]
            part = f"（{start // LEAVES_WIDE + 1}）" if len(codes) > LEAVES_WIDE else ""
            title = f"{expert.expert_id} {expert.name} 评分表{part}"
            rows = tuple(_expert_row(names, line, expert.expert_id, own, shown) for line in result.lines)
            columns = (
                Column("编号", 13),
                Column("企业名称", 40),
                *(Column(code, 7.9, "points") for code in shown),
                Column("合计", 13, "points"),
            )
            tables.append(Table(f"专家{expert.expert_id}{part}", title, columns, rows, wide=True))
    return tables


def _expert_row(
    names: Mapping[str, str],
    line: CandidateLine,
    expert: str,
    own: Mapping[str, Mapping[str, Cell]],
    codes: Sequence[str],
) -> tuple[Cell, ...]:
    total = next((one for one in line.totals if one.expert_id == expert), None)
    row = own.get(line.candidate_id, {})
    last: Cell = STANDING_WORDS[total.standing if total else "missing"]
    if total is not None and total.total is not None:
        last = round_half_up(fraction(total.total), 2)
    return (line.candidate_id, names[line.candidate_id], *(row.get(code) for code in codes), last)


def candidate_sheets(result: Result) -> list[Table]:
    """One table per candidate: indicators by experts, with n and mean; eleven experts a table."""
    firms = {one.candidate_id: one for one in result.candidates}
    flat = list(leaves(result.scheme))
    tables = []
    for line in result.lines:
        firm = firms[line.candidate_id]
        values = {
            (cell.expert_id, cell.indicator): cell_value(cell.state, cell.points) for cell in line.cells
        }
        figures = {one.indicator: one for one in line.leaves}
        recused = {one.expert_id for one in line.totals if one.standing == "recused"}
        for start in range(0, max(1, len(result.experts)), 11):
            shown = result.experts[start : start + 11]
            rows: list[tuple[Cell, ...]] = []
            for leaf in flat:
                given = [
                    "回避" if one.expert_id in recused else values.get((one.expert_id, leaf.code))
                    for one in shown
                ]
                figure = figures[leaf.code]
                mean = None if figure.mean is None else round_half_up(fraction(figure.mean), 2)
                rows.append((leaf.code, leaf.name, leaf.points, *given, figure.n, mean))
            part = f"（{start // 11 + 1}）" if len(result.experts) > 11 else ""
            title = f"{line.candidate_id} {firm.name} 评分表{part}"
            columns = (
                Column("编码", 11),
                Column("指标", 52),
                Column("分值", 12, "points"),
                *(Column(one.name, 11.5, "points") for one in shown),
                Column("n", 7, "whole"),
                Column("均值", 13, "points"),
            )
            tables.append(Table(f"企业{line.candidate_id}{part}", title, columns, tuple(rows), wide=True))
    return tables


def opinions(result: Result, only: Collection[str] | None = None) -> Table:
    """评估意见 of every expert on every candidate (rule 39); `only` are the ids wanted, None for all."""
    firms = {one.candidate_id: one.name for one in result.candidates}
    names = {one.expert_id: one.name for one in result.experts}
    rows = tuple(
        (
            line.candidate_id,
            firms[line.candidate_id],
            names.get(one.expert_id, one.expert_id),
            one.opinion.strengths,
            one.opinion.weaknesses,
            one.opinion.advice,
        )
        for line in result.lines
        for one in line.opinions
        if only is None or one.expert_id in only
    )
    columns = (
        Column("编号", 14),
        Column("企业名称", 40),
        Column("专家", 20),
        Column("优势", 50),
        Column("不足", 50),
        Column("建议", 50),
    )
    return Table("评估意见", "评估意见", columns, rows, wide=True, signed=False)
