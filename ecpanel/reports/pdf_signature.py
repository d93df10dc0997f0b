"""Signing a report PDF (PAdES, visible marks, several signers in turn) and checking who signed all of it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import fingerprint
from ecpanel.exchange.signer import Signer
from ecpanel.reports.fonts import register_font
from ecpanel.reports.page import Box
from ecpanel.reports.typography import apply_reportlab_cures, draw_text, text_width

REASON: Final = "评审报告完整性签名"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where one signature stands and what its visible mark says; `page` counts from 0."""

    field: str
    who: str
    page: int
    box: Box


def sign_pdf(content: bytes, signer: Signer, mark: Mark, at: datetime) -> bytes:
    """Sign a PDF as PAdES B-B (ETSI EN 319 142-1) with a visible mark; earlier signatures stay valid.

    RSA with SHA-256, so that every common reader can check it. Returns the signed bytes.
    """
    return asyncio.run(_sign(content, signer, mark, at))


async def _sign(content: bytes, signer: Signer, mark: Mark, at: datetime) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    from ecpanel.exchange.raw_signer import RawSigner

    lines = (
        mark.who,
        at.isoformat(sep=" ", timespec="seconds"),
        f"指纹 {fingerprint(signer.certificate)}",
        "完整性签名，不是电子印章",
    )
    whole = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(), InnerScaling.NO_SCALING
    )
    drawn = _drawn_page(_draw_mark(lines, mark.box))
    style = StaticStampStyle(
        background=drawn, background_layout=whole, background_opacity=1.0, border_width=0
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=mark.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=mark.who,
        reason=REASON,
    )
    x1, y1, x2, y2 = (round(edge) for edge in mark.box)
    field = fields.SigFieldSpec(mark.field, on_page=mark.page, box=(x1, y1, x2, y2))
    pdf_signer = signers.PdfSigner(
        metadata, signer=RawSigner(signer), stamp_style=style, new_field_spec=field
    )
    signed = await pdf_signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)))
    return bytes(signed.getvalue())


def _draw_mark(lines: Sequence[str], box: Box) -> bytes:
    """The visible mark as a page of its own, drawn like the rest of the report."""
    from reportlab.pdfgen.canvas import Canvas

    apply_reportlab_cures()
    register_font("song")
    target = io.BytesIO()
    width, height = box[2] - box[0], box[3] - box[1]
    canvas = Canvas(target, pagesize=(width, height), initialFontName="song", invariant=1)
    room = (height - 15) / len(lines)
    for number, line in enumerate(lines, start=1):
        size = min(9.0, room * 0.78)
        size *= min(1.0, (width - 8) / max(text_width(line, "song", size), 1.0))
        draw_text(canvas, line, 4, height - 13 - room * number + room * 0.2, "song", size)
    canvas.save()
    return target.getvalue()


def _drawn_page(content: bytes) -> Any:
    """A page as pyHanko's stamp content, taken from memory instead of a file."""
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.pdf_utils.reader import PdfFileReader

    class MemoryPage(ImportedPdfPage):
        def render(self) -> bytes:
            imported = self._ensure_writer.import_page_as_xobject(
                PdfFileReader(io.BytesIO(content)), page_ix=0
            )
            self.resources.xobject["/Mark"] = imported
            x1, y1, x2, y2 = imported.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(x1 - x2), height=abs(y1 - y2))
            return b"/Mark Do"

    return MemoryPage("")  # type: ignore[no-untyped-call]


def check_signed_pdf(content: bytes, expected: Sequence[x509.Certificate], *, where: str) -> None:
    """Refuse unless the PDF bears exactly the signatures of these certificates, in this order.

    Between two signatures nothing may have happened but signing (pyHanko's difference policy, which
    replaced pages do not pass though other readers call them valid), and the last covers the whole file.
    Raises `pdf_signature_missing`, `pdf_signature_invalid`, `pdf_signature_partial`, `pdf_signers_differ`.
    """
    try:
        verdict = _verdict(content, expected)
    except Exception as fault:
        raise EcpanelError("pdf_signature_invalid", where=where) from fault
    if verdict:
        raise EcpanelError(verdict, where=where)


def _verdict(content: bytes, expected: Sequence[x509.Certificate]) -> str:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel

    signatures: list[Any] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    if not signatures:
        return "pdf_signature_missing"
    known = [one.public_bytes(Encoding.DER) for one in expected]
    for signature in signatures:
        if signature.signer_cert.dump() not in known:
            return "pdf_signature_invalid"
        if not _is_good(signature, expected[known.index(signature.signer_cert.dump())]):
            return "pdf_signature_invalid"
    last = signatures[-1]
    last.compute_integrity_info()
    if last.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return "pdf_signature_partial"
    return "" if [one.signer_cert.dump() for one in signatures] == known else "pdf_signers_differ"


def _is_good(signature: Any, certificate: x509.Certificate) -> bool:
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    trusted = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    context = ValidationContext(
        trust_roots=[trusted], allow_fetching=False, moment=certificate.not_valid_before_utc
    )
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    return bool(status.intact and status.valid and status.trusted and status.docmdp_ok)
