"""A second reader of the travelling files, written from ecpanel/exchange/README.md alone.

It shares no line with the program: standard library, cryptography, argon2 and pyrage only. It reads
trustingly only what the page tells it to check, and raises `Refused` with the page's code.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MIB, GIB = 2**20, 2**30
CHUNK = MIB
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    """A file that the page says must be refused; the text is the code."""


# 1.2 and 1.3: canonical JSON, formats and versions


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _no_float(_: str) -> None:
    raise Refused("record_unreadable")


def record(content: bytes, name: str, members: set[str]) -> dict[str, Any]:
    """A versioned record with exactly these members."""
    try:
        plain = json.loads(content, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        raise Refused("record_unreadable") from None
    if not isinstance(plain, dict):
        raise Refused("record_unreadable")
    if plain.get("format") != name:
        raise Refused("not_a_package")
    version = plain.get("version")
    if type(version) is not int or version < 1:
        raise Refused("record_unreadable")
    if version > 1:
        raise Refused("format_newer")
    if set(plain) != members:
        raise Refused("record_unreadable")
    return plain


# 1.4: the zip


def members_of(content: bytes, entries: int, total: int, largest: int, *, stored: bool) -> dict[str, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise Refused("not_a_package") from None
    infos = archive.infolist()
    if len(infos) > entries:
        raise Refused("too_many_members")
    seen: set[str] = set()
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        _check_name(info.orig_filename)
        if info.orig_filename.casefold() in seen:
            raise Refused("member_doubled")
        seen.add(info.orig_filename.casefold())
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.flag_bits & 1 or kind not in (0, stat.S_IFREG) or info.compress_type not in (0, 8):
            raise Refused("member_kind")
        if stored and info.compress_type:
            raise Refused("member_kind")
        total -= info.file_size
        if info.file_size > largest or total < 0:
            raise Refused("member_too_large")
        if info.file_size > 200 * max(info.compress_size, 1) + 1024 or info.header_offset < end:
            raise Refused("zip_bomb")
        end = info.header_offset + 30 + len(info.orig_filename.encode()) + info.compress_size
        if end > len(content):
            raise Refused("member_damaged")
    try:
        return {info.orig_filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OverflowError):
        raise Refused("member_damaged") from None


def _check_name(name: str) -> None:
    bad = not name or len(name) > 240 or "\\" in name or re.match("[A-Za-z]:", name) or name.startswith("/")
    bad = bad or re.search("[\x00-\x1f\x7f]", name) or unicodedata.normalize("NFC", name) != name
    for part in name.split("/"):
        bad = bad or part in ("", ".", "..") or part != part.strip() or part.endswith(".")
        bad = bad or re.match(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", part, re.IGNORECASE)
    if bad:
        raise Refused("member_name")


def _need(members: dict[str, bytes], name: str) -> bytes:
    if name not in members:
        raise Refused("member_missing")
    return members[name]


# 1.5: certificates, fingerprints, signatures


def certificate(pem: bytes) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificate(pem)
        public = found.public_key()
    except Exception:
        raise Refused("certificate_unreadable") from None
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < 2048:
        raise Refused("certificate_unreadable")
    return found


def spelled(digest: bytes) -> str:
    """The fingerprint letters of a digest."""
    bits = "".join(f"{byte:08b}" for byte in digest[:20])
    letters = "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def fingerprint(found: x509.Certificate) -> str:
    public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spelled(hashlib.sha256(public).digest())


@dataclass
class Der:
    """One DER value: its tag, its inside and its own bytes."""

    tag: int
    inside: bytes
    whole: bytes

    def parts(self) -> list[Der]:
        found, at = [], 0
        while at < len(self.inside):
            found.append(der(self.inside[at:]))
            at += len(found[-1].whole)
        return found


def der(content: bytes) -> Der:
    length, head = content[1], 2
    if length & 0x80:
        head += length & 0x7F
        length = int.from_bytes(content[2:head], "big")
    if len(content) < head + length:
        raise ValueError("cut short")
    return Der(content[0], content[head : head + length], content[: head + length])


_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SHA256 = bytes.fromhex("0609608648016503040201")


def check_signature(content: bytes, signature: bytes, signer: x509.Certificate) -> None:
    """One detached CMS signature with SHA-256 and RSA PKCS#1 v1.5, by exactly this certificate."""
    try:
        _check_cms(content, signature, signer)
    except (ValueError, IndexError, InvalidSignature):
        raise Refused("signature_invalid") from None


