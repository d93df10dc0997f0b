"""What a forger can do to files that travel: repack, patch directories, seal and sign again."""

from __future__ import annotations

import base64
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from small_review import PASSPHRASE, SmallReview, clock

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.result import Result
from ecpanel.domain.sign_off import BOOK_FORMAT, BOOK_VERSION, BookLine, book_lines
from ecpanel.exchange import keys, result_bundle, signing
from ecpanel.exchange.container import member_info
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.result_bundle import (
    BOOK,
    BOOK_SIGNATURE,
    BUNDLE_VERSION,
    DATA,
    MANIFEST,
    SIGN_OFF_SHEET,
    SIGNATURE,
    Book,
    Entry,
    Manifest,
    declaration_members,
    entry_of,
    stands_outside,
)
from ecpanel.exchange.sealing import CHUNK, SealedReader, member_key, open_sealed, seal_chunks, seal_to
from ecpanel.records import canonical, from_json, sha256, to_json
from ecpanel.services.countersign import Panel, draw_sheet
from ecpanel.services.identity import own_pair, sealing_identity
from ecpanel.services.opening import open_store
from ecpanel.services.signatories import Opinion, Signatory, declare
from ecpanel.wrapping import WrappedKey, unwrap_key

Edit = Callable[[dict[str, Any]], object]


def members_of(content: bytes) -> dict[str, bytes]:
    """The members of a zip in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]], *, compress: bool = False) -> bytes:
    """A zip of any names, doubled ones too."""
    pairs = members.items() if isinstance(members, Mapping) else members
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content in pairs:
            archive.writestr(member_info(name, compress=compress), content)
    return buffer.getvalue()


_FIELDS = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<L"), "size": (24, "<L"),
           "mode": (38, "<L"), "offset": (42, "<L")}  # fmt: skip


def patched(content: bytes, place: int, **fields: int) -> bytes:
    """The same zip with fields of one directory entry overwritten; `place` counts from 0."""
    raw = bytearray(content)
    at = struct.unpack_from("<L", raw, raw.rindex(b"PK\x05\x06") + 16)[0]
    for _ in range(place):
        name, extra, comment = struct.unpack_from("<HHH", raw, at + 28)
        at += 46 + name + extra + comment
    for field, value in fields.items():
        offset, form = _FIELDS[field]
        struct.pack_into(form, raw, at + offset, value)
    return bytes(raw)


def renamed(content: bytes, place: int, name: str) -> bytes:
    """The same zip with one member under another name."""
    pairs = list(members_of(content).items())
    pairs[place] = (name, pairs[place][1])
    return packed(pairs)


def flipped(content: bytes, place: int) -> bytes:
    """One bit of one byte changed."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@lru_cache(maxsize=1)
def stranger() -> KeyPair:
    """A key nobody knows, in the chair's name."""
    return keys.make_key("欧阳明", "chair", clock())


@lru_cache(maxsize=16)
def pair_of(store: Path) -> KeyPair:
    """The signing key of a store."""
    with open_store(store, PASSPHRASE) as opened, opened.reading() as connection:
        return own_pair(connection)


@lru_cache(maxsize=4)
def identity_of(chair: Path) -> str:
    """The secret with which a chair opens what is sealed to him."""
    with open_store(chair, PASSPHRASE) as opened, opened.reading() as connection:
        return sealing_identity(connection)


# Task packages


def _package_key(members: Mapping[str, bytes], slip: str) -> tuple[dict[str, Any], bytes]:
    head = json.loads(members["package.json"])
    wrapped = from_json(WrappedKey, json.dumps(head["key"]), where="key")
    return head, unwrap_key(wrapped, slip, "ecpanel-task", fault=AssertionError("slip"))  # type: ignore[arg-type]


def _opened(members: Mapping[str, bytes], name: str, head: Mapping[str, Any], key: bytes) -> bytes:
    sealed = members[name]
    own = member_key(key, head["package_id"], name)
    reader = SealedReader(io.BytesIO(sealed), 0, len(sealed), own, AssertionError(name))  # type: ignore[arg-type]
    return reader.read() or b""


