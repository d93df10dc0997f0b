"""Settings of the machine, each declared once: where things rest and how costly a pass-phrase is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path, user_log_path


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of this machine: review stores and logs."""

    stores: Path
    logs: Path


def default_places() -> Places:
    """The places the operating system offers."""
    return Places(user_data_path("ecpanel", appauthor=False), user_log_path("ecpanel", appauthor=False))
