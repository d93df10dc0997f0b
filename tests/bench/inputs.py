"""Made-up reviews of any size: stores, score packages and dossiers, built through the real services."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import Document, DocumentKind
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk, Review, ReviewKind
from ecpanel.domain.scheme import Kind, leaves
from ecpanel.domain.sheet import Sheet
from ecpanel.domain.sign_off import book_lines
from ecpanel.domain.submission import (
    SUBMISSION_FORMAT,
    SUBMISSION_VERSION,
    SignIn,
    Submission,
    SubmittedSheet,
)
from ecpanel.exchange import keys, limits
from ecpanel.exchange.cards import Card, make_card
from ecpanel.exchange.container import open_container
from ecpanel.exchange.digests import sha256_of
from ecpanel.exchange.keys import KeyPair
from ecpanel.exchange.result_bundle import (
    BOUNDS,
    DATA,
    SHA256SUMS,
    SIGN_OFF_SHEET,
    Closing,
    check_shell,
    declaration_members,
    write_bundle,
)
from ecpanel.exchange.score_package import write_score
from ecpanel.exchange.task_package import (
    TASK_FORMAT,
    TASK_VERSION,
    PackedDocument,
    TaskContents,
    document_member,
    new_package_id,
    write_task,
)
from ecpanel.records import digest_of, from_json, sha256
from ecpanel.services import chair, issuing, moderation, organise, sign_in, task
from ecpanel.services.countersign import Panel, draw_sheet
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import open_store
from ecpanel.services.sample_scores import sample_scores
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.services.signatories import Opinion, Signatory, declare
from ecpanel.store import sheets as sheet_rows
from ecpanel.store.vault import Act
from ecpanel.wrapping import Cost

COST: Final = Cost(8192, 1, 1)
PASSPHRASE: Final = "bench-passphrase"
EXPERTS: Final = 15
NOW: Final = datetime(2021, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
SCHEME: Final = organise.builtin_scheme()
DOCUMENT_MB: Final = 200


def clock() -> datetime:
    """The same time always."""
    return NOW


def quiet(done: int, total: int, text: str) -> None:
    """Tells nothing."""


@dataclass(frozen=True)
class Places:
    """Where the inputs of one size lie."""

    folder: Path

    @property
    def chair(self) -> Path:
        """The chair's store before intake."""
        return self.folder / "chair.ecreview"

    @property
    def merged(self) -> Path:
        """The chair's store after intake."""
        return self.folder / "merged.ecreview"

    @property
    def expert(self) -> Path:
        """An expert's store with every cell scored."""
        return self.folder / "expert.ecreview"

    @property
    def packages(self) -> list[Path]:
        """The score packages."""
        return sorted(self.folder.glob("*.ecscore"))


def make_keys(folder: Path) -> None:
    """RSA keys of the organiser (E00) and the experts, made once for all sizes."""
    folder.mkdir(parents=True)
    for number in range(EXPERTS + 1):
        pair = keys.make_key(f"专家{number:02d}", f"E{number:02d}", NOW)
        (folder / f"E{number:02d}.key").write_bytes(keys.private_bytes(pair))
        (folder / f"E{number:02d}.pem").write_bytes(pair.pem)


def load_key(folder: Path, name: str) -> KeyPair:
    """A key made by `make_keys`."""
    return keys.load_pair((folder / f"{name}.key").read_bytes(), (folder / f"{name}.pem").read_bytes())


def people() -> tuple[tuple[Expert, ...], Group]:
    """Fifteen experts in one group."""
    experts = tuple(
        Expert(f"E{number:02d}", f"专家{number:02d}", "研究院", "研究员", "电子商务")
        for number in range(1, EXPERTS + 1)
    )
    return experts, Group("G1", "第一评审组", tuple(one.expert_id for one in experts), "E01", "监督人")


def make_candidates(count: int) -> tuple[Candidate, ...]:
    """Firms spread over regions and categories."""
    return tuple(
        Candidate(
            f"C{number:04d}",
            REGIONS[number % len(REGIONS)],
            f"{REGIONS[number % len(REGIONS)]}第{number}电子商务有限公司",
            "",
            SCHEME.categories[number % len(SCHEME.categories)],
            "示范企业" if number % 2 else "新推荐",
        )
        for number in range(1, count + 1)
    )