def _sealed(content: bytes, name: str, head: Mapping[str, Any], key: bytes) -> bytes:
    cut = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
    return b"".join(seal_chunks(member_key(key, head["package_id"], name), cut))


def forged_task(
    review: SmallReview,
    owner: str,
    edit: Edit | None = None,
    signer: KeyPair | None = None,
    head_edit: Edit | None = None,
) -> bytes:
    """A task package with edited contents, sealed again by one who knows the slip; signed again only
    where a signer is given."""
    members = members_of(review.tasks[owner].read_bytes())
    head, key = _package_key(members, review.slips[owner])
    if edit is not None:
        plain = json.loads(_opened(members, "contents.json.enc", head, key))
        edit(plain)
        content = canonical(plain)
        members["contents.json.enc"] = _sealed(content, "contents.json.enc", head, key)
        if signer is not None:
            members["contents.p7s.enc"] = _sealed(
                signing.sign(content, signer), "contents.p7s.enc", head, key
            )
    if head_edit is not None:
        head_edit(head)
        members["package.json"] = canonical(head)
    return packed(members)


def honest_task(review: SmallReview, owner: str, edit: Edit) -> bytes:
    """A task package as the organiser's own key would sign it, whatever it says."""
    return forged_task(review, owner, edit, pair_of(review.organiser))


def document_replaced(review: SmallReview, owner: str, content: bytes) -> bytes:
    """A task package whose first document has other bytes under an intact seal."""
    members = members_of(review.tasks[owner].read_bytes())
    head, key = _package_key(members, review.slips[owner])
    members["documents/00001.enc"] = _sealed(content, "documents/00001.enc", head, key)
    return packed(members)


# Score packages


def inside_of(review: SmallReview, expert: str) -> dict[str, bytes]:
    """The sealed members of a score package."""
    outer = members_of(review.packages[expert].read_bytes())
    return members_of(open_sealed(outer["sealed.age"], identity_of(review.chair), AssertionError("seal")))  # type: ignore[arg-type]


def forged_score(
    review: SmallReview,
    expert: str,
    *,
    edit: Edit | None = None,
    signer: KeyPair | None = None,
    inner: Callable[[dict[str, bytes]], Any] | None = None,
    head_edit: Edit | None = None,
    recipient: str = "",
) -> bytes:
    """A score package taken apart and put together again; with a signer every signature is made anew."""
    members = inside_of(review, expert)
    if edit is not None:
        plain = json.loads(members["submission.json"])
        edit(plain)
        members["submission.json"] = canonical(plain)
    if signer is not None:
        proof = json.loads(members["meeting.json"])
        proof["submission_sha256"] = sha256(members["submission.json"])
        proof["expert_id"] = json.loads(members["submission.json"])["expert"]["expert_id"]
        members["meeting.json"] = canonical(proof)
        members["submission.p7s"] = signing.sign(members["submission.json"], signer)
        members["meeting.p7s"] = signing.sign(members["meeting.json"], signer)
        members["certificate.pem"] = signer.pem
    content = packed(members, compress=True)
    if inner is not None:
        made = inner(members)
        content = made if isinstance(made, bytes) else packed(members, compress=True)
    outer = members_of(review.packages[expert].read_bytes())
    head = json.loads(outer["package.json"])
    if head_edit is not None:
        head_edit(head)
    card = json.loads(review.card.read_bytes())
    return packed(
        {"package.json": canonical(head), "sealed.age": seal_to(content, recipient or card["recipient"])}
    )


def own_score(review: SmallReview, expert: str, edit: Edit) -> bytes:
    """A score package as the expert's own key would sign it, whatever it says."""
    return forged_score(review, expert, edit=edit, signer=pair_of(review.handed_in[expert]))


# Bundles


