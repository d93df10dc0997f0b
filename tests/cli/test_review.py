"""A whole review by command line, from the provinces' list to the signed bundle."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from domain.reckoning import Entry, reckon_figures, reckon_ranks
from services.reviews import firms, panel

from ecpanel.domain.scheme import Kind, Scheme, leaves
from ecpanel.domain.sheet import Score, Sheet, State
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.people_list import PeopleList, write_people_form
from ecpanel.services import score as desk
from ecpanel.services.opening import open_store
from ecpanel.services.sample import sample_scores

SENTENCES = dict(
    zip(
        ("strengths", "weaknesses", "advice"),
        ("优势明显，模式成熟。" * 4, "研发投入偏低。" * 2, "建议加大投入。"),
        strict=True,
    )
)


def fill_form(path: Path, expert: int, recused: set[str]) -> None:
    """Type scores into the exported workbook: the level depends on firm and expert."""
    book = openpyxl.load_workbook(path)
    scores, remarks, opinions = book["评分"], book["理由"], book["评估意见"]
    for row in range(5, scores.max_row + 1):
        key = scores.cell(row, 1).value
        if not key or key in recused:
            continue
        for column in range(4, scores.max_column + 1):
            cell = scores.cell(row, column)
            head = scores.cell(4, column).value
            if cell.value is not None:
                continue
            full = float(head.split("满分")[1].split(" ")[0])
            if head.split(" ")[0] in ("A1", "A2", "A3", "B2", "C4", "E1", "F1"):
                cell.value = (int(key[1:]) % int(full)) + 0.5 if full > 1 else 0.5
            else:
                steps = int(full * 2)
                cell.value = ((int(key[1:]) * 7 + expert * (2 + column % 3) + column) % (steps + 1)) / 2
            remarks.cell(row, column).value = "理由：材料第3页所列数据可以核实。"
        for column, part in enumerate(SENTENCES.values(), start=4):
            opinions.cell(row, column).value = part
    book.save(path)


def organise(command, folder: Path, count: int, experts_count: int, cut: int) -> dict[str, str]:
    """Set up and issue; returns pass-phrases by owner."""
    store, chair = folder / "组织.ecreview", folder / "组长.ecreview"
    candidates = firms(count)
    experts, group = panel(experts_count)
    write_candidate_list(candidates, folder / "名单.xlsx")
    write_people_form(folder / "人员.xlsx", PeopleList(experts, (group,), ()), {})
    command(
        "new", store, "--name", "组织员", "--title", "2021年综合评价", "--year", 2021, "--cut", cut, "--json"
    )
    assert command("import-candidates", store, folder / "名单.xlsx", "--json")["candidates"] == count
    command(
        "new", chair, "--desk", "chair", "--name", experts[0].name, "--card", folder / "名片.json", "--json"
    )
    told = command(
        "people", store, "--list", folder / "人员.xlsx", "--chair-card", folder / "名片.json", "--json"
    )
    assert len(told["experts"]) == experts_count
    stick = folder / "U盘"
    issued = command(
        "issue-packages",
        store,
        stick,
        "--slips",
        folder / "口令条.pdf",
        "--slip-list",
        folder / "口令.txt",
        "--json",
    )
    assert len(issued["packages"]) == experts_count + 1
    lines = [line.split("\t") for line in (folder / "口令.txt").read_text(encoding="utf-8").splitlines()]
    slips = {owner: passphrase for owner, _, passphrase in lines}
    packages = {owner: name for owner, name, _ in lines}
    command("open-task", stick / packages["chair"], "--store", chair, opening=slips["chair"])
    for owner, name in packages.items():
        if owner != "chair":
            command("open-task", stick / name, "--store", folder / f"{owner}.ecreview", opening=slips[owner])
    return slips


def fill_from_sheets(path: Path, expert: int, recused: set[str], store: Path) -> None:
    """A form filled with believable scores for every firm, as quickly as can be."""
    with open_store(store, os.environ["ECPANEL_PASSPHRASE"]) as opened:
        work = desk.load_assignment(opened)
        sheets = sample_scores(work.scheme, list(work.candidates.values()), [work.expert], seed=expert)
        own = {key: sheet for (_, key), sheet in sheets.items() if key not in recused}
        for sheet in own.values():
            agree_on_objective(work.scheme, sheet)
        desk.write_filled_form(work, own, path)


def agree_on_objective(scheme: Scheme, sheet: Sheet) -> None:
    """Objective indicators typed by hand must be the same on every expert's form."""
    for leaf in leaves(scheme):
        if leaf.kind is Kind.OBJECTIVE:
            points = int(sheet.candidate_id[1:]) % (leaf.points // leaf.step + 1) * leaf.step
            sheet.scores[leaf.code] = Score(leaf.code, State.SCORED, points)


def score_all(
    command, folder: Path, experts_count: int, recused: dict[str, str], *, quick: bool = False
) -> dict[str, str]:
    """Every expert signs in, fills the form and hands in; returns fingerprints."""
    marks = {}
    for number in range(1, experts_count + 1):
        key = f"E{number:02d}"
        store, form = folder / f"{key}.ecreview", folder / f"{key}.xlsx"
        barred = ["--recuse", f"{recused[key]}=05:同一单位"] if key in recused else []
        told = command(
            "sign-in",
            store,
            "--accept-pledge",
            "--device-handed-in",
            *barred,
            "--sheet",
            folder / f"{key}.pdf",
            "--json",
        )
        marks[key] = told["fingerprint"]
        command("score-form", store, form)
        barred_firms = {recused[key]} if key in recused else set()
        if quick:
            fill_from_sheets(form, number, barred_firms, store)
        else:
            fill_form(form, number, barred_firms)
        assert command("score", store, "--from", form, "--json")["problems"] == []
        command("submit", store, folder / "U盘")
    return marks


def test_every_step_of_a_review(command, tmp_path):
    organise(command, tmp_path, 6, 5, 2)
    chair, stick = tmp_path / "组长.ecreview", tmp_path / "U盘"
    first = tmp_path / "E01.ecreview"
    assert "尚未签到" in command(
        "score", first, "--candidate", "C001", "--indicator", "B1", "--value", "6", status=3, error=True
    )
    marks = score_all(command, tmp_path, 5, {"E04": "C002"})
    assert "封存" in command(
        "score", first, "--candidate", "C001", "--indicator", "B1", "--value", "6", status=3, error=True
    )
    packages = sorted(stick.glob("*.ecscore"))
    pins = [part for key, mark in marks.items() for part in ("--fingerprint", f"{key}={mark}")]

    dry = command("intake", chair, *packages, "--dry-run", "--json", status=3)
    assert {one["problems"][0]["code"] for one in dry["files"]} == {"key_unconfirmed"}
    dry = command("intake", chair, *packages, *pins, "--dry-run", "--json")
    assert [one["verdict"] for one in dry["files"]] == ["new"] * 5
    assert not any(one["merged"] for one in dry["files"])
    bad = stick / "坏包.ecscore"
    bad.write_bytes(packages[0].read_bytes()[:200])
    merged = command("intake", chair, *packages, bad, *pins, "--json", status=5)
    assert [one["verdict"] for one in merged["files"]] == ["new"] * 5 + ["refused"]
    again = command("intake", chair, *packages, "--json")
    assert [one["verdict"] for one in again["files"]] == ["same"] * 5

    assert "开启审议" in command("rank", chair, status=3, error=True)
    opened = command("open-moderation", chair, "--json")
    assert opened["missing"] == [] and opened["reason"] == "" and opened["opened_by"]
    assert "不必再次开启" in command("open-moderation", chair, status=3, error=True)

    table = command("rank", chair)
    assert "使用内置参考指标体系" in table
    calculation = command("rank", chair, "--explain", "C002")
    assert "E04" in calculation and "回避" in calculation and "÷4" in calculation

    lines = command("rank", chair, "--json")
    before = next(one for one in lines if one["candidate_id"] == "C001")
    explained = command("rank", chair, "--explain", "C001", "--json")[0]
    old = next(c["points"] for c in explained["cells"] if (c["expert_id"], c["indicator"]) == ("E03", "C1"))
    new = 0 if old else 600
    moved = [
        "--expert",
        "E03",
        "--candidate",
        "C001",
        "--indicator",
        "C1",
        "--to",
        new // 100,
        "--reason",
        "04",
        "--note",
        "复阅材料后更正",
        "--mover",
        "E01",
    ]
    assert "法定比例" in command("correct", chair, *moved, "--votes", "2:0:0", status=3, error=True)
    done = command("correct", chair, *moved, "--votes", "4:1:0", "--json")
    assert (done["before"], done["after"]) == (old, new)
    after = next(one for one in command("rank", chair, "--json") if one["candidate_id"] == "C001")
    assert after["original_score"] == before["score"]
    assert after["score"] - before["score"] == pytest.approx((new - old) / 5, abs=1)
    assert "不对" in command(
        "correct",
        chair,
        *moved[:-6],
        "--to",
        1,
        "--reason",
        "04",
        "--note",
        "再次更正试试",
        "--mover",
        "E01",
        "--votes",
        "5:0:0",
        "--correction-file",
        wrong(tmp_path),
        status=3,
        error=True,
    )

    command(
        "gate",
        chair,
        "--candidate",
        "C006",
        "--gate",
        "G5",
        "--fail",
        "--reason",
        "有重大行政处罚",
        "--votes",
        "5:0:0",
    )
    slip = tmp_path / "重开.ecreopen"
    command("reopen", chair, "--expert", "E02", "--reason", "评估意见有笔误", "--slip", slip)
    second = tmp_path / "E02.ecreview"
    command("reopened", second, slip)
    command(
        "score",
        second,
        "--candidate",
        "C003",
        "--indicator",
        "C2",
        "--value",
        "3.5",
        "--remark",
        "理由：材料第3页所列数据可以核实。",
    )
    command("submit", second, stick)
    newer = next(stick.glob("E02*第2版.ecscore"))
    assert command("intake", chair, newer, "--json")["files"][0]["verdict"] == "changed"
    assert (
        command("intake", chair, packages[1], "--json", status=3)["files"][0]["problems"][0]["code"]
        == "submission_older"
    )

    told = command("report", chair, tmp_path / "审阅", "--json")
    assert all(size > 1000 for size in told["bytes"])
    bundle = stick / "成果包.zip"
    command("bundle", chair, bundle)
    verdict = command("verify", bundle, "--json")
    assert verdict["sound"] and verdict["problems"] == []
    assert "完好" in command("verify", bundle, "--fingerprint", verdict["fingerprint"])
    assert "只读" in command(
        "gate",
        chair,
        "--candidate",
        "C005",
        "--gate",
        "G1",
        "--fail",
        "--reason",
        "试图再改一次",
        "--votes",
        "5:0:0",
        status=3,
        error=True,
    )
    for store in tmp_path.glob("*.ecreview"):
        assert command("check", store, "--json")["sound"]
    third_parties_agree(bundle, tmp_path / "解包")


def wrong(folder: Path) -> Path:
    path = folder / "错口令.txt"
    path.write_text("不是这个口令\n", encoding="utf-8")
    return path


def third_parties_agree(bundle: Path, folder: Path) -> None:
    """openssl, sha256sum and pdfsig accept the bundle and see red when it is touched."""
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)

    cms = ("openssl", "cms", "-verify", "-binary", "-inform", "DER")
    chair = (
        *cms,
        "-in",
        "manifest.json.p7s",
        "-content",
        "manifest.json",
        "-CAfile",
        "certificates/chair.pem",
        "-purpose",
        "any",
        "-out",
        "/dev/null",
    )
    assert ran(*chair).returncode == 0
    originals = sorted(path.stem for path in (folder / "submissions").glob("*.json"))
    for name in originals:
        key = name.split("-")[0]
        assert (
            ran(
                *cms,
                "-in",
                f"submissions/{name}.p7s",
                "-content",
                f"submissions/{name}.json",
                "-CAfile",
                f"certificates/{key}.pem",
                "-purpose",
                "any",
                "-out",
                "/dev/null",
            ).returncode
            == 0
        )
    assert ran("sha256sum", "-c", "SHA256SUMS").returncode == 0
    told = ran("pdfsig", "评审报告.pdf").stdout
    assert "Signature is Valid" in told and "Total document signed" in told
    entries = {one["name"]: one for one in json.loads((folder / "manifest.json").read_bytes())["entries"]}
    told = ran("openssl", "dgst", "-sm3", "data.json").stdout
    assert entries["data.json"]["sm3"] in told
    report = bytearray((folder / "评审报告.pdf").read_bytes())
    report[len(report) // 3] ^= 1
    (folder / "评审报告.pdf").write_bytes(report)
    assert "Signature is Valid" not in ran("pdfsig", "评审报告.pdf").stdout
    assert ran("sha256sum", "-c", "SHA256SUMS").returncode != 0
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" ")
    assert ran(*chair).returncode != 0


