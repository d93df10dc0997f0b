"""The second reader's book of sign-offs, declarations, sign-off requests and answers: 5.2 and section 13."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from second_reader_records import fits, names_of
from second_reader_shell import (
    MIB,
    Refused,
    binary,
    canonical,
    certificate,
    certificates,
    check_entries,
    check_signature,
    demand,
    fingerprint,
    need,
    public_of,
    record,
    sha256,
)
from second_reader_sm2 import check_sm2

BOOK = ("signoffs.json", "signoffs.json.p7s")
PARTS = (".json", ".p7s", ".manifest.p7s", ".pem")
MOST = 5_000
UKEY = "UKey chains, validity, usage and revocation"


@dataclass
class Panel:
    """What a declaration is held against: the result, the manifest, and everybody's certificate."""

    result: dict[str, Any]
    manifest: bytes
    head: dict[str, Any]
    chair: x509.Certificate
    signers: dict[str, x509.Certificate]

    @property
    def voided(self) -> set[str]:
        return {one["expert_id"] for one in self.result["voided"]}

    @property
    def names(self) -> dict[str, str]:
        members = self.result["group"]["members"]
        return {
            one["expert_id"]: one["name"] for one in self.result["experts"] if one["expert_id"] in members
        }

    def counted(self, expert: str) -> str:
        """SHA-256 of the submission of an expert that counts."""
        return "".join(one["sha256"] for one in self.result["submissions"] if one["expert_id"] == expert)


def check_book(
    outside: dict[str, bytes],
    manifest_bytes: bytes,
    manifest: dict[str, Any],
    chair: x509.Certificate,
    allowed: re.Pattern[str],
) -> dict[str, Any]:
    """The book, its signature, and every member outside the manifest against it."""
    content, signature = (need(outside, name, "bundle_missing") for name in BOOK)
    check_signature(content, signature, chair)
    book = record(content, "ecpanel-sign-offs", names_of("Book")[0])
    fits(book, "Book")
    told = (book["manifest_sha256"], book["review_id"], book["chair_fingerprint"])
    due = (sha256(manifest_bytes), manifest["review_id"], fingerprint(chair))
    demand(told == due, "book_other_manifest")
    listed = {name: body for name, body in outside.items() if name not in BOOK}
    check_entries(book["entries"], listed, allowed, ("manifest.json.p7s", "会签表.pdf"), MOST)
    return book


def check_declarations(
    panel: Panel, book: dict[str, Any] | None, outside: dict[str, bytes]
) -> tuple[str, ...]:
    """Every declaration, and the book drawn up again from them; tells what could not be judged."""
    assert book is not None
    signed = {line["expert_id"] for line in book["lines"] if line["state"] in ("agreed", "dissented")}
    signed |= {re.split(r"[/.]", name)[1] for name in outside if name.startswith("signoffs/")}
    signers = {one.removesuffix("-ukey") for one in panel.head["document_signers"]} - {"chair"}
    said: dict[str, tuple[dict[str, Any], str]] = {}
    ukeys = False
    for key in sorted(signed):
        names = [f"signoffs/{key}{ending}" for ending in PARTS]
        parts = [need(outside, name, "bundle_missing") for name in names]
        said[key], by_ukey = check_declaration(panel, key, *parts)
        ukeys |= by_ukey
    demand(signers <= set(said), "declaration_missing")
    demand([_line(panel, key, said) for key in panel.result["group"]["members"]] == book["lines"],
           "book_lines_differ")  # fmt: skip
    return (UKEY,) if ukeys else ()


def _line(panel: Panel, key: str, said: dict[str, tuple[dict[str, Any], str]]) -> dict[str, str]:
    line = {"expert_id": key, "name": panel.names.get(key, ""), "state": "deemed"}
    line |= dict.fromkeys(("reasons", "signed_at", "fingerprint", "sha256"), "")
    if key in panel.voided:
        return line | {"state": "voided"}
    if key in said:
        declaration, digest = said[key]
        line |= {name: declaration[name] for name in ("reasons", "signed_at", "fingerprint")}
        line |= {
            "sha256": digest,
            "state": {"agree": "agreed", "dissent": "dissented"}[declaration["verdict"]],
        }
    return line


