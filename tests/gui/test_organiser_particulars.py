"""基本情况: saved as it is typed, refused beside the field, undone, locked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gui.hands import fill, find, pick, press, type_into
from gui.organiser_hands import CTRL, issued_desk, key, new_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSpinBox

from ecpanel.domain.review import Review, ReviewKind
from ecpanel.gui.app import Parts
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.gui.organiser.particulars import ParticularsStep
from ecpanel.services.organise import preparation


def kept(desk: OrganiserDesk) -> Review:
    """The review as it is on disk."""
    return preparation(desk.store).review


def page(parts: Parts, folder: Path) -> tuple[OrganiserDesk, ParticularsStep]:
    desk = new_desk(parts, folder)
    return desk, shown(desk, ParticularsStep, "particulars")


def test_every_field_is_saved_when_it_is_left(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk, part = page(parts, tmp_path)
    fill(qtbot, part, "评审名称", "2022年电子商务示范企业综合评价 㛃𬭸")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    assert kept(desk).title == "2022年电子商务示范企业综合评价 㛃𬭸"
    assert "㛃𬭸" in parts.window.windowTitle()
    year = find(part, QSpinBox, "年度")
    year.setFocus()
    year.selectAll()
    qtbot.keyClicks(year, "2022")
    qtbot.keyClick(year, Qt.Key.Key_Tab)
    assert kept(desk).year == 2022
    pick(qtbot, part, "种类", "复审")
    assert kept(desk).kind is ReviewKind.REEXAMINATION
    fill(qtbot, part, "依据文号", "商办电函〔2022〕1号")
    qtbot.keyClick(part.form.parts.notice, Qt.Key.Key_Return)
    assert kept(desk).notice == "商办电函〔2022〕1号"


def test_what_cannot_be_taken_is_told_at_its_field_and_stops_no_other_field(
    qtbot: Any, parts: Parts, tmp_path: Path
) -> None:
    desk, part = page(parts, tmp_path)
    type_into(qtbot, part.form.parts.title, "")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    assert "没有填评审名称" in part.form.parts.title_problem.text()
    assert part.form.parts.title_problem.isVisible()
    fill(qtbot, part, "依据文号", "新文号")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    assert (kept(desk).title, kept(desk).notice) == ("2021年综合评价", "新文号")
    assert part.form.parts.title.text() == ""  # what was typed is not thrown away
    fill(qtbot, part, "评审名称", "新名称")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    assert kept(desk).title == "新名称"
    assert not part.form.parts.title_problem.isVisible()


def test_regions_are_typed_or_picked_from_all_there_are(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk, part = page(parts, tmp_path)
    assert part.form.parts.developed.text() == "浙江"
    fill(qtbot, part, "较发达地区", "广东省，北京、亚特兰蒂斯")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    assert "亚特兰蒂斯" in part.form.parts.developed_problem.text()
    assert kept(desk).developed == ("浙江",)
    press(qtbot, part, "从列表选择")
    press(qtbot, part.chips, "新疆生产建设兵团")
    assert kept(desk).developed == ("浙江", "新疆生产建设兵团")
    assert part.form.parts.developed.text() == "浙江、新疆生产建设兵团"
    press(qtbot, part.chips, "浙江")
    assert kept(desk).developed == ("新疆生产建设兵团",)


def test_a_change_is_taken_back_with_what_it_was(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk, part = page(parts, tmp_path)
    fill(qtbot, part, "评审名称", "别的名称")
    key(qtbot, part, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
    find(part, QPushButton, "下一步").setFocus()
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    assert kept(desk).title == part.form.parts.title.text() == "2021年综合评价"


def test_after_the_issue_nothing_can_be_typed(parts: Parts, tmp_path: Path) -> None:
    desk = issued_desk(parts, tmp_path)
    part = shown(desk, ParticularsStep, "particulars")
    fields = part.form.parts
    for one in (fields.title, fields.year, fields.kind, fields.cut, fields.notice, fields.developed):
        assert not one.isEnabled()
    assert not part.pick.isVisible()
