"""Side by side as a table: indicators down, experts across, then the mean and n; what is asked about is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt

from ecpanel.domain.checks import TOTAL
from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.scheme import Indicator
from ecpanel.domain.scoring import Standing
from ecpanel.domain.side_by_side import SideBySide, SideCell, SideExpert, SideLeaf
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.flags import FlagRow
from ecpanel.gui.models.records import NOWHERE, Column, Index, RecordModel
from ecpanel.reports.tables import STANDING_WORDS, STATE_WORDS

BEFORE_ROLE: Final = Qt.ItemDataRole.UserRole + 10
"""The value handed in, as it is struck through below the corrected one; None where nothing was corrected."""
OUT: Final = Mark("", "", Tone.APART)
QUIET: Final = Mark("", "", Tone.FAINT)
Flags = Mapping[tuple[str, str], Sequence[FlagRow]]


@dataclass(frozen=True, slots=True)
class SideText:
    """One cell as it is drawn: its words, the struck value, its mark and the longer words of its tip."""

    words: str
    before: str | None = None
    mark: Mark | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class SideRow:
    """One indicator, or the totals where `indicator` is None."""

    code: str
    head: str
    cells: tuple[SideText, ...]
    mean: SideText
    n: str
    indicator: Indicator | None


def flags_by_cell(flags: Sequence[FlagRow]) -> dict[tuple[str, str], list[FlagRow]]:
    """Flags by expert ("" where they concern the candidate) and indicator, the heaviest first."""
    found: dict[tuple[str, str], list[FlagRow]] = {}
    for one in flags:
        found.setdefault((one.flag.expert_id, one.flag.indicator), []).append(one)
    return found


def side_rows(side: SideBySide, flags: Flags) -> list[SideRow]:
    """Every indicator in the order of the scheme, the totals last."""
    standings = {one.expert_id: one for one in side.experts}
    rows = [
        SideRow(
            leaf.indicator.code,
            f"{leaf.indicator.code} {leaf.indicator.name}　{show_short(leaf.indicator.points)}",
            tuple(_cell(leaf, cell, standings[cell.expert_id], flags) for cell in leaf.cells),
            SideText(
                "—" if leaf.mean is None else show_points(leaf.mean),
                None,
                _mark(flags, "", leaf.indicator.code),
                _tip(flags, "", leaf.indicator.code) or f"均值 n={leaf.n}",
            ),
            str(leaf.n),
            leaf.indicator,
        )
        for leaf in side.leaves
    ]
    score = "—" if side.line.score is None else show_points(side.line.score)
    rows.append(
        SideRow(
            TOTAL,
            "合计　100",
            tuple(_total(one, flags) for one in side.experts),
            SideText(score, None, _mark(flags, "", TOTAL), _tip(flags, "", TOTAL) or "综合得分"),
            str(side.line.n),
            None,
        )
    )
    return rows


def _cell(leaf: SideLeaf, cell: SideCell, expert: SideExpert, flags: Flags) -> SideText:
    code, who = leaf.indicator.code, f"{expert.expert_id} {expert.name}"
    if not cell.state:
        word = STANDING_WORDS.get(expert.standing, "")
        return SideText("—", None, OUT, f"{who}：{word}")
    words = STATE_WORDS.get(cell.state, "") if cell.points is None else show_short(cell.points)
    mark = _mark(flags, expert.expert_id, code)
    if mark is None and (expert.standing == Standing.VOIDED.value or cell.points is None):
        mark = OUT
    parts = [f"{who}：{words}", _tip(flags, expert.expert_id, code), cell.remark]
    before = None if cell.original is None else show_short(cell.original)
    if before is not None:
        parts.insert(1, f"已更正，原 {before}")
    return SideText(words, before, mark, "\n".join(part for part in parts if part))


def _total(expert: SideExpert, flags: Flags) -> SideText:
    word = STANDING_WORDS.get(expert.standing, "")
    who = f"{expert.expert_id} {expert.name}"
    if expert.total is None:
        return SideText(word, None, OUT, f"{who}：{word}")
    points = show_points(expert.total)
    mark = _mark(flags, expert.expert_id, TOTAL)
    if expert.standing != Standing.COUNTED.value:
        mark = mark or (OUT if expert.standing == Standing.VOIDED.value else QUIET)
    tip = "\n".join(
        part for part in (f"{who}：{points}，{word}", _tip(flags, expert.expert_id, TOTAL)) if part
    )
    return SideText(points, None, mark, tip)


def _mark(flags: Flags, expert_id: str, code: str) -> Mark | None:
    found = flags.get((expert_id, code))
    return found[0].mark if found else None


def _tip(flags: Flags, expert_id: str, code: str) -> str:
    return "\n".join(f"{one.mark.word}：{one.words}" for one in flags.get((expert_id, code), ()))


class SideModel(RecordModel[SideRow]):
    """The heads at the left are the indicators, so that they stay while people scroll across."""

    def __init__(self) -> None:
        super().__init__((), key=lambda one: one.code)
        self.experts: tuple[SideExpert, ...] = ()
        self._is_short = False

    def show_side(self, side: SideBySide, flags: Flags) -> None:
        """Show another candidate, or the same after a change; keeps the selection where it can."""
        fresh = side_rows(side, flags)
        if [(one.expert_id, one.name, one.standing) for one in side.experts] != [
            (one.expert_id, one.name, one.standing) for one in self.experts
        ]:
            self.experts = side.experts
            self.columns = self._columns()
            self.set_rows(fresh)
        else:
            self.update_rows(fresh)
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(len(fresh) - 1, 0))

    def set_short(self, *, is_short: bool) -> None:
        """Name the experts in one line or two."""
        self._is_short = is_short
        self.columns = self._columns()
        if self.experts:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.experts) - 1)

    def _columns(self) -> tuple[Column[SideRow], ...]:
        longest = 0 if self._is_short else 4 if len(self.experts) < 7 else 3
        experts = [_expert_column(place, one, longest) for place, one in enumerate(self.experts)]
        return (
            *experts,
            Column(
                "均值",
                lambda row: row.mean.words,
                number=True,
                width=9,
                mark=lambda row: row.mean.mark,
                tip=lambda row: row.mean.tip,
            ),
            Column("n", lambda row: row.n, number=True, width=3, hint="计入的份数"),
        )

    def expert_at(self, index: Index) -> str:
        """The expert of a cell, or "" for the mean and for nothing."""
        place = index.column()
        return self.experts[place].expert_id if index.isValid() and place < len(self.experts) else ""

    def as_rows(self) -> tuple[tuple[str, ...], ...]:
        """The table as plain words, heads first, for the projector."""
        heads = ("", *(one.expert_id for one in self.experts), "均值")
        return (
            heads,
            *((row.head, *(cell.words for cell in row.cells), row.mean.words) for row in self.rows),
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Indicators at the left, experts above."""
        if orientation is Qt.Orientation.Horizontal:
            return super().headerData(section, orientation, role)
        if 0 <= section < len(self.rows) and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return self.rows[section].head
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """As every table, and the struck value of a corrected cell."""
        if role != BEFORE_ROLE:
            return super().data(index, role)
        row = self.row_at(index)
        if row is None or index.column() >= len(row.cells):
            return None
        return row.cells[index.column()].before

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Experts, mean, n."""
        return 0 if parent.isValid() else len(self.columns)


def _expert_column(place: int, one: SideExpert, longest: int) -> Column[SideRow]:
    return Column(
        _head(one, longest),
        lambda row: row.cells[place].words,
        number=True,
        mark=lambda row: row.cells[place].mark,
        tip=lambda row: row.cells[place].tip,
        width=9,
        hint=f"{one.expert_id} {one.name}，{STANDING_WORDS.get(one.standing, '')}",
    )


def _head(one: SideExpert, longest: int) -> str:
    out = "" if one.standing in ("counted", "dropped_high", "dropped_low") else STANDING_WORDS[one.standing]
    if not longest:
        return one.expert_id
    return f"{one.expert_id}\n{out or _short(one.name, longest)}"


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
