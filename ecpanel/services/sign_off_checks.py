"""The checks of who signed a result bundle: documents, UKeys, the book of sign-offs, SM2, and paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import Finding, FindingKind, FindingState, unchecked
from ecpanel.domain.problems import Problem, error, note
from ecpanel.domain.result import Result
from ecpanel.domain.sign_off import SIGN_OFF_WORDS, SignOffState, book_lines
from ecpanel.exchange import limits, signing
from ecpanel.exchange.container import Container
from ecpanel.exchange.declarations import Signed as SignedDeclaration
from ecpanel.exchange.declarations import check_declaration
from ecpanel.exchange.issued import judge
from ecpanel.exchange.keys import fingerprint, holder, load_certificate, load_chain
from ecpanel.exchange.result_bundle import (
    CHAIR_UKEY,
    DATA,
    REPORT,
    SIGN_OFF_SHEET,
    SM2_CERTIFICATE,
    SM2_SIGNATURE,
    UKEY_SIGNATURE,
    WORKBOOK,
    Book,
    Signed,
    check_book,
    declaration_members,
    document_certificate,
    signer_of,
    used_ukey,
)
from ecpanel.records import sha256
from ecpanel.reports.agreement import page_texts
from ecpanel.reports.archival_pdf import attachments_of
from ecpanel.reports.fonts import LAST_RESORT, covers
from ecpanel.reports.pdf_signature import check_signed_pdf
from ecpanel.reports.sign_off_sheet import paper_digits, same_on_paper
from ecpanel.reports.workbook_signature import check_signed_workbook
from ecpanel.services.bundle_checks import faults_of, judged
from ecpanel.services.countersign import Panel, expect_member, pinned_key
from ecpanel.services.signatories import bears_name
from ecpanel.texts import minute, problem_sentence, shown


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate of a UKey, whose it should be, and the certificates that came with it; `at` is when it
    signed, ISO 8601."""

    label: str
    name: str
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    at: str


def document_signers(container: Container, signed: Signed) -> list[x509.Certificate]:
    """The certificates of those who signed report and workbook, in their order. Raises `bundle_missing`,
    `certificate_unreadable`."""
    found = []
    for label in signed.manifest.document_signers:
        name = document_certificate(label)
        if name not in container:
            raise EcpanelError("bundle_missing", member=shown(name))
        found.append(load_certificate(container.read(name, limits.CERTIFICATE_SIZE), where=name))
    return found


def check_document_signatures(container: Container, signed: Signed) -> tuple[Finding, Finding | None]:
    """The signatures inside report and workbook: exactly those the manifest names, over all of it. Bundles of
    version 1 have none in the workbook."""
    count = len(signed.manifest.document_signers)

    def report() -> list[Problem]:
        content = container.read(REPORT, limits.BUNDLE_DOCUMENT)
        check_signed_pdf(content, document_signers(container, signed), where=REPORT)
        return []

    def workbook() -> list[Problem]:
        content = container.read(WORKBOOK, limits.BUNDLE_DOCUMENT)
        check_signed_workbook(content, document_signers(container, signed), where=WORKBOOK)
        return []

    told = f"{count}人的签名有效，组长在先，最后一个覆盖整个文件"
    facts = {"fingerprint": signed.fingerprint}
    first = judged(FindingKind.REPORT_SIGNATURE, faults_of(report), told, **facts)
    if signed.manifest.version < 2:
        return first, None
    told = f"{count}人的签名有效，覆盖全部部件"
    return first, judged(FindingKind.WORKBOOK_SIGNATURE, faults_of(workbook), told, **facts)


def check_attachments(container: Container) -> Finding:
    """What travels inside the report must be the very data and workbook of the bundle."""

    def check() -> list[Problem]:
        try:
            found = attachments_of(container.read(REPORT, limits.BUNDLE_DOCUMENT))
        except EcpanelError:
            raise
        except Exception as fault:  # a damaged PDF makes its reader raise anything
            raise EcpanelError("report_attachments_differ", member=REPORT) from fault
        wanted = {name: container.read(name, limits.BUNDLE_DOCUMENT) for name in (DATA, WORKBOOK)}
        return [] if found == wanted else [error("report_attachments_differ", member=REPORT)]

    return judged(FindingKind.ATTACHMENTS, faults_of(check), "与包内的data.json和工作簿逐字节相同")


def check_paper(paper: str, signed: Signed, data_sha256: str) -> Finding:
    """Digits typed or scanned from paper against the manifest (sign-off sheet) or the data (foot of a page)."""
    digest = sha256(signed.content)
    for told, found in (("会签表上的清单摘要", digest), ("报告页脚的数据摘要", data_sha256)):
        if found and same_on_paper(paper, found):
            return judged(FindingKind.PAPER, [], f"{told}与成果包一致", found=paper_digits(found))
    problem = error("paper_digits_differ", found=shown(paper), wanted=paper_digits(digest))
    return judged(FindingKind.PAPER, [problem], "", found=paper_digits(digest))


