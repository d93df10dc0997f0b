"""Signing off (签发): report, workbook and data from one result, compared, signed and bundled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk
from ecpanel.exchange.cards import Card
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.result_bundle import (
    BUNDLE_FORMAT,
    BUNDLE_VERSION,
    CHAIR_CERTIFICATE,
    DATA,
    INSTRUCTIONS,
    JOURNAL,
    ORGANISER_CERTIFICATE,
    REPORT,
    WORKBOOK,
    Manifest,
    certificate_member,
    submission_member,
    write_bundle,
)
from ecpanel.progress import Progress
from ecpanel.records import canonical, sha256, to_json
from ecpanel.reports.agreement import compare_report, compare_workbook
from ecpanel.reports.pdf_signature import sign_pdf
from ecpanel.reports.report_pdf import draw_report
from ecpanel.reports.workbook import draw_workbook
from ecpanel.services.chair import load_material
from ecpanel.services.identity import own_card, own_pair
from ecpanel.services.opening import Clock, Closure, act, expect_desk, expect_open, stamp
from ecpanel.store import facts, journal, submissions
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Vault

STEPS: Final = 6

INSTRUCTIONS_TEXT: Final = """成果包校验说明
==============

本包是普通 zip，不用任何专用程序即可核对。以下命令在解压后的文件夹内执行。

一、签名：清单 manifest.json 由组长签名。
  openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json -CAfile certificates/chair.pem -purpose any -out {null}
  显示 CMS Verification successful 即通过。证书为本评审自制，请核对下面的指纹与签名页、签到表上的是否一致：
  组长 {chair}　指纹 {fingerprint}

二、文件：逐个核对 SHA-256。
  sha256sum -c SHA256SUMS
  每行显示 OK 即通过；清单另列国密 SM3 摘要（openssl dgst -sm3 文件名）。
  SHA256SUMS 自身的摘要列在 manifest.json 中。

三、报告：PDF 内嵌组长签名。
  pdfsig 评审报告.pdf
  应显示 Signature is Valid 和 Total document signed；证书为自制，显示未受信任属正常。

四、专家原始提交：每份由专家本人签名，例如
  openssl cms -verify -binary -inform DER -in submissions/E01-1.p7s -content submissions/E01-1.json -CAfile certificates/E01.pem -purpose any -out {null}

五、得分：评审结果.xlsx 的“计算”表用公式由各专家评分表逐格重算，差值列应全部为 0.00。

六、装有本程序的机器可一次完成全部核对：ecpanel verify 成果包.zip

电子签名只证明文件完整、未被改动，不是电子印章；以报告签名页的手写签名为准。
"""


@dataclass(frozen=True, slots=True)
class Documents:
    """The three documents of one result, compared with each other, and how many candidates they rank."""

    ranked: int
    recommended: int
    data: bytes
    report: bytes
    workbook: bytes


def draw_documents(result: Result, pair: KeyPair, signer: str, clock: Clock, progress: Progress) -> Documents:
    """Draw PDF, workbook and data from one result, sign the PDF, compare all three (rule 46).

    Raises `documents_differ` when any figure differs.
    """
    data = to_json(result)
    digest = sha256(data)
    progress(1, STEPS, "生成评审结果工作簿")
    workbook = draw_workbook(result, digest)
    progress(2, STEPS, "生成评审报告")
    drawn = draw_report(result, digest)
    progress(3, STEPS, "核对三份文件的数字")
    problems = compare_report(result, drawn.content) + compare_workbook(result, workbook)
    if problems:
        raise EcpanelError("documents_differ", count=len(problems), first=problems[0])
    progress(4, STEPS, "签名评审报告")
    signed = sign_pdf(drawn.content, pair, signer, drawn.signature_page, drawn.signature_box, clock())
    ranked = sum(line.state == "ranked" for line in result.lines)
    return Documents(ranked, len(result.recommended), data, signed, workbook)


def _expect_finished(result: Result) -> None:
    """Refuse to sign while objective indicators differ or experts' sheets are absent (rules 22, 31)."""
    mismatches = [flag for flag in result.flags if flag.kind in ("objective", "range", "sum")]
    if mismatches:
        first = mismatches[0]
        raise EcpanelError(
            "checks_open", count=len(mismatches), candidate=first.candidate_id, indicator=first.indicator
        )
    if not any(line.state == "ranked" for line in result.lines):
        raise EcpanelError("nothing_ranked")


def write_report(store: Vault, folder: Path, clock: Clock, progress: Progress) -> Documents:
    """Write report, workbook and data as drafts for reading; open checks do not hinder it."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        pair = own_pair(connection)
    result = evaluate(load_material(store), stamp(clock))
    documents = draw_documents(result, pair, owner.name, clock, progress)
    for name, content in ((REPORT, documents.report), (WORKBOOK, documents.workbook), (DATA, documents.data)):
        write_bytes_verified(folder / name, content)
    progress(STEPS, STEPS, "完成")
    return documents


def write_result_bundle(store: Vault, path: Path, clock: Clock, progress: Progress) -> str:
    """Make, sign and write the result bundle, read it back, then close the review (rules 37, 42).

    Returns the SHA-256 of the bundle. Refused while a statutory check is open.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_open(connection)
        pair, card = own_pair(connection), own_card(connection)
        organiser = facts.get(connection, Card, "organiser")
    result = evaluate(load_material(store), stamp(clock))
    _expect_finished(result)
    review, scheme_sha256 = result.review, result.scheme_sha256
    documents = draw_documents(result, pair, owner.name, clock, progress)
    del result  # a hundred thousand small records, no longer needed while the bundle is packed
    with store.reading() as connection:
        history = journal.lines(connection)
    members: dict[str, bytes] = {
        REPORT: documents.report,
        WORKBOOK: documents.workbook,
        DATA: documents.data,
        JOURNAL: canonical(
            [
                [one.seq, one.at, one.actor, one.action, one.subject, one.body, one.previous, one.digest]
                for one in history
            ]
        ),
        INSTRUCTIONS: INSTRUCTIONS_TEXT.format(
            null="/dev/null", chair=owner.name, fingerprint=pair.fingerprint
        ).encode(),
        CHAIR_CERTIFICATE: card.certificate.encode(),
    }
    if organiser is not None:
        members[ORGANISER_CERTIFICATE] = organiser.certificate.encode()
    head = Manifest(
        BUNDLE_FORMAT,
        BUNDLE_VERSION,
        review.review_id,
        review.title,
        review.rehearsal,
        scheme_sha256,
        owner.name,
        pair.fingerprint,
        (),
        stamp(clock),
    )
    progress(5, STEPS, "写出成果包")
    with store.reading() as connection:
        originals = _original_members(submissions.each_latest(connection))
        digest = write_bundle(path, chain(members.items(), originals), head, pair)
    store.restore_point("bundle", clock())
    with store.writing(act(clock, owner.name, "bundle", path.name), {"sha256": digest}) as connection:
        facts.put(connection, "closure", Closure(path.name, digest, stamp(clock)))
    progress(STEPS, STEPS, "完成")
    return digest


def _original_members(originals: Iterable[Original]) -> Iterator[tuple[str, bytes]]:
    """Every expert's own signed submission as members of a bundle."""
    for one in originals:
        base = submission_member(one.expert_id, one.number)
        yield f"{base}.json", one.content
        yield f"{base}.p7s", one.signature
        yield certificate_member(one.expert_id), one.certificate
