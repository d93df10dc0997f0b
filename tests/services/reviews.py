"""A small real review for tests: three firms, three experts, everything through the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.credit_code import check_character
from ecpanel.domain.meeting import ReasonCode, Vote
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.points import show_points
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.domain.scheme import Scheme
from ecpanel.domain.sheet import Sheet
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import silent
from ecpanel.services import chair, hand_in, organise, score, sign_in, task
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sample import sample_scores
from ecpanel.store.vault import Vault
from ecpanel.wrapping import Cost

REGIONS = ("浙江", "广东", "新疆生产建设兵团", "北京", "上海", "福建")


def code(number: int) -> str:
    """A valid credit code."""
    first = f"91330100MA{number:07d}"
    return first + check_character(first)


def firms(count: int) -> list[Candidate]:
    """Invented firms, some with rare characters and long names."""
    names = (
        "张堃喆电子商务有限公司",
        "㛃𬭸科技（集团）股份有限公司",
        "百分之百100%·“引号”'电商&物流'有限公司",
    )
    return [
        Candidate(
            f"C{n:03d}",
            REGIONS[n % len(REGIONS)],
            f"{names[n % 3]}{n}号",
            code(n),
            ("平台类", "应用类", "服务类")[n % 3],
        )
        for n in range(1, count + 1)
    ]


def panel(count: int) -> tuple[tuple[Expert, ...], Group]:
    """A panel chaired by E01."""
    names = ("欧阳𬭸", "张堃喆", "李㛃", "买买提·艾力江", "王五")
    experts = tuple(
        Expert(f"E{n:02d}", f"{names[n % 5]}{n}", "某大学", "教授", "电子商务") for n in range(1, count + 1)
    )
    return experts, Group("G1", "评审组", tuple(one.expert_id for one in experts), "E01", "监督员")


@dataclass(frozen=True, slots=True)
class SmallReview:
    """Where everything lies. `expert_store` is signed in and unscored; the packages are handed in by
    other stores of the same experts."""

    folder: Path
    organiser_store: Path
    chair_store: Path
    expert_store: Path
    packages: Sequence[Path]
    fingerprints: Mapping[str, str]
    slips: Mapping[str, str]
    tasks: Mapping[str, Path]
    sheets: Mapping[tuple[str, str], Sheet]
    scheme: Scheme


def prepared(
    folder: Path,
    cheap: Cost,
    candidates: Sequence[Candidate],
    experts: Sequence[Expert],
    group: Group,
    *,
    recusals: tuple[Recusal, ...] = (),
    rehearsal: bool = False,
    scheme: Path | None = None,
    cut: int = 1,
    dossiers: Path | None = None,
) -> list[organise.Issued]:
    """A review set up and issued into `folder`/U盘; the stores are 组织.ecreview and 组长.ecreview.
    `dossiers` is a folder with one of each candidate."""
    setup = organise.Setup("测试评审", 2021, ReviewKind.EVALUATION, "组织员", rehearsal=rehearsal, cut=cut)
    listed = folder / "名单.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    write_candidate_list(candidates, listed)
    chair_name = next(one.name for one in experts if one.expert_id == group.chair)
    chair_store, card = organise.new_chair(
        folder / "组长.ecreview", PASSPHRASE, chair_name, cheap, system_clock
    )
    chair_store.close()
    (folder / "名片.json").write_bytes(card_bytes(card))
    with organise.new_review(folder / "组织.ecreview", PASSPHRASE, setup, cheap, system_clock) as store:
        if scheme is not None:
            organise.import_scheme(store, scheme, system_clock)
        organise.import_candidates(store, listed, system_clock)
        if dossiers is not None:
            organise.import_dossiers(store, dossiers, system_clock, silent)
        organise.add_people(store, PeopleList(tuple(experts), (group,), recusals), system_clock)
        organise.set_chair_card(store, folder / "名片.json", "", system_clock)
        issued = organise.issue_packages(store, folder / "U盘", system_clock, cheap, silent)
    chair_package = next(one for one in issued if one.desk is Desk.CHAIR)
    task.open_task_package(
        chair_package.path,
        chair_package.passphrase,
        folder / "组长.ecreview",
        PASSPHRASE,
        cheap,
        system_clock,
        silent,
    )
    return issued


def signed_in(issued: organise.Issued, path: Path, cheap: Cost, recusals: tuple[Recusal, ...] = ()) -> str:
    """An expert's store, opened and signed in; returns the fingerprint."""
    task.open_task_package(issued.path, issued.passphrase, path, PASSPHRASE, cheap, system_clock, silent)
    with open_store(path, PASSPHRASE) as store:
        return sign_in.sign_in(
            store, sign_in.SignInForm(True, True, recusals, CORRECTION), system_clock
        ).fingerprint


