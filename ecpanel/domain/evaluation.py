"""The evaluation: from merged submissions and the meeting's layer to the whole result, recounted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ecpanel.domain import checks
from ecpanel.domain.candidate import Candidate, PastResult, settled_scores
from ecpanel.domain.meeting import Correction, GateDecision, TieDecision, corrected
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.ranking import Ranking, cut_line, rank_candidates
from ecpanel.domain.recount import Row, compare_counts, recount
from ecpanel.domain.recusal import Recusal, recused_pairs
from ecpanel.domain.result import (
    RESULT_FORMAT,
    RESULT_VERSION,
    CandidateLine,
    CellLine,
    Counts,
    ExactFigure,
    FlagLine,
    LeafLine,
    OpinionLine,
    ReopeningLine,
    Result,
    SectionLine,
    StandingLine,
    SubmissionLine,
    TotalLine,
    VoidedLine,
)
from ecpanel.domain.review import Review
from ecpanel.domain.scheme import Scheme
from ecpanel.domain.scoring import CandidateScore, Plan, Standing, score_candidate
from ecpanel.domain.sheet import Score, Sheet, State
from ecpanel.domain.standing import standing_flags
from ecpanel.domain.submission import Submission, sheet_of

Sheets = Mapping[tuple[str, str], Sheet]
"""Sheets by (expert, candidate)."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a result is computed from; nothing else enters."""

    review: Review
    scheme: Scheme
    scheme_sha256: str
    group: Group
    experts: Mapping[str, Expert]
    candidates: Sequence[Candidate]
    recusals: Sequence[Recusal]
    voided: Mapping[str, str]
    reopenings: Sequence[tuple[str, str, str]]
    submissions: Sequence[tuple[Submission, str]]
    """Newest submission of each expert with its SHA-256."""
    corrections: Sequence[Correction]
    gate_decisions: Sequence[GateDecision]
    tie_decisions: Sequence[TieDecision]


def original_sheets(submissions: Iterable[Submission]) -> dict[tuple[str, str], Sheet]:
    """The sheets as handed in."""
    return {
        (one.expert.expert_id, submitted.candidate_id): sheet_of(submitted, one.expert.expert_id)
        for one in submissions
        for submitted in one.sheets
    }


def all_recusals(material: Material) -> list[Recusal]:
    """Recusals known beforehand and declared at sign-in, each pair and source once."""
    found = {(one.expert_id, one.candidate_id, one.source): one for one in material.recusals}
    for submission, _ in material.submissions:
        found.update({(one.expert_id, one.candidate_id, one.source): one for one in submission.recusals})
    return [found[key] for key in sorted(found)]


def score_all(material: Material, sheets: Sheets) -> dict[str, CandidateScore]:
    """Figures of every candidate from given sheets."""
    plan = Plan.of(material.scheme)
    pairs = recused_pairs(all_recusals(material))
    members = material.group.members
    by_candidate: dict[str, dict[str, Sheet]] = {}
    for (expert, candidate), sheet in sheets.items():
        by_candidate.setdefault(candidate, {})[expert] = sheet
    return {
        one.candidate_id: score_candidate(
            plan,
            one.candidate_id,
            members,
            by_candidate.get(one.candidate_id, {}),
            {expert for expert in members if (expert, one.candidate_id) in pairs},
            material.voided.keys(),
        )
        for one in material.candidates
    }


_SCORED: Final = State.SCORED.value


def _state_word(score: Score) -> str:
    """The word of a cell's state; nearly all are scored, and asking an enum is slow."""
    return _SCORED if score.points is not None else score.state.value


def counted_rows(material: Material, sheets: Sheets) -> list[Row]:
    """Flat rows of every sheet that may count, for the second count."""
    pairs = recused_pairs(all_recusals(material))
    members = set(material.group.members)
    return [
        (expert, candidate, code, _state_word(score), score.points)
        for (expert, candidate), sheet in sheets.items()
        if expert in members and expert not in material.voided and (expert, candidate) not in pairs
        for code, score in sheet.scores.items()
    ]


def evaluate(material: Material, at: str) -> Result:
    """Compute the result, count it a second time, and stop with `recount_differs` on any difference."""
    submissions = [one for one, _ in material.submissions]
    originals = original_sheets(submissions)
    sheets = corrected(originals, material.corrections) if material.corrections else originals
    scores = score_all(material, sheets)
    compare_counts(scores, recount(material.scheme, counted_rows(material, sheets)))
    before = score_all(material, originals) if material.corrections else scores
    ranking = rank_candidates(
        material.scheme, material.candidates, scores, material.gate_decisions, material.tie_decisions
    )
    flags = find_flags(material, sheets, scores)
    return _assemble(material, sheets, scores, before, ranking, flags, at)


