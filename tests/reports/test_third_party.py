"""What LibreOffice and Apache POI, which know nothing of this program, say of its signed documents."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ecpanel.domain.sign_off import BookLine, SignOffState
from ecpanel.exchange.container import write_container
from ecpanel.exchange.keys import make_key
from ecpanel.reports.archival_pdf import make_archival
from ecpanel.reports.pdf_signature import Mark, sign_pdf
from ecpanel.reports.sign_off_sheet import SignOffSheet, draw_sign_off_sheet
from ecpanel.reports.workbook import draw_workbook
from ecpanel.reports.workbook_signature import sign_workbook

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).parent / "third_party"
SYSTEM_PYTHON = "/usr/bin/python3"
AT = datetime(2021, 11, 24, 16, 20, tzinfo=timezone(timedelta(hours=8)))
SIGNERS = 5
TAMPERED = ("cell", "comment", "time", "value", "relationship")


@pytest.fixture(scope="module")
def chained() -> ChainedSigner:
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(3)]
    root = issued("Root", keys[0], None, keys[0], authority=True)
    middle = issued("Middle", keys[1], root, keys[0], authority=True)
    own = issued("赵六", keys[2], middle, keys[1], authority=False)
    return ChainedSigner(keys[2], own, (middle, root))


@pytest.fixture(scope="module")
def folder(result, chained, tmp_path_factory) -> Path:
    """The workbooks both programs are asked about."""
    folder = tmp_path_factory.mktemp("workbooks")
    book = draw_workbook(result, "ab12cd34" * 8)
    one = sign_workbook(book, make_key("张三", "专家", AT), AT, '同意 <评审> & "结果"\n第二行')
    several = one
    for number in range(1, SIGNERS):
        several = sign_workbook(several, make_key(f"专家{number}", "专家", AT), AT)
    books = {"unsigned": book, "one": one, "several": several, "chained": sign_workbook(book, chained, AT)}
    books |= {kind: tampered(one, kind) for kind in TAMPERED}
    for name, content in books.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    for name, content in signed_pdfs(chained).items():
        (folder / f"{name}.pdf").write_bytes(content)
    return folder


def signed_pdfs(chained: ChainedSigner) -> dict[str, bytes]:
    """A page as it is kept, unsigned, signed by three in turn, and then touched."""
    lines = (BookLine("E01", "张堃喆", SignOffState.DEEMED, "", "", "", ""),)
    sheet = SignOffSheet(
        "评审", (), "ab12cd34" * 8, 9, "张堃喆", "E01", "0000-" * 7 + "0000", "", AT.isoformat(), lines
    )
    page = make_archival(draw_sign_off_sheet(sheet), "会签表", AT.isoformat())
    signed = page
    for number, signer in enumerate((make_key("张三", "chair", AT), make_key("李四", "E02", AT), chained)):
        box = (60, 60 + 50 * number, 260, 100 + 50 * number)
        signed = sign_pdf(signed, signer, Mark(f"S{number}", f"签名人{number}", 0, box), AT)
    touched = bytearray(signed)
    touched[len(page) // 2] ^= 1
    return {"pdf-unsigned": page, "pdf-signed": signed, "pdf-touched": bytes(touched)}


@pytest.fixture(scope="module")
def libreoffice(folder, chained, tmp_path_factory) -> Iterator[dict[str, list[str]]]:
    """LibreOffice's word on every workbook, from a process of its own."""
    soffice = shutil.which("soffice")
    if soffice is None or not has_uno():
        pytest.skip("soffice or python3-uno is not installed")
    home = tmp_path_factory.mktemp("soffice")
    pipe = f"ecpanel-{uuid.uuid4().hex}"
    options = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    environment = {**os.environ, "HOME": str(home), **trusting(chained.chain[-1], home)}
    with subprocess.Popen(
        [soffice, profile, *options], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield answers(
                [SYSTEM_PYTHON, str(SCRIPTS / "verify_documents.py"), pipe], folder, "*.xlsx", "*.pdf"
            )
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def poi(folder) -> dict[str, list[str]]:
    """Apache POI's word on every workbook."""
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None:
        pytest.skip("java with its compiler is not installed")
    classpath = poi_classpath()
    if not classpath:
        pytest.skip("the jars of Apache POI are missing, see packaging/poi.py")
    return answers([java, "-cp", classpath, str(SCRIPTS / "VerifyWorkbook.java")], folder, "*.xlsx")


def issued(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: rsa.RSAPrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    """A certificate by an authority, or by itself."""
    names = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, '甲, "乙" + <丙>'),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    subject = x509.Name(names)
    usage = x509.KeyUsage(
        not authority, not authority, False, False, False, authority, authority, False, False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=2))
        .not_valid_after(AT + timedelta(days=36500))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def tampered(content: bytes, kind: str) -> bytes:
    """A signed workbook with one thing changed."""
    part, pattern, new = {
        "cell": ("xl/worksheets/sheet2.xml", rb"<v>[0-9.]+</v>", b"<v>99.99</v>"),
        "comment": ("_xmlsignatures/sig1.xml", "同意".encode(), "反对".encode()),
        "time": ("_xmlsignatures/sig1.xml", rb"<xd:SigningTime>2021", b"<xd:SigningTime>2020"),
        "value": ("_xmlsignatures/sig1.xml", rb"<SignatureValue>....", b"<SignatureValue>AAAA"),
        "relationship": ("xl/_rels/workbook.xml.rels", rb"worksheets/sheet2.xml", b"worksheets/sheet3.xml"),
    }[kind]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part], count = re.subn(pattern, new, parts[part], count=1)
    assert count == 1
    target = io.BytesIO()
    write_container(target, parts.items())
    return target.getvalue()


