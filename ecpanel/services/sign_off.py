"""Signing off (签发): documents, pieces and originals of one result, signed by who is present, in one bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk
from ecpanel.domain.sign_off import check_reasons
from ecpanel.exchange import signing, sm2
from ecpanel.exchange.cards import Card
from ecpanel.exchange.digests import sha256_of
from ecpanel.exchange.handover import copy_verified, world
from ecpanel.exchange.keys import pem_of
from ecpanel.exchange.result_bundle import (
    ARCHIVE_SHEET,
    BUNDLE_FORMAT,
    BUNDLE_VERSION,
    CHAIR_CERTIFICATE,
    CHAIR_UKEY,
    DATA,
    INSTRUCTIONS,
    JOURNAL,
    ORGANISER_CERTIFICATE,
    REPORT,
    SM2_CERTIFICATE,
    SM2_SIGNATURE,
    UKEY_SIGNATURE,
    WORKBOOK,
    Closing,
    Manifest,
    certificate_member,
    document_certificate,
    submission_member,
    used_ukey,
    write_bundle,
)
from ecpanel.exchange.signer import Signer
from ecpanel.progress import Progress, part_of
from ecpanel.records import canonical, sha256
from ecpanel.reports.archival_pdf import make_archival
from ecpanel.reports.archive_sheet import draw_archive_sheet
from ecpanel.reports.pieces import draw_pieces
from ecpanel.reports.report_pdf import CHAIR_FIELD
from ecpanel.services.chair import material_of
from ecpanel.services.clock import expect_clock
from ecpanel.services.countersign import Panel, keep_declaration, make_closing
from ecpanel.services.documents import WHOLE, DocumentSigner, draw_documents
from ecpanel.services.identity import keep_sm2_key, own_card, own_pair, own_sm2_key
from ecpanel.services.instructions import instructions
from ecpanel.services.opening import Clock, Closure, act, expect_desk, expect_open, stamp
from ecpanel.services.signatories import (
    Opinion,
    Signatory,
    TokenPlace,
    by_ukey,
    declare,
    expect_in_force,
    expect_name,
    roll,
    token_key,
)
from ecpanel.store import facts, journal, submissions
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Vault

FORMATS: Final = "PDF按PDF/A-3b（ISO 19005-3）制作，未经认证机构检测；工作簿为OOXML（.xlsx），数据为UTF-8的JSON，签名为CMS和XAdES"
_DRAWN: Final = 420
_PACKED: Final = 440
"""Units of progress of one signing, of WHOLE: when the documents are signed, and when they are packed with
the originals; the separate pieces take the rest."""
_PER_EXPERT: Final = 3
"""Members of a bundle for every submission: content, signature, certificate."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How a bundle is signed: the members who are present, what the chair himself declares, his UKey where he
    has one, and whether an SM2 signature is added for those who want one."""

    present: Sequence[Signatory] = ()
    chair_opinion: Opinion = field(default_factory=Opinion)
    chair_ukey: Signer | None = None
    sm2: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """Who is going to sign, before any token is open: members with their own stores, members and the chair with
    UKeys by their places."""

    present: Sequence[Signatory] = ()
    by_token: Sequence[tuple[str, TokenPlace, Opinion]] = ()
    chair_opinion: Opinion = field(default_factory=Opinion)
    chair_token: TokenPlace | None = None
    sm2: bool = False


def sign_gathered(store: Vault, path: Path, clock: Clock, progress: Progress, gathered: Gathered) -> str:
    """Open the UKeys that were named, write the bundle with everyone, and close the UKeys again.

    Raises as `write_result_bundle`, `token_key`, `by_ukey`; whatever is raised, the review stays open.
    """
    names = roll(store)
    with ExitStack() as stack:
        present = list(gathered.present)
        for expert_id, place, opinion in gathered.by_token:
            signer = stack.enter_context(token_key(place, names.names.get(expert_id, "")))
            present.append(by_ukey(store, expert_id, signer, opinion))
        own = None
        if gathered.chair_token is not None:
            own = stack.enter_context(token_key(gathered.chair_token, names.names[names.chair]))
        present.sort(key=lambda one: list(names.names).index(one.expert_id))
        given = Signing(present, gathered.chair_opinion, own, gathered.sm2)
        return write_result_bundle(store, path, clock, progress, given)


def _expect_finished(result: Result) -> None:
    """Refuse to sign while objective indicators differ or experts' sheets are absent (rules 22, 31)."""
    mismatches = [flag for flag in result.flags if flag.kind in ("objective", "range", "sum")]
    if mismatches:
        first = mismatches[0]
        raise EcpanelError(
            "checks_open", count=len(mismatches), candidate=first.candidate_id, indicator=first.indicator
        )
    if not any(line.state == "ranked" for line in result.lines):
        raise EcpanelError("nothing_ranked")


