"""Controls beside one another that go on in the next line where the room ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class Flow(QLayout):
    """Lays parts out like words of a text, each line centred on its tallest part."""

    def __init__(self, *parts: QWidget, spacing: int = 0, margin: int = 0) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(margin, margin, margin, margin)
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        """Take a part."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """A part by its place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Let go of a part."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high it is at a width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        """Put the parts into their lines."""
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        gaps = self.spacing() * max(len(sizes) - 1, 0)
        return self._framed(
            QSize(sum(one.width() for one in sizes) + gaps, max((one.height() for one in sizes), default=0))
        )

    def minimumSize(self) -> QSize:
        """The widest part alone in its line."""
        sizes = [item.minimumSize() for item in self._shown()]
        return self._framed(
            QSize(
                max((one.width() for one in sizes), default=0),
                max((one.height() for one in sizes), default=0),
            )
        )

    def _framed(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, area: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        inner = area.marginsRemoved(margins)
        line: list[tuple[QLayoutItem, QSize]] = []
        across, top = 0, inner.top()
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(inner.width(), 1), 1 << 20))
            if line and across + size.width() > inner.width():
                top += self._lay(line, inner, top, move=move) + self.spacing()
                line, across = [], 0
            line.append((item, size))
            across += size.width() + self.spacing()
        if line:
            top += self._lay(line, inner, top, move=move)
        return top - inner.top() + margins.top() + margins.bottom()

    def _lay(self, line: list[tuple[QLayoutItem, QSize]], inner: QRect, top: int, *, move: bool) -> int:
        high = max(size.height() for _, size in line)
        spare = inner.width() - sum(size.width() for _, size in line) - self.spacing() * (len(line) - 1)
        greedy = [item for item, _ in line if _wants_room(item)]
        left = inner.left()
        for item, size in line:
            wide = size.width() + (spare // len(greedy) if item in greedy else 0)
            if move:
                at = QPoint(left, top + (high - size.height()) // 2)
                item.setGeometry(QRect(at, QSize(wide, size.height())))
            left += wide + self.spacing()
        return high


def _wants_room(item: QLayoutItem) -> bool:
    widget = item.widget()
    return widget is not None and widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
