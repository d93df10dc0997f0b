"""Below the table of 合议: what the expert of the cell at hand wrote, what he pinned, and what was changed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecpanel.domain.meeting import REASON_WORDS, Correction
from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.sheet import Evidence, Opinion
from ecpanel.domain.side_by_side import SideBySide, SideCell, SideLeaf
from ecpanel.gui.controls.prose import Ink, Prose
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.flags import FlagRow
from ecpanel.gui.models.side_cells import Flags
from ecpanel.gui.theme import Theme
from ecpanel.reports.tables import STANDING_WORDS, STATE_WORDS, vote_words

PARTS = (("strengths", "优势"), ("weaknesses", "不足"), ("advice", "建议"))


class CellNotes(Prose):
    """One cell with its expert's opinion, or one indicator with everybody's reasons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "理由、证据和评估意见")

    def show_cell(self, side: SideBySide, flags: Flags, expert_id: str, code: str) -> None:
        """Show what belongs to a cell; without an expert, to its indicator; without both, the candidate."""
        self.set_words(lambda ink: _words(ink, side, flags, expert_id, code))


def _words(ink: Ink, side: SideBySide, flags: Flags, expert_id: str, code: str) -> Iterator[str]:
    leaf = next((one for one in side.leaves if one.indicator.code == code), None)
    names = {one.expert_id: f"{one.expert_id} {one.name}" for one in side.experts}
    if leaf is not None and expert_id:
        yield from _cell(ink, side, leaf, flags, expert_id, names[expert_id])
    elif leaf is not None:
        yield from _leaf(ink, leaf, flags, names)
    else:
        yield from _whole(ink, side, flags, expert_id, names)
    if not expert_id:
        return
    opinion = next(one.opinion for one in side.experts if one.expert_id == expert_id)
    yield from _opinion(ink, opinion, f"{names[expert_id]} 的评估意见")


def _title(leaf: SideLeaf) -> str:
    one = leaf.indicator
    return f"{one.code} {one.name}（{one.kind.value}，满分 {show_short(one.points)}，步长 {show_short(one.step)}）"


def _cell(
    ink: Ink, side: SideBySide, leaf: SideLeaf, flags: Flags, expert_id: str, name: str
) -> Iterator[str]:
    cell = next(one for one in leaf.cells if one.expert_id == expert_id)
    yield ink.line(ink.span(f"{name}　", bold=True), ink.span(_title(leaf), Tone.FAINT))
    yield ink.line(*_value(ink, side, cell))
    yield from _flags(ink, flags.get((expert_id, leaf.indicator.code), ()))
    yield ink.line(ink.span("理由　", Tone.FAINT), ink.span(cell.remark or "没有写"))
    yield ink.line(ink.span("证据　", Tone.FAINT), ink.span(_pages(cell.evidence) or "没有引用"))
    for one in side.corrections:
        if (one.expert_id, one.indicator) == (expert_id, leaf.indicator.code):
            yield ink.line(ink.span(correction_words(one), Tone.GOOD))


def _value(ink: Ink, side: SideBySide, cell: SideCell) -> list[str]:
    standing = next(one.standing for one in side.experts if one.expert_id == cell.expert_id)
    if not cell.state:
        return [ink.span(f"没有分值：{STANDING_WORDS.get(standing, '')}", Tone.APART)]
    words = STATE_WORDS.get(cell.state, "") if cell.points is None else show_points(cell.points)
    found = [ink.span("分值　", Tone.FAINT), ink.span(words, bold=True)]
    if cell.original is not None:
        found += [ink.span("　原 ", Tone.FAINT), ink.struck(show_points(cell.original))]
    if standing == "voided":
        found.append(ink.span("　该专家的评分已作废", Tone.APART))
    return found


def _leaf(ink: Ink, leaf: SideLeaf, flags: Flags, names: dict[str, str]) -> Iterator[str]:
    yield ink.line(ink.span(_title(leaf), bold=True))
    yield from _flags(ink, flags.get(("", leaf.indicator.code), ()))
    for cell in leaf.cells:
        if cell.state:
            words = STATE_WORDS.get(cell.state, "") if cell.points is None else show_points(cell.points)
            yield ink.line(
                ink.span(f"{names[cell.expert_id]}　{words}　", Tone.FAINT),
                ink.span(cell.remark or "没有写理由", Tone.PLAIN if cell.remark else Tone.FAINT),
            )


def _whole(ink: Ink, side: SideBySide, flags: Flags, expert_id: str, names: dict[str, str]) -> Iterator[str]:
    title = names[expert_id] if expert_id else "这家企业"
    found = [
        one for (who, _), several in flags.items() if who == expert_id or not expert_id for one in several
    ]
    yield ink.line(ink.span(f"{title}的标记" if found else f"{title}没有标记", bold=True))
    for one in found:
        who = "" if one.expert == "—" else f"{one.expert} "
        yield ink.line(ink.span(f"{one.mark.word}　{who}{one.indicator}：{one.words}", one.mark.tone))
    if not expert_id:
        for change in side.corrections:
            yield ink.line(ink.span(f"{names[change.expert_id]} {correction_words(change)}", Tone.GOOD))
        yield ink.line(ink.span("选中一格，看这位专家的理由、证据和评估意见。", Tone.FAINT), above=1)


def _flags(ink: Ink, found: Iterable[FlagRow]) -> Iterator[str]:
    for one in found:
        yield ink.line(ink.span(f"{one.mark.word}：{one.words}", one.mark.tone))


def _pages(evidence: Sequence[Evidence]) -> str:
    """Pages as people look them up in the dossier."""
    return "；".join(
        f"材料 {one.document_id} 第 {one.page} 页" + (f"（{one.note}）" if one.note else "")
        for one in evidence
    )


def _opinion(ink: Ink, opinion: Opinion, title: str) -> Iterator[str]:
    yield ink.head(title)
    if not opinion.length:
        yield ink.line(ink.span("没有写", Tone.FAINT))
    for part, word in PARTS:
        said = getattr(opinion, part)
        if said:
            yield ink.line(ink.span(f"{word}　", Tone.FAINT), ink.span(said))


def correction_words(one: Correction) -> str:
    """A correction in one line."""
    return (
        f"更正 {one.indicator} {show_points(one.before)} → {show_points(one.after)}"
        f"（{one.reason.value} {REASON_WORDS[one.reason]}：{one.note}；{vote_words(one.vote)}）"
    )
