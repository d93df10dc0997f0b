"""参评企业: the list put right in place, imported after a dry run, exported, every change taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gui.hands import fill, find, pick, press, read_words
from gui.organiser_hands import CTRL, SHIFT, click_cell, issued_desk, key, new_desk, shown, type_cell
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from services.province_list import faulty, lines, write
from services.reviews import code, firms

from ecpanel.domain.candidate import Candidate, Fact, PastResult
from ecpanel.domain.people import Group
from ecpanel.exchange.candidate_list import read_candidate_list
from ecpanel.gui.app import Parts
from ecpanel.gui.controls.table import Table
from ecpanel.gui.models.candidates import CATEGORY, CODE, NAME, RANK, REGION, SCORE, STANDING
from ecpanel.gui.models.unused_rows import NAME as UNUSED_NAME
from ecpanel.gui.models.unused_rows import REGION as UNUSED_REGION
from ecpanel.gui.organiser.candidate_files import REPORT, UNUSED
from ecpanel.gui.organiser.candidates import CandidatesStep
from ecpanel.gui.organiser.desk import OrganiserDesk
from ecpanel.services import panel, prepare
from ecpanel.services.opening import system_clock
from ecpanel.services.organise import builtin_scheme, preparation

PLAIN = Qt.KeyboardModifier.NoModifier
Page = tuple[OrganiserDesk, CandidatesStep]


@pytest.fixture
def page(parts: Parts, tmp_path: Path) -> Page:
    desk = new_desk(parts, tmp_path, 6)
    return desk, shown(desk, CandidatesStep, "candidates")


@pytest.fixture
def empty(parts: Parts, tmp_path: Path) -> Page:
    desk = new_desk(parts, tmp_path)
    return desk, shown(desk, CandidatesStep, "candidates")


def kept(desk: OrganiserDesk) -> list[Candidate]:
    """The list as it is on disk."""
    return list(preparation(desk.store).candidates)


def cell(part: CandidatesStep, firm: str, column: int) -> Any:
    place = part.model.row_of(firm)
    assert place is not None
    return part.model.index(place, column)


# ---- in place


@pytest.mark.parametrize(
    ("column", "typed", "member", "value"),
    [
        (NAME, "㛃𬭸电商（改名）有限公司", "name", "㛃𬭸电商（改名）有限公司"),
        (CODE, "91330100ma0000777 x", "credit_code", "91330100MA0000777X"),
        (SCORE, "８７.25", "past", (PastResult(2020, 8725),)),
        (RANK, "12", "past", (PastResult(2020, None, 12),)),
        (REGION, "四川省", "region", "四川"),
    ],
)
def test_a_cell_is_typed_over_saved_and_taken_back(
    qtbot: Any, page: Page, column: int, typed: str, member: str, value: object
) -> None:
    desk, part = page
    type_cell(qtbot, part.table, cell(part, "C002", column), typed)
    assert getattr(kept(desk)[1], member) == value
    assert kept(desk)[0] == firms(6)[0]
    key(qtbot, part, Qt.Key.Key_Z, CTRL)
    assert kept(desk) == firms(6)
    key(qtbot, part, Qt.Key.Key_Z, CTRL | SHIFT)
    assert getattr(kept(desk)[1], member) == value


@pytest.mark.parametrize(
    ("column", "keys", "member", "value"),
    [(CATEGORY, 1, "category", "服务类"), (STANDING, 1, "standing", "示范企业")],
)
def test_what_is_one_of_a_few_is_chosen(
    qtbot: Any, page: Page, column: int, keys: int, member: str, value: str
) -> None:
    desk, part = page
    click_cell(qtbot, part.table, cell(part, "C001", column))
    qtbot.keyClick(part.table, Qt.Key.Key_Return)
    box = part.table.viewport().findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(lambda: box.view().isVisible(), timeout=1_000)
    for _ in range(keys):
        qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert getattr(kept(desk)[0], member) == value


def test_a_region_nobody_knows_is_refused_and_the_cell_keeps_what_it_had(qtbot: Any, page: Page) -> None:
    desk, part = page
    type_cell(qtbot, part.table, cell(part, "C001", REGION), "亚特兰蒂斯")
    assert "亚特兰蒂斯" in part.banner.words and "37个推荐地区" in part.banner.words
    assert kept(desk) == firms(6)
    assert cell(part, "C001", REGION).data() == firms(6)[0].region


def test_typing_a_letter_begins_to_edit(qtbot: Any, page: Page) -> None:
    desk, part = page
    click_cell(qtbot, part.table, cell(part, "C001", CODE))
    qtbot.keyClicks(part.table, "9")
    editor = part.table.viewport().findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "1330")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert kept(desk)[0].credit_code == "91330"


def test_undo_leaves_alone_what_another_page_has_changed_since(qtbot: Any, page: Page) -> None:
    desk, part = page
    type_cell(qtbot, part.table, cell(part, "C001", NAME), "改名有限公司")
    panel.set_group(desk.store, Group("G1", "第一组", (), ""), system_clock)
    prepare.set_candidate(desk.store, replace(kept(desk)[0], group="第一组"), system_clock)
    desk.changed()
    part.history.undo()
    assert kept(desk)[0] == replace(firms(6)[0], group="第一组")


# ---- one by one


def test_f8_goes_from_problem_to_problem_to_the_cell_that_cures_it(qtbot: Any, page: Page) -> None:
    desk, part = page
    type_cell(qtbot, part.table, cell(part, "C002", CODE), code(2)[:15])
    prepare.set_candidate(desk.store, replace(kept(desk)[4], category="其他"), system_clock)
    desk.changed()
    assert "2 家有问题" in part.next_problem.text()
    click_cell(qtbot, part.table, cell(part, "C001", NAME))
    key(qtbot, part, Qt.Key.Key_F8, PLAIN)
    qtbot.waitUntil(lambda: part.table.key() == "C002", timeout=1_000)
    assert part.table.currentIndex().column() == CODE
    assert "有15位，应为18位" in part.problem.text()
    key(qtbot, part, Qt.Key.Key_F8, PLAIN)
    qtbot.waitUntil(lambda: part.table.key() == "C005", timeout=1_000)
    assert part.table.currentIndex().column() == CATEGORY
    type_cell(qtbot, part.table, cell(part, "C002", CODE), code(2))
    assert "1 家有问题" in part.next_problem.text()
    assert cell(part, "C002", CODE).data() == code(2)


def test_the_quota_of_a_region_is_told_with_its_limit(parts: Parts, tmp_path: Path) -> None:
    listed = [replace(one, region="广东") for one in firms(6)]
    desk = new_desk(parts, tmp_path, [*listed[:5], replace(listed[5], region="浙江")])
    part = shown(desk, CandidatesStep, "candidates")
    assert part.quota.words.startswith("浙江 1 · 广东 5 · 没有推荐：北京、")
    prepare.set_candidate(desk.store, replace(kept(desk)[5], region="广东"), system_clock)
    desk.changed()
    assert "广东 6 家，超过上限 5（一般地区）" in part.quota.words


def test_rows_are_found_by_words_region_category_and_problem(qtbot: Any, page: Page) -> None:
    _, part = page

    def ids() -> list[str]:
        return [row.candidate.candidate_id for row in part.model.rows]

    key(qtbot, part, Qt.Key.Key_F, CTRL)
    assert part.filter.search.hasFocus()
    fill(qtbot, part, "查找企业", "科技 （集团）")
    qtbot.waitUntil(lambda: ids() == ["C001", "C004"], timeout=1_000)
    fill(qtbot, part, "查找企业", code(3)[-6:].lower())
    qtbot.waitUntil(lambda: ids() == ["C003"], timeout=1_000)
    fill(qtbot, part, "查找企业", "没有这样的企业")
    qtbot.waitUntil(lambda: ids() == [], timeout=1_000)
    assert "没有符合条件的企业" in read_words(part)
    press(qtbot, part, "显示全部")
    assert len(ids()) == 6
    pick(qtbot, part, "按地区筛选", "浙江")
    assert ids() == ["C006"]
    pick(qtbot, part, "按地区筛选", "全部地区")
    pick(qtbot, part, "按类别筛选", "平台类")
    assert ids() == ["C003", "C006"]
    part.filter.clear()
    type_cell(qtbot, part.table, cell(part, "C002", CODE), "123")
    pick(qtbot, part, "按问题筛选", "信用代码")
    assert ids() == ["C002"]


# ---- add and remove


def test_a_firm_is_added_by_hand_with_its_faults_beside_the_fields(qtbot: Any, page: Page) -> None:
    desk, part = page
    key(qtbot, part, Qt.Key.Key_Insert, PLAIN)
    qtbot.waitUntil(lambda: part.drawer.shown == "new", timeout=1_000)
    press(qtbot, part.new, "加入名单")
    assert "没有填地区" in read_words(part.new) and "没有填企业名称" in read_words(part.new)
    pick(qtbot, part.new, "地区", "西藏")
    fill(qtbot, part.new, "企业名称", "雪域电商有限公司")
    fill(qtbot, part.new, "统一社会信用代码", code(77))
    qtbot.keyClick(part.new.code, Qt.Key.Key_Return)
    assert kept(desk)[-1] == Candidate("C007", "西藏", "雪域电商有限公司", code(77), "平台类")
    assert part.table.key() == "C007"
    assert part.new.name.text() == "" and part.new.region.currentText() == "西藏"
    part.history.undo()
    assert kept(desk) == firms(6)
    part.history.redo()
    assert kept(desk)[-1].candidate_id == "C007"


def test_a_removed_firm_comes_back_from_the_banner(qtbot: Any, page: Page) -> None:
    desk, part = page
    part.jump("C003")
    press(qtbot, part, "移除")
    assert [one.candidate_id for one in kept(desk)] == ["C001", "C002", "C004", "C005", "C006"]
    assert part.table.key() == "C004"
    press(qtbot, part.banner, "撤销")
    assert kept(desk) == firms(6)


def test_details_of_a_firm_are_edited_in_their_drawer(qtbot: Any, page: Page) -> None:
    desk, part = page
    part.jump("C003")
    key(qtbot, part, Qt.Key.Key_F4, PLAIN)
    qtbot.waitUntil(lambda: part.drawer.shown == "details", timeout=1_000)
    fill(qtbot, part, "母公司", "某某控股集团")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    press(qtbot, part, "添加一年")
    fill(qtbot, part, "第1条往年结果的得分", "88.5")
    fill(qtbot, part, "第1条往年结果的等级", "良好")
    fill(qtbot, part, "A1 电子商务交易规模的申报数据", "120.5")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    one = kept(desk)[2]
    assert (one.parent, one.past) == ("某某控股集团", (PastResult(2020, 8850, None, "良好"),))
    assert one.facts == (Fact("A1", "120.5"),)
    assert "得 7 分" in read_words(part.details)
    fill(qtbot, part, "A1 电子商务交易规模的申报数据", "很多")
    key(qtbot, part, Qt.Key.Key_Tab, PLAIN)
    assert "只填数字" in read_words(part.details)
    assert kept(desk)[2].facts == (Fact("A1", "120.5"),)
    while part.history.undo_words:
        part.history.undo()
    assert kept(desk) == firms(6)


# ---- files


def test_a_list_is_read_dry_first_and_nothing_is_taken_in_before_somebody_says_so(
    qtbot: Any, empty: Page, tmp_path: Path, settled: Any
) -> None:
    desk, part = empty
    assert "还没有参评企业" in read_words(part)
    listed = faulty(tmp_path / "汇总表.xlsx")
    part.files.bring_in(listed)
    settled()
    assert kept(desk) == []
    assert "读出 186 家" in read_words(part.report) and "3 行没有采用" in read_words(part.report)
    assert part.next is not None and part.next.property("primary") is False  # one primary thing at a time
    press(qtbot, part, "导入这 186 家")
    settled()
    assert len(kept(desk)) == 186
    assert len(preparation(desk.store).unused) == 3
    assert part.drawer.shown == UNUSED
    assert part.next.property("primary") is True
    again = read_candidate_list(listed, builtin_scheme(), 2021)
    assert kept(desk) == list(again.candidates)


def test_a_finding_leads_to_its_row(qtbot: Any, empty: Page, tmp_path: Path, settled: Any) -> None:
    _, part = empty
    part.files.bring_in(faulty(tmp_path / "汇总表.xlsx"))
    settled()
    press(qtbot, part, "导入这 186 家")
    settled()
    part.drawer.open(REPORT)
    part.filter.search.setText("没有")
    for told, firm in (("企业类型”的内容“其他", "C011"), ("信用代码91", "C002")):
        place = next(
            n for n, one in enumerate(part.report.model.rows) if told in part.report.model.index(n, 1).data()
        )
        part.report.table.setCurrentIndex(part.report.model.index(place, 0))
        qtbot.keyClick(part.report.table, Qt.Key.Key_Return)
        assert part.table.key() == firm
        assert part.table.hasFocus()


def test_rows_that_were_not_used_are_put_right_one_by_one(
    qtbot: Any, empty: Page, tmp_path: Path, settled: Any
) -> None:
    desk, part = empty
    part.files.bring_in(faulty(tmp_path / "汇总表.xlsx"))
    settled()
    press(qtbot, part, "导入这 186 家")
    settled()
    model, table = part.unused.model, part.unused.table
    assert "地区“亚特兰蒂斯”" in part.unused.cells.text(), "the reason stands whole below the table"
    press(qtbot, part, "加入名单")
    assert "亚特兰蒂斯" in read_words(part.unused)  # refused where it stands
    type_cell(qtbot, table, model.index(0, UNUSED_REGION), "海南省")
    press(qtbot, part, "加入名单")
    assert (kept(desk)[-1].name, kept(desk)[-1].region) == ("海底电子商务有限公司", "海南")
    type_cell(qtbot, table, model.index(0, UNUSED_NAME), "补名有限公司")
    table.setFocus()
    key(qtbot, part, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: kept(desk)[-1].name == "补名有限公司", timeout=1_000)
    press(qtbot, part, "不是企业，划去")
    assert preparation(desk.store).unused == ()
    assert part.drawer.shown == ""
    for _ in range(3):
        part.history.undo()
    assert len(kept(desk)) == 186
    assert [one.row for one in preparation(desk.store).unused] == [33, 63, 93]


def test_a_new_list_takes_the_place_of_the_old_one_and_says_so_before(
    qtbot: Any, page: Page, tmp_path: Path, settled: Any
) -> None:
    desk, part = page
    part.files.bring_in(write(tmp_path / "新名单.xlsx", lines(20)))
    settled()
    assert "将替换现在的 6 家" in read_words(part.report)
    press(qtbot, part, "收起")
    assert kept(desk) == firms(6)
    part.files.bring_in(tmp_path / "新名单.xlsx")
    settled()
    press(qtbot, part, "导入这 20 家")
    settled()
    assert len(kept(desk)) == 20
    assert part.history.undo_words == ""  # the restore point is the way back
    assert list(tmp_path.glob("*恢复点*")) or list(tmp_path.rglob("*candidates*"))


def test_a_list_with_names_and_codes_mixed_up_cannot_be_taken_in(
    page: Page, tmp_path: Path, settled: Any
) -> None:
    _, part = page
    rows = [
        ["1", one.region, one.name, firms(6)[1 - place].credit_code, one.category, "", "", "", ""]
        for place, one in enumerate(firms(2))
    ]
    part.files.bring_in(write(tmp_path / "错位.xlsx", rows))
    settled()
    assert "不能导入" in read_words(part.report) and "错位" in read_words(part.report)
    assert not part.report.take.isVisible()


def test_a_file_that_is_no_list_is_told_in_one_sentence(page: Page, tmp_path: Path, settled: Any) -> None:
    desk, part = page
    (tmp_path / "坏.xlsx").write_bytes(b"not a workbook")
    part.files.bring_in(tmp_path / "坏.xlsx")
    settled()
    assert "坏.xlsx" in part.banner.words
    assert kept(desk) == firms(6)


def test_the_list_is_written_and_reads_back_equal(page: Page, tmp_path: Path, settled: Any) -> None:
    desk, part = page
    part.files.write_to(tmp_path / "参评企业.xlsx")
    settled()
    assert "已导出 6 家" in part.banner.words
    again = read_candidate_list(tmp_path / "参评企业.xlsx", builtin_scheme(), 2021)
    assert list(again.candidates) == kept(desk)


# ---- large and locked


def test_ten_times_the_largest_list_is_edited_and_narrowed(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = new_desk(parts, tmp_path, 3700)
    part = shown(desk, CandidatesStep, "candidates")
    for number in range(3):
        wanted = replace(kept(desk)[10], name=f"改名{number}有限公司")
        assert part.edits.change(wanted, ("name",), "改企业名称")
    part.filter.search.setText("改名")
    part._narrow()
    assert [row.candidate.candidate_id for row in part.model.rows] == ["C011"]


def test_after_the_issue_the_list_is_only_read(qtbot: Any, parts: Parts, tmp_path: Path) -> None:
    desk = issued_desk(parts, tmp_path)
    part = shown(desk, CandidatesStep, "candidates")
    click_cell(qtbot, part.table, cell(part, "C001", NAME))
    qtbot.keyClick(part.table, Qt.Key.Key_F2)
    qtbot.keyClick(part.table, Qt.Key.Key_Return)
    assert part.table.viewport().findChild(QLineEdit) is None
    assert not part.bring.isVisible() and not part.remove_button.isVisible()
    assert not part.takes([tmp_path / "名单.xlsx"])
    part.remove()
    assert len(kept(desk)) == 3


def test_the_row_at_hand_stays_at_hand_after_a_change(qtbot: Any, page: Page) -> None:
    _, part = page
    table = find(part, Table, "参评企业")
    part.model.sort(NAME)
    part.jump("C004")
    type_cell(qtbot, table, cell(part, "C004", NAME), "一一有限公司")
    assert table.key() == "C004"
    assert table.selectionModel().isRowSelected(table.currentIndex().row(), table.rootIndex())
