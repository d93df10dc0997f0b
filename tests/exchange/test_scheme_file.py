"""The scheme as a file: JSON and Excel both ways, and every fault with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.scheme import (
    BandTable,
    Indicator,
    Level,
    LevelBy,
    MeetingRules,
    Merging,
    OutlierLimits,
    Remarks,
    Scheme,
    Scope,
    Section,
    TieRule,
    TieStep,
    check_scheme,
    leaves,
)
from ecpanel.exchange.scheme_file import read_scheme, scheme_json, write_scheme_workbook
from ecpanel.services.organise import builtin_scheme

REFERENCE = {
    "scheme_id": "annex-2", "title": "附件2", "total": 100,
    "items": [
        {"code": "A", "name": "规模", "max": 60, "children": [
            {"code": "A1", "name": "交易额", "max": 20, "kind": "客观"}, {"code": "A2", "name": "成长", "max": 40, "kind": "主观"}]},
        {"code": "B", "name": "创新", "max": 40, "children": [{"code": "B1", "name": "模式", "max": 40, "kind": "主观"}]},
    ],
}  # fmt: skip


@pytest.fixture
def scheme() -> Scheme:
    return builtin_scheme()


def test_the_builtin_scheme_says_it_is_a_placeholder_and_can_be_locked(scheme):
    assert scheme.is_placeholder
    assert check_scheme(scheme) == []
    assert len(list(leaves(scheme))) == 20


def test_json_reads_back_equal(scheme, tmp_path):
    path = tmp_path / "s.json"
    path.write_bytes(scheme_json(scheme))
    assert read_scheme(path) == scheme


def test_excel_reads_back_equal(scheme, tmp_path):
    path = tmp_path / "s.xlsx"
    write_scheme_workbook(scheme, path)
    assert read_scheme(path) == scheme


@given(
    merging=st.builds(
        Merging,
        scope=st.sampled_from(Scope),
        trimmed=st.booleans(),
        trim_from=st.integers(3, 9),
        min_valid=st.integers(1, 9),
        places=st.integers(0, 2),
        ties=st.lists(
            st.sampled_from(
                [TieRule(TieStep.SECTION, "A"), TieRule(TieStep.UNTRIMMED), TieRule(TieStep.VOTE)]
            ),
            unique=True,
        ).map(tuple),
    ),
    outliers=st.builds(OutlierLimits, *(st.integers(1, 100) for _ in range(5))),
    remarks=st.builds(Remarks, *(st.integers(0, 100) for _ in range(5))),
    meeting=st.builds(MeetingRules, *(st.tuples(st.integers(1, 9), st.integers(1, 9)) for _ in range(2))),
)
def test_rules_survive_excel(merging, outliers, remarks, meeting, tmp_path_factory):
    scheme = replace(
        builtin_scheme(),
        merging=merging,
        outliers=outliers,
        remarks=remarks,
        meeting=meeting,
        level_by=LevelBy.RANK_SHARE,
        levels=(Level("优秀", 2000), Level("其余", 10000)),
    )
    path = tmp_path_factory.mktemp("x") / "s.xlsx"
    write_scheme_workbook(scheme, path)
    back = read_scheme(path)
    assert (back.merging, back.levels, back.level_by) == (merging, scheme.levels, scheme.level_by)
    assert (back.outliers, back.remarks, back.meeting) == (outliers, remarks, meeting)


def test_the_short_form_of_the_placeholder_is_read_too(tmp_path):
    path = tmp_path / "annex.json"
    path.write_text(json.dumps(REFERENCE), encoding="utf-8")
    scheme = read_scheme(path)
    assert not scheme.is_placeholder and [leaf.code for leaf in leaves(scheme)] == ["A1", "A2", "B1"]
    assert [problem.code for problem in check_scheme(replace(scheme, merging=Merging(ties=())))] == []


def test_three_levels_survive_excel(tmp_path):
    inner = Section(
        "A1", "子项", 10000, (Indicator("A11", "叶", 10000, builtin_scheme().sections[0].children[0].kind),)
    )  # type: ignore[union-attr]
    scheme = Scheme("s", "三级", 1, False, (Section("A", "一级", 10000, (inner,)),), merging=Merging(ties=()))
    path = tmp_path / "s.xlsx"
    write_scheme_workbook(scheme, path)
    assert read_scheme(path).sections == scheme.sections


def edited(scheme: Scheme, folder: Path, sheet: str, cell: str, value: object) -> Path:
    path = folder / "s.xlsx"
    write_scheme_workbook(scheme, path)
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place"),
    [
        ("指标体系", "D3", "八分", "第3行 分值"),
        ("指标体系", "E3", "半主观", "第3行 类型"),
        ("指标体系", "B3", "Z", "第3行 上级编码"),
        ("指标体系", "A1", "代号", "表头"),
        ("分档", "D2", "很多", "第2行 不低于"),
        ("规则", "B6", "随意", "规则"),
    ],
)
def test_a_faulty_cell_is_named(scheme, tmp_path, sheet, cell, value, place):
    with pytest.raises(EcpanelError) as caught:
        read_scheme(edited(scheme, tmp_path, sheet, cell, value))
    assert caught.value.code == "scheme_unreadable"
    assert place in caught.value.params["place"]


def test_a_wrong_sum_is_told_when_the_scheme_is_taken_in(scheme, tmp_path):
    found = read_scheme(edited(scheme, tmp_path, "指标体系", "D7", "7"))
    assert [problem.code for problem in check_scheme(found)] == ["scheme_sum"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["items", "code", "name", "max", "children", "kind", "scheme_id", "title", "sections"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_with_a_code(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("j") / "s.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    try:
        read_scheme(path)
    except EcpanelError as fault:
        assert fault.code in ("scheme_unreadable", "record_unreadable", "points_unreadable")


def test_bands_of_two_categories_survive(scheme, tmp_path):
    leaf = next(one for one in leaves(scheme) if one.code == "A1")
    assert len(leaf.band_tables) == 3 and all(isinstance(table, BandTable) for table in leaf.band_tables)
