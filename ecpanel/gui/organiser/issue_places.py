"""Where packages and slips go: two fields, with what is wrong or unwise about the places said beside them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStorageInfo, Signal
from PySide6.QtWidgets import QWidget

from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column
from ecpanel.gui.controls.text import button, set_tone, text
from ecpanel.gui.frame import Frame, sticks
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.documents import size_words
from ecpanel.services.issuing import Planned

FAT_LIMIT: Final = (1 << 32) - 1
FAT: Final = ("vfat", "fat", "fat32", "msdos")
MEGABYTE: Final = 1 << 20
FEW: Final = 3
"""So many sticks are offered to be pressed."""


class IssuePlaces(QWidget):
    """`changed` tells that one of the places is another."""

    changed = Signal()

    def __init__(self, frame: Frame, home: Path) -> None:
        super().__init__()
        self._frame, self._home, theme = frame, home, frame.theme
        self._proposed = ""
        self.folder = PathField(
            theme,
            "任务包写到哪里",
            lambda chosen: frame.choose_folder("选择写任务包的U盘或文件夹", chosen, self),
        )
        self.slips = PathField(
            theme,
            "口令条写到哪里",
            lambda chosen: frame.choose_new(
                "口令条写到哪里", str(self.slips.path or self._home), "PDF (*.pdf)", chosen, self
            ),
        )
        self.folder_field = Field(theme, "任务包写到哪里，一般是U盘(&F)", self.folder)
        self.slips_field = Field(theme, "口令条写到哪里，不要放在同一个U盘(&S)", self.slips)
        self._room = text("", "small", Tone.FAINT, wrap=True)
        self._wise = text("", "small", Tone.FAINT, wrap=True)
        self._sticks = Flow(spacing=theme.unit)
        self._offered: list[Path] = []
        self._planned: Sequence[Planned] = ()
        for field in (self.folder, self.slips):
            field.changed.connect(lambda _: self._moved())
            field.line.textChanged.connect(lambda _: self._tell())
        self.setLayout(
            column(
                self.folder_field,
                self._sticks,
                self._room,
                self.slips_field,
                self._wise,
                spacing=theme.unit // 2,
            )
        )
        self.propose()

    def propose(self) -> None:
        """A fresh name for the slips, unless people have put in a place of their own; the sticks there are."""
        if self.slips.line.text() in ("", self._proposed):
            now: datetime = self._frame.clock()
            self._proposed = str(self._home / f"口令条_{now:%Y%m%d-%H%M}.pdf")
            self.slips.line.setText(self._proposed)
        found = sticks()[:FEW]
        if found != self._offered:
            while (item := self._sticks.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            self._offered = found
            for one in found:
                words = f"写到 {one.name or one}"
                made = button(self._frame.theme, words, partial(self.folder.set_path, one), icon="usb")
                made.setToolTip(str(one))
                made.setProperty("chip", True)
                self._sticks.addWidget(made)
        self._tell()

    @property
    def paper(self) -> Path | None:
        """Where the slips go; it is a PDF whatever was typed."""
        path = self.slips.path
        if path is None or path.is_dir() or path.suffix.lower() == ".pdf":
            return path
        return path.with_name(f"{path.name}.pdf")

    def put(self, planned: Sequence[Planned]) -> None:
        """What would be written now."""
        self._planned = planned
        self._tell()

    def _moved(self) -> None:
        self.folder_field.say("")
        self.slips_field.say("")
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        """Room on the stick, and whether the slips lie where they should."""
        room, grave = room_words(self.folder.path, self._planned)
        self._room.setText(room)
        self._room.setVisible(bool(room))
        set_tone(self._room, Tone.CAUTION if grave else Tone.FAINT)
        unwise = together(self.folder.path, self.paper)
        self._wise.setText(
            "口令条和任务包在同一个地方：谁拿到U盘谁就能打开；请换一个地方存口令条。"
            if unwise
            else "发放后马上写成 PDF；打印出来与U盘分开交给本人，打印后删去这个文件。"
        )
        set_tone(self._wise, Tone.CAUTION if unwise else Tone.FAINT)

    def check(self) -> tuple[Path, Path] | None:
        """Both places, or None where one of them cannot be; then it says so."""
        folder, slips = self.folder.path, self.paper
        wrong = ""
        if folder is None:
            wrong = "请选择写任务包的地方，一般是U盘。"
        elif folder.exists() and not folder.is_dir():
            wrong = "这是一个文件；请选择U盘或文件夹。"
        elif not folder.parent.is_dir():
            wrong = "找不到这个文件夹；请检查U盘是否插好，再重新选择。"
        self.folder_field.say(wrong)
        if wrong:
            self.folder.line.setFocus()
            return None
        wrong = place_fault(slips)
        self.slips_field.say(wrong)
        if wrong:
            self.slips.line.setFocus()
            return None
        assert folder is not None and slips is not None
        return folder, slips


def place_fault(slips: Path | None) -> str:
    """Why slips cannot be written to a place; empty when they can."""
    if slips is None:
        return "请选择口令条存到哪里；没有口令条，任务包谁也打不开。"
    if slips.is_dir():
        return "这是文件夹；请写到其中的一个 PDF 文件，如 口令条.pdf。"
    if not slips.parent.is_dir():
        return "口令条的文件夹不在；请另选一个地方。"
    if not os.access(slips.parent, os.W_OK):
        return "这个文件夹不能写入；请另选一个地方存口令条。"
    return ""


def together(folder: Path | None, slips: Path | None) -> bool:
    """Whether packages and slips would travel on the same stick or lie in the same folder."""
    if folder is None or slips is None:
        return False
    folder, place = folder.absolute(), slips.absolute().parent
    if place == folder or folder in place.parents:
        return True
    return any(
        folder.is_relative_to(stick) and place.is_relative_to(stick)
        for stick in sticks()
        if str(stick) != "/"
    )


def room_words(folder: Path | None, planned: Sequence[Planned]) -> tuple[str, bool]:
    """How much room the packages need and there is, and whether that is grave."""
    needed, largest = sum(one.size for one in planned), max((one.size for one in planned), default=0)
    size = f"约需 {size_words(needed)}" if needed > MEGABYTE else "不到 1 MB"
    told = f"{len(planned)} 个任务包{size}"
    place = next((one for one in (folder, folder.parent) if one.is_dir()), None) if folder else None
    if not planned or place is None:
        return (f"{told}。" if planned else ""), False
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return f"{told}。", False
    kind = bytes(QStorageInfo(str(place)).fileSystemType().data()).decode(errors="replace").lower()
    if free < needed:
        return f"{told}，“{place}”只剩 {size_words(free)}；请换一个盘，或腾出空间。", True
    if kind in FAT and largest > FAT_LIMIT:
        return (
            f"{told}；这个盘是 FAT32 格式，单个文件不能超过 4 GB，最大的一个包约 {size_words(largest)}；请换 exFAT 或 NTFS 格式的盘。",
            True,
        )
    return f"{told}，“{place}”有 {size_words(free)} 可用。", False
