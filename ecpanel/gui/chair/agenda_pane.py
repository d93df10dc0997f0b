"""The agenda at the left of 合议: what is settled, what is at hand, what is open; any candidate is found by typing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from ecpanel.gui.controls.panel import column
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import rule, text
from ecpanel.gui.controls.two_lines import TwoLineDelegate
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.matters import MatterRow, MattersModel, MatterState
from ecpanel.gui.theme import Theme


class AgendaPane(QWidget):
    """`chosen` names the candidate people want to speak about, on the agenda or brought up now."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        unit = theme.unit
        self.model = MattersModel()
        self.search = QLineEdit()
        self.search.setPlaceholderText("找企业：名称、编号、地区")
        self.search.setAccessibleName("找一家企业，提请合议")
        self.search.setToolTip("不在议程上的企业也能找到，回车提请合议（Ctrl + F）")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._look_for)
        self.search.returnPressed.connect(self._first)
        self.search.installEventFilter(self)
        self.table = Table(theme, self.model, "议程")
        self.table.setItemDelegate(TwoLineDelegate(theme, self.table, Qt.TextElideMode.ElideMiddle))
        self.table.horizontalHeader().hide()
        self.table.chosen.connect(self._stepped)
        self.table.clicked.connect(lambda index: self._ask(self.model.row_at(index)))
        self.table.opened.connect(lambda _: self._ask(self.model.row_at(self.table.currentIndex())))
        self._empty = text("", "", Tone.FAINT, wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(unit, unit, unit, unit)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.count = text("", "small", Tone.FAINT, wrap=True)
        layout = column(column(self.search, self.count, spacing=unit // 2, margin=unit), rule(), self._stack)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def look_up(self) -> None:
        """Put the cursor into the search."""
        self.show()
        self.search.setFocus()
        self.search.selectAll()

    def show_matters(self, rows: Iterable[MatterRow], at_hand: str) -> None:
        """Show the agenda as it stands, on the candidate at hand."""
        self.model.update_rows(rows)
        settled, count = self.model.tally()
        blocking = sum(one.state is MatterState.BLOCKING for one in self.model.everything)
        words = f"议程 {count} 项，已议 {settled}" if count else "议程上没有事项"
        self.count.setText(words + (f"；{blocking} 项签发前须处理" if blocking else ""))
        self._show_stack()
        if at_hand and self.table.key() != at_hand:
            self.table.choose(at_hand)

    def _show_stack(self) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        if self.search.text().strip():
            self._empty.setText("没有这样的企业；换一个词，或清空查找回到议程。")
        else:
            self._empty.setText("没有须合议的事项；要议某一家，请在上面查找，回车提请合议。")
        self._stack.setCurrentWidget(self._empty)

    def _look_for(self, words: str) -> None:
        self.model.look_for(words)
        self._show_stack()

    def _first(self) -> None:
        """Enter in the search takes the row at hand, or the first."""
        if self.model.rowCount() and self.search.text().strip():
            index = self.table.currentIndex()
            self._ask(self.model.row_at(index if index.isValid() else self.model.index(0, 0)))

    def _stepped(self, key: object) -> None:
        """Going through the list shows matters; only a click or Enter brings a candidate up."""
        row = self.model.row_at(self.table.currentIndex())
        if key is not None and row is not None and row.state is not MatterState.APART and not self._finding:
            self.chosen.emit(row.candidate_id)

    @property
    def _finding(self) -> bool:
        return self.search.hasFocus()

    def _ask(self, row: MatterRow | None) -> None:
        if row is not None:
            self.chosen.emit(row.candidate_id)
            self.search.clear()
            self.table.choose(row.candidate_id)
            self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down in the search goes through what was found."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
            and self.model.rowCount()
        ):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            place = self.table.currentIndex().row() + step if self.table.currentIndex().isValid() else 0
            self.table.setCurrentIndex(self.model.index(min(max(place, 0), self.model.rowCount() - 1), 0))
            return True
        return super().eventFilter(watched, event)
