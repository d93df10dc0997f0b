"""The task package (任务包): a review's scheme, candidates and dossiers for one desk, under a pass-phrase."""

from __future__ import annotations

import hashlib
import re
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from ecpanel.domain.candidate import Candidate, is_figure
from ecpanel.domain.dossier import Document
from ecpanel.domain.errors import EcpanelError, is_gone, reason_of
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Desk, Review
from ecpanel.domain.scheme import STRICT, Scheme, check_scheme
from ecpanel.exchange import limits, signing
from ecpanel.exchange.cards import Card, check_card
from ecpanel.exchange.container import Bounds, Container, is_plain_name, member_info, open_container
from ecpanel.exchange.digests import blocks, sha256_of
from ecpanel.exchange.handover import world, write_verified
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.sealing import CHUNK, SealedReader, member_key, seal_chunks, sealed_size
from ecpanel.exchange.versions import read_versioned
from ecpanel.progress import Progress
from ecpanel.records import digest_of, sha256, to_json
from ecpanel.wrapping import Cost, WrappedKey, new_key, unwrap_key, wrap_key

TASK_SUFFIX: Final = ".ectask"
TASK_FORMAT: Final = "ecpanel-task"
TASK_VERSION: Final = 1
HEADER: Final = "package.json"
CONTENTS: Final = "contents.json.enc"
SIGNATURE: Final = "contents.p7s.enc"
PURPOSE: Final = "ecpanel-task"
BOUNDS: Final = Bounds(limits.TASK_ENTRIES, limits.TASK_SIZE, limits.DOCUMENT_SIZE * 2, stored_only=True)


@dataclass(frozen=True, slots=True)
class TaskHeader:
    """What stands in clear: how to derive the key, and for which desk; nothing confidential."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    package_id: str
    desk: Desk
    key: WrappedKey


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document of the package and the member that holds it."""

    __pydantic_config__: ClassVar = STRICT
    document: Document
    member: str


@dataclass(frozen=True, slots=True)
class TaskContents:
    """The signed contents. `owner` is the expert id, or the chair's; an expert's package names no
    other expert, a chair's holds all experts and all recusals and no dossiers."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    package_id: str
    desk: Desk
    review: Review
    scheme: Scheme
    scheme_sha256: str
    group: Group
    owner: str
    experts: tuple[Expert, ...]
    candidates: tuple[Candidate, ...]
    recusals: tuple[Recusal, ...]
    documents: tuple[PackedDocument, ...]
    organiser: Card
    chair: Card
    pledge: str
    issued_at: str


_PACKAGE_ID: Final = re.compile(r"[0-9a-f]{32}")
_DOCUMENT: Final = re.compile(r"documents/[0-9]{5,}\.enc")

Opener = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the plain bytes of a document."""


def document_member(number: int) -> str:
    """Member name of the n-th document, counted from 1."""
    return f"documents/{number:05d}.enc"


def _checked_blocks(source: BinaryIO, document: Document, step: Callable[[int], None]) -> Iterator[bytes]:
    """The blocks of a document, refused at the end if they are not the bytes that were taken in."""
    state, reading = hashlib.sha256(), blocks(source, CHUNK)
    while True:
        try:
            block = next(reading, b"")
        except OSError as fault:
            name, candidate = document.name, document.candidate_id
            if is_gone(fault):
                raise EcpanelError("stick_gone", file=name, folder=candidate) from fault
            if fault.errno is None:
                raise EcpanelError("document_damaged", dossier=candidate, file=name) from fault
            reason = reason_of(fault)
            raise EcpanelError("document_closed", dossier=candidate, file=name, reason=reason) from fault
        if not block:
            break
        state.update(block)
        step(len(block))
        yield block
    if state.hexdigest() != document.sha256:
        raise EcpanelError("document_changed", document=document.name, candidate=document.candidate_id)


def write_task(
    path: Path,
    contents: TaskContents,
    openers: Sequence[Opener],
    organiser: KeyPair,
    passphrase: str,
    cost: Cost,
    progress: Progress,
) -> str:
    """Write a task package; `openers` belong to `contents.documents` in order.

    Documents stream through, so that memory does not grow with their size. Returns the SHA-256 of
    the file. Raises `document_changed` when a document is no longer what was taken in.
    """
    key = new_key()
    header = TaskHeader(
        TASK_FORMAT,
        TASK_VERSION,
        contents.package_id,
        contents.desk,
        wrap_key(key, passphrase, PURPOSE, cost),
    )
    plain = to_json(contents)
    total = sum(packed.document.size for packed in contents.documents)
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total, path.name)

    def add(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes], size: int) -> None:
        info = member_info(name, compress=False)
        info.file_size = size
        with archive.open(info, "w", force_zip64=size > limits.GIB) as target:
            for chunk in chunks:
                target.write(chunk)

    def seal(archive: zipfile.ZipFile, name: str, source: Iterable[bytes], size: int) -> None:
        own = member_key(key, contents.package_id, name)
        add(archive, name, seal_chunks(own, source), sealed_size(size))

    def produce(target: BinaryIO) -> None:
        with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
            head = to_json(header)
            add(archive, HEADER, [head], len(head))
            seal(archive, CONTENTS, _cut(plain), len(plain))
            signature = signing.sign(plain, organiser)
            seal(archive, SIGNATURE, [signature], len(signature))
            for packed, opener in zip(contents.documents, openers, strict=True):
                with opener() as source:
                    parts = _checked_blocks(source, packed.document, step)
                    seal(archive, packed.member, parts, packed.document.size)

    return write_verified(path, produce)


