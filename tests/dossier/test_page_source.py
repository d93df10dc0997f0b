from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from dossier.page_files import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    form_pdf,
    numbered_pdf,
    pdf_with_lost_page,
    pdf_without_its_font,
    saved,
    written_pdf,
)
from PIL import Image, ImageCms, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ecpanel.domain.errors import EcpanelError
from ecpanel.dossier import image_pages, pages
from ecpanel.dossier.kept_blocks import KeptBlocks
from ecpanel.dossier.page_source import Clip, PageSource, RenderedPage, Size, open_pages, raster
from ecpanel.exchange.sealing import CHUNK, SealedReader, seal_chunks
from ecpanel.pdfium import LOCK, pypdfium2
from ecpanel.progress import Cancelled
from ecpanel.texts import error_sentence

SOURCES: list[PageSource] = []


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    """Sources are closed by hand, as PDFium demands."""
    yield
    while SOURCES:
        SOURCES.pop().close()


def kept(source: PageSource) -> PageSource:
    SOURCES.append(source)
    return source


def opened(content: bytes, media: str = pages.PDF, name: str = "申报书.pdf") -> PageSource:
    return kept(open_pages(io.BytesIO(content), media, name))


def colour(page: RenderedPage, x: int, y: int) -> tuple[int, int, int]:
    blue, green, red = page.data[y * page.stride + 4 * x : y * page.stride + 4 * x + 3]
    return red, green, blue


def near(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def is_white(page: RenderedPage) -> bool:
    return set(bytes(page.data)) == {255}


def ink(page: RenderedPage) -> tuple[int, int, int, int]:
    """The box around everything dark, in pixels."""
    grey = Image.frombytes("RGBX", (page.width, page.height), bytes(page.data)).convert("L")
    box = grey.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return box


def code_of(content: bytes, media: str = pages.PDF) -> str:
    with pytest.raises(EcpanelError) as told:
        opened(content, media)
    assert error_sentence(told.value).startswith("“申报书.pdf”")
    return told.value.code


# --- PDF ---


def test_a_pdf_is_drawn_in_the_size_asked_for():
    source = opened(numbered_pdf(2))
    assert source.count == 2 and source.size(1) == pytest.approx((595.28, 841.89), abs=0.01)
    drawn = source.render(1, 1.5)
    assert (drawn.width, drawn.height) == raster(source.size(1), 1.5) == (893, 1263)
    assert len(drawn.data) == drawn.stride * drawn.height and drawn.problem is None
    assert not is_white(drawn)


def test_a_part_of_a_page_is_that_part_of_the_whole():
    source = opened(numbered_pdf(1))
    whole, part = source.render(1, 2), source.render(1, 2, Clip(140, 230, 300, 90))
    for row in range(90):
        start = (230 + row) * whole.stride + 4 * 140
        assert (
            whole.data[start : start + 1200 : 4] == part.data[row * part.stride : (row + 1) * part.stride : 4]
        )
    assert not is_white(part)


def test_a_query_is_found_across_a_line_end_and_with_blanks_inside():
    source = opened(written_pdf([["我公司从事电子商", "务示范工作，申 报 材 料齐全"], ["电子商务"]]))
    across, second = source.find("电子商务")
    assert across.page == 1 and len(across.rects) == 2
    assert across.rects[0].top < across.rects[1].top and across.rects[0].left > across.rects[1].left
    assert second.page == 2 and len(second.rects) == 1
    assert len(list(source.find("申报材料"))) == len(list(source.find("申报 材料"))) == 1
    assert source.find_on(2, "示范") == [] and list(source.find("")) == list(source.find("  ")) == []


@pytest.mark.parametrize("query", ["㛃", "𬭸", "㛃𬭸科技", "张堃喆"])
def test_rare_characters_are_found(query):
    source = opened(written_pdf([["㛃𬭸科技（集团）股份有限公司", "负责人张堃喆"]]))
    (hit,) = source.find(query)
    height = hit.rects[0].height
    assert hit.rects[0].width == pytest.approx(14 * len(query), abs=6) and 8 < height < 20


def test_width_and_case_do_not_matter():
    source = opened(written_pdf([["ＧＭＶ为88.5亿元，采用 SaaS 平台（B2B）"]]))
    for query in ("gmv", "GMV为８８.5", "saas平台", "(b2b)"):
        assert len(list(source.find(query))) == 1, query
    assert not list(source.find("Sa aS"))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_hit_lies_on_its_words_however_the_page_is_turned_and_cut(turn):
    source = opened(written_pdf([["示范企业名单"]], turn=turn, crop=(40, 300, 400, 560), top=400))
    ((hit,), drawn) = list(source.find("示范企业名单")), source.render(1, 2)
    left, top, right, bottom = ink(drawn)
    (rect,) = hit.rects
    assert (rect.left, rect.top) == pytest.approx((left / 2, top / 2), abs=3)
    assert (rect.width, rect.height) == pytest.approx(((right - left) / 2, (bottom - top) / 2), abs=4)


def test_a_pdf_whose_chinese_font_is_not_embedded_is_not_blank():
    source = opened(pdf_without_its_font("电子商务示范企业"))
    left, _, right, _ = ink(source.render(1, 1))
    assert right - left > 280


def test_what_was_typed_into_a_form_shows():
    filled, empty = (opened(form_pdf(value)).render(1, 1, Clip(110, 380, 280, 60)) for value in ("2021", ""))
    assert filled.data != empty.data


def test_a_broken_page_is_told_and_the_others_show():
    source = opened(pdf_with_lost_page(5, 3))
    assert source.count == 5 and min(source.size(3)) > 100
    broken = source.render(3, 1)
    assert is_white(broken) and broken.problem is not None
    assert error_sentence(broken.problem).startswith("第3页已损坏")
    assert source.text(3) == "" and [hit.page for hit in source.find("示范企业")] == [1, 2, 4, 5]
    for page in (1, 2, 4, 5):
        assert source.render(page, 1).problem is None and f"第{page}页" in source.text(page)


def test_a_pdf_that_cannot_be_opened_says_why():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("口令", strength=128))
    canvas.drawString(1, 1, "x")
    canvas.save()
    assert code_of(buffer.getvalue()) == "pages_locked"
    assert code_of(b"%PDF-1.4\nnothing") == code_of(b"") == "pages_damaged"
    with LOCK:
        document, buffer = pypdfium2.PdfDocument.new(), io.BytesIO()
        document.save(buffer)
        document.close()
    assert code_of(buffer.getvalue()) == "pages_damaged"


