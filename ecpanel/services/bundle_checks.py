"""The checks of a result bundle, one by one: members, signatures, sums and journal; each gives its finding."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ecpanel.domain.candidate import is_figure
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import FINDING_LABELS, Finding, FindingKind, FindingState, branch, unchecked
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.result import RESULT_FORMAT, RESULT_VERSION, Result, SubmissionLine
from ecpanel.domain.scheme import check_scheme
from ecpanel.domain.submission import Submission
from ecpanel.exchange import limits, signing
from ecpanel.exchange.container import Container
from ecpanel.exchange.digests import measure
from ecpanel.exchange.keys import fingerprint, same_fingerprint
from ecpanel.exchange.result_bundle import (
    BOOK,
    BOOK_SIGNATURE,
    CHAIR_CERTIFICATE,
    DATA,
    INSTRUCTIONS,
    JOURNAL,
    MANIFEST,
    ORGANISER_CERTIFICATE,
    REPORT,
    SHA256SUMS,
    SIGNATURE,
    SM2_CERTIFICATE,
    WORKBOOK,
    Book,
    Manifest,
    MemberCheck,
    Signed,
    certificate_member,
    compare_members,
    compare_outside,
    document_certificate,
    stands_outside,
    submission_member,
    sums,
)
from ecpanel.exchange.versions import read_versioned
from ecpanel.progress import Progress
from ecpanel.records import digest_of, from_json, sha256, to_json
from ecpanel.store import journal
from ecpanel.texts import minute, problem_sentence, shown

REQUIRED: Final = (REPORT, WORKBOOK, DATA, JOURNAL, INSTRUCTIONS, SHA256SUMS)


def judged(
    kind: FindingKind, problems: Sequence[Problem], detail: str, label: str = "", **facts: str | int | None
) -> Finding:
    """A finding that fails with its problems and passes without; `detail` is told when it passes."""
    if problems:
        detail = problem_sentence(problems[0])
        if len(problems) > 1:
            detail = f"共{len(problems)}处，如：{detail}"
    state = FindingState.FAILED if problems else FindingState.PASSED
    return Finding(kind, label or FINDING_LABELS[kind], state, detail, facts, tuple(problems))


def faults_of(check: Callable[[], Sequence[Problem]]) -> list[Problem]:
    """The problems a check finds, its own refusal among them."""
    try:
        return list(check())
    except EcpanelError as fault:
        return [error(fault.code, **fault.params)]


# Files


def check_files(
    container: Container, signed: Signed, book: Book | None, progress: Progress
) -> tuple[Finding, dict[str, str]]:
    """Every member against the manifest, and those outside it against the book of sign-offs, which has been
    checked where there is one; also the SHA-256 of those that were read."""
    manifest = signed.manifest
    children: list[Finding] = []
    digests: dict[str, str] = {}
    if len(manifest.entries) > limits.BUNDLE_ENTRIES:
        many = error(
            "too_many_members", file=MANIFEST, count=len(manifest.entries), limit=limits.BUNDLE_ENTRIES
        )
        return branch(FindingKind.FILES, (), problem_sentence(many), [many]), digests
    for one in compare_members(container, manifest, progress):
        children.append(_member(one))
        if one.sha256:
            digests[one.name] = one.sha256
    listed = {entry.name for entry in manifest.entries}
    for name in REQUIRED:
        if name not in listed:
            children.append(_member(MemberCheck(name, None, "", "", error("bundle_missing", member=name))))
    if book is not None:
        for one in compare_outside(container, signed, book):
            found = _member(one)
            children.append(found if one.problem else replace(found, detail="与会签册一致"))
            digests[one.name] = one.sha256
    proven = {MANIFEST: "组长签名所覆盖的清单", SIGNATURE: "组长对清单的签名"}
    if book is not None:
        proven = {MANIFEST: proven[MANIFEST], BOOK: "组长签名的会签册", BOOK_SIGNATURE: "组长对会签册的签名"}
    seen = {child.label for child in children}
    for name in container.names:
        if shown(name) in seen or name in listed:
            continue
        read = measure(container.blocks(name, limits.BUNDLE_MEMBER))
        digests[name] = read.sha256
        found = _member(MemberCheck(name, read.size, read.sha256, "", None))
        if name not in proven:
            found = replace(found, state=FindingState.NOT_CHECKED)
        children.append(replace(found, detail=proven.get(name, "能读出，会签册有问题，无从核对")))
    failed = sum(one.state is FindingState.FAILED for one in children)
    told = f"清单所列{len(listed)}个文件的大小、SHA-256和SM3摘要全部一致，没有多余的文件"
    return branch(FindingKind.FILES, children, f"{failed}个文件有问题" if failed else told), digests


def _member(one: MemberCheck) -> Finding:
    return judged(
        FindingKind.MEMBER,
        [one.problem] if one.problem else [],
        "与签名清单一致",
        shown(one.name),
        size=one.size,
        sha256=one.sha256,
        wanted=one.wanted,
    )


def unlisted_files(container: Container) -> Finding:
    """Members of a bundle whose manifest is worth nothing; those that cannot even be read are named."""
    children = []
    for name in container.names:
        problems: list[Problem] = []
        digest = ""
        try:
            digest = measure(container.blocks(name, limits.BUNDLE_MEMBER)).sha256
        except EcpanelError as fault:
            problems = [error(fault.code, **fault.params)]
        found = judged(
            FindingKind.MEMBER, problems, "", shown(name), size=container.size(name), sha256=digest
        )
        if not problems:
            found = replace(found, state=FindingState.NOT_CHECKED, detail="能读出，无清单可核对")
        children.append(found)
    return branch(FindingKind.FILES, children, "签名清单不可信，文件无从核对")


# Signatures


def chair_signature(signed: Signed) -> Finding:
    """The chair's signature over the manifest, which has been found good."""
    head = signed.manifest
    chair, at = shown(head.chair), minute(shown(head.signed_at))
    return judged(
        FindingKind.CHAIR_SIGNATURE,
        [],
        f"签名有效，{chair}签署于{at}",
        who=chair,
        holder=shown(signed.signer),
        fingerprint=signed.fingerprint,
        at=at,
    )


