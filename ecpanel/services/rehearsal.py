"""The rehearsal (演练): a whole review on invented firms, through the very services of a real one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecpanel.domain import sign_off
from ecpanel.domain.candidate import Candidate
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.meeting import GateDecision, ReasonCode, Vote
from ecpanel.domain.points import show_points
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.domain.scheme import leaves
from ecpanel.domain.sheet import Sheet, State
from ecpanel.domain.submission import Verdict
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.exchange.people_list import PeopleList, write_people_form
from ecpanel.progress import Progress
from ecpanel.services import chair, hand_in, organise, score, sign_in, task
from ecpanel.services.countersign import take_answers, write_request
from ecpanel.services.declaring import answer_request
from ecpanel.services.documents import write_report
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import Clock, open_store, stamp
from ecpanel.services.organise import Issued, Setup
from ecpanel.services.papers import sign_in_paper, write_slips
from ecpanel.services.sample import Sample, sample_scores, write_sample
from ecpanel.services.sign_off import Signing, write_result_bundle
from ecpanel.services.signatories import Opinion, by_own_store, roll
from ecpanel.services.verification import Verification, verify_bundle
from ecpanel.store.vault import Vault, key_file
from ecpanel.texts import problem_sentence
from ecpanel.wrapping import Cost

DISSENT: Final = Opinion(
    sign_off.Verdict.DISSENT,
    "第二名企业的研发投入占比没有审计报告，创新一项给分偏高，建议核实后再定；其余同意。",
)
"""What the rehearsal's absent member declares."""
PASSPHRASE: Final = "演练口令-2021"  # noqa: S105
CORRECTION: Final = "更正口令-2021"
STEPS: Final = 13
TRIES: Final = "试一试"
FOLDERS: Final = ("样例", "组织", "专家", "组长", "U盘", TRIES)
MARK: Final = ".ecpanel-rehearsal"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal left behind."""

    folder: Path
    bundle: Path
    verification: Verification
    candidates: int
    slips: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Stage:
    """The rehearsal's folders and how it tells of itself."""

    folder: Path
    cost: Cost
    clock: Clock
    progress: Progress
    say: Say

    @property
    def stick(self) -> Path:
        return self.folder / "U盘"

    def expert_store(self, expert_id: str) -> Path:
        return self.folder / "专家" / f"{expert_id}.ecreview"

    @property
    def chair_store(self) -> Path:
        return self.folder / "组长" / "组长.ecreview"

    @property
    def organiser_store(self) -> Path:
        return self.folder / "组织" / "演练评审.ecreview"

    def step(self, number: int, text: str) -> None:
        self.progress(number, STEPS, text)
        self.say(f"[{number}/{STEPS}] {text}")


def rehearse(folder: Path, cost: Cost, clock: Clock, progress: Progress, say: Say) -> Rehearsed:
    """Carry the sample through every step into `folder`; what an earlier rehearsal left there is
    replaced, anything else in it is left alone."""
    stage = _Stage(folder, cost, clock, progress, say)
    _clear(folder)
    stage.step(1, "生成样例名单和申报材料")
    sample = write_sample(folder / "样例", _quiet)
    with _set_up(stage, sample) as organiser:
        _keep(stage.organiser_store, tries(folder)[Desk.ORGANISER])
        candidates = organise.preparation(organiser).candidates
        issued = _issue(stage, organiser)
    slips = {one.owner if one.desk is Desk.EXPERT else "chair": one.passphrase for one in issued}
    packages = {one.owner if one.desk is Desk.EXPERT else "chair": one.path for one in issued}
    task.open_task_package(
        packages["chair"], slips["chair"], stage.chair_store, PASSPHRASE, cost, clock, _quiet
    )
    _keep(stage.chair_store, tries(folder)[Desk.CHAIR])
    tried = sample.group.members[1]
    task.open_task_package(
        packages[tried], slips[tried], tries(folder)[Desk.EXPERT], PASSPHRASE, cost, clock, _quiet
    )
    submitted, fingerprints = _score(stage, sample, candidates, packages, slips)
    with open_store(stage.chair_store, PASSPHRASE) as store:
        _take_in(stage, store, submitted, fingerprints)
        stage.step(7, "开启审议")
        open_moderation(store, "", stage.clock)
        _meet(stage, store)
        bundle = _sign_off(stage, store)
    stage.step(13, "校验成果包")
    verification = verify_bundle(bundle, _quiet)
    return Rehearsed(folder, bundle, verification, len(candidates), slips)


