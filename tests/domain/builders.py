"""Small builders of real domain objects; points are in hundredths throughout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecpanel.domain.candidate import NEWLY_RECOMMENDED, Candidate, PastResult
from ecpanel.domain.evaluation import Material
from ecpanel.domain.meeting import Correction, GateDecision, ReasonCode, TieDecision, Vote
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.points import Points
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Review, ReviewKind
from ecpanel.domain.scheme import Indicator, Kind, Merging, Scheme, Section
from ecpanel.domain.scoring import CandidateScore, Plan, score_candidate
from ecpanel.domain.sheet import Opinion, Score, Sheet, State
from ecpanel.domain.submission import (
    SUBMISSION_FORMAT,
    SUBMISSION_VERSION,
    Expectation,
    SignIn,
    Submission,
    SubmittedSheet,
)

NA = State.NOT_APPLICABLE
ABSTAINED = State.ABSTAINED
UNSCORED = State.UNSCORED
Cell = Points | State

REASON = "材料与现场情况相符，理由充分。"
OPINION = Opinion("优势突出" * 6, "不足之处" * 6, "继续努力" * 6)
AYE = Vote(5, 0, 0)
AT = "2021-09-01T09:00:00+08:00"


def leaf(
    code: str, points: Points, kind: Kind = Kind.SUBJECTIVE, step: Points = 50, **more: Any
) -> Indicator:
    return Indicator(code, f"指标{code}", points, kind, step, **more)


def section(code: str, *children: Section | Indicator, points: Points | None = None) -> Section:
    said = sum(child.points for child in children) if points is None else points
    return Section(code, f"一级{code}", said, children)


def scheme(*sections: Section, **more: Any) -> Scheme:
    return Scheme("S", "测试指标体系", 1, False, sections, **more)


def small(**merging: Any) -> Scheme:
    """A1 40, A2 20 (may not apply), B1 25, C1 15."""
    return scheme(
        section("A", leaf("A1", 4000), leaf("A2", 2000, may_not_apply=True)),
        section("B", leaf("B1", 2500)),
        section("C", leaf("C1", 1500)),
        merging=Merging(**merging),
    )


def one_leaf(**merging: Any) -> Scheme:
    """A single indicator of 100 points with a step of 0.01, and no tie chain unless given."""
    return scheme(section("A", leaf("A1", 10000, step=1)), merging=Merging(**{"ties": (), **merging}))


def score(code: str, cell: Cell, remark: str = REASON) -> Score:
    if isinstance(cell, State):
        return Score(code, cell, None, remark)
    return Score(code, State.SCORED, cell, remark)


def sheet(expert: str, candidate: str = "C001", **cells: Cell) -> Sheet:
    return Sheet(expert, candidate, {code: score(code, cell) for code, cell in cells.items()}, OPINION)


def totals(*values: Cell, candidate: str = "C001") -> list[Sheet]:
    """Sheets of E01, E02 … for a scheme of one leaf."""
    return [sheet(f"E{number:02d}", candidate, A1=value) for number, value in enumerate(values, start=1)]


def merged(
    rules: Scheme,
    sheets: Iterable[Sheet],
    *,
    members: Sequence[str] | None = None,
    recused: Iterable[str] = (),
    voided: Iterable[str] = (),
    candidate: str = "C001",
) -> CandidateScore:
    given = {one.expert_id: one for one in sheets}
    return score_candidate(
        Plan.of(rules),
        candidate,
        list(given) if members is None else members,
        given,
        set(recused),
        set(voided),
    )


def candidate(key: str = "C001", **more: Any) -> Candidate:
    return Candidate(
        **{
            "candidate_id": key,
            "region": "浙江",
            "name": f"企业{key}",
            "credit_code": "",
            "category": "平台类",
            "standing": NEWLY_RECOMMENDED,
            **more,
        }
    )


def past(year: int, level: str = "", points: Points | None = None) -> PastResult:
    return PastResult(year, points, None, level)


def expert(key: str, **more: Any) -> Expert:
    return Expert(**{"expert_id": key, "name": f"专家{key}", **more})


def recusal(who: str, whom: str = "C001", source: str = "expert") -> Recusal:
    return Recusal(who, whom, RecusalReason.OTHER, "", source)


def correction(
    who: str, code: str, before: Points, after: Points, whom: str = "C001", number: int = 1
) -> Correction:
    return Correction(
        number, who, whom, code, before, after, ReasonCode.OUTLIER, "复核后更正", who, AYE, "更正口令", AT
    )


def gate(whom: str, code: str = "G1", passed: bool = False) -> GateDecision:
    return GateDecision(whom, code, passed, "经核实", AYE, AT)


def tie_vote(*order: str) -> TieDecision:
    return TieDecision(order, "表决确定次序", AYE, AT)


def submitted(one: Sheet) -> SubmittedSheet:
    points = [cell.points for cell in one.scores.values()]
    abstained = any(cell.state is State.ABSTAINED for cell in one.scores.values())
    total = None if abstained else sum(value for value in points if value is not None)
    return SubmittedSheet(one.candidate_id, tuple(one.scores.values()), one.opinion, total)


def submission(who: Expert, sheets: Iterable[Sheet], **more: Any) -> Submission:
    plain = Submission(
        SUBMISSION_FORMAT,
        SUBMISSION_VERSION,
        "R1",
        "2021年评审",
        False,
        1,
        "s" * 64,
        "t" * 64,
        who,
        SignIn(AT, "p" * 64, AT, True, "指纹"),
        (),
        1,
        "",
        "",
        (),
        tuple(submitted(one) for one in sheets),
        AT,
    )
    return replace(plain, **more)


def expectation(rules: Scheme, experts: Iterable[str], candidates: Iterable[str], **more: Any) -> Expectation:
    plain = Expectation(
        "R1",
        "2021年评审",
        False,
        rules,
        "s" * 64,
        {one: expert(one) for one in experts},
        {one: f"企业{one}" for one in candidates},
        (),
        {},
        {},
        (),
        (),
    )
    return replace(plain, **more)


def review(**more: Any) -> Review:
    return Review(
        **{
            "review_id": "R1",
            "title": "2021年评审",
            "year": 2021,
            "kind": ReviewKind.EVALUATION,
            "notice": "商办电函〔2020〕378号",
            **more,
        }
    )


def material(
    rules: Scheme,
    sheets: Iterable[Sheet],
    candidates: Sequence[Candidate],
    members: Sequence[str],
    *,
    cut: int = 0,
    voided: Mapping[str, str] | None = None,
    **more: Any,
) -> Material:
    by_expert: dict[str, list[Sheet]] = defaultdict(list)
    for one in sheets:
        by_expert[one.expert_id].append(one)
    plain = Material(
        review(cut=cut),
        rules,
        "s" * 64,
        Group("G1", "第一组", tuple(members), members[0], "监督人"),
        {one: expert(one) for one in members},
        candidates,
        (),
        voided or {},
        (),
        [(submission(expert(who), by_expert[who]), "d" * 64) for who in by_expert],
        (),
        (),
        (),
    )
    return replace(plain, **more)
