from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecpanel.domain.candidate import (
    CURRENT_TITLE,
    NEWLY_RECOMMENDED,
    Candidate,
    Fact,
    PastResult,
    check_candidates,
)
from ecpanel.domain.credit_code import check_character
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, Severity
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.scheme import BandTable, Indicator, Kind, Scheme, Section
from ecpanel.exchange.candidate_cells import Unreadable, read_category, read_region, region_in_title
from ecpanel.exchange.candidate_list import (
    CandidateList,
    compare_with,
    read_candidate_list,
    write_candidate_list,
)
from ecpanel.texts import SENTENCES, sentence

SCHEME = Scheme(
    "s",
    "体系",
    1,
    True,
    (
        Section(
            "A",
            "规模",
            10000,
            (
                Indicator(
                    "A1",
                    "电子商务交易规模",
                    4000,
                    Kind.OBJECTIVE,
                    band_tables=(BandTable("", "亿元", ()),),
                ),
                Indicator("A2", "成长性", 3000, Kind.OBJECTIVE, band_tables=(BandTable("", "%", ()),)),
                Indicator("B1", "创新", 3000, Kind.SUBJECTIVE),
            ),
        ),
    ),
)
YEAR = 2021
RARE = "张堃喆𬭸㛃电子商务有限公司"


def code(number: int) -> str:
    first = f"91330100MA{number:07d}"
    return first + check_character(first)


def book(path: Path, *sheets: tuple[str, list[list[Any]]]) -> Path:
    """A workbook of either kind, by the ending of its name."""
    if path.suffix == ".xls":
        old = xlwt.Workbook(encoding="utf-8")
        for name, rows in sheets:
            sheet = old.add_sheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell)
        old.save(str(path))
        return path
    new = openpyxl.Workbook()
    new.remove(new.active)
    for name, rows in sheets:
        sheet = new.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    new.save(path)
    return path


def read(path: Path) -> CandidateList:
    result = read_candidate_list(path, SCHEME, YEAR)
    assert len(result.candidates) == result.rows_read - result.rows_unused
    for problem in result.problems:
        assert sentence(problem.code, problem.params)
    return result


def found(problems: Any, wanted: str) -> list[dict[str, Any]]:
    return [problem.params for problem in problems if problem.code == wanted]


def rows_of(tmp_path: Path, *rows: list[Any], name: str = "表") -> CandidateList:
    return read(book(tmp_path / "名单.xlsx", (name, list(rows))))


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_a_whole_list_of_either_kind(tmp_path: Path, ending: str) -> None:
    path = book(
        tmp_path / f"名单{ending}",
        (
            "汇总",
            [
                ["附件2"],
                ["2020年度电子商务示范企业推荐汇总表"],
                ["填报单位（盖章）：", None, None, "填报日期："],
                [
                    "序 号",
                    "省\n（区、市）",
                    "企业名称*",
                    "统一社会\n信用代码（18位）",
                    "企业类型",
                    "现有称号",
                    "2020年得分",
                    "上年度排名",
                    "上年评价等级",
                    "2019年度综合评价得分",
                    "母公司",
                    "评审组",
                    "A1 电子商务交易规模（亿元）",
                    "成长性(%)",
                    "联系电话",
                ],
                [1, "浙江省", RARE, code(1), "平台", "示范企业", 89.5, 3, "优秀", "８８．２５", "某集团", "一组", "1,234.50", "12.3%", 138],
                [2, "宁波市商务局", "　乙公司\u200b ", code(2).lower(), "应用企业", "新增推荐", "—", "/", "无", None, "", None, 0.5, "－3.2", ""],
                [None] * 15,
                ["注：本表由省级商务主管部门填写"],
                ["填表人：", "李四", "联系电话：", "0571"],
            ],
        ),
    )  # fmt: skip
    result = read(path)
    assert result.candidates == (
        Candidate(
            "C001",
            "浙江",
            RARE,
            code(1),
            "平台类",
            CURRENT_TITLE,
            (PastResult(2019, 8825), PastResult(2020, 8950, 3, "优秀")),
            "某集团",
            "一组",
            (Fact("A1", "1234.50"), Fact("A2", "12.3")),
        ),
        Candidate("C002", "宁波", "乙公司", code(2), "应用类", facts=(Fact("A1", "0.5"), Fact("A2", "-3.2"))),
    )
    assert (result.rows_read, result.rows_unused) == (2, 0)
    assert {problem.code for problem in result.problems} == {"list_column_unknown", "list_rows_skipped"}
    assert found(result.problems, "list_column_unknown") == [{"sheet": "汇总", "columns": "联系电话"}]
    assert found(result.problems, "list_rows_skipped") == [{"sheet": "汇总", "count": 2, "rows": "8、9"}]
    assert not check_candidates(result.candidates, SCHEME.categories, ())


