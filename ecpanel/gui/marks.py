"""States as people see them: each a word, an icon and a tone, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour means; the theme says which colour that is."""

    PLAIN = "plain"
    FAINT = "faint"
    ACCENT = "accent"
    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: its word, the icon beside it and its tone; an empty icon is left out."""

    word: str
    icon: str
    tone: Tone = Tone.PLAIN


DONE = Mark("完成", "circle-check", Tone.GOOD)
OPEN = Mark("待办", "circle", Tone.FAINT)
BLOCKED = Mark("待处理", "circle-alert", Tone.CAUTION)
ERROR = Mark("错误", "circle-x", Tone.BAD)
WARNING = Mark("注意", "triangle-alert", Tone.CAUTION)
NOTE = Mark("说明", "info", Tone.ACCENT)
RECUSED = Mark("回避", "circle-slash", Tone.APART)
UNSCORED = Mark("未评", "circle", Tone.FAINT)
PARTLY = Mark("评分中", "circle-dot", Tone.ACCENT)
SCORED = Mark("已评", "circle-check", Tone.GOOD)
NOT_APPLICABLE = Mark("不适用", "circle-minus", Tone.APART)
ABSTAINED = Mark("弃权", "hand", Tone.APART)
SUBMITTED = Mark("已提交", "badge-check", Tone.GOOD)
LOCKED = Mark("已锁定", "lock", Tone.FAINT)
REHEARSAL = Mark("演练", "play", Tone.CAUTION)
PLACEHOLDER = Mark("占位指标体系", "triangle-alert", Tone.CAUTION)
OFFLINE = Mark("无网络", "wifi-off", Tone.FAINT)
