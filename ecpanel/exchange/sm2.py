"""SM2 signatures with SM3 beside the RSA ones; signing and verifying both need the extra `sm` (gmssl-pyx).

Nothing else in the program can verify SM2, so where the extra is missing a signature is "not checked"
and never "valid": `verify` raises `sm2_support_missing` then.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ecpanel.domain.errors import EcpanelError

USER_ID: Final = b"1234567812345678"
"""The default user ID of GM/T 0009."""

_P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""The curve of GB/T 32918.5: y² = x³ - 3x + b over GF(p), of order n."""

_ALGORITHM: Final = "301306072a8648ce3d020106082a811ccf5501822d"
"""AlgorithmIdentifier id-ecPublicKey with curve 1.2.156.10197.1.301."""

_SPKI: Final = bytes.fromhex(f"3059{_ALGORITHM}034200")
_PKCS8: Final = bytes.fromhex(f"308187020100{_ALGORITHM}046d306b0201010420")
_PKCS8_PUBLIC: Final = bytes.fromhex("a144034200")
"""DER up to the point and up to the two keys; with a named curve and an uncompressed point both are
of one length, so that a key in DER has exactly one form (RFC 5480, RFC 5915, RFC 5958)."""

_LONGEST_SIGNATURE: Final = 72
_LONGEST_PEM: Final = 1000
_LONGEST_ID: Final = 8191
"""Bytes: the length of the user ID is hashed as 16 bits of bits."""

_PEM: Final = re.compile(
    rb"\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*", re.ASCII
)


def make_key() -> Sm2Key:
    """A new key. Raises EcpanelError `sm2_support_missing`."""
    gmssl = _support()
    public, private = gmssl.sm2_key_generate()
    return Sm2Key(private, b"\x04" + public)


def sign(content: bytes, key: Sm2Key, *, user_id: bytes = USER_ID) -> bytes:
    """The signature over the content as DER ECDSA-Sig-Value, at most 72 bytes (GB/T 32918.2, GM/T 0009).

    Raises EcpanelError `sm2_support_missing`.
    """
    gmssl = _support()
    signature: bytes = gmssl.sm2_sign(key.private, key.public[1:], content, _checked_id(user_id))
    return signature


def verify(content: bytes, signature: bytes, public: bytes, *, where: str, user_id: bytes = USER_ID) -> None:
    """Refuse unless the signature is of this public key (64 or 65 bytes), content and user ID.

    Raises EcpanelError `sm2_signature_invalid`, `sm2_key_unreadable` for what is no public key, and
    `sm2_support_missing` where nobody can tell.
    """
    gmssl = _support()
    point = _point(public, where)
    # the native reader sees only what has been read and written anew here
    plain = _canonical(signature, where)
    try:
        valid = gmssl.sm2_verify(point[1:], content, plain, _checked_id(user_id))
    except gmssl.GmsslInnerError as fault:
        raise EcpanelError("sm2_signature_invalid", where=where) from fault
    if valid is not True:
        raise EcpanelError("sm2_signature_invalid", where=where)


def public_pem(public: bytes) -> bytes:
    """The public key (64 or 65 bytes) as PEM SubjectPublicKeyInfo, as `openssl pkey -pubin` reads it."""
    der = _SPKI + _point(public, "sm2")
    text = base64.b64encode(der).decode("ascii")
    lines = [text[place : place + 64] for place in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode("ascii")


def load_public(pem: bytes, *, where: str) -> bytes:
    """The public key in a PEM from outside: 65 bytes, 04 and the two coordinates.

    Raises EcpanelError `sm2_key_unreadable`, also for compressed points and explicit curves.
    """
    found = _PEM.fullmatch(pem) if len(pem) <= _LONGEST_PEM else None
    if found is None:
        raise EcpanelError("sm2_key_unreadable", where=where)
    try:
        der = base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error as fault:
        raise EcpanelError("sm2_key_unreadable", where=where) from fault
    if len(der) != len(_SPKI) + 65 or not der.startswith(_SPKI):
        raise EcpanelError("sm2_key_unreadable", where=where)
    return _point(der[len(_SPKI) :], where)


def private_bytes(key: Sm2Key) -> bytes:
    """The private key as DER PKCS#8 (138 bytes), to rest in the encrypted store only."""
    return _PKCS8 + key.private + _PKCS8_PUBLIC + key.public


def load_key(der: bytes, *, where: str) -> Sm2Key:
    """A key from its PKCS#8 DER. Raises EcpanelError `sm2_key_unreadable`.

    Whether the two halves belong together shows when a signature is verified, not here.
    """
    middle = len(_PKCS8) + 32
    point = middle + len(_PKCS8_PUBLIC)
    if (
        len(der) != point + 65
        or not der.startswith(_PKCS8)
        or der[middle:point] != _PKCS8_PUBLIC
        or not _is_private(der[len(_PKCS8) : middle])
    ):
        raise EcpanelError("sm2_key_unreadable", where=where)
    return Sm2Key(der[len(_PKCS8) : middle], _point(der[point:], where))


def _support() -> Any:
    try:
        import gmssl_pyx
    except ImportError as fault:
        raise EcpanelError("sm2_support_missing") from fault
    return gmssl_pyx


def _point(public: bytes, where: str) -> bytes:
    """The point as 04 x y; refuses what does not lie on the curve."""
    point = b"\x04" + public if len(public) == 64 else public
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if len(point) != 65 or point[0] != 4 or max(x, y) >= _P or (y * y - x**3 + 3 * x - _B) % _P:
        raise EcpanelError("sm2_key_unreadable", where=where)
    return bytes(point)


def _is_private(private: bytes) -> bool:
    # n - 1 has no inverse of d + 1
    return len(private) == 32 and 1 <= int.from_bytes(private, "big") <= _N - 2


def _canonical(signature: bytes, where: str) -> bytes:
    try:
        if len(signature) > _LONGEST_SIGNATURE:
            raise ValueError
        r, s = decode_dss_signature(signature)
        plain = encode_dss_signature(r, s)
    except ValueError as fault:
        raise EcpanelError("sm2_signature_invalid", where=where) from fault
    if plain != signature or not 1 <= r < _N or not 1 <= s < _N:
        raise EcpanelError("sm2_signature_invalid", where=where)
    return plain


def _checked_id(user_id: bytes) -> bytes:
    if not 1 <= len(user_id) <= _LONGEST_ID:
        raise ValueError("a user ID has 1 to 8191 bytes")
    return user_id


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A private key (32 bytes, big-endian, 1 … n-2) with its public key (65 bytes: 04, x, y).

    A public key of 64 bytes is taken as well. Raises EcpanelError `sm2_key_unreadable`.
    """

    private: bytes = field(repr=False)
    public: bytes

    def __post_init__(self) -> None:
        if not _is_private(self.private):
            raise EcpanelError("sm2_key_unreadable", where="sm2")
        object.__setattr__(self, "public", _point(self.public, "sm2"))
