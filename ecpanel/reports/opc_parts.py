"""The package around a workbook: its parts, content types and relationships, read without trust."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from lxml import etree

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange import limits
from ecpanel.exchange.container import Bounds, Container, member_info, open_container

CONTENT_TYPES: Final = "[Content_Types].xml"
ROOT_RELATIONS: Final = "_rels/.rels"
SIGNATURES: Final = "_xmlsignatures/"
RELATIONS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
PACKAGE_URIS: Final = "http://schemas.openxmlformats.org/package/2006"
RELATION_URIS: Final = f"{PACKAGE_URIS}/relationships"
TYPE_URIS: Final = f"{PACKAGE_URIS}/content-types"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

ENTRIES: Final = 4_000
MARKUP_SIZE: Final = 8 * limits.MIB
"""Largest part that is read as a tree: content types, relationships, one signature."""

_BOUNDS: Final = Bounds(ENTRIES, limits.WORKBOOK_UNPACKED, limits.WORKBOOK_UNPACKED)
_PART: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_.-]*[A-Za-z0-9_-]")
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")
_TYPE: Final = re.compile(r"[A-Za-z0-9!#$^_.+-]+/[A-Za-z0-9!#$^_.+-]+")
_EXTENSION: Final = re.compile(r"[A-Za-z0-9_-]+")
_ILL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PINNED: Final = (
    "date_time",
    "create_system",
    "create_version",
    "extract_version",
    "reserved",
    "volume",
    "flag_bits",
    "compress_type",
    "internal_attr",
    "external_attr",
    "extra",
    "comment",
)
_PROLOGUE: Final = re.compile(
    rb"<\?xml version=[\"']1\.0[\"']"
    rb"(?: encoding=[\"']([A-Za-z0-9-]+)[\"'])?(?: standalone=[\"']yes[\"'])?\s*\?>"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part (ECMA-376-2 §9.3)."""

    key: str
    type: str
    target: str
    mode: str


@dataclass(frozen=True, slots=True)
class ContentTypes:
    """The content types of a package (ECMA-376-2 §10.1.2): by extension, and by part name with its slash."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str]

    def of(self, part: str) -> str:
        """The content type of a part, or "" where none is declared."""
        named = self.overrides.get(f"/{part}")
        return named or self.defaults.get(part.rpartition(".")[2].lower(), "")


ORIGIN: Final = f"{SIGNATURES}origin.sigs"
SIGNATURE_RELATION: Final = f"{RELATION_URIS}/digital-signature/"
ORIGIN_RELATION: Final = Relation("rIdSignatures", f"{SIGNATURE_RELATION}origin", ORIGIN, "Internal")
"""The way from the package to its signatures; it comes with the first of them."""


class Package:
    """An open workbook: its directory, content types and relationships have been checked."""

    def __init__(self, container: Container, where: str) -> None:
        self._container = container
        self.where = where
        self.names = tuple(container.names)
        self.types = self._types()
        self.relations = {name: self._relations(name) for name in self.names if name.endswith(".rels")}

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part a signature has to cover, sorted: all but the signatures themselves."""
        return tuple(
            sorted(one for one in self.names if one != CONTENT_TYPES and not one.startswith(SIGNATURES))
        )

    def read(self, name: str, limit: int = limits.WORKBOOK_UNPACKED) -> bytes:
        """A whole part of at most `limit` bytes."""
        with as_unreadable(self.where):
            return self._container.read(name, limit)

    def lasting(self, name: str) -> tuple[Relation, ...]:
        """The relationships of a part that a signature covers: all but the way to the signatures."""
        return tuple(one for one in self.relations[name] if name != ROOT_RELATIONS or one != ORIGIN_RELATION)

    def _types(self) -> ContentTypes:
        defaults: dict[str, str] = {}
        overrides: dict[str, str] = {}
        for element in _children(self, CONTENT_TYPES, TYPE_URIS, "Types"):
            kind = element.get("ContentType", "")
            if element.tag == f"{{{TYPE_URIS}}}Default":
                key, found, fits = element.get("Extension", "").lower(), defaults, _EXTENSION
            else:
                key, found, fits = element.get("PartName", ""), overrides, _PART
                if element.tag != f"{{{TYPE_URIS}}}Override" or not key.startswith("/"):
                    unreadable(self.where)
            if len(element.attrib) != 2 or key in found or not fits.fullmatch(key.removeprefix("/")):
                unreadable(self.where)
            if not _TYPE.fullmatch(kind):
                unreadable(self.where)
            found[key] = kind
        types = ContentTypes(defaults, overrides)
        for name in self.names:
            if name != CONTENT_TYPES and not (_PART.fullmatch(name) and types.of(name)):
                unreadable(self.where)
            if name.endswith(".rels") != (types.of(name) == RELATIONS_TYPE):
                unreadable(self.where)
        return types

    def _relations(self, name: str) -> tuple[Relation, ...]:
        found: dict[str, Relation] = {}
        for element in _children(self, name, RELATION_URIS, "Relationships"):
            given = dict(element.attrib)
            one = Relation(
                given.pop("Id", ""),
                given.pop("Type", ""),
                given.pop("Target", ""),
                given.pop("TargetMode", "Internal"),
            )
            known = element.tag == f"{{{RELATION_URIS}}}Relationship" and not given
            if not known or not _ID.fullmatch(one.key) or one.key in found or not one.type or not one.target:
                unreadable(self.where)
            if one.mode not in ("Internal", "External"):
                unreadable(self.where)
            found[one.key] = one
        if not found:
            unreadable(self.where)
        return tuple(found.values())


