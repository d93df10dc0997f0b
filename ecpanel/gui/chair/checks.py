"""复核: the four statutory checks first, then our own questions; every flag leads to its candidate at the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSplitter, QStackedWidget, QWidget

from ecpanel.gui.chair.board_panel import ROOMY, TYPING
from ecpanel.gui.chair.check_list import ALL, CheckList
from ecpanel.gui.chair.desk import MEETING, ChairDesk, ChairPart
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, PageHeader, Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, rule, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.flags import BLOCKING, CHECKS, RED, FlagRow, FlagsModel, Tally, flag_rows, tallies

if TYPE_CHECKING:
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result

WIDTHS = "chair.checks"
ABOUT = {one.kind.value: one.about for one in CHECKS}
"""What each check looks at."""


class ChecksPart(ChairPart):
    """复核."""

    name = "复核"
    waits_for = "四项法定复核的结果，和需要在合议中说明、处理的标记。"

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._rows: Sequence[FlagRow] = ()
        self.header = PageHeader(theme, "复核")
        self.primary = button(
            theme, "到合议处理", self._to_meeting, icon="gavel", primary=True, shortcut="Ctrl+Return"
        )
        self.header.add(self.primary)
        self.banner = Banner(theme)
        self.checks = CheckList(theme)
        self.checks.chosen.connect(self._filter)
        self.model = FlagsModel()
        self.table = Table(theme, self.model, "复核标记")
        self.table.opened.connect(self._open)
        self._about = text("", "", Tone.FAINT, wrap=True)
        self.search = QLineEdit()
        self.search.setAccessibleName("筛选标记")
        self.search.setPlaceholderText("筛选：企业、专家、指标")
        self.search.setClearButtonEnabled(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda: self._rest.start(TYPING))
        self.heavy = QCheckBox("不看提示")
        self.heavy.setToolTip("只留签发前须处理的和需说明的")
        self.heavy.toggled.connect(self._filter)
        self._count = text("", "small", Tone.FAINT)
        self._clean = EmptyState(theme, "circle-check", "", "")
        self._none = EmptyState(
            theme, "search", "没有符合的标记", "换一个词，或去掉“不看提示”。", "显示全部", self.show_all
        )
        self._stack = QStackedWidget()
        self._scrolls = (Scroll(self._clean), Scroll(self._none))
        for one in (self.table, *self._scrolls):
            self._stack.addWidget(one)
        tools = row(self.search, self.heavy, self._count, spacing=2 * unit)
        tools.setStretch(0, 1)
        above = column(self._about, tools, spacing=unit)
        above.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        right = QWidget()
        right.setObjectName("sheet")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = column(above, rule(), self._stack)
        inside.setStretch(2, 1)
        right.setLayout(inside)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.checks)
        self._split.addWidget(right)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes(self.frame.preferences.widths.get(WIDTHS) or [32 * unit, 120 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        layout = column(self.header, self.banner, self._split)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room it goes to the flags; what a check looks at is in its tip."""
        super().resizeEvent(event)
        self._about.setVisible(self.height() > ROOMY * self.frame.theme.unit)

    def reload(self) -> None:
        """Show what the checks find now."""
        self.desk.with_result(self._show, self.banner)

    def _show(self, result: Result, material: Material) -> None:
        hidden = self.desk.hidden
        self._rows = flag_rows(result, material, hidden)
        found = tallies(self._rows)
        self.checks.show_tallies(found)
        self.header.set_summary(_summary(found))
        self._say_hidden(result)
        self.model.set_rows(self._rows)
        self._filter()

    def _say_hidden(self, result: Result) -> None:
        """What the chair may know of candidates he must not see: only that something blocks."""
        hidden = self.desk.hidden
        words = f"组长回避的 {len(hidden)} 家企业不在此列出和计数。" if hidden else ""
        if any(one.candidate_id in hidden and one.kind in BLOCKING for one in result.flags):
            words += "其中有签发前须处理的，请在合议中由其他成员处理，组长离席。"
        self.checks.note.setText(words)

    def _filter(self, _: object = None) -> None:
        self._rest.stop()
        key, heavy = self.checks.key, self.heavy.isChecked()
        words = [word.lower() for word in self.search.text().split()]

        def accept(one: FlagRow) -> bool:
            if key != ALL and one.flag.kind != key:
                return False
            if heavy and not one.blocks and one.flag.weight != RED:
                return False
            hay = f"{one.flag.candidate_id} {one.firm} {one.expert} {one.indicator} {one.words}".lower()
            return all(word in hay for word in words)

        self.model.set_filter(accept)
        of_kind = len(self._rows) if key == ALL else sum(one.flag.kind == key for one in self._rows)
        shown = self.model.rowCount()
        self._about.setText(ABOUT.get(key, "标记只是提问，不改任何分数；选中一条按回车，到合议看这家企业。"))
        self._count.setText(f"{shown} 条" if shown == of_kind else f"{shown} / {of_kind} 条")
        if not of_kind:
            name = next((one.name for one in CHECKS if one.kind.value == key), "")
            title = f"“{name}”没有标记" if name else "四项法定复核全部通过，没有任何标记"
            self._clean.set_words(title, "可以看下一项，或到合议、排名继续。")
        clean, none = self._scrolls
        self._stack.setCurrentWidget(clean if not of_kind else self.table if shown else none)

    def show_all(self) -> None:
        """Take the filters away; the check at hand stays."""
        self.heavy.setChecked(False)
        self.search.clear()
        self._filter()

    def _open(self, place: object) -> None:
        row_at = None if place is None else self.model.row_of(place)
        if row_at is not None:
            self.desk.show_candidate(self.model.rows[row_at].flag.candidate_id)

    def _to_meeting(self) -> None:
        """To the candidate at hand, else to the agenda."""
        if self._stack.currentWidget() is self.table and self.table.key() is not None:
            self._open(self.table.key())
        else:
            self.desk.go_to(MEETING)


def _summary(found: Sequence[Tally]) -> str:
    statutory = [one for one in found if one.check.statutory]
    passed = sum(not one.asking for one in statutory)
    blocks = sum(one.asking for one in found if one.check.kind.value in BLOCKING)
    words = f"法定四项：{passed} 项通过"
    if passed < len(statutory):
        words += f"，{len(statutory) - passed} 项有标记"
    return words + (f"；签发前须处理 {blocks} 处" if blocks else "")
