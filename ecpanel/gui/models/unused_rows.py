"""Rows of an imported list that could not be used, each with the draft that is put right in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.regions import REGIONS
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.gui.marks import WARNING, Mark
from ecpanel.gui.models.records import Column, RecordModel

SHEET, ROW, REASON, REGION, NAME, CODE, CATEGORY = range(7)
MEMBERS: Final = {REGION: "region", NAME: "name", CODE: "credit_code", CATEGORY: "category"}
DOUBTFUL: Final = Mark(WARNING.word, WARNING.icon, WARNING.tone)
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class UnusedDraft:
    """A row of the list and the candidate people make of it."""

    row: UnusedRow
    draft: Candidate

    @property
    def place(self) -> Place:
        """Sheet and row."""
        return self.row.sheet, self.row.row


class UnusedModel(RecordModel[UnusedDraft]):
    """`edit` is called for what is typed into a draft."""

    def __init__(
        self,
        categories: Callable[[], Sequence[str]],
        edit: Callable[[UnusedDraft, int, str], UnusedDraft | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            (
                Column("工作表", lambda one: one.row.sheet, width=10, tip=_cells),
                Column("行", lambda one: str(one.row.row), lambda one: one.row.row, number=True, width=5),
                Column("没有采用的原因", _reasons, width=0, mark=lambda _: DOUBTFUL, tip=_cells),
                Column(
                    "地区",
                    lambda one: one.draft.region,
                    width=10,
                    editable=True,
                    choices=lambda _: REGIONS,
                ),
                Column("企业名称", lambda one: one.draft.name, width=0, editable=True),
                Column("信用代码", lambda one: one.draft.credit_code, width=23, editable=True),
                Column(
                    "类别",
                    lambda one: one.draft.category,
                    width=8,
                    editable=True,
                    choices=lambda _: categories(),
                ),
            ),
            key=lambda one: one.place,
            edit=edit,
            parent=parent,
        )


def _reasons(one: UnusedDraft) -> str:
    return "，".join(one.row.reasons)


def _cells(one: UnusedDraft) -> str:
    """The row as it stands in the list."""
    return "\n".join(f"{title}：{words}" for title, words in one.row.cells)
