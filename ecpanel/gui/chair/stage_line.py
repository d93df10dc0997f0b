"""The moderation stage in one line beside the tabs: closed with the way to open it, open since when, or signed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import MarkLabel, button
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.theme import Theme
from ecpanel.services.stage import Stage
from ecpanel.texts import minute

CLOSED = Mark("审议阶段未开启：分数不可见", "eye-off", Tone.FAINT)
OPEN = Mark("审议已开启", "gavel", Tone.ACCENT)
SIGNED = Mark("成果包已签发，只读", "lock", Tone.FAINT)


class StageLine(QWidget):
    """`opening_wanted` is emitted by the button, which leads to the opening and does not open."""

    opening_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._label = MarkLabel(theme, CLOSED)
        self.button = button(
            theme,
            "开启审议…",
            self.opening_wanted.emit,
            shortcut="Ctrl+Shift+S",
            hint="开启以后才能看到分数、复核、合议和排名",
            quiet=True,
        )
        self.setLayout(row(self._label, self.button, spacing=theme.unit))

    def show_stage(self, stage: Stage) -> None:
        """Show how far the review is."""
        self.button.setVisible(not stage.numbers_shown)
        moderation, closure = stage.moderation, stage.closure
        if closure is not None:
            self._label.set_mark(SIGNED)
            self.setToolTip(f"“{closure.bundle}”签发于 {minute(closure.at)}；此后只能查看，不能改动。")
        elif moderation is not None:
            self._label.set_mark(OPEN, f"审议已于 {minute(moderation.at)} 开启")
            early = f"提前开启的理由：{moderation.reason}" if moderation.missing else "开启时各专家均已交齐"
            self.setToolTip(f"由 {moderation.opened_by} 开启；{early}")
        else:
            self._label.set_mark(CLOSED)
            self.setToolTip("")
