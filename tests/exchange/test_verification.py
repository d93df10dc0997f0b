"""What verification says of a bundle: a tree of findings that is never greener than what was looked at."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from forgery import edited, flipped, members_of, packed, pair_of, resigned, stranger
from pypdfium2 import PdfDocument
from small_review import EXPERTS, FIRMS, SmallReview, clock, make_review

from ecpanel import __version__
from ecpanel.cli import FAULTY, OK, REFUSED, main
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import FINDING_LABELS, Finding, FindingKind, FindingState, problems_of, walk
from ecpanel.exchange import limits
from ecpanel.exchange.result_bundle import (
    BOOK,
    BOOK_SIGNATURE,
    MANIFEST,
    REPORT,
    SHA256SUMS,
    SIGNATURE,
    WORKBOOK,
)
from ecpanel.progress import Cancelled, silent
from ecpanel.records import sha256
from ecpanel.services.verification import WHOLE, Verification, verify_bundle, write_check_report
from ecpanel.texts import problem_sentence

PASSED, FAILED, NOT_CHECKED = FindingState.PASSED, FindingState.FAILED, FindingState.NOT_CHECKED
BRANCHES = (FindingKind.FILES, FindingKind.SIGNATURES, FindingKind.CALCULATION, FindingKind.CONSISTENCY)


@pytest.fixture(scope="module")
def members(review: SmallReview) -> dict[str, bytes]:
    return members_of(review.bundle.read_bytes())


@pytest.fixture(scope="module")
def sound(review: SmallReview) -> Verification:
    return verify_bundle(review.bundle, silent)


Verify = Callable[..., Verification]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """Verify bytes as a file of their own."""

    def act(content: bytes, fingerprint: str = "", name: str = "成果包.zip") -> Verification:
        path = tmp_path / name
        path.write_bytes(content)
        return verify_bundle(path, silent, fingerprint)

    return act


def states(found: Verification) -> tuple[FindingState, ...]:
    assert tuple(one.kind for one in found.findings) == BRANCHES
    return tuple(one.state for one in found.findings)


def branch_of(found: Verification, kind: FindingKind) -> Finding:
    return next(one for one in found.findings if one.kind is kind)


def failing(found: Verification) -> list[tuple[FindingKind, str]]:
    """The findings that failed by themselves, not through their children."""
    return [
        (one.kind, one.label)
        for _, one in walk(found.findings)
        if one.state is FAILED and not any(child.state is FAILED for child in one.children)
    ]


def plain(text: str) -> str:
    return re.sub(r"[\s—-]+", "", text)


# A sound bundle


def test_a_sound_bundle_passes_in_every_finding(sound: Verification):
    assert sound.sound and sound.problems == ()
    assert {one.state for _, one in walk(sound.findings)} == {PASSED}
    assert all(one.detail for one in sound.findings)


def test_every_member_stands_among_the_files_with_its_digest(sound: Verification, review: SmallReview):
    files = branch_of(sound, FindingKind.FILES).children
    with zipfile.ZipFile(review.bundle) as archive:
        assert {one.label: one.facts["sha256"] for one in files} == {
            name: sha256(archive.read(name)) for name in archive.namelist()
        }
        assert {one.label: one.facts["size"] for one in files} == {
            info.filename: info.file_size for info in archive.infolist()
        }
    assert sound.size == review.bundle.stat().st_size
    assert sound.sha256 == sha256(review.bundle.read_bytes())


def test_every_expert_stands_among_the_signatures_with_his_fingerprint(
    sound: Verification, review: SmallReview
):
    signatures = branch_of(sound, FindingKind.SIGNATURES).children
    experts = {one.facts["expert_id"]: one for one in signatures if one.kind is FindingKind.SUBMISSION}
    assert {key: one.facts["fingerprint"] for key, one in experts.items()} == review.fingerprints
    assert {key: one.facts["who"] for key, one in experts.items()} == {e.expert_id: e.name for e in EXPERTS}
    assert all(one.facts["at"] == "2021-07-05 12:00" and "采用" in one.detail for one in experts.values())
    chair = pair_of(review.chair).fingerprint
    for kind in (FindingKind.CHAIR_SIGNATURE, FindingKind.REPORT_SIGNATURE):
        assert next(one for one in signatures if one.kind is kind).facts["fingerprint"] == chair


def test_every_firm_stands_in_the_calculation_with_score_and_rank(
    sound: Verification, members: dict[str, bytes]
):
    data = json.loads(members["data.json"])
    told = {one["candidate_id"]: (one["score"], one["rank"]) for one in data["lines"]}
    firms = [
        one for one in branch_of(sound, FindingKind.CALCULATION).children if one.kind is FindingKind.CANDIDATE
    ]
    assert len(firms) == len(FIRMS)
    for one in firms:
        key = str(one.facts["candidate_id"])
        assert (one.facts["score"], one.facts["rank"]) == told[key]
        assert (one.facts["again_score"], one.facts["again_rank"]) == told[key]
    assert any(name in one.label for one in firms for name, _ in FIRMS)


def test_the_verdict_names_chair_fingerprint_time_and_counts(sound: Verification, review: SmallReview):
    mark = pair_of(review.chair).fingerprint
    assert sound.headline == "成果包完好"
    for part in (EXPERTS[0].name, mark, "2021-07-05 12:00", "3位专家", "全部3家", "重新计算一致"):
        assert part in sound.verdict
    assert "\n" not in sound.verdict and sound.verdict.count("。") == 1


def test_without_a_known_fingerprint_the_chair_is_not_said_to_be_proven(
    sound: Verification, review: SmallReview
):
    assert "bundle_by_paper" in [one.code for one in sound.notes]
    mark = pair_of(review.chair).fingerprint
    typed = mark.lower().replace("-", " ").replace("0", "o")
    told = verify_bundle(review.bundle, silent, typed)
    assert told.sound and told.compared
    assert "bundle_by_paper" not in [one.code for one in told.notes]
    assert "与给出的纸面指纹一致" in told.verdict and "与给出的纸面指纹一致" not in sound.verdict
    identity = branch_of(told, FindingKind.SIGNATURES).children[1]
    assert (identity.kind, identity.state) == (FindingKind.CHAIR_IDENTITY, PASSED)


def test_the_placeholder_scheme_stands_in_the_marks(sound: Verification):
    assert any("参考指标体系" in one for one in sound.marks)
    assert "bundle_placeholder" in [one.code for one in sound.notes]


# What is wrong stands in its own place, and what comes after is not green


def test_a_flipped_member_fails_alone_and_nothing_after_is_green(members: dict[str, bytes], verify: Verify):
    apart = {MANIFEST, SIGNATURE, "certificates/chair.pem", BOOK, BOOK_SIGNATURE}
    for name in sorted(members.keys() - apart):
        body = members[name]
        found = verify(packed({**members, name: flipped(body, len(body) // 2)}))
        assert failing(found) == [(FindingKind.MEMBER, name)]
        assert states(found) == (FAILED, NOT_CHECKED, NOT_CHECKED, NOT_CHECKED)
        member = next(one for one in found.findings[0].children if one.label == name)
        assert member.facts["sha256"] != member.facts["wanted"] == sha256(body)
        signatures = {one.label: one.state for one in found.findings[1].children}
        for kind in (FindingKind.CHAIR_SIGNATURE, FindingKind.BOOK):
            assert signatures.pop(FINDING_LABELS[kind]) is PASSED
        assert set(signatures.values()) == {NOT_CHECKED} and len(signatures) == 1 + len(EXPERTS)


def test_a_flipped_book_of_sign_offs_fails_by_itself(members: dict[str, bytes], verify: Verify):
    for name in (BOOK, BOOK_SIGNATURE):
        found = verify(packed({**members, name: flipped(members[name], len(members[name]) // 2)}))
        assert failing(found) == [(FindingKind.BOOK, FINDING_LABELS[FindingKind.BOOK])]
        left = verify(packed({one: body for one, body in members.items() if one != name}))
        assert [one.code for one in left.problems] == ["bundle_missing"] and not left.sound


def test_a_flipped_manifest_leaves_nothing_but_a_failed_signature(members: dict[str, bytes], verify: Verify):
    found = verify(packed({**members, MANIFEST: flipped(members[MANIFEST], 40)}))
    assert [kind for kind, _ in failing(found)] == [FindingKind.CHAIR_SIGNATURE]
    assert states(found) == (NOT_CHECKED, FAILED, NOT_CHECKED, NOT_CHECKED)
    assert PASSED not in {one.state for _, one in walk(found.findings)}
    assert found.manifest is None and found.headline == "成果包不可采信"
    assert "发现1处问题" in found.verdict and "向组长索取原包" in found.verdict


def test_a_member_missing_from_zip_and_manifest_is_named(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    left = {name: body for name, body in members.items() if name != WORKBOOK}
    found = verify(resigned(left, pair_of(review.chair)))
    assert failing(found) == [(FindingKind.MEMBER, WORKBOOK)]


def test_an_edited_score_fails_at_its_firm_only(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    data = edited(members["data.json"], lambda p: p["lines"][1].update(score=9999))
    found = verify(resigned({**members, "data.json": data}, pair_of(review.chair)))
    calculation = branch_of(found, FindingKind.CALCULATION)
    wrong = [one for one in calculation.children if one.state is FAILED]
    assert [one.facts["candidate_id"] for one in wrong] == ["C002"]
    assert "包中为得分99.99" in wrong[0].detail and "重新计算为得分" in wrong[0].detail
    assert wrong[0].facts["score"] == 9999 != wrong[0].facts["again_score"]
    assert [one.code for one in calculation.problems] == ["recalculation_differs"]
    assert states(found)[:3] == (PASSED, PASSED, FAILED)
    consistency = {one.kind: one.state for one in branch_of(found, FindingKind.CONSISTENCY).children}
    assert consistency == {
        FindingKind.DATA: PASSED,
        FindingKind.REPORT: FAILED,
        FindingKind.WORKBOOK: FAILED,
        FindingKind.ATTACHMENTS: FAILED,
        FindingKind.JOURNAL: PASSED,
        FindingKind.SUMS: PASSED,
    }


def test_an_edited_cell_fails_at_its_firm_though_score_and_rank_agree(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    data = edited(members["data.json"], lambda p: p["lines"][0]["cells"][0].update(points=0))
    found = verify(resigned({**members, "data.json": data}, pair_of(review.chair)))
    [wrong] = [one for one in branch_of(found, FindingKind.CALCULATION).children if one.state is FAILED]
    assert wrong.facts["candidate_id"] == "C001" and "记录不同" in wrong.detail


def test_an_edited_recommendation_fails_though_every_firm_agrees(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    data = edited(members["data.json"], lambda p: p.update(recommended=["C003"]))
    found = verify(resigned({**members, "data.json": data}, pair_of(review.chair)))
    assert {kind for kind, _ in failing(found)} == {FindingKind.OTHER_RECORDS, FindingKind.ATTACHMENTS}
    firms = [one.state for one in branch_of(found, FindingKind.CALCULATION).children[:-1]]
    assert firms == [PASSED] * len(FIRMS)


def test_an_edited_original_fails_at_its_expert_and_is_not_counted_with(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    body = members["submissions/E02-1.json"].replace("材料齐全".encode(), "材料不全".encode(), 1)
    found = verify(resigned({**members, "submissions/E02-1.json": body}, pair_of(review.chair)))
    assert [(kind, label[:3]) for kind, label in failing(found)] == [(FindingKind.SUBMISSION, "E02")]
    assert states(found) == (PASSED, FAILED, NOT_CHECKED, PASSED)


def test_an_original_nobody_counted_fails_by_its_name(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    name = "submissions/E02-2.json"
    found = verify(resigned({**members, name: members["submissions/E02-1.json"]}, pair_of(review.chair)))
    assert failing(found) == [(FindingKind.SUBMISSION, name)]


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("journal.json", b"[1]", FindingKind.JOURNAL),
        (REPORT, b"%PDF-1.7", FindingKind.REPORT_SIGNATURE),
        (WORKBOOK, b"PK", FindingKind.WORKBOOK),
        ("data.json", b"{}", FindingKind.DATA),
    ],
)
def test_what_the_chair_signed_unread_fails_in_its_own_place(
    name: str, body: bytes, kind: FindingKind, review: SmallReview, members: dict[str, bytes], verify: Verify
):
    found = verify(resigned({**members, name: body}, pair_of(review.chair)))
    assert kind in [one for one, _ in failing(found)]
    assert states(found)[0] is PASSED
    assert not found.sound


def test_unreadable_data_does_not_hide_what_was_found_before(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    wrong = {**members, "data.json": b"{}", "journal.json": b"[1]"}
    found = verify(resigned(wrong, pair_of(review.chair)))
    assert {one.code for one in found.problems} == {"journal_broken", "record_unreadable"}
    assert states(found) == (PASSED, NOT_CHECKED, NOT_CHECKED, FAILED)


def test_another_fingerprint_than_on_paper_ends_the_verification(
    members: dict[str, bytes], review: SmallReview, verify: Verify
):
    found = verify(resigned(members, stranger()), pair_of(review.chair).fingerprint)
    assert [kind for kind, _ in failing(found)] == [FindingKind.CHAIR_IDENTITY]
    assert states(found) == (PASSED, FAILED, NOT_CHECKED, NOT_CHECKED)
    assert not found.compared


@pytest.mark.parametrize("content", [b"", b"not a zip at all" * 100, b"PK\x03\x04" + b"\0" * 500])
def test_what_is_no_bundle_gets_a_verdict_and_nothing_green(content: bytes, verify: Verify):
    found = verify(content)
    assert states(found) == (FAILED, NOT_CHECKED, NOT_CHECKED, NOT_CHECKED)
    assert PASSED not in {one.state for _, one in walk(found.findings)}
    assert found.headline == "不能校验" and "不可采信" in found.verdict and "成果包.zip" in found.verdict
    assert (found.size, found.sha256) == (len(content), sha256(content))


def test_a_missing_file_and_a_folder_get_a_verdict(tmp_path: Path):
    for path, code in ((tmp_path / "没有.zip", "file_missing"), (tmp_path, "file_is_folder")):
        found = verify_bundle(path, silent)
        assert [one.code for one in found.problems] == [code]
        assert not found.sound and found.size is None and found.sha256 == ""


def test_a_manifest_that_lists_thousands_of_absent_files_is_one_problem(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    def swell(manifest: dict[str, list[dict[str, object]]]) -> None:
        entry = manifest["entries"][0]
        manifest["entries"] += [{**entry, "name": f"{n}.pdf"} for n in range(limits.BUNDLE_ENTRIES)]

    found = verify(resigned(members, pair_of(review.chair), edit=swell))
    assert [one.code for one in found.problems] == ["too_many_members"]


def test_names_from_outside_cannot_steer_the_terminal(
    review: SmallReview, members: dict[str, bytes], verify: Verify
):
    chair = "\x1b[2J欧阳明\u202e\n成果包完好"
    found = verify(resigned(members, pair_of(review.chair), edit=lambda p: p.update(chair=chair)))
    assert [one.code for one in found.problems] == ["data_inconsistent"], (
        "the data know the chair by his name"
    )
    shown = found.verdict + "".join(one.label + one.detail for _, one in walk(found.findings))
    assert not re.search("[\x00-\x1f\u202e]", shown)


# Progress


def test_progress_is_fine_and_only_goes_forward(review: SmallReview):
    told: list[tuple[int, int, str]] = []
    verify_bundle(review.bundle, lambda *one: told.append(one))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert {total for _, total, _ in told} == {WHOLE} and told[-1][0] == WHOLE
    texts = " ".join(text for _, _, text in told)
    for part in ("核对文件 1/", "核对专家原始提交 3/3", "比对得分与名次 3/3", "核对评审报告"):
        assert part in texts
    assert len(told) > 25


def test_it_can_be_cancelled_at_every_step(review: SmallReview, tmp_path: Path):
    path = tmp_path / "成果包.zip"
    path.write_bytes(review.bundle.read_bytes())
    steps = 0

    def count(done: int, total: int, text: str) -> None:
        nonlocal steps
        steps += 1

    verify_bundle(path, count)
    for stop in range(0, steps, 5):
        left = stop

        def cancel(done: int, total: int, text: str) -> None:
            nonlocal left
            if left == 0:
                raise Cancelled
            left -= 1

        with pytest.raises(Cancelled):
            verify_bundle(path, cancel)
    path.unlink()


# The check report


def text_of(path: Path) -> str:
    """What another reader takes out of a PDF, without blanks and dashes."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return plain(done.stdout.decode())


