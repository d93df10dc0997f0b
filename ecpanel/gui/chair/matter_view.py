"""One candidate before the meeting: its name and place, the room, the table side by side, and what is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.points import show_points
from ecpanel.domain.result import CandidateLine
from ecpanel.domain.scheme import Indicator
from ecpanel.domain.side_by_side import SideBySide
from ecpanel.gui.chair.cell_notes import CellNotes
from ecpanel.gui.chair.side_table import SideTable
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import MarkLabel, button, rule, set_tone, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.models.side_cells import Flags
from ecpanel.gui.theme import Theme

HEIGHTS = "chair.meeting.heights"
LOW = 36
"""Steps of the layout below which table and notes do not fit above one another."""


class MatterTitle(QWidget):
    """Who it is, why it is here, and where it stands now."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name = Elided("", "title")
        self._about = Elided("", "small", Tone.FAINT, Qt.TextElideMode.ElideRight)
        self.place = text("", "head")
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.change = MarkLabel(theme, Mark("", "git-compare", Tone.GOOD), "small")
        above = row(self._name, self.place, spacing=2 * theme.unit)
        below = row(self._about, self.change, spacing=2 * theme.unit)
        for line in (above, below):
            line.setStretch(0, 1)
        self.setLayout(column(above, below, spacing=theme.unit // 4))

    def show_candidate(self, one: Candidate, reasons: str) -> None:
        """Name, region, category, and the reasons in words."""
        self._name.set_words(one.name)
        where = f"{one.candidate_id} · {one.region} · {one.category} · {one.standing}"
        self._about.set_words(f"{where}　事由：{reasons}")

    def show_line(self, line: CandidateLine | None, change: str) -> None:
        """Score and rank, and quietly what a correction changed of them."""
        self.place.setText("" if line is None else place_words(line))
        set_tone(self.place, Tone.PLAIN if line is not None and line.state == "ranked" else Tone.CAUTION)
        self.change.set_mark(Mark("", "git-compare", Tone.GOOD), change)
        self.change.setVisible(bool(change))


def place_words(line: CandidateLine) -> str:
    """Score and rank in a few words."""
    if line.state == "excluded":
        return "不参与排名"
    if line.score is None:
        return f"暂缓（有效评分 {line.n} 份）"
    return f"{show_points(line.score)} 分　第 {line.rank} 名"


def change_words(before: CandidateLine, now: CandidateLine) -> str:
    """What a decision did to score and rank; "" when nothing moved."""
    parts = []
    if before.score != now.score and before.score is not None and now.score is not None:
        parts.append(f"得分 {show_points(before.score)} → {show_points(now.score)}")
    if before.state == now.state == "ranked":
        same = before.rank == now.rank
        parts.append(f"名次 {now.rank} 未变" if same else f"名次 {before.rank} → {now.rank}")
    elif before.state != now.state:
        parts.append(f"{place_words(before)} → {place_words(now)}")
    return "，".join(parts)


class MatterView(QWidget):
    """`cell_chosen` tells that another cell is at hand, `asked` that people want to change it."""

    cell_chosen = Signal()
    asked = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        unit = frame.theme.unit
        self._side: SideBySide | None = None
        self._flags: Flags = {}
        self.table, self.notes = SideTable(frame.theme), CellNotes(frame.theme)
        self.table.cell_chosen.connect(self._turn)
        self.table.asked.connect(self.asked)
        self._theme, self._is_low = frame.theme, False
        self._below = below = QWidget()
        below.setLayout(column(rule(), self.notes))
        self.fold = button(
            frame.theme,
            "理由",
            self._fit,
            icon="message-square",
            shortcut="F5",
            hint="显示或收起理由、证据和评估意见",
            quiet=True,
        )
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes(frame.preferences.widths.get(HEIGHTS) or [40 * unit, 16 * unit])
        split.splitterMoved.connect(lambda: frame.keep_widths(HEIGHTS, split.sizes()))
        self.setLayout(column(split))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no height for both, the table alone, and what is written in its place on demand."""
        super().resizeEvent(event)
        is_low = self.height() < LOW * self._theme.unit
        if is_low != self._is_low:
            self._is_low = is_low
            self.fold.setChecked(not is_low)
            self.table.side_model.set_short(is_short=is_low)
            self.table.fit_heads()
        self._fit()

    def _fit(self) -> None:
        self._below.setVisible(self.fold.isChecked())
        self.table.setVisible(not (self._is_low and self.fold.isChecked()))

    def show_side(self, side: SideBySide, flags: Flags, expert_id: str, code: str) -> None:
        """Show a candidate with a cell at hand."""
        self._side, self._flags = side, flags
        self.table.show_side(side, flags, expert_id, code)
        self._turn()

    def cell(self) -> tuple[str, Indicator | None]:
        """Expert and indicator of the cell at hand."""
        return self.table.expert_id(), self.table.indicator()

    def _turn(self) -> None:
        side = self._side
        if side is None:
            return
        row_at = self.table.row()
        code = row_at.code if row_at is not None else ""
        self.notes.show_cell(side, self._flags, self.table.expert_id(), code)
        self.cell_chosen.emit()
