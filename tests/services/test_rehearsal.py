"""The rehearsal goes through every step, and what must never happen does not happen on the way."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pypdfium2
import pytest

from ecpanel.domain.candidate import settled_scores
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.evaluation import evaluate
from ecpanel.domain.review import Desk
from ecpanel.exchange.task_package import open_task
from ecpanel.progress import Cancelled, silent
from ecpanel.services import chair, score, sign_in, task
from ecpanel.services.board import board
from ecpanel.services.checking import check_store
from ecpanel.services.holdings import holdings
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.prepare import lock_of
from ecpanel.services.rehearsal import PASSPHRASE, rehearse, tries
from ecpanel.services.score import load_assignment
from ecpanel.services.verification import verify_bundle


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory, cheap):
    said: list[str] = []
    return rehearse(tmp_path_factory.mktemp("演练"), cheap, system_clock, silent, said.append)


def test_the_bundle_verifies(rehearsed):
    assert rehearsed.verification.sound
    assert rehearsed.candidates == 24


def test_every_store_is_sound(rehearsed):
    stores = [*rehearsed.folder.glob("*/*.ecreview")]
    assert len(stores) == 9 + 3  # and one for each desk to try
    for path in stores:
        with open_store(path, PASSPHRASE) as store:
            assert check_store(store).problems == ()


def test_every_desk_has_a_store_at_the_start_of_its_work_to_try(rehearsed):
    made = tries(rehearsed.folder)
    with open_store(made[Desk.ORGANISER], PASSPHRASE) as store:
        assert lock_of(store) is None and not any(one.at for one in holdings(store))
    with open_store(made[Desk.EXPERT], PASSPHRASE) as store:
        assert not load_assignment(store).signed_in
    with open_store(made[Desk.CHAIR], PASSPHRASE) as store:
        found = board(store)
        assert (found.handed_in, found.expected) == (0, 7)


def test_a_recused_firm_is_not_even_in_the_package(rehearsed):
    """Dossiers of firms the organiser knows to be barred do not travel to that expert."""
    for expert in ("E02", "E03"):
        path = next((rehearsed.folder / "U盘").glob(f"*{expert}*.ectask"))
        with open_task(path, rehearsed.slips[expert]) as task:
            barred = {one.candidate_id for one in task.contents.recusals}
            assert barred
            assert not barred & {one.document.candidate_id for one in task.contents.documents}


def test_an_expert_package_names_no_other_expert(rehearsed):
    path = next((rehearsed.folder / "U盘").glob("*E04*.ectask"))
    with open_task(path, rehearsed.slips["E04"]) as task:
        assert [one.expert_id for one in task.contents.experts] == ["E04"]
        assert task.contents.group.members == ("E04",)
        assert {one.expert_id for one in task.contents.recusals} <= {"E04"}


def test_dossiers_are_read_at_random_and_never_unpacked(rehearsed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_store(rehearsed.folder / "专家" / "E01.ecreview", PASSPHRASE) as store:
        work = score.load_assignment(store)
        candidate = next(key for key in work.candidates if key not in work.recused)
        documents = score.documents_of(store, work, candidate)
        pdf = next(one for one in documents if one.document.name.endswith(".pdf") and one.document.pages > 3)
        before = {path: path.stat().st_mtime_ns for path in rehearsed.folder.rglob("*") if path.is_file()}
        with score.reading_document(store, work, pdf) as source:
            content = pypdfium2.PdfDocument(source)
            assert len(content) == pdf.document.pages
            content[len(content) - 1].close()
            content.close()
            source.seek(0)
            assert source.read(5) == b"%PDF-"
        after = {path: path.stat().st_mtime_ns for path in rehearsed.folder.rglob("*") if path.is_file()}
        assert after == before
    assert list(tmp_path.iterdir()) == []


def test_a_recused_dossier_does_not_open(rehearsed):
    with open_store(rehearsed.folder / "专家" / "E02.ecreview", PASSPHRASE) as store:
        work = score.load_assignment(store)
        with pytest.raises(EcpanelError, match="recused"):
            score.documents_of(store, work, next(iter(work.recused)))


def test_nothing_readable_lies_outside_the_encrypted_files(rehearsed):
    """No name of a firm, no page of a dossier in any package, store or copy."""
    names = ("有限公司".encode(), "浙江".encode(), b"%PDF-")
    for pattern in ("U盘/*.ectask", "U盘/*.ecscore", "专家/*.ecreview", "专家/*.dossiers", "组长/*.ecreview"):
        for path in rehearsed.folder.glob(pattern):
            content = path.read_bytes()
            assert not any(name in content for name in names), path


def test_the_bundle_holds_what_the_allow_list_names_and_no_secret(rehearsed):
    with zipfile.ZipFile(rehearsed.bundle) as bundle:
        names = bundle.namelist()
        assert not [name for name in names if name.endswith((".log", ".tmp", ".key", ".ecreview", ".part"))]
        everything = b"".join(bundle.read(name) for name in names if not name.endswith((".pdf", ".xlsx")))
    assert b"argon2" not in everything and b"PRIVATE" not in everything and b"AGE-SECRET" not in everything


def test_an_opened_package_that_is_changed_later_is_found_when_read(rehearsed, tmp_path):
    store_path = rehearsed.folder / "专家" / "E05.ecreview"
    copy = tmp_path / "E05.ecreview"
    copy.write_bytes(store_path.read_bytes())
    copy.with_name(copy.name + ".key").write_bytes(
        store_path.with_name(store_path.name + ".key").read_bytes()
    )
    content = bytearray(task.dossiers_file(store_path).read_bytes())
    content[len(content) // 2] ^= 1
    task.dossiers_file(copy).write_bytes(content)
    with open_store(copy, PASSPHRASE) as store:
        work = score.load_assignment(store)
        broken = 0
        for key in work.candidates:
            if key in work.recused:
                continue
            for packed in score.documents_of(store, work, key):
                try:
                    with score.reading_document(store, work, packed) as source:
                        io.BytesIO(source.read())
                except EcpanelError as fault:
                    assert fault.code == "member_damaged"
                    broken += 1
        assert broken == 1


def test_cancelling_leaves_no_half_written_file(rehearsed, tmp_path):
    from ecpanel.services import organise

    source = rehearsed.folder / "组织" / "演练评审.ecreview"

    def stop(done: int, total: int, text: str) -> None:
        if done > total // 3:
            raise Cancelled

    with open_store(source, PASSPHRASE) as store, pytest.raises(Cancelled):
        organise.issue_packages(store, tmp_path, system_clock, rehearsed_cost(), stop)
    assert not list(tmp_path.glob("*.part"))


def rehearsed_cost():
    from ecpanel.wrapping import Cost

    return Cost(8 * 1024, 1, 1)


def test_a_foreign_fingerprint_is_told(rehearsed):
    found = verify_bundle(rehearsed.bundle, silent, "0000-0000-0000-0000-0000-0000-0000-0000")
    assert [one.code for one in found.problems] == ["chair_fingerprint_differs"]


def test_evidence_is_bound_to_the_bytes_of_a_page_of_the_own_dossier(rehearsed, tmp_path, cheap):
    path = next((rehearsed.folder / "U盘").glob("*E06*.ectask"))
    fresh = tmp_path / "E06.ecreview"
    task.open_task_package(path, rehearsed.slips["E06"], fresh, PASSPHRASE, cheap, system_clock, silent)
    with open_store(fresh, PASSPHRASE) as store:
        sign_in.sign_in(store, sign_in.SignInForm(True, True, (), "更正口令-2021"), system_clock)
        work = score.load_assignment(store)
        document = next(
            one.document for one in score.documents_of(store, work, "C002") if one.document.pages > 1
        )
        pages = score.find_evidence(store, work, "C002", [f"{document.document_id}:2:营收数据"])
        cell = score.set_score(store, work, score.typed("C002", "B1", "6.5", "理由", pages), system_clock)
        assert [(one.sha256, one.page, one.note) for one in cell.evidence] == [
            (document.sha256, 2, "营收数据")
        ]
        kept = score.own_sheets(store, work)["C002"].scores["B1"]
        assert kept == cell
        for text, code in (
            (f"{document.document_id}:{document.pages + 1}", "evidence_page"),
            (f"{document.document_id}:0", "evidence_page"),
            (f"{document.document_id}:第二页", "evidence_unknown"),
            ("C003-01:1", "evidence_unknown"),
        ):
            with pytest.raises(EcpanelError, match=code):
                score.find_evidence(store, work, "C002", [text])


def test_an_objection_to_a_settled_figure_is_a_question_for_the_panel(rehearsed):
    """A reason beside an objective score that was computed for all is listed among the checks."""
    with open_store(rehearsed.folder / "组长" / "组长.ecreview", PASSPHRASE) as store:
        material = chair.load_material(store)
    first, sha256 = material.submissions[0]
    sheet = first.sheets[0]
    settled = settled_scores(
        next(c for c in material.candidates if c.candidate_id == sheet.candidate_id), material.scheme
    )
    code = next(iter(settled))
    cells = tuple(
        replace(cell, remark="审计口径不同") if cell.indicator == code else cell for cell in sheet.scores
    )
    changed = replace(first, sheets=(replace(sheet, scores=cells), *first.sheets[1:]))
    result = evaluate(replace(material, submissions=[(changed, sha256), *material.submissions[1:]]), "")
    found = [flag for flag in result.flags if flag.kind == "objection"]
    assert [(flag.candidate_id, flag.expert_id, flag.indicator) for flag in found] == [
        (sheet.candidate_id, first.expert.expert_id, code)
    ]


def test_a_rehearsal_never_clears_a_folder_that_is_not_its_own(tmp_path, cheap):
    own = tmp_path / "组织" / "真正的评审.ecreview"
    own.parent.mkdir()
    own.write_bytes(b"kept")
    with pytest.raises(EcpanelError, match="rehearsal_folder"):
        rehearse(tmp_path, cheap, system_clock, silent, lambda text: None)
    assert own.read_bytes() == b"kept" and [path.name for path in tmp_path.iterdir()] == ["组织"]