def has_uno() -> bool:
    """Whether the system's Python can talk to LibreOffice."""
    if not Path(SYSTEM_PYTHON).is_file():
        return False
    command = [SYSTEM_PYTHON, "-c", "import uno"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def trusting(root: x509.Certificate, home: Path) -> dict[str, str]:
    """The environment in which LibreOffice trusts an authority; empty without certutil."""
    certutil = shutil.which("certutil")
    if certutil is None:
        return {}
    store, file = home / "nss", home / "root.pem"
    store.mkdir()
    file.write_bytes(root.public_bytes(Encoding.PEM))
    for options in (["-N", "--empty-password"], ["-A", "-n", "root", "-t", "CT,C,C", "-i", str(file)]):
        subprocess.run([certutil, "-d", f"sql:{store}", *options], check=True, capture_output=True)
    return {"MOZILLA_CERTIFICATE_FOLDER": f"sql:{store}"}


def poi_classpath() -> str:
    """Where the jars lie according to packaging/poi.py, which is no module of the program."""
    spec = importlib.util.spec_from_file_location("ecpanel_poi", ROOT / "packaging" / "poi.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.classpath(Path(sys.prefix) / "poi")


def answers(command: list[str], folder: Path, *kinds: str) -> dict[str, list[str]]:
    """One line of words per file."""
    files = [str(file) for kind in kinds for file in sorted(folder.glob(kind))]
    ran = subprocess.run([*command, *files], capture_output=True, text=True, timeout=50, check=False)
    lines = [line.split() for line in ran.stdout.splitlines() if ".xlsx" in line or ".pdf" in line]
    assert len(lines) == len(files), ran.stderr
    return {name.rpartition(".")[0]: words for name, *words in lines}


@dataclass(frozen=True)
class ChainedSigner:
    """A signer with a certificate from an authority, as on a token of the department."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, PKCS1v15(), hashes.SHA256())


def test_libreoffice_finds_every_signature_valid(libreoffice):
    assert libreoffice["unsigned"] == []
    assert [word.partition("/")[0] for word in libreoffice["one"]] == ["True"]
    assert [word.partition("/")[0] for word in libreoffice["several"]] == ["True"] * SIGNERS


def test_libreoffice_finds_every_signature_of_a_report_valid_and_sees_red(libreoffice):
    assert libreoffice["pdf-unsigned"] == []
    assert [word.partition("/")[0] for word in libreoffice["pdf-signed"]] == ["True"] * 3
    assert "False" in {word.partition("/")[0] for word in libreoffice["pdf-touched"]}


def test_libreoffice_follows_the_chain_to_a_trusted_authority(libreoffice):
    assert libreoffice["chained"] == ["True/0" if shutil.which("certutil") else "True/1"]


@pytest.mark.parametrize("kind", TAMPERED)
def test_libreoffice_sees_red_after_tampering(libreoffice, kind):
    assert [word.partition("/")[0] for word in libreoffice[kind]] == ["False"]


def test_poi_finds_every_signature_valid(poi):
    assert poi["unsigned"] == ["false"]
    assert poi["one"] == poi["chained"] == ["true", "true"]
    assert poi["several"] == ["true"] * (SIGNERS + 1)


@pytest.mark.parametrize("kind", TAMPERED)
def test_poi_sees_red_after_tampering(poi, kind):
    assert poi[kind] == ["false", "false"]
