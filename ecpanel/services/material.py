"""The material of a result read from the store, whether or not its numbers may be told yet."""

from __future__ import annotations

from ecpanel.domain.evaluation import Material
from ecpanel.domain.people import Group
from ecpanel.domain.submission import Submission
from ecpanel.records import digest_of, from_json
from ecpanel.services.opening import get_review, get_scheme
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, meeting, people, submissions
from ecpanel.store.vault import Connection


def read_material(connection: Connection) -> Material:
    """Everything the result is computed from, out of the signed originals. Whoever shows any of it
    asks `moderation.expect_moderation` first."""
    review, scheme = get_review(connection), get_scheme(connection)
    group = facts.get(connection, Group, "group")
    assert group is not None
    return Material(
        review,
        scheme,
        digest_of(scheme),
        group,
        people.all_experts(connection),
        candidate_rows.all_candidates(connection),
        people.all_recusals(connection),
        people.voided(connection),
        submissions.all_reopenings(connection),
        [
            (from_json(Submission, one.content, where=one.expert_id), one.sha256)
            for one in submissions.each_latest(connection)
        ],
        meeting.all_corrections(connection),
        meeting.gate_decisions(connection),
        meeting.tie_decisions(connection),
    )
