"""The reopening slip (重开单): the chair's signed permission to replace one submission (rule 24)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography import x509

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.scheme import STRICT
from ecpanel.exchange import limits, signing
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.versions import read_versioned
from ecpanel.records import canonical, to_json

REOPENING_SUFFIX: Final = ".ecreopen"
REOPENING_FORMAT: Final = "ecpanel-reopening"
REOPENING_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ReopeningSlip:
    """`replaces` is the SHA-256 of the submission that may be replaced; `signature` is a base64 CMS
    over the canonical JSON array of all other members in this order."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    expert_id: str
    replaces: str
    reason: str
    at: str
    signature: str

    @property
    def signed_part(self) -> bytes:
        """The bytes under the signature."""
        return canonical(
            [self.format, self.version, self.review_id, self.expert_id, self.replaces, self.reason, self.at]
        )


def make_slip(review_id: str, expert_id: str, replaces: str, reason: str, at: str, chair: KeyPair) -> bytes:
    """A signed slip as file bytes."""
    blank = ReopeningSlip(REOPENING_FORMAT, REOPENING_VERSION, review_id, expert_id, replaces, reason, at, "")
    signature = base64.b64encode(signing.sign(blank.signed_part, chair)).decode()
    members = (blank.format, blank.version, review_id, expert_id, replaces, reason, at)
    return to_json(ReopeningSlip(*members, signature))


def read_slip(content: bytes, chair: x509.Certificate, *, where: str) -> ReopeningSlip:
    """A slip from outside, its signature verified against the chair known from the task package."""
    if len(content) > limits.SMALL_JSON:
        raise EcpanelError("file_too_large", file=where, limit=1)
    slip = read_versioned(ReopeningSlip, content, REOPENING_FORMAT, REOPENING_VERSION, where=where)
    try:
        signature = base64.b64decode(slip.signature, validate=True)
    except ValueError:
        raise EcpanelError("signature_invalid", where=where) from None
    signing.verify(slip.signed_part, signature, chair, where=where)
    return slip
