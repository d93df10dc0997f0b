"""The formats page is enough: a reader written from it alone reads and refuses what the program does."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import second_reader
import second_reader_shell
from forgery import (
    document_replaced,
    edited,
    flipped,
    forged_score,
    forged_task,
    honest_task,
    inside_of,
    members_of,
    own_score,
    packed,
    pair_of,
    patched,
    renamed,
    resigned,
    signed_slip,
    stranger,
)
from second_reader import read_score, read_slip, read_task
from second_reader_bundle import read_bundle
from second_reader_shell import Refused
from small_review import FIRMS, PASSPHRASE, SmallReview, clock, copy_store

from ecpanel.domain.result import Result
from ecpanel.domain.submission import Submission
from ecpanel.exchange import container, limits
from ecpanel.exchange.task_package import open_task
from ecpanel.records import from_json, to_plain
from ecpanel.services import chair
from ecpanel.services.identity import sealing_identity
from ecpanel.services.opening import open_store


@pytest.fixture(scope="module")
def identity(review: SmallReview) -> str:
    """The chair's secret address."""
    with open_store(review.chair, PASSPHRASE) as store, store.reading() as connection:
        return sealing_identity(connection)


@pytest.fixture(scope="module")
def mark(review: SmallReview) -> str:
    """The chair's fingerprint as known from paper."""
    return pair_of(review.chair).fingerprint


@pytest.fixture(scope="module")
def review_id(review: SmallReview) -> str:
    return str(json.loads(members_of(review.packages["E01"].read_bytes())["package.json"])["review_id"])


def test_the_second_reader_shares_nothing_with_the_program() -> None:
    modules = sorted(Path(second_reader.__file__).parent.glob("second_reader*.py"))
    roots = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name.split(".")[0]
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    own = {path.stem for path in modules}
    assert roots - set(sys.stdlib_module_names) - own == {"argon2", "cryptography", "pyrage"}