@pytest.mark.parametrize(
    ("heads", "member", "cells", "value"),
    [
        (heads, member, cells, value)
        for names, member, cells, value in [
            ("地区 省份 推荐地区 推荐单位 省（区、市） 所属地区 省、自治区、直辖市 推荐地区（省份） 地区/推荐单位 所在省", "region", "江苏省", "江苏"),
            ("统一社会信用代码 信用代码 社会信用代码 组织机构代码 统一社会信用代码/组织机构代码 统一社会信用代码证号", "credit_code", code(7), code(7)),
            ("企业类型 类别 企业类别 申报类型 电子商务类型 类型（平台/应用/服务）", "category", "电子商务服务类", "服务类"),
            ("现有称号 是否示范企业 企业性质 推荐类型 是否国家电子商务示范企业 是否为现有示范企业", "standing", "是", CURRENT_TITLE),
            ("是否新推荐 是否新增", "standing", "否", CURRENT_TITLE),
            ("上年得分 2020年得分 上年度综合得分 2020年度评价总分", "past", "90", (PastResult(2020, 9000),)),
            ("上年名次 上年排名 2020年位次", "past", "第12名", (PastResult(2020, None, 12),)),
            ("上年等级 上年评价等级 去年评价等次 上年评价结果", "past", "良好", (PastResult(2020, level="良好"),)),
            ("2018年得分", "past", "70.25", (PastResult(2018, 7025),)),
            ("母公司 控股股东 上级公司 实际控制人 母公司名称", "parent", "某集团", "某集团"),
            ("评审组 组别 分组", "group", "二", "二"),
            ("A1 a1 电子商务交易规模 A1电子商务交易规模 电子商务交易规模（亿元） Ａ１", "facts", "12", (Fact("A1", "12"),)),
        ]
        for heads in names.split()
        for cells in [cells]
    ],
)  # fmt: skip
def test_header_variants(tmp_path: Path, heads: str, member: str, cells: str, value: object) -> None:
    region = [] if member == "region" else ["浙江"]
    result = rows_of(tmp_path, ["企业名称", heads, *(["地区"] if region else [])], ["甲公司", cells, *region])
    assert getattr(result.candidates[0], member) == value
    assert not found(result.problems, "list_column_unknown")


@pytest.mark.parametrize(
    "head",
    ["企业名称", "单位名称", "公司名称", "企业全称", "申报企业", "企 业\n名 称（全称）", "推荐企业名称"],
)
def test_name_header_variants(tmp_path: Path, head: str) -> None:
    assert rows_of(tmp_path, ["地区", head], ["浙江", "甲公司"]).candidates[0].name == "甲公司"


def test_a_header_of_two_rows_with_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("表")
        sheet.merge_range("A1:G1", "推荐企业汇总表")
        for column, text in enumerate(("序号", "地区", "企业名称")):
            sheet.merge_range(1, column, 2, column, text)
        sheet.merge_range("D2:F2", "2020年度评价")
        sheet.write_row("D3", ["得分", "名次", "等级"])
        sheet.merge_range("G2:G3", "信用代码")
        sheet.merge_range("B4:B6", "浙江")
        for row in (3, 4, 5):
            sheet.write(row, 0, row - 2)
            sheet.write(row, 2, f"公司{row}号")
            sheet.write_row(row, 3, [80.5, row, "良好"])
            sheet.write(row, 6, code(row))
        sheet.merge_range("A7:G7", "二、江苏省（1家）")
        sheet.write(7, 2, "公司8号")
    result = read(path)
    assert [one.region for one in result.candidates] == ["浙江", "浙江", "浙江", "江苏"]
    assert result.candidates[1].past == (PastResult(2020, 8050, 4, "良好"),)
    assert found(result.problems, "list_rows_skipped") == [{"sheet": "表", "count": 1, "rows": "7"}]


