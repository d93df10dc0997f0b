"""The report as it is kept: PDF/A-3b in every point that can be looked at here, before and after signing."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from ecpanel.exchange.keys import make_key
from ecpanel.records import to_json
from ecpanel.reports.archival_pdf import Attachment, attachments_of, make_archival
from ecpanel.reports.pdf_signature import Mark, sign_pdf
from ecpanel.reports.report_pdf import draw_report
from ecpanel.reports.workbook import draw_workbook

NOON = datetime(2021, 11, 24, 12, tzinfo=UTC)
TITLE = "2021年综合评价评审报告 㛃𬭸"


@pytest.fixture(scope="module")
def files(result) -> dict[str, bytes]:
    return {"data.json": to_json(result), "评审结果.xlsx": draw_workbook(result, "0" * 64)}


@pytest.fixture(scope="module")
def drawn(result):
    return draw_report(result, "0" * 64)


def keep(drawn, result, files) -> bytes:
    kinds = {
        "data.json": ("application/json", "Source"),
        "评审结果.xlsx": ("application/vnd.ms-excel", "Data"),
    }
    attached = [Attachment(name, kinds[name][0], body, kinds[name][1], name) for name, body in files.items()]
    return make_archival(drawn.content, TITLE, result.at, attached)


@pytest.fixture(scope="module")
def kept(drawn, result, files) -> bytes:
    return keep(drawn, result, files)


@pytest.fixture(scope="module")
def signed(kept, drawn, result) -> bytes:
    content = kept
    for field in ("chair", result.experts[1].expert_id):
        page, box = drawn.signature_boxes[field]
        content = sign_pdf(content, make_key("欧阳𬭸", field, NOON), Mark(field, "欧阳𬭸", page, box), NOON)
    return content


@pytest.fixture(params=["kept", "signed"])
def either(request) -> bytes:
    return request.getfixturevalue(request.param)


def test_the_same_result_gives_the_same_bytes(kept, drawn, result, files):
    assert keep(drawn, result, files) == kept


def test_data_and_workbook_travel_inside(either, files):
    assert attachments_of(either) == files


def test_it_says_what_it_is_in_its_metadata(either, result):
    with pikepdf.open(io.BytesIO(either)) as pdf:
        with pdf.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "B")
            assert told["dc:title"] == TITLE == str(pdf.docinfo.Title)
            assert told["xmp:CreateDate"] == result.at
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.Metadata.get("/Filter") is None, "metadata must be readable without unpacking"


def test_it_has_one_output_intent_with_a_profile(either):
    with pikepdf.open(io.BytesIO(either)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == Name.GTS_PDFA1
        profile = bytes(intent.DestOutputProfile.read_bytes())
        assert profile[36:40] == b"acsp" and intent.DestOutputProfile.N == 3


def test_every_attachment_says_how_it_belongs(either):
    with pikepdf.open(io.BytesIO(either)) as pdf:
        listed = list(pdf.Root.AF)
        assert sorted(str(one.AFRelationship) for one in listed) == ["/Data", "/Source"]
        for one in listed:
            stream = one.EF.F
            assert "/ModDate" in stream.Params and "/Subtype" in stream and "/UF" in one


def objects(pdf: pikepdf.Pdf) -> list[Dictionary]:
    found = []
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            found.append(one.stream_dict)
        elif isinstance(one, pikepdf.Dictionary):
            found.append(one)
    return found


def test_nothing_in_it_points_outside_moves_or_hides(either):
    with pikepdf.open(io.BytesIO(either)) as pdf:
        assert not pdf.is_encrypted
        for one in objects(pdf):
            assert one.get("/S") not in (Name.JavaScript, Name.Launch, Name.URI, Name.GoToR, Name.SubmitForm)
            assert "/AA" not in one and "/JS" not in one
            assert one.get("/Filter") != Name.LZWDecode
            assert "/OPI" not in one and "/TR" not in one


def test_every_font_is_embedded(either):
    with pikepdf.open(io.BytesIO(either)) as pdf:
        fonts = [one for one in objects(pdf) if one.get("/Type") == Name.Font]
        assert fonts
        for one in fonts:
            assert one.Subtype == Name.TrueType, one.get("/BaseFont")
            assert "/FontFile2" in one.FontDescriptor, one.BaseFont


def test_signature_fields_are_printed_and_drawn(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert [str(one.T) for one in fields] == ["chair", "E02"]
        for one in fields:
            assert int(one.F) & 4 and not int(one.F) & 3, "printed, neither hidden nor invisible"
            assert "/N" in one.AP
        assert not bool(pdf.Root.AcroForm.get("/NeedAppearances", False))


def test_a_signed_report_keeps_the_header_of_what_was_drawn(signed, kept):
    assert signed.startswith(kept[:8]) and kept[:8] == b"%PDF-1.7"
    assert signed[: len(kept)] == kept, "signing only adds"
