"""The board of who holds what, with boxes to choose who gets a package now."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.keys import tell_keys
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.holdings import BOX, HoldingRow, HoldingsModel
from ecpanel.gui.theme import Theme
from ecpanel.texts import minute


class IssueBoard(QWidget):
    """`again_wanted` asks for one package alone to be written anew."""

    again_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, unit = theme, theme.unit
        self.model = HoldingsModel()
        self.table = _Board(theme, self.model)
        self.table.chosen.connect(lambda _: self._tell())
        none = EmptyState(theme, "users", "还没有人可发", "先在“专家与分组”里添加专家和评审组。")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(Scroll(none))
        self._words = text("", "small", Tone.FAINT, wrap=True)
        self.again = button(theme, "只发给此人", self._ask, icon="rotate-ccw")
        foot = QFrame()
        foot.setObjectName("status")
        below = column(self._words, Flow(self.again, spacing=unit), spacing=unit // 2)
        below.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        foot.setLayout(below)
        self._foot = foot
        layout = column(self._stack, foot)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self, rows: list[HoldingRow], *, can_issue: bool) -> None:
        """Show who holds what."""
        self._can_issue = can_issue
        self.model.update_rows(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        self._tell()

    def _row(self) -> HoldingRow | None:
        return self.model.row_at(self.table.currentIndex())

    def _tell(self) -> None:
        one = self._row()
        self._foot.setVisible(one is not None)
        if one is None:
            return
        held = one.holding
        when = f"，{minute(held.at)} 第 {held.times} 次发放" if held.times else ""
        why = f"；{one.why}" if one.why else ""
        self._words.setText(f"{held.name}：{one.mark.word}{when}{why}。")
        self.again.setText("只重发给此人" if held.times else "只发给此人")
        self.again.setEnabled(self._can_issue)

    def _ask(self) -> None:
        one = self._row()
        if one is not None:
            self.again_wanted.emit(one.key)


class _Board(Table):
    """A click on a box or the space bar ticks it."""

    def __init__(self, theme: Theme, model: HoldingsModel) -> None:
        super().__init__(theme, model, "任务包发放一览")
        self.spare = (7, 6, 3, 5)
        self._boxes = model
        self.clicked.connect(self._clicked)
        tell_keys(self, [("Space", "选或不选此人")])

    def minimumSizeHint(self) -> QSize:
        """A few rows."""
        return QSize(20 * self._theme.unit, 16 * self._theme.unit)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == BOX:
            self._boxes.turn(self.key())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the row at hand."""
        if event.key() == Qt.Key.Key_Space:
            self._boxes.turn(self.key())
            return
        super().keyPressEvent(event)