def tries(folder: Path) -> dict[Desk, Path]:
    """Stores of a rehearsal left at the start of each desk's work, for people to try."""
    place = folder / TRIES
    return {
        Desk.ORGANISER: place / "组织台.ecreview",
        Desk.EXPERT: place / "专家台.ecreview",
        Desk.CHAIR: place / "组长台.ecreview",
    }


def _keep(store: Path, copy: Path) -> None:
    """A store as it is now, with its key."""
    copy.parent.mkdir(exist_ok=True)
    for source, target in ((store, copy), (key_file(store), key_file(copy))):
        shutil.copyfile(source, target)


def _clear(folder: Path) -> None:
    """Make room for a rehearsal; only what an earlier one has marked as its own is removed."""
    mark = folder / MARK
    folder.mkdir(parents=True, exist_ok=True)
    taken = [name for name in FOLDERS if (folder / name).exists()]
    if taken and not mark.is_file():
        raise EcpanelError("rehearsal_folder", folder=str(folder), name=taken[0])
    for name in taken:
        shutil.rmtree(folder / name)
    write_bytes_verified(mark, b"")


def _quiet(done: int, total: int, text: str) -> None:
    """Progress inside a step."""


def _set_up(stage: _Stage, sample: Sample) -> Vault:
    stage.step(2, "新建评审，导入名单和申报材料")
    setup = Setup(
        "2021年电子商务示范企业综合评价（演练）",
        2021,
        ReviewKind.EVALUATION,
        "演练组织员",
        rehearsal=True,
        cut=8,
    )
    store = organise.new_review(stage.organiser_store, PASSPHRASE, setup, stage.cost, stage.clock)
    found, problems = organise.import_candidates(store, sample.list_path, stage.clock)
    stage.say(f"  名单 {len(found.candidates)} 家，提示 {len(problems)} 条")
    report = organise.import_dossiers(store, sample.dossiers_folder, stage.clock, _quiet)
    pages = sum(document.pages for document, _ in report.documents)
    stage.say(f"  材料 {len(report.documents)} 份 {pages} 页，提示 {len(report.problems)} 条")
    for problem in report.problems[:4]:
        stage.say(f"    {problem_sentence(problem)}")
    stage.step(3, "组长建库并交名片；导入专家、分组和已知回避")
    chair_name = next(one.name for one in sample.experts if one.expert_id == sample.group.chair)
    chair_store, card = organise.new_chair(stage.chair_store, PASSPHRASE, chair_name, stage.cost, stage.clock)
    chair_store.close()
    card_path = stage.stick / "组长名片.json"
    write_bytes_verified(card_path, card_bytes(card))
    people_path = stage.folder / "样例" / "人员名单.xlsx"
    people = PeopleList(sample.experts, (sample.group,), sample.recusals)
    write_people_form(people_path, people, {one.candidate_id: one for one in found.candidates})
    organise.set_people(store, people_path, stage.clock)
    organise.set_chair_card(store, card_path, "", stage.clock)
    return store


def _issue(stage: _Stage, store: Vault) -> list[Issued]:
    stage.step(4, "锁定指标体系，发放任务包和口令条")
    issued = organise.issue_packages(store, stage.stick, stage.clock, stage.cost, _quiet)
    write_slips(store, issued, stage.folder / "组织" / "口令条.pdf", stage.clock)
    stage.say(f"  任务包 {len(issued)} 个")
    return issued


