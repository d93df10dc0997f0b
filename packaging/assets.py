"""Builds the fonts shipped with the program from pinned open-source packages.

Run as `python packaging/assets.py`; needs `npm`, `apt-get` and `dpkg`. The sources are fetched by package
name, checked against their digests, cut down to the characters a review can meet and written as unhinted
TrueType outlines, because ReportLab embeds no others. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

TARGET: Final = Path(__file__).resolve().parent.parent / "resources" / "fonts"
SIZE_LIMIT: Final = 46_000_000

NPM_PACKAGES: Final = ("@expo-google-fonts/noto-sans-sc@0.4.3", "@expo-google-fonts/noto-serif-sc@0.4.3")
DEB_PACKAGES: Final = ("fonts-lxgw-wenkai", "texlive-lang-chinese")

SANS: Final = "expo-google-fonts-noto-sans-sc-0.4.3/package"
SERIF: Final = "expo-google-fonts-noto-serif-sc-0.4.3/package"
KAI: Final = "fonts-lxgw-wenkai/usr/share"
FANDOL: Final = "texlive-lang-chinese/usr/share"

SERIF_REGULAR: Final = f"{SERIF}/400Regular/NotoSerifSC_400Regular.ttf"
KAI_REGULAR: Final = f"{KAI}/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"

CORE: Final = "core"  # signs, GB2312, characters of given names and the rare characters
WIDE: Final = "wide"  # signs, GBK, the whole basic CJK block and the rare characters
FULL: Final = "full"  # WIDE and all of CJK extension A

CURVE_TOLERANCE: Final = 1.0  # units of 1/1000 em, when cubic outlines become quadratic ones
KEPT_NAMES: Final = (0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17)
DROPPED_TABLES: Final = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "kern", "vhea", "vmtx")

SIGN_BLOCKS: Final = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A
    (0x2000, 0x209F),  # general punctuation, superscripts and subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x23FF),  # letterlike, number forms, arrows, mathematics, technical
    (0x2460, 0x27BF),  # enclosed numbers, box drawing, geometric shapes, symbols, dingbats
    (0x2B00, 0x2BFF),  # further arrows and shapes
    (0x3000, 0x303F),  # CJK punctuation
    (0x3200, 0x33FF),  # enclosed CJK, CJK units
    (0xFE10, 0xFE1F),  # vertical forms
    (0xFE30, 0xFE4F),  # CJK compatibility forms
    (0xFF00, 0xFFEF),  # half-width and full-width forms
)
BASIC_CJK: Final = range(0x4E00, 0xA000)
BASIC_CJK_ADDED_LATER: Final = range(0x9FA6, 0xA000)
EXTENSION_A: Final = range(0x3400, 0x4DC0)
SUPPLEMENTARY_CJK: Final = range(0x20000, 0x40000)

GIVEN_NAME_CHARACTERS: Final = (  # of GBK but not of GB2312
    "俍俶倓倞倢偀偁偲傃僡儁兟冏勍叡喆垕垚埈堃堉壡奡妘妡妧妭姁姈姞姮婠婳媖媞嫄嬅嬛孖寔寯峣崚崟嵚廙弢彣"
    "彧忞悆惇慜扆掞敔旸旻旼昇昉昑昪昫昳昺晅晙晛晞晢晧晫晳暅暎暐暕暘曈朓栐栴梽棪棻楀楙槃橦汧汭沄沚沨沺"
    "洣洸洺浛浥浬淏淯渟渼湉湜湲溁溦滉澂澔濛濬炆炘烔烜烝烺焌焜煐熺燊燏燚燨爔犇玒玓玕玗玘玙玚玠玥玦玭玹"
    "珅珣珮珰珵珹珺珽琀琇琋琎琤琫琯瑀瑄瑅瑆瑊瑒瑔瑢瑨璈璘璚璟璠璥璪瓛甡甪畇畯皛皞硙祎祐禔禛禤秾穈竑竤"
    "纮翀翙翚翛翯芃芣蒨藴虓蜺衎袆褀谞贇赑赟赪逴遹鄠鏸锜锽镕镠闿陞雱霂韡頔顒颋颙飏餗馝馺骉骕骙骦鳯鸑鹍"
    "鹓鹔鹮龢"
)


@dataclass(frozen=True)
class Source:
    """One shipped font: where its outlines come from, how much of it stays, and what it is called."""

    file: str
    origin: str
    sha256: str
    extent: str
    family: str | None = None
    """A new family name, where the licence reserves the original one for unmodified copies."""


SOURCES: Final = (
    Source(
        "NotoSansSC-Regular.ttf",
        f"{SANS}/400Regular/NotoSansSC_400Regular.ttf",
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
        WIDE,
    ),
    Source(
        "NotoSansSC-Bold.ttf",
        f"{SANS}/700Bold/NotoSansSC_700Bold.ttf",
        "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
        WIDE,
    ),
    Source(
        "NotoSerifSC-Regular.ttf",
        SERIF_REGULAR,
        "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
        FULL,
    ),
    Source(
        "NotoSerifSC-Black.ttf",
        f"{SERIF}/900Black/NotoSerifSC_900Black.ttf",
        "092e71a70c744be3cc33999eb4edcb10fbe95c1b4cff6c2d7f04d6ff15d031e2",
        CORE,
    ),
    Source(
        "PanelWenKai-Regular.ttf",
        KAI_REGULAR,
        "bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8",
        CORE,
        family="Panel WenKai",
    ),
    Source(
        "FandolFang-Regular.ttf",
        f"{FANDOL}/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",
        "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
        WIDE,
    ),
)

LICENCES: Final = (
    ("LICENCE-NotoSansSC.txt", f"{SANS}/LICENSE_FONT"),
    ("LICENCE-NotoSerifSC.txt", f"{SERIF}/LICENSE_FONT"),
    ("LICENCE-PanelWenKai.txt", f"{KAI}/doc/fonts-lxgw-wenkai/copyright"),
    ("LICENCE-FandolFang.txt", f"{FANDOL}/doc/texlive-doc/fonts/fandol/COPYING.gz"),
)


def legacy_characters(codec: str) -> frozenset[int]:
    """Every code point a two-byte Chinese codec of Python (`gb2312`, `gbk`) can produce."""
    found: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                found.add(ord(text))
    return frozenset(found)


def rare_characters(serif: Iterable[int], kai: Iterable[int]) -> frozenset[int]:
    """The characters outside GBK that occur in today's names, read off the fonts instead of a table.

    Noto Serif SC draws extension A whole, but beyond it little more than the rare part of 通用规范汉字.
    Within extension A the choice made for the regular-script font stands, which has that part too.
    """
    in_serif = set(serif)
    in_both = in_serif & set(kai)
    return frozenset(
        {code for code in in_serif if code in SUPPLEMENTARY_CJK or code in BASIC_CJK_ADDED_LATER}
        | {code for code in in_both if code in EXTENSION_A}
    )


def extents(rare: frozenset[int]) -> dict[str, frozenset[int]]:
    """The code points of each extent; a font keeps those of them that it has."""
    signs = frozenset(code for first, last in SIGN_BLOCKS for code in range(first, last + 1))
    core = signs | legacy_characters("gb2312") | frozenset(map(ord, GIVEN_NAME_CHARACTERS)) | rare
    wide = core | legacy_characters("gbk") | frozenset(BASIC_CJK)
    return {CORE: core, WIDE: wide, FULL: wide | frozenset(EXTENSION_A)}


def fetch(into: Path) -> None:
    """Download the source packages by name and unpack each into a folder of its own."""
    _run(("npm", "pack", "--silent", *NPM_PACKAGES), into)
    _run(("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *DEB_PACKAGES), into)
    for archive in sorted(into.glob("*.tgz")):
        with tarfile.open(archive) as packed:
            packed.extractall(into / archive.stem, filter="data")
    for archive in sorted(into.glob("*.deb")):
        _run(("dpkg", "-x", archive.name, archive.name.partition("_")[0]), into)


def build(sources: Path, target: Path) -> None:
    """Write every font and licence text into `target`, refusing a source that is not the pinned one."""
    for source in SOURCES:
        _check(sources / source.origin, source.sha256)
    characters = extents(
        rare_characters(_code_points(sources / SERIF_REGULAR), _code_points(sources / KAI_REGULAR))
    )
    target.mkdir(parents=True, exist_ok=True)
    total = 0
    for source in SOURCES:
        font = subset(sources / source.origin, characters[source.extent])
        if "CFF " in font:
            convert_outlines(font)
        mark_as_changed(font, source.family)
        size = _save(font, target / source.file)
        total += size
        print(f"{source.file:28}{size / 1e6:7.2f} MB{len(font.getBestCmap()):7} characters")
    for name, origin in LICENCES:
        text = (sources / origin).read_bytes()
        (target / name).write_bytes(gzip.decompress(text) if origin.endswith(".gz") else text)
    print(f"{'together':28}{total / 1e6:7.2f} MB")
    if total > SIZE_LIMIT:
        raise SystemExit(f"the fonts are larger than {SIZE_LIMIT / 1e6:.0f} MB")


def subset(path: Path, characters: frozenset[int]) -> Any:
    """The font cut down to `characters`, without hinting, layout rules or vertical metrics."""
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables = [*options.drop_tables, *DROPPED_TABLES]
    options.name_IDs = list(KEPT_NAMES)
    options.notdef_outline = True
    font = TTFont(path, recalcTimestamp=False)
    font["cmap"].tables = [table for table in font["cmap"].tables if table.format in (4, 12)]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(characters))
    subsetter.subset(font)
    return font


def convert_outlines(font: Any) -> None:
    """Replace the cubic CFF outlines of `font` by quadratic TrueType ones."""
    order = font.getGlyphOrder()
    drawings = font.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawings[name].draw(Cu2QuPen(pen, CURVE_TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
    font["loca"] = newTable("loca")
    outlines = font["glyf"] = newTable("glyf")
    outlines.glyphOrder = order
    outlines.glyphs = glyphs
    for name, glyph in glyphs.items():
        glyph.recalcBounds(outlines)
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones = 1
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(limits, field, 0)
    font["post"].formatType = 3.0
    smoothing = font["gasp"] = newTable("gasp")
    smoothing.gaspRange = {0xFFFF: 0x000F}


def mark_as_changed(font: Any, family: str | None) -> None:
    """Say in the name table that this is a changed copy, under `family` where the name must differ."""
    names = font["name"]
    for record in names.names:
        if record.nameID == 5:
            record.string = f"{record.toUnicode()}; cut down for ecpanel"
        elif family and record.nameID in (1, 4, 16):
            record.string = family
        elif family and record.nameID == 6:
            record.string = f"{family.replace(' ', '')}-Regular"
        elif family and record.nameID == 3:
            record.string = f"{family} for ecpanel"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the sources, or take those already unpacked in `--sources`, and write the fonts."""
    parser = argparse.ArgumentParser(description="Build the fonts shipped with ecpanel.")
    parser.add_argument(
        "--sources", type=Path, help="folder to keep the fetched packages in and take them from"
    )
    parser.add_argument("--target", type=Path, default=TARGET, help="folder of the finished fonts")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ecpanel-fonts-") as scratch:
        sources: Path = options.sources or Path(scratch)
        sources.mkdir(parents=True, exist_ok=True)
        if not any(sources.iterdir()):
            fetch(sources)
        build(sources, options.target)
    return 0


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _check(path: Path, sha256: str) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise SystemExit(f"{path.name} is not the expected version: sha256 {found}")


def _code_points(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _save(font: Any, path: Path) -> int:
    """Write through a neighbouring file, so that an interrupted run leaves no half font behind."""
    draft = path.with_suffix(".part")
    font.save(draft, reorderTables=True)
    draft.replace(path)
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
