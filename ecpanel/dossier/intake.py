"""Taking in a folder of dossiers: every file recognised, digested, counted, and what is missing said."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind, check_dossier
from ecpanel.domain.errors import EcpanelError, of_medium, reason_of
from ecpanel.domain.problems import Problem, note, warning
from ecpanel.dossier.pages import PageCount, count_pages
from ecpanel.dossier.recognise import kind_of, match_enterprise
from ecpanel.dossier.sources import DossierSource, SourceFile, list_dossiers, stray_files
from ecpanel.exchange import limits
from ecpanel.exchange.digests import sha256_of
from ecpanel.progress import Progress

_LEFT_OUT: Final = frozenset({"document_empty", "document_wrong_kind"})
_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class DossierReport:
    """Documents with the places of their bytes, what was found wanting, and dossiers of nobody."""

    documents: tuple[tuple[Document, str], ...]
    problems: tuple[Problem, ...]
    unmatched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Paper:
    """A file listed and recognised, its bytes not yet read; `dossier` names its source."""

    dossier: str
    name: str
    kind: DocumentKind
    file: SourceFile


def read_dossiers(folder: Path, candidates: Sequence[Candidate], progress: Progress) -> DossierReport:
    """Read every dossier below `folder` for the candidates; one bad file or archive never stops the rest.

    Progress counts KiB. Empty files and strangers (programs, archives in archives, a ".pdf" that is
    none) are told and left out; locked and broken documents are told and kept. Raises EcpanelError
    `dossiers_folder` if the folder itself cannot be read, or `stick_gone` when two files in a row were
    not answered: a folder half read must not pass for the whole.
    """
    listing = _Listing(candidates)
    for source in list_dossiers(folder):
        progress(0, 0, source.name)
        listing.add(source)
    problems = [*listing.problems, *(warning("dossier_stray", file=name) for name in stray_files(folder))]
    reading = _Reading(progress, sum(p.file.size for papers in listing.papers.values() for p in papers))
    documents: list[tuple[Document, str]] = []
    for candidate in candidates:
        papers = listing.papers.get(candidate.candidate_id)
        if papers is None:
            problems.append(warning("dossier_absent", candidate=candidate.candidate_id, name=candidate.name))
            continue
        own = reading.read(candidate, papers)
        documents += own
        problems += reading.take_problems()
        problems += check_dossier(candidate.candidate_id, candidate.name, (one for one, _ in own))
    list_dossiers(folder)  # refuses one that has vanished in the meantime
    problems += _shared([one for one, _ in documents], candidates)
    return DossierReport(tuple(documents), tuple(problems), tuple(listing.unmatched))


class _Listing:
    """Names and sizes of all files by candidate, before any is read."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates
        self._sources: dict[str, str] = {}
        self.papers: dict[str, list[_Paper]] = {}
        self.problems: list[Problem] = []
        self.unmatched: list[str] = []

    def add(self, source: DossierSource) -> None:
        """List one source under the candidate its name means."""
        told: list[Problem] = []
        try:
            files = _without_doubles(source.files(told.append), source.name, told)
        except EcpanelError as fault:
            if fault.code == "stick_gone":
                raise
            files = []
            told.append(warning(fault.code, **{"dossier": source.name, **fault.params}))
        candidate = self._owner(source, files)
        if candidate is None:
            self.unmatched.append(source.name)
            self.problems += [*told, warning("dossier_unmatched", dossier=source.name)]
            return
        owner = candidate.candidate_id
        self.problems += [replace(one, params={"candidate": owner, **one.params}) for one in told]
        prefix = f"{source.name}/" if owner in self._sources else ""
        if prefix:
            both = {"dossier": self._sources[owner], "other": source.name}
            self.problems.append(note("dossier_in_parts", candidate=owner, name=candidate.name, **both))
        self._sources.setdefault(owner, source.name)
        self.papers.setdefault(owner, []).extend(
            _Paper(source.name, prefix + file.name, kind_of(file.name), file) for file in files
        )

    def _owner(self, source: DossierSource, files: Sequence[SourceFile]) -> Candidate | None:
        """By the name of the source, or of the one folder that holds everything in it."""
        found = match_enterprise(source.name, self._candidates)
        tops = {file.name.partition("/")[0] for file in files if "/" in file.name}
        if found is None and len(tops) == 1:
            found = match_enterprise(tops.pop(), self._candidates)
        return found


def _without_doubles(files: Iterable[SourceFile], dossier: str, told: list[Problem]) -> list[SourceFile]:
    kept: dict[str, SourceFile] = {}
    for file in files:
        if file.name in kept:
            told.append(warning("document_doubled", file=file.name, dossier=dossier))
        else:
            kept[file.name] = file
    return list(kept.values())


