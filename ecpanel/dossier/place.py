"""Where a document's bytes lie and what it is called: places, shown names and names that do not count."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from ecpanel.domain.errors import EcpanelError, is_gone, of_medium, reason_of
from ecpanel.domain.problems import Problem

Tell = Callable[[Problem], None]
"""Takes a problem of one file, so that the others are still read."""

PATH_LENGTH: Final = 1000
"""Longest path inside a dossier, in characters."""
DEPTH: Final = 20
"""Deepest nesting of folders inside a dossier."""

_SYSTEM_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx", "$recycle.bin"})
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def ignore(problem: Problem) -> None:
    """For callers who do not ask about problems."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a dossier: `name` is its path with "/", `place` says where its bytes can be found again."""

    name: str
    size: int
    place: str
    opener: Callable[[], AbstractContextManager[BinaryIO]] = field(repr=False, compare=False)

    def open(self) -> AbstractContextManager[BinaryIO]:
        """The bytes, seekable, open inside a `with`."""
        return self.opener()


def write_place(*parts: str) -> str:
    """The text of a place: one part for a file, two for an archive and the member in it."""
    return json.dumps(parts)


def read_place(place: str) -> tuple[Path, str | None]:
    """The path and, for an archive, the member; EcpanelError `document_gone` if the text is no place."""
    try:
        parts = json.loads(place)
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not 1 <= len(parts) <= 2 or not all(isinstance(p, str) for p in parts):
        raise EcpanelError("document_gone", place=place)
    return Path(parts[0]), parts[1] if len(parts) == 2 else None


def show_place(place: str) -> str:
    """A place as people read it: the path, and the member after "!"."""
    try:
        path, member = read_place(place)
    except EcpanelError:
        return shown(place)
    return shown(str(path)) + (f"!{shown(member)}" if member is not None else "")


def shown(name: str) -> str:
    """A name that can be stored and printed: composed, without control characters.

    Bytes the file system could not decode (names unpacked by a tool that knew no GBK) are read as GBK.
    """
    if any(0xDC80 <= ord(char) <= 0xDCFF for char in name):
        name = name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return unicodedata.normalize("NFC", _CONTROL.sub("_", name))


def is_system_name(part: str) -> bool:
    """Whether a file or folder was made by a system or an editor, not by the enterprise."""
    return part.startswith((".", "~$")) or part.casefold() in _SYSTEM_NAMES


def is_inside_name(name: str) -> bool:
    """Whether a member's name stays inside its archive and can be printed."""
    parts = name.split("/")
    return not (
        not name
        or len(name) > PATH_LENGTH
        or len(parts) > DEPTH
        or _DRIVE.match(name)
        or _CONTROL.search(name)
        or any(part in ("", ".", "..") for part in parts)
    )


@contextmanager
def open_path(path: Path, name: str, place: str) -> Iterator[BinaryIO]:
    """A plain file; faults of opening are `document_gone` or `document_closed`."""
    try:
        file = _open_plain(path)
    except (FileNotFoundError, NotADirectoryError, ValueError) as fault:
        raise EcpanelError("document_gone", place=show_place(place)) from fault
    except OSError as fault:
        if is_gone(fault):
            raise of_medium(path, fault) from fault
        where = {"dossier": path.parent.name, "file": name}
        raise EcpanelError("document_closed", **where, reason=reason_of(fault)) from fault
    with file:
        yield file


def _open_plain(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        text = str(path)
        if os.name != "nt" or text.startswith("\\\\"):
            raise
        return Path("\\\\?\\" + text).open("rb")  # paths beyond 260 characters
