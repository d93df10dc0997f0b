"""The scheme (指标体系): a tree whose leaves carry points, and every rule of merging as its data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from ecpanel.domain.points import HUNDRED, Points, show_short
from ecpanel.domain.problems import Problem, error

STRICT: Final = {"extra": "forbid", "strict": True}
"""How records are read from outside: no unknown member, no silent conversion."""

FULL_MARKS: Final[Points] = 100 * HUNDRED
PLACEHOLDER_BANNER: Final = "使用内置参考指标体系，非商办电函〔2020〕378号附件2原文"


class Kind(StrEnum):
    """客观: computed once and equal for all experts. 主观: judged by each."""

    OBJECTIVE = "客观"
    SUBJECTIVE = "主观"


@dataclass(frozen=True, slots=True)
class Band:
    """One step of an objective table: a figure of at least `at_least` earns `points`."""

    __pydantic_config__: ClassVar = STRICT
    at_least: str
    points: Points

    @property
    def threshold(self) -> Decimal:
        """The threshold as an exact decimal."""
        return Decimal(self.at_least)


@dataclass(frozen=True, slots=True)
class BandTable:
    """Bands of one category; an empty category serves all categories without their own table."""

    __pydantic_config__: ClassVar = STRICT
    category: str
    unit: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a level of a subjective indicator looks like: 优 from 90 % of the maximum, and so on."""

    __pydantic_config__: ClassVar = STRICT
    name: str
    from_percent: int
    text: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A leaf: `points` is its maximum and `step` the grid of allowed values, both in 1/100."""

    __pydantic_config__: ClassVar = STRICT
    code: str
    name: str
    points: Points
    kind: Kind
    step: Points = 50
    evidence_hint: str = ""
    may_not_apply: bool = False
    descriptors: tuple[Descriptor, ...] = ()
    band_tables: tuple[BandTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """An inner node of the tree; its points are the sum of its children (rule 1)."""

    __pydantic_config__: ClassVar = STRICT
    code: str
    name: str
    points: Points
    children: tuple[Section | Indicator, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A yes/no condition before ranking (准入项); failing it keeps a candidate out of the ranking."""

    __pydantic_config__: ClassVar = STRICT
    code: str
    name: str


class LevelBy(StrEnum):
    """Whether levels follow the score or the share of the ranking."""

    SCORE = "score"
    RANK_SHARE = "rank_share"


@dataclass(frozen=True, slots=True)
class Level:
    """A result level. By score: from `bound` hundredths of a point up. By rank share: the best
    `bound` hundredths of a percent, counted from the top."""

    __pydantic_config__: ClassVar = STRICT
    name: str
    bound: int


class Scope(StrEnum):
    """Whether values are averaged by total or leaf by leaf."""

    TOTAL = "total"
    LEAF = "leaf"


class TieStep(StrEnum):
    """A step of the tie chain; SECTION names a first-level section."""

    SECTION = "section"
    UNTRIMMED = "untrimmed"
    LAST_YEAR = "last_year"
    VOTE = "vote"


@dataclass(frozen=True, slots=True)
class TieRule:
    """One link of the tie chain (rule 33)."""

    __pydantic_config__: ClassVar = STRICT
    step: TieStep
    section: str = ""


@dataclass(frozen=True, slots=True)
class Merging:
    """How experts' scores become one figure (rules 16, 28, 29, 33). Shares are in percent."""

    __pydantic_config__: ClassVar = STRICT
    scope: Scope = Scope.TOTAL
    trimmed: bool = False
    trim_from: int = 5
    min_valid: int = 3
    places: int = 2
    ties: tuple[TieRule, ...] = (
        TieRule(TieStep.SECTION, "B"),
        TieRule(TieStep.SECTION, "C"),
        TieRule(TieStep.UNTRIMMED),
        TieRule(TieStep.LAST_YEAR),
        TieRule(TieStep.VOTE),
    )


