"""The left pane: the expert's candidates, searched and filtered, unscored first if wished."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import text
from ecpanel.gui.controls.two_lines import TwoLineDelegate
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.own_candidates import OwnCandidate, OwnCandidatesModel, Progress
from ecpanel.gui.theme import Theme

ALL, OPEN, BEGUN, COMPLETE, RECUSED = "全部", "未完成", "评分中", "已评", "回避"
FILTERS = {
    OPEN: (Progress.UNTOUCHED, Progress.BEGUN),
    BEGUN: (Progress.BEGUN,),
    COMPLETE: (Progress.COMPLETE,),
    RECUSED: (Progress.RECUSED,),
}


class CandidatesPane(QWidget):
    """Search, filter, list; `chosen` names a candidate with a way in."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, model: OwnCandidatesModel) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = model
        unit = theme.unit
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找企业")
        self.search.setAccessibleName("查找企业")
        self.search.setClearButtonEnabled(True)
        self.filter = QComboBox()
        self.filter.setAccessibleName("筛选企业")
        self.filter.addItems([ALL, OPEN, BEGUN, COMPLETE, RECUSED])
        self.order = QComboBox()
        self.order.setAccessibleName("排列次序")
        self.order.addItems(["名单序", "未评先"])
        self.table = Table(theme, model, "参评企业")
        self.table.setItemDelegate(TwoLineDelegate(theme, self.table))
        self.table.horizontalHeader().hide()
        self.count = text("", "small", Tone.FAINT)
        narrow = row(self.filter, self.order, spacing=unit // 2)
        for place, chooser in enumerate((self.filter, self.order)):
            chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            narrow.setStretch(place, 4 + place)
        top = column(self.search, narrow, self.count, spacing=unit // 2, margin=unit)
        layout = column(top, self.table)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.filter.currentTextChanged.connect(lambda _: self._narrow())
        self.order.currentIndexChanged.connect(self._sort)
        self.table.chosen.connect(self._ask)

    def _ask(self, key: object) -> None:
        if isinstance(key, str):
            self.chosen.emit(key)

    def _narrow(self) -> None:
        words, kinds = self.search.text().strip(), FILTERS.get(self.filter.currentText())

        def accept(one: OwnCandidate) -> bool:
            firm = one.candidate
            told = f"{firm.candidate_id} {firm.region} {firm.name} {firm.category}"
            return words in told and (kinds is None or one.progress in kinds)

        self.model.set_filter(accept if words or kinds else None)

    def _sort(self, place: int) -> None:
        self.model.sort(0 if place else -1, Qt.SortOrder.AscendingOrder)

    def tell(self) -> None:
        """How many are done, without the recused ones."""
        rows = self.model.everything
        mine = [one for one in rows if one.progress is not Progress.RECUSED]
        done = sum(one.progress is Progress.COMPLETE for one in mine)
        recused = len(rows) - len(mine)
        self.count.setText(f"已完成 {done}/{len(mine)}" + (f"，回避 {recused}" if recused else ""))
