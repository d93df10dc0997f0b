"""Make the message catalogue of the command line (`.mo`) from its source (`.po`)."""

from __future__ import annotations

import ast
import struct
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "i18n"


def read_po(text: str) -> dict[str, str]:
    """Messages of a catalogue without plurals or contexts."""
    messages: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line.startswith("msgid "):
            key = ast.literal_eval(line[6:])
        elif line.startswith("msgstr "):
            messages[key] = ast.literal_eval(line[7:])
    return messages


def write_mo(messages: dict[str, str]) -> bytes:
    """The catalogue in GNU MO form, version 0, without a hash table."""
    pairs = [(key.encode(), messages[key].encode()) for key in sorted(messages)]
    head, count = 28, len(pairs)
    place = head + 16 * count
    tables: list[bytes] = []
    body = b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), place + len(body)))
            body += pair[side] + b"\0"
    start = struct.pack("<IIIIIII", 0x950412DE, 0, count, head, head + 8 * count, 0, 0)
    return start + b"".join(tables) + body


def main() -> int:
    """Write the catalogue."""
    messages = read_po((FOLDER / "ecpanel.po").read_text(encoding="utf-8"))
    (FOLDER / "zh_CN" / "LC_MESSAGES" / "ecpanel.mo").write_bytes(write_mo(messages))
    return 0


if __name__ == "__main__":
    sys.exit(main())
