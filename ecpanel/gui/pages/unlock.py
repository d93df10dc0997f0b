"""Unlocking a review store with its pass-phrase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.fields import Field, passphrase_field
from ecpanel.gui.frame import Frame
from ecpanel.gui.pages.entrance import EntrancePage
from ecpanel.gui.pages.router import enter_desk
from ecpanel.progress import Progress
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.services.opening import Store

DESKS = {"organiser": "组织台", "expert": "专家台", "chair": "组长台"}


class UnlockPage(EntrancePage):
    """Asks for the pass-phrase of one store, then shows its desk."""

    def __init__(self, frame: Frame, path: Path) -> None:
        self._path = path
        self._line = passphrase_field(frame.theme, "评审库口令")
        self._field = Field(frame.theme, "评审库口令(&P)", self._line)
        known = next((one for one in frame.preferences.recents if Path(one.path) == path), None)
        about = f"{known.title} · {DESKS.get(known.desk, '')}\n{path.name}" if known else str(path)
        super().__init__(frame, "打开评审", about, [self._field], "打开", self._open, 56)
        self.enter_by(self._line)
        self._line.setFocus()

    def _open(self) -> None:
        passphrase = self._line.text()
        if not passphrase:
            self._field.say("请输入评审库口令。")
            return
        self._field.say("")

        def work(_: Progress) -> Store:
            from ecpanel.services.opening import open_store

            return open_store(self._path, passphrase)

        self.frame.run("打开评审库", work, self._opened, self.banner, failed=self._refused, can_cancel=False)

    def _opened(self, store: Store) -> None:
        enter_desk(self.frame, store)

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "passphrase_wrong":
            self._field.say(error_sentence(fault))
            self._line.selectAll()
            self._line.setFocus()
        else:
            self.banner.say_error(fault)


class UnlockForPage(EntrancePage):
    """A file that needs somebody's store first: lists the stores of that desk on this machine."""

    def __init__(self, frame: Frame, path: Path, desk: str, advice: str) -> None:
        self._file = path
        self._stores = QComboBox()
        known = [one for one in frame.preferences.recents if one.desk == desk and Path(one.path).is_file()]
        for one in known:
            self._stores.addItem(f"{one.title}（{Path(one.path).name}）", one.path)
        self._line = passphrase_field(frame.theme, "评审库口令")
        self._choice = Field(frame.theme, f"{DESKS[desk]}的评审库(&R)", self._stores)
        self._field = Field(frame.theme, "评审库口令(&P)", self._line)
        super().__init__(
            frame, f"打开“{path.name}”", advice, [self._choice, self._field], "打开", self._open, 56
        )
        self.enter_by(self._line)
        if not known:
            self._choice.say(
                f"本机最近没有打开过{DESKS[desk]}的评审库；请先从起始页打开评审库，再把文件拖进来。"
            )
            self.primary.setEnabled(False)

    def _open(self) -> None:
        passphrase, path = self._line.text(), Path(str(self._stores.currentData()))

        def work(_: Progress) -> Store:
            from ecpanel.services.opening import open_store

            return open_store(path, passphrase)

        self.frame.run("打开评审库", work, self._opened, self.banner, can_cancel=False)

    def _opened(self, store: Store) -> None:
        page = enter_desk(self.frame, store)
        page.takes([self._file])