def test_a_header_of_two_rows_without_merged_cells(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["企业名称", "地区", "2020年度", None, "2019年度", None],
        [None, None, "得分", "名次", "得分", "名次"],
        ["甲公司", "浙江", 90, 1, 80, 2],
    )
    assert result.candidates[0].past == (PastResult(2019, 8000, 2), PastResult(2020, 9000, 1))
    assert not result.problems


def test_region_from_a_title_or_the_name_of_the_sheet(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码"], ["甲公司", code(1)]]
    titled = rows_of(tmp_path, ["浙江省推荐企业汇总表"], *rows, name="Sheet1")
    assert titled.candidates[0].region == "浙江"
    assert rows_of(tmp_path, ["附件"], *rows, name="宁波市").candidates[0].region == "宁波"
    nowhere = rows_of(tmp_path, *rows)
    assert found(nowhere.problems, "list_row_unused") == [{"sheet": "表", "row": 2, "reason": "没有地区"}]


def test_several_sheets_are_joined_and_others_reported(tmp_path: Path) -> None:
    head = ["企业名称", "信用代码"]
    path = book(
        tmp_path / "名单.xlsx",
        ("浙江", [head, ["甲公司", code(1)]]),
        ("说明", [["请按要求填写"], ["二"]]),
        ("空", []),
        ("大连", [["x"], head, ["乙公司", code(2)]]),
    )
    result = read(path)
    assert [(one.candidate_id, one.region) for one in result.candidates] == [
        ("C001", "浙江"),
        ("C002", "大连"),
    ]
    assert found(result.problems, "list_sheet_no_header") == [{"sheet": "说明"}]


def test_no_sheet_with_a_header_is_an_error(tmp_path: Path) -> None:
    for rows in (
        [],
        [["甲", "乙"]],
        [["企业名称"], ["甲公司"]],
        [[None]] * 40 + [["企业名称", "地区"], ["甲", "浙江"]],
    ):
        with pytest.raises(EcpanelError) as caught:
            rows_of(tmp_path, *rows)
        assert caught.value.code == "list_no_header"


def test_rows_that_cannot_be_used(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["序号", "地区", "企业名称", "信用代码", "上年得分"],
        [1, "浙江", None, code(1), None],
        [2, "华东", "甲公司", code(2), None],
        [3, None, "乙公司", code(3), None],
        [4, "浙江", "丙公司", code(4), "很高"],
        [5, "浙江", "12345", code(5), None],
        [6, "浙江", "丁公司", code(6), "0"],
        [7, "浙江", "戊公司", code(7), 101],
        [8, "浙江", "己" * 300, code(7), 1],
    )
    unused = found(result.problems, "list_row_unused")
    assert [one["row"] for one in unused] == [2, 3, 4, 5, 6, 8, 9]
    assert [one["reason"] for one in unused[:5]] == [
        "没有企业名称",
        "地区“华东”认不出",
        "没有地区",
        "“上年得分”的分数“很高”读不出",
        "企业名称“12345”不是名称",
    ]
    assert (result.rows_read, result.rows_unused) == (8, 7)
    assert result.candidates[0].past == (PastResult(2020, 0),)


def test_missing_is_never_zero(tmp_path: Path) -> None:
    marks = ["—", "/", "无", "", "－", "N/A", "　", None, "--"]
    head = ["企业名称", "地区", "上年得分", "上年名次", "上年等级", "A1", "母公司", "信用代码", "类别"]
    result = rows_of(tmp_path, head, *([f"公司甲{n}", "浙江", *[mark] * 7] for n, mark in enumerate(marks)))
    plain = Candidate("", "浙江", "", "", "")
    assert all(replace(one, candidate_id="", name="") == plain for one in result.candidates)
    assert len(result.candidates) == len(marks)
    assert not result.problems


def test_unreadable_cells_leave_the_candidate(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["企业名称", "地区", "类别", "现有称号", "上年名次", "A1（亿元）", "上年等级"],
        ["甲公司", "浙江", "其他", "不知道", "前三", "约12", "88"],
    )
    assert result.candidates == (Candidate("C001", "浙江", "甲公司", "", ""),)
    cells = found(result.problems, "list_cell_unread")
    assert {(one["row"], one["column"], one["text"]) for one in cells} == {
        (2, "类别", "其他"),
        (2, "现有称号", "不知道"),
        (2, "上年名次", "前三"),
        (2, "A1（亿元）", "约12"),
        (2, "上年等级", "88"),
    }


def test_codes_stored_as_numbers(tmp_path: Path) -> None:
    for ending in (".xlsx", ".xls"):
        result = read(
            book(
                tmp_path / f"a{ending}",
                (
                    "浙江",
                    [
                        ["企业名称", "信用代码"],
                        ["甲公司", 911100001000000000],
                        ["乙公司", 123456789],
                        ["丙公司", "9.111E+17"],
                        ["丁公司", "'" + code(4)],
                    ],
                ),
            )
        )
        assert [one.credit_code for one in result.candidates] == ["", "123456789", "", code(4)]
        lost = found(result.problems, "code_lost_digits")
        assert [one["row"] for one in lost] == [2, 4]
        assert lost[0]["text"] == "911100001000000000"


def test_scores_with_many_decimals_are_rounded_and_said(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path, ["企业名称", "地区", "上年得分"], ["甲公司", "浙江", 89.455], ["乙公司", "浙江", 268 / 3]
    )
    assert [one.past[0].score for one in result.candidates] == [8946, 8933]
    assert [one["row"] for one in found(result.problems, "list_score_rounded")] == [2, 3]


def test_units_that_differ_and_shares_are_not_guessed(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["企业名称", "地区", "A1（万元）", "成长性"],
        ["甲公司", "浙江", 1200, 0.123],
        ["乙公司", "浙江", 1200, "12.3%"],
        ["丙公司", "浙江", 1200, 12.3],
    )
    assert [one.facts for one in result.candidates] == [(), (Fact("A2", "12.3"),), (Fact("A2", "12.3"),)]
    assert found(result.problems, "list_unit_differs")[0]["expected"] == "亿元"
    assert found(result.problems, "list_percent_doubtful")[0]["row"] == 2


def test_subjective_leaves_this_year_and_strangers_are_unknown_columns(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["企业名称", "地区", "B1", "2021年得分", "法人", "企业性质", "得分"],
        ["甲公司", "浙江", 5, 90, "李四", "民营", 3],
    )
    assert result.candidates == (Candidate("C001", "浙江", "甲公司", "", ""),)
    assert found(result.problems, "list_column_unknown") == [
        {"sheet": "表", "columns": "B1、2021年得分、法人、得分、企业性质"}
    ]


def test_repeated_headers_sums_and_notes_are_skipped(tmp_path: Path) -> None:
    head = ["序号", "企业名称", "地区", "信用代码"]
    result = rows_of(
        tmp_path,
        head,
        [1, "甲公司", "浙江", code(1)],
        head,
        [2, "注释科技有限公司", "浙江", code(2)],
        ["合计", "2家", None, None],
        ["小计：", 2, None, None],
        ["备注", None, None, None],
        [None, "填表人：李四", None, "联系人：王五"],
        [None, None, None, "（盖章）"],
        ["注：1.按推荐顺序填写", None, None, None],
    )
    assert [one.name for one in result.candidates] == ["甲公司", "注释科技有限公司"]
    assert found(result.problems, "list_rows_skipped")[0]["rows"] == "3、5、6、7、8、9、10"
    assert result.rows_unused == 0


def test_headings_between_rows_and_bracketed_asides_are_no_firms(tmp_path: Path) -> None:
    result = rows_of(
        tmp_path,
        ["浙江省推荐表"],
        ["企业名称", "信用代码"],
        ["一、现有示范企业"],
        ["甲公司", code(1)],
        ["（二）新推荐企业"],
        ["乙公司"],
        ["（此处可加行）"],
    )
    assert [one.name for one in result.candidates] == ["甲公司", "乙公司"]
    assert found(result.problems, "list_rows_skipped")[0]["rows"] == "3、5"
    assert found(result.problems, "list_row_unused")[0]["row"] == 7


def test_a_firm_without_a_number_whose_name_begins_like_a_remark(tmp_path: Path) -> None:
    result = rows_of(tmp_path, ["企业名称", "信用代码", "地区"], ["联系人网络公司", code(1), "浙江"])
    assert result.candidates[0].name == "联系人网络公司"


def test_hidden_sheets_are_reported_and_dates_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["企业名称", "地区", "母公司"])
    made.active.append(["甲公司", "浙江", datetime.date(2020, 1, 2)])
    made.create_sheet("旧").sheet_state = "hidden"
    made.save(path)
    result = read(path)
    assert result.candidates[0].parent == "2020-01-02"
    assert found(result.problems, "sheet_hidden") == [{"sheet": "旧"}]


