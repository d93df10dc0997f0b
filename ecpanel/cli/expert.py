"""Commands of the expert's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecpanel.cli import FAULTY, OK
from ecpanel.cli.options import AsJson, Candidate, CorrectionFile, OpeningFile, PassphraseFile, Store
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
from ecpanel.wrapping import Cost


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in (
        (open_task, "open-task"),
        (sign_in, "sign-in"),
        (documents, "documents"),
        (score, "score"),
        (opinion, "opinion"),
        (score_form, "score-form"),
        (status, "status"),
        (submit, "submit"),
        (reopened, "reopened"),
    ):
        app.command(name, cls=Command)(function)


def open_task(
    package: Annotated[Path, typer.Argument(help="任务包（.ectask）")],
    store: Annotated[Path, typer.Option("--store", help="专家：新建的评审库；组长：自己的评审库")],
    opening_file: OpeningFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """打开任务包。"""
    from ecpanel.services.opening import system_clock
    from ecpanel.services.task import open_task_package

    opening = secret("任务包开启口令", "ECPANEL_OPENING", opening_file)
    passphrase = secret("评审库口令", "ECPANEL_PASSPHRASE", passphrase_file, confirm=not store.exists())
    with progress_bar("核对任务包") as progress:
        contents = open_task_package(package, opening, store, passphrase, Cost(), system_clock, progress)
    if as_json:
        say_json(
            {
                "desk": contents.desk.value,
                "owner": contents.owner,
                "candidates": len(contents.candidates),
                "documents": len(contents.documents),
                "organiser_fingerprint": contents.organiser.fingerprint,
            }
        )
    else:
        say(
            f"{contents.review.title}：{len(contents.candidates)} 家企业，{len(contents.documents)} 份文件。\n"
            f"组织方签名指纹：{contents.organiser.fingerprint}（请与口令条核对）"
        )


def sign_in(
    store: Store,
    accept_pledge: Annotated[bool, typer.Option("--accept-pledge", help="本人已阅读并接受承诺")] = False,
    device_handed_in: Annotated[bool, typer.Option("--device-handed-in", help="通信设备已交存")] = False,
    recuse: Annotated[list[str] | None, typer.Option(help="回避：企业编号=原因代码[:说明]，可多次")] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="签到承诺书的写出位置（PDF）；签到后单独给出则重新写出")
    ] = None,
    show_pledge: Annotated[bool, typer.Option("--show-pledge", help="只显示承诺和企业名单")] = False,
    correction_file: CorrectionFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """签到：承诺、回避申明、设更正口令，生成本人签名钥匙。"""
    from ecpanel.exchange.handover import write_bytes_verified
    from ecpanel.services import score as desk
    from ecpanel.services import sign_in as signing
    from ecpanel.services import task
    from ecpanel.services.opening import system_clock
    from ecpanel.services.papers import sign_in_paper

    with unlocked(store, passphrase_file) as opened:
        work = desk.load_assignment(opened)
        if show_pledge:
            say(task.pledge_text(opened))
            for key, one in work.candidates.items():
                say(f"  {key} {one.region} {one.name}")
            return
        if work.signed_in and sheet is not None and not accept_pledge:
            write_bytes_verified(sheet, sign_in_paper(opened))
            done(as_json, f"签到承诺书：{sheet}（已重新写出）", sheet=str(sheet))
            return
        correction = secret("更正口令（合议时证明本人）", "ECPANEL_CORRECTION", correction_file, confirm=True)
        recusals = tuple(signing.parse_recusal(work, text) for text in recuse or ())
        form = signing.SignInForm(accept_pledge, device_handed_in, recusals, correction)
        record = signing.sign_in(opened, form, system_clock)
        if sheet is not None:
            write_bytes_verified(sheet, sign_in_paper(opened))
    if as_json:
        say_json(
            {"expert": work.expert.expert_id, "fingerprint": record.fingerprint, "recusals": len(recusals)}
        )
    else:
        say(f"{work.expert.name} 已签到。签名指纹：{record.fingerprint}")
        if sheet is not None:
            say(f"签到承诺书：{sheet}（请打印后手写签名，交组长核对指纹）")


def score(
    store: Store,
    candidate: Candidate = "",
    indicator: Annotated[str, typer.Option(help="指标编码，如 B1")] = "",
    value: Annotated[str | None, typer.Option(help="分值；不适用、弃权、未评也可")] = None,
    remark: Annotated[str | None, typer.Option(help="理由")] = None,
    evidence: Annotated[list[str] | None, typer.Option(help="佐证：文件编号:页码[:说明]，可多次")] = None,
    form: Annotated[Path | None, typer.Option("--from", help="填好的评分填写表")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> int:
    """评一个分值，或从填写表整体读入（有任何差错则全部不读）。"""
    from ecpanel.domain.errors import EcpanelError
    from ecpanel.domain.points import show_points
    from ecpanel.services import score as desk
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        work = desk.load_assignment(opened)
        if form is not None:
            filled = desk.score_from_form(opened, work, form, system_clock)
            if as_json:
                say_json({"sheets": len(filled.sheets), "problems": problem_json(filled.problems)})
            elif filled.problems:
                say(f"发现 {len(filled.problems)} 处差错，全部未读入：")
                say_problems(filled.problems)
            else:
                say(f"已读入 {len(filled.sheets)} 家企业的评分。")
            return FAULTY if filled.problems else OK
        if not candidate or not indicator or (value is None and remark is None and not evidence):
            raise EcpanelError("option_missing", option="--candidate / --indicator / --value")
        pages = desk.find_evidence(opened, work, candidate, evidence) if evidence else None
        entry = desk.typed(candidate, indicator, value, remark, pages)
        cell = desk.set_score(opened, work, entry, system_clock)
    if as_json:
        say_json({"indicator": cell.indicator, "state": cell.state.value, "points": cell.points})
    else:
        shown = show_points(cell.points) if cell.points is not None else (value or "")
        say(f"已保存：{candidate} {indicator} {shown}")
    return OK


def documents(
    store: Store, candidate: Candidate, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """列出一家企业的申报材料（编号用于佐证）。"""
    from ecpanel.services import score as desk

    with unlocked(store, passphrase_file, reading=True) as opened:
        work = desk.load_assignment(opened)
        found = [one.document for one in desk.documents_of(opened, work, candidate)]
    if as_json:
        say_json([{"document": one.document_id, "kind": one.kind.value, "pages": one.pages} for one in found])
        return
    for one in found:
        say(f"{one.document_id}  {one.kind.value}  {one.pages}页  {one.name}")


def opinion(
    store: Store,
    candidate: Candidate,
    strengths: Annotated[str, typer.Option(help="优势")] = "",
    weaknesses: Annotated[str, typer.Option(help="不足")] = "",
    advice: Annotated[str, typer.Option(help="建议")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """写一家企业的评估意见。"""
    from ecpanel.domain.sheet import Opinion
    from ecpanel.services import score as desk
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        work = desk.load_assignment(opened)
        desk.set_opinion(opened, work, candidate, Opinion(strengths, weaknesses, advice), system_clock)
    done(as_json, f"已保存：{candidate} 评估意见", candidate=candidate)


def score_form(
    store: Store, file: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """导出评分填写表（xlsx）。"""
    from ecpanel.services import score as desk

    with unlocked(store, passphrase_file) as opened:
        work = desk.load_assignment(opened)
        desk.write_score_form(opened, work, file)
    done(as_json, f"已导出：{file}", file=str(file))


def status(store: Store, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> int:
    """查看还缺什么。"""
    from ecpanel.services import hand_in
    from ecpanel.services import score as desk

    with unlocked(store, passphrase_file, reading=True) as opened:
        work = desk.load_assignment(opened)
        mine = desk.own_sheets(opened, work)
        problems = hand_in.readiness(work, mine)
    open_ones = {one.params.get("candidate") for one in problems}
    done = sum(key not in open_ones for key in mine)
    if as_json:
        say_json(
            {
                "complete": done,
                "assigned": len(mine),
                "recused": len(work.recused),
                "problems": problem_json(problems),
            }
        )
    else:
        say(f"已完成 {done}/{len(mine)} 家，回避 {len(work.recused)} 家。")
        say_problems(problems)
    return OK if not problems else FAULTY


def submit(
    store: Store,
    folder: Annotated[Path, typer.Argument(help="评分包写到哪里（U盘）")],
    declare_gap: Annotated[list[str] | None, typer.Option(help="声明未评：企业编号=理由，可多次")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """提交并签名：写出评分包并读回核对。"""
    from ecpanel.services import hand_in
    from ecpanel.services import score as desk
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        work = desk.load_assignment(opened)
        declared = [hand_in.parse_gap(work, text) for text in declare_gap or ()]
        path = hand_in.submit(opened, work, folder, system_clock, declared)
    if as_json:
        say_json({"expert": work.expert.expert_id, "file": str(path)})
    else:
        say(f"已提交并签名：{path}")


def reopened(
    store: Store,
    slip: Annotated[Path, typer.Argument(help="组长开具的重开单（.ecreopen）")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """收下组长的重开单，恢复可改。"""
    from ecpanel.services import hand_in
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        reason = hand_in.reopen(opened, slip, system_clock)
    done(as_json, f"已重开，理由：{reason}；修改后请重新提交。", reopened=True)
