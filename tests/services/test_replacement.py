"""Replacing an expert, reopening a submission, several groups: what a panel meets in practice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import ReasonCode, Vote
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.domain.submission import Verdict
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import silent
from ecpanel.services import chair, organise, score, task
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.organise import ALL_GROUPS
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sample import sample_scores

from .reviews import fill, firms, handed_in, panel, signed_in, small_review


@pytest.fixture
def review(tmp_path, cheap):
    return small_review(tmp_path, cheap)


def taken_in(review):
    store = open_store(review.chair_store, PASSPHRASE)
    lines = chair.take_in(store, review.packages, review.fingerprints, system_clock, silent)
    assert all(one.merged for one in lines)
    open_moderation(store, "", system_clock)
    return store


def states(store) -> set[str]:
    return {line.state for line in chair.result_of(store, system_clock).lines}


def test_a_voided_expert_holds_the_result_until_a_substitute_scores_from_zero(review, tmp_path, cheap):
    with taken_in(review) as store:
        assert states(store) == {"ranked"}
        chair.void_expert(store, "E03", "发现应回避未回避", system_clock)
        result = chair.result_of(store, system_clock)
        assert {line.state for line in result.lines} == {"held"}
        assert {one.standing for line in result.lines for one in line.totals if one.expert_id == "E03"} == {
            "voided"
        }
        assert not any(one.expert_id == "E03" for line in result.lines for one in line.opinions)

    experts, group = panel(4)
    with open_store(review.organiser_store, PASSPHRASE) as store:
        organise.add_people(store, PeopleList(experts, (group,), ()), system_clock)
        only = ["E04", "chair"]
        issued = organise.issue_packages(store, tmp_path / "补发", system_clock, cheap, silent, only)
    packages = {one.owner if one.desk is Desk.EXPERT else "chair": one for one in issued}
    addendum = packages["chair"]
    task.open_task_package(
        addendum.path, addendum.passphrase, review.chair_store, PASSPHRASE, cheap, system_clock, silent
    )
    path = tmp_path / "E04.ecreview"
    mark = signed_in(packages["E04"], path, cheap)
    candidates = organise_candidates(review)
    fill(path, sample_scores(review.scheme, candidates, experts))
    package = handed_in(path, tmp_path / "U盘")
    with open_store(review.chair_store, PASSPHRASE) as store:
        [line] = chair.take_in(store, [package], {"E04": mark}, system_clock, silent)
        assert line.verdict is Verdict.NEW and line.merged
        assert states(store) == {"ranked"}
        [voided] = chair.take_in(store, [review.packages[2]], {}, system_clock, silent)
        assert voided.problems[0].code == "expert_voided"


def organise_candidates(review):
    with open_store(review.organiser_store, PASSPHRASE) as store:
        return organise.preparation(store).candidates


def test_a_corrected_expert_cannot_reopen_his_submission(review):
    with taken_in(review) as store:
        sheet = review.sheets["E02", "C001"]
        before = sheet.scores["B1"].points or 0
        request = chair.CorrectionRequest(
            "E02",
            "C001",
            "B1",
            0 if before else 50,
            ReasonCode.OTHER,
            "当场说明更正",
            "E01",
            Vote(3, 0, 0),
            CORRECTION,
        )
        chair.correct(store, request, system_clock)
        with pytest.raises(EcpanelError, match="reopen_after_correction"):
            chair.reopen_submission(store, "E02", "还想再改一次", system_clock)


def test_only_the_expert_himself_corrects_and_never_a_recused_one(review):
    with taken_in(review) as store:
        request = chair.CorrectionRequest(
            "E02", "C001", "B1", 50, ReasonCode.OTHER, "当场说明更正", "E01", Vote(3, 0, 0), "冒用的口令-2021"
        )
        with pytest.raises(EcpanelError, match="correction_passphrase_wrong"):
            chair.correct(store, request, system_clock)
        with pytest.raises(EcpanelError, match="vote_too_many"):
            chair.correct(store, replace(request, vote=Vote(4, 0, 0)), system_clock)
        with pytest.raises(EcpanelError, match="vote_not_carried"):
            chair.correct(store, replace(request, vote=Vote(1, 2, 0)), system_clock)
        assert chair.load_material(store).corrections == []


def test_the_expert_desk_refuses_what_it_must_before_and_after(review):
    with open_store(review.expert_store, PASSPHRASE) as store:
        work = score.load_assignment(store)
        for text, code in (
            ("8.5", "score_out_of_range"),
            ("6.25", "score_off_step"),
            ("-1", "points_unreadable"),
            ("六", "points_unreadable"),
        ):
            with pytest.raises(EcpanelError, match=code):
                score.set_score(store, work, score.Entry("C001", "B1", text=text), system_clock)
        with pytest.raises(EcpanelError, match="candidate_unknown"):
            score.set_score(store, work, score.Entry("C999", "B1", text="6"), system_clock)
        with pytest.raises(EcpanelError, match="indicator_unknown"):
            score.set_score(store, work, score.Entry("C001", "Z9", text="6"), system_clock)
        kept = score.set_score(
            store, work, score.Entry("C001", "B1", text="６．５", remark="理由甲"), system_clock
        )
        assert kept.points == 650
        cleared = score.set_score(store, work, score.Entry("C001", "B1", text=""), system_clock)
        assert cleared.points is None and cleared.state.value == "unscored" and cleared.remark == "理由甲"


def test_two_groups_share_the_anchor_firms_and_nothing_else(tmp_path, cheap):
    experts, _ = panel(6)
    groups = (
        replace(panel(3)[1], group_id="G1", name="第一组"),
        replace(panel(3)[1], group_id="G2", name="第二组", members=("E04", "E05", "E06"), chair="E04"),
    )
    candidates = [
        replace(one, group=group)
        for one, group in zip(firms(5), ("第一组", "第一组", "第二组", "第二组", ALL_GROUPS), strict=True)
    ]
    write_candidate_list(candidates, tmp_path / "名单.xlsx")
    setup = organise.Setup("两组评审", 2021, ReviewKind.EVALUATION, "组织员")
    with organise.new_review(tmp_path / "组织.ecreview", PASSPHRASE, setup, cheap, system_clock) as store:
        organise.import_candidates(store, tmp_path / "名单.xlsx", system_clock)
        organise.add_people(store, PeopleList(experts, groups, ()), system_clock)
        with pytest.raises(EcpanelError, match="not_ready"):
            organise.issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent)
        for group in groups:
            name = next(one.name for one in experts if one.expert_id == group.chair)
            opened, card = organise.new_chair(
                tmp_path / f"{group.group_id}.ecreview", PASSPHRASE, name, cheap, system_clock
            )
            opened.close()
            (tmp_path / "名片.json").write_bytes(card_bytes(card))
            organise.set_chair_card(store, tmp_path / "名片.json", group.name, system_clock)
        issued = organise.issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent)
    assert len(issued) == 8
    held = {}
    for one in issued:
        if one.desk is Desk.CHAIR:
            path = tmp_path / ("G1.ecreview" if one.owner == "E01" else "G2.ecreview")
            contents = task.open_task_package(
                one.path, one.passphrase, path, PASSPHRASE, cheap, system_clock, silent
            )
            held[contents.group.name] = {firm.candidate_id for firm in contents.candidates}
    assert held == {"第一组": {"C001", "C002", "C005"}, "第二组": {"C003", "C004", "C005"}}


def test_the_scheme_is_locked_once_packages_are_issued(review, tmp_path):
    from ecpanel.exchange.scheme_file import scheme_json

    path = tmp_path / "s.json"
    path.write_bytes(scheme_json(organise.builtin_scheme()))
    with open_store(review.organiser_store, PASSPHRASE) as store:
        with pytest.raises(EcpanelError, match="scheme_locked"):
            organise.import_scheme(store, path, system_clock)
        with pytest.raises(EcpanelError, match="scheme_locked"):
            organise.import_candidates(store, review.folder / "名单.xlsx", system_clock)
