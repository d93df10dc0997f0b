"""Who signs a bundle: members present with their stores or UKeys, members by file, the chair's own; dissent,
SM2, ink, changed keys; and everything a forger could do about it."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from forgery import booked, edited, members_of, packed, pair_of, resigned, stranger
from PIL import Image
from plugged import LIBRARY, PIN, Bench, needs_softhsm
from pypdfium2 import PdfDocument
from small_review import EXPERTS, GROUP, PASSPHRASE, SmallReview, clock, copy_store

from ecpanel.cli import FAULTY, OK, PARTLY, REFUSED, main
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import FindingKind, FindingState, walk
from ecpanel.domain.sign_off import BookLine, SignOffState, Verdict
from ecpanel.exchange.keys import make_key
from ecpanel.exchange.result_bundle import (
    BOOK,
    BOOK_SIGNATURE,
    MANIFEST,
    SIGN_OFF_SHEET,
    SIGNATURE,
    SM2_SIGNATURE,
    WORKBOOK,
    declaration_members,
    stands_outside,
)
from ecpanel.progress import silent
from ecpanel.records import from_json, sha256
from ecpanel.reports.pdf_signature import check_signed_pdf
from ecpanel.reports.sign_off_sheet import qr_text
from ecpanel.services import chair, sign_in, task
from ecpanel.services.countersign import take_answers, write_request
from ecpanel.services.declaring import answer_request, read_sign_off_request
from ecpanel.services.follow_up import add_scans, verify_follow_up
from ecpanel.services.key_change import change_key
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import Store, open_store
from ecpanel.services.sign_off import Signing, write_result_bundle
from ecpanel.services.signatories import (
    Opinion,
    Signatory,
    TokenPlace,
    by_own_store,
    by_ukey,
    token_key,
    with_opinion,
)
from ecpanel.services.verification import Known, Verification, verify_bundle
from ecpanel.texts import problem_sentence

DISSENT = Opinion(Verdict.DISSENT, "北斗电商服务有限公司的研发投入没有审计报告，B2应扣两分，名次应在第三。")
Desk = Callable[[], Store]


@pytest.fixture
def desk(review: SmallReview, tmp_path: Path) -> Iterator[Store]:
    """The chair's store after intake, the moderation stage open, in a folder of its own."""
    store = open_store(copy_store(review.chair_later, tmp_path / "组长"), PASSPHRASE)
    with store:
        open_moderation(store, "", clock)
        yield store


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


def present(
    store: Store, review: SmallReview, expert: str, folder: Path, opinion: Opinion | None = None
) -> Signatory:
    """A member who brings his store."""
    return by_own_store(
        store, copy_store(review.handed_in[expert], folder / expert), PASSPHRASE, opinion or Opinion()
    )


def verified(path: Path, **known: Any) -> Verification:
    return verify_bundle(path, silent, known=Known(**known))


def refusal(act: Callable[..., object], *given: object, **named: object) -> str:
    with pytest.raises(EcpanelError) as caught:
        act(*given, **named)
    sentence = problem_sentence_of(caught.value)
    assert sentence.endswith("。") and "{" not in sentence
    return caught.value.code


def problem_sentence_of(fault: EcpanelError) -> str:
    from ecpanel.texts import error_sentence

    return error_sentence(fault)


def book_of(path: Path) -> dict[str, BookLine]:
    lines = json.loads(members_of(path.read_bytes())[BOOK])["lines"]
    return {one["expert_id"]: from_json(BookLine, json.dumps(one), where="book") for one in lines}


def text_of(content: bytes) -> str:
    document = PdfDocument(content)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


# Present at the chair's machine


