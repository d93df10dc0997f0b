"""Commands of the organiser's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecpanel.cli.options import AsJson, PassphraseFile, Store
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
from ecpanel.domain.problems import Problem
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.wrapping import Cost


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function, name in (
        (new, "new"),
        (import_scheme, "import-scheme"),
        (export_scheme, "export-scheme"),
        (import_candidates, "import-candidates"),
        (export_candidates, "export-candidates"),
        (import_dossiers, "import-dossiers"),
        (people, "people"),
        (issue_packages, "issue-packages"),
    ):
        app.command(name, cls=Command)(function)


def new(
    store: Store,
    desk: Annotated[Desk, typer.Option(help="organiser 建评审；chair 建组长的评审库")] = Desk.ORGANISER,
    name: Annotated[str, typer.Option(help="本人姓名")] = "",
    title: Annotated[str, typer.Option(help="评审名称")] = "",
    year: Annotated[int, typer.Option(help="年度")] = 0,
    kind: Annotated[ReviewKind, typer.Option(help="遴选、综合评价或复审")] = ReviewKind.EVALUATION,
    notice: Annotated[str, typer.Option(help="依据文号")] = "商办电函〔2020〕378号",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="演练")] = False,
    developed: Annotated[str, typer.Option(help="电子商务较发达地区，用顿号或逗号分隔")] = "",
    cut: Annotated[int, typer.Option(help="建议名单家数，0 为不设", min=0)] = 0,
    parent: Annotated[str, typer.Option(help="复审所依据的原评审标识")] = "",
    card: Annotated[Path | None, typer.Option(help="组长名片的写出位置")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """新建评审（组织台），或新建组长的评审库并导出名片。"""
    from ecpanel.domain.errors import EcpanelError
    from ecpanel.domain.regions import find_region
    from ecpanel.exchange.cards import card_bytes
    from ecpanel.exchange.handover import write_bytes_verified
    from ecpanel.services.opening import system_clock
    from ecpanel.services.organise import Setup, new_chair, new_review

    if not name:
        raise EcpanelError("option_missing", option="--name")
    passphrase = secret("评审库口令", "ECPANEL_PASSPHRASE", passphrase_file, confirm=True)
    if desk is Desk.CHAIR:
        if card is None:
            raise EcpanelError("option_missing", option="--card")
        opened, made = new_chair(store, passphrase, name, Cost(), system_clock)
        try:
            write_bytes_verified(card, card_bytes(made))
        except BaseException:
            opened.discard()  # without its card a chair's store is of no use, and can be made again
            raise
        opened.close()
        if as_json:
            say_json({"desk": desk.value, "card": str(card), "fingerprint": made.fingerprint})
        else:
            say(f"组长{name}的评审库已建立：{store}\n名片：{card}\n签名指纹：{made.fingerprint}")
        return
    if desk is Desk.EXPERT or not title or not year:
        raise EcpanelError("option_missing", option="--title / --year")
    names = [one for one in developed.replace(",", "、").split("、") if one]
    regions = [find_region(one) for one in names]
    if None in regions:
        raise EcpanelError("region_unknown", region=names[regions.index(None)])
    setup = Setup(
        title, year, kind, name, notice, rehearsal, parent, tuple(one for one in regions if one), cut
    )
    new_review(store, passphrase, setup, Cost(), system_clock).close()
    if as_json:
        say_json({"desk": desk.value, "store": str(store)})
    else:
        say(
            f"评审“{title}”已建立：{store}\n当前为内置参考指标体系（占位），收到正式附件2后请用 import-scheme 导入。"
        )


def import_scheme(
    store: Store, file: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """导入指标体系（JSON 或 Excel）。"""
    from ecpanel.services import organise
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        scheme, problems = organise.import_scheme(opened, file, system_clock)
    if as_json:
        say_json({"scheme": scheme.scheme_id, "problems": problem_json(problems)})
    else:
        say(f"已导入指标体系“{scheme.title}”。")


def export_scheme(
    store: Store, file: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """导出指标体系（按扩展名写 JSON 或 Excel）。"""
    from ecpanel.exchange.handover import write_bytes_verified
    from ecpanel.exchange.scheme_file import scheme_json, write_scheme_workbook
    from ecpanel.services import organise

    with unlocked(store, passphrase_file) as opened:
        scheme = organise.preparation(opened).scheme
    if file.suffix.lower() == ".json":
        write_bytes_verified(file, scheme_json(scheme))
    else:
        write_scheme_workbook(scheme, file)
    done(as_json, f"已导出：{file}", file=str(file))


def import_candidates(
    store: Store, file: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """导入各地推荐企业名单（xlsx 或 xls）。"""
    from ecpanel.services import organise
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        found, problems = organise.import_candidates(opened, file, system_clock)
    regions = len({one.region for one in found.candidates})
    if as_json:
        counts = {"candidates": len(found.candidates), "regions": regions, "unused": found.rows_unused}
        say_json({**counts, "problems": problem_json(problems)})
    else:
        say(f"已导入 {len(found.candidates)} 家，来自 {regions} 个地区；未采用 {found.rows_unused} 行。")
        say_problems(problems)


def export_candidates(
    store: Store, file: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """导出参评企业名单（xlsx），可改正后再导入。"""
    from ecpanel.exchange.candidate_list import write_candidate_list
    from ecpanel.services import organise

    with unlocked(store, passphrase_file) as opened:
        candidates = organise.preparation(opened).candidates
    write_candidate_list(candidates, file)
    done(as_json, f"已导出：{file}", file=str(file), candidates=len(candidates))


def import_dossiers(
    store: Store, folder: Path, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """登记申报材料：每家企业一个文件夹或 zip。"""
    from ecpanel.services import organise
    from ecpanel.services.opening import system_clock

    with unlocked(store, passphrase_file) as opened:
        with progress_bar("登记材料") as progress:
            report = organise.import_dossiers(opened, folder, system_clock, progress)
    pages = sum(document.pages for document, _ in report.documents)
    if as_json:
        say_json(
            {"documents": len(report.documents), "pages": pages, "problems": problem_json(report.problems)}
        )
    else:
        say(f"已登记 {len(report.documents)} 份文件，{pages} 页。")
        say_problems(report.problems)


def people(
    store: Store,
    list_file: Annotated[Path | None, typer.Option("--list", help="人员名单（xlsx）")] = None,
    chair_card: Annotated[Path | None, typer.Option(help="组长名片")] = None,
    group: Annotated[str, typer.Option(help="名片所属的评审组；只有一组时可省")] = "",
    form: Annotated[Path | None, typer.Option(help="写出空白人员名单")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """导入专家、分组与已知回避，导入组长名片，或查看。"""
    from ecpanel.exchange.people_list import PeopleList, write_people_form
    from ecpanel.services import organise
    from ecpanel.services.opening import system_clock

    problems: list[Problem] = []
    with unlocked(store, passphrase_file) as opened:
        if form is not None:
            write_people_form(form, PeopleList((), (), ()), {})
        if list_file is not None:
            _, problems = organise.set_people(opened, list_file, system_clock)
        if chair_card is not None:
            card = organise.set_chair_card(opened, chair_card, group, system_clock)
            if not as_json:
                say(f"组长{card.name}的签名指纹：{card.fingerprint}")
        ready = organise.preparation(opened)
    if as_json:
        say_json(
            {
                "experts": sorted(ready.experts),
                "groups": [one.group_id for one in ready.groups],
                "recusals": len(ready.recusals),
                "chairs": sorted(ready.chairs),
                "problems": problem_json(problems),
            }
        )
        return
    for one in ready.groups:
        names = "、".join(ready.experts[member].name for member in one.members)
        state = "已有名片" if one.group_id in ready.chairs else "缺组长名片"
        say(f"{one.name}：{names}（{state}）")
    say_problems(problems)


def issue_packages(
    store: Store,
    folder: Path,
    slips: Annotated[Path, typer.Option(help="口令条的写出位置（PDF，打印后分开保管）")],
    slip_list: Annotated[Path | None, typer.Option(help="另写一份口令清单（制表符分隔），供脚本使用")] = None,
    only: Annotated[list[str] | None, typer.Option(help="只发给这些专家编号；组长写 chair")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """锁定指标体系，给每位专家和组长各写一个任务包。"""
    from ecpanel.exchange.handover import write_bytes_verified
    from ecpanel.services import organise
    from ecpanel.services.opening import system_clock
    from ecpanel.services.papers import write_slips

    issued: list[organise.Issued] = []
    with unlocked(store, passphrase_file) as opened:
        try:
            with progress_bar("发放任务包") as progress:
                organise.issue_packages(
                    opened, folder, system_clock, Cost(), progress, only or (), issued.append
                )
        finally:
            # Packages that are out need their slips even when a later one could not be written.
            if issued:
                slips = write_slips(opened, issued, slips, system_clock)
            if issued and slip_list is not None:
                owners = ["chair" if one.desk is Desk.CHAIR else one.owner for one in issued]
                lines = [
                    f"{owner}\t{one.path.name}\t{one.passphrase}\n"
                    for owner, one in zip(owners, issued, strict=True)
                ]
                write_bytes_verified(slip_list, "".join(lines).encode())
        warnings = organise.readiness(organise.preparation(opened))
    if as_json:
        packages = [
            {"owner": one.owner, "desk": one.desk.value, "file": one.path.name, "sha256": one.sha256}
            for one in issued
        ]
        say_json({"packages": packages, "problems": problem_json(warnings)})
    else:
        say(f"已写出 {len(issued)} 个任务包到 {folder}，口令条：{slips}（请与U盘分开发放）。")
        say_problems(warnings)
