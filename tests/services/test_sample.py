from __future__ import annotations

import hashlib
import io
import statistics
import zipfile
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from ecpanel.domain.candidate import check_candidates, settled_scores
from ecpanel.domain.credit_code import check_code
from ecpanel.domain.dossier import DocumentKind
from ecpanel.domain.people import check_group
from ecpanel.domain.recusal import recused_pairs
from ecpanel.domain.scheme import Kind, Scheme, leaves
from ecpanel.domain.sheet import check_sheet, gaps
from ecpanel.dossier.intake import DossierReport, read_dossiers
from ecpanel.dossier.sources import open_place
from ecpanel.exchange.candidate_list import read_candidate_list
from ecpanel.progress import silent
from ecpanel.records import from_json
from ecpanel.resources import resource_path
from ecpanel.services.sample import Sample, sample_scores, write_sample
from ecpanel.services.sample_firms import make_firms
from ecpanel.services.sample_text import chapters_of


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    path = resource_path("schemes", "builtin-placeholder.json")
    return from_json(Scheme, path.read_bytes(), where=path.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsal")


@pytest.fixture(scope="module")
def sample(folder: Path) -> Sample:
    return write_sample(folder, silent)


@pytest.fixture(scope="module")
def report(sample: Sample) -> DossierReport:
    return read_dossiers(sample.dossiers_folder, sample.candidates, silent)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(sample: Sample, folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    again = write_sample(tmp_path, lambda done, total, text: seen.append((done, total)))
    assert again.candidates == sample.candidates
    assert digests(tmp_path) == digests(folder)
    assert seen[0] == (0, 24)
    assert seen[-1] == (24, 24)


def test_the_sample_is_modest(folder: Path, sample: Sample) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 40_000_000


@pytest.mark.parametrize("seed", [2021, 7])
def test_the_firms(seed: int) -> None:
    candidates = [firm.candidate for firm in make_firms(seed)]
    assert len({one.name for one in candidates}) == len({one.credit_code for one in candidates}) == 24
    assert all(check_code(one.credit_code) is None for one in candidates)
    assert len({one.region for one in candidates}) == 9
    assert {one.category for one in candidates} == {"平台类", "应用类", "服务类"}
    assert 10 <= sum(1 for one in candidates if one.past) <= 15
    names = "".join(one.name for one in candidates)
    assert all(char in names for char in "㛃𬭸喆·")
    assert max(len(one.name) for one in candidates) >= 30
    problems = check_candidates(candidates, ("平台类", "应用类", "服务类"), ())
    assert [(one.code, one.params["region"]) for one in problems] == [("region_over_quota", "浙江")]


def test_the_list_reads_back_as_the_candidates(sample: Sample, scheme: Scheme) -> None:
    read = read_candidate_list(sample.list_path, scheme, 2021)
    assert read.candidates == sample.candidates
    assert {one.code for one in read.problems} <= {"list_rows_skipped", "list_sheet_no_header"}


def test_the_dossiers(report: DossierReport, sample: Sample) -> None:
    assert report.unmatched == ()
    assert Counter(
        (one.code, one.params["candidate"], one.params.get("kind")) for one in report.problems
    ) == {
        ("document_unreadable", "C009", None): 1,
        ("dossier_missing", "C016", "公函"): 1,
        ("dossier_missing", "C021", "申报书"): 1,
    }
    pages = {DocumentKind.FORM: (2, 3), DocumentKind.STATEMENT: (6, 12), DocumentKind.LETTER: (1, 1)}
    for document, _ in report.documents:
        low, high = pages.get(document.kind, (0, 4))
        assert low <= document.pages <= high, document
    assert {one.media for one, _ in report.documents} > {"application/pdf", "image/jpeg", "image/tiff"}
    evidence = Counter(d.candidate_id for d, _ in report.documents if d.kind is DocumentKind.EVIDENCE)
    assert set(evidence) == {one.candidate_id for one in sample.candidates}
    assert max(evidence.values()) <= 4
    assert len(list(sample.dossiers_folder.glob("*.zip"))) == 3


def test_zips_are_of_the_old_kind(sample: Sample) -> None:
    for path in sample.dossiers_folder.glob("*.zip"):
        with zipfile.ZipFile(path, metadata_encoding="gb18030") as archive:
            assert all(not info.flag_bits & 0x800 for info in archive.infolist())
            assert any("申报" in name or "附件" in name for name in archive.namelist())
            assert archive.testzip() is None


def test_every_page_says_that_it_is_a_sample(report: DossierReport, sample: Sample) -> None:
    names = {one.candidate_id: one.name for one in sample.candidates}
    for document, place in report.documents:
        if document.kind not in (DocumentKind.FORM, DocumentKind.STATEMENT):
            continue
        with open_place(place) as file, pypdfium2.PdfDocument(io.BytesIO(file.read())) as pdf:
            texts = [pdf[number].get_textpage().get_text_bounded() for number in range(len(pdf))]
        assert all("演练样例" in text for text in texts)
        assert names[document.candidate_id] in "".join("".join(texts).split())


def test_statements_differ_and_agree_with_the_figures() -> None:
    firms = make_firms(2021)
    texts = ["".join(p for _, paragraphs in chapters_of(firm, 2021) for p in paragraphs) for firm in firms]
    assert len(set(texts)) == 24
    for firm, text in zip(firms, texts, strict=True):
        assert f"{firm.figures['A1']}亿元" in text
        assert f"同比增长{firm.figures['A2']}%" in text
        assert "{" not in text


def test_the_people(sample: Sample) -> None:
    experts = {one.expert_id: one for one in sample.experts}
    assert len(experts) == 7
    assert check_group(sample.group, experts) == []
    known, own = recused_pairs(sample.recusals), recused_pairs(sample.expert_recusals)
    assert known
    assert own
    assert not known & own
    assert {candidate for _, candidate in known | own} <= {one.candidate_id for one in sample.candidates}
    assert {one.source for one in sample.recusals} == {"organiser"}
    assert {one.source for one in sample.expert_recusals} == {"expert"}


def test_the_scores(scheme: Scheme, sample: Sample) -> None:
    sheets = sample_scores(scheme, sample.candidates, sample.experts)
    assert sheets == sample_scores(scheme, sample.candidates, sample.experts)
    assert len(sheets) == 7 * 24
    for sheet in sheets.values():
        check_sheet(sheet, scheme)
        assert gaps(sheet, scheme) == []
        assert 60 <= sheet.opinion.length <= 200
    differing = set()
    for candidate in sample.candidates:
        settled = settled_scores(candidate, scheme)
        for leaf in (one for one in leaves(scheme) if one.kind is Kind.OBJECTIVE):
            given = {
                sheets[e.expert_id, candidate.candidate_id].scores[leaf.code].points for e in sample.experts
            }
            if leaf.code in settled:
                assert given == {settled[leaf.code]}
            elif len(given) > 1:
                differing.add((candidate.candidate_id, leaf.code))
    assert differing == {("C014", "E1")}


def test_the_experts_disagree_as_people_do(scheme: Scheme, sample: Sample) -> None:
    sheets = sample_scores(scheme, sample.candidates, sample.experts)
    totals = {
        key: sum(score.points or 0 for score in sheet.scores.values()) / 100 for key, sheet in sheets.items()
    }
    means = [
        statistics.mean(totals[e.expert_id, c.candidate_id] for e in sample.experts)
        for c in sample.candidates
    ]
    assert max(means) - min(means) > 15
    assert 60 < statistics.mean(means) < 90
    by_expert = [
        statistics.mean(totals[e.expert_id, c.candidate_id] for c in sample.candidates)
        for e in sample.experts
    ]
    assert 2 < max(by_expert) - min(by_expert) < 15
    assert len({sheet.opinion for sheet in sheets.values()}) > 100
