from __future__ import annotations

import datetime
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import note
from ecpanel.exchange import limits
from ecpanel.exchange.compound import MAGIC
from ecpanel.exchange.workbook import (
    SheetRows,
    cell_text,
    fill_merged,
    hidden_sheets,
    load_checked,
    lost_digits,
    read_workbook,
)

RARE = "张堃喆𬭸㛃"


def refusal(path: Path) -> str:
    with pytest.raises(EcpanelError) as caught:
        read_workbook(path)
    assert caught.value.params["file"] == path.name
    return caught.value.code


def xlsx(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        book.active.cell(row, column, value)
    book.save(path)
    return path


def xls(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for (row, column), value in cells.items():
        sheet.write(row - 1, column - 1, value)
    book.save(str(path))
    return path


def repack(path: Path, changes: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    members |= {name: content for name, content in changes.items() if content is not None}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            if changes.get(name, b"") is not None:
                target.writestr(name, content)
    return path


def test_xlsx_sheets_in_order_with_merges_filled_and_hidden_ones_marked(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("浙江")
        sheet.merge_range("A1:C1", "标题")
        sheet.merge_range("A2:A4", "浙江")
        sheet.write("B2", RARE)
        sheet.write("B3", 12.0)
        sheet.write("C4", "末")
        book.add_worksheet("藏").hide()
        book.add_worksheet("深藏").very_hidden()
        book.add_chartsheet("图")
    sheets = read_workbook(path)
    assert sheets == [
        SheetRows("浙江", (("标题",) * 3, ("浙江", RARE, ""), ("浙江", 12.0, ""), ("浙江", "", "末"))),
        SheetRows("藏", (), hidden=True),
        SheetRows("深藏", (), hidden=True),
    ]
    assert hidden_sheets(sheets) == [note("sheet_hidden", sheet="藏"), note("sheet_hidden", sheet="深藏")]


def test_xls_with_merges_and_a_hidden_sheet(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("浙江")
    sheet.write_merge(0, 2, 0, 0, "浙江")
    for row in range(3):
        sheet.write(row, 1, RARE)
    book.add_sheet("藏").visibility = 1
    book.save(str(tmp_path / "名单.xls"))
    assert read_workbook(tmp_path / "名单.xls") == [
        SheetRows("浙江", (("浙江", RARE),) * 3),
        SheetRows("藏", (), hidden=True),
    ]


def test_rows_keep_their_numbers_when_the_sheet_begins_late(tmp_path: Path) -> None:
    (sheet,) = read_workbook(xlsx(tmp_path / "a.xlsx", {(4, 3): "x"}))
    assert len(sheet.rows) == 4
    assert sheet.rows[3][2] == "x"


def test_load_checked_gives_xlsx_only(tmp_path: Path) -> None:
    good = xlsx(tmp_path / "a.xlsx", {(1, 1): "x"})
    assert load_checked(good) == good.read_bytes()
    with pytest.raises(EcpanelError) as caught:
        load_checked(xls(tmp_path / "a.xls", {(1, 1): "x"}))
    assert caught.value.code == "workbook_old_format"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"P",
        "企业名称,地区\n甲,浙江\n".encode("gbk"),
        b"%PDF-1.7\n",
        b"<html><table><tr><td>x</td></tr></table></html>",
        b"PK\x03\x04 and no more",
        MAGIC,
        MAGIC + bytes(600),
        MAGIC + b"\xff" * 4000,
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名单.xls"
    path.write_bytes(content)
    assert refusal(path) == "not_a_workbook"


def test_other_zip_documents_and_cut_files_are_no_workbooks(tmp_path: Path) -> None:
    docx = tmp_path / "a.docx"
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(docx) == "not_a_workbook"
    cut = xlsx(tmp_path / "cut.xlsx", {(1, 1): "x"})
    cut.write_bytes(cut.read_bytes()[:-200])
    assert refusal(cut) == "not_a_workbook"


def test_files_that_are_missing_folders_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, code in ((tmp_path / "none.xlsx", "file_missing"), (tmp_path, "file_is_folder")):
        with pytest.raises(EcpanelError) as caught:
            read_workbook(path)
        assert caught.value.code == code
    monkeypatch.setattr(limits, "WORKBOOK_SIZE", 10)
    assert refusal(xlsx(tmp_path / "a.xlsx", {(1, 1): "x"})) == "file_too_large"


def compound_with(names: list[str]) -> bytes:
    """A compound file whose streams are empty."""
    entries = b""
    for number, name in enumerate(["Root Entry", *names]):
        text = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(text)] = text
        struct.pack_into("<H", entry, 64, len(text) + 2)
        entry[66] = 5 if number == 0 else 2
        struct.pack_into("<II", entry, 116, 0xFFFFFFFE, 0)
        entries += bytes(entry)
    entries = entries.ljust(1024, b"\0")
    fat = struct.pack("<128I", 0xFFFFFFFD, 2, 0xFFFFFFFE, *[0xFFFFFFFF] * 125)
    header = bytearray(512)
    header[:8] = MAGIC
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<8I", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    return bytes(header) + fat + entries


def test_encrypted_xlsx_and_word_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(compound_with(["EncryptionInfo", "EncryptedPackage"]))
    assert refusal(path) == "workbook_encrypted"
    path.write_bytes(compound_with(["WordDocument"]))
    assert refusal(path) == "not_a_workbook"


def test_encrypted_xls(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", {(1, 1): "x"})
    content = path.read_bytes()
    # the INTERFACEHDR record that xlwt writes first is turned into a FILEPASS record
    place = content.index(b"\xe1\x00\x02\x00")
    path.write_bytes(content[:place] + b"\x2f" + content[place + 1 :])
    assert refusal(path) == "workbook_encrypted"


@pytest.mark.parametrize("place", [(1_048_576, 16_384), (20_001, 1), (1, 201)])
def test_a_value_far_out_is_refused_before_the_reader_allocates(
    tmp_path: Path, place: tuple[int, int]
) -> None:
    assert refusal(xlsx(tmp_path / "a.xlsx", {(1, 1): "x", place: "z"})) == "workbook_too_large"


@pytest.mark.parametrize("place", [(65_536, 256), (20_001, 1), (1, 201)])
def test_a_value_far_out_in_xls(tmp_path: Path, place: tuple[int, int]) -> None:
    assert refusal(xls(tmp_path / "a.xls", {(1, 1): "x", place: "z"})) == "workbook_too_large"


def test_far_cells_that_are_only_painted_do_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.cell(1, 1, "x")
    book.active.cell(1_000_000, 300).font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx")[0].rows == (("x",),)


def test_xls_that_claims_a_vast_extent(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", {(1, 1): "x"})
    content = path.read_bytes()
    place = content.index(struct.pack("<HH", 0x200, 14))
    for claim, code in (
        (struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 255, 0), "workbook_too_large"),
        (struct.pack("<IIHHH", 9, 2, 0, 255, 0), "workbook_damaged"),
    ):
        path.write_bytes(content[: place + 4] + claim + content[place + 18 :])
        assert refusal(path) == code


def test_shared_text_that_multiplies(tmp_path: Path) -> None:
    long = "字" * 32_000
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place in range(10_000):
            sheet.write(place % 100, place // 100, long)
    assert path.stat().st_size < limits.MIB
    assert refusal(path) == "workbook_too_large"
    cells: dict[tuple[int, int], object] = {(n % 100 + 1, n // 100 + 1): long for n in range(10_000)}
    assert refusal(xls(tmp_path / "a.xls", cells)) == "workbook_too_large"


def test_long_shared_strings_of_xls_over_several_records(tmp_path: Path) -> None:
    texts = [("字a" * 3000) + str(number) for number in range(40)]
    path = xls(tmp_path / "a.xls", {(number + 1, 1): text for number, text in enumerate(texts)})
    assert [row[0] for row in read_workbook(path)[0].rows] == texts


def test_zip_bombs_document_types_and_broken_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WORKBOOK_UNPACKED", limits.MIB)
    sheet = "xl/worksheets/sheet1.xml"
    path = tmp_path / "a.xlsx"
    for changes, code in (
        ({"xl/media/x.bin": bytes(2 * limits.MIB)}, "workbook_too_large"),
        ({sheet: b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"}, "workbook_damaged"),
        ({sheet: b"<worksheet><sheetData><row>"}, "workbook_damaged"),
        ({sheet: "<worksheet/>".encode("utf-16")}, "workbook_damaged"),
        ({sheet: b"<?xml version='1.0' encoding='GBK'?><worksheet/>"}, "workbook_damaged"),
        ({sheet: None}, "workbook_damaged"),
        ({"xl/workbook.xml": b"<workbook"}, "workbook_damaged"),
        ({"xl/Workbook.xml": b"<workbook/>"}, "workbook_damaged"),
        ({f"xl/x{number}": b"" for number in range(4100)}, "workbook_too_large"),
        ({"xl/workbook.xml": None}, "not_a_workbook"),
    ):
        repack(xlsx(path, {(1, 1): "x"}), changes)
        assert refusal(path) == code, list(changes)[:1]


def test_a_sheet_elsewhere_is_checked_too(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {(1, 1): "x"})
    with zipfile.ZipFile(path) as source:
        relations = source.read("xl/_rels/workbook.xml.rels").decode()
    far = b'<worksheet><sheetData><row r="1"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    changed = relations.replace("worksheets/sheet1.xml", "MEDIA/a.png").encode()
    repack(path, {"xl/media/A.png": far, "xl/_rels/workbook.xml.rels": changed})
    assert refusal(path) == "workbook_too_large"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12.0, "12"),
        (-0.0, "0"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (9.11100001e17, "911100001000000000"),
        (123456789, "123456789"),
        (True, "TRUE"),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (datetime.datetime(2020, 1, 2), "2020-01-02"),  # noqa: DTZ001
        (datetime.datetime(2020, 1, 2, 3, 4, 5), "2020-01-02 03:04:05"),  # noqa: DTZ001
        ("　 甲公司\u200b\ufeff\xa0 ", "甲公司"),
        ("甲\r\n公司", "甲公司"),
        ("甲 _x000D_\n 公司", "甲公司"),
        ("Alpha\nBeta", "Alpha Beta"),
        ("９１３３０１００ＭＡ", "91330100MA"),
        ("８９．５", "89.5"),
        ("ＡＢＣ有限公司（中国）", "ＡＢＣ有限公司（中国）"),
        (RARE, RARE),
        ("葛\U000e0100", "葛\U000e0100"),
    ],
)
def test_what_a_person_sees(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_lost_digits() -> None:
    assert lost_digits(9.11100001e17)
    assert lost_digits(2**53)
    assert not lost_digits(2**53 - 1)
    assert not lost_digits(float(123456789))
    assert not lost_digits("911100001000000000")
    assert not lost_digits(True)


def test_merges_that_repeat_or_reach_beyond_the_rows_end() -> None:
    rows: list[list[object]] = [["a", ""], ["", "b"]]
    fill_merged(rows, [((0, 0), (9, 9)), ((5, 5), (6, 6)), ((0, 0), (1_000_000, 0))])
    assert rows == [["a", "a"], ["a", "b"]]
    wide: list[list[object]] = [["a"] * 200 for _ in range(20)]
    fill_merged(wide, [((0, 0), (19, 199))] * 10_000)


BASE = {"a.xlsx": io.BytesIO(), "a.xls": io.BytesIO()}
_book = openpyxl.Workbook()
_book.active.append(["企业名称", "地区", 3.5])
_book.save(BASE["a.xlsx"])
_old = xlwt.Workbook(encoding="utf-8")
_old.add_sheet("表").write(0, 0, "企业名称")
_old.save(BASE["a.xls"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(BASE)),
    spots=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    cut=st.floats(0.2, 1),
)
def test_damaged_workbooks_never_raise_anything_else(
    tmp_path: Path, name: str, spots: list[tuple[float, bytes]], cut: float
) -> None:
    content = bytearray(BASE[name].getvalue())
    for place, junk in spots:
        at = int(place * len(content))
        content[at : at + len(junk)] = junk
    path = tmp_path / name
    path.write_bytes(content[: int(cut * len(content))] if cut < 0.9 else content)
    try:
        sheets = read_workbook(path)
    except EcpanelError:
        return
    assert all(isinstance(sheet, SheetRows) for sheet in sheets)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([b"", b"PK\x03\x04", MAGIC]), st.binary(max_size=3000))
def test_junk_never_raises_anything_else(tmp_path: Path, head: bytes, junk: bytes) -> None:
    path = tmp_path / "junk.xls"
    path.write_bytes(head + junk)
    with pytest.raises(EcpanelError):
        read_workbook(path)
