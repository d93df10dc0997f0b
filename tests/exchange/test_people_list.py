"""The list of people: read whole or refused with sheet, row and reason."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest
from services.reviews import firms, panel

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.exchange.people_list import PeopleList, read_people, write_people_form


@pytest.fixture
def written(tmp_path):
    experts, group = panel(5)
    candidates = firms(4)
    recusals = (Recusal("E02", "C003", RecusalReason.ADVISER, "顾问", "organiser"),)
    people = PeopleList(experts, (group,), recusals)
    path = tmp_path / "人员.xlsx"
    write_people_form(path, people, {one.candidate_id: one for one in candidates})
    return path, people, candidates


def test_a_list_reads_back_equal(written):
    path, people, candidates = written
    assert read_people(path, candidates) == people


def test_several_groups_each_with_a_chair(written):
    path, _, candidates = written
    book = openpyxl.load_workbook(path)
    for row in (5, 6):
        book["专家"].cell(row, 7).value = "第二组"
    book["专家"].cell(6, 8).value = "是"
    book.save(path)
    found = read_people(path, candidates)
    assert [(one.name, one.chair, len(one.members)) for one in found.groups] == [
        ("评审组", "E01", 3),
        ("第二组", "E05", 2),
    ]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "reason"),
    [
        ("专家", "B3", None, "没有姓名"),
        ("专家", "A3", "E01", "重复"),
        ("专家", "A3", "甲", "样式"),
        ("专家", "F3", "也许", "应填是或否"),
        ("专家", "H3", "是", "已有组长"),
        ("回避", "A2", "E99", "没有编号"),
        ("回避", "B2", "别的公司", "名称与代码不符"),
        ("回避", "D2", "55", "不认识"),
    ],
)
def test_a_faulty_row_refuses_the_whole_list(written, sheet, cell, value, reason):
    path, _, candidates = written
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    with pytest.raises(EcpanelError) as caught:
        read_people(path, candidates)
    assert caught.value.code == "people_unreadable"
    assert reason in caught.value.params["reason"]
    assert caught.value.params["sheet"] == sheet


def test_an_expert_in_no_group_comes_back_in_none(tmp_path):
    experts, group = panel(4)
    people = PeopleList(experts, (replace(group, members=group.members[:3]),), ())
    write_people_form(tmp_path / "人员.xlsx", people, {})
    assert read_people(tmp_path / "人员.xlsx", []) == people


def test_a_recusal_by_code_alone_is_enough(written):
    path, people, candidates = written
    book = openpyxl.load_workbook(path)
    book["回避"]["B2"] = None
    book.save(path)
    assert read_people(path, candidates).recusals == (replace(people.recusals[0]),)


def test_a_workbook_without_experts_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(EcpanelError, match="people_unreadable"):
        read_people(tmp_path / "x.xlsx", [])
