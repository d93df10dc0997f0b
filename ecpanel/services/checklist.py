"""The checklist (步骤): for each step of the organiser's desk, whether it is done and what it lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ecpanel.domain.dossier import Document, check_dossier
from ecpanel.domain.points import show_short
from ecpanel.domain.problems import Problem, Severity, blocking, warning
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import leaves
from ecpanel.services.holdings import Holding
from ecpanel.services.opening import Lock
from ecpanel.services.panel import open_hints
from ecpanel.services.readiness import Preparation, StepKey, step_problems

TITLES: Final = {
    StepKey.PARTICULARS: "基本情况",
    StepKey.SCHEME: "指标体系",
    StepKey.CANDIDATES: "参评企业",
    StepKey.DOSSIERS: "申报材料",
    StepKey.PEOPLE: "专家与分组",
    StepKey.RECUSALS: "回避",
    StepKey.ISSUE: "发放",
}


class StepState(StrEnum):
    """Done: nothing is left to look at. Blocked: something keeps packages from being issued. Open:
    not begun, or something is worth a look and blocks nothing."""

    DONE = "done"
    BLOCKED = "blocked"
    OPEN = "open"


STATE_WORDS: Final = {StepState.DONE: "完成", StepState.BLOCKED: "有误", StepState.OPEN: "待办"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `summary` is a short Chinese text with counts."""

    key: StepKey
    title: str
    state: StepState
    summary: str
    problems: tuple[Problem, ...]


def checklist(ready: Preparation, lock: Lock | None, holdings: Sequence[Holding]) -> list[Step]:
    """The seven steps in their order."""
    found = step_problems(ready)
    found[StepKey.DOSSIERS] = dossier_problems(ready)
    found[StepKey.RECUSALS] = _hints(ready)
    steps = [
        _particulars(ready, found),
        _scheme(ready, lock, found),
        _candidates(ready, found),
        _dossiers(ready, found),
        _people(ready, found),
        _recusals(ready, found),
    ]
    return [*steps, _issue(ready, holdings, found)]


def dossier_problems(ready: Preparation) -> list[Problem]:
    """What is missing in the dossiers as they are recorded now; empty while none are."""
    if not ready.documents:
        return []
    own = _by_candidate(ready)
    problems: list[Problem] = []
    for one in ready.candidates:
        if one.candidate_id in own:
            problems += check_dossier(one.candidate_id, one.name, own[one.candidate_id])
        else:
            problems.append(warning("dossier_absent", candidate=one.candidate_id, name=one.name))
    return problems


def _by_candidate(ready: Preparation) -> dict[str, list[Document]]:
    own: defaultdict[str, list[Document]] = defaultdict(list)
    for document, _ in ready.documents:
        own[document.candidate_id].append(document)
    return own


def _hints(ready: Preparation) -> list[Problem]:
    firms = {one.candidate_id: one.name for one in ready.candidates}
    return [
        warning(
            "recusal_hint",
            expert=one.expert_id,
            name=ready.experts[one.expert_id].name,
            why=one.why,
            candidate=one.candidate_id,
            firm=firms[one.candidate_id],
        )
        for one in open_hints(ready)
    ]


Found = dict[StepKey, list[Problem]]


def _step(
    key: StepKey, begun: bool, facts: Sequence[str], problems: Sequence[Problem], complete: bool = True
) -> Step:
    """A step with its state; problems leave room for the first fact only."""
    grave = [one for one in problems if one.severity is not Severity.NOTE]
    if not begun:
        state = StepState.OPEN
    elif blocking(grave):
        state = StepState.BLOCKED
    else:
        state = StepState.OPEN if grave or not complete else StepState.DONE
    told = [*facts[:1], f"{len(grave)} 个问题"] if begun and grave else facts
    return Step(key, TITLES[key], state, " · ".join(told), tuple(problems))


