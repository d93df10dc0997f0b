"""The crash page: a fault of ours is told plainly, what was saved stays, the place goes into the log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.logs import write_crash


class CrashPage(QDialog):
    """Says what happened and lets people go on where they were."""

    def __init__(
        self, theme: Theme, parent: QWidget, place: Path | None, go_home: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("程序出错")
        self._theme, self._go_home = theme, go_home
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = f"出错位置记在：{place}" if place is not None else "出错位置没能写入日志。"
        words = text(
            "已保存的内容不受影响。可以返回继续；如再次出现，请回到起始页重新打开评审，"
            "并把出错记录交给技术人员（记录中没有分值、姓名和口令）。",
            wrap=True,
        )
        log = text(where, "small", Tone.FAINT, wrap=True)
        log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = row(picture(theme, "circle-alert", Tone.CAUTION, 1.5), text("程序出错了", "title"), None)
        head.setSpacing(theme.unit)
        leave = button(theme, "回到起始页", self._leave)
        stay = button(theme, "返回继续", self.close, primary=True)
        self._parts = column(
            head,
            words,
            log,
            None,
            row(None, leave, stay, spacing=theme.unit),
            spacing=2 * theme.unit,
            margin=3 * theme.unit,
        )
        self.setLayout(self._parts)
        theme.changed.connect(self._fit)
        stay.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its words; only now they have their fonts."""
        self._fit()
        super().showEvent(event)

    def _fit(self) -> None:
        wide = 62 * self._theme.unit
        self._parts.activate()
        self.resize(wide, max(self._parts.heightForWidth(wide), 30 * self._theme.unit))

    def _leave(self) -> None:
        self.close()
        self._go_home()


class CrashWatch:
    """Catches what nobody else caught: in the interface thread by the hook, in jobs by their signal."""

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        logs: Path,
        go_home: Callable[[], None],
        refused: Callable[[EcpanelError], None],
    ) -> None:
        self._theme, self._window, self._logs, self._go_home = theme, window, logs, go_home
        self._refused = refused
        self._shown = False

    def install(self) -> None:
        """Take the place of the plain traceback."""
        sys.excepthook = self._caught

    def _caught(self, kind: type[BaseException], fault: BaseException, where: TracebackType | None) -> None:
        if isinstance(fault, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, where)
            return
        if isinstance(fault, EcpanelError):
            self._refused(fault)  # an error of the world that no page has caught is still no fault of ours
            return
        self.tell(fault)

    def tell(self, fault: BaseException) -> None:
        """Log a fault and show the page, one at a time."""
        place = write_crash(self._logs, fault)
        if self._shown:
            return
        self._shown = True
        page = CrashPage(self._theme, self._window, place, self._go_home)
        page.finished.connect(self._put_away)
        page.open()

    def _put_away(self) -> None:
        self._shown = False
