"""Small real PDFs and pictures whose pages are looked at."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ecpanel.reports.typography import draw_text

RED, GREEN, BLUE, WHITE = (220, 30, 30), (20, 160, 40), (20, 40, 220), (255, 255, 255)


def written_pdf(
    pages: Sequence[Sequence[str]],
    *,
    turn: int = 0,
    crop: tuple[int, int, int, int] | None = None,
    top: int = 700,
) -> bytes:
    """A PDF with lines of Chinese on each page, from 72, `top` points downwards by 24."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for lines in pages:
        if turn:
            canvas.setPageRotation(turn)
        if crop:
            canvas.setCropBox(crop)
        for number, line in enumerate(lines):
            draw_text(canvas, line, 72, top - 24 * number, "screen", 14)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def numbered_pdf(count: int) -> bytes:
    """A PDF of many short pages, each with its number."""
    return written_pdf([[f"第{number}页", "电子商务示范企业"] for number in range(1, count + 1)])


def pdf_with_lost_page(pages: int, lost: int) -> bytes:
    """A PDF one of whose pages points to nothing; the rest is sound."""
    content = numbered_pdf(pages)
    start = content.index(b"/Kids [") + len(b"/Kids [")
    end = content.index(b"]", start)
    kids = content[start:end].split(b" R")
    old = kids[lost - 1]
    digits = old.split()[0]
    kids[lost - 1] = old.replace(digits, b"9" * len(digits), 1)
    return content[:start] + b" R".join(kids) + content[end:]


def pdf_without_its_font(text: str) -> bytes:
    """A PDF as old Chinese programs wrote them: its font is named and not embedded."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont("STSong-Light", 40)
    canvas.drawString(72, 700, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def form_pdf(value: str) -> bytes:
    """A PDF with a filled form field in its middle."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.acroForm.textfield(name="x", value=value, x=100, y=400, width=300, height=60, fontSize=40)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def corners(mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> Image.Image:
    """White, with a red left upper, green right upper and blue left lower corner."""
    picture = Image.new("RGB", size, WHITE)
    width, height = size[0] // 4, size[1] // 4
    picture.paste(RED, (0, 0, width, height))
    picture.paste(GREEN, (size[0] - width, 0, size[0], height))
    picture.paste(BLUE, (0, size[1] - height, width, size[1]))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()
