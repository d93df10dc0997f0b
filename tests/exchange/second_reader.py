"""A second reader of the travelling files, written from ecpanel/exchange/README.md alone.

It shares no line with the program: standard library, cryptography, argon2 and pyrage only. It reads
trustingly only what the page tells it to check, and raises `Refused` with the page's code. Here are task
and score packages, cards and slips; bundles, sign-offs and follow-ups are in the modules beside.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from second_reader_shell import (
    GIB,
    MIB,
    Refused,
    canonical,
    certificate,
    check_signature,
    fingerprint,
    members_of,
    need,
    record,
)

CHUNK = MIB

# 3: the task package

TASK_HEAD = {"format", "version", "package_id", "desk", "key"}
CONTENTS = {"format", "version", "package_id", "desk", "review", "scheme", "scheme_sha256", "group", "owner",
            "experts", "candidates", "recusals", "documents", "organiser", "chair", "pledge", "issued_at"}  # fmt: skip


@dataclass
class Task:
    """Contents, the SHA-256 of their bytes, and every document's plain bytes by member."""

    contents: dict[str, Any]
    sha256: str
    documents: dict[str, bytes]


def package_key(wrapped: dict[str, Any], slip: str) -> bytes:
    memory, passes, lanes = wrapped["memory_kib"], wrapped["passes"], wrapped["lanes"]
    sane = wrapped["kdf"] == "argon2id" and 1 <= lanes <= 16 and 1 <= passes <= 16
    if not sane or not 8 * lanes <= memory <= 2**20:
        raise Refused("record_unreadable")
    salt, nonce, sealed = (base64.b64decode(wrapped[name]) for name in ("salt", "nonce", "wrapped"))
    if len(salt) != 16 or len(nonce) != 12:
        raise Refused("record_unreadable")
    secret = unicodedata.normalize("NFKC", slip).encode()
    derived = hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID, 0x13)
    try:
        return AESGCM(derived).decrypt(nonce, sealed, b"ecpanel-task")
    except InvalidTag:
        raise Refused("task_passphrase_wrong") from None