def test_members_present_sign_documents_and_manifest_in_turn(desk, review, stick, tmp_path):
    bundle = stick / "成果包.zip"
    given = Signing([present(desk, review, "E02", tmp_path), present(desk, review, "E03", tmp_path, DISSENT)])
    write_result_bundle(desk, bundle, clock, silent, given)
    found = verified(bundle)
    assert found.sound, [problem_sentence(one) for one in found.problems]
    assert found.manifest is not None and found.manifest.document_signers == ("chair", "E02", "E03")
    lines = book_of(bundle)
    assert [one.state for one in lines.values()] == [
        SignOffState.AGREED,
        SignOffState.AGREED,
        SignOffState.DISSENTED,
    ]
    assert lines["E03"].reasons == DISSENT.reasons
    members = members_of(bundle.read_bytes())
    sheet = text_of(members[SIGN_OFF_SHEET])
    assert "研发投入没有审计报告" in sheet and sha256(members[MANIFEST])[:8] in sheet
    certificates = [pair_of(review.chair_later).certificate]
    certificates += [pair_of(review.handed_in[key]).certificate for key in ("E02", "E03")]
    check_signed_pdf(members["评审报告.pdf"], certificates, where="r")


def test_openssl_agrees_on_every_members_two_signatures_and_sees_tampering(desk, review, stick, tmp_path):
    bundle = stick / "成果包.zip"
    write_result_bundle(
        desk, bundle, clock, silent, Signing([present(desk, review, "E02", tmp_path)], sm2=True)
    )
    folder = tmp_path / "解压"
    for name, body in members_of(bundle.read_bytes()).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)

    def cms(signature: str, content: str, certificate: str) -> bool:
        words = [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            signature,
            "-content",
            content,
        ]
        words += ["-CAfile", certificate, "-purpose", "any", "-out", "/dev/null"]
        return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode == 0

    def sm2() -> bool:
        words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "certificates/chair-sm2.pem", "-rawin"]
        words += ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in", MANIFEST]
        words += ["-sigfile", SM2_SIGNATURE]
        return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode == 0

    pairs = [
        (SIGNATURE, MANIFEST, "certificates/chair.pem"),
        (BOOK_SIGNATURE, BOOK, "certificates/chair.pem"),
        *((f"signoffs/{key}.p7s", f"signoffs/{key}.json", f"signoffs/{key}.pem") for key in ("E01", "E02")),
        *((f"signoffs/{key}.manifest.p7s", MANIFEST, f"signoffs/{key}.pem") for key in ("E01", "E02")),
    ]
    assert all(cms(*one) for one in pairs) and sm2()
    for _, content, _ in pairs:
        body = (folder / content).read_bytes()
        (folder / content).write_bytes(body.replace(b"2021", b"2022", 1))
    assert not any(cms(*one) for one in pairs) and not sm2()


def test_a_store_that_is_not_his_signs_nothing(desk, review, stick, tmp_path):
    scoring = copy_store(review.scoring["E02"], tmp_path / "旧")
    assert refusal(by_own_store, desk, scoring, "不是口令", Opinion()) in (
        "passphrase_wrong",
        "store_passphrase_wrong",
    )
    fresh = tmp_path / "新" / "E02.ecreview"
    fresh.parent.mkdir()
    from small_review import CHEAP, CORRECTION

    task.open_task_package(review.tasks["E02"], review.slips["E02"], fresh, PASSPHRASE, CHEAP, clock, silent)
    with open_store(fresh, PASSPHRASE) as store:
        sign_in.sign_in(store, sign_in.SignInForm(True, True, (), CORRECTION), clock)
    assert refusal(by_own_store, desk, fresh, PASSPHRASE, Opinion()) == "key_differs"
    assert refusal(by_own_store, desk, copy_store(review.chair, tmp_path / "组"), PASSPHRASE, Opinion())
    twice = [present(desk, review, "E02", tmp_path)] * 2
    bundle = stick / "成果包.zip"
    assert refusal(write_result_bundle, desk, bundle, clock, silent, Signing(twice)) == "signatory_doubled"
    assert not bundle.exists()


def test_a_different_opinion_needs_reasons(desk, review, tmp_path):
    short = Opinion(Verdict.DISSENT, "　不 同 意　")
    assert refusal(present, desk, review, "E02", tmp_path, short) == "dissent_reason_short"
    member = present(desk, review, "E02", tmp_path / "又")
    assert refusal(with_opinion, member, short) == "dissent_reason_short"
    given = Signing(chair_opinion=short)
    assert (
        refusal(write_result_bundle, desk, tmp_path / "b.zip", clock, silent, given) == "dissent_reason_short"
    )


