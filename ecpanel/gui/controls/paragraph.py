"""Words broken into lines by a painter that draws its own widget."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption


def lines_of(words: str, font: QFont, width: int, *, first: int = 0, most: int = 0) -> list[str]:
    """Words as lines of a width in pixels; the first line is `first` pixels shorter. With more than `most`
    lines the last one ends in dots."""
    layout = QTextLayout(words, font)
    layout.setTextOption(_wrapping())
    found: list[tuple[int, int]] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width - (0 if found else first), 1))
        found.append((line.textStart(), line.textLength()))
    layout.endLayout()
    kept = [words[start : start + length].rstrip() for start, length in found]
    if most and len(kept) > most:
        rest = words[found[most - 1][0] :]
        kept = kept[: most - 1]
        kept.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width))
    return kept or [""]


def draw_lines(painter: QPainter, lines: list[str], left: int, top: int, *, first: int = 0) -> None:
    """Draw lines with the painter's font, the first one moved right by `first` pixels."""
    metrics = painter.fontMetrics()
    for place, line in enumerate(lines):
        x = left + (first if place == 0 else 0)
        painter.drawText(QPointF(x, top + place * metrics.lineSpacing() + metrics.ascent()), line)


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
