"""A chair's store founded whole: the store and the card for the organiser, both or neither; the card once more."""

from __future__ import annotations

from pathlib import Path

from ecpanel.domain.review import Desk
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.services.identity import own_card
from ecpanel.services.opening import Clock, Store, expect_desk
from ecpanel.services.organise import new_chair
from ecpanel.wrapping import Cost


def found_chair(path: Path, passphrase: str, name: str, card: Path, cost: Cost, clock: Clock) -> Store:
    """Make the chair's store and write the card; where the card cannot be written, no store remains."""
    store, made = new_chair(path, passphrase, name, cost, clock)
    try:
        write_bytes_verified(card, card_bytes(made))
    except BaseException:
        store.discard()
        raise
    return store


def write_card(store: Store, path: Path) -> str:
    """Write the chair's own card once more, as when the first was lost; returns its fingerprint."""
    with store.reading() as connection:
        expect_desk(connection, Desk.CHAIR)
        card = own_card(connection)
    write_bytes_verified(path, card_bytes(card))
    return card.fingerprint
