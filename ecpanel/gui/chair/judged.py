"""What intake made of the dropped files, ordered by what people have to do about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from ecpanel.domain.problems import Problem
from ecpanel.domain.submission import Verdict
from ecpanel.gui.marks import Mark, Tone
from ecpanel.services.chair import MERGED, IntakeLine
from ecpanel.texts import problem_sentence

SUFFIX: Final = ".ecscore"
DEPTH: Final = 3
"""How deep below a dropped folder packages are looked for: a stick with one folder per expert."""


class Todo(IntEnum):
    """What a file waits for, the most urgent first."""

    CONFIRM = 0
    REFUSED = 1
    MERGE = 2
    MERGED = 3
    SAME = 4


TODO_WORDS: Final = {
    Todo.CONFIRM: "先核对签名指纹",
    Todo.REFUSED: "拒收，不会并入",
    Todo.MERGE: "可以并入",
    Todo.MERGED: "已并入",
    Todo.SAME: "相同，已经收过",
}
VERDICT_MARKS: Final = {
    Verdict.NEW: Mark("新", "circle-check", Tone.GOOD),
    Verdict.CHANGED: Mark("变更", "refresh-cw", Tone.ACCENT),
    Verdict.SAME: Mark("相同", "circle-minus", Tone.FAINT),
    Verdict.INCOMPLETE: Mark("不全", "triangle-alert", Tone.CAUTION),
    Verdict.REFUSED: Mark("拒收", "circle-x", Tone.BAD),
}
UNCONFIRMED: Final = Mark("待核对", "fingerprint", Tone.CAUTION)
TAKEN_IN: Final = Mark("已并入", "badge-check", Tone.GOOD)


@dataclass(frozen=True, slots=True)
class Judged:
    """One file with what intake made of it."""

    path: Path
    line: IntakeLine

    @property
    def todo(self) -> Todo:
        """What it waits for."""
        if self.line.merged:
            return Todo.MERGED
        if any(one.code == "key_unconfirmed" for one in self.line.problems):
            return Todo.CONFIRM
        if self.line.verdict in MERGED:
            return Todo.MERGE
        return Todo.SAME if self.line.verdict is Verdict.SAME else Todo.REFUSED

    @property
    def mark(self) -> Mark:
        """Its verdict as people see it."""
        marks = {Todo.MERGED: TAKEN_IN, Todo.CONFIRM: UNCONFIRMED}
        return marks.get(self.todo) or VERDICT_MARKS[self.line.verdict]


@dataclass(frozen=True, slots=True)
class Reason:
    """Problems of one kind: the first of them as what is wrong and what to do, and how many there are."""

    wrong: str
    cure: str
    count: int


def reasons(problems: Iterable[Problem]) -> list[Reason]:
    """One reason for every kind of problem, in the order they were found; the fingerprint has a form of
    its own."""
    kinds: dict[str, list[Problem]] = {}
    for one in problems:
        if one.code != "key_unconfirmed":
            kinds.setdefault(one.code, []).append(one)
    return [Reason(*_parted(problem_sentence(found[0])), len(found)) for found in kinds.values()]


def _parted(sentence: str) -> tuple[str, str]:
    """What is wrong, and the cure: sentences say them in this order, parted by a semicolon."""
    wrong, parted, cure = sentence.rpartition("；")
    return (f"{wrong}。", cure) if parted else (sentence, "")


def packages_in(paths: Sequence[Path]) -> list[Path]:
    """Score packages among dropped files and folders, each once; folders are looked into."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(_below(path, DEPTH)))
        elif path.suffix.lower() == SUFFIX:
            found[path] = None
    return list(found)


def _below(folder: Path, depth: int) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda one: one.name)
    except OSError:
        return []
    files = [one for one in entries if one.suffix.lower() == SUFFIX and one.is_file()]
    if depth > 1:
        for one in entries:
            if one.is_dir() and not one.is_symlink() and not one.name.startswith("."):
                files += _below(one, depth - 1)
    return files
