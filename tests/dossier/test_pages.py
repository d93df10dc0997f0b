from __future__ import annotations

import io
import struct
import zlib

import openpyxl
import pytest
import xlwt
from dossier_files import image, pdf, zipped

from ecpanel.dossier import pages
from ecpanel.dossier.pages import count_pages


def look(content: bytes, name: str) -> tuple[str, int, str]:
    found = count_pages(io.BytesIO(content), name)
    return found.media, found.pages, found.problem


def workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "b")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def huge_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


DOCX = zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})
OFD = zipped({"OFD.xml": b"<a/>", "Doc_0/Document.xml": b"<a/>"})
LOCKED_OFFICE = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\0" + bytes(16) + bytes(4) + bytes(460)
)
LOCKED_OFFICE += "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (pdf(3), "a.pdf", (pages.PDF, 3, "")),
        (pdf(3), "a.PDF", (pages.PDF, 3, "")),
        (pdf(2), "没有扩展名", (pages.PDF, 2, "")),
        (b"\r\n junk " + pdf(1), "a.pdf", (pages.PDF, 1, "")),
        (pdf(1, password="secret"), "a.pdf", (pages.PDF, 0, "document_locked")),
        (b"%PDF-1.4\n" + b"broken" * 500, "a.pdf", (pages.PDF, 0, "document_unreadable")),
        (image("JPEG"), "a.jpg", ("image/jpeg", 1, "")),
        (image("JPEG"), "a.png", ("image/jpeg", 1, "")),
        (image("PNG"), "a.png", ("image/png", 1, "")),
        (image("BMP"), "a.bmp", ("image/bmp", 1, "")),
        (image("TIFF"), "a.tif", ("image/tiff", 1, "")),
        (image("TIFF", 5), "a.tiff", ("image/tiff", 5, "")),
        (image("JPEG", size=(900, 900))[:-2000], "a.jpg", ("image/jpeg", 0, "document_unreadable")),
        (image("PNG", size=(300, 300))[:-40], "a.png", ("image/png", 0, "document_unreadable")),
        (image("TIFF", 3)[:300], "a.tif", ("image/tiff", 0, "document_unreadable")),
        (huge_png(), "a.png", ("image/png", 0, "document_unreadable")),
        (DOCX, "a.docx", (pages.DOCX, 0, "")),
        (DOCX, "a.wps", (pages.DOCX, 0, "")),
        (workbook(), "a.xlsx", (pages.XLSX, 0, "")),
        (old_workbook(), "a.xls", (pages.XLS, 0, "")),
        (old_workbook(), "a.doc", (pages.XLS, 0, "document_wrong_kind")),
        (OFD, "a.ofd", (pages.OFD, 0, "")),
        (LOCKED_OFFICE, "a.docx", (pages.UNKNOWN, 0, "document_locked")),
        ("说明：见附件。".encode("gbk"), "a.txt", (pages.TEXT, 0, "")),
        (("说" * 40_000).encode(), "a.txt", (pages.TEXT, 0, "")),
        (b"\0\1\2", "a.txt", (pages.UNKNOWN, 0, "document_wrong_kind")),
        (zipped({"a": b"b"}), "a.pdf", (pages.UNKNOWN, 0, "document_wrong_kind")),
        (DOCX, "a.pdf", (pages.DOCX, 0, "document_wrong_kind")),
        (pdf(1), "a.docx", (pages.PDF, 0, "document_wrong_kind")),
        (pdf(1), "a.exe", (pages.PDF, 0, "document_wrong_kind")),
        (b"MZ" + bytes(200), "setup.exe", (pages.UNKNOWN, 0, "document_wrong_kind")),
        (b"Rar!\x1a\x07\x00" + bytes(50), "a.rar", (pages.UNKNOWN, 0, "document_wrong_kind")),
        (b"PK\x03\x04" + bytes(50), "a.docx", (pages.UNKNOWN, 0, "document_wrong_kind")),
        (b"", "a.pdf", (pages.UNKNOWN, 0, "document_empty")),
    ],
)
def test_bytes_tell_what_a_document_is(content: bytes, name: str, expected: tuple[str, int, str]) -> None:
    assert look(content, name) == expected


@pytest.mark.parametrize("keep", [3, 20, 60, 120, 200, 400, 700])
@pytest.mark.parametrize(
    "whole", [pdf(2), image("TIFF", 3), image("PNG"), image("BMP"), image("JPEG"), workbook(), old_workbook()]
)
def test_a_cut_file_is_told_and_never_raises(whole: bytes, keep: int) -> None:
    for name in ("a.pdf", "a.tif", "a.xlsx", "a.xls", "a.txt"):
        assert count_pages(io.BytesIO(whole[:keep]), name).pages in (0, 1)
