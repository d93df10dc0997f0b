from __future__ import annotations

import pytest

from ecpanel.dossier.text_match import occurrences, plain_text


def found(text: str, query: str) -> list[str]:
    return [text[first : last + 1] for first, last in occurrences(plain_text(text), query)]


@pytest.mark.parametrize(
    ("text", "query", "wanted"),
    [
        ("营业收\r\n入", "营业收入", ["营业收\r\n入"]),
        ("申  报  书", "申报书", ["申  报  书"]),
        ("2020 年度，2020年度", "2020年度", ["2020 年度", "2020年度"]),
        ("合同（B2B）", "(b2b)", ["（B2B）"]),
        ("ＧＭＶ增长", "gmv", ["ＧＭＶ"]),
        ("⻓江⻔户", "长江门户", ["⻓江⻔户"]),
        ("⼀⼈", "一人", ["⼀⼈"]),
        ("co\x02\r\noperate", "cooperate", ["co\x02\r\noperate"]),
        ("Hello  \n World", "hello world", ["Hello  \n World"]),
        ("葛\U000e0100城区", "葛城区", ["葛\U000e0100城区"]),
        ("㛃𬭸与𬭸", "𬭸", ["𬭸", "𬭸"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("ﬁrst", "first", ["ﬁrst"]),
    ],
)
def test_people_find_what_they_mean(text, query, wanted):
    assert found(text, query) == wanted


@pytest.mark.parametrize(
    ("text", "query"), [("a b", "ab"), ("12 34", "1234"), ("示范", ""), ("", "示范"), ("示", " ")]
)
def test_words_that_are_parted_stay_parted_and_nothing_finds_nothing(text, query):
    assert found(text, query) == []
