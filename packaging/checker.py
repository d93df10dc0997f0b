"""Build the stand-alone checker of result bundles: one file, the same bytes each time."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

SOURCES = Path(__file__).resolve().parent / "checker"
NAME = "ecpanel-check.pyz"
FIRST = b"#!/usr/bin/env python3\n"


def build(target: Path) -> Path:
    """Write the checker to `target`, or into it where it is a folder; its path."""
    path = target / NAME if target.is_dir() else target
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for source in sorted(SOURCES.glob("*.py")):
            info = zipfile.ZipInfo(source.name)
            info.create_system, info.external_attr = 3, 0o644 << 16
            text = source.read_text(encoding="utf-8").replace("\r\n", "\n")
            archive.writestr(info, text.encode())
    path.write_bytes(FIRST + buffer.getvalue())
    path.chmod(0o755)
    return path


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()))
