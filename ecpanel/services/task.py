"""Opening a task package (打开任务包): into a new store of the expert, or the own store of the chair."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.scheme import STRICT, Scheme
from ecpanel.exchange.cards import Card
from ecpanel.exchange.handover import copy_verified, world
from ecpanel.exchange.task_package import TaskContents, TaskPackage, open_task
from ecpanel.progress import Progress
from ecpanel.services.opening import (
    Clock,
    Owner,
    act,
    create_store,
    expect_desk,
    made_whole,
    open_store,
)
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, people
from ecpanel.store.vault import Connection, Vault
from ecpanel.wrapping import Cost, check_passphrase

DOSSIERS: Final = ".dossiers"


TASK_KEY: Final = "task_key"


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What an opened task package left in the store."""

    __pydantic_config__: ClassVar = STRICT
    package_id: str
    contents_sha256: str
    owner: str
    pledge: str
    issued_at: str


def dossiers_file(store: Path) -> Path:
    """Where the encrypted package with the dossiers lies: beside the store."""
    return store.with_name(store.stem + DOSSIERS)


def open_task_package(
    package: Path,
    opening: str,
    store_path: Path,
    passphrase: str,
    cost: Cost,
    clock: Clock,
    progress: Progress,
) -> TaskContents:
    """Open a task package into a store: a new one for an expert, the chair's own for a chair.

    Everything in the package is verified, documents included, before the store is made. The package
    itself is kept beside an expert's store, still encrypted.
    """
    with open_task(package, opening) as task:
        contents = task.contents
        if contents.desk is Desk.CHAIR:
            with open_store(store_path, passphrase) as store:
                _into_chair(store, task, clock)
            return contents
        with world(store_path):
            if store_path.exists():
                raise EcpanelError("store_exists", file=str(store_path))
        check_passphrase(passphrase)
        task.check_documents(progress)
        _into_expert(task, package, store_path, passphrase, cost, clock)
    return contents


def peek_task_package(package: Path, opening: str) -> TaskContents:
    """Whose package it is and for which desk, after its signature was verified; documents are not read."""
    with open_task(package, opening) as task:
        return task.contents


def take_chair_task(store: Vault, package: Path, opening: str, clock: Clock) -> TaskContents:
    """Open a chair's task package into his own store, which is open already."""
    with open_task(package, opening) as task:
        contents = task.contents
        if contents.desk is not Desk.CHAIR:
            raise EcpanelError("task_for_expert", file=package.name, name=contents.experts[0].name)
        _into_chair(store, task, clock)
    return contents


def _into_expert(
    task: TaskPackage, package: Path, store_path: Path, passphrase: str, cost: Cost, clock: Clock
) -> None:
    """A new store with the package beside it; both or neither."""
    contents, copy = task.contents, dossiers_file(store_path)
    with world(copy):
        if copy.exists():
            raise EcpanelError("store_exists", file=str(copy))
        store_path.parent.mkdir(parents=True, exist_ok=True)
    copy_verified(package, copy)
    try:
        with create_store(store_path, passphrase, cost) as store, made_whole(store):
            owner = Owner(Desk.EXPERT, contents.experts[0].name)
            with store.writing(act(clock, contents.owner, "open_task", contents.package_id)) as connection:
                facts.put(connection, "owner", owner)
                facts.put_secret(connection, TASK_KEY, task.key)
                _take_over(connection, task)
    except BaseException:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        raise


def _take_over(connection: Connection, task: TaskPackage) -> None:
    contents = task.contents
    facts.put(connection, "review", contents.review)
    facts.put(connection, "scheme", contents.scheme)
    facts.put(connection, "group", contents.group)
    facts.put(connection, "organiser", contents.organiser)
    facts.put(connection, "chair", contents.chair)
    record = TaskRecord(
        contents.package_id, task.contents_sha256, contents.owner, contents.pledge, contents.issued_at
    )
    facts.put(connection, "task", record)
    candidate_rows.replace_all(connection, contents.candidates)
    documents = [(packed.document, packed.member) for packed in contents.documents]
    candidate_rows.replace_documents(connection, documents)
    for expert in contents.experts:
        people.put_expert(connection, expert)
    people.add_recusals(connection, contents.recusals)


def _into_chair(store: Vault, task: TaskPackage, clock: Clock) -> None:
    contents = task.contents
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        card = facts.get(connection, Card, "card")
        review = facts.get(connection, Review, "review")
        scheme = facts.get(connection, Scheme, "scheme")
    if card is None or card.fingerprint != contents.chair.fingerprint:
        raise EcpanelError("task_for_other_chair", wanted=contents.chair.name, found=owner.name)
    if review is not None and review.review_id != contents.review.review_id:
        raise EcpanelError("review_foreign", found=contents.review.title, wanted=review.title)
    if scheme is not None and scheme != contents.scheme:
        raise EcpanelError("scheme_differs", found=contents.scheme_sha256[:8], wanted="本机已有")
    store.restore_point("task", clock())
    with store.writing(act(clock, owner.name, "open_task", contents.package_id)) as connection:
        _take_over(connection, task)


def get_task(connection: Connection) -> TaskRecord:
    """The record of the opened task."""
    task = facts.get(connection, TaskRecord, "task")
    if task is None:
        raise EcpanelError("task_not_opened")
    return task


def pledge_text(store: Vault) -> str:
    """The pledge to be read before signing in."""
    with store.reading() as connection:
        return get_task(connection).pledge
