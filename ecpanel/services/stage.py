"""How far the chair's desk is (进度): which review, who chairs it, whether numbers may be told, whether it is signed."""

from __future__ import annotations

from dataclasses import dataclass

from ecpanel.domain.people import Group
from ecpanel.domain.review import Desk, Review
from ecpanel.services.moderation import Moderation, get_moderation
from ecpanel.services.opening import Closure, expect_desk, get_scheme
from ecpanel.store import facts
from ecpanel.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Stage:
    """`owner` is whose store it is; `placeholder` whether the scheme only stands in for the official one."""

    owner: str
    review: Review
    group: Group
    placeholder: bool
    moderation: Moderation | None
    closure: Closure | None

    @property
    def numbers_shown(self) -> bool:
        """Whether points may be told: the stage is open, or the bundle has long been signed."""
        return self.moderation is not None or self.closure is not None


def stage_of(store: Vault) -> Stage | None:
    """How far the desk is; None before its task package has been opened."""
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        review = facts.get(connection, Review, "review")
        if review is None:
            return None
        group = facts.get(connection, Group, "group")
        assert group is not None
        return Stage(
            owner.name,
            review,
            group,
            get_scheme(connection).is_placeholder,
            get_moderation(connection),
            facts.get(connection, Closure, "closure"),
        )
