"""Signatures inside the report: several in turn, each valid, nothing between them, nothing after."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography.x509 import Certificate
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.keys import make_key
from ecpanel.records import to_json
from ecpanel.reports.agreement import page_texts
from ecpanel.reports.archival_pdf import Attachment, make_archival
from ecpanel.reports.pdf_signature import Mark, check_signed_pdf, sign_pdf
from ecpanel.reports.report_pdf import draw_report

DIGEST = "ab12cd34" * 8


@pytest.fixture(scope="module")
def drawn(result):
    return draw_report(result, DIGEST)


@pytest.fixture(scope="module")
def key():
    return make_key("欧阳𬭸", "chair", datetime(2021, 11, 24, tzinfo=UTC))


NOON = datetime(2021, 11, 24, 12, tzinfo=UTC)


def place(drawn, field: str = "chair", who: str = "组长 欧阳𬭸") -> Mark:
    page, box = drawn.signature_boxes[field]
    return Mark(field, who, page, box)


def refusal(content: bytes, expected) -> str:
    with pytest.raises(EcpanelError) as caught:
        check_signed_pdf(content, expected, where="r.pdf")
    return caught.value.code


@pytest.fixture(scope="module")
def kept(drawn, result) -> bytes:
    """The report as it is kept: PDF/A with its data inside."""
    data = Attachment("data.json", "application/json", to_json(result), "Source", "数据")
    return make_archival(drawn.content, "评审报告", result.at, (data,))


@pytest.fixture(scope="module")
def members(result):
    return {one.expert_id: make_key(one.name, one.expert_id, NOON) for one in result.experts[:3]}


@pytest.fixture(scope="module")
def by_all(kept, drawn, key, members) -> bytes:
    """Signed by the chair, then by three members in turn."""
    signed = sign_pdf(kept, key, place(drawn), NOON)
    for expert, pair in members.items():
        signed = sign_pdf(signed, pair, place(drawn, expert, expert), NOON)
    return signed


def everyone(key, members) -> list[Certificate]:
    return [key.certificate, *(pair.certificate for pair in members.values())]


def test_the_signature_covers_the_whole_file(kept, drawn, key):
    signed = sign_pdf(kept, key, place(drawn), NOON)
    check_signed_pdf(signed, [key.certificate], where="r.pdf")
    text = list(page_texts(signed))[drawn.signature_boxes["chair"][0]]
    assert "签名页" in text


def test_several_sign_in_turn_and_earlier_signatures_stay_valid(by_all, key, members):
    check_signed_pdf(by_all, everyone(key, members), where="r.pdf")


def test_who_signed_and_in_which_order_must_be_as_expected(by_all, key, members):
    chair, first, *others = everyone(key, members)
    assert refusal(by_all, [chair, *others, first]) == "pdf_signers_differ"
    assert refusal(by_all, [chair, first]) == "pdf_signature_invalid"
    absent = make_key("未到者", "E09", NOON).certificate
    assert refusal(by_all, [chair, first, *others, absent]) == "pdf_signers_differ"


def test_an_older_signed_version_lacks_signers(kept, drawn, key, members):
    earlier = sign_pdf(kept, key, place(drawn), NOON)
    assert refusal(earlier, everyone(key, members)) == "pdf_signers_differ"


def test_a_page_replaced_by_an_update_is_seen_though_readers_call_it_valid(
    by_all, drawn, key, members, tmp_path
):
    writer = IncrementalPdfFileWriter(io.BytesIO(by_all))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 400 400 l S"))
    page["/Contents"] = stream
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    assert refusal(target.getvalue(), everyone(key, members)) in (
        "pdf_signature_invalid",
        "pdf_signature_partial",
    )
    late = make_key("后来者", "E04", NOON)
    covered = sign_pdf(target.getvalue(), late, place(drawn, "E04", "E04"), NOON)
    assert refusal(covered, [*everyone(key, members), late.certificate]) == "pdf_signature_invalid"


def test_other_programs_agree_on_every_signature(by_all, tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(by_all)
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") == 4 and "Total document signed" in told
    touched = bytearray(by_all)
    touched[len(touched) // 4] ^= 1
    path.write_bytes(touched)
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") < 4


def test_every_member_has_room_for_his_mark_and_no_two_share_it(drawn, result):
    assert set(drawn.signature_boxes) == {"chair", *(one.expert_id for one in result.experts)}
    assert len(set(drawn.signature_boxes.values())) == len(drawn.signature_boxes)


def test_the_visible_mark_is_drawn_inside_its_box(kept, drawn, key, tmp_path):
    signed = sign_pdf(kept, key, place(drawn), NOON)
    page, (x1, y1, x2, y2) = drawn.signature_boxes["chair"]
    number = str(page + 1)
    images = []
    for name, content in (("before", kept), ("after", signed)):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        words = ["pdftoppm", "-r", "72", "-f", number, "-l", number, "-png", "-singlefile"]
        subprocess.run([*words, str(tmp_path / f"{name}.pdf"), str(tmp_path / name)], check=True)
        images.append(Image.open(tmp_path / f"{name}.png").convert("L"))
    height = images[0].height
    box = (int(x1) + 2, int(height - y2) + 14, int(x2) - 2, int(height - y1) - 2)
    darkest = [image.crop(box).getextrema()[0] for image in images]
    assert darkest[0] > 200 > darkest[1]


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (
            lambda signed: (
                signed[: len(signed) // 3]
                + bytes([signed[len(signed) // 3] ^ 1])
                + signed[len(signed) // 3 + 1 :]
            ),
            "pdf_signature_invalid",
        ),
        (lambda signed: signed + b"\n%appended\n", "pdf_signature_partial"),
        (lambda signed: signed[:-200], "pdf_signature_invalid"),
    ],
    ids=["flipped byte", "appended", "cut"],
)
def test_a_touched_report_is_refused(kept, drawn, key, tamper, code):
    signed = sign_pdf(kept, key, place(drawn), NOON)
    assert refusal(tamper(signed), [key.certificate]) in (code, "pdf_signature_invalid")


def test_an_unsigned_report_and_a_foreign_signer_are_refused(kept, drawn, key):
    assert refusal(kept, [key.certificate]) == "pdf_signature_missing"
    other = make_key("冒名者", "chair", NOON)
    signed = sign_pdf(kept, other, place(drawn, who="冒名者"), NOON)
    assert refusal(signed, [key.certificate]) == "pdf_signature_invalid"
