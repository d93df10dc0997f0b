"""A document to read: pages with tools, search and thumbnails, or one sentence why there is nothing to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from ecpanel.domain.errors import EcpanelError
from ecpanel.dossier.page_source import Size
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, holding, row
from ecpanel.gui.controls.text import pillar
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import ERROR
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.found_hits import FoundHits
from ecpanel.gui.viewer.layout import Fit, Place, Zoom
from ecpanel.gui.viewer.page_paint import Pin
from ecpanel.gui.viewer.page_view import PageView
from ecpanel.gui.viewer.render_thread import Opener, RenderThread, shared_renderer
from ecpanel.gui.viewer.rendering import Finding, Opened, Tile
from ecpanel.gui.viewer.search_row import SearchRow
from ecpanel.gui.viewer.thumbnails import Thumbnails
from ecpanel.gui.viewer.tool_row import ToolRow
from ecpanel.texts import error_sentence

__all__ = ["DocumentView", "Pin", "Place"]

_QUICK: Final = 250
"""Milliseconds an opening may take before the view says so; shorter ones would only flicker."""
_FOR_GOOD: Final = ("page_not_shown", "pages_locked", "pages_damaged")
"""What opening once more does not cure."""
_EMPTY: Final = ("还没有打开文件", "从列表中选一份申报材料，它的页面就显示在这里。")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was asked for, so that it can be opened again."""

    key: str
    opener: Opener
    media: str
    name: str


