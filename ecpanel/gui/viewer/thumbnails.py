"""The strip of small pages: drawn only where it shows, a click goes to the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from ecpanel.dossier.page_source import Size
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.page_paint import PAPER
from ecpanel.gui.viewer.render_thread import RenderThread
from ecpanel.gui.viewer.rendering import Need, Tile

_WIDTH: Final = 96
"""Logical pixels of the widest thumbnail, at any text size."""
_TALLEST: Final = 1.6
"""A thumbnail is at most so many times as high as wide."""
_AHEAD: Final = 4

Index = QModelIndex | QPersistentModelIndex


class PageList(QAbstractListModel):
    """The pages of a document by number; how they look is the delegate's affair."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[Size] = []
        self.pinned: frozenset[int] = frozenset()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row per page."""
        return 0 if parent.isValid() else len(self.sizes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The number of the page, and its name for those who listen."""
        page = index.row() + 1
        if role == Qt.ItemDataRole.DisplayRole:
            return str(page)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"第{page}页" + ("，有证据标记" if page in self.pinned else "")
        return None

    def set_sizes(self, sizes: Sequence[Size]) -> None:
        """Take another document."""
        self.beginResetModel()
        self.sizes, self.pinned = list(sizes), frozenset()
        self.endResetModel()

    def change_sizes(self, first: int, sizes: Sequence[Size]) -> None:
        """Learn sizes of pages from one on."""
        self.sizes[first - 1 : first - 1 + len(sizes)] = sizes
        self.dataChanged.emit(self.index(first - 1), self.index(first - 2 + len(sizes)))

    def set_pinned(self, pages: Collection[int]) -> None:
        """Say which pages carry pins."""
        self.pinned = frozenset(pages)
        if self.sizes:
            self.dataChanged.emit(self.index(0), self.index(len(self.sizes) - 1))


class Thumbnails(QListView):
    """A narrow column of small pages. `page_wanted` tells which one was chosen."""

    page_wanted = Signal(int)

    def __init__(self, theme: Theme, renderer: RenderThread) -> None:
        super().__init__()
        self._theme, self._renderer = theme, renderer
        self._ticket = 0
        self._list = PageList()
        self.setModel(self._list)
        self.setItemDelegate(_ThumbnailDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("缩略图")
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.clicked.connect(lambda index: self.page_wanted.emit(index.row() + 1))
        self.activated.connect(lambda index: self.page_wanted.emit(index.row() + 1))
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._ask_soon())
        renderer.rendered.connect(self._on_rendered)
        theme.changed.connect(self._fit)
        self._fit()

    def set_document(self, ticket: int, sizes: Sequence[Size]) -> None:
        """Show the pages of an open document; 0 and nothing shows none."""
        self._ticket = ticket
        self._list.set_sizes(sizes)
        self._ask_soon()

    def set_sizes(self, first: int, sizes: Sequence[Size]) -> None:
        """Learn sizes of pages from one on."""
        self._list.change_sizes(first, sizes)
        self.scheduleDelayedItemsLayout()
        self._ask_soon()

    def set_pinned(self, pages: Collection[int]) -> None:
        """Mark pages that carry pins."""
        self._list.set_pinned(pages)

    def show_page(self, page: int) -> None:
        """Mark the page that is read and keep it in sight."""
        index = self._list.index(page - 1)
        self.setCurrentIndex(index)
        if self.isVisible():
            self.scrollTo(index)

    # --- pictures ---

    def paper(self, page: int) -> QSize:
        """Size of a small page in logical pixels."""
        size = self._list.sizes[page - 1]
        width = _WIDTH
        high = width * size.height / size.width
        if high > _TALLEST * width:
            return QSize(max(1, round(_TALLEST * width * size.width / size.height)), round(_TALLEST * width))
        return QSize(width, max(1, round(high)))

    def tile(self, page: int) -> Tile:
        """The picture of a small page."""
        ratio, size = self.devicePixelRatioF(), self._list.sizes[page - 1]
        return Tile(page, round(self.paper(page).width() / size.width * ratio, 5))

    def _fit(self) -> None:
        self.setFixedWidth(_WIDTH + round(4.5 * self._theme.unit))
        self.scheduleDelayedItemsLayout()
        self._ask_soon()

    def _ask_soon(self) -> None:
        self._asking.start(0)

    def _ask(self) -> None:
        """Ask for the small pages in sight and a few beyond."""
        if not self._ticket or not self.isVisible() or not self._list.sizes:
            return
        row = max(0, self.indexAt(self.viewport().rect().topLeft()).row())
        room = self.viewport().height() + _AHEAD * self.height_of(1)
        tiles = []
        while row < len(self._list.sizes) and room > 0:
            tiles.append(self.tile(row + 1))
            room -= self.height_of(row + 1)
            row += 1
        self._renderer.want(self._ticket, Need.THUMBNAIL, tiles)

    def _on_rendered(self, ticket: int, tile: Tile) -> None:
        if ticket == self._ticket and self.isVisible() and tile == self.tile(tile.page):
            self.update(self._list.index(tile.page - 1))

    def paint_page(self, painter: QPainter, page: int, area: QRect, *, current: bool) -> None:
        """One small page with its number below."""
        theme, unit = self._theme, self._theme.unit
        size = self.paper(page)
        box = QRect(area.center().x() - size.width() // 2, area.top() + unit, size.width(), size.height())
        painter.fillRect(box, PAPER)
        image = self._renderer.cache.get(self._ticket, self.tile(page))
        if image is not None:
            painter.drawImage(QRectF(box), image)
        edge = QColor(theme.colours.accent if current else theme.colours.line)
        painter.setPen(QPen(edge, 2 if current else 1))
        painter.drawRect(box.adjusted(-1, -1, 0, 0) if not current else box.adjusted(-2, -2, 1, 1))
        painter.setFont(theme.font(0.82, bold=current))
        painter.setPen(theme.colour(Tone.ACCENT if current else Tone.FAINT))
        line = QRect(area.left(), box.bottom() + unit // 2, area.width(), painter.fontMetrics().height())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, str(page))
        if page in self._list.pinned:
            mark = QRectF(box.right() - 1.5 * unit, box.top() - 1, unit, 1.4 * unit)
            painter.fillRect(mark, QColor(theme.colours.accent))

    def height_of(self, page: int) -> int:
        """Height of a row in logical pixels."""
        unit = self._theme.unit
        return self.paper(page).height() + 2 * unit + self.fontMetrics().height()

    def showEvent(self, event: QEvent) -> None:
        """Ask for what was not needed while folded away."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self._ask_soon()

    def resizeEvent(self, event: QEvent) -> None:
        """More may be in sight."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._ask_soon()


class _ThumbnailDelegate(QStyledItemDelegate):
    """Paints small pages."""

    def __init__(self, strip: Thumbnails) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """As high as the page needs."""
        return QSize(self._strip.viewport().width(), self._strip.height_of(index.row() + 1))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The page, framed when it is the one that is read."""
        painter.save()
        strip = self._strip
        current = index.row() == strip.currentIndex().row()
        area: QRect = option.rect
        strip.paint_page(painter, index.row() + 1, area, current=current)
        painter.restore()
