"""Rows the import could not use, put right one by one: typed over, taken in, or struck out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QAbstractItemView, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.regions import find_region
from ecpanel.exchange.candidate_rows import UnusedRow
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.unused_rows import MEMBERS, NAME, REGION, SHEET, Place, UnusedDraft, UnusedModel
from ecpanel.gui.theme import Theme


class UnusedPanel(QWidget):
    """`take(row, candidate, failed)` adds the firm a row means, `dismiss(row)` strikes a row that means none."""

    def __init__(
        self,
        theme: Theme,
        categories: Callable[[], Sequence[str]],
        take: Callable[[UnusedRow, Candidate, Callable[[str], object]], object],
        dismiss: Callable[[UnusedRow], object],
    ) -> None:
        super().__init__()
        self._take, self._dismiss = take, dismiss
        self._drafts: dict[Place, Candidate] = {}
        self.model = UnusedModel(categories, self._edit, self)
        self.table = Table(theme, self.model, "没有采用的行")
        self.table.setItemDelegate(CellDelegate(theme, self.table))
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.table.opened.connect(self._edit_now)
        self.table.chosen.connect(lambda _: self._tell())
        self.cells = text("", "small", Tone.FAINT, wrap=True)
        self.problem = FieldProblem()
        self.take_button = button(
            theme, "加入名单", self.take_row, icon="check", shortcut="Ctrl+Return", hint="把这一行加入名单"
        )
        self.dismiss_button = button(
            theme, "不是企业，划去", self.dismiss_row, icon="x", shortcut="Ctrl+Backspace", quiet=True
        )
        foot = row(self.cells, self.dismiss_button, self.take_button, spacing=theme.unit)
        foot.setStretch(0, 1)
        below = column(self.problem, foot)
        below.setContentsMargins(2 * theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        layout = column(self.table, below)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self, rows: Sequence[UnusedRow], *, locked: bool) -> None:
        """Show the rows that are left; what was typed into one stays."""
        drafts = [UnusedDraft(one, self._drafts.get((one.sheet, one.row), one.draft)) for one in rows]
        before = self.table.currentIndex()
        self.model.update_rows(drafts)
        self.table.hide_columns({SHEET} if len({one.sheet for one in rows}) < 2 else ())
        if drafts and not self.table.currentIndex().isValid():
            place = min(max(before.row(), 0), len(drafts) - 1)
            self.table.setCurrentIndex(self.model.index(place, NAME))
        self.take_button.setEnabled(not locked and bool(drafts))
        self._tell()

    def _edit(self, one: UnusedDraft, column_number: int, words: str) -> UnusedDraft:
        member, typed = MEMBERS[column_number], words.strip()
        if column_number == REGION:
            typed = find_region(typed) or typed
        draft = replace(one.draft, **{member: typed})  # type: ignore[arg-type]
        self._drafts[one.place] = draft
        self.problem.say("")
        return UnusedDraft(one.row, draft)

    def _edit_now(self) -> None:
        index = self.table.currentIndex()
        if not self.model.columns[index.column()].editable:
            index = index.siblingAtColumn(NAME)
            self.table.setCurrentIndex(index)
        self.table.edit(index)

    def _now(self) -> UnusedDraft | None:
        return self.model.row_at(self.table.currentIndex())

    def _tell(self) -> None:
        one = self._now()
        told = []
        if one is not None:
            told = ["，".join(one.row.reasons)]  # whole here: a narrow column shortens it
            if one.row.cells:
                told.append("原表内容　" + "　".join(f"{title}：{words}" for title, words in one.row.cells))
        self.cells.setText("\n".join(told))
        self.problem.say("")

    def take_row(self) -> None:
        """Add the firm the chosen row means."""
        one = self._now()
        if one is not None:
            self._take(one.row, one.draft, self.problem.say)

    def dismiss_row(self) -> None:
        """Strike the chosen row."""
        one = self._now()
        if one is not None:
            self._dismiss(one.row)