def check_declaration(
    panel: Panel, key: str, content: bytes, signature: bytes, over_manifest: bytes, pem: bytes
) -> tuple[tuple[dict[str, Any], str], bool]:
    """One member's declaration and its digest, and whether a UKey signed it."""
    signer = certificate(pem)
    check_signature(content, signature, signer)
    declaration = record(content, "ecpanel-declaration", names_of("Declaration")[0])
    fits(declaration, "Declaration")
    own = canonical(declaration) == content and declaration["fingerprint"] == fingerprint(signer)
    demand(own, "signature_invalid")
    told = (declaration["manifest_sha256"], declaration["review_id"])
    demand(told == (sha256(panel.manifest), panel.head["review_id"]), "declaration_other_result")
    check_signature(panel.manifest, over_manifest, signer)
    key = key or declaration["expert_id"]
    demand(declaration["name"] == panel.names.get(declaration["expert_id"]), "expert_unknown")
    demand(key not in panel.voided, "expert_voided")
    by_ukey = _whose(panel, key, declaration["name"], signer)
    demand(declaration["expert_id"] == key, "declaration_foreign_key")
    demand(declaration["submission_sha256"] == panel.counted(key), "declaration_other_submission")
    return (declaration, sha256(content)), by_ukey


def _whose(panel: Panel, key: str, name: str, signer: x509.Certificate) -> bool:
    """Whether a UKey signed; refuses a key that is neither his own nor issued to him."""
    own = [panel.signers[key]] if key in panel.signers else []
    own += [panel.chair] if key == panel.result["group"]["chair"] else []
    if public_of(signer) in [public_of(one) for one in own]:
        return False
    demand(signer.issuer != signer.subject, "declaration_foreign_key")
    check_holder(signer, name)
    return True


def check_holder(signer: x509.Certificate, name: str) -> None:
    """The holder's common name tells the person's, blanks and case aside."""
    told = "".join(str(one.value) for one in signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    demand("".join(name.split()).casefold() in "".join(told.split()).casefold(), "signer_name_differs")


def check_other_signatures(panel: Panel, members: dict[str, bytes]) -> tuple[str, ...]:
    """The chair's UKey and SM2 signatures over the manifest; each stands and falls with its certificate."""
    for pair in (("manifest.json.ukey.p7s", "certificates/chair-ukey.pem"),
                 ("manifest.json.sm2", "certificates/chair-sm2.pem")):  # fmt: skip
        demand((pair[0] in members) == (pair[1] in members), "bundle_missing")
    if "manifest.json.sm2" in members:
        check_sm2(panel.manifest, members["manifest.json.sm2"], members["certificates/chair-sm2.pem"])
    ukeys = [name for name in members if name.startswith("certificates/") and name.endswith("-ukey.pem")]
    for name in ukeys:
        key = name.removeprefix("certificates/").removesuffix("-ukey.pem")
        signer = certificates(members[name])[0]
        check_holder(signer, panel.head["chair"] if key == "chair" else panel.names.get(key, "\0"))
        if key == "chair":
            check_signature(panel.manifest, members["manifest.json.ukey.p7s"], signer)
    return (UKEY,) if ukeys else ()


# 13: requests and answers


def read_request(
    content: bytes, chair: x509.Certificate, review_id: str, mine: tuple[str, int, str] | None
) -> bytes:
    """The manifest an expert is asked to sign; `mine` is his number, version and submission's SHA-256."""
    plain = _small(content, "ecpanel-sign-off-request", "Request")
    manifest, signature = binary(plain["manifest"]), binary(plain["signature"])
    check_signature(manifest, signature, chair)
    head = record(manifest, "ecpanel-bundle", *names_of("Manifest"), newest=2)
    fits(head, "Manifest")
    demand(plain["review_id"] == head["review_id"] == review_id, "review_foreign")
    if mine is None:
        raise Refused("not_submitted")
    name = f"submissions/{mine[0]}-{mine[1]}.json"
    listed = [one["sha256"] for one in head["entries"] if one["name"] == name]
    demand(listed == [mine[2]], "request_without_me")
    return manifest


def read_answer(content: bytes, panel: Panel) -> dict[str, Any]:
    """A member's declaration that came back by file, held against the chair's bundle."""
    plain = _small(content, "ecpanel-sign-off-answer", "Answer")
    parts = [
        binary(plain[f"{name}"]) for name in ("declaration", "declaration_signature", "manifest_signature")
    ]
    (declaration, _), _ = check_declaration(panel, "", *parts, plain["certificate"].encode())
    return declaration


def _small(content: bytes, name: str, shape: str) -> dict[str, Any]:
    demand(len(content) <= 8 * MIB, "file_too_large")
    plain = record(content, name, names_of(shape)[0])
    fits(plain, shape)
    return plain
