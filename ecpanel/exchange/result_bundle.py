"""The result bundle (成果包): a plain zip by allow-list, with manifest, digests and the chair's signature."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.scheme import STRICT
from ecpanel.domain.sign_off import BOOK_FORMAT, BOOK_VERSION, BookLine
from ecpanel.exchange import limits, signing
from ecpanel.exchange.container import Bounds, Container, write_container
from ecpanel.exchange.digests import measure, sm3
from ecpanel.exchange.handover import write_verified
from ecpanel.exchange.keys import KeyPair, fingerprint, holder, load_certificate
from ecpanel.exchange.versions import read_versioned
from ecpanel.progress import Progress
from ecpanel.records import sha256, to_json

BUNDLE_FORMAT: Final = "ecpanel-bundle"
BUNDLE_VERSION: Final = 2
"""Version 1 knew neither signed workbooks nor separate pieces nor the book of sign-offs; it is still read."""
REPORT: Final = "评审报告.pdf"
WORKBOOK: Final = "评审结果.xlsx"
DATA: Final = "data.json"
JOURNAL: Final = "journal.json"
INSTRUCTIONS: Final = "校验说明.txt"
ARCHIVE_SHEET: Final = "归档登记表.pdf"
SHA256SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.p7s"
CHAIR_CERTIFICATE: Final = "certificates/chair.pem"
ORGANISER_CERTIFICATE: Final = "certificates/organiser.pem"
SM2_CERTIFICATE: Final = "certificates/chair-sm2.pem"
SM2_SIGNATURE: Final = "manifest.json.sm2"
_UKEY: Final = "-ukey"
CHAIR_UKEY: Final = f"chair{_UKEY}"
UKEY_SIGNATURE: Final = "manifest.json.ukey.p7s"
SIGN_OFF_SHEET: Final = "会签表.pdf"
BOOK: Final = "signoffs.json"
BOOK_SIGNATURE: Final = "signoffs.json.p7s"
_FIXED: Final = frozenset(
    {
        REPORT,
        WORKBOOK,
        DATA,
        JOURNAL,
        INSTRUCTIONS,
        ARCHIVE_SHEET,
        SHA256SUMS,
        CHAIR_CERTIFICATE,
        ORGANISER_CERTIFICATE,
        SM2_CERTIFICATE,
    }
)
_FREE: Final = re.compile(
    r"submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/(E[0-9]{2,3}|chair)(-ukey)?\.pem"
    r"|分册/((地区反馈|专家评分表)/)?[^/]{1,200}\.pdf"
)
_FIRST: Final = re.compile(r"submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/E[0-9]{2,3}\.pem")
_CLOSING: Final = re.compile(r"signoffs/E[0-9]{2,3}\.(json|p7s|manifest\.p7s|pem)")
_OPENING: Final = (MANIFEST, SIGNATURE)
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
    document_signers: tuple[str, ...] = ("chair",)
    """Who signed report and workbook, in turn: "chair", an expert's id, either with "-ukey" for a UKey."""


@dataclass(frozen=True, slots=True)
class Book:
    """The book of sign-offs (会签册), which the chair signs last: who declared what, and every member that
    stands outside the manifest, so that no declaration can be taken out unseen. `closed_at` is ISO 8601."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    manifest_sha256: str
    lines: tuple[BookLine, ...]
    entries: tuple[Entry, ...]
    chair_fingerprint: str
    closed_at: str


@dataclass(frozen=True, slots=True)
class Closing:
    """What stands outside the manifest: the lines of the book and the members that carry them."""

    lines: tuple[BookLine, ...]
    members: Sequence[tuple[str, bytes]]
    closed_at: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The verdict over the shell of a bundle: who signed what when."""

    manifest: Manifest
    signer: str
    fingerprint: str
    content: bytes
    certificate: x509.Certificate


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


def ukey_label(who: str) -> str:
    """How one who signs report and workbook with a UKey stands in the manifest's list."""
    return f"{who}{_UKEY}"


def used_ukey(label: str) -> bool:
    """Whether a signer of that list used a UKey."""
    return label.endswith(_UKEY)


def signer_of(label: str) -> str:
    """Who stands in that list under a label: "chair" or an expert's id."""
    return label.removesuffix(_UKEY)


