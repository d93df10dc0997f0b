"""SM2 signatures by schoolbook arithmetic, for the second reader alone: GB/T 32918 over its own curve."""

from __future__ import annotations

import base64
import re

from second_reader_shell import Refused, demand, der, sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTITY = b"1234567812345678"
CURVE = bytes.fromhex("06082a811ccf5501822d")
Point = tuple[int, int] | None


def _added(one: Point, two: Point) -> Point:
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % P == 0:
        return None
    if one == two:
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P)
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _added(total, point)
        point = _added(point, point)
        factor >>= 1
    return total


def _public(pem: bytes) -> tuple[int, int]:
    try:
        text = re.sub(r"-----[^-]+-----|\s", "", pem.decode("ascii"))
        algorithm, bits = der(base64.b64decode(text, validate=True)).parts()
        raw = bits.inside
        x, y = int.from_bytes(raw[2:34], "big"), int.from_bytes(raw[34:], "big")
        known = CURVE in algorithm.inside and len(raw) == 66 and raw[:2] == b"\x00\x04"
        demand(known and max(x, y) < P and (y * y - x**3 - A * x - B) % P == 0, "sm2_key_unreadable")
    except (ValueError, IndexError):
        raise Refused("sm2_key_unreadable") from None
    return x, y


def check_sm2(content: bytes, signature: bytes, pem: bytes) -> None:
    """One SM2 signature with SM3 and the usual identity."""
    public = _public(pem)
    try:
        outer = der(signature)
        r, s = (int.from_bytes(one.inside, "big") for one in outer.parts())
        demand(outer.whole == signature and outer.tag == 0x30, "sm2_signature_invalid")
    except (ValueError, IndexError):
        raise Refused("sm2_signature_invalid") from None
    told = b"".join(value.to_bytes(32, "big") for value in (A, B, *G, *public))
    prefix = bytes.fromhex(sm3((8 * len(IDENTITY)).to_bytes(2, "big") + IDENTITY + told))
    digest = int(sm3(prefix + content), 16)
    total = (r + s) % N
    point = _added(_times(s, G), _times(total, public))
    sound = 0 < r < N and 0 < s < N and total and point is not None and (digest + point[0]) % N == r
    demand(sound, "sm2_signature_invalid")
