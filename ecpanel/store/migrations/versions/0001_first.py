"""The first schema, frozen as it was released."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
CREATE TABLE candidate (
    candidate_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_candidate PRIMARY KEY (candidate_id)
)
    """,
    """
CREATE TABLE correction (
    correction_id INTEGER NOT NULL,
    expert_id VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (correction_id)
)
    """,
    """
CREATE TABLE decision (
    decision_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (decision_id)
)
    """,
    """
CREATE TABLE document (
    document_id VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,
    CONSTRAINT pk_document PRIMARY KEY (document_id)
)
    """,
    """
CREATE INDEX ix_document_candidate_id ON document (candidate_id)
    """,
    """
CREATE TABLE expert (
    expert_id VARCHAR NOT NULL,
    body TEXT NOT NULL,
    fingerprint VARCHAR DEFAULT '' NOT NULL,
    voided_for TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_expert PRIMARY KEY (expert_id)
)
    """,
    """
CREATE TABLE fact (
    name VARCHAR NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_fact PRIMARY KEY (name)
)
    """,
    """
CREATE TABLE journal (
    seq INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body TEXT NOT NULL,
    previous VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (seq)
)
    """,
    """
CREATE TABLE opinion (
    candidate_id VARCHAR NOT NULL,
    strengths TEXT NOT NULL,
    weaknesses TEXT NOT NULL,
    advice TEXT NOT NULL,
    CONSTRAINT pk_opinion PRIMARY KEY (candidate_id)
)
    """,
    """
CREATE TABLE panel_group (
    group_id VARCHAR NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_panel_group PRIMARY KEY (group_id)
)
    """,
    """
CREATE TABLE recusal (
    expert_id VARCHAR NOT NULL,
    candidate_id VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    note TEXT NOT NULL,
    source VARCHAR NOT NULL,
    CONSTRAINT pk_recusal PRIMARY KEY (expert_id, candidate_id, source)
)
    """,
    """
CREATE TABLE reopening (
    reopening_id INTEGER NOT NULL,
    expert_id VARCHAR NOT NULL,
    reason TEXT NOT NULL,
    at VARCHAR NOT NULL,
    used INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_reopening PRIMARY KEY (reopening_id)
)
    """,
    """
CREATE TABLE score (
    candidate_id VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    points INTEGER,
    remark TEXT NOT NULL,
    evidence TEXT NOT NULL,
    CONSTRAINT pk_score PRIMARY KEY (candidate_id, indicator),
    CONSTRAINT ck_score_state CHECK ((state = 'scored') = (points IS NOT NULL))
)
    """,
    """
CREATE TABLE secret (
    name VARCHAR NOT NULL,
    body BLOB NOT NULL,
    CONSTRAINT pk_secret PRIMARY KEY (name)
)
    """,
    """
CREATE TABLE submission (
    submission_id INTEGER NOT NULL,
    expert_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    original BLOB NOT NULL,
    signature BLOB NOT NULL,
    certificate BLOB NOT NULL,
    verifier VARCHAR NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (submission_id),
    CONSTRAINT uq_submission_expert_id UNIQUE (expert_id, number)
)
    """,
    """
CREATE TABLE submitted_score (
    submission_id INTEGER NOT NULL,
    candidate_id VARCHAR NOT NULL,
    indicator VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    points INTEGER,
    CONSTRAINT pk_submitted_score PRIMARY KEY (submission_id, candidate_id, indicator),
    CONSTRAINT ck_submitted_score_state CHECK ((state = 'scored') = (points IS NOT NULL)),
    CONSTRAINT fk_submitted_score_submission_id FOREIGN KEY(submission_id) REFERENCES submission (submission_id)
)
 WITHOUT ROWID
    """,
    """
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER submitted_score_no_update BEFORE UPDATE ON submitted_score BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER submitted_score_no_delete BEFORE DELETE ON submitted_score BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER correction_no_update BEFORE UPDATE ON correction BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER correction_no_delete BEFORE DELETE ON correction BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
    """
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'append-only'); END
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
