"""Pages of two separate pieces: sign-in, pledges and recusals; checks, corrections and decisions."""

from __future__ import annotations

from dataclasses import replace

from reportlab.platypus import Flowable, Spacer

from ecpanel.domain.result import Result
from ecpanel.reports import record_tables
from ecpanel.reports.check_report import grouped, two_lines
from ecpanel.reports.headline import headline
from ecpanel.reports.page import (
    BODY,
    LEADING,
    LEVEL1,
    TEXT,
    TEXT_HEIGHT,
    WIDE,
    WIDE_BODY,
    Heading,
    draw_signature_rows,
    draw_table,
    on,
)
from ecpanel.reports.paragraph import ChineseParagraph
from ecpanel.reports.tables import CHECK_WORDS, Cell, Column, Table
from ecpanel.texts import minute


def attendance(result: Result) -> list[Flowable]:
    """签到承诺回避: sign-in and pledge, hand-in receipts, recusals and rows for ink (rules 14, 15)."""
    story: list[Flowable] = [
        headline(result.review.title, "签到、承诺与回避记录"),
        ChineseParagraph(
            "专家在见到申报材料之前完成签到、承诺和回避申明。承诺全文见各专家签名的签到承诺书。", BODY
        ),
        Heading("一、签到与承诺", LEVEL1, 0),
        *draw_table(_sign_ins(result)),
        Heading("二、提交回执", LEVEL1, 0),
        *draw_table(_receipts(result)),
        Heading("三、回避", LEVEL1, 0),
        ChineseParagraph(f"登记和申明的回避共{result.counts.recusals}对。", BODY),
        *draw_table(record_tables.recusals(result)),
        Heading("四、签名", LEVEL1, 0),
    ]
    chair = result.group.chair
    people = [
        (one.expert_id, one.name + ("（组长）" if one.expert_id == chair else "")) for one in result.experts
    ]
    people.append(("", f"监督人 {result.group.supervisor}".strip()))
    return [*story, Spacer(1, LEADING / 4), draw_signature_rows(people)]


def corrections(result: Result) -> list[Flowable]:
    """复核与更正: checks with their counts, corrections before and after, decisions (rules 31, 35, 36)."""
    counts = record_tables.check_counts(result)
    listed = "、".join(f"{CHECK_WORDS[kind]}{count}项" for kind, count in counts.items())
    return [
        headline(result.review.title, "复核与更正记录"),
        Heading("一、复核", LEVEL1, 0),
        ChineseParagraph(f"经复核：{listed}。", BODY),
        *draw_table(record_tables.checks(result)),
        *on(WIDE),
        Heading("二、更正", LEVEL1, 0),
        ChineseParagraph(
            f"评分更正{len(result.corrections)}项。原始评分不变，更正前后分值、理由、动议人和表决如下。",
            WIDE_BODY,
        ),
        *draw_table(record_tables.corrections(result), TEXT_HEIGHT),
        *draw_table(_changed_scores(result), TEXT_HEIGHT),
        *on(TEXT),
        Heading("三、合议决定", LEVEL1, 0),
        *draw_table(record_tables.decisions(result)),
    ]


def recusals_of(result: Result, expert_id: str) -> Table:
    """The recusals of one expert."""
    own = replace(result, recusals=tuple(one for one in result.recusals if one.expert_id == expert_id))
    table = record_tables.recusals(own)
    return replace(table, title="回避", columns=table.columns[1:], rows=tuple(row[1:] for row in table.rows))


def _sign_ins(result: Result) -> Table:
    """One row for every member; one without a submission has no times and no invented ones."""
    signed = {one.expert_id: one for one in result.submissions}
    rows: list[tuple[Cell, ...]] = []
    for one in result.experts:
        own = signed.get(one.expert_id)
        times = (minute(own.signed_in_at), minute(own.pledged_at)) if own else (None, None)
        rows.append((one.expert_id, one.name, one.organisation, one.title, *times))
    columns = (
        Column("编号", 12),
        Column("姓名", 26),
        Column("工作单位", 44),
        Column("职称", 24),
        Column("签到", 25),
        Column("承诺", 25),
    )
    return Table("签到", "签到与承诺", columns, tuple(rows))


def _receipts(result: Result) -> Table:
    names = {one.expert_id: one.name for one in result.experts}
    voided = {one.expert_id for one in result.voided}
    rows = tuple(
        (
            f"{one.expert_id} {names.get(one.expert_id, '')}".strip(),
            f"第{one.number}版" + ("（作废）" if one.expert_id in voided else ""),
            minute(one.submitted_at),
            two_lines(one.fingerprint),
            grouped(one.sha256),
        )
        for one in result.submissions
    )
    columns = (
        Column("专家", 22),
        Column("版本", 13),
        Column("提交", 19),
        Column("签名指纹", 38),
        Column("提交SHA-256", 64),
    )
    return Table("提交", "提交回执", columns, rows)


def _changed_scores(result: Result) -> Table:
    """Scores of candidates before and after all corrections."""
    firms = {one.candidate_id: one.name for one in result.candidates}
    rows = tuple(
        (one.candidate_id, firms[one.candidate_id], one.original_score, one.score, one.rank or None)
        for one in result.lines
        if one.original_score != one.score
    )
    columns = (
        Column("编号", 20),
        Column("企业名称", 100),
        Column("更正前综合得分", 36, "points"),
        Column("更正后综合得分", 36, "points"),
        Column("更正后名次", 30, "whole"),
    )
    return Table("变化", "更正引起的综合得分变化", columns, rows, wide=True)
