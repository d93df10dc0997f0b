"""What a document really is and how many pages it has, told from its bytes and never from its name."""

from __future__ import annotations

import struct
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from ecpanel.exchange import limits
from ecpanel.pdfium import LOCK, pypdfium2

UNKNOWN: Final = "application/octet-stream"
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OFD: Final = "application/ofd"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"
RTF: Final = "application/rtf"
TEXT: Final = "text/plain"
SPOKEN: Final = {
    DOCX: "Word文档",
    DOC: "Word文档",
    RTF: "Word文档",
    XLSX: "Excel表格",
    XLS: "Excel表格",
    PPTX: "演示文稿",
    PPT: "演示文稿",
    OFD: "OFD版式文件",
    TEXT: "纯文本文件",
}
"""What people call the kinds that have no pages of their own."""

PIXELS: Final = 178_000_000
"""Largest picture that is read (A0 at 300 dpi has 140 million)."""
FRAMES: Final = 2_000
_DECODED_PIXELS: Final = 60_000_000
_HEAD: Final = 64 * limits.KIB
_OFFICE_ENTRIES: Final = 20_000

_IMAGES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "BMP": "image/bmp", "TIFF": "image/tiff"}
_IMAGE_NAMES: Final = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "bmp", "dib", "tif", "tiff"})
_NAMES: Final[dict[str, frozenset[str]]] = {
    PDF: frozenset({"pdf"}),
    DOCX: frozenset({"docx", "docm", "wps"}),
    XLSX: frozenset({"xlsx", "xlsm", "et"}),
    PPTX: frozenset({"pptx", "ppsx", "dps"}),
    OFD: frozenset({"ofd"}),
    DOC: frozenset({"doc", "wps", "wpt", "dot"}),
    XLS: frozenset({"xls", "et", "xlt"}),
    PPT: frozenset({"ppt", "pps", "dps"}),
    RTF: frozenset({"rtf", "doc"}),
    TEXT: frozenset({"txt", "csv"}),
    **dict.fromkeys(_IMAGES.values(), _IMAGE_NAMES),
}
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"{\\rtf", RTF),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "locked"


@dataclass(frozen=True, slots=True)
class PageCount:
    """Media type, number of pages (0 where pages cannot be counted) and the code of a problem, or ""."""

    media: str
    pages: int = 0
    problem: str = ""


def count_pages(file: BinaryIO, name: str) -> PageCount:
    """Look at the bytes of a seekable file; `name` only says what it pretends to be.

    Problems: `document_empty`, `document_wrong_kind`, `document_locked`, `document_unreadable`.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        return PageCount(UNKNOWN, problem="document_empty")
    media = _sniff(file, head, _extension(name))
    if media == _LOCKED:
        return PageCount(UNKNOWN, problem="document_locked")
    if not media or not _fits(media, _extension(name)):
        return PageCount(media or UNKNOWN, problem="document_wrong_kind")
    file.seek(0)
    if media == PDF:
        return _count_pdf(file)
    if media in _IMAGES.values():
        return _count_image(file, media)
    return PageCount(media)


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").casefold()


def _fits(media: str, extension: str) -> bool:
    return not extension or extension in _NAMES[media]


# --- what it is --------------------------------------------------------------------------------------------


def _sniff(file: BinaryIO, head: bytes, extension: str) -> str:
    """The media type, "" for a stranger, or `_LOCKED`."""
    for magic, media in _MAGIC:
        if head.startswith(magic):
            return media
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(file)
    if head.startswith(_OLE):
        return _sniff_ole(file, head, extension)
    if b"%PDF-" in head[:1024]:
        return PDF
    if _is_bitmap(head):
        return "image/bmp"
    return TEXT if extension in _NAMES[TEXT] and _is_text(head) else ""


def _is_bitmap(head: bytes) -> bool:
    return head.startswith(b"BM") and len(head) > 26 and 12 <= struct.unpack_from("<I", head, 14)[0] <= 256


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # a character may be cut in two at the end of the head
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _sniff_zip(file: BinaryIO) -> str:
    if _directory_entries(file) > _OFFICE_ENTRIES:
        return ""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" not in names:
        return ""
    tops = {name.split("/")[0] for name in names}
    return next((media for top, media in (("word", DOCX), ("xl", XLSX), ("ppt", PPTX)) if top in tops), "")


def _directory_entries(file: BinaryIO) -> int:
    """How many entries a zip says it has, read before its directory is."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 22 - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<H", tail, at + 10)[0]) if 0 <= at <= len(tail) - 22 else 0


def _sniff_ole(file: BinaryIO, head: bytes, extension: str) -> str:
    """Office files before 2007 tell their kind by the names in their first directory sectors."""
    sector = 1 << min(struct.unpack_from("<H", head.ljust(64, b"\0"), 30)[0], 16)
    first = struct.unpack_from("<I", head.ljust(64, b"\0"), 48)[0]
    file.seek((first + 1) * sector)
    names = file.read(max(sector, 8 * limits.KIB))
    for word, media in (
        ("EncryptedPackage", _LOCKED),
        ("WordDocument", DOC),
        ("Workbook", XLS),
        ("Book", XLS),
        ("PowerPoint Document", PPT),
    ):
        if word.encode("utf-16-le") in names:
            return media
    return next((media for media in (DOC, XLS, PPT) if extension in _NAMES[media]), "")


# --- how many pages ----------------------------------------------------------------------------------------


def _count_pdf(file: BinaryIO) -> PageCount:
    with LOCK:
        return _count_pdf_alone(file)


def _count_pdf_alone(file: BinaryIO) -> PageCount:
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as fault:
        locked = fault.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        return PageCount(PDF, problem="document_locked" if locked else "document_unreadable")
    try:
        pages = len(document)
        document[0].close()
    except (pypdfium2.PdfiumError, IndexError):
        return PageCount(PDF, problem="document_unreadable")
    finally:
        document.close()
    return PageCount(PDF, pages)


def _count_image(file: BinaryIO, media: str) -> PageCount:
    broken = PageCount(media, problem="document_unreadable")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # our own bound on pixels is below
        try:
            pages = _frames(file)
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
            return broken
        except (EOFError, KeyError, TypeError, struct.error, OverflowError, MemoryError, IndexError):
            return broken  # Pillow on malformed headers
    return PageCount(media, pages) if pages else broken


def _frames(file: BinaryIO) -> int:
    """Pages of a picture whose every page is of a bearable size, 0 otherwise."""
    with Image.open(file, formats=tuple(_IMAGES)) as picture:
        count: int = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        if count > FRAMES:
            return 0
        for number in range(count):
            if count > 1:
                picture.seek(number)
            if picture.width * picture.height > PIXELS:
                return 0
        if picture.format == "PNG":
            picture.verify()
        elif picture.format == "JPEG" and picture.width * picture.height <= _DECODED_PIXELS:
            picture.draft("L", (picture.width // 8, picture.height // 8))  # an eighth is decoded quickly
            picture.load()
    return count
