"""`ecpanel` and `ecpanel FILE`: the window, where there is a display and Qt is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ecpanel.cli import REFUSED

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def show_window(files: Sequence[str]) -> int:
    """Show the window; one sentence where it cannot be shown."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in DISPLAYS):
        return _cannot("window_no_display")
    try:
        from ecpanel.gui.app import run
    except ImportError as fault:
        if not (fault.name or "").startswith(("PySide6", "shiboken6")) and "PySide6" not in (
            fault.path or ""
        ):
            raise
        return _cannot("window_missing")
    return run([Path(one) for one in files])


def _cannot(code: str) -> int:
    from ecpanel.texts import sentence

    sys.stderr.write(sentence(code, {}) + "\n")
    return REFUSED
