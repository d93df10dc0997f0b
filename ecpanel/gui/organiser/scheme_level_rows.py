"""The levels of a subjective indicator (优良中差): name, share of the maximum, description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from ecpanel.domain.points import show_short
from ecpanel.domain.scheme import Descriptor, Indicator
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.sentence import number
from ecpanel.gui.controls.text import button, icon_button, text
from ecpanel.gui.controls.typed import TextBox
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

USUAL: Final = (("优", 90), ("良", 75), ("中", 60), ("差", 0))
Change = Callable[[str, Indicator, object], object]


class _LevelRow(QWidget):
    """One level."""

    def __init__(self, rows: LevelRows, place: int) -> None:
        super().__init__()
        self._rows, self._place = rows, place
        theme = rows.theme
        self.name = QLineEdit()
        self.share = number(theme, f"第{place + 1}级从满分的百分之几起", 0, 100)
        self.name.setAccessibleName(f"第{place + 1}级名称")
        self.name.setMaximumWidth(10 * theme.unit)
        self.share.setSuffix(" % 起")
        self.range = text("", "small", Tone.FAINT)
        self.about = TextBox(theme, f"第{place + 1}级描述", 2)
        self.remove = icon_button(theme, "trash-2", f"删去第{place + 1}级", self._remove)
        head = row(self.name, self.share, self.range, None, self.remove, spacing=theme.unit)
        self.setLayout(column(head, self.about, spacing=theme.unit // 2))
        self.name.editingFinished.connect(lambda: self._set(name=self.name.text().strip()))
        self.share.valueChanged.connect(lambda share: self._set(from_percent=share))
        self.about.written.connect(lambda words: self._set(text=words))

    def _set(self, **what: object) -> None:
        self._rows.set_level(self._place, what)

    def _remove(self) -> None:
        self._rows.remove(self._place)

    def put(self, leaf: Indicator, level: Descriptor, *, locked: bool) -> None:
        """Show a level."""
        if self.name.text() != level.name:
            self.name.setText(level.name)
        self.share.setValue(level.from_percent)
        self.about.put(level.text)
        if leaf.step > 0:
            lowest = -(-level.from_percent * leaf.points // (100 * leaf.step)) * leaf.step
            self.range.setText(f"即 {show_short(lowest)} 分起")
        self.name.setReadOnly(locked)
        self.share.setEnabled(not locked)
        self.about.setReadOnly(locked)
        self.remove.setVisible(not locked)


class LevelRows(QWidget):
    """All levels of one indicator; `change(words, leaf, key)` saves."""

    def __init__(self, theme: Theme, change: Change) -> None:
        super().__init__()
        self.theme, self._change = theme, change
        self._leaf: Indicator | None = None
        self._shows = False
        self.rows: list[_LevelRow] = []
        self._column = column(spacing=theme.unit)
        self.add = button(theme, "添加一级", self._add, icon="plus", quiet=True)
        self.usual = button(theme, "用优、良、中、差四级", self._use_usual, icon="list-checks", quiet=True)
        self._none = text("没有分级描述；专家直接填分。", "small", Tone.FAINT, wrap=True)
        buttons = row(self.usual, self.add, None, spacing=theme.unit)
        self.setLayout(column(self._none, self._column, buttons, spacing=theme.unit // 2))

    def put(self, leaf: Indicator, *, locked: bool) -> None:
        """Show the levels of an indicator; fields people are in stay where they are."""
        self._leaf = leaf
        self._shows = True
        fit_rows(self._column, self.rows, len(leaf.descriptors), lambda place: _LevelRow(self, place))
        for line, level in zip(self.rows, leaf.descriptors, strict=True):
            line.put(leaf, level, locked=locked)
        self._none.setVisible(not leaf.descriptors)
        self.usual.setVisible(not leaf.descriptors and not locked)
        self.add.setVisible(not locked)
        self._shows = False

    def flush(self) -> None:
        """Hand on what is being typed."""
        for line in self.rows:
            line.about.flush()

    def set_level(self, place: int, what: dict[str, object]) -> None:
        """Change one level."""
        leaf = self._leaf
        if leaf is None or self._shows or place >= len(leaf.descriptors):
            return
        levels = list(leaf.descriptors)
        levels[place] = replace(levels[place], **what)  # type: ignore[arg-type]
        self._save("改分级描述", levels, ("level", leaf.code, place, *what))

    def remove(self, place: int) -> None:
        """Take one level out."""
        if self._leaf is not None:
            levels = [one for number, one in enumerate(self._leaf.descriptors) if number != place]
            self._save("删去一级", levels, None)

    def _add(self) -> None:
        if self._leaf is not None:
            lowest = min((one.from_percent for one in self._leaf.descriptors), default=100)
            fresh = Descriptor("", max(lowest - 15, 0), "")
            self._save("添加一级", [*self._leaf.descriptors, fresh], None)
            self.rows[-1].name.setFocus()

    def _use_usual(self) -> None:
        self._save("添加四级", [Descriptor(name, share, "") for name, share in USUAL], None)

    def _save(self, words: str, levels: list[Descriptor], key: object) -> None:
        leaf = self._leaf
        if leaf is not None and tuple(levels) != leaf.descriptors:
            self._change(words, replace(leaf, descriptors=tuple(levels)), key)
