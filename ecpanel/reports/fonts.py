"""The one table of fonts: which shipped face plays which role on paper and on the screen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.resources import resource_path


@dataclass(frozen=True)
class FontFace:
    """One shipped font: the role it plays, its Chinese label, its file and its licence text beside it."""

    role: str
    family: str
    file: str
    licence: str


FACES: Final[tuple[FontFace, ...]] = (
    FontFace("fangsong", "仿宋", "FandolFang-Regular.ttf", "LICENCE-FandolFang.txt"),
    FontFace("song", "宋体", "NotoSerifSC-Regular.ttf", "LICENCE-NotoSerifSC.txt"),
    FontFace("xiaobiaosong", "小标宋", "NotoSerifSC-Black.ttf", "LICENCE-NotoSerifSC.txt"),
    FontFace("hei", "黑体", "NotoSansSC-Bold.ttf", "LICENCE-NotoSansSC.txt"),
    FontFace("kai", "楷体", "PanelWenKai-Regular.ttf", "LICENCE-PanelWenKai.txt"),
    FontFace("screen", "界面黑体", "NotoSansSC-Regular.ttf", "LICENCE-NotoSansSC.txt"),
)

LAST_RESORT: Final = "screen"

_BY_ROLE: Final = {face.role: face for face in FACES}


def font_path(role: str) -> Path:
    """The file of the face that plays `role`; an incomplete installation is an error of the world."""
    file = _BY_ROLE[role].file
    try:
        return resource_path("fonts", file)
    except FileNotFoundError as missing:
        raise EcpanelError("font_missing", file=file) from missing


def register_report_fonts() -> None:
    """Make every role known to ReportLab; harmless when done before."""
    for face in FACES:
        register_font(face.role)


def register_font(role: str) -> None:
    """Make the face of one role known to ReportLab; each is read only when it is first needed."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if role not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(role, str(font_path(role))))


def covers(role: str, char: str) -> bool:
    """Whether the face that plays `role` can draw this one character."""
    return ord(char) in _code_points(role)


def runs(text: str, role: str, fallback: str = "song") -> list[tuple[str, str]]:
    """Split `text` into (role, piece) so that each piece can be drawn whole by the face of its role.

    A character that `role` lacks comes from `fallback`, then from the screen face; one that nobody has
    stays with `role`, where it shows as a visible gap. The pieces joined give the text again.
    """
    own = _code_points(role)
    if all(ord(char) in own for char in text):
        return [(role, text)] if text else []
    chain = (role, fallback, LAST_RESORT)
    pieces: list[tuple[str, str]] = []
    start = 0
    current = _first_with(chain, text[0])
    for position, char in enumerate(text):
        drawn_by = _first_with(chain, char)
        if drawn_by != current:
            pieces.append((current, text[start:position]))
            start, current = position, drawn_by
    pieces.append((current, text[start:]))
    return pieces


def _first_with(chain: tuple[str, ...], char: str) -> str:
    return next((role for role in chain if covers(role, char)), chain[0])


@cache
def _code_points(role: str) -> Collection[int]:
    """What the face of a role can draw, from the map ReportLab has read anyway."""
    from reportlab.pdfbase import pdfmetrics

    register_font(role)
    found: Collection[int] = pdfmetrics.getFont(role).face.charToGlyph.keys()
    return found
