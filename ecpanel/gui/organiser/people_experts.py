"""专家: the table of experts, corrected in place, and a line to add the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from ecpanel.domain.people import Expert, Group
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.cell_editors import CellDelegate
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, restyle
from ecpanel.gui.keys import add_key
from ecpanel.gui.models.experts import ExpertsModel, expert_rows
from ecpanel.gui.theme import Theme
from ecpanel.services.panel import next_expert_id

if TYPE_CHECKING:
    from ecpanel.gui.organiser.panel_edits import PanelEdits

Add = Callable[[Expert, Group | None], bool]
ADVICE: Final = (
    "从人员名单（Excel）导入专家、评审组和已知回避，或在下面逐位添加。没有名单的，先“导出”一张空表来填。"
)


class ExpertsPage(QWidget):
    """Table and the line below it."""

    def __init__(self, theme: Theme, edits: PanelEdits) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._edits = theme, edits
        self.model = ExpertsModel(self._edited)
        self.table = Table(theme, self.model, "专家")
        self.table.spare = (len(self.model.columns) - 1,)
        self.table.setItemDelegate(CellDelegate(theme, self.table))
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.table.opened.connect(lambda _: self.table.edit(self.table.currentIndex()))
        self.table.chosen.connect(lambda _: self._tell())
        add_key(self.table, "Del", "删除专家", self.remove_chosen)
        self.remove = button(
            theme,
            "删除",
            self.remove_chosen,
            icon="trash-2",
            hint="删除选中的专家，连同分组和已知回避（Delete）",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(Scroll(EmptyState(theme, "users", "还没有专家", ADVICE)))
        self.add = AddLine(theme, self._add)
        layout = column(self._stack, self.add)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self) -> None:
        """Show the experts as they are."""
        ready = self._edits.ready
        self.model.update_rows(expert_rows(ready))
        self._stack.setCurrentIndex(0 if ready.experts else 1)
        self.add.put(list(ready.groups))
        self._tell()

    def _tell(self) -> None:
        self.remove.setEnabled(self.table.currentIndex().isValid())

    def _edited(self, expert: Expert) -> bool:
        return self._edits.change_expert(f"改{expert.expert_id} {expert.name}", expert)

    def remove_chosen(self) -> None:
        """Remove the expert at hand; Ctrl+Z brings him back."""
        row_now = self.model.row_at(self.table.currentIndex())
        if row_now is None:
            return
        place = self.table.currentIndex().row()
        if self._edits.remove_expert(row_now.expert) and self.model.rows:
            last = len(self.model.rows) - 1
            self.table.setCurrentIndex(self.model.index(min(place, last), 1))

    def _add(self, expert: Expert, group: Group | None) -> bool:
        fresh = next_expert_id(self._edits.ready.experts)
        kept = self._edits.add_expert(
            Expert(fresh, expert.name, expert.organisation, expert.title, expert.field, expert.outside), group
        )
        if kept:
            self.table.choose(fresh)
        return kept


class AddLine(QFrame):
    """The next expert: typed field by field, Enter adds him and begins the next."""

    def __init__(self, theme: Theme, add: Add) -> None:
        super().__init__()
        self.setObjectName("status")
        self._theme, self._add, unit = theme, add, theme.unit
        self._groups: list[Group] = []
        self.name, self.organisation = _Line(theme, "姓名", 10), _Line(theme, "单位", 14)
        self.title, self.field = _Line(theme, "职称", 9), _Line(theme, "专业", 9)
        self.organisation.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.outside = QCheckBox("部外(&O)")
        self.outside.setAccessibleName("部外专家")
        self.outside.setToolTip("部外专家：不是主管部门的人")
        self.outside.setChecked(True)
        self.group = QComboBox()
        self.group.setAccessibleName("评审组")
        self.group.setToolTip("添加后归入这个评审组")
        self.go = button(theme, "添加(&D)", self._go, icon="user-plus")
        for line in (self.name, self.organisation, self.title, self.field):
            line.returnPressed.connect(self._go)
        self._problem = FieldProblem()
        flow = Flow(
            self.name,
            self.organisation,
            self.title,
            self.field,
            self.outside,
            self.group,
            self.go,
            spacing=unit,
        )
        layout = column(flow, self._problem, spacing=unit // 2)
        layout.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        self.setLayout(layout)

    def put(self, groups: list[Group]) -> None:
        """Offer these groups; a sole group is proposed."""
        if [one.name for one in groups] != [one.name for one in self._groups]:
            kept = self.group.currentText()
            self.group.clear()
            self.group.addItem("暂不分组")
            self.group.addItems([one.name for one in groups])
            wanted = self.group.findText(kept)
            self.group.setCurrentIndex(wanted if wanted > 0 else int(len(groups) == 1))
        self.group.setVisible(bool(groups))
        self._groups = groups

    def _go(self) -> None:
        name = self.name.text().strip()
        self.say("" if name else "请填写姓名。")
        if not name:
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        place = self.group.currentIndex() - 1
        group = self._groups[place] if 0 <= place < len(self._groups) else None
        expert = Expert(
            "",
            name,
            self.organisation.text().strip(),
            self.title.text().strip(),
            self.field.text().strip(),
            self.outside.isChecked(),
        )
        if self._add(expert, group):
            for line in (self.name, self.organisation, self.title, self.field):
                line.clear()
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """What is wrong with the name, or nothing."""
        self._problem.say(sentence)
        self.name.setProperty("wrong", bool(sentence))
        restyle(self.name)


class _Line(QLineEdit):
    """A short field in a row of them; what belongs in it stands in it while it is empty."""

    def __init__(self, theme: Theme, name: str, wide: int) -> None:
        super().__init__()
        self._theme, self._wide = theme, wide
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as it was made."""
        return QSize(self._wide * self._theme.unit, super().sizeHint().height())
