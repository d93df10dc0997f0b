"""A whole review by mouse and keyboard, organiser to verification, and the same one by command line: the
results must be the same figure by figure."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from gui.hands import drop, fill, find, pick, press, read_words, type_into, write
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QSpinBox, QTableView
from services.reviews import firms, panel

from ecpanel.cli import main
from ecpanel.domain.points import show_points, show_short
from ecpanel.domain.scheme import Kind, leaves
from ecpanel.domain.sheet import Sheet
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.people_list import PeopleList, write_people_form
from ecpanel.gui.app import Parts
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.controls.fingerprint import Fingerprint
from ecpanel.gui.controls.table import Table
from ecpanel.gui.expert.desk import ExpertDesk
from ecpanel.services import score
from ecpanel.services.opening import open_store
from ecpanel.services.organise import builtin_scheme
from ecpanel.services.sample import sample_scores

STORE, CORRECTION = "passphrase-2021", "correction-2021"
RECUSED = {"E02": "C003"}
TITLE = "2021年电子商务示范企业综合评价"


def agreed_scores(experts, candidates) -> dict[tuple[str, str], Sheet]:
    """Believable scores; objective indicators are the same for all, as the papers say them."""
    scheme = builtin_scheme()
    found = sample_scores(scheme, candidates, experts)
    for candidate in candidates:
        first = found[experts[0].expert_id, candidate.candidate_id]
        for expert in experts[1:]:
            sheet = found[expert.expert_id, candidate.candidate_id]
            for leaf in leaves(scheme):
                if leaf.kind is Kind.OBJECTIVE:
                    sheet.scores[leaf.code] = first.scores[leaf.code]  # type: ignore[index]
    return found


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the organiser was given: the list of firms, the list of people, a folder of dossiers."""
    folder = tmp_path_factory.mktemp("材料")
    candidates, (experts, group) = firms(3), panel(3)
    write_candidate_list(candidates, folder / "名单.xlsx")
    write_people_form(folder / "人员.xlsx", PeopleList(experts, (group,), ()), {})
    from gui.desks import write_dossiers

    write_dossiers(folder / "申报材料", candidates)
    return folder


class ByCommands:
    """The review by command line."""

    def __init__(self, folder: Path, lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
        self.folder, self.lists, self._monkeypatch, self._capsys = folder, lists, monkeypatch, capsys
        monkeypatch.setenv("ECPANEL_PASSPHRASE", STORE)
        monkeypatch.setenv("ECPANEL_CORRECTION", CORRECTION)

    def run(self, *arguments: object, opening: str = "") -> Any:
        if opening:
            self._monkeypatch.setenv("ECPANEL_OPENING", opening)
        self._capsys.readouterr()
        status = main([str(one) for one in arguments])
        out, err = self._capsys.readouterr()
        assert status == 0, f"{arguments}\n{out}\n{err}"
        return json.loads(out) if "--json" in arguments else out

    def review(self, scores: Mapping[tuple[str, str], Sheet]) -> Path:
        """All of it; returns the bundle."""
        folder, lists, run = self.folder, self.lists, self.run
        organiser, chair, stick = folder / "组织.ecreview", folder / "组长.ecreview", folder / "U盘"
        experts, _ = panel(3)
        run("new", organiser, "--name", "组织员", "--title", TITLE, "--year", 2021, "--cut", 1)
        run("import-candidates", organiser, lists / "名单.xlsx")
        run("import-dossiers", organiser, lists / "申报材料")
        run("new", chair, "--desk", "chair", "--name", experts[0].name, "--card", folder / "名片.json")
        run("people", organiser, "--list", lists / "人员.xlsx", "--chair-card", folder / "名片.json")
        run(
            "issue-packages",
            organiser,
            stick,
            "--slips",
            folder / "口令条.pdf",
            "--slip-list",
            folder / "口令.txt",
        )
        lines = [one.split("\t") for one in (folder / "口令.txt").read_text(encoding="utf-8").splitlines()]
        marks = []
        for owner, name, opening in lines:
            store = chair if owner == "chair" else folder / f"{owner}.ecreview"
            run("open-task", stick / name, "--store", store, opening=opening)
            if owner == "chair":
                continue
            barred = ["--recuse", f"{RECUSED[owner]}=05"] if owner in RECUSED else []
            told = run("sign-in", store, "--accept-pledge", "--device-handed-in", *barred, "--json")
            marks += ["--fingerprint", f"{owner}={told['fingerprint']}"]
            form = folder / f"{owner}.xlsx"
            with open_store(store, STORE) as opened:
                work = score.load_assignment(opened)
                own = {key: sheet for (who, key), sheet in scores.items() if who == owner}
                score.write_filled_form(work, own, form)
            run("score", store, "--from", form)
            run("submit", store, stick)
        run("intake", chair, *sorted(stick.glob("*.ecscore")), *marks)
        run("open-moderation", chair)
        run(*self.correction(chair, scores))
        run("bundle", chair, stick / "成果包.zip")
        return stick / "成果包.zip"

    @staticmethod
    def correction(chair: Path, scores: Mapping[tuple[str, str], Sheet]) -> list[object]:
        """The same correction the chair makes in the window."""
        after = corrected_value(scores)
        return [
            "correct", chair, "--expert", "E01", "--candidate", "C001", "--indicator", "B1", "--to", after,
            "--reason", "04", "--note", "复阅材料后更正", "--mover", "E01", "--votes", "3:0:0",
        ]  # fmt: skip


def corrected_value(scores: Mapping[tuple[str, str], Sheet]) -> str:
    """A value for E01 C001 B1 other than the one given."""
    given = scores["E01", "C001"].scores["B1"].points
    return show_short(given - 50 if given else 50)


def wait(qtbot: Any, parts: Parts) -> None:
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=120_000)