def test_the_report_of_a_sound_bundle_tells_verdict_digests_and_fingerprints(
    sound: Verification, review: SmallReview, tmp_path: Path
):
    path = tmp_path / "校验报告.pdf"
    digest = write_check_report(sound, path, clock)
    assert digest == sha256(path.read_bytes())
    text = text_of(path)
    head = sound.manifest
    assert head is not None
    assert plain(sound.verdict) in text
    for mark in (*review.fingerprints.values(), pair_of(review.chair).fingerprint):
        assert plain(mark) in text
    for entry in head.entries:
        assert plain(entry.name) in text and entry.sha256 in text
    for part in (
        sound.sha256,
        f"{sound.size}字节",
        f"ecpanel{__version__}",
        "2021-07-05 12:00",
        head.review_title,
        "没有发现问题",
        "甲骨网络科技有限公司",
        *(plain(problem_sentence(one)) for one in sound.notes),
    ):
        assert plain(part) in text, part
    assert "未核对" not in text and "不通过" not in text


def test_every_page_bears_its_number_and_the_marks(sound: Verification, tmp_path: Path):
    path = tmp_path / "校验报告.pdf"
    write_check_report(sound, path, clock)
    document = PdfDocument(path.read_bytes())
    assert len(document) >= 3
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        text = textpage.get_text_range()
        assert f"— {number + 1} —" in text
        assert all(plain(mark) in plain(text) for mark in sound.marks)
        assert sound.sha256[:8] in text
        textpage.close()
        page.close()
    document.close()


