"""A signed workbook: every signer named in order, every part covered, every change found out."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import openpyxl
import pytest
import xlsxwriter
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.container import write_container
from ecpanel.exchange.keys import KeyPair, make_key
from ecpanel.reports.workbook import draw_workbook
from ecpanel.reports.workbook_signature import check_signed_workbook, sign_workbook, signers_of

AT = datetime(2021, 11, 24, 16, 20, tzinfo=timezone(timedelta(hours=8)))
LATER = AT + timedelta(minutes=5)
WHERE = "评审结果.xlsx"
SIG1 = "_xmlsignatures/sig1.xml"
SIGNATURE_RELATIONS = "_xmlsignatures/_rels/origin.sigs.rels"
TYPES = "[Content_Types].xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"
THEME = rb'<Relationship [^>]*Target="theme/[^>]*>'
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture(scope="module")
def pairs() -> list[KeyPair]:
    return [make_key(name, "专家", AT) for name in ("张三", "李四", "王五", "张三")]


@dataclass(frozen=True)
class IssuedSigner:
    """A signer whose certificate comes with those of its issuers, as on a token."""

    pair: KeyPair
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        return self.pair.certificate

    def sign(self, data: bytes) -> bytes:
        return self.pair.sign(data)


@dataclass(frozen=True)
class StrangeSigner(IssuedSigner):
    """A token that answers with another key than its certificate's."""

    other: KeyPair

    def sign(self, data: bytes) -> bytes:
        return self.other.sign(data)


@pytest.fixture(scope="module")
def book(result) -> bytes:
    return draw_workbook(result, "ab12cd34" * 8)


@pytest.fixture(scope="module")
def one(book, pairs) -> bytes:
    return sign_workbook(book, pairs[0], AT, "评审结果，第一次签署")


@pytest.fixture(scope="module")
def three(one, pairs) -> bytes:
    return sign_workbook(sign_workbook(one, pairs[1], AT), pairs[2], LATER)


@pytest.fixture(scope="module")
def plain() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        workbook.add_worksheet().write_number(0, 0, 80.25)
    return target.getvalue()


@pytest.fixture(scope="module")
def small(plain, pairs) -> bytes:
    return sign_workbook(plain, pairs[0], AT)


