"""The list of candidates, its regions and the panel (rules 6, 8-10, 12, 13, 18 and the dossier)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from builders import candidate, expert, past, review
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.candidate import Candidate, check_candidates
from ecpanel.domain.dossier import Document, DocumentKind, check_dossier, missing_kinds
from ecpanel.domain.people import Group, check_group
from ecpanel.domain.problems import Problem, Severity, blocking
from ecpanel.domain.regions import (
    CORPS,
    PROVINCES,
    REGIONS,
    SEPARATE_PLAN_CITIES,
    find_region,
    quota,
)

CATEGORIES = ("平台类", "应用类", "服务类")
CODE = "91330100799655058B"


def problems(firms: Iterable[Candidate], developed: Iterable[str] = ()) -> list[Problem]:
    found = check_candidates(firms, CATEGORIES, set(developed))
    assert not blocking(found), "a list is warned about and never refused"
    return [one for one in found if one.code not in {"credit_code_missing"}]


def codes(*firms: Candidate, developed: Iterable[str] = ()) -> list[str]:
    return [one.code for one in problems(firms, developed)]


def many(region: str, count: int) -> list[Candidate]:
    return [candidate(f"C{place:03d}", region=region) for place in range(count)]


def test_the_notice_addresses_37_regions() -> None:
    assert len(PROVINCES) == 31
    assert SEPARATE_PLAN_CITIES == ("大连", "青岛", "宁波", "厦门", "深圳")
    assert CORPS == "新疆生产建设兵团"
    assert len(REGIONS) == len(set(REGIONS)) == 37


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("suffix", ["", "商务厅", "省", "省商务厅", "市商务局", "市商务委员会", " 商务 厅"])
def test_every_region_is_found_by_its_printed_name(region: str, suffix: str) -> None:
    assert find_region(region + suffix) == region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("内蒙古自治区商务厅", "内蒙古"),
        ("广西壮族自治区商务厅", "广西"),
        ("宁夏回族自治区商务厅", "宁夏"),
        ("新疆维吾尔自治区商务厅", "新疆"),
        ("西藏自治区商务厅", "西藏"),
        ("新疆生产建设兵团商务局", CORPS),
        ("兵团", CORPS),
        (" 浙 江 省 ", "浙江"),
        ("", None),
        ("商务厅", None),
        ("省", None),
        ("台湾省", None),
        ("吉林省吉林市", None),
        ("浙江省宁波市", None),
        ("浙", None),
        ("苏州市", None),
    ],
)
def test_a_region_is_found_or_it_is_none_and_never_guessed(text: str, region: str | None) -> None:
    assert find_region(text) == region


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_recommends_5_firms_or_10_where_developed(region: str) -> None:
    assert quota(region, ()) == 5
    assert quota(region, {region}) == 10
    others = set(REGIONS) - {region}
    assert quota(region, others) == 5


@given(st.integers(0, 14), st.booleans())
def test_only_more_than_the_quota_is_warned_about(count: int, developed: bool) -> None:
    found = problems(many("浙江", count), ["浙江"] if developed else [])
    limit = 10 if developed else 5
    assert [one.code for one in found] == (["region_over_quota"] if count > limit else [])
    for one in found:
        assert one.params == {"region": "浙江", "count": count, "quota": limit}


def test_every_region_is_counted_by_itself() -> None:
    firms = [candidate(f"C{n:03d}", region=region) for n, region in enumerate(REGIONS * 10)]
    assert [one.params["region"] for one in problems(firms)] == list(REGIONS)
    assert problems(firms, REGIONS) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "浙江省"}, "candidate_region"),
        ({"category": "其他类"}, "candidate_category"),
        ({"credit_code": CODE[:-1] + "C"}, "credit_code_check"),
        ({"credit_code": "123"}, "credit_code_length"),
    ],
)
def test_what_is_odd_about_one_candidate_is_named(change: dict[str, Any], code: str) -> None:
    found = problems([candidate(**change)])
    assert [one.code for one in found] == [code]
    assert (found[0].params["candidate"], found[0].params["name"]) == ("C001", "企业C001")


def test_a_clean_list_is_silent() -> None:
    assert check_candidates([candidate(credit_code=CODE)], CATEGORIES, ()) == []
    assert check_candidates([], CATEGORIES, ()) == []


def test_equal_codes_equal_names_and_shared_parents_are_warned_about() -> None:
    one = candidate("C001", credit_code=CODE)
    assert codes(one, candidate("C002", credit_code=CODE)) == ["candidates_same_code"]
    assert codes(one, candidate("C002", name=one.name)) == ["candidates_same_name"]
    kin = [candidate("C001", parent="母公司"), candidate("C002", parent="母公司")]
    assert codes(*kin) == ["candidates_same_parent"]
    assert codes(candidate("C001", name="母公司"), candidate("C002", parent="母公司")) == [
        "candidates_same_parent"
    ]


def test_empty_codes_and_parents_are_not_equal() -> None:
    assert codes(candidate("C001"), candidate("C002"), candidate("C003", parent="母公司")) == []


def test_a_firm_that_names_itself_as_its_parent_shares_it_with_nobody() -> None:
    assert codes(candidate("C001", name="甲公司", parent="甲公司")) == []


def test_names_with_rare_characters_and_marks_are_names() -> None:
    firms = [
        candidate(f"C{place:03d}", name=name)
        for place, name in enumerate(["𠮷野家'", '"百分%"', "甲&乙", "阿·乙", "换\n行"])
    ]
    assert codes(*firms) == []


def test_the_newest_earlier_result_is_last_years_whatever_the_order() -> None:
    older, newer = past(2018, "优秀", 9500), past(2020, "合格", 7000)
    for history in ((older, newer), (newer, older)):
        assert candidate(past=history).last_year == newer
    assert candidate().last_year is None


def panel(size: int, outside: int, chair: str = "E01", supervisor: str = "监督人") -> list[Problem]:
    people = {f"E{n:02d}": expert(f"E{n:02d}", outside=n <= outside) for n in range(1, size + 1)}
    return check_group(Group("G1", "第一组", tuple(people), chair, supervisor), people)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, {"group_too_small": Severity.ERROR}),
        (2, {"group_too_small": Severity.ERROR, "group_even": Severity.WARNING}),
        (3, {"group_small": Severity.WARNING}),
        (4, {"group_small": Severity.WARNING, "group_even": Severity.WARNING}),
        (5, {}),
        (6, {"group_even": Severity.WARNING}),
        (7, {}),
        (15, {}),
    ],
)
def test_a_panel_is_refused_below_three_and_warned_about_below_five_or_even(
    size: int, expected: dict[str, Severity]
) -> None:
    assert {one.code: one.severity for one in panel(size, size)} == expected


@given(st.integers(3, 15), st.data())
def test_outside_experts_are_two_thirds_exactly(size: int, data: st.DataObject) -> None:
    outside = data.draw(st.integers(1, size))
    found = {one.code for one in panel(size, outside)}
    assert ("group_outside_share" in found) == (3 * outside < 2 * size)


def test_the_chair_is_a_member_and_not_of_the_department() -> None:
    assert [one.code for one in blocking(panel(5, 5, chair="E09"))] == ["chair_not_member"]
    assert [one.code for one in blocking(panel(5, 4, chair="E05"))] == ["chair_of_department"]
    assert panel(5, 5, chair="E03") == []


def test_a_stranger_in_a_group_and_a_missing_supervisor_are_told() -> None:
    group = Group("G1", "第一组", ("E01", "E02", "E03", "E99"), "E01", "")
    people = {key: expert(key) for key in ("E01", "E02", "E03")}
    found = {one.code: one.severity for one in check_group(group, people)}
    assert found == {
        "group_member_unknown": Severity.ERROR,
        "group_small": Severity.WARNING,
        "supervisor_missing": Severity.WARNING,
    }


def document(kind: DocumentKind) -> Document:
    return Document(kind.name, "C001", kind, f"{kind.value}.pdf", 1, 1, "0" * 64, "application/pdf")


@given(st.sets(st.sampled_from(list(DocumentKind))))
def test_the_papers_a_dossier_lacks_are_named(present: set[DocumentKind]) -> None:
    documents = [document(kind) for kind in present] * 2
    assert set(missing_kinds(documents)) == set(DocumentKind) - present
    found = check_dossier("C001", "企业", documents)
    assert {one.params["kind"] for one in found} == {kind.value for kind in set(DocumentKind) - present}
    assert not blocking(found)


def test_nothing_is_marked_secret_by_default() -> None:
    assert review().mark == ""
    assert review().rehearsal is False
