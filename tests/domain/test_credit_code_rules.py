"""The check character of 统一社会信用代码 (rule 10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.credit_code import ALPHABET, check_character, check_code, tidy
from ecpanel.domain.problems import Severity

PUBLIC = [
    "91330100799655058B",  # 阿里巴巴（中国）有限公司
    "91440300708461136T",  # 深圳市腾讯计算机系统有限公司
    "914403001922038216",  # 华为技术有限公司
    "91110000802100433B",  # 百度在线网络技术（北京）有限公司
    "91110108551385082Q",  # 小米科技有限责任公司
    "91440300192317458F",  # 比亚迪股份有限公司
    "91100000100003962T",  # 中国工商银行股份有限公司
    "91110302562134916R",  # 北京京东世纪贸易有限公司
    "911101085923662400",  # 抖音有限公司
    "91350100M000100Y43",  # the example usually printed with the standard
]
FIRST = st.text(ALPHABET, min_size=17, max_size=17)


def found(code: str) -> str:
    problem = check_code(code)
    if problem is None:
        return ""
    assert problem.severity is Severity.WARNING
    return problem.code


@pytest.mark.parametrize("code", PUBLIC)
def test_real_codes_are_right(code: str) -> None:
    assert found(code) == ""
    assert check_character(code[:17]) == code[17]


@pytest.mark.parametrize("code", PUBLIC)
def test_every_single_wrong_character_of_a_real_code_is_caught(code: str) -> None:
    for place in range(18):
        for char in ALPHABET:
            if char != code[place]:
                assert found(code[:place] + char + code[place + 1 :]) == "credit_code_check"


@pytest.mark.parametrize("code", PUBLIC)
def test_every_swap_of_neighbours_of_a_real_code_is_caught(code: str) -> None:
    for place in range(17):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert found(swapped) == ("" if swapped == code else "credit_code_check")


@given(FIRST, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_first_seventeen_have_one_check_character(first: str, place: int, char: str) -> None:
    code = first + check_character(first)
    assert found(code) == ""
    wrong = code[:place] + char + code[place + 1 :]
    assert found(wrong) == ("" if wrong == code else "credit_code_check")


@given(FIRST)
def test_the_expected_character_is_named(first: str) -> None:
    right = check_character(first)
    wrong = next(char for char in ALPHABET if char != right)
    problem = check_code(first + wrong)
    assert problem is not None
    assert problem.params["expected"] == right


def test_the_alphabet_has_31_characters_without_those_easily_confused() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set("IOSVZ") & set(ALPHABET)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "credit_code_missing"),
        (PUBLIC[0][:17], "credit_code_length"),
        (PUBLIC[0] + "0", "credit_code_length"),
        ("330100000123456", "credit_code_length"),
        ("9133010O799655058B", "credit_code_character"),
        ("91330100799655058b", "credit_code_character"),
        ("９1330100799655058B", "credit_code_character"),
        ("9133010079965505中B", "credit_code_character"),
    ],
)
def test_what_is_wrong_is_told_apart(code: str, problem: str) -> None:
    assert found(code) == problem


def test_a_stranger_is_named_with_its_place() -> None:
    problem = check_code("9133010O799655058B")
    assert problem is not None
    assert (problem.params["char"], problem.params["place"]) == ("O", 8)


@pytest.mark.parametrize(
    "printed",
    ["91330100799655058b", " 9133 0100 7996 5505 8B ", "９１３３０１００７９９６５５０５８Ｂ", "91330100-79965505-8B",
     "913301007996　55058B\n"],
)  # fmt: skip
def test_a_printed_code_is_tidied(printed: str) -> None:
    assert tidy(printed) == PUBLIC[0]
    assert found(tidy(printed)) == ""
