"""Keys of the person who owns a store: made once at set-up, kept only in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange import keys
from ecpanel.exchange.cards import Card, make_card
from ecpanel.exchange.keys import KeyPair
from ecpanel.services.opening import Clock
from ecpanel.store import facts
from ecpanel.store.vault import Connection

if TYPE_CHECKING:
    from ecpanel.exchange.sm2 import Sm2Key

_PRIVATE, _CERTIFICATE, _IDENTITY = "signing_key", "certificate", "sealing_identity"
_SM2 = "sm2_key"


def make_identity(connection: Connection, name: str, role: str, clock: Clock) -> KeyPair:
    """Make the signing key of a store."""
    pair = keys.make_key(name, role, clock())
    facts.put_secret(connection, _PRIVATE, keys.private_bytes(pair))
    facts.put_secret(connection, _CERTIFICATE, pair.pem)
    return pair


def own_pair(connection: Connection) -> KeyPair:
    """The signing key of a store."""
    private = facts.get_secret(connection, _PRIVATE)
    pem = facts.get_secret(connection, _CERTIFICATE)
    if private is None or pem is None:
        raise EcpanelError("not_signed_in")
    return keys.load_pair(private, pem)


def make_own_card(connection: Connection, name: str, role: str, clock: Clock) -> Card:
    """Key and card of an organiser or chair; a chair's card also carries a sealing address."""
    pair = make_identity(connection, name, role, clock)
    recipient = ""
    if role == "chair":
        secret, recipient = keys.make_identity()
        facts.put_secret(connection, _IDENTITY, secret.encode())
    card = make_card(role, name, pair, recipient)
    facts.put(connection, "card", card)
    return card


def own_sm2_key(connection: Connection) -> Sm2Key:
    """The SM2 key of a store, made when it is first wanted. Raises `sm2_support_missing`."""
    from ecpanel.exchange import sm2

    kept = facts.get_secret(connection, _SM2)
    return sm2.make_key() if kept is None else sm2.load_key(kept, where="store")


def keep_sm2_key(connection: Connection, key: Sm2Key) -> None:
    """Let the SM2 key of a store rest in it."""
    from ecpanel.exchange import sm2

    facts.put_secret(connection, _SM2, sm2.private_bytes(key))


def own_card(connection: Connection) -> Card:
    """The card of the store's owner."""
    card = facts.get(connection, Card, "card")
    if card is None:
        raise EcpanelError("not_signed_in")
    return card


def sealing_identity(connection: Connection) -> str:
    """The secret with which score packages are opened."""
    secret = facts.get_secret(connection, _IDENTITY)
    if secret is None:
        raise EcpanelError("not_signed_in")
    return secret.decode()
