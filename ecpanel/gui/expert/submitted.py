"""After hand-in (已提交): what was written, another copy, a look back, and the slip that reopens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import PathField
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import Scroll, column, holding, row
from ecpanel.gui.controls.text import button, picture, rule, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import WARNING, Tone
from ecpanel.progress import Progress
from ecpanel.services import hand_in
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment


class SubmittedPane(QWidget):
    """`look_back` asks for the sheets, `paper` for the pledge sheet, `sign_off_wanted` to sign off a request;
    `reopened` tells the reason of a slip that was taken in."""

    look_back = Signal()
    paper = Signal()
    reopened = Signal(str)
    sign_off_wanted = Signal(Path)

    def __init__(self, frame: Frame, store: Store, work: Assignment) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._work = frame, store, work
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._about = text("", wrap=True)
        self.place = PathField(
            theme, "再写一份到", lambda chosen: frame.choose_folder("评分包写到哪里（U盘）", chosen, self)
        )
        self.place.line.returnPressed.connect(self._again)
        self.again = button(theme, "再写一份", self._again, icon="usb")
        self.look = button(theme, "查看我的评分（只读）", self.look_back.emit, icon="eye")
        self.sheet = button(theme, "签到承诺书…", self.paper.emit, icon="printer")
        self.sign_off = button(theme, "会签…", self._choose_request, icon="signature")
        self.slip = button(theme, "收下重开单…", self._choose_slip, icon="rotate-ccw")
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(
            column(
                row(
                    picture(theme, "badge-check", Tone.GOOD, 2.0),
                    text("已提交并签名", "verdict"),
                    None,
                    spacing=unit,
                ),
                self.banner,
                self._about,
                text("请把U盘和签了名的签到承诺书交给组长。", "head", wrap=True),
                holding(Flow(self.look, self.sheet, spacing=unit)),
                rule(),
                text("U盘丢失或写坏了，可以再写一份同样的评分包：", "", Tone.FAINT, wrap=True),
                self.place,
                row(None, self.again),
                rule(),
                text(
                    "组长准许修改的，会给您一份重开单；收下（或拖到窗口里）以后可以修改，再提交一次。",
                    "",
                    Tone.FAINT,
                    wrap=True,
                ),
                row(None, self.slip),
                rule(),
                text(
                    "评审结束后组长会给一份会签请求；打开（或拖到窗口里）即可在这里会签，不必到组长的机器上去。",
                    "",
                    Tone.FAINT,
                    wrap=True,
                ),
                row(None, self.sign_off),
                spacing=round(1.5 * unit),
                margin=3 * unit,
            )
        )
        card.setMaximumWidth(90 * unit)
        line = row(None, card, None)
        line.setStretch(1, 100)
        self.setLayout(column(Scroll(holding(column(line, None, margin=2 * unit)))))

    def reload(self) -> None:
        """Say what was handed in and when."""
        handed = hand_in.last_submission(self._store, self._work)
        if handed is not None:
            self._about.setText(
                f"第 {handed.number} 版，{minute(handed.submitted_at)}，"
                f"{handed.sheets} 家企业的评分表。评分表已锁定，可以查看，不能改动。"
            )

    def _again(self) -> None:
        folder, store, work = self.place.path, self._store, self._work
        if folder is None:
            self.banner.say("请先选择写到哪里（如U盘）。", WARNING)
            self.place.line.setFocus()
            return

        def write(_: Progress) -> Path:
            return hand_in.write_again(store, work, folder)

        self._frame.run(
            "再写一份评分包",
            write,
            lambda path: self.banner.say_done(f"已写出并读回核对：{path}"),
            self.banner,
            can_cancel=False,
        )

    def _choose_request(self) -> None:
        self._frame.choose_file("打开会签请求", "会签请求 (*.ecsign)", self.sign_off_wanted.emit, self)

    def _choose_slip(self) -> None:
        self._frame.choose_file("收下重开单", "重开单 (*.ecreopen)", self.take_slip, self)

    def take_slip(self, path: Path) -> None:
        """Take in the chair's slip."""
        reasons: list[str] = []
        if self._frame.attempt(
            lambda: reasons.append(hand_in.reopen(self._store, path, self._frame.clock)), self.banner
        ):
            self.reopened.emit(reasons[0])
