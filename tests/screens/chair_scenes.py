"""The chair's desk: waiting for its task package, 收包 in every verdict, the board, 复核."""

from __future__ import annotations

from collections.abc import Iterator

from scene import Scene, Stage

from ecpanel.gui.chair.desk import ChairDesk
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import PASSPHRASE
from services.reviews import small_review

NAMES = ("组长",)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the desk's frame, 收包 and 复核."""
    review = small_review(stage.folder / "小评审", stage.parts.frame.cost)
    desk = ChairDesk(stage.parts.frame, open_store(review.chair_store, PASSPHRASE))
    stage.show(desk)
    yield Scene("组长-收包-空")
    desk.takes(list(review.packages))
    stage.settle()
    yield Scene("组长-收包-试收")
