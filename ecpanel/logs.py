"""The log of faults of our own, on this machine only; it never holds scores, names or pass-phrases."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path


def write_crash(folder: Path, fault: BaseException) -> Path | None:
    """Write where a fault happened; None where the folder cannot be written.

    Only places in the code and the kind of the fault are kept, since messages may carry data.
    """
    frames = traceback.extract_tb(fault.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    text = "\n".join([type(fault).__name__, *lines, ""])
    path = folder / f"crash-{datetime.now().astimezone():%Y%m%d-%H%M%S}.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        return None
    return path
