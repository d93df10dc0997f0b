"""The check report on paper: hundreds of findings, names that never end, and nothing over the edge."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from ecpanel.domain.finding import FINDING_LABELS, Finding, FindingKind, FindingState, branch, unchecked
from ecpanel.domain.problems import error, note
from ecpanel.progress import Cancelled
from ecpanel.records import sha256
from ecpanel.reports.agreement import page_texts
from ecpanel.reports.check_report import CheckedBundle, draw_check_report, grouped, show_size, two_lines
from ecpanel.reports.page import LEFT, TEXT_WIDTH
from ecpanel.texts import problem_sentence

MARK = "ZWYZ-VA44-XZ2Y-0Q8N-7HJ4-XXS7-RB5B-CMKZ"
LONG_HAN = "佐证材料" * 47 + "张堃喆㛃𬭸.pdf"
LONG_LATIN = "a_very_long_name_without_any_blank_" * 5 + "0123456789012345678901.xlsx"


def plain(text: str) -> str:
    """As `page_texts` gives it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def member(number: int, name: str = "", state: FindingState = FindingState.PASSED) -> Finding:
    name = name or f"submissions/E{number:03d}-1.json"
    problems = (error("bundle_member_changed", member=name),) if state is FindingState.FAILED else ()
    facts = {"size": number * 1000, "sha256": sha256(name.encode()), "wanted": ""}
    return Finding(FindingKind.MEMBER, name, state, "与签名清单一致", facts, problems)


def submission(number: int) -> Finding:
    groups = [sha256(f"{number}{place}".encode())[:4].upper() for place in range(8)]
    facts = {"fingerprint": "-".join(groups), "at": "2021-11-24 16:20", "who": "买买提·艾力江"}
    label = f"E{number:02d} 买买提·艾力江　第{number}版"
    return Finding(FindingKind.SUBMISSION, label, FindingState.PASSED, "", facts)


def firm(number: int, state: FindingState = FindingState.PASSED) -> Finding:
    facts = {"score": 10000 - number, "rank": number, "again_score": 10000 - number, "again_rank": number}
    if state is FindingState.FAILED:
        facts = {**facts, "score": None, "rank": None}
    label = f"C{number:03d} {'内蒙古自治区㛃𬭸科技（集团）股份有限公司' * (1 + number % 3)}"
    return Finding(FindingKind.CANDIDATE, label, state, "", facts)


def checked(*findings: Finding, **changes: object) -> CheckedBundle:
    found = CheckedBundle(
        title="2021年电子商务示范企业综合评价",
        file="成果包.zip",
        size=12_345_678,
        sha256=sha256(b"bundle"),
        chair="张堃喆",
        fingerprint=MARK,
        signed_at="2021-11-24 16:20",
        sound=False,
        headline="成果包不可采信",
        verdict=problem_sentence(note("verdict_unsound", count=1)),
        problems=(),
        notes=(),
        marks=(),
        findings=findings,
        checked_at="2021-11-24 16:25",
        program="ecpanel 0.1.0",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def large() -> CheckedBundle:
    """Sixty members, fifteen experts, 370 firms, 120 of everything in trouble."""
    members = [
        member(number, state=FindingState.FAILED if number % 3 else FindingState.PASSED)
        for number in range(1, 181)
    ]
    members += [member(181, LONG_HAN), member(182, LONG_LATIN, FindingState.FAILED)]
    firms = [
        firm(number, FindingState.FAILED if number % 9 == 0 else FindingState.PASSED)
        for number in range(1, 371)
    ]
    files = branch(FindingKind.FILES, members, "有文件不符")
    signatures = branch(FindingKind.SIGNATURES, [submission(number) for number in range(1, 16)])
    calculation = branch(FindingKind.CALCULATION, firms)
    consistency = branch(FindingKind.CONSISTENCY, [unchecked(FindingKind.DATA)])
    problems = tuple(problem for one in members for problem in one.problems)
    return checked(
        files,
        signatures,
        calculation,
        consistency,
        problems=problems,
        file=LONG_LATIN,
        marks=("演练", "占位"),
    )


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return draw_check_report(large())


def boxes(pdf: bytes) -> list[tuple[int, float, float, float, float]]:
    """Page and box of every visible character."""
    found = []
    document = PdfDocument(pdf)
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for place in range(text.count_chars()):
            if text.get_text_range(place, 1).strip():
                found.append((number, *text.get_charbox(place)))
        text.close()
        page.close()
    document.close()
    return found


def test_hundreds_of_findings_are_all_on_paper(drawn: bytes):
    text = "".join(page_texts(drawn))
    bundle = large()
    for found in bundle.findings[:3]:
        for one in found.children:
            assert plain(one.label) in text
            assert str(one.facts.get("sha256") or "") in text
            assert str(one.facts.get("fingerprint") or "").replace("-", "") in text
    assert text.count("已被改动或损坏") == len(bundle.problems) > 120
    assert "99.99" in text


def test_nothing_leaves_the_type_area(drawn: bytes):
    """Left and right of the 版心 nothing is printed, whatever the names."""
    found = boxes(drawn)
    assert len(found) > 20_000
    assert min(one[1] for one in found) > LEFT - 2
    assert max(one[3] for one in found) < LEFT + TEXT_WIDTH + 2
    assert min(one[2] for one in found) > 7 * mm
    assert max(one[4] for one in found) < A4[1] - 12 * mm


def test_a_long_name_wraps_whole(drawn: bytes):
    text = "".join(page_texts(drawn))
    for name in (LONG_HAN, LONG_LATIN):
        assert len(name) >= 195 and name in text


def test_a_report_of_nothing_read_still_stands():
    findings = (
        Finding(
            FindingKind.FILES,
            "文件",
            FindingState.FAILED,
            "打不开",
            {},
            (error("not_a_package", file="x.zip"),),
        ),
        *(
            unchecked(kind)
            for kind in (FindingKind.SIGNATURES, FindingKind.CALCULATION, FindingKind.CONSISTENCY)
        ),
    )
    bundle = checked(
        *findings, title="", chair="", fingerprint="", signed_at="", size=None, sha256="",
        problems=findings[0].problems,
    )  # fmt: skip
    pdf = draw_check_report(bundle)
    text = "".join(page_texts(pdf))
    assert text.count("未核对") == 3 and "未能读取" in text and "未算出" in text and "附件" not in text
    document = PdfDocument(pdf)
    assert len(document) == 1
    document.close()


def test_what_is_sound_is_not_red_and_says_so():
    bundle = checked(sound=True, headline="成果包完好", findings=())
    text = "".join(page_texts(draw_check_report(bundle)))
    assert "成果包完好" in text and "没有发现问题" in text


def test_drawing_can_be_cancelled():
    def cancel(done: int, total: int, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        draw_check_report(large(), cancel)


def test_digests_and_fingerprints_stand_in_groups():
    digest = sha256(b"")
    assert grouped(digest).count("\n") == 1 and grouped(digest).replace("\n", " ").count(" ") == 7
    assert re.sub(r"\s", "", grouped(digest)) == digest and grouped("") == ""
    assert two_lines(MARK) == "ZWYZ VA44 XZ2Y 0Q8N\n7HJ4 XXS7 RB5B CMKZ"
    assert FINDING_LABELS.keys() <= set(FindingKind)


@pytest.mark.parametrize(
    ("size", "words"),
    [(None, "未能读取"), (0, "0 字节"), (1023, "1023 字节"), (1024, "1.0 KB"), (12_345_678, "11.8 MB")],
)
def test_sizes_are_said_in_words(size: int | None, words: str):
    assert show_size(size) == words
