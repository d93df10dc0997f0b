"""What stands beside the tree: everything about the chosen node that has no room in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from ecpanel.domain.points import show_short
from ecpanel.domain.scheme import Indicator, Kind, Section
from ecpanel.domain.scheme_changes import Node, below_sum
from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.text import button, set_tone, text
from ecpanel.gui.controls.typed import TextBox
from ecpanel.gui.marks import Tone
from ecpanel.gui.organiser.scheme_band_rows import BandRows
from ecpanel.gui.organiser.scheme_level_rows import LevelRows
from ecpanel.gui.theme import Theme

Change = Callable[[str, Node, object], object]


class NodePanel(QFrame):
    """The chosen section or indicator; `change(words, node, key)` saves it as it becomes."""

    back = Signal()

    def __init__(self, theme: Theme, change: Change) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAccessibleName("所选指标")
        self._theme, self._change = theme, change
        self._node: Node | None = None
        self._shows = False
        self.title = text("", "head", wrap=True)
        self.about = text("", "small", Tone.FAINT, wrap=True)
        self.adopt = button(theme, "", self._adopt, icon="calculator")
        self.may_not_apply = QCheckBox("允许专家标为“不适用”")
        self.may_not_apply.toggled.connect(self._set_may_not_apply)
        self.hint = TextBox(theme, "佐证提示", 2)
        self.hint.written.connect(lambda words: self._set("改佐证提示", "hint", evidence_hint=words.strip()))
        self.levels, self.bands = LevelRows(theme, change), BandRows(theme, change)
        self._hint_head = text("佐证提示（专家评分时可见）", "small", Tone.FAINT)
        self._levels_head = text("分级描述", "head")
        self._bands_head = text("分档表：按申报数据自动计分", "head")
        self._other = text("", "small", Tone.FAINT, wrap=True)
        self.close_button = button(theme, "返回指标树", self.back.emit, icon="arrow-left", quiet=True)
        self.close_button.hide()
        unit = theme.unit
        inner = QWidget()
        inner.setObjectName("sheet")
        inner.setLayout(
            column(
                row(self.close_button, None),
                self.title,
                self.about,
                row(self.adopt, None),
                column(self._hint_head, self.hint, self.may_not_apply, spacing=unit // 2),
                self._levels_head,
                self.levels,
                self._bands_head,
                self.bands,
                self._other,
                None,
                spacing=unit,
                margin=2 * unit,
            )
        )
        self.setLayout(column(Scroll(inner)))

    def put(self, node: Node | None, categories: Sequence[str], *, locked: bool) -> None:
        """Show a node, or that none is chosen."""
        self._shows = True
        self._node = node
        leaf = node if isinstance(node, Indicator) else None
        subjective = leaf is not None and leaf.kind is Kind.SUBJECTIVE
        self.title.setText(f"{node.code} {node.name}" if node is not None else "没有选中指标")
        self._tell(node)
        for widgets, shown in (
            ((self.hint, self._hint_head, self.may_not_apply), leaf is not None),
            ((self.levels, self._levels_head), subjective),
            ((self.bands, self._bands_head), leaf is not None and not subjective),
        ):
            for widget in widgets:
                widget.setVisible(shown)
        self._other.hide()
        if leaf is not None:
            self.hint.put(leaf.evidence_hint)
            self.hint.setReadOnly(locked)
            self.may_not_apply.setChecked(leaf.may_not_apply)
            self.may_not_apply.setEnabled(not locked)
            kept = f"{len(leaf.band_tables)} 张分档表" if subjective else f"{len(leaf.descriptors)} 级描述"
            if leaf.band_tables if subjective else leaf.descriptors:
                self._other.setText(f"另存有{kept}，改变类型后可用。")
                self._other.show()
            if subjective:
                self.levels.put(leaf, locked=locked)
            else:
                self.bands.put(leaf, categories, locked=locked)
        wrong = isinstance(node, Section) and bool(node.children) and below_sum(node) != node.points
        self.adopt.setVisible(wrong and not locked)
        if isinstance(node, Section) and wrong:
            self.adopt.setText(f"改为下级合计 {show_short(below_sum(node))} 分")
        self._shows = False

    def _tell(self, node: Node | None) -> None:
        words, tone = "在左边选一个指标，这里显示它的分级描述或分档表。", Tone.FAINT
        if isinstance(node, Indicator):
            judged = "专家按描述评分" if node.kind is Kind.SUBJECTIVE else "按申报数据计分，各专家相同"
            words = (
                f"{node.kind.value}，满分 {show_short(node.points)}，步长 {show_short(node.step)}；{judged}。"
            )
        elif isinstance(node, Section):
            below, said = show_short(below_sum(node)), show_short(node.points)
            words = f"{len(node.children)} 项下级指标，合计 {below} 分"
            if below == said:
                words += "，与本级分值一致。"
            else:
                words, tone = f"{words}，本级写的是 {said} 分。", Tone.BAD
        self.about.setText(words)
        set_tone(self.about, tone)

    def flush(self) -> None:
        """Hand on what is being typed."""
        self.hint.flush()
        self.levels.flush()

    def _set(self, words: str, member: str, **what: object) -> None:
        node = self._node
        if not self._shows and isinstance(node, Indicator):
            self._change(words, replace(node, **what), (member, node.code))  # type: ignore[arg-type]

    def _set_may_not_apply(self, may: bool) -> None:
        self._set("改“不适用”", "may_not_apply", may_not_apply=may)

    def _adopt(self) -> None:
        node = self._node
        if isinstance(node, Section):
            self._change("改为下级合计", replace(node, points=below_sum(node)), None)
