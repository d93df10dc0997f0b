"""Zip containers from outside, read without trust, and written so that equal input gives equal bytes."""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from ecpanel.domain.errors import EcpanelError, is_gone
from ecpanel.exchange import limits

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


_HEADER: Final = struct.Struct("<4s5H3L2H")
_END: Final = struct.Struct("<4s4H2LH")
_BROKEN: Final = (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, RuntimeError)
"""How the reader of the standard library complains of a zip that contradicts itself."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a container may hold at most."""

    entries: int
    size: int
    member: int
    stored_only: bool = False


def check_name(name: str, file: str) -> None:
    """Refuse a member name that could lead outside a folder or confuse a reader."""
    parts = name.split("/")
    bad = (
        not name
        or len(name) > limits.NAME_LENGTH
        or name.startswith("/")
        or "\\" in name
        or bool(_DRIVE.match(name))
        or bool(_CONTROL.search(name))
        or any(part in ("", ".", "..") or part != part.strip() or part.endswith(".") for part in parts)
        or any(_RESERVED.match(part) for part in parts)
        or unicodedata.normalize("NFC", name) != name
    )
    if bad:
        raise EcpanelError("member_name", file=file, member=repr(name)[1:81])


def is_plain_name(name: str) -> bool:
    """Whether the name of a person or a group can stand in a file name on every system."""
    return not (_UNFIT.search(name) or name.startswith(".") or name != name.strip())


