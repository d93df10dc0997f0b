"""What an expert's desk stands on when it opens: read at once, beside the window, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecpanel.gui.models.own_candidates import OwnCandidate, own_candidate
from ecpanel.services import hand_in, sign_in, task
from ecpanel.services import score as scoring
from ecpanel.services.reading import Dossiers, open_dossiers, own_documents

if TYPE_CHECKING:
    from ecpanel.domain.recusal import Recusal
    from ecpanel.domain.sheet import Sheet
    from ecpanel.exchange.task_package import PackedDocument
    from ecpanel.services.hand_in import HandedIn
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Before sign-in: names, the pledge, recusals known beforehand; nothing of any dossier."""

    work: Assignment
    pledge: str
    known: Sequence[Recusal]


@dataclass(frozen=True, slots=True)
class Opened:
    """After sign-in: sheets and documents of all candidates without the recused ones, a line for each
    candidate, and whether everything is handed in (`reopened_for` says why it may be replaced)."""

    work: Assignment
    dossiers: Dossiers
    sheets: dict[str, Sheet]
    documents: Mapping[str, Sequence[PackedDocument]]
    rows: Sequence[OwnCandidate] = field(repr=False)
    locked: bool
    handed_in: HandedIn | None
    reopened_for: str


def read_desk(store: Store) -> Unsigned | Opened:
    """Everything, for the worker thread."""
    work = scoring.load_assignment(store)
    if not work.signed_in:
        known = [one for one in sign_in.own_recusals(store) if one.source != "expert"]
        return Unsigned(work, task.pledge_text(store), known)
    sheets = scoring.own_sheets(store, work)
    return Opened(
        work,
        open_dossiers(store, work),
        sheets,
        own_documents(store, work),
        [
            own_candidate(one, sheets.get(key), work.scheme, work.settled.get(key, {}))
            for key, one in work.candidates.items()
        ],
        hand_in.is_locked(store, work),
        hand_in.last_submission(store, work),
        hand_in.reopened_for(store, work),
    )
