"""A drawn PDF made fit for keeping: PDF/A-3b with its data attached, equal input giving equal bytes (rule 53)."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from PIL import ImageCms

CREATOR: Final = "ecpanel"
_PROFILE: Final = "sRGB IEC61966-2.1"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF. `relationship` is the AFRelationship of ISO 19005-3, 6.8: "Data" for
    what the pages were drawn from, "Source" for what they could be drawn from again."""

    name: str
    media: str
    content: bytes
    relationship: str
    description: str


def make_archival(content: bytes, title: str, at: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """PDF/A-3b (ISO 19005-3) of a PDF whose fonts are all embedded; `at` is ISO 8601 with an offset.

    Output intent sRGB, XMP with the same title and dates as the document information, language zh-CN,
    attachments with their relationship and time. Encryption, scripts and references to the outside are
    not in what ReportLab draws; the tests look for them. Equal input gives equal bytes.
    """
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    when = datetime.datetime.fromisoformat(at)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _set_metadata(pdf, title, when)
        profile = pdf.make_stream(_srgb(), N=3)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String(_PROFILE),
            Info=String(_PROFILE),
            DestOutputProfile=profile,
        )
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
        pdf.Root.Lang = String("zh-CN")
        for one in attachments:
            _attach(pdf, one, when)
        target = io.BytesIO()
        pdf.save(
            target,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return target.getvalue()


def _set_metadata(pdf: Any, title: str, when: datetime.datetime) -> None:
    from pikepdf import Name, String

    for key in ("/Trapped", "/Keywords", "/Subject"):
        if key in pdf.docinfo:
            del pdf.docinfo[key]
    stamp = _pdf_date(when)
    for key, value in (
        ("Title", title),
        ("Author", CREATOR),
        ("Creator", CREATOR),
        ("Producer", CREATOR),
        ("CreationDate", stamp),
        ("ModDate", stamp),
    ):
        pdf.docinfo[Name(f"/{key}")] = String(value)
    iso = when.isoformat(timespec="seconds")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = title
        xmp["dc:creator"] = [CREATOR]
        xmp["dc:language"] = {"zh-CN"}
        xmp["xmp:CreatorTool"] = CREATOR
        xmp["xmp:CreateDate"] = iso
        xmp["xmp:ModifyDate"] = iso
        xmp["xmp:MetadataDate"] = iso
        xmp["pdf:Producer"] = CREATOR
        xmp["pdfaid:part"] = "3"
        xmp["pdfaid:conformance"] = "B"


def _attach(pdf: Any, one: Attachment, when: datetime.datetime) -> None:
    from pikepdf import AttachedFileSpec, Name

    pdf.attachments[one.name] = AttachedFileSpec(
        pdf,
        one.content,
        description=one.description,
        filename=one.name,
        mime_type=one.media,
        creation_date=_pdf_date(when),
        mod_date=_pdf_date(when),
        relationship=Name(f"/{one.relationship}"),
    )


def attachments_of(content: bytes) -> dict[str, bytes]:
    """The files carried inside a PDF by name. Raises whatever a damaged PDF makes pikepdf raise."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


@cache
def _srgb() -> bytes:
    """The ICC profile; its time of making is set to nothing, since it would differ from run to run."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07d000010001000000000000")
    profile[84:100] = bytes(16)
    return bytes(profile)


def _pdf_date(when: datetime.datetime) -> str:
    """A date as PDF writes it: D:20211124162000+08'00'."""
    offset = when.utcoffset() or datetime.timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"D:{when:%Y%m%d%H%M%S}{sign}{hours:02d}'{rest:02d}'"
