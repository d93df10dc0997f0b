"""The head of a score sheet: whose it is, how far it is, its sum if one wants to see it, earlier years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QSizePolicy

from ecpanel.domain.candidate import Candidate, PastResult
from ecpanel.domain.points import Points, show_points, show_short
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.text import icon_button, set_tone, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

OPEN_NOTE: Final = "未完"
ABSTAINED_NOTE: Final = "有弃权"
_NOTES: Final = {
    OPEN_NOTE: "还有指标未评，合计只是已评部分之和",
    ABSTAINED_NOTE: "有弃权的评分表不计总分，这里只是已评部分之和",
}


class NameLabel(QLabel):
    """A name that may be longer than its room: its end gives way to dots, the whole is in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("scale", "head")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Show another name."""
        self.setText(name)
        self.setToolTip(name)

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw as much as there is room for."""
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class SheetHeader(QFrame):
    """`total_shown` tells whether sums may be seen."""

    total_shown = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme = theme
        self._sum, self._note, self._shows_total, self._shows_past = "", "", True, False
        self.name = NameLabel()
        self._progress = text("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("本表进度")
        self.past = icon_button(theme, "history", "往年结果", self._turn_past, checkable=True)
        self._total, self._total_note = text("", "head"), text("", "small", Tone.FAINT)
        self._total_label = text("合计", "", Tone.FAINT)
        self.eye = icon_button(theme, "eye", "隐藏合计（可隐藏）", self._turn_total)
        self._past_words = text("", "small", Tone.FAINT, wrap=True)
        self._past_words.hide()
        self._sums = holding(
            row(self._total_label, self._total, self._total_note, self.eye, spacing=theme.unit // 2)
        )
        first = row(self.name, self.past, spacing=theme.unit)
        first.setStretch(0, 1)
        second = row(self._progress, None, self._sums, spacing=theme.unit)
        layout = column(first, second, self._past_words, self._bar, spacing=theme.unit // 4)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 2, round(1.5 * theme.unit), theme.unit)
        self.setLayout(layout)
        self._show_total()

    @property
    def shows_total(self) -> bool:
        """Whether sums may be seen."""
        return self._shows_total

    def set_candidate(self, candidate: Candidate | None) -> None:
        """Whose sheet it is."""
        self.name.set_name(candidate.name if candidate else "评分表预览")
        past = sorted(candidate.past, key=lambda one: one.year, reverse=True) if candidate else []
        self._past_words.setText("\n".join(_past_line(one) for one in past))
        self.past.setVisible(bool(past))
        self._show_past()

    def set_progress(self, done: int, count: int, total: tuple[str, str]) -> None:
        """How far the sheet is, its sum and what is to be said of that."""
        self._progress.setText(f"已评 {done}/{count}")
        set_tone(self._progress, Tone.GOOD if done == count else Tone.PLAIN)
        if self._bar.maximum() != count:
            self._bar.setRange(0, max(count, 1))
        self._bar.setValue(done)
        self._sum, self._note = total
        self._show_total()

    def _turn_total(self) -> None:
        self._shows_total = not self._shows_total
        self._show_total()
        self.total_shown.emit(self._shows_total)

    def set_total_shown(self, shown: bool) -> None:
        """Show or hide sums."""
        if shown != self._shows_total:
            self._turn_total()

    def _show_total(self) -> None:
        self._total.setText(self._sum if self._shows_total else "已隐藏")
        self._total_note.setText(self._note)
        self._total_note.setVisible(self._shows_total and bool(self._note))
        self._sums.setToolTip(_NOTES.get(self._note, ""))
        set_tone(self._total, Tone.PLAIN if self._shows_total else Tone.FAINT)
        words = "隐藏合计" if self._shows_total else "显示合计"
        if self.eye.accessibleName() != words:
            self.eye.setAccessibleName(words)
            self.eye.setToolTip(f"{words}（合计可隐藏，以免影响评分）")
            self._theme.put_icon(self.eye, "eye" if self._shows_total else "eye-off", Tone.FAINT)

    def _turn_past(self) -> None:
        self._shows_past = self.past.isChecked()
        self._show_past()

    def _show_past(self) -> None:
        is_open = self._shows_past
        self.past.setToolTip("收起往年结果" if is_open else "展开往年结果")
        self._past_words.setVisible(is_open and bool(self._past_words.text()))


def _past_line(one: PastResult) -> str:
    """An earlier year in words; what it does not tell is not invented."""
    facts = [
        "" if one.score is None else f"{show_points(one.score)}分",
        "" if one.rank is None else f"第{one.rank}名",
        one.level,
    ]
    return f"{one.year}年　" + ("  ".join(fact for fact in facts if fact) or "没有记录")


def sum_words(points: Sequence[Points], *, whole: bool, abstained: bool) -> tuple[str, str]:
    """A sum so far and what it lacks: nothing is there yet, it is still open, or an abstention means that
    the sheet has no total."""
    if not points:
        return "—", ""
    return show_short(sum(points)), ABSTAINED_NOTE if abstained else "" if whole else OPEN_NOTE
