"""Dossiers (申报材料): the documents of a candidate, their kinds and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.problems import Problem, warning
from ecpanel.domain.scheme import STRICT


class DocumentKind(StrEnum):
    """Kinds of paper the notice asks for (一(一)2)."""

    FORM = "申报表"
    STATEMENT = "申报书"
    EVIDENCE = "佐证材料"
    LETTER = "公函"


REQUIRED: Final = (DocumentKind.FORM, DocumentKind.STATEMENT, DocumentKind.EVIDENCE, DocumentKind.LETTER)


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a dossier. `pages` is 0 where pages cannot be counted; `sha256` is of the bytes;
    `name` is the path inside the enterprise's folder."""

    __pydantic_config__: ClassVar = STRICT
    document_id: str
    candidate_id: str
    kind: DocumentKind
    name: str
    size: int
    pages: int
    sha256: str
    media: str


def missing_kinds(documents: Iterable[Document]) -> tuple[DocumentKind, ...]:
    """Kinds of paper a dossier lacks."""
    present = {one.kind for one in documents}
    return tuple(kind for kind in REQUIRED if kind not in present)


def check_dossier(candidate_id: str, name: str, documents: Iterable[Document]) -> list[Problem]:
    """What is missing in one dossier."""
    return [
        warning("dossier_missing", candidate=candidate_id, name=name, kind=kind.value)
        for kind in missing_kinds(documents)
    ]
