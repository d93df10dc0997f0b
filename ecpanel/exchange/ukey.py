"""UKeys by PKCS#11: which are plugged in, and signing with the RSA keys on them without keeping the PIN."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ecpanel.domain.errors import EcpanelError

LEAST_BITS: Final = 2048

_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of DigestInfo up to the SHA-256 digest (RFC 8017, 9.2 note 1)."""

_LONGEST_CHAIN: Final = 8

_GONE: Final = frozenset(
    {
        "DeviceRemoved",
        "KeyHandleInvalid",
        "ObjectHandleInvalid",
        "SessionClosed",
        "SessionHandleInvalid",
        "SlotIDInvalid",
        "TokenNotPresent",
        "TokenNotRecognised",
    }
)
"""What libraries answer once the device is out: it, its session or its objects are no more."""

_REASONS: Final = {
    "AnotherUserAlreadyLoggedIn": "已被别的程序登录",
    "DeviceMemory": "UKey空间不足",
    "DeviceError": "UKey出错",
    "FunctionCancelled": "操作在UKey上被取消",
    "FunctionFailed": "操作没有成功",
    "FunctionRejected": "操作在UKey上被拒绝",
    "GeneralError": "驱动程序出错",
    "HostMemory": "内存不足",
    "MechanismInvalid": "UKey不支持RSA签名",
    "PinExpired": "PIN已过期，须先用UKey自带的工具修改",
    "SessionCount": "正被别的程序占用",
    "SessionReadWriteSOExists": "正由管理员登录",
    "UserAlreadyLoggedIn": "已在别处登录",
    "UserNotLoggedIn": "UKey要求每次签名重新输入PIN",
    "UserPinNotInitialized": "还没有设置PIN",
}

_calls = threading.RLock()
"""The binding initialises libraries without locking, so that one call at a time is the rule of PKCS#11."""

_users: dict[str, int] = {}


def tokens(library: Path) -> tuple[TokenInfo, ...]:
    """The UKeys that are plugged in, in the order of their slots; no PIN is asked.

    Raises EcpanelError `ukey_support_missing`, `ukey_library`, `ukey_refused`.
    """
    with _library(library) as loaded, _calls:
        return tuple(_info(slot, token) for slot, token in _plugged(loaded))


@contextmanager
def open_token(library: Path, serial: str, pin: str) -> Iterator[Token]:
    """The UKey with this serial number, logged in until the end of the block; the PIN is tried once.

    Raises EcpanelError `ukey_support_missing`, `ukey_library`, `ukey_absent`, `ukey_pin_wrong`,
    `ukey_pin_locked`, `ukey_refused`. The PIN is handed to the library and not kept.
    """
    with _library(library) as loaded:
        with _calls:
            slot = _slot(loaded, serial)
            try:
                session = _login(slot, serial, pin)
            finally:
                del pin
        token = Token(serial, slot, session)
        try:
            yield token
        finally:
            token._close()


@contextmanager
def _library(library: Path) -> Iterator[Any]:
    """The initialised library; when its last user leaves it is finalised, since many libraries look for
    newly plugged devices in C_Initialize only, and a failed login leaves its session behind."""
    pkcs11 = _support()
    with _calls:
        name = _place(library)
        try:
            loaded = pkcs11.lib(name)
        except pkcs11.PKCS11Error as fault:
            loadable = not str(fault).startswith(("OS exception", "Unknown exception"))
            reason = f"无法启动：{_reason(fault)}" if loadable else "不是可用的PKCS#11库"
            raise EcpanelError("ukey_library", file=str(library), reason=reason) from fault
        _users[name] = _users.get(name, 0) + 1
    try:
        yield loaded
    finally:
        with _calls:
            _users[name] -= 1
            if not _users[name]:
                with suppress(pkcs11.PKCS11Error):
                    loaded.finalize()


def _place(library: Path) -> str:
    """One name for one file: a library initialised under two names refuses the second time."""
    try:
        path = library.resolve()
        is_there = path.is_file()
    except (OSError, RuntimeError, ValueError) as fault:
        raise EcpanelError("ukey_library", file=str(library), reason="文件无法读取") from fault
    if not is_there:
        raise EcpanelError("ukey_library", file=str(library), reason="文件不存在")
    return str(path)


def _support() -> Any:
    try:
        import pkcs11
    except ImportError as fault:
        raise EcpanelError("ukey_support_missing") from fault
    return pkcs11


def _plugged(loaded: Any) -> list[tuple[Any, Any]]:
    """Slots with a token that was ever set up, and that token."""
    pkcs11 = _support()
    set_up = pkcs11.TokenFlag.TOKEN_INITIALIZED | pkcs11.TokenFlag.USER_PIN_INITIALIZED
    found = []
    try:
        for slot in loaded.get_slots(token_present=True):
            try:
                token = slot.get_token()
            except pkcs11.PKCS11Error as fault:
                if type(fault).__name__ in _GONE:
                    continue
                raise
            if token.flags & set_up:
                found.append((slot, token))
    except pkcs11.PKCS11Error as fault:
        raise EcpanelError("ukey_refused", reason=_reason(fault)) from fault
    return found


