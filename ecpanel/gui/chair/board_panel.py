"""The board with what belongs to it: filters above, the signs explained below, and the cell at hand in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QSizePolicy, QStackedWidget, QWidget

from ecpanel.domain.disagreement import Spread
from ecpanel.gui.chair.board_paint import Signs
from ecpanel.gui.chair.board_view import BoardView
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import EmptyState, Scroll, column, holding, row
from ecpanel.gui.controls.text import MarkLabel, button, rule, text
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.board import STATE_WORDS, BoardModel, BoardRow, Head, cell_words
from ecpanel.gui.theme import Theme
from ecpanel.services.board import Board, BoardState

HIDDEN = Mark("组长回避，不显示", "eye-off", Tone.FAINT)
REOPEN = "开具重开单…"
VOID = "更换专家（作废）…"
ACTS = "专家操作…"
ROOMY = 50
"""From this height, in units, the signs are explained below the board."""
TYPING = 150
"""Milliseconds of rest before a filter being typed is applied."""


class BoardPanel(QWidget):
    """`opened` asks for a candidate; the other two for acts on an expert, by id."""

    opened = Signal(object)
    reopen_wanted = Signal(str)
    void_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, unit = theme, theme.unit
        self._as_map = self._closed = self._dense = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._filter)
        self.model = BoardModel()
        self.view = BoardView(theme, self.model)
        self.view.opened.connect(self.opened)
        self.view.moved.connect(self._tell)
        self.view.acts_wanted.connect(self._ask)
        self.search = QLineEdit()
        self.search.setAccessibleName("筛选企业")
        self.search.setPlaceholderText("筛选企业：名称、编号、地区")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(14 * unit)
        self.search.textChanged.connect(lambda: self._rest.start(TYPING))
        self.only = QCheckBox()
        self.only.toggled.connect(self._filter)
        self._count = text("", "small", Tone.FAINT)
        top = row(self.search, self.only, self._count, spacing=2 * unit)
        top.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        top.setStretch(0, 1)
        self._top = holding(top)
        none = EmptyState(
            theme, "search", "没有这样的企业", "换一个词，或去掉“只看”。", "显示全部", self.show_all
        )
        self._middle = QStackedWidget()
        self._middle.addWidget(self.view)
        self._middle.addWidget(Scroll(none))
        self._signs = _Legend(theme)
        self._map_words = text(
            "▲▼ 合计比其他专家均值高、低 5 分以上　◥ 有畸高畸低，实心需说明，空心仅提示　回车或双击到合议",
            "small",
            Tone.FAINT,
            wrap=True,
        )
        legend = column(rule(), self._signs, self._map_words)
        self._signs.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        self._map_words.setContentsMargins(2 * unit, 0, 2 * unit, unit // 2)
        self._legend = holding(legend)
        self._who = Elided("", cut=Qt.TextElideMode.ElideRight)
        self._about = Elided("", "", Tone.FAINT, Qt.TextElideMode.ElideRight)
        self.reopen, self.void = QAction(REOPEN, self), QAction(VOID, self)
        self.reopen.triggered.connect(lambda: self._act(self.reopen_wanted.emit))
        self.void.triggered.connect(lambda: self._act(self.void_wanted.emit))
        self._menu = QMenu(self)
        self._menu.addActions([self.reopen, self.void])
        self.acts = button(theme, ACTS, self._ask_at_button, icon="user-check", shortcut="Ctrl+E")
        foot = row(column(self._who, self._about, spacing=unit // 4), self.acts, spacing=2 * unit)
        foot.setStretch(0, 1)
        foot.setContentsMargins(2 * unit, unit // 2, 2 * unit, unit // 2)
        layout = column(self._top, rule(), self._middle, self._legend, rule(), foot)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room it goes to the candidates: the signs are explained by the cell at hand
        alone, and that in one line."""
        super().resizeEvent(event)
        dense = self.height() < ROOMY * self._theme.unit
        if dense != self._dense:
            self._dense = dense
            self._legend.setVisible(not dense)
            self._about.setVisible(not dense)
            self.view.set_dense(dense)
            self._tell()

    def show_board(
        self,
        board: Board,
        spreads: Sequence[Spread] = (),
        hidden: Collection[str] = (),
        *,
        closed: bool = False,
    ) -> None:
        """Show a board, as the map of disagreement where there are spreads."""
        self._as_map, self._closed = bool(spreads), closed
        words = "只看需说明的" if spreads else "只看缺的"
        if self.only.text() != words:
            self.only.setChecked(False)
            self.only.setText(words)
        self._map_words.setVisible(bool(spreads))
        self._signs.show_states(hidden=bool(spreads and hidden))
        self.model.set_board(board, spreads, hidden)
        self._filter()
        if self.view.candidate() is None and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, self.model.first_expert))
        self._tell()

    def show_all(self) -> None:
        """Take every filter away."""
        self.only.setChecked(False)
        self.search.clear()
        self._filter()

    def _filter(self) -> None:
        self._rest.stop()
        words = self.search.text().split()
        only, as_map = self.only.isChecked(), self._as_map

        def accept(one: BoardRow) -> bool:
            if only and not (one.asks if as_map else one.has_gap):
                return False
            firm = one.candidate
            hay = f"{firm.candidate_id} {firm.name} {firm.region} {firm.category}".lower()
            return all(word.lower() in hay for word in words)

        self.model.set_filter(accept if words or only else None)
        shown, whole = self.model.rowCount(), len(self.model.everything)
        self._count.setText(f"{whole} 家" if shown == whole else f"{shown} / {whole} 家")
        self._middle.setCurrentIndex(0 if shown or not whole else 1)

    def _tell(self) -> None:
        """The cell at hand in words, and what can be done with its expert."""
        head, cell = self.view.expert(), self.view.cell()
        place = self.view.currentIndex().row()
        if head is None or cell is None or place < 0:
            self._who.set_words("选中一格，这里说明是谁、哪一家、交了没有。")
            self._about.set_words("")
        else:
            here = f"{self.model.rows[place].candidate.name}：{cell_words(cell)}"
            name = f"{head.expert.expert_id} {head.expert.name}"
            self._who.set_words(f"{name}　{here}" if self._dense else _short(head))
            self._about.set_words(here)
        can = head is not None and not self._closed and head.expert.state is not BoardState.VOIDED
        self.reopen.setEnabled(can and head is not None and head.expert.number > 0)
        self.void.setEnabled(can)
        self.acts.setEnabled(can)

    def _act(self, tell: Callable[[str], None]) -> None:
        head = self.view.expert()
        if head is not None:
            tell(head.expert.expert_id)

    def _ask(self, place: int, at: QPoint) -> None:
        """What can be done with the expert of a column."""
        if self.model.expert_at(place) is not None:
            self.view.setCurrentIndex(self.model.index(max(self.view.currentIndex().row(), 0), place))
            self._menu.popup(at)

    def _ask_at_button(self) -> None:
        self._menu.popup(self.acts.mapToGlobal(QPoint(0, -self._menu.sizeHint().height())))


