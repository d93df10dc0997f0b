"""Settings of the machine, each declared once: where things rest, how the window looks, what was open."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path, user_data_path, user_log_path

SIZES: Final = (12, 22)
"""Smallest and largest text size of the window, in points."""
RECENTS_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of this machine: review stores, logs, preferences."""

    stores: Path
    logs: Path
    preferences: Path


def default_places() -> Places:
    """The places the operating system offers."""
    return Places(
        user_data_path("ecpanel", appauthor=False),
        user_log_path("ecpanel", appauthor=False),
        user_config_path("ecpanel", appauthor=False) / "preferences.json",
    )


@dataclass(frozen=True, slots=True)
class Recent:
    """A review store opened on this machine; `state` is a short text without names or scores."""

    path: str
    title: str
    desk: str
    state: str
    at: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """How this person likes the window; `text_size` in points, `widths` are pane widths by name."""

    text_size: int = SIZES[0]
    dark: bool = False
    recents: tuple[Recent, ...] = ()
    widths: dict[str, list[int]] = field(default_factory=dict)


def with_recent(preferences: Preferences, recent: Recent) -> Preferences:
    """The preferences with a store put first among the recent ones."""
    others = tuple(one for one in preferences.recents if one.path != recent.path)
    return replace(preferences, recents=(recent, *others)[:RECENTS_KEPT])


def load_preferences(path: Path) -> Preferences:
    """What was saved; a missing, old or damaged file gives the defaults, never an error."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(plain, dict):
        return Preferences()
    size, dark = plain.get("text_size"), plain.get("dark")
    widths = plain.get("widths")
    return Preferences(
        min(max(size, SIZES[0]), SIZES[1]) if type(size) is int else SIZES[0],
        dark is True,
        _recents(plain.get("recents")),
        {
            str(name): [one for one in values if type(one) is int]
            for name, values in (widths if isinstance(widths, dict) else {}).items()
            if isinstance(values, list)
        },
    )


def _recents(plain: Any) -> tuple[Recent, ...]:
    names = {one.name for one in fields(Recent)}
    return tuple(
        Recent(**one)
        for one in (plain if isinstance(plain, list) else [])
        if isinstance(one, dict) and one.keys() == names and all(isinstance(v, str) for v in one.values())
    )[:RECENTS_KEPT]


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Write them whole or not at all; a folder that cannot be written is no reason to stop work."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(asdict(preferences), ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