class DocumentView(QWidget):
    """Shows one document at a time; pages are counted from 1.

    `page_changed` tells the page that is read, `pin_requested` that it is to be evidence (only with
    `pinning`), `pin_clicked` the key of a pin. The place in every document is remembered by its key.
    """

    page_changed = Signal(int)
    pin_requested = Signal(int)
    pin_clicked = Signal(str)
    document_shown = Signal(str)

    def __init__(
        self,
        theme: Theme,
        renderer: RenderThread | None = None,
        *,
        pinning: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._renderer = renderer = renderer or shared_renderer()
        self._pinning = pinning
        self._shown: _Shown | None = None
        self._ticket = 0
        self._held: list[int] = []
        """The ticket once more, for whoever takes this view apart."""
        self._places: dict[str, Place] = {}
        self._pins: tuple[Pin, ...] = ()
        self._found = FoundHits()
        self.pages = PageView(theme, renderer)
        self.thumbnails = Thumbnails(theme, renderer)
        self.tools = ToolRow(theme, pinning=pinning)
        self.search = SearchRow(theme)
        self._empty = EmptyState(theme, "file-text", *_EMPTY)
        self._opening = EmptyState(theme, "clock", "正在打开…", "")
        self._refused = EmptyState(theme, "circle-alert", "这份文件不能显示", "", "重新打开", self.reload)
        self._banner = Banner(theme)
        self._stack = QStackedWidget()
        self._reading = self._lay_out_reading()
        for one in (self._empty, self._opening, self._refused, self._reading):
            self._stack.addWidget(one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.search)
        layout.addWidget(self._banner)
        layout.addWidget(self._stack, 1)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_QUICK)
        self._slow.timeout.connect(lambda: self._stack.setCurrentWidget(self._opening))
        self.setFocusProxy(self.pages)
        self._connect_parts()
        self._add_keys()
        held = self._held
        self.destroyed.connect(lambda *_: _let_go(renderer, held))

    def _lay_out_reading(self) -> QWidget:
        self._strip = holding(row(self.thumbnails, pillar()))
        self._strip.hide()
        return holding(row(self._strip, self.pages))

    def _connect_parts(self) -> None:
        renderer, tools, pages = self._renderer, self.tools, self.pages
        renderer.opened.connect(self._on_opened)
        renderer.refused.connect(self._on_refused)
        renderer.sized.connect(self._on_sized)
        renderer.found.connect(self._on_found)
        renderer.rendered.connect(self._on_rendered)
        pages.page_changed.connect(self._on_page)
        pages.zoomed.connect(self._show_scale)
        pages.pin_clicked.connect(self.pin_clicked)
        self.thumbnails.page_wanted.connect(self.go_to)
        tools.thumbnails_wanted.connect(self._strip.setVisible)
        tools.turn_wanted.connect(pages.turn)
        tools.page_wanted.connect(self._jump)
        tools.page_left.connect(pages.setFocus)
        tools.fit_wanted.connect(self._fit)
        tools.larger_wanted.connect(pages.zoom_in)
        tools.smaller_wanted.connect(pages.zoom_out)
        tools.percent_wanted.connect(pages.set_percent)
        tools.search_wanted.connect(self.open_search)
        tools.pin_wanted.connect(self._request_pin)
        self.search.query_changed.connect(self._look_for)
        self.search.next_wanted.connect(self._next_hit)
        self.search.closed.connect(pages.setFocus)

    def _add_keys(self) -> None:
        pages = self.pages
        add_key(self, "Ctrl+F", "在文件中查找", self.open_search)
        add_key(self, "Ctrl+G", "跳到某页", self._type_page)
        add_key(self, "F4", "缩略图", self.tools.strip.toggle)
        add_key(self, "Ctrl+0", "适合宽度", lambda: self._fit(Fit.WIDTH))
        add_key(self, "Ctrl+9", "整页", lambda: self._fit(Fit.PAGE))
        add_key(self, "Ctrl+-", "缩小页面", pages.zoom_out)
        larger = add_key(self, "Ctrl++", "放大页面", pages.zoom_in)
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        add_key(self, "F5", "重新打开文件", self.reload)
        if self._pinning:
            add_key(pages, "E", "把本页作为证据", self._request_pin)

    # --- what the desks call ---

    @property
    def key(self) -> str:
        """The document that is shown or being opened; "" for none."""
        return self._shown.key if self._shown is not None else ""

    def page(self) -> int:
        """The page that is read; 0 while there is none."""
        return self.pages.page if self.pages.count else 0

    def count(self) -> int:
        """Number of pages; 0 while there is none."""
        return self.pages.count

    def show_document(self, key: str, opener: Opener, media: str, name: str) -> None:
        """Open a document and show it where it was left; `opener` is called on the render thread. Asking
        for the one that is shown changes nothing."""
        if self._shown is None or self._shown.key != key:
            self._open(_Shown(key, opener, media, name))

    def reload(self) -> None:
        """Open the same document anew, as after a stick was plugged in again."""
        if self._shown is not None:
            self._open(self._shown)

    def clear(self) -> None:
        """Show nothing; the place is remembered."""
        self._let_go()
        self._shown = None
        self._slow.stop()
        self._stack.setCurrentWidget(self._empty)

    def place(self) -> Place | None:
        """Where someone reads in the document that is shown."""
        return self.pages.place if self.pages.count else None

    def restore_place(self, place: Place, key: str = "") -> None:
        """Go to a place, or have it ready for when the document with this key is shown."""
        if key and key != self.key:
            self._places[key] = place
        elif self.pages.count:
            self.pages.set_place(place)
        elif self._shown is not None:
            self._places[self._shown.key] = place

    def go_to(self, page: int) -> None:
        """Show a page from its top; while the document is being opened, as soon as it is."""
        if self.pages.count:
            self.pages.go_to(page)
        elif self._shown is not None:
            self._places[self._shown.key] = Place(page, zoom=self._zoom_of(self._shown.key))

    def set_pins(self, pins: Sequence[Pin]) -> None:
        """Mark pages of the document that is shown; another document begins without marks."""
        self._pins = tuple(pins)
        self._show_pins()

    def open_search(self) -> None:
        """Unfold the search and put the cursor into it."""
        if self.pages.count:
            self.search.open_row()

    # --- opening ---

    def _open(self, shown: _Shown) -> None:
        self._let_go()
        if self._shown is None or self._shown.key != shown.key:
            self._pins = ()
        self._shown = shown
        self._opening.set_words("正在打开…", shown.name)
        self._slow.start()
        self._ticket = self._renderer.open(shown.opener, shown.media, shown.name)
        self._held[:] = [self._ticket]

    def _let_go(self) -> None:
        """Remember the place and close the document."""
        if self._shown is not None and self.pages.count:
            self._places[self._shown.key] = self.pages.place
        ticket, self._ticket = self._ticket, 0
        self._banner.clear()
        self.search.forget()
        self._found = FoundHits()
        self.pages.clear()
        self.thumbnails.set_document(0, ())
        self.tools.set_page(0, 0)
        if ticket:
            self._renderer.close_document(ticket)

    def _zoom_of(self, key: str) -> Zoom:
        return self._places[key].zoom if key in self._places else self.pages.zoom

    def _on_opened(self, ticket: int, opened: Opened) -> None:
        if ticket != self._ticket or self._shown is None:
            return
        self._slow.stop()
        self._stack.setCurrentWidget(self._reading)
        key = self._shown.key
        alike = (opened.sizes[-1],) * (opened.count - len(opened.sizes))
        self.thumbnails.set_document(ticket, (*opened.sizes, *alike))
        self.pages.set_document(ticket, opened.count, opened.sizes, self._places.get(key))
        self._show_pins()
        self.search.resume()
        self.document_shown.emit(key)

    def _on_refused(self, ticket: int, fault: EcpanelError) -> None:
        if ticket == self._ticket:
            self._slow.stop()
            self._refused.set_words("这份文件不能显示", error_sentence(fault))
            self._refused.button.setVisible(fault.code not in _FOR_GOOD)
            self._stack.setCurrentWidget(self._refused)

    def _on_sized(self, ticket: int, first: int, sizes: Sequence[Size]) -> None:
        if ticket == self._ticket:
            self.pages.set_sizes(first, sizes)
            self.thumbnails.set_sizes(first, sizes)

    def _on_rendered(self, ticket: int, tile: Tile) -> None:
        """A page that could not be read, unlike one that is broken, may come when the stick is back."""
        problem = self._renderer.problems.get(ticket, tile.page) if ticket == self._ticket else None
        if problem is not None and problem.code != "page_damaged" and not self._banner.words:
            self._banner.say(error_sentence(problem), ERROR, "重新打开", self.reload)

    # --- reading ---

    def _on_page(self, page: int) -> None:
        self.tools.set_page(page, self.pages.count)
        self.thumbnails.show_page(page)
        self._show_scale()
        self.page_changed.emit(page)

    def _show_scale(self) -> None:
        self.tools.set_scale(self.pages.zoom.fit, self.pages.percent)

    def _show_pins(self) -> None:
        self.pages.set_pins(self._pins)
        self.thumbnails.set_pinned({pin.page for pin in self._pins})

    def _fit(self, fit: Fit) -> None:
        self.pages.set_zoom(Zoom(fit))
        self._show_scale()

    def _jump(self, page: int) -> None:
        self.go_to(page)
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_page(self) -> None:
        self.tools.page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tools.page.selectAll()

    def _request_pin(self) -> None:
        if self.pages.count:
            self.pin_requested.emit(self.pages.page)

    # --- search ---

    def _look_for(self, query: str) -> None:
        self._found = FoundHits(query, self.pages.page, self.pages.count)
        self.pages.set_hits(())
        self._renderer.search(self._ticket, query, self.pages.page)

    def _on_found(self, ticket: int, finding: Finding) -> None:
        if ticket != self._ticket or finding.query != self._found.query:
            return
        self._found.add(finding)
        self._show_hits()

    def _next_hit(self, way: int) -> None:
        self._found.move(way)
        self._show_hits()

    def _show_hits(self) -> None:
        found = self._found
        self.pages.set_hits(found.hits, found.chosen)
        self.search.show_tally(found.number, len(found.hits), done=found.done)


def _let_go(renderer: RenderThread, held: list[int]) -> None:
    """Close what a view that was taken apart had open."""
    if held and isValid(renderer):
        renderer.close_document(held[0])