def _document_signers(chair: str, own: Signer, given: Signing, at: datetime) -> list[DocumentSigner]:
    """The chair first, with his UKey where he has one, then the members present, each once."""
    if given.chair_ukey is not None:
        expect_name(given.chair_ukey, chair)
        first = DocumentSigner(CHAIR_UKEY, CHAIR_FIELD, f"组长 {chair}", given.chair_ukey)
    else:
        first = DocumentSigner(CHAIR_FIELD, CHAIR_FIELD, f"组长 {chair}", own)
    for token in (given.chair_ukey, *(one.signer for one in given.present if one.by_ukey)):
        if token is not None:
            expect_in_force(token, at)
    seen = [one.expert_id for one in given.present]
    for key in seen:
        if seen.count(key) > 1:
            raise EcpanelError("signatory_doubled", expert=key)
    return [
        first,
        *(
            DocumentSigner(one.label, one.expert_id, f"{one.expert_id} {one.name}", one.signer)
            for one in given.present
        ),
    ]


def write_result_bundle(
    store: Vault, path: Path, clock: Clock, progress: Progress, given: Signing | None = None
) -> str:
    """Make, sign and write the result bundle, read it back, then close the review (rules 37, 42).

    Who is present signs report, workbook and manifest in turn; the others can still do so by request and
    answer (`countersign`). Returns the SHA-256 of the bundle. Refused while a statutory check is open. The
    bundle is put in its place and the review closed together: whatever goes wrong before, Cancelled out of
    `progress` included, leaves the review open and no new file on the stick.
    """
    given = given or Signing()
    check_reasons(given.chair_opinion.verdict, given.chair_opinion.reasons)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_open(connection)
        expect_clock(connection, clock)
        material = material_of(connection)
        history = journal.lines(connection)
        pair, card = own_pair(connection), own_card(connection)
        organiser = facts.get(connection, Card, "organiser")
        sm2_key = own_sm2_key(connection) if given.sm2 else None
    signers = _document_signers(owner.name, pair, given, clock())
    progress(0, WHOLE, "计算结果")
    result = evaluate(material, stamp(clock))
    del material
    _expect_finished(result)
    documents = draw_documents(result, signers, clock, part_of(progress, 0, _DRAWN, WHOLE))
    digest = sha256(documents.data)
    members: dict[str, bytes] = {
        REPORT: documents.report,
        WORKBOOK: documents.workbook,
        DATA: documents.data,
        JOURNAL: canonical(
            [
                [one.seq, one.at, one.actor, one.action, one.subject, one.body, one.previous, one.digest]
                for one in history
            ]
        ),
        INSTRUCTIONS: instructions(owner.name, pair.fingerprint, sm2=given.sm2),
        CHAIR_CERTIFICATE: card.certificate.encode(),
    }
    del documents
    if organiser is not None:
        members[ORGANISER_CERTIFICATE] = organiser.certificate.encode()
    if sm2_key is not None:
        members[SM2_CERTIFICATE] = sm2.public_pem(sm2_key.public)
    for one in signers:
        if used_ukey(one.label):
            members[document_certificate(one.label)] = pem_of(one.signer)
    head = Manifest(
        BUNDLE_FORMAT,
        BUNDLE_VERSION,
        result.review.review_id,
        result.review.title,
        result.review.rehearsal,
        result.scheme_sha256,
        owner.name,
        pair.fingerprint,
        (),
        stamp(clock),
        tuple(one.label for one in signers),
    )
    panel = Panel.of(result)
    own = Signatory(panel.group.chair, owner.name, pair, given.chair_opinion)
    store.restore_point("bundle", clock())
    body: dict[str, str] = {}
    with _withdrawn_on_failure(path) as bundle:
        with store.writing(act(clock, owner.name, "bundle", path.name), body) as connection:
            expect_open(connection)
            if journal.last_seq(connection) != history[-1].seq:
                raise EcpanelError("review_moved_on")
            originals = _original_members(submissions.each_latest(connection))
            total = len(members) + _PER_EXPERT * len(result.submissions)
            told = part_of(progress, _DRAWN, _PACKED, WHOLE)
            packed = chain(
                _told(chain(members.items(), originals), total, told),
                _pieces(result, digest, part_of(progress, _PACKED, WHOLE, WHOLE)),
            )

            def close(manifest: bytes) -> Closing:
                for one in (own, *given.present):
                    submitted = panel.submissions.get(one.expert_id)
                    if submitted is not None and one.expert_id not in panel.voided:
                        signed = declare(manifest, head.review_id, one, submitted, clock)
                        keep_declaration(connection, signed)
                extra: list[tuple[str, bytes]] = []
                if sm2_key is not None:
                    keep_sm2_key(connection, sm2_key)
                    extra.append((SM2_SIGNATURE, sm2.sign(manifest, sm2_key)))
                if given.chair_ukey is not None:
                    extra.append((UKEY_SIGNATURE, signing.sign(manifest, given.chair_ukey)))
                return make_closing(connection, panel, manifest, head, pair.fingerprint, extra, clock)

            body["sha256"] = bundle.digest = write_bundle(
                path, _with_archive_sheet(packed, result, digest), head, pair, close
            )
            facts.put(connection, "closure", Closure(path.name, bundle.digest, stamp(clock)))
    return bundle.digest


