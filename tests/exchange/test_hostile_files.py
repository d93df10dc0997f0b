"""Files made to harm: each is refused by its code with a sentence, and leaves every store as it was."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
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
    signed_card,
    signed_slip,
    stranger,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument
from small_review import CHEAP, EXPERTS, PASSPHRASE, SmallReview, clock, copy_store, firms

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.finding import FindingState, walk
from ecpanel.domain.problems import Problem, Severity, blocking, error
from ecpanel.domain.submission import Verdict
from ecpanel.exchange import keys, limits, signing
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.container import member_info
from ecpanel.exchange.digests import sm3
from ecpanel.exchange.result_bundle import (
    ARCHIVE_SHEET,
    BOOK,
    BOOK_SIGNATURE,
    BUNDLE_VERSION,
    CHAIR_CERTIFICATE,
    MANIFEST,
    SHA256SUMS,
    SIGNATURE,
    stands_outside,
)
from ecpanel.exchange.scheme_file import scheme_json, write_scheme_workbook
from ecpanel.exchange.score_form import read_form
from ecpanel.exchange.task_package import open_task
from ecpanel.progress import silent
from ecpanel.records import canonical
from ecpanel.services import chair, hand_in, organise, score, task
from ecpanel.services.opening import open_store
from ecpanel.services.verification import Verification, verify_bundle
from ecpanel.store import journal, schema
from ecpanel.texts import problem_sentence

# The desks under attack: each takes the hostile file in and says what it refused


@dataclass(frozen=True)
class Desk:
    """A desk with a store of its own to lose; `take` gives the refusals."""

    store: Callable[[SmallReview], Path | None]
    take: Callable[[SmallReview, Path | None, Path], list[Problem]]
    ending: str


def _refused(act: Callable[[], object]) -> list[Problem]:
    try:
        act()
    except EcpanelError as fault:
        return [error(fault.code, **fault.params)]
    return []


def _with(store: Path | None, act: Callable[[Any], list[Problem]]) -> list[Problem]:
    assert store is not None
    with open_store(store, PASSPHRASE) as opened:
        return act(opened)


def _open_task(review: SmallReview, _: Path | None, file: Path) -> list[Problem]:
    fresh = file.parent / "新库" / "E01.ecreview"
    found = _refused(
        lambda: task.open_task_package(file, review.slips["E01"], fresh, PASSPHRASE, CHEAP, clock, silent)
    )
    assert not fresh.parent.exists() or not list(fresh.parent.iterdir())
    return found


def _open_chair_task(review: SmallReview, store: Path | None, file: Path) -> list[Problem]:
    assert store is not None
    return _refused(
        lambda: task.open_task_package(file, review.slips["chair"], store, PASSPHRASE, CHEAP, clock, silent)
    )


def _intake(review: SmallReview, store: Path | None, file: Path) -> list[Problem]:
    def act(opened: Any) -> list[Problem]:
        for dry_run in (True, False):
            [line] = chair.take_in(opened, [file], review.fingerprints, clock, silent, dry_run=dry_run)
            assert line.verdict is Verdict.REFUSED
            assert not line.merged
        return list(line.problems)

    return _with(store, act)


def honest(verdict: Verification) -> Verification:
    """A verdict whose tree says neither more nor less than its problems."""
    everything = [one for _, one in walk(verdict.findings)]
    for one in everything:
        states = {child.state for child in one.children}
        assert one.state is FindingState.FAILED or not one.problems
        assert one.state is FindingState.FAILED or FindingState.FAILED not in states
        assert one.state is not FindingState.PASSED or states <= {FindingState.PASSED}
    files, _, *later = verdict.findings
    assert (
        verdict.sound == (not verdict.problems) == all(one.state is FindingState.PASSED for one in everything)
    )
    assert verdict.sound or FindingState.FAILED in {one.state for one in verdict.findings}
    if verdict.manifest is None or files.state is FindingState.FAILED:
        assert {one.state for one in later} == {FindingState.NOT_CHECKED}
    return verdict


def _verify(review: SmallReview, _: Path | None, file: Path) -> list[Problem]:
    return list(honest(verify_bundle(file, silent, pair_of(review.chair).fingerprint)).problems)


def _form(_: SmallReview, store: Path | None, file: Path) -> list[Problem]:
    def act(opened: Any) -> list[Problem]:
        work = score.load_assignment(opened)
        try:
            return list(score.score_from_form(opened, work, file, clock).problems)
        except EcpanelError as fault:
            return [error(fault.code, **fault.params)]

    return _with(store, act)


def _organiser(
    act: Callable[[Any, Path], object],
) -> Callable[[SmallReview, Path | None, Path], list[Problem]]:
    return lambda _, store, file: _with(store, lambda opened: _refused(lambda: act(opened, file)))


def _open_store(_: SmallReview, __: Path | None, file: Path) -> list[Problem]:
    return _refused(lambda: open_store(file, PASSPHRASE).close())


DESKS = {
    "open-task": Desk(lambda review: None, _open_task, ".ectask"),
    "chair-task": Desk(lambda review: review.chair, _open_chair_task, ".ectask"),
    "intake": Desk(lambda review: review.chair, _intake, ".ecscore"),
    "later intake": Desk(lambda review: review.chair_later, _intake, ".ecscore"),
    "verify": Desk(lambda review: None, _verify, ".zip"),
    "score-form": Desk(lambda review: review.scoring["E01"], _form, ".xlsx"),
    "people": Desk(
        lambda review: review.organiser, _organiser(lambda s, f: organise.set_people(s, f, clock)), ".xlsx"
    ),
    "candidates": Desk(
        lambda review: review.organiser,
        _organiser(lambda s, f: organise.import_candidates(s, f, clock)),
        ".xlsx",
    ),
    "scheme": Desk(
        lambda review: review.bare, _organiser(lambda s, f: organise.import_scheme(s, f, clock)), ".xlsx"
    ),
    "scheme-json": Desk(
        lambda review: review.bare, _organiser(lambda s, f: organise.import_scheme(s, f, clock)), ".json"
    ),
    "chair-card": Desk(
        lambda review: review.organiser,
        _organiser(lambda s, f: organise.set_chair_card(s, f, "", clock)),
        ".json",
    ),
    "reopened": Desk(
        lambda review: review.handed_in["E01"],
        _organiser(lambda s, f: hand_in.reopen(s, f, clock)),
        ".ecreopen",
    ),
}


@dataclass(frozen=True)
class Attack:
    """What the forger has at hand."""

    review: SmallReview
    rehearsal: SmallReview
    folder: Path

    def task(self) -> bytes:
        return self.review.tasks["E01"].read_bytes()

    def score(self) -> bytes:
        return self.review.packages["E01"].read_bytes()

    def bundle(self) -> bytes:
        return self.review.bundle.read_bytes()

    def card(self) -> dict[str, Any]:
        return dict(json.loads(self.review.card.read_bytes()))

    def slip(self, expert: str = "E01") -> bytes:
        """The chair's slip that lets an expert replace his submission."""
        store = copy_store(self.review.chair_later, self.folder / "开单")
        with open_store(store, PASSPHRASE) as opened:
            return chair.reopen_submission(opened, expert, "原件有误需重交", clock)[0]

    def form(self, expert: str = "E01") -> Any:
        return openpyxl.load_workbook(self.review.forms[expert])


@dataclass(frozen=True)
class Row:
    """One hostile file: to which desk it goes, how it is forged, what the desk must say."""

    name: str
    desk: str
    forge: Callable[[Attack], bytes]
    code: str


# Zips that lie, for every package


def _with_name(name: str) -> Callable[[bytes], bytes]:
    return lambda content: renamed(content, 1, name)


def _overlapping(content: bytes) -> bytes:
    return patched(content, 1, offset=0)


def _crowded(limit: int) -> bytes:
    return packed((f"documents/{n:05d}.enc", b"") for n in range(limit + 1))


