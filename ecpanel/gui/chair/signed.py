"""已签发: the one plain state after signing, with digest and path, a second verification and another copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import MarkLabel, button, picture, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import DONE, ERROR, NOTE, Mark, Tone
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.services.opening import Closure
    from ecpanel.services.verification import Verification

UNVERIFIED = Mark("还没有校验，请“校验一遍”", NOTE.icon, NOTE.tone)


def grouped(digest: str) -> str:
    """A digest in groups of eight, as people compare it by eye."""
    groups = [digest[place : place + 8] for place in range(0, len(digest), 8)]
    return " ".join(groups)


class SignedPlate(QWidget):
    """`verify_wanted` and `copy_wanted` ask for what is done with the file."""

    verify_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        theme, unit = frame.theme, frame.theme.unit
        self._digest = ""
        plate = QFrame()
        plate.setObjectName("banner")
        plate.setProperty("tone", Tone.GOOD.value)
        self.headline = text("已签发", "verdict", Tone.GOOD)
        self._about = text("", wrap=True)
        words = column(self.headline, self._about, spacing=unit // 2)
        top = row(picture(theme, "badge-check", Tone.GOOD, 3.0), words, spacing=2 * unit, margin=2 * unit)
        top.setStretch(1, 1)
        plate.setLayout(top)
        self.file, self.place, self.sha = Elided(""), Elided(""), text("", wrap=True)
        self.sha.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict = MarkLabel(theme, UNVERIFIED)
        self._said = text("", "", Tone.FAINT, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * unit)
        grid.setVerticalSpacing(unit)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate(
            (("成果包", self.file), ("位置", self.place), ("SHA-256", self.sha), ("校验", self.verdict))
        ):
            grid.addWidget(text(name, "", Tone.FAINT), line, 0, Qt.AlignmentFlag.AlignTop)
            if value is self.verdict:
                grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                grid.addWidget(value, line, 1)
        grid.addWidget(self._said, 4, 1)
        self.verify = button(theme, "校验一遍", self.verify_wanted.emit, icon="shield-check")
        self.copy = button(theme, "另存一份…", self.copy_wanted.emit, icon="copy")
        self.digest = button(theme, "复制SHA-256", self._copy_digest, icon="fingerprint", quiet=True)
        acts = QWidget()
        acts.setLayout(Flow(self.verify, self.copy, self.digest, spacing=unit))
        layout = column(plate, grid, acts, spacing=2 * unit)
        self.setLayout(layout)

    def show_closure(self, closure: Closure, owner: str, path: Path | None) -> None:
        """Show what was signed when, and where it was written as far as is known."""
        self._digest = closure.sha256
        self._about.setText(
            f"由组长 {owner} 签发于 {minute(closure.at)}。评审数据已封存，只能查看；如需改动，请另开复核或复审。"
        )
        self.file.set_words(closure.bundle)
        self.place.set_words(str(path) if path is not None else "写到U盘上；校验和另存时请指出文件")
        self.sha.setText(grouped(closure.sha256))

    def show_verification(self, found: Verification | None) -> None:
        """What reading the written file back has shown."""
        if found is None:
            self.verdict.set_mark(UNVERIFIED)
            self._said.hide()
            return
        mark = DONE if found.sound else ERROR
        self.verdict.set_mark(Mark(found.headline, mark.icon, mark.tone))
        self._said.setText(found.verdict)
        self._said.show()

    def _copy_digest(self) -> None:
        QGuiApplication.clipboard().setText(self._digest)
