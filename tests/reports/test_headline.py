"""Titles end their lines between words, in as few and as even lines as fit (GB/T 9704)."""

from __future__ import annotations

import pytest

from ecpanel.reports.headline import title_lines
from ecpanel.reports.page import TEXT_WIDTH, TITLE
from ecpanel.reports.typography import text_width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2021年综合评价", ["2021年综合评价"]),
        (
            "2021年度国家级电子商务示范企业创建活动综合评价专家评审",
            ["2021年度国家级电子商务示范企业", "创建活动综合评价专家评审"],
        ),
        (
            "2021—2022年新疆生产建设兵团农村电子商务示范企业推荐遴选及综合评价（第二批）",
            ["2021—2022年新疆生产建设兵团", "农村电子商务示范企业推荐", "遴选及综合评价（第二批）"],
        ),
        ("甲\n乙", ["甲", "乙"]),
    ],
)
def test_a_title_breaks_by_meaning(title, lines):
    assert title_lines(title, TITLE, TEXT_WIDTH).split("\n") == lines


@pytest.mark.parametrize(
    "title", ["犇" * 50, "国家电子商务示范企业综合评价" * 7, "A" * 100, "2021年" + "鱻" * 30]
)
def test_no_character_is_lost_and_lines_fit_where_they_can(title):
    lines = title_lines(title, TITLE, TEXT_WIDTH).split("\n")
    assert "".join(lines) == title
    if not title.startswith("A"):
        assert all(text_width(line, TITLE.role, TITLE.size) <= TEXT_WIDTH for line in lines)
        assert len(lines) <= int(text_width(title, TITLE.role, TITLE.size) // TEXT_WIDTH) + 2


def test_no_line_of_a_title_begins_with_a_closing_mark():
    lines = title_lines("关于开展“国家电子商务示范企业（第二批）”综合评价的评审", TITLE, TEXT_WIDTH).split(
        "\n"
    )
    assert len(lines) == 2
    assert not any(line[0] in "）”、，" for line in lines)