@pytest.mark.parametrize("media", [pages.DOCX, pages.XLSX, pages.OFD, pages.TEXT, pages.UNKNOWN])
def test_kinds_without_pages_of_their_own_are_told(media):
    assert code_of(b"PK\x03\x04", media) == "page_not_shown"


def test_drawing_a_page_can_be_given_up():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number in range(20_000):
        canvas.line(number % 600, 0, 600 - number % 600, 800)
    canvas.save()
    source = opened(buffer.getvalue())
    asked = []

    def go_on() -> bool:
        asked.append(True)
        return len(asked) < 3

    with pytest.raises(Cancelled):
        source.render(1, 1, None, go_on)
    assert len(asked) == 3
    assert not is_white(source.render(1, 1))


class Stick(io.BytesIO):
    """A file on a stick that may be pulled out."""

    pulled = False

    def read(self, size: int | None = -1) -> bytes:
        if self.pulled:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("media", [pages.PDF, "image/tiff"])
def test_a_stick_pulled_out_is_told_on_the_page_and_when_opening(media):
    noise = Image.effect_noise((1500, 1500), 90).convert("RGB")
    form, options = ("PDF", {"quality": 100}) if media == pages.PDF else ("TIFF", {})
    content = saved(noise, form, save_all=True, append_images=[noise] * 8, **options)
    stick = Stick(content)
    source = kept(open_pages(stick, media, "申报书.pdf"))
    assert source.count == 9 and source.render(1, 0.1).problem is None
    stick.pulled = True
    drawn = source.render(8, 0.1)
    assert is_white(drawn) and drawn.problem is not None
    assert error_sentence(drawn.problem).startswith("读写“申报书.pdf”时出错（U盘或磁盘没有应答）")
    with pytest.raises(EcpanelError, match="file_trouble"):
        open_pages(stick, media, "申报书.pdf")


