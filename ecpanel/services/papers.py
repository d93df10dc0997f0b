"""Papers for ink (纸面): pass-phrase slips and the sign-in sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecpanel.domain.review import Desk
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.reports.sign_in_sheet import draw_sign_in
from ecpanel.reports.slips import Slip, draw_slips
from ecpanel.services.holdings import SLIPS
from ecpanel.services.identity import own_card
from ecpanel.services.opening import Clock, act, expect_desk, get_review
from ecpanel.services.organise import Issued
from ecpanel.services.score import load_assignment
from ecpanel.services.sign_in import own_recusals, sign_in_record
from ecpanel.store.vault import Vault


def slip_sheet(store: Vault, issued: Sequence[Issued]) -> bytes:
    """The slips of issued packages as one PDF."""
    with store.reading() as connection:
        review, card = get_review(connection), own_card(connection)
    slips = [
        Slip("组长" if one.desk is Desk.CHAIR else one.owner, one.name, one.path.name, one.passphrase)
        for one in issued
    ]
    return draw_slips(review, card.fingerprint, slips)


def write_slips(store: Vault, issued: Sequence[Issued], path: Path, clock: Clock) -> Path:
    """Write the slips and note that they were; a file that is there already is never overwritten.

    Returns where they were written.
    """
    content = slip_sheet(store, issued)
    path = _free(path)
    write_bytes_verified(path, content)
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.ORGANISER)
    body = {"packages": [one.sha256 for one in issued], "file": path.name}
    with store.writing(act(clock, owner.name, SLIPS), body):
        pass
    return path


def _free(path: Path) -> Path:
    """The path itself, or the first numbered one beside it that is not taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def sign_in_paper(store: Vault) -> bytes:
    """The expert's sign-in sheet as PDF."""
    work = load_assignment(store)
    record, pledge, _ = sign_in_record(store)
    names = {key: one.name for key, one in work.candidates.items()}
    return draw_sign_in(
        work.review,
        work.scheme.is_placeholder,
        work.expert,
        record,
        pledge,
        list(own_recusals(store)),
        names,
    )
