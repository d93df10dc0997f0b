"""The card (名片) of an organiser or chair: certificate and sealing address, signed by its own key."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.scheme import STRICT
from ecpanel.exchange import limits, signing
from ecpanel.exchange.keys import KeyPair, fingerprint, load_certificate
from ecpanel.exchange.sealing import check_recipient
from ecpanel.exchange.versions import read_versioned
from ecpanel.records import canonical, to_json

CARD_FORMAT: Final = "ecpanel-card"
CARD_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Card:
    """`recipient` is an age X25519 recipient, empty for an organiser; `signature` is a base64 CMS
    over the canonical JSON array [format, version, role, name, certificate, recipient]."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    role: str
    name: str
    certificate: str
    recipient: str
    signature: str

    @property
    def x509(self) -> x509.Certificate:
        """The certificate."""
        return load_certificate(self.certificate.encode(), where=f"{self.name}的名片")

    @property
    def fingerprint(self) -> str:
        """The fingerprint to compare."""
        return fingerprint(self.x509)


def _signed_part(version: int, role: str, name: str, certificate: str, recipient: str) -> bytes:
    return canonical([CARD_FORMAT, version, role, name, certificate, recipient])


def make_card(role: str, name: str, pair: KeyPair, recipient: str = "") -> Card:
    """The card of a key; `role` is "organiser" or "chair"."""
    pem = pair.pem.decode()
    signature = signing.sign(_signed_part(CARD_VERSION, role, name, pem, recipient), pair)
    return Card(CARD_FORMAT, CARD_VERSION, role, name, pem, recipient, base64.b64encode(signature).decode())


def check_card(card: Card, role: str) -> Card:
    """Refuse a card of another role or one that its own key did not sign."""
    if card.format != CARD_FORMAT or card.role != role:
        raise EcpanelError("card_role", name=card.name, wanted=role)
    if card.version != CARD_VERSION:
        raise EcpanelError("format_newer", found=card.version, known=CARD_VERSION)
    try:
        signature = base64.b64decode(card.signature, validate=True)
    except ValueError:
        raise EcpanelError("signature_invalid", where=f"{card.name}的名片") from None
    part = _signed_part(card.version, card.role, card.name, card.certificate, card.recipient)
    signing.verify(part, signature, card.x509, where=f"{card.name}的名片")
    if role == "chair":
        check_recipient(card.recipient, where=f"{card.name}的名片")
    return card


def read_card(content: bytes, role: str, *, where: str) -> Card:
    """A card file from outside."""
    if len(content) > limits.SMALL_JSON:
        raise EcpanelError("file_too_large", file=where, limit=1)
    return check_card(read_versioned(Card, content, CARD_FORMAT, CARD_VERSION, where=where), role)


def card_bytes(card: Card) -> bytes:
    """A card as a file."""
    return to_json(card)
