"""Signing off (会签): what a member declares of a finished result, and the book of all declarations (rule 38)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.scheme import STRICT

DECLARATION_FORMAT: Final = "ecpanel-declaration"
DECLARATION_VERSION: Final = 1
BOOK_FORMAT: Final = "ecpanel-sign-offs"
BOOK_VERSION: Final = 1
REASON_MINIMUM: Final = 10
"""Characters a different opinion must have at least, blanks not counted."""
REASON_MAXIMUM: Final = 500
"""Characters it may have at most, so that it stands whole on the sign-off sheet."""


class Verdict(StrEnum):
    """What a member declares."""

    AGREE = "agree"
    DISSENT = "dissent"


class SignOffState(StrEnum):
    """How a member stands in the book; who neither signed nor gave reasons is deemed to agree (rule 38)."""

    AGREED = "agreed"
    DISSENTED = "dissented"
    DEEMED = "deemed"
    VOIDED = "voided"


SIGN_OFF_WORDS: Final = {
    SignOffState.AGREED: "同意",
    SignOffState.DISSENTED: "有不同意见",
    SignOffState.DEEMED: "未签，未书面说明理由，视为同意",
    SignOffState.VOIDED: "评分已作废，不会签",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one member signs: the manifest it is about, his verdict and, where he differs, his reasons.

    `submission_sha256` is of his own submission as he knows it; `fingerprint` is of the key he signs with;
    `signed_at` is ISO 8601 with an offset.
    """

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    manifest_sha256: str
    expert_id: str
    name: str
    verdict: Verdict
    reasons: str
    submission_sha256: str
    fingerprint: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class BookLine:
    """One member in the book; `sha256` is of his declaration, "" where there is none."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    name: str
    state: SignOffState
    reasons: str
    signed_at: str
    fingerprint: str
    sha256: str


def check_reasons(verdict: Verdict, reasons: str) -> None:
    """Refuse a different opinion without reasons (rule 38), or with more than the sheet has room for.

    Raises `dissent_reason_short`, `dissent_reason_long`.
    """
    if len(reasons) > REASON_MAXIMUM:
        raise EcpanelError("dissent_reason_long", count=len(reasons), maximum=REASON_MAXIMUM)
    if verdict is Verdict.DISSENT and len("".join(reasons.split())) < REASON_MINIMUM:
        raise EcpanelError("dissent_reason_short", minimum=REASON_MINIMUM)


def book_lines(
    group: Group,
    experts: Mapping[str, Expert],
    voided: Sequence[str],
    declarations: Mapping[str, tuple[Declaration, str]],
) -> tuple[BookLine, ...]:
    """Every member of the group in its order; `declarations` by expert, each with its SHA-256. A member who
    is no known expert, as forged data may have it, stands without a name."""
    lines = []
    for key in group.members:
        name = experts[key].name if key in experts else ""
        found = declarations.get(key)
        if key in voided:
            lines.append(BookLine(key, name, SignOffState.VOIDED, "", "", "", ""))
        elif found is None:
            lines.append(BookLine(key, name, SignOffState.DEEMED, "", "", "", ""))
        else:
            one, digest = found
            state = SignOffState.AGREED if one.verdict is Verdict.AGREE else SignOffState.DISSENTED
            lines.append(BookLine(key, name, state, one.reasons, one.signed_at, one.fingerprint, digest))
    return tuple(lines)
