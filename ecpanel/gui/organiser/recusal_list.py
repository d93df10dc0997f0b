"""已知回避: the recusals the organiser knows of, corrected in place, and a line to add the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from ecpanel.domain.recusal import Recusal
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.filter_row import FilterRow
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column
from ecpanel.gui.controls.search_box import SearchBox
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button
from ecpanel.gui.keys import add_key
from ecpanel.gui.models.recusals import REASONS, RecusalRow, RecusalsModel, recusal_rows
from ecpanel.gui.theme import Theme
from ecpanel.services.readiness import Preparation

ADVICE: Final = (
    "已经知道某位专家应当回避某家企业的，在下面登记，他的任务包里就没有这家的材料。"
    "其余的由专家签到时自己申明。"
)
FEW: Final = 8
"""More recusals than these can be looked through."""


class RecusalList(QWidget):
    """`keep` adds or changes a recusal, `drop` takes one back; both say whether it went well."""

    def __init__(
        self, theme: Theme, keep: Callable[[str, Recusal], bool], drop: Callable[[RecusalRow], bool]
    ) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._keep, self._drop = keep, drop
        self.model = RecusalsModel(lambda one: keep("改回避的原因或说明", one))
        self.table = Table(theme, self.model, "已知回避")
        self.table.spare = (3,)
        self.table.setItemDelegate(CellDelegate(theme, self.table))
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.table.opened.connect(lambda _: self._edit())
        self.table.chosen.connect(lambda _: self._tell())
        add_key(self.table, "Del", "删除回避", self.drop_chosen)
        self.remove = button(theme, "删除", self.drop_chosen, icon="trash-2", hint="删除选中的回避（Delete）")
        self.filter = FilterRow(theme, "查找专家、企业")
        self.filter.changed.connect(lambda: self.model.show(self.filter.words))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(Scroll(EmptyState(theme, "circle-slash", "还没有登记已知回避", ADVICE)))
        self.add = RecusalLine(theme, self._added)
        layout = column(self.filter, self._stack, self.add)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def put(self, ready: Preparation) -> None:
        """Show the known recusals."""
        self.model.update_rows(recusal_rows(ready))
        self.filter.setVisible(len(ready.recusals) > FEW)
        self._stack.setCurrentIndex(0 if ready.recusals else 1)
        self.add.put(ready)
        self._tell()

    def _tell(self) -> None:
        self.remove.setEnabled(self.table.currentIndex().isValid())

    def _edit(self) -> None:
        index = self.table.currentIndex()
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.table.edit(index)

    def _added(self, recusal: Recusal) -> bool:
        kept = self._keep("登记回避", recusal)
        if kept:
            self.table.choose((recusal.expert_id, recusal.candidate_id))
        return kept

    def drop_chosen(self) -> None:
        """Take back the recusal at hand; Ctrl+Z brings it back."""
        row_now = self.model.row_at(self.table.currentIndex())
        if row_now is None:
            return
        place = self.table.currentIndex().row()
        if self._drop(row_now) and self.model.rows:
            self.table.setCurrentIndex(self.model.index(min(place, len(self.model.rows) - 1), 0))


class RecusalLine(QFrame):
    """The next recusal: expert, candidate, reason, note; Enter registers it."""

    def __init__(self, theme: Theme, add: Callable[[Recusal], bool]) -> None:
        super().__init__()
        self.setObjectName("status")
        self._add, unit = add, theme.unit
        self.expert = SearchBox(theme, "专家：编号或姓名", 20)
        self.candidate = SearchBox(theme, "企业：编号或名称", 28)
        self.reason = QComboBox()
        self.reason.setAccessibleName("原因")
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason.setMinimumContentsLength(14)
        self.reason.addItems(list(REASONS))
        self.note = _Note(theme)
        self.go = button(theme, "登记(&D)", self._go, icon="plus")
        for box in (self.expert, self.candidate):
            line = box.lineEdit()
            assert line is not None
            line.returnPressed.connect(self._go)
        self.note.returnPressed.connect(self._go)
        self._problem = FieldProblem()
        flow = Flow(self.expert, self.candidate, self.reason, self.note, self.go, spacing=unit)
        layout = column(flow, self._problem, spacing=unit // 2)
        layout.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self.setLayout(layout)

    def put(self, ready: Preparation) -> None:
        """Offer the people of the review."""
        self.expert.set_items(
            [
                (one.expert_id, f"{one.expert_id} {one.name}{f'（{one.organisation}）' if one.organisation else ''}")
                for one in ready.experts.values()
            ]
        )  # fmt: skip
        self.candidate.set_items(
            [(one.candidate_id, f"{one.candidate_id} {one.name}") for one in ready.candidates]
        )

    def _go(self) -> None:
        expert, candidate = self.expert.key, self.candidate.key
        if not expert:
            self._say("请从列表中选一位专家；可以输入编号、姓名或单位的一部分。", self.expert)
        elif not candidate:
            self._say("请从列表中选一家企业；可以输入编号或名称的一部分。", self.candidate)
        else:
            self._say("", None)
            reason = REASONS[self.reason.currentText()]
            if self._add(Recusal(expert, candidate, reason, self.note.text().strip(), "organiser")):
                self.candidate.choose("")
                self.note.clear()
                self.candidate.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str, box: QWidget | None) -> None:
        self._problem.say(sentence)
        if box is not None:
            box.setFocus(Qt.FocusReason.OtherFocusReason)


class _Note(QLineEdit):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("说明")
        self.setPlaceholderText("说明（可不填）")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A few words."""
        return QSize(16 * self._theme.unit, super().sizeHint().height())
