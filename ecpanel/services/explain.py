"""The ranking and one candidate's calculation as lines of text, down to each leaf."""

from __future__ import annotations

from collections.abc import Iterator

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scheme import leaves
from ecpanel.reports.figures import show_fraction
from ecpanel.reports.ranking_tables import working
from ecpanel.reports.tables import STANDING_WORDS, STATE_WORDS, marks, tie_word


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
            word = "不参与排名" if line.state == "excluded" else "暂缓（有效评分不足）"
            yield f"   —       —  n={line.n}  {word}  {line.candidate_id} {firm.region} {firm.name}"


def explain_lines(result: Result, candidate_id: str) -> Iterator[str]:
    """One candidate's figures from the leaves up."""
    line = next((one for one in result.lines if one.candidate_id == candidate_id), None)
    if line is None:
        raise EcpanelError("candidate_unknown", candidate=candidate_id)
    firm = next(one for one in result.candidates if one.candidate_id == candidate_id)
    yield f"{candidate_id} {firm.region} {firm.name}"
    yield from _leaf_lines(result, line)
    for total in line.totals:
        shown = "—" if total.total is None else show_fraction(total.total)
        yield f"  {total.expert_id} 合计 {shown}（{STANDING_WORDS[total.standing]}）"
    yield f"  {working(result, line)}"
    for name, value in (("未去极值均分", line.plain), ("去极值均分", line.trimmed)):
        yield f"  {name} {'—' if value is None else show_points(value)}"
    if line.original_score != line.score and line.original_score is not None:
        yield f"  更正前得分 {show_points(line.original_score)}"
    place = f"第 {line.rank} 名，类别第 {line.category_rank}，地区第 {line.region_rank}，{line.level}"
    yield f"  {place}" if line.state == "ranked" else f"  {line.state}"


def _leaf_lines(result: Result, line: CandidateLine) -> Iterator[str]:
    means = {one.indicator: one for one in line.leaves}
    corrected = {
        (one.expert_id, one.indicator): one
        for one in result.corrections
        if one.candidate_id == line.candidate_id
    }
    for leaf in leaves(result.scheme):
        cells = []
        for cell in line.cells:
            if cell.indicator != leaf.code:
                continue
            shown = STATE_WORDS.get(cell.state, "") if cell.points is None else show_points(cell.points)
            change = corrected.get((cell.expert_id, leaf.code))
            cells.append(
                f"{cell.expert_id}={shown}" + (f"（原{show_points(change.before)}）" if change else "")
            )
        mean = means[leaf.code]
        average = "—" if mean.mean is None else show_fraction(mean.mean)
        yield f"  {leaf.code} {leaf.name}（{show_short(leaf.points)}） {' '.join(cells)}  n={mean.n} 均值 {average}"