class _Reading:
    """Digests and page counts of papers, with progress over all of them."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total // limits.KIB
        self._done = 0
        self._problems: list[Problem] = []
        self._unanswered = 0

    def take_problems(self) -> list[Problem]:
        """What was found since the last call."""
        taken, self._problems = self._problems, []
        return taken

    def read(self, candidate: Candidate, papers: Iterable[_Paper]) -> list[tuple[Document, str]]:
        """The documents of one candidate, numbered by kind and name."""
        documents: list[tuple[Document, str]] = []
        first_of: dict[str, str] = {}
        for paper in sorted(papers, key=_order):
            read = self._read_one(candidate, paper)
            if read is None:
                continue
            digest, size, count = read
            if digest in first_of:
                self._tell(candidate, paper, note("document_twice", other=first_of[digest]))
            first_of.setdefault(digest, paper.name)
            document = Document(
                document_id=f"{candidate.candidate_id}-{len(documents) + 1:02d}",
                candidate_id=candidate.candidate_id,
                kind=paper.kind,
                name=paper.name,
                size=size,
                pages=count.pages,
                sha256=digest,
                media=count.media,
            )
            documents.append((document, paper.file.place))
        return documents

    def _read_one(self, candidate: Candidate, paper: _Paper) -> tuple[str, int, PageCount] | None:
        try:
            with paper.file.open() as file:
                watched = _Watched(file, self, f"{candidate.name}：{paper.name}")
                digest, size = sha256_of(cast(BinaryIO, watched))
                count = count_pages(file, paper.name)
        except EcpanelError as fault:
            self._count_unanswered(fault)
            self._tell(candidate, paper, warning(fault.code, **fault.params))
            return None
        except OSError as fault:
            self._count_unanswered(of_medium(Path(paper.name), fault))
            code = "document_damaged" if fault.errno is None else "document_closed"
            self._tell(candidate, paper, warning(code, reason=reason_of(fault)))
            return None
        self._unanswered = 0
        if count.problem:
            self._tell(candidate, paper, warning(count.problem))
        return None if count.problem in _LEFT_OUT else (digest, size, count)

    def _count_unanswered(self, fault: EcpanelError) -> None:
        """One file without an answer may be a bad spot of the medium; two in a row are a stick pulled out."""
        self._unanswered = self._unanswered + 1 if fault.code == "stick_gone" else 0
        if self._unanswered > 1:
            raise fault

    def _tell(self, candidate: Candidate, paper: _Paper, problem: Problem) -> None:
        where = {"candidate": candidate.candidate_id, "dossier": paper.dossier, "file": paper.name}
        self._problems.append(replace(problem, params={**problem.params, **where}))

    def advance(self, size: int, text: str) -> None:
        """Say that `size` more bytes were read; raises when the user has cancelled."""
        self._done += size
        self._progress(min(self._done // limits.KIB, self._total), self._total, text)


class _Watched(io.BufferedIOBase):
    """A file whose reading moves the progress on."""

    def __init__(self, file: BinaryIO, reading: _Reading, text: str) -> None:
        super().__init__()
        self._file = file
        self._reading = reading
        self._text = text

    def read(self, size: int | None = -1, /) -> bytes:
        """As the file itself reads."""
        data = self._file.read(-1 if size is None else size)
        self._reading.advance(len(data), self._text)
        return data


def _order(paper: _Paper) -> tuple[int, list[tuple[int, str]]]:
    """By kind, then by name with numbers in their own order (佐证2 before 佐证10)."""
    pieces = _DIGITS.split(paper.name)
    return REQUIRED.index(paper.kind), [(int(p) if p.isdecimal() else -1, p) for p in pieces if p]


def _shared(documents: Sequence[Document], candidates: Sequence[Candidate]) -> list[Problem]:
    """Equal bytes in dossiers of several enterprises; one letter for all firms of a region is usual."""
    by_id = {one.candidate_id: one for one in candidates}
    holders: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        holders[document.sha256].append(document)
    problems = []
    for same in holders.values():
        owners = list(dict.fromkeys(one.candidate_id for one in same))
        if len(owners) > 1 and not _is_common_letter(same, by_id):
            names = "、".join(f"{owner} {by_id[owner].name}" for owner in owners)
            problems.append(
                warning("document_shared", candidate=owners[0], file=same[0].name, candidates=names)
            )
    return problems


def _is_common_letter(same: Iterable[Document], by_id: dict[str, Candidate]) -> bool:
    documents = list(same)
    only_letters = all(one.kind is DocumentKind.LETTER for one in documents)
    return only_letters and len({by_id[one.candidate_id].region for one in documents}) == 1
