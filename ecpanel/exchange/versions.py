"""Records that carry their format and version: another format and a newer version are told apart."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from ecpanel.domain.errors import EcpanelError
from ecpanel.records import from_json

Record = TypeVar("Record")


def read_versioned(kind: type[Record], content: bytes, name: str, known: int, *, where: str) -> Record:
    """Read a record of the format `name` up to the version `known`.

    Format and version are judged even where the rest is unknown to this program, so that a newer
    file is not called damaged. Raises `not_a_package`, `format_newer`, `record_unreadable`.
    """
    try:
        record = from_json(kind, content, where=where)
    except EcpanelError:
        _judge(_plain(content), name, known, where)
        raise
    told: Any = record
    _judge({"format": told.format, "version": told.version}, name, known, where)
    return record


def _plain(content: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _judge(plain: dict[str, Any], name: str, known: int, where: str) -> None:
    found = plain.get("version")
    if isinstance(plain.get("format"), str) and plain["format"] != name:
        raise EcpanelError("not_a_package", file=where)
    if type(found) is not int:
        return
    if found > known:
        raise EcpanelError("format_newer", found=found, known=known)
    if found < 1:
        raise EcpanelError("record_unreadable", where=where, member="version")
