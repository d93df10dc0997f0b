"""Who signed a bundle, read by the second reader: it accepts and refuses what the program does, by the same code."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from forgery import booked, edited, flipped, members_of, packed, pair_of, resigned, stranger
from PIL import Image
from plugged import LIBRARY, PIN, Bench, needs_softhsm
from second_reader_bundle import Bundle, read_bundle
from second_reader_follow_up import read_follow_up
from second_reader_shell import Refused, canonical, certificate, sha256
from second_reader_signoffs import Panel, read_answer, read_request
from small_review import EXPERTS, PASSPHRASE, SmallReview, clock, copy_store
from test_sign_offs import Authority, ukey

from ecpanel.domain.sign_off import BookLine, Verdict
from ecpanel.exchange import signing
from ecpanel.exchange.keys import KeyPair, make_key
from ecpanel.progress import silent
from ecpanel.records import from_json
from ecpanel.services.countersign import take_answers, write_request
from ecpanel.services.declaring import answer_request
from ecpanel.services.follow_up import add_scans, verify_follow_up
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import Store, open_store
from ecpanel.services.sign_off import Signing, write_result_bundle
from ecpanel.services.signatories import (
    Opinion,
    Signatory,
    TokenPlace,
    by_own_store,
    by_ukey,
    declare,
    token_key,
)
from ecpanel.services.verification import verify_bundle

DISSENT = Opinion(Verdict.DISSENT, "北斗电商服务有限公司的研发投入没有审计报告，B2应扣两分，名次应在第三。")
MANIFEST, BOOK, BOOK_SIGNATURE = "manifest.json", "signoffs.json", "signoffs.json.p7s"
ENDINGS = (".json", ".p7s", ".manifest.p7s", ".pem")
Members = dict[str, bytes]


@dataclass
class Signed:
    """A bundle that E02 agreed to and E03 differed from, its review and the chair's key."""

    review: SmallReview
    members: Members
    chair: KeyPair


def _chairs(review: SmallReview, folder: Path) -> Store:
    store = open_store(copy_store(review.chair_later, folder / "组长"), PASSPHRASE)
    open_moderation(store, "", clock)
    return store