def _score(
    stage: _Stage,
    sample: Sample,
    candidates: Sequence[Candidate],
    packages: Mapping[str, Path],
    slips: Mapping[str, str],
) -> tuple[list[Path], dict[str, str]]:
    """Every expert opens, signs in, scores (half by form, half cell by cell) and hands in."""
    stage.step(5, "专家打开任务包、签到、承诺、回避、评分、提交")
    submitted: list[Path] = []
    fingerprints: dict[str, str] = {}
    scheme = organise.builtin_scheme()
    scores = sample_scores(scheme, candidates, sample.experts)
    for place, expert in enumerate(sample.experts):
        key = expert.expert_id
        path = stage.expert_store(key)
        task.open_task_package(packages[key], slips[key], path, PASSPHRASE, stage.cost, stage.clock, _quiet)
        with open_store(path, PASSPHRASE) as store:
            declared = tuple(one for one in sample.expert_recusals if one.expert_id == key)
            record = sign_in.sign_in(store, sign_in.SignInForm(True, True, declared, CORRECTION), stage.clock)
            fingerprints[key] = record.fingerprint
            write_bytes_verified(path.with_name(f"{key}_签到承诺书.pdf"), sign_in_paper(store))
            work = score.load_assignment(store)
            own = {candidate: sheet for (who, candidate), sheet in scores.items() if who == key}
            if place % 2:
                _score_by_form(stage, store, work, own)
            else:
                _score_by_cell(stage, store, work, own)
            submitted.append(hand_in.submit(store, work, stage.stick, stage.clock))
            stage.say(
                f"  {key} {expert.name} 已评 {len(own) - len(work.recused & own.keys())} 家，回避 {len(work.recused)} 家"
            )
    return submitted, fingerprints


def _score_by_cell(stage: _Stage, store: Vault, work: score.Assignment, own: Mapping[str, Sheet]) -> None:
    for candidate, sheet in own.items():
        if candidate in work.recused:
            continue
        for code, cell in sheet.scores.items():
            settled = code in work.settled.get(candidate, {})
            if cell.points is not None and not settled:
                entry = score.Entry(candidate, code, text=show_points(cell.points), remark=cell.remark)
                score.set_score(store, work, entry, stage.clock)
            elif cell.state is not State.SCORED:
                entry = score.Entry(candidate, code, state=cell.state, remark=cell.remark)
                score.set_score(store, work, entry, stage.clock)
        score.set_opinion(store, work, candidate, sheet.opinion, stage.clock)


def _score_by_form(stage: _Stage, store: Vault, work: score.Assignment, own: Mapping[str, Sheet]) -> None:
    path = store.path.with_name(f"{work.expert.expert_id}_评分填写表.xlsx")
    score.write_filled_form(work, own, path)
    form = score.score_from_form(store, work, path, stage.clock)
    assert not form.problems, form.problems[:3]


def _take_in(stage: _Stage, store: Vault, files: Sequence[Path], fingerprints: Mapping[str, str]) -> None:
    stage.step(6, "组长试收、核对指纹、并入评分包")
    dry = chair.take_in(store, files, fingerprints, stage.clock, _quiet, dry_run=True)
    merged = chair.take_in(store, files, fingerprints, stage.clock, _quiet)
    refused = [one for one in merged if one.verdict is Verdict.REFUSED]
    stage.say(f"  试收 {len(dry)} 个，并入 {sum(one.merged for one in merged)} 个，拒收 {len(refused)} 个")


