"""The key of a store as a signer for PDF; imported only where something is signed, since pyHanko is heavy."""

from __future__ import annotations

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ecpanel.exchange.keys import KeyPair


class OwnSigner(Signer):
    """RSA with SHA-256 by a key that is already loaded: pyHanko's own signer loads it anew for every
    signature, and checking a key of 3 072 bits stops the whole program for a tenth of a second."""

    def __init__(self, pair: KeyPair) -> None:
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(pair.certificate.public_bytes(Encoding.DER)),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )
        self._pair = pair

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        """Sign; pyHanko's dry run only wants the length, which a true signature has."""
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        return self._pair.private.sign(data, PKCS1v15(), SHA256())
