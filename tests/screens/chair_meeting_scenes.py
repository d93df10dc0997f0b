"""The chair's desk: 合议 with its projector, 排名, 签发."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chair_scenes import many, opened, part
from scene import Scene, Stage
from services.quick_panels import QuickPanel, agreed, quick_panel

from ecpanel.domain.meeting import GateDecision, ReasonCode, Vote
from ecpanel.domain.sheet import Sheet
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.gui.chair.ranking import RankingPart
from ecpanel.gui.chair.sign_off import SignOffPart
from ecpanel.progress import silent
from ecpanel.services.chair import decide_gate, take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, stamp, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE

NAMES = ("合议", "投影", "排名", "签发")
OPINION = "平台模式清晰，服务中小商户成效可核，数据治理走在行业前列，经验已在三个省份推广。"


def with_tie(panel: QuickPanel, *keys: str) -> Mapping[tuple[str, str], Sheet]:
    """Sheets in which the candidates have the very same scores of everybody."""
    first, *others = keys
    found = dict(panel.sheets)
    for who, key in panel.sheets:
        if key in others:
            found[who, key] = replace(panel.sheets[who, first], candidate_id=key)
    return found


def moderated(panel: QuickPanel) -> None:
    """Everybody has handed in, and the stage is open."""
    files = [panel.hand_in(one.expert_id) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as store:
        take_in(store, files, panel.fingerprints, system_clock, silent)
        open_moderation(store, "", system_clock)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the three tabs."""
    panel = quick_panel(
        stage.folder / "合议",
        stage.parts.frame.cost,
        many(186),
        9,
        recusals={"E01": ("C004", "C011"), "E04": ("C002", "C009", "C030"), "E07": ("C001",)},
        rehearsal=True,
        cut=30,
    )
    panel.sheets = with_tie(panel, "C020", "C021", "C022")
    moderated(panel)
    desk = opened(stage, panel)
    yield from _meeting(stage, desk)
    yield from _ranking(stage, desk)
    yield from _blocked(stage, desk)
    stage.parts.frame.go_home()
    yield from _signing(stage)


def _meeting(stage: Stage, desk: ChairDesk) -> Iterator[Scene]:
    desk.go_to("合议")
    stage.settle()
    meeting = part(desk, MeetingPart)
    assert isinstance(meeting, MeetingPart)
    yield Scene("合议-议程")
    table = meeting.view.table
    flags = [
        (place, row)
        for row, one in enumerate(table.side_model.rows)
        for place, cell in enumerate(one.cells)
        if one.indicator is not None and cell.mark is not None and cell.mark.icon == "triangle-alert"
    ]
    place, row = flags[0]
    table.setCurrentIndex(table.side_model.index(row, place))
    stage.settle()
    yield Scene("合议-选中一格")
    meeting.motions.acts[meeting.motions.correction].click()
    stage.settle()
    yield Scene("合议-更正")
    form = meeting.motions.correction.form.parts
    form.after.setText("85")
    form.passphrase.setText("x")
    meeting.motions.correction.primary.click()
    stage.settle()
    yield Scene("合议-更正-有误")
    leaf = table.indicator()
    assert leaf is not None
    form.after.setText(f"{(leaf.points // 2 // leaf.step * leaf.step) / 100:g}")
    form.reason.setCurrentIndex(form.reason.findData(ReasonCode.OUTLIER.value))
    form.note.setText("核对申报书第12页后，本人同意更正")
    form.mover.setCurrentIndex(2)
    meeting.motions.correction.ballot.unanimous.click()
    form.passphrase.setText("不对的口令")
    meeting.projecting.button.click()
    stage.settle()
    projector = meeting.projecting.projector
    assert projector is not None
    projector.resize(1920, 1080)
    stage.settle()
    yield Scene("投影-表决", projector)
    meeting.motions.correction.primary.click()
    stage.settle()
    yield Scene("合议-更正-口令不对")
    form.passphrase.setText(CORRECTION)
    meeting.motions.correction.primary.click()
    stage.settle()
    yield Scene("合议-已更正")
    yield Scene("投影-已更正", projector)
    meeting.projecting.scores.click()
    stage.settle()
    yield Scene("投影-分数", projector)
    meeting.motions.gate.ballot.reset()
    meeting.motions.acts[meeting.motions.gate].click()
    meeting.motions.gate.form.parts.failed.setChecked(True)
    meeting.motions.gate.form.parts.reason.setText("近三年内有重大行政处罚")
    meeting.motions.gate.ballot.parts.in_favour.setValue(5)
    meeting.motions.gate.ballot.parts.against.setValue(2)
    stage.settle()
    yield Scene("合议-准入认定")
    meeting.projecting.close()
    meeting.show_candidate("C021")
    meeting.open_motion(meeting.motions.tie)
    stage.settle()
    yield Scene("合议-同分次序")
    meeting.close_motion()
    meeting.show_candidate("C004")
    stage.settle()
    yield Scene("合议-组长回避")
    meeting.presiding.form.parts.member.setCurrentIndex(1)
    meeting.presiding.form.parts.passphrase.setText(CORRECTION)
    meeting.presiding.begin.click()
    stage.settle()
    yield Scene("合议-他人主持")
    meeting.agenda.search.setText("㛃𬭸高原 3")
    stage.settle()
    yield Scene("合议-查找")
    meeting.agenda.search.setText("没有这家")
    stage.settle()
    yield Scene("合议-查找-没有")
    meeting.agenda.search.clear()


