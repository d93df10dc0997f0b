"""The world fails: sticks come out, disks fill up, clocks jump, programs start twice, laptops sleep; nothing is lost."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ecpanel.cli import main
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert
from ecpanel.domain.scheme import Kind, leaves
from ecpanel.domain.submission import Verdict
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import silent
from ecpanel.services import chair, hand_in, organise, rehearsal, score, sign_in, task
from ecpanel.services.checking import check_store
from ecpanel.services.clock import accept_clock, clock_problem
from ecpanel.services.documents import write_report
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import Closure, open_store, system_clock
from ecpanel.services.rehearsal import CORRECTION, PASSPHRASE
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.services.verification import verify_bundle
from ecpanel.store import candidates as candidate_rows
from ecpanel.store import facts, hold, journal, submissions, vault
from ecpanel.store.vault import Connection, Vault
from ecpanel.texts import error_sentence

from .media import Folder, SmallDisk, Stick, before, immutable, may_mount
from .reviews import SmallReview, fill, firms, panel, signed_in, small_review

PULLED = ("stick_gone", "folder_missing", "file_missing")
SMALL = 96 * 1024


@dataclass(frozen=True, slots=True)
class Room:
    """What lies about before anything fails. `scored` is filled and not handed in, `meeting` a chair's
    store with everything taken in and the stage open, `planned` an organiser's store with dossiers."""

    review: SmallReview
    scored: Path
    merged: Path
    meeting: Path
    planned: Path
    dossiers: Path
    packages: dict[str, organise.Issued]
    experts: tuple[Expert, ...]


@pytest.fixture(scope="module")
def room(tmp_path_factory, cheap) -> Room:
    folder = tmp_path_factory.mktemp("world")
    review = small_review(folder, cheap)
    scored = copied(review.expert_store, folder / "已评")
    fill(scored, review.sheets)
    merged = copied(review.chair_store, folder / "收齐")
    with open_store(merged, PASSPHRASE) as store:
        chair.take_in(store, review.packages, review.fingerprints, system_clock, silent)
        open_moderation(store, "", system_clock)
    meeting = copied(merged, folder / "合议")
    with open_store(meeting, PASSPHRASE) as store:
        for request in rehearsal._corrections(chair.load_material(store)):
            chair.correct(store, request, system_clock)
    dossiers = put_dossiers(folder / "申报材料")
    planned, experts = planned_review(folder, dossiers, cheap)
    with open_store(copied(planned, folder / "发放"), PASSPHRASE) as store:
        issued = organise.issue_packages(store, folder / "带材料", system_clock, cheap, silent)
    return Room(
        review,
        scored,
        merged,
        meeting,
        planned,
        dossiers,
        {one.path.name: one for one in issued},
        experts,
    )


def planned_review(folder: Path, dossiers: Path, cheap) -> tuple[Path, tuple[Expert, ...]]:
    """A review ready to be issued, for the chair of the small review."""
    path = folder / "待发放.ecreview"
    experts, group = panel(3)
    setup = organise.Setup("待发放的评审", 2021, organise.ReviewKind.EVALUATION, "组织员")
    with organise.new_review(path, PASSPHRASE, setup, cheap, system_clock) as store:
        organise.import_candidates(store, folder / "名单.xlsx", system_clock)
        organise.import_dossiers(store, dossiers, system_clock, silent)
        organise.add_people(store, PeopleList(experts, (group,), ()), system_clock)
        organise.set_chair_card(store, folder / "名片.json", "", system_clock)
    return path, experts


def put_dossiers(folder: Path) -> Path:
    """Three dossiers of several MiB each, so that reading them takes more than one look at the stick."""
    chance = random.Random(378)
    for one in firms(3):
        own = folder / one.name
        own.mkdir(parents=True)
        for name in ("申报表.txt", "申报书.txt", "佐证材料1.txt", "推荐公函.txt"):
            lines = (f"{one.name} {chance.random()}\n" for _ in range(16_000))
            (own / name).write_text("".join(lines), encoding="utf-8")
    return folder


