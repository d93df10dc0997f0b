"""The line above the candidates: words to look for, region, category, kind of problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from ecpanel.domain.regions import REGIONS, quota
from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.tools import Tools
from ecpanel.gui.models.candidates import KINDS, CandidateRow, kind_of
from ecpanel.gui.models.searching import holds, plain
from ecpanel.gui.theme import Theme

ANY = "有问题的"
PAUSE = 120
"""Milliseconds after the last key before the table is filtered."""


class CandidateFilter(QWidget):
    """`changed` asks for the table to be filtered by `accept`."""

    changed = Signal()

    def __init__(self, theme: Theme, tools: Tools) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找（Ctrl + F）")
        self.search.setAccessibleName("查找企业")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(10 * theme.unit)
        self.search.setToolTip("按名称、信用代码、编号、地区、母公司查找")
        self.region, self.category, self.problem = QComboBox(), QComboBox(), QComboBox()
        for box, name in ((self.region, "地区"), (self.category, "类别"), (self.problem, "问题")):
            box.setAccessibleName(f"按{name}筛选")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(7)
            box.activated.connect(lambda _: self.changed.emit())
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _: self._pause.start())
        layout = row(self.search, self.region, self.category, self.problem, tools, spacing=theme.unit)
        layout.setStretch(0, 1)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        self.setLayout(layout)

    def put(self, rows: Sequence[CandidateRow], developed: Collection[str]) -> None:
        """What there is to choose, each with its count."""
        regions = Counter(one.candidate.region for one in rows)
        known = [one for one in REGIONS if one in regions] + sorted(set(regions) - set(REGIONS))
        told = []
        for region in known:
            count, limit = regions[region], quota(region, developed)
            told.append((region, f"{region}　{count}" + (f"，超过 {limit}" if count > limit else "")))
        _offer(self.region, "全部地区", told)
        categories = Counter(one.candidate.category for one in rows)
        _offer(self.category, "全部类别", [(one, f"{one or '未填'}　{n}") for one, n in categories.items()])
        kinds = Counter(kind for one in rows for kind in {kind_of(problem) for problem in one.problems})
        doubtful = sum(bool(one.problems) for one in rows)
        found = [(kind, f"{kind}　{kinds[kind]}") for kind, _, _ in KINDS if kinds[kind]]
        _offer(self.problem, "有无问题", [(ANY, f"{ANY}　{doubtful}"), *found] if doubtful else [])

    def accept(self) -> Callable[[CandidateRow], bool] | None:
        """Which rows are wanted; None for all."""
        words = plain(self.search.text())
        region, category, kind = (box.currentData() for box in (self.region, self.category, self.problem))
        if not words and (region, category, kind) == (None, None, None):
            return None

        def wanted(row: CandidateRow) -> bool:
            one = row.candidate
            if region is not None and one.region != region:
                return False
            if category is not None and one.category != category:
                return False
            if kind == ANY and not row.problems:
                return False
            if kind not in (None, ANY) and not any(kind_of(problem) == kind for problem in row.problems):
                return False
            return holds(words, one.name, one.credit_code, one.candidate_id, one.region, one.parent)

        return wanted

    def clear(self) -> None:
        """All rows."""
        self.search.clear()
        for box in (self.region, self.category, self.problem):
            box.setCurrentIndex(0)
        self._pause.stop()
        self.changed.emit()


def _offer(box: QComboBox, everything: str, choices: Sequence[tuple[str, str]]) -> None:
    """Put choices into a box; what was chosen stays chosen."""
    wanted: list[tuple[str | None, str]] = [(None, everything), *choices]
    if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] == wanted:
        return
    chosen = box.currentData()
    box.clear()
    for key, words in wanted:
        box.addItem(words, key)
    keys = [key for key, _ in wanted]
    box.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
