"""Tables of the outcome: rankings, those not ranked, recommendation, comparison, calculation."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.points import round_half_up, show_points
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.reports.figures import fraction, show_fraction
from ecpanel.reports.tables import (
    STANDING_WORDS,
    Cell,
    Column,
    Table,
    tie_word,
    vote_words,
)


def _by_rank(result: Result) -> list[CandidateLine]:
    return sorted(
        (one for one in result.lines if one.state == "ranked"), key=lambda one: (one.rank, one.candidate_id)
    )


def _ranking(
    result: Result,
    name: str,
    title: str,
    lines: Iterable[CandidateLine],
    rank: Callable[[CandidateLine], int],
) -> Table:
    firms = {one.candidate_id: one for one in result.candidates}
    columns = (
        Column("名次", 11, "whole"),
        Column("企业名称", 62),
        Column("地区", 20),
        Column("类别", 16),
        Column("现有称号", 18),
        Column("有效评分", 13, "whole"),
        Column("综合得分", 17, "points"),
        Column("未去极值均分", 17, "points"),
        Column("去极值均分", 17, "points"),
        Column("等级", 13),
        Column("并列判定", 20),
    )
    rows = tuple(
        (
            rank(one),
            firms[one.candidate_id].name,
            firms[one.candidate_id].region,
            firms[one.candidate_id].category,
            firms[one.candidate_id].standing,
            one.n,
            one.score,
            one.plain,
            one.trimmed,
            one.level,
            tie_word(one.decided_by),
        )
        for one in lines
    )
    return Table(name, title, columns, rows, wide=True)


def overall(result: Result) -> Table:
    """综合得分排名表."""
    return _ranking(result, "综合排名", "综合得分排名表", _by_rank(result), lambda one: one.rank)


def _grouped(result: Result, key: Callable[[Candidate], str]) -> dict[str, list[CandidateLine]]:
    firms = {one.candidate_id: one for one in result.candidates}
    groups: dict[str, list[CandidateLine]] = {}
    for line in _by_rank(result):
        groups.setdefault(key(firms[line.candidate_id]), []).append(line)
    return groups


def per_category(result: Result) -> list[Table]:
    """One ranking per category (rule 6)."""
    groups = _grouped(result, lambda one: one.category)
    order = [one for one in result.scheme.categories if one in groups]
    order += [one for one in groups if one not in order]
    return [
        _ranking(result, f"类别·{name}", f"{name}排名表", groups[name], lambda one: one.category_rank)
        for name in order
    ]


def per_region(result: Result) -> list[Table]:
    """One ranking per region (rule 6)."""
    groups = _grouped(result, lambda one: one.region)
    return [
        _ranking(result, f"地区·{name}", f"{name}排名表", lines, lambda one: one.region_rank)
        for name, lines in groups.items()
    ]


def not_ranked(result: Result) -> Table:
    """Candidates outside the ranking: failed gates and held results (rules 11, 16)."""
    firms = {one.candidate_id: one for one in result.candidates}
    gates = {gate.code: gate.name for gate in result.scheme.gates}
    decisions = {(one.candidate_id): one for one in result.gate_decisions if not one.passed}
    rows: list[tuple[Cell, ...]] = []
    for line in result.lines:
        firm = firms[line.candidate_id]
        if line.state == "excluded":
            decision = decisions[line.candidate_id]
            reason = f"{decision.gate} {gates.get(decision.gate, '')}：{decision.reason}（{vote_words(decision.vote)}）"
            rows.append((firm.candidate_id, firm.name, firm.region, "不参与排名", reason))
        elif line.state == "held":
            minimum = result.scheme.merging.min_valid
            rows.append(
                (firm.candidate_id, firm.name, firm.region, "暂缓", f"有效评分{line.n}份，少于{minimum}份")
            )
    columns = (
        Column("编号", 14),
        Column("企业名称", 56),
        Column("地区", 18),
        Column("处理", 20),
        Column("理由", 48),
    )
    return Table("未排名", "未参与排名的企业", columns, tuple(rows))


def comparison(result: Result) -> list[Table]:
    """评分对照表: every expert's total for every candidate; up to eleven experts a table."""
    firms = {one.candidate_id: one for one in result.candidates}
    tables = []
    experts = result.experts
    for part, start in enumerate(range(0, max(len(experts), 1), 11)):
        shown = experts[start : start + 11]
        columns = (
            Column("编号", 14),
            Column("企业名称", 58),
            *(Column(f"{one.expert_id} {one.name}", 12, "points") for one in shown),
            Column("有效评分", 11, "whole"),
            Column("综合得分", 14, "points"),
        )
        rows = []
        for line in result.lines:
            totals = {one.expert_id: one for one in line.totals}
            cells: list[Cell] = []
            for expert in shown:
                total = totals.get(expert.expert_id)
                if total is None or total.total is None:
                    cells.append(STANDING_WORDS[total.standing] if total else None)
                else:
                    points = round_half_up(fraction(total.total), 2)
                    mark = STANDING_WORDS[total.standing] if total.standing not in ("counted",) else ""
                    cells.append(f"{show_points(points)} {mark}" if mark else points)
            rows.append((line.candidate_id, firms[line.candidate_id].name, *cells, line.n, line.score))
        suffix = f"（{part + 1}）" if len(experts) > 11 else ""
        tables.append(Table(f"评分对照{suffix}", f"评分对照表{suffix}", columns, tuple(rows), wide=True))
    return tables


