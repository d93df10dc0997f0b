"""Changing a review in place before packages are out, refusing after, and taking every change back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ecpanel.domain.candidate import Candidate, Fact, PastResult
from ecpanel.domain.dossier import DocumentKind
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Particulars, ReviewKind, particulars_of
from ecpanel.domain.scheme import Section
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import silent
from ecpanel.services import organise, prepare
from ecpanel.services.checking import check_store
from ecpanel.services.dossiers import DossierFindings, dossier_findings
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.readiness import preparation, readiness
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.texts import error_sentence

from .reviews import code, firms, panel, prepared

SETUP = organise.Setup("测试评审", 2021, ReviewKind.EVALUATION, "组织员")
RARE = "张堃喆𬭸㛃电子商务有限公司"


@pytest.fixture
def store(tmp_path, cheap):
    """Three firms with a dossier each."""
    with organise.new_review(tmp_path / "组织.ecreview", PASSPHRASE, SETUP, cheap, system_clock) as opened:
        write_candidate_list(firms(3), tmp_path / "名单.xlsx")
        organise.import_candidates(opened, tmp_path / "名单.xlsx", system_clock)
        folder = tmp_path / "材料"
        for one in firms(3):
            own = folder / one.candidate_id
            own.mkdir(parents=True)
            for name in ("申报表.png", "申报书.png", "佐证" + "长" * 75 + ".png", "公函.png"):
                (own / name).write_bytes(picture(f"{one.candidate_id}{name}"))
        organise.import_dossiers(opened, folder, system_clock, silent)
        yield opened


def picture(text: str) -> bytes:
    """A small real PNG that differs by text."""
    import io

    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("name", text)
    target = io.BytesIO()
    Image.new("L", (8, 8)).save(target, "PNG", pnginfo=note)
    return target.getvalue()


@pytest.fixture
def issued(tmp_path, cheap):
    """A review whose packages are out."""
    experts, group = panel(3)
    prepared(tmp_path, cheap, firms(3), experts, group)
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE) as opened:
        yield opened


def refusal(call, *arguments) -> str:
    with pytest.raises(EcpanelError) as caught:
        call(*arguments)
    assert error_sentence(caught.value)
    return caught.value.code


def test_particulars_are_changed_and_taken_back(store):
    before = preparation(store).review
    told = Particulars(
        " 2022年电子商务示范企业综合评价 ",
        2022,
        ReviewKind.SELECTION,
        "商办电函〔2022〕1号",
        ("广东", "浙江", "广东"),
        80,
    )
    fresh = prepare.set_particulars(store, told, system_clock)
    assert fresh == preparation(store).review
    assert (fresh.title, fresh.developed) == ("2022年电子商务示范企业综合评价", ("浙江", "广东"))
    assert (fresh.review_id, fresh.rehearsal) == (before.review_id, before.rehearsal)
    assert prepare.set_particulars(store, particulars_of(before), system_clock) == before
    assert check_store(store).problems == ()


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"title": "  "}, "particulars_title"),
        ({"title": "长" * 101}, "entry_long"),
        ({"year": 2004}, "particulars_year"),
        ({"year": 2101}, "particulars_year"),
        ({"cut": -1}, "particulars_cut"),
        ({"cut": 3701}, "particulars_cut"),
        ({"developed": ("浙江", "华东")}, "region_unknown"),
    ],
)
def test_particulars_that_must_not_be(store, change, wanted):
    before = preparation(store).review
    told = replace(particulars_of(before), **change)
    assert refusal(prepare.set_particulars, store, told, system_clock) == wanted
    assert preparation(store).review == before


def test_a_new_review_obeys_the_same_limits(tmp_path, cheap):
    path = tmp_path / "坏.ecreview"
    setup = replace(SETUP, year=21)
    assert refusal(organise.new_review, path, PASSPHRASE, setup, cheap, system_clock) == "particulars_year"
    assert not path.exists()


def test_a_faulty_scheme_is_kept_as_a_draft_and_blocks_the_issue(store):
    before = preparation(store).scheme
    short = replace(before, sections=before.sections[:-1])
    assert "scheme_total" in {one.code for one in prepare.set_scheme(store, short, system_clock)}
    assert preparation(store).scheme == short
    assert "scheme_total" in {one.code for one in readiness(preparation(store))}
    empty = replace(before, sections=(Section("A", "", 0, ()),))
    assert prepare.set_scheme(store, empty, system_clock)
    assert preparation(store).scheme == empty
    assert prepare.set_scheme(store, before, system_clock) == []
    assert preparation(store).scheme == before


def test_a_candidate_is_corrected_in_place_and_taken_back(store):
    before = preparation(store)
    firm = before.candidates[1]
    fresh = replace(
        firm,
        name=f" {RARE} ",
        region="西藏",
        credit_code=" 91330100-ma0000009 ",
        past=(PastResult(2019, 0, None, ""), PastResult(2020, 8725, 12, "良好")),
        facts=(Fact("A1", "-12.50"),),
        parent="某集团",
        category="不存在的类别",
    )
    assert prepare.set_candidate(store, fresh, system_clock) == firm
    stored = preparation(store).candidates[1]
    assert (stored.name, stored.credit_code) == (RARE, "91330100MA0000009")
    assert stored.past[0].score == 0
    assert prepare.set_candidate(store, firm, system_clock) == stored
    assert preparation(store) == before


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, "candidate_name"),
        ({"name": "12345"}, "candidate_name"),
        ({"name": "长" * 201}, "entry_long"),
        ({"region": ""}, "candidate_region_missing"),
        ({"region": "华东"}, "region_unknown"),
        ({"standing": "示范"}, "candidate_standing"),
        ({"credit_code": "9" * 41}, "entry_long"),
        ({"past": (PastResult(2021, 9000),)}, "candidate_past"),
        ({"past": (PastResult(2020, 10001),)}, "candidate_past"),
        ({"past": (PastResult(2020, rank=0),)}, "candidate_past"),
        ({"past": (PastResult(2020), PastResult(2020, 1))}, "candidate_past"),
        ({"facts": (Fact("A1", "约12"),)}, "candidate_figure"),
        ({"facts": (Fact("A1", "1E3"),)}, "candidate_figure"),
    ],
)
def test_candidates_that_must_not_be(store, change, wanted):
    before = preparation(store)
    assert (
        refusal(prepare.set_candidate, store, replace(before.candidates[0], **change), system_clock) == wanted
    )
    fresh = replace(firms(4)[3], candidate_id="", **change)
    assert refusal(prepare.add_candidate, store, fresh, system_clock) == wanted
    assert preparation(store) == before


def test_only_the_members_that_change_are_judged(store):
    firm = replace(preparation(store).candidates[0], past=(PastResult(2020, 9000),))
    prepare.set_candidate(store, firm, system_clock)
    earlier = replace(particulars_of(preparation(store).review), year=2015)
    prepare.set_particulars(store, earlier, system_clock)
    prepare.set_candidate(store, replace(firm, name=RARE), system_clock)
    assert preparation(store).candidates[0].name == RARE


def test_an_unknown_candidate_is_told(store):
    stranger = replace(firms(1)[0], candidate_id="C999")
    assert refusal(prepare.set_candidate, store, stranger, system_clock) == "candidate_unknown"
    assert refusal(prepare.remove_candidate, store, "C999", system_clock) == "candidate_unknown"


def test_a_candidate_is_added_with_the_next_free_number_and_taken_back(store):
    fresh = replace(firms(4)[3], candidate_id="")
    added = prepare.add_candidate(store, fresh, system_clock)
    assert added == replace(fresh, candidate_id="C004")
    assert preparation(store).candidates[-1] == added
    assert prepare.remove_candidate(store, "C004", system_clock).candidate == added
    assert len(preparation(store).candidates) == 3


def test_numbers_grow_to_four_digits(store):
    prepare.add_candidate(store, replace(firms(1)[0], candidate_id="C999"), system_clock)
    assert (
        prepare.add_candidate(store, replace(firms(1)[0], candidate_id=""), system_clock).candidate_id
        == "C1000"
    )
    assert (
        prepare.add_candidate(store, replace(firms(1)[0], candidate_id=""), system_clock).candidate_id
        == "C1001"
    )
    assert [one.candidate_id for one in preparation(store).candidates][-3:] == ["C999", "C1000", "C1001"]


@pytest.mark.parametrize("text", ["X001", "C1", "C0999", "C12a"])
def test_ids_of_another_style_are_refused(store, text):
    assert refusal(prepare.add_candidate, store, replace(firms(1)[0], candidate_id=text), system_clock) == (
        "candidate_id"
    )


def test_a_taken_id_is_refused(store):
    assert refusal(prepare.add_candidate, store, firms(2)[1], system_clock) == "candidate_exists"


def test_a_removed_candidate_comes_back_whole_and_in_its_place(store):
    experts, group = panel(3)
    known = Recusal("E02", "C002", RecusalReason.ADVISER, "顾问", "organiser")
    organise.add_people(store, PeopleList(experts, (group,), (known,)), system_clock)
    before = preparation(store)
    removed = prepare.remove_candidate(store, "C002", system_clock)
    after = preparation(store)
    assert [one.candidate_id for one in after.candidates] == ["C001", "C003"]
    assert {document.candidate_id for document, _ in after.documents} == {"C001", "C003"}
    assert after.recusals == ()
    prepare.add_candidate(store, removed.candidate, system_clock, removed.documents, removed.recusals)
    assert preparation(store) == before


def faulty_list(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "汇总"
    sheet.append(["序号", "地区", "企业名称", "信用代码", "企业类型", "2020年得分", "A1"])
    sheet.append([1, "浙江", "甲公司", code(1), "平台", 90, None])
    sheet.append([2, "华东", RARE, code(2), "应用企业", "很高", None])
    sheet.append([3, "福建", None, code(3), "服务类", 80.5, None])
    sheet.append([4, "西藏", "丁公司", code(4), "平台", 70, None])
    book.save(path)
    return path


@pytest.fixture
def half_read(store, tmp_path):
    """A list of which two rows could not be used."""
    organise.import_candidates(store, faulty_list(tmp_path / "坏名单.xlsx"), system_clock)
    return store


def test_rows_the_list_could_not_use_are_kept_with_their_cells_and_reasons(half_read, tmp_path):
    half_read.close()
    with open_store(tmp_path / "组织.ecreview", PASSPHRASE) as again:
        first, second = prepare.unused_rows(again)
    assert (first.sheet, first.row) == ("汇总", 3)
    assert first.reasons == ("地区“华东”认不出", "“2020年得分”的分数“很高”读不出")
    assert dict(first.cells)["企业名称"] == RARE and dict(first.cells)["2020年得分"] == "很高"
    assert (first.draft.name, first.draft.credit_code, first.draft.category) == (RARE, code(2), "应用类")
    assert (first.draft.region, first.draft.past) == ("", ())
    assert second.reasons == ("没有企业名称",)
    assert second.draft.past == (PastResult(2020, 8050),)


def test_a_corrected_row_becomes_a_candidate_and_leaves_the_list(half_read):
    before = preparation(half_read)
    row = before.unused[0]
    wrong = refusal(prepare.take_unused, half_read, row, row.draft, system_clock)
    assert wrong == "candidate_region_missing" and preparation(half_read) == before
    taken = prepare.take_unused(half_read, row, replace(row.draft, region="上海"), system_clock)
    after = preparation(half_read)
    assert taken.candidate_id == "C003" and after.candidates[-1] == taken
    assert after.unused == before.unused[1:]
    assert [one.code for one in readiness(after)].count("list_row_unused") == 1
    assert refusal(prepare.take_unused, half_read, row, taken, system_clock) == "unused_gone"
    prepare.remove_candidate(half_read, taken.candidate_id, system_clock)
    prepare.put_back_unused(half_read, row, system_clock)
    assert preparation(half_read) == before


def test_a_row_that_means_no_firm_is_dismissed_and_put_back(half_read):
    before = prepare.unused_rows(half_read)
    for row in before:
        prepare.dismiss_unused(half_read, row, system_clock)
    assert prepare.unused_rows(half_read) == ()
    for row in reversed(before):
        prepare.put_back_unused(half_read, row, system_clock)
    assert prepare.unused_rows(half_read) == before


def test_a_new_list_brings_its_own_unused_rows(half_read, tmp_path):
    write_candidate_list(firms(2), tmp_path / "好名单.xlsx")
    organise.import_candidates(half_read, tmp_path / "好名单.xlsx", system_clock)
    assert prepare.unused_rows(half_read) == ()


def test_known_recusals_follow_their_firms_into_a_new_list(store, tmp_path):
    experts, group = panel(3)
    known = tuple(
        Recusal("E01", one.candidate_id, RecusalReason.KIN, one.name, "organiser") for one in firms(3)
    )
    organise.add_people(store, PeopleList(experts, (group,), known), system_clock)
    first, second, third = firms(3)
    renamed = replace(third, name="更名后的公司")
    write_candidate_list([second, renamed], tmp_path / "新名单.xlsx")
    _, problems = organise.import_candidates(store, tmp_path / "新名单.xlsx", system_clock)
    assert [(one.candidate_id, one.note) for one in preparation(store).recusals] == [
        ("C001", second.name),
        ("C002", third.name),
    ]
    assert [one.params["name"] for one in problems if one.code == "recusal_lost"] == [first.name]


def test_the_kind_of_a_document_is_corrected_and_taken_back(store):
    before = preparation(store)
    letter = next(one for one, _ in before.documents if one.kind is DocumentKind.LETTER)
    was = prepare.set_document_kind(store, letter.document_id, DocumentKind.FORM, system_clock)
    assert was is DocumentKind.LETTER
    changed = next(one for one, _ in preparation(store).documents if one.document_id == letter.document_id)
    assert changed == replace(letter, kind=DocumentKind.FORM)
    prepare.set_document_kind(store, letter.document_id, was, system_clock)
    assert preparation(store) == before
    wrong = refusal(prepare.set_document_kind, store, "C001-99", DocumentKind.FORM, system_clock)
    assert wrong == "document_unknown"


def test_a_kind_set_by_hand_stays_when_the_folder_is_read_again(store, tmp_path):
    first = preparation(store).documents[0][0]
    assert first.kind is not DocumentKind.LETTER
    prepare.set_document_kind(store, first.document_id, DocumentKind.LETTER, system_clock)
    folder = Path(dossier_findings(store).folder)
    (folder / "不认识的公司").mkdir()
    (folder / first.candidate_id / "坏.pdf").write_bytes(b"")
    report = organise.import_dossiers(store, folder, system_clock, silent)
    again = next(one for one, _ in preparation(store).documents if one.name == first.name)
    assert again.kind is DocumentKind.LETTER
    lacking = {
        (one.params["candidate"], one.params["kind"])
        for one in report.problems
        if one.code == "dossier_missing" and one.params["candidate"] == first.candidate_id
    }
    assert (first.candidate_id, first.kind.value) in lacking
    assert (first.candidate_id, "公函") not in lacking
    found = dossier_findings(store)
    assert found.unmatched == ("不认识的公司",)
    assert {one.code for one in found.problems} == {"dossier_unmatched", "document_empty"}
    write_candidate_list(firms(3), tmp_path / "新名单.xlsx")
    organise.import_candidates(store, tmp_path / "新名单.xlsx", system_clock)
    assert dossier_findings(store) == DossierFindings()


def test_a_document_is_read_where_it_lies(store):
    document, place = next(
        (one, place) for one, place in preparation(store).documents if one.candidate_id == "C002"
    )
    with prepare.opening_document(store, document.document_id) as source:
        assert source.seekable()
        assert source.read() == picture(f"C002{document.name}")
        source.seek(0)
        assert source.read(4) == b"\x89PNG"
    from ecpanel.dossier.place import read_place

    read_place(place)[0].unlink()
    with pytest.raises(EcpanelError, match="document_gone"):
        with prepare.opening_document(store, document.document_id):
            pass
    with pytest.raises(EcpanelError, match="document_unknown"):
        with prepare.opening_document(store, "C009-01"):
            pass


def test_nothing_that_packages_carry_is_changed_once_they_are_out(issued):
    lock = prepare.lock_of(issued)
    assert lock is not None and lock.version == 1
    before = preparation(issued)
    firm = before.candidates[0]
    row_calls = [
        (prepare.set_particulars, replace(particulars_of(before.review), cut=7)),
        (prepare.set_scheme, replace(before.scheme, title="改")),
        (prepare.set_candidate, replace(firm, name="改名公司")),
        (prepare.add_candidate, replace(firm, candidate_id="")),
        (prepare.remove_candidate, "C001"),
    ]
    for call, argument in row_calls:
        assert refusal(call, issued, argument, system_clock) == "scheme_locked", call
    assert preparation(issued) == before


def test_a_call_that_changes_nothing_writes_nothing_even_when_locked(issued):
    ready = preparation(issued)
    lines = check_store(issued).lines
    prepare.set_particulars(issued, particulars_of(ready.review), system_clock)
    assert prepare.set_scheme(issued, ready.scheme, system_clock) == []
    assert prepare.set_candidate(issued, ready.candidates[0], system_clock) == ready.candidates[0]
    assert check_store(issued).lines == lines


def test_kinds_and_unused_rows_are_fixed_too_once_packages_are_out(store, tmp_path, cheap):
    organise.import_candidates(store, faulty_list(tmp_path / "坏名单.xlsx"), system_clock)
    folder = tmp_path / "材料2"
    (folder / "甲公司").mkdir(parents=True)
    (folder / "甲公司" / "申报表.png").write_bytes(picture("a"))
    (folder / "丁公司").mkdir()
    (folder / "丁公司" / "申报书.png").write_bytes(picture("b"))
    # Names of two characters are too short to be matched, so the dossiers go by number.
    (folder / "甲公司").rename(folder / "C001")
    (folder / "丁公司").rename(folder / "C002")
    organise.import_dossiers(store, folder, system_clock, silent)
    experts, group = panel(3)
    organise.add_people(store, PeopleList(experts, (group,), ()), system_clock)
    give_card(store, tmp_path, cheap, experts[0].name)
    organise.issue_packages(store, tmp_path / "U盘", system_clock, cheap, silent)
    row = prepare.unused_rows(store)[0]
    fresh = replace(row.draft, region="上海")
    assert refusal(prepare.take_unused, store, row, fresh, system_clock) == "scheme_locked"
    document = preparation(store).documents[0][0]
    wrong = refusal(prepare.set_document_kind, store, document.document_id, DocumentKind.LETTER, system_clock)
    assert wrong == "scheme_locked"
    prepare.dismiss_unused(store, row, system_clock)
    assert len(prepare.unused_rows(store)) == 1


def give_card(store, folder, cheap, name, group=""):
    from ecpanel.exchange.cards import card_bytes

    opened, card = organise.new_chair(folder / f"{name}.ecreview", PASSPHRASE, name, cheap, system_clock)
    opened.close()
    (folder / f"{name}.json").write_bytes(card_bytes(card))
    organise.set_chair_card(store, folder / f"{name}.json", group, system_clock)


def test_an_expert_store_is_no_place_for_any_of_this(tmp_path, cheap):
    opened, _ = organise.new_chair(tmp_path / "组长.ecreview", PASSPHRASE, "赵组长", cheap, system_clock)
    with opened:
        told = Particulars("标题", 2021, ReviewKind.EVALUATION, "")
        assert refusal(prepare.set_particulars, opened, told, system_clock) == "wrong_desk"
        assert refusal(prepare.remove_candidate, opened, "C001", system_clock) == "wrong_desk"
        assert refusal(prepare.unused_rows, opened) == "wrong_desk"


def test_3700_candidates_are_changed_one_row_at_a_time(tmp_path, cheap):
    everyone = firms(3700)
    write_candidate_list(everyone, tmp_path / "名单.xlsx")
    with organise.new_review(tmp_path / "大.ecreview", PASSPHRASE, SETUP, cheap, system_clock) as store:
        organise.import_candidates(store, tmp_path / "名单.xlsx", system_clock)
        firm = everyone[1999]
        for n in range(9):
            prepare.set_candidate(store, replace(firm, name=f"{RARE}{n}"), system_clock)
            added = prepare.add_candidate(store, replace(firm, candidate_id=""), system_clock)
            prepare.remove_candidate(store, added.candidate_id, system_clock)
        names = [one.name for one in preparation(store).candidates]
        assert names[1999] == f"{RARE}8" and len(names) == 3700
        assert names[:1999] == [one.name for one in everyone[:1999]]


def test_an_added_firm_is_like_a_listed_one(store):
    fresh = Candidate("", "宁波", "=1+1" + RARE, "", "平台类")
    added = prepare.add_candidate(store, fresh, system_clock)
    assert added in preparation(store).candidates
    assert "credit_code_missing" in {one.code for one in readiness(preparation(store))}
