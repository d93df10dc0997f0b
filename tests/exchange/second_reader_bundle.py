"""The second reader's result bundle, sections 5 and 5.2 of the page: shell, members, data, originals."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from second_reader_records import amounts_fit, fits, lockable, names_of
from second_reader_shell import (
    GIB,
    Refused,
    canonical,
    certificate,
    check_entries,
    check_signature,
    demand,
    fingerprint,
    json_of,
    members_of,
    need,
    record,
    sha256,
)
from second_reader_signoffs import Panel, check_book, check_declarations, check_other_signatures

MOST = 5_000
FIRST = ("评审报告.pdf", "评审结果.xlsx", "data.json", "journal.json", "校验说明.txt", "SHA256SUMS")
SHELL = ("manifest.json", "manifest.json.p7s")
FIXED = (*FIRST, "certificates/organiser.pem", "certificates/chair-sm2.pem", "归档登记表.pdf")
INSIDE = re.compile(
    "|".join(re.escape(name) for name in FIXED)
    + r"|submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/(E[0-9]{2,3}|chair)(-ukey)?\.pem"
    + r"|分册/((地区反馈|专家评分表)/)?[^/]{1,200}\.pdf"
)
INSIDE_1 = re.compile(
    "|".join(re.escape(name) for name in (*FIRST, "certificates/organiser.pem", "certificates/chair.pem"))
    + r"|submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)|certificates/E[0-9]{2,3}\.pem"
)
OUTSIDE = re.compile(
    r"manifest\.json(\.p7s|\.sm2|\.ukey\.p7s)?|signoffs\.json(\.p7s)?|会签表\.pdf"
    r"|signoffs/E[0-9]{2,3}\.(json|p7s|manifest\.p7s|pem)"
)
NOT_JUDGED = ("PDF and OOXML signatures", "attachments", "recalculation", "figures in report and workbook")


@dataclass
class Bundle:
    """A sound bundle: manifest, result, originals by member, book (version 2), and what was not judged."""

    manifest: dict[str, Any]
    result: dict[str, Any]
    originals: dict[str, dict[str, Any]]
    book: dict[str, Any] | None
    not_judged: tuple[str, ...]


def read_bundle(content: bytes, chair_fingerprint: str = "", paper: str = "") -> Bundle:
    """A bundle as the page wants it read; without a fingerprint the chair is not known from paper."""
    members = members_of(content, MOST, 4 * GIB, GIB, stored=False)
    manifest_bytes, signature, pem = (need(members, name) for name in (*SHELL, "certificates/chair.pem"))
    try:
        chair = certificate(pem)
    except Refused:
        raise Refused("member_damaged") from None
    check_signature(manifest_bytes, signature, chair)
    manifest = read_manifest(manifest_bytes)
    demand(manifest["chair_fingerprint"] == fingerprint(chair), "signature_invalid")
    demand(chair_fingerprint in ("", manifest["chair_fingerprint"]), "chair_fingerprint_differs")
    second = manifest["version"] == 2
    inside = {name: body for name, body in members.items() if not _stands_outside(name, second)}
    check_entries(manifest["entries"], inside, INSIDE if second else INSIDE_1, FIRST, MOST)
    outside = {name: body for name, body in members.items() if name not in inside and name not in SHELL[:1]}
    book = check_book(outside, manifest_bytes, manifest, chair, OUTSIDE) if second else None
    _check_sums(inside)
    _check_journal(members["journal.json"])
    result = _data(members["data.json"], manifest)
    originals = _originals(members, result, manifest["document_signers"])
    not_judged = NOT_JUDGED
    if second:
        panel = Panel(result, manifest_bytes, manifest, chair, _certificates(members, result))
        not_judged += check_declarations(panel, book, outside)
        not_judged += check_other_signatures(panel, members)
    if paper:
        _check_paper(paper, manifest_bytes, members["data.json"])
    return Bundle(manifest, result, originals, book, not_judged)


def _stands_outside(name: str, second: bool) -> bool:
    if not second:
        return name in SHELL
    return OUTSIDE.fullmatch(name) is not None or name.startswith("signoffs/")


def read_manifest(content: bytes) -> dict[str, Any]:
    """Manifest of either version; who signed the documents is the chair where nothing is said."""
    manifest = record(content, "ecpanel-bundle", *names_of("Manifest"), newest=2)
    fits(manifest, "Manifest")
    signers = manifest.setdefault("document_signers", ["chair"])
    sound = signers and signers[0] in ("chair", "chair-ukey") and len(set(signers)) == len(signers)
    demand(sound, "record_unreadable")
    names = {entry["name"] for entry in manifest["entries"]}
    demand(all(f"certificates/{one}.pem" in names for one in signers), "bundle_missing")
    return manifest


def _check_sums(inside: dict[str, bytes]) -> None:
    left = {name: body for name, body in inside.items() if name != "SHA256SUMS"}
    try:
        lines = inside["SHA256SUMS"].decode().split("\n")
    except UnicodeDecodeError:
        raise Refused("bundle_sums") from None
    demand(lines.pop() == "", "bundle_sums")
    for line in lines:
        digest, _, name = line.partition("  ")
        demand(name in left and sha256(left.pop(name)) == digest, "bundle_sums")
    demand(not left, "bundle_sums")


def _check_journal(content: bytes) -> None:
    try:
        lines = json_of(content)
        demand(isinstance(lines, list), "journal_broken")
    except Refused:
        raise Refused("journal_broken") from None
    previous = "0" * 64
    for number, line in enumerate(lines, start=1):
        shaped = isinstance(line, list) and len(line) == 8 and all(isinstance(one, str) for one in line[1:])
        demand(shaped and type(line[0]) is int, "journal_broken")
        chained = line[0] == number and line[6] == previous
        demand(chained and sha256(canonical(line[:7])) == line[7], "journal_broken")
        previous = line[7]


def _data(content: bytes, manifest: dict[str, Any]) -> dict[str, Any]:
    result = record(content, "ecpanel-result", names_of("Result")[0])
    fits(result, "Result")
    known = {one["candidate_id"] for one in result["candidates"]}
    names = {one["expert_id"]: one["name"] for one in result["experts"]}
    sound = (
        canonical(result) == content
        and manifest["chair"] == names.get(result["group"]["chair"], manifest["chair"])
        and manifest["review_title"] == result["review"]["title"]
        and result["review"]["review_id"] == manifest["review_id"]
        and result["review"].get("rehearsal", False) == manifest["rehearsal"]
        and sha256(canonical(result["scheme"])) == result["scheme_sha256"] == manifest["scheme_sha256"]
        and lockable(result["scheme"])
        and {one["candidate_id"] for one in result["lines"]} <= known
        and amounts_fit(result)
    )
    demand(sound, "data_inconsistent")
    return result


def _originals(
    members: dict[str, bytes], result: dict[str, Any], signers: list[str]
) -> dict[str, dict[str, Any]]:
    found = {}
    for line in result["submissions"]:
        base = f"submissions/{line['expert_id']}-{line['number']}"
        content = need(members, f"{base}.json", "bundle_missing")
        signer = certificate(need(members, f"certificates/{line['expert_id']}.pem", "bundle_missing"))
        check_signature(content, need(members, f"{base}.p7s", "bundle_missing"), signer)
        submission = record(content, "ecpanel-submission", names_of("Submission")[0])
        fits(submission, "Submission")
        same = (
            sha256(content) == line["sha256"]
            and fingerprint(signer) == line["fingerprint"] == submission["sign_in"]["fingerprint"]
            and submission["review_id"] == result["review"]["review_id"]
            and submission["scheme_sha256"] == result["scheme_sha256"]
            and (submission["expert"]["expert_id"], submission["number"])
            == (line["expert_id"], line["number"])
        )
        demand(same, "original_inconsistent")
        found[f"{base}.json"] = submission
    told = {name.rpartition(".")[0] for name in members if name.startswith("submissions/")}
    demand(told <= {name.rpartition(".")[0] for name in found}, "original_uncounted")
    used = {f"certificates/{line['expert_id']}.pem" for line in result["submissions"]}
    used |= {f"certificates/{one}.pem" for one in ("chair", "organiser", "chair-sm2", *signers)}
    demand({name for name in members if name.startswith("certificates/")} <= used, "original_uncounted")
    return found


def _certificates(members: dict[str, bytes], result: dict[str, Any]) -> dict[str, x509.Certificate]:
    keys = {line["expert_id"] for line in result["submissions"]}
    return {key: certificate(members[f"certificates/{key}.pem"]) for key in keys}


def _check_paper(paper: str, manifest: bytes, data: bytes) -> None:
    told = re.sub("[^0-9a-f]", "", paper.strip().lower().removeprefix("ecpanel:manifest:"))
    digests = [hashlib.sha256(one).hexdigest() for one in (manifest, data)]
    demand(any(told in (one, one[:8] + one[-8:]) for one in digests), "paper_digits_differ")
