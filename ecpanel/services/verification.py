"""Verification (校验): a result bundle taken apart, every signature checked, every figure computed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.people import Expert
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.result import RESULT_FORMAT, RESULT_VERSION, Result
from ecpanel.domain.scheme import check_scheme
from ecpanel.domain.submission import Submission
from ecpanel.exchange import limits, signing
from ecpanel.exchange.candidate_cells import is_decimal
from ecpanel.exchange.container import Container, open_container
from ecpanel.exchange.handover import world
from ecpanel.exchange.keys import fingerprint, load_certificate, same_fingerprint
from ecpanel.exchange.result_bundle import (
    BOUNDS,
    CHAIR_CERTIFICATE,
    DATA,
    INSTRUCTIONS,
    JOURNAL,
    REPORT,
    SHA256SUMS,
    WORKBOOK,
    Manifest,
    certificate_member,
    check_members,
    check_shell,
    submission_member,
    sums,
)
from ecpanel.exchange.versions import read_versioned
from ecpanel.progress import Progress
from ecpanel.records import digest_of, from_json, sha256, to_json
from ecpanel.reports.agreement import compare_report, compare_workbook
from ecpanel.reports.pdf_signature import check_signed_pdf
from ecpanel.store import journal

STEPS = 6


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a bundle: sound exactly when no problem stands."""

    file: str
    problems: tuple[Problem, ...]
    manifest: Manifest | None = None
    members: int = 0
    signatures: int = 0
    figures: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything agreed."""
        return not self.problems


def verify_bundle(path: Path, progress: Progress, expected_fingerprint: str = "") -> Verification:
    """Verify a bundle whole: members, signatures, signers, and a full recalculation from the experts'
    signed originals. `expected_fingerprint` is the chair's, as known from paper."""
    try:
        with world(path), path.open("rb") as source, open_container(source, path.name, BOUNDS) as container:
            return _verify(container, progress, expected_fingerprint)
    except EcpanelError as fault:
        return Verification(path.name, (error(fault.code, **fault.params),))


def _verify(container: Container, progress: Progress, expected_fingerprint: str) -> Verification:
    file = container.file
    progress(1, STEPS, "核对组长签名")
    try:
        signed = check_shell(container)
    except EcpanelError as fault:
        return Verification(file, (error(fault.code, **fault.params), *_readable_members(container)))
    manifest = signed.manifest
    problems: list[Problem] = []
    if expected_fingerprint and not same_fingerprint(expected_fingerprint, signed.fingerprint):
        problems.append(
            error("chair_fingerprint_differs", found=signed.fingerprint, wanted=expected_fingerprint)
        )
    progress(2, STEPS, "核对文件摘要")
    problems += check_members(container, manifest)
    required = (REPORT, WORKBOOK, DATA, JOURNAL, INSTRUCTIONS, SHA256SUMS)
    listed = {entry.name for entry in manifest.entries}
    problems += [error("bundle_missing", member=name) for name in required if name not in listed]
    if problems:
        return Verification(file, tuple(problems), manifest, len(listed))
    problems += _check_sums(container)
    problems += _check_journal(container)
    progress(3, STEPS, "核对报告签名")
    problems += _check_report_signature(container)
    result = _read_result(container, manifest)
    progress(4, STEPS, "核对专家原始提交")
    originals, faults = _check_originals(container, result)
    problems += faults
    progress(5, STEPS, "重新计算")
    if not faults:
        problems += _recalculate(result, originals)
    problems += compare_report(result, container.read(REPORT, limits.BUNDLE_MEMBER))
    problems += compare_workbook(result, container.read(WORKBOOK, limits.BUNDLE_MEMBER))
    progress(STEPS, STEPS, "完成")
    figures = sum(1 for line in result.lines for cell in line.cells if cell.points is not None)
    return Verification(file, tuple(problems), manifest, len(listed), 2 + len(result.submissions), figures)


def _readable_members(container: Container) -> list[Problem]:
    """Members that cannot even be read, named when the signature already failed."""
    found: list[Problem] = []
    for name in container.names:
        try:
            container.read(name, limits.BUNDLE_MEMBER)
        except EcpanelError as fault:
            found.append(error(fault.code, **fault.params))
    return found


def _check_sums(container: Container) -> list[Problem]:
    """SHA256SUMS must list every member made before it, in the same order."""
    told = container.read(SHA256SUMS, limits.SUBMISSION_SIZE)
    names = [line.split("  ", 1)[1] for line in told.decode("utf-8", "replace").splitlines() if "  " in line]
    if any(name not in container for name in names):
        return [error("bundle_sums", member=SHA256SUMS)]
    wanted = {name: sha256(container.read(name, limits.BUNDLE_MEMBER)) for name in names}
    others = set(container.names) - set(names) - {SHA256SUMS, "manifest.json", "manifest.json.p7s"}
    return [] if sums(wanted) == told and not others else [error("bundle_sums", member=SHA256SUMS)]


