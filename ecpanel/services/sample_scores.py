"""Believable score sheets for a rehearsal: each expert has a severity, some disagree, all are complete."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from ecpanel.domain.candidate import Candidate, settled_scores
from ecpanel.domain.people import Expert
from ecpanel.domain.points import Points
from ecpanel.domain.scheme import Indicator, Kind, Scheme, leaves
from ecpanel.domain.sheet import Opinion, Score, Sheet, State, needs_remark
from ecpanel.services.sample_firms import quality_of

_SEVERITIES: Final = (0.00, -0.05, 0.04, -0.02, 0.03, -0.07, 0.02)
_NOISES: Final = (0.05, 0.04, 0.06, 0.05, 0.08, 0.05, 0.04)
_OUTLIERS: Final = {(3, 4): -0.34, (5, 11): 0.30, (1, 16): -0.28, (6, 19): -0.38}
"""Shift of the whole sheet by place of the expert and of the candidate: true disagreement."""
_MISMATCH: Final = 2
"""Place of the expert who reads one objective figure otherwise than all others."""

_LOW: Final = (
    "申报书对“{name}”只有概括表述，缺少可核对的数据和佐证。",
    "“{name}”方面的做法较为一般，佐证材料与申报书所述不完全对应。",
    "与同类企业相比，“{name}”成效不明显，现有证据不足以支持更高分值。",
)
_HIGH: Final = (
    "“{name}”做法有原创性，数据完整，佐证材料能够逐项对应。",
    "“{name}”成效突出，在同类企业中处于前列，经验可以推广。",
    "材料显示“{name}”已形成稳定机制，第三方数据可以印证。",
)
_PLAIN: Final = "“{name}”符合要求，数据基本可核对。"
_STRENGTHS: Final = (
    "{strong}基础扎实，材料数据前后一致，主要指标与审计摘要能够对应，带动中小商户的做法具体。",
    "业务定位清楚，{strong}表现较好，流程有制度保障，典型案例时间、对象、效果交代完整。",
    "在{strong}方面形成了自己的方法，能够说明投入与产出的关系，对同类企业有参考价值。",
)
_WEAKNESSES: Final = (
    "{weak}的论证偏弱，部分数字没有说明口径，个别佐证缺少日期。",
    "{weak}方面证据不足，案例多为自述，缺少第三方印证。",
    "对{weak}着墨不多，可持续性和成本没有展开说明。",
)
_ADVICE: Final = (
    "建议补充{weak}的分年度数据和第三方证明，明确下一步目标和时间表。",
    "建议围绕{weak}制定改进计划，公开关键指标，便于地方商务主管部门跟踪。",
    "建议加强{weak}，总结可复制的做法，在本地区同类企业中推广。",
)


def sample_scores(
    scheme: Scheme, candidates: Sequence[Candidate], experts: Sequence[Expert], seed: int = 2021
) -> dict[tuple[str, str], Sheet]:
    """A complete sheet for every (expert_id, candidate_id), recused pairs included: leave those out."""
    mismatch = _place_of_mismatch(scheme, candidates)
    sheets: dict[tuple[str, str], Sheet] = {}
    for row, candidate in enumerate(candidates):
        profile = _Profile(scheme, candidate, seed)
        for column, expert in enumerate(experts):
            shift = _OUTLIERS.get((column, row), 0.0)
            is_other = (row, column) == (mismatch[0], _MISMATCH)
            writer = _Writer(profile, expert, column, shift, mismatch[1] if is_other else "")
            sheets[expert.expert_id, candidate.candidate_id] = writer.sheet()
    return sheets


def _place_of_mismatch(scheme: Scheme, candidates: Sequence[Candidate]) -> tuple[int, str]:
    """The first candidate with an objective leaf that no figure settles, and that leaf; (-1, "") if none."""
    for row, candidate in enumerate(candidates):
        settled = settled_scores(candidate, scheme)
        for leaf in leaves(scheme):
            if leaf.kind is Kind.OBJECTIVE and leaf.code not in settled:
                return row, leaf.code
    return -1, ""


class _Profile:
    """What is true of a candidate: settled points, points all read alike, and its strength by leaf."""

    def __init__(self, scheme: Scheme, candidate: Candidate, seed: int) -> None:
        self.scheme = scheme
        self.candidate = candidate
        self.seed = seed
        chance = Random(f"{seed}/profile/{candidate.candidate_id}")
        base = 0.52 + 0.42 * quality_of(candidate, seed)
        self.strength = {leaf.code: base + chance.gauss(0, 0.05) for leaf in leaves(scheme)}
        self.settled = settled_scores(candidate, scheme)

    def objective(self, leaf: Indicator) -> Points:
        """What every expert reads from the papers."""
        points = self.settled.get(leaf.code)
        return _on_step(leaf, self.strength[leaf.code]) if points is None else points


class _Writer:
    """One expert over one candidate's sheet."""

    def __init__(self, profile: _Profile, expert: Expert, place: int, shift: float, misread: str) -> None:
        self._profile = profile
        self._expert = expert
        self._misread = misread
        self._bias = _SEVERITIES[place % len(_SEVERITIES)] + shift
        self._noise = _NOISES[place % len(_NOISES)]
        own = f"{profile.seed}/{expert.expert_id}/{profile.candidate.candidate_id}"
        self._chance = Random(own)

    def sheet(self) -> Sheet:
        """All cells and the opinion."""
        scheme = self._profile.scheme
        scores = {leaf.code: self._score(leaf) for leaf in leaves(scheme)}
        return Sheet(
            expert_id=self._expert.expert_id,
            candidate_id=self._profile.candidate.candidate_id,
            scores=scores,
            opinion=self._opinion(scores),
        )

    def _score(self, leaf: Indicator) -> Score:
        if leaf.kind is Kind.OBJECTIVE:
            points = self._profile.objective(leaf)
            if leaf.code == self._misread:
                points = points - leaf.step if points >= leaf.step else points + leaf.step
            return Score(leaf.code, State.SCORED, points)
        share = self._profile.strength[leaf.code] + self._bias + self._chance.gauss(0, self._noise)
        points = _on_step(leaf, share)
        return Score(leaf.code, State.SCORED, points, self._remark(leaf, points))

    def _remark(self, leaf: Indicator, points: Points) -> str:
        rules = self._profile.scheme.remarks
        if not needs_remark(leaf, points, rules):
            return _PLAIN.format(name=leaf.name) if self._chance.random() < 0.15 else ""
        low = 100 * points < rules.below_percent * leaf.points
        return self._chance.choice(_LOW if low else _HIGH).format(name=leaf.name)

    def _opinion(self, scores: dict[str, Score]) -> Opinion:
        ordered = sorted(
            leaves(self._profile.scheme), key=lambda leaf: (scores[leaf.code].points or 0) / leaf.points
        )
        subjective = [leaf for leaf in ordered if leaf.kind is Kind.SUBJECTIVE] or ordered
        words = {"strong": subjective[-1].name, "weak": subjective[0].name}
        strengths, weaknesses, advice = (
            self._chance.choice(pool).format_map(words) for pool in (_STRENGTHS, _WEAKNESSES, _ADVICE)
        )
        return Opinion(strengths, weaknesses, advice)


def _on_step(leaf: Indicator, share: float) -> Points:
    """The nearest allowed value for a share of the maximum."""
    steps = round(max(0.0, min(1.0, share)) * leaf.points / leaf.step)
    return min(steps * leaf.step, leaf.points)
