"""Inline messages: a sentence with its weight beside the work, instead of a dialog in front of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.text import button, icon_button, picture, set_tone, text
from ecpanel.gui.marks import DONE, ERROR, NOTE, Mark, Tone
from ecpanel.gui.models.problem_marks import SEVERITY_MARKS as SEVERITY_MARKS
from ecpanel.gui.models.problem_marks import mark_of as mark_of
from ecpanel.gui.theme import Theme
from ecpanel.texts import error_sentence


class Banner(QFrame):
    """One message that can be put away; hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._theme = theme
        self._picture = picture(theme, "info")
        self._words = text("", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._act: Callable[[], object] | None = None
        self._button: QPushButton = button(theme, "", self._acted, quiet=True)
        self._away = icon_button(theme, "x", "收起提示", self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.unit, theme.unit // 2, theme.unit // 2, theme.unit // 2)
        row.setSpacing(theme.unit)
        row.addWidget(self._picture)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        row.addWidget(self._away, 0, Qt.AlignmentFlag.AlignTop)
        self.clear()

    @property
    def words(self) -> str:
        """What it says; empty when hidden."""
        return self._words.text() if not self.isHidden() else ""

    def say(
        self, sentence: str, mark: Mark = NOTE, act: str = "", acted: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence, optionally with one thing to do about it."""
        self._theme.put_icon(self._picture, mark.icon, mark.tone)
        self._words.setText(sentence)
        self.setAccessibleName(f"{mark.word}：{sentence}")
        self._button.setText(act)
        self._button.setVisible(bool(act))
        self._act = acted
        set_tone(self, mark.tone if mark.tone in (Tone.GOOD, Tone.CAUTION, Tone.BAD) else Tone.ACCENT)
        self.show()

    def say_error(self, fault: EcpanelError) -> None:
        """Show the one sentence of an error."""
        self.say(error_sentence(fault), ERROR)

    def say_done(self, sentence: str) -> None:
        """Show that something is done."""
        self.say(sentence, DONE)

    def clear(self) -> None:
        """Say nothing."""
        self._words.setText("")
        self._button.hide()
        self.hide()

    def _acted(self) -> None:
        if self._act is not None:
            self._act()


class FieldProblem(QLabel):
    """The sentence under a field that is not right; takes no room while all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("scale", "small")
        self.setProperty("tone", Tone.BAD.value)
        self.setWordWrap(True)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(sentence)
        self.setVisible(bool(sentence))
