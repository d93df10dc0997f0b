"""企业分组: what each group has to do, a balanced proposal to look at before it is taken, and changes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QStackedWidget,
    QWidget,
)

from ecpanel.domain.candidate import Candidate
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.filter_row import FilterRow
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import MarkLabel, button, text
from ecpanel.gui.marks import DONE, Tone
from ecpanel.gui.models import grouping as models
from ecpanel.gui.models.grouping import ALL, EVERY, NOWHERE, LoadsModel, PlacedModel, is_of, placed_rows
from ecpanel.progress import Progress
from ecpanel.services.grouping import group_loads, propose_groups, set_candidate_groups
from ecpanel.services.readiness import ALL_GROUPS, Preparation, StepKey, ungrouped

if TYPE_CHECKING:
    from ecpanel.gui.organiser.panel_edits import PanelEdits
    from ecpanel.gui.organiser.step import OrganiserStep

WITHOUT, SOLE, TABLES = range(3)
LOW: Final = 50
"""Lower than this many units there is no room for loads and candidates at once."""


class GroupingPage(QWidget):
    """A sentence where there is nothing to be chosen, else loads above and candidates below."""

    def __init__(self, step: OrganiserStep, edits: PanelEdits) -> None:
        super().__init__()
        self._step, self._edits, self._theme = step, edits, step.frame.theme
        theme = self._theme
        self._proposal: dict[str, str] = {}
        self._shown: tuple[object, ...] = ()
        self._wanted = False
        self._without = EmptyState(theme, "split", "", "", "去处理", self._go)
        self._goal: StepKey | None = None
        self._sole = EmptyState(theme, "circle-check", "只有一个评审组，不需要分组", "")
        self.loads = LoadsModel()
        self.loads_table = _Loads(theme, self.loads, "各组工作量")
        self.loads_table.spare = (3, 2)
        self.model = PlacedModel(self._choices, self._place_one)
        self.table = Table(theme, self.model, "企业分组")
        self.table.spare = (4, 3, 1, 6)
        self.table.setItemDelegate(CellDelegate(theme, self.table))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.opened.connect(lambda _: self._edit())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell_chosen())
        self.filter = FilterRow(theme, "查找企业：名称、编号、地区")
        self.filter.changed.connect(self._filter)
        self.propose = button(
            theme,
            "按均衡建议分组",
            self.make_proposal,
            icon="shuffle",
            hint="照顾家数、地区、类别、页数，尽量避开回避；先看建议，再决定采用",
        )
        self._stack = QStackedWidget()
        for part in (Scroll(self._without), Scroll(self._sole), self._tables()):
            self._stack.addWidget(part)
        self.setLayout(column(self._stack))

    def _tables(self) -> QWidget:
        theme, unit = self._theme, self._theme.unit
        self._told = MarkLabel(theme, models.PROPOSED)
        self._about = text("", wrap=True)
        self.take = button(theme, "采用建议", self.take_proposal, icon="check", shortcut="Ctrl+Return")
        self.drop = button(theme, "不采用", self.drop_proposal, quiet=True)
        self._offer = QFrame()
        self._offer.setObjectName("banner")
        inside = row(self._told, self._about, self.take, self.drop, spacing=unit)
        inside.setStretch(1, 1)
        inside.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        self._offer.setLayout(inside)
        self._fold = button(theme, "", self._turn_loads, icon="table", quiet=True)
        self._count = text("", "small", Tone.FAINT)
        self._target = QComboBox()
        self._target.setAccessibleName("分到哪一组")
        self.put_there = button(theme, "分到这一组", self._place_chosen, icon="corner-down-right")
        foot = QFrame()
        foot.setObjectName("status")
        below = column(Flow(self._fold, self._count, self._target, self.put_there, spacing=unit))
        below.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        foot.setLayout(below)
        whole = QWidget()
        whole.setObjectName("sheet")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = column(self.loads_table, self._offer, self.filter, self.table, foot)
        layout.setStretch(3, 1)
        whole.setLayout(layout)
        self._foot = foot
        return whole

    # ---- showing

    def put(self) -> None:
        """Show the grouping as it is."""
        ready, locked = self._edits.ready, self._step.desk.lock is not None
        several = len(ready.groups) > 1
        self.propose.setVisible(several and bool(ready.candidates) and not locked)
        if not ready.candidates or not ready.groups:
            self._say_without(ready)
            self._stack.setCurrentIndex(WITHOUT)
        elif not several and not ungrouped(ready):
            self._say_sole(ready)
            self._stack.setCurrentIndex(SOLE)
        else:
            self._stack.setCurrentIndex(TABLES)
            self._put_tables(ready, locked=locked)

    def _say_without(self, ready: Preparation) -> None:
        if not ready.candidates:
            self._goal = StepKey.CANDIDATES
            self._without.set_words("还没有参评企业", "先导入名单，才能分组。")
            self._without.button.setText("去导入名单")
        else:
            self._goal = None
            self._without.set_words("还没有评审组", "先在“评审组”页添加评审组。只有一个组时不需要分组。")
        self._without.button.setVisible(self._goal is not None)

    def _go(self) -> None:
        if self._goal is not None:
            self._step.desk.go_to(self._goal)

    def _say_sole(self, ready: Preparation) -> None:
        (load,) = group_loads(ready)
        kinds = "，".join(f"{name} {count} 家" for name, count in load.by_category.items() if name)
        pages = f"；材料共 {load.pages:,} 页" if load.pages else ""
        told = f"全部 {load.candidates} 家企业都由“{load.group.name}”评审（{kinds}{pages}）。"
        self._sole.set_words("只有一个评审组，不需要分组", told)

    def _put_tables(self, ready: Preparation, *, locked: bool) -> None:
        key = (ready.candidates, ready.documents, ready.groups, ready.recusals, tuple(self._proposal.items()))
        if len(key) != len(self._shown) or any(a is not b for a, b in zip(key[:4], self._shown[:4], strict=True)) \
                or key[4] != self._shown[4]:  # fmt: skip
            self._shown = key
            self.loads.put(ready, self._proposal)
            self.loads_table.updateGeometry()
            rows = placed_rows(ready, self._proposal)
            names = [group.name for group in ready.groups]
            kinds = [ALL, NOWHERE, *names, *([EVERY] if any(one.group == EVERY for one in rows) else [])]
            self.filter.set_kinds({one: one for one in kinds})
            self.filter.set_counts({one: sum(is_of(row, one) for row in rows) for one in kinds})
            self.model.update_rows(rows)
            self._put_targets(names)
        self._offer.setVisible(bool(self._proposal))
        self._foot.setVisible(not locked and not self._proposal)
        editable = not locked and not self._proposal
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            if editable
            else QAbstractItemView.EditTrigger.NoEditTriggers
        )
        self._show_loads()
        self._tell_chosen()

    def _turn_loads(self) -> None:
        self._wanted = self.loads_table.isHidden()
        self._show_loads()

    def _show_loads(self) -> None:
        """What the groups have to do can be folded away where the window is low; a proposal needs it."""
        low = self.height() < LOW * self._theme.unit
        if not low:
            self._wanted = False
        self._fold.setVisible(low)
        self._fold.setText("收起工作量" if self._wanted else "各组工作量")
        self.loads_table.setVisible(not low or self._wanted or bool(self._proposal))
        self.filter.setVisible(not (low and self._proposal))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Loads and candidates share the height there is."""
        super().resizeEvent(event)
        self._show_loads()

    def _put_targets(self, names: Sequence[str]) -> None:
        kept = self._target.currentText()
        self._target.clear()
        self._target.addItems([*names, EVERY, NOWHERE])
        self._target.setCurrentIndex(max(self._target.findText(kept), 0))

    def _filter(self) -> None:
        self.model.show(self.filter.kind, self.filter.words)

    def _chosen(self) -> list[str]:
        picked = self.table.selectionModel().selectedRows()
        return [row.candidate.candidate_id for one in picked if (row := self.model.row_at(one)) is not None]

    def _tell_chosen(self) -> None:
        count = len(self._chosen())
        self._count.setText(
            f"已选 {count} 家（按住 Ctrl 或 Shift 可多选）" if count else "选中企业后可以一起分组"
        )
        self.put_there.setEnabled(count > 0)

    # ---- changing by hand

    def _choices(self) -> Sequence[str]:
        return (*(one.name for one in self._edits.ready.groups), EVERY, NOWHERE)

    def _edit(self) -> None:
        index = self.table.currentIndex()
        if index.isValid() and self.table.editTriggers() != QAbstractItemView.EditTrigger.NoEditTriggers:
            self.table.edit(self.model.index(index.row(), models.GROUP))

    def _place_one(self, firm: Candidate, words: str) -> None:
        self._edits.place(f"把{firm.name}分到{words}", {firm.candidate_id: _named(words)})

    def _place_chosen(self) -> None:
        chosen, words = self._chosen(), self._target.currentText()
        if chosen:
            self._edits.place(f"把 {len(chosen)} 家分到{words}", dict.fromkeys(chosen, _named(words)))

    # ---- the proposal

    def make_proposal(self) -> None:
        """Propose groups for those that have none; where all have one, for everybody anew."""
        from dataclasses import replace

        ready = self._edits.ready
        if not ungrouped(ready):
            ready = replace(
                ready,
                candidates=tuple(
                    one if one.group == ALL_GROUPS else replace(one, group="") for one in ready.candidates
                ),
            )
        elif any(one.group for one in ungrouped(ready)):
            names = {one.candidate_id for one in ungrouped(ready)}
            ready = replace(
                ready,
                candidates=tuple(
                    replace(one, group="") if one.candidate_id in names else one for one in ready.candidates
                ),
            )
        found = propose_groups(ready)
        now = {one.candidate_id: one.group for one in self._edits.ready.candidates}
        self._proposal = {key: name for key, name in found.items() if now[key] != name}
        if not self._proposal:
            self._step.banner.say("现在的分组已经是均衡的建议，没有要改的。", DONE)
            return
        self._told.set_mark(models.PROPOSED, "建议")
        self._about.setText(
            f"要动 {len(self._proposal)} 家，上面是前后的工作量；采用之前什么都没有改，采用后也可以撤销。"
        )
        self.filter.choose(ALL)
        self.put()
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)

    def drop_proposal(self) -> None:
        """Leave everything as it is."""
        self._proposal = {}
        self.put()

    def take_proposal(self) -> None:
        """Group as proposed."""
        proposal, store, clock = self._proposal, self._step.store, self._step.frame.clock
        if not proposal:
            return

        def work(_: Progress) -> dict[str, str]:
            return set_candidate_groups(store, proposal, clock)

        def done(before: dict[str, str]) -> None:
            self._proposal = {}
            self._edits.place(f"采用建议，把 {len(proposal)} 家分组", proposal, before)
            self._step.banner.say(
                f"已按建议把 {len(proposal)} 家企业分组。", DONE, "撤销", self._undo_from_banner
            )

        self._step.frame.run("分组", work, done, self._step.banner, can_cancel=False)

    def _undo_from_banner(self) -> None:
        self._step.banner.clear()
        self._step.history.undo()


class _Loads(Table):
    """As high as its rows, up to a handful."""

    def sizeHint(self) -> QSize:
        """All groups of a usual review."""
        rows = min(max(self.model().rowCount(), 1), 5)
        high = rows * self.verticalHeader().defaultSectionSize() + self.horizontalHeader().sizeHint().height()
        return QSize(super().sizeHint().width(), high + 2)

    def minimumSizeHint(self) -> QSize:
        """Two groups."""
        return QSize(0, min(self.sizeHint().height(), round(13 * self._theme.unit)))


def _named(words: str) -> str:
    """The name of a group as it is kept."""
    return {NOWHERE: "", EVERY: ALL_GROUPS}.get(words, words)
