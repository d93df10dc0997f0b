"""One group: its name, chair, supervisor, the chair's card, and what is not right with its composition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from ecpanel.domain.people import Expert, Group
from ecpanel.domain.problems import Problem
from ecpanel.exchange.cards import Card
from ecpanel.gui.controls.banner import mark_of
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.row_count import fit_rows
from ecpanel.gui.controls.text import MarkLabel, button, icon_button, picture, text
from ecpanel.gui.marks import DONE, ERROR, OPEN, Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import problem_sentence

NOBODY: Final = "（未指定）"
CARD_HERE: Final = "组长用本程序“组长建库”后得到名片文件（.json），拷来拖到这里"
CARD_CODES: Final = ("chair_card_missing", "chair_missing")
"""What the lines for chair and card say by themselves."""


class GroupCard(QFrame):
    """`change` keeps a changed group; the signals ask for more than that."""

    removed = Signal(str)
    card_wanted = Signal(str)
    card_dropped = Signal(str, object)

    def __init__(self, theme: Theme, change: Callable[[str, Group], bool]) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self._theme, self._change, unit = theme, change, theme.unit
        self.group = Group("", "", (), "")
        self.name, self.supervisor = QLineEdit(), QLineEdit()
        self.name.editingFinished.connect(self.flush)
        self.supervisor.editingFinished.connect(self.flush)
        self.supervisor.setPlaceholderText("在场监督的人，不是专家")
        self.chair = QComboBox()
        self.chair.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chair.activated.connect(lambda _: self._name_chair())
        self.remove = icon_button(theme, "trash-2", "删除这个评审组", self._ask_removal)
        self._about = text("", "small", Tone.FAINT, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(unit)
        grid.setVerticalSpacing(unit // 2)
        for place, (words, control) in enumerate(
            (("组名", self.name), ("组长", self.chair), ("监督人", self.supervisor))
        ):
            label = QLabel(words)
            label.setBuddy(control)
            control.setAccessibleName(words)
            grid.addWidget(label, place, 0)
            grid.addWidget(control, place, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.setColumnStretch(1, 1)
        self._state = MarkLabel(theme, OPEN)
        self._print = text("", "small", Tone.FAINT, wrap=True)
        self._print.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._print.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bring = button(theme, "选择名片…", lambda: self.card_wanted.emit(self.group.group_id))
        state = row(self._state, None, self.bring, spacing=unit)
        self._problems = column(spacing=unit // 2)
        self._lines: list[_ProblemLine] = []
        self.setLayout(
            column(grid, self._about, state, self._print, self._problems, spacing=unit, margin=2 * unit)
        )

    def put(
        self,
        group: Group,
        experts: dict[str, Expert],
        card: Card | None,
        candidates: int,
        problems: Sequence[Problem],
        *,
        fixed: bool,
        issued: bool,
    ) -> None:
        """Show a group. `fixed` says that its name and chair can no longer change, `issued` that packages
        sealed to its chair's card are out."""
        self.group = group
        _put(self.name, group.name)
        _put(self.supervisor, group.supervisor)
        for control in (self.name, self.chair):
            control.setEnabled(not fixed)
        self.remove.setVisible(not fixed)
        members = [experts[one] for one in group.members if one in experts]
        self._put_chairs(group, members, experts)
        outside = sum(one.outside for one in members)
        self._about.setText(f"{len(members)} 位专家，其中部外 {outside} 位；{candidates} 家企业")
        self.setAccessibleName(f"{group.name}，{self._about.text()}")
        self._put_card(group, card, issued=issued)
        shown = [one for one in problems if one.code not in CARD_CODES]
        fit_rows(self._problems, self._lines, len(shown), lambda _: _ProblemLine(self._theme))
        for line, one in zip(self._lines, shown, strict=True):
            line.put(one)

    def _put_chairs(self, group: Group, members: Sequence[Expert], experts: dict[str, Expert]) -> None:
        known = [*members]
        if group.chair in experts and group.chair not in group.members:
            known.append(experts[group.chair])
        wanted = [(NOBODY, ""), *((_words(one, group), one.expert_id) for one in known)]
        now = [(self.chair.itemText(n), self.chair.itemData(n)) for n in range(self.chair.count())]
        if wanted != now:
            self.chair.clear()
            for words, key in wanted:
                self.chair.addItem(words, key)
        self.chair.setCurrentIndex(max(self.chair.findData(group.chair), 0))

    def _put_card(self, group: Group, card: Card | None, *, issued: bool) -> None:
        if card is not None:
            self._state.set_mark(DONE, "组长名片已收")
            told = f"组长签名指纹 {card.fingerprint}"
        elif group.chair:
            self._state.set_mark(ERROR, "还没有组长名片")
            told = CARD_HERE
        else:
            self._state.set_mark(ERROR, "还没有组长")
            told = "先在上面指定组长（须是本组的部外专家），再收他的名片"
        self._print.setText(told)
        self.bring.setText("换名片…" if card is not None else "选择名片…")
        self.bring.setAccessibleName(f"{group.name}：{self.bring.text()}")
        self.bring.setVisible(bool(group.chair) and not issued)

    # ---- changing

    def flush(self) -> None:
        """Keep name and supervisor as typed; an empty name goes back to what it was."""
        name = self.name.text().strip()
        if not name:
            self.name.setText(self.group.name)
            name = self.group.name
        fresh = replace(self.group, name=name, supervisor=self.supervisor.text().strip())
        for line in (self.name, self.supervisor):
            line.setModified(False)
        if fresh != self.group and self.group.group_id:
            words = f"改{self.group.name}的{'组名' if fresh.name != self.group.name else '监督人'}"
            if not self._change(words, fresh):
                self.name.setText(self.group.name)
                self.supervisor.setText(self.group.supervisor)

    def _name_chair(self) -> None:
        fresh = replace(self.group, chair=str(self.chair.currentData() or ""))
        if fresh != self.group and not self._change(f"改{self.group.name}的组长", fresh):
            self.chair.setCurrentIndex(max(self.chair.findData(self.group.chair), 0))

    def _ask_removal(self) -> None:
        self.removed.emit(self.group.group_id)

    # ---- dropping a card

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A card of the chair may be dropped here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the card on."""
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.card_dropped.emit(self.group.group_id, paths[0])


class _ProblemLine(QWidget):
    """A sentence with its weight."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture, self._words = picture(theme, "info"), text("", "small", wrap=True)
        layout = row(self._picture, self._words, spacing=theme.unit // 2)
        layout.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def put(self, problem: Problem) -> None:
        """Show a problem."""
        mark = mark_of(problem)
        self._theme.put_icon(self._picture, mark.icon, mark.tone)
        self._words.setText(problem_sentence(problem))
        self.setAccessibleName(f"{mark.word}：{self._words.text()}")


def _words(one: Expert, group: Group) -> str:
    told = [] if one.outside else ["部内"]
    told += [] if one.expert_id in group.members else ["不在本组"]
    return f"{one.expert_id} {one.name}{'（' + '、'.join(told) + '）' if told else ''}"


def _put(line: QLineEdit, words: str) -> None:
    """Show words; the cursor stays where nothing has changed, and what is being typed is left alone."""
    if line.text() != words and not line.isModified():
        line.setText(words)
