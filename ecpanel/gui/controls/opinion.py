"""What a member declares of a result (会签): that he agrees, or a different opinion with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from ecpanel.gui.controls.panel import column
from ecpanel.gui.controls.typed import TextBox
from ecpanel.gui.theme import Theme

if TYPE_CHECKING:
    from ecpanel.services.signatories import Opinion


class OpinionFields(QWidget):
    """A tick for a different opinion and, only then, room for its reasons."""

    def __init__(self, theme: Theme, lines: int) -> None:
        super().__init__()
        self.differs = QCheckBox("有不同意见，理由如下(&D)")
        self.reasons = TextBox(theme, "不同意见及理由", lines)
        self.setLayout(column(self.differs, self.reasons, spacing=theme.unit))
        self.differs.toggled.connect(self._show_reasons)
        self.reasons.hide()

    def put(self, before: Opinion | None) -> None:
        """Begin with what was declared before, or with agreement."""
        self.reasons.setPlainText(before.reasons if before else "")
        self.differs.setChecked(bool(before and before.reasons))

    @property
    def opinion(self) -> Opinion:
        """What is declared as it is typed now."""
        from ecpanel.domain.sign_off import Verdict
        from ecpanel.services.signatories import Opinion

        if not self.differs.isChecked():
            return Opinion()
        return Opinion(Verdict.DISSENT, self.reasons.toPlainText().strip())

    def _show_reasons(self, shown: bool) -> None:
        self.reasons.setVisible(shown)
        if shown:
            self.reasons.setFocus()