ZIP_ATTACKS: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("truncated at the end", lambda content: content[:-30], "not_a_package"),
    ("truncated in the middle", lambda content: content[: len(content) // 2], "not_a_package"),
    ("empty", lambda content: b"", "not_a_package"),
    ("some other file", lambda content: b"%PDF-1.7\n" + bytes(2000), "not_a_package"),
    ("parent folder", _with_name("../../etc/passwd"), "member_name"),
    ("parent folder inside", _with_name("documents/../x"), "member_name"),
    ("absolute path", _with_name("/etc/passwd"), "member_name"),
    ("backslash", _with_name("..\\..\\Windows\\x"), "member_name"),
    ("drive letter", _with_name("C:x"), "member_name"),
    ("reserved device", _with_name("documents/CON"), "member_name"),
    ("reserved device with ending", _with_name("aux.json"), "member_name"),
    ("folder entry", _with_name("documents/"), "member_name"),
    ("trailing dot", _with_name("package.json."), "member_name"),
    ("blank at the end", _with_name("package.json "), "member_name"),
    ("control character", _with_name("package\x1b.json"), "member_name"),
    ("decomposed characters", _with_name("e\u0301.json"), "member_name"),
    ("name of 241 characters", _with_name("x" * (limits.NAME_LENGTH + 1)), "member_name"),
    ("doubled member", lambda content: renamed(content, 1, next(iter(members_of(content)))), "member_doubled"),
    (
        "doubled but for capitals",
        lambda content: renamed(content, 1, next(iter(members_of(content))).upper()),
        "member_doubled",
    ),
    ("symbolic link", lambda content: patched(content, 1, mode=0o120777 << 16), "member_kind"),
    ("device file", lambda content: patched(content, 1, mode=0o060666 << 16), "member_kind"),
    ("encrypted member", lambda content: patched(content, 1, flags=1), "member_kind"),
    ("unknown compression", lambda content: patched(content, 1, method=99), "member_kind"),
    ("overlapping members", _overlapping, "zip_bomb"),
    ("member beyond the end", lambda content: patched(content, 1, offset=0xFFFFFF00), "member_damaged"),
]  # fmt: skip
PACKAGES: list[tuple[str, str, Callable[[Attack], bytes]]] = [
    ("task", "open-task", Attack.task),
    ("score", "intake", Attack.score),
    ("bundle", "verify", Attack.bundle),
]


def _attacked(make: Callable[[Attack], bytes], change: Callable[[bytes], bytes]) -> Callable[[Attack], bytes]:
    return lambda attack: change(make(attack))


ROWS = [
    Row(f"{package}: {name}", desk, _attacked(make, change), code)
    for package, desk, make in PACKAGES
    for name, change, code in ZIP_ATTACKS
]


def _put(content: bytes, name: str, body: bytes = b"{}") -> bytes:
    return packed({**members_of(content), name: body})


def _without(content: bytes, name: str) -> bytes:
    return packed({key: body for key, body in members_of(content).items() if key != name})


def _bomb(content: bytes, name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for key, body in members_of(content).items():
            info = member_info(key, compress=key == name)
            archive.writestr(info, bytes(8 * limits.MIB) if key == name else body)
    return buffer.getvalue()


ROWS += [
    Row("task: member claims 2 GB", "open-task", lambda a: patched(a.task(), 1, size=2**31), "zip_bomb"),
    Row("score: member claims 2 GB", "intake", lambda a: patched(a.score(), 1, size=2**31), "member_too_large"),
    Row("bundle: member claims 2 GB", "verify", lambda a: patched(a.bundle(), 1, size=2**31), "member_too_large"),
    Row("task: bomb", "open-task", lambda a: _bomb(a.task(), "contents.json.enc"), "member_kind"),
    Row("score: bomb", "intake", lambda a: _bomb(a.score(), "sealed.age"), "member_kind"),
    Row("bundle: bomb", "verify", lambda a: _bomb(a.bundle(), "data.json"), "zip_bomb"),
    Row("task: crowd", "open-task", lambda a: _crowded(limits.TASK_ENTRIES), "too_many_members"),
    Row("score: crowd", "intake", lambda a: _crowded(2), "too_many_members"),
    Row("bundle: crowd", "verify", lambda a: _crowded(limits.BUNDLE_ENTRIES), "too_many_members"),
    Row("score: larger than allowed", "intake",
        lambda a: a.score() + bytes(limits.SCORE_PACKAGE_SIZE), "file_too_large"),
    Row("task: extra member", "open-task", lambda a: _put(a.task(), "autorun.inf"), "member_unexpected"),
    Row("score: extra member", "intake", lambda a: _put(a.score(), "autorun.inf"), "too_many_members"),
    Row("score: another member instead", "intake", lambda a: renamed(a.score(), 1, "x.age"), "member_unexpected"),
    Row("score: extra member under the seal", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: packed({**m, "x": b""})), "too_many_members"),
    Row("score: other member under the seal", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: renamed(packed(m), 4, "x")), "member_unexpected"),
    Row("score: no zip under the seal", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: b"nothing"), "not_a_package"),
    Row("score: path under the seal", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: renamed(packed(m), 4, "../x")), "member_name"),
    Row("score: bomb under the seal", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: _bomb(packed(m), "meeting.json")), "zip_bomb"),
    Row("task: no header", "open-task", lambda a: _without(a.task(), "package.json"), "not_a_package"),
    Row("task: no contents", "open-task", lambda a: _without(a.task(), "contents.json.enc"), "member_missing"),
    Row("task: no signature", "open-task", lambda a: _without(a.task(), "contents.p7s.enc"), "member_missing"),
    Row("task: no document", "open-task", lambda a: _without(a.task(), "documents/00001.enc"), "member_missing"),
    Row("score: no header", "intake", lambda a: _without(a.score(), "package.json"), "not_a_package"),
    Row("score: nothing sealed", "intake", lambda a: _without(a.score(), "sealed.age"), "member_missing"),
    *(
        Row(f"score: no {name} under the seal", "intake",
            lambda a, name=name: forged_score(a.review, "E01", inner=lambda m: packed(
                {key: body for key, body in m.items() if key != name})), "member_missing")
        for name in ("submission.p7s", "meeting.json", "meeting.p7s", "certificate.pem")
    ),
]  # fmt: skip


# Task packages


