"""Declarations of members who sign off: the request and the answer that travel, and their two signatures."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.scheme import STRICT
from ecpanel.domain.sign_off import DECLARATION_FORMAT, DECLARATION_VERSION, Declaration
from ecpanel.exchange import limits, signing
from ecpanel.exchange.keys import fingerprint, load_certificate, pem_of
from ecpanel.exchange.result_bundle import BUNDLE_FORMAT, BUNDLE_VERSION, Manifest
from ecpanel.exchange.signer import Signer
from ecpanel.exchange.versions import read_versioned
from ecpanel.records import sha256, to_json

REQUEST_FORMAT: Final = "ecpanel-sign-off-request"
ANSWER_FORMAT: Final = "ecpanel-sign-off-answer"
TRAVEL_VERSION: Final = 1
REQUEST_SUFFIX: Final = ".ecsign"
ANSWER_SUFFIX: Final = ".ecsigned"


@dataclass(frozen=True, slots=True)
class SignOffRequest:
    """What a member is asked to sign: the manifest's bytes and the chair's signature over them, both base64."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    manifest: str
    signature: str


@dataclass(frozen=True, slots=True)
class SignOffAnswer:
    """A member's declaration with its signature, and his signature over the manifest itself; all base64.
    `certificate` is PEM, the signer's first, then those of its issuers."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    declaration: str
    declaration_signature: str
    manifest_signature: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A declaration as signed: its bytes, its CMS and the CMS over the manifest, with the certificates (PEM)."""

    declaration: Declaration
    content: bytes
    signature: bytes
    manifest_signature: bytes
    certificates: bytes

    @property
    def sha256(self) -> str:
        """The digest that stands in the book."""
        return sha256(self.content)


def make_request(manifest: bytes, signature: bytes, review_id: str) -> bytes:
    """A request as file bytes; small, since the manifest names every file by its digest."""
    return to_json(
        SignOffRequest(REQUEST_FORMAT, TRAVEL_VERSION, review_id, _text(manifest), _text(signature))
    )


def read_request(content: bytes, chair: x509.Certificate, *, where: str) -> tuple[bytes, Manifest]:
    """The manifest of a request that the chair known from the task package has signed.

    Raises `file_too_large`, `not_a_package`, `format_newer`, `record_unreadable`, `signature_invalid`.
    """
    if len(content) > limits.SIGN_OFF_FILE:
        raise EcpanelError("file_too_large", file=where, limit=limits.SIGN_OFF_FILE // limits.MIB)
    request = read_versioned(SignOffRequest, content, REQUEST_FORMAT, TRAVEL_VERSION, where=where)
    manifest = _bytes(request.manifest, where)
    signing.verify(manifest, _bytes(request.signature, where), chair, where=where)
    read = read_versioned(Manifest, manifest, BUNDLE_FORMAT, BUNDLE_VERSION, where=where)
    if read.review_id != request.review_id:
        raise EcpanelError("record_unreadable", where=where, member="review_id")
    return manifest, read


def sign_declaration(declaration: Declaration, manifest: bytes, signer: Signer) -> Signed:
    """Sign a declaration and the manifest it is about."""
    content = to_json(declaration)
    return Signed(
        declaration, content, signing.sign(content, signer), signing.sign(manifest, signer), pem_of(signer)
    )


def make_answer(signed: Signed) -> bytes:
    """An answer as file bytes."""
    return to_json(
        SignOffAnswer(
            ANSWER_FORMAT,
            TRAVEL_VERSION,
            _text(signed.content),
            _text(signed.signature),
            _text(signed.manifest_signature),
            signed.certificates.decode(),
        )
    )


def read_answer(content: bytes, manifest: bytes, *, where: str) -> Signed:
    """An answer from outside: both signatures hold under its certificate and it is about this manifest.

    Whose certificate it is, the caller compares. Raises as `read_request`, `certificate_unreadable`,
    `declaration_other_result`.
    """
    if len(content) > limits.SIGN_OFF_FILE:
        raise EcpanelError("file_too_large", file=where, limit=limits.SIGN_OFF_FILE // limits.MIB)
    answer = read_versioned(SignOffAnswer, content, ANSWER_FORMAT, TRAVEL_VERSION, where=where)
    return check_declaration(
        _bytes(answer.declaration, where),
        _bytes(answer.declaration_signature, where),
        _bytes(answer.manifest_signature, where),
        answer.certificate.encode(),
        manifest,
        where=where,
    )


def check_declaration(
    content: bytes,
    signature: bytes,
    manifest_signature: bytes,
    certificates: bytes,
    manifest: bytes,
    *,
    where: str,
) -> Signed:
    """A declaration whose two signatures hold under the first of `certificates` and which is about `manifest`."""
    if len(certificates) > limits.CERTIFICATE_SIZE:
        raise EcpanelError("certificate_unreadable", where=where)
    certificate = load_certificate(certificates, where=where)
    signing.verify(content, signature, certificate, where=where)
    declaration = read_versioned(Declaration, content, DECLARATION_FORMAT, DECLARATION_VERSION, where=where)
    if declaration.manifest_sha256 != sha256(manifest):
        raise EcpanelError("declaration_other_result", where=where, name=declaration.name)
    signing.verify(manifest, manifest_signature, certificate, where=where)
    if declaration.fingerprint != fingerprint(certificate) or content != to_json(declaration):
        raise EcpanelError("signature_invalid", where=where)
    return Signed(declaration, content, signature, manifest_signature, certificates)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise EcpanelError("signature_invalid", where=where) from None