def _ranking(stage: Stage, desk: ChairDesk) -> Iterator[Scene]:
    with_gate(desk, "C050")
    desk.go_to("排名")
    stage.settle()
    ranking = part(desk, RankingPart)
    assert isinstance(ranking, RankingPart)
    yield Scene("排名-全部")
    ranking.table.verticalScrollBar().setValue(24 * ranking.table.rowHeight(0))
    stage.settle()
    yield Scene("排名-入选线")
    corrected = next(one.candidate_id for one in ranking.table.ranking.rows if one.change)
    ranking.show_candidate(corrected)
    stage.settle()
    yield Scene("排名-计算过程")
    ranking.listing.click()
    stage.settle()
    yield Scene("排名-建议名单")
    ranking._fold()
    ranking.table.scrollToBottom()
    stage.settle()
    yield Scene("排名-末尾")
    ranking.show_candidate("C004")
    stage.settle()
    yield Scene("排名-组长回避")
    ranking._fold()
    ranking.search.setText("没有这家")
    stage.settle()
    yield Scene("排名-筛空")
    ranking.show_all()


def with_gate(desk: ChairDesk, key: str) -> None:
    """A candidate that fails a gate."""
    vote = Vote(9, 0, 0)
    decision = GateDecision(key, "G5", False, "近三年内有重大行政处罚", vote, stamp(system_clock))
    decide_gate(desk.store, decision, system_clock)
    desk.changed("")


def _blocked(stage: Stage, desk: ChairDesk) -> Iterator[Scene]:
    desk.go_to("签发")
    stage.settle()
    sign_off = part(desk, SignOffPart)
    assert isinstance(sign_off, SignOffPart)
    yield Scene("签发-组长回避")
    folder = stage.folder / "签发U盘"
    folder.mkdir()
    sign_off.place.line.setText(str(folder))
    sign_off.read.setChecked(True)
    sign_off.sign.click()
    stage.settle()
    yield Scene("签发-拒绝")


def _signing(stage: Stage) -> Iterator[Scene]:
    panel = quick_panel(stage.folder / "可签发", stage.parts.frame.cost, many(40), 7, cut=12)
    panel.sheets = agreed(panel.sheets, panel.scheme)
    moderated(panel)
    desk = opened(stage, panel)
    desk.go_to("签发")
    stage.settle()
    sign_off = part(desk, SignOffPart)
    assert isinstance(sign_off, SignOffPart)
    yield Scene("签发-可以签发")
    sign_off.sign.click()
    stage.settle()
    yield Scene("签发-未填")
    sign_off.preview.make()
    stage.settle(limit=1.2)
    yield Scene("签发-生成预览中")
    stage.settle(1.0)
    yield Scene("签发-预览")
    folder = stage.folder / "签发U盘"
    sign_off.place.line.setText(str(folder))
    sign_off.read.setChecked(True)
    sign_off.sign.click()
    stage.settle(limit=1.2)
    yield Scene("签发-签发中")
    stage.settle(1.0)
    yield Scene("签发-已签发")
    desk.go_to("合议")
    stage.settle()
    yield Scene("合议-已签发")
    desk.go_to("排名")
    stage.settle()
    yield Scene("排名-已签发")
