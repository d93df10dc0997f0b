"""Bundles of earlier versions still open, and are judged by the rules of their own version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from forgery import flipped, members_of, packed

from ecpanel.domain.finding import FindingKind, FindingState, walk
from ecpanel.progress import silent
from ecpanel.services.verification import verify_bundle

FIRST = Path(__file__).parents[1] / "files" / "bundles" / "version-1.zip"


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    return members_of(FIRST.read_bytes())


def test_a_bundle_of_the_first_version_is_sound(members: dict[str, bytes]) -> None:
    assert json.loads(members["manifest.json"])["version"] == 1
    found = verify_bundle(FIRST, silent)
    assert found.sound and {one.state for _, one in walk(found.findings)} == {FindingState.PASSED}
    kinds = {one.kind for _, one in walk(found.findings)}
    assert not kinds & {FindingKind.BOOK, FindingKind.DECLARATION, FindingKind.WORKBOOK_SIGNATURE}
    assert found.manifest is not None and found.manifest.document_signers == ("chair",)


def test_what_only_later_versions_know_has_no_place_in_it(members: dict[str, bytes], tmp_path: Path) -> None:
    for name in ("signoffs.json", "会签表.pdf", "manifest.json.sm2", "signoffs/E01.json"):
        path = tmp_path / "旧.zip"
        path.write_bytes(packed({**members, name: b"{}"}))
        found = verify_bundle(path, silent)
        assert not found.sound and {one.code for one in found.problems} == {"bundle_extra"}, name


def test_every_member_of_it_is_still_guarded(members: dict[str, bytes], tmp_path: Path) -> None:
    for name, body in members.items():
        path = tmp_path / "旧.zip"
        path.write_bytes(packed({**members, name: flipped(body, len(body) // 2)}))
        assert not verify_bundle(path, silent).sound, name
