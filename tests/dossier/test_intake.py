from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from dossier_files import firm, image, pdf, put, zipped

from ecpanel.domain.dossier import DocumentKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.dossier.intake import DossierReport, read_dossiers
from ecpanel.dossier.sources import open_place
from ecpanel.exchange import limits
from ecpanel.progress import Cancelled, silent
from ecpanel.texts import sentence

FIRMS = [
    firm(1, "浙江云畔数字科技有限公司"),
    firm(2, "义乌丝路通股份有限公司"),
    firm(3, "宁波海曙灯网络有限公司"),
]


def full(text: str) -> dict[str, bytes]:
    return {
        "附件3 申报表.pdf": pdf(2, text + "a"),
        "附件4 申报书.pdf": pdf(4, text + "b"),
        "佐证材料/10.执照.jpg": image("JPEG", size=(50 + len(text), 40)),
        "佐证材料/2.审计.pdf": pdf(3, text + "c"),
        "公函.tif": image("TIFF", 2, size=(30 + len(text), 40)),
    }


def codes(report: DossierReport) -> Counter[str]:
    for problem in report.problems:
        assert "{" not in sentence(problem.code, problem.params)
    return Counter(one.code for one in report.problems)


def test_a_whole_folder(tmp_path: Path) -> None:
    put(tmp_path / "01_浙江云畔数字科技有限公司", full("one"))
    inner = {f"义乌丝路通/{name}": content for name, content in full("second").items()}
    (tmp_path / "x.zip").write_bytes(zipped(inner, codec="gb18030"))
    put(tmp_path / "不知道是谁", {"a.pdf": pdf()})
    put(tmp_path, {"汇总.xlsx": b"1"})
    seen: list[tuple[int, int]] = []
    report = read_dossiers(tmp_path, FIRMS, lambda done, total, text: seen.append((done, total)))
    assert codes(report) == {"dossier_stray": 1, "dossier_unmatched": 1, "dossier_absent": 1}
    assert report.unmatched == ("不知道是谁",)
    own = [one for one, _ in report.documents if one.candidate_id == "C001"]
    assert [(one.document_id, one.kind, one.name, one.pages) for one in own] == [
        ("C001-01", DocumentKind.FORM, "附件3 申报表.pdf", 2),
        ("C001-02", DocumentKind.STATEMENT, "附件4 申报书.pdf", 4),
        ("C001-03", DocumentKind.EVIDENCE, "佐证材料/2.审计.pdf", 3),
        ("C001-04", DocumentKind.EVIDENCE, "佐证材料/10.执照.jpg", 1),
        ("C001-05", DocumentKind.LETTER, "公函.tif", 2),
    ]
    assert len(report.documents) == 10
    for document, place in report.documents:
        with open_place(place) as file:
            content = file.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (document.size, document.sha256)
    assert seen[-1][1] > 0
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert read_dossiers(tmp_path, FIRMS, silent) == report


def test_faults_stay_with_their_enterprise(tmp_path: Path) -> None:
    first = full("one") | {
        "佐证材料/空.pdf": b"",
        "佐证材料/程序.exe": b"MZ12",
        "佐证材料/坏.pdf": b"%PDF-1.4 x",
    }
    put(tmp_path / "浙江云畔数字科技有限公司", first | {"佐证材料/锁.pdf": pdf(password="x")})
    (tmp_path / "义乌丝路通股份有限公司.zip").write_bytes(b"PK broken")
    raw = bytearray(zipped(full("third!"), stored=True))
    raw[raw.index(b"%PDF") + 300] ^= 255
    (tmp_path / "宁波海曙灯网络有限公司.zip").write_bytes(raw)
    report = read_dossiers(tmp_path, FIRMS, silent)
    assert codes(report) == {
        "document_empty": 1,
        "document_wrong_kind": 1,
        "document_unreadable": 1,
        "document_locked": 1,
        "dossier_archive_damaged": 1,
        "document_damaged": 1,
        "dossier_missing": 5,
    }
    by_candidate = Counter(one.candidate_id for one, _ in report.documents)
    assert by_candidate == {"C001": 7, "C003": 4}
    assert all(one.params.get("candidate") for one in report.problems)


def test_equal_files(tmp_path: Path) -> None:
    shared = pdf(1, "same")
    put(tmp_path / FIRMS[0].name, full("1") | {"佐证材料/甲.pdf": shared, "佐证材料/乙.pdf": shared})
    put(tmp_path / FIRMS[1].name, full("22") | {"佐证材料/丙.pdf": shared, "公函.tif": full("1")["公函.tif"]})
    put(tmp_path / FIRMS[2].name, full("333"))
    report = read_dossiers(tmp_path, FIRMS, silent)
    assert codes(report) == {"document_twice": 1, "document_shared": 1}
    (problem,) = (one for one in report.problems if one.code == "document_shared")
    assert "C001" in problem.params["candidates"]
    assert "C002" in problem.params["candidates"]


def test_a_dossier_in_two_parts(tmp_path: Path) -> None:
    papers = full("1")
    put(tmp_path / "1 浙江云畔数字科技有限公司", dict(list(papers.items())[:3]))
    (tmp_path / "浙江云畔数字科技有限公司补充材料.zip").write_bytes(zipped(dict(list(papers.items())[3:])))
    report = read_dossiers(tmp_path, FIRMS[:1], silent)
    assert codes(report) == {"dossier_in_parts": 1}
    assert len({one.name for one, _ in report.documents}) == 5


def test_cancelling_stops_at_once(tmp_path: Path) -> None:
    put(tmp_path / FIRMS[0].name, full("1"))

    def cancel(done: int, total: int, text: str) -> None:
        if total:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_dossiers(tmp_path, FIRMS, cancel)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(EcpanelError) as caught:
        read_dossiers(tmp_path / "none", FIRMS, silent)
    assert sentence(caught.value.code, caught.value.params)


def test_memory_stays_flat(tmp_path: Path) -> None:
    big = random.Random(3).randbytes(limits.MIB) * 48
    (tmp_path / f"{FIRMS[0].name}.zip").write_bytes(zipped({"a.pdf": b"%PDF-1.4\n" + big}))
    put(tmp_path / FIRMS[1].name, {"a.pdf": b"%PDF-1.4\n" + big})
    del big
    tracemalloc.start()
    read_dossiers(tmp_path, FIRMS, silent)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * limits.MIB
