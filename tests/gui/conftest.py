"""The real window offscreen, with its own preferences and stores, a cheap pass-phrase and Chinese Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QApplication

from ecpanel.gui.app import Parts, assemble, make_application
from ecpanel.settings import Places
from ecpanel.wrapping import Cost


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as it starts for people."""
    return make_application()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Folders of a machine nobody has used yet."""
    return Places(tmp_path / "stores", tmp_path / "logs", tmp_path / "preferences.json")


@pytest.fixture
def parts(qapp: QApplication, qtbot: object, places: Places, cheap: Cost) -> Iterator[Parts]:
    """Window and frame on the start page, at the size of the smallest laptop."""
    made = assemble(qapp, places, cost=cheap)
    made.window.resize(1366, 768)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow, timeout=5_000)  # type: ignore[attr-defined]
    yield made
    made.window.close()
    made.window.deleteLater()


@pytest.fixture(scope="session")
def expert_review(tmp_path_factory: pytest.TempPathFactory, cheap: Cost) -> object:
    """Six firms with papers, issued; E02 has his store, not signed in and signed in (see desks.py)."""
    from gui.desks import expert_review

    return expert_review(tmp_path_factory.mktemp("expert"), cheap)


@pytest.fixture
def settled(qtbot: object, parts: Parts) -> Callable[[], None]:
    """Wait until no job runs."""

    def wait() -> None:
        qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=30_000)  # type: ignore[attr-defined]

    return wait