def resigned(members: Mapping[str, bytes], signer: KeyPair, *, edit: Edit | None = None) -> bytes:
    """A bundle with sums, manifest and signature made anew by whoever holds `signer`."""
    inside = {name: body for name, body in members.items() if not stands_outside(name, BUNDLE_VERSION)}
    before = from_json(Manifest, members["manifest.json"], where="manifest")
    if "certificates/chair.pem" in inside:
        inside["certificates/chair.pem"] = signer.pem
    others = {name: body for name, body in inside.items() if name != "SHA256SUMS"}
    if "SHA256SUMS" in inside:
        inside["SHA256SUMS"] = result_bundle.sums({name: sha256(body) for name, body in others.items()})
    entries = tuple(
        Entry(name, len(body), sha256(body), result_bundle.sm3(body)) for name, body in inside.items()
    )
    manifest = to_json(replace(before, entries=entries, chair_fingerprint=signer.fingerprint))
    if edit is not None:
        plain = json.loads(manifest)
        edit(plain)
        manifest = canonical(plain)
    return packed({**inside, **closed(members, manifest, signer)})


def closed(members: Mapping[str, bytes], manifest: bytes, signer: KeyPair) -> dict[str, bytes]:
    """Manifest, signature, the chair's own declaration, sheet and book, all made anew by `signer`; where the
    data tell no panel there is no declaration."""
    outside = {SIGNATURE: signing.sign(manifest, signer), SIGN_OFF_SHEET: members[SIGN_OFF_SHEET]}
    lines: tuple[BookLine, ...] = ()
    try:
        panel = Panel.of(from_json(Result, members[DATA], where=DATA))
        head = from_json(Manifest, manifest, where="manifest")
    except (EcpanelError, KeyError):
        pass
    else:
        key = panel.group.chair
        name = panel.experts[key].name if key in panel.experts else ""
        who = Signatory(key, name, signer, Opinion())
        signed = declare(manifest, head.review_id, who, panel.submissions.get(key, ""), clock)
        contents = (signed.content, signed.signature, signed.manifest_signature, signed.certificates)
        outside |= dict(zip(declaration_members(key), contents, strict=True))
        lines = book_lines(
            panel.group, panel.experts, panel.voided, {key: (signed.declaration, signed.sha256)}
        )
        outside[SIGN_OFF_SHEET] = draw_sheet(panel, manifest, head, signer.fingerprint, lines)
    return {MANIFEST: manifest, **outside, **booked(manifest, outside, lines, signer)}


def booked(
    manifest: bytes, outside: Mapping[str, bytes], lines: tuple[BookLine, ...], signer: KeyPair
) -> dict[str, bytes]:
    """The book over members outside a manifest, signed."""
    review = json.loads(manifest)["review_id"]
    entries = tuple(entry_of(name, body) for name, body in outside.items())
    book = to_json(
        Book(
            BOOK_FORMAT,
            BOOK_VERSION,
            review,
            sha256(manifest),
            lines,
            entries,
            signer.fingerprint,
            clock().isoformat(),
        )
    )
    return {BOOK: book, BOOK_SIGNATURE: signing.sign(book, signer)}


def edited(content: bytes, edit: Edit) -> bytes:
    """Canonical JSON with an edit."""
    plain = json.loads(content)
    edit(plain)
    return canonical(plain)


# Cards and slips


def signed_card(card: Mapping[str, Any], signer: KeyPair, **changes: Any) -> bytes:
    """A card with changes, signed again by anyone."""
    plain = {**card, **changes}
    parts = [plain[name] for name in ("format", "version", "role", "name", "certificate", "recipient")]
    plain["signature"] = base64.b64encode(signing.sign(canonical(parts), signer)).decode()
    return canonical(plain)


def signed_slip(slip: bytes, signer: KeyPair, **changes: Any) -> bytes:
    """A reopening slip with changes, signed again by anyone."""
    plain = {**json.loads(slip), **changes}
    names = ("format", "version", "review_id", "expert_id", "replaces", "reason", "at")
    plain["signature"] = base64.b64encode(signing.sign(canonical([plain[n] for n in names]), signer)).decode()
    return canonical(plain)
