"""The one window: a slim bar (what, whose, marks), the page, a quiet status line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.text import MarkLabel, icon_button, spoken_keys, text
from ecpanel.gui.frame import Frame, Notice, Page
from ecpanel.gui.marks import OFFLINE, WARNING, Mark, Tone
from ecpanel.gui.rescale import Scale
from ecpanel.gui.theme import Theme
from ecpanel.gui.veil import Veil
from ecpanel.settings import SIZES

if TYPE_CHECKING:
    from ecpanel.gui.keys import KeySheet

OPENING_SIZE = QSize(1280, 720)


class Window(QMainWindow):
    """Shows one page at a time; `start` makes the start page, `router` opens files."""

    def __init__(
        self,
        frame: Frame,
        wear: Callable[[], None],
        start: Callable[[], Page],
        router: Callable[[Path], None],
    ) -> None:
        super().__init__()
        self._frame, self._wear, self._start, self._router = frame, wear, start, router
        self._scale = Scale()
        self._closing = False
        self.setAcceptDrops(True)
        self.resize(OPENING_SIZE)
        self._pages = QStackedWidget()
        self._bar = _Bar(frame.theme)
        self._status = _StatusLine(frame.theme)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._notice = Banner(frame.theme)
        column.addWidget(self._bar)
        column.addWidget(self._notice)
        column.addWidget(self._pages, 1)
        column.addWidget(self._status)
        self.setCentralWidget(middle)
        self.veil = Veil(frame.theme, frame.jobs, self._pages)
        self._keys: KeySheet | None = None
        self._bar.home.clicked.connect(frame.go_home)
        self._bar.smaller.clicked.connect(lambda: self.set_text_size(frame.theme.size - 1))
        self._bar.larger.clicked.connect(lambda: self.set_text_size(frame.theme.size + 1))
        self._bar.night.clicked.connect(self.turn_theme)
        self._bar.help.clicked.connect(self.show_keys)
        for keys, act in (
            ("F1", self.show_keys),
            ("Ctrl+Alt+=", lambda: self.set_text_size(frame.theme.size + 1)),
            ("Ctrl+Alt+-", lambda: self.set_text_size(frame.theme.size - 1)),
            ("F11", self._turn_full),
        ):
            QShortcut(QKeySequence(keys), self, act)
        frame.page_wanted.connect(self.show_page)
        frame.home_wanted.connect(self.go_home)
        frame.path_wanted.connect(self.open_path)
        frame.saved.connect(self._status.say)
        frame.noticed.connect(self._show_notice)
        self.go_home()

    @property
    def page(self) -> Page | None:
        """The page shown."""
        page = self._pages.currentWidget()
        return page if isinstance(page, Page) else None

    def show_page(self, page: Page) -> None:
        """Let the page before go and show another."""
        before = self.page
        if before is not None:
            before.leave()
        self._status.say("")
        self._notice.clear()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()
        page.marks_changed.connect(self._show_marks)
        self._show_marks()
        (page.focusWidget() or page).setFocus()  # a page may have said where its work begins
        QTimer.singleShot(0, self, lambda: self._settle(page))

    def _show_notice(self, notice: Notice | None) -> None:
        if notice is None:
            self._notice.clear()
        else:
            self._notice.say(notice.sentence, WARNING, notice.act, notice.acted)

    def _settle(self, page: Page) -> None:
        """Keyboard people start at the first control of a new page."""
        if self.page is page and page.focusWidget() in (None, page):
            page.focusNextChild()

    def go_home(self) -> None:
        """Show the start page."""
        if self._frame.jobs.running is None:
            self._leave_to(lambda: self.show_page(self._start()))

    def open_path(self, path: Path) -> None:
        """Open a file at the desk it belongs to."""
        self._leave_to(lambda: self._router(path))

    def _leave_to(self, go: Callable[[], None]) -> None:
        """Go elsewhere, unless something typed here would be lost: then people decide."""
        held = self.page.held() if self.page is not None else ""
        if held:
            self._show_notice(Notice(held, "仍要离开", go))
        else:
            go()

    def _show_marks(self) -> None:
        page = self.page
        if page is None:
            return
        self._bar.show_page(page)
        self.setWindowTitle(" · ".join(part for part in (page.title, page.role, "ecpanel") if part))

    def set_text_size(self, size: int) -> None:
        """Scale everything to a text size in points."""
        before = self._frame.theme.unit
        self._frame.theme.set_size(size)
        self._restyle()
        self._scale.apply(self, before, self._frame.theme.unit)

    def turn_theme(self) -> None:
        """Light to dark and back."""
        self._frame.theme.dark = not self._frame.theme.dark
        self._restyle()

    def _restyle(self) -> None:
        theme = self._frame.theme
        self._frame.set_preferences(replace(self._frame.preferences, text_size=theme.size, dark=theme.dark))
        self._wear()
        self._bar.smaller.setEnabled(theme.size > SIZES[0])
        self._bar.larger.setEnabled(theme.size < SIZES[1])

    def show_keys(self) -> None:
        """The sheet of keys that work here."""
        page = self.page
        if self._keys is None:
            from ecpanel.gui.keys import KeySheet

            self._keys = KeySheet(self._frame.theme, self)
        self._keys.show_for([self, *([page] if page is not None else [])])

    def _turn_full(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Anything with files may be dropped anywhere."""
        if event.mimeData().hasUrls() and self._frame.jobs.running is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand dropped files to the page, or open the first."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        page = self.page
        if paths and not (page is not None and page.takes(paths)):
            self._frame.open_path(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """A running job is cancelled first; nothing is half done."""
        if self._frame.jobs.running is not None:
            self._frame.jobs.cancel()
            event.ignore()
            QTimer.singleShot(200, self, self.close)
            return
        page = self.page
        held = page.held() if page is not None and not self._closing else ""
        if held:
            event.ignore()
            self._show_notice(Notice(held, "仍要关闭", self._close_anyway))
            return
        if page is not None:
            page.leave()
        self._frame.jobs.close()
        event.accept()

    def _close_anyway(self) -> None:
        self._closing = True
        self.close()


class _Bar(QFrame):
    """The slim bar at the top."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme = theme
        self.home = icon_button(theme, "house", "回到起始页", shortcut="Alt+Home")
        self._title = Elided("", "head", cut=Qt.TextElideMode.ElideRight, snug=True)
        self._role = text("", "", Tone.FAINT)
        self._marks = QHBoxLayout()
        self._marks.setSpacing(2 * theme.unit)
        self.smaller = icon_button(theme, "zoom-out", "缩小字号")
        self.larger = icon_button(theme, "zoom-in", "放大字号")
        for one, keys in ((self.smaller, "Ctrl+Alt+-"), (self.larger, "Ctrl+Alt+=")):
            one.setToolTip(f"{one.accessibleName()}（{spoken_keys(keys)}）")
        self.night = icon_button(theme, "moon", "深色或浅色")
        self.help = icon_button(theme, "keyboard", "按键一览")
        self.help.setToolTip("按键一览（F1）")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.unit, theme.unit // 2, theme.unit, theme.unit // 2)
        layout.setSpacing(theme.unit)
        layout.addWidget(self.home)
        layout.addWidget(self._title)
        layout.addWidget(self._role)
        layout.addStretch(1)
        layout.addLayout(self._marks)
        layout.addSpacing(2 * theme.unit)
        for one in (self.smaller, self.larger, self.night, self.help):
            layout.addWidget(one)

    def show_page(self, page: Page) -> None:
        """Title, role and marks of a page."""
        self._title.set_words(page.title)
        self._role.setText(page.role)
        self.home.setVisible(bool(page.role))
        while self._marks.count():
            item = self._marks.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        marks: list[Mark] = [*page.marks(), OFFLINE]
        for mark in marks:
            self._marks.addWidget(MarkLabel(self._theme, mark, "small"))


class _StatusLine(QFrame):
    """The line at the bottom: what was saved when, and what the page has to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status")
        self._words = text("", "small", Tone.FAINT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.unit, theme.unit // 4, 2 * theme.unit, theme.unit // 4)
        layout.addWidget(self._words)
        layout.addStretch(1)
        layout.addWidget(text("本程序不联网，所有内容加密存放在本机", "small", Tone.FAINT))

    def say(self, words: str) -> None:
        """Show quietly."""
        self._words.setText(words)