def _pieces(result: Result, digest: str, progress: Progress) -> Iterator[tuple[str, bytes]]:
    """The separate pieces, fit for keeping."""
    for name, content in draw_pieces(result, digest, progress):
        yield name, make_archival(content, PurePosixPath(name).stem, result.at)


def _with_archive_sheet(
    members: Iterable[tuple[str, bytes]], result: Result, digest: str
) -> Iterator[tuple[str, bytes]]:
    """The members, then the sheet that lists them with their sizes and digests (rule 53)."""
    files: list[tuple[str, int, str]] = []
    for name, content in members:
        files.append((name, len(content), sha256(content)))
        yield name, content
    sheet = draw_archive_sheet(result, files, digest, FORMATS)
    yield ARCHIVE_SHEET, make_archival(sheet, PurePosixPath(ARCHIVE_SHEET).stem, result.at)


def copy_bundle(store: Vault, bundle: Path, path: Path, progress: Progress) -> None:
    """另存一份: another copy of the bundle that closed the review, compared before and after."""
    with store.reading() as connection:
        closure = facts.get(connection, Closure, "closure")
    if closure is None:
        raise EcpanelError("bundle_copy_differs", file=bundle.name)
    progress(0, 2, bundle.name)
    with world(bundle), bundle.open("rb") as source:
        found, _ = sha256_of(source)
    if found != closure.sha256:
        raise EcpanelError("bundle_copy_differs", file=bundle.name)
    progress(1, 2, path.name)
    if copy_verified(bundle, path) != closure.sha256:
        raise EcpanelError("write_differs", file=path.name)


@dataclass(slots=True)
class _Placed:
    """A bundle that may have been put in its place; `digest` is "" until then."""

    digest: str = ""


@contextmanager
def _withdrawn_on_failure(path: Path) -> Iterator[_Placed]:
    """Take a bundle away again when the review could not be closed with it."""
    placed = _Placed()
    try:
        yield placed
    except BaseException:
        if placed.digest:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _told(
    members: Iterable[tuple[str, bytes]], total: int, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Members one by one, told as they are packed."""
    for number, (name, body) in enumerate(members):
        progress(number, total, f"写出成果包 {name}")
        yield name, body


def _original_members(originals: Iterable[Original]) -> Iterator[tuple[str, bytes]]:
    """Every expert's own signed submission as members of a bundle."""
    for one in originals:
        base = submission_member(one.expert_id, one.number)
        yield f"{base}.json", one.content
        yield f"{base}.p7s", one.signature
        yield certificate_member(one.expert_id), one.certificate
