"""排名 on the chair's desk: the whole ranking with its line, the calculation of a row, and the recommendation list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QSplitter, QStackedWidget, QTabBar, QWidget

from ecpanel.gui.chair.board_panel import TYPING
from ecpanel.gui.chair.calculation_view import CalculationView
from ecpanel.gui.chair.desk import ChairDesk, ChairPart
from ecpanel.gui.chair.ranking_table import RankingTable
from ecpanel.gui.chair.recommended import RecommendedView, list_lines
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, PageHeader, column, row
from ecpanel.gui.controls.text import button, icon_button, rule, text
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.ranking import Outcome, RankingRow, ranking_rows

if TYPE_CHECKING:
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result

WIDTHS: Final = "chair.ranking"
ALL: Final = "全部类别"
SIGN_OFF: Final = "签发"


class RankingPart(ChairPart):
    """排名."""

    name = "排名"
    waits_for = "综合得分排名、逐项计算和建议名单。"

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._result: Result | None = None
        self.header = PageHeader(theme, "排名")
        self.listing = button(
            theme, "建议名单", self._turn_list, icon="list-checks", shortcut="Ctrl+L", quiet=True
        )
        self.working = button(
            theme, "计算过程", self._turn_working, icon="calculator", shortcut="F6", quiet=True
        )
        for one in (self.listing, self.working):
            one.setCheckable(True)
        self.copy = button(
            theme,
            "复制名单",
            self._copy,
            icon="copy",
            shortcut="Ctrl+Shift+C",
            hint="复制建议名单，可粘贴到表格",
            quiet=True,
        )
        for one in (self.copy, self.listing, self.working):
            self.header.add(one)
        self.primary = button(
            theme,
            "去签发",
            lambda: desk.go_to(SIGN_OFF),
            icon="arrow-right",
            primary=True,
            shortcut="Ctrl+Return",
        )
        self.header.set_primary(self.primary)
        self.banner = Banner(theme)
        self._build_tools()
        self.table = RankingTable(theme)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _: self.open_working())
        self.table.ranking.layoutChanged.connect(self._show_home)
        self._none = EmptyState(
            theme, "search", "没有符合的企业", "换一个词，或选“全部类别”。", "显示全部", self.show_all
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        left = QWidget()
        left.setObjectName("sheet")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = column(self._tools, rule(), self._stack)
        inside.setStretch(2, 1)
        left.setLayout(inside)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(self._side())
        self._split.setStretchFactor(0, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes(self.frame.preferences.widths.get(WIDTHS) or [110 * unit, 56 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        layout = column(self.header, self.banner, self._split)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        add_key(self, "Ctrl+F", "查找企业", self._find, everywhere=True)
        add_key(self, "Esc", "收起右栏", self._fold, everywhere=True)

    def _build_tools(self) -> None:
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.search = QLineEdit()
        self.search.setAccessibleName("查找企业")
        self.search.setPlaceholderText("查找：企业、编号、地区")
        self.search.setToolTip("查找企业（Ctrl + F）")
        self.search.setClearButtonEnabled(True)
        self.category = QComboBox()
        self.category.setAccessibleName("类别")
        self.category.addItem(ALL)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda: self._rest.start(TYPING))
        self.category.currentIndexChanged.connect(lambda _: self._filter())
        self._count = text("", "small", Tone.FAINT)
        self.home = button(theme, "按名次", self._go_home, icon="list-ordered", quiet=True)
        self.home.hide()
        line = row(self.search, self.category, self._count, self.home, spacing=2 * unit)
        line.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        line.setStretch(0, 1)
        self._tools = QWidget()
        self._tools.setLayout(line)

    def _side(self) -> QWidget:
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.calculation, self.list = CalculationView(theme), RecommendedView(theme)
        self._kinds = QTabBar()
        self._kinds.setAccessibleName("右栏")
        self._kinds.setDrawBase(False)
        self._kinds.setExpanding(False)
        for name in ("计算过程", "建议名单"):
            self._kinds.addTab(name)
        self._views = QStackedWidget()
        self._views.addWidget(self.calculation)
        self._views.addWidget(self.list)
        self._kinds.currentChanged.connect(self._turn_view)
        self.meet = icon_button(theme, "gavel", "到合议议这一家", self._to_meeting)
        away = icon_button(theme, "x", "收起右栏", self._fold)
        head = row(self._kinds, None, self.meet, away, spacing=unit // 2)
        head.setContentsMargins(unit, 0, unit, 0)
        self._panel = QWidget()
        self._panel.setObjectName("sheet")
        self._panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = column(head, rule(), self._views)
        layout.setStretch(2, 1)
        self._panel.setLayout(layout)
        self._panel.setMinimumWidth(34 * unit)
        self._panel.hide()
        return self._panel

    # --- what the desk calls ---

    def reload(self) -> None:
        """Show the ranking as it stands now."""
        self.desk.with_result(self._show, self.banner)

    def show_candidate(self, candidate_id: str) -> None:
        """Stand on a candidate, with its calculation open."""
        self.show_all()
        if self.table.choose(candidate_id):
            self.open_working()

    # --- showing ---

    def _show(self, result: Result, material: Material) -> None:  # noqa: ARG002
        hidden = self.desk.hidden
        self._result = result
        rows = ranking_rows(result, hidden)
        categories = list(dict.fromkeys(one.category for one in result.candidates))
        if [self.category.itemText(n) for n in range(1, self.category.count())] != categories:
            self.category.blockSignals(True)
            self.category.clear()
            self.category.addItems([ALL, *categories])
            self.category.blockSignals(False)
        self.table.ranking.set_rows(rows)
        self.table.set_cut(result.review.cut)
        self._filter()
        self.header.set_summary(_summary(rows, result.review.cut))
        self.list.show_list(result, hidden)
        self.copy.setEnabled(result.review.cut > 0)
        self._show_calculation()

    def _filter(self) -> None:
        self._rest.stop()
        words = [word.lower() for word in self.search.text().split()]
        category = self.category.currentText() if self.category.currentIndex() > 0 else ""

        def accept(one: RankingRow) -> bool:
            if category and one.category != category:
                return False
            hay = f"{one.candidate_id} {one.name} {one.region}".lower()
            return all(word in hay for word in words)

        model = self.table.ranking
        model.set_filter(accept if words or category else None)
        shown, count = model.rowCount(), len(model.everything)
        self._count.setText(f"{count} 家" if shown == count else f"{shown} / {count} 家")
        self._stack.setCurrentWidget(self.table if shown else self._none)
        self._show_home()

    def _show_home(self) -> None:
        self.home.setVisible(not self.table.ranking.is_home)

    def show_all(self) -> None:
        """No filter, by place."""
        self._go_home()

    def _go_home(self) -> None:
        self.search.clear()
        self.category.setCurrentIndex(0)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.ranking.sort(-1)
        self._filter()

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # --- the panel at the right ---

    def _chosen(self, key: object) -> None:
        if key is not None and not self._panel.isHidden():
            self._show_calculation()

    def open_working(self) -> None:
        """Open the calculation of the row at hand."""
        self._open(0)

    def _open(self, place: int) -> None:
        self._kinds.setCurrentIndex(place)
        self._panel.show()
        self._turn_view(place)

    def _turn_view(self, place: int) -> None:
        self._views.setCurrentIndex(place)
        self.meet.setVisible(place == 0)
        self.working.setChecked(not self._panel.isHidden() and place == 0)
        self.listing.setChecked(not self._panel.isHidden() and place == 1)
        if place == 0:
            self._show_calculation()

    def _turn_working(self) -> None:
        self._turn_panel(0)

    def _turn_list(self) -> None:
        self._turn_panel(1)

    def _turn_panel(self, place: int) -> None:
        if not self._panel.isHidden() and self._kinds.currentIndex() == place:
            self._fold()
        else:
            self._open(place)

    def _fold(self) -> None:
        self._panel.hide()
        self.working.setChecked(False)
        self.listing.setChecked(False)
        self.table.setFocus()

    def _show_calculation(self) -> None:
        result = self._result
        if result is None or self._panel.isHidden() or self._kinds.currentIndex() != 0:
            return
        key = self.table.key()
        if key is None and self.table.ranking.rowCount():
            self.table.selectRow(0)
            key = self.table.key()
        if key is None:
            return
        if key in self.desk.hidden:
            name = next(one.name for one in result.candidates if one.candidate_id == key)
            self.calculation.show_barred(name)
            return
        from ecpanel.services.explain import calculation

        self.calculation.show_calculation(calculation(result, key), result.scheme)

    def _to_meeting(self) -> None:
        key = self.table.key()
        if key is not None:
            self.desk.show_candidate(key)

    def _copy(self) -> None:
        if self._result is not None:
            lines = list_lines(self._result, self.desk.hidden)
            QGuiApplication.clipboard().setText("\n".join(lines))
            self.banner.say_done(f"已复制建议名单 {len(lines) - 1} 家，可粘贴到表格。")


def _summary(rows: list[RankingRow], cut: int) -> str:
    counts = {outcome: sum(one.outcome is outcome for one in rows) for outcome in Outcome}
    ranked = sum(one.rank is not None for one in rows)
    parts = [f"排名 {ranked} 家", f"取前 {cut} 名" if cut > 0 else "不划线"]
    for outcome, word in (
        (Outcome.TIED, "线上并列"),
        (Outcome.HELD, "暂缓"),
        (Outcome.EXCLUDED, "不参与"),
        (Outcome.BARRED, "本人回避"),
    ):
        if counts[outcome]:
            parts.append(f"{word} {counts[outcome]} 家")
    return " · ".join(parts)
