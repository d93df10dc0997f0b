"""The indicator at hand: its levels, the value, the state, the reason and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QMenu, QPushButton, QSizePolicy, QWidget

from ecpanel.domain.choices import Choice, choices
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import Points, parse_points, show_short
from ecpanel.domain.scheme import Indicator, Remarks
from ecpanel.domain.sheet import Score, State, missing_reason, needs_remark
from ecpanel.gui.controls.banner import FieldProblem
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.text import MarkLabel, icon_button, restyle, set_tone, text
from ecpanel.gui.expert.digit_keys import plain_number
from ecpanel.gui.expert.evidence_row import EvidenceRow
from ecpanel.gui.expert.indicator_line import MARKS
from ecpanel.gui.expert.level_buttons import LevelGroup
from ecpanel.gui.expert.score_fields import ENTER, ValueField, WritingField
from ecpanel.gui.keys import tell_keys
from ecpanel.gui.marks import LOCKED, Tone
from ecpanel.gui.theme import Theme

KEYS = (
    ("1–9", "选评分等级，取该等级的中间分值（焦点在等级上时）"),
    ("0–9 .", "直接输入分值：键入不是等级的数字，或先按数字再按小数点（如 2 . 5）"),
    ("F2", "到分值框输入；Esc 回到等级"),
    ("↑ ↓", "分值加减一个步长"),
    ("← →", "在本等级内加减"),
    ("Delete", "清除分值，改回未评"),
    ("E", "引用当前页为证据（不在输入文字时）"),
    ("回车", "确认，到下一项"),
    ("Shift + 回车", "回上一项"),
    ("Alt + 回车", "在理由中换行"),
)
BY_LEVELS = "按数字键选等级；输入分值先按 F2，或直接键入小数"
BY_NUMBER = "正在输入分值；按 Esc 回到用数字键选等级"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the card shows: a cell of an indicator, and what of it was typed but refused."""

    leaf: Indicator
    score: Score
    is_settled: bool = False
    figure: str = ""
    category: str = ""
    typed_value: str | None = None
    value_problem: str = ""
    typed_remark: str | None = None
    remark_problem: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)


