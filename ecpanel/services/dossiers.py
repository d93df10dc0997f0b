"""Registering dossiers (申报材料): a folder read, kinds set by hand kept, and what was found remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document, check_dossier
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import STRICT
from ecpanel.dossier.intake import DossierReport, read_dossiers
from ecpanel.progress import Progress
from ecpanel.services.opening import Clock, act, expect_desk, stamp
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts
from ecpanel.store.vault import Connection, Vault

LACKS: Final = ("dossier_missing", "dossier_absent")
"""What is lacking follows from the documents as they are now and is never remembered."""
_FACT: Final = "dossier_findings"


@dataclass(frozen=True, slots=True)
class DossierFindings:
    """What the last reading found beside the documents: where, when, problems of files, dossiers of nobody.

    `at` is empty while nothing has been read.
    """

    __pydantic_config__: ClassVar = STRICT
    folder: str = ""
    at: str = ""
    problems: tuple[Problem, ...] = ()
    unmatched: tuple[str, ...] = ()


def dossier_findings(store: Vault) -> DossierFindings:
    """What the last reading found."""
    with store.reading() as connection:
        expect_desk(connection, Desk.ORGANISER)
        return facts.get(connection, DossierFindings, _FACT) or DossierFindings()


def forget_findings(connection: Connection) -> None:
    """With other candidates nothing of an earlier reading holds."""
    facts.put(connection, _FACT, DossierFindings())


def import_dossiers(store: Vault, folder: Path, clock: Clock, progress: Progress) -> DossierReport:
    """Recognise, count and hash the dossiers below a folder; the bytes stay where they are.

    A kind set by hand stays with the document of the same candidate and name.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
        candidates = candidate_rows.all_candidates(connection)
        earlier = candidate_rows.all_documents(connection)
    if not candidates:
        raise EcpanelError("candidates_missing")
    report = _with_kinds(read_dossiers(folder, candidates, progress), earlier, candidates)
    store.restore_point("dossiers", clock())
    head = act(clock, owner.name, "import_dossiers", str(folder.name))
    findings = DossierFindings(
        str(folder.absolute()),
        stamp(clock),
        tuple(one for one in report.problems if one.code not in LACKS),
        report.unmatched,
    )
    with store.writing(head, {"documents": len(report.documents)}) as connection:
        candidate_rows.replace_documents(connection, report.documents)
        facts.put(connection, _FACT, findings)
    return report


def _with_kinds(
    report: DossierReport, earlier: Sequence[tuple[Document, str]], candidates: Sequence[Candidate]
) -> DossierReport:
    """The report with the kinds documents had before, and what is lacking told anew where that changes it."""
    kinds = {(one.candidate_id, one.name): one.kind for one, _ in earlier}
    documents = tuple(
        (replace(one, kind=kinds.get((one.candidate_id, one.name), one.kind)), place)
        for one, place in report.documents
    )
    if documents == report.documents:
        return report
    changed = {
        new.candidate_id
        for (new, _), (old, _) in zip(documents, report.documents, strict=True)
        if new.kind is not old.kind
    }
    problems = [
        one
        for one in report.problems
        if one.code != "dossier_missing" or one.params["candidate"] not in changed
    ]
    for one in candidates:
        if one.candidate_id in changed:
            own = [document for document, _ in documents if document.candidate_id == one.candidate_id]
            problems += check_dossier(one.candidate_id, one.name, own)
    return replace(report, documents=documents, problems=tuple(problems))