def _cut(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def new_package_id() -> str:
    """A random package id: 32 hexadecimal digits."""
    return secrets.token_hex(16)


class TaskPackage:
    """An open task package; documents are read at random and never unpacked."""

    def __init__(self, container: Container, source: BinaryIO, header: TaskHeader, key: bytes) -> None:
        self._container, self._source, self._header = container, source, header
        self.key = key
        self.contents, self.contents_sha256 = self._read_contents()

    def _sealed(self, member: str) -> SealedReader:
        fault = EcpanelError("member_damaged", file=self._container.file, member=member)
        if member not in self._container:
            raise EcpanelError("member_missing", file=self._container.file, member=member)
        return SealedReader(
            self._source,
            self._container.data_offset(member),
            self._container.size(member),
            member_key(self.key, self._header.package_id, member),
            fault,
        )

    def _read_contents(self) -> tuple[TaskContents, str]:
        file = self._container.file
        for member, limit in ((CONTENTS, limits.CONTENTS_SIZE), (SIGNATURE, limits.SIGNATURE_SIZE)):
            if member in self._container and self._container.size(member) > limit:
                raise EcpanelError("member_too_large", file=file, member=member, limit=limit // limits.KIB)
        plain, signature = self._sealed(CONTENTS).read(), self._sealed(SIGNATURE).read()
        assert plain is not None and signature is not None
        contents = read_versioned(TaskContents, plain, TASK_FORMAT, TASK_VERSION, where=file)
        organiser = check_card(contents.organiser, "organiser")
        check_card(contents.chair, "chair")
        signing.verify(plain, signature, organiser.x509, where=file)
        same = contents.package_id == self._header.package_id and contents.desk == self._header.desk
        if not same or digest_of(contents.scheme) != contents.scheme_sha256:
            raise EcpanelError("record_unreadable", where=file, member="package_id")
        _check_contents(contents, file)
        members = {packed.member for packed in contents.documents}
        if len(members) != len(contents.documents):
            raise EcpanelError("member_doubled", file=file, member="documents")
        self._container.expect(members)
        self._container.expect_only(lambda name: name in members or name in (HEADER, CONTENTS, SIGNATURE))
        return contents, sha256(plain)

    def open_document(self, packed: PackedDocument) -> BinaryIO:
        """The plain bytes of a document as a seekable file."""
        return self._sealed(packed.member)  # type: ignore[return-value]

    def check_documents(self, progress: Progress) -> None:
        """Read every document once and compare its digest; refuses the package at the first fault."""
        total = sum(packed.document.size for packed in self.contents.documents)
        done = 0
        for packed in self.contents.documents:
            found, size = sha256_of(self.open_document(packed))
            if found != packed.document.sha256 or size != packed.document.size:
                raise EcpanelError("member_damaged", file=self._container.file, member=packed.document.name)
            done += size
            progress(done, total, packed.document.name)


def _check_contents(contents: TaskContents, file: str) -> None:
    """Refuse signed contents that contradict themselves, before a desk is set up on them."""
    experts = {one.expert_id for one in contents.experts}
    candidates = {one.candidate_id for one in contents.candidates}
    barred = {one.candidate_id for one in contents.recusals if one.expert_id == contents.owner}
    documents = [packed.document for packed in contents.documents]
    names = [contents.group.name, *(one.name for one in contents.experts)]
    alone = contents.desk is not Desk.EXPERT or experts == {contents.owner}
    faulty = {
        "experts": len(experts) != len(contents.experts) or not alone,
        "owner": contents.owner not in experts,
        "name": not all(is_plain_name(name) for name in names),
        "candidates": len(candidates) != len(contents.candidates),
        "facts": any(not is_figure(fact.figure) for one in contents.candidates for fact in one.facts),
        "scheme": bool(check_scheme(contents.scheme)),
        "documents": any(one.candidate_id not in candidates - barred or one.size < 0 for one in documents),
        "member": any(not _DOCUMENT.fullmatch(packed.member) for packed in contents.documents),
    }
    member = next((name for name, wrong in faulty.items() if wrong), None)
    if member is not None:
        raise EcpanelError("record_unreadable", where=file, member=member)


def read_header(container: Container) -> TaskHeader:
    """The header in clear, its format and version checked."""
    content = container.read(HEADER, limits.SMALL_JSON)
    header = read_versioned(TaskHeader, content, TASK_FORMAT, TASK_VERSION, where=container.file)
    if not _PACKAGE_ID.fullmatch(header.package_id):
        raise EcpanelError("not_a_package", file=container.file)
    return header


@contextmanager
def open_task(path: Path, passphrase: str = "", *, key: bytes | None = None) -> Iterator[TaskPackage]:
    """Open a task package with its pass-phrase, or with its key once that is known.

    Signature, digests of the small members, directory and versions are verified before anything is
    returned. Raises EcpanelError with a code for each fault.
    """
    with world(path), path.open("rb") as source, open_container(source, path.name, BOUNDS) as container:
        if HEADER not in container:
            raise EcpanelError("not_a_package", file=path.name)
        header = read_header(container)
        if key is None:
            fault = EcpanelError("task_passphrase_wrong", file=path.name)
            key = unwrap_key(header.key, passphrase, PURPOSE, fault=fault)
        yield TaskPackage(container, source, header, key)
