"""Presiding in the chair's place: only a member free of recusal, only with his own pass-phrase, always on record."""

from __future__ import annotations

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.progress import silent
from ecpanel.services.chair import take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.presiding import preside
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sign_off import copy_bundle, write_result_bundle
from ecpanel.store import journal

from .quick_panels import agreed, quick_panel
from .reviews import firms


@pytest.fixture(scope="module")
def store(tmp_path_factory, cheap):
    recusals = {"E01": ("C003",), "E02": ("C003",)}
    panel = quick_panel(tmp_path_factory.mktemp("主持"), cheap, firms(3), 4, recusals=recusals)
    panel.sheets = agreed(panel.sheets, panel.scheme)
    files = [panel.hand_in(one.expert_id) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as opened:
        take_in(opened, files, panel.fingerprints, system_clock, silent)
        yield opened


def refused(store, expert: str, passphrase: str, *keys: str) -> str:
    before = lines(store)
    with pytest.raises(EcpanelError) as caught:
        preside(store, expert, keys, passphrase, system_clock)
    assert lines(store) == before, "a refusal leaves no line"
    return caught.value.code


def lines(store) -> int:
    with store.reading() as connection:
        return len(journal.lines(connection))


def test_nobody_presides_before_the_stage_is_open(store) -> None:
    assert refused(store, "E03", CORRECTION, "C003") == "moderation_closed"
    open_moderation(store, "", system_clock)


def test_only_a_free_member_with_his_own_pass_phrase_presides(store) -> None:
    assert refused(store, "E01", CORRECTION, "C003") == "presiding_recused", "the chair himself"
    assert refused(store, "E01", CORRECTION, "C001") == "presiding_recused", "the chair needs no substitute"
    assert refused(store, "E02", CORRECTION, "C003") == "presiding_recused"
    assert refused(store, "E09", CORRECTION, "C003") == "presiding_recused"
    assert refused(store, "E03", "不对的口令", "C003") == "correction_passphrase_wrong"
    preside(store, "E03", ("C003",), CORRECTION, system_clock)
    with store.reading() as connection:
        last = journal.lines(connection)[-1]
    assert (last.action, last.subject) == ("preside", "E03") and "C003" in str(last.body)


def test_a_copy_is_the_signed_bundle_byte_for_byte_or_nothing(store, tmp_path) -> None:
    bundle, copy = tmp_path / "成果包.zip", tmp_path / "另一份.zip"
    bundle.write_bytes(b"x")
    with pytest.raises(EcpanelError, match="bundle_copy_differs"):
        copy_bundle(store, bundle, copy, silent)
    write_result_bundle(store, bundle, system_clock, silent)
    copy_bundle(store, bundle, copy, silent)
    assert copy.read_bytes() == bundle.read_bytes()
    bundle.write_bytes(bundle.read_bytes() + b"x")
    with pytest.raises(EcpanelError, match="bundle_copy_differs"):
        copy_bundle(store, bundle, tmp_path / "第三份.zip", silent)
    assert not (tmp_path / "第三份.zip").exists()
    assert refused(store, "E03", CORRECTION, "C003") == "review_closed"
