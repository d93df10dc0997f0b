"""The result bundle (成果包): a plain zip by allow-list, with manifest, digests and the chair's signature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.scheme import STRICT
from ecpanel.exchange import limits, signing
from ecpanel.exchange.container import Bounds, Container, write_container
from ecpanel.exchange.digests import sm3
from ecpanel.exchange.handover import write_verified
from ecpanel.exchange.keys import KeyPair, fingerprint, holder, load_certificate
from ecpanel.exchange.versions import read_versioned
from ecpanel.progress import Progress
from ecpanel.records import sha256, to_json

BUNDLE_FORMAT: Final = "ecpanel-bundle"
BUNDLE_VERSION: Final = 1
REPORT: Final = "评审报告.pdf"
WORKBOOK: Final = "评审结果.xlsx"
DATA: Final = "data.json"
JOURNAL: Final = "journal.json"
INSTRUCTIONS: Final = "校验说明.txt"
SHA256SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.p7s"
CHAIR_CERTIFICATE: Final = "certificates/chair.pem"
ORGANISER_CERTIFICATE: Final = "certificates/organiser.pem"
_FIXED: Final = frozenset(
    {REPORT, WORKBOOK, DATA, JOURNAL, INSTRUCTIONS, SHA256SUMS, CHAIR_CERTIFICATE, ORGANISER_CERTIFICATE}
)
_PER_EXPERT: Final = re.compile(
    r"(submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/E[0-9]{2,3}\.pem)"
)
BOUNDS: Final = Bounds(limits.BUNDLE_ENTRIES, limits.BUNDLE_SIZE, limits.BUNDLE_MEMBER)


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: its size in bytes, SHA-256 and SM3 in lower-case hexadecimal."""

    __pydantic_config__: ClassVar = STRICT
    name: str
    size: int
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the chair signs: every member but the manifest and its signature."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    review_title: str
    rehearsal: bool
    scheme_sha256: str
    chair: str
    chair_fingerprint: str
    entries: tuple[Entry, ...]
    signed_at: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The verdict over the shell of a bundle: who signed what when."""

    manifest: Manifest
    signer: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class MemberCheck:
    """One member beside the manifest: its size in bytes (None where it is missing) and SHA-256 as found,
    "" where it was not read, the SHA-256 the manifest tells, and what is wrong with it."""

    name: str
    size: int | None
    sha256: str
    wanted: str
    problem: Problem | None


def submission_member(expert_id: str, number: int) -> str:
    """Member name of an original without its ending."""
    return f"submissions/{expert_id}-{number}"


def certificate_member(expert_id: str) -> str:
    """Member name of an expert's certificate."""
    return f"certificates/{expert_id}.pem"


def allowed(name: str) -> bool:
    """Whether the format knows a member."""
    return name in _FIXED or name in (MANIFEST, SIGNATURE) or _PER_EXPERT.fullmatch(name) is not None


def sums(digests: Mapping[str, str]) -> bytes:
    """The SHA256SUMS file for `sha256sum -c`, from the SHA-256 of every member."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def write_bundle(path: Path, members: Iterable[tuple[str, bytes]], head: Manifest, chair: KeyPair) -> str:
    """Write a bundle: members one after another, then SHA256SUMS, manifest and signature, which are made
    here. Returns its SHA-256."""

    def everything() -> Iterator[tuple[str, bytes]]:
        entries: list[Entry] = []
        for name, body in members:
            if not allowed(name) or name in (MANIFEST, SIGNATURE, SHA256SUMS):
                raise ValueError(f"not a member of a bundle: {name}")
            entries.append(Entry(name, len(body), sha256(body), sm3(body)))
            yield name, body
        listed = sums({entry.name: entry.sha256 for entry in entries})
        entries.append(Entry(SHA256SUMS, len(listed), sha256(listed), sm3(listed)))
        yield SHA256SUMS, listed
        manifest = to_json(replace(head, chair_fingerprint=chair.fingerprint, entries=tuple(entries)))
        yield MANIFEST, manifest
        yield SIGNATURE, signing.sign(manifest, chair)

    return write_verified(path, lambda file: write_container(file, everything()))


def check_shell(container: Container) -> Signed:
    """Verify the chair's signature over the manifest; raises what makes the whole bundle unreadable."""
    file = container.file
    container.expect([MANIFEST, SIGNATURE, CHAIR_CERTIFICATE])
    content = container.read(MANIFEST, limits.SUBMISSION_SIZE)
    pem = container.read(CHAIR_CERTIFICATE, limits.CERTIFICATE_SIZE)
    signature = container.read(SIGNATURE, limits.SIGNATURE_SIZE)
    try:
        certificate = load_certificate(pem, where=CHAIR_CERTIFICATE)
    except EcpanelError:
        raise EcpanelError("member_damaged", file=file, member=CHAIR_CERTIFICATE) from None
    signing.verify(content, signature, certificate, where=f"{MANIFEST} / {SIGNATURE} / {CHAIR_CERTIFICATE}")
    manifest = read_versioned(Manifest, content, BUNDLE_FORMAT, BUNDLE_VERSION, where=MANIFEST)
    mark = fingerprint(certificate)
    if manifest.chair_fingerprint != mark:
        raise EcpanelError("signature_invalid", where=MANIFEST)
    return Signed(manifest, holder(certificate), mark)


def compare_members(container: Container, manifest: Manifest, progress: Progress) -> Iterator[MemberCheck]:
    """Compare every member with the manifest, in its order, then what stands outside it."""
    listed = {entry.name: entry for entry in manifest.entries}
    whole = sum(container.size(name) for name in listed if name in container)
    done = 0
    for place, (name, entry) in enumerate(listed.items(), start=1):
        progress(done // limits.KIB, whole // limits.KIB, f"核对文件 {place}/{len(listed)}")
        if not allowed(name):
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_extra", member=name))
        elif name not in container:
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_missing", member=name))
        else:
            yield _compare_member(container, entry)
            done += container.size(name)
    for name in container.names:
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            yield MemberCheck(name, container.size(name), "", "", error("bundle_extra", member=name))


def _compare_member(container: Container, entry: Entry) -> MemberCheck:
    try:
        content = container.read(entry.name, limits.BUNDLE_MEMBER)
    except EcpanelError as fault:
        problem = error(fault.code, **fault.params)
        return MemberCheck(entry.name, container.size(entry.name), "", entry.sha256, problem)
    found = sha256(content)
    same = len(content) == entry.size and found == entry.sha256 and sm3(content) == entry.sm3
    changed = None if same else error("bundle_member_changed", member=entry.name)
    return MemberCheck(entry.name, len(content), found, entry.sha256, changed)
