"""Title lines broken by meaning: no word cut in two, lines of like length (GB/T 9704, 标题回行)."""

from __future__ import annotations

import re
from itertools import pairwise
from math import inf
from typing import Final

from ecpanel.reports.linebreak import may_break
from ecpanel.reports.page import TEXT_WIDTH, TITLE
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.typography import text_width

WORDS: Final = (
    "电子商务", "示范企业", "示范", "企业", "综合评价", "评价", "评审报告", "评审", "报告", "国家",
    "国家级", "全国", "创建活动", "创建", "活动", "推荐", "遴选", "复审", "复核", "更正", "年度", "关于",
    "开展", "商务部", "办公厅", "通知", "结果", "工作", "专家", "评估", "反馈", "签到", "承诺", "回避",
    "归档", "登记表", "评分表", "评估表", "演练", "第一批", "第二批", "数字", "农村", "跨境",
)  # fmt: skip
"""Words of such titles that stay whole, and between which a line may end."""
_NUMBER: Final = re.compile(
    r"[0-9０-９]+(?:—[0-9０-９]+)?(?:年度?|批|号|届|家)?|[A-Za-z]+|第[一二三四五六七八九十]+[批届号]"
)
_UNKNOWN: Final = 12.0
"""What a break in words we do not know costs, in squared characters of unevenness."""


def title_lines(text: str, style: TextStyle, width: float) -> str:
    r"""The title with "\n" where its lines end, as few lines as fit `width` pt and as even as meaning allows.

    Lines that are given already stay; a text with no fitting break is left to the paragraph.
    """
    return "\n".join(_broken(line, style, width) for line in text.split("\n"))


def headline(review_title: str, words: str) -> ChineseParagraph:
    """The title of a document about a review: the review's own, then what the document is."""
    return ChineseParagraph(title_lines(f"{review_title}\n{words}", TITLE, TEXT_WIDTH), TITLE)


def _broken(text: str, style: TextStyle, width: float) -> str:
    if text_width(text, style.role, style.size) <= width:
        return text
    costs = _break_costs(text)
    whole = text_width(text, style.role, style.size)
    least = int(whole // width) + 1
    for count in range(least, least + 3):
        lines = _best(text, costs, count, style, width)
        if lines:
            return "\n".join(lines)
    return text


def _break_costs(text: str) -> dict[int, float]:
    """What ending a line before each place costs; places inside a word or number are left out."""
    inside: set[int] = set()
    edges: set[int] = set()
    spans = [found.span() for found in _NUMBER.finditer(text)]
    for word in WORDS:
        at = text.find(word)
        while at >= 0:
            spans.append((at, at + len(word)))
            at = text.find(word, at + 1)
    for start, end in spans:
        inside.update(range(start + 1, end))
        edges.update((start, end))
    edges.update(place + 1 for place, char in enumerate(text) if char in "的和与及、，：》）")
    return {
        place: 0.0 if place in edges else _UNKNOWN
        for place in range(1, len(text))
        if place not in inside and may_break(text, place)
    }


def _best(text: str, costs: dict[int, float], count: int, style: TextStyle, width: float) -> list[str]:
    """The evenest `count` lines, or [] where none fit."""
    ideal = text_width(text, style.role, style.size) / count
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number in range(count):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        ends = [len(text)] if number == count - 1 else list(costs)
        for start, (cost, places) in best.items():
            for end in ends:
                if end <= start:
                    continue
                room = text_width(text[start:end], style.role, style.size)
                if room > width:
                    continue
                found = cost + ((room - ideal) / style.size) ** 2 + costs.get(end, 0.0)
                if found < reached.get(end, (inf, ()))[0]:
                    reached[end] = (found, (*places, end))
        best = reached
    if len(text) not in best:
        return []
    places = (0, *best[len(text)][1])
    return [text[start:end] for start, end in pairwise(places)]
