"""Giving candidates out over groups: loads, a balanced proposal that avoids recusals, and undo."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from ecpanel.domain.candidate import Candidate, number_id
from ecpanel.domain.dossier import Document, DocumentKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason, recused_pairs
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.review import Review, ReviewKind
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.services import organise
from ecpanel.services.grouping import group_loads, propose_groups, set_candidate_groups
from ecpanel.services.opening import system_clock
from ecpanel.services.readiness import ALL_GROUPS, Preparation, preparation, ungrouped
from ecpanel.services.rehearsal import PASSPHRASE

from .reviews import firms

CATEGORIES = ("平台类", "应用类", "服务类")


def review(count: int, groups: int, recusals: int = 0, seed: int = 1) -> Preparation:
    """Candidates of uneven regions, fifteen experts in groups, nobody grouped yet."""
    chance = random.Random(seed)
    regions = [REGIONS[min(36, int(chance.random() ** 1.5 * 37))] for _ in range(count)]
    candidates = tuple(
        Candidate(number_id(n), region, f"企业{n}", "", chance.choice(CATEGORIES))
        for n, region in enumerate(regions, start=1)
    )
    experts = {f"E{n:02d}": Expert(f"E{n:02d}", "某") for n in range(1, 16)}
    made = tuple(
        Group(f"G{n + 1}", f"第{n + 1}组", tuple(list(experts)[n::groups]), list(experts)[n])
        for n in range(groups)
    )
    known = tuple(
        Recusal(
            chance.choice(list(experts)),
            chance.choice(candidates).candidate_id,
            RecusalReason.KIN,
            "",
            "organiser",
        )
        for _ in range(recusals)
    )
    own = Review("r", "测试评审", 2021, ReviewKind.EVALUATION, "")
    return Preparation(own, organise.builtin_scheme(), candidates, (), experts, made, known, {})


def grouped(ready: Preparation, proposal: dict[str, str]) -> Preparation:
    return replace(
        ready,
        candidates=tuple(
            replace(one, group=proposal.get(one.candidate_id, one.group)) for one in ready.candidates
        ),
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("groups", [2, 3, 5])
def test_a_proposal_is_level_in_number_and_region_and_meets_the_fewest_recusals(groups, seed):
    ready = review(370, groups, recusals=60, seed=seed)
    proposal = propose_groups(ready)
    assert set(proposal) == {one.candidate_id for one in ready.candidates}
    loads = group_loads(grouped(ready, proposal))
    counts = [one.candidates for one in loads]
    assert sum(counts) == 370 and max(counts) - min(counts) <= 1
    pairs = recused_pairs(ready.recusals)
    fewest = sum(
        min(sum((who, one.candidate_id) in pairs for who in group.members) for group in ready.groups)
        for one in ready.candidates
    )
    assert sum(one.recusals for one in loads) == fewest
    total = Counter(one.region for one in ready.candidates)
    for load in loads:
        for region, count in total.items():
            assert abs(load.by_region.get(region, 0) - count / groups) < 2
        for category in CATEGORIES:
            assert abs(load.by_category[category] - load.candidates / 3) < 0.2 * load.candidates
    assert propose_groups(ready) == proposal


def test_wished_sizes_are_kept_and_the_rest_is_levelled():
    ready = review(370, 3)
    wished = group_loads(grouped(ready, propose_groups(ready, {"第1组": 200, "第2组": 100, "第3组": 70})))
    assert [one.candidates for one in wished] == [200, 100, 70]
    total = Counter(one.region for one in ready.candidates)
    for load in wished:
        for region, count in total.items():
            assert abs(load.by_region.get(region, 0) - count * load.candidates / 370) < 2
    partly = group_loads(grouped(ready, propose_groups(ready, {"第2组": 300})))
    assert [one.candidates for one in partly] == [35, 300, 35]
    beyond = group_loads(grouped(ready, propose_groups(ready, {"第1组": 900})))
    assert [one.candidates for one in beyond] == [370, 0, 0]


def test_what_is_grouped_stays_and_anchors_belong_to_all():
    ready = review(12, 3)
    marked = {"C001": "第1组", "C002": "第1组", "C003": "G1", "C004": ALL_GROUPS, "C005": "没有的组"}
    ready = grouped(ready, marked)
    assert [one.candidate_id for one in ungrouped(ready)] == [number_id(n) for n in range(5, 13)]
    proposal = propose_groups(ready)
    assert list(proposal) == [number_id(n) for n in range(5, 13)]
    assert [one.candidates for one in group_loads(grouped(ready, proposal))] == [5, 5, 4]


def test_a_firm_goes_where_it_must_when_every_group_has_a_recusal():
    ready = review(4, 2)
    known = tuple(Recusal(who, "C001", RecusalReason.KIN, "", "organiser") for who in ("E01", "E03", "E02"))
    assert propose_groups(replace(ready, recusals=known))["C001"] == "第2组"


def test_a_sole_group_needs_no_proposal_and_no_group_gets_none():
    assert propose_groups(review(5, 1)) == {}
    assert propose_groups(replace(review(5, 1), groups=())) == {}


def test_3700_candidates_are_all_given_out():
    ready = review(3700, 5, recusals=200)
    proposal = propose_groups(ready)
    assert len(proposal) == 3700


def test_loads_count_pages_regions_categories_and_recusals():
    ready = review(4, 2)
    ready = replace(
        ready,
        candidates=(
            Candidate("C001", "广东", "甲", "", "应用类", group="第1组"),
            Candidate("C002", "北京", "乙", "", "平台类", group="第1组"),
            Candidate("C003", "北京", "丙", "", "别的", group=ALL_GROUPS),
            Candidate("C004", "大连", "丁", "", "平台类", group="第2组"),
        ),
        documents=tuple(
            (Document(f"{key}-01", key, DocumentKind.FORM, "表.pdf", 1, pages, "", ""), "")
            for key, pages in (("C001", 3), ("C002", 40), ("C003", 500))
        ),
        recusals=(
            Recusal("E01", "C003", RecusalReason.KIN, "", "organiser"),
            Recusal("E01", "C004", RecusalReason.KIN, "", "organiser"),
            Recusal("E02", "C003", RecusalReason.KIN, "", "organiser"),
            Recusal("E02", "C004", RecusalReason.KIN, "", "organiser"),
        ),
    )
    assert len(recused_pairs(ready.recusals)) == 4
    first, second = group_loads(ready)
    assert (first.candidates, first.pages, first.recusals) == (3, 543, 1)
    assert list(first.by_region.items()) == [("北京", 2), ("广东", 1)]
    assert list(first.by_category.items()) == [("平台类", 1), ("应用类", 1), ("别的", 1)]
    assert (second.candidates, second.pages, second.recusals) == (2, 500, 2)


def test_groups_are_set_at_once_and_taken_back(tmp_path, cheap):
    setup = organise.Setup("测试评审", 2021, ReviewKind.EVALUATION, "组织员")
    with organise.new_review(tmp_path / "组织.ecreview", PASSPHRASE, setup, cheap, system_clock) as store:
        write_candidate_list(firms(4), tmp_path / "名单.xlsx")
        organise.import_candidates(store, tmp_path / "名单.xlsx", system_clock)
        before = preparation(store)
        first = set_candidate_groups(store, {"C001": "第1组", "C002": "第1组"}, system_clock)
        second = set_candidate_groups(store, {"C002": " 第2组 ", "C003": "", "C001": "第1组"}, system_clock)
        assert (first, second) == ({"C001": "", "C002": ""}, {"C002": "第1组"})
        assert [one.group for one in preparation(store).candidates] == ["第1组", "第2组", "", ""]
        with pytest.raises(EcpanelError, match="candidate_unknown"):
            set_candidate_groups(store, {"C004": "第1组", "C099": "第1组"}, system_clock)
        with pytest.raises(EcpanelError, match="entry_long"):
            set_candidate_groups(store, {"C004": "长" * 201}, system_clock)
        set_candidate_groups(store, second, system_clock)
        set_candidate_groups(store, first, system_clock)
        assert preparation(store) == before
