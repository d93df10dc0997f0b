"""发放: what still blocks, what will happen, packages to the stick, slips to paper, and who holds what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Severity
from ecpanel.gui.controls.banner import SEVERITY_MARKS
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.panel import Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, picture, text
from ecpanel.gui.marks import DONE, WARNING, Tone
from ecpanel.gui.models.holdings import HoldingsModel, key_of
from ecpanel.gui.organiser.step import OrganiserStep
from ecpanel.gui.pages.new_store import file_name
from ecpanel.progress import Progress
from ecpanel.services.checklist import StepState
from ecpanel.services.issuing import Issued, issue_packages
from ecpanel.services.papers import write_slips
from ecpanel.services.readiness import StepKey
from ecpanel.texts import error_sentence, problem_sentence

if TYPE_CHECKING:
    from ecpanel.gui.organiser.desk import OrganiserDesk

SHOWN = 4
"""Problems of one step that are told here; the rest stand on the step itself."""


class IssueStep(OrganiserStep):
    """发放."""

    key = "issue"

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme, unit = self.frame.theme, self.frame.theme.unit
        self._issued: list[Issued] = []
        self.issue = button(
            theme, "发放任务包", self._issue, icon="package", primary=True, shortcut="Ctrl+Return"
        )
        self.header.set_primary(self.issue)
        self.before = QFrame()
        self.before.setObjectName("card")
        self._checks = QVBoxLayout()
        self._checks.setSpacing(unit // 2)
        self.before.setLayout(column(text("发放前核对", "head"), self._checks, spacing=unit, margin=2 * unit))
        self._what = text("", wrap=True)
        self.place = PathField(
            theme,
            "任务包写到哪里",
            lambda chosen: self.frame.choose_folder("任务包写到哪里（U盘）", chosen, self),
        )
        self.place_field = Field(theme, "任务包写到哪里（U盘）(&U)", self.place)
        self.everyone = QRadioButton("全部人员(&A)")
        self.waiting = QRadioButton("还没有发放的(&W)")
        self.one = QRadioButton("只发右边选中的一位(&O)")
        self._choice = QButtonGroup(self)
        for choice in (self.everyone, self.waiting, self.one):
            self._choice.addButton(choice)
            choice.toggled.connect(lambda _: self._tell_plan())
        plan = QFrame()
        plan.setObjectName("card")
        plan.setLayout(
            column(
                text("发放任务包", "head"),
                self._what,
                self.everyone,
                self.waiting,
                self.one,
                self.place_field,
                spacing=unit,
                margin=2 * unit,
            )
        )
        self.slips = self._slip_card()
        side = QWidget()
        layout = column(self.slips, self.before, plan, None, spacing=2 * unit, margin=2 * unit)
        side.setLayout(layout)
        scroll = Scroll(side)
        scroll.setMinimumWidth(44 * unit)
        self.model = HoldingsModel()
        self.table = Table(theme, self.model, "任务包一览")
        self.table.chosen.connect(lambda _: self._tell_plan())
        board = QFrame()
        board.setObjectName("card")
        head = text("谁有任务包", "head")
        head.setContentsMargins(unit, unit, unit, unit // 2)
        inner = column(head, self.table, margin=1)
        inner.setStretch(1, 1)
        board.setLayout(inner)
        right = QWidget()
        around = column(board)
        around.setContentsMargins(0, 2 * unit, 2 * unit, 2 * unit)
        right.setLayout(around)
        body = row(scroll, right)
        body.setStretch(0, 4)
        body.setStretch(1, 5)
        self.fill(body)
        self.waiting.setChecked(True)

    def _slip_card(self) -> QFrame:
        """Shown while pass-phrases of packages just issued are on no paper yet."""
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.slip_place = PathField(
            theme,
            "口令条写到哪里",
            lambda chosen: self.frame.choose_new("口令条写到哪里", "口令条.pdf", "PDF (*.pdf)", chosen, self),
        )
        self.slip_field = Field(theme, "口令条写到哪里（不要和任务包放在同一个U盘）(&S)", self.slip_place)
        self.write = button(theme, "写出口令条", self._write_slips, icon="printer")
        self._slip_words = text("", wrap=True)
        frame = QFrame()
        frame.setObjectName("card")
        frame.setLayout(
            column(
                row(
                    picture(theme, "key-round", Tone.CAUTION),
                    text("口令条还没有写出", "head"),
                    None,
                    spacing=unit,
                ),
                self._slip_words,
                self.slip_field,
                row(None, self.write),
                spacing=unit,
                margin=2 * unit,
            )
        )
        frame.hide()
        return frame

    # ---- showing

    def reload(self) -> None:
        """Checks, plan and board as they are."""
        self.header.set_summary(self.step.summary)
        self.model.set_rows(self.desk.holdings)
        self._show_checks()
        self._show_slips()
        out = any(one.times for one in self.desk.holdings)
        self._what.setText(
            "指标体系、名单和分组已锁定；补发或重发时口令重新生成，旧的任务包请收回。"
            if out
            else "每位专家一个任务包，用口令加密，只装本组、本人不回避的企业材料；组长另有一个。"
            "首次发放后，指标体系、参评企业和分组锁定，不能再改。"
        )
        if not out:
            self.everyone.setChecked(True)
        self._tell_plan()

    def _show_checks(self) -> None:
        while (item := self._checks.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        theme, unit = self.frame.theme, self.frame.theme.unit
        clean = True
        for key, step in self.desk.steps_by_key.items():
            problems = step.problems
            if not problems and step.state is not StepState.OPEN:
                continue
            clean = clean and not problems
            for problem in problems[:SHOWN]:
                mark = SEVERITY_MARKS[problem.severity]
                line = row(
                    picture(theme, mark.icon, mark.tone),
                    text(problem_sentence(problem), wrap=True),
                    spacing=unit,
                )
                line.setStretch(1, 1)
                if key is not StepKey.ISSUE:
                    go = button(theme, "去处理", lambda to=key: self.desk.go_to(to), quiet=True)  # type: ignore[misc]
                    go.setAccessibleName(f"去处理：{step.title}")
                    line.addWidget(go)
                holder = QWidget()
                holder.setLayout(line)
                self._checks.addWidget(holder)
            if len(problems) > SHOWN:
                self._checks.addWidget(
                    text(f"{step.title}另有 {len(problems) - SHOWN} 条", "small", Tone.FAINT)
                )
        if clean:
            line = row(
                picture(theme, DONE.icon, DONE.tone),
                text("各步都没有问题，可以发放。", wrap=True),
                spacing=unit,
            )
            line.setStretch(1, 1)
            holder = QWidget()
            holder.setLayout(line)
            self._checks.addWidget(holder)

    @property
    def _blocked(self) -> bool:
        return any(
            problem.severity is Severity.ERROR
            for key, step in self.desk.steps_by_key.items()
            if key is not StepKey.ISSUE
            for problem in step.problems
        )

    def _wanted(self) -> list[str]:
        """Which packages, by the choice made."""
        if self.everyone.isChecked():
            return [key_of(one) for one in self.desk.holdings]
        if self.waiting.isChecked():
            return [key_of(one) for one in self.desk.holdings if not one.times]
        key = self.table.key()
        return [str(key)] if key is not None else []

    def _tell_plan(self) -> None:
        count = len(self._wanted())
        self.issue.setText(f"发放 {count} 个任务包" if count else "发放任务包")
        self.frame.theme.refresh(self.issue)
        self.issue.setEnabled(bool(count) and not self._blocked)

    def _show_slips(self) -> None:
        self.slips.setVisible(bool(self._issued))
        self._slip_words.setText(
            f"刚发放的 {len(self._issued)} 个任务包的口令只在现在能写出；离开组织台之前没有写出的，须重新发放。"
            "口令条打印后裁开，当面交给本人。"
        )

    # ---- doing

    def _issue(self) -> None:
        folder = self.place.path
        self.place_field.say("" if folder is not None else "请选择任务包写到哪里，如U盘。")
        if folder is None:
            self.place.line.setFocus()
            return
        only = self._wanted()
        store, frame = self.store, self.frame
        fresh: list[Issued] = []

        def work(progress: Progress) -> list[Issued]:
            return issue_packages(store, folder, frame.clock, frame.cost, progress, only, fresh.append)

        def out(words: str, whole: bool) -> None:
            self._issued += fresh
            if fresh and self.slip_place.path is None:
                name = f"{file_name(self.desk.title)}_口令条.pdf"
                self.slip_place.set_path(frame.places.stores / name)
            self.desk.changed("已发放" if fresh else "")
            self.banner.say(words, DONE if whole else WARNING)
            if fresh:
                self.write.setFocus()

        def failed(fault: EcpanelError) -> None:
            told = f"已发放 {len(fresh)} 个；" if fresh else ""
            out(f"{told}{error_sentence(fault)}", False)

        frame.run(
            f"发放 {len(only)} 个任务包",
            work,
            lambda _: out(f"已发放 {len(fresh)} 个任务包到 {folder}，并读回核对；请写出口令条。", True),
            self.banner,
            failed=failed,
            cancelled=lambda: out(f"已取消；取消之前发放了 {len(fresh)} 个，其余没有发放。", False),
        )

    def _write_slips(self) -> None:
        path, issued = self.slip_place.path, list(self._issued)
        if path is None:
            self.slip_field.say("请选择口令条写到哪里。")
            return
        target = path if path.suffix.lower() == ".pdf" else path / "口令条.pdf"
        if self.place.path is not None and target.parent == self.place.path:
            self.slip_field.say("口令条不能和任务包放在一起：U盘丢了，材料就能被打开。请换一个地方。")
            return
        self.slip_field.say("")
        store, clock = self.store, self.frame.clock

        def work(_: Progress) -> Path:
            return write_slips(store, issued, target, clock)

        def done(made: Path) -> None:
            self._issued.clear()
            self.desk.changed("口令条已写出")
            self.banner.say_done(f"口令条已写出：{made}；请打印裁开，当面交给本人，用后销毁文件。")

        self.frame.run("写出口令条", work, done, self.banner)
