"""The stand-alone checker says of every bundle what the program says, and never falls over."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from forgery import edited, flipped, members_of, packed, pair_of, resigned, stranger
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_review import CORRECTION, PASSPHRASE, SmallReview, clock, copy_store
from test_second_reader_signoffs import DISSENT, Signed, names_of, rebooked

from ecpanel.cli import main
from ecpanel.domain.meeting import ReasonCode, Vote
from ecpanel.progress import silent
from ecpanel.services.chair import CorrectionRequest, correct
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store
from ecpanel.services.sign_off import Signing, write_result_bundle
from ecpanel.services.signatories import Opinion, by_own_store

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
SOUND, UNREADABLE, FAULTY = 0, 3, 4
VERDICTS = {SOUND: "成果包完好", UNREADABLE: "不能校验", FAULTY: "成果包不可采信"}
Members = dict[str, bytes]


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def checker() -> ModuleType:
    """The checker's own `__main__`, in process."""
    sys.path.insert(0, str(PACKAGING / "checker"))
    try:
        return _loaded("ecpanel_check", PACKAGING / "checker" / "__main__.py")
    finally:
        sys.path.remove(str(PACKAGING / "checker"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file that people get."""
    path: Path = _loaded("build_checker", PACKAGING / "checker.py").build(tmp_path_factory.mktemp("校验工具"))
    return path


@pytest.fixture(scope="module")
def signed(review: SmallReview, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A bundle with a corrected score, agreed to by E02, differed from by E03."""
    folder = tmp_path_factory.mktemp("更正")
    with open_store(copy_store(review.chair_later, folder / "组长"), PASSPHRASE) as store:
        open_moderation(store, "", clock)
        asked = CorrectionRequest(
            "E02", "C002", "B1", 0, ReasonCode.OUTLIER, "复阅材料后更正", "E01", Vote(3, 0, 0), CORRECTION
        )
        correct(store, asked, clock)
        given = [
            by_own_store(store, copy_store(review.handed_in[key], folder / key), PASSPHRASE, opinion)
            for key, opinion in (("E02", Opinion()), ("E03", DISSENT))
        ]
        write_result_bundle(store, folder / "成果包.zip", clock, silent, Signing(given))
    return Signed(review, members_of((folder / "成果包.zip").read_bytes()), pair_of(review.chair_later))


Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(checker: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """What the checker says of some bytes, and that the program says the same of them."""

    def act(content: bytes, *more: str, program: bool = True) -> tuple[int, str]:
        path = tmp_path / "成果包.zip"
        path.write_bytes(content)
        capsys.readouterr()
        status: int = checker.main([str(path), *more])
        told = capsys.readouterr().out
        assert told.startswith(VERDICTS[status]) and all(line.endswith("。") for line in told.splitlines())
        if program:
            found = main(["verify", str(path), "--json", *more])
            problems = [one["code"] for one in json.loads(capsys.readouterr().out)["problems"]]
            assert (status == SOUND) == (found == 0), (told, problems)
        assert path.read_bytes() == content and list(tmp_path.iterdir()) == [path]
        return status, told

    return act


# The file itself


def test_the_built_file_is_the_same_each_time_and_needs_only_cryptography(
    built: Path, tmp_path: Path
) -> None:
    again = _loaded("build_checker", PACKAGING / "checker.py").build(tmp_path / "x.pyz")
    assert again.read_bytes() == built.read_bytes() and built.name == "ecpanel-check.pyz"
    with zipfile.ZipFile(built) as archive:
        trees = {name: ast.parse(archive.read(name), feature_version=(3, 9)) for name in archive.namelist()}
    roots = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name.split(".")[0]
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    own = {name.removesuffix(".py") for name in trees}
    assert roots - set(sys.stdlib_module_names) - own == {"cryptography"}
    assert "open" not in {
        node.func.id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }, "it opens one file, to read"


def run(built: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(built), *(str(one) for one in arguments)]
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_built_file_tells_sound_from_faulty_from_unreadable(
    built: Path, signed: Signed, tmp_path: Path
) -> None:
    path = tmp_path / "成果包.zip"
    path.write_bytes(packed(signed.members))
    mark = signed.chair.fingerprint.lower().replace("-", " ").replace("0", "o")
    done = run(built, path, "--fingerprint", mark)
    assert (done.returncode, done.stderr) == (SOUND, "")
    assert done.stdout.startswith("成果包完好。") and "与给出的纸面指纹一致" in done.stdout
    assert "3家企业的得分和名次" in done.stdout and "E03 买买提·艾力江 有不同意见：北斗" in done.stdout
    path.write_bytes(packed({**signed.members, "data.json": flipped(signed.members["data.json"], 900)}))
    done = run(built, path)
    assert (done.returncode, done.stderr) == (FAULTY, "") and "“data.json”被改动或损坏" in done.stdout
    path.write_bytes(b"\xff" * 5000)
    for file in (path, tmp_path, tmp_path / "没有.zip"):
        done = run(built, file)
        assert (done.returncode, done.stderr) == (UNREADABLE, "") and done.stdout.startswith("不能校验：")


def test_without_cryptography_it_says_what_to_install(built: Path, review: SmallReview) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(built), str(review.bundle)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (UNREADABLE, "")
    assert done.stdout.count("。") == 1 and "pip install cryptography" in done.stdout


# Against the program


def test_sound_bundles_are_sound_to_both(say: Say, signed: Signed, review: SmallReview) -> None:
    status, told = say(packed(signed.members), "--fingerprint", signed.chair.fingerprint)
    assert status == SOUND and "未核对：评审报告和工作簿的内嵌签名" in told
    assert say(review.bundle.read_bytes())[0] == SOUND
    assert say(packed(signed.members, compress=True))[0] == SOUND


@pytest.mark.parametrize("share", [10, 50, 90])
def test_a_flip_in_any_member_is_seen_by_both(share: int, say: Say, signed: Signed) -> None:
    for name, body in signed.members.items():
        changed = {**signed.members, name: flipped(body, len(body) * share // 100)}
        status, told = say(packed(changed), program=share == 50)
        assert status == FAULTY and name in told, name


def test_a_member_removed_renamed_or_swapped_is_seen_by_both(say: Say, signed: Signed) -> None:
    names = list(signed.members)
    for place, name in enumerate(names):
        left = {one: body for one, body in signed.members.items() if one != name}
        status, told = say(packed(left), program=place % 3 == 0)
        assert status == (UNREADABLE if name == "manifest.json" else FAULTY) and name in told
        moved = {(f"x{one}" if one == name else one): body for one, body in signed.members.items()}
        assert say(packed(moved), program=place % 3 == 1)[0] != SOUND
        other = names[place - 1]
        swapped = {**signed.members, name: signed.members[other], other: signed.members[name]}
        same = signed.members[name] == signed.members[other]
        assert same or say(packed(swapped), program=place % 3 == 2)[0] != SOUND, name


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "submissions/E09-1.json",
        "分册/加.pdf",
        "signoffs/E01.txt",
        "../x",
        "DATA.json",
        "a/",
        "e\u0301",
        "con",
    ],
)
def test_a_member_too_many_is_seen_by_both(name: str, say: Say, signed: Signed) -> None:
    status, told = say(packed({**signed.members, name: b"x"}))
    assert status == FAULTY and "问题1：" in told


def test_a_zip_cut_glued_or_doubled_is_seen_alike(say: Say, signed: Signed) -> None:
    whole = packed(signed.members)
    for size in (0, 3, 21, 22, 100, len(whole) // 2, len(whole) - 1, len(whole) - 23):
        assert say(whole[:size])[0] == UNREADABLE
    for tail in (b"x", b"\0" * 5_000, b"x" * 70_000, whole):
        say(whole + tail)
    say(b"\0" * 100 + whole)
    doubled = [*signed.members.items(), ("data.json", signed.members["data.json"])]
    status, told = say(packed(doubled))
    assert status == FAULTY and "两个同名" in told


def _again(signed: Signed, name: str, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """The chair himself signs other data."""
    return resigned({**signed.members, name: edited(signed.members[name], edit)}, signed.chair)


EDITS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a score", lambda p: p["lines"][1].update(score=9999), "正式得分重新计算为"),
    ("an untrimmed score", lambda p: p["lines"][0].update(plain=1), "未去极值的得分"),
    ("a trimmed score", lambda p: p["lines"][0].update(trimmed=8550), "去极值的得分"),
    ("a score before corrections", lambda p: p["lines"][1].update(original_score=1), "更正前得分"),
    ("a rank", lambda p: p["lines"][0].update(rank=3), "名次3"),
    ("a cell", lambda p: p["lines"][0]["cells"][0].update(points=0), "分值与原始提交"),
    ("a total", lambda p: p["lines"][0]["totals"][0]["total"].update(numerator=1), "合计应为"),
    ("a correction gone", lambda p: p.update(corrections=[]), "分值与原始提交"),
    ("a correction from nothing", lambda p: p["corrections"][0].update(before=0), "更正前分值"),
    ("an expert left out", lambda p: p["lines"][0]["totals"][0].update(standing="missing"), "是否计入"),
    ("a firm held", lambda p: p["lines"][0].update(state="held"), "是否参加排名"),
    ("a firm without a score", lambda p: p["lines"][0].update(score=None), "得分"),
    ("a member too many", lambda p: p["lines"][0].update(more=1), "不合规定"),
    ("another firm", lambda p: p["lines"][0].update(candidate_id="C999"), "不一致"),
    ("another scheme", lambda p: p["scheme"].update(title="x"), "不一致"),
    ("another fingerprint", lambda p: p["submissions"][0].update(fingerprint="x"), "不是同一份"),
]


@pytest.mark.parametrize(("edit", "words"), [one[1:] for one in EDITS], ids=[one[0] for one in EDITS])
def test_data_the_chair_signs_against_the_originals_are_seen_by_both(
    edit: Callable[[dict[str, Any]], object], words: str, say: Say, signed: Signed
) -> None:
    status, told = say(_again(signed, "data.json", edit))
    assert status == FAULTY and words in told


def _alone(signed: Signed) -> Signed:
    """The bundle that the chair alone has signed."""
    bundle = members_of(signed.review.bundle.read_bytes())
    return replace(signed, members=bundle, chair=pair_of(signed.review.chair_later))


def test_what_the_checker_leaves_to_the_program_it_says(say: Say, signed: Signed) -> None:
    alone = _alone(signed)
    status, told = say(_again(alone, "data.json", lambda p: p.update(recommended=["C003"])), program=False)
    assert status == SOUND and "建议名单" in told and "未重新计算" in told


def test_originals_journal_and_sums_are_held(say: Say, signed: Signed) -> None:
    body = signed.members["submissions/E02-1.json"].replace("材料齐全".encode(), "材料不全".encode(), 1)
    for name, content, words in (
        ("submissions/E02-1.json", body, "专家E02对原始提交"),
        ("submissions/E02-2.json", body, "没有计入结果"),
        ("journal.json", signed.members["journal.json"].replace(b"intake", b"intakt"), "断了链"),
        ("journal.json", b"[1]", "断了链"),
        ("data.json", b"{}", "不是它应有的格式"),
        ("certificates/E02.pem", signed.members["certificates/E03.pem"], "专家E02对原始提交"),
    ):
        status, told = say(resigned({**signed.members, name: content}, signed.chair))
        assert status == FAULTY and words in told, name
    short = signed.members["SHA256SUMS"].split(b"\n", 1)[1]
    sums = rebooked_sums(signed, short)
    assert "“SHA256SUMS”与清单" in say(sums)[1]


def rebooked_sums(signed: Signed, sums: bytes) -> bytes:
    """Sums that leave a member out, under a manifest that lists them."""
    from hashlib import sha256

    from ecpanel.exchange.result_bundle import sm3

    def edit(plain: dict[str, Any]) -> None:
        [entry] = [one for one in plain["entries"] if one["name"] == "SHA256SUMS"]
        entry.update(size=len(sums), sha256=sha256(sums).hexdigest(), sm3=sm3(sums))

    made = members_of(resigned(signed.members, signed.chair, edit=edit))
    return packed({**made, "SHA256SUMS": sums})


def test_a_stranger_who_signs_everything_is_told_by_his_fingerprint(say: Say, signed: Signed) -> None:
    forged = resigned(signed.members, stranger())
    status, told = say(forged, "--fingerprint", signed.chair.fingerprint)
    assert status == FAULTY and stranger().fingerprint in told and "不是纸面上的组长" in told
    status, told = say(resigned(_alone(signed).members, stranger()), program=False)
    assert status == SOUND and "未核对：签名人是不是组长本人" in told, "only the PDF would tell"
    assert say(resigned(signed.members, signed.chair, edit=lambda p: p.update(version=3)))[0] != SOUND


def test_sign_offs_are_held(say: Say, signed: Signed) -> None:
    two, three = names_of("E02"), names_of("E03")
    crossed = {a: signed.members[b] for a, b in zip((*two, *three), (*three, *two), strict=True)}
    older = members_of(signed.review.bundle.read_bytes())
    agreed = edited(signed.members[three[0]], lambda p: p.update(verdict="agree", reasons=""))
    forged: list[tuple[Members, str]] = [
        (rebooked(signed, crossed), "不是其本人的"),
        (rebooked(signed, dict.fromkeys(three)), "包内缺少“signoffs/E03.json”"),
        (rebooked(signed, {three[0]: agreed}), "签名不成立"),
        (rebooked(signed, {}, edit=lambda p: p["lines"][2].update(state="agreed", reasons="")), "会签册"),
        (rebooked(signed, {}, signer=stranger()), "会签册的签名不成立"),
        ({**signed.members, **{n: older[n] for n in ("signoffs.json", "signoffs.json.p7s")}}, "另一份成果包"),
        ({n: b for n, b in signed.members.items() if n not in three}, "signoffs/E03"),
    ]
    for members, words in forged:
        status, told = say(packed(members))
        assert status == FAULTY and words in told, words


def test_who_signed_the_report_but_not_the_book_is_missed(say: Say, signed: Signed) -> None:
    def silence(plain: dict[str, Any]) -> None:
        plain["lines"][2].update(state="deemed", reasons="", signed_at="", fingerprint="", sha256="")

    gone = rebooked(signed, dict.fromkeys(names_of("E03")), edit=silence)
    status, told = say(packed(gone))
    assert status == FAULTY and "E03签了报告和工作簿，会签册里却没有其声明" in told


def test_paper_is_held_against_manifest_and_data(say: Say, signed: Signed) -> None:
    from hashlib import sha256

    digest, data = (sha256(signed.members[name]).hexdigest() for name in ("manifest.json", "data.json"))
    whole = packed(signed.members)
    assert say(whole, "--paper", f"{digest[:8]} … {digest[-8:]}")[0] == SOUND
    assert say(whole, "--paper", f"ECPANEL:MANIFEST:{digest.upper()}", program=False)[0] == SOUND
    assert say(whole, "--paper", f"{data[:8]}…{data[-8:]}", program=False)[0] == SOUND
    assert "纸上的摘要与包不符" in say(whole, "--paper", f"{digest[:8]}…{data[-8:]}")[1]


# Anything at all


def _changed(content: bytes, place: int, change: int) -> bytes:
    return content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]


def _heads(content: bytes) -> list[range]:
    """Where a zip keeps its own accounts: each member's head, and the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        heads = [
            range(info.header_offset, info.header_offset + 30 + len(info.filename.encode()))
            for info in archive.infolist()
        ]
        return [*heads, range(archive.start_dir, len(content))]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9 - 1), st.integers(1, 255))
def test_a_byte_changed_in_any_member_is_seen_by_both(
    say: Say, signed: Signed, share: int, change: int
) -> None:
    """All but the book's own signature, which no digest covers, though it may not be touched at will either."""
    content = packed(signed.members)
    heads = _heads(content)
    place = share * heads[-2].start // 10**9
    if not any(place in one for one in heads):
        assert say(_changed(content, place, change))[0] == FAULTY


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9 - 1), st.integers(1, 255))
@example(0, 1)
@example(10**9 - 1, 255)
def test_a_byte_changed_in_the_accounts_of_the_zip_is_told_alike(
    say: Say, signed: Signed, share: int, change: int
) -> None:
    content = packed(signed.members)
    places = [place for one in _heads(content) for place in one]
    say(_changed(content, places[share * len(places) // 10**9], change))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_noise_is_unreadable(say: Say, noise: bytes, head: bytes) -> None:
    assert say(head + noise, program=False)[0] in (UNREADABLE, FAULTY)


@pytest.mark.parametrize(
    "body", [b"[" * 10**6, b"9" * 10**6, b'{"a":1e5}', b'"\\ud800"', b"\xff\xfe[\0]\0", b"{}"]
)
def test_json_that_is_none_falls_nothing_over(body: bytes, say: Say, signed: Signed) -> None:
    for name in ("data.json", "journal.json"):
        status, told = say(resigned({**signed.members, name: body}, signed.chair), program=False)
        assert status == FAULTY and name in told


def test_more_than_memory_should_hold_is_not_read(say: Say, signed: Signed) -> None:
    for body in (b"[" + b"{}," * 4_000_000 + b"{}]", b" " * (65 * 2**20)):
        members = members_of(resigned({**signed.members, "data.json": body}, signed.chair))
        members["data.json"] = body
        assert say(packed(members), program=False)[0] == UNREADABLE
