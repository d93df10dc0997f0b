"""What must hold before the bundle is signed (签发前核对): each condition with its state, its words and where to cure it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ecpanel.domain.result import Result
from ecpanel.domain.review import REHEARSAL_MARK
from ecpanel.domain.scheme import PLACEHOLDER_BANNER
from ecpanel.domain.ties import open_ties
from ecpanel.gui.marks import DONE, ERROR, NOTE, WARNING, Mark
from ecpanel.gui.models.flags import BLOCKING, RED
from ecpanel.services.board import Board, BoardState

INTAKE: Final = "收包"
CHECKS: Final = "复核"
MEETING: Final = "合议"
RANKING: Final = "排名"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line: an error keeps the bundle from being signed; `tab` is where people cure it, "" nowhere."""

    mark: Mark
    words: str
    tab: str = ""


def conditions(result: Result, board: Board, hidden: Collection[str], open_matters: int) -> list[Condition]:
    """Every condition, in the order of the work."""
    return [
        *_intake(board),
        *_checks(result, hidden),
        *_meeting(result, hidden, open_matters),
        *_outcome(result),
        *_marks(result),
    ]


def _intake(board: Board) -> Iterator[Condition]:
    missing = [one for one in board.experts if one.state is BoardState.MISSING]
    if not missing:
        yield Condition(DONE, f"{board.expected} 位专家的评分均已并入")
    else:
        names = "、".join(f"{one.expert_id} {one.name}" for one in missing)
        words = f"还有 {len(missing)} 位专家的评分没有并入：{names}"
        moderation = board.moderation
        if moderation is not None and {one.expert_id for one in missing} <= set(moderation.missing):
            words += f"；开启审议时写明的理由：{moderation.reason}"
        yield Condition(WARNING, words, INTAKE)
    waiting = [f"{one.expert_id} {one.name}" for one in board.experts if one.may_replace]
    if waiting:
        words = f"{'、'.join(waiting)} 的重开单还没有交回，签发按原来的提交计算"
        yield Condition(WARNING, words, INTAKE)
    voided = [f"{one.expert_id} {one.name}" for one in board.experts if one.state is BoardState.VOIDED]
    if voided:
        yield Condition(NOTE, f"{'、'.join(voided)} 的评分已作废，不计入")


def _checks(result: Result, hidden: Collection[str]) -> Iterator[Condition]:
    blocking = [one for one in result.flags if one.kind in BLOCKING]
    if blocking:
        words = f"法定复核有 {len(blocking)} 处须先更正（合计、范围或客观分不一致），不更正不能签发"
        away = sum(one.candidate_id in hidden for one in blocking)
        if away:
            words += f"；其中 {away} 处在组长回避的企业，请由其他成员主持处理"
        yield Condition(ERROR, words, CHECKS)
        return
    asking = sum(one.weight == RED and one.candidate_id not in hidden for one in result.flags)
    words = "法定四项复核没有须更正的"
    yield Condition(DONE, words + (f"；畸高畸低需说明 {asking} 处" if asking else ""))


def _meeting(result: Result, hidden: Collection[str], open_matters: int) -> Iterator[Condition]:
    if open_matters:
        yield Condition(WARNING, f"议程上还有 {open_matters} 项没有议过", MEETING)
    else:
        yield Condition(DONE, "议程各项均已议过")
    if result.tied_at_line:
        words = f"入选线上有 {len(result.tied_at_line)} 家并列，名额不够都列入；表决次序以前不进建议名单"
        yield Condition(WARNING, words, MEETING)
    elif result.review.cut > 0:
        yield Condition(DONE, f"建议名单取前 {result.review.cut} 名，线上没有并列")
    else:
        yield Condition(NOTE, "没有定建议名单的家数，由电子商务司定")
    rest = [one for one in open_ties(result) if not set(one) & ({*result.tied_at_line} | set(hidden))]
    if rest:
        yield Condition(NOTE, f"另有 {len(rest)} 组并列名次，照并列印出", RANKING)


def _outcome(result: Result) -> Iterator[Condition]:
    if not any(one.state == "ranked" for one in result.lines):
        yield Condition(ERROR, "没有一家企业形成得分，不能签发", INTAKE)
        return
    held = sum(one.state == "held" for one in result.lines)
    if held:
        yield Condition(WARNING, f"{held} 家有效评分不足，暂缓，不进排名", RANKING)


def _marks(result: Result) -> Iterator[Condition]:
    if result.scheme.is_placeholder:
        yield Condition(WARNING, f"{PLACEHOLDER_BANNER}；这句话印在每一页上")
    if result.review.rehearsal:
        yield Condition(NOTE, f"这是演练，每一页都印“{REHEARSAL_MARK}”，不能当作真实结果")
