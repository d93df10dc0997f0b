"""Commands of the department's desk, and those that serve every desk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecpanel.cli import FAULTY, OK
from ecpanel.cli.options import AsJson, PassphraseFile, Store
from ecpanel.cli.terminal import done, problem_json, progress_bar, say, say_json, say_problems, unlocked
from ecpanel.cli.wording import Command
from ecpanel.domain.finding import FINDING_WORDS, Finding, walk

if TYPE_CHECKING:
    from ecpanel.services.verification import Verification


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in (
        (verify, "verify"),
        (check, "check"),
        (accept_clock, "accept-clock"),
        (demo, "demo"),
    ):
        app.command(name, cls=Command)(function)


def verify(
    file: Annotated[Path, typer.Argument(help="成果包（.zip）")],
    fingerprint: Annotated[str, typer.Option(help="纸面上的组长签名指纹")] = "",
    paper: Annotated[str, typer.Option(help="纸面上的摘要（前8位…后8位，或二维码内容）")] = "",
    anchors: Annotated[list[Path] | None, typer.Option(help="UKey签发机构的根证书（PEM），可多次")] = None,
    bundle: Annotated[Path | None, typer.Option(help="校验补充包时，它所补充的成果包")] = None,
    report: Annotated[Path | None, typer.Option(help="把校验报告（PDF）写到这个文件")] = None,
    tree: Annotated[bool, typer.Option("--tree", help="逐项列出文件、签名、计算和一致性的核对结果")] = False,
    as_json: AsJson = False,
) -> int:
    """校验成果包：签名、文件、专家原始提交，并从头重算；也校验补充包。"""
    from ecpanel.services.follow_up import is_follow_up
    from ecpanel.services.opening import system_clock
    from ecpanel.services.verification import Known, read_anchors, verify_bundle, write_check_report

    if is_follow_up(file):
        return _verify_follow_up(file, bundle, as_json)
    known = Known(fingerprint, paper, read_anchors(anchors or ()))
    with progress_bar("校验") as progress:
        found = verify_bundle(file, progress, known=known)
    if as_json:
        if report is not None:
            write_check_report(found, report, system_clock)
        say_json(_verdict_json(found))
        return OK if found.sound else FAULTY
    for mark in found.marks:
        say(f"【{mark}】")
    say(found.verdict)
    say_problems(found.problems)
    say_problems(found.notes)
    if tree:
        _say_tree(found.findings)
    if report is not None:
        write_check_report(found, report, system_clock)
        say(f"校验报告：{report}")
    return OK if found.sound else FAULTY


def _verify_follow_up(file: Path, bundle: Path | None, as_json: bool) -> int:
    from ecpanel.services.follow_up import verify_follow_up

    found = verify_follow_up(file, bundle)
    if as_json:
        say_json(
            {
                "sound": found.sound,
                "file": found.file,
                "scans": found.scans,
                "bound": found.bound,
                "problems": problem_json(found.problems),
                "notes": problem_json(found.notes),
            }
        )
    else:
        say(found.verdict)
        say_problems((*found.problems, *found.notes))
    return OK if found.sound else FAULTY


def _verdict_json(found: Verification) -> dict[str, Any]:
    """The verdict as codes and figures."""
    return {
        "sound": found.sound,
        "file": found.file,
        "size": found.size,
        "sha256": found.sha256,
        "members": found.members,
        "signatures": found.signatures,
        "figures": found.figures,
        "fingerprint": found.manifest.chair_fingerprint if found.manifest else "",
        "marks": list(found.marks),
        "problems": problem_json(found.problems),
        "notes": problem_json(found.notes),
        "findings": [_finding_json(one) for one in found.findings],
    }


def _finding_json(one: Finding) -> dict[str, Any]:
    """A finding with all below it."""
    return {
        "kind": one.kind.value,
        "label": one.label,
        "state": one.state.value,
        "facts": dict(one.facts),
        "problems": problem_json(one.problems),
        "findings": [_finding_json(child) for child in one.children],
    }


def _say_tree(findings: Iterable[Finding]) -> None:
    """The tree, one line per finding, indented by depth."""
    for depth, one in walk(findings):
        detail = f"：{one.detail}" if one.detail else ""
        say(f"{'  ' * depth}[{FINDING_WORDS[one.state]}] {one.label}{detail}")


def check(store: Store, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> int:
    """检查评审库：页面、结构、记录链和合计。"""
    from ecpanel.services.checking import check_store

    with unlocked(store, passphrase_file, reading=True) as opened:
        report = check_store(opened)
    if as_json:
        say_json(
            {"sound": not report.problems, "journal": report.lines, "problems": problem_json(report.problems)}
        )
    elif report.problems:
        say_problems(report.problems)
    else:
        say(f"评审库完好：{report.desk}，记录 {report.lines} 行，链完整，合计一致。")
    return FAULTY if report.problems else OK


def accept_clock(store: Store, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """登记：本机时钟现在无误，此前记下的较晚时间有误（时钟曾走快）。"""
    from ecpanel.services import clock
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        found = clock.accept_clock(opened, system_clock)
    if found is None:
        done(as_json, "本机时钟不早于评审库的记录，无需登记。", accepted=False)
        return
    now, last = found.params["now"], found.params["last"]
    text = f"已登记：以本机时钟 {now} 为准，此前记录的 {last} 有误，此后从现在起核对。"
    done(as_json, text, accepted=True, now=now, last=last)


def demo(
    folder: Annotated[Path, typer.Option(help="写到哪里")] = Path("演练"),
    as_json: AsJson = False,
) -> int:
    """走一遍完整的演练评审：组织、评分、收包、合议、签发、校验。"""
    from ecpanel.services.opening import system_clock
    from ecpanel.services.rehearsal import rehearse
    from ecpanel.wrapping import Cost

    with progress_bar("演练") as progress:
        rehearsed = rehearse(folder, Cost(), system_clock, progress, say if not as_json else _mute)
    if as_json:
        say_json(
            {
                "bundle": str(rehearsed.bundle),
                "sound": rehearsed.verification.sound,
                "candidates": rehearsed.candidates,
            }
        )
    else:
        say(f"成果包：{rehearsed.bundle}")
        say("校验通过。" if rehearsed.verification.sound else "校验未通过。")
        say_problems(rehearsed.verification.problems)
    return OK if rehearsed.verification.sound else FAULTY


def _mute(text: str) -> None:
    """Say nothing."""
