"""The expert at work: candidates, pages and sheet together, by mouse and keys, on a real store."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from gui.desks import ExpertReview, complete, copied
from gui.expert_hands import ALT, CTRL, KEY, MOUSE, Seat, on_disk
from gui.hands import type_into
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from ecpanel.domain.dossier import DocumentKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.sheet import State
from ecpanel.exchange.task_package import PackedDocument
from ecpanel.gui.app import Parts
from ecpanel.services import score
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.store import candidates as candidate_rows


@pytest.fixture
def seat(qtbot, parts: Parts, expert_review: ExpertReview, tmp_path: Path) -> Seat:
    return Seat(qtbot, parts, copied(expert_review.signed, tmp_path / "本机"))


def pin_point(seat: Seat) -> QPoint:
    """Where a pin hangs on the pages in view."""
    pages = seat.place.documents.view.pages
    size = pages.viewport().size()
    points = (QPoint(x, y) for y in range(0, size.height(), 4) for x in range(0, size.width(), 8))
    return next(point for point in points if pages._pin_at(point) is not None)


# ---- recusal


def test_a_recused_firm_has_no_way_in_by_mouse_keys_or_service(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    place = seat.place
    table, view = place.candidates.table, place.documents.view
    for key in ("C002", "C004"):
        seat.click_row(table, key, double=True)
        assert seat.shows("已回避") and seat.shows("材料不对您打开")
        assert view.key == "" and not view.isVisible() and not place.sheet.isVisible()
        for press, modifier in (
            (KEY.Key_Return, CTRL),
            (KEY.Key_E, CTRL),
            (KEY.Key_E, None),
            (KEY.Key_1, None),
        ):
            table.setFocus()
            seat.click_row(table, key)
            if press is not KEY.Key_Return:
                seat.press(press, *(() if modifier is None else (modifier,)))
        assert view.key == "" and not place.sheet.isVisible()
    seat.click_row(table, "C001")
    for expected in ("C003", "C005", "C006", "C006"):
        seat.press(KEY.Key_Down, ALT)
        assert place.at == expected
    for expected in ("C005", "C003", "C001", "C001"):
        seat.press(KEY.Key_Up, ALT)
        assert place.at == expected
    place.show_candidate("C004", "B1")
    assert not place.sheet.isVisible() and view.key == ""
    store, work = seat.desk.store, score.load_assignment(seat.desk.store)
    assert set(score.own_sheets(store, work)) == {"C001", "C003", "C005", "C006"}
    seat.click(seat.desk.to_hand_in)
    listed = {one.candidate.candidate_id for one in seat.desk.hand.model.rows}  # type: ignore[union-attr]
    assert listed == {"C001", "C003", "C005", "C006"}


def test_the_papers_of_a_recused_firm_do_not_open_even_when_the_package_holds_them(seat: Seat) -> None:
    """The package came before sign-in: it holds the papers of whom the expert recused himself from then."""
    desk = seat.sit_down()
    with desk.store.reading() as connection:
        held = candidate_rows.documents_of(connection, "C004")
    assert held, "only what the organiser knew was left out"
    opened = desk.opened
    assert opened is not None and "C004" not in opened.documents
    for document, member in held:
        with pytest.raises(EcpanelError) as told, opened.dossiers.reading(PackedDocument(document, member)):
            pass
        assert told.value.code == "recused"


# ---- candidates


def test_the_list_is_searched_filtered_ordered_and_says_how_far_each_is(seat: Seat) -> None:
    complete(seat.path, ["C001", "C005"], leave={"C005": ["B3"]})
    seat.sit_down()
    pane = seat.place.candidates

    def listed() -> list[str]:
        return [one.candidate.candidate_id for one in pane.model.rows]

    assert seat.place.at == "C003", "the first that is not complete"
    names = [pane.filter.itemText(n) for n in range(pane.filter.count())]
    assert names == ["全部 6", "未评完 3", "评分中 1", "已评 1", "回避 2"]
    pane.filter.setFocus()
    for expected in (["C003", "C005", "C006"], ["C005"], ["C001"], ["C002", "C004"]):
        seat.press(KEY.Key_Down)
        assert listed() == expected
    seat.press(KEY.Key_Home)
    seat.click(pane.order)
    assert listed() == ["C005", "C003", "C006", "C001", "C002", "C004"]
    seat.click(pane.order)
    seat.press(KEY.Key_L, CTRL)
    assert seat.focus() is pane.search
    seat.type("北京 应用")
    assert listed() == []
    assert not pane.table.isVisible() and seat.shows("没有符合的企业")
    seat.press(KEY.Key_Escape)
    assert len(listed()) == 6
    type_into(seat.qtbot, pane.search, "c006")
    assert listed() == ["C006"]
    seat.press(KEY.Key_Return)
    seat.press(KEY.Key_Down)
    seat.press(KEY.Key_Return)
    assert seat.place.at == "C006" and seat.place.sheet.isAncestorOf(seat.focus())
    about = pane.model.find("C001")
    assert about is not None and about.about().startswith("已评 ") and about.total is not None


def test_hidden_totals_are_hidden_in_the_list_too(seat: Seat) -> None:
    complete(seat.path, ["C001"])
    seat.sit_down()
    model = seat.place.model
    total = model.index(0, 0).data()
    assert "已评 " in total and any(char.isdigit() for char in total.partition("\n")[2])
    seat.click(seat.place.sheet.header.eye)
    assert not any(char.isdigit() for char in model.index(0, 0).data().partition("\n")[2])


def test_next_goes_to_the_next_unscored_in_the_filter_and_says_at_the_end_what_is_open(seat: Seat) -> None:
    complete(seat.path, ["C003"], leave={"C003": ["F2"]})
    seat.sit_down()
    place = seat.place
    place.candidates.filter.setFocus()
    seat.press(KEY.Key_Down, times=2)
    assert [one.candidate.candidate_id for one in place.model.rows] == ["C003"]
    seat.press(KEY.Key_Return, CTRL)
    assert place.at == "C003" and place.sheet.current_indicator() == "F2"
    seat.press(KEY.Key_1)
    place.sheet.card.remark.setFocus()
    seat.type("材料翔实、装订规范、页码连续。")
    seat.press(KEY.Key_Return, CTRL)
    assert place.at == "C003" and "还没有评完的有" in place.banner.words
    assert "C001" not in place.banner.words and place.candidates.is_narrowed
    seat.click(place.banner._button)
    assert not place.candidates.is_narrowed
    for expected in ("C005", "C006", "C001"):
        seat.press(KEY.Key_Return, CTRL)
        assert place.at == expected
    assert place.sheet.isAncestorOf(seat.focus())


def test_the_last_open_firm_and_the_end_are_told(seat: Seat) -> None:
    complete(seat.path, ["C001", "C003", "C005", "C006"], leave={"C006": ["C1", "F2"]})
    seat.sit_down()
    place = seat.place
    assert place.at == "C006"
    seat.press(KEY.Key_Return, CTRL)
    assert "只剩这一家" in place.banner.words and "还缺 2 处" in place.banner.words
    seat.click(place.banner._button)
    assert place.sheet.current_indicator() in ("C1", "F2")
    for code in ("C1", "F2"):
        place.sheet.focus_indicator(code)
        seat.press(KEY.Key_2)
    seat.press(KEY.Key_Return, CTRL)
    assert "全部企业都已评完" in place.banner.words
    seat.click(place.banner._button)
    assert seat.desk.hand is not None and seat.desk.hand.isVisible() and seat.desk.hand.sign.isEnabled()


def test_how_far_it_is_stands_on_the_desk_and_among_the_recent_reviews(seat: Seat) -> None:
    complete(seat.path, ["C001"])
    seat.sit_down()
    assert seat.shows("已评 1/4")
    [recent] = seat.parts.frame.preferences.recents
    assert (recent.state, recent.title) == ("已评 1/4", "测试评审")
    place = seat.place
    place.sheet.setFocus()
    for leaf in place.sheet.lines:
        place.sheet.focus_indicator(leaf)
        if leaf != "A1":
            seat.press(KEY.Key_F2)
            seat.type("1.5")
            place.sheet.card.remark.setFocus()
            seat.type("材料中没有可以核对的证据。")
    seat.press(KEY.Key_F7)
    seat.type(
        "平台模式清晰，服务中小商户成效可核，数据治理走在行业前列，建议完善佐证材料，补充第三方审计数据和案例。"
    )
    seat.until(lambda: seat.shows("已评 2/4"))
    seat.leave()
    [recent] = seat.parts.frame.preferences.recents
    assert recent.state == "已评 2/4" and recent.desk == "expert"


# ---- documents


def test_documents_by_kind_by_file_and_by_key_with_the_place_kept_in_each(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    pane, view = seat.place.documents, seat.place.documents.view
    tabs = [pane.kinds.tabText(n) for n in range(pane.kinds.count())]
    assert tabs == ["申报书", "申报表", "佐证材料(3)", "公函"]
    assert not pane.files.isVisible()
    pane.to_pages() if hasattr(pane, "to_pages") else view.setFocus()
    seat.press(KEY.Key_PageDown, times=2)
    assert view.page() == 3
    seat.qtbot.mouseClick(pane.kinds, MOUSE, pos=pane.kinds.tabRect(2).center())
    seat.read_page()
    assert pane.files.isVisible() and pane.files.count() == 3
    assert pane.files.currentText() == "1.营业执照"
    pane.files.setFocus()
    seat.press(KEY.Key_Down)
    seat.read_page()
    names = []
    for _ in range(7):
        document, _page = pane.place() or pytest.fail("nothing is open")
        names.append((document.kind, document.name.rpartition("/")[2]))
        seat.press(KEY.Key_BracketRight, CTRL)
        seat.read_page()
    assert names[0][1].startswith("2.审计") and names[1][1].startswith("3.近三年")
    assert names[2][0] is DocumentKind.LETTER and names[3] == names[2], "the last one is the last"
    seat.qtbot.mouseClick(pane.kinds, MOUSE, pos=pane.kinds.tabRect(2).center())
    seat.read_page()
    assert pane.files.currentText().startswith("3."), "the one read last of its kind"
    seat.press(KEY.Key_Down, ALT)
    seat.until(lambda: seat.place.at == "C003")
    seat.read_page()
    seat.press(KEY.Key_Up, ALT)
    seat.read_page()
    assert pane.files.currentText().startswith("3."), "the one read last of this firm"
    for _ in range(4):
        seat.press(KEY.Key_BracketLeft, CTRL)
        seat.read_page()
    document, page = pane.place() or pytest.fail("nothing is open")
    assert (document.kind, page) == (DocumentKind.STATEMENT, 3)


def test_a_page_is_pinned_by_key_opened_by_its_chip_and_leads_back_by_its_pin(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    place = seat.place
    sheet, view = place.sheet, place.documents.view
    assert sheet.current_indicator() == "A2"
    sheet.focus_indicator("B1")
    view.setFocus()
    seat.press(KEY.Key_PageDown)
    seat.press(KEY.Key_E)
    [document] = [
        one.document for one in place._opened.documents["C001"] if one.document.kind.value == "申报书"
    ]
    [pinned] = seat.stored("C001").scores["B1"].evidence
    assert (pinned.document_id, pinned.sha256, pinned.page) == (document.document_id, document.sha256, 2)
    assert [(pin.page, pin.label) for pin in view._pins] == [(2, "证 B1 ①")]
    seat.press(KEY.Key_E)
    assert "已经是 B1 的证据" in place.banner.words and len(seat.stored("C001").scores["B1"].evidence) == 1
    seat.press(KEY.Key_BracketRight, CTRL)
    seat.read_page()
    sheet.card.remark.setFocus()
    seat.type("e")
    assert len(seat.stored("C001").scores["B1"].evidence) == 1, "a letter typed into the reason is a letter"
    seat.press(KEY.Key_E, CTRL)
    assert len(seat.stored("C001").scores["B1"].evidence) == 2
    [_, chip] = sheet.card.evidence.chips
    assert "申报表" in chip.page.text()
    sheet.focus_indicator("C1")
    sheet.focus_indicator("B1")
    first = sheet.card.evidence.chips[0]
    seat.qtbot.mouseClick(first.page, MOUSE)
    seat.until(lambda: view.key == document.document_id and view.page() == 2)
    sheet.focus_indicator("F2")
    seat.until(lambda: view.pages.is_sharp)
    seat.qtbot.mouseClick(view.pages.viewport(), MOUSE, pos=pin_point(seat))
    assert sheet.current_indicator() == "B1" and sheet.isAncestorOf(seat.focus())
    sheet.focus_indicator("A1")
    view.setFocus()
    seat.press(KEY.Key_E)
    assert "统一计算" in place.banner.words and "A1" in place.banner.words
    assert not seat.stored("C001").scores["A1"].evidence


def test_evidence_of_a_document_that_changed_is_told_and_not_opened(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    place = seat.place
    document, _ = place.documents.place() or pytest.fail("nothing is open")
    from ecpanel.domain.sheet import Evidence

    place.sheet.focus_indicator("B1")
    place.sheet.add_evidence(Evidence(document.document_id, "0" * 64, 5))
    seat.qtbot.mouseClick(place.sheet.card.evidence.chips[0].page, MOUSE)
    assert "内容与引用时不同" in place.banner.words and place.documents.view.page() == 1


def test_without_the_file_of_the_dossiers_scoring_goes_on_and_they_come_back(seat: Seat) -> None:
    dossiers = seat.path.with_suffix(".dossiers")
    away = dossiers.rename(dossiers.with_suffix(".away"))
    seat.sit_down()
    place = seat.place
    view = place.documents.view
    seat.until(lambda: seat.shows("这份文件不能显示"))
    assert seat.shows("U盘是否插好") and place.documents.place() is None
    place.sheet.focus_indicator("B1")
    seat.press(KEY.Key_2)
    assert seat.stored("C001").scores["B1"].state is State.SCORED
    seat.press(KEY.Key_E, CTRL)
    assert not seat.stored("C001").scores["B1"].evidence, "there is no page to pin"
    away.rename(dossiers)
    seat.click(view._refused.button)
    seat.read_page()
    assert view.count() > 3


def test_a_firm_without_papers_says_so(seat: Seat) -> None:
    seat.sit_down()
    seat.read_page()
    seat.place._opened.documents["C003"].clear()  # type: ignore[attr-defined]
    seat.press(KEY.Key_Down, ALT)
    assert seat.shows("没有申报材料") and seat.place.sheet.isVisible()
    seat.press(KEY.Key_Up, ALT)
    seat.read_page()


# ---- nothing is lost, nothing stays open


def test_a_reason_typed_and_the_window_closed_at_once(seat: Seat) -> None:
    seat.sit_down()
    seat.place.sheet.focus_indicator("B1")
    seat.place.sheet.card.remark.setFocus()
    seat.type("刚刚写下的理由")
    seat.parts.window.close()
    assert on_disk(seat.path, "C001").scores["B1"].remark == "刚刚写下的理由"


def test_leaving_while_pages_are_drawn_leaves_no_file_open(seat: Seat) -> None:
    for patience in (0.0, 0.02, 0.1, 0.5):
        seat.sit_down()
        until = time.monotonic() + patience
        while time.monotonic() < until:
            QApplication.processEvents()
            seat.press(KEY.Key_BracketRight, CTRL)
        seat.leave()
        if sys.platform.startswith("linux"):
            seat.until(lambda: not open_files(seat.path.parent))
        with open_store(seat.path, PASSPHRASE) as store:
            assert score.load_assignment(store).signed_in


def open_files(folder: Path) -> list[str]:
    """Files of a folder this process has open."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        try:
            target = str(one.readlink())
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


def test_what_the_store_does_not_take_is_told_before_one_leaves(seat: Seat) -> None:
    desk = seat.sit_down()
    window, sheet = seat.parts.window, seat.place.sheet
    sheet.focus_indicator("B1")
    seat.press(KEY.Key_F2)
    seat.type("85")
    window.close()
    assert window.isVisible() and window.page is desk, "not closed"
    assert "没有保存" in window._notice.words and "B1" in window._notice.words
    seat.leave()
    assert window.page is desk
    seat.press(KEY.Key_F2)
    seat.type("6")
    seat.leave()
    assert window.page is not desk
    assert on_disk(seat.path, "C001").scores["B1"].points == 600
    desk = seat.sit_down()
    seat.place.sheet.focus_indicator("B1")
    seat.press(KEY.Key_F2)
    seat.type("99")
    seat.leave()
    seat.click(window._notice._button)
    assert window.page is not desk, "people have decided"
