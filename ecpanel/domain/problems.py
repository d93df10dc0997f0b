"""Problems: findings that stand in a list, each with a stable code, a weight and its facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a problem matters: an error blocks, a warning asks, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding; `code` has its sentence in `texts`, `params` are the facts of the sentence."""

    code: str
    severity: Severity = Severity.ERROR
    params: dict[str, Any] = field(default_factory=dict)


def error(code: str, /, **params: Any) -> Problem:
    """A problem that blocks."""
    return Problem(code, Severity.ERROR, params)


def warning(code: str, /, **params: Any) -> Problem:
    """A problem that asks for a look and does not block."""
    return Problem(code, Severity.WARNING, params)


def note(code: str, /, **params: Any) -> Problem:
    """A fact worth printing."""
    return Problem(code, Severity.NOTE, params)


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that block, in their order."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
