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
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from ecpanel.domain.errors import EcpanelError

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


def fingerprint(certificate: x509.Certificate) -> str:
    """First 160 bits of SHA-256 over the DER SubjectPublicKeyInfo, Crockford base32, 8 groups of 4."""
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    number = int.from_bytes(hashlib.sha256(public).digest()[:20], "big")
    letters = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(155, -1, -5))
    return "-".join(letters[place : place + 4] for place in range(0, 32, 4))


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two typed fingerprints mean the same; O is 0, I and L are 1, blanks do not matter."""
    return _plain(one) == _plain(other)


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


def holder(certificate: x509.Certificate) -> str:
    """Whose certificate it says it is."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def make_identity() -> tuple[str, str]:
    """A new age identity (secret text) and its recipient (public text), X25519."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())
