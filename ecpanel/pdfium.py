"""PDFium as every room must use it: one call at a time, and with the shipped Chinese faces to fall back on."""

from __future__ import annotations

import ctypes
import sys
import threading
from typing import Any, Final

import pypdfium2
from pypdfium2 import internal, raw

from ecpanel.resources import resource_path

LOCK: Final = threading.RLock()
"""PDFium keeps state of its own and is not thread-safe: every call of pypdfium2, closing included, is made
while this is held. Close documents, pages and text pages by hand, since what is left to the garbage
collector is closed on any thread and without the lock."""

_LINUX_FONTS: Final = (
    "/usr/share/fonts",
    "/usr/share/X11/fonts/Type1",
    "/usr/share/X11/fonts/TTF",
    "/usr/local/share/fonts",
)


def _teach_fonts() -> None:
    """Let PDFium find the shipped faces, so that a PDF whose Chinese font is not embedded is not blank on
    a machine without one. Fonts can only be told when the library starts; elsewhere than on Linux the
    system has Chinese fonts."""
    if not sys.platform.startswith("linux") or any(internal.ObjectTracker.values()):
        return
    try:
        own = str(resource_path("fonts"))
    except FileNotFoundError:
        return
    names = [ctypes.create_string_buffer(path.encode()) for path in (*_LINUX_FONTS, own)]
    pointer = ctypes.POINTER(ctypes.c_char)
    paths = (pointer * (len(names) + 1))(*(ctypes.cast(name, pointer) for name in names))
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
    _KEPT.append((names, paths))


_KEPT: Final[list[Any]] = []
"""What PDFium points at for as long as it runs."""

_teach_fonts()

__all__ = ["LOCK", "pypdfium2", "raw"]
