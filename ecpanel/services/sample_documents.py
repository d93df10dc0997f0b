"""The papers of a rehearsal as PDF: 申报表 with real tables, 申报书 of several chapters, audit summary."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.doctemplate import BaseDocTemplate

from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.typography import draw_text
from ecpanel.services.sample_firms import FIGURES, Firm
from ecpanel.services.sample_text import chapters_of

MARK: Final = "演练样例"
_MARGIN: Final = 72.0
_WIDTH: Final = A4[0] - 2 * _MARGIN
_GREY: Final = "#8a8a8a"
_BODY: Final = TextStyle("fangsong", 15, 26, first_indent=2)
_HEADING: Final = TextStyle("hei", 15, 28, keep_with_next=True, space_before=6)
_CASE: Final = TextStyle("kai", 15, 26, first_indent=2, keep_with_next=True)
_TITLE: Final = TextStyle("xiaobiaosong", 21, 32, alignment="centre", space_after=10)
_COVER: Final = TextStyle("xiaobiaosong", 26, 42, alignment="centre")
_COVER_LINE: Final = TextStyle("kai", 16, 32, alignment="centre")
_CELL: Final = TextStyle("song", 10.5, 15, alignment="left")
_LABEL: Final = TextStyle("song", 10.5, 15, alignment="centre")
_NUMBER: Final = TextStyle("song", 10.5, 15, alignment="right")


def make_form(firm: Firm) -> bytes:
    """申报表: firm, figures and statements in one ruled form of two or three pages."""
    return _publish(
        "电子商务示范企业申报表", [*_form_basics(firm), *_form_figures(firm), *_form_statements(firm)]
    )


def make_statement(firm: Firm, seed: int) -> bytes:
    """申报书: cover, contents, chapters with a table of figures, and a list of the evidence."""
    chapters = chapters_of(firm, seed)
    story: list[Flowable] = _cover(firm)
    story += [_text("目    录", _TITLE), *(_text(heading, _BODY) for heading, _ in chapters), PageBreak()]
    for number, (heading, paragraphs) in enumerate(chapters):
        story.append(_text(heading, _HEADING))
        story += [_text(one, _CASE if one.startswith("案例") else _BODY) for one in paragraphs]
        if number == 1:
            story += [Spacer(1, 8), _years(firm), Spacer(1, 8)]
    story += [_text("附：佐证材料目录", _HEADING), _list_of_evidence()]
    return _publish("电子商务示范企业申报书", story)


def make_audit(firm: Firm) -> bytes:
    """A summary of an audit report, one or two pages."""
    name = firm.candidate.name
    story: list[Flowable] = [
        _text("审计报告（摘要）", _TITLE),
        _text(f"{name}全体股东：", TextStyle("fangsong", 15, 26)),
        _text(
            f"我们审计了{name}（以下简称公司）财务报表，包括2020年12月31日的资产负债表，2020年度的利润表、"
            "现金流量表、所有者权益变动表以及财务报表附注。我们认为，上述财务报表在所有重大方面按照企业会计准则的"
            "规定编制，公允反映了公司2020年12月31日的财务状况以及2020年度的经营成果和现金流量。",
            _BODY,
        ),
        _text("与申报有关的主要数据如下，均摘自已审报表和公司提供并经核对的业务台账。", _BODY),
        Spacer(1, 8),
        _years(firm),
        Spacer(1, 12),
        _text("汇川会计师事务所（演练用虚构名称）", TextStyle("fangsong", 15, 26, alignment="right")),
        _text("2021年3月26日", TextStyle("fangsong", 15, 26, alignment="right")),
    ]
    return _publish("审计报告摘要", story)


# --- 申报表 ------------------------------------------------------------------------------------------------


def _form_basics(firm: Firm) -> list[Flowable]:
    one = firm.candidate
    rows = [
        ("企业名称（全称）", one.name, "统一社会信用代码", one.credit_code),
        ("注册地", f"{one.region}  {firm.city}", "成立时间", f"{firm.founded}年"),
        ("法定代表人", firm.head, "企业类别", one.category),
        ("主营业务", firm.trade, "主要品牌（平台）", firm.brand),
        ("现有称号", one.standing, "推荐单位", f"{one.region}商务主管部门"),
        ("联系人", "演练联系人", "联系电话", "000-0000000（演练）"),
    ]
    table = _table(
        [[_label(a), _cell(b), _label(c), _cell(d)] for a, b, c, d in rows], (1.25, 2.1, 1.25, 2.1)
    )
    return [
        _text("电子商务示范企业申报表", _TITLE),
        _text("（金额单位见各栏，演练用虚构数据）", _LABEL),
        Spacer(1, 6),
        table,
    ]


def _form_figures(firm: Firm) -> list[Flowable]:
    figures = firm.figures
    head = [_label(text) for text in ("指标", "名称", "2020年数值", "单位", "佐证材料")]
    proofs = ("审计报告", "审计报告", "完税证明", "研发台账", "社保名单", "信用报告", "商务主管部门说明")
    rows = [
        [_label(code), _cell(name), _number(figures.get(code, "—")), _label(unit), _cell(proof)]
        for (code, (name, unit)), proof in zip(FIGURES.items(), proofs, strict=True)
    ]
    return [
        _text("一、主要指标", _HEADING),
        _table([head, *rows], (0.6, 2.3, 1.3, 0.8, 1.7)),
        _text("二、近三年情况", _HEADING),
        _years(firm),
    ]


def _form_statements(firm: Firm) -> list[Flowable]:
    promise = (
        "本企业承诺：所填报的数据和提交的材料真实、准确、完整，近三年无重大违法失信行为，愿意接受核查并承担相应责任。"
        "\n\n法定代表人（签字）：                    （企业公章）\n\n                        年    月    日"
    )
    opinion = (
        "经审核，该企业材料齐全，所填数据与佐证材料一致，同意推荐参加综合评价。"
        "\n\n                    （商务主管部门盖章）\n\n                        年    月    日"
    )
    business = (
        f"{firm.candidate.name}主营{firm.trade}，旗下“{firm.brand}”服务商户{firm.merchants}家，拥有专利和软件著作权"
        f"{firm.patents}项，与{firm.counties}个县建立产销对接关系。2020年电子商务交易额{firm.turnovers[2]}亿元。"
    )
    rows = [("业务概述", business), ("企业承诺", promise), ("省级商务主管部门审核意见", opinion)]
    return [
        _text("三、概述、承诺和审核意见", _HEADING),
        _table([[_label(a), _cell(b)] for a, b in rows], (1.2, 5.5), least_height=150),
    ]


def _years(firm: Firm) -> Flowable:
    growth = [_percent(firm, 1), _percent(firm, 2)]
    rows = [
        ["项目", "单位", "2018年", "2019年", "2020年"],
        ["电子商务交易额", "亿元", *map(str, firm.turnovers)],
        ["同比增长", "%", "—", *growth],
        ["营业收入", "亿元", "—", "—", str(firm.revenue)],
        ["利润总额", "万元", "—", "—", str(firm.profit)],
        ["纳税总额", "万元", "—", "—", firm.figures.get("A3", "—")],
        ["研发投入占比", "%", "—", "—", firm.figures.get("B2", "—")],
    ]
    cells = [
        [_label(text) if row == 0 or column < 2 else _number(text) for column, text in enumerate(texts)]
        for row, texts in enumerate(rows)
    ]
    return KeepTogether([_table(cells, (2, 0.9, 1.2, 1.2, 1.2))])


def _percent(firm: Firm, year: int) -> str:
    grown = 100 * (firm.turnovers[year] / firm.turnovers[year - 1] - 1)
    return f"{grown:.1f}"


# --- 申报书 ------------------------------------------------------------------------------------------------


def _cover(firm: Firm) -> list[Flowable]:
    return [
        Spacer(1, 150),
        _text("电子商务示范企业", _COVER),
        _text("申  报  书", _COVER),
        Spacer(1, 190),
        _text(firm.candidate.name, _COVER_LINE),
        _text(firm.candidate.category, _COVER_LINE),
        _text("二〇二一年四月", _COVER_LINE),
        PageBreak(),
    ]


def _list_of_evidence() -> Flowable:
    papers = (
        "营业执照",
        "2020年度审计报告（摘要）",
        "研发台账与知识产权证书",
        "社保名单和商户名单",
        "信用报告",
    )
    rows = [[_label(str(number)), _cell(text)] for number, text in enumerate(papers, start=1)]
    return _table([[_label("序号"), _label("名称")], *rows], (0.8, 5))


# --- pages -------------------------------------------------------------------------------------------------


def _text(text: str, style: TextStyle) -> ChineseParagraph:
    return ChineseParagraph(text, style)


def _cell(text: str) -> ChineseParagraph:
    return ChineseParagraph(text, _CELL)


def _label(text: str) -> ChineseParagraph:
    return ChineseParagraph(text, _LABEL)


def _number(text: str) -> ChineseParagraph:
    return ChineseParagraph(text, _NUMBER)


def _table(rows: Sequence[Sequence[Flowable]], shares: Sequence[float], least_height: float = 0) -> Flowable:
    widths = [_WIDTH * share / sum(shares) for share in shares]
    heights = None
    if least_height:
        heights = [max(least_height, row[-1].wrap(widths[-1] - 12, 0)[1] + 16) for row in rows]
    return Table(rows, widths, heights, style=_ruled(), repeatRows=0)


@cache
def _ruled() -> Any:
    return TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, HexColor("#333333")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
    )


def _publish(title: str, story: list[Flowable]) -> bytes:
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=A4, title=f"{title}（{MARK}）", author=MARK, invariant=1)
    frame = Frame(_MARGIN, 70, _WIDTH, A4[1] - 140, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("page", [frame], onPage=_footer))
    document.build(story)
    return buffer.getvalue()


def _footer(canvas: Canvas, document: BaseDocTemplate) -> None:
    draw_text(canvas, f"— {document.page} —", A4[0] / 2, 40, "song", 10.5, "centre")
    draw_text(canvas, MARK, A4[0] - _MARGIN, 40, "screen", 8, "right", _GREY)
