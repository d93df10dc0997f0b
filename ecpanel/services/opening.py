"""Opening a review store and asking what desk and review it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, blocking
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.scheme import STRICT, Scheme
from ecpanel.store import facts, vault
from ecpanel.store.vault import Act, Connection, Vault
from ecpanel.wrapping import Cost

Store = Vault
"""An open review store, as those name it who may not know how it rests."""

Clock = Callable[[], datetime]
"""Tells the time with its offset."""


def system_clock() -> datetime:
    """The time of this machine with its offset."""
    return datetime.now().astimezone()


def stamp(clock: Clock) -> str:
    """The time as it stands in records: ISO 8601 to the second, with offset."""
    return clock().isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose store this is and for which desk."""

    __pydantic_config__: ClassVar = STRICT
    desk: Desk
    name: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The scheme as it was when scoring opened."""

    __pydantic_config__: ClassVar = STRICT
    version: int
    sha256: str
    at: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The signed bundle that made the review read-only (rule 37)."""

    __pydantic_config__: ClassVar = STRICT
    bundle: str
    sha256: str
    at: str


def open_store(path: Path, passphrase: str, *, reading: bool = False) -> Vault:
    """Open a review store with its pass-phrase, for this program alone.

    A store another program holds is refused (`store_in_use`), for `reading` too: with a rollback journal
    a long reader keeps the other's saves waiting until they fail. One that cannot be written is refused
    at once (`store_readonly`), except for `reading`.
    """
    return vault.open_held(path, passphrase, reading=reading)


def create_store(path: Path, passphrase: str, cost: Cost) -> Vault:
    """A new store, held as `open_store` does."""
    return vault.create_held(path, passphrase, cost)


@contextmanager
def made_whole(store: Vault) -> Iterator[None]:
    """While a new store is filled: if that fails nothing of it stays, so that it can be tried again."""
    try:
        yield
    except BaseException:
        store.discard()
        raise


def owner_of(store: Vault) -> Owner:
    """Whose store this is and for which desk."""
    with store.reading() as connection:
        return get_owner(connection)


def get_owner(connection: Connection) -> Owner:
    """The owner of an open store."""
    owner = facts.get(connection, Owner, "owner")
    assert owner is not None
    return owner


def expect_desk(connection: Connection, desk: Desk) -> Owner:
    """The owner, refused unless the store belongs to this desk."""
    owner = get_owner(connection)
    if owner.desk is not desk:
        raise EcpanelError("wrong_desk", found=DESK_WORDS[owner.desk], wanted=DESK_WORDS[desk])
    return owner


DESK_WORDS = {Desk.ORGANISER: "组织台", Desk.EXPERT: "专家台", Desk.CHAIR: "组长台"}


def get_review(connection: Connection) -> Review:
    """The review a store holds; a chair's store has none before its task package is opened."""
    review = facts.get(connection, Review, "review")
    if review is None:
        raise EcpanelError("task_not_opened")
    return review


def get_scheme(connection: Connection) -> Scheme:
    """The scheme of the review."""
    scheme = facts.get(connection, Scheme, "scheme")
    if scheme is None:
        raise EcpanelError("scheme_missing")
    return scheme


def expect_unlocked(connection: Connection) -> None:
    """Refuse a change of what packages carry once the first of them is out (rule 4)."""
    lock = facts.get(connection, Lock, "lock")
    if lock is not None:
        raise EcpanelError("scheme_locked", version=lock.version, at=lock.at)


def refuse_first(problems: Iterable[Problem]) -> None:
    """Refuse with the first of the problems that block, if there is one."""
    for problem in blocking(problems):
        raise EcpanelError(problem.code, **problem.params)


def act(clock: Clock, actor: str, action: str, subject: str = "") -> Act:
    """The head of a journal line, now."""
    return Act(stamp(clock), actor, action, subject)


def expect_open(connection: Connection) -> None:
    """Refuse a change once the bundle has been signed (rule 37)."""
    closure = facts.get(connection, Closure, "closure")
    if closure is not None:
        raise EcpanelError("review_closed", bundle=closure.bundle, at=closure.at)
