"""The documents of a result: report, workbook and data drawn from one record, compared, signed in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.exchange.result_bundle import DATA, REPORT, WORKBOOK
from ecpanel.exchange.signer import Signer
from ecpanel.progress import Progress, part_of
from ecpanel.records import sha256, to_json
from ecpanel.reports.agreement import compare_report, compare_workbook
from ecpanel.reports.archival_pdf import Attachment, make_archival
from ecpanel.reports.pdf_signature import Mark, sign_pdf
from ecpanel.reports.report_pdf import CHAIR_FIELD, draw_report
from ecpanel.reports.workbook import draw_workbook
from ecpanel.reports.workbook_signature import sign_workbook
from ecpanel.services.chair import load_material
from ecpanel.services.identity import own_pair
from ecpanel.services.moderation import expect_moderation
from ecpanel.services.opening import Clock, Store, expect_desk, stamp

WHOLE: Final = 1000
"""Units of progress of one signing; the bounds below follow the time each part takes."""
_EVALUATED: Final = 30
_WORKBOOK: Final = 150
_REPORT: Final = 780
_COMPARED: Final = 920
_SIGNED: Final = 960
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """One who signs report and workbook: `label` as the manifest names him ("chair", an expert's id, either
    with "-ukey"), the `field` of his mark on paper, and what the mark calls him."""

    label: str
    field: str
    who: str
    signer: Signer


@dataclass(frozen=True, slots=True)
class Documents:
    """The three documents of one result, compared with each other, and how many candidates they rank."""

    ranked: int
    recommended: int
    data: bytes
    report: bytes
    workbook: bytes


def draw_documents(
    result: Result, signers: Sequence[DocumentSigner], clock: Clock, progress: Progress
) -> Documents:
    """Draw PDF, workbook and data from one result, compare all three (rule 46), sign PDF and workbook in turn.

    The signed workbook and the data travel inside the PDF as well, which is PDF/A-3b. Raises
    `documents_differ` when any figure differs. Everything is in memory: Cancelled out of `progress`
    leaves nothing behind.
    """
    data = to_json(result)
    digest = sha256(data)
    workbook = draw_workbook(result, digest, part_of(progress, _EVALUATED, _WORKBOOK, WHOLE))
    drawn = draw_report(result, digest, part_of(progress, _WORKBOOK, _REPORT, WHOLE))
    problems = compare_report(result, drawn.content, part_of(progress, _REPORT, _COMPARED, WHOLE))
    progress(_COMPARED, WHOLE, "核对评审结果工作簿")
    problems += compare_workbook(result, workbook)
    if problems:
        raise EcpanelError("documents_differ", count=len(problems), first=problems[0])
    for one in signers:
        progress(_COMPARED, WHOLE, f"签名评审结果工作簿 {one.who}")
        workbook = sign_workbook(workbook, one.signer, clock(), f"{one.who} 完整性签名")
    progress(_COMPARED, WHOLE, "制作存档版式（PDF/A-3b）")
    report = make_archival(
        drawn.content,
        f"{result.review.title}评审报告",
        result.at,
        (
            Attachment(DATA, "application/json", data, "Source", "评审数据，全部数字的唯一来源"),
            Attachment(WORKBOOK, _XLSX, workbook, "Data", "评审结果工作簿"),
        ),
    )
    boxes = drawn.signature_boxes
    del drawn  # thousands of pages, no longer needed while the kept ones are signed
    for one in signers:
        progress(_SIGNED, WHOLE, f"签名评审报告 {one.who}")
        page, box = boxes[one.field]
        report = sign_pdf(report, one.signer, Mark(one.field, one.who, page, box), clock())
    ranked = sum(line.state == "ranked" for line in result.lines)
    return Documents(ranked, len(result.recommended), data, report, workbook)


def draft_documents(store: Store, clock: Clock, progress: Progress) -> Documents:
    """The three documents as they would be signed now, in memory for reading; open checks do not
    hinder it. Refused until the moderation stage is open."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_moderation(connection)
        pair = own_pair(connection)
    progress(0, WHOLE, "读取评分并计算结果")
    result = evaluate(load_material(store), stamp(clock))
    chair = DocumentSigner(CHAIR_FIELD, CHAIR_FIELD, f"组长 {owner.name}", pair)
    return draw_documents(result, (chair,), clock, progress)


def write_report(store: Store, folder: Path, clock: Clock, progress: Progress) -> Documents:
    """Write report, workbook and data as drafts for reading; nothing is written before all are drawn."""
    documents = draft_documents(store, clock, progress)
    progress(WHOLE, WHOLE, "写出文件")
    for name, content in ((REPORT, documents.report), (WORKBOOK, documents.workbook), (DATA, documents.data)):
        write_bytes_verified(folder / name, content)
    return documents
