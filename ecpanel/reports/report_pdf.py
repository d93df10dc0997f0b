"""The review report (评审报告): ten parts, calculation chapter and annexes as one PDF (rules 42-44)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.platypus import Flowable, Spacer

from ecpanel.domain.points import show_short
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import Scope, TieStep
from ecpanel.progress import Progress, silent
from ecpanel.reports import ranking_tables, record_tables, sheet_tables
from ecpanel.reports.charts import figures
from ecpanel.reports.headline import headline
from ecpanel.reports.page import (
    ANNEX,
    BODY,
    LEADING,
    LEVEL1,
    LEVEL2,
    TEXT,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TITLE,
    WIDE,
    WIDE_BODY,
    Box,
    Heading,
    OfficialDocument,
    Running,
    SignatureRow,
    draw_signature_rows,
    draw_table,
    on,
)
from ecpanel.reports.paragraph import ChineseParagraph
from ecpanel.reports.tables import CHECK_WORDS, Table, foot_line, marks
from ecpanel.texts import minute

CHAIR_FIELD: Final = "chair"
"""Name of the chair's signature in report and workbook; members sign under their ids."""
SIGNATURE_ROOM: Final = 54.0
"""Height in pt of the room for one visible mark."""
NUMERALS = "一二三四五六七八九十"
SIGNERS = ("专家签名", "组长", "核分人", "监督人")


