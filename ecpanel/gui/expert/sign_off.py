"""会签 at the expert's desk: a request is read, what it covers is shown, and the answer is signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.opinion import OpinionFields
from ecpanel.gui.controls.panel import Scroll, column, holding, row
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.progress import Progress
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.services.declaring import Asked
    from ecpanel.services.opening import Store


class SignOffPane(QWidget):
    """`left` asks to go back to what was shown before."""

    left = Signal()

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store = frame, store
        self._request: Path | None = None
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._about = text("", wrap=True)
        self.digits = text("", "verdict", Tone.ACCENT)
        self.digits.setAccessibleName("清单摘要")
        self.said = OpinionFields(theme, 4)
        self.place = PathField(
            theme,
            "会签文件写到哪里",
            lambda chosen: frame.choose_folder("会签文件写到哪里（U盘）", chosen, self),
        )
        self.place_field = Field(theme, "会签文件写到哪里（U盘）(&U)", self.place)
        self.go = button(theme, "会签并签名", self._sign, icon="signature", primary=True)
        self.back = button(theme, "返回", self.left.emit, quiet=True)
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(
            column(
                row(
                    picture(theme, "signature", Tone.ACCENT, 2.0), text("会签", "verdict"), None, spacing=unit
                ),
                self.banner,
                self._about,
                text("清单摘要（应与会签表上印的、组长机器上显示的相同）", "", Tone.FAINT, wrap=True),
                self.digits,
                self.said,
                self.place_field,
                row(None, self.back, self.go, spacing=unit),
                spacing=round(1.5 * unit),
                margin=3 * unit,
            )
        )
        card.setMaximumWidth(90 * unit)
        line = row(None, card, None)
        line.setStretch(1, 100)
        self.setLayout(column(Scroll(holding(column(line, None, margin=2 * unit)))))

    def read(self, request: Path) -> None:
        """Read a request; what is wrong with it is said in place of what it covers."""
        self._request = None
        self.go.setEnabled(False)
        self.banner.clear()
        self._about.setText(f"正在核对 {request.name}")
        self.digits.setText("")
        store = self._store

        def work(_: Progress) -> Asked:
            from ecpanel.services.declaring import read_sign_off_request

            return read_sign_off_request(store, request)

        def refused(fault: EcpanelError) -> None:
            self._about.setText("这份请求不能会签。")
            self.banner.say_error(fault)

        self._frame.run(
            "核对会签请求",
            work,
            lambda asked: self._show(request, asked),
            self.banner,
            can_cancel=False,
            failed=refused,
        )

    def _show(self, request: Path, asked: Asked) -> None:
        self._request = request
        at = minute(asked.signed_at)
        self._about.setText(
            f"{asked.title}：组长 {asked.chair} 于 {at} 签名，清单列 {asked.members} 个文件。"
            f"您提交的第 {asked.number} 版评分在内，未被改动。请看过评审报告（纸面或组长机器上）以后再签。"
        )
        self.digits.setText(asked.digits)
        self.go.setEnabled(True)
        self.place.line.setFocus()

    def _sign(self) -> None:
        request, folder, store, clock = self._request, self.place.path, self._store, self._frame.clock
        self.place_field.say("" if folder else "请选择会签文件写到哪里，如U盘。")
        if request is None:
            return
        if folder is None:
            self.place.line.setFocus()
            return
        opinion = self.said.opinion

        def work(_: Progress) -> Path:
            from ecpanel.services.declaring import answer_request

            return answer_request(store, request, opinion, folder, clock)

        self._frame.run(
            "会签",
            work,
            lambda path: self.banner.say_done(f"已会签，写出并读回核对：{path}；请把U盘交给组长。"),
            self.banner,
            can_cancel=False,
        )
