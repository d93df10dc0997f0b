"""Issuing task packages (发放任务包): one per expert and one per chair, with slips for their pass-phrases."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.problems import blocking
from ecpanel.domain.recusal import Recusal, recused_pairs
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import Scheme
from ecpanel.dossier.sources import open_place
from ecpanel.exchange import limits
from ecpanel.exchange.keys import CROCKFORD
from ecpanel.exchange.task_package import (
    TASK_FORMAT,
    TASK_SUFFIX,
    TASK_VERSION,
    PackedDocument,
    TaskContents,
    document_member,
    new_package_id,
    write_task,
)
from ecpanel.progress import Progress, part_of
from ecpanel.records import digest_of
from ecpanel.services.clock import expect_clock
from ecpanel.services.holdings import ISSUE, issue_body
from ecpanel.services.identity import own_card, own_pair
from ecpanel.services.opening import Clock, Lock, act, expect_desk, stamp
from ecpanel.services.readiness import Preparation, group_candidates, preparation, readiness
from ecpanel.store import facts
from ecpanel.store.vault import Vault
from ecpanel.wrapping import Cost

PACKAGE_WEIGHT: Final = 1024
"""What a package weighs in progress beside its documents, in KiB: keys, contents, reading back."""
PLEDGE: Final = (
    "本人已知悉评审纪律，承诺：依据指标体系和申报材料独立评分，不受他人影响；"
    "如与参评企业存在应当回避的情形，主动申明并不查看、不评分、不参加讨论；"
    "不记录、复制、外传评审材料和评审情况；对本人的评分和意见负责。"
)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued package with the pass-phrase for the paper slip."""

    owner: str
    name: str
    desk: Desk
    path: Path
    passphrase: str
    sha256: str


def _slip_passphrase() -> str:
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(20))
    return "-".join(letters[place : place + 4] for place in range(0, 20, 4))


@dataclass(frozen=True, slots=True)
class _Plan:
    """One package to write: for an expert, or for the chair's own desk, which gets no dossiers."""

    group: Group
    person: Expert
    desk: Desk
    experts: tuple[Expert, ...]
    candidates: tuple[Candidate, ...]
    recusals: tuple[Recusal, ...]
    carried: tuple[tuple[Document, str], ...]

    @property
    def weight(self) -> int:
        """How much work the package is, in KiB."""
        return sum(document.size for document, _ in self.carried) // limits.KIB + PACKAGE_WEIGHT

    @property
    def file(self) -> str:
        """The name of the package's file."""
        return _file_of(self.group, self.person, self.desk)


def _file_of(group: Group, person: Expert, desk: Desk) -> str:
    who = "组长" if desk is Desk.CHAIR else person.expert_id
    return f"{group.name}_{who}_{person.name}{TASK_SUFFIX}"


def _forget(issued: Issued) -> None:
    """For callers who wait for all packages."""


def issue_packages(
    store: Vault,
    folder: Path,
    clock: Clock,
    cost: Cost,
    progress: Progress,
    only: Sequence[str] = (),
    tell: Callable[[Issued], None] = _forget,
) -> list[Issued]:
    """Write one task package per expert and one per chair; the first issue locks the scheme.

    `only` limits the issue to these expert ids, "chair" meaning the chairs; "G2:E03" and "G2:chair"
    mean one package of one group alone. Nothing is issued while a blocking problem stands. Progress runs
    once over all packages, in KiB. `tell` is handed every package as soon as it is out, so that its
    pass-phrase is not lost when a later one fails. When the very first one does not come to be, the lock
    it brought is taken back.
    """
    ready = preparation(store)
    stopping = blocking(readiness(ready))
    if stopping:
        raise EcpanelError("not_ready", count=len(stopping), first=stopping[0])
    scheme, fresh = _lock(store, ready.scheme, clock)
    planned = [_plan(ready, group, owner) for group, owner in _wanted(ready, only)]
    total, before = sum(plan.weight for plan in planned), 0
    issued: list[Issued] = []
    try:
        for number, plan in enumerate(planned, start=1):
            part = part_of(_numbered(progress, number, len(planned)), before, before + plan.weight, total)
            part(0, 1, plan.file)
            issued.append(_issue_one(store, ready, scheme, plan, folder, clock, cost, part))
            tell(issued[-1])
            part(1, 1, plan.file)
            before += plan.weight
    except BaseException:
        if fresh and not issued:
            _unlock(store, clock)
        raise
    return issued


@dataclass(frozen=True, slots=True)
class Planned:
    """A package that would be written: for whom, how many documents, and their bytes."""

    group: str
    owner: str
    desk: Desk
    file: str
    documents: int
    size: int


