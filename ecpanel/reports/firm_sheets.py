"""The sheet of one enterprise (企业评估表), whole for the panel and without experts for its region (rule 39)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from math import ceil
from typing import Final

from reportlab.platypus import Flowable, LongTable

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.meeting import REASON_WORDS, Correction, GateDecision, ReasonCode, failed_gates
from ecpanel.domain.people import Expert
from ecpanel.domain.points import round_half_up, show_points
from ecpanel.domain.result import CandidateLine, OpinionLine, Result, TotalLine
from ecpanel.domain.scheme import Indicator, leaves
from ecpanel.reports.figures import fraction
from ecpanel.reports.page import HAIRLINE, TEXT_WIDTH, Heading, draw_table
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.sheet_tables import cell_value
from ecpanel.reports.tables import STANDING_WORDS, Cell, Column, Table, tie_word, vote_words
from ecpanel.reports.typography import text_width
from ecpanel.texts import minute

NAME: Final = TextStyle("hei", 16, 24, alignment="centre", space_after=6, keep_with_next=True)
NOTE: Final = TextStyle("fangsong", 11, 17, alignment="left", space_after=4)
FEWEST_TOLD: Final = 3
"""Scores below which a region is told no mean of an indicator: it would be a single expert's score."""
HIDDEN: Final = "〔专家〕"
"""What stands in a region's feedback where an opinion names an expert."""
_EXPERTS_WIDE: Final = 8
_LABEL: Final = TextStyle("song", 9, 13, alignment="left", colour="#5B6670")
_VALUE: Final = TextStyle("song", 10, 13, alignment="left")


