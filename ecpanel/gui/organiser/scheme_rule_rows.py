"""Rules that are lists: gates (准入项), levels (等级), the order of ties (同分次序)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import HUNDRED, parse_points, show_short
from ecpanel.domain.scheme import Gate, Level, LevelBy, Scheme, TieRule, TieStep
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence

Save = Callable[[str, Scheme, object], object]
WORDS_OF_TIES: Final = {
    TieStep.UNTRIMMED: "未去极值的平均分",
    TieStep.LAST_YEAR: "上年得分",
    TieStep.VOTE: "表决",
}


def tie_words(tie: TieRule, scheme: Scheme) -> str:
    """A link of the tie chain as people say it."""
    if tie.step is not TieStep.SECTION:
        return WORDS_OF_TIES[tie.step]
    name = next((top.name for top in scheme.sections if top.code == tie.section), "（没有这个一级指标）")
    return f"{tie.section} {name}得分"


class _GateRow(QWidget):
    def __init__(self, rows: GateRows, place: int) -> None:
        super().__init__()
        theme = rows.theme
        self.code, self.name = QLineEdit(), QLineEdit()
        self.code.setAccessibleName(f"第{place + 1}个准入项编码")
        self.code.setMaximumWidth(10 * theme.unit)
        self.name.setAccessibleName(f"第{place + 1}个准入项")
        self.remove = icon_button(theme, "trash-2", f"删去第{place + 1}个准入项", lambda: rows.remove(place))
        layout = row(self.code, self.name, self.remove, spacing=theme.unit)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.code.editingFinished.connect(lambda: rows.change(place, code=self.code.text().strip()))
        self.name.editingFinished.connect(lambda: rows.change(place, name=self.name.text().strip()))

    def put(self, gate: Gate) -> None:
        for line, words in ((self.code, gate.code), (self.name, gate.name)):
            if line.text() != words:
                line.setText(words)


class GateRows(QWidget):
    """Yes-or-no conditions before ranking."""

    def __init__(self, theme: Theme, save: Save) -> None:
        super().__init__()
        self.theme, self._save = theme, save
        self._scheme: Scheme | None = None
        self.rows: list[_GateRow] = []
        self._column = column(spacing=theme.unit // 2)
        self._none = text("没有准入项；所有企业都参加排名。", "small", Tone.FAINT, wrap=True)
        self.add = button(theme, "添加准入项", self._add, icon="plus", quiet=True)
        self.setLayout(column(self._none, self._column, row(self.add, None), spacing=theme.unit // 2))

    def put(self, scheme: Scheme) -> None:
        """Show the gates of a scheme."""
        self._scheme = scheme
        fit_rows(self._column, self.rows, len(scheme.gates), lambda place: _GateRow(self, place))
        for line, gate in zip(self.rows, scheme.gates, strict=True):
            line.put(gate)
        self._none.setVisible(not scheme.gates)

    def change(self, place: int, **what: str) -> None:
        """Change one gate."""
        if self._scheme is not None and place < len(self._scheme.gates):
            gates = list(self._scheme.gates)
            gates[place] = replace(gates[place], **what)
            self._keep("改准入项", gates)

    def remove(self, place: int) -> None:
        """Take one gate out."""
        if self._scheme is not None:
            self._keep("删去准入项", [one for n, one in enumerate(self._scheme.gates) if n != place])

    def _add(self) -> None:
        if self._scheme is not None:
            taken = {gate.code for gate in self._scheme.gates}
            code = next(name for n in range(1, 1000) if (name := f"G{n}") not in taken)
            self._keep("添加准入项", [*self._scheme.gates, Gate(code, "")])
            self.rows[-1].name.setFocus()

    def _keep(self, words: str, gates: Sequence[Gate]) -> None:
        if self._scheme is not None:
            self._save(words, replace(self._scheme, gates=tuple(gates)), None)


class _LevelRow(QWidget):
    def __init__(self, rows: ResultLevelRows, place: int) -> None:
        super().__init__()
        theme, self._rows, self._place = rows.theme, rows, place
        self.name, self.bound = QLineEdit(), QLineEdit()
        self.name.setAccessibleName(f"第{place + 1}等名称")
        self.bound.setAccessibleName(f"第{place + 1}等界线")
        self.name.setMaximumWidth(14 * theme.unit)
        self.bound.setMaximumWidth(10 * theme.unit)
        self.before, self.after = text(""), text("")
        self.problem = FieldProblem()
        self.remove = icon_button(theme, "trash-2", f"删去第{place + 1}等", lambda: rows.remove(place))
        across = row(self.name, self.before, self.bound, self.after, None, self.remove, spacing=theme.unit)
        self.setLayout(column(across, self.problem))
        self.name.editingFinished.connect(lambda: rows.change(place, name=self.name.text().strip()))
        self.bound.editingFinished.connect(self._typed)

    def _typed(self) -> None:
        try:
            bound = parse_points(self.bound.text())
        except EcpanelError as fault:
            self.problem.say(error_sentence(fault))
            return
        self.problem.say("")
        self._rows.change(self._place, bound=bound)

    def put(self, level: Level, by: LevelBy, *, last: bool) -> None:
        for line, words in ((self.name, level.name), (self.bound, show_short(level.bound))):
            if line.text() != words:
                line.setText(words)
        self.problem.say("")
        self.before.setText("不低于" if by is LevelBy.SCORE else "排名前")
        self.after.setText("分" if by is LevelBy.SCORE else "%")
        self.bound.setEnabled(not last)  # the last level takes all that is left


class ResultLevelRows(QWidget):
    """Levels of results and where they begin."""

    def __init__(self, theme: Theme, save: Save) -> None:
        super().__init__()
        self.theme, self._save = theme, save
        self._scheme: Scheme | None = None
        self.rows: list[_LevelRow] = []
        self.by = QComboBox()
        self.by.setAccessibleName("等级怎样划分")
        self.by.addItem("按得分划分", LevelBy.SCORE)
        self.by.addItem("按名次比例划分", LevelBy.RANK_SHARE)
        self.by.activated.connect(lambda _: self._turn())
        self._column = column(spacing=theme.unit // 2)
        self.add = button(theme, "添加一等", self._add, icon="plus", quiet=True)
        layout = column(row(self.by, None), self._column, row(self.add, None), spacing=theme.unit // 2)
        self.setLayout(layout)

    def put(self, scheme: Scheme) -> None:
        """Show the levels of a scheme."""
        self._scheme = scheme
        self.by.setCurrentIndex(self.by.findData(scheme.level_by))
        fit_rows(self._column, self.rows, len(scheme.levels), lambda place: _LevelRow(self, place))
        for number, (line, level) in enumerate(zip(self.rows, scheme.levels, strict=True), start=1):
            line.put(level, scheme.level_by, last=number == len(scheme.levels))

    def _turn(self) -> None:
        """The same levels by the other measure, with bounds spread evenly to begin with."""
        scheme, by = self._scheme, LevelBy(self.by.currentData())
        if scheme is None or by is scheme.level_by:
            return
        count = len(scheme.levels)
        usual = (9000, 8000, 6000, 0) if by is LevelBy.SCORE else (1000, 4000, 9000, 10000)
        spread = [
            HUNDRED * round(100 * (count - 1 - n if by is LevelBy.SCORE else n + 1) / count)
            for n in range(count)
        ]
        bounds = usual if count == len(usual) else spread
        levels = [replace(one, bound=bound) for one, bound in zip(scheme.levels, bounds, strict=True)]
        self._save("改等级划分", replace(scheme, level_by=by, levels=tuple(levels)), None)

    def change(self, place: int, **what: object) -> None:
        """Change one level."""
        if self._scheme is not None and place < len(self._scheme.levels):
            levels = list(self._scheme.levels)
            levels[place] = replace(levels[place], **what)  # type: ignore[arg-type]
            self._keep("改等级", levels)

    def remove(self, place: int) -> None:
        """Take one level out; the one that is now last takes all that is left."""
        if self._scheme is not None:
            levels = [one for n, one in enumerate(self._scheme.levels) if n != place]
            if levels:
                rest = 0 if self._scheme.level_by is LevelBy.SCORE else 100 * HUNDRED
                levels[-1] = replace(levels[-1], bound=rest)
            self._keep("删去一等", levels)

    def _add(self) -> None:
        scheme = self._scheme
        if scheme is None:
            return
        rest = 0 if scheme.level_by is LevelBy.SCORE else 100 * HUNDRED
        levels = list(scheme.levels)
        if levels:
            before = levels[-2].bound if len(levels) > 1 else 100 * HUNDRED - rest
            levels[-1] = replace(levels[-1], bound=(before + rest) // 2 // HUNDRED * HUNDRED)
        self._keep("添加一等", [*levels, Level("", rest)])
        self.rows[-1].name.setFocus()

    def _keep(self, words: str, levels: Sequence[Level]) -> None:
        if self._scheme is not None:
            self._save(words, replace(self._scheme, levels=tuple(levels)), None)


class _TieRow(QWidget):
    def __init__(self, rows: TieRows, place: int) -> None:
        super().__init__()
        theme = rows.theme
        self.words = text("", wrap=True)
        self.up = icon_button(theme, "arrow-up", f"第{place + 1}条提前", lambda: rows.swap(place - 1))
        self.down = icon_button(theme, "arrow-down", f"第{place + 1}条推后", lambda: rows.swap(place))
        self.remove = icon_button(theme, "trash-2", f"删去第{place + 1}条", lambda: rows.remove(place))
        layout = row(self.words, self.up, self.down, self.remove, spacing=theme.unit // 2)
        layout.setStretch(0, 1)
        self.setLayout(layout)


class TieRows(QWidget):
    """What is compared in turn where totals are equal."""

    def __init__(self, theme: Theme, save: Save) -> None:
        super().__init__()
        self.theme, self._save = theme, save
        self._scheme: Scheme | None = None
        self.rows: list[_TieRow] = []
        self._column = column(spacing=theme.unit // 4)
        self.more = button(theme, "再比较……", icon="plus", quiet=True, hint="添加一条同分次序")
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self.setLayout(column(self._column, row(self.more, None), spacing=theme.unit // 2))

    def put(self, scheme: Scheme) -> None:
        """Show the chain of a scheme."""
        self._scheme = scheme
        ties = scheme.merging.ties
        fit_rows(self._column, self.rows, len(ties), lambda place: _TieRow(self, place))
        for number, (line, tie) in enumerate(zip(self.rows, ties, strict=True), start=1):
            line.words.setText(f"{number}. {tie_words(tie, scheme)}")
            line.up.setEnabled(number > 1)
            line.down.setEnabled(number < len(ties))
        offered = [TieRule(TieStep.SECTION, top.code) for top in scheme.sections]
        offered += [TieRule(step) for step in WORDS_OF_TIES]
        self._menu.clear()
        for tie in offered:
            if tie not in ties:
                self._menu.addAction(tie_words(tie, scheme), partial(self._add, tie))
        self.more.setVisible(not self._menu.isEmpty())

    def _add(self, tie: TieRule) -> None:
        if self._scheme is not None:
            self._keep("添加同分次序", [*self._scheme.merging.ties, tie])

    def swap(self, place: int) -> None:
        """Turn a link and the one after it."""
        if self._scheme is not None:
            ties = list(self._scheme.merging.ties)
            ties[place : place + 2] = reversed(ties[place : place + 2])
            self._keep("改同分次序", ties)

    def remove(self, place: int) -> None:
        """Take one link out."""
        if self._scheme is not None:
            ties = [one for n, one in enumerate(self._scheme.merging.ties) if n != place]
            self._keep("删去同分次序", ties)

    def _keep(self, words: str, ties: Sequence[TieRule]) -> None:
        if self._scheme is not None:
            merging = replace(self._scheme.merging, ties=tuple(ties))
            self._save(words, replace(self._scheme, merging=merging), None)