def make_sheets(
    candidates: tuple[Candidate, ...], experts: tuple[Expert, ...]
) -> dict[tuple[str, str], Sheet]:
    """The rehearsal's sheets without its one objective mismatch, so that a bundle can be signed."""
    found = sample_scores(SCHEME, candidates, experts)
    first = candidates[0].candidate_id
    objective = {
        leaf.code: found[experts[0].expert_id, first].scores[leaf.code]
        for leaf in leaves(SCHEME)
        if leaf.kind is Kind.OBJECTIVE
    }
    for one in experts:
        sheet = found[one.expert_id, first]
        found[one.expert_id, first] = replace(sheet, scores={**sheet.scores, **objective})
    return found


def _contents(
    desk: Desk,
    review: Review,
    candidates: tuple[Candidate, ...],
    documents: tuple[PackedDocument, ...],
    organiser: KeyPair,
    chair_card: Card,
) -> TaskContents:
    experts, group = people()
    expert_only = desk is Desk.EXPERT
    return TaskContents(
        TASK_FORMAT,
        TASK_VERSION,
        new_package_id(),
        desk,
        review,
        SCHEME,
        digest_of(SCHEME),
        replace(group, members=("E01",)) if expert_only else group,
        "E01",
        experts[:1] if expert_only else experts,
        candidates,
        (),
        documents,
        make_card("organiser", "组织员", organiser),
        chair_card,
        issuing.PLEDGE,
        NOW.isoformat(),
    )


def _submitted(sheet: Sheet) -> SubmittedSheet:
    scores = tuple(sheet.scores[leaf.code] for leaf in leaves(SCHEME))
    return SubmittedSheet(sheet.candidate_id, scores, sheet.opinion, sum(one.points or 0 for one in scores))


