"""The recommendation list (建议名单) with the rule it follows in words, and what is left to the panel."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ecpanel.domain.points import HUNDRED, show_points, show_short
from ecpanel.domain.result import Result
from ecpanel.gui.controls.prose import Ink, Prose
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme


class RecommendedView(Prose):
    """Names by place; ties at the line and those near it are told apart."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "建议名单")

    def show_list(self, result: Result, hidden: Collection[str]) -> None:
        """Show the list as it stands."""
        self.set_words(lambda ink: _words(ink, result, hidden))


def rule_words(result: Result, hidden: Collection[str] = ()) -> str:
    """The rule of the list in words."""
    cut = result.review.cut
    if cut <= 0:
        return "本评审没有定建议名单的家数，由电子商务司定；这里只排名，不划线。"
    words = f"按综合得分从高到低取前 {cut} 名。"
    inside = [one for one in result.lines if one.state == "ranked" and one.rank <= cut]
    lowest = min((one.score for one in inside if one.score is not None), default=None)
    shown = lowest is not None and not any(
        one.candidate_id in hidden for one in inside if one.score == lowest
    )
    if shown and lowest is not None:
        words += f"入选线 {show_points(lowest)} 分。"
    near = sum(one not in hidden for one in result.near_line)
    if near:
        words += f"与入选线相差 {show_short(HUNDRED)} 分以内的 {near} 家为近线，应逐家合议。"
    return words


def list_lines(result: Result, hidden: Collection[str]) -> list[str]:
    """The list as lines to be pasted elsewhere: place, firm, region, category, score."""
    firms = {one.candidate_id: one for one in result.candidates}
    lines = {one.candidate_id: one for one in result.lines}
    found = ["名次\t企业名称\t地区\t类别\t综合得分\t备注"]
    for key in (*result.recommended, *result.tied_at_line):
        line, firm = lines[key], firms[key]
        if key not in hidden and line.score is not None:
            remark = "线上并列，由评审组确定" if key in result.tied_at_line else ""
            score = show_points(line.score)
            found.append(f"{line.rank}\t{firm.name}\t{firm.region}\t{firm.category}\t{score}\t{remark}")
    return found


def _words(ink: Ink, result: Result, hidden: Collection[str]) -> Iterator[str]:
    yield ink.line(ink.span("建议名单", bold=True))
    yield ink.line(ink.span(rule_words(result, hidden)), above=0.5)
    if hidden:
        words = f"组长回避的 {len(hidden)} 家不在此列出，是否列入签发以后可见。"
        yield ink.line(ink.span(words, Tone.APART), above=0.5)
    tied = [key for key in result.tied_at_line if key not in hidden]
    if tied:
        words = f"线上并列 {len(tied)} 家，名额不够都列入：请到合议用“同分次序”表决，表决以前不列入名单。"
        yield ink.line(ink.span(words, Tone.CAUTION), above=0.5)
    yield from _names(ink, result, [key for key in result.recommended if key not in hidden], "列入")
    yield from _names(ink, result, tied, "线上并列，待定")


def _names(ink: Ink, result: Result, keys: Collection[str], title: str) -> Iterator[str]:
    if not keys:
        return
    firms = {one.candidate_id: one for one in result.candidates}
    lines = {one.candidate_id: one for one in result.lines}
    yield ink.head(f"{title} {len(keys)} 家")
    near = set(result.near_line)
    for key in keys:
        line = lines[key]
        close = ink.span("　近线", Tone.CAUTION, small=True) if key in near else ""
        yield ink.beside(
            ink.span(f"{line.rank}　{firms[key].name}") + close,
            ink.span("" if line.score is None else show_points(line.score)),
            above=0.5,
        )