def test_a_rehearsal_is_called_one_in_verdict_and_report(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
):
    rehearsal = make_review(tmp_path_factory.mktemp("演练成果"), rehearsal=True)
    found = verify_bundle(rehearsal.bundle, silent)
    assert found.sound and found.marks[0] == "演练"
    assert "bundle_rehearsal" in [one.code for one in found.notes]
    path = tmp_path / "校验报告.pdf"
    write_check_report(found, path, clock)
    assert "不得用于任何正式用途" in text_of(path)
    document = PdfDocument(path.read_bytes())
    for page in document:
        textpage = page.get_textpage()
        assert "演练" in textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()
    damaged = members_of(rehearsal.bundle.read_bytes())
    damaged["data.json"] = flipped(damaged["data.json"], 10)
    (tmp_path / "坏.zip").write_bytes(packed(damaged))
    assert verify_bundle(tmp_path / "坏.zip", silent).marks == ("演练",)


def test_the_report_of_a_faulty_bundle_tells_every_problem_and_what_was_not_checked(
    members: dict[str, bytes], verify: Verify, tmp_path: Path
):
    changed = {name: flipped(body, 5) for name, body in members.items() if name.startswith("submissions/")}
    found = verify(packed({**members, **changed}))
    path = tmp_path / "校验报告.pdf"
    write_check_report(found, path, clock)
    text = text_of(path)
    assert plain(found.verdict) in text and "成果包不可采信" in text
    assert len(found.problems) == len(changed)
    for one in found.problems:
        assert plain(problem_sentence(one)) in text
    for name, body in changed.items():
        assert sha256(body) in text and sha256(members[name]) in text
    assert "bundle_by_paper" not in [one.code for one in found.notes]
    assert "未核对" in text and "不通过" in text
    assert found.manifest is not None and plain(found.manifest.chair_fingerprint) in text


