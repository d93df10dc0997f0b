"""Every way of touching a finished bundle, member by member, and what each is called."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from forgery import edited, members_of, packed, pair_of, resigned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_review import CORRECTION, PASSPHRASE, SmallReview, clock, copy_store, make_review

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.meeting import ReasonCode, Vote
from ecpanel.exchange.container import open_container
from ecpanel.exchange.declarations import read_answer, read_request
from ecpanel.exchange.follow_up import BOUNDS, read_follow_up
from ecpanel.exchange.result_bundle import (
    BOOK,
    BOOK_SIGNATURE,
    CHAIR_CERTIFICATE,
    MANIFEST,
    REPORT,
    SIGN_OFF_SHEET,
    SIGNATURE,
    WORKBOOK,
)
from ecpanel.progress import silent
from ecpanel.reports.pdf_signature import check_signed_pdf
from ecpanel.services.chair import CorrectionRequest, correct
from ecpanel.services.countersign import write_request
from ecpanel.services.declaring import answer_request
from ecpanel.services.follow_up import add_scans
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store
from ecpanel.services.sign_off import Signing, write_result_bundle
from ecpanel.services.signatories import Opinion, by_own_store
from ecpanel.services.verification import verify_bundle
from ecpanel.texts import problem_sentence

SHELL = (MANIFEST, SIGNATURE, CHAIR_CERTIFICATE)


@pytest.fixture(scope="module")
def corrected(review: SmallReview, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A bundle with a corrected score, signed off by E02 at the chair's machine."""
    folder = tmp_path_factory.mktemp("更正")
    with open_store(copy_store(review.chair_later, folder), PASSPHRASE) as store:
        open_moderation(store, "", clock)
        request = CorrectionRequest(
            "E02", "C001", "B1", 0, ReasonCode.OUTLIER, "复阅材料后更正", "E01", Vote(3, 0, 0), CORRECTION
        )
        correct(store, request, clock)
        member = by_own_store(
            store, copy_store(review.handed_in["E02"], folder / "E02"), PASSPHRASE, Opinion()
        )
        write_result_bundle(store, folder / "b.zip", clock, silent, Signing([member], sm2=True))
    return members_of((folder / "b.zip").read_bytes())


def codes(content: bytes, folder: Path) -> set[str]:
    path = folder / "成果包.zip"
    path.write_bytes(content)
    found = verify_bundle(path, silent)
    assert not found.sound
    for one in found.problems:
        sentence = problem_sentence(one)
        assert sentence.endswith("。") and "{" not in sentence
    return {one.code for one in found.problems}


