"""The ranking as a table: places from the top, the line of the recommendation list, what stands outside below."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.points import Points, round_half_up, show_points
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.scoring import Standing
from ecpanel.gui.marks import DONE, Mark, Tone
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.reports.figures import fraction
from ecpanel.reports.tables import tie_word

BARRED: Final = "本人回避"


class Outcome(IntEnum):
    """Where a candidate stands to the recommendation list."""

    IN = 0
    IN_NEAR = 1
    TIED = 2
    NEAR = 3
    OUT = 4
    HELD = 5
    EXCLUDED = 6
    BARRED = 7


MARKS: Final = {
    Outcome.IN: Mark("入选", DONE.icon, DONE.tone),
    Outcome.IN_NEAR: Mark("入选·近线", "move-horizontal", Tone.CAUTION),
    Outcome.TIED: Mark("线上并列", "scale", Tone.CAUTION),
    Outcome.NEAR: Mark("近线", "move-horizontal", Tone.CAUTION),
    Outcome.HELD: Mark("暂缓", "clock", Tone.CAUTION),
    Outcome.EXCLUDED: Mark("不参与排名", "ban", Tone.BAD),
    Outcome.BARRED: Mark(BARRED, "circle-slash", Tone.APART),
}
FAINT: Final = Mark("", "", Tone.FAINT)


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One candidate. `rank` and `score` are None where it has none or the chair may not see them;
    `dropped`, `change`, `tie`, `level` are words ready to be read, "" where there is nothing."""

    candidate_id: str
    name: str
    region: str
    category: str
    rank: int | None
    score: Points | None
    n: int | None
    dropped: str
    before: Points | None
    tie: str
    level: str
    outcome: Outcome
    reason: str = ""

    @property
    def change(self) -> str:
        """The score before and after corrections; "" where nothing was changed."""
        if self.before is None or self.score is None or self.before == self.score:
            return ""
        return f"{show_points(self.before)} → {show_points(self.score)}"


def ranking_rows(result: Result, hidden: Collection[str]) -> list[RankingRow]:
    """Ranked candidates by place, then the held, the excluded, and those the chair may not see."""
    firms = {one.candidate_id: one for one in result.candidates}
    inside, tied, near = set(result.recommended), set(result.tied_at_line), set(result.near_line)
    corrected = {one.candidate_id for one in result.corrections}
    reasons = {one.candidate_id: one for one in result.gate_decisions if not one.passed}
    gates = {one.code: one.name for one in result.scheme.gates}
    rows: list[RankingRow] = []
    for line in result.lines:
        key = line.candidate_id
        if key in hidden:
            rows.append(_barred(firms[key]))
            continue
        reason = ""
        if line.state == "ranked":
            outcome = _outcome(key, inside, tied, near)
        elif line.state == "held":
            outcome = Outcome.HELD
            reason = f"有效评分 {line.n} 份，少于 {result.scheme.merging.min_valid} 份"
        else:
            outcome, gate = Outcome.EXCLUDED, reasons[key]
            reason = f"{gate.gate} {gates.get(gate.gate, '')}：{gate.reason}"
        rows.append(_row(firms[key], line, outcome, reason, corrected=key in corrected))
    order = {Outcome.HELD: 1, Outcome.EXCLUDED: 2, Outcome.BARRED: 3}
    return sorted(rows, key=lambda one: (order.get(one.outcome, 0), one.rank or 0, one.candidate_id))


def _outcome(key: str, inside: set[str], tied: set[str], near: set[str]) -> Outcome:
    if key in tied:
        return Outcome.TIED
    if key in inside:
        return Outcome.IN_NEAR if key in near else Outcome.IN
    return Outcome.NEAR if key in near else Outcome.OUT


def _barred(firm: Candidate) -> RankingRow:
    return RankingRow(
        firm.candidate_id,
        firm.name,
        firm.region,
        firm.category,
        None,
        None,
        None,
        "",
        None,
        "",
        "",
        Outcome.BARRED,
        "签发以后可见",
    )


