"""Starting the window: fonts, Chinese for Qt's own words, the look, the crash page, the file asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QThreadPool, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from ecpanel.gui.crash import CrashWatch
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.jobs import Jobs
from ecpanel.gui.sweeping import Sweeper
from ecpanel.gui.theme import Theme, drawn, load_fonts
from ecpanel.gui.window import Window
from ecpanel.settings import SIZES, Places, default_places

if TYPE_CHECKING:
    from ecpanel.services.opening import Clock
    from ecpanel.wrapping import Cost


def make_application() -> QApplication:
    """The one QApplication, speaking Chinese."""
    if sys.platform.startswith("linux") and os.environ.get("QT_IM_MODULE", "") in ("fcitx", "fcitx5"):
        os.environ["QT_IM_MODULE"] = (
            "ibus"  # Qt ships no plugin for fcitx; fcitx 5 speaks the protocol of ibus
        )
    QLocale.setDefault(
        QLocale(QLocale.Language.Chinese, QLocale.Script.SimplifiedChineseScript, QLocale.Country.China)
    )
    application = QApplication(["ecpanel"])
    application.setApplicationName("ecpanel")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("ecpanel")
    speak_chinese(application)
    load_fonts()
    return application


def speak_chinese(application: QApplication) -> None:
    """Qt's own buttons and dialogs in Chinese."""
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        application.installTranslator(translator)


@dataclass(frozen=True, slots=True)
class Parts:
    """The window with what it is made of."""

    window: Window
    frame: Frame
    watch: CrashWatch


def assemble(
    application: QApplication, places: Places, clock: Clock | None = None, cost: Cost | None = None
) -> Parts:
    """The window on its start page, with everything it needs."""
    from ecpanel.gui.pages.router import Router
    from ecpanel.gui.pages.start import StartPage

    frame = Frame(Theme(SIZES[0], dark=False), Jobs(), places, clock, cost)
    theme = frame.theme
    theme.size, theme.dark = frame.preferences.text_size, frame.preferences.dark
    theme.wear(application)

    def start() -> Page:
        return StartPage(frame)

    window = Window(frame, lambda: theme.wear(application), start, Router(frame))
    watch = CrashWatch(theme, window, places.logs, frame.go_home, frame.refuse)
    frame.jobs.crashed.connect(watch.tell)
    return Parts(window, frame, watch)


def warm_up() -> None:
    """Read the heavy rooms while people look at the start page."""
    import ecpanel.services.score
    import ecpanel.services.sign_off  # noqa: F401


def run(files: Sequence[Path]) -> int:
    """Show the window until it is closed; the first file is opened at its desk."""
    application = make_application()
    application.setWindowIcon(QIcon(drawn("scale", "#1f4f8f", 256)))
    parts = assemble(application, default_places())
    parts.watch.install()
    window = parts.window
    window.show()
    if files:
        path = files[0].absolute()
        QTimer.singleShot(0, window, lambda: window.open_path(path))
    sweeper = Sweeper(parts.frame.jobs)
    QTimer.singleShot(2_000, window, sweeper.begin)
    QTimer.singleShot(300, window, lambda: QThreadPool.globalInstance().start(warm_up))
    return application.exec()
