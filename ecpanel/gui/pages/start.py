"""The start page: open or drop a file, go on with a recent review, begin something new."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ecpanel import OWN_SUFFIXES
from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.controls.two_lines import TwoLineDelegate
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.recents import RecentsModel
from ecpanel.gui.pages.drop_place import DropPlace

OPENABLE: Final = f"评审文件 ({' '.join(f'*{one}' for one in OWN_SUFFIXES)})"


class StartPage(Page):
    """评审工作台."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        theme, unit = frame.theme, frame.theme.unit
        self.drop = DropPlace(theme, "把文件拖到这里", "任务包 · 评分包 · 成果包 · 评审库", "打开文件…")
        self.drop.dropped.connect(lambda paths: frame.open_path(paths[0]))
        self.drop.pressed.connect(self._choose)
        self.recents = RecentsModel(lambda: frame.clock())
        self.table = Table(theme, self.recents, "最近的评审")
        self.table.setItemDelegate(TwoLineDelegate(theme, self.table))
        self.table.horizontalHeader().hide()
        self.table.opened.connect(lambda path: frame.open_path(Path(path)))
        self.table.clicked.connect(lambda: self.table.opened.emit(self.table.key()))
        left = column(
            self.drop,
            text("开始", "head"),
            self._starters(),
            spacing=unit,
        )
        left.setStretch(0, 1)
        side = QWidget()
        side.setLayout(left)
        side.setMinimumWidth(38 * unit)
        side.setMaximumWidth(60 * unit)
        recent = column(text("最近", "head"), self._recents(), spacing=unit)
        recent.setStretch(1, 1)
        body = row(side, recent, spacing=3 * unit, margin=3 * unit)
        body.setStretch(0, 4)
        body.setStretch(1, 5)
        holder = QWidget()
        holder.setLayout(body)
        self.setLayout(column(Scroll(holder)))
        self.reload()

    def _starters(self) -> QGridLayout:
        """What can be begun, each with what it is for."""
        grid = QGridLayout()
        unit = self._frame.theme.unit
        grid.setHorizontalSpacing(unit)
        grid.setVerticalSpacing(unit // 2)
        grid.setColumnStretch(1, 1)
        for line, (icon, words, about, clicked, shortcut) in enumerate(
            (
                (
                    "file-plus",
                    "新建评审…",
                    "组织人员：设指标体系、名单、专家，发放任务包",
                    self._new_review,
                    "Ctrl+N",
                ),
                ("key-round", "组长建库…", "组长：建自己的评审库，把名片交给组织人员", self._new_chair, ""),
                (
                    "shield-check",
                    "校验成果包…",
                    "核对签名、文件和全部得分，不需要打开评审",
                    self._verify,
                    "Ctrl+K",
                ),
                ("play", "演练一遍…", "用虚构企业把各个角色都试一遍", self._rehearse, ""),
            )
        ):
            made = button(
                self._frame.theme, words, clicked, icon=icon, shortcut=shortcut, quiet=True, hint=about
            )
            grid.addWidget(made, line, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(text(about, "small", Tone.FAINT, wrap=True), line, 1)
        return grid

    def _recents(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("card")
        theme = self._frame.theme
        self._none = text(
            "还没有打开过评审。\n\n专家：双击U盘上的任务包，或拖到左边。\n组织人员：从“新建评审”开始。\n第一次使用，建议先“演练一遍”。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        self._none.setContentsMargins(*(2 * theme.unit,) * 4)
        frame.setLayout(column(self._none, self.table, margin=1))
        return frame

    def reload(self) -> None:
        """Show the recent stores that are still there."""
        self.recents.set_rows(self._frame.preferences.recents)
        some = bool(self._frame.preferences.recents)
        self.table.setVisible(some)
        self._none.setVisible(not some)

    def _choose(self) -> None:
        self._frame.choose_file("打开文件", OPENABLE, self._frame.open_path, self)

    def _new_review(self) -> None:
        from ecpanel.gui.pages.new_store import NewReviewPage

        self._frame.show_page(NewReviewPage(self._frame))

    def _new_chair(self) -> None:
        from ecpanel.gui.pages.new_store import NewChairPage

        self._frame.show_page(NewChairPage(self._frame))

    def _verify(self) -> None:
        from ecpanel.gui.verify.page import VerifyPage

        self._frame.show_page(VerifyPage(self._frame))

    def _rehearse(self) -> None:
        from ecpanel.gui.pages.rehearsal import RehearsalPage

        self._frame.show_page(RehearsalPage(self._frame))
