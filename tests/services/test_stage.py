"""How far the chair's desk is, from its founding to the signed bundle; the card written once more."""

from __future__ import annotations

import pytest

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.cards import card_bytes
from ecpanel.progress import silent
from ecpanel.services import chair
from ecpanel.services.founding import write_card
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.services.stage import stage_of
from ecpanel.services.task import take_chair_task

from .quick_panels import SLIP, agreed, quick_panel
from .reviews import small_review


def test_the_stage_goes_from_nothing_to_signed(tmp_path, cheap):
    panel = quick_panel(tmp_path, cheap, taken=False)
    panel.sheets = agreed(panel.sheets, panel.scheme)
    files = [panel.hand_in(one.expert_id) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as store:
        assert stage_of(store) is None
        take_chair_task(store, panel.package, SLIP, system_clock)
        begun = stage_of(store)
        assert begun is not None and (begun.review, begun.group) == (panel.review, panel.group)
        assert (begun.owner, begun.placeholder) == (panel.experts[0].name, True)
        assert (begun.moderation, begun.closure, begun.numbers_shown) == (None, None, False)
        chair.take_in(store, files, panel.fingerprints, system_clock, silent)
        opened = open_moderation(store, "", system_clock)
        now = stage_of(store)
        assert now is not None and (now.moderation, now.closure, now.numbers_shown) == (opened, None, True)
        digest = write_result_bundle(store, tmp_path / "成果包.zip", system_clock, silent)
        signed = stage_of(store)
        assert signed is not None and signed.closure is not None and signed.numbers_shown
        assert (signed.closure.bundle, signed.closure.sha256) == ("成果包.zip", digest)


def test_the_card_written_again_is_the_same_card(tmp_path, cheap):
    panel = quick_panel(tmp_path, cheap, taken=False)
    with open_store(panel.store, PASSPHRASE) as store:
        assert write_card(store, tmp_path / "名片.json") == panel.card.fingerprint
    assert (tmp_path / "名片.json").read_bytes() == card_bytes(panel.card)


def test_stage_and_card_belong_to_the_chair_alone(tmp_path, cheap):
    review = small_review(tmp_path, cheap)
    with open_store(review.organiser_store, PASSPHRASE) as store:
        for work in (lambda: stage_of(store), lambda: write_card(store, tmp_path / "再写的名片.json")):
            with pytest.raises(EcpanelError) as caught:
                work()
            assert caught.value.code == "wrong_desk"
    assert not (tmp_path / "再写的名片.json").exists()