# The book and its declarations


def check_signed_book(container: Container, signed: Signed) -> tuple[Finding, Book | None]:
    """The book of sign-offs by itself."""
    try:
        book = check_book(container, signed)
    except EcpanelError as fault:
        return judged(FindingKind.BOOK, [error(fault.code, **fault.params)], ""), None
    told = f"组长签名有效，说的是这一份清单，列出清单以外的{len(book.entries)}个文件"
    facts = {"fingerprint": signed.fingerprint, "at": minute(shown(book.closed_at))}
    return judged(FindingKind.BOOK, [], told, **facts), book


def check_declarations(
    container: Container, signed: Signed, book: Book, result: Result
) -> tuple[list[Finding], list[Issued]]:
    """Every line of the book against the declaration behind it, and the whole book against the panel."""
    panel = Panel.of(result)
    findings: list[Finding] = []
    issued: list[Issued] = []
    declared: dict[str, SignedDeclaration] = {}
    for line in book.lines:
        label = shown(f"{line.expert_id} {line.name}　会签")
        if line.state in (SignOffState.DEEMED, SignOffState.VOIDED):
            findings.append(judged(FindingKind.DECLARATION, [], SIGN_OFF_WORDS[line.state], label))
            continue
        try:
            one = _declaration(container, signed, line.expert_id)
            by_ukey = expect_member(
                one, panel, {line.expert_id: (pinned_key(container, line.expert_id),)}, signed.fingerprint
            )
        except EcpanelError as fault:
            problems = [error(fault.code, **fault.params)]
            findings.append(judged(FindingKind.DECLARATION, problems, "", label))
            continue
        declared[line.expert_id] = one
        said = one.declaration
        if by_ukey:
            issued.append(
                _issued(f"{line.expert_id} {line.name}", line.name, one.certificates, said.signed_at)
            )
        facts = {
            "fingerprint": said.fingerprint,
            "at": minute(shown(said.signed_at)),
            "who": shown(line.name),
        }
        told = SIGN_OFF_WORDS[line.state] + (f"：{shown(said.reasons)}" if said.reasons else "")
        findings.append(judged(FindingKind.DECLARATION, [], told, label, **facts))
    again = book_lines(
        panel.group,
        panel.experts,
        panel.voided,
        {key: (one.declaration, one.sha256) for key, one in declared.items()},
    )
    booked = {line.expert_id for line in book.lines if line.sha256}
    for key in sorted(_signers(signed) - booked):
        missing = [error("declaration_missing", expert=key, name=panel.names.get(key, ""))]
        findings.append(judged(FindingKind.DECLARATION, missing, "", f"{shown(key)}　会签"))
    if again != book.lines and all(one.state is FindingState.PASSED for one in findings):
        differs = [error("book_lines_differ", member="signoffs.json")]
        findings.append(judged(FindingKind.DECLARATION, differs, "", "会签册与会签"))
    findings.append(_sheet(container, signed, book))
    return findings, issued


def _signers(signed: Signed) -> set[str]:
    """The experts who signed report and workbook, and so were there to declare."""
    labels = {signer_of(label) for label in signed.manifest.document_signers}
    return labels - {"chair"}


def _declaration(container: Container, signed: Signed, expert_id: str) -> SignedDeclaration:
    names = declaration_members(expert_id)
    for name in names:
        if name not in container:
            raise EcpanelError("bundle_missing", member=name)
    content, signature, over_manifest, certificates = (
        container.read(name, limits.SIGN_OFF_FILE) for name in names
    )
    return check_declaration(content, signature, over_manifest, certificates, signed.content, where=names[0])


def _sheet(container: Container, signed: Signed, book: Book) -> Finding:
    """The paper must carry the digits of this manifest, and what every member has declared."""
    wanted = [paper_digits(sha256(signed.content))]
    for line in book.lines:
        wanted += [line.name, SIGN_OFF_WORDS[line.state], line.reasons]
    wanted = [_plain(one) for one in wanted if one]

    def check() -> list[Problem]:
        try:
            pages = page_texts(container.read(SIGN_OFF_SHEET, limits.BUNDLE_DOCUMENT))
            words = _plain("".join(pages))
            told = all(one in words for one in wanted)
        except EcpanelError:
            raise
        except Exception:  # a damaged PDF makes its reader raise anything
            told = False
        return [] if told else [error("sheet_differs", member=SIGN_OFF_SHEET)]

    return judged(
        FindingKind.DECLARATION, faults_of(check), "印有本清单的摘要，所列会签与会签册一致", "会签表"
    )


def _plain(text: str) -> str:
    """Letters and digits of a text as readers of PDF give them; what no font shows is on no paper."""
    return "".join(
        char
        for char in unicodedata.normalize("NFKC", text)
        if char.isalnum() and (char.isascii() or covers("song", char) or covers(LAST_RESORT, char))
    )