def fill(path: Path, sheets: Mapping[tuple[str, str], Sheet]) -> None:
    """Fill an expert's store through the form, as scores given on paper are."""
    with open_store(path, PASSPHRASE) as store:
        work = score.load_assignment(store)
        own = {key: sheet for (who, key), sheet in sheets.items() if who == work.expert.expert_id}
        form = path.with_suffix(".xlsx")
        score.write_filled_form(work, own, form)
        assert score.score_from_form(store, work, form, system_clock).problems == ()


def handed_in(path: Path, folder: Path) -> Path:
    """Submit what a store holds."""
    with open_store(path, PASSPHRASE) as store:
        return hand_in.submit(store, score.load_assignment(store), folder, system_clock)


def small_review(folder: Path, cheap: Cost, *, rehearsal: bool = False) -> SmallReview:
    """Three firms, three experts; all have handed in, the chair has taken in nothing yet."""
    candidates = firms(3)
    experts, group = panel(3)
    issued = prepared(folder, cheap, candidates, experts, group, rehearsal=rehearsal)
    scheme = organise.builtin_scheme()
    sheets = sample_scores(scheme, candidates, experts)
    fingerprints: dict[str, str] = {}
    packages = []
    own = {one.owner: one for one in issued if one.desk is Desk.EXPERT}
    for key, package in own.items():
        path = folder / f"{key}.ecreview"
        fingerprints[key] = signed_in(package, path, cheap)
        fill(path, sheets)
        packages.append(handed_in(path, folder / "U盘"))
    fresh = folder / "新" / "E02.ecreview"
    signed_in(own["E02"], fresh, cheap)
    tasks = {one.owner if one.desk is Desk.EXPERT else "chair": one for one in issued}
    return SmallReview(
        folder,
        folder / "组织.ecreview",
        folder / "组长.ecreview",
        fresh,
        packages,
        fingerprints,
        {key: one.passphrase for key, one in tasks.items()},
        {key: one.path for key, one in tasks.items()},
        sheets,
        scheme,
    )


def first_value(sheet: Sheet, indicator: str) -> str:
    """A value of a sheet as typed."""
    points = sheet.scores[indicator].points
    assert points is not None
    return show_points(points)


def settle(store: Vault) -> None:
    """Correct what keeps a small review from being signed: the one objective difference of the sample."""
    result = chair.result_of(store, system_clock)
    for flag in [one for one in result.flags if one.kind == "objective"]:
        line = next(one for one in result.lines if one.candidate_id == flag.candidate_id)
        given = {one.expert_id: one.points for one in line.cells if one.indicator == flag.indicator}
        usual = max(set(given.values()), key=list(given.values()).count)
        assert usual is not None
        for who in [who for who, points in given.items() if points != usual]:
            request = chair.CorrectionRequest(
                who,
                flag.candidate_id,
                flag.indicator,
                usual,
                ReasonCode.OBJECTIVE,
                "核对后一致",
                who,
                Vote(len(given), 0, 0),
                CORRECTION,
            )
            chair.correct(store, request, system_clock)