def _check_journal(container: Container) -> list[Problem]:
    """The acts of the chair's desk must form an unbroken chain."""
    try:
        plain = json.loads(container.read(JOURNAL, limits.SUBMISSION_SIZE))
        broken = journal.broken_at([journal.Line(*row) for row in plain])
    except (ValueError, TypeError, RecursionError):
        broken = 1
    return [] if broken is None else [error("journal_broken", member=JOURNAL, line=broken)]


def _check_report_signature(container: Container) -> list[Problem]:
    certificate = load_certificate(
        container.read(CHAIR_CERTIFICATE, limits.CERTIFICATE_SIZE), where=CHAIR_CERTIFICATE
    )
    try:
        check_signed_pdf(container.read(REPORT, limits.BUNDLE_MEMBER), certificate, where=REPORT)
    except EcpanelError as fault:
        return [error(fault.code, **fault.params)]
    return []


def _read_result(container: Container, manifest: Manifest) -> Result:
    content = container.read(DATA, limits.BUNDLE_MEMBER)
    result = read_versioned(Result, content, RESULT_FORMAT, RESULT_VERSION, where=DATA)
    consistent = (
        result.review.review_id == manifest.review_id
        and result.review.rehearsal == manifest.rehearsal
        and result.scheme_sha256 == manifest.scheme_sha256 == digest_of(result.scheme)
        and not check_scheme(result.scheme)
        and {one.candidate_id for one in result.lines} <= {one.candidate_id for one in result.candidates}
        and all(is_decimal(fact.figure) for one in result.candidates for fact in one.facts)
    )
    if not consistent:
        raise EcpanelError("data_inconsistent", member=DATA)
    return result


def _check_originals(
    container: Container, result: Result
) -> tuple[list[tuple[Submission, str]], list[Problem]]:
    """Every original that counts: its bytes, signature, signer and place in the result."""
    problems: list[Problem] = []
    originals: list[tuple[Submission, str]] = []
    for line in result.submissions:
        base = submission_member(line.expert_id, line.number)
        try:
            content = container.read(f"{base}.json", limits.SUBMISSION_SIZE)
            pem = container.read(certificate_member(line.expert_id), limits.CERTIFICATE_SIZE)
            certificate = signing.verify_pem(
                content, container.read(f"{base}.p7s", limits.SIGNATURE_SIZE), pem, where=f"{base}.json"
            )
            submission = from_json(Submission, content, where=f"{base}.json")
        except EcpanelError as fault:
            problems.append(error(fault.code, **fault.params))
            continue
        mark = fingerprint(certificate)
        same = (
            sha256(content) == line.sha256
            and mark == line.fingerprint == submission.sign_in.fingerprint
            and submission.review_id == result.review.review_id
            and submission.scheme_sha256 == result.scheme_sha256
            and submission.expert.expert_id == line.expert_id
            and submission.number == line.number
        )
        if not same:
            problems.append(error("original_inconsistent", member=f"{base}.json"))
        originals.append((submission, line.sha256))
    known = {f"{submission_member(one.expert_id, one.number)}.json" for one in result.submissions}
    problems += [
        error("original_uncounted", member=name)
        for name in container.names
        if name.startswith("submissions/") and name.endswith(".json") and name not in known
    ]
    return originals, problems


def _recalculate(result: Result, originals: list[tuple[Submission, str]]) -> list[Problem]:
    """The whole result again from originals and the meeting's records; every difference is named."""
    declared = {(one.expert_id, one.candidate_id, one.source) for s, _ in originals for one in s.recusals}
    known = [one for one in result.recusals if (one.expert_id, one.candidate_id, one.source) not in declared]
    experts: Mapping[str, Expert] = {one.expert_id: one for one in result.experts}
    material = Material(
        result.review,
        result.scheme,
        result.scheme_sha256,
        result.group,
        experts,
        result.candidates,
        known,
        {one.expert_id: one.reason for one in result.voided},
        [(one.expert_id, one.reason, one.at) for one in result.reopenings],
        originals,
        result.corrections,
        result.gate_decisions,
        result.tie_decisions,
    )
    try:
        again = evaluate(material, result.at)
    except (EcpanelError, LookupError, ArithmeticError, ValueError) as fault:
        reason = fault.code if isinstance(fault, EcpanelError) else "record"
        return [error("recalculation_failed", reason=reason)]
    if to_json(again) == to_json(result):
        return []
    told = {line.candidate_id: line for line in result.lines}
    different = [line.candidate_id for line in again.lines if told.get(line.candidate_id) != line]
    return [
        error(
            "recalculation_differs", candidates="、".join(different[:5]) or "其他记录", count=len(different)
        )
    ]
