"""The look: colours light and dark, one text size that scales everything, icons in the colour of their tone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QStyleFactory
from shiboken6 import isValid

from ecpanel.gui.marks import Tone
from ecpanel.gui.style_sheet import style_sheet
from ecpanel.resources import resource_path
from ecpanel.settings import SIZES

FAMILY: Final = "Noto Sans SC"
FONT_FILES: Final = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of the window by what it is for."""

    desk: str
    paper: str
    sunken: str
    line: str
    strong_line: str
    text: str
    faint: str
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    caution: str
    caution_soft: str
    bad: str
    bad_soft: str
    apart: str


LIGHT: Final = Colours(
    desk="#eceef1",
    paper="#ffffff",
    sunken="#f6f7f9",
    line="#dde1e6",
    strong_line="#b4bcc6",
    text="#1c2229",
    faint="#5d6875",
    accent="#1f4f8f",
    accent_strong="#183f73",
    accent_soft="#e6eef8",
    on_accent="#ffffff",
    good="#1b6e43",
    good_soft="#e5f3ea",
    caution="#8a5300",
    caution_soft="#fdf1dc",
    bad="#ab2318",
    bad_soft="#fbe9e7",
    apart="#5f4d8a",
)
DARK: Final = Colours(
    desk="#17191d",
    paper="#212429",
    sunken="#1b1e22",
    line="#363b43",
    strong_line="#5a626d",
    text="#e7e9ec",
    faint="#9ba5b1",
    accent="#86b1ea",
    accent_strong="#a6c6f2",
    accent_soft="#263a55",
    on_accent="#10161e",
    good="#74c698",
    good_soft="#1f3529",
    caution="#e3b062",
    caution_soft="#3c301b",
    bad="#f08d84",
    bad_soft="#43211f",
    apart="#b7a6e2",
)


def load_fonts() -> None:
    """Make the shipped screen faces known to Qt, so that every name shows on every machine."""
    for file in FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource_path("fonts", file)))


class Theme(QObject):
    """The look in force; `changed` tells those who paint themselves."""

    changed = Signal()

    def __init__(self, size: int, *, dark: bool) -> None:
        super().__init__()
        self.size, self.dark = size, dark
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self._worn: WeakKeyDictionary[QAbstractButton | QLabel, tuple[str, Tone, float]] = WeakKeyDictionary()

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return DARK if self.dark else LIGHT

    @property
    def unit(self) -> int:
        """The step of the layout in pixels: 8 at the smallest size."""
        return round(8 * self.size / SIZES[0])

    def font(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """The screen face at a multiple of the text size."""
        font = QFont([FAMILY])
        font.setPointSizeF(self.size * scale)
        font.setBold(bold)
        return font

    def colour(self, tone: Tone) -> QColor:
        """The colour of a tone."""
        colours = self.colours
        return QColor(
            {
                Tone.PLAIN: colours.text,
                Tone.FAINT: colours.faint,
                Tone.ACCENT: colours.accent,
                Tone.GOOD: colours.good,
                Tone.CAUTION: colours.caution,
                Tone.BAD: colours.bad,
                Tone.APART: colours.apart,
            }[tone]
        )

    def wear(self, application: QApplication) -> None:
        """Put the look on the whole program."""
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(self.font())
        application.setPalette(_palette(self.colours))
        application.setStyleSheet(style_sheet(self.colours, self.size, self.unit, self._pictures()))
        for worn, (name, tone, times) in list(self._worn.items()):
            if isValid(worn):
                self._put(worn, name, tone, times)
        self.changed.emit()

    def _pictures(self) -> dict[str, str]:
        """The small pictures of the style sheet, which can only be named by file."""
        mode = "dark" if self.dark else "light"
        return {
            name: resource_path("icons", "look", f"{name}-{mode}.svg").as_posix()
            for name in ("check", "dot", "chevron", "chevron_up")
        }

    def set_size(self, size: int) -> None:
        """Take another text size; call `wear` after."""
        self.size = min(max(size, SIZES[0]), SIZES[1])

    def icon_pixels(self) -> int:
        """The side of an icon beside text."""
        return round(2.1 * self.unit)

    def icon(self, name: str, tone: Tone = Tone.PLAIN, colour: str = "", times: float = 1.0) -> QIcon:
        """An icon of resources/icons in the colour of its tone, or in a colour given."""
        ink = colour or self.colour(tone).name()
        application = QGuiApplication.instance()
        ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
        pixels = round(self.icon_pixels() * times * ratio)
        key = (name, ink, pixels)
        if key not in self._icons:
            icon = QIcon(drawn(name, ink, pixels, ratio))
            icon.addPixmap(drawn(name, self.colours.strong_line, pixels, ratio), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def put_icon(
        self, widget: QAbstractButton | QLabel, name: str, tone: Tone = Tone.PLAIN, times: float = 1.0
    ) -> None:
        """Give a button or label an icon that follows the theme."""
        self._worn[widget] = (name, tone, times)
        self._put(widget, name, tone, times)

    def refresh(self, widget: QAbstractButton | QLabel) -> None:
        """Fit the icon of a button whose words have come or gone."""
        if widget in self._worn:
            self._put(widget, *self._worn[widget])

    def _put(self, widget: QAbstractButton | QLabel, name: str, tone: Tone, times: float) -> None:
        side = round(self.icon_pixels() * times)
        if isinstance(widget, QLabel):
            widget.setPixmap(self.icon(name, tone, times=times).pixmap(QSize(side, side)))
            return
        primary = widget.property("primary") is True
        icon = self.icon(name, tone, self.colours.on_accent if primary else "", times)
        if isinstance(widget, QPushButton) and widget.text():
            room = side + self.unit // 2  # Fusion leaves four pixels between icon and word, too few
            icon = _widened(icon, side, room)
            widget.setIconSize(QSize(room, side))
        else:
            widget.setIconSize(QSize(side, side))
        widget.setIcon(icon)


def _widened(icon: QIcon, side: int, room: int) -> QIcon:
    """The icon with empty room at its right."""
    wide = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
        plain = icon.pixmap(QSize(side, side), mode)
        ratio = plain.devicePixelRatio()
        pixmap = QPixmap(round(room * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.drawPixmap(0, 0, plain)
        painter.end()
        wide.addPixmap(pixmap, mode)
    return wide


def drawn(name: str, colour: str, pixels: int, ratio: float = 1.0) -> QPixmap:
    """An icon drawn at a size in device pixels in one colour."""
    svg = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", colour)
    svg = svg.replace('width="24"', f'width="{pixels}"', 1).replace('height="24"', f'height="{pixels}"', 1)
    pixmap = QPixmap()
    pixmap.loadFromData(svg.encode(), "SVG")
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for which, colour in (
        (role.Window, colours.desk),
        (role.WindowText, colours.text),
        (role.Base, colours.paper),
        (role.AlternateBase, colours.sunken),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.faint),
        (role.Button, colours.paper),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.bad),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.text),
        (role.ToolTipText, colours.paper),
        (role.Light, colours.paper),
        (role.Midlight, colours.sunken),
        (role.Mid, colours.line),
        (role.Dark, colours.strong_line),
        (role.Shadow, colours.strong_line),
        (role.Accent, colours.accent),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(colours.faint))
    return palette
