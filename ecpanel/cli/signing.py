"""Commands of signing: the bundle with everyone present, requests and answers, UKeys, keys, ink scans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecpanel.cli import OK, PARTLY, REFUSED
from ecpanel.cli.options import AsJson, Expert, PassphraseFile, Reason, Store
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
from ecpanel.texts import minute

if TYPE_CHECKING:
    from ecpanel.services.opening import Store as OpenStore
    from ecpanel.services.sign_off import Gathered
    from ecpanel.services.signatories import Opinion, Signatory


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in (
        (bundle, "bundle"),
        (sign_off_request, "sign-off-request"),
        (sign_off, "sign-off"),
        (sign_offs, "sign-offs"),
        (follow_up, "follow-up"),
        (change_key, "change-key"),
        (tokens, "tokens"),
    ):
        app.command(name, cls=Command)(function)


Library = Annotated[Path | None, typer.Option(help="UKey厂商的PKCS#11驱动库文件")]
Dissent = Annotated[str, typer.Option(help="有不同意见时写明意见和理由；不写即为同意")]
Bundle = Annotated[Path, typer.Argument(help="已签发的成果包（.zip）")]


def bundle(
    store: Store,
    file: Annotated[Path, typer.Argument(help="成果包（.zip）")],
    member: Annotated[
        list[str] | None,
        typer.Option(help="在场会签的专家：专家评审库[=口令文件]，可多次；不写口令文件时当场输入"),
    ] = None,
    member_ukey: Annotated[
        list[str] | None, typer.Option(help="用UKey会签的专家：编号=UKey序列号[=PIN文件]，可多次")
    ] = None,
    dissent: Annotated[
        list[str] | None, typer.Option(help="不同意见：编号=意见和理由，可多次；不写即为同意")
    ] = None,
    ukey_library: Library = None,
    chair_ukey: Annotated[str, typer.Option(help="组长同时用UKey签名：序列号[=PIN文件]")] = "",
    sm2: Annotated[bool, typer.Option("--sm2", help="另加SM2国密签名")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """签发成果包：在场成员依次会签，写出、读回核对，此后评审库只读。"""
    from ecpanel.services.opening import system_clock
    from ecpanel.services.sign_off import sign_gathered

    with unlocked(store, passphrase_file) as opened:
        gathered = _gathered(
            opened, member or (), member_ukey or (), dissent or (), ukey_library, chair_ukey, sm2
        )
        with progress_bar("签发") as progress:
            digest = sign_gathered(opened, file, system_clock, progress, gathered)
    signed = [one.expert_id for one in gathered.present] + [one[0] for one in gathered.by_token]
    if as_json:
        say_json({"file": str(file), "sha256": digest, "signed": sorted(signed)})
    else:
        say(f"成果包已签发：{file}\nSHA-256 {digest}")


def _gathered(
    opened: OpenStore,
    members: Sequence[str],
    ukeys: Sequence[str],
    dissents: Sequence[str],
    library: Path | None,
    chair_ukey: str,
    sm2: bool,
) -> Gathered:
    from ecpanel.domain.errors import EcpanelError
    from ecpanel.services.sign_off import Gathered
    from ecpanel.services.signatories import Opinion, TokenPlace, by_own_store, roll, with_opinion

    opinions = {key: _opinion(words) for key, words in (_parts(one, 2) for one in dissents)}
    panel = roll(opened)
    for key in opinions:
        if key not in panel.names:
            raise EcpanelError("expert_unknown", expert=key, name="")
    present: list[Signatory] = []
    for text in members:
        path, file = _parts(text, 2)
        passphrase = secret(f"{Path(path).name} 的口令", "ECPANEL_MEMBER", Path(file) if file else None)
        found = by_own_store(opened, Path(path), passphrase, Opinion())
        present.append(with_opinion(found, opinions.get(found.expert_id, Opinion())))
    by_token = []
    for text in ukeys:
        key, serial, file = _parts(text, 3)
        place = TokenPlace(_library(library), serial, _pin(serial, file))
        by_token.append((key, place, opinions.get(key, Opinion())))
    own = None
    if chair_ukey:
        serial, file = _parts(chair_ukey, 2)
        own = TokenPlace(_library(library), serial, _pin(serial, file))
    return Gathered(present, by_token, opinions.get(panel.chair, Opinion()), own, sm2)


def _opinion(words: str) -> Opinion:
    from ecpanel.domain.sign_off import Verdict
    from ecpanel.services.signatories import Opinion

    return Opinion(Verdict.DISSENT, words) if words.strip() else Opinion()


def _parts(text: str, count: int) -> list[str]:
    """`a=b=c` in so many parts, those not given empty."""
    found = [one.strip() for one in text.replace("＝", "=").split("=", count - 1)]
    return found + [""] * (count - len(found))


def _pin(serial: str, file: str) -> str:
    return secret(f"UKey {serial} 的PIN", "ECPANEL_PIN", Path(file) if file else None)


def _library(library: Path | None) -> Path:
    from ecpanel.domain.errors import EcpanelError

    if library is None:
        raise EcpanelError("ukey_library", file="", reason="没有用 --ukey-library 指定")
    return library


def sign_off_request(
    store: Store,
    file: Bundle,
    folder: Annotated[Path, typer.Argument(help="会签请求写到哪里（U盘）")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """写出会签请求（.ecsign），请成员在自己的电脑上会签。"""
    from ecpanel.services.countersign import write_request
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        path = write_request(opened, file, folder, system_clock)
    done(as_json, f"会签请求已写出：{path}", file=str(path))


def sign_off(
    store: Store,
    request: Annotated[Path, typer.Argument(help="组长发来的会签请求（.ecsign）")],
    folder: Annotated[Path | None, typer.Argument(help="会签文件写到哪里（U盘）；不写则只查看")] = None,
    dissent: Dissent = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """专家会签：核对请求出自本组组长、包含自己的原始提交，签名后写出会签文件（.ecsigned）。"""
    from ecpanel.services.declaring import answer_request, read_sign_off_request
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        asked = read_sign_off_request(opened, request)
        if not as_json:
            say(
                f"{asked.title}：组长{asked.chair}于{minute(asked.signed_at)}签名，清单列{asked.members}个文件。"
            )
            say(
                f"清单摘要 {asked.digits}（应与会签表上印的相同）；您的第{asked.number}版提交在内，未被改动。"
            )
        path = None
        if folder is not None:
            path = answer_request(opened, request, _opinion(dissent), folder, system_clock)
    if as_json:
        say_json({"digits": asked.digits, "number": asked.number, "file": str(path) if path else ""})
    elif path is not None:
        say(f"已会签：{path}；请交给组长。")


def sign_offs(
    store: Store,
    file: Bundle,
    answers: Annotated[list[Path], typer.Argument(help="会签文件（.ecsigned）")],
    output: Annotated[Path | None, typer.Option(help="写到另一个文件；不写则更新原成果包")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> int:
    """收下会签文件，更新成果包中的会签册和会签表；清单所列的文件逐字节不变。"""
    from ecpanel.services.countersign import take_answers
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        with progress_bar("会签") as progress:
            lines = take_answers(opened, file, answers, output or file, system_clock, progress)
    taken = sum(one.taken for one in lines)
    if as_json:
        say_json(
            [
                {
                    "file": one.file,
                    "expert": one.expert_id,
                    "taken": one.taken,
                    "problems": problem_json(one.problems),
                }
                for one in lines
            ]
        )
    else:
        for one in lines:
            say(f"{one.file}：{'已收下' if one.taken else '没有收下'} {one.expert_id} {one.name}".rstrip())
            say_problems(one.problems)
        if taken:
            say(f"成果包已更新：{output or file}")
    return OK if taken == len(lines) else PARTLY if taken else REFUSED


def follow_up(
    store: Store,
    file: Bundle,
    target: Annotated[Path, typer.Argument(help="补充包（.zip）")],
    scans: Annotated[list[Path], typer.Argument(help="签字后的扫描件（PDF或图片）")],
    note: Annotated[str, typer.Option(help="说明")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """把签字后的扫描件做成补充包，与成果包对应。"""
    from ecpanel.services.follow_up import add_scans
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        with progress_bar("补充包") as progress:
            digest = add_scans(opened, file, scans, note, target, system_clock, progress)
    done(
        as_json,
        f"补充包已写出：{target}，{len(scans)}个扫描件\nSHA-256 {digest}",
        file=str(target),
        sha256=digest,
    )


def change_key(
    store: Store,
    expert: Expert,
    fingerprint: Annotated[str, typer.Option(help="新签到承诺书上的签名指纹；只吊销时不写")] = "",
    reason: Reason = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """更换或吊销专家的签名密钥（电脑损坏、遗失、口令忘记），留痕。"""
    from ecpanel.services.key_change import change_key as change
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        before = change(opened, expert, fingerprint, reason, system_clock)
    told = f"新指纹 {fingerprint}" if fingerprint else "在核对新的签到承诺书之前不再收其评分包"
    done(as_json, f"{expert} 的密钥 {before} 已停用；{told}。", expert=expert, before=before)


def tokens(
    library: Annotated[Path, typer.Argument(help="UKey厂商的PKCS#11驱动库文件")], as_json: AsJson = False
) -> None:
    """列出已插入的UKey。"""
    from ecpanel.services.signatories import plugged_tokens

    found = plugged_tokens(library)
    if as_json:
        say_json(
            [{"label": one.label, "serial": one.serial, "manufacturer": one.manufacturer} for one in found]
        )
        return
    for one in found:
        say(f"{one.serial}　{one.label}　{one.manufacturer}")
    if not found:
        say("没有插入UKey。")
