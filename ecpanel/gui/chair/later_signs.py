"""After signing off: requests for members who were not present, their answers, and scans of the ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column, holding
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import ERROR, Tone
from ecpanel.progress import Progress
from ecpanel.texts import problem_sentence

if TYPE_CHECKING:
    from ecpanel.services.countersign import AnswerLine
    from ecpanel.services.opening import Store

ABOUT: Final = (
    "没有当场会签的成员：把会签请求拷给本人，在其电脑上会签后收下会签文件（也可拖到这里）；清单所列的文件不变，"
    "只更新会签册和会签表。会签表打印签字、扫描后，做成补充包送出。"
)


class LaterSigns(QWidget):
    """`rewritten` tells where the bundle lies that has a new book of sign-offs. `with_bundle` asks where the
    bundle is when nobody knows."""

    rewritten = Signal(Path)

    def __init__(
        self,
        frame: Frame,
        store: Store,
        banner: Banner,
        with_bundle: Callable[[Callable[[Path], None]], None],
    ) -> None:
        super().__init__()
        self._frame, self._store, self._banner, self._with_bundle = frame, store, banner, with_bundle
        theme, unit = frame.theme, frame.theme.unit
        self.request = button(theme, "写出会签请求…", self._choose_request, icon="send")
        self.answers = button(theme, "收下会签文件…", self._choose_answers, icon="inbox")
        self.scans = button(theme, "做补充包（扫描件）…", self._choose_scans, icon="scan-line")
        self.setLayout(
            column(
                text("会签与补充", "head"),
                text(ABOUT, "small", Tone.FAINT, wrap=True),
                holding(Flow(self.request, self.answers, self.scans, spacing=unit)),
                spacing=unit,
            )
        )

    def _choose_request(self) -> None:
        self._with_bundle(
            lambda bundle: self._frame.choose_folder(
                "会签请求写到哪里（U盘）", lambda folder: self.write_request(bundle, folder), self
            )
        )

    def write_request(self, bundle: Path, folder: Path) -> None:
        """Write the request for members who were not present."""
        store, clock = self._store, self._frame.clock

        def work(_: Progress) -> Path:
            from ecpanel.services.countersign import write_request

            return write_request(store, bundle, folder, clock)

        self._frame.run(
            "写出会签请求",
            work,
            lambda path: self._banner.say_done(f"会签请求已写出：{path}；请拷给未会签的成员。"),
            self._banner,
            can_cancel=False,
        )

    def _choose_answers(self) -> None:
        self._frame.choose_file("收下会签文件", "会签文件 (*.ecsigned)", lambda path: self.take([path]), self)

    def take(self, answers: Sequence[Path]) -> None:
        """Take in answers; the bundle is written anew where it lies."""
        self._with_bundle(lambda bundle: self._take(bundle, answers))

    def _take(self, bundle: Path, answers: Sequence[Path]) -> None:
        store, clock = self._store, self._frame.clock

        def work(progress: Progress) -> list[AnswerLine]:
            from ecpanel.services.countersign import take_answers

            return take_answers(store, bundle, answers, bundle, clock, progress)

        self._frame.run(
            "收下会签文件", work, lambda lines: self._taken(bundle, lines), self._banner, can_cancel=False
        )

    def _taken(self, bundle: Path, lines: list[AnswerLine]) -> None:
        taken = [f"{one.expert_id} {one.name}" for one in lines if one.taken]
        refused = [f"{one.file}：{problem_sentence(one.problems[0])}" for one in lines if not one.taken]
        if taken:
            self.rewritten.emit(bundle)
        if refused:
            head = f"已收下 {'、'.join(taken)}。" if taken else ""
            self._banner.say(head + "没有收下 " + " ".join(refused), ERROR)
        else:
            self._banner.say_done(f"已收下会签：{'、'.join(taken)}；成果包已更新。")

    def _choose_scans(self) -> None:
        self._with_bundle(
            lambda bundle: self._frame.choose_files(
                "签字后的扫描件",
                "扫描件 (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)",
                lambda scans: self._choose_target(bundle, scans),
                self,
            )
        )

    def _choose_target(self, bundle: Path, scans: Sequence[Path]) -> None:
        proposed = str(bundle.with_name(f"{bundle.stem[:60]}_补充.zip"))
        self._frame.choose_new(
            "补充包写到哪里",
            proposed,
            "补充包 (*.zip)",
            lambda target: self.write_follow_up(bundle, scans, target),
            self,
        )

    def write_follow_up(self, bundle: Path, scans: Sequence[Path], target: Path) -> None:
        """Write a follow-up bundle of scans."""
        store, clock = self._store, self._frame.clock

        def work(progress: Progress) -> Path:
            from ecpanel.services.follow_up import add_scans

            add_scans(store, bundle, scans, "", target, clock, progress)
            return target

        self._frame.run(
            "做补充包",
            work,
            lambda path: self._banner.say_done(f"补充包已写出并读回核对：{path}（{len(scans)} 个扫描件）。"),
            self._banner,
        )
