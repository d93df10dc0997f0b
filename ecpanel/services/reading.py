"""Reading dossiers (阅读申报材料): the package beside an expert's store, opened once and read by many."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.task_package import PackedDocument, TaskPackage, open_task
from ecpanel.services.score import Assignment, expect_scoring
from ecpanel.services.task import TASK_KEY, dossiers_file
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts
from ecpanel.store.vault import Vault


@dataclass(slots=True, eq=False)
class _Package:
    """An open package and how many documents of it are being read; a stale one is not used again."""

    task: TaskPackage
    stack: ExitStack = field(default_factory=ExitStack)
    readers: int = 0
    stale: bool = False


class Dossiers:
    """The documents an expert may read. His package is opened and verified with the first document and kept
    open for the others, since that takes half a second with 370 dossiers; after a fault of the medium it is
    opened anew. Documents may be read on another thread than the one that calls `close`."""

    def __init__(self, work: Assignment, path: Path, key: bytes | None) -> None:
        self._work, self._path, self._key = work, path, key
        self._lock = Lock()
        self._package: _Package | None = None
        self._closed = False

    @contextmanager
    def reading(self, packed: PackedDocument) -> Iterator[BinaryIO]:
        """The plain bytes of a document as a seekable file, decrypted chunk by chunk as they are read; never
        of a recused candidate."""
        expect_scoring(self._work, packed.document.candidate_id)
        package = self._take()
        try:
            yield cast(BinaryIO, _Watched(package.task.open_document(packed), package))
        except BaseException:
            package.stale = True
            raise
        finally:
            self._give_back(package)

    def close(self) -> None:
        """Let go of the package as soon as nobody reads in it."""
        with self._lock:
            self._closed = True
            package, self._package = self._package, None
            idle = package is not None and not package.readers
        if package is not None and idle:
            package.stack.close()

    def _take(self) -> _Package:
        with self._lock:
            package = self._package
            if package is not None and not package.stale:
                package.readers += 1
                return package
        stack = ExitStack()  # opened without the lock: nobody who closes waits for a slow stick
        fresh = _Package(stack.enter_context(open_task(self._path, key=self._key)), stack, 1)
        with self._lock:
            if not self._closed:
                self._package = fresh
        return fresh

    def _give_back(self, package: _Package) -> None:
        with self._lock:
            package.readers -= 1
            over = not package.readers and (package.stale or package is not self._package)
            if over and package is self._package:
                self._package = None
        if over:
            package.stack.close()


class _Watched(io.RawIOBase):
    """A document that tells its package when the medium fails under it."""

    def __init__(self, source: BinaryIO, package: _Package) -> None:
        self._source, self._of = source, package

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Position in plain bytes."""
        return self._source.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        return self._source.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read on; whatever fails, the next reader gets a package opened anew."""
        try:
            return self._source.readinto(buffer)  # type: ignore[attr-defined, no-any-return]
        except (OSError, EcpanelError):
            self._of.stale = True
            raise


def open_dossiers(store: Vault, work: Assignment) -> Dossiers:
    """What the expert of a store may read; nothing before he has signed in."""
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    with store.reading() as connection:
        key = facts.get_secret(connection, TASK_KEY)
    return Dossiers(work, dossiers_file(store.path), key)


def own_documents(store: Vault, work: Assignment) -> dict[str, list[PackedDocument]]:
    """All documents by candidate, without those of recused candidates."""
    if not work.signed_in:
        raise EcpanelError("not_signed_in")
    found: dict[str, list[PackedDocument]] = {key: [] for key in work.candidates if key not in work.recused}
    with store.reading() as connection:
        for document, member in candidate_rows.all_documents(connection):
            if document.candidate_id in found:
                found[document.candidate_id].append(PackedDocument(document, member))
    return found
