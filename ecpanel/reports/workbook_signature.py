"""Signing a workbook in itself (XMLDSig with XAdES inside OPC) and checking that all of it is covered.

The checker trusts no layout: it reads the few free facts of a signature (time, comment, certificates),
writes the one document this program would have written for the parts as they are now, and refuses
whatever differs in a single byte. A changed layout therefore has to keep the former one beside it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.container import write_container
from ecpanel.exchange.signer import Signer
from ecpanel.reports.opc_parts import (
    CONTENT_TYPES,
    MARKUP_SIZE,
    ORIGIN,
    ORIGIN_RELATION,
    RELATIONS_TYPE,
    ROOT_RELATIONS,
    SIGNATURE_RELATION,
    SIGNATURES,
    ContentTypes,
    Package,
    Relation,
    check_plain_zip,
    open_package,
    parse,
    relations_document,
    types_document,
)
from ecpanel.reports.signature_document import (
    DSIG,
    IN_SIGNATURE,
    MDSSI,
    OFFICE,
    OWN,
    XADES,
    Facts,
    References,
    apex,
    references,
    signature_document,
    signed_info,
    signed_objects,
)

WORKBOOK: Final = "评审结果工作簿"
"""How a workbook is called in a sentence where its caller names none."""
COMMENT_LENGTH: Final = 255
"""Longest comment Office reads ([MS-OFFCRYPTO] 2.5.2.5)."""
SIGNERS: Final = 99
KEY_BITS_LEAST: Final = 2048

ORIGIN_RELATIONS: Final = f"{SIGNATURES}_rels/origin.sigs.rels"
_ORIGIN_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-origin"
_SIGNATURE_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"

_TIME: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z")
_FILE: Final = re.compile(re.escape(SIGNATURES) + r"sig([1-9][0-9]?)\.xml")


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature as it stands in the file."""

    document: bytes
    root: Any
    facts: Facts
    value: bytes


def sign_workbook(
    content: bytes, signer: Signer, at: datetime, comment: str = "", *, where: str = WORKBOOK
) -> bytes:
    """The workbook with one more signature over all of its parts; earlier ones stay valid.

    XMLDSig with RSA PKCS#1 v1.5 and SHA-256 and C14N 1.0 (ECMA-376-2 §12, ISO/IEC 29500-2), XAdES with
    signing time, certificates and the implied policy Office demands (ETSI EN 319 132-1, [MS-OFFCRYPTO]
    2.5.2.6). `at` carries an offset, its seconds are kept; `comment` has at most 255 characters. Equal input
    gives equal bytes. Raises `xlsx_unreadable` for no workbook, the codes of `check_signed_workbook` for one
    whose signatures are broken already or where the raw signature does not fit the signer's certificate,
    and what the signer raises; ValueError for a time without offset or a comment XML or Office cannot hold.
    """
    if at.tzinfo is None or len(comment) > COMMENT_LENGTH:
        raise ValueError("a time without offset or a comment that is too long")
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    earlier = signers_of(content, where=where)
    count = len(earlier) + 1
    facts = Facts(count, time, comment, (signer.certificate, *signer.chain))
    if count > SIGNERS:
        _invalid(where)
    if earlier:
        check_signed_workbook(content, earlier, where=where)
    with open_package(content, where) as package:
        objects = signed_objects(references(package), facts)
        signed = signed_info(objects)
        value = signer.sign(apex(signed, IN_SIGNATURE))
        added = {**_frame(package, count), _file(count): signature_document(facts, objects, signed, value)}
        names = [*package.names, *(name for name in added if name not in package.names)]
        target = BytesIO()
        write_container(
            target, ((name, added[name] if name in added else package.read(name)) for name in names)
        )
    check_signed_workbook(target.getvalue(), (*earlier, signer.certificate), where=where)
    return target.getvalue()


def check_signed_workbook(
    content: bytes, expected: Sequence[x509.Certificate], *, where: str
) -> tuple[x509.Certificate, ...]:
    """Refuse unless the workbook bears the signatures of exactly these certificates in this order, each over
    every part and relationship; returns the signers' certificates.

    Raises `xlsx_unreadable`, `xlsx_signature_missing`, `xlsx_signature_uncovered` (with `part`) or
    `xlsx_signature_invalid`. Whether a certificate is trusted or was in force is for the caller to say.
    """
    with open_package(content, where) as package:
        count = _count(package)
        if not count or count < len(expected):
            raise EcpanelError("xlsx_signature_missing", where=where)
        signatures = [_read(package, number) for number in range(1, count + 1)]
        found = [one.facts.certificates[0].public_bytes(Encoding.DER) for one in signatures]
        if found != [one.public_bytes(Encoding.DER) for one in expected]:
            _invalid(where)
        rows = references(package)
        for signature in signatures:
            _check_coverage(package, signature)
            _check_signature(signature, rows, where)
        _check_frame(package, count)
        check_plain_zip(content, where)
    return tuple(one.facts.certificates[0] for one in signatures)


def signers_of(content: bytes, *, where: str = WORKBOOK) -> tuple[x509.Certificate, ...]:
    """The certificates the signatures of a workbook name, in order and unjudged; () for an unsigned one.

    Raises `xlsx_unreadable`, `xlsx_signature_missing`, `xlsx_signature_uncovered` or
    `xlsx_signature_invalid` where the signatures cannot even be read.
    """
    with open_package(content, where) as package:
        numbers = range(1, _count(package) + 1)
        return tuple(_read(package, number).facts.certificates[0] for number in numbers)