def build_review(folder: Path, key_folder: Path, count: int) -> None:
    """All inputs for `count` candidates: stores of the chair (before and after intake) and of one
    expert, and fifteen score packages."""
    places = Places(folder)
    folder.mkdir(parents=True)
    experts, _ = people()
    candidates = make_candidates(count)
    review = Review("0" * 32, "基准评审", 2021, ReviewKind.EVALUATION, "基准", cut=count // 3)
    organiser = load_key(key_folder, "E00")
    opened, card = organise.new_chair(places.chair, PASSPHRASE, experts[0].name, COST, clock)
    opened.close()
    for desk, store in ((Desk.CHAIR, places.chair), (Desk.EXPERT, places.expert)):
        package = folder / f"{desk.value}.ectask"
        contents = _contents(desk, review, candidates, (), organiser, card)
        digest = write_task(package, contents, (), organiser, PASSPHRASE, COST, quiet)
        task.open_task_package(package, PASSPHRASE, store, PASSPHRASE, COST, clock, quiet)
    sheets = make_sheets(candidates, experts)
    for expert in experts:
        pair = load_key(key_folder, expert.expert_id)
        submission = Submission(
            SUBMISSION_FORMAT,
            SUBMISSION_VERSION,
            review.review_id,
            review.title,
            review.rehearsal,
            SCHEME.version,
            digest_of(SCHEME),
            digest,
            expert,
            SignIn(NOW.isoformat(), sha256(b""), NOW.isoformat(), True, pair.fingerprint),
            (),
            1,
            "",
            "",
            (),
            tuple(_submitted(sheets[expert.expert_id, one.candidate_id]) for one in candidates),
            NOW.isoformat(),
        )
        write_score(folder / f"{expert.expert_id}.ecscore", submission, "", pair, card)
    _fill_expert(places, sheets)
    copy_store(places.chair, places.merged)
    with open_store(places.merged, PASSPHRASE) as store:
        lines = chair.take_in(store, places.packages, fingerprints(key_folder), clock, quiet)
        moderation.open_moderation(store, "", clock)
    assert all(one.merged and not one.problems for one in lines), lines[0]


def _fill_expert(places: Places, sheets: dict[tuple[str, str], Sheet]) -> None:
    with open_store(places.expert, PASSPHRASE) as store:
        sign_in.sign_in(store, sign_in.SignInForm(True, True, (), PASSPHRASE), clock)
        with store.writing(Act(NOW.isoformat(), "E01", "fill")) as connection:
            for (expert, candidate), sheet in sheets.items():
                if expert == "E01":
                    sheet_rows.put_scores(connection, candidate, sheet.scores.values())


def fingerprints(key_folder: Path) -> dict[str, str]:
    """Fingerprints as read from the sign-in sheets."""
    return {one.expert_id: load_key(key_folder, one.expert_id).fingerprint for one in people()[0]}


def copy_store(source: Path, target: Path) -> Path:
    """A store and its key under another name."""
    for ending in ("", ".key"):
        target.with_name(target.name + ending).write_bytes(
            source.with_name(source.name + ending).read_bytes()
        )
    return target


def make_documents(folder: Path, megabytes: int) -> list[Path]:
    """Files of random bytes, 200 MB each, together `megabytes`."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:02d}.pdf" for number in range(megabytes // DOCUMENT_MB)]
    for path in paths:
        if not path.exists():
            with path.open("wb") as file:
                for _ in range(DOCUMENT_MB):
                    file.write(os.urandom(1_000_000))
    return paths


def dossier_contents(paths: list[Path], key_folder: Path) -> tuple[TaskContents, KeyPair]:
    """The contents of an expert's package with these documents, and the organiser's key."""
    organiser = load_key(key_folder, "E00")
    candidates = make_candidates(37)
    packed = []
    for number, path in enumerate(paths, start=1):
        with path.open("rb") as file:
            digest, size = sha256_of(file)
        document = Document(
            f"D{number}",
            candidates[0].candidate_id,
            DocumentKind.EVIDENCE,
            path.name,
            size,
            1,
            digest,
            "application/pdf",
        )
        packed.append(PackedDocument(document, document_member(number)))
    card = make_card("chair", "组长", load_key(key_folder, "E01"), keys.make_identity()[1])
    review = Review("0" * 32, "基准评审", 2021, ReviewKind.EVALUATION, "基准")
    return _contents(Desk.EXPERT, review, candidates, tuple(packed), organiser, card), organiser


def fill_bundle(root: Path, megabytes: int) -> None:
    """A small bundle filled up with pieces of noise, signed by its chair; the noise does not compress."""
    places = Places(root / "37")
    if not (places.folder / "bundle.zip").exists():
        with open_store(copy_store(places.merged, root / "filled.ecreview"), PASSPHRASE) as store:
            write_result_bundle(store, places.folder / "bundle.zip", clock, quiet)
    noise = os.urandom(1_000_000) * 250
    source = places.folder / "bundle.zip"
    with open_store(places.merged, PASSPHRASE) as store, store.reading() as connection:
        pair = own_pair(connection)
    with source.open("rb") as file, open_container(file, source.name, BOUNDS) as container:
        signed = check_shell(container)
        panel = Panel.of(from_json(Result, container.read(DATA, limits.BUNDLE_DOCUMENT), where=DATA))

        def members() -> Iterator[tuple[str, bytes]]:
            for entry in signed.manifest.entries:
                if entry.name != SHA256SUMS:
                    yield entry.name, container.read(entry.name, limits.BUNDLE_MEMBER)
            for number in range(megabytes // 250):
                yield f"分册/{number:02d}.pdf", noise

        def close(manifest: bytes) -> Closing:
            key = panel.group.chair
            own = Signatory(key, panel.experts[key].name, pair, Opinion())
            said = declare(manifest, signed.manifest.review_id, own, panel.submissions[key], clock)
            lines = book_lines(
                panel.group, panel.experts, panel.voided, {key: (said.declaration, said.sha256)}
            )
            parts = (said.content, said.signature, said.manifest_signature, said.certificates)
            sheet = draw_sheet(panel, manifest, signed.manifest, pair.fingerprint, lines)
            outside = [*zip(declaration_members(key), parts, strict=True), (SIGN_OFF_SHEET, sheet)]
            return Closing(lines, outside, clock().isoformat())

        write_bundle(root / "large.zip", members(), replace(signed.manifest, entries=()), pair, close)
