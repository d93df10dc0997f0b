"""The annex of figures (图示): each drawn from the result with a caption and one sentence that reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Final

from reportlab.platypus import Flowable, KeepTogether, Spacer

from ecpanel.domain.points import round_half_up, show_points
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import LevelBy
from ecpanel.reports import chart_figures as reckoned
from ecpanel.reports.chart_drawings import (
    Distribution,
    LevelBars,
    RangeHeads,
    RangeRow,
    Ranges,
    Slopes,
)
from ecpanel.reports.chart_marks import Chart, signed
from ecpanel.reports.page import BODY, CAPTION, LEVEL2, Heading
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle

MOST_ROWS: Final = 40
"""Candidates in the figure of disagreement; more would fill several pages that nobody compares."""
MOST_NAMED: Final = 6
"""Rises, and falls, named in the figure of two years."""
NOTE: Final = TextStyle("fangsong", 12, 19, first_indent=2, space_after=14)
_BELOW: Final = replace(CAPTION, space_before=4, space_after=2)
_NUMERALS: Final = "一二三四五"

Drawn = tuple[Chart | None, str, str]
"""A figure or None, its caption, and the sentence below it or in its stead."""


def figures(result: Result) -> list[Flowable]:
    """All figures for an annex on upright pages, numbered 图1 …; a sentence where there is nothing to draw.

    Only ranked candidates and totals in force are drawn (rules 15, 16): what is missing is no zero.
    """
    parts: tuple[tuple[str, Callable[[Result], Drawn]], ...] = (
        ("综合得分分布", _distribution),
        ("等级构成", _levels),
        ("专家意见分歧", _disagreement),
        ("各专家评分分布", _experts),
        ("与上年得分比较", _years),
    )
    numbers = count(1)
    story: list[Flowable] = []
    for numeral, (heading, draw) in zip(_NUMERALS, parts, strict=True):
        chart, caption, sentence = draw(result)
        head = Heading(f"（{numeral}）{heading}", LEVEL2, 1)
        if chart is None:
            story += [head, ChineseParagraph(sentence, BODY)]
        else:
            below = Heading(f"图{next(numbers)}　{caption}", _BELOW, 2)
            story.append(KeepTogether([head, Spacer(1, 4), chart, below, ChineseParagraph(sentence, NOTE)]))
    return story


def _points(value: Fraction | int) -> str:
    return show_points(round_half_up(Fraction(value), 2))


def _distribution(result: Result) -> Drawn:
    ranked = reckoned.ranked(result)
    if not ranked:
        return None, "", "没有形成排名的企业，不绘制得分分布。"
    scores = [score for _, score in ranked]
    line = reckoned.line_score(result)
    values = reckoned.summary(Fraction(score) for score in scores)
    axis = reckoned.axis_of(scores)
    chart = Distribution(axis, scores, reckoned.level_spans(result), line)
    sentence = (
        f"排名企业n＝{values.n}，综合得分最低{_points(values.lowest)}分，最高{_points(values.highest)}分，"
        f"中位数{_points(values.middle)}分"
    )
    if line is not None:
        near = len(result.near_line)
        sentence += f"；建议名单末位{show_points(line)}分，与入选线相差1分以内的{near}家"
    return chart, "综合得分分布", f"{sentence}。{_left_out(result)}"


def _left_out(result: Result) -> str:
    held = sum(one.state == "held" for one in result.lines)
    excluded = sum(one.state == "excluded" for one in result.lines)
    told = [f"{word}的{number}家" for word, number in (("暂缓", held), ("不参与排名", excluded)) if number]
    return f"{'、'.join(told)}未计入。" if told else ""


def _levels(result: Result) -> Drawn:
    rows = reckoned.level_counts(result)
    names = [level.name for level in result.scheme.levels]
    everyone = rows[0][1]
    if not sum(everyone):
        return None, "", "没有形成排名的企业，不绘制等级构成。"
    told = "、".join(f"{name}{number}家" for name, number in zip(names, everyone, strict=True))
    how = "按综合得分" if result.scheme.level_by is LevelBy.SCORE else "按名次比例"
    sentence = f"等级{how}划分，n＝{sum(everyone)}：{told}。条长为各等级所占比例，条内数字为家数。"
    return LevelBars(names, rows), "等级构成", sentence


def _disagreement(result: Result) -> Drawn:
    every = reckoned.contested(result)
    if not every:
        return None, "", "没有两份以上有效评分的排名企业，不绘制分歧图。"
    shown = reckoned.widest(every, MOST_ROWS)
    rows = [
        RangeRow(str(one.rank), one.candidate.name, one.totals, one.score, show_points(one.totals.width))
        for one in shown
    ]
    axis = reckoned.axis_of(
        end for one in shown for end in (one.totals.lowest, one.totals.highest, one.score)
    )
    height = 11.2 if len(rows) > 30 else 15.0
    chart = Ranges(RangeHeads("名次", "企业名称", "极差", "综合得分"), rows, axis, height, 138)
    widths = sorted((Fraction(one.totals.width) for one in every), reverse=True)
    top = max(every, key=lambda one: (one.totals.width, -one.rank))
    sentence = (
        f"{top.candidate.name}极差最大，为{show_points(top.totals.width)}分（n＝{top.totals.n}）；"
        f"{len(every)}家企业极差的中位数{_points(reckoned.summary(widths).middle)}分。"
    )
    if result.scheme.merging.trimmed:
        sentence += "取平均时去掉的最高、最低评分仍在图中。"
    if len(shown) < len(every):
        return chart, f"专家意见分歧（{len(every)}家中极差最大的{len(shown)}家，按名次排列）", sentence
    return chart, "专家意见分歧（按名次排列）", sentence


def _experts(result: Result) -> Drawn:
    every = reckoned.own_scores(result)
    if not every:
        return None, "", "没有计入的专家评分，不绘制评分分布。"
    axis = reckoned.axis_of(end for one in every for end in (one.totals[0], one.totals[-1]))
    rows, middles = [], []
    for one in every:
        values = reckoned.summary(one.totals)
        middles.append((values.middle, f"{one.expert_id} {one.name}"))
        rows.append(
            RangeRow(one.expert_id, one.name, values, values.middle, _points(values.middle), one.totals)
        )
    chart = Ranges(RangeHeads("编号", "姓名", "中位数", "中位数"), rows, axis, 26.0, 70)
    low, high = min(middles), max(middles)
    sentence = (
        f"各专家对排名企业所评总分的中位数，最低的是{low[1]}（{_points(low[0])}分），"
        f"最高的是{high[1]}（{_points(high[0])}分），相差{_points(high[0] - low[0])}分；"
        "回避、缺和作废的评分不在其中，各人所评企业不尽相同，n为家数。"
    )
    silent = len(result.experts) - len(every)
    return chart, "各专家评分分布", sentence + (f"另有{silent}位专家没有计入的评分。" if silent else "")


def _years(result: Result) -> Drawn:
    rows = reckoned.changes(result)
    year = result.review.year
    if not rows:
        return None, "", f"排名企业均无{year - 1}年得分，不与上年比较。"
    rises, falls = reckoned.largest_changes(rows, MOST_NAMED)
    axis = reckoned.axis_of(end for one in rows for end in (one.before, one.after))
    up, down = sum(one.change > 0 for one in rows), sum(one.change < 0 for one in rows)
    sentence = (
        f"有{year - 1}年得分的排名企业n＝{len(rows)}（其余{len(reckoned.ranked(result)) - len(rows)}家没有，不作推算），"
        f"上升{up}家，下降{down}家"
    )
    if rises or falls:
        top = max(rises[:1] + falls[:1], key=lambda one: abs(one.change))
        sentence += f"；变化最大的是{top.candidate.name}（{signed(top.change)}分）"
    sentence += f"。实线为上升，虚线为下降，标名的是升幅最大的{len(rises)}家和降幅最大的{len(falls)}家。"
    return Slopes(rows, rises + falls, axis, year), f"{year - 1}年与{year}年综合得分", sentence
