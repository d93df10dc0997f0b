"""The frame around every page: jobs, look, clock, file choosers, and the way from one page to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStorageInfo, Qt, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.jobs import Job, Jobs
from ecpanel.gui.marks import Mark
from ecpanel.gui.theme import Theme
from ecpanel.progress import Progress
from ecpanel.settings import Places, Preferences, Recent, load_preferences, save_preferences, with_recent
from ecpanel.texts import error_sentence

if TYPE_CHECKING:
    # The start page shows before these heavy rooms are read.
    from ecpanel.services.opening import Clock
    from ecpanel.wrapping import Cost

REMOVABLE = ("/media/", "/run/media/", "/mnt/")
_DELETE_ON_CLOSE = Qt.WidgetAttribute.WA_DeleteOnClose


class Page(QWidget):
    """What the window shows in its middle. A page says whose it is and lets go of its files in `leave`."""

    marks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = "评审工作台"
        self.role = ""

    def marks(self) -> list[Mark]:
        """What must stand at the top of the window while the page shows."""
        return []

    def takes(self, paths: list[Path]) -> bool:  # noqa: ARG002
        """Whether the page does something with files dropped on the window; if not, they are opened."""
        return False

    def held(self) -> str:
        """What was typed here and cannot be saved, as a sentence; people are asked before they leave it."""
        return ""

    def leave(self) -> None:
        """Write what is still to be written, close what is open."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the page, with one thing that can be done about it."""

    sentence: str
    act: str = ""
    acted: Callable[[], None] = lambda: None


class Frame(QObject):
    """Handed to every page by the window."""

    saved = Signal(str)
    noticed = Signal(object)
    page_wanted = Signal(object)
    home_wanted = Signal()
    path_wanted = Signal(object)

    def __init__(
        self, theme: Theme, jobs: Jobs, places: Places, clock: Clock | None = None, cost: Cost | None = None
    ) -> None:
        super().__init__()
        self.theme, self.jobs, self.places = theme, jobs, places
        self.clock: Clock = clock or (lambda: datetime.now().astimezone())
        self._cost = cost
        self.preferences: Preferences = load_preferences(places.preferences)

    @property
    def cost(self) -> Cost:
        """How costly pass-phrases are on this machine."""
        from ecpanel.wrapping import Cost

        return self._cost or Cost()

    def show_page(self, page: Page) -> None:
        """Put a page in the place of the one shown."""
        self.page_wanted.emit(page)

    def go_home(self) -> None:
        """Back to the start page."""
        self.home_wanted.emit()

    def open_path(self, path: Path) -> None:
        """Open a file at the desk it belongs to."""
        self.path_wanted.emit(path)

    def refuse(self, fault: EcpanelError) -> None:
        """Show above the page an error of the world that no page has taken."""
        self.noticed.emit(Notice(error_sentence(fault)))

    def say_saved(self, words: str = "已保存") -> None:
        """Tell quietly that everything is on disk."""
        self.saved.emit(f"{words} {self.clock():%H:%M:%S}")

    def run(
        self,
        title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        banner: Banner,
        *,
        failed: Callable[[EcpanelError], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        can_cancel: bool = True,
    ) -> None:
        """Do slow work beside the window; an error of the world stands in the banner unless `failed`
        takes it, a cancelled job says so there."""
        banner.clear()
        self.jobs.run(
            Job(
                title,
                work,
                done,
                failed or banner.say_error,
                cancelled or (lambda: banner.say(f"已取消：{title}，未作改动。")),
                can_cancel,
            )
        )

    def attempt(self, work: Callable[[], Any], banner: Banner) -> bool:
        """Do quick work at once; an error of the world stands in the banner. True when it went well."""
        try:
            work()
        except EcpanelError as fault:
            banner.say_error(fault)
            return False
        return True

    def remember(self, path: Path, title: str, desk: str, state: str) -> None:
        """Put a store first among the recent ones."""
        recent = Recent(str(path), title, desk, state, self.clock().isoformat(timespec="seconds"))
        self.set_preferences(with_recent(self.preferences, recent))

    def forget(self, path: str) -> None:
        """Take a store out of the recent ones; the file stays where it is."""
        kept = tuple(one for one in self.preferences.recents if one.path != path)
        self.set_preferences(replace(self.preferences, recents=kept))

    def set_preferences(self, preferences: Preferences) -> None:
        """Keep preferences."""
        self.preferences = preferences
        save_preferences(self.places.preferences, preferences)

    def keep_widths(self, name: str, widths: list[int]) -> None:
        """Remember the widths of panes."""
        if self.preferences.widths.get(name) != widths:
            kept = {**self.preferences.widths, name: widths}
            self.set_preferences(replace(self.preferences, widths=kept))

    def choose_file(
        self, title: str, kinds: str, chosen: Callable[[Path], None], parent: QWidget | None = None
    ) -> None:
        """Let people choose a file; `kinds` is a Qt filter, e.g. `名单 (*.xlsx *.xls)`."""
        dialog = self._dialog(title, parent)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([kinds, "所有文件 (*)"])
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()

    def choose_files(
        self, title: str, kinds: str, chosen: Callable[[list[Path]], None], parent: QWidget | None = None
    ) -> None:
        """Let people choose several files."""
        dialog = self._dialog(title, parent)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([kinds, "所有文件 (*)"])
        dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
        dialog.open()

    def choose_folder(
        self, title: str, chosen: Callable[[Path], None], parent: QWidget | None = None
    ) -> None:
        """Let people choose a folder, such as a stick."""
        dialog = self._dialog(title, parent)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()

    def choose_new(
        self,
        title: str,
        proposed: str,
        kinds: str,
        chosen: Callable[[Path], None],
        parent: QWidget | None = None,
    ) -> None:
        """Let people say where a new file goes; `proposed` is its name or path."""
        dialog = self._dialog(title, parent)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix(Path(proposed).suffix.lstrip("."))
        dialog.selectFile(proposed)
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()

    def _dialog(self, title: str, parent: QWidget | None) -> QFileDialog:
        holder = parent.window() if parent is not None else None
        dialog = QFileDialog(holder, title)
        dialog.setAttribute(_DELETE_ON_CLOSE)
        # Qt's own catalogue has these two without their mnemonics only
        dialog.setLabelText(QFileDialog.DialogLabel.LookIn, "查找范围(&L)：")
        dialog.setLabelText(QFileDialog.DialogLabel.FileType, "文件类型(&T)：")
        dialog.setSidebarUrls([QUrl.fromLocalFile(str(one)) for one in (Path.home(), *sticks())])
        return dialog


def sticks() -> list[Path]:
    """Removable drives that are ready, as far as the system tells."""
    found = []
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        if volume.isValid() and volume.isReady() and (root.startswith(REMOVABLE) or root[1:3] == ":/"):
            found.append(Path(root))
    return found