def _particulars(ready: Preparation, found: Found) -> Step:
    review = ready.review
    facts = [f"{review.year}年{review.kind.value}", *([f"建议 {review.cut} 家"] if review.cut else [])]
    return _step(StepKey.PARTICULARS, True, facts, found[StepKey.PARTICULARS])


def _scheme(ready: Preparation, lock: Lock | None, found: Found) -> Step:
    """The placeholder scheme leaves the step open until it is locked, but for a rehearsal."""
    scheme = ready.scheme
    count = f"{sum(1 for _ in leaves(scheme))} 项"
    total = f"{show_short(sum(top.points for top in scheme.sections))} 分"
    if lock is not None:
        return _step(StepKey.SCHEME, True, [count, f"第{lock.version}版已锁定"], found[StepKey.SCHEME])
    waiting = scheme.is_placeholder and not ready.review.rehearsal
    facts = [count, "占位体系" if waiting else total]
    return _step(StepKey.SCHEME, True, facts, found[StepKey.SCHEME], complete=not waiting)


def _candidates(ready: Preparation, found: Found) -> Step:
    regions = len({one.region for one in ready.candidates})
    begun = bool(ready.candidates)
    facts = [f"{len(ready.candidates)} 家", f"{regions} 地区"] if begun else ["还没有名单"]
    return _step(StepKey.CANDIDATES, begun, facts, found[StepKey.CANDIDATES])


def _dossiers(ready: Preparation, found: Found) -> Step:
    begun = bool(ready.documents)
    problems = found[StepKey.DOSSIERS]
    lacking = {one.params["candidate"] for one in problems}
    whole = len(ready.candidates) - len(lacking)
    facts = [f"{whole}/{len(ready.candidates)} 家齐全"] if begun else ["还没有登记"]
    return _step(StepKey.DOSSIERS, begun, facts, problems)


def _people(ready: Preparation, found: Found) -> Step:
    begun = bool(ready.experts or ready.groups)
    facts = [f"{len(ready.experts)} 位", f"{len(ready.groups)} 组"] if begun else ["还没有专家"]
    return _step(StepKey.PEOPLE, begun, facts, found[StepKey.PEOPLE])


def _recusals(ready: Preparation, found: Found) -> Step:
    begun = bool(ready.experts and ready.candidates)
    count = len(ready.recusals)
    facts = [f"{count} 条"] if count else ["没有已知回避" if begun else "等待名单和专家"]
    return _step(StepKey.RECUSALS, begun, facts, found[StepKey.RECUSALS])


def _issue(ready: Preparation, holdings: Sequence[Holding], found: Found) -> Step:
    """Blocked while an earlier step has an error, and done when everyone holds his package."""
    out = sum(one.times > 0 for one in holdings)
    stale = [*_stale_chairs(ready, holdings), *_without_slip(holdings)]
    waiting = [TITLES[key] for key, problems in found.items() if blocking(problems)]
    if waiting:
        text = f"先处理 {'、'.join(waiting)}"
        return Step(StepKey.ISSUE, TITLES[StepKey.ISSUE], StepState.BLOCKED, text, tuple(stale))
    facts = [f"已发 {out}/{len(holdings)}" if out else f"可以发放 {len(holdings)} 个"]
    return _step(StepKey.ISSUE, True, facts, stale, complete=out == len(holdings))


def _without_slip(holdings: Sequence[Holding]) -> list[Problem]:
    """Packages whose pass-phrase nobody has on paper: they open for nobody."""
    return [
        warning("slip_missing", name=one.name, file=one.file)
        for one in holdings
        if one.times and not one.slip
    ]


def _stale_chairs(ready: Preparation, holdings: Sequence[Holding]) -> list[Problem]:
    """Chairs whose package names other experts than the group has now."""
    members = {group.group_id: (group.name, set(group.members)) for group in ready.groups}
    return [
        warning("chair_package_old", group=members[one.group][0])
        for one in holdings
        if one.desk is Desk.CHAIR
        and one.times
        and one.group in members
        and set(one.experts) != members[one.group][1]
    ]
