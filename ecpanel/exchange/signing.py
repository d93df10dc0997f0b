"""Detached CMS signatures (RFC 5652) over exact bytes: made with a key or a token, verified against pinned certificates."""

from __future__ import annotations

import asyncio
import logging

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import KeyPair, load_certificate
from ecpanel.exchange.signer import Signer

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
"""What they say of forged files goes to our own log where there is one, never to the terminal."""


def sign(content: bytes, signer: Signer) -> bytes:
    """A detached CMS signature as DER: RSA PKCS#1 v1.5 with SHA-256, certificate and chain included.

    An own key signs without pyHanko, which takes a third of a second to import.
    """
    if isinstance(signer, KeyPair):
        builder = PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(signer.certificate, signer.private, hashes.SHA256())
        return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    return asyncio.run(_sign_raw(content, signer))


async def _sign_raw(content: bytes, signer: Signer) -> bytes:
    from ecpanel.exchange.raw_signer import RawSigner

    info = await RawSigner(signer).async_sign_general_data(content, "sha256", detached=True)
    return bytes(info.dump())


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
