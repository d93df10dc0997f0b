"""SoftHSM2 as a drawer of UKeys that can be plugged, filled, flagged and pulled."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecpanel.exchange.ukey import tokens

PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
FOUND = [Path(place) for place in PLACES if Path(place).is_file()]
needs_softhsm = pytest.mark.skipif(
    not FOUND or shutil.which("softhsm2-util") is None, reason="softhsm2 is not installed"
)
LIBRARY = FOUND[0] if FOUND else Path()
PIN, SO_PIN = "135790", "13579024"
NOW = datetime.now(UTC).replace(microsecond=0)
DATA = "评审结果清单".encode()

KEYS = {bits: rsa.generate_private_key(65537, bits) for bits in (1024, 2048, 3072)}
SECOND = rsa.generate_private_key(65537, 2048)
SIGNING = x509.KeyUsage(True, True, *[False] * 7)
ENCIPHERING = x509.KeyUsage(False, False, True, True, *[False] * 5)
FLAGS = bytes.fromhex("0000000080 00534b 0000000000000002")
"""Type and kind of CKA_OS_TOKENFLAGS in SoftHSM's token.object; eight bytes of flags follow."""


class Bench:
    """A folder of SoftHSM tokens: what is in it is plugged in."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "plugged"
        self.folder.mkdir()
        self.conf = folder / "softhsm2.conf"
        self.configure()
        monkeypatch.setenv("SOFTHSM2_CONF", str(self.conf))

    def configure(self, more: str = "") -> None:
        self.conf.write_text(
            f"directories.tokendir = {self.folder}\nobjectstore.backend = file\nlog.level = ERROR\n{more}\n"
        )

    def plug(self, label: str, pin: str = PIN) -> str:
        """A new token; its serial number."""
        words = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            pin,
            "--so-pin",
            SO_PIN,
        ]
        subprocess.run(words, check=True, capture_output=True)
        return next(one.serial for one in tokens(LIBRARY) if one.label == label)

    def import_key(self, label: str, private: rsa.RSAPrivateKey, key_id: str = "01", pin: str = PIN) -> None:
        pem = self.folder.parent / "key.pem"
        pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        words = ["softhsm2-util", "--import", str(pem), "--token", label, "--label", "key", "--id", key_id]
        subprocess.run([*words, "--pin", pin], check=True, capture_output=True)

    def import_certificate(
        self, label: str, value: x509.Certificate | bytes, key_id: bytes = b"\x01", pin: str = PIN
    ) -> None:
        import pkcs11
        from pkcs11 import Attribute

        der = value if isinstance(value, bytes) else value.public_bytes(Encoding.DER)
        library = pkcs11.lib(str(LIBRARY.resolve()))
        with library.get_token(token_label=label).open(rw=True, user_pin=pin) as session:
            session.create_object(
                {
                    Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.ID: key_id,
                    Attribute.SUBJECT: b"\x30\x00",
                    Attribute.VALUE: der,
                }
            )
        library.finalize()

    def set_flags(self, flags: int) -> None:
        """Flags as a device keeps them; SoftHSM has no counter and never sets the last two itself."""
        (place,) = self.folder.glob("*/token.object")
        stored = place.read_bytes()
        at = stored.index(FLAGS) + len(FLAGS)
        now = int.from_bytes(stored[at : at + 8], "big") | flags
        place.write_bytes(stored[:at] + now.to_bytes(8, "big") + stored[at + 8 :])

    def unplug(self) -> None:
        shutil.rmtree(self.folder)
