"""The opinion on a candidate (评估意见): strengths, weaknesses, advice, with their length as one counts it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ecpanel.domain.scheme import Remarks
from ecpanel.domain.sheet import Opinion
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import set_tone, text
from ecpanel.gui.expert.score_fields import WritingField
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

PARTS = (
    ("strengths", "优势", "这家企业做得好的、可推广的"),
    ("weaknesses", "不足", "存在的问题和差距"),
    ("advice", "建议", "对企业、对地方商务主管部门的建议"),
)


class OpinionPanel(QWidget):
    """Three fields that grow; `typed` tells the opinion as it stands in them."""

    typed = Signal(object)
    left = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, theme: Theme, rules: Remarks) -> None:
        super().__init__()
        self._rules = rules
        self._read_only = False
        self._count = text("", "small")
        self._count.setWordWrap(True)
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.problem = FieldProblem()
        self.fields: dict[str, WritingField] = {}
        unit = theme.unit
        head = row(text("评估意见", "head"), self._count, spacing=2 * unit)
        head.setStretch(1, 1)
        layout = column(head, spacing=unit // 2)
        layout.setContentsMargins(2 * unit, 2 * unit, round(1.5 * unit), 2 * unit)
        for member, name, hint in PARTS:
            field = WritingField(theme, by_enter=False, lines=(2, 14))
            field.setAccessibleName(f"评估意见 {name}")
            field.setPlaceholderText(hint)
            field.typed.connect(lambda _: self._type())
            field.left.connect(self.left)
            field.undo_wanted.connect(self.undo_wanted)
            field.redo_wanted.connect(self.redo_wanted)
            label = QLabel(name)
            label.setBuddy(field)
            self.fields[member] = field
            layout.addSpacing(unit // 2)
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addWidget(self.problem)
        self.setLayout(layout)

    @property
    def opinion(self) -> Opinion:
        """What stands in the fields."""
        return Opinion(**{member: field.toPlainText() for member, field in self.fields.items()})

    def set_opinion(self, opinion: Opinion, problem: str, *, read_only: bool) -> None:
        """Show an opinion, and why the store did not take it."""
        self._read_only = read_only
        for member, field in self.fields.items():
            field.set_words(getattr(opinion, member))
            field.set_settled(read_only)
        self.problem.say(problem)
        self._show_length()

    def focus_first(self) -> None:
        """Begin to write."""
        field = self.fields[PARTS[0][0]]
        field.setFocus()
        field.ensureCursorVisible()

    def has_focus(self) -> bool:
        """Whether it is being written."""
        return any(field.hasFocus() for field in self.fields.values())

    def _type(self) -> None:
        self._show_length()
        self.typed.emit(self.opinion)

    def _show_length(self) -> None:
        length, least, most = self.opinion.length, self._rules.opinion_min, self._rules.opinion_max
        if length < least:
            words, tone = f"{length} 字，还差 {least - length} 字（{least}–{most} 字）", Tone.CAUTION
        elif length > most:
            words, tone = f"{length} 字，超出 {length - most} 字（{least}–{most} 字）", Tone.BAD
        else:
            words, tone = f"{length} 字（{least}–{most} 字）", Tone.GOOD
        if self._read_only:
            words, tone = f"{length} 字", Tone.FAINT
        elif not length:
            words, tone = f"三部分合计 {least}–{most} 字", Tone.FAINT
        self._count.setText(words)
        set_tone(self._count, tone)
