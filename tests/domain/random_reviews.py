"""Random but reproducible reviews: a few choices are drawn, the many cells follow from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from builders import (
    Cell,
    candidate,
    expert,
    gate,
    leaf,
    material,
    past,
    recusal,
    scheme,
    section,
    sheet,
    submission,
)
from hypothesis import strategies as st

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.evaluation import Material
from ecpanel.domain.recusal import Recusal
from ecpanel.domain.scheme import (
    Indicator,
    Level,
    LevelBy,
    Merging,
    Scheme,
    Scope,
    Section,
    TieRule,
    TieStep,
    check_scheme,
    leaves,
)
from ecpanel.domain.sheet import Sheet, State
from ecpanel.domain.submission import Submission

LEVELS = {
    LevelBy.SCORE: (Level("优秀", 9000), Level("良好", 8000), Level("合格", 6000), Level("较差", 0)),
    LevelBy.RANK_SHARE: (Level("优秀", 1500), Level("良好", 5000), Level("合格", 9000), Level("较差", 10000)),
}
STEPS = (1000, 500, 250, 100, 50, 1)


@dataclass(frozen=True)
class Luck:
    """How often a cell has no number, and how few different scores there are."""

    unscored: float
    abstained: float
    not_applicable: float
    variety: int
    clones: float


def random_tree(luck: Random, count: int, step: int) -> tuple[Section, ...]:
    """One to three levels (a section with one leaf is a level of its own), points in units of 10."""
    cuts = sorted(luck.sample(range(1, 10), count - 1))
    points = [(b - a) * 1000 for a, b in zip([0, *cuts], [*cuts, 10], strict=True)]
    flat = [
        leaf(f"L{place}", value, step=step, may_not_apply=luck.random() < 0.4)
        for place, value in enumerate(points)
    ]
    tops: list[Section] = []
    while flat:
        taken = luck.randint(1, len(flat))
        below, flat = flat[:taken], flat[taken:]
        children: list[Section | Indicator] = list(below)
        if luck.random() < 0.4:
            split = luck.randrange(len(below))
            children = [*below[:split], section(f"{'BCAD'[len(tops) % 4]}{len(tops)}x", *below[split:])]
        tops.append(section(f"{'BCAD'[len(tops) % 4]}{len(tops)}", *children))
    return tuple(tops)


def random_chain(luck: Random, tops: tuple[Section, ...]) -> tuple[TieRule, ...]:
    chain = [
        TieRule(TieStep.SECTION, top.code) for top in luck.sample(tops, luck.randint(0, min(2, len(tops))))
    ]
    rest = [TieRule(step) for step in (TieStep.UNTRIMMED, TieStep.LAST_YEAR, TieStep.VOTE)]
    return tuple(chain + luck.sample(rest, luck.randint(0, 3)))


def random_cell(luck: Random, one: Indicator, chances: Luck) -> Cell:
    draw = luck.random()
    if draw < chances.unscored:
        return State.UNSCORED
    if draw < chances.unscored + chances.abstained:
        return State.ABSTAINED
    if one.may_not_apply and draw < chances.unscored + chances.abstained + chances.not_applicable:
        return State.NOT_APPLICABLE
    steps = one.points // one.step
    return luck.randint(max(0, steps - chances.variety), steps) * one.step if luck.random() < 0.95 else 0


def random_candidates(luck: Random, count: int, year: int) -> list[Candidate]:
    found = []
    for place in range(1, count + 1):
        history = (
            (past(year - 1, "", luck.choice([None, 7000, *[8000, 9000] * 4])),) if luck.random() < 0.9 else ()
        )
        found.append(
            candidate(
                f"C{place:03d}",
                category=luck.choice(("平台类", "应用类", "服务类")),
                region=luck.choice(("浙江", "北京", "宁波")),
                past=history,
            )
        )
    return found


def random_sheets(
    luck: Random, rules: Scheme, experts: list[str], candidates: list[Candidate], chances: Luck
) -> list[Sheet]:
    """Cells of every expert for every candidate; clones have the same sheets handed round."""
    found: dict[str, list[Mapping[str, Cell]]] = {}
    for one in candidates:
        if found and luck.random() < chances.clones:
            cells = list(found[luck.choice(list(found))])
            luck.shuffle(cells)
        else:
            cells = [{part.code: random_cell(luck, part, chances) for part in leaves(rules)} for _ in experts]
        found[one.candidate_id] = cells
    return [
        sheet(who, key, **cells)
        for key, given in found.items()
        for who, cells in zip(experts, given, strict=True)
        if luck.random() >= chances.unscored / 3
    ]


@dataclass(frozen=True)
class Drawn:
    """The few choices from which a whole review follows; short to print when a test fails."""

    seed: int
    chances: Luck
    indicators: int
    step: int
    level_by: LevelBy
    merging: Merging
    experts: int
    candidates: int
    cut: int
    voided: float
    barred: float

    def build(self) -> Material:
        """The review as the chair holds it before any vote or correction."""
        luck = Random(self.seed)
        tops = random_tree(luck, self.indicators, self.step)
        rules = scheme(
            *tops,
            level_by=self.level_by,
            levels=LEVELS[self.level_by],
            merging=replace(self.merging, ties=random_chain(luck, tops)),
        )
        assert check_scheme(rules) == []
        experts = [f"E{place:02d}" for place in range(1, self.experts + 1)]
        candidates = random_candidates(luck, self.candidates, 2021)
        sheets = random_sheets(luck, rules, experts, candidates, self.chances)
        known: list[Recusal] = []
        own: dict[str, list[Recusal]] = {}
        for who in experts:
            for one in candidates:
                if luck.random() < self.barred:
                    pair = recusal(who, one.candidate_id)
                    (known if luck.random() < 0.5 else own.setdefault(who, [])).append(pair)
        plain = material(
            rules,
            sheets,
            candidates,
            experts,
            cut=self.cut,
            voided={who: "应回避未回避" for who in experts if luck.random() < self.voided},
            recusals=tuple(known),
            gate_decisions=tuple(
                gate(one.candidate_id, passed=luck.random() < 0.5)
                for one in candidates
                if luck.random() < 0.1
                for _ in range(luck.randint(1, 2))
            ),
        )
        return replace(plain, submissions=_declaring(plain.submissions, own))


def _declaring(
    handed_in: Sequence[tuple[Submission, str]], own: Mapping[str, Sequence[Recusal]]
) -> list[tuple[Submission, str]]:
    present = {one.expert.expert_id for one, _ in handed_in}
    empty = [(submission(expert(who), ()), "d" * 64) for who in own if who not in present]
    return [
        (replace(one, recusals=tuple(own.get(one.expert.expert_id, ()))), sha256)
        for one, sha256 in [*handed_in, *empty]
    ]


def reviews() -> st.SearchStrategy[Drawn]:
    """Reviews with both scopes, trimmed or not, holes, recusals, voided experts, gates and ties."""
    return st.builds(
        Drawn,
        seed=st.integers(0, 2**32),
        chances=st.builds(
            Luck,
            unscored=st.sampled_from([0.0, 0.01, 0.05]),
            abstained=st.sampled_from([0.0, 0.02, 0.1]),
            not_applicable=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
            variety=st.sampled_from([1, 2, 5, 10_000]),
            clones=st.sampled_from([0.8, 0.4, 0.0]),
        ),
        indicators=st.integers(1, 8),
        step=st.sampled_from(STEPS),
        level_by=st.sampled_from(list(LevelBy)),
        merging=st.builds(
            Merging,
            scope=st.sampled_from(list(Scope)),
            trimmed=st.booleans(),
            trim_from=st.integers(3, 7),
            min_valid=st.integers(1, 4),
            places=st.integers(0, 2),
        ),
        experts=st.integers(3, 15),
        candidates=st.integers(1, 30),
        cut=st.integers(0, 12),
        voided=st.sampled_from([0.0, 0.1]),
        barred=st.sampled_from([0.0, 0.05, 0.2]),
    )
