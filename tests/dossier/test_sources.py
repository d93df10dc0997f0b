from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile
from pathlib import Path

import pytest
from dossier_files import pdf, put, zipped

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem
from ecpanel.dossier import archive, member
from ecpanel.dossier.sources import DossierSource, list_dossiers, open_place, stray_files
from ecpanel.exchange import limits


def names(source: DossierSource) -> tuple[list[str], list[str]]:
    told: list[Problem] = []
    return [one.name for one in source.files(told.append)], [one.code for one in told]


def only(folder: Path) -> DossierSource:
    (source,) = list_dossiers(folder)
    return source


def test_a_folder_with_nested_folders(tmp_path: Path) -> None:
    put(tmp_path / "甲公司", {"申报表.pdf": b"1", "佐证/二/审计.pdf": b"22", "佐证/~$x.docx": b"3"})
    put(
        tmp_path / "甲公司", {"Thumbs.db": b"1", ".DS_Store": b"1", "desktop.ini": b"1", "__MACOSX/._a": b"1"}
    )
    source = only(tmp_path)
    assert source.name == "甲公司"
    assert names(source) == (["申报表.pdf", "佐证/二/审计.pdf"], [])
    for one in source.files():
        with one.open() as file:
            content = file.read()
        assert len(content) == one.size
        with open_place(one.place) as file:
            assert file.read() == content


@pytest.mark.parametrize("codec", ["", "gb18030", "utf-8"])
@pytest.mark.parametrize("stored", [True, False])
def test_a_zip_with_names_of_any_origin(tmp_path: Path, codec: str, stored: bool) -> None:
    members = {
        "浙江云畔/申报表（盖章）.pdf": pdf(2),
        "浙江云畔/佐证材料/㛃𬭸.txt": b"abc",
        "__MACOSX/x": b"1",
    }
    (tmp_path / "云畔.zip").write_bytes(zipped(members, codec=codec, stored=stored))
    source = only(tmp_path)
    assert source.name == "云畔"
    assert names(source) == (list(members)[:2], [])
    for one in source.files():
        with open_place(one.place) as file:
            assert file.seekable()
            assert file.read() == members[one.name]
            file.seek(-2, io.SEEK_END)
            assert file.read() == members[one.name][-2:]


def test_backslashes_are_folders(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"材料\\申报表.pdf": b"x"}, codec="gbk"))
    assert names(only(tmp_path)) == (["材料/申报表.pdf"], [])


def test_members_that_lead_outside_are_refused(tmp_path: Path) -> None:
    bad = ["../外.pdf", "/etc/passwd", "a/../../b.pdf", "C:\\x.pdf", "a//b.pdf", "x\ny.pdf", "长" * 1001]
    (tmp_path / "a.zip").write_bytes(zipped({**dict.fromkeys(bad, b"x"), "申报表.pdf": b"y"}))
    found, told = names(only(tmp_path))
    assert found == ["申报表.pdf"]
    assert told == ["document_path"] * len(bad)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("链接.pdf")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("申报表.pdf", b"1")
    assert names(only(tmp_path)) == (["申报表.pdf"], ["document_link"])


def test_names_of_two_hundred_characters(tmp_path: Path) -> None:
    long = "佐" * 196 + ".pdf"
    (tmp_path / "b.zip").write_bytes(zipped({long: b"zip"}))
    put(tmp_path / "a", {"n" * 196 + ".pdf": b"folder"})
    in_folder, in_zip = (next(source.files()) for source in list_dossiers(tmp_path))
    assert len(in_folder.name) == len(in_zip.name) == 200
    assert in_zip.name == long
    for one, content in ((in_folder, b"folder"), (in_zip, b"zip")):
        with open_place(one.place) as file:
            assert file.read() == content


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_out_of_a_folder_are_refused(tmp_path: Path) -> None:
    secret = put(tmp_path / "elsewhere", {"秘密.pdf": b"x"})
    own = put(tmp_path / "in" / "甲", {"申报表.pdf": b"y", "b/c.pdf": b"z"})
    (own / "偷.pdf").symlink_to(secret / "秘密.pdf")
    (own / "目录").symlink_to(secret)
    (own / "圈").symlink_to(own)
    (own / "空").symlink_to(own / "没有")
    (own / "副本.pdf").symlink_to(own / "申报表.pdf")
    os.mkfifo(own / "管道.pdf")
    found, told = names(only(tmp_path / "in"))
    assert found == ["副本.pdf", "申报表.pdf", "b/c.pdf"]
    assert told == ["document_link"] * 5
    (tmp_path / "in" / "甲").rename(tmp_path / "乙")
    (tmp_path / "in" / "丙").symlink_to(tmp_path / "乙")
    with pytest.raises(EcpanelError, match="dossier_link"):
        list(only(tmp_path / "in").files())


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_unpacked_in_the_wrong_code_are_read_as_gbk(tmp_path: Path) -> None:
    own = tmp_path / "甲"
    own.mkdir()
    (own / os.fsdecode("申报表.pdf".encode("gbk"))).write_bytes(b"x")
    (one,) = only(tmp_path).files()
    assert one.name == "申报表.pdf"
    with open_place(one.place) as opened:
        assert opened.read() == b"x"