def many() -> list[Candidate]:
    return [
        Candidate(
            f"C{n:03d}",
            region,
            f"{region}第{n}电子商务有限公司",
            code(n),
            SCHEME.categories[n % 3],
            CURRENT_TITLE if n % 2 else NEWLY_RECOMMENDED,
            (PastResult(2019, 100 * (n % 100), n, "良好"), PastResult(2020, 9005)) if n % 5 == 0 else (),
            "母公司" if n % 7 == 0 else "",
            f"第{n % 3 + 1}组",
            (Fact("A1", f"{n}.50"), Fact("A2", "-0.1")) if n % 4 else (),
        )
        for n, region in enumerate((region for region in REGIONS for _ in range(10)), 1)
    ]


def test_370_candidates_written_and_read_back_equal(tmp_path: Path) -> None:
    everyone = many()
    everyone[5] = replace(everyone[5], name="=1+1" + RARE)
    write_candidate_list(everyone, tmp_path / "名单.xlsx")
    result = read(tmp_path / "名单.xlsx")
    assert result.candidates == tuple(everyone)
    assert result.problems == ()
    assert len(result.candidates) == 370


def test_numbers_beyond_999(tmp_path: Path) -> None:
    rows = [["企业名称", "地区"], *([f"公司甲{n}", "浙江"] for n in range(1001))]
    assert rows_of(tmp_path, *rows).candidates[-1].candidate_id == "C1001"


