"""A key is changed or revoked inside a review: recorded by the chair, and never again taken for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk
from ecpanel.domain.scheme import STRICT
from ecpanel.exchange.keys import is_fingerprint, same_fingerprint, tidy_fingerprint
from ecpanel.services.moderation import REASON_MINIMUM
from ecpanel.services.opening import Clock, Store, act, expect_desk, expect_open
from ecpanel.store import facts, people


@dataclass(frozen=True, slots=True)
class RevokedKeys:
    """Fingerprints that count no more in this review."""

    __pydantic_config__: ClassVar = STRICT
    fingerprints: tuple[str, ...] = ()


def change_key(store: Store, expert_id: str, fingerprint: str, reason: str, clock: Clock) -> str:
    """Let an expert's pinned key count no more, and pin the one of his new sign-in sheet where there is one.

    What he handed in with the old key stays as it was confirmed; to replace it he needs a reopening. Returns
    the fingerprint that was pinned. Raises `expert_unknown`, `key_not_pinned`, `reason_missing`,
    `fingerprint_unreadable`, `key_revoked`, `review_closed`.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        expect_open(connection)
        experts, before = people.all_experts(connection), people.pins(connection).get(expert_id)
        revoked = facts.get(connection, RevokedKeys, "revoked_keys") or RevokedKeys()
    if expert_id not in experts:
        raise EcpanelError("expert_unknown", expert=expert_id, name="")
    if before is None:
        raise EcpanelError("key_not_pinned", expert=expert_id)
    if len("".join(reason.split())) < REASON_MINIMUM:
        raise EcpanelError("reason_missing")
    after = ""
    if fingerprint.strip():
        if not is_fingerprint(fingerprint):
            raise EcpanelError("fingerprint_unreadable", found=fingerprint)
        after = tidy_fingerprint(fingerprint)
        if any(same_fingerprint(after, one) for one in (before, *revoked.fingerprints)):
            raise EcpanelError("key_revoked", found=after)
    store.restore_point("key", clock())
    body = {"before": before, "after": after, "reason": reason.strip()}
    with store.writing(act(clock, owner.name, "key_change", expert_id), body) as connection:
        expect_open(connection)
        people.pin(connection, expert_id, after)
        kept = tuple(dict.fromkeys((*revoked.fingerprints, before)))
        facts.put(connection, "revoked_keys", RevokedKeys(kept))
    return before


def is_revoked(revoked: RevokedKeys | None, fingerprint: str) -> bool:
    """Whether a key counts no more."""
    return revoked is not None and any(same_fingerprint(one, fingerprint) for one in revoked.fingerprints)
