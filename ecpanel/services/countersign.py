"""Countersigning (会签) at the chair's desk: requests go out, answers come in, the bundle is closed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.problems import Problem, error
from ecpanel.domain.result import Result
from ecpanel.domain.review import Desk
from ecpanel.domain.sign_off import BookLine, book_lines
from ecpanel.exchange import limits
from ecpanel.exchange.container import Container, open_container
from ecpanel.exchange.declarations import (
    REQUEST_SUFFIX,
    Signed,
    make_answer,
    make_request,
    read_answer,
)
from ecpanel.exchange.digests import sha256_of
from ecpanel.exchange.handover import read_limited, world, write_bytes_verified
from ecpanel.exchange.keys import fingerprint, holder, load_certificate
from ecpanel.exchange.result_bundle import (
    BOUNDS,
    DATA,
    MANIFEST,
    SIGN_OFF_SHEET,
    SIGNATURE,
    SM2_SIGNATURE,
    UKEY_SIGNATURE,
    Closing,
    Manifest,
    certificate_member,
    check_book,
    check_shell,
    close_again,
    compare_outside,
    declaration_members,
)
from ecpanel.progress import Progress
from ecpanel.records import from_json, sha256
from ecpanel.reports.archival_pdf import make_archival
from ecpanel.reports.sign_off_sheet import SignOffSheet, draw_sign_off_sheet
from ecpanel.reports.tables import marks
from ecpanel.services.identity import own_pair
from ecpanel.services.opening import Clock, Closure, Store, act, expect_desk, stamp
from ecpanel.services.signatories import bears_name
from ecpanel.store import facts, people
from ecpanel.store.vault import Connection


@dataclass(frozen=True, slots=True)
class Panel:
    """Who may sign off a result: its group, its experts, who is voided, and everyone's counted submission."""

    title: str
    marks: tuple[str, ...]
    group: Group
    experts: Mapping[str, Expert]
    voided: tuple[str, ...]
    submissions: Mapping[str, str]
    """SHA-256 of the newest submission by expert."""

    @property
    def names(self) -> Mapping[str, str]:
        """Names by expert."""
        return {key: one.name for key, one in self.experts.items()}

    @classmethod
    def of(cls, result: Result) -> Panel:
        """The panel of a result."""
        return cls(
            result.review.title,
            tuple(marks(result)),
            result.group,
            {one.expert_id: one for one in result.experts},
            tuple(one.expert_id for one in result.voided),
            {one.expert_id: one.sha256 for one in result.submissions},
        )


def keep_declaration(connection: Connection, signed: Signed) -> None:
    """Let a declaration rest in the chair's store; a later one of the same member takes its place."""
    facts.put_secret(connection, _name(signed.declaration.expert_id), make_answer(signed))


def kept_declarations(connection: Connection, panel: Panel, manifest: bytes) -> dict[str, Signed]:
    """The declarations about this manifest, by expert in the order of the group."""
    found: dict[str, Signed] = {}
    for key in panel.group.members:
        answer = facts.get_secret(connection, _name(key))
        if answer is not None:
            try:
                found[key] = read_answer(answer, manifest, where=key)
            except EcpanelError as fault:
                if fault.code != "declaration_other_result":  # of a bundle that was never put in place
                    raise
    return found


def _name(expert_id: str) -> str:
    return f"declaration:{expert_id}"


def make_closing(
    connection: Connection,
    panel: Panel,
    manifest: bytes,
    head: Manifest,
    chair_fingerprint: str,
    extra: Sequence[tuple[str, bytes]],
    clock: Clock,
) -> Closing:
    """What stands outside the manifest: every declaration, the sheet for ink, and `extra` signatures."""
    declarations = kept_declarations(connection, panel, manifest)
    lines = book_lines(
        panel.group,
        panel.experts,
        panel.voided,
        {key: (one.declaration, one.sha256) for key, one in declarations.items()},
    )
    members = list(extra)
    for key, one in declarations.items():
        contents = (one.content, one.signature, one.manifest_signature, one.certificates)
        members += zip(declaration_members(key), contents, strict=True)
    sheet = draw_sheet(panel, manifest, head, chair_fingerprint, lines)
    members.append((SIGN_OFF_SHEET, make_archival(sheet, f"{panel.title} 会签表", stamp(clock))))
    return Closing(lines, members, stamp(clock))


def draw_sheet(
    panel: Panel, manifest: bytes, head: Manifest, chair_fingerprint: str, lines: Sequence[BookLine]
) -> bytes:
    """The sign-off sheet of a manifest (会签表)."""
    listed = from_json(Manifest, manifest, where=MANIFEST)
    return draw_sign_off_sheet(
        SignOffSheet(
            panel.title,
            panel.marks,
            sha256(manifest),
            len(listed.entries),
            head.chair,
            panel.group.chair,
            chair_fingerprint,
            panel.group.supervisor,
            head.signed_at,
            lines,
        )
    )


# Requests and answers


@contextmanager
def own_bundle(store: Store, path: Path) -> Iterator[Container]:
    """The bundle that closed this review, open; refused when it is any other."""
    with store.reading() as connection:
        expect_desk(connection, Desk.CHAIR)
        closure = facts.get(connection, Closure, "closure")
    if closure is None:
        raise EcpanelError("bundle_not_signed_yet")
    with world(path), path.open("rb") as source:
        found, _ = sha256_of(source)
        if found != closure.sha256:
            raise EcpanelError("bundle_copy_differs", file=path.name)
        with open_container(source, path.name, BOUNDS) as container:
            yield container


