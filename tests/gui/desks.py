"""Real stores for the expert's desk: firms with papers to read, packages of everyone, an expert's own store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from shutil import copyfile

from services.reviews import firms, panel, prepared

from ecpanel.domain.candidate import Candidate, Fact
from ecpanel.domain.points import show_points
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import leaves
from ecpanel.domain.sheet import Opinion, needs_remark
from ecpanel.progress import silent
from ecpanel.services import organise, score, task
from ecpanel.services.opening import Store, open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sample import SEED
from ecpanel.services.sample_documents import make_audit, make_form, make_statement
from ecpanel.services.sample_firms import make_firms
from ecpanel.services.sample_scans import make_letter, make_licence
from ecpanel.services.score import Assignment
from ecpanel.services.sign_in import SignInForm, sign_in
from ecpanel.wrapping import Cost

__all__ = [
    "CORRECTION",
    "DECLARED",
    "KNOWN",
    "PASSPHRASE",
    "ExpertReview",
    "Issue",
    "complete",
    "copied",
    "expert_review",
    "figured",
    "give",
    "issue",
    "own_store",
    "write_dossiers",
]

KNOWN = Recusal("E02", "C002", RecusalReason.ADVISER, "", "organiser")
DECLARED = Recusal("E02", "C004", RecusalReason.SAME_UNIT, "", "expert")
"""The recusals of E02: one the organiser knows, one he declares himself."""

REMARK = "申报书第三章列出全国首创的模式，并附三年可核数据。"
OPINION = Opinion(
    "平台模式清晰，服务中小商户成效可核，数据治理走在行业前列。",
    "研发投入占比逐年下降，绿色包装只在个别环节推进。",
    "建议完善佐证材料，补充第三方审计数据。",
)

Paper = tuple[str, bytes]


@cache
def papers(number: int) -> tuple[Paper, ...]:
    """The dossier of a sample firm: a statement, a form, three pieces of evidence, a letter."""
    listed = make_firms(SEED)
    firm = listed[number % len(listed)]
    chance = Random(number)
    return (
        ("申报书.pdf", make_statement(firm, SEED + number)),
        ("申报表.pdf", make_form(firm)),
        ("佐证材料/1.营业执照.jpg", make_licence(firm, chance)),
        ("佐证材料/2.审计报告摘要.pdf", make_audit(firm)),
        ("佐证材料/3.近三年指标表（盖章扫描件）.pdf", make_form(firm)),
        ("公函.pdf", make_letter(firm.candidate.region, [firm], chance)),
    )


def write_dossiers(folder: Path, candidates: Sequence[Candidate], different: int = 4) -> Path:
    """One folder for every candidate; so many firms' papers in turn, since drawing them takes long."""
    for place, one in enumerate(candidates):
        own = folder / f"{one.candidate_id} {one.name[:40].replace('/', ' ')}"
        for name, content in papers(place % different):
            target = own / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return folder


def figured(count: int) -> list[Candidate]:
    """Firms with one declared figure, so that A1 is settled for all of them."""
    return [replace(one, facts=(Fact("A1", "56.3"),)) for one in firms(count)]


@dataclass(frozen=True, slots=True)
class Issue:
    """A review that was issued: its folder, and everyone's package by owner ("chair" for the chair's)."""

    folder: Path
    packages: dict[str, organise.Issued]

    @property
    def chair_store(self) -> Path:
        """The chair's store, its task opened."""
        return self.folder / "组长.ecreview"


def issue(
    folder: Path,
    cheap: Cost,
    candidates: Sequence[Candidate] | int = 6,
    *,
    recusals: tuple[Recusal, ...] = (),
    with_papers: bool = True,
    rehearsal: bool = False,
    dossiers: Callable[[Path, Sequence[Candidate]], Path] = write_dossiers,
) -> Issue:
    """A review of three experts with E02 to look at; `recusals` are those the organiser knows."""
    listed = figured(candidates) if isinstance(candidates, int) else candidates
    experts, group = panel(3)
    written = dossiers(folder / "申报材料", listed) if with_papers else None
    issued = prepared(
        folder, cheap, listed, experts, group, recusals=recusals, rehearsal=rehearsal, dossiers=written
    )
    return Issue(folder, {one.owner if one.desk is Desk.EXPERT else "chair": one for one in issued})


def own_store(
    issued: Issue,
    cheap: Cost,
    name: str = "E02.ecreview",
    *,
    expert: str = "E02",
    signed: bool = True,
    recused: Sequence[Recusal] = (),
) -> Store:
    """An expert's store, open; signed in unless told not to, with the recusals he declares."""
    own, path = issued.packages[expert], issued.folder / name
    task.open_task_package(own.path, own.passphrase, path, PASSPHRASE, cheap, system_clock, silent)
    store = open_store(path, PASSPHRASE)
    if signed:
        sign_in(store, SignInForm(True, True, tuple(recused), CORRECTION), system_clock)
    return store


def copied(store: Path, folder: Path) -> Path:
    """A store with its key and dossiers in another folder, as people copy it."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in store.parent.glob(f"{store.stem}.*"):
        if one.is_file():
            copyfile(one, folder / one.name)
    return folder / store.name


@dataclass(frozen=True, slots=True)
class ExpertReview:
    """A review whose E02 has opened his package: `fresh` before sign-in, `signed` after it."""

    issued: Issue
    fresh: Path
    signed: Path


def expert_review(folder: Path, cheap: Cost, candidates: Sequence[Candidate] | int = 6) -> ExpertReview:
    """Both stores lie closed, to be copied by whoever works in them."""
    issued = issue(folder, cheap, candidates, recusals=(KNOWN,))
    own_store(issued, cheap, "未签到.ecreview", signed=False).close()
    own_store(issued, cheap, "已签到.ecreview", recused=(DECLARED,)).close()
    return ExpertReview(issued, folder / "未签到.ecreview", folder / "已签到.ecreview")


def give(store: Store, work: Assignment, key: str, percent: int = 75, *, leave: Sequence[str] = ()) -> None:
    """Score a candidate at a percentage of every indicator, without those to be left, with an opinion."""
    for leaf in leaves(work.scheme):
        if leaf.code not in work.settled.get(key, {}) and leaf.code not in leave:
            points = leaf.points * percent // 100 // leaf.step * leaf.step
            remark = REMARK if needs_remark(leaf, points, work.scheme.remarks) else ""
            score.set_score(
                store, work, score.Entry(key, leaf.code, show_points(points), remark=remark), system_clock
            )
    if "opinion" not in leave:
        score.set_opinion(store, work, key, OPINION, system_clock)


def complete(path: Path, keys: Sequence[str], *, leave: Mapping[str, Sequence[str]] | None = None) -> None:
    """Score candidates in a closed store; the percentage differs so that they are told apart. `leave` names
    indicators (or the opinion) to be left out, by candidate."""
    with open_store(path, PASSPHRASE) as store:
        work = score.load_assignment(store)
        for place, key in enumerate(keys):
            give(store, work, key, 65 + 5 * (place % 5), leave=(leave or {}).get(key, ()))