def _info(slot: Any, token: Any) -> TokenInfo:
    flag = _support().TokenFlag
    return TokenInfo(
        label=token.label,
        serial=_serial(token),
        manufacturer=token.manufacturer_id,
        slot=slot.slot_id,
        pin_locked=bool(token.flags & flag.USER_PIN_LOCKED),
        pin_count_low=bool(token.flags & flag.USER_PIN_COUNT_LOW),
        final_try=bool(token.flags & flag.USER_PIN_FINAL_TRY),
    )


def _serial(token: Any) -> str:
    return str(token.serial.rstrip(b"\0 ").decode("utf-8", "replace"))


def _slot(loaded: Any, serial: str) -> Any:
    slots = [slot for slot, token in _plugged(loaded) if _serial(token) == serial]
    if not slots:
        raise EcpanelError("ukey_absent", serial=serial)
    if len(slots) > 1:
        # the PIN of one would be spent as a wrong try on the other
        raise EcpanelError("ukey_refused", reason="插着两把序列号相同的UKey，请只留一把")
    return slots[0]


def _login(slot: Any, serial: str, pin: str) -> Any:
    """A session after exactly one C_Login, or none where the PIN cannot be right or is locked already."""
    pkcs11 = _support()
    try:
        if not pin or not pin.isprintable():
            raise EcpanelError("ukey_pin_wrong", serial=serial, tries_left="没有输入可用的PIN，未计次数")
        token = slot.get_token()
        if token.flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
            raise EcpanelError("ukey_pin_locked", serial=serial)
        return token.open(user_pin=pin)
    except pkcs11.PinLocked as fault:
        raise EcpanelError("ukey_pin_locked", serial=serial) from fault
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as fault:
        raise _wrong_pin(slot, serial) from fault
    except pkcs11.PKCS11Error as fault:
        if _is_gone(fault):
            raise EcpanelError("ukey_absent", serial=serial) from fault
        raise EcpanelError("ukey_refused", reason=_reason(fault)) from fault
    finally:
        del pin


def _wrong_pin(slot: Any, serial: str) -> EcpanelError:
    """What the token says of its PIN counter after a wrong try; PKCS#11 knows flags and no number."""
    pkcs11 = _support()
    flags = 0
    with suppress(pkcs11.PKCS11Error):
        flags = slot.get_token().flags
    if flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
        return EcpanelError("ukey_pin_locked", serial=serial)
    left = "只剩最后一次机会" if flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY else "UKey没有说明还剩几次"
    return EcpanelError("ukey_pin_wrong", serial=serial, tries_left=left)


def _is_gone(fault: Exception) -> bool:
    # CKR_CRYPTOKI_NOT_INITIALIZED has no class of its own in the binding
    return type(fault).__name__ in _GONE or "not initialized" in str(fault)


def _reason(fault: Exception) -> str:
    name = type(fault).__name__
    return _REASONS.get(name, str(fault) or name)


def _is_usable(certificate: x509.Certificate) -> bool:
    """Whether the certificate is for RSA signatures of at least 2048 bits (RFC 5280, 4.2.1.3)."""
    try:
        public = certificate.public_key()
        if not isinstance(public, RSAPublicKey) or public.key_size < LEAST_BITS:
            return False
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except Exception:
        return False
    return usage.digital_signature or usage.content_commitment


def _modulus(certificate: x509.Certificate) -> int:
    public = certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    return public.public_numbers().n