def test_it_is_sound_before_anybody_touches_it(corrected: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(packed(corrected))
    assert verify_bundle(path, silent).sound


TOUCHES: dict[str, Callable[[bytes], bytes]] = {
    "cut at the end": lambda body: body[:-1],
    "cut in the middle": lambda body: body[: len(body) // 2],
    "emptied": lambda _: b"",
    "appended to": lambda body: body + b"\n",
    "put before": lambda body: b" " + body,
    "one bit flipped at the start": lambda body: bytes([body[0] ^ 1]) + body[1:],
    "one bit flipped at the end": lambda body: body[:-1] + bytes([body[-1] ^ 1]),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_every_member_touched_is_named_by_its_code(
    touch: str, corrected: dict[str, bytes], tmp_path: Path
) -> None:
    shell = {"signature_invalid", "member_damaged", "record_unreadable"}
    for name, body in corrected.items():
        found = codes(packed({**corrected, name: TOUCHES[touch](body)}), tmp_path)
        if name == CHAIR_CERTIFICATE:  # blanks around a PEM do not hinder reading it; its digest tells
            assert found <= {*shell, "bundle_member_changed"}, (name, found)
        elif name in (*SHELL, BOOK, BOOK_SIGNATURE):
            assert found <= shell, (name, found)
        else:
            assert found == {"bundle_member_changed"}, (name, found)


def test_every_member_renamed_doubled_or_removed_is_named(
    corrected: dict[str, bytes], tmp_path: Path
) -> None:
    for name, body in corrected.items():
        renamed = {(f"{key}x" if key == name else key): one for key, one in corrected.items()}
        assert codes(packed(renamed), tmp_path) <= {"bundle_missing", "member_missing", "bundle_extra"}, name
        assert codes(packed([*corrected.items(), (name, body)]), tmp_path) == {"member_doubled"}, name
        assert codes(packed([*corrected.items(), (name.upper(), body)]), tmp_path) <= {
            "member_doubled",
            "bundle_extra",
        }, name
        left = {key: one for key, one in corrected.items() if key != name}
        assert codes(packed(left), tmp_path) <= {"bundle_missing", "member_missing"}, name


@pytest.mark.parametrize(
    "name",
    ["附件.pdf", "分册/多.pdf", "signoffs/E03.json", "submissions/E02-2.json", "../外.txt", "评审报告.PDF"],
)
def test_a_member_added_is_named(name: str, corrected: dict[str, bytes], tmp_path: Path) -> None:
    found = codes(packed([*corrected.items(), (name, b"%PDF-1.7")]), tmp_path)
    assert found <= {"bundle_extra", "member_name", "member_doubled"}, found


def test_any_two_members_exchanged_are_seen(corrected: dict[str, bytes], tmp_path: Path) -> None:
    names = list(corrected)
    for place, one in enumerate(names):
        two = names[(place + 7) % len(names)]
        exchanged = {**corrected, one: corrected[two], two: corrected[one]}
        assert codes(packed(exchanged), tmp_path) & {
            "bundle_member_changed",
            "signature_invalid",
            "member_damaged",
            "record_unreadable",
            "member_too_large",
        }


# With the chair's own key, nothing can be slipped in either


def test_a_corrected_score_without_its_record_is_seen(
    review: SmallReview, corrected: dict[str, bytes], tmp_path: Path
) -> None:
    assert json.loads(corrected["data.json"])["corrections"], "there is one to be taken out"
    data = edited(corrected["data.json"], lambda p: p.update(corrections=[]))
    found = codes(resigned({**corrected, "data.json": data}, pair_of(review.chair_later)), tmp_path)
    assert "recalculation_differs" in found


def test_an_older_version_in_place_of_the_newer_is_seen(
    review: SmallReview, corrected: dict[str, bytes], tmp_path: Path
) -> None:
    older = members_of(review.bundle.read_bytes())
    chairs = pair_of(review.chair_later)
    for name in (REPORT, WORKBOOK, "data.json"):
        found = codes(resigned({**corrected, name: older[name]}, chairs), tmp_path)
        assert found, name
    assert codes(packed({**corrected, SIGN_OFF_SHEET: older[SIGN_OFF_SHEET]}), tmp_path) == {
        "bundle_member_changed"
    }
    shell = {name: older[name] for name in (MANIFEST, SIGNATURE, BOOK, BOOK_SIGNATURE)}
    assert codes(packed({**corrected, **shell}), tmp_path)


def test_a_submission_of_another_review_is_seen(
    review: SmallReview, corrected: dict[str, bytes], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = members_of(make_review(tmp_path_factory.mktemp("别的")).bundle.read_bytes())
    foreign = {
        name: other[name]
        for name in ("submissions/E02-1.json", "submissions/E02-1.p7s", "certificates/E02.pem")
    }
    found = codes(resigned({**corrected, **foreign}, pair_of(review.chair_later)), tmp_path)
    assert "original_inconsistent" in found


# Blind chance on every new reader


@pytest.fixture(scope="module")
def travelling(
    review: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
    """A request, an answer, a follow-up and a signed report, each with its reader."""
    folder = tmp_path_factory.mktemp("往来")
    from PIL import Image

    scan = folder / "页.png"
    Image.new("L", (40, 60), 200).save(scan)
    with open_store(copy_store(review.chair_later, folder), PASSPHRASE) as store:
        open_moderation(store, "", clock)
        write_result_bundle(store, folder / "b.zip", clock, silent)
        request = write_request(store, folder / "b.zip", folder, clock)
        add_scans(store, folder / "b.zip", [scan], "", folder / "补充.zip", clock, silent)
    with open_store(copy_store(review.handed_in["E02"], folder / "E02"), PASSPHRASE) as store:
        answer = answer_request(store, request, Opinion(), folder, clock)
    members = members_of((folder / "b.zip").read_bytes())
    chair = pair_of(review.chair_later).certificate

    def follow_up(content: bytes) -> object:
        with open_container(BytesIO(content), "补充.zip", BOUNDS) as container:
            return read_follow_up(container)

    return {
        "request": (request.read_bytes(), lambda one: read_request(one, chair, where="r")),
        "answer": (answer.read_bytes(), lambda one: read_answer(one, members[MANIFEST], where="a")),
        "follow-up": ((folder / "补充.zip").read_bytes(), follow_up),
        "report": (members[REPORT], lambda one: check_signed_pdf(one, [chair], where="p")),
    }


EDITS = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "insert"]), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)),
    min_size=1,
    max_size=4,
)  # fmt: skip


def damaged(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, share, body in edits:
        place = int(share * len(content))
        if kind == "flip":
            content = (
                content[:place]
                + bytes(b ^ (body[0] or 1) for b in content[place : place + 1])
                + content[place + 1 :]
            )
        elif kind == "cut":
            content = content[:place]
        else:
            content = content[:place] + body + content[place:]
    return content


@pytest.mark.parametrize("kind", ["request", "answer", "follow-up", "report"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_no_reader_breaks_or_is_fooled_by_chance(
    kind: str,
    edits: list[tuple[str, float, bytes]],
    travelling: dict[str, tuple[bytes, Callable[[bytes], object]]],
) -> None:
    content, read = travelling[kind]
    assert read(content) is not ...
    touched = damaged(content, edits)
    try:
        found = read(touched)
    except EcpanelError as fault:
        assert fault.code
    else:
        same = kind == "follow-up" and members_or_none(touched) == members_or_none(content)
        assert same or touched == content or found == read(content), edits


def members_or_none(content: bytes) -> dict[str, bytes] | None:
    try:
        return members_of(content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError, KeyError):
        return None
