"""The score package (评分包): an expert's signed submission, sealed to the chair."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.review import Review
from ecpanel.domain.scheme import STRICT
from ecpanel.domain.submission import SUBMISSION_FORMAT, SUBMISSION_VERSION, Submission
from ecpanel.exchange import limits, signing
from ecpanel.exchange.cards import Card
from ecpanel.exchange.container import Bounds, open_container, write_container
from ecpanel.exchange.handover import read_limited, write_bytes_verified
from ecpanel.exchange.keys import KeyPair, fingerprint
from ecpanel.exchange.sealing import open_sealed, seal_to
from ecpanel.exchange.versions import read_versioned
from ecpanel.records import from_json, is_canonical, sha256, to_json

SCORE_SUFFIX: Final = ".ecscore"
SCORE_FORMAT: Final = "ecpanel-score"
SCORE_VERSION: Final = 1
HEADER: Final = "package.json"
SEALED: Final = "sealed.age"
SUBMISSION: Final = "submission.json"
SUBMISSION_SIGNATURE: Final = "submission.p7s"
MEETING: Final = "meeting.json"
MEETING_SIGNATURE: Final = "meeting.p7s"
CERTIFICATE: Final = "certificate.pem"
_INNER: Final = (SUBMISSION, SUBMISSION_SIGNATURE, MEETING, MEETING_SIGNATURE, CERTIFICATE)
_OUTER_BOUNDS: Final = Bounds(2, limits.SCORE_PACKAGE_SIZE, limits.SCORE_PACKAGE_SIZE, stored_only=True)
_INNER_BOUNDS: Final = Bounds(len(_INNER), 2 * limits.SUBMISSION_SIZE, limits.SUBMISSION_SIZE)


@dataclass(frozen=True, slots=True)
class ScoreHeader:
    """What stands in clear, for messages only; everything that counts is signed inside."""

    __pydantic_config__: ClassVar = STRICT
    format: str
    version: int
    review_id: str
    review_title: str
    rehearsal: bool
    expert_id: str
    number: int
    sealed_to: str


@dataclass(frozen=True, slots=True)
class MeetingProof:
    """Lets the expert prove himself at the chair's machine: an Argon2id verifier of his correction
    pass-phrase. It is for the chair alone and never enters a bundle."""

    __pydantic_config__: ClassVar = STRICT
    expert_id: str
    submission_sha256: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SignedSubmission:
    """A submission with the exact bytes that were signed."""

    submission: Submission
    content: bytes
    sha256: str
    signature: bytes
    certificate: bytes
    fingerprint: str
    verifier: str


def write_score(
    path: Path, submission: Submission, verifier: str, pair: KeyPair, chair: Card
) -> SignedSubmission:
    """Sign a submission, seal it to the chair, write and read back; returns what was signed."""
    content = to_json(submission)
    digest = sha256(content)
    expert = submission.expert.expert_id
    proof = to_json(MeetingProof(expert, digest, verifier))
    signature = signing.sign(content, pair)
    inner = io.BytesIO()
    write_container(
        inner,
        [
            (SUBMISSION, content),
            (SUBMISSION_SIGNATURE, signature),
            (MEETING, proof),
            (MEETING_SIGNATURE, signing.sign(proof, pair)),
            (CERTIFICATE, pair.pem),
        ],
    )
    header = ScoreHeader(
        SCORE_FORMAT,
        SCORE_VERSION,
        submission.review_id,
        submission.review_title,
        submission.rehearsal,
        expert,
        submission.number,
        chair.fingerprint,
    )
    outer = io.BytesIO()
    sealed = seal_to(inner.getvalue(), chair.recipient)
    write_container(outer, [(HEADER, to_json(header)), (SEALED, sealed)], compress=False)
    write_bytes_verified(path, outer.getvalue())
    return SignedSubmission(submission, content, digest, signature, pair.pem, pair.fingerprint, verifier)


def read_score(path: Path, identity: str, chair_fingerprint: str, review: Review) -> SignedSubmission:
    """Open and verify one score package alone.

    Checks limits, names, format, for which review and chair it is, the seal, both signatures and
    that certificate, sign-in and proof belong together. What it says is judged by the domain.
    """
    file = path.name
    header, sealed = _read_outer(path)
    if header.rehearsal != review.rehearsal:
        raise EcpanelError("rehearsal_mixed", found="演练" if header.rehearsal else "正式评审")
    if header.review_id != review.review_id:
        raise EcpanelError("review_foreign", found=header.review_title, wanted=review.title)
    if header.sealed_to != chair_fingerprint:
        raise EcpanelError("sealed_to_other", file=file)
    inner = open_sealed(sealed, identity, EcpanelError("seal_broken", file=file))
    with open_container(io.BytesIO(inner), file, _INNER_BOUNDS) as container:
        container.expect_only(lambda name: name in _INNER)
        content = container.read(SUBMISSION, limits.SUBMISSION_SIZE)
        signature = container.read(SUBMISSION_SIGNATURE, limits.SIGNATURE_SIZE)
        proof_bytes = container.read(MEETING, limits.SMALL_JSON)
        proof_signature = container.read(MEETING_SIGNATURE, limits.SIGNATURE_SIZE)
        pem = container.read(CERTIFICATE, limits.CERTIFICATE_SIZE)
    certificate = signing.verify_pem(content, signature, pem, where=file)
    signing.verify(proof_bytes, proof_signature, certificate, where=file)
    submission = read_versioned(Submission, content, SUBMISSION_FORMAT, SUBMISSION_VERSION, where=file)
    proof = from_json(MeetingProof, proof_bytes, where=file)
    if not 1 <= submission.number <= limits.SUBMISSIONS:
        raise EcpanelError("record_unreadable", where=file, member="number")
    digest, mark = sha256(content), fingerprint(certificate)
    expert = submission.expert.expert_id
    together = (
        submission.sign_in.fingerprint == mark
        and proof.expert_id == expert
        and proof.submission_sha256 == digest
        and is_canonical(content)
    )
    if not together:
        raise EcpanelError("submission_inconsistent", file=file)
    return SignedSubmission(submission, content, digest, signature, pem, mark, proof.verifier)


def _read_outer(path: Path) -> tuple[ScoreHeader, bytes]:
    content = read_limited(path, limits.SCORE_PACKAGE_SIZE)
    with open_container(io.BytesIO(content), path.name, _OUTER_BOUNDS) as container:
        if HEADER not in container:
            raise EcpanelError("not_a_package", file=path.name)
        container.expect_only(lambda name: name in (HEADER, SEALED))
        content = container.read(HEADER, limits.SMALL_JSON)
        header = read_versioned(ScoreHeader, content, SCORE_FORMAT, SCORE_VERSION, where=path.name)
        return header, container.read(SEALED, limits.SCORE_PACKAGE_SIZE)
