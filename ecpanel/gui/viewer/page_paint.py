"""How a page looks on the desk: paper with a hairline shadow, what was found on it, and pins at its edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QTextOption

from ecpanel.dossier.page_source import Rect, Size
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme, drawn
from ecpanel.gui.viewer.rendering import PageCache, Tile, clip_of

PAPER: Final = QColor(Qt.GlobalColor.white)
_PIN_TEXT: Final = 0.86


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark at the edge of a page, counted from 1: what it says and what it stands for."""

    page: int
    label: str
    key: str


def paint_edge(painter: QPainter, theme: Theme, box: QRect) -> None:
    """A hairline around a sheet and the least of a shadow beside and below it."""
    painter.setPen(QColor(theme.colours.line))
    painter.drawRect(box.adjusted(-1, -1, 0, 0))
    shadow = QColor(theme.colours.strong_line)
    for step, strength in ((1, 96), (2, 48), (3, 18)):
        shadow.setAlpha(strength)
        painter.fillRect(QRect(box.left() + step, box.bottom() + step, box.width() - 1, 1), shadow)
        painter.fillRect(QRect(box.right() + step, box.top() + step, 1, box.height() - 1), shadow)


def paint_tile(painter: QPainter, box: QRect, size: Size, tile: Tile, image: QImage, ratio: float) -> None:
    """A sharp tile at its place on the page, pixel for pixel."""
    clip = clip_of(tile, size)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(box.left() + clip.left / ratio, box.top() + clip.top / ratio), image)


def paint_stand_in(
    painter: QPainter,
    box: QRect,
    size: Size,
    scale: float,
    tiles: Sequence[Tile],
    cache: PageCache,
    ticket: int,
) -> None:
    """The page from pictures at other scales, stretched, until the sharp one comes: the nearest that shows
    the whole page, and above it the tiles of the nearest scale."""
    whole = [one for one in tiles if clip_of(one, size)[:2] == (0, 0) and _is_whole(one, size)]
    near = tiles[-1].scale if tiles else 0
    chosen = [*whole[-1:], *(one for one in tiles if one.scale == near and not _is_whole(one, size))]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for tile in chosen:
        image = cache.get(ticket, tile)
        if image is None:
            continue
        clip, by = clip_of(tile, size), scale / tile.scale
        target = QRectF(
            box.left() + clip.left * by, box.top() + clip.top * by, clip.width * by, clip.height * by
        )
        image.setDevicePixelRatio(1)
        painter.drawImage(QRectF(box) if _is_whole(tile, size) else target, image)
    painter.restore()


def _is_whole(tile: Tile, size: Size) -> bool:
    clip = clip_of(tile, size)
    return clip.width >= round(size.width * tile.scale) and clip.height >= round(size.height * tile.scale)


def paint_hits(
    painter: QPainter, theme: Theme, box: QRect, scale: float, rects: Sequence[Rect], *, chosen: bool
) -> None:
    """Words that were found, as with a marker pen; the chosen ones are framed."""
    ink = theme.colour(Tone.ACCENT)
    wash = QColor(ink) if chosen else QColor.fromHsv(theme.colour(Tone.CAUTION).hue(), 220, 250)
    wash.setAlpha(72 if chosen else 100)
    painter.save()
    for one in rects:
        part = QRectF(
            box.left() + one.left * scale, box.top() + one.top * scale, one.width * scale, one.height * scale
        ).adjusted(-1.5, -1.5, 1.5, 1.5)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillRect(part, wash)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        if chosen:
            painter.setPen(QPen(QColor(ink), 1.5))
            painter.drawRect(part)
    painter.restore()


def pin_boxes(theme: Theme, box: QRect, pins: Sequence[Pin]) -> list[QRect]:
    """Where the pins of a page hang: at its upper edge from the right, a little beyond it, so that they lie
    on the margin and not on the text; more than fit in a row hang below one another."""
    metrics, unit = QFontMetrics(theme.font(_PIN_TEXT)), theme.unit
    widths = [metrics.horizontalAdvance(pin.label) + round(1.5 * unit) for pin in pins]
    height, gap, room = metrics.height() + unit // 4, unit // 2, box.width() - 3 * unit
    rows: list[list[int]] = []
    for width in widths:
        if not rows or sum(rows[-1]) + len(rows[-1]) * gap + width > room:
            rows.append([])
        rows[-1].append(width)
    boxes = []
    for number, row in enumerate(rows):
        left = box.right() + 1 - 2 * unit - sum(row) - (len(row) - 1) * gap
        for width in row:
            boxes.append(QRect(left, box.top() - unit // 2 + number * (height + gap), width, height))
            left += width + gap
    return boxes


def paint_pins(
    painter: QPainter, theme: Theme, boxes: Sequence[QRect], pins: Sequence[Pin], hot: str
) -> None:
    """Pins as small tabs; the one under the pointer is filled."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font(_PIN_TEXT))
    colours = theme.colours
    for box, pin in zip(boxes, pins, strict=True):
        filled = pin.key == hot
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.unit / 2, theme.unit / 2)
        painter.fillPath(shape, QColor(colours.accent if filled else colours.accent_soft))
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.drawPath(shape)
        painter.setPen(QColor(colours.on_accent if filled else colours.accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, pin.label)
    painter.restore()


def paint_problem(painter: QPainter, theme: Theme, box: QRect, sentence: str) -> None:
    """Why a page is empty, in the upper half of it."""
    side = round(2.2 * theme.icon_pixels())
    inner = box.adjusted(3 * theme.unit, 0, -3 * theme.unit, 0)
    if inner.width() < 4 * theme.unit:
        return
    top = box.top() + max(theme.unit, min(box.height() // 3, 30 * theme.unit) - side)
    ink = QColor(theme.colours.bad) if not theme.dark else QColor(Qt.GlobalColor.darkRed)
    painter.drawPixmap(box.center().x() - side // 2, top, drawn("triangle-alert", ink.name(), side))
    painter.save()
    painter.setPen(QColor(Qt.GlobalColor.black))
    painter.setFont(theme.font())
    option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    painter.drawText(
        QRectF(inner.left(), top + side + theme.unit, inner.width(), box.bottom() - top - side),
        sentence,
        option,
    )
    painter.restore()