@pytest.mark.parametrize("media", [pages.PDF, "image/png"])
def test_a_sealed_document_is_read_where_its_chunks_meet(media):
    noise = Image.effect_noise((1700, 1700), 90).convert("RGB")
    content = saved(noise, "PDF" if media == pages.PDF else "PNG", quality=100)
    assert len(content) > 2 * CHUNK
    chunks = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
    sealed = b"".join(seal_chunks(bytes(32), chunks))
    fault = EcpanelError("member_damaged", file="甲.ectask", member="扫描件")
    reader = SealedReader(io.BytesIO(sealed), 0, len(sealed), bytes(32), fault)
    drawn = kept(open_pages(reader, media, "扫描件")).render(1, 1)  # type: ignore[arg-type]
    assert drawn.problem is None and drawn.data == opened(content, media).render(1, 1).data
    broken = sealed[: CHUNK + 500] + b"?" + sealed[CHUNK + 501 :]
    reader = SealedReader(io.BytesIO(broken), 0, len(broken), bytes(32), fault)
    drawn = kept(open_pages(reader, media, "扫描件")).render(1, 1)  # type: ignore[arg-type]
    assert drawn.problem is fault and is_white(drawn)


def test_blocks_are_read_whole_and_once():
    class Counted(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            Counted.reads += 1
            return super().read(min(size or 0, 7))  # as a raw file may, less than asked for

    content = bytes(range(256)) * 40
    blocks = KeptBlocks(Counted(content), block=1000, kept=3)
    for start, count in ((995, 10), (0, 3000), (2999, 5), (10_200, 100), (5, 1)):
        blocks.seek(start)
        assert blocks.read(count) == content[start : start + count]
    blocks.seek(0)
    before = Counted.reads
    blocks.seek(10)
    blocks.read(100)
    blocks.seek(20)
    blocks.read(100)
    assert Counted.reads == before


def test_two_documents_on_two_threads_do_not_disturb_one_another():
    content = numbered_pdf(30)
    wanted = [opened(content).render(page, 0.5).data for page in range(1, 31)]
    faults: list[object] = []

    def look() -> None:
        source = open_pages(io.BytesIO(content), pages.PDF, "")
        for page in range(1, 31):
            if source.render(page, 0.5).data != wanted[page - 1] or not source.find_on(page, f"第{page}页"):
                faults.append(page)
        source.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert LOCK.acquire(blocking=False)
    LOCK.release()


# --- pictures ---


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("TIFF", "CMYK", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("BMP", "RGB", {}),
    ],
)
def test_pictures_of_any_kind_show_their_colours(form, mode, options):
    source = opened(saved(corners(mode), form, **options), f"image/{form.lower()}")
    drawn = source.render(1, 600 / source.size(1).width)
    assert (drawn.width, drawn.height) == (600, 400)
    assert near(colour(drawn, 20, 20), RED) and near(colour(drawn, 580, 20), GREEN)
    assert near(colour(drawn, 20, 380), BLUE) and near(colour(drawn, 580, 380), WHITE)


def test_what_is_transparent_is_paper():
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 50, 50))
    drawn = opened(saved(picture, "PNG"), "image/png").render(1, 0.5)
    assert colour(drawn, 10, 10) == (0, 0, 0) and colour(drawn, drawn.width - 5, drawn.height - 5) == WHITE


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_are_not_cut_to_white(form):
    grey = Image.frombytes("I;16", (2, 1), (0x3000).to_bytes(2, "little") + (0xF000).to_bytes(2, "little"))
    grey = grey.resize((200, 100), Image.Resampling.NEAREST)
    drawn = opened(saved(grey, form), f"image/{form.lower()}").render(1, 0.5)
    assert near(colour(drawn, 5, 5), (0x30,) * 3) and near(colour(drawn, drawn.width - 5, 5), (0xF0,) * 3)


def test_inks_follow_the_profile_of_the_file():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # wrong for inks: let go
    source = opened(saved(corners("CMYK"), "TIFF", icc_profile=profile), "image/tiff")
    assert near(colour(source.render(1, 1), 3, 3), RED)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(form, orientation):
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = corners()
    stored = picture.transpose(turn[orientation]) if orientation > 1 else picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    source = opened(saved(stored, form, exif=exif, dpi=(100, 100)), f"image/{form.lower()}")
    assert source.size(1) == pytest.approx((216, 144), abs=0.5)
    drawn = source.render(1, 300 / 216)
    assert near(colour(drawn, 9, 9), RED) and near(colour(drawn, 290, 9), GREEN)
    assert near(colour(drawn, 9, 190), BLUE) and near(colour(drawn, 290, 190), WHITE)


