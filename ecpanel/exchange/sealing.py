"""Sealing: chunked authenticated encryption read at random, and sealing to one person (age)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ecpanel.domain.errors import EcpanelError

CHUNK: Final = 1024 * 1024
TAG: Final = 16
SEALED_CHUNK: Final = CHUNK + TAG


def member_key(key: bytes, package_id: str, member: str) -> bytes:
    """The key of one member: HKDF-SHA-256 of the package key, salted with the package id."""
    return HKDF(hashes.SHA256(), 32, salt=bytes.fromhex(package_id), info=member.encode()).derive(key)


def _nonce(counter: int, last: bool) -> bytes:
    return bytes(7) + counter.to_bytes(4, "big") + bytes([last])


def seal_chunks(key: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt blocks of exactly CHUNK bytes, the last one shorter or equal; empty input is one
    empty chunk. AES-256-GCM; the nonce is 7 zero bytes, a 4-byte counter and the last-chunk mark."""
    cipher = AESGCM(key)
    counter, held = 0, None
    for block in blocks:
        if held is not None:
            yield cipher.encrypt(_nonce(counter, False), held, None)
            counter += 1
        held = block
    yield cipher.encrypt(_nonce(counter, True), held or b"", None)


def sealed_size(size: int) -> int:
    """Bytes that `size` plain bytes take when sealed."""
    return size + TAG * max(1, -(-size // CHUNK))


def plain_size(sealed: int) -> int:
    """Plain bytes in a sealed member of this size."""
    chunks = max(1, -(-sealed // SEALED_CHUNK))
    return sealed - chunks * TAG


class SealedReader(io.RawIOBase):
    """A sealed member as a seekable file of its plain bytes; one decrypted chunk is held at a time."""

    def __init__(self, source: BinaryIO, offset: int, sealed: int, key: bytes, fault: EcpanelError) -> None:
        super().__init__()
        self._source, self._offset, self._sealed = source, offset, sealed
        self._cipher = AESGCM(key)
        self._size = plain_size(sealed)
        self._chunks = max(1, -(-sealed // SEALED_CHUNK))
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._fault = fault
        last = sealed - (self._chunks - 1) * SEALED_CHUNK
        if last < TAG or (last == TAG and self._chunks > 1):
            raise fault
        if not self._size:
            self._chunk(0)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position in plain bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; beyond the end reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(self._offset + number * SEALED_CHUNK)
            length = min(SEALED_CHUNK, self._sealed - number * SEALED_CHUNK)
            sealed = self._source.read(length)
            try:
                plain = self._cipher.decrypt(_nonce(number, number == self._chunks - 1), sealed, None)
            except (InvalidTag, ValueError):
                raise self._fault from None
            self._held = (number, plain)
        return self._held[1]

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the present chunk."""
        if self._position >= self._size or not len(buffer):
            return 0
        number, start = divmod(self._position, CHUNK)
        part = self._chunk(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)


def seal_to(content: bytes, recipient: str) -> bytes:
    """Encrypt to an age recipient (X25519)."""
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient)]))


def open_sealed(content: bytes, identity: str, fault: EcpanelError) -> bytes:
    """Decrypt with an age identity; raises `fault` when it was sealed to someone else or changed."""
    try:
        return bytes(pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError:
        raise fault from None


def check_recipient(recipient: str, *, where: str) -> None:
    """Refuse a text that is no age recipient."""
    try:
        pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise EcpanelError("record_unreadable", where=where, member="recipient") from None