def chair_identity(signed: Signed, expected: str) -> Finding:
    """The chair's fingerprint beside the one known from paper."""
    problems = []
    if not same_fingerprint(expected, signed.fingerprint):
        problems = [error("chair_fingerprint_differs", found=signed.fingerprint, wanted=expected)]
    return judged(
        FindingKind.CHAIR_IDENTITY, problems, "与给出的纸面指纹一致", fingerprint=signed.fingerprint
    )


def unchecked_originals(container: Container) -> list[Finding]:
    """The originals a bundle holds, before anybody has looked at them."""
    return [
        unchecked(FindingKind.SUBMISSION, label=shown(name))
        for name in container.names
        if name.startswith("submissions/") and name.endswith(".json")
    ]


def check_original(
    container: Container, result: Result, line: SubmissionLine
) -> tuple[Finding, Submission | None]:
    """One original that counts: its bytes, signature, signer and place in the result."""
    base = submission_member(line.expert_id, line.number)
    name = next((one.name for one in result.experts if one.expert_id == line.expert_id), "")
    label = shown(f"{line.expert_id} {name}　第{line.number}版")
    facts: dict[str, str | int | None] = {
        "expert_id": line.expert_id,
        "number": line.number,
        "who": shown(name),
        "fingerprint": line.fingerprint,
        "at": minute(shown(line.submitted_at)),
        "sha256": line.sha256,
    }
    try:
        content = container.read(f"{base}.json", limits.SUBMISSION_SIZE)
        pem = container.read(certificate_member(line.expert_id), limits.CERTIFICATE_SIZE)
        signature = container.read(f"{base}.p7s", limits.SIGNATURE_SIZE)
        certificate = signing.verify_pem(content, signature, pem, where=f"{base}.json")
        submission = from_json(Submission, content, where=f"{base}.json")
    except EcpanelError as fault:
        return judged(FindingKind.SUBMISSION, [error(fault.code, **fault.params)], "", label, **facts), None
    mark = facts["fingerprint"] = fingerprint(certificate)
    same = (
        sha256(content) == line.sha256
        and mark == line.fingerprint == submission.sign_in.fingerprint
        and submission.review_id == result.review.review_id
        and submission.scheme_sha256 == result.scheme_sha256
        and submission.expert.expert_id == line.expert_id
        and submission.number == line.number
    )
    problems = [] if same else [error("original_inconsistent", member=f"{base}.json")]
    voided = any(one.expert_id == line.expert_id for one in result.voided)
    detail = "签名有效，与结果中的记录相符" + ("；该专家的评分已作废，不计入得分" if voided else "，予以采用")
    return judged(FindingKind.SUBMISSION, problems, detail, label, **facts), submission