# UKeys and SM2


def chair_ukey(container: Container, signed: Signed) -> tuple[list[Finding], list[Issued]]:
    """The signature over the manifest by a UKey of the chair, where there is one."""
    head = signed.manifest
    has_signature = UKEY_SIGNATURE in container
    if not has_signature and CHAIR_UKEY not in head.document_signers:
        return [], []
    name = document_certificate(CHAIR_UKEY)
    label = "组长UKey对清单的签名"
    try:
        for wanted in (name, UKEY_SIGNATURE):
            if wanted not in container:
                raise EcpanelError("bundle_missing", member=wanted)
        pem = container.read(name, limits.CERTIFICATE_SIZE)
        certificate = load_certificate(pem, where=name)
        signature = container.read(UKEY_SIGNATURE, limits.SIGNATURE_SIZE)
        signing.verify(signed.content, signature, certificate, where=UKEY_SIGNATURE)
        issued = _issued(f"组长 {head.chair}", head.chair, pem, head.signed_at)
    except EcpanelError as fault:
        return [judged(FindingKind.CHAIR_SIGNATURE, [error(fault.code, **fault.params)], "", label)], []
    facts = {"fingerprint": fingerprint(certificate), "holder": shown(holder(certificate))}
    return [judged(FindingKind.CHAIR_SIGNATURE, [], "签名有效", label, **facts)], [issued]


def member_ukeys(container: Container, signed: Signed, result: Result) -> list[Issued]:
    """UKeys with which members signed report and workbook. Raises as `document_signers`."""
    names = {one.expert_id: one.name for one in result.experts}
    found = []
    for label in signed.manifest.document_signers:
        key = signer_of(label)
        if used_ukey(label) and label != CHAIR_UKEY:
            member = document_certificate(label)
            pem = container.read(member, limits.CERTIFICATE_SIZE)
            name = names.get(key, "")
            found.append(_issued(f"{key} {name}", name, pem, signed.manifest.signed_at))
    return found


def _issued(label: str, name: str, pem: bytes, at: str) -> Issued:
    first, *rest = load_chain(pem, where=label)
    return Issued(label, name, first, rest, at)


def judge_ukeys(
    issued: Sequence[Issued], anchors: Sequence[x509.Certificate]
) -> tuple[list[Finding], list[Problem]]:
    """Each certificate once: whose name it bears and whether it leads to an anchor. Without anchors nobody
    can tell, and it stays unchecked."""
    findings: list[Finding] = []
    notes: list[Problem] = []
    seen: set[str] = set()
    for one in issued:
        mark = fingerprint(one.certificate)
        if mark in seen:
            continue
        seen.add(mark)
        label = shown(f"UKey证书 {one.label}")
        problems: list[Problem] = []
        if one.certificate.issuer == one.certificate.subject:
            problems.append(error("ukey_self_signed", name=shown(one.label)))
        if not bears_name(holder(one.certificate), one.name):
            problems.append(
                error("signer_name_differs", found=shown(holder(one.certificate)), wanted=shown(one.name))
            )
        if not anchors and not problems:
            told = note("ukey_not_anchored", name=shown(one.label))
            notes.append(told)
            findings.append(unchecked(FindingKind.UKEY, problem_sentence(told), label))
            continue
        judgement = judge(one.certificate, one.chain, anchors, datetime.fromisoformat(one.at))
        problems += judgement.problems
        notes += judgement.notes
        told_issuer = f"由{shown(judgement.issuer)}签发，签名时在有效期内；是否被吊销，离线不能知道"
        findings.append(judged(FindingKind.UKEY, problems, told_issuer, label, fingerprint=mark))
    return findings, notes


def check_sm2(container: Container, signed: Signed) -> tuple[list[Finding], list[Problem]]:
    """The SM2 signature, where there is one; without the extra it is not checked and says so."""
    from ecpanel.exchange import sm2

    if SM2_SIGNATURE not in container and SM2_CERTIFICATE not in container:
        return [], []
    try:
        for name in (SM2_CERTIFICATE, SM2_SIGNATURE):
            if name not in container:
                raise EcpanelError("bundle_missing", member=name)
        public = sm2.load_public(
            container.read(SM2_CERTIFICATE, limits.CERTIFICATE_SIZE), where=SM2_CERTIFICATE
        )
        signature = container.read(SM2_SIGNATURE, limits.SIGNATURE_SIZE)
        sm2.verify(signed.content, signature, public, where=SM2_SIGNATURE)
    except EcpanelError as fault:
        if fault.code == "sm2_support_missing":
            told = note("sm2_not_checked")
            return [unchecked(FindingKind.SM2_SIGNATURE, problem_sentence(told))], [told]
        return [judged(FindingKind.SM2_SIGNATURE, [error(fault.code, **fault.params)], "")], []
    return [judged(FindingKind.SM2_SIGNATURE, [], "签名有效（SM2，SM3摘要）")], []