def test_a_file_that_is_no_bundle_gets_a_report_too(verify: Verify, tmp_path: Path):
    for name, content in (("照片.zip", b"\x89PNG" * 50), ("空" * 80 + ".zip", b"")):
        found = verify(content, name=name)
        path = tmp_path / "校验报告.pdf"
        write_check_report(found, path, clock)
        text = text_of(path)
        assert plain(name) in text and sha256(content) in text and plain(found.verdict) in text
        assert "不通过" in text and "未核对" in text
    gone = verify_bundle(tmp_path / "没有.zip", silent)
    write_check_report(gone, path, clock)
    assert "未能读取" in text_of(path)


def test_equal_verdicts_of_one_minute_give_equal_bytes(sound: Verification, tmp_path: Path):
    first = write_check_report(sound, tmp_path / "一.pdf", clock)
    assert write_check_report(sound, tmp_path / "二.pdf", clock) == first


def test_the_report_never_replaces_the_bundle(review: SmallReview, tmp_path: Path):
    path = tmp_path / "成果包.zip"
    path.write_bytes(review.bundle.read_bytes())
    link = tmp_path / "别名.pdf"
    link.symlink_to(path)
    found = verify_bundle(path, silent)
    for target in (path, link):
        with pytest.raises(EcpanelError, match="check_report_over_bundle"):
            write_check_report(found, target, clock)
    assert path.read_bytes() == review.bundle.read_bytes()


