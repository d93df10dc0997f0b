"""A 32-byte key under a pass-phrase: Argon2id makes the key that wraps it with AES-256-GCM."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ecpanel.domain.errors import EcpanelError

KEY_BYTES: Final = 32
MEMORY_LIMIT_KIB: Final = 1 << 20
PASSPHRASE_MINIMUM: Final = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id cost: memory in KiB, passes and lanes (RFC 9106)."""

    memory_kib: int = 256 * 1024
    passes: int = 3
    lanes: int = 2


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A wrapped key as it stands in a file; binary members are base64."""

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}
    kdf: str
    memory_kib: int
    passes: int
    lanes: int
    salt: str
    nonce: str
    wrapped: str


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def check_passphrase(passphrase: str) -> None:
    """Refuse a pass-phrase that is too short to protect anything."""
    if len(passphrase.strip()) < PASSPHRASE_MINIMUM:
        raise EcpanelError("passphrase_short", minimum=PASSPHRASE_MINIMUM)


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return hash_secret_raw(
        secret, salt, time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes,
        hash_len=KEY_BYTES, type=Type.ID,
    )  # fmt: skip


def wrap_key(key: bytes, passphrase: str, purpose: str, cost: Cost) -> WrappedKey:
    """Wrap a key under a pass-phrase; `purpose` is bound to it and must be the same at unwrapping."""
    check_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, key, purpose.encode())
    text = [base64.b64encode(part).decode() for part in (salt, nonce, wrapped)]
    return WrappedKey("argon2id", cost.memory_kib, cost.passes, cost.lanes, *text)


def unwrap_key(wrapped: WrappedKey, passphrase: str, purpose: str, *, fault: EcpanelError) -> bytes:
    """The key again. Raises `fault` for a wrong pass-phrase and `record_unreadable` for parameters
    that are damaged or would need more than 1 GiB of memory."""
    sane = (
        wrapped.kdf == "argon2id"
        and 8 * wrapped.lanes <= wrapped.memory_kib <= MEMORY_LIMIT_KIB
        and 1 <= wrapped.passes <= 16
        and 1 <= wrapped.lanes <= 16
    )
    try:
        salt, nonce, sealed = (
            base64.b64decode(part, validate=True) for part in (wrapped.salt, wrapped.nonce, wrapped.wrapped)
        )
    except ValueError:
        sane = False
    if not sane or len(salt) != 16 or len(nonce) != 12:
        raise EcpanelError("record_unreadable", where=purpose, member="kdf")
    cost = Cost(wrapped.memory_kib, wrapped.passes, wrapped.lanes)
    try:
        return AESGCM(_derive(passphrase, salt, cost)).decrypt(nonce, sealed, purpose.encode())
    except InvalidTag:
        raise fault from None
