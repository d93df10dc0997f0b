"""Papers of a rehearsal that look scanned: drawn as pictures, a little askew, noisy, with a sample stamp."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ecpanel.reports.fonts import font_path, runs
from ecpanel.services.sample_documents import MARK
from ecpanel.services.sample_firms import Firm

_SIZE: Final = (992, 1403)
"""A4 at 120 dpi."""
_PAPER: Final = (250, 248, 242)
_INK: Final = (35, 35, 40)
_RED: Final = (205, 40, 45)
_TILE: Final = 256
_QUALITY: Final = 55
_HANGING: Final = "，。；：、）”"


def make_licence(firm: Firm, chance: Random) -> bytes:
    """The scan of a business licence as JPEG."""
    page = _Page()
    page.rectangle((70, 90, 922, 1290), outline=(150, 110, 60), width=6)
    page.rectangle((84, 104, 908, 1276), outline=(150, 110, 60), width=2)
    page.line("营 业 执 照", 496, 190, "xiaobiaosong", 64, middle=True)
    page.line("（副本 · 演练样例，不具任何效力）", 496, 285, "kai", 26, middle=True)
    one = firm.candidate
    rows = (
        ("统一社会信用代码", one.credit_code),
        ("名        称", one.name),
        ("类        型", "股份有限公司" if "股份" in one.name else "有限责任公司"),
        ("住        所", f"{firm.city}演练路{chance.randint(1, 300)}号"),
        ("法定代表人", firm.head),
        ("成 立 日 期", f"{firm.founded}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"),
        ("营 业 期 限", "长期"),
        ("经 营 范 围", f"{firm.trade}销售；互联网信息服务；软件开发；供应链管理服务；仓储服务。"),
    )
    y = 380
    for label, value in rows:
        page.line(label, 130, y, "hei", 26)
        y = page.block(value, 400, y, "fangsong", 28, 470) + 34
    page.stamp(720, 1080, 120)
    return _jpeg(_scan(page.picture, chance))


def make_letter(region: str, firms: Sequence[Firm], chance: Random) -> bytes:
    """The letter of a province as a PDF that holds nothing but the scan."""
    page = _Page()
    page.line(f"{region}商务主管部门", 496, 130, "xiaobiaosong", 48, middle=True, ink=_RED)
    page.rectangle((100, 210, 892, 213), fill=_RED)
    page.line("关于推荐电子商务示范企业的函", 496, 270, "xiaobiaosong", 36, middle=True)
    page.line("商务部电子商务司：", 120, 360, "fangsong", 28)
    y = page.block(
        f"　　按照通知要求，经企业申报、材料审核和公示，现推荐下列{len(firms)}家企业参加综合评价。"
        "所报材料已经核对，真实完整。",
        120, 410, "fangsong", 28, 760,
    )  # fmt: skip
    for number, firm in enumerate(firms, start=1):
        y = page.block(f"　　{number}. {firm.candidate.name}", 120, y + 8, "fangsong", 28, 760)
    page.line("（本函为演练样例，不具任何效力）", 120, y + 50, "kai", 26)
    page.line(f"{region}商务主管部门", 560, 1050, "fangsong", 28)
    page.line("2021年4月12日", 590, 1100, "fangsong", 28)
    page.stamp(690, 1060, 125)
    return _picture_pdf([_jpeg(_scan(page.picture, chance))], "公函")


def make_certificates(firm: Firm, count: int, chance: Random) -> bytes:
    """Scanned certificates as one multi-page TIFF."""
    pictures = []
    for number in range(1, count + 1):
        page = _Page()
        page.rectangle((90, 120, 902, 1260), outline=_INK, width=4)
        page.line("软件著作权登记证书", 496, 240, "xiaobiaosong", 50, middle=True)
        page.line(f"（{MARK}，第{number}件，共{count}件）", 496, 330, "kai", 26, middle=True)
        page.block(f"著作权人：{firm.candidate.name}", 160, 450, "fangsong", 28, 680)
        page.block(f"软件名称：{firm.brand}业务系统 V{number}.0", 160, 560, "fangsong", 28, 680)
        page.line(f"登记号：演练2020SR{chance.randint(100000, 999999)}", 160, 670, "fangsong", 28)
        page.stamp(680, 1020, 110)
        pictures.append(_scan(page.picture, chance).convert("L").point(_to_black, "1"))
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "TIFF", save_all=True, append_images=pictures[1:], compression="group4", dpi=(120, 120)
    )
    return buffer.getvalue()


def _to_black(value: int) -> int:
    return 255 if value > 150 else 0


class _Page:
    """A picture one writes on in Chinese."""

    def __init__(self) -> None:
        self.picture = Image.new("RGB", _SIZE, _PAPER)
        self._draw = ImageDraw.Draw(self.picture)
        self.line(MARK, 496, 1350, "screen", 18, middle=True, ink=(140, 140, 140))

    def rectangle(
        self,
        box: tuple[int, int, int, int],
        outline: tuple[int, int, int] | None = None,
        fill: tuple[int, int, int] | None = None,
        width: int = 1,
    ) -> None:
        self._draw.rectangle(box, fill, outline, width)

    def line(
        self,
        text: str,
        x: float,
        y: float,
        role: str,
        size: int,
        *,
        middle: bool = False,
        ink: tuple[int, int, int] = _INK,
    ) -> None:
        """One line from `x`, or around it; faces stand in for one another as in the reports."""
        pieces = [(_font(face, size), piece) for face, piece in runs(text, role)]
        widths = [font.getlength(piece) for font, piece in pieces]
        if middle:
            x -= sum(widths) / 2
        for (font, piece), width in zip(pieces, widths, strict=True):
            self._draw.text((x, y + size), piece, ink, font, anchor="ls")
            x += width

    def block(self, text: str, x: int, y: int, role: str, size: int, width: int) -> int:
        """Lines no wider than `width`; returns where the next would begin."""
        line = ""
        for char in text:
            if line and char not in _HANGING and self._width(line + char, role, size) > width:
                self.line(line, x, y, role, size)
                line, y = "", y + size * 3 // 2
            line += char
        self.line(line, x, y, role, size)
        return y + size * 3 // 2

    @staticmethod
    def _width(text: str, role: str, size: int) -> float:
        return sum(_font(face, size).getlength(piece) for face, piece in runs(text, role))

    def stamp(self, x: int, y: int, radius: int) -> None:
        """A red ring that says it is a sample."""
        box = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, outline=_RED, width=7)
        self.line(MARK, x, y - 24, "hei", 42, middle=True, ink=_RED)


@cache
def _font(role: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(role)), size)


def _scan(picture: Image.Image, chance: Random) -> Image.Image:
    """What a cheap scanner makes of it."""
    askew = picture.rotate(chance.uniform(-0.9, 0.9), Image.Resampling.BILINEAR, fillcolor=(236, 235, 230))
    tile = Image.frombytes("L", (_TILE, _TILE), chance.randbytes(_TILE * _TILE)).point(_to_grain)
    grain = Image.new("L", _SIZE)
    for left in range(0, _SIZE[0], _TILE):
        for top in range(0, _SIZE[1], _TILE):
            grain.paste(tile, (left, top))
    return ImageChops.subtract(askew, Image.merge("RGB", (grain, grain, grain)))


def _to_grain(value: int) -> int:
    return value // 14


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, dpi=(120, 120))
    return buffer.getvalue()


def _picture_pdf(pictures: Sequence[bytes], title: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(f"{title}（{MARK}）")
    for picture in pictures:
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
