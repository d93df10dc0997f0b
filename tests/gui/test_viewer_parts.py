"""The parts of the viewer for themselves: geometry, cache, hits, the render thread and documents of a store."""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import pairwise

import pytest
from dossier.page_files import numbered_pdf, saved
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from reading import Reader
from reportlab.pdfgen.canvas import Canvas
from services.reviews import PASSPHRASE, firms, panel, prepared, signed_in

from ecpanel.domain.review import Desk
from ecpanel.dossier.page_source import Hit, Rect, Size, open_pages, raster
from ecpanel.dossier.pages import PDF
from ecpanel.gui.theme import Theme
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.gui.viewer.found_hits import FoundHits
from ecpanel.gui.viewer.layout import Fit, Layout, Place, Zoom
from ecpanel.gui.viewer.render_thread import RenderThread, shared_renderer
from ecpanel.gui.viewer.rendering import Finding, Need, PageCache, Tile, clip_of, tiles_in
from ecpanel.progress import silent
from ecpanel.services import organise, score
from ecpanel.services.opening import open_store, system_clock

A4 = Size(595, 842)
sizes = st.lists(st.builds(Size, st.floats(30, 3000), st.floats(30, 3000)), min_size=1, max_size=30)
zooms = st.one_of(
    st.sampled_from([Zoom(), Zoom(Fit.PAGE)]), st.builds(Zoom, st.just(Fit.FREE), st.floats(0.1, 8))
)
views = st.tuples(st.integers(80, 3000), st.integers(80, 2000))


# --- geometry ---


@given(sizes, zooms, views, st.floats(0, 1))
def test_a_place_is_found_again_where_it_was(pages, zoom, view, where):
    layout = Layout(pages, zoom, view, 12)
    top = round(where * max(0, layout.height - view[1]))
    left = max(0, layout.width - view[0]) // 2
    page = layout.page_read(top)
    assert page in layout.visible(top)
    found = layout.position(layout.place(page, left, top))
    assert found == (pytest.approx(left, abs=1), pytest.approx(top, abs=1))


@given(sizes, zooms, views, st.floats(0, 1))
def test_exactly_the_pages_in_view_are_visible(pages, zoom, view, where):
    layout = Layout(pages, zoom, view, 12)
    top = round(where * max(0, layout.height - view[1]))
    touched = {
        number for number, box in enumerate(layout.boxes, 1) if box.bottom > top and box.top < top + view[1]
    }
    assert touched == set(layout.visible(top))


@given(sizes, st.sampled_from([Fit.WIDTH, Fit.PAGE]), views)
def test_fitted_pages_need_no_horizontal_bar_and_do_not_touch(pages, fit, view):
    layout = Layout(pages, Zoom(fit), view, 12)
    assert layout.width == view[0]
    for above, below in pairwise(layout.boxes):
        assert below.top - above.bottom == 12
    for box in layout.boxes:
        assert box.left >= 0 and box.left + box.width <= view[0]
        assert fit is Fit.WIDTH or box.height <= view[1] - 24 + 1


def test_a_wide_table_does_not_make_upright_pages_small():
    layout = Layout([A4, Size(1684, 1190), A4], Zoom(), (640, 700), 12)
    assert layout.boxes[0].width == layout.boxes[1].width == layout.boxes[2].width == 616


def test_a_page_number_beyond_the_document_is_its_last_page():
    layout = Layout([A4] * 3, Zoom(), (640, 700), 12)
    assert layout.position(Place(99)) == layout.position(Place(3))
    assert list(Layout([], Zoom(), (640, 700), 12).visible(0)) == []


@given(st.integers(1, 6000), st.integers(1, 6000), st.integers(-500, 6000), st.integers(-500, 6000))
def test_tiles_cover_what_is_in_view_and_never_overlap(width, height, left, top):
    size = Size(width, height)
    tiles = tiles_in(1, size, 1.0, left, top, left + 700, top + 900)
    covered = {}
    for tile in tiles:
        clip = clip_of(tile, size)
        assert clip.width > 0 and clip.height > 0
        assert clip.left + clip.width <= width and clip.top + clip.height <= height
        covered[tile] = clip
    for x, y in ((left, top), (left + 699, top + 899), (left + 350, top + 450)):
        holders = [
            one for one in covered.values()
            if one.left <= x < one.left + one.width and one.top <= y < one.top + one.height
        ]  # fmt: skip
        assert len(holders) == (1 if 0 <= x < width and 0 <= y < height else 0) or len(tiles) == 1


# --- cache and hits ---


def picture(side: int) -> QImage:
    return QImage(side, side, QImage.Format.Format_RGB32)


