"""The chair's task package (任务包): dropped into a store that waits for one, or again when the organiser sends another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk
from ecpanel.gui.chair.desk import TASK_SUFFIX
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, passphrase_field
from ecpanel.gui.controls.panel import Scroll, card, column, holding, row
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import sticks
from ecpanel.gui.marks import NOTE, Tone
from ecpanel.gui.pages.drop_place import DropPlace
from ecpanel.progress import Progress
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.exchange.task_package import TaskContents
    from ecpanel.gui.chair.desk import ChairDesk


class ChairTask(QWidget):
    """First where to drop it, then the pass-phrase on its slip, then whose it is, then it is taken over
    into the store that is open."""

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__()
        self.setObjectName("page")
        self._desk, self._frame = desk, desk.frame
        theme, unit = desk.frame.theme, desk.frame.theme.unit
        self._package: Path | None = None
        self._contents: TaskContents | None = None
        self.banner = Banner(theme)
        self.drop = DropPlace(
            theme,
            "把组长任务包拖到这里",
            "组织人员发给组长的 .ectask 文件，一般在U盘上；口令在随附的口令条上",
            "选择任务包…",
        )
        self.drop.dropped.connect(self._dropped)
        self.drop.pressed.connect(self._choose)
        self._file = text("", "head", wrap=True)
        self.slip = passphrase_field(theme, "口令条上的开启口令")
        self.slip.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX")
        self.slip.returnPressed.connect(self._go)
        self._slip_field = Field(theme, "口令条上的开启口令(&S)", self.slip)
        self._whose = text("", wrap=True)
        self._fingerprint = text("", "", Tone.CAUTION, wrap=True)
        self.primary = button(theme, "核对任务包", self._go, primary=True)
        back = button(theme, "返回", self._back, icon="arrow-left", quiet=True)
        self._form = card(
            theme,
            self._file,
            self._slip_field,
            self._whose,
            self._fingerprint,
            row(back, None, self.primary, spacing=unit),
        )
        self._hint = text(
            "组织人员收到组长名片以后，才能发出这个任务包。名片还没有交、或者丢了，可以再写一份。",
            "small",
            Tone.FAINT,
            wrap=True,
        )
        self.card = button(
            theme, "写出组长名片…", self._ask_card, icon="key-round", quiet=True, hint="写到U盘，交给组织人员"
        )
        self._before = holding(row(self._hint, self.card, spacing=unit))
        middle = QWidget()
        middle.setMaximumWidth(72 * unit)
        middle.setMinimumWidth(40 * unit)
        middle.setLayout(column(self.banner, self.drop, self._form, self._before, spacing=2 * unit))
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(2 * unit, 2 * unit, 2 * unit, 2 * unit)
        for number, share in ((0, 1), (1, 8), (2, 1)):
            grid.setColumnStretch(number, share)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(2, 2)
        grid.addWidget(middle, 1, 1)
        self.setLayout(column(Scroll(holder)))
        self._show_step()

    def takes(self, paths: list[Path]) -> bool:
        """A task package opens the form."""
        package = next((one for one in paths if one.suffix.lower() == TASK_SUFFIX), None)
        if package is None:
            return False
        self._take(package)
        return True

    def _dropped(self, paths: list[Path]) -> None:
        self._desk.takes(paths)

    def _choose(self) -> None:
        self._frame.choose_file("选择组长任务包", f"任务包 (*{TASK_SUFFIX})", self._take, self)

    def _take(self, package: Path) -> None:
        self._package, self._contents = package, None
        self.banner.clear()
        self._slip_field.say("")
        self.slip.clear()
        self._show_step()
        self.slip.setFocus()

    def _show_step(self) -> None:
        package, contents = self._package, self._contents
        self.drop.setVisible(package is None)
        self._before.setVisible(package is None)
        self._form.setVisible(package is not None)
        self._file.setText(package.name if package is not None else "")
        self.slip.setEnabled(contents is None)
        self._whose.setVisible(contents is not None)
        self._fingerprint.setVisible(contents is not None)
        self.primary.setText("核对任务包" if contents is None else "打开任务包")

    def _go(self) -> None:
        if self._contents is not None:
            self._open()
        elif not self.slip.text().strip():
            self._slip_field.say("请输入口令条上的开启口令。")
        else:
            self._peek()

    def _peek(self) -> None:
        package, slip = self._package, self.slip.text()
        assert package is not None
        self._slip_field.say("")

        def work(_: Progress) -> TaskContents:
            from ecpanel.services.task import peek_task_package

            return peek_task_package(package, slip)

        self._frame.run("核对任务包", work, self._peeked, self.banner, failed=self._refused, can_cancel=False)

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "task_passphrase_wrong":
            self._slip_field.say(error_sentence(fault))
            self.slip.selectAll()
            self.slip.setFocus()
        else:
            self.banner.say_error(fault)

    def _peeked(self, contents: TaskContents) -> None:
        package = self._package
        assert package is not None
        if contents.desk is not Desk.CHAIR:
            name = next(one.name for one in contents.experts if one.expert_id == contents.owner)
            self.banner.say(
                f"这是发给专家{name}的任务包，不是组长的；组长本人评分也用它，请在专家台打开。",
                NOTE,
                "到专家台打开",
                lambda: self._frame.open_path(package),
            )
            return
        self._contents = contents
        people = f"{len(contents.group.members)} 位专家，{len(contents.candidates)} 家参评企业"
        self._whose.setText(f"{contents.review.title}\n{contents.group.name}：{people}")
        self._fingerprint.setText(
            f"组织方签名指纹 {contents.organiser.fingerprint}\n请与口令条上印的逐组核对，一致再打开。"
        )
        self._show_step()
        self.primary.setFocus()

    def _open(self) -> None:
        package, slip, store, clock = self._package, self.slip.text(), self._desk.store, self._frame.clock
        assert package is not None

        def work(_: Progress) -> TaskContents:
            from ecpanel.services.task import take_chair_task

            return take_chair_task(store, package, slip, clock)

        self._frame.run("打开任务包", work, self._opened, self.banner, can_cancel=False)

    def _opened(self, contents: TaskContents) -> None:  # noqa: ARG002
        self._forget()
        self._desk.changed("任务包已打开")
        self._desk.shown.setFocus()

    def _ask_card(self) -> None:
        folder = next(iter(sticks()), Path.home())
        self._frame.choose_new(
            "组长名片写到哪里（U盘）",
            str(folder / "组长名片.json"),
            "组长名片 (*.json)",
            self.write_card,
            self,
        )

    def write_card(self, path: Path) -> None:
        """Write the chair's card once more."""
        store = self._desk.store

        def work(_: Progress) -> str:
            from ecpanel.services.founding import write_card

            return write_card(store, path)

        def written(fingerprint: str) -> None:
            self.banner.say_done(f"名片已写到 {path}，请交给组织人员；组长签名指纹 {fingerprint}。")

        self._frame.run("写出组长名片", work, written, self.banner, can_cancel=False)

    def _back(self) -> None:
        self._forget()
        if self._desk.stage is not None:
            self._desk.go_to(self._desk.shown.name)

    def _forget(self) -> None:
        self._package = self._contents = None
        self.slip.clear()
        self._slip_field.say("")
        self.banner.clear()
        self._show_step()
