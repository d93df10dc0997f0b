"""The chair's desk: 合议 with its projector, 排名, 签发."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chair_scenes import many, opened, part
from scene import Scene, Stage
from services.quick_panels import QuickPanel, quick_panel

from ecpanel.domain.meeting import ReasonCode
from ecpanel.domain.sheet import Sheet
from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.gui.chair.meeting import MeetingPart
from ecpanel.progress import silent
from ecpanel.services.chair import take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
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
    stage.parts.frame.go_home()


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
    meeting.acts[meeting.correction].click()
    stage.settle()
    yield Scene("合议-更正")
    form = meeting.correction.form.parts
    form.after.setText("85")
    form.passphrase.setText("x")
    meeting.correction.primary.click()
    stage.settle()
    yield Scene("合议-更正-有误")
    leaf = table.indicator()
    assert leaf is not None
    form.after.setText(f"{(leaf.points // 2 // leaf.step * leaf.step) / 100:g}")
    form.reason.setCurrentIndex(form.reason.findData(ReasonCode.OUTLIER.value))
    form.note.setText("核对申报书第12页后，本人同意更正")
    form.mover.setCurrentIndex(2)
    meeting.correction.ballot.unanimous.click()
    form.passphrase.setText("不对的口令")
    meeting.projecting.button.click()
    stage.settle()
    projector = meeting.projecting.projector
    assert projector is not None
    projector.resize(1920, 1080)
    stage.settle()
    yield Scene("投影-表决", projector)
    meeting.correction.primary.click()
    stage.settle()
    yield Scene("合议-更正-口令不对")
    form.passphrase.setText(CORRECTION)
    meeting.correction.primary.click()
    stage.settle()
    yield Scene("合议-已更正")
    yield Scene("投影-已更正", projector)
    meeting.projecting.scores.click()
    stage.settle()
    yield Scene("投影-分数", projector)
    meeting.gate.ballot.reset()
    meeting.acts[meeting.gate].click()
    meeting.gate.form.parts.failed.setChecked(True)
    meeting.gate.form.parts.reason.setText("近三年内有重大行政处罚")
    meeting.gate.ballot.parts.in_favour.setValue(5)
    meeting.gate.ballot.parts.against.setValue(2)
    stage.settle()
    yield Scene("合议-准入认定")
    meeting.projecting.close()
    meeting.show_candidate("C021")
    meeting.open_motion(meeting.tie)
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