def _check_cms(content: bytes, signature: bytes, signer: x509.Certificate) -> None:
    outer = der(signature)
    kind, explicit = outer.parts()
    if outer.whole != signature or kind.whole != _SIGNED_DATA:
        raise ValueError("not signed data")
    _version, digests, encapsulated, *others, infos = explicit.parts()[0].parts()
    certificates = [one.whole for part in others if part.tag == 0xA0 for one in part.parts()]
    if len(encapsulated.parts()) != 1 or len(infos.parts()) != 1 or _SHA256 not in digests.whole:
        raise ValueError("not one detached signature")
    if signer.public_bytes(Encoding.DER) not in certificates:
        raise ValueError("another certificate")
    _version, issuer_serial, digest, attributes, _algorithm, value = infos.parts()[0].parts()[:6]
    serial = int.from_bytes(issuer_serial.parts()[1].inside, "big", signed=True)
    if serial != signer.serial_number or _SHA256 not in digest.whole or attributes.tag != 0xA0:
        raise ValueError("another signer")
    told = [one.parts()[1] for one in attributes.parts() if one.parts()[0].whole == _MESSAGE_DIGEST]
    if len(told) != 1 or told[0].parts()[0].inside != hashlib.sha256(content).digest():
        raise ValueError("another content")
    public = signer.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(value.inside, b"\x31" + attributes.whole[1:], padding.PKCS1v15(), hashes.SHA256())


# 3: the task package

TASK_HEAD = {"format", "version", "package_id", "desk", "key"}
CONTENTS = {"format", "version", "package_id", "desk", "review", "scheme", "scheme_sha256", "group", "owner",
            "experts", "candidates", "recusals", "documents", "organiser", "chair", "pledge", "issued_at"}  # fmt: skip


@dataclass
class Task:
    """Contents, the SHA-256 of their bytes, and every document's plain bytes by member."""

    contents: dict[str, Any]
    sha256: str
    documents: dict[str, bytes]


def package_key(wrapped: dict[str, Any], slip: str) -> bytes:
    memory, passes, lanes = wrapped["memory_kib"], wrapped["passes"], wrapped["lanes"]
    sane = wrapped["kdf"] == "argon2id" and 1 <= lanes <= 16 and 1 <= passes <= 16
    if not sane or not 8 * lanes <= memory <= 2**20:
        raise Refused("record_unreadable")
    salt, nonce, sealed = (base64.b64decode(wrapped[name]) for name in ("salt", "nonce", "wrapped"))
    if len(salt) != 16 or len(nonce) != 12:
        raise Refused("record_unreadable")
    secret = unicodedata.normalize("NFKC", slip).encode()
    derived = hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID, 0x13)
    try:
        return AESGCM(derived).decrypt(nonce, sealed, b"ecpanel-task")
    except InvalidTag:
        raise Refused("task_passphrase_wrong") from None


