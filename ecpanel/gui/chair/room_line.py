"""Who is in the room for a matter (出席、回避), and how long it has been spoken about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.panel import row
from ecpanel.gui.controls.text import MarkLabel, button, icon_button, picture, text
from ecpanel.gui.marks import Mark, Tone
from ecpanel.gui.theme import Theme

LEAVE = Mark("回避", "circle-slash", Tone.APART)
FEW = 2
ABSENT = Mark("缺席", "user", Tone.CAUTION)


class RoomLine(QWidget):
    """`changed` tells that somebody was marked absent or back. Absence is kept from matter to matter."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.absent: frozenset[str] = frozenset()
        self._members: Mapping[str, str] = {}
        self._leave: Sequence[str] = ()
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.button = button(theme, "出席", icon="users", hint="点开可标记谁缺席", quiet=True)
        self.button.setMenu(self._menu)
        self._away = MarkLabel(theme, LEAVE)
        self._absent = MarkLabel(theme, ABSENT)
        self.timer = MatterTimer(theme)
        self.setLayout(Flow(self.button, self._away, self._absent, spacing=theme.unit))

    @property
    def words(self) -> str:
        """Attendance in words, for the projector."""
        parts = [self.button.text()]
        parts += [one.accessibleName() for one in (self._away, self._absent) if not one.isHidden()]
        return "　".join(parts)

    def name_of(self, key: str) -> str:
        """The name of a member."""
        return self._members.get(key, "")

    def show_room(self, members: Mapping[str, str], leave: Sequence[str]) -> None:
        """Show who belongs to the panel, by id, and who must go out for this candidate."""
        if (members, leave) != (self._members, self._leave):
            self._members, self._leave = members, leave
            self._fill_menu()
        self.absent &= members.keys()
        self._show()

    def _fill_menu(self) -> None:
        self._menu.clear()
        for key, name in self._members.items():
            out = key in self._leave
            action = QAction(f"{key} {name}" + ("（回避，请离席）" if out else ""), self._menu)
            action.setCheckable(True)
            action.setChecked(not out and key not in self.absent)
            action.setEnabled(not out)
            action.toggled.connect(lambda there, key=key: self.mark(key, there=there))
            self._menu.addAction(action)

    def mark(self, key: str, *, there: bool) -> None:
        """Mark a member as in the room or away."""
        self.absent = self.absent - {key} if there else self.absent | {key}
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        away = [key for key in self._members if key in self.absent and key not in self._leave]
        present = len(self._members) - len(self._leave) - len(away)
        self.button.setText(f"出席 {present}/{len(self._members)}")
        self._away.set_mark(LEAVE, f"回避：{self._spoken(self._leave)} 请离席")
        self._away.setToolTip("、".join(f"{key} {self._members.get(key, '')}" for key in self._leave))
        self._away.setVisible(bool(self._leave))
        self._absent.set_mark(ABSENT, f"缺席：{self._spoken(away)}")
        self._absent.setVisible(bool(away))

    def _spoken(self, keys: Sequence[str]) -> str:
        """Names where they are few, else numbers alone."""
        named = len(keys) <= FEW
        return "、".join(f"{key} {self._members.get(key, '')}".strip() if named else key for key in keys)


class MatterTimer(QWidget):
    """Counts while it shows and is not stopped; every matter has its own time."""

    ticked = Signal()

    def __init__(self, theme: Theme, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._theme, self._now = theme, now
        self._spent: dict[str, float] = {}
        self._key, self._since = "", None
        self._paused = False
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show)
        self._words = text("00:00")
        self._words.setToolTip("这一项已议的时间")
        self.pause = icon_button(theme, "pause", "暂停计时", self._turn)
        self.setLayout(
            row(picture(theme, "clock", Tone.FAINT), self._words, self.pause, spacing=theme.unit // 2)
        )

    _since: float | None

    @property
    def words(self) -> str:
        """The time of the matter at hand."""
        seconds = int(self.seconds)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        running = 0.0 if self._since is None else self._now() - self._since
        return self._spent.get(self._key, 0.0) + running

    def turn_to(self, key: str) -> None:
        """Another matter is at hand."""
        if key != self._key:
            self._stop()
            self._key = key
            self._start()
        self._show()

    def _turn(self) -> None:
        self._paused = not self._paused
        self._theme.put_icon(self.pause, "play" if self._paused else "pause")
        self.pause.setAccessibleName("继续计时" if self._paused else "暂停计时")
        self.pause.setToolTip(self.pause.accessibleName())
        if self._paused:
            self._stop()
        else:
            self._start()
        self._show()

    def _start(self) -> None:
        if self._key and not self._paused and self.isVisible() and self._since is None:
            self._since = self._now()
            self._tick.start()

    def _stop(self) -> None:
        if self._since is not None:
            self._spent[self._key] = self.seconds
            self._since = None
        self._tick.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on."""
        super().showEvent(event)
        self._start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while another tab shows."""
        super().hideEvent(event)
        self._stop()

    def _show(self) -> None:
        self._words.setText(self.words)
        self.ticked.emit()
