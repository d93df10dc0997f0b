"""The list as a file: read without taking anything in, taken in when people say so, written out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecpanel.domain.problems import Problem
from ecpanel.exchange.candidate_list import (
    CandidateList,
    compare_with,
    read_candidate_list,
    write_candidate_list,
)
from ecpanel.gui.marks import DONE
from ecpanel.gui.pages.new_store import file_name
from ecpanel.progress import Progress
from ecpanel.services.organise import import_candidates

if TYPE_CHECKING:
    from ecpanel.gui.organiser.candidates import CandidatesStep

KINDS: Final = "推荐企业汇总表 (*.xlsx *.xls *.et)"
UNUSED, REPORT = "unused", "report"
"""What the drawer of the step shows after a list was read."""


class ListFiles:
    """Import and export of one step's list."""

    def __init__(self, step: CandidatesStep) -> None:
        self._step = step

    def choose(self) -> None:
        """Let people choose the list to read."""
        self._step.frame.choose_file("导入推荐企业名单", KINDS, self.bring_in, self._step)

    def bring_in(self, path: Path) -> None:
        """Read a list without taking it in, and tell what was found."""
        step, ready = self._step, self._step.desk.ready

        def work(_: Progress) -> tuple[CandidateList, list[Problem]]:
            found = read_candidate_list(path, ready.scheme, ready.review.year)
            return found, compare_with(ready.candidates, found.candidates)

        step.frame.run("试读名单", work, lambda read: self._propose(path, *read), step.banner)

    def _propose(self, path: Path, found: CandidateList, compared: list[Problem]) -> None:
        step, ready = self._step, self._step.desk.ready
        step.report.propose(path, found, compared, ready.candidates, len(ready.documents))
        step.drawer.open(REPORT)
        if not step.report.take.isHidden():
            step.report.take.setFocus()

    def take_in(self) -> None:
        """Take in the list that was read."""
        step, path = self._step, self._step.report.path
        if path is None:
            return

        def work(_: Progress) -> tuple[CandidateList, list[Problem]]:
            return import_candidates(step.store, path, step.frame.clock)

        step.frame.run("导入名单", work, lambda taken: self._taken_in(*taken), step.banner, can_cancel=False)

    def _taken_in(self, found: CandidateList, problems: list[Problem]) -> None:
        step = self._step
        step.history.forget()
        step.filter.clear()
        step.model.set_rows([])  # the same ids may be other firms now
        step.desk.changed("已导入名单")
        step.report.settle(found, problems)
        step.drawer.open(UNUSED if found.unused else REPORT)
        step.arrange()
        if found.unused:
            step.banner.say(
                f"已导入 {len(found.candidates)} 家；还有 {len(found.unused)} 行没有采用，请在下方逐行补正或划去。",
                DONE,
                "看导入报告",
                lambda: step.drawer.open(REPORT),
            )
        step.table.setFocus()

    def export(self) -> None:
        """Let people say where the list goes."""
        step = self._step
        name = f"{file_name(step.desk.ready.review.title)}_参评企业.xlsx"
        step.frame.choose_new("导出参评企业", name, "Excel 工作簿 (*.xlsx)", self.write_to, step)

    def write_to(self, path: Path) -> None:
        """Write the list as a workbook that can be read in again."""
        step, candidates = self._step, self._step.desk.ready.candidates

        def work(_: Progress) -> None:
            write_candidate_list(candidates, path)

        told = f"已导出 {len(candidates)} 家到“{path}”。"
        step.frame.run("导出名单", work, lambda _: step.banner.say_done(told), step.banner)
