"""Signing off (签发): report, workbook and data from one result, compared, signed and bundled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk
from ecpanel.exchange.cards import Card
from ecpanel.exchange.digests import sha256_of
from ecpanel.exchange.handover import copy_verified, world, write_bytes_verified
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
from ecpanel.progress import Progress, part_of
from ecpanel.records import canonical, sha256, to_json
from ecpanel.reports.agreement import compare_report, compare_workbook
from ecpanel.reports.pdf_signature import sign_pdf
from ecpanel.reports.report_pdf import draw_report
from ecpanel.reports.workbook import draw_workbook
from ecpanel.services.chair import load_material, material_of
from ecpanel.services.clock import expect_clock
from ecpanel.services.identity import own_card, own_pair
from ecpanel.services.moderation import expect_moderation
from ecpanel.services.opening import Clock, Closure, act, expect_desk, expect_open, stamp
from ecpanel.store import facts, journal, submissions
from ecpanel.store.submissions import Original
from ecpanel.store.vault import Vault

WHOLE: Final = 1000
"""Units of progress of one signing; the bounds below follow the time each part takes."""
_EVALUATED: Final = 30
_WORKBOOK: Final = 150
_REPORT: Final = 800
_COMPARED: Final = 920
_SIGNED: Final = 950
_PER_EXPERT: Final = 3
"""Members of a bundle for every submission: content, signature, certificate."""

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

    Raises `documents_differ` when any figure differs. Everything is in memory: Cancelled out of
    `progress` leaves nothing behind.
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
    progress(_SIGNED, WHOLE, "签名评审报告")
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


def draft_documents(store: Vault, clock: Clock, progress: Progress) -> Documents:
    """The three documents as they would be signed now, in memory for reading; open checks do not
    hinder it. Refused until the moderation stage is open."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_moderation(connection)
        pair = own_pair(connection)
    progress(0, WHOLE, "读取评分并计算结果")
    result = evaluate(load_material(store), stamp(clock))
    return draw_documents(result, pair, owner.name, clock, progress)


def write_report(store: Vault, folder: Path, clock: Clock, progress: Progress) -> Documents:
    """Write report, workbook and data as drafts for reading; nothing is written before all are drawn."""
    documents = draft_documents(store, clock, progress)
    progress(WHOLE, WHOLE, "写出文件")
    for name, content in ((REPORT, documents.report), (WORKBOOK, documents.workbook), (DATA, documents.data)):
        write_bytes_verified(folder / name, content)
    return documents


def write_result_bundle(store: Vault, path: Path, clock: Clock, progress: Progress) -> str:
    """Make, sign and write the result bundle, read it back, then close the review (rules 37, 42).

    Returns the SHA-256 of the bundle. Refused while a statutory check is open. The bundle is put in
    its place and the review closed together: whatever goes wrong before, Cancelled out of `progress`
    included, leaves the review open and no new file on the stick.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_open(connection)
        expect_clock(connection, clock)
        material = material_of(connection)
        history = journal.lines(connection)
        pair, card = own_pair(connection), own_card(connection)
        organiser = facts.get(connection, Card, "organiser")
    progress(0, WHOLE, "计算结果")
    result = evaluate(material, stamp(clock))
    del material
    _expect_finished(result)
    review, scheme_sha256, handed_in = result.review, result.scheme_sha256, len(result.submissions)
    documents = draw_documents(result, pair, owner.name, clock, progress)
    del result  # a hundred thousand small records, no longer needed while the bundle is packed
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
    store.restore_point("bundle", clock())
    body: dict[str, str] = {}
    with _withdrawn_on_failure(path) as bundle:
        with store.writing(act(clock, owner.name, "bundle", path.name), body) as connection:
            expect_open(connection)
            if journal.last_seq(connection) != history[-1].seq:
                raise EcpanelError("review_moved_on")
            originals = _original_members(submissions.each_latest(connection))
            total = len(members) + _PER_EXPERT * handed_in
            told = _told(chain(members.items(), originals), total, part_of(progress, _SIGNED, WHOLE, WHOLE))
            body["sha256"] = bundle.digest = write_bundle(path, told, head, pair)
            facts.put(connection, "closure", Closure(path.name, bundle.digest, stamp(clock)))
    return bundle.digest


def copy_bundle(store: Vault, bundle: Path, path: Path, progress: Progress) -> None:
    """另存一份: another copy of the bundle that closed the review, compared before and after."""
    with store.reading() as connection:
        closure = facts.get(connection, Closure, "closure")
    if closure is None:
        raise EcpanelError("bundle_copy_differs", file=bundle.name)
    progress(0, 2, bundle.name)
    with world(bundle), bundle.open("rb") as source:
        found, _ = sha256_of(source)
    if found != closure.sha256:
        raise EcpanelError("bundle_copy_differs", file=bundle.name)
    progress(1, 2, path.name)
    if copy_verified(bundle, path) != closure.sha256:
        raise EcpanelError("write_differs", file=path.name)


@dataclass(slots=True)
class _Placed:
    """A bundle that may have been put in its place; `digest` is "" until then."""

    digest: str = ""


@contextmanager
def _withdrawn_on_failure(path: Path) -> Iterator[_Placed]:
    """Take a bundle away again when the review could not be closed with it."""
    placed = _Placed()
    try:
        yield placed
    except BaseException:
        if placed.digest:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _told(
    members: Iterable[tuple[str, bytes]], total: int, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Members one by one, told as they are packed."""
    for number, (name, body) in enumerate(members):
        progress(number, total, f"写出成果包 {name}")
        yield name, body


def _original_members(originals: Iterable[Original]) -> Iterator[tuple[str, bytes]]:
    """Every expert's own signed submission as members of a bundle."""
    for one in originals:
        base = submission_member(one.expert_id, one.number)
        yield f"{base}.json", one.content
        yield f"{base}.p7s", one.signature
        yield certificate_member(one.expert_id), one.certificate
