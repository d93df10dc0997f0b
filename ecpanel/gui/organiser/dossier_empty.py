"""Where no dossiers are registered yet: a place to drop the folder, and a picture of how it should look."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ecpanel.gui.controls.panel import Scroll, card, column, holding, row
from ecpanel.gui.controls.text import picture, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.pages.drop_place import DropPlace
from ecpanel.gui.theme import Theme

LINES: Final = (
    (0, "folder-open", "申报材料", "选这一层"),
    (1, "folder", "浙江××科技有限公司", "每家一个文件夹：企业全称、信用代码或编号（如 C003）都认得"),
    (2, "file-text", "申报表.pdf", ""),
    (2, "file-text", "申报书.pdf", ""),
    (2, "file-text", "推荐公函.pdf", ""),
    (2, "folder", "佐证材料", "名字里没有说明的文件算作佐证材料，读完后可以改"),
    (1, "file-archive", "广东××有限公司.zip", "zip 压缩包也可以，不必解压；rar、7z 请先解压"),
)


class DossierEmpty(QWidget):
    """`dropped` tells what was dropped, `pressed` that a folder is to be chosen."""

    dropped = Signal(object)
    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        unit = theme.unit
        self.drop = DropPlace(
            theme,
            "把申报材料文件夹拖到这里",
            "只读取和核对，不改动、不复制您的文件；读完可以逐家查看，认错的可以改",
            "选择文件夹…",
        )
        self.drop.dropped.connect(self.dropped)
        self.drop.pressed.connect(self.pressed)
        lines = column(spacing=unit // 2)
        for depth, icon, name, told in LINES:
            line = row(spacing=unit)
            line.addSpacing(3 * unit * depth)
            line.addWidget(picture(theme, icon, Tone.ACCENT if icon != "file-text" else Tone.FAINT))
            line.addWidget(text(name))
            about = text(told, "small", Tone.FAINT, wrap=True)
            line.addWidget(about, 1, Qt.AlignmentFlag.AlignVCenter)
            lines.addLayout(line)
        how = card(theme, text("文件夹应当这样放", "head"), lines)
        inside = column(self.drop, how, None, spacing=2 * unit, margin=2 * unit)
        self.setLayout(column(Scroll(holding(inside))))