def copied(store: Path, folder: Path) -> Path:
    """A store with what belongs to it in another folder, copied by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / store.name
    for source in (store, vault.key_file(store), task.dossiers_file(store)):
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return copy


def refused(code: str | tuple[str, ...], act: Callable[[], object]) -> EcpanelError:
    """What a user is told: one of these codes, in one Chinese sentence that says how to go on."""
    with pytest.raises(EcpanelError) as caught:
        act()
    fault = caught.value
    assert fault.code in ((code,) if isinstance(code, str) else code), str(fault)
    sentence = error_sentence(fault)
    assert sentence.count("。") == 1 and sentence.endswith("。") and "请" in sentence
    assert not re.search(r"[{}]|\bErrno\b|[a-z]{3,} [a-z]{3,}", sentence), sentence
    return fault


def acts(store: Vault, action: str) -> int:
    """How often the store says that something was done."""
    with store.reading() as connection:
        return sum(line.action == action for line in journal.lines(connection))


def later(minutes: float) -> Callable[[], datetime]:
    """A clock that is ahead (or behind, below zero)."""
    return lambda: system_clock() + timedelta(minutes=minutes)


# --- the stick comes out while something is written ------------------------------------------------------


@pytest.fixture(params=[Stick, Folder], ids=lambda kind: kind.name)
def stick(request, tmp_path) -> Iterator[Stick | Folder]:
    if request.param is Stick and not may_mount():
        pytest.skip("this machine lets the tests mount nothing")
    made = request.param(tmp_path / "插槽")
    yield made
    made.remove()


MOMENTS = {
    "before it is opened": (Path, "mkdir", 1),
    "before it is synced": (os, "fsync", 1),
    "before it is read back": (os, "posix_fadvise", 1),
    "before it is put in place": (Path, "replace", 1),
    "before the folder is synced": (os, "fsync", 2),
}


@dataclass(frozen=True, slots=True)
class Handing:
    """Something written for others: how, and whether the store says that it was."""

    store: Callable[[Room], Path]
    do: Callable[[Vault, Path], object]
    said: Callable[[Connection], bool]


def issue(store: Vault, folder: Path) -> object:
    from ecpanel.wrapping import Cost

    return organise.issue_packages(store, folder, system_clock, Cost(8 * 1024, 1, 1), silent)


def submit(store: Vault, folder: Path) -> object:
    return hand_in.submit(store, score.load_assignment(store), folder, system_clock)


def reopen(store: Vault, folder: Path) -> object:
    def deliver(slip: bytes) -> None:
        write_bytes_verified(folder / "E02.ecreopen", slip)

    return chair.reopen_submission(store, "E02", "原件有误需重交", system_clock, deliver)


def sign_off(store: Vault, folder: Path) -> object:
    return write_result_bundle(store, folder / "成果包.zip", system_clock, silent)


def draft(store: Vault, folder: Path) -> object:
    return write_report(store, folder, system_clock, silent)


HANDINGS = {
    "task packages": Handing(
        lambda room: room.planned,
        issue,
        lambda connection: any(line.action == "issue" for line in journal.lines(connection)),
    ),
    "score package": Handing(
        lambda room: room.scored,
        submit,
        lambda connection: bool(submissions.newest_versions(connection)),
    ),
    "reopening slip": Handing(
        lambda room: room.merged, reopen, lambda connection: bool(submissions.all_reopenings(connection))
    ),
    "bundle": Handing(
        lambda room: room.meeting,
        sign_off,
        lambda connection: facts.get(connection, Closure, "closure") is not None,
    ),
    "drafts of the report": Handing(lambda room: room.meeting, draft, lambda connection: False),
}


def said(handing: Handing, store: Vault) -> bool:
    with store.reading() as connection:
        return handing.said(connection)


def files_on(folder: Path) -> set[str]:
    """Names on a stick, but for what belongs to its file system."""
    return {one.name for one in folder.iterdir() if one.name != "lost+found"}


ONCE = "before it is put in place"
"""Drafts are written like the rest, and three times as slowly drawn: one moment is enough here."""


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        (what, moment)
        for what in HANDINGS
        for moment in MOMENTS
        if not what.startswith("drafts") or moment == ONCE
    ],
)
def test_a_stick_pulled_while_writing_leaves_no_partial_file_and_can_be_repeated(
    room, stick, tmp_path, monkeypatch, what, moment
):
    if isinstance(stick, Folder) and moment == "before the folder is synced":
        pytest.skip("by then the file is whole and in place")
    handing = HANDINGS[what]
    with open_store(copied(handing.store(room), tmp_path / "电脑"), PASSPHRASE) as store:
        with monkeypatch.context() as patch:
            before(patch, *MOMENTS[moment], stick.pull)
            refused(PULLED, lambda: handing.do(store, stick.path))
        assert not said(handing, store)
        assert check_store(store).problems == ()
        stick.plug()
        left = files_on(stick.path)
        assert all(name.endswith(".part") for name in left), left
        handing.do(store, stick.path)
        found = files_on(stick.path)
        assert found and not any(name.endswith(".part") for name in found)
        assert said(handing, store) or what.startswith("drafts")
        assert check_store(store).problems == ()


def test_a_stick_that_was_never_in_is_not_made_up_on_the_disk(room, tmp_path):
    folder = tmp_path / "media" / "U盘" / "评分"
    with open_store(copied(room.scored, tmp_path), PASSPHRASE) as store:
        fault = refused("folder_missing", lambda: submit(store, folder))
        assert "U盘" in error_sentence(fault)
        assert not said(HANDINGS["score package"], store)
    assert not (tmp_path / "media").exists()


def test_what_stood_on_the_stick_before_stays_until_the_new_file_is_whole(room, stick, tmp_path, monkeypatch):
    with open_store(copied(room.meeting, tmp_path / "电脑"), PASSPHRASE) as store:
        draft(store, stick.path)
        os.sync()
        earlier = {name: (stick.path / name).read_bytes() for name in files_on(stick.path)}
        for moment in list(MOMENTS)[:4]:
            with monkeypatch.context() as patch:
                before(patch, *MOMENTS[moment], stick.pull)
                refused(PULLED, lambda: draft(store, stick.path))
            stick.plug()
            now = {name: (stick.path / name).read_bytes() for name in earlier}
            assert now == earlier, moment


def test_packages_written_before_the_stick_came_out_keep_their_slips(
    room, stick, tmp_path, monkeypatch, cheap
):
    """The third of four fails: the first two are out, said so, and their pass-phrases open them."""
    out: list[organise.Issued] = []
    with open_store(copied(room.planned, tmp_path / "电脑"), PASSPHRASE) as store:
        with monkeypatch.context() as patch:
            before(patch, Path, "replace", 3, stick.pull)
            refused(
                PULLED,
                lambda: organise.issue_packages(
                    store, stick.path, system_clock, cheap, silent, (), out.append
                ),
            )
        assert len(out) == acts(store, "issue") == 2
        stick.plug()
        for one in out:
            assert task.peek_task_package(one.path, one.passphrase).owner == one.owner
        rest = [one.expert_id for one in room.experts if one.expert_id not in {done.owner for done in out}]
        again = organise.issue_packages(store, stick.path, system_clock, cheap, silent, (*rest, "chair"))
        assert len(again) == acts(store, "issue") - 2 == 2
        assert len(files_on(stick.path)) == 4


def test_by_command_line_too_what_could_not_be_written_can_be_written_again(
    room, tmp_path, capsys, monkeypatch
):
    """A card, a sign-in sheet and a slip for a stick that is not in."""
    for name in ("ECPANEL_PASSPHRASE", "ECPANEL_CORRECTION"):
        monkeypatch.setenv(name, PASSPHRASE)
    stick = tmp_path / "media" / "U盘"

    def run(status: int, *words: object) -> str:
        assert main([str(word) for word in words]) == status
        told = capsys.readouterr()
        assert status == 0 or "请重新插好U盘" in told.err
        return told.out

    own = tmp_path / "组长.ecreview"
    new = ("new", own, "--desk", "chair", "--name", "欧阳𬭸", "--card", stick / "名片.json")
    signed = copied(room.scored, tmp_path / "专家")
    sheet = ("sign-in", signed, "--sheet", stick / "签到.pdf")
    merged = copied(room.merged, tmp_path / "收齐")
    slip = (
        "reopen",
        merged,
        "--expert",
        "E02",
        "--reason",
        "原件有误需重交",
        "--slip",
        stick / "E02.ecreopen",
    )
    for words in (new, sheet, slip):
        run(3, *words)
    assert not own.exists() and not vault.key_file(own).exists()
    stick.mkdir(parents=True)
    run(0, *new)
    run(0, *sheet)
    assert json.loads(run(0, *slip, "--json"))["times"] == 1
    assert files_on(stick) == {"名片.json", "签到.pdf", "E02.ecreopen"}


# --- the stick comes out while something is read ------------------------------------------------------------


def pulled_at(stick: Stick | Folder, share: float) -> Callable[[int, int, str], None]:
    """Progress during which the stick comes out once this share is done."""
    out = False

    def tell(done: int, total: int, text: str) -> None:
        nonlocal out
        if total and done >= share * total and not out:
            out = True
            stick.pull()

    return tell


def expert_package(room: Room) -> organise.Issued:
    return next(one for one in room.packages.values() if one.owner == "E02" and one.desk.value == "expert")


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_stick_pulled_while_a_task_package_is_opened_leaves_nothing_behind(
    room, stick, tmp_path, cheap, share
):
    issued = expert_package(room)
    package = stick.path / issued.path.name
    shutil.copyfile(issued.path, package)
    os.sync()
    own = tmp_path / "电脑" / "E02.ecreview"

    def open_it(progress) -> object:
        return task.open_task_package(
            package, issued.passphrase, own, PASSPHRASE, cheap, system_clock, progress
        )

    refused(PULLED, lambda: open_it(pulled_at(stick, share)))
    assert not own.parent.exists() or list(own.parent.iterdir()) == []
    refused(PULLED, lambda: open_it(silent))
    stick.plug()
    open_it(silent)
    with open_store(own, PASSPHRASE) as store:
        assert check_store(store).problems == ()


def test_a_document_read_from_the_stick_beside_the_store_says_so_and_reads_on_later(
    room, stick, tmp_path, cheap
):
    """An expert who works on the stick itself: the store and its dossiers lie there."""
    issued = expert_package(room)
    own = stick.path / "E02.ecreview"
    signed_in(issued, own, cheap)
    os.sync()
    with open_store(own, PASSPHRASE) as store:
        work = score.load_assignment(store)
        [packed, *_] = score.documents_of(store, work, "C001")

        def read_on() -> None:
            with score.reading_document(store, work, packed) as file:
                assert file.read(100)
                stick.pull()
                file.seek(packed.document.size - 100)
                if isinstance(stick, Folder):
                    raise OSError(5, "Input/output error")  # a folder moved away keeps its open files
                file.read(100)

        refused("stick_gone", read_on)
        if isinstance(stick, Stick):
            refused("store_gone", lambda: score.documents_of(store, work, "C001"))
    stick.plug()
    with open_store(own, PASSPHRASE) as store:
        with score.reading_document(store, score.load_assignment(store), packed) as file:
            assert len(file.read()) == packed.document.size


def test_saving_to_a_store_on_a_pulled_stick_keeps_what_was_saved(room, stick, tmp_path):
    """What was reported as saved is there afterwards, the cell in flight is told as not saved."""
    own = copied(room.review.expert_store, stick.path)
    os.sync()
    with open_store(own, PASSPHRASE) as store:
        work = score.load_assignment(store)
        [first, second, *_] = [leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE]
        score.set_score(store, work, score.Entry("C001", first.code, text="1", remark="先存"), system_clock)
        stick.pull()
        entry = score.Entry("C001", second.code, text="1", remark="后存")
        for _ in range(2):
            refused("store_gone", lambda: score.set_score(store, work, entry, system_clock))
    refused(("store_gone", "store_missing"), lambda: open_store(own, PASSPHRASE))
    stick.plug()
    with open_store(own, PASSPHRASE) as store:
        cells = score.own_sheets(store, work)["C001"].scores
        assert (cells[first.code].points, cells[first.code].remark) == (100, "先存")
        assert second.code not in cells
        score.set_score(store, work, entry, system_clock)
        assert score.own_sheets(store, work)["C001"].scores[second.code].remark == "后存"
        assert check_store(store).problems == ()


def test_what_was_just_made_on_a_stick_is_there_when_it_is_put_back(room, tmp_path, cheap):
    """A store, its key and a restore point: their names too are on the medium when the act returns."""
    if not may_mount():
        pytest.skip("this machine lets the tests mount nothing")
    stick = Stick(tmp_path / "插槽")
    try:
        issued = expert_package(room)
        own = stick.path / "E02.ecreview"
        signed_in(issued, own, cheap)
        stick.pull()
        stick.plug()
        with open_store(own, PASSPHRASE) as store:
            assert score.load_assignment(store).signed_in
            copy = store.restore_point("试", system_clock())
            stick.pull()
        stick.plug()
        with open_store(copy, PASSPHRASE) as store:
            assert check_store(store).problems == () and acts(store, "sign_in") == 1
    finally:
        stick.remove()


def test_a_stick_pulled_during_intake_merges_what_was_read_whole_and_the_rest_later(room, stick, tmp_path):
    files = [Path(shutil.copy(one, stick.path)) for one in room.review.packages]
    os.sync()
    marks = room.review.fingerprints
    with open_store(copied(room.review.chair_store, tmp_path / "电脑"), PASSPHRASE) as store:
        lines = chair.take_in(store, files, marks, system_clock, pulled_at(stick, 0.1))
        assert [one.merged for one in lines] == [True, False, False]
        for one in lines[1:]:
            assert one.verdict is Verdict.REFUSED and one.problems[0].code in PULLED
        assert check_store(store).problems == ()
        stick.plug()
        again = chair.take_in(store, files, marks, system_clock, silent)
        assert [one.verdict for one in again] == [Verdict.SAME, Verdict.NEW, Verdict.NEW]
        with store.reading() as connection:
            assert len(submissions.newest_versions(connection)) == 3


def test_dossiers_pulled_out_at_issue_stop_that_package_only(room, stick, tmp_path, cheap):
    """The dossiers are on one stick, the packages go to another."""
    dossiers = shutil.copytree(room.dossiers, stick.path / "申报材料")
    os.sync()
    folder = tmp_path / "另一个U盘"
    with open_store(copied(room.planned, tmp_path / "电脑"), PASSPHRASE) as store:
        organise.import_dossiers(store, dossiers, system_clock, silent)

        def go(progress) -> object:
            return organise.issue_packages(store, folder, system_clock, cheap, progress)

        fault = refused(("stick_gone", "document_gone"), lambda: go(pulled_at(stick, 0.4)))
        assert "申报" in error_sentence(fault) or "材料" in error_sentence(fault) or "公函" in str(fault)
        whole = acts(store, "issue")
        assert len(files_on(folder)) == whole < 4
        stick.plug()
        assert len(go(silent)) == 4
        assert len(files_on(folder)) == 4
        assert check_store(store).problems == ()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_dossiers_pulled_out_while_they_are_listed_or_read_leave_the_list_as_it_was(
    room, stick, tmp_path, share
):
    dossiers = shutil.copytree(room.dossiers, stick.path / "申报材料")
    os.sync()
    with open_store(copied(room.planned, tmp_path / "电脑"), PASSPHRASE) as store:
        before_it = documents(store)
        assert len(before_it) == 12

        def go(progress) -> object:
            return organise.import_dossiers(store, dossiers, system_clock, progress)

        refused(("stick_gone", "dossiers_folder"), lambda: go(pulled_at(stick, share)))
        refused(("stick_gone", "dossiers_folder"), lambda: go(silent))
        assert documents(store) == before_it
        assert acts(store, "import_dossiers") == 1
        stick.plug()
        go(silent)
        assert len(documents(store)) == 12


def documents(store: Vault) -> list[object]:
    with store.reading() as connection:
        return list(candidate_rows.all_documents(connection))


def test_one_bad_spot_of_a_medium_does_not_stop_the_other_dossiers(room, tmp_path, monkeypatch):
    bad = next(room.dossiers.rglob("申报书.txt"))
    real = Path.open

    def spoilt(path, *positional, **named):
        if path == bad:
            raise OSError(5, "Input/output error")
        return real(path, *positional, **named)

    with open_store(copied(room.planned, tmp_path), PASSPHRASE) as store:
        monkeypatch.setattr(Path, "open", spoilt)
        report = organise.import_dossiers(store, room.dossiers, system_clock, silent)
        assert len(report.documents) == 11
        assert [one.params["file"] for one in report.problems if one.code == "stick_gone"] == [bad.name]


def test_a_bundle_on_a_pulled_stick_is_not_called_forged(room, stick, tmp_path):
    with open_store(copied(room.meeting, tmp_path / "电脑"), PASSPHRASE) as store:
        sign_off(store, stick.path)
    os.sync()
    bundle = stick.path / "成果包.zip"
    told = verify_bundle(bundle, pulled_at(stick, 0.2))
    if isinstance(stick, Stick):  # a folder moved away keeps its open files
        assert [one.code for one in told.problems] == ["stick_gone"]
    stick.plug()
    assert verify_bundle(bundle, silent).sound


# --- the disk is full ---------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path) -> Iterator[Callable[[int], SmallDisk]]:
    made: list[SmallDisk] = []

    def make(size: int) -> SmallDisk:
        made.append(SmallDisk(tmp_path / f"盘{len(made)}", size))
        return made[-1]

    yield make
    for one in made:
        one.remove()


def test_a_score_on_a_full_disk_is_refused_and_the_store_stays_readable(room, disk):
    small = disk(4096)
    own = copied(room.review.expert_store, small.path)
    with open_store(own, PASSPHRASE) as store:
        work = score.load_assignment(store)
        leaf = next(leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE)
        score.set_score(store, work, score.Entry("C001", leaf.code, text="1", remark="旧"), system_clock)
        small.leave(0)
        entry = score.Entry("C001", leaf.code, text="2", remark="新" * 4000)
        for _ in range(3):
            refused("disk_full", lambda: score.set_score(store, work, entry, system_clock))
            cell = score.own_sheets(store, work)["C001"].scores[leaf.code]
            assert (cell.points, cell.remark) == (100, "旧")
    with open_store(own, PASSPHRASE) as store:  # a full disk keeps nobody from reading
        assert check_store(store).problems == ()
        refused("disk_full", lambda: score.set_score(store, work, entry, system_clock))
        small.make_room()
        assert score.set_score(store, work, entry, system_clock).points == 200
        assert check_store(store).problems == ()


def all_or_nothing(
    small: SmallDisk, act: Callable[[], object], sound: Callable[[], object], step: int = SMALL
) -> int:
    """Try with more and more room until it succeeds; returns how often it was refused on the way."""
    for tried in range(200):
        small.leave(tried * step)
        try:
            act()
        except EcpanelError as fault:
            assert fault.code == "disk_full", str(fault)
            small.make_room()
            sound()
        else:
            return tried
    raise AssertionError("never enough room")


def test_intake_on_a_full_disk_takes_all_or_nothing(room, disk):
    small = disk(16 * 1024)
    own = copied(room.review.chair_store, small.path)
    files, marks = room.review.packages, room.review.fingerprints
    with open_store(own, PASSPHRASE) as store:

        def nothing_in() -> None:
            with store.reading() as connection:
                assert submissions.newest_versions(connection) == {}
                assert list(submissions.cells(connection)) == []
            assert check_store(store).problems == ()
            points = own.with_name(own.stem + ".restore")
            for one in points.glob("*.ecreview"):  # what is left of restore points is whole
                with open_store(one, PASSPHRASE, reading=True) as earlier:
                    assert check_store(earlier).problems == ()
                one.unlink()
                vault.key_file(one).unlink()
            assert not points.exists() or list(points.iterdir()) == []

        refusals = all_or_nothing(
            small, lambda: chair.take_in(store, files, marks, system_clock, silent), nothing_in, 32 * 1024
        )
        assert refusals > 5
        with store.reading() as connection:
            assert len(submissions.newest_versions(connection)) == 3


def test_a_restore_point_on_a_full_disk_is_whole_or_absent(room, disk):
    small = disk(8 * 1024)
    own = copied(room.review.chair_store, small.path)
    with open_store(own, PASSPHRASE) as store:

        def none_left() -> None:
            folder = own.with_name(own.stem + ".restore")
            assert not folder.exists() or list(folder.iterdir()) == []

        refusals = all_or_nothing(small, lambda: store.restore_point("试", system_clock()), none_left)
        assert refusals > 1


@pytest.mark.parametrize("what", HANDINGS)
def test_writing_to_a_full_stick_leaves_what_was_there_and_says_so(room, disk, tmp_path, what):
    small, handing = disk(128 * 1024), HANDINGS[what]
    with open_store(copied(handing.store(room), tmp_path / "电脑"), PASSPHRASE) as store:

        def unsaid() -> None:
            assert not said(handing, store)

        small.leave(0)
        refused("disk_full", lambda: handing.do(store, small.path))
        unsaid()
        assert files_on(small.path) == {"其他文件"}
        if what not in ("score package", "reopening slip"):  # those have room in a few KiB
            small.leave(1024 * 1024 if what == "task packages" else 8 * 1024)
            refused("disk_full", lambda: handing.do(store, small.path))
            unsaid()
            assert files_on(small.path) == {"其他文件"}
        small.make_room()
        handing.do(store, small.path)
        assert said(handing, store) or what.startswith("drafts")


def test_a_task_package_opened_onto_a_full_disk_makes_a_whole_store_or_none(room, disk, cheap):
    small = disk(128 * 1024)
    issued = expert_package(room)
    own = small.path / "E02.ecreview"
    size = issued.path.stat().st_size

    def open_it() -> None:
        task.open_task_package(issued.path, issued.passphrase, own, PASSPHRASE, cheap, system_clock, silent)

    def nothing_left() -> None:
        assert files_on(small.path) == set()

    small.leave(size // 2)
    refused("disk_full", open_it)
    small.make_room()
    nothing_left()
    for room_left in range(size, size + 4 * 1024 * 1024, 48 * 1024):
        small.leave(room_left)
        try:
            open_it()
        except EcpanelError as fault:
            assert fault.code == "disk_full", str(fault)
            small.make_room()
            nothing_left()
        else:
            break
    assert room_left > size + 48 * 1024
    with open_store(own, PASSPHRASE) as store:
        assert check_store(store).problems == ()
        assert len(score.documents_of(store, sign(store), "C001")) == 4


def sign(store: Vault) -> score.Assignment:
    sign_in.sign_in(store, sign_in.SignInForm(True, True, (), CORRECTION), system_clock)
    return score.load_assignment(store)


def test_a_new_review_on_a_full_disk_is_whole_or_can_be_tried_again(disk, cheap):
    small = disk(4 * 1024)
    path = small.path / "评审.ecreview"
    setup = organise.Setup("满盘", 2021, organise.ReviewKind.EVALUATION, "组织员")

    def nothing_left() -> None:
        assert files_on(small.path) == set()

    refusals = all_or_nothing(
        small,
        lambda: organise.new_review(path, PASSPHRASE, setup, cheap, system_clock).close(),
        nothing_left,
        16 * 1024,
    )
    assert refusals > 3
    with open_store(path, PASSPHRASE) as store:
        assert organise.preparation(store).review.title == "满盘"


# --- nothing may be written ---------------------------------------------------------------------------------


def test_a_store_on_a_write_protected_medium_is_refused_at_once_and_can_be_checked(room, disk, capsys):
    small = disk(8 * 1024)
    own = copied(room.meeting, small.path)
    small.protect()
    fault = refused("store_readonly", lambda: open_store(own, PASSPHRASE))
    assert "只读" in error_sentence(fault)
    with open_store(own, PASSPHRASE, reading=True) as store:
        assert check_store(store).problems == ()
        assert chair.result_of(store, system_clock).lines
        with pytest.raises(EcpanelError, match="store_readonly"):
            chair.void_expert(store, "E01", "只读的盘上不能改", system_clock)
    assert files_on(small.path) == {own.name, vault.key_file(own).name}
    small.protect(on=False)
    with open_store(own, PASSPHRASE) as store:
        assert acts(store, "void") == 0


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_a_protected_store_or_folder_is_refused_at_once(room, tmp_path, protected):
    own = copied(room.review.expert_store, tmp_path / "库")
    place = own if protected == "file" else own.parent
    immutable(place)
    try:
        refused("store_readonly", lambda: open_store(own, PASSPHRASE))
        with open_store(own, PASSPHRASE, reading=True) as store:
            assert check_store(store).problems == ()
    finally:
        immutable(place, on=False)
    with open_store(own, PASSPHRASE) as store:
        assert check_store(store).problems == ()


@pytest.mark.parametrize("what", HANDINGS)
def test_a_write_protected_stick_is_told_and_nothing_is_said_to_be_done(room, disk, tmp_path, what):
    small, handing = disk(128 * 1024), HANDINGS[what]
    small.protect()
    with open_store(copied(handing.store(room), tmp_path / "电脑"), PASSPHRASE) as store:
        refused("folder_closed", lambda: handing.do(store, small.path))
        assert not said(handing, store)
        small.protect(on=False)
        handing.do(store, small.path)
        assert said(handing, store) or what.startswith("drafts")


# --- the clock was set back ---------------------------------------------------------------------------------


BACK = later(-60)
REMARK = "申报材料第3页所列数据可以核实。"


def test_with_a_clock_set_back_scores_are_saved_and_nothing_is_signed(room, tmp_path, cheap):
    scored = copied(room.scored, tmp_path)
    with open_store(scored, PASSPHRASE) as store:
        work = score.load_assignment(store)
        leaf = next(leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE)
        problem = clock_problem(store, BACK)
        assert problem is not None and problem.code == "clock_set_back"
        for text in ("1", "2"):
            score.set_score(store, work, score.Entry("C001", leaf.code, text=text, remark=REMARK), BACK)
            assert clock_problem(store, BACK) is not None, "saving on must not make the clock right"
        assert score.own_sheets(store, work)["C001"].scores[leaf.code].points == 200
        fault = refused("clock_set_back", lambda: hand_in.submit(store, work, tmp_path / "U盘", BACK))
        assert f"{BACK():%Y-%m-%d %H}" in error_sentence(fault)
        assert not (tmp_path / "U盘").exists() and not said(HANDINGS["score package"], store)
        assert clock_problem(store, system_clock) is None
        hand_in.submit(store, work, tmp_path / "U盘", system_clock)
        assert check_store(store).problems == ()


def test_with_a_clock_set_back_nobody_signs_in_issues_merges_opens_or_closes(room, tmp_path, cheap):
    issued = expert_package(room)
    fresh = tmp_path / "E02.ecreview"
    task.open_task_package(issued.path, issued.passphrase, fresh, PASSPHRASE, cheap, system_clock, silent)
    form = sign_in.SignInForm(True, True, (), CORRECTION)
    with open_store(fresh, PASSPHRASE) as store:
        refused("clock_set_back", lambda: sign_in.sign_in(store, form, BACK))
        assert not score.load_assignment(store).signed_in
        sign_in.sign_in(store, form, system_clock)

    with open_store(copied(room.planned, tmp_path), PASSPHRASE) as store:
        folder = tmp_path / "发放"
        refused("clock_set_back", lambda: organise.issue_packages(store, folder, BACK, cheap, silent))
        assert not folder.exists() and acts(store, "lock") == acts(store, "issue") == 0

    with open_store(copied(room.review.chair_store, tmp_path), PASSPHRASE) as store:
        files, marks = room.review.packages, room.review.fingerprints
        lines = chair.take_in(store, files, marks, BACK, silent, dry_run=True)
        assert {one.verdict for one in lines} == {Verdict.NEW}, "a dry run writes nothing"
        refused("clock_set_back", lambda: chair.take_in(store, files, marks, BACK, silent))
        assert acts(store, "intake") == 0
        chair.take_in(store, files, marks, system_clock, silent)
        refused("clock_set_back", lambda: open_moderation(store, "", BACK))
        refused("clock_set_back", lambda: chair.reopen_submission(store, "E02", "原件有误需重交", BACK))
        open_moderation(store, "", system_clock)

    with open_store(copied(room.meeting, tmp_path / "签发"), PASSPHRASE) as store:
        bundle = tmp_path / "成果包.zip"
        refused("clock_set_back", lambda: write_result_bundle(store, bundle, BACK, silent))
        assert not bundle.exists() and not said(HANDINGS["bundle"], store)
        write_result_bundle(store, bundle, system_clock, silent)


@pytest.mark.parametrize(("minutes", "wrong"), [(-4.5, False), (-6, True), (600, False)])
def test_a_clock_may_differ_by_five_minutes(room, tmp_path, minutes, wrong):
    with open_store(copied(room.scored, tmp_path), PASSPHRASE) as store:
        with store.reading() as connection:
            last = max(datetime.fromisoformat(line.at) for line in journal.lines(connection))
        found = clock_problem(store, lambda: last + timedelta(minutes=minutes))
        assert (found is not None) is wrong


def test_another_time_zone_is_not_a_wrong_clock(room, tmp_path):
    from datetime import timezone

    with open_store(copied(room.scored, tmp_path), PASSPHRASE) as store:
        for hours in (-11, 0, 8, 13):
            zone = timezone(timedelta(hours=hours))
            assert clock_problem(store, lambda zone=zone: system_clock().astimezone(zone)) is None


def test_a_clock_that_ran_ahead_and_was_corrected_locks_nobody_out(room, tmp_path):
    ahead = later(60 * 24 * 400)
    with open_store(copied(room.scored, tmp_path), PASSPHRASE) as store:
        work = score.load_assignment(store)
        leaf = next(leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE)
        score.set_score(store, work, score.Entry("C001", leaf.code, text="1", remark=REMARK), ahead)
        refused("clock_set_back", lambda: hand_in.submit(store, work, tmp_path / "U盘", system_clock))
        accepted = accept_clock(store, system_clock)
        assert accepted is not None and accepted.params["last"] == f"{ahead():%Y-%m-%d %H:%M}"
        assert acts(store, "accept_clock") == 1
        assert accept_clock(store, system_clock) is None and acts(store, "accept_clock") == 1
        assert clock_problem(store, system_clock) is None
        assert clock_problem(store, BACK) is not None, "from here on time counts anew"
        hand_in.submit(store, work, tmp_path / "U盘", system_clock)
        assert check_store(store).problems == ()


def test_the_command_line_says_it_and_accepts_the_clock(room, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ECPANEL_PASSPHRASE", PASSPHRASE)
    own = copied(room.scored, tmp_path)
    with open_store(own, PASSPHRASE) as store:
        work = score.load_assignment(store)
        leaf = next(leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE)
        score.set_score(store, work, score.Entry("C001", leaf.code, text="1", remark=REMARK), later(60 * 24))
    assert main(["submit", str(own), str(tmp_path / "U盘")]) == 3
    assert "accept-clock" in capsys.readouterr().err
    assert main(["accept-clock", str(own)]) == 0
    assert "已登记" in capsys.readouterr().out
    assert main(["accept-clock", str(own), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"accepted": False}
    assert main(["submit", str(own), str(tmp_path / "U盘")]) == 0


def test_a_restore_point_made_with_a_clock_set_back_is_not_the_one_thrown_away(room, tmp_path):
    with open_store(copied(room.review.expert_store, tmp_path), PASSPHRASE) as store:
        for number in range(vault.RESTORE_POINTS_KEPT):
            store.restore_point("早", later(number)())
        copy = store.restore_point("晚", later(-60 * 24)())
        assert copy.exists() and vault.key_file(copy).exists()
        assert len(list(copy.parent.glob("*.ecreview"))) == vault.RESTORE_POINTS_KEPT


# --- started twice ------------------------------------------------------------------------------------------

HOLDING = """
import sys, time
from pathlib import Path
from ecpanel.services.opening import open_store
store = open_store(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
store.close()
print("closed", flush=True)
"""

TAKING_TURNS = """
import sys, time
from pathlib import Path
from ecpanel.domain.errors import EcpanelError
from ecpanel.services.opening import open_store
path, alone, until = Path(sys.argv[1]), Path(sys.argv[1] + ".alone"), time.monotonic() + float(sys.argv[3])
turns = 0
while time.monotonic() < until:
    try:
        store = open_store(path, sys.argv[2])
    except EcpanelError as fault:
        assert fault.code == "store_in_use", str(fault)
        continue
    with alone.open("x"):
        time.sleep(0.002)
    alone.unlink()
    store.close()
    turns += 1
print(turns, flush=True)
"""


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def line_from(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_start_on_the_same_review_is_told_where_and_since_when(room, tmp_path, capsys, monkeypatch):
    own = copied(room.scored, tmp_path)
    process = child(HOLDING, own, PASSPHRASE)
    with process:
        assert line_from(process) == "ready"
        for reading in (False, True):
            fault = refused(
                "store_in_use", lambda reading=reading: open_store(own, PASSPHRASE, reading=reading)
            )
            assert fault.params["machine"] == os.uname().nodename
            since = datetime.strptime(fault.params["since"], "%Y-%m-%d %H:%M").astimezone()
            assert abs(system_clock() - since) < timedelta(minutes=5)
        monkeypatch.setenv("ECPANEL_PASSPHRASE", PASSPHRASE)
        for command in ("check", "status", "submit"):
            extra = [str(tmp_path / "U盘")] if command == "submit" else []
            assert main([command, str(own), *extra]) == 3
            assert "已在另一个窗口或程序中打开" in capsys.readouterr().err
        process.communicate("\n")
    with open_store(own, PASSPHRASE) as store:
        assert acts(store, "submit") == 0
    assert {one.name for one in tmp_path.iterdir()} == {
        one.name for one in (own, vault.key_file(own), task.dossiers_file(own))
    }, "nothing is left beside a closed store"


def test_a_killed_program_holds_nothing(room, tmp_path):
    own = copied(room.scored, tmp_path)
    process = child(HOLDING, own, PASSPHRASE)
    with process:
        assert line_from(process) == "ready"
        process.kill()
        process.wait()
    assert hold.hold_file(own).exists(), "the mark of a killed program stays and means nothing"
    with open_store(own, PASSPHRASE) as store:
        assert check_store(store).problems == ()
    assert not hold.hold_file(own).exists()


def test_two_windows_of_one_program_do_not_share_a_store(room, tmp_path):
    own = copied(room.scored, tmp_path)
    link = tmp_path / "另一名字.ecreview"
    with open_store(own, PASSPHRASE):
        refused("store_in_use", lambda: open_store(own, PASSPHRASE))
        refused("store_in_use", lambda: open_store(tmp_path / "." / own.name, PASSPHRASE))
        link.symlink_to(own)
        shutil.copyfile(vault.key_file(own), vault.key_file(link))
        refused("store_in_use", lambda: open_store(link, PASSPHRASE))
    with open_store(link, PASSPHRASE):
        pass


def test_a_wrong_pass_phrase_or_a_new_store_holds_as_it_should(room, tmp_path, cheap):
    own = copied(room.scored, tmp_path)
    refused("passphrase_wrong", lambda: open_store(own, PASSPHRASE + "x"))
    assert not hold.hold_file(own).exists()
    setup = organise.Setup("新", 2021, organise.ReviewKind.EVALUATION, "组织员")
    path = tmp_path / "新.ecreview"
    with organise.new_review(path, PASSPHRASE, setup, cheap, system_clock):
        refused("store_in_use", lambda: open_store(path, PASSPHRASE))
    open_store(path, PASSPHRASE).close()


def test_an_open_store_copied_by_hand_opens_with_whatever_was_copied_along(room, tmp_path):
    own = copied(room.scored, tmp_path / "一")
    with open_store(own, PASSPHRASE):
        shutil.copytree(own.parent, tmp_path / "二")
    copy = tmp_path / "二" / own.name
    assert hold.hold_file(copy).exists()
    with open_store(copy, PASSPHRASE) as store:
        assert check_store(store).problems == ()
    hold.hold_file(copy).write_bytes(b"\xff\x00 no json")
    with open_store(copy, PASSPHRASE):
        refused("store_in_use", lambda: open_store(copy, PASSPHRASE))


def test_programs_that_open_and_close_in_turn_are_never_in_together(room, tmp_path):
    own = copied(room.scored, tmp_path)
    processes = [child(TAKING_TURNS, own, PASSPHRASE, 3) for _ in range(4)]
    turns = []
    for process in processes:
        out, _ = process.communicate()
        assert process.returncode == 0, "two were in at once"
        turns.append(int(out))
    assert sum(turns) > 10
    assert not hold.hold_file(own).exists()


def test_the_chair_opens_an_addendum_into_the_store_he_works_on(room, tmp_path):
    own = copied(room.review.chair_store, tmp_path)
    package, slip = room.review.tasks["chair"], room.review.slips["chair"]
    with open_store(own, PASSPHRASE) as store:
        assert task.take_chair_task(store, package, slip, system_clock).owner
        assert acts(store, "open_task") == 2
        other = expert_package(room)
        refused(
            "task_for_expert", lambda: task.take_chair_task(store, other.path, other.passphrase, system_clock)
        )


# --- the laptop sleeps in the middle of a save --------------------------------------------------------------

SAVING = """
import sys
from pathlib import Path
from ecpanel.domain.scheme import Kind, leaves
from ecpanel.services import score
from ecpanel.services.opening import open_store, system_clock
store = open_store(Path(sys.argv[1]), sys.argv[2])
work = score.load_assignment(store)
leaf = next(one for one in leaves(work.scheme) if one.kind is Kind.SUBJECTIVE)
number, told = 0, open(sys.argv[3], "w")
print("ready", flush=True)
while True:
    number += 1
    score.set_score(store, work, score.Entry("C001", leaf.code, text="1", remark=f"第{number}次"), system_clock)
    print(number, file=told, flush=True)
"""


def asleep_in_a_save(own: Path) -> tuple[subprocess.Popen[str], Path]:
    """A program stopped inside a write transaction, as by closing a laptop's lid, and what it reports."""
    told, running = own.with_name("已报告.txt"), own.with_name(own.name + "-journal")
    process = child(SAVING, own, PASSPHRASE, told)
    assert line_from(process) == "ready"
    for _ in range(2000):
        while not running.exists():
            pass
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        if running.exists() and running.stat().st_size:
            return process, told
        process.send_signal(signal.SIGCONT)
        os.waitid(os.P_PID, process.pid, os.WCONTINUED)
    raise AssertionError("never caught in the middle")


def last(told: Path) -> int:
    """The last save a program reported."""
    return max(map(int, told.read_text().split()), default=0)


def saved(own: Path) -> tuple[int, str]:
    """How many scores the journal knows, and the remark that stands."""
    with open_store(own, PASSPHRASE) as store:
        assert check_store(store).problems == ()
        work = score.load_assignment(store)
        cells = score.own_sheets(store, work)["C001"].scores
        return acts(store, "score"), next((one.remark for one in cells.values()), "")


@pytest.mark.skipif(os.name == "nt", reason="no SIGSTOP")
def test_a_save_interrupted_by_sleep_completes_when_the_laptop_wakes(room, tmp_path):
    own = copied(room.review.expert_store, tmp_path)
    process, told = asleep_in_a_save(own)
    with process:
        reported = last(told)
        time.sleep(1)
        refused("store_in_use", lambda: open_store(own, PASSPHRASE))
        refused("store_busy", lambda: beside(own))
        assert last(told) == reported
        process.send_signal(signal.SIGCONT)
        until = time.monotonic() + 20
        while last(told) == reported and time.monotonic() < until:
            time.sleep(0.01)
        assert last(told) > reported, "the save in flight completes"
        process.kill()
    count, remark = saved(own)
    assert count in (last(told), last(told) + 1)
    assert remark == f"第{count}次"


@pytest.mark.skipif(os.name == "nt", reason="no SIGSTOP")
def test_a_laptop_that_dies_in_its_sleep_loses_at_most_the_save_in_flight(room, tmp_path):
    for number in range(5):
        own = copied(room.review.expert_store, tmp_path / str(number))
        process, told = asleep_in_a_save(own)
        with process:
            time.sleep(0.2)
            process.kill()
        assert saved(own) == (last(told), f"第{last(told)}次" if last(told) else ""), (
            "the value before stands"
        )


def beside(own: Path) -> None:
    """Write past the hold, as an old program would that knows none."""
    with vault.open_vault(own, PASSPHRASE) as store:
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=200")
        with store.writing(vault.Act("2021-01-01T00:00:00+08:00", "旁", "旁")):
            pass