def _short(head: Head) -> str:
    one = head.expert
    name = f"{one.expert_id} {one.name}"
    if one.voided_for:
        return f"{name}　评分已作废（{one.voided_for}）"
    if not one.number:
        return f"{name}　还没有交评分包"
    reopened = f"　已重开 {one.reopenings} 次" if one.reopenings else ""
    waits = "，等待重新提交" if one.may_replace else ""
    return f"{name}　第 {one.number} 版，{head.done}/{head.owed} 家完整{reopened}{waits}"


class _Legend(QWidget):
    """The signs with their words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        signs = Signs(theme)
        parts: list[QWidget] = [_Sign(theme, signs, state) for state in STATE_WORDS]
        self._hidden = MarkLabel(theme, HIDDEN, "small")
        self.setLayout(Flow(*parts, self._hidden, spacing=2 * theme.unit))

    def show_states(self, *, hidden: bool) -> None:
        """With or without the sign of candidates the chair must not see."""
        self._hidden.setVisible(hidden)


class _Sign(QWidget):
    """One sign with its word."""

    def __init__(self, theme: Theme, signs: Signs, state: BoardState) -> None:
        super().__init__()
        self._picture = _Picture(theme, signs, state)
        self.setLayout(
            row(self._picture, text(STATE_WORDS[state], "small", Tone.FAINT), spacing=theme.unit // 2)
        )


class _Picture(QWidget):
    """A sign alone."""

    def __init__(self, theme: Theme, signs: Signs, state: BoardState) -> None:
        super().__init__()
        self._signs, self._state = signs, state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As large as in the board."""
        return QSize(self._signs.side(), self._signs.side())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw it."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._signs.sign(self._state))
        painter.end()