def document_certificate(signer: str) -> str:
    """Member name of the certificate of one who signed report and workbook."""
    return f"certificates/{signer}.pem"


def declaration_members(expert_id: str) -> tuple[str, str, str, str]:
    """Member names of a declaration, its signature, the signature over the manifest and the certificates."""
    base = f"signoffs/{expert_id}"
    return f"{base}.json", f"{base}.p7s", f"{base}.manifest.p7s", f"{base}.pem"


def allowed(name: str, version: int = BUNDLE_VERSION) -> bool:
    """Whether the format knows a member that the manifest of that version lists."""
    if version < 2:
        return name in _FIXED - {ARCHIVE_SHEET, SM2_CERTIFICATE} or _FIRST.fullmatch(name) is not None
    return name in _FIXED or _FREE.fullmatch(name) is not None


def stands_outside(name: str, version: int) -> bool:
    """Whether the format knows a member that the manifest cannot list; the book lists it instead."""
    later = (SM2_SIGNATURE, UKEY_SIGNATURE, SIGN_OFF_SHEET, BOOK, BOOK_SIGNATURE)
    return name in _OPENING or (version > 1 and (name in later or _CLOSING.fullmatch(name) is not None))


def sums(digests: Mapping[str, str]) -> bytes:
    """The SHA256SUMS file for `sha256sum -c`, from the SHA-256 of every member."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def write_bundle(
    path: Path,
    members: Iterable[tuple[str, bytes]],
    head: Manifest,
    chair: KeyPair,
    close: Callable[[bytes], Closing],
) -> str:
    """Write a bundle: members one after another, then SHA256SUMS, manifest and signature, and at last what
    `close` gives for the manifest, with the book over it. Returns its SHA-256."""

    def everything() -> Iterator[tuple[str, bytes]]:
        entries: list[Entry] = []
        for name, body in members:
            if not allowed(name) or name == SHA256SUMS:
                raise ValueError(f"not a member of a bundle: {name}")
            entries.append(entry_of(name, body))
            yield name, body
        listed = sums({entry.name: entry.sha256 for entry in entries})
        entries.append(entry_of(SHA256SUMS, listed))
        yield SHA256SUMS, listed
        manifest = to_json(replace(head, chair_fingerprint=chair.fingerprint, entries=tuple(entries)))
        signature = signing.sign(manifest, chair)
        yield from _closed(manifest, signature, head.review_id, chair, close(manifest))

    return write_verified(path, lambda file: write_container(file, everything()))


def close_again(source: Container, path: Path, chair: KeyPair, closing: Closing) -> str:
    """Write the same bundle with another book: everything the manifest covers stays byte for byte.

    The shell of `source` has been checked. Returns the SHA-256 of the new file.
    """
    signed = check_shell(source)

    def everything() -> Iterator[tuple[str, bytes]]:
        for entry in signed.manifest.entries:
            body = source.read(entry.name, limits.BUNDLE_MEMBER)
            if sha256(body) != entry.sha256:
                raise EcpanelError("bundle_member_changed", member=entry.name)
            yield entry.name, body
        signature = source.read(SIGNATURE, limits.SIGNATURE_SIZE)
        yield from _closed(signed.content, signature, signed.manifest.review_id, chair, closing)

    return write_verified(path, lambda file: write_container(file, everything()))


def _closed(
    manifest: bytes, signature: bytes, review_id: str, chair: KeyPair, closing: Closing
) -> Iterator[tuple[str, bytes]]:
    """Manifest, signature, what stands outside, and the book that lists it."""
    yield MANIFEST, manifest
    outside = [(SIGNATURE, signature), *closing.members]
    for name, _ in outside:
        if not stands_outside(name, BUNDLE_VERSION):
            raise ValueError(f"not a member of a bundle: {name}")
    yield from outside
    book = Book(
        BOOK_FORMAT,
        BOOK_VERSION,
        review_id,
        sha256(manifest),
        closing.lines,
        tuple(entry_of(name, body) for name, body in outside),
        chair.fingerprint,
        closing.closed_at,
    )
    content = to_json(book)
    yield BOOK, content
    yield BOOK_SIGNATURE, signing.sign(content, chair)


def expect_single(entries: Sequence[Entry], where: str) -> None:
    """Refuse a list that names a member twice. Raises `record_unreadable`."""
    if len({entry.name for entry in entries}) != len(entries):
        raise EcpanelError("record_unreadable", where=where, member="entries")


def entry_of(name: str, body: bytes) -> Entry:
    """A member as a list of digests tells it."""
    return Entry(name, len(body), sha256(body), sm3(body))


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
    expect_single(manifest.entries, MANIFEST)
    told = manifest.document_signers
    if told[:1] not in (("chair",), (CHAIR_UKEY,)) or len(set(told)) != len(told):
        raise EcpanelError("record_unreadable", where=MANIFEST, member="document_signers")
    mark = fingerprint(certificate)
    if manifest.chair_fingerprint != mark:
        raise EcpanelError("signature_invalid", where=MANIFEST)
    return Signed(manifest, holder(certificate), mark, content, certificate)


def check_book(container: Container, signed: Signed) -> Book:
    """The book of sign-offs, signed by the chair and about this manifest; its members are compared apart.

    Raises `bundle_missing`, `signature_invalid`, `record_unreadable`, `book_other_manifest`.
    """
    for name in (BOOK, BOOK_SIGNATURE):
        if name not in container:
            raise EcpanelError("bundle_missing", member=name)
    content = container.read(BOOK, limits.SUBMISSION_SIZE)
    signature = container.read(BOOK_SIGNATURE, limits.SIGNATURE_SIZE)
    signing.verify(content, signature, signed.certificate, where=f"{BOOK} / {BOOK_SIGNATURE}")
    book = read_versioned(Book, content, BOOK_FORMAT, BOOK_VERSION, where=BOOK)
    expect_single(book.entries, BOOK)
    if (
        book.manifest_sha256 != sha256(signed.content)
        or book.review_id != signed.manifest.review_id
        or book.chair_fingerprint != signed.fingerprint
    ):
        raise EcpanelError("book_other_manifest", member=BOOK)
    return book


def compare_outside(container: Container, signed: Signed, book: Book) -> Iterator[MemberCheck]:
    """Compare every member outside the manifest with the book, then name what neither of them lists."""
    listed = {entry.name: entry for entry in book.entries}
    unlisted = (MANIFEST, BOOK, BOOK_SIGNATURE)
    for name, entry in listed.items():
        if name in unlisted or not stands_outside(name, BUNDLE_VERSION):
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_extra", member=name))
        elif name not in container:
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_missing", member=name))
        else:
            yield _compare_member(container, entry)
    for name in (SIGNATURE, SIGN_OFF_SHEET):
        if name not in listed:
            yield MemberCheck(name, None, "", "", error("bundle_missing", member=name))
    covered = {entry.name for entry in signed.manifest.entries} | set(listed) | set(unlisted)
    for name in container.names:
        if name not in covered and stands_outside(name, BUNDLE_VERSION):
            yield MemberCheck(name, container.size(name), "", "", error("bundle_extra", member=name))


def compare_members(container: Container, manifest: Manifest, progress: Progress) -> Iterator[MemberCheck]:
    """Compare every member with the manifest, in its order, then what stands outside it."""
    listed = {entry.name: entry for entry in manifest.entries}
    whole = sum(container.size(name) for name in listed if name in container)
    done = 0
    for place, (name, entry) in enumerate(listed.items(), start=1):
        progress(done // limits.KIB, whole // limits.KIB, f"核对文件 {place}/{len(listed)}")
        if not allowed(name, manifest.version):
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_extra", member=name))
        elif name not in container:
            yield MemberCheck(name, None, "", entry.sha256, error("bundle_missing", member=name))
        else:
            yield _compare_member(container, entry)
            done += container.size(name)
    for name in container.names:
        if name not in listed and not stands_outside(name, manifest.version):
            yield MemberCheck(name, container.size(name), "", "", error("bundle_extra", member=name))


def _compare_member(container: Container, entry: Entry) -> MemberCheck:
    try:
        found = measure(container.blocks(entry.name, limits.BUNDLE_MEMBER))
    except EcpanelError as fault:
        problem = error(fault.code, **fault.params)
        return MemberCheck(entry.name, container.size(entry.name), "", entry.sha256, problem)
    same = (found.size, found.sha256, found.sm3) == (entry.size, entry.sha256, entry.sm3)
    changed = None if same else error("bundle_member_changed", member=entry.name)
    return MemberCheck(entry.name, found.size, found.sha256, entry.sha256, changed)
