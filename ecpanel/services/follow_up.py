"""Ink comes back (补充): scans of the signed paper go into a follow-up bundle that refers to the first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, error, note
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import STRICT
from ecpanel.dossier.pages import PDF, count_pages
from ecpanel.exchange import limits
from ecpanel.exchange.container import open_container
from ecpanel.exchange.follow_up import (
    BOUNDS,
    FOLLOW_UP,
    FOLLOW_UP_FORMAT,
    FOLLOW_UP_VERSION,
    FollowUp,
    is_scan,
    read_follow_up,
    scan_member,
    write_follow_up,
)
from ecpanel.exchange.handover import read_limited, world
from ecpanel.exchange.keys import fingerprint
from ecpanel.exchange.result_bundle import BOUNDS as BUNDLE_BOUNDS
from ecpanel.exchange.result_bundle import check_shell
from ecpanel.progress import Progress
from ecpanel.records import sha256
from ecpanel.services.countersign import own_bundle
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import Clock, Store, act, expect_desk, stamp
from ecpanel.store import facts
from ecpanel.texts import minute


@dataclass(frozen=True, slots=True)
class FollowUps:
    """How many follow-ups a bundle has had."""

    __pydantic_config__: ClassVar = STRICT
    count: int


def add_scans(
    store: Store,
    bundle: Path,
    scans: Sequence[Path],
    note_: str,
    target: Path,
    clock: Clock,
    progress: Progress,
) -> str:
    """Put scans into a follow-up bundle of the review's own bundle; returns its SHA-256.

    Every scan is opened and its pages are counted before anything is written. Raises `scan_unfit`,
    `scans_missing`, `bundle_not_signed_yet`, `bundle_copy_differs`, and what writing raises.
    """
    if not scans:
        raise EcpanelError("scans_missing")
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        pair = own_pair(connection)
        before = facts.get(connection, FollowUps, "follow_ups") or FollowUps(0)
    with own_bundle(store, bundle) as container:
        signed = check_shell(container)
    names = [_checked_name(path, place) for place, path in enumerate(scans, start=1)]
    number = before.count + 1
    head = FollowUp(
        FOLLOW_UP_FORMAT,
        FOLLOW_UP_VERSION,
        signed.manifest.review_id,
        signed.manifest.review_title,
        signed.manifest.rehearsal,
        sha256(signed.content),
        number,
        note_.strip(),
        owner.name,
        "",
        (),
        stamp(clock),
    )

    def contents() -> Iterator[tuple[str, bytes]]:
        for place, (path, name) in enumerate(zip(scans, names, strict=True), start=1):
            progress(place, len(scans), path.name)
            yield name, read_limited(path, limits.FOLLOW_UP_MEMBER)

    body: dict[str, str] = {}
    with store.writing(act(clock, owner.name, "follow_up", target.name), body) as connection:
        facts.put(connection, "follow_ups", FollowUps(number))
        body["sha256"] = digest = write_follow_up(target, contents(), head, pair)
    return digest


def _checked_name(path: Path, place: int) -> str:
    """The member name of a scan that really is pages to look at."""
    name = unicodedata.normalize("NFC", path.name)
    name = name[-120:] if len(name) > 120 else name
    with world(path), path.open("rb") as file:
        counted = count_pages(file, path.name)
    member = scan_member(place, name.removesuffix(path.suffix) + path.suffix.lower())
    is_picture = counted.media == PDF or counted.media.startswith("image/")
    if not is_picture or counted.problem or not counted.pages or not is_scan(member):
        raise EcpanelError("scan_unfit", file=path.name)
    return member


@dataclass(frozen=True, slots=True)
class FollowUpCheck:
    """The verdict on a follow-up: sound exactly when there is no problem. `bound` tells whether it was held
    against the bundle it refers to."""

    file: str
    head: FollowUp | None
    scans: int
    bound: bool
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether everything agreed."""
        return self.head is not None and not self.problems

    @property
    def verdict(self) -> str:
        """The verdict in one sentence, the same in window and command line."""
        head = self.head
        if not self.sound or head is None:
            return f"补充包“{self.file}”不可采信。"
        at = minute(head.signed_at)
        bound = "，与给出的成果包对应" if self.bound else ""
        return (
            f"补充包完好：第{head.number}次补充，{self.scans}个扫描件，由组长{head.chair}签署于{at}{bound}。"
        )


def is_follow_up(path: Path) -> bool:
    """Whether a file is a follow-up bundle rather than a result bundle; anything unreadable is not."""
    try:
        with path.open("rb") as source, open_container(source, path.name, BOUNDS) as container:
            return FOLLOW_UP in container
    except (OSError, EcpanelError):
        return False


def verify_follow_up(path: Path, bundle: Path | None) -> FollowUpCheck:
    """Check a follow-up: its signature, its scans, and that it belongs to `bundle` and its chair."""
    head: FollowUp | None = None
    try:
        with world(path), path.open("rb") as source, open_container(source, path.name, BOUNDS) as container:
            head, certificate = read_follow_up(container)
        mark = fingerprint(certificate)
        if bundle is not None:
            with world(bundle), bundle.open("rb") as source:
                with open_container(source, bundle.name, BUNDLE_BOUNDS) as container:
                    signed = check_shell(container)
            if head.manifest_sha256 != sha256(signed.content) or head.review_id != signed.manifest.review_id:
                raise EcpanelError("follow_up_other_bundle", file=path.name, bundle=bundle.name)
            if mark != signed.fingerprint or head.chair != signed.manifest.chair:
                raise EcpanelError("follow_up_other_chair", found=mark, wanted=signed.fingerprint)
    except EcpanelError as fault:
        return FollowUpCheck(path.name, head, 0, False, (error(fault.code, **fault.params),), ())
    scans = sum(is_scan(entry.name) for entry in head.entries)
    notes = () if bundle is not None else (note("follow_up_unbound"),)
    return FollowUpCheck(path.name, head, scans, bundle is not None, (), notes)
