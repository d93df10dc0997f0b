"""Two running years: what they say, and what silence does not (rule 8)."""

from __future__ import annotations

import pytest
from builders import candidate, past
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.candidate import CURRENT_TITLE, NEWLY_RECOMMENDED
from ecpanel.domain.standing import standing_flag, standing_flags

LEVELS = ("优秀", "良好", "合格", "较差", "")


def consequence(role: str, before: str, now: str, year: int = 2020) -> str:
    flag = standing_flag(candidate(standing=role, past=(past(year, before),)), past(2021, now))
    return flag.consequence if flag else ""


@pytest.mark.parametrize("before", LEVELS)
@pytest.mark.parametrize("now", LEVELS)
def test_a_titled_firm_is_flagged_only_when_poor_twice(before: str, now: str) -> None:
    expected = "连续两年较差" if before == now == "较差" else ""
    assert consequence(CURRENT_TITLE, before, now) == expected


@pytest.mark.parametrize("before", LEVELS)
@pytest.mark.parametrize("now", LEVELS)
def test_a_recommended_firm_is_flagged_only_when_excellent_twice(before: str, now: str) -> None:
    expected = "连续两年优秀" if before == now == "优秀" else ""
    assert consequence(NEWLY_RECOMMENDED, before, now) == expected


@given(st.sampled_from([CURRENT_TITLE, NEWLY_RECOMMENDED]), st.integers(2000, 2040), st.sampled_from(LEVELS))
def test_only_the_year_before_counts_and_a_gap_proves_nothing(role: str, year: int, level: str) -> None:
    if year != 2020:
        assert consequence(role, level, level, year) == ""


def test_a_gap_year_between_two_results_breaks_the_run() -> None:
    firm = candidate(standing=CURRENT_TITLE, past=(past(2018, "较差"), past(2019, "较差")))
    assert standing_flag(firm, past(2021, "较差")) is None
    silent = candidate(standing=CURRENT_TITLE, past=(past(2019, "较差"), past(2020, "")))
    assert standing_flag(silent, past(2021, "较差")) is None


def test_the_flag_shows_the_two_results_it_rests_on() -> None:
    older, before, now = past(2019, "较差", 3000), past(2020, "较差", 5500), past(2021, "较差", 5000)
    for history in ((older, before), (before, older)):
        flag = standing_flag(candidate(standing=CURRENT_TITLE, past=history), now)
        assert flag is not None
        assert (flag.candidate_id, flag.earlier, flag.later) == ("C001", before, now)


def test_a_low_score_without_a_named_level_is_no_level() -> None:
    firm = candidate(standing=CURRENT_TITLE, past=(past(2020, "", 0),))
    assert standing_flag(firm, past(2021, "", 0)) is None


def test_a_candidate_without_a_result_this_year_is_not_judged() -> None:
    firms = [
        candidate("C001", standing=CURRENT_TITLE, past=(past(2020, "较差"),)),
        candidate("C002", standing=CURRENT_TITLE, past=(past(2020, "较差"),)),
        candidate("C003"),
    ]
    flags = standing_flags(firms, {"C002": past(2021, "较差"), "C003": past(2021, "优秀")})
    assert [one.candidate_id for one in flags] == ["C002"]