def test_a_fax_of_several_pages_with_uneven_resolution():
    sheets = [Image.new("1", (1728, 1100), 1) for _ in range(3)]
    for number, sheet in enumerate(sheets):
        ImageDraw.Draw(sheet).rectangle((100, 300 * number, 400, 300 * number + 200), fill=0)
    source = opened(
        saved(
            sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression="group4", dpi=(204, 98)
        ),
        "image/tiff",
    )
    assert source.count == 3
    assert source.size(2) == pytest.approx((1728 * 72 / 204, 1100 * 72 / 98), abs=0.1)
    for page in (3, 1, 2):
        left, top, right, bottom = ink(source.render(page, 1))
        assert (left, right) == pytest.approx((100 * 72 / 204, 400 * 72 / 204), abs=2)
        assert (top, bottom) == pytest.approx(
            (300 * (page - 1) * 72 / 98, (300 * (page - 1) + 200) * 72 / 98), abs=2
        )
    assert source.text(1) == "" and list(source.find("示范")) == []


def test_a_photograph_that_claims_to_be_metres_wide_is_as_long_as_a4():
    photo = saved(Image.new("RGB", (4000, 3000)), "JPEG", dpi=(72, 72))
    assert opened(photo, "image/jpeg").size(1) == pytest.approx((841.89, 631.4), abs=0.1)
    assert opened(saved(Image.new("RGB", (600, 300)), "PNG"), "image/png").size(1).width == pytest.approx(
        841.89
    )


def test_a_huge_scan_is_brought_down_and_shows_in_parts(monkeypatch):
    monkeypatch.setattr(image_pages, "SHARPEST", 400_000)
    picture = corners("L", (2400, 1600))
    for form in ("PNG", "JPEG"):
        source = opened(saved(picture, form, dpi=(300, 300)), f"image/{form.lower()}")
        for scale in (0.2, 4, 1):
            source.render(1, scale, Clip(0, 0, 50, 50))
        kept = source._decoded  # type: ignore[attr-defined]
        assert sum(one.width * one.height for one, _ in kept.values()) <= 400_000
        width, height = raster(source.size(1), 4)
        far = source.render(1, 4, Clip(width - 200, 0, 200, 200))
        assert near(colour(far, 190, 5), (98, 98, 98)) and far.problem is None
        low = source.render(1, 4, Clip(width - 200, height - 200, 200, 200))
        assert near(colour(low, 100, 100), WHITE)


def test_a_picture_larger_than_is_borne_is_told(monkeypatch):
    content = saved(corners(), "PNG")
    monkeypatch.setattr(image_pages, "PIXELS", 1000)
    assert code_of(content, "image/png") == "pages_damaged"


def test_one_broken_sheet_of_many_is_told_and_the_others_show():
    sheets = [corners() for _ in range(3)]
    content = bytearray(
        saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression="tiff_lzw")
    )
    with Image.open(io.BytesIO(content)) as whole:
        whole.seek(1)
        start, length = whole.tag_v2[273][0], whole.tag_v2[279][0]
    content[start : start + length] = b"\xff" * length
    source = opened(bytes(content), "image/tiff")
    assert source.count == 3
    broken = source.render(2, 1)
    assert is_white(broken) and broken.problem is not None and broken.problem.code == "page_damaged"
    for page in (1, 3):
        assert source.render(page, 1).problem is None


def test_a_picture_cut_short_or_no_picture_is_told():
    whole = saved(Image.effect_noise((900, 900), 80), "JPEG")
    cut = opened(whole[: len(whole) // 2], "image/jpeg")
    assert cut.render(1, 1).problem is not None
    assert code_of(b"\xff\xd8\xff\x00 no picture", "image/jpeg") == "pages_damaged"


def test_the_size_of_a_page_is_never_nothing():
    thin = opened(saved(Image.new("RGB", (4000, 1)), "PNG"), "image/png")
    assert thin.size(1).height >= 1 and thin.render(1, 0.01).height == 1
    assert isinstance(thin.size(1), Size)
