"""Recalculation (重新计算): the whole result again from the experts' signed originals, firm by firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.finding import FINDING_LABELS, Finding, FindingKind, FindingState, branch
from ecpanel.domain.people import Expert
from ecpanel.domain.points import show_points
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.result import CandidateLine, Result
from ecpanel.domain.submission import Submission
from ecpanel.progress import Progress
from ecpanel.records import to_json
from ecpanel.texts import problem_sentence, shown

LINE_WORDS = {"held": "有效评分不足，未排名", "excluded": "准入项不符，未排名"}

Originals = Sequence[tuple[Submission, str]]


def recalculate(result: Result, originals: Originals, progress: Progress) -> Finding:
    """The branch 计算: every firm's figures computed again, and all other records of the result."""
    progress(0, 0, "由专家原始提交重新计算")
    try:
        again = evaluate(_material(result, originals), result.at)
    except (EcpanelError, LookupError, ArithmeticError, ValueError) as fault:
        reason = fault.code if isinstance(fault, EcpanelError) else "record"
        problem = error("recalculation_failed", reason=reason)
        return branch(FindingKind.CALCULATION, (), problem_sentence(problem), [problem])
    names = {one.candidate_id: shown(one.name) for one in result.candidates}
    told = {line.candidate_id: line for line in result.lines}
    children = []
    for place, line in enumerate(again.lines, start=1):
        progress(place, len(again.lines), f"比对得分与名次 {place}/{len(again.lines)}")
        key = line.candidate_id
        children.append(_candidate(f"{shown(key)} {names.get(key, '')}", told.get(key), line))
    whole = to_json(again) == to_json(result)
    different = [line.candidate_id for line in again.lines if told.get(line.candidate_id) != line]
    others = whole or (
        bool(different) and to_json(replace(again, lines=())) == to_json(replace(result, lines=()))
    )
    children.append(
        Finding(
            FindingKind.OTHER_RECORDS,
            FINDING_LABELS[FindingKind.OTHER_RECORDS],
            FindingState.PASSED if others else FindingState.FAILED,
            "与重新计算逐字节相同" if others else "与重新计算不同",
        )
    )
    if whole:
        return branch(
            FindingKind.CALCULATION,
            children,
            f"{figures_of(result)}项分值由{len(originals)}份原始提交重新计算，{len(again.lines)}家得分与名次全部一致",
        )
    problems: list[Problem] = [
        error(
            "recalculation_differs", candidates="、".join(different[:5]) or "其他记录", count=len(different)
        )
    ]
    return branch(FindingKind.CALCULATION, children, problem_sentence(problems[0]), problems)


def figures_of(result: Result) -> int:
    """How many scores a result rests on."""
    return sum(1 for line in result.lines for cell in line.cells if cell.points is not None)


def _candidate(label: str, told: CandidateLine | None, again: CandidateLine) -> Finding:
    """One firm: what the bundle says beside what the originals give."""
    facts: Mapping[str, str | int | None] = {
        "candidate_id": again.candidate_id,
        "score": told.score if told else None,
        "rank": told.rank if told else None,
        "again_score": again.score,
        "again_rank": again.rank,
    }
    if told == again:
        return Finding(FindingKind.CANDIDATE, label, FindingState.PASSED, _figures(again), facts)
    if told is None:
        detail = f"包中没有；重新计算为{_figures(again)}"
    elif (told.state, told.score, told.rank) == (again.state, again.score, again.rank):
        detail = f"{_figures(again)}，一致；但分项、分值或评估意见等记录不同"
    else:
        detail = f"包中为{_figures(told)}；重新计算为{_figures(again)}"
    return Finding(FindingKind.CANDIDATE, label, FindingState.FAILED, detail, facts)


def _figures(line: CandidateLine) -> str:
    score = "没有得分" if line.score is None else f"得分{show_points(line.score)}"
    place = f"第{line.rank}名" if line.rank else LINE_WORDS.get(line.state, "未排名")
    return f"{score}、{place}"


def _material(result: Result, originals: Originals) -> Material:
    """What the result was computed from: originals and the meeting's records."""
    declared = {(one.expert_id, one.candidate_id, one.source) for s, _ in originals for one in s.recusals}
    known = [one for one in result.recusals if (one.expert_id, one.candidate_id, one.source) not in declared]
    experts: Mapping[str, Expert] = {one.expert_id: one for one in result.experts}
    return Material(
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