def _row(
    firm: Candidate, line: CandidateLine, outcome: Outcome, reason: str, *, corrected: bool
) -> RankingRow:
    totals = {one.standing: one for one in line.totals}
    dropped = " / ".join(
        show_points(round_half_up(fraction(totals[standing.value].total), 2))
        for standing in (Standing.DROPPED_HIGH, Standing.DROPPED_LOW)
        if standing.value in totals
    )
    return RankingRow(
        firm.candidate_id,
        firm.name,
        firm.region,
        firm.category,
        line.rank or None,
        line.score if line.state == "ranked" else None,
        line.n,
        dropped,
        line.original_score if corrected else None,
        tie_word(line.decided_by),
        line.level,
        outcome,
        reason,
    )


def _figure(points: Points | None) -> str:
    return "—" if points is None else show_points(points)


def _mark(row: RankingRow) -> Mark | None:
    return FAINT if row.outcome is Outcome.BARRED else None


class RankingModel(RecordModel[RankingRow]):
    """In its own order it begins with the first place; the line is drawn only there."""

    LIST: Final = 1
    FIRM: Final = 2
    SCORE: Final = 5
    FOLDING: Final = (4, 7, 8, 3, 6, 9)
    """Columns that make way first where the room is narrow: all are in the calculation too."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column(
                    "名次",
                    lambda one: "—" if one.rank is None else str(one.rank),
                    sort=lambda one: one.rank,
                    number=True,
                    width=5,
                ),
                Column(
                    "建议名单",
                    lambda one: MARKS[one.outcome].word if one.outcome in MARKS else "",
                    sort=lambda one: int(one.outcome),
                    mark=lambda one: MARKS.get(one.outcome),
                    tip=lambda one: one.reason,
                    width=13,
                ),
                Column(
                    "企业",
                    lambda one: one.name,
                    mark=_mark,
                    tip=lambda one: (
                        f"{one.candidate_id} {one.name}" + (f"\n{one.reason}" if one.reason else "")
                    ),
                    width=0,
                ),
                Column("地区", lambda one: one.region, mark=_mark, width=17),
                Column("类别", lambda one: one.category, mark=_mark, width=8),
                Column(
                    "得分",
                    lambda one: one.reason or _figure(one.score),
                    sort=lambda one: one.score,
                    mark=lambda one: FAINT if one.reason else None,
                    number=True,
                    width=7,
                ),
                Column(
                    "n",
                    lambda one: "—" if one.n is None else str(one.n),
                    sort=lambda one: one.n,
                    number=True,
                    width=3,
                    hint="有效评分的份数",
                ),
                Column(
                    "去高 / 去低",
                    lambda one: one.dropped,
                    sort=lambda one: one.dropped or None,
                    number=True,
                    width=13,
                    hint="去掉的最高合计和最低合计",
                ),
                Column(
                    "更正前 → 后",
                    lambda one: one.change,
                    sort=lambda one: one.change or None,
                    number=True,
                    width=15,
                ),
                Column(
                    "并列判定",
                    lambda one: one.tie,
                    sort=lambda one: one.tie or None,
                    width=12,
                    hint="同分时由哪一步分出先后",
                ),
                Column("等级", lambda one: one.level, sort=lambda one: one.level or None, width=6),
            ),
            key=lambda one: one.candidate_id,
        )

    @property
    def is_home(self) -> bool:
        """Whether every row stands in its own order, so that a line can be drawn between them."""
        return self._sorted_by is None and self._accept is None

    def line_after(self, cut: int) -> int | None:
        """The row below which the line of the list runs; None where there is no line to draw."""
        if cut <= 0 or not self.is_home:
            return None
        inside = [place for place, row in enumerate(self.rows) if row.rank is not None and row.rank <= cut]
        return inside[-1] if inside else None
