"""Tables of the record: people, recusals, candidates, scheme, checks, corrections, decisions."""

from __future__ import annotations

from collections.abc import Iterable

from ecpanel.domain.meeting import REASON_WORDS, ReasonCode
from ecpanel.domain.points import show_points
from ecpanel.domain.recusal import RECUSAL_WORDS
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import Indicator, Section
from ecpanel.reports.tables import (
    CHECK_WORDS,
    STATUTORY,
    WEIGHT_WORDS,
    Cell,
    Column,
    Table,
    vote_words,
)
from ecpanel.texts import minute


def members(result: Result) -> Table:
    """The panel (rule 12)."""
    rows = tuple(
        (
            one.expert_id,
            one.name,
            one.organisation,
            one.title,
            one.field,
            "组长" if one.expert_id == result.group.chair else "",
        )
        for one in result.experts
    )
    columns = (
        Column("编号", 13),
        Column("姓名", 24),
        Column("工作单位", 50),
        Column("职称", 26),
        Column("专业", 29),
        Column("职务", 14),
    )
    return Table("评审组", "评审组成员", columns, rows)


def receipts(result: Result) -> Table:
    """Sign-in, pledge and hand-in of every expert."""
    names = {one.expert_id: one.name for one in result.experts}
    voided = {one.expert_id for one in result.voided}
    rows = tuple(
        (
            one.expert_id,
            names.get(one.expert_id, ""),
            minute(one.signed_in_at),
            minute(one.submitted_at),
            f"第{one.number}版" + ("（作废）" if one.expert_id in voided else ""),
            one.fingerprint,
        )
        for one in result.submissions
    )
    columns = (
        Column("编号", 11),
        Column("姓名", 24),
        Column("签到与承诺", 30),
        Column("提交", 30),
        Column("版本", 16),
        Column("签名指纹", 45),
    )
    return Table("签到与提交", "签到、承诺与提交记录", columns, rows)


def recusals(result: Result) -> Table:
    """回避 pairs with reasons (rule 15)."""
    names = {one.expert_id: one.name for one in result.experts}
    firms = {one.candidate_id: one.name for one in result.candidates}
    sources = {"organiser": "组织方登记", "expert": "本人申明"}
    rows = tuple(
        (
            names.get(one.expert_id, one.expert_id),
            firms.get(one.candidate_id, one.candidate_id),
            RECUSAL_WORDS[one.reason],
            one.note,
            sources.get(one.source, one.source),
        )
        for one in result.recusals
    )
    columns = (
        Column("专家", 22),
        Column("企业名称", 56),
        Column("原因", 36),
        Column("说明", 22),
        Column("来源", 20),
    )
    return Table("回避", "回避记录", columns, rows)


def candidates(result: Result) -> Table:
    """参评企业 with last year's figures (rule 8)."""
    rows = tuple(
        (
            one.candidate_id,
            one.region,
            one.name,
            one.credit_code,
            one.category,
            one.standing,
            past.score if (past := one.last_year) else None,
            past.rank if past else None,
            past.level if past else "",
        )
        for one in result.candidates
    )
    columns = (
        Column("编号", 14),
        Column("地区", 24),
        Column("企业名称", 70),
        Column("统一社会信用代码", 42),
        Column("类别", 17),
        Column("现有称号", 18),
        Column("上年得分", 15, "points"),
        Column("上年名次", 12, "whole"),
        Column("上年等级", 13),
    )
    return Table("参评企业", "参评企业名单", columns, rows, wide=True)


def criteria(result: Result) -> Table:
    """The scheme as a table (rule 1)."""

    def rows(nodes: Iterable[Section | Indicator], depth: int) -> Iterable[tuple[Cell, ...]]:
        for node in nodes:
            indent = "　" * depth
            if isinstance(node, Section):
                yield (node.code, indent + node.name, node.points, "", "")
                yield from rows(node.children, depth + 1)
            else:
                yield (node.code, indent + node.name, node.points, node.kind.value, show_points(node.step))

    columns = (
        Column("编码", 16),
        Column("指标", 82),
        Column("分值", 18, "points"),
        Column("类型", 20),
        Column("步长", 20),
    )
    return Table("指标体系", "指标体系", columns, tuple(rows(result.scheme.sections, 0)), signed=False)