@pytest.fixture(scope="module")
def signed(review: SmallReview, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("会签")
    with _chairs(review, folder) as store:
        given = [
            by_own_store(store, copy_store(review.handed_in[key], folder / key), PASSPHRASE, one or Opinion())
            for key, one in (("E02", None), ("E03", DISSENT))
        ]
        write_result_bundle(store, folder / "成果包.zip", clock, silent, Signing(given, sm2=True))
    return Signed(review, members_of((folder / "成果包.zip").read_bytes()), pair_of(review.chair_later))


def _outside(name: str) -> bool:
    return name.startswith(("manifest.json", "signoffs")) or name == "会签表.pdf"


def names_of(expert: str) -> tuple[str, ...]:
    return tuple(f"signoffs/{expert}{ending}" for ending in ENDINGS)


def rebooked(
    signed: Signed, changes: dict[str, bytes | None], *, signer: KeyPair | None = None, edit: Any = None
) -> Members:
    """Members outside the manifest changed, and the book over them drawn up and signed anew."""
    members = {name: body for name, body in {**signed.members, **changes}.items() if body is not None}
    lines = [from_json(BookLine, json.dumps(one), where="b") for one in json.loads(members[BOOK])["lines"]]
    apart = {
        name: body
        for name, body in members.items()
        if _outside(name) and name not in (MANIFEST, BOOK, BOOK_SIGNATURE)
    }
    members |= booked(members[MANIFEST], apart, tuple(lines), signed.chair)
    if edit is not None:
        members[BOOK] = edited(members[BOOK], edit)
        members[BOOK_SIGNATURE] = signing.sign(members[BOOK], signer or signed.chair)
    elif signer is not None:
        members[BOOK_SIGNATURE] = signing.sign(members[BOOK], signer)
    return members


def codes_of(content: bytes, folder: Path) -> set[str]:
    """What the program calls it."""
    path = folder / "成果包.zip"
    path.write_bytes(content)
    found = verify_bundle(path, silent)
    assert not found.sound
    return {one.code for one in found.problems}


def both_refuse(content: bytes, folder: Path) -> str:
    with pytest.raises(Refused) as caught:
        read_bundle(content)
    code = str(caught.value)
    assert code in codes_of(content, folder)
    return code


def test_a_bundle_signed_by_three_reads_the_same(signed: Signed) -> None:
    bundle = read_bundle(packed(signed.members), signed.chair.fingerprint)
    assert bundle.manifest["document_signers"] == ["chair", "E02", "E03"]
    assert bundle.book is not None
    states = [line["state"] for line in bundle.book["lines"]]
    assert states == ["agreed", "agreed", "dissented"]
    assert bundle.book["lines"][2]["reasons"] == DISSENT.reasons
    assert canonical(bundle.book) == signed.members[BOOK]
    assert "recalculation" in bundle.not_judged and not any("UKey" in one for one in bundle.not_judged)


def test_every_member_outside_the_manifest_is_held_by_something(signed: Signed, tmp_path: Path) -> None:
    outside = [name for name in signed.members if _outside(name)]
    assert len(outside) == 3 + 12 + 1 + 2
    for name in outside:
        body = signed.members[name]
        changed = {**signed.members, name: flipped(body, len(body) // 2)}
        code = both_refuse(packed(changed), tmp_path)
        assert code in ("bundle_member_changed", "signature_invalid"), name
        left = {one: content for one, content in signed.members.items() if one != name}
        code = both_refuse(packed(left), tmp_path)
        assert code in ("bundle_missing", "member_missing"), name
        other = {(f"{one}x" if one == name else one): content for one, content in signed.members.items()}
        assert both_refuse(packed(other), tmp_path) in ("bundle_extra", "member_missing", "bundle_missing")


@pytest.mark.parametrize(
    "name", ["signoffs/E09.json", "signoffs/x", "manifest.json.ukey.p7s", "signoffs.txt", "分册/x/y.pdf"]
)
def test_what_nobody_listed_is_too_much(name: str, signed: Signed, tmp_path: Path) -> None:
    assert both_refuse(packed({**signed.members, name: b"x"}), tmp_path) == "bundle_extra"


FORGED: list[tuple[str, Callable[[Signed], Members], str]] = [
    ("declarations of two members exchanged",
     lambda s: rebooked(s, {a: s.members[b] for a, b in zip((*names_of("E02"), *names_of("E03")),
                                                            (*names_of("E03"), *names_of("E02")), strict=True)}),
     "declaration_foreign_key"),
    ("one declaration exchanged, the signatures not",
     lambda s: rebooked(s, {"signoffs/E02.json": s.members["signoffs/E03.json"]}), "signature_invalid"),
    ("a dissent taken out",
     lambda s: rebooked(s, dict.fromkeys(names_of("E03"))), "bundle_missing"),
    ("a dissent told as agreed",
     lambda s: rebooked(s, {}, edit=lambda p: p["lines"][2].update(state="agreed", reasons="")), "book_lines_differ"),
    ("a dissent edited into an agreement",
     lambda s: rebooked(s, {"signoffs/E03.json": edited(s.members["signoffs/E03.json"],
                                                        lambda p: p.update(verdict="agree", reasons=""))}),
     "signature_invalid"),
    ("a dissent replaced by an agreement under a key of the chair's making",
     lambda s: rebooked(s, _declared(s, "E03", make_key(EXPERTS[2].name, "E03", clock()))),
     "declaration_foreign_key"),
    ("an agreement in a member's name by the chair's own key",
     lambda s: rebooked(s, _declared(s, "E03", s.chair)), "declaration_foreign_key"),
    ("a declaration about another submission",
     lambda s: rebooked(s, _declared(s, "E03", pair_of(s.review.handed_in["E03"]), submission="0" * 64)),
     "declaration_other_submission"),
    ("a declaration under another name",
     lambda s: rebooked(s, _declared(s, "E03", pair_of(s.review.handed_in["E03"]), name="李四")), "expert_unknown"),
    ("a declaration of another bundle",
     lambda s: rebooked(s, {name: _older(s)[name] for name in names_of("E01")}), "declaration_other_result"),
    ("a book of another bundle",
     lambda s: {**s.members, **{name: _older(s)[name] for name in (BOOK, BOOK_SIGNATURE)}}, "book_other_manifest"),
    ("a book signed by a stranger",
     lambda s: rebooked(s, {}, signer=stranger()), "signature_invalid"),
    ("a book line edited and signed by a stranger",
     lambda s: rebooked(s, {}, signer=stranger(), edit=lambda p: p["lines"][2].update(reasons="")),
     "signature_invalid"),
    ("book lines in another order",
     lambda s: rebooked(s, {}, edit=lambda p: p["lines"].reverse()), "book_lines_differ"),
    ("a book of a later version",
     lambda s: rebooked(s, {}, edit=lambda p: p.update(version=2, more=1)), "format_newer"),
    ("a book with a member too many",
     lambda s: rebooked(s, {}, edit=lambda p: p.update(more=1)), "record_unreadable"),
    ("a book with a fraction",
     lambda s: rebooked(s, {}, edit=lambda p: p["entries"][0].update(size=1.0)), "record_unreadable"),
    ("the sheet not listed",
     lambda s: rebooked(s, {"会签表.pdf": None}), "bundle_missing"),
    ("an SM2 signature without its key's counterpart",
     lambda s: rebooked(s, {"manifest.json.sm2": None}), "bundle_missing"),
    ("an SM2 signature over something else",
     lambda s: rebooked(s, {"manifest.json.sm2": _other_sm2(s)}), "sm2_signature_invalid"),
    ("an SM2 signature that is none",
     lambda s: rebooked(s, {"manifest.json.sm2": b"0"}), "sm2_signature_invalid"),
    *((f"document signers {told}", lambda s, told=told: _signers_told(s, told), "record_unreadable")
      for told in ([], ["E02", "chair"], ["chair", "chair"])),
    ("document signers without a certificate", lambda s: _signers_told(s, ["chair", "x"]), "bundle_missing"),
]  # fmt: skip


def _signers_told(signed: Signed, told: list[str]) -> Members:
    """Another list of who signed the documents, and everything the chair can sign signed anew."""
    kept = {name: body for name, body in signed.members.items() if name != "certificates/chair-sm2.pem"}
    return members_of(resigned(kept, signed.chair, edit=lambda p: p.update(document_signers=told)))


def _older(signed: Signed) -> Members:
    return members_of(signed.review.bundle.read_bytes())


def _other_sm2(signed: Signed) -> bytes:
    from ecpanel.exchange import sm2

    return sm2.sign(signed.members[MANIFEST], sm2.make_key())


def _declared(
    signed: Signed, expert: str, key: KeyPair, *, submission: str = "", name: str = ""
) -> dict[str, bytes | None]:
    mine = json.loads(signed.members[f"signoffs/{expert}.json"])
    said = declare(
        signed.members[MANIFEST],
        mine["review_id"],
        Signatory(expert, name or mine["name"], key, Opinion()),
        submission or mine["submission_sha256"],
        clock,
    )
    contents = (said.content, said.signature, said.manifest_signature, said.certificates)
    return dict(zip(names_of(expert), contents, strict=True))


@pytest.mark.parametrize(("change", "code"), [one[1:] for one in FORGED], ids=[one[0] for one in FORGED])
def test_a_forged_book_or_declaration_is_refused_by_both(
    change: Callable[[Signed], Members], code: str, signed: Signed, tmp_path: Path
) -> None:
    assert both_refuse(packed(change(signed)), tmp_path) == code


def test_a_dissent_left_out_of_everything_the_chair_signs_is_told_alike(
    signed: Signed, tmp_path: Path
) -> None:
    """E03 signed report and workbook, so that his declaration is missed, though the book says nothing of it."""

    def silence(plain: dict[str, Any]) -> None:
        plain["lines"][2].update(state="deemed", reasons="", signed_at="", fingerprint="", sha256="")

    content = packed(rebooked(signed, dict.fromkeys(names_of("E03")), edit=silence))
    path = tmp_path / "成果包.zip"
    path.write_bytes(content)
    found = verify_bundle(path, silent)
    assert {one.code for one in found.problems} == {"declaration_missing", "sheet_differs"}
    with pytest.raises(Refused, match="declaration_missing"):
        read_bundle(content)


def test_document_signers_in_another_order_are_left_to_who_reads_pdf(signed: Signed, tmp_path: Path) -> None:
    codes = {"pdf_signers_differ", "pdf_signature_invalid", "xlsx_signature_invalid"}
    content = packed(_signers_told(signed, ["chair"]))
    assert "PDF and OOXML signatures" in read_bundle(content).not_judged
    assert codes_of(content, tmp_path) <= codes
    for told in (["chair", "E03", "E02"], ["chair", "E02"]):  # their declarations went with the chair's book
        content = packed(_signers_told(signed, told))
        with pytest.raises(Refused, match="declaration_missing"):
            read_bundle(content)
        assert codes_of(content, tmp_path) <= {*codes, "declaration_missing"}


def test_paper_is_held_against_the_bundle_by_both(signed: Signed) -> None:
    content = packed(signed.members)
    digest, data = sha256(signed.members[MANIFEST]), sha256(signed.members["data.json"])
    for paper in (digest.upper(), f"{digest[:8]} … {digest[-8:]}", f"{data[:8]}…{data[-8:]}",
                  f"ECPANEL:MANIFEST:{digest.upper()}"):  # fmt: skip
        read_bundle(content, paper=paper)
    for paper in ("00", f"{digest[:8]}…{data[-8:]}", digest[:16]):
        with pytest.raises(Refused, match="paper_digits_differ"):
            read_bundle(content, paper=paper)


def test_a_bundle_of_version_1_is_read_without_a_book(signed: Signed, tmp_path: Path) -> None:
    newer = (
        "分册/",
        "归档登记表.pdf",
        "certificates/chair-sm2.pem",
        "signoffs",
        "会签表.pdf",
        "manifest.json.sm2",
    )
    kept = {name: body for name, body in signed.members.items() if not name.startswith(newer)}

    def older(plain: dict[str, Any]) -> None:
        plain["version"] = 1
        plain.pop("document_signers")

    made = members_of(resigned({**kept, "会签表.pdf": b"%PDF"}, signed.chair, edit=older))
    first = {name: body for name, body in made.items() if not name.startswith(("signoffs", "会签表"))}
    bundle = read_bundle(packed(first))
    assert bundle.book is None and bundle.manifest["document_signers"] == ["chair"]
    assert codes_of(packed(first), tmp_path) <= {"pdf_signers_differ", "pdf_signature_invalid"}
    assert both_refuse(packed({**first, BOOK: b"{}"}), tmp_path) == "bundle_extra"


# Requests and answers


@dataclass
class Asked:
    """A request of a bundle, two answers to it, and the panel they are held against."""

    request: bytes
    answers: dict[str, bytes]
    bundle: Bundle
    panel: Panel
    certificate: x509.Certificate


@pytest.fixture(scope="module")
def asked(review: SmallReview, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("请求")
    path = folder / "成果包.zip"
    answers = {}
    with _chairs(review, folder) as store:
        write_result_bundle(store, path, clock, silent)
        request = write_request(store, path, folder, clock)
        for key, opinion in (("E02", Opinion()), ("E03", DISSENT)):
            with open_store(copy_store(review.handed_in[key], folder / key), PASSPHRASE) as own:
                answers[key] = answer_request(own, request, opinion, folder, clock)
        kept = {key: one.read_bytes() for key, one in answers.items()}
        assert all(
            one.taken for one in take_answers(store, path, list(answers.values()), path, clock, silent)
        )
    members = members_of(path.read_bytes())
    bundle, chair = read_bundle(path.read_bytes()), certificate(members["certificates/chair.pem"])
    signers = {key: certificate(members[f"certificates/{key}.pem"]) for key in ("E01", "E02", "E03")}
    panel = Panel(bundle.result, members[MANIFEST], bundle.manifest, chair, signers)
    return Asked(request.read_bytes(), kept, bundle, panel, chair)


def test_requests_and_answers_read_the_same(asked: Asked) -> None:
    review_id = asked.bundle.manifest["review_id"]
    for line in asked.bundle.result["submissions"]:
        mine = (line["expert_id"], line["number"], line["sha256"])
        assert read_request(asked.request, asked.certificate, review_id, mine) == asked.panel.manifest
    said = {key: read_answer(answer, asked.panel) for key, answer in asked.answers.items()}
    assert (said["E02"]["verdict"], said["E03"]["verdict"]) == ("agree", "dissent")
    assert said["E03"]["reasons"] == DISSENT.reasons
    assert asked.bundle.book is not None
    assert [line["state"] for line in asked.bundle.book["lines"]] == ["agreed", "agreed", "dissented"]


def test_a_request_that_is_not_for_me_is_refused(asked: Asked) -> None:
    review_id = asked.bundle.manifest["review_id"]
    line = asked.bundle.result["submissions"][1]
    mine = (line["expert_id"], line["number"], line["sha256"])
    plain = json.loads(asked.request)
    signature = base64.b64encode(signing.sign(asked.panel.manifest, stranger())).decode()
    faults = [
        (canonical({**plain, "signature": signature}), review_id, mine, "signature_invalid"),
        (asked.request, "0" * 32, mine, "review_foreign"),
        (asked.request, review_id, (*mine[:2], "0" * 64), "request_without_me"),
        (asked.request, review_id, (mine[0], 2, mine[2]), "request_without_me"),
        (asked.request, review_id, None, "not_submitted"),
        (canonical({**plain, "version": 2, "more": 1}), review_id, mine, "format_newer"),
        (canonical({**plain, "more": 1}), review_id, mine, "record_unreadable"),
        (canonical({**plain, "manifest": "?"}), review_id, mine, "record_unreadable"),
        (asked.request + b" " * 2**23, review_id, mine, "file_too_large"),
    ]
    for content, review, who, code in faults:
        with pytest.raises(Refused, match=f"^{code}$"):
            read_request(content, asked.certificate, review, who)


def test_a_forged_answer_is_refused(asked: Asked, review: SmallReview) -> None:
    two, three = (json.loads(asked.answers[key]) for key in ("E02", "E03"))
    faults = [
        ({**two, "manifest_signature": two["declaration_signature"]}, "signature_invalid"),
        ({**two, "declaration": three["declaration"]}, "signature_invalid"),
        ({**two, "certificate": three["certificate"]}, "signature_invalid"),
        ({**two, "certificate": ""}, "certificate_unreadable"),
        ({**two, "format": "ecpanel-card"}, "not_a_package"),
    ]
    for plain, code in faults:
        with pytest.raises(Refused, match=f"^{code}$"):
            read_answer(canonical(plain), asked.panel)
    voided = {**asked.panel.result, "voided": [{"expert_id": "E02", "reason": ""}]}
    with pytest.raises(Refused, match="expert_voided"):
        read_answer(asked.answers["E02"], Panel(voided, *_rest(asked.panel)))


def _rest(panel: Panel) -> tuple[bytes, dict[str, Any], x509.Certificate, dict[str, x509.Certificate]]:
    return panel.manifest, panel.head, panel.chair, panel.signers


# UKeys


@needs_softhsm
def test_a_bundle_signed_by_ukeys_reads_the_same(
    review: SmallReview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ukey").mkdir()
    drawer, authority, path = Bench(tmp_path / "ukey", monkeypatch), Authority(), tmp_path / "成果包.zip"
    one = ukey(drawer, authority, "one", f"{EXPERTS[0].name} 330100199001010000")
    two = ukey(drawer, authority, "two", EXPERTS[1].name)
    with _chairs(review, tmp_path) as store:
        with token_key(TokenPlace(LIBRARY, one, PIN), EXPERTS[0].name) as chairs:
            with token_key(TokenPlace(LIBRARY, two, PIN), EXPERTS[1].name) as members:
                given = Signing([by_ukey(store, "E02", members, DISSENT)], chair_ukey=chairs)
                write_result_bundle(store, path, clock, silent, given)
    bundle = read_bundle(path.read_bytes())
    assert bundle.manifest["document_signers"] == ["chair-ukey", "E02-ukey"]
    assert any("UKey" in one for one in bundle.not_judged)
    found = members_of(path.read_bytes())
    signed = Signed(review, found, pair_of(review.chair_later))
    over = rebooked(signed, {"manifest.json.ukey.p7s": found["signoffs/E02.manifest.p7s"]})
    assert both_refuse(packed(over), tmp_path) == "signature_invalid"
    gone = rebooked(signed, {"manifest.json.ukey.p7s": None})
    assert both_refuse(packed(gone), tmp_path) == "bundle_missing"


# Follow-ups


@pytest.fixture(scope="module")
def extra(signed: Signed, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A follow-up and the bundle it belongs to."""
    folder = tmp_path_factory.mktemp("补充")
    with _chairs(signed.review, folder) as store:
        write_result_bundle(store, folder / "成果包.zip", clock, silent)
        scans = [folder / "签名页.png", folder / "会签表_买买提·艾力江 㛃𬭸.png"]
        for scan in scans:
            Image.new("L", (200, 280), 240).save(scan)
        add_scans(store, folder / "成果包.zip", scans, "三人签齐", folder / "补充包.zip", clock, silent)
    return (folder / "补充包.zip").read_bytes(), (folder / "成果包.zip").read_bytes()


def test_a_follow_up_reads_the_same(extra: tuple[bytes, bytes], signed: Signed) -> None:
    plain = read_follow_up(*extra)
    assert plain["number"] == 1 and plain["note"] == "三人签齐" and len(plain["entries"]) == 3
    assert read_follow_up(extra[0]) == plain
    with pytest.raises(Refused, match="follow_up_other_bundle"):
        read_follow_up(extra[0], packed(signed.members))


def test_a_follow_up_touched_anywhere_is_refused_by_both(extra: tuple[bytes, bytes], tmp_path: Path) -> None:
    members = members_of(extra[0])
    bundle = tmp_path / "成果包.zip"
    bundle.write_bytes(extra[1])
    head = json.loads(members["followup.json"])

    def again(signer: KeyPair, **changes: Any) -> Members:
        body = canonical({**head, **changes})
        return {**members, "followup.json": body, "followup.json.p7s": signing.sign(body, signer)}

    forged = [
        *({**members, name: flipped(body, len(body) // 2)} for name, body in members.items()),
        *({one: body for one, body in members.items() if one != name} for name in members),
        {**members, "扫描件/003 多.pdf": b"%PDF"},
        {**members, "x": b""},
        {(f"{one}.exe" if one.startswith("扫描件") else one): body for one, body in members.items()},
        again(stranger(), note=""),
        again(stranger(), chair_fingerprint=stranger().fingerprint),
        {**again(stranger()), "certificates/chair.pem": stranger().pem},
    ]
    for one in forged:
        path = tmp_path / "补充包.zip"
        path.write_bytes(packed(one))
        codes = {problem.code for problem in verify_follow_up(path, bundle).problems}
        with pytest.raises(Refused) as caught:
            read_follow_up(packed(one), extra[1])
        assert str(caught.value) in codes