def write_request(store: Store, bundle: Path, folder: Path, clock: Clock) -> Path:
    """A request for members to sign off at their own laptops: the manifest with the chair's signature."""
    with own_bundle(store, bundle) as container:
        signed = check_shell(container)
        signature = container.read(SIGNATURE, limits.SIGNATURE_SIZE)
    content = make_request(signed.content, signature, signed.manifest.review_id)
    path = folder / f"{bundle.stem}_会签请求{REQUEST_SUFFIX}"
    write_bytes_verified(path, content)
    head = act(clock, signed.manifest.chair, "sign_off_request", path.name)
    with store.writing(head):
        pass
    return path


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer: whose it is and what keeps it from being taken in."""

    file: str
    expert_id: str = ""
    name: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether it counts."""
        return not self.problems


def take_answers(
    store: Store, bundle: Path, answers: Sequence[Path], target: Path, clock: Clock, progress: Progress
) -> list[AnswerLine]:
    """Take in answers, each judged alone, and write the bundle with the new book to `target` (may be `bundle`).

    Everything the manifest covers stays byte for byte. Nothing is written when no answer can be taken.
    """
    with store.reading() as connection:
        owner = expect_desk(connection, Desk.CHAIR)
        pair, pins = own_pair(connection), people.pins(connection)
    with own_bundle(store, bundle) as container:
        signed = check_shell(container)
        book = check_book(container, signed)
        for member in compare_outside(container, signed, book):
            if member.problem is not None:
                raise EcpanelError(member.problem.code, **member.problem.params)
        panel = Panel.of(from_json(Result, container.read(DATA, limits.BUNDLE_DOCUMENT), where=DATA))
        pinned = {key: mark for key, mark in pins.items() if mark == pinned_key(container, key)}
        taken: list[Signed] = []
        lines = []
        for place, path in enumerate(answers, start=1):
            progress(place, len(answers) + 1, path.name)
            line, one = _judge_answer(path, signed.content, panel, pinned, pair.fingerprint)
            lines.append(line)
            taken += [one] if one is not None else []
        if not taken:
            return lines
        extra = [
            (name, container.read(name, limits.SIGNATURE_SIZE))
            for name in (SM2_SIGNATURE, UKEY_SIGNATURE)
            if name in {entry.name for entry in book.entries}
        ]
        progress(len(answers), len(answers) + 1, target.name)
        subject = "、".join(one.declaration.expert_id for one in taken)
        body: dict[str, str] = {}
        with store.writing(act(clock, owner.name, "sign_offs", subject), body) as connection:
            for one in taken:
                keep_declaration(connection, one)
            closing = make_closing(
                connection, panel, signed.content, signed.manifest, pair.fingerprint, extra, clock
            )
            body["sha256"] = digest = close_again(container, target, pair, closing)
            facts.put(connection, "closure", Closure(target.name, digest, stamp(clock)))
    return lines


def _judge_answer(
    path: Path, manifest: bytes, panel: Panel, pins: Mapping[str, str], chair: str
) -> tuple[AnswerLine, Signed | None]:
    line = AnswerLine(path.name)
    try:
        signed = read_answer(read_limited(path, limits.SIGN_OFF_FILE), manifest, where=path.name)
        said = signed.declaration
        line = replace(line, expert_id=said.expert_id, name=said.name)
        expect_member(signed, panel, {key: (mark,) for key, mark in pins.items()}, chair)
    except EcpanelError as fault:
        return replace(line, problems=(error(fault.code, **fault.params),)), None
    return line, signed


def expect_member(
    signed: Signed, panel: Panel, keys: Mapping[str, Sequence[str]], chair_fingerprint: str
) -> bool:
    """Refuse a declaration by nobody of the panel, with another key, or about another submission.

    `keys` are the fingerprints known of every expert. Returns whether it was made with a key issued by an
    authority (a UKey), whose chain has still to be judged. Raises `expert_unknown`, `expert_voided`,
    `declaration_foreign_key`, `declaration_other_submission`, `signer_name_differs`.
    """
    said = signed.declaration
    expert = panel.experts.get(said.expert_id)
    if expert is None or said.expert_id not in panel.group.members or said.name != expert.name:
        raise EcpanelError("expert_unknown", expert=said.expert_id, name=said.name)
    if said.expert_id in panel.voided:
        raise EcpanelError("expert_voided", expert=said.expert_id, name=said.name)
    if said.submission_sha256 != panel.submissions.get(said.expert_id):
        raise EcpanelError("declaration_other_submission", expert=said.expert_id, name=said.name)
    certificate = load_certificate(signed.certificates, where=said.expert_id)
    mark = fingerprint(certificate)
    known = mark in keys.get(said.expert_id, ())
    if known or (said.expert_id == panel.group.chair and mark == chair_fingerprint):
        return False
    if certificate.issuer == certificate.subject:
        raise EcpanelError("declaration_foreign_key", expert=said.expert_id, name=said.name, found=mark)
    if not bears_name(holder(certificate), expert.name):
        raise EcpanelError("signer_name_differs", found=holder(certificate), wanted=expert.name)
    return True


def pinned_key(container: Container, expert_id: str) -> str:
    """The fingerprint of the key with which an expert signed his submission, "" where it is not there."""
    name = certificate_member(expert_id)
    if name not in container:
        return ""
    return fingerprint(load_certificate(container.read(name, limits.CERTIFICATE_SIZE), where=name))
