"""The bands of an objective indicator (分档): per category a table of thresholds and points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import parse_points, show_short
from ecpanel.domain.scheme import Band, BandTable, Indicator
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.text import button, icon_button, restyle, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence

EVERYONE = "各类别通用"
Change = Callable[[str, Indicator, object], object]


class _BandRow(QWidget):
    """不低于 … 得 … 分."""

    def __init__(self, table: _TableCard, place: int) -> None:
        super().__init__()
        self._table, self._place = table, place
        theme = table.theme
        self.at_least, self.points = QLineEdit(), QLineEdit()
        self.at_least.setAccessibleName(f"第{place + 1}档不低于")
        self.points.setAccessibleName(f"第{place + 1}档得分")
        self.unit = text("", "", Tone.FAINT)
        self.remove = icon_button(theme, "x", f"删去第{place + 1}档", lambda: table.remove(place))
        for line in (self.at_least, self.points):
            line.setMaximumWidth(11 * theme.unit)
        parts = (text("不低于"), self.at_least, self.unit, text("得"), self.points, text("分"))
        self._problem = FieldProblem()
        across = row(*parts, None, self.remove, spacing=theme.unit // 2)
        self.setLayout(column(across, self._problem))
        self.at_least.editingFinished.connect(self._typed)
        self.points.editingFinished.connect(self._typed)

    def put(self, band: Band, unit: str, *, locked: bool) -> None:
        """Show a band."""
        for line, words in ((self.at_least, band.at_least), (self.points, show_short(band.points))):
            if line.text() != words and not (line.hasFocus() and self._problem.text()):
                line.setText(words)
            line.setReadOnly(locked)
        self.unit.setText(unit)
        self.remove.setVisible(not locked)

    def _typed(self) -> None:
        figure = self.at_least.text().strip().replace("，", "").replace(",", "")
        self._say(self.at_least, "")
        self._say(self.points, "")
        try:
            if not Decimal(figure).is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self._say(self.at_least, "门槛应是数字，如 10 或 -5.5。")
            return
        try:
            points = parse_points(self.points.text())
        except EcpanelError as fault:
            self._say(self.points, error_sentence(fault))
            return
        self._table.set_band(self._place, Band(figure, points))

    def _say(self, line: QLineEdit, sentence: str) -> None:
        self._problem.say(sentence)
        line.setProperty("wrong", bool(sentence))
        restyle(line)


class _TableCard(QFrame):
    """One table: whom it serves, its unit, its bands from the lowest up."""

    def __init__(self, rows: BandRows, place: int) -> None:
        super().__init__()
        self.setObjectName("card")
        self.theme, self._rows, self._place = rows.theme, rows, place
        theme = rows.theme
        self.category, self.unit = QComboBox(), QLineEdit()
        self.category.setAccessibleName(f"第{place + 1}张分档表用于")
        self.unit.setAccessibleName(f"第{place + 1}张分档表的单位")
        self.unit.setPlaceholderText("单位")
        self.unit.setMaximumWidth(12 * theme.unit)
        self.drop = icon_button(theme, "trash-2", f"删去第{place + 1}张分档表", lambda: rows.remove(place))
        self.bands: list[_BandRow] = []
        self._column = column(spacing=theme.unit // 2)
        self.add = button(theme, "添加一档", self._add, icon="plus", quiet=True)
        head = row(self.category, self.unit, None, self.drop, spacing=theme.unit)
        layout = column(head, self._column, row(self.add, None), spacing=theme.unit, margin=theme.unit)
        self.setLayout(layout)
        self.category.activated.connect(lambda _: self._set(category=str(self.category.currentData())))
        self.unit.editingFinished.connect(lambda: self._set(unit=self.unit.text().strip()))

    @property
    def _now(self) -> BandTable:
        return self._rows.tables[self._place]

    def put(self, table: BandTable, categories: Sequence[str], *, locked: bool) -> None:
        """Show a table."""
        offered = ["", *categories, *([table.category] if table.category not in ("", *categories) else [])]
        if [self.category.itemData(place) for place in range(self.category.count())] != offered:
            self.category.clear()
            for one in offered:
                self.category.addItem(one or EVERYONE, one)
        self.category.setCurrentIndex(offered.index(table.category))
        if self.unit.text() != table.unit:
            self.unit.setText(table.unit)
        fit_rows(self._column, self.bands, len(table.bands), lambda place: _BandRow(self, place))
        for line, band in zip(self.bands, table.bands, strict=True):
            line.put(band, table.unit, locked=locked)
        self.category.setEnabled(not locked)
        self.unit.setReadOnly(locked)
        self.add.setVisible(not locked)
        self.drop.setVisible(not locked)

    def _set(self, **what: object) -> None:
        self._rows.set_table(self._place, replace(self._now, **what), ("table", self._place, *what))  # type: ignore[arg-type]

    def set_band(self, place: int, band: Band) -> None:
        """Change one band."""
        bands = [band if number == place else one for number, one in enumerate(self._now.bands)]
        self._rows.set_table(self._place, replace(self._now, bands=tuple(bands)), None)

    def remove(self, place: int) -> None:
        """Take one band out."""
        bands = tuple(one for number, one in enumerate(self._now.bands) if number != place)
        self._rows.set_table(self._place, replace(self._now, bands=bands), None)

    def _add(self) -> None:
        bands = (*self._now.bands, Band("0", 0))
        self._rows.set_table(self._place, replace(self._now, bands=bands), None)
        self.bands[-1].at_least.setFocus()
        self.bands[-1].at_least.selectAll()


class BandRows(QWidget):
    """All tables of one indicator; `change(words, leaf, key)` saves."""

    def __init__(self, theme: Theme, change: Change) -> None:
        super().__init__()
        self.theme, self._change = theme, change
        self._leaf: Indicator | None = None
        self._categories: Sequence[str] = ()
        self.cards: list[_TableCard] = []
        self._none = text("没有分档表；该项由专家评分，不自动计算。", "small", Tone.FAINT, wrap=True)
        self._column = column(spacing=theme.unit)
        self.add = button(theme, "添加分档表", self._add, icon="plus", quiet=True)
        self.setLayout(column(self._none, self._column, row(self.add, None), spacing=theme.unit))

    @property
    def tables(self) -> tuple[BandTable, ...]:
        """The tables as they are."""
        return self._leaf.band_tables if self._leaf is not None else ()

    def put(self, leaf: Indicator, categories: Sequence[str], *, locked: bool) -> None:
        """Show the tables of an indicator; fields people are in stay where they are."""
        self._leaf, self._categories = leaf, categories
        fit_rows(self._column, self.cards, len(leaf.band_tables), lambda place: _TableCard(self, place))
        for card, table in zip(self.cards, leaf.band_tables, strict=True):
            card.put(table, categories, locked=locked)
        self._none.setVisible(not leaf.band_tables)
        self.add.setVisible(not locked)

    def set_table(self, place: int, table: BandTable, key: object) -> None:
        """Change one table."""
        tables = tuple(table if number == place else one for number, one in enumerate(self.tables))
        self._save("改分档", tables, key)

    def remove(self, place: int) -> None:
        """Take one table out."""
        tables = tuple(one for number, one in enumerate(self.tables) if number != place)
        self._save("删去分档表", tables, None)

    def _add(self) -> None:
        used = {table.category for table in self.tables}
        category = next((one for one in ("", *self._categories) if one not in used), "")
        unit = self.tables[-1].unit if self.tables else ""
        self._save("添加分档表", (*self.tables, BandTable(category, unit, (Band("0", 0),))), None)

    def _save(self, words: str, tables: tuple[BandTable, ...], key: object) -> None:
        if self._leaf is not None and tables != self._leaf.band_tables:
            self._change(words, replace(self._leaf, band_tables=tables), key)
