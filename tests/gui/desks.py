"""Real stores for the expert's desk: firms with papers to read, packages of everyone, an expert's own store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from services.reviews import firms, panel, prepared

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk
from ecpanel.progress import silent
from ecpanel.services import organise, task
from ecpanel.services.opening import Store, open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sample import SEED
from ecpanel.services.sample_documents import make_audit, make_form, make_statement
from ecpanel.services.sample_firms import make_firms
from ecpanel.services.sample_scans import make_letter, make_licence
from ecpanel.services.sign_in import SignInForm, sign_in
from ecpanel.wrapping import Cost

__all__ = ["CORRECTION", "PASSPHRASE", "Issue", "issue", "own_store", "write_dossiers"]

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
    listed = firms(candidates) if isinstance(candidates, int) else candidates
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
