"""The verify page (校验): drop a bundle, read one plain verdict, then the findings; export the check report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QStackedWidget, QTreeView, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field
from ecpanel.gui.controls.panel import PageHeader, Scroll, column, row
from ecpanel.gui.controls.table import MarkDelegate
from ecpanel.gui.controls.text import button, restyle, set_tone, text
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import ERROR, PLACEHOLDER, REHEARSAL, Mark, Tone
from ecpanel.gui.models.findings import FindingsModel
from ecpanel.gui.pages.drop_place import DropPlace
from ecpanel.progress import Progress
from ecpanel.texts import problem_sentence

if TYPE_CHECKING:
    from ecpanel.services.follow_up import FollowUpCheck
    from ecpanel.services.verification import Verification

REPORT = "校验报告 (*.pdf)"


class VerifyPage(Page):
    """校验成果包; works without any review open."""

    def __init__(self, frame: Frame, path: Path | None = None) -> None:
        super().__init__()
        self.role = "校验成果包"
        self._frame = frame
        self._path = path
        self.verification: Verification | None = None
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self.header = PageHeader(theme, "校验成果包")
        self._other = button(theme, "校验另一个…", self._choose, icon="folder-open", shortcut="Ctrl+O")
        self._report = button(
            theme, "导出校验报告…", self._export, icon="download", primary=True, shortcut="Ctrl+E"
        )
        for one in (self._other, self._report):
            self.header.add(one)
        self.drop = DropPlace(
            theme, "把成果包拖到这里", "成果包（.zip）；核对签名、每个文件和全部得分的重算", "选择成果包…"
        )
        self.drop.dropped.connect(lambda paths: self.verify(paths[0]))
        self.drop.pressed.connect(self._choose)
        self.model = FindingsModel()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self._outcome())
        layout = column(self.header, self.banner, self._stack)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        for one in (self._other, self._report):
            one.hide()
        if path is not None:
            self.verify(path)
        else:
            self.drop.button.setFocus()
        self.setMinimumWidth(40 * unit)

    def _empty(self) -> QWidget:
        unit = self._frame.theme.unit
        holder = QWidget()
        layout = column(self.drop, margin=4 * unit)
        holder.setLayout(layout)
        return holder

    def _outcome(self) -> QWidget:
        theme, unit = self._frame.theme, self._frame.theme.unit
        self._headline = text("", "verdict")
        self._picture = text("")
        self._verdict = text("", "head", wrap=True)
        self._notes = text("", "", Tone.FAINT, wrap=True)
        self._plate = QFrame()
        self._plate.setObjectName("banner")
        words = column(self._headline, self._verdict, self._notes, spacing=unit // 2)
        top = row(self._picture, words, spacing=2 * unit, margin=2 * unit)
        top.setStretch(1, 1)
        self._plate.setLayout(top)
        self._known = QLineEdit()
        self._known.setPlaceholderText("照会签表抄入组长签名指纹，或清单摘要的前8位和后8位（选填）")
        self._known.returnPressed.connect(self._again)
        self._compare = button(theme, "与纸面核对", self._again)
        self._known_field = Field(theme, "纸面上的组长指纹或摘要(&F)", self._known)
        compare = row(self._known_field, self._compare, spacing=unit)
        compare.setStretch(0, 1)
        self.tree = QTreeView()
        self.tree.setAccessibleName("校验结果明细")
        self.tree.setModel(self.model)
        self.tree.setItemDelegate(MarkDelegate(theme, self.tree))
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        heads = self.tree.header()
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        heads.setStretchLastSection(True)
        frame = QFrame()
        frame.setObjectName("card")
        frame.setLayout(column(self.tree, margin=1))
        holder = QWidget()
        layout = column(self._plate, compare, frame, spacing=unit, margin=2 * unit)
        layout.setStretch(2, 1)
        holder.setLayout(layout)
        self.tree.setMinimumHeight(24 * unit)
        return Scroll(holder)

    def marks(self) -> list[Mark]:
        """演练 and 占位指标体系, where the bundle says so."""
        if self.verification is None:
            return []
        codes = {one.code for one in self.verification.notes}
        told = ((REHEARSAL, "bundle_rehearsal"), (PLACEHOLDER, "bundle_placeholder"))
        return [mark for mark, code in told if code in codes]

    def takes(self, paths: list[Path]) -> bool:
        """Another bundle dropped."""
        if paths[0].suffix.lower() != ".zip":
            return False
        self.verify(paths[0])
        return True

    def _choose(self) -> None:
        self._frame.choose_file("选择成果包", "成果包 (*.zip)", self.verify, self)

    def verify(self, path: Path) -> None:
        """Verify a bundle and show the verdict."""
        before = self._path
        typed = self._known.text().strip() if before == path else ""
        self.banner.clear()

        def work(progress: Progress) -> Verification | FollowUpCheck:
            from ecpanel.services.follow_up import is_follow_up, verify_follow_up
            from ecpanel.services.verification import known_from_paper, verify_bundle

            if is_follow_up(path):
                return verify_follow_up(path, before)
            return verify_bundle(path, progress, known=known_from_paper(typed))

        def show(found: Verification | FollowUpCheck) -> None:
            from ecpanel.services.follow_up import FollowUpCheck

            if isinstance(found, FollowUpCheck):
                self._show_follow_up(found)
                return
            if self._path != path:
                self._known.clear()
            self._path = path
            self._show(found)

        self._frame.run("校验成果包", work, show, self.banner)

    def _show_follow_up(self, found: FollowUpCheck) -> None:
        """A follow-up is a line above the verdict on its bundle, which stays in view."""
        words = "".join(problem_sentence(one) for one in (*found.problems, *found.notes))
        if found.sound:
            self.banner.say_done(f"{found.verdict}{words}")
        else:
            self.banner.say(f"{found.verdict}{words}", ERROR)

    def _again(self) -> None:
        if self._path is not None:
            self.verify(self._path)

    def _show(self, verification: Verification) -> None:
        self.verification = verification
        theme, unit = self._frame.theme, self._frame.theme.unit
        sound = verification.sound
        tone = Tone.GOOD if sound else Tone.BAD
        theme.put_icon(self._picture, "shield-check" if sound else "shield-alert", tone, 3.0)
        self._headline.setText(verification.headline)
        set_tone(self._headline, tone)
        self._verdict.setText(verification.verdict)
        self._notes.setText("\n".join(problem_sentence(one) for one in verification.notes))
        self._notes.setVisible(bool(verification.notes))
        self._plate.setProperty("tone", tone.value)
        restyle(self._plate)
        self._plate.setAccessibleName(f"{verification.headline}。{verification.verdict}")
        self.model.set_findings(verification.findings)
        failed = self.model.failed()
        for index in failed:
            self.tree.expand(index)
        self.tree.setColumnWidth(0, 52 * unit)
        self.header.set_summary(verification.file)
        self._stack.setCurrentIndex(1)
        for one in (self._other, self._report):
            one.show()
        self._known_field.setVisible(verification.manifest is not None)
        self._compare.setVisible(verification.manifest is not None)
        self.marks_changed.emit()
        self.tree.setFocus()
        if failed:  # it may lie below the fold
            leaf = next((one for one in failed if not self.model.hasChildren(one)), failed[-1])
            self.tree.setCurrentIndex(leaf)

    def _export(self) -> None:
        if self._path is not None:
            proposed = str(self._path.with_name(f"{self._path.stem[:80]}_校验报告.pdf"))
            self._frame.choose_new("校验报告写到哪里", proposed, REPORT, self.export, self)

    def export(self, path: Path) -> None:
        """Write the check report."""
        verification, clock = self.verification, self._frame.clock
        if verification is None:
            return

        def work(progress: Progress) -> Path:
            from ecpanel.services.verification import write_check_report

            write_check_report(verification, path, clock, progress)
            return path

        self._frame.run(
            "导出校验报告", work, lambda made: self.banner.say_done(f"校验报告已写出：{made}"), self.banner
        )