def certificates(*pairs: KeyPair) -> tuple[x509.Certificate, ...]:
    return tuple(pair.certificate for pair in pairs)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    write_container(target, parts.items())
    return target.getvalue()


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one piece of text in one part replaced, packed as the program packs."""
    parts = members(content)
    text = parts[part].decode()
    assert old in text
    parts[part] = text.replace(old, new, 1).encode()
    return packed(parts)


def without(content: bytes, *names: str) -> bytes:
    return packed({name: value for name, value in members(content).items() if name not in names})


def verdict(content: bytes, *signers: x509.Certificate) -> str:
    """What the checker says: "accepted", or the code it refuses with."""
    try:
        check_signed_workbook(content, signers, where=WHERE)
    except EcpanelError as fault:
        assert fault.params["where"] == WHERE
        return fault.code
    return "accepted"


def uncovered_part(content: bytes, *signers: x509.Certificate) -> str:
    with pytest.raises(EcpanelError) as caught:
        check_signed_workbook(content, signers, where=WHERE)
    assert caught.value.code == "xlsx_signature_uncovered"
    return str(caught.value.params["part"])


# ---- signing


def test_the_packing_used_by_these_tests_changes_nothing(three, pairs):
    assert packed(members(three)) == three


def test_a_signed_workbook_names_its_signer(one, pairs):
    assert check_signed_workbook(one, certificates(pairs[0]), where=WHERE) == certificates(pairs[0])
    assert signers_of(one) == certificates(pairs[0])


def test_three_signers_stand_in_order(three, pairs):
    signers = certificates(*pairs[:3])
    assert check_signed_workbook(three, signers, where=WHERE) == signers
    assert signers_of(three) == signers


def test_a_further_signature_leaves_the_earlier_ones_as_they_are(one, three):
    assert members(three)[SIG1] == members(one)[SIG1]


def test_the_same_person_can_sign_twice(one, pairs):
    twice = sign_workbook(one, pairs[0], LATER)
    assert verdict(twice, *certificates(pairs[0], pairs[0])) == "accepted"


def test_equal_input_gives_equal_bytes(book, pairs, one):
    assert sign_workbook(book, pairs[0], AT, "评审结果，第一次签署") == one
    assert sign_workbook(book, pairs[0], LATER, "评审结果，第一次签署") != one


def test_the_time_is_kept_as_the_same_moment(one):
    assert b"<xd:SigningTime>2021-11-24T08:20:00Z</xd:SigningTime>" in members(one)[SIG1]


def test_an_unsigned_workbook_has_no_signers(book, pairs):
    assert signers_of(book) == ()
    assert verdict(book, *certificates(pairs[0])) == "xlsx_signature_missing"
    assert verdict(book) == "xlsx_signature_missing"


def test_the_parts_of_the_workbook_are_not_touched(book, three):
    before, after = members(book), members(three)
    same = [name for name in before if not name.endswith(".rels") and name != TYPES]
    assert all(after[name] == before[name] for name in same)


def test_every_reader_still_opens_the_signed_workbook(book, three):
    before = openpyxl.load_workbook(io.BytesIO(book))
    after = openpyxl.load_workbook(io.BytesIO(three))
    assert after.sheetnames == before.sheetnames
    for sheet in before.worksheets:
        assert list(after[sheet.title].values) == list(sheet.values)


def test_a_workbook_of_another_writer_can_be_signed(pairs):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "企业"
    target = io.BytesIO()
    workbook.save(target)
    signed = sign_workbook(target.getvalue(), pairs[0], AT)
    assert verdict(signed, *certificates(pairs[0])) == "accepted"


def test_a_comment_may_hold_any_text(book, pairs):
    comment = '同意 <评审> & "结果" ]]>\r\n第二行\t完 𠮷'
    signed = sign_workbook(book, pairs[0], AT, comment)
    root = etree.fromstring(members(signed)[SIG1])
    assert root.findtext(".//{*}SignatureComments") == comment
    assert verdict(signed, *certificates(pairs[0])) == "accepted"


@pytest.mark.parametrize("comment", ["长" * 256, "坏\x00字符", "半个\ud800字符"])
def test_a_comment_that_office_or_xml_cannot_hold_is_our_own_fault(small, pairs, comment):
    with pytest.raises(ValueError):
        sign_workbook(small, pairs[1], AT, comment)


def test_a_time_without_offset_is_our_own_fault(small, pairs):
    with pytest.raises(ValueError):
        sign_workbook(small, pairs[1], AT.replace(tzinfo=None))


def test_the_certificates_of_the_issuers_come_along_and_are_signed(small, pairs):
    issued = IssuedSigner(pairs[1], certificates(pairs[2]))
    signed = sign_workbook(small, issued, AT)
    assert verdict(signed, *certificates(*pairs[:2])) == "accepted"
    held = base64.b64encode(pairs[2].certificate.public_bytes(Encoding.DER)).decode()
    other = base64.b64encode(pairs[3].certificate.public_bytes(Encoding.DER)).decode()
    exchanged = changed(signed, "_xmlsignatures/sig2.xml", held, other)
    assert verdict(exchanged, *certificates(*pairs[:2])) == "xlsx_signature_invalid"


def test_a_token_that_answers_with_another_key_is_found_out_at_once(book, pairs):
    with pytest.raises(EcpanelError, match="xlsx_signature_invalid"):
        sign_workbook(book, StrangeSigner(pairs[0], (), pairs[1]), AT)


def test_nobody_signs_below_a_broken_signature(one, pairs):
    broken = changed(one, "xl/styles.xml", "<fonts", "<fonts ")
    with pytest.raises(EcpanelError, match="xlsx_signature_invalid"):
        sign_workbook(broken, pairs[1], AT)


def test_what_is_digested_is_the_canonical_form_another_library_writes(three):
    for number in (1, 2, 3):
        root = etree.fromstring(members(three)[f"_xmlsignatures/sig{number}.xml"])
        references = root.findall(f"{DSIG}SignedInfo/{DSIG}Reference")
        assert len(references) == 4
        for reference in references:
            (target,) = root.xpath("//*[@Id=$key]", key=reference.get("URI")[1:])
            alone = etree.fromstring(etree.tostring(target))
            digest = hashlib.sha256(etree.tostring(alone, method="c14n")).digest()
            assert base64.b64decode(reference.findtext(f"{DSIG}DigestValue")) == digest


# ---- changes after signing


def cell_changed(content: bytes) -> bytes:
    sheet = members(content)["xl/worksheets/sheet2.xml"].decode()
    value = re.search(r"<v>[0-9.]+</v>", sheet)
    return changed(content, "xl/worksheets/sheet2.xml", value[0], "<v>99.99</v>")


def part_removed(content: bytes) -> bytes:
    """The theme taken away with its content type and relationship, as a careful hand would."""
    content = without(content, "xl/theme/theme1.xml")
    parts = members(content)
    for name, pattern in ((TYPES, rb'<Override PartName="/xl/theme/[^>]*>'), (BOOK_RELATIONS, THEME)):
        parts[name] = re.sub(pattern, b"", parts[name])
    return packed(parts)


def signature_removed(content: bytes) -> bytes:
    """The last of three signatures taken away without a trace."""
    parts = members(without(content, "_xmlsignatures/sig3.xml"))
    parts[TYPES] = re.sub(rb'<Override PartName="/_xmlsignatures/sig3[^>]*>', b"", parts[TYPES])
    pattern = rb'<Relationship [^>]*Target="sig3.xml"[^>]*>'
    parts[SIGNATURE_RELATIONS] = re.sub(pattern, b"", parts[SIGNATURE_RELATIONS])
    return packed(parts)


def signatures_swapped(content: bytes) -> bytes:
    parts = members(content)
    other = "_xmlsignatures/sig2.xml"
    parts[SIG1], parts[other] = parts[other], parts[SIG1]
    return packed(parts)


def value_flipped(content: bytes) -> bytes:
    text = members(content)[SIG1].decode()
    value = re.search(r"<SignatureValue>(.)", text)
    return changed(content, SIG1, value[0], "<SignatureValue>" + ("B" if value[1] == "A" else "A"))


def wrapped(content: bytes) -> bytes:
    """The signed object kept under its Id in a foreign corner, an altered one put in its place."""
    text = members(content)[SIG1].decode()
    start, end = text.index('<Object Id="idPackageObject">'), text.index('<Object Id="idOfficeObject">')
    kept = text[start:end]
    digest = re.search(r"<DigestValue>[^<]*</DigestValue>", kept)
    forged = kept.replace(digest[0], f"<DigestValue>{base64.b64encode(bytes(32)).decode()}</DigestValue>", 1)
    return changed(content, SIG1, kept, f"{forged}<Object>{kept}</Object>")


CHANGES = {
    "a cell changed": (cell_changed, "xlsx_signature_invalid"),
    "a part removed": (part_removed, "xlsx_signature_invalid"),
    "a part removed, its content type left": (
        lambda book: without(book, "xl/theme/theme1.xml"),
        "xlsx_signature_invalid",
    ),
    "a relationship retargeted": (
        lambda book: changed(book, BOOK_RELATIONS, "worksheets/sheet1.xml", "worksheets/sheet2.xml"),
        "xlsx_signature_invalid",
    ),
    "a relationship led outside": (
        lambda book: changed(book, BOOK_RELATIONS, 'Target="styles.xml"', 'Target="x" TargetMode="External"'),
        "xlsx_signature_invalid",
    ),
    "a relationship written otherwise": (
        lambda book: changed(book, BOOK_RELATIONS, "<Relationship ", "<Relationship  "),
        "xlsx_signature_invalid",
    ),
    "a content type changed": (
        lambda book: changed(book, TYPES, "spreadsheetml.styles+xml", "spreadsheetml.theme+xml"),
        "xlsx_signature_invalid",
    ),
    "a content type for no part": (
        lambda book: changed(
            book, TYPES, "<Override ", '<Override PartName="/no.xml" ContentType="a/b"/><Override '
        ),
        "xlsx_signature_invalid",
    ),
    "a content type by an unused ending": (
        lambda book: changed(
            book, TYPES, "<Default ", '<Default Extension="bin" ContentType="a/b"/><Default '
        ),
        "xlsx_signature_invalid",
    ),
    "the author changed": (
        lambda book: changed(book, "docProps/core.xml", "ecpanel", "another"),
        "xlsx_signature_invalid",
    ),
    "the list of sheets in the properties changed": (
        lambda book: changed(book, "docProps/app.xml", "Microsoft Excel", "Another Program"),
        "xlsx_signature_invalid",
    ),
    "the signature value flipped": (value_flipped, "xlsx_signature_invalid"),
    "the signing time changed": (
        lambda book: changed(book, SIG1, "<xd:SigningTime>2021-11-24T08", "<xd:SigningTime>2021-11-25T08"),
        "xlsx_signature_invalid",
    ),
    "the signing time changed in both places": (
        lambda book: packed(
            {
                name: value.replace(b"2021-11-24T08:20", b"2021-11-25T08:20") if name == SIG1 else value
                for name, value in members(book).items()
            }
        ),
        "xlsx_signature_invalid",
    ),
    "the comment changed": (lambda book: changed(book, SIG1, "第一次", "第二次"), "xlsx_signature_invalid"),
    "another algorithm named": (
        lambda book: changed(book, SIG1, "xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha1"),
        "xlsx_signature_invalid",
    ),
    "another transform named": (
        lambda book: changed(book, SIG1, "2006/RelationshipTransform", "2006/OtherTransform"),
        "xlsx_signature_invalid",
    ),
    "a reference of another type": (
        lambda book: changed(book, SIG1, "01903#SignedProperties", "01903#OtherProperties"),
        "xlsx_signature_invalid",
    ),
    "a reference to the properties missing": (
        lambda book: packed(
            {
                name: re.sub(rb'<Reference Type="http://uri.etsi.*?</Reference>', b"", value)
                for name, value in members(book).items()
            }
        ),
        "xlsx_signature_invalid",
    ),
    "a further object": (
        lambda book: changed(book, SIG1, "</KeyInfo>", "</KeyInfo><Object></Object>"),
        "xlsx_signature_invalid",
    ),
    "a blank more": (
        lambda book: changed(book, SIG1, "</Signature>", " </Signature>"),
        "xlsx_signature_invalid",
    ),
    "a wrapped signature": (wrapped, "xlsx_signature_invalid"),
    "no certificate": (
        lambda book: changed(book, SIG1, "X509Certificate>", "X509Other>"),
        "xlsx_unreadable",
    ),
    "the two files swapped": (signatures_swapped, "xlsx_signature_invalid"),
    "the last signature removed": (signature_removed, "xlsx_signature_missing"),
    "the first signature removed": (lambda book: without(book, SIG1), "xlsx_signature_missing"),
    "the way to the signatures removed": (
        lambda book: without(book, "_xmlsignatures/origin.sigs"),
        "xlsx_signature_missing",
    ),
    "all signatures removed": (
        lambda book: packed(
            {
                name: re.sub(rb'<Override PartName="/_xmlsig[^>]*>', b"", value)
                for name, value in members(book).items()
                if not name.startswith("_xmlsignatures/")
            }
        ),
        "xlsx_signature_missing",
    ),
    "the origin filled": (
        lambda book: packed({**members(book), "_xmlsignatures/origin.sigs": b"x"}),
        "xlsx_signature_invalid",
    ),
    "the way to the signatures changed": (
        lambda book: changed(book, "_rels/.rels", 'Target="_xmlsig', 'Target="/_xmlsig'),
        "xlsx_signature_uncovered",
    ),
    "a document type": (
        lambda book: changed(book, SIG1, "<Signature ", "<!DOCTYPE Signature><Signature "),
        "xlsx_unreadable",
    ),
    "an entity": (
        lambda book: changed(book, SIG1, "<Signature ", '<!DOCTYPE Signature [<!ENTITY a "b">]><Signature '),
        "xlsx_unreadable",
    ),
    "a remark": (lambda book: changed(book, SIG1, "</KeyInfo>", "<!-- --></KeyInfo>"), "xlsx_unreadable"),
    "an instruction": (lambda book: changed(book, TYPES, "</Types>", "<?go on?></Types>"), "xlsx_unreadable"),
    "another encoding": (lambda book: changed(book, SIG1, "UTF-8", "UTF-7"), "xlsx_unreadable"),
    "broken XML": (lambda book: changed(book, SIG1, "</KeyInfo>", "</Key>"), "xlsx_unreadable"),
    "broken relationships": (
        lambda book: changed(book, BOOK_RELATIONS, "</Relationships>", ""),
        "xlsx_unreadable",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_after_signing_is_refused(three, pairs, change):
    alter, code = CHANGES[change]
    altered = alter(three)
    assert altered != three
    assert verdict(altered, *certificates(*pairs[:3])) == code


ADDITIONS = {
    "xl/worksheets/sheet99.xml": lambda book: packed({**members(book), "xl/worksheets/sheet99.xml": b"<a/>"}),
    "customXml/item1.xml": lambda book: packed({**members(book), "customXml/item1.xml": b"<a/>"}),
    "docProps/custom.xml": lambda book: packed({**members(book), "docProps/custom.xml": b"<a/>"}),
    "_XMLSIGNATURES/sig4.xml": lambda book: packed({**members(book), "_XMLSIGNATURES/sig4.xml": b"<a/>"}),
    "_xmlsignatures/note.xml": lambda book: packed({**members(book), "_xmlsignatures/note.xml": b"<a/>"}),
    BOOK_RELATIONS: lambda book: changed(
        book,
        BOOK_RELATIONS,
        "</Relationships>",
        '<Relationship Id="rIdX" Type="http://x/externalLink" Target="x"/></Relationships>',
    ),
    "_rels/.rels": lambda book: changed(
        book,
        "_rels/.rels",
        "</Relationships>",
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/package/2006/relationships/'
        'digital-signature/origin" Target="other.sigs"/></Relationships>',
    ),
    SIGNATURE_RELATIONS: lambda book: changed(
        book,
        SIGNATURE_RELATIONS,
        "</Relationships>",
        '<Relationship Id="rIdX" Type="http://x/y" Target="sig1.xml"/></Relationships>',
    ),
    "xl/worksheets/_rels/sheet1.xml.rels": lambda book: packed(
        {
            **members(book),
            "xl/worksheets/_rels/sheet1.xml.rels": (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Id="rId1" Type="http://x/y" Target="z"/></Relationships>'
            ),
        }
    ),
}


@pytest.mark.parametrize("part", ADDITIONS)
def test_what_is_added_after_signing_is_named(three, pairs, part):
    assert uncovered_part(ADDITIONS[part](three), *certificates(*pairs[:3])) == part


# ---- signers


def test_signers_in_another_order_are_not_the_expected_ones(three, pairs):
    assert verdict(three, *certificates(pairs[1], pairs[0], pairs[2])) == "xlsx_signature_invalid"


def test_a_signer_nobody_expected_is_refused(three, pairs):
    assert verdict(three, *certificates(*pairs[:2])) == "xlsx_signature_invalid"


def test_a_signer_still_missing_is_told(three, pairs):
    assert verdict(three, *certificates(*pairs)) == "xlsx_signature_missing"


def test_a_certificate_of_the_same_name_is_another_signer(book, one, pairs):
    assert pairs[0].certificate.subject == pairs[3].certificate.subject
    assert verdict(one, *certificates(pairs[3])) == "xlsx_signature_invalid"
    forged = sign_workbook(book, pairs[3], AT)
    assert verdict(forged, *certificates(pairs[0])) == "xlsx_signature_invalid"


def test_a_certificate_put_into_anothers_signature_is_refused(book, pairs):
    forged = sign_workbook(book, pairs[3], AT)
    own, other = (
        base64.b64encode(pair.certificate.public_bytes(Encoding.DER)).decode()
        for pair in (pairs[3], pairs[0])
    )
    assert verdict(changed(forged, SIG1, own, other), *certificates(pairs[0])) == "xlsx_signature_invalid"


# ---- the zip around it


def renamed_in_the_directory(content: bytes) -> bytes:
    place = content.rindex(b"xl/styles.xml")
    return content[:place] + b"xl/stylez.xml" + content[place + 13 :]


def doubled(content: bytes) -> bytes:
    target = io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr("xl/styles.xml", b"<styleSheet/>")
    return target.getvalue()


def with_a_hidden_entry(content: bytes) -> bytes:
    """Another cell's file before the directory, seen only by readers that walk from the front."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.start_dir
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a/>")
        end = archive.start_dir
    hidden_bytes = hidden.getvalue()[:end]
    offset = int.from_bytes(content[-6:-2], "little") + len(hidden_bytes)
    tail = content[place:-6] + offset.to_bytes(4, "little") + content[-2:]
    return content[:place] + hidden_bytes + tail