def test_the_cache_keeps_what_was_looked_at_last_within_its_bound():
    cache = PageCache(10 * 4 * 100 * 100)
    for page in range(1, 11):
        cache.put(1, Tile(page, 1.0), picture(100))
    assert cache.get(1, Tile(1, 1.0)) is not None
    for page in range(11, 16):
        cache.put(1, Tile(page, 1.0), picture(100))
        assert cache.bytes <= cache.limit
    assert cache.has(1, Tile(1, 1.0)) and not cache.has(1, Tile(2, 1.0)) and len(cache) == 10
    cache.put(1, Tile(1, 1.0), picture(50))
    assert cache.bytes == 4 * (9 * 100 * 100 + 50 * 50)
    cache.put(2, Tile(1, 1.0), picture(50))
    cache.drop(1)
    assert len(cache) == 1 and cache.bytes == 4 * 50 * 50
    assert cache.others(1, 1, 2.0) == [] and cache.others(2, 1, 2.0) == [Tile(1, 1.0)]


def test_the_nearest_scale_stands_in_last():
    cache = PageCache()
    for scale in (0.2, 3.0, 1.1, 1.0):
        cache.put(1, Tile(1, scale), picture(10))
    assert [one.scale for one in cache.others(1, 1, 1.0)] == [3.0, 0.2, 1.1]


def hit(page: int, top: float = 0) -> Hit:
    return Hit(page, (Rect(0, top, 1, 1),))


def test_hits_are_counted_in_the_order_of_the_document():
    found = FoundHits("示范", 3, 4)
    first, second, last = hit(4), hit(4, 9), hit(1)
    assert not found.add(Finding("别的", 3, (hit(3),), 1)) and found.number == 0
    found.add(Finding("示范", 3, (), 1))
    assert found.add(Finding("示范", 4, (first, second), 2)) and not found.done
    assert not found.add(Finding("示范", 1, (last,), 3))
    found.add(Finding("示范", 2, (), 4))
    assert found.done and found.hits == [last, first, second]
    assert (found.chosen, found.number) == (first, 2)
    found.move(1)
    found.move(1)
    assert (found.chosen, found.number) == (last, 1)
    found.move(-1)
    assert found.chosen is second


# --- the render thread ---


@pytest.fixture
def renderer(qapp):
    made = RenderThread()
    yield made
    made.stop()


def opened(renderer: RenderThread, qtbot, content: bytes, media: str = PDF) -> int:
    with qtbot.waitSignal(renderer.opened, timeout=10_000):
        return renderer.open(lambda: nullcontext(io.BytesIO(content)), media, "申报书.pdf")


def test_pictures_are_those_of_the_page_source(renderer, qtbot):
    content = numbered_pdf(3)
    ticket, tile = opened(renderer, qtbot, content), Tile(2, 1.5)
    with qtbot.waitSignal(renderer.rendered, timeout=10_000):
        renderer.want(ticket, Need.VISIBLE, [tile])
    image = renderer.cache.get(ticket, tile)
    source = open_pages(io.BytesIO(content), PDF, "")
    assert (image.width(), image.height()) == raster(source.size(2), 1.5)
    drawn = source.render(2, 1.5)
    source.close()
    wanted = QImage(bytes(drawn.data), drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32)
    assert image == wanted


def test_what_is_in_view_comes_before_neighbours_before_thumbnails(renderer, qtbot):
    ticket = opened(renderer, qtbot, numbered_pdf(40))
    drawn: list[int] = []
    renderer.rendered.connect(lambda _, tile: drawn.append(tile.page))
    with renderer._work:  # the thread waits until everything is said
        renderer.want(ticket, Need.THUMBNAIL, [Tile(page, 0.1) for page in range(31, 36)])
        renderer.want(ticket, Need.NEIGHBOUR, [Tile(page, 0.1) for page in range(21, 26)])
        renderer.want(ticket, Need.VISIBLE, [Tile(page, 0.1) for page in (13, 11, 12)])
    qtbot.waitUntil(lambda: len(drawn) == 13)
    assert drawn == [13, 11, 12, *range(21, 26), *range(31, 36)]


def test_a_busy_interface_is_not_flooded_with_pictures(renderer, qtbot):
    ticket = opened(renderer, qtbot, numbered_pdf(40))
    renderer.want(ticket, Need.VISIBLE, [Tile(page, 0.1) for page in range(1, 31)])
    idle = threading.Event()
    for _ in range(200):  # the interface takes nothing meanwhile
        idle.wait(0.005)
        if renderer._untaken >= 3:
            break
    idle.wait(0.05)
    assert renderer._untaken == 3 and len(renderer.cache) == 0
    qtbot.waitUntil(lambda: len(renderer.cache) == 30)
    assert renderer._untaken == 0


