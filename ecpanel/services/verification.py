"""Verification (校验): a result bundle taken apart, every signature checked, every figure computed again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from cryptography import x509

from ecpanel import __version__
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import Finding, FindingKind, FindingState, branch, holds, problems_of, unchecked
from ecpanel.domain.problems import Problem, error, note
from ecpanel.domain.result import Result
from ecpanel.domain.review import REHEARSAL_MARK
from ecpanel.domain.submission import Submission
from ecpanel.exchange import limits
from ecpanel.exchange.container import Container, open_container
from ecpanel.exchange.digests import sha256_of
from ecpanel.exchange.handover import read_limited, world, write_bytes_verified
from ecpanel.exchange.keys import is_fingerprint
from ecpanel.exchange.result_bundle import BOUNDS, DATA, REPORT, WORKBOOK, Book, Manifest, Signed, check_shell
from ecpanel.progress import Progress, part_of, silent
from ecpanel.reports.agreement import compare_report, compare_workbook
from ecpanel.reports.tables import marks
from ecpanel.services import bundle_checks as checks
from ecpanel.services import sign_off_checks as sign_offs
from ecpanel.services.bundle_checks import faults_of, judged
from ecpanel.services.opening import Clock, stamp
from ecpanel.services.recalculation import figures_of, recalculate
from ecpanel.texts import minute, problem_sentence, shown

WHOLE: Final = 1000
"""Units of progress of a whole verification; the parts below follow what 370 firms take."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a bundle: sound exactly when no problem stands and nothing was left unchecked.

    `path` is where the file lay, `size` and `sha256` are of the whole file (None and "" where it could
    not be read to its end). `findings` are the four branches 文件, 签名, 计算, 一致性; `notes` what is to be
    known though nothing is wrong; `marks` what must stand beside the verdict wherever it is shown.
    """

    file: str
    findings: tuple[Finding, ...]
    manifest: Manifest | None = None
    members: int = 0
    signatures: int = 0
    figures: int = 0
    submissions: int = 0
    candidates: int = 0
    notes: tuple[Problem, ...] = ()
    marks: tuple[str, ...] = ()
    path: Path = Path()
    size: int | None = None
    sha256: str = ""
    compared: bool = False
    """Whether the chair's fingerprint was held against one known from paper, and agreed."""
    opened: bool = False
    """Whether there was a bundle to look into at all."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, in the order of the findings."""
        return problems_of(self.findings)

    @property
    def sound(self) -> bool:
        """Whether everything agreed."""
        return bool(self.findings) and holds(self.findings)

    @property
    def headline(self) -> str:
        """The verdict in a word or two."""
        if self.sound:
            return "成果包完好"
        return "成果包不可采信" if self.opened else "不能校验"

    @property
    def verdict(self) -> str:
        """The verdict in one sentence, the same in window, command line and check report."""
        head = self.manifest
        if self.sound and head is not None:
            return problem_sentence(
                note(
                    "verdict_sound",
                    chair=head.chair,
                    fingerprint=head.chair_fingerprint,
                    compared="，与给出的纸面指纹一致" if self.compared else "",
                    at=minute(head.signed_at),
                    experts=self.submissions,
                    candidates=self.candidates,
                )
            )
        if not self.opened:
            return problem_sentence(note("verdict_unread", file=self.file))
        return problem_sentence(note("verdict_unsound", count=len(self.problems)))


