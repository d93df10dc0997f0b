"""Reading a document in the window: pages, places, keys, search, pins, and what cannot be shown."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from dossier.page_files import corners, numbered_pdf, pdf_with_lost_page, saved, written_pdf
from hands import type_into
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QToolButton
from reading import Reader

from ecpanel.domain.errors import EcpanelError
from ecpanel.dossier import pages as kinds
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer import render_thread
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.gui.viewer.layout import Fit, Place, Zoom
from ecpanel.gui.viewer.page_marks import Pin
from ecpanel.gui.viewer.render_thread import RenderThread
from ecpanel.services.sample_firms import make_firms
from ecpanel.services.sample_scans import make_certificates, make_licence

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def renderer(qapp) -> Iterator[RenderThread]:
    made = RenderThread()
    yield made
    made.stop()
    assert not made.is_running


@pytest.fixture
def view(qapp, qtbot, renderer) -> DocumentView:
    theme = Theme(12, dark=False)
    theme.wear(qapp)
    made = DocumentView(theme, renderer)
    qtbot.addWidget(made)
    made.resize(640, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.setFocus()
    return made


@pytest.fixture
def reader(qtbot, view) -> Reader:
    return Reader(qtbot, view)


def mixed_pdf() -> bytes:
    """Upright, wide and small pages in turn, as in scans put together from several sources."""
    wide = Image.new("RGB", (842, 595), "white")
    return saved(
        Image.new("RGB", (595, 842), "white"),
        "PDF",
        save_all=True,
        append_images=[wide, Image.new("RGB", (200, 280), "white"), wide, wide, Image.new("RGB", (595, 842))]
        * 3,
        resolution=72,
    )


def says(view: DocumentView) -> str:
    """What stands in the middle of the view in words."""
    shown = view._stack.currentWidget()
    return " ".join(label.text() for label in shown.findChildren(QLabel) if label.isVisible())


def upper_edge(view: DocumentView) -> tuple[int, float]:
    """The page at the upper edge and the part of it above."""
    canvas = view.pages
    page = canvas._layout.page_at(canvas._top())
    box = canvas._layout.boxes[page - 1]
    return page, (canvas._top() - box.top) / box.height


def key(qtbot, view: DocumentView, which: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(view.pages, which, modifier)
    qtbot.waitUntil(lambda: view.pages._glide.state() != view.pages._glide.State.Running)


# --- opening ---


def test_before_anything_is_chosen_the_view_says_what_to_do(view):
    assert "从列表中选一份申报材料" in says(view)
    assert view.page() == view.count() == 0 and view.place() is None
    view.clear()
    view.go_to(5)
    view.open_search()
    assert view.search.isHidden()


def test_a_long_document_shows_its_first_page_before_the_rest(reader, renderer, qtbot):
    drawn: list[int] = []
    renderer.rendered.connect(lambda _, tile: drawn.append(tile.page))
    reader.read(numbered_pdf(300))
    assert reader.view.count() == 300 and reader.view.page() == 1
    assert drawn[0] == 1 and len(drawn) <= 4
    assert reader.view.tools._of.text() == "/ 300"


def test_the_window_lives_while_a_document_is_opened_and_decrypted(reader, qtbot):
    reader.shelf.gate.clear()
    beats: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start(10)
    reader.view.show_document("D1", reader.shelf.opener("D1", numbered_pdf(3)), kinds.PDF, "申报书.pdf")
    reader.until(lambda: "正在打开" in says(reader.view) and "申报书.pdf" in says(reader.view))
    reader.until(lambda: len(beats) > 15)
    reader.shelf.gate.set()
    reader.until_sharp()
    assert reader.shelf.threads == {"pages"}


def test_pages_jumped_over_are_not_drawn(reader, renderer):
    reader.read(numbered_pdf(300))
    drawn: set[int] = set()
    renderer.rendered.connect(lambda _, tile: drawn.add(tile.page))
    for page in (40, 80, 120, 160, 200, 240):
        reader.view.go_to(page)
    reader.until_sharp()
    reader.until(lambda: {240, 241, 239} <= drawn)
    assert len({page for page in drawn if 5 < page < 236}) <= 3


def test_forty_documents_leave_nothing_behind(reader, renderer):
    chance = Random(7)
    firms = make_firms(7)
    renderer.cache.limit = 8 * 1024 * 1024
    papers = [
        (numbered_pdf(12), kinds.PDF),
        (make_licence(firms[0], chance), "image/jpeg"),
        (make_certificates(firms[1], 3, chance), "image/tiff"),
        (mixed_pdf(), kinds.PDF),
    ]
    for number in range(40):
        content, media = papers[number % 4]
        reader.read(content, f"D{number}", media)
        reader.view.go_to(3)
        reader.until_sharp()
        assert renderer.cache.bytes <= renderer.cache.limit
        assert {ticket for ticket, _ in renderer.cache._images} == {reader.view._ticket}
        assert renderer.cache.bytes == sum(image.sizeInBytes() for image in renderer.cache._images.values())
    reader.until(lambda: len(reader.shelf.closed) == 39)
    reader.view.clear()
    reader.until(lambda: len(reader.shelf.closed) == 40)
    assert sorted(reader.shelf.opened) == sorted(reader.shelf.closed)
    assert len(renderer.cache) == renderer.cache.bytes == 0 and not renderer._desks
    assert "从列表中选一份" in says(reader.view)


def test_a_view_taken_apart_closes_its_document(qapp, qtbot, renderer):
    theme = Theme(12, dark=False)
    view = DocumentView(theme, renderer)
    reader = Reader(qtbot, view)
    view.show()
    reader.read(numbered_pdf(2))
    view.close()
    view.deleteLater()
    qtbot.waitUntil(lambda: reader.shelf.closed == ["D1"], timeout=10_000)


def test_asking_for_the_document_that_is_shown_changes_nothing(reader):
    reader.read(numbered_pdf(9))
    reader.view.go_to(4)
    reader.view.show_document("D1", reader.shelf.opener("D1", b""), kinds.PDF, "申报书.pdf")
    assert reader.view.page() == 4 and reader.shelf.opened == ["D1"]


# --- what cannot be shown ---


def test_a_kind_without_pages_is_told_in_a_sentence(reader):
    reader.view.show_document("D2", reader.shelf.opener("D2", b"PK"), kinds.OFD, "公函.ofd")
    reader.until(lambda: "“公函.ofd”是OFD版式文件" in says(reader.view))
    assert not reader.view._refused.button.isVisible()
    reader.read(numbered_pdf(2), "D3")
    assert reader.view.page() == 1


def test_a_document_that_could_not_be_read_opens_when_the_stick_is_back(reader, qtbot):
    state = {"plugged": False}
    give = reader.shelf.opener("D1", numbered_pdf(2))

    def opener():
        if not state["plugged"]:
            raise EcpanelError("document_gone", place="U盘/申报书.pdf")
        return give()

    reader.view.show_document("D1", opener, kinds.PDF, "申报书.pdf")
    reader.until(lambda: "材料已不在原处" in says(reader.view))
    state["plugged"] = True
    with qtbot.waitSignal(reader.view.document_shown):
        qtbot.mouseClick(reader.view._refused.button, Qt.MouseButton.LeftButton)
    reader.until_sharp()


def test_a_stick_pulled_out_while_reading_is_told_above_the_pages(reader, qtbot, monkeypatch):
    noise = Image.effect_noise((1500, 1500), 90).convert("RGB")
    content = saved(noise, "PDF", save_all=True, append_images=[noise] * 9, quality=100)

    class Stick(io.BytesIO):
        pulled = False

        def read(self, size=-1):
            if Stick.pulled:
                raise OSError(5, "Input/output error")
            return super().read(size)

    monkeypatch.setattr("reading.io.BytesIO", Stick)
    reader.read(content)
    Stick.pulled = True
    reader.view.go_to(8)
    reader.until(lambda: "U盘或磁盘没有应答" in reader.view._banner.words)
    Stick.pulled = False
    with qtbot.waitSignal(reader.view.document_shown):
        qtbot.keyClick(reader.view, Key.Key_F5)
    reader.until_sharp()
    assert reader.view.page() == 8 and not reader.view._banner.words
    assert reader.view._renderer.problems.get(reader.view._ticket, 8) is None


def test_a_broken_page_says_so_on_itself_and_the_others_show(reader, renderer):
    reader.read(pdf_with_lost_page(5, 3))
    white = plain_part(reader.view)
    reader.view.go_to(3)
    reader.until_sharp()
    problem = renderer.problems.get(reader.view._ticket, 3)
    assert problem is not None and problem.code == "page_damaged"
    assert plain_part(reader.view) != white and not reader.view._banner.words
    reader.view.go_to(4)
    reader.until_sharp()
    assert renderer.problems.get(reader.view._ticket, 4) is None


def plain_part(view: DocumentView) -> QImage:
    """A third of the page in view, where a numbered page is empty."""
    box = view.pages._box(view.page())
    return view.pages.viewport().grab(box.adjusted(20, box.height() // 4, -20, -box.height() // 3)).toImage()


def test_a_fault_of_ours_is_handed_on_and_reading_goes_on(reader, renderer, qtbot):
    def opener():
        raise ZeroDivisionError("ours")

    with qtbot.waitSignal(renderer.crashed) as told:
        reader.view.show_document("D1", opener, kinds.PDF, "申报书.pdf")
    assert isinstance(told.args[0], ZeroDivisionError)
    reader.read(numbered_pdf(2), "D2")


# --- keys ---


def test_keys_turn_pages_and_scroll(reader, qtbot):
    reader.read(numbered_pdf(9))
    view, told = reader.view, []
    view.page_changed.connect(told.append)
    for which, page in (
        (Key.Key_PageDown, 2),
        (Key.Key_PageDown, 3),
        (Key.Key_PageUp, 2),
        (Key.Key_End, 9),
        (Key.Key_PageDown, 9),
        (Key.Key_Home, 1),
        (Key.Key_PageUp, 1),
    ):
        key(qtbot, view, which)
        assert view.page() == page and view.tools.page.text() == str(page)
    assert told[-1] == 1 and 9 in told
    assert view.pages.accessibleDescription() == "第1页，共9页"
    top = view.pages._top()
    key(qtbot, view, Key.Key_Down)
    line = view.pages._top() - top
    assert 20 < line < 100
    key(qtbot, view, Key.Key_Up)
    assert view.pages._top() == top
    key(qtbot, view, Key.Key_Space)
    screen = view.pages._top() - top
    assert 0.8 * view.pages.viewport().height() < screen < view.pages.viewport().height()
    key(qtbot, view, Key.Key_Space, SHIFT)
    assert view.pages._top() == top


def test_steps_add_up_while_the_page_still_moves(reader, qtbot):
    reader.read(numbered_pdf(9))
    view = reader.view
    line = view.pages.verticalScrollBar().singleStep()
    for _ in range(5):
        qtbot.keyClick(view.pages, Key.Key_Down)
    reader.until(lambda: view.pages._top() == 5 * line)


def test_keys_and_buttons_zoom(reader, qtbot):
    reader.read(numbered_pdf(3))
    view = reader.view
    fitted = view.pages.percent
    assert view.pages.zoom.fit is Fit.WIDTH and view.tools.width_fit.isChecked()
    assert view.tools.percent.text() == f"{fitted}%"
    qtbot.keyClick(view.pages, Key.Key_Plus, CONTROL)
    larger = view.pages.percent
    assert larger > fitted and view.pages.zoom.fit is Fit.FREE and not view.tools.width_fit.isChecked()
    qtbot.keyClick(view.pages, Key.Key_Equal, CONTROL)
    assert view.pages.percent > larger
    qtbot.keyClick(view.pages, Key.Key_Minus, CONTROL)
    assert view.pages.percent == larger
    qtbot.keyClick(view.pages, Key.Key_9, CONTROL)
    box = view.pages._box(1)
    assert view.tools.page_fit.isChecked() and view.pages.viewport().rect().contains(box)
    qtbot.keyClick(view.pages, Key.Key_0, CONTROL)
    assert view.pages.percent == fitted
    qtbot.mouseClick(view.tools.larger, Qt.MouseButton.LeftButton)
    assert view.pages.percent == larger
    qtbot.mouseClick(view.tools.page_fit, Qt.MouseButton.LeftButton)
    assert view.pages.zoom.fit is Fit.PAGE and view.tools.page_fit.isChecked()
    qtbot.mouseClick(view.tools.page_fit, Qt.MouseButton.LeftButton)
    assert view.tools.page_fit.isChecked()
    entry = next(one for one in view.tools.percent.menu().actions() if one.text() == "150%")
    entry.trigger()
    assert view.pages.percent == 150 and view.tools.percent.text() == "150%"
    reader.until_sharp()


def test_the_wheel_with_ctrl_zooms_about_the_pointer(reader, qtbot):
    reader.read(numbered_pdf(9))
    view = reader.view
    view.go_to(4)
    point = QPoint(400, 300)

    def under_pointer() -> tuple[float, float]:
        box = view.pages._box(4)
        return (point.x() - box.left()) / box.width(), (point.y() - box.top()) / box.height()

    before, percent = under_pointer(), view.pages.percent
    for _ in range(4):
        wheel(view, point, 120, CONTROL)
    assert view.pages.percent == pytest.approx(percent * 1.1**4, abs=2)
    assert under_pointer() == pytest.approx(before, abs=0.01)
    for _ in range(2):
        wheel(view, point, -120, CONTROL)
    assert under_pointer() == pytest.approx(before, abs=0.015)
    top = view.pages._top()
    wheel(view, point, -120, Qt.KeyboardModifier.NoModifier)
    reader.until(lambda: view.pages._top() > top + 50)


def wheel(view: DocumentView, point: QPoint, delta: int, modifier: Qt.KeyboardModifier) -> None:
    target = view.pages.viewport()
    event = QWheelEvent(
        QPointF(point),
        QPointF(target.mapToGlobal(point)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def test_a_page_number_is_typed(reader, qtbot):
    reader.read(numbered_pdf(20))
    view = reader.view
    qtbot.keyClick(view.pages, Key.Key_G, CONTROL)
    assert view.tools.page.hasFocus()
    qtbot.keyClicks(view.tools.page, "17")
    qtbot.keyClick(view.tools.page, Key.Key_Return)
    assert view.page() == 17 and view.pages.hasFocus()
    qtbot.keyClick(view.pages, Key.Key_G, CONTROL)
    qtbot.keyClicks(view.tools.page, "99")
    qtbot.keyClick(view.tools.page, Key.Key_Return)
    assert view.page() == 17 and view.tools.page.text() == view.tools.page.selectedText() == "17"
    qtbot.keyClick(view.tools.page, Key.Key_Escape)
    assert view.tools.page.text() == "17" and view.pages.hasFocus()
    qtbot.mouseClick(view.tools.on, Qt.MouseButton.LeftButton)
    assert view.page() == 18
    qtbot.mouseClick(view.tools.back, Qt.MouseButton.LeftButton)
    assert view.page() == 17


def test_the_hand_pulls_the_page(reader, qtbot):
    reader.read(numbered_pdf(9))
    target = reader.view.pages.viewport()
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=QPoint(300, 500))
    qtbot.mouseMove(target, QPoint(300, 300))
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    assert reader.view.pages._top() == 200


# --- places ---


@pytest.mark.parametrize("zoom", [Zoom(), Zoom(Fit.PAGE), Zoom(Fit.FREE, 1.4)])
@pytest.mark.parametrize("where", [(5, 0.0), (5, 0.37), (5, -0.3), (16, 0.0), (1, 0.0)])
def test_resizing_never_moves_the_page_that_is_read(reader, zoom, where):
    reader.read(mixed_pdf())
    view = reader.view
    view.restore_place(Place(*where, zoom=zoom))
    reader.until_sharp()
    page, top = view.page(), view.pages._top()
    told: list[int] = []
    view.page_changed.connect(told.append)
    place = view.place()
    for width, height in ((900, 700), (400, 700), (640, 300), (1300, 900), (333, 777), (640, 700)):
        view.resize(width, height)
        reader.until(lambda width=width: view.pages.width() <= width)
        assert view.page() == page and view.place() == place
    assert view.pages._top() == top and not told
    reader.until_sharp()


def test_what_lies_at_the_edge_stays_there_when_a_pane_is_folded(reader):
    reader.read(numbered_pdf(30))
    view = reader.view
    view.restore_place(Place(12, 0.42))
    before = upper_edge(view)
    for width in (500, 800, 610):
        view.resize(width, 700)
        page, above = upper_edge(view)
        assert page == before[0] == 12 and above == pytest.approx(before[1], abs=0.02)


def test_every_document_opens_where_it_was_left(reader):
    reader.read(numbered_pdf(30), "D1")
    reader.view.restore_place(Place(12, 0.3, zoom=Zoom(Fit.FREE, 2.0)))
    reader.read(numbered_pdf(8), "D2")
    assert reader.view.page() == 1
    reader.view.go_to(7)
    left = reader.view.place()
    reader.read(numbered_pdf(30), "D1")
    place = reader.view.place()
    assert place.page == 12 and place.offset == pytest.approx(0.3) and place.zoom == Zoom(Fit.FREE, 2.0)
    reader.view.clear()
    reader.read(numbered_pdf(8), "D2")
    assert reader.view.place() == left


def test_a_page_asked_for_before_the_document_is_open_is_shown_first(reader, renderer):
    drawn: list[int] = []
    renderer.rendered.connect(lambda _, tile: drawn.append(tile.page))
    reader.view.show_document("D1", reader.shelf.opener("D1", numbered_pdf(90)), kinds.PDF, "申报书.pdf")
    reader.view.go_to(57)
    reader.until(lambda: reader.view.count() == 90)
    reader.until_sharp()
    assert reader.view.page() == drawn[0] == 57
    reader.view.restore_place(Place(9), "D2")
    reader.read(numbered_pdf(90), "D2")
    assert reader.view.page() == 9
    reader.read(numbered_pdf(4), "D3")
    reader.view.restore_place(Place(400, 0.2))
    assert reader.view.page() == 4


def test_sizes_that_come_late_do_not_move_the_page_that_is_read(reader, monkeypatch):
    monkeypatch.setattr(render_thread, "_SLICE", 0.0)
    reader.view.restore_place(Place(12, 0.25), "D1")
    reader.read(mixed_pdf(), "D1")
    told: list[int] = []
    reader.view.page_changed.connect(told.append)
    reader.until(lambda: not reader.view._renderer._desks[reader.view._ticket].unsized)
    QApplication.processEvents()
    widths = [round(one.width) for one in reader.view.pages._sizes]
    assert widths == [595, *[842, 200, 842, 842, 595] * 3]
    assert reader.view.page() == 12 and not told
    page, above = upper_edge(reader.view)
    assert page == 12 and above == pytest.approx(0.25, abs=0.05)


def test_a_page_zoomed_far_is_drawn_in_parts_and_stays_sharp(reader, renderer):
    reader.read(saved(corners(size=(1200, 1700)), "PDF", resolution=144))
    view = reader.view
    view.pages.set_percent(800)
    reader.until_sharp()
    tiles = {tile for _, tile in renderer.cache._images if tile.scale > 5}
    assert len(tiles) > 1 and len({(tile.column, tile.row) for tile in tiles}) == len(tiles)
    assert renderer.cache.bytes < renderer.cache.limit
    bar, across = view.pages.verticalScrollBar(), view.pages.horizontalScrollBar()
    bar.setValue(bar.maximum())
    across.setValue(0)
    reader.until_sharp()
    seen = view.pages.viewport().grab().toImage().pixelColor(200, view.pages.viewport().height() - 100)
    assert seen.blue() > 180 and seen.red() < 60
    bar.setValue(0)
    across.setValue(across.maximum())
    reader.until_sharp()
    seen = view.pages.viewport().grab().toImage().pixelColor(300, 200)
    assert seen.green() > 120 and seen.red() < 60


# --- search ---


TEXT = [
    ["第一页", "从事电子商", "务示范工作"],
    ["㛃𬭸科技（集团）股份有限公司", "电子商务"],
    ["没有"],
    ["ＧＭＶ 与 gmv", "电 子 商 务 与电子商务"],
]


def look_for(reader: Reader, words: str) -> None:
    qtbot, search = reader.qtbot, reader.view.search
    qtbot.keyClick(reader.view.pages, Key.Key_F, CONTROL)
    assert search.field.hasFocus()
    type_into(qtbot, search.field, words)
    reader.until(lambda: reader.view._found.query == words and reader.view._found.done)


@pytest.mark.parametrize(
    ("words", "tally", "pages"),
    [
        ("电子商务", "1 / 4", [1, 2, 4, 4]),
        ("㛃𬭸", "1 / 1", [2]),
        ("𬭸科技(集团)", "1 / 1", [2]),
        ("GMV", "1 / 2", [4, 4]),
        ("乡村振兴", "没有找到", []),
    ],
)
def test_words_are_found_and_counted(reader, words, tally, pages):
    reader.read(written_pdf(TEXT))
    look_for(reader, words)
    assert reader.view.search.tally.text() == tally
    assert [hit.page for hit in reader.view._found.hits] == pages
    assert reader.view.search.on.isEnabled() == bool(pages)


def test_enter_goes_on_shift_enter_back_and_esc_closes(reader, qtbot):
    reader.read(written_pdf(TEXT))
    view, field = reader.view, reader.view.search.field
    look_for(reader, "电子商务")
    plain = view.pages.viewport().grab().toImage()
    seen = []
    for which, modifier in [(Key.Key_Return, Qt.KeyboardModifier.NoModifier)] * 4 + [
        (Key.Key_Return, SHIFT)
    ] * 2:
        qtbot.keyClick(field, which, modifier)
        seen.append((view.search.tally.text(), view.pages._marks.chosen.page))
    assert seen == [
        ("2 / 4", 2), ("3 / 4", 4), ("4 / 4", 4), ("1 / 4", 1), ("4 / 4", 4), ("3 / 4", 4),
    ]  # fmt: skip
    chosen = view.pages._marks.chosen
    box, scale = view.pages._box(chosen.page), view.pages._layout.scales[chosen.page - 1]
    at = QPoint(
        round(box.left() + chosen.rects[0].left * scale), round(box.top() + chosen.rects[0].top * scale)
    )
    assert view.pages.viewport().rect().contains(at)
    qtbot.mouseClick(view.search.back, Qt.MouseButton.LeftButton)
    assert view.search.tally.text() == "2 / 4"
    qtbot.keyClick(field, Key.Key_Escape)
    assert view.search.isHidden() and view.pages.hasFocus() and not view._found.hits
    view.go_to(1)
    reader.until_sharp()
    assert view.pages.viewport().grab().toImage() != plain, "marks are gone with the search"


def test_the_search_begins_at_the_page_that_is_read(reader):
    reader.read(numbered_pdf(60))
    reader.view.go_to(40)
    look_for(reader, "电子商务")
    assert reader.view.search.tally.text() == "40 / 60" and reader.view.page() == 40
    assert [hit.page for hit in reader.view._found.hits] == list(range(1, 61))


def test_an_open_search_goes_on_in_the_next_document(reader):
    reader.read(written_pdf(TEXT), "D1")
    look_for(reader, "电子商务")
    reader.read(written_pdf([["别的"], ["电子商务"]]), "D2")
    reader.until(lambda: reader.view._found.done and reader.view.search.tally.text() == "1 / 1")
    assert reader.view._found.chosen.page == 2


# --- pins and thumbnails ---


def test_a_pin_is_shown_and_tells_when_it_is_clicked(reader, qtbot):
    reader.read(numbered_pdf(5))
    view = reader.view
    view.go_to(2)
    reader.until_sharp()
    bare = view.pages.viewport().grab().toImage()
    view.set_pins([Pin(2, "证 B1 ①", "B1"), Pin(2, "证 B2 ②", "B2"), Pin(4, "证 C ①", "C")])
    assert view.pages.viewport().grab().toImage() != bare
    found = {}
    for x in range(0, view.pages.viewport().width(), 4):
        pin = view.pages._pin_at(QPoint(x, view.pages._box(2).top() + 4))
        if pin is not None:
            found.setdefault(pin.key, x + 4)
    assert list(found) == ["B1", "B2"]
    with qtbot.waitSignal(view.pin_clicked) as told:
        at = QPoint(found["B2"], view.pages._box(2).top() + 4)
        qtbot.mouseClick(view.pages.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == ["B2"]
    assert view.thumbnails.model().pinned == {2, 4}
    reader.read(numbered_pdf(5), "D2")
    assert not view.thumbnails.model().pinned


def test_e_asks_for_a_pin_on_the_page_that_is_read(reader, qtbot, view):
    asked: list[int] = []
    view.pin_requested.connect(asked.append)
    qtbot.keyClick(view.pages, Key.Key_E)
    reader.read(numbered_pdf(5))
    view.go_to(3)
    qtbot.keyClick(view.pages, Key.Key_E)
    qtbot.mouseClick(view.tools.pin, Qt.MouseButton.LeftButton)
    assert asked == [3, 3]


def test_many_pins_hang_below_one_another_within_the_page(reader):
    reader.read(numbered_pdf(1))
    pins = [Pin(1, f"证 B{number} ①", str(number)) for number in range(20)]
    reader.view.set_pins(pins)
    box = reader.view.pages._box(1)
    from ecpanel.gui.viewer.page_paint import pin_boxes

    boxes = pin_boxes(Theme(22, dark=False), box, pins)
    assert all(box.left() <= one.left() and one.right() <= box.right() for one in boxes)
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)


def test_thumbnails_are_drawn_where_they_show_and_lead_to_their_page(reader, renderer, qtbot):
    reader.read(numbered_pdf(300))
    view = reader.view
    small: set[int] = set()
    renderer.rendered.connect(lambda _, tile: small.add(tile.page) if tile.scale < 0.4 else None)
    assert not view.thumbnails.isVisible()
    qtbot.keyClick(view.pages, Key.Key_F4)
    reader.until(lambda: {1, 2, 3} <= small)
    reader.until_sharp()
    assert max(small) < 20
    assert view.thumbnails.model().rowCount() == 300
    third = view.thumbnails.visualRect(view.thumbnails.model().index(2, 0)).center()
    qtbot.mouseClick(view.thumbnails.viewport(), Qt.MouseButton.LeftButton, pos=third)
    assert view.page() == 3 and view.thumbnails.currentIndex().row() == 2
    view.go_to(250)
    reader.until(lambda: 250 in small)
    assert not small & set(range(30, 230))
    qtbot.keyClick(view.pages, Key.Key_F4)
    assert not view.thumbnails.isVisible()


# --- for everybody ---


def test_every_control_has_a_name_and_says_its_key(view):
    view.resize(1200, 700)
    for control in (*view.findChildren(QToolButton), *view.findChildren(QLineEdit)):
        if control.objectName().startswith("qt_"):
            continue
        assert control.accessibleName(), control
        assert control.toolTip(), control.accessibleName()
    tips = {one.accessibleName(): one.toolTip() for one in view.tools.findChildren(QAbstractButton)}
    for name, keys in (
        ("上一页", "PgUp"), ("下一页", "PgDn"), ("适合宽度", "Ctrl + 0"), ("放大", "Ctrl + +"),
        ("查找", "Ctrl + F"), ("缩略图", "F4"), ("把本页作为证据", "E"),
    ):  # fmt: skip
        assert keys in tips[name], tips[name]
    assert view.pages.accessibleName() == "页面" and view.thumbnails.accessibleName() == "缩略图"
    assert view.tools.page.accessibleName() == "页码"


@pytest.mark.parametrize("size", [12, 22])
@pytest.mark.parametrize("width", [300, 420, 640, 1000])
def test_nothing_in_the_tool_row_is_cut_however_narrow(reader, size, width, qapp):
    theme = reader.view.tools._theme
    theme.set_size(size)
    theme.wear(qapp)
    reader.read(numbered_pdf(120))
    reader.view.resize(width, 700)
    QApplication.processEvents()
    tools = reader.view.tools
    shown = [one for one in tools.findChildren(QAbstractButton) if one.isVisible()]
    assert {tools.back, tools.on, tools.search} <= set(shown)
    assert width < 420 or tools.pin in shown or size == 22
    if width >= (640 if size == 12 else 1000):
        assert tools.percent in shown and tools.width_fit in shown
    if width > 400 or size == 12:
        edges = sorted((one.geometry().left(), one.geometry().right()) for one in (*shown, tools.page))
        assert edges[-1][1] < tools.width()
        assert all(left > right for (_, right), (left, _) in pairwise(edges))
    assert not reader.view.pages.horizontalScrollBar().isVisible()
    theme.set_size(12)
    theme.wear(qapp)
