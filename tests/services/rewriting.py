"""Score packages rewritten and signed anew with the experts' own keys: what no honest desk hands in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ecpanel.domain.sheet import Score
from ecpanel.domain.submission import Submission
from ecpanel.exchange.cards import Card
from ecpanel.exchange.score_package import read_score, write_score
from ecpanel.services.identity import own_card, own_pair, sealing_identity
from ecpanel.services.opening import get_review, open_store
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.store import facts
from ecpanel.store.vault import key_file

from .reviews import SmallReview

Change = Callable[[Submission], Submission]


def rewritten(review: SmallReview, expert: str, path: Path, change: Change) -> Path:
    """The package an expert handed in, with other contents and his own signature over them."""
    with open_store(review.chair_store, PASSPHRASE) as store, store.reading() as connection:
        identity, mark = sealing_identity(connection), own_card(connection).fingerprint
        own = next(one for one in review.packages if one.name.startswith(expert))
        signed = read_score(own, identity, mark, get_review(connection))
    with open_store(review.folder / f"{expert}.ecreview", PASSPHRASE) as store, store.reading() as connection:
        pair, chair = own_pair(connection), facts.get(connection, Card, "chair")
    assert chair is not None
    write_score(path, change(signed.submission), signed.verifier, pair, chair)
    return path


def with_cell(candidate: str, indicator: str, change: Callable[[Score], Score]) -> Change:
    """Another cell for one candidate and indicator."""

    def changed(one: Submission) -> Submission:
        sheets = tuple(
            replace(
                sheet,
                total=None,
                scores=tuple(change(cell) if cell.indicator == indicator else cell for cell in sheet.scores),
            )
            if sheet.candidate_id == candidate
            else sheet
            for sheet in one.sheets
        )
        return replace(one, sheets=sheets)

    return changed


def copied(store: Path, folder: Path) -> Path:
    """A store with its key in another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(store, folder / store.name)
    shutil.copyfile(key_file(store), key_file(folder / store.name))
    return folder / store.name
