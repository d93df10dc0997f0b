"""Counting hands (表决): three counts, and at every change whether quorum and majority are reached, in words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSpinBox

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import Vote, check_vote
from ecpanel.domain.scheme import MeetingRules
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import button, picture, set_tone, text
from ecpanel.gui.forms.form_vote import Ui_Vote
from ecpanel.gui.marks import DONE, ERROR, OPEN, WARNING, Mark, Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who may vote on a matter: how many are entitled, how many of them are in the room, how many left
    by recusal, and by which rules."""

    entitled: int
    present: int
    recused: int
    rules: MeetingRules
    gate: bool = False

    @property
    def needed(self) -> int:
        """The smallest number of voters with a quorum."""
        numerator, denominator = self.rules.quorum
        return -(-self.entitled * numerator // denominator)

    @property
    def majority(self) -> str:
        """The majority asked for, in words."""
        if not self.gate:
            return "同意须超过到会人数的一半"
        numerator, denominator = self.rules.gate_majority
        return f"同意须达到会人数的 {numerator}/{denominator}"


def judge(vote: Vote, who: Electorate) -> Mark:
    """What a count comes to: not yet counted, carried, or why not."""
    if not vote.present:
        return Mark(
            f"请计票：有权表决 {who.entitled} 人，到会不少于 {who.needed} 人，{who.majority}",
            OPEN.icon,
            OPEN.tone,
        )
    try:
        check_vote(vote, who.entitled, who.rules, gate=who.gate)
    except EcpanelError as fault:
        return Mark(error_sentence(fault), ERROR.icon, ERROR.tone)
    words = f"动议成立：到会 {vote.present}/{who.entitled} 人，同意 {vote.in_favour} 人"
    if vote.present != who.present:
        return Mark(
            f"{words}；计票 {vote.present} 人与出席 {who.present} 人不符，请核对", WARNING.icon, Tone.CAUTION
        )
    return Mark(words, DONE.icon, DONE.tone)


class Ballot(Form):
    """`changed` tells that a count or its meaning has changed."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, Ui_Vote)
        self._theme = theme
        self._who = Electorate(0, 0, 0, MeetingRules())
        self.mark = judge(Vote(0, 0, 0), self._who)
        self._spins: tuple[QSpinBox, ...] = (
            self.parts.in_favour,
            self.parts.against,
            self.parts.abstained,
        )
        for spin in self._spins:
            spin.setMinimumWidth(8 * theme.unit)
            spin.setAlignment(Qt.AlignmentFlag.AlignCenter)
            spin.valueChanged.connect(lambda _: self._judge())
        self.unanimous = button(theme, "", self._all_in_favour, icon="users", quiet=True)
        self._picture = picture(theme, OPEN.icon, OPEN.tone)
        self._words = text("", "small", wrap=True)
        line = row(self._picture, self._words, spacing=theme.unit // 2)
        line.setStretch(1, 1)
        self.parts.rows.addWidget(self.unanimous)
        self.parts.rows.addLayout(line)
        self.setFocusProxy(self.parts.in_favour)

    @property
    def vote(self) -> Vote:
        """The counts as they are."""
        for_, against, abstained = (spin.value() for spin in self._spins)
        return Vote(for_, against, abstained, self._who.recused)

    @property
    def carried(self) -> bool:
        """Whether quorum and majority are reached."""
        return self.mark.icon in (DONE.icon, WARNING.icon)

    def ask(self, who: Electorate) -> None:
        """Say who may vote; counts stay."""
        self._who = who
        self.unanimous.setText(f"一致同意（{who.present} 人）")
        self._theme.refresh(self.unanimous)
        self.unanimous.setEnabled(who.present > 0)
        self._judge()

    def reset(self) -> None:
        """No hands counted."""
        for spin in self._spins:
            spin.blockSignals(True)
            spin.setValue(0)
            spin.blockSignals(False)
        self._judge()

    def _all_in_favour(self) -> None:
        for spin, count in zip(self._spins, (self._who.present, 0, 0), strict=True):
            spin.blockSignals(True)
            spin.setValue(count)
            spin.blockSignals(False)
        self._judge()

    def _judge(self) -> None:
        self.mark = judge(self.vote, self._who)
        self._theme.put_icon(self._picture, self.mark.icon, self.mark.tone)
        self._words.setText(self.mark.word)
        set_tone(self._words, self.mark.tone)
        self.changed.emit()