class FirmBook:
    """All that sheets of one result look up, gathered once."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.names = {one.expert_id: one.name for one in result.experts}
        self.firms = {one.candidate_id: one for one in result.candidates}
        self.leaves: tuple[Indicator, ...] = tuple(leaves(result.scheme))
        self.corrections: dict[str, list[Correction]] = defaultdict(list)
        for correction in result.corrections:
            self.corrections[correction.candidate_id].append(correction)
        self.failed: dict[str, GateDecision] = failed_gates(result.gate_decisions)
        self.gates = {one.code: one.name for one in result.scheme.gates}

    @cached_property
    def ranked(self) -> Counter[tuple[str, str]]:
        """How many are ranked in all, by category and by region."""
        counts: Counter[tuple[str, str]] = Counter()
        for line in self.result.lines:
            if line.state == "ranked":
                firm = self.firms[line.candidate_id]
                counts.update([("", ""), ("category", firm.category), ("region", firm.region)])
        return counts

    @cached_property
    def hidden(self) -> re.Pattern[str] | None:
        """Names and ids of experts as they may turn up in running text; None without experts."""
        words = sorted((*self.names.values(), *self.names), key=lambda word: (-len(word), word))
        if not words:
            return None
        told = "|".join(
            rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])" if word.isascii() else re.escape(word)
            for word in words
            if word
        )
        return re.compile(told)


def firm_sheet(book: FirmBook, line: CandidateLine) -> list[Flowable]:
    """The whole sheet of one candidate with every expert's scores and name; for the panel's file only."""
    firm = book.firms[line.candidate_id]
    story: list[Flowable] = [
        Heading(f"{firm.candidate_id}　{firm.name}", NAME, 0),
        facts_table(
            [*_about(firm), *_outcome(book, line, firm), *_inner_figures(line), *_declared(book, firm)]
        ),
    ]
    for table in (*_score_tables(book, line), *_correction_tables(book, line)):
        story += draw_table(table, level=1)
    story += draw_table(_opinions(book, line), level=1)
    return story


def feedback_sheet(book: FirmBook, line: CandidateLine) -> list[Flowable]:
    """The sheet of one candidate as its region sees it: means, n, places, level and opinions in an order
    that follows their text. Nothing on it tells who gave which score or opinion (rule 39)."""
    firm = book.firms[line.candidate_id]
    story: list[Flowable] = [
        Heading(f"{firm.candidate_id}　{firm.name}", NAME, 0),
        facts_table([*_about(firm), *_outcome(book, line, firm, anonymous=True), *_declared(book, firm)]),
        *draw_table(_means(book, line), level=1),
    ]
    if any(0 < one.n < FEWEST_TOLD for one in line.leaves):
        story.append(ChineseParagraph(f"有效评分不足{FEWEST_TOLD}份的指标不列均值。", NOTE))
    return story + draw_table(_anonymous_opinions(book, line), level=1)


def facts_table(facts: Sequence[tuple[str, str]], width: float = TEXT_WIDTH) -> Flowable:
    """Labels and values side by side on `width` pt, two pairs a row, or one where the value is long."""
    cells: list[list[ChineseParagraph | str]] = []
    spans = []
    for label, value in facts:
        pair: list[ChineseParagraph | str] = [
            ChineseParagraph(label, _LABEL),
            ChineseParagraph(value, _VALUE),
        ]
        is_long = text_width(value, _VALUE.role, _VALUE.size) > width * 0.32 - 6
        if cells and len(cells[-1]) == 2 and not is_long and len(cells) - 1 not in spans:
            cells[-1] += pair
            continue
        cells.append(pair)
        if is_long:
            spans.append(len(cells) - 1)
    full = [row + [""] * (4 - len(row)) for row in cells]
    style = [
        ("FONT", (0, 0), (-1, -1), _VALUE.role, _VALUE.size, _VALUE.leading),  # of empty cells as well
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.35, HAIRLINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, HAIRLINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2.5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        *(("SPAN", (1, row), (3, row)) for row in spans),
    ]
    widths = [width * share for share in (0.18, 0.32, 0.18, 0.32)]
    return LongTable(full, colWidths=widths, style=style, spaceAfter=6)


def _about(firm: Candidate) -> list[tuple[str, str]]:
    """What the list says of a firm (rule 8)."""
    past = firm.last_year
    told = [] if past is None else [
        "" if past.score is None else f"{show_points(past.score)}分",
        "" if past.rank is None else f"第{past.rank}名",
        past.level,
    ]  # fmt: skip
    return [
        ("地区", firm.region),
        ("类别", firm.category),
        ("现有称号", firm.standing),
        ("统一社会信用代码", firm.credit_code),
        *([("上级单位", firm.parent)] if firm.parent else []),
        *([(f"{past.year}年结果", "　".join(word for word in told if word) or "未列")] if past else []),
    ]


def _declared(book: FirmBook, firm: Candidate) -> list[tuple[str, str]]:
    """The figures a firm declared for objective indicators, by code since the names stand right below."""
    declared = {one.indicator: one.figure for one in firm.facts}
    figures = "；".join(
        f"{leaf.code}\u00a0{declared[leaf.code]}{_unit(leaf, firm.category)}"
        for leaf in book.leaves
        if leaf.code in declared
    )
    return [("申报数据", figures)] if figures else []


def _unit(leaf: Indicator, category: str) -> str:
    """The unit of a declared figure; a table of the category goes before the general one."""
    units = {table.category: table.unit for table in leaf.band_tables}
    return units.get(category, units.get("", ""))


def _outcome(
    book: FirmBook, line: CandidateLine, firm: Candidate, *, anonymous: bool = False
) -> list[tuple[str, str]]:
    """Score, n, places and level, or why there are none."""
    ranked = book.ranked
    valid = ("有效评分", f"{line.n}份")
    if line.state == "excluded":
        decision = book.failed.get(line.candidate_id)
        gate = "" if decision is None else f"{decision.gate} {book.gates.get(decision.gate, '')}".strip()
        reason = "" if decision is None else f"{gate}：{decision.reason}"
        if decision is not None and not anonymous:
            reason += f"（{vote_words(decision.vote)}）"
        return [("处理", "不参与排名"), valid, ("理由", _hide(book, firm, reason) if anonymous else reason)]
    if line.score is None or line.state != "ranked":
        least = book.result.scheme.merging.min_valid
        return [("处理", "暂缓"), valid, ("理由", f"有效评分{line.n}份，少于{least}份")]
    return [
        ("综合得分", f"{show_points(line.score)}分"),
        valid,
        ("等级", line.level),
        ("综合名次", f"第{line.rank}名（共{ranked['', '']}家）"),
        (f"{firm.category}名次", f"第{line.category_rank}名（共{ranked['category', firm.category]}家）"),
        (f"{firm.region}名次", f"第{line.region_rank}名（共{ranked['region', firm.region]}家）"),
    ]


def _inner_figures(line: CandidateLine) -> list[tuple[str, str]]:
    """Figures that stay with the panel: both means, the score before corrections, what decided a tie."""
    told = [("未去极值均分", line.plain), ("去极值均分", line.trimmed)]
    if line.original_score != line.score:
        told.append(("更正前得分", line.original_score))
    found = [(label, "—" if points is None else f"{show_points(points)}分") for label, points in told]
    return found + ([("并列判定", tie_word(line.decided_by))] if line.decided_by else [])


def _score_tables(book: FirmBook, line: CandidateLine) -> list[Table]:
    """Indicators by experts with n and mean; up to eight experts a table, shared out evenly."""
    experts = book.result.experts
    values = {(cell.expert_id, cell.indicator): cell_value(cell.state, cell.points) for cell in line.cells}
    totals = {one.expert_id: one for one in line.totals}
    parts = max(1, ceil(len(experts) / _EXPERTS_WIDE))
    size = max(1, ceil(len(experts) / parts))
    tables = []
    for part in range(parts):
        shown = experts[part * size : (part + 1) * size]
        title = "各指标得分" + (f"（{part + 1}）" if parts > 1 else "")
        tables.append(_score_table(book, line, shown, values, totals, title))
    return tables


def _score_table(
    book: FirmBook,
    line: CandidateLine,
    shown: Sequence[Expert],
    values: dict[tuple[str, str], Cell],
    totals: dict[str, TotalLine],
    title: str,
) -> Table:
    figures = {one.indicator: one for one in line.leaves}
    recused = {key for key, one in totals.items() if one.standing == "recused"}
    rows: list[tuple[Cell, ...]] = []
    for leaf in book.leaves:
        given = [
            "回避" if one.expert_id in recused else values.get((one.expert_id, leaf.code)) for one in shown
        ]
        figure = figures[leaf.code]
        mean = None if figure.mean is None else round_half_up(fraction(figure.mean), 2)
        rows.append((leaf.code, leaf.name, leaf.points, *given, figure.n, mean))
    whole = sum(leaf.points for leaf in book.leaves)
    sums = [_total(totals.get(one.expert_id)) for one in shown]
    rows.append(("合计", "", whole, *sums, line.n, line.score))
    columns = (
        Column("编码", 9),
        Column("指标", 50),
        Column("分值", 13, "points"),
        *(Column(f"{one.expert_id} {one.name}", 11, "points") for one in shown),
        Column("n", 6, "whole"),
        Column("均值", 12, "points"),
    )
    return Table("得分", title, columns, tuple(rows))


def _total(one: TotalLine | None) -> Cell:
    if one is None or one.total is None:
        return STANDING_WORDS[one.standing] if one else None
    points = round_half_up(fraction(one.total), 2)
    return points if one.standing == "counted" else f"{show_points(points)} {STANDING_WORDS[one.standing]}"


def _correction_tables(book: FirmBook, line: CandidateLine) -> list[Table]:
    rows = tuple(
        (
            one.indicator,
            book.names.get(one.expert_id, one.expert_id),
            one.before,
            one.after,
            f"{one.reason.value} {REASON_WORDS[ReasonCode(one.reason)]}：{one.note}",
            minute(one.at),
        )
        for one in book.corrections.get(line.candidate_id, ())
    )
    columns = (
        Column("指标", 13),
        Column("专家", 24),
        Column("更正前", 16, "points"),
        Column("更正后", 16, "points"),
        Column("理由", 57),
        Column("时间", 30),
    )
    return [Table("更正", "涉及本企业的评分更正", columns, rows)] if rows else []


def _opinions(book: FirmBook, line: CandidateLine) -> Table:
    rows = tuple(
        (
            f"{one.expert_id} {book.names.get(one.expert_id, '')}".strip(),
            one.opinion.strengths,
            one.opinion.weaknesses,
            one.opinion.advice,
        )
        for one in line.opinions
    )
    columns = (Column("专家", 20), Column("优势", 46), Column("不足", 45), Column("建议", 45))
    return Table("评估意见", "评估意见", columns, rows)


def _means(book: FirmBook, line: CandidateLine) -> Table:
    figures = {one.indicator: one for one in line.leaves}
    rows: list[tuple[Cell, ...]] = []
    for leaf in book.leaves:
        figure = figures[leaf.code]
        told = figure.mean if figure.n >= FEWEST_TOLD else None
        mean = None if told is None else round_half_up(fraction(told), 2)
        rows.append((leaf.code, leaf.name, leaf.points, figure.n, mean))
    whole = sum(leaf.points for leaf in book.leaves)
    rows.append(("综合得分", "", whole, line.n, line.score if line.state == "ranked" else None))
    columns = (
        Column("编码", 22),
        Column("指标", 78),
        Column("分值", 20, "points"),
        Column("有效评分", 16, "whole"),
        Column("均值", 20, "points"),
    )
    return Table("得分", "各指标平均得分", columns, tuple(rows))


def _anonymous_opinions(book: FirmBook, line: CandidateLine) -> Table:
    firm = book.firms[line.candidate_id]
    texts = [_parts(book, firm, one) for one in sorted(line.opinions, key=_text_digest)]
    rows = tuple((str(number), *parts) for number, parts in enumerate(texts, start=1))
    columns = (Column("序号", 11), Column("优势", 49), Column("不足", 48), Column("建议", 48))
    return Table("评估意见", "专家评估意见（排列与专家编号无关）", columns, rows)


def _parts(book: FirmBook, firm: Candidate, one: OpinionLine) -> tuple[str, str, str]:
    opinion = one.opinion
    strengths, weaknesses, advice = (
        _hide(book, firm, text) for text in (opinion.strengths, opinion.weaknesses, opinion.advice)
    )
    return strengths, weaknesses, advice


def _text_digest(one: OpinionLine) -> str:
    """An order that depends on the words alone; equal words stand together whoever wrote them."""
    words = "\n".join((one.opinion.strengths, one.opinion.weaknesses, one.opinion.advice))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _hide(book: FirmBook, firm: Candidate, text: str) -> str:
    """The text without names and ids of experts; a firm may bear an expert's name and keeps its own."""
    pattern = book.hidden
    if pattern is None:
        return text
    return firm.name.join(pattern.sub(HIDDEN, part) for part in text.split(firm.name))