def _invalid(where: str) -> NoReturn:
    raise EcpanelError("xlsx_signature_invalid", where=where)


def _uncovered(where: str, part: str) -> NoReturn:
    raise EcpanelError("xlsx_signature_uncovered", where=where, part=part)


def _file(number: int) -> str:
    return f"{SIGNATURES}sig{number}.xml"


def _count(package: Package) -> int:
    """How many signatures there are, after nothing else was found beside them."""
    inside = {name for name in package.names if name.startswith(SIGNATURES)}
    numbers = [int(match[1]) for name in inside if (match := _FILE.fullmatch(name))]
    count = max(numbers, default=0)
    wanted = {ORIGIN, ORIGIN_RELATIONS, *(_file(number) for number in range(1, count + 1))}
    if inside - wanted:
        _uncovered(package.where, min(inside - wanted))
    if inside and (inside != wanted or not count):
        raise EcpanelError("xlsx_signature_missing", where=package.where)
    return count


def _read(package: Package, number: int) -> _Signature:
    """The free facts of a signature, wherever they stand: the comparison settles that they stand right."""
    document = package.read(_file(number), MARKUP_SIZE)
    root = parse(document, package.where)
    try:
        names = {"ds": DSIG, "xd": XADES, "of": OFFICE}
        time = root.findtext(".//xd:SigningTime", "", names)
        comment = root.findtext(".//of:SignatureComments", "", names)
        value = base64.b64decode(root.findtext("ds:SignatureValue", "", names), validate=True)
        certificates = tuple(
            x509.load_der_x509_certificate(base64.b64decode(one.text or "", validate=True))
            for one in root.iterfind("ds:KeyInfo/ds:X509Data/ds:X509Certificate", names)
        )
    except Exception as fault:
        raise EcpanelError("xlsx_signature_invalid", where=package.where) from fault
    if not _TIME.fullmatch(time) or not certificates:
        _invalid(package.where)
    return _Signature(document, root, Facts(number, time, comment, certificates), value)


def _check_coverage(package: Package, signature: _Signature) -> None:
    """Name the first part or relationships the signature says nothing of."""
    covered: dict[str, set[str]] = {}
    for reference in signature.root.iterfind(f".//{{{DSIG}}}Manifest/{{{DSIG}}}Reference"):
        part = reference.get("URI", "").partition("?")[0].removeprefix("/")
        covered[part] = {
            one.get("SourceId", "") for one in reference.iter(f"{{{MDSSI}}}RelationshipReference")
        }
    for entry in signature.root.iter(f"{{{OWN}}}Part"):
        covered[entry.get("Name", "").removeprefix("/")] = set()
    for part in package.parts:
        keys = {one.key for one in package.lasting(part)} if part in package.relations else set()
        if part not in covered or not keys <= covered[part]:
            _uncovered(package.where, part)


def _check_signature(signature: _Signature, rows: References, where: str) -> None:
    """Refuse a signature that is not, byte for byte, the one over these references, or has a wrong value."""
    try:
        objects = signed_objects(rows, signature.facts)
        signed = signed_info(objects)
        same = signature_document(signature.facts, objects, signed, signature.value) == signature.document
        public = signature.facts.certificates[0].public_key()
        if not same or not isinstance(public, rsa.RSAPublicKey) or public.key_size < KEY_BITS_LEAST:
            _invalid(where)
        public.verify(signature.value, apex(signed, IN_SIGNATURE), PKCS1v15(), hashes.SHA256())
    except EcpanelError:
        raise
    except Exception as fault:
        raise EcpanelError("xlsx_signature_invalid", where=where) from fault


def _check_frame(package: Package, count: int) -> None:
    """Refuse content types and relationships that are not, byte for byte, written by this program."""
    for name, document in _frame(package, count).items():
        if name == ORIGIN_RELATIONS and set(package.relations[name]) - set(_signature_relations(count)):
            _uncovered(package.where, name)
        if package.read(name) != document:
            _invalid(package.where)


def _signature_relations(count: int) -> tuple[Relation, ...]:
    return tuple(
        Relation(f"rId{number}", f"{SIGNATURE_RELATION}signature", f"sig{number}.xml", "Internal")
        for number in range(1, count + 1)
    )


def _frame(package: Package, count: int) -> dict[str, bytes]:
    """What is written anew around the parts of a workbook with so many signatures: what a signature covers
    by its meaning only has one fixed form, so that nothing can hide in how it is written."""
    typed = [name for name in package.parts if not name.endswith(".rels")]
    overrides = {f"/{name}": package.types.of(name) for name in typed}
    overrides |= {f"/{_file(number)}": _SIGNATURE_TYPE for number in range(1, count + 1)}
    defaults = {"rels": RELATIONS_TYPE, "sigs": _ORIGIN_TYPE, "xml": "application/xml"}
    frame = {CONTENT_TYPES: types_document(ContentTypes(defaults, overrides))}
    for name in package.relations:
        if not name.startswith(SIGNATURES):
            kept = sorted(package.lasting(name), key=lambda one: one.key)
            end = (ORIGIN_RELATION,) if name == ROOT_RELATIONS else ()
            frame[name] = relations_document((*kept, *end))
    return {**frame, ORIGIN: b"", ORIGIN_RELATIONS: relations_document(_signature_relations(count))}
