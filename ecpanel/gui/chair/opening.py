"""Opening the moderation stage (开启审议): what it means, who is missing, and the reason if it is opened early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.chair.expert_acts import REASON_MINIMUM, enough
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field
from ecpanel.gui.controls.panel import Scroll, card, column, row
from ecpanel.gui.controls.text import MarkLabel, button, picture, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import DONE, WARNING, Tone
from ecpanel.progress import Progress
from ecpanel.services.board import BoardState
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.services.board import Board
    from ecpanel.services.moderation import Moderation
    from ecpanel.services.opening import Store

MEANING = (
    ("eye", "开启以后，各专家的分数、得分和排名在本机可见，复核、合议、排名、签发随之可用。"),
    ("inbox", "开启以后仍可收包：迟交的评分包照样核对、并入。"),
    ("history", "开启的时间和开启人记入操作记录；只能开启一次，不能撤回。"),
)


class OpeningSection(QWidget):
    """`opened` once it is done, `dropped` when people go back."""

    opened = Signal()
    dropped = Signal()

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store = frame, store
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        grid = QGridLayout()
        grid.setHorizontalSpacing(unit)
        grid.setVerticalSpacing(unit)
        grid.setColumnStretch(1, 1)
        for line, (icon, words) in enumerate(MEANING):
            grid.addWidget(picture(theme, icon, Tone.ACCENT), line, 0)
            grid.addWidget(text(words, wrap=True), line, 1)
        self._state = MarkLabel(theme, DONE)
        self._missing = text("", wrap=True)
        self._pending = text("", "", Tone.CAUTION, wrap=True)
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(9 * unit)
        self.reason.setPlaceholderText("例如：E03 李××因病退出，经监督人同意不再等待")
        self.reason_field = Field(
            theme,
            "不等他们、提前开启的理由(&R)",
            self.reason,
            f"不少于 {REASON_MINIMUM} 个字，记入操作记录，随成果包保存",
        )
        self.primary = button(theme, "开启审议", self._open, icon="lock-open", primary=True)
        back = button(theme, "返回收包", self.dropped.emit, icon="arrow-left", quiet=True)
        middle = card(
            theme,
            text("开启审议", "title"),
            self.banner,
            grid,
            row(self._state, None),
            self._missing,
            self._pending,
            self.reason_field,
            row(back, None, self.primary, spacing=unit),
        )
        middle.setMaximumWidth(84 * unit)
        holder = QWidget()
        around = QGridLayout(holder)
        around.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        for number, share in ((0, 1), (1, 10), (2, 1)):
            around.setColumnStretch(number, share)
        around.setRowStretch(0, 1)
        around.setRowStretch(2, 2)
        around.addWidget(middle, 1, 1)
        self.setLayout(column(Scroll(holder)))

    def ask(self, board: Board, pending: int) -> None:
        """Show who is missing; `pending` is how many packages are judged and not merged."""
        missing = [one for one in board.experts if one.state is BoardState.MISSING]
        taken = f"{board.handed_in}/{board.expected} 位专家的评分包已并入"
        self._state.set_mark(
            WARNING if missing else DONE, f"{taken}，还缺 {len(missing)} 位" if missing else taken
        )
        names = "、".join(f"{one.expert_id} {one.name}" for one in missing)
        self._missing.setText(f"还没有交：{names}" if missing else "各专家均已交齐，可以开启。")
        self._pending.setText(f"另有 {pending} 个已核对的评分包还没有并入；建议先返回收包并入。")
        self._pending.setVisible(bool(pending))
        self.reason_field.setVisible(bool(missing))
        self.reason_field.say("")
        self.banner.clear()
        (self.reason if missing else self.primary).setFocus()

    def _open(self) -> None:
        reason, store, clock = self.reason.toPlainText(), self._store, self._frame.clock
        if not self.reason_field.isHidden() and not enough(reason):
            self.reason_field.say(f"请写明不少于 {REASON_MINIMUM} 个字的理由，再开启。")
            self.reason.setFocus()
            return
        self.reason_field.say("")

        def work(_: Progress) -> Moderation:
            from ecpanel.services.moderation import open_moderation

            return open_moderation(store, reason, clock)

        self._frame.run("开启审议", work, self._opened, self.banner, failed=self._refused, can_cancel=False)

    def _opened(self, moderation: Moderation) -> None:  # noqa: ARG002
        self.reason.clear()
        self.opened.emit()

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "moderation_incomplete":
            self.reason_field.show()
            self.reason_field.say(error_sentence(fault))
        else:
            self.banner.say_error(fault)
