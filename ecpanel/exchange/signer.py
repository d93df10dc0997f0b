"""Who can sign: a key with its certificate, wherever the private part lies (own store or UKey)."""

from __future__ import annotations

from typing import Protocol

from cryptography import x509


class Signer(Protocol):
    """RSA PKCS#1 v1.5 with SHA-256 under one certificate; a KeyPair of the store and a UKey both are one."""

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Certificates of the issuers, nearest first, as far as they are known; () for own keys."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`, as long as the modulus. Raises EcpanelError where a token refuses."""