def _set(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain.update(values)


def _cost(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda head: head["key"].update(values)


def _head(a: Attack, edit: Callable[[dict[str, Any]], object]) -> bytes:
    return forged_task(a.review, "E01", head_edit=edit)


def _contents(a: Attack, edit: Callable[[dict[str, Any]], object]) -> bytes:
    return honest_task(a.review, "E01", edit)


def _body_flipped(a: Attack, name: str) -> bytes:
    members = members_of(a.task())
    members[name] = flipped(members[name], len(members[name]) // 2)
    return packed(members)


def _chunk_lost(a: Attack) -> bytes:
    """The long document ends after its first chunk, and a stray tag stands where the end mark was."""
    members = members_of(a.task())
    name = next(key for key, body in members.items() if len(body) > limits.MIB)
    members[name] = members[name][: limits.MIB + 16] + bytes(16)
    return packed(members)


def _members_exchanged(a: Attack) -> bytes:
    members = members_of(a.task())
    one, two = "documents/00001.enc", "documents/00002.enc"
    members[one], members[two] = members[two], members[one]
    return packed(members)


ROWS += [
    Row("task: newer format", "open-task", lambda a: _head(a, _set(version=2)), "format_newer"),
    Row("task: newer format with members unknown today", "open-task",
        lambda a: _head(a, _set(version=2, cipher="SM4")), "format_newer"),
    Row("task: version zero", "open-task", lambda a: _head(a, _set(version=0)), "record_unreadable"),
    Row("task: newer contents", "open-task", lambda a: _contents(a, _set(version=2, more=1)), "format_newer"),
    Row("task: a score package under its name", "open-task", Attack.score, "not_a_package"),
    Row("task: member unknown to this version", "open-task", lambda a: _head(a, _set(more=1)), "record_unreadable"),
    Row("task: header is no JSON", "open-task",
        lambda a: packed({**members_of(a.task()), "package.json": b"\xff{"}), "record_unreadable"),
    Row("task: header nested without end", "open-task",
        lambda a: packed({**members_of(a.task()), "package.json": b"[" * 100_000}), "record_unreadable"),
    Row("task: id that is no hexadecimal", "open-task", lambda a: _head(a, _set(package_id="z" * 32)), "not_a_package"),
    Row("task: id of another package", "open-task", lambda a: _head(a, _set(package_id="0" * 32)), "member_damaged"),
    Row("task: desk changed in clear", "open-task", lambda a: _head(a, _set(desk="chair")), "record_unreadable"),
    Row("task: Argon2 asks for 64 GiB", "open-task", lambda a: _head(a, _cost(memory_kib=64 << 20)), "record_unreadable"),
    Row("task: Argon2 asks for a million passes", "open-task", lambda a: _head(a, _cost(passes=10**6)), "record_unreadable"),
    Row("task: Argon2 without lanes", "open-task", lambda a: _head(a, _cost(lanes=0)), "record_unreadable"),
    Row("task: Argon2 with no memory", "open-task", lambda a: _head(a, _cost(memory_kib=-1)), "record_unreadable"),
    Row("task: another key derivation", "open-task", lambda a: _head(a, _cost(kdf="scrypt")), "record_unreadable"),
    Row("task: salt that is no base64", "open-task", lambda a: _head(a, _cost(salt="***")), "record_unreadable"),
    Row("task: wrapped key cut short", "open-task", lambda a: _head(a, _cost(wrapped="AAAA")), "task_passphrase_wrong"),
    Row("task: slip of another package", "open-task",
        lambda a: a.review.tasks["E02"].read_bytes(), "task_passphrase_wrong"),
    Row("task: contents edited and sealed, not signed", "open-task",
        lambda a: forged_task(a.review, "E01", _set(pledge="")), "signature_invalid"),
    Row("task: contents signed by a stranger", "open-task",
        lambda a: forged_task(a.review, "E01", _set(pledge=""), stranger()), "signature_invalid"),
    Row("task: chair's address exchanged, organiser's signature kept", "open-task",
        lambda a: forged_task(a.review, "E01", lambda p: p["chair"].update(recipient=keys.make_identity()[1])),
        "signature_invalid"),
    Row("task: scheme not of its digest", "open-task",
        lambda a: _contents(a, lambda p: p["scheme"].update(title="另一体系")), "record_unreadable"),
    Row("task: no expert in it", "open-task", lambda a: _contents(a, _set(experts=[])), "record_unreadable"),
    Row("task: owner is nobody", "open-task", lambda a: _contents(a, _set(owner="E09")), "record_unreadable"),
    Row("task: dossier of a recused firm", "open-task",
        lambda a: _contents(a, lambda p: p["recusals"].append(
            {"expert_id": "E01", "candidate_id": "C001", "reason": "01", "note": "", "source": "organiser"})),
        "record_unreadable"),
    Row("task: a firm twice", "open-task",
        lambda a: _contents(a, lambda p: p["candidates"].append(p["candidates"][0])), "record_unreadable"),
    Row("task: a declared figure that is no number", "open-task",
        lambda a: _contents(a, lambda p: p["candidates"][0].update(facts=[{"indicator": "A1", "figure": "abc"}])),
        "record_unreadable"),
    Row("task: an expert's name that leads out of the folder", "open-task",
        lambda a: _contents(a, lambda p: p["experts"][0].update(name="../../张三")), "record_unreadable"),
    Row("task: two documents in one member", "open-task",
        lambda a: _contents(a, lambda p: p["documents"][0].update(member=p["documents"][1]["member"])), "member_doubled"),
    Row("task: a document that is the header", "open-task",
        lambda a: _contents(a, lambda p: p["documents"][0].update(member="package.json")), "record_unreadable"),
    Row("task: points that are no whole number", "open-task",
        lambda a: _contents(a, lambda p: p["review"].update(cut=1.5)), "record_unreadable"),
    Row("task: contents flipped", "open-task", lambda a: _body_flipped(a, "contents.json.enc"), "member_damaged"),
    Row("task: signature flipped", "open-task", lambda a: _body_flipped(a, "contents.p7s.enc"), "member_damaged"),
    Row("task: document flipped", "open-task", lambda a: _body_flipped(a, "documents/00002.enc"), "member_damaged"),
    Row("task: documents exchanged", "open-task", _members_exchanged, "member_damaged"),
    Row("task: document cut at a chunk", "open-task", _chunk_lost, "member_damaged"),
    Row("task: other bytes in a document", "open-task",
        lambda a: document_replaced(a.review, "E01", b"another"), "member_damaged"),
    Row("task: empty document without its tag", "open-task",
        lambda a: packed({**members_of(a.task()), "documents/00001.enc": b""}), "member_damaged"),
    Row("task: of the rehearsal's chair", "chair-task",
        lambda a: forged_task(a.rehearsal, "chair"), "task_passphrase_wrong"),
    Row("task: for another chair", "chair-task",
        lambda a: honest_task(a.review, "chair",
                              lambda p: p.update(chair=json.loads(a.rehearsal.card.read_bytes()))),
        "task_for_other_chair"),
    Row("task: of another review for the chair", "chair-task",
        lambda a: honest_task(a.review, "chair", lambda p: p["review"].update(review_id="0" * 32)), "review_foreign"),
]  # fmt: skip


# Score packages


def _first_score(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["sheets"][0]["scores"][0].update(values)


def _as(expert: int) -> Callable[[dict[str, Any]], object]:
    one = EXPERTS[expert - 1]
    return lambda plain: plain["expert"].update(
        expert_id=one.expert_id,
        name=one.name,
        organisation=one.organisation,
        title=one.title,
        field=one.field,
    )


def _by_other_hand(a: Attack) -> bytes:
    """E01's submission signed by E02, who also writes his own key into the sign-in."""
    other = pair_of(a.review.handed_in["E02"])
    return forged_score(
        a.review, "E01", edit=lambda p: p["sign_in"].update(fingerprint=other.fingerprint), signer=other
    )


def _second(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain.update(number=2, **values)


def _inner_flipped(name: str) -> Callable[[dict[str, bytes]], bytes]:
    def change(members: dict[str, bytes]) -> bytes:
        members[name] = flipped(members[name], len(members[name]) // 2)
        return packed(members)

    return change


ROWS += [
    Row("score: newer format", "intake",
        lambda a: forged_score(a.review, "E01", head_edit=_set(version=2, seal="SM2")), "format_newer"),
    Row("score: newer submission", "intake",
        lambda a: own_score(a.review, "E01", _set(version=2, more=1)), "format_newer"),
    Row("score: submission of version zero", "intake",
        lambda a: own_score(a.review, "E01", _set(version=0)), "record_unreadable"),
    Row("score: submission of another format", "intake",
        lambda a: own_score(a.review, "E01", _set(format="x")), "not_a_package"),
    Row("score: a task package under its name", "intake",
        lambda a: packed({"package.json": members_of(a.task())["package.json"], "sealed.age": b""}), "not_a_package"),
    Row("score: of a rehearsal, whole", "intake",
        lambda a: a.rehearsal.packages["E01"].read_bytes(), "rehearsal_mixed"),
    Row("score: of a rehearsal, relabelled in clear", "intake",
        lambda a: forged_score(a.rehearsal, "E01", recipient=a.card()["recipient"], head_edit=_set(
            review_id=json.loads(members_of(a.score())["package.json"])["review_id"],
            sealed_to=pair_of(a.review.chair).fingerprint)), "rehearsal_mixed"),
    Row("score: of this review marked as rehearsal", "intake",
        lambda a: own_score(a.review, "E01", _set(rehearsal=True)), "rehearsal_mixed"),
    Row("score: of another review, in clear", "intake",
        lambda a: forged_score(a.review, "E01", head_edit=_set(review_id="0" * 32)), "review_foreign"),
    Row("score: of another review, under the seal", "intake",
        lambda a: own_score(a.review, "E01", _set(review_id="0" * 32)), "review_foreign"),
    Row("score: for another chair, in clear", "intake",
        lambda a: forged_score(a.review, "E01", head_edit=_set(sealed_to="0")), "sealed_to_other"),
    Row("score: sealed to a stranger", "intake",
        lambda a: forged_score(a.review, "E01", recipient=keys.make_identity()[1]), "seal_broken"),
    Row("score: seal flipped", "intake",
        lambda a: packed({n: flipped(b, len(b) - 9) if n == "sealed.age" else b
                          for n, b in members_of(a.score()).items()}), "seal_broken"),
    Row("score: nothing under the age header", "intake",
        lambda a: packed({**members_of(a.score()), "sealed.age": b"age-encryption.org/v1\n"}), "seal_broken"),
    Row("score: of another scheme", "intake",
        lambda a: own_score(a.review, "E01", _set(scheme_sha256="0" * 64)), "scheme_differs"),
    Row("score: edited and sealed, not signed", "intake",
        lambda a: forged_score(a.review, "E01", edit=_first_score(points=0)), "signature_invalid"),
    Row("score: signature of another package", "intake",
        lambda a: forged_score(a.review, "E01",
                               inner=lambda m: m.update({"submission.p7s": inside_of(a.review, "E02")["submission.p7s"]})),
        "signature_invalid"),
    Row("score: certificate of another expert", "intake",
        lambda a: forged_score(a.review, "E01",
                               inner=lambda m: m.update({"certificate.pem": inside_of(a.review, "E02")["certificate.pem"]})),
        "signature_invalid"),
    Row("score: certificate that is none", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: m.update({"certificate.pem": b"-----"})),
        "certificate_unreadable"),
    Row("score: signed by a stranger", "intake",
        lambda a: forged_score(a.review, "E01", signer=stranger()), "submission_inconsistent"),
    Row("score: of E01 signed by E02's key", "intake", _by_other_hand, "key_differs"),
    Row("score: E02's key under E01's id", "intake",
        lambda a: own_score(a.review, "E02", _as(1)), "key_differs"),
    Row("score: of nobody in this group", "intake",
        lambda a: own_score(a.review, "E01", lambda p: p["expert"].update(expert_id="E09")), "expert_unknown"),
    Row("score: under another name", "intake",
        lambda a: own_score(a.review, "E01", lambda p: p["expert"].update(name="张三")), "expert_differs"),
    Row("score: meeting proof of another submission", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: m.update(
            {n: inside_of(a.review, "E02")[n] for n in ("meeting.json", "meeting.p7s")})), "signature_invalid"),
    Row("score: JSON with blanks", "intake",
        lambda a: forged_score(a.review, "E01", inner=lambda m: _blanks(a, m)), "submission_inconsistent"),
    Row("score: version a million", "intake",
        lambda a: own_score(a.review, "E01", _set(number=10**6)), "record_unreadable"),
    Row("score: version beyond any integer", "intake",
        lambda a: own_score(a.review, "E01", _set(number=10**30)), "record_unreadable"),
    Row("score: version zero", "intake", lambda a: own_score(a.review, "E01", _set(number=0)), "record_unreadable"),
    Row("score: out of range", "intake", lambda a: own_score(a.review, "E01", _first_score(points=900)), "score_out_of_range"),
    Row("score: negative", "intake", lambda a: own_score(a.review, "E01", _first_score(points=-50)), "score_out_of_range"),
    Row("score: off the step", "intake", lambda a: own_score(a.review, "E01", _first_score(points=725)), "score_off_step"),
    Row("score: a half hundredth", "intake", lambda a: own_score(a.review, "E01", _first_score(points=7.5)), "record_unreadable"),
    Row("score: a number beside abstention", "intake",
        lambda a: own_score(a.review, "E01", _first_score(state="abstained")), "score_state"),
    Row("score: not applicable where it must apply", "intake",
        lambda a: own_score(a.review, "E01", _first_score(state="not_applicable", points=None)), "score_must_apply"),
    Row("score: unknown indicator", "intake", lambda a: own_score(a.review, "E01", _first_score(indicator="Z9")), "indicator_unknown"),
    Row("score: an indicator twice", "intake", lambda a: own_score(
        a.review, "E01", lambda p: p["sheets"][0]["scores"].append(p["sheets"][0]["scores"][0])), "submission_doubled"),
    Row("score: a firm twice", "intake", lambda a: own_score(
        a.review, "E01", lambda p: p["sheets"].append(p["sheets"][0])), "submission_doubled"),
    Row("score: an unknown firm", "intake", lambda a: own_score(
        a.review, "E01", lambda p: p["sheets"][0].update(candidate_id="C999")), "candidate_unknown"),
    Row("score: a recused firm scored", "intake", lambda a: own_score(
        a.review, "E03", lambda p: p["sheets"][0].update(candidate_id="C003")), "recused_scored"),
    Row("score: a recusal for another", "intake", lambda a: own_score(
        a.review, "E01", lambda p: p["recusals"].append(
            {"expert_id": "E02", "candidate_id": "C001", "reason": "01", "note": "", "source": "expert"})), "recusal_foreign"),
    Row("score: lone surrogate in a remark", "intake", lambda a: forged_score(
        a.review, "E01", signer=pair_of(a.review.handed_in["E01"]), inner=lambda m: _surrogate(a, m)), "record_unreadable"),
    *(
        Row(f"score: {name} flipped under the seal", "intake",
            lambda a, name=name: forged_score(a.review, "E01", inner=_inner_flipped(name)), code)
        for name, code in (("submission.json", "signature_invalid"), ("submission.p7s", "signature_invalid"),
                           ("meeting.json", "signature_invalid"), ("meeting.p7s", "signature_invalid"))
    ),
    Row("score: an older version", "later intake",
        lambda a: own_score(a.review, "E01", _set(submitted_at="2021-07-04T12:00:00+08:00")), "submission_older"),
    Row("score: a second version without the first", "later intake",
        lambda a: own_score(a.review, "E01", _second(replaces="0" * 64)), "submission_chain"),
    Row("score: a second version nobody allowed", "later intake",
        lambda a: own_score(a.review, "E01", _second(replaces=hashlib.sha256(
            inside_of(a.review, "E01")["submission.json"]).hexdigest())), "not_reopened"),
]  # fmt: skip


def _signed_inside(a: Attack, members: dict[str, bytes], content: bytes) -> bytes:
    own = pair_of(a.review.handed_in["E01"])
    proof = json.loads(members["meeting.json"])
    proof["submission_sha256"] = hashlib.sha256(content).hexdigest()
    members["submission.json"], members["submission.p7s"] = content, signing.sign(content, own)
    members["meeting.json"] = canonical(proof)
    members["meeting.p7s"] = signing.sign(members["meeting.json"], own)
    return packed(members)


def _blanks(a: Attack, members: dict[str, bytes]) -> bytes:
    plain = json.loads(members["submission.json"])
    return _signed_inside(a, members, json.dumps(plain, ensure_ascii=False, indent=1).encode())


def _surrogate(a: Attack, members: dict[str, bytes]) -> bytes:
    remark = "材料齐全，佐证可以逐项核对。".encode()
    return _signed_inside(a, members, members["submission.json"].replace(remark, b"\\ud800", 1))


# Bundles


def _put_signed(a: Attack, name: str, body: bytes, signer: Any = None) -> bytes:
    return resigned({**members_of(a.bundle()), name: body}, signer or pair_of(a.review.chair))


def _data(a: Attack, edit: Callable[[dict[str, Any]], object], signer: Any = None) -> bytes:
    return _put_signed(a, "data.json", edited(members_of(a.bundle())["data.json"], edit), signer)


def _pdf_extended(a: Attack) -> bytes:
    """An incremental update after the signature, as an editor appends one."""
    report = members_of(a.bundle())["评审报告.pdf"]
    start = int(re.findall(rb"startxref\s+(\d+)", report)[-1])
    size, root = re.findall(rb"/Size (\d+)", report)[-1], re.findall(rb"/Root (\d+ \d+ R)", report)[-1]
    number = int(size)
    body = report + b"\n" + f"{number} 0 obj\n<< /Note (x) >>\nendobj\n".encode()
    xref = len(body)
    offset = xref - len(f"{number} 0 obj\n<< /Note (x) >>\nendobj\n")
    body += f"xref\n{number} 1\n{offset:010d} 00000 n \ntrailer\n".encode()
    body += b"<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (number + 1, root, start, xref)
    PdfDocument(body).close()
    return body


def _exchanged(a: Attack) -> bytes:
    members = members_of(a.bundle())
    members["data.json"], members["journal.json"] = members["journal.json"], members["data.json"]
    return packed(members)


ROWS += [
    Row("bundle: newer format", "verify",
        lambda a: resigned(members_of(a.bundle()), pair_of(a.review.chair), edit=_set(version=BUNDLE_VERSION + 1, more=1)), "format_newer"),
    Row("bundle: newer data", "verify", lambda a: _data(a, _set(version=2, more=1)), "format_newer"),
    Row("bundle: of another format", "verify",
        lambda a: resigned(members_of(a.bundle()), pair_of(a.review.chair), edit=_set(format="x")), "not_a_package"),
    Row("bundle: a task package under its name", "verify", Attack.task, "member_missing"),
    Row("bundle: member added", "verify", lambda a: _put(a.bundle(), "附件.pdf"), "bundle_extra"),
    Row("bundle: unknown member signed by the chair", "verify", lambda a: _put_signed(a, "附件.pdf", b"x"), "bundle_extra"),
    Row("bundle: members exchanged", "verify", _exchanged, "bundle_member_changed"),
    Row("bundle: signed by a self-made chair", "verify",
        lambda a: resigned(members_of(a.bundle()), stranger()), "chair_fingerprint_differs"),
    Row("bundle: data edited and signed by a self-made chair", "verify",
        lambda a: _data(a, lambda p: p["lines"][0].update(score=9999), stranger()), "chair_fingerprint_differs"),
    Row("bundle: another key's fingerprint in the manifest", "verify",
        lambda a: resigned(members_of(a.bundle()), pair_of(a.review.chair), edit=_set(
            chair_fingerprint=stranger().fingerprint)), "signature_invalid"),
    Row("bundle: score edited and signed by the chair", "verify",
        lambda a: _data(a, lambda p: p["lines"][0].update(score=9999)), "recalculation_differs"),
    Row("bundle: rank edited and signed by the chair", "verify",
        lambda a: _data(a, lambda p: p["lines"][0].update(rank=2)), "recalculation_differs"),
    Row("bundle: one expert's cell edited and signed by the chair", "verify",
        lambda a: _data(a, lambda p: p["lines"][0]["cells"][0].update(points=0)), "recalculation_differs"),
    Row("bundle: a firm nobody knows in the ranking", "verify",
        lambda a: _data(a, lambda p: p["lines"][0].update(candidate_id="C999")), "data_inconsistent"),
    Row("bundle: a declared figure that is no number", "verify",
        lambda a: _data(a, lambda p: p["candidates"][0].update(facts=[{"indicator": "A1", "figure": "abc"}])),
        "data_inconsistent"),
    Row("bundle: an expert struck from the data", "verify",
        lambda a: _data(a, lambda p: p.update(experts=[])), "recalculation_failed"),
    Row("bundle: scheme edited and signed by the chair", "verify",
        lambda a: _data(a, lambda p: p["scheme"]["merging"].update(trimmed=True)), "data_inconsistent"),
    Row("bundle: real review labelled rehearsal in the data", "verify",
        lambda a: _data(a, lambda p: p["review"].update(rehearsal=True)), "data_inconsistent"),
    Row("bundle: report extended after its signature", "verify",
        lambda a: _put_signed(a, "评审报告.pdf", _pdf_extended(a)), "pdf_signature_partial"),
    Row("bundle: report that is no PDF", "verify",
        lambda a: _put_signed(a, "评审报告.pdf", b"%PDF-1.7"), "pdf_signature_invalid"),
    Row("bundle: workbook of another review", "verify",
        lambda a: _put_signed(a, "评审结果.xlsx", a.review.forms["E01"].read_bytes()), "workbook_differs"),
    Row("bundle: original edited, chair signs", "verify",
        lambda a: _put_signed(a, "submissions/E01-1.json", edited(
            members_of(a.bundle())["submissions/E01-1.json"], _first_score(points=0))), "signature_invalid"),
    Row("bundle: originals exchanged, chair signs", "verify",
        lambda a: resigned({**(m := members_of(a.bundle())), "submissions/E01-1.json": m["submissions/E02-1.json"],
                            "submissions/E01-1.p7s": m["submissions/E02-1.p7s"],
                            "certificates/E01.pem": m["certificates/E02.pem"]}, pair_of(a.review.chair)),
        "original_inconsistent"),
    Row("bundle: original nobody counted", "verify",
        lambda a: _put_signed(a, "submissions/E02-2.json", members_of(a.bundle())["submissions/E02-1.json"]),
        "original_uncounted"),
    Row("bundle: sums that do not sum", "verify",
        lambda a: _sums_edited(a), "bundle_sums"),
    Row("bundle: a line of the journal edited, chair signs", "verify",
        lambda a: _put_signed(a, "journal.json", members_of(a.bundle())["journal.json"].replace(b"intake", b"intakt")),
        "journal_broken"),
    Row("bundle: journal that is none, chair signs", "verify",
        lambda a: _put_signed(a, "journal.json", b"[1]"), "journal_broken"),
    Row("bundle: member's own name is no UTF-8", "verify",
        lambda a: a.bundle().replace("评审报告.pdf".encode(), b"\xff" * 16, 1), "member_damaged"),
    Row("bundle: manifest is a list", "verify", lambda a: _manifest_replaced(a, b"[]"), "record_unreadable"),
]  # fmt: skip


def _manifest_replaced(a: Attack, manifest: bytes, **others: bytes) -> bytes:
    """A bundle with another manifest under the chair's own signature."""
    members = {**members_of(a.bundle()), **others}
    members[MANIFEST], members[SIGNATURE] = manifest, signing.sign(manifest, pair_of(a.review.chair))
    return packed(members)


def _sums_edited(a: Attack) -> bytes:
    members = members_of(a.bundle())
    told = members[SHA256SUMS].replace(b"journal.json", b"data.json")

    def relist(manifest: dict[str, Any]) -> None:
        for entry in manifest["entries"]:
            if entry["name"] == SHA256SUMS:
                entry.update(size=len(told), sha256=hashlib.sha256(told).hexdigest(), sm3=sm3(told))

    return _manifest_replaced(a, edited(members[MANIFEST], relist), **{SHA256SUMS: told})


# Workbooks and lists


def _book(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _form_with(change: Callable[[Any], object]) -> Callable[[Attack], bytes]:
    def forge(attack: Attack) -> bytes:
        book = attack.form()
        change(book)
        return _book(book)

    return forge


def _cell(sheet: str, cell: str, value: Any) -> Callable[[Attack], bytes]:
    return _form_with(lambda book: book[sheet].__setitem__(cell, value))


def _repacked(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    members = members_of(content)
    members[name] = change(members[name])
    return packed(members, compress=True)


def _people_with(sheet: str, cell: str, value: Any) -> Callable[[Attack], bytes]:
    def forge(attack: Attack) -> bytes:
        book = openpyxl.load_workbook(attack.review.people_list)
        book[sheet][cell] = value
        return _book(book)

    return forge


def _exchanged_codes(attack: Attack) -> bytes:
    one, two, three = firms()
    path = attack.folder / "错位.xlsx"
    swapped = [replace(one, credit_code=two.credit_code), replace(two, credit_code=one.credit_code), three]
    write_candidate_list(swapped, path)
    return path.read_bytes()


def _scheme_plain() -> dict[str, Any]:
    return dict(json.loads(scheme_json(organise.builtin_scheme())))


def _scheme(edit: Callable[[dict[str, Any]], object]) -> Callable[[Attack], bytes]:
    def forge(_: Attack) -> bytes:
        plain = _scheme_plain()
        edit(plain)
        return json.dumps(plain).encode()

    return forge


def _scheme_book(cell: str, value: Any, sheet: str = "指标体系") -> Callable[[Attack], bytes]:
    def forge(attack: Attack) -> bytes:
        path = attack.folder / "体系.xlsx"
        write_scheme_workbook(organise.builtin_scheme(), path)
        book = openpyxl.load_workbook(path)
        book[sheet][cell] = value
        return _book(book)

    return forge


_LEAF = {"code": "A1", "name": "规模", "max": "100", "kind": "客观"}
_SHORT = {
    "scheme_id": "s",
    "title": "t",
    "items": [{"code": "A", "name": "甲", "max": "100", "children": [_LEAF]}],
}


def _short(**leaf: Any) -> Callable[[Attack], bytes]:
    items = [{"code": "A", "name": "甲", "max": "100", "children": [{**_LEAF, **leaf}]}]
    return lambda _: json.dumps({**_SHORT, "items": items}).encode()


ROWS += [
    *(
        Row(f"{desk}: not a workbook", desk, lambda a: b"<html><table></table></html>", "not_a_workbook")
        for desk in ("score-form", "people", "candidates", "scheme")
    ),
    *(
        Row(f"{desk}: a zip but no workbook", desk, Attack.score, "not_a_workbook")
        for desk in ("score-form", "people", "candidates", "scheme")
    ),
    *(
        Row(f"{desk}: a workbook cut in half", desk,
            lambda a: a.review.candidate_list.read_bytes()[:3000], "not_a_workbook")
        for desk in ("score-form", "people", "candidates", "scheme")
    ),
    *(
        Row(f"{desk}: a member that claims 2 GB", desk,
            lambda a: patched(a.review.candidate_list.read_bytes(), 1, size=2**31), "workbook_too_large")
        for desk in ("score-form", "people", "candidates", "scheme")
    ),
    Row("form: of another expert", "score-form", lambda a: a.review.forms["E02"].read_bytes(), "form_foreign"),
    Row("form: of the rehearsal", "score-form", lambda a: a.rehearsal.forms["E01"].read_bytes(), "form_foreign"),
    Row("form: a list of firms instead", "score-form", lambda a: a.review.candidate_list.read_bytes(), "form_foreign"),
    Row("form: formula in a text cell", "score-form", _cell("理由", "D5", "=1+1"), "form_formula"),
    Row("form: formula in an opinion", "score-form", _cell("评估意见", "D5", "=HYPERLINK(\"x\")"), "form_formula"),
    Row("form: formula in a score", "score-form", _cell("评分", "D5", "=8"), "form_formula"),
    Row("form: formula for a name", "score-form", _cell("评分", "B5", "=A1"), "form_formula"),
    Row("form: wrong name in a row", "score-form", _cell("评分", "B5", "北斗电商服务有限公司"), "form_row_mismatch"),
    Row("form: wrong code in a row", "score-form", _cell("评分", "C5", "913301"), "form_row_mismatch"),
    Row("form: names exchanged in the reasons", "score-form", _cell("理由", "B6", "甲骨网络科技有限公司"), "form_row_mismatch"),
    Row("form: unknown number", "score-form", _cell("评分", "A5", "C099"), "form_row_unknown"),
    Row("form: row missing", "score-form", _form_with(lambda b: b["评分"].delete_rows(6)), "form_row_missing"),
    Row("form: row missing among the opinions", "score-form",
        _form_with(lambda b: b["评估意见"].delete_rows(7)), "form_row_missing"),
    Row("form: row doubled", "score-form", _form_with(
        lambda b: b["评分"].append([cell.value for cell in b["评分"][5]])), "form_row_twice"),
    Row("form: sheet missing", "score-form", _form_with(lambda b: b.remove(b["理由"])), "form_foreign"),
    Row("form: columns exchanged", "score-form", _form_with(lambda b: (
        b["评分"].__setitem__("D4", b["评分"]["E4"].value))), "form_foreign"),
    Row("form: opinion columns exchanged", "score-form", _form_with(lambda b: (
        b["评估意见"].__setitem__("D4", "不足"), b["评估意见"].__setitem__("E4", "优势"))), "form_foreign"),
    Row("form: value off the step", "score-form", _cell("评分", "D5", 7.25), "form_score_off_step"),
    Row("form: value above the maximum", "score-form", _cell("评分", "D5", 8.5), "form_score_out_of_range"),
    Row("form: negative value", "score-form", _cell("评分", "D5", -1), "form_value"),
    Row("form: thousandths", "score-form", _cell("评分", "D5", 7.501), "form_value"),
    Row("form: words for a number", "score-form", _cell("评分", "D5", "八分"), "form_value"),
    Row("form: a truth value for a number", "score-form", _cell("评分", "D5", True), "form_value"),
    Row("form: a number no decimal holds", "score-form", _cell("评分", "D5", 1e300), "form_value"),
    Row("form: an endless number", "score-form", lambda a: _repacked(
        a.review.forms["E01"].read_bytes(), "xl/worksheets/sheet2.xml",
        lambda xml: re.sub(rb'(<c r="D5"[^>]*>)<v>[^<]*</v>', rb"\1<v>1e999</v>", xml)), "form_value"),
    Row("form: a number that is none", "score-form", lambda a: _repacked(
        a.review.forms["E01"].read_bytes(), "xl/worksheets/sheet2.xml",
        lambda xml: re.sub(rb'(<c r="D5"[^>]*>)<v>[^<]*</v>', rb"\1<v>8,5</v>", xml)), "workbook_damaged"),
    Row("form: styles cut off", "score-form", lambda a: _repacked(
        a.review.forms["E01"].read_bytes(), "xl/styles.xml", lambda xml: xml[:100]), "workbook_damaged"),
    Row("form: not applicable where it must apply", "score-form", _cell("评分", "D5", "不适用"), "form_score_must_apply"),
    Row("people: name missing", "people", _people_with("专家", "B3", ""), "people_unreadable"),
    Row("people: id twice", "people", _people_with("专家", "A3", "E01"), "people_unreadable"),
    Row("people: id in other digits", "people", _people_with("专家", "A3", "E٠٢"), "people_unreadable"),
    Row("people: a name that leads out of the folder", "people", _people_with("专家", "B3", "../张三"), "people_unreadable"),
    Row("people: a group that leads out of the folder", "people", _people_with("专家", "G3", "..\\x"), "people_unreadable"),
    Row("people: a name with a line of control", "people", _people_with("专家", "B3", "张:三"), "people_unreadable"),
    Row("people: two chairs", "people", _people_with("专家", "H3", "是"), "people_unreadable"),
    Row("people: recusal of an unknown expert", "people", _people_with("回避", "A2", "E09"), "people_unreadable"),
    Row("people: recusal where name and code disagree", "people",
        _people_with("回避", "B2", "甲骨网络科技有限公司"), "people_unreadable"),
    Row("people: unknown reason", "people", _people_with("回避", "D2", "42"), "people_unreadable"),
    Row("people: a list of firms instead", "people", lambda a: a.review.candidate_list.read_bytes(), "people_unreadable"),
    Row("people: the department's man as chair", "people", _people_with("专家", "F2", "否"), "people_faulty"),
    Row("candidates: names and codes exchanged", "candidates", _exchanged_codes, "list_name_code_swapped"),
    Row("candidates: a list of people instead", "candidates",
        lambda a: _book(openpyxl.Workbook()), "list_no_header"),
    Row("scheme: no tree", "scheme", lambda a: a.review.candidate_list.read_bytes(), "scheme_unreadable"),
    Row("scheme: sums that do not sum", "scheme", _scheme_book("D3", "7"), "scheme_faulty"),
    Row("scheme: points that are none", "scheme", _scheme_book("D3", "八"), "scheme_unreadable"),
    Row("scheme: unknown kind", "scheme", _scheme_book("E3", "混合"), "scheme_unreadable"),
    Row("scheme: parent that is none", "scheme", _scheme_book("B3", "Z"), "scheme_unreadable"),
    Row("scheme: a leaf that is its own parent", "scheme", _scheme_book("B3", "A1"), "scheme_unreadable"),
    Row("scheme: rule that is no number", "scheme", _scheme_book("B9", "多", "规则"), "scheme_unreadable"),
    Row("scheme: JSON that is none", "scheme-json", lambda a: b"{", "scheme_unreadable"),
    Row("scheme: JSON nested without end", "scheme-json", lambda a: b"[" * 200_000, "scheme_unreadable"),
    Row("scheme: a list instead", "scheme-json", lambda a: b"[]", "record_unreadable"),
    Row("scheme: larger than allowed", "scheme-json", lambda a: bytes(limits.SMALL_JSON + 1), "file_too_large"),
    Row("scheme: lone surrogate", "scheme-json", _short(name="\ud800"), "scheme_unreadable"),
    Row("scheme: short form without points", "scheme-json", _short(max="x"), "scheme_unreadable"),
    Row("scheme: short form whose items are text", "scheme-json",
        lambda a: json.dumps({**_SHORT, "items": "text"}).encode(), "scheme_unreadable"),
    Row("scheme: fractions of a hundredth", "scheme-json",
        _scheme(lambda p: p["sections"][0].update(points=2000.5)), "record_unreadable"),
    Row("scheme: unknown member", "scheme-json", _scheme(_set(script="x")), "record_unreadable"),
    Row("scheme: sums that do not sum, JSON", "scheme-json",
        _scheme(lambda p: p["sections"][0].update(points=1000)), "scheme_faulty"),
    Row("scheme: deeper than allowed", "scheme-json", _scheme(lambda p: p["sections"][0]["children"].__setitem__(0, {
        "code": "A1", "name": "甲", "points": 800, "children": [{"code": "A11", "name": "乙", "points": 800, "children": [
            {"code": "A111", "name": "丙", "points": 800, "children": []}]}]})), "scheme_faulty"),
]  # fmt: skip


# Cards and slips

ROWS += [
    Row("card: signed by a stranger", "chair-card", lambda a: signed_card(a.card(), stranger()), "signature_invalid"),
    Row("card: address exchanged", "chair-card",
        lambda a: json.dumps({**a.card(), "recipient": keys.make_identity()[1]}).encode(), "signature_invalid"),
    Row("card: certificate exchanged", "chair-card",
        lambda a: json.dumps({**a.card(), "certificate": stranger().pem.decode()}).encode(), "signature_invalid"),
    Row("card: certificate that is none", "chair-card",
        lambda a: json.dumps({**a.card(), "certificate": "x"}).encode(), "certificate_unreadable"),
    Row("card: signature that is no base64", "chair-card",
        lambda a: json.dumps({**a.card(), "signature": "*"}).encode(), "signature_invalid"),
    Row("card: no address to seal to", "chair-card",
        lambda a: signed_card(a.card(), pair_of(a.review.chair), recipient=""), "record_unreadable"),
    Row("card: address that is none", "chair-card",
        lambda a: signed_card(a.card(), pair_of(a.review.chair), recipient="age1xyz"), "record_unreadable"),
    Row("card: of an organiser", "chair-card",
        lambda a: signed_card(a.card(), pair_of(a.review.chair), role="organiser"), "card_role"),
    Row("card: of another person", "chair-card",
        lambda a: signed_card(a.card(), pair_of(a.review.chair), name="张三"), "card_person"),
    Row("card: newer format", "chair-card",
        lambda a: signed_card({**a.card(), "ukey": "x"}, pair_of(a.review.chair), version=2), "format_newer"),
    Row("card: a slip instead", "chair-card", lambda a: a.slip(), "not_a_package"),
    Row("card: larger than allowed", "chair-card", lambda a: bytes(limits.SMALL_JSON + 1), "file_too_large"),
    Row("slip: for another expert", "reopened", lambda a: a.slip("E02"), "slip_for_other"),
    Row("slip: of another review", "reopened",
        lambda a: signed_slip(a.slip(), pair_of(a.review.chair), review_id="0" * 32), "slip_for_other"),
    Row("slip: for an earlier submission", "reopened",
        lambda a: signed_slip(a.slip(), pair_of(a.review.chair), replaces="0" * 64), "slip_stale"),
    Row("slip: forged", "reopened", lambda a: signed_slip(a.slip(), stranger()), "signature_invalid"),
    Row("slip: signed by the expert himself", "reopened",
        lambda a: signed_slip(a.slip(), pair_of(a.review.handed_in["E01"])), "signature_invalid"),
    Row("slip: reason edited", "reopened",
        lambda a: json.dumps({**json.loads(a.slip()), "reason": "另一个理由"}).encode(), "signature_invalid"),
    Row("slip: newer format", "reopened",
        lambda a: signed_slip(a.slip(), pair_of(a.review.chair), version=2), "format_newer"),
    Row("slip: newer format with members unknown today", "reopened",
        lambda a: json.dumps({**json.loads(a.slip()), "version": 2, "until": "x"}).encode(), "format_newer"),
    Row("slip: of another format", "reopened",
        lambda a: signed_slip(a.slip(), pair_of(a.review.chair), format="x"), "not_a_package"),
    Row("slip: a score package instead", "reopened", Attack.score, "record_unreadable"),
]  # fmt: skip


# What must hold of every row


def state(folder: Path) -> dict[str, Any]:
    """Every file below a folder by its bytes, and every store in it by its rows."""
    found: dict[str, Any] = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    for path in sorted(folder.rglob("*.ecreview")):
        with open_store(path, PASSPHRASE) as store, store.reading() as connection:
            rows = {
                name: [
                    tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2")
                ]
                for name in schema.metadata.tables
            }
            found[f"{path.name} rows"] = rows
            found[f"{path.name} lines"] = len(journal.lines(connection))
    return found


def says(problem: Problem) -> str:
    """The Chinese sentence of a refusal, all its facts filled in."""
    assert problem.severity is Severity.ERROR
    told = problem_sentence(problem)
    assert re.search("[\u4e00-\u9fff]", told)
    assert told.endswith("。")
    return told


@pytest.fixture
def attack(review: SmallReview, rehearsal: SmallReview, tmp_path: Path) -> Attack:
    folder = tmp_path / "作案"
    folder.mkdir()
    return Attack(review, rehearsal, folder)


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_hostile_file_is_refused_by_its_code_and_changes_nothing(
    row: Row, attack: Attack, tmp_path: Path
) -> None:
    desk = DESKS[row.desk]
    place = tmp_path / "工作台"
    place.mkdir()
    source = desk.store(attack.review)
    store = copy_store(source, place / "库") if source is not None else None
    file = place / f"来件{desk.ending}"
    file.write_bytes(row.forge(attack))
    before = state(place)

    found = desk.take(attack.review, store, file)

    assert row.code in [one.code for one in found], [says(one) for one in found]
    assert all(says(one) for one in blocking(found))
    assert state(place) == before
    assert not list(tmp_path.rglob("*.part"))


# The same file again, the wrong words, one bad file among good ones


def test_the_same_package_again_is_the_same_and_merges_nothing(review: SmallReview, tmp_path: Path) -> None:
    store = copy_store(review.chair_later, tmp_path / "库")
    before = state(tmp_path)
    with open_store(store, PASSPHRASE) as opened:
        lines = chair.take_in(opened, list(review.packages.values()), {}, clock, silent)
    assert [(one.verdict, one.merged, one.problems) for one in lines if one.expert_id != "E03"] == [
        (Verdict.SAME, False, ())
    ] * 2
    assert not any(one.merged for one in lines)
    assert state(tmp_path) == before


def test_one_bad_file_never_stops_the_others(
    review: SmallReview, rehearsal: SmallReview, tmp_path: Path
) -> None:
    store = copy_store(review.chair, tmp_path / "库")
    bad = tmp_path / "坏.ecscore"
    bad.write_bytes(review.packages["E02"].read_bytes()[:-40])
    huge = tmp_path / "大.ecscore"
    huge.write_bytes(own_score(review, "E02", lambda plain: plain.update(number=2**70)))
    files = [bad, review.packages["E01"], huge, rehearsal.packages["E02"], review.packages["E03"]]
    with open_store(store, PASSPHRASE) as opened:
        lines = chair.take_in(opened, files, review.fingerprints, clock, silent)
    assert [one.merged for one in lines] == [False, True, False, False, True]
    assert [one.problems[0].code for one in lines if one.verdict is Verdict.REFUSED] == [
        "not_a_package", "record_unreadable", "rehearsal_mixed"
    ]  # fmt: skip


def test_a_package_of_a_real_review_is_refused_by_a_rehearsal(
    review: SmallReview, rehearsal: SmallReview, tmp_path: Path
) -> None:
    store = copy_store(rehearsal.chair, tmp_path / "库")
    before = state(tmp_path)
    with open_store(store, PASSPHRASE) as opened:
        [line] = chair.take_in(opened, [review.packages["E01"]], review.fingerprints, clock, silent)
    assert [one.code for one in line.problems] == ["rehearsal_mixed"]
    assert state(tmp_path) == before


def test_a_key_nobody_compared_with_ink_merges_nothing(review: SmallReview, tmp_path: Path) -> None:
    store = copy_store(review.chair, tmp_path / "库")
    before = state(tmp_path)
    with open_store(store, PASSPHRASE) as opened:
        [line] = chair.take_in(opened, [review.packages["E01"]], {}, clock, silent)
    assert [one.code for one in line.problems] == ["key_unconfirmed"]
    assert says(line.problems[0])
    assert state(tmp_path) == before


@pytest.mark.parametrize("words", ["", "00000-00000", "评审口令-2020"])
def test_a_task_package_does_not_open_with_the_wrong_slip(
    words: str, review: SmallReview, tmp_path: Path
) -> None:
    fresh = tmp_path / "E01.ecreview"
    found = _refused(
        lambda: task.open_task_package(review.tasks["E01"], words, fresh, PASSPHRASE, CHEAP, clock, silent)
    )
    assert [one.code for one in found] == ["task_passphrase_wrong"]
    assert says(found[0])
    assert not list(tmp_path.iterdir())


def test_a_slip_typed_in_full_width_opens_the_package(review: SmallReview, tmp_path: Path) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in review.slips["E01"])
    contents = task.open_task_package(
        review.tasks["E01"], wide, tmp_path / "E01.ecreview", PASSPHRASE, CHEAP, clock, silent
    )
    assert contents.owner == "E01"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("评审.ecreview.key", b"{}", "record_unreadable"),
        ("评审.ecreview.key", b"\xff", "record_unreadable"),
        ("评审.ecreview.key", None, "key_file_missing"),
        ("评审.ecreview", b"SQLite format 3\x00" + bytes(4080), "store_damaged"),
        ("评审.ecreview", None, "store_missing"),
    ],
)
def test_a_store_that_was_tampered_with_does_not_open(
    name: str, content: bytes | None, code: str, review: SmallReview, tmp_path: Path
) -> None:
    store = copy_store(review.organiser, tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    found = _open_store(review, None, store)
    assert [one.code for one in found] == [code]
    assert says(found[0])


def test_a_store_does_not_open_with_the_wrong_pass_phrase_or_a_greedy_key_file(
    review: SmallReview, tmp_path: Path
) -> None:
    store = copy_store(review.organiser, tmp_path)
    before = state(tmp_path)
    found = _refused(lambda: open_store(store, PASSPHRASE + "x"))
    assert [one.code for one in found] == ["passphrase_wrong"]
    assert says(found[0])
    assert state(tmp_path) == before
    key = store.with_name(store.name + ".key")
    key.write_bytes(edited(key.read_bytes(), lambda plain: plain.update(memory_kib=64 << 20)))
    assert [one.code for one in _open_store(review, None, store)] == ["record_unreadable"]


# A bundle attacked member by member


def named(verdict: Verification) -> str:
    """All members a verdict names."""
    return " ".join(
        f"{one.params.get('member', '')} {one.params.get('where', '')}" for one in verdict.problems
    )


@pytest.fixture(scope="session")
def bundle_members(review: SmallReview) -> dict[str, bytes]:
    return members_of(review.bundle.read_bytes())


def _verified(tmp_path: Path, content: bytes) -> Verification:
    path = tmp_path / "成果包.zip"
    path.write_bytes(content)
    verdict = honest(verify_bundle(path, silent))
    assert all(says(one) for one in verdict.problems)
    assert list(tmp_path.iterdir()) == [path]
    return verdict


def test_the_bundle_repacked_is_sound(bundle_members: dict[str, bytes], tmp_path: Path) -> None:
    assert _verified(tmp_path, packed(bundle_members)).sound


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_byte_changed_in_any_member_is_named(
    share: float, bundle_members: dict[str, bytes], tmp_path: Path
) -> None:
    shell = {MANIFEST, SIGNATURE, CHAIR_CERTIFICATE, BOOK, BOOK_SIGNATURE}
    for name, body in bundle_members.items():
        changed = flipped(body, int(len(body) * share))
        verdict = _verified(tmp_path, packed({**bundle_members, name: changed}))
        codes = {one.code for one in verdict.problems}
        assert name in named(verdict), (name, codes)
        expected = {"signature_invalid", "member_damaged"} if name in shell else {"bundle_member_changed"}
        assert codes <= expected, name


def test_a_byte_changed_inside_the_zip_of_any_member_is_named(review: SmallReview, tmp_path: Path) -> None:
    content = review.bundle.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    for info in infos:
        start = info.header_offset + 30 + sum(struct.unpack_from("<HH", content, info.header_offset + 26))
        verdict = _verified(tmp_path, flipped(content, start + info.compress_size // 2))
        assert "member_damaged" in {one.code for one in verdict.problems}
        assert info.filename in named(verdict)


def test_a_member_taken_away_is_named(bundle_members: dict[str, bytes], tmp_path: Path) -> None:
    for name in bundle_members:
        verdict = _verified(
            tmp_path, packed({key: body for key, body in bundle_members.items() if key != name})
        )
        assert {one.code for one in verdict.problems} <= {"bundle_missing", "member_missing"}
        assert name in named(verdict)


def test_a_member_taken_away_from_zip_and_manifest_is_named_though_the_chair_signs(
    review: SmallReview, bundle_members: dict[str, bytes], tmp_path: Path
) -> None:
    optional = {"certificates/organiser.pem", CHAIR_CERTIFICATE, ARCHIVE_SHEET}
    made_anew = {name for name in bundle_members if stands_outside(name, BUNDLE_VERSION)}
    pieces = {name for name in bundle_members if name.startswith("分册/")}
    for name in bundle_members.keys() - optional - made_anew - pieces:
        left = {key: body for key, body in bundle_members.items() if key != name}
        verdict = _verified(tmp_path, resigned(left, pair_of(review.chair)))
        assert name in named(verdict), name


def test_members_exchanged_are_both_named(bundle_members: dict[str, bytes], tmp_path: Path) -> None:
    shell = (MANIFEST, SIGNATURE, CHAIR_CERTIFICATE, BOOK, BOOK_SIGNATURE)
    names = [name for name in bundle_members if name not in shell]
    for one, two in pairwise(names):
        exchanged = {**bundle_members, one: bundle_members[two], two: bundle_members[one]}
        verdict = _verified(tmp_path, packed(exchanged))
        assert {one, two} <= {problem.params.get("member") for problem in verdict.problems}


# Blind chance


def _damaged(content: bytes, cuts: list[tuple[str, float, bytes]]) -> bytes:
    for kind, share, body in cuts:
        place = int(share * len(content))
        match kind:
            case "flip":
                mask = body[:1] or b"\x01"
                content = (
                    content[:place]
                    + bytes(a ^ b for a, b in zip(content[place : place + 1], mask, strict=False))
                    + content[place + 1 :]
                )
            case "cut":
                content = content[:place]
            case "insert":
                content = content[:place] + body + content[place:]
            case _:
                content = content[:place] + content[place + len(body) :]
    return content


CUTS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "flip", "cut", "insert", "drop"]),
        st.floats(0, 1, exclude_max=True) | st.floats(0.9, 1, exclude_max=True),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=3,
)
BLIND = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def _little_task(review: SmallReview) -> bytes:
    members = members_of(review.tasks["chair"].read_bytes())
    return packed(members)


@BLIND
@given(cuts=CUTS)
def test_a_task_package_damaged_anywhere_is_refused_or_opens_whole(
    cuts: list[tuple[str, float, bytes]], review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("blind")
    file, fresh = folder / "来件.ectask", folder / "E01.ecreview"
    file.write_bytes(_damaged(_little_task(review), cuts))
    try:
        with open_task(file, review.slips["chair"]) as task:
            task.check_documents(silent)
    except EcpanelError as fault:
        assert says(error(fault.code, **fault.params))
    assert not fresh.exists()


@BLIND
@given(cuts=CUTS)
def test_a_score_package_damaged_anywhere_never_stops_intake(
    cuts: list[tuple[str, float, bytes]], review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("blind") / "来件.ecscore"
    content = _damaged(review.packages["E01"].read_bytes(), cuts)
    file.write_bytes(content)
    with open_store(review.chair, PASSPHRASE) as opened:
        [line] = chair.take_in(opened, [file], review.fingerprints, clock, silent, dry_run=True)
    assert all(says(one) for one in blocking(line.problems))
    assert line.verdict in (Verdict.REFUSED, Verdict.NEW)


@BLIND
@given(cuts=CUTS)
def test_a_score_package_damaged_under_its_seal_never_stops_intake(
    cuts: list[tuple[str, float, bytes]], review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("blind") / "来件.ecscore"
    file.write_bytes(
        forged_score(review, "E01", inner=lambda members: _damaged(packed(members, compress=True), cuts))
    )
    with open_store(review.chair, PASSPHRASE) as opened:
        [line] = chair.take_in(opened, [file], review.fingerprints, clock, silent, dry_run=True)
    assert all(says(one) for one in blocking(line.problems))


@BLIND
@given(cuts=CUTS)
def test_a_bundle_damaged_anywhere_gets_a_verdict(
    cuts: list[tuple[str, float, bytes]], review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("blind") / "成果包.zip"
    file.write_bytes(_damaged(review.bundle.read_bytes(), cuts))
    verdict = honest(verify_bundle(file, silent))
    assert all(says(one) for one in verdict.problems)


@BLIND
@given(place=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_a_bundle_whose_zip_directory_is_damaged_gets_a_verdict(
    place: float, mask: int, review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(review.bundle.read_bytes())
    start = struct.unpack_from("<L", content, content.rindex(b"PK\x05\x06") + 16)[0]
    content[start + int(place * (len(content) - start))] ^= mask
    file = tmp_path_factory.mktemp("blind") / "成果包.zip"
    file.write_bytes(bytes(content))
    assert all(says(one) for one in honest(verify_bundle(file, silent)).problems)


@BLIND
@given(cuts=CUTS)
def test_a_form_damaged_under_its_zip_is_refused_or_read(
    cuts: list[tuple[str, float, bytes]], review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("blind")
    file = folder / "表.xlsx"
    content = review.forms["E01"].read_bytes()
    file.write_bytes(_repacked(content, "xl/worksheets/sheet2.xml", lambda xml: _damaged(xml, cuts)))
    with open_store(review.scoring["E01"], PASSPHRASE) as opened:
        work = score.load_assignment(opened)
    try:
        found = list(read_form(file, score.form_task(work)).problems)
    except EcpanelError as fault:
        found = [error(fault.code, **fault.params)]
    assert all(says(one) for one in found)
