"""The board of experts and candidates: who has handed in what, and once the moderation stage is open how far
every expert's total stands from the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QPersistentModelIndex, Qt

from ecpanel.domain.checks import Weight
from ecpanel.domain.disagreement import Spread
from ecpanel.domain.points import Points, show_points
from ecpanel.domain.scoring import Standing
from ecpanel.gui.models.records import NOWHERE, Column, Index, RecordModel
from ecpanel.services.board import Board, BoardCandidate, BoardExpert, BoardState
from ecpanel.texts import minute

STATE_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""What a cell shows, as `Cell`."""
HEAD_ROLE: Final = Qt.ItemDataRole.UserRole + 4
"""The head of an expert's column, as `Head`."""
FAR: Final = 500
"""From 5.00 points a total is marked as standing above or below the others."""

STATE_WORDS: Final = {
    BoardState.SUBMITTED: "已交",
    BoardState.PARTIAL: "不全",
    BoardState.MISSING: "缺",
    BoardState.RECUSED: "回避",
    BoardState.VOIDED: "作废",
}
_STATE_ORDER: Final = {
    state: place
    for place, state in enumerate(
        (
            BoardState.MISSING,
            BoardState.PARTIAL,
            BoardState.SUBMITTED,
            BoardState.RECUSED,
            BoardState.VOIDED,
        )
    )
}
_STATE_OF_STANDING: Final = {
    Standing.RECUSED.value: BoardState.RECUSED,
    Standing.VOIDED.value: BoardState.VOIDED,
    Standing.INCOMPLETE.value: BoardState.PARTIAL,
}
OPEN: Final = (BoardState.MISSING, BoardState.PARTIAL)


@dataclass(frozen=True, slots=True)
class Cell:
    """One expert on one candidate as it is drawn: a sign for `state`, or, where `total` is known, the total
    with how far it stands from the others; `hidden` where the chair must not see it."""

    state: BoardState
    total: Points | None = None
    deviation: Points | None = None
    weight: str = ""
    hidden: bool = False

    @property
    def side(self) -> int:
        """1 above the others, -1 below, 0 near them."""
        if self.deviation is None or abs(self.deviation) < FAR:
            return 0
        return 1 if self.deviation > 0 else -1


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: number and name of the expert, and how many sheets he has handed in of how
    many he owes."""

    expert: BoardExpert
    done: int
    owed: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One candidate; `spread` follows the experts of the board and is None before the moderation stage
    and where the chair must not see it, which `hidden` tells. Cells are made when they are looked at:
    there are tens of thousands."""

    candidate: BoardCandidate
    spread: Spread | None
    hidden: bool
    as_map: bool

    def cell(self, place: int) -> Cell:
        """One expert on this candidate."""
        if self.hidden and self.as_map:
            return _HIDDEN
        state = self.candidate.states[place]
        one = None if self.spread is None else self.spread.experts[place]
        if one is None:
            return _PLAIN[state]
        if one.total is None:
            return _PLAIN[_STATE_OF_STANDING.get(one.standing, state)]
        return Cell(BoardState.SUBMITTED, one.total, one.deviation, one.weight)

    def deviation(self, place: int) -> Points | None:
        """How far one expert stands from the others."""
        return None if self.spread is None else self.spread.experts[place].deviation

    @property
    def done(self) -> int:
        """How many complete sheets there are."""
        return sum(one is BoardState.SUBMITTED for one in self.candidate.states)

    @property
    def owed(self) -> int:
        """How many sheets there should be."""
        return sum(one is BoardState.SUBMITTED or one in OPEN for one in self.candidate.states)

    @property
    def has_gap(self) -> bool:
        """Whether a sheet is missing or incomplete."""
        return any(one in OPEN for one in self.candidate.states)

    @property
    def asks(self) -> bool:
        """Whether something about it has to be explained."""
        return self.spread is not None and self.spread.weight == Weight.RED.value


