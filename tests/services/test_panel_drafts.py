"""Experts, groups and known recusals one by one: drafts, undo, and what packages already out forbid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.problems import blocking
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import Cancelled, silent
from ecpanel.services import organise, panel
from ecpanel.services.checking import check_store
from ecpanel.services.checklist import Step, StepState, checklist, dossier_problems
from ecpanel.services.grouping import set_candidate_groups
from ecpanel.services.holdings import holdings
from ecpanel.services.issuing import Issued, issue_packages, planned_packages
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.papers import write_slips
from ecpanel.services.prepare import add_candidate, lock_of, remove_candidate
from ecpanel.services.readiness import ALL_GROUPS, preparation, readiness
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.store.vault import Vault
from ecpanel.texts import error_sentence, problem_sentence

from . import reviews
from .reviews import firms, prepared

SETUP = organise.Setup("测试评审", 2021, ReviewKind.EVALUATION, "组织员")
OUTSIDER = Expert("E01", "欧阳𬭸", "东岭大学", "教授", "电子商务")


@pytest.fixture
def store(tmp_path, cheap):
    """Six firms, nobody yet."""
    with organise.new_review(tmp_path / "组织.ecreview", PASSPHRASE, SETUP, cheap, system_clock) as opened:
        write_candidate_list(firms(6), tmp_path / "名单.xlsx")
        organise.import_candidates(opened, tmp_path / "名单.xlsx", system_clock)
        yield opened


@pytest.fixture
def issued(tmp_path, cheap):
    """A review whose packages are out to three experts and their chair E01."""
    experts, group = reviews.panel(3)
    packages = prepared(tmp_path, cheap, firms(3), experts, group)
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE) as opened:
        write_slips(opened, packages, tmp_path / "口令条.pdf", system_clock)
        yield opened


def refusal(call, *arguments) -> str:
    with pytest.raises(EcpanelError) as caught:
        call(*arguments)
    assert error_sentence(caught.value)
    return caught.value.code


def codes(store: Vault) -> set[str]:
    found = readiness(preparation(store))
    assert all(problem_sentence(one) for one in found)
    return {one.code for one in found}


def seat(store: Vault, count: int) -> Group:
    """A group of experts entered by hand."""
    experts, group = reviews.panel(count)
    for one in experts:
        assert panel.set_expert(store, one, system_clock) is None
    assert panel.set_group(store, group, system_clock).former is None
    return group


def give_card(store: Vault, folder, cheap, name: str, group: str = "") -> None:
    opened, card = organise.new_chair(
        folder / f"{group}{name}.ecreview", PASSPHRASE, name, cheap, system_clock
    )
    opened.close()
    (folder / f"{name}.json").write_bytes(card_bytes(card))
    organise.set_chair_card(store, folder / f"{name}.json", group, system_clock)


def test_ids_follow_the_largest_there_is():
    assert panel.next_expert_id([]) == "E01"
    assert panel.next_expert_id(["E02", "E07"]) == "E08"
    assert panel.next_expert_id(["E99"]) == "E100"
    assert panel.next_group_id(["G1", "G3"]) == "G4"


def test_a_panel_grows_one_by_one_and_says_what_it_lacks(store, tmp_path, cheap):
    assert "people_missing" in codes(store)
    panel.set_expert(store, OUTSIDER, system_clock)
    panel.set_group(store, Group("G1", "第一组", ("E01",), ""), system_clock)
    assert {"group_too_small", "chair_missing"} <= codes(store)
    assert refusal(give_card, store, tmp_path, cheap, "欧阳𬭸") == "chair_missing"
    panel.remove_expert(store, "E01", system_clock)
    panel.remove_group(store, "G1", system_clock)
    group = seat(store, 5)
    assert not {"group_too_small", "chair_missing"} & codes(store)
    assert "chair_card_missing" in codes(store)
    panel.set_group(store, replace(group, members=group.members[:4]), system_clock)
    assert "expert_without_group" in codes(store)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"expert_id": "1"}, "expert_id"),
        ({"name": "  "}, "name_unfit"),
        ({"name": "张/三"}, "name_unfit"),
        ({"name": "长" * 41}, "name_unfit"),
        ({"organisation": "长" * 201}, "entry_long"),
    ],
)
def test_experts_that_must_not_be(store, change, wanted):
    assert refusal(panel.set_expert, store, replace(OUTSIDER, **change), system_clock) == wanted
    assert preparation(store).experts == {}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, "name_unfit"),
        ({"name": ALL_GROUPS}, "group_name_taken"),
        ({"name": "第一组"}, "group_name_taken"),
        ({"members": ("E01", "E09")}, "group_member_unknown"),
        ({"chair": "E09"}, "group_member_unknown"),
        ({"members": ("E01", "E01")}, "group_member_twice"),
    ],
)
def test_groups_that_must_not_be(store, change, wanted):
    panel.set_expert(store, OUTSIDER, system_clock)
    panel.set_group(store, Group("G1", "第一组", ("E01",), "E01"), system_clock)
    fresh = replace(Group("G2", "第二组", (), ""), **change)
    assert refusal(panel.set_group, store, fresh, system_clock) == wanted
    assert list(preparation(store).groups) == [Group("G1", "第一组", ("E01",), "E01")]


def test_an_expert_is_changed_and_removed_and_taken_back(store):
    group = seat(store, 3)
    panel.set_recusal(store, Recusal("E01", "C002", RecusalReason.KIN, "亲属"), system_clock)
    before = preparation(store)
    former = panel.set_expert(store, replace(before.experts["E01"], name="张㛃"), system_clock)
    assert preparation(store).experts["E01"].name == "张㛃"
    panel.set_expert(store, former, system_clock)
    assert preparation(store) == before
    removed = panel.remove_expert(store, "E01", system_clock)
    after = preparation(store)
    assert (after.groups[0].members, after.groups[0].chair, after.recusals) == (("E02", "E03"), "", ())
    panel.set_expert(store, removed.expert, system_clock)
    for one in removed.groups:
        panel.set_group(store, one, system_clock)
    for one in removed.recusals:
        panel.set_recusal(store, one, system_clock)
    assert preparation(store) == before
    assert group in preparation(store).groups
    assert refusal(panel.remove_expert, store, "E09", system_clock) == "expert_not_listed"


def test_candidates_follow_a_renamed_group_and_come_back(store):
    group = seat(store, 3)
    named = {"C001": group.name, "C002": group.name, "C003": "第九组", "C004": ALL_GROUPS}
    assert set_candidate_groups(store, named, system_clock) == dict.fromkeys(named, "")
    before = preparation(store)
    change = panel.set_group(store, replace(group, name="第九组"), system_clock)
    assert [one.group for one in preparation(store).candidates] == [
        "第九组",
        "第九组",
        "第九组",
        ALL_GROUPS,
        "",
        "",
    ]
    panel.set_group(store, change.former, system_clock)
    set_candidate_groups(store, change.named, system_clock)
    assert preparation(store) == before


def test_a_removed_group_leaves_its_candidates_to_be_grouped_and_comes_back(store, tmp_path, cheap):
    group = seat(store, 3)
    give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)
    set_candidate_groups(store, {"C001": group.name}, system_clock)
    before = preparation(store)
    assert before.chairs
    removed = panel.remove_group(store, "G1", system_clock)
    assert removed == group and preparation(store).groups == ()
    panel.set_group(store, removed, system_clock)
    assert preparation(store) == before
    assert refusal(panel.remove_group, store, "G7", system_clock) == "group_unknown"


def test_the_card_of_a_former_chair_never_counts_for_the_new_one(store, tmp_path, cheap):
    group = seat(store, 5)
    give_card(store, tmp_path, cheap, reviews.panel(5)[0][0].name)
    assert preparation(store).chairs and not blocking(readiness(preparation(store)))
    panel.set_group(store, replace(group, chair="E02"), system_clock)
    assert preparation(store).chairs == {} and "chair_card_missing" in codes(store)
    assert refusal(issue_packages, store, tmp_path / "U盘", system_clock, cheap, silent) == "not_ready"
    panel.set_group(store, group, system_clock)
    assert not blocking(readiness(preparation(store)))


def test_an_expert_in_two_groups_is_pointed_out(store):
    group = seat(store, 3)
    panel.set_group(store, Group("G2", "第二组", ("E03",), ""), system_clock)
    assert "expert_in_groups" in codes(store)
    panel.set_group(store, replace(group, members=("E01", "E02")), system_clock)
    assert "expert_in_groups" not in codes(store)


def test_a_recusal_is_recorded_changed_and_taken_back(store):
    seat(store, 3)
    fresh = Recusal("E02", "C003", RecusalReason.ADVISER, " 顾问 ")
    assert panel.set_recusal(store, fresh, system_clock) is None
    first = Recusal("E02", "C003", RecusalReason.ADVISER, "顾问", "organiser")
    assert preparation(store).recusals == (first,)
    changed = replace(first, reason=RecusalReason.KIN, note="亲属")
    assert panel.set_recusal(store, changed, system_clock) == first
    assert panel.set_recusal(store, first, system_clock) == changed
    assert panel.remove_recusal(store, "E02", "C003", system_clock) == first
    assert panel.remove_recusal(store, "E02", "C003", system_clock) is None
    assert preparation(store).recusals == ()
    for one, wanted in (
        (replace(fresh, expert_id="E09"), "expert_not_listed"),
        (replace(fresh, candidate_id="C099"), "candidate_unknown"),
        (replace(fresh, note="长" * 201), "entry_long"),
    ):
        assert refusal(panel.set_recusal, store, one, system_clock) == wanted


def test_a_hint_goes_when_it_is_recused_or_judged_and_survives_a_new_list(store, tmp_path):
    experts = [replace(OUTSIDER, organisation="百分之百集团"), replace(OUTSIDER, expert_id="E02")]
    for one in experts:
        panel.set_expert(store, one, system_clock)
    listed = [
        replace(firms(1)[0], candidate_id=f"C00{n}", name=name)
        for n, name in enumerate(("百分之百电商有限公司", "浙江百分之百商城有限公司"), start=1)
    ]
    write_candidate_list(listed, tmp_path / "名单2.xlsx")
    organise.import_candidates(store, tmp_path / "名单2.xlsx", system_clock)
    first, second = panel.open_hints(preparation(store))
    assert (first.expert_id, first.candidate_id, second.candidate_id) == ("E01", "C001", "C002")
    panel.set_hint_judged(store, first, True, system_clock)
    panel.set_recusal(
        store, Recusal(second.expert_id, second.candidate_id, second.reason, second.why), system_clock
    )
    assert panel.open_hints(preparation(store)) == []
    write_candidate_list(listed[::-1], tmp_path / "名单3.xlsx")
    organise.import_candidates(store, tmp_path / "名单3.xlsx", system_clock)
    assert panel.open_hints(preparation(store)) == []
    again = replace(first, candidate_id="C002")
    panel.set_hint_judged(store, again, False, system_clock)
    assert [one.candidate_id for one in panel.open_hints(preparation(store))] == ["C002"]


def test_who_holds_a_package_stays_as_he_was(issued):
    before = preparation(issued)
    one, group = before.experts["E02"], before.groups[0]
    known = Recusal("E02", "C001", RecusalReason.KIN, "亲属")
    assert refusal(panel.set_expert, issued, replace(one, name="别人"), system_clock) == "expert_issued"
    assert refusal(panel.remove_expert, issued, "E02", system_clock) == "expert_issued"
    assert refusal(panel.set_recusal, issued, known, system_clock) == "recusal_issued"
    for changed, wanted in (
        (replace(group, members=("E01", "E03")), "expert_issued"),
        (replace(group, chair="E02"), "scheme_locked"),
        (replace(group, name="别的组"), "scheme_locked"),
        (Group("G2", "第二组", (), ""), "scheme_locked"),
    ):
        assert refusal(panel.set_group, issued, changed, system_clock) == wanted
    assert refusal(panel.remove_group, issued, "G1", system_clock) == "scheme_locked"
    assert refusal(set_candidate_groups, issued, {"C001": "某组"}, system_clock) == "scheme_locked"
    renamed = PeopleList((replace(one, name="别人"),), (), ())
    assert refusal(organise.add_people, issued, renamed, system_clock) == "expert_issued"
    fewer = PeopleList((), (replace(group, members=("E01", "E02"), chair="E02"),), ())
    assert refusal(organise.add_people, issued, fewer, system_clock) == "scheme_locked"
    assert preparation(issued) == before


def test_a_substitute_is_added_after_the_issue_and_the_chair_needs_a_new_package(issued, tmp_path, cheap):
    group = preparation(issued).groups[0]
    fourth = replace(OUTSIDER, expert_id=panel.next_expert_id(preparation(issued).experts))
    panel.set_expert(issued, fourth, system_clock)
    panel.set_recusal(issued, Recusal("E04", "C001", RecusalReason.KIN, "亲属"), system_clock)
    panel.set_group(
        issued, replace(group, members=(*group.members, "E04"), supervisor="新监督"), system_clock
    )
    step = steps(issued)["issue"]
    assert (step.state, step.summary) == (StepState.OPEN, "已发 4/5 · 1 个问题")
    assert [one.code for one in step.problems] == ["chair_package_old"]
    only = ["E04", "chair"]
    more = issue_packages(issued, tmp_path / "补发", system_clock, cheap, silent, only)
    assert [one.code for one in steps(issued)["issue"].problems] == ["slip_missing"] * 2
    kept = write_slips(issued, more, tmp_path / "口令条.pdf", system_clock)
    assert kept.name == "口令条-2.pdf" and (tmp_path / "口令条.pdf").exists()
    assert steps(issued)["issue"].state is StepState.DONE
    assert [(one.owner, one.desk, one.times) for one in holdings(issued)] == [
        ("E01", Desk.EXPERT, 1),
        ("E02", Desk.EXPERT, 1),
        ("E03", Desk.EXPERT, 1),
        ("E04", Desk.EXPERT, 1),
        ("E01", Desk.CHAIR, 2),
    ]


def steps(store: Vault) -> dict[str, Step]:
    return {one.key.value: one for one in checklist(preparation(store), lock_of(store), holdings(store))}


def test_the_board_names_everyone_before_and_after(store, tmp_path, cheap):
    group = seat(store, 3)
    names = [one.name for one in reviews.panel(3)[0]]
    waiting = holdings(store)
    assert [(one.owner, one.name, one.desk, one.at, one.times) for one in waiting] == [
        ("E01", names[0], Desk.EXPERT, "", 0),
        ("E02", names[1], Desk.EXPERT, "", 0),
        ("E03", names[2], Desk.EXPERT, "", 0),
        ("E01", names[0], Desk.CHAIR, "", 0),
    ]
    give_card(store, tmp_path, cheap, names[0])
    packages = issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent, ["E02"])
    issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent, ["E02"])
    held = {(one.owner, one.desk): one for one in holdings(store)}
    second = held["E02", Desk.EXPERT]
    assert (second.file, second.times, second.group) == (packages[0].path.name, 2, group.group_id)
    assert second.at and second.name == names[1]
    assert held["E01", Desk.CHAIR].times == 0


def test_one_package_of_one_group_is_issued_alone(store, tmp_path, cheap):
    group = seat(store, 6)
    names = [one.name for one in reviews.panel(6)[0]]
    first = replace(group, name="第一组", members=group.members[:4], supervisor="甲")
    second = Group("G2", "第二组", group.members[3:], "E05", "乙")
    panel.set_group(store, first, system_clock)
    panel.set_group(store, second, system_clock)
    set_candidate_groups(
        store, {f"C00{n}": "第一组" if n < 4 else "第二组" for n in range(1, 7)}, system_clock
    )
    give_card(store, tmp_path, cheap, names[0], "第一组")
    give_card(store, tmp_path, cheap, names[4], "第二组")
    folder = tmp_path / "U盘"
    only = ["G2:E04", "G2:chair"]
    packages = issue_packages(store, folder, system_clock, cheap, silent, only)
    assert [(one.owner, one.desk, one.path.name.split("_")[0]) for one in packages] == [
        ("E04", Desk.EXPERT, "第二组"),
        ("E05", Desk.CHAIR, "第二组"),
    ]


def test_a_list_taken_in_is_taken_back_as_a_whole(store):
    group = seat(store, 3)
    panel.set_recusal(store, Recusal("E01", "C001", RecusalReason.KIN, "亲属"), system_clock)
    before = preparation(store)
    former = PeopleList(tuple(before.experts.values()), before.groups, before.recusals)
    fresh = replace(OUTSIDER, expert_id="E09")
    listed = PeopleList((fresh,), (replace(group, members=("E01", "E02", "E09")),), ())
    organise.add_people(store, listed, system_clock)
    taken = preparation(store)
    assert set(taken.experts) == {"E01", "E02", "E03", "E09"}
    now = panel.set_panel(store, former, system_clock)
    assert preparation(store) == before
    panel.set_panel(store, now, system_clock)
    assert preparation(store) == taken


def test_the_whole_panel_is_not_replaced_once_packages_are_out(issued):
    assert refusal(panel.set_panel, issued, PeopleList((), (), ()), system_clock) == "scheme_locked"


def test_progress_runs_once_over_all_packages(store, tmp_path, cheap):
    seat(store, 3)
    give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)
    register_dossiers(store, tmp_path)
    told: list[tuple[int, int, str]] = []
    issue_packages(store, tmp_path / "U盘", system_clock, cheap, lambda *step: told.append(step))
    assert {total for _, total, _ in told} == {told[0][1]} and told[0][1] > 0
    reached = [done for done, _, _ in told]
    assert reached == sorted(reached) and reached[0] == 0 and reached[-1] == told[0][1]
    assert told[0][2].startswith("1/4 ") and told[-1][2].startswith("4/4 ")
    assert len({text for _, _, text in told}) == 4
    inside = [done for done, _, text in told if text.startswith("2/4")]
    assert len(set(inside)) > 2


def register_dossiers(store: Vault, folder) -> None:
    for one in preparation(store).candidates:
        own = folder / "材料" / one.candidate_id
        own.mkdir(parents=True)
        for name in ("申报表", "申报书", "佐证材料", "公函"):
            (own / f"{name}.png").write_bytes(picture(one.candidate_id + name))
    organise.import_dossiers(store, folder / "材料", system_clock, silent)


def picture(text: str) -> bytes:
    from .test_prepare import picture as draw

    return draw(text) + b"\0" * 200_000


def test_packages_already_out_are_told_when_a_later_one_is_cancelled(store, tmp_path, cheap):
    seat(store, 3)
    give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)
    out: list[Issued] = []

    def stop(done: int, total: int, text: str) -> None:
        if text.startswith("3/4"):
            raise Cancelled

    with pytest.raises(Cancelled):
        issue_packages(store, tmp_path / "U盘", system_clock, cheap, stop, (), out.append)
    assert [one.owner for one in out] == ["E01", "E02"]
    assert sorted(path.name for path in (tmp_path / "U盘").iterdir()) == sorted(one.path.name for one in out)
    assert [one.times for one in holdings(store)] == [1, 1, 0, 0]


def test_an_issue_of_which_nothing_came_out_locks_nothing(store, tmp_path, cheap):
    seat(store, 3)
    give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)

    def stop(done: int, total: int, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        issue_packages(store, tmp_path / "U盘", system_clock, cheap, stop)
    assert lock_of(store) is None
    wall = tmp_path / "挡路"
    wall.write_bytes(b"")
    assert refusal(issue_packages, store, wall / "U盘", system_clock, cheap, silent)
    assert lock_of(store) is None and not check_store(store).problems
    packages = issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent, ["E01"])
    with pytest.raises(Cancelled):
        issue_packages(store, tmp_path / "U盘", system_clock, cheap, stop)
    assert lock_of(store) is not None and len(packages) == 1


def test_what_would_be_written_is_told_beforehand(store, tmp_path, cheap):
    seat(store, 3)
    give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)
    register_dossiers(store, tmp_path)
    panel.set_recusal(store, Recusal("E02", "C001", RecusalReason.KIN, "亲属"), system_clock)
    ready = preparation(store)
    planned = planned_packages(ready)
    packages = issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent)
    assert [(one.owner, one.desk, one.file) for one in planned] == [
        (one.owner, one.desk, one.path.name) for one in packages
    ]
    whole = sum(document.size for document, _ in ready.documents)
    own = sum(one.size for one, _ in ready.documents if one.candidate_id == "C001")
    assert [(one.documents, one.size) for one in planned] == [
        (24, whole), (20, whole - own), (24, whole), (0, 0)
    ]  # fmt: skip
    assert all(one.path.stat().st_size >= plan.size for one, plan in zip(packages, planned, strict=True))


def test_the_checklist_from_an_empty_review_to_the_last_package(tmp_path, cheap):
    with organise.new_review(tmp_path / "组织.ecreview", PASSPHRASE, SETUP, cheap, system_clock) as store:
        assert [
            (one.key.value, one.title, one.state.value, one.summary) for one in steps(store).values()
        ] == [
            ("particulars", "基本情况", "done", "2021年综合评价"),
            ("scheme", "指标体系", "open", "20 项 · 占位体系"),
            ("candidates", "参评企业", "open", "还没有名单"),
            ("dossiers", "申报材料", "open", "还没有登记"),
            ("people", "专家与分组", "open", "还没有专家"),
            ("recusals", "回避", "open", "等待名单和专家"),
            ("issue", "发放", "blocked", "先处理 参评企业、专家与分组"),
        ]
        write_candidate_list(firms(6), tmp_path / "名单.xlsx")
        organise.import_candidates(store, tmp_path / "名单.xlsx", system_clock)
        assert (steps(store)["candidates"].state, steps(store)["candidates"].summary) == (
            StepState.DONE,
            "6 家 · 6 地区",
        )
        register_dossiers(store, tmp_path)
        assert steps(store)["dossiers"].summary == "6/6 家齐全"
        seat(store, 3)
        people = steps(store)["people"]
        assert (people.state, people.summary) == (StepState.BLOCKED, "3 位 · 2 个问题")
        assert {one.code for one in people.problems} == {"chair_card_missing", "group_small"}
        give_card(store, tmp_path, cheap, reviews.panel(3)[0][0].name)
        assert steps(store)["people"].state is StepState.OPEN
        assert (steps(store)["issue"].state, steps(store)["issue"].summary) == (
            StepState.OPEN,
            "可以发放 4 个",
        )
        assert (steps(store)["recusals"].state, steps(store)["recusals"].summary) == (
            StepState.DONE,
            "没有已知回避",
        )
        packages = issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent)
        assert [one.slip for one in holdings(store)] == [False] * 4
        write_slips(store, packages, tmp_path / "口令条.pdf", system_clock)
        assert [one.slip for one in holdings(store)] == [True] * 4
        after = steps(store)
        assert (after["issue"].state, after["issue"].summary) == (StepState.DONE, "已发 4/4")
        assert (after["scheme"].state, after["scheme"].summary) == (StepState.DONE, "20 项 · 第1版已锁定")


def test_problems_stand_at_their_step(store, tmp_path):
    register_dossiers(store, tmp_path)
    first, second = preparation(store).candidates[:2]
    removed = remove_candidate(store, first.candidate_id, system_clock)
    add_candidate(store, replace(removed.candidate, credit_code="9133"), system_clock, removed.documents[1:])
    fresh = replace(second, candidate_id="", name="新来的公司", credit_code="")
    add_candidate(store, fresh, system_clock)
    found = steps(store)
    assert {one.code for one in found["candidates"].problems} == {"credit_code_length", "credit_code_missing"}
    assert [(one.code, one.params["candidate"]) for one in found["dossiers"].problems] == [
        ("dossier_missing", "C001"),
        ("dossier_absent", "C007"),
    ]
    assert found["dossiers"].summary == "5/7 家齐全 · 2 个问题"
    assert found["dossiers"].state is StepState.OPEN
    assert tuple(dossier_problems(preparation(store))) == found["dossiers"].problems
    every = [one for step in found.values() for one in step.problems]
    assert all(problem_sentence(one) for one in every)
    assert [one for one in readiness(preparation(store)) if one not in every] == []
