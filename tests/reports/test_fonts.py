"""The shipped fonts: complete, embeddable, licensed, and wide enough for the names people have."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from ecpanel.domain.errors import EcpanelError
from ecpanel.reports import fonts
from ecpanel.resources import resource_path

ROOT = Path(__file__).resolve().parents[2]
ROLES = [face.role for face in fonts.FACES]
RARE_NAMES = "㛃䶮堃喆𬭸犇"
PLAIN_SIGNS = "，。、；：？！“”‘’（）《》〈〉「」『』〔〕【】—…·～￥％＋－＝×÷±≤≥→←▲▼●○①⑩０９Ａｚ"


def two_byte(codec: str) -> set[str]:
    found: set[str] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode(codec, "ignore")
            if len(text) == 1 and ord(text) > 0x7F:
                found.add(text)
    return found


def lacking(role: str, wanted: set[str]) -> str:
    return "".join(sorted(char for char in wanted if not fonts.covers(role, char)))


def ideographs(chars: set[str]) -> set[str]:
    return {char for char in chars if unicodedata.name(char, "").startswith("CJK UNIFIED")}


def read_assets_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "packaging" / "assets.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


@pytest.mark.parametrize("role", ROLES)
def test_a_face_has_plain_truetype_outlines(role: str) -> None:
    with TTFont(fonts.font_path(role), lazy=True) as font:
        assert {"glyf", "loca", "cmap", "name", "OS/2"} <= set(font.keys())
        assert not {"CFF ", "fpgm", "prep", "GSUB", "GPOS"} & set(font.keys())
        assert font["OS/2"].fsType in (0, 8), "embedding and subsetting must be allowed"


@pytest.mark.parametrize("role", ROLES)
def test_every_face_draws_what_it_claims(role: str) -> None:
    with TTFont(fonts.font_path(role), lazy=True) as font:
        names = font.getBestCmap()
        outlines = font["glyf"]
        for char in "国家电子商务示范企业专家评审表Ag19，。《》":
            assert outlines[names[ord(char)]].numberOfContours != 0, char
            assert font["hmtx"][names[ord(char)]][0] > 0, char


@pytest.mark.parametrize("role", ROLES)
def test_every_face_covers_gb2312_and_the_signs_of_documents(role: str) -> None:
    gb2312 = two_byte("gb2312")
    assert len(ideographs(gb2312)) == 6763
    assert lacking(role, ideographs(gb2312)) == ""
    assert lacking(role, {chr(code) for code in range(0x20, 0x7F)} | set(PLAIN_SIGNS)) == ""
    # FandolFang lacks only the horizontal bar, which the fall-back supplies.
    assert lacking(role, gb2312) == ("―" if role == "fangsong" else "")


@pytest.mark.parametrize("role", ["song", "screen", "hei"])
def test_the_wide_faces_cover_gbk(role: str) -> None:
    gbk = two_byte("gbk")
    assert len(ideographs(gbk)) > 20_900
    assert lacking(role, gbk) == "≒"  # the sources draw every sign of GBK but this one


@pytest.mark.parametrize("role", ["song", "screen", "hei", "xiaobiaosong", "kai"])
def test_rare_characters_beyond_gbk_are_there(role: str) -> None:
    assert lacking(role, set(RARE_NAMES + "𫍽𬬭𬀩鿍鿔玥珺祎赟翀旻镕")) == ""


def test_song_covers_the_rare_names_and_all_of_extension_a() -> None:
    assert lacking("song", set(RARE_NAMES)) == ""
    assert lacking("song", {chr(code) for code in range(0x3400, 0x4DB6)}) == ""


@pytest.mark.parametrize("sign", "⊘◐✓⑳ℓ㎡№℃‰")
def test_state_signs_are_drawn_whatever_the_role(sign: str) -> None:
    for role in ROLES:
        ((drawn_by, _),) = fonts.runs(sign, role)
        assert fonts.covers(drawn_by, sign)


def test_runs_take_missing_characters_from_the_fall_back() -> None:
    assert fonts.runs("王喆、李䶮同志", "fangsong") == [
        ("fangsong", "王"),
        ("song", "喆"),
        ("fangsong", "、李"),
        ("song", "䶮"),
        ("fangsong", "同志"),
    ]
    assert fonts.runs("𬭸犇在前", "fangsong") == [("song", "𬭸犇"), ("fangsong", "在前")]
    assert fonts.runs("喆", "fangsong", fallback="hei") == [("hei", "喆")]


def test_runs_of_covered_text_stay_whole() -> None:
    assert fonts.runs("评审结论：82.5 分", "fangsong") == [("fangsong", "评审结论：82.5 分")]
    assert fonts.runs(RARE_NAMES, "song") == [("song", RARE_NAMES)]
    assert fonts.runs("", "kai") == []


def test_runs_go_on_to_the_screen_face(monkeypatch: pytest.MonkeyPatch) -> None:
    drawable = {"fangsong": "甲", "song": "乙", "screen": "甲乙丙"}
    monkeypatch.setattr(fonts, "_code_points", lambda role: frozenset(map(ord, drawable[role])))
    assert fonts.runs("甲乙丙丁", "fangsong") == [
        ("fangsong", "甲"),
        ("song", "乙"),
        ("screen", "丙"),
        ("fangsong", "丁"),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_a_character_nobody_has_stays_with_the_role(role: str) -> None:
    assert fonts.runs("甲\U000f0000乙", role) == [(role, "甲\U000f0000乙")]
    assert "".join(piece for _, piece in fonts.runs("甲\n\U000f0000䶮乙", role)) == "甲\n\U000f0000䶮乙"


def test_every_face_is_embedded_by_reportlab() -> None:
    pdfmetrics: Any = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
    from reportlab.pdfgen.canvas import Canvas

    fonts.register_report_fonts()
    first = {role: pdfmetrics.getFont(role) for role in ROLES}
    fonts.register_report_fonts()
    assert all(pdfmetrics.getFont(role) is font for role, font in first.items())

    page = io.BytesIO()
    canvas = Canvas(page, pageCompression=0)
    for line, role in enumerate(ROLES):
        x = 72.0
        for drawn_by, piece in fonts.runs(f"{role}：评审专家喆 12.5", role):
            canvas.setFont(drawn_by, 14)
            canvas.drawString(x, 700 - 30 * line, piece)
            x += pdfmetrics.stringWidth(piece, drawn_by, 14)
    canvas.save()
    assert page.getvalue().count(b"/FontFile2") == len(ROLES)
    assert len(page.getvalue()) < 1_000_000, "only the glyphs used are embedded"

    pdfium: Any = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(page.getvalue())
    text = document[0].get_textpage().get_text_range()
    assert text.count("评审专家喆 12.5") == len(ROLES)


def test_importing_the_table_loads_no_font_library() -> None:
    code = "import sys, ecpanel.reports.fonts; print({'reportlab', 'fontTools'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_there(*parts: str) -> Path:
        raise FileNotFoundError("/".join(parts))

    monkeypatch.setattr(fonts, "resource_path", nothing_there)
    with pytest.raises(EcpanelError) as caught:
        fonts.font_path("kai")
    assert caught.value.code == "font_missing"
    assert caught.value.params == {"file": "PanelWenKai-Regular.ttf"}


def test_roles_are_unique_and_nothing_else_is_shipped() -> None:
    assert len(set(ROLES)) == len(ROLES)
    folder = resource_path("fonts")
    assert {path.name for path in folder.glob("*.ttf")} == {face.file for face in fonts.FACES}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 50_000_000


def test_licences_lie_beside_the_fonts() -> None:
    for face in fonts.FACES:
        text = resource_path("fonts", face.licence).read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in text or "GNU GENERAL PUBLIC LICENSE" in text
    gpl = resource_path("fonts", "LICENCE-FandolFang.txt").read_text(encoding="utf-8")
    assert "if you create a document which uses this font" in gpl
    table = resource_path("fonts", "README").read_text(encoding="utf-8")
    assert all(face.file in table and face.family in table for face in fonts.FACES)


def test_reserved_names_are_not_used_by_changed_copies() -> None:
    with TTFont(fonts.font_path("kai"), lazy=True) as font:
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                assert "LXGW" not in record.toUnicode() and "霞鹜" not in record.toUnicode()


def test_the_build_script_makes_exactly_these_files() -> None:
    assets = read_assets_script()
    assert {source.file for source in assets.SOURCES} == {face.file for face in fonts.FACES}
    assert {name for name, _ in assets.LICENCES} == {face.licence for face in fonts.FACES}