def unreadable(where: str) -> NoReturn:
    """Refuse a workbook that is broken or of a form no writer of ours makes."""
    raise EcpanelError("xlsx_unreadable", where=where)


@contextmanager
def as_unreadable(where: str) -> Iterator[None]:
    """Let every complaint about the zip be the one code `xlsx_unreadable`."""
    try:
        yield
    except (EcpanelError, OSError, zipfile.BadZipFile, zipfile.LargeZipFile) as fault:
        raise EcpanelError("xlsx_unreadable", where=where) from fault


@contextmanager
def open_package(content: bytes, where: str) -> Iterator[Package]:
    """Read the directory, content types and relationships of a workbook; raises `xlsx_unreadable`."""
    if len(content) > limits.WORKBOOK_SIZE:
        unreadable(where)
    with as_unreadable(where):
        container = open_container(io.BytesIO(content), where, _BOUNDS)
    with container:
        if not {CONTENT_TYPES, ROOT_RELATIONS, "xl/workbook.xml"} <= set(container.names):
            unreadable(where)
        yield Package(container, where)


def check_plain_zip(content: bytes, where: str) -> None:
    """Refuse a zip that holds a byte besides its entries: readers that walk it from the front would see
    other parts than those that start from the directory. Raises `xlsx_unreadable`."""
    with as_unreadable(where), zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = directory = 0
        infos = archive.infolist()
        for info in infos:
            plain = member_info(info.orig_filename, compress=True)
            if any(getattr(info, one) != getattr(plain, one) for one in _PINNED):
                unreadable(where)
            header = info.FileHeader(zip64=False)
            if info.header_offset != place or not content.startswith(header, place):
                unreadable(where)
            place += len(header) + info.compress_size
            directory += 46 + len(info.orig_filename)
        count = len(infos)
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, directory, place, 0)
        if content[place + directory :] != end:
            unreadable(where)


def parse(content: bytes, where: str) -> Any:
    """The root of an XML document in UTF-8 without document type, entities, comments or instructions.

    Raises `xlsx_unreadable`.
    """
    prologue = _PROLOGUE.match(content)
    body = content[prologue.end() :] if prologue else content
    encoding = (prologue[1] if prologue else None) or b"UTF-8"
    if encoding.upper() != b"UTF-8" or b"<!" in body or b"<?" in body:
        unreadable(where)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )
    try:
        content.decode("utf-8")
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise EcpanelError("xlsx_unreadable", where=where) from fault


def _children(package: Package, name: str, uris: str, root: str) -> Iterator[Any]:
    """The children of a flat list of elements; text between them is refused."""
    top = parse(package.read(name, MARKUP_SIZE), package.where)
    if top.tag != f"{{{uris}}}{root}" or top.attrib or (top.text or "").strip():
        unreadable(package.where)
    for element in top:
        if len(element) or (element.text or "").strip() or (element.tail or "").strip():
            unreadable(package.where)
        yield element


def text_of(value: str) -> str:
    """Character data as C14N 1.0 §2.3 writes it. Raises ValueError for characters XML cannot hold."""
    if _ILL.search(value):
        raise ValueError("a character that XML cannot hold")
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#xD;")


def attribute_of(value: str) -> str:
    """An attribute's value as C14N 1.0 §2.3 writes it. Raises ValueError for characters XML cannot hold."""
    if _ILL.search(value):
        raise ValueError("a character that XML cannot hold")
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return escaped.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")


def types_document(types: ContentTypes) -> bytes:
    """The content types as this program writes them."""
    rows = [
        f'<Default Extension="{attribute_of(key)}" ContentType="{attribute_of(kind)}"/>'
        for key, kind in types.defaults.items()
    ]
    rows += [
        f'<Override PartName="{attribute_of(key)}" ContentType="{attribute_of(kind)}"/>'
        for key, kind in types.overrides.items()
    ]
    return f'{DECLARATION}<Types xmlns="{TYPE_URIS}">{"".join(rows)}</Types>'.encode()


def relations_document(relations: tuple[Relation, ...]) -> bytes:
    """Relationships as this program writes them."""
    rows = []
    for one in relations:
        mode = "" if one.mode == "Internal" else f' TargetMode="{attribute_of(one.mode)}"'
        rows.append(
            f'<Relationship Id="{one.key}" Type="{attribute_of(one.type)}"'
            f' Target="{attribute_of(one.target)}"{mode}/>'
        )
    inside = "".join(rows)
    return f'{DECLARATION}<Relationships xmlns="{RELATION_URIS}">{inside}</Relationships>'.encode()


def transformed(relations: tuple[Relation, ...]) -> bytes:
    """What the relationship transform and C14N 1.0 make of relationships (ECMA-376-2 §12.2.4.26).

    Sorted by Id, the mode written out, nothing but the elements themselves.
    """
    rows = "".join(
        f'<Relationship Id="{one.key}" Target="{attribute_of(one.target)}"'
        f' TargetMode="{one.mode}" Type="{attribute_of(one.type)}"></Relationship>'
        for one in sorted(relations, key=lambda one: one.key)
    )
    return f'<Relationships xmlns="{RELATION_URIS}">{rows}</Relationships>'.encode()


def digest(content: bytes) -> str:
    """SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