def find_flags(material: Material, sheets: Sheets, scores: Mapping[str, CandidateScore]) -> list[checks.Flag]:
    """The four statutory checks and the questions, over sheets that count (rule 31)."""
    counting = {
        (one.expert_id, score.candidate_id)
        for score in scores.values()
        for one in score.totals
        if one.standing in (Standing.COUNTED, Standing.DROPPED_HIGH, Standing.DROPPED_LOW)
    }
    live = [sheet for key, sheet in sheets.items() if key in counting]
    by_candidate: dict[str, list[Sheet]] = {one.candidate_id: [] for one in material.candidates}
    for sheet in sorted(live, key=lambda one: one.expert_id):
        by_candidate.setdefault(sheet.candidate_id, []).append(sheet)
    declared = {
        (one.expert.expert_id, submitted.candidate_id): submitted.total
        for one, _ in material.submissions
        for submitted in one.sheets
    }
    originals = original_sheets([one for one, _ in material.submissions])
    scheme = material.scheme
    settled = {one.candidate_id: settled_scores(one, scheme) for one in material.candidates if one.facts}
    return [
        *checks.check_sums([one for key, one in originals.items() if key in counting], declared),
        *checks.check_ranges(scheme, live),
        *checks.check_objective(scheme, by_candidate),
        *checks.check_applicability(scheme, by_candidate),
        *checks.check_objections(settled, live),
        *checks.check_outliers(scheme, by_candidate),
        *checks.check_total_outliers(scheme, [scores[one.candidate_id] for one in material.candidates]),
    ]


def _exact(value: Fraction | None) -> ExactFigure | None:
    return None if value is None else ExactFigure(value.numerator, value.denominator)


def _assemble(
    material: Material,
    sheets: Sheets,
    scores: Mapping[str, CandidateScore],
    before: Mapping[str, CandidateScore],
    ranking: Ranking,
    flags: Sequence[checks.Flag],
    at: str,
) -> Result:
    recusals = all_recusals(material)
    cut = cut_line(ranking, material.review.cut)
    lines = _candidate_lines(material, sheets, scores, before, ranking)
    return Result(
        RESULT_FORMAT,
        RESULT_VERSION,
        material.review,
        material.scheme,
        material.scheme_sha256,
        material.group,
        tuple(material.experts[one] for one in material.group.members),
        tuple(material.candidates),
        tuple(recusals),
        tuple(VoidedLine(one, reason) for one, reason in sorted(material.voided.items())),
        tuple(ReopeningLine(*one) for one in material.reopenings),
        tuple(_submission_line(one, sha256) for one, sha256 in material.submissions),
        tuple(material.corrections),
        tuple(material.gate_decisions),
        tuple(material.tie_decisions),
        tuple(
            FlagLine(
                f.kind.value, f.candidate_id, f.expert_id, f.indicator, f.weight.value, f.value, f.others
            )
            for f in flags
        ),
        _standings(material, ranking),
        lines,
        cut.recommended,
        cut.tied_at_line,
        cut.near,
        Counts(
            len(material.candidates),
            len(material.group.members),
            sum(1 for line in lines for cell in line.cells if cell.points is not None),
            len(recused_pairs(recusals)),
        ),
        at,
    )


def _submission_line(one: Submission, sha256: str) -> SubmissionLine:
    sign_in = one.sign_in
    return SubmissionLine(
        one.expert.expert_id,
        one.number,
        sha256,
        sign_in.fingerprint,
        one.submitted_at,
        sign_in.signed_in_at,
        sign_in.pledged_at,
    )


def _candidate_lines(
    material: Material,
    sheets: Sheets,
    scores: Mapping[str, CandidateScore],
    before: Mapping[str, CandidateScore],
    ranking: Ranking,
) -> tuple[CandidateLine, ...]:
    places = {place.candidate_id: place for place in ranking.places}
    excluded = {decision.candidate_id for decision in ranking.excluded}
    lines = []
    for candidate in material.candidates:
        key = candidate.candidate_id
        score, place = scores[key], places.get(key)
        state = "ranked" if place else "excluded" if key in excluded else "held"
        own = [(expert, sheets[expert, key]) for expert in material.group.members if (expert, key) in sheets]
        out = {one.expert_id for one in score.totals if one.standing in (Standing.RECUSED, Standing.VOIDED)}
        lines.append(
            CandidateLine(
                key,
                state,
                score.n,
                score.score,
                score.plain,
                score.trimmed,
                before[key].score,
                place.rank if place else 0,
                place.category_rank if place else 0,
                place.region_rank if place else 0,
                place.level if place else "",
                place.decided_by if place else "",
                tuple(SectionLine(code, points) for code, points in score.sections.items()),
                tuple(TotalLine(t.expert_id, t.standing.value, _exact(t.total)) for t in score.totals),
                tuple(LeafLine(f.indicator, f.n, _exact(f.plain)) for f in score.figures),
                tuple(
                    CellLine(expert, code, _state_word(cell), cell.points)
                    for expert, sheet in own
                    for code, cell in sheet.scores.items()
                ),
                tuple(
                    OpinionLine(expert, sheet.opinion)
                    for expert, sheet in own
                    if sheet.opinion.length and expert not in out
                ),
            )
        )
    return tuple(lines)


def _standings(material: Material, ranking: Ranking) -> tuple[StandingLine, ...]:
    year = material.review.year
    results = {
        place.candidate_id: PastResult(year, place.score, place.rank, place.level) for place in ranking.places
    }
    return tuple(
        StandingLine(flag.candidate_id, flag.consequence, flag.earlier.year, flag.later.year)
        for flag in standing_flags(material.candidates, results)
    )
