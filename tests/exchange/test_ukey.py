"""UKeys against SoftHSM2, which behaves as a plugged device does: PINs, keys, removal, wrong libraries."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID
from plugged import DATA, ENCIPHERING, KEYS, LIBRARY, NOW, PIN, SECOND, SIGNING, Bench, needs_softhsm

from ecpanel.domain.errors import EcpanelError
from ecpanel.exchange import ukey
from ecpanel.exchange.signer import Signer
from ecpanel.exchange.ukey import open_token, tokens

pytestmark = needs_softhsm


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    yield Bench(tmp_path, monkeypatch)
    assert not any(ukey._users.values())


def certificate(
    name: str,
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    issuer: tuple[str, rsa.RSAPrivateKey] | None = None,
    usage: x509.KeyUsage | None = SIGNING,
    days: int = 30,
) -> x509.Certificate:
    issuer_name, issuer_key = issuer or (name, private)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def ready(bench: Bench, label: str = "张伟", private: rsa.RSAPrivateKey = KEYS[2048]) -> str:
    serial = bench.plug(label)
    bench.import_key(label, private)
    bench.import_certificate(label, certificate(label, private))
    return serial


def refused(call: Callable[[], object]) -> EcpanelError:
    with pytest.raises(EcpanelError) as caught:
        call()
    return caught.value


def opened(serial: str, pin: str = PIN, library: Path | None = None) -> Callable[[], object]:
    def call() -> None:
        with open_token(library or LIBRARY, serial, pin) as token:
            token.keys()

    return call


def test_what_is_plugged_in_is_listed_without_a_pin(bench):
    assert tokens(LIBRARY) == ()
    one, two = bench.plug("张伟"), bench.plug("李娜")
    listed = {info.label: info for info in tokens(LIBRARY)}
    assert {label: info.serial for label, info in listed.items()} == {"张伟": one, "李娜": two}
    assert listed["张伟"].manufacturer == "SoftHSM project"
    assert listed["张伟"].slot != listed["李娜"].slot
    assert not (listed["张伟"].pin_locked or listed["张伟"].pin_count_low or listed["张伟"].final_try)


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_signature_verifies(bench, bits):
    serial = ready(bench, private=KEYS[bits])
    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
        signer: Signer = key
        for data in (DATA, b"", b"x" * 3_000_000):
            signature = signer.sign(data)
            assert len(signature) == bits // 8
            signer.certificate.public_key().verify(signature, data, PKCS1v15(), hashes.SHA256())
        assert signer.chain == ()


def test_without_a_hashing_mechanism_the_digest_is_signed(bench):
    """The two ways give one and the same signature."""
    serial = ready(bench)
    with open_token(LIBRARY, serial, PIN) as token:
        usual = token.keys()[0].sign(DATA)
    bench.configure("slots.mechanisms = CKM_RSA_PKCS")
    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
        import pkcs11

        assert pkcs11.Mechanism.SHA256_RSA_PKCS not in key._mechanisms
        assert key.sign(DATA) == usual


def test_a_mechanism_that_is_listed_but_refused(bench):
    serial = ready(bench)
    bench.configure("slots.mechanisms = CKM_RSA_PKCS")
    import pkcs11

    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
        with pytest.raises(pkcs11.MechanismInvalid):
            key._private.sign(DATA, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
        boasting = ukey.TokenKey(
            key.certificate, (), token, key._private, key._mechanisms | {pkcs11.Mechanism.SHA256_RSA_PKCS}
        )
        assert boasting.sign(DATA) == key.sign(DATA)


def test_no_mechanism_at_all_is_refused_with_a_reason(bench):
    serial = ready(bench)
    bench.configure("slots.mechanisms = CKM_SHA256")
    with open_token(LIBRARY, serial, PIN) as token:
        fault = refused(lambda: token.keys()[0].sign(DATA))
        assert (fault.code, fault.params["reason"]) == ("ukey_refused", "UKey不支持RSA签名")


def test_of_two_tokens_the_one_with_the_serial_is_opened(bench):
    bench.plug("张伟")
    serial = bench.plug("李娜", pin="246802")
    bench.import_key("李娜", SECOND, pin="246802")
    bench.import_certificate("李娜", certificate("李娜", SECOND), pin="246802")
    with open_token(LIBRARY, serial, "246802") as token:
        (key,) = token.keys()
        assert key.certificate.subject.rfc4514_string() == "CN=李娜"
        assert token.serial == serial
    assert refused(opened(serial)).code == "ukey_pin_wrong"
    assert refused(opened("0000")).code == "ukey_absent"
    assert refused(opened("")).code == "ukey_absent"


def test_both_tokens_may_be_open_at_once(bench):
    one, two = ready(bench, "张伟"), ready(bench, "李娜", SECOND)
    with open_token(LIBRARY, one, PIN) as first:
        with open_token(LIBRARY, two, PIN) as second:
            assert len(tokens(LIBRARY)) == 2
            assert second.keys()[0].sign(DATA) != first.keys()[0].sign(DATA)
        assert first.keys()[0].sign(DATA)
        assert refused(opened(one)).code == "ukey_refused"
        assert refused(opened(two, "000000")).code == "ukey_pin_wrong"
        assert first.keys()[0].sign(DATA)


def test_a_wrong_pin_is_tried_once(bench, monkeypatch):
    import pkcs11

    serial = ready(bench)
    tries = []
    honest = ukey._login

    class Counting:
        """A slot whose logins are counted."""

        def __init__(self, slot):
            self.slot = slot

        def get_token(self):
            token = self.slot.get_token()

            class Counted:
                flags = token.flags

                def open(self, **words):
                    tries.append(words)
                    return token.open(**words)

            return Counted()

    monkeypatch.setattr(ukey, "_login", lambda slot, number, pin: honest(Counting(slot), number, pin))
    fault = refused(opened(serial, "000000"))
    assert (fault.code, fault.params["tries_left"]) == ("ukey_pin_wrong", "UKey没有说明还剩几次")
    assert tries == [{"user_pin": "000000"}]
    (info,) = tokens(LIBRARY)
    assert info.pin_count_low and not info.pin_locked
    assert isinstance(fault.__cause__, pkcs11.PinIncorrect)
    opened(serial)()
    assert not tokens(LIBRARY)[0].pin_count_low


@pytest.mark.parametrize("pin", ["", "12\n34", "12\0", "\ud800"])
def test_what_cannot_be_a_pin_costs_no_try(bench, pin):
    serial = ready(bench)
    fault = refused(opened(serial, pin))
    assert (fault.code, fault.params["tries_left"]) == ("ukey_pin_wrong", "没有输入可用的PIN，未计次数")
    assert not tokens(LIBRARY)[0].pin_count_low


@pytest.mark.parametrize("pin", ["1", "0" * 300, "密码密码"])
def test_odd_pins_are_wrong_pins(bench, pin):
    assert refused(opened(ready(bench), pin)).code == "ukey_pin_wrong"


def test_the_pin_is_kept_nowhere(bench):
    serial = ready(bench)
    for pin in (PIN, "975310"):
        try:
            with open_token(LIBRARY, serial, pin) as token:
                assert pin not in repr(token) + repr(token.keys())
                fault = None
        except EcpanelError as caught:
            fault = caught
        if fault is not None:
            assert pin not in str(fault)
            trace = fault.__traceback__
            while trace is not None:
                if trace.tb_frame.f_code.co_filename == ukey.__file__:
                    assert pin not in trace.tb_frame.f_locals.values()
                trace = trace.tb_next


def test_a_locked_pin_is_not_tried(bench):
    serial = ready(bench)
    bench.set_flags(0x40000)
    (info,) = tokens(LIBRARY)
    assert info.pin_locked
    # SoftHSM itself would let the right PIN in: the refusal is ours, before the try
    assert refused(opened(serial)).code == "ukey_pin_locked"
    assert refused(opened(serial, "000000")).code == "ukey_pin_locked"
    assert not tokens(LIBRARY)[0].pin_count_low


def test_the_last_try_is_told(bench):
    serial = ready(bench)
    bench.set_flags(0x20000)
    assert tokens(LIBRARY)[0].final_try
    fault = refused(opened(serial, "000000"))
    assert (fault.code, fault.params["tries_left"]) == ("ukey_pin_wrong", "只剩最后一次机会")


def test_removed_in_the_middle_of_signing(bench):
    serial = ready(bench)
    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
        key.sign(DATA)
        bench.unplug()
        assert refused(lambda: key.sign(DATA)).code == "ukey_gone"
        assert refused(token.keys).code == "ukey_gone"


@pytest.mark.parametrize("function", ["C_CloseAllSessions", "C_Finalize"])
def test_a_session_closed_underneath_is_a_removed_key(bench, function):
    """CKR_SESSION_HANDLE_INVALID and CKR_CRYPTOKI_NOT_INITIALIZED, as after pulling the device out."""
    serial = ready(bench)
    native = ctypes.CDLL(str(LIBRARY.resolve()))
    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
        slot = ctypes.c_ulong(tokens(LIBRARY)[0].slot)
        assert getattr(native, function)(*([slot] if function == "C_CloseAllSessions" else [None])) == 0
        assert refused(lambda: key.sign(DATA)).code == "ukey_gone"
    opened(serial)()


def test_after_the_block_a_key_signs_no_more(bench):
    serial = ready(bench)
    with open_token(LIBRARY, serial, PIN) as token:
        (key,) = token.keys()
    assert refused(lambda: key.sign(DATA)).code == "ukey_gone"
    with open_token(LIBRARY, serial, PIN):
        assert refused(lambda: key.sign(DATA)).code == "ukey_gone"
        assert refused(token.keys).code == "ukey_gone"


def test_a_key_plugged_in_later_is_seen(bench):
    one = ready(bench)
    opened(one)()
    two = ready(bench, "李娜", SECOND)
    opened(two)()
    bench.unplug()
    bench.folder.mkdir()
    assert tokens(LIBRARY) == ()
    assert refused(opened(one)).code == "ukey_absent"


def no_key_at_all(bench: Bench) -> None:
    bench.import_certificate("张伟", certificate("张伟", KEYS[2048]))


def no_certificate(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[2048])


def another_id(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[2048])
    bench.import_certificate("张伟", certificate("张伟", KEYS[2048]), key_id=b"\x02")


def another_key(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[2048])
    bench.import_certificate("张伟", certificate("张伟", SECOND))


def too_short(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[1024])
    bench.import_certificate("张伟", certificate("张伟", KEYS[1024]))


def for_enciphering(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[2048])
    bench.import_certificate("张伟", certificate("张伟", KEYS[2048], usage=ENCIPHERING))


def unreadable(bench: Bench) -> None:
    bench.import_key("张伟", KEYS[2048])
    bench.import_certificate("张伟", b"\x30\x03\x02\x01\x00")


def of_elliptic_curves(bench: Bench) -> None:
    bench.import_key("张伟", ec.generate_private_key(ec.SECP256R1()))
    bench.import_certificate("张伟", certificate("张伟", ec.generate_private_key(ec.SECP256R1())))


@pytest.mark.parametrize(
    "fill",
    [
        no_key_at_all,
        no_certificate,
        another_id,
        another_key,
        too_short,
        for_enciphering,
        unreadable,
        of_elliptic_curves,
    ],
)
def test_no_key_to_sign_with(bench, fill):
    serial = bench.plug("张伟")
    fill(bench)
    fault = refused(opened(serial))
    assert (fault.code, fault.params) == ("ukey_no_key", {"serial": serial})


def test_keys_pair_with_their_certificates_and_issuers(bench):
    """Two keys; a renewed certificate counts before the old one; issuers come nearest first."""
    serial = bench.plug("张伟")
    root_key, middle_key = KEYS[3072], rsa.generate_private_key(65537, 2048)
    root = certificate("根", root_key, usage=None)
    middle = certificate("中", middle_key, issuer=("根", root_key), usage=None)
    old = certificate("张伟", KEYS[2048], issuer=("中", middle_key), days=3)
    new = certificate("张伟", KEYS[2048], issuer=("中", middle_key), days=300)
    other = certificate("张伟", SECOND, usage=None)
    bench.import_key("张伟", KEYS[2048], "01")
    bench.import_key("张伟", SECOND, "02")
    for value, key_id in ((root, b""), (new, b"\x01"), (old, b"\x01"), (middle, b""), (other, b"\x02")):
        bench.import_certificate("张伟", value, key_id)
    with open_token(LIBRARY, serial, PIN) as token:
        found = token.keys()
        keys = {key.certificate: key for key in found}
        assert set(keys) == {new, other}
        assert keys[new].chain == (middle, root)
        assert keys[other].chain == ()
        for key in keys.values():
            key.certificate.public_key().verify(key.sign(DATA), DATA, PKCS1v15(), hashes.SHA256())


def test_libraries_that_are_none(bench, tmp_path):
    text = tmp_path / "driver.dll"
    text.write_text("这不是程序库", encoding="utf-8")
    zlib = next(Path("/lib").glob("*-linux-gnu/libz.so.1"), text)
    loop = tmp_path / "loop.so"
    loop.symlink_to(loop)
    for library in (tmp_path / "missing.so", tmp_path, text, zlib, loop, Path("a\0b")):
        for call in (lambda library=library: tokens(library), opened("1", library=library)):
            fault = refused(call)
            assert (fault.code, fault.params["file"]) == ("ukey_library", str(library))


def test_a_library_that_does_not_start(bench, monkeypatch):
    ready(bench)
    monkeypatch.setenv("SOFTHSM2_CONF", str(bench.folder / "absent.conf"))
    fault = refused(lambda: tokens(LIBRARY))
    assert fault.code == "ukey_library" and fault.params["reason"].startswith("无法启动")


def test_one_library_under_two_names(bench, tmp_path):
    serial = ready(bench)
    other = tmp_path / "other.so"
    other.symlink_to(LIBRARY)
    with open_token(LIBRARY, serial, PIN):
        assert len(tokens(other)) == 1


def test_without_the_extra(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    assert refused(lambda: tokens(LIBRARY)).code == "ukey_support_missing"
    assert refused(opened("1")).code == "ukey_support_missing"


def test_the_module_loads_no_library_by_itself():
    code = "import sys, ecpanel.exchange.ukey; print('pkcs11' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )
    assert done.stdout.strip() == "False"