def recommended(result: Result) -> Table:
    """建议名单 by its rule, with what is left to the panel."""
    firms = {one.candidate_id: one for one in result.candidates}
    lines = {one.candidate_id: one for one in result.lines}
    rows = []
    for key in (*result.recommended, *result.tied_at_line):
        line, firm = lines[key], firms[key]
        remark = "线上并列，由评审组确定" if key in result.tied_at_line else ""
        rows.append((line.rank, firm.name, firm.region, firm.standing, line.score, line.level, remark))
    columns = (
        Column("名次", 12, "whole"),
        Column("企业名称", 56),
        Column("地区", 18),
        Column("现有称号", 18),
        Column("综合得分", 18, "points"),
        Column("等级", 14),
        Column("待定事项", 20),
    )
    return Table("建议名单", "建议名单", columns, tuple(rows))


def standings(result: Result) -> Table:
    """What two running years say; nothing is decided by it (rule 8)."""
    firms = {one.candidate_id: one for one in result.candidates}
    lines = {one.candidate_id: one for one in result.lines}
    rows = []
    for one in result.standings:
        past = next(p for p in firms[one.candidate_id].past if p.year == one.earlier_year)
        now = lines[one.candidate_id]
        rows.append(
            (
                firms[one.candidate_id].name,
                one.consequence,
                f"{past.year}年 {past.level}",
                past.score,
                f"{one.later_year}年 {now.level}",
                now.score,
            )
        )
    columns = (
        Column("企业名称", 50),
        Column("提示", 28),
        Column("前一年", 24),
        Column("得分", 16, "points"),
        Column("本年", 22),
        Column("得分", 16, "points"),
    )
    return Table("历年状态", "连续两年情况提示", columns, tuple(rows))


def calculation(result: Result) -> Table:
    """The calculation of every candidate in a form to be redone by hand (rule 43)."""
    firms = {one.candidate_id: one.name for one in result.candidates}
    rows = tuple(
        (line.candidate_id, firms[line.candidate_id], working(result, line), line.score)
        for line in result.lines
    )
    columns = (
        Column("编号", 14),
        Column("企业名称", 44),
        Column("算式", 80),
        Column("综合得分", 18, "points"),
    )
    return Table("计算过程", "逐家计算过程", columns, rows)


def working(result: Result, line: CandidateLine) -> str:
    """The calculation of one candidate as a formula to be redone by hand."""
    merging = result.scheme.merging
    if line.score is None:
        return f"有效评分{line.n}份，少于{merging.min_valid}份，暂缓"
    if merging.scope.value == "leaf":
        parts = "＋".join(f"{one.indicator} {show_fraction(one.mean)}" for one in line.leaves if one.mean)
        return f"各指标均值之和（n={line.n}）：{parts}；四舍五入保留{merging.places}位"
    counted = [one for one in line.totals if one.standing == "counted" and one.total]
    total = sum((fraction(one.total) for one in counted if one.total), fraction(None))
    dropped = [
        f"去掉{'最高' if one.standing == 'dropped_high' else '最低'}{show_fraction(one.total)}（{one.expert_id}）"
        for one in line.totals
        if one.standing.startswith("dropped")
    ]
    terms = "＋".join(show_fraction(one.total) for one in counted)
    mean = total / len(counted)
    exact = show_fraction(mean)
    head = "，".join(dropped) + "；" if dropped else ""
    plain = (
        ""
        if (merging.trimmed and dropped) or not merging.trimmed
        else f"（有效评分少于{merging.trim_from}份，未去极值）"
    )
    return (
        f"{head}（{terms}）÷{len(counted)}＝{show_fraction(total)}÷{len(counted)}＝{exact}{plain}，"
        f"四舍五入保留{merging.places}位"
    )
