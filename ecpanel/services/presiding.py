"""Presiding (主持) over a candidate from whom the chair is recused: another member proves to be there."""

from __future__ import annotations

from collections.abc import Collection

from ecpanel.domain.attendance import voters
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Desk
from ecpanel.services.chair import confirm_expert, material_of
from ecpanel.services.opening import Clock, act, expect_desk, expect_open
from ecpanel.store.vault import Vault


def preside(
    store: Vault, expert_id: str, candidate_ids: Collection[str], passphrase: str, clock: Clock
) -> None:
    """Let a member preside in the chair's place: he must stand free of every one of the candidates, and
    confirms with his own correction pass-phrase, which the chair does not know. It stays in the journal."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        material = material_of(connection)
        for candidate in sorted(candidate_ids):
            if expert_id == material.group.chair or expert_id not in voters(material, candidate):
                raise EcpanelError("presiding_recused", expert=expert_id, candidate=candidate)
        confirm_expert(connection, expert_id, passphrase)
    head = act(clock, owner.name, "preside", expert_id)
    with store.writing(head, {"candidates": sorted(candidate_ids)}) as connection:
        expect_open(connection)
