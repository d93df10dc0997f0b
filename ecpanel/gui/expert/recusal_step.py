"""The third step of signing in: a list of names to be recused from, ticked by click or space, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QStackedWidget, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import text
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import WARNING, Tone
from ecpanel.gui.models.recusal_choice import Choice, RecusalChoiceModel
from ecpanel.gui.theme import Theme

ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ADVICE: Final = "与哪家企业有应当回避的关系，就点它前面的方框（或按空格）；都没有，直接点“下一步”。"


class RecusalStep(QWidget):
    """Names only. `accepted` tells that Enter was pressed in the list."""

    accepted = Signal()

    def __init__(self, theme: Theme, candidates: Iterable[Candidate], known: Iterable[Recusal]) -> None:
        super().__init__()
        unit = theme.unit
        self.model = RecusalChoiceModel()
        self.model.set_candidates(candidates, known)
        self.table = Table(theme, self.model, "参评企业名单")
        self.table.clicked.connect(self._clicked)
        self.table.doubleClicked.connect(self._double_clicked)
        self.table.chosen.connect(self._show)
        self.table.installEventFilter(self)
        add_key(self.table, "Space", "回避或不回避所选企业", lambda: self._turn(self.table.key()))
        self.search = QLineEdit()
        self.search.setPlaceholderText("按名称、地区、编号查找")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("查找企业")
        self.search.textChanged.connect(self._filter)
        self._count = Elided("", "", Tone.FAINT, Qt.TextElideMode.ElideRight, snug=True)
        self.reason, self.note = QComboBox(), QLineEdit()
        self.reason.setAccessibleName("回避原因")
        self.reason.setPlaceholderText("请选择原因")
        for one, words in RECUSAL_WORDS.items():
            self.reason.addItem(words, one)
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason.setMinimumContentsLength(8)
        self.note.setAccessibleName("回避说明")
        self.note.setMaxLength(200)
        self.reason.activated.connect(lambda _: self._explain())
        self.note.textEdited.connect(lambda _: self._explain())
        self._detail = QStackedWidget()
        self._detail.addWidget(text(ADVICE, wrap=True))
        self._detail.addWidget(self._fields(unit))
        self.problem = Banner(theme)
        layout = column(
            self._detail,
            row(self.search, self._count, spacing=2 * unit),
            self.table,
            self.problem,
            spacing=unit,
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._tell()

    def _fields(self, unit: int) -> QWidget:
        reason, note = QLabel("回避原因(&R)"), QLabel("说明(&M)")
        reason.setBuddy(self.reason)
        note.setBuddy(self.note)
        layout = row(reason, self.reason, note, self.note, spacing=unit)
        layout.setStretch(1, 2)
        layout.setStretch(3, 3)
        return holding(layout)

    def begin(self) -> None:
        """Take the keyboard to the list."""
        if self.table.key() is None and self.model.rows:
            self.table.selectRow(0)
        self.table.setFocus()

    def _filter(self, typed: str) -> None:
        words = typed.strip().casefold()

        def accept(one: Choice) -> bool:
            firm = one.candidate
            return words in f"{firm.candidate_id} {firm.region} {firm.name}".casefold()

        self.model.set_filter(accept if words else None)
        self._show(self.table.key())

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self._turn(self.table.key())

    def _double_clicked(self, index: QModelIndex) -> None:
        """The box itself has heard the first click already."""
        if index.column() != 0:
            self._turn(self.table.key())

    def _turn(self, key: object) -> None:
        one = self.model.find(key)
        if one is None:
            return
        self.problem.clear()
        if one.known:
            name = one.candidate.name
            self.problem.say(f"“{name}”的回避由组织方登记，这里不能取消；有异议的请向组织人员提出。")
            return
        fresh = self.model.turn(one.candidate.candidate_id)
        self._show(key)
        self._tell()
        if fresh is not None and fresh.chosen:
            self.reason.setFocus()
        else:
            self.table.setFocus()

    def _show(self, key: object) -> None:
        """The reason of the row at hand, where it is chosen."""
        one = self.model.find(key)
        if one is None or not one.chosen:
            self._detail.setCurrentIndex(0)
            return
        self.reason.setCurrentIndex(-1 if one.reason is None else self.reason.findData(one.reason))
        if self.note.text() != one.note:
            self.note.setText(one.note)
        self._hint(one)
        self._detail.setCurrentIndex(1)

    def _hint(self, one: Choice) -> None:
        must = one.reason is RecusalReason.OTHER
        self.note.setPlaceholderText("请写明是什么关系（必填）" if must else "选填")

    def _explain(self) -> None:
        one = self.model.find(self.table.key())
        if one is None or not one.chosen:
            return
        data = self.reason.currentData()
        reason = None if data is None else RecusalReason(data)
        self.model.explain(one.candidate.candidate_id, reason, self.note.text().strip())
        fresh = self.model.find(one.candidate.candidate_id)
        if fresh is not None:
            self._hint(fresh)
            if not fresh.lacks:
                self.problem.clear()
        self._tell()

    def _tell(self) -> None:
        rows = self.model.everything
        known, declared = sum(one.known for one in rows), sum(one.chosen for one in rows)
        parts = [f"共 {len(rows)} 家", f"申明回避 {declared} 家"]
        if known:
            parts.append(f"组织方已登记 {known} 家")
        self._count.set_words("，".join(parts))

    def check(self) -> bool:
        """Whether every declared recusal is explained as far as it must be; if not, goes to the first."""
        self.problem.clear()
        one = self.model.first_lacking()
        if one is None:
            return True
        key = one.candidate.candidate_id
        if self.model.row_of(key) is None:
            self.search.clear()
        self.table.choose(key)
        self._show(key)
        if one.lacks == "reason":
            self.problem.say(f"“{one.candidate.name}”还没有选回避原因。", WARNING)
            self.reason.setFocus()
        else:
            self.problem.say(f"“{one.candidate.name}”的回避原因为“其他”，请在说明里写明是什么关系。", WARNING)
            self.note.setFocus()
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the list goes on."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in ENTER:
            self.accepted.emit()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the search, the reason and the note goes back to the list."""
        if event.key() in ENTER:
            self.begin()
        else:
            super().keyPressEvent(event)
