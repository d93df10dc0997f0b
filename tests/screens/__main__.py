"""Screenshots of every screen and state: `python tests/screens FOLDER [--only WORD] [--quick]`.

Each scene is a page in a state, made through the real services; it is drawn at two sizes of window, two
sizes of text, light and dark.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT.parent), str(ROOT)]

from PySide6.QtWidgets import QApplication
from scene import Scene, Stage

from ecpanel.gui.app import assemble, make_application
from ecpanel.settings import Places
from ecpanel.wrapping import Cost

SIZES = ((1366, 768), (1920, 1080))
TEXT = (12, 22)
SCENES = (
    "start",
    "organiser",
    "organiser_issue",
    "expert",
    "chair",
    "chair_meeting",
    "signing",
    "verify",
    "sheet",
)


def scenes(stage: Stage, only: str) -> Iterator[Scene]:
    """All scenes, in the order of a review."""
    for name in SCENES:
        try:
            module = importlib.import_module(f"{name}_scenes")
        except ModuleNotFoundError:
            continue
        if only and not any(only in one or one in only for one in (name, *module.NAMES)):
            continue
        yield from module.scenes(stage)


def main() -> int:
    """Draw them all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true", help="1366x768, 12 points, light only")
    given = parser.parse_args()
    application = make_application()
    given.folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        places = Places(folder / "stores", folder / "logs", folder / "preferences.json")
        parts = assemble(application, places, cost=Cost(8 * 1024, 1, 1))
        stage = Stage(parts, folder)
        parts.window.show()
        for scene in scenes(stage, given.only):
            if given.only and given.only not in scene.name and given.only not in SCENES:
                continue
            for size, text, dark in variants(given.quick):
                draw(stage, application, size, text, dark)
                name = f"{scene.name}-{size[0]}-{text}-{'深' if dark else '浅'}.png"
                (scene.widget or parts.window).grab().save(str(given.folder / name))
                count += 1
            draw(stage, application, SIZES[0], TEXT[0], False)
            if scene.after is not None:
                scene.after()
        parts.window.close()
    print(f"已画 {count} 张：{given.folder}")
    return 0


def variants(quick: bool) -> Iterator[tuple[tuple[int, int], int, bool]]:
    """Window size, text size, dark."""
    if quick:
        yield SIZES[0], TEXT[0], False
        return
    for size in SIZES:
        for text in TEXT:
            for dark in (False, True):
                yield size, text, dark


def draw(stage: Stage, application: QApplication, size: tuple[int, int], text: int, dark: bool) -> None:
    """Put the window into a variant and let everything settle."""
    window, theme = stage.parts.window, stage.parts.frame.theme
    if theme.dark != dark:
        window.turn_theme()
    if theme.size != text:
        window.set_text_size(text)
    window.resize(*size)
    until = time.monotonic() + 0.25
    while time.monotonic() < until:
        application.processEvents()


if __name__ == "__main__":
    sys.exit(main())
