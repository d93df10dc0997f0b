"""Opening a task package: the slip's pass-phrase, then a store of one's own for the expert, or the chair's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk
from ecpanel.gui.controls.fields import Field, PathField, passphrase_field
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.text import text
from ecpanel.gui.forms.form_new_store import Ui_NewStore
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.gui.pages.entrance import EntrancePage
from ecpanel.gui.pages.new_store import PASSPHRASE_PROBLEMS, read_passphrase, store_place
from ecpanel.gui.pages.router import enter_desk
from ecpanel.progress import Progress
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.exchange.task_package import TaskContents
    from ecpanel.services.opening import Store


class TaskPage(EntrancePage):
    """First whose package it is, then where it goes; the second half appears when the first is right."""

    def __init__(self, frame: Frame, package: Path) -> None:
        self._package = package
        self._contents: TaskContents | None = None
        self._slip = passphrase_field(frame.theme, "口令条上的开启口令")
        self._slip.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX")
        self._slip_field = Field(frame.theme, "口令条上的开启口令(&S)", self._slip)
        self._whose = text("", "", Tone.PLAIN, wrap=True)
        self._new = Form(frame.theme, Ui_NewStore)
        self._place = store_place(frame)
        self._new.put("place", self._place)
        self._own = PathField(
            frame.theme,
            "组长评审库",
            lambda chosen: frame.choose_file("选择组长评审库", "评审库 (*.ecreview)", chosen, self),
        )
        self._own_field = Field(frame.theme, "组长评审库(&L)", self._own)
        self._own_line = passphrase_field(frame.theme, "组长评审库口令")
        self._own_passphrase = Field(frame.theme, "组长评审库口令(&P)", self._own_line)
        contents = [self._slip_field, self._whose, self._new, self._own_field, self._own_passphrase]
        for part in contents[1:]:
            part.hide()
        super().__init__(frame, "打开任务包", package.name, contents, "下一步", self._go)
        self.enter_by(self._slip, self._new.parts.again, self._own_line)
        self._slip.setFocus()

    def _go(self) -> None:
        if self._contents is None:
            self._peek()
        elif self._contents.desk is Desk.EXPERT:
            self._open_new()
        else:
            self._open_own()

    def _peek(self) -> None:
        slip = self._slip.text()
        if not slip.strip():
            self._slip_field.say("请输入口令条上的开启口令。")
            return
        self._slip_field.say("")

        def work(_: Progress) -> TaskContents:
            from ecpanel.services.task import peek_task_package

            return peek_task_package(self._package, slip)

        self.frame.run("核对任务包", work, self._peeked, self.banner, failed=self._refused, can_cancel=False)

    def _refused(self, fault: EcpanelError) -> None:
        if fault.code == "task_passphrase_wrong":
            self._slip_field.say(error_sentence(fault))
            self._slip.selectAll()
            self._slip.setFocus()
        else:
            self.banner.say_error(fault)

    def _peeked(self, contents: TaskContents) -> None:
        self._contents = contents
        self._slip.setEnabled(False)
        person = next(one for one in contents.experts if one.expert_id == contents.owner)
        count = f"{len(contents.candidates)} 家企业，{len(contents.documents)} 份文件"
        fingerprint = f"组织方签名指纹：{contents.organiser.fingerprint}（请与口令条核对）"
        self._whose.setText(f"{contents.review.title}\n{person.name}：{count}\n{fingerprint}")
        self._whose.show()
        self.primary.setText("打开")
        if contents.desk is Desk.EXPERT:
            name = re.sub(
                r'[\\/:*?"<>|\s]', "_", f"{contents.review.title[:40]}_{person.expert_id}_{person.name[:20]}"
            )
            self._place.set_path(self.frame.places.stores / f"{name}.ecreview")
            self._new.show()
            self._new.parts.passphrase.setFocus()
            return
        known = next((one.path for one in self.frame.preferences.recents if one.desk == "chair"), "")
        if known:
            self._own.set_path(Path(known))
        self._own_field.show()
        self._own_passphrase.show()
        (self._own_line if known else self._own.line).setFocus()

    def _open_new(self) -> None:
        passphrase = read_passphrase(self._new)
        path = self._place.path
        if passphrase is None:
            return
        if path is None:
            self._new.say("place", "请选择评审库的存放位置。")
            return
        self._open(path, passphrase)

    def _open_own(self) -> None:
        path = self._own.path
        if path is None:
            self._own_field.say("请选择组长本人的评审库；还没有的，请先在起始页“组长建库”。")
            return
        self._open(path, self._own_line.text())

    def _open(self, path: Path, passphrase: str) -> None:
        slip, frame = self._slip.text(), self.frame

        def work(progress: Progress) -> Store:
            from ecpanel.services.opening import open_store
            from ecpanel.services.task import open_task_package

            open_task_package(self._package, slip, path, passphrase, frame.cost, frame.clock, progress)
            return open_store(path, passphrase)

        def done(store: Store) -> None:
            enter_desk(frame, store)

        frame.run("核对并打开任务包", work, done, self.banner, failed=self._not_opened)

    def _not_opened(self, fault: EcpanelError) -> None:
        if fault.code == "passphrase_wrong":
            self._own_passphrase.say(error_sentence(fault))
        elif fault.code in PASSPHRASE_PROBLEMS:
            self._new.say_error("passphrase", fault)
        elif fault.code == "store_exists":
            self._new.say_error("place", fault)
        else:
            self.banner.say_error(fault)
