"""The opened calculation of one candidate: leaf by leaf, totals, the formula to be redone by hand, its outcome."""

from __future__ import annotations

from collections.abc import Iterator

from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.scheme import Merging, Scheme, Scope, TieRule, TieStep
from ecpanel.gui.controls.prose import Ink, Prose
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.services.explain import Calculation, CellFigure, LeafFigures, SectionFigures

STEP_WORDS = {
    TieStep.UNTRIMMED: "未去极值均分",
    TieStep.LAST_YEAR: "上年得分",
    TieStep.VOTE: "评审组表决",
}


class CalculationView(Prose):
    """Everything a person with a pocket calculator needs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "计算过程")

    def show_calculation(self, found: Calculation, scheme: Scheme) -> None:
        """Show one candidate's calculation."""
        self.set_words(lambda ink: _words(ink, found, scheme))

    def show_barred(self, name: str) -> None:
        """Nothing but why there is nothing."""
        self.set_words(
            lambda ink: (
                ink.line(ink.span(name, bold=True)),
                ink.line(ink.span("本人回避：签发以前不向组长显示它的得分、名次和计算。", Tone.APART)),
            )
        )


def _words(ink: Ink, found: Calculation, scheme: Scheme) -> Iterator[str]:
    line = found.line
    yield ink.line(ink.span(found.name, bold=True))
    yield ink.line(
        ink.span(f"{line.candidate_id} · {found.region} · {found.category}", Tone.FAINT, small=True)
    )
    score = "—" if found.score is None else show_points(found.score)
    yield ink.beside(ink.span("综合得分", bold=True), ink.span(score, Tone.ACCENT, bold=True), above=1)
    yield ink.line(ink.span(found.place))
    if found.tie:
        yield ink.line(
            ink.span(f"并列判定：{found.tie}", Tone.CAUTION if found.tie == "并列" else Tone.PLAIN)
        )
    if found.corrections:
        before = "—" if found.before is None else show_points(found.before)
        yield ink.line(ink.span(f"更正 {found.corrections} 处，更正前 {before}，更正后 {score}", Tone.GOOD))
    yield ink.head("算式")
    yield ink.line(ink.span(found.working))
    yield ink.line(ink.span(_rule(scheme.merging), Tone.FAINT, small=True))
    for name, value in (("未去极值均分", line.plain), ("去极值均分", line.trimmed)):
        yield ink.beside(ink.span(name, Tone.FAINT), ink.span("—" if value is None else show_points(value)))
    yield ink.head("各专家合计")
    for total in found.totals:
        counted = total.standing == "counted"
        tone = Tone.PLAIN if counted else Tone.APART
        word = "" if counted else f"　{total.standing_word}"
        yield ink.beside(
            ink.span(f"{total.expert_id} {total.name}{word}", tone),
            ink.span(total.shown, tone) if total.standing != "voided" else ink.struck(total.shown),
        )
    for section in found.sections:
        yield from _section(ink, section)
    yield ink.head("同分时的次序")
    yield ink.line(ink.span(chain_words(scheme), Tone.FAINT))


def _section(ink: Ink, section: SectionFigures) -> Iterator[str]:
    mean = "—" if section.points is None else show_points(section.points)
    yield ink.beside(
        ink.span(f"{section.code} {section.name}（{show_short(section.maximum)}）", bold=True),
        ink.span(mean, bold=True),
        above=1.5,
    )
    for leaf in section.leaves:
        yield from _leaf(ink, leaf)


def _leaf(ink: Ink, leaf: LeafFigures) -> Iterator[str]:
    one = leaf.indicator
    yield ink.beside(
        ink.span(f"{one.code} {one.name}（{show_short(one.points)}）"),
        ink.span(f"{leaf.mean_shown}　n={leaf.n}"),
        above=0.75,
    )
    cells = [_cell(ink, cell) for cell in leaf.cells]
    yield ink.line(
        ink.span("　", small=True).join(cells) if cells else ink.span("没有分值", Tone.FAINT, small=True)
    )


def _cell(ink: Ink, cell: CellFigure) -> str:
    words = ink.span(f"{cell.expert_id}\u00a0{cell.shown}", Tone.FAINT, small=True)
    if cell.before is None:
        return words
    return f"{words}{ink.span('（原', Tone.FAINT, small=True)}{ink.struck(show_points(cell.before))}{ink.span('）', Tone.FAINT, small=True)}"


def _rule(merging: Merging) -> str:
    """How figures are merged and rounded, in words."""
    scope = "按合计取均值" if merging.scope is Scope.TOTAL else "逐项指标取均值再相加"
    trim = "，去一个最高、一个最低" if merging.trimmed else "，不去极值"
    least = f"（不少于 {merging.trim_from} 份时）" if merging.trimmed else ""
    return f"{scope}{trim}{least}；中间不舍入，最后四舍五入保留 {merging.places} 位小数。"


def chain_words(scheme: Scheme) -> str:
    """The declared tie chain in words."""
    steps = [_step(scheme, one) for one in scheme.merging.ties]
    return "先比综合得分；相同时依次比：" + "、".join([*steps, "仍相同的并列"]) + "。"


def _step(scheme: Scheme, rule: TieRule) -> str:
    if rule.step is not TieStep.SECTION:
        return STEP_WORDS[rule.step]
    name = next((one.name for one in scheme.sections if one.code == rule.section), "")
    return f"{rule.section} {name}得分"