def test_the_chair_may_differ_too(desk, stick):
    bundle = stick / "成果包.zip"
    write_result_bundle(desk, bundle, clock, silent, Signing(chair_opinion=DISSENT))
    assert verified(bundle).sound
    lines = book_of(bundle)
    assert lines["E01"].state is SignOffState.DISSENTED
    assert {lines[key].state for key in ("E02", "E03")} == {SignOffState.DEEMED}


# By request and answer


@pytest.fixture
def signed(desk, stick) -> Path:
    """The bundle as the chair alone has signed it."""
    write_result_bundle(desk, stick / "成果包.zip", clock, silent)
    return stick / "成果包.zip"


def answered(
    review: SmallReview, expert: str, request: Path, stick: Path, folder: Path, opinion: Opinion
) -> Path:
    with open_store(copy_store(review.handed_in[expert], folder / expert), PASSPHRASE) as store:
        asked = read_sign_off_request(store, request)
        assert asked.number == 1
        return answer_request(store, request, opinion, stick, clock)


def test_members_sign_at_their_own_laptops_and_the_manifest_stays(desk, review, signed, stick, tmp_path):
    before = members_of(signed.read_bytes())
    request = write_request(desk, signed, stick, clock)
    assert request.stat().st_size < 100_000
    answers = [
        answered(review, "E02", request, stick, tmp_path, Opinion()),
        answered(review, "E03", request, stick, tmp_path, DISSENT),
    ]
    lines = take_answers(desk, signed, answers, signed, clock, silent)
    assert [(one.expert_id, one.taken) for one in lines] == [("E02", True), ("E03", True)]
    after = members_of(signed.read_bytes())
    kept = {name for name in before if not stands_outside(name, 2)} | {MANIFEST, SIGNATURE}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    found = verified(signed)
    assert found.sound, [problem_sentence(one) for one in found.problems]
    assert {key: one.state for key, one in book_of(signed).items()} == {
        "E01": SignOffState.AGREED,
        "E02": SignOffState.AGREED,
        "E03": SignOffState.DISSENTED,
    }


def test_a_later_answer_of_the_same_member_takes_the_place_of_the_first(
    desk, review, signed, stick, tmp_path
):
    request = write_request(desk, signed, stick, clock)
    for place, opinion in enumerate((Opinion(), DISSENT)):
        answer = answered(review, "E02", request, stick, tmp_path / str(place), opinion)
        take_answers(desk, signed, [answer], signed, clock, silent)
    assert verified(signed).sound
    assert book_of(signed)["E02"].state is SignOffState.DISSENTED


def test_one_bad_answer_does_not_stop_the_others(desk, review, signed, stick, tmp_path):
    request = write_request(desk, signed, stick, clock)
    good = answered(review, "E02", request, stick, tmp_path, Opinion())
    plain = json.loads(good.read_bytes())
    bad = stick / "坏.ecsigned"
    bad.write_bytes(json.dumps({**plain, "manifest_signature": plain["declaration_signature"]}).encode())
    noise = stick / "别的.ecsigned"
    noise.write_bytes(b"\x00\xff")
    before = signed.read_bytes()
    lines = take_answers(desk, signed, [bad, noise], signed, clock, silent)
    assert not any(one.taken for one in lines) and signed.read_bytes() == before
    assert [one.problems[0].code for one in lines] == ["signature_invalid", "record_unreadable"]
    lines = take_answers(desk, signed, [bad, good], signed, clock, silent)
    assert [one.taken for one in lines] == [False, True] and verified(signed).sound


def test_a_request_of_another_chair_or_without_my_scores_is_refused(desk, review, signed, stick, tmp_path):
    request = write_request(desk, signed, stick, clock)
    plain = json.loads(request.read_bytes())
    import base64

    from ecpanel.exchange import signing

    manifest = base64.b64decode(plain["manifest"])
    forged = stick / "假.ecsign"
    signature = base64.b64encode(signing.sign(manifest, stranger())).decode()
    forged.write_bytes(json.dumps({**plain, "signature": signature}).encode())
    less = edited(manifest, lambda p: p.update(entries=[e for e in p["entries"] if "E02-" not in e["name"]]))
    without = stick / "缺.ecsign"
    chairs = pair_of(review.chair_later)
    without.write_bytes(
        json.dumps(
            {
                **plain,
                "manifest": base64.b64encode(less).decode(),
                "signature": base64.b64encode(signing.sign(less, chairs)).decode(),
            }
        ).encode()
    )
    with open_store(copy_store(review.handed_in["E02"], tmp_path / "E02"), PASSPHRASE) as store:
        assert refusal(read_sign_off_request, store, forged) == "signature_invalid"
        assert refusal(read_sign_off_request, store, without) == "request_without_me"
        assert refusal(answer_request, store, without, Opinion(), stick, clock) == "request_without_me"
    with open_store(copy_store(review.scoring["E02"], tmp_path / "未交"), PASSPHRASE) as store:
        assert refusal(read_sign_off_request, store, request) == "not_submitted"
    assert not list(stick.glob("*.ecsigned"))


