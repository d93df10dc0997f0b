"""Recent reviews on the start page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from ecpanel.gui.models.records import Column, RecordModel
from ecpanel.settings import Recent

DESK_WORDS: Final = {"organiser": "组织台", "expert": "专家台", "chair": "组长台"}
GONE: Final = "文件不在原处"


class RecentsModel(RecordModel[Recent]):
    """One row per store opened on this machine, newest first: its title, and below it desk, state, time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(
            (
                Column(
                    "评审",
                    lambda one: f"{one.title}\n{about(one, now())}",
                    width=0,
                    tip=lambda one: one.path,
                ),
            ),
            key=lambda one: one.path,
        )


def about(one: Recent, now: datetime) -> str:
    """The second line of a recent review."""
    state = one.state if Path(one.path).is_file() else GONE
    return " · ".join(
        part for part in (DESK_WORDS.get(one.desk, ""), state, spoken_time(one.at, now)) if part
    )


def spoken_time(then: str, now: datetime) -> str:
    """今天 09:12, 昨天, or a date."""
    try:
        at = datetime.fromisoformat(then)
    except ValueError:
        return ""
    days = (now.date() - at.date()).days
    if days == 0:
        return f"今天 {at:%H:%M}"
    return "昨天" if days == 1 else f"{at:%Y-%m-%d}"