def _chain(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The issuers among the other certificates, nearest first, each signature checked."""
    pool = [other for other in others if other != certificate]
    chain: list[x509.Certificate] = []
    last = certificate
    while len(chain) < _LONGEST_CHAIN:
        issuer = next((one for one in pool if one not in chain and _has_issued(one, last)), None)
        if issuer is None:
            break
        chain.append(issuer)
        last = issuer
    return tuple(chain)


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject or certificate.issuer == certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:
        return False
    return True


def _attribute(one: Any, attribute: Any) -> bytes:
    """The value of an attribute; b"" where the token withholds it or does not know it."""
    pkcs11 = _support()
    try:
        return bytes(one[attribute])
    except (pkcs11.AttributeSensitive, pkcs11.AttributeTypeInvalid, pkcs11.FunctionFailed):
        return b""


def _matching(
    certificates: Sequence[tuple[bytes, x509.Certificate]], key_id: bytes, modulus: int | None
) -> x509.Certificate | None:
    fits = [
        certificate
        for certificate_id, certificate in certificates
        if certificate_id == key_id
        and _is_usable(certificate)
        # an empty or repeated CKA_ID pairs strangers
        and (modulus is None or _modulus(certificate) == modulus)
    ]
    return max(fits, key=lambda one: one.not_valid_after_utc, default=None)


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """One plugged UKey: what it says of itself without a PIN (CK_TOKEN_INFO, PKCS#11 v2.40).

    `pin_locked`: no login is possible; `pin_count_low`: a wrong PIN was given since the last login;
    `final_try`: one more wrong PIN locks it.
    """

    label: str
    serial: str
    manufacturer: str
    slot: int
    pin_locked: bool
    pin_count_low: bool
    final_try: bool


@dataclass(slots=True, eq=False)
class Token:
    """A UKey that is logged in; of no use after the block of `open_token`."""

    serial: str
    _slot: Any = field(repr=False)
    _session: Any = field(repr=False)
    _open: bool = True

    def keys(self) -> tuple[TokenKey, ...]:
        """The RSA keys of at least 2048 bits with a certificate that may sign, matched by CKA_ID.

        Where a renewed certificate lies beside the old one under the same key, the later one counts.
        Raises EcpanelError `ukey_no_key` where there is none, `ukey_gone`, `ukey_refused`.
        """
        pkcs11 = _support()
        with _calls:
            self._check_open()
            try:
                privates = self._privates()
                certificates = self._certificates()
                mechanisms = frozenset(self._slot.get_mechanisms())
            except pkcs11.PKCS11Error as fault:
                raise self._trouble(fault) from fault
            found = []
            for private, key_id, modulus in privates:
                certificate = _matching(certificates, key_id, modulus)
                if certificate is not None:
                    chain = _chain(certificate, (one for _, one in certificates))
                    found.append(TokenKey(certificate, chain, self, private, mechanisms))
            if not found:
                # a device pulled out in between shows as one without objects in some libraries
                self._check_present()
                raise EcpanelError("ukey_no_key", serial=self.serial)
            return tuple(found)

    def _privates(self) -> list[tuple[Any, bytes, int | None]]:
        pkcs11 = _support()
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.RSA,
        }
        found: list[tuple[Any, bytes, int | None]] = []
        for key in list(self._session.get_objects(wanted)):
            if not isinstance(key, pkcs11.SignMixin):
                continue
            modulus = _attribute(key, pkcs11.Attribute.MODULUS)
            number = int.from_bytes(modulus, "big") if modulus else None
            found.append((key, _attribute(key, pkcs11.Attribute.ID), number))
        return found

    def _certificates(self) -> list[tuple[bytes, x509.Certificate]]:
        pkcs11 = _support()
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
        }
        found = []
        for one in list(self._session.get_objects(wanted)):
            with suppress(ValueError):
                certificate = x509.load_der_x509_certificate(_attribute(one, pkcs11.Attribute.VALUE))
                found.append((_attribute(one, pkcs11.Attribute.ID), certificate))
        return found

    def _check_open(self) -> None:
        # handles are small numbers that a later session may bear again
        if not self._open:
            raise EcpanelError("ukey_gone", serial=self.serial)

    def _check_present(self) -> None:
        pkcs11 = _support()
        try:
            same = _serial(self._slot.get_token()) == self.serial
        except pkcs11.PKCS11Error as fault:
            raise EcpanelError("ukey_gone", serial=self.serial) from fault
        if not same:
            raise EcpanelError("ukey_gone", serial=self.serial)

    def _trouble(self, fault: Exception) -> EcpanelError:
        """`ukey_gone` where the fault says so or the slot no longer answers, else `ukey_refused`."""
        if not _is_gone(fault):
            try:
                self._check_present()
            except EcpanelError as gone:
                return gone
            return EcpanelError("ukey_refused", reason=_reason(fault))
        return EcpanelError("ukey_gone", serial=self.serial)

    def _close(self) -> None:
        pkcs11 = _support()
        with _calls:
            self._open = False
            with suppress(pkcs11.PKCS11Error):
                self._session.close()


@dataclass(frozen=True, slots=True, eq=False)
class TokenKey:
    """A private key that stays on the UKey, with its certificate: a `Signer`."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _token: Token = field(repr=False)
    _private: Any = field(repr=False)
    _mechanisms: frozenset[int] = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: RSA PKCS#1 v1.5 with SHA-256, as long as the modulus.

        CKM_SHA256_RSA_PKCS, or CKM_RSA_PKCS over the DigestInfo where the token cannot hash. What comes
        back is verified before it is given on. Raises EcpanelError `ukey_gone`, `ukey_refused`.
        """
        pkcs11 = _support()
        with _calls:
            self._token._check_open()
            try:
                signature = self._signed(data)
            except pkcs11.PKCS11Error as fault:
                raise self._token._trouble(fault) from fault
        public = self.certificate.public_key()
        assert isinstance(public, RSAPublicKey)
        try:
            public.verify(signature, data, PKCS1v15(), hashes.SHA256())
        except InvalidSignature as fault:
            raise EcpanelError("ukey_refused", reason="签名与证书不符") from fault
        return signature

    def _signed(self, data: bytes) -> bytes:
        pkcs11 = _support()
        # an empty or very long text does not fit every token; its digest always does
        if data and pkcs11.Mechanism.SHA256_RSA_PKCS in self._mechanisms:
            with suppress(pkcs11.MechanismInvalid, pkcs11.DataLenRange):
                return bytes(self._private.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        info = _DIGEST_INFO + hashlib.sha256(data).digest()
        return bytes(self._private.sign(info, mechanism=pkcs11.Mechanism.RSA_PKCS))
