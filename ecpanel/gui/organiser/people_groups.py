"""评审组: the matrix of experts and groups at the left, a card for each group at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QHBoxLayout, QSizePolicy, QSplitter, QWidget

from ecpanel.domain.people import Group
from ecpanel.gui.controls.panel import EmptyState, Scroll, column, holding, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.keys import tell_keys
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.membership import FIRST, MembershipModel
from ecpanel.gui.organiser.group_card import GroupCard
from ecpanel.services.panel import next_group_id
from ecpanel.services.readiness import group_candidates

if TYPE_CHECKING:
    from ecpanel.gui.organiser.panel_edits import PanelEdits
    from ecpanel.gui.organiser.step import OrganiserStep

WIDTHS: Final = "organiser.groups"
TIGHT: Final = 100
"""Narrower than this many units, matrix and cards take turns."""


class GroupsPage(QWidget):
    """`card_wanted` and `card_dropped` tell a group whose chair's card is to be taken in."""

    card_wanted = Signal(str)
    card_dropped = Signal(str, object)

    def __init__(self, step: OrganiserStep, edits: PanelEdits) -> None:
        super().__init__()
        self._step, self._edits = step, edits
        frame: Frame = step.frame
        self._theme, unit = frame.theme, frame.theme.unit
        self.model = MembershipModel()
        self.matrix = MatrixView(frame, self.model)
        self.matrix.turned.connect(self._turn_member)
        self.cards: list[GroupCard] = []
        self._cards = column(spacing=unit)
        self.add = button(self._theme, "添加评审组", self.add_group, icon="plus")
        self._none = EmptyState(
            self._theme,
            "users",
            "还没有评审组",
            "一场评审可以只有一个组，也可以分几组。添加评审组，再在左边勾选各组的专家。",
        )
        self._how = text("单击方格或按空格：把专家编入、移出评审组", "small", Tone.FAINT, wrap=True)
        self._how.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        left = holding(column(self.matrix, self._how), "sheet")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = column(self._none, self._cards, None, spacing=unit, margin=unit)
        self._scroll = Scroll(holding(inside))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(self._scroll)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._split.setSizes(frame.preferences.widths.get(WIDTHS) or [94 * unit, 48 * unit])
        self._split.splitterMoved.connect(lambda: frame.keep_widths(WIDTHS, self._split.sizes()))
        self._tight = False
        self._sides = holding(self._choice(left))
        self._sides.hide()
        layout = column(self._sides, self._split)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _choice(self, matrix: QWidget) -> QHBoxLayout:
        """Where there is little room: which of the two shows."""
        group = QButtonGroup(self)
        chips = []
        for words in ("谁在哪一组", "各组的组长、名片"):
            chip = button(self._theme, words)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            group.addButton(chip)
            chips.append(chip)
        chips[0].setChecked(True)
        for part, chip in zip((matrix, self._scroll), chips, strict=True):
            chip.toggled.connect(part.setVisible)
        self._parts, self.chips = (matrix, self._scroll), chips
        return row(*chips, None, spacing=self._theme.unit, margin=self._theme.unit)

    def put(self) -> None:
        """Show groups and members as they are."""
        ready, lock = self._edits.ready, self._step.desk.lock
        self.model.put(ready)
        issued = {one.group for one in self._step.desk.holdings if one.times}
        fit_rows(self._cards, self.cards, len(ready.groups), self._make_card)
        self._none.setVisible(not ready.groups)
        self.add.setVisible(lock is None)
        for card, group in zip(self.cards, ready.groups, strict=True):
            card.put(
                group,
                ready.experts,
                ready.chairs.get(group.group_id),
                len(group_candidates(group, ready.groups, ready.candidates)),
                [one for one in self._step.step.problems if one.params.get("group") == group.name
                 and "candidate" not in one.params],
                fixed=lock is not None,
                issued=group.group_id in issued,
            )  # fmt: skip

    def _make_card(self, _: int) -> GroupCard:
        made = GroupCard(self._theme, self._edits.change_group)
        made.removed.connect(self._remove)
        made.card_wanted.connect(self.card_wanted)
        made.card_dropped.connect(self.card_dropped)
        return made

    def flush(self) -> None:
        """Keep what is being typed."""
        for card in self.cards:
            card.flush()

    # ---- changing

    def add_group(self) -> None:
        """One more group, to be filled in the matrix; the first one takes in everybody."""
        ready = self._edits.ready
        taken = {one.name for one in ready.groups}
        number = len(taken) + 1
        while f"第{number}评审组" in taken:
            number += 1
        name = f"第{number}评审组" if taken else "评审组"
        members = () if taken else tuple(sorted(ready.experts, key=lambda one: int(one[1:])))
        fresh = next_group_id([one.group_id for one in ready.groups])
        if self._edits.change_group(f"添加{name}", Group(fresh, name, members, "")):
            self.chips[1].setChecked(True)
            made = next(one for one in self.cards if one.group.group_id == fresh)
            self._scroll.ensureWidgetVisible(made)
            made.name.setFocus(Qt.FocusReason.OtherFocusReason)
            made.name.selectAll()

    def _remove(self, group_id: str) -> None:
        group = next((one for one in self._edits.ready.groups if one.group_id == group_id), None)
        if group is not None:
            self._edits.remove_group(group)

    def _turn_member(self, index: QModelIndex | QPersistentModelIndex) -> None:
        row_now, group = self.model.row_at(index), self.model.group_at(index)
        if row_now is None or group is None:
            return
        who = row_now.expert.expert_id
        if who in group.members:
            members = tuple(one for one in group.members if one != who)
            chair = "" if group.chair == who else group.chair
            words = f"把{row_now.expert.name}移出{group.name}"
        else:
            members = tuple(sorted((*group.members, who), key=lambda one: int(one[1:])))
            chair, words = group.chair, f"把{row_now.expert.name}编入{group.name}"
        self._edits.change_group(words, replace(group, members=members, chair=chair))

    # ---- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another where there is room."""
        super().resizeEvent(event)
        tight = self.width() < TIGHT * self._theme.unit
        if tight != self._tight:
            self._tight = tight
            self._sides.setVisible(tight)
            for part, chip in zip(self._parts, self.chips, strict=True):
                part.setVisible(chip.isChecked() or not tight)


class MatrixView(Table):
    """Cells are turned by a click or the space bar."""

    turned = Signal(object)

    def __init__(self, frame: Frame, model: MembershipModel) -> None:
        super().__init__(frame.theme, model, "专家与评审组")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clicked.connect(self._turn)
        tell_keys(self, [("Space", "编入或移出评审组")])

    def _turn(self, index: QModelIndex) -> None:
        if index.column() >= FIRST:
            self.turned.emit(QPersistentModelIndex(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space turns the cell at hand."""
        if event.key() == Qt.Key.Key_Space:
            self._turn(self.currentIndex())
            return
        super().keyPressEvent(event)