# The command line


def test_the_command_prints_the_tree_writes_the_report_and_keeps_its_status(
    review: SmallReview, members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    report = tmp_path / "校验报告.pdf"
    assert main(["verify", str(review.bundle), "--tree", "--report", str(report)]) == OK
    told = capsys.readouterr().out
    assert "成果包完好" in told and str(report) in told and report.stat().st_size > 10_000
    for part in ("[通过] 文件：", "  [通过] data.json：", "  [通过] E03 买买提·艾力江", "  [通过] C002 北斗"):
        assert part in told
    bad = tmp_path / "坏.zip"
    bad.write_bytes(packed({**members, SHA256SUMS: members[SHA256SUMS] + b" "}))
    assert main(["verify", str(bad), "--tree"]) == FAULTY
    told = capsys.readouterr().out
    assert "不可采信" in told and "  [不通过] SHA256SUMS" in told and "[未核对] 计算" in told


def test_the_command_tells_findings_as_codes(
    review: SmallReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    report = tmp_path / "校验报告.pdf"
    assert main(["verify", str(review.bundle), "--json", "--report", str(report)]) == OK
    told = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in told["findings"]] == [kind.value for kind in BRANCHES]
    assert {one["state"] for one in told["findings"]} == {"passed"}
    assert told["sha256"] == sha256(review.bundle.read_bytes()) and report.exists()
    assert told["problems"] == [] and [one["code"] for one in told["notes"]][-1] == "bundle_by_paper"
    kinds = [one["kind"] for one in told["findings"][1]["findings"]]
    assert kinds.count("submission") == len(EXPERTS) and kinds.count("declaration") == len(EXPERTS) + 1
    assert {"chair_signature", "report_signature", "workbook_signature", "book"} <= set(kinds)


def test_a_report_over_the_bundle_is_refused_by_the_command(
    review: SmallReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "成果包.zip"
    path.write_bytes(review.bundle.read_bytes())
    assert main(["verify", str(path), "--report", str(path)]) == REFUSED
    assert "另取一个文件名" in capsys.readouterr().err
    assert path.read_bytes() == review.bundle.read_bytes()


# The tree itself


def test_a_problem_told_twice_counts_once(sound: Verification, members: dict[str, bytes], verify: Verify):
    found = verify(packed({**members, "data.json": flipped(members["data.json"], 9)}))
    doubled = (*found.findings, found.findings[0])
    assert problems_of(doubled) == found.problems != ()


def test_a_tree_with_anything_unchecked_is_not_sound(sound: Verification):
    for place in range(len(sound.findings)):
        findings = list(sound.findings)
        findings[place] = replace(findings[place], state=NOT_CHECKED)
        assert not replace(sound, findings=tuple(findings)).sound
    assert not replace(sound, findings=()).sound
