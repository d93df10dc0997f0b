"""Small real files for the tests of the dossier room."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.credit_code import check_character


def pdf(pages: int = 1, text: str = "page", password: str = "") -> bytes:
    buffer = io.BytesIO()
    lock = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(buffer, invariant=1, encrypt=lock)
    for number in range(pages):
        canvas.drawString(72, 720, f"{text} {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def image(form: str, frames: int = 1, size: tuple[int, int] = (80, 60)) -> bytes:
    pictures = [Image.new("RGB", size, (number * 40, 90, 120)) for number in range(frames)]
    buffer = io.BytesIO()
    if frames > 1:
        pictures[0].save(buffer, form, save_all=True, append_images=pictures[1:])
    else:
        pictures[0].save(buffer, form)
    return buffer.getvalue()


def zipped(members: Mapping[str, bytes], *, codec: str = "", stored: bool = False) -> bytes:
    """A zip; with `codec` the names are written in it and the UTF-8 flag stays off."""
    buffer = io.BytesIO()
    stand_ins = {}
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for number, (name, content) in enumerate(members.items()):
            raw = name.encode(codec) if codec else b""
            stand_in = f"~{number:03d}".ljust(len(raw), "~") if codec else name
            stand_ins[stand_in.encode()] = raw
            archive.writestr(stand_in, content)
    packed = buffer.getvalue()
    if codec:
        for stand_in_bytes, raw in stand_ins.items():
            assert len(stand_in_bytes) == len(raw)
            packed = packed.replace(stand_in_bytes, raw)
    return packed


def put(folder: Path, members: Mapping[str, bytes]) -> Path:
    for name, content in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def code_of(number: int) -> str:
    first17 = f"91330100MA2{number:06d}"
    return first17 + check_character(first17)


def firm(number: int, name: str, region: str = "浙江") -> Candidate:
    return Candidate(f"C{number:03d}", region, name, code_of(number), "平台类")