def test_requests_need_the_review_s_own_bundle(desk, review, stick, tmp_path):
    other = stick / "别的.zip"
    other.write_bytes(review.bundle.read_bytes())
    assert refusal(write_request, desk, other, stick, clock) == "bundle_not_signed_yet"
    write_result_bundle(desk, stick / "成果包.zip", clock, silent)
    assert refusal(write_request, desk, other, stick, clock) == "bundle_copy_differs"


# UKeys


class Authority:
    """A CA that issues UKey certificates, valid in the year of the review."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.certificate = self.issue("测试根CA", self.key, ca=True)

    def issue(
        self, name: str, key: rsa.RSAPrivateKey, *, ca: bool = False, until_days: int = 4000
    ) -> x509.Certificate:
        usage = [False] * 9
        usage[5 if ca else 0] = True
        issuer = "测试根CA"
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(clock() - timedelta(days=30))
            .not_valid_after(clock() + timedelta(days=until_days))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.KeyUsage(*usage), critical=True)
        )
        return builder.sign(self.key, hashes.SHA256())


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    (tmp_path / "ukey").mkdir()
    return Bench(tmp_path / "ukey", monkeypatch)


def ukey(drawer: Bench, authority: Authority, label: str, name: str) -> str:
    """A plugged UKey made out to somebody; its serial."""
    serial = drawer.plug(label)
    key = rsa.generate_private_key(65537, 2048)
    drawer.import_key(label, key)
    drawer.import_certificate(label, authority.issue(name, key))
    return serial


@needs_softhsm
def test_a_ukey_stands_in_for_chair_and_member(desk, drawer, authority, stick, tmp_path):
    bundle = stick / "成果包.zip"
    one = ukey(drawer, authority, "one", f"{EXPERTS[0].name} 330100199001010000")
    two = ukey(drawer, authority, "two", EXPERTS[1].name)
    with token_key(TokenPlace(LIBRARY, one, PIN), EXPERTS[0].name) as chairs:
        with token_key(TokenPlace(LIBRARY, two, PIN), EXPERTS[1].name) as members:
            given = Signing([by_ukey(desk, "E02", members, DISSENT)], chair_ukey=chairs)
            write_result_bundle(desk, bundle, clock, silent, given)
    found = verified(bundle, anchors=(authority.certificate,))
    assert found.sound, [problem_sentence(one) for one in found.problems]
    assert found.manifest is not None and found.manifest.document_signers == ("chair-ukey", "E02-ukey")
    judged = [one for _, one in walk(found.findings) if one.kind is FindingKind.UKEY]
    assert len(judged) == 2 and all("离线不能知道" in one.detail for one in judged)
    assert "revocation_unknown" in {one.code for one in found.notes}
    unjudged = verified(bundle)
    assert unjudged.sound and "ukey_not_anchored" in {one.code for one in unjudged.notes}
    states = {one.state for _, one in walk(unjudged.findings) if one.kind is FindingKind.UKEY}
    assert states == {FindingState.NOT_CHECKED}
    foreign = verified(bundle, anchors=(Authority().certificate,))
    assert not foreign.sound and {one.code for one in foreign.problems} == {"certificate_chain"}


@needs_softhsm
def test_a_ukey_of_somebody_else_is_refused(desk, drawer, authority):
    serial = ukey(drawer, authority, "one", "李四")
    with token_key(TokenPlace(LIBRARY, serial, PIN), EXPERTS[1].name) as signer:
        assert refusal(by_ukey, desk, "E02", signer, Opinion()) == "signer_name_differs"
        given = Signing(chair_ukey=signer)
        target = drawer.folder / "b.zip"
        assert refusal(write_result_bundle, desk, target, clock, silent, given) == "signer_name_differs"


@needs_softhsm
def test_a_ukey_pulled_while_signing_leaves_the_review_open(desk, drawer, authority, stick):
    serial = ukey(drawer, authority, "one", EXPERTS[0].name)
    bundle = stick / "成果包.zip"

    def pull(done: int, total: int, text: str) -> None:
        if text.startswith("签名评审报告"):
            drawer.unplug()

    with pytest.raises(EcpanelError) as caught:
        with token_key(TokenPlace(LIBRARY, serial, PIN), EXPERTS[0].name) as signer:
            write_result_bundle(desk, bundle, clock, pull, Signing(chair_ukey=signer))
    assert caught.value.code in ("ukey_gone", "ukey_refused")
    assert not bundle.exists()
    write_result_bundle(desk, bundle, clock, silent)
    assert verified(bundle).sound


# Keys that change


def test_a_changed_key_is_recorded_and_the_old_one_counts_no_more(desk, review, stick, tmp_path):
    old = review.fingerprints["E02"]
    fresh = make_key("张堃喆", "E02", clock()).fingerprint
    assert refusal(change_key, desk, "E02", fresh, "丢", clock) == "reason_missing"
    assert refusal(change_key, desk, "E02", "ABCD", "电脑遗失", clock) == "fingerprint_unreadable"
    assert refusal(change_key, desk, "E09", fresh, "电脑遗失", clock) == "expert_unknown"
    assert change_key(desk, "E02", fresh.lower().replace("-", " "), "电脑遗失，另行签到", clock) == old
    assert refusal(change_key, desk, "E02", old, "又找到了", clock) == "key_revoked"
    assert refusal(present, desk, review, "E02", tmp_path) == "key_differs"
    lines = chair.take_in(desk, [review.packages["E02"]], {}, clock, silent, dry_run=True)
    assert [one.problems[0].code for one in lines] == ["key_revoked"]
    bundle = stick / "成果包.zip"
    write_result_bundle(desk, bundle, clock, silent)
    acts = json.loads(members_of(bundle.read_bytes())["journal.json"])
    [act] = [one for one in acts if one[3] == "key_change"]
    assert old in act[5] and fresh in act[5] and "电脑遗失" in act[5]
    assert verified(bundle).sound


# Ink


def scan(folder: Path, name: str = "签名页.pdf") -> Path:
    path = folder / name
    Image.new("L", (200, 280), 240).save(path, "PDF" if name.endswith("pdf") else "PNG")
    return path


def test_ink_comes_back_in_a_follow_up_that_refers_to_the_bundle(desk, review, signed, stick, tmp_path):
    long_name = "扫描件" + "长" * 180 + ".png"
    scans = [scan(tmp_path), scan(tmp_path, "会签表_买买提·艾力江 㛃𬭸.png"), scan(tmp_path, long_name[-60:])]
    target = stick / "补充包.zip"
    add_scans(desk, signed, scans, "七人签齐", target, clock, silent)
    found = verify_follow_up(target, signed)
    assert found.sound and found.bound and found.scans == 3
    alone = verify_follow_up(target, None)
    assert alone.sound and [one.code for one in alone.notes] == ["follow_up_unbound"]
    assert [one.code for one in verify_follow_up(target, review.bundle).problems] == [
        "follow_up_other_bundle"
    ]
    again = stick / "补充包2.zip"
    add_scans(desk, signed, scans[:1], "", again, clock, silent)
    assert json.loads(members_of(again.read_bytes())["followup.json"])["number"] == 2


def test_a_follow_up_touched_anywhere_is_seen(desk, signed, stick, tmp_path):
    target = stick / "补充包.zip"
    add_scans(desk, signed, [scan(tmp_path)], "", target, clock, silent)
    members = members_of(target.read_bytes())
    for name, body in members.items():
        for forged in (
            {**members, name: body[:-1] + bytes([body[-1] ^ 1])},
            {one: content for one, content in members.items() if one != name},
        ):
            (tmp_path / "f.zip").write_bytes(packed(forged))
            assert not verify_follow_up(tmp_path / "f.zip", signed).sound, name
    (tmp_path / "f.zip").write_bytes(packed({**members, "扫描件/002 多.pdf": b"%PDF"}))
    assert [one.code for one in verify_follow_up(tmp_path / "f.zip", signed).problems] == ["bundle_extra"]


def test_what_is_no_scan_is_refused_and_nothing_is_written(desk, signed, stick, tmp_path):
    fake = tmp_path / "假.pdf"
    fake.write_bytes(b"MZ not a page")
    target = stick / "补充包.zip"
    assert refusal(add_scans, desk, signed, [fake], "", target, clock, silent) == "scan_unfit"
    assert refusal(add_scans, desk, signed, [], "", target, clock, silent) == "scans_missing"
    assert (
        refusal(add_scans, desk, signed, [tmp_path / "没有.pdf"], "", target, clock, silent) == "file_missing"
    )
    assert not target.exists()


# Paper


def test_paper_is_held_against_the_bundle(signed):
    members = members_of(signed.read_bytes())
    digest, data = sha256(members[MANIFEST]), sha256(members["data.json"])
    for paper in (
        f"{digest[:8]} … {digest[-8:]}",
        digest.upper(),
        qr_text(digest),
        f"{data[:8]}…{data[-8:]}",
    ):
        assert verified(signed, paper=paper).sound, paper
    wrong = verified(signed, paper=f"{digest[:8]}…{data[-8:]}")
    assert not wrong.sound and [one.code for one in wrong.problems] == ["paper_digits_differ"]


# What a forger could do


@pytest.fixture
def whole(desk, review, stick, tmp_path) -> dict[str, bytes]:
    """Members of a bundle that E02 agreed to and E03 differed from."""
    bundle = stick / "成果包.zip"
    given = Signing([present(desk, review, "E02", tmp_path), present(desk, review, "E03", tmp_path, DISSENT)])
    write_result_bundle(desk, bundle, clock, silent, given)
    return members_of(bundle.read_bytes())


def codes(members: dict[str, bytes], folder: Path) -> set[str]:
    path = folder / "假成果包.zip"
    path.write_bytes(packed(members))
    found = verify_bundle(path, silent)
    assert not found.sound
    assert all(problem_sentence(one).endswith("。") for one in found.problems)
    return {one.code for one in found.problems}


def rebooked(
    members: dict[str, bytes], review: SmallReview, lines: Any = None, **changes: bytes | None
) -> dict[str, bytes]:
    """The same bundle with other members outside the manifest, the book signed anew by the chair's own key."""
    outside = {name: body for name, body in members.items() if stands_outside(name, 2)}
    for name in (MANIFEST, BOOK, BOOK_SIGNATURE):
        outside.pop(name)
    for name, body in changes.items():
        if body is None:
            outside.pop(name)
        else:
            outside[name] = body
    told = tuple(lines if lines is not None else book_lines_of(members))
    inside = {name: body for name, body in members.items() if not stands_outside(name, 2)}
    book = booked(members[MANIFEST], outside, told, pair_of(review.chair_later))
    return {**inside, MANIFEST: members[MANIFEST], **outside, **book}