@pytest.mark.slow
def test_370_candidates_20_indicators_15_experts(command, tmp_path):
    """From filled forms to a verified bundle, and an independent reckoning agrees on every figure."""
    organise(command, tmp_path, 370, 15, 185)
    marks = score_all(command, tmp_path, 15, {"E04": "C002", "E09": "C300"}, quick=True)
    chair, bundle = tmp_path / "组长.ecreview", tmp_path / "成果包.zip"
    listed = tmp_path / "指纹.txt"
    listed.write_text("".join(f"{key}={mark}\n" for key, mark in marks.items()), encoding="utf-8")
    packages = sorted((tmp_path / "U盘").glob("*.ecscore"))
    told = command("intake", chair, *packages, "--fingerprints", listed, "--json")
    assert [one["merged"] for one in told["files"]] == [True] * 15
    command("open-moderation", chair)
    command("bundle", chair, bundle)
    verdict = command("verify", bundle, "--json")
    assert verdict["sound"] and verdict["figures"] == (370 * 15 - 2) * 20

    with zipfile.ZipFile(bundle) as archive:
        data = json.loads(archive.read("data.json"))
        names = [
            name for name in archive.namelist() if name.startswith("submissions/") and name.endswith(".json")
        ]
        originals = [json.loads(archive.read(name)) for name in names]
    agrees_with_the_reckoning(data, originals)
    shutil.rmtree(tmp_path)


def agrees_with_the_reckoning(data: dict, originals: list[dict]) -> None:
    """Totals and ranks computed apart, with fractions, from the experts' own originals."""
    rows = [
        (
            one["expert"]["expert_id"],
            sheet["candidate_id"],
            score["indicator"],
            score["state"],
            score["points"],
        )
        for one in originals
        for sheet in one["sheets"]
        for score in sheet["scores"]
    ]
    figures = reckon_figures(data["scheme"], rows, [one["candidate_id"] for one in data["candidates"]])
    assert len(figures) == 370
    entries = {one["candidate_id"]: Entry(one["category"], one["region"]) for one in data["candidates"]}
    ranks = reckon_ranks(data["scheme"], figures, entries)
    for line in data["lines"]:
        key = line["candidate_id"]
        official, ranked = figures[key].official, ranks[key]
        assert official is not None
        assert line["score"] == official * 100, key
        told = (line["rank"], line["category_rank"], line["region_rank"], line["decided_by"], line["level"])
        assert told == (
            ranked.rank,
            ranked.category_rank,
            ranked.region_rank,
            ranked.decided_by,
            ranked.level,
        ), key