@dataclass(frozen=True, slots=True)
class ReportPdf:
    """A drawn report; `signature_boxes` tell by signer ("chair" or an expert's id) the page, counted from 0,
    and the room (x1, y1, x2, y2) in pt for his visible mark."""

    content: bytes
    pages: int
    signature_boxes: Mapping[str, tuple[int, Box]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part, or below one a sub-part: heading, paragraphs, tables, and its own sub-parts （一）…"""

    heading: str
    texts: Sequence[str] = ()
    tables: Sequence[Table] = ()
    below: Sequence[_Part] = ()

    @property
    def template(self) -> str:
        """The pages it needs."""
        wide = any(table.wide for part in (self, *self.below) for table in part.tables)
        return WIDE if wide else TEXT


def draw_report(result: Result, data_sha256: str, progress: Progress = silent) -> ReportPdf:
    """Draw the report; equal results give equal bytes. Progress is told several times a page."""
    target = BytesIO()
    foot = foot_line(result, data_sha256)
    document = OfficialDocument(
        target, f"{result.review.title}评审报告", Running(tuple(marks(result)), foot, SIGNERS), progress
    )
    document.build(_story(result))
    return ReportPdf(target.getvalue(), document.page, document.signature_boxes)


def _story(result: Result) -> list[Flowable]:
    story: list[Flowable] = [headline(result.review.title, "评审报告")]
    template = TEXT
    for number, part in enumerate(_parts(result)):
        if part.template != template:
            template = part.template
            story += on(template)
        story.append(Heading(f"{NUMERALS[number]}、{part.heading}", LEVEL1, 0))
        story += _section(part, template, 1)
    for number, (part, drawn) in enumerate(_annexes(result), start=1):
        story += on(part.template)
        story.append(Heading(f"附件{number}　{part.heading}", ANNEX, 0))
        story += _section(part, part.template, 1) + drawn
    return story + _signatures(result)


def _parts(result: Result) -> tuple[_Part, ...]:
    """The ten parts (暂行规定 art. 42)."""
    given, tied, levels = _method(result)
    found, changed = _checking(result)
    return (
        _Part("基本情况", _basics(result)),
        _Part("评审组成员", _panel(result), [record_tables.members(result)]),
        _Part(
            "签到、承诺、回避与提交",
            below=(
                _Part("签到、承诺与提交", _independence(result), [record_tables.receipts(result)]),
                _Part("回避", _recusals(result), [record_tables.recusals(result)]),
            ),
        ),
        _Part("参评企业名单", _entered(result), [record_tables.candidates(result)]),
        _Part("未参与排名的企业及理由", _left_out(result), [ranking_tables.not_ranked(result)]),
        _Part(
            "评审标准与方法",
            below=(
                _Part("得分计算", [tied]),
                _Part("同分与等级", [levels]),
                _Part("指标体系", [given], [record_tables.criteria(result)]),
            ),
        ),
        _Part(
            "评分对照",
            ["各专家对每家企业的总分见下表。回避、缺、作废的评分不计入，也不作零分。"],
            ranking_tables.comparison(result),
        ),
        _Part(
            "综合得分排名",
            ["全部企业、各类别、各地区的排名见下表。同分依次按既定次序判定，仍相同的名次并列。"],
            below=(
                _Part("全部企业", tables=[ranking_tables.overall(result)]),
                _Part("各类别", tables=ranking_tables.per_category(result)),
                _Part("各地区", tables=ranking_tables.per_region(result)),
            ),
        ),
        _Part(
            "建议名单与待定事项",
            below=(
                _Part("建议名单", _proposal(result), [ranking_tables.recommended(result)]),
                _Part("连续两年情况", tables=[ranking_tables.standings(result)]),
            ),
        ),
        _Part(
            "复核、合议与更正",
            below=(
                _Part("复核", [found], [record_tables.checks(result)]),
                _Part("更正", [changed], [record_tables.corrections(result)]),
                _Part("合议决定", tables=[record_tables.decisions(result)]),
            ),
        ),
    )


def _annexes(result: Result) -> tuple[tuple[_Part, list[Flowable]], ...]:
    """The annexes, each with what is drawn in it beside text and tables."""
    return (
        (_Part("计算过程", _arithmetic(result), [ranking_tables.calculation(result)]), []),
        (_Part("图示"), figures(result)),
        (_Part("专家评分表", tables=sheet_tables.expert_sheets(result)), []),
        (_Part("企业评分表", tables=sheet_tables.candidate_sheets(result)), []),
        (_Part("评估意见", tables=[sheet_tables.opinions(result)]), []),
    )


def _section(part: _Part, template: str, level: int) -> list[Flowable]:
    """Text, tables and sub-parts of one part, flowing on the pages of its template."""
    width = TEXT_HEIGHT if template == WIDE else TEXT_WIDTH
    style = BODY if template == TEXT else WIDE_BODY
    story: list[Flowable] = [ChineseParagraph(text, style) for text in part.texts]
    for table in part.tables:
        story += draw_table(table, width, level)
    for number, one in enumerate(part.below):
        story.append(Heading(f"（{NUMERALS[number]}）{one.heading}", LEVEL2, level))
        story += _section(one, template, level + 1)
    return story


def _basics(result: Result) -> list[str]:
    review = result.review
    ranked = sum(one.state == "ranked" for one in result.lines)
    regions = len({one.region for one in result.candidates})
    texts = [
        f"根据《商务部办公厅关于开展电子商务示范企业创建活动的通知》（{review.notice}），"
        f"{result.group.name}对{review.year}年{review.kind.value}的参评企业材料进行了独立评分和合议，形成本报告。",
        f"参评企业{result.counts.candidates}家，来自{regions}个地区；评审专家{result.counts.experts}人；"
        f"计入评分{result.counts.scores}项；回避{result.counts.recusals}对；形成排名{ranked}家。",
        f"本报告由评审数据一次生成，形成时间{minute(result.at)}。电子签名仅证明文件完整、未被改动，"
        "不是电子印章；以专家在签名页的手写签名为准。",
    ]
    if review.rehearsal:
        texts.append("本次为演练，企业、专家和评分均为虚构，不得用于任何正式用途。")
    return texts


def _panel(result: Result) -> list[str]:
    chair = next((one.name for one in result.experts if one.expert_id == result.group.chair), "")
    outside = sum(one.outside for one in result.experts)
    return [
        f"评审组共{len(result.experts)}人，其中部外专家{outside}人，组长{chair}与其他成员同权，"
        f"监督人{result.group.supervisor or '未设'}。"
    ]


def _independence(result: Result) -> list[str]:
    return [
        f"专家在见到申报材料之前完成签到、承诺和回避申明，随后独立评分。共收到{len(result.submissions)}份签名提交，"
        f"重开提交{len(result.reopenings)}次。组长核对签名指纹与签到承诺书后收入。"
    ]


def _recusals(result: Result) -> list[str]:
    experts = len({one.expert_id for one in result.recusals})
    return [
        f"登记和申明的回避共{result.counts.recusals}对，涉及专家{experts}人；回避的评分不计入，也不作零分。"
    ]


def _entered(result: Result) -> list[str]:
    current = sum(one.standing == "示范企业" for one in result.candidates)
    return [f"示范企业{current}家，新推荐企业{len(result.candidates) - current}家，名单及上年结果见下表。"]


def _left_out(result: Result) -> list[str]:
    excluded = sum(one.state == "excluded" for one in result.lines)
    held = sum(one.state == "held" for one in result.lines)
    return [
        f"经评审组认定准入项不符合而不参与排名的{excluded}家；有效评分不足{result.scheme.merging.min_valid}份而暂缓的{held}家。"
    ]


def _method(result: Result) -> list[str]:
    scheme = result.scheme
    merging = scheme.merging
    where = "各专家总分" if merging.scope is Scope.TOTAL else "每项指标的各专家分值"
    trimming = (
        f"有效评分不少于{merging.trim_from}份时，去掉一个最高和一个最低后取算术平均，不足时取全部平均"
        if merging.trimmed
        else "取全部有效评分的算术平均，同时列出去掉一个最高和一个最低后的平均供对照"
    )
    words = {
        TieStep.UNTRIMMED: "未去极值均分",
        TieStep.LAST_YEAR: "上年得分",
        TieStep.VOTE: "评审组表决",
    }
    chain = "、".join(words.get(tie.step, f"指标{tie.section}得分") for tie in merging.ties)
    levels = "、".join(
        f"{one.name}（{show_short(one.bound)}{'分及以上' if scheme.level_by.value == 'score' else '％名次以内'}）"
        for one in scheme.levels
    )
    return [
        f"采用“{scheme.title}”第{scheme.version}版，摘要{result.scheme_sha256[:8]}…{result.scheme_sha256[-8:]}，"
        f"开始评分时锁定。满分{show_short(10000)}分。",
        f"对{where}{trimming}；中间不舍入，最后四舍五入保留{merging.places}位小数。"
        f"每家企业至少需要{merging.min_valid}份有效评分。",
        f"同分依次比较：{chain}；仍相同则名次并列。等级：{levels}。",
    ]


def _proposal(result: Result) -> list[str]:
    if not result.review.cut:
        return ["本次评审未设建议名额，名单由电子商务司依据排名研究确定。"]
    texts = [f"按综合得分排名取前{result.review.cut}名，建议名单{len(result.recommended)}家。"]
    if result.tied_at_line:
        texts.append(f"入选线上有{len(result.tied_at_line)}家并列，超出名额，须由评审组确定取舍。")
    if result.near_line:
        texts.append(f"与入选线相差1分以内的共{len(result.near_line)}家。")
    return texts


def _checking(result: Result) -> list[str]:
    counts = record_tables.check_counts(result)
    listed = "、".join(f"{CHECK_WORDS[kind]}{count}项" for kind, count in counts.items())
    hints = sum(one.kind == "outlier" and one.weight == "yellow" for one in result.flags)
    changed = sum(one.original_score != one.score for one in result.lines)
    return [
        f"经复核：{listed}（另有提示级{hints}项，见数据文件）。",
        f"评分更正{len(result.corrections)}项，涉及综合得分变化{changed}家，"
        "更正前后分值、理由、动议人和表决均有记录，原始评分不变。",
    ]


def _arithmetic(result: Result) -> list[str]:
    merging = result.scheme.merging
    texts = [
        "总分由各指标分值相加得到，不采用任何事先填写的合计。未评、缺、回避和作废不是零分，不进入平均。",
        f"平均按分数精确计算，仅在最后按四舍五入保留{merging.places}位；全部结果由另一套独立算法重算，两次一致后才形成本报告。",
    ]
    if any(cell.state == "not_applicable" for line in result.lines for cell in line.cells):
        texts.append("标为不适用的指标从满分中剔除，其余分值按比例折算为百分制。")
    return texts


def _signatures(result: Result) -> list[Flowable]:
    story: list[Flowable] = [*on(TEXT), Heading("签名页", TITLE, 0)]
    story.append(
        ChineseParagraph(
            "本人已阅本报告。如有不同意见，请在签名旁写明意见和理由；不签名又不书面说明理由的，视为同意。",
            BODY,
        )
    )
    rows = [
        (one.expert_id, one.name + ("（组长）" if one.expert_id == result.group.chair else ""))
        for one in result.experts
    ]
    rows += [("", "核分人"), ("", f"监督人 {result.group.supervisor}".strip())]
    story += [Spacer(1, LEADING / 2), draw_signature_rows(rows)]
    story += [*on(TEXT), Heading("电子签名页", TITLE, 0)]
    story.append(
        ChineseParagraph(
            "在组长机器上会签的成员依次在下面签名，证明本文件完整、未被改动；未在此签名的，见会签表。",
            BODY,
        )
    )
    fields = [(CHAIR_FIELD, "组长完整性签名")]
    fields += [(one.expert_id, f"{one.expert_id} {one.name} 完整性签名") for one in result.experts]
    story.append(Spacer(1, LEADING / 2))
    story += [
        SignatureRow(fields[at : at + 2], TEXT_WIDTH, SIGNATURE_ROOM) for at in range(0, len(fields), 2)
    ]
    return story
