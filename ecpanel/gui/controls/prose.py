"""Longer words to be read, selected and copied: heads, lines and spans in the tones of the theme."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from PySide6.QtWidgets import QFrame, QTextBrowser

from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

Words = Callable[["Ink"], Iterable[str]]
"""Makes the lines; called anew when the theme changes."""


class Ink:
    """Makes pieces of words from plain text; everything from outside passes through here."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def span(self, words: str, tone: Tone = Tone.PLAIN, *, small: bool = False, bold: bool = False) -> str:
        """A few words in a tone."""
        style = f"color:{self._theme.colour(tone).name()};"
        if small:
            style += f"font-size:{self._theme.size * 0.88:.1f}pt;"
        if bold:
            style += "font-weight:bold;"
        return f'<span style="{style}">{escape(words)}</span>'

    def struck(self, words: str) -> str:
        """A value that no longer holds."""
        colour = self._theme.colour(Tone.FAINT).name()
        return f'<span style="text-decoration:line-through;color:{colour};">{escape(words)}</span>'

    def head(self, words: str) -> str:
        """A heading."""
        above = self._theme.unit
        style = f"margin-top:{above}px;margin-bottom:{above // 3}px;font-weight:bold;"
        return f'<p style="{style}">{self.span(words)}</p>'

    def line(self, *spans: str, indent: int = 0, above: float = 0.25) -> str:
        """A paragraph of spans; `above` is the room over it in steps of the layout."""
        unit = self._theme.unit
        style = f"margin-top:{round(above * unit)}px;margin-bottom:0;margin-left:{indent * unit}px;"
        return f'<p style="{style}">{"".join(spans)}</p>'

    def beside(self, left: str, right: str, above: float = 0.25) -> str:
        """Words at the left and a figure at the right of one line."""
        room = round(above * self._theme.unit)
        return (
            f'<table width="100%" cellspacing="0" cellpadding="0" style="margin-top:{room}px;"><tr>'
            f'<td>{left}</td><td align="right" style="white-space:pre;">{right}</td></tr></table>'
        )


class Prose(QTextBrowser):
    """Shows what `words` makes; plain where people may select and copy."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._words: Words = _nothing
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setProperty("prose", True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(2 * theme.unit)
        theme.changed.connect(self._draw)

    def set_words(self, words: Words) -> None:
        """Show other words, from their beginning."""
        self._words = words
        self._draw()
        self.verticalScrollBar().setValue(0)

    def _draw(self) -> None:
        self.document().setDefaultFont(self._theme.font())
        self.document().setDocumentMargin(2 * self._theme.unit)
        self.setHtml("".join(self._words(Ink(self._theme))))


def _nothing(ink: Ink) -> Iterable[str]:  # noqa: ARG001
    return ()
