"""The result (评审结果): every figure of a finished review in one record, the only source of PDF,
workbook and data file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.meeting import Correction, GateDecision, TieDecision
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.points import Points
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.review import Review
from ecpanel.domain.scheme import STRICT, Scheme
from ecpanel.domain.sheet import Opinion

RESULT_FORMAT: Final = "ecpanel-result"
RESULT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ExactFigure:
    """A fraction of hundredths of a point."""

    __pydantic_config__: ClassVar = STRICT
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One expert's total for a candidate; `standing` says whether it counted."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    standing: str
    total: ExactFigure | None


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One indicator of a candidate: valid scores and the exact plain mean."""

    __pydantic_config__: ClassVar = STRICT
    indicator: str
    n: int
    mean: ExactFigure | None


@dataclass(frozen=True, slots=True)
class SectionLine:
    """The rounded plain mean of a first-level section."""

    __pydantic_config__: ClassVar = STRICT
    section: str
    points: Points


@dataclass(frozen=True, slots=True)
class CellLine:
    """A score in force, with corrections laid over."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    indicator: str
    state: str
    points: Points | None


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One expert's opinion on the candidate."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """All figures of one candidate. `state` is ranked, held or excluded; ranks are 0 unless ranked."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    state: str
    n: int
    score: Points | None
    plain: Points | None
    trimmed: Points | None
    original_score: Points | None
    rank: int
    category_rank: int
    region_rank: int
    level: str
    decided_by: str
    sections: tuple[SectionLine, ...]
    totals: tuple[TotalLine, ...]
    leaves: tuple[LeafLine, ...]
    cells: tuple[CellLine, ...]
    opinions: tuple[OpinionLine, ...]


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """A merged submission: its version, digest, signer's fingerprint and member name."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    number: int
    sha256: str
    fingerprint: str
    submitted_at: str
    signed_in_at: str
    pledged_at: str


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A finding of the checks."""

    __pydantic_config__: ClassVar = STRICT
    kind: str
    candidate_id: str
    expert_id: str
    indicator: str
    weight: str
    value: Points
    others: Points


@dataclass(frozen=True, slots=True)
class VoidedLine:
    """An expert whose scores no longer count."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopeningLine:
    """A permission to replace a submission."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class StandingLine:
    """What two running years say about a candidate."""

    __pydantic_config__: ClassVar = STRICT
    candidate_id: str
    consequence: str
    earlier_year: int
    later_year: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts printed on every page (rule 47)."""

    __pydantic_config__: ClassVar = STRICT
    candidates: int
    experts: int
    scores: int
    recusals: int


@dataclass(frozen=True, slots=True)
class Result:
    """The whole result; `at` is when it was drawn up, `cut` the length of the recommendation list."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review: Review
    scheme: Scheme
    scheme_sha256: str
    group: Group
    experts: tuple[Expert, ...]
    candidates: tuple[Candidate, ...]
    recusals: tuple[Recusal, ...]
    voided: tuple[VoidedLine, ...]
    reopenings: tuple[ReopeningLine, ...]
    submissions: tuple[SubmissionLine, ...]
    corrections: tuple[Correction, ...]
    gate_decisions: tuple[GateDecision, ...]
    tie_decisions: tuple[TieDecision, ...]
    flags: tuple[FlagLine, ...]
    standings: tuple[StandingLine, ...]
    lines: tuple[CandidateLine, ...]
    recommended: tuple[str, ...]
    tied_at_line: tuple[str, ...]
    near_line: tuple[str, ...]
    counts: Counts
    at: str