def test_quotas_codes_and_doubles_are_found_by_the_domain(tmp_path: Path) -> None:
    rows = [["企业名称", "信用代码", "地区", "类别"]]
    rows += [[f"公司甲{n}", code(n), "浙江省", "平台类"] for n in range(6)] + [
        ["公司甲5", code(5)[:17] + "?", "西藏", "应用"]
    ]
    problems = check_candidates(rows_of(tmp_path, *rows).candidates, SCHEME.categories, ())
    assert [problem.code for problem in problems] == [
        "credit_code_character",
        "region_over_quota",
        "candidates_same_name",
    ]
    developed = check_candidates(rows_of(tmp_path, *rows[:-1]).candidates, SCHEME.categories, ("浙江",))
    assert developed == []


def firm(number: int, name: str, own: int) -> Candidate:
    return Candidate(f"C{number:03d}", "浙江", name, code(own) if own else "", "平台类")


def test_comparing_lists() -> None:
    earlier = [
        firm(1, "甲公司", 1),
        firm(2, "乙公司", 2),
        firm(3, "丙（中国）公司", 3),
        firm(4, "丁公司", 4),
        firm(5, "戊公司", 5),
    ]
    fresh = [
        firm(1, "甲公司", 2),
        firm(2, "乙公司", 1),
        firm(3, "丙(中国)公司", 3),
        firm(4, "丁丁公司", 4),
        firm(5, "新公司", 9),
        firm(6, "戊公司", 8),
        firm(7, "无码公司", 0),
    ]
    problems = compare_with(earlier, fresh)
    assert [(one.code, one.severity) for one in problems] == [
        ("list_name_code_swapped", Severity.ERROR),
        ("list_name_code_swapped", Severity.ERROR),
        ("list_renamed", Severity.WARNING),
        ("list_code_changed", Severity.WARNING),
        ("list_changed", Severity.NOTE),
    ]
    assert problems[0].params["earlier_name"] == "乙公司"
    assert problems[0].params["earlier_code"] == code(1)
    assert problems[-1].params == {"earlier": 5, "fresh": 7, "added": 2, "gone": 0}
    assert all(sentence(one.code, one.params) for one in problems)
    assert compare_with(earlier, earlier)[0].params == {"earlier": 5, "fresh": 5, "added": 0, "gone": 0}


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("浙江省", "浙江"),
        ("广东（不含深圳）", "广东"),
        ("浙江省宁波市", "宁波"),
        ("宁波市（计划单列市）", "宁波"),
        ("新疆维吾尔自治区（不含兵团）", "新疆"),
        ("新疆兵团", "新疆生产建设兵团"),
        ("内 蒙 古", "内蒙古"),
        ("吉林省吉林市", "吉林"),
        ("青海省海南州", "青海"),
        ("上海市商务委员会电商处", "上海"),
        ("华东", None),
        ("", None),
        ("浙江大学", None),
    ],
)
def test_regions_as_written(text: str, region: str | None) -> None:
    assert read_region(text) == region


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("浙江省推荐企业汇总表", "浙江"),
        ("浙江省宁波市推荐表", "宁波"),
        ("浙江省（不含宁波）推荐表", "浙江"),
        ("推荐表（不含宁波）", None),
        ("推荐表（浙江）", "浙江"),
        ("浙江、江苏推荐表", None),
        ("填报单位：新疆生产建设兵团商务局（盖章）", "新疆生产建设兵团"),
        ("全国各省（区、市）", None),
    ],
)
def test_regions_in_titles(text: str, region: str | None) -> None:
    assert region_in_title(text) == region


