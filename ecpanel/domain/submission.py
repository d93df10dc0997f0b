"""The submission (评分提交): an expert's signed, versioned hand-in, and what makes one acceptable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert
from ecpanel.domain.points import Points
from ecpanel.domain.problems import Problem, error, warning
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.scheme import STRICT, Scheme
from ecpanel.domain.sheet import Opinion, Score, Sheet, check_sheet, gaps

SUBMISSION_FORMAT: Final = "ecpanel-submission"
SUBMISSION_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class SignIn:
    """签到 and 承诺: when the expert identified himself and which pledge he accepted."""

    __pydantic_config__: ClassVar = STRICT
    signed_in_at: str
    pledge_sha256: str
    pledged_at: str
    device_handed_in: bool
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SubmittedSheet:
    """A sheet as handed in. `total` is what the expert's machine showed, in 1/100, None where an
    indicator was abstained; it is only compared, never used."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    scores: tuple[Score, ...]
    opinion: Opinion
    total: Points | None


@dataclass(frozen=True, slots=True)
class DeclaredGap:
    """A candidate the expert hands in without a complete sheet, and why."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One hand-in. `number` counts from 1; `replaces` is the SHA-256 of the one before, or ""."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    review_title: str
    rehearsal: bool
    scheme_version: int
    scheme_sha256: str
    task_sha256: str
    expert: Expert
    sign_in: SignIn
    recusals: tuple[Recusal, ...]
    number: int
    replaces: str
    reopened_for: str
    gaps: tuple[DeclaredGap, ...]
    sheets: tuple[SubmittedSheet, ...]
    submitted_at: str


class Verdict(StrEnum):
    """What intake makes of one package."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the chair's desk knows before it reads a package; `merged` maps expert id to the
    (number, sha256) merged last; `reopened` are experts allowed to replace their submission."""

    review_id: str
    review_title: str
    rehearsal: bool
    scheme: Scheme
    scheme_sha256: str
    experts: Mapping[str, Expert]
    candidates: Mapping[str, str]
    recusals: Collection[Recusal]
    settled: Mapping[str, Mapping[str, Points]]
    merged: Mapping[str, tuple[int, str]]
    reopened: Collection[str]
    voided: Collection[str]


def sheet_of(submitted: SubmittedSheet, expert_id: str) -> Sheet:
    """The sheet a submitted one holds; a doubled indicator is refused."""
    scores = {score.indicator: score for score in submitted.scores}
    if len(scores) != len(submitted.scores):
        raise EcpanelError("submission_doubled", candidate=submitted.candidate_id)
    return Sheet(expert_id, submitted.candidate_id, scores, submitted.opinion)


def check_identity(submission: Submission, known: Expectation) -> None:
    """Refuse a submission of another review, another scheme or another person (rules 5 and 27)."""
    if submission.format != SUBMISSION_FORMAT:
        raise EcpanelError("submission_format", found=submission.format)
    if submission.version > SUBMISSION_VERSION:
        raise EcpanelError("format_newer", found=submission.version, known=SUBMISSION_VERSION)
    if submission.rehearsal != known.rehearsal:
        raise EcpanelError("rehearsal_mixed", found="演练" if submission.rehearsal else "正式评审")
    if submission.review_id != known.review_id:
        raise EcpanelError("review_foreign", found=submission.review_title, wanted=known.review_title)
    if submission.scheme_sha256 != known.scheme_sha256:
        raise EcpanelError(
            "scheme_differs", found=submission.scheme_sha256[:8], wanted=known.scheme_sha256[:8]
        )
    person = known.experts.get(submission.expert.expert_id)
    if person is None:
        raise EcpanelError("expert_unknown", expert=submission.expert.expert_id, name=submission.expert.name)
    if person.name != submission.expert.name:
        raise EcpanelError(
            "expert_differs", expert=person.expert_id, wanted=person.name, found=submission.expert.name
        )
    if person.expert_id in known.voided:
        raise EcpanelError("expert_voided", expert=person.expert_id, name=person.name)


def check_succession(submission: Submission, sha256: str, known: Expectation) -> Verdict:
    """Where a submission stands among those merged before: new, changed, same; older is refused."""
    expert = submission.expert.expert_id
    before = known.merged.get(expert)
    if before is None:
        return Verdict.NEW
    number, merged_sha256 = before
    if sha256 == merged_sha256:
        return Verdict.SAME
    if submission.number <= number:
        raise EcpanelError("submission_older", expert=expert, found=submission.number, merged=number)
    if submission.replaces != merged_sha256:
        raise EcpanelError("submission_chain", expert=expert, found=submission.number, merged=number)
    if expert not in known.reopened:
        raise EcpanelError("not_reopened", expert=expert, found=submission.number)
    return Verdict.CHANGED


def check_contents(submission: Submission, known: Expectation) -> list[Problem]:
    """Problems of the sheets; what no honest program could have written is refused outright."""
    expert = submission.expert.expert_id
    barred = {one.candidate_id for one in (*known.recusals, *submission.recusals) if one.expert_id == expert}
    problems: list[Problem] = []
    seen: set[str] = set()
    for one in submission.recusals:
        if one.expert_id != expert or one.candidate_id not in known.candidates:
            raise EcpanelError("recusal_foreign", candidate=one.candidate_id)
    for submitted in submission.sheets:
        candidate = submitted.candidate_id
        if candidate not in known.candidates:
            raise EcpanelError("candidate_unknown", candidate=candidate)
        if candidate in seen:
            raise EcpanelError("submission_doubled", candidate=candidate)
        if candidate in barred:
            raise EcpanelError("recused_scored", candidate=candidate, name=known.candidates[candidate])
        seen.add(candidate)
        sheet = sheet_of(submitted, expert)
        check_sheet(sheet, known.scheme)
        _check_settled(sheet, known.settled.get(candidate, {}))
        problems += gaps(sheet, known.scheme)
    declared = {gap.candidate_id for gap in submission.gaps}
    for candidate, name in known.candidates.items():
        if candidate not in seen and candidate not in barred:
            code = "sheet_gap_declared" if candidate in declared else "sheet_missing"
            problems.append(warning(code, candidate=candidate, name=name))
    return problems


def _check_settled(sheet: Sheet, settled: Mapping[str, Points]) -> None:
    for code, points in settled.items():
        score = sheet.scores.get(code)
        if score is not None and score.points != points:
            raise EcpanelError("settled_changed", candidate=sheet.candidate_id, indicator=code)


def judge(submission: Submission, sha256: str, known: Expectation) -> tuple[Verdict, list[Problem]]:
    """The verdict on a verified submission with its problems; raises what refuses it (rule 27)."""
    check_identity(submission, known)
    verdict = check_succession(submission, sha256, known)
    if verdict is Verdict.SAME:
        return verdict, []
    problems = check_contents(submission, known)
    if verdict is Verdict.NEW and submission.number > 1:
        problems.append(warning("earlier_version_unseen", number=submission.number))
    if any(p.code != "earlier_version_unseen" for p in problems):
        return Verdict.INCOMPLETE, problems
    return verdict, problems


def refusal(fault: EcpanelError) -> Problem:
    """A refusing error as a problem of the intake report."""
    return error(fault.code, **fault.params)