def planned_packages(ready: Preparation, only: Sequence[str] = ()) -> list[Planned]:
    """The packages `issue_packages` would write; groups must have chairs that are known."""
    sizes: dict[str, list[int]] = {}
    for document, _ in ready.documents:
        sizes.setdefault(document.candidate_id, []).append(document.size)
    barred = recused_pairs(ready.recusals)
    found = []
    for group, owner in _wanted(ready, only):
        person = ready.experts[owner or group.chair]
        desk = Desk.EXPERT if owner else Desk.CHAIR
        carried = [
            size
            for one in (group_candidates(group, ready.groups, ready.candidates) if owner else ())
            if (owner, one.candidate_id) not in barred
            for size in sizes.get(one.candidate_id, ())
        ]
        file = _file_of(group, person, desk)
        found.append(Planned(group.group_id, person.expert_id, desk, file, len(carried), sum(carried)))
    return found


def _wanted(ready: Preparation, only: Sequence[str]) -> list[tuple[Group, str]]:
    """Groups with the owners of packages, "" standing for the chair's own desk."""
    return [
        (group, owner)
        for group in ready.groups
        for owner in (*group.members, "")
        if not only or {owner or "chair", f"{group.group_id}:{owner or 'chair'}"} & set(only)
    ]


def _numbered(progress: Progress, number: int, count: int) -> Progress:
    """Progress that says which package of how many is being written."""

    def tell(done: int, total: int, text: str) -> None:
        progress(done, total, f"{number}/{count} {text}")

    return tell


def _plan(ready: Preparation, group: Group, owner: str) -> _Plan:
    """`owner` is an expert id, or "" for the chair's own desk."""
    person = ready.experts[owner or group.chair]
    candidates = tuple(group_candidates(group, ready.groups, ready.candidates))
    own = {one.candidate_id for one in candidates}
    recusals = tuple(one for one in ready.recusals if not owner or one.expert_id == owner)
    open_to = own - {one.candidate_id for one in recusals}
    return _Plan(
        group if not owner else replace(group, members=(owner,)),
        person,
        Desk.EXPERT if owner else Desk.CHAIR,
        (person,) if owner else tuple(ready.experts[one] for one in group.members),
        candidates,
        tuple(one for one in recusals if one.candidate_id in own),
        tuple(one for one in ready.documents if owner and one[0].candidate_id in open_to),
    )


def _unlock(store: Vault, clock: Clock) -> None:
    """Take back the lock of an issue of which nothing came out."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
    with store.writing(act(clock, owner.name, "unlock"), {}) as connection:
        facts.drop(connection, "lock")


def _lock(store: Vault, scheme: Scheme, clock: Clock) -> tuple[Scheme, bool]:
    """The locked scheme, and whether it was this that locked it."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        expect_clock(connection, clock)
        lock = facts.get(connection, Lock, "lock")
    sha256 = digest_of(scheme)
    fresh = lock is None
    if lock is None:
        lock = Lock(scheme.version, sha256, stamp(clock))
        with store.writing(
            act(clock, owner.name, "lock", scheme.scheme_id), {"sha256": sha256}
        ) as connection:
            facts.put(connection, "lock", lock)
    if lock.sha256 != sha256:
        raise EcpanelError("scheme_differs", found=sha256[:8], wanted=lock.sha256[:8])
    return scheme, fresh


def _issue_one(
    store: Vault,
    ready: Preparation,
    scheme: Scheme,
    plan: _Plan,
    folder: Path,
    clock: Clock,
    cost: Cost,
    progress: Progress,
) -> Issued:
    with store.reading() as connection:
        organiser, pair = own_card(connection), own_pair(connection)
    contents = TaskContents(
        TASK_FORMAT,
        TASK_VERSION,
        new_package_id(),
        plan.desk,
        ready.review,
        scheme,
        digest_of(scheme),
        plan.group,
        plan.person.expert_id,
        plan.experts,
        plan.candidates,
        plan.recusals,
        tuple(
            PackedDocument(document, document_member(n))
            for n, (document, _) in enumerate(plan.carried, start=1)
        ),
        organiser,
        ready.chairs[plan.group.group_id],
        PLEDGE,
        stamp(clock),
    )
    path = folder / plan.file
    passphrase = _slip_passphrase()
    openers = [lambda place=place: open_place(place) for _, place in plan.carried]
    sha256 = write_task(path, contents, openers, pair, passphrase, cost, progress)
    subject = plan.person.expert_id if plan.desk is Desk.EXPERT else "chair"
    body = issue_body(contents.package_id, sha256, path.name, plan.person, plan.desk, plan.group)
    try:
        with store.writing(act(clock, organiser.name, ISSUE, subject), body):
            pass
    except BaseException:
        with suppress(OSError):  # a package without its line and slip is of no use to anybody
            path.unlink(missing_ok=True)
        raise
    return Issued(plan.person.expert_id, plan.person.name, plan.desk, path, passphrase, sha256)
