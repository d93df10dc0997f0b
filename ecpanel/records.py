"""Records to canonical JSON and back: the one byte form of everything that is digested or signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json as parse_json

from ecpanel.domain.errors import EcpanelError

Record = TypeVar("Record")


def canonical(value: Any) -> bytes:
    """Canonical JSON of plain values: UTF-8, members sorted, no blanks, no floats (RFC 8785 for our
    subset: member names are ASCII and numbers are integers)."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


_ADAPTERS: Final[dict[Any, TypeAdapter[Any]]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        adapter = _ADAPTERS[kind] = TypeAdapter(kind)
    return adapter


def to_plain(record: Any) -> Any:
    """A frozen record as plain JSON values."""
    return _adapter(type(record)).dump_python(record, mode="json")


def to_json(record: Any) -> bytes:
    """Canonical JSON of a frozen record."""
    return canonical(to_plain(record))


def is_canonical(data: bytes) -> bool:
    """Whether bytes are the canonical JSON of what they say; a doubled member name never is."""
    try:
        return canonical(parse_json(data)) == data
    except (ValueError, RecursionError):
        return False


def digest_of(record: Any) -> str:
    """SHA-256 of the canonical JSON of a record."""
    return sha256(to_json(record))


def from_json(kind: type[Record], data: bytes | str, *, where: str) -> Record:
    """Read a record strictly: unknown members, wrong types and floats are refused.

    Raises EcpanelError `record_unreadable` naming `where` and the first faulty member.
    """
    try:
        result: Record = _adapter(kind).validate_json(data)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        member = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise EcpanelError("record_unreadable", where=where, member=member) from None
    return result
