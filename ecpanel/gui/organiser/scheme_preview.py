"""预览: the score sheet as an expert will see it, with an invented firm and nothing to write to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.problems import Problem
from ecpanel.domain.scheme import Kind, Scheme, leaves
from ecpanel.domain.sheet import Score, Sheet, State
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.controls.text import text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone

if TYPE_CHECKING:
    from ecpanel.gui.expert.score_sheet import ScoreSheet


class PreviewPage(QWidget):
    """Draws the sheet anew only when it is looked at and the scheme has changed."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame = frame
        theme = frame.theme
        self._scheme: Scheme | None = None
        self._problems: Sequence[Problem] = ()
        self._drawn: tuple[Scheme, str] | None = None
        self._sheet: ScoreSheet | None = None
        self.category = QComboBox()
        self.category.setAccessibleName("按哪一类企业预览")
        self.category.activated.connect(lambda _: self._draw())
        about = text("专家看到的评分表（只供查看，企业是虚构的）", "small", Tone.FAINT, wrap=True)
        head = row(about, self.category, spacing=theme.unit)
        head.setStretch(0, 1)
        head.setContentsMargins(2 * theme.unit, theme.unit, 2 * theme.unit, theme.unit)
        self.empty = EmptyState(theme, "eye-off", "还不能预览", "")
        self._column = column(head, self.empty)
        self.setLayout(self._column)

    def put(self, scheme: Scheme, problems: Sequence[Problem]) -> None:
        """The scheme to show the next time somebody looks."""
        self._scheme, self._problems = scheme, problems
        now = self.category.currentText()
        if [self.category.itemText(n) for n in range(self.category.count())] != list(scheme.categories):
            self.category.clear()
            self.category.addItems(list(scheme.categories))
            self.category.setCurrentText(now)
        if self.isVisible():
            self._draw()

    def look(self) -> None:
        """Draw it as it is now."""
        self._draw()

    def _draw(self) -> None:
        scheme = self._scheme
        if scheme is None or self._drawn == (scheme, self.category.currentText()):
            return
        self._clear()
        faults = [one for one in self._problems if "place" in one.params]
        if faults or not any(leaves(scheme)):
            told = f"指标有 {len(faults)} 处错误，改正后就能预览。" if faults else "还没有指标。"
            self.empty.set_words("还不能预览", told)
            self.empty.show()
            return
        from ecpanel.gui.expert.score_sheet import ScoreSheet

        category = self.category.currentText()
        firm = Candidate("C001", "浙江", "某某电子商务有限公司", "", category)
        # What bands will settle shows as settled: here with the best value there is.
        settled = {leaf.code: leaf.points for leaf in leaves(scheme) if leaf.kind is Kind.OBJECTIVE}
        self._sheet = ScoreSheet(self._frame.theme, scheme)
        scores = {code: Score(code, State.SCORED, points) for code, points in settled.items()}
        self._sheet.show_candidate(firm, Sheet("E01", "C001", scores), settled, read_only=True)
        self._sheet.header.hide()
        self._sheet.next_button.hide()
        self._column.addWidget(self._sheet, 1)
        self.empty.hide()
        self._drawn = (scheme, category)

    def _clear(self) -> None:
        self._drawn = None
        if self._sheet is not None:
            self._column.removeWidget(self._sheet)
            self._sheet.hide()
            self._sheet.deleteLater()
            self._sheet = None
