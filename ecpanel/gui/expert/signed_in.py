"""After sign-in (签到之后): the fingerprint in large groups and the pledge sheet for ink, now and whenever it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import PathField
from ecpanel.gui.controls.panel import PageHeader, Scroll, column, holding, row
from ecpanel.gui.controls.text import button, rule, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import WARNING, Tone
from ecpanel.progress import Progress
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.domain.people import Expert
    from ecpanel.domain.submission import SignIn
    from ecpanel.services.opening import Store

SUFFIX = ".pdf"


class SignedInPanel(QWidget):
    """`begin` asks to go on to the sheets."""

    begin = Signal()

    def __init__(self, frame: Frame, store: Store, record: SignIn, expert: Expert, *, at_work: bool) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store = frame, store
        self._file = f"{expert.expert_id}_{expert.name}_签到承诺书{SUFFIX}"
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        header = PageHeader(theme, "签到承诺书" if at_work else "已签到")
        when = minute(record.signed_in_at)
        header.set_summary(f"{expert.name}（{expert.expert_id}），{when}")
        self.go = button(
            theme, "回到评分" if at_work else "开始评审", self.begin.emit, icon="arrow-right", primary=True
        )
        header.set_primary(self.go)
        groups = record.fingerprint.split("-")
        lines = [text("　".join(groups[part : part + 4]), "title") for part in range(0, len(groups), 4)]
        fingerprint = holding(column(*lines, spacing=unit // 2))
        fingerprint.setAccessibleName(f"签名指纹 {record.fingerprint}")
        self.place = PathField(
            theme,
            "签到承诺书写到哪里",
            lambda chosen: frame.choose_new("签到承诺书写到哪里", self._file, "PDF (*.pdf)", chosen, self),
        )
        self.place.line.returnPressed.connect(self._export)
        self.write = button(theme, "写出签到承诺书", self._export, icon="printer")
        line = row(self.place, self.write, spacing=unit)
        line.setStretch(0, 1)
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(
            column(
                text("您的签名指纹", "head"),
                fingerprint,
                text(
                    "签到承诺书上印着同样的指纹，组长据此核对您的评分包。不用记，也不用抄。",
                    "",
                    Tone.FAINT,
                    wrap=True,
                ),
                rule(),
                text("签到承诺书", "head"),
                text(
                    "写到U盘上打印，手写签名后交组长。以后还可以在评分页再次写出。", "", Tone.FAINT, wrap=True
                ),
                line,
                self.banner,
                spacing=unit,
                margin=2 * unit,
            )
        )
        card.setMaximumWidth(96 * unit)
        middle = row(None, card, None)
        middle.setStretch(1, 100)
        whole = column(header, Scroll(holding(column(middle, None, margin=unit))))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _export(self) -> None:
        path, store = self.place.path, self._store
        if path is None:
            self.banner.say("请先选择签到承诺书写到哪里（如U盘）。", WARNING)
            self.place.line.setFocus()
            return
        file = self._file

        def work(_: Progress) -> Path:
            from ecpanel.exchange.handover import write_bytes_verified
            from ecpanel.services.papers import sign_in_paper

            target = path if path.suffix.lower() == SUFFIX and not path.is_dir() else path / file
            write_bytes_verified(target, sign_in_paper(store))
            return target

        self._frame.run(
            "写出签到承诺书",
            work,
            lambda made: self.banner.say_done(f"已写出：{made}；请打印并手写签名。"),
            self.banner,
        )
