"""A result of the rehearsal's firms and experts, computed by the domain, with a correction and a gate."""

from __future__ import annotations

import pytest
from services.reviews import firms

from ecpanel.domain.evaluation import Material, evaluate
from ecpanel.domain.meeting import Correction, GateDecision, ReasonCode, Vote
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.result import Result
from ecpanel.domain.review import Review, ReviewKind
from ecpanel.domain.scheme import leaves
from ecpanel.domain.sheet import Sheet
from ecpanel.domain.submission import SUBMISSION_FORMAT, SignIn, Submission, SubmittedSheet
from ecpanel.records import digest_of, sha256, to_json
from ecpanel.services.organise import builtin_scheme
from ecpanel.services.sample import sample_scores
from ecpanel.services.sample_people import EXPERTS, GROUP

AT = "2021-11-24T16:20:00+08:00"
MARK = "7KQ2-M9XD-0000-1111-2222-3333-4444-5555"


@pytest.fixture(scope="session")
def material() -> Material:
    scheme = builtin_scheme()
    candidates = firms(12)
    scores = sample_scores(scheme, candidates, EXPERTS)
    recusal = Recusal(EXPERTS[1].expert_id, "C003", RecusalReason.SAME_UNIT, "同一集团")
    codes = [leaf.code for leaf in leaves(scheme)]

    def submitted(expert: str, sheet: Sheet) -> SubmittedSheet:
        cells = tuple(sheet.scores[code] for code in codes)
        return SubmittedSheet(
            sheet.candidate_id, cells, sheet.opinion, sum(cell.points or 0 for cell in cells)
        )

    submissions = []
    for expert in EXPERTS:
        own = [
            submitted(expert.expert_id, sheet)
            for (who, key), sheet in scores.items()
            if who == expert.expert_id and (who, key) != (recusal.expert_id, recusal.candidate_id)
        ]
        declared = (recusal,) if expert.expert_id == recusal.expert_id else ()
        one = Submission(
            SUBMISSION_FORMAT, 1, "r1", "2021年综合评价", True, 1, digest_of(scheme), "t", expert,
            SignIn(AT, "p", AT, True, MARK), declared, 1, "", "", (), tuple(own), AT,
        )  # fmt: skip
        submissions.append((one, sha256(to_json(one))))
    first = submissions[2][0].sheets[0]
    before = next(cell.points for cell in first.scores if cell.indicator == "C1") or 0
    correction = Correction(
        1, EXPERTS[2].expert_id, first.candidate_id, "C1", before, 0 if before else 600, ReasonCode.OUTLIER,
        "复阅材料后更正", EXPERTS[0].expert_id, Vote(6, 1, 0), "更正口令", AT,
    )  # fmt: skip
    gate = GateDecision("C012", "G5", False, "有重大行政处罚", Vote(7, 0, 0), AT)
    review = Review("r1", "2021年综合评价", 2021, ReviewKind.EVALUATION, "商办电函〔2020〕378号", True, cut=4)
    return Material(
        review, scheme, digest_of(scheme), GROUP, {one.expert_id: one for one in EXPERTS}, candidates,
        (), {}, (), submissions, (correction,), (gate,), (),
    )  # fmt: skip


@pytest.fixture(scope="session")
def result(material: Material) -> Result:
    return evaluate(material, AT)
