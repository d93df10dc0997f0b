"""Commands of the department's desk, and those that serve every desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecpanel.cli import FAULTY, OK
from ecpanel.cli.options import AsJson, PassphraseFile, Store
from ecpanel.cli.terminal import problem_json, progress_bar, say, say_json, say_problems, unlocked
from ecpanel.cli.wording import Command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in ((verify, "verify"), (check, "check"), (demo, "demo")):
        app.command(name, cls=Command)(function)


def verify(
    file: Annotated[Path, typer.Argument(help="成果包（.zip）")],
    fingerprint: Annotated[str, typer.Option(help="纸面上的组长签名指纹")] = "",
    as_json: AsJson = False,
) -> int:
    """校验成果包：签名、文件、专家原始提交，并从头重算。"""
    from ecpanel.services.verification import verify_bundle

    with progress_bar("校验") as progress:
        found = verify_bundle(file, progress, fingerprint)
    if as_json:
        say_json(
            {
                "sound": found.sound,
                "members": found.members,
                "signatures": found.signatures,
                "figures": found.figures,
                "fingerprint": found.manifest.chair_fingerprint if found.manifest else "",
                "problems": problem_json(found.problems),
            }
        )
        return OK if found.sound else FAULTY
    if found.sound and found.manifest is not None:
        head = found.manifest
        say(
            f"成果包完好，由组长 {head.chair}（指纹 {head.chair_fingerprint}）签署于 {head.signed_at}；"
            f"文件 {found.members} 个、签名 {found.signatures} 个均已核对，"
            f"{found.figures} 项分值由专家原始提交重新计算，得分与名次全部一致。"
        )
        if head.rehearsal:
            say("注意：这是演练成果，不得用于正式用途。")
        return OK
    say(f"成果包有问题，请勿采信（{len(found.problems)} 处）：")
    say_problems(found.problems)
    return FAULTY


def check(store: Store, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> int:
    """检查评审库：页面、结构、记录链和合计。"""
    from ecpanel.services.checking import check_store

    with unlocked(store, passphrase_file) as opened:
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


def demo(
    folder: Annotated[Path, typer.Option(help="写到哪里")] = Path("演练"),
    as_json: AsJson = False,
) -> int:
    """走一遍完整的演练评审：组织、评分、收包、合议、签发、校验。"""
    from ecpanel.services.opening import system_clock
    from ecpanel.services.rehearsal import rehearse
    from ecpanel.wrapping import Cost

    with progress_bar("演练") as progress:
        done = rehearse(folder, Cost(), system_clock, progress, say if not as_json else _mute)
    if as_json:
        say_json(
            {"bundle": str(done.bundle), "sound": done.verification.sound, "candidates": done.candidates}
        )
    else:
        say(f"成果包：{done.bundle}")
        say("校验通过。" if done.verification.sound else "校验未通过。")
        say_problems(done.verification.problems)
    return OK if done.verification.sound else FAULTY


def _mute(text: str) -> None:
    """Say nothing."""
