"""The documents of one candidate: kind, name, pages, size, and what is wrong with the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.dossier import REQUIRED, Document, DocumentKind
from ecpanel.domain.problems import Problem, Severity
from ecpanel.gui.models.problem_marks import mark_of
from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.texts import problem_sentence

KIND: Final = 0


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with the place of its bytes and what the reading found wrong with it."""

    document: Document
    place: str
    problems: tuple[Problem, ...] = ()

    @property
    def worst(self) -> Problem | None:
        """The problem to be shown first."""
        order = list(Severity)
        return min(self.problems, key=lambda one: order.index(one.severity), default=None)


def document_rows(
    documents: Sequence[tuple[Document, str]], problems: Sequence[Problem]
) -> list[DocumentRow]:
    """Rows in the order in which they were read, so that none jumps when its kind is changed."""
    return [
        DocumentRow(one, place, tuple(found for found in problems if found.params.get("file") == one.name))
        for one, place in documents
    ]


def size_words(size: int) -> str:
    """A number of bytes as people read it."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


class DocumentsModel(RecordModel[DocumentRow]):
    """`set_kind` keeps another kind for a document and returns whether it was kept."""

    def __init__(self, set_kind: Callable[[Document, DocumentKind], bool]) -> None:
        self._set_kind = set_kind
        self.locked = False
        super().__init__(
            (
                Column(
                    "类别",
                    lambda one: one.document.kind.value,
                    sort=lambda one: REQUIRED.index(one.document.kind),
                    width=11,
                    editable=True,
                    choices=lambda _: tuple(kind.value for kind in REQUIRED),
                    hint="认错了可以改：双击，或按 F2",
                ),
                Column(
                    "文件",
                    lambda one: one.document.name,
                    mark=lambda one: mark_of(one.worst) if one.worst else None,
                    tip=_tip,
                    width=0,
                ),
                Column(
                    "页数",
                    lambda one: str(one.document.pages or "—"),
                    sort=lambda one: one.document.pages,
                    number=True,
                    width=5,
                ),
                Column(
                    "大小",
                    lambda one: size_words(one.document.size),
                    sort=lambda one: one.document.size,
                    number=True,
                    width=8,
                ),
            ),
            key=lambda one: one.document.document_id,
            edit=self._edited,
        )

    def _edited(self, row: DocumentRow, column: int, words: str) -> DocumentRow | None:
        """The step shows all documents anew when one was kept, so no row is returned."""
        if column == KIND and words in {kind.value for kind in REQUIRED}:
            self._set_kind(row.document, DocumentKind(words))
        return None


def _tip(one: DocumentRow) -> str:
    return "\n".join([one.document.name, *(f"· {problem_sentence(found)}" for found in one.problems)])