def book_lines_of(members: dict[str, bytes]) -> list[BookLine]:
    return [from_json(BookLine, json.dumps(one), where="b") for one in json.loads(members[BOOK])["lines"]]


def test_a_dissent_cannot_be_taken_out(whole, review, tmp_path):
    names = declaration_members("E03")
    left = {name: body for name, body in whole.items() if name not in names}
    assert codes(left, tmp_path) == {"bundle_missing"}
    assert codes(rebooked(whole, review, **dict.fromkeys(names)), tmp_path) == {"bundle_missing"}
    deemed = [
        replace(one, state=SignOffState.DEEMED, reasons="", signed_at="", fingerprint="", sha256="")
        if one.expert_id == "E03"
        else one
        for one in book_lines_of(whole)
    ]
    gone = rebooked(whole, review, deemed, **dict.fromkeys(names))
    assert codes(gone, tmp_path) == {"declaration_missing", "sheet_differs"}
    silent_lines = [
        replace(one, state=SignOffState.AGREED, reasons="") if one.expert_id == "E03" else one
        for one in book_lines_of(whole)
    ]
    assert codes(rebooked(whole, review, silent_lines), tmp_path) == {"book_lines_differ"}


def test_a_chair_cannot_declare_for_a_member(whole, review, tmp_path):
    """The chair takes the dissent out, and signs an agreement in the member's name with a key of his own."""
    from ecpanel.services.signatories import declare

    forged = make_key("买买提·艾力江", "E03", clock())
    mine = json.loads(whole["signoffs/E03.json"])["submission_sha256"]
    said = declare(
        whole[MANIFEST],
        json.loads(whole[MANIFEST])["review_id"],
        Signatory("E03", "买买提·艾力江", forged, Opinion()),
        mine,
        clock,
    )
    contents = (said.content, said.signature, said.manifest_signature, said.certificates)
    changes = dict(zip(declaration_members("E03"), contents, strict=True))
    assert "declaration_foreign_key" in codes(rebooked(whole, review, **changes), tmp_path)


