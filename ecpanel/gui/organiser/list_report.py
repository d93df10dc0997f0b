"""What reading a list found, told before anything is taken in, and kept beside the table after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.problems import Problem, Severity, blocking
from ecpanel.exchange.candidate_list import CandidateList
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import MarkLabel, button, text
from ecpanel.gui.marks import DONE, ERROR, NOTE, Tone
from ecpanel.gui.models.list_findings import Finding, FindingsModel
from ecpanel.gui.theme import Theme
from ecpanel.texts import problem_sentence


class ListReport(QWidget):
    """`wanted` asks for the list to be taken in, `jumped` for the candidate a finding leads to."""

    wanted = Signal()
    jumped = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.path: Path | None = None
        self._taken = False
        self.mark = MarkLabel(theme, NOTE)
        self.words = text("", "", Tone.PLAIN, wrap=True)
        self.take = button(theme, "导入", self.wanted.emit, primary=True)
        self.model = FindingsModel(self)
        self.table = Table(theme, self.model, "导入报告")
        self.table.opened.connect(self._jump)
        self.table.chosen.connect(self._tell)
        self.whole = text("", "small", Tone.FAINT, wrap=True)
        self.whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = row(self.mark, self.words, self.take, spacing=theme.unit)
        head.setStretch(1, 1)
        head.setContentsMargins(2 * theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        below = row(self.whole)
        below.setContentsMargins(2 * theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        layout = column(head, self.table, below)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def propose(
        self,
        path: Path,
        found: CandidateList,
        compared: Sequence[Problem],
        earlier: Sequence[Candidate],
        documents: int,
    ) -> None:
        """The dry run of a list: nothing has been taken in yet."""
        self.path, self._taken = path, False
        stopping = blocking(compared)
        self._put([*compared, *found.problems], found)
        count, unused = len(found.candidates), found.rows_unused
        regions = len({one.region for one in found.candidates})
        told = f"“{path.name}”读出 {count} 家，{regions} 个地区"
        told += f"；{unused} 行没有采用，导入后可逐行补正" if unused else ""
        if stopping:
            self.mark.set_mark(ERROR, "不能导入")
            told = f"{told}。{problem_sentence(stopping[0])}"
        elif not count:
            self.mark.set_mark(ERROR, "不能导入")
            told = f"{told}。没有可用的企业，请检查表头和内容。"
        else:
            self.mark.set_mark(NOTE, "试读")
            if earlier:
                told += f"。导入后将替换现在的 {len(earlier)} 家"
                told += "，申报材料须重新读取" if documents else ""
                told += "；导入前自动留恢复点"
            told += "。"
        self.words.setText(told)
        self.take.setText(f"导入这 {count} 家")
        self.take.setVisible(not stopping and bool(count))

    def settle(self, found: CandidateList, problems: Sequence[Problem]) -> None:
        """The list has been taken in."""
        self._taken = True
        listed = [one for one in problems if not one.code.startswith("list_row_unused")]
        self._put(listed, found)
        count = len(found.candidates)
        asked = sum(one.severity is not Severity.NOTE for one in listed)
        self.mark.set_mark(DONE, "已导入")
        told = f"{count} 家" + (f"；{asked} 处要核对，双击或按回车跳到该企业" if asked else "，没有发现问题")
        self.words.setText(f"{told}。")
        self.take.hide()

    def _put(self, problems: Sequence[Problem], found: CandidateList) -> None:
        places = {place: one.candidate_id for place, one in zip(found.places, found.candidates, strict=True)}
        findings = []
        for number, problem in enumerate(problems, start=1):
            if problem.code == "list_changed" and not problem.params["earlier"]:
                continue  # there was no list to compare with
            facts = problem.params
            firm = facts.get("candidate") or next(iter(facts.get("ids", ())), "")
            firm = firm or places.get((str(facts.get("sheet", "")), facts.get("row", 0)), "")
            findings.append(Finding(number, problem, str(firm)))
        self.model.set_rows(findings)
        self.model.sort(0)
        self.table.setCurrentIndex(QModelIndex())
        self.table.scrollToTop()
        self.whole.setText("")

    def _tell(self, key: object) -> None:
        finding = next((one for one in self.model.rows if one.number == key), None)
        self.whole.setText("" if finding is None else problem_sentence(finding.problem))

    def _jump(self, key: object) -> None:
        finding = next((one for one in self.model.rows if one.number == key), None)
        if self._taken and finding is not None and finding.candidate:
            self.jumped.emit(finding.candidate)
