"""A dossier that came as a zip: its names in UTF-8 or GBK, its members read in place with limits."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from ecpanel.domain.errors import EcpanelError, is_gone, of_medium
from ecpanel.domain.problems import warning
from ecpanel.dossier.member import MemberFile
from ecpanel.dossier.place import (
    SourceFile,
    Tell,
    ignore,
    is_inside_name,
    is_system_name,
    open_path,
    show_place,
    shown,
    write_place,
)
from ecpanel.exchange import limits

ARCHIVE_SIZE: Final = limits.TASK_SIZE
"""What a whole dossier may hold unpacked: no more than the package that will carry it."""
_RATIO_FROM: Final = 64 * limits.MIB
_BUFFER: Final = 256 * limits.KIB
_ENCRYPTED: Final = 0x1
_READABLE: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class ArchiveDossier:
    """A zip directly below the folder of dossiers."""

    path: Path

    @property
    def name(self) -> str:
        """The file name without ".zip"."""
        return shown(self.path.stem)

    def files(self, tell: Tell = ignore) -> Iterator[SourceFile]:
        """Members in the order of the directory; what cannot be read is told and left out.

        Raises EcpanelError `dossier_archive_damaged`, `dossier_archive_bomb`, `dossier_archive_entries`.
        """
        for name, info in read_directory(self.path):
            fault = _fault_of(name, info)
            if fault:
                tell(warning(fault, file=shown(name)[:120], dossier=self.name))
                continue
            place = write_place(str(self.path), name)
            yield SourceFile(shown(name), info.file_size, place, partial(open_member, self.path, name, info))


def read_directory(path: Path) -> list[tuple[str, zipfile.ZipInfo]]:
    """Names and entries of the members that count, folders and system files left out."""
    with open_path(path, path.name, write_place(str(path))) as file:
        try:
            with _open_zip(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as fault:
            if isinstance(fault, OSError) and is_gone(fault):
                raise of_medium(path, fault) from fault
            raise EcpanelError("dossier_archive_damaged", file=path.name) from fault
    _check_bounds(infos, path)
    entries = [(_path_of(info), info) for info in infos if not info.is_dir()]
    return [(name, info) for name, info in entries if not any(map(is_system_name, _parts(name)))]


@contextmanager
def open_member(path: Path, name: str, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """The bytes of one member, seekable."""
    place = write_place(str(path), name)
    with open_path(path, path.name, place) as file:
        try:
            member = io.BufferedReader(MemberFile(file, info), _BUFFER)
        except OSError as fault:
            if is_gone(fault):
                raise of_medium(path, fault) from fault
            raise EcpanelError("document_gone", place=show_place(place)) from fault
        with member:
            yield member


@contextmanager
def open_named_member(path: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of the member an earlier reading called `name`."""
    place = show_place(write_place(str(path), name))
    try:
        entries = read_directory(path)
    except EcpanelError as fault:
        if fault.code == "stick_gone":
            raise
        raise EcpanelError("document_gone", place=place) from fault
    info = next((info for known, info in entries if known == name), None)
    if info is None or _fault_of(name, info):
        raise EcpanelError("document_gone", place=place)
    with open_member(path, name, info) as member:
        yield member


def _open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Names without the UTF-8 flag are UTF-8 all the same if all of them can be, otherwise GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return zipfile.ZipFile(file, metadata_encoding=encoding)
        except UnicodeDecodeError:
            file.seek(0)
    return zipfile.ZipFile(file)


def _check_bounds(infos: list[zipfile.ZipInfo], path: Path) -> None:
    if len(infos) > limits.DOSSIER_ARCHIVE_ENTRIES:
        limit = limits.DOSSIER_ARCHIVE_ENTRIES
        raise EcpanelError("dossier_archive_entries", file=path.name, count=len(infos), limit=limit)
    end = total = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        total += info.file_size
        if info.header_offset < end or total > ARCHIVE_SIZE:
            raise EcpanelError("dossier_archive_bomb", file=path.name)
        end = info.header_offset + 30 + info.compress_size


def _path_of(info: zipfile.ZipInfo) -> str:
    return info.orig_filename.replace("\\", "/").removeprefix("./")


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".", "..")]


def _fault_of(name: str, info: zipfile.ZipInfo) -> str:
    """The code of what keeps a member from being read, or ""."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    faults = (
        ("document_path", not is_inside_name(name)),
        ("document_link", kind not in (0, stat.S_IFREG)),
        ("document_locked", bool(info.flag_bits & _ENCRYPTED)),
        ("document_packing", info.compress_type not in _READABLE),
        ("document_too_large", info.file_size > limits.DOCUMENT_SIZE),
        ("document_bomb", _is_bomb(info)),
    )
    return next((code for code, holds in faults if holds), "")


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    """Whether a big member was packed tighter than any paper is; small blank scans may be."""
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        return True
    return info.file_size > _RATIO_FROM and info.file_size > limits.RATIO * max(info.compress_size, 1)
