"""Detached CMS signatures (RFC 5652) over exact bytes: made with own keys, verified against pinned ones."""

from __future__ import annotations

import asyncio

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import KeyPair, load_certificate


def sign(content: bytes, pair: KeyPair) -> bytes:
    """A detached CMS signature as DER: RSA PKCS#1 v1.5 with SHA-256, certificate included."""
    builder = PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(pair.certificate, pair.private, hashes.SHA256())
    return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])


def verify(content: bytes, signature: bytes, certificate: x509.Certificate, *, where: str) -> None:
    """Refuse unless the one signature is by this very certificate and covers exactly these bytes.

    Raises EcpanelError `signature_invalid`. Certificate times are not judged: keys live for one
    review and are trusted by their fingerprint, not by an issuer.
    """
    try:
        intact = asyncio.run(_intact(content, signature, certificate))
    except Exception as fault:
        raise EcpanelError("signature_invalid", where=where) from fault
    if not intact:
        raise EcpanelError("signature_invalid", where=where)


async def _intact(content: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    from asn1crypto import cms
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko_certvalidator import ValidationContext

    info = cms.ContentInfo.load(signature, strict=True)
    signed = info["content"]
    if info["content_type"].native != "signed_data" or len(signed["signer_infos"]) != 1:
        return False
    if signed["encap_content_info"]["content"].native is not None:
        return False
    trusted = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    context = ValidationContext(
        trust_roots=[trusted], allow_fetching=False, moment=certificate.not_valid_before_utc
    )
    status = await async_validate_detached_cms(content, signed, signer_validation_context=context)
    same = status.signing_cert.dump() == trusted.dump()
    return bool(status.intact and status.valid and status.trusted and same)


def verify_pem(content: bytes, signature: bytes, pem: bytes, *, where: str) -> x509.Certificate:
    """Verify against a certificate given as PEM and return it."""
    certificate = load_certificate(pem, where=where)
    verify(content, signature, certificate, where=where)
    return certificate
