"""The one thread that opens documents, draws their pages and searches them; the interface never waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QImage

from ecpanel.domain.errors import EcpanelError, reason_of
from ecpanel.dossier.page_source import PageSource, RenderedPage, Size, open_pages
from ecpanel.gui.viewer.rendering import (
    CACHE_BYTES,
    Finding,
    Need,
    Opened,
    PageCache,
    Problems,
    Tile,
    clip_of,
)
from ecpanel.progress import Cancelled

Opener = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the seekable bytes of a document; called, read and closed on the render thread."""

_SLICE: Final = 0.02
"""Seconds spent on the sizes of pages before something else may come in between."""
_UNTAKEN: Final = 3
"""Pictures made ahead of an interface that is too busy to take them."""
_PATIENCE: Final = 10.0
"""Seconds that closing waits for a stuck medium before the thread is left to the end of the program."""


@dataclass(slots=True, eq=False)
class _Desk:
    """One document on the thread: what is open and what is wanted of it."""

    ticket: int
    opener: Opener
    media: str
    name: str
    stack: ExitStack = field(default_factory=ExitStack)
    source: PageSource | None = None
    closed: bool = False
    refused: bool = False
    wanted: dict[Need, list[Tile]] = field(default_factory=lambda: {need: [] for need in Need})
    untaken: set[Tile] = field(default_factory=set)
    """Drawn, and not yet in the hands of the interface."""
    unsized: int = 0
    """The first page whose size was not told yet; 0 when all were."""
    query: str = ""
    searching: list[int] = field(default_factory=list)
    """Pages still to be searched, the next one last."""
    count: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it has still to be opened."""
        return self.source is None and not self.refused


class RenderThread(QObject):
    """Documents by ticket. Signals arrive on the interface thread: `opened` (ticket, Opened), `refused`
    (ticket, EcpanelError), `sized` (ticket, first page, sizes), `rendered` (ticket, Tile; the picture is
    in `cache`), `found` (ticket, Finding). `crashed` hands over what is a fault of our own.

    One is enough for the whole window, see `shared_renderer`. It is stopped when the program quits.
    """

    opened = Signal(int, object)
    refused = Signal(int, object)
    sized = Signal(int, int, object)
    rendered = Signal(int, object)
    found = Signal(int, object)
    crashed = Signal(object)
    _told = Signal(int, object)

    def __init__(self, cache_bytes: int = CACHE_BYTES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cache, self.problems = PageCache(cache_bytes), Problems()
        self._desks: dict[int, _Desk] = {}
        self._closing: list[_Desk] = []
        self._tickets = 0
        self._untaken = 0
        self._urgent = self._stopping = False
        self._work = threading.Condition()
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)
        self._thread.start()

    # --- the interface thread ---

    def open(self, opener: Opener, media: str, name: str) -> int:
        """Open a document; `opened` or `refused` tells how it went. Returns its ticket."""
        with self._work:
            self._tickets += 1
            self._desks[self._tickets] = _Desk(self._tickets, opener, media, name)
            self._work.notify()
            return self._tickets

    def close_document(self, ticket: int) -> None:
        """Let go of a document; nothing more is heard of it."""
        with self._work:
            desk = self._desks.pop(ticket, None)
            if desk is not None:
                desk.closed = True
                self._closing.append(desk)
                self._set_urgent()
                self._work.notify()
        self.cache.drop(ticket)
        self.problems.drop(ticket)

    def want(self, ticket: int, need: Need, tiles: Sequence[Tile]) -> None:
        """Say which tiles are needed now, the first one first. What was wanted before for the same need
        and is not named again is dropped, even half drawn."""
        with self._work:
            desk = self._desks.get(ticket)
            if desk is None:
                return
            missing = [tile for tile in tiles if not self._has(desk, tile)]
            if desk.wanted[need] != missing:
                desk.wanted[need] = missing
                self._set_urgent()
                self._work.notify()

    def search(self, ticket: int, query: str, start: int = 1) -> None:
        """Search a document from a page on and round again to it; an empty query stops."""
        with self._work:
            desk = self._desks.get(ticket)
            if desk is None:
                return
            desk.query = query
            pages: Iterable[int] = (*range(start, desk.count + 1), *range(1, start)) if query else ()
            desk.searching = list(pages)[::-1]
            self._work.notify()

    def stop(self) -> None:
        """Close every document and end the thread."""
        with self._work:
            self._stopping = True
            self._work.notify()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    @property
    def is_running(self) -> bool:
        """Whether the thread is there."""
        return self._thread.is_alive()

    def _has(self, desk: _Desk, tile: Tile) -> bool:
        told = self.problems.get(desk.ticket, tile.page) is not None
        return told or tile in desk.untaken or self.cache.has(desk.ticket, tile)

    def _set_urgent(self) -> None:
        self._urgent = any(desk.wanted[Need.VISIBLE] or desk.is_waiting for desk in self._desks.values())

    def _take(self, ticket: int, told: Callable[[], None]) -> None:
        """Hear what the thread says, on the interface thread; of a closed document nothing."""
        if ticket in self._desks or not ticket:
            told()

    def _take_picture(self, desk: _Desk, tile: Tile, image: QImage, problem: EcpanelError | None) -> None:
        with self._work:
            self._untaken -= 1
            desk.untaken.discard(tile)
            self._work.notify()
        if desk.closed:
            return
        if problem is None:
            self.cache.put(desk.ticket, tile, image)
        else:
            self.problems.put(desk.ticket, tile.page, problem)
        self.rendered.emit(desk.ticket, tile)

    # --- the render thread ---

    def _run(self) -> None:
        try:
            while True:
                with self._work:
                    step = self._next_step()
                    while step is None and not self._stopping:
                        self._work.wait()
                        step = self._next_step()
                    if self._stopping:
                        break
                assert step is not None
                try:
                    step()
                except Exception as fault:  # a fault of ours ends neither the thread nor the reading
                    self._tell(0, self.crashed.emit, fault)
        finally:
            for desk in (*self._closing, *self._desks.values()):
                _close(desk)

    def _next_step(self) -> Callable[[], None] | None:
        """What to do now: let go, open, draw what is in view, then sizes, search, neighbours, thumbnails."""
        if self._closing:
            desk = self._closing.pop()
            return lambda: _close(desk)
        desks = list(self._desks.values())
        for desk in desks:
            if desk.is_waiting:
                return lambda desk=desk: self._open(desk)  # type: ignore[misc]
        step = self._next_picture(desks, Need.VISIBLE)
        if step is not None:
            return step
        for desk in desks:
            if desk.unsized:
                return lambda desk=desk: self._measure(desk)  # type: ignore[misc]
            if desk.searching:
                return lambda desk=desk: self._search_page(desk)  # type: ignore[misc]
        return self._next_picture(desks, Need.NEIGHBOUR) or self._next_picture(desks, Need.THUMBNAIL)

    def _next_picture(self, desks: list[_Desk], need: Need) -> Callable[[], None] | None:
        if self._untaken >= _UNTAKEN:
            return None
        for desk in desks:
            if desk.wanted[need]:
                tile = desk.wanted[need][0]
                return lambda: self._draw(desk, need, tile)
        return None

    def _open(self, desk: _Desk) -> None:
        try:
            file = desk.stack.enter_context(desk.opener())
            source = open_pages(file, desk.media, desk.name)
            desk.stack.callback(source.close)
        except (EcpanelError, OSError) as fault:
            self._refuse(desk, fault)
            return
        except Exception:
            self._refuse(desk, EcpanelError("pages_damaged", file=desk.name))
            raise
        sizes = _sizes(source, 1)
        with self._work:
            desk.source, desk.count = source, source.count
            desk.unsized = len(sizes) + 1 if len(sizes) < source.count else 0
            self._set_urgent()
        self._tell(desk.ticket, self.opened.emit, Opened(source.count, tuple(sizes)))

    def _refuse(self, desk: _Desk, fault: Exception) -> None:
        _close(desk)
        with self._work:
            desk.refused = True
            self._set_urgent()
        if isinstance(fault, OSError):
            fault = EcpanelError("file_trouble", file=desk.name, reason=reason_of(fault))
        self._tell(desk.ticket, self.refused.emit, fault)

    def _measure(self, desk: _Desk) -> None:
        assert desk.source is not None
        first = desk.unsized
        sizes = _sizes(desk.source, first)
        with self._work:
            after = first + len(sizes)
            desk.unsized = after if after <= desk.count else 0
        self._tell(desk.ticket, self.sized.emit, first, tuple(sizes))

    def _draw(self, desk: _Desk, need: Need, tile: Tile) -> None:
        assert desk.source is not None

        def go_on() -> bool:
            wanted = desk.wanted[need]  # replaced whole by the interface, never changed by it
            hurry = self._urgent and need is not Need.VISIBLE
            return not (self._stopping or desk.closed or hurry) and tile in wanted

        try:
            page = desk.source.render(
                tile.page, tile.scale, clip_of(tile, desk.source.size(tile.page)), go_on
            )
        except Cancelled:
            return
        image = _image(page)
        with self._work:
            for tiles in desk.wanted.values():
                if tile in tiles:
                    tiles.remove(tile)
            self._set_urgent()
            self._untaken += 1
            desk.untaken.add(tile)
        self._told.emit(0, lambda: self._take_picture(desk, tile, image, page.problem))

    def _search_page(self, desk: _Desk) -> None:
        assert desk.source is not None
        with self._work:
            if not desk.searching:
                return
            query, page = desk.query, desk.searching.pop()
            searched = desk.count - len(desk.searching)
        hits = desk.source.find_on(page, query)
        if hits or searched == desk.count or searched % 16 == 0:
            self._tell(desk.ticket, self.found.emit, Finding(query, page, tuple(hits), searched))

    def _tell(self, ticket: int, emit: Callable[..., Any], *words: Any) -> None:
        """Let a signal go out on the interface thread, with the ticket of its document if it has one."""
        self._told.emit(ticket, lambda: emit(ticket, *words) if ticket else emit(*words))


def shared_renderer() -> RenderThread:
    """The render thread of the running program, made when it is first needed."""
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(RenderThread)
    if isinstance(found, RenderThread) and found.is_running:
        return found
    made = RenderThread(parent=application)
    made.crashed.connect(_raise)
    return made


def _raise(fault: BaseException) -> None:
    """A fault of ours on the render thread is told as one of the interface thread is."""
    raise fault


def _sizes(source: PageSource, first: int) -> list[Size]:
    """Sizes of pages from one on, as many as a slice of time allows and at least one."""
    until = time.monotonic() + _SLICE
    sizes = []
    for page in range(first, source.count + 1):
        sizes.append(source.size(page))
        if time.monotonic() > until:
            break
    return sizes


def _image(page: RenderedPage) -> QImage:
    """A picture that owns its pixels."""
    form = QImage.Format.Format_RGB32
    return QImage(page.data, page.width, page.height, page.stride, form).copy()


def _close(desk: _Desk) -> None:
    """Close source and file; a medium that is gone cannot hinder that."""
    try:
        desk.stack.close()
    except (EcpanelError, OSError):
        desk.source = None
