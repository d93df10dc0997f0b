"""Adding a candidate by hand: what must be known of a firm, in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from ecpanel.domain.candidate import NEWLY_RECOMMENDED, STANDINGS, Candidate, check_entry
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.regions import REGIONS
from ecpanel.gui.controls.fields import Field
from ecpanel.gui.controls.panel import Scroll, column
from ecpanel.gui.controls.text import button
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence, problem_sentence

NO_NAME: Final = "没有填企业名称；请按证照填写企业全称。"


class NewCandidate(QWidget):
    """`add(candidate, failed)` keeps it and says whether that went well."""

    def __init__(
        self,
        theme: Theme,
        add: Callable[[Candidate, Callable[[EcpanelError], object]], bool],
    ) -> None:
        super().__init__()
        self._add, self._year = add, 0
        self.region, self.category, self.standing = QComboBox(), QComboBox(), QComboBox()
        self.region.addItem("请选择", "")
        for region in REGIONS:
            self.region.addItem(region, region)
        self.standing.addItems(list(STANDINGS))
        self.name, self.code = QLineEdit(), QLineEdit()
        self._fields = {
            "region": Field(theme, "地区", self.region),
            "name": Field(theme, "企业名称", self.name),
            "credit_code": Field(theme, "统一社会信用代码", self.code),
            "category": Field(theme, "类别", self.category),
            "standing": Field(theme, "现有称号", self.standing),
        }
        self.button = button(theme, "加入名单", self._typed, icon="plus")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.unit)
        grid.setVerticalSpacing(theme.unit)
        for place, (field, line, at, wide) in enumerate(
            zip(self._fields.values(), (0, 0, 1, 1, 1), (0, 1, 0, 1, 2), (1, 3, 1, 1, 1), strict=True)
        ):
            grid.addWidget(field, line, at, 1, wide, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(min(place, 2), 1)
        grid.addWidget(self.button, 1, 3, Qt.AlignmentFlag.AlignBottom)
        inner = QWidget()
        inner.setLayout(column(grid, None, margin=2 * theme.unit))
        self.setLayout(column(Scroll(inner)))
        for typed in (self.name, self.code):
            typed.returnPressed.connect(self._typed)

    def put(self, categories: Sequence[str], year: int) -> None:
        """The categories there are, and the year of the review."""
        self._year = year
        chosen = self.category.currentText()
        if [self.category.itemText(n) for n in range(self.category.count())] != list(categories):
            self.category.clear()
            self.category.addItems(list(categories))
            self.category.setCurrentText(chosen)

    def begin(self) -> None:
        """Ready for the next firm; region and category stay, since firms come region by region."""
        for field in self._fields.values():
            field.say("")
        self.name.clear()
        self.code.clear()
        self.standing.setCurrentText(NEWLY_RECOMMENDED)
        (self.name if self.region.currentData() else self.region).setFocus()

    def _typed(self) -> None:
        for field in self._fields.values():
            field.say("")
        one = Candidate(
            "",
            str(self.region.currentData()),
            self.name.text(),
            self.code.text(),
            self.category.currentText(),
            self.standing.currentText(),
        )
        problems = check_entry(one, self._year)
        for problem in problems:
            empty = problem.code == "candidate_name" and not one.name.strip()
            self._fields[problem.params["member"]].say(NO_NAME if empty else problem_sentence(problem))
        if not problems and self._add(one, self._refused):
            self.begin()

    def _refused(self, fault: EcpanelError) -> None:
        field = self._fields.get(str(fault.params.get("member")), self._fields["name"])
        field.say(error_sentence(fault))