@dataclass(frozen=True, slots=True)
class OutlierLimits:
    """When a score is a question for the meeting (rule 32); all in percent."""

    __pydantic_config__: ClassVar = STRICT
    of_mean: int = 30
    of_maximum: int = 15
    yellow_of_mean: int = 20
    robust_from: int = 5
    spread_of_full: int = 25


@dataclass(frozen=True, slots=True)
class Remarks:
    """When an expert must give reasons (rule 21) and how long an opinion is (rule 39)."""

    __pydantic_config__: ClassVar = STRICT
    below_percent: int = 60
    from_percent: int = 95
    min_length: int = 10
    opinion_min: int = 50
    opinion_max: int = 500


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """Quorum and majorities of the meeting (rule 35), as fractions written n/d."""

    __pydantic_config__: ClassVar = STRICT
    quorum: tuple[int, int] = (2, 3)
    gate_majority: tuple[int, int] = (2, 3)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the indicator system with all rules that turn scores into a ranking."""

    __pydantic_config__: ClassVar = STRICT
    scheme_id: str
    title: str
    version: int
    is_placeholder: bool
    sections: tuple[Section, ...]
    categories: tuple[str, ...] = ("平台类", "应用类", "服务类")
    gates: tuple[Gate, ...] = ()
    level_by: LevelBy = LevelBy.SCORE
    levels: tuple[Level, ...] = (
        Level("优秀", 9000),
        Level("良好", 8000),
        Level("合格", 6000),
        Level("较差", 0),
    )
    merging: Merging = Merging()
    outliers: OutlierLimits = OutlierLimits()
    remarks: Remarks = Remarks()
    meeting: MeetingRules = MeetingRules()


def leaves(node: Scheme | Section | Indicator) -> Iterator[Indicator]:
    """All indicators below a node, in the order of the tree."""
    if isinstance(node, Indicator):
        yield node
        return
    for child in node.sections if isinstance(node, Scheme) else node.children:
        yield from leaves(child)


def indicator(scheme: Scheme, code: str) -> Indicator | None:
    """The leaf with this code, or None."""
    return next((leaf for leaf in leaves(scheme) if leaf.code == code), None)


def points_from_bands(leaf: Indicator, category: str, figure: Decimal) -> Points | None:
    """Objective points of a declared figure (rule 22); None where the leaf has no table for it.

    A figure below the lowest band earns nothing only if a band says so; otherwise None.
    """
    table = next((t for t in leaf.band_tables if t.category == category), None) or next(
        (t for t in leaf.band_tables if not t.category), None
    )
    if table is None:
        return None
    reached = [band for band in table.bands if figure >= band.threshold]
    return max(reached, key=lambda band: band.threshold).points if reached else None


Path = tuple[int, ...]
"""Where a node stands in the tree: (1, 0) is the first child of the second section."""


def placed_leaves(
    nodes: tuple[Section | Indicator, ...], above: Path = ()
) -> Iterator[tuple[Path, Indicator]]:
    """All indicators with their places, in the order of the tree."""
    for number, node in enumerate(nodes):
        if isinstance(node, Indicator):
            yield (*above, number), node
        else:
            yield from placed_leaves(node.children, (*above, number))


def check_scheme(scheme: Scheme) -> list[Problem]:
    """Everything that keeps a scheme from being locked (rule 1 and the ranges of every rule).

    A problem of a node tells its `place` in the tree, one of a rule the `member` it is about.
    """
    problems: list[Problem] = []
    codes: set[str] = set()
    total = 0
    for number, top in enumerate(scheme.sections):
        problems += _check_node(top, (number,), codes)
        total += top.points
    if total != FULL_MARKS:
        problems.append(error("scheme_total", total=show_short(total)))
    problems += _check_leaves(scheme)
    problems += _check_rules(scheme, {top.code for top in scheme.sections})
    return problems


def _check_node(node: Section | Indicator, place: Path, codes: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    if node.code in codes or not node.code.isascii() or not node.code.strip():
        problems.append(error("scheme_code", place=place, code=node.code, name=node.name))
    codes.add(node.code)
    if isinstance(node, Indicator):
        return problems
    if len(place) > 2:
        problems.append(error("scheme_depth", place=place, code=node.code))
        return problems
    below = sum(child.points for child in node.children)
    if not node.children or below != node.points:
        problems.append(
            error(
                "scheme_sum",
                place=place,
                code=node.code,
                name=node.name,
                said=show_short(node.points),
                sum=show_short(below),
            )
        )
    for number, child in enumerate(node.children):
        problems += _check_node(child, (*place, number), codes)
    return problems


def _check_leaves(scheme: Scheme) -> list[Problem]:
    problems: list[Problem] = []
    for place, leaf in placed_leaves(scheme.sections):
        if leaf.points <= 0 or leaf.step <= 0 or leaf.points % leaf.step:
            points, step = show_short(leaf.points), show_short(leaf.step)
            problems.append(error("scheme_step", place=place, code=leaf.code, points=points, step=step))
        for table in leaf.band_tables:
            if table.category and table.category not in scheme.categories:
                category = table.category
                problems.append(error("scheme_band_category", place=place, code=leaf.code, category=category))
            for band in table.bands:
                on_grid = leaf.step > 0 and band.points % leaf.step == 0
                if not 0 <= band.points <= leaf.points or not on_grid or not _is_decimal(band.at_least):
                    at_least = band.at_least
                    problems.append(error("scheme_band", place=place, code=leaf.code, at_least=at_least))
        tables = [table.category for table in leaf.band_tables]
        if len(set(tables)) != len(tables):
            problems.append(error("scheme_band_twice", place=place, code=leaf.code))
    return problems


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _rule(member: str, rule: str, value: object) -> Problem:
    """A rule that is out of its range; `rule` is what people call it."""
    return error("scheme_rule", member=member, rule=rule, value=value)


def _check_rules(scheme: Scheme, sections: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    merging = scheme.merging
    if not 0 <= merging.places <= 2:
        problems.append(_rule("places", "保留小数位", merging.places))
    if merging.min_valid < 1:
        problems.append(_rule("min_valid", "最少有效评分", merging.min_valid))
    if merging.trim_from < 3:
        problems.append(_rule("trim_from", "去极值最少有效评分", merging.trim_from))
    problems += [
        _rule("ties", "同分次序", f"指标{tie.section}")
        for tie in merging.ties
        if tie.step is TieStep.SECTION and tie.section not in sections
    ]
    bounds = [level.bound for level in scheme.levels]
    ordered = sorted(bounds, reverse=scheme.level_by is LevelBy.SCORE)
    rest = 0 if scheme.level_by is LevelBy.SCORE else 10000
    if not bounds or bounds[-1] != rest or bounds != ordered or len(set(bounds)) != len(bounds):
        told = "、".join(f"{level.name} {show_short(level.bound)}" for level in scheme.levels)
        problems.append(_rule("levels", "等级", told))
    for member, rule, words in (
        ("gates", "准入项", [gate.code for gate in scheme.gates]),
        ("categories", "类别", list(scheme.categories)),
    ):
        if len(set(words)) != len(words):
            problems.append(_rule(member, rule, "、".join(words)))
    for member, rule, (numerator, denominator) in (
        ("quorum", "法定人数", scheme.meeting.quorum),
        ("gate_majority", "准入项表决多数", scheme.meeting.gate_majority),
    ):
        if not 0 < numerator <= denominator:
            problems.append(_rule(member, rule, f"{numerator}/{denominator}"))
    remarks = scheme.remarks
    if not 0 <= remarks.opinion_min <= remarks.opinion_max:
        problems.append(_rule("opinion", "评估意见字数", f"{remarks.opinion_min}至{remarks.opinion_max}"))
    return problems
