"""What the second reader shares: canonical JSON, strict records, the zip, certificates and signatures."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MIB, GIB = 2**20, 2**30
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTRY = {"name", "size", "sha256", "sm3"}


class Refused(Exception):
    """A file that the page says must be refused; the text is the code."""


def demand(sound: object, code: str) -> None:
    """Refuse with the page's code unless the condition holds."""
    if not sound:
        raise Refused(code)


# 1.2 and 1.3: canonical JSON, formats and versions


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sm3(content: bytes) -> str:
    state = hashes.Hash(hashes.SM3())
    state.update(content)
    return state.finalize().hex()


def _no_float(_: str) -> None:
    raise Refused("record_unreadable")


def json_of(content: bytes) -> Any:
    """JSON in UTF-8 with whole numbers only and no lone surrogates."""
    try:
        plain = json.loads(content.decode(), parse_float=_no_float, parse_constant=_no_float)
        canonical(plain)
    except (ValueError, RecursionError):
        raise Refused("record_unreadable") from None
    return plain


def record(
    content: bytes, name: str, members: set[str], optional: Iterable[str] = (), newest: int = 1
) -> dict[str, Any]:
    """A versioned record with exactly these members."""
    plain = json_of(content)
    demand(isinstance(plain, dict), "record_unreadable")
    demand(plain.get("format") == name, "not_a_package")
    version = plain.get("version")
    demand(type(version) is int and version >= 1, "record_unreadable")
    demand(version <= newest, "format_newer")
    demand(members - set(optional) <= set(plain) <= members | set(optional), "record_unreadable")
    return plain


def texts(plain: dict[str, Any], *names: str) -> None:
    """These members must be text."""
    demand(all(isinstance(plain[name], str) for name in names), "record_unreadable")


def binary(text: object) -> bytes:
    """Padded standard base64."""
    demand(isinstance(text, str), "record_unreadable")
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("record_unreadable") from None


# 1.4: the zip


def members_of(content: bytes, entries: int, total: int, largest: int, *, stored: bool) -> dict[str, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise Refused("not_a_package") from None
    infos = archive.infolist()
    first = min((info.header_offset for info in infos), default=0)
    demand(content[-22:-18] == b"PK\x05\x06" and not archive.comment and not first, "zip_stray")
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
        demand(_own_header(content, info), "member_damaged")
        if end > len(content) or (info.compress_type == 0 and info.file_size != info.compress_size):
            raise Refused("member_damaged")
    try:
        found = {info.orig_filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OverflowError):
        raise Refused("member_damaged") from None
    demand(all(len(found[info.orig_filename]) == info.file_size for info in infos), "member_damaged")
    return found


def _own_header(content: bytes, info: zipfile.ZipInfo) -> bool:
    """A member's header beside the directory's account of it."""
    head = content[info.header_offset : info.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        return False
    flags, method = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    told = [int.from_bytes(head[at : at + 4], "little") for at in (14, 18, 22)]
    known = (info.CRC, info.compress_size, info.file_size)
    spelled = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    at = info.header_offset + 30
    same = all(
        one in (other, 0xFFFFFFFF) or (flags & 8 and not one) for one, other in zip(told, known, strict=True)
    )
    return same and method == info.compress_type and content[at : at + len(spelled)] == spelled


def _check_name(name: str) -> None:
    bad = not name or len(name) > 240 or "\\" in name or re.match("[A-Za-z]:", name) or name.startswith("/")
    bad = bad or re.search("[\x00-\x1f\x7f]", name) or unicodedata.normalize("NFC", name) != name
    for part in name.split("/"):
        bad = bad or part in ("", ".", "..") or part != part.strip() or part.endswith(".")
        bad = bad or re.match(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", part, re.IGNORECASE)
    if bad:
        raise Refused("member_name")


def need(members: dict[str, bytes], name: str, code: str = "member_missing") -> bytes:
    demand(name in members, code)
    return members[name]


def check_entries(
    entries: Any, members: dict[str, bytes], allowed: re.Pattern[str], needed: Iterable[str], most: int
) -> None:
    """Every member listed and every listed one a member, by size and both digests (5.2, three)."""
    demand(isinstance(entries, list), "record_unreadable")
    demand(len(entries) <= most, "too_many_members")
    listed: dict[str, dict[str, Any]] = {}
    for one in entries:
        demand(isinstance(one, dict) and set(one) == ENTRY, "record_unreadable")
        texts(one, "name", "sha256", "sm3")
        demand(type(one["size"]) is int and one["name"] not in listed, "record_unreadable")
        listed[one["name"]] = one
    demand(all(allowed.fullmatch(name) for name in {*listed, *members}), "bundle_extra")
    demand(set(members) <= set(listed), "bundle_extra")
    demand(set(listed) <= set(members) and set(needed) <= set(listed), "bundle_missing")
    for name, entry in listed.items():
        body = members[name]
        told = (entry["size"], entry["sha256"], entry["sm3"])
        demand(told == (len(body), sha256(body), sm3(body)), "bundle_member_changed")


# 1.5: certificates, fingerprints, signatures


def certificates(pem: bytes) -> list[x509.Certificate]:
    """Certificates of a PEM file; the first is the signer's."""
    try:
        found = x509.load_pem_x509_certificates(pem)
        public = found[0].public_key()
    except Exception:
        raise Refused("certificate_unreadable") from None
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < 2048:
        raise Refused("certificate_unreadable")
    return found


def certificate(pem: bytes) -> x509.Certificate:
    return certificates(pem)[0]


def public_of(found: x509.Certificate) -> bytes:
    return found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def spelled(digest: bytes) -> str:
    """The fingerprint letters of a digest."""
    bits = "".join(f"{byte:08b}" for byte in digest[:20])
    letters = "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def fingerprint(found: x509.Certificate) -> str:
    return spelled(hashlib.sha256(public_of(found)).digest())


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
    carried = [one.whole for part in others if part.tag == 0xA0 for one in part.parts()]
    if len(encapsulated.parts()) != 1 or len(infos.parts()) != 1 or _SHA256 not in digests.whole:
        raise ValueError("not one detached signature")
    if signer.public_bytes(Encoding.DER) not in carried:
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
