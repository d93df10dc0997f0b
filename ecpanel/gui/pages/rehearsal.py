"""The rehearsal (演练): the sample review made on this machine, then each role to try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import PageHeader, Scroll, card, column, row
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import REHEARSAL, Mark, Tone
from ecpanel.gui.pages.router import enter_desk
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.rehearsal import Rehearsed


class RehearsalPage(Page):
    """演练一遍."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE, tries

        self.role = "演练"
        self._frame = frame
        self.folder = frame.places.stores / "演练"
        self._tries = {desk.value: path for desk, path in tries(self.folder).items()}
        self._passphrase = PASSPHRASE
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self.begin = button(theme, "", self._make, icon="play", primary=True)
        header = PageHeader(theme, "演练一遍", "企业、专家、材料和分值全是虚构的")
        header.add(self.begin)
        bundle = self.folder / "U盘" / "成果包.zip"
        self.roles = [
            self._role(
                "clipboard-check",
                "组织台",
                "名单、材料、专家都已导入，等您检查和发放任务包。",
                lambda: self._open("organiser"),
            ),
            self._role(
                "user-check",
                "专家台",
                "任务包已打开，等您签到、申明回避、看材料、评分、提交。",
                lambda: self._open("expert"),
            ),
            self._role(
                "gavel",
                "组长台",
                f"请把文件夹“{self.folder / 'U盘'}”里的评分包拖进来收包，再复核、合议、排名、签发。",
                lambda: self._open("chair"),
            ),
            self._role(
                "shield-check",
                "校验成果包",
                "核对演练签发的成果包：签名、文件和全部得分重算。",
                lambda: frame.open_path(bundle),
            ),
        ]
        secrets = text(
            f"演练的评审库口令都是“{PASSPHRASE}”（这里会自动填好），更正口令是“{CORRECTION}”。",
            "",
            Tone.FAINT,
            wrap=True,
        )
        steps = [
            text(
                "先由程序把整个评审走一遍（约半分钟），留下四个起点；每个角色都可以反复试，不影响任何正式评审。",
                wrap=True,
            ),
            *self.roles,
            secrets,
        ]
        body = QWidget()
        body.setLayout(column(*steps, None, spacing=2 * unit, margin=3 * unit))
        body.setMaximumWidth(130 * unit)
        layout = column(header, self.banner, Scroll(body))
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._show()

    def marks(self) -> list[Mark]:
        """演练."""
        return [REHEARSAL]

    def _role(self, icon: str, title: str, about: str, act: Callable[[], None]) -> QFrame:
        theme = self._frame.theme
        opener = button(theme, "试一试", act)
        opener.setAccessibleName(f"试一试{title}")
        words = column(text(title, "head"), text(about, "", Tone.FAINT, wrap=True))
        line = row(picture(theme, icon, Tone.ACCENT, 1.6), words, opener, spacing=2 * theme.unit)
        line.setStretch(1, 1)
        return card(theme, line)

    def _show(self) -> None:
        made = all(path.is_file() for path in self._tries.values())
        for role in self.roles:
            role.setEnabled(made)
        self.begin.setText("重新演练" if made else "开始演练")

    def _make(self) -> None:
        frame, folder = self._frame, self.folder

        def work(progress: Progress) -> Rehearsed:
            from ecpanel.services.rehearsal import rehearse

            return rehearse(folder, frame.cost, frame.clock, progress, lambda _: None)

        frame.run("演练整个评审", work, self._made, self.banner)

    def _made(self, rehearsed: Rehearsed) -> None:
        self._show()
        verdict = "校验通过" if rehearsed.verification.sound else "校验未通过"
        self.banner.say_done(f"演练完成：{rehearsed.candidates} 家企业，成果包{verdict}。选一个角色试试。")

    def _open(self, desk: str) -> None:
        path: Path = self._tries[desk]

        def work(_: Progress) -> Store:
            from ecpanel.services.opening import open_store

            return open_store(path, self._passphrase)

        def done(store: Store) -> None:
            enter_desk(self._frame, store)

        self._frame.run("打开评审库", work, done, self.banner, can_cancel=False)