def packed_otherwise(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members(content).items():
            archive.writestr(name, value)
    return target.getvalue()


def bomb(content: bytes) -> bytes:
    return packed({**members(content), "xl/media/image1.xml": bytes(50_000_000)})


ZIPS = {
    "an entry renamed in the directory": renamed_in_the_directory,
    "an entry doubled": doubled,
    "an entry of other case": lambda book: packed({**members(book), "XL/styles.xml": b"<a/>"}),
    "an entry with a path outside": lambda book: packed(members(book)).replace(
        b"xl/styles.xml", b"../tyles.xml1"
    ),
    "a hidden entry": with_a_hidden_entry,
    "bytes before": lambda book: b"MZ" + book,
    "bytes after": lambda book: book + b"PK",
    "a remark at the end": lambda book: book[:-2] + b"\x02\x00ok",
    "packed by another program": packed_otherwise,
    "a bomb": bomb,
    "no zip": lambda _book: b"%PDF-1.7",
    "nothing": lambda _book: b"",
    "no workbook": lambda _book: packed({"a.txt": b"a"}),
    "the middle cut out": lambda book: book[: len(book) // 2] + book[len(book) // 2 + 100 :],
}


@pytest.mark.parametrize("change", ZIPS)
def test_a_zip_no_writer_of_ours_makes_is_unreadable(three, pairs, change):
    altered = ZIPS[change](three)
    assert altered != three
    assert verdict(altered, *certificates(*pairs[:3])) == "xlsx_unreadable"


def test_a_part_renamed_throughout_is_not_covered(three, pairs):
    renamed = three.replace(b"xl/styles.xml", b"xl/stylez.xml")
    assert uncovered_part(renamed, *certificates(*pairs[:3])) == "xl/stylez.xml"


# ---- any bytes at all

FLIPS = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=4)
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def flipped(content: bytes, flips: list[tuple[int, int]]) -> bytes:
    altered = bytearray(content)
    for place, mask in flips:
        altered[place % len(altered)] ^= mask
    return bytes(altered)


@ANY
@given(flips=FLIPS)
def test_flipped_bytes_are_never_accepted_as_something_else(small, pairs, flips):
    altered = flipped(small, flips)
    if verdict(altered, *certificates(pairs[0])) == "accepted":
        assert list(members(altered).items()) == list(members(small).items())
    with suppress(EcpanelError):
        signers_of(altered)


@ANY
@given(start=st.integers(0, 1 << 20), length=st.integers(1, 5000), inserted=st.binary(max_size=40))
def test_cut_and_filled_bytes_are_never_accepted_as_something_else(small, pairs, start, length, inserted):
    start %= len(small)
    altered = small[:start] + inserted + small[start + length :]
    if verdict(altered, *certificates(pairs[0])) == "accepted":
        assert members(altered) == members(small)
    with suppress(EcpanelError):
        sign_workbook(altered, pairs[1], AT)


@ANY
@given(part=st.integers(0, 100), flips=FLIPS)
def test_no_part_can_differ_in_a_single_byte(small, pairs, part, flips):
    parts = members(small)
    name = sorted(parts)[part % len(parts)]
    if not parts[name]:
        name = SIG1
    before = parts[name]
    parts[name] = flipped(before, flips)
    expected = "accepted" if parts[name] == before else "xlsx_"
    assert verdict(packed(parts), *certificates(pairs[0])).startswith(expected)


@ANY
@given(content=st.binary(max_size=400))
def test_a_signature_of_any_content_is_refused(small, pairs, content):
    altered = packed({**members(small), SIG1: content})
    assert verdict(altered, *certificates(pairs[0])).startswith("xlsx_")


@ANY
@given(part=st.integers(0, 100), flips=FLIPS)
def test_whatever_is_signed_at_all_is_signed_whole(plain, pairs, part, flips):
    parts = members(plain)
    name = sorted(parts)[part % len(parts)]
    parts[name] = flipped(parts[name], flips)
    with suppress(EcpanelError):
        signed = sign_workbook(packed(parts), pairs[0], AT)
        assert verdict(signed, *certificates(pairs[0])) == "accepted"