@pytest.mark.parametrize(
    "content", [b"", b"not a zip", zipped({"a": b"b" * 900})[:-30]], ids=["empty", "text", "cut"]
)
def test_a_damaged_zip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(EcpanelError, match="dossier_archive_damaged"):
        list(only(tmp_path).files())


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOSSIER_ARCHIVE_ENTRIES", 2)
    (tmp_path / "a.zip").write_bytes(zipped({"a": b"1", "b": b"2", "c": b"3"}))
    with pytest.raises(EcpanelError, match="dossier_archive_entries"):
        list(only(tmp_path).files())


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.bmp": bytes(70 * limits.MIB), "b.bmp": bytes(limits.MIB)}))
    assert names(only(tmp_path)) == (["b.bmp"], ["document_bomb"])
    monkeypatch.setattr(archive, "ARCHIVE_SIZE", 1000)
    with pytest.raises(EcpanelError, match="dossier_archive_bomb"):
        list(only(tmp_path).files())


def test_oversize_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCUMENT_SIZE", 10)
    put(tmp_path / "a", {"big.pdf": b"x" * 11, "small.pdf": b"x"})
    (tmp_path / "b.zip").write_bytes(zipped({"big.pdf": b"x" * 11, "small.pdf": b"x"}))
    assert [names(one) for one in list_dossiers(tmp_path)] == [(["small.pdf"], ["document_too_large"])] * 2


def test_encrypted_and_strangely_packed_members(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("a.pdf", b"1", zipfile.ZIP_LZMA)
        made.writestr("b.pdf", b"2")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert names(only(tmp_path)) == ([], ["document_packing", "document_locked"])


@pytest.mark.parametrize("what", ["file", "archive", "member", "text"])
def test_places_that_are_gone(tmp_path: Path, what: str) -> None:
    put(tmp_path / "a", {"x.pdf": b"1"})
    (tmp_path / "b.zip").write_bytes(zipped({"x.pdf": b"1"}))
    folder, packed = (next(source.files()).place for source in list_dossiers(tmp_path))
    place = {"file": folder, "archive": packed, "member": packed.replace("x.pdf", "y.pdf"), "text": "/a!x"}[
        what
    ]
    if what == "file":
        (tmp_path / "a" / "x.pdf").unlink()
    if what == "archive":
        (tmp_path / "b.zip").unlink()
    with pytest.raises(EcpanelError) as caught, open_place(place):
        pass
    assert caught.value.code == "document_gone"
    assert set(caught.value.params) == {"place"}


def test_a_place_with_a_mark_in_it_is_no_riddle(tmp_path: Path) -> None:
    put(tmp_path / "a.zip!b", {"c.pdf": b"folder"})
    (tmp_path / "a.zip").write_bytes(zipped({"b/c.pdf": b"zip"}))
    for source in list_dossiers(tmp_path):
        for one in source.files():
            with open_place(one.place) as file:
                assert file.read() == (b"zip" if source.name == "a" else b"folder")


def test_stray_files_and_missing_folder(tmp_path: Path) -> None:
    put(tmp_path, {"汇总.xlsx": b"1", "甲.rar": b"2", "Thumbs.db": b"3", "乙.ZIP": b"4"})
    assert stray_files(tmp_path) == ["汇总.xlsx", "甲.rar"]
    assert [one.name for one in list_dossiers(tmp_path)] == ["乙"]
    with pytest.raises(EcpanelError, match="dossiers_folder"):
        list_dossiers(tmp_path / "none")


def test_random_access_to_a_deflated_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "_SMALLEST_SPAN", 50_000)
    chance = random.Random(1)
    content = b"".join(chance.randbytes(40) * chance.randint(1, 30) for _ in range(3000))
    (tmp_path / "a.zip").write_bytes(zipped({"x.bin": content}))
    (one,) = only(tmp_path).files()
    with one.open() as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
        for _ in range(400):
            start, length = chance.randrange(len(content)), chance.choice([1, 100, 5000, 300_000])
            file.seek(start)
            assert file.read(length) == content[start : start + length]
        assert file.read(0) == b""
        file.seek(len(content) + 5)
        assert file.read() == b""


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    for stored in (True, False):
        raw = bytearray(zipped({"x.bin": random.Random(2).randbytes(5000)}, stored=stored))
        raw[2500] ^= 255
        (tmp_path / "a.zip").write_bytes(raw)
        (one,) = only(tmp_path).files()
        with pytest.raises(OSError, match="damaged"), one.open() as file:
            file.read()
