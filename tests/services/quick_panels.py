"""Panels of any size without laptops: the chair's real store and packages signed by every expert's own key, so
that the chair's desk can be shown in every state within seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from argon2 import PasswordHasher

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Desk, Review, ReviewKind
from ecpanel.domain.scheme import Scheme, leaves
from ecpanel.domain.sheet import Sheet
from ecpanel.domain.submission import (
    SUBMISSION_FORMAT,
    SUBMISSION_VERSION,
    DeclaredGap,
    SignIn,
    Submission,
    SubmittedSheet,
)
from ecpanel.exchange import keys
from ecpanel.exchange.cards import Card, make_card
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.score_package import write_score
from ecpanel.exchange.task_package import TASK_FORMAT, TASK_VERSION, TaskContents, new_package_id, write_task
from ecpanel.progress import silent
from ecpanel.records import digest_of, sha256, to_json
from ecpanel.services import issuing, organise, task
from ecpanel.services.opening import system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sample_scores import sample_scores
from ecpanel.wrapping import Cost

from .reviews import firms, panel

SLIP = "ABCD-EFGH-JKMN-PQRS-TVWX"
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class QuickPanel:
    """`store` belongs to the chair E01 and waits for `package`, which `SLIP` opens, unless it was taken."""

    folder: Path
    store: Path
    package: Path
    candidates: Sequence[Candidate]
    experts: Sequence[Expert]
    group: Group
    scheme: Scheme
    review: Review
    sheets: Mapping[tuple[str, str], Sheet]
    recusals: Mapping[str, Collection[str]]
    card: Card
    pairs: dict[str, KeyPair]
    task_digest: str
    merged: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def fingerprints(self) -> dict[str, str]:
        """As read from the sign-in sheets."""
        return {expert: pair.fingerprint for expert, pair in self.pairs.items()}

    def hand_in(
        self,
        expert_id: str,
        path: Path | None = None,
        *,
        leave_out: Collection[str] = (),
        gaps: Collection[str] = (),
        pair: KeyPair | None = None,
        change: Callable[[Submission], Submission] = lambda one: one,
    ) -> Path:
        """A package of this expert, following on the one he handed in last; `change` alters what he signs."""
        expert = next(one for one in self.experts if one.expert_id == expert_id)
        number, replaces = self.merged.get(expert_id, (0, ""))
        pair = pair or self.pairs[expert_id]
        barred = self.recusals.get(expert_id, ())
        now = system_clock().isoformat(timespec="seconds")
        submission = change(
            Submission(
                SUBMISSION_FORMAT,
                SUBMISSION_VERSION,
                self.review.review_id,
                self.review.title,
                self.review.rehearsal,
                self.scheme.version,
                digest_of(self.scheme),
                self.task_digest,
                expert,
                SignIn(now, sha256(b""), now, True, pair.fingerprint),
                tuple(
                    Recusal(expert_id, one, RecusalReason.SAME_UNIT, source="expert")
                    for one in sorted(barred)
                ),
                number + 1,
                replaces,
                "评估意见有笔误" if replaces else "",
                tuple(DeclaredGap(one, "材料无法打开") for one in gaps),
                tuple(
                    self._submitted(expert_id, one.candidate_id)
                    for one in self.candidates
                    if one.candidate_id not in {*barred, *leave_out, *gaps}
                ),
                now,
            )
        )
        path = path or self.folder / "U盘" / f"{expert_id}_{expert.name}_第{number + 1}版.ecscore"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_score(path, submission, _HASHER.hash(CORRECTION), pair, self.card)
        self.merged[expert_id] = (submission.number, sha256(to_json(submission)))
        return path

    def _submitted(self, expert_id: str, candidate_id: str) -> SubmittedSheet:
        sheet = self.sheets[expert_id, candidate_id]
        scores = tuple(sheet.scores[leaf.code] for leaf in leaves(self.scheme))
        return SubmittedSheet(candidate_id, scores, sheet.opinion, sum(one.points or 0 for one in scores))


def agreed(sheets: Mapping[tuple[str, str], Sheet], scheme: Scheme) -> dict[tuple[str, str], Sheet]:
    """The same sheets with every objective indicator as the first expert has it, so that nothing blocks."""
    from ecpanel.domain.scheme import Kind

    objective = [leaf.code for leaf in leaves(scheme) if leaf.kind is Kind.OBJECTIVE]
    first: dict[str, Sheet] = {}
    found = {}
    for (expert, candidate), sheet in sheets.items():
        usual = first.setdefault(candidate, sheet)
        own = {code: usual.scores[code] for code in objective}
        found[expert, candidate] = replace(sheet, scores={**sheet.scores, **own})
    return found


def quick_panel(
    folder: Path,
    cheap: Cost,
    candidates: Sequence[Candidate] | None = None,
    experts: int = 3,
    *,
    recusals: Mapping[str, Collection[str]] | None = None,
    rehearsal: bool = False,
    taken: bool = True,
    pairs: Mapping[str, KeyPair] | None = None,
    cut: int = 2,
) -> QuickPanel:
    """A panel whose chair is E01; with `taken` his store holds the task package already. `recusals` are
    declared by the experts at sign-in, by expert. `pairs` saves making keys anew."""
    people, group = panel(experts)
    candidates = firms(3) if candidates is None else candidates
    now = system_clock()
    kept = dict(pairs or {})
    for one in people:
        kept.setdefault(one.expert_id, keys.make_key(one.name, one.expert_id, now))
    scheme = organise.builtin_scheme()
    store = folder / "组长.ecreview"
    opened, card = organise.new_chair(store, PASSPHRASE, people[0].name, cheap, system_clock)
    opened.close()
    organiser = kept.get("E00") or keys.make_key("组织员", "organiser", now)
    title = "2021年电子商务示范企业综合评价"
    review = Review("1" * 32, title, 2021, ReviewKind.EVALUATION, "商办电函〔2020〕378号", rehearsal, cut=cut)
    contents = TaskContents(
        TASK_FORMAT,
        TASK_VERSION,
        new_package_id(),
        Desk.CHAIR,
        review,
        scheme,
        digest_of(scheme),
        group,
        group.chair,
        people,
        tuple(candidates),
        (),
        (),
        make_card("organiser", "组织员", organiser),
        card,
        issuing.PLEDGE,
        now.isoformat(timespec="seconds"),
    )
    package = folder / "组长_任务包.ectask"
    digest = write_task(package, contents, (), organiser, SLIP, cheap, silent)
    if taken:
        task.open_task_package(package, SLIP, store, PASSPHRASE, cheap, system_clock, silent)
    sheets = sample_scores(scheme, candidates, people)
    return QuickPanel(
        folder,
        store,
        package,
        candidates,
        people,
        group,
        scheme,
        review,
        sheets,
        recusals or {},
        card,
        {one.expert_id: kept[one.expert_id] for one in people},
        digest,
    )
