"""All of one candidate that has no room in a row: parent company, earlier years, declared figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from ecpanel.domain.candidate import EARLIEST_PAST, Candidate, Fact, PastResult, is_figure, settled_scores
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import parse_points, show_points, show_short
from ecpanel.domain.scheme import Indicator, Kind, Scheme, leaves
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.fields import Field
from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.sentence import number
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence

Change = Callable[[Candidate, Sequence[str], str, Callable[[EcpanelError], object]], bool]


class _PastRow(QWidget):
    """2020 年 得分 名次 等级."""

    def __init__(self, panel: CandidatePanel, place: int) -> None:
        super().__init__()
        theme = panel.theme
        self._panel, self._place, self._shows = panel, place, False
        self.year: QSpinBox = number(theme, f"第{place + 1}条往年结果的年份", EARLIEST_PAST, 2100)
        self.score, self.rank, self.level = QLineEdit(), QLineEdit(), QLineEdit()
        for line, name in ((self.score, "得分"), (self.rank, "名次"), (self.level, "等级")):
            line.setAccessibleName(f"第{place + 1}条往年结果的{name}")
            line.setMaximumWidth(10 * theme.unit)
            line.editingFinished.connect(self._typed)
        self.year.valueChanged.connect(lambda _: self._typed())
        self.remove = icon_button(
            theme, "x", f"删去第{place + 1}条往年结果", lambda: panel.remove_past(place)
        )
        parts = (self.year, text("年"), self.score, text("分"), text("第"), self.rank, text("名"), self.level)
        self.setLayout(row(*parts, self.remove, None, spacing=theme.unit // 2))

    def put(self, past: PastResult, *, locked: bool) -> None:
        self._shows = True
        self.year.setValue(past.year)
        score = "" if past.score is None else show_points(past.score)
        rank = "" if past.rank is None else str(past.rank)
        for line, words in ((self.score, score), (self.rank, rank), (self.level, past.level)):
            if line.text() != words:
                line.setText(words)
            line.setReadOnly(locked)
        self.year.setEnabled(not locked)
        self.remove.setVisible(not locked)
        self._shows = False

    def _typed(self) -> None:
        if self._shows:
            return
        score, rank, year = self.score.text().strip(), self.rank.text().strip(), self.year.value()
        try:
            points = parse_points(score) if score else None
            if rank and not rank.isdecimal():
                raise EcpanelError("candidate_past", year=year)
        except EcpanelError as fault:
            self._panel.problem.say(error_sentence(fault))
            return
        fresh = PastResult(year, points, int(rank) if rank else None, self.level.text().strip())
        self._panel.set_past(self._place, fresh)


class _FactRow(QWidget):
    """A1 电子商务交易规模 … 亿元 得 7 分."""

    def __init__(self, panel: CandidatePanel) -> None:
        super().__init__()
        theme = panel.theme
        self._panel = panel
        self.code = ""
        self.name, self.unit, self.points = text(""), text("", "", Tone.FAINT), text("", "", Tone.FAINT)
        self.figure = QLineEdit()
        self.figure.setMinimumWidth(14 * theme.unit)
        self.figure.setMaximumWidth(14 * theme.unit)
        self.unit.setMinimumWidth(5 * theme.unit)
        self.points.setMinimumWidth(9 * theme.unit)
        self.figure.setPlaceholderText("未申报")
        self.figure.editingFinished.connect(lambda: panel.set_fact(self.code, self.figure.text().strip()))
        layout = row(self.name, self.figure, self.unit, self.points, spacing=theme.unit // 2)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self, leaf: Indicator, one: Candidate, points: int | None, *, locked: bool) -> None:
        self.code = leaf.code
        self.name.setText(f"{leaf.code} {leaf.name}")
        self.figure.setAccessibleName(f"{leaf.code} {leaf.name}的申报数据")
        words = next((fact.figure for fact in one.facts if fact.indicator == leaf.code), "")
        if self.figure.text() != words:
            self.figure.setText(words)
        self.figure.setReadOnly(locked)
        unit = next((table.unit for table in leaf.band_tables if table.unit), "")
        self.unit.setText(unit)
        told = "不能自动计分" if words and points is None else ""
        self.points.setText(told if points is None else f"得 {show_short(points)} 分")


class CandidatePanel(QWidget):
    """`change(candidate, members, words, failed)` saves these members."""

    def __init__(self, theme: Theme, change: Change) -> None:
        super().__init__()
        self.theme, self._change = theme, change
        self._one: Candidate | None = None
        self._year = 0
        self._order: dict[str, int] = {}
        self.parent_name = QLineEdit()
        self.parent_name.editingFinished.connect(self._set_parent)
        self.past: list[_PastRow] = []
        self.facts: list[_FactRow] = []
        self._past, self._facts = column(spacing=theme.unit // 2), column(spacing=theme.unit // 2)
        self.add_past = button(theme, "添加一年", self._add_past, icon="plus", quiet=True)
        self.problem = FieldProblem()
        self._no_facts = text("指标体系中没有客观指标。", "small", Tone.FAINT, wrap=True)
        left = column(
            Field(theme, "母公司（同一母公司的企业会提示）", self.parent_name),
            text("往年结果", "small", Tone.FAINT),
            self._past,
            row(self.add_past, None),
            None,
            spacing=theme.unit,
        )
        right = column(
            text("申报数据（客观指标按此自动计分）", "small", Tone.FAINT),
            self._facts,
            self._no_facts,
            None,
            spacing=theme.unit,
        )
        across = row(left, right, spacing=4 * theme.unit)
        across.setStretch(0, 1)
        across.setStretch(1, 1)
        inner = QWidget()
        layout = column(self.problem, across, spacing=theme.unit)
        layout.setContentsMargins(2 * theme.unit, 0, 2 * theme.unit, theme.unit)
        inner.setLayout(layout)
        self.setLayout(column(Scroll(inner)))

    def put(self, one: Candidate | None, scheme: Scheme, year: int, *, locked: bool) -> None:
        """Show a candidate."""
        if one is None or self._one is None or one.candidate_id != self._one.candidate_id:
            self.problem.say("")
        self._one, self._year = one, year
        self.setEnabled(one is not None)
        if one is None:
            return
        if self.parent_name.text() != one.parent:
            self.parent_name.setText(one.parent)
        self.parent_name.setReadOnly(locked)
        fit_rows(self._past, self.past, len(one.past), lambda place: _PastRow(self, place))
        for line, past in zip(self.past, one.past, strict=True):
            line.put(past, locked=locked)
        self.add_past.setVisible(not locked)
        self._order = {leaf.code: place for place, leaf in enumerate(leaves(scheme))}
        objective = [leaf for leaf in leaves(scheme) if leaf.kind is Kind.OBJECTIVE]
        settled = settled_scores(one, scheme)
        fit_rows(self._facts, self.facts, len(objective), lambda _: _FactRow(self))
        for fact, leaf in zip(self.facts, objective, strict=True):
            fact.put(leaf, one, settled.get(leaf.code), locked=locked)
        self._no_facts.setVisible(not objective)

    def _save(self, wanted: Candidate, member: str, words: str) -> None:
        self.problem.say("")
        self._change(wanted, (member,), words, lambda fault: self.problem.say(error_sentence(fault)))

    def _set_parent(self) -> None:
        if self._one is not None:
            self._save(replace(self._one, parent=self.parent_name.text().strip()), "parent", "改母公司")

    def set_past(self, place: int, past: PastResult) -> None:
        """Change one earlier result."""
        one = self._one
        if one is not None and place < len(one.past) and one.past[place] != past:
            rest = [other for number, other in enumerate(one.past) if number != place]
            self._keep_past([*rest, past], "改往年结果")

    def remove_past(self, place: int) -> None:
        """Take one earlier result out."""
        if self._one is not None:
            rest = [other for number, other in enumerate(self._one.past) if number != place]
            self._keep_past(rest, "删去往年结果")

    def _add_past(self) -> None:
        if self._one is not None:
            taken = {past.year for past in self._one.past}
            year = next(year for year in range(self._year - 1, 0, -1) if year not in taken)
            self._keep_past([*self._one.past, PastResult(year)], "添加往年结果")

    def _keep_past(self, past: Sequence[PastResult], words: str) -> None:
        if self._one is not None:
            ordered = tuple(sorted(past, key=lambda result: result.year))
            self._save(replace(self._one, past=ordered), "past", words)

    def set_fact(self, code: str, figure: str) -> None:
        """Change a declared figure; an empty one is not declared."""
        one = self._one
        if one is None:
            return
        plain = figure.replace(",", "").replace("，", "")
        if plain and not is_figure(plain):
            fault = EcpanelError("candidate_figure", indicator=code, figure=figure)
            self.problem.say(error_sentence(fault))
            return
        rest = [fact for fact in one.facts if fact.indicator != code]
        facts = [*rest, Fact(code, plain)] if plain else rest
        facts.sort(key=lambda fact: self._order.get(fact.indicator, len(self._order)))
        self._save(replace(one, facts=tuple(facts)), "facts", "改申报数据")