@dataclass
class _Course:
    """A verification under way: every part stands as unchecked until somebody has come to it."""

    file: str
    path: Path
    size: int | None = None
    sha256: str = ""
    opened: bool = False
    signed: Signed | None = None
    result: Result | None = None
    compared: bool = False
    is_done: bool = False
    files: Finding = field(default_factory=lambda: unchecked(FindingKind.FILES, "没有核对"))
    chair: list[Finding] = field(default_factory=lambda: [unchecked(FindingKind.CHAIR_SIGNATURE)])
    report_signature: Finding = field(default_factory=lambda: unchecked(FindingKind.REPORT_SIGNATURE))
    later: list[Finding] = field(default_factory=list)
    """What bundles from version 2 on hold besides: workbook's signature, book, declarations, UKeys, SM2."""
    attachments: list[Finding] = field(default_factory=list)
    paper: list[Finding] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    sign_offs: int = 0
    originals: list[Finding] = field(default_factory=list)
    calculation: Finding = field(
        default_factory=lambda: unchecked(FindingKind.CALCULATION, "前面的核对没有通过，没有重新计算")
    )
    sums: Finding = field(default_factory=lambda: unchecked(FindingKind.SUMS))
    journal: Finding = field(default_factory=lambda: unchecked(FindingKind.JOURNAL))
    data: Finding = field(default_factory=lambda: unchecked(FindingKind.DATA))
    report: Finding = field(default_factory=lambda: unchecked(FindingKind.REPORT))
    workbook: Finding = field(default_factory=lambda: unchecked(FindingKind.WORKBOOK))

    def branches(self) -> tuple[Finding, ...]:
        """The tree as it stands."""
        signatures = [*self.chair, self.report_signature, *self.later, *self.originals]
        compared = [self.data, self.report, self.workbook, *self.attachments]
        consistency = [*compared, self.journal, self.sums, *self.paper]
        return (
            self.files,
            branch(FindingKind.SIGNATURES, signatures, _counted(signatures)),
            self.calculation,
            branch(FindingKind.CONSISTENCY, consistency, _counted(consistency)),
        )

    def stop(self, fault: EcpanelError) -> None:
        """Keep what ended everything; it stands with the files."""
        problem = error(fault.code, **fault.params)
        self.files = replace(
            self.files,
            state=FindingState.FAILED,
            detail=problem_sentence(problem),
            problems=(*self.files.problems, problem),
        )

    def verification(self) -> Verification:
        """The outcome."""
        head = self.signed.manifest if self.signed else None
        result = self.result
        return Verification(
            self.file,
            self.branches(),
            head,
            members=len({entry.name for entry in head.entries}) if head else 0,
            signatures=self._signatures(),
            figures=figures_of(result) if result and self.is_done else 0,
            submissions=len(result.submissions) if result else 0,
            candidates=len(result.lines) if result else 0,
            notes=self._notes(),
            marks=self._marks(),
            path=self.path,
            size=self.size,
            sha256=self.sha256,
            compared=self.compared,
            opened=self.opened,
        )

    def _signatures(self) -> int:
        """Signatures that were checked: the chair's, those in the documents, members' and experts'."""
        if not (self.result and self.signed and self.is_done):
            return 0
        inside = len(self.signed.manifest.document_signers)
        documents = inside if self.signed.manifest.version < 2 else 2 * inside
        book = 1 if self.signed.manifest.version > 1 else 0
        sm2 = sum(one.kind is FindingKind.SM2_SIGNATURE for one in self.later)
        return len(self.chair) + documents + book + 2 * self.sign_offs + sm2 + len(self.result.submissions)

    def _marks(self) -> tuple[str, ...]:
        if self.result is not None:
            return tuple(shown(one) for one in marks(self.result))
        return (REHEARSAL_MARK,) if self.signed and self.signed.manifest.rehearsal else ()

    def _notes(self) -> tuple[Problem, ...]:
        found = []
        if self.signed and self.signed.manifest.rehearsal:
            found.append(note("bundle_rehearsal"))
        if self.result and self.result.scheme.is_placeholder:
            found.append(note("bundle_placeholder"))
        found += self.told
        if self.signed and not self.compared and not problems_of(self.branches()):
            found.append(note("bundle_by_paper", fingerprint=self.signed.fingerprint))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known apart from the bundle: the chair's fingerprint and the digits of its digest from paper,
    and the certificates of the authorities that issue UKeys."""

    fingerprint: str = ""
    paper: str = ""
    anchors: tuple[x509.Certificate, ...] = ()


def known_from_paper(typed: str) -> Known:
    """What people typed from paper: a whole fingerprint, or digits of a digest; nothing gives nothing."""
    if is_fingerprint(typed):
        return Known(fingerprint=typed)
    return Known(paper=typed)


def read_anchors(files: Sequence[Path]) -> tuple[x509.Certificate, ...]:
    """Certificates of authorities from PEM files. Raises `anchors_unreadable` and what reading raises."""
    found: list[x509.Certificate] = []
    for path in files:
        content = read_limited(path, limits.SMALL_JSON)
        try:
            found += x509.load_pem_x509_certificates(content)
        except ValueError:
            raise EcpanelError("anchors_unreadable", file=path.name) from None
    return tuple(found)


def verify_bundle(
    path: Path, progress: Progress, expected_fingerprint: str = "", known: Known | None = None
) -> Verification:
    """Verify a bundle whole: members, signatures, signers, and a full recalculation from the experts'
    signed originals. `expected_fingerprint` is the chair's, as known from paper; `known` may say more.
    Raises only Cancelled."""
    known = known or Known(expected_fingerprint)
    course = _Course(path.name, path)
    try:
        with world(path), path.open("rb") as source:
            _measure(source, course, part_of(progress, 0, 30, WHOLE))
            with open_container(source, path.name, BOUNDS) as container:
                course.opened = True
                _verify(container, course, progress, known)
    except EcpanelError as fault:
        course.stop(fault)
        course.opened = course.opened and fault.code != "stick_gone"
    progress(WHOLE, WHOLE, "完成")
    return course.verification()


def _measure(source: BinaryIO, course: _Course, progress: Progress) -> None:
    """Size and SHA-256 of the file; one larger than any bundle is not read for it."""
    course.size = source.seek(0, os.SEEK_END)
    source.seek(0)
    if course.size <= limits.BUNDLE_SIZE:
        progress(0, 1, "读取文件")
        course.sha256, _ = sha256_of(source)


def _verify(container: Container, course: _Course, progress: Progress, known: Known) -> None:
    """Fill the course, branch after branch; returns early where going on would mean nothing."""
    course.originals = checks.unchecked_originals(container)
    progress(30, WHOLE, "核对组长签名")
    try:
        course.signed = signed = check_shell(container)
    except EcpanelError as fault:
        course.chair = [judged(FindingKind.CHAIR_SIGNATURE, [error(fault.code, **fault.params)], "")]
        course.files = checks.unlisted_files(container)
        return
    course.chair = [checks.chair_signature(signed)]
    if known.fingerprint:
        course.chair.append(checks.chair_identity(signed, known.fingerprint))
    course.compared = bool(known.fingerprint) and not course.chair[-1].problems
    book: Book | None = None
    if signed.manifest.version > 1:
        finding, book = sign_offs.check_signed_book(container, signed)
        course.later = [finding]
    course.files, digests = checks.check_files(container, signed, book, part_of(progress, 60, 130, WHOLE))
    if problems_of([course.files, *course.chair]):
        return
    course.sums = checks.check_sums(container, digests, signed.manifest.version)
    course.journal = checks.check_journal(container)
    progress(130, WHOLE, "核对报告和工作簿的签名")
    course.report_signature, workbook = sign_offs.check_document_signatures(container, signed)
    course.later = [*([workbook] if workbook is not None else []), *course.later]
    progress(150, WHOLE, "读取数据")
    try:
        course.result = result = checks.read_result(container, signed.manifest)
    except EcpanelError as fault:
        course.data = judged(FindingKind.DATA, [error(fault.code, **fault.params)], "")
        return
    course.data = judged(FindingKind.DATA, [], "评审编号、演练标记和指标体系摘要与清单相符")
    originals = _check_originals(container, course, result, signed, part_of(progress, 190, 260, WHOLE))
    if problems_of(course.originals):
        course.calculation = unchecked(FindingKind.CALCULATION, "专家原始提交有问题，没有重新计算")
    else:
        course.calculation = recalculate(result, originals, part_of(progress, 260, 430, WHOLE))
    _check_signers(container, course, result, signed, book, known)
    _compare_documents(container, course, result, progress)
    if known.paper:
        data = digests.get(DATA, "")
        course.paper = [sign_offs.check_paper(known.paper, signed, data)]
    course.is_done = True


def _check_signers(
    container: Container,
    course: _Course,
    result: Result,
    signed: Signed,
    book: Book | None,
    known: Known,
) -> None:
    """Who signed off, and with what; bundles of version 1 know none of it."""
    if signed.manifest.version < 2:
        return
    ukeys, issued = sign_offs.chair_ukey(container, signed)
    course.later += ukeys
    if book is not None:
        declared, more = sign_offs.check_declarations(container, signed, book, result)
        course.later += declared
        issued += more
        course.sign_offs = sum(bool(line.sha256) for line in book.lines)
    with suppress(EcpanelError):  # stands with the report's signature already
        issued += sign_offs.member_ukeys(container, signed, result)
    for findings, notes in (
        sign_offs.judge_ukeys(issued, known.anchors),
        sign_offs.check_sm2(container, signed),
    ):
        course.later += findings
        course.told += notes
    course.attachments = [sign_offs.check_attachments(container)]


def _check_originals(
    container: Container, course: _Course, result: Result, signed: Signed, progress: Progress
) -> list[tuple[Submission, str]]:
    """Every original that counts, and those that should not be there."""
    originals: list[tuple[Submission, str]] = []
    found: list[Finding] = []
    count = len(result.submissions)
    for place, line in enumerate(result.submissions, start=1):
        progress(place - 1, count, f"核对专家原始提交 {place}/{count}")
        finding, submission = checks.check_original(container, result, line)
        found.append(finding)
        if submission is not None:
            originals.append((submission, line.sha256))
    course.originals = found + checks.uncounted_originals(container, signed.manifest, result)
    return originals


def _compare_documents(container: Container, course: _Course, result: Result, progress: Progress) -> None:
    """Report and workbook against the data (rule 46)."""
    pages = part_of(progress, 430, 790, WHOLE)
    ranked = sum(one.state == "ranked" for one in result.lines)
    told = f"{ranked}家的名次、得分与数据相同"
    course.report = judged(
        FindingKind.REPORT,
        faults_of(lambda: compare_report(result, container.read(REPORT, limits.BUNDLE_DOCUMENT), pages)),
        told,
    )
    progress(790, WHOLE, "核对工作簿")
    course.workbook = judged(
        FindingKind.WORKBOOK,
        faults_of(lambda: compare_workbook(result, container.read(WORKBOOK, limits.BUNDLE_DOCUMENT))),
        told,
    )


def _counted(findings: list[Finding]) -> str:
    """How many of several passed, failed or were not looked at."""
    words = []
    for state, word in (
        (FindingState.PASSED, "项通过"),
        (FindingState.FAILED, "项不通过"),
        (FindingState.NOT_CHECKED, "项未核对"),
    ):
        count = sum(one.state is state for one in findings)
        if count:
            words.append(f"{count}{word}")
    return "，".join(words)


def write_check_report(
    verification: Verification, path: Path, clock: Clock, progress: Progress = silent
) -> str:
    """Draw the check report (校验报告) and write it; returns its SHA-256. It never replaces the bundle."""
    from ecpanel.reports.check_report import CheckedBundle, draw_check_report  # needed for paper only

    if path.exists() and verification.path.exists() and path.samefile(verification.path):
        raise EcpanelError("check_report_over_bundle", file=path.name)
    head = verification.manifest
    content = draw_check_report(
        CheckedBundle(
            title=shown(head.review_title) if head else "",
            file=shown(verification.file),
            size=verification.size,
            sha256=verification.sha256,
            chair=shown(head.chair) if head else "",
            fingerprint=head.chair_fingerprint if head else "",
            signed_at=minute(shown(head.signed_at)) if head else "",
            sound=verification.sound,
            headline=verification.headline,
            verdict=verification.verdict,
            problems=verification.problems,
            notes=verification.notes,
            marks=verification.marks,
            findings=verification.findings,
            checked_at=minute(stamp(clock)),
            program=f"ecpanel {__version__}",
        ),
        progress,
    )
    return write_bytes_verified(path, content)
