"""Lines of text, hairlines and buttons in the few sizes and tones the window has."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.theme import Theme


def text(words: str, scale: str = "", tone: Tone = Tone.PLAIN, *, wrap: bool = False) -> QLabel:
    """A line of text; `scale` is "", small, head, title or verdict."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if scale:
        label.setProperty("scale", scale)
    label.setProperty("tone", tone.value)
    label.setWordWrap(wrap)  # after the policy, to which it adds that the height follows the width
    return label


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Change the tone of a label or banner."""
    if widget.property("tone") != tone.value:
        widget.setProperty("tone", tone.value)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Let a changed property of a widget show."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def rule() -> QFrame:
    """A hairline across."""
    line = QFrame()
    line.setObjectName("rule")
    return line


def pillar() -> QFrame:
    """A hairline down."""
    line = QFrame()
    line.setObjectName("pillar")
    return line


def button(
    theme: Theme,
    words: str,
    clicked: Callable[[], object] | None = None,
    *,
    icon: str = "",
    shortcut: str = "",
    hint: str = "",
    primary: bool = False,
    quiet: bool = False,
) -> QPushButton:
    """A button; its shortcut stands in its tooltip and on the sheet of keys."""
    made = QPushButton(words)
    made.setProperty("primary", primary)
    made.setProperty("quiet", quiet)
    made.setAutoDefault(primary)
    if icon:
        theme.put_icon(made, icon, Tone.ACCENT if quiet else Tone.PLAIN)
    _equip(made, words, shortcut, hint)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def icon_button(
    theme: Theme,
    icon: str,
    words: str,
    clicked: Callable[[], object] | None = None,
    *,
    shortcut: str = "",
    checkable: bool = False,
) -> QToolButton:
    """A button that is only an icon; `words` are its accessible name and tooltip."""
    made = QToolButton()
    theme.put_icon(made, icon)
    made.setCheckable(checkable)
    made.setAccessibleName(words)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _equip(made, words, shortcut, "")
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def _equip(made: QAbstractButton, words: str, shortcut: str, hint: str) -> None:
    tip = hint or words
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
        tip += f"（{spoken_keys(shortcut)}）"
    if tip != words or not made.text():
        made.setToolTip(tip)


def relabel(made: QAbstractButton, words: str) -> None:
    """Other words on a button; Qt would take its shortcut away with the old ones."""
    keys = made.shortcut()
    made.setText(words)
    made.setShortcut(keys)


def spoken_keys(shortcut: str) -> str:
    """A shortcut as the sheet of keys writes it."""
    names = {
        "Return": "回车",
        "Space": "空格",
        "Esc": "Esc",
        "Del": "Delete",
        "PgUp": "PgUp",
        "PgDown": "PgDn",
    }
    return " + ".join(names.get(part, part) for part in shortcut.replace("++", "+加号").split("+")).replace(
        "加号", "+"
    )


class MarkLabel(QWidget):
    """A state: icon and word in its tone."""

    def __init__(self, theme: Theme, mark: Mark, scale: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._picture, self._word = QLabel(), text("", scale)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.unit // 2)
        row.addWidget(self._picture)
        row.addWidget(self._word)
        self.set_mark(mark)

    def set_mark(self, mark: Mark, word: str = "") -> None:
        """Show another state, or the same with other words."""
        self._theme.put_icon(self._picture, mark.icon, mark.tone)
        self._word.setText(word or mark.word)
        self.setAccessibleName(word or mark.word)
        set_tone(self._word, mark.tone)


def picture(theme: Theme, icon: str, tone: Tone = Tone.PLAIN, times: float = 1.0) -> QLabel:
    """An icon that stands alone, `times` as large as beside text."""
    label = QLabel()
    theme.put_icon(label, icon, tone, times)
    return label
