"""The outside of a result bundle: its zip read in pieces, strict JSON, certificates and CMS signatures."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

MIB, GIB = 2**20, 2**30
MOST, NAME, TOTAL, LARGEST = 5_000, 240, 4 * GIB, GIB
DIRECTORY = 16 * MIB
SMALL = 64 * 2**10
LISTS = 64 * MIB
NODES = 3_000_000
TOO_MUCH = "过大，本工具不读。请用完整的程序校验，或向组长索取原包。"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ASK = "请向组长索取原包。"


class Unreadable(Exception):
    """The file cannot be judged; the text is a whole sentence."""


class Faulty(Exception):
    """Something does not hold; the text is a whole sentence."""


def shown(text: object) -> str:
    """Outside text on a terminal: nothing that steers it, nothing endless."""
    kept = [one if one.isprintable() else "?" for one in str(text)]
    return "".join(kept[:120]) + ("……" if len(kept) > 120 else "")


def sm3_state() -> Any:
    """A fresh SM3, or None where neither Python nor cryptography has it."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        pass
    try:
        from cryptography.hazmat.primitives import hashes

        return _Sm3(hashes.Hash(hashes.SM3()))
    except Exception:
        return None


class _Sm3:
    """SM3 of cryptography under hashlib's method names."""

    def __init__(self, state: Any) -> None:
        self.state = state

    def update(self, content: bytes) -> None:
        self.state.update(content)

    def hexdigest(self) -> str:
        return str(self.state.finalize().hex())


def sha256(content: bytes) -> str:
    """Digest in lower case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# The zip


class Archive:
    """Members of a zip that is within the limits; nothing is ever written."""

    def __init__(self, file: BinaryIO) -> None:
        _check_end(file)
        try:
            self.zip = zipfile.ZipFile(file)
        except Exception:
            raise Unreadable(
                "这不是成果包：不是zip文件，或目录残缺。请重新拷贝，或向组长索取原包。"
            ) from None
        self.size = file.seek(0, 2)
        self.infos: dict[str, zipfile.ZipInfo] = {}
        self._check()

    def _check(self) -> None:
        infos = self.zip.infolist()
        if len(infos) > MOST:
            raise Faulty(f"包内文件多于{MOST}个。{ASK}")
        folded: set[str] = set()
        end = total = 0
        for info in sorted(infos, key=lambda one: one.header_offset):
            if not self.infos and info.header_offset:
                raise Faulty(f"zip的前面有多余的内容。{ASK}")
            name = info.orig_filename
            where = f"包内文件“{shown(name)}”"
            if _bad_name(name):
                raise Faulty(f"{where}的名字不合规定。{ASK}")
            if name.casefold() in folded:
                raise Faulty(f"{where}有两个同名的。{ASK}")
            folded.add(name.casefold())
            _check_kind(info, where)
            total += info.file_size
            if info.file_size > LARGEST or total > TOTAL:
                raise Faulty(f"{where}过大。{ASK}")
            if info.file_size > 200 * info.compress_size + 1024 or info.header_offset < end:
                raise Faulty(f"{where}的大小不可信，或与别的文件重叠。{ASK}")
            end = info.header_offset + 30 + len(name.encode("utf-8", "replace")) + info.compress_size
            if end > self.size or (info.compress_type == 0 and info.file_size != info.compress_size):
                raise Faulty(f"{where}残缺。{ASK}")
            if not self._agrees(info):
                raise Faulty(f"{where}的两处记载不一致。{ASK}")
            self.infos[name] = info

    def _agrees(self, info: zipfile.ZipInfo) -> bool:
        """Whether a member's own header says what the directory says of it."""
        file = self.zip.fp
        assert file is not None
        file.seek(info.header_offset)
        head = file.read(30)
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            return False
        whole = [int.from_bytes(head[at : at + 4], "little") for at in (14, 18, 22)]
        later = bool(head[6] & 8)
        known = (info.CRC, info.compress_size, info.file_size)
        name = file.read(int.from_bytes(head[26:28], "little"))
        spelled = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
        same = all(one == other or (later and not one) for one, other in zip(whole, known))  # noqa: B905
        return same and name == spelled and int.from_bytes(head[8:10], "little") == info.compress_type

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member piece by piece, as long as its directory says."""
        fault = Faulty(f"包内文件“{shown(name)}”读不出来。请重新拷贝，仍不行则向组长索取原包。")
        info, left = self.infos[name], self.infos[name].file_size
        try:
            with self.zip.open(info) as member:
                while True:
                    piece = member.read(MIB)
                    if not piece:
                        break
                    left -= len(piece)
                    yield piece
        except Exception:
            raise fault from None
        if left:
            raise fault

    def digests(self, name: str) -> tuple[int, str, str]:
        """Size, SHA-256, and SM3 or an empty text where it cannot be had."""
        plain, chinese, size = hashlib.sha256(), sm3_state(), 0
        for piece in self.pieces(name):
            plain.update(piece)
            size += len(piece)
            if chinese is not None:
                chinese.update(piece)
        return size, plain.hexdigest(), "" if chinese is None else chinese.hexdigest()

    def read(self, name: str, most: int = LISTS) -> bytes:
        """A member as a whole, if it is not too large to be what its name says."""
        if name not in self.infos:
            raise Faulty(f"包内缺少“{shown(name)}”。{ASK}")
        if self.infos[name].file_size > most:
            raise Unreadable(f"包内文件“{shown(name)}”{TOO_MUCH}")
        return b"".join(self.pieces(name))


def _check_end(file: BinaryIO) -> None:
    """Refuse a directory too large to be read at once, before zipfile reads it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_600))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) > at + 22:
        raise Faulty(f"zip的后面有多余的内容或注释。{ASK}")
    if at < 0 or len(tail) < at + 22:
        raise Unreadable("这不是成果包：不是zip文件，或文件不完整。请重新拷贝，或向组长索取原包。")
    if (
        int.from_bytes(tail[at + 12 : at + 16], "little") > DIRECTORY
        or tail[at - 20 : at - 16] == b"PK\x06\x07"
    ):
        raise Unreadable("这不是成果包：zip的目录大得不合常理。请向组长索取原包。")
    file.seek(0)