class Container:
    """An open zip whose directory has been checked; members are read with their limits."""

    def __init__(self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: str) -> None:
        self._archive = archive
        self._members = members
        self.file = file

    @property
    def names(self) -> list[str]:
        """Member names in the order of the directory."""
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        """Declared size of a member in bytes."""
        return self._members[name].file_size

    def read(self, name: str, limit: int) -> bytes:
        """A whole member of at most `limit` bytes, its CRC verified."""
        info = self._members.get(name)
        if info is None:
            raise EcpanelError("member_missing", file=self.file, member=name)
        if info.file_size > limit:
            raise EcpanelError("member_too_large", file=self.file, member=name, limit=limit // limits.KIB)
        try:
            with self._archive.open(info) as stream:
                content = stream.read(limit + 1)
        except (zlib.error, EOFError, OSError, *_BROKEN) as fault:
            if isinstance(fault, OSError) and is_gone(fault):
                raise
            raise EcpanelError("member_damaged", file=self.file, member=name) from fault
        if len(content) != info.file_size:
            raise EcpanelError("member_damaged", file=self.file, member=name)
        return content

    def blocks(self, name: str, limit: int) -> Iterator[bytes]:
        """A member of at most `limit` bytes in blocks, its CRC verified at the end; never more than one in
        memory. Raises as `read`, also when it is half read."""
        info = self._members.get(name)
        if info is None:
            raise EcpanelError("member_missing", file=self.file, member=name)
        if info.file_size > limit:
            raise EcpanelError("member_too_large", file=self.file, member=name, limit=limit // limits.KIB)
        left = info.file_size
        try:
            with self._archive.open(info) as stream:
                while block := stream.read(limits.MIB):
                    left -= len(block)
                    if left < 0:
                        break
                    yield block
        except (zlib.error, EOFError, OSError, *_BROKEN) as fault:
            if isinstance(fault, OSError) and is_gone(fault):
                raise
            raise EcpanelError("member_damaged", file=self.file, member=name) from fault
        if left:
            raise EcpanelError("member_damaged", file=self.file, member=name)

    def data_offset(self, name: str) -> int:
        """Where the bytes of a stored member begin in the file."""
        info = self._members[name]
        file = self._archive.fp
        assert file is not None
        file.seek(info.header_offset)
        header = file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise EcpanelError("member_damaged", file=self.file, member=name)
        return (
            info.header_offset
            + 30
            + int.from_bytes(header[26:28], "little")
            + int.from_bytes(header[28:30], "little")
        )

    def expect_only(self, allowed: Callable[[str], bool]) -> None:
        """Refuse members the format does not know (allow-list)."""
        for name in self._members:
            if not allowed(name):
                raise EcpanelError("member_unexpected", file=self.file, member=name)

    def expect(self, required: Collection[str]) -> None:
        """Refuse a container that lacks a member."""
        for name in required:
            if name not in self._members:
                raise EcpanelError("member_missing", file=self.file, member=name)

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_container(source: BinaryIO, file: str, bounds: Bounds) -> Container:
    """Check the directory of a zip: names, doubles, links, encryption, sizes, ratio, overlap.

    A stick that is gone stays an OSError, for the caller who knows where the file lies.
    Raises EcpanelError: `not_a_package`, `zip_stray`, `too_many_members`, `member_name`, `member_doubled`,
    `member_kind`, `member_too_large`, `zip_bomb`, `member_damaged`.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, *_BROKEN) as fault:
        if isinstance(fault, OSError) and is_gone(fault):
            raise
        raise EcpanelError("not_a_package", file=file) from fault
    try:
        return Container(archive, _checked(archive, file, bounds), file)
    except BaseException:
        archive.close()
        raise


def _checked(archive: zipfile.ZipFile, file: str, bounds: Bounds) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > bounds.entries:
        raise EcpanelError("too_many_members", file=file, count=len(infos), limit=bounds.entries)
    _expect_nothing_around(archive, infos, file)
    members: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    total = end = 0
    file_end = _length(archive)
    for info in sorted(infos, key=lambda one: one.header_offset):
        name = info.orig_filename
        check_name(name, file)
        if name.casefold() in folded:
            raise EcpanelError("member_doubled", file=file, member=name)
        folded.add(name.casefold())
        _check_kind(info, file, bounds)
        total += info.file_size
        if info.file_size > bounds.member or total > bounds.size:
            raise EcpanelError("member_too_large", file=file, member=name, limit=bounds.member // limits.KIB)
        if info.file_size > limits.RATIO * max(info.compress_size, 1) + limits.KIB:
            raise EcpanelError("zip_bomb", file=file, member=name)
        if info.header_offset < end:
            raise EcpanelError("zip_bomb", file=file, member=name)
        end = info.header_offset + 30 + len(info.orig_filename.encode()) + info.compress_size
        if end > file_end or (not info.compress_type and info.file_size != info.compress_size):
            raise EcpanelError("member_damaged", file=file, member=name)
        _check_header(archive, info, file)
        members[name] = info
    return {info.orig_filename: members[info.orig_filename] for info in infos}


def _expect_nothing_around(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], file: str) -> None:
    """Refuse bytes before the first member, behind the directory, and a remark: nobody signs them."""
    source = archive.fp
    assert source is not None
    source.seek(-min(_END.size, _length(archive)), io.SEEK_END)
    tail = source.read(_END.size)
    first = min((info.header_offset for info in infos), default=0)
    if first or not tail.startswith(b"PK\x05\x06") or archive.comment:
        raise EcpanelError("zip_stray", file=file)


def _check_header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> None:
    """Refuse a member whose own header says other than the directory; readers differ in whom they believe."""
    source = archive.fp
    assert source is not None
    source.seek(info.header_offset)
    try:
        mark, _, flags, method, _, _, check, packed, size, length, _ = _HEADER.unpack(
            source.read(_HEADER.size)
        )
    except struct.error:
        raise EcpanelError("member_damaged", file=file, member=info.orig_filename) from None
    told = (check, packed, size)
    known = (info.CRC, info.compress_size, info.file_size)
    later = bool(flags & 0x8)  # sizes stand behind the member
    same = all(
        one in (other, 0xFFFFFFFF) or (later and not one) for one, other in zip(told, known, strict=True)
    )
    name = source.read(length)
    spelled = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    if mark != b"PK\x03\x04" or method != info.compress_type or not same or name != spelled:
        raise EcpanelError("member_damaged", file=file, member=info.orig_filename)


def _length(archive: zipfile.ZipFile) -> int:
    file = archive.fp
    assert file is not None
    return file.seek(0, io.SEEK_END)


def _check_kind(info: zipfile.ZipInfo, file: str, bounds: Bounds) -> None:
    mode = info.external_attr >> 16
    plain = stat.S_IFMT(mode) in (0, stat.S_IFREG)
    known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if info.flag_bits & 0x1 or not plain or not known or (bounds.stored_only and info.compress_type):
        raise EcpanelError("member_kind", file=file, member=info.orig_filename)


def member_info(name: str, *, compress: bool) -> zipfile.ZipInfo:
    """A directory entry with a fixed date and mode, so that equal input gives equal bytes."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def write_container(target: BinaryIO, members: Iterable[tuple[str, bytes]], *, compress: bool = True) -> None:
    """Write members in the given order."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            check_name(name, "")
            archive.writestr(member_info(name, compress=compress), content)