def check_counts(result: Result) -> dict[str, int]:
    """How many findings each statutory check has, zero included (rule 31)."""
    found = dict.fromkeys(STATUTORY, 0)
    for flag in result.flags:
        if flag.kind in found and (flag.kind != "outlier" or flag.weight == "red"):
            found[flag.kind] += 1
    return found


def checks(result: Result) -> Table:
    """Every finding of the checks that asks for an explanation; hints stay in the data file."""
    names = {one.expert_id: one.name for one in result.experts}
    firms = {one.candidate_id: one.name for one in result.candidates}
    rows = tuple(
        (
            CHECK_WORDS[one.kind],
            firms.get(one.candidate_id, one.candidate_id),
            one.indicator,
            f"{one.expert_id} {names.get(one.expert_id, '')}".strip(),
            one.value if one.kind not in ("objective", "applicability") else None,
            one.others if one.kind not in ("objective", "applicability", "range", "objection") else None,
            WEIGHT_WORDS[one.weight],
        )
        for one in result.flags
        if one.weight == "red" or one.kind in ("spread", "applicability", "objection")
    )
    columns = (
        Column("复核事项", 38),
        Column("企业名称", 42),
        Column("指标", 13),
        Column("专家", 23),
        Column("数值", 14, "points"),
        Column("对照", 14, "points"),
        Column("处理", 12),
    )
    return Table("复核", "复核记录", columns, rows)


def corrections(result: Result) -> Table:
    """更正: before, after, reason, vote (rule 36)."""
    names = {one.expert_id: one.name for one in result.experts}
    firms = {one.candidate_id: one.name for one in result.candidates}
    rows = tuple(
        (
            one.correction_id,
            firms[one.candidate_id],
            one.indicator,
            names.get(one.expert_id, one.expert_id),
            one.before,
            one.after,
            f"{one.reason.value} {REASON_WORDS[ReasonCode(one.reason)]}：{one.note}",
            f"{names.get(one.mover, one.mover)}动议，{vote_words(one.vote)}",
            minute(one.at),
        )
        for one in result.corrections
    )
    columns = (
        Column("序号", 9, "whole"),
        Column("企业名称", 46),
        Column("指标", 13),
        Column("专家", 22),
        Column("更正前", 15, "points"),
        Column("更正后", 15, "points"),
        Column("理由", 54),
        Column("动议与表决", 30),
        Column("时间", 20),
    )
    return Table("更正", "评分更正记录", columns, rows, wide=True)


def decisions(result: Result) -> Table:
    """Gate and tie decisions, voided experts and reopened submissions."""
    firms = {one.candidate_id: one.name for one in result.candidates}
    names = {one.expert_id: one.name for one in result.experts}
    rows: list[tuple[Cell, ...]] = []
    for gate in result.gate_decisions:
        verdict = "通过" if gate.passed else "不通过"
        rows.append(
            (
                "准入认定",
                firms[gate.candidate_id],
                f"{gate.gate} {verdict}：{gate.reason}",
                vote_words(gate.vote),
                minute(gate.at),
            )
        )
    for tie in result.tie_decisions:
        order = " → ".join(firms[one] for one in tie.order)
        rows.append(("同分表决", order, tie.reason, vote_words(tie.vote), minute(tie.at)))
    for voided in result.voided:
        rows.append(
            ("专家更换", names.get(voided.expert_id, voided.expert_id), f"评分作废：{voided.reason}", "", "")
        )
    for one in result.reopenings:
        rows.append(("重开提交", names.get(one.expert_id, one.expert_id), one.reason, "", minute(one.at)))
    columns = (
        Column("事项", 20),
        Column("对象", 50),
        Column("内容", 42),
        Column("表决", 24),
        Column("时间", 20),
    )
    return Table("合议决定", "合议决定记录", columns, tuple(rows))