def uncounted_originals(container: Container, manifest: Manifest, result: Result) -> list[Finding]:
    """Originals and certificates that lie in the bundle and that nothing in it needs."""
    bases = [submission_member(one.expert_id, one.number) for one in result.submissions]
    known = {f"{base}.{ending}" for base in bases for ending in ("json", "p7s")}
    known |= {certificate_member(one.expert_id) for one in result.submissions}
    known |= {CHAIR_CERTIFICATE, ORGANISER_CERTIFICATE, SM2_CERTIFICATE}
    known |= {document_certificate(label) for label in manifest.document_signers}
    return [
        judged(FindingKind.SUBMISSION, [error("original_uncounted", member=name)], "", shown(name))
        for name in container.names
        if name.startswith(("submissions/", "certificates/")) and name not in known
    ]


# Consistency


def check_sums(container: Container, digests: Mapping[str, str], version: int) -> Finding:
    """SHA256SUMS must list every member made before it, in the same order; `version` is the manifest's."""
    names: list[str] = []

    def check() -> list[Problem]:
        told = container.read(SHA256SUMS, limits.SUBMISSION_SIZE)
        lines = told.decode("utf-8", "replace").splitlines()
        names.extend(line.split("  ", 1)[1] for line in lines if "  " in line)
        covered = {*names, SHA256SUMS}
        others = [one for one in container.names if one not in covered and not stands_outside(one, version)]
        same = not others and all(name in digests for name in names)
        same = same and sums({name: digests[name] for name in names}) == told
        return [] if same else [error("bundle_sums", member=SHA256SUMS)]

    problems = faults_of(check)
    return judged(FindingKind.SUMS, problems, f"{len(names)}个文件逐行相符", lines=len(names))


def check_journal(container: Container) -> Finding:
    """The acts of the chair's desk must form an unbroken chain."""
    count = 0

    def check() -> list[Problem]:
        nonlocal count
        try:
            plain = json.loads(container.read(JOURNAL, limits.SUBMISSION_SIZE))
            count = len(plain)
            broken = journal.broken_at([journal.Line(*row) for row in plain])
        except (ValueError, TypeError, RecursionError):
            broken = 1
        return [] if broken is None else [error("journal_broken", member=JOURNAL, line=broken)]

    problems = faults_of(check)
    return judged(FindingKind.JOURNAL, problems, f"{count}行操作记录首尾相连，没有断开", lines=count)


def read_result(container: Container, manifest: Manifest) -> Result:
    """The data of a bundle, read strictly and held against manifest and scheme. Raises `data_inconsistent`."""
    content = container.read(DATA, limits.BUNDLE_DOCUMENT)
    result = read_versioned(Result, content, RESULT_FORMAT, RESULT_VERSION, where=DATA)
    chair = next((one.name for one in result.experts if one.expert_id == result.group.chair), None)
    consistent = (
        content == to_json(result)
        and (chair is None or manifest.chair == chair)
        and result.review.title == manifest.review_title
        and result.review.review_id == manifest.review_id
        and result.review.rehearsal == manifest.rehearsal
        and result.scheme_sha256 == manifest.scheme_sha256 == digest_of(result.scheme)
        and not check_scheme(result.scheme)
        and {one.candidate_id for one in result.lines} <= {one.candidate_id for one in result.candidates}
        and all(is_figure(fact.figure) for one in result.candidates for fact in one.facts)
    )
    if not consistent:
        raise EcpanelError("data_inconsistent", member=DATA)
    return result