def opened(sealed: bytes, key: bytes, package_id: str, member: str) -> bytes:
    own = HKDF(hashes.SHA256(), 32, bytes.fromhex(package_id), member.encode()).derive(key)
    count = max(1, -(-len(sealed) // (CHUNK + 16)))
    last = len(sealed) - (count - 1) * (CHUNK + 16)
    if last < 16 or (last == 16 and count > 1):
        raise Refused("member_damaged")
    plain = []
    for number in range(count):
        nonce = bytes(7) + number.to_bytes(4, "big") + bytes([number == count - 1])
        chunk = sealed[number * (CHUNK + 16) : (number + 1) * (CHUNK + 16)]
        try:
            plain.append(AESGCM(own).decrypt(nonce, chunk, None))
        except InvalidTag:
            raise Refused("member_damaged") from None
    return b"".join(plain)


def read_task(content: bytes, slip: str) -> Task:
    members = members_of(content, 20_000, 64 * GIB, 16 * GIB, stored=True)
    if "package.json" not in members:
        raise Refused("not_a_package")
    head = record(members["package.json"], "ecpanel-task", TASK_HEAD)
    if not re.fullmatch("[0-9a-f]{32}", head["package_id"]):
        raise Refused("not_a_package")
    key = package_key(head["key"], slip)
    names = ("contents.json.enc", "contents.p7s.enc")
    plain, signature = (opened(_need(members, name), key, head["package_id"], name) for name in names)
    contents = record(plain, "ecpanel-task", CONTENTS)
    organiser = check_card(contents["organiser"], "organiser")
    check_card(contents["chair"], "chair")
    check_signature(plain, signature, organiser)
    same = all(contents[name] == head[name] for name in ("package_id", "desk"))
    scheme = hashlib.sha256(canonical(contents["scheme"])).hexdigest()
    if not same or scheme != contents["scheme_sha256"]:
        raise Refused("record_unreadable")
    told = {one["member"]: one["document"] for one in contents["documents"]}
    if len(told) != len(contents["documents"]):
        raise Refused("member_doubled")
    if set(members) - set(told) - {"package.json", *names}:
        raise Refused("member_unexpected")
    documents = {}
    for name, document in told.items():
        body = opened(_need(members, name), key, head["package_id"], name)
        if len(body) != document["size"] or hashlib.sha256(body).hexdigest() != document["sha256"]:
            raise Refused("member_damaged")
        documents[name] = body
    return Task(contents, hashlib.sha256(plain).hexdigest(), documents)


# 4: the score package

SCORE_HEAD = {
    "format",
    "version",
    "review_id",
    "review_title",
    "rehearsal",
    "expert_id",
    "number",
    "sealed_to",
}
SUBMISSION = {"format", "version", "review_id", "review_title", "rehearsal", "scheme_version", "scheme_sha256",
              "task_sha256", "expert", "sign_in", "recusals", "number", "replaces", "reopened_for", "gaps",
              "sheets", "submitted_at"}  # fmt: skip
INNER = {"submission.json", "submission.p7s", "meeting.json", "meeting.p7s", "certificate.pem"}


@dataclass
class Handed:
    """A submission, its own bytes, and the fingerprint of who signed it."""

    submission: dict[str, Any]
    content: bytes
    fingerprint: str
    verifier: str


def read_score(content: bytes, identity: str, chair_fingerprint: str, review_id: str) -> Handed:
    if len(content) > 32 * MIB:
        raise Refused("file_too_large")
    outer = members_of(content, 2, 32 * MIB, 32 * MIB, stored=True)
    if "package.json" not in outer:
        raise Refused("not_a_package")
    if set(outer) - {"package.json", "sealed.age"}:
        raise Refused("member_unexpected")
    head = record(outer["package.json"], "ecpanel-score", SCORE_HEAD)
    if head["review_id"] != review_id:
        raise Refused("review_foreign")
    if head["sealed_to"] != chair_fingerprint:
        raise Refused("sealed_to_other")
    try:
        inside = pyrage.decrypt(_need(outer, "sealed.age"), [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        raise Refused("seal_broken") from None
    inner = members_of(inside, 5, 128 * MIB, 64 * MIB, stored=False)
    if set(inner) - INNER:
        raise Refused("member_unexpected")
    for name in sorted(INNER):
        _need(inner, name)
    signer = certificate(inner["certificate.pem"])
    check_signature(inner["submission.json"], inner["submission.p7s"], signer)
    check_signature(inner["meeting.json"], inner["meeting.p7s"], signer)
    submission = record(inner["submission.json"], "ecpanel-submission", SUBMISSION)
    proof = json.loads(inner["meeting.json"])
    if not 1 <= submission["number"] <= 999:
        raise Refused("record_unreadable")
    together = (
        submission["sign_in"]["fingerprint"] == fingerprint(signer)
        and proof["expert_id"] == submission["expert"]["expert_id"]
        and proof["submission_sha256"] == hashlib.sha256(inner["submission.json"]).hexdigest()
        and canonical(submission) == inner["submission.json"]
    )
    if not together:
        raise Refused("submission_inconsistent")
    return Handed(submission, inner["submission.json"], fingerprint(signer), proof["verifier"])


# 5: the result bundle

MANIFEST = {"format", "version", "review_id", "review_title", "rehearsal", "scheme_sha256", "chair",
            "chair_fingerprint", "entries", "signed_at"}  # fmt: skip
RESULT = {"format", "version", "review", "scheme", "scheme_sha256", "group", "experts", "candidates", "recusals",
          "voided", "reopenings", "submissions", "corrections", "gate_decisions", "tie_decisions", "flags",
          "standings", "lines", "recommended", "tied_at_line", "near_line", "counts", "at"}  # fmt: skip
NEEDED = ("评审报告.pdf", "评审结果.xlsx", "data.json", "journal.json", "校验说明.txt", "SHA256SUMS")
SHELL = ("manifest.json", "manifest.json.p7s")
ALLOWED = re.compile(
    "|".join(
        re.escape(name) for name in (*NEEDED, *SHELL, "certificates/chair.pem", "certificates/organiser.pem")
    )
    + r"|submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/E[0-9]{2,3}\.pem"
)


@dataclass
class Bundle:
    """A sound bundle: its manifest, its result and every original by member."""

    manifest: dict[str, Any]
    result: dict[str, Any]
    originals: dict[str, dict[str, Any]]


def sm3(content: bytes) -> str:
    state = hashes.Hash(hashes.SM3())
    state.update(content)
    return state.finalize().hex()


def read_bundle(content: bytes, chair_fingerprint: str) -> Bundle:
    members = members_of(content, 5_000, 4 * GIB, GIB, stored=False)
    manifest_bytes, signature, pem = (_need(members, name) for name in (*SHELL, "certificates/chair.pem"))
    try:
        chair = certificate(pem)
    except Refused:
        raise Refused("member_damaged") from None
    check_signature(manifest_bytes, signature, chair)
    manifest = record(manifest_bytes, "ecpanel-bundle", MANIFEST)
    if manifest["chair_fingerprint"] != fingerprint(chair):
        raise Refused("signature_invalid")
    if manifest["chair_fingerprint"] != chair_fingerprint:
        raise Refused("chair_fingerprint_differs")
    _check_listed(members, manifest)
    _check_sums(members)
    _check_journal(json.loads(members["journal.json"]))
    result = record(members["data.json"], "ecpanel-result", RESULT)
    scheme = hashlib.sha256(canonical(result["scheme"])).hexdigest()
    if not (
        result["review"]["review_id"] == manifest["review_id"]
        and result["review"]["rehearsal"] == manifest["rehearsal"]
        and scheme == result["scheme_sha256"] == manifest["scheme_sha256"]
    ):
        raise Refused("data_inconsistent")
    return Bundle(manifest, result, _originals(members, result))


def _check_listed(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    listed = {entry["name"]: entry for entry in manifest["entries"]}
    if set(members) - set(listed) - set(SHELL) or any(not ALLOWED.fullmatch(name) for name in listed):
        raise Refused("bundle_extra")
    if set(listed) - set(members) or set(NEEDED) - set(listed):
        raise Refused("bundle_missing")
    for name, entry in listed.items():
        body = members[name]
        told = (entry["size"], entry["sha256"], entry["sm3"])
        if told != (len(body), hashlib.sha256(body).hexdigest(), sm3(body)):
            raise Refused("bundle_member_changed")


def _check_sums(members: dict[str, bytes]) -> None:
    left = set(members) - set(SHELL) - {"SHA256SUMS"}
    for line in members["SHA256SUMS"].decode().splitlines():
        digest, _, name = line.partition("  ")
        if name not in left or hashlib.sha256(members[name]).hexdigest() != digest:
            raise Refused("bundle_sums")
        left.remove(name)
    if left:
        raise Refused("bundle_sums")


def _check_journal(lines: list[list[Any]]) -> None:
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        chained = line[0] == number and line[6] == previous
        if not chained or hashlib.sha256(canonical(line[:7])).hexdigest() != line[7]:
            raise Refused("journal_broken")
        previous = line[7]


def _originals(members: dict[str, bytes], result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for line in result["submissions"]:
        base = f"submissions/{line['expert_id']}-{line['number']}"
        content = _need(members, f"{base}.json")
        signer = certificate(_need(members, f"certificates/{line['expert_id']}.pem"))
        check_signature(content, _need(members, f"{base}.p7s"), signer)
        submission = record(content, "ecpanel-submission", SUBMISSION)
        same = (
            hashlib.sha256(content).hexdigest() == line["sha256"]
            and fingerprint(signer) == line["fingerprint"] == submission["sign_in"]["fingerprint"]
            and submission["review_id"] == result["review"]["review_id"]
            and submission["scheme_sha256"] == result["scheme_sha256"]
            and (submission["expert"]["expert_id"], submission["number"])
            == (line["expert_id"], line["number"])
        )
        if not same:
            raise Refused("original_inconsistent")
        found[f"{base}.json"] = submission
    told = {name for name in members if name.startswith("submissions/") and name.endswith(".json")}
    if told - set(found):
        raise Refused("original_uncounted")
    return found


# 6 and 7: cards and slips


def check_card(card: dict[str, Any], role: str) -> x509.Certificate:
    names = ("format", "version", "role", "name", "certificate", "recipient")
    record(canonical(card), "ecpanel-card", {*names, "signature"})
    if card["role"] != role:
        raise Refused("card_role")
    found = certificate(card["certificate"].encode())
    check_signature(canonical([card[name] for name in names]), base64.b64decode(card["signature"]), found)
    if role == "chair":
        try:
            pyrage.x25519.Recipient.from_str(card["recipient"])
        except pyrage.RecipientError:
            raise Refused("record_unreadable") from None
    return found


def read_slip(content: bytes, chair: x509.Certificate) -> dict[str, Any]:
    names = ("format", "version", "review_id", "expert_id", "replaces", "reason", "at")
    slip = record(content, "ecpanel-reopening", {*names, "signature"})
    check_signature(canonical([slip[name] for name in names]), base64.b64decode(slip["signature"]), chair)
    return slip
