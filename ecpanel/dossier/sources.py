"""Dossiers as they are handed in: one sub-folder or zip per enterprise, never unpacked to disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from ecpanel.domain.errors import EcpanelError, reason_of
from ecpanel.dossier.archive import ArchiveDossier, open_named_member
from ecpanel.dossier.folder import FolderDossier
from ecpanel.dossier.place import SourceFile, Tell, ignore, is_system_name, open_path, read_place, shown

__all__ = ["DossierSource", "SourceFile", "list_dossiers", "open_place", "stray_files"]


class DossierSource(Protocol):
    """The bytes one enterprise handed in."""

    @property
    def path(self) -> Path:
        """The folder or archive."""
        ...

    @property
    def name(self) -> str:
        """What it is called, without ".zip"."""
        ...

    def files(self, tell: Tell = ignore) -> Iterator[SourceFile]:
        """Its files; those that cannot be read are told as problems and left out."""
        ...


def list_dossiers(folder: Path) -> list[DossierSource]:
    """One source per sub-folder or zip directly below `folder`, by name."""
    sources: list[DossierSource] = []
    for path in _below(folder):
        if path.is_dir():
            sources.append(FolderDossier(path))
        elif path.suffix.casefold() == ".zip":
            sources.append(ArchiveDossier(path))
    return sources


def stray_files(folder: Path) -> list[str]:
    """Names of files directly below `folder` that are no dossier (a list, a .rar …)."""
    return [
        shown(path.name) for path in _below(folder) if not path.is_dir() and path.suffix.casefold() != ".zip"
    ]


def open_place(place: str) -> AbstractContextManager[BinaryIO]:
    """The bytes of a document by its recorded place, seekable, open inside a `with`.

    Raises EcpanelError `document_gone` when file, archive or member are no longer there.
    """
    path, member = read_place(place)
    return open_path(path, path.name, place) if member is None else open_named_member(path, member)


def _below(folder: Path) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as fault:
        raise EcpanelError("dossiers_folder", folder=str(folder), reason=reason_of(fault)) from fault
    return [path for path in found if not is_system_name(path.name)]
