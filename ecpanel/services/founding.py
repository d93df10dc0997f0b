"""A chair's store founded whole: the store and the card for the organiser, both or neither."""

from __future__ import annotations

from pathlib import Path

from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.services.opening import Clock, Store
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