def test_declarations_cannot_change_places_or_bundles(whole, review, tmp_path):
    two, three = declaration_members("E02"), declaration_members("E03")
    crossed = {a: whole[b] for a, b in zip((*two, *three), (*three, *two), strict=True)}
    assert codes(rebooked(whole, review, **crossed), tmp_path) == {"declaration_foreign_key"}
    older = members_of(review.bundle.read_bytes())
    foreign = {name: older[name] for name in declaration_members("E01")}
    assert "declaration_other_result" in codes(rebooked(whole, review, **foreign), tmp_path)
    book = {BOOK: older[BOOK], BOOK_SIGNATURE: older[BOOK_SIGNATURE]}
    assert codes({**whole, **book}, tmp_path) == {"book_other_manifest"}


def test_a_self_made_chair_is_told_by_his_fingerprint(whole, review, tmp_path):
    path = tmp_path / "假.zip"
    path.write_bytes(resigned(whole, stranger()))
    mark = pair_of(review.chair_later).fingerprint
    found = verify_bundle(path, silent, mark)
    assert [one.code for one in found.problems] == ["chair_fingerprint_differs"]
    assert not verify_bundle(path, silent).sound, "report and workbook bear the true chair's signatures"


def test_who_signed_the_documents_cannot_be_claimed(whole, review, tmp_path):
    chairs = pair_of(review.chair_later)
    for signers in (["chair"], ["chair", "E03", "E02"], ["chair", "E02", "E03", "E01"]):
        forged = members_of(resigned(whole, chairs, edit=lambda p, s=signers: p.update(document_signers=s)))
        found = codes(forged, tmp_path)
        assert found & {"pdf_signers_differ", "pdf_signature_invalid", "xlsx_signature_invalid"}, signers
    for signers in (["E02", "chair"], [], ["chair", "chair"]):
        forged = members_of(resigned(whole, chairs, edit=lambda p, s=signers: p.update(document_signers=s)))
        assert codes(forged, tmp_path) == {"record_unreadable"}