def _meet(stage: _Stage, store: Vault) -> None:
    """Settle what the checks ask: the objective mismatch, one outlier, one gate."""
    stage.step(8, "复核")
    result = chair.result_of(store, stage.clock)
    counts: dict[str, int] = {}
    for flag in result.flags:
        counts[flag.kind] = counts.get(flag.kind, 0) + 1
    stage.say("  " + "，".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    stage.step(9, "合议：更正与准入认定")
    material = chair.load_material(store)
    for request in _corrections(material):
        done = chair.correct(store, request, stage.clock)
        stage.say(
            f"  更正 {done.expert_id} {done.candidate_id} {done.indicator} {show_points(done.before)} → {show_points(done.after)}"
        )
    last = result.candidates[-1].candidate_id
    decision = GateDecision(
        last, "G5", False, "近三年内有重大行政处罚（演练）", _unanimous(material, last), stamp(stage.clock)
    )
    chair.decide_gate(store, decision, stage.clock)


def _unanimous(material: Material, candidate_id: str) -> Vote:
    entitled = chair.entitled(material, candidate_id)
    return Vote(entitled, 0, 0, len(material.group.members) - entitled)


def _corrections(material: Material) -> list[chair.CorrectionRequest]:
    """What a sensible panel would correct: every objective mismatch, and the widest outlier."""
    result = evaluate(material, "")
    cells = {
        (line.candidate_id, cell.expert_id, cell.indicator): cell.points
        for line in result.lines
        for cell in line.cells
    }
    requests = []
    for flag in result.flags:
        if flag.kind != "objective":
            continue
        given = {
            who: points
            for (key, who, code), points in cells.items()
            if (key, code) == (flag.candidate_id, flag.indicator) and points is not None
        }
        usual = max(sorted(set(given.values())), key=list(given.values()).count)
        for who, points in given.items():
            if points != usual:
                requests.append(
                    _request(
                        material,
                        flag.candidate_id,
                        who,
                        flag.indicator,
                        usual,
                        ReasonCode.OBJECTIVE,
                        "按申报材料核对后一致",
                    )
                )
    red = [
        flag
        for flag in result.flags
        if flag.kind == "outlier" and flag.weight == "red" and flag.indicator != "合计"
    ]
    if red:
        widest = max(red, key=lambda flag: (abs(flag.value - flag.others), flag.candidate_id))
        step = next(leaf.step for leaf in leaves(material.scheme) if leaf.code == widest.indicator)
        target = widest.others // step * step
        requests.append(
            _request(
                material,
                widest.candidate_id,
                widest.expert_id,
                widest.indicator,
                target,
                ReasonCode.OUTLIER,
                "复阅材料后本人认为原分偏离",
            )
        )
    return requests


def _request(
    material: Material,
    candidate: str,
    expert: str,
    code: str,
    after: int,
    reason: ReasonCode,
    note: str,
) -> chair.CorrectionRequest:
    return chair.CorrectionRequest(
        expert, candidate, code, after, reason, note, expert, _unanimous(material, candidate), CORRECTION
    )


def _sign_off(stage: _Stage, store: Vault) -> Path:
    stage.step(10, "排名并生成评审报告、工作簿")
    documents = write_report(store, stage.folder / "组长" / "审阅稿", stage.clock, _quiet)
    stage.say(f"  排名 {documents.ranked} 家，建议名单 {documents.recommended} 家")
    stage.step(11, "在场成员会签，签发成果包到U盘")
    path = stage.stick / "成果包.zip"
    _, present, absent, *_ = roll(store).names
    member = by_own_store(store, stage.expert_store(present), PASSPHRASE, Opinion())
    write_result_bundle(store, path, stage.clock, _quiet, Signing([member]))
    stage.say(f"  {member.expert_id} {member.name} 用本人评审库会签")
    stage.step(12, "读回核对完成，评审库转为只读；收下不在场成员的会签文件")
    request = write_request(store, path, stage.stick, stage.clock)
    with open_store(stage.expert_store(absent), PASSPHRASE) as own:
        answer = answer_request(own, request, DISSENT, stage.stick, stage.clock)
    for line in take_answers(store, path, [answer], path, stage.clock, _quiet):
        stage.say(f"  {line.expert_id} {line.name} 会签，有不同意见")
    return path
