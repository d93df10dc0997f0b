"""What commands print and ask: Chinese on standard output, or JSON; progress and questions on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.problems import Problem
from ecpanel.progress import Progress
from ecpanel.texts import problem_sentence


def say(text: str) -> None:
    """A line for people."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """A result for programs: codes and numbers only."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n")


def done(as_json: bool, text: str, **facts: Any) -> None:
    """A short outcome, for people or for programs."""
    if as_json:
        say_json(facts)
    else:
        say(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Problem):
        return {"code": value.code, "severity": value.severity.value, "params": value.params}
    return str(value)


def problem_json(problems: Iterable[Problem]) -> list[Any]:
    """Problems as codes and facts."""
    return [_plain(one) for one in problems]


def say_problems(problems: Iterable[Problem]) -> None:
    """One sentence per problem, with its weight."""
    words = {"error": "错误", "warning": "注意", "note": "说明"}
    for one in problems:
        say(f"  [{words[one.severity.value]}] {problem_sentence(one)}")


def secret(prompt: str, variable: str, file: Path | None, *, confirm: bool = False) -> str:
    """A pass-phrase: from a file's first line, else the environment, else asked without echo."""
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise EcpanelError("passphrase_file", file=str(file)) from None
        return lines[0].strip() if lines else ""
    value = os.environ.get(variable)
    if value is not None:
        return value.strip()
    if not sys.stdin.isatty():
        raise EcpanelError("passphrase_not_given", prompt=prompt, variable=variable)
    first = _asked(prompt)
    if confirm and _asked(f"再输入一次{prompt}") != first:
        raise EcpanelError("passphrase_mismatch")
    return first


def _asked(prompt: str) -> str:
    """One answer typed without echo."""
    return str(typer.prompt(prompt, hide_input=True, err=True, prompt_suffix="：")).strip()


def unlocked(store: Path, passphrase_file: Path | None, *, reading: bool = False) -> Any:
    """The review store, opened with its pass-phrase; a context that closes it again. Commands that only
    read say so, and work on a read-only medium too."""
    from ecpanel.services.opening import open_store

    passphrase = secret("评审库口令", "ECPANEL_PASSPHRASE", passphrase_file)
    return open_store(store, passphrase, reading=reading)


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on standard error, at most ten times a second; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield _Lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=10) as bar:
        task = bar.add_task(title, total=None)

        def tell(done: int, total: int, text: str) -> None:
            bar.update(task, completed=done, total=total or None, description=f"{title} {text}"[:60])

        yield tell


class _Lines:
    """Progress for logs: a line when the text changes, at most every two seconds."""

    def __init__(self, title: str) -> None:
        self._title, self._last = title, 0.0

    def __call__(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if now - self._last >= 2 or (total and done == total and self._last):
            self._last = now
            share = f"{100 * done // total}%" if total else str(done)
            sys.stderr.write(f"{self._title} {share} {text}\n")
