"""What an issue will do: for whom, where to, and in plain words what happens and cannot be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QWidget

from ecpanel.domain.review import Desk
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import picture, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.holdings import HoldingRow
from ecpanel.gui.theme import Theme
from ecpanel.services.issuing import Planned
from ecpanel.services.opening import Lock
from ecpanel.texts import minute

ALL, WAITING, PICKED = range(3)
WORDS: Final = ("全部", "还没有的和需重发的", "右边勾选的")


class WhoGets(QWidget):
    """`changed` tells that others are to get packages."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons = [QRadioButton(words) for words in WORDS]
        layout = column()
        for number, made in enumerate(self.buttons):
            self._group.addButton(made, number)
            layout.addWidget(made)
        self._group.idClicked.connect(self._picked)
        self.buttons[ALL].setChecked(True)
        self._by_hand = False
        self.setLayout(layout)

    def _picked(self, _: int) -> None:
        self._by_hand = True
        self.changed.emit()

    def choose(self, number: int) -> None:
        """Choose for people."""
        self._by_hand = True
        self.buttons[number].setChecked(True)

    def forget(self) -> None:
        """After an issue the choice is made anew."""
        self._by_hand = False

    def put(self, rows: Sequence[HoldingRow]) -> None:
        """Say how many each choice means; until people choose, those who wait are chosen once some have
        theirs."""
        counts = (len(rows), sum(one.waits for one in rows), sum(one.chosen for one in rows))
        for made, words, count in zip(self.buttons, WORDS, counts, strict=True):
            made.setText(f"{words}（{count} 个）")
        some = any(one.holding.times for one in rows)
        if not self._by_hand:
            self.buttons[WAITING if some else ALL].setChecked(True)
        self.buttons[WAITING].setVisible(some)

    def wanted(self, rows: Sequence[HoldingRow]) -> list[HoldingRow]:
        """Those who get a package."""
        number = self._group.checkedId()
        if number == ALL:
            return list(rows)
        return [one for one in rows if (one.waits if number == WAITING else one.chosen)]


class WhatHappens(QWidget):
    """Sentences with an icon each."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines = {
            icon: text("", "", Tone.PLAIN, wrap=True)
            for icon in ("lock", "package", "key-round", "rotate-ccw")
        }
        self._rows: dict[str, QWidget] = {}
        layout = column(spacing=theme.unit)
        for icon, words in self._lines.items():
            self._rows[icon] = self._row(icon, words)
            layout.addWidget(self._rows[icon])
        self.setLayout(layout)

    def _row(self, icon: str, words: QLabel) -> QWidget:
        made = QWidget()
        shown = picture(self._theme, icon, Tone.ACCENT)
        line = row(shown, words, spacing=self._theme.unit)
        line.setAlignment(shown, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        made.setLayout(line)
        return made

    def put(self, lock: Lock | None, wanted: Sequence[HoldingRow], planned: Sequence[Planned]) -> None:
        """Say what an issue to these people does."""
        if lock is None:
            locks = "首次发放后，指标体系、企业名单、材料类别和分组锁定，不能再改；要改只能另建一轮评审。"
        else:
            locks = f"指标体系第{lock.version}版已于 {minute(lock.at)} 锁定。"
        experts = sum(one.desk is Desk.EXPERT for one in planned)
        chairs = len(planned) - experts
        who = [f"{experts} 位专家" if experts else "", f"{chairs} 位组长" if chairs else ""]
        writes = (
            f"写 {len(planned)} 个任务包：{'、'.join(one for one in who if one)}各一个，"
            "专家的包里只有本组、不回避的企业材料。"
        )
        again = sum(one.holding.times > 0 and not one.waits for one in wanted)
        told = {
            "lock": locks,
            "package": writes if planned else "",
            "key-round": "每包一个口令，只印在口令条上，程序里不留；丢了只能重发。",
            "rotate-ccw": (
                f"其中 {again} 个已经发过：会写新包、新口令；旧包用旧口令仍能打开，请收回旧的。"
                if again
                else ""
            ),
        }
        for icon, words in told.items():
            self._lines[icon].setText(words)
            self._rows[icon].setVisible(bool(words))
