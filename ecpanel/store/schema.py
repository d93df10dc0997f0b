"""The tables of a review store; one shape serves all desks."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_NUMBER: Final = 1
APPLICATION_ID: Final = 0x45435031
"""\"ECP1\" in the header of every store."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

fact = Table(
    "fact",
    metadata,
    Column("name", String, primary_key=True),
    Column("body", Text, nullable=False),
)
"""Single records of the review by name: review, scheme, lock, task, sign-in …, as canonical JSON."""

secret = Table(
    "secret",
    metadata,
    Column("name", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Private keys and content keys; they exist nowhere else."""

candidate = Table(
    "candidate",
    metadata,
    Column("candidate_id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

expert = Table(
    "expert",
    metadata,
    Column("expert_id", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("fingerprint", String, nullable=False, server_default=""),
    Column("voided_for", Text, nullable=False, server_default=""),
)

panel_group = Table(
    "panel_group",
    metadata,
    Column("group_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

recusal = Table(
    "recusal",
    metadata,
    Column("expert_id", String, primary_key=True),
    Column("candidate_id", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", String, primary_key=True),
)

document = Table(
    "document",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("candidate_id", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("place", Text, nullable=False),
)
"""`place` says where the bytes lie: a path, or a path and a member of an archive."""

score = Table(
    "score",
    metadata,
    Column("candidate_id", String, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("points", Integer),
    Column("remark", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    CheckConstraint("(state = 'scored') = (points IS NOT NULL)", name="state"),
)
"""Cells of the expert who owns the store."""

opinion = Table(
    "opinion",
    metadata,
    Column("candidate_id", String, primary_key=True),
    Column("strengths", Text, nullable=False),
    Column("weaknesses", Text, nullable=False),
    Column("advice", Text, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("submission_id", Integer, primary_key=True),
    Column("expert_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("at", String, nullable=False),
    Column("original", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("verifier", String, nullable=False),
    UniqueConstraint("expert_id", "number"),
)
"""Signed originals: on the expert's desk those handed in, on the chair's those merged."""

submitted_score = Table(
    "submitted_score",
    metadata,
    Column("submission_id", Integer, ForeignKey("submission.submission_id"), primary_key=True),
    Column("candidate_id", String, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("points", Integer),
    CheckConstraint("(state = 'scored') = (points IS NOT NULL)", name="state"),
    sqlite_with_rowid=False,
)
"""Cells of merged submissions, for queries; remarks and evidence stay in the signed original."""

reopening = Table(
    "reopening",
    metadata,
    Column("reopening_id", Integer, primary_key=True),
    Column("expert_id", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("used", Integer, nullable=False, server_default="0"),
)

correction = Table(
    "correction",
    metadata,
    Column("correction_id", Integer, primary_key=True),
    Column("expert_id", String, nullable=False),
    Column("candidate_id", String, nullable=False),
    Column("indicator", String, nullable=False),
    Column("body", Text, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("decision_id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
)
"""Gate and tie decisions of the panel, in order."""

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
)

APPEND_ONLY: Final = ("journal", "submission", "submitted_score", "correction", "decision")
"""Tables whose rows are never changed or removed."""


def append_only_triggers() -> list[str]:
    """SQL that makes the store itself refuse a change of what must stand for ever."""
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]
