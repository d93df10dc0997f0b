"""Any of our signers as pyHanko wants them; imported only where something is signed, since pyHanko is heavy."""

from __future__ import annotations

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import Signer as PyhankoSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ecpanel.exchange.signer import Signer


class RawSigner(PyhankoSigner):
    """RSA with SHA-256 by a key that is ready, in the store or on a token: pyHanko's own signer loads a key
    anew for every signature, and checking 3 072 bits stops the whole program for a tenth of a second."""

    def __init__(self, signer: Signer) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        for one in signer.chain:
            registry.register(_asn1(one))
        super().__init__(signing_cert=_asn1(signer.certificate), cert_registry=registry)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign; pyHanko's dry run only wants the length, for which no token is troubled."""
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        if dry_run:
            public = self._signer.certificate.public_key()
            assert isinstance(public, RSAPublicKey)
            return bytes(public.key_size // 8)
        return self._signer.sign(data)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