def test_the_page_prints_the_limits_and_names_every_travelling_code() -> None:
    page = (Path(container.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert len(page.splitlines()[0]) > 0 and page.splitlines()[0].isascii() and page.splitlines()[1].isascii()
    for number in (limits.NAME_LENGTH, limits.RATIO, limits.SUBMISSIONS):
        assert str(number) in page
    for number in (limits.TASK_ENTRIES, limits.BUNDLE_ENTRIES, limits.WORKBOOK_ROWS):
        assert f"{number // 1000} {number % 1000:03d}" in page
    raised = {
        node.args[0].value
        for path in Path(container.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "EcpanelError"
        and isinstance(node.args[0], ast.Constant)
    }
    own = {
        "disk_full",
        "folder_closed",
        "folder_missing",
        "document_closed",
        "document_damaged",
        "write_differs",
        "document_changed",
        "points_unreadable",
        "workbook_old_format",
        "sm2_support_missing",
    }
    own |= {code for code in raised if code.startswith("ukey_")}
    assert {code for code in raised - own if f"`{code}`" not in page} == set()


@pytest.mark.parametrize("owner", ["E01", "E02", "E03", "chair"])
def test_a_task_package_reads_the_same(owner: str, review: SmallReview) -> None:
    second = read_task(review.tasks[owner].read_bytes(), review.slips[owner])
    with open_task(review.tasks[owner], review.slips[owner]) as task:
        assert second.contents == to_plain(task.contents)
        assert second.sha256 == task.contents_sha256
        for packed_document in task.contents.documents:
            assert task.open_document(packed_document).read() == second.documents[packed_document.member]
    assert len(second.documents) == {"E01": 6, "E02": 6, "E03": 4, "chair": 0}[owner]
    originals = {path.read_bytes() for path in (review.folder / "申报材料").rglob("*.png")}
    assert set(second.documents.values()) <= originals
    assert owner in ("E03", "chair") or len({*map(len, second.documents.values())} - {0}) > 1


def test_a_document_of_several_chunks_reads_the_same(review: SmallReview) -> None:
    documents = read_task(review.tasks["E01"].read_bytes(), review.slips["E01"]).documents
    longest = max(documents.values(), key=len)
    assert len(longest) > second_reader.CHUNK
    assert longest == (review.folder / "申报材料" / FIRMS[0][0] / "佐证材料.png").read_bytes()


@pytest.mark.parametrize("expert", ["E01", "E02", "E03"])
def test_a_score_package_reads_the_same(
    expert: str, review: SmallReview, identity: str, mark: str, review_id: str
) -> None:
    second = read_score(review.packages[expert].read_bytes(), identity, mark, review_id)
    assert second.submission == to_plain(from_json(Submission, second.content, where="submission"))
    assert second.content == inside_of(review, expert)["submission.json"]
    assert second.fingerprint == review.fingerprints[expert]
    assert second.verifier.startswith("$argon2id$v=19$")
    task = read_task(review.tasks[expert].read_bytes(), review.slips[expert])
    assert second.submission["task_sha256"] == task.sha256
    pledge = hashlib.sha256(task.contents["pledge"].encode()).hexdigest()
    assert second.submission["sign_in"]["pledge_sha256"] == pledge


def test_a_bundle_reads_the_same(review: SmallReview, mark: str) -> None:
    content = review.bundle.read_bytes()
    second = read_bundle(content, mark)
    members = members_of(content)
    assert second.result == to_plain(from_json(Result, members["data.json"], where="data"))
    assert second_reader_shell.canonical(second.result) == members["data.json"]
    assert sorted(second.originals) == [f"submissions/E0{n}-1.json" for n in (1, 2, 3)]
    for n in (1, 2, 3):
        assert members[f"submissions/E0{n}-1.json"] == inside_of(review, f"E0{n}")["submission.json"]


def test_cards_and_slips_read_the_same(review: SmallReview, mark: str, tmp_path: Path) -> None:
    found = second_reader.check_card(json.loads(review.card.read_bytes()), "chair")
    assert second_reader_shell.fingerprint(found) == mark
    with open_store(copy_store(review.chair_later, tmp_path), PASSPHRASE) as store:
        slip, _ = chair.reopen_submission(store, "E02", "原件有误需重交", clock)
    assert (
        read_slip(slip, found)["replaces"]
        == hashlib.sha256(inside_of(review, "E02")["submission.json"]).hexdigest()
    )
    with pytest.raises(Refused, match="signature_invalid"):
        read_slip(signed_slip(slip, stranger()), found)
    with pytest.raises(Refused, match="format_newer"):
        read_slip(signed_slip(slip, pair_of(review.chair), version=2), found)


def test_the_page_spells_a_fingerprint_as_the_program_does(review: SmallReview) -> None:
    page = (Path(container.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert f"`{second_reader_shell.spelled(bytes.fromhex('DEADBEEF00'))}`" in page
    for expert in ("E01", "E02", "E03"):
        pair = pair_of(review.handed_in[expert])
        assert second_reader_shell.fingerprint(pair.certificate) == pair.fingerprint


Change = Callable[[SmallReview], bytes]


def _set(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain.update(values)


def _task(review: SmallReview) -> bytes:
    return review.tasks["E01"].read_bytes()


def _score(review: SmallReview) -> bytes:
    return review.packages["E01"].read_bytes()


def _bundle(review: SmallReview) -> bytes:
    return review.bundle.read_bytes()


def _changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    members = members_of(content)
    return packed({**members, name: change(members[name])})


def _middle(content: bytes) -> bytes:
    return flipped(content, len(content) // 2)


TASKS: list[tuple[Change, str]] = [
    (lambda r: _task(r)[:-20], "not_a_package"),
    (lambda r: renamed(_task(r), 1, "../x"), "member_name"),
    (lambda r: renamed(_task(r), 1, "PACKAGE.json"), "member_doubled"),
    (lambda r: patched(_task(r), 1, flags=1), "member_kind"),
    (lambda r: patched(_task(r), 1, size=2**31), "zip_bomb"),
    (lambda r: packed({**members_of(_task(r)), "x": b""}), "member_unexpected"),
    (lambda r: forged_task(r, "E01", head_edit=_set(version=2, more=1)), "format_newer"),
    (lambda r: forged_task(r, "E01", head_edit=lambda h: h["key"].update(memory_kib=64 << 20)), "record_unreadable"),
    (lambda r: r.tasks["E02"].read_bytes(), "task_passphrase_wrong"),
    (lambda r: _changed(_task(r), "contents.json.enc", _middle), "member_damaged"),
    (lambda r: _changed(_task(r), "documents/00001.enc", _middle), "member_damaged"),
    (lambda r: _changed(_task(r), "documents/00001.enc", lambda b: b[: 2**20 + 16] + bytes(16)), "member_damaged"),
    (lambda r: document_replaced(r, "E01", b"x"), "member_damaged"),
    (lambda r: forged_task(r, "E01", _set(pledge="")), "signature_invalid"),
    (lambda r: forged_task(r, "E01", _set(pledge=""), stranger()), "signature_invalid"),
    (lambda r: honest_task(r, "E01", _set(version=2, more=1)), "format_newer"),
    (lambda r: honest_task(r, "E01", lambda p: p["scheme"].update(title="x")), "record_unreadable"),
]  # fmt: skip
SCORES: list[tuple[Change, str]] = [
    (lambda r: _score(r)[:-20], "not_a_package"),
    (lambda r: _changed(_score(r), "sealed.age", lambda b: flipped(b, len(b) - 9)), "seal_broken"),
    (lambda r: forged_score(r, "E01", head_edit=_set(version=2, more=1)), "format_newer"),
    (lambda r: forged_score(r, "E01", head_edit=_set(sealed_to="0")), "sealed_to_other"),
    (lambda r: forged_score(r, "E01", head_edit=_set(review_id="0")), "review_foreign"),
    (lambda r: forged_score(r, "E01", edit=_set(submitted_at="")), "signature_invalid"),
    (lambda r: forged_score(r, "E01", inner=lambda m: _changed(packed(m), "meeting.p7s", _middle)), "signature_invalid"),
    (lambda r: forged_score(r, "E01", signer=stranger()), "submission_inconsistent"),
    (lambda r: forged_score(r, "E01", inner=lambda m: renamed(packed(m), 3, "x")), "member_unexpected"),
    (lambda r: own_score(r, "E01", _set(version=2, more=1)), "format_newer"),
    (lambda r: own_score(r, "E01", _set(number=1000)), "record_unreadable"),
    (lambda r: own_score(r, "E01", lambda p: p["sheets"][0].update(total=1.5)), "record_unreadable"),
]  # fmt: skip
BUNDLES: list[tuple[Change, str]] = [
    (lambda r: _bundle(r)[:-20], "not_a_package"),
    (lambda r: packed({**members_of(_bundle(r)), "x": b""}), "bundle_extra"),
    (lambda r: packed({n: b for n, b in members_of(_bundle(r)).items() if n != "data.json"}), "bundle_missing"),
    *((lambda r, n=name: _changed(_bundle(r), n, _middle), "bundle_member_changed")
      for name in ("评审报告.pdf", "data.json", "journal.json", "SHA256SUMS", "submissions/E02-1.p7s")),
    (lambda r: _changed(_bundle(r), "manifest.json", _middle), "signature_invalid"),
    (lambda r: _changed(_bundle(r), "manifest.json.p7s", _middle), "signature_invalid"),
    (lambda r: resigned(members_of(_bundle(r)), stranger()), "chair_fingerprint_differs"),
    (lambda r: resigned(members_of(_bundle(r)), pair_of(r.chair), edit=_set(version=3, more=1)), "format_newer"),
    (lambda r: resigned({**(m := members_of(_bundle(r))), "submissions/E01-1.json":
                         edited(m["submissions/E01-1.json"], _set(submitted_at=""))}, pair_of(r.chair)),
     "signature_invalid"),
    (lambda r: resigned({**(m := members_of(_bundle(r))), "journal.json":
                         m["journal.json"].replace(b"intake", b"intakt")}, pair_of(r.chair)), "journal_broken"),
    (lambda r: resigned({**(m := members_of(_bundle(r))), "data.json":
                         edited(m["data.json"], lambda p: p["scheme"].update(title="x"))}, pair_of(r.chair)),
     "data_inconsistent"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), TASKS)
def test_a_tampered_task_package_is_refused_by_the_second_reader_too(
    change: Change, code: str, review: SmallReview
) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        read_task(change(review), review.slips["E01"])


@pytest.mark.parametrize(("change", "code"), SCORES)
def test_a_tampered_score_package_is_refused_by_the_second_reader_too(
    change: Change, code: str, review: SmallReview, identity: str, mark: str, review_id: str
) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        read_score(change(review), identity, mark, review_id)


@pytest.mark.parametrize(("change", "code"), BUNDLES)
def test_a_tampered_bundle_is_refused_by_the_second_reader_too(
    change: Change, code: str, review: SmallReview, mark: str
) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        read_bundle(change(review), mark)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_commands_on_the_page_accept_the_bundle(review: SmallReview, tmp_path: Path) -> None:
    for name, body in members_of(review.bundle.read_bytes()).items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(body)
    page = (Path(container.__file__).parent / "README.md").read_text(encoding="utf-8")
    commands = [line.strip() for line in page.split("## 12")[1].splitlines() if line.startswith("    ")]
    ready = [one for one in commands if shutil.which(one.split()[0]) and "card" not in one]
    assert sum(one.startswith("openssl cms") for one in ready) == 3
    for command in [one for one in ready if "sm2" not in one]:
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
