"""Acts on one expert: a slip that lets him hand in anew, or taking his scores out for good."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import Frame, sticks
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.services.board import BoardExpert
    from ecpanel.services.opening import Store

REASON_MINIMUM: Final = 4
SLIP_KIND: Final = "重开单 (*.ecreopen)"


def enough(reason: str) -> bool:
    """Whether a reason is long enough to be recorded."""
    return len("".join(reason.split())) >= REASON_MINIMUM


class ExpertAct(QFrame):
    """What both acts share: a title, what it means, a reason, and the way back. `done` tells what to say
    once it is done."""

    done = Signal(str)
    dropped = Signal()

    def __init__(self, frame: Frame, store: Store, title: str, meaning: str, act: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._frame, self._store = frame, store
        self._expert: BoardExpert | None = None
        theme, unit = frame.theme, frame.theme.unit
        self._title, self._title_words = text("", "head", wrap=True), title
        self.banner = Banner(theme)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(f"至少 {REASON_MINIMUM} 个字，记入操作记录和评审报告")
        self.reason_field = Field(theme, "理由(&R)", self.reason)
        self.primary = button(theme, act, self._go)
        back = button(theme, "取消", self._back, quiet=True)
        self._foot = row(back, None, self.primary, spacing=unit)
        self._column = column(
            self._title,
            text(meaning, wrap=True),
            self.banner,
            self.reason_field,
            self._foot,
            spacing=unit,
            margin=2 * unit,
        )
        self.setLayout(self._column)
        self.reason.returnPressed.connect(self._go)
        self.hide()

    def ask(self, expert: BoardExpert) -> None:
        """Begin for an expert."""
        self._expert = expert
        self._title.setText(self._title_words.format(expert=f"{expert.expert_id} {expert.name}"))
        self.reason.clear()
        self.reason_field.say("")
        self.banner.clear()
        self.show()
        self.reason.setFocus()

    def _reason_is_fine(self) -> bool:
        fine = enough(self.reason.text())
        self.reason_field.say("" if fine else f"请写明不少于 {REASON_MINIMUM} 个字的理由。")
        if not fine:
            self.reason.setFocus()
        return fine

    def _back(self) -> None:
        self.hide()
        self.dropped.emit()

    def _finish(self, words: str) -> None:
        self.hide()
        self.done.emit(words)

    def _go(self) -> None:
        raise NotImplementedError


class Reopening(ExpertAct):
    """开具重开单."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__(
            frame,
            store,
            "给 {expert} 开具重开单",
            "专家本人凭重开单改动后重新提交一次；原来的提交保留，重开的次数和理由印在评审报告里。",
            "写出重开单…",
        )

    def _go(self) -> None:
        if self._expert is None or not self._reason_is_fine():
            return
        one = self._expert
        name = re.sub(r'[\\/:*?"<>|\s]+', "_", f"重开单_{one.expert_id}_{one.name}")[:60] + ".ecreopen"
        folder = next(iter(sticks()), Path.home())
        self._frame.choose_new("重开单写到哪里（U盘）", str(folder / name), SLIP_KIND, self.write, self)

    def write(self, path: Path) -> None:
        """Sign the slip and write it; what cannot be written does not count."""
        one, store, clock, reason = self._expert, self._store, self._frame.clock, self.reason.text()
        assert one is not None

        def work(_: Progress) -> int:
            from ecpanel.exchange.handover import write_bytes_verified
            from ecpanel.services.chair import reopen_submission

            return reopen_submission(
                store, one.expert_id, reason, clock, lambda slip: write_bytes_verified(path, slip)
            )[1]

        def written(times: int) -> None:
            self._finish(
                f"重开单已写到 {path}，请交给 {one.expert_id} {one.name}；这是第 {times} 次重开，"
                "收到新的评分包以前仍按原来的提交计算。"
            )

        self._frame.run("写出重开单", work, written, self.banner, can_cancel=False)


class Voiding(ExpertAct):
    """更换专家（作废）."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__(
            frame,
            store,
            "更换专家：作废 {expert} 的全部评分",
            "作废以后，这位专家的评分不再计入，也不再收他的评分包；原件保留，在报告里划去并印出理由。"
            "这一步不能撤回。替补专家由组织人员另发任务包，从头评分。",
            "作废全部评分",
        )
        self.name = QLineEdit()
        self.name_field = Field(
            frame.theme, "输入该专家的姓名(&N)", self.name, "为避免误操作，与名单一致才作废"
        )
        self._column.insertWidget(self._column.indexOf(self.reason_field) + 1, self.name_field)
        self.name.returnPressed.connect(self._go)
        frame.theme.put_icon(self.primary, "triangle-alert")

    def ask(self, expert: BoardExpert) -> None:
        """Begin for an expert."""
        self.name.clear()
        self.name.setPlaceholderText(expert.name)
        self.name_field.say("")
        super().ask(expert)

    def _go(self) -> None:
        one, store, clock, reason = self._expert, self._store, self._frame.clock, self.reason.text()
        if one is None or not self._reason_is_fine():
            return
        if "".join(self.name.text().split()) != "".join(one.name.split()):
            self.name_field.say(f"输入的姓名与 {one.name} 不一致，没有作废；请核对是不是这位专家。")
            self.name.setFocus()
            return
        self.name_field.say("")

        def work(_: Progress) -> None:
            from ecpanel.services.chair import void_expert

            void_expert(store, one.expert_id, reason, clock)

        def voided(_: None) -> None:
            self._finish(f"{one.expert_id} {one.name} 的评分已作废，理由：{reason.strip()}。")

        self._frame.run("作废评分", work, voided, self.banner, can_cancel=False)