def heavy_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for page in range(3):
        for number in range(60_000 if page else 10):
            canvas.setStrokeColorRGB(number % 7 / 7, 0, 0)
            canvas.bezier(number % 600, 0, 600, number % 800, 0, 400, 600 - number % 600, 800)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_page_half_drawn_is_given_up_when_another_is_wanted(renderer, qtbot):
    ticket = opened(renderer, qtbot, heavy_pdf())
    drawn: list[int] = []
    renderer.rendered.connect(lambda _, tile: drawn.append(tile.page))
    renderer.want(ticket, Need.VISIBLE, [Tile(2, 1.0)])
    renderer.want(ticket, Need.NEIGHBOUR, [Tile(3, 1.0)])
    qtbot.waitUntil(lambda: renderer._desks[ticket].source._pages != {})
    renderer.want(ticket, Need.VISIBLE, [Tile(1, 1.0)])
    qtbot.waitUntil(lambda: 1 in drawn, timeout=20_000)
    assert drawn == [1]
    renderer.want(ticket, Need.NEIGHBOUR, [])
    renderer.want(ticket, Need.VISIBLE, [Tile(2, 1.0)])
    qtbot.waitUntil(lambda: drawn == [1, 2], timeout=60_000)


def test_stopping_closes_documents_and_ends_the_thread(qapp, qtbot):
    closed: list[int] = []

    @contextmanager
    def file(number: int):
        yield io.BytesIO(heavy_pdf() if number == 0 else numbered_pdf(2))
        closed.append(number)

    renderer = RenderThread()
    tickets = [renderer.open(partial(file, number), PDF, "") for number in range(3)]
    qtbot.waitUntil(lambda: all(one.source for one in renderer._desks.values()))
    renderer.want(tickets[0], Need.VISIBLE, [Tile(2, 2.0)])
    renderer.stop()
    assert not renderer.is_running and sorted(closed) == [0, 1, 2]
    renderer.want(tickets[0], Need.VISIBLE, [Tile(1, 1.0)])
    renderer.close_document(tickets[1])
    renderer.stop()
    QApplication.processEvents()


def test_one_thread_serves_the_whole_program(qapp):
    assert shared_renderer() is shared_renderer()
    assert shared_renderer().is_running


def test_nothing_is_heard_of_a_document_that_was_closed(renderer, qtbot):
    heard: list[object] = []
    for signal in (renderer.opened, renderer.rendered, renderer.refused, renderer.found):
        signal.connect(lambda *words: heard.append(words))
    gate = threading.Event()

    @contextmanager
    def file():
        assert gate.wait(10)
        yield io.BytesIO(numbered_pdf(2))

    ticket = renderer.open(file, PDF, "")
    renderer.close_document(ticket)
    second = renderer.open(lambda: nullcontext(io.BytesIO(b"nothing")), PDF, "")
    gate.set()
    qtbot.waitUntil(lambda: bool(heard))
    assert [words[0] for words in heard] == [second]


# --- a document of a store ---


def test_an_expert_reads_his_sealed_dossier_page_by_page(qapp, qtbot, renderer, tmp_path, cheap):
    candidates, (experts, group) = firms(2), panel(3)
    dossiers = tmp_path / "申报材料"
    for one in candidates:
        folder = dossiers / one.name
        folder.mkdir(parents=True)
        noise = Image.effect_noise((1200, 1200), 90).convert("RGB")
        (folder / "申报书.pdf").write_bytes(saved(noise, "PDF", save_all=True, append_images=[noise] * 7))
        (folder / "申报表.pdf").write_bytes(numbered_pdf(3))
        (folder / "佐证材料1.jpg").write_bytes(saved(noise, "JPEG"))
    prepared(tmp_path, cheap, candidates, experts, group)
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE) as store:
        organise.import_dossiers(store, dossiers, system_clock, silent)
        issued = organise.issue_packages(store, tmp_path / "带材料", system_clock, cheap, silent)
    package = next(one for one in issued if one.desk is Desk.EXPERT and one.owner == "E02")
    signed_in(package, tmp_path / "E02.ecreview", cheap)
    with open_store(tmp_path / "E02.ecreview", PASSPHRASE) as store:
        work = score.load_assignment(store)
        view = DocumentView(Theme(12, dark=False), renderer)
        qtbot.addWidget(view)
        view.resize(640, 700)
        view.show()
        reader = Reader(qtbot, view)
        for packed in score.documents_of(store, work, candidates[0].candidate_id):
            document = packed.document
            with qtbot.waitSignal(view.document_shown, timeout=10_000):
                opener = partial(score.reading_document, store, work, packed)
                view.show_document(document.document_id, opener, document.media, document.name)
            assert view.count() == document.pages
            for page in range(1, view.count() + 1):
                view.go_to(page)
                reader.until_sharp()
                assert renderer.problems.get(view._ticket, page) is None
        view.clear()
        qtbot.waitUntil(lambda: not renderer._closing)
        renderer.stop()
