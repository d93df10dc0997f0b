"""规则: everything of a scheme but its tree, in sentences people can read, each number to be changed in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLineEdit, QSpinBox, QWidget

from ecpanel.domain.problems import Problem
from ecpanel.domain.scheme import Scheme, Scope
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.panel import Scroll, card, column
from ecpanel.gui.controls.sentence import number, sentence
from ecpanel.gui.controls.text import text
from ecpanel.gui.marks import Tone
from ecpanel.gui.organiser.scheme_rule_rows import GateRows, ResultLevelRows, Save, TieRows
from ecpanel.gui.theme import Theme
from ecpanel.texts import problem_sentence

Part = str
"""The record of a scheme that a number belongs to: merging, outliers, remarks, meeting."""


class RulesPage(QWidget):
    """`save(words, scheme, key)` keeps a changed scheme."""

    def __init__(self, theme: Theme, save: Save) -> None:
        super().__init__()
        self.setObjectName("page")
        self._theme, self._save = theme, save
        self._scheme: Scheme | None = None
        self._shows = False
        self._showing: list[Callable[[Scheme], None]] = []
        self._problems: dict[str, FieldProblem] = {}
        self.numbers: dict[str, QSpinBox] = {}
        self.gates, self.levels, self.ties = (
            GateRows(theme, self._keep),
            ResultLevelRows(theme, self._keep),
            TieRows(theme, self._keep),
        )
        for rows in (self.gates, self.levels, self.ties):
            self._showing.append(rows.put)
        self._make_head()
        self._make_merging()
        unit = theme.unit
        cards = (
            self._card("体系", self._head, ("categories",)),
            self._card("准入项：逐项判断是或否，不符合的不参加排名", [self.gates], ("gates",)),
            self._card("计分", self._merging, ("places", "min_valid", "trim_from")),
            self._card("总分相同时，依次比较", [self.ties], ("ties",)),
            self._card("等级", [self.levels], ("levels",)),
            self._card("畸高畸低：只提问，不自动剔除任何评分", self._outliers(), ()),
            self._card("理由与评估意见", self._remarks(), ("opinion",)),
            self._card("合议", self._meeting(), ("quorum", "gate_majority")),
        )
        middle = QWidget()
        middle.setLayout(column(*cards, None, spacing=2 * unit, margin=2 * unit))
        middle.setMaximumWidth(110 * unit)
        self._inner = middle
        self.setLayout(column(Scroll(middle)))

    def _card(self, title: str, parts: Iterable[QWidget], members: Iterable[str]) -> QFrame:
        problems = []
        for member in members:
            self._problems[member] = FieldProblem()
            problems.append(self._problems[member])
        return card(self._theme, text(title, "head", wrap=True), *parts, *problems)

    def _make_head(self) -> None:
        self.title, self.categories = QLineEdit(), QLineEdit()
        self.title.setAccessibleName("指标体系名称")
        self.categories.setAccessibleName("企业类别")
        self.placeholder = QCheckBox(
            "这是占位的参考体系，不是商务部下发的附件2原文（所有页面和表格上都会注明）"
        )
        self.placeholder.toggled.connect(
            lambda on: self._change("改占位标记", lambda scheme: replace(scheme, is_placeholder=on))
        )
        self.title.editingFinished.connect(self._set_title)
        self.categories.editingFinished.connect(self._set_categories)
        self._head: list[QWidget] = [
            text("名称", "small", Tone.FAINT),
            self.title,
            text("企业类别，用顿号分开；名单中的类别和分档表按此填写", "small", Tone.FAINT, wrap=True),
            self.categories,
            self.placeholder,
        ]
        self._showing += [
            lambda scheme: _put(self.title, scheme.title),
            lambda scheme: _put(self.categories, "、".join(scheme.categories)),
            lambda scheme: self.placeholder.setChecked(scheme.is_placeholder),
        ]

    def _make_merging(self) -> None:
        self.scope, self.trimmed = QComboBox(), QCheckBox("去掉一个最高分和一个最低分")
        self.scope.setAccessibleName("各专家评分的合成方式")
        self.scope.addItem("先算每位专家的总分，再求平均", Scope.TOTAL)
        self.scope.addItem("先求每项指标的平均分，再相加", Scope.LEAF)
        self.scope.activated.connect(
            lambda _: self._set("merging", "scope", Scope(self.scope.currentData()), "合成方式")
        )
        self.trimmed.toggled.connect(lambda on: self._set("merging", "trimmed", on, "去极值"))
        theme = self._theme
        self._merging: list[QWidget] = [
            sentence(theme, self.scope),
            self.trimmed,
            sentence(
                theme,
                "　　有效评分不少于",
                self._number("merging", "trim_from", "去极值最少有效评分", 3, 99),
                "份时才去，不足时用全部有效评分的平均分。",
            ),
            sentence(
                theme,
                "每家企业至少要有",
                self._number("merging", "min_valid", "最少有效评分", 1, 99),
                "份有效评分，才计算结果。",
            ),
            sentence(
                theme,
                "最后结果四舍五入，保留",
                self._number("merging", "places", "保留小数位", 0, 2),
                "位小数。",
            ),
        ]
        self._showing += [
            lambda scheme: self.scope.setCurrentIndex(self.scope.findData(scheme.merging.scope)),
            lambda scheme: self.trimmed.setChecked(scheme.merging.trimmed),
        ]

    def _outliers(self) -> list[QWidget]:
        theme = self._theme

        def share(member: str, name: str, low: int = 0) -> QSpinBox:
            return self._number("outliers", member, name, low, 100)

        return [
            sentence(
                theme,
                "主观项的得分与其他专家的平均分相差超过该项满分的",
                share("of_maximum", "畸高畸低：相差超过满分的百分之几"),
                "%，并且超过该平均分的",
                share("of_mean", "畸高畸低：相差超过平均分的百分之几"),
                "% 时，请该专家说明；",
                "超过平均分的",
                share("yellow_of_mean", "畸高畸低：提示线"),
                "% 时提示。总分同样处理。",
            ),
            sentence(
                theme,
                "专家不少于",
                self._number("outliers", "robust_from", "稳健检验最少专家数", 3, 99),
                "位时，再按中位数检验一次。",
            ),
            sentence(
                theme,
                "各专家给同一企业的总分，最高与最低相差超过",
                share("spread_of_full", "总分极差", 1),
                "分时，提请合议。",
            ),
        ]

    def _remarks(self) -> list[QWidget]:
        theme = self._theme
        return [
            sentence(
                theme,
                "主观项得分低于满分的",
                self._number("remarks", "below_percent", "低于满分的百分之几须写理由", 0, 100),
                "%，或达到满分的",
                self._number("remarks", "from_percent", "达到满分的百分之几须写理由", 0, 101),
                "% 时，须写理由，不少于",
                self._number("remarks", "min_length", "理由最少字数", 0, 500),
                "字。",
            ),
            sentence(
                theme,
                "每家企业的评估意见",
                self._number("remarks", "opinion_min", "评估意见最少字数", 0, 9999),
                "至",
                self._number("remarks", "opinion_max", "评估意见最多字数", 0, 9999),
                "字。",
            ),
        ]

    def _meeting(self) -> list[QWidget]:
        theme = self._theme
        return [
            sentence(
                theme,
                "到会人数不少于应到（不含回避）的",
                self._fraction("quorum", 0, "法定人数分子"),
                "/",
                self._fraction("quorum", 1, "法定人数分母"),
                "，方可表决；一般事项须到会过半数同意。",
            ),
            sentence(
                theme,
                "准入项须到会的",
                self._fraction("gate_majority", 0, "准入项表决多数分子"),
                "/",
                self._fraction("gate_majority", 1, "准入项表决多数分母"),
                "同意。",
            ),
        ]

    # ---- fields

    def _number(self, part: Part, member: str, name: str, low: int, high: int) -> QSpinBox:
        made = number(self._theme, name, low, high)
        self.numbers[member] = made
        made.valueChanged.connect(lambda value: self._set(part, member, value, name.split("：")[0]))
        self._showing.append(lambda scheme: made.setValue(getattr(getattr(scheme, part), member)))
        return made

    def _fraction(self, member: str, place: int, name: str) -> QSpinBox:
        made = number(self._theme, name, 1, 20)
        self.numbers[f"{member}{place}"] = made

        def change(scheme: Scheme) -> Scheme:
            pair = list(getattr(scheme.meeting, member))
            pair[place] = made.value()
            meeting = replace(scheme.meeting, **{member: tuple(pair)})
            return replace(scheme, meeting=meeting)

        made.valueChanged.connect(lambda _: self._change(f"改{name[:-2]}", change, (member, place)))
        self._showing.append(lambda scheme: made.setValue(getattr(scheme.meeting, member)[place]))
        return made

    def _set_title(self) -> None:
        words = self.title.text().strip()
        if words:
            self._change("改名称", lambda scheme: replace(scheme, title=words))

    def _set_categories(self) -> None:
        words = tuple(one for one in re.split(r"[、，,;；\s]+", self.categories.text().strip()) if one)
        if words:
            self._change("改类别", lambda scheme: replace(scheme, categories=words))

    def _set(self, part: Part, member: str, value: Any, words: str) -> None:
        def change(scheme: Scheme) -> Scheme:
            return replace(scheme, **{part: replace(getattr(scheme, part), **{member: value})})

        self._change(f"改{words}", change, (part, member))

    def _change(self, words: str, change: Callable[[Scheme], Scheme], key: object = None) -> None:
        if self._scheme is not None and not self._shows:
            self._keep(words, change(self._scheme), key)

    def _keep(self, words: str, scheme: Scheme, key: object) -> None:
        if not self._shows:
            self._save(words, scheme, key)

    # ---- showing

    def put(self, scheme: Scheme, problems: Iterable[Problem], *, locked: bool) -> None:
        """Show the rules of a scheme with what is wrong with them."""
        self._shows = True
        self._scheme = scheme
        for show in self._showing:
            show(scheme)
        self._shows = False
        self._inner.setEnabled(not locked)
        told: dict[str, str] = {}
        for problem in problems:
            member = problem.params.get("member")
            if member in self._problems:
                told[str(member)] = problem_sentence(problem)
        for member, label in self._problems.items():
            label.say(told.get(member, ""))

    def flush(self) -> None:
        """Hand on what is being typed."""
        self._set_title()
        self._set_categories()


def _put(line: QLineEdit, words: str) -> None:
    if line.text() != words:
        line.setText(words)