class ByHand:
    """The review by mouse and keyboard."""

    def __init__(self, qtbot: Any, parts: Parts, folder: Path, lists: Path) -> None:
        self.qtbot, self.parts, self.folder, self.lists = qtbot, parts, folder, lists
        self.stick = folder / "U盘"
        self.stick.mkdir()
        self.slips: dict[str, tuple[Path, str]] = {}
        self.fingerprints: dict[str, str] = {}

    @property
    def page(self) -> Any:
        return self.parts.window.page

    def press(self, name: str) -> None:
        press(self.qtbot, self.page, name)
        wait(self.qtbot, self.parts)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        from PySide6.QtWidgets import QApplication

        self.qtbot.keyClick(QApplication.focusWidget() or self.parts.window, key, modifier)

    def home(self) -> None:
        self.parts.frame.go_home()

    # --- the organiser ---

    def organise_by_window(self) -> None:
        """Make the chair's store and the review, bring in the lists, issue the packages, write the slips."""
        qtbot, parts = self.qtbot, self.parts
        experts, _ = panel(3)
        self.press("组长建库…")
        fill(qtbot, self.page, "组长姓名", experts[0].name)
        fill(qtbot, self.page, "组长名片", str(self.folder / "名片.json"))
        fill(qtbot, self.page, "存放位置", str(self.folder / "组长.ecreview"))
        fill(qtbot, self.page, "评审库口令", STORE)
        fill(qtbot, self.page, "再输入一次", STORE)
        self.press("建库并写出名片")
        self.home()
        self.press("新建评审…")
        fill(qtbot, self.page, "评审名称", TITLE)
        fill(qtbot, self.page, "组织人员姓名", "组织员")
        for name, value in (("年度", "2021"), ("建议名单家数", "1")):
            spin = find(self.page, QSpinBox, name)
            spin.setFocus()
            spin.selectAll()
            qtbot.keyClicks(spin, value)
            qtbot.keyClick(spin, Qt.Key.Key_Tab)
        fill(qtbot, self.page, "存放位置", str(self.folder / "组织.ecreview"))
        fill(qtbot, self.page, "评审库口令", STORE)
        fill(qtbot, self.page, "再输入一次", STORE)
        self.press("新建")
        assert self.page.role == "组织台"
        self.step(3)
        drop(parts.window, [self.lists / "名单.xlsx"])
        wait(qtbot, parts)
        self.press("导入这 3 家")
        self.step(4)
        drop(parts.window, [self.lists / "申报材料"])
        wait(qtbot, parts)
        self.step(5)
        drop(parts.window, [self.lists / "人员.xlsx"])
        wait(qtbot, parts)
        drop(parts.window, [self.folder / "名片.json"])
        wait(qtbot, parts)
        self.step(7)
        fill(qtbot, self.page, "任务包写到哪里", str(self.stick))
        fill(qtbot, self.page, "口令条写到哪里", str(self.folder / "口令条.pdf"))
        self.press("发放 4 个任务包")
        assert "口令条已存到" in read_words(self.page)
        self.slips = slips_on_paper(self.folder / "口令条.pdf", self.stick)
        self.home()

    def step(self, number: int) -> None:
        self.key(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        wait(self.qtbot, self.parts)

    # --- the expert ---

    def score_as(self, owner: str, scores: Mapping[tuple[str, str], Sheet]) -> None:
        """Open the package from the stick, sign in, score everything, hand in."""
        qtbot, parts = self.qtbot, self.parts
        package, opening = self.slips[owner]
        parts.window.open_path(package)
        fill(qtbot, self.page, "开启口令", opening)
        self.press("下一步")
        fill(qtbot, self.page, "评审库口令", STORE)
        fill(qtbot, self.page, "再输入一次", STORE)
        self.press("打开")
        desk = self.page
        assert isinstance(desk, ExpertDesk)
        self.press("下一步")
        qtbot.keyClick(find(desk, QCheckBox, "我已阅读并接受"), Qt.Key.Key_Space)
        qtbot.keyClick(find(desk, QCheckBox, "通信设备已交存"), Qt.Key.Key_Space)
        self.press("下一步")
        if owner in RECUSED:
            self.recuse(desk, RECUSED[owner])
        self.press("下一步")
        fill(qtbot, desk, "更正口令", CORRECTION)
        fill(qtbot, desk, "再输入一次", CORRECTION)
        self.press("签到")
        groups = re.findall(r"[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}", read_words(desk))
        self.fingerprints[owner] = "-".join(" ".join(groups).split())
        self.press("开始评审")
        for candidate in ("C001", "C002", "C003"):
            if candidate != RECUSED.get(owner):
                self.score_candidate(desk, candidate, scores[owner, candidate])
        self.press("去提交")
        fill(qtbot, desk, "评分包写到哪里", str(self.stick))
        self.press("提交并签名")
        assert "已提交并签名" in read_words(desk)
        self.home()

    def recuse(self, desk: ExpertDesk, candidate: str) -> None:
        table = find(desk, Table, "参评企业名单")
        table.setFocus()
        self.qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(int(candidate[1:]) - 1):
            self.qtbot.keyClick(table, Qt.Key.Key_Down)
        self.qtbot.keyClick(table, Qt.Key.Key_Space)
        pick(self.qtbot, desk, "回避原因", "同一单位")

    def score_candidate(self, desk: ExpertDesk, candidate: str, sheet: Sheet) -> None:
        qtbot = self.qtbot
        table = find(desk, Table, "参评企业")
        row = next(
            n
            for n in range(table.model().rowCount())
            if candidate in table.model().index(n, 0).data(Qt.ItemDataRole.ToolTipRole)
        )
        qtbot.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            pos=table.visualRect(table.model().index(row, 0)).center(),
        )
        assert desk.place is not None
        paper = desk.place.sheet
        for leaf in leaves(builtin_scheme()):
            cell = sheet.scores[leaf.code]
            assert cell.points is not None
            paper.focus_indicator(leaf.code)
            qtbot.keyClick(paper, Qt.Key.Key_F2)
            field = find(paper, type(paper.card.value), f"{leaf.code} ")
            field.selectAll()
            qtbot.keyClicks(field, show_points(cell.points))
            if cell.remark:
                write(qtbot, find(paper, QPlainTextEdit, f"{leaf.code} 理由"), cell.remark)
            self.key(Qt.Key.Key_Return)
        for name, words in (
            ("优势", sheet.opinion.strengths),
            ("不足", sheet.opinion.weaknesses),
            ("建议", sheet.opinion.advice),
        ):
            write(qtbot, find(paper, QPlainTextEdit, f"评估意见 {name}"), words)

    # --- the chair ---

    def chair_by_window(self, scores: Mapping[tuple[str, str], Sheet]) -> Path:
        """Open the task, take in the packages, open the moderation, correct, sign off; returns the bundle."""
        qtbot, parts = self.qtbot, self.parts
        package, opening = self.slips["chair"]
        parts.window.open_path(package)
        fill(qtbot, self.page, "开启口令", opening)
        self.press("下一步")
        fill(qtbot, self.page, "组长评审库口令", STORE)
        self.press("打开")
        desk = self.page
        assert isinstance(desk, ChairDesk)
        assert "审议阶段未开启" in read_words(desk)
        drop(parts.window, [self.stick])
        wait(qtbot, parts)
        for owner in ("E01", "E02", "E03"):
            find(desk, Fingerprint, self.fingerprints[owner])
            self.press(f"{owner} ")
        self.press("并入 3 个评分包")
        self.press("开启审议…")
        press(qtbot, desk, "开启审议")
        wait(qtbot, parts)
        self.tab(desk, 3)
        self.correct(desk, corrected_value(scores))
        self.tab(desk, 5)
        fill(qtbot, desk, "成果包写到哪里", str(self.stick))
        qtbot.keyClick(find(desk, QCheckBox, "报告已经核阅"), Qt.Key.Key_Space)
        self.press("签发成果包")
        wait(qtbot, parts)
        assert "已签发" in read_words(desk)
        bundle = next(self.stick.glob("*.zip"))
        self.home()
        return bundle

    def tab(self, desk: ChairDesk, number: int) -> None:
        self.key(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        wait(self.qtbot, self.parts)

    def correct(self, desk: ChairDesk, after: str) -> None:
        """The cell E01 C001 B1, found by search and by arrow keys."""
        qtbot = self.qtbot
        fill(qtbot, desk, "找一家企业", "C001")
        self.key(Qt.Key.Key_Return)
        wait(qtbot, self.parts)
        table = find(desk, QTableView, "各专家分数并排")
        model = table.model()
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        line = next(n for n in range(model.rowCount()) if "B1" in str(model.headerData(n, down)))
        column = next(n for n in range(model.columnCount()) if "E01" in str(model.headerData(n, across)))
        table.scrollTo(model.index(line, column))
        at = table.visualRect(model.index(line, column)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
        self.press("更正")
        fill(qtbot, desk, "更正为", after)
        pick(qtbot, desk, "原因", "04 ")
        type_into(qtbot, find(desk, QLineEdit, "说明"), "复阅材料后更正")
        pick(qtbot, desk, "动议人", "E01 ")
        self.press("一致同意")
        fill(qtbot, desk, "更正口令", CORRECTION)
        self.press("记录更正")

    def verify_by_window(self, bundle: Path) -> str:
        """What the verify page says of it."""
        drop(self.parts.window, [bundle])
        wait(self.qtbot, self.parts)
        return read_words(self.page)


def slips_on_paper(paper: Path, stick: Path) -> dict[str, tuple[Path, str]]:
    """Package and pass-phrase of everyone, as read off the printed slips."""
    printed = subprocess.run(
        ["pdftotext", "-raw", str(paper), "-"], capture_output=True, text=True, check=True
    )
    slips = re.findall(r"任务包：(.+?\.ectask)\s+([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4})\s", printed.stdout)
    assert len(slips) == 4, printed.stdout
    owners = [
        next((one for one in ("E01", "E02", "E03") if f"_{one}_" in name), "chair") for name, _ in slips
    ]
    return {owner: (stick / name, opening) for owner, (name, opening) in zip(owners, slips, strict=True)}


def plain_result(bundle: Path) -> dict[str, Any]:
    """The data of a bundle without what must differ between two reviews: keys, digests, times, ids."""
    with zipfile.ZipFile(bundle) as archive:
        data: dict[str, Any] = json.loads(archive.read("data.json"))
    data["at"] = ""
    data["review"]["review_id"] = ""
    for one in data["submissions"]:
        for key in ("sha256", "fingerprint", "submitted_at", "signed_in_at", "pledged_at"):
            one[key] = ""
    for kind in ("corrections", "gate_decisions", "tie_decisions"):
        for one in data[kind]:
            one["at"] = ""
    return data


def test_the_review_by_hand_and_the_one_by_command_give_the_same_result(
    qtbot: Any,
    parts: Parts,
    lists: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    experts, _ = panel(3)
    scores = agreed_scores(experts, firms(3))
    for name in ("手", "命令"):
        (tmp_path / name).mkdir()
    hand = ByHand(qtbot, parts, tmp_path / "手", lists)
    hand.organise_by_window()
    for owner in ("E01", "E02", "E03"):
        hand.score_as(owner, scores)
    by_hand = hand.chair_by_window(scores)
    verdict = hand.verify_by_window(by_hand)
    assert "成果包完好" in verdict and "3位专家的原始提交均已核对" in verdict
    by_command = ByCommands(tmp_path / "命令", lists, monkeypatch, capsys).review(scores)
    assert plain_result(by_hand) == plain_result(by_command)
