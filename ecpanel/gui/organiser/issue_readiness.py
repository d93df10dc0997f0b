"""What keeps packages from being issued and what is worth a look before, each with the way to its step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ecpanel.domain.problems import Problem, Severity, blocking
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.text import MarkLabel, button, picture
from ecpanel.gui.marks import DONE, ERROR, WARNING, Tone
from ecpanel.gui.theme import Theme
from ecpanel.services.checklist import Step
from ecpanel.services.readiness import StepKey
from ecpanel.texts import problem_sentence


class IssueReadiness(QWidget):
    """`wanted` tells the step people want to go to."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.verdict = MarkLabel(theme, DONE, "head")
        self._rows = column()
        self.lines: list[_Line] = []
        self.setLayout(column(row(self.verdict, None), self._rows, spacing=theme.unit // 2))

    def put(self, steps: Sequence[Step], *, placeholder: bool, all_out: bool) -> bool:
        """Show what the steps before the issue lack; True when nothing blocks. `all_out` says that everyone
        has his package."""
        shown: list[tuple[Step, Sequence[Problem]]] = []
        for step in steps:
            if step.key is StepKey.ISSUE:
                continue
            grave = blocking(step.problems)
            asks = [one for one in step.problems if one.severity is Severity.WARNING]
            if grave or asks:
                shown.append((step, grave or asks))
        shown.sort(key=lambda one: not blocking(one[1]))
        blocked = sum(bool(blocking(one)) for _, one in shown)
        if blocked:
            self.verdict.set_mark(ERROR, f"还不能发放：先处理 {blocked} 步里的错误")
        else:
            self.verdict.set_mark(DONE, "可以发放" if not shown else "可以发放，下面这些值得先看一眼")
        if all_out and not blocked:
            self.verdict.set_mark(DONE, "任务包都已发放")
            shown = []
        extra = placeholder and not blocked
        fit_rows(self._rows, self.lines, len(shown) + extra, lambda _: self._make())
        for line, (step, found) in zip(self.lines, shown, strict=False):
            first = problem_sentence(found[0])
            more = f"（共 {len(found)} 处）" if len(found) > 1 else ""
            line.put(step.key, f"{step.title}{more}：{first}", grave=bool(blocking(found)))
        if extra:
            words = "指标体系：用的还是内置的占位体系，不是附件2原文；发放后不能再换。"
            self.lines[-1].put(StepKey.SCHEME, words, grave=False)
        return not blocked

    def _make(self) -> _Line:
        line = _Line(self._theme)
        line.go.clicked.connect(lambda: self.wanted.emit(line.key))
        return line


class _Line(QWidget):
    """One step with its first problem."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.key = theme, ""
        self._picture = picture(theme, "info")
        self._words = Elided("", "", Tone.PLAIN, Qt.TextElideMode.ElideRight)
        self.go = button(theme, "去看看", quiet=True)
        layout = row(self._picture, self._words, self.go, spacing=theme.unit)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def put(self, key: str, words: str, *, grave: bool) -> None:
        """Show it."""
        self.key = key
        mark = ERROR if grave else WARNING
        self._theme.put_icon(self._picture, mark.icon, mark.tone)
        self._words.set_words(words)
        self.setAccessibleName(f"{mark.word}：{words}")
        self.go.setText("去处理" if grave else "去看看")
        self.go.setAccessibleName(f"{self.go.text()}：{words.partition('：')[0]}")
