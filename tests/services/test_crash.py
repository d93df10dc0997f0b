"""kill -9 at random moments: the store opens, the chain holds, at most the write in flight is missing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecpanel.services import score
from ecpanel.services.checking import check_store
from ecpanel.services.opening import open_store
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.store import journal, submissions, vault

from .reviews import SmallReview, small_review

ROUNDS = 25

SCORING = """
import sys
from pathlib import Path
from ecpanel.domain.points import show_points
from ecpanel.domain.scheme import Kind, leaves
from ecpanel.services import score
from ecpanel.services.opening import open_store, system_clock
store = open_store(Path(sys.argv[1]), sys.argv[2])
work = score.load_assignment(store)
cells = [leaf for leaf in leaves(work.scheme) if leaf.kind is Kind.SUBJECTIVE]
number = int(sys.argv[3])
print("ready", flush=True)
while True:
    leaf = cells[number % len(cells)]
    candidate = sorted(set(work.candidates) - work.recused)[number % 3]
    points = leaf.step * (number % (leaf.points // leaf.step + 1))
    entry = score.Entry(candidate, leaf.code, text=show_points(points), remark=f"第{number}次写入")
    score.set_score(store, work, entry, system_clock)
    print(number, candidate, leaf.code, points, flush=True)
    number += 1
"""

MERGING = """
import sys
from pathlib import Path
from ecpanel.progress import silent
from ecpanel.services import chair
from ecpanel.services.opening import open_store, system_clock
store = open_store(Path(sys.argv[1]), sys.argv[2])
pins = dict(part.split("=") for part in sys.argv[3].split(";"))
print("ready", flush=True)
lines = chair.take_in(store, [Path(one) for one in sys.argv[4:]], pins, system_clock, silent)
print("merged", sum(one.merged for one in lines), flush=True)
"""


@pytest.fixture(scope="module")
def review(tmp_path_factory, cheap) -> SmallReview:
    return small_review(tmp_path_factory.mktemp("crash"), cheap)


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def killed_after(process: subprocess.Popen[str], seconds: float) -> list[str]:
    """Let it work for a moment, kill it, and return what it had reported."""
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    with process:
        told = process.stdout.read()
    return [
        line for line in told[: told.rfind("\n") + 1].splitlines() if line
    ]  # the last may be half written


def finished(process: subprocess.Popen[str]) -> list[str]:
    """Let it end by itself and return what it reported."""
    assert process.stdout is not None
    with process:
        return [line for line in process.stdout.read().splitlines() if line]


def test_scoring_survives_being_killed(review):
    chance = random.Random(378)
    number = 0
    for _ in range(ROUNDS):
        process = start(SCORING, str(review.expert_store), PASSPHRASE, str(number))
        told = killed_after(process, chance.uniform(0.0, 0.12))
        with open_store(review.expert_store, PASSPHRASE) as store:
            assert check_store(store).problems == ()
            with store.reading() as connection:
                written = [line for line in journal.lines(connection) if line.action == "score"]
            work = score.load_assignment(store)
            sheets = score.own_sheets(store, work)
        assert number + len(told) <= len(written) <= number + len(told) + 1, (
            "more than the write in flight is missing"
        )
        if told:
            last, candidate, code, points = told[-1].split()
            cell = sheets[candidate].scores[code]
            later = len(written) == number + len(told) + 1
            assert later or (cell.points, cell.remark) == (int(points), f"第{last}次写入")
        number = len(written)
    assert number > ROUNDS


def test_merging_survives_being_killed(review, tmp_path):
    """Whenever it dies, either all packages are in or none; what was reported as merged is in."""
    chance = random.Random(2020)
    pins = ";".join(f"{key}={value}" for key, value in review.fingerprints.items())
    files = [str(path) for path in review.packages]

    def merge(number: int, seconds: float | None) -> tuple[int, float]:
        """Start a merge on a fresh copy, kill it after a while (None: let it end); how many are in."""
        copy = tmp_path / f"{number}.ecreview"
        shutil.copyfile(review.chair_store, copy)
        shutil.copyfile(vault.key_file(review.chair_store), vault.key_file(copy))
        process = start(MERGING, str(copy), PASSPHRASE, pins, *files)
        began = time.monotonic()
        told = finished(process) if seconds is None else killed_after(process, seconds)
        took = time.monotonic() - began
        with open_store(copy, PASSPHRASE) as store:
            assert check_store(store).problems == ()
            with store.reading() as connection:
                merged = len(submissions.newest_versions(connection))
                cells = len(list(submissions.cells(connection)))
        assert (merged, cells) in ((0, 0), (len(files), len(files) * 3 * 20)), "half merged"
        assert not told or merged == len(files), "reported before it was on disk"
        return merged, took

    whole, usual = merge(0, None)
    assert whole == len(files)
    assert merge(1, 0.0)[0] in (0, len(files))
    for number in range(2, ROUNDS):
        merge(number, chance.uniform(0.3, 1.1) * usual)
