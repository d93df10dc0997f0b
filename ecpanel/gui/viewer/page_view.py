"""Reading with keyboard, wheel and hand: scrolling, turning pages, zooming, pins and words that were found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEasingCurve, QEvent, QPoint, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QStyle, QToolTip, QWidget

from ecpanel.dossier.page_source import Hit
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.layout import Fit, Place, Zoom, bounded
from ecpanel.gui.viewer.page_canvas import PageCanvas
from ecpanel.gui.viewer.page_marks import Pin
from ecpanel.gui.viewer.render_thread import RenderThread

STEPS: Final = (25, 33, 50, 67, 75, 90, 100, 110, 125, 150, 175, 200, 250, 300, 400, 600, 800)
"""Percentages that the keys go through."""
_GLIDE: Final = 140
"""Milliseconds of a smooth step."""
_NOTCH: Final = 120
_OVERLAP: Final = 0.9


class PageView(PageCanvas):
    """Pages that people move about in. `pin_clicked` tells the key of a pin."""

    pin_clicked = Signal(str)

    def __init__(self, theme: Theme, renderer: RenderThread, parent: QWidget | None = None) -> None:
        super().__init__(theme, renderer, parent)
        self._dragged_from: QPoint | None = None
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(lambda value: self.verticalScrollBar().setValue(int(value)))
        self.viewport().setMouseTracking(True)

    def _put_back(self) -> None:
        """A scroll under way ends where the view is put."""
        self._glide.stop()
        super()._put_back()

    # --- page and zoom ---

    def go_to(self, page: int) -> None:
        """Put the top of a page at the upper edge."""
        self.set_place(Place(page, zoom=self._place.zoom))

    @property
    def zoom(self) -> Zoom:
        """How the scale is chosen."""
        return self._place.zoom

    @property
    def percent(self) -> int:
        """The scale of the page that is read; 100 is the size on paper."""
        if not self.count:
            return 100
        return round(self._layout.scales[self.page - 1] / self._full_size() * 100)

    def set_zoom(self, zoom: Zoom, about: QPoint | None = None) -> None:
        """Choose another scale; what lies under `about`, or at the upper edge, stays where it is."""
        if not self.count or zoom == self._place.zoom:
            return
        zoom = bounded(zoom)
        at = about or QPoint(self.viewport().width() // 2, 0 if zoom.fit is not Fit.FREE else 3 * self._gap())
        x, y = self._left() + at.x(), self._top() + at.y()
        page = self._layout.page_at(y)
        box = self._layout.boxes[page - 1]
        across, down = (x - box.left) / box.width, (y - box.top) / box.height
        self._place = Place(self._place.page, self._place.offset, self._place.across, zoom)
        self._settle()
        box = self._layout.boxes[page - 1]
        if about is not None or zoom.fit is Fit.FREE:
            self.horizontalScrollBar().setValue(round(box.left + across * box.width - at.x()))
            self.verticalScrollBar().setValue(round(box.top + down * box.height - at.y()))
        self.zoomed.emit()

    def set_percent(self, percent: float, about: QPoint | None = None) -> None:
        """Choose a scale as people say it."""
        self.set_zoom(Zoom(Fit.FREE, round(percent / 100 * self._full_size(), 4)), about)

    def zoom_in(self) -> None:
        """The next larger percentage."""
        self.set_percent(next((one for one in STEPS if one > self.percent), STEPS[-1]))

    def zoom_out(self) -> None:
        """The next smaller percentage."""
        self.set_percent(next((one for one in reversed(STEPS) if one < self.percent), STEPS[0]))

    def _full_size(self) -> float:
        return self.logicalDpiX() / 72

    # --- marks ---

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """Show pins in place of those there were."""
        self._marks.set_pins(pins)
        self.viewport().update()

    def set_hits(self, hits: Sequence[Hit], chosen: Hit | None = None) -> None:
        """Mark what was found; `chosen` is brought into view."""
        if self._marks.set_hits(hits, chosen):
            self._reveal()
        self.viewport().update()

    def _reveal(self) -> None:
        """Bring the chosen hit into view, where it is not, to the upper third."""
        hit = self._marks.chosen
        if hit is None or not hit.rects or hit.page > self.count:
            return
        box, scale = self._layout.boxes[hit.page - 1], self._layout.scales[hit.page - 1]
        rect, view = hit.rects[0], self.viewport().size()
        x, y = round(box.left + rect.left * scale), round(box.top + rect.top * scale)
        margin = 2 * self._gap()
        if not self._top() + margin <= y <= self._top() + view.height() - 2 * margin:
            self._glide.stop()
            self.verticalScrollBar().setValue(y - view.height() // 3)
        if not self._left() + margin <= x <= self._left() + view.width() - 2 * margin:
            self.horizontalScrollBar().setValue(x - view.width() // 3)

    # --- moving ---

    def _step(self, pixels: int) -> None:
        """Scroll smoothly; steps add up while one is under way."""
        bar = self.verticalScrollBar()
        running = self._glide.state() == QVariantAnimation.State.Running
        start = int(self._glide.endValue()) if running else bar.value()
        end = min(max(start + pixels, bar.minimum()), bar.maximum())
        if not self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self):
            bar.setValue(end)
            return
        self._glide.stop()
        self._glide.setStartValue(bar.value())
        self._glide.setEndValue(end)
        self._glide.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and space move within the document, PgUp and PgDn from page to page."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        screen, line = round(self.viewport().height() * _OVERLAP), self.verticalScrollBar().singleStep()
        across = self.horizontalScrollBar()
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        elif key == Qt.Key.Key_Down:
            self._step(line)
        elif key == Qt.Key.Key_Up:
            self._step(-line)
        elif key == Qt.Key.Key_Space:
            self._step(-screen if shift else screen)
        elif key == Qt.Key.Key_PageDown:
            self.turn(1)
        elif key == Qt.Key.Key_PageUp:
            self.turn(-1)
        elif key == Qt.Key.Key_Home:
            self.go_to(1)
        elif key == Qt.Key.Key_End:
            self.go_to(self.count)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and across.maximum() > 0:
            across.setValue(across.value() + (line if key == Qt.Key.Key_Right else -line))
        else:
            event.ignore()

    def turn(self, pages: int) -> None:
        """Go so many pages on, or back."""
        self.go_to(self.page + pages)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom about the pointer."""
        notches = event.angleDelta().y() / _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if notches:
                self.set_percent(self.percent * 1.1**notches, event.position().toPoint())
            event.accept()
        elif not event.pixelDelta().isNull() or not notches:
            super().wheelEvent(event)
        else:
            self._step(round(-notches * 2.5 * self.verticalScrollBar().singleStep()))
            event.accept()

    # --- pointer ---

    def _pin_at(self, point: QPoint) -> Pin | None:
        return self._marks.pin_at(point, self._layout.visible(self._top()), self._box)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A pin is clicked, or the page is taken by the hand."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        pin = self._pin_at(event.position().toPoint())
        if pin is not None:
            self.pin_clicked.emit(pin.key)
            return
        self._glide.stop()
        self._dragged_from = event.position().toPoint()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the page along, or light up a pin."""
        point = event.position().toPoint()
        if self._dragged_from is not None:
            moved, self._dragged_from = point - self._dragged_from, point
            self.horizontalScrollBar().setValue(self._left() - moved.x())
            self.verticalScrollBar().setValue(self._top() - moved.y())
            return
        pin = self._pin_at(point)
        hot = pin.key if pin is not None else ""
        if hot != self._marks.hot:
            self._marks.hot = hot
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor
            )
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the page go."""
        if event.button() == Qt.MouseButton.LeftButton and self._dragged_from is not None:
            self._dragged_from = None
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def viewportEvent(self, event: QEvent) -> bool:
        """A pin says where it stands."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            pin = self._pin_at(event.pos())
            words = f"{pin.label}（第{pin.page}页）" if pin is not None else ""
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)