def test_a_workbook_saved_again_or_of_an_older_signing_is_seen(whole, review, tmp_path):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(whole[WORKBOOK]))
    target = io.BytesIO()
    book.save(target)
    chairs = pair_of(review.chair_later)
    forged = members_of(resigned({**whole, WORKBOOK: target.getvalue()}, chairs))
    assert "xlsx_signature_missing" in codes(forged, tmp_path) or "xlsx_unreadable" in codes(forged, tmp_path)
    older = members_of(review.bundle.read_bytes())[WORKBOOK]
    forged = members_of(resigned({**whole, WORKBOOK: older}, chairs))
    assert codes(forged, tmp_path) & {"xlsx_signature_missing", "xlsx_signature_invalid"}


def test_an_sm2_signature_of_another_is_seen(desk, review, stick, tmp_path):
    from ecpanel.exchange import sm2

    bundle = stick / "成果包.zip"
    write_result_bundle(desk, bundle, clock, silent, Signing(sm2=True))
    found = verified(bundle)
    assert found.sound
    assert [one.state for _, one in walk(found.findings) if one.kind is FindingKind.SM2_SIGNATURE] == [
        FindingState.PASSED
    ]
    members = members_of(bundle.read_bytes())
    forged = sm2.sign(members[MANIFEST], sm2.make_key())
    assert codes(rebooked(members, review, **{SM2_SIGNATURE: forged}), tmp_path) == {"sm2_signature_invalid"}
    assert codes(rebooked(members, review, **{SM2_SIGNATURE: None}), tmp_path) == {"bundle_missing"}


