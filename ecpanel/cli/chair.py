"""Commands of the chair's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ecpanel.cli import OK, PARTLY, REFUSED
from ecpanel.cli.options import (
    AsJson,
    Candidate,
    CorrectionFile,
    Expert,
    PassphraseFile,
    Reason,
    Store,
    Votes,
)
from ecpanel.cli.terminal import (
    done,
    problem_json,
    progress_bar,
    say,
    say_json,
    say_problems,
    secret,
    unlocked,
)
from ecpanel.cli.wording import Command
from ecpanel.domain.meeting import ReasonCode, Vote


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in (
        (intake, "intake"),
        (open_moderation, "open-moderation"),
        (correct, "correct"),
        (gate, "gate"),
        (tie, "tie"),
        (void, "void"),
        (reopen, "reopen"),
        (rank, "rank"),
        (report, "report"),
    ):
        app.command(name, cls=Command)(function)


def _vote(text: str) -> Vote:
    from ecpanel.domain.errors import EcpanelError

    parts = text.replace("：", ":").split(":")
    if len(parts) not in (3, 4) or not all(part.isdigit() for part in parts):
        raise EcpanelError("vote_unreadable", text=text)
    return Vote(*(int(part) for part in parts))


def intake(
    store: Store,
    files: Annotated[list[Path], typer.Argument(help="评分包（.ecscore），可多个")],
    fingerprint: Annotated[
        list[str] | None, typer.Option(help="与签到承诺书核对过的指纹：专家编号=指纹，可多次")
    ] = None,
    fingerprints: Annotated[Path | None, typer.Option(help="核对过的指纹清单，每行 专家编号=指纹")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只查看，不并入")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> int:
    """收包：逐个核对评分包，合格的一次并入。"""
    from ecpanel.domain.submission import Verdict
    from ecpanel.exchange.handover import read_limited
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import system_clock

    lines = list(fingerprint or ())
    if fingerprints is not None:
        lines += read_limited(fingerprints, 1024 * 1024).decode("utf-8", "replace").splitlines()
    confirmed = {
        key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines) if value
    }
    with unlocked(store, passphrase_file) as opened:
        with progress_bar("收包") as progress:
            found = desk.take_in(opened, files, confirmed, system_clock, progress, dry_run=dry_run)
    refused = sum(one.verdict is Verdict.REFUSED for one in found)
    if as_json:
        say_json({"dry_run": dry_run, "files": [_line_json(one) for one in found]})
    else:
        words = {
            Verdict.NEW: "新",
            Verdict.CHANGED: "变更",
            Verdict.SAME: "相同",
            Verdict.INCOMPLETE: "不全",
            Verdict.REFUSED: "拒收",
        }
        for one in found:
            state = "已并入" if one.merged else "未并入"
            who = f"{one.expert_id} {one.name} 第{one.number}版 {one.sheets}家 " if one.expert_id else ""
            say(f"{words[one.verdict]}  {one.file}  {who}{state}")
            say_problems(one.problems[:20])
        say(f"共 {len(found)} 个文件，拒收 {refused} 个" + ("（试收，未并入）" if dry_run else ""))
    if refused == len(found):
        return REFUSED
    return PARTLY if refused else OK


def _line_json(one: Any) -> dict[str, Any]:
    return {
        "file": one.file,
        "verdict": one.verdict.value,
        "expert": one.expert_id,
        "number": one.number,
        "sheets": one.sheets,
        "fingerprint": one.fingerprint,
        "confirmed": one.confirmed,
        "merged": one.merged,
        "problems": problem_json(one.problems),
    }


def open_moderation(
    store: Store,
    reason: Annotated[str, typer.Option(help="还有专家没有交时，提前开启的理由")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """开启审议：此前分数、得分和排名都不可见。"""
    from ecpanel.services import moderation as stage
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        found = stage.open_moderation(opened, reason, system_clock)
    missing = f"，未交 {'、'.join(found.missing)}（理由：{found.reason}）" if found.missing else ""
    done(
        as_json,
        f"审议已开启{missing}",
        at=found.at,
        opened_by=found.opened_by,
        reason=found.reason,
        missing=found.missing,
    )


def correct(
    store: Store,
    expert: Expert,
    candidate: Candidate,
    indicator: Annotated[str, typer.Option(help="指标编码")],
    to: Annotated[str, typer.Option(help="更正后的分值")],
    reason: Annotated[
        ReasonCode, typer.Option(help="01 汇总错误 02 超出范围 03 客观不一致 04 畸高畸低 05 现场核查 06 其他")
    ],
    note: Annotated[str, typer.Option(help="理由说明")],
    mover: Annotated[str, typer.Option(help="动议人的专家编号")],
    votes: Votes,
    correction_file: CorrectionFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """更正一个分值：由给分专家本人以更正口令确认，原始评分保留。"""
    from ecpanel.domain.points import parse_points, show_points
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import system_clock

    vote, after = _vote(votes), parse_points(to)
    with unlocked(store, passphrase_file) as opened:
        own = secret(f"{expert} 的更正口令", "ECPANEL_CORRECTION", correction_file)
        before = desk.result_of(opened, system_clock)
        request = desk.CorrectionRequest(expert, candidate, indicator, after, reason, note, mover, vote, own)
        done = desk.correct(opened, request, system_clock)
        now = desk.result_of(opened, system_clock)
    scores = [next(one for one in result.lines if one.candidate_id == candidate) for result in (before, now)]
    if as_json:
        change = [{"score": one.score, "rank": one.rank} for one in scores]
        say_json(
            {"correction": done.correction_id, "before": done.before, "after": done.after, "result": change}
        )
        return
    shown = ["暂缓" if one.score is None else f"{show_points(one.score)}（第{one.rank}名）" for one in scores]
    say(
        f"更正 {done.correction_id}：{expert} {candidate} {indicator} {show_points(done.before)} → {show_points(done.after)}"
    )
    say(f"综合得分 {shown[0]} → {shown[1]}")


def gate(
    store: Store,
    candidate: Candidate,
    gate_code: Annotated[str, typer.Option("--gate", help="准入项编码，如 G5")],
    reason: Reason,
    votes: Votes,
    passed: Annotated[bool, typer.Option("--pass/--fail", help="认定通过或不通过")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """记录评审组对准入项的认定。"""
    from ecpanel.domain.meeting import GateDecision
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import stamp, system_clock

    decision = GateDecision(candidate, gate_code, passed, reason, _vote(votes), stamp(system_clock))
    with unlocked(store, passphrase_file) as opened:
        desk.decide_gate(opened, decision, system_clock)
    verdict = "通过" if passed else "不通过，不参与排名"
    done(
        as_json,
        f"已记录：{candidate} {gate_code} {verdict}",
        candidate=candidate,
        gate=gate_code,
        passed=passed,
    )


def tie(
    store: Store,
    order: Annotated[str, typer.Option(help="同分企业的次序，先者在前，如 C003,C007")],
    reason: Reason,
    votes: Votes,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """记录评审组对同分次序的表决。"""
    from ecpanel.domain.meeting import TieDecision
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import stamp, system_clock

    keys = tuple(part.strip() for part in order.replace("，", ",").split(",") if part.strip())
    with unlocked(store, passphrase_file) as opened:
        desk.decide_tie(opened, TieDecision(keys, reason, _vote(votes), stamp(system_clock)), system_clock)
    done(as_json, f"已记录同分次序：{' → '.join(keys)}", order=keys)


def void(
    store: Store,
    expert: Expert,
    reason: Reason,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """更换专家：其评分作废（保留并注明）。"""
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        desk.void_expert(opened, expert, reason, system_clock)
    done(as_json, f"{expert} 的评分已作废，理由：{reason}", voided=expert)


def reopen(
    store: Store,
    expert: Expert,
    reason: Reason,
    slip: Annotated[Path, typer.Option(help="重开单的写出位置（.ecreopen）")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """开具重开单，准许专家重新提交一次。"""
    from ecpanel.exchange.handover import write_bytes_verified
    from ecpanel.services import chair as desk
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        _, count = desk.reopen_submission(
            opened, expert, reason, system_clock, lambda content: write_bytes_verified(slip, content)
        )
    done(as_json, f"重开单已写出：{slip}（{expert} 第 {count} 次重开）", slip=str(slip), times=count)


def rank(
    store: Store,
    explain: Annotated[str, typer.Option(help="逐项展开一家企业的计算")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """排名，或逐项展开一家企业的计算。"""
    from ecpanel.services import chair as desk
    from ecpanel.services.explain import explain_lines, ranking_lines
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file, reading=True) as opened:
        result = desk.result_of(opened, system_clock)
    if as_json:
        from ecpanel.records import to_plain

        lines = [one for one in result.lines if not explain or one.candidate_id == explain]
        hidden = () if explain else ("cells", "opinions", "leaves", "totals")
        say_json([{key: value for key, value in to_plain(one).items() if key not in hidden} for one in lines])
        return
    for line in explain_lines(result, explain) if explain else ranking_lines(result):
        say(line)


def report(
    store: Store, folder: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """生成评审报告、工作簿和数据（供审阅，不封库）。"""
    from ecpanel.services.documents import write_report
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        with progress_bar("生成报告") as progress:
            documents = write_report(opened, folder, system_clock, progress)
    if as_json:
        say_json(
            {
                "folder": str(folder),
                "bytes": [len(documents.report), len(documents.workbook), len(documents.data)],
            }
        )
    else:
        say(f"已写出到 {folder}：评审报告.pdf、评审结果.xlsx、data.json")