def _bad_name(name: str) -> bool:
    if (
        not name
        or len(name) > NAME
        or "\\" in name
        or re.match("[A-Za-z]:|.*[\x00-\x1f\x7f]", name, re.DOTALL)
    ):
        return True
    return unicodedata.normalize("NFC", name) != name or any(_bad_part(part) for part in name.split("/"))


def _bad_part(part: str) -> bool:
    if part in ("", ".", "..") or part != part.strip() or part.endswith("."):
        return True
    return bool(re.match(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", part, re.IGNORECASE))


def _check_kind(info: zipfile.ZipInfo, where: str) -> None:
    plain = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
    if info.flag_bits & 1 or not plain or info.compress_type not in (0, 8):
        raise Faulty(f"{where}是加密的、不是普通文件，或压缩方法不认识。{ASK}")


# JSON


def canonical(value: object) -> bytes:
    """The one byte form that is digested and signed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _no_float(_: str) -> None:
    raise ValueError("whole numbers only")


def _whole(text: str) -> int:
    if len(text) > 30:
        raise ValueError("no number of a review is so long")
    return int(text)


def json_of(content: bytes, where: str) -> Any:
    """Strict JSON: UTF-8, whole numbers, no lone surrogates; no more of it than memory should hold."""
    if content.count(b"{") + content.count(b"[") > NODES:
        raise Unreadable(f"“{shown(where)}”{TOO_MUCH}")
    try:
        plain = json.loads(
            content.decode(), parse_int=_whole, parse_float=_no_float, parse_constant=_no_float
        )
        canonical(plain)
    except (ValueError, RecursionError):
        raise Faulty(f"“{where}”不是合规定的JSON。{ASK}") from None
    return plain


# Certificates and signatures


class Der:
    """One DER value: its tag, its inside and its own bytes."""

    def __init__(self, content: bytes) -> None:
        length, head = content[1], 2
        if length & 0x80:
            head += length & 0x7F
            length = int.from_bytes(content[2:head], "big")
        if len(content) < head + length:
            raise ValueError("cut short")
        self.tag, self.inside, self.whole = (
            content[0],
            content[head : head + length],
            content[: head + length],
        )

    def parts(self) -> list[Der]:
        """The values inside."""
        found: list[Der] = []
        at = 0
        while at < len(self.inside):
            found.append(Der(self.inside[at:]))
            at += len(found[-1].whole)
        return found


def certificates(content: bytes, where: str) -> list[Any]:
    """Certificates of a PEM file, the signer's first; RSA of at least 2048 bits only."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", content, re.DOTALL)
        found = [x509.load_pem_x509_certificate(one + b"\n") for one in blocks]
        public = found[0].public_key()
    except Exception:
        raise Faulty(f"证书“{shown(where)}”读不出来。{ASK}") from None
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < 2048:
        raise Faulty(f"证书“{shown(where)}”的密钥不是2048位以上的RSA。{ASK}")
    return found


def public_of(certificate: Any) -> bytes:
    """The public key in DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def fingerprint(certificate: Any) -> str:
    """Thirty-two letters in groups of four."""
    number = int.from_bytes(hashlib.sha256(public_of(certificate)).digest()[:20], "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 32, 4))


def plain_letters(text: str) -> str:
    """A fingerprint as typed from paper, ready to be compared."""
    upper = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(one for one in upper if one.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def signed_by(content: bytes, signature: bytes, certificate: Any) -> bool:
    """Whether one detached CMS signature with RSA and SHA-256 is by exactly this certificate."""
    try:
        _check_cms(content, signature, certificate)
    except Exception:
        return False
    return True


_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SHA256 = bytes.fromhex("0609608648016503040201")


def _check_cms(content: bytes, signature: bytes, certificate: Any) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import Encoding

    outer = Der(signature)
    kind, explicit = outer.parts()
    if outer.whole != signature or kind.whole != _SIGNED_DATA:
        raise ValueError("not signed data")
    fields = explicit.parts()[0].parts()
    held = [one.whole for part in fields[3:-1] if part.tag == 0xA0 for one in part.parts()]
    if len(fields[2].parts()) != 1 or len(fields[-1].parts()) != 1 or _SHA256 not in fields[1].whole:
        raise ValueError("not one detached signature")
    signer = fields[-1].parts()[0].parts()
    serial = int.from_bytes(signer[1].parts()[1].inside, "big", signed=True)
    known = certificate.public_bytes(Encoding.DER) in held and serial == certificate.serial_number
    if not known or _SHA256 not in signer[2].whole or signer[3].tag != 0xA0:
        raise ValueError("another certificate or digest")
    attributes = [one.parts() for one in signer[3].parts()]
    told = [one[1].parts()[0].inside for one in attributes if one[0].whole == _MESSAGE_DIGEST]
    if told != [hashlib.sha256(content).digest()]:
        raise ValueError("another content")
    attested = b"\x31" + signer[3].whole[1:]
    certificate.public_key().verify(signer[5].inside, attested, padding.PKCS1v15(), hashes.SHA256())
