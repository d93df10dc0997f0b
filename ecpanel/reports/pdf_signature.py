"""Signing a report PDF (PAdES, visible mark) and checking that the signature covers the whole file."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import KeyPair, fingerprint
from ecpanel.reports.fonts import register_font
from ecpanel.reports.typography import apply_reportlab_cures, draw_text

FIELD = "Chair"


def sign_pdf(
    content: bytes,
    pair: KeyPair,
    signer: str,
    page: int,
    box: tuple[float, float, float, float],
    at: datetime,
) -> bytes:
    """Sign a PDF as PAdES B-B with a visible mark; `page` counts from 0, `box` is in pt.

    RSA with SHA-256, so that every common reader can check it. Returns the signed bytes.
    """
    return asyncio.run(_sign(content, pair, signer, page, box, at))


async def _sign(
    content: bytes,
    pair: KeyPair,
    signer: str,
    page: int,
    box: tuple[float, float, float, float],
    at: datetime,
) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import StaticStampStyle

    from ecpanel.reports.own_signer import OwnSigner

    lines = (
        f"组长 {signer}",
        at.isoformat(sep=" ", timespec="seconds"),
        f"指纹 {fingerprint(pair.certificate)}",
        "完整性签名，不是电子印章",
    )
    style = StaticStampStyle(background=_drawn_page(_draw_mark(lines, box)), border_width=0)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signer,
        reason="评审报告完整性签名",
    )
    x1, y1, x2, y2 = (round(edge) for edge in box)
    field = fields.SigFieldSpec(FIELD, on_page=page, box=(x1, y1, x2, y2))
    pdf_signer = signers.PdfSigner(metadata, signer=OwnSigner(pair), stamp_style=style, new_field_spec=field)
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signed = await pdf_signer.async_sign_pdf(writer)
    return bytes(signed.getvalue())


def _draw_mark(lines: Sequence[str], box: tuple[float, float, float, float]) -> bytes:
    """The visible mark as a page of its own, drawn like the rest of the report."""
    from reportlab.pdfgen.canvas import Canvas

    apply_reportlab_cures()
    register_font("song")
    target = io.BytesIO()
    width, height = box[2] - box[0], box[3] - box[1]
    canvas = Canvas(target, pagesize=(width, height), initialFontName="song", invariant=1)
    for number, line in enumerate(lines, start=1):
        draw_text(canvas, line, 4, height - 13 - 12 * number, "song", 9)
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


def check_signed_pdf(content: bytes, certificate: x509.Certificate, *, where: str) -> None:
    """Refuse unless the PDF bears one signature by this certificate that covers the whole file.

    Raises `pdf_signature_missing`, `pdf_signature_invalid` or `pdf_signature_partial`.
    """
    try:
        verdict = _verdict(content, certificate)
    except Exception as fault:
        raise EcpanelError("pdf_signature_invalid", where=where) from fault
    if verdict:
        raise EcpanelError(verdict, where=where)


def _verdict(content: bytes, certificate: x509.Certificate) -> str:
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signatures: list[Any] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    if not signatures:
        return "pdf_signature_missing"
    trusted = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    context = ValidationContext(
        trust_roots=[trusted], allow_fetching=False, moment=certificate.not_valid_before_utc
    )
    for signature in signatures:
        status = asyncio.run(async_validate_pdf_signature(signature, context))
        same = status.signing_cert.dump() == trusted.dump()
        if not (status.intact and status.valid and status.trusted and same):
            return "pdf_signature_invalid"
    last = signatures[-1]
    last.compute_integrity_info()
    if last.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return "pdf_signature_partial"
    return ""
