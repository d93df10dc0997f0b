"""签发 on the chair's desk: what must hold, the report to be read, the bundle that closes the review."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QSplitter, QWidget

from ecpanel.domain.attendance import voters
from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.chair.conditions_list import ConditionsList
from ecpanel.gui.chair.desk import ChairDesk, ChairPart
from ecpanel.gui.chair.later_signs import LaterSigns
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.gui.chair.report_preview import ReportPreview
from ecpanel.gui.chair.signed import SignedPlate
from ecpanel.gui.chair.signers import Signers
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.panel import PageHeader, Scroll, card, column
from ecpanel.gui.controls.text import button, picture, rule, text
from ecpanel.gui.marks import ERROR, Tone
from ecpanel.gui.models.conditions import CHECKS, INTAKE, conditions
from ecpanel.progress import Progress
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result
    from ecpanel.services.documents import Documents
    from ecpanel.services.verification import Verification

WIDTHS: Final = "chair.sign_off"
MEANING: Final = (
    ("signature", "报告、工作簿、数据和各专家的原始提交装入一个包，以组长的钥匙签名。"),
    ("lock", "签发以后评审只读，要改动只能另开复核或复审。"),
    ("usb", "写到U盘即读回核对；写不成或取消，都不算签发。"),
    ("stamp", "这是完整性签名，不是电子印章；以手写签名为准。"),
)
JUMPS: Final = {"checks_open": CHECKS, "nothing_ranked": INTAKE}
"""Where people cure what keeps the bundle from being signed."""
ANSWER: Final = ".ecsigned"
UNREAD: Final = "请先核阅报告，再勾选确认。"


class SignOffPart(ChairPart):
    """签发."""

    name = "签发"
    waits_for = "评审报告、签名页和成果包。"

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._result: Result | None = None
        self._reader = ""
        self.bundle: Path | None = None
        self._verification: Verification | None = None
        self.header = PageHeader(theme, "签发")
        self.draft = button(
            theme,
            "写出审阅稿…",
            self._choose_draft,
            icon="download",
            shortcut="Ctrl+E",
            hint="报告、工作簿和数据写到文件夹，供审阅；不签发，可以反复写",
        )
        self.sign = button(
            theme, "签发成果包", self._sign, icon="signature", primary=True, shortcut="Ctrl+Shift+Return"
        )
        self.header.add(self.draft)
        self.header.set_primary(self.sign)
        self.banner = Banner(theme)
        self.conditions = ConditionsList(theme)
        self.conditions.wanted.connect(self.desk.go_to)
        self._before = card(theme, text("签发前核对", "head"), self.conditions)
        self.signers = Signers(self.frame, self.store)
        self._act = self._signing()
        self.plate = SignedPlate(self.frame)
        self.plate.verify_wanted.connect(lambda: self._with_bundle(self.frame.open_path))
        self.plate.copy_wanted.connect(lambda: self._with_bundle(self._choose_copy))
        self.later = LaterSigns(self.frame, self.store, self.banner, self._with_bundle)
        self.later.rewritten.connect(self._rewritten)
        self._after = card(theme, self.plate, rule(), self.later)
        holder = QWidget()
        holder.setLayout(
            column(
                self._before, self.signers, self._act, self._after, None, spacing=2 * unit, margin=2 * unit
            )
        )
        self._left = left = Scroll(holder)
        left.setMinimumWidth(44 * unit)
        self.preview = ReportPreview(self.frame, self.store)
        self.preview.presiding.begun.connect(self._read_by)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(self.preview)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes(self.frame.preferences.widths.get(WIDTHS) or [72 * unit, 90 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        layout = column(self.header, self.banner, self._split)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _signing(self) -> QFrame:
        theme, unit = self.frame.theme, self.frame.theme.unit
        grid = QGridLayout()
        grid.setHorizontalSpacing(unit)
        grid.setVerticalSpacing(unit)
        grid.setColumnStretch(1, 1)
        for line, (icon, words) in enumerate(MEANING):
            drawn = picture(theme, icon, Tone.ACCENT)
            drawn.setContentsMargins(0, unit // 3, 0, 0)
            grid.addWidget(drawn, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(words, wrap=True), line, 1)
        self.place = PathField(
            theme,
            "成果包写到哪里",
            lambda chosen: self.frame.choose_folder("成果包写到哪里（U盘）", chosen, self),
        )
        self.place_field = Field(theme, "成果包写到哪里（U盘）(&U)", self.place)
        self._file = text("", "small", Tone.FAINT, wrap=True)
        self.read = QCheckBox("报告已经核阅，确认签发(&R)")
        self._unread = text("", "small", Tone.BAD, wrap=True)
        self._unread.hide()
        self.read.toggled.connect(lambda _: self._unread.hide())
        return card(
            theme,
            text("签发成果包", "head"),
            grid,
            self.place_field,
            self._file,
            self.read,
            self._unread,
        )

    # --- what the desk calls ---

    def reload(self) -> None:
        """Show what holds now."""
        self.desk.with_result(self._show, self.banner)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever read in the chair's place has to begin anew."""
        super().hideEvent(event)
        if self._reader and not self.isVisibleTo(self.desk):
            self._reader = ""
            self.preview.clear()

    def _show(self, result: Result, material: Material) -> None:
        desk, board = self.desk, self.desk.board
        assert board is not None and desk.stage is not None
        if self._result is not None and self._result is not result:
            self.preview.outdate()
        self._result = result
        closure = desk.stage.closure
        closed = closure is not None
        for part in (self._before, self.signers, self._act, self.sign, self.draft):
            part.setVisible(not closed)
        names = {one.expert_id: one.name for one in result.experts}
        handed_in = {one.expert_id for one in result.submissions}
        void = {one.expert_id for one in result.voided} | (set(result.group.members) - handed_in)
        self.signers.show_members(
            {key: names.get(key, "") for key in result.group.members}, result.group.chair, frozenset(void)
        )
        self._after.setVisible(closed)
        if closure is not None:
            self.header.set_summary("已签发，只读")
            self.plate.show_closure(closure, desk.stage.owner, self.bundle)
            self.plate.show_verification(self._verification)
        else:
            found = conditions(result, board, desk.hidden, self._open_matters())
            self.conditions.show_conditions(found)
            errors = sum(one.mark is ERROR for one in found)
            self.header.set_summary(f"还有 {errors} 项须先处理" if errors else "可以签发")
            self._file.setText(f"文件名：{self.bundle_name}")
        if desk.hidden and not self._reader:
            members = {one.expert_id: one.name for one in result.experts}
            free = set(members) - {result.group.chair}
            for key in desk.hidden:
                free &= set(voters(material, key))
            self.preview.ask_reader({key: members[key] for key in members if key in free}, desk.hidden)
        else:
            self.preview.show_state(closed=closed)
        self.draft.setEnabled(not desk.hidden or bool(self._reader))

    def _open_matters(self) -> int:
        assert self._result is not None
        meeting = next(one for one in self.desk.parts if isinstance(one, MeetingPart))
        return meeting.open_matters(self._result)

    def _read_by(self, member: str) -> None:
        self._reader = member
        self.preview.show_state(closed=False)
        self.draft.setEnabled(True)
        self.preview.make()

    # --- drafts ---

    def _choose_draft(self) -> None:
        self.frame.choose_folder("审阅稿写到哪个文件夹", self.write_draft, self)

    def write_draft(self, folder: Path) -> None:
        """Write report, workbook and data for reading."""
        store, clock = self.store, self.frame.clock

        def work(progress: Progress) -> Documents:
            from ecpanel.services.documents import write_report

            return write_report(store, folder, clock, progress)

        def written(_: Documents) -> None:
            self.banner.say_done(f"审阅稿已写到 {folder}：评审报告、评审结果工作簿、数据；还没有签发。")

        self.frame.run("写出审阅稿", work, written, self.banner)

    # --- signing ---

    @property
    def bundle_name(self) -> str:
        """The name of the bundle's file, from the review and its group."""
        stage = self.desk.stage
        assert stage is not None
        words = f"成果包_{stage.review.title}_{stage.group.name}"
        return re.sub(r'[\\/:*?"<>|\s]+', "_", words)[:60] + ".zip"

    def _sign(self) -> None:
        folder = self.place.path
        self.place_field.say("" if folder is not None else "请选择成果包写到哪里，如U盘。")
        self._unread.setText("" if self.read.isChecked() else UNREAD)
        self._unread.setVisible(not self.read.isChecked())
        if folder is None:
            self._look(self.place.line)
        elif not self.read.isChecked():
            self._look(self.read)
        else:
            self._write(free_name(folder, self.bundle_name))

    def _look(self, field: QWidget) -> None:
        """Bring a field into sight, with what is said under it."""
        field.setFocus()
        QTimer.singleShot(
            0, self, lambda: self._left.ensureWidgetVisible(self._unread, 0, 4 * self.frame.theme.unit)
        )

    def _write(self, path: Path) -> None:
        store, clock, gathered = self.store, self.frame.clock, self.signers.gathered()

        def work(progress: Progress) -> str:
            from ecpanel.services.sign_off import sign_gathered

            return sign_gathered(store, path, clock, progress, gathered)

        self.frame.run("签发成果包", work, lambda _: self._signed(path), self.banner, failed=self._refused)

    def _refused(self, fault: EcpanelError) -> None:
        tab = JUMPS.get(fault.code)
        if tab is None:
            self.banner.say_error(fault)
        else:
            self.banner.say(error_sentence(fault), ERROR, f"去{tab}", lambda: self.desk.go_to(tab))

    def _signed(self, path: Path) -> None:
        self.bundle, self._verification = path, None
        self._reader = ""
        self.signers.forget()
        self.read.setChecked(False)
        self.preview.clear()
        self.desk.changed("成果包已签发")
        self.verify(path)

    def verify(self, path: Path) -> None:
        """Read the written bundle back and verify it whole."""

        def work(progress: Progress) -> Verification:
            from ecpanel.services.verification import verify_bundle

            return verify_bundle(path, progress)

        self.frame.run("校验写出的成果包", work, self._verified, self.banner)

    def _verified(self, found: Verification) -> None:
        self._verification = found
        self.plate.show_verification(found)
        self.plate.verify.setFocus()

    def _rewritten(self, path: Path) -> None:
        """The bundle has another book of sign-offs now."""
        self.bundle, self._verification = path, None
        self.desk.changed("会签已收下")
        self.verify(path)

    def takes(self, paths: list[Path]) -> bool:
        """Answers of members dropped on the page once the bundle is signed."""
        answers = [one for one in paths if one.suffix.lower() == ANSWER]
        if not answers or self.desk.stage is None or self.desk.stage.closure is None:
            return False
        self.later.take(answers)
        return True

    def _with_bundle(self, then: Callable[[Path], None]) -> None:
        """Do something with the bundle; ask where it is when nobody knows."""
        path = self.bundle
        if path is not None and path.exists():
            then(path)
        else:
            self.frame.choose_file("成果包在哪里", "成果包 (*.zip)", then, self)

    def _choose_copy(self, source: Path) -> None:
        self.frame.choose_folder("另存到哪个文件夹", lambda folder: self.copy(source, folder), self)

    def copy(self, source: Path, folder: Path) -> None:
        """Another copy of the bundle, compared after writing."""
        store, path = self.store, free_name(folder, source.name)

        def work(progress: Progress) -> None:
            from ecpanel.services.sign_off import copy_bundle

            copy_bundle(store, source, path, progress)

        def copied(_: None) -> None:
            self.banner.say_done(f"已另存一份，与签发的逐字节一致：{path}")

        self.frame.run("另存成果包", work, copied, self.banner)


def free_name(folder: Path, name: str) -> Path:
    """A path in the folder that no other file has; nothing is replaced."""
    path = folder / name
    number = 2
    while path.exists():
        path = folder / f"{Path(name).stem}（{number}）{Path(name).suffix}"
        number += 1
    return path
