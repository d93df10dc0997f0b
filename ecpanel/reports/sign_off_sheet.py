"""The sign-off sheet (会签表): the paper that carries the digest of the manifest, every declaration, and ink."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from ecpanel.domain.sign_off import SIGN_OFF_WORDS, BookLine
from ecpanel.reports.page import (
    BODY,
    LEADING,
    LEVEL1,
    TEXT_WIDTH,
    TITLE,
    OfficialDocument,
    Running,
    draw_signature_rows,
    draw_table,
)
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.tables import Column
from ecpanel.reports.tables import Table as Rows
from ecpanel.texts import minute

QR_PREFIX: Final = "ECPANEL:MANIFEST:"
_QR_SIZE: Final = 34 * mm
_DIGITS: Final = TextStyle("hei", 20, 30, alignment="left")
_SMALL: Final = TextStyle("song", 10, 16, alignment="left")
_HEX: Final = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class SignOffSheet:
    """What the sheet says; `documents` are the files of the bundle in a word."""

    title: str
    marks: Sequence[str]
    manifest_sha256: str
    members: int
    chair: str
    chair_id: str
    chair_fingerprint: str
    supervisor: str
    signed_at: str
    lines: Sequence[BookLine]


def draw_sign_off_sheet(sheet: SignOffSheet) -> bytes:
    """Draw it; equal sheets give equal bytes."""
    target = BytesIO()
    digits = paper_digits(sheet.manifest_sha256)
    document = OfficialDocument(
        target, f"{sheet.title} 会签表", Running(tuple(sheet.marks), f"清单摘要 {digits}")
    )
    signed = sum(bool(one.sha256) for one in sheet.lines)
    story: list[Flowable] = [
        ChineseParagraph(f"{sheet.title}\n会签表", TITLE),
        ChineseParagraph(
            f"本表所附成果包的清单列有{sheet.members}个文件，由组长{sheet.chair}于{minute(sheet.signed_at)}签名。"
            "评审组成员对清单会签，即对其中的评审报告、评审结果工作簿、数据和全部原始评分会签。",
            BODY,
        ),
        _digest(sheet, digits),
        ChineseParagraph("会签情况", LEVEL1),
        ChineseParagraph(
            f"电子会签{signed}人。未签名又不书面说明理由的，视为同意。有不同意见的，理由照录如下。", BODY
        ),
        *draw_table(_declarations(sheet.lines), TEXT_WIDTH),
        ChineseParagraph("手写签名", LEVEL1),
        ChineseParagraph(
            "电子签名只证明文件完整、未被改动，不是电子印章；以下列手写签名为准。签后扫描，随补充包送回。",
            BODY,
        ),
    ]
    rows = [
        (one.expert_id, one.name + ("（组长）" if one.expert_id == sheet.chair_id else ""))
        for one in sheet.lines
    ]
    rows += [("", "核分人"), ("", f"监督人 {sheet.supervisor}".strip())]
    story += [Spacer(1, LEADING / 2), draw_signature_rows(rows)]
    document.build(story)
    return target.getvalue()


def _digest(sheet: SignOffSheet, digits: str) -> Flowable:
    """The digits to compare by eye beside the code for a reader."""
    qr = QrCodeWidget(qr_text(sheet.manifest_sha256), barLevel="M", barWidth=_QR_SIZE, barHeight=_QR_SIZE)
    drawing = Drawing(_QR_SIZE, _QR_SIZE)
    drawing.add(qr)
    first, second = _halves(sheet.chair_fingerprint)
    said = [
        ChineseParagraph("清单摘要（前8位…后8位）", _SMALL),
        ChineseParagraph(digits, _DIGITS),
        ChineseParagraph(f"组长签名指纹　{first}\n　　　　　　　{second}", _SMALL),
        ChineseParagraph("核对：ecpanel verify 成果包.zip --paper 摘要", _SMALL),
    ]
    table = Table([[drawing, said]], colWidths=[_QR_SIZE + 6 * mm, TEXT_WIDTH - _QR_SIZE - 6 * mm])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return KeepTogether([Spacer(1, 6), table, Spacer(1, 6)])


def _declarations(lines: Sequence[BookLine]) -> Rows:
    columns = (
        Column("编号", 12),
        Column("姓名", 24),
        Column("会签", 34),
        Column("不同意见及理由", 54),
        Column("时间与签名指纹", 46),
    )
    rows = tuple(
        (
            one.expert_id,
            one.name,
            SIGN_OFF_WORDS[one.state],
            one.reasons or None,
            "\n".join((minute(one.signed_at), *_halves(one.fingerprint))) if one.sha256 else None,
        )
        for one in lines
    )
    return Rows("会签", "会签情况表", columns, rows, signed=False)


def _halves(fingerprint: str) -> tuple[str, str]:
    """A fingerprint in two lines of four groups."""
    groups = fingerprint.split("-")
    return "-".join(groups[:4]), "-".join(groups[4:])


def qr_text(manifest_sha256: str) -> str:
    """What the code on paper says; capitals, so that the code stays coarse enough for a poor scan."""
    return QR_PREFIX + manifest_sha256.upper()


def paper_digits(digest: str) -> str:
    """The digits on paper: the first and last eight of a digest."""
    return f"{digest[:8]} … {digest[-8:]}"


def same_on_paper(typed: str, digest: str) -> bool:
    """Whether what was typed or scanned from paper is this digest: all of it, or its first and last eight digits."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    plain = plain.removeprefix(QR_PREFIX.casefold())
    digits = "".join(_HEX.findall(plain))
    return digits in (digest, digest[:8] + digest[-8:])