class BoardModel(RecordModel[BoardRow]):
    """Rows are candidates, named at the side; columns are counts and then the experts."""

    def __init__(self) -> None:
        super().__init__((), key=lambda one: one.candidate.candidate_id)
        self.heads: Sequence[Head] = ()
        self.first_expert = 0
        """Column of the first expert."""

    def set_board(
        self,
        board: Board,
        spreads: Sequence[Spread] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Show a board; with `spreads` as the map of disagreement, `hidden` candidates without figures."""
        found = {one.candidate_id: one for one in spreads}
        order = [one.expert_id for one in board.experts]
        assert all([one.expert_id for one in spread.experts] == order for spread in spreads[:1])
        counts = [[0, 0] for _ in order]
        for one in board.candidates:
            for count, state in zip(counts, one.states, strict=True):
                count[0] += state is BoardState.SUBMITTED
                count[1] += state is BoardState.SUBMITTED or state in OPEN
        self.heads = tuple(
            Head(expert, done, owed) for expert, (done, owed) in zip(board.experts, counts, strict=True)
        )
        columns = _map_columns() if found else _state_columns()
        self.first_expert = len(columns)
        for place, expert in enumerate(board.experts):
            columns.append(_expert_column(place, expert, as_map=bool(found)))
        if [one.head for one in columns] != [one.head for one in self.columns]:
            self.beginResetModel()
            self.columns = tuple(columns)
            self._all, self._rows, self._place, self._sorted_by = [], [], {}, None
            self.endResetModel()
        self.columns = tuple(columns)
        self.set_rows(_row(one, found, hidden) for one in board.candidates)

    def expert_at(self, column: int) -> Head | None:
        """The expert of a column, or None."""
        place = column - self.first_expert
        return self.heads[place] if 0 <= place < len(self.heads) else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Experts across, candidates down."""
        if orientation is Qt.Orientation.Vertical:
            if not 0 <= section < len(self._rows):
                return None
            return _side_head(self._rows[section], role)
        head = self.expert_at(section)
        if head is not None and role == HEAD_ROLE:
            return head
        if head is not None and role == Qt.ItemDataRole.ToolTipRole:
            return expert_words(head)
        return super().headerData(section, orientation, role)

    def data(self, index: Index | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """As every table, and the cell itself for drawing."""
        if role == STATE_ROLE:
            place = index.column() - self.first_expert
            if not index.isValid() or place < 0 or index.row() >= len(self._rows):
                return None
            return self._rows[index.row()].cell(place)
        return super().data(index, role)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Counts and experts."""
        return 0 if parent.isValid() else len(self.columns)


def _side_head(row: BoardRow, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return row.candidate.name
    if role == Qt.ItemDataRole.ToolTipRole:
        one = row.candidate
        lines = [
            f"{one.candidate_id} {one.name}",
            f"{one.region}　{one.category}",
            f"已交 {row.done}/{row.owed}",
        ]
        return "\n".join([*lines, "组长回避，分数不显示"] if row.hidden else lines)
    return None


def _row(candidate: BoardCandidate, found: Mapping[str, Spread], hidden: Collection[str]) -> BoardRow:
    key = candidate.candidate_id
    kept_back = key in hidden
    return BoardRow(candidate, None if kept_back else found.get(key), kept_back, bool(found))


_PLAIN: Final = {state: Cell(state) for state in BoardState}
_HIDDEN: Final = Cell(BoardState.SUBMITTED, hidden=True)


def _state_columns() -> list[Column[BoardRow]]:
    return [
        Column(
            "已交",
            lambda one: f"{one.done}/{one.owed}",
            sort=lambda one: (one.done - one.owed, one.done),
            number=True,
            width=6,
            hint="已交的评分表 / 应交的评分表（不计回避和作废）",
        )
    ]


def _map_columns() -> list[Column[BoardRow]]:
    return [
        Column(
            "n",
            lambda one: "—" if one.spread is None else str(one.spread.n),
            sort=lambda one: None if one.spread is None else one.spread.n,
            number=True,
            width=4,
            hint="计入的评分份数",
        ),
        Column(
            "极差",
            lambda one: points_or_dash(one.spread.spread if one.spread is not None else None),
            sort=lambda one: one.spread.spread if one.spread is not None else None,
            number=True,
            width=6,
            hint="最高与最低合计之差",
        ),
    ]


def _expert_column(place: int, expert: BoardExpert, *, as_map: bool) -> Column[BoardRow]:
    sort: Callable[[BoardRow], Any] = (
        (lambda one: one.deviation(place))
        if as_map
        else (lambda one: _STATE_ORDER[one.candidate.states[place]])
    )
    return Column(
        expert.expert_id,
        lambda one: cell_text(one.cell(place)),
        sort=sort,
        number=as_map,
        tip=lambda one: (
            f"{expert.expert_id} {expert.name}\n{one.candidate.name}\n{cell_words(one.cell(place))}"
        ),
        width=6,
    )


def points_or_dash(points: Points | None) -> str:
    """Points, or a dash where there are none."""
    return "—" if points is None else show_points(points)


def cell_text(cell: Cell) -> str:
    """A cell as text, for copying and for those who hear the table read."""
    if cell.hidden:
        return "不显示"
    if cell.total is None:
        return STATE_WORDS[cell.state]
    return show_points(cell.total) + ("▲" if cell.side > 0 else "▼" if cell.side < 0 else "")


WEIGHTS: Final[Mapping[str, str]] = {"red": "有畸高畸低，需说明", "yellow": "有畸高畸低，提示"}


def cell_words(cell: Cell) -> str:
    """A cell in a sentence."""
    if cell.hidden:
        return "组长回避，分数不显示"
    if cell.total is None:
        return _LONG_WORDS[cell.state]
    parts = [f"合计 {show_points(cell.total)}"]
    if cell.deviation is not None:
        side = "高" if cell.deviation > 0 else "低"
        distance = show_points(abs(cell.deviation))
        parts.append(f"比其他专家均值{side} {distance}" if cell.deviation else "与其他专家均值相同")
    if cell.weight:
        parts.append(WEIGHTS[cell.weight])
    return "，".join(parts)


_LONG_WORDS: Final = {
    BoardState.SUBMITTED: "已交，完整",
    BoardState.PARTIAL: "已交，但不全或声明未评，不计入",
    BoardState.MISSING: "还没有交",
    BoardState.RECUSED: "回避，不评分",
    BoardState.VOIDED: "该专家的评分已作废，不计入",
}


def expert_words(head: Head) -> str:
    """An expert and what he has handed in, in lines."""
    one = head.expert
    lines = [f"{one.expert_id} {one.name}"]
    if one.voided_for:
        lines.append(f"评分已作废：{one.voided_for}")
    elif not one.number:
        lines.append("还没有交评分包")
    else:
        lines.append(f"第 {one.number} 版，{head.done}/{head.owed} 家完整，{minute(one.submitted_at)} 提交")
    if one.reopenings:
        lines.append(f"已重开 {one.reopenings} 次" + ("，等待重新提交" if one.may_replace else ""))
    return "\n".join(lines)
