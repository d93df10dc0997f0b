"""Digests of bytes and files: SHA-256 and SM3 (GB/T 32905), streamed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.hazmat.primitives import hashes

BLOCK: Final = 1024 * 1024


def sm3(data: bytes) -> str:
    """SM3 in lower-case hexadecimal."""
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize().hex()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stream of bytes amounts to: its length, SHA-256 and SM3 in lower-case hexadecimal."""

    size: int
    sha256: str
    sm3: str


def measure(parts: Iterable[bytes]) -> Measured:
    """Both digests of bytes that come in parts, none of which is kept."""
    one, other, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), 0
    for part in parts:
        one.update(part)
        other.update(part)
        size += len(part)
    return Measured(size, one.hexdigest(), other.finalize().hex())


def blocks(file: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """The rest of a file in blocks."""
    while block := file.read(size):
        yield block


def sha256_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hexadecimal and number of bytes of the rest of a file."""
    state, size = hashlib.sha256(), 0
    for block in blocks(file):
        state.update(block)
        size += len(block)
    return state.hexdigest(), size
