"""The projector window (投影): the matter at hand in large letters for the whole room; it only shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ecpanel.gui.controls.text import picture, rule, set_tone, text
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.theme import Theme

LINES = 18
"""Lines of body text that fit the height of the window; everything is measured in them."""
SHARE = 0.54
"""The part of the width the experts' scores take where they are switched on."""
SIZE = QSize(1280, 720)
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """What the room sees. `reasons` says why the matter is here, `room` who is present and who leaves,
    `motion` what is put to the vote, `vote` its counts and `verdict` what they come to, `outcome` what
    was decided. `scores` are the experts' own figures, heads first, empty unless switched on."""

    review: str
    name: str = ""
    about: str = ""
    reasons: str = ""
    room: str = ""
    time: str = ""
    motion: str = ""
    vote: str = ""
    verdict: Mark | None = None
    outcome: str = ""
    scores: Rows = ()


class Projector(QWidget):
    """A window of its own; its letters follow its size. `closed` tells that people put it away."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("sheet")
        self.setWindowTitle("合议投影")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._shown: Projection | None = None
        self._review, self._time = text("", tone=Tone.FAINT), text("", tone=Tone.FAINT)
        self._name, self._about = text("", wrap=True), text("", tone=Tone.FAINT, wrap=True)
        self._reasons, self._room = text("", tone=Tone.CAUTION, wrap=True), text("", wrap=True)
        self._motion, self._vote = text("", wrap=True), text("", wrap=True)
        self._verdict, self._picture = text("", wrap=True), picture(theme, "circle")
        self._outcome = text("", tone=Tone.GOOD, wrap=True)
        self._table, self._grid = QWidget(), QGridLayout()
        self._table.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._cells: list[QLabel] = []
        self._rule = rule()
        self._sizes: list[tuple[QLabel, float, bool]] = [
            (self._review, 0.7, False),
            (self._time, 0.7, False),
            (self._name, 1.7, True),
            (self._about, 0.8, False),
            (self._reasons, 1.0, False),
            (self._room, 0.9, False),
            (self._motion, 1.3, True),
            (self._vote, 1.2, False),
            (self._verdict, 0.9, False),
            (self._outcome, 1.3, True),
        ]
        self._lay_out()
        add_key(self, "Esc", "收起投影窗", self.close, everywhere=True)
        add_key(self, "F11", "全屏", self._turn_full, everywhere=True)
        self.resize(SIZE)
        theme.changed.connect(self._measure)

    def _lay_out(self) -> None:
        top = QGridLayout()
        top.addWidget(self._review, 0, 0)
        top.addWidget(self._time, 0, 1, Qt.AlignmentFlag.AlignRight)
        top.setColumnStretch(0, 1)
        judged = QGridLayout()
        judged.addWidget(self._picture, 0, 0, Qt.AlignmentFlag.AlignTop)
        judged.addWidget(self._verdict, 0, 1)
        judged.setColumnStretch(1, 1)
        self._judged = judged
        words = QWidget()
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(words, 1)
        self._whole.addWidget(self._table, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(words)
        self._column.addLayout(top)
        self._column.addStretch(1)
        for part in (self._name, self._about, self._reasons, self._room, self._rule, self._outcome):
            self._column.addWidget(part)
        self._column.addWidget(self._motion)
        self._column.addWidget(self._vote)
        self._column.addLayout(judged)
        self._column.addStretch(2)

    def open_beside(self, window: QWidget) -> None:
        """Show on another screen than the window's where there is one, over all of it."""
        own = window.screen()
        other = next((one for one in QGuiApplication.screens() if one is not own), None)
        if other is not None:
            self.setGeometry(other.geometry())
            self.showFullScreen()
        else:
            self.show()
            self.raise_()
        self._measure()

    def show_projection(self, shown: Projection) -> None:
        """Show another state; nothing is drawn anew that has not changed."""
        before, self._shown = self._shown, shown
        self._time.setText(shown.time)
        if before is not None and replace(before, time="") == replace(shown, time=""):
            return
        for label, words in (
            (self._review, shown.review),
            (self._name, shown.name),
            (self._about, shown.about),
            (self._reasons, shown.reasons),
            (self._room, shown.room),
            (self._motion, shown.motion),
            (self._vote, shown.vote),
            (self._outcome, shown.outcome),
        ):
            label.setText(words)
            label.setVisible(bool(words) or label is self._review)
        verdict = shown.verdict
        self._verdict.setText(verdict.word if verdict is not None else "")
        self._verdict.setVisible(verdict is not None)
        self._picture.setVisible(verdict is not None)
        if verdict is not None:
            set_tone(self._verdict, verdict.tone)
        self._rule.setVisible(bool(shown.motion or shown.outcome or shown.scores))
        if before is None or before.scores != shown.scores:
            self._fill(shown.scores)
        self._measure()

    def _fill(self, scores: Rows) -> None:
        for label in self._cells:
            self._grid.removeWidget(label)
            label.deleteLater()
        self._cells = []
        self._table.setVisible(bool(scores))
        for line, cells in enumerate(scores):
            for place, words in enumerate(cells):
                label = text(words, tone=Tone.FAINT if not line or not place else Tone.PLAIN)
                side = Qt.AlignmentFlag.AlignLeft if not place else Qt.AlignmentFlag.AlignRight
                self._grid.addWidget(label, line, place, side)
                self._cells.append(label)

    @property
    def _em(self) -> float:
        """The size of body text in pixels."""
        alone = self._shown is None or not self._shown.scores
        wide = self.width() if alone else self.width() * (1 - SHARE)
        return min(self.height() / LINES, wide / (30 if alone else 17)) / 1.45

    def _measure(self) -> None:
        em = self._em
        for label, times, bold in self._sizes:
            _size(label, em * times, bold=bold)
        small = em
        if self._shown is not None and self._shown.scores:
            lines, columns = len(self._shown.scores), len(self._shown.scores[0])
            small = min(0.88 * self.height() / (1.75 * lines), SHARE * self.width() / (14 + 3.1 * columns))
            _size(self._table, small)
        gap = round(0.55 * em)
        self._column.setSpacing(gap)
        self._column.setContentsMargins(round(2.4 * em), gap * 2, round(2.4 * em), gap * 2)
        self._grid.setContentsMargins(0, 0, round(1.6 * em), 0)
        self._grid.setVerticalSpacing(round(small * 0.25))
        self._grid.setHorizontalSpacing(round(small * 0.8))
        self._judged.setHorizontalSpacing(gap)
        verdict = self._shown.verdict if self._shown is not None else None
        if verdict is not None:
            self._theme.put_icon(self._picture, verdict.icon, verdict.tone, em / self._theme.icon_pixels())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Letters follow the window."""
        super().resizeEvent(event)
        self._measure()

    def _turn_full(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put away."""
        super().closeEvent(event)
        self.closed.emit()


def _size(widget: QWidget, pixels: float, *, bold: bool = False) -> None:
    weight = "bold" if bold else "normal"
    sheet = f"QLabel {{ font-size: {max(round(pixels), 8)}px; font-weight: {weight}; }}"
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)
