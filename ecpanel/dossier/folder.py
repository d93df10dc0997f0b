"""A dossier that came as a folder: its files, nested folders included, and nothing outside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ecpanel.domain.errors import EcpanelError, is_gone, of_medium, reason_of
from ecpanel.domain.problems import warning
from ecpanel.dossier.place import (
    DEPTH,
    SourceFile,
    Tell,
    ignore,
    is_system_name,
    open_path,
    shown,
    write_place,
)
from ecpanel.exchange import limits


@dataclass(frozen=True, slots=True)
class FolderDossier:
    """A sub-folder directly below the folder of dossiers."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the folder."""
        return shown(self.path.name)

    def files(self, tell: Tell = ignore) -> Iterator[SourceFile]:
        """Files by folder and name; links out of the dossier and oversize files are told and left out.

        Raises EcpanelError `dossier_link` if the folder itself is a link to elsewhere.
        """
        parent = Path(os.path.realpath(self.path.parent))
        if not _leads_inside(self.path, parent):
            raise EcpanelError("dossier_link", dossier=self.name)
        return self._walk(self.path, "", tell)

    def _walk(self, folder: Path, prefix: str, tell: Tell) -> Iterator[SourceFile]:
        inner: list[tuple[Path, str]] = []
        for entry in self._entries(folder, prefix, tell):
            if is_system_name(entry.name):
                continue
            name = prefix + shown(entry.name)
            path = Path(entry.path)
            if not _leads_inside(path, Path(os.path.realpath(self.path))) or _is_folder_link(entry):
                tell(warning("document_link", file=name, dossier=self.name))
            elif entry.is_dir():
                inner.append((path, name + "/"))
            elif not entry.is_file():
                tell(warning("document_link", file=name, dossier=self.name))
            else:
                yield from self._one(path, name, entry.stat().st_size, tell)
        for path, name in inner:
            if name.count("/") > DEPTH:
                tell(warning("document_path", file=name[:120], dossier=self.name))
            else:
                yield from self._walk(path, name, tell)

    def _entries(self, folder: Path, prefix: str, tell: Tell) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=lambda entry: entry.name)
        except OSError as fault:
            if is_gone(fault):
                raise of_medium(folder, fault) from fault
            reason = reason_of(fault)
            tell(warning("document_closed", file=prefix or self.name, dossier=self.name, reason=reason))
            return []

    def _one(self, path: Path, name: str, size: int, tell: Tell) -> Iterator[SourceFile]:
        if size > limits.DOCUMENT_SIZE:
            tell(warning("document_too_large", file=name, dossier=self.name))
            return
        place = write_place(str(path.absolute()))
        yield SourceFile(name, size, place, partial(open_path, path, name, place))


def _is_folder_link(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and entry.is_dir()


def _leads_inside(path: Path, folder: Path) -> bool:
    """Whether a path, every link followed, stays in `folder` (whose own links are already followed)."""
    return Path(os.path.realpath(path)).is_relative_to(folder)
