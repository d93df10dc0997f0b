"""Keys of people: RSA-3072 with a self-made certificate, and the fingerprint read aloud and compared."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyrage
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.signer import Signer

KEY_BITS: Final = 3072
VALID_DAYS: Final = 3653
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A signing key with its certificate."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """The fingerprint people compare."""
        return fingerprint(self.certificate)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Own keys have no issuer."""
        return ()

    def sign(self, data: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256."""
        return self.private.sign(data, PKCS1v15(), hashes.SHA256())


def fingerprint(certificate: x509.Certificate) -> str:
    """First 160 bits of SHA-256 over the DER SubjectPublicKeyInfo, Crockford base32, 8 groups of 4."""
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    number = int.from_bytes(hashlib.sha256(public).digest()[:20], "big")
    letters = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(155, -1, -5))
    return "-".join(letters[place : place + 4] for place in range(0, 32, 4))


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two typed fingerprints mean the same; O is 0, I and L are 1, blanks do not matter."""
    return _plain(one) == _plain(other)


def is_fingerprint(typed: str) -> bool:
    """Whether what was typed is a whole fingerprint."""
    plain = _plain(typed)
    return len(plain) == 32 and all(letter in CROCKFORD for letter in plain)


def tidy_fingerprint(typed: str) -> str:
    """A whole fingerprint as it is printed: eight groups of four."""
    plain = _plain(typed)
    return "-".join(plain[place : place + 4] for place in range(0, 32, 4))


def _plain(text: str) -> str:
    letters = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())
    return letters.translate(str.maketrans("OIL", "011"))


def certificate_name(name: str) -> str:
    """A name as X.509 readers of every age accept it: characters younger than Unicode 3.2 are
    written U+XXXXX, since string preparation (RFC 4518) refuses them."""
    return "".join(
        f"U+{ord(char):X}" if unicodedata.ucd_3_2_0.category(char) == "Cn" else char for char in name
    )[:64]


def make_key(name: str, role: str, now: datetime) -> KeyPair:
    """A new key and certificate for one person in one role; `now` carries an offset."""
    private = rsa.generate_private_key(65537, KEY_BITS)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ecpanel 完整性签名"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
            x509.NameAttribute(NameOID.COMMON_NAME, certificate_name(name)),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    return KeyPair(private, certificate)


def private_bytes(pair: KeyPair) -> bytes:
    """The private key as DER PKCS#8, to rest in the encrypted store only."""
    return pair.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def load_pair(private: bytes, pem: bytes) -> KeyPair:
    """A pair from the store, which is encrypted and authenticated: the key is not checked for being prime
    anew, which would stop the whole program for a tenth of a second."""
    key = load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return KeyPair(key, load_certificate(pem, where="store"))


def load_certificate(pem: bytes, *, where: str) -> x509.Certificate:
    """A certificate from outside: RSA of at least 2048 bits. Raises `certificate_unreadable`."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        public = certificate.public_key()
    except Exception as fault:
        raise EcpanelError("certificate_unreadable", where=where) from fault
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < 2048:
        raise EcpanelError("certificate_unreadable", where=where)
    return certificate


def load_chain(pem: bytes, *, where: str) -> list[x509.Certificate]:
    """Certificates from outside, the signer's first and held to what `load_certificate` demands; of the others
    nothing is demanded here. Raises `certificate_unreadable`."""
    first = load_certificate(pem, where=where)
    try:
        return [first, *x509.load_pem_x509_certificates(pem)[1:]]
    except Exception as fault:
        raise EcpanelError("certificate_unreadable", where=where) from fault


def pem_of(signer: Signer) -> bytes:
    """The certificate of a signer and those of its issuers as PEM, the signer's first."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in (signer.certificate, *signer.chain))


def holder(certificate: x509.Certificate) -> str:
    """Whose certificate it says it is."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def make_identity() -> tuple[str, str]:
    """A new age identity (secret text) and its recipient (public text), X25519."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())
