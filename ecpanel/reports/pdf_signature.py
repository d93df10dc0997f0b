"""Signing a report PDF (PAdES, visible mark) and checking that the signature covers the whole file."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import KeyPair, fingerprint, private_bytes
from ecpanel.reports.fonts import font_path

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
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.text import TextBoxStyle
    from pyhanko.sign import fields, signers
    from pyhanko.stamp import TextStampStyle
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = asn1_x509.Certificate.load(pair.certificate.public_bytes(Encoding.DER))
    private = asn1_keys.PrivateKeyInfo.load(private_bytes(pair))
    simple = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=private,
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    style = TextStampStyle(
        stamp_text="%(signer)s\n%(when)s\n指纹 %(mark)s\n完整性签名，不是电子印章",
        text_box_style=TextBoxStyle(
            font=GlyphAccumulatorFactory(str(font_path("song"))), font_size=9, border_width=0
        ),
        inner_content_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MID, margins=Margins(4, 4, 4, 12)
        ),
        border_width=0,
        background=None,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=signer,
        reason="评审报告完整性签名",
    )
    x1, y1, x2, y2 = (round(edge) for edge in box)
    field = fields.SigFieldSpec(FIELD, on_page=page, box=(x1, y1, x2, y2))
    pdf_signer = signers.PdfSigner(metadata, signer=simple, stamp_style=style, new_field_spec=field)
    texts = {
        "signer": f"组长 {signer}",
        "when": at.isoformat(sep=" ", timespec="seconds"),
        "mark": fingerprint(pair.certificate),
    }
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signed = await pdf_signer.async_sign_pdf(writer, appearance_text_params=texts)
    return bytes(signed.getvalue())


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
