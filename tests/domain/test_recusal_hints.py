"""Hints for recusals: organisations that read like a candidate or its parent."""

from __future__ import annotations

import pytest

from ecpanel.domain.candidate import Candidate, number_id
from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import RecusalReason
from ecpanel.domain.recusal_hints import recusal_hints


def hints(organisation: str, name: str, parent: str = "") -> list[str]:
    expert = Expert("E01", "张堃喆", organisation)
    candidate = Candidate("C001", "浙江", name, "", "", parent=parent)
    return [one.why for one in recusal_hints([expert], [candidate], frozenset())]


@pytest.mark.parametrize(
    ("organisation", "name"),
    [
        ("苏宁易购", "苏宁易购集团股份有限公司"),
        ("苏宁易购集团股份有限公司", "苏宁易购集团股份有限公司"),
        ("㛃𬭸科技", "㛃𬭸科技（集团）股份有限公司"),
        ("阿里巴巴(中国)网络技术公司", "阿里巴巴（中国）网络技术有限公司"),
        (" Ａlpha 商城 ", "ALPHA商城有限责任公司"),
    ],
)
def test_the_same_unit_is_told_whatever_its_legal_form(organisation: str, name: str) -> None:
    assert hints(organisation, name) == ["单位与企业名称相同"]


@pytest.mark.parametrize(
    ("organisation", "name", "why"),
    [
        ("京东", "江苏京东信息技术有限公司", "单位名称出现在企业名称中"),
        ("东岭大学", "东岭大学出版社有限责任公司", "单位名称出现在企业名称中"),
        ("东岭大学经济学院", "浙江东岭大学资产经营有限公司", "单位名称出现在企业名称中"),
        ("阿里巴巴集团研究院", "阿里巴巴（中国）网络技术有限公司", "单位名称出现在企业名称中"),
        ("中国电信研究院", "中国电信股份有限公司", "企业名称出现在单位名称中"),
        ("大有数字商城研究中心", "大有数字商城科技有限公司", "单位与企业名称字号相同"),
    ],
)
def test_a_unit_inside_or_around_the_name_is_told(organisation: str, name: str, why: str) -> None:
    assert hints(organisation, name) == [why]


def test_the_parent_counts_and_a_pair_is_told_once_by_its_strongest_ground() -> None:
    assert hints("大有控股集团有限公司", "杭州某网络有限公司", "大有控股集团") == ["单位与母公司相同"]
    assert hints("大有数科", "浙江大有数科商城有限公司", "大有数科集团有限公司") == ["单位与母公司相同"]


@pytest.mark.parametrize(
    ("organisation", "name"),
    [
        ("", "苏宁易购集团股份有限公司"),
        ("中国", "中国电信股份有限公司"),
        ("浙江", "浙江某某科技有限公司"),
        ("大学", "东岭大学出版社有限责任公司"),
        ("商务部电子商务司", "杭州电子商务有限公司"),
        ("杭州电子科技大学", "杭州科技有限公司"),
        ("某会计师事务所", "会计师事务所有限公司"),
        ("北桥研究所", "南桥电子商务有限公司"),
        ("退休", "退休生活网络有限公司"),
    ],
)
def test_words_that_name_no_one_give_no_hint(organisation: str, name: str) -> None:
    assert hints(organisation, name) == []


def test_known_pairs_are_left_out_and_the_rest_is_in_order() -> None:
    experts = [
        Expert("E01", "甲", "大有商城"),
        Expert("E02", "乙", "小有商城"),
        Expert("E03", "丙", "大有商城"),
    ]
    firms = [
        Candidate("C001", "浙江", "浙江小有商城有限公司", "", ""),
        Candidate("C002", "浙江", "大有商城集团", "", ""),
        Candidate("C003", "浙江", "大有商城（福建）有限公司", "", ""),
    ]
    found = recusal_hints(experts, firms, {("E01", "C002")})
    assert [(one.expert_id, one.candidate_id) for one in found] == [
        ("E01", "C003"),
        ("E02", "C001"),
        ("E03", "C002"),
        ("E03", "C003"),
    ]
    assert {one.reason for one in found} == {RecusalReason.SAME_UNIT}


def test_fifteen_experts_and_3700_firms_give_only_the_true_hint() -> None:
    experts = [Expert(f"E{n:02d}", "某", f"第{n}大学管理学院") for n in range(1, 16)]
    firms = [
        Candidate(
            number_id(n), "浙江", f"浙江某某{n}号电子商务（集团）有限公司", "", "", parent=f"某{n}控股集团"
        )
        for n in range(1, 3701)
    ]
    firms[1000] = Candidate("C1001", "浙江", "第7大学科技园有限公司", "", "")
    found = recusal_hints(experts, firms, frozenset())
    assert [(one.expert_id, one.candidate_id) for one in found] == [("E07", "C1001")]