def opened(sealed: bytes, key: bytes, package_id: str, member: str) -> bytes:
    own = HKDF(hashes.SHA256(), 32, bytes.fromhex(package_id), member.encode()).derive(key)
    count = max(1, -(-len(sealed) // (CHUNK + 16)))
    last = len(sealed) - (count - 1) * (CHUNK + 16)
    if last < 16 or (last == 16 and count > 1):
        raise Refused("member_damaged")
    plain = []
    for number in range(count):
        nonce = bytes(7) + number.to_bytes(4, "big") + bytes([number == count - 1])
        chunk = sealed[number * (CHUNK + 16) : (number + 1) * (CHUNK + 16)]
        try:
            plain.append(AESGCM(own).decrypt(nonce, chunk, None))
        except InvalidTag:
            raise Refused("member_damaged") from None
    return b"".join(plain)


def read_task(content: bytes, slip: str) -> Task:
    members = members_of(content, 20_000, 64 * GIB, 16 * GIB, stored=True)
    if "package.json" not in members:
        raise Refused("not_a_package")
    head = record(members["package.json"], "ecpanel-task", TASK_HEAD)
    if not re.fullmatch("[0-9a-f]{32}", head["package_id"]):
        raise Refused("not_a_package")
    key = package_key(head["key"], slip)
    names = ("contents.json.enc", "contents.p7s.enc")
    plain, signature = (opened(need(members, name), key, head["package_id"], name) for name in names)
    contents = record(plain, "ecpanel-task", CONTENTS)
    organiser = check_card(contents["organiser"], "organiser")
    check_card(contents["chair"], "chair")
    check_signature(plain, signature, organiser)
    same = all(contents[name] == head[name] for name in ("package_id", "desk"))
    scheme = hashlib.sha256(canonical(contents["scheme"])).hexdigest()
    if not same or scheme != contents["scheme_sha256"]:
        raise Refused("record_unreadable")
    told = {one["member"]: one["document"] for one in contents["documents"]}
    if len(told) != len(contents["documents"]):
        raise Refused("member_doubled")
    if set(members) - set(told) - {"package.json", *names}:
        raise Refused("member_unexpected")
    documents = {}
    for name, document in told.items():
        body = opened(need(members, name), key, head["package_id"], name)
        if len(body) != document["size"] or hashlib.sha256(body).hexdigest() != document["sha256"]:
            raise Refused("member_damaged")
        documents[name] = body
    return Task(contents, hashlib.sha256(plain).hexdigest(), documents)


# 4: the score package

SCORE_HEAD = {
    "format",
    "version",
    "review_id",
    "review_title",
    "rehearsal",
    "expert_id",
    "number",
    "sealed_to",
}
SUBMISSION = {"format", "version", "review_id", "review_title", "rehearsal", "scheme_version", "scheme_sha256",
              "task_sha256", "expert", "sign_in", "recusals", "number", "replaces", "reopened_for", "gaps",
              "sheets", "submitted_at"}  # fmt: skip
INNER = {"submission.json", "submission.p7s", "meeting.json", "meeting.p7s", "certificate.pem"}


@dataclass
class Handed:
    """A submission, its own bytes, and the fingerprint of who signed it."""

    submission: dict[str, Any]
    content: bytes
    fingerprint: str
    verifier: str


def read_score(content: bytes, identity: str, chair_fingerprint: str, review_id: str) -> Handed:
    if len(content) > 32 * MIB:
        raise Refused("file_too_large")
    outer = members_of(content, 2, 32 * MIB, 32 * MIB, stored=True)
    if "package.json" not in outer:
        raise Refused("not_a_package")
    if set(outer) - {"package.json", "sealed.age"}:
        raise Refused("member_unexpected")
    head = record(outer["package.json"], "ecpanel-score", SCORE_HEAD)
    if head["review_id"] != review_id:
        raise Refused("review_foreign")
    if head["sealed_to"] != chair_fingerprint:
        raise Refused("sealed_to_other")
    try:
        inside = pyrage.decrypt(need(outer, "sealed.age"), [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError:
        raise Refused("seal_broken") from None
    inner = members_of(inside, 5, 128 * MIB, 64 * MIB, stored=False)
    if set(inner) - INNER:
        raise Refused("member_unexpected")
    for name in sorted(INNER):
        need(inner, name)
    signer = certificate(inner["certificate.pem"])
    check_signature(inner["submission.json"], inner["submission.p7s"], signer)
    check_signature(inner["meeting.json"], inner["meeting.p7s"], signer)
    submission = record(inner["submission.json"], "ecpanel-submission", SUBMISSION)
    proof = json.loads(inner["meeting.json"])
    if not 1 <= submission["number"] <= 999:
        raise Refused("record_unreadable")
    together = (
        submission["sign_in"]["fingerprint"] == fingerprint(signer)
        and proof["expert_id"] == submission["expert"]["expert_id"]
        and proof["submission_sha256"] == hashlib.sha256(inner["submission.json"]).hexdigest()
        and canonical(submission) == inner["submission.json"]
    )
    if not together:
        raise Refused("submission_inconsistent")
    return Handed(submission, inner["submission.json"], fingerprint(signer), proof["verifier"])


# 6 and 7: cards and slips


def check_card(card: dict[str, Any], role: str) -> x509.Certificate:
    names = ("format", "version", "role", "name", "certificate", "recipient")
    record(canonical(card), "ecpanel-card", {*names, "signature"})
    if card["role"] != role:
        raise Refused("card_role")
    found = certificate(card["certificate"].encode())
    check_signature(canonical([card[name] for name in names]), base64.b64decode(card["signature"]), found)
    if role == "chair":
        try:
            pyrage.x25519.Recipient.from_str(card["recipient"])
        except pyrage.RecipientError:
            raise Refused("record_unreadable") from None
    return found


def read_slip(content: bytes, chair: x509.Certificate) -> dict[str, Any]:
    names = ("format", "version", "review_id", "expert_id", "replaces", "reason", "at")
    slip = record(content, "ecpanel-reopening", {*names, "signature"})
    check_signature(canonical([slip[name] for name in names]), base64.b64decode(slip["signature"]), chair)
    return slip
