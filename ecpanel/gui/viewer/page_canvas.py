"""The pages of a document below one another, each painted as sharp as it is at hand, at the place last left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ecpanel.dossier.page_source import BLANK, Size
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.layout import Fit, Layout, Place, Zoom
from ecpanel.gui.viewer.page_marks import PageMarks
from ecpanel.gui.viewer.page_paint import PAPER, paint_edge, paint_problem, paint_stand_in, paint_tile
from ecpanel.gui.viewer.render_thread import RenderThread
from ecpanel.gui.viewer.rendering import Need, Tile, tiles_in
from ecpanel.texts import error_sentence

_LATE: Final = 40
"""Milliseconds after which a page is shown as it is, though the sharp picture has not come."""


class PageCanvas(QAbstractScrollArea):
    """Where the pages lie and how they get their pictures. Pages are counted from 1. `page_changed` tells
    the page that is read, `zoomed` another scale."""

    page_changed = Signal(int)
    zoomed = Signal()

    def __init__(self, theme: Theme, renderer: RenderThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._renderer = theme, renderer
        self._ticket = 0
        self._sizes: list[Size] = []
        self._place = Place()
        self._layout = Layout((), Zoom(), (1, 1), 1)
        self._marks = PageMarks(theme)
        self._settling = False
        self.is_sharp = False
        """Whether everything in view was painted as sharp as it gets."""
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LATE)
        self._late.timeout.connect(self.viewport().update)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("页面")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        renderer.rendered.connect(self._on_rendered)
        theme.changed.connect(self._settle)

    # --- document ---

    def set_document(
        self, ticket: int, count: int, sizes: Sequence[Size], place: Place | None = None
    ) -> None:
        """Show an open document of `count` pages at a place; sizes not known yet are taken to be alike."""
        self._ticket = ticket
        alike = sizes[-1] if sizes else Size(*BLANK)
        self._sizes = [*sizes, *(alike,) * (count - len(sizes))]
        self._marks.clear()
        self._place = self._within(place or Place(zoom=self._place.zoom))
        self._settle()
        self._tell_page()
        self.zoomed.emit()

    def set_sizes(self, first: int, sizes: Sequence[Size]) -> None:
        """Learn the sizes of pages from one on; the page that is read stays where it is."""
        self._sizes[first - 1 : first - 1 + len(sizes)] = sizes
        self._settle()

    def clear(self) -> None:
        """Show nothing."""
        self._ticket, self._sizes = 0, []
        self._marks.clear()
        self._settle()

    @property
    def count(self) -> int:
        """Number of pages; 0 while nothing is shown."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page that is read."""
        return self._place.page

    @property
    def place(self) -> Place:
        """Where someone reads."""
        return self._place

    def set_place(self, place: Place) -> None:
        """Go to a place, zoom included."""
        if not self.count:
            return
        was, self._place = self._place.zoom, self._within(place)
        if was != place.zoom:
            self._settle()
            self.zoomed.emit()
        else:
            self._put_back()
            self._show()
            self._ask()
        self._tell_page()

    def _within(self, place: Place) -> Place:
        return replace(place, page=min(max(place.page, 1), max(self.count, 1)))

    # --- settling ---

    def _gap(self) -> int:
        return round(1.5 * self._theme.unit)

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _left(self) -> int:
        return self.horizontalScrollBar().value()

    def _settle(self) -> None:
        """Lay the pages out anew and come back to the place; what is read does not move."""
        self._lay_out()
        self._put_back()
        self._show()
        self._ask()

    def _lay_out(self) -> None:
        free = self._place.zoom.fit is Fit.FREE
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if free else policy.ScrollBarAlwaysOff)
        view = self.viewport().size()
        self._layout = Layout(self._sizes, self._place.zoom, (view.width(), view.height()), self._gap())
        self._settling = True
        for bar, whole, part in (
            (self.verticalScrollBar(), self._layout.height, view.height()),
            (self.horizontalScrollBar(), self._layout.width, view.width()),
        ):
            bar.setRange(0, max(0, whole - part))
            bar.setPageStep(part)
            bar.setSingleStep(6 * self._theme.unit)
        self._settling = False

    def _put_back(self) -> None:
        """Put the view onto the place."""
        if self.count:
            left, top = self._layout.position(self._place)
            self._settling = True
            self.horizontalScrollBar().setValue(left)
            self.verticalScrollBar().setValue(top)
            self._settling = False

    def _show(self) -> None:
        """Paint: at once where everything sharp is at hand, so that a turned page does not wait for the
        next round of painting; else in a moment, so that it need not be painted twice."""
        self.is_sharp = False
        if not self.count:
            self.viewport().update()
        elif self._is_at_hand():
            self._late.stop()
            self.viewport().repaint()
        elif not self._late.isActive():
            self._late.start()

    def _is_at_hand(self) -> bool:
        cache, problems, ticket = self._renderer.cache, self._renderer.problems, self._ticket
        return bool(self.count) and all(
            problems.get(ticket, page) is not None or all(cache.has(ticket, one) for one in self._tiles(page))
            for page in self._layout.visible(self._top())
        )

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002
        """Someone scrolled: where he reads is another place now."""
        if self._settling or not self.count:
            return
        page = self._layout.page_read(self._top())
        changed = page != self._place.page
        self._place = self._layout.place(page, self._left(), self._top())
        self._ask()
        self.is_sharp = False
        self.viewport().update()
        if changed:
            self._tell_page()

    def _tell_page(self) -> None:
        self.setAccessibleDescription(f"第{self.page}页，共{self.count}页")
        self.page_changed.emit(self.page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again."""
        super().resizeEvent(event)
        self._lay_out()
        self._put_back()
        self.is_sharp = False  # Qt paints after this by itself
        self._ask()
        self.zoomed.emit()

    # --- pictures ---

    def _scale(self, page: int) -> float:
        """Device pixels to the point."""
        return round(self._layout.scales[page - 1] * self.devicePixelRatioF(), 5)

    def _tiles(self, page: int, more: int = 0) -> list[Tile]:
        """Tiles of a page in view, or with `more` logical pixels around it."""
        box, ratio, view = self._layout.boxes[page - 1], self.devicePixelRatioF(), self.viewport().size()
        left, top = self._left() - box.left, self._top() - box.top - more
        return tiles_in(
            page,
            self._sizes[page - 1],
            self._scale(page),
            int(left * ratio),
            int(top * ratio),
            int((left + view.width()) * ratio) + 1,
            int((top + view.height() + 2 * more) * ratio) + 1,
        )

    def _ask(self) -> None:
        """Say what has to be drawn: what is in view, the page that is read first; then what is near."""
        if not self._ticket or not self.isVisible():
            return
        pages = self._layout.visible(self._top())
        read = self.page if self.page in pages else pages.start
        visible = [
            tile for page in (read, *(one for one in pages if one != read)) for tile in self._tiles(page)
        ]
        near = [page for page in (pages.stop, pages.start - 1, pages.stop + 1) if 1 <= page <= self.count]
        height = self.viewport().height()
        around = [tile for page in (*pages, *near) for tile in self._tiles(page, height)]
        self._renderer.want(self._ticket, Need.VISIBLE, visible)
        self._renderer.want(self._ticket, Need.NEIGHBOUR, [one for one in around if one not in visible])

    def _on_rendered(self, ticket: int, tile: Tile) -> None:
        if ticket == self._ticket and not self.is_sharp and tile.page in self._layout.visible(self._top()):
            self._show()

    def _box(self, page: int) -> QRect:
        """Where a page lies in the view."""
        box = self._layout.boxes[page - 1]
        return QRect(box.left - self._left(), box.top - self._top(), box.width, box.height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is there; nothing is drawn from the document here."""
        painter = QPainter(self.viewport())
        pages = self._layout.visible(self._top())
        around = QRegion(event.rect())
        for page in pages:
            around = around.subtracted(QRegion(self._box(page)))
        painter.setClipRegion(around)
        painter.fillRect(event.rect(), QColor(self._theme.colours.desk))
        painter.setClipping(False)
        sharp = [self._paint_page(painter, page) for page in pages]
        painter.end()
        self.is_sharp = bool(sharp) and all(sharp)

    def _paint_page(self, painter: QPainter, page: int) -> bool:
        """Whether the page is as sharp as it gets."""
        box = self._box(page)
        paint_edge(painter, self._theme, box)
        problem = self._renderer.problems.get(self._ticket, page)
        if problem is not None:
            painter.fillRect(box, PAPER)
            paint_problem(painter, self._theme, box, error_sentence(problem))
        sharp = problem is not None or self._paint_picture(painter, page, box)
        self._marks.paint(painter, page, box, self._layout.scales[page - 1])
        return sharp

    def _paint_picture(self, painter: QPainter, page: int, box: QRect) -> bool:
        cache, ratio, size = self._renderer.cache, self.devicePixelRatioF(), self._sizes[page - 1]
        found = [(tile, cache.get(self._ticket, tile)) for tile in self._tiles(page)]
        sharp = all(image is not None for _, image in found)
        if not sharp:
            painter.fillRect(box, PAPER)
            others = cache.others(self._ticket, page, self._scale(page))
            logical = self._layout.scales[page - 1]
            paint_stand_in(painter, box, size, logical, others, cache, self._ticket)
        for tile, image in found:
            if image is not None:
                paint_tile(painter, box, size, tile, image, ratio)
        return sharp

    def showEvent(self, event: QEvent) -> None:
        """Ask for what was not needed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

    def sizeHint(self) -> QSize:
        """A page at a readable size."""
        return QSize(80 * self._theme.unit, 90 * self._theme.unit)