def test_categories_only_where_unambiguous() -> None:
    names = SCHEME.categories
    for text in ("平台", "平台类", "平台型企业", "1.平台类", "电子商务平台类"):
        assert read_category(text, names) == "平台类"
    for text in ("平台类、应用类", "其他", "类", "企业"):
        with pytest.raises(Unreadable):
            read_category(text, names)


def test_every_code_has_a_sentence() -> None:
    codes = (
        "not_a_workbook workbook_encrypted workbook_damaged workbook_too_large workbook_old_format sheet_hidden "
        "code_lost_digits list_no_header list_sheet_no_header list_row_unused list_rows_skipped list_cell_unread "
        "list_score_rounded list_percent_doubtful list_unit_differs list_column_unknown list_name_code_swapped "
        "list_renamed list_code_changed list_changed"
    )
    assert set(codes.split()) <= set(SENTENCES)


WORDS = st.sampled_from(
    ["企业名称", "地区", "2020年得分", "上年名次", "上年等级", "A1", "成长性(%)", "信用代码", "现有称号", "类别", "浙江", "甲公司",
     "注：", "合计", "—", "得分", "评审组", "浙江省汇总表", code(1), "示范企业", "平台"]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    WORDS,
    WORDS,
    st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\ufffe\uffff"), max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**20), 10**20),
    st.booleans(),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=7), max_size=9), st.booleans())
def test_random_tables_never_raise_anything_else(tmp_path: Path, rows: list[list[Any]], headed: bool) -> None:
    path = tmp_path / "表.xlsx"
    head = ["企业名称", "地区", "上年得分", "A1", "成长性", "信用代码", "上年结果"]
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        sheet = made.add_worksheet("浙江")
        for number, cells in enumerate([head, *rows] if headed else rows):
            sheet.write_row(number, 0, cells)
    try:
        result = read(path)
    except EcpanelError:
        return
    assert all(isinstance(problem, Problem) for problem in result.problems)
    check_candidates(result.candidates, SCHEME.categories, ())
    write_candidate_list(result.candidates, path)
