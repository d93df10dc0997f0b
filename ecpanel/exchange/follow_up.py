"""The follow-up bundle (补充包): scans of what was signed in ink, bound to the bundle they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.scheme import STRICT
from ecpanel.exchange import limits, signing
from ecpanel.exchange.container import Bounds, Container, write_container
from ecpanel.exchange.handover import write_verified
from ecpanel.exchange.keys import KeyPair, fingerprint, load_certificate
from ecpanel.exchange.result_bundle import CHAIR_CERTIFICATE, Entry, entry_of, expect_single
from ecpanel.exchange.versions import read_versioned
from ecpanel.records import to_json

FOLLOW_UP_FORMAT: Final = "ecpanel-follow-up"
FOLLOW_UP_VERSION: Final = 1
FOLLOW_UP: Final = "followup.json"
FOLLOW_UP_SIGNATURE: Final = "followup.json.p7s"
SCANS: Final = "扫描件"
BOUNDS: Final = Bounds(limits.FOLLOW_UP_ENTRIES, limits.FOLLOW_UP_SIZE, limits.FOLLOW_UP_MEMBER)
_SCAN: Final = re.compile(rf"{SCANS}/[0-9]{{3}} [^/]{{1,200}}\.(pdf|jpg|jpeg|png|tif|tiff)")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the chair signs: the bundle it belongs to by the digest of its manifest, and every scan.
    `number` counts the follow-ups of one bundle from 1; `signed_at` is ISO 8601 with an offset."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    review_title: str
    rehearsal: bool
    manifest_sha256: str
    number: int
    note: str
    chair: str
    chair_fingerprint: str
    entries: tuple[Entry, ...]
    signed_at: str


def scan_member(number: int, name: str) -> str:
    """Member name of a scan; `number` from 1."""
    return f"{SCANS}/{number:03d} {name}"


def is_scan(name: str) -> bool:
    """Whether the format knows a member as a scan."""
    return _SCAN.fullmatch(name) is not None


def write_follow_up(path: Path, scans: Iterable[tuple[str, bytes]], head: FollowUp, chair: KeyPair) -> str:
    """Write a follow-up bundle; returns its SHA-256."""

    def everything() -> Iterator[tuple[str, bytes]]:
        entries: list[Entry] = []
        for name, body in scans:
            if not is_scan(name):
                raise ValueError(f"not a member of a follow-up: {name}")
            entries.append(entry_of(name, body))
            yield name, body
        entries.append(entry_of(CHAIR_CERTIFICATE, chair.pem))
        yield CHAIR_CERTIFICATE, chair.pem
        content = to_json(replace(head, entries=tuple(entries), chair_fingerprint=chair.fingerprint))
        yield FOLLOW_UP, content
        yield FOLLOW_UP_SIGNATURE, signing.sign(content, chair)

    return write_verified(path, lambda file: write_container(file, everything(), compress=False))


def read_follow_up(container: Container) -> tuple[FollowUp, x509.Certificate]:
    """A follow-up whose signature holds and whose every member is as listed, none missing, none added.

    Raises `member_missing`, `certificate_unreadable`, `signature_invalid`, `not_a_package`, `format_newer`,
    `record_unreadable`, `bundle_extra`, `bundle_missing`, `bundle_member_changed`, `member_damaged`.
    """
    container.expect([FOLLOW_UP, FOLLOW_UP_SIGNATURE, CHAIR_CERTIFICATE])
    content = container.read(FOLLOW_UP, limits.SUBMISSION_SIZE)
    pem = container.read(CHAIR_CERTIFICATE, limits.CERTIFICATE_SIZE)
    certificate = load_certificate(pem, where=CHAIR_CERTIFICATE)
    signature = container.read(FOLLOW_UP_SIGNATURE, limits.SIGNATURE_SIZE)
    signing.verify(content, signature, certificate, where=FOLLOW_UP)
    head = read_versioned(FollowUp, content, FOLLOW_UP_FORMAT, FOLLOW_UP_VERSION, where=FOLLOW_UP)
    if head.chair_fingerprint != fingerprint(certificate):
        raise EcpanelError("signature_invalid", where=FOLLOW_UP)
    expect_single(head.entries, FOLLOW_UP)
    listed = {entry.name: entry for entry in head.entries}
    for name in container.names:
        if name not in listed and name not in (FOLLOW_UP, FOLLOW_UP_SIGNATURE):
            raise EcpanelError("bundle_extra", member=name)
    for name, entry in listed.items():
        if not is_scan(name) and name != CHAIR_CERTIFICATE:
            raise EcpanelError("bundle_extra", member=name)
        if name not in container:
            raise EcpanelError("bundle_missing", member=name)
        if entry_of(name, container.read(name, limits.FOLLOW_UP_MEMBER)) != entry:
            raise EcpanelError("bundle_member_changed", member=name)
    return head, certificate
