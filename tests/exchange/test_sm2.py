"""SM2 with SM3: both ways against OpenSSL, tampering, foreign IDs, and only EcpanelError for rubbish."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange.sm2 import (
    USER_ID,
    Sm2Key,
    load_key,
    load_public,
    make_key,
    private_bytes,
    public_pem,
    sign,
    verify,
)

pytest.importorskip("gmssl_pyx")

KEY = make_key()
CONTENT = "评审结果清单".encode()
SIGNATURE = sign(CONTENT, KEY)
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93


def openssl(*words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *words], cwd=cwd, capture_output=True, check=False)


def rawly(distid: str = "1234567812345678") -> list[str]:
    return ["-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{distid}"]


def code_of(call) -> str:
    with pytest.raises(EcpanelError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "public.pem").write_bytes(public_pem(KEY.public))
    (tmp_path / "private.der").write_bytes(private_bytes(KEY))
    return tmp_path


def test_openssl_reads_both_keys(folder):
    done = openssl("pkey", "-pubin", "-in", "public.pem", "-noout", "-text", cwd=folder)
    assert done.returncode == 0 and b"SM2" in done.stdout, done.stderr
    again = openssl("pkey", "-pubin", "-in", "public.pem", cwd=folder)
    assert again.stdout == public_pem(KEY.public)
    ours = openssl("pkey", "-inform", "DER", "-in", "private.der", "-pubout", cwd=folder)
    assert ours.stdout == public_pem(KEY.public), ours.stderr


def test_openssl_verifies_ours(folder):
    (folder / "signature").write_bytes(SIGNATURE)
    check = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "public.pem",
        "-in",
        "content",
        "-sigfile",
        "signature",
    ]
    assert openssl(*check, *rawly(), cwd=folder).returncode == 0
    assert openssl(*check, *rawly("8765432187654321"), cwd=folder).returncode != 0
    (folder / "content").write_bytes(CONTENT + b"\n")
    assert openssl(*check, *rawly(), cwd=folder).returncode != 0


def test_we_verify_openssl_s(folder):
    words = ["pkeyutl", "-sign", "-inkey", "private.der", "-keyform", "DER", "-in", "content", "-out", "made"]
    assert openssl(*words, *rawly(), cwd=folder).returncode == 0
    made = (folder / "made").read_bytes()
    verify(CONTENT, made, KEY.public, where="清单")
    assert code_of(lambda: verify(CONTENT + b"\n", made, KEY.public, where="清单")) == "sm2_signature_invalid"
    assert openssl(*words, *rawly("8765432187654321"), cwd=folder).returncode == 0
    other = (folder / "made").read_bytes()
    assert code_of(lambda: verify(CONTENT, other, KEY.public, where="清单")) == "sm2_signature_invalid"
    verify(CONTENT, other, KEY.public, where="清单", user_id=b"8765432187654321")


def test_keys_made_by_openssl_are_read(tmp_path):
    openssl("genpkey", "-algorithm", "SM2", "-out", "key.pem", cwd=tmp_path)
    openssl(
        "pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key.der", cwd=tmp_path
    )
    der = (tmp_path / "key.der").read_bytes()
    pem = openssl("pkey", "-in", "key.pem", "-pubout", cwd=tmp_path).stdout
    key = load_key(der, where="store")
    assert private_bytes(key) == der
    assert load_public(pem, where="公钥") == key.public
    verify(CONTENT, sign(CONTENT, key), key.public, where="清单")


def test_other_curves_and_forms_are_refused(tmp_path):
    openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "p.pem", cwd=tmp_path
    )
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "p.pem", "-outform", "DER", "-out", "p.der", cwd=tmp_path)
    pem = openssl("pkey", "-in", "p.pem", "-pubout", cwd=tmp_path).stdout
    assert code_of(lambda: load_public(pem, where="公钥")) == "sm2_key_unreadable"
    assert code_of(lambda: load_key((tmp_path / "p.der").read_bytes(), where="store")) == "sm2_key_unreadable"
    (tmp_path / "public.pem").write_bytes(public_pem(KEY.public))
    words = ("ec", "-pubin", "-in", "public.pem", "-conv_form", "compressed")
    pressed = openssl(*words, cwd=tmp_path).stdout
    assert pressed.startswith(b"-----BEGIN PUBLIC KEY")
    assert code_of(lambda: load_public(pressed, where="公钥")) == "sm2_key_unreadable"


def test_a_public_key_of_64_bytes_will_do_as_well():
    verify(CONTENT, SIGNATURE, KEY.public[1:], where="清单")
    assert Sm2Key(KEY.private, KEY.public[1:]) == KEY
    assert public_pem(KEY.public[1:]) == public_pem(KEY.public)


def test_the_private_half_is_not_shown():
    assert repr(KEY.private) not in repr(KEY) and KEY.private.hex() not in repr(KEY)


def test_a_foreign_key_does_not_verify():
    assert (
        code_of(lambda: verify(CONTENT, SIGNATURE, make_key().public, where="清单"))
        == "sm2_signature_invalid"
    )


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=40))
def test_what_is_signed_verifies_and_nothing_else(content, user_id):
    signature = sign(content, KEY, user_id=user_id)
    verify(content, signature, KEY.public, where="清单", user_id=user_id)
    assert code_of(lambda: verify(content + b"\0", signature, KEY.public, where="清单", user_id=user_id))
    if user_id != USER_ID:
        assert (
            code_of(lambda: verify(content, signature, KEY.public, where="清单")) == "sm2_signature_invalid"
        )


@given(st.integers(0, len(SIGNATURE) * 8 - 1))
def test_any_bit_of_the_signature_matters(bit):
    bad = bytearray(SIGNATURE)
    bad[bit // 8] ^= 1 << bit % 8
    assert code_of(lambda: verify(CONTENT, bytes(bad), KEY.public, where="清单")) == "sm2_signature_invalid"


@settings(max_examples=300)
@given(st.binary(max_size=90))
def test_rubbish_is_no_signature(rubbish):
    assert code_of(lambda: verify(CONTENT, rubbish, KEY.public, where="清单")) == "sm2_signature_invalid"


R, S = decode_dss_signature(SIGNATURE)
LONG_LENGTH = b"\x30\x81" + SIGNATURE[1:]


@pytest.mark.parametrize(
    "bad",
    [
        encode_dss_signature(0, S),
        encode_dss_signature(R, 0),
        encode_dss_signature(R + N, S),
        encode_dss_signature(R, S + N),
        bytes.fromhex("30060201ff020101"),
        encode_dss_signature(S, R),
        encode_dss_signature(1 << 4000, S),
        SIGNATURE + b"\0",
        SIGNATURE[:-1],
        LONG_LENGTH,
        R.to_bytes(32, "big") + S.to_bytes(32, "big"),
        b"",
    ],
    ids=lambda _: "form",
)
def test_no_second_form_of_a_signature(bad):
    assert code_of(lambda: verify(CONTENT, bad, KEY.public, where="清单")) == "sm2_signature_invalid"


@pytest.mark.parametrize(
    "public",
    [
        b"",
        KEY.public[:-1],
        KEY.public + b"\0",
        bytes(64),
        b"\x04" + bytes(64),
        b"\x02" + KEY.public[1:],
        b"\x02" + KEY.public[1:33],
        KEY.public[:-1] + bytes([KEY.public[-1] ^ 1]),
        b"\xff" * 64,
    ],
    ids=lambda _: "form",
)
def test_what_is_no_point_of_the_curve_is_no_key(public):
    assert code_of(lambda: verify(CONTENT, SIGNATURE, public, where="清单")) == "sm2_key_unreadable"
    assert code_of(lambda: public_pem(public)) == "sm2_key_unreadable"
    assert code_of(lambda: Sm2Key(KEY.private, public)) == "sm2_key_unreadable"


@pytest.mark.parametrize("number", [0, N - 1, N, (1 << 256) - 1])
def test_private_keys_out_of_range_are_refused(number):
    der = private_bytes(KEY).replace(KEY.private, number.to_bytes(32, "big"))
    assert code_of(lambda: load_key(der, where="store")) == "sm2_key_unreadable"
    assert code_of(lambda: Sm2Key(number.to_bytes(32, "big"), KEY.public)) == "sm2_key_unreadable"


def test_a_coordinate_has_one_form():
    """A small x and x + p are the same number to the curve, but not the same key."""
    x = next(x for x in range(1, 99) if pow(x**3 - 3 * x + B, (P - 1) // 2, P) == 1)
    y = pow(x**3 - 3 * x + B, (P + 1) // 4, P).to_bytes(32, "big")
    public_pem(x.to_bytes(32, "big") + y)
    assert code_of(lambda: public_pem((x + P).to_bytes(32, "big") + y)) == "sm2_key_unreadable"


def test_any_bit_around_the_private_half_matters():
    der = private_bytes(KEY)
    start = der.index(KEY.private)
    for bit in range(len(der) * 8):
        if not start <= bit // 8 < start + 32:
            bad = bytearray(der)
            bad[bit // 8] ^= 1 << bit % 8
            assert code_of(lambda bad=bytes(bad): load_key(bad, where="store")) == "sm2_key_unreadable"


@given(st.one_of(st.binary(max_size=200), st.integers(0, 138 * 8 - 1)))
def test_malformed_keys_only_ever_raise_ours(change):
    if isinstance(change, bytes):
        der = pem = change
    else:
        bits = bytearray(private_bytes(KEY))
        bits[change // 8] ^= 1 << change % 8
        der = bytes(bits)
        bits = bytearray(public_pem(KEY.public))
        bits[change // 8 % len(bits)] ^= 1 << change % 8
        pem = bytes(bits)
    for read in (lambda: load_key(der, where="store"), lambda: load_public(pem, where="公钥")):
        try:
            read()
        except EcpanelError as fault:
            assert fault.code == "sm2_key_unreadable"


def test_keys_round_trip():
    assert load_key(private_bytes(KEY), where="store") == KEY
    assert load_public(public_pem(KEY.public), where="公钥") == KEY.public
    assert load_public(public_pem(KEY.public).replace(b"\n", b"\r\n"), where="公钥") == KEY.public
    assert code_of(lambda: load_public(public_pem(KEY.public) * 9, where="公钥")) == "sm2_key_unreadable"


def test_a_user_id_that_cannot_be_hashed_is_a_fault_of_ours():
    for bad in (b"", b"x" * 8192):
        with pytest.raises(ValueError):
            sign(CONTENT, KEY, user_id=bad)


def test_without_the_extra_nothing_is_called_valid(monkeypatch):
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    for call in (
        make_key,
        lambda: sign(CONTENT, KEY),
        lambda: verify(CONTENT, SIGNATURE, KEY.public, where="清单"),
        lambda: verify(CONTENT, b"rubbish", KEY.public, where="清单"),
    ):
        assert code_of(call) == "sm2_support_missing"
    assert load_key(private_bytes(KEY), where="store") == KEY