# By command line


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    for name in ("ECPANEL_PASSPHRASE", "ECPANEL_MEMBER"):
        monkeypatch.setenv(name, PASSPHRASE)
    monkeypatch.setenv("ECPANEL_PIN", PIN)

    def run(*arguments: object, status: int = OK) -> str:
        capsys.readouterr()
        found = main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        assert found == status, out + err
        assert "Traceback" not in err
        return out + err

    return run


def test_a_panel_signs_off_by_command_line(command, review, stick, tmp_path):
    store = copy_store(review.chair_later, tmp_path / "组长")
    own = {key: copy_store(review.handed_in[key], tmp_path / key) for key in ("E02", "E03")}
    bundle, request = stick / "成果包.zip", stick / "成果包_会签请求.ecsign"
    command("open-moderation", store)
    told = command(
        "bundle", store, bundle, "--member", own["E02"], "--dissent", f"E02={DISSENT.reasons}", "--sm2"
    )
    assert "成果包已签发" in told
    command("sign-off-request", store, bundle, stick)
    told = command("sign-off", own["E03"], request)
    assert "您的第1版提交在内" in told and not list(stick.glob("*.ecsigned"))
    command("sign-off", own["E03"], request, stick)
    (answer,) = stick.glob("*.ecsigned")
    assert "已收下 E03" in command("sign-offs", store, bundle, answer)
    noise = stick / "坏.ecsigned"
    noise.write_bytes(b"{}")
    command("sign-offs", store, bundle, answer, noise, status=PARTLY)
    command("sign-offs", store, bundle, noise, status=REFUSED)
    digest = sha256(members_of(bundle.read_bytes())[MANIFEST])
    told = command("verify", bundle, "--paper", f"{digest[:8]}…{digest[-8:]}", "--tree")
    assert "成果包完好" in told and "有不同意见" in told
    command("verify", bundle, "--paper", "00000000…00000000", status=FAULTY)
    extra = stick / "补充包.zip"
    command("follow-up", store, bundle, extra, scan(tmp_path))
    assert "补充包完好" in command("verify", extra, "--bundle", bundle)
    command("verify", extra, "--bundle", review.bundle, status=FAULTY)
    assert {one.expert_id for one in EXPERTS} == set(GROUP.members)


@needs_softhsm
def test_ukeys_by_command_line(command, review, drawer, authority, stick, tmp_path):
    store = copy_store(review.chair_later, tmp_path / "组长")
    serial = ukey(drawer, authority, "组长", EXPERTS[0].name)
    assert serial in command("tokens", LIBRARY)
    command("open-moderation", store)
    bundle, root = stick / "成果包.zip", tmp_path / "root.pem"
    root.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    refused_ = command("bundle", store, bundle, "--chair-ukey", serial, status=REFUSED)
    assert "ukey-library" in refused_
    pins = tmp_path / "pin"
    pins.write_text("000000")
    wrong = command(
        "bundle", store, bundle, "--ukey-library", LIBRARY, "--chair-ukey", f"{serial}={pins}", status=REFUSED
    )
    assert "PIN不对" in wrong and not bundle.exists()
    command("bundle", store, bundle, "--ukey-library", LIBRARY, "--chair-ukey", serial)
    assert "成果包完好" in command("verify", bundle, "--anchors", root)
    fake = tmp_path / "x.pem"
    fake.write_text("nothing")
    command("verify", bundle, "--anchors", fake, status=REFUSED)


def test_a_key_is_changed_by_command_line(command, review, tmp_path):
    store = copy_store(review.chair_later, tmp_path / "组长")
    told = command("change-key", store, "--expert", "E02", "--reason", "电脑遗失")
    assert review.fingerprints["E02"] in told and "不再收其评分包" in told
    command("change-key", store, "--expert", "E02", "--reason", "电脑遗失", status=REFUSED)