class IndicatorCard(QFrame):
    """Shows a cell and tells what people want; it writes nothing itself."""

    value_typed = Signal(str)
    remark_typed = Signal(str)
    points_chosen = Signal(int)
    state_chosen = Signal(object)
    number_begun = Signal()
    left = Signal()
    accepted = Signal(bool)
    moved = Signal(int)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, theme: Theme, rules: Remarks) -> None:
        super().__init__()
        self.setObjectName("current")
        self._theme, self._rules = theme, rules
        self._shown: Shown | None = None
        self._choices: tuple[Choice, ...] = ()
        self._read_only = False
        self.by_number = False
        """Whether people type numbers rather than choose levels; kept from one indicator to the next."""
        self._make_head()
        self.levels = LevelGroup(theme)
        self._make_value_line()
        self.value_problem, self.remark_problem = FieldProblem(), FieldProblem()
        self._reason_label, self._reason_hint = text("理由", "", Tone.FAINT), text("", "small", wrap=True)
        self.remark = WritingField(theme, by_enter=True, lines=(1, 8))
        self.evidence = EvidenceRow(theme, self.remark)
        self._reason_line = row(self._reason_label, self._reason_hint, spacing=theme.unit)
        self._reason = holding(
            column(
                self._reason_line,
                self.remark,
                self.remark_problem,
                spacing=theme.unit // 2,
            )
        )
        self._reason_line.setStretch(1, 1)
        self._reason_hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._column = layout = column(
            self._head,
            self._about,
            self._value_line,
            self.value_problem,
            self.levels,
            self._mode,
            self._reason,
            self.evidence,
            spacing=theme.unit,
        )
        unit = theme.unit
        layout.setContentsMargins(round(1.5 * unit), unit, round(1.5 * unit), round(1.5 * unit))
        self.setLayout(layout)
        tell_keys(self, KEYS)
        theme.changed.connect(self._fit)
        self._connect()

    def _make_head(self) -> None:
        theme = self._theme
        self._code, self._name = text("", "head", Tone.ACCENT), text("", "head", wrap=True)
        self._kind = text("", "", Tone.FAINT)
        top = Qt.AlignmentFlag.AlignTop
        line = row(self._code, self._name, self._kind, spacing=theme.unit)
        line.setStretch(1, 1)
        line.setAlignment(self._code, top)
        line.setAlignment(self._kind, top)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._head = holding(line)
        self._about = text("", "small", Tone.FAINT, wrap=True)

    def _make_value_line(self) -> None:
        theme = self._theme
        self.value = ValueField()
        self._of = text("", "", Tone.FAINT)
        self.less = icon_button(theme, "minus", "减一个步长", lambda: self._step(-1, inside=False))
        self.more = icon_button(theme, "plus", "加一个步长", lambda: self._step(1, inside=False))
        self.state = QPushButton()
        self.state.setProperty("quiet", True)
        self.state.clicked.connect(self.show_states)
        self._menu = QMenu(self.state)
        self._menu.aboutToHide.connect(self._come_back)
        self._lock = MarkLabel(theme, LOCKED, "head")
        number = row(self.less, self.value, self.more, self._of, spacing=theme.unit // 2)
        self._number = holding(number)
        self._value_line = holding(Flow(self._number, self._lock, self.state, spacing=theme.unit))
        self._mode = text("", "small", Tone.FAINT, wrap=True)

    def _connect(self) -> None:
        self.levels.chosen.connect(self._choose)
        self.levels.stepped.connect(lambda step, inside: self._step(step, inside=inside))
        self.levels.number_begun.connect(self._begin_number)
        self.levels.cleared.connect(lambda: self.state_chosen.emit(State.UNSCORED))
        self.value.textEdited.connect(self._type_value)
        self.value.stepped.connect(lambda step: self._step(step, inside=False))
        self.value.escaped.connect(self.focus_levels)
        self.value.entered.connect(self._show_mode)
        self.value.left.connect(self._value_left)
        self.value.accepted.connect(self._accept)
        self.remark.accepted.connect(self.accepted)
        self.remark.typed.connect(self.remark_typed)
        self.remark.left.connect(self.left)
        for field_ in (self.value, self.remark):
            field_.undo_wanted.connect(self.undo_wanted)
            field_.redo_wanted.connect(self.redo_wanted)

    # ---- showing

    def load(self, shown: Shown, *, read_only: bool) -> None:
        """Show another indicator, or the same of another candidate."""
        leaf, code = shown.leaf, shown.leaf.code
        self._shown, self._read_only = shown, read_only
        is_open = not (read_only or shown.is_settled)
        self._choices = choices(leaf, shown.category)
        self._code.setText(code)
        self._name.setText(leaf.name)
        self._kind.setText(leaf.kind.value)
        self._about.setText(_about(shown))
        self._about.setVisible(bool(self._about.text()))
        self.levels.set_choices(code, self._choices, leaf.points, settled=not is_open)
        self.levels.setVisible(bool(self._choices))
        self._number.setVisible(is_open)
        self.state.setVisible(is_open)
        self._lock.setVisible(not is_open)
        self._of.setText(f"/ {show_short(leaf.points)}")
        self.value.setAccessibleName(
            f"{code} 分值，满分 {show_short(leaf.points)}，步长 {show_short(leaf.step)}"
        )
        self.value.setToolTip(f"0 至 {show_short(leaf.points)}，步长 {show_short(leaf.step)}（F2）")
        for button, words in ((self.less, "减"), (self.more, "加")):
            button.setAccessibleName(f"{code} 分值{words} {show_short(leaf.step)}")
            button.setToolTip(f"{words} {show_short(leaf.step)} 分")
        self.remark.setAccessibleName(f"{code} {'异议' if shown.is_settled else '理由'}")
        self._reason_label.setText("异议" if shown.is_settled else "理由")
        self.remark.setPlaceholderText("对统一计算的结果有异议的，写在这里" if shown.is_settled else "")
        self.remark.set_settled(read_only)
        self.setAccessibleName(f"{code} {leaf.name}")
        self.refresh(shown, force=True)
        self._show_mode()
        self._fit()

    def refresh(self, shown: Shown, *, force: bool = False) -> None:
        """Show the cell as it is now; what is being typed is left alone unless it is another cell."""
        self._shown = shown
        score = shown.score
        if shown.typed_value is not None:
            if force:
                self.value.setText(shown.typed_value)
        elif force or not self._says(score.points):
            self.value.setText("" if score.points is None else show_short(score.points))
        self.value.setPlaceholderText("" if score.state is State.SCORED else MARKS[score.state].word)
        if shown.typed_remark is None or force:
            self.remark.set_words(score.remark if shown.typed_remark is None else shown.typed_remark)
        self.value_problem.say(shown.value_problem)
        self.remark_problem.say(shown.remark_problem)
        _wrong(self.value, wrong=bool(shown.value_problem))
        _wrong(self.remark, wrong=bool(shown.remark_problem))
        self.levels.set_points(score.points)
        self._show_state(shown)
        self.show_reason(self.remark.toPlainText())
        settled = self._read_only or shown.is_settled
        hint = "" if shown.is_settled else shown.leaf.evidence_hint
        self.evidence.set_evidence(shown.leaf.code, score.evidence, shown.documents, hint, settled=settled)
        self.evidence.setVisible(not shown.is_settled)

    def _says(self, points: Points | None) -> bool:
        """Whether the field says a value already, in whatever digits."""
        try:
            return parse_points(plain_number(self.value.text())) == points
        except EcpanelError:
            return False

    def _show_state(self, shown: Shown) -> None:
        mark = LOCKED if shown.is_settled else MARKS[shown.score.state]
        code, points = shown.leaf.code, shown.score.points
        self.state.setText(f"{mark.word} ▾")
        self._theme.put_icon(self.state, mark.icon, mark.tone)
        self.state.setAccessibleName(f"{code} 状态：{mark.word}")
        self.state.setToolTip("改为未评、不适用或弃权（F4）")
        value = mark.word if points is None else f"{show_short(points)} / {show_short(shown.leaf.points)} 分"
        self._lock.set_mark(mark, value)
        self._lock.setAccessibleName(f"{code} {value}")
        for button, can in (
            (self.less, points is not None and points > 0),
            (self.more, points is not None and points < shown.leaf.points),
        ):
            button.setEnabled(can)

    def show_reason(self, words: str) -> None:
        """Say whether reasons are needed for the cell, why, and how much is missing of them."""
        shown = self._shown
        if shown is None:
            return
        score = shown.score
        lacking = missing_reason(
            shown.leaf, Score(score.indicator, score.state, score.points, words), self._rules
        )
        why = self._why(shown.leaf, score)
        if self._read_only or shown.is_settled:
            hint, tone = "", Tone.FAINT
        elif lacking:
            hint, tone = f"{why}，须写明理由，还差 {lacking} 字", Tone.CAUTION
        elif why:
            hint, tone = f"{why}，理由已写明", Tone.GOOD
        else:
            hint, tone = "可不写", Tone.FAINT
        self._reason_hint.setText(hint)
        set_tone(self._reason_hint, tone)
        self._reason.setVisible(not self._read_only or bool(words))

    def _why(self, leaf: Indicator, score: Score) -> str:
        rules = self._rules
        if score.state in (State.NOT_APPLICABLE, State.ABSTAINED):
            return f"标为{MARKS[score.state].word}"
        if score.points is None or not needs_remark(leaf, score.points, rules):
            return ""
        if 100 * score.points < rules.below_percent * leaf.points:
            return f"低于满分的 {rules.below_percent}%"
        return f"达到满分的 {rules.from_percent}%"

    def _show_mode(self) -> None:
        is_open = self._shown is not None and not (self._read_only or self._shown.is_settled)
        typing = self.value.hasFocus()
        self._mode.setText(BY_NUMBER if typing else BY_LEVELS)
        self._mode.setVisible(is_open and bool(self._choices))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Steppers give way where value and state would not stand in one line; the arrows do the same."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        margins = self.contentsMargins() + self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        steppers = self.less.sizeHint().width() + self.more.sizeHint().width() + self._theme.unit
        rest = (self.value, self._of, self.state)
        wide = steppers + sum(one.sizeHint().width() for one in rest) + 2 * self._theme.unit
        for one in (self.less, self.more):
            one.setVisible(wide <= room)

    # ---- focus

    def default(self) -> QWidget:
        """Where the work on the indicator begins: the levels, or the value for those who type numbers."""
        shown = self._shown
        if shown is None or self._read_only or shown.is_settled:
            return self
        return self.value if self.by_number or not self._choices else self.levels

    def focus_default(self) -> None:
        """Begin to work on the indicator."""
        self.default().setFocus()
        if self.value.hasFocus():
            self.value.selectAll()

    def focus_value(self) -> None:
        """Type a value."""
        if self._number.isHidden():
            return
        self.by_number = self.by_number or bool(self._choices)
        self.value.setFocus()
        self.value.selectAll()

    def focus_levels(self) -> None:
        """Back to the levels."""
        if self._choices and not self._number.isHidden():
            self.by_number = False
            self.levels.setFocus()
            self._show_mode()

    # ---- what people do

    def _choose(self, choice: Choice) -> None:
        self.by_number = False
        shown = self._shown
        if shown is None or choice.start is None:
            return
        if shown.typed_value is not None or not choice.holds(shown.score.points):
            self.points_chosen.emit(choice.start)

    def _begin_number(self, typed: str, joined: bool) -> None:
        if not joined:
            self.number_begun.emit()
        self.by_number = self.by_number or bool(self._choices)
        self.value.setFocus()
        self.value.setText(typed)
        self.value_typed.emit(typed)

    def _type_value(self, typed: str) -> None:
        self.by_number = self.by_number or bool(self._choices)
        self.value_problem.say("")
        _wrong(self.value, wrong=False)
        self.value_typed.emit(typed)

    def _value_left(self) -> None:
        self._show_mode()
        self.left.emit()

    def _step(self, step: int, *, inside: bool) -> None:
        """One step up or down; from nothing there is no step, so that no value is invented."""
        shown = self._shown
        if shown is None or self._read_only or shown.is_settled:
            self.moved.emit(-step)
            return
        self.left.emit()
        points = self._shown.score.points if self._shown is not None else None
        if points is None:
            self._mode.setText("还没有分值：先按数字键选等级，或输入分值，再用方向键加减")
            return
        low, high = 0, shown.leaf.points
        if inside:
            level = next((one for one in self._choices if one.holds(points)), None)
            low, high = (level.lowest, level.highest) if level else (points, points)
        wanted = min(max(points + step * shown.leaf.step, low), high)
        if wanted != points:
            self.points_chosen.emit(wanted)

    def _accept(self, back: bool) -> None:
        """Enter: on, or first to the reason that is needed."""
        self.left.emit()
        shown = self._shown
        if shown is None or (not back and shown.value_problem):
            self.value.selectAll()
            return
        lacking = missing_reason(shown.leaf, shown.score, self._rules)
        if lacking and not back and not self.remark.toPlainText().strip() and not self.remark.hasFocus():
            self.remark.setFocus()
            return
        self.accepted.emit(back)

    def show_states(self) -> None:
        """The states the indicator may be in."""
        shown = self._shown
        if shown is None or self.state.isHidden():
            return
        self._menu.clear()
        for state, words in (
            (State.UNSCORED, "未评（清除分值）"),
            (State.NOT_APPLICABLE, "不适用（须写明理由）"),
            (State.ABSTAINED, "弃权（须写明理由）"),
        ):
            if state is State.NOT_APPLICABLE and not shown.leaf.may_not_apply:
                continue
            mark = MARKS[state]
            act: QAction = self._menu.addAction(self._theme.icon(mark.icon, mark.tone), words)
            act.setEnabled(state is not shown.score.state)
            act.triggered.connect(lambda _=False, state=state: self._take_state(state))
        self._menu.popup(self.state.mapToGlobal(QPoint(0, self.state.height())))

    def _take_state(self, state: State) -> None:
        self.state_chosen.emit(state)
        if state is not State.UNSCORED:
            self.remark.setFocus()

    def _come_back(self) -> None:
        """Not every window system makes the window active again when a menu closes."""
        QTimer.singleShot(0, self, lambda: self.window().activateWindow())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys none of the controls took."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        back = modifiers == Qt.KeyboardModifier.ShiftModifier
        focus = QApplication.focusWidget()
        if key in ENTER and not modifiers and isinstance(focus, QAbstractButton):
            focus.click()
        elif key in ENTER and (back or not modifiers):
            self._accept(back)
        elif modifiers:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_E and not self.evidence.add.isHidden():
            self.evidence.wanted.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


def _about(shown: Shown) -> str:
    """Where a settled value comes from."""
    if shown.is_settled:
        figure = f"，核定数据 {shown.figure}" if shown.figure else ""
        return f"统一计算的客观指标，不由专家评分{figure}"
    return ""


def _wrong(control: QWidget, *, wrong: bool) -> None:
    """The red frame of a field with a problem."""
    if control.property("wrong") is not wrong:
        control.setProperty("wrong", wrong)
        restyle(control)
